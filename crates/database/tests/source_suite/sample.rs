//! A look at a table's first rows.

use database::{LONGEST_SAMPLE, Source};
use model::Value;
use model::text::show_value;

use super::engine::db;
use super::support::message;

/// The rows, one a line.
fn sample(source: &mut dyn Source, columns: &[&str], rows: u32) -> String {
    let columns: Vec<String> = columns.iter().map(|&column| column.to_owned()).collect();
    let mut lines = Vec::new();
    let mut each = |values: &[Value]| {
        lines.push(values.iter().map(|value| show_value(value, 20)).collect::<Vec<_>>().join(" | "));
    };
    match source.sample("t", &columns, rows, &mut each) {
        Ok(()) => lines.join("\n"),
        Err(error) => message(&error),
    }
}

#[test]
fn the_first_rows_by_key_are_looked_at_and_no_more() {
    let db = db(r#"CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, "b ""c" TEXT);
        INSERT INTO t VALUES (3, 'third', NULL), (1, 'first', 'x'), (2, NULL, 'y')"#);
    let mut source = db.source();
    assert_eq!(sample(source.as_mut(), &["b \"c", "a"], 2), "'x' | 'first'\n'y' | NULL");
    assert_eq!(sample(source.as_mut(), &["a"], 200), "'first'\nNULL\n'third'");
    assert_eq!(sample(source.as_mut(), &["a"], 0), "");
    assert_eq!(sample(source.as_mut(), &[], 9), "");
    assert_eq!(
        sample(source.as_mut(), &["nope"], 9).lines().next(),
        Some("the table `t` has no stored column `nope`")
    );
    assert_eq!(sample(source.as_mut(), &["a"], 1), "'first'", "a refusal leaves the source usable");
}

#[test]
fn a_long_text_is_not_looked_at() {
    let (longest, longer) = ("x".repeat(LONGEST_SAMPLE), "x".repeat(LONGEST_SAMPLE + 1));
    let db = db(&format!(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, '{longest}'), (2, '{longer}')"
    ));
    assert_eq!(sample(db.source().as_mut(), &["a"], 9), format!("'{}…'\nNULL", "x".repeat(20)));
}

#[test]
fn a_table_without_a_key_is_looked_at_too() {
    let db = db("CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x'), ('x')");
    assert_eq!(sample(db.source().as_mut(), &["a"], 9), "'x'\n'x'");
}
