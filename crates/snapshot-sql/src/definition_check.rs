//! Whether a definition can stand in a header: names that resolve, orders that hold, references that can be linked.
//!
//! The same check before writing and after reading, so that everything behind it may index without fear. It says nothing
//! of databases; the planner made the definition, or a file claims to hold one.

use std::collections::{BTreeMap, BTreeSet};

use model::text::Shown;
use model::{Condition, ConditionOp, Definition, Reference, Scalar, TableSpec};

use crate::Error;
use crate::literal::is_printable_name;

/// A key has at most this many columns; no engine's index has more by default, and work per row stays bounded.
const MAX_KEY: usize = 64;

/// Checks everything that the writer and the reader rely on.
///
/// # Errors
/// [`Error::Definition`], naming table and column.
pub(crate) fn check(definition: &Definition) -> Result<(), Error> {
    inspect(definition).map_err(|why| Error::Definition { why })
}

fn inspect(definition: &Definition) -> Result<(), String> {
    let mut names = BTreeSet::new();
    for spec in &definition.tables {
        printable("table", &spec.name)?;
        if !names.insert(spec.name.as_str()) {
            return Err(format!("table `{}` stands twice", Shown(&spec.name)));
        }
        table(spec).map_err(|why| format!("table `{}`: {why}", Shown(&spec.name)))?;
    }
    if definition.position(&definition.total).is_none() {
        return Err(format!("the total's table `{}` is not in the file", Shown(&definition.total)));
    }
    for (name, column) in &definition.breakdown {
        if definition.table(name).is_none_or(|spec| spec.column(column).is_none()) {
            return Err(format!(
                "the breakdown's column `{}.{}` is not in the file",
                Shown(name),
                Shown(column)
            ));
        }
    }
    references(definition)
}

fn printable(what: &str, name: &str) -> Result<(), String> {
    if is_printable_name(name) {
        Ok(())
    } else {
        Err(format!("the {what} name `{}` has a character that no file can hold in a name", Shown(name)))
    }
}

fn table(spec: &TableSpec) -> Result<(), String> {
    if let Some(schema) = &spec.schema {
        printable("schema", schema)?;
    }
    if spec.columns.is_empty() {
        return Err("it has no columns".to_owned());
    }
    let mut columns: BTreeSet<String> = BTreeSet::new();
    for column in &spec.columns {
        printable("column", &column.name)?;
        if !columns.insert(column.name.clone()) {
            return Err(format!("column `{}` stands twice", Shown(&column.name)));
        }
    }
    distinct_columns(&columns, &spec.key, "the key")?;
    spec.select.iter().try_for_each(|term| conditions(&columns, term))
}

fn distinct_columns(columns: &BTreeSet<String>, names: &[String], what: &str) -> Result<(), String> {
    if names.len() > MAX_KEY {
        return Err(format!("{what} has more than {MAX_KEY} columns"));
    }
    let mut seen = BTreeSet::new();
    for name in names {
        if !columns.contains(name) {
            return Err(format!("{what} names the column `{}`, which the table lacks", Shown(name)));
        }
        if !seen.insert(name) {
            return Err(format!("{what} names the column `{}` twice", Shown(name)));
        }
    }
    Ok(())
}

fn conditions(columns: &BTreeSet<String>, term: &[Condition]) -> Result<(), String> {
    for condition in term {
        let column = condition.path.first().map_or("", String::as_str);
        if !columns.contains(column) {
            return Err(format!("the selection names the column `{}`, which the table lacks", Shown(column)));
        }
        let values = condition.values.len();
        let fits = match condition.op {
            ConditionOp::In => values >= 1,
            ConditionOp::From | ConditionOp::To | ConditionOp::Like => values == 1,
            ConditionOp::Null => values == 0,
        };
        let finite = |value: &Scalar| !matches!(value, Scalar::Real(x) if !x.is_finite());
        if !fits || !condition.values.iter().all(finite) {
            let op = condition.op.as_str();
            return Err(format!("the condition `{op}` on `{}` has values that do not fit it", Shown(column)));
        }
    }
    if term.is_sorted_by_key(|condition| (&condition.path, condition.op)) {
        Ok(())
    } else {
        Err("the conditions are not sorted".to_owned())
    }
}

fn references(definition: &Definition) -> Result<(), String> {
    let columns = |spec: &'_ TableSpec| -> BTreeSet<String> { spec.column_names().into_iter().collect() };
    let tables: BTreeMap<&str, BTreeSet<String>> =
        definition.tables.iter().map(|spec| (spec.name.as_str(), columns(spec))).collect();
    for spec in &definition.tables {
        let sorted =
            spec.references.is_sorted_by(|a, b| (&a.columns, &a.to, &a.key) < (&b.columns, &b.to, &b.key));
        let fault = |why: String| format!("table `{}`: {why}", Shown(&spec.name));
        if !sorted {
            return Err(fault("the references are not sorted".to_owned()));
        }
        for one in &spec.references {
            reference(&tables, spec, one).map_err(fault)?;
        }
    }
    Ok(())
}

fn reference(
    tables: &BTreeMap<&str, BTreeSet<String>>,
    spec: &TableSpec,
    reference: &Reference,
) -> Result<(), String> {
    let to = Shown(&reference.to);
    if let Some(own) = tables.get(spec.name.as_str()) {
        distinct_columns(own, &reference.columns, "a reference")?;
    }
    let theirs = tables
        .get(reference.to.as_str())
        .ok_or_else(|| format!("a reference to `{to}`, which is not in the file"))?;
    distinct_columns(theirs, &reference.key, "a reference's key")?;
    if reference.columns.is_empty() || reference.columns.len() != reference.key.len() {
        return Err(format!("the reference to `{to}` has columns that do not pair"));
    }
    if reference.link && spec.key.is_empty() {
        return Err("it has no key, so its references cannot be set later".to_owned());
    }
    if reference.link && reference.columns.iter().all(|name| spec.key.contains(name)) {
        return Err(format!("the reference to `{to}` lies in the row key, so it cannot be set later"));
    }
    Ok(())
}
