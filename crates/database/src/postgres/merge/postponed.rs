//! References along a cycle of tables: NULL until the table that they lead to is written, and set then. Readers go on
//! meanwhile, and whoever does not own the tables can do it, too.
//!
//! The rule to keep in mind: nothing else of the target may look at such a column, or it would see the NULL. Where
//! something does, an owner has the reference checked at the end instead (`constraints`).

use std::collections::BTreeSet;

use super::super::session::Session;
use super::constraints;
use super::facts::get;
use super::shape::Shape;
use crate::Error;

/// Finds the columns that wait. In tables that were made just now nobody else reads: there the owner needs none.
///
/// # Errors
/// The target cannot be read.
pub(super) fn find(session: &mut Session, shapes: &mut [Shape], are_new: bool) -> Result<(), Error> {
    for key in constraints::immediate(session, shapes)? {
        let Some(child) = shapes.get_mut(key.child) else { continue };
        if key.child >= key.parent || are_new && child.relation.is_own {
            continue;
        }
        if !child.has_key() {
            child.checked_at_once |= !child.relation.is_own;
            continue;
        }
        let columns = key.columns(child);
        let watched = if child.relation.is_own { watched(session, child)? } else { BTreeSet::new() };
        let free = |at: &usize| {
            let column = &child.columns[*at];
            let fixed = column.not_null || column.always_identity || child.key.contains(at);
            !fixed && !watched.contains(at)
        };
        let waiting: Vec<usize> = columns.iter().copied().flatten().filter(free).collect();
        if waiting.is_empty() || key.is_full && waiting.len() < columns.len() {
            // Which rows that concerns has to be known before the first change.
            child.checked_at_once |= !child.relation.is_own;
            continue;
        }
        child.postponed.extend(waiting);
        child.postponed.sort_unstable();
        child.postponed.dedup();
    }
    Ok(())
}

/// Positions of columns that something of the target looks at: a check, a condition or an expression of a unique index, a
/// policy, a computed column, a reference of another row, the type's own rules, the choice of a partition.
fn watched(session: &mut Session, shape: &Shape) -> Result<BTreeSet<usize>, Error> {
    // `indnullsnotdistinct` came with PostgreSQL 15; through JSON it may be missing.
    let sql = "WITH watched AS (
          SELECT d.refobjsubid AS number FROM pg_catalog.pg_depend AS d
          WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = $1 AND d.refobjsubid > 0
            AND (d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass
              OR d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND EXISTS (
                SELECT FROM pg_catalog.pg_constraint AS c WHERE c.oid = d.objid AND c.contype IN ('c', 'x'))
              OR d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND EXISTS (
                SELECT FROM pg_catalog.pg_index AS i WHERE i.indexrelid = d.objid
                  AND (i.indisunique OR i.indisexclusion) AND (i.indpred IS NOT NULL OR i.indexprs IS NOT NULL))
              OR d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = $1
                AND d.objsubid > 0 AND d.objsubid <> d.refobjsubid
              OR d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND EXISTS (
                SELECT FROM pg_catalog.pg_attrdef AS e
                WHERE e.oid = d.objid AND e.adrelid = $1 AND e.adnum <> d.refobjsubid))
          UNION SELECT pg_catalog.unnest(f.confkey) FROM pg_catalog.pg_constraint AS f
          WHERE f.contype = 'f' AND f.confrelid = $1
          UNION SELECT pg_catalog.unnest(i.indkey::pg_catalog.int2[]) FROM pg_catalog.pg_index AS i
          WHERE i.indrelid = $1 AND i.indisunique
            AND (pg_catalog.to_jsonb(i)->>'indnullsnotdistinct')::pg_catalog.bool
          UNION SELECT pg_catalog.unnest(p.partattrs::pg_catalog.int2[]) FROM pg_catalog.pg_partitioned_table AS p
          WHERE p.partrelid = $1
          UNION SELECT a.attnum FROM pg_catalog.pg_attribute AS a
          JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid AND t.typtype = 'd' WHERE a.attrelid = $1)
        SELECT a.attname::pg_catalog.text FROM watched
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = $1 AND a.attnum = watched.number";
    let mut positions = BTreeSet::new();
    for row in session.query(sql, &[&shape.relation.oid])? {
        let name: String = get(session, &row, 0)?;
        positions.extend(shape.position(&name));
    }
    Ok(positions)
}
