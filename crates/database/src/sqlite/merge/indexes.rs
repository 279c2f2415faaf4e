//! The unique indexes of the target that the merge can try by itself: over columns of the snapshot or expressions of them,
//! for all rows or for those of a condition.
//!
//! What an index computes no pragma tells. It is taken from the statement that made the index, which the engine has read
//! and accepted; a text in which the columns cannot be told for certain leaves the index to the engine.

use std::ops::Range;

use model::Value;
use rusqlite::{Connection, ErrorCode, params_from_iter};

use super::super::convert::Affinity;
use super::super::ddl_text::{Token, tokens_in};
use super::shape::{Identity, Shape};
use super::stored::Stored;
use super::transaction::fault;
use crate::error::{At as _, reason_of};
use crate::sql::identifier;
use crate::{Error, MergeError};

/// A unique index of the target over columns of the snapshot.
#[derive(Debug)]
pub(super) struct Unique {
    /// Its name.
    pub name: String,
    /// Positions in [`Shape::columns`] of the columns that its values come from.
    pub columns: Vec<usize>,
    /// Positions of the columns that only its condition names.
    pub condition_columns: Vec<usize>,
    /// The collation of each value, quoted.
    pub collations: Vec<String>,
    /// What is computed; `None` for plain columns of all rows.
    pub computed: Option<Computed>,
}

/// What an index computes, in SQL over bare names of columns.
#[derive(Debug)]
pub(super) struct Computed {
    /// Its values.
    terms: Vec<String>,
    /// The condition under which it has a row.
    condition: Option<String>,
    /// Whether a value is more than a column.
    pub by_expression: bool,
}

/// An index as the pragmas tell it.
struct Described {
    name: String,
    partial: bool,
    /// The columns, `None` for expressions, and their collations.
    parts: Vec<(Option<String>, String)>,
    /// The statement that made it; constraints have none.
    sql: Option<String>,
}

/// The unique indexes of a table whose columns all are the snapshot's, by name.
///
/// # Errors
/// The target cannot be read.
pub(super) fn of(connection: &Connection, shape: &Shape) -> Result<Vec<Unique>, Error> {
    let mut found = Vec::new();
    for index in described(connection, &shape.spec.name)? {
        let Some(unique) = index.over(shape) else { continue };
        // A function that this connection lacks, a name that is none: the engine will say what it thinks of its rows.
        let is_known = unique.computed.is_none() || {
            connection.execute_batch(&incoming_ddl(shape)).at(connection)?;
            connection.prepare(&unique.needed_sql(shape)).is_ok()
                && connection.prepare(&unique.holders_sql(shape)).is_ok()
        };
        if is_known {
            found.push(unique);
        }
    }
    Ok(found)
}

fn described(connection: &Connection, table: &str) -> Result<Vec<Described>, Error> {
    let list = r#"SELECT l.name, l.partial, s.sql FROM pragma_index_list(?, 'main') AS l
                  LEFT JOIN main.sqlite_schema AS s ON s.type = 'index' AND s.name = l.name
                  WHERE l."unique" ORDER BY l.name"#;
    let indexes: Vec<(String, bool, Option<String>)> = connection
        .prepare(list)
        .and_then(|mut statement| {
            statement.query_map([table], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect()
        })
        .at(connection)?;
    let mut found = Vec::new();
    for (name, partial, sql) in indexes {
        let parts = connection
            .prepare_cached("SELECT name, coll FROM pragma_index_xinfo(?, 'main') WHERE key ORDER BY seqno")
            .and_then(|mut statement| {
                statement.query_map([&name], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
            })
            .at(connection)?;
        found.push(Described { name, partial, parts, sql });
    }
    Ok(found)
}

impl Described {
    fn over(self, shape: &Shape) -> Option<Unique> {
        let collations = self.parts.iter().map(|(_, collation)| identifier(collation)).collect();
        let plain: Option<Vec<&str>> = self.parts.iter().map(|(name, _)| name.as_deref()).collect();
        if let Some(names) = plain.filter(|_| !self.partial) {
            let columns: Option<Vec<usize>> = names.into_iter().map(|name| shape.position(name)).collect();
            let (columns, condition_columns) = (columns?, Vec::new());
            return Some(Unique { name: self.name, columns, condition_columns, collations, computed: None });
        }
        let text = IndexText::parse(self.sql.as_deref()?)?;
        if text.terms.len() != self.parts.len() || text.condition.is_some() != self.partial {
            return None;
        }
        let mut columns = Vec::new();
        let mut terms = Vec::new();
        for ((name, _), term) in self.parts.iter().zip(text.terms) {
            match name {
                Some(name) => {
                    columns.push(shape.position(name)?);
                    terms.push(identifier(name));
                }
                None => {
                    columns.extend(columns_of(shape, &term.tokens)?);
                    terms.push(term.sql);
                }
            }
        }
        columns.sort_unstable();
        columns.dedup();
        let mut condition_columns = match &text.condition {
            Some(condition) => columns_of(shape, &condition.tokens)?,
            None => Vec::new(),
        };
        condition_columns.retain(|at| !columns.contains(at));
        let by_expression = self.parts.iter().any(|(name, _)| name.is_none());
        let condition = text.condition.map(|condition| condition.sql);
        let computed = Some(Computed { terms, condition, by_expression });
        (!columns.is_empty()).then_some(Unique {
            name: self.name,
            columns,
            condition_columns,
            collations,
            computed,
        })
    }
}

/// The snapshot's columns that an expression may name; `None` where it may name something else of the row.
fn columns_of(shape: &Shape, tokens: &[Token]) -> Option<Vec<usize>> {
    let mut columns = Vec::new();
    for name in tokens.iter().filter_map(Token::as_name) {
        let is_column = shape.table.columns.iter().any(|column| column.name.eq_ignore_ascii_case(name));
        let is_row_number = ["rowid", "oid", "_rowid_"].iter().any(|own| name.eq_ignore_ascii_case(own));
        match shape.position(name) {
            Some(at) => columns.push(at),
            None if is_column || is_row_number => return None,
            None => {}
        }
    }
    columns.sort_unstable();
    columns.dedup();
    Some(columns)
}

impl Unique {
    /// The columns whose change may change what the index has of a row.
    pub(super) fn all_columns(&self) -> Vec<usize> {
        self.columns.iter().chain(&self.condition_columns).copied().collect()
    }

    /// The query for the rows that hold values, which are to be bound.
    pub(super) fn holders_sql(&self, shape: &Shape) -> String {
        let plain: Vec<String>;
        let (terms, condition) = match &self.computed {
            Some(computed) => (&computed.terms, computed.condition.as_ref()),
            None => {
                plain = self.columns.iter().map(|at| format!("t.{}", shape.columns[*at].quoted)).collect();
                (&plain, None)
            }
        };
        // A term may end in a comment.
        let equal: Vec<String> = (terms.iter().zip(&self.collations))
            .map(|(term, collation)| format!("({term}\n) COLLATE {collation} = ?"))
            .collect();
        let condition = condition.map(|condition| format!(" AND ({condition}\n)")).unwrap_or_default();
        format!(
            "SELECT {} FROM {} AS t WHERE {}{condition}",
            shape.identity_list("t"),
            shape.name,
            equal.join(" AND ")
        )
    }

    /// The query for the values that the index would have of the row in [`incoming_ddl`]'s table.
    fn needed_sql(&self, shape: &Shape) -> String {
        let Some(computed) = &self.computed else { return String::new() };
        let terms: Vec<String> = computed.terms.iter().map(|term| format!("({term}\n)")).collect();
        let filter = computed
            .condition
            .as_ref()
            .map(|condition| format!(" WHERE ({condition}\n)"))
            .unwrap_or_default();
        format!("SELECT {} FROM {}{filter}", terms.join(", "), incoming(shape))
    }

    /// The values that the index would have of the row that was [put](put_incoming) there, the one with these `values`;
    /// `None` if it would not have it.
    ///
    /// # Errors
    /// [`MergeError::Refused`] where the engine cannot compute them, so that it would take no such row.
    pub(super) fn needed(
        &self,
        connection: &Connection,
        shape: &Shape,
        values: &[Value],
    ) -> Result<Option<Identity>, Error> {
        let mut statement = connection.prepare_cached(&self.needed_sql(shape)).at(connection)?;
        let mut rows = statement.query([]).at(connection)?;
        let row = rows.next().map_err(|error| match error.sqlite_error_code() {
            Some(ErrorCode::Unknown) => {
                MergeError::Refused { row: shape.show(values), reason: reason_of(&error) }.into()
            }
            _ => fault(connection, &error),
        })?;
        let Some(row) = row else { return Ok(None) };
        let needed: rusqlite::Result<Identity> = (0..self.collations.len()).map(|at| row.get(at)).collect();
        let needed = needed.at(connection)?;
        Ok((!needed.contains(&Stored::Null)).then_some(needed))
    }
}

/// A table with the snapshot's columns for one row.
fn incoming(shape: &Shape) -> String {
    format!("temp.merge_incoming_{}", shape.index)
}

fn incoming_ddl(shape: &Shape) -> String {
    let columns: Vec<String> =
        (shape.columns.iter().enumerate()).map(|(at, column)| declared(shape, at, &column.quoted)).collect();
    format!("DROP TABLE IF EXISTS {0}; CREATE TABLE {0} ({1});", incoming(shape), columns.join(", "))
}

/// A column `name` of a temporary table that compares as the column at `at` of the target does.
pub(super) fn declared(shape: &Shape, at: usize, name: &str) -> String {
    let affinity = match shape.columns[at].affinity {
        Affinity::Integer => "INTEGER",
        Affinity::Text => "TEXT",
        Affinity::Blob => "BLOB",
        Affinity::Real => "REAL",
        Affinity::Numeric => "NUMERIC",
    };
    let collation = shape.table.column(&shape.spec.columns[at].name).and_then(|column| column.collation);
    let collation = collation.map(|known| format!(" COLLATE {}", known.as_str())).unwrap_or_default();
    format!("{name} {affinity}{collation}")
}

/// Puts a row of the snapshot where [`Unique::needed`] finds it.
///
/// # Errors
/// There is no room for temporary files.
pub(super) fn put_incoming<'v>(
    connection: &Connection,
    shape: &Shape,
    values: impl Iterator<Item = rusqlite::types::ToSqlOutput<'v>>,
) -> Result<(), Error> {
    let table = incoming(shape);
    let holes = vec!["?"; shape.columns.len()].join(", ");
    connection
        .prepare_cached(&format!("DELETE FROM {table}"))
        .and_then(|mut statement| statement.execute([]))
        .and_then(|_| connection.prepare_cached(&format!("INSERT INTO {table} VALUES ({holes})")))
        .and_then(|mut statement| statement.execute(params_from_iter(values)))
        .map(|_| ())
        .at(connection)
}

/// A part of the statement that made an index.
struct Part {
    sql: String,
    tokens: Vec<Token>,
}

/// What that statement says.
struct IndexText {
    terms: Vec<Part>,
    condition: Option<Part>,
}

impl IndexText {
    /// Reads `CREATE UNIQUE INDEX … ON t (…) WHERE …`; `None` for a text of another form.
    fn parse(sql: &str) -> Option<Self> {
        let tokens = tokens_in(sql);
        let on = tokens.iter().position(|(_, token)| token.is_word("on"))?;
        let open = on + 2;
        if tokens.get(open)?.1 != Token::Mark('(') {
            return None;
        }
        let mut terms = Vec::new();
        let (mut depth, mut begin) = (0_usize, open + 1);
        for (at, (_, token)) in tokens.iter().enumerate().skip(open) {
            match token {
                Token::Mark('(') => depth += 1,
                Token::Mark(')') => depth -= 1,
                Token::Mark(',') if depth == 1 => {
                    terms.push(term(sql, &tokens[begin..at])?);
                    begin = at + 1;
                }
                _ => {}
            }
            if depth == 0 {
                terms.push(term(sql, &tokens[begin..at])?);
                let condition = match tokens.get(at + 1) {
                    None => None,
                    Some((_, token)) if token.is_word("where") => Some(part(sql, &tokens[at + 2..])?),
                    Some(_) => return None,
                };
                return Some(Self { terms, condition });
            }
        }
        None
    }
}

/// A value without its direction.
fn term(sql: &str, tokens: &[(Range<usize>, Token)]) -> Option<Part> {
    let (last, before) = tokens.split_last()?;
    let is_direction = last.1.is_word("asc") || last.1.is_word("desc");
    part(sql, if is_direction { before } else { tokens })
}

fn part(sql: &str, tokens: &[(Range<usize>, Token)]) -> Option<Part> {
    let (first, last) = (tokens.first()?, tokens.last()?);
    let text = sql.get(first.0.start..last.0.end)?.to_owned();
    Some(Part { sql: text, tokens: tokens.iter().map(|(_, token)| token.clone()).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(sql: &str) -> Option<(Vec<String>, Option<String>)> {
        let text = IndexText::parse(sql)?;
        Some((text.terms.into_iter().map(|term| term.sql).collect(), text.condition.map(|part| part.sql)))
    }

    #[test]
    fn what_an_index_computes_is_read_in_every_spelling() {
        let own = |terms: &[&str], condition: Option<&str>| {
            Some((terms.iter().map(|term| (*term).to_owned()).collect(), condition.map(str::to_owned)))
        };
        for (sql, expected) in [
            ("CREATE UNIQUE INDEX i ON t (lower(a), b DESC)", own(&["lower(a)", "b"], None)),
            (
                "CREATE UNIQUE INDEX \"on (x)\" ON [t (y)](a COLLATE NOCASE asc) -- (c)\n where a <> 'b)' /* ( */",
                own(&["a COLLATE NOCASE"], Some("a <> 'b)'")),
            ),
            (
                "CREATE UNIQUE INDEX IF NOT EXISTS i ON t(coalesce(a, (b)), a || ',') WHERE (d IS NULL)",
                own(&["coalesce(a, (b))", "a || ','"], Some("(d IS NULL)")),
            ),
            ("CREATE UNIQUE INDEX i ON t (a", None),
            ("CREATE UNIQUE INDEX i ON t", None),
            ("CREATE UNIQUE INDEX i ON t () WHERE a", None),
            ("CREATE UNIQUE INDEX i ON t (a) WHERE", None),
            ("CREATE UNIQUE INDEX i ON t (a) b", None),
            ("", None),
        ] {
            assert_eq!(parts(sql), expected, "{sql}");
        }
    }
}
