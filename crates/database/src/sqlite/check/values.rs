//! Every value of a table, against what its column says: what an export would warn of or refuse, told for whole tables.
//!
//! What a column without a type holds, and -0.0, is no fault.

use model::text::{Shown, show_names};
use model::{ColumnSpec, LogicalType, TableSpec, Value, fit};
use rusqlite::Row;
use rusqlite::types::ValueRef;

use super::integrity::Told;
use super::{Check, Subject};
use crate::check::Sample;
use crate::error::At as _;
use crate::sqlite::convert::{Affinity, from_storage};
use crate::sqlite::row::RowReader;
use crate::sqlite::traps::{Found, Traps};
use crate::{Error, Finding, FindingKind};

/// After so many rows the caller hears how far it is.
const STEP: u64 = 4096;

/// What is wrong with the texts of one column.
#[derive(Default)]
struct Texts {
    /// Text in a column of dates, times or UUIDs that is none.
    other: Sample,
    /// Not UTF-8.
    raw: Sample,
    /// With U+0000.
    nul: Sample,
    /// JSON that has no one value, and why the first has none.
    json: Sample,
    reason: String,
}

/// Reads the values of one table.
pub(super) fn look(
    check: &mut Check<'_>,
    at: usize,
    told: &Told,
    progress: &mut dyn FnMut(u64),
) -> Result<(), Error> {
    let subject = &check.subjects[at];
    let spec = values_of(subject.name, subject.table);
    check.report.tables[at].columns = spec.columns.len() as u64;
    let mut reading = Reading::of(subject, &spec);
    let read = RowReader::new(&spec, subject.table);
    let sql = format!(
        "SELECT {}, {} FROM {} AS m NOT INDEXED",
        reading.named.columns_sql("m"),
        read.columns_sql("m"),
        subject.sql
    );
    let connection = check.connection;
    let mut statement = connection.prepare(&sql).at(connection)?;
    let mut rows = statement.query([]).at(connection)?;
    let mut count = 0;
    let looked = loop {
        match rows.next().at(connection) {
            Ok(Some(row)) => {
                reading.take(row);
                count += 1;
                if count % STEP == 0 {
                    progress(count);
                }
            }
            Ok(None) => break Ok(()),
            // What was found before the damage is told all the same.
            Err(error) => break Err(error),
        }
    };
    let mut findings = reading.findings(subject.name, &spec);
    engine_types(&mut findings, subject.name, &spec, told);
    // By column, as people look for them.
    let place = |finding: &Finding| {
        spec.columns.iter().position(|column| show_names([&column.name]) == finding.subject)
    };
    findings.sort_by_key(place);
    check.report.findings.extend(findings);
    looked
}

/// A table whose rows are read.
struct Reading<'a> {
    named: RowReader<'a>,
    /// Where the values begin, behind those that name the row.
    first: usize,
    types: Vec<(LogicalType, Affinity)>,
    values: Vec<Value>,
    traps: Traps,
    found: Found,
    texts: Vec<Texts>,
}

impl<'a> Reading<'a> {
    fn of(subject: &'a Subject<'_>, spec: &TableSpec) -> Self {
        let types: Vec<(LogicalType, Affinity)> = (subject.table.stored_columns())
            .map(|column| (column.ty, Affinity::of_column(subject.table, column)))
            .collect();
        Self {
            named: RowReader::new(&subject.naming, subject.table),
            first: subject.naming.columns.len(),
            values: Vec::with_capacity(types.len()),
            traps: Traps::of(spec, subject.table),
            found: Found::default(),
            texts: types.iter().map(|_| Texts::default()).collect(),
            types,
        }
    }

    fn take(&mut self, row: &Row<'_>) {
        let (named, first) = (&self.named, self.first);
        let key = || named.shown(row);
        self.values.clear();
        for (at, ((ty, affinity), texts)) in self.types.iter().zip(&mut self.texts).enumerate() {
            self.values.push(texts.look(*ty, *affinity, stored(row, first + at), &key));
        }
        self.traps.look(&self.values, |at| stored(row, first + at), key, &mut self.found);
    }

    fn findings(self, table: &str, spec: &TableSpec) -> Vec<Finding> {
        let mut findings = Vec::new();
        for odd in self.traps.columns(&self.found) {
            let column = show_names([&spec.columns[odd.at].name]);
            findings.extend(odd.rows.finding(FindingKind::Type, table, column, odd.says));
        }
        for (column, texts) in spec.columns.iter().zip(self.texts) {
            findings.extend(texts.findings(table, column));
        }
        findings
    }
}

/// What the engine itself says of types, where reading the values did not say it better.
fn engine_types(findings: &mut Vec<Finding>, table: &str, spec: &TableSpec, told: &Told) {
    for ((_, column), (count, what)) in told.types.iter().filter(|((name, _), _)| name == table) {
        let shown = show_names([column]);
        if spec.column(column).is_none() || findings.iter().any(|finding| finding.subject == shown) {
            continue;
        }
        let says = format!(
            "SQLite says that the column has a {} value, which it would convert or refuse today: store such values again",
            Shown(what)
        );
        let mut finding = Finding::of_table(FindingKind::Type, table, shown, says);
        finding.rows = Some(*count);
        findings.push(finding);
    }
}

impl Texts {
    /// The value, counted if it is a text that its column does not expect.
    fn look(
        &mut self,
        ty: LogicalType,
        affinity: Affinity,
        stored: ValueRef<'_>,
        key: &dyn Fn() -> String,
    ) -> Value {
        let value = match from_storage(ty, affinity, stored) {
            Ok(value) => value,
            Err(error) => {
                if self.json.total == 0 {
                    self.reason = error.to_string();
                }
                self.json.push(key);
                return Value::Null;
            }
        };
        match &value {
            Value::RawText(_) => {
                self.raw.push(key);
                // Said once.
                return Value::Null;
            }
            Value::Text(text) if text.contains('\0') => self.nul.push(key),
            Value::Text(text) if is_form(ty) && !fit::is_postgres_form(ty, text) => self.other.push(key),
            _ => {}
        }
        value
    }

    fn findings(self, table: &str, column: &ColumnSpec) -> Vec<Finding> {
        let name = || show_names([&column.name]);
        let form = fit::remedy(column.ty, &Value::Text(String::new()))
            .unwrap_or("store them as their type is written");
        let other = format!("the text is none of the column's type {}: {form}", column.ty);
        let json =
            format!("the JSON has no one value that could be kept ({}): repair it", Shown(&self.reason));
        let raw = "the text is not UTF-8, which most programs fail on or show as other characters: store it as UTF-8, or as bytes in a column declared BLOB";
        let nul =
            "the text has U+0000, at which many programs and SQLite's own functions end it: take it out";
        let all = [
            self.other.finding(FindingKind::Type, table, name(), other),
            self.json.finding(FindingKind::Type, table, name(), json),
            self.raw.finding(FindingKind::Text, table, name(), raw),
            self.nul.finding(FindingKind::Text, table, name(), nul),
        ];
        all.into_iter().flatten().collect()
    }
}

/// Types whose texts have a form.
fn is_form(ty: LogicalType) -> bool {
    use LogicalType as T;
    matches!(ty, T::Date | T::Time | T::Timestamp | T::Timestamptz | T::Uuid)
}

/// All columns that are stored.
fn values_of(name: &str, table: &model::Table) -> TableSpec {
    let mut spec = crate::check::named_by(name, table, Vec::new());
    spec.columns = (table.stored_columns())
        .map(|column| ColumnSpec { name: column.name.clone(), ty: column.ty })
        .collect();
    spec
}

fn stored<'r>(row: &'r Row<'_>, at: usize) -> ValueRef<'r> {
    row.get_ref(at).expect("the statement has a column for each")
}
