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
    assert_snapshot!(absent(&["customers", "2"]), @r"
        $ cargo xtask demo-explain shop customers 2 --database sqlite:shop.sqlite
        -- stderr
        shop takes no row of customers with id 2; of this table it takes 1 row.
        -- exit 1
        ");
    assert_snapshot!(absent(&["customers", "2", "--json"]), @r#"
        $ cargo xtask demo-explain shop customers 2 --json --database sqlite:shop.sqlite
        {
          "path": null,
          "rows": 1,
          "table": "customers"
        }
        -- exit 1
        "#);
    let hostile = absent(&["lines", "10", "\u{1b}[2J"]);
    let told = hostile.lines().rfind(|line| line.starts_with("shop takes"));
    assert_eq!(
        told,
        Some("shop takes no row of lines with order_id, at 10, \\u001b[2J; of this table it takes 2 rows.")
    );
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
