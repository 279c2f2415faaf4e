//! The unique indexes of the target that the merge can try by itself: over columns of the snapshot or expressions of them,
//! for all rows or for those of a condition.
//!
//! How values compare is the index's own affair: its operators and collations. Its expressions are what the server says of
//! it, with every name qualified; it computes them itself for each row that it stores.

use std::collections::{BTreeMap, BTreeSet};

use super::super::session::Session;
use super::super::sql::{identifier, qualified};
use super::facts::get;
use super::shape::Shape;
use crate::Error;

/// A unique index of the target over columns of the snapshot.
#[derive(Debug)]
pub(super) struct Unique {
    /// Its name.
    pub name: String,
    /// Positions in [`Shape::columns`] of the columns that its values come from.
    pub columns: Vec<usize>,
    /// Positions of the columns that only its condition names.
    pub condition_columns: Vec<usize>,
    /// Whether it is looked at only at the end, so that values may move freely.
    pub deferrable: bool,
    /// Whether two NULLs are the same value.
    pub nulls_are_equal: bool,
    /// Whether one of its values is computed.
    pub computed: bool,
    terms: Vec<Term>,
    /// The condition under which it has a row, in SQL over bare names of columns.
    condition: Option<String>,
}

/// One value of an index.
#[derive(Debug)]
struct Term {
    /// In SQL over bare names of columns.
    sql: String,
    /// `COLLATE "pg_catalog"."C" OPERATOR("pg_catalog".=)`.
    equals: String,
}

/// An index as the server describes it.
struct Described {
    unique: Unique,
    /// Whether the server told all of its terms.
    is_whole: bool,
    /// The names of its plain columns.
    plain: Vec<String>,
}

/// `indnullsnotdistinct` came with PostgreSQL 15; through JSON it may be missing.
const INDEXES: &str = "SELECT i.indexrelid, c.relname::pg_catalog.text, NOT i.indimmediate,
      coalesce((pg_catalog.to_jsonb(i)->>'indnullsnotdistinct')::pg_catalog.bool, false),
      pg_catalog.pg_get_expr(i.indpred, i.indrelid), i.indnkeyatts, a.attname::pg_catalog.text,
      pg_catalog.pg_get_indexdef(i.indexrelid, k.place, false), s.nspname::pg_catalog.text, o.oprname::pg_catalog.text,
      cs.nspname::pg_catalog.text, l.collname::pg_catalog.text
    FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
    CROSS JOIN LATERAL pg_catalog.generate_series(1, i.indnkeyatts::pg_catalog.int4) AS k(place)
    JOIN pg_catalog.pg_opclass AS p ON p.oid = (i.indclass::pg_catalog.oid[])[k.place - 1]
    JOIN pg_catalog.pg_amop AS m ON m.amopfamily = p.opcfamily AND m.amoplefttype = p.opcintype
      AND m.amoprighttype = p.opcintype AND m.amopstrategy = 3 AND m.amoppurpose = 's'
    JOIN pg_catalog.pg_operator AS o ON o.oid = m.amopopr
    JOIN pg_catalog.pg_namespace AS s ON s.oid = o.oprnamespace
    LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum > 0
      AND a.attnum = (i.indkey::pg_catalog.int2[])[k.place - 1]
    LEFT JOIN pg_catalog.pg_collation AS l ON l.oid = (i.indcollation::pg_catalog.oid[])[k.place - 1]
    LEFT JOIN pg_catalog.pg_namespace AS cs ON cs.oid = l.collnamespace
    WHERE i.indrelid = $1 AND i.indisunique AND i.indisvalid ORDER BY c.relname, k.place";

/// The columns that each index names, in whatever part of it.
const NAMED: &str = "SELECT d.objid, a.attname::pg_catalog.text
    FROM pg_catalog.pg_depend AS d
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = ANY ($2)
      AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = $1 AND d.refobjsubid > 0
    ORDER BY a.attnum";

/// The unique indexes of a table whose columns all are the snapshot's, by name; the row key's own is not among them.
///
/// # Errors
/// The target cannot be read.
pub(super) fn of(session: &mut Session, shape: &Shape) -> Result<Vec<Unique>, Error> {
    let described = described(session, shape)?;
    let numbers: Vec<u32> = described.keys().copied().collect();
    let mut named: BTreeMap<u32, BTreeSet<String>> = BTreeMap::new();
    if described.values().any(|index| index.unique.computed || index.unique.condition.is_some()) {
        for row in session.query(NAMED, &[&shape.relation.oid, &numbers])? {
            named.entry(get(session, &row, 0)?).or_default().insert(get(session, &row, 1)?);
        }
    }
    let none = BTreeSet::new();
    let mut found: Vec<Unique> = described
        .into_iter()
        .filter_map(|(number, index)| index.over(shape, named.get(&number).unwrap_or(&none)))
        .collect();
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}

fn described(session: &mut Session, shape: &Shape) -> Result<BTreeMap<u32, Described>, Error> {
    let mut indexes: BTreeMap<u32, Described> = BTreeMap::new();
    for row in session.query(INDEXES, &[&shape.relation.oid])? {
        let collation: (Option<String>, Option<String>) = (get(session, &row, 10)?, get(session, &row, 11)?);
        let collate = match collation {
            (Some(schema), Some(name)) => format!("COLLATE {} ", qualified(Some(&schema), &name)),
            _ => String::new(),
        };
        let (schema, operator): (String, String) = (get(session, &row, 8)?, get(session, &row, 9)?);
        let term = Term {
            sql: get(session, &row, 7)?,
            // The server allows no character in an operator's name that could end it.
            equals: format!("{collate}OPERATOR({}.{operator})", identifier(&schema)),
        };
        let described = Described {
            unique: Unique {
                name: get(session, &row, 1)?,
                columns: Vec::new(),
                condition_columns: Vec::new(),
                deferrable: get(session, &row, 2)?,
                nulls_are_equal: get(session, &row, 3)?,
                computed: false,
                terms: Vec::new(),
                condition: get(session, &row, 4)?,
            },
            is_whole: false,
            plain: Vec::new(),
        };
        let (terms, plain): (i16, Option<String>) = (get(session, &row, 5)?, get(session, &row, 6)?);
        let index = indexes.entry(get(session, &row, 0)?).or_insert(described);
        index.unique.terms.push(term);
        index.unique.computed |= plain.is_none();
        index.plain.extend(plain);
        index.is_whole = usize::try_from(terms).is_ok_and(|terms| terms == index.unique.terms.len());
    }
    Ok(indexes)
}

impl Described {
    /// The index over the snapshot's columns; `None` if it is the row key's own, or if a value comes from elsewhere.
    fn over(self, shape: &Shape, named: &BTreeSet<String>) -> Option<Unique> {
        let Self { mut unique, is_whole, plain } = self;
        let is_plain = |name: &String| plain.contains(name);
        // Which part names a column the server does not tell: one that no value spells is the condition's.
        let is_condition = |name: &String| {
            unique.condition.is_some() && !unique.terms.iter().any(|term| term.sql.contains(name.as_str()))
        };
        let (of_condition, of_values): (Vec<&String>, Vec<&String>) =
            named.iter().filter(|name| !is_plain(name)).partition(|name| is_condition(name));
        let positions =
            |names: Vec<&String>| names.iter().map(|name| shape.position(name)).collect::<Option<Vec<_>>>();
        let columns = positions(plain.iter().chain(of_values).collect())?;
        unique.condition_columns = positions(of_condition)?;
        unique.columns = columns;
        let is_keys = unique.is_plain()
            && unique.columns.len() == shape.key.len()
            && unique.columns.iter().all(|column| shape.key.contains(column));
        (is_whole && !is_keys && !unique.columns.is_empty()).then_some(unique)
    }
}

impl Unique {
    /// Whether it has plain columns only, of all rows.
    pub(super) fn is_plain(&self) -> bool {
        !self.computed && self.condition.is_none()
    }

    /// The columns whose change may change what the index has of a row.
    pub(super) fn all_columns(&self) -> Vec<usize> {
        self.columns.iter().chain(&self.condition_columns).copied().collect()
    }

    /// The FROM item of the target's rows that the index has, with their values; call it by an alias.
    pub(super) fn in_table(&self, shape: &Shape) -> String {
        format!(
            "(SELECT y.tableoid, y.ctid, y.*, {} FROM {} AS y{})",
            self.values(shape),
            shape.relation.from,
            self.filter()
        )
    }

    /// The FROM item of the staged rows that the index would have, with their values.
    pub(super) fn in_stage(&self, shape: &Shape) -> String {
        let columns: Vec<String> = (shape.columns.iter().enumerate())
            .map(|(at, column)| format!("s.c{at} AS {}", column.quoted))
            .collect();
        format!(
            "(SELECT s.*, v.* FROM {} AS s
              CROSS JOIN LATERAL (SELECT {} FROM (SELECT {}) AS x{}) AS v)",
            shape.stage(),
            self.values(shape),
            columns.join(", "),
            self.filter()
        )
    }

    fn values(&self, shape: &Shape) -> String {
        let mark = mark(shape);
        let values: Vec<String> = (self.terms.iter().enumerate())
            .map(|(at, term)| format!("({}) AS {mark}{at}", term.sql))
            .collect();
        values.join(", ")
    }

    fn filter(&self) -> String {
        self.condition.as_ref().map(|condition| format!(" WHERE ({condition})")).unwrap_or_default()
    }

    /// The SQL condition under which a row of [`Self::in_table`] and one of [`Self::in_stage`] have the same values.
    pub(super) fn equal(&self, shape: &Shape, table: &str, stage: &str) -> String {
        let mark = mark(shape);
        let terms: Vec<String> = (self.terms.iter().enumerate())
            .map(|(at, term)| {
                let (one, other) = (format!("{table}.{mark}{at}"), format!("{stage}.{mark}{at}"));
                let equal = format!("{one} {} {other}", term.equals);
                if self.nulls_are_equal {
                    format!("({equal} OR {one} IS NULL AND {other} IS NULL)")
                } else {
                    equal
                }
            })
            .collect();
        terms.join(" AND ")
    }
}

/// `u_`: what the names of an index's values begin with, so that none is a column's.
fn mark(shape: &Shape) -> String {
    let mut mark = "u_".to_owned();
    while shape.table.columns.iter().any(|column| column.name.starts_with(&mark)) {
        mark.push('_');
    }
    mark
}
