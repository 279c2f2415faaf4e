//! Makes a schema in a database that has none, within the merge's transaction: so that an import works on an empty
//! database, or leaves it empty.

use model::Definition;

use super::super::session::Session;
use super::super::{ddl, introspect, migrate};
use crate::{CreatedSchema, Error, MergeOptions};

/// What was made.
#[derive(Debug, Default)]
pub(super) struct Made {
    /// The tables of a typed catalog.
    pub created: Option<CreatedSchema>,
    /// Whether migrations ran.
    pub migrated: bool,
}

/// Makes the tables that the options name, if the database has none: those of the catalog, else those of the migrations.
/// They are listed in the order of `definition`, others behind them.
///
/// # Errors
/// A statement fails, or the role may not make tables.
pub(super) fn make_if_empty(
    session: &mut Session,
    options: &MergeOptions,
    definition: &Definition,
) -> Result<Made, Error> {
    if options.create_schema.is_none() && options.migrations.is_empty()
        || !introspect::catalog(session)?.tables.is_empty()
    {
        return Ok(Made::default());
    }
    let Some(catalog) = &options.create_schema else {
        let report = migrate::migrate_in_transaction(session, options.migrations)?;
        return Ok(Made { created: None, migrated: !report.applied.is_empty() });
    };
    let created = ddl::create(session, catalog)?.ordered_by(definition);
    Ok(Made { created: Some(created), migrated: false })
}
