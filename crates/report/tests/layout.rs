//! The drawing of references: boxes stand apart, lines join them, and the picture is the same each time.

use demo_snapshot_report::{Layout, layout};
use proptest::prelude::*;

/// A box's height.
const HEIGHT: f64 = 42.0;

fn any_graph() -> impl Strategy<Value = (Vec<f64>, Vec<(usize, usize)>)> {
    (1usize..14).prop_flat_map(|count| {
        let widths = proptest::collection::vec((30u32..220).prop_map(f64::from), count);
        let edges = proptest::collection::vec((0..count, 0..count), 0..20);
        (widths, edges)
    })
}

fn overlap(layout: &Layout) -> bool {
    let places = &layout.places;
    places.iter().enumerate().any(|(at, a)| {
        let mut others = places[at + 1..].iter();
        others.any(|b| a.x < b.x + b.width && b.x < a.x + a.width && (a.y - b.y).abs() < HEIGHT)
    })
}

proptest! {
    #[test]
    fn boxes_stand_apart_and_lines_begin_and_end_at_theirs((widths, edges) in any_graph()) {
        let drawn = layout(&widths, &edges);
        prop_assert_eq!(&drawn, &layout(&widths, &edges));
        prop_assert!(!overlap(&drawn), "{:?}", drawn);
        for place in &drawn.places {
            prop_assert!(place.x >= 0.0 && place.y >= 0.0, "{:?}", place);
            prop_assert!(place.x + place.width <= drawn.width, "{:?}", drawn);
            prop_assert!(place.y + HEIGHT <= drawn.height, "{:?}", drawn);
        }
        prop_assert_eq!(drawn.lines.len(), edges.len());
        for (line, (from, to)) in drawn.lines.iter().zip(&edges) {
            let touches = |point: (f64, f64), at: usize| {
                let place = drawn.places[at];
                let sides = [place.x, place.x + place.width];
                let beside = sides.iter().any(|x| (x - point.0).abs() < 0.01);
                let above = from == to && point.0 > sides[0] && point.0 < sides[1];
                (beside || above) && point.1 >= place.y && point.1 <= place.y + HEIGHT
            };
            let last = *line.last().expect("points");
            prop_assert!(touches(line[0], *from) && touches(last, *to), "{:?}", drawn);
        }
    }
}

#[test]
fn a_table_stands_left_of_those_that_it_refers_to() {
    let drawn = layout(&[60.0; 4], &[(1, 0), (2, 1), (3, 0), (3, 2), (2, 2)]);
    let x: Vec<f64> = drawn.places.iter().map(|place| place.x).collect();
    assert!(x[3] < x[2] && x[2] < x[1] && x[1] < x[0], "{x:?}");
    // Passes the two layers between.
    assert_eq!(drawn.lines[2].len(), 4);
    assert_eq!(layout(&[], &[]).places, []);
}
