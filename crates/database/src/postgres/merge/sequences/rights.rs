//! Whether the role may read and raise the sequences that the import needs: looked at with the plan, before any change.
//!
//! The rule to keep in mind: a right is asked for only where a row comes in whose table counts by the sequence and which
//! puts the sequence behind. Where no row comes in, what is missing is told.

use model::text::Shown;
use model::{RowSource, Value};

use super::super::super::error::PostgresError;
use super::super::super::sequences::Sequence;
use super::super::super::session::Session;
use super::super::super::sql::identifier;
use super::super::Merge;
use super::super::facts::get;
use super::super::shape::Shape;
use crate::merge::rows::Sections;
use crate::{Error, MergePlan};

/// A sentence on each sequence that may stay behind.
///
/// # Errors
/// [`PostgresError::MissingRight`], or the snapshot or the target cannot be read.
pub(in super::super) fn check(
    session: &mut Session,
    merge: &Merge<'_>,
    plan: &MergePlan,
    snapshot: &mut dyn RowSource,
) -> Result<Vec<String>, Error> {
    let mut notes = Vec::new();
    let role = session.role().to_owned();
    let role = Shown(&role);
    for sequence in super::read(session, merge)? {
        let (shown, tables) = (&sequence.shown, sequence.tables());
        let gets_rows = sequence.gets_rows(merge, plan);
        if !sequence.may_select {
            if gets_rows {
                return Err(sequence.missing(session, "read"));
            }
            notes.push(format!(
                "the role {role} cannot read the sequence {shown}: whether it is behind the rows of {tables} is unknown"
            ));
            continue;
        }
        if !sequence.may_update {
            let coming = if gets_rows { sequence.coming(session, merge, snapshot)? } else { None };
            if sequence.is_behind(session, coming)? {
                if gets_rows {
                    return Err(sequence.missing(session, "raise"));
                }
                notes.push(format!(
                    "the role {role} cannot raise the sequence {shown}: it is behind the rows of {tables}"
                ));
            }
        }
        let hidden = sequence.columns.iter().filter(|column| column.row_security && gets_rows);
        notes.extend(hidden.map(|column| {
            let table = Shown(&column.table);
            format!(
                "row-level security of {table} hides rows from the role {role}: the sequence {shown} is raised past the others only"
            )
        }));
    }
    Ok(notes)
}

impl Sequence {
    /// Whether rows are inserted into a table that counts by it.
    fn gets_rows(&self, merge: &Merge<'_>, plan: &MergePlan) -> bool {
        let shapes = self.columns.iter().filter_map(|column| merge.shape_of(&column.table));
        shapes.into_iter().any(|shape| plan.tables.get(shape.index).is_some_and(|table| table.insert > 0))
    }

    /// The value of the rows to be inserted that the sequence reaches last.
    fn coming(
        &self,
        session: &mut Session,
        merge: &Merge<'_>,
        snapshot: &mut dyn RowSource,
    ) -> Result<Option<i64>, Error> {
        let mut furthest = None;
        for column in &self.columns {
            let Some(shape) = merge.shape_of(&column.table) else { continue };
            let Some(at) = shape.position(&column.name) else { continue };
            let value = if shape.direct {
                self.coming_straight(shape, at, snapshot)?
            } else {
                let fresh = format!(
                    "{} AS s WHERE EXISTS (SELECT FROM {} AS n WHERE n.seq = s.seq) AND",
                    shape.stage(),
                    shape.fresh()
                );
                let sql = format!("SELECT {}", self.greatest(&format!("s.c{at}"), &fresh));
                let row = session.query_one(&sql, &[])?;
                get(session, &row, 0)?
            };
            furthest = self.further(furthest, value);
        }
        Ok(furthest)
    }

    /// The same for a table into which rows are copied straight: the snapshot is read for it.
    fn coming_straight(
        &self,
        shape: &Shape,
        at: usize,
        snapshot: &mut dyn RowSource,
    ) -> Result<Option<i64>, Error> {
        let mut furthest = None;
        let mut sections = Sections::open(snapshot)?;
        while let Some(section) = sections.next_section()? {
            while let Some(values) = sections.next_row()? {
                let value = values.get(at).filter(|_| section.table == shape.index).and_then(whole);
                let value = value.filter(|value| (self.min..=self.max).contains(value));
                furthest = self.further(furthest, value);
            }
        }
        Ok(furthest)
    }

    fn further(&self, one: Option<i64>, other: Option<i64>) -> Option<i64> {
        let both = one.into_iter().chain(other);
        if self.increment > 0 { both.max() } else { both.min() }
    }

    fn missing(&self, session: &Session, what: &str) -> Error {
        let role = session.role().to_owned();
        let grant = format!("GRANT SELECT, UPDATE ON SEQUENCE {} TO {}", self.name, identifier(&role));
        let missing = PostgresError::MissingRight {
            place: session.place().to_owned(),
            role,
            what: format!("{what} the sequence {}", Shown(&self.name)),
            grant: Shown(&grant).to_string(),
        };
        missing.into()
    }
}

/// A whole number, of whatever type.
fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Integer(value) => Some(*value),
        Value::Typed(text) | Value::Text(text) => {
            let (number, rest) = text.split_once('.').unwrap_or((text, ""));
            rest.bytes().all(|digit| digit == b'0').then(|| number.parse().ok()).flatten()
        }
        _ => None,
    }
}
