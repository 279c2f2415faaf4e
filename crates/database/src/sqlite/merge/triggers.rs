//! The target's triggers, looked at and never run: which of them would have fired, and which may change rows unnoticed.

use std::collections::BTreeSet;

use model::ForeignKey;
use model::text::Shown;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::super::ddl_text::{Token, tokens};
use super::super::fulltext;
use super::Merge;
use crate::error::At as _;
use crate::merge::references::acts;
use crate::merge::triggers;
use crate::{Error, FirstRows, MergeError, MergePlan};

/// A trigger as the target stores it.
pub(super) struct Trigger {
    /// Its name.
    pub name: String,
    /// The table that it watches.
    pub table: String,
    tokens: Vec<Token>,
}

impl Trigger {
    /// Whether its text names `table`.
    pub(super) fn mentions(&self, table: &str) -> bool {
        self.tokens.iter().any(|token| token.as_name().is_some_and(|name| name.eq_ignore_ascii_case(table)))
    }

    /// The tables and views that what it does may name, in ASCII lower case; other names are among them.
    fn named_in_body(&self) -> BTreeSet<String> {
        // A statement of a trigger writes to a bare name or to one in single quotes, never to one behind a dot.
        let body = self.tokens.iter().position(|token| token.is_word("begin")).unwrap_or(0);
        let pairs = self.tokens[body..].windows(2);
        let named = pairs.filter_map(|pair| match (&pair[0], &pair[1]) {
            (Token::Mark('.'), _) => None,
            (before, Token::Text(name)) if before_a_name(before) => Some(name.as_str()),
            (_, token) => token.as_name(),
        });
        named.map(str::to_ascii_lowercase).collect()
    }

    /// A table named in what it does whose changes the engine would carry on to rows of `child`, unnoticed. Deleted rows
    /// and changed primary keys are not asked for: those are noticed in the table itself.
    fn followed_by<'m>(
        &self,
        merge: &'m Merge<'_>,
        child: &str,
        named: &BTreeSet<String>,
    ) -> Option<&'m str> {
        let has = |word: &str| self.tokens.iter().any(|token| token.is_word(word));
        let (updates, replaces) = (has("update"), has("replace"));
        let (_, table) = merge.catalog.tables.iter().find(|(name, _)| name.eq_ignore_ascii_case(child))?;
        let follows = |key: &&ForeignKey| {
            let by_primary_key =
                (merge.catalog.tables.get(&key.to)).is_some_and(|parent| parent.primary_key == key.key);
            named.contains(&key.to.to_ascii_lowercase())
                && (updates && acts(key.on_update) && !by_primary_key || replaces && acts(key.on_delete))
        };
        table.foreign_keys.iter().find(follows).map(|key| key.to.as_str())
    }

    /// Whether the plan does to its table what it waits for.
    pub(super) fn would_fire(&self, plan: &MergePlan) -> bool {
        let Some(table) = plan.tables.iter().find(|table| table.table.eq_ignore_ascii_case(&self.table))
        else {
            return false;
        };
        let events = [("insert", table.insert), ("update", table.update), ("delete", table.delete)];
        // The event is the first of these words: what a trigger does comes after what it waits for.
        let event = self.tokens.iter().find_map(|token| events.iter().find(|(word, _)| token.is_word(word)));
        event.is_none_or(|(_, rows)| *rows > 0)
    }
}

/// The triggers of the main database, by name.
///
/// # Errors
/// The target cannot be read.
pub(super) fn stored(connection: &Connection) -> Result<Vec<Trigger>, Error> {
    let sql = "SELECT name, tbl_name, sql FROM main.sqlite_schema WHERE type = 'trigger' ORDER BY name";
    let mut statement = connection.prepare(sql).at(connection)?;
    let rows = statement.query_map([], |row| {
        Ok(Trigger { name: text(row, 0)?, table: text(row, 1)?, tokens: tokens(&text(row, 2)?) })
    });
    rows.and_then(Iterator::collect).at(connection)
}

/// What to tell of the triggers that would have fired, those that only fill a rebuilt full-text table aside.
///
/// # Errors
/// The target cannot be read.
pub(super) fn silenced(merge: &Merge<'_>, plan: &MergePlan) -> Result<Option<String>, Error> {
    let full_text = fulltext::stored(merge.connection)?;
    let fills = |trigger: &Trigger| full_text.iter().any(|table| trigger.mentions(&table.name));
    let mut names = FirstRows::default();
    for trigger in
        stored(merge.connection)?.iter().filter(|trigger| trigger.would_fire(plan) && !fills(trigger))
    {
        names.push_with(|| format!("{} on {}", Shown(&trigger.name), Shown(&trigger.table)));
    }
    Ok(triggers::silenced(&names))
}

/// Looks for triggers that may fire and name a table without row numbers: the engine does not tell what they do to its
/// rows. Which event a trigger waits for is not asked: a row to be deleted may be updated first.
///
/// # Errors
/// [`MergeError::TriggersUnheard`], or the target cannot be read.
pub(super) fn check_heard(merge: &Merge<'_>, plan: &MergePlan) -> Result<(), Error> {
    let unheard: BTreeSet<String> = (merge.catalog.tables.iter())
        .filter(|(_, table)| table.without_rowid)
        .map(|(name, _)| name.to_ascii_lowercase())
        .collect();
    if unheard.is_empty() {
        return Ok(());
    }
    let mut triggers = FirstRows::default();
    for trigger in reachable(merge, &stored(merge.connection)?, plan) {
        let (name, on) = (Shown(&trigger.name), Shown(&trigger.table));
        let named = trigger.named_in_body();
        for table in &unheard {
            if named.contains(table) {
                triggers.push_with(|| format!("{name} on {on} names {}", Shown(table)));
            } else if let Some(parent) = trigger.followed_by(merge, table, &named) {
                let (parent, table) = (Shown(parent), Shown(table));
                triggers
                    .push_with(|| format!("{name} on {on} names {parent}, whose changes {table} follows"));
            }
        }
    }
    if triggers.is_empty() { Ok(()) } else { Err(MergeError::TriggersUnheard { triggers }.into()) }
}

/// The triggers on tables with changes, those on tables that these name or that follow such a table by a reference,
/// and so on.
fn reachable<'t>(merge: &Merge<'_>, triggers: &'t [Trigger], plan: &MergePlan) -> Vec<&'t Trigger> {
    let changed = plan.tables.iter().filter(|table| table.changes_anything());
    let mut named: BTreeSet<String> = changed.map(|table| table.table.to_ascii_lowercase()).collect();
    loop {
        let before = named.len();
        for (name, table) in &merge.catalog.tables {
            let follows = |key: &ForeignKey| acts(key.on_delete) || acts(key.on_update);
            let mut keys = table.foreign_keys.iter().filter(|key| follows(key));
            if keys.any(|key| named.contains(&key.to.to_ascii_lowercase())) {
                named.insert(name.to_ascii_lowercase());
            }
        }
        let on = |trigger: &&Trigger| named.contains(&trigger.table.to_ascii_lowercase());
        let found: Vec<&Trigger> = triggers.iter().filter(on).collect();
        named.extend(found.iter().flat_map(|trigger| trigger.named_in_body()));
        if named.len() == before {
            return found;
        }
    }
}

/// Whether a text in single quotes behind this token may be a table's name: `INTO 't'`, `UPDATE OR IGNORE 't'`.
fn before_a_name(token: &Token) -> bool {
    let words = ["into", "from", "update", "rollback", "abort", "replace", "fail", "ignore"];
    words.iter().any(|word| token.is_word(word))
}

/// A text of the schema; what is not UTF-8 in it is replaced, and so names nothing.
pub(super) fn text(row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<String> {
    Ok(match row.get_ref(at)? {
        ValueRef::Text(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        _ => String::new(),
    })
}
