//! The bundled schemas on a server: a database holds one of them.

use test_support::postgres::TestDatabase;

use crate::clone;

#[test]
fn a_database_of_another_bundled_schema_is_left_alone() {
    let sandbox = clone();
    let database = TestDatabase::new();
    let url = database.url();
    let _ = sandbox.run(&["db-migrate", "--schema", "checkpoints", "--database", &url]).expect_code(0);
    let before = database.content();
    for args in
        [&["db-migrate"][..], &["db-migrate", "--fresh"], &["db-migrate", "--schema", "memory", "--yes"]]
    {
        let run = sandbox.run(&[args, &["--database", &url]].concat()).expect_code(3);
        assert!(run.stderr.contains("holds the schema `checkpoints`, not `"), "{}", run.transcript());
    }
    let run = sandbox.run(&["demo-import", "memory", "--database", &url]).expect_code(3);
    assert!(
        run.stderr.contains("holds the bundled schema `checkpoints`, and the scenario is of `memory`"),
        "{}",
        run.transcript()
    );
    assert_eq!(database.content(), before);
}
