//! Which rows of the target the archive explains: those that equal a row of an archived version were put there by an
//! import, not by people.
//!
//! Versions are read newest first, only while a row is unexplained, and only rows of tables that have such rows are
//! looked at. A version that lacks columns is compared on those it has.

use model::{ColumnSpec, Definition, RowEvent, RowSource, Value};
use rusqlite::{Connection, Statement, params_from_iter};

use super::Merge;
use super::finder::hash_of;
use super::shape::{Shape, exists, read_value};
use super::stored::Stored;
use crate::error::At as _;
use crate::{Error, History};

/// What the archive says of a row, as `candidate` notes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i64)]
pub(super) enum Status {
    /// No version has its key. The notes begin with this.
    Unknown = 0,
    /// A version has its key, with other values.
    Known = 1,
    /// A version has the row as it is.
    Explained = 2,
}

/// Notes the status of every row that would be changed or deleted.
///
/// # Errors
/// A version or the target cannot be read.
pub(super) fn explain(merge: &Merge<'_>, history: &mut dyn History) -> Result<(), Error> {
    for shape in &merge.shapes {
        note_candidates(merge.connection, shape)?;
    }
    for index in 0..history.len() {
        if !any_open(merge)? {
            break;
        }
        let mut version = history.open(index).map_err(Error::Stream)?;
        compare_version(merge, version.as_mut())?;
    }
    Ok(())
}

/// Every row that would be changed or deleted, as yet unknown to the archive.
fn note_candidates(connection: &Connection, shape: &Shape) -> Result<(), Error> {
    let sql = format!(
        "INSERT INTO {candidate} ({r}) SELECT {r} FROM {change} UNION ALL SELECT {r} FROM {gone};
         CREATE INDEX temp.merge_candidate_hash_{index} ON merge_candidate_{index} (hash) WHERE status < 2;",
        r = shape.r_list(""),
        candidate = shape.candidate(),
        change = shape.change(),
        gone = shape.gone(),
        index = shape.index,
    );
    connection.execute_batch(&sql).at(connection)
}

fn compare_version(merge: &Merge<'_>, version: &mut dyn RowSource) -> Result<(), Error> {
    let definition = version.definition().clone();
    let mut stream = version.open().map_err(Error::Stream)?;
    let mut table = None;
    while let Some(event) = stream.next().map_err(Error::Stream)? {
        match event {
            RowEvent::Section { table: index, .. } => table = ArchivedTable::new(merge, &definition, index)?,
            RowEvent::Row(values) => {
                if let Some(table) = &mut table {
                    table.row(values)?;
                }
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

/// A section of an archived version beside the table's candidates.
struct ArchivedTable<'a> {
    connection: &'a Connection,
    shape: &'a Shape,
    /// Position in the archived row, the version's column, position in the shape.
    common: Vec<(usize, ColumnSpec, usize)>,
    /// Positions in `common` of the columns that find a candidate.
    key: Vec<usize>,
    find: Statement<'a>,
    note: Statement<'a>,
}

impl<'a> ArchivedTable<'a> {
    /// `None` where nothing of the section can explain a row.
    fn new(merge: &'a Merge<'_>, definition: &Definition, index: usize) -> Result<Option<Self>, Error> {
        let connection = merge.connection;
        let Some(spec) = definition.tables.get(index) else { return Ok(None) };
        let Some(shape) = merge.shapes.iter().find(|shape| shape.spec.name == spec.name) else {
            return Ok(None);
        };
        if !has_open(connection, shape)? {
            return Ok(None);
        }
        let common: Vec<(usize, ColumnSpec, usize)> = spec
            .columns
            .iter()
            .enumerate()
            .filter_map(|(at, column)| Some((at, column.clone(), shape.position(&column.name)?)))
            .collect();
        let key: Vec<usize> = if shape.key.is_empty() {
            (0..common.len()).collect()
        } else {
            let found: Option<Vec<usize>> =
                shape.key.iter().map(|key| common.iter().position(|(_, _, at)| at == key)).collect();
            match found {
                Some(key) => key,
                None => return Ok(None),
            }
        };
        let (find, note) = statements(connection, shape)?;
        let mut table = Self { connection, shape, common, key, find, note };
        table.hash_candidates()?;
        Ok(Some(table))
    }

    /// Gives every open candidate the hash of its key, read with this version's types.
    fn hash_candidates(&mut self) -> Result<(), Error> {
        let shape = self.shape;
        let select = format!(
            "SELECT {}, {} FROM {} AS c CROSS JOIN {} AS t ON {} WHERE c.status < 2",
            shape.r_list("c"),
            shape.column_list("t"),
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
            let values = target_values(shape, &self.common, row).at(self.connection)?;
            let hash = Stored::Blob(hash_of(self.key.iter().map(|at| &values[*at])));
            update.execute(params_from_iter([hash].into_iter().chain(id))).at(self.connection)?;
        }
        Ok(())
    }

    fn row(&mut self, values: &[Value]) -> Result<(), Error> {
        let Some(archived) =
            self.common.iter().map(|(at, ..)| values.get(*at)).collect::<Option<Vec<&Value>>>()
        else {
            return Err(super::compare::out_of_step());
        };
        let hash = hash_of(self.key.iter().map(|at| archived[*at]));
        let mut matches = Vec::new();
        {
            let mut rows = self.find.query([hash]).at(self.connection)?;
            while let Some(row) = rows.next().at(self.connection)? {
                let values = target_values(self.shape, &self.common, row).at(self.connection)?;
                let equal = values.iter().zip(&archived).all(|(target, archived)| target == *archived);
                let status = if equal { Status::Explained } else { Status::Known };
                matches.push((status, self.shape.identity_of(row, 0).at(self.connection)?));
            }
        }
        for (status, id) in matches {
            let bound = [Stored::Integer(status as i64)].into_iter().chain(id);
            self.note.execute(params_from_iter(bound)).at(self.connection)?;
        }
        Ok(())
    }
}

/// The common columns of a row of the target (behind its identity), read with the version's types.
fn target_values(
    shape: &Shape,
    common: &[(usize, ColumnSpec, usize)],
    row: &rusqlite::Row<'_>,
) -> rusqlite::Result<Vec<Value>> {
    let first = shape.identity_len();
    let read = |(_, column, at): &(usize, ColumnSpec, usize)| {
        Ok(read_value(column.ty, shape.columns[*at].affinity, row.get_ref(first + at)?))
    };
    common.iter().map(read).collect()
}

fn statements<'a>(
    connection: &'a Connection,
    shape: &Shape,
) -> Result<(Statement<'a>, Statement<'a>), Error> {
    let find = format!(
        "SELECT {}, {} FROM {} AS c CROSS JOIN {} AS t ON {} WHERE c.hash = ? AND c.status < 2",
        shape.r_list("c"),
        shape.column_list("t"),
        shape.candidate(),
        shape.name,
        shape.joined("t", "c")
    );
    let note =
        format!("UPDATE {} SET status = max(status, ?1) WHERE {}", shape.candidate(), shape.is_note(2));
    Ok((connection.prepare(&find).at(connection)?, connection.prepare(&note).at(connection)?))
}
