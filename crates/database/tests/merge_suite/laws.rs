//! The law of the merge, over random databases: the scenario's rows are then exactly the snapshot's and all other rows as
//! they were, or nothing changed.

use std::collections::{BTreeMap, BTreeSet};

use database::{MergeMode, MergeOptions, MergePlan, OnConflict, Parents, Triggers};
use model::{Definition, Ownership, Value};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::engine::{CASES, Database, LAW_KEYS, LAW_TABLES, fresh};
use super::support::{Rows, child, definition, referring, selecting, snapshot_in_sqlite, table};

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
        child(table("parts", "id:integer item:text place:integer mark:text"), "item", "items", "code"),
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
    let part = (1..5, "[a-e]", prop::option::of(0..3), "[xyX]").prop_map(|(id, item, place, mark)| {
        let place = place.map_or("NULL".to_owned(), |place: i32| place.to_string());
        format!("INSERT INTO parts VALUES ({id}, '{item}', {place}, '{mark}') ON CONFLICT DO NOTHING;")
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
    snapshot_in_sqlite(&format!("{LAW_TABLES}{rows}{CLEAN}"), &scenario())
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

type Table = BTreeMap<i64, String>;

/// Every row of every table, by its id.
fn rows_of(database: &Database) -> BTreeMap<&'static str, Table> {
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

/// Tries a law with random inputs, on a target that every case makes anew.
fn holds<S: Strategy>(inputs: &S, law: impl Fn(&Database, S::Value) -> Result<(), TestCaseError>) {
    let target = fresh("app.db", "");
    let config = ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() };
    let tried = TestRunner::new(config).run(inputs, |input| law(&target, input));
    tried.unwrap_or_else(|failure| panic!("{failure}"));
}

/// The target with these rows, and no others.
fn fill(target: &Database, rows: &str) {
    target.remake(&format!("{LAW_TABLES}{rows}{CLEAN}{LAW_KEYS}"));
}

#[test]
fn a_merge_makes_the_scenario_the_snapshots_and_harms_no_other_row_or_changes_nothing() {
    let inputs = (state(), state(), state(), options(), any::<bool>());
    holds(&inputs, |target, (base, rows, rows_of_target, options, import_base)| {
        let (base, snapshot) = (snapshot(&base), snapshot(&rows));
        fill(target, &rows_of_target);
        if import_base {
            let _ = target.import(&base, &[]);
        }
        let (content, before) = (target.content(), rows_of(target));
        let owned_before = owned(&target.snapshot(&scenario()));
        let dry = MergeOptions { mode: MergeMode::DryRun, ..options.clone() };
        let dry = target.merge(&snapshot, &[&base], &dry);
        prop_assert!(target.content() == content, "a dry run leaves everything alone");
        let outcome = match target.merge(&snapshot, &[&base], &options) {
            Ok(outcome) => outcome,
            Err(error) => {
                prop_assert!(target.content() == content, "{} changed something", error);
                let foreseen = dry.err().map(|error| error.to_string());
                prop_assert_eq!(foreseen, Some(error.to_string()), "a dry run finds no less than a run");
                return Ok(());
            }
        };
        prop_assert_eq!(&outcome.plan, &dry.expect("a dry run finds no more than a run").plan);
        let after = rows_of(target);
        as_announced(&outcome.plan, &snapshot, &before, &after)?;
        let may_go = if options.delete { ids(&owned_before) } else { BTreeMap::new() };
        others_stay(&before, &after, &ids(&snapshot), &may_go)?;
        prop_assert_eq!(target.dangling(), "");
        if outcome.plan.skipped.is_empty() {
            is_there(target, &snapshot, options.delete)?;
        }
        prop_assert!(
            !target.merge(&snapshot, &[], &options).expect("a second merge").plan.changes_anything()
        );
        Ok(())
    });
}

/// What was announced is what happened, table by table and to the row.
fn as_announced(
    plan: &MergePlan,
    snapshot: &Rows,
    before: &BTreeMap<&str, Table>,
    after: &BTreeMap<&str, Table>,
) -> Result<(), TestCaseError> {
    let in_file = ids(snapshot);
    for table in &plan.tables {
        let (old, new) = (&before[table.table.as_str()], &after[table.table.as_str()]);
        let inserted = new.keys().filter(|id| !old.contains_key(id)).count();
        let deleted = old.keys().filter(|id| !new.contains_key(id)).count();
        let updated = new.iter().filter(|(id, row)| old.get(id).is_some_and(|old| old != *row)).count();
        let announced = [table.insert, table.update, table.delete];
        prop_assert_eq!(announced, [inserted, updated, deleted].map(|rows| rows as u64), "{}", table.table);
        let rows = in_file.get(table.table.as_str()).map_or(0, |ids| ids.len() as u64);
        prop_assert_eq!(table.insert + table.update + table.skip + table.equal, rows, "{}", table.table);
    }
    let listed: BTreeSet<&str> = plan.tables.iter().map(|table| table.table.as_str()).collect();
    for (name, rows) in before.iter().filter(|(name, _)| !listed.contains(*name)) {
        prop_assert_eq!(&after[name], rows, "{} is nobody's to change", name);
    }
    Ok(())
}

/// Rows that are not in the file are what they were, except those that may go; none came from elsewhere.
fn others_stay(
    before: &BTreeMap<&str, Table>,
    after: &BTreeMap<&str, Table>,
    in_file: &BTreeMap<&str, BTreeSet<i64>>,
    may_go: &BTreeMap<&str, BTreeSet<i64>>,
) -> Result<(), TestCaseError> {
    let none = BTreeSet::new();
    for (name, rows) in before {
        let in_file = in_file.get(name).unwrap_or(&none);
        let may_go = may_go.get(name).unwrap_or(&none);
        for (id, row) in rows.iter().filter(|(id, _)| !in_file.contains(id) && !may_go.contains(id)) {
            prop_assert_eq!(after[name].get(id), Some(row), "{} {}", name, id);
        }
        prop_assert!(after[name].keys().all(|id| rows.contains_key(id) || in_file.contains(id)));
    }
    Ok(())
}

/// The scenario has the snapshot's rows, and no others if the others were `deleted`.
fn is_there(target: &Database, snapshot: &Rows, deleted: bool) -> Result<(), TestCaseError> {
    let now = target.snapshot(&snapshot.definition);
    if deleted {
        prop_assert_eq!(&now.sections, &snapshot.sections);
    }
    for (at, ownership, rows) in &snapshot.sections {
        let all: Vec<&Vec<Value>> =
            now.sections.iter().filter(|s| (s.0, s.1) == (*at, *ownership)).flat_map(|s| &s.2).collect();
        prop_assert!(rows.iter().all(|row| all.contains(&row)));
    }
    Ok(())
}

#[test]
fn a_merge_with_triggers_on_never_leaves_half_a_change() {
    holds(&(state(), state(), options()), |target, (rows, rows_of_target, options)| {
        let snapshot = snapshot(&rows);
        fill(target, &rows_of_target);
        let content = target.content();
        let options = MergeOptions { triggers: Triggers::On, ..options };
        match target.merge(&snapshot, &[], &options) {
            Ok(_) => {
                prop_assert_eq!(target.dangling(), "");
                prop_assert!(!target.merge(&snapshot, &[], &options).expect("again").plan.changes_anything());
            }
            Err(error) => prop_assert!(target.content() == content, "{} changed something", error),
        }
        Ok(())
    });
}
