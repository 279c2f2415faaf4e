//! The changes: parks what is in the way, inserts what is missing and updates what differs, in file order, then deletes
//! what the snapshot lacks, children first; and lets the server check its references.
//!
//! Rows are told apart by the notes of the first pass; nothing is decided here. A savepoint stands before each table, so
//! that a row which the target refuses can be looked for and named.

use std::collections::BTreeMap;

use model::RowSource;

use super::super::session::Session;
use super::Merge;
use super::compare::Tally;
use super::facts::get;
use super::refused::{FailedCopy, is_reference, is_refusal, refused, refused_in};
use super::shape::Shape;
use super::{constraints, deletes, direct, parking, triggers, verify};
use crate::merge::digest::RowSet;
use crate::merge::rows::{Sections, out_of_step};
use crate::{Error, MergeError, MergePlan, MergeProgress};

/// Changes the target.
///
/// # Errors
/// The target refuses a row or cannot be written, or the snapshot is no longer what it was.
pub(super) fn apply(
    session: &mut Session,
    merge: &Merge<'_>,
    plan: &MergePlan,
    tallies: &mut [Tally],
    snapshot: &mut dyn RowSource,
    progress: &mut dyn FnMut(MergeProgress),
) -> Result<(), Error> {
    refuse_fixed_columns(session, merge)?;
    let silenced = triggers::switch_off(session, merge, plan)?;
    let loosened = constraints::loosen(session, merge, tallies)?;
    deletes::delete_followers(session, merge)?;
    parking::park(session, merge)?;
    write_tables(session, merge, tallies, snapshot, progress)?;
    deletes::settle(session, merge)?;
    deletes::delete(session, merge)?;
    check_references(session, merge)?;
    constraints::tighten(session, &loosened)?;
    triggers::switch_on(session, &silenced)
}

/// Columns that are `GENERATED ALWAYS AS IDENTITY` take no other value.
fn refuse_fixed_columns(session: &mut Session, merge: &Merge<'_>) -> Result<(), Error> {
    for shape in merge.staged() {
        for (at, column) in shape.columns.iter().enumerate().filter(|(_, column)| column.always_identity) {
            let name = shape.row_name("t");
            let sql = format!(
                "SELECT {} FROM {} AS n JOIN {} AS t ON {} WHERE NOT n.skipped AND {} ORDER BY n.seq LIMIT 1",
                name.list(),
                shape.change(),
                shape.relation.from,
                shape.is_noted("t", "n"),
                Shape::touches("n", &[at])
            );
            if let Some(row) = name.of_row(session, &sql)? {
                let reason = format!(
                    "the column {} is GENERATED ALWAYS AS IDENTITY and cannot be changed",
                    column.quoted
                );
                return Err(MergeError::Refused { row, reason }.into());
            }
        }
    }
    Ok(())
}

/// Tables in file order. The snapshot is read again only where rows are copied straight from it; their digests go into the
/// tallies.
pub(super) fn write_tables(
    session: &mut Session,
    merge: &Merge<'_>,
    tallies: &mut [Tally],
    snapshot: &mut dyn RowSource,
    progress: &mut dyn FnMut(MergeProgress),
) -> Result<(), Error> {
    let mut writer = Writer::new(merge, false);
    let straight =
        merge.shapes.iter().zip(&*tallies).any(|(shape, tally)| shape.direct && tally.may_have_rows());
    if straight {
        session.batch("SAVEPOINT merge_form")?;
        let mut read = writer.read(session, merge, Sections::open(snapshot)?, progress);
        if let Ok(false) = read {
            // What was written so far comes again.
            session.batch("ROLLBACK TO SAVEPOINT merge_form")?;
            writer = Writer::new(merge, true);
            read = writer.read(session, merge, Sections::open(snapshot)?, progress);
        }
        if let Err((failed, shape)) = read {
            let Some(shape) = shape else { return Err(failed.error) };
            session.batch("ROLLBACK TO SAVEPOINT merge_table")?;
            return Err(direct::explain(session, merge, shape, snapshot, failed));
        }
        for ((shape, tally), copied) in merge.shapes.iter().zip(&mut *tallies).zip(&writer.copied) {
            if shape.direct && !tally.uncounted && tally.rows.rows != copied.rows {
                return Err(out_of_step());
            }
            if shape.direct {
                tally.rows = *copied;
            }
        }
    }
    writer.write_staged(session, merge, merge.shapes.len())?;
    let all = tallies.iter().map(|tally| tally.rows.rows).sum();
    progress(MergeProgress::Applied(all));
    Ok(())
}

struct Writer {
    /// See [`direct::Copy`].
    as_text: bool,
    /// The first table that has not been written.
    next: usize,
    /// The number of the section in the file.
    section: usize,
    rows: u64,
    /// Per table of the definition.
    copied: Vec<RowSet>,
    savepoint: bool,
}

impl Writer {
    fn new(merge: &Merge<'_>, as_text: bool) -> Self {
        let copied = vec![RowSet::default(); merge.shapes.len()];
        Self { as_text, next: 0, section: 0, rows: 0, copied, savepoint: false }
    }

    /// Copies the sections of tables that were empty, and writes the others when their turn comes. False where all has to
    /// be done again as text. A failed copy comes with its table.
    fn read<'m>(
        &mut self,
        session: &mut Session,
        merge: &'m Merge<'_>,
        mut sections: Sections<'_>,
        progress: &mut dyn FnMut(MergeProgress),
    ) -> Result<bool, (FailedCopy, Option<&'m Shape>)> {
        let plain = |error: Error| (FailedCopy::from(error), None);
        while let Some(section) = sections.next_section().map_err(plain)? {
            let shape = merge.shape(section.table).map_err(plain)?;
            self.write_staged(session, merge, shape.index).map_err(plain)?;
            if shape.direct {
                self.set_savepoint(session).map_err(plain)?;
                let copied = &mut self.copied[shape.index];
                let (as_text, before) = (self.as_text, self.rows);
                let copy = direct::Copy { key: &merge.key, as_text, before, progress: &mut *progress };
                let copied = copy
                    .sections(session, shape, &mut sections, copied)
                    .map_err(|error| (FailedCopy { error, section: self.section }, Some(shape)))?;
                let Some((rows, number)) = copied else { return Ok(false) };
                self.rows += rows;
                self.section += number;
            } else {
                while sections.next_row().map_err(plain)?.is_some() {
                    self.rows += 1;
                }
                self.section += 1;
            }
        }
        Ok(true)
    }

    /// Writes the tables before `end` that have not been written.
    fn write_staged(&mut self, session: &mut Session, merge: &Merge<'_>, end: usize) -> Result<(), Error> {
        for shape in merge.shapes.iter().take(end).skip(self.next).filter(|shape| !shape.direct) {
            self.set_savepoint(session)?;
            let written = insert(session, shape).and_then(|()| update(session, shape));
            if let Err(error) = written {
                return Err(explain(session, merge, shape, error));
            }
        }
        self.next = self.next.max(end);
        Ok(())
    }

    fn set_savepoint(&mut self, session: &mut Session) -> Result<(), Error> {
        if self.savepoint {
            session.batch("RELEASE SAVEPOINT merge_table")?;
        }
        self.savepoint = true;
        session.batch("SAVEPOINT merge_table")
    }
}

/// Names the row of a staged table that the target refuses.
fn explain(session: &mut Session, merge: &Merge<'_>, shape: &Shape, error: Error) -> Error {
    let all = || format!("the rows of {}", shape.shown_name());
    if !is_refusal(&error) || session.batch("ROLLBACK TO SAVEPOINT merge_table").is_err() {
        return refused(error, all);
    }
    if is_reference(&error)
        && let Err(found @ Error::Merge(_)) = verify::check_staged(session, merge, shape)
    {
        return found;
    }
    let row = deletes::first_refused(session, shape).ok().flatten();
    refused_in(session, merge, Some(shape), error, || row.unwrap_or_else(all))
}

/// Inserts what is missing.
fn insert(session: &mut Session, shape: &Shape) -> Result<(), Error> {
    let due = super::facts::count(session, &shape.fresh())?;
    if due == 0 {
        return Ok(());
    }
    let insert = insert_sql(shape, "");
    let sql = if shape.has_key() {
        insert
    } else {
        // Both sides are in the rows' order, so the n-th place is that of the n-th row.
        format!(
            "WITH i AS ({insert} RETURNING tableoid, ctid),
               placed AS (SELECT tableoid, ctid, pg_catalog.row_number() OVER () AS n FROM i),
               due AS (SELECT seq, pg_catalog.row_number() OVER (ORDER BY seq) AS n FROM {fresh})
             INSERT INTO {found} SELECT due.seq, placed.tableoid, placed.ctid FROM due JOIN placed USING (n)",
            fresh = shape.fresh(),
            found = shape.found(),
        )
    };
    let inserted = session.execute(&sql, &[])?;
    if inserted == due {
        return Ok(());
    }
    let missing = if shape.has_key() {
        format!("NOT EXISTS (SELECT FROM {} AS t WHERE {})", shape.relation.from, shape.has_key_of("t", "s"))
    } else {
        "TRUE".to_owned()
    };
    Err(ignored(session, shape, &shape.fresh(), &missing)?.into())
}

/// The statement that inserts the missing rows, those that satisfy `condition` on `s`.
pub(super) fn insert_sql(shape: &Shape, condition: &str) -> String {
    let value =
        |at: usize| if shape.postponed.contains(&at) { "NULL".to_owned() } else { format!("s.c{at}") };
    let staged: Vec<String> = (0..shape.columns.len()).map(value).collect();
    format!(
        "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {} AS s
         WHERE EXISTS (SELECT FROM {} AS n WHERE n.seq = s.seq){condition} ORDER BY s.seq",
        shape.relation.name,
        shape.bare_columns(),
        staged.join(", "),
        shape.stage(),
        shape.fresh()
    )
}

/// Updates what differs: one statement for each set of columns, which sets no others.
fn update(session: &mut Session, shape: &Shape) -> Result<(), Error> {
    let sql = format!(
        "SELECT mask, pg_catalog.count(*) FROM {} WHERE NOT skipped GROUP BY mask ORDER BY mask",
        shape.change()
    );
    let mut masks: BTreeMap<String, u64> = BTreeMap::new();
    for row in session.query(&sql, &[])? {
        let due: i64 = get(session, &row, 1)?;
        masks.insert(get(session, &row, 0)?, due.unsigned_abs());
    }
    let postponed = |at: usize| shape.postponed.contains(&at);
    masks.retain(|mask, _| mask.bytes().enumerate().any(|(at, mark)| mark == b'1' && !postponed(at)));
    for (mask, due) in masks {
        let updated = session.execute(&update_sql(shape, &mask, ""), &[])?;
        if updated != due {
            // Which of them was ignored, the server does not tell.
            let with_mask = format!("n.mask = '{}' AND NOT n.skipped", digits(&mask));
            return Err(ignored(session, shape, &shape.change(), &with_mask)?.into());
        }
    }
    Ok(())
}

/// The statement that updates the rows with a mask, those that satisfy `condition` on `s`.
pub(super) fn update_sql(shape: &Shape, mask: &str, condition: &str) -> String {
    let set: Vec<String> = (shape.columns.iter().enumerate().zip(mask.bytes()))
        .filter(|((at, _), mark)| *mark == b'1' && !shape.postponed.contains(at))
        .map(|((at, column), _)| format!("{} = s.c{at}", column.quoted))
        .collect();
    format!(
        "UPDATE {from} AS t SET {set} FROM {change} AS n JOIN {stage} AS s ON s.seq = n.seq
         WHERE n.mask = '{digits}' AND NOT n.skipped AND {noted}{condition}",
        from = shape.relation.from,
        set = set.join(", "),
        change = shape.change(),
        stage = shape.stage(),
        digits = digits(mask),
        noted = shape.is_noted("t", "n"),
    )
}

/// A mask, ready for SQL.
fn digits(mask: &str) -> String {
    mask.chars().filter(char::is_ascii_digit).collect()
}

/// The error for rows of the notes `n` that the target passed over: it names the first one that satisfies `condition`.
fn ignored(session: &mut Session, shape: &Shape, notes: &str, condition: &str) -> Result<MergeError, Error> {
    let name = shape.staged_name("s");
    let sql = format!(
        "SELECT {} FROM {} AS s JOIN {notes} AS n ON n.seq = s.seq WHERE {condition} ORDER BY s.seq LIMIT 1",
        name.list(),
        shape.stage()
    );
    let row = name.of_row(session, &sql)?.unwrap_or_else(|| format!("the rows of {}", shape.shown_name()));
    let reason = "a trigger or a policy of the target ignored it".to_owned();
    Ok(MergeError::Refused { row, reason })
}

/// Lets the server check every reference that it put off; where one leads nowhere, the row is looked for.
pub(super) fn check_references(session: &mut Session, merge: &Merge<'_>) -> Result<(), Error> {
    session.batch("SAVEPOINT merge_table")?;
    let Err(error) = session.batch("SET CONSTRAINTS ALL IMMEDIATE") else { return Ok(()) };
    if is_refusal(&error) && session.batch("ROLLBACK TO SAVEPOINT merge_table").is_ok() {
        for shape in &merge.shapes {
            if let Err(found @ Error::Merge(_)) = verify::check_every_reference(session, merge, shape) {
                return Err(found);
            }
        }
    }
    Err(refused_in(session, merge, None, error, || "the rows of the import".to_owned()))
}
