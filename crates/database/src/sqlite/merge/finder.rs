//! Finds the target's row that has a snapshot row's key, and says which columns differ.
//!
//! By the key itself where SQLite compares it as the model does; by a hash of the converted values (a "bag") for tables
//! without a key and for keys whose one value has several spellings (JSON, instants). Equality is the model's, exactly:
//! a row that only a collation takes for equal is `Near`.

use model::{LogicalType, Value};
use rusqlite::{Connection, Row, Statement, params_from_iter};

use super::super::convert::to_storage;
use super::scratch::Code;
use super::shape::{Identity, Shape, exists};
use super::stored::Stored;
use crate::Error;
use crate::error::At as _;
use crate::merge::digest::key_hash;

/// What the target has under a key.
#[derive(Debug)]
pub(super) enum Found {
    /// Nothing.
    Nothing,
    /// A row whose key is another, but which the target's index takes for the same.
    Near,
    /// The row.
    Row(FoundRow),
}

/// A row of the target.
#[derive(Debug)]
pub(super) struct FoundRow {
    /// Which it is.
    pub id: Identity,
    /// Whether it is the scenario's, by the definition.
    pub owned: bool,
    /// A byte per column, 1 where its value differs.
    pub mask: Vec<u8>,
}

impl FoundRow {
    /// Whether no column differs.
    pub(super) fn code(&self) -> Code {
        if self.mask.contains(&1) { Code::Change } else { Code::Equal }
    }
}

/// Looks up rows of one table.
pub(super) struct Finder<'c> {
    connection: &'c Connection,
    by_key: Statement<'c>,
    bag: Option<Bag<'c>>,
}

struct Bag<'c> {
    take: Statement<'c>,
    taken: Statement<'c>,
}

impl<'c> Finder<'c> {
    /// Prepares the lookups of a table; `owned` is the SQL condition, 1 or 0, under which its row `t` is the scenario's.
    ///
    /// # Errors
    /// The target cannot be read, or there is no room for temporary files.
    pub(super) fn new(connection: &'c Connection, shape: &Shape, owned: &str) -> Result<Self, Error> {
        let by_bag = needs_bag(shape);
        let condition = if by_bag {
            shape.is_row("t", 1)
        } else {
            let terms: Vec<String> = (shape.key.iter().zip(1..))
                .map(|(at, parameter)| {
                    format!("t.{}{} = ?{parameter}", shape.columns[*at].quoted, shape.key_collation(*at))
                })
                .collect();
            terms.join(" AND ")
        };
        let sql = format!(
            "SELECT {}, {owned}, {} FROM {} AS t WHERE {condition}",
            shape.identity_list("t"),
            shape.column_list("t"),
            shape.name
        );
        let by_key = connection.prepare(&sql).at(connection)?;
        let bag = by_bag.then(|| Bag::new(connection, shape, owned)).transpose()?;
        Ok(Self { connection, by_key, bag })
    }

    /// The target's row for a row of the snapshot. A row of a bag is given once.
    ///
    /// # Errors
    /// The target cannot be read.
    pub(super) fn find(
        &mut self,
        shape: &Shape,
        values: &[Value],
        prefer_owned: bool,
    ) -> Result<Found, Error> {
        let identity;
        let mut rows = match &mut self.bag {
            None => {
                let key = shape.key.iter().map(|at| {
                    let column = &shape.columns[*at];
                    to_storage(column.ty, column.affinity, &values[*at])
                });
                self.by_key.query(params_from_iter(key)).at(self.connection)?
            }
            Some(bag) => {
                let Some(id) = bag.take(shape, values, prefer_owned).at(self.connection)? else {
                    return Ok(Found::Nothing);
                };
                identity = id;
                self.by_key.query(params_from_iter(&identity)).at(self.connection)?
            }
        };
        let mut found = Found::Nothing;
        // Where the comparison is loose, the exact row may stand behind others.
        while let Some(row) = rows.next().at(self.connection)? {
            found = compare(shape, row, values).at(self.connection)?;
            if matches!(found, Found::Row(_)) {
                break;
            }
        }
        Ok(found)
    }
}

impl<'c> Bag<'c> {
    fn new(connection: &'c Connection, shape: &Shape, owned: &str) -> Result<Self, Error> {
        // A table's second section goes on with what the first one left.
        let filled =
            format!("SELECT 1 FROM temp.sqlite_schema WHERE name = 'merge_bag_hash_{}'", shape.index);
        if !exists(connection, &filled)? {
            Self::fill(connection, shape, owned)?;
        }
        let take = format!(
            "SELECT rowid, {} FROM {} WHERE hash = ?1 AND owned = ?2 ORDER BY rowid LIMIT 1",
            shape.r_list(""),
            shape.bag()
        );
        Ok(Self {
            take: connection.prepare(&take).at(connection)?,
            taken: connection
                .prepare(&format!("DELETE FROM {} WHERE rowid = ?", shape.bag()))
                .at(connection)?,
        })
    }

    fn fill(connection: &Connection, shape: &Shape, owned: &str) -> Result<(), Error> {
        let holders: Vec<String> = (0..shape.identity_len() + 2).map(|at| format!("?{}", at + 1)).collect();
        let mut insert = connection
            .prepare(&format!("INSERT INTO {} VALUES ({})", shape.bag(), holders.join(", ")))
            .at(connection)?;
        let sql = format!(
            "SELECT {}, {owned}, {} FROM {} AS t",
            shape.identity_list("t"),
            shape.column_list("t"),
            shape.name
        );
        let mut select = connection.prepare(&sql).at(connection)?;
        let mut rows = select.query([]).at(connection)?;
        let owned_at = shape.identity_len();
        while let Some(row) = rows.next().at(connection)? {
            let values = shape.values_of(row, owned_at + 1).at(connection)?;
            let mut bound = vec![Stored::Blob(key_hash(&shape.key, &values))];
            bound.extend(shape.identity_of(row, 0).at(connection)?);
            bound.push(row.get(owned_at).at(connection)?);
            insert.execute(params_from_iter(bound)).at(connection)?;
        }
        // With the row number that ends every index, this leads to the first of many equal rows without a sort.
        let index = shape.index;
        let sql = format!("CREATE INDEX temp.merge_bag_hash_{index} ON merge_bag_{index} (hash, owned);");
        connection.execute_batch(&sql).at(connection)
    }

    fn take(
        &mut self,
        shape: &Shape,
        values: &[Value],
        prefer_owned: bool,
    ) -> rusqlite::Result<Option<Identity>> {
        let hash = key_hash(&shape.key, values);
        for owned in [prefer_owned, !prefer_owned] {
            let mut rows = self.take.query((&hash, owned))?;
            let Some(row) = rows.next()? else { continue };
            let number: i64 = row.get(0)?;
            let id = shape.identity_of(row, 1)?;
            drop(rows);
            self.taken.execute([number])?;
            return Ok(Some(id));
        }
        Ok(None)
    }
}

fn needs_bag(shape: &Shape) -> bool {
    let several_spellings =
        |at: &usize| matches!(shape.columns[*at].ty, LogicalType::Json | LogicalType::Timestamptz);
    shape.key.is_empty() || shape.key.iter().any(several_spellings)
}

fn compare(shape: &Shape, row: &Row<'_>, values: &[Value]) -> rusqlite::Result<Found> {
    let owned_at = shape.identity_len();
    let mut mask = vec![0; values.len()];
    for (at, value) in values.iter().enumerate() {
        mask[at] = u8::from(shape.value_of(row, owned_at + 1, at)? != *value);
    }
    if shape.key.iter().any(|at| mask[*at] == 1) {
        return Ok(Found::Near);
    }
    Ok(Found::Row(FoundRow { id: shape.identity_of(row, 0)?, owned: row.get(owned_at)?, mask }))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot set up its database has failed")]
mod tests {
    use super::super::referenced::tests::{definition, steps};
    use super::*;
    use crate::sqlite::introspect;

    /// What it takes to find each of `count` equal rows once, every third of them owned.
    fn steps_to_find(count: i64) -> u64 {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE t (tag TEXT, v TEXT)").unwrap();
        let fill = "INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
                    SELECT 'demo', 'same' FROM n";
        connection.execute(fill, [count]).unwrap();
        let catalog = introspect::catalog(&connection).unwrap();
        let shapes = Shape::of_all(&connection, &definition(&catalog), &catalog).unwrap();
        steps(&mut connection, |connection| {
            let shape = &shapes[0];
            shape.create_scratch(connection).unwrap();
            let mut finder = Finder::new(connection, shape, "t.rowid % 3 = 0").unwrap();
            let row = [Value::Text("demo".into()), Value::Text("same".into())];
            let mut next = || match finder.find(shape, &row, true).unwrap() {
                Found::Row(found) => Some(found.owned),
                Found::Nothing | Found::Near => None,
            };
            let owned: Vec<bool> = (0..count).map(|_| next().expect("a row is left")).collect();
            assert!(owned.is_sorted_by(|a, b| a >= b), "owned rows come first");
            assert_eq!(owned.iter().map(|owned| i64::from(*owned)).sum::<i64>(), count / 3);
            assert_eq!(next(), None);
        })
    }

    #[test]
    fn twice_as_many_equal_rows_take_about_twice_the_steps() {
        let (one, two) = (steps_to_find(1000), steps_to_find(2000));
        assert!(two < one * 5 / 2, "{one} steps, then {two}");
    }
}
