//! Records and size of each version over time, as two small plots. The figures stand in a table below them, to which their
//! descriptions point.

use maud::{Markup, html};
use model::text::{count, size};

use crate::VersionFacts;

const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 120.0;
const LEFT: f64 = 76.0;
const RIGHT: f64 = 12.0;
/// For its name.
const TOP: f64 = 34.0;
/// For the versions.
const BELOW: f64 = 28.0;
/// Points nearer than this could not be told apart.
const NEAREST: f64 = 14.0;
/// Names of versions below the axis.
const MOST_LABELS: usize = 6;

/// The drawings; `versions` oldest first, at least one.
pub(crate) fn plots(versions: &[VersionFacts]) -> Markup {
    let across = across(versions);
    let records: Vec<u64> = versions.iter().map(|facts| facts.records).collect();
    let sizes: Vec<u64> = versions.iter().map(|facts| facts.size).collect();
    html! {
        div.plots {
            (plot("Records", &records, (scale(most(&records)), count), &across, versions))
            (plot("Size", &sizes, (scale_of_bytes(most(&sizes)), size), &across, versions))
        }
    }
}

fn plot(
    name: &str,
    values: &[u64],
    (top, shown): (u64, fn(u64) -> String),
    across: &[f64],
    versions: &[VersionFacts],
) -> Markup {
    let (height, bottom) = (TOP + HEIGHT + BELOW, TOP + HEIGHT);
    let (title, desc) = (format!("{name}-title"), format!("{name}-desc"));
    let y = |value: u64| bottom - ratio(value, top) * HEIGHT;
    let points: Vec<(f64, f64)> = across.iter().zip(values).map(|(x, value)| (*x, y(*value))).collect();
    let line: Vec<String> = points.iter().map(|(x, y)| format!("{},{}", px(*x), px(*y))).collect();
    html! {
        svg.plot viewBox={ "0 0 " (WIDTH) " " (height) } width=(WIDTH) height=(height) role="img" aria-labelledby={ (title) " " (desc) } {
            title id=(title) { (name) " of each version" }
            desc id=(desc) { (described(values, shown, versions)) }
            text x=(px(LEFT)) y="16" { (name) }
            @for value in [0, top / 2, top] {
                path.axis d={ "M" (px(LEFT)) " " (px(y(value))) "H" (px(WIDTH - RIGHT)) } {}
                text.soft x=(px(LEFT - 8.0)) y=(px(y(value) + 4.0)) text-anchor="end" { (shown(value)) }
            }
            polyline.trace points=(line.join(" ")) {}
            @for (((x, y), value), facts) in points.iter().zip(values).zip(versions) {
                circle class=(if facts.removed { "point gone" } else { "point" }) cx=(px(*x)) cy=(px(*y)) r="4" {
                    title { (facts.version) ": " (shown(*value)) }
                }
            }
            @for (x, facts) in labelled(across, versions) {
                text.soft x=(px(x)) y=(px(height - 8.0)) text-anchor="middle" { "v" (facts.version.number) }
            }
        }
    }
}

fn described(values: &[u64], shown: fn(u64) -> String, versions: &[VersionFacts]) -> String {
    let told = |at: usize| match (values.get(at), versions.get(at)) {
        (Some(value), Some(facts)) => format!("{} in {}", shown(*value), facts.version),
        _ => String::new(),
    };
    match versions.len() {
        0 | 1 => format!("{}.", told(0)),
        all => {
            format!("{all} versions, from {} to {}; the table below has them all.", told(0), told(all - 1))
        }
    }
}

/// Where each version stands: by its time, or evenly where some would be too near each other.
fn across(versions: &[VersionFacts]) -> Vec<f64> {
    let inside = WIDTH - LEFT - RIGHT - 16.0;
    let start = LEFT + 8.0;
    let seconds: Vec<i64> = versions.iter().map(|facts| facts.generated.as_second()).collect();
    let (first, last) = (seconds.first().copied().unwrap_or(0), seconds.last().copied().unwrap_or(0));
    if versions.len() < 2 {
        return vec![start + inside / 2.0; versions.len()];
    }
    let by_time: Vec<f64> =
        seconds.iter().map(|at| start + inside * ratio(at.abs_diff(first), last.abs_diff(first))).collect();
    let far_enough = by_time.windows(2).all(|pair| pair[1] - pair[0] >= NEAREST);
    if last > first && far_enough {
        return by_time;
    }
    let most = versions.len() - 1;
    (0..versions.len()).map(|at| start + inside * ratio(at as u64, most as u64)).collect()
}

/// The first and the last, and so many between them as there is room for.
fn labelled<'v>(across: &[f64], versions: &'v [VersionFacts]) -> Vec<(f64, &'v VersionFacts)> {
    let every = versions.len().div_ceil(MOST_LABELS).max(1);
    let last = versions.len().saturating_sub(1);
    let all = across.iter().copied().zip(versions).enumerate();
    let mut kept: Vec<(f64, &VersionFacts)> = Vec::new();
    for (at, (x, facts)) in all {
        let apart = kept.last().is_none_or(|(before, _)| x - before >= 30.0);
        if at == last || at % every == 0 {
            if !apart && at == last {
                kept.pop();
            }
            if apart || at == last {
                kept.push((x, facts));
            }
        }
    }
    kept
}

/// The least of 2, 4, 10, 20, 40, 100, … that is not below the value: what an axis ends with.
fn scale(most: u64) -> u64 {
    let mut unit: u64 = 1;
    loop {
        for step in [2, 4, 10] {
            match unit.checked_mul(step) {
                Some(top) if top >= most => return top,
                Some(_) => {}
                None => return most,
            }
        }
        unit = match unit.checked_mul(10) {
            Some(unit) => unit,
            None => return most,
        };
    }
}

fn most(values: &[u64]) -> u64 {
    values.iter().copied().max().unwrap_or(0)
}

/// The least power of two that is not below the value.
fn scale_of_bytes(most: u64) -> u64 {
    most.max(2).checked_next_power_of_two().unwrap_or(most)
}

/// A drawing has some hundred pixels: what a conversion loses, nobody sees.
#[expect(clippy::cast_precision_loss, reason = "a place in a drawing")]
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// A coordinate, with one digit after the point.
pub(crate) fn px(at: f64) -> String {
    let text = format!("{at:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_with_a_round_number() {
        assert_eq!([0, 1, 3, 5, 217, 1_000_001].map(scale), [2, 2, 4, 10, 400, 2_000_000]);
        assert_eq!(scale(u64::MAX), u64::MAX);
        assert_eq!([0, 3, 108_900].map(scale_of_bytes), [2, 4, 131_072]);
        assert_eq!(scale_of_bytes(u64::MAX), u64::MAX);
    }

    #[test]
    fn coordinates_are_short() {
        assert_eq!([px(1.0), px(0.25), px(10.96)], ["1", "0.2", "11"]);
    }
}
