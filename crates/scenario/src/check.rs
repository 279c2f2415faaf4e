//! A scenario held against a catalog: every table and column that it names exists, and every value that it compares with
//! can stand in its column. Everything that does not fit is reported together.

use std::collections::BTreeMap;

use model::scope::Limit;
use model::{Catalog, Column, Condition, ConditionOp, LogicalType, Scalar, Table, canonical};

use crate::error::{Error, Finding, did_you_mean};
use crate::extent::Children;
use crate::path::{Path, cut};
use crate::relations::{LooseRelation, Relation, TypeTable};
use crate::scenario::Scenario;
use crate::select::show;
use crate::suggest::closest;

/// Checks that the scenario's tables and columns exist in `catalog` and that its values fit them.
///
/// # Errors
/// [`Error::DoesNotFit`] with every finding, in the order: select, follow, limits, whole and excluded tables, relations, columns,
/// breakdown, expect.
pub fn check(scenario: &Scenario, catalog: &Catalog) -> Result<(), Error> {
    let mut check = Check { scenario, catalog, findings: Vec::new() };
    check.select();
    check.children();
    check.extent();
    let loose = scenario.loose.iter().map(|relation| relation.at);
    let plain = (0..).filter(|at| loose.clone().all(|taken| taken != *at));
    for (at, relation) in plain.zip(&scenario.relations) {
        check.relation(&top("relations").index(at), relation);
    }
    for relation in &scenario.loose {
        check.loose(&top("relations").index(relation.at), relation);
    }
    check.columns();
    check.breakdown();
    for table in scenario.expect.keys() {
        check.table(&top("expect").key(table), table);
    }
    match check.findings {
        findings if findings.is_empty() => Ok(()),
        findings => Err(Error::DoesNotFit { file: scenario.file.clone(), findings }),
    }
}

fn top(key: &str) -> Path {
    Path::default().key(key)
}

struct Check<'a> {
    scenario: &'a Scenario,
    catalog: &'a Catalog,
    findings: Vec<Finding>,
}

impl<'a> Check<'a> {
    fn report(&mut self, path: &Path, what: String) {
        self.findings.push(Finding { path: path.to_string(), what });
    }

    fn table(&mut self, path: &Path, name: &str) -> Option<&'a Table> {
        let table = self.catalog.tables.get(name);
        if table.is_none() {
            let candidate = closest(name, self.catalog.tables.keys().map(String::as_str)).map(str::to_owned);
            self.report(path, format!("no table `{}`{}", cut(name), did_you_mean(candidate.as_ref())));
        }
        table
    }

    fn column(&mut self, path: &Path, table: (&str, &'a Table), name: &str) -> Option<&'a Column> {
        let found = table.1.column(name);
        match found {
            Some(column) if column.generated => {
                let what = format!(
                    "`{}.{}` is computed by the database, so that snapshots do not hold it",
                    cut(table.0),
                    cut(name)
                );
                self.report(path, what);
                None
            }
            Some(_) => found,
            None => {
                let known = table.1.columns.iter().map(|column| column.name.as_str());
                let candidate = closest(name, known).map(str::to_owned);
                let hint = did_you_mean(candidate.as_ref());
                self.report(path, format!("no column `{}` in `{}`{hint}", cut(name), cut(table.0)));
                None
            }
        }
    }

    fn ty(&self, table: &str, column: &Column) -> LogicalType {
        let named = self.scenario.columns.get(table).and_then(|columns| columns.get(&column.name));
        named.copied().unwrap_or(column.ty)
    }

    fn select(&mut self) {
        for (name, terms) in &self.scenario.select {
            let path = top("select").key(name);
            let Some(table) = self.table(&path, name) else { continue };
            for term in terms {
                self.conditions(&path, (name, table), term);
            }
        }
    }

    fn condition(&mut self, path: &Path, table: (&str, &'a Table), condition: &Condition) {
        let Some((name, keys)) = condition.path.split_first() else { return };
        let Some(column) = self.column(path, table, name) else { return };
        let ty = self.ty(table.0, column);
        if let Some(what) = misplaced(ty, condition.op, !keys.is_empty()) {
            let column = format!("`{}.{}`", cut(table.0), cut(name));
            self.report(path, format!("{column} is {ty}: {what}"));
        } else if keys.is_empty() {
            for value in condition.values.iter().filter(|value| !fits(ty, value)) {
                let column = format!("`{}.{}`", cut(table.0), cut(name));
                self.report(path, format!("{} is no value of {column}: {}", show(value), wanted(ty)));
            }
        }
    }

    fn children(&mut self) {
        let Children::Tables(tables) = &self.scenario.children else { return };
        for (at, table) in tables.iter().enumerate() {
            self.table(&top("follow").key("children").index(at), table);
        }
    }

    fn extent(&mut self) {
        let extent = &self.scenario.extent;
        let limits = |path: Path, limits: &'a BTreeMap<String, Limit>| {
            limits.iter().map(move |(table, limit)| (path.key(table), table, limit))
        };
        let children = limits(top("follow").key("children"), &extent.children);
        for (path, name, limit) in children.chain(limits(top("limits").key("tables"), &extent.rows)) {
            let Some(table) = self.table(&path, name) else { continue };
            for by in &limit.order {
                self.column(&path.key("order_by"), (name, table), &by.column);
            }
        }
        for (at, table) in extent.passthrough.iter().enumerate() {
            self.table(&top("passthrough_tables").index(at), table);
        }
        for (at, table) in extent.excluded.iter().enumerate() {
            self.table(&top("excluded_tables").index(at), table);
        }
    }

    fn relation(&mut self, path: &Path, relation: &Relation) {
        let (from_path, to_path) = (path.key("from"), path.key("to"));
        if let Some(table) = self.table(&from_path, &relation.from) {
            for column in &relation.columns {
                self.column(&from_path, (&relation.from, table), column);
            }
        }
        let Some(table) = self.table(&to_path, &relation.to) else { return };
        match &relation.key {
            Some(key) => {
                for column in key {
                    self.column(&to_path, (&relation.to, table), column);
                }
            }
            None => self.row_key(&to_path, &relation.to, relation.columns.len(), &table.row_key()),
        }
    }

    fn loose(&mut self, path: &Path, relation: &LooseRelation) {
        let (from_path, to_path) = (path.key("from"), path.key("to"));
        if let (Some(table), Some((name, keys))) =
            (self.table(&from_path, &relation.from), relation.path.split_first())
        {
            let column = self.column(&from_path, (&relation.from, table), name);
            let ty = column.map(|column| self.ty(&relation.from, column));
            if let Some(ty) = ty.filter(|ty| !keys.is_empty() && !ty.is_json()) {
                let column = format!("`{}.{}`", cut(&relation.from), cut(name));
                let what = "only JSON has keys; if it holds JSON, say so under `columns`";
                self.report(&from_path, format!("{column} is {ty}: {what}"));
            }
            self.conditions(&path.key("when"), (&relation.from, table), &relation.when);
            if let Some(types) = &relation.type_table {
                self.type_table(&path.key("type_table"), (&relation.from, table), types);
            }
        }
        let Some(table) = self.table(&to_path, &relation.to) else { return };
        match &relation.key {
            Some(key) => drop(self.column(&to_path, (&relation.to, table), key)),
            None => self.row_key(&to_path, &relation.to, 1, &table.row_key()),
        }
    }

    fn type_table(&mut self, path: &Path, from: (&str, &'a Table), types: &TypeTable) {
        self.column(&path.key("column"), from, &types.column);
        let Some(table) = self.table(&path.key("table"), &types.table) else { return };
        self.row_key(&path.key("table"), &types.table, 1, &table.row_key());
        let path = path.key("where");
        for condition in &types.select {
            let column = condition.path.first().and_then(|name| table.column(name));
            if let Some(column) = column.filter(|column| self.ty(&types.table, column).is_json()) {
                let what = "is JSON: the rows of a type table are told apart by other columns";
                self.report(&path, format!("`{}.{}` {what}", cut(&types.table), cut(&column.name)));
            }
        }
        self.conditions(&path, (&types.table, table), &types.select);
    }

    fn conditions(&mut self, path: &Path, table: (&str, &'a Table), conditions: &[Condition]) {
        for condition in conditions {
            let path = condition.path.iter().fold(path.clone(), |path, step| path.key(step));
            self.condition(&path, table, condition);
        }
    }

    /// Whether so many columns can refer to the row key of the table `to`.
    fn row_key(&mut self, path: &Path, to: &str, columns: usize, key: &[String]) {
        let table = cut(to);
        if key.is_empty() {
            self.report(path, format!("`{table}` has no row key; name the columns: `{table}(column)`"));
        } else if key.len() != columns {
            let shown: Vec<String> = key.iter().map(|column| cut(column)).collect();
            let what = format!(
                "{} referring, but the row key of `{table}` is ({})",
                if columns == 1 { "1 column".to_owned() } else { format!("{columns} columns") },
                shown.join(", ")
            );
            self.report(path, what);
        }
    }

    fn columns(&mut self) {
        for (name, columns) in &self.scenario.columns {
            let path = top("columns").key(name);
            let Some(table) = self.table(&path, name) else { continue };
            for column in columns.keys() {
                self.column(&path.key(column), (name, table), column);
            }
        }
    }

    fn breakdown(&mut self) {
        for (name, column) in &self.scenario.breakdown {
            let path = top("breakdown").key(name);
            let Some(table) = self.table(&path, name) else { continue };
            self.column(&path, (name, table), column);
        }
    }
}

/// Why a condition of this kind cannot stand on a column of type `ty`.
fn misplaced(ty: LogicalType, op: ConditionOp, into_json: bool) -> Option<&'static str> {
    let is_json = ty.is_json();
    match (is_json, into_json, op) {
        (false, true, _) => Some("only JSON has keys; if it holds JSON, say so under `columns`"),
        (true, true, _) | (_, false, ConditionOp::Null) | (false, false, ConditionOp::In) => None,
        (true, false, _) => Some("compare one of its keys (`column.key`), or with null"),
        (false, false, ConditionOp::Like) => {
            let text = matches!(ty, LogicalType::Text | LogicalType::Enum | LogicalType::Any);
            (!text).then_some("`like` compares text")
        }
        (false, false, ConditionOp::From | ConditionOp::To) => {
            let ordered = !matches!(
                ty,
                LogicalType::Boolean
                    | LogicalType::Enum
                    | LogicalType::Array
                    | LogicalType::Range
                    | LogicalType::Interval
            );
            (!ordered).then_some("it has no order that both engines share; list its values")
        }
    }
}

fn fits(ty: LogicalType, value: &Scalar) -> bool {
    match (ty, value) {
        (LogicalType::Any, _)
        | (LogicalType::Integer | LogicalType::Real, Scalar::Integer(_))
        | (LogicalType::Real, Scalar::Real(_))
        | (LogicalType::Boolean, Scalar::Boolean(_))
        | (LogicalType::Text, Scalar::Text(_)) => true,
        (_, Scalar::Text(text)) => canonical::is_canonical(ty, text),
        _ => false,
    }
}

/// What values of a type look like.
pub fn wanted(ty: LogicalType) -> &'static str {
    match ty {
        LogicalType::Integer => "it holds integers",
        LogicalType::Real => "it holds numbers",
        LogicalType::Boolean => "it holds true and false",
        LogicalType::Text => "it holds text; quote it",
        LogicalType::Bytes => "bytes can only be compared with null",
        LogicalType::Decimal => "it holds decimals, written as text such as \"12.50\"",
        LogicalType::Date => "it holds dates, written as \"2026-11-20\"",
        LogicalType::Time => "it holds times, written as \"10:30:00\"",
        LogicalType::Timestamp => "it holds timestamps, written as \"2026-11-20 10:30:00\"",
        LogicalType::Timestamptz => "it holds instants, written in UTC as \"2026-11-20 10:30:00+00:00\"",
        LogicalType::Uuid => "it holds UUIDs, written in lower case with hyphens",
        LogicalType::Json | LogicalType::JsonVerbatim => "it holds JSON",
        LogicalType::Any
        | LogicalType::Interval
        | LogicalType::Enum
        | LogicalType::Array
        | LogicalType::Range => "its values are written as text",
    }
}
