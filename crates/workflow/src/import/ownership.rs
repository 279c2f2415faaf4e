//! What an import may delete, and by whose word: the file's definition or the one that scenario.yaml plans today.

use std::time::Duration;

use database::{DatabaseUrl, MergeOptions, OnConflict, Parents, SourceOptions, TargetOptions};
use model::{Catalog, Definition, Engine, Ownership};

use super::opened::{Format, Opened};
use super::{ImportRequest, OwnedBy};
use crate::context::{Scratch, plan_ownership};
use crate::{Context, Error, Schema};

/// What may be deleted, and by whose word.
pub(super) fn merge_options(
    context: &Context,
    schema: Schema,
    request: &ImportRequest,
    opened: &Opened,
    url: &DatabaseUrl,
) -> Result<MergeOptions, Error> {
    let definition = opened.rows.definition();
    let mut options = MergeOptions {
        on_conflict: request.on_conflict,
        parents: request.parents,
        triggers: request.triggers,
        mode: request.mode,
        create_schema: schema_to_create(context, request, opened, url.engine())?,
        migrations: schema.migrations.of(url.engine()),
        ..MergeOptions::default()
    };
    if opened.format == Format::Zero {
        // Its rows are all shared, as the layout knows no owner: `--on-conflict` answers for them as `--parents` does.
        options.parents = match (request.parents, request.on_conflict) {
            (Parents::Error, OnConflict::Skip) => Parents::Keep,
            (Parents::Error, OnConflict::Overwrite) => Parents::Overwrite,
            (said, _) => said,
        };
        return Ok(options);
    }
    let limited = definition.has_limits();
    match scenario_definition(context, schema, request, opened, url)? {
        None => options.delete = !limited && request.owned_by == Some(OwnedBy::File),
        Some(_) if request.owned_by == Some(OwnedBy::File) => options.delete = !limited,
        Some(planned) => {
            if request.owned_by.is_none() && !planned.same_ownership(definition) {
                return Err(ownership_differs(request, definition, &planned, url)?);
            }
            options.delete = !limited;
            if request.owned_by == Some(OwnedBy::Scenario) && !planned.same_ownership(definition) {
                options.ownership = Some(planned);
            }
        }
    }
    Ok(options)
}

/// The definition that scenario.yaml plans today; `None` without a scenario.yaml.
fn scenario_definition(
    context: &Context,
    schema: Schema,
    request: &ImportRequest,
    opened: &Opened,
    url: &DatabaseUrl,
) -> Result<Option<Definition>, Error> {
    if !context.archive.scenarios()?.contains(&request.scenario) {
        return Ok(None);
    }
    let scenario = context.scenario(&request.scenario)?;
    let base = opened.rows.definition();
    let target = target_source(url, request.lock_timeout)?.catalog()?;
    let planned = plan_ownership(&target, &scenario, base);
    // A target that lacks tables is the merge's to tell; the version's own schema then says what is owned, or that which
    // the import makes.
    let known = match schema_to_create(context, request, opened, url.engine())? {
        None => match archived_catalog(context, opened)? {
            None if target.tables.is_empty() && !schema.migrations.of(url.engine()).is_empty() => {
                Some(Scratch::bundled(schema)?.target()?.catalog()?)
            }
            archived => archived,
        },
        made => made,
    };
    let known = known.map(|catalog| catalog.for_engine(url.engine()));
    match (planned, known) {
        (Err(_), Some(catalog)) => plan_ownership(&catalog, &scenario, base).map(Some),
        (planned, _) => planned.map(Some),
    }
}

/// The target, to be looked at before the merge. Other than a source, it may first be brought back from the middle of a
/// change whose writer was killed: that takes a writer, and the import is one.
pub(super) fn target_source(
    url: &DatabaseUrl,
    lock_timeout: Duration,
) -> Result<Box<dyn database::Source>, Error> {
    let options = SourceOptions { lock_timeout };
    match database::open_source(url, &options) {
        Err(database::Error::NeedsRecovery { .. }) => {
            drop(database::open_target(url, &TargetOptions { lock_timeout, ..TargetOptions::default() })?);
            Ok(database::open_source(url, &options)?)
        }
        opened => Ok(opened?),
    }
}

/// The schema of the version's source, as its own engine declares it: the target knows what it lacks of that.
fn archived_catalog(context: &Context, opened: &Opened) -> Result<Option<Catalog>, Error> {
    let Some(entry) = &opened.entry else { return Ok(None) };
    Ok(context.archive.schema_catalog(&entry.facts.schema)?)
}

fn schema_to_create(
    context: &Context,
    request: &ImportRequest,
    opened: &Opened,
    engine: Engine,
) -> Result<Option<Catalog>, Error> {
    if !request.create_schema {
        return Ok(None);
    }
    let archived = archived_catalog(context, opened)?;
    Ok(Some(archived.unwrap_or_else(|| Catalog::of_definition(opened.rows.definition(), engine))))
}

fn ownership_differs(
    request: &ImportRequest,
    file: &Definition,
    scenario: &Definition,
    url: &DatabaseUrl,
) -> Result<Error, Error> {
    let mut source = target_source(url, request.lock_timeout)?;
    let mut owned = |definition: &Definition| -> Result<u64, Error> {
        let sections = source.select(definition)?;
        Ok(sections.iter().filter(|s| s.ownership == Ownership::Owned).map(|s| s.count).sum())
    };
    let (by_file, by_scenario) = (owned(file)?, owned(scenario)?);
    let scenario = request.scenario.to_string();
    Ok(Error::OwnershipDiffers { scenario, by_file, by_scenario })
}
