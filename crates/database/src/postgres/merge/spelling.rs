//! JSON and other typed values in columns of plain text, where one value has several spellings: the server sees that the
//! texts differ, and only the model knows whether the values do. What does not is no change.

use model::LogicalType;
use rusqlite::params;

use super::super::session::Session;
use super::direct::push_number;
use super::facts::number;
use super::names::value;
use super::scratch;
use super::shape::Shape;
use crate::Error;
use crate::error::At as _;

/// Takes columns out of the noted changes whose values are equal, and rows that then do not change at all.
///
/// # Errors
/// The target cannot be read, or there is no room for temporary files.
pub(super) fn forgive(session: &mut Session, shape: &Shape) -> Result<(), Error> {
    let spelled: Vec<usize> = (shape.columns.iter().enumerate())
        .filter(|(_, column)| column.stored == LogicalType::Text && column.ty.has_canonical_form())
        .map(|(at, _)| at)
        .collect();
    for at in &spelled {
        forgive_column(session, shape, *at)?;
    }
    if spelled.is_empty() {
        return Ok(());
    }
    session.batch(&format!("DELETE FROM {} WHERE pg_catalog.strpos(mask, '1') = 0", shape.change()))
}

fn forgive_column(session: &mut Session, shape: &Shape, at: usize) -> Result<(), Error> {
    let column = &shape.columns[at];
    let scratch = scratch::file("CREATE TABLE same (seq INTEGER PRIMARY KEY)")?;
    let mut insert = scratch.prepare("INSERT INTO same VALUES (?)").at(&scratch)?;
    let sql = format!(
        "SELECT n.seq, t.{quoted}, s.c{at} FROM {change} AS n JOIN {stage} AS s ON s.seq = n.seq
         JOIN {from} AS t ON {noted} WHERE {touched} ORDER BY n.seq",
        quoted = column.quoted,
        change = shape.change(),
        stage = shape.stage(),
        from = shape.relation.from,
        noted = shape.is_noted("t", "n"),
        touched = Shape::touches("n", &[at]),
    );
    session.copy_out(&sql, &mut |row| {
        let read = |field: usize| value(column.stored, column.ty, row.text(field));
        if read(1) == read(2) {
            insert.execute(params![number(row, 0)]).at(&scratch)?;
        }
        Ok(())
    })?;
    drop(insert);
    let name = format!("same_{}_{at}", shape.index);
    session.batch(&format!("CREATE TEMP TABLE {name} (seq pg_catalog.int8) ON COMMIT DROP"))?;
    let mut select = scratch.prepare("SELECT seq FROM same ORDER BY seq").at(&scratch)?;
    let mut found = select.query([]).at(&scratch)?;
    let mut rows = session.copy_in(&format!("pg_temp.{name} (seq)"))?;
    while let Some(row) = found.next().at(&scratch)? {
        let seq: i64 = row.get(0).at(&scratch)?;
        push_number(&mut rows, seq);
        rows.end_row()?;
    }
    rows.finish()?;
    session.batch(&format!(
        "UPDATE {} AS n SET mask = pg_catalog.overlay(mask, '0', {}) FROM pg_temp.{name} AS x WHERE x.seq = n.seq",
        shape.change(),
        at + 1
    ))
}
