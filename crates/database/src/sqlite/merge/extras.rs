//! Columns of the target that the snapshot lacks, and which of them hold something: neither NULL nor the declared default.
//!
//! Only a default that is a plain literal counts; one that is computed cannot be told from what people wrote. A column
//! that the engine counts up holds nothing of theirs either. Of equal rows without a key, those that hold something stay.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::super::convert::Affinity;
use super::Merge;
use super::shape::{Shape, exists};
use super::triggers::text;
use crate::Error;
use crate::error::At as _;
use crate::sql::identifier;

/// A column of the target, as the archive's rows are compared with it.
#[derive(Clone)]
pub(super) struct Compared {
    pub(super) name: String,
    pub(super) affinity: Affinity,
    /// The SQL condition under which it holds nothing in the row `t`.
    pub(super) blank: String,
}

/// The snapshot's columns in its order, then those that only the target has.
///
/// # Errors
/// The target cannot be read.
pub(super) fn compared(connection: &Connection, shape: &Shape) -> Result<Vec<Compared>, Error> {
    let defaults = defaults(connection, shape)?;
    let column = |name: &str, affinity| {
        let quoted = identifier(name);
        let mut blank = format!("t.{quoted} IS NULL");
        if let Some(literal) = defaults.get(&name.to_ascii_lowercase()) {
            // SQLite gives the literal the column's affinity, as it did when it stored the default.
            blank = format!("({blank} OR t.{quoted} IS {literal} COLLATE BINARY)");
        }
        Compared { name: name.to_owned(), affinity, blank }
    };
    let known = shape.spec.columns.iter().zip(&shape.columns);
    let mut all: Vec<Compared> = known.map(|(spec, known)| column(&spec.name, known.affinity)).collect();
    for extra in shape.table.columns.iter().filter(|column| !column.generated && !column.identity) {
        if shape.position(&extra.name).is_none() {
            all.push(column(&extra.name, Affinity::of_column(&shape.table, extra)));
        }
    }
    Ok(all)
}

/// Of owned rows without a key that are equal, lets those stay in which people wrote, and the others be deleted.
///
/// # Errors
/// The target cannot be read, or there is no room for temporary files.
pub(super) fn keep_written(merge: &Merge<'_>, shape: &Shape) -> Result<(), Error> {
    let connection = merge.connection;
    let columns = compared(connection, shape)?;
    let extras = &columns[shape.columns.len()..];
    let gone = shape.gone();
    if !shape.key.is_empty() || extras.is_empty() || !exists(connection, &format!("SELECT 1 FROM {gone}"))? {
        return Ok(());
    }
    let blank: Vec<&str> = extras.iter().map(|extra| extra.blank.as_str()).collect();
    let equal: Vec<String> = (shape.columns.iter())
        .map(|column| format!("t.{0} COLLATE BINARY, typeof(t.{0})", column.quoted))
        .collect();
    // Of each group of equal rows, as many stay as the snapshot has.
    let sql = format!(
        "DROP TABLE IF EXISTS temp.merge_rank;
         CREATE TABLE temp.merge_rank AS
         SELECT {r}, was_seen, number <= staying AS stays FROM (
             SELECT {n_r}, n.was_seen,
                 row_number() OVER (PARTITION BY {equal} ORDER BY ({blank}), n.was_seen DESC) AS number,
                 sum(n.was_seen) OVER (PARTITION BY {equal}) AS staying
             FROM (SELECT {r}, 1 AS was_seen FROM {seen} WHERE owned
                   UNION ALL SELECT {r}, 0 FROM {gone}) AS n
             CROSS JOIN {table} AS t ON {joined}
             WHERE {owned});
         DELETE FROM {seen} WHERE ({r}) IN (SELECT {r} FROM temp.merge_rank WHERE was_seen AND NOT stays);
         DELETE FROM {gone} WHERE ({r}) IN (SELECT {r} FROM temp.merge_rank WHERE NOT was_seen AND stays);
         INSERT INTO {seen} ({r}, owned) SELECT {r}, 1 FROM temp.merge_rank WHERE NOT was_seen AND stays;
         INSERT INTO {gone} ({r}) SELECT {r} FROM temp.merge_rank WHERE was_seen AND NOT stays;
         DROP TABLE temp.merge_rank;",
        r = shape.r_list(""),
        n_r = shape.r_list("n"),
        equal = equal.join(", "),
        blank = blank.join(" AND "),
        seen = shape.seen(),
        table = shape.name,
        joined = shape.joined("t", "n"),
        owned = merge.owned_condition(shape),
    );
    connection.execute_batch(&sql).at(connection)
}

/// The defaults that are plain literals, by the column's name in ASCII lower case, ready for SQL.
fn defaults(connection: &Connection, shape: &Shape) -> Result<BTreeMap<String, String>, Error> {
    let sql = "SELECT name, dflt_value FROM pragma_table_xinfo(?1, 'main')";
    let mut statement = connection.prepare(sql).at(connection)?;
    let rows = statement.query_map([&shape.spec.name], |row| Ok((text(row, 0)?, text(row, 1)?)));
    let rows: Vec<(String, String)> = rows.and_then(Iterator::collect).at(connection)?;
    let literal = |(name, sql): (String, String)| Some((name.to_ascii_lowercase(), literal(sql.trim())?));
    Ok(rows.into_iter().filter_map(literal).collect())
}

/// A plain literal, ready to be compared; `None` for anything else.
fn literal(sql: &str) -> Option<String> {
    if sql.eq_ignore_ascii_case("null") {
        return Some("NULL".to_owned());
    }
    // `IS TRUE` would ask for any number but 0.
    if sql.eq_ignore_ascii_case("true") {
        return Some("1".to_owned());
    }
    if sql.eq_ignore_ascii_case("false") {
        return Some("0".to_owned());
    }
    (is_text(sql) || is_number(sql)).then(|| sql.to_owned())
}

fn is_text(sql: &str) -> bool {
    let inner = sql.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    inner.is_some_and(|inner| !inner.replace("''", "").contains('\''))
}

/// Decimal digits, perhaps with a sign, a fraction and an exponent.
fn is_number(sql: &str) -> bool {
    let unsigned = sql.strip_prefix(['+', '-']).unwrap_or(sql);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && digits(exponent)
        && !exponent.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_literals_are_taken_for_defaults() {
        for sql in ["0", "-1", "+2", "1.5", ".5", "2.", "1e9", "1E-9", "''", "'a''b'", "'it''s'"] {
            assert_eq!(literal(sql).as_deref(), Some(sql), "{sql}");
        }
        assert_eq!(literal("Null").as_deref(), Some("NULL"));
        assert_eq!(literal("TRUE").as_deref(), Some("1"));
        assert_eq!(literal("false").as_deref(), Some("0"));
        let others = [
            "",
            "-",
            ".",
            "e5",
            "1e",
            "1 + 1",
            "CURRENT_TIMESTAMP",
            "\"a\"",
            "'a'b'",
            "'",
            "x'00'",
            "0x10",
            "- 1",
        ];
        for sql in others {
            assert_eq!(literal(sql), None, "{sql}");
        }
    }
}
