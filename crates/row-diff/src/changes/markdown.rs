//! Data inside Markdown: code spans and fenced blocks that their content cannot close.

use std::fmt::Write as _;

use model::text::{Shown, guarded, show_value};
use model::{Digest, Value};

use crate::detail::text::{Line, shown_lines};

/// Text in a code span. Control, bidi and invisible characters are escaped, so it stays on its line.
pub(crate) fn code(text: &str) -> String {
    let text = guarded(&Shown(text).to_string());
    if text.is_empty() {
        return "(empty)".to_owned();
    }
    let fence = "`".repeat(longest_run(&text) + 1);
    // Markdown takes one space off both ends if both are there.
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Text in a code span in a table's cell.
pub(crate) fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// A value in a code span, at most `max` characters of it; bytes with the beginning of their digest, so that two of one
/// length can be told apart.
pub(super) fn value(value: &Value, max: usize) -> String {
    let mut shown = show_value(value, max);
    if let Value::Bytes(bytes) | Value::RawText(bytes) = value {
        let digest = Digest::of(bytes).to_string();
        let _ = write!(shown, ", sha256 {}", &digest[..16]);
    }
    code(&shown)
}

/// Lines in a fenced block of a list item, each after its mark.
pub(super) fn diff_block(lines: &[Line], indent: &str, out: &mut String) {
    let lines: Vec<(char, String)> =
        shown_lines(lines).into_iter().map(|(mark, text)| (mark, guarded(&text))).collect();
    let longest = lines.iter().map(|(_, line)| longest_run(line)).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{indent}{fence}diff");
    for (mark, line) in &lines {
        let _ = writeln!(out, "{indent}{mark}{line}");
    }
    let _ = writeln!(out, "{indent}{fence}");
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spans_hold_backticks_and_spaces() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code(" a "), "`  a  `");
        assert_eq!(code(""), "(empty)");
        assert_eq!(code("a\nb\u{1b}"), "`a\\nb\\u001b`");
        assert_eq!(cell("a|b"), "`a\\|b`");
    }

    #[test]
    fn commands_to_a_build_server_are_broken() {
        assert_eq!(code("::set-output name=a::b"), "`\\u003a:set-output name=a::b`");
        assert_eq!(code("x ##[add-mask]y"), "`x #\\u0023[add-mask]y`");
        let mut out = String::new();
        let line = |mark, text: &str| Line { mark, text: text.to_owned() };
        diff_block(&[line(' ', "  ::error::x"), line('+', "```")], "  ", &mut out);
        assert_eq!(out, "  ````diff\n     \\u003a:error::x\n  +```\n  ````\n");
    }

    proptest! {
        #[test]
        fn no_content_closes_its_span(text in "[`a <|\\n]{0,12}") {
            let span = code(&text);
            prop_assume!(span != "(empty)");
            let fence = span.len() - span.trim_start_matches('`').len();
            let inner = &span[fence..span.len() - fence];
            prop_assert!(span.ends_with(&"`".repeat(fence)));
            prop_assert!(longest_run(inner) < fence);
            prop_assert!(!inner.starts_with('`') && !inner.ends_with('`') && !inner.contains('\n'));
        }

        #[test]
        fn no_line_closes_its_block(lines in proptest::collection::vec("[`~a <\\n:#]{0,9}", 0..5)) {
            let marked: Vec<Line> = lines.iter().map(|text| Line { mark: '+', text: text.clone() }).collect();
            let mut out = String::new();
            diff_block(&marked, "", &mut out);
            let fence = out.lines().next().expect("a line").trim_end_matches("diff").to_owned();
            let closing = out.lines().skip(1).filter(|line| line.starts_with(&fence)).count();
            prop_assert_eq!(closing, 1);
            prop_assert_eq!(out.lines().count(), lines.len() + 2);
        }
    }
}
