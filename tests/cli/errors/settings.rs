//! scenario.yaml, seed.yaml and archive.yaml at fault.

use insta::assert_snapshot;

use crate::clone;
use crate::support::{imported, refused, tiny, tiny_refused};

const SCENARIO: &str = "demo-snapshots/tiny/scenario.yaml";

/// The transcript of an import with scenario.yaml `text`.
#[track_caller]
fn with(text: &str) -> String {
    let sandbox = tiny();
    sandbox.write(SCENARIO, text);
    tiny_refused(&sandbox, &[])
}

/// With lines added to the tiny scenario.
#[track_caller]
fn with_lines(lines: &str) -> String {
    with(&format!(
        "scenario: tiny\ndescription: Two notes\nselect:\n  notes: {{ scenario: tiny }}\n{lines}\n"
    ))
}

#[test]
fn keys_that_do_not_belong_into_a_scenario() {
    assert_snapshot!(with_lines("folow: { children: all }"), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: demo-snapshots/tiny/scenario.yaml:5:1, at `folow`: unknown key; did you mean `follow`?
       help: the keys here are scenario, description, schema, engines, select, follow, relations, columns, breakdown, expect, limits, passthrough_tables, excluded_tables
    -- exit 3
    ");
    assert_snapshot!(with_lines("description: Again"), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: demo-snapshots/tiny/scenario.yaml:5:1, at `description`: the key stands twice in one mapping
       help: keep one of them: YAML readers disagree on which one counts
    -- exit 3
    ");
    assert_snapshot!(with_lines("redact: { notes: title }"), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: demo-snapshots/tiny/scenario.yaml:5:1, at `redact`: this version does not know `redact` (masked columns) yet
       help: remove it, or use a version of the tool that knows it
    -- exit 3
    ");
}

#[test]
fn yaml_that_is_not_read() {
    assert_snapshot!(with_lines("limits: !!int { rows: 5 }"), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: demo-snapshots/tiny/scenario.yaml:5:21: an anchor (`&`), alias (`*`) or tag (`!`), which are not read here
       help: write the value out where it is used; quote text that starts with one of these characters
    -- exit 3
    ");
    assert_snapshot!(with_lines("limits: &anchor { rows: 5 }"), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: demo-snapshots/tiny/scenario.yaml:5:23: an anchor (`&`), alias (`*`) or tag (`!`), which are not read here
       help: write the value out where it is used; quote text that starts with one of these characters
    -- exit 3
    ");
    assert_snapshot!(with_lines("limits: { rows: 5"), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: demo-snapshots/tiny/scenario.yaml:6:1, at `limits`: not YAML: did not find expected ',' or '}'
       help: check indentation, quotes and brackets near this place; text that starts with one of & * ! | > % @ ` # - ? : , [ ] { } must be quoted
    -- exit 3
    ");
    assert_snapshot!(with_lines("---\nscenario: tiny"), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: demo-snapshots/tiny/scenario.yaml:6:1: a second document starts here, and a file holds one
       help: put the second document into a file of its own, and remove the line `---`
    -- exit 3
    ");
    assert_snapshot!(with(""), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: demo-snapshots/tiny/scenario.yaml: the file is empty
       help: docs/scenarios.md shows what belongs into it
    -- exit 3
    ");
    assert_snapshot!(with(&format!("{}\n", "[".repeat(5000))), @r"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: demo-snapshots/tiny/scenario.yaml:1:513: more than 512 brackets are open here, those in quoted text counted
       help: close what is open; in text, write `[` as \x5b and `{` as \x7b in double quotes
    -- exit 3
    ");
}

#[test]
fn a_scenario_over_64_kib() {
    assert_snapshot!(with_lines(&"# a long comment\n".repeat(5000)), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: demo-snapshots/tiny/scenario.yaml: 85075 bytes are more than the 65536 allowed
       help: nothing of this kind grows so large by itself: check what the file holds
    -- exit 3
    ");
}

#[test]
fn a_scenario_that_is_another_ones() {
    assert_snapshot!(with("scenario: other\ndescription: Notes\nselect:\n  notes: { scenario: tiny }\n"), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: demo-snapshots/tiny/scenario.yaml: this is scenario `other`, not `tiny`
       help: name the scenario that the file is of, or the file of the scenario
    -- exit 3
    ");
}

#[test]
fn tables_and_columns_that_the_database_lacks() {
    let sandbox = tiny();
    sandbox.write(SCENARIO, "scenario: tiny\ndescription: Notes\nselect:\n  ntes: { scenario: tiny }\n  notes: { scenaro: tiny }\n");
    assert_snapshot!(refused(&sandbox, &["demo-export", "tiny", "--database", "sqlite:app.sqlite"]), @"
    $ cargo xtask demo-export tiny --database sqlite:app.sqlite
    -- stderr
    error: demo-snapshots/tiny/scenario.yaml does not fit the database:
             `select.ntes`: no table `ntes`; did you mean `notes`?
             `select.notes.scenaro`: no column `scenaro` in `notes`; did you mean `scenario`?
       help: correct the scenario, or name the right database with --database; one of a bundled schema may be too old, and `cargo xtask db-migrate` brings it up to date
    -- exit 3
    ");
}

#[test]
fn a_scenario_that_is_gone() {
    let sandbox = tiny();
    std::fs::remove_file(sandbox.path(SCENARIO)).expect("removed");
    assert_snapshot!(refused(&sandbox, &["demo-export", "tiny", "--database", "sqlite:app.sqlite"]), @"
    $ cargo xtask demo-export tiny --database sqlite:app.sqlite
    -- stderr
    error: demo-snapshots/tiny/scenario.yaml: no such file
       help: if it was there before, restore it with `git checkout -- demo-snapshots/tiny/scenario.yaml`
    -- exit 3
    ");
}

#[test]
fn settings_of_the_archive_that_mean_nothing() {
    let sandbox = tiny();
    sandbox.write("demo-snapshots/archive.yaml", "latest: hardlink\n");
    assert_snapshot!(tiny_refused(&sandbox, &[]), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: demo-snapshots/archive.yaml:1:9, at `latest`: `hardlink` is not one of link, copy
       help: docs/scenarios.md shows every key with examples
    -- exit 3
    ");
}

#[test]
fn a_seed_that_does_not_fit_the_schema_or_its_scenario() {
    let seed = |old: &str, new: &str| {
        let sandbox = clone();
        let path = "demo-snapshots/writer/seed.yaml";
        let text = sandbox.read(path);
        assert!(text.contains(old), "{old}");
        sandbox.write(path, text.replacen(old, new, 1));
        refused(&sandbox, &["demo-seed", "writer"])
    };
    assert_snapshot!(seed("\n  todos:\n", "\n  tasks:\n"), @"
    $ cargo xtask demo-seed writer
    -- stderr
    error: demo-snapshots/writer/seed.yaml:7:3, at `defaults.todos`: unknown key
       help: the keys here are vaults, projects, fragments, tasks, contacts, chat_sessions
    -- exit 3
    ");
    assert_snapshot!(seed("      status: blocked\n", "      statuss: blocked\n"), @"
    $ cargo xtask demo-seed writer
    -- stderr
    error: seed.yaml: table `todos` has no column `statuss`
       help: the schema has: id, fragment_id, title, status, priority, due_at, completed_at, created_at, updated_at
    -- exit 3
    ");
    assert_snapshot!(seed("      status: blocked\n", "      status: postponed\n"), @"
    $ cargo xtask demo-seed writer
    -- stderr
    error: seed.yaml: its rows do not fit the schema
      caused by: the target refuses todos: id 109: CHECK constraint failed: status IN ('open', 'in_progress', 'done', 'blocked')
       help: mend these rows where they come from; nothing was changed
    -- exit 3
    ");
    assert_snapshot!(seed("metadata: { role: editor,", "metadata: { scenario: nobody, role: editor,"), @"
    $ cargo xtask demo-seed writer
    -- stderr
    error: seed.yaml of `writer` has 124 rows, and the scenario selects 123 of them
       help: every row of a seed must be the scenario's or a parent of its rows: mend the marks of the seed's rows, or `select` in scenario.yaml
    -- exit 3
    ");
    assert_snapshot!(seed("\n  todos:\n", "\n  todos: !!seq\n"), @"
    $ cargo xtask demo-seed writer
    -- stderr
    error: demo-snapshots/writer/seed.yaml:1795:9: an anchor (`&`), alias (`*`) or tag (`!`), which are not read here
       help: write the value out where it is used; quote text that starts with one of these characters
    -- exit 3
    ");
}

#[test]
fn a_scenario_without_a_seed() {
    let sandbox = imported("writer");
    std::fs::remove_file(sandbox.path("demo-snapshots/writer/seed.yaml")).expect("removed");
    assert_snapshot!(refused(&sandbox, &["demo-seed", "writer"]), @"
    $ cargo xtask demo-seed writer
    -- stderr
    error: scenario `writer` has no seed: there is no `demo-snapshots/writer/seed.yaml`
       help: a seed is rows that people write, for a bundled schema (docs/scenarios.md#seedyaml); if there was one, git may have it; a version's rows come by `demo-import writer`
    -- exit 3
    ");
    assert_snapshot!(refused(&sandbox, &["demo-regenerate", "writer"]), @"
    $ cargo xtask demo-regenerate writer
    -- stderr
    error: scenario `writer` has no seed: there is no `demo-snapshots/writer/seed.yaml`
       help: a seed is rows that people write, for a bundled schema (docs/scenarios.md#seedyaml); if there was one, git may have it; a version's rows come by `demo-import writer`
    -- exit 3
    ");
}

#[test]
fn a_schema_that_there_is_not_is_refused_whatever_database_is_named() {
    let sandbox = tiny();
    let file = "demo-snapshots/tiny/scenario.yaml";
    sandbox.write(file, format!("{}schema: vualt\n", sandbox.read(file)));
    let refusal = "error: demo-snapshots/tiny/scenario.yaml: there is no bundled schema `vualt`\n   help: did you mean `vault`?";
    for command in ["demo-export", "demo-import", "demo-explain"] {
        let run = sandbox.run(&[command, "tiny", "--database", "sqlite:app.sqlite"]).expect_code(3);
        assert!(run.stderr.starts_with(refusal), "{}", run.transcript());
    }
}

#[test]
fn all_expectations_that_are_not_met_are_told() {
    let sandbox = tiny();
    let file = "demo-snapshots/tiny/scenario.yaml";
    let expect = "select: { notes: { id: [1, 9] } }\nexpect: { folders: 2, notes: { min: 3 } }\n";
    sandbox.write(file, format!("scenario: tiny\n{expect}"));
    assert_snapshot!(refused(&sandbox, &["demo-export", "tiny", "--database", "sqlite:app.sqlite"]), @"
    $ cargo xtask demo-export tiny --database sqlite:app.sqlite
    -- stderr
    error: table `folders` has 1 row; the scenario expects 2
           table `notes` has 1 row; the scenario expects at least 3
       help: mend the data, or `expect` in scenario.yaml
    -- exit 3
    ");
}
