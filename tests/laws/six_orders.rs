//! Scenarios that share rows live in one database, whatever the order in which they came.

use test_support::sqlite;

use crate::{VAULT, clone, content, done, rows};

const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

#[test]
fn three_scenarios_in_any_order_give_the_same_database_and_each_exports_unchanged() {
    let sandbox = clone();
    let mut first = None;
    for (at, order) in ORDERS.iter().enumerate() {
        let file = format!("{at}.sqlite");
        let url = format!("sqlite:{file}");
        for scenario in order.map(|at| VAULT[at]) {
            done(&sandbox, &["demo-import", scenario, "--database", &url]);
        }
        for scenario in VAULT {
            let run = done(&sandbox, &["demo-export", scenario, "--database", &url]);
            assert!(run.stdout.contains("is unchanged since"), "{order:?}\n{}", run.transcript());
        }
        assert_eq!(
            rows(&sqlite::open(&sandbox.path(&file)), "PRAGMA foreign_key_check"),
            [""; 0],
            "{order:?}"
        );
        let content = content(&sandbox.path(&file));
        assert_eq!(*first.get_or_insert_with(|| content.clone()), content, "{order:?}");
    }
}

#[test]
fn a_scenario_that_goes_and_comes_back_leaves_the_others_as_they_are() {
    let sandbox = clone();
    for scenario in VAULT {
        done(&sandbox, &["demo-import", scenario]);
    }
    let before = content(&sandbox.path(crate::DATABASE));
    done(&sandbox, &["demo-import", "general", "--version", "v1"]);
    assert_ne!(content(&sandbox.path(crate::DATABASE)), before);
    for scenario in ["developer", "writer"] {
        let run = done(&sandbox, &["demo-export", scenario]);
        assert!(run.stdout.contains("is unchanged since"), "{}", run.transcript());
    }
    done(&sandbox, &["demo-import", "general"]);
    assert_eq!(content(&sandbox.path(crate::DATABASE)), before);
}
