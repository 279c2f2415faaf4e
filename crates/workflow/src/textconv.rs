//! A version file as text that a line diff tells well: a row's key on a line, each value on a line of its own, and nothing of what
//! changes with every version.

use std::fs::File;
use std::io::{self, BufWriter, Seek as _, SeekFrom, Write};
use std::path::Path;

use model::text::{Shown, escaped, guarded, show_bytes, show_value};
use model::{Digest, LogicalType, Ownership, RowEvent, RowSource as _, TableSpec, Value};
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
                let name = spec.map(|spec| escaped(&spec.name)).unwrap_or_default();
                let shared = if ownership == Ownership::Shared { ", shared" } else { "" };
                writeln!(out)
                    .and_then(|()| line(&format!("{name}{shared}"), &mut out))
                    .map_err(Error::Output)?;
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
    let key: Vec<String> =
        spec.key_indexes().iter().map(|at| inline(&values[*at], spec.columns[*at].ty)).collect();
    let names: Vec<String> = spec.key.iter().map(|name| escaped(name)).collect();
    let key = match (names.as_slice(), key.as_slice()) {
        ([], _) => "row".to_owned(),
        ([name], [value]) => format!("{name} {value}"),
        _ => format!("({}) ({})", names.join(", "), key.join(", ")),
    };
    line(&format!("{} {key}", escaped(&spec.name)), out)?;
    for (column, value) in spec.columns.iter().zip(values) {
        if spec.key.contains(&column.name) || value.is_null() {
            continue;
        }
        let name = escaped(&column.name);
        match value {
            // As it is: a text there that is no JSON stands in quotes.
            Value::Typed(json) if column.ty == LogicalType::Json => {
                line(&format!("  {name}: {}", Shown(json)), out)?;
            }
            Value::Text(text) if text.contains('\n') => {
                line(&format!("  {name}:"), out)?;
                lines(text, out)?;
            }
            _ => line(&format!("  {name}: {}", inline(value, column.ty)), out)?,
        }
    }
    Ok(())
}

/// A text line by line. Since `\` is doubled in it, no line of it is the remark at its end.
fn lines(text: &str, out: &mut dyn Write) -> io::Result<()> {
    let ended = text.strip_suffix('\n');
    for part in ended.unwrap_or(text).split('\n') {
        line(&format!("    {}", escaped(part)), out)?;
    }
    if ended.is_none() {
        line("    \\ no line break at the end", out)?;
    }
    Ok(())
}

/// A value on one line, none of it cut: two values that differ never look the same.
fn inline(value: &Value, ty: LogicalType) -> String {
    match value {
        Value::Text(text) => format!("'{}'", escaped(text)),
        // The type is what tells it from a text of the same characters.
        Value::Typed(text) => format!("{ty} '{}'", escaped(text)),
        Value::RawText(of) => format!("text that is not UTF-8, {}", bytes(of)),
        Value::Bytes(of) => bytes(of),
        _ => show_value(value, usize::MAX),
    }
}

/// Few bytes one by one, others by their number and their whole digest.
fn bytes(of: &[u8]) -> String {
    match show_bytes(of) {
        short if short.starts_with("x'") => short,
        _ => format!("{} bytes, sha256 {}", of.len(), Digest::of(of)),
    }
}

/// A finished line: a build server that prints it finds no command in it.
fn line(text: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", guarded(text))
}
