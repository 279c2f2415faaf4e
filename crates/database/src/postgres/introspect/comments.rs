//! Comments on tables and columns, for whoever makes the tables again.

use std::collections::BTreeMap;

use model::Catalog;
use model::text::Shown;

use super::{Tables, get};
use crate::Error;
use crate::postgres::session::Session;

/// By the table's number and the column's; [`OF_TABLE`] for the table itself.
pub(super) type Comments = BTreeMap<(u32, i32), String>;

/// No column has this number.
pub(super) const OF_TABLE: i32 = 0;

/// The comments of each table and its columns. Those that are too long for a catalog stay on the server, and are told.
///
/// # Errors
/// Reading fails.
pub(super) fn read(session: &mut Session, tables: &Tables, oids: &[u32]) -> Result<Comments, Error> {
    let longest = Catalog::LONGEST_COMMENT;
    let sql = format!(
        "SELECT d.objoid, d.objsubid, a.attname::pg_catalog.text,
        CASE WHEN pg_catalog.octet_length(d.description) <= {longest} THEN d.description END
      FROM pg_catalog.pg_description AS d
      LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = d.objoid AND a.attnum = d.objsubid AND d.objsubid <> 0
      WHERE d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objoid = ANY ($1)
      ORDER BY d.objoid, d.objsubid"
    );
    let mut comments = Comments::new();
    for row in session.query(&sql, &[&oids])? {
        let oid: u32 = get(session, &row, 0)?;
        let Some(table) = tables.get(&oid) else { continue };
        let text: Option<String> = get(session, &row, 3)?;
        if let Some(text) = text {
            comments.insert((oid, get(session, &row, 1)?), text);
        } else {
            let column: Option<String> = get(session, &row, 2)?;
            let column = column.map_or_else(String::new, |name| format!(".{}", Shown(&name)));
            tracing::warn!(
                "{}{column}: the comment is left out: it is longer than {longest} bytes",
                table.shown()
            );
        }
    }
    Ok(comments)
}
