//! A catalog, row counts and a look at some rows to a proposed scenario.
//!
//! Pure, as all of this crate: the caller samples the columns that [`columns_to_look_at`] names. No value of a row is in
//! what comes out, only what values of its kind mean. The rule to keep in mind: what is active has a plan, if any table of
//! the database has one; what is a guess waits for a person.

mod columns;
mod graph;
mod looks;
mod names;
mod relations;
mod roots;

use std::collections::{BTreeMap, BTreeSet};

use model::{Catalog, Engine, ScenarioName, Table};
use scenario::{Draft, Proposal, Relation, Selected};

use self::graph::Graph;
use self::roots::Root;

pub use self::looks::{Looks, columns_to_look_at};

use crate::columns::check_names;

/// How many roots are tried before a scenario without a plan is proposed.
const MOST_TRIED: usize = 40;

/// The least limit of rows that is proposed.
const LEAST_LIMIT: u64 = 1000;

/// What is known of a database's rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Rows by table.
    pub rows: BTreeMap<String, u64>,
    /// What was seen in columns, by table and column.
    pub looks: BTreeMap<String, BTreeMap<String, Looks>>,
}

impl Facts {
    fn rows_of(&self, table: &str) -> u64 {
        self.rows.get(table).copied().unwrap_or_default()
    }

    fn looks_of(&self, table: &str, column: &str) -> Option<&Looks> {
        self.looks.get(table).and_then(|columns| columns.get(column))
    }
}

/// A scenario called `name` for a database with `catalog`; `None` if it has no table whose rows a scenario can select.
/// The same for the same input.
pub fn propose(catalog: &Catalog, name: &ScenarioName, facts: &Facts) -> Option<Draft> {
    let graph = Graph::of(catalog);
    let roots = roots::roots(catalog, &graph, facts);
    let (relations, unsaid) = (relations::relations(catalog), relations::polymorphic(catalog));
    let proposer = Proposer { catalog, name, facts, graph, roots, relations, unsaid };
    let mut first = None;
    for active in proposer.choices().into_iter().take(MOST_TRIED) {
        for follows in [true, false] {
            let draft = proposer.draft(&active, follows);
            if has_plan(catalog, &draft) {
                return Some(draft);
            }
            first.get_or_insert(draft);
        }
    }
    first
}

fn has_plan(catalog: &Catalog, draft: &Draft) -> bool {
    draft.scenario().is_ok_and(|scenario| crate::plan(catalog, &scenario, None, &BTreeSet::new()).is_ok())
}

struct Proposer<'a> {
    catalog: &'a Catalog,
    name: &'a ScenarioName,
    facts: &'a Facts,
    graph: Graph<'a>,
    /// The best first.
    roots: Vec<Root<'a>>,
    relations: Vec<Proposal<Relation>>,
    unsaid: Vec<String>,
}

impl<'a> Proposer<'a> {
    /// Which roots may be active together, the best choice first: all with marks of scenarios, then each alone.
    fn choices(&self) -> Vec<Vec<&'a str>> {
        let marked: Vec<&str> =
            self.roots.iter().filter(|root| !root.marks.is_empty()).map(|root| root.table).collect();
        let all_marked = (!marked.is_empty()).then_some(marked);
        all_marked.into_iter().chain(self.roots.iter().map(|root| vec![root.table])).collect()
    }

    fn draft(&self, active: &[&'a str], follows: bool) -> Draft {
        let select = self.select(active);
        let children = self.graph.children(self.catalog, active);
        let follow: Vec<Proposal<String>> = children
            .iter()
            .map(|child| Proposal {
                what: child.table.to_owned(),
                why: child.why.clone(),
                active: follows && child.is_data,
            })
            .collect();
        let followed = follow.iter().filter(|table| table.active).map(|table| table.what.as_str());
        let owned: Vec<&str> = active.iter().copied().chain(followed).collect();
        let rows = self.graph.with_parents(&owned).into_iter().map(|table| self.facts.rows_of(table));
        Draft {
            scenario: self.name.clone(),
            origin: origin(self.catalog),
            relations: self.relations.clone(),
            unsaid: self.unsaid.clone(),
            columns: columns::columns(self.catalog, self.facts, &select),
            breakdown: self.breakdown(active, &owned),
            expect: self.expect(&select, &owned),
            row_limit: limit(rows.fold(0, u64::saturating_add)),
            select,
            follow,
        }
    }

    /// The active tables first, in the order of `active`, then the other likely ones.
    fn select(&self, active: &[&str]) -> Vec<Proposal<Selected>> {
        let proposal = |root: &Root<'_>, active: bool| Proposal {
            what: Selected { table: root.table.to_owned(), marks: root.marks.clone() },
            why: root.why.clone(),
            active,
        };
        let is_active = |root: &&Root<'_>| active.contains(&root.table);
        let chosen = self.roots.iter().filter(is_active).map(|root| proposal(root, true));
        let others = self.roots.iter().filter(|root| !is_active(root) && root.is_likely);
        chosen.chain(others.map(|root| proposal(root, false))).collect()
    }

    /// Counted by what kinds of things a table holds; the tables that are only followed wait.
    fn breakdown(&self, active: &[&str], owned: &[&str]) -> Vec<Proposal<(String, String)>> {
        let kinds = owned.iter().filter_map(|table| {
            let column = names::kind_column(self.catalog.tables.get(*table)?)?;
            Some((*table, column))
        });
        kinds
            .map(|(table, column)| Proposal {
                what: (table.to_owned(), column.to_owned()),
                why: String::new(),
                active: active.contains(&table),
            })
            .collect()
    }

    /// Where all rows are meant, that many; elsewhere at least one.
    fn expect(&self, select: &[Proposal<Selected>], owned: &[&str]) -> Vec<Proposal<(String, u64)>> {
        let has_all =
            |table: &str| select.iter().any(|s| s.active && s.what.table == table && s.what.marks.is_empty());
        let proposal = |table: &&str| {
            let rows = self.facts.rows_of(table);
            let why = if rows == 1 { "it has 1 row".to_owned() } else { format!("it has {rows} rows") };
            let what = ((*table).to_owned(), if has_all(table) { rows } else { 1 });
            (rows > 0).then_some(Proposal { what, why, active: false })
        };
        owned.iter().filter_map(proposal).collect()
    }
}

fn origin(catalog: &Catalog) -> String {
    let engine = match catalog.engine {
        Engine::Sqlite => "SQLite",
        Engine::Postgres => "PostgreSQL",
    };
    match catalog.tables.len() {
        1 => format!("a {engine} database with 1 table"),
        n => format!("a {engine} database with {n} tables"),
    }
}

/// A round number with room for as many rows again.
fn limit(rows: u64) -> u64 {
    let wanted = rows.saturating_mul(2).max(LEAST_LIMIT);
    let powers = std::iter::successors(Some(1_u64), |power| power.checked_mul(10));
    let round = powers.flat_map(|power| [1, 2, 5].map(|digit| power.saturating_mul(digit)));
    // A file holds numbers up to this one.
    let most = i64::MAX.unsigned_abs();
    round.filter(|round| *round >= wanted).min().unwrap_or(most).min(most)
}

/// Whether a snapshot can hold the table and a scenario.yaml can name it.
fn can_be_held(catalog: &Catalog, name: &str, table: &Table) -> bool {
    scenario::is_spellable(name)
        && table.stored_columns().next().is_some()
        && check_names(catalog, [&name.to_owned()]).is_ok()
}

#[cfg(test)]
mod tests {
    use super::limit;

    #[test]
    fn a_limit_is_round_and_leaves_room() {
        assert_eq!([0, 400, 500, 501, 12_000].map(limit), [1000, 1000, 1000, 2000, 50_000]);
        assert_eq!([u64::MAX, 4_000_000_000_000_000_000].map(limit), [i64::MAX.unsigned_abs(); 2]);
    }
}
