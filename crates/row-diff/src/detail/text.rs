//! How one text became another: line by line, or the part that differs of a single line.

use model::text::{Shown, told_apart};
use similar::{ChangeTag, TextDiff};

use super::Detail;
pub use super::words::{Piece, words};

/// Longer texts are told by their size: comparing them could take minutes, and nobody reads it here.
const MOST_BYTES: usize = 256 << 10;
const MOST_LINES: usize = 2_000;
/// Lines shown of one value.
const MOST_SHOWN: usize = 40;
const WIDEST: usize = 240;

/// A line of a text that changed, or what stands between two parts of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// `+`, `-`, ` `; `@` between parts, `\\` before a remark on the end of the text.
    pub mark: char,
    /// The line without its break, cut after 240 characters. Not yet safe to print.
    pub text: String,
}

/// Compares two texts.
pub(super) fn compare(base: &str, head: &str) -> Detail {
    if !base.contains('\n') && !head.contains('\n') {
        let (base, head) = excerpts(base, head);
        return Detail::Inline(base, head);
    }
    let lines = |text: &str| text.lines().count();
    let large = |text: &str| text.len() > MOST_BYTES || lines(text) > MOST_LINES;
    if large(base) || large(head) {
        let size = |text: &str| format!("{} lines, {} bytes", lines(text), text.len());
        return Detail::Sizes(format!("long text: {} → {}", size(base), size(head)));
    }
    Detail::Lines(marked_lines(base, head))
}

fn marked_lines(base: &str, head: &str) -> Vec<Line> {
    let diff = TextDiff::from_lines(base, head);
    let mut lines = Vec::new();
    let line = |mark, text: &str| Line { mark, text: text.to_owned() };
    for (at, group) in diff.grouped_ops(1).iter().enumerate() {
        if at > 0 {
            lines.push(line('@', "@"));
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let mark = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            lines.push(Line { mark, text: cut(change.value().trim_end_matches('\n'), 0, WIDEST) });
        }
    }
    if base.ends_with('\n') != head.ends_with('\n') {
        let which = if head.ends_with('\n') { "old" } else { "new" };
        lines.push(line('\\', &format!(" no line break at the end of the {which} text")));
    }
    let more = lines.len().saturating_sub(MOST_SHOWN);
    if more > 0 {
        lines.truncate(MOST_SHOWN);
        lines.push(line('@', &format!("@ {more} more lines")));
    }
    lines
}

/// Both texts from shortly before their first difference.
pub fn excerpts(base: &str, head: &str) -> (String, String) {
    const BEFORE: usize = 30;
    let common = base.chars().zip(head.chars()).take_while(|(a, b)| a == b).count();
    let longest = base.chars().count().max(head.chars().count());
    let from = if longest > WIDEST { common.saturating_sub(BEFORE) } else { 0 };
    (cut(base, from, WIDEST), cut(head, from, WIDEST))
}

/// At most `most` characters of a text, from the character `from` on.
pub fn cut(text: &str, from: usize, most: usize) -> String {
    let mut kept: String = text.chars().skip(from).take(most).collect();
    if text.chars().nth(from + most).is_some() {
        kept.push('…');
    }
    if from > 0 {
        kept.insert(0, '…');
    }
    kept
}

/// The lines safe to print, each after its mark. Where a removed and an added one would look the same, both are spelled.
pub fn shown_lines(lines: &[Line]) -> Vec<(char, String)> {
    let of = |mark: char| lines.iter().filter(move |line| line.mark == mark);
    let plain = |line: &Line| Shown(&line.text).to_string();
    let told = lines.iter().map(|line| {
        let others = of(match line.mark {
            '-' => '+',
            '+' => '-',
            _ => return (line.mark, plain(line)),
        });
        let spelled = others.map(|other| told_apart(&line.text, &other.text).0);
        (line.mark, spelled.into_iter().find(|shown| *shown != plain(line)).unwrap_or_else(|| plain(line)))
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(base: &str, head: &str) -> String {
        match compare(base, head) {
            other @ (Detail::Column | Detail::Values | Detail::Json(_)) => format!("{other:?}"),
            Detail::Inline(base, head) => format!("{base} → {head}"),
            Detail::Sizes(text) => text,
            Detail::Lines(lines) => {
                let told = lines.iter().map(|line| format!("{}{}", line.mark, line.text));
                told.collect::<Vec<_>>().join(
                    "
",
                )
            }
        }
    }

    #[test]
    fn long_texts_are_told_line_by_line() {
        insta::assert_snapshot!(told("a\nb\nc\nd\ne\nf\ng", "A\nb\nc\nd\ne\nF\ng"), @r"
        -a
        +A
         b
        @@
         e
        -f
        +F
         g
        ");
    }

    #[test]
    fn a_line_break_at_the_end_is_told() {
        insta::assert_snapshot!(told("a\nb", "a\nb\n"), @r"
         a
        -b
        +b
        \ no line break at the end of the old text
        ");
    }

    #[test]
    fn lines_that_would_look_the_same_are_spelled() {
        let Detail::Lines(lines) = compare("a\tb \\ \nc\\", "a\\tb \\ \nc\\") else { panic!("lines") };
        let told: Vec<String> =
            shown_lines(&lines).iter().map(|(mark, text)| format!("{mark}{text}")).collect();
        assert_eq!(told, [r"-a\tb \\ ", r"+a\\tb \\ ", r" c\"]);
    }

    #[test]
    fn a_long_line_is_cut_to_what_differs() {
        let (base, head) = (format!("{}x", "a".repeat(1000)), format!("{}y", "a".repeat(1000)));
        let rest = "a".repeat(30);
        assert_eq!(told(&base, &head), format!("…{rest}x → …{rest}y"));
        assert_eq!(told("one", "two"), "one → two");
    }

    #[test]
    fn texts_too_long_to_compare_are_told_by_their_size() {
        let long = "a\n".repeat(3000);
        assert_eq!(told(&long, "a\nb"), "long text: 3000 lines, 6000 bytes → 2 lines, 3 bytes");
        let lines = (0..100).map(|n| format!("{n}\n")).collect::<Vec<_>>().concat();
        assert!(told("\n", &lines).ends_with("\n@@ 61 more lines"), "{}", told("\n", &lines));
    }
}
