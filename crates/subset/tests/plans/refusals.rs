//! Every reason why there is no plan, in full.

use crate::fixture::{planned, planned_from_postgres};

#[test]
fn a_scenario_that_does_not_fit_the_catalog() {
    insta::assert_snapshot!(planned("fragments: id*", "select: { fragment: all }"), @r"
        s/scenario.yaml does not fit the database:
          `select.fragment`: no table `fragment`; did you mean `fragments`?
        help: correct the scenario, or name the right database with --database; one of a bundled schema may be too old, and `cargo xtask db-migrate` brings it up to date
        ");
}

#[test]
fn a_listed_child_table_that_refers_to_nothing_of_the_scenario() {
    let schema = "
        a: id*
        b: id*, a -> a.id
        c: id*, d -> d.id
        d: id*
    ";
    insta::assert_snapshot!(planned(schema, "select: { a: all }\nfollow: { children: [b, c] }"), @r"
        s/scenario.yaml, at `follow.children`: `c` refers to none of the scenario's tables (a, b)
        help: remove it from the list, or declare how it refers to them under `relations`
        ");
}

#[test]
fn settings_about_a_table_that_the_snapshot_does_not_hold() {
    let schema = "a: id*\nb: id*";
    insta::assert_snapshot!(planned(schema, "select: { a: all }\nexpect: { b: 1 }"), @r"
        s/scenario.yaml, at `expect.b`: the snapshot does not hold this table, only a
        help: select the table, follow it, or remove it from `expect`
        ");
    insta::assert_snapshot!(planned(schema, "select: { a: all }\nbreakdown: { b: id }"), @r"
        s/scenario.yaml, at `breakdown.b`: the snapshot does not hold this table, only a
        help: select the table, follow it, or remove it from `breakdown`
        ");
}

#[test]
fn a_foreign_key_to_a_missing_table() {
    insta::assert_snapshot!(planned("a: id*, b -> b.id", "select: { a: all }"), @r"
        `a.b` refers to `b`, and the database has no such table
        help: create the missing table, or drop the foreign key: its rows could not be restored
        ");
}

#[test]
fn a_foreign_key_to_a_missing_table_elsewhere_is_nobodys_business() {
    insta::assert_snapshot!(planned("a: id*\nc: id*, b -> b.id", "select: { a: all }\nfollow: { children: all }"), @r"
        total a
        a key(id) [id integer] select all
        ");
}

#[test]
fn a_reference_that_may_mean_several_rows() {
    let schema = "
        a: id*, b text -> b.name
        b: id*, name text
    ";
    insta::assert_snapshot!(planned(schema, "select: { a: all }"), @r"
        `a.b` refers to `b.name`, which is neither a primary key nor a unique key, so that it may mean several rows
        help: make the columns referred to a unique key, or refer to one
        ");
    let relation = "select: { a: all }\nrelations: [{ from: 'a(id, b)', to: 'b(id, name)' }]";
    insta::assert_snapshot!(planned(&schema.replace(" -> b.name", ""), relation), @r"
        `a(id, b)` refers to `b(id, name)`, which is neither a primary key nor a unique key, so that it may mean several rows
        help: make the columns referred to a unique key, or refer to one
        ");
}

#[test]
fn a_reference_through_a_computed_column() {
    let schema = "
        a: id*, b= -> b.id
        b: id*
    ";
    insta::assert_snapshot!(planned(schema, "select: { a: all }"), @r"
        `a.b` refers to `b.id` through `b`, which the database computes or does not have
        help: snapshots hold no computed columns: let the foreign key use stored ones
        ");
}

#[test]
fn a_circle_that_no_row_can_start() {
    let two = "
        authors: id*, book! -> books.id
        books: id*, author! -> authors.id
        shelves: id*, book! -> books.id
        aisles: id*, shelf! -> shelves.id
    ";
    insta::assert_snapshot!(planned_from_postgres(two, "select: { aisles: all }"), @r"
        the tables refer to each other in a circle that no row can start: authors.book -> books, books.author -> authors
        help: let one of these references be NULL in all its columns, none of them in a key that identifies rows: then its rows are written with NULL and set afterwards; or make it DEFERRABLE: then it is checked at the end
        ");
    let three = "
        a: x*, y*, c_x!, c_y!, (c_x, c_y) -> c(x, y)
        b: id*, a_x!, a_y, (a_x, a_y) -> a(x, y)
        c: x*, y*, b! -> b.id
    ";
    insta::assert_snapshot!(planned_from_postgres(three, "select: { a: all }"), @r"
        the tables refer to each other in a circle that no row can start: a(c_x, c_y) -> c, c.b -> b, b(a_x, a_y) -> a
        help: let one of these references be NULL in all its columns, none of them in a key that identifies rows: then its rows are written with NULL and set afterwards; or make it DEFERRABLE: then it is checked at the end
        ");
    // What can wait is not in the way, so it is not named.
    let half = "
        a: id*, b! -> b.id~, c! -> c.id
        b: id*, a! -> a.id~, c! -> c.id
        c: id*, a! -> a.id
    ";
    insta::assert_snapshot!(planned_from_postgres(half, "select: { b: all }"), @r"
        the tables refer to each other in a circle that no row can start: a.c -> c, c.a -> a
        help: let one of these references be NULL in all its columns, none of them in a key that identifies rows: then its rows are written with NULL and set afterwards; or make it DEFERRABLE: then it is checked at the end
        ");
}

#[test]
fn a_name_that_no_snapshot_can_spell() {
    insta::assert_snapshot!(planned("a: id*, b\u{202e}c", "select: { a: all }"), @r"
        the name `b\u202ec` in `a` holds a control or invisible character, which no snapshot can spell
        help: rename it in the database
        ");
    insta::assert_snapshot!(planned("a: id*, b -> b\u{1b}.id\nb\u{1b}: id*", "select: { a: all }"), @r"
        the name `b\u001b` in `b\u001b` holds a control or invisible character, which no snapshot can spell
        help: rename it in the database
        ");
}

#[test]
fn a_table_with_computed_columns_only() {
    insta::assert_snapshot!(planned("a: id=", "select: { a: all }"), @r"
        `a` has no stored column, so that a snapshot cannot hold its rows
        help: leave the table out of the scenario
        ");
}
