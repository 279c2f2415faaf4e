//! `docs/types.md`, held against both engines: what it says of a type is what they do.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up its database has failed")]

extern crate demo_snapshot_database as database;

mod document;
mod postgres;
mod sqlite;

use database::Source;
use document::{Line, literal};
use model::{Definition, Engine, LogicalType, Ownership, TableSpec, Value, fit};

/// What both engines' tests need of a table `t (id, x)` that holds one value.
trait Database {
    /// Makes the table with `x` declared so.
    fn make(&self, declared: &str);
    /// Puts what the SQL literal says into `x`.
    fn put(&self, literal: &str);
    fn source(&self) -> Box<dyn Source>;
    /// The values of `x`, read as `ty`.
    fn read(&self, ty: LogicalType) -> Vec<Value> {
        let mut source = self.source();
        let definition = definition(source.as_mut(), Some(ty));
        let mut values = Vec::new();
        let mut each = |row: &[Value]| {
            values.push(row[1].clone());
            Ok(())
        };
        source.select(&definition).unwrap();
        source.read(&definition, 0, Ownership::Owned, &mut each).unwrap();
        values
    }
}

/// All of the table `t`, with `x` of a type of its own or the declared one.
fn definition(source: &mut dyn Source, ty: Option<LogicalType>) -> Definition {
    let catalog = source.catalog().unwrap();
    let table = &catalog.tables["t"];
    let column = |column: &model::Column| model::ColumnSpec {
        name: column.name.clone(),
        ty: ty.filter(|_| column.name == "x").unwrap_or(column.ty),
    };
    let spec = TableSpec {
        name: "t".to_owned(),
        schema: None,
        columns: table.columns.iter().map(column).collect(),
        key: table.row_key(),
        order_parents: false,
        limit: false,
        select: vec![Vec::new()],
        references: Vec::new(),
    };
    Definition { total: "t".to_owned(), breakdown: std::collections::BTreeMap::new(), tables: vec![spec] }
}

/// The table "What a declaration means" against the catalog that an engine gives.
fn declarations_mean_what_the_document_says(engine: Engine, catalog_type: impl Fn(&str) -> LogicalType) {
    for line in document::table("What a declaration means") {
        for declared in line.code(if engine == Engine::Sqlite { 1 } else { 2 }) {
            // `columns` is a setting's name, not a declaration.
            if declared != "columns" {
                assert_eq!(catalog_type(declared).as_str(), line.code(0)[0], "{declared} on {engine}");
            }
        }
    }
}

/// The tables "What the file holds" and "What the digest compares".
fn values_are_what_the_document_says(engine: Engine, database: impl Fn() -> Box<dyn Database>) {
    let read = |ty: LogicalType, literals: &[&str]| {
        let database = database();
        database.make(ty.declared(engine));
        for literal in literals {
            database.put(literal);
        }
        database.read(ty)
    };
    for line in document::table("What the file holds") {
        let (ty, stored, told) = (line.ty(), line.code(1)[0], line.code(2)[0]);
        assert_eq!(literal(&read(ty, &[stored])[0]), told, "{ty} {stored} on {engine}");
    }
    for line in document::table("What the digest compares") {
        let equal = read(line.ty(), &line.code(1));
        assert_eq!(equal[0], equal[1], "{} {:?} on {engine}", line.ty(), line.code(1));
        let different = read(line.ty(), &line.code(2));
        assert_ne!(different[0], different[1], "{} {:?} on {engine}", line.ty(), line.code(2));
    }
}

#[test]
fn every_type_of_the_document_is_one_and_every_type_is_there() {
    for heading in [
        "What a declaration means",
        "What a new table declares",
        "What the file holds",
        "What the digest compares",
    ] {
        let mut types: Vec<LogicalType> = document::table(heading).iter().map(Line::ty).collect();
        // A type may have several lines, one below the other.
        types.dedup();
        assert_eq!(types, LogicalType::ALL, "{heading}");
    }
}

#[test]
fn new_tables_declare_what_the_document_says() {
    for line in document::table("What a new table declares") {
        for (column, engine) in Engine::ALL.into_iter().enumerate() {
            let told = line.code(column + 1).first().copied().unwrap_or_default();
            assert_eq!(line.ty().declared(engine), told, "{} on {engine}", line.ty());
        }
    }
}

#[test]
fn what_is_refused_is_refused_in_the_documents_words() {
    for line in document::table("What is refused") {
        let engine = Engine::parse(line.text(2)).unwrap();
        let value = match line.text(1) {
            "text with U+0000" => Value::Text("a\0".to_owned()),
            "text that is not UTF-8" => Value::RawText(vec![0xff]),
            "NaN" => Value::real(f64::NAN),
            _ => document::value(line.ty(), line.code(1)[0]),
        };
        let words = fit::misfit(line.ty(), &value, engine);
        assert_eq!(words.as_deref(), Some(line.text(3)), "{} {}", line.ty(), line.text(1));
    }
}
