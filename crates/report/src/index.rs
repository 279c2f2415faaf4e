//! The site's first page: its scenarios.

use maud::html;
use model::text::{count, size};
use row_diff::render::html::{line, page};

use crate::{SCENARIO_PAGE, Scenario, VersionFacts};

/// The site's name.
pub(crate) const TITLE: &str = "Demo scenarios";

/// The page.
pub fn index(scenarios: &[Scenario]) -> String {
    let main = html! {
        h1 { (TITLE) }
        p.soft { "Rows of a database, kept as files: what each scenario holds, and how it changed." }
        @if scenarios.is_empty() { p { "There are no scenarios yet." } }
        ul.cards { @for scenario in scenarios { li { (card(scenario)) } } }
    };
    page(TITLE, &[], &main)
}

fn card(scenario: &Scenario) -> maud::Markup {
    let latest = scenario.versions.iter().rev().find(|version| !version.removed);
    let kept = scenario.versions.iter().filter(|version| !version.removed).count();
    html! {
        h2 { a href={ (scenario.name) "/" (SCENARIO_PAGE) } { (scenario.name) } }
        @if !scenario.description.is_empty() { p { (line(&scenario.description)) } }
        p.soft {
            @match latest {
                None => { "no version" }
                Some(latest) => {
                    (latest.version) ": " (told(latest))
                    @if kept > 1 { "; " (kept) " versions" }
                }
            }
        }
    }
}

/// `218 records, 108.9 KiB`
pub(crate) fn told(facts: &VersionFacts) -> String {
    let unit = if facts.records == 1 { "record" } else { "records" };
    format!("{} {unit}, {}", count(facts.records), size(facts.size))
}
