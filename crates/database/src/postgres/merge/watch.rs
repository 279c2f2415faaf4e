//! What the target's triggers do to rows that are not the scenario's, while they are on.
//!
//! The transaction sees nobody else's changes, and every row that it writes carries its number or that of a part of it,
//! which is later: so a row of others without such a number is as it was, and one that is missing was changed or deleted.
//! Rows that triggers add to tables outside the snapshot (an audit log) are theirs, and may change again.

use std::collections::BTreeMap;

use super::super::session::Session;
use super::Merge;
use super::facts::{count, get};
use super::shape::Shape;
use crate::merge::triggers::Effects;
use crate::{Error, Triggers};

/// How many rows of others each table of the target had before the changes. Empty while triggers are off.
pub(super) type Sizes = BTreeMap<String, u64>;

/// Begins to watch.
///
/// # Errors
/// The target cannot be read.
pub(super) fn before_changes(session: &mut Session, merge: &Merge<'_>) -> Result<Sizes, Error> {
    let mut sizes = Sizes::new();
    if merge.triggers == Triggers::Off {
        return Ok(sizes);
    }
    for (name, relation) in &merge.relations {
        let others = merge.shape_of(name).map_or_else(|| "TRUE".to_owned(), others);
        let size = count(session, &format!("{} AS t WHERE {others}", relation.from))?;
        sizes.insert(name.clone(), size);
    }
    Ok(sizes)
}

/// Looks at what triggers did: a sentence on rows that they added to tables of their own.
///
/// # Errors
/// [`TriggersChangedOthers`](crate::MergeError::TriggersChangedOthers), or the target cannot be read.
pub(super) fn check(
    session: &mut Session,
    merge: &Merge<'_>,
    before: &Sizes,
) -> Result<Option<String>, Error> {
    let mut effects = Effects::default();
    for (name, size_before) in before {
        let Some(relation) = merge.relations.get(name) else { continue };
        let shape = merge.shape_of(name);
        let sql = format!(
            "SELECT pg_catalog.count(*) FILTER (WHERE {written}), pg_catalog.count(*)
             FROM {} AS t WHERE {}",
            relation.from,
            shape.map_or_else(|| "TRUE".to_owned(), others),
            written = written(merge, "t"),
        );
        let row = session.query_one(&sql, &[])?;
        let (new, all): (i64, i64) = (get(session, &row, 0)?, get(session, &row, 1)?);
        let (new, untouched) = (new.unsigned_abs(), all.unsigned_abs() - new.unsigned_abs());
        let lost = size_before.saturating_sub(untouched);
        let updated = lost.min(new);
        effects.note(name, shape.is_some(), [new - updated, updated, lost - updated]);
    }
    effects.told()
}

/// The SQL condition under which the row `t` of a snapshot's table is neither the snapshot's nor to be deleted.
fn others(shape: &Shape) -> String {
    let more = shape.not_skipped("s");
    format!(
        "NOT {} AND NOT EXISTS (SELECT FROM {} AS g WHERE {})",
        shape.in_snapshot("t", &more),
        shape.gone(),
        shape.is_noted("t", "g")
    )
}

/// The SQL condition under which this transaction wrote a row. Numbers of transactions are counted in 32 bits; a quarter of
/// them lies ahead of this one for its parts.
fn written(merge: &Merge<'_>, alias: &str) -> String {
    const ALL: u64 = 1 << 32;
    format!(
        "({alias}.xmin::pg_catalog.text::pg_catalog.int8 - {} + {ALL}) % {ALL} < {}",
        merge.number % ALL,
        ALL / 4
    )
}
