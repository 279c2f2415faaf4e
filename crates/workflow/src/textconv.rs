//! A version file as text that a line diff tells well: a row's key on a line, each value on a line of its own, and nothing of what
//! changes with every version.

use std::fs::File;
use std::io::{self, BufWriter, Seek as _, SeekFrom, Write};
use std::path::Path;

use model::text::{Shown, show_key, show_value};
use model::{LogicalType, Ownership, RowEvent, RowSource as _, TableSpec, Value};
use snapshot_sql::Snapshot;

use crate::{Error, input};

/// Writes a version file as such text; a file that is no snapshot, or a damaged one, as it is, since git shows nothing at all
/// where a conversion fails.
///
/// # Errors
/// The file cannot be read, or `out` not written.
pub fn textconv(path: &Path, out: &mut dyn Write) -> Result<(), Error> {
    let file = input::open_plain(path)?;
    let mut raw = file.try_clone().map_err(|source| Error::input(path, source))?;
    let whole = Snapshot::open(file).and_then(|mut snapshot| {
        snapshot.check()?;
        Ok(snapshot)
    });
    match whole {
        Ok(snapshot) => converted(snapshot, out),
        Err(_) => {
            raw.seek(SeekFrom::Start(0)).map_err(|source| Error::input(path, source))?;
            io::copy(&mut raw, out).map_err(Error::Output)?;
            Ok(())
        }
    }
}

fn converted(mut snapshot: Snapshot<File>, out: &mut dyn Write) -> Result<(), Error> {
    let mut out = BufWriter::new(out);
    let definition = snapshot.definition().clone();
    writeln!(out, "scenario {}", snapshot.header().scenario).map_err(Error::Output)?;
    let mut stream = snapshot.open().map_err(Error::from_boxed)?;
    let mut spec: Option<&TableSpec> = None;
    while let Some(event) = stream.next().map_err(Error::from_boxed)? {
        match event {
            RowEvent::Section { table, ownership, .. } => {
                spec = definition.tables.get(table);
                let name = spec.map(|spec| Shown(&spec.name).to_string()).unwrap_or_default();
                let shared = if ownership == Ownership::Shared { ", shared" } else { "" };
                writeln!(out, "\n{name}{shared}").map_err(Error::Output)?;
            }
            RowEvent::Row(values) => {
                if let Some(spec) = spec {
                    row(spec, values, &mut out).map_err(Error::Output)?;
                }
            }
        }
    }
    out.flush().map_err(Error::Output)
}

fn row(spec: &TableSpec, values: &[Value], out: &mut dyn Write) -> io::Result<()> {
    let key: Vec<Value> = spec.key_indexes().iter().map(|at| values[*at].clone()).collect();
    let name = if key.is_empty() { "row".to_owned() } else { show_key(&spec.key, &key) };
    writeln!(out, "{} {name}", Shown(&spec.name))?;
    for (column, value) in spec.columns.iter().zip(values) {
        if spec.key.contains(&column.name) || value.is_null() {
            continue;
        }
        let name = Shown(&column.name);
        match value {
            Value::Typed(json) if column.ty == LogicalType::Json => {
                writeln!(out, "  {name}: {}", Shown(json))?;
            }
            Value::Text(text) if text.contains('\n') => {
                writeln!(out, "  {name}:")?;
                for line in text.lines() {
                    writeln!(out, "    {}", Shown(line))?;
                }
            }
            _ => writeln!(out, "  {name}: {}", show_value(value, usize::MAX))?,
        }
    }
    Ok(())
}
