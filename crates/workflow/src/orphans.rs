//! Version files that the manifest lacks: a run was killed between the two. A complete one is recorded before anything
//! else happens.

use archive::Lock;
use model::{ScenarioName, Version};

use crate::export::Base;
use crate::facts::{self, Learned};
use crate::{Context, Error, Fault};

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

/// As [`record`], before an import, which works on what is recorded: taking the lock only if there is something to
/// record, and only warning of files that cannot be.
pub(crate) fn record_if_any(context: &Context, name: &ScenarioName) -> Result<Vec<Version>, Error> {
    if context.archive.orphans(&context.archive.manifest()?, name)?.is_empty() {
        return Ok(Vec::new());
    }
    let lock = context.archive.lock()?;
    match record(context, &lock, name) {
        Err(error) if error.fault() == Fault::Data => {
            let cause =
                std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
            tracing::warn!("left unrecorded: {error}{cause}");
            Ok(Vec::new())
        }
        recorded => recorded,
    }
}
