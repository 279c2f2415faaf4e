//! How deep each row of a table lies that refers to itself: 0 for rows that refer to nothing or to themselves along
//! references of the table to itself that are not set as links, else one more than the deepest parent. Own rows come after
//! shared ones, so a shared row is no deeper for own rows that it refers to.

use model::{Ownership, Table, TableSpec};

use super::ends::Parents;
use super::row::RowReader;
use super::scratch::{Place, Scratch, Set, at_places, failed};
use super::{Ends, Selection};
use crate::Error;
use crate::postgres::copy::CopyRow;
use crate::postgres::session::Session;

/// Numbers the kept rows of the table `index` by their depth, in the scratch file.
///
/// # Errors
/// Rows refer to each other in a circle, or reading fails.
pub(super) fn number(
    session: &mut Session,
    table: &Table,
    spec: &TableSpec,
    selection: &Selection,
    index: usize,
    ends: &[Ends],
) -> Result<(), Error> {
    let scratch = &selection.scratch;
    scratch.run(&format!(
        "CREATE TABLE up_{index} (po INTEGER, pt INTEGER, o INTEGER, t INTEGER, PRIMARY KEY (po, pt, o, t)) WITHOUT ROWID;
         CREATE TABLE depth_{index} (o INTEGER, t INTEGER, depth INTEGER NOT NULL, PRIMARY KEY (o, t)) WITHOUT ROWID;
         CREATE INDEX by_depth_{index} ON depth_{index} (depth)"
    ))?;
    let from = &selection.tables[index].from;
    for ends in ends.iter().filter(|ends| ends.child == index && ends.parent == index && !ends.is_link) {
        let sql = format!(
            "SELECT m.tableoid, m.ctid, p.tableoid, p.ctid FROM {from} AS m JOIN {from} AS p ON {}
             WHERE NOT (p.tableoid = m.tableoid AND p.ctid = m.ctid)",
            ends.equal("p", "m")
        );
        for ownership in [Ownership::Owned, Ownership::Shared] {
            let each = |places: &str| {
                let edge = &mut |row: &CopyRow| add_edge(scratch, index, row);
                session.copy_out(&format!("{sql} AND {places}"), edge).map(drop)
            };
            selection.batches(index, Set::Kept(ownership), each, "m")?;
        }
    }
    if ends.iter().any(|ends| ends.child == index && ends.parent == index && ends.parents == Parents::Cut) {
        // A row's parent that is not kept for its sake may not be kept at all.
        scratch.run(&format!(
            "DELETE FROM up_{index} AS e
             WHERE NOT EXISTS (SELECT 1 FROM keep_{index} AS k WHERE k.o = e.po AND k.t = e.pt)"
        ))?;
    }
    match circle(scratch, index)? {
        None => Ok(()),
        Some(place) => {
            let reader = RowReader::new(spec, table);
            let columns = reader.columns_sql("m");
            let sql = format!("SELECT {columns} FROM {from} AS m WHERE {}", at_places("m", &[place]));
            let mut key = String::new();
            session.copy_out(&sql, &mut |row| {
                key = reader.shown(row);
                Ok(())
            })?;
            Err(Error::ParentCycle { table: spec.name.clone(), key })
        }
    }
}

/// The depth of a row.
///
/// # Errors
/// The scratch file cannot be read.
pub(super) fn depth_of(scratch: &Scratch, index: usize, place: Place) -> Result<i64, Error> {
    let sql = format!("SELECT depth FROM depth_{index} WHERE o = ?1 AND t = ?2");
    scratch.statement(&sql)?.query_row(place.stored(), |row| row.get(0)).map_err(failed)
}

fn add_edge(scratch: &Scratch, index: usize, row: &CopyRow) -> Result<(), Error> {
    let (Some(child), Some(parent)) = (Place::read(row, 0), Place::read(row, 2)) else { return Ok(()) };
    let ((o, t), (po, pt)) = (child.stored(), parent.stored());
    let sql = format!("INSERT OR IGNORE INTO up_{index} VALUES (?1, ?2, ?3, ?4)");
    scratch.statement(&sql)?.execute((po, pt, o, t)).map(drop).map_err(failed)
}

/// Numbers the rows; returns one of a circle, if there is one: a row without a depth, else the deepest.
fn circle(scratch: &Scratch, index: usize) -> Result<Option<Place>, Error> {
    let rows = scratch.count(index, Ownership::Owned)? + scratch.count(index, Ownership::Shared)?;
    scratch.run(&format!(
        "DELETE FROM up_{index} AS e
         WHERE EXISTS (SELECT 1 FROM keep_{index} AS k WHERE k.o = e.o AND k.t = e.t AND NOT k.owned)
           AND EXISTS (SELECT 1 FROM keep_{index} AS k WHERE k.o = e.po AND k.t = e.pt AND k.owned);
         CREATE INDEX by_child_{index} ON up_{index} (o, t);
         INSERT INTO depth_{index} SELECT o, t, 0 FROM keep_{index} AS k
         WHERE NOT EXISTS (SELECT 1 FROM up_{index} AS e WHERE e.o = k.o AND e.t = k.t)"
    ))?;
    let deepen = format!(
        "INSERT INTO depth_{index} SELECT e.o, e.t, ?1 + 1 FROM depth_{index} AS d
         CROSS JOIN up_{index} AS e ON e.po = d.o AND e.pt = d.t WHERE d.depth = ?1
         ON CONFLICT DO UPDATE SET depth = excluded.depth WHERE excluded.depth > depth"
    );
    let mut depth: u64 = 0;
    while scratch.statement(&deepen)?.execute([i64::try_from(depth).unwrap_or(i64::MAX)]).map_err(failed)? > 0
    {
        depth += 1;
        if depth > rows {
            break;
        }
    }
    let sql = format!(
        "SELECT k.o, k.t, d.depth FROM keep_{index} AS k LEFT JOIN depth_{index} AS d ON d.o = k.o AND d.t = k.t
         ORDER BY d.depth IS NOT NULL, d.depth DESC LIMIT 1"
    );
    let mut statement = scratch.statement(&sql)?;
    let mut found = statement.query([]).map_err(failed)?;
    let Some(row) = found.next().map_err(failed)? else { return Ok(None) };
    let known: Option<i64> = row.get(2).map_err(failed)?;
    let place = Place::of_stored(row.get(0).map_err(failed)?, row.get(1).map_err(failed)?);
    Ok((depth > rows || known.is_none()).then_some(place))
}
