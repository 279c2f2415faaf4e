//! Every error message in full: what people read when a file is not as it should be.

mod support;

use std::fmt::Write as _;
use std::io::{self, Cursor, Read, Seek, SeekFrom};

use model::{Engine, LogicalType, Ownership, Reference, Scalar, Value};
use snapshot_sql::{Edited, Error, RowFault, Snapshot};
use support::{definition, draft, golden, is_in, message, refers, strings, table, text, write};

#[test]
fn messages_of_damaged_files() {
    let (draft, sections) = golden();
    let file = String::from_utf8(write(&draft, &sections).expect("writes").0).expect("UTF-8");
    let mut all = String::new();
    let mut case = |name: &str, damaged: String| {
        assert_ne!(damaged, file, "{name} changes nothing");
        record(&mut all, name, support::check(damaged.as_bytes()).map(|_| ()));
    };
    let replaced = |from: &str, to: &str| {
        assert!(file.contains(from), "{from}");
        file.replacen(from, to, 1)
    };
    let cut = |at: &str| file.split_once(at).expect("is there").0.to_owned() + at;

    case("an empty file", String::new());
    case("another file", "BEGIN;\n".to_owned());
    case("format 2", replaced("-- Format: 1", "-- Format: 2"));
    case("format 0", replaced("-- Format: 1\n", ""));
    case("a header line from the future", replaced("-- Raw:", "-- Redacted: yes\n-- Raw:"));
    case("a field from the future", replaced(",\"key\":[\"id\"]", ",\"key\":[\"id\"],\"colour\":1"));
    case("a type from the future", replaced("\"decimal\"", "\"money\""));
    case("an engine from the future", replaced("-- Engines: sqlite, postgres", "-- Engines: sqlite, oracle"));
    case("CRLF from the first line on", file.replace('\n', "\r\n"));
    case("CRLF further down", replaced("COMMIT;\n", "COMMIT;\r\n"));
    case("a carriage return alone", replaced("'kept'", "'ke\rpt'"));
    case("cut in the header", cut("-- Source: sqlite\n"));
    case("cut among the rows", cut("(2, '', NULL)\n"));
    case("cut inside a row", cut("(2, ''"));
    case("cut before the end", cut("-- File: sha256:"));
    case("text after the end", format!("{file}-- more\n"));
    case("a header line missing", replaced("-- Source: sqlite\n", ""));
    case("a header line spelled otherwise", replaced("-- Total Books: 4", "-- Total Books: 04"));
    case("a scenario that cannot be", replaced("-- Scenario: writer", "-- Scenario: ../x"));
    case("a definition that contradicts itself", replaced("\"total\":\"books\"", "\"total\":\"boks\""));
    case("a statement that was added", replaced("COMMIT;", "DROP TABLE \"books\";\nCOMMIT;"));
    case("a commit in the middle", replaced("\n-- book \"reviews\"", "COMMIT;\n\n-- book \"reviews\""));
    case("a statement among the rows", replaced(", (2, '', NULL)", "; DELETE FROM \"authors\""));
    case("a comment that was added", replaced("\n-- tags", "\n-- note\n\n-- tags"));
    case("a shell command", replaced("BEGIN;\n", "BEGIN;\n\\! echo\n"));
    case("a number spelled otherwise", replaced("FALSE, 0.5,", "FALSE, 5e-1,"));
    case("a space too many", replaced("(2, '', NULL)", "(2,  '', NULL)"));
    case("text that needed no escape", replaced("'kept'", "json('[\"kept\"]')->>0"));
    case("an integer beyond 64 bits", replaced("(2, '', NULL)", "(99999999999999999999, '', NULL)"));
    case("an expression", replaced("(2, '', NULL)", "(1+1, '', NULL)"));
    case("a function", replaced("(2, '', NULL)", "(load_extension('x'), '', NULL)"));
    case("hexadecimal digits in upper case", replaced("unhex('00ff')", "unhex('00FF')"));
    case("a value too many", replaced("(2, '', NULL)", "(2, '', NULL, 7)"));
    case("a value too few", replaced("(2, '', NULL)", "(2, '')"));
    case(
        "an unknown column",
        replaced("(\"id\", \"name\", \"favourite\") VALUES", "(\"id\", \"nam\", \"favourite\") VALUES"),
    );
    case("an unknown table", replaced("-- authors (2", "-- auhtors (2"));
    case(
        "a row too many for its section",
        replaced("-- authors (2 shared records)", "-- authors (1 shared record)"),
    );
    case("a row too few for its section", replaced("-- authors (2", "-- authors (3"));
    case("rows out of order", replaced("(2, '', NULL)", "(0, '', NULL)"));
    case("a key twice", replaced("(2, '', NULL)", "(1, '', NULL)"));
    case("NULL in a key", replaced("(2, '', NULL)", "(NULL, '', NULL)"));
    case("a total that the rows do not make", replaced("-- Total Books: 4", "-- Total Books: 5"));
    case("records that the rows do not make", replaced("-- Total Records: 11", "-- Total Records: 12"));
    case("a raw run that cannot be", replaced("-- Raw: sqlite >= 3.41", "-- Raw: sqlite >= 3.38"));
    case(
        "a link of no row",
        replaced("WHERE \"id\" = 1 AND \"favourite\"", "WHERE \"id\" = 7 AND \"favourite\""),
    );
    case(
        "a link that is lost",
        replaced(
            "UPDATE \"authors\" SET \"favourite\" = 2 WHERE \"id\" = 1 AND \"favourite\" IS NULL;\n",
            "",
        ),
    );
    case("a link for a column that is set", replaced("'Zoë O''Brien', NULL", "'Zoë O''Brien', 2"));
    case("a reference that belongs under links", replaced("(2, '', NULL)", "(2, '', 9)"));
    case("a link that belongs in its row", replaced("\"sequel_of\" = 2 WHERE", "\"sequel_of\" = 9 WHERE"));
    case("a value that an engine cannot hold", replaced("(2, '', NULL)", "('two', '', NULL)"));
    case("a changed value", replaced("'kept'", "'left'"));
    case(
        "a changed digest",
        replaced("-- Generated: 2026-11-20T10:30:00Z", "-- Generated: 2026-11-20T10:30:01Z"),
    );
    case("a digest that is none", replaced("-- Content: sha256:3", "-- Content: sha256:x"));
    record(&mut all, "bytes that are no UTF-8", {
        let at = file.find("'kept'").expect("is there") + 1;
        let mut bytes = file.clone().into_bytes();
        bytes[at] = 0xff;
        support::check(&bytes).map(|_| ())
    });
    pinned("damaged_files", &all);
}

#[test]
fn messages_of_rows_that_cannot_be_written() {
    let mut all = String::new();
    let notes = || {
        let columns =
            [("id", LogicalType::Integer), ("parent", LogicalType::Integer), ("b\u{e9}", LogicalType::Text)];
        let mut notes = table("notes", &columns, &["id"]);
        notes.select = vec![vec![]];
        notes
    };
    let n = Value::Integer;
    let mut rows = |name: &str, spec: model::TableSpec, count: u64, rows: Vec<Vec<Value>>| {
        let draft = draft(definition("notes", vec![spec]), &Engine::ALL);
        let written = snapshot_sql::BodyWriter::new(Vec::new(), Cursor::new(Vec::new()), &draft).and_then(
            |mut writer| {
                writer.section(0, Ownership::Owned, count)?;
                rows.iter().try_for_each(|row| writer.row(row))?;
                writer.finish().map(|_| ())
            },
        );
        record(&mut all, name, written);
    };
    let plain = |id: i64| vec![n(id), Value::Null, Value::Null];
    rows("a value too many", notes(), 1, vec![vec![n(1), n(1), n(1), n(1)]]);
    rows("fewer rows than announced", notes(), 2, vec![plain(1)]);
    rows("more rows than announced", notes(), 1, vec![plain(1), plain(2)]);
    rows("out of order", notes(), 2, vec![plain(2), plain(1)]);
    rows("NULL in the key", notes(), 1, vec![vec![Value::Null, Value::Null, Value::Null]]);
    rows("text with U+0000", notes(), 1, vec![vec![n(1), Value::Null, text("a\0b")]]);
    let mut child = notes();
    child.references = vec![refers(&["parent"], "notes", &["id"])];
    rows("a parent that comes later", child, 2, vec![vec![n(1), n(2), Value::Null], plain(2)]);
    let mut hidden = notes();
    hidden.columns[1].name = "a\u{202e}b".to_owned();
    rows("a name that hides", hidden, 0, vec![]);
    let mut keyed = notes();
    keyed.references = vec![Reference { link: true, ..refers(&["id"], "notes", &["id"]) }];
    rows("a link in the key", keyed, 0, vec![]);
    let mut lacking = notes();
    lacking.select = vec![vec![is_in(&["nope"], &[Scalar::Integer(1)])]];
    rows("a selection by no column", lacking, 0, vec![]);
    let mut keyless = notes();
    keyless.key = strings(&["nope"]);
    rows("a key of no column", keyless, 0, vec![]);
    pinned("unwritable_rows", &all);
}

#[test]
fn messages_of_edited_files() {
    let (draft, sections) = golden();
    let file = String::from_utf8(write(&draft, &sections).expect("writes").0).expect("UTF-8");
    let mut all = String::new();
    let mut case = |name: &str, from: &str, to: &str| {
        assert!(file.contains(from), "{from}");
        let edited = Edited::open(Cursor::new(file.replacen(from, to, 1)));
        record(
            &mut all,
            name,
            edited.and_then(|mut edited| {
                support::rows(&mut edited)
                    .map(|_| ())
                    .map_err(|error| *error.downcast::<Error>().expect("ours"))
            }),
        );
    };
    case("a foreign statement", "COMMIT;", "VACUUM;\nCOMMIT;");
    case("a cleanup of other rows", "DELETE FROM \"books\" WHERE ", "DELETE FROM \"books\" WHERE TRUE OR ");
    case("a literal of another spelling", "FALSE, 0.5,", "FALSE, 0.50,");
    case("a value too many", "(2, '', NULL)", "(2, '', NULL, 1)");
    case("a first row with a comma", "  (1, 'Zoë", ", (1, 'Zoë");
    case("an unknown column", "\"favourite\") VALUES", "\"favorite\") VALUES");
    case("no end", "COMMIT;\n", "");
    case("a link of no row", "WHERE \"id\" = 1 AND \"favourite\"", "WHERE \"id\" = 7 AND \"favourite\"");
    case("a link for a column that is set", "'Zoë O''Brien', NULL", "'Zoë O''Brien', 2");
    pinned("edited_files", &all);
}

#[test]
fn a_failing_disk_is_no_fault_of_the_data() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("I/O error"))
        }
    }
    impl Seek for Broken {
        fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
            Ok(0)
        }
    }
    let error = Snapshot::open(Broken).map(|_| ()).expect_err("cannot be read");
    insta::assert_snapshot!(message(&error), @"
    the snapshot cannot be read
    help: check the disk and the file's permissions, then run the command again
    ");
    let (draft, sections) = golden();
    let mut full = [0u8; 100];
    let mut writer =
        snapshot_sql::BodyWriter::new(full.as_mut_slice(), Cursor::new(Vec::new()), &draft).expect("starts");
    writer.section(0, Ownership::Shared, 2).expect("starts");
    sections[0].2.iter().for_each(|row| writer.row(row).expect("fits the buffer"));
    let error = writer.finish().map(|_| ()).expect_err("full");
    insta::assert_snapshot!(message(&error), @"
    the snapshot cannot be written
    help: check free space and permissions, then run the command again
    ");
}

#[test]
fn messages_of_what_no_file_shows() {
    let key = || "id 7".to_owned();
    let said = [
        Error::Changed,
        Error::Dialect {
            table: "books".to_owned(),
            engine: Engine::Postgres,
            message: "Expected: an expression".to_owned(),
        },
        Error::TooLong { line: 12, what: "a row", limit: 1024 },
        Error::from(RowFault::TooLong { table: "books".to_owned(), key: key(), limit: 1024 }),
        Error::Row {
            line: 12,
            fault: RowFault::TooLong { table: "books".to_owned(), key: key(), limit: 1024 },
        },
    ];
    let said: Vec<String> = said.iter().map(message).collect();
    insta::assert_snapshot!(said.join("\n\n"), @"
    the file changed while it was being read
    help: run the command again when nothing else writes to the file

    the statement for table `books` is no valid postgres SQL: Expected: an expression
    help: this is a fault of this tool: the snapshot was not kept; report it with the table's columns

    line 12: a row is longer than 1024 bytes
    help: restore the file from version control; a snapshot holds values of at most 256 MiB

    table `books`: the row id 7 has a value of more than 1024 bytes, or is too long as a whole
    help: leave the row out of the selection; a snapshot holds values of at most 256 MiB

    line 12: table `books`: the row id 7 has a value of more than 1024 bytes, or is too long as a whole
    help: the file was changed by hand or damaged: restore it, or hand an edited one to `demo-export --from-file`
    ");
}

#[track_caller]
fn record(all: &mut String, name: &str, result: Result<(), Error>) {
    let error = result.err().unwrap_or_else(|| panic!("{name} is accepted"));
    writeln!(all, "## {name}\n{}\n", message(&error)).expect("a String takes every write");
}

fn pinned(name: &str, all: &str) {
    insta::with_settings!({ snapshot_path => "golden", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, all);
    });
}
