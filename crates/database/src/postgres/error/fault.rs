//! A statement or a row that the server refused, as data: what was wrong, and where. Never a value.

use std::fmt;

use model::text::Shown;
use tokio_postgres::error::DbError;

/// What the server said of a statement or a row. Holds names and words of this program, never a value of a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DbFault {
    /// PostgreSQL's code; empty where the client itself could not go on.
    pub sqlstate: String,
    /// What is wrong, made safe.
    pub reason: String,
    /// The schema of the table.
    pub schema: Option<String>,
    /// The table.
    pub table: Option<String>,
    /// The column.
    pub column: Option<String>,
    /// The constraint.
    pub constraint: Option<String>,
    /// The row of the COPY that failed, from 1.
    pub line: Option<u64>,
}

impl DbFault {
    /// What `db` says, without its values.
    pub(super) fn of(db: &DbError) -> Self {
        let copied = db.where_().and_then(copy_context);
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let mut fault = Self {
            sqlstate: db.code().code().to_owned(),
            reason: String::new(),
            schema: owned(db.schema()),
            table: owned(db.table()),
            column: owned(db.column()).or_else(|| copied.as_ref().and_then(|(_, column)| column.clone())),
            constraint: owned(db.constraint()),
            line: copied.map(|(line, _)| line),
        };
        fault.reason = fault.told(db);
        fault
    }

    /// Own words wherever the server's message may hold a value: constraints, data, and errors that a trigger raised.
    fn told(&self, db: &DbError) -> String {
        match self.sqlstate.get(..2).unwrap_or_default() {
            _ if is_raised(db) => raised(db),
            "22" => self.unfit(db.message()),
            "23" | "44" => self.broken(),
            "P0" | "38" | "39" | "2F" => raised(db),
            _ if self.sqlstate == "42601" && db.message().contains("at or near") => {
                "a statement that it does not understand".to_owned()
            }
            // Its detail names the objects: `view open_todos depends on table todos`.
            _ if self.sqlstate == "2BP01" => match db.detail() {
                Some(detail) => format!("other objects depend on what is to be dropped: {}", bounded(detail)),
                None => bounded(db.message()),
            },
            _ => bounded(db.message()),
        }
    }

    /// A constraint that a row breaks.
    fn broken(&self) -> String {
        let of_table = self.table.as_ref().map(|table| format!(" of `{}`", Shown(table))).unwrap_or_default();
        let named = self.constraint.as_ref().map(|name| format!(" `{}`", Shown(name))).unwrap_or_default();
        match (self.sqlstate.as_str(), &self.constraint, &self.column) {
            ("23502", None, Some(column)) => {
                format!("the column `{}`{of_table} may not be NULL", Shown(column))
            }
            ("23502", ..) => format!("a value{of_table} may not be NULL"),
            ("23505", ..) => format!("the unique constraint{named}{of_table} is violated"),
            ("23001" | "23503", ..) => format!("the foreign key{named}{of_table} is violated"),
            ("23514", None, _) => format!("no partition{of_table} takes the row"),
            ("23514", ..) => format!("the check constraint{named}{of_table} is violated"),
            ("23P01", ..) => format!("the exclusion constraint{named}{of_table} is violated"),
            ("44000", ..) => "the check option of a view is violated".to_owned(),
            _ => format!("the constraint{named}{of_table} is violated ({})", self.sqlstate),
        }
    }

    /// A value that its column cannot hold.
    fn unfit(&self, message: &str) -> String {
        let what = match self.sqlstate.as_str() {
            "22001" => "a text is longer than its column allows".to_owned(),
            "22003" => "a number is out of its column's range".to_owned(),
            "22004" => "a value may not be NULL".to_owned(),
            "22007" | "22P02" | "22032" => match named_type(message) {
                Some(name) => format!("a value is no valid `{}`", Shown(&name)),
                None => "a value is not valid in its column's type".to_owned(),
            },
            "22008" => "a date or time is out of its column's range".to_owned(),
            "22012" => "a division by zero".to_owned(),
            "22021" | "22P05" => "a text has a character that the database's encoding lacks".to_owned(),
            "22P04" => "a row has not the columns of its table".to_owned(),
            "22030" => "a JSON object has a key twice".to_owned(),
            code => format!("a value does not fit its column ({code})"),
        };
        match &self.column {
            Some(column) => format!("column `{}`: {what}", Shown(column)),
            None => what,
        }
    }
}

/// Without the table and the row: whoever shows it has named them.
impl fmt::Display for DbFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

/// The server's message in one line of bounded length.
pub(super) fn bounded(message: &str) -> String {
    Shown(&message.chars().take(300).collect::<String>()).to_string()
}

/// Whether a function of the database raised it, with whatever code its author chose.
pub(super) fn is_raised(db: &DbError) -> bool {
    db.routine() == Some("exec_stmt_raise")
}

/// Whoever raised the error wrote its text, with any values in it: only the function is named.
fn raised(db: &DbError) -> String {
    let function = db.where_().and_then(|context| {
        let (_, rest) = context.lines().next()?.split_once("PL/pgSQL function ")?;
        Some(rest.split_once(" line ").map_or(rest, |(name, _)| name))
    });
    match function {
        Some(name) => format!("its function `{}` raised an error ({})", bounded(name), db.code().code()),
        None => format!("one of its functions raised an error ({})", db.code().code()),
    }
}

/// The type in `invalid input syntax for type uuid: "…"` and `invalid input value for enum mood: "…"`: what stands before
/// the value.
fn named_type(message: &str) -> Option<String> {
    let rest = (message.split_once("invalid input syntax for type "))
        .or_else(|| message.split_once("invalid input value for enum "))?;
    let name = if rest.0.is_empty() { rest.1.split(": ").next()? } else { return None };
    let is_name = name.len() <= 130 && !name.is_empty();
    is_name.then(|| name.to_owned())
}

/// Line and column of `COPY items, line 3, column score: "…"`. In every language of the server the words stand in this
/// order. What follows the colon is a value.
fn copy_context(context: &str) -> Option<(u64, Option<String>)> {
    let copy = context.lines().find_map(|line| line.strip_prefix("COPY "))?;
    let mut parts = copy.split(", ").skip(1);
    let (line, has_value) = parts.find_map(numbered)?;
    let column = parts.next().filter(|_| !has_value).and_then(|part| {
        let (_, column) = part.split_once(' ')?;
        match column.split_once(": ") {
            Some((column, _)) => Some(column.to_owned()),
            // The binary form shows no value.
            None => parts.next().is_none().then(|| column.to_owned()),
        }
    });
    Some((line, column))
}

/// The number of `line 3`, and whether a value follows it: `line 3: "…"`.
fn numbered(part: &str) -> Option<(u64, bool)> {
    let (word, rest) = part.split_once(' ')?;
    let digits = rest.split(':').next()?;
    let is_word = !word.is_empty() && word.chars().all(char::is_alphabetic);
    is_word.then(|| digits.parse().ok()).flatten().map(|number| (number, rest.contains(':')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_context_of_a_copy_gives_line_and_column_and_no_value() {
        for (context, expected) in [
            ("COPY items, line 3, column score: \"hunter2, line 9\"", Some((3, Some("score")))),
            ("COPY items, line 12: \"hunter2\"", Some((12, None))),
            ("COPY items, line 7", Some((7, None))),
            ("COPY a, b, line 7, column c: null input", Some((7, Some("c")))),
            ("COPY items, line 3, column score", Some((3, Some("score")))),
            ("COPY items, line 3, column a, b: \"hunter2\"", Some((3, None))),
            ("COPY t, Zeile 3, Spalte c: »hunter2«", Some((3, Some("c")))),
            ("PL/pgSQL function f() line 3 at RAISE\nCOPY t, line 2: \"x\"", Some((2, None))),
            ("COPY items", None),
            ("SQL function f", None),
            ("", None),
        ] {
            let expected = expected.map(|(line, column)| (line, column.map(str::to_owned)));
            assert_eq!(copy_context(context), expected, "{context}");
        }
    }

    #[test]
    fn a_type_is_named_and_the_value_is_not() {
        let named = |message| named_type(message);
        assert_eq!(
            named("invalid input syntax for type double precision: \"hunter2\"").as_deref(),
            Some("double precision")
        );
        assert_eq!(named("invalid input value for enum mood: \"hunter2\"").as_deref(), Some("mood"));
        assert_eq!(named("hunter2 invalid input syntax for type x: \"y\""), None);
    }
}
