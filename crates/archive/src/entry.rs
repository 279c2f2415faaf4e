//! What the manifest says of one version, as one line of canonical JSON, and its link in the chain.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use model::json::Json;
use model::{Digest, Engine, ScenarioName, Version};

use crate::Error;
use crate::fields::{Fields, WHOLE, field, whole};
use crate::folder::version_file;

/// Rows that a version added, changed and removed against the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChangeCounts {
    /// Rows that are new.
    pub added: u64,
    /// Rows with other values.
    pub changed: u64,
    /// Rows that are gone.
    pub removed: u64,
}

/// What the caller knows of a version's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Its version.
    pub version: Version,
    /// Rows, shared ones included.
    pub records: u64,
    /// Rows of the table that the header counts by name.
    pub total: u64,
    /// Rows by table.
    pub tables: BTreeMap<String, u64>,
    /// The format of the file.
    pub format: u32,
    /// The engine that it was exported from.
    pub source: Engine,
    /// When, in whole seconds.
    pub generated: Timestamp,
    /// The digest of its content.
    pub content: Digest,
    /// The digest that its `File` line says.
    pub file_digest: Digest,
    /// The fingerprint of the schema that it was exported from.
    pub schema: Digest,
    /// What it changed.
    pub changes: ChangeCounts,
}

/// What the manifest says of one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What the file holds.
    pub facts: Facts,
    /// The file's name in its scenario's folder.
    pub file: String,
    /// The file's size in bytes.
    pub size: u64,
    /// SHA-256 of the previous version's chain (32 zero bytes for the first) and this entry's fixed fields in canonical
    /// JSON.
    pub chain: Digest,
    /// The file was cleaned up; the entry stays so that its number is not used again.
    pub removed: bool,
    /// Written by a repair, not by the export itself.
    pub rebuilt: bool,
}

impl Entry {
    /// The version.
    pub fn version(&self) -> Version {
        self.facts.version
    }

    pub(crate) fn new(scenario: &ScenarioName, facts: Facts, size: u64, previous: Option<&Self>) -> Self {
        let file = version_file(scenario, facts.version);
        let mut entry = Self { facts, file, size, chain: Digest([0; 32]), removed: false, rebuilt: false };
        entry.chain = entry.chain_after(previous);
        entry
    }

    /// What `chain` must be when `previous` is the version before.
    pub(crate) fn chain_after(&self, previous: Option<&Self>) -> Digest {
        let mut bytes = previous.map_or([0; 32], |entry| entry.chain.0).to_vec();
        bytes.extend_from_slice(Json::Object(self.fixed()).to_text().as_bytes());
        Digest::of(&bytes)
    }

    /// The line in the manifest.
    pub(crate) fn to_json(&self) -> Json {
        let mut map = self.fixed();
        map.insert("chain".to_owned(), digest(self.chain));
        for (key, set) in [("rebuilt", self.rebuilt), ("removed", self.removed)] {
            if set {
                map.insert(key.to_owned(), Json::Bool(true));
            }
        }
        Json::Object(map)
    }

    /// Reads one line of `scenario` in the manifest at `path`.
    pub(crate) fn from_json(path: &Path, scenario: &ScenarioName, value: Json) -> Result<Self, Error> {
        let mut fields = Fields::of(path, format!("scenario {scenario}"), "entry", value)?;
        let version =
            fields.text("version", "a version such as v2_2026-11-20", |t| Version::parse(t).ok())?;
        fields.rename(format!("{scenario} {version}"));
        let named = version_file(scenario, version);
        let entry = Self {
            file: fields.text("file", "the name made of scenario and version", |t| {
                (t == named).then(|| named.clone())
            })?,
            size: fields.number("size")?,
            chain: fields.text("chain", DIGEST, |t| Digest::parse(t).ok())?,
            removed: fields.mark("removed")?,
            rebuilt: fields.mark("rebuilt")?,
            facts: facts(path, version, &mut fields)?,
        };
        fields.finish()?;
        Ok(entry)
    }

    /// The fields that never change again: all but `chain` itself and the two marks.
    fn fixed(&self) -> BTreeMap<String, Json> {
        let facts = &self.facts;
        let changes = facts.changes;
        let counts = [("added", changes.added), ("changed", changes.changed), ("removed", changes.removed)];
        let tables = facts.tables.iter().map(|(name, rows)| (name.clone(), number(*rows))).collect();
        [
            ("version", text(&facts.version)),
            ("file", text(&self.file)),
            ("size", number(self.size)),
            ("records", number(facts.records)),
            ("total", number(facts.total)),
            ("tables", Json::Object(tables)),
            ("format", number(facts.format.into())),
            ("source", text(&facts.source)),
            ("generated", text(&facts.generated)),
            ("content", digest(facts.content)),
            ("file_digest", digest(facts.file_digest)),
            ("schema", digest(facts.schema)),
            ("changes", Json::Object(counts.map(|(key, n)| (key.to_owned(), number(n))).into())),
        ]
        .map(|(key, value)| (key.to_owned(), value))
        .into()
    }
}

const DIGEST: &str = "64 lower-case hexadecimal digits";

fn facts(path: &Path, version: Version, fields: &mut Fields<'_>) -> Result<Facts, Error> {
    let mut changes = fields.object("changes")?;
    let counts = ChangeCounts {
        added: changes.number("added")?,
        changed: changes.number("changed")?,
        removed: changes.number("removed")?,
    };
    changes.finish()?;
    let place = fields.place().to_owned();
    let tables = fields.object("tables")?.into_all().into_iter();
    let tables = tables
        .map(|(name, rows)| match whole(&rows) {
            Some(rows) => Ok((name, rows)),
            None => Err(field(path, place.clone(), &name, WHOLE)),
        })
        .collect::<Result<_, _>>()?;
    Ok(Facts {
        version,
        records: fields.number("records")?,
        total: fields.number("total")?,
        tables,
        format: u32::try_from(fields.number("format")?)
            .map_err(|_| field(path, place, "format", "a format's number"))?,
        source: fields.text("source", "`sqlite` or `postgres`", Engine::parse)?,
        generated: fields.text("generated", "an instant such as 2026-11-20T10:30:00Z", instant)?,
        content: fields.text("content", DIGEST, |t| Digest::parse(t).ok())?,
        file_digest: fields.text("file_digest", DIGEST, |t| Digest::parse(t).ok())?,
        schema: fields.text("schema", DIGEST, |t| Digest::parse(t).ok())?,
        changes: counts,
    })
}

fn instant(text: &str) -> Option<Timestamp> {
    text.parse().ok().filter(|instant: &Timestamp| instant.to_string() == text)
}

fn number(value: u64) -> Json {
    Json::Number(value.to_string())
}

fn text(value: &impl ToString) -> Json {
    Json::String(value.to_string())
}

fn digest(value: Digest) -> Json {
    text(&value)
}
