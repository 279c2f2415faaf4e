//! The first pass: every row of the snapshot against the target, and what is to be done with it, noted in temporary
//! tables. Changes nothing, decides nothing that an option or the archive has a say in.

use model::{Ownership, RowSource, Value};
use rusqlite::types::{ToSqlOutput, Value as Owned};
use rusqlite::{Connection, ErrorCode, Row, Rows, Statement, params_from_iter};

use super::super::convert::to_storage;
use super::Merge;
use super::finder::{Finder, Found, FoundRow};
use super::indexes::{Unique, put_incoming};
use super::scratch::{Code, RunWriter};
use super::shape::{Identity, Shape};
use super::stored::Stored;
use crate::error::At as _;
use crate::merge::resolve::Origin;
use crate::merge::rows::{STEP, Sections, check_row};
use crate::{Error, MergeError, MergeProgress, TablePlan};

/// Compares the whole snapshot with the target: for each table of the definition what is to be done by that alone.
///
/// # Errors
/// The snapshot or the target cannot be read, a row of the snapshot has no key, or two have the same.
pub(super) fn compare(
    merge: &Merge<'_>,
    snapshot: &mut dyn RowSource,
    progress: &mut dyn FnMut(MergeProgress),
) -> Result<Vec<TablePlan>, Error> {
    let table = |shape: &Shape| TablePlan { table: shape.spec.name.clone(), ..TablePlan::default() };
    let mut tables: Vec<TablePlan> = merge.shapes.iter().map(table).collect();
    let mut runs = RunWriter::new(merge.connection)?;
    let mut seq = 0;
    let mut sections = Sections::open(snapshot)?;
    while let Some(section) = sections.next_section()? {
        let shape = merge.shape(section.table)?;
        let mut table = TableComparison::new(merge, shape, section.ownership)?;
        while let Some(values) = sections.next_row()? {
            let code = table.row(seq, values)?;
            runs.push(code)?;
            count(&mut tables[shape.index], code);
            seq += 1;
            if seq.cast_unsigned().is_multiple_of(STEP) {
                progress(MergeProgress::Compared(seq.cast_unsigned()));
            }
        }
    }
    runs.flush()?;
    progress(MergeProgress::Compared(seq.cast_unsigned()));
    Ok(tables)
}

fn count(table: &mut TablePlan, code: Code) {
    match code {
        Code::Equal => table.equal += 1,
        Code::Insert => table.insert += 1,
        Code::Change => table.update += 1,
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
        check_row(&self.shape.spec, &self.shape.key, values)?;
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
                Err(MergeError::twice(self.shape.show(values), &self.shape.spec.name).into())
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
        let storage = |at: usize| {
            let column = &shape.columns[at];
            to_storage(column.ty, column.affinity, &values[at])
        };
        let key_unique = shape.key_unique.iter().filter(|_| key_too);
        let mut is_put = false;
        for (number, unique) in
            shape.uniques.iter().enumerate().chain(key_unique.map(|u| (shape.uniques.len(), u)))
        {
            if own.is_some_and(|own| unique.all_columns().iter().all(|at| own.mask[*at] == 0)) {
                continue;
            }
            let needed;
            let bound: Vec<ToSqlOutput<'_>> = if unique.computed.is_some() {
                if !is_put {
                    put_incoming(self.connection, shape, (0..shape.columns.len()).map(storage))?;
                    is_put = true;
                }
                needed = unique.needed(self.connection, shape, values)?;
                needed.iter().flatten().map(Stored::as_output).collect()
            } else {
                unique.columns.iter().map(|at| storage(*at)).collect()
            };
            if bound.is_empty() || bound.contains(&ToSqlOutput::Owned(Owned::Null)) {
                continue;
            }
            let mut rows = lookups.holders[number].query(params_from_iter(&bound)).at(self.connection)?;
            let Some(row) = held(&mut rows, unique).at(self.connection)? else { continue };
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

/// The row that holds a value. What cannot be computed of all rows that are asked is for the engine to try.
fn held<'r>(rows: &'r mut Rows<'_>, unique: &Unique) -> rusqlite::Result<Option<&'r Row<'r>>> {
    match rows.next() {
        Err(error) if unique.computed.is_some() && error.sqlite_error_code() == Some(ErrorCode::Unknown) => {
            Ok(None)
        }
        row => row,
    }
}

impl<'a> Lookups<'a> {
    fn new(connection: &'a Connection, shape: &Shape, owned: &str) -> Result<Self, Error> {
        let r = shape.r_list("");
        let holes = |count: usize| vec!["?"; count].join(", ");
        let ids = shape.identity_len();
        let prepare = |sql: &str| connection.prepare(sql).at(connection);
        let uniques = shape.uniques.iter().chain(&shape.key_unique);
        let holders = uniques.map(|unique| prepare(&unique.holders_sql(shape)));
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
