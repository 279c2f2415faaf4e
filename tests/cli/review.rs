//! `demo-review`, `demo-accept` and `demo-reject`: what was shown, and nothing else, becomes a version.

use std::fmt::Write as _;

use archive::Archive;
use insta::assert_snapshot;
use row_diff::render::Summary;
use test_support::Sandbox;
use workflow::{Clock, Context, DiffRequest, Pending, SideSpec};

use crate::support::{EPOCH, XTASK, assert_unchanged, refused, shown, state};

const PENDING: &str = "demo-snapshots/neu/neu_v1_2026-11-18.sql.new";

/// An archive with one scenario that has a seed and no version: so many vaults, of which `name` is the last.
fn seeded(vaults: u64, name: &str) -> Sandbox {
    let sandbox = Sandbox::empty(XTASK);
    sandbox.write(
        "demo-snapshots/neu/scenario.yaml",
        "scenario: neu\ndescription: Vaults\nselect:\n  vaults: { metadata.scenario: neu }\n",
    );
    reseed(&sandbox, vaults, name);
    sandbox
}

fn reseed(sandbox: &Sandbox, vaults: u64, name: &str) {
    let mut seed = "seed: neu\ndefaults:\n  vaults: { description: null, metadata: { scenario: neu }, created_at: \"2026-11-01 00:00:00\", updated_at: \"2026-11-01 00:00:00\" }\nrows:\n  vaults:\n".to_owned();
    for id in 1..=vaults {
        let told = if id == vaults { name } else { "Room" };
        let _ = writeln!(seed, "    - {{ id: {id}, name: \"{told}\", slug: room-{id} }}");
    }
    sandbox.write("demo-snapshots/neu/seed.yaml", seed);
}

fn regenerate(sandbox: &Sandbox, options: &[&str]) {
    let _ = sandbox.run_with(&[&["demo-regenerate", "neu"], options].concat(), &EPOCH).expect_code(0);
}

/// The archive as a program has it that lists what waits, and then lets somebody think about it.
fn context(sandbox: &Sandbox) -> Context {
    let archive = Archive::open(&sandbox.path("demo-snapshots")).expect("an archive");
    let clock = Clock::from_source_date_epoch(Some(EPOCH[0].1)).expect("a time");
    Context::new(archive, clock, demo_app::SCHEMAS).expect("a context")
}

fn only(context: &Context) -> Pending {
    let mut waiting = workflow::pending(context, None).expect("lists");
    assert_eq!(waiting.len(), 1);
    waiting.remove(0)
}

/// How a listed version is shown.
fn told(context: &Context, pending: &Pending) -> Result<String, workflow::Error> {
    let head = SideSpec::Listed(pending.clone());
    let request = DiffRequest { scenario: pending.scenario.clone(), base: None, head };
    let mut out = Vec::new();
    workflow::diff(context, &request, &mut Summary::new(&mut out), &mut |_| ())?;
    Ok(String::from_utf8(out).expect("text"))
}

#[test]
fn what_was_changed_since_it_was_shown_is_neither_accepted_nor_rejected() {
    let sandbox = seeded(2, "Seen");
    regenerate(&sandbox, &[]);
    let context = context(&sandbox);
    let listed = only(&context);
    assert_snapshot!(told(&context, &listed).expect("is as it was"), @r"
        neu: nothing → v1_2026-11-18 (pending)
         table   added  changed  removed  equal
         vaults      2        0        0      0
        2 rows added
        ");
    reseed(&sandbox, 2, "Never shown");
    regenerate(&sandbox, &[]);
    let before = state(&sandbox);
    let archive = sandbox.path("demo-snapshots").display().to_string();
    for error in [
        told(&context, &listed).expect_err("is another"),
        workflow::accept(&context, &listed).expect_err("is another"),
        workflow::reject(&context, &listed).expect_err("is another"),
    ] {
        assert_eq!(
            error.to_string().replace(&archive, "demo-snapshots"),
            format!("{PENDING}: this was changed since it was shown, and nothing was done with it")
        );
        assert_eq!(error.fault(), workflow::Fault::Data);
    }
    assert_unchanged(&before, &sandbox);
    // Listed anew, it is what it is.
    workflow::accept(&context, &only(&context)).expect("is as it was listed");
    assert!(sandbox.read("demo-snapshots/neu/neu_v1_2026-11-18.sql").contains("'Never shown'"));
    // Gone is changed, too.
    let error = workflow::reject(&context, &listed).expect_err("is gone");
    assert!(matches!(error, workflow::Error::PendingChanged { .. }), "{error}");
}

#[test]
fn of_several_that_wait_each_is_shown_as_itself() {
    let sandbox = seeded(2, "One");
    regenerate(&sandbox, &["--accept"]);
    // Another clone went further: its next version is the third.
    let other = seeded(2, "One");
    regenerate(&other, &["--accept"]);
    reseed(&other, 2, "Two");
    regenerate(&other, &["--accept"]);
    reseed(&other, 2, "Three");
    regenerate(&other, &[]);
    reseed(&sandbox, 2, "Other");
    regenerate(&sandbox, &[]);
    let third = "demo-snapshots/neu/neu_v3_2026-11-18.sql.new";
    sandbox.write(third, other.read(third));
    assert_snapshot!(sandbox.run(&["demo-review"]).transcript(), @r"
        $ cargo xtask demo-review
        Version 1 of 2
        neu: v1_2026-11-18 → v2_2026-11-18 (pending)

        vaults
          ~ id 2
              name: 'One' → 'Other'

         table   added  changed  removed  equal
         vaults      0        1        0      1
        1 row changed
        Version 2 of 2
        neu: v1_2026-11-18 → v3_2026-11-18 (pending)

        vaults
          ~ id 2
              name: 'One' → 'Three'

         table   added  changed  removed  equal
         vaults      0        1        0      1
        1 row changed
        -- stderr
        2 versions still wait: cargo xtask demo-accept or demo-reject, for one scenario or for all.
        -- exit 1
        ");
    assert_snapshot!(shown(&sandbox.run(&["demo-accept", "neu"])), @r"
        $ cargo xtask demo-accept neu
        -- stderr
        Accepted neu v2_2026-11-18: demo-snapshots/neu/neu_v2_2026-11-18.sql (1 row changed).
        Accepted neu v3_2026-11-18: demo-snapshots/neu/neu_v3_2026-11-18.sql (1 row changed).
        -- exit 0
        ");
}

#[test]
fn a_first_version_is_shown_before_it_is_one() {
    let sandbox = seeded(23, "Last");
    regenerate(&sandbox, &[]);
    let before = state(&sandbox);
    assert_snapshot!(sandbox.run(&["demo-review"]).transcript(), @r#"
        $ cargo xtask demo-review
        Version 1 of 1
        neu: nothing → v1_2026-11-18 (pending)

        vaults
          + id 1  name 'Room', slug 'room-1', metadata '{"scenario":"neu"}', created_at '2026-11-01 00:00:00', updated_at '2026-11-01 00:00:00'
          + id 2  name 'Room', slug 'room-2', metadata '{"scenario":"neu"}', created_at '2026-11-01 00:00:00', updated_at '2026-11-01 00:00:00'
          + id 3  name 'Room', slug 'room-3', metadata '{"scenario":"neu"}', created_at '2026-11-01 00:00:00', updated_at '2026-11-01 00:00:00'
          + id 4  name 'Room', slug 'room-4', metadata '{"scenario":"neu"}', created_at '2026-11-01 00:00:00', updated_at '2026-11-01 00:00:00'
          + id 5  name 'Room', slug 'room-5', metadata '{"scenario":"neu"}', created_at '2026-11-01 00:00:00', updated_at '2026-11-01 00:00:00'
          + id 6  name 'Room', slug 'room-6', metadata '{"scenario":"neu"}', created_at '2026-11-01 00:00:00', updated_at '2026-11-01 00:00:00'
          + id 7  name 'Room', slug 'room-7', metadata '{"scenario":"neu"}', created_at '2026-11-01 00:00:00', updated_at '2026-11-01 00:00:00'
          + id 8  name 'Room', slug 'room-8', metadata '{"scenario":"neu"}', created_at '2026-11-01 00:00:00', updated_at '2026-11-01 00:00:00'
          + id 9  name 'Room', slug 'room-9', metadata '{"scenario":"neu"}', created_at '2026-11-01 00:00:00', updated_at '2026-11-01 00:00:00'
          + id 10  name 'Room', slug 'room-10', metadata '{"scenario":"neu"}', created_at '2026-11-01 00:00:00', updated_at '2026-11-01 00:00:00'
          + id 11  name 'Room', slug 'room-11', metadata '{"scenario":"neu"}', created_at '2026-11-01 00:00:00', updated_at '2026-11-01 00:00:00'
          + id 12  name 'Room', slug 'room-12', metadata '{"scenario":"neu"}', created_at '2026-11-01 00:00:00', updated_at '2026-11-01 00:00:00'
          + id 13  name 'Room', slug 'room-13', metadata '{"scenario":"neu"}', created_at '2026-11-01 00:00:00', updated_at '2026-11-01 00:00:00'
          + id 14  name 'Room', slug 'room-14', metadata '{"scenario":"neu"}', created_at '2026-11-01 00:00:00', updated_at '2026-11-01 00:00:00'
          + id 15  name 'Room', slug 'room-15', metadata '{"scenario":"neu"}', created_at '2026-11-01 00:00:00', updated_at '2026-11-01 00:00:00'
          + id 16  name 'Room', slug 'room-16', metadata '{"scenario":"neu"}', created_at '2026-11-01 00:00:00', updated_at '2026-11-01 00:00:00'
          + id 17  name 'Room', slug 'room-17', metadata '{"scenario":"neu"}', created_at '2026-11-01 00:00:00', updated_at '2026-11-01 00:00:00'
          + id 18  name 'Room', slug 'room-18', metadata '{"scenario":"neu"}', created_at '2026-11-01 00:00:00', updated_at '2026-11-01 00:00:00'
          + id 19  name 'Room', slug 'room-19', metadata '{"scenario":"neu"}', created_at '2026-11-01 00:00:00', updated_at '2026-11-01 00:00:00'
          + id 20  name 'Room', slug 'room-20', metadata '{"scenario":"neu"}', created_at '2026-11-01 00:00:00', updated_at '2026-11-01 00:00:00'

         table   added  changed  removed  equal
         vaults     23        0        0      0
        23 rows added
        3 more rows, not shown here: cargo xtask demo-diff neu latest pending
        -- stderr
        1 version still waits: cargo xtask demo-accept or demo-reject, for one scenario or for all.
        -- exit 1
        "#);
    let all = sandbox.run(&["demo-diff", "neu", "latest", "pending"]);
    assert_eq!(all.code, Some(1));
    assert!(all.stdout.contains("'Last'"), "{}", all.stdout);
    let sql = sandbox.run(&["demo-diff", "neu", "latest", "pending", "--format", "sql"]);
    assert_eq!(sql.stdout.matches("INSERT INTO \"vaults\"").count(), 23, "{}", sql.transcript());
    assert_snapshot!(refused(&sandbox, &["demo-diff", "neu", "pending"]), @r"
        $ cargo xtask demo-diff neu pending
        -- stderr
        error: scenario neu has no version yet: its first one waits for a review
           help: `demo-review neu` shows it, `demo-diff neu latest pending` compares it with nothing, `demo-accept neu` makes it a version
        -- exit 2
        ");
    assert_unchanged(&before, &sandbox);
    let _ = sandbox.run(&["demo-accept"]).expect_code(0);
    let _ = sandbox.run(&["demo-verify"]).expect_code(0);
}

#[test]
fn a_file_that_holds_another_version_than_its_name_says_is_shown_as_none() {
    let sandbox = seeded(2, "One");
    regenerate(&sandbox, &[]);
    std::fs::rename(sandbox.path(PENDING), sandbox.path("demo-snapshots/neu/neu_v1_2026-11-17.sql.new"))
        .expect("renamed");
    assert_snapshot!(shown(&sandbox.run(&["demo-review"])), @r"
        $ cargo xtask demo-review
        Version 1 of 1
        -- stderr
        error: demo-snapshots/neu/neu_v1_2026-11-17.sql.new: by its header this is v1_2026-11-18 of neu
           help: remove it with `demo-reject neu`, and make it anew with `demo-regenerate neu`
        -- exit 3
        ");
    assert_snapshot!(refused(&sandbox, &["demo-diff", "neu", "latest", "pending"]), @r"
        $ cargo xtask demo-diff neu latest pending
        -- stderr
        error: demo-snapshots/neu/neu_v1_2026-11-17.sql.new: by its header this is v1_2026-11-18 of neu
           help: remove it with `demo-reject neu`, and make it anew with `demo-regenerate neu`
        -- exit 3
        ");
    assert_snapshot!(refused(&sandbox, &["demo-accept"]), @r"
        $ cargo xtask demo-accept
        -- stderr
        error: demo-snapshots/neu/neu_v1_2026-11-17.sql.new: by its header this is v1_2026-11-18 of neu
           help: remove it with `demo-reject neu`, and make it anew with `demo-regenerate neu`
        -- exit 3
        ");
    let _ = sandbox.run(&["demo-reject"]).expect_code(0);
}
