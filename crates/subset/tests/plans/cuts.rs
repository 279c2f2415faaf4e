//! What a reference that is not followed takes along: one column, and none that anything else needs.

use crate::fixture::planned;

const ORDERS: &str = "
    tenants: id*
    customers: id*, tenant_id!, unique(tenant_id, id)
    audits: id*, tenant_id!, unique(tenant_id, id)
    orders: id*, tenant_id, customer_id, audit_id, (tenant_id, customer_id) -> customers(tenant_id, id), (tenant_id, audit_id) -> audits(tenant_id, id)
    addresses: id*, country text, region, (country, region) -> regions(country, id)
    regions: country* text, id*
";

#[test]
fn a_column_of_two_references_stays_and_the_other_is_null() {
    insta::assert_snapshot!(planned(ORDERS, "select: { customers: all }\nfollow: { children: [orders] }\nexcluded_tables: [audits]"), @r"
        total customers
        customers key(id) [id integer, tenant_id integer] select all
        orders key(id) [id integer, tenant_id integer, customer_id integer, audit_id integer]
          (tenant_id, customer_id) -> customers(tenant_id, id) child
        cut orders(audit_id) of (tenant_id, audit_id)
        ");
    insta::assert_snapshot!(planned(ORDERS, "select: { orders: all, customers: all }\nfollow: { follow_nullable_relations: false }"), @r"
        total orders
        customers key(id) [id integer, tenant_id integer] select all
        orders key(id) [id integer, tenant_id integer, customer_id integer, audit_id integer] select all
          (tenant_id, customer_id) -> customers(tenant_id, id)
        cut orders(audit_id) of (tenant_id, audit_id)
        cut orders(customer_id) of (tenant_id, customer_id) unless customers is kept
        ");
    insta::assert_snapshot!(planned(ORDERS, "select: { addresses: all }\nexcluded_tables: [regions]"), @r"
        total addresses
        addresses key(id) [id integer, country text, region integer] select all
        cut addresses(region) of (country, region)
        ");
}

#[test]
fn a_column_that_is_all_of_two_references_is_followed_unless_both_are_excluded() {
    let shared = "a: id*, x, (x) -> b(id), (x) -> c(id)\n b: id*\n c: id*";
    insta::assert_snapshot!(planned(shared, "select: { a: all }\nfollow: { follow_nullable_relations: false }"), @r"
        total a
        b key(id) [id integer]
        c key(id) [id integer]
        a key(id) [id integer, x integer] select all
          (x) -> b(id)
          (x) -> c(id)
        ");
    insta::assert_snapshot!(planned(shared, "select: { a: all }\nexcluded_tables: [b]"), @r"
        s/scenario.yaml, at `excluded_tables`: `a.x` refers to `b` and cannot be written as NULL: `x` is a part of the reference to `c`, too
        help: rows of that table are needed: take it off the list, or exclude the referring table too
        ");
    insta::assert_snapshot!(planned(shared, "select: { a: all }\nexcluded_tables: [b, c]"), @r"
        total a
        a key(id) [id integer, x integer] select all
        cut a(x)
        cut a(x)
        ");
}

const TODOS: &str = "
    statuses: id*
    todos: id*, status_id -> statuses.id, rank
    codes: id* text
    users: id*, code text -> codes.id, unique(code)
    events: id*, payload json, at
    types: id*, app text -> apps.id
    apps: id* text
    tags: id*, type_id -> types.id, object_id
    posts: id*
    photos: id*
";

#[test]
fn what_the_scenario_selects_by_is_never_null() {
    insta::assert_snapshot!(planned(TODOS, "select: { todos: { status_id: 1 } }\nfollow: { follow_nullable_relations: false }"), @r"
        total todos
        statuses key(id) [id integer]
        todos key(id) [id integer, status_id integer, rank integer] select status_id in [Integer(1)]
          (status_id) -> statuses(id)
        ");
    insta::assert_snapshot!(planned(TODOS, "select: { todos: { status_id: 1 } }\nexcluded_tables: [statuses]"), @r"
        s/scenario.yaml, at `excluded_tables`: `todos.status_id` refers to `statuses` and cannot be written as NULL: rows are selected by `status_id`
        help: rows of that table are needed: take it off the list, exclude the referring table too, or select rows by another column
        ");
    insta::assert_snapshot!(planned(TODOS, "select: { todos: all }\nlimits: { tables: { todos: { row_limit: 1, order_by: -status_id } } }\nexcluded_tables: [statuses]"), @r"
        s/scenario.yaml, at `excluded_tables`: `todos.status_id` refers to `statuses` and cannot be written as NULL: a limit orders rows by `status_id`
        help: rows of that table are needed: take it off the list, exclude the referring table too, or order rows by another column
        ");
}

#[test]
fn what_relations_look_at_is_never_null() {
    insta::assert_snapshot!(planned(TODOS, "select: { events: all }\nexcluded_tables: [codes]\nrelations: [{ from: events(payload.code), to: users(code) }]"), @r"
        s/scenario.yaml, at `excluded_tables`: `users.code` refers to `codes` and cannot be written as NULL: rows refer to `code`
        help: rows of that table are needed: take it off the list, or exclude the referring table too
        ");
    insta::assert_snapshot!(planned(TODOS, "select: { posts: all }\nfollow: { children: [tags] }\nexcluded_tables: [types]
relations: [{ from: tags(object_id), to: posts, type_table: { column: type_id, table: types, where: { app: blog } } }]"), @r"
        s/scenario.yaml, at `excluded_tables`: `tags.type_id` refers to `types` and cannot be written as NULL: a relation tells by `type_id` which table it means
        help: rows of that table are needed: take it off the list, or exclude the referring table too
        ");
    insta::assert_snapshot!(planned(TODOS, "select: { posts: all }\nfollow: { children: [tags] }\nexcluded_tables: [apps]
relations: [{ from: tags(object_id), to: posts, type_table: { column: type_id, table: types, where: { app: blog } } }]"), @r"
        s/scenario.yaml, at `excluded_tables`: `types.app` refers to `apps` and cannot be written as NULL: a relation tells by `app` which table it means
        help: rows of that table are needed: take it off the list, or exclude the referring table too
        ");
}

#[test]
fn relations_to_excluded_tables_are_null_where_they_are_meant() {
    let relations = "relations:
  - { from: tags(object_id), to: posts, when: { type_id: 1 } }
  - { from: tags(object_id), to: photos, when: { type_id: 2 } }
  - { from: events(payload.post), to: photos }
";
    insta::assert_snapshot!(planned(TODOS, &format!("select: {{ tags: all, events: all }}\nexcluded_tables: [photos]\n{relations}")), @r"
        total tags
        apps key(id) [id text]
        events key(id) [id integer, payload json, at integer] select all
        posts key(id) [id integer]
        types key(id) [id integer, app text]
          (app) -> apps(id)
        tags key(id) [id integer, type_id integer, object_id integer] select all
          (type_id) -> types(id)
        cut tags(object_id) where it means photos
        loose tags(object_id) -> posts(id)
        note events.payload.post: references to `photos`, which the scenario leaves out, stay in the JSON as they are
        ");
    let optional = relations.replace(" }\n  - { from: e", ", optional: true }\n  - { from: e");
    insta::assert_snapshot!(planned(TODOS, &format!("select: {{ tags: all }}\nexcluded_tables: [photos]\n{optional}")), @r"
        total tags
        apps key(id) [id text]
        posts key(id) [id integer]
        types key(id) [id integer, app text]
          (app) -> apps(id)
        tags key(id) [id integer, type_id integer, object_id integer] select all
          (type_id) -> types(id)
        loose tags(object_id) -> posts(id)
        ");
    let selected = format!("select: {{ tags: {{ object_id: 5 }} }}\nexcluded_tables: [photos]\n{relations}");
    insta::assert_snapshot!(planned(TODOS, &selected), @r"
        s/scenario.yaml, at `excluded_tables`: `tags.object_id` refers to `photos` and cannot be written as NULL: rows are selected by `object_id`
        help: rows of that table are needed: take it off the list, exclude the referring table too, or say `optional: true` of the relation: then its values stay as they are
        ");
    let never = TODOS.replace("object_id", "object_id!");
    insta::assert_snapshot!(planned(&never, &format!("select: {{ tags: all }}\nexcluded_tables: [photos]\n{relations}")), @r"
        s/scenario.yaml, at `excluded_tables`: `tags.object_id` refers to `photos` and cannot be NULL
        help: rows of that table are needed: take it off the list, exclude the referring table too, or say `optional: true` of the relation: then its values stay as they are
        ");
}
