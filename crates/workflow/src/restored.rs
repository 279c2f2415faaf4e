//! Whether a database holds the rows of a file and no others, whichever condition they were chosen by.

use database::Source;
use model::{Definition, Digest, Ownership, RowEvent, RowSource, TableSpec, Value, canonical_encoding};

use crate::Error;

/// The rows of each table of a definition, as numbers that do not depend on their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tables(Vec<RowSum>);

/// Rows, added up by their digests: two lists of rows have the same sum if and, for want of collisions, only if they are the same
/// rows, each as often.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct RowSum {
    rows: u64,
    /// The two halves of the digests, each added up without carry out.
    halves: [u128; 2],
}

impl RowSum {
    fn add(&mut self, row: &[Value]) {
        let Digest(bytes) = Digest::of(&canonical_encoding(row));
        for (sum, half) in self.halves.iter_mut().zip(bytes.as_chunks::<16>().0) {
            *sum = sum.wrapping_add(u128::from_be_bytes(*half));
        }
        self.rows += 1;
    }
}

/// A definition of the same tables that means all of their rows.
pub(crate) fn all_rows(definition: &Definition) -> Definition {
    let all = |spec: &TableSpec| {
        let mut spec =
            TableSpec { select: vec![Vec::new()], order_parents: false, limit: false, ..spec.clone() };
        spec.references.iter_mut().for_each(|reference| reference.child = false);
        spec
    };
    Definition { tables: definition.tables.iter().map(all).collect(), ..definition.clone() }
}

/// The rows of the tables of `all` in a database.
///
/// # Errors
/// Reading fails.
pub(crate) fn of_source(source: &mut dyn Source, all: &Definition) -> Result<Tables, Error> {
    let mut tables = vec![RowSum::default(); all.tables.len()];
    for section in source.select(all)? {
        let sum = &mut tables[section.table];
        source.read(all, section.table, Ownership::Owned, &mut |row| {
            sum.add(row);
            Ok(())
        })?;
    }
    Ok(Tables(tables))
}

/// The rows of a file of the tables of `all`.
///
/// # Errors
/// Reading fails.
pub(crate) fn of_file(file: &mut dyn RowSource, all: &Definition) -> Result<Tables, Error> {
    let mut tables = vec![RowSum::default(); all.tables.len()];
    let mut stream = file.open().map_err(Error::from_boxed)?;
    let mut at = 0;
    while let Some(event) = stream.next().map_err(Error::from_boxed)? {
        match event {
            RowEvent::Section { table, .. } => at = table,
            RowEvent::Row(row) => tables[at].add(row),
        }
    }
    Ok(Tables(tables))
}
