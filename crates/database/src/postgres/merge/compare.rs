//! The first pass: every row of the snapshot against the target, and what is to be done with it, noted in temporary
//! tables of the server. Changes nothing, decides nothing that an option or the archive has a say in.
//!
//! Rows of a table that is empty are only counted. Those of any other one are staged and compared there, by the server:
//! equality is its own for types whose values have one text each, and that of texts for all others.

use model::{LogicalType, Ownership, RowSource, Value};

use super::super::binary::Wire;
use super::super::copy::RowsIn;
use super::super::session::Session;
use super::direct::{form, push_number, push_values};
use super::facts::count;
use super::refused::{FailedCopy, checked_row, row_in};
use super::shape::{Shape, ShapeColumn};
use super::{Merge, spelling};
use crate::merge::digest::{RowSet, RunKey};
use crate::merge::rows::{STEP, Section, Sections, out_of_step};
use crate::{Error, MergeError, MergeProgress};

/// What the first pass found in one table.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    /// Rows of the snapshot.
    pub rows: RowSet,
    /// They are counted only as they are written.
    pub uncounted: bool,
    /// How many of them are the scenario's own.
    pub owned: u64,
    /// Rows that are missing in the target.
    pub insert: u64,
    /// Rows with other values.
    pub change: u64,
}

impl Tally {
    /// Whether there may be rows.
    pub(super) fn may_have_rows(&self) -> bool {
        self.uncounted || self.rows.rows > 0
    }

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
    let mut tallies = read(session, merge, snapshot, progress)?;
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

/// The first pass itself: as text from its start, where a row has a value that needs that.
fn read(
    session: &mut Session,
    merge: &Merge<'_>,
    snapshot: &mut dyn RowSource,
    progress: &mut dyn FnMut(MergeProgress),
) -> Result<Vec<Tally>, Error> {
    session.batch("SAVEPOINT merge_form")?;
    for as_text in [false, true] {
        let mut tallies = vec![Tally::default(); merge.shapes.len()];
        let mut pass = Pass { key: merge.key.clone(), as_text, seq: 0, section: 0, progress };
        let passed = pass.run(session, merge, Sections::open(snapshot)?, &mut tallies);
        match passed {
            Ok(true) => return Ok(tallies),
            Ok(false) => session.batch("ROLLBACK TO SAVEPOINT merge_form")?,
            Err(failed) => return Err(row_in(merge, snapshot, failed)),
        }
    }
    Err(out_of_step())
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

/// Tallies without a pass, where every table is empty and nobody asks what is to be done.
pub(super) fn uncounted(merge: &Merge<'_>) -> Option<Vec<Tally>> {
    let all_direct = merge.shapes.iter().all(|shape| shape.direct);
    all_direct.then(|| vec![Tally { uncounted: true, ..Tally::default() }; merge.shapes.len()])
}

struct Pass<'p> {
    key: RunKey,
    /// See [`super::direct::Copy`].
    as_text: bool,
    seq: u64,
    /// The number of the section in the file.
    section: usize,
    progress: &'p mut dyn FnMut(MergeProgress),
}

impl Pass<'_> {
    /// Returns false where all has to be done again as text.
    fn run(
        &mut self,
        session: &mut Session,
        merge: &Merge<'_>,
        mut sections: Sections<'_>,
        tallies: &mut [Tally],
    ) -> Result<bool, FailedCopy> {
        while let Some(section) = sections.next_section()? {
            let shape = merge.shape(section.table)?;
            let tally = &mut tallies[shape.index];
            if shape.direct {
                self.count_section(shape, section, &mut sections, tally)?;
            } else {
                let staged = self.stage_section(session, shape, section, &mut sections, tally);
                if !staged.map_err(|error| FailedCopy { error, section: self.section })? {
                    return Ok(false);
                }
            }
            self.section += 1;
        }
        (self.progress)(MergeProgress::Compared(self.seq));
        Ok(true)
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
    ) -> Result<bool, Error> {
        let wires = shape.wires.as_deref().filter(|_| !self.as_text);
        let into = format!("{} (seq, owned, {})", shape.stage(), shape.staged_columns());
        let owned = section.ownership == Ownership::Owned;
        let mut rows = session.copy_in_as(&into, form(wires))?;
        let mut buffer = Vec::new();
        while let Some(values) = sections.next_row()? {
            checked_row(shape, values)?;
            push_notes(&mut rows, wires, self.seq, owned);
            if !push_values(&mut rows, wires, values) {
                return Ok(false);
            }
            rows.end_row()?;
            self.take(section, tally, values, &mut buffer);
        }
        rows.finish().map(|_| true)
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

/// Begins a staged row: its number in the file, and whether it is the scenario's own.
fn push_notes(rows: &mut RowsIn<'_>, wires: Option<&[Wire]>, seq: u64, owned: bool) {
    let Some(wires) = wires else {
        push_number(rows, seq);
        rows.field(Some(|out: &mut Vec<u8>| out.push(if owned { b't' } else { b'f' })));
        return;
    };
    rows.begin_row(wires.len() + 2);
    for (wire, value) in [
        (Wire::Int8, Value::Integer(i64::try_from(seq).unwrap_or(i64::MAX))),
        (Wire::Boolean, Value::Boolean(owned)),
    ] {
        let _: bool = rows.binary_field(Some(|out: &mut Vec<u8>| wire.write(&value, out)));
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
        // no U+0000 and of two values of one key the last: then the row has none that a snapshot can hold.
        if self.is_plain_json && self.ty == LogicalType::Json {
            return format!(
                "CASE WHEN {one}::pg_catalog.text COLLATE \"C\" = {other}::pg_catalog.text COLLATE \"C\" THEN FALSE
                 WHEN pg_catalog.strpos({one}::pg_catalog.text, '\\u0000') > 0 THEN TRUE
                 ELSE {} OR {} END",
                by_text(&one, &other),
                has_key_twice(&one)
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

/// The SQL condition under which a `json` value has an object with two values of one key, at whatever depth.
fn has_key_twice(value: &str) -> String {
    let only = |kind: &str| format!("CASE WHEN pg_catalog.json_typeof(n.v) = '{kind}' THEN n.v END");
    format!(
        "EXISTS (WITH RECURSIVE n (v) AS (SELECT {value}::pg_catalog.json UNION ALL
           SELECT e.v FROM n CROSS JOIN LATERAL (
             SELECT o.value FROM pg_catalog.json_each({object}) AS o
             UNION ALL SELECT a.value FROM pg_catalog.json_array_elements({array}) AS a) AS e (v))
         SELECT FROM n WHERE (SELECT pg_catalog.count(*) > pg_catalog.count(DISTINCT k.k COLLATE \"C\")
           FROM pg_catalog.json_object_keys({object}) AS k (k)))",
        object = only("object"),
        array = only("array"),
    )
}
