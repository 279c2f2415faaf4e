//! Numbers the rows of a table that refers to itself by their depth, so that parents can come first.

use model::{Catalog, Reference, TableSpec};
use rusqlite::Connection;

use super::reference::{Ends, Plus};
use super::row::RowReader;
use super::select::{Kept, Selection};
use crate::Error;
use crate::error::At as _;
use crate::known::known_table;

/// Makes a temporary table of `kept`'s rows with the columns `i0`, …, `depth`: 0 for rows that refer to nothing or to
/// themselves along references of the table to itself that are not set as links, else one more than the deepest parent.
/// Own rows come after shared ones, so a shared row is no deeper for own rows that it refers to. Returns its name in SQL.
///
/// # Errors
/// Rows refer to each other in a circle, or reading fails.
pub(crate) fn number(
    connection: &Connection,
    catalog: &Catalog,
    spec: &TableSpec,
    selection: &Selection,
    kept: &Kept,
) -> Result<String, Error> {
    let own = |reference: &&Reference| reference.to == spec.name && !reference.link;
    let scope = &selection.reach.scope;
    let ends: Vec<(Ends, bool)> = spec
        .references
        .iter()
        .filter(own)
        .map(|r| Ok((Ends::new(catalog, &spec.name, r)?, scope.cut_of(&spec.name, r).is_some())))
        .collect::<Result<_, Error>>()?;
    let depths = Depths { connection, kept, ends: &ends, table: format!("temp.\"{}_depth\"", kept.name) };
    depths.begin()?;
    let rows: i64 = depths.count(&kept.kept)?;
    let mut depth = 0;
    while depths.deepen(depth)? > 0 {
        depth += 1;
        if depth > rows {
            break;
        }
    }
    if depth > rows || depths.count(&depths.table)? < rows {
        return Err(depths.circle(&RowReader::new(spec, known_table(catalog, &spec.name)?), spec)?);
    }
    Ok(depths.table)
}

struct Depths<'a> {
    connection: &'a Connection,
    kept: &'a Kept,
    /// The references, and whether each is cut: then its parent may not be kept.
    ends: &'a [(Ends, bool)],
    table: String,
}

impl Depths<'_> {
    /// The rows at depth 0.
    fn begin(&self) -> Result<(), Error> {
        let (table, names, name) = (&self.table, self.kept.columns(), &self.kept.name);
        // Whether the row `m` refers to one that is kept; of kept rows `o` those that meet the condition.
        let to_kept = |ends: &Ends, condition: &str| {
            format!(
                "EXISTS (SELECT 1 FROM {rows} AS p CROSS JOIN {kept} AS o ON {found} AND {condition} WHERE {equal})",
                rows = self.kept.table,
                kept = self.kept.kept,
                found = self.kept.looked_up("o", "p"),
                equal = ends.equal("p", "m", if ends.same_affinity { Plus::No } else { Plus::Yes }),
            )
        };
        let elsewhere: Vec<String> = (self.ends.iter())
            .map(|(ends, is_cut)| {
                let itself = ends.equal("m", "m", Plus::Yes);
                let (refers, to_own) = (ends.refers("m"), to_kept(ends, "o.owned"));
                let counts = if *is_cut {
                    to_kept(ends, "(k.owned OR NOT o.owned)")
                } else {
                    format!("NOT (NOT k.owned AND {to_own})")
                };
                format!("({refers} AND NOT ({itself}) AND {counts})")
            })
            .collect();
        let elsewhere = if elsewhere.is_empty() { "FALSE".to_owned() } else { elsewhere.join(" OR ") };
        let sql = format!(
            "DROP TABLE IF EXISTS {table};
             CREATE TABLE {table} ({names}, depth INTEGER NOT NULL, PRIMARY KEY ({names})) WITHOUT ROWID;
             CREATE INDEX temp.{name}_by_depth ON {name}_depth (depth);
             INSERT INTO {table} SELECT {}, 0 FROM {} AS k CROSS JOIN {} AS m ON {} WHERE NOT ({elsewhere});",
            self.kept.identity_of("m"),
            self.kept.kept,
            self.kept.table,
            self.kept.joined("m", "k"),
        );
        self.connection.execute_batch(&sql).at(self.connection)
    }

    /// Puts the children of the rows at `depth` one deeper. Returns how many there were.
    fn deepen(&self, depth: i64) -> Result<usize, Error> {
        let mut moved = 0;
        for (ends, _) in self.ends {
            let sql = format!(
                "INSERT INTO {table} SELECT {found}, ?1 + 1
                 FROM {table} AS k CROSS JOIN {rows} AS p ON {parent}
                 CROSS JOIN {kept} AS o ON {parent_kept}
                 CROSS JOIN {rows} AS m ON {ends} AND NOT ({same})
                 CROSS JOIN {kept} AS c ON {child} AND c.owned >= o.owned
                 WHERE k.depth = ?1
                 ON CONFLICT DO UPDATE SET depth = excluded.depth WHERE excluded.depth > depth",
                table = self.table,
                found = self.kept.identity_of("m"),
                rows = self.kept.table,
                kept = self.kept.kept,
                parent = self.kept.joined("p", "k"),
                ends = ends.equal("p", "m", if ends.same_affinity { Plus::No } else { Plus::Yes }),
                same = self.kept.same("p", "m"),
                parent_kept = self.kept.looked_up("o", "p"),
                child = self.kept.looked_up("c", "m"),
            );
            moved += self
                .connection
                .prepare_cached(&sql)
                .at(self.connection)?
                .execute([depth])
                .at(self.connection)?;
        }
        Ok(moved)
    }

    fn count(&self, table: &str) -> Result<i64, Error> {
        let sql = format!("SELECT count(*) FROM {table}");
        self.connection.query_row(&sql, [], |row| row.get(0)).at(self.connection)
    }

    /// The error that names a row of a circle: one without a depth, else the deepest one.
    fn circle(&self, reader: &RowReader<'_>, spec: &TableSpec) -> Result<Error, Error> {
        let sql = format!(
            "SELECT {} FROM {} AS k CROSS JOIN {} AS m ON {} LEFT JOIN {} AS d ON {}
             ORDER BY d.depth IS NOT NULL, d.depth DESC LIMIT 1",
            reader.columns_sql("m"),
            self.kept.kept,
            self.kept.table,
            self.kept.joined("m", "k"),
            self.table,
            self.kept.looked_up("d", "m"),
        );
        let key = self.connection.query_row(&sql, [], |row| Ok(reader.shown(row))).at(self.connection)?;
        Ok(Error::ParentCycle { table: spec.name.clone(), key })
    }
}
