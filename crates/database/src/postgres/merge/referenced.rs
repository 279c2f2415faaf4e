//! Rows that stay and refer to rows that go: found in every table of the target, listed or not, before any change.
//!
//! A row goes if it is deleted or if a column that a key refers to changes; a column that the target computes counts as
//! changed with any column that its expression names. A row that refers to it may go too, or be a row of the snapshot that
//! takes the snapshot's reference; every other one refuses the import, whatever its key would do on delete. So does a table
//! whose rows a policy hides: the server's keys see them.

use std::collections::BTreeSet;

use super::super::session::Session;
use super::Merge;
use super::facts::{exists, get};
use super::keys::{self, Reference};
use super::names::RowName;
use super::shape::Shape;
use crate::merge::naming::refers_by;
use crate::{Error, FirstRows, MergeError};

/// Looks for such rows.
///
/// # Errors
/// [`MergeError::Referenced`] or [`MergeError::ReferencesHidden`], or the target cannot be read.
pub(super) fn check(session: &mut Session, merge: &Merge<'_>) -> Result<(), Error> {
    let mut going = Vec::new();
    for (parent, references) in merge.shapes.iter().zip(keys::all(session, merge)?) {
        if parent.direct {
            continue;
        }
        let gone = exists(session, &format!("SELECT FROM {}", parent.gone()))?;
        let changed = exists(session, &format!("SELECT FROM {} WHERE NOT skipped", parent.change()))?;
        for reference in references {
            if gone {
                going.push(Going {
                    parent,
                    notes: parent.gone(),
                    condition: "TRUE".to_owned(),
                    reference: reference.clone(),
                });
            }
            let Some(condition) = moved(session, parent, &reference)?.filter(|_| changed) else { continue };
            if exists(session, &format!("SELECT FROM {} AS n WHERE {condition}", parent.change()))? {
                going.push(Going { parent, notes: parent.change(), condition, reference });
            }
        }
    }
    // No row of a table without rows refers to anything.
    going.retain(|going| !going.child(merge).is_some_and(|shape| shape.direct));
    refuse_hidden(&going)?;
    let mut found = FirstRows::default();
    for going in &going {
        going.check(session, merge, &mut found)?;
    }
    if found.is_empty() { Ok(()) } else { Err(MergeError::Referenced { rows: found }.into()) }
}

/// Refuses references from rows that the role is not shown.
fn refuse_hidden(going: &[Going<'_>]) -> Result<(), Error> {
    let mut keys = FirstRows::default();
    let hidden: BTreeSet<String> = (going.iter().map(|going| (&going.parent.spec.name, &going.reference)))
        .filter(|(_, reference)| reference.child.row_security)
        .map(|(parent, reference)| reference.show(parent))
        .collect();
    for key in hidden {
        keys.push_with(|| key);
    }
    if keys.is_empty() { Ok(()) } else { Err(MergeError::ReferencesHidden { keys }.into()) }
}

/// Rows of a table that go, and a reference that may lead to them.
struct Going<'m> {
    parent: &'m Shape,
    /// The notes of those rows (as `n`), and which of them.
    notes: String,
    condition: String,
    reference: Reference,
}

impl Going<'_> {
    /// The referring table, if it is one of the snapshot's.
    fn child<'m>(&self, merge: &'m Merge<'_>) -> Option<&'m Shape> {
        self.reference.child.listed.as_ref().and_then(|name| merge.shape_of(name))
    }

    /// Looks at the rows that refer to them.
    fn check(&self, session: &mut Session, merge: &Merge<'_>, found: &mut FirstRows) -> Result<(), Error> {
        let (parent, reference) = (self.parent, &self.reference);
        reference.child.hold(session)?;
        let parent_name = RowName::new(&parent.spec.name, &parent.table, &parent.spec.key, "p");
        let child_name = &reference.child.name;
        let stays = self.child(merge).map_or_else(String::new, |shape| stays(shape, &reference.columns));
        let sql = format!(
            "SELECT {parent_columns}, {child_columns} FROM {going} AS n JOIN {parent} AS p ON {noted}
             JOIN {child} AS c ON {refers} WHERE {condition}{stays} ORDER BY {row}, {child_columns}",
            parent_columns = parent_name.list(),
            child_columns = child_name.list(),
            going = self.notes,
            parent = parent.relation.from,
            noted = parent.is_noted("p", "n"),
            child = reference.child.from,
            refers = reference.refers,
            condition = self.condition,
            row = parent.k_list("n"),
        );
        session.copy_out(&sql, &mut |row| {
            found.push_with(|| {
                let (parent, child) = (parent_name.show(row, 0), child_name.show(row, parent_name.len()));
                refers_by(&child, &reference.columns, &parent)
            });
            Ok(())
        })?;
        Ok(())
    }
}

/// The SQL condition under which a row `c` of a followed table keeps its reference: it is not deleted, and its reference is
/// not the snapshot's.
fn stays(shape: &Shape, columns: &[String]) -> String {
    let gone =
        format!(" AND NOT EXISTS (SELECT FROM {} AS g WHERE {})", shape.gone(), shape.is_noted("c", "g"));
    // What the target computes from a row of the snapshot is the snapshot's as well.
    let others = |column: &String| {
        shape.position(column).is_none() && !shape.table.column(column).is_some_and(|c| c.generated)
    };
    if columns.iter().any(others) {
        return gone;
    }
    format!("{gone} AND NOT {}", shape.in_snapshot("c", &shape.not_skipped("s")))
}

/// The SQL condition under which a change `n` may give a row another value of a key that is referred to; `None` if no
/// change can. No change moves a row to another part of a partitioned table: the row key has the columns that decide.
fn moved(session: &mut Session, parent: &Shape, reference: &Reference) -> Result<Option<String>, Error> {
    let mut columns: BTreeSet<String> = reference.key.iter().cloned().collect();
    for name in &reference.key {
        if parent.table.column(name).is_some_and(|column| column.generated) {
            columns.extend(inputs(session, parent, name)?);
        }
    }
    let positions: Vec<usize> = columns.iter().filter_map(|column| parent.position(column)).collect();
    Ok((!positions.is_empty()).then(|| format!("NOT n.skipped AND {}", Shape::touches("n", &positions))))
}

/// The columns that a generated column is computed from.
fn inputs(session: &mut Session, shape: &Shape, column: &str) -> Result<Vec<String>, Error> {
    let Some(facts) = shape.relation.columns.get(column) else { return Ok(Vec::new()) };
    // The default expression, or the column itself in newer servers, depends on the columns that it names.
    let sql = "SELECT DISTINCT a.attname::pg_catalog.text
        FROM pg_catalog.pg_attrdef AS e
        JOIN pg_catalog.pg_depend AS d ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
          AND d.refobjid = e.adrelid AND d.refobjsubid > 0 AND d.refobjsubid <> e.adnum
          AND (d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.objid = e.oid
            OR d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = e.adrelid
              AND d.objsubid = e.adnum)
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = e.adrelid AND a.attnum = d.refobjsubid
        WHERE e.adrelid = $1 AND e.adnum = $2";
    let rows = session.query(sql, &[&shape.relation.oid, &facts.number])?;
    rows.iter().map(|row| get(session, row, 0)).collect()
}
