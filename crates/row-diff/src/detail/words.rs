//! The words that differ between two short texts: what a reader's eye is led to.

use similar::{ChangeTag, TextDiff};

/// Longer texts differ as a whole: their words are not looked for.
const MOST_BYTES: usize = 8 << 10;

/// Of the longer text, one character in this many must be common. Otherwise single words that happen to be the same would
/// only distract.
const FEWEST_COMMON: usize = 4;

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Whether the other text lacks it.
    pub differs: bool,
    /// Not yet safe to print.
    pub text: String,
}

/// Both texts as pieces, which make up the text again. Words are Unicode's: an ideograph is one, an emoji is never cut.
pub fn words(base: &str, head: &str) -> (Vec<Piece>, Vec<Piece>) {
    let whole = || (piece(base), piece(head));
    if base.len().max(head.len()) > MOST_BYTES {
        return whole();
    }
    let diff = TextDiff::configure().diff_unicode_words(base, head);
    let changes: Vec<(ChangeTag, &str)> =
        diff.iter_all_changes().map(|change| (change.tag(), change.value())).collect();
    let length = |wanted: fn(ChangeTag) -> bool| -> usize {
        let found = changes.iter().filter(|(tag, text)| wanted(*tag) && !text.trim().is_empty());
        found.map(|(_, text)| text.chars().count()).sum()
    };
    let common = length(|tag| tag == ChangeTag::Equal);
    let longest = length(|tag| tag != ChangeTag::Insert).max(length(|tag| tag != ChangeTag::Delete));
    if common * FEWEST_COMMON < longest {
        return whole();
    }
    pieces(&changes)
}

fn piece(text: &str) -> Vec<Piece> {
    let piece = (!text.is_empty()).then(|| Piece { differs: true, text: text.to_owned() });
    piece.into_iter().collect()
}

/// Neighbours of one kind are joined, and so are differing words that only a space parts.
fn pieces(changes: &[(ChangeTag, &str)]) -> (Vec<Piece>, Vec<Piece>) {
    let (mut base, mut head) = (Vec::new(), Vec::new());
    for (at, (tag, text)) in changes.iter().enumerate() {
        let differs_at = |at: Option<usize>| {
            at.and_then(|at| changes.get(at)).is_some_and(|(tag, _)| *tag != ChangeTag::Equal)
        };
        let parts = text.chars().all(|c| c == ' ');
        let bridge = parts && differs_at(at.checked_sub(1)) && differs_at(Some(at + 1));
        let differs = *tag != ChangeTag::Equal || bridge;
        if *tag != ChangeTag::Insert {
            join(&mut base, differs, text);
        }
        if *tag != ChangeTag::Delete {
            join(&mut head, differs, text);
        }
    }
    (base, head)
}

fn join(pieces: &mut Vec<Piece>, differs: bool, text: &str) {
    match pieces.last_mut() {
        Some(last) if last.differs == differs => last.text.push_str(text),
        _ => pieces.push(Piece { differs, text: text.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(base: &str, head: &str) -> String {
        let side = |pieces: Vec<Piece>| -> String {
            let told = pieces
                .iter()
                .map(|piece| if piece.differs { format!("[{}]", piece.text) } else { piece.text.clone() });
            told.collect()
        };
        let (base, head) = words(base, head);
        format!("{} → {}", side(base), side(head))
    }

    #[test]
    fn the_differing_words_are_marked() {
        assert_eq!(told("a dark night", "a bright night"), "a [dark] night → a [bright] night");
        assert_eq!(
            told("it was dark and stormy", "it was bright, not stormy"),
            "it was [dark and] stormy → it was [bright, not] stormy"
        );
        assert_eq!(told("same", "same"), "same → same");
        assert_eq!(told("", "new"), " → [new]");
    }

    #[test]
    fn texts_with_little_in_common_differ_as_a_whole() {
        assert_eq!(
            told("one and two three", "four and five six"),
            "[one and two three] → [four and five six]"
        );
        let long = "word ".repeat(2000);
        assert_eq!(words(&long, "word").0.len(), 1);
    }

    #[test]
    fn words_are_those_of_unicode() {
        assert_eq!(told("漢字を書く", "漢字を読む"), "漢字を[書く] → 漢字を[読む]");
        assert_eq!(
            told("ok 👩\u{200d}👧 ok", "ok 👩\u{200d}👦 ok"),
            "ok [👩\u{200d}👧] ok → ok [👩\u{200d}👦] ok"
        );
    }

    proptest! {
        #[test]
        fn pieces_make_up_the_texts(base in "[ab \\n\u{301}é👩\u{200d}]{0,20}", head in "[ab \\n\u{301}é👩\u{200d}]{0,20}") {
            let (old, new) = words(&base, &head);
            let whole = |pieces: &[Piece]| pieces.iter().map(|piece| piece.text.as_str()).collect::<String>();
            prop_assert_eq!(whole(&old), base.as_str());
            prop_assert_eq!(whole(&new), head.as_str());
            let same = |pieces: &[Piece]| pieces.iter().filter(|piece| !piece.differs).map(|piece| piece.text.as_str()).collect::<String>();
            prop_assert_eq!(same(&old), same(&new));
        }
    }
}
