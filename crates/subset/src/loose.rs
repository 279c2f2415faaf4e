//! References that no columns hold as they are: out of JSON values, and those that mean a table under conditions.

use model::scope::{LooseReference, TypeTable};
use model::{Catalog, LogicalType};
use scenario::{LooseRelation, Relation, Scenario};

use crate::error::Error;
use crate::graph::{is_unique, missing_target};

/// Whether a relation's one column holds JSON: a list of keys, or one.
pub(crate) fn is_list(catalog: &Catalog, scenario: &Scenario, relation: &Relation) -> bool {
    let [column] = relation.columns.as_slice() else { return false };
    let named = scenario.columns.get(&relation.from).and_then(|columns| columns.get(column)).copied();
    let declared = catalog.tables.get(&relation.from).and_then(|table| table.column(column)).map(|c| c.ty);
    named.or(declared).is_some_and(LogicalType::is_json)
}

/// The scenario's loose references, in a fixed order.
///
/// # Errors
/// A table that does not exist, or a reference to a column that identifies no row.
pub(crate) fn references(catalog: &Catalog, scenario: &Scenario) -> Result<Vec<LooseReference>, Error> {
    let of_lists = scenario.relations.iter().filter(|relation| is_list(catalog, scenario, relation));
    let of_lists = of_lists.map(|relation| LooseRelation {
        at: 0,
        from: relation.from.clone(),
        path: relation.columns.clone(),
        to: relation.to.clone(),
        key: relation.key.as_ref().and_then(|key| key.first().cloned()),
        when: Vec::new(),
        type_table: None,
        optional: false,
    });
    let mut found = Vec::new();
    for relation in scenario.loose.iter().cloned().chain(of_lists) {
        found.push(reference(catalog, relation)?);
    }
    found.sort_by_cached_key(|r| (r.from.clone(), r.path.clone(), r.to.clone(), format!("{r:?}")));
    found.dedup();
    Ok(found)
}

fn reference(catalog: &Catalog, relation: LooseRelation) -> Result<LooseReference, Error> {
    let LooseRelation { at: _, from, path, to, key, when, type_table, optional } = relation;
    let key = unique_column(catalog, &from, &path, &to, key)?;
    let type_table = match type_table {
        None => None,
        Some(types) => {
            let column = vec![types.column.clone()];
            let key = unique_column(catalog, &from, &column, &types.table, None)?;
            Some(TypeTable { column: types.column, table: types.table, key, select: types.select })
        }
    };
    Ok(LooseReference { from, path, to, key, when, type_table, child: false, optional })
}

/// The column of `to` that identifies its rows: `key`, else its row key.
fn unique_column(
    catalog: &Catalog,
    from: &str,
    path: &[String],
    to: &str,
    key: Option<String>,
) -> Result<String, Error> {
    let Some(target) = catalog.tables.get(to) else { return Err(missing_target(from, path, to)) };
    let key = key.map_or_else(|| target.row_key(), |key| vec![key]);
    let unique = is_unique(target, &key)
        && target.columns.iter().any(|c| Some(&c.name) == key.first() && !c.generated);
    match <[String; 1]>::try_from(key) {
        Ok([key]) if unique => Ok(key),
        Ok([key]) => Err(not_unique(from, path, to, vec![key])),
        Err(key) => Err(not_unique(from, path, to, key)),
    }
}

fn not_unique(from: &str, path: &[String], to: &str, key: Vec<String>) -> Error {
    Error::NotUnique { table: from.to_owned(), columns: vec![path.join(".")], to: to.to_owned(), key }
}
