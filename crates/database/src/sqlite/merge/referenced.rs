//! Rows that stay and refer to rows that go: found in every table of the target, followed or not, before any change.
//!
//! A row goes if it is deleted or if a column that a key refers to changes; a column that the target computes counts as
//! changed with any column that its expression names, since what it will be is not known beforehand (`dangling` looks
//! afterwards). A row that refers to it may go too, or be a row of the snapshot that takes the snapshot's reference; every
//! other one refuses the import, whatever its key would do on delete.

use std::collections::BTreeSet;

use model::{Column, ForeignKey, Table};

use super::super::convert::Affinity;
use super::super::ddl_text::{Token, tokens};
use super::Merge;
use super::names::RowName;
use super::shape::{Shape, exists};
use crate::error::At as _;
use crate::merge::naming::refers_by;
use crate::sql::identifier;
use crate::{Error, FirstRows, MergeError};

/// Looks for such rows.
///
/// # Errors
/// [`MergeError::Referenced`], or the target cannot be read.
pub(super) fn check(merge: &Merge<'_>) -> Result<(), Error> {
    let mut found = FirstRows::default();
    for parent in &merge.shapes {
        let some = |table: String| exists(merge.connection, &format!("SELECT 1 FROM {table}"));
        let (gone, changed) = (some(parent.gone())?, some(parent.change())?);
        if !gone && !changed {
            continue;
        }
        for (name, child) in &merge.catalog.tables {
            for key in &merge.references(name, child) {
                if !key.to.eq_ignore_ascii_case(&parent.spec.name) || key.columns.len() != key.key.len() {
                    continue;
                }
                let reference = Reference { parent, name, child, key };
                if gone {
                    reference.check(merge, &parent.gone(), "1", &mut found)?;
                }
                if let Some(moved) = moved(merge, parent, key)?.filter(|_| changed) {
                    reference.check(merge, &parent.change(), &moved, &mut found)?;
                }
            }
        }
    }
    if found.is_empty() { Ok(()) } else { Err(MergeError::Referenced { rows: found }.into()) }
}

struct Reference<'a> {
    parent: &'a Shape,
    name: &'a str,
    child: &'a Table,
    key: &'a ForeignKey,
}

impl Reference<'_> {
    /// Looks at the rows that refer to those of the notes `going` (as `n`) that satisfy `condition`.
    fn check(
        &self,
        merge: &Merge<'_>,
        going: &str,
        condition: &str,
        found: &mut FirstRows,
    ) -> Result<(), Error> {
        let parent = self.parent;
        let parent_name = RowName::new(&parent.spec.name, &parent.table, &parent.spec.key);
        let child_shape = merge.shape_of(self.name);
        let child_key = child_shape.map_or(&[][..], |shape| &shape.spec.key);
        let child_name = RowName::new(self.name, self.child, child_key);
        let sql = format!(
            "SELECT {parent_columns}, {child_columns} FROM {joins} WHERE {condition}{stays} ORDER BY {row}",
            parent_columns = parent_name.list("p"),
            child_columns = child_name.list("c"),
            joins = self.joins(going),
            row = parent.r_list("n"),
            stays = child_shape.map_or_else(String::new, |shape| self.stays(shape)),
        );
        let mut statement = merge.connection.prepare(&sql).at(merge.connection)?;
        let mut rows = statement.query([]).at(merge.connection)?;
        while let Some(row) = rows.next().at(merge.connection)? {
            let shown = |name: &RowName, first| name.show(row, first).at(merge.connection);
            let (parent, child) = (shown(&parent_name, 0)?, shown(&child_name, parent_name.len())?);
            found.push_with(|| refers_by(&child, &self.key.columns, &parent));
        }
        Ok(())
    }

    /// The notes `going` as `n`, their rows as `p`, and as `c` the rows that refer to those. CROSS JOIN keeps the order of
    /// the loops.
    fn joins(&self, going: &str) -> String {
        let (parent, child) = (&self.parent.name, identifier(self.name));
        if self.same_affinity() {
            return format!(
                "{going} AS n CROSS JOIN {parent} AS p ON {joined} JOIN main.{child} AS c ON {refers}",
                joined = self.parent.joined("p", "n"),
                refers = refers(self.key, "p", "c"),
            );
        }
        // No index on the children serves a comparison that converts them, so each looks up its parent. The `+` takes the
        // child's affinity away: the parent's counts, as it does for the engine.
        format!(
            "main.{child} AS c CROSS JOIN {parent} AS p ON {refers} CROSS JOIN {going} AS n ON {noted}",
            refers = refers(self.key, "p", "+c"),
            noted = self.parent.looked_up("n", "p"),
        )
    }

    fn same_affinity(&self) -> bool {
        let affinity = |table: &Table, name: &String| {
            column_of(table, name).map(|column| Affinity::of_column(table, column))
        };
        (self.key.key.iter().zip(&self.key.columns))
            .all(|(parent, child)| affinity(&self.parent.table, parent) == affinity(self.child, child))
    }

    /// The SQL condition under which a row `c` of a followed table keeps its reference: it is not deleted, and its
    /// reference is not the snapshot's.
    fn stays(&self, shape: &Shape) -> String {
        let gone = format!(
            " AND NOT EXISTS (SELECT 1 FROM {} AS g WHERE {})",
            shape.gone(),
            shape.looked_up("g", "c")
        );
        // What the target computes from a row of the snapshot is the snapshot's as well.
        let others = |column: &String| {
            shape.position(column).is_none() && !shape.table.column(column).is_some_and(|c| c.generated)
        };
        if self.key.columns.iter().any(others) {
            return gone;
        }
        format!(
            "{gone} AND NOT EXISTS (SELECT 1 FROM {} AS s WHERE {} AND NOT s.skipped)",
            shape.seen(),
            shape.looked_up("s", "c")
        )
    }
}

/// The SQL condition under which a change `n` may give a row another value of a key that is referred to; `None` if no
/// change can.
///
/// # Errors
/// The target cannot be read.
pub(super) fn moved(merge: &Merge<'_>, parent: &Shape, key: &ForeignKey) -> Result<Option<String>, Error> {
    let mut columns: BTreeSet<String> = key.key.iter().map(|name| name.to_ascii_lowercase()).collect();
    if has_computed(parent, key) {
        let Some(inputs) = inputs(&parent.table, &created_by(merge, parent)?, columns) else {
            return Ok(Some("NOT n.skipped".to_owned()));
        };
        columns = inputs;
    }
    let positions: Vec<usize> = columns.iter().filter_map(|column| parent.position(column)).collect();
    Ok((!positions.is_empty()).then(|| format!("NOT n.skipped AND {}", Shape::touches("n", &positions))))
}

/// Whether the target computes a column of the key.
pub(super) fn has_computed(parent: &Shape, key: &ForeignKey) -> bool {
    key.key.iter().any(|name| column_of(&parent.table, name).is_some_and(|column| column.generated))
}

fn column_of<'t>(table: &'t Table, name: &str) -> Option<&'t Column> {
    table.columns.iter().find(|column| column.name.eq_ignore_ascii_case(name))
}

/// The text that made the table; empty if there is none.
fn created_by(merge: &Merge<'_>, shape: &Shape) -> Result<String, Error> {
    let sql = "SELECT CAST(sql AS BLOB) FROM main.sqlite_schema WHERE type = 'table' AND name = ?";
    let read = |row: &rusqlite::Row<'_>| row.get::<_, Option<Vec<u8>>>(0);
    let text = merge.connection.query_row(sql, [&shape.spec.name], read).at(merge.connection)?;
    Ok(String::from_utf8_lossy(&text.unwrap_or_default()).into_owned())
}

/// `columns` (in ASCII lower case) and all that the computed ones among them are computed from, through other computed
/// ones too; `None` where the table's text does not say it for sure.
fn inputs(table: &Table, sql: &str, columns: BTreeSet<String>) -> Option<BTreeSet<String>> {
    let tokens = tokens(sql);
    let definitions = definitions(&tokens);
    let mut found = columns.clone();
    let mut left: Vec<String> = columns.into_iter().collect();
    while let Some(name) = left.pop() {
        if !column_of(table, &name)?.generated {
            continue;
        }
        for named in expression(&definitions, &name)?.iter().filter_map(Token::as_name) {
            let named = named.to_ascii_lowercase();
            if column_of(table, &named).is_some() && found.insert(named.clone()) {
                left.push(named);
            }
        }
    }
    Some(found)
}

/// The parts between the outermost parentheses, split at their commas.
fn definitions(tokens: &[Token]) -> Vec<&[Token]> {
    let (mut depth, mut start) = (0usize, 0);
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Mark('(') => {
                depth += 1;
                start = if depth == 1 { at + 1 } else { start };
            }
            Token::Mark(')') => {
                if depth == 1 {
                    found.push(&tokens[start..at]);
                }
                depth = depth.saturating_sub(1);
            }
            Token::Mark(',') if depth == 1 => {
                found.push(&tokens[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found
}

/// The tokens behind the one `AS (` of the one definition of the column `name`, up to the definition's end: a name too
/// many is only a reason more to look. `None` if there is not exactly one.
fn expression<'t>(definitions: &[&'t [Token]], name: &str) -> Option<&'t [Token]> {
    let defines = |part: &&&[Token]| {
        part.first().and_then(Token::as_name).is_some_and(|first| first.eq_ignore_ascii_case(name))
    };
    let mut of_name = definitions.iter().filter(defines);
    let (Some(definition), None) = (of_name.next(), of_name.next()) else { return None };
    let begins = |pair: &[Token]| pair[0].is_word("as") && pair[1] == Token::Mark('(');
    let at = definition.windows(2).position(begins)?;
    Some(&definition[at + 2..])
}

/// The SQL condition under which row `c` refers to row `p`. The parent's columns stand on the left, so that their
/// collation applies, as it does for the engine.
pub(super) fn refers(key: &ForeignKey, p: &str, c: &str) -> String {
    let terms: Vec<String> = key
        .key
        .iter()
        .zip(&key.columns)
        .map(|(parent, child)| format!("{p}.{} = {c}.{}", identifier(parent), identifier(child)))
        .collect();
    terms.join(" AND ")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot set up its database has failed")]
pub(super) mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use model::{Catalog, ColumnSpec, Definition, TableSpec};
    use rusqlite::Connection;

    use super::*;
    use crate::sqlite::merge::dangling;
    use crate::{MergeOptions, Triggers};

    /// Every table of the catalog with its own key, nothing selected.
    pub(in super::super) fn definition(catalog: &Catalog) -> Definition {
        let tables = catalog.tables.iter().map(|(name, table)| TableSpec {
            name: name.clone(),
            schema: None,
            columns: (table.columns.iter().filter(|column| !column.generated))
                .map(|column| ColumnSpec { name: column.name.clone(), ty: column.ty })
                .collect(),
            key: table.row_key(),
            order_parents: false,
            limit: false,
            select: Vec::new(),
            references: Vec::new(),
        });
        Definition {
            total: String::new(),
            breakdown: std::collections::BTreeMap::new(),
            tables: tables.collect(),
        }
    }

    /// How many of its steps, in tens, SQLite takes for `work`.
    pub(in super::super) fn steps(connection: &mut Connection, work: impl FnOnce(&Connection)) -> u64 {
        let count = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&count);
        let step = move || {
            counter.fetch_add(1, Ordering::Relaxed);
            false
        };
        connection.progress_handler(10, Some(step)).unwrap();
        work(connection);
        connection.progress_handler(0, None::<fn() -> bool>).unwrap();
        count.load(Ordering::Relaxed)
    }

    /// The steps of `work` where every one of `count` rows of `p` is noted as going; `c` is a user's table.
    fn steps_with_all_gone(schema: &str, count: i64, work: impl FnOnce(&Merge<'_>)) -> u64 {
        let mut connection = Connection::open_in_memory().unwrap();
        let tables = "PRAGMA foreign_keys = OFF; CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE n (i)";
        connection.execute_batch(tables).unwrap();
        let fill = "INSERT INTO n WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
                    SELECT i FROM n";
        connection.execute(fill, [count]).unwrap();
        connection.execute_batch(&format!("INSERT INTO p SELECT i FROM n; {schema}; DROP TABLE n")).unwrap();
        steps(&mut connection, |connection| {
            let catalog = crate::sqlite::introspect::catalog(connection).unwrap();
            let mut definition = definition(&catalog);
            definition.tables.retain(|spec| spec.name == "p");
            let options = MergeOptions { triggers: Triggers::Off, ..MergeOptions::default() };
            let merge = Merge::new(connection, &definition, &options).unwrap();
            let gone = merge.shapes[0].gone();
            connection.execute_batch(&format!("INSERT INTO {gone} SELECT id FROM p")).unwrap();
            work(&merge);
        })
    }

    #[track_caller]
    fn grows_with_the_rows(steps: impl Fn(i64) -> u64) {
        let (one, two) = (steps(1000), steps(2000));
        assert!(two < one * 5 / 2, "{one} steps, then {two}");
    }

    #[test]
    fn twice_the_deletes_take_about_twice_the_steps_whatever_a_childs_affinity() {
        for column in [
            "p INTEGER REFERENCES p",
            "p TEXT REFERENCES p",
            "p TEXT PRIMARY KEY REFERENCES p",
            "p REFERENCES p",
        ] {
            let refers = format!("CREATE TABLE c ({column}); INSERT INTO c SELECT -i FROM n");
            grows_with_the_rows(|count| steps_with_all_gone(&refers, count, |merge| check(merge).unwrap()));
            let refers =
                format!("CREATE TABLE c ({column}); INSERT INTO c SELECT i FROM n WHERE i % 500 = 7");
            steps_with_all_gone(&refers, 1000, |merge| {
                let said = check(merge).unwrap_err().to_string();
                assert!(
                    said.contains("refers by (p) to p: id 7") && said.contains("to p: id 507"),
                    "{column}: {said}"
                );
            });
        }
    }

    #[test]
    fn twice_the_rows_that_refer_to_nothing_take_about_twice_the_steps() {
        for column in [
            "p INTEGER REFERENCES p",
            "p TEXT REFERENCES p",
            "p REFERENCES p",
            "p TEXT COLLATE NOCASE REFERENCES p",
        ] {
            let refers = format!("CREATE TABLE c ({column}); INSERT INTO c SELECT -i FROM n");
            grows_with_the_rows(|count| {
                steps_with_all_gone(&refers, count, |merge| {
                    let noted = dangling::note(merge).unwrap();
                    assert_eq!(noted.len(), 1);
                    dangling::check(merge, &noted).unwrap();
                })
            });
        }
    }

    /// What the columns `of` depend on by the text of the table `t` in `sql`.
    fn inputs_of(sql: &str, of: &str) -> Option<String> {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(sql).unwrap();
        let catalog = crate::sqlite::introspect::catalog(&connection).unwrap();
        let columns = of.split(' ').map(str::to_owned).collect();
        let found = inputs(&catalog.tables["t"], sql, columns)?;
        Some(found.into_iter().collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn a_computed_column_depends_on_what_its_expression_names() {
        let table = "CREATE TABLE t (a, \"B b\", [as] TEXT DEFAULT 'x (', k AS (lower(a) || \"b B\" || 'c, d') UNIQUE,
            c, d, e GENERATED ALWAYS AS (CASE WHEN (k IS NULL) THEN `as` END) STORED, f AS (1), CHECK (c > (d)))";
        assert_eq!(inputs_of(table, "k").as_deref(), Some("a b b k"));
        assert_eq!(inputs_of(table, "c e").as_deref(), Some("a as b b c e k"));
        assert_eq!(inputs_of(table, "f").as_deref(), Some("f"));
        assert_eq!(inputs_of(table, "d").as_deref(), Some("d"));
    }

    #[test]
    fn a_text_that_does_not_say_what_is_computed_says_nothing() {
        assert_eq!(inputs_of("CREATE TABLE t (a, \"check\" AS (a), CHECK (a > 1))", "check"), None);
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE t (a, k AS (a))").unwrap();
        let known = crate::sqlite::introspect::catalog(&connection).unwrap();
        for sql in [
            "",
            "CREATE TABLE t (a, k)",
            "CREATE TABLE t (a, k AS",
            "CREATE TABLE t (a, 'k' AS (a))",
            ")))",
            "(((",
        ] {
            assert_eq!(inputs(&known.tables["t"], sql, BTreeSet::from(["k".to_owned()])), None, "{sql}");
        }
    }
}
