//! What stops a merge, in full; the target is as it was.

use database::{Decision, MergeMode, MergeOptions, SourceOptions, TargetOptions, open_target};
use model::{Ownership, RowSource, RowStream, StreamError, Value};

use crate::support::{Folder, NOTES, Rows, notes, notes_snapshot};

const V1: &str = "
    INSERT INTO vaults VALUES (1, 'V');
    INSERT INTO fragments VALUES (1, 1, NULL, 'a', 'A', 'writer'), (2, 1, NULL, 'b', 'B', 'writer');
    INSERT INTO todos VALUES (1, 'a', 0);
";

fn delete() -> MergeOptions {
    MergeOptions { delete: true, ..MergeOptions::default() }
}

#[test]
fn everything_that_the_schema_lacks_is_reported_together() {
    let folder = Folder::new();
    let target = folder.database("app.db", "
        CREATE TABLE fragments (id INTEGER, vault_id INTEGER, parent_id INTEGER, slug TEXT GENERATED ALWAYS AS ('x'),
                                scenario TEXT, owner TEXT NOT NULL, kind TEXT NOT NULL DEFAULT 'note');
        CREATE TABLE todos (id INTEGER UNIQUE, fragment TEXT, done BOOLEAN, number INTEGER PRIMARY KEY);
    ");
    insta::assert_snapshot!(target.refusal(&notes_snapshot("writer", V1), &[], &delete()), @r"
    the target's schema does not fit the snapshot:
      the target has no table vaults
      the column fragments.slug is computed by the target
      the target has no column fragments.title
      the column fragments.owner is NOT NULL without a default, and the snapshot lacks it
      the key (id) of fragments is not unique in the target
    help: migrate the target, import into an empty database with `--create-schema`, or export the scenario again from a database with the target's schema
    ");
}

#[test]
fn rows_that_the_target_finds_by_another_key_are_drift() {
    let folder = Folder::new();
    let schema = NOTES.replace("fragments (id)", "fragments (slug)");
    let target = folder.database(
        "app.db",
        &schema.replace(
            "CREATE TABLE todos (
        id INTEGER PRIMARY KEY,
        fragment TEXT NOT NULL REFERENCES fragments (slug) ON DELETE CASCADE ON UPDATE CASCADE,
        done BOOLEAN NOT NULL DEFAULT 0
    );",
            "CREATE TABLE todos (id INTEGER NOT NULL UNIQUE, fragment TEXT, done INTEGER PRIMARY KEY);",
        ),
    );
    insta::assert_snapshot!(target.refusal(&notes_snapshot("writer", V1), &[], &delete()), @r"
    the target's schema does not fit the snapshot:
      the target finds rows of todos by (done), the snapshot by (id)
    help: migrate the target, import into an empty database with `--create-schema`, or export the scenario again from a database with the target's schema
    ");
}

#[test]
fn a_row_without_its_key_or_twice_is_refused() {
    let folder = Folder::new();
    let target = folder.database("app.db", NOTES);
    let mut snapshot = notes_snapshot("writer", V1);
    snapshot.sections[1].2[0][0] = Value::Null;
    insta::assert_snapshot!(target.refusal(&snapshot, &[], &delete()), @r"
    the snapshot holds a row without a key: fragments: id NULL
    help: the file was not made by an export; export the scenario again
    ");
    let mut snapshot = notes_snapshot("writer", V1);
    let row = snapshot.sections[1].2[0].clone();
    snapshot.sections[1].2.insert(1, row);
    insta::assert_snapshot!(target.refusal(&snapshot, &[], &delete()), @r"
    the target refuses fragments: id 1: UNIQUE constraint failed: fragments.id
    help: compare the target's constraints with those of the database that was exported; nothing was changed
    ");
    target.import(&notes_snapshot("writer", V1), &[]).expect("an import");
    insta::assert_snapshot!(target.refusal(&snapshot, &[], &delete()), @r"
    the target refuses fragments: id 1: the snapshot holds two rows of fragments with this key
    help: compare the target's constraints with those of the database that was exported; nothing was changed
    ");
}

#[test]
fn rows_that_are_not_the_scenarios_by_the_files_own_definition_are_refused() {
    let folder = Folder::new();
    let target = folder.database("app.db", NOTES);
    let mut snapshot = notes_snapshot("writer", V1);
    snapshot.sections[1].2[1][5] = Value::Text("reader".to_owned());
    insta::assert_snapshot!(target.refusal(&snapshot, &[], &delete()), @r"
read back after the import, the file's definition finds 1 of the scenario's rows in fragments, where the file has 2
help: nothing was changed; the target's schema alters what is written (a trigger, a column's type), or the file's definition and rows disagree
");
    target.import(&notes_snapshot("writer", V1), &[]).expect("an import");
    insta::assert_snapshot!(target.refusal(&snapshot, &[], &delete()), @r"
    read back after the import, fragments: id 2 is not the scenario's by the file's definition
    help: nothing was changed; the target's schema alters what is written (a trigger, a column's type), or the file's definition and rows disagree
    ");
}

#[test]
fn a_reference_that_leads_nowhere_is_refused() {
    let folder = Folder::new();
    let target = folder.database("app.db", NOTES);
    let mut snapshot = notes_snapshot("writer", V1);
    snapshot.sections.remove(0);
    insta::assert_snapshot!(target.refusal(&snapshot, &[], &delete()), @r"
    fragments: id 1 refers by (vault_id) to a row of vaults that does not exist in the target
    help: the target's schema has a reference that the exported database had not, or a row was left alone that others need; nothing was changed
    ");
}

#[test]
fn a_value_that_the_target_stores_otherwise_is_refused() {
    let folder = Folder::new();
    let target = folder.database("app.db", &NOTES.replace("title TEXT", "title INTEGER"));
    let snapshot = notes_snapshot("writer", &V1.replace("'B'", "'0012'"));
    insta::assert_snapshot!(target.refusal(&snapshot, &[], &delete()), @r"
    read back after the import, fragments: id 2 differs in title
    help: nothing was changed; the target's schema alters what is written (a trigger, a column's type), or the file's definition and rows disagree
    ");
}

#[test]
fn a_stream_that_breaks_in_either_pass_changes_nothing() {
    let folder = Folder::new();
    let target = folder.database("app.db", NOTES);
    let bytes = target.bytes();
    for pass in [1, 2, 3] {
        let mut snapshot = Breaking { rows: notes_snapshot("writer", V1), pass: 0, breaks_in: pass };
        let mut connection = open_target(&target.url(), &TargetOptions::default()).expect("a target");
        let mut none = NoVersions;
        let outcome =
            connection.merge(&mut snapshot, &mut none, &delete(), &mut |_| {}, &mut |_| Decision::Apply);
        drop(connection);
        if pass == 3 {
            assert!(outcome.expect("two passes are enough").applied);
        } else {
            assert_eq!(
                outcome.expect_err("a broken stream").to_string(),
                "the file changed while it was read"
            );
            assert!(target.bytes() == bytes);
        }
    }
}

#[test]
fn a_snapshot_that_changes_between_the_passes_is_refused() {
    let folder = Folder::new();
    let target = folder.database("app.db", NOTES);
    let mut longer = notes_snapshot("writer", V1);
    longer.sections[2].2.push(vec![Value::Integer(2), Value::Text("b".into()), Value::Boolean(true)]);
    let mut changing = Changing { passes: vec![notes_snapshot("writer", V1), longer], next: 0 };
    let mut connection = open_target(&target.url(), &TargetOptions::default()).expect("a target");
    let outcome =
        connection.merge(&mut changing, &mut NoVersions, &delete(), &mut |_| {}, &mut |_| Decision::Apply);
    insta::assert_snapshot!(outcome.expect_err("a changed snapshot"), @"the snapshot's rows do not keep to its definition");
    assert_eq!(target.rows("SELECT count(*) FROM fragments"), "0");
}

#[test]
fn a_locked_target_is_an_environment_fault_and_unharmed() {
    let folder = Folder::new();
    let target = folder.database("app.db", NOTES);
    let snapshot = notes_snapshot("writer", V1);
    // Before the first read, at the first change, at the commit.
    for lock in ["BEGIN EXCLUSIVE", "BEGIN IMMEDIATE", "BEGIN; SELECT * FROM vaults"] {
        let other = target.connect();
        let mut statement = other.prepare("SELECT * FROM sqlite_schema").expect("a query");
        let mut rows = None;
        if lock.ends_with("vaults") {
            let mut open = statement.query([]).expect("a query");
            open.next().expect("a row");
            rows = Some(open);
        } else {
            other.execute_batch(lock).expect("a lock");
        }
        let error = target.import(&snapshot, &[]).expect_err("locked");
        assert!(matches!(error, database::Error::Locked { .. }), "{lock}: {error}");
        drop(rows);
    }
    assert_eq!(target.rows("SELECT count(*) FROM fragments"), "0");
    assert_eq!(folder.files(), ["app.db"]);
    assert!(target.import(&snapshot, &[]).expect("an import").applied);
}

#[test]
fn a_target_that_another_process_changes_while_the_caller_decides_is_compared_again() {
    let folder = Folder::new();
    let target = folder.database("app.db", &format!("PRAGMA journal_mode = WAL; {NOTES}"));
    let mut plans = Vec::new();
    let outcome = target
        .ask(&notes_snapshot("writer", V1), &[], &delete(), &mut |plan| {
            if plans.is_empty() {
                target.execute("INSERT INTO vaults VALUES (1, 'V');");
            }
            plans.push((plan.tables[0].insert, plan.tables[0].equal));
            Decision::Apply
        })
        .expect("a merge");
    assert!(outcome.applied);
    assert_eq!(plans, [(1, 0), (0, 1)], "the second answer is to what there is by then");
    assert_eq!(target.rows("SELECT * FROM vaults"), "1|V");
    assert_eq!(target.rows("SELECT count(*) FROM fragments"), "2");
}

#[test]
fn a_dry_run_does_not_finish_what_another_writer_left_in_its_log() {
    let folder = Folder::new();
    let target = folder.database("app.db", &format!("PRAGMA journal_mode = WAL; {NOTES}"));
    // A writer that was killed leaves its log: a copy made while it is open.
    let writer = target.connect();
    writer
        .execute_batch("PRAGMA wal_autocheckpoint = 0; INSERT INTO vaults VALUES (1, 'V');")
        .expect("a write");
    let copy = Folder::new();
    let left = copy.database("app.db", "");
    for suffix in ["", "-wal"] {
        let file = |path: &std::path::Path| format!("{}{suffix}", path.display());
        std::fs::copy(file(&target.path), file(&left.path)).expect("a copy");
    }
    let bytes = left.bytes();
    let dry = MergeOptions { mode: MergeMode::DryRun, ..delete() };
    let plan = left.merge(&notes_snapshot("writer", V1), &[], &dry).expect("a dry run").plan;
    assert_eq!((plan.tables[0].equal, plan.tables[1].insert), (1, 2));
    assert!(left.bytes() == bytes);
    assert!(left.import(&notes_snapshot("writer", V1), &[]).expect("an import").applied);
    assert_eq!(copy.files(), ["app.db"]);
}

#[test]
fn a_schema_is_made_in_an_empty_target_in_the_same_transaction() {
    let folder = Folder::new();
    let source = folder.database("source.db", &format!("{NOTES}{V1}"));
    let mut reading = database::open_source(&source.url(), &SourceOptions::default()).expect("a source");
    let catalog = reading.catalog().expect("a catalog");
    drop(reading);
    let target = folder.database("app.db", "");
    let snapshot = notes_snapshot("writer", V1);
    insta::assert_snapshot!(target.refusal(&snapshot, &[], &delete()), @r"
    the target has no tables
    help: `db-migrate` makes those of the bundled schema, `demo-import --create-schema` those of the snapshot
    ");
    let options = MergeOptions { create_schema: Some(catalog), ..delete() };
    let bytes = target.bytes();
    let dry = MergeOptions { mode: MergeMode::DryRun, ..options.clone() };
    let plan = target.merge(&snapshot, &[], &dry).expect("a dry run").plan;
    assert!(target.bytes() == bytes);
    assert_eq!(plan.created.expect("a schema").tables, ["vaults", "fragments", "todos", "bookmarks"]);
    let mut dangling = snapshot.clone();
    dangling.sections.remove(0);
    target.refusal(&dangling, &[], &options);
    assert!(target.merge(&snapshot, &[], &options).expect("an import").applied);
    assert_eq!(target.snapshot(&notes("writer")).sections, snapshot.sections);
    // A target with tables keeps its schema.
    assert_eq!(target.merge(&snapshot, &[], &options).expect("again").plan.created, None);
}

#[test]
fn a_schema_that_cannot_be_made_leaves_the_target_as_it_was() {
    let folder = Folder::new();
    let target = folder.database("app.db", NOTES);
    let catalog = open_target(&target.url(), &TargetOptions::default()).expect("a target").catalog();
    let catalog = catalog.expect("a catalog");
    let create = |path: &std::path::Path, catalog: &model::Catalog| {
        let url = database::DatabaseUrl::sqlite(path);
        let error = open_target(&url, &TargetOptions::default()).expect("a target").create_schema(catalog);
        let error = error.expect_err("refused");
        format!("{error}\nhelp: {}", miette::Diagnostic::help(&error).expect("a help"))
    };
    insta::assert_snapshot!(create(&target.path, &catalog), @"
    the schema cannot be made in the target: the database has tables already
    help: make the schema with the application's own migrations, then import
    ");
    let empty = folder.database("empty.db", "");
    let bytes = empty.bytes();
    let mut without_columns = catalog;
    without_columns.tables.get_mut("bookmarks").expect("a table").columns.clear();
    without_columns.tables.get_mut("bookmarks").expect("a table").foreign_keys.clear();
    insta::assert_snapshot!(create(&empty.path, &without_columns), @r#"
    the schema cannot be made in the target: near "PRIMARY": syntax error
    help: make the schema with the application's own migrations, then import
    "#);
    assert!(empty.bytes() == bytes);
}

#[test]
fn a_scratch_database_is_loaded_and_its_references_are_checked() {
    let folder = Folder::new();
    let snapshot = notes_snapshot("writer", &V1.replace("(1, 1, NULL", "(1, 1, 2"));
    let scratch = folder.database("scratch.db", NOTES);
    let mut target = open_target(&scratch.url(), &TargetOptions::default()).expect("a target");
    let mut dangling = snapshot.clone();
    dangling.sections.remove(0);
    insta::assert_snapshot!(target.load(&mut dangling).expect_err("dangling"), @"fragments: id 1 refers by (vault_id) to a row of vaults that does not exist in the target");
    assert_eq!(target.load(&mut snapshot.clone()).expect("loaded"), 4);
    drop(target);
    assert_eq!(scratch.snapshot(&notes("writer")).sections, snapshot.sections);
}

#[test]
fn a_row_before_its_section_is_refused() {
    let folder = Folder::new();
    let target = folder.database("app.db", NOTES);
    let mut snapshot = notes_snapshot("writer", V1);
    snapshot.sections.push((7, Ownership::Owned, Vec::new()));
    insta::assert_snapshot!(target.refusal(&snapshot, &[], &delete()), @"the snapshot's rows do not keep to its definition");
}

struct NoVersions;

impl database::History for NoVersions {
    fn len(&self) -> usize {
        0
    }

    fn open(&mut self, _: usize) -> Result<Box<dyn RowSource + '_>, StreamError> {
        Err("there is no such version".into())
    }
}

/// Ends one of its passes with an error.
struct Breaking {
    rows: Rows,
    pass: usize,
    breaks_in: usize,
}

impl RowSource for Breaking {
    fn definition(&self) -> &model::Definition {
        &self.rows.definition
    }

    fn open(&mut self) -> Result<Box<dyn RowStream + '_>, StreamError> {
        self.pass += 1;
        let breaks = self.pass == self.breaks_in;
        Ok(Box::new(BreakingStream { stream: self.rows.open()?, breaks }))
    }
}

struct BreakingStream<'a> {
    stream: Box<dyn RowStream + 'a>,
    breaks: bool,
}

impl RowStream for BreakingStream<'_> {
    fn next(&mut self) -> Result<Option<model::RowEvent<'_>>, StreamError> {
        match self.stream.next()? {
            None if self.breaks => Err("the file changed while it was read".into()),
            event => Ok(event),
        }
    }
}

/// Has other rows in each pass.
struct Changing {
    passes: Vec<Rows>,
    next: usize,
}

impl RowSource for Changing {
    fn definition(&self) -> &model::Definition {
        &self.passes[0].definition
    }

    fn open(&mut self) -> Result<Box<dyn RowStream + '_>, StreamError> {
        self.next += 1;
        self.passes[self.next - 1].open()
    }
}
