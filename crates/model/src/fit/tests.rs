use super::*;

fn check(ty: LogicalType, value: &Value) -> Option<String> {
    misfit(ty, value, Engine::Postgres)
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[test]
fn postgres_holds_what_has_its_columns_type() {
    assert_eq!(check(LogicalType::Integer, &Value::Integer(1)), None);
    assert_eq!(
        check(LogicalType::Integer, &text("a")).as_deref(),
        Some("the value is text, and PostgreSQL's column of type integer cannot hold it")
    );
    assert_eq!(
        check(LogicalType::Text, &text("a\0")).as_deref(),
        Some("PostgreSQL cannot hold text with U+0000")
    );
    assert!(check(LogicalType::Interval, &Value::Typed("a\0".into())).is_some());
    assert!(check(LogicalType::Json, &Value::Typed("\"\\u0000\"".into())).is_some());
    assert!(check(LogicalType::Json, &Value::Typed("\"\\\\u0000\"".into())).is_none());
    assert_eq!(
        check(LogicalType::Any, &Value::Integer(1)).as_deref(),
        Some("the value is an integer, and PostgreSQL has no column without a type")
    );
    for ty in LogicalType::ALL {
        assert_eq!(check(ty, &Value::Null), None, "{ty}");
    }
}

#[test]
fn a_text_in_a_typed_column_fits_postgres_exactly_as_postgres_prints_it() {
    use LogicalType::{Date, Decimal, Time, Timestamp, Timestamptz};
    let cases: [(LogicalType, &[&str], &[&str]); 5] = [
        (
            Decimal,
            &["NaN", "Infinity", "-Infinity"],
            &["", "nan", "inf", "infinity", "+Infinity", "1e5", "1,5"],
        ),
        (
            Date,
            &[
                "infinity",
                "-infinity",
                "10000-01-01",
                "5874897-12-31",
                "12000-02-29",
                "0044-03-15 BC",
                "0001-02-29 BC",
                "0401-02-29 BC",
                "4714-11-24 BC",
            ],
            &[
                "",
                "Infinity",
                "010000-01-01",
                "2024-02-30",
                "5874898-01-01",
                "10001-02-29",
                "0000-01-01 BC",
                "44-03-15 BC",
                "0002-02-29 BC",
                "0101-02-29 BC",
                "4714-11-23 BC",
                "2024-01-01 AD",
                "10000-01-01 ",
                "10000-1-1",
                "10000-01-01 00:00:00",
                "+10000-01-01",
                "10000-01-0é",
                "99999999999-01-01",
                "20240229",
                "12345",
            ],
        ),
        (Time, &["24:00:00"], &["24:00:00.0", "24:00:01", "24:00", "10:00", "25:00:00"]),
        (
            Timestamp,
            &[
                "infinity",
                "-infinity",
                "10000-01-01 00:00:00",
                "294276-12-31 23:59:59.999999",
                "0044-03-15 10:00:00.5 BC",
                "4714-11-24 00:00:00 BC",
            ],
            &[
                "2024-02-29T10:00:00",
                "2024-02-29",
                "294277-01-01 00:00:00",
                "10000-01-01",
                "10000-01-01 24:00:00",
                "10000-01-01 10:00:00.50",
                "10000-01-01 10:00:00+00",
                "4714-11-23 23:59:59 BC",
            ],
        ),
        (
            Timestamptz,
            &["infinity", "-infinity", "10000-01-01 00:00:00+00", "0044-03-15 10:00:00+00 BC"],
            &[
                "10000-01-01 00:00:00",
                "10000-01-01 00:00:00+00:00",
                "10000-01-01 00:00:00+01",
                "0001-01-01 00:00:00+01",
                "0044-03-15 10:00:00 BC+00",
            ],
        ),
    ];
    for (ty, held, refused) in cases {
        for form in held {
            assert!(is_postgres_form(ty, form) && check(ty, &text(form)).is_none(), "{ty} {form}");
            assert!(!crate::canonical::is_canonical(ty, form), "{ty} {form} has a form of its own");
            assert_eq!(misfit(ty, &text(form), Engine::Sqlite), None, "{ty} {form}");
        }
        for form in refused {
            assert!(!is_postgres_form(ty, form) && check(ty, &text(form)).is_some(), "{ty} {form}");
        }
    }
}

#[test]
fn types_that_are_postgres_own_have_its_texts() {
    use LogicalType::{Array, Enum, Interval, Range};
    let cases: [(LogicalType, &[&str], &[&str]); 4] = [
        (
            Interval,
            &[
                "1 year 2 mons -3 days +04:05:06.789",
                "00:00:00",
                "-1 mons +1 day",
                "-00:00:01",
                "1 day -00:00:00.5",
                "178000000 years",
                "2562047788:00:54.775807",
                "3 days",
                "infinity",
                "-infinity",
            ],
            &[
                "",
                " ",
                "a day",
                "1 day 2",
                "2 days 1 year",
                "1 month",
                "P1D",
                "1:00",
                "1 day ",
                "00:60:00",
                "1 day  2 mons",
            ],
        ),
        (Enum, &["", "open", "it's"], &[]),
        (Array, &["{}", "{1,NULL}", "[2:3]={1,2}"], &["", "1,2", "{1", "null"]),
        (
            Range,
            &["empty", "[1,5)", "(,)", "[\"2024-01-01 00:00:00\",infinity)", "{}", "{[1,3),[5,7)}"],
            &["", "1,5", "[1", "[1]", "none"],
        ),
    ];
    for (ty, held, refused) in cases {
        for form in held {
            assert_eq!(check(ty, &Value::Typed((*form).to_owned())), None, "{ty} {form}");
        }
        for form in refused {
            assert_eq!(
                check(ty, &Value::Typed((*form).to_owned())),
                Some(format!("the value is text, and PostgreSQL's column of type {ty} cannot hold it")),
                "{form}"
            );
        }
    }
}

#[test]
fn numbers_beyond_postgres_digits_are_refused() {
    let (before, after) = NUMERIC_DIGITS;
    let decimal = |before: usize, after: usize| format!("-{}.{}", "9".repeat(before), "5".repeat(after));
    let number = |text: String| check(LogicalType::Decimal, &Value::Typed(text));
    assert_eq!(number(decimal(before, after)), None);
    assert_eq!(
        number(decimal(before + 1, 1)).as_deref(),
        Some("PostgreSQL's numbers have at most 131072 digits before the point and 16383 after it")
    );
    assert!(number(decimal(1, after + 1)).is_some());
    let json = |text: String| check(LogicalType::Json, &Value::Typed(text));
    assert_eq!(json(format!("[{},{}]", decimal(before, after), decimal(1, after))), None);
    assert!(json(format!("{{\"a\":[1,{}]}}", decimal(1, after + 1))).is_some());
    assert!(json("9".repeat(before + 1)).is_some());
    let quoted = "9".repeat(before + 1);
    assert_eq!(
        json(format!("{{\"\\\"{quoted}\":\"\\\\{quoted}\"}}")),
        None,
        "digits of a text are no number"
    );
}

#[test]
fn json_as_it_is_needs_json_but_no_one_value() {
    for (held, fits) in
        [("{\"a\": 1, \"a\": 2}", true), ("[1e999]", true), ("\"\\ud800\"", true), ("{", false), ("", false)]
    {
        assert_eq!(check(LogicalType::JsonVerbatim, &text(held)).is_none(), fits, "{held}");
    }
}

#[test]
fn what_helps_follows_from_the_value() {
    let fitting = |value: Value| fitting_type(&value, Engine::Postgres);
    assert_eq!(fitting(Value::Integer(1)), Some(LogicalType::Integer));
    assert_eq!(fitting(Value::Typed("{".into())), Some(LogicalType::Text));
    assert_eq!(fitting(text("a\0")), None);
    assert_eq!(fitting(Value::RawText(vec![0xff])), None);
    assert_eq!(fitting_type(&Value::real(f64::NAN), Engine::Sqlite), None);
    assert_eq!(remedy(LogicalType::Integer, &text("three")), None);
    assert_eq!(remedy(LogicalType::Date, &text("20.11.2026")), Some("a date is `2026-11-20`"));
    assert!(remedy(LogicalType::Date, &Value::Integer(0)).is_some_and(|said| said.contains("since 1970")));
}
