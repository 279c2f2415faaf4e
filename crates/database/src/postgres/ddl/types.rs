//! The type that a column is made with: PostgreSQL's own types as they were declared, spelled anew from a closed list.

use model::{Column, Engine, LogicalType};

/// How the arguments of a type look, and where they stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Args {
    /// None.
    None,
    /// `(3)`, before the second part of the name: `timestamp(3) with time zone`.
    One,
    /// `(3,1)`; the second may be negative.
    Two,
}

/// The types that are kept as declared, as the server prints them: both parts of the name, the arguments that may stand
/// between them, and what values mean.
const KNOWN: &[(&str, &str, Args, LogicalType)] = &[
    ("smallint", "", Args::None, LogicalType::Integer),
    ("integer", "", Args::None, LogicalType::Integer),
    ("bigint", "", Args::None, LogicalType::Integer),
    ("oid", "", Args::None, LogicalType::Integer),
    ("real", "", Args::None, LogicalType::Real),
    ("double precision", "", Args::None, LogicalType::Real),
    ("numeric", "", Args::Two, LogicalType::Decimal),
    ("boolean", "", Args::None, LogicalType::Boolean),
    ("bytea", "", Args::None, LogicalType::Bytes),
    ("uuid", "", Args::None, LogicalType::Uuid),
    ("json", "", Args::None, LogicalType::Json),
    ("jsonb", "", Args::None, LogicalType::Json),
    ("date", "", Args::None, LogicalType::Date),
    ("time", " without time zone", Args::One, LogicalType::Time),
    ("time", " with time zone", Args::One, LogicalType::Text),
    ("timestamp", " without time zone", Args::One, LogicalType::Timestamp),
    ("timestamp", " with time zone", Args::One, LogicalType::Timestamptz),
    ("interval", "", Args::One, LogicalType::Interval),
    ("interval year", "", Args::None, LogicalType::Interval),
    ("interval month", "", Args::None, LogicalType::Interval),
    ("interval day", "", Args::None, LogicalType::Interval),
    ("interval hour", "", Args::None, LogicalType::Interval),
    ("interval minute", "", Args::None, LogicalType::Interval),
    ("interval second", "", Args::One, LogicalType::Interval),
    ("interval year to month", "", Args::None, LogicalType::Interval),
    ("interval day to hour", "", Args::None, LogicalType::Interval),
    ("interval day to minute", "", Args::None, LogicalType::Interval),
    ("interval day to second", "", Args::One, LogicalType::Interval),
    ("interval hour to minute", "", Args::None, LogicalType::Interval),
    ("interval hour to second", "", Args::One, LogicalType::Interval),
    ("interval minute to second", "", Args::One, LogicalType::Interval),
    ("text", "", Args::None, LogicalType::Text),
    ("character varying", "", Args::One, LogicalType::Text),
    ("character", "", Args::One, LogicalType::Text),
    ("bpchar", "", Args::None, LogicalType::Text),
    ("\"char\"", "", Args::None, LogicalType::Text),
    ("name", "", Args::None, LogicalType::Text),
    ("xml", "", Args::None, LogicalType::Text),
    ("money", "", Args::None, LogicalType::Text),
    ("bit", "", Args::One, LogicalType::Text),
    ("bit varying", "", Args::One, LogicalType::Text),
    ("inet", "", Args::None, LogicalType::Text),
    ("cidr", "", Args::None, LogicalType::Text),
    ("macaddr", "", Args::None, LogicalType::Text),
    ("macaddr8", "", Args::None, LogicalType::Text),
    ("tsvector", "", Args::None, LogicalType::Text),
    ("tsquery", "", Args::None, LogicalType::Text),
    ("point", "", Args::None, LogicalType::Text),
    ("line", "", Args::None, LogicalType::Text),
    ("lseg", "", Args::None, LogicalType::Text),
    ("box", "", Args::None, LogicalType::Text),
    ("path", "", Args::None, LogicalType::Text),
    ("polygon", "", Args::None, LogicalType::Text),
    ("circle", "", Args::None, LogicalType::Text),
    ("pg_lsn", "", Args::None, LogicalType::Text),
    ("jsonpath", "", Args::None, LogicalType::Text),
    ("int2vector", "", Args::None, LogicalType::Text),
    ("oidvector", "", Args::None, LogicalType::Text),
    ("int4range", "", Args::None, LogicalType::Range),
    ("int8range", "", Args::None, LogicalType::Range),
    ("numrange", "", Args::None, LogicalType::Range),
    ("tsrange", "", Args::None, LogicalType::Range),
    ("tstzrange", "", Args::None, LogicalType::Range),
    ("daterange", "", Args::None, LogicalType::Range),
    ("int4multirange", "", Args::None, LogicalType::Range),
    ("int8multirange", "", Args::None, LogicalType::Range),
    ("nummultirange", "", Args::None, LogicalType::Range),
    ("tsmultirange", "", Args::None, LogicalType::Range),
    ("tstzmultirange", "", Args::None, LogicalType::Range),
    ("datemultirange", "", Args::None, LogicalType::Range),
];

/// The declaration that a column is made with, and whether it is the column's own. One of another engine is never kept,
/// and not missed.
pub(super) fn declared(engine: Engine, column: &Column) -> (String, bool) {
    let own = column.ty.declared(Engine::Postgres).to_owned();
    if engine != Engine::Postgres {
        return (own, true);
    }
    let kept = known(&column.declared).filter(|(_, ty)| *ty == column.ty);
    let countable = |declared: &str| matches!(declared, "smallint" | "integer" | "bigint");
    match kept {
        Some((declared, _)) if !column.identity || countable(&declared) => (declared, true),
        _ => (own, column.declared.eq_ignore_ascii_case(column.ty.declared(Engine::Postgres))),
    }
}

/// What the column that is made holds.
pub(super) fn made(engine: Engine, column: &Column) -> LogicalType {
    match declared(engine, column) {
        (declared, _) if declared == "TEXT" => LogicalType::Text,
        _ => column.ty,
    }
}

/// Whether a foreign key may lead from a column of the one type to one of the other.
pub(super) fn comparable(from: LogicalType, to: LogicalType) -> bool {
    use LogicalType::{Date, Decimal, Integer, Real, Timestamp, Timestamptz};
    from == to
        || matches!(
            (from, to),
            (Integer, Decimal | Real) | (Date, Timestamp | Timestamptz) | (Timestamp, Timestamptz)
        )
}

/// A declaration of one of [`KNOWN`] or of an array of it, spelled anew, with its logical type.
fn known(declared: &str) -> Option<(String, LogicalType)> {
    let (element, brackets) = match declared.strip_suffix("[]") {
        Some(element) => (element, "[]"),
        None => (declared, ""),
    };
    let (spelled, ty) = KNOWN.iter().find_map(|(first, second, args, ty)| {
        let between = element.strip_prefix(first)?.strip_suffix(second)?;
        Some((format!("{first}{}{second}", arguments(*args, between)?), *ty))
    })?;
    let ty = if brackets.is_empty() { ty } else { LogicalType::Array };
    Some((format!("{spelled}{brackets}"), ty))
}

/// Arguments spelled anew: `(38,20)`, or nothing.
fn arguments(allowed: Args, text: &str) -> Option<String> {
    if text.is_empty() {
        return Some(String::new());
    }
    let inner = text.strip_prefix('(')?.strip_suffix(')')?;
    let number = |digits: &str| digits.parse::<u32>().ok().filter(|n| n.to_string() == digits);
    match (allowed, inner.split_once(',')) {
        (Args::One | Args::Two, None) => Some(format!("({})", number(inner)?)),
        (Args::Two, Some((precision, scale))) => {
            let (sign, digits) = scale.strip_prefix('-').map_or(("", scale), |digits| ("-", digits));
            Some(format!("({},{sign}{})", number(precision)?, number(digits)?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::{Catalog, Table};
    use test_support::postgres::TestDatabase;

    use super::*;
    use crate::postgres::ddl::create;
    use crate::postgres::introspect;
    use crate::postgres::introspect::tests::session;

    #[test]
    fn every_type_that_is_kept_is_made_and_read_as_declared() {
        let mut columns = Vec::new();
        for (first, second, args, ty) in KNOWN {
            let arguments = match args {
                Args::None => "",
                Args::One => "(3)",
                Args::Two => "(3,1)",
            };
            // Without a length these two mean a length of 1, and are printed with it.
            let plain = (!matches!(*first, "character" | "bit")).then(|| format!("{first}{second}"));
            for declared in plain.into_iter().chain([format!("{first}{arguments}{second}")]) {
                let array = (format!("{declared}[]"), LogicalType::Array);
                for (declared, ty) in [(declared, *ty), array] {
                    let not_null = columns.len() % 2 == 0;
                    columns.push(Column {
                        not_null,
                        ..Column::new(format!("c{}", columns.len()), declared, ty)
                    });
                }
            }
        }
        let table = Table {
            schema: None,
            columns,
            primary_key: Vec::new(),
            unique_keys: Vec::new(),
            foreign_keys: Vec::new(),
            without_rowid: false,
            strict: false,
            comment: None,
        };
        let catalog = Catalog { engine: Engine::Postgres, tables: BTreeMap::from([("t".to_owned(), table)]) };
        let db = TestDatabase::new();
        let mut session = session(&db);
        create(&mut session, &catalog).expect("makes it");
        assert_eq!(introspect::catalog(&mut session).expect("a catalog"), catalog);
    }

    #[test]
    fn a_declared_type_cannot_carry_sql() {
        for kept in [
            "integer",
            "numeric",
            "numeric(38,20)",
            "numeric(3,-2)",
            "timestamp without time zone",
            "timestamp(3) with time zone",
            "time(0) without time zone",
            "character varying(20)[]",
            "\"char\"",
            "interval day to second(3)",
            "tstzmultirange",
        ] {
            assert_eq!(known(kept).map(|(spelled, _)| spelled).as_deref(), Some(kept));
        }
        for refused in [
            "",
            "public.mood",
            "mood",
            "\"text\"",
            "TEXT",
            "text[][]",
            "text, evil int",
            "text DEFAULT now()",
            "text); DROP TABLE t; --",
            "integer(3)",
            "numeric(3,1,2)",
            "numeric()",
            "numeric(+3)",
            "numeric(03)",
            "numeric(3,--2)",
            "timestamp(3)",
            "timestamp",
            "timestamp with time zone(3)",
            "timestamp(3); with time zone",
            "text[] NOT NULL",
            "[]",
        ] {
            assert_eq!(known(refused), None, "{refused}");
        }
    }
}
