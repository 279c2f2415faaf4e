//! `demo-init` on PostgreSQL.

use insta::assert_snapshot;

use super::empty;

const SHOP: &str = "
    CREATE SCHEMA sales; CREATE SCHEMA archive;
    CREATE TYPE sales.state AS ENUM ('open', 'paid');
    CREATE TABLE users (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email TEXT UNIQUE, settings JSONB);
    CREATE TABLE sales.orders (id UUID PRIMARY KEY, user_id BIGINT NOT NULL REFERENCES users, status sales.state);
    CREATE TABLE archive.orders (id INTEGER PRIMARY KEY);
    CREATE TABLE sales.\"Order Lines\" (
      \"orderId\" UUID REFERENCES sales.orders, line INTEGER, extra TEXT, created_at TEXT, PRIMARY KEY (\"orderId\", line)
    );
    CREATE TABLE sales.notes (id INTEGER PRIMARY KEY, order_id UUID, body TEXT) PARTITION BY RANGE (id);
    CREATE TABLE sales.notes_1 PARTITION OF sales.notes DEFAULT;
    CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY);
    INSERT INTO users (email, settings) VALUES ('ana@secret', '{\"secret\": 1}'), ('bo@secret', NULL);
    INSERT INTO sales.orders VALUES ('123e4567-e89b-12d3-a456-426614174000', 1, 'paid');
    INSERT INTO sales.\"Order Lines\" VALUES
      ('123e4567-e89b-12d3-a456-426614174000', 1, '{\"secret\": []}', '2026-11-20 10:00:00');
";

#[test]
fn tables_of_several_schemas_make_a_scenario_that_exports_as_it_stands() {
    let demo = empty();
    demo.db.psql(SHOP);
    demo.db.psql(&format!("ALTER DATABASE {} SET search_path = sales, public", demo.db.name()));
    let before = demo.db.content();
    assert_snapshot!(demo.shows(&["demo-init", "shop"]), @"
    $ cargo xtask demo-init shop
    Wrote demo-snapshots/shop/scenario.yaml: selects users, follows 2 tables.
    -- stderr
    warning: archive.orders is left out: sales.orders has the same name
    Behind `#` in it, for you to take up or to remove: 1 table to select, 1 relation, 2 types of columns.
    As it stands it takes 4 rows in 3 tables.
    Read it, then export: cargo xtask demo-export shop --database postgres://postgres@[SERVER]/demo
    -- exit 0
    ");
    let text = demo.sandbox.read("demo-snapshots/shop/scenario.yaml");
    assert!(!text.contains("secret"), "a value of a row:\n{text}");
    assert_snapshot!("postgres_scenario_of_a_shop", text);
    assert_eq!(before, demo.db.content(), "the source is only read");
    assert_snapshot!(demo.shows(&["demo-export", "shop"]), @"
    $ cargo xtask demo-export shop
    shop v1_2026-11-20: 4 rows added, 0 changed, 0 removed ([TIME]).
    Wrote demo-snapshots/shop/shop_v1_2026-11-20.sql (2.2 KiB).
     table         rows   own   shared
    ───────────────────────────────────
     users            2     2        -
     orders           1     1        -
     Order Lines      1     1        -
     total            4     4        -
    -- stderr
    warning: archive.orders is left out: sales.orders has the same name
    -- exit 0
    ");
}

#[test]
fn an_empty_database_has_nothing_to_propose() {
    let demo = empty();
    assert_snapshot!(demo.shows(&["demo-init", "shop"]), @"
    $ cargo xtask demo-init shop
    -- stderr
    error: postgres://postgres@[SERVER]/demo has no tables: there is nothing to make a scenario of
       help: name the right database with --database; a table that a scenario selects needs a primary key, or a unique key that is never NULL
    -- exit 3
    ");
}

#[test]
fn a_role_that_may_not_read_is_told_what_to_ask_for() {
    let demo = empty();
    demo.db.psql("CREATE TABLE users (id INTEGER PRIMARY KEY)");
    let role = demo.role("GRANT USAGE ON SCHEMA public TO ana");
    assert_snapshot!(demo.shows_as(&role, &["demo-init", "shop"]), @r#"
    $ cargo xtask demo-init shop
    -- stderr
    error: the role `demo_ana` has no right to use the table "public"."users" in `postgres://demo_ana@[SERVER]/demo`
       help: the owner can give it: GRANT SELECT ON TABLE "public"."users" TO "demo_ana"
    -- exit 4
    "#);
}
