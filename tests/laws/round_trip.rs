//! Export, import into an empty database, export again: the same bytes below the header.
//!
//! Schemas of every kind of key, name, type and circle, each restored in four ways: into a copy of the schema, into
//! tables made from the archive's record of it, by a plain connection that runs the file as SQL, and, with no archive at
//! hand, into tables made from the file alone.

use test_support::{Sandbox, sqlite};

use crate::raw_run::run_raw;
use crate::{body, clone, done, exported, lasting, rows, versions, with_scenario};

#[test]
fn a_utf_16_database_takes_a_scenario_and_gives_it_back() {
    let sandbox = clone();
    let empty = "PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (x); DROP TABLE t;";
    sqlite::execute(&sandbox.path("wide.sqlite"), empty);
    done(&sandbox, &["demo-import", "writer", "--database", "sqlite:wide.sqlite", "--create-schema"]);
    assert_eq!(sqlite::one(&sandbox.path("wide.sqlite"), "PRAGMA encoding"), "UTF-16le");
    let (_, latest) = versions(&sandbox, "writer").pop_last().expect("a version");
    assert_eq!(lasting(&exported(&sandbox, "writer", "wide.sqlite")), lasting(&latest));
}

#[test]
fn what_a_target_cannot_keep_is_refused_and_nothing_changes() {
    let sandbox = with_scenario("scenario: laws\nengines: [sqlite]\nselect: { raw: all }\n");
    let schema = "CREATE TABLE raw (id INTEGER PRIMARY KEY, value TEXT);";
    let rows = "INSERT INTO raw VALUES (1, 'fine'), (2, CAST(x'ff41' AS TEXT));";
    sqlite::execute(&sandbox.path("source.sqlite"), &format!("{schema}{rows}"));
    done(&sandbox, &["demo-export", "laws", "--database", "sqlite:source.sqlite"]);
    // UTF-16 has no place for bytes that are no text.
    sqlite::execute(&sandbox.path("wide.sqlite"), &format!("PRAGMA encoding = 'UTF-16be'; {schema}"));
    let before = std::fs::read(sandbox.path("wide.sqlite")).expect("there");
    let run = sandbox.run(&["demo-import", "laws", "--database", "sqlite:wide.sqlite"]).expect_code(3);
    assert!(run.stderr.contains("raw: id 2 differs in value"), "{}", run.transcript());
    assert!(std::fs::read(sandbox.path("wide.sqlite")).expect("there") == before, "the file's bytes changed");
}

/// A schema with rows, and what it may not lose.
struct Case {
    name: &'static str,
    /// Below `scenario: laws`.
    scenario: &'static str,
    schema: &'static str,
    rows: &'static str,
    /// Queries whose rows must be the same in every copy, down to the storage class.
    exact: &'static [&'static str],
}

#[track_caller]
fn check(case: &Case) {
    let name = case.name;
    let yaml = format!("scenario: laws\n{}", case.scenario);
    let sandbox = with_scenario(&yaml);
    sqlite::execute(&sandbox.path("source.sqlite"), case.schema);
    sqlite::execute(&sandbox.path("source.sqlite"), &format!("PRAGMA foreign_keys = OFF;\n{}", case.rows));
    assert!(
        rows(&sqlite::open(&sandbox.path("source.sqlite")), "PRAGMA foreign_key_check").is_empty(),
        "{name}"
    );
    done(&sandbox, &["demo-export", "laws", "--database", "sqlite:source.sqlite"]);
    let (_, first) = versions(&sandbox, "laws").pop_last().expect("a version");

    sqlite::execute(&sandbox.path("copy.sqlite"), case.schema);
    done(&sandbox, &["demo-import", "laws", "--database", "sqlite:copy.sqlite"]);
    same(&sandbox, case, &first, "copy.sqlite");

    done(&sandbox, &["demo-import", "laws", "--database", "sqlite:made.sqlite", "--create-schema"]);
    same(&sandbox, case, &first, "made.sqlite");

    sqlite::execute(&sandbox.path("raw.sqlite"), case.schema);
    run_raw(&sqlite::open(&sandbox.path("raw.sqlite")), &first);
    same(&sandbox, case, &first, "raw.sqlite");

    let elsewhere = with_scenario(&yaml);
    elsewhere.write("first.sql", &first);
    let args = [
        "demo-import",
        "laws",
        "--file",
        "first.sql",
        "--database",
        "sqlite:alone.sqlite",
        "--create-schema",
    ];
    done(&elsewhere, &args);
    let again = exported(&elsewhere, "laws", "alone.sqlite");
    assert_eq!(body(&again), body(&first), "{name}: alone.sqlite");
}

/// The copy exports as the source did, and holds what the source held.
#[track_caller]
fn same(sandbox: &Sandbox, case: &Case, first: &[u8], copy: &str) {
    let name = case.name;
    assert_eq!(lasting(&exported(sandbox, "laws", copy)), lasting(first), "{name}: {copy}");
    let run = done(sandbox, &["demo-export", "laws", "--database", &format!("sqlite:{copy}")]);
    assert!(run.stdout.contains("is unchanged since v1_"), "{name}: {copy}\n{}", run.transcript());
    for query in case.exact {
        let of = |database: &str| rows(&sqlite::open(&sandbox.path(database)), query);
        assert_eq!(of(copy), of("source.sqlite"), "{name}: {copy}");
    }
    let imported = done(sandbox, &["demo-import", "laws", "--database", &format!("sqlite:{copy}")]);
    assert!(imported.stdout.contains("nothing was changed"), "{name}: {copy}\n{}", imported.transcript());
}

#[test]
fn composite_text_blob_and_collated_keys() {
    check(&Case {
        name: "keys",
        scenario: "engines: [sqlite]\nselect: { places: all, tracks: all, tags: all, chunks: all, words: all, doubles: all }\n",
        schema: "
            CREATE TABLE places (country TEXT, code INTEGER, name TEXT, PRIMARY KEY (code, country)) WITHOUT ROWID;
            CREATE TABLE tracks (
                country TEXT, code INTEGER, number INTEGER NOT NULL, title TEXT, PRIMARY KEY (country, code, number),
                FOREIGN KEY (code, country) REFERENCES places (code, country));
            CREATE TABLE tags (tag TEXT COLLATE NOCASE PRIMARY KEY NOT NULL, uses INT);
            CREATE TABLE chunks (hash BLOB PRIMARY KEY NOT NULL, body BLOB);
            CREATE TABLE words (word TEXT NOT NULL UNIQUE, language TEXT NOT NULL, UNIQUE (language, word)) STRICT;
            CREATE TABLE doubles (at REAL PRIMARY KEY NOT NULL, note TEXT);",
        rows: r"
            INSERT INTO places VALUES ('se', 10, 'Malmö'), ('de', 10, 'Lübeck'), ('se', 9, 'Lund'), ('', -1, NULL);
            INSERT INTO tracks VALUES ('se', 10, 2, 'B'), ('se', 10, 1, 'A'), ('de', 10, 1, NULL), ('', -1, 0, 'Nowhere');
            INSERT INTO tags VALUES ('Zebra', 1), ('apple', 2), ('Äpfel', NULL), ('ZOO', 3), ('a b', 0), ('', 9);
            INSERT INTO chunks VALUES (x'', 1), (x'00', 'text'), (x'ff00', 2.5), (x'ff', NULL), (x'0001', x'');
            INSERT INTO words VALUES ('Ende', 'de'), ('end', 'en'), ('größer', 'de'), ('gross', 'de');
            INSERT INTO doubles VALUES (0.1, 'tenth'), (-1e300, 'far'), (3.0, 'whole'), (5e-324, 'tiny'), (9e999, 'all');",
        exact: &[
            "SELECT * FROM places", "SELECT * FROM tracks", "SELECT * FROM tags", "SELECT * FROM chunks",
            "SELECT * FROM words", "SELECT * FROM doubles",
        ],
    });
}

#[test]
fn tables_without_a_key_keep_equal_rows() {
    check(&Case {
        name: "keyless",
        scenario: "select: { readings: all, nullable: all, log: all }\n",
        schema: "
            CREATE TABLE readings (sensor TEXT, value REAL);
            CREATE TABLE nullable (a TEXT UNIQUE, b INTEGER);
            CREATE TABLE log (line TEXT);",
        rows: "
            INSERT INTO readings VALUES ('b', 1.5), ('a', 2), ('b', 1.5), ('b', 1.5), (NULL, NULL), (NULL, NULL), ('a', -2);
            INSERT INTO nullable VALUES ('x', 1), (NULL, 1), (NULL, 1), (NULL, 2), ('', NULL);
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
                INSERT INTO log SELECT 'line ' || (i % 7) FROM n;",
        exact: &["SELECT * FROM readings", "SELECT * FROM nullable", "SELECT * FROM log"],
    });
}

#[test]
fn rows_that_refer_to_later_rows_and_tables_that_refer_to_each_other() {
    check(&Case {
        name: "circles",
        scenario: "select: { people: all, teams: all, parts: all }\n",
        schema: "
            CREATE TABLE people (
                id INTEGER PRIMARY KEY, name TEXT, boss INTEGER REFERENCES people (id), partner INTEGER REFERENCES people (id),
                team TEXT REFERENCES teams (code));
            CREATE TABLE teams (code TEXT PRIMARY KEY NOT NULL, lead INTEGER NOT NULL REFERENCES people (id));
            CREATE TABLE parts (id INTEGER PRIMARY KEY, whole INTEGER NOT NULL REFERENCES parts (id), name TEXT);",
        rows: "
            INSERT INTO people VALUES (1, 'Ada', 3, 2, 'a'), (2, 'Bo', 1, 1, 'b'), (3, 'Cy', NULL, NULL, 'a'), (4, 'Di', 4, NULL, NULL);
            INSERT INTO teams VALUES ('a', 1), ('b', 4), ('c', 1);
            INSERT INTO parts VALUES (1, 9, 'wheel'), (9, 9, 'car'), (5, 1, 'spoke'), (3, 5, 'nipple'), (4, 4, 'bell');",
        exact: &["SELECT * FROM people", "SELECT * FROM teams", "SELECT * FROM parts"],
    });
}

#[test]
fn names_that_sql_has_other_ideas_about() {
    check(&Case {
        name: "names",
        // PostgreSQL has no empty name.
        scenario: r#"engines: [sqlite]
select:
  'select': all
  two words: all
  'größe': all
  "semi;colon -- /* dots.and'quotes": all
  'double"quote': all
  rowids: { _rowid_: { from: 1 } }
"#,
        schema: r#"
            CREATE TABLE "select" ("from" INTEGER PRIMARY KEY, "where" TEXT, "NULL" TEXT, "order" INTEGER);
            CREATE TABLE "two words" ("first name" TEXT PRIMARY KEY NOT NULL, "" TEXT, "ünïcode" TEXT, "日本" TEXT, "🙂" INT);
            CREATE TABLE größe (id INTEGER PRIMARY KEY, "a.b" TEXT, [c"d] TEXT, `e``f` TEXT, 'g''h' TEXT, "x'41'" BLOB);
            CREATE TABLE "semi;colon -- /* dots.and'quotes" ("1" INTEGER PRIMARY KEY, "?1" TEXT, ":name" TEXT, "@x" TEXT, "$y" TEXT);
            CREATE TABLE "double""quote" (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES größe (id));
            CREATE TABLE rowids (rowid TEXT, _rowid_ INTEGER NOT NULL, line TEXT, PRIMARY KEY (rowid, _rowid_));"#,
        rows: r#"
            INSERT INTO "select" VALUES (1, 'a', NULL, 2), (2, 'NULL', 'NULL', NULL);
            INSERT INTO "two words" VALUES ('b', 'x', NULL, '語', 1), ('a', NULL, 'ü', '', 2);
            INSERT INTO größe VALUES (1, 'a', 'b', 'c', 'd', x'41'), (2, '''', '"', ';', '--', NULL);
            INSERT INTO "semi;colon -- /* dots.and'quotes" VALUES (1, '?', ':', '@', '$'), (7, '*/', '/*', '-- x', ';');
            INSERT INTO "double""quote" VALUES (1, 2), (2, NULL);
            INSERT INTO rowids VALUES ('b', 1, 'one'), ('a', 1, 'two'), ('a', 2, NULL);"#,
        exact: &[
            "SELECT * FROM \"select\"",
            "SELECT * FROM \"two words\"",
            "SELECT * FROM größe",
            "SELECT * FROM rowids",
        ],
    });
}

#[test]
fn row_numbers_that_count_up_and_columns_that_are_computed() {
    check(&Case {
        name: "numbers",
        scenario: "select: { counted: all, computed: all, defaults: all, hidden: all }\n",
        schema: "
            CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT);
            CREATE TABLE computed (id INTEGER PRIMARY KEY, net INTEGER NOT NULL, gross INTEGER AS (net * 2) STORED, half AS (net / 2));
            CREATE TABLE defaults (id INTEGER PRIMARY KEY, at TEXT DEFAULT CURRENT_TIMESTAMP, n INTEGER DEFAULT (1 + 1));
            CREATE TABLE hidden (rowid TEXT, oid TEXT, id INTEGER PRIMARY KEY, _rowid_ TEXT);
            CREATE UNIQUE INDEX names ON counted (name) WHERE name IS NOT NULL;",
        rows: "
            INSERT INTO counted VALUES (-5, 'minus'), (3, NULL), (9223372036854775807, 'last'), (-9223372036854775808, 'first');
            INSERT INTO computed (id, net) VALUES (1, 10), (2, 5);
            INSERT INTO defaults VALUES (1, NULL, NULL), (2, 'set', 3);
            INSERT INTO hidden VALUES ('a', 'b', 1, 'c'), (NULL, NULL, 2, NULL);",
        exact: &["SELECT * FROM counted", "SELECT id, net FROM computed", "SELECT * FROM defaults", "SELECT * FROM hidden"],
    });
}

#[test]
fn typed_columns_keep_their_values_whichever_way_they_are_stored() {
    check(&Case {
        name: "types",
        scenario: "engines: [sqlite]\nselect: { typed: all, tight: all }\ncolumns: { typed: { plain: json, exact: json-verbatim } }\n",
        schema: "
            CREATE TABLE typed (
                id INTEGER PRIMARY KEY, flag BOOLEAN, price DECIMAL(10, 2), day DATE, clock TIME, at TIMESTAMP, moment TIMESTAMPTZ,
                uuid UUID, declared JSON, checked TEXT CHECK (json_valid(checked)), plain TEXT, exact TEXT, bytes BLOB,
                anything, number NUMERIC, words VARCHAR(20), stamp DATETIME);
            CREATE TABLE tight (id INTEGER PRIMARY KEY, flag INT, any ANY, words TEXT, bytes BLOB, real REAL) STRICT;",
        rows: r#"
            INSERT INTO typed VALUES
              (1, TRUE, '12.50', '2026-02-28', '10:30:00', '2026-11-20 10:30:00', '2026-11-20 10:30:00+00:00',
               '123e4567-e89b-12d3-a456-426614174000', '{"a":1}', '{"b":[1,2]}', '[]', '{ "kept" : 1e2 }', x'00ff', 5, 7, 'w', '2026-11-20 10:30:00.5'),
              (2, FALSE, 12.5, 'not a day', 3, 20261120, 'later', 'X', 4, '"text"', 'null', '[1 ]', 'text', 5.0, 1e30, '', NULL),
              (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
              (4, 2, 'twelve', 1.5, x'01', '2026-11-20T10:30:00Z', 1795170600, x'02', '[1.50,-0.5]', '1.0', '{"z":1,"a":{"c":1}}', '2', 0, 'a', x'00', 0, 0),
              (5, 'yes', -1, '2026-02-30', '25:00:00', '', '', '', 1.25, '[]', '"\u0007"', '"x"', '', x'', 1.5, x'ff', 1.25);
            INSERT INTO tight VALUES (1, 1, 1, 'a', x'01', 1.0), (2, NULL, '1', NULL, NULL, -1e-5), (3, 0, 1.0, '1', x'', 9e999), (4, 7, x'31', '', NULL, NULL);"#,
        exact: &[
            "SELECT id, flag, price, day, clock, at, moment, uuid, declared, bytes, anything, number, words, stamp, exact FROM typed",
            "SELECT id, json(checked), json(plain) ->> '$.z', typeof(checked), typeof(plain) FROM typed",
            "SELECT * FROM tight",
        ],
    });
}

#[test]
fn text_with_nul_and_text_that_is_no_utf_8() {
    check(&Case {
        name: "raw text",
        scenario: "engines: [sqlite]\nselect: { raw: all }\n",
        schema: "CREATE TABLE raw (key TEXT PRIMARY KEY NOT NULL, value TEXT, loose, bytes BLOB) WITHOUT ROWID;",
        rows: "
            INSERT INTO raw VALUES
              ('plain', 'a' || char(0) || 'b', CAST(x'ff41' AS TEXT), CAST(x'00' AS TEXT)),
              ('nul' || char(0), char(0), CAST(x'eda080' AS TEXT), NULL),
              (CAST(x'fffe' AS TEXT), CAST(x'c0af' AS TEXT), CAST(x'6100ff' AS TEXT), x'ff'),
              ('nul', CAST(x'80' AS TEXT), '', ''),
              ('nul' || char(0) || 'a', 'x', 1, 2.5);",
        exact: &[
            "SELECT CAST(key AS BLOB), typeof(key), CAST(value AS BLOB), typeof(value), CAST(loose AS BLOB), typeof(loose), bytes FROM raw",
        ],
    });
}

#[test]
fn text_that_could_end_a_literal_a_statement_or_a_line() {
    check(&Case {
        name: "text",
        scenario: "select: { notes: all }\n",
        schema: "CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT);",
        rows: r"
            INSERT INTO notes VALUES
              (1, 'it''s; -- not a comment'), (2, '/* nor this */'), (3, 'back\slash\'), (4, char(13) || char(10)), (5, char(10)),
              (6, ');' || char(10) || 'COMMIT;' || char(10) || '-- Content: sha256:'), (7, '👩‍👩‍👧 ' || char(0x200d)), (8, char(0x202e) || 'evil'),
              (9, char(27) || '[31mred'), (10, char(9)), (11, ''), (12, ' '), (13, char(0xfeff)), (14, ''''), (15, ''''''),
              (16, '\u0041 %s $1 ?1 :a {x}'), (17, char(0x2028)), (18, char(0xe0041)), (19, 'ﷺ עברית العربية'), (20, char(127));",
        exact: &["SELECT * FROM notes"],
    });
}

#[test]
fn children_parents_relations_and_empty_tables() {
    check(&Case {
        name: "follow",
        scenario: "select: { books: { shelf: demo }, empty: all }\nfollow: { children: all }\nrelations:\n  - { from: notes(about), to: books(isbn) }\n",
        schema: "
            CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT);
            CREATE TABLE books (id INTEGER PRIMARY KEY, isbn TEXT NOT NULL UNIQUE, shelf TEXT, author INTEGER REFERENCES authors);
            CREATE TABLE pages (book INTEGER NOT NULL REFERENCES books (id) ON DELETE CASCADE, number INTEGER NOT NULL, text TEXT,
                                PRIMARY KEY (book, number));
            CREATE TABLE marks (id INTEGER PRIMARY KEY, book INTEGER, page INTEGER, FOREIGN KEY (book, page) REFERENCES pages (book, number));
            CREATE TABLE notes (id INTEGER PRIMARY KEY, about TEXT, text TEXT);
            CREATE TABLE empty (id INTEGER PRIMARY KEY, x TEXT);",
        rows: "
            INSERT INTO authors VALUES (1, 'Ann'), (2, 'Ben');
            INSERT INTO books VALUES (1, 'i-1', 'demo', 1), (2, 'i-2', 'demo', NULL);
            INSERT INTO pages VALUES (1, 2, 'b'), (1, 1, 'a'), (2, 1, '');
            INSERT INTO marks VALUES (1, 1, 2), (2, 2, 1);
            INSERT INTO notes VALUES (1, 'i-2', 'good'), (2, 'i-1', NULL);
            DELETE FROM authors WHERE id = 2;",
        exact: &["SELECT * FROM authors", "SELECT * FROM books", "SELECT * FROM pages", "SELECT * FROM marks", "SELECT * FROM notes"],
    });
}

#[test]
fn a_relation_of_a_table_that_the_version_does_not_hold_does_not_stop_its_restore() {
    let sandbox = with_scenario(
        "scenario: books\nselect: { books: all }\nrelations:\n  - { from: notes(about), to: books(id) }\n",
    );
    sqlite::execute(
        &sandbox.path("source.sqlite"),
        "CREATE TABLE books (id INTEGER PRIMARY KEY); CREATE TABLE notes (id INTEGER PRIMARY KEY, about INTEGER);
         INSERT INTO books VALUES (1), (2); INSERT INTO notes VALUES (1, 2);",
    );
    done(&sandbox, &["demo-export", "books", "--database", "sqlite:source.sqlite"]);
    done(&sandbox, &["demo-import", "books", "--database", "sqlite:new.sqlite", "--create-schema"]);
    assert_eq!(sqlite::one(&sandbox.path("new.sqlite"), "SELECT count(*) FROM books"), "2");
}
