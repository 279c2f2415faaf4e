//! Names inside one text: a column with JSON keys (`metadata.state."a.b"`), a table with columns (`writes(a, b)`).
//!
//! A part that holds a dot, comma, bracket, quote or space at an end is written in double quotes, `""` for a quote.

/// The parts of a dotted path: the column, then JSON keys. Never empty.
pub(crate) fn split_path(text: &str) -> Result<Vec<String>, String> {
    let mut rest = text;
    let mut parts = Vec::new();
    loop {
        let (part, after) = part(rest, &['.'])?;
        parts.push(part);
        match after.strip_prefix('.') {
            Some(next) => rest = next,
            None if after.is_empty() => return Ok(parts),
            None => return Err("a closing quote is followed by something other than a dot".to_owned()),
        }
    }
}

/// A table, and the columns in brackets if there are any, each with the keys of a path into its JSON.
pub(crate) type TableColumns = (String, Option<Vec<Vec<String>>>);

/// A table, and the columns in brackets if there are any.
pub(crate) fn split_table(text: &str) -> Result<TableColumns, String> {
    let (table, after) = part(text.trim(), &['('])?;
    if after.is_empty() {
        return Ok((table, None));
    }
    let Some(inside) = after.strip_prefix('(') else {
        return Err("a closing quote is followed by something other than `(`".to_owned());
    };
    let mut rest = inside;
    let mut columns = Vec::new();
    loop {
        let (column, mut after) = part(rest.trim_start(), &['.', ',', ')'])?;
        let mut path = vec![column];
        while let Some(next) = after.strip_prefix('.') {
            let (key, rest) = part(next, &['.', ',', ')'])?;
            path.push(key);
            after = rest;
        }
        columns.push(path);
        match after.trim_start() {
            ")" => return Ok((table, Some(columns))),
            after => {
                rest =
                    after.strip_prefix(',').ok_or("the columns do not end with `)`, the last character")?;
            }
        }
    }
}

/// One name up to an `end` character, and what follows it.
fn part<'a>(text: &'a str, end: &[char]) -> Result<(String, &'a str), String> {
    let (name, rest) = match text.strip_prefix('"') {
        Some(quoted) => quoted_part(quoted)?,
        None => {
            let (name, rest) = text.split_at(text.find(end).unwrap_or(text.len()));
            if name.contains('"') {
                return Err("a quote stands inside a name that does not begin with one".to_owned());
            }
            (name.trim().to_owned(), rest)
        }
    };
    if name.is_empty() { Err("a name is empty".to_owned()) } else { Ok((name, rest)) }
}

fn quoted_part(text: &str) -> Result<(String, &str), String> {
    let mut name = String::new();
    let mut rest = text;
    loop {
        let (before, after) = rest.split_once('"').ok_or("a quote is not closed")?;
        name.push_str(before);
        match after.strip_prefix('"') {
            Some(next) => {
                name.push('"');
                rest = next;
            }
            None => return Ok((name, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_split_at_dots_outside_quotes() {
        let cases = [
            ("type", Ok(vec!["type"])),
            ("metadata.demo_seed", Ok(vec!["metadata", "demo_seed"])),
            ("\"a.b\".c.\"d\"\"e\"", Ok(vec!["a.b", "c", "d\"e"])),
            ("", Err("a name is empty")),
            ("a..b", Err("a name is empty")),
            ("a.", Err("a name is empty")),
            ("\"\"", Err("a name is empty")),
            ("\"a", Err("a quote is not closed")),
            ("\"a\"b", Err("a closing quote is followed by something other than a dot")),
            ("a\"b", Err("a quote stands inside a name that does not begin with one")),
        ];
        for (text, expected) in cases {
            let expected = expected
                .map(|parts| parts.into_iter().map(str::to_owned).collect::<Vec<_>>())
                .map_err(str::to_owned);
            assert_eq!(split_path(text), expected, "{text}");
        }
    }

    #[test]
    fn tables_carry_columns_in_brackets() {
        let some = |columns: &[&str]| {
            Some(columns.iter().map(|c| c.split('.').map(str::to_owned).collect()).collect::<Vec<Vec<_>>>())
        };
        assert_eq!(split_table("checkpoints"), Ok(("checkpoints".to_owned(), None)));
        assert_eq!(split_table("w(a)"), Ok(("w".to_owned(), some(&["a"]))));
        assert_eq!(split_table(" w ( a , \"b, c\" )"), Ok(("w".to_owned(), some(&["a", "b, c"]))));
        assert_eq!(split_table("\"a(b\"(c)"), Ok(("a(b".to_owned(), some(&["c"]))));
        assert_eq!(split_table("e(payload.user.id)"), Ok(("e".to_owned(), some(&["payload.user.id"]))));
        let dotted = Some(vec![vec!["a.b".to_owned()]]);
        assert_eq!(split_table("e(\"a.b\")"), Ok(("e".to_owned(), dotted)));
        for (text, reason) in [
            ("", "a name is empty"),
            ("w(", "a name is empty"),
            ("w()", "a name is empty"),
            ("w(a", "the columns do not end with `)`, the last character"),
            ("w(a) x", "the columns do not end with `)`, the last character"),
            ("w(a,)", "a name is empty"),
            ("w(a.)", "a name is empty"),
            ("\"w\"x", "a closing quote is followed by something other than `(`"),
        ] {
            assert_eq!(split_table(text), Err(reason.to_owned()), "{text}");
        }
    }
}
