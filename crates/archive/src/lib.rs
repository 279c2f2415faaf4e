//! `demo-snapshots/` on disk: versions, the manifest that chains them, the schemas they came from, the lock, `latest.sql`
//! and `CHANGES.md`.
//!
//! Knows nothing of SQL text or databases: callers hand over finished files and the facts about them. The rule to keep
//! in mind: a version, once placed, is never rewritten, and every other file is replaced whole (temporary file, fsync,
//! rename, fsync of the folder), the manifest last, under the lock.

mod branches;
mod cleanup;
mod commit;
mod entry;
mod error;
mod fields;
mod files;
mod folder;
mod latest;
mod lock;
mod manifest;
mod pending;
mod rebuild;
mod scenario_file;
mod schemas;
mod text;
mod verify;

pub use branches::{
    Adoption, Branch, Joined, JoinedManifest, begins_with, join, join_manifests, join_schemas, schemas_of,
};
pub use cleanup::CleanupMode;
pub use commit::{NewFile, NewVersion};
pub use entry::{ChangeCounts, Entry, Facts};
pub use error::Error;
pub use files::{Written, temp_in, write_atomic};
pub use folder::{Archive, version_file};
pub use latest::{LatestForm, LatestState};
pub use lock::Lock;
pub use manifest::{Manifest, Wanted};
pub use rebuild::Rebuilt;
pub use scenario_file::Existing;
pub use verify::{Finding, Problem};
