//! What must hold of the rows that a selection kept, before one of them is read: every reference finds its parent, and no
//! key holds NULL. What the server itself makes sure of is not asked again.

use model::text::show_key;
use model::{Catalog, Definition, Ownership, Table, TableSpec, Value};

use super::ends::Parents;
use super::row::RowReader;
use super::scratch::Set;
use super::{Ends, Selection};
use crate::Error;
use crate::known::known_table;
use crate::postgres::copy::CopyRow;
use crate::postgres::order::order_by;
use crate::postgres::session::Session;
use crate::sql::has_null_key;

/// Checks the kept rows of every table.
///
/// # Errors
/// The first row, by table and key, that breaks a rule.
pub(super) fn check(
    session: &mut Session,
    catalog: &Catalog,
    definition: &Definition,
    selection: &Selection,
    ends: &[Ends],
) -> Result<(), Error> {
    for (index, spec) in definition.tables.iter().enumerate() {
        let table = known_table(catalog, &spec.name)?;
        let mut checks =
            Checks { session, selection, index, spec, table, reader: RowReader::new(spec, table) };
        checks.keys_hold_no_null()?;
        let own = ends.iter().filter(|ends| ends.child == index);
        // In the definition's order, as the ends are.
        for (ends, reference) in own.zip(&spec.references) {
            if ends.parents == Parents::LookedUp {
                checks.finds_parents(ends, &reference.columns, &reference.to)?;
            }
        }
    }
    Ok(())
}

struct Checks<'a> {
    session: &'a mut Session,
    selection: &'a Selection,
    index: usize,
    spec: &'a TableSpec,
    table: &'a Table,
    reader: RowReader<'a>,
}

impl Checks<'_> {
    fn keys_hold_no_null(&mut self) -> Result<(), Error> {
        let Some(condition) = has_null_key(self.spec, self.table) else { return Ok(()) };
        let (reader, spec) = (self.reader.clone(), self.spec);
        self.none(&condition, &|row| Error::NullKey { table: spec.name.clone(), key: reader.shown(row) })
    }

    fn finds_parents(&mut self, ends: &Ends, columns: &[String], to: &str) -> Result<(), Error> {
        let condition = format!(
            "{} AND NOT EXISTS (SELECT FROM {} AS p WHERE {})",
            ends.refers("m"),
            self.selection.tables[ends.parent].from,
            ends.equal("p", "m")
        );
        let (reader, spec) = (self.reader.clone(), self.spec);
        let at: Vec<usize> = columns.iter().filter_map(|name| spec.column(name)).collect();
        self.none(&condition, &|row| {
            let values: Vec<Value> = at.iter().map(|at| reader.stored_value(row, *at)).collect();
            Error::Dangling {
                table: spec.name.clone(),
                key: reader.shown(row),
                reference: show_key(columns, &values),
                parent: to.to_owned(),
            }
        })
    }

    /// Fails with the first kept row that meets `condition`.
    fn none(&mut self, condition: &str, error: &dyn Fn(&CopyRow) -> Error) -> Result<(), Error> {
        let (selection, index) = (self.selection, self.index);
        for ownership in [Ownership::Owned, Ownership::Shared] {
            if let Some(owned) = selection.said(index, ownership) {
                self.none_where(&format!("({owned}) AND ({condition})"), error)?;
            } else {
                let each = |places: &str| self.none_where(&format!("{places} AND ({condition})"), error);
                selection.batches(index, Set::Kept(ownership), each, "m")?;
            }
        }
        Ok(())
    }

    fn none_where(&mut self, condition: &str, error: &dyn Fn(&CopyRow) -> Error) -> Result<(), Error> {
        let columns = self.reader.columns_sql("m");
        let order = order_by(self.spec, self.table, "m", self.selection.encoding).unwrap_or_default();
        // OFFSET keeps the order out of how the rows are found: mostly there is none to sort.
        let sql = format!(
            "SELECT {columns} FROM (SELECT {columns} FROM {} AS m WHERE {condition} OFFSET 0) AS m{order} LIMIT 1",
            self.selection.tables[self.index].from
        );
        let mut found = None;
        self.session.copy_out(&sql, &mut |row| {
            found = Some(error(row));
            Ok(())
        })?;
        found.map_or(Ok(()), Err)
    }
}
