//! What columns hold that their declarations do not tell: JSON and times in text, truth in integers.

use model::{Catalog, Column, LogicalType, Table};
use scenario::{Proposal, Selected, TableTypes, is_spellable};

use super::{Facts, names};

/// By table and in the order of its columns. A column waits, unless the selection goes into its JSON.
pub(super) fn columns(catalog: &Catalog, facts: &Facts, select: &[Proposal<Selected>]) -> Vec<TableTypes> {
    let table = |(name, table): (&String, &Table)| {
        let columns: Vec<_> = table
            .stored_columns()
            .filter(|column| is_spellable(&column.name))
            .filter_map(|column| {
                let (ty, why) = guess(facts, name, column)?;
                let active = ty == LogicalType::Json && is_selected_by(select, name, &column.name);
                Some(Proposal { what: (column.name.clone(), ty), why, active })
            })
            .collect();
        (!columns.is_empty()).then(|| TableTypes { table: name.clone(), columns })
    };
    let tables = catalog.tables.iter();
    tables.filter(|(name, _)| is_spellable(name) && !names::is_of_a_tool(name)).filter_map(table).collect()
}

fn is_selected_by(select: &[Proposal<Selected>], table: &str, column: &str) -> bool {
    let goes_in = |selected: &Selected| {
        selected.table == table
            && selected
                .marks
                .iter()
                .any(|(path, _)| path.len() > 1 && path.first().is_some_and(|c| c == column))
    };
    select.iter().any(|proposal| proposal.active && goes_in(&proposal.what))
}

fn guess(facts: &Facts, table: &str, column: &Column) -> Option<(LogicalType, String)> {
    let looks = facts.looks_of(table, &column.name)?;
    let seen = |what: &str| match looks.values() {
        1 => format!("the 1 value looked at is {what}"),
        n => format!("each of {n} values looked at is {what}"),
    };
    match column.ty {
        LogicalType::Text if looks.is_json() => Some((LogicalType::Json, seen("a JSON object or array"))),
        LogicalType::Text if looks.values() == 0 && names::suggests_json(&column.name) => {
            Some((LogicalType::Json, "by its name; there was no value to look at".to_owned()))
        }
        LogicalType::Text => looks.form().map(|ty| (ty, seen("written as one"))),
        LogicalType::Integer if looks.is_boolean() => Some((LogicalType::Boolean, seen("0 or 1"))),
        _ => None,
    }
}
