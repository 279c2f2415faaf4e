//! References that are not followed: in which rows of a selection their column is written as NULL.

use model::{Catalog, Definition, Value};

use super::reach::Meant;
use super::scratch::{Place, Scratch, Set, failed};
use super::{Ends, Relations, Selection};
use crate::Error;
use crate::postgres::copy::CopyRow;
use crate::postgres::session::Session;

/// A column of a reference that is written as NULL in rows that refer to something.
pub(super) struct CutColumn {
    /// Its index among the table's columns in the definition.
    pub(super) column: usize,
    /// Those of the whole reference: NULL in part leads nowhere as it is.
    reference: Vec<usize>,
    rows: Rows,
}

/// Rows of the table in which a column is written as NULL.
enum Rows {
    All,
    /// Those that a table of the scratch file has.
    Of(String),
    /// Those that it does not have.
    NotOf(String),
}

/// Finds out in which rows the references of the table that are not followed are cut.
///
/// # Errors
/// Reading fails.
pub(super) fn columns(
    session: &mut Session,
    catalog: &Catalog,
    definition: &Definition,
    selection: &Selection,
    relations: &Relations,
    ends: &[Ends],
    table: usize,
) -> Result<Vec<CutColumn>, Error> {
    let (spec, scratch) = (&definition.tables[table], &selection.scratch);
    let mut cuts = Vec::new();
    for (number, cut) in selection.scope.cuts_of(&spec.name).enumerate() {
        let Some(column) = spec.column(&cut.column) else { continue };
        let reference = cut.reference.iter().filter_map(|name| spec.column(name)).collect();
        let name = format!("cut_{table}_{number}");
        let make = format!("CREATE TABLE {name} (o INTEGER, t INTEGER, PRIMARY KEY (o, t)) WITHOUT ROWID");
        let mut own = ends.iter().filter(|ends| ends.child == table).zip(&spec.references);
        let rows = match (&cut.only, own.find(|(_, held)| Some(*held) == cut.unless_kept.as_ref())) {
            (Some(reference), _) => {
                scratch.run(&make)?;
                let insert = format!("INSERT OR IGNORE INTO {name} VALUES (?1, ?2)");
                let meant = Meant::new(catalog, relations, reference, spec)?;
                meant.places(session, &mut |place| {
                    scratch.statement(&insert)?.execute(place.stored()).map(drop).map_err(failed)
                })?;
                Rows::Of(name)
            }
            (None, Some((ends, _))) => {
                scratch.run(&make)?;
                keep_referring(session, selection, ends, &name)?;
                Rows::NotOf(name)
            }
            (None, None) => Rows::All,
        };
        cuts.push(CutColumn { column, reference, rows });
    }
    Ok(cuts)
}

/// Remembers the kept rows whose parents along a reference are kept.
fn keep_referring(
    session: &mut Session,
    selection: &Selection,
    ends: &Ends,
    name: &str,
) -> Result<(), Error> {
    let scratch = &selection.scratch;
    let insert = format!(
        "INSERT OR IGNORE INTO {name} SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM keep_{} WHERE o = ?3 AND t = ?4)",
        ends.parent
    );
    let sql = format!(
        "SELECT m.tableoid, m.ctid, p.tableoid, p.ctid FROM {} AS m JOIN {} AS p ON {}",
        selection.tables[ends.child].from,
        selection.tables[ends.parent].from,
        ends.equal("p", "m")
    );
    for ownership in [model::Ownership::Owned, model::Ownership::Shared] {
        let each = |places: &str| {
            let pair = &mut |row: &CopyRow| {
                let (Some(child), Some(parent)) = (Place::read(row, 0), Place::read(row, 2)) else {
                    return Ok(());
                };
                let ((o, t), (po, pt)) = (child.stored(), parent.stored());
                scratch.statement(&insert)?.execute([o, t, po, pt]).map(drop).map_err(failed)
            };
            session.copy_out(&format!("{sql} WHERE {places}"), pair).map(drop)
        };
        selection.batches(ends.child, Set::Kept(ownership), each, "m")?;
    }
    Ok(())
}

impl CutColumn {
    /// Whether the column is written as NULL in the row at `place` with these `values`.
    ///
    /// # Errors
    /// The scratch file cannot be read.
    pub(super) fn is_cut(&self, scratch: &Scratch, place: Place, values: &[Value]) -> Result<bool, Error> {
        if self.reference.iter().any(|at| values[*at].is_null()) {
            return Ok(false);
        }
        let (name, is_cut) = match &self.rows {
            Rows::All => return Ok(true),
            Rows::Of(name) => (name, true),
            Rows::NotOf(name) => (name, false),
        };
        let mut statement = scratch.statement(&format!("SELECT 1 FROM {name} WHERE o = ?1 AND t = ?2"))?;
        statement.exists(place.stored()).map(|found| found == is_cut).map_err(failed)
    }
}
