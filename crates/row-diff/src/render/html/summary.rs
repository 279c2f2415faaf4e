//! What a page tells before the rows: how many differ, by table and in all, and what differs in the tables themselves.

use maud::{Markup, html};
use model::text::count;

use super::data;
use crate::{Counts, SchemaChange, TableCounts};

/// Schema changes listed.
const MOST_SCHEMA: usize = 200;

/// How wide the longest bar is.
const WIDTH: u64 = 176;

/// The totals as a sentence.
pub(super) fn sentence(total: TableCounts) -> Markup {
    let parts = [(total.added, "added"), (total.changed, "changed"), (total.removed, "removed")];
    let told: Vec<_> = parts.into_iter().filter(|(rows, _)| *rows > 0).collect();
    html! {
        @if told.is_empty() { "No row differs." }
        @for (at, (rows, what)) in told.iter().enumerate() {
            @if at > 0 { ", " }
            span class={ "t-" (what) } { (count(*rows)) @if at == 0 { (if *rows == 1 { " row" } else { " rows" }) } " " (what) }
        }
    }
}

/// The counts by table, in the order of `tables`, with a bar each; `anchor` is the number of a table that has rows on this
/// page.
pub(super) fn counts(tables: &[String], counts: &Counts, anchor: &dyn Fn(&str) -> Option<usize>) -> Markup {
    let differing = |found: &TableCounts| found.added + found.changed + found.removed;
    let most = counts.tables.values().map(differing).max().unwrap_or(0);
    let found = |table: &String| counts.tables.get(table).copied().unwrap_or_default();
    html! {
        div.scroll {
            table.counts {
                caption.sr { "Rows by table" }
                thead {
                    tr {
                        th scope="col" { "table" }
                        th scope="col" { span.sr { "as a bar" } }
                        @for name in ["added", "changed", "removed", "unchanged"] { th.num scope="col" { (name) } }
                    }
                }
                tbody {
                    @for (table, found) in tables.iter().map(|table| (table, found(table))) {
                        tr {
                            th scope="row" {
                                @match anchor(table) {
                                    Some(number) => a href={ "#t" (number) } { (data::line(table)) },
                                    None => (data::line(table)),
                                }
                            }
                            td { (bar(found, most)) }
                            (numbers(found))
                        }
                    }
                }
                tfoot { tr { th scope="row" { "all" } td {} (numbers(counts.total())) } }
            }
        }
    }
}

fn numbers(found: TableCounts) -> Markup {
    let cell = |rows: u64, class: &str| {
        let class = if rows == 0 { "num soft" } else { class };
        html! { td class=(class) { (count(rows)) } }
    };
    html! {
        (cell(found.added, "num t-added")) (cell(found.changed, "num t-changed"))
        (cell(found.removed, "num t-removed")) (cell(found.equal, "num"))
    }
}

/// The numbers stand beside it: nobody needs to be told twice.
fn bar(found: TableCounts, most: u64) -> Markup {
    let parts = [(found.added, "f-added"), (found.changed, "f-changed"), (found.removed, "f-removed")];
    let mut at = 0;
    html! {
        svg.bar viewBox={ "0 0 " (WIDTH) " 12" } preserveAspectRatio="none" aria-hidden="true" focusable="false" {
            @for (rows, class) in parts {
                @let width = share(rows, most);
                @let from = after(&mut at, width);
                @if width > 0 { rect class=(class) x=(from) y="0" width=(width) height="12" {} }
            }
        }
    }
}

/// Where a part begins that takes `width`.
fn after(at: &mut u64, width: u64) -> u64 {
    *at += width;
    *at - width
}

/// At least enough to be seen, where there is one.
fn share(rows: u64, most: u64) -> u64 {
    if rows == 0 {
        return 0;
    }
    let share = u128::from(rows) * u128::from(WIDTH) / u128::from(most.max(1));
    u64::try_from(share).unwrap_or(WIDTH).max(2)
}

/// What differs between the tables of both sides.
pub(super) fn schema(changes: &[SchemaChange]) -> Markup {
    html! {
        @if !changes.is_empty() {
            section aria-labelledby="schema" {
                h2 id="schema" { "Schema" }
                ul.schema {
                    @for change in changes.iter().take(MOST_SCHEMA) { li { (change) } }
                    @if changes.len() > MOST_SCHEMA { li.more { "… and " (changes.len() - MOST_SCHEMA) " more" } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_count_is_seen_and_none_leaves_its_bar() {
        assert_eq!([share(0, 9), share(1, u64::MAX), share(u64::MAX, u64::MAX)], [0, 2, WIDTH]);
        assert_eq!(share(1, 2), WIDTH / 2);
    }
}
