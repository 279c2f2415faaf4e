//! What must hold of the rows that a selection kept, before one of them is read: every reference finds its parent, no
//! key holds NULL, no two keys mean the same, no text is read as another one. Also numbers the rows of a table that refers to itself by their depth.

use model::text::show_key;
use model::{Catalog, Definition, LogicalType, Reference, TableSpec, Value};
use rusqlite::{Connection, Row};

use super::reference::{Ends, Plus};
use super::row::{RowReader, stored_value};
use super::select::{Kept, Selection};
use crate::Error;
use crate::error::At as _;
use crate::known::known_table;
use crate::sql::{has_null_key, identifier};

/// How many columns one condition looks at: SQLite bounds the depth of an expression.
const COLUMNS_AT_ONCE: usize = 100;

/// Checks the kept rows of every table.
///
/// # Errors
/// The first row, by table and row number, that breaks a rule.
pub(crate) fn check(
    connection: &Connection,
    catalog: &Catalog,
    definition: &Definition,
    selection: &Selection,
) -> Result<(), Error> {
    let encoding: String =
        connection.query_row("PRAGMA main.encoding", [], |row| row.get(0)).at(connection)?;
    for (spec, kept) in definition.tables.iter().zip(&selection.tables) {
        let checks = Checks { connection, catalog, spec, kept, reader: reader(catalog, spec)? };
        if encoding != "UTF-8" {
            checks.texts_are_whole(encoding == "UTF-16le")?;
        }
        checks.keys_hold_no_null()?;
        checks.keys_differ()?;
        let scope = &selection.reach.scope;
        for reference in spec.references.iter().filter(|r| scope.cut_of(&spec.name, r).is_none()) {
            checks.finds_parents(reference)?;
        }
    }
    selection.loose_find_parents(connection, catalog, definition)
}

/// Makes a temporary table of `kept`'s rows with the columns `i0`, …, `depth`: 0 for rows that refer to nothing or to
/// themselves along references of the table to itself that are not set as links, else one more than the deepest parent.
/// Own rows come after shared ones, so a shared row is no deeper for own rows that it refers to. Returns its name in SQL.
///
/// # Errors
/// Rows refer to each other in a circle, or reading fails.
pub(crate) fn number_depths(
    connection: &Connection,
    catalog: &Catalog,
    spec: &TableSpec,
    kept: &Kept,
) -> Result<String, Error> {
    let own = |reference: &&Reference| reference.to == spec.name && !reference.link;
    let ends: Vec<Ends> = spec
        .references
        .iter()
        .filter(own)
        .map(|reference| Ends::new(catalog, &spec.name, reference))
        .collect::<Result<_, _>>()?;
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
        return Err(depths.circle(&reader(catalog, spec)?, spec)?);
    }
    Ok(depths.table)
}

fn reader<'a>(catalog: &Catalog, spec: &'a TableSpec) -> Result<RowReader<'a>, Error> {
    Ok(RowReader::new(spec, known_table(catalog, &spec.name)?))
}

struct Checks<'a> {
    connection: &'a Connection,
    catalog: &'a Catalog,
    spec: &'a TableSpec,
    kept: &'a Kept,
    reader: RowReader<'a>,
}

impl Checks<'_> {
    fn keys_hold_no_null(&self) -> Result<(), Error> {
        let table = known_table(self.catalog, &self.spec.name)?;
        let Some(condition) = has_null_key(self.spec, table) else { return Ok(()) };
        self.first(&condition, |row| Error::NullKey {
            table: self.spec.name.clone(),
            key: self.reader.shown(row),
        })
    }

    /// A unique key is unique by its stored values; JSON and instants may be spelled in several ways.
    fn keys_differ(&self) -> Result<(), Error> {
        let respelled = |name: &String| {
            let column = self.spec.column(name).map(|at| self.spec.columns[at].ty);
            matches!(column, Some(LogicalType::Json | LogicalType::Timestamptz))
        };
        if !self.spec.key.iter().any(respelled) {
            return Ok(());
        }
        let order = self.reader.order_sql("m", &self.reader.order_columns());
        self.first(&format!("TRUE GROUP BY {order} HAVING count(*) > 1"), |row| Error::DuplicateKey {
            table: self.spec.name.clone(),
            key: self.reader.shown(row),
        })
    }

    fn finds_parents(&self, reference: &Reference) -> Result<(), Error> {
        let ends = Ends::new(self.catalog, &self.spec.name, reference)?;
        let condition = format!(
            "{} AND NOT EXISTS (SELECT 1 FROM main.{} AS p WHERE {})",
            ends.refers("m"),
            identifier(&reference.to),
            ends.equal("p", "m", Plus::Yes)
        );
        let columns: Vec<usize> =
            reference.columns.iter().filter_map(|name| self.spec.column(name)).collect();
        self.first(&condition, |row| {
            let values: Vec<Value> = columns.iter().map(|at| stored_value(row, *at)).collect();
            Error::Dangling {
                table: self.spec.name.clone(),
                key: self.reader.shown(row),
                reference: show_key(&reference.columns, &values),
                parent: reference.to.clone(),
            }
        })
    }

    /// SQLite makes UTF-8 of half a surrogate pair by joining it with whatever follows. So the bytes are looked at as they
    /// are stored, in one pass for many columns, and again only to tell which one it is.
    fn texts_are_whole(&self, little_endian: bool) -> Result<(), Error> {
        let order = i64::from(little_endian);
        let broken = |name: &str| {
            let column = format!("m.{}", identifier(name));
            format!("(typeof({column}) = 'text' AND NOT demo_is_utf16(CAST({column} AS BLOB), {order}))")
        };
        let error = |column: &str, row: &Row<'_>| Error::BrokenText {
            table: self.spec.name.clone(),
            column: column.to_owned(),
            key: self.reader.shown(row),
        };
        for columns in self.spec.columns.chunks(COLUMNS_AT_ONCE) {
            let conditions: Vec<String> = columns.iter().map(|column| broken(&column.name)).collect();
            let Err(found) = self.first(&conditions.join(" OR "), |row| error(&columns[0].name, row)) else {
                continue;
            };
            for (column, condition) in columns.iter().zip(&conditions) {
                self.first(condition, |row| error(&column.name, row))?;
            }
            return Err(found);
        }
        Ok(())
    }

    /// Fails with the first kept row that meets `condition`.
    fn first(&self, condition: &str, error: impl Fn(&Row<'_>) -> Error) -> Result<(), Error> {
        let sql = format!(
            "SELECT {} FROM {} AS k CROSS JOIN {} AS m ON {} WHERE {condition} LIMIT 1",
            self.reader.columns_sql("m"),
            self.kept.kept,
            self.kept.table,
            self.kept.joined("m", "k"),
        );
        let mut statement = self.connection.prepare(&sql).at(self.connection)?;
        let mut rows = statement.query([]).at(self.connection)?;
        rows.next().at(self.connection)?.map_or(Ok(()), |row| Err(error(row)))
    }
}

struct Depths<'a> {
    connection: &'a Connection,
    kept: &'a Kept,
    ends: &'a [Ends],
    table: String,
}

impl Depths<'_> {
    /// The rows at depth 0.
    fn begin(&self) -> Result<(), Error> {
        let (table, names, name) = (&self.table, self.kept.columns(), &self.kept.name);
        let to_own = |ends: &Ends| {
            format!(
                "NOT k.owned AND EXISTS (SELECT 1 FROM {rows} AS p CROSS JOIN {kept} AS o ON {found} AND o.owned WHERE {equal})",
                rows = self.kept.table,
                kept = self.kept.kept,
                found = self.kept.looked_up("o", "p"),
                equal = ends.equal("p", "m", if ends.same_affinity { Plus::No } else { Plus::Yes }),
            )
        };
        let elsewhere: Vec<String> = (self.ends.iter())
            .map(|ends| {
                let itself = ends.equal("m", "m", Plus::Yes);
                format!("({} AND NOT ({itself}) AND NOT ({}))", ends.refers("m"), to_own(ends))
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
        for ends in self.ends {
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
