//! Schemas and plans as text.
//!
//! A schema has one table per line: `fragments: id*, vault! text -> vaults.slug, project_id -> projects.id, unique(title)`.
//! After a column's name: `*` part of the primary key (never NULL), `!` NOT NULL, `?` part of the primary key that may be
//! NULL, `=` computed; then its type (integer if left out), then what it refers to, `~` at its end where that is checked at
//! the end (DEFERRABLE). `key(b, a)` gives the primary key in another order, `unique(a, b)` a unique key,
//! `(a, b) -> t(x, y)` a reference of several columns.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use demo_snapshot_subset::plan;
use miette::Diagnostic as _;
use model::scope::{Limit, OrderBy};
use model::{
    Catalog, Column, Condition, Definition, Engine, ForeignKey, LogicalType, ReferentialAction, Scope, Table,
    UniqueKey,
};
use scenario::{Scenario, read_scenario};

/// The catalog that `text` describes.
pub(crate) fn catalog(text: &str) -> Catalog {
    let tables = text.lines().map(str::trim).filter(|line| !line.is_empty()).map(|line| {
        let (name, items) = line.split_once(':').expect("`table: items`");
        (name.to_owned(), table(items))
    });
    Catalog { engine: Engine::Sqlite, tables: tables.collect() }
}

/// The scenario that follows the line `scenario: s`; `select` alone may be written in one line.
#[track_caller]
pub(crate) fn scenario(text: &str) -> Scenario {
    read_scenario(&format!("scenario: s\n{text}"), "s/scenario.yaml")
        .unwrap_or_else(|error| panic!("{error}"))
}

/// The plan as text, or the error with its help.
#[track_caller]
pub(crate) fn planned(schema: &str, settings: &str) -> String {
    plan_of(&catalog(schema), settings)
}

/// As [`planned`], from PostgreSQL.
#[track_caller]
pub(crate) fn planned_from_postgres(schema: &str, settings: &str) -> String {
    plan_of(&Catalog { engine: Engine::Postgres, ..catalog(schema) }, settings)
}

#[track_caller]
fn plan_of(catalog: &Catalog, settings: &str) -> String {
    match plan(catalog, &scenario(settings), None, &BTreeSet::new()) {
        Ok(plan) => {
            let mut text = render(&plan.definition) + &render_scope(&plan.scope);
            for note in &plan.notes {
                let _ = writeln!(text, "note {note}");
            }
            text
        }
        Err(error) => {
            let help = error.help().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
            format!("{error}{help}")
        }
    }
}

/// One line per table and, indented, per reference.
pub(crate) fn render(definition: &Definition) -> String {
    let mut out = format!("total {}\n", definition.total);
    for (table, column) in &definition.breakdown {
        let _ = writeln!(out, "breakdown {table} by {column}");
    }
    for table in &definition.tables {
        let columns: Vec<String> = table.columns.iter().map(|c| format!("{} {}", c.name, c.ty)).collect();
        let _ = write!(out, "{} key({}) [{}]", table.name, table.key.join(", "), columns.join(", "));
        let _ = write!(out, "{}", if table.order_parents { " parents first" } else { "" });
        let _ = write!(out, "{}", if table.limit { " limited" } else { "" });
        if !table.select.is_empty() {
            let terms: Vec<String> = table.select.iter().map(|term| render_term(term)).collect();
            let _ = write!(out, " select {}", terms.join(" or "));
        }
        out.push('\n');
        for r in &table.references {
            let (child, link) = (if r.child { " child" } else { "" }, if r.link { " link" } else { "" });
            let _ =
                writeln!(out, "  ({}) -> {}({}){child}{link}", r.columns.join(", "), r.to, r.key.join(", "));
        }
    }
    out
}

/// What the definition does not say, one line each.
fn render_scope(scope: &Scope) -> String {
    let mut out = String::new();
    let order = |limit: &Limit| {
        let by = |by: &OrderBy| format!("{}{}", if by.descending { "-" } else { "" }, by.column);
        format!("{} by ({})", limit.most, limit.order.iter().map(by).collect::<Vec<_>>().join(", "))
    };
    for (table, limit) in &scope.rows {
        let _ = writeln!(out, "limit {table} to {}", order(limit));
    }
    for (table, limit) in &scope.children {
        let _ = writeln!(out, "limit {table} for each parent to {}", order(limit));
    }
    for table in &scope.whole {
        let _ = writeln!(out, "whole {table}");
    }
    for cut in &scope.cuts {
        let unless =
            cut.unless_kept.as_ref().map_or_else(String::new, |r| format!(" unless {} is kept", r.to));
        let only = cut.only.as_ref().map_or_else(String::new, |r| format!(" where it means {}", r.to));
        let of = match cut.reference.as_slice() {
            [_] => String::new(),
            columns => format!(" of ({})", columns.join(", ")),
        };
        let _ = writeln!(out, "cut {}({}){of}{unless}{only}", cut.table, cut.column);
    }
    for r in &scope.loose {
        let child = if r.child { " child" } else { "" };
        let _ = writeln!(out, "loose {}({}) -> {}({}){child}", r.from, r.shown_path(), r.to, r.key);
    }
    out
}

fn render_term(term: &[Condition]) -> String {
    let conditions: Vec<String> =
        term.iter().map(|c| format!("{} {} {:?}", c.path.join("."), c.op.as_str(), c.values)).collect();
    if conditions.is_empty() { "all".to_owned() } else { conditions.join(" and ") }
}

fn table(items: &str) -> Table {
    let mut table = Table {
        schema: None,
        columns: Vec::new(),
        primary_key: Vec::new(),
        unique_keys: Vec::new(),
        foreign_keys: Vec::new(),
        without_rowid: false,
        strict: false,
        comment: None,
    };
    for item in split_outside_brackets(items) {
        if let Some(key) = item.strip_prefix("key") {
            table.primary_key = names(key);
        } else if let Some(key) = item.strip_prefix("unique") {
            let columns = names(key);
            table.unique_keys.push(UniqueKey { name: columns.join("_"), columns });
        } else if let Some((columns, target)) = item.split_once("->").filter(|_| item.starts_with('(')) {
            table.foreign_keys.push(foreign_key(names(columns), target));
        } else {
            column(item, &mut table);
        }
    }
    table
}

fn column(item: &str, table: &mut Table) {
    let (declaration, target) = item.split_once("->").map_or((item, None), |(d, t)| (d, Some(t)));
    let (marked, ty) = declaration.trim().split_once(' ').unwrap_or((declaration.trim(), "integer"));
    let name = marked.trim_end_matches(['*', '!', '?', '=']);
    let mark = &marked[name.len()..];
    if matches!(mark, "*" | "?") {
        table.primary_key.push(name.to_owned());
    }
    if let Some(target) = target {
        table.foreign_keys.push(foreign_key(vec![name.to_owned()], target));
    }
    let ty = LogicalType::parse(ty.trim()).expect("a type");
    table.columns.push(Column {
        not_null: matches!(mark, "*" | "!"),
        generated: mark == "=",
        ..Column::new(name, "", ty)
    });
}

/// `t.a` or `t(a, b)`.
fn foreign_key(columns: Vec<String>, target: &str) -> ForeignKey {
    let (target, deferrable) = target.trim().strip_suffix('~').map_or((target.trim(), false), |t| (t, true));
    let at = target.find(['.', '(']).expect("`table.column` or `table(columns)`");
    ForeignKey {
        columns,
        to: target[..at].to_owned(),
        key: names(target[at..].trim_start_matches('.')),
        on_delete: ReferentialAction::NoAction,
        on_update: ReferentialAction::NoAction,
        deferrable,
    }
}

fn names(text: &str) -> Vec<String> {
    let inside = text.trim().trim_start_matches('(').trim_end_matches(')');
    inside.split(',').map(|name| name.trim().to_owned()).collect()
}

fn split_outside_brackets(text: &str) -> Vec<&str> {
    let mut depth = 0usize;
    let parts = text.split(move |c| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    });
    parts.map(str::trim).filter(|part| !part.is_empty()).collect()
}
