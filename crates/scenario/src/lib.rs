//! Settings files read strictly: scenario.yaml, seed.yaml and archive.yaml. The only crate that knows `serde_yaml`, which
//! is not maintained any more: nothing of it shows outside `tree`.
//!
//! Takes text and gives typed settings; opens no file and no database. [`check()`] holds a scenario against a catalog;
//! a [`Draft`] is the other way, from proposals to the text of a scenario.yaml. The rule to keep in mind: whatever is not
//! known is refused, with its place and the nearest known name.

mod check;
mod cursor;
mod draft;
mod error;
mod extent;
mod indirection;
mod names;
mod path;
mod relations;
mod scenario;
mod seed;
mod select;
mod settings;
mod suggest;
mod tree;

pub use check::{check, wanted};
pub use draft::{Draft, Mark, Proposal, Selected, TableTypes, is_spellable};
pub use error::{Error, Finding, Place, Problem};
pub use extent::{Children, Extent};
pub use path::Path;
pub use relations::{LooseRelation, Relation, TypeTable};
pub use scenario::{Expect, SCENARIO_LIMIT, Scenario, read_scenario};
pub use seed::{SEED_LIMIT, Seed, SeedTable, SeedValue, read_seed};
pub use settings::{ArchiveSettings, Latest, SETTINGS_LIMIT, read_archive_settings};
pub use suggest::closest;
