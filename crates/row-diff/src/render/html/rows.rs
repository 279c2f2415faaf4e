//! One row that differs: a changed one column by column, both sides beside each other, an added or removed one by its
//! values.

use maud::{Markup, PreEscaped, html};
use model::text::show_key;
use model::{ColumnSpec, Value};

use super::data;
use crate::detail::text::{Line, Piece, cut, excerpts, words};
use crate::detail::{Detail, detail, json};
use crate::{Change, ColumnChange, Kind};

/// Paths listed of one JSON value.
const MOST_PATHS: usize = 100;

/// Longer values, and those of several lines, stand below their column's name.
const SHORT: usize = 60;

/// How rows are told apart: as a word for people, and for the filter.
pub(super) fn operation(kind: &Kind<'_>) -> &'static str {
    match kind {
        Kind::Added(_) => "added",
        Kind::Removed(_) => "removed",
        Kind::Changed(_) => "changed",
    }
}

/// The `number`th row of the page; `table` is its table's number, `sides` the names of base and head.
pub(super) fn article(number: u64, table: usize, change: &Change<'_>, sides: &(String, String)) -> Markup {
    let (op, id) = (operation(&change.kind), format!("c{number}"));
    let label = format!("k{number}");
    html! {
        article class={ "change " (op) } id=(id) data-op=(op) data-table=(table) tabindex="-1" aria-labelledby=(label) {
            h3 id=(label) {
                a href={ "#" (id) } {
                    span.op { (op) } " "
                    span.key {
                        @if change.key.is_empty() { "a row" } @else { (show_key(&change.table.key, change.key)) }
                    }
                }
            }
            @match &change.kind {
                Kind::Added(row) | Kind::Removed(row) => (values(change, row)),
                Kind::Changed(columns) => (changed(columns, sides)),
            }
        }
        (PreEscaped("\n"))
    }
}

/// All values but those of the key, which are said already, and NULL, whose columns are named together.
fn values(change: &Change<'_>, row: &[Value]) -> Markup {
    let columns = || {
        let is_key = |column: &ColumnSpec| change.table.key.contains(&column.name);
        change.table.columns.iter().zip(row).filter(move |(column, _)| !is_key(column))
    };
    let nulls: Vec<&str> = columns()
        .filter(|(_, value)| **value == Value::Null)
        .map(|(column, _)| column.name.as_str())
        .collect();
    html! {
        dl {
            @for (column, value) in columns().filter(|(_, value)| **value != Value::Null) {
                div class=(if is_short(value) { "pair" } else { "pair long" }) {
                    dt { (data::line(&column.name)) }
                    dd { (data::value(value)) }
                }
            }
            @if !nulls.is_empty() {
                div.pair {
                    dt { "NULL" }
                    dd.none {
                        @for (at, name) in nulls.iter().enumerate() { @if at > 0 { ", " } (data::line(name)) }
                    }
                }
            }
        }
    }
}

fn is_short(value: &Value) -> bool {
    match value {
        Value::Text(text) | Value::Typed(text) => !text.contains('\n') && text.chars().nth(SHORT).is_none(),
        _ => true,
    }
}

fn changed(columns: &[ColumnChange<'_>], (base, head): &(String, String)) -> Markup {
    html! {
        table.sides {
            thead {
                tr {
                    th scope="col" { span.sr { "column" } }
                    th scope="col" { span.sr { (data::line(base)) } }
                    th scope="col" { span.sr { (data::line(head)) } }
                }
            }
            tbody { @for column in columns { (one_column(column)) } }
        }
    }
}

fn one_column(change: &ColumnChange<'_>) -> Markup {
    let name = data::line(&change.column.name);
    match detail(change) {
        Detail::Json(paths) => json_paths(&name, &paths),
        Detail::Inline(base, head) if base == head => pair_of_kinds(&name, change),
        Detail::Inline(base, head) => {
            let (base, head) = marked(&base, &head);
            pair(&name, &base, &head)
        }
        Detail::Lines(lines) => line_pairs(&name, &lines),
        Detail::Sizes(told) => html! { tr { th scope="row" { (name) } td.note colspan="2" { (told) } } },
        Detail::Column => {
            let side = |value: Option<&Value>| {
                value.map_or_else(|| html! { span.none { "no such column" } }, data::value)
            };
            pair(&name, &side(change.base), &side(change.head))
        }
        Detail::Values => pair_of_kinds(&name, change),
    }
}

/// Values that may differ in nothing but their kind, such as `1` and `1`.
fn pair_of_kinds(name: &Markup, change: &ColumnChange<'_>) -> Markup {
    let kind = |value: Option<&Value>| value.and_then(|of| data::kind(of, change.column.ty));
    let kinds = kind(change.base).zip(kind(change.head));
    let differ = kinds.is_some_and(|(base, head)| base != head);
    let side = |value: Option<&Value>| {
        html! {
            @if let Some(of) = value { (data::value(of)) }
            @if let Some(kind) = kind(value).filter(|_| differ) { " " span.none { (kind) } }
        }
    };
    pair(name, &side(change.base), &side(change.head))
}

/// A column's values on both sides.
fn pair(name: &Markup, base: &Markup, head: &Markup) -> Markup {
    html! { tr { th scope="row" { (name) } td.base { (base) } td.head { (head) } } }
}

fn json_paths(name: &Markup, paths: &[json::PathChange]) -> Markup {
    html! {
        @for change in paths.iter().take(MOST_PATHS) {
            @let path = html! { (name) " " span.path { (data::line(&cut(&change.path, 0, 240))) } };
            (path_pair(&path, change))
        }
        @if paths.len() > MOST_PATHS {
            tr { th scope="row" { (name) } td.note colspan="2" { "… and " (paths.len() - MOST_PATHS) " more paths" } }
        }
    }
}

fn path_pair(name: &Markup, change: &json::PathChange) -> Markup {
    if let (Some(base), Some(head)) = (&change.base, &change.head) {
        let (base, head) = excerpts(base, head);
        let (base, head) = marked(&base, &head);
        return pair(name, &base, &head);
    }
    let side = |side: &Option<String>| match side {
        Some(text) => data::line(&cut(text, 0, 240)),
        None => html! { span.none { "nothing" } },
    };
    pair(name, &side(&change.base), &side(&change.head))
}

/// Both texts on one line each, the words that differ marked.
fn marked(base: &str, head: &str) -> (Markup, Markup) {
    let (old, new) = words(base, head);
    let or_empty = |text: &str, markup| {
        if text.is_empty() {
            html! { span.none { "empty text" } }
        } else {
            markup
        }
    };
    let old = html! { @for piece in &old { @if piece.differs { del { (data::differing(&piece.text)) } } @else { (same(piece)) } } };
    let new = html! { @for piece in &new { @if piece.differs { ins { (data::differing(&piece.text)) } } @else { (same(piece)) } } };
    (or_empty(base, old), or_empty(head, new))
}

fn same(piece: &Piece) -> Markup {
    data::line(&piece.text)
}

/// Lines of a long text, those that took the place of others beside them.
fn line_pairs(name: &Markup, lines: &[Line]) -> Markup {
    let rows = paired(lines);
    html! {
        @for (at, row) in rows.iter().enumerate() {
            tr.line {
                @if at == 0 { th scope="row" rowspan=(rows.len()) { (name) } }
                @match row {
                    Row::Note(text) => td.note colspan="2" { (text) },
                    Row::Same(text) => { td.same { (data::line(text)) } td.same { (data::line(text)) } }
                    Row::Pair(Some(base), Some(head)) => {
                        @let (base, head) = marked(base, head);
                        td.base { (base) } td.head { (head) }
                    }
                    Row::Pair(base, head) => {
                        td class=(if base.is_some() { "base" } else { "gap" }) { (data::line(base.unwrap_or_default())) }
                        td class=(if head.is_some() { "head" } else { "gap" }) { (data::line(head.unwrap_or_default())) }
                    }
                }
            }
        }
    }
}

/// A line of both sides beside each other.
enum Row<'l> {
    Note(String),
    Same(&'l str),
    Pair(Option<&'l str>, Option<&'l str>),
}

/// Removed lines beside the added ones that follow them.
fn paired(lines: &[Line]) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    let mut rest = lines;
    while let Some(line) = rest.first() {
        match line.mark {
            '-' | '+' => {
                let (removed, after) = run(rest, '-');
                let (added, after) = run(after, '+');
                for at in 0..removed.len().max(added.len()) {
                    rows.push(Row::Pair(text_at(removed, at), text_at(added, at)));
                }
                rest = after;
                continue;
            }
            ' ' => rows.push(Row::Same(&line.text)),
            '@' => rows.push(Row::Note(match line.text.trim_start_matches(['@', ' ']) {
                "" => "…".to_owned(),
                more => format!("… {more}"),
            })),
            _ => rows.push(Row::Note(line.text.trim().to_owned())),
        }
        rest = &rest[1..];
    }
    rows
}

fn text_at(lines: &[Line], at: usize) -> Option<&str> {
    lines.get(at).map(|line| line.text.as_str())
}

fn run(lines: &[Line], mark: char) -> (&[Line], &[Line]) {
    let length = lines.iter().take_while(|line| line.mark == mark).count();
    lines.split_at(length)
}
