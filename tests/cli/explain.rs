//! `demo-explain`

use insta::assert_snapshot;
use test_support::{Sandbox, sqlite};

use crate::support::{XTASK, imported, refused};

/// A shop with a bit of everything that can bring a row along.
fn shop() -> Sandbox {
    let sandbox = Sandbox::empty(XTASK);
    let sql = "CREATE TABLE countries (code TEXT NOT NULL PRIMARY KEY);
        CREATE TABLE customers (id INTEGER PRIMARY KEY, country TEXT REFERENCES countries, name TEXT);
        CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers);
        CREATE TABLE products (id INTEGER PRIMARY KEY, made_in TEXT REFERENCES countries);
        CREATE TABLE lines (order_id INTEGER NOT NULL REFERENCES orders, at INTEGER NOT NULL, product_id INTEGER NOT NULL REFERENCES products, PRIMARY KEY (order_id, at));
        CREATE TABLE events (payload JSON);
        INSERT INTO countries VALUES ('at'), ('ch'), ('de');
        INSERT INTO customers VALUES (1, 'at', 'a secret'), (2, 'ch', 'another');
        INSERT INTO orders VALUES (10, 1), (11, 1), (12, 2); INSERT INTO products VALUES (5, 'de'), (6, NULL), (7, NULL);
        INSERT INTO lines VALUES (10, 1, 5), (10, 2, 6), (12, 1, 7); INSERT INTO events VALUES ('{\"order\":11}'), ('{\"order\":12}');";
    sqlite::execute(&sandbox.path("shop.sqlite"), sql);
    let scenario = "scenario: shop\nselect: { customers: { id: 1 } }\nfollow: { children: [orders, lines, events] }\n\
        relations: [{ from: events(payload.order), to: orders }]\npassthrough_tables: [countries]\n";
    sandbox.write("demo-snapshots/shop/scenario.yaml", scenario);
    sandbox
}

const DATABASE: &str = "sqlite:shop.sqlite";

#[test]
fn a_row_is_explained_by_the_path_that_leads_to_it() {
    let sandbox = shop();
    let before = sandbox.tree("");
    let run = |key: &[&str]| {
        let args = [&["demo-explain", "shop"], key, &["--database", DATABASE]].concat();
        sandbox.run(&args).expect_code(0).transcript()
    };
    assert_snapshot!(run(&["customers", "1"]), @r"
        $ cargo xtask demo-explain shop customers 1 --database sqlite:shop.sqlite
         row              owner   why
        ───────────────────────────────────
         customers id 1   own     selected
        -- exit 0
        ");
    assert_snapshot!(run(&["lines", "10", "2"]), @r"
        $ cargo xtask demo-explain shop lines 10 2 --database sqlite:shop.sqlite
         row                                owner   why
        ────────────────────────────────────────────────────────────────────────────────────────────
         customers id 1                     own     selected
         └ orders id 10                     own     child: its customer_id refers to customers (id)
           └ lines (order_id, at) (10, 2)   own     child: its order_id refers to orders (id)
        -- exit 0
        ");
    assert_snapshot!(run(&["products", "5"]), @r"
        $ cargo xtask demo-explain shop products 5 --database sqlite:shop.sqlite
         row                                owner    why
        ─────────────────────────────────────────────────────────────────────────────────────────────
         customers id 1                     own      selected
         └ orders id 10                     own      child: its customer_id refers to customers (id)
           └ lines (order_id, at) (10, 1)   own      child: its order_id refers to orders (id)
             └ products id 5                shared   parent: lines (product_id) refers to its id
        -- exit 0
        ");
    assert_snapshot!(run(&["countries", "ch"]), @r"
        $ cargo xtask demo-explain shop countries ch --database sqlite:shop.sqlite
         row                   owner    why
        ────────────────────────────────────────────────────────
         countries code 'ch'   shared   its table is kept whole
        -- exit 0
        ");
    let json = sandbox.run(&["demo-explain", "shop", "products", "5", "--database", DATABASE, "--json"]);
    assert_snapshot!(json.expect_code(0).transcript(), @r#"
        $ cargo xtask demo-explain shop products 5 --database sqlite:shop.sqlite --json
        {
          "path": [
            {
              "key": "id 1",
              "shared": false,
              "table": "customers",
              "why": "selected"
            },
            {
              "columns": [
                "customer_id"
              ],
              "key": "id 10",
              "key_columns": [
                "id"
              ],
              "of": "customers",
              "shared": false,
              "table": "orders",
              "why": "child"
            },
            {
              "columns": [
                "order_id"
              ],
              "key": "(order_id, at) (10, 1)",
              "key_columns": [
                "id"
              ],
              "of": "orders",
              "shared": false,
              "table": "lines",
              "why": "child"
            },
            {
              "columns": [
                "product_id"
              ],
              "key": "id 5",
              "key_columns": [
                "id"
              ],
              "of": "lines",
              "shared": true,
              "table": "products",
              "why": "parent"
            }
          ]
        }
        -- exit 0
        "#);
    assert_eq!(sandbox.tree(""), before, "nothing is written");
}

#[test]
fn without_a_row_the_reasons_are_counted() {
    let sandbox = shop();
    let run = |args: &[&str]| {
        let args = [&["demo-explain", "shop"], args, &["--database", DATABASE]].concat();
        sandbox.run(&args).expect_code(0).transcript()
    };
    assert_snapshot!(run(&[]), @r"
        $ cargo xtask demo-explain shop --database sqlite:shop.sqlite
         table       rows   owner    why
        ─────────────────────────────────────────────────────────────────────────────
         countries      3   shared   its table is kept whole
         customers      1   own      selected
         events         1   own      child: its payload.order refers to orders (id)
         orders         2   own      child: its customer_id refers to customers (id)
         products       2   shared   parent: lines (product_id) refers to its id
         lines          2   own      child: its order_id refers to orders (id)
        -- stderr
        11 rows in shop.
        -- exit 0
        ");
    assert_snapshot!(run(&["events"]), @r"
        $ cargo xtask demo-explain shop events --database sqlite:shop.sqlite
         table    rows   owner   why
        ────────────────────────────────────────────────────────────────────────
         events      1   own     child: its payload.order refers to orders (id)
        -- stderr
        1 row of events in shop.
        -- exit 0
        ");
    assert_snapshot!(run(&["products", "--json"]), @r#"
        $ cargo xtask demo-explain shop products --json --database sqlite:shop.sqlite
        {
          "reasons": [
            {
              "columns": [
                "product_id"
              ],
              "key_columns": [
                "id"
              ],
              "of": "lines",
              "rows": 2,
              "shared": true,
              "table": "products",
              "why": "parent"
            }
          ]
        }
        -- exit 0
        "#);
}

#[test]
fn the_bundled_scenario_is_explained() {
    assert_snapshot!(imported("writer").run(&["demo-explain", "writer"]).expect_code(0).transcript(), @r"
        $ cargo xtask demo-explain writer
         table           rows   owner    why
        ─────────────────────────────────────────────────────────────────────────────────
         chat_sessions      3   own      selected
         contacts           7   own      selected
         vaults             1   own      selected
         vaults             1   shared   parent: projects (vault_id) refers to its id
         projects           6   own      selected
         fragments         92   own      selected
         todos             14   own      child: its fragment_id refers to fragments (id)
        -- stderr
        124 rows in writer.
        -- exit 0
        ");
}

#[test]
fn what_is_not_in_the_scenario() {
    let sandbox = shop();
    let run = |args: &[&str]| {
        let args = [&["demo-explain", "shop"], args, &["--database", DATABASE]].concat();
        refused(&sandbox, &args)
    };
    let absent = |args: &[&str]| {
        let args = [&["demo-explain", "shop"], args, &["--database", DATABASE]].concat();
        sandbox.run(&args).expect_code(1).transcript()
    };
    assert_snapshot!(absent(&["customers", "2"]), @"
    $ cargo xtask demo-explain shop customers 2 --database sqlite:shop.sqlite
    The database has the row of customers with id 2, but shop does not take it: it is not selected, and no reference that is followed leads to it; of customers it takes 1 row.
    -- exit 1
    ");
    assert_snapshot!(absent(&["customers", "3"]), @"
    $ cargo xtask demo-explain shop customers 3 --database sqlite:shop.sqlite
    The database has no row of customers with id 3.
    -- exit 1
    ");
    assert_snapshot!(absent(&["customers", "2", "--json", "--quiet"]), @r#"
    $ cargo xtask demo-explain shop customers 2 --json --quiet --database sqlite:shop.sqlite
    {
      "exists": true,
      "path": null,
      "rows": 1,
      "table": "customers"
    }
    -- exit 1
    "#);
    assert_snapshot!(absent(&["lines", "1", "10"]), @"
    $ cargo xtask demo-explain shop lines 1 10 --database sqlite:shop.sqlite
    The database has no row of lines with order_id, at 1, 10.
    -- exit 1
    ");
    let quiet = absent(&["customers", "2", "--quiet"]);
    assert!(quiet.contains("has the row of customers"), "an answer is no sentence on the side: {quiet}");
    let hostile = absent(&["countries", "\u{1b}[2J"]);
    assert!(hostile.contains("The database has no row of countries with code \\u001b[2J."), "{hostile}");
    assert_snapshot!(run(&["customers", "abc"]), @"
    $ cargo xtask demo-explain shop customers abc --database sqlite:shop.sqlite
    -- stderr
    error: `abc` is no value of customers.id: it holds integers
       help: the values of the key are those of id, in this order
    -- exit 2
    ");
    assert_snapshot!(run(&["custmers"]), @r"
        $ cargo xtask demo-explain shop custmers --database sqlite:shop.sqlite
        -- stderr
        error: the scenario shop takes no rows of a table `custmers`, only of countries, customers, events, orders, products, lines
           help: did you mean `customers`? `data-stats` lists the tables
        -- exit 2
        ");
    assert_snapshot!(run(&["lines", "10"]), @r"
        $ cargo xtask demo-explain shop lines 10 --database sqlite:shop.sqlite
        -- stderr
        error: 1 value for the key of lines, which is (order_id, at)
           help: give one value for each column, in this order; a table without a key has no single rows to ask for
        -- exit 2
        ");
    assert_snapshot!(run(&["events", "7"]), @r"
        $ cargo xtask demo-explain shop events 7 --database sqlite:shop.sqlite
        -- stderr
        error: 1 value for the key of events, which has none
           help: give one value for each column, in this order; a table without a key has no single rows to ask for
        -- exit 2
        ");
}

#[test]
fn what_limits_and_settings_leave_out_is_told_with_them() {
    let sandbox = shop();
    let absent = |scenario: &str, args: &[&str], code| {
        sandbox.write("demo-snapshots/shop/scenario.yaml", format!("scenario: shop\n{scenario}"));
        let args = [&["demo-explain", "shop"], args, &["--database", DATABASE]].concat();
        let run = sandbox.run(&args).expect_code(code);
        format!("{}{}", run.stdout, run.stderr)
    };
    let orders = "select: { customers: all }\nfollow: { children: [orders] }\n";
    let limited = format!("{orders}limits: {{ tables: {{ orders: {{ row_limit: 1 }} }} }}\n");
    assert_snapshot!(absent(&limited, &["orders", "11"], 1), @"The database has the row of orders with id 11, but shop does not take it: it is not selected, and no reference that is followed leads to it, or it is beyond the 1 row that `limits` allows; of orders it takes 1 row.");
    let children = orders.replace("[orders]", "{ orders: { max_children_per_node: 1 } }");
    assert_snapshot!(absent(&children, &["orders", "11"], 1), @"The database has the row of orders with id 11, but shop does not take it: it is not selected, and no reference that is followed leads to it, or it is beyond the 1 row for each parent that `follow` allows; of orders it takes 2 rows.");
    let upstream = format!("{orders}limits: {{ tables: {{ customers: {{ row_limit: 1 }} }} }}\n");
    assert_snapshot!(absent(&upstream, &["orders", "12"], 1), @"The database has the row of orders with id 12, but shop does not take it: it is not selected, and no reference that is followed leads to it, or a limit leaves out what would lead to it; of orders it takes 2 rows.");
    let excluded = "select: { customers: all }\nexcluded_tables: [lines]\n";
    assert_snapshot!(absent(excluded, &["lines"], 2), @"
    error: the scenario shop takes no rows of a table `lines`, only of countries, customers
       help: `excluded_tables` in its scenario.yaml leaves it out
    ");
    assert_snapshot!(absent(excluded, &["products"], 2), @"
    error: the scenario shop takes no rows of a table `products`, only of countries, customers
       help: the database has it, but the scenario neither selects nor follows it, and no row of the scenario refers to one of it
    ");
}

#[test]
fn keys_of_every_type_are_asked_for_as_they_are_shown() {
    let sandbox = Sandbox::empty(XTASK);
    let sql = "CREATE TABLE ids (id UUID NOT NULL PRIMARY KEY, mine BOOLEAN NOT NULL); CREATE TABLE days (day DATE NOT NULL PRIMARY KEY);
        CREATE TABLE blobs (id BLOB NOT NULL PRIMARY KEY); CREATE TABLE anything (id NOT NULL PRIMARY KEY);
        INSERT INTO ids VALUES ('6f1c0f9e-8a53-4d0c-9a0e-2f1d5b7c3e11', TRUE), ('7f1c0f9e-8a53-4d0c-9a0e-2f1d5b7c3e11', FALSE);
        INSERT INTO days VALUES ('2026-11-20'), ('2026-11-21'); INSERT INTO blobs VALUES (x'00FF'), (x'01');
        INSERT INTO anything VALUES (7), ('8'), ('seven');";
    sqlite::execute(&sandbox.path("shop.sqlite"), sql);
    let scenario = "scenario: shop\nselect: { ids: { mine: true }, days: { day: '2026-11-20' }, blobs: all, anything: { id: 7 } }\n";
    sandbox.write("demo-snapshots/shop/scenario.yaml", scenario);
    let first_line = |args: [&str; 2], code| {
        let args = [&["demo-explain", "shop"], &args[..], &["--database", DATABASE, "--quiet"]].concat();
        let run = sandbox.run(&args).expect_code(code);
        format!("{}{}", run.stdout, run.stderr).lines().next().unwrap_or_default().to_owned()
    };
    for (table, key) in [
        ("ids", "6F1C0F9E-8A53-4D0C-9A0E-2F1D5B7C3E11"),
        ("days", "2026-11-20"),
        ("blobs", "00FF"),
        ("anything", "7"),
    ] {
        assert!(first_line([table, key], 0).starts_with(" row "), "{table} {key}");
    }
    for (table, key) in
        [("ids", "7f1c0f9e-8a53-4d0c-9a0e-2f1d5b7c3e11"), ("days", "2026-11-21"), ("anything", "8")]
    {
        assert!(first_line([table, key], 1).starts_with("The database has the row of"), "{table} {key}");
    }
    for (table, key) in
        [("ids", "8f1c0f9e-8a53-4d0c-9a0e-2f1d5b7c3e11"), ("days", "2026-11-22"), ("anything", "9")]
    {
        assert!(first_line([table, key], 1).starts_with("The database has no row of"), "{table} {key}");
    }
    assert_snapshot!(first_line(["blobs", "02"], 1), @"shop takes no row of blobs with id 02; of blobs it takes 2 rows.");
    assert_snapshot!(first_line(["ids", "1111"], 2), @"error: `1111` is no value of ids.id: it holds UUIDs such as 6f1c0f9e-8a53-4d0c-9a0e-2f1d5b7c3e11");
    assert_snapshot!(first_line(["days", "20.11.2026"], 2), @r#"error: `20.11.2026` is no value of days.day: it holds dates, written as "2026-11-20""#);
    assert_snapshot!(first_line(["blobs", "xyz"], 2), @"error: `xyz` is no value of blobs.id: it holds bytes, typed as pairs of hexadecimal digits");
}

mod postgres {
    use test_support::postgres::TestDatabase;

    use super::{Sandbox, XTASK};

    #[test]
    fn a_row_that_is_not_taken_is_told_from_one_that_is_not_there() {
        let (sandbox, database) = (Sandbox::empty(XTASK), TestDatabase::new());
        database.psql(
            "CREATE TYPE mood AS ENUM ('sad', 'glad'); CREATE TABLE moods (mood mood PRIMARY KEY, mine boolean);
             CREATE TABLE ids (id uuid PRIMARY KEY, mine boolean); INSERT INTO moods VALUES ('sad', true), ('glad', false);
             INSERT INTO ids VALUES ('6f1c0f9e-8a53-4d0c-9a0e-2f1d5b7c3e11', true), ('7f1c0f9e-8a53-4d0c-9a0e-2f1d5b7c3e11', false)",
        );
        let scenario = "scenario: shop\nselect: { ids: { mine: true }, moods: { mine: true } }\n";
        sandbox.write("demo-snapshots/shop/scenario.yaml", scenario);
        let url = database.url();
        let told = |table: &str, key: &str, code| {
            let run = sandbox.run(&["demo-explain", "shop", table, key, "--quiet", "--database", &url]);
            run.expect_code(code).stdout
        };
        let id = |first: char| format!("{first}f1c0f9e-8a53-4d0c-9a0e-2f1d5b7c3e11");
        assert!(told("ids", &id('6'), 0).contains("selected"));
        assert!(told("ids", &id('7'), 1).starts_with("The database has the row of ids with id 7f1c"));
        assert!(told("ids", &id('8'), 1).starts_with("The database has no row of ids with id 8f1c"));
        assert_eq!(told("ids", "1111", 2), "");
        assert!(told("moods", "sad", 0).contains("selected"));
        assert_eq!(
            told("moods", "glad", 1),
            "shop takes no row of moods with mood glad; of moods it takes 1 row.\n"
        );
    }
}
