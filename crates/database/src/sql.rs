//! What both engines' SQL has in common: quoted names, and which keys hold NULL.
//!
//! The rule to keep in mind: a name goes into SQL in double quotes, whatever it is.

use model::{Table, TableSpec};

/// `name` as an SQL identifier: always in double quotes, with quotes doubled.
pub(crate) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// `"id", "n"`.
pub(crate) fn identifiers(names: &[String]) -> String {
    names.iter().map(|name| identifier(name)).collect::<Vec<_>>().join(", ")
}

/// ` ORDER BY "id"`: the order of a table's row key, nothing where it has none.
pub(crate) fn in_key_order(table: &Table) -> String {
    let key = table.row_key();
    if key.is_empty() { String::new() } else { format!(" ORDER BY {}", identifiers(&key)) }
}

/// The condition under which the row `m` has NULL in its key; `None` where the table allows none.
pub(crate) fn has_null_key(spec: &TableSpec, table: &Table) -> Option<String> {
    let nullable = |name: &&String| table.column(name).is_none_or(|column| !column.not_null);
    let conditions: Vec<String> =
        spec.key.iter().filter(nullable).map(|name| format!("m.{} IS NULL", identifier(name))).collect();
    (!conditions.is_empty()).then(|| conditions.join(" OR "))
}

/// `sql` with `text` in the place of every `mark` that stands outside of quoted names: what is named like a mark stays.
pub(crate) fn replaced(sql: &str, mark: &str, text: &str) -> String {
    // A doubled quote within a name ends it and begins it again.
    let parts = sql.split('"').enumerate();
    let parts = parts.map(|(at, part)| if at % 2 == 0 { part.replace(mark, text) } else { part.to_owned() });
    parts.collect::<Vec<_>>().join("\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_replaced_outside_of_names() {
        let sql = format!("{{x}} AS k JOIN {} ON k.{} = {{x}}", identifier("{x}"), identifier("a\"{x}"));
        assert_eq!(
            replaced(&sql, "{x}", "temp.\"f\""),
            r#"temp."f" AS k JOIN "{x}" ON k."a""{x}" = temp."f""#
        );
    }

    #[test]
    fn names_are_quoted_whole() {
        assert_eq!(identifier("a\"; DROP TABLE t; --"), "\"a\"\"; DROP TABLE t; --\"");
    }
}
