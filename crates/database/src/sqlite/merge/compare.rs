//! The first pass: every row of the snapshot against the target, and what is to be done with it, noted in temporary
//! tables. Changes nothing, decides nothing that an option or the archive has a say in.

use model::text::Shown;
use model::{Ownership, RowEvent, RowSource, Value};
use rusqlite::{Connection, ErrorCode, Statement, params_from_iter};

use super::super::convert::to_storage;
use super::Merge;
use super::finder::{Finder, Found, FoundRow};
use super::scratch::{Code, Origin, RunWriter};
use super::shape::{Identity, Shape};
use super::stored::Stored;
use crate::error::At as _;
use crate::{Error, MergeError, MergeProgress};

/// How many rows lie between two reports of progress.
pub(super) const STEP: u64 = 4096;

/// What the first pass found in one table.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    /// Rows of the snapshot.
    pub rows: u64,
    /// Rows that are missing in the target.
    pub insert: u64,
    /// Rows with other values.
    pub change: u64,
    /// Rows that are as they should be.
    pub equal: u64,
}

/// Compares the whole snapshot with the target: a tally per table of the definition.
///
/// # Errors
/// The snapshot or the target cannot be read, a row of the snapshot has no key, or two have the same.
pub(super) fn compare(
    merge: &Merge<'_>,
    snapshot: &mut dyn RowSource,
    progress: &mut dyn FnMut(MergeProgress),
) -> Result<Vec<Tally>, Error> {
    let mut tallies = vec![Tally::default(); merge.shapes.len()];
    let mut runs = RunWriter::new(merge.connection)?;
    let mut table: Option<TableComparison<'_>> = None;
    let mut seq = 0;
    let mut stream = snapshot.open().map_err(Error::Stream)?;
    while let Some(event) = stream.next().map_err(Error::Stream)? {
        match event {
            RowEvent::Section { table: index, ownership, .. } => {
                let shape = merge.shape(index)?;
                table = Some(TableComparison::new(merge, shape, ownership)?);
            }
            RowEvent::Row(values) => {
                let table = table.as_mut().ok_or_else(out_of_step)?;
                let code = table.row(seq, values)?;
                runs.push(code)?;
                count(&mut tallies[table.shape.index], code);
                seq += 1;
                if seq.cast_unsigned().is_multiple_of(STEP) {
                    progress(MergeProgress::Compared(seq.cast_unsigned()));
                }
            }
        }
    }
    runs.flush()?;
    progress(MergeProgress::Compared(seq.cast_unsigned()));
    Ok(tallies)
}

/// A stream that does not keep to its own definition.
pub(super) fn out_of_step() -> Error {
    Error::Stream("the snapshot's rows do not keep to its definition".into())
}

fn count(tally: &mut Tally, code: Code) {
    tally.rows += 1;
    match code {
        Code::Equal => tally.equal += 1,
        Code::Insert => tally.insert += 1,
        Code::Change => tally.change += 1,
    }
}

struct TableComparison<'a> {
    connection: &'a Connection,
    shape: &'a Shape,
    ownership: Ownership,
    /// `None` for an empty table: then every row is missing.
    lookups: Option<Lookups<'a>>,
}

struct Lookups<'a> {
    finder: Finder<'a>,
    seen: Statement<'a>,
    change: Statement<'a>,
    wait: Statement<'a>,
    /// In the order of [`Shape::uniques`], then the key's own.
    holders: Vec<Statement<'a>>,
}

impl<'a> TableComparison<'a> {
    fn new(merge: &Merge<'a>, shape: &'a Shape, ownership: Ownership) -> Result<Self, Error> {
        let connection = merge.connection;
        let lookups = (!shape.empty)
            .then(|| Lookups::new(connection, shape, &merge.owned_condition(shape)))
            .transpose()?;
        Ok(Self { connection, shape, ownership, lookups })
    }

    fn row(&mut self, seq: i64, values: &[Value]) -> Result<Code, Error> {
        if values.len() != self.shape.columns.len() {
            return Err(out_of_step());
        }
        if self.shape.key.iter().any(|at| values[*at].is_null()) {
            return Err(MergeError::NullKey { row: self.shape.show(values) }.into());
        }
        let Some(lookups) = &mut self.lookups else { return Ok(Code::Insert) };
        let owned = self.ownership == Ownership::Owned;
        match lookups.finder.find(self.shape, values, owned)? {
            Found::Nothing => self.note_holders(seq, values, None, false).map(|()| Code::Insert),
            Found::Near => self.note_holders(seq, values, None, true).map(|()| Code::Insert),
            Found::Row(found) => self.found(seq, values, &found),
        }
    }

    fn found(&mut self, seq: i64, values: &[Value], found: &FoundRow) -> Result<Code, Error> {
        self.mark_seen(values, &found.id)?;
        if found.code() == Code::Equal {
            return Ok(Code::Equal);
        }
        let origin = match (found.owned, self.ownership) {
            (true, _) => Origin::Owned,
            (false, Ownership::Shared) => Origin::Shared,
            (false, Ownership::Owned) => Origin::Foreign,
        };
        self.note_change(seq, found, origin)?;
        self.note_holders(seq, values, Some(found), false)?;
        Ok(Code::Change)
    }

    fn mark_seen(&mut self, values: &[Value], id: &Identity) -> Result<(), Error> {
        let Some(lookups) = &mut self.lookups else { return Ok(()) };
        let owned = Stored::Integer(i64::from(self.ownership == Ownership::Owned));
        let bound = id.iter().cloned().chain([owned]);
        match lookups.seen.execute(params_from_iter(bound)) {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                Err(twice(self.shape, values).into())
            }
            other => other.map(|_| ()).at(self.connection),
        }
    }

    fn note_change(&mut self, seq: i64, found: &FoundRow, origin: Origin) -> Result<(), Error> {
        let Some(lookups) = &mut self.lookups else { return Ok(()) };
        let bound = [Stored::Integer(seq)]
            .into_iter()
            .chain(found.id.iter().cloned())
            .chain([Stored::Blob(found.mask.clone()), Stored::Integer(origin as i64)]);
        lookups.change.execute(params_from_iter(bound)).map(|_| ()).at(self.connection)
    }

    /// Notes the rows of the target that hold unique values which this row needs.
    fn note_holders(
        &mut self,
        seq: i64,
        values: &[Value],
        own: Option<&FoundRow>,
        key_too: bool,
    ) -> Result<(), Error> {
        let shape = self.shape;
        let Some(lookups) = &mut self.lookups else { return Ok(()) };
        let key_unique = shape.key_unique.iter().filter(|_| key_too);
        for (number, unique) in
            shape.uniques.iter().enumerate().chain(key_unique.map(|u| (shape.uniques.len(), u)))
        {
            let untouched = own.is_some_and(|own| unique.columns.iter().all(|at| own.mask[*at] == 0));
            if untouched || unique.columns.iter().any(|at| values[*at].is_null()) {
                continue;
            }
            let bound = unique.columns.iter().map(|at| {
                let column = &shape.columns[*at];
                to_storage(column.ty, column.affinity, &values[*at])
            });
            let mut rows = lookups.holders[number].query(params_from_iter(bound)).at(self.connection)?;
            let Some(row) = rows.next().at(self.connection)? else { continue };
            let holder = shape.identity_of(row, 0).at(self.connection)?;
            if own.is_some_and(|own| own.id == holder) {
                continue;
            }
            let number = i64::try_from(number).unwrap_or(i64::MAX);
            let bound = [
                Stored::Integer(seq),
                Stored::Integer(number),
                Stored::Text(shape.show(values).into_bytes()),
            ]
            .into_iter()
            .chain(holder);
            lookups.wait.execute(params_from_iter(bound)).at(self.connection)?;
        }
        Ok(())
    }
}

impl<'a> Lookups<'a> {
    fn new(connection: &'a Connection, shape: &Shape, owned: &str) -> Result<Self, Error> {
        let r = shape.r_list("");
        let holes = |count: usize| vec!["?"; count].join(", ");
        let ids = shape.identity_len();
        let prepare = |sql: &str| connection.prepare(sql).at(connection);
        let holders = shape.uniques.iter().chain(&shape.key_unique).map(|unique| {
            let terms: Vec<String> = unique
                .columns
                .iter()
                .zip(&unique.collations)
                .map(|(at, collation)| format!("t.{} COLLATE {collation} = ?", shape.columns[*at].quoted))
                .collect();
            let sql = format!(
                "SELECT {} FROM {} AS t WHERE {}",
                shape.identity_list("t"),
                shape.name,
                terms.join(" AND ")
            );
            prepare(&sql)
        });
        Ok(Self {
            finder: Finder::new(connection, shape, owned)?,
            seen: prepare(&format!("INSERT INTO {} ({r}, owned) VALUES ({})", shape.seen(), holes(ids + 1)))?,
            change: prepare(&format!(
                "INSERT INTO {} (seq, {r}, mask, origin) VALUES ({})",
                shape.change(),
                holes(ids + 3)
            ))?,
            wait: prepare(&format!(
                "INSERT INTO {} (seq, number, incoming, {}) VALUES ({})",
                shape.wait(),
                shape.holder_list(),
                holes(ids + 3)
            ))?,
            holders: holders.collect::<Result<_, _>>()?,
        })
    }
}

/// The snapshot holds two rows of one key, which no export writes.
pub(super) fn twice(shape: &Shape, values: &[Value]) -> MergeError {
    MergeError::Refused {
        row: shape.show(values),
        reason: format!("the snapshot holds two rows of {} with this key", Shown(&shape.spec.name)),
    }
}
