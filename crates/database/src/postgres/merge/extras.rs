//! Columns of the target that the snapshot lacks, and which of them hold something: neither NULL nor the declared default.
//!
//! Only a default that is a plain literal counts; one that is computed cannot be told from what people wrote. A column that
//! the server counts up holds nothing of theirs either. Of equal rows without a key, those that hold something stay.

use std::collections::BTreeMap;

use model::LogicalType;

use super::super::session::Session;
use super::super::sql::{identifier, literal};
use super::Merge;
use super::facts::{exists, get};
use super::shape::Shape;
use crate::Error;

/// A column of the target, as the archive's rows are compared with it.
#[derive(Clone, Debug)]
pub(super) struct Compared {
    pub(super) name: String,
    /// What the target stores.
    pub(super) stored: LogicalType,
    /// The SQL condition under which it holds nothing in the row `t`.
    pub(super) blank: String,
}

/// The snapshot's columns in its order, then those that only the target has.
///
/// # Errors
/// The target cannot be read.
pub(super) fn compared(session: &mut Session, shape: &Shape) -> Result<Vec<Compared>, Error> {
    let defaults = defaults(session, shape)?;
    let column = |name: &str, stored: LogicalType| {
        let quoted = format!("t.{}", identifier(name));
        let default = defaults.get(name).and_then(|default| default.is_in(&quoted, stored));
        let blank = match default {
            Some(same) => format!("({quoted} IS NULL OR {same})"),
            None => format!("{quoted} IS NULL"),
        };
        Compared { name: name.to_owned(), stored, blank }
    };
    let known = shape.spec.columns.iter().zip(&shape.columns);
    let mut all: Vec<Compared> = known.map(|(spec, known)| column(&spec.name, known.stored)).collect();
    for extra in shape.table.columns.iter().filter(|column| !column.generated && !column.identity) {
        if shape.position(&extra.name).is_none() {
            all.push(column(&extra.name, extra.ty));
        }
    }
    Ok(all)
}

/// Of owned rows without a key that are equal, lets those stay in which people wrote, and the others be deleted.
///
/// # Errors
/// The target cannot be read, or there is no room for temporary tables.
pub(super) fn keep_written(session: &mut Session, merge: &Merge<'_>, shape: &Shape) -> Result<(), Error> {
    let columns = compared(session, shape)?;
    let extras = &columns[shape.columns.len()..];
    let gone = shape.gone();
    if shape.has_key() || extras.is_empty() || !exists(session, &format!("SELECT FROM {gone}"))? {
        return Ok(());
    }
    let blank: Vec<&str> = extras.iter().map(|extra| extra.blank.as_str()).collect();
    // Of each group of equal rows, as many stay as the snapshot has.
    session.batch(&format!(
        "CREATE TEMP TABLE rank_{at} ON COMMIT DROP AS
         SELECT seq, k0, k1, hash, number <= staying AS stays FROM (
             SELECT n.seq, n.k0, n.k1, {hash} AS hash,
                 pg_catalog.row_number() OVER (PARTITION BY {hash} ORDER BY ({blank}), n.seq IS NULL, n.k0, n.k1) AS number,
                 pg_catalog.count(n.seq) OVER (PARTITION BY {hash}) AS staying
             FROM (SELECT f.seq, f.k0, f.k1 FROM {found} AS f JOIN {stage} AS s ON s.seq = f.seq WHERE s.owned
                   UNION ALL SELECT NULL, k0, k1 FROM {gone}) AS n
             JOIN {table} AS t ON {noted}
             WHERE {owned}) AS ranked",
        at = shape.index,
        hash = shape.row_hash("t"),
        blank = blank.join(" AND "),
        found = shape.found(),
        stage = shape.stage(),
        table = shape.relation.from,
        noted = shape.is_noted("t", "n"),
        owned = merge.owned_condition(&shape.spec.name),
    ))?;
    let numbered = |which: &str| {
        format!(
            "SELECT seq, k0, k1, hash, pg_catalog.row_number() OVER (PARTITION BY hash ORDER BY k0, k1) AS place
             FROM pg_temp.rank_{} WHERE {which}",
            shape.index
        )
    };
    session.batch(&format!(
        "CREATE TEMP TABLE swap_{at} ON COMMIT DROP AS
         SELECT l.seq, l.k0 AS l0, l.k1 AS l1, w.k0, w.k1
         FROM ({lost}) AS l JOIN ({won}) AS w ON w.hash = l.hash AND w.place = l.place;
         DELETE FROM {gone} AS g USING pg_temp.swap_{at} AS x WHERE {swapped};
         INSERT INTO {gone} SELECT l0, l1 FROM pg_temp.swap_{at};
         UPDATE {found} AS f SET k0 = x.k0, k1 = x.k1 FROM pg_temp.swap_{at} AS x WHERE f.seq = x.seq",
        at = shape.index,
        lost = numbered("seq IS NOT NULL AND NOT stays"),
        won = numbered("seq IS NULL AND stays"),
        swapped = shape.same("g", "x"),
        found = shape.found(),
    ))
}

/// A default that is a plain literal.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Literal {
    Number(String),
    Boolean(bool),
    Text(String),
}

impl Literal {
    /// The SQL condition under which a column holds it; `None` where its type cannot be compared with it.
    fn is_in(&self, column: &str, stored: LogicalType) -> Option<String> {
        let number = matches!(stored, LogicalType::Integer | LogicalType::Real | LogicalType::Decimal);
        match self {
            Self::Number(digits) if number => Some(format!("{column} = {digits}")),
            Self::Boolean(truth) if stored == LogicalType::Boolean => {
                Some(if *truth { column.to_owned() } else { format!("NOT {column}") })
            }
            // Another spelling of the same value counts as written by people, which only asks once more.
            Self::Text(text) | Self::Number(text) => {
                Some(format!("{column}::pg_catalog.text COLLATE \"C\" = {}", literal(text)))
            }
            Self::Boolean(_) => None,
        }
    }
}

/// The defaults that are plain literals, by column.
fn defaults(session: &mut Session, shape: &Shape) -> Result<BTreeMap<String, Literal>, Error> {
    let sql = "SELECT a.attname::pg_catalog.text, pg_catalog.pg_get_expr(d.adbin, d.adrelid)
        FROM pg_catalog.pg_attrdef AS d
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
        WHERE d.adrelid = $1 AND a.attgenerated = ''";
    let mut found = BTreeMap::new();
    for row in session.query(sql, &[&shape.relation.oid])? {
        let text: Option<String> = get(session, &row, 1)?;
        if let Some(default) = text.as_deref().and_then(plain_literal) {
            found.insert(get(session, &row, 0)?, default);
        }
    }
    Ok(found)
}

/// What the server prints of a literal: `0`, `true`, `'it''s'::text`, `'-1'::integer`; `None` for anything else.
fn plain_literal(sql: &str) -> Option<Literal> {
    let bare = |number: &str| Some(Literal::Number(number.to_owned())).filter(|_| is_number(number));
    if let Some(truth) = [("true", true), ("false", false)].iter().find(|(word, _)| *word == sql) {
        return Some(Literal::Boolean(truth.1));
    }
    let unsigned = sql.strip_prefix("(").and_then(|rest| rest.strip_suffix(")")).unwrap_or(sql);
    let (number, _) = unsigned.split_once("::").unwrap_or((unsigned, ""));
    if is_number(number) {
        return bare(number);
    }
    let rest = sql.strip_prefix('\'')?;
    let mut text = String::new();
    let mut chars = rest.chars().peekable();
    loop {
        match chars.next()? {
            '\'' if chars.peek() == Some(&'\'') => {
                chars.next();
                text.push('\'');
            }
            '\'' => break,
            c => text.push(c),
        }
    }
    let cast: String = chars.collect();
    // The name of a type, and no operator behind it.
    let plain = cast.is_empty()
        || cast
            .strip_prefix("::")
            .is_some_and(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || " _.\"(),[]".contains(c)));
    plain.then(|| bare(&text).unwrap_or(Literal::Text(text)))
}

/// Decimal digits, perhaps with a sign and a fraction.
fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_literals_are_taken_for_defaults() {
        let number = |text: &str| Some(Literal::Number(text.to_owned()));
        let text = |text: &str| Some(Literal::Text(text.to_owned()));
        assert_eq!(plain_literal("0"), number("0"));
        assert_eq!(plain_literal("1.50"), number("1.50"));
        assert_eq!(plain_literal("'-1'::integer"), number("-1"));
        assert_eq!(plain_literal("'-1'::\"char\""), number("-1"));
        assert_eq!(plain_literal("('-1'::integer)::smallint"), None);
        assert_eq!(plain_literal("(0)::numeric"), None);
        assert_eq!(plain_literal("true"), Some(Literal::Boolean(true)));
        assert_eq!(plain_literal("'it''s fine'::text"), text("it's fine"));
        assert_eq!(plain_literal("'{}'::jsonb"), text("{}"));
        assert_eq!(plain_literal("'a'::character varying(10)"), text("a"));
        for other in
            ["", "now()", "'a'::text || 'b'", "nextval('s'::regclass)", "CURRENT_TIMESTAMP", "'a", "1 + 1"]
        {
            assert_eq!(plain_literal(other), None, "{other}");
        }
    }
}
