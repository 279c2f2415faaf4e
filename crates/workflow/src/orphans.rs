//! Version files that the manifest lacks: a run was killed between the two. A complete one is recorded before anything
//! else happens.

use archive::Lock;
use model::{ScenarioName, Version};

use crate::export::Base;
use crate::facts::{self, Learned};
use crate::{Context, Error};

/// Records them, under the caller's lock, oldest first.
pub(crate) fn record(context: &Context, lock: &Lock, name: &ScenarioName) -> Result<Vec<Version>, Error> {
    let mut recorded = Vec::new();
    for version in context.archive.orphans(&context.archive.manifest()?, name)? {
        let base = Base::latest(context, name)?;
        let Learned { facts, catalog, markdown } = facts::of_file(context, name, version, base)?;
        context.archive.record(lock, name, facts, &catalog, Some(&markdown))?;
        recorded.push(version);
    }
    Ok(recorded)
}

/// As [`record`], taking the lock only if there is something to record.
pub(crate) fn record_if_any(context: &Context, name: &ScenarioName) -> Result<Vec<Version>, Error> {
    if context.archive.orphans(&context.archive.manifest()?, name)?.is_empty() {
        return Ok(Vec::new());
    }
    let lock = context.archive.lock()?;
    record(context, &lock, name)
}
