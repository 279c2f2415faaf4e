//! The counters of AUTOINCREMENT: one number for each such table, in a table that anybody can change.

use model::text::Shown;

use super::integrity::Told;
use super::{Check, made_by};
use crate::error::At as _;
use crate::sql::identifier;
use crate::sqlite::ddl_text::tokens;
use crate::{Error, Finding, FindingKind};

/// Looks at the counter of one table, if it has one.
pub(super) fn look(check: &mut Check<'_>, at: usize, _: &Told) -> Result<(), Error> {
    let subject = &check.subjects[at];
    let Some(key) = subject.table.columns.iter().find(|column| column.identity) else { return Ok(()) };
    let connection = check.connection;
    if !tokens(&made_by(connection, subject.name)?).iter().any(|token| token.is_word("autoincrement")) {
        return Ok(());
    }
    let sql = format!("SELECT max({}) FROM {} NOT INDEXED", identifier(&key.name), subject.sql);
    let greatest: Option<i64> = connection.query_row(&sql, [], |row| row.get(0)).at(connection)?;
    let sql =
        "SELECT CASE WHEN typeof(seq) = 'integer' THEN seq END FROM main.sqlite_sequence WHERE name = ?1";
    let mut statement = connection.prepare(sql).at(connection)?;
    let counters = statement.query_map([subject.name], |row| row.get::<_, Option<i64>>(0)).at(connection)?;
    let counters: Vec<Option<i64>> = counters.collect::<rusqlite::Result<_>>().at(connection)?;
    let fault = fault(&counters, greatest);
    let (name, column) = (subject.name, Shown(&key.name).to_string());
    check.report.tables[at].sequences = 1;
    check.report.findings.extend(fault.map(|fault| {
        let says = format!(
            "{fault}; set `seq` in `sqlite_sequence` for this table to the greatest {column} there has ever been, in one row"
        );
        Finding::of_table(FindingKind::Sequence, name, column, says)
    }));
    Ok(())
}

/// What is wrong with a table's counters, of which `None` is no integer.
fn fault(counters: &[Option<i64>], greatest: Option<i64>) -> Option<&'static str> {
    match (counters, greatest) {
        ([], Some(_)) => Some(
            "the table has rows and no counter of AUTOINCREMENT, so that the numbers of deleted rows are given again",
        ),
        ([None], _) => Some(
            "the counter of AUTOINCREMENT is no integer, so that the numbers of deleted rows are given again",
        ),
        ([Some(i64::MAX)], _) => {
            Some("the counter of AUTOINCREMENT is at its end, so that SQLite refuses the next row")
        }
        ([Some(counter)], Some(greatest)) if *counter < greatest => Some(
            "the counter of AUTOINCREMENT is behind the rows, so that the numbers of deleted rows may be given again",
        ),
        ([Some(_)], _) | ([], None) => None,
        _ => Some("the table has several counters of AUTOINCREMENT, of which SQLite uses one"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_is_one_integer_at_or_past_the_greatest_number() {
        for (counters, greatest) in
            [(&[][..], None), (&[Some(0)], None), (&[Some(3)], Some(3)), (&[Some(9)], Some(3))]
        {
            assert_eq!(fault(counters, greatest), None, "{counters:?}");
        }
        for (counters, greatest) in [
            (&[][..], Some(1)),
            (&[None], None),
            (&[Some(2)], Some(3)),
            (&[Some(3), Some(3)], Some(3)),
            (&[Some(i64::MAX)], None),
        ] {
            assert!(fault(counters, greatest).is_some(), "{counters:?}");
        }
    }
}
