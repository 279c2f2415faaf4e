//! Rows that give up a unique value before another row takes it: they hold NULL or a placeholder meanwhile, until their
//! own new value comes or they are deleted.
//!
//! The placeholders are expressions of this file, never text from outside. Which of them a column takes is tried: a
//! savepoint takes back what the target's rules refuse.

use model::LogicalType;

use super::super::session::Session;
use super::Merge;
use super::facts::exists;
use super::indexes::Unique;
use super::names::RowName;
use super::refused::takes;
use super::shape::Shape;
use super::unique::gives_up;
use crate::{Error, FirstRows, MergeError};

const UUID: &str = "pg_catalog.gen_random_uuid()";
const TEXTS: [&str; 3] = [
    "'parked ' || pg_catalog.gen_random_uuid()::pg_catalog.text",
    "pg_catalog.gen_random_uuid()::pg_catalog.text",
    "pg_catalog.substr(pg_catalog.md5(pg_catalog.gen_random_uuid()::pg_catalog.text), 1, 8)",
];
const JSONS: [&str; 2] = [
    "pg_catalog.to_jsonb('parked ' || pg_catalog.gen_random_uuid()::pg_catalog.text)",
    "pg_catalog.jsonb_build_object('parked', pg_catalog.gen_random_uuid())",
];
const INTEGERS: [&str; 4] = [
    "1 + (pg_catalog.random() * 9e17)::pg_catalog.int8 * 8 + (pg_catalog.random() * 7)::pg_catalog.int8",
    "1 + (pg_catalog.random() * 2147483000)::pg_catalog.int4",
    "1 + (pg_catalog.random() * 32000)::pg_catalog.int4",
    "-1 - (pg_catalog.random() * 2147483000)::pg_catalog.int4",
];
const REALS: [&str; 2] = ["1e30 * (1 + pg_catalog.random())", "pg_catalog.random()"];
const DECIMALS: [&str; 2] =
    ["(pg_catalog.random() * 1e15)::pg_catalog.numeric", "(pg_catalog.random() * 1000)::pg_catalog.numeric"];
const BYTES: [&str; 1] = ["pg_catalog.uuid_send(pg_catalog.gen_random_uuid())"];
const DATES: [&str; 1] = ["'4000-01-01'::pg_catalog.date + (pg_catalog.random() * 1000000)::pg_catalog.int4"];
const TIMES: [&str; 1] =
    ["'00:00:00'::pg_catalog.time + pg_catalog.random() * '24 hours'::pg_catalog.interval"];
const MOMENTS: [&str; 1] = [
    "'4000-01-01 00:00:00'::pg_catalog.timestamp + pg_catalog.random() * '1000000 days'::pg_catalog.interval",
];

/// The rows that have to give up their values of one unique key, as `w` (with `k0`, …), and `h.mask` where they change.
fn holders(shape: &Shape, number: usize, unique: &Unique) -> String {
    format!(
        "(SELECT DISTINCT {k} FROM {wait} AS w WHERE w.number = {number} AND {gives_up}) AS w
         LEFT JOIN {change} AS h ON {changed}",
        k = shape.k_list("w"),
        wait = shape.wait(),
        gives_up = gives_up(shape, unique),
        change = shape.change(),
        changed = shape.same("w", "h"),
    )
}

/// The SQL condition under which a holder may park its value in the column at `at`: a row that stays parks only what
/// changes.
fn may_park(at: usize) -> String {
    format!("(h.mask IS NULL OR {})", Shape::touches("h", &[at]))
}

/// Columns of the key that may be parked, those that take NULL first. One that says which row is which may not.
pub(super) fn parkable(shape: &Shape, unique: &Unique) -> Vec<usize> {
    let free = |at: &usize| !shape.key.contains(at) && !shape.columns[*at].always_identity;
    let mut columns: Vec<usize> = unique.columns.iter().copied().filter(free).collect();
    columns.sort_by_key(|at| shape.columns[*at].not_null || unique.nulls_are_equal);
    columns
}

/// Finds the holders that have no column to park.
///
/// # Errors
/// The target cannot be read.
pub(super) fn find_stuck(
    session: &mut Session,
    shape: &Shape,
    number: usize,
    unique: &Unique,
    stuck: &mut FirstRows,
) -> Result<(), Error> {
    let free: Vec<String> = parkable(shape, unique).into_iter().map(may_park).collect();
    let free = if free.is_empty() { "FALSE".to_owned() } else { free.join(" OR ") };
    name_holders(session, shape, number, unique, &format!("NOT ({free})"), stuck)
}

fn name_holders(
    session: &mut Session,
    shape: &Shape,
    number: usize,
    unique: &Unique,
    condition: &str,
    rows: &mut FirstRows,
) -> Result<(), Error> {
    let name = RowName::new(&shape.spec.name, &shape.table, &shape.spec.key, "t");
    let sql = format!(
        "SELECT {} FROM {} JOIN {} AS t ON {} WHERE {condition} ORDER BY {}",
        name.list(),
        holders(shape, number, unique),
        shape.relation.from,
        shape.is_noted("t", "w"),
        shape.k_list("w")
    );
    session.copy_out(&sql, &mut |row| {
        rows.push_with(|| format!("{} ({})", name.show(row, 0), shape.show_columns(&unique.columns)));
        Ok(())
    })?;
    Ok(())
}

/// Parks every value that another row needs.
///
/// # Errors
/// [`MergeError::CannotPark`] where the target's rules refuse every placeholder.
pub(super) fn park(session: &mut Session, merge: &Merge<'_>) -> Result<(), Error> {
    for shape in merge.staged() {
        for (number, unique) in shape.uniques.iter().enumerate().filter(|(_, unique)| !unique.deferrable) {
            if !exists(session, &format!("SELECT FROM {}", holders(shape, number, unique)))? {
                continue;
            }
            park_values(session, shape, number, unique)?;
        }
    }
    Ok(())
}

fn park_values(session: &mut Session, shape: &Shape, number: usize, unique: &Unique) -> Result<(), Error> {
    let mut parked: Vec<String> = vec!["FALSE".to_owned()];
    for at in parkable(shape, unique) {
        let rows = format!(
            "SELECT {} FROM {} WHERE {} AND NOT ({})",
            shape.k_list("w"),
            holders(shape, number, unique),
            may_park(at),
            parked.join(" OR ")
        );
        if park_column(session, shape, unique, at, &rows)? {
            parked.push(may_park(at));
        }
    }
    let mut stuck = FirstRows::default();
    name_holders(session, shape, number, unique, &format!("NOT ({})", parked.join(" OR ")), &mut stuck)?;
    if stuck.is_empty() { Ok(()) } else { Err(MergeError::CannotPark { rows: stuck }.into()) }
}

/// Gives a column of the rows `rows` the first placeholder that the target takes; false if it takes none.
fn park_column(
    session: &mut Session,
    shape: &Shape,
    unique: &Unique,
    at: usize,
    rows: &str,
) -> Result<bool, Error> {
    for placeholder in placeholders(shape, unique, at) {
        if takes(session, &park_sql(shape, at, placeholder, rows))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Rows without a key get another place by being updated, so their notes follow them.
fn park_sql(shape: &Shape, at: usize, placeholder: &str, rows: &str) -> String {
    let (from, column) = (&shape.relation.from, &shape.columns[at].quoted);
    let noted = shape.is_noted("t", "w");
    if shape.has_key() {
        return format!("UPDATE {from} AS t SET {column} = {placeholder} FROM ({rows}) AS w WHERE {noted}");
    }
    let follow = |table: &str, old: &str| {
        format!(
            "UPDATE {table} AS n SET k0 = m.n0, k1 = m.n1 FROM pg_temp.parked_{} AS m WHERE n.k0 = m.k0 AND n.k1 = m.k1{old};",
            shape.index
        )
    };
    format!(
        "CREATE TEMP TABLE parked_{index} (k0 pg_catalog.oid, k1 pg_catalog.tid, n0 pg_catalog.oid, n1 pg_catalog.tid)
           ON COMMIT DROP;
         WITH due AS (SELECT w.k0, w.k1 FROM ({rows}) AS w),
           moved AS (UPDATE {from} AS t SET {column} = {placeholder} FROM due AS w WHERE {noted}
             RETURNING w.k0, w.k1, t.tableoid AS n0, t.ctid AS n1)
         INSERT INTO pg_temp.parked_{index} SELECT k0, k1, n0, n1 FROM moved;
         {gone} {wait} DROP TABLE pg_temp.parked_{index};",
        index = shape.index,
        gone = follow(&shape.gone(), ""),
        wait = follow(&shape.wait(), ""),
    )
}

fn placeholders(shape: &Shape, unique: &Unique, at: usize) -> Vec<&'static str> {
    let column = &shape.columns[at];
    let null = ["NULL"];
    let null = null.iter().filter(|_| !column.not_null && !unique.nulls_are_equal);
    let fitting: &[&'static str] = match column.stored {
        LogicalType::Integer => &INTEGERS,
        LogicalType::Real => &REALS,
        LogicalType::Decimal => &DECIMALS,
        LogicalType::Bytes => &BYTES,
        LogicalType::Uuid => &[UUID],
        LogicalType::Date => &DATES,
        LogicalType::Time => &TIMES,
        LogicalType::Timestamp | LogicalType::Timestamptz => &MOMENTS,
        LogicalType::Json => &JSONS,
        LogicalType::Text | LogicalType::JsonVerbatim | LogicalType::Any => &TEXTS,
        LogicalType::Boolean
        | LogicalType::Interval
        | LogicalType::Enum
        | LogicalType::Array
        | LogicalType::Range => &[],
    };
    if unique.computed {
        // What is computed of NULL may be a value like any other.
        return fitting.iter().chain(null).copied().collect();
    }
    null.chain(fitting).copied().collect()
}
