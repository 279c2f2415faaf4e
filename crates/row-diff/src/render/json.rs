//! One JSON object for programs: sides, schema, tables with their columns' types, a change a line, counts. Its schema is
//! documented in docs/reviewing.md.
//!
//! Characters that hide or steer, and a build server's commands, are escaped as `\uXXXX`, so that the text is as safe to
//! print as to parse.

use std::io::{self, Write};

use model::digits::push_hex;
use model::json::write_string;
use model::{Definition, LogicalType, TableSpec, Value};

use super::{Heading, Rendering, SideName};
use crate::{Change, Counts, Kind, SchemaChange, TableCounts};

/// Written as it comes, a change a line.
pub struct Json<W> {
    out: W,
    changes: u64,
}

impl<W: Write> Json<W> {
    /// Written to `out`.
    pub fn new(out: W) -> Self {
        Self { out, changes: 0 }
    }
}

impl<W: Write> Rendering for Json<W> {
    fn begin(&mut self, heading: &Heading<'_>) -> io::Result<()> {
        write!(self.out, "{{\n\"format\": 1,\n\"scenario\": {},\n", string(heading.scenario.as_str()))?;
        for (name, of) in [("base", heading.base), ("head", heading.head)] {
            writeln!(self.out, "\"{name}\": {},", side(of))?;
        }
        let schema: Vec<String> = heading.schema.iter().map(schema_change).collect();
        writeln!(self.out, "\"schema\": [{}],", schema.join(", "))?;
        let tables: Vec<String> = tables(heading.base_definition, heading.head_definition);
        write!(self.out, "\"tables\": {{{}\n}},\n\"changes\": [", tables.join(","))?;
        Ok(())
    }

    fn change(&mut self, change: &Change<'_>) -> io::Result<()> {
        let spec = change.table;
        self.out.write_all(if self.changes == 0 { b"\n" } else { b",\n" })?;
        self.changes += 1;
        let operation = match change.kind {
            Kind::Added(_) => "added",
            Kind::Removed(_) => "removed",
            Kind::Changed(_) => "changed",
        };
        write!(self.out, "{{\"table\": {}, \"operation\": \"{operation}\"", string(&spec.name))?;
        if !spec.key.is_empty() {
            let key = spec.key.iter().zip(change.key);
            let key = key.map(|(name, of)| format!("{}: {}", string(name), value(of, type_of(spec, name))));
            write!(self.out, ", \"key\": {{{}}}", key.collect::<Vec<_>>().join(", "))?;
        }
        match change.kind {
            Kind::Added(values) | Kind::Removed(values) => {
                let row = spec.columns.iter().zip(values);
                let row =
                    row.map(|(column, of)| format!("{}: {}", string(&column.name), value(of, column.ty)));
                write!(self.out, ", \"row\": {{{}}}", row.collect::<Vec<_>>().join(", "))?;
            }
            Kind::Changed(columns) => {
                let told = columns.iter().map(|column| {
                    let side = |name: &str, of: Option<&Value>| {
                        of.map(|of| format!("\"{name}\": {}", value(of, column.column.ty)))
                    };
                    let sides: Vec<String> = [side("base", column.base), side("head", column.head)]
                        .into_iter()
                        .flatten()
                        .collect();
                    format!("{}: {{{}}}", string(&column.column.name), sides.join(", "))
                });
                write!(self.out, ", \"columns\": {{{}}}", told.collect::<Vec<_>>().join(", "))?;
            }
        }
        self.out.write_all(b"}")
    }

    fn end(&mut self, counts: &Counts) -> io::Result<()> {
        let one = |of: TableCounts| {
            let TableCounts { added, changed, removed, equal } = of;
            format!(
                "{{\"added\": {added}, \"changed\": {changed}, \"removed\": {removed}, \"equal\": {equal}}}"
            )
        };
        let tables = counts.tables.iter().map(|(table, of)| format!("\n  {}: {}", string(table), one(*of)));
        let tables = tables.collect::<Vec<_>>().join(",");
        let line = if self.changes == 0 { "" } else { "\n" };
        write!(
            self.out,
            "{line}],\n\"counts\": {{\"total\": {}, \"tables\": {{{tables}\n}}}}\n}}\n",
            one(counts.total())
        )?;
        self.out.flush()
    }
}

fn string(text: &str) -> String {
    let mut out = String::new();
    write_string(text, &mut out);
    without_commands(&out)
}

/// Breaks `##[`, which JSON has inside strings only. No line of the object begins with data.
fn without_commands(json: &str) -> String {
    json.replace("##[", "#\\u0023[")
}

fn side(side: &SideName) -> String {
    let records = side.records.map_or("null".to_owned(), |records| records.to_string());
    format!("{{\"name\": {}, \"records\": {records}}}", string(&side.name))
}

/// `"todos": {"key": ["id"], "columns": {"id": "integer"}}`, in the head's order, then those that only the base has.
fn tables(base: &Definition, head: &Definition) -> Vec<String> {
    let only_base = base.tables.iter().filter(|spec| head.table(&spec.name).is_none());
    head.tables
        .iter()
        .chain(only_base)
        .map(|spec| {
            let key: Vec<String> = spec.key.iter().map(|name| string(name)).collect();
            let columns = spec.columns.iter();
            let columns = columns.map(|column| format!("{}: \"{}\"", string(&column.name), column.ty));
            format!(
                "\n  {}: {{\"key\": [{}], \"columns\": {{{}}}}}",
                string(&spec.name),
                key.join(", "),
                columns.collect::<Vec<_>>().join(", ")
            )
        })
        .collect()
}

fn schema_change(change: &SchemaChange) -> String {
    let (what, table) = match change {
        SchemaChange::TableAdded(table) => ("table added", table),
        SchemaChange::TableRemoved(table) => ("table removed", table),
        SchemaChange::KeyChanged(table) => ("key changed", table),
        SchemaChange::ColumnAdded { table, .. } => ("column added", table),
        SchemaChange::ColumnRemoved { table, .. } => ("column removed", table),
        SchemaChange::TypeChanged { table, .. } => ("type changed", table),
    };
    let more = match change {
        SchemaChange::ColumnAdded { column, .. } | SchemaChange::ColumnRemoved { column, .. } => {
            format!(", \"column\": {}", string(column))
        }
        SchemaChange::TypeChanged { column, base, head, .. } => {
            format!(", \"column\": {}, \"base\": \"{base}\", \"head\": \"{head}\"", string(column))
        }
        _ => String::new(),
    };
    format!("{{\"change\": \"{what}\", \"table\": {}{more}}}", string(table))
}

fn type_of(spec: &TableSpec, column: &str) -> LogicalType {
    spec.column(column).map_or(LogicalType::Any, |at| spec.columns[at].ty)
}

/// A value as JSON; what JSON has no value of is an object with one key that says what it is.
fn value(value: &Value, ty: LogicalType) -> String {
    let hex = |bytes: &[u8]| {
        let mut out = Vec::new();
        push_hex(bytes, &mut out);
        String::from_utf8_lossy(&out).into_owned()
    };
    match value {
        Value::Null => "null".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) if number.is_finite() => format!("{number:?}"),
        Value::Real(number) => format!("{{\"real\": {}}}", string(&number.to_string())),
        Value::Boolean(flag) => flag.to_string(),
        Value::Typed(json) if ty == LogicalType::Json => without_commands(json),
        Value::Text(text) | Value::Typed(text) => string(text),
        Value::Bytes(bytes) => format!("{{\"bytes\": \"{}\"}}", hex(bytes)),
        Value::RawText(bytes) => format!("{{\"text\": \"{}\"}}", hex(bytes)),
    }
}
