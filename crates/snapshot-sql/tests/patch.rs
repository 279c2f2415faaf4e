//! What a patch does where the order of its statements matters, and what it is refused for.

mod support;

use std::io::Cursor;

use miette::Diagnostic as _;
use model::LogicalType::{Boolean, Decimal, Integer, Json, Text, Timestamptz, Uuid};
use model::{Catalog, Definition, Engine, ScenarioName, TableSpec, UniqueKey, Value};
use snapshot_sql::patch::{
    Alteration, Operation, OperationKind, PatchError, PatchHead, PatchSide, PatchWriter,
};
use sqlparser::dialect::{Dialect, PostgreSqlDialect, SQLiteDialect};
use support::{definition, refers, strings, table, text, typed};

/// An operation of a test: table, row, kept, what changed.
enum Did {
    Added(&'static str, Vec<Value>, u64),
    Removed(&'static str, Vec<Value>, u64),
    Changed(&'static str, Vec<Value>, Vec<(&'static str, Value)>),
}

struct Patch<'a> {
    base: &'a Definition,
    head: &'a Definition,
    engines: &'a [Engine],
    catalog: Option<&'a Catalog>,
}

impl Patch<'_> {
    fn write(&self, did: &[Did]) -> Result<String, PatchError> {
        let scenario = ScenarioName::new("writer").expect("a name");
        let side = |name, definition| PatchSide { name, content: None, definition };
        let head = PatchHead {
            scenario: &scenario,
            base: side("base", self.base),
            head: side("head", self.head),
            engines: self.engines,
            catalog: self.catalog,
        };
        let scratch = || Cursor::new(vec![0xaa; 20]);
        let mut writer = PatchWriter::new(head, [scratch(), scratch(), scratch()])?;
        for one in did {
            take(&mut writer, self.head, one)?;
        }
        let mut out = Vec::new();
        let written = writer.finish(&mut out);
        assert!(written.is_ok() || out.is_empty(), "refused after something was written");
        written.map(|()| String::from_utf8(out).expect("UTF-8"))
    }
}

fn take(
    writer: &mut PatchWriter<'_, Cursor<Vec<u8>>>,
    head: &Definition,
    did: &Did,
) -> Result<(), PatchError> {
    match did {
        Did::Added(table, row, kept) => {
            writer.operation(&Operation { table, row, kept: *kept, kind: OperationKind::Added })
        }
        Did::Removed(table, row, kept) => {
            writer.operation(&Operation { table, row, kept: *kept, kind: OperationKind::Removed })
        }
        Did::Changed(table, row, columns) => {
            let spec = head.table(table).expect("the table");
            let each = columns.iter().map(|(column, base)| Alteration {
                column,
                base: Some(base),
                head: spec.column(column).map(|at| &row[at]),
            });
            let columns: Vec<Alteration<'_>> = each.collect();
            let kind = OperationKind::Changed(&columns);
            writer.operation(&Operation { table, row, kept: 0, kind })
        }
    }
}

/// The statements between BEGIN and COMMIT; both dialects have to know them.
#[track_caller]
fn statements(tables: Vec<TableSpec>, catalog: Option<&Catalog>, did: &[Did]) -> String {
    let definition = definition("t", tables);
    let patch = Patch { base: &definition, head: &definition, engines: &Engine::ALL, catalog };
    body(&patch.write(did).expect("a patch"))
}

#[track_caller]
fn body(patch: &str) -> String {
    let dialects: [&dyn Dialect; 2] = [&SQLiteDialect {}, &PostgreSqlDialect {}];
    for dialect in dialects {
        sqlparser::parser::Parser::parse_sql(dialect, patch).expect("both dialects know it");
    }
    let (_, rest) = patch.split_once("\nBEGIN;\n\n").expect("BEGIN");
    let (body, _) = rest.split_once("\n\nCOMMIT;\n").expect("COMMIT");
    body.to_owned()
}

#[track_caller]
fn refused(patch: &Patch<'_>, did: &[Did]) -> String {
    let error = patch.write(did).expect_err("is refused");
    format!("{error}\nhelp: {}", error.help().expect("a help"))
}

#[track_caller]
fn refused_of(tables: Vec<TableSpec>, catalog: Option<&Catalog>, did: &[Did]) -> String {
    let definition = definition("t", tables);
    refused(&Patch { base: &definition, head: &definition, engines: &Engine::ALL, catalog }, did)
}

fn int(number: i64) -> Value {
    Value::Integer(number)
}

/// A table whose rows refer to rows of their own.
fn tree(link: bool) -> TableSpec {
    let mut spec = table("t", &[("id", Integer), ("parent", Integer)], &["id"]);
    spec.references = vec![refers(&["parent"], "t", &["id"])];
    spec.references[0].link = link;
    spec.order_parents = !link;
    spec
}

fn unique(spec: &TableSpec, columns: &[&str], not_null: &[&str]) -> Catalog {
    let definition = definition("t", vec![spec.clone()]);
    let mut catalog = Catalog::of_definition(&definition, Engine::Sqlite);
    let known = catalog.tables.get_mut(&spec.name).expect("the table");
    known.unique_keys.push(UniqueKey { name: "u".to_owned(), columns: strings(columns) });
    for column in &mut known.columns {
        column.not_null |= not_null.contains(&column.name.as_str());
    }
    catalog
}

#[test]
fn a_reference_to_a_row_that_comes_later_is_set_after_it() {
    let row = |id, parent| Did::Added("t", vec![int(id), int(parent)], 0);
    // 1 and 3 refer to each other, 2 to a row that is there, 4 to itself.
    let did = [row(1, 3), row(2, 99), row(3, 1), row(4, 4)];
    insta::assert_snapshot!(statements(vec![tree(true)], None, &did), @r#"
    -- t: 4 rows added
    INSERT INTO "t" ("id", "parent") VALUES (1, NULL);
    INSERT INTO "t" ("id", "parent") VALUES (2, 99);
    INSERT INTO "t" ("id", "parent") VALUES (3, 1);
    INSERT INTO "t" ("id", "parent") VALUES (4, 4);

    -- t: 1 row linked to a row that came later
    UPDATE "t" SET "parent" = 3 WHERE "id" = 1;
    "#);
}

#[test]
fn a_reference_to_a_row_that_goes_earlier_is_taken_away_before() {
    let row = |id, parent| Did::Removed("t", vec![int(id), int(parent)], 0);
    let all = statements(vec![tree(true)], None, &[row(1, 3), row(2, 99), row(3, 1)]);
    let (_, rest) = all.split_once(";\n\n").expect("the checks");
    insta::assert_snapshot!(rest, @r#"
    -- t: 1 row unlinked from a row that goes before
    UPDATE "t" SET "parent" = NULL WHERE "id" = 1;

    -- t: 3 rows removed
    DELETE FROM "t" WHERE "id" = 3;
    DELETE FROM "t" WHERE "id" = 2;
    DELETE FROM "t" WHERE "id" = 1;
    "#);
}

#[test]
fn rows_follow_their_parents_where_no_reference_can_be_null() {
    let rows = [(1, 3), (2, 5), (3, 2), (4, 4), (5, 4)];
    let added = rows.map(|(id, parent)| Did::Added("t", vec![int(id), int(parent)], 0));
    insta::assert_snapshot!(statements(vec![tree(false)], None, &added), @r#"
    -- t: 5 rows added
    INSERT INTO "t" ("id", "parent") VALUES (4, 4);
    INSERT INTO "t" ("id", "parent") VALUES (5, 4);
    INSERT INTO "t" ("id", "parent") VALUES (2, 5);
    INSERT INTO "t" ("id", "parent") VALUES (3, 2);
    INSERT INTO "t" ("id", "parent") VALUES (1, 3);
    "#);
    let removed = rows.map(|(id, parent)| Did::Removed("t", vec![int(id), int(parent)], 0));
    let all = statements(vec![tree(false)], None, &removed);
    let (_, rest) = all.split_once(";\n\n").expect("the checks");
    insta::assert_snapshot!(rest, @r#"
    -- t: 5 rows removed
    DELETE FROM "t" WHERE "id" = 1;
    DELETE FROM "t" WHERE "id" = 3;
    DELETE FROM "t" WHERE "id" = 2;
    DELETE FROM "t" WHERE "id" = 5;
    DELETE FROM "t" WHERE "id" = 4;
    "#);
}

#[test]
fn of_equal_rows_without_a_key_those_that_stay_come_back() {
    let spec = table("t", &[("tag", Text), ("weight", Integer)], &[]);
    let (a, b) = (vec![text("a"), Value::Null], vec![text("b"), int(1)]);
    let did = [
        Did::Removed("t", a.clone(), 2),
        Did::Removed("t", a, 2),
        Did::Added("t", b.clone(), 1),
        Did::Added("t", b, 1),
    ];
    insta::assert_snapshot!(statements(vec![spec], None, &did), @r#"
    -- t: 5 rows as base has them
    SELECT json(CASE WHEN COUNT(*) = 4 THEN '"as in base"' ELSE 'rows_of_t_are_not_as_in_base' END) AS "t" FROM "t" WHERE "tag" = 'a' AND "weight" IS NULL;
    SELECT json(CASE WHEN COUNT(*) = 1 THEN '"as in base"' ELSE 'rows_of_t_are_not_as_in_base' END) AS "t" FROM "t" WHERE "tag" = 'b' AND "weight" = 1;

    -- t: 2 rows added
    INSERT INTO "t" ("tag", "weight") VALUES ('b', 1);
    INSERT INTO "t" ("tag", "weight") VALUES ('b', 1);

    -- t: 2 rows removed
    DELETE FROM "t" WHERE "tag" = 'a' AND "weight" IS NULL;
    INSERT INTO "t" ("tag", "weight") VALUES ('a', NULL);
    INSERT INTO "t" ("tag", "weight") VALUES ('a', NULL);
    "#);
}

/// Three rows pass a unique value on; what the rows that give it up too early hold meanwhile.
#[track_caller]
fn parked(ty: model::LogicalType, values: &[Value; 3], not_null: bool) -> String {
    let spec = table("t", &[("id", Integer), ("u", ty)], &["id"]);
    let catalog = unique(&spec, &["u"], if not_null { &["u"] } else { &[] });
    let changed = |at: usize, id| {
        let row = vec![int(id), values[(at + 1) % 3].clone()];
        Did::Changed("t", row, vec![("u", values[at].clone())])
    };
    let all = statements(vec![spec], Some(&catalog), &[changed(0, 1), changed(1, 2), changed(2, 3)]);
    let start = all.find("-- t: 2 rows parked").expect("parked rows");
    let (parked, _) = all[start..].split_once("\n\n").expect("a blank line");
    parked.lines().skip(1).collect::<Vec<_>>().join("\n")
}

#[test]
fn unique_values_that_change_their_row_are_parked() {
    let texts = || ["a", "b", "c"].map(text);
    insta::assert_snapshot!(parked(Text, &texts(), false), @r#"
    UPDATE "t" SET "u" = NULL WHERE "id" = 2;
    UPDATE "t" SET "u" = NULL WHERE "id" = 3;
    "#);
    insta::assert_snapshot!(parked(Text, &texts(), true), @r#"
    UPDATE "t" SET "u" = 'parked 6724a5cca72dd9f3' WHERE "id" = 2;
    UPDATE "t" SET "u" = 'parked 7bc7db0300f136fd' WHERE "id" = 3;
    "#);
    insta::assert_snapshot!(parked(Integer, &[1, 2, 3].map(int), true), @r#"
    UPDATE "t" SET "u" = -1122909658 WHERE "id" = 2;
    UPDATE "t" SET "u" = -1597569335 WHERE "id" = 3;
    "#);
    let uuid = |n: u8| typed(&format!("123e4567-e89b-12d3-a456-42661417400{n}"));
    insta::assert_snapshot!(parked(Uuid, &[1, 2, 3].map(uuid), true), @r#"
    UPDATE "t" SET "u" = '6724a5cc-a72d-4d9f-8384-7708def8adca' WHERE "id" = 2;
    UPDATE "t" SET "u" = '7bc7db03-00f1-436f-8db9-ea91a4eb02c6' WHERE "id" = 3;
    "#);
}

#[test]
fn a_value_that_is_given_up_before_it_is_taken_needs_no_parking() {
    let spec = table("t", &[("id", Integer), ("u", Text)], &["id"]);
    let catalog = unique(&spec, &["u"], &[]);
    let did = [
        Did::Changed("t", vec![int(1), text("x")], vec![("u", text("a"))]),
        Did::Changed("t", vec![int(2), text("a")], vec![("u", text("b"))]),
        Did::Removed("t", vec![int(3), text("c")], 0),
    ];
    assert!(!statements(vec![spec], Some(&catalog), &did).contains("parked"));
}

#[test]
fn a_unique_value_that_cannot_be_parked_is_refused_by_name() {
    let spec = table("t", &[("id", Integer), ("n", Decimal)], &["id"]);
    let swap = || {
        let changed =
            |id, now: &str, was: &str| Did::Changed("t", vec![int(id), typed(now)], vec![("n", typed(was))]);
        [changed(1, "2.5", "1.5"), changed(2, "1.50", "2.5")]
    };
    let catalog = unique(&spec, &["n"], &["n"]);
    insta::assert_snapshot!(refused_of(vec![spec], Some(&catalog), &swap()), @r#"
    t: id 2 has a unique value (n) that another row takes over, and cannot be parked: there is no placeholder of its type
    help: `demo-import` merges such rows; or make two versions, so that the value is free in the one between
    "#);
    // A key that an engine takes for the same, spelled otherwise.
    let spec = table("t", &[("key", Text)], &["key"]);
    let mut catalog = unique(&spec, &["key"], &[]);
    catalog.tables.get_mut("t").expect("the table").columns[0].collation = Some(model::Collation::Nocase);
    let did = [Did::Removed("t", vec![text("A")], 0), Did::Added("t", vec![text("a")], 0)];
    insta::assert_snapshot!(refused_of(vec![spec], Some(&catalog), &did), @r#"
    t: key 'A' has a unique value (key) that another row takes over, and cannot be parked: it is the row key of both
    help: `demo-import` merges such rows; or make two versions, so that the value is free in the one between
    "#);
}

#[test]
fn a_circle_that_no_statement_can_start_is_refused_by_name() {
    let row = |id, parent| Did::Added("t", vec![int(id), int(parent)], 0);
    insta::assert_snapshot!(refused_of(vec![tree(false)], None, &[row(1, 2), row(2, 1)]), @r#"
    t: id 1 refers by (parent) to a row of t that is written or deleted later, and this reference cannot be NULL meanwhile
    help: a circle of NOT NULL references needs deferred keys, which a patch for both engines has not; `demo-import` has them
    "#);
    let mut one = table("one", &[("id", Integer), ("two", Integer)], &["id"]);
    one.references = vec![refers(&["two"], "two", &["id"])];
    let mut two = table("two", &[("id", Integer), ("one", Integer)], &["id"]);
    two.references = vec![refers(&["one"], "one", &["id"])];
    let row = |table| Did::Removed(table, vec![int(1), int(1)], 0);
    insta::assert_snapshot!(refused_of(vec![one, two], None, &[row("one"), row("two")]), @r#"
    one: id 1 refers by (two) to a row of two that is written or deleted later, and this reference cannot be NULL meanwhile
    help: a circle of NOT NULL references needs deferred keys, which a patch for both engines has not; `demo-import` has them
    "#);
}

#[test]
fn a_value_that_rows_refer_to_stays_in_its_row() {
    let codes = table("codes", &[("id", Integer), ("code", Text)], &["id"]);
    let mut uses = table("uses", &[("id", Integer), ("code", Text)], &["id"]);
    uses.references = vec![refers(&["code"], "codes", &["code"])];
    let did = [Did::Changed("codes", vec![int(1), text("new")], vec![("code", text("old"))])];
    insta::assert_snapshot!(refused_of(vec![codes, uses], None, &did), @r#"
    codes: id 1 changes code, which rows of uses refer to
    help: `demo-import` changes it together with the rows that refer to it
    "#);
}

#[test]
fn a_patch_changes_no_schema() {
    let base = definition("t", vec![table("t", &[("id", Integer), ("old", Text), ("n", Integer)], &["id"])]);
    let head = definition("t", vec![table("t", &[("id", Integer), ("n", Text), ("new", Text)], &["id"])]);
    let patch = Patch { base: &base, head: &head, engines: &Engine::ALL, catalog: None };
    let added = |n: Value, new: Value| [Did::Added("t", vec![int(1), n, new], 0)];
    insta::assert_snapshot!(refused(&patch, &added(Value::Null, text("x"))), @r#"
    table t: column new is in head alone, and a patch changes rows only
    help: change the schema first; `demo-import` then brings the rows of either side
    "#);
    insta::assert_snapshot!(refused(&patch, &added(text("x"), Value::Null)), @r#"
    table t: column n is of another type, and a patch changes rows only
    help: change the schema first; `demo-import` then brings the rows of either side
    "#);
    // Nothing of what differs is needed.
    let text_of = patch.write(&added(Value::Null, Value::Null)).expect("a patch");
    insta::assert_snapshot!(body(&text_of), @r#"
    -- t: 1 row added
    INSERT INTO "t" ("id", "n") VALUES (1, NULL);
    "#);
    let keyed = definition("t", vec![table("t", &[("id", Integer), ("old", Text)], &["old"])]);
    let patch = Patch { base: &base, head: &keyed, engines: &Engine::ALL, catalog: None };
    insta::assert_snapshot!(refused(&patch, &[Did::Added("t", vec![int(1), text("x")], 0)]), @r#"
    table t: its row key is (old), and a patch changes rows only
    help: change the schema first; `demo-import` then brings the rows of either side
    "#);
}

#[test]
fn a_table_of_one_side_is_named() {
    let base = definition("a", vec![table("a", &[("id", Integer)], &["id"])]);
    let head = definition("b", vec![table("b", &[("id", Integer)], &["id"])]);
    let patch = Patch { base: &base, head: &head, engines: &[Engine::Sqlite], catalog: None };
    let did = [Did::Removed("a", vec![int(1)], 0), Did::Added("b", vec![int(2)], 0)];
    insta::assert_snapshot!(patch.write(&did).expect("a patch"), @r#"
    -- Demo Data Patch
    -- Scenario: writer
    -- Base: base
    -- Head: head
    -- Engines: sqlite
    -- Raw: sqlite >= 3.38, postgres none
    -- Rows: 1 added, 0 changed, 1 removed
    -- It changes rows only, in one transaction: all of them, or none after the first error. Run it with
    -- `sqlite3 -bail`, keys switched on by `PRAGMA foreign_keys = ON`, or with `psql -X -v ON_ERROR_STOP=1`.
    -- Rows that it changes or removes must be as base has them, else a check fails: `malformed JSON` says
    -- SQLite, PostgreSQL shows whose rows differ. JSON, instants, doubles and long values are only checked
    -- for being there, or for their length.
    -- No schema was at hand: unique keys other than row keys, and those that references lead to, are not known
    -- here. Where their values change places the patch fails.
    -- Tables that base does not have: b
    -- Tables that head does not have: a

    BEGIN;

    -- a: 1 row as base has it
    SELECT json(CASE WHEN COUNT(*) = 1 THEN '"as in base"' ELSE 'rows_of_a_are_not_as_in_base' END) AS "a" FROM "a" WHERE
      ("id" = 1)
    ;

    -- b: 1 row added
    INSERT INTO "b" ("id") VALUES (2);

    -- a: 1 row removed
    DELETE FROM "a" WHERE "id" = 1;

    COMMIT;
    -- End of patch
    "#);
}

#[test]
fn values_that_one_engine_cannot_hold_or_compare_are_refused_by_name() {
    let spec = table("t", &[("id", Integer), ("flag", Boolean)], &["id"]);
    let did = [Did::Added("t", vec![int(1), int(7)], 0)];
    insta::assert_snapshot!(refused_of(vec![spec], None, &did), @r#"
    t: id 1: column flag: the value is an integer, and PostgreSQL's column of type boolean cannot hold it
    help: name only the engines that can hold it as `engines:` of the scenario, or change the value
    "#);
    let spec = table("t", &[("at", Timestamptz), ("json", Json)], &[]);
    let did = [Did::Removed("t", vec![Value::Null, typed("{}")], 0)];
    insta::assert_snapshot!(refused_of(vec![spec.clone()], None, &did), @r#"
    table t has no key, and column json of type json cannot be compared on every engine, so that no statement finds the row to be removed
    help: give the table a key; or use `demo-import`, which finds such rows
    "#);
    // PostgreSQL compares both by value.
    let definition = definition("t", vec![spec]);
    let patch = Patch { base: &definition, head: &definition, engines: &[Engine::Postgres], catalog: None };
    insta::assert_snapshot!(body(&patch.write(&did).expect("a patch")), @r#"
    -- t: 1 row as base has it
    SELECT json(CASE WHEN COUNT(*) = 1 THEN '"as in base"' ELSE 'rows_of_t_are_not_as_in_base' END) AS "t" FROM "t" WHERE "at" IS NULL AND "json" = '{}';

    -- t: 1 row removed
    DELETE FROM "t" WHERE "at" IS NULL AND "json" = '{}';
    "#);
    let spec = table("t\u{202e}", &[("id", Integer)], &["id"]);
    insta::assert_snapshot!(refused_of(vec![spec], None, &[]), @r#"
    the name t\u202e has characters that cannot stand in a patch
    help: rename the table or column: control and invisible characters cannot be told apart by a reviewer
    "#);
}

#[test]
fn rows_that_are_not_of_the_tables_are_refused() {
    let spec = table("t", &[("id", Integer)], &["id"]);
    insta::assert_snapshot!(refused_of(vec![spec.clone()], None, &[Did::Added("t", vec![], 0)]), @r#"
    a row of table t has not the columns of its definition
    help: export the snapshot again
    "#);
    insta::assert_snapshot!(refused_of(vec![spec], None, &[Did::Added("u", vec![int(1)], 0)]), @r#"
    a row of table u has not the columns of its definition
    help: export the snapshot again
    "#);
}
