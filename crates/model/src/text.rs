//! Characters that hide content from a reader or steer a terminal, and how they are shown.

use std::fmt;

/// Whether `c` is on the format's escaped list: C0 controls but TAB and LF, 7F–9F, soft hyphen, bidi and invisible
/// characters, tags. ZWJ, ZWNJ and variation selectors are not: emoji, Persian and Indic scripts need them.
pub fn is_escaped(c: char) -> bool {
    match u32::from(c) {
        0x09 | 0x0a | 0x20..=0x7e => false,
        0x00..=0x1f
        | 0x7f..=0x9f
        | 0xad
        | 0x61c
        | 0x180e
        | 0x200b
        | 0x200e..=0x200f
        | 0x2028..=0x202e
        | 0x2060..=0x206f
        | 0xfeff
        | 0xfff9..=0xfffb
        | 0xe0000..=0xe0fff => true,
        _ => false,
    }
}

/// Whether `text` holds a character of the escaped list.
pub fn needs_escape(text: &str) -> bool {
    text.chars().any(is_escaped)
}

/// Appends `\uXXXX` (lower case; a surrogate pair beyond U+FFFF).
pub fn push_unicode_escape(out: &mut String, c: char) {
    use fmt::Write as _;
    let mut units = [0u16; 2];
    for unit in c.encode_utf16(&mut units) {
        let _ = write!(out, "\\u{unit:04x}");
    }
}

/// Text from outside, safe to print: characters of the escaped list, line breaks and tabs appear as `\u001b`, `\n`,
/// `\t`. Everything shown to people that did not come from this program's source goes through here.
#[derive(Clone, Copy)]
pub struct Shown<'a>(pub &'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut clean = String::with_capacity(self.0.len());
        for c in self.0.chars() {
            match c {
                '\n' => clean.push_str("\\n"),
                '\t' => clean.push_str("\\t"),
                c if is_escaped(c) => push_unicode_escape(&mut clean, c),
                c => clean.push(c),
            }
        }
        f.pad(&clean)
    }
}

/// A text with nothing left to guess: `\` is doubled, so that `\t` is a tab and `\\t` is not.
pub fn escaped(text: &str) -> String {
    Shown(&text.replace('\\', "\\\\")).to_string()
}

/// Two texts on one line each, as [`Shown`], unless that would make them look the same: then `\` is doubled, and blanks that
/// are none and joiners are named too, such as `\u00a0`.
pub fn told_apart(base: &str, head: &str) -> (String, String) {
    let plain = (Shown(base).to_string(), Shown(head).to_string());
    if base == head || look(&plain.0) != look(&plain.1) {
        return plain;
    }
    (spelled(base), spelled(head))
}

/// Whether `c` looks like a blank or like nothing, though it is not escaped elsewhere: other scripts and emoji need it.
pub fn is_deceptive(c: char) -> bool {
    (c.is_whitespace() && !c.is_ascii()) || matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}')
}

/// What a reader sees of it.
fn look(shown: &str) -> String {
    let seen = shown.chars().filter(|c| c.is_whitespace() || !is_deceptive(*c));
    seen.map(|c| if c.is_whitespace() { ' ' } else { c }).collect()
}

fn spelled(text: &str) -> String {
    let mut out = String::new();
    for c in escaped(text).chars() {
        if is_deceptive(c) { push_unicode_escape(&mut out, c) } else { out.push(c) }
    }
    out
}

/// Breaks what a build server would take for a command where the line is printed: `::` at its beginning, after blanks and
/// colours, and `##[` anywhere. For finished lines: what comes before a text decides whether it is one.
pub fn guarded(line: &str) -> String {
    let line = line.replace("##[", "#\\u0023[");
    let start = line.len() - without_lead(&line).len();
    match line[start..].strip_prefix("::") {
        Some(rest) => format!("{}\\u003a:{rest}", &line[..start]),
        None => line,
    }
}

/// What follows blanks and colours.
fn without_lead(line: &str) -> &str {
    let mut rest = line;
    loop {
        let trimmed = rest.trim_start();
        let colour = trimmed.strip_prefix("\u{1b}[").and_then(|code| Some(&code[code.find('m')? + 1..]));
        match colour {
            Some(after) => rest = after,
            None => return trimmed,
        }
    }
}

/// [`guarded`], line by line.
pub fn guarded_lines(text: &str) -> String {
    text.split('\n').map(guarded).collect::<Vec<_>>().join("\n")
}

/// A value as people read it in messages: text in quotes and cut after `max` characters, bytes as their length.
pub fn show_value(value: &crate::Value, max: usize) -> String {
    use crate::Value;
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Integer(n) => n.to_string(),
        Value::Real(x) => format!("{x:?}"),
        Value::Boolean(b) => if *b { "TRUE" } else { "FALSE" }.to_owned(),
        Value::Text(text) | Value::Typed(text) => {
            let mut cut: String = text.chars().take(max).collect();
            if cut.len() < text.len() {
                cut.push('…');
            }
            format!("'{}'", Shown(&cut))
        }
        Value::RawText(bytes) => format!("text that is not UTF-8 ({})", length(bytes)),
        Value::Bytes(bytes) => length(bytes),
    }
}

fn length(bytes: &[u8]) -> String {
    format!("{} byte{}", bytes.len(), if bytes.len() == 1 { "" } else { "s" })
}

/// Bytes so that no two of them look the same: up to 32 as `x'0aff'`, more by their number and the beginning of their
/// digest.
pub fn show_bytes(bytes: &[u8]) -> String {
    if bytes.len() > MOST_BYTES {
        return format!("{} (sha256 {})", length(bytes), short_digest(bytes));
    }
    let mut hex = Vec::new();
    crate::digits::push_hex(bytes, &mut hex);
    format!("x'{}'", String::from_utf8_lossy(&hex))
}

/// Bytes shown one by one.
const MOST_BYTES: usize = 32;

fn short_digest(bytes: &[u8]) -> String {
    let mut digest = crate::Digest::of(bytes).to_string();
    digest.truncate(16);
    digest
}

/// Names as people read them: `list_id, position`.
pub fn show_names<'n>(names: impl IntoIterator<Item = &'n String>) -> String {
    names.into_iter().map(|name| Shown(name).to_string()).collect::<Vec<_>>().join(", ")
}

/// Characters shown of a text in a key.
const MOST_OF_KEY: usize = 60;

/// A value of a key: what is cut or told by its length has a digest, so that two keys never look the same.
fn show_key_value(value: &crate::Value) -> String {
    use crate::Value;
    match value {
        Value::Bytes(bytes) => show_bytes(bytes),
        Value::RawText(bytes) => format!("text that is not UTF-8 ({})", show_bytes(bytes)),
        Value::Text(text) | Value::Typed(text) if text.chars().nth(MOST_OF_KEY).is_some() => {
            format!("{} (sha256 {})", show_value(value, MOST_OF_KEY), short_digest(text.as_bytes()))
        }
        value => show_value(value, MOST_OF_KEY),
    }
}

/// A row key as people read it: `id 7`, or `(thread, ns) ('a', 'b')`. Bytes and long texts can be told apart by it.
pub fn show_key(columns: &[String], values: &[crate::Value]) -> String {
    let shown: Vec<String> = values.iter().map(show_key_value).collect();
    match (columns, shown.as_slice()) {
        ([column], [value]) => format!("{} {value}", Shown(column)),
        _ => {
            let names: Vec<String> = columns.iter().map(|name| Shown(name).to_string()).collect();
            format!("({}) ({})", names.join(", "), shown.join(", "))
        }
    }
}

/// `1,234,567`
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `12 B`, `34.5 KiB`, `1.2 MiB`
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    #[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
    let mut value = bytes as f64 / 1024.0;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_text_cannot_steer_a_terminal() {
        assert_eq!(Shown("a\u{1b}[31m\r\nb\u{202e}c\td").to_string(), "a\\u001b[31m\\u000d\\nb\\u202ec\\td");
        assert_eq!(Shown("\u{e0041}").to_string(), "\\udb40\\udc41");
    }

    #[test]
    fn keys_that_differ_look_different() {
        use crate::Value::{Bytes, RawText, Text};
        let key = |value| show_key(&["id".to_owned()], &[value]);
        assert_eq!(key(Bytes(vec![0x0a, 0xff])), "id x'0aff'");
        assert_eq!(key(Bytes(vec![0; 33])), "id 33 bytes (sha256 7f9c9e31ac8256ca)");
        assert_eq!(key(RawText(vec![0xff])), "id text that is not UTF-8 (x'ff')");
        let long = |end: &str| key(Text(format!("{}{end}", "a".repeat(60))));
        assert_eq!(long(""), format!("id '{}'", "a".repeat(60)));
        assert_eq!(long("b"), format!("id '{}…' (sha256 6f929a3628d548b7)", "a".repeat(60)));
        assert_ne!(long("b"), long("c"));
    }

    #[test]
    fn texts_that_would_look_the_same_are_spelled() {
        let told = |base, head| told_apart(base, head);
        let pair = |base: &str, head: &str| (base.to_owned(), head.to_owned());
        assert_eq!(told("a\tb", "a\\tb"), pair("a\\tb", "a\\\\tb"));
        assert_eq!(told("a\u{a0}b", "a b"), pair("a\\u00a0b", "a b"));
        assert_eq!(told("a\u{200d}b", "ab"), pair("a\\u200db", "ab"));
        assert_eq!(told("a\\b", "a\\c"), pair("a\\b", "a\\c"), "nothing is spelled without need");
        assert_eq!(told("a\u{a0}b", "a\u{a0}c"), pair("a\u{a0}b", "a\u{a0}c"));
    }

    #[test]
    fn commands_to_a_build_server_are_broken() {
        assert_eq!(guarded("  ::error::x"), "  \\u003a:error::x");
        assert_eq!(guarded("\u{1b}[1m ::x\u{1b}[0m"), "\u{1b}[1m \\u003a:x\u{1b}[0m");
        assert_eq!(guarded("+ ::x ##[add-mask]y"), "+ ::x #\\u0023[add-mask]y");
        assert_eq!(guarded_lines("a\n::b\n"), "a\n\\u003a:b\n");
    }

    #[test]
    fn counts_and_sizes_are_short() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([0, 1023, 1536, 21_160].map(size), ["0 B", "1023 B", "1.5 KiB", "20.7 KiB"]);
        assert_eq!([5 << 20, 3 << 40].map(size), ["5.0 MiB", "3.0 TiB"]);
    }

    #[test]
    fn emoji_joiners_stay_raw() {
        assert!(!needs_escape("👩\u{200d}👩\u{200d}👧 ❤\u{fe0f} é 漢\n\t"));
    }
}
