//! What stops a merge, in full; the target is as it was.

use database::{Decision, MergeMode, MergeOptions, SourceOptions, TargetOptions, open_target};
use model::{Ownership, RowSource, RowStream, StreamError, Value};

use super::engine::{FRAGMENT_TWICE, NOTES, STORED, UNCOUNTED_KEY, fresh};
use super::support::{Rows, delete, notes, notes_snapshot};

pub(crate) const V1: &str = "
    INSERT INTO vaults VALUES (1, 'V');
    INSERT INTO fragments VALUES (1, 1, NULL, 'a', 'A', 'writer'), (2, 1, NULL, 'b', 'B', 'writer');
    INSERT INTO todos VALUES (1, 'a', false);
";

#[test]
fn everything_that_the_schema_lacks_is_reported_together() {
    let schema = format!(
        "
        CREATE TABLE fragments (id INTEGER, vault_id INTEGER, parent_id INTEGER,
                                slug TEXT GENERATED ALWAYS AS ('x') {STORED},
                                scenario TEXT, owner TEXT NOT NULL, kind TEXT NOT NULL DEFAULT 'note');
        CREATE TABLE todos (id INTEGER UNIQUE, fragment TEXT, done BOOLEAN, number INTEGER PRIMARY KEY);
    "
    );
    let target = fresh("app.db", &schema);
    assert_eq!(
        target.refusal(&notes_snapshot("writer", V1), &[], &delete()),
        format!(
            "the target's schema does not fit the snapshot:
  the target has no table vaults
  the column fragments.slug is computed by the target
  the target has no column fragments.title
  the column fragments.owner is NOT NULL without a default, and the snapshot lacks it
  the key (id) of fragments is not unique in the target{UNCOUNTED_KEY}
help: migrate the target, import into an empty database with `--create-schema`, or export the scenario again from a \
database with the target's schema"
        )
    );
}

#[test]
fn a_row_without_its_key_or_twice_is_refused() {
    let target = fresh("app.db", NOTES);
    let mut snapshot = notes_snapshot("writer", V1);
    snapshot.sections[1].2[0][0] = Value::Null;
    insta::assert_snapshot!(target.refusal(&snapshot, &[], &delete()), @r"
    the snapshot holds a row without a key: fragments: id NULL
    help: the file was not made by an export; export the scenario again
    ");
    let mut snapshot = notes_snapshot("writer", V1);
    let row = snapshot.sections[1].2[0].clone();
    snapshot.sections[1].2.insert(1, row);
    assert_eq!(
        target.refusal(&snapshot, &[], &delete()),
        format!(
            "the target refuses fragments: id 1: {FRAGMENT_TWICE}
help: compare the target's constraints with those of the database that was exported; nothing was changed"
        )
    );
    target.import(&notes_snapshot("writer", V1), &[]).expect("an import");
    insta::assert_snapshot!(target.refusal(&snapshot, &[], &delete()), @r"
    the target refuses fragments: id 1: the snapshot holds two rows of fragments with this key
    help: compare the target's constraints with those of the database that was exported; nothing was changed
    ");
}

#[test]
fn rows_that_are_not_the_scenarios_by_the_files_own_definition_are_refused() {
    let target = fresh("app.db", NOTES);
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
    let target = fresh("app.db", NOTES);
    let mut snapshot = notes_snapshot("writer", V1);
    snapshot.sections.remove(0);
    insta::assert_snapshot!(target.refusal(&snapshot, &[], &delete()), @r"
    fragments: id 1 refers by (vault_id) to a row of vaults that does not exist in the target
    help: the target's schema has a reference that the exported database had not, or a row was left alone that others need; nothing was changed
    ");
}

#[test]
fn a_stream_that_breaks_in_either_pass_changes_nothing() {
    let target = fresh("app.db", NOTES);
    let before = target.content();
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
            assert!(target.content() == before);
        }
    }
}

#[test]
fn a_snapshot_that_changes_between_the_passes_is_refused() {
    let target = fresh("app.db", NOTES);
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
fn a_schema_is_made_in_an_empty_target_in_the_same_transaction() {
    let source = fresh("source.db", &format!("{NOTES}{V1}"));
    let mut reading = database::open_source(&source.url(), &SourceOptions::default()).expect("a source");
    let catalog = reading.catalog().expect("a catalog");
    drop(reading);
    let target = fresh("app.db", "");
    let snapshot = notes_snapshot("writer", V1);
    insta::assert_snapshot!(target.refusal(&snapshot, &[], &delete()), @r"
    the target has no tables
    help: `db-migrate` makes those of the bundled schema, `demo-import --create-schema` those of the snapshot
    ");
    let options = MergeOptions { create_schema: Some(catalog), ..delete() };
    let before = target.content();
    let dry = MergeOptions { mode: MergeMode::DryRun, ..options.clone() };
    let plan = target.merge(&snapshot, &[], &dry).expect("a dry run").plan;
    assert!(target.content() == before);
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
fn a_scratch_database_is_loaded_and_its_references_are_checked() {
    let snapshot = notes_snapshot("writer", &V1.replace("(1, 1, NULL", "(1, 1, 2"));
    let scratch = fresh("scratch.db", NOTES);
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
    let target = fresh("app.db", NOTES);
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
