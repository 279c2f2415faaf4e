//! Unique indexes that only the engine itself can try: with a condition, an expression, or columns of which the snapshot
//! does not say what they will hold. The real run refuses a row that they refuse, by name; a dry run names the indexes.

use model::text::Shown;

use super::Merge;
use super::shape::Shape;
use crate::error::At as _;
use crate::{Error, MergePlan};

/// A unique index, as far as it is read here.
struct Index {
    name: String,
    partial: bool,
    /// `None` for an expression.
    columns: Vec<Option<String>>,
}

/// A sentence on each such index of a table that gets rows or values.
///
/// # Errors
/// The target cannot be read.
pub(super) fn notes(merge: &Merge<'_>, plan: &MergePlan) -> Result<Vec<String>, Error> {
    let mut notes = Vec::new();
    for (shape, table) in merge.shapes.iter().zip(&plan.tables) {
        if table.insert + table.update == 0 {
            continue;
        }
        for index in unique_indexes(merge, shape)? {
            if let Some(why) = index.why(shape) {
                notes.push(format!(
                    "The unique index {} of {} has {why}: whether its rows fit shows only in the real run.",
                    Shown(&index.name),
                    shape.shown_name()
                ));
            }
        }
    }
    Ok(notes)
}

impl Index {
    /// What keeps the merge from trying it; `None` if nothing does, or if no row can meet another there.
    fn why(&self, shape: &Shape) -> Option<&'static str> {
        let names: Vec<&String> = self.columns.iter().flatten().collect();
        let known = |name: &&&String| shape.position(name).is_some();
        let column = |name: &String| shape.table.columns.iter().find(|c| c.name.eq_ignore_ascii_case(name));
        // A column that a new row leaves out is NULL, which is unlike every other, unless a default says otherwise.
        let filled =
            |name: &&String| column(name).is_some_and(|column| column.has_default || column.not_null);
        if self.partial {
            Some("a condition")
        } else if names.len() < self.columns.len() {
            Some("an expression")
        } else if names.iter().any(|name| column(name).is_some_and(|column| column.generated)) {
            Some("columns that the target computes")
        } else if names.iter().all(|name| known(&name))
            || !names.iter().any(|name| known(&name) || filled(name))
        {
            None
        } else {
            Some("columns that the snapshot lacks")
        }
    }
}

fn unique_indexes(merge: &Merge<'_>, shape: &Shape) -> Result<Vec<Index>, Error> {
    let sql = r#"SELECT l.name, l.partial, x.name FROM pragma_index_list(?, 'main') AS l
                 JOIN pragma_index_xinfo(l.name, 'main') AS x
                 WHERE l."unique" AND x.key ORDER BY l.name, x.seqno"#;
    let mut statement = merge.connection.prepare(sql).at(merge.connection)?;
    let mut rows = statement.query([&shape.spec.name]).at(merge.connection)?;
    let mut indexes: Vec<Index> = Vec::new();
    while let Some(row) = rows.next().at(merge.connection)? {
        let part = || Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?));
        let (name, partial, column) = part().at(merge.connection)?;
        match indexes.last_mut().filter(|index| index.name == name) {
            Some(index) => index.columns.push(column),
            None => indexes.push(Index { name, partial, columns: vec![column] }),
        }
    }
    Ok(indexes)
}
