//! Columns: names, types, NOT NULL, defaults, and what the server computes or counts up.

use std::collections::BTreeMap;

use model::text::Shown;
use model::{Column, LogicalType};

use super::comments::Comments;
use super::{OnName, Tables, check_name, get, types};
use crate::Error;
use crate::postgres::session::Session;

/// Leaves out the tables with a column whose name no file can hold, if `on_name` allows that.
///
/// # Errors
/// It does not, or reading fails.
pub(super) fn leave_out_unfit(
    session: &mut Session,
    tables: &mut Tables,
    on_name: OnName<'_>,
) -> Result<(), Error> {
    let oids: Vec<u32> = tables.keys().copied().collect();
    let sql = "SELECT attrelid, attname::pg_catalog.text FROM pg_catalog.pg_attribute
        WHERE attrelid = ANY ($1) AND attnum > 0 AND NOT attisdropped ORDER BY attrelid, attnum";
    for row in session.query(sql, &[&oids])? {
        let oid: u32 = get(session, &row, 0)?;
        let name: String = get(session, &row, 1)?;
        let Some(table) = tables.get(&oid) else { continue };
        if let Err(error) = check_name(&name, || format!("a column of {}", table.shown())) {
            on_name(error)?;
            tables.remove(&oid);
        }
    }
    Ok(())
}

/// The columns of each table, as they were declared.
///
/// # Errors
/// Reading fails.
pub(super) fn read(
    session: &mut Session,
    tables: &Tables,
    oids: &[u32],
    comments: &mut Comments,
) -> Result<BTreeMap<u32, Vec<Column>>, Error> {
    let types = types::read(session, oids)?;
    // A default that uses a sequence depends on it, whichever way it is spelled.
    let sql =
        "SELECT a.attrelid, a.attname::pg_catalog.text, pg_catalog.format_type(a.atttypid, a.atttypmod),
        a.atttypid, a.attnotnull, a.atthasdef, a.attgenerated <> '', a.attidentity <> '', a.attidentity = 'a',
        EXISTS (SELECT FROM pg_catalog.pg_attrdef AS d
          JOIN pg_catalog.pg_depend AS p ON p.objid = d.oid
            AND p.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
            AND p.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
          JOIN pg_catalog.pg_class AS s ON s.oid = p.refobjid AND s.relkind = 'S'
          WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum), a.attnum::pg_catalog.int4
      FROM pg_catalog.pg_attribute AS a
      WHERE a.attrelid = ANY ($1) AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY a.attrelid, a.attnum";
    let mut columns: BTreeMap<u32, Vec<Column>> = BTreeMap::new();
    for row in session.query(sql, &[&oids])? {
        let oid: u32 = get(session, &row, 0)?;
        if !tables.contains_key(&oid) {
            continue;
        }
        let name: String = get(session, &row, 1)?;
        let declared: String = get(session, &row, 2)?;
        let meaning = types.meaning(get(session, &row, 3)?);
        let has_default: bool = get(session, &row, 5)?;
        let generated: bool = get(session, &row, 6)?;
        let from_sequence: bool = get(session, &row, 9)?;
        let identity =
            get(session, &row, 7)? || from_sequence && !generated && meaning.ty == LogicalType::Integer;
        columns.entry(oid).or_default().push(Column {
            name,
            // A domain or an enum may have any name; one that would hide something is shown instead.
            declared: Shown(&declared).to_string(),
            ty: meaning.ty,
            not_null: meaning.not_null || get(session, &row, 4)?,
            has_default: (has_default || meaning.has_default) && !generated && !identity,
            generated,
            identity,
            always: get(session, &row, 8)?,
            collation: None,
            comment: comments.remove(&(oid, get(session, &row, 10)?)),
        });
    }
    Ok(columns)
}
