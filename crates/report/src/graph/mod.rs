//! The references between a scenario's tables, drawn: each table left of those that it refers to.

pub(crate) mod layout;

use std::fmt::Write as _;

use maud::{Markup, html};
use model::text::{Shown, count};

use crate::Tables;
use crate::plot::px;
use layout::{HEIGHT, Layout, layout};

/// Larger graphs are told by their table alone: nobody could follow the lines.
const MOST_TABLES: usize = 120;

/// Characters of a table's name that are drawn.
const MOST_CHARS: usize = 28;

/// The drawing.
pub(crate) fn draw(tables: &Tables) -> Markup {
    let specs = &tables.definition.tables;
    if specs.len() > MOST_TABLES {
        return html! { p.soft { "These are too many tables to draw: " (specs.len()) "." } };
    }
    let labels: Vec<(String, String)> =
        specs.iter().zip(&tables.rows).map(|(spec, rows)| label(&spec.name, *rows)).collect();
    let widths: Vec<f64> = labels.iter().map(|(name, rows)| width(name).max(width(rows))).collect();
    let edges = edges(tables);
    let layout = layout(&widths, &edges);
    html! {
        svg.graph viewBox={ "0 0 " (px(layout.width)) " " (px(layout.height)) } width=(px(layout.width)) height=(px(layout.height))
            role="img" aria-labelledby="graph-title graph-desc" {
            title id="graph-title" { "References between the tables" }
            desc id="graph-desc" {
                (specs.len()) " tables, each with a line to those that it refers to; the table below names the columns. Tables whose rows are the scenario's own have a thicker frame."
            }
            defs {
                marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto" {
                    path.tip d="M0 0L8 4L0 8z" {}
                }
            }
            @for (line, (from, to)) in layout.lines.iter().zip(&edges) {
                path.edge d=(if from == to { turn(line) } else { curve(line) }) marker-end="url(#tip)" {}
            }
            @for (at, (name, rows)) in labels.iter().enumerate() { (node(&layout, at, name, rows, specs[at].is_owned(), &specs[at].name)) }
        }
    }
}

fn node(layout: &Layout, at: usize, name: &str, rows: &str, owned: bool, full: &str) -> Markup {
    let place = layout.places[at];
    let middle = place.x + place.width / 2.0;
    html! {
        g {
            title { (Shown(full)) ", " (rows) }
            rect class=(if owned { "node owned" } else { "node" }) x=(px(place.x)) y=(px(place.y)) width=(px(place.width)) height=(px(HEIGHT)) rx="6" {}
            text x=(px(middle)) y=(px(place.y + 17.0)) text-anchor="middle" { (name) }
            text.soft x=(px(middle)) y=(px(place.y + 33.0)) text-anchor="middle" { (rows) }
        }
    }
}

/// The name as it is drawn, safe to print, and the rows.
fn label(name: &str, rows: u64) -> (String, String) {
    let shown = Shown(name).to_string();
    let mut cut: String = shown.chars().take(MOST_CHARS).collect();
    if cut.len() < shown.len() {
        cut.push('…');
    }
    (cut, format!("{} {}", count(rows), if rows == 1 { "row" } else { "rows" }))
}

/// A text's width, generously: fonts differ, and ideographs are twice as wide.
fn width(text: &str) -> f64 {
    let one = |c: char| if u32::from(c) >= 0x1100 { 13.0 } else { 7.4 };
    text.chars().map(one).sum::<f64>() + 20.0
}

/// From the referring table to the other; one line for all references between two tables.
fn edges(tables: &Tables) -> Vec<(usize, usize)> {
    let specs = tables.definition.tables.iter().enumerate();
    let mut edges: Vec<(usize, usize)> = specs
        .flat_map(|(at, spec)| {
            spec.references.iter().filter_map(move |r| Some((at, tables.definition.position(&r.to)?)))
        })
        .collect();
    edges.sort_unstable();
    edges.dedup();
    edges
}

/// From a table to itself: a loop above it.
fn turn(points: &[(f64, f64)]) -> String {
    let [(from, y), (to, _), ..] = points else { return String::new() };
    let above = px(y - 20.0);
    format!(
        "M{} {}C{} {above} {} {above} {} {}",
        px(*from),
        px(*y),
        px(from + 4.0),
        px(to - 4.0),
        px(*to),
        px(*y)
    )
}

/// A line through the points, level at each of them.
fn curve(points: &[(f64, f64)]) -> String {
    // Writing to a string cannot fail.
    let mut out = String::new();
    for (at, (x, y)) in points.iter().enumerate() {
        let to = format!("{} {}", px(*x), px(*y));
        if at == 0 {
            out = format!("M{to}");
            continue;
        }
        let (from_x, from_y) = points[at - 1];
        let half = (from_x + x) / 2.0;
        if (from_y - y).abs() < 0.05 {
            let _ = write!(out, "L{to}");
        } else {
            let _ = write!(out, "C{} {} {} {} {to}", px(half), px(from_y), px(half), px(*y));
        }
    }
    out
}
