//! SQLite's side of the document.

use database::{DatabaseUrl, Source, SourceOptions, open_source};
use model::{Engine, LogicalType};

use crate::{
    Database, declarations_mean_what_the_document_says, definition, document,
    values_are_what_the_document_says,
};

struct Sqlite(tempfile::TempDir);

impl Sqlite {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn run(&self, sql: &str) {
        rusqlite::Connection::open(self.0.path().join("test.db")).unwrap().execute_batch(sql).unwrap();
    }
}

impl Database for Sqlite {
    fn make(&self, declared: &str) {
        self.run(&format!("CREATE TABLE t (id INTEGER PRIMARY KEY, x {declared})"));
    }

    fn put(&self, literal: &str) {
        self.run(&format!("INSERT INTO t (x) VALUES ({literal})"));
    }

    fn source(&self) -> Box<dyn Source> {
        let url = DatabaseUrl::sqlite(self.0.path().join("test.db"));
        open_source(&url, &SourceOptions::default()).unwrap()
    }
}

#[test]
fn declarations() {
    let catalog_type = |declared: &str| {
        let database = Sqlite::new();
        database.make(declared);
        database.source().catalog().unwrap().tables["t"].columns[1].ty
    };
    declarations_mean_what_the_document_says(Engine::Sqlite, catalog_type);
    assert_eq!(catalog_type(""), LogicalType::Any);
}

#[test]
fn values() {
    values_are_what_the_document_says(Engine::Sqlite, || Box::new(Sqlite::new()));
}

#[test]
fn warnings_are_in_the_documents_words() {
    for line in document::table("Where SQLite changes or keeps what its column does not say") {
        let database = Sqlite::new();
        database.make(line.code(0)[0]);
        database.put(line.code(1)[0]);
        let mut source = database.source();
        let definition = definition(source.as_mut(), None);
        source.read(&definition, 0, model::Ownership::Owned, &mut |_| Ok(())).unwrap();
        assert_eq!(source.notes(), [format!("t.x: {}", line.text(2))]);
    }
}
