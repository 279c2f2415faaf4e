//! Rows that give up a unique value before another row takes it: they hold NULL or a placeholder meanwhile, until their
//! own new value comes or they are deleted.
//!
//! The placeholders are expressions of this file, never text from outside.

use model::ReferentialAction;
use rusqlite::{ErrorCode, params_from_iter};

use super::super::convert::Affinity;
use super::Merge;
use super::apply::written;
use super::indexes::Unique;
use super::names::RowName;
use super::shape::{Identity, Shape};
use super::transaction::Transaction;
use super::unique::{counts, gives_up};
use crate::error::At as _;
use crate::{Error, FirstRows, MergeError, Triggers};

/// A text that is JSON too, and an identifier's text.
const TEXTS: [&str; 2] = [
    "'\"parked ' || lower(hex(randomblob(16))) || '\"'",
    "lower(printf('%s-%s-4%s-8%s-%s', hex(randomblob(4)), hex(randomblob(2)), substr(hex(randomblob(2)), 2),
            substr(hex(randomblob(2)), 2), hex(randomblob(6))))",
];
const INTEGERS: [&str; 2] = ["(random() & 4611686018427387903) + 1", "-1 - (random() & 4611686018427387903)"];
const REALS: [&str; 1] = ["1e300 * (1 + abs(random() % 9007199254740992)) / 9007199254740992"];
const BLOBS: [&str; 1] = ["randomblob(16)"];

/// A row that has to give up a unique value.
pub(super) struct Holder<'a> {
    /// Which row.
    pub id: Identity,
    /// Positions of the columns that may be parked: those whose value changes, all of a row that is deleted.
    pub columns: Vec<usize>,
    name: String,
    shape: &'a Shape,
    unique: &'a Unique,
}

impl Holder<'_> {
    /// `fragments: id 3 (slug)`.
    pub(super) fn shown(&self) -> String {
        format!("{} ({})", self.name, self.shape.show_columns(&self.unique.columns))
    }
}

impl Shape {
    /// How many unique keys the table has, its row key's own among them.
    pub(super) fn unique_count(&self) -> usize {
        self.uniques.len() + usize::from(self.key_unique.is_some())
    }

    /// The unique key of that number, as `wait` counts them.
    pub(super) fn unique(&self, number: usize) -> Option<&Unique> {
        self.uniques.get(number).or(self.key_unique.as_ref())
    }
}

/// Calls `each` for every row that has to give up its values of one unique key.
///
/// # Errors
/// The target cannot be read, or `each` fails.
pub(super) fn each_holder(
    merge: &Merge<'_>,
    shape: &Shape,
    number: usize,
    each: &mut dyn FnMut(Holder<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let Some(unique) = shape.unique(number) else { return Ok(()) };
    let name = RowName::new(&shape.spec.name, &shape.table, &shape.spec.key);
    // Only notes are read while rows are parked, and names by a subquery on the row itself.
    let sql = format!(
        "SELECT DISTINCT {holder}, (SELECT h.mask FROM {change} AS h WHERE {is_changed}) FROM {wait} AS w
         WHERE w.number = {number} AND {counts} AND {gives_up} ORDER BY {holder}",
        holder = shape.holder_list(),
        change = shape.change(),
        is_changed = shape.holder_is("w", "h"),
        wait = shape.wait(),
        counts = counts(shape),
        gives_up = gives_up(shape, number),
    );
    let sql_name =
        format!("SELECT {} FROM {} AS t WHERE {}", name.list("t"), shape.name, shape.is_row("t", 1));
    let mut named = merge.connection.prepare(&sql_name).at(merge.connection)?;
    let mut statement = merge.connection.prepare(&sql).at(merge.connection)?;
    let mut rows = statement.query([]).at(merge.connection)?;
    while let Some(row) = rows.next().at(merge.connection)? {
        let id = shape.identity_of(row, 0).at(merge.connection)?;
        let mask: Option<Vec<u8>> = row.get(shape.identity_len()).at(merge.connection)?;
        let columns = parkable(merge, shape, unique, mask.as_deref());
        let name = named.query_row(params_from_iter(&id), |row| name.show(row, 0)).at(merge.connection)?;
        each(Holder { id, columns, name, shape, unique })?;
    }
    Ok(())
}

/// Parks every value that another row needs.
///
/// # Errors
/// [`MergeError::CannotPark`] where the target's rules refuse every placeholder.
pub(super) fn park(merge: &Merge<'_>, transaction: &Transaction<'_>) -> Result<(), Error> {
    for shape in &merge.shapes {
        for number in 0..shape.unique_count() {
            each_holder(merge, shape, number, &mut |holder| {
                park_row(merge, shape, &holder)?;
                transaction.still_open()
            })?;
        }
    }
    Ok(())
}

fn park_row(merge: &Merge<'_>, shape: &Shape, holder: &Holder<'_>) -> Result<(), Error> {
    for at in &holder.columns {
        for placeholder in placeholders(shape, holder.unique, *at) {
            let sql = format!(
                "UPDATE OR ABORT {} AS t SET {} = {placeholder} WHERE {}",
                shape.name,
                shape.columns[*at].quoted,
                shape.is_row("t", 1)
            );
            let parked = merge
                .connection
                .prepare_cached(&sql)
                .and_then(|mut statement| statement.execute(params_from_iter(&holder.id)));
            match parked {
                Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {}
                other => return written(merge.connection, other, || holder.name.clone()),
            }
        }
    }
    let mut rows = FirstRows::default();
    rows.push_with(|| holder.shown());
    Err(MergeError::CannotPark { rows }.into())
}

/// Columns that take NULL come first. A column that says which row is which cannot be parked, nor can one whose change
/// the engine itself would carry on to other rows.
pub(super) fn parkable(merge: &Merge<'_>, shape: &Shape, unique: &Unique, mask: Option<&[u8]>) -> Vec<usize> {
    let free = |at: &usize| {
        !shape.columns[*at].is_identity
            && mask.is_none_or(|mask| mask[*at] == 1)
            && !(merge.options.triggers == Triggers::On && is_carried_on(merge, shape, *at))
    };
    let mut columns: Vec<usize> = unique.columns.iter().copied().filter(free).collect();
    columns.sort_by_key(|at| shape.columns[*at].not_null);
    columns
}

fn is_carried_on(merge: &Merge<'_>, shape: &Shape, at: usize) -> bool {
    let keys = merge.catalog.tables.values().flat_map(|table| &table.foreign_keys);
    keys.filter(|key| key.to.eq_ignore_ascii_case(&shape.spec.name)).any(|key| {
        key.on_update != ReferentialAction::NoAction
            && key.key.iter().any(|column| shape.position(column) == Some(at))
    })
}

fn placeholders(shape: &Shape, unique: &Unique, at: usize) -> Vec<&'static str> {
    let column = &shape.columns[at];
    let null = ["NULL"];
    let null = null.iter().filter(|_| !column.not_null);
    let fitting: Vec<&[&'static str]> = match column.affinity {
        Affinity::Integer => vec![&INTEGERS],
        Affinity::Real => vec![&REALS],
        Affinity::Text => vec![&TEXTS],
        Affinity::Blob => vec![&BLOBS, &TEXTS, &INTEGERS],
        Affinity::Numeric => vec![&INTEGERS, &TEXTS, &REALS],
    };
    let fitting = fitting.into_iter().flatten();
    if unique.computed.as_ref().is_some_and(|computed| computed.by_expression) {
        // What is computed of NULL may be a value like any other.
        return fitting.chain(null).copied().collect();
    }
    null.chain(fitting).copied().collect()
}
