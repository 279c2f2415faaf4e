//! The promises, each as a test: one law a file. The tool is run as its users run it, and what it did is looked at with
//! plain connections and plain file reads.
//!
//! Here is what the laws share: sandboxes, whole databases as comparable text, the parts of a snapshot.

mod bundled;
mod counts;
mod determinism;
mod edits;
mod immutability;
mod kill;
mod lock;
mod merge;
mod others;
mod patches;
mod postgres;
mod random_rows;
mod random_schemas;
mod raw_run;
mod reached;
mod round_trip;
mod shapes;
mod six_orders;
mod source;
mod values;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::types::ValueRef;
use test_support::{Run, Sandbox, sqlite};

const XTASK: &str = env!("CARGO_BIN_EXE_xtask");

/// The bundled scenarios of the schema `vault`, which share rows and go into one database.
const VAULT: [&str; 3] = ["developer", "general", "writer"];

/// A fixed time, so that headers are the same in every run.
const EPOCH: (&str, &str) = ("SOURCE_DATE_EPOCH", "1795255200");

/// The default database of a sandbox, for the schema `vault`.
const DATABASE: &str = "target/demo.sqlite";

/// How many random cases were asked for where a sample is the rule: `cargo xtask test --full`.
#[expect(clippy::disallowed_methods, reason = "how a test program is asked for more than a sample")]
fn cases_asked_for() -> Option<u32> {
    let cases = std::env::var("DEMO_TEST_CASES").ok()?;
    Some(cases.parse().expect("DEMO_TEST_CASES is a number"))
}

/// The committed archive.
fn committed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo-snapshots")
}

/// A fresh clone's archive.
fn clone() -> Sandbox {
    Sandbox::with_archive(XTASK, &committed())
}

/// A bundled scenario.
struct Bundled {
    name: String,
    schema: String,
}

impl Bundled {
    /// The database that commands take where none is named, below the workspace.
    fn database(&self) -> String {
        match self.schema.as_str() {
            "vault" => DATABASE.to_owned(),
            schema => format!("target/demo-{schema}.sqlite"),
        }
    }
}

/// Every scenario of the committed archive, by name.
fn bundled() -> Vec<Bundled> {
    let folders = std::fs::read_dir(committed()).expect("the archive").map(|entry| entry.expect("an entry"));
    let mut scenarios: Vec<Bundled> = folders
        .filter_map(|folder| {
            let text = std::fs::read_to_string(folder.path().join("scenario.yaml")).ok()?;
            let schema = text.lines().find_map(|line| line.strip_prefix("schema: ")).unwrap_or("vault");
            let name = folder.file_name().to_string_lossy().into_owned();
            Some(Bundled { name, schema: schema.to_owned() })
        })
        .collect();
    scenarios.sort_by(|one, other| one.name.cmp(&other.name));
    scenarios
}

/// A workspace whose archive holds one scenario and no version.
fn with_scenario(yaml: &str) -> Sandbox {
    let sandbox = Sandbox::empty(XTASK);
    let name =
        yaml.lines().next().and_then(|line| line.strip_prefix("scenario: ")).expect("the name comes first");
    sandbox.write(&format!("demo-snapshots/{name}/scenario.yaml"), yaml);
    sandbox
}

/// Runs a command that must succeed.
#[track_caller]
fn done(sandbox: &Sandbox, args: &[&str]) -> Run {
    sandbox.run(args).expect_code(0)
}

/// The bytes that an export of `scenario` from the database at `database` would write.
#[track_caller]
fn exported(sandbox: &Sandbox, scenario: &str, database: &str) -> Vec<u8> {
    exported_under(sandbox, scenario, database, &[EPOCH])
}

/// As [`exported`], with variables set.
#[track_caller]
fn exported_under(sandbox: &Sandbox, scenario: &str, database: &str, variables: &[(&str, &str)]) -> Vec<u8> {
    exported_from(sandbox, scenario, &format!("sqlite:{database}"), variables)
}

/// As [`exported_under`], from the database at `url`.
#[track_caller]
fn exported_from(sandbox: &Sandbox, scenario: &str, url: &str, variables: &[(&str, &str)]) -> Vec<u8> {
    // Through a file: what a `Run` holds of stdout is made for transcripts.
    let args = ["demo-export", scenario, "--database", url, "--output", "exported.sql"];
    let _ = sandbox.run_with(&args, variables).expect_code(0);
    std::fs::read(sandbox.path("exported.sql")).expect("written")
}

/// What lies below a snapshot's header, its `File:` line aside.
#[track_caller]
fn body(snapshot: &[u8]) -> String {
    let text = String::from_utf8(snapshot.to_vec()).expect("a snapshot is UTF-8");
    let start = text.find("\nBEGIN;\n").expect("a header ends in BEGIN");
    let (above, below) = text[start..].rsplit_once("\n-- File: sha256:").expect("a trailer");
    let (_, end) = below.split_once('\n').expect("the end");
    format!("{above}\n{end}")
}

/// What a snapshot says of itself apart from when and by which version it was written.
#[track_caller]
fn lasting(snapshot: &[u8]) -> String {
    let text = String::from_utf8(snapshot.to_vec()).expect("a snapshot is UTF-8");
    let (header, _) = text.split_once("\nBEGIN;\n").expect("a header ends in BEGIN");
    let kept = header
        .lines()
        .filter(|line| !line.starts_with("-- Version: ") && !line.starts_with("-- Generated: "));
    format!("{}\n{}", kept.collect::<Vec<_>>().join("\n"), body(snapshot))
}

/// The version files of a scenario's folder, by name.
fn versions(sandbox: &Sandbox, scenario: &str) -> BTreeMap<String, Vec<u8>> {
    let files = sandbox.tree(&format!("demo-snapshots/{scenario}"));
    let named = files.into_iter().map(|(path, bytes)| (file_name(&path), bytes));
    named.filter(|(name, _)| name.starts_with(&format!("{scenario}_v"))).collect()
}

fn file_name(path: &Path) -> String {
    path.file_name().expect("a name").to_string_lossy().into_owned()
}

/// The archive as git would commit it: paths below `demo-snapshots/` with their bytes, ignored files aside.
fn archive(sandbox: &Sandbox) -> BTreeMap<PathBuf, Vec<u8>> {
    let root = sandbox.path("demo-snapshots");
    let files = sandbox.tree("demo-snapshots").into_iter();
    let seen = files.filter(|(path, _)| !is_ignored(&file_name(path)));
    seen.map(|(path, bytes)| (path.strip_prefix(&root).expect("below it").to_owned(), bytes)).collect()
}

/// Whether the workspace's `.gitignore` has a pattern for files of this name.
fn is_ignored(name: &str) -> bool {
    let patterns = include_str!("../../.gitignore");
    patterns.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).any(|pattern| {
        match pattern.split_once('*') {
            Some((before, after)) => name.starts_with(before) && name.ends_with(after),
            None => name == pattern,
        }
    })
}

/// Every row of every ordinary table, sorted: what a database holds, however it came to hold it.
fn content(path: &Path) -> BTreeMap<String, Vec<String>> {
    let connection = sqlite::open(path);
    let sql = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'";
    let mut statement = connection.prepare(sql).expect("lists");
    let tables: Vec<String> =
        statement.query_map([], |row| row.get(0)).expect("lists").map(|name| name.expect("a name")).collect();
    tables
        .into_iter()
        .map(|table| (table.clone(), rows(&connection, &format!("SELECT * FROM {}", quoted(&table)))))
        .collect()
}

/// The rows of a query, each with its storage classes and exact values, sorted.
fn rows(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).expect("a query");
    let columns = statement.column_count();
    let mut rows = statement.query([]).expect("runs");
    let mut lines = Vec::new();
    while let Some(row) = rows.next().expect("a row") {
        let cells: Vec<String> = (0..columns).map(|at| cell(row.get_ref(at).expect("a column"))).collect();
        lines.push(cells.join(" | "));
    }
    lines.sort();
    lines
}

/// A value such that two of them look alike only if class and value are equal.
fn cell(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Integer(n) => n.to_string(),
        ValueRef::Real(x) => format!("{x:?}"),
        ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => format!("{text:?}"),
            Err(_) => format!("text {bytes:02x?}"),
        },
        ValueRef::Blob(bytes) => format!("blob {bytes:02x?}"),
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
