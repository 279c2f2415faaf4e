//! The site about an archive: every scenario with its versions, what each of them holds, and what it changed.
//!
//! Written into a new folder, which then takes the place of the site before: see `place`. Versions are read as everywhere
//! else, whole and through the canonical reader; rows stream, and a page keeps the first of each table only. Nothing
//! tells the time: the same archive makes the same site.

mod place;

pub use place::PlaceError;

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use archive::{Entry, Manifest};
use model::{Ownership, RowEvent, RowSource as _, ScenarioName, Version};
use report::{Contents, Scenario, Tables, VersionFacts};
use row_diff::render::html::{Caps, Html};

use crate::diff::between;
use crate::event::{Event, Observer, Phase};
use crate::export::open_recorded;
use crate::side::OpenSide;
use crate::{Context, Error};
use place::Site;

/// A site that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteReport {
    /// Its folder.
    pub output: PathBuf,
    /// Its scenarios, with the number of their versions that have a page.
    pub scenarios: Vec<(ScenarioName, u64)>,
    /// How many pages it has.
    pub pages: u64,
}

/// Writes the site of one scenario, or of all, to the folder `output`, in place of a site that is there.
///
/// # Errors
/// The scenario is unknown, a version cannot be read, or the folder holds what is no site. The folder is then as it was.
pub fn report(
    context: &Context,
    scenario: Option<&str>,
    output: &Path,
    observer: Observer<'_>,
) -> Result<SiteReport, Error> {
    let names = context.scenario_names(scenario)?;
    let manifest = context.archive.manifest()?;
    let mut writer = Writer { context, site: Site::start(context, output)?, observer, done: 0, total: 0 };
    let kept = |name: &ScenarioName| -> Vec<Entry> {
        manifest.entries(name).iter().filter(|entry| !entry.removed).cloned().collect()
    };
    writer.total = names.iter().flat_map(kept).map(|entry| entry.facts.records).sum();
    let mut scenarios = Vec::new();
    for name in &names {
        scenarios.push(writer.scenario(name, &manifest)?);
    }
    writer.site.write("index.html", &report::index(&scenarios))?;
    let counted = |scenario: &Scenario| {
        let pages = scenario.versions.iter().filter(|version| !version.removed).count();
        (scenario.name.clone(), pages as u64)
    };
    let (scenarios, pages) = (scenarios.iter().map(counted).collect(), writer.site.pages());
    let output = writer.site.finish()?;
    Ok(SiteReport { output, scenarios, pages })
}

/// A site in the making.
struct Writer<'a, 'o> {
    context: &'a Context,
    site: Site,
    observer: Observer<'o>,
    done: u64,
    total: u64,
}

impl Writer<'_, '_> {
    /// Writes all pages of a scenario.
    fn scenario(&mut self, name: &ScenarioName, manifest: &Manifest) -> Result<Scenario, Error> {
        let mut versions = Vec::new();
        let mut latest = None;
        let mut base: Option<Entry> = None;
        for entry in manifest.entries(name).iter().rev() {
            let before = base.as_ref().map(Entry::version);
            let facts = facts(entry, before);
            if !entry.removed {
                latest = Some(self.version(name, entry, &facts)?);
                if let Some(base) = &base {
                    self.changes(name, base, entry)?;
                }
                base = Some(entry.clone());
                self.done += entry.facts.records;
                (self.observer)(Event { phase: Phase::Comparing, done: self.done, total: Some(self.total) });
            }
            versions.push(facts);
        }
        let description = match self.context.scenario(name) {
            Ok(scenario) => scenario.description,
            Err(Error::Archive(archive::Error::Missing { .. })) => String::new(),
            Err(error) => return Err(error),
        };
        let scenario = Scenario { name: name.clone(), description, versions, latest };
        self.site.write(&format!("{name}/{}", report::SCENARIO_PAGE), &report::scenario(&scenario))?;
        Ok(scenario)
    }

    /// Writes the page of what a version holds.
    fn version(&mut self, name: &ScenarioName, entry: &Entry, facts: &VersionFacts) -> Result<Tables, Error> {
        let named = |source| named(self.context, name, entry, source);
        let mut snapshot = open_recorded(self.context, name, entry)?;
        let definition = snapshot.definition().clone();
        let mut contents = Contents::new(&definition);
        let mut stream = snapshot.open().map_err(named)?;
        let mut section = (0, Ownership::Owned);
        while let Some(event) = stream.next().map_err(named)? {
            match event {
                RowEvent::Section { table, ownership, .. } => section = (table, ownership),
                RowEvent::Row(row) => contents.row(section.0, section.1, row),
            }
        }
        drop(stream);
        let page = report::version(name, facts, &contents);
        self.site.write(&format!("{name}/{}", report::version_page(entry.version())), &page)?;
        Ok(Tables { rows: contents.rows(), definition })
    }

    /// Writes the page of what a version changed.
    fn changes(&mut self, name: &ScenarioName, base: &Entry, head: &Entry) -> Result<(), Error> {
        let path = format!("{name}/{}", report::changes_page(head.version()));
        let file = self.site.create(&path)?;
        compare(self.context, name, (base, head), &file)
    }
}

/// Writes the comparison of two versions as a page of the site.
fn compare(
    context: &Context,
    name: &ScenarioName,
    (base, head): (&Entry, &Entry),
    file: &File,
) -> Result<(), Error> {
    let mut rows = context.scratch_file()?;
    let page = Html::new(BufWriter::new(file), &mut rows, Caps::default());
    let (old, new) =
        (OpenSide::entry(context, name, base.clone())?, OpenSide::entry(context, name, head.clone())?);
    let mut page = page.below(report::above(Some(name)));
    between(context, name, old, new, &mut page, &mut |_: Event| ()).map(drop)
}

/// A stream's error with the name of the version's file.
fn named(context: &Context, name: &ScenarioName, entry: &Entry, source: model::StreamError) -> Error {
    Error::from_boxed(source).in_file(&context.version_file(name, entry))
}

fn facts(entry: &Entry, base: Option<Version>) -> VersionFacts {
    let changes = entry.facts.changes;
    VersionFacts {
        version: entry.version(),
        generated: entry.facts.generated,
        source: entry.facts.source,
        records: entry.facts.records,
        size: entry.size,
        changes: [changes.added, changes.changed, changes.removed],
        content: entry.facts.content.to_string(),
        removed: entry.removed,
        base,
    }
}

impl Site {
    /// Writes a page.
    fn write(&mut self, path: &str, text: &str) -> Result<(), Error> {
        let mut file = self.create(path)?;
        Ok(file.write_all(text.as_bytes()).map_err(self.failed(path))?)
    }
}
