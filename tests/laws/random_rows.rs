//! Random rows of random values: every storage class, extremes, text that is hard to write or looks like something else.

use proptest::collection::vec;
use proptest::prelude::*;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, ToSql};

/// The declared types of `typed`'s columns.
pub(crate) const TYPES: [&str; 17] = [
    "INTEGER",
    "REAL",
    "TEXT",
    "BLOB",
    "NUMERIC",
    "",
    "BOOLEAN",
    "DECIMAL(10,2)",
    "DATE",
    "TIME",
    "TIMESTAMP",
    "DATETIME",
    "TIMESTAMPTZ",
    "UUID",
    "VARCHAR(5)",
    "JSON",
    "FLOAT",
];
/// The column of instants.
pub(crate) const INSTANTS: usize = 12;
/// The column that is declared JSON.
pub(crate) const JSON: usize = 15;

/// A value to be stored; text of any bytes.
#[derive(Clone, Debug)]
enum Stored {
    Null,
    Integer(i64),
    Real(f64),
    Text(Vec<u8>),
    Blob(Vec<u8>),
}

impl ToSql for Stored {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(Value::Null),
            Self::Integer(n) => ToSqlOutput::Owned(Value::Integer(*n)),
            Self::Real(x) => ToSqlOutput::Owned(Value::Real(*x)),
            Self::Text(bytes) => ToSqlOutput::Borrowed(ValueRef::Text(bytes)),
            Self::Blob(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        })
    }
}

fn text(text: impl Into<String>) -> Stored {
    Stored::Text(text.into().into_bytes())
}

pub(crate) fn integers() -> impl Strategy<Value = i64> {
    prop_oneof![
        any::<i64>(),
        -3i64..3,
        prop::sample::select(vec![
            i64::MIN,
            i64::MIN + 1,
            i64::MAX,
            i64::MAX - 1,
            1 << 53,
            (1 << 53) + 1,
            -(1 << 53) - 1,
            1 << 31
        ]),
    ]
}

pub(crate) fn reals() -> impl Strategy<Value = f64> {
    let special = vec![
        f64::INFINITY,
        f64::NEG_INFINITY,
        -0.0,
        0.0,
        f64::MAX,
        f64::MIN,
        f64::MIN_POSITIVE,
        5e-324,
        -5e-324,
        0.1,
        1e15,
        1e16,
        1e17,
        9_007_199_254_740_993.0,
        9_223_372_036_854_775_808.0,
        -9_223_372_036_854_775_808.0,
        1e21,
        1e22,
        123_456_789.123_456_79,
        1e-5,
        1e-4,
        2.0,
        1e100,
    ];
    prop_oneof![
        any::<u64>().prop_map(f64::from_bits),
        prop::sample::select(special),
        (-1000i32..1000).prop_map(|n| f64::from(n) / 8.0)
    ]
}

/// Text of any bytes.
fn texts() -> impl Strategy<Value = Stored> {
    prop_oneof![
        6 => utf8_texts().prop_map(text),
        1 => vec(any::<u8>(), 0..12).prop_map(Stored::Text),
    ]
}

/// Text that looks like something, and text that is hard to write.
pub(crate) fn utf8_texts() -> impl Strategy<Value = String> {
    let looks_like = prop::sample::select(vec![
        "2026-11-20",
        "2026-02-30",
        "10:30:00",
        "10:30",
        "2026-11-20 10:30:00",
        "2026-11-20T10:30:00.250",
        "2026-11-20 10:30:00+00:00",
        "2026-11-20 10:30:00+02:00",
        "2026-11-20T10:30:00Z",
        "0001-01-01 00:00:00+15:00",
        "123e4567-e89b-12d3-a456-426614174000",
        "123E4567-E89B-12D3-A456-426614174000",
        "12.50",
        "1e5",
        "0x10",
        "TRUE",
        "false",
        "NULL",
        "Infinity",
        "NaN",
        "-0",
        "-0.0",
        "007",
        " 1",
        "1 ",
        "9223372036854775808",
        "1.7976931348623157e309",
        "{\"a\":1}",
        "[1.50, 1e2]",
        "{",
        "'",
        "''",
        "\\",
        ";",
        "--",
        "/*",
        "*/",
        "x'00'",
        "CAST(x'00' AS TEXT)",
        "json('[\"a\"]')->>0",
        "\r\n",
        "\r",
        "\n",
        "\t",
        "\u{feff}",
        "\u{202e}x",
        "\u{200d}",
        "👩‍👩‍👧",
        "e\u{301}",
        "é",
        "\u{10ffff}",
        "\u{fffd}",
        "\u{ad}",
        "\u{2028}",
        "\u{e0041}",
        "\u{85}",
        "\u{7f}",
        "\u{1b}[31m",
        "\u{0}",
        "a\u{0}b",
        "日本語",
        "עברית",
    ]);
    prop_oneof![
        2 => looks_like.prop_map(str::to_owned),
        2 => any::<String>(),
        1 => "[ -~]{0,40}",
        1 => vec(prop::sample::select(vec!['\'', '"', '\\', '\n', '\r', '\0', ';', '-', 'a', '\u{1f}', '\u{2066}', '🙂']), 0..8)
            .prop_map(|chars| chars.into_iter().collect::<String>()),
    ]
}

fn stored() -> impl Strategy<Value = Stored> {
    prop_oneof![
        1 => Just(Stored::Null),
        2 => integers().prop_map(Stored::Integer),
        3 => reals().prop_map(Stored::Real),
        5 => texts(),
        2 => vec(any::<u8>(), 0..20).prop_map(Stored::Blob),
    ]
}

/// JSON as people and programs write it: any order of keys, any white space, any escapes, any notation of numbers.
pub(crate) fn json_texts() -> impl Strategy<Value = String> {
    let number = prop::sample::select(vec![
        "0",
        "-0",
        "1.50",
        "1e2",
        "100e-2",
        "-1.5E+3",
        "1e300",
        "123456789012345678901234567890",
        "0.1e-10",
        "9007199254740993",
        "1.0",
        "-0.0",
    ]);
    let string = prop_oneof![
        any::<String>().prop_map(|text| serde_json::to_string(&text).expect("JSON")),
        prop::sample::select(vec![
            r#""""#,
            r#""\u0041\u00e9""#,
            r#""\/""#,
            r#""\u0000""#,
            r#""\ud83d\ude42""#,
            r#""\u202e""#,
            r#""\b\f\n\r\t""#,
            "\"'\""
        ])
        .prop_map(str::to_owned),
    ];
    let leaf = prop_oneof![
        number.prop_map(str::to_owned),
        string,
        prop::sample::select(vec!["true", "false", "null"]).prop_map(str::to_owned)
    ];
    let space = || prop::sample::select(vec!["", "", " ", "\n  ", "\t"]);
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            (vec(inner.clone(), 0..4), space())
                .prop_map(|(items, s)| format!("[{s}{}{s}]", items.join(&format!("{s},")))),
            (prop::collection::btree_map("[a-c\"é]{0,2}", inner, 0..4), space(), any::<bool>()).prop_map(
                |(fields, s, turned)| {
                    let mut fields: Vec<String> = fields
                        .iter()
                        .map(|(key, value)| {
                            format!("{}{s}:{value}", serde_json::to_string(key).expect("JSON"))
                        })
                        .collect();
                    if turned {
                        fields.reverse();
                    }
                    format!("{{{}{s}}}", fields.join(&format!("{s},{s}")))
                }
            ),
        ]
    })
}

/// A row of each table.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    cells: Vec<Stored>,
    checked: String,
}

/// Rows that a failing case does not print: its message names the one that differs.
pub(crate) struct Rows {
    rows: Vec<Row>,
    /// Unique values, in the order of the rows that have them.
    places: Vec<i64>,
}

impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} rows", self.rows.len())
    }
}

/// `count` rows.
pub(crate) fn rows(count: usize) -> impl Strategy<Value = Rows> {
    let places = Just((0..60).collect::<Vec<i64>>()).prop_shuffle();
    (vec(row(), count), places).prop_map(|(rows, places)| Rows { rows, places })
}

fn row() -> impl Strategy<Value = Row> {
    let declared_json = prop_oneof![stored(), json_texts().prop_map(text)];
    (vec(stored(), TYPES.len()), declared_json, json_texts()).prop_map(|(mut cells, declared, checked)| {
        cells[JSON] = declared;
        Row { cells, checked }
    })
}

/// The tables, empty: typed columns, a key of any value, a strict table, unique values that change places.
pub(crate) fn make_tables(connection: &Connection) {
    let columns: Vec<String> = TYPES.iter().enumerate().map(|(at, ty)| format!("c{at} {ty}")).collect();
    connection
        .execute_batch(&format!(
            "CREATE TABLE typed (id INTEGER PRIMARY KEY, {}, checked TEXT CHECK (json_valid(checked)));
             CREATE TABLE keyed (key PRIMARY KEY NOT NULL, text TEXT);
             CREATE TABLE texts (key TEXT PRIMARY KEY NOT NULL, any) WITHOUT ROWID;
             CREATE TABLE tight (id INTEGER PRIMARY KEY, any ANY, text TEXT, real REAL) STRICT;
             CREATE TABLE places (id INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE, number INTEGER UNIQUE);",
            columns.join(", ")
        ))
        .expect("tables");
}

/// Puts `all` in place of all other rows; their ids begin at `first`.
pub(crate) fn fill(connection: &Connection, first: i64, all: &Rows) {
    let holes = |count: usize| vec!["?"; count].join(", ");
    for table in ["typed", "keyed", "texts", "tight", "places"] {
        connection.execute(&format!("DELETE FROM {table}"), []).expect("emptied");
    }
    let transaction = connection.unchecked_transaction().expect("begins");
    let prepare = |sql: &str| connection.prepare(sql).expect("a statement");
    let mut typed = prepare(&format!("INSERT INTO typed VALUES ({})", holes(TYPES.len() + 2)));
    // Values that are equal as keys, such as 1 and 1.0, are there once.
    let mut keyed = prepare("INSERT OR IGNORE INTO keyed VALUES (?, ?)");
    let mut texts = prepare("INSERT OR IGNORE INTO texts VALUES (?, ?)");
    let mut tight = prepare("INSERT INTO tight VALUES (?, ?, ?, ?)");
    for (id, row) in (first..).zip(&all.rows) {
        let (id, checked) = (Stored::Integer(id), text(row.checked.clone()));
        let whole = std::iter::once(&id).chain(&row.cells).chain(std::iter::once(&checked));
        typed.execute(rusqlite::params_from_iter(whole)).expect("a row");
        keyed.execute((&row.cells[5], &row.cells[2])).expect("a row");
        texts.execute((&row.cells[2], &row.cells[5])).expect("a row");
        tight.execute((&id, &row.cells[4], &row.checked, 1.5)).expect("a row");
    }
    let mut places = prepare("INSERT INTO places VALUES (?, 'slug ' || ?, nullif(?, 7))");
    for (id, place) in (first..).zip(&all.places) {
        places.execute((id, place, place)).expect("a row");
    }
    transaction.commit().expect("committed");
}
