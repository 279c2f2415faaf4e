//! What a stored `CREATE TABLE` says that no pragma tells: which columns a CHECK wants to be JSON.
//!
//! A tolerant tokenizer, not a parser: the text was accepted by SQLite once, or was put there by hand; either way it is
//! only looked at, and a text that makes no sense here says nothing.

use std::collections::BTreeSet;
use std::ops::Range;

/// The columns, in ASCII lower case, that stand in a `json_valid(…)` inside a CHECK of the CREATE TABLE text `sql`.
pub(crate) fn json_checked_columns(sql: &str) -> BTreeSet<String> {
    let tokens: Vec<Token> = tokens(sql);
    let mut found = BTreeSet::new();
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at].is_word("check") && tokens.get(at + 1).is_some_and(Token::opens) {
            let end = closing(&tokens, at + 1);
            collect_json_valid(&tokens[at + 1..end], &mut found);
            at = end;
        } else {
            at += 1;
        }
    }
    found
}

/// One token of SQL text; comments and spaces are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// A bare word or number.
    Word(String),
    /// A name in `"…"`, `` `…` `` or `[…]`, unquoted.
    Name(String),
    /// A text in `'…'`, unquoted.
    Text(String),
    /// Any other character.
    Mark(char),
}

impl Token {
    /// Whether this is the keyword `word`, given in lower case.
    pub(crate) fn is_word(&self, word: &str) -> bool {
        matches!(self, Self::Word(text) if text.eq_ignore_ascii_case(word))
    }

    /// The name that this is, as a bare word or quoted.
    pub(crate) fn as_name(&self) -> Option<&str> {
        match self {
            Self::Word(name) | Self::Name(name) => Some(name),
            Self::Text(_) | Self::Mark(_) => None,
        }
    }

    fn opens(&self) -> bool {
        *self == Self::Mark('(')
    }
}

/// The tokens of `sql`; an unclosed quote or comment ends with the text.
pub(crate) fn tokens(sql: &str) -> Vec<Token> {
    tokens_in(sql).into_iter().map(|(_, token)| token).collect()
}

/// The same with the place of each in `sql`, quotes included.
pub(crate) fn tokens_in(sql: &str) -> Vec<(Range<usize>, Token)> {
    let mut out = Vec::new();
    let mut rest = sql;
    while let Some(c) = rest.chars().next() {
        let start = sql.len() - rest.len();
        let (token, next) = token(rest, c);
        rest = next;
        out.extend(token.map(|token| (start..sql.len() - rest.len(), token)));
    }
    out
}

/// The token at the start of `rest`, whose first character is `c`, if there is one; and what follows.
fn token(rest: &str, c: char) -> (Option<Token>, &str) {
    let after = &rest[c.len_utf8()..];
    match c {
        '-' if after.starts_with('-') => (None, after.split_once('\n').map_or("", |(_, next)| next)),
        '/' if after.starts_with('*') => (None, after[1..].split_once("*/").map_or("", |(_, next)| next)),
        '\'' => quoted(after, c, Token::Text),
        '"' | '`' => quoted(after, c, Token::Name),
        '[' => {
            let (name, next) = after.split_once(']').unwrap_or((after, ""));
            (Some(Token::Name(name.to_owned())), next)
        }
        c if is_word(c) => {
            let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            (Some(Token::Word(rest[..end].to_owned())), &rest[end..])
        }
        c => ((!c.is_whitespace()).then_some(Token::Mark(c)), after),
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$' || !c.is_ascii()
}

fn quoted(mut rest: &str, quote: char, token: fn(String) -> Token) -> (Option<Token>, &str) {
    let mut text = String::new();
    loop {
        let Some((part, after)) = rest.split_once(quote) else {
            text.push_str(rest);
            return (Some(token(text)), "");
        };
        text.push_str(part);
        match after.strip_prefix(quote) {
            Some(next) => {
                text.push(quote);
                rest = next;
            }
            None => return (Some(token(text)), after),
        }
    }
}

/// The index behind the parenthesis that closes the one at `open`.
fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token {
            Token::Mark('(') => depth += 1,
            Token::Mark(')') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    tokens.len()
}

fn collect_json_valid(tokens: &[Token], found: &mut BTreeSet<String>) {
    for window in tokens.windows(4) {
        let [function, Token::Mark('('), column, Token::Mark(')' | ',')] = window else { continue };
        if let Some(name) = column.as_name().filter(|_| function.is_word("json_valid")) {
            found.insert(name.to_ascii_lowercase());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sql: &str, expected: &[&str]) {
        let found: Vec<String> = json_checked_columns(sql).into_iter().collect();
        assert_eq!(found, expected, "{sql}");
    }

    #[test]
    fn json_valid_is_found_in_column_and_table_checks() {
        check("CREATE TABLE t (a TEXT CHECK (json_valid(a)), b TEXT)", &["a"]);
        check("CREATE TABLE t (a, b, CHECK (b IS NULL OR (JSON_VALID ( \"b\" ) AND a > 1)))", &["b"]);
        check("CREATE TABLE t ([My Col] TEXT CHECK (json_valid([My Col], 6)))", &["my col"]);
        check("CREATE TABLE t (a /* ) */ CHECK -- (\n (json_valid(`a`)))", &["a"]);
    }

    #[test]
    fn json_valid_elsewhere_says_nothing() {
        check("CREATE TABLE t (a TEXT DEFAULT 'check (json_valid(a))')", &[]);
        check("CREATE TABLE t (a TEXT, b AS (json_valid(a)))", &[]);
        check("CREATE TABLE t (a TEXT CHECK (json_valid(a || 'x')))", &[]);
        check("CREATE TABLE t (a TEXT) -- CHECK (json_valid(a))", &[]);
    }

    #[test]
    fn texts_that_make_no_sense_end_quietly() {
        for sql in ["", "'", "\"", "[", "/*", "--", "CHECK (", "CHECK ((((", "CHECK (json_valid(", ")))"] {
            check(sql, &[]);
        }
    }
}
