//! Values that are not what their column's type says, because SQLite keeps any value in any column, or changed by it: counted
//! while rows are read, told as a sentence for each column.
//!
//! Only a scenario for SQLite alone exports such values; what PostgreSQL cannot hold is refused where it is an engine of the
//! scenario. The rule to keep in mind: a sentence names a row by its key, and shows nothing else of it.

use model::text::Shown;
use model::{LogicalType, Table, TableSpec, Value, fit};
use rusqlite::types::ValueRef;

use super::convert::Affinity;
use super::introspect::bare_type;
use crate::check::Sample;
use crate::row::{negative_zero_sentence, place};

/// Digits of a decimal that a double always keeps.
const EXACT_DIGITS: usize = 15;

/// What is looked for in the columns of a table.
#[derive(Clone, Debug)]
pub(crate) struct Traps {
    columns: Vec<Watched>,
}

#[derive(Clone, Debug)]
struct Watched {
    ty: LogicalType,
    /// By [`Value::tag`], a bit for each kind of value that has to be looked at.
    kinds: u8,
    expects: Expects,
    declared: String,
}

/// What the declared type of a column lets one expect of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expects {
    /// They are what the logical type says.
    Type,
    /// No number: the name is that of a text or a time, but SQLite takes it for a number's.
    Text,
    /// Numbers or texts, but not both: SQLite takes the name for a number's, and it may be one.
    NumbersOrText,
    /// Anything.
    Anything,
}

/// What one section held of it, by column.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found(Vec<Odd>);

/// The odd values of one column.
#[derive(Clone, Debug, Default)]
struct Odd {
    negative_zeros: u64,
    integers: u64,
    reals: u64,
    texts: u64,
    bytes: u64,
    /// Decimals whose digits a double may have lost.
    long: u64,
    /// The row of the first but for those, and what its number may count.
    first: Option<(String, Option<Unit>)>,
    first_long: Option<String>,
    /// The first rows that have such values, and those with long decimals: told of tables that are read once.
    rows: Vec<String>,
    long_rows: Vec<String>,
}

/// What a check of a whole database tells of one column: how many values, the first of their rows, and the sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OddColumn {
    /// Which column.
    pub(crate) at: usize,
    pub(crate) rows: Sample,
    pub(crate) says: String,
}

/// What a number in a column of dates or times may count: its name, and the arguments that make a time of it.
#[derive(Clone, Copy, Debug)]
struct Unit {
    name: &'static str,
    arguments: Option<&'static str>,
}

impl Traps {
    /// What to look for in the columns of `spec`, which `table` has.
    pub(crate) fn of(spec: &TableSpec, table: &Table) -> Self {
        let columns = spec.columns.iter().map(|column| {
            let stored = table.column(&column.name);
            let affinity = stored.map_or(Affinity::Blob, |stored| Affinity::of_column(table, stored));
            Watched::of(column.ty, affinity, stored.map_or("", |stored| &stored.declared))
        });
        Self { columns: columns.collect() }
    }

    /// Adds what is odd among a row's `values`, stored as `stored` says, to `found`; `key` names the row.
    pub(crate) fn look<'r>(
        &self,
        values: &[Value],
        stored: impl Fn(usize) -> ValueRef<'r>,
        key: impl Fn() -> String,
        found: &mut Found,
    ) {
        if found.0.is_empty() {
            found.0.resize_with(self.columns.len(), Odd::default);
        }
        for (at, (value, watched)) in values.iter().zip(&self.columns).enumerate() {
            if watched.kinds >> value.tag() & 1 == 1 {
                let odd = &mut found.0[at];
                if matches!(value, Value::Real(x) if *x == 0.0)
                    && matches!(stored(at), ValueRef::Real(x) if x.is_sign_negative())
                {
                    odd.negative_zeros += 1;
                }
                watched.count(value, &key, odd);
            }
        }
    }

    /// What is to be said of the columns of a table that was read once, without the rows, which are told apart.
    pub(crate) fn columns(&self, found: &Found) -> Vec<OddColumn> {
        let mut columns = Vec::new();
        for (at, (odd, watched)) in found.0.iter().zip(&self.columns).enumerate() {
            let odd_values = odd.integers + odd.reals + odd.texts + odd.bytes;
            let told = [
                (watched.sentence(odd, Rows::Apart), odd_values, &odd.rows),
                (odd.long_sentence(Rows::Apart), odd.long, &odd.long_rows),
            ];
            columns.extend(told.into_iter().filter_map(|(says, total, first)| {
                Some(OddColumn { at, rows: Sample { total, first: first.clone() }, says: says? })
            }));
        }
        columns
    }

    /// The sentences on a table of which `sections` were read.
    pub(crate) fn notes(&self, spec: &TableSpec, sections: &[&Found]) -> Vec<String> {
        let mut notes = Vec::new();
        for (at, (column, watched)) in spec.columns.iter().zip(&self.columns).enumerate() {
            let odd = Odd::sum(sections.iter().filter_map(|found| found.0.get(at)));
            let place = place(spec, &column.name);
            let sentences = [
                negative_zero_sentence(odd.negative_zeros),
                watched.sentence(&odd, Rows::First),
                odd.long_sentence(Rows::First),
            ];
            notes.extend(sentences.into_iter().flatten().map(|said| format!("{place}: {said}")));
        }
        notes
    }
}

impl Watched {
    fn of(ty: LogicalType, affinity: Affinity, declared: &str) -> Self {
        let numeric = affinity == Affinity::Numeric;
        let expects = match ty {
            LogicalType::Any if !numeric => Expects::Anything,
            LogicalType::Any if names_text(declared) => Expects::Text,
            LogicalType::Any => Expects::NumbersOrText,
            _ => Expects::Type,
        };
        let [integer, real, text, bytes, typed] = [1 << 1, 1 << 2, 1 << 4, 1 << 5, 1 << 6];
        let all = integer | real | text | bytes;
        let kinds = match (ty, expects) {
            (_, Expects::Anything) => real,
            (_, Expects::Text) => integer | real,
            (_, Expects::NumbersOrText) | (LogicalType::Bytes, _) => integer | real | text,
            (LogicalType::Integer, _) => real | text | bytes,
            // A decimal is text by its digits only where SQLite makes no number of it.
            (LogicalType::Decimal, _) if numeric => all | typed,
            (LogicalType::Real | LogicalType::Boolean | LogicalType::Decimal | LogicalType::Json, _) => all,
            _ => integer | real | bytes,
        };
        Self { ty, kinds, expects, declared: declared.to_owned() }
    }

    fn count(&self, value: &Value, key: impl Fn() -> String, odd: &mut Odd) {
        let counter = match value {
            Value::Integer(_) => &mut odd.integers,
            Value::Real(_) if self.ty == LogicalType::Real || self.expects == Expects::Anything => return,
            Value::Real(_) => &mut odd.reals,
            Value::Text(text) if fit::is_postgres_form(self.ty, text) => return,
            Value::Text(_) | Value::RawText(_) => &mut odd.texts,
            Value::Bytes(_) => &mut odd.bytes,
            Value::Typed(text) if has_lost_digits(text) => {
                odd.long += 1;
                note(&mut odd.long_rows, &key);
                odd.first_long.get_or_insert_with(key);
                return;
            }
            Value::Null | Value::Boolean(_) | Value::Typed(_) => return,
        };
        *counter += 1;
        note(&mut odd.rows, &key);
        if odd.first.is_none() {
            odd.first = Some((key(), Unit::of(self.ty, value)));
        }
    }

    fn sentence(&self, odd: &Odd, rows: Rows) -> Option<String> {
        let numbers = odd.integers + odd.reals;
        let mixed = numbers > 0 && odd.texts > 0;
        let told = match self.expects {
            Expects::Anything => false,
            Expects::NumbersOrText => mixed,
            Expects::Type | Expects::Text => numbers + odd.texts + odd.bytes > 0,
        };
        let (first, unit) = odd.first.as_ref().filter(|_| told)?;
        let maybe = unit.map_or_else(String::new, |unit| format!(" ({}?)", unit.name));
        let what = format!("{}{maybe}{}", odd.counts(self.ty), rows.place(first));
        let declared = Shown(&self.declared);
        Some(match self.ty {
            LogicalType::Any => format!(
                "{what}; SQLite takes the declared type {declared} for a number's, so that a text like '007' became 7 and '1e5' 100000.0: declare the column TEXT and store such values again"
            ),
            LogicalType::Uuid if numbers > 0 => format!(
                "{what}; SQLite takes the declared type {declared} for a number's, so that a UUID without hyphens may become one, or infinity: declare the column TEXT and store such values again"
            ),
            LogicalType::Boolean => {
                format!("{what}; SQLite's TRUE and FALSE are 1 and 0, and nothing else is")
            }
            ty => match time_form(ty).filter(|_| numbers > 0) {
                Some((form, function)) => {
                    let made = unit.and_then(|unit| unit.arguments).map_or_else(String::new, |arguments| {
                        format!(", and SQLite's {function}({arguments}) makes one")
                    });
                    format!("{what}; a {ty} is text like '{form}'{made}")
                }
                None => format!("{what}, in a column of type {ty}; PostgreSQL would not hold such values"),
            },
        })
    }
}

impl Odd {
    fn sum<'o>(all: impl Iterator<Item = &'o Self>) -> Self {
        all.fold(Self::default(), |mut sum, odd| {
            sum.negative_zeros += odd.negative_zeros;
            sum.integers += odd.integers;
            sum.reals += odd.reals;
            sum.texts += odd.texts;
            sum.bytes += odd.bytes;
            sum.long += odd.long;
            sum.first = sum.first.or_else(|| odd.first.clone());
            sum.first_long = sum.first_long.or_else(|| odd.first_long.clone());
            sum
        })
    }

    /// `2 values are text and 1 is bytes`.
    fn counts(&self, ty: LogicalType) -> String {
        let text = if ty == LogicalType::Json { "not JSON" } else { "text" };
        let plain = [(self.texts, text, text), (self.bytes, "bytes", "bytes")];
        let numbers = match ty {
            LogicalType::Integer | LogicalType::Real => [
                (self.integers, "an integer", "integers"),
                (self.reals, "a floating-point number", "floating-point numbers"),
            ],
            _ => [(self.integers + self.reals, "a number", "numbers"), (0, "", "")],
        };
        let mut parts: Vec<String> = Vec::new();
        for (count, one, many) in numbers.into_iter().chain(plain).filter(|(count, ..)| *count > 0) {
            let values = match (parts.is_empty(), count) {
                (true, 1) => " value",
                (true, _) => " values",
                (false, _) => "",
            };
            parts.push(if count == 1 {
                format!("1{values} is {one}")
            } else {
                format!("{count}{values} are {many}")
            });
        }
        let last = parts.pop().unwrap_or_default();
        if parts.is_empty() { last } else { format!("{} and {last}", parts.join(", ")) }
    }

    fn long_sentence(&self, rows: Rows) -> Option<String> {
        let first = self.first_long.as_ref()?;
        let (count, has) = match self.long {
            1 => ("1 value".to_owned(), "has"),
            count => (format!("{count} values"), "have"),
        };
        Some(format!(
            "{count} {has} more than {EXACT_DIGITS} digits{}; SQLite keeps such a decimal as a double, so that its last digits may be lost: declare the column DECIMAL TEXT and store such values again",
            rows.place(first)
        ))
    }
}

/// Where a sentence names rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rows {
    /// The first one, in the sentence.
    First,
    /// They stand beside it.
    Apart,
}

impl Rows {
    fn place(self, first: &str) -> String {
        if self == Self::First { format!(", the first in row {first}") } else { String::new() }
    }
}

/// Keeps the name of a row that is one of the first.
fn note(rows: &mut Vec<String>, key: impl Fn() -> String) {
    if rows.len() < Sample::NAMED {
        rows.push(key());
    }
}

/// Whether the name of a type that SQLite takes for a number's is that of a text or a time.
fn names_text(declared: &str) -> bool {
    const PARTS: [&str; 20] = [
        "STR", "UUID", "GUID", "NAME", "CODE", "ENUM", "XML", "HTML", "JSON", "URL", "URI", "MAIL", "PHONE",
        "CIDR", "INET", "MACADDR", "DATE", "TIME", "BINARY", "BYTEA",
    ];
    let bare = bare_type(declared);
    PARTS.iter().any(|part| bare.contains(part))
}

/// Whether a decimal that was stored as a number has more digits than a double always keeps: 64-bit integers are exact.
fn has_lost_digits(decimal: &str) -> bool {
    let digits = decimal.bytes().filter(u8::is_ascii_digit).skip_while(|digit| *digit == b'0').count();
    digits > EXACT_DIGITS && decimal.parse::<i64>().is_err()
}

impl Unit {
    const fn since_1970(name: &'static str, arguments: &'static str) -> Self {
        Self { name, arguments: Some(arguments) }
    }

    /// By the number's size.
    fn of(ty: LogicalType, value: &Value) -> Option<Self> {
        const DATES: std::ops::RangeInclusive<i64> = 19_000_101..=21_991_231;
        const SECONDS: Unit = Unit::since_1970("seconds since 1970", "…, 'unixepoch'");
        const MILLISECONDS: Unit = Unit::since_1970("milliseconds since 1970", "… / 1000, 'unixepoch'");
        const MICROSECONDS: Unit = Unit::since_1970("microseconds since 1970", "… / 1000000, 'unixepoch'");
        time_form(ty)?;
        let seconds_until = 100_000_000_000;
        Some(match *value {
            Value::Integer(n) if ty == LogicalType::Date && DATES.contains(&n) => {
                Self { name: "the digits of a date", arguments: None }
            }
            Value::Integer(0..86_400) if ty == LogicalType::Time => {
                Self { name: "seconds", arguments: Some("…, 'unixepoch'") }
            }
            Value::Integer(n) if n.unsigned_abs() < seconds_until => SECONDS,
            Value::Integer(n) if n.unsigned_abs() < 1000 * seconds_until => MILLISECONDS,
            Value::Integer(n) if n.unsigned_abs() < 1_000_000 * seconds_until => MICROSECONDS,
            Value::Real(x) if (2_000_000.0..3_000_000.0).contains(&x) => {
                Self { name: "Julian days", arguments: Some("…") }
            }
            Value::Real(x) if x.abs() < 1e11 => SECONDS,
            _ => return None,
        })
    }
}

/// How a time is written, and SQLite's function that makes it of a number.
fn time_form(ty: LogicalType) -> Option<(&'static str, &'static str)> {
    match ty {
        LogicalType::Date => Some(("2026-11-20", "date")),
        LogicalType::Time => Some(("10:30:00", "time")),
        LogicalType::Timestamp => Some(("2026-11-20 10:30:00", "datetime")),
        LogicalType::Timestamptz => Some(("2026-11-20 10:30:00+00:00", "datetime")),
        _ => None,
    }
}
