//! `metadata/schema_versions.json`: the typed catalog of every schema that a version came from, by fingerprint, one line
//! each. With it any version can be restored into an empty database.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use model::json::{self, Json};
use model::{Catalog, Digest};

use crate::fields::{Fields, field};
use crate::{Archive, Error, Lock, Written, text};

impl Archive {
    /// Every schema kept, by fingerprint.
    ///
    /// # Errors
    /// The file was damaged or edited.
    pub fn schemas(&self) -> Result<BTreeMap<Digest, Catalog>, Error> {
        let path = self.schemas_file();
        match self.metadata_text(&path)? {
            Some(text) => parse(&path, &text),
            None => Ok(BTreeMap::new()),
        }
    }

    /// The schema of that fingerprint, if it is kept.
    ///
    /// # Errors
    /// The file was damaged or edited.
    pub fn schema_catalog(&self, fingerprint: &Digest) -> Result<Option<Catalog>, Error> {
        Ok(self.schemas()?.remove(fingerprint))
    }

    /// Keeps schemas for a rebuild: beside those of the file that can still be read, in whatever state it is.
    ///
    /// # Errors
    /// The system refuses to read or write it.
    pub fn mend_schemas(&self, _lock: &Lock, catalogs: &[Catalog]) -> Result<Written, Error> {
        let mut schemas = self.salvage_schemas()?;
        schemas.extend(catalogs.iter().map(|catalog| (catalog.fingerprint(), catalog.clone())));
        self.write_schemas(&schemas)
    }

    pub(crate) fn write_schemas(&self, schemas: &BTreeMap<Digest, Catalog>) -> Result<Written, Error> {
        text::write(&self.schemas_file(), &render(schemas))
    }

    /// The schemas that can still be read from the file, line by line, in whatever state it is.
    ///
    /// # Errors
    /// The system refuses to read it.
    pub fn salvage_schemas(&self) -> Result<BTreeMap<Digest, Catalog>, Error> {
        let path = self.schemas_file();
        let text = match self.metadata_text(&path) {
            Err(Error::NotUtf8 { .. } | Error::TooLarge { .. }) | Ok(None) => return Ok(BTreeMap::new()),
            text => text?.unwrap_or_default(),
        };
        let single = |line: &str| {
            let entry = line.trim().trim_matches(',');
            json::parse(&format!("{{{entry}}}")).ok().and_then(|json| read(&path, json).ok())
        };
        Ok(text.lines().filter_map(single).flatten().collect())
    }
}

pub(crate) fn parse(path: &Path, source: &str) -> Result<BTreeMap<Digest, Catalog>, Error> {
    let schemas = read(path, text::parse(path, source)?)?;
    text::require_canonical(path, source, &render(&schemas))?;
    Ok(schemas)
}

fn read(path: &Path, json: Json) -> Result<BTreeMap<Digest, Catalog>, Error> {
    let place = || "schemas".to_owned();
    let mut schemas = BTreeMap::new();
    for (key, value) in Fields::of(path, place(), "schemas", json)?.into_all() {
        let fingerprint = Digest::parse(&key).map_err(|_| field(path, place(), &key, "a fingerprint"))?;
        let catalog: Catalog = serde_json::from_str(&value.to_text())
            .map_err(|_| field(path, place(), &key, "a catalog of tables"))?;
        if catalog.fingerprint() != fingerprint {
            return Err(Error::SchemaChanged { path: path.to_owned(), fingerprint });
        }
        schemas.insert(fingerprint, catalog);
    }
    Ok(schemas)
}

/// Leading commas: a new line changes none but, at most, the first.
pub(crate) fn render(schemas: &BTreeMap<Digest, Catalog>) -> String {
    let mut out = String::from("{\n");
    for (at, (fingerprint, catalog)) in schemas.iter().enumerate() {
        let text = serde_json::to_string(catalog).expect("a catalog's keys are strings");
        let text = json::canonicalize(&text).expect("what serde_json prints is JSON without duplicate keys");
        let comma = if at == 0 { "" } else { "," };
        let _ = writeln!(out, "{comma}\"{fingerprint}\":{text}");
    }
    out.push_str("}\n");
    out
}
