//! Where the boxes and lines of a graph of references go: layers from left to right, as Sugiyama's method has it.
//!
//! The libraries for it keep random order in maps, write their own SVG with its own colours, or panic on what they do not
//! expect; a scenario has some ten tables, and its drawing must be the same each time. Tables come parents before
//! children, so layers follow from the numbers alone, and a reference against that order is a circle's, drawn backwards.

/// A box's height.
pub(crate) const HEIGHT: f64 = 42.0;
const GAP_DOWN: f64 = 18.0;
const GAP_ACROSS: f64 = 64.0;
const MARGIN: f64 = 8.0;
/// Above the first table, which may refer to itself.
const LOOP: f64 = 16.0;
/// How often the order within the layers is mended, and the boxes are moved towards their neighbours.
const SWEEPS: usize = 12;

/// Where a box is: its left upper corner, and its width.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
    /// To the right.
    pub width: f64,
}

/// A drawing's measures.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// Of each box.
    pub places: Vec<Place>,
    /// Of each edge: the points that it passes, at least two.
    pub lines: Vec<Vec<(f64, f64)>>,
    /// Of the whole.
    pub width: f64,
    /// Of the whole.
    pub height: f64,
}

/// A box, or a bend of a line that passes a layer.
struct Knot {
    layer: usize,
    width: f64,
    height: f64,
    /// Neighbours one layer to the left and one to the right.
    left: Vec<usize>,
    right: Vec<usize>,
    /// Its middle.
    y: f64,
}

/// Places boxes of these widths; an edge `(from, to)` leads from a box to one of a lower number where no circle forbids it.
pub fn layout(widths: &[f64], edges: &[(usize, usize)]) -> Layout {
    let edges: Vec<(usize, usize)> =
        edges.iter().copied().filter(|(from, to)| *from < widths.len() && *to < widths.len()).collect();
    let layers = layers(widths.len(), &edges);
    let deepest = layers.iter().copied().max().unwrap_or(0);
    let knot = |(at, width): (usize, &f64)| {
        let layer = deepest - layers[at];
        Knot { layer, width: *width, height: HEIGHT, left: vec![], right: vec![], y: 0.0 }
    };
    let mut knots: Vec<Knot> = widths.iter().enumerate().map(knot).collect();
    let paths: Vec<Vec<usize>> = edges.iter().map(|edge| path(&mut knots, *edge)).collect();
    let columns = ordered(&knots, deepest + 1);
    set_heights(&mut knots, &columns);
    measured(widths.len(), &knots, &columns, &edges, &paths)
}

/// How many references lead on from each table at most, those against the order aside.
fn layers(count: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut layers = vec![0; count];
    for at in 0..count {
        let targets = edges.iter().filter(|(from, to)| *from == at && to < from);
        layers[at] = targets.map(|(_, to)| layers[*to] + 1).max().unwrap_or(0);
    }
    layers
}

/// The knots of an edge from left to right, with a bend in each layer between its ends.
fn path(knots: &mut Vec<Knot>, (from, to): (usize, usize)) -> Vec<usize> {
    let (first, last) = if knots[from].layer <= knots[to].layer { (from, to) } else { (to, from) };
    let mut path = vec![first];
    for layer in knots[first].layer + 1..knots[last].layer {
        path.push(knots.len());
        knots.push(Knot { layer, width: 0.0, height: 4.0, left: vec![], right: vec![], y: 0.0 });
    }
    path.push(last);
    for pair in path.windows(2) {
        if knots[pair[0]].layer < knots[pair[1]].layer {
            knots[pair[0]].right.push(pair[1]);
            knots[pair[1]].left.push(pair[0]);
        }
    }
    path
}

/// The knots of each layer from top to bottom, in the order of all that were tried in which the fewest lines cross.
fn ordered(knots: &[Knot], count: usize) -> Vec<Vec<usize>> {
    let mut columns: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (at, knot) in knots.iter().enumerate() {
        columns[knot.layer].push(at);
    }
    let mut best = columns.clone();
    let mut fewest = crossings(knots, &columns);
    for sweep in 0..SWEEPS {
        let leftwards = sweep % 2 == 0;
        let order: Vec<usize> = if leftwards { (0..count).rev().collect() } else { (0..count).collect() };
        for layer in order {
            let now = places(knots.len(), &columns);
            let middle = |at: usize| {
                if knots[at].left.is_empty() && knots[at].right.is_empty() {
                    // Below all others, out of their lines' way.
                    return f64::INFINITY;
                }
                let near = if leftwards { &knots[at].right } else { &knots[at].left };
                mean(near.iter().map(|near| now[*near])).unwrap_or(now[at])
            };
            columns[layer].sort_by(|a, b| middle(*a).total_cmp(&middle(*b)));
        }
        let found = crossings(knots, &columns);
        if found < fewest || sweep == 0 {
            (fewest, best) = (found, columns.clone());
        }
    }
    best
}

/// The place of each knot in its layer, from 0 to 1, so that layers of unequal length compare.
fn places(count: usize, columns: &[Vec<usize>]) -> Vec<f64> {
    let mut places = vec![0.0; count];
    for column in columns {
        let step = 1.0 / steps(column.len());
        let mut at = step / 2.0;
        for knot in column {
            places[*knot] = at;
            at += step;
        }
    }
    places
}

fn steps(count: usize) -> f64 {
    f64::from(u32::try_from(count.max(1)).unwrap_or(u32::MAX))
}

fn crossings(knots: &[Knot], columns: &[Vec<usize>]) -> usize {
    let place = places(knots.len(), columns);
    let mut found = 0;
    for column in columns {
        let lines: Vec<(f64, f64)> =
            column.iter().flat_map(|at| knots[*at].right.iter().map(|to| (place[*at], place[*to]))).collect();
        for (at, one) in lines.iter().enumerate() {
            found +=
                lines[at + 1..].iter().filter(|other| (one.0 - other.0) * (one.1 - other.1) < 0.0).count();
        }
    }
    found
}

/// Each knot as near to the middle of its neighbours as those of its layer leave it room.
fn set_heights(knots: &mut [Knot], columns: &[Vec<usize>]) {
    for column in columns {
        let whole: f64 = column.iter().map(|at| knots[*at].height + GAP_DOWN).sum();
        let mut y = -whole / 2.0;
        for at in column {
            knots[*at].y = y + f64::midpoint(knots[*at].height, GAP_DOWN);
            y += knots[*at].height + GAP_DOWN;
        }
    }
    for sweep in 0..SWEEPS {
        let order: Vec<&Vec<usize>> =
            if sweep % 2 == 0 { columns.iter().rev().collect() } else { columns.iter().collect() };
        for column in order {
            let wanted: Vec<f64> = column
                .iter()
                .map(|at| {
                    let near = knots[*at].left.iter().chain(&knots[*at].right);
                    mean(near.map(|near| knots[*near].y)).unwrap_or(knots[*at].y)
                })
                .collect();
            spread(knots, column, &wanted);
        }
    }
}

/// Moves a layer's knots to where they want to be, and apart where they would overlap: from the top down, and from the
/// bottom up, and the mean of both.
fn spread(knots: &mut [Knot], column: &[usize], wanted: &[f64]) {
    let apart = |a: usize, b: usize| f64::midpoint(knots[a].height, knots[b].height) + GAP_DOWN;
    let mut down = wanted.to_vec();
    for at in 1..column.len() {
        down[at] = down[at].max(down[at - 1] + apart(column[at - 1], column[at]));
    }
    let mut up = wanted.to_vec();
    for at in (1..column.len()).rev() {
        up[at - 1] = up[at - 1].min(up[at] - apart(column[at - 1], column[at]));
    }
    for (at, knot) in column.iter().enumerate() {
        knots[*knot].y = f64::midpoint(down[at], up[at]);
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    (count > 0.0).then(|| sum / count)
}

fn measured(
    boxes: usize,
    knots: &[Knot],
    columns: &[Vec<usize>],
    edges: &[(usize, usize)],
    paths: &[Vec<usize>],
) -> Layout {
    let top = knots.iter().map(|knot| knot.y - knot.height / 2.0).fold(f64::INFINITY, f64::min);
    let bottom = knots.iter().map(|knot| knot.y + knot.height / 2.0).fold(f64::NEG_INFINITY, f64::max);
    let mut left = vec![0.0; knots.len()];
    let mut x = MARGIN;
    for column in columns {
        let widest = column.iter().map(|at| knots[*at].width).fold(0.0, f64::max);
        for at in column {
            left[*at] = x + (widest - knots[*at].width) / 2.0;
        }
        x += widest + GAP_ACROSS;
    }
    let y = |at: usize| knots[at].y - top + MARGIN + LOOP;
    let place = |at: usize| Place { x: left[at], y: y(at) - knots[at].height / 2.0, width: knots[at].width };
    let places: Vec<Place> = (0..boxes).map(place).collect();
    let line = |((from, to), path): (&(usize, usize), &Vec<usize>)| {
        if from == to {
            let (right, top) = (left[*from] + knots[*from].width, y(*from) - HEIGHT / 2.0);
            return vec![(right - 8.0, top), (right - 24.0, top)];
        }
        let point = |(at, knot): (usize, &usize)| {
            let x = if at == 0 { left[*knot] + knots[*knot].width } else { left[*knot] };
            (x, y(*knot))
        };
        let mut points: Vec<(f64, f64)> = path.iter().enumerate().map(point).collect();
        if path[0] != *from {
            points.reverse();
        }
        points
    };
    let lines = edges.iter().zip(paths).map(line).collect();
    let height = if boxes == 0 { 0.0 } else { bottom - top } + 2.0 * MARGIN + LOOP;
    Layout { places, lines, width: x - GAP_ACROSS + MARGIN, height }
}
