//! Laws over random schemas.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use demo_snapshot_subset::{Error, plan};
use model::{Catalog, Definition, Engine};
use proptest::prelude::*;

use crate::fixture::{catalog, scenario};

/// A reference: from, to, NOT NULL.
type Edge = (usize, usize, bool);

const TABLES: usize = 7;

fn schema(edges: &[Edge]) -> String {
    let mut text = String::new();
    for table in 0..TABLES {
        let _ = write!(text, "t{table}: id*");
        for (at, (_, to, not_null)) in edges.iter().enumerate().filter(|(_, edge)| edge.0 == table) {
            let _ = write!(text, ", r{at}{} -> t{to}.id", if *not_null { "!" } else { "" });
        }
        text.push('\n');
    }
    text
}

fn settings(selected: &BTreeSet<usize>, children: bool) -> String {
    let select: Vec<String> = selected.iter().map(|table| format!("t{table}: all")).collect();
    let follow = if children { "follow: { children: all }\n" } else { "" };
    format!("select: {{ {} }}\n{follow}", select.join(", "))
}

fn edges() -> impl Strategy<Value = Vec<Edge>> {
    proptest::collection::vec((0..TABLES, 0..TABLES, any::<bool>()), 0..14)
}

fn selected() -> impl Strategy<Value = BTreeSet<usize>> {
    proptest::collection::btree_set(0..TABLES, 1..4)
}

fn definition(catalog: &Catalog, settings: &str) -> Option<Definition> {
    match plan(catalog, &scenario(settings), None, &BTreeSet::new()) {
        Ok(plan) => Some(plan.definition),
        Err(Error::Cycle { .. }) => None,
        Err(error) => panic!("{error}"),
    }
}

/// Whether tables of `held` refer to each other in a circle of NOT NULL references, self-references aside.
fn has_rigid_circle(edges: &[Edge], held: &BTreeSet<usize>) -> bool {
    let mut open = held.clone();
    while let Some(&free) = open.iter().find(|&&table| {
        edges
            .iter()
            .all(|&(from, to, not_null)| from != table || to == table || !not_null || !open.contains(&to))
    }) {
        open.remove(&free);
    }
    !open.is_empty()
}

/// Tables that a plan must hold, by the meaning of the settings.
fn expected_tables(edges: &[Edge], selected: &BTreeSet<usize>, children: bool) -> BTreeSet<usize> {
    let closure = |mut set: BTreeSet<usize>, step: &dyn Fn(&Edge) -> (usize, usize)| {
        for _ in 0..=TABLES {
            for edge in edges {
                let (if_in, then_in) = step(edge);
                if set.contains(&if_in) {
                    set.insert(then_in);
                }
            }
        }
        set
    };
    let owned = if children { closure(selected.clone(), &|e| (e.1, e.0)) } else { selected.clone() };
    closure(owned, &|e| (e.0, e.1))
}

proptest! {
    #[test]
    fn parents_come_before_children_unless_the_reference_is_a_link(
        edges in edges(), selected in selected(), children in any::<bool>(),
    ) {
        let held = expected_tables(&edges, &selected, children);
        let catalog = Catalog { engine: Engine::Postgres, ..catalog(&schema(&edges)) };
        let Some(definition) = definition(&catalog, &settings(&selected, children)) else {
            prop_assert!(has_rigid_circle(&edges, &held), "refused without a circle");
            return Ok(());
        };
        prop_assert!(!has_rigid_circle(&edges, &held), "a circle was planned");
        let names: BTreeSet<String> = held.iter().map(|table| format!("t{table}")).collect();
        let planned: BTreeSet<String> = definition.tables.iter().map(|table| table.name.clone()).collect();
        prop_assert_eq!(names, planned);
        for (at, table) in definition.tables.iter().enumerate() {
            let mut rigid_self = false;
            for reference in &table.references {
                let to = definition.position(&reference.to);
                prop_assert!(to.is_some(), "the target is not in the file");
                let edge: usize = reference.columns[0][1..].parse().expect("r0, r1, …");
                prop_assert!(!(reference.link && edges[edge].2), "a NOT NULL reference is a link");
                match to {
                    Some(to) if to == at => rigid_self |= !reference.link,
                    Some(to) => prop_assert_eq!(reference.link, to > at),
                    None => {}
                }
            }
            prop_assert_eq!(table.order_parents, rigid_self);
        }
    }

    #[test]
    fn in_sqlite_a_row_precedes_its_parent_by_a_link_or_in_a_circle_without_null(
        edges in edges(), selected in selected(), children in any::<bool>(),
    ) {
        let Some(definition) = definition(&catalog(&schema(&edges)), &settings(&selected, children)) else {
            return Err(TestCaseError::fail("refused"));
        };
        let position = |table: usize| definition.position(&format!("t{table}"));
        for (at, table) in definition.tables.iter().enumerate() {
            let ahead = |to: &str| definition.position(to).is_some_and(|to| to > at);
            for reference in table.references.iter().filter(|r| ahead(&r.to) || r.link) {
                let (from, to, not_null) = edges[reference.columns[0][1..].parse::<usize>().expect("r0, r1, …")];
                prop_assert_eq!(reference.link, !not_null);
                // Along NOT NULL references the table that comes later leads back.
                let mut back = BTreeSet::from([to]);
                for _ in 0..TABLES {
                    back.extend(edges.iter().filter(|e| e.2 && back.contains(&e.0)).map(|e| e.1).collect::<Vec<_>>());
                }
                prop_assert!(reference.link || position(to) > Some(at) && back.contains(&from));
            }
        }
    }

    #[test]
    fn the_order_in_which_a_schema_is_written_does_not_matter(
        edges in edges(), selected in selected(), children in any::<bool>(), seed in any::<u64>(),
    ) {
        let straight = catalog(&schema(&edges));
        let mut shuffled = straight.clone();
        for table in shuffled.tables.values_mut() {
            let keys = &mut table.foreign_keys;
            if !keys.is_empty() {
                let by = usize::try_from(seed % keys.len() as u64).expect("small");
                keys.rotate_left(by);
                keys.extend(keys.clone());
            }
        }
        let settings = settings(&selected, children);
        prop_assert_eq!(definition(&straight, &settings), definition(&shuffled, &settings));
    }

    #[test]
    fn children_are_exactly_the_references_to_owned_tables(
        edges in edges(), selected in selected(), children in any::<bool>(),
    ) {
        let definition = definition(&catalog(&schema(&edges)), &settings(&selected, children));
        let Some(definition) = definition else { return Ok(()) };
        let owned: BTreeMap<&str, bool> =
            definition.tables.iter().map(|table| (table.name.as_str(), table.is_owned())).collect();
        for table in &definition.tables {
            for reference in &table.references {
                prop_assert_eq!(reference.child, children && owned[reference.to.as_str()]);
            }
        }
    }
}
