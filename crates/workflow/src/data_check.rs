//! Looks for what is wrong in any database, without a scenario.

use database::{DataCheck, DatabaseUrl, SourceOptions};

use crate::{Error, Event, Observer, Phase};

/// Looks at the tables of these names, at all where none is named. The database is only read.
///
/// # Errors
/// There is no table of such a name, or the database cannot be read.
pub fn check_data(url: &DatabaseUrl, tables: &[String], observer: Observer<'_>) -> Result<DataCheck, Error> {
    let mut source = database::open_source(url, &SourceOptions::default())?;
    let catalog = source.catalog()?;
    if let Some(table) = tables.iter().find(|table| !catalog.tables.contains_key(*table)) {
        let known = catalog.tables.keys().map(String::as_str);
        return Err(Error::NoSuchTable {
            table: table.clone(),
            meant: scenario::closest(table, known).map(str::to_owned),
        });
    }
    let mut progress = |done, total| observer(Event { phase: Phase::Checking, done, total: Some(total) });
    Ok(source.check(tables, &mut progress)?)
}
