//! A scenario's page: its versions over time, and the references between its tables.

use maud::{Markup, html};
use model::text::{count, show_names, size};
use row_diff::render::html::{line, page};

use crate::{Scenario, Tables, VersionFacts, above, changes_page, graph, plot, version_page};

/// The page.
pub fn scenario(scenario: &Scenario) -> String {
    let main = html! {
        h1 { (scenario.name) }
        @if !scenario.description.is_empty() { p { (line(&scenario.description)) } }
        section aria-labelledby="versions" {
            h2 id="versions" { "Versions" }
            @if scenario.versions.is_empty() { p { "There is no version yet." } } @else {
                (plot::plots(&scenario.versions))
                (table(&scenario.versions))
            }
        }
        @if let Some(tables) = &scenario.latest {
            section aria-labelledby="tables" {
                h2 id="tables" { "Tables and references" }
                (graph::draw(tables))
                (references(tables))
            }
        }
    };
    page(&scenario.name.to_string(), &above(None), &main)
}

/// Newest first, as everywhere else; the plot's figures in full.
fn table(versions: &[VersionFacts]) -> Markup {
    html! {
        div.scroll {
            table.counts {
                caption.sr { "Versions, newest first" }
                thead {
                    tr {
                        th scope="col" { "version" }
                        th scope="col" { "written (UTC)" }
                        @for name in ["records", "size", "added", "changed", "removed"] { th.num scope="col" { (name) } }
                        th scope="col" { span.sr { "differences" } }
                    }
                }
                tbody { @for facts in versions.iter().rev() { tr { (version_row(facts)) } } }
            }
        }
    }
}

fn version_row(facts: &VersionFacts) -> Markup {
    let [added, changed, removed] = facts.changes;
    html! {
        th scope="row" {
            @if facts.removed { (facts.version) } @else { a href=(version_page(facts.version)) { (facts.version) } }
        }
        td { (written(facts)) }
        td.num { (count(facts.records)) }
        td.num { (size(facts.size)) }
        td.num { (count(added)) }
        td.num { (count(changed)) }
        td.num { (count(removed)) }
        td {
            @match (facts.removed, facts.base) {
                (true, _) => span.soft { "file removed" },
                (false, None) => span.soft { "first" },
                (false, Some(base)) => a href=(changes_page(facts.version)) { "changes since " (base) },
            }
        }
    }
}

/// `2026-11-20 10:30`
pub(crate) fn written(facts: &VersionFacts) -> String {
    let text = facts.generated.to_string();
    text.get(..16).unwrap_or(&text).replace('T', " ")
}

/// What the drawing shows, in words.
fn references(tables: &Tables) -> Markup {
    html! {
        div.scroll {
            table.counts {
                caption.sr { "Tables with their references" }
                thead { tr { th scope="col" { "table" } th.num scope="col" { "rows" } th scope="col" { "refers to" } } }
                tbody {
                    @for (spec, rows) in tables.definition.tables.iter().zip(&tables.rows) {
                        tr {
                            th scope="row" { (line(&spec.name)) @if !spec.is_owned() { " " span.soft { "shared" } } }
                            td.num { (count(*rows)) }
                            td {
                                @for (at, reference) in spec.references.iter().enumerate() {
                                    @if at > 0 { ", " }
                                    (line(&reference.to)) " by " (show_names(&reference.columns))
                                }
                                @if spec.references.is_empty() { span.soft { "nothing" } }
                            }
                        }
                    }
                }
            }
        }
    }
}
