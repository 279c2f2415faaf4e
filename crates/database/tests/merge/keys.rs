//! Keys that are not what they seem: computed by the target, or compared in more than one way.

use database::{MergeMode, MergeOptions, Triggers};

use crate::engine::fresh;
use crate::suite::keys::{COMPUTED, slugs};
use crate::suite::support::{definition, delete, selecting, table};

#[test]
fn a_users_row_that_refers_by_another_type_is_found() {
    let schema = "CREATE TABLE p (id INTEGER PRIMARY KEY, tag TEXT, code TEXT UNIQUE);
        CREATE TABLE c (id INTEGER PRIMARY KEY, p TEXT REFERENCES p, code INTEGER REFERENCES p (code));
        INSERT INTO p VALUES (1, 'demo', '07'), (2, 'demo', '8'), (3, 'demo', '9');";
    let target = fresh("app.db", schema);
    let mut new = target.snapshot(&definition(vec![selecting(
        table("p", "id:integer tag:text code:text"),
        "tag",
        "demo",
    )]));
    new.sections[0].2.clear();
    target.execute("INSERT INTO c VALUES (5, '2', NULL), (6, NULL, 9);");
    insta::assert_snapshot!(target.refusal(&new, &[], &delete()), @r"
    rows that the import would delete, or whose key it would change, are referred to by rows that stay:
      c: id 6 refers by (code) to p: id 3
      c: id 5 refers by (p) to p: id 2
    help: delete those referring rows or point them elsewhere, then import again
    ");
}

#[test]
fn json_of_a_user_that_cannot_be_held_refuses_an_import_that_selects_by_it() {
    let schema =
        "CREATE TABLE p (id INTEGER PRIMARY KEY, m TEXT); INSERT INTO p VALUES (1, '{\"k\":\"x\"}');";
    let mut spec = selecting(table("p", "id:integer m:text"), "m", "x");
    spec.select[0][0].path.push("k".into());
    let target = fresh("app.db", schema);
    let new = target.snapshot(&definition(vec![spec]));
    target.execute("INSERT INTO p VALUES (2, '{\"a\":1e500}');");
    target.import(&new, &[]).expect("an import");
    target.execute("INSERT INTO p VALUES (3, '{\"k\":\"mine\",\"a\":1e500}');");
    insta::assert_snapshot!(target.refusal(&new, &[], &delete()), @r"
    p.m: a value of JSON that cannot be compared: a JSON number with an exponent beyond 400
    help: repair the value: the selection looks at every row of the table, so it must be able to read each of them
    ");
}

#[test]
fn a_reference_that_a_trigger_makes_lead_nowhere_refuses_the_import() {
    let schema = "
        CREATE TABLE p (id INTEGER PRIMARY KEY, tag TEXT, slug TEXT, hidden TEXT UNIQUE);
        CREATE TABLE c (id INTEGER PRIMARY KEY, hidden TEXT REFERENCES p (hidden));
        CREATE TRIGGER hide AFTER UPDATE ON p WHEN new.hidden = 'h' BEGIN
            UPDATE p SET hidden = 'gone' WHERE id = new.id; END;
        INSERT INTO p VALUES (1, 'demo', 'old', 'h'); INSERT INTO c VALUES (6, 'never was'), (7, 'h');
    ";
    let target = fresh("app.db", schema);
    let mut new = target.snapshot(&slugs());
    new.sections[0].2[0][2] = model::Value::Text("new".into());
    let options = MergeOptions { triggers: Triggers::On, ..delete() };
    insta::assert_snapshot!(target.refusal(&new, &[], &options), @r"
    c: id 7 refers by (hidden) to a row of p that does not exist in the target
    help: the target's schema has a reference that the exported database had not, or a row was left alone that others need; nothing was changed
    ");
}

#[test]
fn a_key_that_the_column_compares_more_loosely_than_its_index_is_found_exactly() {
    let target = fresh(
        "app.db",
        "CREATE TABLE p (k TEXT COLLATE NOCASE NOT NULL, tag TEXT, v TEXT);
         CREATE UNIQUE INDEX u ON p (k COLLATE BINARY);
         INSERT INTO p VALUES ('A', 'demo', '1'), ('a', 'demo', '2'), ('b', 'demo', '3'), ('B', 'demo', '4');",
    );
    let mut snapshot =
        target.snapshot(&definition(vec![selecting(table("p", "k:text tag:text v:text"), "tag", "demo")]));
    assert!(!target.import(&snapshot, &[]).expect("an import").plan.changes_anything());
    for row in &mut snapshot.sections[0].2 {
        row[2] = model::Value::Text("new".into());
    }
    let plan = target.import(&snapshot, &[]).expect("an import").plan;
    assert_eq!((plan.tables[0].insert, plan.tables[0].update, plan.tables[0].delete), (0, 4, 0));
    assert_eq!(target.rows("SELECT k, v FROM p ORDER BY k COLLATE BINARY"), "A|new\nB|new\na|new\nb|new");
}

#[test]
fn of_two_unique_indexes_over_the_key_the_looser_one_is_minded_too() {
    let schema = "CREATE TABLE p (k TEXT COLLATE NOCASE NOT NULL UNIQUE, tag TEXT, v TEXT);
                  CREATE UNIQUE INDEX a ON p (k COLLATE BINARY); CREATE UNIQUE INDEX z ON p (k COLLATE BINARY);";
    let keyed = definition(vec![selecting(table("p", "k:text tag:text v:text"), "tag", "demo")]);
    let new = fresh("new.db", &format!("{schema} INSERT INTO p VALUES ('go', 'demo', 'x');"));
    let new = new.snapshot(&keyed);
    let own = fresh("own.db", &format!("{schema} INSERT INTO p VALUES ('GO', 'demo', 'x');"));
    own.import(&new, &[]).expect("an import");
    assert_eq!(own.rows("SELECT k FROM p"), "go");
    let target = fresh("app.db", &format!("{schema} INSERT INTO p VALUES ('GO', NULL, 'mine');"));
    insta::assert_snapshot!(target.refusal(&new, &[], &delete()), @r"
    unique values of the snapshot are taken in the target:
      p: k 'go' needs the (k) that p: k 'GO' has
    help: give the rows that hold them other values, or delete them, then import again
    ");
}

#[test]
fn a_dry_run_names_the_unique_indexes_that_only_the_real_run_can_try() {
    let schema = "
        CREATE TABLE p (id INTEGER PRIMARY KEY, tag TEXT, slug TEXT, lc TEXT AS (lower(slug)) UNIQUE, tenant TEXT,
                        uuid TEXT UNIQUE);
        CREATE UNIQUE INDEX by_expression ON p (slug || 'x');
        CREATE UNIQUE INDEX early ON p (slug) WHERE rowid < 9;
        CREATE UNIQUE INDEX live ON p (slug) WHERE tag <> 'deleted';
        CREATE UNIQUE INDEX per_tenant ON p (tenant, slug);
        CREATE UNIQUE INDEX plain ON p (slug);
    ";
    let target = fresh("app.db", schema);
    let new = fresh("new.db", &format!("{schema} INSERT INTO p (id, tag, slug) VALUES (1, 'demo', 'a');"))
        .snapshot(&slugs());
    let dry = MergeOptions { mode: MergeMode::DryRun, ..delete() };
    insta::assert_snapshot!(target.merge(&new, &[], &dry).expect("a dry run").plan.notes.join("\n"), @r"
    The unique index early of p has a condition: whether its rows fit shows only in the real run.
    The unique index per_tenant of p has columns that the snapshot lacks: whether its rows fit shows only in the real run.
    The unique index sqlite_autoindex_p_1 of p has columns that the target computes: whether its rows fit shows only in the real run.
    ");
    target.import(&new, &[]).expect("an import");
    assert_eq!(target.merge(&new, &[], &dry).expect("a dry run").plan.notes, Vec::<String>::new());
}

#[test]
fn a_row_that_a_computed_unique_value_keeps_out_is_refused_by_name() {
    let rows = |name, a: &str, b: &str| {
        let rows = format!("(1, 'demo', '{a}'), (2, 'demo', '{b}')");
        fresh(name, &format!("{COMPUTED} INSERT INTO p (id, tag, slug) VALUES {rows};"))
    };
    let (target, swapped) = (rows("app.db", "a", "b"), rows("new.db", "B", "A").snapshot(&slugs()));
    insta::assert_snapshot!(target.refusal(&swapped, &[], &delete()), @r"
    the target refuses p: id 1: UNIQUE constraint failed: p.lc
    help: compare the target's constraints with those of the database that was exported; nothing was changed
    ");
}

#[test]
fn a_row_of_which_an_index_cannot_be_computed_is_refused_by_name() {
    let schema = "CREATE TABLE p (id INTEGER PRIMARY KEY, tag TEXT, slug TEXT);
                  CREATE UNIQUE INDEX by_path ON p (slug ->> '$.a') WHERE slug <> 'none';
                  INSERT INTO p VALUES (9, NULL, '{}'), (10, NULL, 'none');";
    let version = |slug: &str| {
        let rows = format!(
            "CREATE TABLE p (id INTEGER PRIMARY KEY, tag TEXT, slug TEXT); INSERT INTO p VALUES (1, 'demo', '{slug}');"
        );
        fresh("new.db", &rows).snapshot(&slugs())
    };
    let target = fresh("app.db", schema);
    let dry = MergeOptions { mode: MergeMode::DryRun, ..delete() };
    let refusal = target.refusal(&version("no JSON"), &[], &dry);
    assert_eq!(target.refusal(&version("no JSON"), &[], &delete()), refusal);
    insta::assert_snapshot!(refusal, @r"
    the target refuses p: id 1: malformed JSON
    help: compare the target's constraints with those of the database that was exported; nothing was changed
    ");
    target.import(&version("{\"a\":1}"), &[]).expect("an import");
}
