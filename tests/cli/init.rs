//! `demo-init`

use insta::assert_snapshot;
use test_support::{Sandbox, sqlite};

use crate::support::{EPOCH, XTASK, assert_unchanged, imported, refused, shown, state};

const SHOP: &str = "
    CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, settings TEXT, is_active INTEGER);
    CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT);
    CREATE TABLE orders (
      id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id), status TEXT, shipped_on TEXT
    );
    CREATE TABLE order_items (
      order_id INTEGER REFERENCES orders (id), product_id INTEGER REFERENCES products (id), amount INTEGER,
      PRIMARY KEY (order_id, product_id)
    );
    CREATE TABLE comments (
      id INTEGER PRIMARY KEY, author_user_id INTEGER, subject_type TEXT, subject_id INTEGER, body TEXT
    );
    CREATE TABLE audit_log (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id), what TEXT);
    CREATE TABLE schema_migrations (version TEXT PRIMARY KEY);
    INSERT INTO users VALUES (1, 'ana@secret', '{\"theme\":\"secret\"}', 1), (2, 'bo@secret', NULL, 0);
    INSERT INTO products VALUES (7, 'Secret lamp', 'secret');
    INSERT INTO orders VALUES (10, 1, 'secret', '2026-11-20');
    INSERT INTO order_items VALUES (10, 7, 3);
    INSERT INTO comments VALUES (1, 2, 'secret', 7, 'secret');
    INSERT INTO audit_log VALUES (1, 1, 'secret');
";

/// An empty archive, and a database that is not the bundled one's.
fn shop() -> Sandbox {
    let sandbox = Sandbox::empty(XTASK);
    sqlite::execute(&sandbox.path("shop.db"), SHOP);
    sandbox
}

const INIT: [&str; 4] = ["demo-init", "shop", "--database", "sqlite:shop.db"];
const FILE: &str = "demo-snapshots/shop/scenario.yaml";

#[test]
fn a_scenario_is_proposed_that_exports_as_it_stands() {
    let sandbox = shop();
    let database = std::fs::read(sandbox.path("shop.db")).expect("a database");
    assert_snapshot!(sandbox.run(&INIT).transcript(), @"
    $ cargo xtask demo-init shop --database sqlite:shop.db
    Wrote demo-snapshots/shop/scenario.yaml: selects users, follows 2 tables.
    -- stderr
    Behind `#` in it, for you to take up or to remove: 2 tables to select, 1 table to follow, 1 relation, 3 types of columns.
    As it stands it takes 5 rows in 4 tables.
    Read it, then export: cargo xtask demo-export shop --database sqlite:shop.db
    -- exit 0
    ");
    assert!(
        database == std::fs::read(sandbox.path("shop.db")).expect("a database"),
        "the source is only read"
    );
    let text = sandbox.read(FILE);
    assert!(!text.to_lowercase().contains("secret"), "a value of a row:\n{text}");
    assert_snapshot!("scenario_of_a_shop", text);
    let export = ["demo-export", "shop", "--database", "sqlite:shop.db"];
    assert_snapshot!(sandbox.run_with(&export, &EPOCH).transcript(), @"
    $ cargo xtask demo-export shop --database sqlite:shop.db
    shop v1_2026-11-18: 5 rows added, 0 changed, 0 removed ([TIME]).
    Wrote demo-snapshots/shop/shop_v1_2026-11-18.sql (2.4 KiB).
     table         rows   own   shared
    ───────────────────────────────────
     products         1     -        1
     users            2     2        -
     orders           1     1        -
     order_items      1     1        -
     total            5     4        1
    -- exit 0
    ");
}

#[test]
fn the_archive_of_a_new_workspace_is_made() {
    let sandbox = shop();
    std::fs::remove_dir(sandbox.path("demo-snapshots")).expect("an empty folder");
    let none = "error: demo-snapshots: there is no archive yet\n   help: `cargo xtask demo-init SCENARIO` makes it, with a scenario that it proposes for your database; if it is elsewhere, name its folder: --archive DIR\n";
    for command in [&["demo-list"][..], &["demo-import", "shop"], &["demo-export", "shop"], &["demo-verify"]]
    {
        assert_eq!(sandbox.run(command).expect_code(2).stderr, none, "{command:?}");
    }
    let _ = refused(&sandbox, &["demo-init", "shop", "--database", "sqlite:nowhere.db"]);
    assert!(!sandbox.path("demo-snapshots").exists(), "nothing is made for nothing");
    assert_snapshot!(sandbox.run(&INIT).transcript(), @"
    $ cargo xtask demo-init shop --database sqlite:shop.db
    Wrote demo-snapshots/shop/scenario.yaml: selects users, follows 2 tables.
    -- stderr
    Made demo-snapshots, the archive. Git must keep its bytes: write `demo-snapshots/** text eol=lf` into .gitattributes.
    Behind `#` in it, for you to take up or to remove: 2 tables to select, 1 table to follow, 1 relation, 3 types of columns.
    As it stands it takes 5 rows in 4 tables.
    Read it, then export: cargo xtask demo-export shop --database sqlite:shop.db
    -- exit 0
    ");
    let _ = sandbox.run(&["demo-list"]).expect_code(0);
    let named = [&INIT[..], &["--archive", "scenes"]].concat();
    let made = "Made scenes, the archive. Git must keep its bytes: write `scenes/** text eol=lf` into .gitattributes.\n";
    assert!(sandbox.run(&named).expect_code(0).stderr.starts_with(made));
    assert!(sandbox.path("scenes/shop/scenario.yaml").is_file());
}

#[test]
fn every_proposal_can_be_taken_up() {
    let sandbox = shop();
    let _ = sandbox.run(&INIT).expect_code(0);
    let taken_up = |line: &str| match line.strip_prefix("# ") {
        Some(rest) if rest.starts_with(|c: char| c == ' ' || c.is_ascii_lowercase()) => rest.to_owned(),
        _ => line.to_owned(),
    };
    let text = sandbox.read(FILE);
    sandbox.write(FILE, text.lines().map(taken_up).collect::<Vec<_>>().join("\n"));
    let export = ["demo-export", "shop", "--database", "sqlite:shop.db"];
    assert_snapshot!(sandbox.run_with(&export, &EPOCH).transcript(), @"
    $ cargo xtask demo-export shop --database sqlite:shop.db
    shop v1_2026-11-18: 7 rows added, 0 changed, 0 removed ([TIME]).
    Wrote demo-snapshots/shop/shop_v1_2026-11-18.sql (3.7 KiB).
     table         rows   own   shared
    ───────────────────────────────────
     products         1     1        -
     users            2     2        -
     audit_log        1     1        -
     comments         1     1        -
     orders           1     1        -
     order_items      1     1        -
     total            7     7        -
    -- stderr
    orders by status: 1 secret
    -- exit 0
    ");
}

#[test]
fn the_same_database_gives_the_same_text_on_stdout_and_nothing_is_written() {
    let sandbox = shop();
    let print = [&INIT[..], &["--output", "-"]].concat();
    let before = state(&sandbox);
    let first = sandbox.run(&print).expect_code(0);
    assert_eq!(first.stderr, "");
    assert_eq!(first.stdout, sandbox.run(&print).stdout);
    assert_unchanged(&before, &sandbox);
    sqlite::execute(&sandbox.path("shop.db"), "VACUUM");
    let _ = sandbox.run(&INIT).expect_code(0);
    assert_eq!(first.stdout, sandbox.read(FILE));
}

#[test]
fn the_bundled_database_is_selected_by_its_marks() {
    let sandbox = imported("writer");
    let run = sandbox.run(&["demo-init", "writer", "--output", "-"]).expect_code(0);
    assert_snapshot!("scenario_of_the_bundled_database", run.stdout);
    assert_snapshot!(sandbox.run(&["demo-init", "mine"]).transcript(), @"
    $ cargo xtask demo-init mine
    Wrote demo-snapshots/mine/scenario.yaml: selects vaults and 4 other tables, follows 1 table.
    -- stderr
    warning: it selects no row of the database as it is: change `select`, or mark some rows, before you export
    Read it, then export: cargo xtask demo-export mine
    -- exit 0
    ");
}

#[test]
fn a_scenario_that_is_there_stays_unless_it_is_to_be_replaced() {
    let sandbox = imported("writer");
    assert_snapshot!(refused(&sandbox, &["demo-init", "writer"]), @"
    $ cargo xtask demo-init writer
    -- stderr
    error: demo-snapshots/writer/scenario.yaml: this scenario exists already
       help: edit it, or choose another name; `--output -` prints a proposal beside it, `--force` writes one in its place
    -- exit 3
    ");
    let own = "demo-snapshots/writer/scenario.yaml";
    let before = sandbox.read(own);
    assert_snapshot!(sandbox.run(&["demo-init", "writer", "--force"]).transcript(), @"
    $ cargo xtask demo-init writer --force
    Wrote demo-snapshots/writer/scenario.yaml: selects vaults and 4 other tables, follows 1 table.
    -- stderr
    It replaces another one, which git has if it was committed: `git diff -- demo-snapshots/writer/scenario.yaml` shows what changed.
    As it stands it takes 124 rows in 6 tables.
    Read it, then export: cargo xtask demo-export writer
    -- exit 0
    ");
    assert_ne!(before, sandbox.read(own));
    let export = sandbox.run(&["demo-export", "writer"]).expect_code(0);
    assert!(export.stdout.contains(" 124 "), "{}", export.transcript());
}

#[test]
fn the_result_is_json_when_a_program_asks() {
    assert_snapshot!(shop().run(&[&INIT[..], &["--json"]].concat()).transcript());
}

#[test]
fn a_database_without_anything_to_select_is_refused() {
    let sandbox = Sandbox::empty(XTASK);
    for (file, sql) in [
        ("empty.db", "VACUUM"),
        ("keyless.db", "CREATE TABLE a (x); CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY)"),
    ] {
        sqlite::execute(&sandbox.path(file), sql);
    }
    let init = |database: &str| refused(&sandbox, &["demo-init", "shop", "--database", database]);
    assert_snapshot!(init("sqlite:empty.db"), @"
    $ cargo xtask demo-init shop --database sqlite:empty.db
    -- stderr
    error: sqlite:empty.db has no tables: there is nothing to make a scenario of
       help: name the right database with --database; a table that a scenario selects needs a primary key, or a unique key that is never NULL
    -- exit 3
    ");
    assert_snapshot!(init("sqlite:keyless.db"), @"
    $ cargo xtask demo-init shop --database sqlite:keyless.db
    -- stderr
    error: sqlite:keyless.db has 2 tables, and the rows of none of them can be a scenario's
       help: name the right database with --database; a table that a scenario selects needs a primary key, or a unique key that is never NULL
    -- exit 3
    ");
    assert_snapshot!(init("sqlite:missing.db"), @"
    $ cargo xtask demo-init shop --database sqlite:missing.db
    -- stderr
    error: there is no database at `missing.db`
       help: check the path; `db-migrate` makes a new database with the bundled schema
    -- exit 4
    ");
}

#[test]
fn what_cannot_be_meant_is_a_usage_error() {
    let sandbox = shop();
    let with = |name: &str, options: &[&str]| {
        refused(&sandbox, &[&["demo-init", name, "--database", "sqlite:shop.db"], options].concat())
    };
    assert_snapshot!(with("../shop", &[]), @"
    $ cargo xtask demo-init ../shop --database sqlite:shop.db
    -- stderr
    error: `../shop` cannot name a scenario: a name has 1 to 64 of a-z, 0-9, `_` and `-`, starts with a letter or digit, and is neither `metadata` nor a device name such as `con`
       help: choose a name such as `shop-2`
    -- exit 2
    ");
    assert_snapshot!(with("shop", &["--output", "scenario.yaml"]), @"
    $ cargo xtask demo-init shop --database sqlite:shop.db --output scenario.yaml
    -- stderr
    error: invalid value 'scenario.yaml' for '--output <->'
      [possible values: -]

    For more information, try '--help'.
    -- exit 2
    ");
    assert_snapshot!(with("shop", &["--output", "-", "--force"]), @"
    $ cargo xtask demo-init shop --database sqlite:shop.db --output - --force
    -- stderr
    error: the argument '--output <->' cannot be used with '--force'

    Usage: cargo xtask demo-init --database <URL> --output <-> <SCENARIO>

    For more information, try '--help'.
    -- exit 2
    ");
}

#[test]
fn a_schema_that_cannot_be_exported_is_told_at_once() {
    let sandbox = Sandbox::empty(XTASK);
    sqlite::execute(
        &sandbox.path("shop.db"),
        "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE q (id INTEGER PRIMARY KEY);
         CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p (id), q REFERENCES q (id), x TEXT);
         PRAGMA foreign_keys = off; INSERT INTO p VALUES (1); INSERT INTO c VALUES (5, 1, 99, NULL)",
    );
    assert_snapshot!(shown(&sandbox.run(&INIT)), @"
    $ cargo xtask demo-init shop --database sqlite:shop.db
    Wrote demo-snapshots/shop/scenario.yaml: selects p, follows 1 table.
    -- stderr
    Behind `#` in it, for you to take up or to remove: 1 table to select.
    warning: an export of it as it stands would be refused: c: the row id 5 refers by q 99 to q, which has no such row
    Read it, then export: cargo xtask demo-export shop --database sqlite:shop.db
    -- exit 0
    ");
}

#[test]
fn hostile_names_stay_names() {
    let sandbox = Sandbox::empty(XTASK);
    sqlite::execute(
        &sandbox.path("shop.db"),
        "CREATE TABLE \"no\" (\"*key\" INTEGER PRIMARY KEY, \"status\" TEXT);
         CREATE TABLE \"a: b # c\" (id INTEGER PRIMARY KEY, \"[x]\" INTEGER REFERENCES \"no\", \"- y\" TEXT);
         CREATE TABLE \"&all\" (id INTEGER PRIMARY KEY, \"no_id\" INTEGER, \"a,b)\" TEXT);
         INSERT INTO \"no\" VALUES (1, 'x'); INSERT INTO \"a: b # c\" VALUES (1, 1, '[]')",
    );
    let run = sandbox.run(&INIT).expect_code(0);
    assert_snapshot!(format!("{}\n\n{}", run.transcript(), sandbox.read(FILE)), @r#"
    $ cargo xtask demo-init shop --database sqlite:shop.db
    Wrote demo-snapshots/shop/scenario.yaml: selects no, follows 1 table.
    -- stderr
    Behind `#` in it, for you to take up or to remove: 1 table to select, 1 relation, 1 type of a column.
    As it stands it takes 2 rows in 2 tables.
    Read it, then export: cargo xtask demo-export shop --database sqlite:shop.db
    -- exit 0

    # Drawn up by demo-init from a SQLite database with 3 tables.
    # Lines behind `#` only propose: take `# ` away from what fits, and remove the rest.
    # Every key is explained in docs/scenarios.md.
    scenario: shop
    # description: What it shows, in one line

    # Which rows are the scenario's own. To take some of a table, name values: `{ status: open }` for `all`.
    select:
      "no": all   # 1 table refers to it, it refers to none; 1 row
    #   "&all": all   # no foreign key joins it to others; 0 rows

    # Whose rows come along if they point at these. Rows that these point at always come along.
    follow:
      children:
        - "a: b # c"   # (x) refers to no

    # References that names suggest and the schema does not declare. One that counts must lead to a row everywhere.
    # relations:
    #   - { from: "\"&all\"(no_id)", to: "no" }   # by its name

    # What columns hold that their declarations do not tell, by the rows that were looked at.
    # columns:
    #   "a: b # c":
    #     "- y": json   # the 1 value looked at is a JSON object or array

    # Rows counted by a column, in what commands print.
    breakdown:
      "no": status

    # An export with fewer rows than this is refused.
    # expect:
    #   "no": { min: 1 }   # it has 1 row
    #   "a: b # c": { min: 1 }   # it has 1 row

    # A guard: an export with more rows than this is refused.
    limits: { rows: 1000 }
    "#);
    let export = ["demo-export", "shop", "--database", "sqlite:shop.db"];
    let run = sandbox.run_with(&export, &EPOCH).expect_code(0);
    assert!(run.stdout.contains("a: b # c"), "{}", run.transcript());
}

#[test]
fn what_contradicts_itself_in_a_proposal_is_told() {
    let sandbox = Sandbox::empty(XTASK);
    let sql = "CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT, is_demo INTEGER);
        CREATE TABLE pages (id INTEGER PRIMARY KEY, title TEXT, status TEXT, meta TEXT);
        INSERT INTO authors VALUES (1, 'a', 1), (2, 'b', 0);
        INSERT INTO pages VALUES (1, 'a', 'open', '{\"scenario\":\"wiki\"}'), (2, 'b', 'open', '{\"scenario\":\"wiki\"}')";
    sqlite::execute(&sandbox.path("wiki.db"), sql);
    let at = ["--database", "sqlite:wiki.db"];
    let run = sandbox.run(&[&["demo-init", "wiki7"], &at[..]].concat()).expect_code(0);
    assert_snapshot!(run.transcript(), @"
    $ cargo xtask demo-init wiki7 --database sqlite:wiki.db
    Wrote demo-snapshots/wiki7/scenario.yaml: selects authors and 1 other table, follows no table.
    -- stderr
    Behind `#` in it, for you to take up or to remove: 1 type of a column.
    As it stands it takes 1 row in 1 table.
    warning: it selects no row of pages: no row carries the mark that stands there, or the table is empty
    Read it, then export: cargo xtask demo-export wiki7 --database sqlite:wiki.db
    -- exit 0
    ");
    let text = sandbox.read("demo-snapshots/wiki7/scenario.yaml");
    let of_mark: Vec<&str> = text.lines().filter(|line| line.contains("is_demo")).collect();
    assert_snapshot!(of_mark.join("\n"), @"
      authors: { is_demo: 1 }   # its rows carry a mark; 2 rows
    #     is_demo: boolean   # each of 2 values looked at is 0 or 1; with it, `select` says true and not 1
    ");
    let export = sandbox.run(&[&["demo-export", "wiki7"], &at[..]].concat()).expect_code(0);
    assert!(!export.stderr.contains("by status"), "nothing is counted where no row is: {}", export.stderr);
    let same = sandbox.run(&[&["demo-init", "wiki"], &at[..]].concat()).expect_code(0);
    assert!(!same.stderr.contains("warning"), "{}", same.stderr);
}
