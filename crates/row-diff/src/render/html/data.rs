//! Text from the data in a page. Everything that did not come from this program's source goes through here.
//!
//! The template escapes what HTML would take for its own. What is done here is the rest: characters that hide content or
//! turn its direction are shown by their escapes, set apart from text that spells the same.

use maud::{Markup, html};
use model::text::{is_deceptive, is_escaped, push_unicode_escape};
use model::{Digest, LogicalType, Value};

/// Characters shown of a value.
const MOST_CHARS: usize = 2_000;

/// A text on one line: line breaks and tabs are shown by their escapes too.
pub fn line(text: &str) -> Markup {
    parts(text, |c| is_escaped(c) || matches!(c, '\n' | '\t'))
}

/// A part that differs, on one line: what only looks like a blank or like nothing is shown by its escape as well.
pub(super) fn differing(text: &str) -> Markup {
    parts(text, |c| is_escaped(c) || is_deceptive(c) || matches!(c, '\n' | '\t'))
}

/// A text whose line breaks are line breaks, where the style keeps them.
pub fn lines(text: &str) -> Markup {
    parts(text, is_escaped)
}

/// A value; long text is cut, and says how much more there is.
pub fn value(value: &Value) -> Markup {
    match value {
        Value::Null => html! { span.none { "NULL" } },
        Value::Boolean(is) => html! { (if *is { "TRUE" } else { "FALSE" }) },
        Value::Integer(number) => html! { (number) },
        Value::Real(number) => html! { (format!("{number:?}")) },
        Value::Text(text) | Value::Typed(text) if text.is_empty() => html! { span.none { "empty text" } },
        Value::Text(text) | Value::Typed(text) => match text.char_indices().nth(MOST_CHARS) {
            None => lines(text),
            Some((at, _)) => {
                let more = text[at..].chars().count();
                html! { (lines(&text[..at])) span.none { " … and " (more) " more characters" } }
            }
        },
        Value::Bytes(bytes) => digested("", bytes),
        Value::RawText(bytes) => digested("text that is not UTF-8, ", bytes),
    }
}

/// What kind of value it is, where it does not say so itself.
pub(super) fn kind(value: &Value, ty: LogicalType) -> Option<String> {
    match value {
        Value::Null | Value::RawText(_) | Value::Bytes(_) => None,
        Value::Integer(_) => Some("integer".to_owned()),
        Value::Real(_) => Some("real".to_owned()),
        Value::Boolean(_) => Some("boolean".to_owned()),
        Value::Text(_) => Some("text".to_owned()),
        Value::Typed(_) if ty == LogicalType::Text => Some("not text".to_owned()),
        Value::Typed(_) => Some(ty.to_string()),
    }
}

/// Bytes by their number and the beginning of their digest, so that two of one length can be told apart.
fn digested(what: &str, bytes: &[u8]) -> Markup {
    let digest = Digest::of(bytes).to_string();
    let unit = if bytes.len() == 1 { "byte" } else { "bytes" };
    html! { span.none { (what) (bytes.len()) " " (unit) ", sha256 " (digest[..16]) } }
}

fn parts(text: &str, hidden: impl Fn(char) -> bool) -> Markup {
    html! {
        @for part in text.split_inclusive(&hidden) {
            @match part.char_indices().next_back().filter(|(_, c)| hidden(*c)) {
                None => { (part) }
                Some((at, c)) => { (part[..at]) span.esc { (escape(c)) } }
            }
        }
    }
}

fn escape(c: char) -> String {
    match c {
        '\n' => "\\n".to_owned(),
        '\t' => "\\t".to_owned(),
        c => {
            let mut out = String::new();
            push_unicode_escape(&mut out, c);
            out
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_shown_apart_from_text_that_spells_the_same() {
        assert_eq!(
            line("a<b>\u{202e}\n\\n").into_string(),
            "a&lt;b&gt;<span class=\"esc\">\\u202e</span><span class=\"esc\">\\n</span>\\n"
        );
        assert_eq!(lines("a\nb\r\n").into_string(), "a\nb<span class=\"esc\">\\u000d</span>\n");
    }

    #[test]
    fn values_are_told_by_their_kind() {
        let shown = |shown: &Value| value(shown).into_string();
        assert_eq!(shown(&Value::Text("NULL".into())), "NULL");
        assert_eq!(shown(&Value::Null), r#"<span class="none">NULL</span>"#);
        assert_eq!(shown(&Value::Text(String::new())), r#"<span class="none">empty text</span>"#);
        assert_eq!(
            shown(&Value::Bytes(vec![0])),
            r#"<span class="none">1 byte, sha256 6e340b9cffb37a98</span>"#
        );
        let long = shown(&Value::Text("é".repeat(2_005)));
        assert!(long.ends_with(r#"é<span class="none"> … and 5 more characters</span>"#), "{long}");
    }
}
