//! A check of a PostgreSQL database: rows that its keys do not allow, keys and constraints that the server never validated,
//! indexes that are not valid, sequences behind their rows. What types allow the server itself makes sure of.
//!
//! The rule to keep in mind: rows are read from the tables themselves, never through an index that may be what is wrong; and
//! no function runs that is not the server's own.

mod constraints;
mod foreign;
mod unique;

use std::collections::BTreeMap;

use model::text::Shown;
use model::{Catalog, Table, TableSpec};

use super::select::{Relations, RowReader, count};
use super::sequences::{self, Counted, Sequence};
use super::session::Session;
use super::sql::{identifier, literal};
use crate::check::{CheckProgress, Sample, naming};
use crate::{CheckedTable, DataCheck, Error, Finding, FindingKind};

/// Whatever an index says is not believed.
const WITHOUT_INDEXES: &str = "SET LOCAL enable_indexscan = off; SET LOCAL enable_indexonlyscan = off; SET LOCAL enable_bitmapscan = off";
const WITH_INDEXES: &str =
    "SET LOCAL enable_indexscan = on; SET LOCAL enable_indexonlyscan = on; SET LOCAL enable_bitmapscan = on";

/// A table that is looked at.
struct Subject<'c> {
    name: &'c str,
    table: &'c Table,
    oid: u32,
    /// What its rows are read from, in SQL.
    from: String,
    naming: TableSpec,
    checked: CheckedTable,
    findings: Vec<Finding>,
}

/// A check at work.
struct Check<'c> {
    session: &'c mut Session,
    relations: Relations,
    /// The tables that may be read, by their numbers: those that are looked at and those that they refer to.
    names: BTreeMap<u32, &'c str>,
    subjects: Vec<Subject<'c>>,
    notes: Vec<String>,
}

/// Looks at the tables of these names, at all where none is named. `progress` hears of the rows of tables that are done.
///
/// # Errors
/// The role may not read a table, or reading fails.
pub(crate) fn check(
    session: &mut Session,
    catalog: &Catalog,
    tables: &[String],
    progress: CheckProgress<'_>,
) -> Result<DataCheck, Error> {
    let mut check = Check::new(session, catalog, tables)?;
    let total = check.subjects.iter().filter_map(|subject| subject.checked.rows).sum();
    progress(0, total);
    check.session.batch(WITHOUT_INDEXES)?;
    let keys = foreign::read(&mut check)?;
    let indexes = unique::read(&mut check)?;
    let constraints = constraints::read(&mut check)?;
    let mut done = 0;
    for at in 0..check.subjects.len() {
        unique::look(&mut check, at, &indexes)?;
        constraints::look(&mut check, at, &constraints)?;
        foreign::look(&mut check, at, &keys)?;
        done += check.subjects[at].checked.rows.unwrap_or_default();
        progress(done, total);
    }
    check.session.batch(WITH_INDEXES)?;
    check.sequences()?;
    let mut report = DataCheck { notes: check.notes, ..DataCheck::default() };
    for subject in check.subjects {
        report.tables.push(subject.checked);
        report.findings.extend(subject.findings);
    }
    Ok(report)
}

impl<'c> Check<'c> {
    fn new(session: &'c mut Session, catalog: &'c Catalog, tables: &[String]) -> Result<Self, Error> {
        let is_chosen = |name: &str| tables.is_empty() || tables.iter().any(|table| table == name);
        let chosen = || catalog.tables.iter().filter(|(name, _)| is_chosen(name));
        let mut names: Vec<&str> = chosen()
            .flat_map(|(name, table)| {
                std::iter::once(name.as_str()).chain(table.foreign_keys.iter().map(|key| key.to.as_str()))
            })
            .filter(|name| catalog.tables.contains_key(*name))
            .collect();
        names.sort_unstable();
        names.dedup();
        let relations = Relations::lock(session, catalog, &names)?;
        let mut by_number = BTreeMap::new();
        for (name, _) in catalog.tables.iter().filter(|(name, _)| names.contains(&name.as_str())) {
            by_number.insert(relations.of(name)?.oid, name.as_str());
        }
        let mut subjects = Vec::new();
        for (name, table) in chosen() {
            let relation = relations.of(name)?;
            let rows = count(session, &format!("SELECT pg_catalog.count(*) FROM {}", relation.from))?;
            subjects.push(Subject {
                name,
                table,
                oid: relation.oid,
                from: relation.from.clone(),
                naming: naming(name, table, &["ctid"]),
                checked: CheckedTable { table: name.clone(), rows: Some(rows), ..CheckedTable::default() },
                findings: Vec::new(),
            });
        }
        Ok(Self { session, relations, names: by_number, subjects, notes: Vec::new() })
    }

    /// The numbers of the tables that are looked at.
    fn numbers(&self) -> Vec<u32> {
        self.subjects.iter().map(|subject| subject.oid).collect()
    }

    /// The rows `m` of `from`, which has the columns that name rows of the subject: how many, and the first by key.
    fn sample(&mut self, at: usize, from: &str) -> Result<Sample, Error> {
        let total = count(self.session, &format!("SELECT pg_catalog.count(*) FROM {from}"))?;
        let mut sample = Sample { total, first: Vec::new() };
        if total == 0 {
            return Ok(sample);
        }
        let subject = &self.subjects[at];
        let reader = RowReader::new(&subject.naming, subject.table);
        let order: Vec<String> = (1..=subject.naming.columns.len()).map(|place| place.to_string()).collect();
        let sql = format!(
            "SELECT {} FROM {from} ORDER BY {} LIMIT {}",
            reader.columns_sql("m"),
            order.join(", "),
            Sample::NAMED
        );
        self.session.copy_out(&sql, &mut |row| {
            sample.first.push(reader.shown(row));
            Ok(())
        })?;
        Ok(sample)
    }

    /// Sequences that give next what is taken, or what lies before it.
    fn sequences(&mut self) -> Result<(), Error> {
        let relations = &self.relations;
        let counted = |table: &str| {
            let relation = relations.of(table).ok()?;
            Some(Counted { oid: relation.oid, from: relation.from.clone(), row_security: false })
        };
        for sequence in sequences::read(self.session, &counted)? {
            let is_of =
                |subject: &Subject<'_>| sequence.columns.iter().any(|column| column.table == subject.name);
            let Some(at) = self.subjects.iter().position(is_of) else { continue };
            for subject in self.subjects.iter_mut().filter(|subject| is_of(subject)) {
                subject.checked.sequences += 1;
            }
            if !sequence.may_select {
                let role = Shown(self.session.role()).to_string();
                self.notes.push(format!(
                    "the role {role} cannot read the sequence {}: whether it is behind the rows of {} is unknown",
                    sequence.shown,
                    sequence.tables()
                ));
            } else if sequence.is_behind(self.session, None)? {
                let says = format!(
                    "the sequence is behind the rows of {}, so that an INSERT without a value meets one that is taken: {}",
                    sequence.tables(),
                    raise(&sequence)
                );
                let (name, shown) = (self.subjects[at].name, sequence.shown.clone());
                let finding = Finding::of_table(FindingKind::Sequence, name, shown, says);
                self.subjects[at].findings.push(finding);
            }
        }
        Ok(())
    }
}

/// How a sequence is raised by hand.
fn raise(sequence: &Sequence) -> String {
    let furthest = if sequence.columns.len() > 1 { None } else { sequence.columns.first() };
    let function = if sequence.increment > 0 { "max" } else { "min" };
    furthest.map_or_else(
        || "set it to the value that is furthest in its tables, with `setval`".to_owned(),
        |column| {
            let sql = format!(
                "SELECT setval({}, (SELECT {function}({}) FROM {}))",
                literal(&sequence.name),
                identifier(&column.name),
                column.from
            );
            format!("`{}`", Shown(&sql))
        },
    )
}
