//! How a version differs from the one before, counted and written down for reviewers in CHANGES.md.

use std::collections::BTreeMap;

use model::{Definition, Ownership, RowSource, ScenarioName, Version};
use row_diff::changes::{self as page, Sample};
use row_diff::{Change, Counts, Side, TableCounts};
use serde::Serialize;

use crate::export::Base;
use crate::{Context, Error};

/// Rows that a version added, changed and removed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ChangeSummary {
    /// Rows whose key is new.
    pub added: u64,
    /// Rows with other values.
    pub changed: u64,
    /// Rows whose key is gone.
    pub removed: u64,
    /// By table, those without changes left out.
    pub tables: BTreeMap<String, TableChanges>,
}

/// One table's part of a [`ChangeSummary`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TableChanges {
    /// Rows whose key is new.
    pub added: u64,
    /// Rows with other values.
    pub changed: u64,
    /// Rows whose key is gone.
    pub removed: u64,
}

/// A version to be described.
pub(crate) struct Head<'a> {
    /// Its number and date.
    pub(crate) version: Version,
    /// Its rows.
    pub(crate) rows: &'a mut dyn RowSource,
    /// How many there are: table (an index into the definition), ownership, rows.
    pub(crate) sections: &'a [(usize, Ownership, u64)],
}

/// Compares a version's rows with those of the version before, and writes the whole new text of CHANGES.md: its section on
/// top of those that the file has.
///
/// # Errors
/// Either version cannot be read.
pub(crate) fn describe(
    context: &Context,
    name: &ScenarioName,
    base: Option<Base>,
    head: Head<'_>,
) -> Result<(ChangeSummary, String), Error> {
    let (changes, section) = section(context, base, head)?;
    let existing = context.archive.changes_text(name)?;
    Ok((changes, page::prepend(existing.as_deref(), &section)))
}

/// Compares a version's rows with those of the version before, and writes its section of CHANGES.md.
///
/// # Errors
/// Either version cannot be read.
pub(crate) fn section(
    context: &Context,
    base: Option<Base>,
    head: Head<'_>,
) -> Result<(ChangeSummary, String), Error> {
    let Head { version, rows, sections } = head;
    let definition = rows.definition().clone();
    let base_version = base.as_ref().map(|base| base.entry.version());
    let mut sample = Sample::default();
    let (counts, schema) = match base {
        Some(mut base) => {
            let schema = row_diff::schema_changes(&base.definition, &definition);
            (compare(context, &mut base.snapshot, rows, &mut sample)?, schema)
        }
        // All its rows are new: no need to read them.
        None => (all_added(&definition, sections), Vec::new()),
    };
    let tables = rows_by_table(&definition, &counts);
    let section =
        page::Section { version, base: base_version, counts: &counts, schema: &schema, tables: &tables };
    Ok((summary(&counts), page::entry(&section, &sample)))
}

fn compare(
    context: &Context,
    base: &mut dyn RowSource,
    head: &mut dyn RowSource,
    sample: &mut Sample,
) -> Result<Counts, Error> {
    let (mut base_scratch, mut head_scratch) = (context.scratch_file()?, context.scratch_file()?);
    let base = Side { rows: base, scratch: &mut base_scratch };
    let head = Side { rows: head, scratch: &mut head_scratch };
    let mut each = |change: &Change<'_>| {
        sample.add(change);
        Ok(())
    };
    Ok(row_diff::diff(base, head, &mut each)?)
}

pub(crate) fn all_added(definition: &Definition, sections: &[(usize, Ownership, u64)]) -> Counts {
    let mut counts = Counts::default();
    for (table, _, rows) in sections {
        counts.tables.entry(definition.tables[*table].name.clone()).or_default().added += rows;
    }
    counts
}

pub(crate) fn summary(counts: &Counts) -> ChangeSummary {
    let total = counts.total();
    let of = |found: &TableCounts| TableChanges {
        added: found.added,
        changed: found.changed,
        removed: found.removed,
    };
    let tables = counts.tables.iter().map(|(table, found)| (table.clone(), of(found)));
    ChangeSummary {
        added: total.added,
        changed: total.changed,
        removed: total.removed,
        tables: tables.filter(|(_, changes)| *changes != TableChanges::default()).collect(),
    }
}

/// The head's rows by table, in its order: what it shares with the base and what it added.
fn rows_by_table(definition: &Definition, counts: &Counts) -> Vec<(String, u64)> {
    let rows =
        |table: &str| counts.tables.get(table).map_or(0, |found| found.added + found.changed + found.equal);
    definition.tables.iter().map(|spec| (spec.name.clone(), rows(&spec.name))).collect()
}
