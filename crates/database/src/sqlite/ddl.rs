//! `CREATE TABLE` statements from a typed catalog: tables, keys, NOT NULL, types; never a stored schema's own text.
//!
//! A catalog may come from a file of a pull request. Names are quoted; a declared type is kept only if it is words and
//! numbers that cannot begin a constraint; everything else is generated from closed enums.

use model::{Catalog, Column, Engine, ForeignKey, LogicalType, Table, UniqueKey};

use super::introspect::logical_type;
use crate::ddl::{COMPUTED, NOT_THERE, foreign_key, left_out_of, no_foreign_key, not_told};
use crate::sql::{identifier, identifiers};

/// The statements that make the tables of `catalog`, which may be one of the other engine, in SQLite, by name; and a
/// sentence for each thing that they lack of the original.
pub(crate) fn create_statements(catalog: &Catalog) -> (Vec<String>, Vec<String>) {
    let made = catalog.for_engine(Engine::Sqlite);
    let mut left_out = Vec::new();
    let mut statements = Vec::new();
    for ((name, table), original) in made.tables.iter().zip(catalog.tables.values()) {
        let references = references(&made, table);
        left_out.extend(left_out_of(name, original));
        for key in original.foreign_keys.iter().filter(|key| !references.contains(key)) {
            let reason = if catalog.tables.contains_key(&key.to) { COMPUTED } else { NOT_THERE };
            left_out.push(no_foreign_key(name, key, reason));
        }
        statements.push(create_table(name, table, &references));
    }
    if catalog.tables.values().any(has_comments) {
        left_out.push("Comments are not made: SQLite keeps none.".to_owned());
    }
    left_out.push(not_told(catalog.engine, Engine::Sqlite).to_owned());
    (statements, left_out)
}

/// The foreign keys of a table that are made: of those with a computed column one end is missing.
fn references<'t>(catalog: &Catalog, table: &'t Table) -> Vec<&'t ForeignKey> {
    let both_ends = |key: &&ForeignKey| {
        let parent = catalog.tables.get(&key.to);
        !table.has_generated(&key.columns) && !parent.is_some_and(|parent| parent.has_generated(&key.key))
    };
    table.foreign_keys.iter().filter(both_ends).collect()
}

/// Computed columns are left out: as plain ones they would hold what nobody computes, and the next export would write them.
fn create_table(name: &str, table: &Table, references: &[&ForeignKey]) -> String {
    let alias = table.columns.iter().find(|column| is_row_number(table, column));
    let mut parts: Vec<String> =
        table.stored_columns().map(|column| column_sql(table, column, alias == Some(column))).collect();
    if alias.is_none() && !table.primary_key.is_empty() {
        parts.push(format!("PRIMARY KEY ({})", identifiers(&table.primary_key)));
    }
    let stored = |key: &&UniqueKey| !table.has_generated(&key.columns);
    parts.extend(
        table.unique_keys.iter().filter(stored).map(|key| format!("UNIQUE ({})", identifiers(&key.columns))),
    );
    parts.extend(references.iter().map(|key| foreign_key(key, &identifier(&key.to))));
    let options: Vec<&str> = [(table.strict, "STRICT"), (table.without_rowid, "WITHOUT ROWID")]
        .into_iter()
        .filter_map(|(on, option)| on.then_some(option))
        .collect();
    let space = if options.is_empty() { "" } else { " " };
    format!("CREATE TABLE {} (\n  {}\n){space}{}", identifier(name), parts.join(",\n  "), options.join(", "))
}

fn column_sql(table: &Table, column: &Column, row_number: bool) -> String {
    let name = identifier(&column.name);
    if row_number {
        return format!("{name} INTEGER PRIMARY KEY");
    }
    let declared = declared_type(table.strict, column);
    let mut sql = if declared.is_empty() { name.clone() } else { format!("{name} {declared}") };
    if column.not_null {
        sql.push_str(" NOT NULL");
    }
    if let Some(collation) = column.collation {
        sql.push_str(" COLLATE ");
        sql.push_str(collation.as_str());
    }
    if column.ty == LogicalType::Json && logical_type(&declared, table.strict, false) != LogicalType::Json {
        // SQLite before 3.45 says of NULL that it is no JSON, where later ones say NULL, which a check lets pass.
        let null = if column.not_null { String::new() } else { format!("{name} IS NULL OR ") };
        sql = format!("{sql} CHECK ({null}json_valid({name}))");
    }
    sql
}

/// Whether SQLite counts the column up: it must be declared as exactly `INTEGER PRIMARY KEY`.
fn is_row_number(table: &Table, column: &Column) -> bool {
    column.identity && !table.without_rowid && table.primary_key == [column.name.clone()]
}

/// The type as declared, where it is harmless and still means the column's logical type; else the logical type's own.
fn declared_type(strict: bool, column: &Column) -> String {
    let declared = column.declared.as_str();
    let json_by_check = column.ty == LogicalType::Json;
    let kept = is_harmless_type(declared)
        && (logical_type(declared, strict, json_by_check) == column.ty)
        && (!strict || matches!(declared, "INT" | "INTEGER" | "REAL" | "TEXT" | "BLOB" | "ANY"));
    match (kept, strict) {
        (true, _) => declared.to_owned(),
        (false, true) => strict_type(column.ty).to_owned(),
        (false, false) => column.ty.declared(Engine::Sqlite).to_owned(),
    }
}

/// Words and a length, none of which can begin a constraint: `VARCHAR(20)`, `TIMESTAMP WITH TIME ZONE`.
fn is_harmless_type(declared: &str) -> bool {
    const CONSTRAINTS: [&str; 16] = [
        "CONSTRAINT",
        "PRIMARY",
        "KEY",
        "NOT",
        "NULL",
        "UNIQUE",
        "CHECK",
        "DEFAULT",
        "COLLATE",
        "REFERENCES",
        "GENERATED",
        "ALWAYS",
        "AS",
        "ON",
        "FOREIGN",
        "DEFERRABLE",
    ];
    let (words, length) = match declared.split_once('(') {
        Some((words, rest)) => match rest.split_once(')') {
            Some((length, after)) => (format!("{words} {after}"), length),
            None => return false,
        },
        None => (declared.to_owned(), ""),
    };
    let is_word = |word: &str| {
        word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            && !word.as_bytes()[0].is_ascii_digit()
            && !CONSTRAINTS.iter().any(|keyword| keyword.eq_ignore_ascii_case(word))
    };
    declared.len() <= 64
        && !(words.trim().is_empty() && declared.contains('('))
        && words.split_ascii_whitespace().all(is_word)
        && length.bytes().all(|b| b.is_ascii_digit() || matches!(b, b',' | b' '))
        && (length.is_empty() != declared.contains('('))
}

fn strict_type(ty: LogicalType) -> &'static str {
    match ty {
        LogicalType::Integer | LogicalType::Boolean => "INTEGER",
        LogicalType::Real => "REAL",
        LogicalType::Bytes => "BLOB",
        LogicalType::Any | LogicalType::Decimal => "ANY",
        _ => "TEXT",
    }
}

fn has_comments(table: &Table) -> bool {
    table.comment.is_some() || table.stored_columns().any(|column| column.comment.is_some())
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use rusqlite::Connection;

    use super::*;
    use crate::sqlite::introspect::catalog;

    fn read(sql: &str) -> (Connection, Catalog) {
        let connection = Connection::open_in_memory().expect("opens");
        connection.execute_batch(sql).expect("the test's schema");
        let catalog = catalog(&connection).expect("a catalog");
        (connection, catalog)
    }

    const SCHEMA: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY, slug VARCHAR(20) NOT NULL UNIQUE);
        CREATE TABLE notes (a TIMESTAMP WITH TIME ZONE, b DECIMAL(10, 2), c TEXT CHECK (json_valid(c)), d DEFAULT 1,
          e AS (d) STORED, slug REFERENCES users (slug) ON DELETE SET NULL ON UPDATE CASCADE, PRIMARY KEY (b, a)) WITHOUT ROWID;
        CREATE TABLE tight (a INT PRIMARY KEY, b ANY, c TEXT CHECK (json_valid(c))) STRICT;
        CREATE TABLE \"odd \"\" name\" (\"x;--\" DOUBLE PRECISION)";

    #[test]
    fn tables_are_made_from_a_catalog_and_what_they_lack_is_said() {
        let (statements, left_out) = create_statements(&read(SCHEMA).1);
        assert_snapshot!(statements.join(";\n"), @r#"
        CREATE TABLE "notes" (
          "a" TIMESTAMP WITH TIME ZONE NOT NULL,
          "b" DECIMAL(10, 2) NOT NULL,
          "c" TEXT CHECK ("c" IS NULL OR json_valid("c")),
          "d",
          "slug",
          PRIMARY KEY ("b", "a"),
          FOREIGN KEY ("slug") REFERENCES "users" ("slug") ON DELETE SET NULL ON UPDATE CASCADE
        ) WITHOUT ROWID;
        CREATE TABLE "odd "" name" (
          "x;--" DOUBLE PRECISION
        );
        CREATE TABLE "tight" (
          "a" INT NOT NULL,
          "b" ANY,
          "c" TEXT CHECK ("c" IS NULL OR json_valid("c")),
          PRIMARY KEY ("a")
        ) STRICT;
        CREATE TABLE "users" (
          "id" INTEGER PRIMARY KEY,
          "slug" VARCHAR(20) NOT NULL,
          UNIQUE ("slug")
        )
        "#);
        assert_snapshot!(left_out.join("\n"), @"
        notes: no default for d.
        notes: no computed column e.
        Checks other than for JSON, indexes other than plain unique ones, indexes' own collations, AUTOINCREMENT, ON CONFLICT clauses, triggers, views and virtual tables (full-text ones, too) are not made.
        ");
    }

    #[test]
    fn tables_that_were_made_have_the_same_catalog_defaults_and_computed_columns_aside() {
        let mut original = read(SCHEMA).1;
        let (statements, _) = create_statements(&original);
        let made = read(&statements.join(";")).1;
        for table in original.tables.values_mut() {
            table.columns.retain(|column| !column.generated);
            for column in &mut table.columns {
                column.has_default = false;
            }
        }
        assert_eq!(made, original);
    }

    #[test]
    fn keys_with_a_computed_column_are_left_out_and_said_to_be() {
        let catalog = read(
            "CREATE TABLE p (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT COLLATE NOCASE DEFAULT 'x' UNIQUE ON CONFLICT REPLACE,
               lower TEXT AS (lower(name)) UNIQUE, CHECK (name <> ''));
             CREATE TABLE c (id INTEGER PRIMARY KEY, p TEXT REFERENCES p (lower), q TEXT REFERENCES p (name),
               computed TEXT AS (p) REFERENCES p (name), gone INTEGER REFERENCES gone (id), UNIQUE (computed, id));
             CREATE INDEX plain ON p (name); CREATE UNIQUE INDEX live ON p (name) WHERE name <> 'x';
             CREATE UNIQUE INDEX by_length ON p (length(name)); CREATE VIEW v AS SELECT 1;
             CREATE VIRTUAL TABLE f USING fts5(name, content=p); CREATE VIRTUAL TABLE r USING rtree(id, a, b);
             CREATE TRIGGER t AFTER INSERT ON p BEGIN SELECT 1; END;",
        )
        .1;
        let (statements, left_out) = create_statements(&catalog);
        assert_snapshot!(statements.join(";\n"), @r#"
        CREATE TABLE "c" (
          "id" INTEGER PRIMARY KEY,
          "p" TEXT,
          "q" TEXT,
          "gone" INTEGER,
          FOREIGN KEY ("gone") REFERENCES "gone" ("id"),
          FOREIGN KEY ("q") REFERENCES "p" ("name")
        );
        CREATE TABLE "p" (
          "id" INTEGER PRIMARY KEY,
          "name" TEXT COLLATE NOCASE,
          UNIQUE ("name")
        )
        "#);
        assert_snapshot!(left_out.join("\n"), @"
        c: no computed column computed.
        c: no unique key (computed, id), which is computed.
        c: no foreign key (computed) to p, which is computed on one side.
        c: no foreign key (p) to p, which is computed on one side.
        p: no default for name.
        p: no computed column lower.
        p: no unique key (lower), which is computed.
        Checks other than for JSON, indexes other than plain unique ones, indexes' own collations, AUTOINCREMENT, ON CONFLICT clauses, triggers, views and virtual tables (full-text ones, too) are not made.
        ");
    }

    #[test]
    fn tables_of_postgres_are_made_and_what_they_lack_is_said() {
        let mut catalog = read("CREATE TABLE p (id INTEGER PRIMARY KEY, a TEXT, b TEXT AS (a) UNIQUE);
             CREATE TABLE c (id INTEGER PRIMARY KEY, a TEXT REFERENCES p (b), gone INTEGER REFERENCES gone (id));").1;
        catalog.engine = Engine::Postgres;
        let (statements, left_out) = create_statements(&catalog);
        assert_snapshot!(statements.join(";\n"), @r#"
        CREATE TABLE "c" (
          "id" INTEGER PRIMARY KEY,
          "a" TEXT,
          "gone" INTEGER
        );
        CREATE TABLE "p" (
          "id" INTEGER PRIMARY KEY,
          "a" TEXT
        )
        "#);
        assert_snapshot!(left_out.join("\n"), @"
        c: no foreign key (a) to p, which is computed on one side.
        c: no foreign key (gone) to gone, which is not there.
        p: no computed column b.
        p: no unique key (b), which is computed.
        Checks other than for JSON, what enumerations, domains and lengths allow, collations, indexes other than plain unique ones, NULLS NOT DISTINCT, exclusion constraints, triggers, views, schemas, partitions, inheritance, policies and rights are not made.
        ");
    }

    #[test]
    fn that_comments_are_left_out_is_said_once() {
        let mut catalog = read(SCHEMA).1;
        let (statements, _) = create_statements(&catalog);
        for table in catalog.tables.values_mut() {
            table.comment = Some("a comment".to_owned());
            table.columns[0].comment = Some("a comment".to_owned());
        }
        let (commented, left_out) = create_statements(&catalog);
        assert_eq!(commented, statements);
        assert_snapshot!(left_out.join("\n"), @"
        notes: no default for d.
        notes: no computed column e.
        Comments are not made: SQLite keeps none.
        Checks other than for JSON, indexes other than plain unique ones, indexes' own collations, AUTOINCREMENT, ON CONFLICT clauses, triggers, views and virtual tables (full-text ones, too) are not made.
        ");
    }

    #[test]
    fn a_declared_type_cannot_carry_sql() {
        for harmless in
            ["", "TEXT", "VARCHAR(20)", "DECIMAL (10, 2)", "TIMESTAMP(3) WITH TIME ZONE", "UNSIGNED BIG INT"]
        {
            assert!(is_harmless_type(harmless), "{harmless}");
        }
        for harmful in [
            "TEXT PRIMARY KEY",
            "TEXT, x",
            "TEXT DEFAULT (1)",
            "TEXT) ; DROP TABLE t; --",
            "TEXT CHECK (1)",
            "TEXT 'a'",
            "TEXT\"",
            "(1)",
            "()",
            "TEXT(",
            "TEXT((1))",
            "T(1)(2)",
            "TEXT COLLATE NOCASE",
            "1",
            "TEXT -- x",
            "TEXT /* x */",
            "TEXT AS (1)",
            "TEXT REFERENCES t",
            "TEXT Unique",
        ] {
            assert!(!is_harmless_type(harmful), "{harmful}");
        }
    }

    #[test]
    fn a_catalog_from_elsewhere_makes_only_its_tables() {
        let mut catalog = read("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)").1;
        let table = catalog.tables.get_mut("t").expect("there");
        table.columns[1].declared = "TEXT); CREATE TABLE evil (x TEXT".to_owned();
        table.columns[1].name = "b\"); CREATE TABLE evil (x".to_owned();
        let (statements, _) = create_statements(&catalog);
        let (connection, _) = read(&statements.join(";"));
        let tables: i64 =
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).expect("counts");
        assert_eq!(tables, 1);
    }
}
