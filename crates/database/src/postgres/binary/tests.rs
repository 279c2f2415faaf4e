use model::{LogicalType, Value};
use test_support::postgres::TestDatabase;

use super::*;
use crate::postgres::codec::tests::{COLUMNS, make_columns};
use crate::postgres::copy::Form;
use crate::postgres::introspect;
use crate::postgres::introspect::tests::session;
use crate::postgres::session::Session;

/// Values of types whose fields are anything but their texts, as many as [`ROWS`]; `n` counts them.
const RANDOM: &[(&str, &str)] = &[
    ("smallint", "(random() * 65535 - 32768)::int::smallint"),
    ("integer", "hashint4(n)"),
    ("bigint", "hashint8(n)::bigint * hashint8(n + 1)"),
    ("double precision", "(random() - 0.5) * 10 ^ (n % 600 - 300)"),
    ("double precision", "round(random() * 100000) / 10 ^ (n % 6)"),
    ("numeric", "((random() - 0.5) * 10 ^ (n % 60 - 30))::numeric"),
    ("numeric", "round((random() * 10 ^ (n % 30))::numeric, n % 20) * (n % 3 - 1)"),
    ("numeric(38,20)", "hashint8(n)::numeric * hashint8(n + 1) / 10 ^ (n % 20 + 2)"),
    ("date", "date '2000-01-01' + (random() * 6000000 - 2451507)::int"),
    ("time", "time '00:00' + random() * interval '24 hours'"),
    ("timestamp", "timestamp '2000-01-01' + (random() - 0.3) * interval '14000 years'"),
    ("timestamp(3)", "timestamp '2000-01-01' + random() * interval '40 years'"),
    ("timestamptz", "timestamptz '2000-01-01' + (random() - 0.3) * interval '14000 years'"),
    ("timestamptz(0)", "timestamptz '2000-01-01' + random() * interval '40 years'"),
    ("uuid", "md5(n::text)::uuid"),
    ("bytea", "decode(md5(n::text), 'hex')"),
    ("jsonb", "jsonb_build_object('n', n, 'x', random(), 't', chr(32 + n % 5000))"),
    ("json", "json_build_object('n', n, 'x', md5(n::text))"),
    ("text", "repeat(chr(1 + n % 5000), n % 40)"),
    ("character(5)", "left(md5(n::text), n % 6)"),
    ("boolean", "n % 2 = 0"),
];
const ROWS: u32 = 2000;

/// What is read from a table's column `v` in its binary form, by `id`, as column types go together.
fn fields(
    session: &mut Session,
    types: (LogicalType, LogicalType),
    table: &str,
    wires: &[Wire],
) -> Vec<Value> {
    let mut values = Vec::new();
    let mut slot = Value::Null;
    let mut each = |row: &BinaryRow| {
        let row = Wired { row, wires };
        let value = row.value(0, types.0, types.1).expect("a value");
        // In the place of the value before, too.
        row.value_into(0, types.0, types.1, &mut slot).expect("a value");
        assert_eq!(slot, value);
        values.push(value);
        Ok(())
    };
    session.copy_out_binary(&format!("SELECT v FROM public.{table} ORDER BY id"), &mut each).expect("reads");
    values
}

/// The same from texts.
fn texts(session: &mut Session, types: (LogicalType, LogicalType), table: &str) -> Vec<Value> {
    let mut values = Vec::new();
    let select = format!("SELECT v FROM public.{table} ORDER BY id");
    let read = session.copy_out(&select, &mut |row| {
        values.push(row.value(0, types.0, types.1).expect("a value"));
        Ok(())
    });
    read.expect("reads");
    values
}

/// Reads a table in either form, as each type that a snapshot may give its column; writes it in the binary form, and lets
/// the server compare. Returns how many values were not written.
fn check(session: &mut Session, declared: &str, stored: LogicalType, (from, to): (&str, &str)) -> usize {
    let select = format!("SELECT v FROM public.{from}");
    let Some(wires) = wires(session, &select).expect("wires") else { return usize::MAX };
    for ty in LogicalType::ALL {
        let types = (stored, ty);
        // What has no value in this type has none in either form.
        if matches!(ty, LogicalType::Json) && stored != LogicalType::Json {
            continue;
        }
        let (expected, found) = (texts(session, types, from), fields(session, types, from, &wires));
        assert_eq!(found.len(), expected.len(), "{declared} as {ty}");
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found, expected, "{declared} as {ty}");
        }
    }
    let values = fields(session, (stored, stored), from, &wires);
    let mut left_out = 0;
    let mut rows = session.copy_in_as(&format!("public.{to} (id, v)"), Form::Binary).expect("begins");
    for (id, value) in values.iter().enumerate() {
        let mut field = Vec::new();
        if !value.is_null() && !wires[0].write(value, &mut field) {
            left_out += 1;
            continue;
        }
        rows.begin_row(2);
        let id = Value::Integer(i64::try_from(id).expect("small") + 1);
        assert!(rows.binary_field(Some(|out: &mut Vec<u8>| Wire::Int4.write(&id, out))));
        assert!(rows.binary_field((!value.is_null()).then_some(|out: &mut Vec<u8>| {
            out.extend_from_slice(&field);
            true
        })));
        rows.end_row().expect("takes a row");
    }
    rows.finish().expect("takes the rows");
    // What is written of JSON is its canonical text.
    let text = if declared == "json" { "jsonb::text" } else { "text" };
    let differ = format!(
        "SELECT count(*) FROM public.{from} AS a JOIN public.{to} AS b USING (id) WHERE a.v::{text} IS DISTINCT FROM b.v::{text}"
    );
    assert_eq!(session.query_one(&differ, &[]).expect("compares").get::<_, i64>(0), 0, "{declared}");
    let written = session.query_one(&format!("SELECT count(*) FROM public.{to}"), &[]).expect("counts");
    assert_eq!(
        written.get::<_, i64>(0),
        i64::try_from(values.len() - left_out).expect("small"),
        "{declared}"
    );
    left_out
}

#[test]
fn a_field_means_what_its_text_means() {
    let db = TestDatabase::new();
    make_columns(&db);
    let mut session = session(&db);
    let catalog = introspect::catalog(&mut session).expect("a catalog");
    let mut without = Vec::new();
    let mut left_out = Vec::new();
    for (at, (declared, _)) in COLUMNS.iter().enumerate() {
        let stored = catalog.tables[&format!("a{at}")].columns[1].ty;
        match check(&mut session, declared, stored, (&format!("a{at}"), &format!("b{at}"))) {
            usize::MAX => without.push(*declared),
            0 => {}
            count => left_out.push(format!("{declared}: {count}")),
        }
    }
    insta::assert_snapshot!(without.join(", "), @r#"oid, real, "char", timetz, interval, xml, money, inet, bit varying, tsvector, point, pg_lsn, mood[], text[], float8[], bytea[], int4range, tstzrange, nummultirange, pair"#);
    // What is no date, time or number of every day is copied as text.
    insta::assert_snapshot!(left_out.join(", "), @"numeric: 3, date: 5, time: 1, timestamp: 3, timestamptz: 2");
}

#[test]
fn many_fields_mean_what_their_texts_mean() {
    let db = TestDatabase::new();
    for (at, (declared, value)) in RANDOM.iter().enumerate() {
        db.psql(&format!(
            "CREATE TABLE a{at} (id int, v {declared}); CREATE TABLE b{at} (LIKE a{at}); SELECT setseed(0.25);
             INSERT INTO a{at} SELECT n, {value} FROM generate_series(1, {ROWS}) AS n"
        ));
    }
    let mut session = session(&db);
    let catalog = introspect::catalog(&mut session).expect("a catalog");
    for (at, (declared, _)) in RANDOM.iter().enumerate() {
        let stored = catalog.tables[&format!("a{at}")].columns[1].ty;
        let left_out = check(&mut session, declared, stored, (&format!("a{at}"), &format!("b{at}")));
        // Years BC and after 9999.
        let odd = declared.starts_with("timestamp") || *declared == "date";
        assert!(left_out == 0 || odd && left_out < ROWS as usize, "{declared}: {left_out}");
    }
}
