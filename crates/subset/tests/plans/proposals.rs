//! What is proposed for a catalog, and a law over every catalog: the file says names that the catalog has.

use std::collections::{BTreeMap, BTreeSet};

use demo_snapshot_subset::{Facts, Looks, columns_to_look_at, plan, propose};
use insta::assert_snapshot;
use model::{Catalog, Engine, LogicalType, ScenarioName, Value};
use proptest::prelude::*;

use crate::fixture::catalog;

fn name() -> ScenarioName {
    ScenarioName::new("shop").expect("a name")
}

/// Rows by table, and values by `table.column`.
fn facts(rows: &[(&str, u64)], values: &[(&str, &[&str])]) -> Facts {
    let rows = rows.iter().map(|(table, rows)| ((*table).to_owned(), *rows)).collect();
    let mut facts = Facts { rows, looks: BTreeMap::new() };
    for (place, values) in values {
        let (table, column) = place.split_once('.').expect("`table.column`");
        let mut looks = Looks::default();
        values.iter().for_each(|value| looks.add(&Value::Text((*value).to_owned())));
        facts.looks.entry(table.to_owned()).or_default().insert(column.to_owned(), looks);
    }
    facts
}

/// The text, without what is the same in all.
#[track_caller]
fn proposed(schema: &str, facts: &Facts) -> String {
    let Some(draft) = propose(&catalog(schema), &name(), facts) else { return "nothing".to_owned() };
    let text = draft.to_yaml();
    let body = text.split_once("in one line\n\n").expect("a head").1;
    let heading = |line: &&str| !(line.starts_with("# ") && line[2..].starts_with(char::is_uppercase));
    body.lines().filter(heading).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

const SHOP: &str = "
    users: id*, email! text, unique(email)
    products: id*, kind text
    orders: id*, user_id! -> users.id, status text
    items: order_id* -> orders.id, product_id* -> products.id, amount
    product_tags: id*, product_id -> products.id, tag_id -> tags.id, created_at timestamp
    tags: id*, label text
    audit_log: id*, user_id -> users.id, what text
    schema_migrations: version* text
    loose: a, b
";

#[test]
fn what_much_refers_to_is_selected_and_what_refers_to_it_is_followed() {
    let facts = facts(&[("users", 3), ("orders", 700), ("items", 2000), ("products", 40)], &[]);
    assert_snapshot!(proposed(SHOP, &facts), @"
    select:
      users: all   # 2 tables refer to it, it refers to none; 3 rows
    #   products: all   # 2 tables refer to it, it refers to none; 40 rows
    #   tags: all   # 1 table refers to it, it refers to none; 0 rows
    follow:
      children:
    #     - audit_log   # looks like a log; user_id refers to users
        - orders   # user_id refers to users
        - items   # order_id refers to orders
    # breakdown:
    #   orders: status
    # expect:
    #   users: { min: 3 }   # it has 3 rows
    #   orders: { min: 1 }   # it has 700 rows
    #   items: { min: 1 }   # it has 2000 rows
    limits: { rows: 10000 }
    ");
}

#[test]
fn rows_with_marks_are_selected_by_them() {
    let schema = "
        vaults: id*, metadata json
        notes: id*, vault_id -> vaults.id, extra text
        people: id*, metadata json, is_demo boolean
        links: id*, note_id -> notes.id
    ";
    let marked = "{\"demo_seed\":true,\"scenario\":\"secret\"}";
    let facts = facts(&[("notes", 5)], &[("vaults.metadata", &["{}"]), ("notes.extra", &[marked, "{}"])]);
    let text = proposed(schema, &facts);
    assert!(!text.contains("secret"), "{text}");
    assert_snapshot!(text, @"
    select:
      notes: { extra.demo_seed: true, extra.scenario: shop }   # its rows carry a mark; 5 rows
      people: { is_demo: true }   # its rows carry a mark; 0 rows
    #   vaults: all   # 1 table refers to it, it refers to none; metadata may hold a mark; 0 rows
    follow:
      children:
        - links   # note_id refers to notes
    columns:
      notes:
        extra: json   # each of 2 values looked at is a JSON object or array
    # expect:
    #   notes: { min: 1 }   # it has 5 rows
    limits: { rows: 1000 }
    ");
}

#[test]
fn names_suggest_references_that_keys_do_not_declare() {
    let schema = "
        users: user_id*, parent_id
        categories: id*
        posts: id*, author_user_id, categoryId, categories_id text, parent_id, user_id -> users.user_id
        comments: id*, subject_type text, subject_id, userId
        checkpoints: thread* text, ns* text
        writes: thread* text, ns* text, idx*
    ";
    let text = proposed(schema, &Facts::default());
    let start = text.find("# relations:").expect("relations");
    assert_snapshot!(text[start..].split("limits").next().expect("a part"), @r#"
    # relations:
    #   - { from: "comments(userId)", to: users }   # by its name
    #   - { from: "posts(author_user_id)", to: users }   # by its name
    #   - { from: "posts(categoryId)", to: categories }   # by its name
    #   - { from: "posts(parent_id)", to: posts }   # by its name
    #   - { from: "users(parent_id)", to: users }   # by its name
    #   - { from: "writes(thread, ns)", to: checkpoints }   # it has all columns of that key
    # - comments.subject_id seems to name a row of the table that subject_type tells
    "#);
}

#[test]
fn values_tell_what_columns_hold() {
    let values: [(&str, &[&str]); 5] = [
        ("t.body", &["{\"a\":1}", "[]"]),
        ("t.due", &["2026-11-20"]),
        ("t.at", &["2026-11-20 10:00:00", "2026-11-21 10:00:00"]),
        ("t.mixed", &["{}", "x"]),
        ("t.settings", &[]),
    ];
    let schema = "t: id*, body text, due text, at text, mixed text, settings text";
    assert_snapshot!(proposed(schema, &facts(&[], &values)), @"
    select:
      t: all   # no foreign key joins it to others; 0 rows
    # columns:
    #   t:
    #     body: json   # each of 2 values looked at is a JSON object or array
    #     due: date   # the 1 value looked at is written as one
    #     at: timestamp   # each of 2 values looked at is written as one
    #     settings: json   # by its name; there was no value to look at
    limits: { rows: 1000 }
    ");
}

#[test]
fn a_database_without_a_table_to_select_gets_no_proposal() {
    for schema in ["", "loose: a, b", "schema_migrations: version* text", "audit_log: id*, what text"] {
        assert_eq!(proposed(schema, &Facts::default()), "nothing", "{schema}");
    }
}

#[test]
fn tables_that_no_row_can_start_are_left_aside() {
    let schema = "
        books: id*, author! -> authors.id
        authors: id*, book! -> books.id
        shops: id*
    ";
    let facts = facts(&[("books", 9), ("authors", 9)], &[]);
    assert!(proposed(schema, &facts).contains("\n  shops: all"), "{}", proposed(schema, &facts));
}

#[test]
fn integers_are_looked_at_only_where_an_engine_stores_truth_in_them() {
    let mut catalog = catalog("t: id*, is_open, n, title text, schema_migrations_id");
    let columns = |catalog: &Catalog| columns_to_look_at(catalog).remove(0).1.join(" ");
    assert_eq!(columns(&catalog), "is_open title");
    catalog.engine = Engine::Postgres;
    assert_eq!(columns(&catalog), "title");
}

/// Names that a file could take for something else, or that no file can hold.
fn names() -> impl Strategy<Value = String> {
    const KNOWN: [&str; 24] = [
        "users",
        "user",
        "no",
        "*a",
        "&a",
        "# b",
        "a: b",
        "x\ny",
        "\"",
        "a.b",
        "a(b)",
        "[[[[",
        "audit_log",
        "tags",
        "schema_migrations",
        "metadata",
        "all",
        "",
        "~",
        "1",
        "é",
        "\u{fffe}",
        "parent",
        "demo",
    ];
    let long = "n".repeat(5000);
    prop_oneof![
        8 => prop::sample::select(&KNOWN[..]).prop_map(str::to_owned),
        4 => any::<String>(),
        1 => Just(long),
    ]
}

/// Tables of a key and columns that may refer to other tables' keys.
fn catalogs() -> impl Strategy<Value = Catalog> {
    let endings = prop::sample::select(vec!["", "_id", "Id", "_type"]);
    let types = prop::sample::select(vec![LogicalType::Text, LogicalType::Integer, LogicalType::Json]);
    let column = (names(), endings, types, any::<bool>(), any::<Option<prop::sample::Index>>());
    let table = (names(), prop::collection::vec(column, 0..6), 0..3_usize);
    prop::collection::vec(table, 0..8).prop_map(|tables| {
        let mut made = catalog("model: id*, a -> model.id");
        let model = made.tables.remove("model").expect("the model");
        let keys: Vec<String> = tables.iter().map(|(name, ..)| name.clone()).collect();
        for (name, columns, key) in tables {
            let mut table = model.clone();
            table.columns.truncate(1);
            let reference = table.foreign_keys.remove(0);
            for (column, ending, ty, not_null, to) in columns {
                let mut made = table.columns[0].clone();
                made.name = format!("{column}{ending}");
                if table.column(&made.name).is_some() {
                    continue;
                }
                (made.ty, made.not_null) = (ty, not_null);
                if let Some(to) = to {
                    let (columns, to) = (vec![made.name.clone()], to.get(&keys).clone());
                    table.foreign_keys.push(model::ForeignKey { columns, to, ..reference.clone() });
                }
                table.columns.push(made);
            }
            table.primary_key = table.columns.iter().take(key).map(|column| column.name.clone()).collect();
            made.tables.insert(name, table);
        }
        made
    })
}

/// As if every column that is looked at held the same.
fn seen(catalog: &Catalog, value: &str) -> Facts {
    let mut looks = Looks::default();
    looks.add(&Value::Text(value.to_owned()));
    let of = |columns: Vec<String>| columns.into_iter().map(|column| (column, looks.clone()));
    Facts {
        rows: catalog.tables.keys().map(|table| (table.clone(), table.len() as u64)).collect(),
        looks: columns_to_look_at(catalog)
            .into_iter()
            .map(|(table, columns)| (table, of(columns).collect::<BTreeMap<_, _>>()))
            .collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_proposal_for_any_catalog_is_a_scenario_that_fits_it(
        catalog in catalogs(),
        value in prop::sample::select(vec!["x", "{}", "{\"scenario\":\"a\",\"demo\":true}", "2026-11-20"]),
    ) {
        let facts = seen(&catalog, value);
        let Some(draft) = propose(&catalog, &name(), &facts) else { return Ok(()) };
        let again = propose(&catalog, &name(), &facts).expect("as before");
        prop_assert_eq!(draft.to_yaml(), again.to_yaml());
        let scenario = draft.scenario()
            .map_err(|error| TestCaseError::fail(format!("{error}\n{}", draft.to_yaml())))?;
        scenario::check(&scenario, &catalog)
            .map_err(|error| TestCaseError::fail(format!("{error}\n{}", draft.to_yaml())))?;
        for (table, _) in &scenario.select {
            prop_assert!(!catalog.tables[table].row_key().is_empty());
        }
        let active: BTreeSet<&String> =
            draft.select.iter().filter(|table| table.active).map(|table| &table.what.table).collect();
        prop_assert_eq!(active, scenario.select.iter().map(|(table, _)| table).collect());
        // A table without any reference has a plan: if there is one to select, so has what is proposed.
        let alone = draft.select.iter().any(|table| catalog.tables[&table.what.table].foreign_keys.is_empty());
        if alone {
            plan(&catalog, &scenario, None, &BTreeSet::new())
                .map_err(|error| TestCaseError::fail(format!("{error}\n{}", draft.to_yaml())))?;
        }
    }
}
