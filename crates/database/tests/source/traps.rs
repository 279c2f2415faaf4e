//! What SQLite makes of values whose column says otherwise: read all the same, and told.

use insta::assert_snapshot;
use model::{Definition, LogicalType};

use crate::engine::db;
use crate::suite::support::{all, definition, rows, table};

/// The notes after all rows of the table `t` were read.
#[track_caller]
fn notes(sql: &str) -> String {
    notes_of(sql, |_| ())
}

#[track_caller]
fn notes_of(sql: &str, change: impl FnOnce(&mut Definition)) -> String {
    let db = db(sql);
    let mut source = db.source();
    let mut definition = definition(&source.catalog().unwrap());
    all(&mut definition, "t");
    change(&mut definition);
    rows(source.as_mut(), &definition).unwrap();
    source.notes().join("\n")
}

#[test]
fn texts_in_a_column_that_sqlite_takes_for_a_numbers() {
    assert_snapshot!(notes("CREATE TABLE t (id INTEGER PRIMARY KEY, code STRING, u UUID, x NUMBER, y NUMBER, z VARCHAR(9));
        INSERT INTO t VALUES (1, 'a', '123e4567-e89b-12d3-a456-426614174000', 1, 2, '007'),
          (2, '007', '123e4567890123456789012345678901', 2.5, 'many', '1e5'), (3, '1e5', '12345678901234567890123456789012', 3, 4, '')"), @"
    t.code: 2 values are numbers, the first in row id 2; SQLite takes the declared type STRING for a number's, so that a text like '007' became 7 and '1e5' 100000.0: declare the column TEXT and store such values again
    t.u: 2 values are numbers, the first in row id 2; SQLite takes the declared type UUID for a number's, so that a UUID without hyphens may become one, or infinity: declare the column TEXT and store such values again
    t.y: 2 values are numbers and 1 is text, the first in row id 1; SQLite takes the declared type NUMBER for a number's, so that a text like '007' became 7 and '1e5' 100000.0: declare the column TEXT and store such values again
    ");
}

#[test]
fn numbers_in_a_column_of_dates_or_times() {
    assert_snapshot!(notes("CREATE TABLE t (id INTEGER PRIMARY KEY, day DATE, digits DATE, clock TIME, at TIMESTAMP, seen TIMESTAMPTZ, late DATETIME, far TIMESTAMP);
        INSERT INTO t VALUES (1, 1763596800, '20261120', 37800, 1763634600.5, 1763634600000, 2461000.5, 9223372036854775807),
          (2, '2026-11-20', '2026-11-20', '10:30:00', '2026-11-20 10:30:00', '2026-11-20T10:30:00Z', 'yesterday', NULL),
          (3, -5, NULL, 86400, 0, 1763634600000000, 1, 'infinity')"), @"
    t.day: 2 values are numbers (seconds since 1970?), the first in row id 1; a date is text like '2026-11-20', and SQLite's date(…, 'unixepoch') makes one
    t.digits: 1 value is a number (the digits of a date?), the first in row id 1; a date is text like '2026-11-20'
    t.clock: 2 values are numbers (seconds?), the first in row id 1; a time is text like '10:30:00', and SQLite's time(…, 'unixepoch') makes one
    t.at: 2 values are numbers (seconds since 1970?), the first in row id 1; a timestamp is text like '2026-11-20 10:30:00', and SQLite's datetime(…, 'unixepoch') makes one
    t.seen: 2 values are numbers (milliseconds since 1970?), the first in row id 1; a timestamptz is text like '2026-11-20 10:30:00+00:00', and SQLite's datetime(… / 1000, 'unixepoch') makes one
    t.late: 2 values are numbers (Julian days?), the first in row id 1; a timestamp is text like '2026-11-20 10:30:00', and SQLite's datetime(…) makes one
    t.far: 1 value is a number, the first in row id 1; a timestamp is text like '2026-11-20 10:30:00'
    ");
}

#[test]
fn booleans_that_are_no_booleans() {
    assert_snapshot!(notes("CREATE TABLE t (id INTEGER PRIMARY KEY, done BOOLEAN, b BOOLEAN, c BOOLEAN);
        INSERT INTO t VALUES (1, 'true', 0, '1'), (2, 't', 2, '0'), (3, 1, x'01', TRUE)"), @"
    t.done: 2 values are text, the first in row id 1; SQLite's TRUE and FALSE are 1 and 0, and nothing else is
    t.b: 1 value is a number and 1 is bytes, the first in row id 2; SQLite's TRUE and FALSE are 1 and 0, and nothing else is
    ");
}

#[test]
fn several_kinds_of_values_in_one_column() {
    assert_snapshot!(notes("CREATE TABLE t (k TEXT PRIMARY KEY, n INTEGER, r REAL, x TEXT, b BLOB, d DECIMAL(10, 2), j JSON, any_, fine INTEGER);
        INSERT INTO t VALUES ('a', 1, 1, 'x', x'00', 1.5, '{}', 1, 1), ('b', 'one', 'two', x'00', 'y', '1,5', '{', 'a', 2),
          ('c', x'', 2, 1, 2, 'n/a', '[1', 2.5, 3), ('d', 1.5, 3.5, 2, 3.5, 'Infinity', '\"ok\"', x'', NULL), ('e', 'e', 9, CAST(x'ff' AS TEXT), x'', NULL, x'8b', NULL, NULL)"), @"
    t.n: 1 value is a floating-point number, 2 are text and 1 is bytes, the first in row k 'b', in a column of type integer; PostgreSQL would not hold such values
    t.r: 1 value is text, the first in row k 'b', in a column of type real; PostgreSQL would not hold such values
    t.x: 1 value is bytes, the first in row k 'b', in a column of type text; PostgreSQL would not hold such values
    t.b: 2 values are numbers and 1 is text, the first in row k 'b', in a column of type bytes; PostgreSQL would not hold such values
    t.d: 2 values are text, the first in row k 'b', in a column of type decimal; PostgreSQL would not hold such values
    t.j: 2 values are not JSON and 1 is bytes, the first in row k 'b', in a column of type json; PostgreSQL would not hold such values
    ");
}

#[test]
fn decimals_that_a_double_does_not_keep() {
    let sql = "CREATE TABLE t (id INTEGER PRIMARY KEY, n DECIMAL, x TEXT);
        INSERT INTO t VALUES (1, '9223372036854775807', '1.2345678901234567'), (2, '12345678901234567890', '1'), (3, '0.1234567890123456', '1'),
          (4, '0.00000000000000000012', '1'), (5, '123456789.123456', '1')";
    assert_snapshot!(notes_of(sql, |definition| table(definition, "t").columns[2].ty = LogicalType::Decimal), @"t.n: 2 values have more than 15 digits, the first in row id 2; SQLite keeps such a decimal as a double, so that its last digits may be lost: declare the column DECIMAL TEXT and store such values again");
}

#[test]
fn nothing_is_told_of_values_that_are_what_their_columns_say() {
    let sql = "CREATE TABLE t (id INTEGER PRIMARY KEY, b BOOLEAN, d DATE, u UUID, j JSON, n DECIMAL, r REAL, x TEXT, y BLOB, s STRING, f);
        INSERT INTO t VALUES (1, TRUE, '2026-11-20', '123e4567-e89b-12d3-a456-426614174000', '{\"a\": 1}', 1.5, 5, '007', x'00', 'a', 1),
          (2, 0, 'never', 'A', '1', 2, 0.0, '', x'', x'00', 'x'), (3, NULL, NULL, NULL, NULL, 'NaN', NULL, NULL, NULL, NULL, NULL)";
    assert_eq!(notes(sql), "");
}

#[test]
fn a_row_without_a_key_is_named_by_its_first_columns_and_names_are_made_safe() {
    assert_snapshot!(notes("CREATE TABLE t (a TEXT, b TEXT, \"c d\" INTEGER, e);
        INSERT INTO t VALUES ('x\u{1b}', 'y', 'z', 1)"), @r"t.c d: 1 value is text, the first in row (a, b, c d) ('x\u001b', 'y', 'z'), in a column of type integer; PostgreSQL would not hold such values");
}
