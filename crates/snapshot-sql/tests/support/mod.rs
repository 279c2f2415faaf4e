//! Definitions and rows to write and read in tests.

#![allow(dead_code, reason = "each test file uses a part of this")]

use std::io::{Cursor, Read as _, Seek as _, SeekFrom};

use model::{
    ColumnSpec, Condition, ConditionOp, Definition, Engine, LogicalType, Ownership, Reference, RowEvent,
    RowSource, Scalar, ScenarioName, TableSpec, Value, Version,
};
use snapshot_sql::{BodyWriter, Draft, Error, Header, Snapshot, Trailer, assemble};

/// A section: table, ownership, full rows.
pub(crate) type Section = (usize, Ownership, Vec<Vec<Value>>);

pub(crate) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub(crate) fn typed(text: &str) -> Value {
    Value::Typed(text.to_owned())
}

pub(crate) fn table(name: &str, columns: &[(&str, LogicalType)], key: &[&str]) -> TableSpec {
    TableSpec {
        name: name.to_owned(),
        schema: None,
        columns: columns.iter().map(|(name, ty)| ColumnSpec { name: (*name).to_owned(), ty: *ty }).collect(),
        key: strings(key),
        order_parents: false,
        limit: false,
        select: Vec::new(),
        references: Vec::new(),
    }
}

pub(crate) fn strings(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

pub(crate) fn is_in(path: &[&str], values: &[Scalar]) -> Condition {
    Condition { path: strings(path), op: ConditionOp::In, values: values.to_vec() }
}

pub(crate) fn refers(columns: &[&str], to: &str, key: &[&str]) -> Reference {
    Reference { columns: strings(columns), to: to.to_owned(), key: strings(key), child: false, link: false }
}

pub(crate) fn draft(definition: Definition, engines: &[Engine]) -> Draft {
    Draft {
        scenario: ScenarioName::new("writer").expect("a name"),
        version: Some(Version::parse("v2_2026-11-20").expect("a version")),
        generated: "2026-11-20T10:30:00Z".parse().expect("a time"),
        source: Engine::Sqlite,
        engines: engines.to_vec(),
        definition,
    }
}

pub(crate) fn definition(total: &str, tables: Vec<TableSpec>) -> Definition {
    Definition { total: total.to_owned(), breakdown: std::collections::BTreeMap::new(), tables }
}

/// The whole file.
pub(crate) fn write(draft: &Draft, sections: &[Section]) -> Result<(Vec<u8>, Header, Trailer), Error> {
    let mut file = tempfile::tempfile().map_err(Error::Write)?;
    let counts = sections.iter().map(|(table, ownership, rows)| (*table, *ownership, rows.len() as u64));
    let body_at = draft.header_length(counts);
    file.seek(SeekFrom::Start(body_at)).map_err(Error::Write)?;
    let mut writer = BodyWriter::new(file, Cursor::new(Vec::new()), draft)?;
    for (table, ownership, rows) in sections {
        writer.section(*table, *ownership, rows.len() as u64)?;
        for row in rows {
            writer.row(row)?;
        }
    }
    let (mut file, body) = writer.finish()?;
    let (header, trailer) = assemble(draft, &body, &mut file, body_at)?;
    file.seek(SeekFrom::Start(0)).map_err(Error::Read)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(Error::Read)?;
    Ok((bytes, header, trailer))
}

/// All rows of a source, by section.
pub(crate) fn rows(source: &mut dyn RowSource) -> Result<Vec<Section>, model::StreamError> {
    let mut sections: Vec<Section> = Vec::new();
    let mut stream = source.open()?;
    while let Some(event) = stream.next()? {
        match event {
            RowEvent::Section { table, ownership, .. } => sections.push((table, ownership, Vec::new())),
            RowEvent::Row(row) => sections.last_mut().expect("a section comes first").2.push(row.to_vec()),
        }
    }
    Ok(sections)
}

pub(crate) fn check(file: &[u8]) -> Result<snapshot_sql::Checked, Error> {
    Snapshot::open(Cursor::new(file))?.check()
}

/// The message with its help, as people see them.
pub(crate) fn message(error: &Error) -> String {
    let help = miette::Diagnostic::help(error).map_or_else(String::new, |help| format!("\nhelp: {help}"));
    format!("{error}{help}")
}

/// Every kind of literal, both ownerships, links within a table and across a cycle, cleanup that is portable and not.
pub(crate) fn golden() -> (Draft, Vec<Section>) {
    let json_select = vec![vec![
        is_in(&["metadata", "demo_seed"], &[Scalar::Boolean(true)]),
        is_in(&["metadata", "scenario"], &[Scalar::Text("writer".into())]),
    ]];
    let mut authors = table(
        "authors",
        &[("id", LogicalType::Integer), ("name", LogicalType::Text), ("favourite", LogicalType::Integer)],
        &["id"],
    );
    authors.references = vec![Reference { link: true, ..refers(&["favourite"], "books", &["id"]) }];
    let mut books = table(
        "books",
        &[
            ("id", LogicalType::Integer),
            ("author_id", LogicalType::Integer),
            ("sequel_of", LogicalType::Integer),
            ("metadata", LogicalType::Json),
            ("price", LogicalType::Decimal),
            ("printed_on", LogicalType::Date),
            ("sold", LogicalType::Boolean),
            ("rating", LogicalType::Real),
            ("note", LogicalType::Text),
        ],
        &["id"],
    );
    books.select = json_select;
    books.references = vec![
        refers(&["author_id"], "authors", &["id"]),
        Reference { link: true, ..refers(&["sequel_of"], "books", &["id"]) },
    ];
    let mut reviews = table(
        "book \"reviews\"",
        &[("book_id", LogicalType::Integer), ("nr", LogicalType::Integer), ("cover", LogicalType::Bytes)],
        &["book_id", "nr"],
    );
    reviews.references = vec![Reference { child: true, ..refers(&["book_id"], "books", &["id"]) }];
    let mut tags = table("tags", &[("tag", LogicalType::Text)], &[]);
    tags.select = vec![vec![Condition {
        path: strings(&["tag"]),
        op: ConditionOp::Like,
        values: vec![Scalar::Text("demo%".into())],
    }]];
    let mut definition = definition("books", vec![authors, books, reviews, tags]);
    definition.breakdown.insert("books".into(), "sold".into());

    let n = Value::Integer;
    let sections = vec![
        (
            0,
            Ownership::Shared,
            vec![vec![n(1), text("Zoë O'Brien"), n(2)], vec![n(2), text(""), Value::Null]],
        ),
        (
            1,
            Ownership::Shared,
            vec![vec![
                n(9),
                n(2),
                Value::Null,
                typed("{}"),
                typed("1.10"),
                typed("2026-02-28"),
                Value::Boolean(false),
                Value::real(0.5),
                text("kept"),
            ]],
        ),
        (
            1,
            Ownership::Owned,
            vec![
                vec![
                    n(1),
                    n(1),
                    n(2),
                    typed("{\"demo_seed\":true,\"scenario\":\"writer\"}"),
                    typed("12.50"),
                    typed("2026-11-20"),
                    Value::Boolean(true),
                    Value::real(5.0),
                    text("two\nlines; -- it's\t👩\u{200d}🚀"),
                ],
                vec![
                    n(2),
                    n(1),
                    n(9),
                    typed("{\"demo_seed\":true,\"scenario\":\"writer\"}"),
                    Value::Null,
                    Value::Null,
                    Value::Null,
                    Value::real(f64::NEG_INFINITY),
                    text("bell\u{7} \u{202e}\r\n'\"\\"),
                ],
                vec![
                    n(3),
                    n(2),
                    n(3),
                    typed("{\"demo_seed\":true,\"scenario\":\"writer\"}"),
                    typed("-0.5"),
                    Value::Null,
                    Value::Null,
                    Value::real(1e300),
                    text("-- Links (1 update)\nUPDATE"),
                ],
            ],
        ),
        (
            2,
            Ownership::Owned,
            vec![vec![n(1), n(-7), Value::Bytes(vec![0, 255])], vec![n(1), n(1), Value::Null]],
        ),
        (3, Ownership::Owned, vec![vec![text("demo")], vec![text("demo")], vec![text("demo-2")]]),
    ];
    (draft(definition, &Engine::ALL), sections)
}
