//! A version's page: what it is, and what it holds, by table with its first rows.

use maud::{Markup, PreEscaped, html};
use model::text::count;
use model::{Definition, Ownership, ScenarioName, Value};
use row_diff::render::html::{line, page, value};

use crate::scenario::written;
use crate::{VersionFacts, above, changes_page};

/// Rows of each table that are shown.
const FIRST: u64 = 10;

/// Characters of a value that are shown: the rest would push the other columns away.
const MOST_CHARS: usize = 160;

/// What a version holds, taken row by row. Its memory depends on the number of tables, not of rows.
#[derive(Debug)]
pub struct Contents {
    tables: Vec<Table>,
}

#[derive(Debug)]
struct Table {
    name: String,
    columns: Vec<String>,
    owned: u64,
    shared: u64,
    first: String,
}

impl Contents {
    /// Of a version with these tables.
    pub fn new(definition: &Definition) -> Self {
        let table = |spec: &model::TableSpec| Table {
            name: spec.name.clone(),
            columns: spec.columns.iter().map(|column| column.name.clone()).collect(),
            owned: 0,
            shared: 0,
            first: String::new(),
        };
        Self { tables: definition.tables.iter().map(table).collect() }
    }

    /// Takes a row of the table at index `table`.
    pub fn row(&mut self, table: usize, ownership: Ownership, row: &[Value]) {
        let Some(table) = self.tables.get_mut(table) else { return };
        if table.rows() < FIRST {
            table.first.push_str(&html! { tr { @for value in row { td { (short(value)) } } } }.0);
        }
        match ownership {
            Ownership::Owned => table.owned += 1,
            Ownership::Shared => table.shared += 1,
        }
    }

    /// Rows by table, in the definition's order.
    pub fn rows(&self) -> Vec<u64> {
        self.tables.iter().map(Table::rows).collect()
    }
}

impl Table {
    fn rows(&self) -> u64 {
        self.owned + self.shared
    }
}

/// A value, its text cut.
fn short(of: &Value) -> Markup {
    let (Value::Text(text) | Value::Typed(text)) = of else { return value(of) };
    match text.char_indices().nth(MOST_CHARS) {
        Some((at, _)) => html! { (value(&Value::Text(text[..at].to_owned()))) "…" },
        None => value(of),
    }
}

/// The page.
pub fn version(scenario: &ScenarioName, facts: &VersionFacts, contents: &Contents) -> String {
    let title = format!("{scenario} {}", facts.version);
    let main = html! {
        h1 { (title) }
        (told(facts))
        section aria-labelledby="contents" {
            h2 id="contents" { "Contents" }
            (overview(contents))
        }
        @for (number, table) in contents.tables.iter().enumerate().filter(|(_, table)| table.rows() > 0) {
            (preview(number, table))
        }
    };
    page(&title, &above(Some(scenario)), &main)
}

fn told(facts: &VersionFacts) -> Markup {
    html! {
        p {
            (crate::index::told(facts)) ", written " (written(facts)) " UTC from " (facts.source) ". "
            @match facts.base {
                Some(base) => { a href=(changes_page(facts.version)) { "What changed since " (base) } "." }
                None => { "The first version." }
            }
        }
        p.soft { "Content digest " (facts.content) "." }
    }
}

fn overview(contents: &Contents) -> Markup {
    html! {
        div.scroll {
            table.counts {
                caption.sr { "Rows by table" }
                thead {
                    tr { th scope="col" { "table" } @for name in ["rows", "owned", "shared"] { th.num scope="col" { (name) } } }
                }
                tbody {
                    @for (number, table) in contents.tables.iter().enumerate() {
                        tr {
                            th scope="row" {
                                @if table.rows() > 0 { a href={ "#t" (number) } { (line(&table.name)) } } @else { (line(&table.name)) }
                            }
                            td.num { (count(table.rows())) }
                            td.num { (count(table.owned)) }
                            td.num { (count(table.shared)) }
                        }
                    }
                }
            }
        }
    }
}

fn preview(number: usize, table: &Table) -> Markup {
    let label = format!("t{number}");
    html! {
        section aria-labelledby=(label) {
            h2 id=(label) { (line(&table.name)) }
            div.scroll tabindex="0" role="region" aria-labelledby=(label) {
                table.preview {
                    thead { tr { @for column in &table.columns { th scope="col" { (line(column)) } } } }
                    tbody { (PreEscaped(&table.first)) }
                }
            }
            @if table.rows() > FIRST { p.more { "… and " (count(table.rows() - FIRST)) " more" } }
        }
    }
}
