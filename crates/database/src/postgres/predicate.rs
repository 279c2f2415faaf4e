//! The conditions of a selection as SQL, with the model's meaning: texts compare by their bytes, whatever the collation,
//! and a value only with values of its own kind.
//!
//! Where the server can use an index, the condition is said so that it may: by value, and once more by bytes where equal
//! values can print differently. JSON in `jsonb` is compared in SQL. JSON in a column of texts is not: older servers have no
//! cast that leaves alone what is no JSON, so such a condition is a [`Filter`], which its reader has to apply.

mod filter;
mod json;
mod plain;

use model::{Condition, ConditionOp, LogicalType, Scalar, Table, TableSpec};

use super::sql::{identifier, literal};
use crate::Error;
use crate::conditions::{Operand, Side, check_conditions, check_path, check_values};

/// One term of a selection: what SQL can say of it, and what remains to be looked at row by row.
#[derive(Clone, Debug)]
pub(crate) struct Term<'a> {
    said: Vec<Operand<'a>>,
    /// Conditions that each row has to meet besides.
    pub(crate) filters: Vec<Operand<'a>>,
}

/// Divides a term into what SQL can say and what it cannot.
///
/// # Errors
/// A column that the table lacks, or more than one statement can hold.
pub(crate) fn compile<'a>(
    spec: &TableSpec,
    table: &'a Table,
    conditions: &'a [Condition],
) -> Result<Term<'a>, Error> {
    check_conditions(spec, conditions)?;
    conditions.iter().try_for_each(|condition| check_path(spec, condition))?;
    check_values(spec, conditions.iter().map(|condition| condition.values.len()).sum())?;
    let operands: Result<Vec<Operand<'a>>, Error> =
        conditions.iter().map(|condition| Operand::of(spec, table, condition)).collect();
    let (said, filters) = operands?.into_iter().partition(|operand| operand.sql("m").is_some());
    Ok(Term { said, filters })
}

impl Term<'_> {
    /// What SQL can say of the term, over the table `alias`.
    pub(crate) fn sql(&self, alias: &str) -> String {
        let conditions: Vec<String> =
            self.said.iter().filter_map(|operand| operand.sql(alias)).map(|sql| format!("({sql})")).collect();
        if conditions.is_empty() { "TRUE".to_owned() } else { conditions.join(" AND ") }
    }
}

impl Operand<'_> {
    /// The column in SQL, through `alias`.
    pub(crate) fn column_sql(&self, alias: &str) -> String {
        format!("{alias}.{}", identifier(&self.column.name))
    }

    /// The condition in SQL; `None` where SQL cannot say it.
    fn sql(&self, alias: &str) -> Option<String> {
        let sql = self.column_sql(alias);
        match self.json {
            None => self.plain_sql(&sql),
            Some(_) if self.column.declared == "jsonb" => self.json_sql(&sql),
            Some(_) if matches!(self.column.ty, LogicalType::Text | LogicalType::Json) => None,
            // No other column holds an object.
            Some([_, ..]) => Some(truth(self.condition.op == ConditionOp::Null)),
            Some([]) => None,
        }
    }
}

fn truth(truth: bool) -> String {
    if truth { "TRUE" } else { "FALSE" }.to_owned()
}

/// Any of these conditions; none of them is `FALSE`.
fn any(conditions: &[String]) -> String {
    match conditions {
        [] => truth(false),
        [one] => one.clone(),
        _ => conditions.iter().map(|sql| format!("({sql})")).collect::<Vec<_>>().join(" OR "),
    }
}

/// `sql` is one of these literals, each with this cast (`::pg_catalog.int8`, or none for text).
fn one_of(sql: &str, texts: &[String], cast: &str) -> Option<String> {
    let literals: Vec<String> = texts.iter().map(|text| format!("{}{cast}", literal(text))).collect();
    (!literals.is_empty()).then(|| format!("{sql} IN ({})", literals.join(", ")))
}

/// Compares texts by their bytes in UTF-8, whatever the database's encoding.
fn text_range(sql: &str, bound: &str, side: Side) -> String {
    // No text of PostgreSQL holds U+0000: what is at least `a\0b` is what is more than `a`.
    let (bound, operator) = match (bound.split_once('\0'), side) {
        (None, _) => (bound, side.operator()),
        (Some((cut, _)), Side::From) => (cut, ">"),
        (Some((cut, _)), Side::To) => (cut, "<="),
    };
    let bytes = |sql: &str| format!("pg_catalog.convert_to({sql}, 'UTF8')");
    format!("{} {operator} {}", bytes(sql), bytes(&literal(bound)))
}

/// `sql` matches a pattern of `%` and `_`, without escape.
fn like(sql: &str, pattern: &str) -> String {
    if pattern.contains('\0') {
        return truth(false);
    }
    format!("({sql}) COLLATE \"C\" LIKE {}", literal(&pattern.replace('\\', "\\\\")))
}

/// A number without exponent, as `numeric` reads it.
fn numeric(scalar: &Scalar) -> String {
    let digits = match scalar {
        Scalar::Boolean(truth) => i64::from(*truth).to_string(),
        Scalar::Integer(n) => n.to_string(),
        Scalar::Real(x) => format!("{x}"),
        Scalar::Text(text) => text.clone(),
    };
    format!("{}::pg_catalog.numeric", literal(&digits))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use insta::assert_snapshot;
    use model::{Catalog, ColumnSpec, Definition, Engine};

    use super::*;

    /// A condition over a table with a column of each of these types, in SQL.
    fn said(path: &str, op: ConditionOp, values: &[Scalar]) -> Option<String> {
        use LogicalType as T;
        let types =
            [("n", T::Integer), ("x", T::Text), ("d", T::Decimal), ("day", T::Date), ("at", T::Timestamptz)];
        let types = types.into_iter().chain([("m", T::Json), ("y", T::Text)]);
        let spec = TableSpec {
            name: "t".to_owned(),
            schema: None,
            columns: types.map(|(name, ty)| ColumnSpec { name: name.to_owned(), ty }).collect(),
            key: vec!["n".to_owned()],
            order_parents: false,
            limit: false,
            select: Vec::new(),
            references: Vec::new(),
        };
        let total = "t".to_owned();
        let definition = Definition { total, breakdown: BTreeMap::new(), tables: vec![spec] };
        let catalog = Catalog::of_definition(&definition, Engine::Postgres);
        let mut table = catalog.tables["t"].clone();
        for column in &mut table.columns {
            column.declared = column.declared.to_lowercase();
        }
        let path = path.split('.').map(str::to_owned).collect();
        let conditions = [Condition { path, op, values: values.to_vec() }];
        let term = compile(&definition.tables[0], &table, &conditions).expect("a condition");
        term.filters.is_empty().then(|| term.sql("m"))
    }

    #[track_caller]
    fn sql(path: &str, op: ConditionOp, values: &[Scalar]) -> String {
        said(path, op, values).expect("can be said")
    }

    #[test]
    fn conditions_are_said_so_that_an_index_may_serve_them() {
        let text = |text: &str| Scalar::Text(text.to_owned());
        assert_snapshot!(sql("n", ConditionOp::In, &[Scalar::Integer(1), text("2"), text("two")]), @r#"(m."n" IN ('1'::pg_catalog.int8, '2'::pg_catalog.int8))"#);
        assert_snapshot!(sql("n", ConditionOp::From, &[Scalar::Real(1.5)]), @r#"(m."n" >= '2'::pg_catalog.int8)"#);
        assert_snapshot!(sql("x", ConditionOp::In, &[text("it's"), text("b\\")]), @r#"(m."x" IN ('it''s', 'b\') AND (m."x") COLLATE "C" IN ('it''s', 'b\'))"#);
        assert_snapshot!(sql("x", ConditionOp::Like, &[text("a_\\%")]), @r#"((m."x") COLLATE "C" LIKE 'a_\\%')"#);
        assert_snapshot!(sql("x", ConditionOp::From, &[text("a")]), @r#"(pg_catalog.convert_to(m."x", 'UTF8') >= pg_catalog.convert_to('a', 'UTF8'))"#);
        assert_snapshot!(sql("d", ConditionOp::In, &[text("1.50"), text("NaN")]), @r#"((m."d" IN ('1.50'::pg_catalog.numeric) AND (m."d"::pg_catalog.text) COLLATE "C" IN ('1.50')) OR ((m."d"::pg_catalog.text) COLLATE "C" IN ('NaN')))"#);
        assert_snapshot!(sql("day", ConditionOp::From, &[text("2026-01-01")]), @r#"(m."day" >= '0001-01-01'::pg_catalog.date AND m."day" < '10000-01-01'::pg_catalog.date AND m."day" >= '2026-01-01'::pg_catalog.date)"#);
        assert_snapshot!(sql("at", ConditionOp::In, &[text("2026-01-01T01:00:00+01:00")]), @r#"(m."at" IN ('2026-01-01 00:00:00+00:00'::pg_catalog.timestamptz))"#);
        assert_snapshot!(sql("m.a.b", ConditionOp::In, &[Scalar::Boolean(true)]), @r#"((m."m" -> 'a' ->> 'b') IN ('true', '1'))"#);
        assert_snapshot!(sql("m.a", ConditionOp::To, &[Scalar::Integer(7)]), @r#"(CASE WHEN pg_catalog.jsonb_typeof(m."m" -> 'a') = 'number' THEN (m."m" ->> 'a')::pg_catalog.numeric < '7'::pg_catalog.numeric END)"#);
        assert_snapshot!(sql("m.a", ConditionOp::Null, &[]), @r#"((m."m" ->> 'a') IS NULL)"#);
    }

    #[test]
    fn what_no_sql_can_say_is_left_to_the_reader() {
        let text = |text: &str| [Scalar::Text(text.to_owned())];
        assert_eq!(said("y.a", ConditionOp::In, &text("x")), None);
        assert_eq!(said("m.a", ConditionOp::Like, &text("%a%b%")), None);
    }
}
