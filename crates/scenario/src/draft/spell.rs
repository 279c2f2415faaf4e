//! Names as YAML: plain where nobody could read anything else into them, in double quotes with escapes everywhere else.
//!
//! The rule to keep in mind: no name ends a line, opens a comment or a bracket, or reads as anything but itself.

use std::fmt::Write as _;

use model::text::is_escaped;

/// How long a spelled name may be, in bytes: YAML takes keys of up to 1024 characters, and a path has two names and more.
const LONGEST: usize = 320;

/// Words that some reader of YAML takes for a value.
const WORDS: [&str; 12] =
    ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity"];

/// Whether `name` can stand in a scenario.yaml: it is not empty and not so long that YAML or a reader would lose it.
pub fn is_spellable(name: &str) -> bool {
    // Within a path a quote is doubled, and then escaped.
    !name.is_empty() && name.len() <= LONGEST && quoted(&name.replace('"', "\"\"")).len() <= LONGEST
}

/// `text` as a YAML key or value that reads as exactly this text.
pub(super) fn yaml(text: &str) -> String {
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
        && !WORDS.contains(&text.to_ascii_lowercase().as_str());
    if is_plain { text.to_owned() } else { quoted(text) }
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            // A file with many open brackets is refused, quoted ones counted.
            '[' | '{' => push_escape(&mut out, c),
            ' ' => out.push(c),
            c if c.is_whitespace() || is_hidden(c) => push_escape(&mut out, c),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// What YAML does not allow, or what a reader of the file would not see.
fn is_hidden(c: char) -> bool {
    c.is_control() || is_escaped(c) || u32::from(c) & 0xfffe == 0xfffe
}

fn push_escape(out: &mut String, c: char) {
    let _ = match u32::from(c) {
        n @ ..=0xff => write!(out, "\\x{n:02x}"),
        n @ ..=0xffff => write!(out, "\\u{n:04x}"),
        n => write!(out, "\\U{n:08x}"),
    };
}

/// A name within a path or a relation, where dots, brackets and commas have a meaning.
pub(super) fn part(name: &str) -> String {
    if name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-')) {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// A sentence behind `#`: one line, whatever names it holds.
pub(super) fn comment(text: &str) -> String {
    const MOST: usize = 300;
    let shown = |c: char| match c {
        ' ' => ' ',
        '[' | '{' => '(',
        ']' | '}' => ')',
        c if c.is_whitespace() || is_hidden(c) => '\u{fffd}',
        c => c,
    };
    let cut = if text.chars().nth(MOST).is_some() { "…" } else { "" };
    text.chars().take(MOST).map(shown).chain(cut.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_plain_only_if_nothing_else_can_be_read_into_it() {
        for plain in ["users", "_a", "a-b", "metadata.demo_seed", "Order2"] {
            assert_eq!(yaml(plain), plain);
        }
        for (name, spelled) in [
            ("no", "\"no\""),
            ("Null", "\"Null\""),
            ("7", "\"7\""),
            ("*a", "\"*a\""),
            ("a #b", "\"a #b\""),
            ("a: b", "\"a: b\""),
            ("a\nselect: x", "\"a\\x0aselect: x\""),
            ("a\"b\\", "\"a\\\"b\\\\\""),
            ("[{", "\"\\x5b\\x7b\""),
            ("\u{2028}\u{feff}\u{ffff}", "\"\\u2028\\ufeff\\uffff\""),
            ("\u{e0041}", "\"\\U000e0041\""),
            ("é", "\"é\""),
            ("", "\"\""),
        ] {
            assert_eq!(yaml(name), spelled);
        }
    }

    #[test]
    fn a_comment_is_one_line_without_brackets() {
        assert_eq!(comment("a\r\nb\u{2028}[{"), "a\u{fffd}\u{fffd}b\u{fffd}((");
        assert_eq!(comment(&"x".repeat(400)).chars().count(), 301);
    }
}
