//! The first pass: every row of the snapshot against the target, and what is to be done with it, noted in temporary
//! tables of the server. Changes nothing, decides nothing that an option or the archive has a say in.
//!
//! Rows of a table that is empty are only counted. Those of any other one are staged and compared there, by the server:
//! equality is its own for types whose values have one text each, and that of texts for all others.

use model::{LogicalType, Ownership, RowSource, Value};

use super::super::session::Session;
use super::direct::{push_number, push_values};
use super::facts::count;
use super::refused::{FailedCopy, checked_row, row_in};
use super::shape::{Shape, ShapeColumn};
use super::{Merge, spelling};
use crate::merge::digest::{RowSet, RunKey};
use crate::merge::rows::{STEP, Section, Sections};
use crate::{Error, MergeError, MergeProgress};

/// What the first pass found in one table.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    /// Rows of the snapshot.
    pub rows: RowSet,
    /// How many of them are the scenario's own.
    pub owned: u64,
    /// Rows that are missing in the target.
    pub insert: u64,
    /// Rows with other values.
    pub change: u64,
}

impl Tally {
    /// Rows that are as they should be.
    pub(super) fn equal(&self) -> u64 {
        self.rows.rows.saturating_sub(self.insert + self.change)
    }
}

/// Compares the whole snapshot with the target: a tally per table of the definition.
///
/// # Errors
/// The snapshot or the target cannot be read, a row of the snapshot has no key or does not fit its table, or two have the
/// same key.
pub(super) fn compare(
    session: &mut Session,
    merge: &Merge<'_>,
    snapshot: &mut dyn RowSource,
    progress: &mut dyn FnMut(MergeProgress),
) -> Result<Vec<Tally>, Error> {
    if let Some(tallies) = announced(merge, snapshot) {
        progress(MergeProgress::Compared(tallies.iter().map(|tally| tally.rows.rows).sum()));
        return Ok(tallies);
    }
    let mut tallies = vec![Tally::default(); merge.shapes.len()];
    let mut pass = Pass { key: merge.key.clone(), seq: 0, section: 0, progress };
    let passed = pass.run(session, merge, Sections::open(snapshot)?, &mut tallies);
    if let Err(failed) = passed {
        return Err(row_in(merge, snapshot, failed));
    }
    for shape in &merge.shapes {
        let tally = &mut tallies[shape.index];
        if shape.direct {
            tally.insert = tally.rows.rows;
        } else {
            compare_staged(session, merge, shape)?;
            tally.insert = count(session, &shape.fresh())?;
            tally.change = count(session, &shape.change())?;
        }
    }
    Ok(tallies)
}

/// Where every table of the target is empty, there is nothing to compare with: what the snapshot says of its own rows is
/// enough, if it was read whole before. Their digest comes with the copies.
fn announced(merge: &Merge<'_>, snapshot: &dyn RowSource) -> Option<Vec<Tally>> {
    if !merge.shapes.iter().all(|shape| shape.direct) {
        return None;
    }
    let mut tallies = vec![Tally::default(); merge.shapes.len()];
    for (table, ownership, count) in snapshot.sections()? {
        let tally = tallies.get_mut(table)?;
        tally.rows.rows += count;
        tally.insert += count;
        tally.owned += if ownership == Ownership::Owned { count } else { 0 };
    }
    Some(tallies)
}

struct Pass<'p> {
    key: RunKey,
    seq: u64,
    /// The number of the section in the file.
    section: usize,
    progress: &'p mut dyn FnMut(MergeProgress),
}

impl Pass<'_> {
    fn run(
        &mut self,
        session: &mut Session,
        merge: &Merge<'_>,
        mut sections: Sections<'_>,
        tallies: &mut [Tally],
    ) -> Result<(), FailedCopy> {
        while let Some(section) = sections.next_section()? {
            let shape = merge.shape(section.table)?;
            let tally = &mut tallies[shape.index];
            if shape.direct {
                self.count_section(shape, section, &mut sections, tally)?;
            } else {
                let staged = self.stage_section(session, shape, section, &mut sections, tally);
                staged.map_err(|error| FailedCopy { error, section: self.section })?;
            }
            self.section += 1;
        }
        (self.progress)(MergeProgress::Compared(self.seq));
        Ok(())
    }

    fn count_section(
        &mut self,
        shape: &Shape,
        section: Section,
        sections: &mut Sections<'_>,
        tally: &mut Tally,
    ) -> Result<(), Error> {
        let mut buffer = Vec::new();
        while let Some(values) = sections.next_row()? {
            checked_row(shape, values)?;
            self.take(section, tally, values, &mut buffer);
        }
        Ok(())
    }

    fn stage_section(
        &mut self,
        session: &mut Session,
        shape: &Shape,
        section: Section,
        sections: &mut Sections<'_>,
        tally: &mut Tally,
    ) -> Result<(), Error> {
        let into = format!("{} (seq, owned, {})", shape.stage(), shape.staged_columns());
        let owned = section.ownership == Ownership::Owned;
        let mut rows = session.copy_in(&into)?;
        let mut buffer = Vec::new();
        while let Some(values) = sections.next_row()? {
            checked_row(shape, values)?;
            push_number(&mut rows, self.seq);
            rows.field(Some(|out: &mut Vec<u8>| out.push(if owned { b't' } else { b'f' })));
            push_values(&mut rows, values);
            rows.end_row()?;
            self.take(section, tally, values, &mut buffer);
        }
        rows.finish().map(|_| ())
    }

    fn take(&mut self, section: Section, tally: &mut Tally, values: &[Value], buffer: &mut Vec<u8>) {
        tally.rows.add(&self.key, values, buffer);
        tally.owned += u64::from(section.ownership == Ownership::Owned);
        self.seq += 1;
        if self.seq.is_multiple_of(STEP) {
            (self.progress)(MergeProgress::Compared(self.seq));
        }
    }
}

/// Compares the staged rows of one table.
fn compare_staged(session: &mut Session, merge: &Merge<'_>, shape: &Shape) -> Result<(), Error> {
    if shape.has_key() {
        index_stage(session, shape)?;
        note_changes(session, merge, shape)?;
        spelling::forgive(session, shape)?;
    } else {
        match_equal_rows(session, merge, shape)?;
    }
    let missing = if shape.has_key() {
        format!("EXISTS (SELECT FROM {} AS t WHERE {})", shape.relation.from, shape.has_key_of("t", "s"))
    } else {
        format!("EXISTS (SELECT FROM {} AS f WHERE f.seq = s.seq)", shape.found())
    };
    session.batch(&format!(
        "INSERT INTO {fresh} SELECT s.seq FROM {stage} AS s WHERE NOT {missing};
         CREATE UNIQUE INDEX change_seq_{at} ON {change} (seq); CREATE INDEX change_row_{at} ON {change} ({k});
         CREATE UNIQUE INDEX fresh_seq_{at} ON {fresh} (seq);
         ANALYZE {change}; ANALYZE {fresh}",
        fresh = shape.fresh(),
        stage = shape.stage(),
        change = shape.change(),
        at = shape.index,
        k = shape.k_list(""),
    ))
}

/// Indexes the staged rows by their number and, which finds the snapshot's own duplicates, by their key.
fn index_stage(session: &mut Session, shape: &Shape) -> Result<(), Error> {
    let key: Vec<String> = shape.key.iter().map(|at| format!("c{at}")).collect();
    let key = key.join(", ");
    session.batch("SAVEPOINT merge_index")?;
    let indexed = session.batch(&format!(
        "CREATE UNIQUE INDEX stage_key_{at} ON {stage} ({key}); CREATE UNIQUE INDEX stage_seq_{at} ON {stage} (seq);
         ANALYZE {stage}",
        at = shape.index,
        stage = shape.stage(),
    ));
    let Err(error) = indexed else { return session.batch("RELEASE SAVEPOINT merge_index") };
    if super::refused::sqlstate(&error) != Some("23505") {
        return Err(error);
    }
    session.batch("ROLLBACK TO SAVEPOINT merge_index")?;
    let name = shape.staged_name("s");
    let twice = format!(
        "SELECT {} FROM {stage} AS s WHERE ({key}) IN
           (SELECT {key} FROM {stage} GROUP BY {key} HAVING pg_catalog.count(*) > 1) ORDER BY s.seq LIMIT 1",
        name.list(),
        stage = shape.stage(),
    );
    let row = name.of_row(session, &twice)?.unwrap_or_else(|| shape.shown_name());
    Err(MergeError::twice(row, &shape.spec.name).into())
}

/// Notes the rows of the target that have a staged row's key and other values.
fn note_changes(session: &mut Session, merge: &Merge<'_>, shape: &Shape) -> Result<(), Error> {
    let differs: Vec<String> =
        shape.columns.iter().enumerate().map(|(at, column)| column.differs("t", "s", at)).collect();
    let mask: Vec<String> =
        differs.iter().map(|differs| format!("CASE WHEN {differs} THEN '1' ELSE '0' END")).collect();
    session.batch(&format!(
        "INSERT INTO {change} SELECT s.seq, {ids}, {mask},
           CASE WHEN {owned} THEN 0 WHEN s.owned THEN 2 ELSE 1 END, FALSE
         FROM {rows} WHERE {differs}",
        change = shape.change(),
        ids = shape.identity_list("t"),
        mask = mask.join(" || "),
        owned = merge.owned_condition(&shape.spec.name),
        rows = shape.staged_in_target("s", "t"),
        differs = differs.join(" OR "),
    ))
}

/// Finds for each staged row of a table without a key a row of the target that equals it: owned ones for owned ones so far
/// as they go.
fn match_equal_rows(session: &mut Session, merge: &Merge<'_>, shape: &Shape) -> Result<(), Error> {
    let (staged, stored) = (shape.staged_hash("s"), shape.row_hash("t"));
    session.batch(&format!(
        "INSERT INTO {found}
         WITH staged AS (
           SELECT s.seq, s.owned, {staged} AS hash,
             pg_catalog.row_number() OVER (PARTITION BY {staged}, s.owned ORDER BY s.seq) AS number,
             pg_catalog.count(*) FILTER (WHERE s.owned) OVER (PARTITION BY {staged}) AS owned_ones
           FROM {stage} AS s
         ), stored AS (
           SELECT t.tableoid AS k0, t.ctid AS k1, {stored} AS hash,
             pg_catalog.row_number() OVER (PARTITION BY {stored} ORDER BY ({owned}) DESC, t.tableoid, t.ctid) AS number,
             pg_catalog.count(*) OVER (PARTITION BY {stored}) AS all_ones
           FROM {from} AS t
         )
         SELECT staged.seq, stored.k0, stored.k1 FROM staged JOIN stored ON stored.hash = staged.hash
           AND (staged.owned AND stored.number = staged.number
             OR NOT staged.owned AND stored.number = stored.all_ones - staged.number + 1
               AND stored.number > staged.owned_ones);
         CREATE UNIQUE INDEX found_seq_{at} ON {found} (seq); CREATE UNIQUE INDEX found_row_{at} ON {found} (k0, k1);
         CREATE UNIQUE INDEX stage_seq_{at} ON {stage} (seq);
         ANALYZE {found}; ANALYZE {stage}",
        found = shape.found(),
        stage = shape.stage(),
        from = shape.relation.from,
        owned = merge.owned_condition(&shape.spec.name),
        at = shape.index,
    ))
}

impl Shape {
    /// What equal rows of the target have in common, and no others: a hash of the snapshot's columns.
    pub(super) fn row_hash(&self, alias: &str) -> String {
        self.hash(&|at| format!("{alias}.{}", self.columns[at].quoted))
    }

    /// The same of a staged row.
    fn staged_hash(&self, alias: &str) -> String {
        self.hash(&|at| format!("{alias}.c{at}"))
    }

    fn hash(&self, sql: &dyn Fn(usize) -> String) -> String {
        let texts: Vec<String> =
            self.columns.iter().enumerate().map(|(at, column)| column.text(&sql(at))).collect();
        format!(
            "pg_catalog.sha256(pg_catalog.convert_to(ROW({})::pg_catalog.text, 'UTF8'))",
            texts.join(", ")
        )
    }
}

impl ShapeColumn {
    /// The SQL condition under which the target's row `target` differs from the staged row in this column, the one at `at`.
    fn differs(&self, target: &str, staged: &str, at: usize) -> String {
        let (one, other) = (format!("{target}.{}", self.quoted), format!("{staged}.c{at}"));
        if self.has_one_text() {
            return format!("{one} IS DISTINCT FROM {other}");
        }
        let by_text =
            |one: &str, other: &str| format!("{} IS DISTINCT FROM {}", self.text(one), self.text(other));
        // The same text is the same value; only where it is not does the server have to read both as `jsonb`, which holds
        // no U+0000.
        if self.is_plain_json && self.ty == LogicalType::Json {
            return format!(
                "CASE WHEN {one}::pg_catalog.text COLLATE \"C\" = {other}::pg_catalog.text COLLATE \"C\" THEN FALSE
                 WHEN pg_catalog.strpos({one}::pg_catalog.text, '\\u0000') > 0 THEN TRUE
                 ELSE {} END",
                by_text(&one, &other)
            );
        }
        by_text(&one, &other)
    }

    /// A value as text, the same for equal values and for no others.
    fn text(&self, value: &str) -> String {
        // As it prints: a cast to text may be somebody's own function.
        let text = |value: &str| {
            format!("CASE WHEN {value} IS NOT NULL THEN pg_catalog.concat({value}) END COLLATE \"C\"")
        };
        match self.stored {
            // -0.0 and 0.0 are the same.
            LogicalType::Real => text(&format!("({value} + 0)")),
            LogicalType::Json if self.ty == LogicalType::Json => text(&format!("{value}::pg_catalog.jsonb")),
            _ => text(value),
        }
    }

    /// Whether the server's own equality is that of the model.
    fn has_one_text(&self) -> bool {
        matches!(
            self.stored,
            LogicalType::Integer
                | LogicalType::Real
                | LogicalType::Boolean
                | LogicalType::Bytes
                | LogicalType::Uuid
                | LogicalType::Date
                | LogicalType::Time
                | LogicalType::Timestamp
                | LogicalType::Timestamptz
        )
    }
}
