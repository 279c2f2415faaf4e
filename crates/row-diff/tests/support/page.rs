//! What a browser would make of a page, and whether that is all of the program's own making.

use scraper::{Html, Node};

/// Elements that pages have, and no others.
pub(crate) const ELEMENTS: &[&str] = &[
    "a", "article", "body", "button", "caption", "dd", "del", "div", "dl", "dt", "fieldset", "form", "h1",
    "h2", "h3", "head", "header", "html", "input", "ins", "kbd", "label", "legend", "li", "main", "meta",
    "nav", "ol", "option", "output", "p", "rect", "script", "section", "select", "span", "style", "svg",
    "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul",
];

/// Their attributes, and no others: none of them runs or loads anything.
const ATTRIBUTES: &[&str] = &[
    "aria-current",
    "aria-hidden",
    "aria-label",
    "aria-labelledby",
    "aria-live",
    "autocomplete",
    "charset",
    "checked",
    "class",
    "colspan",
    "content",
    "data-of",
    "data-op",
    "data-table",
    "focusable",
    "for",
    "height",
    "hidden",
    "href",
    "http-equiv",
    "id",
    "lang",
    "name",
    "preserveAspectRatio",
    "role",
    "rowspan",
    "scope",
    "spellcheck",
    "tabindex",
    "type",
    "value",
    "viewBox",
    "width",
    "x",
    "y",
];

/// Fails unless a page has only these elements and attributes, one script and one style, headings and labels in order, and
/// no character that hides or turns text.
#[track_caller]
pub(crate) fn assert_closed(page: &str, more_elements: &[&str], more_attributes: &[&str]) {
    if let Some(c) = page.chars().find(|c| model::text::is_escaped(*c)) {
        panic!("a raw {c:?}");
    }
    let parsed = Html::parse_document(page);
    assert_eq!(parsed.errors.len(), 0, "{:?}", parsed.errors);
    for node in parsed.tree.values() {
        match node {
            Node::Element(element) => {
                assert!(
                    [ELEMENTS, more_elements].concat().contains(&element.name()),
                    "an element {}",
                    element.name()
                );
                for (name, value) in element.attrs() {
                    assert!(
                        [ATTRIBUTES, more_attributes].concat().contains(&name),
                        "an attribute {name} of {}",
                        element.name()
                    );
                    assert!(name != "href" || is_own_link(value), "a link to {value}");
                }
            }
            Node::Comment(comment) => panic!("a comment {:?}", &**comment),
            Node::ProcessingInstruction(_) => panic!("a processing instruction"),
            Node::Document | Node::Fragment | Node::Doctype(_) | Node::Text(_) => {}
        }
    }
    assert_headings_rise_by_one(&parsed);
    assert_controls_have_labels(&parsed);
    assert_eq!((page.matches("<script").count(), page.matches("<style").count()), (1, 1));
}

/// One `h1`, the first; no level left out on the way down.
#[track_caller]
fn assert_headings_rise_by_one(parsed: &Html) {
    let headings = parsed.tree.values().filter_map(Node::as_element).map(scraper::node::Element::name);
    let levels: Vec<u32> =
        headings.filter_map(|name| name.strip_prefix('h').and_then(|level| level.parse().ok())).collect();
    assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1, "{levels:?}");
    assert!(levels[0] == 1 && levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
}

/// Each control stands in its label.
#[track_caller]
fn assert_controls_have_labels(parsed: &Html) {
    let control = scraper::Selector::parse("input, select").expect("a selector");
    for found in parsed.select(&control) {
        let is_labelled = found
            .ancestors()
            .any(|node| node.value().as_element().is_some_and(|element| element.name() == "label"));
        assert!(is_labelled, "{}", found.html());
    }
}

/// Within the page, or to another page of the site: such a path is made of names that no data can choose freely.
fn is_own_link(link: &str) -> bool {
    let is_page = |path: &str| path.is_empty() || path.rsplit_once('.').is_some_and(|(_, end)| end == "html");
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '_' | '-');
    is_page(path) && path.chars().all(plain) && anchor.chars().all(|c| c.is_ascii_alphanumeric())
}
