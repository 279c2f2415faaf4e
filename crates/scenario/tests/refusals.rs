//! Every message about a file that cannot be used, in full.

use demo_snapshot_scenario::{Error, read_archive_settings, read_scenario, read_seed};
use miette::Diagnostic as _;

fn shown(error: &Error) -> String {
    let help = error.help().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    format!("{error}{help}")
}

#[track_caller]
fn scenario(text: &str) -> String {
    match read_scenario(text, "writer/scenario.yaml") {
        Ok(scenario) => panic!("read: {scenario:?}"),
        Err(error) => shown(&error),
    }
}

/// The message about a scenario that is complete but for one more section.
#[track_caller]
fn section(text: &str) -> String {
    let message = scenario(&format!("scenario: writer\nselect: {{ fragments: all }}\n{text}"));
    message.lines().next().unwrap_or_default().to_owned()
}

/// The message about one table's selection.
#[track_caller]
fn select(text: &str) -> String {
    let message = scenario(&format!("scenario: writer\nselect:\n  t: {text}\n"));
    message.lines().next().unwrap_or_default().to_owned()
}

#[track_caller]
fn seed(text: &str) -> String {
    match read_seed(text, "writer/seed.yaml") {
        Ok(seed) => panic!("read: {seed:?}"),
        Err(error) => shown(&error),
    }
}

#[test]
fn a_file_that_is_too_large() {
    insta::assert_snapshot!(scenario(&"#".repeat((64 << 10) + 1)), @r"
        writer/scenario.yaml has 65537 bytes, and a file of its kind has at most 65536
        help: settings and authored rows are small: large data belongs into a database, from which it is exported
        ");
}

#[test]
fn an_empty_file() {
    insta::assert_snapshot!(scenario(""), @r"
        writer/scenario.yaml: the file is empty
        help: docs/scenarios.md shows what belongs into it
        ");
    insta::assert_snapshot!(scenario("# only a comment\n"), @r"
        writer/scenario.yaml: the file is empty
        help: docs/scenarios.md shows what belongs into it
        ");
    insta::assert_snapshot!(scenario("---\n"), @r"
        writer/scenario.yaml: the file is empty
        help: docs/scenarios.md shows what belongs into it
        ");
}

#[test]
fn text_that_is_no_yaml() {
    insta::assert_snapshot!(scenario("scenario: writer\nselect: { fragments: all\n"), @r"
        writer/scenario.yaml:3:1, at `select`: not YAML: did not find expected ',' or '}'
        help: check indentation, quotes and brackets near this place; text that starts with one of & * ! | > % @ ` # - ? : , [ ] { } must be quoted
        ");
    insta::assert_snapshot!(scenario("scenario: @writer\n"), @"
    writer/scenario.yaml:1:11, at `scenario`: not YAML: found character that cannot start any token
    help: indent with blanks, for YAML takes no tab there; text that starts with one of % @ ` must be quoted
    ");
    insta::assert_snapshot!(scenario("a: 1\n]\n"), @r"
        writer/scenario.yaml:2:1: not YAML: did not find expected key
        help: check indentation, quotes and brackets near this place; text that starts with one of & * ! | > % @ ` # - ? : , [ ] { } must be quoted
        ");
    insta::assert_snapshot!(scenario("description: *emphasis* matters\n"), @r"
        writer/scenario.yaml:1:23, at `description`: not YAML: did not find expected alphabetic or numeric character
        help: check indentation, quotes and brackets near this place; text that starts with one of & * ! | > % @ ` # - ? : , [ ] { } must be quoted
        ");
    insta::assert_snapshot!(scenario("description: a\u{7}b\n"), @r"
        writer/scenario.yaml:1:15: the character \u0007, which YAML does not allow
        help: remove it, or write it as an escape such as \x1b in double quotes
        ");
}

#[test]
fn something_that_is_no_mapping() {
    insta::assert_snapshot!(scenario("- a\n"), @r"
        writer/scenario.yaml:1:1: expected a mapping of settings, found a list
        help: docs/scenarios.md shows every key with examples
        ");
    insta::assert_snapshot!(scenario("writer\n"), @r"
        writer/scenario.yaml:1:1: expected a mapping of settings, found text
        help: docs/scenarios.md shows every key with examples
        ");
}

#[test]
fn a_second_document() {
    insta::assert_snapshot!(scenario("scenario: writer\n---\nscenario: other\n"), @r"
        writer/scenario.yaml:3:1: a second document starts here, and a file holds one
        help: put the second document into a file of its own, and remove the line `---`
        ");
}

#[test]
fn too_many_levels() {
    insta::assert_snapshot!(scenario(&format!("a: {}", "[".repeat(70))), @r"
        writer/scenario.yaml:1:67, at `a[0][0][0][0][0][0][0][0][0][0][0]…`: nested deeper than 64 levels
        help: flatten it: no setting and no JSON value of a demo needs that many levels
        ");
    insta::assert_snapshot!(scenario(&"[".repeat(600)), @r"
        writer/scenario.yaml:1:513: more than 512 brackets are open here, those in quoted text counted
        help: close what is open; in text, write `[` as \x5b and `{` as \x7b in double quotes
        ");
    insta::assert_snapshot!(scenario(&format!("a: {}1{}", "[".repeat(70), "]".repeat(70))), @r"
        writer/scenario.yaml:1:67, at `a[0][0][0][0][0][0][0][0][0][0][0]…`: nested deeper than 64 levels
        help: flatten it: no setting and no JSON value of a demo needs that many levels
        ");
}

#[test]
fn an_anchor_alias_or_tag() {
    insta::assert_snapshot!(scenario("scenario: writer\nselect: &all { fragments: all }\n"), @r"
        writer/scenario.yaml:2:25: an anchor (`&`), alias (`*`) or tag (`!`), which are not read here
        help: write the value out where it is used; quote text that starts with one of these characters
        ");
    insta::assert_snapshot!(scenario("a: &x 1\nb: *x\n"), @r"
        writer/scenario.yaml:1:4, at `a`: an anchor (`&`), alias (`*`) or tag (`!`), which are not read here
        help: write the value out where it is used; quote text that starts with one of these characters
        ");
    insta::assert_snapshot!(scenario("a: !secret 1\n"), @r"
        writer/scenario.yaml:1:4, at `a`: an anchor (`&`), alias (`*`) or tag (`!`), which are not read here
        help: write the value out where it is used; quote text that starts with one of these characters
        ");
    insta::assert_snapshot!(scenario("a: [b, !!str 1]\n"), @r"
        writer/scenario.yaml:1:8, at `a[1]`: an anchor (`&`), alias (`*`) or tag (`!`), which are not read here
        help: write the value out where it is used; quote text that starts with one of these characters
        ");
}

#[test]
fn a_key_twice() {
    insta::assert_snapshot!(scenario("scenario: a\nselect: { t: { a: 1, b: 2, a: 3 } }\n"), @r"
        writer/scenario.yaml:2:28, at `select.t.a`: the key stands twice in one mapping
        help: keep one of them: YAML readers disagree on which one counts
        ");
    insta::assert_snapshot!(scenario("scenario: a\n\"scenario\": b\n"), @r"
        writer/scenario.yaml:2:1, at `scenario`: the key stands twice in one mapping
        help: keep one of them: YAML readers disagree on which one counts
        ");
}

#[test]
fn a_key_that_is_no_text() {
    insta::assert_snapshot!(scenario("select: { 7: all }\n"), @r"
        writer/scenario.yaml:1:11, at `select`: a key that is not text
        help: quote it: keys are names of settings, tables, columns or JSON keys
        ");
    insta::assert_snapshot!(scenario("? [a]\n: 1\n"), @r"
        writer/scenario.yaml:1:3: a key that is not text
        help: quote it: keys are names of settings, tables, columns or JSON keys
        ");
}

#[test]
fn a_number_out_of_range() {
    insta::assert_snapshot!(select("{ a: 9223372036854775808 }"), @"writer/scenario.yaml:3:11, at `select.t.a`: a number out of range: integers go from -9223372036854775808 to 9223372036854775807, other numbers stay below 1e38");
    for number in ["-9223372036854775809", ".inf", "-.inf", ".nan", "1e38", &"9".repeat(60)] {
        let message = select(&format!("{{ a: {number} }}"));
        assert!(message.contains("a number out of range"), "{number}: {message}");
    }
}

#[test]
fn an_unknown_key() {
    insta::assert_snapshot!(scenario("scenario: writer\nselct: { fragments: all }\n"), @r"
        writer/scenario.yaml:2:1, at `selct`: unknown key; did you mean `select`?
        help: the keys here are scenario, description, schema, engines, select, follow, relations, columns, breakdown, expect, limits, passthrough_tables, excluded_tables
        ");
    insta::assert_snapshot!(section("schema: \"\"\n"), @"writer/scenario.yaml:3:9, at `schema`: expected the name of a bundled schema, found empty text");
    insta::assert_snapshot!(section("schema: [memory]\n"), @"writer/scenario.yaml:3:9, at `schema`: expected the name of a bundled schema, found a list");
    insta::assert_snapshot!(section("zzz: 1\n"), @"writer/scenario.yaml:3:1, at `zzz`: unknown key");
    insta::assert_snapshot!(section("follow: { childs: all }\n"), @"writer/scenario.yaml:3:11, at `follow.childs`: unknown key; did you mean `children`?");
    insta::assert_snapshot!(section("a\u{1b}: 1\n").replace('\u{1b}', "RAW"), @r"writer/scenario.yaml:3:2: the character \u001b, which YAML does not allow");
}

#[test]
fn a_key_of_a_later_version() {
    insta::assert_snapshot!(scenario("scenario: writer\nredact: {}\n"), @r"
        writer/scenario.yaml:2:1, at `redact`: this version does not know `redact` (masked columns) yet
        help: remove it, or use a version of the tool that knows it
        ");
    insta::assert_snapshot!(section("volatile: {}\n"), @"writer/scenario.yaml:3:1, at `volatile`: this version does not know `volatile` (columns kept from the base version) yet");
    insta::assert_snapshot!(section("clock: {}\n"), @"writer/scenario.yaml:3:1, at `clock`: this version does not know `clock` (dates moved on import) yet");
}

#[test]
fn a_missing_key() {
    insta::assert_snapshot!(scenario("select: { fragments: all }\n"), @r"
        writer/scenario.yaml:1:1: the key `scenario` is missing
        help: add `scenario:`; docs/scenarios.md shows every key
        ");
    insta::assert_snapshot!(scenario("scenario: writer\n"), @r"
        writer/scenario.yaml:1:1: the key `select` is missing
        help: add `select:`; docs/scenarios.md shows every key
        ");
}

#[test]
fn a_name_that_cannot_be_a_scenarios() {
    insta::assert_snapshot!(scenario("scenario: ../etc\nselect: { fragments: all }\n"), @r"
        writer/scenario.yaml:1:11, at `scenario`: `../etc` cannot name a scenario: a name has 1 to 64 of a-z, 0-9, `_` and `-`, starts with a letter or digit, and is neither `metadata` nor a device name such as `con`
        help: choose another name and rename the scenario's folder likewise
        ");
    insta::assert_snapshot!(scenario("scenario: 7\nselect: { fragments: all }\n"), @r"
        writer/scenario.yaml:1:11, at `scenario`: expected a scenario's name (quote it if it is a number), found an integer
        help: docs/scenarios.md shows every key with examples
        ");
}

#[test]
fn how_far_a_scenario_reaches() {
    insta::assert_snapshot!(section("follow: { childs: all }\n"), @"writer/scenario.yaml:3:11, at `follow.childs`: unknown key; did you mean `children`?");
    insta::assert_snapshot!(section("follow: { follow_nullable_relations: 0 }\n"), @"writer/scenario.yaml:3:38, at `follow.follow_nullable_relations`: expected true or false, found an integer");
    insta::assert_snapshot!(section("follow: { max_children_per_node: 0 }\n"), @"writer/scenario.yaml:3:34, at `follow.max_children_per_node`: a limit of 0 takes no row: leave the table out instead");
    insta::assert_snapshot!(section("follow: { children: { todos: 5 } }\n"), @"writer/scenario.yaml:3:30, at `follow.children.todos`: expected `all`, or a mapping with `max_children_per_node` and `order_by`, found an integer");
    insta::assert_snapshot!(section("follow: { children: { todos: { limit: 5 } } }\n"), @"writer/scenario.yaml:3:32, at `follow.children.todos.limit`: unknown key");
    insta::assert_snapshot!(section("follow: { children: { todos: { order_by: id } } }\n"), @"writer/scenario.yaml:3:30, at `follow.children.todos`: the key `max_children_per_node` is missing");
    insta::assert_snapshot!(section("limits: { fragments: 10 }\n"), @"writer/scenario.yaml:3:11, at `limits.fragments`: unknown key");
    insta::assert_snapshot!(section("limits: { tables: { todos: { row_limit: 0 } } }\n"), @"writer/scenario.yaml:3:41, at `limits.tables.todos.row_limit`: a limit of 0 takes no row: leave the table out instead");
    insta::assert_snapshot!(section("limits: { tables: { todos: { row_limit: 5, order_by: [id, -id] } } }\n"), @"writer/scenario.yaml:3:59, at `limits.tables.todos.order_by[1]`: `id` stands twice");
    insta::assert_snapshot!(section("limits: { tables: { todos: { row_limit: 5, order_by: '-' } } }\n"), @"writer/scenario.yaml:3:54, at `limits.tables.todos.order_by`: a `-` without the name of a column");
    insta::assert_snapshot!(section("limits: { tables: { todos: { row_limit: 5, order_by: {} } } }\n"), @"writer/scenario.yaml:3:54, at `limits.tables.todos.order_by`: expected a column (`created_at`, or `-created_at` for the largest first) or a list of columns, found a mapping");
    insta::assert_snapshot!(section("passthrough_tables: all\n"), @"writer/scenario.yaml:3:21, at `passthrough_tables`: expected a list of tables, found text");
    insta::assert_snapshot!(section("excluded_tables: [a, a]\n"), @"writer/scenario.yaml:3:22, at `excluded_tables[1]`: `a` stands twice");
}

#[test]
fn relations_out_of_json_and_under_conditions() {
    let relation = |text: &str| section(&format!("relations:\n  - {text}\n"));
    insta::assert_snapshot!(relation("{ from: 'e(p.user, p.team)', to: users }"), @"writer/scenario.yaml:4:13, at `relations[0].from`: 2 columns referring: a relation out of JSON, or with `when`, `type_table` or `optional`, has one");
    insta::assert_snapshot!(relation("{ from: e(a), to: users(b.c) }"), @"writer/scenario.yaml:4:23, at `relations[0].to`: `b.c` is a path into JSON, which has no key; quote the name of a column that holds a dot");
    insta::assert_snapshot!(relation("{ from: e(a), to: users, when: {} }"), @"writer/scenario.yaml:4:36, at `relations[0].when`: no condition: write `all` to select every row");
    insta::assert_snapshot!(relation("{ from: e(a), to: users, type_table: { column: t, table: types } }"), @"writer/scenario.yaml:4:42, at `relations[0].type_table`: the key `where` is missing");
    insta::assert_snapshot!(relation("{ from: e(a), to: users, optional: yes }"), @"writer/scenario.yaml:4:40, at `relations[0].optional`: expected true or false, found text");
}

#[test]
fn sections_of_another_kind() {
    insta::assert_snapshot!(section("description: [a]\n"), @"writer/scenario.yaml:3:14, at `description`: expected text that says what the scenario is, found a list");
    insta::assert_snapshot!(section("engines: sqlite\n"), @"writer/scenario.yaml:3:10, at `engines`: expected a list of engines, found text");
    insta::assert_snapshot!(section("engines: []\n"), @"writer/scenario.yaml:3:10, at `engines`: no engine is named: leave the key out for both");
    insta::assert_snapshot!(section("engines: [sqlite, sqlite]\n"), @"writer/scenario.yaml:3:19, at `engines[1]`: `sqlite` stands twice");
    insta::assert_snapshot!(section("engines: [sqlit]\n"), @"writer/scenario.yaml:3:11, at `engines[0]`: `sqlit` is not one of sqlite, postgres; did you mean `sqlite`?");
    insta::assert_snapshot!(section("follow: { children: todos }\n"), @"writer/scenario.yaml:3:21, at `follow.children`: expected `all`, a list of tables, or a mapping of tables to limits, found text");
    insta::assert_snapshot!(section("follow: { children: [todos, todos] }\n"), @"writer/scenario.yaml:3:29, at `follow.children[1]`: `todos` stands twice");
    insta::assert_snapshot!(section("columns: { fragments: { metadata: jsn } }\n"), @"writer/scenario.yaml:3:35, at `columns.fragments.metadata`: `jsn` is not one of integer, real, boolean, text, bytes, decimal, date, time, timestamp, timestamptz, uuid, json, json-verbatim, any, interval, enum, array, range; did you mean `json`?");
    insta::assert_snapshot!(section("breakdown: { fragments: '' }\n"), @"writer/scenario.yaml:3:25, at `breakdown.fragments`: expected a column's name, found empty text");
    insta::assert_snapshot!(section("expect: { todos: many }\n"), @"writer/scenario.yaml:3:18, at `expect.todos`: expected a number of rows, or a mapping with `min` and `max`, found text");
    insta::assert_snapshot!(section("expect: { todos: -1 }\n"), @"writer/scenario.yaml:3:18, at `expect.todos`: expected a number of rows, or a mapping with `min` and `max`, found -1");
    insta::assert_snapshot!(section("expect: { todos: {} }\n"), @"writer/scenario.yaml:3:18, at `expect.todos`: nothing is expected: give a number of rows, or a mapping with `min` and `max`");
    insta::assert_snapshot!(section("expect: { todos: { min: 5, max: 4 } }\n"), @"writer/scenario.yaml:3:18, at `expect.todos`: at least 5 and at most 4 rows cannot both be");
    insta::assert_snapshot!(section("limits: { rows: 0 }\n"), @"writer/scenario.yaml:3:17, at `limits.rows`: a limit of 0 rows allows no snapshot");
    insta::assert_snapshot!(section("limits: { rows: 1.5 }\n"), @"writer/scenario.yaml:3:17, at `limits.rows`: expected a number of rows, found a number with a fraction");
}

#[test]
fn relations_that_mean_nothing() {
    insta::assert_snapshot!(section("relations: [{ from: 'w(a)' }]\n"), @"writer/scenario.yaml:3:13, at `relations[0]`: the key `to` is missing");
    insta::assert_snapshot!(section("relations: [{ from: w, to: c }]\n"), @"writer/scenario.yaml:3:21, at `relations[0].from`: name the referring columns: `w(column)`");
    insta::assert_snapshot!(section("relations: [{ from: 'w(a', to: c }]\n"), @"writer/scenario.yaml:3:21, at `relations[0].from`: `w(a` is not `table(column, …)`: the columns do not end with `)`, the last character");
    insta::assert_snapshot!(section("relations: [{ from: 'w(a, a)', to: c }]\n"), @"writer/scenario.yaml:3:21, at `relations[0].from`: the column `a` stands twice");
    insta::assert_snapshot!(section("relations: [{ from: 'w(a, b)', to: 'c(x)' }]\n"), @"writer/scenario.yaml:3:36, at `relations[0].to`: 2 columns referring, 1 column referred to");
}

#[test]
fn selections_that_mean_nothing() {
    insta::assert_snapshot!(scenario("scenario: writer\nselect: {}\n"), @r"
        writer/scenario.yaml:2:9, at `select`: no table is selected
        help: docs/scenarios.md shows every key with examples
        ");
    insta::assert_snapshot!(select("every"), @"writer/scenario.yaml:3:6, at `select.t`: expected `all`, a mapping of columns to values, or a list of such mappings, found text");
    insta::assert_snapshot!(select("[]"), @"writer/scenario.yaml:3:6, at `select.t`: an empty list selects nothing: remove the table, or write `all` for every row");
    insta::assert_snapshot!(select("{}"), @"writer/scenario.yaml:3:6, at `select.t`: no condition: write `all` to select every row");
    insta::assert_snapshot!(select("[all]"), @"writer/scenario.yaml:3:7, at `select.t[0]`: expected a mapping of columns to values, found text");
    insta::assert_snapshot!(select("{ a: [] }"), @"writer/scenario.yaml:3:11, at `select.t.a`: an empty list matches nothing");
    insta::assert_snapshot!(select("{ a: [x, null] }"), @"writer/scenario.yaml:3:15, at `select.t.a[1]`: null in a list: write a list of terms, one of them with `null`");
    insta::assert_snapshot!(select("{ a: [[x]] }"), @"writer/scenario.yaml:3:12, at `select.t.a[0]`: expected true or false, a number or text, found a list");
    insta::assert_snapshot!(select("{ a: {} }"), @"writer/scenario.yaml:3:11, at `select.t.a`: an empty mapping: expected a value, a list of values, null, `{ from: …, to: … }` or `{ like: … }`");
    insta::assert_snapshot!(select("{ a: { form: 1 } }"), @"writer/scenario.yaml:3:13, at `select.t.a.form`: unknown key; did you mean `from`?");
    insta::assert_snapshot!(select("{ a: { from: 1, to: b } }"), @"writer/scenario.yaml:3:11, at `select.t.a`: `from` and `to` are of different kinds: two numbers or two texts");
    insta::assert_snapshot!(select("{ a: { from: true } }"), @"writer/scenario.yaml:3:19, at `select.t.a.from`: expected a number or text, found true or false");
    insta::assert_snapshot!(select("{ a: { like: 7 } }"), @"writer/scenario.yaml:3:19, at `select.t.a.like`: expected a pattern in which % is any text and _ any character, found an integer");
    insta::assert_snapshot!(select("{ a: { like: x, from: a } }"), @"writer/scenario.yaml:3:11, at `select.t.a`: `like` stands alone: write a second column or term for the range");
    insta::assert_snapshot!(select("{ a..b: 1 }"), @"writer/scenario.yaml:3:14, at `select.t.a..b`: not a column or a path into its JSON: a name is empty");
    insta::assert_snapshot!(select("{ a: 1, '\"a\"': 2 }"), @r#"writer/scenario.yaml:3:21, at `select.t."a"`: the same column or path is written twice in one term"#);
}

#[test]
fn seeds_that_mean_nothing() {
    insta::assert_snapshot!(seed("seed: writer\n"), @r"
        writer/seed.yaml:1:1: the key `rows` is missing
        help: add `rows:`; docs/scenarios.md shows every key
        ");
    insta::assert_snapshot!(seed("seed: writer\nrow: {}\n"), @r"
        writer/seed.yaml:2:1, at `row`: unknown key; did you mean `rows`?
        help: the keys here are seed, defaults, copy, rows
        ");
    insta::assert_snapshot!(seed("seed: writer\nrows: [1]\n"), @r"
        writer/seed.yaml:2:7, at `rows`: expected a mapping of tables to rows, found a list
        help: docs/scenarios.md shows every key with examples
        ");
    insta::assert_snapshot!(seed("seed: writer\nrows: { t: { a: 1 } }\n"), @r"
        writer/seed.yaml:2:12, at `rows.t`: expected a list of rows, found a mapping
        help: docs/scenarios.md shows every key with examples
        ");
    insta::assert_snapshot!(seed("seed: writer\nrows: { t: [1] }\n"), @r"
        writer/seed.yaml:2:13, at `rows.t[0]`: expected a mapping of columns to values, found an integer
        help: docs/scenarios.md shows every key with examples
        ");
    insta::assert_snapshot!(seed("seed: writer\ndefaults: { todo: { a: 1 } }\nrows: { todos: [] }\n"), @r"
        writer/seed.yaml:2:13, at `defaults.todo`: unknown key; did you mean `todos`?
        help: the keys here are todos
        ");
    insta::assert_snapshot!(seed("seed: writer\ncopy: { t: { a: b } }\nrows: { t: [{ b: 1 }, { c: 1 }] }\n"), @r"
        writer/seed.yaml:3:23, at `rows.t[1]`: `a` copies `b`, and the row has neither
        help: docs/scenarios.md shows every key with examples
        ");
    insta::assert_snapshot!(seed("seed: writer\ncopy: { t: { a: b, b: c } }\nrows: { t: [] }\n"), @r"
        writer/seed.yaml:2:7, at `copy`: `t.a` copies `b`, which is a copy itself: name the column that rows write
        help: docs/scenarios.md shows every key with examples
        ");
}

#[test]
fn archive_settings_that_mean_nothing() {
    let message = |text| match read_archive_settings(text, "demo-snapshots/archive.yaml") {
        Ok(settings) => panic!("read: {settings:?}"),
        Err(error) => shown(&error),
    };
    insta::assert_snapshot!(message("latest: lnk\n"), @r"
        demo-snapshots/archive.yaml:1:9, at `latest`: `lnk` is not one of link, copy; did you mean `link`?
        help: docs/scenarios.md shows every key with examples
        ");
    insta::assert_snapshot!(message("last: link\n"), @r"
        demo-snapshots/archive.yaml:1:1, at `last`: unknown key
        help: the keys here are latest
        ");
}

#[test]
fn what_contradicts_itself() {
    insta::assert_snapshot!(section("excluded_tables: [todos, fragments]\n"), @"writer/scenario.yaml:3:26, at `excluded_tables[1]`: `fragments` stands under `select` too");
    insta::assert_snapshot!(section("follow: { children: [todos] }\nexcluded_tables: [todos]\n"), @"writer/scenario.yaml:4:19, at `excluded_tables[0]`: `todos` stands under `follow.children` too");
    insta::assert_snapshot!(section("passthrough_tables: [todos]\nexcluded_tables: [todos]\n"), @"writer/scenario.yaml:4:19, at `excluded_tables[0]`: `todos` stands under `passthrough_tables` too");
    insta::assert_snapshot!(section("passthrough_tables: [todos]\nlimits: { tables: { todos: { row_limit: 1 } } }\n"), @"writer/scenario.yaml:3:22, at `passthrough_tables[0]`: every row of `todos` is taken here, and `limits.tables` limits them: keep one of the two");
    insta::assert_snapshot!(section("passthrough_tables: [todos]\nfollow: { children: { todos: { max_children_per_node: 1 } } }\n"), @"writer/scenario.yaml:3:22, at `passthrough_tables[0]`: every row of `todos` is taken here, and `follow.children` limits them: keep one of the two");
    for bounds in ["{ from: 5, to: 1 }", "{ from: 5, to: 5 }", "{ from: 1.5, to: 1 }"] {
        insta::allow_duplicates! { insta::assert_snapshot!(select(&format!("{{ id: {bounds} }}")), @"writer/scenario.yaml:3:12, at `select.t.id`: no value is at least `from` and below `to`: `from` is the smallest that is meant, `to` comes after the largest"); }
    }
    insta::assert_snapshot!(section("relations: [{ from: revisions.author_id, to: authors }]\n"), @"writer/scenario.yaml:3:21, at `relations[0].from`: the columns stand in brackets: did you mean `revisions(author_id)`?");
    insta::assert_snapshot!(scenario("scenario: writer\nselect:\n\tfragments: all\n"), @"
    writer/scenario.yaml:3:1, at `select`: not YAML: found character that cannot start any token
    help: indent with blanks, for YAML takes no tab there; text that starts with one of % @ ` must be quoted
    ");
}
