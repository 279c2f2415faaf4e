//! The full-text tables of a database: what they index, and whether they agree with their rows.
//!
//! The rule to keep in mind: to the engine that question is a statement that writes, although no page changes; so it is asked
//! of a target within its transaction, or of a copy.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode};

use super::ddl_text::{Token, tokens};
use crate::Error;
use crate::error::{At as _, reason_of};
use crate::sql::identifier;

/// A full-text table as a database stores it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FullText {
    /// Its name.
    pub(crate) name: String,
    /// The table whose rows it indexes; `None` if it keeps its own text, or none at all.
    pub(crate) content: Option<String>,
    /// Whether the module takes FTS5's commands.
    is_fts5: bool,
}

/// The full-text tables of the main database, by name.
///
/// # Errors
/// The database cannot be read.
pub(crate) fn stored(connection: &Connection) -> Result<Vec<FullText>, Error> {
    let sql = "SELECT name, sql FROM main.sqlite_schema
               WHERE type = 'table' AND sql LIKE 'create virtual%' ORDER BY name";
    let mut statement = connection.prepare(sql).at(connection)?;
    let rows = statement.query_map([], |row| Ok((text(row, 0)?, text(row, 1)?)));
    let found: Vec<(String, String)> = rows.and_then(Iterator::collect).at(connection)?;
    Ok(found.into_iter().filter_map(|(name, sql)| FullText::parse(name, &sql)).collect())
}

fn text(row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<String> {
    Ok(match row.get_ref(at)? {
        ValueRef::Text(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        _ => String::new(),
    })
}

impl FullText {
    /// Reads a `CREATE VIRTUAL TABLE … USING fts5(…)`; `None` for other modules.
    fn parse(name: String, sql: &str) -> Option<Self> {
        let tokens = tokens(sql);
        let using = tokens.iter().position(|token| token.is_word("using"))?;
        let module = tokens.get(using + 1)?.as_name()?.to_ascii_lowercase();
        if !matches!(module.as_str(), "fts3" | "fts4" | "fts5") {
            return None;
        }
        let content = tokens[using + 2..].windows(3).find_map(|part| match part {
            [option, Token::Mark('='), value] if option.is_word("content") => Some(match value {
                Token::Text(name) | Token::Name(name) | Token::Word(name) => name.clone(),
                Token::Mark(_) => String::new(),
            }),
            _ => None,
        });
        Some(Self { name, content: content.filter(|name| !name.is_empty()), is_fts5: module == "fts5" })
    }

    /// Whether it is this table, or indexes its rows.
    pub(crate) fn is_of(&self, table: &str) -> bool {
        self.content.as_deref().unwrap_or(&self.name).eq_ignore_ascii_case(table)
    }

    /// Compares the index with the rows: `Ok(false)` if they do not agree.
    ///
    /// # Errors
    /// What the engine says if it cannot tell.
    pub(crate) fn compare(&self, connection: &Connection) -> rusqlite::Result<bool> {
        let name = identifier(&self.name);
        let sql = if self.is_fts5 {
            // Rank 1 compares with the rows themselves, not only the index with its own parts.
            format!("INSERT INTO main.{name} ({name}, rank) VALUES ('integrity-check', 1)")
        } else {
            format!("INSERT INTO main.{name} ({name}) VALUES ('integrity-check')")
        };
        match connection.execute_batch(&sql) {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt) => Ok(false),
            done => done.map(|()| true),
        }
    }

    /// Why it cannot be asked: of a check the engine says only that it failed; reading the rows says what they lack.
    pub(crate) fn reason(&self, connection: &Connection, error: &rusqlite::Error) -> String {
        let read = format!("SELECT * FROM main.{} LIMIT 1", identifier(&self.name));
        let said = connection.prepare(&read).and_then(|mut rows| rows.exists([])).err();
        reason_of(said.as_ref().unwrap_or(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_full_text_tables_are_read_in_every_spelling() {
        let parse =
            |sql: &str| FullText::parse("f".to_owned(), sql).map(|table| (table.content, table.is_fts5));
        let own = |name: &str| Some(name.to_owned());
        for (sql, expected) in [
            (
                "CREATE VIRTUAL TABLE f USING fts5(title, content='fragments', content_rowid='id')",
                Some((own("fragments"), true)),
            ),
            ("create virtual table f using FTS5(title, content = \"a b\")", Some((own("a b"), true))),
            ("CREATE VIRTUAL TABLE f USING fts4(content=[t], title)", Some((own("t"), false))),
            ("CREATE VIRTUAL TABLE f USING fts5(title, content='')", Some((None, true))),
            ("CREATE VIRTUAL TABLE f USING fts5(title, /* content='x' */ body)", Some((None, true))),
            ("CREATE VIRTUAL TABLE f USING rtree(id, a, b)", None),
            ("CREATE VIRTUAL TABLE f", None),
        ] {
            assert_eq!(parse(sql), expected, "{sql}");
        }
    }
}
