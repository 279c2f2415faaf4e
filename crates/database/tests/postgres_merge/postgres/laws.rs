//! The law of the merge, over random databases: the scenario's rows are then exactly the snapshot's and all other rows as
//! they were, or nothing changed.

use std::collections::{BTreeMap, BTreeSet};

use database::{MergeMode, MergeOptions, OnConflict, Parents, Triggers};
use model::{Definition, Ownership, Value};
use proptest::prelude::*;

use super::support::{
    Database, Rows, child, definition, fresh, referring, selecting, snapshot_in_sqlite, table,
};

const SCHEMA: &str = "
    CREATE TABLE groups (id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE items (
        id INTEGER PRIMARY KEY, group_id INTEGER NOT NULL, next_id INTEGER, code TEXT NOT NULL UNIQUE, scenario TEXT
    );
    CREATE TABLE parts (id INTEGER PRIMARY KEY, item TEXT NOT NULL, place INTEGER, UNIQUE (item, place));
    CREATE TABLE pins (id INTEGER PRIMARY KEY, item_id INTEGER, item TEXT);
";

/// What the target keeps, once its rows keep it too.
const KEYS: &str = "
    ALTER TABLE items ADD FOREIGN KEY (group_id) REFERENCES groups (id) ON DELETE CASCADE,
        ADD FOREIGN KEY (next_id) REFERENCES items (id) ON DELETE SET NULL;
    ALTER TABLE parts ADD FOREIGN KEY (item) REFERENCES items (code) ON DELETE CASCADE ON UPDATE CASCADE;
    ALTER TABLE pins ADD FOREIGN KEY (item_id) REFERENCES items (id) ON DELETE CASCADE,
        ADD FOREIGN KEY (item) REFERENCES items (code) ON DELETE SET NULL ON UPDATE CASCADE;
    CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM public.pins; RETURN NULL; END $$;
    CREATE TRIGGER never AFTER DELETE ON items FOR EACH ROW EXECUTE FUNCTION never();
";

/// What no foreign key allows is taken out again.
const CLEAN: &str = "
    DELETE FROM items WHERE group_id NOT IN (SELECT id FROM groups);
    UPDATE items SET next_id = NULL WHERE next_id NOT IN (SELECT id FROM items);
    DELETE FROM parts WHERE NOT EXISTS (SELECT 1 FROM items WHERE code = item);
    DELETE FROM pins WHERE item_id NOT IN (SELECT id FROM items)
        OR item IS NOT NULL AND NOT EXISTS (SELECT 1 FROM items WHERE code = item);
";

fn scenario() -> Definition {
    let items = table("items", "id:integer group_id:integer next_id:integer code:text scenario:text");
    let items = referring(items, "group_id", "groups", "id");
    let items = referring(items, "next_id", "items", "id");
    definition(vec![
        table("groups", "id:integer name:text"),
        selecting(items, "scenario", "s"),
        child(table("parts", "id:integer item:text place:integer"), "item", "items", "code"),
    ])
}

fn state() -> impl Strategy<Value = String> {
    let group = (1..4, prop::sample::select(vec!["n", "n", "n", "m"]))
        .prop_map(|(id, name)| format!("INSERT INTO groups VALUES ({id}, '{name}') ON CONFLICT DO NOTHING;"));
    let item = (
        1..7,
        1..4,
        prop::option::of(1..7),
        "[a-eA]",
        prop::sample::select(vec!["'s'", "'s'", "'s'", "'s'", "NULL"]),
    );
    let item = item.prop_map(|(id, group, next, code, scenario)| {
        let next = next.map_or("NULL".to_owned(), |next: i32| next.to_string());
        format!(
            "INSERT INTO items VALUES ({id}, {group}, {next}, '{code}', {scenario}) ON CONFLICT DO NOTHING;"
        )
    });
    let part = (1..5, "[a-e]", prop::option::of(0..3)).prop_map(|(id, item, place)| {
        let place = place.map_or("NULL".to_owned(), |place: i32| place.to_string());
        format!("INSERT INTO parts VALUES ({id}, '{item}', {place}) ON CONFLICT DO NOTHING;")
    });
    let pin = (1..4, 1..7, "[a-e]").prop_map(|(id, item, code)| {
        format!("INSERT INTO pins VALUES ({id}, {item}, '{code}') ON CONFLICT DO NOTHING;")
    });
    let rows = |strategy: BoxedStrategy<String>, least, most| {
        prop::collection::vec(strategy, least..most).prop_map(|rows| rows.concat())
    };
    (rows(group.boxed(), 2, 6), rows(item.boxed(), 1, 8), rows(part.boxed(), 1, 6), rows(pin.boxed(), 0, 2))
        .prop_map(|(groups, items, parts, pins)| format!("{groups}{items}{parts}{pins}"))
}

/// A snapshot of rows, made in SQLite.
fn snapshot(rows: &str) -> Rows {
    snapshot_in_sqlite(&format!("{SCHEMA}{rows}{CLEAN}"), &scenario())
}

/// The target with these rows, and no others.
fn fill(target: &Database, rows: &str) {
    target.execute(&format!("DROP SCHEMA public CASCADE; CREATE SCHEMA public; {SCHEMA}{rows}{CLEAN}{KEYS}"));
}

fn options() -> impl Strategy<Value = MergeOptions> {
    let conflict = prop::sample::select(vec![OnConflict::Error, OnConflict::Skip, OnConflict::Overwrite]);
    let parents = prop::sample::select(vec![Parents::Error, Parents::Keep, Parents::Overwrite]);
    (conflict, parents, any::<bool>()).prop_map(|(on_conflict, parents, delete)| MergeOptions {
        on_conflict,
        parents,
        delete,
        ..MergeOptions::default()
    })
}

/// The database that all cases of a test use, one after the other.
fn target_of_all() -> &'static Database {
    thread_local!(static TARGET: &'static Database = Box::leak(Box::new(fresh("app.db", ""))));
    TARGET.with(|target| *target)
}

type Table = BTreeMap<i64, String>;

/// Every row of every table, by its id.
fn content(database: &Database) -> BTreeMap<&'static str, Table> {
    let names = ["groups", "items", "parts", "pins"];
    let all: Vec<String> = names.iter().map(|name| format!("SELECT '{name}', * FROM {name};\n")).collect();
    let mut tables: BTreeMap<&'static str, Table> = names.map(|name| (name, Table::new())).into();
    for line in database.rows(&all.concat()).lines() {
        let Some((name, row)) = line.split_once('|') else { continue };
        let id = row.split('|').next().and_then(|id| id.parse().ok());
        if let (Some(table), Some(id)) = (tables.get_mut(name), id) {
            table.insert(id, row.to_owned());
        }
    }
    tables
}

/// The ids of a snapshot's rows by table and ownership.
fn ids(rows: &Rows) -> BTreeMap<&str, BTreeSet<i64>> {
    let mut ids: BTreeMap<&str, BTreeSet<i64>> = BTreeMap::new();
    for (table, _, rows_of_section) in &rows.sections {
        let name = rows.definition.tables[*table].name.as_str();
        let of_row = |row: &Vec<Value>| if let Value::Integer(id) = row[0] { id } else { 0 };
        ids.entry(name).or_default().extend(rows_of_section.iter().map(of_row));
    }
    ids
}

fn owned(rows: &Rows) -> Rows {
    let sections = rows.sections.iter().filter(|(_, ownership, _)| *ownership == Ownership::Owned);
    Rows { definition: rows.definition.clone(), sections: sections.cloned().collect() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_merge_makes_the_scenario_the_snapshots_and_harms_no_other_row_or_changes_nothing(
        base in state(), snapshot in state(), target in state(), options in options(), import_base in any::<bool>(),
    ) {
        let definition = scenario();
        let (base, snapshot) = (super::laws::snapshot(&base), super::laws::snapshot(&snapshot));
        let rows = target;
        let target = target_of_all();
        fill(target, &rows);
        if import_base {
            let _ = target.import(&base, &[]);
        }
        let (bytes, before, owned_before) = (content(target), content(target), target.snapshot(&definition));
        let dry = MergeOptions { mode: MergeMode::DryRun, ..options.clone() };
        let dry = target.merge(&snapshot, &[&base], &dry);
        prop_assert!(content(target) == bytes, "a dry run leaves the bytes alone");
        let outcome = match target.merge(&snapshot, &[&base], &options) {
            Ok(outcome) => outcome,
            Err(error) => {
                prop_assert!(content(target) == bytes, "{} changed something", error);
                return Ok(());
            }
        };
        prop_assert_eq!(&outcome.plan, &dry.expect("a dry run finds no more than a run").plan);
        let after = content(target);
        let owned_before = owned(&owned_before);
        let (in_file, owned_then) = (ids(&snapshot), ids(&owned_before));
        let none = BTreeSet::new();
        for (name, rows) in &before {
            let in_file = in_file.get(name).unwrap_or(&none);
            let owned_then = owned_then.get(name).unwrap_or(&none);
            for (id, row) in rows.iter().filter(|(id, _)| !in_file.contains(id)) {
                if !(options.delete && owned_then.contains(id)) {
                    prop_assert_eq!(after[name].get(id), Some(row), "{} {}", name, id);
                }
            }
            prop_assert!(after[name].keys().all(|id| rows.contains_key(id) || in_file.contains(id)));
        }
        if outcome.plan.skipped.is_empty() {
            let now = target.snapshot(&definition);
            if options.delete {
                prop_assert_eq!(&now.sections, &snapshot.sections);
            }
            for (at, ownership, rows) in &snapshot.sections {
                let all: Vec<&Vec<Value>> =
                    now.sections.iter().filter(|s| (s.0, s.1) == (*at, *ownership)).flat_map(|s| &s.2).collect();
                prop_assert!(rows.iter().all(|row| all.contains(&row)));
            }
        }
        prop_assert!(!target.merge(&snapshot, &[], &options).expect("a second merge").plan.changes_anything());
    }

    #[test]
    fn a_merge_with_triggers_on_never_leaves_half_a_change(
        snapshot in state(), target in state(), options in options(),
    ) {
        let snapshot = super::laws::snapshot(&snapshot);
        let rows = target;
        let target = target_of_all();
        fill(target, &rows);
        let bytes = content(target);
        let options = MergeOptions { triggers: Triggers::On, ..options };
        match target.merge(&snapshot, &[], &options) {
            Ok(_) => {
                prop_assert!(!target.merge(&snapshot, &[], &options).expect("again").plan.changes_anything());
            }
            Err(error) => prop_assert!(content(target) == bytes, "{} changed something", error),
        }
    }
}
