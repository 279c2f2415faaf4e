//! The pages of a site about an archive: its scenarios, each one's versions over time and references, what a version
//! holds. The page of two versions' differences is `row-diff`'s, whose frame and style these pages share.
//!
//! Facts in, text out: opens no file. The rule to keep in mind: everything from the archive goes through
//! [`row_diff::render::html::line`], and a page depends on what it is given alone, so that the same archive gives the same
//! bytes.

mod graph;
mod index;
mod plot;
mod scenario;
mod version;

pub use graph::layout::{Layout, Place, layout};
pub use index::index;
pub use scenario::scenario;
pub use version::{Contents, version};

use jiff::Timestamp;
use model::{Definition, Engine, ScenarioName, Version};

/// A scenario, with its versions oldest first.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its name, which is its folder's in the site.
    pub name: ScenarioName,
    /// What it says of itself; may be empty.
    pub description: String,
    /// Those that were removed since included.
    pub versions: Vec<VersionFacts>,
    /// The tables of the newest version that is there.
    pub latest: Option<Tables>,
}

/// A version's tables.
#[derive(Clone, Debug)]
pub struct Tables {
    /// As its file says.
    pub definition: Definition,
    /// Rows by table, in the definition's order.
    pub rows: Vec<u64>,
}

/// What the archive tells of a version.
#[derive(Clone, Debug)]
pub struct VersionFacts {
    /// Its number and date.
    pub version: Version,
    /// When it was written.
    pub generated: Timestamp,
    /// The engine that it came from.
    pub source: Engine,
    /// Rows.
    pub records: u64,
    /// Bytes of its file.
    pub size: u64,
    /// Rows added, changed and removed against the version before.
    pub changes: [u64; 3],
    /// The digest of its content, in hexadecimal digits.
    pub content: String,
    /// Whether its file is gone: there is no page of it.
    pub removed: bool,
    /// The version that a page compares it with.
    pub base: Option<Version>,
}

/// Where the page of a scenario is, from the site's top.
pub const SCENARIO_PAGE: &str = "index.html";

/// The name of a version's page in its scenario's folder.
pub fn version_page(version: Version) -> String {
    format!("{version}.html")
}

/// The name of the page of what a version changed.
pub fn changes_page(version: Version) -> String {
    format!("{version}-changes.html")
}

/// What stands above a page in a scenario's folder.
pub fn above(scenario: Option<&ScenarioName>) -> Vec<row_diff::render::html::Crumb> {
    use row_diff::render::html::Crumb;
    let top = Crumb { name: index::TITLE.to_owned(), path: "../index.html".to_owned() };
    let scenario = scenario.map(|name| Crumb { name: name.to_string(), path: SCENARIO_PAGE.to_owned() });
    [top].into_iter().chain(scenario).collect()
}
