//! `demo-textconv`: every difference is seen; and no command prints what a build server would take for its own.

use insta::assert_snapshot;
use test_support::{Sandbox, sqlite};

use crate::support::{EPOCH, TINY_FILE, XTASK};

#[test]
fn git_shows_every_value_that_differs() {
    let sandbox = Sandbox::empty(XTASK);
    sandbox.write(
        "demo-snapshots/tiny/scenario.yaml",
        "scenario: tiny\nengines: [sqlite]\nselect:\n  files: { s: tiny }\n",
    );
    let key = |end: &str| format!("'https://example.com/{}/{end}'", "path".repeat(12));
    let values =
        ["x'0102'", "x'0103'", "'a'||char(10)||'b'", "'a'||char(10)||'b'||char(10)", "'a'||char(9)||'b'"];
    let values =
        values.into_iter().chain(["'a\\tb'", "zeroblob(40)", "1", "'1'", "char(10)||'::error::x ##[y]'"]);
    let rows = values.enumerate().map(|(at, value)| format!("(x'{at:02x}', 'tiny', {value})"));
    let rows: Vec<String> = rows.collect();
    let (one, two) = (key("a"), key("b"));
    sqlite::execute(
        &sandbox.path("app.sqlite"),
        &format!(
            "CREATE TABLE files (id BLOB PRIMARY KEY NOT NULL, s TEXT, v); INSERT INTO files VALUES {};
             INSERT INTO files VALUES ({one}, 'tiny', NULL), ({two}, 'tiny', NULL);",
            rows.join(", ")
        ),
    );
    let run = sandbox.run_with(&["demo-export", "tiny", "--database", "sqlite:app.sqlite"], &EPOCH);
    let _ = run.expect_code(0);
    assert_snapshot!(sandbox.run(&["demo-textconv", TINY_FILE]).stdout, @r"
        scenario tiny

        files
        files id 'https://example.com/pathpathpathpathpathpathpathpathpathpathpathpath/a'
          s: 'tiny'
        files id 'https://example.com/pathpathpathpathpathpathpathpathpathpathpathpath/b'
          s: 'tiny'
        files id x'00'
          s: 'tiny'
          v: x'0102'
        files id x'01'
          s: 'tiny'
          v: x'0103'
        files id x'02'
          s: 'tiny'
          v:
            a
            b
            \ no line break at the end
        files id x'03'
          s: 'tiny'
          v:
            a
            b
        files id x'04'
          s: 'tiny'
          v: 'a\tb'
        files id x'05'
          s: 'tiny'
          v: 'a\\tb'
        files id x'06'
          s: 'tiny'
          v: 40 bytes, sha256 2c34ce1df23b838c5abf2a7f6437cca3d3067ed509ff25f11df6b11b582b51eb
        files id x'07'
          s: 'tiny'
          v: 1
        files id x'08'
          s: 'tiny'
          v: '1'
        files id x'09'
          s: 'tiny'
          v:
            
            \u003a:error::x #\u0023[y]
            \ no line break at the end
        ");
}

#[test]
fn nothing_that_is_printed_is_a_command_to_a_build_server() {
    let sandbox = Sandbox::empty(XTASK);
    let table = "::set-output name=a::b ##[group]";
    let scenario = format!("scenario: tiny\nselect:\n  '{table}': {{ s: tiny }}\n");
    sandbox.write("demo-snapshots/tiny/scenario.yaml", scenario);
    let database = sandbox.path("app.sqlite");
    let create =
        format!("CREATE TABLE \"{table}\" (\"::id\" TEXT PRIMARY KEY NOT NULL, s TEXT, \"::error::c\" TEXT)");
    sqlite::execute(&database, &create);
    let mut told = Vec::new();
    let mut run = |args: &[&str]| {
        let run = sandbox.run_with(args, &EPOCH);
        assert!(matches!(run.code, Some(0..=2)), "{}", run.transcript());
        told.push(run.transcript());
    };
    for content in ["##[error]seed", "::error::line1\n::error::line2"] {
        let row = format!("INSERT OR REPLACE INTO \"{table}\" VALUES ('::k', 'tiny', '{content}')");
        sqlite::execute(&database, &row);
        run(&["demo-export", "tiny", "--database", "sqlite:app.sqlite"]);
    }
    for format in ["terminal", "summary", "markdown", "json"] {
        run(&["demo-diff", "tiny", "--format", format]);
    }
    run(&["demo-textconv", TINY_FILE]);
    run(&["demo-textconv", &TINY_FILE.replace("_v1", "_v2")]);
    run(&["demo-list-exports"]);
    run(&["demo-explain", "tiny", "--database", "sqlite:app.sqlite"]);
    run(&["demo-import", "tiny", "--database", "sqlite:app.sqlite", "--dry-run"]);
    run(&["data-check", "--database", "sqlite:app.sqlite"]);
    for told in told {
        let found = told.lines().find(|line| line.trim_start().starts_with("::") || line.contains("##["));
        assert_eq!(found, None, "in\n{told}");
    }
}
