//! Which rows a definition means: owned rows by selection and child references, then every parent that they need.
//!
//! The way of a target, and of a source where `said` has no queries for the plan. Row numbers are kept in temporary tables,
//! on disk where they grow. References spread in waves: each wave looks only at the rows that the last one added, so that a
//! reference to the table itself ends when nothing new is found.
//! A reference compares as SQLite's foreign keys do: with the parent column's collation and affinity.

use model::{Catalog, Definition, Ownership, Scope, Table, TableSpec};
use rusqlite::{Connection, params_from_iter};

use super::predicate::compile_term;
use super::reach::{Edges, Ranked, Reach};
use super::reference::{Ends, Plus};
use crate::error::At as _;
use crate::known::{known_table, parent_position, stored_table};
use crate::sql::identifier;
use crate::{Error, SectionCount};

/// The rows of a definition, kept in temporary tables of one connection.
#[derive(Clone, Debug)]
pub(crate) struct Selection {
    /// In the order of the definition's tables.
    pub(crate) tables: Vec<Kept>,
    /// What shapes them beside the definition.
    pub(crate) reach: Reach,
}

/// The kept rows of one table: `kept` has the columns `i0`, `i1`, … (the row's identity) and `owned` (1 or 0).
#[derive(Clone, Debug)]
#[expect(clippy::struct_field_names, reason = "`table`, `kept`, `front` and `next` are four tables in SQL")]
pub(crate) struct Kept {
    /// The table in SQL: `main."fragments"`.
    pub(crate) table: String,
    /// The temporary table's name, unquoted and plain: `keep_0`.
    pub(crate) name: String,
    /// The temporary table in SQL: `temp."keep_0"`.
    pub(crate) kept: String,
    /// What tells the table's rows apart, in SQL: its row number, or the primary key of a table without one.
    pub(crate) identity: Vec<String>,
    kind: IdentityKind,
    /// The rows that the last wave added, and those that this one does.
    front: String,
    next: String,
}

/// What tells the rows of a table apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IdentityKind {
    /// SQLite's row number.
    RowNumber,
    /// The primary key of a table without row numbers.
    PrimaryKey,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Children,
    Parents,
}

/// What one reference adds to a wave.
struct Step {
    /// The table to start from, and the one that gains rows.
    from: usize,
    to: usize,
    /// `{front}` stands for the rows to start from.
    sql: String,
}

impl Selection {
    /// Temporary tables for `definition`, empty; those of an earlier selection with this `prefix` are dropped.
    ///
    /// # Errors
    /// The definition names a table or column that `catalog` lacks.
    pub(crate) fn prepare(
        connection: &Connection,
        catalog: &Catalog,
        definition: &Definition,
        prefix: &str,
    ) -> Result<Self, Error> {
        let tables = definition
            .tables
            .iter()
            .enumerate()
            .map(|(at, spec)| {
                let table = checked_table(catalog, definition, spec)?;
                let (kind, identity) = identity(&spec.name, table)?;
                let kept = Kept {
                    table: format!("main.{}", identifier(&spec.name)),
                    name: format!("{prefix}_{at}"),
                    kept: format!("temp.\"{prefix}_{at}\""),
                    identity,
                    kind,
                    front: format!("temp.\"{prefix}_front_{at}\""),
                    next: format!("temp.\"{prefix}_next_{at}\""),
                };
                kept.create(connection)?;
                Ok(kept)
            })
            .collect::<Result<_, Error>>()?;
        Ok(Self { tables, reach: Reach::default() })
    }

    /// Everything that a definition means within `scope`: [`Selection::keep_owned`], then [`Selection::keep_parents`].
    ///
    /// # Errors
    /// The definition does not fit the catalog, or reading fails.
    pub(crate) fn within(
        connection: &Connection,
        catalog: &Catalog,
        definition: &Definition,
        scope: &Scope,
        prefix: &str,
    ) -> Result<Self, Error> {
        let mut selection = Self::prepare(connection, catalog, definition, prefix)?;
        selection.reach = Reach::new(connection, catalog, definition, scope, &selection.tables)?;
        selection.keep_owned(connection, catalog, definition)?;
        selection.keep_whole(connection, definition)?;
        selection.keep_parents(connection, catalog, definition)?;
        Ok(selection)
    }

    /// Keeps the rows that the definition selects and, wave by wave, those that refer to them along its child
    /// references.
    ///
    /// # Errors
    /// A condition cannot be compiled, or reading fails.
    pub(crate) fn keep_owned(
        &self,
        connection: &Connection,
        catalog: &Catalog,
        definition: &Definition,
    ) -> Result<(), Error> {
        for (kept, spec) in self.tables.iter().zip(&definition.tables) {
            let table = known_table(catalog, &spec.name)?;
            for term in &spec.select {
                let predicate = compile_term(spec, table, "m", term)?;
                let sql = format!(
                    "INSERT OR IGNORE INTO {} SELECT {}, 1 FROM {} AS m WHERE {}",
                    kept.kept,
                    kept.identity_of("m"),
                    kept.table,
                    predicate.sql
                );
                connection.execute(&sql, params_from_iter(predicate.values)).at(connection)?;
            }
        }
        for (at, kept) in self.tables.iter().enumerate() {
            if let Some(limit) = self.reach.rows.get(&at) {
                limit.trim(connection, kept, &kept.kept, limit.most)?;
            }
        }
        let steps = self.steps(catalog, definition, Direction::Children)?;
        self.spread(connection, &steps, Ownership::Owned)
    }

    /// Keeps every row of the tables that are kept whole; those that are not owned are shared.
    fn keep_whole(&self, connection: &Connection, definition: &Definition) -> Result<(), Error> {
        for (kept, spec) in self.tables.iter().zip(&definition.tables) {
            if self.reach.scope.whole.contains(&spec.name) {
                let (rows, identity, table) = (&kept.kept, kept.identity_of("m"), &kept.table);
                let sql = format!("INSERT OR IGNORE INTO {rows} SELECT {identity}, 0 FROM {table} AS m");
                connection.execute(&sql, []).at(connection)?;
            }
        }
        Ok(())
    }

    /// Keeps, wave by wave, the rows that kept rows refer to; those that are not owned are shared.
    ///
    /// # Errors
    /// Reading fails.
    pub(crate) fn keep_parents(
        &self,
        connection: &Connection,
        catalog: &Catalog,
        definition: &Definition,
    ) -> Result<(), Error> {
        let steps = self.steps(catalog, definition, Direction::Parents)?;
        self.spread(connection, &steps, Ownership::Shared)
    }

    /// How many rows each section has; none of them empty, shared before owned.
    ///
    /// # Errors
    /// Reading fails.
    pub(crate) fn sections(&self, connection: &Connection) -> Result<Vec<SectionCount>, Error> {
        let mut sections = Vec::new();
        for (table, kept) in self.tables.iter().enumerate() {
            let sql = format!("SELECT count(*), coalesce(sum(owned), 0) FROM {}", kept.kept);
            let (all, owned): (i64, i64) =
                connection.query_row(&sql, [], |row| Ok((row.get(0)?, row.get(1)?))).at(connection)?;
            for (ownership, count) in [(Ownership::Shared, all - owned), (Ownership::Owned, owned)] {
                if count > 0 {
                    sections.push(SectionCount { table, ownership, count: count.unsigned_abs() });
                }
            }
        }
        Ok(sections)
    }

    fn steps(
        &self,
        catalog: &Catalog,
        definition: &Definition,
        direction: Direction,
    ) -> Result<Vec<Step>, Error> {
        let mut steps = Vec::new();
        for (child, spec) in definition.tables.iter().enumerate() {
            for reference in &spec.references {
                let is_cut = self.reach.scope.cut_of(&spec.name, reference).is_some();
                if direction == Direction::Children && !reference.child
                    || direction == Direction::Parents && is_cut
                {
                    continue;
                }
                let parent = parent_position(definition, spec, reference)?;
                let ends = Ends::new(catalog, &spec.name, reference)?;
                let (from, to) = match direction {
                    Direction::Children => (parent, child),
                    Direction::Parents => (child, parent),
                };
                steps.push(Step { from, to, sql: self.step_sql(direction, child, parent, &ends) });
            }
        }
        for edges in &self.reach.edges {
            let Edges { child, parent, table, .. } = edges;
            match direction {
                Direction::Children if edges.follows => {
                    let joins = format!(
                        "{{front}} AS k CROSS JOIN {table} AS e ON {} CROSS JOIN {} AS m ON {}",
                        edges.of_parent("e", "k"),
                        self.tables[*child].table,
                        self.tables[*child]
                            .each_identity(" AND ", |at, column| format!("m.{column} = e.c{at}")),
                    );
                    let sql = self.adding_sql(*child, "m", &joins, self.reach.children.get(child), *parent);
                    steps.push(Step { from: *parent, to: *child, sql });
                }
                Direction::Children => {}
                Direction::Parents => {
                    let joins = format!(
                        "{{front}} AS k CROSS JOIN {table} AS e ON {} CROSS JOIN {} AS p ON {}",
                        edges.of_child("e", "k"),
                        self.tables[*parent].table,
                        self.tables[*parent]
                            .each_identity(" AND ", |at, column| format!("p.{column} = e.p{at}")),
                    );
                    let sql = self.adding_sql(*parent, "p", &joins, None, *child);
                    steps.push(Step { from: *child, to: *parent, sql });
                }
            }
        }
        Ok(steps)
    }

    /// Finds what one reference adds to a wave; `{front}` stands for the rows to start from.
    fn step_sql(&self, direction: Direction, child: usize, parent: usize, ends: &Ends) -> String {
        let (children, parents) = (&self.tables[child], &self.tables[parent]);
        // CROSS JOIN keeps the order of the loops. From parents to children an index on the children serves; where the
        // two columns' affinities differ none can, so the children are scanned and each looks up its parent.
        let joins = match direction {
            Direction::Children if ends.same_affinity => format!(
                "{{front}} AS k CROSS JOIN {} AS p ON {} CROSS JOIN {} AS m ON {}",
                parents.table,
                parents.joined("p", "k"),
                children.table,
                ends.equal("p", "m", Plus::No)
            ),
            Direction::Children => format!(
                "{} AS m CROSS JOIN {} AS p ON {} CROSS JOIN {{front}} AS k ON {}",
                children.table,
                parents.table,
                ends.equal("p", "m", Plus::Yes),
                parents.looked_up("k", "p")
            ),
            Direction::Parents => format!(
                "{{front}} AS k CROSS JOIN {} AS m ON {} CROSS JOIN {} AS p ON {}",
                children.table,
                children.joined("m", "k"),
                parents.table,
                ends.equal("p", "m", Plus::Yes)
            ),
        };
        match direction {
            Direction::Children => {
                self.adding_sql(child, "m", &joins, self.reach.children.get(&child), parent)
            }
            Direction::Parents => self.adding_sql(parent, "p", &joins, None, child),
        }
    }

    /// Adds the rows `alias` of the table `found` that `joins` finds for the rows `k` of the table `from`, those aside that are
    /// kept already; with a limit the first ones for each of these.
    fn adding_sql(
        &self,
        found: usize,
        alias: &str,
        joins: &str,
        limit: Option<&Ranked>,
        from: usize,
    ) -> String {
        let (found, from) = (&self.tables[found], &self.tables[from]);
        let Some(limit) = limit else {
            return format!(
                "INSERT OR IGNORE INTO {} SELECT {} FROM {joins} WHERE NOT EXISTS (SELECT 1 FROM {} AS x WHERE {})",
                found.next,
                found.identity_of(alias),
                found.kept,
                found.looked_up("x", alias)
            );
        };
        format!(
            "INSERT OR IGNORE INTO {} SELECT {names} FROM (SELECT {}, row_number() OVER (PARTITION BY {} ORDER BY {}) AS n FROM {joins}) AS r
             WHERE n <= {} AND NOT EXISTS (SELECT 1 FROM {} AS x WHERE {})",
            found.next,
            found.each_identity(", ", |at, column| format!("{alias}.{column} AS i{at}")),
            from.each_identity(", ", |at, _| format!("k.i{at}")),
            limit.order,
            limit.most,
            found.kept,
            found.each_identity(" AND ", |at, _| format!("x.i{at} = r.i{at}")),
            names = found.columns(),
        )
    }

    fn spread(&self, connection: &Connection, steps: &[Step], ownership: Ownership) -> Result<(), Error> {
        // The first wave starts from all that is kept.
        let mut fresh: Vec<bool> = vec![true; self.tables.len()];
        let mut first = true;
        while fresh.contains(&true) {
            for step in steps.iter().filter(|step| fresh[step.from]) {
                let from = &self.tables[step.from];
                let sql =
                    crate::sql::replaced(&step.sql, "{front}", if first { &from.kept } else { &from.front });
                connection.prepare_cached(&sql).at(connection)?.execute([]).at(connection)?;
            }
            for (at, fresh) in fresh.iter_mut().enumerate() {
                let gains = steps.iter().any(|step| step.to == at);
                if let Some(limit) = self.reach.rows.get(&at).filter(|_| ownership == Ownership::Owned) {
                    let kept = &self.tables[at];
                    let room = limit.most.saturating_sub(kept.count(connection)?);
                    limit.trim(connection, kept, &kept.next, room)?;
                }
                *fresh = gains && self.tables[at].advance(connection, ownership)? > 0;
            }
            first = false;
        }
        Ok(())
    }
}

impl Kept {
    /// The row's identity through `alias`: `m.rowid`.
    pub(crate) fn identity_of(&self, alias: &str) -> String {
        self.each_identity(", ", |_, column| format!("{alias}.{column}"))
    }

    /// Joins the table's row `row` to the known kept row `kept` (aliases); served by the table's own index.
    pub(crate) fn joined(&self, row: &str, kept: &str) -> String {
        self.each_identity(" AND ", |at, column| format!("{row}.{column} = {kept}.i{at}"))
    }

    /// Looks up the kept row `kept` of the table's known row `row` (aliases); served by the kept rows' key. The `+`
    /// takes the column's affinity away, which would keep SQLite from using that key.
    pub(crate) fn looked_up(&self, kept: &str, row: &str) -> String {
        self.each_identity(" AND ", |at, column| format!("{kept}.i{at} = +{row}.{column}"))
    }

    /// Whether two rows of the table (aliases) are one.
    pub(crate) fn same(&self, one: &str, other: &str) -> String {
        self.each_identity(" AND ", |_, column| format!("{one}.{column} = {other}.{column}"))
    }

    /// The columns of the kept rows that hold the identity: `i0, i1`.
    pub(crate) fn columns(&self) -> String {
        self.each_identity(", ", |at, _| format!("i{at}"))
    }

    pub(super) fn each_identity(&self, separator: &str, each: impl Fn(usize, &str) -> String) -> String {
        let parts: Vec<String> = self.identity.iter().enumerate().map(|(at, c)| each(at, c)).collect();
        parts.join(separator)
    }

    /// How many rows are kept.
    fn count(&self, connection: &Connection) -> Result<u64, Error> {
        let sql = format!("SELECT count(*) FROM {}", self.kept);
        let rows: i64 = connection.query_row(&sql, [], |row| row.get(0)).at(connection)?;
        Ok(rows.unsigned_abs())
    }

    fn create(&self, connection: &Connection) -> Result<(), Error> {
        let names = self.columns();
        // One integer is SQLite's own row number here too, which makes the table half the size.
        let (columns, key, suffix) = match self.kind {
            IdentityKind::RowNumber => ("i0 INTEGER PRIMARY KEY".to_owned(), String::new(), ""),
            IdentityKind::PrimaryKey => (names.clone(), format!(", PRIMARY KEY ({names})"), " WITHOUT ROWID"),
        };
        let mut sql = String::new();
        for (table, rest) in [(&self.kept, ", owned INTEGER NOT NULL"), (&self.front, ""), (&self.next, "")] {
            use std::fmt::Write as _;
            let _ = write!(
                sql,
                "DROP TABLE IF EXISTS {table}; CREATE TABLE {table} ({columns}{rest}{key}){suffix};"
            );
        }
        connection.execute_batch(&sql).at(connection)
    }

    /// Ends a wave: what it found is kept and is where the next one starts. Returns how many rows that is.
    fn advance(&self, connection: &Connection, ownership: Ownership) -> Result<usize, Error> {
        let owned = i64::from(ownership == Ownership::Owned);
        let run = |sql: &str| connection.prepare_cached(sql).at(connection)?.execute([]).at(connection);
        run(&format!("DELETE FROM {}", self.front))?;
        let found = run(&format!("INSERT INTO {} SELECT * FROM {}", self.front, self.next))?;
        if found > 0 {
            run(&format!("INSERT INTO {} SELECT *, {owned} FROM {}", self.kept, self.next))?;
            run(&format!("DELETE FROM {}", self.next))?;
        }
        Ok(found)
    }
}

/// The table of `spec`, if the database has all that `spec` speaks of.
///
/// # Errors
/// It lacks something of it.
pub(crate) fn checked_table<'c>(
    catalog: &'c Catalog,
    definition: &Definition,
    spec: &TableSpec,
) -> Result<&'c Table, Error> {
    let table = stored_table(catalog, spec)?;
    for reference in &spec.references {
        parent_position(definition, spec, reference)?;
        Ends::new(catalog, &spec.name, reference)?;
    }
    Ok(table)
}

/// What tells the rows of `table` apart: its integer primary key, else a name of SQLite's row number that no column
/// hides, else, without row numbers, its primary key. In SQL, quoted where it is a column.
///
/// # Errors
/// The table's columns hide every name of the row number.
pub(crate) fn identity(name: &str, table: &Table) -> Result<(IdentityKind, Vec<String>), Error> {
    if table.without_rowid {
        return Ok((IdentityKind::PrimaryKey, table.primary_key.iter().map(|c| identifier(c)).collect()));
    }
    if let Some(alias) = table.columns.iter().find(|column| column.identity) {
        return Ok((IdentityKind::RowNumber, vec![identifier(&alias.name)]));
    }
    let hidden = |name: &str| table.columns.iter().any(|column| column.name.eq_ignore_ascii_case(name));
    ["rowid", "_rowid_", "oid"]
        .into_iter()
        .find(|name| !hidden(name))
        .map(|name| (IdentityKind::RowNumber, vec![name.to_owned()]))
        .ok_or_else(|| Error::RowNumberHidden { table: name.to_owned() })
}
