//! Names and values quoted for PostgreSQL. Sessions always have `standard_conforming_strings` on and speak UTF-8, so a
//! doubled quote is all that a literal needs.

use std::fmt::Write as _;

pub(crate) use crate::sql::identifier;

/// `"schema"."table"`; the schema is `public` where a catalog names none.
pub(crate) fn qualified(schema: Option<&str>, table: &str) -> String {
    format!("{}.{}", identifier(schema.unwrap_or("public")), identifier(table))
}

/// `'text'`, with quotes doubled. No text of PostgreSQL holds U+0000: it is left out, so that such a value equals nothing.
pub(crate) fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    let _ = write!(out, "'{}'", text.replace('\'', "''").replace('\0', ""));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_doubled_and_nothing_else_changes() {
        assert_eq!(identifier(r#"a"b\"#), r#""a""b\""#);
        assert_eq!(qualified(None, "t"), r#""public"."t""#);
        assert_eq!(qualified(Some("S"), "t"), r#""S"."t""#);
        assert_eq!(literal(r"it's \ here"), r"'it''s \ here'");
    }
}
