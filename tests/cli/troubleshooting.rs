//! docs/troubleshooting.md: every transcript there is run again, each in a fresh clone that is brought into the trouble
//! it tells of; so are the refusals that docs/guide.md shows. `INSTA_UPDATE=always` writes the pages anew; read the
//! difference.

use std::fmt::Write as _;
use std::path::Path;

use test_support::{Run, Sandbox, sqlite};

use crate::clone;

/// The chapter that `postgres.rs` checks.
const ELSEWHERE: &str = "## PostgreSQL";

/// Sections whose trouble is not made here: another user, another folder, or half a minute of waiting.
const NOT_RUN: [&str; 3] =
    ["no demo-snapshots folder here", "cannot be written", "another process is changing the archive"];

/// The guide's sections about refusals, and the trouble that each shows.
const GUIDE: [(&str, &str); 6] = [
    ("Edits, and --yes", "nobody is here to confirm it"),
    ("Shared parents", "shared row exists in the target with other values"),
    ("Keys that are taken", "key is taken by rows that are not the scenario's"),
    ("References to rows that would go", "are referred to by rows that stay"),
    ("scenario.yaml and the file disagree", "differ in what the scenario owns"),
    ("Production", "looks like a production database"),
];

#[test]
fn every_transcript_of_troubleshooting_is_what_its_reader_sees() {
    check("troubleshooting.md", &|heading| (!NOT_RUN.contains(&heading)).then(|| heading.to_owned()));
}

#[test]
fn the_refusals_in_the_guide_are_what_its_reader_sees() {
    check("guide.md", &|heading| GUIDE.iter().find(|pair| pair.0 == heading).map(|pair| pair.1.to_owned()));
}

/// Runs the sections that have a trouble again.
#[track_caller]
fn check(page: &str, trouble: &dyn Fn(&str) -> Option<String>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(page);
    let written = std::fs::read_to_string(&path).expect("the page").replace("\r\n", "\n");
    let now = run_again(&written, trouble);
    if now != written && updating() {
        #[expect(clippy::disallowed_methods, reason = "a page of the repository, asked for")]
        std::fs::write(&path, &now).expect("written");
    } else {
        let differing: Vec<&str> =
            now.lines().filter(|line| !written.lines().any(|old| old == *line)).collect();
        assert!(now == written, "docs/{page} does not show what is printed now:\n{}", differing.join("\n"));
    }
}

#[expect(clippy::disallowed_methods, reason = "how tests with pinned texts are asked to write them")]
fn updating() -> bool {
    std::env::var("INSTA_UPDATE").is_ok_and(|value| value == "always")
}

/// The page with each transcript as a run shows it now.
fn run_again(page: &str, trouble: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut heading = None;
    let mut transcript = false;
    let mut elsewhere = false;
    let mut ready: Option<Sandbox> = None;
    for line in page.lines() {
        if !transcript && let Some(found) = line.strip_prefix("### ") {
            heading = trouble(found).filter(|_| !elsewhere);
        } else if !transcript && line.starts_with("## ") {
            heading = None;
            elsewhere = line == ELSEWHERE;
        }
        match (heading.as_deref().filter(|_| transcript), line.strip_prefix("$ cargo xtask ")) {
            (Some(heading), Some(typed)) => {
                let sandbox = ready.get_or_insert_with(|| in_trouble(heading));
                out.push_str(&shown(&run(sandbox, heading, typed)));
            }
            (Some(_), None) if !line.starts_with("```") => {}
            _ => {
                let _ = writeln!(out, "{line}");
            }
        }
        if line.starts_with("```") {
            transcript = line == "```console";
            ready = None;
        }
    }
    out
}

fn run(sandbox: &Sandbox, heading: &str, typed: &str) -> Run {
    let args: Vec<&str> = typed.split(' ').collect();
    match heading {
        "SOURCE_DATE_EPOCH" => sandbox.run_with(&args, &[("SOURCE_DATE_EPOCH", "today")]),
        "is locked by another process" => {
            let other = sqlite::open(&sandbox.path(DATABASE));
            other.execute_batch("BEGIN EXCLUSIVE").expect("locked");
            sandbox.run(&args)
        }
        _ => sandbox.run(&args),
    }
}

/// What a terminal shows of a run, without the line that tells the time it took.
fn shown(run: &Run) -> String {
    assert_ne!(run.code, Some(0), "{}", run.transcript());
    let mut out = format!("$ cargo xtask {}\n", run.args.join(" "));
    let lines = run.stdout.lines().chain(run.stderr.lines()).map(str::trim_end);
    for line in lines.filter(|line| !line.ends_with("ms).") && !line.ends_with("s).")) {
        let _ = writeln!(out, "{line}");
    }
    out
}

const DATABASE: &str = "target/demo.sqlite";
const VERSION: &str = "demo-snapshots/writer/writer_v1_2026-11-20.sql";
const MANIFEST: &str = "demo-snapshots/metadata/export_manifest.json";
const SCENARIO: &str = "demo-snapshots/writer/scenario.yaml";
const SEED: &str = "demo-snapshots/writer/seed.yaml";

/// A fresh clone in the trouble that a section of the page is about.
fn in_trouble(heading: &str) -> Sandbox {
    let sandbox = clone();
    let done = |args: &[&str]| drop(sandbox.run(args).expect_code(0));
    let sql = |text: &str| sqlite::execute(&sandbox.path(DATABASE), text);
    let edit = |path: &str, from: &str, to: &str| {
        let text = sandbox.read(path);
        assert!(text.contains(from), "{path} has no `{from}`");
        sandbox.write(path, text.replacen(from, to, 1));
    };
    let copy =
        |name: &str, change: &dyn Fn(&str) -> String| sandbox.write(name, change(&sandbox.read(VERSION)));
    let import = || done(&["demo-import", "writer"]);
    let migrate = || done(&["db-migrate"]);
    match heading {
        "was removed from the archive" => done(&["demo-cleanup", "general", "--keep", "1", "--yes"]),
        "has no version yet" => sandbox
            .write("demo-snapshots/library/scenario.yaml", "scenario: library\nselect: { books: all }\n"),
        "is there already, and is not a snapshot" => {
            import();
            sandbox.write("notes.txt", "my own\n");
        }
        "the target has no tables" => sandbox.write("empty.db", ""),
        "nobody is here to confirm it" => {
            import();
            sql("UPDATE fragments SET title = 'Mine now' WHERE id = 1001;
                INSERT INTO todos (id, fragment_id, title, created_at, updated_at)
                VALUES (900, 1002, 'Added by hand', '2026-11-20 08:00:00', '2026-11-20 08:00:00')");
        }
        "is locked by another process" => import(),
        "is no SQLite database" => sandbox.write("notes.db", "not a database at all, not at all\n"),
        "is a folder, not a database file" => sandbox.write("target/file", ""),
        "there is no bundled schema" => {
            edit("demo-snapshots/memory/scenario.yaml", "schema: memory", "schema: memori");
        }
        "holds tables of another origin" => {
            sqlite::execute(&sandbox.path("app.db"), "CREATE TABLE mine (id INTEGER PRIMARY KEY)");
        }
        "the target's schema does not fit the snapshot" => {
            migrate();
            sql("ALTER TABLE todos DROP COLUMN priority");
        }
        "shared row exists in the target with other values" => {
            import();
            sql("UPDATE vaults SET name = 'My own' WHERE id = 1");
        }
        "key is taken by rows that are not the scenario's" => {
            migrate();
            sql("INSERT INTO contacts (id, name, created_at, updated_at)
                VALUES (101, 'A friend', '2026-01-01 00:00:00', '2026-01-01 00:00:00')");
        }
        "unique values of the snapshot are taken" => {
            migrate();
            sql("INSERT INTO vaults (id, name, slug, created_at, updated_at)
                VALUES (500, 'x', 'novel', '2026-01-01 00:00:00', '2026-01-01 00:00:00')");
        }
        "are referred to by rows that stay" => {
            done(&["demo-import", "general", "--version", "v1"]);
            sql(
                "CREATE TABLE bookmarks (id INTEGER PRIMARY KEY, fragment_id INTEGER REFERENCES fragments (id));
                INSERT INTO bookmarks VALUES (1, 176)",
            );
        }
        "differ in what the scenario owns" => {
            import();
            edit(SCENARIO, "  contacts: {", "  # contacts: {");
        }
        "full-text tables are filled by triggers" => {
            migrate();
            sql("CREATE VIRTUAL TABLE todo_search USING fts5 (title); CREATE TRIGGER todo_search_insert AFTER INSERT ON todos
                BEGIN INSERT INTO todo_search (rowid, title) VALUES (new.id, new.title); END");
        }
        "the target refuses" => {
            migrate();
            sql(
                "CREATE TRIGGER sundays BEFORE INSERT ON todos BEGIN SELECT RAISE(ABORT, 'no todos on Sundays'); END",
            );
        }
        "this is not a snapshot" => {
            sandbox.write("notes.sql", "hello\n");
            sandbox.write("empty.sql", "");
        }
        "it was cut off" => copy("half.sql", &|text| text.split_inclusive('\n').take(100).collect()),
        "the file has CRLF line ends" => copy("windows.sql", &|text| text.replace('\n', "\r\n")),
        "does not have the digest" => {
            copy("edited.sql", &|text| text.replace("Forty glossary", "Fifty glossary"));
        }
        "says 14, and has 13 rows" => {
            copy("less.sql", &|text| {
                text.split_inclusive('\n').filter(|line| !line.contains("Forty glossary")).collect()
            });
        }
        "does not belong here" => {
            copy("drop.sql", &|text| text.replace("\nCOMMIT;", "\nDROP TABLE todos;\nCOMMIT;"));
        }
        "this is scenario … , not …" => {
            sandbox.write("general.sql", sandbox.read("demo-snapshots/general/general_v1_2026-11-20.sql"));
        }
        "was made by a newer tool" => {
            copy("newer.sql", &|text| text.replacen("-- Format: 1", "-- Format: 2", 1));
        }
        "conflict markers of an unfinished merge" => {
            edit(MANIFEST, ",\"general\":[\n", ",\"general\":[\n<<<<<<< HEAD\n");
        }
        "has two files of one number" => {
            version_2(&sandbox, "Ours", "1795176000");
            let (other, theirs) = (clone(), "demo-snapshots/writer/writer_v2_2026-11-21.sql");
            version_2(&other, "Theirs", "1795262400");
            sandbox.write(theirs, other.read(theirs));
        }
        "the file has … bytes, the manifest says …" => edit(VERSION, "Forty glossary", "Four glossary"),
        "does not follow from those before it" => edit(MANIFEST, "\"added\":2", "\"added\":3"),
        "unknown key" => edit(SCENARIO, "children:", "childs:"),
        "the key stands twice" => sandbox.write(SCENARIO, sandbox.read(SCENARIO) + "limits: { rows: 5 }\n"),
        "does not fit the database" => {
            import();
            edit(SCENARIO, "  contacts:", "  contacs:");
        }
        "holds bytes, and this is text" => {
            edit("demo-snapshots/agent/seed.yaml", "value: { hex: \"\" }", "value: none");
        }
        "has no column" => edit(SEED, "      status: paused", "      statos: paused"),
        "its rows do not fit the schema" => edit(SEED, "      status: paused", "      status: pausing"),
        "holds the schema" | "selects no row" => migrate(),
        "the scenario expects" => {
            import();
            edit(SCENARIO, "fragments: { min: 60 }", "fragments: { min: 600 }");
        }
        "more than its limit" => {
            import();
            edit(SCENARIO, "rows: 5000", "rows: 50");
        }
        "PostgreSQL's column of type … cannot hold it" => {
            import();
            sql("UPDATE todos SET created_at = 'yesterday' WHERE id = 101");
        }
        "refers by …, which has no such row" => {
            import();
            sql("PRAGMA foreign_keys = off; UPDATE fragments SET vault = 'gone' WHERE id = 1001");
        }
        "the link points outside its folder" => outside(&sandbox),
        // A name, a version, an option or a path is wrong: a fresh clone will do.
        _ => {}
    }
    sandbox
}

/// Imports, edits and exports on a day.
fn version_2(sandbox: &Sandbox, title: &str, epoch: &str) {
    drop(sandbox.run(&["demo-import", "writer"]).expect_code(0));
    sqlite::execute(&sandbox.path(DATABASE), &format!("UPDATE todos SET title = '{title}' WHERE id = 101"));
    drop(sandbox.run_with(&["demo-export", "writer"], &[("SOURCE_DATE_EPOCH", epoch)]).expect_code(0));
}

#[cfg(unix)]
fn outside(sandbox: &Sandbox) {
    let link = sandbox.path("demo-snapshots/writer/latest.sql");
    std::fs::remove_file(&link).expect("removed");
    std::os::unix::fs::symlink("../../../etc/passwd", &link).expect("linked");
}

#[cfg(not(unix))]
fn outside(sandbox: &Sandbox) {
    sandbox.write("demo-snapshots/writer/latest.sql", "../../../etc/passwd");
}
