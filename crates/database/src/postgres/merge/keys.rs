//! The references that lead to the snapshot's tables, from whatever table: straight from the server, since a catalog leaves
//! out tables of a name that it already has, those of extensions, and keys of single partitions.
//!
//! The rule to keep in mind: no row of a table is read before the table is locked and found to be the one that the key
//! belongs to, since a view under its name would run code of another role.

use std::collections::BTreeMap;

use model::LogicalType;
use model::text::Shown;

use super::super::equality::{DeclaredKey, How, KeyPair, declared_keys};
use super::super::error::PostgresError;
use super::super::session::Session;
use super::super::sql::{identifier, qualified};
use super::Merge;
use super::facts::{equal, get};
use super::names::RowName;
use super::shape::Shape;
use crate::Error;
use crate::merge::naming::refers_by;

/// A reference to a table of the snapshot.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    /// The table that refers.
    pub child: Child,
    /// The columns that refer, and those that are referred to.
    pub columns: Vec<String>,
    pub key: Vec<String>,
    /// The SQL condition under which the row `c` of the referring table refers to the row `p`.
    pub refers: String,
}

/// A table that refers to one of the snapshot's.
#[derive(Clone, Debug)]
pub(super) struct Child {
    /// Its name in the catalog, and so perhaps among the snapshot's tables.
    pub listed: Option<String>,
    oid: u32,
    /// As messages name it.
    pub shown: String,
    qualified: String,
    /// `ONLY "z"."notes"`: where its rows are read.
    pub from: String,
    partitioned: bool,
    /// Whether policies hide rows from the role.
    pub row_security: bool,
    /// How its rows `c` are named.
    pub name: RowName,
}

/// The references to each of the snapshot's tables, in the definition's order: the server's own, and those that only the
/// snapshot knows.
///
/// # Errors
/// The target cannot be read.
pub(super) fn all(session: &mut Session, merge: &Merge<'_>) -> Result<Vec<Vec<Reference>>, Error> {
    let roots: Vec<u32> = merge.shapes.iter().map(|shape| shape.relation.oid).collect();
    let mut keys = declared_keys(session, &roots)?;
    keys.retain(|key| key.is_enforced && !key.is_part);
    let children = children(session, merge, &keys)?;
    let mut all = Vec::new();
    for parent in &merge.shapes {
        let mut found: BTreeMap<_, Reference> = BTreeMap::new();
        for key in keys.iter().filter(|key| key.parent_root == parent.relation.oid) {
            let Some(child) = children.get(&key.child_root) else { continue };
            let rank = (
                child.listed.is_none(),
                child.shown.clone(),
                false,
                key.pairs.clone(),
                key.child,
                key.parent,
            );
            found.insert(rank, Reference::declared(child, key));
        }
        for reference in undeclared(merge, parent, &children) {
            let pairs: Vec<KeyPair> = (reference.columns.iter().zip(&reference.key))
                .map(|(column, key)| KeyPair { column: column.clone(), key: key.clone(), how: How::Value })
                .collect();
            found.insert((false, reference.child.shown.clone(), true, pairs, 0, 0), reference);
        }
        all.push(found.into_values().collect());
    }
    Ok(all)
}

impl Reference {
    /// The referring table with its columns, and the table referred to: `z.notes refers by (p) to parents`.
    pub(super) fn show(&self, parent: &str) -> String {
        refers_by(&Shown(&self.child.shown).to_string(), &self.columns, &Shown(parent).to_string())
    }

    fn declared(child: &Child, key: &DeclaredKey) -> Self {
        let mut terms: Vec<String> = (key.pairs.iter())
            .map(|pair| {
                let (left, right) =
                    (format!("p.{}", identifier(&pair.key)), format!("c.{}", identifier(&pair.column)));
                pair.how.sql(None, &left, None, &right)
            })
            .collect();
        let part = |alias: &str, oid: u32| {
            format!("{alias}.tableoid IN (SELECT t.relid FROM pg_catalog.pg_partition_tree({oid}) AS t)")
        };
        if key.child != key.child_root {
            terms.push(part("c", key.child));
        }
        if key.parent != key.parent_root {
            terms.push(part("p", key.parent));
        }
        Self {
            child: child.clone(),
            columns: key.pairs.iter().map(|pair| pair.column.clone()).collect(),
            key: key.pairs.iter().map(|pair| pair.key.clone()).collect(),
            refers: terms.join(" AND "),
        }
    }
}

/// The references to `parent` that only the snapshot knows.
fn undeclared(merge: &Merge<'_>, parent: &Shape, children: &BTreeMap<u32, Child>) -> Vec<Reference> {
    let mut found = Vec::new();
    for shape in &merge.shapes {
        let Some(child) = children.get(&shape.relation.oid) else { continue };
        for key in merge.relations_only(&shape.spec.name, &shape.table) {
            if key.to != parent.spec.name || key.columns.len() != key.key.len() {
                continue;
            }
            let terms: Vec<String> = (key.key.iter().zip(&key.columns))
                .map(|(to, column)| equal(parent.end("p"), to, shape.end("c"), column))
                .collect();
            found.push(Reference {
                child: child.clone(),
                columns: key.columns,
                key: key.key,
                refers: terms.join(" AND "),
            });
        }
    }
    found
}

/// The referring tables, by number, and the snapshot's own.
fn children(
    session: &mut Session,
    merge: &Merge<'_>,
    keys: &[DeclaredKey],
) -> Result<BTreeMap<u32, Child>, Error> {
    let mut oids: Vec<u32> = keys.iter().map(|key| key.child_root).collect();
    oids.extend(merge.shapes.iter().map(|shape| shape.relation.oid));
    let sql = "SELECT c.oid, n.nspname::pg_catalog.text, c.relname::pg_catalog.text, c.relkind = 'p',
          pg_catalog.row_security_active(c.oid)
        FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.oid = ANY ($1)";
    let mut found = BTreeMap::new();
    for row in session.query(sql, &[&oids])? {
        let oid: u32 = get(session, &row, 0)?;
        let (schema, name): (String, String) = (get(session, &row, 1)?, get(session, &row, 2)?);
        let listed = merge.relations.iter().find(|(_, relation)| relation.oid == oid);
        let listed = listed.and_then(|(name, _)| Some((name, merge.catalog.tables.get(name)?)));
        let shown =
            if listed.is_some() || schema == "public" { name.clone() } else { format!("{schema}.{name}") };
        let row_name = match listed {
            Some((name, table)) => {
                let key = merge.shape_of(name).map_or(&[][..], |shape| &shape.spec.key);
                RowName::new(name, table, key, "c")
            }
            None => row_name(session, oid, &shown)?,
        };
        let partitioned: bool = get(session, &row, 3)?;
        let qualified = qualified(Some(&schema), &name);
        let child = Child {
            listed: listed.map(|(name, _)| name.clone()),
            oid,
            shown,
            from: if partitioned { qualified.clone() } else { format!("ONLY {qualified}") },
            qualified,
            partitioned,
            row_security: get(session, &row, 4)?,
            name: row_name,
        };
        found.insert(oid, child);
    }
    Ok(found)
}

/// How the rows `c` of a table that no catalog lists are named: by its primary key, else by its first columns.
fn row_name(session: &mut Session, oid: u32, shown: &str) -> Result<RowName, Error> {
    let sql = "SELECT a.attname::pg_catalog.text, a.atttypid, i.indrelid IS NOT NULL
        FROM pg_catalog.pg_attribute AS a
        LEFT JOIN pg_catalog.pg_index AS i
          ON i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey)
        WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY pg_catalog.array_position(i.indkey, a.attnum), a.attnum";
    let mut key = Vec::new();
    let mut others = Vec::new();
    for row in session.query(sql, &[&oid])? {
        let name: String = get(session, &row, 0)?;
        let ty = kind(get(session, &row, 1)?);
        let part = (name.clone(), format!("c.{}", identifier(&name)), ty, ty);
        if get(session, &row, 2)? { key.push(part) } else { others.push(part) }
    }
    others.truncate(3);
    Ok(RowName::of(shown, if key.is_empty() { others } else { key }))
}

/// How a key of one of the server's own types is shown; all others as texts.
fn kind(ty: u32) -> LogicalType {
    match ty {
        16 => LogicalType::Boolean,
        20 | 21 | 23 => LogicalType::Integer,
        700 | 701 => LogicalType::Real,
        1700 => LogicalType::Decimal,
        2950 => LogicalType::Uuid,
        _ => LogicalType::Text,
    }
}

impl Child {
    /// Holds the table, so that what is read is what the key belongs to.
    ///
    /// # Errors
    /// The role may not read it, another session locks it for too long, or something else has its name by now.
    pub(super) fn hold(&self, session: &mut Session) -> Result<(), Error> {
        // What is no table cannot be locked either.
        self.check(session)?;
        session.batch(&format!("LOCK TABLE {} IN ACCESS SHARE MODE", self.from))?;
        self.check(session)
    }

    fn check(&self, session: &mut Session) -> Result<(), Error> {
        // Functions look into the catalog of this moment. Only a table of rows has a file.
        let sql = "SELECT coalesce(pg_catalog.to_regclass($2)::pg_catalog.oid = $1, false)
            AND (pg_catalog.pg_relation_filenode($1) IS NULL) = $3";
        let row = session.query_one(sql, &[&self.oid, &self.qualified, &self.partitioned])?;
        if get(session, &row, 0)? {
            return Ok(());
        }
        let reason = format!("another session made or replaced the table `{}` meanwhile", Shown(&self.shown));
        Err(PostgresError::Locked { place: session.place().to_owned(), reason }.into())
    }
}
