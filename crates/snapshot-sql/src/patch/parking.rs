//! What a row holds in place of a unique value that another row takes before the row itself gets its new one, or goes:
//! NULL where the column takes it, else a placeholder of its type that no row has.

use model::{Digest, LogicalType, Value, canonical_encoding};

use super::tables::{PatchTable, Unique};

/// Which column to park and what it holds meanwhile; `Err` says why there is none.
///
/// `changes` tells which columns get another value afterwards, or go with their row; only these can be parked.
pub(super) fn placeholder(
    table: &PatchTable<'_>,
    unique: &Unique,
    key: &[Value],
    changes: &dyn Fn(&str) -> bool,
) -> Result<(String, Value), &'static str> {
    let spec = table.base.or(table.head);
    let Some(spec) = spec.filter(|spec| !spec.key.is_empty()) else {
        return Err("the table has no key by which the row is found");
    };
    let mut why = "its columns are part of the row key";
    let mut candidates: Vec<(&String, bool)> = Vec::new();
    for name in unique.columns.iter().filter(|name| !spec.key.contains(name)) {
        if !changes(name) {
            continue;
        }
        if table.referred.contains_key(name) {
            why = "rows refer to it";
        } else if table.column(name).is_some_and(|column| column.always) {
            why = "the engine counts it up itself";
        } else {
            candidates.push((name, table.column(name).is_none_or(|column| column.not_null)));
        }
    }
    if let Some((name, _)) = candidates.iter().find(|(_, not_null)| !not_null) {
        return Ok(((*name).clone(), Value::Null));
    }
    for (name, _) in candidates {
        if spec.references.iter().any(|reference| reference.columns.contains(name)) {
            why = "it is a reference that cannot be NULL";
            continue;
        }
        let ty = spec.column(name).map(|at| spec.columns[at].ty);
        let room = table.column(name).and_then(|column| room(&column.declared));
        match ty.and_then(|ty| of_type(ty, room, &seed(table, unique, key))) {
            Some(value) => return Ok((name.clone(), value)),
            None => why = "there is no placeholder of its type",
        }
    }
    Err(why)
}

/// The same for the same row, another for each.
fn seed(table: &PatchTable<'_>, unique: &Unique, key: &[Value]) -> Digest {
    let mut bytes = canonical_encoding(key);
    for name in std::iter::once(table.name).chain(unique.columns.iter().map(String::as_str)) {
        bytes.extend_from_slice(name.as_bytes());
        bytes.push(0);
    }
    Digest::of(&bytes)
}

/// The longest text that a declaration such as `VARCHAR(20)` takes.
fn room(declared: &str) -> Option<usize> {
    let (_, rest) = declared.split_once('(')?;
    rest.split_once(')')?.0.trim().parse().ok()
}

fn of_type(ty: LogicalType, room: Option<usize>, seed: &Digest) -> Option<Value> {
    let hex = seed.to_string();
    let number = |most: u64| {
        let taken = seed.0.iter().take(7).fold(0, |number: u64, byte| number << 8 | u64::from(*byte));
        i64::try_from(taken % most).unwrap_or(0) + 1
    };
    match ty {
        LogicalType::Text | LogicalType::Any => match room.unwrap_or(usize::MAX) {
            23.. => Some(Value::Text(format!("parked {}", &hex[..16]))),
            room @ 8.. => Some(Value::Text(hex[..room].to_owned())),
            _ => None,
        },
        // Below zero, where counters do not go, and within four bytes.
        LogicalType::Integer => Some(Value::Integer(-number(2_000_000_000))),
        LogicalType::Real => {
            u32::try_from(number(2_000_000_000)).ok().map(|n| Value::real(-f64::from(n) - 0.5))
        }
        LogicalType::Uuid => {
            let uuid =
                format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[12..15], &hex[15..18], &hex[18..30]);
            Some(Value::Typed(uuid))
        }
        LogicalType::Bytes => Some(Value::Bytes(seed.0[..16].to_vec())),
        LogicalType::Date => {
            let (year, day) = (4000 + number(5000), number(28));
            Some(Value::Typed(format!("{year}-{:02}-{day:02}", number(12))))
        }
        LogicalType::Timestamp => {
            let (year, minute) = (4000 + number(5000), number(59));
            Some(Value::Typed(format!("{year}-{:02}-01 00:{minute:02}:{:02}", number(12), number(57))))
        }
        LogicalType::Boolean
        | LogicalType::Decimal
        | LogicalType::Time
        | LogicalType::Timestamptz
        | LogicalType::Json
        | LogicalType::JsonVerbatim
        | LogicalType::Interval
        | LogicalType::Enum
        | LogicalType::Array
        | LogicalType::Range => None,
    }
}
