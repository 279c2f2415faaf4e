//! `metadata/export_manifest.json`: every version of every scenario, newest first, one line each, chained.
//!
//! Pure: text in, text out; [`crate::Archive`] reads and writes the file. There is no pointer to the latest version: it
//! is the newest that was not removed. A manifest is accepted only in the exact spelling that this file writes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use jiff::civil::Date;
use model::json::Json;
use model::{ScenarioName, Version, VersionError};

use crate::fields::{Fields, field};
use crate::{Entry, Error, text};

const FORMAT: u64 = 1;

/// The versions of every scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    scenarios: BTreeMap<ScenarioName, Vec<Entry>>,
}

/// The version that somebody asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The newest that was not removed.
    Latest,
    /// `v2`
    Number(u32),
    /// `v2_2026-11-20`
    Labelled(Version),
}

impl Wanted {
    /// Reads `v2` or `v2_2026-11-20`.
    ///
    /// # Errors
    /// The text is neither.
    pub fn parse(text: &str) -> Result<Self, VersionError> {
        Ok(Self::from(Version::parse_label(text)?))
    }
}

impl From<(u32, Option<Date>)> for Wanted {
    fn from((number, date): (u32, Option<Date>)) -> Self {
        match date {
            Some(date) => Self::Labelled(Version { number, date }),
            None => Self::Number(number),
        }
    }
}

impl Manifest {
    /// The entries of a scenario, newest first, removed ones included.
    pub fn entries(&self, scenario: &ScenarioName) -> &[Entry] {
        self.scenarios.get(scenario).map_or(&[], Vec::as_slice)
    }

    /// Every scenario that has entries, by name.
    pub fn scenarios(&self) -> impl Iterator<Item = (&ScenarioName, &[Entry])> {
        self.scenarios.iter().map(|(name, entries)| (name, entries.as_slice()))
    }

    /// The newest version that was not removed.
    pub fn latest(&self, scenario: &ScenarioName) -> Option<&Entry> {
        self.entries(scenario).iter().find(|entry| !entry.removed)
    }

    /// The newest version before `version` that was not removed: what its changes are told against.
    pub fn before(&self, scenario: &ScenarioName, version: Version) -> Option<&Entry> {
        self.entries(scenario).iter().find(|e| !e.removed && e.version().number < version.number)
    }

    /// The entry of the version asked for.
    ///
    /// # Errors
    /// There is no such version (the error lists those that exist), it has another date, or it was removed.
    pub fn resolve(&self, scenario: &ScenarioName, wanted: Wanted) -> Result<&Entry, Error> {
        let entries = self.entries(scenario);
        let known = || {
            let present = entries.iter().filter(|entry| !entry.removed);
            present.map(|entry| entry.version().to_string()).collect()
        };
        let (number, label) = match wanted {
            Wanted::Latest => {
                let none = || Error::NoVersions { scenario: scenario.clone() };
                return self.latest(scenario).ok_or_else(none);
            }
            Wanted::Number(number) => (number, None),
            Wanted::Labelled(version) => (version.number, Some(version)),
        };
        let Some(entry) = entries.iter().find(|entry| entry.version().number == number) else {
            let wanted = label.map_or_else(|| format!("v{number}"), |version| version.to_string());
            return Err(Error::UnknownVersion { scenario: scenario.clone(), wanted, known: known() });
        };
        match label {
            Some(wanted) if wanted != entry.version() => {
                Err(Error::WrongDate { scenario: scenario.clone(), wanted, right: entry.version() })
            }
            _ if entry.removed => {
                Err(Error::Removed { scenario: scenario.clone(), version: entry.version(), known: known() })
            }
            _ => Ok(entry),
        }
    }

    /// Reads a manifest's text, as [`Archive::manifest`](crate::Archive::manifest) reads its file; an empty text is a
    /// manifest without versions. `path` is for messages.
    ///
    /// # Errors
    /// It was damaged, edited, left in the middle of a merge, or written by a newer tool.
    pub fn of_text(path: &Path, source: &str) -> Result<Self, Error> {
        if source.is_empty() { Ok(Self::default()) } else { Self::parse(path, source) }
    }

    /// The text of its file.
    pub fn text(&self) -> String {
        self.render()
    }

    /// Replaces a scenario's entries (newest first); their chain must be whole.
    pub fn set(&mut self, scenario: ScenarioName, entries: Vec<Entry>) {
        if entries.is_empty() {
            self.scenarios.remove(&scenario);
        } else {
            self.scenarios.insert(scenario, entries);
        }
    }

    /// Adds a scenario's newest entry.
    pub(crate) fn push(&mut self, scenario: &ScenarioName, entry: Entry) {
        self.scenarios.entry(scenario.clone()).or_default().insert(0, entry);
    }

    /// Marks versions as removed.
    pub(crate) fn mark_removed(&mut self, scenario: &ScenarioName, versions: &[Version]) {
        for entry in self.scenarios.get_mut(scenario).into_iter().flatten() {
            entry.removed |= versions.contains(&entry.version());
        }
    }

    /// The file's text: one line per version, so that an addition is one new line.
    pub(crate) fn render(&self) -> String {
        let mut out = format!("{{\"format\":{FORMAT},\"scenarios\":{{\n");
        for (at, (name, entries)) in self.scenarios.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            // Names need no escaping: their rule leaves nothing to escape. Writing to a string cannot fail.
            let _ = writeln!(out, "{comma}\"{name}\":[");
            let lines: Vec<String> = entries.iter().map(|entry| entry.to_json().to_text()).collect();
            let _ = writeln!(out, "{}\n]", lines.join(",\n"));
        }
        out.push_str("}}\n");
        out
    }

    /// Reads the file's text; `path` is for messages.
    ///
    /// # Errors
    /// It is no manifest, or one of a newer format.
    pub fn parse(path: &Path, source: &str) -> Result<Self, Error> {
        let mut top = Fields::of(path, "manifest".to_owned(), "manifest", text::parse(path, source)?)?;
        let format = top.number("format")?;
        if format != FORMAT {
            return Err(Error::Newer { path: path.to_owned(), format, known: FORMAT });
        }
        let listed = top.object("scenarios")?.into_all();
        top.finish()?;
        let mut manifest = Self::default();
        for (name, entries) in listed {
            let wrong = |expected| field(path, "scenarios".to_owned(), &name, expected);
            let scenario = ScenarioName::new(&name).map_err(|_| wrong("the name of a scenario"))?;
            let Json::Array(entries) = entries else { return Err(wrong("a list of versions")) };
            let entries: Vec<Entry> = entries
                .into_iter()
                .map(|entry| Entry::from_json(path, &scenario, entry))
                .collect::<Result<_, _>>()?;
            check_chain(path, &scenario, &entries)?;
            manifest.set(scenario, entries);
        }
        text::require_canonical(path, source, &manifest.render())?;
        Ok(manifest)
    }

    /// The entries that can still be read from a damaged manifest, line by line, whatever surrounds them: for a repair.
    pub(crate) fn salvage(path: &Path, source: &str) -> BTreeMap<ScenarioName, Vec<Entry>> {
        let mut found: BTreeMap<ScenarioName, Vec<Entry>> = BTreeMap::new();
        for line in source.lines() {
            let line = line.trim().trim_end_matches(',');
            let Ok(value) = model::json::parse(line) else { continue };
            let Some(scenario) = scenario_of(&value) else { continue };
            if let Ok(entry) = Entry::from_json(path, &scenario, value) {
                found.entry(scenario).or_default().push(entry);
            }
        }
        found
    }
}

/// The scenario that an entry's file name tells.
fn scenario_of(entry: &Json) -> Option<ScenarioName> {
    let Json::Object(map) = entry else { return None };
    let (Some(Json::String(file)), Some(Json::String(version))) = (map.get("file"), map.get("version"))
    else {
        return None;
    };
    let name = file.strip_suffix(".sql")?.strip_suffix(version.as_str())?.strip_suffix('_')?;
    ScenarioName::new(name).ok()
}

/// Numbers fall from entry to entry, and each chain follows from the entry below.
fn check_chain(path: &Path, scenario: &ScenarioName, entries: &[Entry]) -> Result<(), Error> {
    for pair in entries.windows(2) {
        let (above, version) = (pair[0].version(), pair[1].version());
        if version.number >= above.number {
            return Err(Error::Order { path: path.to_owned(), scenario: scenario.clone(), version, above });
        }
    }
    let mut previous = None;
    for entry in entries.iter().rev() {
        if entry.chain != entry.chain_after(previous) {
            let version = entry.version();
            return Err(Error::Chain { path: path.to_owned(), scenario: scenario.clone(), version });
        }
        previous = Some(entry);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use model::{Digest, Engine};
    use proptest::prelude::*;

    use super::*;
    use crate::{ChangeCounts, Facts};

    fn any_facts() -> impl Strategy<Value = Facts> {
        let tables = proptest::collection::btree_map("[a-z\"\\\\\u{1b}é]{0,6}", any::<u64>(), 0..4);
        (tables, any::<[u64; 5]>(), any::<[u8; 32]>(), 0i64..4_000_000_000, any::<bool>()).prop_map(
            |(tables, [records, total, added, changed, removed], bytes, second, sqlite)| Facts {
                version: version(),
                records,
                total,
                tables,
                source: if sqlite { Engine::Sqlite } else { Engine::Postgres },
                generated: jiff::Timestamp::from_second(second).expect("in range"),
                content: Digest(bytes),
                changes: ChangeCounts { added, changed, removed },
                ..some_facts()
            },
        )
    }

    fn any_manifest() -> impl Strategy<Value = Manifest> {
        let version = (any_facts(), any::<bool>(), any::<bool>(), 1u32..9);
        let versions = proptest::collection::vec(version, 1..4);
        proptest::collection::btree_map("[a-z][a-z0-9_-]{0,5}", versions, 0..3).prop_map(|scenarios| {
            let mut manifest = Manifest::default();
            for (name, versions) in scenarios {
                let Ok(scenario) = ScenarioName::new(&name) else { continue };
                let mut number = 0;
                for (mut facts, removed, rebuilt, step) in versions {
                    number += step;
                    facts.version.number = number;
                    let entry = Entry::new(&scenario, facts, 7, manifest.entries(&scenario).first());
                    manifest.push(&scenario, Entry { removed, rebuilt, ..entry });
                }
            }
            manifest
        })
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_found() {
        let scenario = ScenarioName::new("general").expect("a name");
        let mut manifest = Manifest::default();
        for number in 1..=2 {
            let facts = Facts { version: Version { number, ..version() }, ..some_facts() };
            let entry = Entry::new(&scenario, facts, 7, manifest.entries(&scenario).first());
            manifest.push(&scenario, entry);
        }
        let whole = manifest.render();
        let refused = |text: &str| Manifest::parse(Path::new("m"), text).is_err();
        assert!(!refused(&whole));
        for at in 0..whole.len() {
            for bit in 0..8 {
                let mut bytes = whole.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                assert!(String::from_utf8(bytes).is_ok_and(|text| refused(&text)) || bit == 7, "{at}.{bit}");
            }
            assert!(refused(&whole[..at]), "cut at {at}");
        }
    }

    fn version() -> Version {
        Version { number: 1, date: jiff::civil::date(2026, 11, 20) }
    }

    fn some_facts() -> Facts {
        Facts {
            version: version(),
            records: 3,
            total: 2,
            tables: [("fragments".to_owned(), 2)].into(),
            format: 1,
            source: Engine::Sqlite,
            generated: jiff::Timestamp::UNIX_EPOCH,
            content: Digest::of(b"content"),
            file_digest: Digest::of(b"file"),
            schema: Digest::of(b"schema"),
            changes: ChangeCounts { added: 1, changed: 0, removed: 0 },
        }
    }

    proptest! {
        #[test]
        fn a_manifest_reads_as_it_was_written(manifest in any_manifest()) {
            let text = manifest.render();
            prop_assert_eq!(Manifest::parse(Path::new("m"), &text).expect("reads"), manifest.clone());
            prop_assert_eq!(Manifest::salvage(Path::new("m"), &text), manifest.scenarios);
        }

        #[test]
        fn no_text_stops_the_reader(manifest in any_manifest(), at in any::<usize>(), rubbish in ".{0,9}") {
            let mut text = manifest.render();
            let at = (0..=at % (text.len() + 1)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            text.insert_str(at, &rubbish);
            let read = Manifest::parse(Path::new("m"), &text);
            prop_assert!(rubbish.is_empty() || read.is_err() || read.is_ok_and(|read| read.render() == text));
            Manifest::salvage(Path::new("m"), &text);
        }
    }
}
