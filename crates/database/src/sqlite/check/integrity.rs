//! What SQLite says of its own file: pages, indexes, NOT NULL, CHECK and the types of STRICT tables. Its sentences are read
//! for what they are about; the rows are then looked for by statements of our own, since a sentence names none by its key.

use std::collections::{BTreeMap, BTreeSet};

use model::text::Shown;
use rusqlite::Connection;

use super::{Check, DAMAGE, indexes, made_by};
use crate::error::At as _;
use crate::sql::identifier;
use crate::sqlite::ddl_text::tokens;
use crate::{Error, Finding, FindingKind};

/// So many faults are heard of at most. Of a single table the engine tells a hundred.
const MOST: u64 = 1_000_000;
const MOST_OF_TABLE: u64 = 100;

/// How many sentences on damage are passed on.
const DAMAGE_SENTENCES: usize = 3;

/// What the engine said.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Tables in which rows violate a CHECK.
    pub(super) checks: BTreeSet<String>,
    /// Columns with NULL that allow none.
    pub(super) nulls: BTreeSet<(String, String)>,
    /// Columns with values of another type, by table and column: how many, and what the engine calls them.
    pub(super) types: BTreeMap<(String, String), (u64, String)>,
    /// Indexes that do not have their table's rows, by table and index: how many sentences, and whether values stand twice.
    pub(super) indexes: BTreeMap<(String, String), (u64, bool)>,
    /// Tables of which so many faults were told that some may not have been.
    pub(super) more: BTreeSet<String>,
    /// What concerns no one table that is looked at.
    pub(super) elsewhere: Vec<Finding>,
}

/// What names in the engine's sentences stand for.
struct Names {
    tables: BTreeSet<String>,
    /// `t.c` to both.
    columns: BTreeMap<String, (String, String)>,
    /// By index, its table.
    indexes: BTreeMap<String, String>,
}

/// Asks the engine for the whole file, or for each table where only some are looked at. Of a file that it may not write it
/// knows no CHECK: where there are any, a copy is asked.
///
/// # Errors
/// There is no room for a copy, or reading fails for another reason than damage.
pub(super) fn ask(check: &mut Check<'_>) -> Result<Told, Error> {
    let names = Names::of(check)?;
    let connection = if has_checks(check)? {
        match check.scratch.copy_of(check.connection) {
            Err(Error::Corrupt { .. }) => check.connection,
            copy => copy?,
        }
    } else {
        check.connection
    };
    let mut told = Told::default();
    let mut damage = Damage::default();
    if check.is_whole {
        let sql = format!("PRAGMA main.integrity_check({MOST})");
        hear(connection, &sql, &names, &mut told, &mut damage)?;
        told.elsewhere.extend(damage.finding(""));
        return Ok(told);
    }
    for subject in &check.subjects {
        let sql = format!("PRAGMA main.integrity_check({})", identifier(subject.name));
        let mut damage = Damage::default();
        if hear(connection, &sql, &names, &mut told, &mut damage)? >= MOST_OF_TABLE {
            told.more.insert(subject.name.to_owned());
        }
        told.elsewhere.extend(damage.finding(subject.name));
    }
    Ok(told)
}

/// Whether a table that is looked at seems to have a CHECK.
fn has_checks(check: &Check<'_>) -> Result<bool, Error> {
    for subject in &check.subjects {
        if tokens(&made_by(check.connection, subject.name)?).iter().any(|token| token.is_word("check")) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Reads the engine's sentences; returns how many there were.
fn hear(
    connection: &Connection,
    sql: &str,
    names: &Names,
    told: &mut Told,
    damage: &mut Damage,
) -> Result<u64, Error> {
    let mut heard = 0;
    let mut read = || -> Result<(), Error> {
        let mut statement = connection.prepare(sql).at(connection)?;
        let mut rows = statement.query([]).at(connection)?;
        while let Some(row) = rows.next().at(connection)? {
            let sentence = row.get_ref(0).at(connection)?.as_bytes().map(String::from_utf8_lossy);
            let sentence = sentence.unwrap_or_default();
            // Its full-text tables are asked more thoroughly elsewhere.
            if sentence != "ok" && !is_full_text(&sentence) {
                heard += 1;
                if !names.understand(&sentence, told) {
                    damage.hear(&sentence);
                }
            }
        }
        Ok(())
    };
    match read() {
        Err(Error::Corrupt { reason, .. } | Error::Engine { reason, .. }) => damage.hear(&reason),
        other => other?,
    }
    Ok(heard)
}

impl Names {
    fn of(check: &Check<'_>) -> Result<Self, Error> {
        let mut names = Self { tables: BTreeSet::new(), columns: BTreeMap::new(), indexes: BTreeMap::new() };
        for (name, table) in &check.catalog.tables {
            names.tables.insert(name.clone());
            for column in &table.columns {
                names.columns.insert(format!("{name}.{}", column.name), (name.clone(), column.name.clone()));
            }
            for index in indexes(check.connection, name)?.into_keys() {
                names.indexes.insert(index, name.clone());
            }
        }
        Ok(names)
    }

    /// Takes a sentence in; `false` for one that speaks of none of these names.
    fn understand(&self, sentence: &str, told: &mut Told) -> bool {
        if let Some(table) = sentence.strip_prefix("CHECK constraint failed in ") {
            if self.tables.contains(table) {
                told.checks.insert(table.to_owned());
                return true;
            }
            return false;
        }
        if let Some((what, place)) = sentence.split_once(" value in ")
            && let Some(place) = self.columns.get(place)
        {
            if what == "NULL" {
                told.nulls.insert(place.clone());
            } else {
                told.types.entry(place.clone()).or_insert_with(|| (0, what.to_owned())).0 += 1;
            }
            return true;
        }
        for before in
            [" missing from index ", " entry in index ", " entries in index ", " differ from index "]
        {
            if let Some((what, index)) = sentence.split_once(before)
                && let Some(table) = self.indexes.get(index)
            {
                let told = told.indexes.entry((table.clone(), index.to_owned())).or_default();
                told.0 += 1;
                told.1 |= what == "non-unique";
                return true;
            }
        }
        false
    }
}

/// Whether the engine speaks of a full-text table, as it does since 3.44.
fn is_full_text(sentence: &str) -> bool {
    sentence.starts_with("fts5: ") || sentence.contains("inverted index for FTS")
}

/// Sentences on pages, which are shown as they are.
#[derive(Default)]
struct Damage {
    first: Vec<String>,
    total: u64,
}

impl Damage {
    fn hear(&mut self, sentence: &str) {
        for line in sentence.lines().filter(|line| !line.starts_with("*** in database")) {
            self.total += 1;
            if self.first.len() < DAMAGE_SENTENCES {
                let cut: String = line.chars().take(200).collect();
                self.first.push(Shown(&cut).to_string());
            }
        }
    }

    fn finding(self, table: &str) -> Option<Finding> {
        let more = self.total.saturating_sub(self.first.len() as u64);
        let more = if more == 0 { String::new() } else { format!("; and {more} more") };
        let says = format!("SQLite says: {}{more}. {DAMAGE}", self.first.join("; "));
        (self.total > 0).then(|| Finding::of_table(FindingKind::Damage, table, "", says))
    }
}
