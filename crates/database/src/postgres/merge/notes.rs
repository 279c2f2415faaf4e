//! The merge's notes, in temporary tables of the server: the snapshot's rows where the target has rows of its own, and
//! what is to be done with which. They go with the transaction, however it ends.
//!
//! A table into which rows are copied straight has none: every row of the snapshot is new there.

use super::super::session::Session;
use super::shape::Shape;
use crate::Error;

impl Shape {
    /// `stage_3(seq, owned, c0…)`: the snapshot's rows by their number in the file, typed as the target types them.
    pub(super) fn stage(&self) -> String {
        self.note("stage")
    }

    /// `change_3(seq, k…, mask, origin, skipped)`: rows with other values; a mask has a digit per column, 1 where it
    /// differs.
    pub(super) fn change(&self) -> String {
        self.note("change")
    }

    /// `fresh_3(seq)`: rows that are missing in the target.
    pub(super) fn fresh(&self) -> String {
        self.note("fresh")
    }

    /// `gone_3(k…)`: rows to be deleted.
    pub(super) fn gone(&self) -> String {
        self.note("gone")
    }

    /// `found_3(seq, k…)`: which row of the target is which, for tables without a key.
    pub(super) fn found(&self) -> String {
        self.note("found")
    }

    /// `candidate_3(n, k…, stake, status)`: rows that the archive may explain.
    pub(super) fn candidate(&self) -> String {
        self.note("candidate")
    }

    /// `wait_3(seq, number, k…)`: the incoming row, the unique key, the row that holds its values.
    pub(super) fn wait(&self) -> String {
        self.note("wait")
    }

    /// `c0, c1`: the snapshot's columns of a staged row.
    pub(super) fn staged_columns(&self) -> String {
        (0..self.columns.len()).map(|at| format!("c{at}")).collect::<Vec<_>>().join(", ")
    }

    fn note(&self, name: &str) -> String {
        format!("pg_temp.{name}_{}", self.index)
    }

    /// Makes this table's notes, empty.
    ///
    /// # Errors
    /// The role may not make temporary tables, or there is no room for them.
    pub(super) fn create_notes(&self, session: &mut Session) -> Result<(), Error> {
        let ids: Vec<String> =
            self.identity().iter().enumerate().map(|(at, column)| format!("t.{column} AS k{at}")).collect();
        let ids = ids.join(", ");
        let columns: Vec<String> = self
            .columns
            .iter()
            .enumerate()
            .map(|(at, column)| format!("t.{} AS c{at}", column.quoted))
            .collect();
        let seq = "NULL::pg_catalog.int8 AS seq";
        let tables = [
            ("stage", format!("{seq}, NULL::pg_catalog.bool AS owned, {}", columns.join(", "))),
            (
                "change",
                format!(
                    "{seq}, {ids}, NULL::pg_catalog.text AS mask, NULL::pg_catalog.int2 AS origin,
                     NULL::pg_catalog.bool AS skipped"
                ),
            ),
            ("fresh", seq.to_owned()),
            ("gone", ids.clone()),
            ("found", format!("{seq}, {ids}")),
            (
                "candidate",
                format!(
                    "NULL::pg_catalog.int8 AS n, {ids}, NULL::pg_catalog.int8 AS stake,
                     NULL::pg_catalog.int8 AS status"
                ),
            ),
            ("wait", format!("{seq}, NULL::pg_catalog.int4 AS number, {ids}")),
        ];
        let made: Vec<String> = tables
            .iter()
            .map(|(name, list)| {
                format!(
                    "CREATE TEMP TABLE {name}_{} ON COMMIT DROP AS SELECT {list} FROM {} AS t WITH NO DATA;",
                    self.index, self.relation.from
                )
            })
            .collect();
        session.batch(&made.concat())
    }
}
