//! Which rows of the target the archive explains: those that equal a row of an archived version were put there by an
//! import, not by people.
//!
//! Versions are read newest first, only while a row is unexplained, and only rows of tables that have such rows are
//! looked at. A row is compared on the snapshot's columns; one to be deleted also on those that only the target has, and
//! with rows that a version owned. A version that lacks some of these explains a row of the scenario if each of them holds
//! nothing (see `extras`): so the row is after an import of that version and a migration. Where they hold something, it
//! must be what some version has there, and the row must differ from every newer version in a column that the explaining
//! one knows; otherwise it is that newer row with an edit. It never explains a row of others or a shared one.

use model::{Definition, Ownership, RowSource, Value};
use rusqlite::{Connection, Row, Statement, params_from_iter};

use super::Merge;
use super::extras::{self, Compared};
use super::shape::{Identity, Shape, exists, read_value};
use super::stored::Stored;
use crate::error::At as _;
use crate::merge::archived;
use crate::merge::judgement::{Judgement, Stake, Status};
use crate::merge::resolve::Origin;
use crate::merge::rows::Sections;
use crate::sql::identifier;
use crate::{Error, History};

/// Notes the status of every row that would be changed or deleted.
///
/// # Errors
/// A version or the target cannot be read.
pub(super) fn explain(merge: &Merge<'_>, history: &mut dyn History) -> Result<(), Error> {
    for shape in &merge.shapes {
        note_candidates(merge.connection, shape)?;
    }
    let compared: Vec<Vec<Compared>> = merge
        .shapes
        .iter()
        .map(|shape| extras::compared(merge.connection, shape))
        .collect::<Result<_, _>>()?;
    for index in 0..history.len() {
        if !any_open(merge)? {
            break;
        }
        let mut version = history.open(index).map_err(Error::Stream)?;
        compare_version(merge, version.as_mut(), &compared)?;
    }
    Ok(())
}

/// Every row that would be changed or deleted, as yet unknown to the archive.
fn note_candidates(connection: &Connection, shape: &Shape) -> Result<(), Error> {
    let sql = format!(
        "INSERT INTO {candidate} ({r}, stake)
         SELECT {r}, CASE origin WHEN {owned} THEN {changed} ELSE {not_owned} END FROM {change}
         UNION ALL SELECT {r}, {deleted} FROM {gone};
         CREATE INDEX temp.merge_candidate_hash_{index} ON merge_candidate_{index} (hash) WHERE status < 2;",
        r = shape.r_list(""),
        candidate = shape.candidate(),
        owned = Origin::Owned as i64,
        changed = Stake::Changed as i64,
        not_owned = Stake::NotOwned as i64,
        deleted = Stake::Deleted as i64,
        change = shape.change(),
        gone = shape.gone(),
        index = shape.index,
    );
    connection.execute_batch(&sql).at(connection)
}

fn compare_version(
    merge: &Merge<'_>,
    version: &mut dyn RowSource,
    compared: &[Vec<Compared>],
) -> Result<(), Error> {
    let definition = version.definition().clone();
    let mut sections = Sections::open(version)?;
    while let Some(section) = sections.next_section()? {
        let mut table = ArchivedTable::new(merge, &definition, section.table, section.ownership, compared)?;
        while let Some(values) = sections.next_row()? {
            if let Some(table) = &mut table {
                table.row(values)?;
            }
        }
    }
    Ok(())
}

fn any_open(merge: &Merge<'_>) -> Result<bool, Error> {
    for shape in &merge.shapes {
        if has_open(merge.connection, shape)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn has_open(connection: &Connection, shape: &Shape) -> Result<bool, Error> {
    exists(connection, &format!("SELECT 1 FROM {} WHERE status < 2", shape.candidate()))
}

/// The columns that are compared, those of the snapshot first.
struct Columns<'a> {
    all: &'a [Compared],
    archived: archived::Columns,
}

impl Columns<'_> {
    /// `t."id", t."note"`: all that are compared.
    fn list(&self) -> String {
        let columns: Vec<String> =
            self.all.iter().map(|column| format!("t.{}", identifier(&column.name))).collect();
        columns.join(", ")
    }

    /// Of all that are compared, whether they hold nothing.
    fn blank_list(&self) -> String {
        let columns: Vec<&str> = self.all.iter().map(|column| column.blank.as_str()).collect();
        columns.join(", ")
    }

    /// The common columns of a row of the target (behind its identity), read with the version's types.
    fn values(&self, shape: &Shape, row: &Row<'_>) -> rusqlite::Result<Vec<Value>> {
        let first = shape.identity_len();
        self.archived.read(|at, ty| Ok(read_value(ty, self.all[at].affinity, row.get_ref(first + at)?)))
    }

    /// What is known of a candidate once an archived row with its key is read.
    fn judge(&self, shape: &Shape, candidate: &Row<'_>, archived: &[&Value]) -> rusqlite::Result<Judgement> {
        let blank_at = shape.identity_len() + self.all.len();
        let notes_at = blank_at + self.all.len();
        let stake = Stake::of(candidate.get(notes_at)?);
        let mut judgement = Judgement {
            status: Status::Known,
            held: candidate.get(notes_at + 1)?,
            unlike: candidate.get(notes_at + 2)?,
            pending: candidate.get(notes_at + 3)?,
        };
        let values = self.values(shape, candidate)?;
        let blank = |at| candidate.get(blank_at + at);
        self.archived.weigh(&mut judgement, stake, (&values, archived), &blank)?;
        Ok(judgement)
    }
}

fn bound(judgement: Judgement, id: Identity) -> impl Iterator<Item = Stored> {
    let pending = Stored::Integer(i64::from(judgement.pending));
    let notes = [
        Stored::Integer(judgement.status as i64),
        Stored::Blob(judgement.held),
        Stored::Blob(judgement.unlike),
        pending,
    ];
    notes.into_iter().chain(id)
}

/// A section of an archived version beside the table's candidates.
struct ArchivedTable<'a> {
    connection: &'a Connection,
    shape: &'a Shape,
    columns: Columns<'a>,
    find: Statement<'a>,
    note: Statement<'a>,
}

impl<'a> ArchivedTable<'a> {
    /// `None` where nothing of the section can explain a row.
    fn new(
        merge: &'a Merge<'_>,
        definition: &Definition,
        index: usize,
        ownership: Ownership,
        compared: &'a [Vec<Compared>],
    ) -> Result<Option<Self>, Error> {
        let connection = merge.connection;
        let Some(spec) = definition.tables.get(index) else { return Ok(None) };
        let Some(shape) = merge.shapes.iter().find(|shape| shape.spec.name == spec.name) else {
            return Ok(None);
        };
        if !has_open(connection, shape)? {
            return Ok(None);
        }
        let all = &compared[shape.index];
        let matched = archived::Compared {
            spec: &shape.spec,
            key: &shape.key,
            columns: all.len(),
            position: &|name| all.iter().position(|column| column.name.eq_ignore_ascii_case(name)),
        };
        let Some(archived) = archived::Columns::of(spec, ownership, &matched) else { return Ok(None) };
        let columns = Columns { all, archived };
        let (find, note) = statements(connection, shape, &columns)?;
        let mut table = Self { connection, shape, columns, find, note };
        table.hash_candidates()?;
        Ok(Some(table))
    }

    /// Gives every open candidate the hash of its key, read with this version's types.
    fn hash_candidates(&mut self) -> Result<(), Error> {
        let shape = self.shape;
        let select = format!(
            "SELECT {}, {} FROM {} AS c CROSS JOIN {} AS t ON {} WHERE c.status < 2",
            shape.r_list("c"),
            self.columns.list(),
            shape.candidate(),
            shape.name,
            shape.joined("t", "c")
        );
        let update = format!("UPDATE {} SET hash = ?1 WHERE {}", shape.candidate(), shape.is_note(2));
        let mut update = self.connection.prepare(&update).at(self.connection)?;
        let mut select = self.connection.prepare(&select).at(self.connection)?;
        let mut rows = select.query([]).at(self.connection)?;
        while let Some(row) = rows.next().at(self.connection)? {
            let id = shape.identity_of(row, 0).at(self.connection)?;
            let values = self.columns.values(shape, row).at(self.connection)?;
            let hash = Stored::Blob(self.columns.archived.hash(&values));
            update.execute(params_from_iter([hash].into_iter().chain(id))).at(self.connection)?;
        }
        Ok(())
    }

    fn row(&mut self, values: &[Value]) -> Result<(), Error> {
        let archived = self.columns.archived.pick(values)?;
        let hash = self.columns.archived.hash(&archived);
        let mut matches = Vec::new();
        {
            let mut rows = self.find.query([hash]).at(self.connection)?;
            while let Some(row) = rows.next().at(self.connection)? {
                let judgement = self.columns.judge(self.shape, row, &archived).at(self.connection)?;
                matches.push((judgement, self.shape.identity_of(row, 0).at(self.connection)?));
            }
        }
        for (judgement, id) in matches {
            self.note.execute(params_from_iter(bound(judgement, id))).at(self.connection)?;
        }
        Ok(())
    }
}

fn statements<'a>(
    connection: &'a Connection,
    shape: &Shape,
    columns: &Columns<'_>,
) -> Result<(Statement<'a>, Statement<'a>), Error> {
    let find = format!(
        "SELECT {}, {}, {}, c.stake, c.held, c.unlike, c.pending FROM {} AS c CROSS JOIN {} AS t ON {}
         WHERE c.hash = ? AND c.status < 2",
        shape.r_list("c"),
        columns.list(),
        columns.blank_list(),
        shape.candidate(),
        shape.name,
        shape.joined("t", "c")
    );
    let note = format!(
        "UPDATE {} SET status = ?1, held = ?2, unlike = ?3, pending = ?4 WHERE {}",
        shape.candidate(),
        shape.is_note(5)
    );
    Ok((connection.prepare(&find).at(connection)?, connection.prepare(&note).at(connection)?))
}
