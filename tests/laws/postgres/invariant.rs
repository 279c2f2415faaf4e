//! An export sees one moment: under a writer that moves amounts between two tables, the sum is always the same.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use archive::Archive;
use database::DatabaseUrl;
use model::ScenarioName;
use snapshot_sql::Validate;
use test_support::postgres::TestDatabase;
use workflow::{Clock, Context, ExportFrom, ExportRequest, Migrations};

use crate::with_scenario;

const EXPORTS: usize = 1000;
/// Between two changes: short beside an export, long enough to leave the processor to it.
const PAUSE: Duration = Duration::from_millis(1);

#[test]
fn a_thousand_exports_beside_a_writer_see_the_same_sum() {
    let sandbox = with_scenario("scenario: sums\nselect: { giving: all, taking: all }\n");
    let server = TestDatabase::new();
    server.psql(
        "CREATE TABLE giving (id integer PRIMARY KEY, amount integer NOT NULL);
         CREATE TABLE taking (id integer PRIMARY KEY, amount integer NOT NULL);
         INSERT INTO giving SELECT i, 1000 FROM generate_series(1, 5) AS i;
         INSERT INTO taking SELECT i, 0 FROM generate_series(1, 5) AS i;",
    );
    let archive = Archive::open(&sandbox.path("demo-snapshots")).expect("an archive");
    let clock = Clock::from_source_date_epoch(Some("1795255200")).expect("a time");
    let context = Context::new(archive, clock, Migrations::default()).expect("a context");
    let request = ExportRequest {
        scenario: ScenarioName::new("sums").expect("a name"),
        from: ExportFrom::Database(DatabaseUrl::parse(&server.url()).expect("a URL")),
        allow_empty: false,
        validate: Validate::Auto,
    };
    let over = AtomicBool::new(false);
    let mut seen = BTreeSet::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut writer = server.client();
            let mut turn = 0;
            while !over.load(Ordering::Relaxed) {
                turn += 1;
                // More is taken than given back, so that no state comes twice.
                let (id, amount) = (turn % 5 + 1, turn % 7 - 2);
                writer.send(&format!(
                    "BEGIN; UPDATE giving SET amount = amount - {amount} WHERE id = {id};
                     UPDATE taking SET amount = amount + {amount} WHERE id = 6 - {id}; COMMIT;"
                ));
                std::thread::sleep(PAUSE);
            }
        });
        for _ in 0..EXPORTS {
            let mut file = Vec::new();
            let exported = workflow::export_to(&context, &request, &mut file, &mut |_| ());
            over.fetch_or(exported.is_err(), Ordering::Relaxed);
            exported.expect("an export");
            let amounts = amounts(&String::from_utf8(file).expect("UTF-8"));
            over.fetch_or(amounts.len() != 10 || amounts.iter().sum::<i64>() != 5000, Ordering::Relaxed);
            assert_eq!(amounts.len(), 10);
            assert_eq!(amounts.iter().sum::<i64>(), 5000, "{amounts:?}");
            seen.insert(amounts);
        }
        over.store(true, Ordering::Relaxed);
    });
    assert!(seen.len() > EXPORTS / 20, "the writer moved: {} states were seen", seen.len());
}

/// The second value of each row.
fn amounts(snapshot: &str) -> Vec<i64> {
    let rows = snapshot.lines().filter_map(|line| line.strip_prefix("  (").or(line.strip_prefix(", (")));
    rows.map(|row| {
        let (_, amount) = row.trim_end_matches(')').split_once(", ").expect("two values");
        amount.parse().expect("a number")
    })
    .collect()
}
