//! CHECK and NOT NULL that the server never validated: rows of before them may violate them.
//!
//! The rule to keep in mind: an expression is asked only as the server itself prints it, and only if nothing in it but the
//! server's own immutable functions would run. Anything else could act with the rights of whoever looks.

use model::text::{Shown, show_names};

use super::Check;
use crate::postgres::select::get;
use crate::postgres::sql::identifier;
use crate::{Error, FindingKind};

/// A constraint that is not valid.
pub(super) struct Constraint {
    name: String,
    root: u32,
    table: u32,
    is_enforced: bool,
    /// The condition that rows have to meet; `None` where it may not be asked.
    condition: Option<String>,
    kind: FindingKind,
}

/// Objects with numbers from 16384 on are users'. Functions stand in an expression's tree with their numbers; what is not the
/// server's own stands among the dependencies too. `conenforced` came with PostgreSQL 18.
const CONSTRAINTS: &str = r"SELECT k.conname::pg_catalog.text,
      coalesce(pg_catalog.pg_partition_root(k.conrelid)::pg_catalog.oid, k.conrelid), k.conrelid,
      coalesce(pg_catalog.to_jsonb(k)->>'conenforced', 'true') = 'true', k.contype = 'n',
      (SELECT a.attname::pg_catalog.text FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = k.conrelid AND a.attnum = k.conkey[1]),
      CASE WHEN k.contype = 'c' THEN pg_catalog.pg_get_expr(k.conbin, k.conrelid) END,
      NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
          WHERE d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND d.objid = k.oid
          AND d.refclassid <> 'pg_catalog.pg_class'::pg_catalog.regclass
          AND d.refclassid <> 'pg_catalog.pg_collation'::pg_catalog.regclass)
        AND NOT EXISTS (
          SELECT FROM pg_catalog.regexp_matches(k.conbin::pg_catalog.text, '(?:func|opfunc|hashfunc|negfunc)id ([0-9]+)', 'g') AS m(found)
          LEFT JOIN pg_catalog.pg_proc AS p ON p.oid = m.found[1]::pg_catalog.oid
          WHERE m.found[1] <> '0' AND (p.oid IS NULL OR p.oid >= 16384 OR p.provolatile <> 'i'))
    FROM pg_catalog.pg_constraint AS k JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
    WHERE k.contype IN ('c', 'n') AND NOT k.convalidated AND NOT (c.relispartition AND k.coninhcount > 0)
      AND coalesce(pg_catalog.pg_partition_root(k.conrelid)::pg_catalog.oid, k.conrelid) = ANY ($1)
    ORDER BY k.conname, k.oid";

/// Every constraint of the tables that are looked at which is not valid.
///
/// # Errors
/// Reading fails.
pub(super) fn read(check: &mut Check<'_>) -> Result<Vec<Constraint>, Error> {
    let numbers = check.numbers();
    let mut constraints = Vec::new();
    for row in check.session.query(CONSTRAINTS, &[&numbers])? {
        let session = &*check.session;
        let is_not_null: bool = get(session, &row, 4)?;
        let column: Option<String> = get(session, &row, 5)?;
        let expression: Option<String> = get(session, &row, 6)?;
        let is_harmless: bool = get(session, &row, 7)?;
        let condition = if is_not_null {
            column.map(|column| format!("m.{} IS NOT NULL", identifier(&column)))
        } else {
            expression.filter(|_| is_harmless)
        };
        constraints.push(Constraint {
            name: get(session, &row, 0)?,
            root: get(session, &row, 1)?,
            table: get(session, &row, 2)?,
            is_enforced: get(session, &row, 3)?,
            condition,
            kind: if is_not_null { FindingKind::NotNull } else { FindingKind::Check },
        });
    }
    Ok(constraints)
}

/// Looks at the constraints of one table.
///
/// # Errors
/// Reading fails.
pub(super) fn look(check: &mut Check<'_>, at: usize, constraints: &[Constraint]) -> Result<(), Error> {
    let (name, oid) = (check.subjects[at].name, check.subjects[at].oid);
    for constraint in constraints.iter().filter(|constraint| constraint.root == oid) {
        let shown = show_names([&constraint.name]);
        let Some(condition) = &constraint.condition else {
            check.notes.push(format!(
                "{}: the constraint {shown} is not valid, and was not asked of the rows, since functions would run that are not the server's own or not immutable",
                Shown(name)
            ));
            continue;
        };
        let mut from = format!("{} AS m WHERE ({condition}) IS FALSE", check.subjects[at].from);
        if constraint.table != constraint.root {
            from = format!(
                "{from} AND m.tableoid IN (SELECT t.relid FROM pg_catalog.pg_partition_tree({}) AS t)",
                constraint.table
            );
        }
        let sample = match attempt(check, |check| check.sample(at, &from))? {
            Ok(sample) => sample,
            Err(reason) => {
                check.notes.push(format!(
                    "{}: the constraint {shown} could not be asked of the rows: {reason}",
                    Shown(name)
                ));
                continue;
            }
        };
        let why = if constraint.is_enforced {
            "the constraint is NOT VALID, so that rows of before it were never looked at"
        } else {
            "the constraint is NOT ENFORCED"
        };
        if sample.total == 0 && constraint.is_enforced {
            check.notes.push(format!(
                "{}: the constraint {shown} is NOT VALID, and all rows satisfy it: ALTER TABLE … VALIDATE CONSTRAINT makes it valid",
                Shown(name)
            ));
        }
        let says = format!("{why}: change these rows, or the constraint");
        let finding = sample.finding(constraint.kind, name, shown, says);
        check.subjects[at].findings.extend(finding);
    }
    Ok(())
}

/// Asks within a savepoint: what the server refuses to compute for some row, such as a division by zero, is told.
fn attempt<T>(
    check: &mut Check<'_>,
    question: impl FnOnce(&mut Check<'_>) -> Result<T, Error>,
) -> Result<Result<T, String>, Error> {
    check.session.batch("SAVEPOINT constraint_check")?;
    match question(check) {
        Ok(answer) => {
            check.session.batch("RELEASE SAVEPOINT constraint_check")?;
            Ok(Ok(answer))
        }
        Err(Error::Postgres(error)) if error.is_of_the_data() => {
            let reason = error.fault().map_or_else(|| error.to_string(), ToString::to_string);
            check
                .session
                .batch("ROLLBACK TO SAVEPOINT constraint_check; RELEASE SAVEPOINT constraint_check")?;
            Ok(Err(reason))
        }
        Err(error) => Err(error),
    }
}
