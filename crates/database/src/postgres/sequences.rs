//! Which sequences number the rows of tables, and whether one is behind them, so that an INSERT without an id would meet one
//! that is taken.
//!
//! The rule to keep in mind: only a default that is the next value of a sequence and nothing else is followed.

use std::collections::BTreeMap;

use model::text::Shown;

use super::select::get;
use super::session::Session;
use super::sql::{identifier, qualified};
use crate::Error;

/// A default that is the next value of a sequence and nothing else, as the server prints it, perhaps cast to another type.
pub(crate) const NEXT_VALUE: &str = r"^[(]*nextval[(]'([^']|'')+'::regclass[)]+(::[^'+*/|-]+)?$";

/// The types whose columns count: `smallint`, `integer`, `bigint`, `numeric`, by their numbers in every server.
pub(crate) const COUNTING: [u32; 4] = [20, 21, 23, 1700];

/// For each type that is a domain: what it is over at the bottom, and the first default on the way.
pub(crate) const BASES: &str = "WITH RECURSIVE bases AS (
      SELECT t.oid, t.oid AS base, NULL::pg_catalog.text COLLATE \"C\" AS initial FROM pg_catalog.pg_type AS t
      UNION ALL SELECT b.oid, t.typbasetype, coalesce(b.initial, t.typdefault COLLATE \"C\")
      FROM bases AS b JOIN pg_catalog.pg_type AS t ON t.oid = b.base AND t.typtype = 'd'),
    base AS (SELECT b.oid, b.base, b.initial FROM bases AS b
      JOIN pg_catalog.pg_type AS t ON t.oid = b.base AND t.typtype <> 'd')";

/// A sequence and the columns that it counts up.
pub(crate) struct Sequence {
    pub(crate) oid: u32,
    /// `"public"."t_id_seq"`.
    pub(crate) name: String,
    /// `public.t_id_seq`, as people read it.
    pub(crate) shown: String,
    pub(crate) increment: i64,
    pub(crate) min: i64,
    pub(crate) max: i64,
    pub(crate) columns: Vec<Column>,
    pub(crate) may_select: bool,
    pub(crate) may_update: bool,
}

/// A column that takes its values from a sequence.
pub(crate) struct Column {
    pub(crate) table: String,
    pub(crate) name: String,
    pub(crate) from: String,
    /// What the role cannot read of other tables, it did not write either.
    pub(crate) may_select: bool,
    /// Whether policies may hide rows.
    pub(crate) row_security: bool,
}

/// A table whose columns may take their values from sequences.
pub(crate) struct Counted {
    /// Its number in the server.
    pub(crate) oid: u32,
    /// What its rows are read from, in SQL.
    pub(crate) from: String,
    /// Whether policies may hide rows.
    pub(crate) row_security: bool,
}

/// The sequences that tables use, of those that `counted` knows by name. One depends on the column that is an identity, or a
/// column's default on it.
///
/// # Errors
/// Reading fails.
pub(crate) fn read(
    session: &mut Session,
    counted: &dyn Fn(&str) -> Option<Counted>,
) -> Result<Vec<Sequence>, Error> {
    let sql = format!(
        "{BASES}, used AS (
          SELECT d.refobjid AS sequence, e.adrelid AS relation, e.adnum AS number
          FROM pg_catalog.pg_depend AS d JOIN pg_catalog.pg_attrdef AS e ON e.oid = d.objid
          WHERE d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
            AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
            AND pg_catalog.pg_get_expr(e.adbin, e.adrelid) ~ $1
          UNION
          SELECT d.objid, d.refobjid, d.refobjsubid FROM pg_catalog.pg_depend AS d
          WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype = 'i'
            AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjsubid > 0)
        SELECT s.oid, sn.nspname::pg_catalog.text, s.relname::pg_catalog.text, q.seqincrement, q.seqmin, q.seqmax,
          c.relname::pg_catalog.text, a.attname::pg_catalog.text, c.oid,
          pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT'),
          pg_catalog.has_sequence_privilege(s.oid, 'SELECT'), pg_catalog.has_sequence_privilege(s.oid, 'UPDATE')
        FROM used JOIN pg_catalog.pg_class AS s ON s.oid = used.sequence AND s.relkind = 'S'
        JOIN pg_catalog.pg_namespace AS sn ON sn.oid = s.relnamespace
        JOIN pg_catalog.pg_sequence AS q ON q.seqrelid = s.oid
        JOIN pg_catalog.pg_class AS c ON c.oid = used.relation AND NOT c.relispartition AND c.relkind IN ('r', 'p')
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = used.number
        JOIN base AS b ON b.oid = a.atttypid AND b.base = ANY ($2)
        ORDER BY sn.nspname, s.relname, s.oid, c.oid, a.attnum"
    );
    let mut sequences: Vec<Sequence> = Vec::new();
    let mut places: BTreeMap<u32, usize> = BTreeMap::new();
    for row in session.query(&sql, &[&NEXT_VALUE, &COUNTING.as_slice()])? {
        let oid: u32 = get(session, &row, 0)?;
        let (table, name): (String, String) = (get(session, &row, 6)?, get(session, &row, 7)?);
        let number: u32 = get(session, &row, 8)?;
        let relation = counted(&table).filter(|relation| relation.oid == number);
        let Some(relation) = relation else { continue };
        let place = *places.entry(oid).or_insert(sequences.len());
        if place == sequences.len() {
            let (schema, name): (String, String) = (get(session, &row, 1)?, get(session, &row, 2)?);
            sequences.push(Sequence {
                oid,
                name: qualified(Some(&schema), &name),
                shown: format!("{}.{}", Shown(&schema), Shown(&name)),
                increment: get(session, &row, 3)?,
                min: get(session, &row, 4)?,
                max: get(session, &row, 5)?,
                columns: Vec::new(),
                may_select: get(session, &row, 10)?,
                may_update: get(session, &row, 11)?,
            });
        }
        sequences[place].columns.push(Column {
            table,
            name,
            from: relation.from,
            may_select: get(session, &row, 9)?,
            row_security: relation.row_security,
        });
    }
    Ok(sequences)
}

impl Sequence {
    /// The tables that use it, as people read them.
    pub(crate) fn tables(&self) -> String {
        let mut names: Vec<String> =
            self.columns.iter().map(|column| Shown(&column.table).to_string()).collect();
        names.dedup();
        names.join(", ")
    }

    /// The value of a column that the sequence reached last, within what it can reach at all; whole values only. `from` may
    /// end in a condition.
    pub(crate) fn greatest(&self, column: &str, from: &str) -> String {
        let function = if self.increment > 0 { "max" } else { "min" };
        format!(
            "(SELECT pg_catalog.{function}({column})::pg_catalog.int8 FROM {from}
              {column} BETWEEN {} AND {} AND {column} % 1 = 0)",
            self.min, self.max
        )
    }

    /// The greatest value of all columns, in SQL; `None` if the role can read none.
    pub(crate) fn reached(&self) -> Option<String> {
        let readable = self.columns.iter().filter(|column| column.may_select);
        let each: Vec<String> = readable
            .map(|column| self.greatest(&identifier(&column.name), &format!("{} WHERE", column.from)))
            .collect();
        (!each.is_empty()).then(|| self.furthest(&each))
    }

    /// The one of several values that the sequence reaches last, in SQL.
    pub(crate) fn furthest(&self, values: &[String]) -> String {
        let function = if self.increment > 0 { "GREATEST" } else { "LEAST" };
        format!("{function}({})", values.join(", "))
    }

    /// A FROM clause with one row, as `r.reached`, where the sequence gives next what is taken or what lies before that.
    pub(crate) fn behind(&self, reached: &str) -> String {
        let operator = if self.increment > 0 { "<=" } else { ">=" };
        format!(
            "{name} AS s, (SELECT {reached} AS reached) AS r
             WHERE CASE WHEN s.is_called THEN s.last_value::pg_catalog.numeric + {increment} ELSE s.last_value END
               {operator} r.reached",
            name = self.name,
            increment = self.increment,
        )
    }

    /// Whether it is behind, also with a value that is about to come.
    pub(crate) fn is_behind(&self, session: &mut Session, coming: Option<i64>) -> Result<bool, Error> {
        let values: Vec<String> = self
            .reached()
            .into_iter()
            .chain(coming.map(|value| format!("({value})::pg_catalog.int8")))
            .collect();
        if values.is_empty() {
            return Ok(false);
        }
        let sql = format!("SELECT FROM {}", self.behind(&self.furthest(&values)));
        Ok(!session.query(&sql, &[])?.is_empty())
    }
}
