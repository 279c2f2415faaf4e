//! Rows that refer to nothing, by every foreign key that the server knows, validated or not: a superuser, a replica or
//! disabled triggers let rows past a valid one too. Values compare by the operators of the key itself.

use model::text::show_names;

use super::Check;
use crate::check::shown_key;
use crate::postgres::equality::{DeclaredKey, declared_keys};
use crate::postgres::select::get;
use crate::postgres::sql::identifier;
use crate::{Error, FindingKind};

/// Every foreign key of the tables that are looked at, those of partitions among them.
///
/// # Errors
/// Reading fails.
pub(super) fn read(check: &mut Check<'_>) -> Result<Vec<DeclaredKey>, Error> {
    // By the tables that are referred to, whether or not these may be read.
    let sql =
        "SELECT DISTINCT coalesce(pg_catalog.pg_partition_root(f.confrelid)::pg_catalog.oid, f.confrelid)
      FROM pg_catalog.pg_constraint AS f WHERE f.contype = 'f'
        AND coalesce(pg_catalog.pg_partition_root(f.conrelid)::pg_catalog.oid, f.conrelid) = ANY ($1)";
    let numbers = check.numbers();
    let mut parents: Vec<u32> = Vec::new();
    for row in check.session.query(sql, &[&numbers])? {
        parents.push(get(check.session, &row, 0)?);
    }
    let mut keys = declared_keys(check.session, &parents)?;
    keys.retain(|key| !key.is_part && numbers.contains(&key.child_root));
    keys.sort_by(|a, b| (&a.name, a.child).cmp(&(&b.name, b.child)));
    Ok(keys)
}

/// Looks at the keys of one table.
///
/// # Errors
/// Reading fails.
pub(super) fn look(check: &mut Check<'_>, at: usize, keys: &[DeclaredKey]) -> Result<(), Error> {
    let (name, oid) = (check.subjects[at].name, check.subjects[at].oid);
    for key in keys.iter().filter(|key| key.child_root == oid) {
        let shown = show_names([&key.name]);
        let parent = check.names.get(&key.parent_root).copied();
        let Some(parent) = parent.filter(|_| !key.is_temporal) else {
            let why = if key.is_temporal { "periods" } else { "a table that is left out" };
            check.notes.push(format!(
                "{}: the foreign key {shown} leads to {why}, and was not looked at",
                show_names([&name.to_owned()])
            ));
            continue;
        };
        let parent_from = check.relations.of(parent)?.from.clone();
        let from = format!("{} AS m WHERE {}", check.subjects[at].from, dangles(key, &parent_from));
        let sample = check.sample(at, &from)?;
        check.subjects[at].checked.foreign_keys += 1;
        let columns: Vec<String> = key.pairs.iter().map(|pair| pair.column.clone()).collect();
        let to: Vec<String> = key.pairs.iter().map(|pair| pair.key.clone()).collect();
        let subject = format!("{shown} {}", shown_key(&columns, parent, &to));
        let how = how(key);
        if sample.total == 0 && !key.is_validated && key.is_enforced {
            check.notes.push(format!(
                "{}: the foreign key {shown} is NOT VALID, and all rows satisfy it: ALTER TABLE … VALIDATE CONSTRAINT makes it valid",
                show_names([&name.to_owned()])
            ));
        }
        let says = format!(
            "these rows refer to rows that do not exist; {how}: insert the missing rows, or change, empty or delete the references"
        );
        let finding = sample.finding(FindingKind::ForeignKey, name, subject, says);
        check.subjects[at].findings.extend(finding);
    }
    Ok(())
}

/// Why the server has such rows.
fn how(key: &DeclaredKey) -> &'static str {
    if !key.is_enforced {
        "the key is NOT ENFORCED"
    } else if !key.is_validated {
        "the key is NOT VALID, so that rows of before it were never looked at"
    } else {
        "they came while the key's triggers were off, as for a restore or a replica, or its index is damaged"
    }
}

/// The condition under which the row `m` refers to nothing.
fn dangles(key: &DeclaredKey, parent: &str) -> String {
    let part = |alias: &str, oid: u32| {
        format!("{alias}.tableoid IN (SELECT t.relid FROM pg_catalog.pg_partition_tree({oid}) AS t)")
    };
    let mut equal: Vec<String> = (key.pairs.iter())
        .map(|pair| {
            let (left, right) =
                (format!("p.{}", identifier(&pair.key)), format!("m.{}", identifier(&pair.column)));
            pair.how.sql(None, &left, None, &right)
        })
        .collect();
    if key.parent != key.parent_root {
        equal.push(part("p", key.parent));
    }
    let filled: Vec<String> =
        key.pairs.iter().map(|pair| format!("m.{} IS NOT NULL", identifier(&pair.column))).collect();
    let filled = filled.join(" AND ");
    let mut condition =
        format!("({filled}) AND NOT EXISTS (SELECT FROM {parent} AS p WHERE {})", equal.join(" AND "));
    if key.is_full {
        let empty: Vec<String> =
            key.pairs.iter().map(|pair| format!("m.{} IS NULL", identifier(&pair.column))).collect();
        condition = format!("({condition} OR NOT ({filled}) AND NOT ({}))", empty.join(" AND "));
    }
    if key.child != key.child_root {
        condition = format!("{condition} AND {}", part("m", key.child));
    }
    condition
}
