//! Databases whose texts are UTF-16: what has no spelling in UTF-8 is refused, since SQLite would hand out another text.

use insta::assert_snapshot;

use crate::engine::db;
use crate::suite::support::{all, only, text};

const ENCODINGS: [&str; 2] = ["UTF-16le", "UTF-16be"];

/// The SQL text of these code units in the byte order of `encoding`.
fn units(encoding: &str, units: &[u16]) -> String {
    let order = |unit: &u16| if encoding == "UTF-16le" { unit.to_le_bytes() } else { unit.to_be_bytes() };
    let digits: Vec<String> = units.iter().flat_map(order).map(|byte| format!("{byte:02x}")).collect();
    format!("CAST(x'{}' AS TEXT)", digits.concat())
}

/// The error of reading a row whose text is these code units, or its rows; in both byte orders the same.
#[track_caller]
fn read(found: &[u16]) -> Result<String, String> {
    let results = ENCODINGS.map(|encoding| {
        let text = units(encoding, found);
        let db = db(&format!(
            "PRAGMA encoding = '{encoding}'; CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, \"b c\" BLOB);
             INSERT INTO t VALUES (6, 'fine', x'd800'), (7, NULL, {text}), (8, {text}, 1.5)"
        ));
        let read = |definition: &mut model::Definition| all(definition, "t");
        if db.try_rows(read).is_ok() { Ok(db.rows(read)) } else { Err(db.error(read)) }
    });
    assert_eq!(results[0], results[1]);
    let [little, _] = results;
    little
}

#[test]
fn half_a_surrogate_pair_is_refused_with_its_place() {
    assert_snapshot!(read(&[0xd800, 0x41]).unwrap_err(), @"
    t.a, row id 8: text with half a surrogate pair or half a code unit
    help: repair the value: it is no UTF-16, and SQLite itself reads it as another text
    ");
    for broken in
        [&[0xdc00, 0x41][..], &[0x41, 0xd800], &[0xdc00], &[0xd800, 0xd800, 0xdc00], &[0xdc00, 0xd800]]
    {
        assert_eq!(read(broken).unwrap_err(), read(&[0xd800, 0x41]).unwrap_err(), "{broken:x?}");
    }
}

#[test]
fn whole_texts_are_read_as_they_are() {
    assert_snapshot!(read(&[0x41, 0xd800, 0xdc41, 0xe9, 0xfffd, 0xd7ff]).unwrap(), @"
    t (3)
      6 | 'fine' | 2 bytes
      7 | NULL | 'A𐁁é�퟿'
      8 | 'A𐁁é�퟿' | 1.5
    ");
}

#[test]
fn rows_that_are_not_selected_may_hold_anything() {
    let broken = units("UTF-16le", &[0xd800]);
    let db = db(&format!(
        "PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (k TEXT PRIMARY KEY); INSERT INTO t VALUES ('a'), ({broken})"
    ));
    let rows = db.rows(|definition| only(definition, "t", "k", model::ConditionOp::In, &[text("a")]));
    assert_eq!(rows, "t (1)\n  'a'\n");
    assert!(db.try_rows(|definition| all(definition, "t")).is_err());
}

#[test]
fn a_wide_table_is_checked_to_its_last_column() {
    let columns: Vec<String> = (0..250).map(|at| format!("c{at}")).collect();
    let broken = units("UTF-16le", &[0xd800, 0x41]);
    let db = db(&format!(
        "PRAGMA encoding = 'UTF-16le'; CREATE TABLE t ({}); INSERT INTO t (c3, c249) VALUES ('fine', {broken})",
        columns.join(", ")
    ));
    let error = db.error(|definition| all(definition, "t"));
    assert!(error.starts_with("t.c249, row "), "{error}");
}
