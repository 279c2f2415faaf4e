//! Primary keys, unique keys and foreign keys. Those of partitions are their root's.

use std::collections::BTreeMap;

use model::{ForeignKey, ReferentialAction, UniqueKey};

use super::{Tables, get};
use crate::Error;
use crate::postgres::session::Session;

/// The keys of one table.
#[derive(Default)]
pub(super) struct Keys {
    pub(super) primary: Vec<String>,
    pub(super) unique: Vec<UniqueKey>,
    pub(super) foreign: Vec<ForeignKey>,
}

/// The keys of each table.
///
/// # Errors
/// Reading fails.
pub(super) fn read(
    session: &mut Session,
    tables: &Tables,
    oids: &[u32],
) -> Result<BTreeMap<u32, Keys>, Error> {
    let mut keys = BTreeMap::new();
    read_unique(session, oids, &mut keys)?;
    read_foreign(session, tables, oids, &mut keys)?;
    for keys in keys.values_mut() {
        keys.unique.sort();
        keys.foreign.sort();
        keys.foreign.dedup();
    }
    Ok(keys)
}

/// Primary keys, UNIQUE constraints, and unique indexes that hold for every row by plain columns. A key has an index of its
/// name; columns that it merely carries (`INCLUDE`) stand behind those of the key.
fn read_unique(session: &mut Session, oids: &[u32], keys: &mut BTreeMap<u32, Keys>) -> Result<(), Error> {
    let sql = "SELECT i.indrelid, i.indisprimary, c.relname::pg_catalog.text, (
        SELECT pg_catalog.array_agg(a.attname::pg_catalog.text ORDER BY k.place)
        FROM pg_catalog.unnest(i.indkey::pg_catalog.int2[]) WITH ORDINALITY AS k(number, place)
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.number
        WHERE k.place <= i.indnkeyatts)
      FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
      WHERE i.indrelid = ANY ($1) AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL";
    for row in session.query(sql, &[&oids])? {
        let table: u32 = get(session, &row, 0)?;
        let columns: Vec<String> = get(session, &row, 3)?;
        let keys: &mut Keys = keys.entry(table).or_default();
        if get(session, &row, 1)? {
            keys.primary = columns;
        } else {
            keys.unique.push(UniqueKey { name: get(session, &row, 2)?, columns });
        }
    }
    Ok(())
}

/// Foreign keys that are enforced, by equality: temporal ones (`PERIOD`) lead to no one row.
fn read_foreign(
    session: &mut Session,
    tables: &Tables,
    oids: &[u32],
    keys: &mut BTreeMap<u32, Keys>,
) -> Result<(), Error> {
    // `conperiod` and `conenforced` came with PostgreSQL 18; through JSON they may be missing.
    let sql = "SELECT f.conrelid, f.confrelid, f.conname::pg_catalog.text,
        f.confdeltype::pg_catalog.text, f.confupdtype::pg_catalog.text, f.condeferrable, (
        SELECT pg_catalog.array_agg(a.attname::pg_catalog.text ORDER BY k.place)
        FROM pg_catalog.unnest(f.conkey) WITH ORDINALITY AS k(number, place)
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = f.conrelid AND a.attnum = k.number), (
        SELECT pg_catalog.array_agg(a.attname::pg_catalog.text ORDER BY k.place)
        FROM pg_catalog.unnest(f.confkey) WITH ORDINALITY AS k(number, place)
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = f.confrelid AND a.attnum = k.number)
      FROM pg_catalog.pg_constraint AS f
      WHERE f.contype = 'f' AND f.conparentid = 0 AND f.conrelid = ANY ($1)
        AND coalesce(pg_catalog.to_jsonb(f)->>'conperiod', 'false') = 'false'
        AND coalesce(pg_catalog.to_jsonb(f)->>'conenforced', 'true') = 'true'";
    for row in session.query(sql, &[&oids])? {
        let from: u32 = get(session, &row, 0)?;
        let to: u32 = get(session, &row, 1)?;
        let Some(table) = tables.get(&from) else { continue };
        let Some(parent) = tables.get(&to) else {
            let name: String = get(session, &row, 2)?;
            let name = model::text::Shown(&name);
            tracing::warn!("{}: the foreign key {name} leads to a table that is left out", table.shown());
            continue;
        };
        let key = ForeignKey {
            columns: get(session, &row, 6)?,
            to: parent.name.clone(),
            key: get(session, &row, 7)?,
            on_delete: action(&get::<String>(session, &row, 3)?),
            on_update: action(&get::<String>(session, &row, 4)?),
            deferrable: get(session, &row, 5)?,
        };
        keys.entry(from).or_default().foreign.push(key);
    }
    Ok(())
}

fn action(letter: &str) -> ReferentialAction {
    match letter {
        "r" => ReferentialAction::Restrict,
        "c" => ReferentialAction::Cascade,
        "n" => ReferentialAction::SetNull,
        "d" => ReferentialAction::SetDefault,
        _ => ReferentialAction::NoAction,
    }
}
