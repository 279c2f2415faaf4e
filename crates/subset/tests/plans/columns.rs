//! Columns and types, and how the base version decides them.

use std::collections::BTreeSet;

use demo_snapshot_subset::plan;
use model::{ColumnSpec, Definition, LogicalType, TableSpec};

use crate::fixture::{catalog, planned, render, scenario};

/// A base version whose one table, `t`, has these columns.
fn base(columns: &[(&str, LogicalType)]) -> Definition {
    let columns = columns.iter().map(|&(name, ty)| ColumnSpec { name: name.to_owned(), ty }).collect();
    let table = TableSpec {
        name: "t".to_owned(),
        schema: None,
        columns,
        key: Vec::new(),
        order_parents: true,
        limit: true,
        select: Vec::new(),
        references: Vec::new(),
    };
    Definition {
        total: "t".to_owned(),
        breakdown: [("t".to_owned(), "b".to_owned())].into(),
        tables: vec![table],
    }
}

#[track_caller]
fn on_base(schema: &str, settings: &str, base: &Definition, refit: &[&str]) -> String {
    let refit: BTreeSet<_> = refit.iter().map(|column| ("t".to_owned(), (*column).to_owned())).collect();
    let plan = plan(&catalog(schema), &scenario(settings), Some(base), &refit);
    render(&plan.unwrap_or_else(|error| panic!("{error}")).definition)
}

#[test]
fn computed_columns_are_left_out() {
    insta::assert_snapshot!(planned("t: id*, a text, b= text", "select: { t: all }"), @r"
        total t
        t key(id) [id integer, a text] select all
        ");
}

#[test]
fn the_base_versions_order_comes_first_then_new_columns_as_declared() {
    let base = base(&[("c", LogicalType::Text), ("gone", LogicalType::Text), ("id", LogicalType::Integer)]);
    insta::assert_snapshot!(on_base("t: id*, z text, c text, b text", "select: { t: all }", &base, &[]), @r"
        total t
        t key(id) [c text, id integer, z text, b text] select all
        ");
}

#[test]
fn a_column_that_became_computed_leaves_the_file() {
    let base = base(&[("a", LogicalType::Text), ("id", LogicalType::Integer)]);
    insta::assert_snapshot!(on_base("t: id*, a= text", "select: { t: all }", &base, &[]), @r"
        total t
        t key(id) [id integer] select all
        ");
}

#[test]
fn types_are_the_scenarios_then_the_bases_while_it_fits_then_the_catalogs() {
    let base = base(&[
        ("id", LogicalType::Integer),
        ("a", LogicalType::Date),
        ("b", LogicalType::Date),
        ("c", LogicalType::Date),
    ]);
    let settings = "select: { t: all }\ncolumns: { t: { c: timestamp } }";
    let schema = "t: id*, a text, b text, c text, d text";
    insta::assert_snapshot!(on_base(schema, settings, &base, &["b", "c"]), @r"
        total t
        t key(id) [id integer, a date, b text, c timestamp, d text] select all
        ");
}

#[test]
fn nothing_else_comes_from_the_base() {
    let mut base = base(&[("id", LogicalType::Integer)]);
    base.tables.push(TableSpec { name: "old".to_owned(), ..base.tables[0].clone() });
    insta::assert_snapshot!(on_base("t: id*\nold: id*", "select: { t: { id: 1 } }", &base, &[]), @r"
        total t
        t key(id) [id integer] select id in [Integer(1)]
        ");
}

#[test]
fn the_row_key_is_the_primary_key_else_the_smallest_unique_one_that_is_never_null() {
    let schema = "
        a: x!, y!, z!, key(z, x)
        b: x!, y!, z, unique(x, y), unique(y), unique(z)
        c: x, unique(x)
    ";
    insta::assert_snapshot!(planned(schema, "select: { a: all, b: all, c: all }"), @r"
        total a
        a key(z, x) [x integer, y integer, z integer] select all
        b key(y) [x integer, y integer, z integer] select all
        c key() [x integer] select all
        ");
}

#[test]
fn the_first_selected_table_is_the_total_and_breakdown_is_kept() {
    let settings = "select: { u: all, t: all }\nbreakdown: { t: kind }\nexpect: { u: 1 }";
    insta::assert_snapshot!(planned("t: id*, kind text\nu: id*", settings), @r"
        total u
        breakdown t by kind
        t key(id) [id integer, kind text] select all
        u key(id) [id integer] select all
        ");
}
