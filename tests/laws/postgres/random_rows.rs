//! Random values of many types: through a file they come back into PostgreSQL as they were, row by row; what both engines
//! hold goes from SQLite through PostgreSQL without a trace.
//!
//! Minus zero becomes zero, and `json` is compared as `jsonb`, since only its meaning is kept.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use rusqlite::types::Value;
use test_support::postgres::TestDatabase;
use test_support::sqlite;

use super::{content_digest, exported, lasting};
use crate::random_rows::{integers, json_texts, reals, utf8_texts};
use crate::{done, with_scenario};

/// How many rows each large table has.
const ROWS: usize = 450;

type Literals = BoxedStrategy<String>;

/// A value of a strategy, another one in each run; a failing test shows the row.
fn drawn<S: Strategy>(strategy: &S) -> S::Value {
    strategy.new_tree(&mut TestRunner::default()).expect("a value").current()
}

fn quoted(text: impl AsRef<str>) -> String {
    format!("'{}'", text.as_ref().replace('\'', "''"))
}

fn literals<T: ToString>(strategy: impl Strategy<Value = T> + 'static) -> Literals {
    strategy.prop_map(|value| quoted(value.to_string())).boxed()
}

/// One of `special`, or of `strategy`.
fn or(special: &[&str], strategy: Literals) -> Literals {
    let special: Vec<String> = special.iter().map(quoted).collect();
    prop_oneof![1 => select(special), 4 => strategy].boxed()
}

/// Text that PostgreSQL can hold.
fn texts() -> impl Strategy<Value = String> {
    utf8_texts().prop_map(|text| text.replace('\0', ""))
}

fn json() -> impl Strategy<Value = String> {
    json_texts().prop_filter("PostgreSQL holds no U+0000", |text| !text.contains("\\u0000"))
}

/// Digits, with a point or without, as PostgreSQL prints them.
fn decimals() -> impl Strategy<Value = String> {
    ("[1-9][0-9]{0,40}|0", "(\\.[0-9]{1,30})?", any::<bool>()).prop_map(|(whole, fraction, negative)| {
        let digits = format!("{whole}{fraction}");
        let is_zero = digits.bytes().all(|byte| matches!(byte, b'0' | b'.'));
        if negative && !is_zero { format!("-{digits}") } else { digits }
    })
}

/// `10:30:00.25`
fn clocks() -> impl Strategy<Value = String> {
    let fraction = prop_oneof![Just(String::new()), "\\.[0-9]{0,5}[1-9]"];
    (0..24, 0..60, 0..60, fraction)
        .prop_map(|(hour, minute, second, fraction)| format!("{hour:02}:{minute:02}:{second:02}{fraction}"))
}

/// `2026-11-20`
fn days() -> impl Strategy<Value = String> {
    (1..=9999, 1..=12, 1..=28).prop_map(|(year, month, day)| format!("{year:04}-{month:02}-{day:02}"))
}

fn uuids() -> impl Strategy<Value = String> {
    "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
}

fn hex() -> impl Strategy<Value = String> {
    "([0-9a-f]{2}){0,24}"
}

/// An expression over random numbers, for what only the server can spell.
fn spelled<T: std::fmt::Debug + 'static>(
    numbers: impl Strategy<Value = T> + 'static,
    spell: fn(T) -> String,
) -> Literals {
    numbers.prop_map(spell).boxed()
}

/// `ARRAY[…]::type[]`, also of nothing and with NULL in it.
fn arrays(items: Literals, ty: &'static str) -> Literals {
    let item = prop_oneof![1 => Just("NULL".to_owned()), 6 => items];
    vec(item, 0..5).prop_map(move |items| format!("ARRAY[{}]::{ty}[]", items.join(", "))).boxed()
}

/// Times that span all that PostgreSQL can hold.
fn instants() -> Literals {
    let far = spelled(-210_000_000_000_i64..9_200_000_000_000, |s| {
        format!("to_timestamp({s}.{:06})", s.unsigned_abs() % 1_000_000)
    });
    let near = (days(), clocks()).prop_map(|(day, clock)| quoted(format!("{day} {clock}+00"))).boxed();
    or(&["infinity", "-infinity", "0044-03-15 10:00:00 BC"], prop_oneof![far, near].boxed())
}

/// Every column's declaration and what it may hold, for PostgreSQL alone.
fn columns() -> Vec<(&'static str, Literals)> {
    let moods = || select(vec!["sad", "it''s ok", "Happy"]).prop_map(|mood| format!("'{mood}'")).boxed();
    let ends = || (-1_000_000_i64..1_000_000, 0_i64..1_000_000, select(vec!["[]", "[)", "(]", "()"]));
    vec![
        ("body text", literals(texts())),
        ("short varchar(40)", literals(texts().prop_map(|text| text.chars().take(40).collect::<String>()))),
        ("fixed char(8)", literals("[ -~é]{0,8}")),
        ("small smallint", literals(any::<i16>())),
        ("middle integer", or(&["-2147483648", "2147483647"], literals(any::<i32>()))),
        ("big bigint", literals(integers())),
        ("exact numeric(38,20)", literals("-?[0-9]{1,18}\\.[0-9]{20}")),
        ("free numeric", or(&["NaN", "Infinity", "-Infinity", "1e1000", "-1e-1000"], literals(decimals()))),
        ("double double precision", literals(reals().prop_map(|x| format!("{x:?}")))),
        ("single real", literals(any::<u32>().prop_map(|bits| format!("{:?}", f32::from_bits(bits))))),
        ("flag boolean", literals(any::<bool>())),
        (
            "day date",
            or(
                &["infinity", "-infinity", "0044-03-15 BC", "5874897-12-31"],
                spelled(-2_400_000..2_145_000_000, |n| format!("'2000-01-01'::date + {n}")),
            ),
        ),
        ("clock time", or(&["24:00:00"], literals(clocks()))),
        (
            "zoned timetz",
            literals(
                (clocks(), -15..=15, 0..60)
                    .prop_map(|(clock, hours, m)| format!("{clock}{hours:+03}:{m:02}")),
            ),
        ),
        (
            "at timestamp",
            instants().prop_map(|text| format!("{text}::timestamptz AT TIME ZONE 'UTC'")).boxed(),
        ),
        ("instant timestamptz", instants()),
        (
            "span interval",
            spelled(
                (any::<i16>(), any::<i32>(), any::<i32>(), 0..1_000_000),
                |(months, days, seconds, micros)| {
                    quoted(format!("{months} months {days} days {seconds}.{micros:06} seconds"))
                },
            ),
        ),
        ("bytes bytea", literals(hex().prop_map(|digits| format!("\\x{digits}")))),
        ("plain json", literals(json())),
        ("tree jsonb", literals(json())),
        ("number uuid", literals(uuids())),
        ("words text[]", arrays(literals(texts()), "text")),
        ("numbers bigint[]", arrays(literals(integers()), "bigint")),
        (
            "grid numeric[]",
            or(&["{}", "{{1,2.50},{NULL,4}}", "[2:3]={1,NaN}"], arrays(literals(decimals()), "numeric")),
        ),
        ("moods mood[]", arrays(moods(), "mood")),
        ("mood mood", moods()),
        (
            "whole int8range",
            spelled(ends(), |(low, more, b)| format!("int8range({low}, {}, '{b}')", low + more)),
        ),
        (
            "part numrange",
            spelled(ends(), |(low, more, bounds)| {
                format!("numrange({low}.50, {}.5, '{bounds}')", low + more)
            }),
        ),
        (
            "during tstzrange",
            spelled((ends(), any::<bool>()), |((low, more, bounds), open)| {
                let end = if open { "NULL".to_owned() } else { format!("to_timestamp({})", low + more) };
                format!("tstzrange(to_timestamp({low}), {end}, '{bounds}')")
            }),
        ),
        ("vector int2vector", literals("([0-9]{1,4}( [0-9]{1,4}){0,3})?")),
        ("bits bit varying", literals("[01]{0,70}")),
        ("address inet", literals("[12]?[0-9]\\.[0-9]{1,2}\\.0\\.1(/(8|16|32))?")),
    ]
}

/// An `INSERT` of `ROWS` rows, each with a NULL now and then.
fn inserts(columns: Vec<(&'static str, Literals)>) -> String {
    let with_nulls = |(_, literals)| prop_oneof![1 => Just("NULL".to_owned()), 12 => literals].boxed();
    let row: Vec<Literals> = columns.into_iter().map(with_nulls).collect();
    let rows = drawn(&vec(row, ROWS));
    let rows = rows.iter().enumerate().map(|(id, row)| format!("({id}, {})", row.join(", ")));
    format!("INSERT INTO wide VALUES {};", rows.collect::<Vec<_>>().join(",\n"))
}

/// Rows whose keys are random too; a key that is there already is left out.
fn keyed() -> String {
    let row = (texts(), decimals(), hex(), instants(), reals()).prop_map(|(word, amount, code, at, real)| {
        let (word, code) = (quoted(word), quoted(format!("\\x{code}")));
        format!(
            "INSERT INTO keyed VALUES ({word}, {amount}, {code}, {at}) ON CONFLICT DO NOTHING;
             INSERT INTO measured VALUES ('{real:?}', {word}) ON CONFLICT DO NOTHING;"
        )
    });
    drawn(&vec(row, ROWS)).join("\n")
}

#[track_caller]
fn same_rows(one: &str, other: &str, what: &str) {
    assert_eq!(one.lines().count(), other.lines().count(), "{what}");
    if let Some((one, other)) = one.lines().zip(other.lines()).find(|(one, other)| one != other) {
        panic!("{what}\n{one}\n{other}");
    }
}

#[test]
fn any_value_of_any_type_comes_back_into_postgres() {
    let sandbox = with_scenario(
        "scenario: any\nengines: [postgres]\nselect: { wide: all, keyed: all, measured: all }\n",
    );
    let columns = columns();
    let declared: Vec<&str> = columns.iter().map(|(declared, _)| *declared).collect();
    let schema = format!(
        "CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'Happy');
         CREATE TABLE wide (id integer PRIMARY KEY, {});
         CREATE TABLE keyed (word text, amount numeric, code bytea, at timestamptz, PRIMARY KEY (word, amount, code, at));
         CREATE TABLE measured (real double precision PRIMARY KEY, word text NOT NULL);",
        declared.join(", ")
    );
    let (source, copy) = (TestDatabase::new(), TestDatabase::new());
    source.psql(&schema);
    source.psql(&format!("BEGIN; {} {} COMMIT", inserts(columns), keyed()));
    done(&sandbox, &["demo-export", "any", "--database", &source.url()]);
    copy.psql(&schema);
    let run = done(&sandbox, &["demo-import", "any", "--database", &copy.url()]);
    assert!(run.stdout.contains("read back and equal to the file"), "{}", run.transcript());
    // What the file has made of them is not what is compared: minus zero and the spelling of JSON.
    let plain =
        "UPDATE wide SET double = double + 0, single = single + 0; UPDATE measured SET real = real + 0;
        ALTER TABLE wide ALTER plain TYPE jsonb USING plain::jsonb;";
    for database in [&source, &copy] {
        database.psql(plain);
    }
    for query in [
        "SELECT replace(t::text, E'\\n', '⏎') FROM wide AS t ORDER BY id",
        "SELECT replace(t::text, E'\\n', '⏎') FROM keyed AS t ORDER BY t",
        "SELECT replace(t::text, E'\\n', '⏎') FROM measured AS t ORDER BY t",
    ] {
        same_rows(&source.psql(query), &copy.psql(query), query);
    }
    let run = done(&sandbox, &["demo-export", "any", "--database", &copy.url()]);
    assert!(run.stdout.contains("is unchanged since"), "{}", run.transcript());
}

/// What SQLite's columns may hold so that PostgreSQL's hold it too.
fn shared_columns() -> Vec<(&'static str, BoxedStrategy<Value>)> {
    let text = |strategy: BoxedStrategy<String>| strategy.prop_map(Value::Text).boxed();
    let offset = (-15..=15, 0..60).prop_map(|(hours, minutes)| format!("{hours:+03}:{minutes:02}"));
    vec![
        ("whole INTEGER", integers().prop_map(Value::Integer).boxed()),
        // SQLite makes NULL of NaN.
        ("real REAL", reals().prop_map(Value::Real).boxed()),
        ("flag BOOLEAN", any::<bool>().prop_map(|flag| Value::Integer(flag.into())).boxed()),
        ("body TEXT", text(texts().boxed())),
        ("short VARCHAR(5)", text(texts().boxed())),
        ("bytes BLOB", vec(any::<u8>(), 0..24).prop_map(Value::Blob).boxed()),
        ("exact DECIMAL TEXT", text(decimals().boxed())),
        ("day DATE", text(days().boxed())),
        ("clock TIME", text(clocks().boxed())),
        ("at TIMESTAMP", text((days(), clocks()).prop_map(|(day, clock)| format!("{day} {clock}")).boxed())),
        (
            "instant TIMESTAMPTZ",
            text(
                (days(), clocks(), offset).prop_map(|(day, clock, to)| format!("{day} {clock}{to}")).boxed(),
            ),
        ),
        ("number UUID", text(uuids().boxed())),
        ("tree TEXT CHECK (json_valid(tree))", text(json().boxed())),
    ]
}

#[test]
fn any_value_that_both_engines_hold_goes_from_sqlite_through_postgres() {
    let sandbox = with_scenario("scenario: any\nselect: { wide: all, texts: all }\n");
    let connection = sqlite::open(&sandbox.path("source.sqlite"));
    let (declared, values): (Vec<_>, Vec<_>) = shared_columns().into_iter().unzip();
    connection
        .execute_batch(&format!(
            "CREATE TABLE wide (id INTEGER PRIMARY KEY, {}); CREATE TABLE texts (word TEXT PRIMARY KEY NOT NULL, n REAL); BEGIN",
            declared.join(", ")
        ))
        .expect("tables");
    let row: Vec<_> =
        values.into_iter().map(|values| prop_oneof![1 => Just(Value::Null), 12 => values]).collect();
    let mut insert = connection
        .prepare(&format!("INSERT INTO wide VALUES (NULL{})", ", ?".repeat(row.len())))
        .expect("a statement");
    for row in drawn(&vec(row, ROWS)) {
        insert.execute(rusqlite::params_from_iter(row)).expect("a row");
    }
    let mut insert = connection.prepare("INSERT OR IGNORE INTO texts VALUES (?, ?)").expect("a statement");
    for row in drawn(&vec((texts(), reals()), ROWS)) {
        insert.execute(row).expect("a row");
    }
    connection.execute_batch("COMMIT").expect("commits");
    let server = TestDatabase::new();
    done(&sandbox, &["demo-export", "any", "--database", "sqlite:source.sqlite"]);
    let first = exported(&sandbox, "any", "sqlite:source.sqlite");
    done(&sandbox, &["demo-import", "any", "--database", &server.url(), "--create-schema"]);
    let second = exported(&sandbox, "any", &server.url());
    same_rows(&lasting(&first), &lasting(&second), "SQLite to PostgreSQL");
    assert_eq!(content_digest(&first), content_digest(&second));
}
