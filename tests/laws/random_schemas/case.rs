//! A random case: a schema, its rows, a scenario of some of them, and edits of them.

use std::collections::BTreeSet;
use std::fmt;

use database::Triggers;
use proptest::prelude::*;

use super::rows::{self, Cell, Row, draw};
use super::scenario::{self, Closure, Place, Scenario};
use super::schema::{self, Key, Reference, Table, TableGenes, Type};
use super::sql::{Dialect, list, quoted};

#[derive(Clone, Debug)]
pub(crate) struct Genes {
    tables: Vec<TableGenes>,
    scenario: scenario::Genes,
    /// Whether values are drawn that one engine alone can hold.
    own_values: bool,
    makes_schema: bool,
    fires: bool,
    /// What each edit is about.
    edits: Vec<u32>,
}

pub(crate) fn genes() -> impl Strategy<Value = Genes> {
    let edits = proptest::collection::vec(any::<u32>(), 0..6);
    let flags = (proptest::bool::weighted(0.15), any::<bool>(), proptest::bool::weighted(0.3));
    (schema::tables(), scenario::genes(), flags, edits).prop_map(
        |(tables, scenario, (own_values, makes_schema, fires), edits)| Genes {
            tables,
            scenario,
            own_values,
            makes_schema,
            fires,
            edits,
        },
    )
}

pub(crate) struct Case {
    pub(crate) dialect: Dialect,
    pub(crate) tables: Vec<Table>,
    pub(crate) rows: Vec<Vec<Row>>,
    pub(crate) scenario: Scenario,
    pub(crate) closure: Closure,
    /// Whether both engines can hold its values.
    pub(crate) is_shared: bool,
    /// Whether the target's tables are made by the import.
    pub(crate) makes_schema: bool,
    pub(crate) triggers: Triggers,
    edits: Vec<u32>,
}

impl Case {
    pub(crate) fn build(genes: &Genes, dialect: Dialect) -> Self {
        let tables = schema::build(&genes.tables);
        let mut rows = rows::build(&tables, &genes.tables);
        if genes.own_values {
            draw_own_values(dialect, &tables, &mut rows);
        }
        let scenario = Scenario::build(&genes.scenario, &tables);
        let closure = scenario.closure(&tables, &rows);
        let (is_shared, edits) = (!genes.own_values, genes.edits.clone());
        let makes_schema = genes.makes_schema && !scenario.names_more(&tables);
        let triggers = if genes.fires { Triggers::On } else { Triggers::Off };
        Self { dialect, tables, rows, scenario, closure, is_shared, makes_schema, triggers, edits }
    }

    /// Whether some row of the scenario leads somewhere along such a reference.
    pub(crate) fn has_row_with(&self, is_meant: &dyn Fn(&Table, &Reference) -> bool) -> bool {
        self.closure.all.iter().any(|(at, nth)| {
            let leads = self.tables[*at].references.iter().zip(&self.rows[*at][*nth].parents);
            leads.into_iter().any(|(reference, to)| to.is_some() && is_meant(&self.tables[*at], reference))
        })
    }

    pub(crate) fn yaml(&self) -> String {
        if self.is_shared {
            self.yaml_for_both()
        } else {
            self.scenario.yaml(&self.tables, self.dialect.name())
        }
    }

    /// The scenario for both engines, whatever its values.
    pub(crate) fn yaml_for_both(&self) -> String {
        self.scenario.yaml(&self.tables, "sqlite, postgres")
    }

    /// The rows of the scenario as they come out: what is not followed is NULL in its last column.
    pub(crate) fn expected(&self) -> String {
        let mut case_rows = self.rows.clone();
        for ((at, nth), which) in &self.closure.cut {
            let column = self.tables[*at].references[*which].columns.last().expect("a column");
            case_rows[*at][*nth].cells[*column] = Cell::Null;
        }
        self.database_of(&case_rows, self.dialect, &|place| self.closure.all.contains(&place))
    }

    /// Whether a row of the scenario has a value that only one engine can hold.
    pub(crate) fn has_own_value(&self) -> bool {
        let is_own = |cell: &Cell| matches!(cell, Cell::Own(_));
        self.closure.all.iter().any(|(at, nth)| self.rows[*at][*nth].cells.iter().any(is_own))
    }

    /// The statements that make a database of these rows, in an engine's SQL.
    pub(crate) fn database(&self, dialect: Dialect) -> String {
        self.database_of(&self.rows, dialect, &|_| true)
    }

    fn database_of(&self, rows: &[Vec<Row>], dialect: Dialect, has_row: &dyn Fn(Place) -> bool) -> String {
        let mut sql = dialect.create(&self.tables);
        for (at, rows) in rows.iter().enumerate() {
            let held = rows.iter().enumerate().filter(|(nth, _)| has_row((at, *nth)));
            sql.extend(held.map(|(_, row)| dialect.insert(&self.tables[at], row)));
        }
        sql + &dialect.constrain(&self.tables)
    }

    /// Statements that edit rows of the scenario, or add some to it, without breaking a key or touching the rows of others.
    pub(crate) fn edits(&self) -> String {
        let mut free: BTreeSet<Place> = self.closure.owned.clone();
        self.edits.iter().enumerate().map(|(nth, seed)| self.edit(nth, *seed, &mut free)).collect()
    }

    /// One edit; the rows that it concerns are not `free` for another.
    fn edit(&self, nth: usize, seed: u32, free: &mut BTreeSet<Place>) -> String {
        let kind = draw(seed, 0) % 5;
        if kind == 0 {
            return self.add(nth, seed, free);
        }
        let places: Vec<Place> = free.iter().copied().collect();
        let Some(place) = places.get(draw(seed, 1) % places.len().max(1)).copied() else {
            return String::new();
        };
        match kind {
            1 => self.delete(place, free),
            2 => self.unlink(place, free),
            3 => self.swap(place, free),
            _ => self.change(place, seed, free),
        }
    }

    fn update(&self, (at, nth): Place, column: usize, value: &str) -> String {
        let table = &self.tables[at];
        let (name, set) = (quoted(&table.name), list(table, &[column]));
        let is_row = self.dialect.is_row(table, &self.rows[at][nth]);
        format!("UPDATE {name} SET {set} = {value} WHERE {is_row};\n")
    }

    /// Other values in columns that mean nothing. Rows without key are told apart by all of their values: they stay.
    fn change(&self, place: Place, seed: u32, free: &mut BTreeSet<Place>) -> String {
        let table = &self.tables[place.0];
        if table.key.is_empty() || !free.remove(&place) {
            return String::new();
        }
        let value =
            |column: usize| self.dialect.literal(&rows::value(table.columns[column].ty, draw(seed, column)));
        table.plain.iter().map(|column| self.update(place, *column, &value(*column))).collect()
    }

    /// A selected row loses the references that can be NULL.
    fn unlink(&self, place: Place, free: &mut BTreeSet<Place>) -> String {
        let table = &self.tables[place.0];
        if table.key.is_empty() || !self.closure.selected.contains(&place) || !free.remove(&place) {
            return String::new();
        }
        let columns = table.references.iter().flat_map(|reference| &reference.columns);
        let nullable = columns.filter(|column| !table.columns[**column].not_null);
        nullable.map(|column| self.update(place, *column, "NULL")).collect()
    }

    /// Two rows of a table change their unique values, if nobody refers to them by these.
    fn swap(&self, place: Place, free: &mut BTreeSet<Place>) -> String {
        let table = &self.tables[place.0];
        let Some(unique) = table.unique.filter(|_| !table.key.is_empty()) else { return String::new() };
        let is_referred =
            |table: &Table| table.references.iter().any(|r| r.to == place.0 && r.key == [unique]);
        let cell = |place: Place| &self.rows[place.0][place.1].cells[unique];
        let other = free
            .iter()
            .copied()
            .find(|other| other.0 == place.0 && *other != place && *cell(*other) != Cell::Null);
        let Some(other) =
            other.filter(|_| *cell(place) != Cell::Null && !self.tables.iter().any(is_referred))
        else {
            return String::new();
        };
        free.remove(&place);
        free.remove(&other);
        let literal = |place: Place| self.dialect.literal(cell(place));
        self.update(place, unique, "'moving'")
            + &self.update(other, unique, &literal(place))
            + &self.update(place, unique, &literal(other))
    }

    /// A row is deleted with all that refer to it, if all of these are the scenario's.
    fn delete(&self, place: Place, free: &mut BTreeSet<Place>) -> String {
        let mut gone = BTreeSet::from([place]);
        loop {
            let leads = |(at, nth): Place, gone: &BTreeSet<Place>| {
                let leads = self.rows[at][nth].parents.iter().zip(&self.tables[at].references);
                leads.filter_map(|(to, r)| to.map(|to| (r.to, to))).any(|parent| gone.contains(&parent))
            };
            let places =
                self.rows.iter().enumerate().flat_map(|(at, rows)| (0..rows.len()).map(move |nth| (at, nth)));
            let found: Vec<Place> =
                places.filter(|place| !gone.contains(place) && leads(*place, &gone)).collect();
            if found.is_empty() {
                break;
            }
            gone.extend(found);
        }
        if !gone.iter().all(|place| free.contains(place)) {
            return String::new();
        }
        free.retain(|place| !gone.contains(place));
        let delete = |(at, nth): &Place| {
            let table = &self.tables[*at];
            let is_row = self.dialect.is_row(table, &self.rows[*at][*nth]);
            format!("DELETE FROM {} WHERE {is_row};\n", quoted(&table.name))
        };
        gone.iter().map(delete).collect()
    }

    /// Adds a row that is selected. The rows that it refers to stay.
    fn add(&self, nth: usize, seed: u32, free: &mut BTreeSet<Place>) -> String {
        let selected: Vec<usize> =
            (0..self.tables.len()).filter(|at| self.scenario.is_selected(*at)).collect();
        let at = selected[draw(seed, 1) % selected.len()];
        let table = &self.tables[at];
        let fresh = |ty: Type| match ty {
            Type::Integer => Cell::Integer(1000 + i64::try_from(nth).expect("small")),
            Type::Date => Cell::Text(format!("190{nth}-01-01")),
            Type::Uuid => Cell::Text(format!("ffffffff-ffff-ffff-ffff-fffffffffff{nth}")),
            Type::Bytes => Cell::Bytes(vec![1, u8::try_from(nth).expect("small")]),
            _ => Cell::Text(format!("new {nth}")),
        };
        let mut cells: Vec<Cell> = table
            .columns
            .iter()
            .enumerate()
            .map(|(c, column)| rows::value(column.ty, draw(seed, c)))
            .collect();
        for column in table.key.iter().chain(&table.unique) {
            cells[*column] = fresh(table.columns[*column].ty);
        }
        cells[table.number] = self.scenario.selecting(at);
        let mut kept = Vec::new();
        for reference in &table.references {
            let not_null = table.columns[reference.columns[0]].not_null;
            let is_usable = |(number, row): &(usize, &Row)| {
                let place = (reference.to, *number);
                let stays = !self.closure.owned.contains(&place) || free.contains(&place);
                stays && reference.key.iter().all(|column| row.cells[*column] != Cell::Null)
            };
            let parent = self.rows[reference.to].iter().enumerate().find(is_usable).filter(|_| not_null);
            if not_null && parent.is_none() || matches!(table.kind, Key::Inherited(_)) {
                return String::new();
            }
            kept.extend(parent.map(|(number, _)| (reference.to, number)));
            let parent = parent.map(|(_, row)| row);
            for (column, key) in reference.columns.iter().zip(&reference.key) {
                cells[*column] = parent.map_or(Cell::Null, |row| row.cells[*key].clone());
            }
        }
        free.retain(|place| !kept.contains(place));
        self.dialect.insert(table, &Row { cells, parents: Vec::new() })
    }
}

/// Values that only one engine can hold, in columns that mean nothing.
fn draw_own_values(dialect: Dialect, tables: &[Table], rows: &mut [Vec<Row>]) {
    for (table, rows) in tables.iter().zip(rows) {
        for (nth, row) in rows.iter_mut().enumerate().filter(|(nth, _)| nth.is_multiple_of(2)) {
            for column in &table.plain {
                let sql = match (dialect, table.columns[*column].ty) {
                    (Dialect::Sqlite, Type::Text) => "CAST(x'6100ff' AS TEXT)",
                    (Dialect::Sqlite, Type::Integer | Type::Date) if !table.strict => "'not at all'",
                    (Dialect::Sqlite, Type::Bytes) if !table.strict => "2.5",
                    (Dialect::Postgres, Type::Real) => "'NaN'::double precision",
                    _ => continue,
                };
                if nth % 4 == 0 || dialect == Dialect::Postgres {
                    row.cells[*column] = Cell::Own(sql);
                }
            }
        }
    }
}

/// The case as its reader would type it.
impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}\n-- edits\n{}", self.yaml(), self.database(self.dialect), self.edits())
    }
}
