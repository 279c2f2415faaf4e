//! The order of tables, and which references become links.

use std::collections::BTreeSet;

use demo_snapshot_subset::plan;
use model::{Catalog, Engine};

use crate::fixture::{catalog, planned, planned_from_postgres, scenario};

#[test]
fn names_decide_where_parents_leave_a_choice() {
    let schema = "
        c: id*
        b: id*, d -> d.id
        a: id*
        d: id*
    ";
    insta::assert_snapshot!(planned(schema, "select: { c: all, b: all, a: all }"), @r"
        total c
        a key(id) [id integer] select all
        c key(id) [id integer] select all
        d key(id) [id integer]
        b key(id) [id integer, d integer] select all
          (d) -> d(id)
        ");
}

#[test]
fn a_nullable_self_reference_is_a_link() {
    insta::assert_snapshot!(planned("folders: id*, parent -> folders.id", "select: { folders: all }"), @r"
        total folders
        folders key(id) [id integer, parent integer] select all
          (parent) -> folders(id) link
        ");
}

#[test]
fn a_self_reference_that_is_never_null_puts_parents_first() {
    insta::assert_snapshot!(planned("folders: id*, parent! -> folders.id", "select: { folders: all }"), @r"
        total folders
        folders key(id) [id integer, parent integer] parents first select all
          (parent) -> folders(id)
        ");
}

#[test]
fn two_self_references_are_told_apart() {
    let schema = "folders: id*, parent! -> folders.id, next -> folders.id";
    insta::assert_snapshot!(planned(schema, "select: { folders: all }"), @r"
        total folders
        folders key(id) [id integer, parent integer, next integer] parents first select all
          (next) -> folders(id) link
          (parent) -> folders(id)
        ");
}

#[test]
fn a_composite_self_reference_is_a_link_only_if_all_its_columns_take_null() {
    let schema = "
        half: tenant!, id!, parent, (tenant, parent) -> half(tenant, id), unique(tenant, id)
        whole: id*, a, b, (a, b) -> whole(x, y), x, y, unique(x, y)
        keyed: tenant*, id*, parent, (tenant, parent) -> keyed(tenant, id)
    ";
    insta::assert_snapshot!(planned(schema, "select: { half: all, whole: all, keyed: all }"), @r"
        total half
        half key(tenant, id) [tenant integer, id integer, parent integer] parents first select all
          (tenant, parent) -> half(tenant, id)
        keyed key(tenant, id) [tenant integer, id integer, parent integer] parents first select all
          (tenant, parent) -> keyed(tenant, id)
        whole key(id) [id integer, a integer, b integer, x integer, y integer] select all
          (a, b) -> whole(x, y) link
        ");
}

#[test]
fn a_row_without_a_key_cannot_be_set_afterwards() {
    let schema = "log: n, before, unique(n), (before) -> log(n)";
    insta::assert_snapshot!(planned(schema, "select: { log: all }"), @r"
        total log
        log key() [n integer, before integer] parents first select all
          (before) -> log(n)
        ");
}

#[test]
fn a_circle_of_two_starts_where_the_reference_takes_null() {
    let schema = "
        authors: id*, book! -> books.id
        books: id*, author -> authors.id
    ";
    insta::assert_snapshot!(planned(schema, "select: { authors: all }"), @r"
        total authors
        books key(id) [id integer, author integer]
          (author) -> authors(id) link
        authors key(id) [id integer, book integer] select all
          (book) -> books(id)
        ");
}

#[test]
fn a_circle_of_two_that_could_start_anywhere_starts_at_the_smaller_name() {
    let schema = "
        authors: id*, book -> books.id
        books: id*, author -> authors.id
    ";
    insta::assert_snapshot!(planned(schema, "select: { books: all }"), @r"
        total books
        authors key(id) [id integer, book integer]
          (book) -> books(id) link
        books key(id) [id integer, author integer] select all
          (author) -> authors(id)
        ");
}

#[test]
fn a_circle_of_three_needs_one_link() {
    let schema = "
        a: id*, b! -> b.id
        b: id*, c -> c.id
        c: id*, a! -> a.id
    ";
    insta::assert_snapshot!(planned(schema, "select: { a: all }"), @r"
        total a
        b key(id) [id integer, c integer]
          (c) -> c(id) link
        a key(id) [id integer, b integer] select all
          (b) -> b(id)
        c key(id) [id integer, a integer]
          (a) -> a(id)
        ");
}

#[test]
fn two_circles_that_share_a_table_are_opened_one_after_the_other() {
    let schema = "
        hub: id*, left -> left.id, right -> right.id
        left: id*, hub! -> hub.id
        right: id*, hub -> hub.id, left! -> left.id
    ";
    insta::assert_snapshot!(planned(schema, "select: { right: all }"), @r"
        total right
        hub key(id) [id integer, left integer, right integer]
          (left) -> left(id) link
          (right) -> right(id) link
        left key(id) [id integer, hub integer]
          (hub) -> hub(id)
        right key(id) [id integer, hub integer, left integer] select all
          (hub) -> hub(id)
          (left) -> left(id)
        ");
}

#[test]
fn every_open_reference_of_the_table_that_goes_first_is_a_link() {
    let schema = "
        a: id*, x -> b.id, y -> b.id, z -> c.id
        b: id*, a! -> a.id
        c: id*
    ";
    insta::assert_snapshot!(planned(schema, "select: { a: all }"), @r"
        total a
        c key(id) [id integer]
        a key(id) [id integer, x integer, y integer, z integer] select all
          (x) -> b(id) link
          (y) -> b(id) link
          (z) -> c(id)
        b key(id) [id integer, a integer]
          (a) -> a(id)
        ");
}

#[test]
fn a_circle_through_a_primary_key_that_may_be_null_in_sqlite_is_not_opened_there() {
    let schema = "
        a: id? -> b.id
        b: id*, a -> a.id
    ";
    insta::assert_snapshot!(planned(schema, "select: { a: all }"), @r"
        total a
        b key(id) [id integer, a integer]
          (a) -> a(id) link
        a key(id) [id integer] select all
          (id) -> b(id)
        ");
}

#[test]
fn a_column_that_others_refer_to_is_never_set_afterwards() {
    let schema = "
        a: id*, alias -> b.id, unique(alias)
        b: id*, a -> a.id
        c: id*, a_alias -> a.alias
    ";
    insta::assert_snapshot!(planned(schema, "select: { c: all }"), @r"
        total c
        b key(id) [id integer, a integer]
          (a) -> a(id) link
        a key(id) [id integer, alias integer]
          (alias) -> b(id)
        c key(id) [id integer, a_alias integer] select all
          (a_alias) -> a(alias)
        ");
}

#[test]
fn a_self_reference_through_the_column_that_it_refers_to_puts_parents_first() {
    let schema = "log: id*, n, (n) -> log(n), unique(n)";
    insta::assert_snapshot!(planned(schema, "select: { log: all }"), @r"
        total log
        log key(id) [id integer, n integer] parents first select all
          (n) -> log(n)
        ");
}

/// Two tables in a circle, a table that leads into it, and one that it leads to.
const CLOSED: &str = "
    aisles: id*, book! -> books.id
    books: id*, writer! -> writers.id, code! -> codes.id
    codes: id*
    writers: id*, book! -> books.id
";

#[test]
fn a_circle_without_null_starts_at_its_smallest_table_where_references_are_checked_at_the_end() {
    insta::assert_snapshot!(planned(CLOSED, "select: { aisles: all }"), @r"
        total aisles
        codes key(id) [id integer]
        books key(id) [id integer, writer integer, code integer]
          (code) -> codes(id)
          (writer) -> writers(id)
        aisles key(id) [id integer, book integer] select all
          (book) -> books(id)
        writers key(id) [id integer, book integer]
          (book) -> books(id)
        ");
}

#[test]
fn a_circle_without_null_is_the_same_from_postgres_where_its_references_are_deferrable() {
    let deferrable = CLOSED.replace("writers.id", "writers.id~");
    let both = deferrable.replace("books.id", "books.id~");
    let settings = "select: { aisles: all }";
    assert_eq!(planned_from_postgres(&deferrable, settings), planned(CLOSED, settings));
    assert_eq!(planned_from_postgres(&both, settings), planned(CLOSED, settings));
    let other = CLOSED.replacen("writers: id*, book! -> books.id", "writers: id*, book! -> books.id~", 1);
    insta::assert_snapshot!(planned_from_postgres(&other, settings), @r"
        total aisles
        codes key(id) [id integer]
        writers key(id) [id integer, book integer]
          (book) -> books(id)
        books key(id) [id integer, writer integer, code integer]
          (code) -> codes(id)
          (writer) -> writers(id)
        aisles key(id) [id integer, book integer] select all
          (book) -> books(id)
        ");
}

#[test]
fn in_a_circle_without_null_what_can_be_set_later_is_still_a_link() {
    let schema = "
        a: id*, b! -> b.id, c -> c.id
        b: id*, a! -> a.id
        c: id*, b! -> b.id
    ";
    insta::assert_snapshot!(planned(schema, "select: { a: all }"), @r"
        total a
        a key(id) [id integer, b integer, c integer] select all
          (b) -> b(id)
          (c) -> c(id) link
        b key(id) [id integer, a integer]
          (a) -> a(id)
        c key(id) [id integer, b integer]
          (b) -> b(id)
        ");
}

#[test]
fn a_relation_in_a_circle_can_wait_since_no_engine_checks_it() {
    let schema = "
        a: id*, b! -> b.id
        b: id*, a!
    ";
    let relation = "select: { a: all }\nrelations: [{ from: b(a), to: a }]";
    insta::assert_snapshot!(planned_from_postgres(schema, relation), @r"
        total a
        b key(id) [id integer, a integer]
          (a) -> a(id)
        a key(id) [id integer, b integer] select all
          (b) -> b(id)
        ");
}

#[test]
fn a_circle_without_null_keeps_the_order_of_the_version_before() {
    let other = CLOSED.replacen("writers: id*, book! -> books.id", "writers: id*, book! -> books.id~", 1);
    let (scenario, refit) = (scenario("select: { aisles: all }"), BTreeSet::new());
    let from_postgres = Catalog { engine: Engine::Postgres, ..catalog(&other) };
    let base = plan(&from_postgres, &scenario, None, &refit).expect("a plan").definition;
    // SQLite does not tell what is deferrable.
    let from_sqlite = plan(&catalog(CLOSED), &scenario, Some(&base), &refit).expect("a plan").definition;
    assert_eq!(from_sqlite, base);
}

#[test]
fn a_circle_of_many_tables_is_planned_at_once() {
    let name = |at: usize| format!("t{:03}", at % 300);
    let tables = (0..300).map(|at| {
        let to = [at + 1, at * 7 + 3, at * 31 + 11].map(name);
        format!("{}: id*, a! -> {}.id, b! -> {}.id, c! -> {}.id\n", name(at), to[0], to[1], to[2])
    });
    let begin = std::time::Instant::now();
    let plan = planned(&tables.collect::<String>(), "select: { t000: all }");
    assert_eq!(plan.lines().filter(|line| line.contains(" key(id) ")).count(), 300);
    // A search of the whole graph for each table and step took half a minute.
    assert!(begin.elapsed().as_secs() < 10, "{:?}", begin.elapsed());
}
