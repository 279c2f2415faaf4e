//! In which order the tables of two definitions are visited, when each side can only be read forwards.
//!
//! Tables that both sides have in the same order need one pass. Where the order differs (a new reference can turn two
//! tables around), those left over are visited in further passes.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// One table: its index on the sides that have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Visit {
    Base(usize),
    Head(usize),
    Both(usize, usize),
}

/// The visits of each pass; indexes rise on both sides within a pass.
pub(crate) fn passes(base: &[&str], head: &[&str]) -> Vec<Vec<Visit>> {
    let mut base: Vec<(usize, &str)> = base.iter().copied().enumerate().collect();
    let mut head: Vec<(usize, &str)> = head.iter().copied().enumerate().collect();
    let mut passes = Vec::new();
    while !(base.is_empty() && head.is_empty()) {
        let (visits, base_left, head_left) = pass(&base, &head);
        passes.push(visits);
        (base, head) = (base_left, head_left);
    }
    passes
}

type Indexed<'n> = Vec<(usize, &'n str)>;

/// One pass, and what it leaves. It visits at least one table: all of one side only, or one of both.
fn pass<'n>(base: &[(usize, &'n str)], head: &[(usize, &'n str)]) -> (Vec<Visit>, Indexed<'n>, Indexed<'n>) {
    let names = |side: &[(usize, &'n str)]| side.iter().map(|(_, name)| *name).collect::<Vec<_>>();
    let (base_names, head_names) = (names(base), names(head));
    let (mut visits, mut base_left, mut head_left) = (Vec::new(), Vec::new(), Vec::new());
    for op in capture_diff_slices(Algorithm::Myers, &base_names, &head_names) {
        if let DiffOp::Equal { old_index, new_index, len } = op {
            let pairs = base[old_index..old_index + len].iter().zip(&head[new_index..new_index + len]);
            visits.extend(pairs.map(|(base, head)| Visit::Both(base.0, head.0)));
            continue;
        }
        for table in &base[op.old_range()] {
            if head_names.contains(&table.1) {
                base_left.push(*table);
            } else {
                visits.push(Visit::Base(table.0));
            }
        }
        for table in &head[op.new_range()] {
            if base_names.contains(&table.1) {
                head_left.push(*table);
            } else {
                visits.push(Visit::Head(table.0));
            }
        }
    }
    (visits, base_left, head_left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pass_where_the_order_is_the_same() {
        assert_eq!(
            passes(&["a", "b", "d"], &["a", "c", "d"]),
            [vec![Visit::Both(0, 0), Visit::Base(1), Visit::Head(1), Visit::Both(2, 2)]]
        );
    }

    #[test]
    fn a_further_pass_for_each_table_that_moved() {
        let found = passes(&["a", "b", "c"], &["c", "b", "a"]);
        assert_eq!(found.len(), 3);
        let mut all: Vec<Visit> = found.concat();
        all.sort_by_key(|visit| match visit {
            Visit::Both(base, _) | Visit::Base(base) | Visit::Head(base) => *base,
        });
        assert_eq!(all, [Visit::Both(0, 2), Visit::Both(1, 1), Visit::Both(2, 0)]);
    }
}
