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
        Value::RawText(bytes) => format!("text that is not UTF-8 ({} bytes)", bytes.len()),
        Value::Bytes(bytes) => format!("{} bytes", bytes.len()),
    }
}

/// Names as people read them: `list_id, position`.
pub fn show_names<'n>(names: impl IntoIterator<Item = &'n String>) -> String {
    names.into_iter().map(|name| Shown(name).to_string()).collect::<Vec<_>>().join(", ")
}

/// A row key as people read it: `id 7`, or `(thread, ns) ('a', 'b')`.
pub fn show_key(columns: &[String], values: &[crate::Value]) -> String {
    let shown: Vec<String> = values.iter().map(|value| show_value(value, 60)).collect();
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
