//! Service files: parameters under a name, so that a URL needs to say only `?service=NAME`.
//!
//! Format: <https://www.postgresql.org/docs/current/libpq-pgservice.html>. A line may hold a password and is not repeated.

use std::path::PathBuf;

use super::parameters::{Origin, Parameters, SYSTEM_FOLDER};
use crate::UrlError;
use crate::postgres::environment::Environment;

/// Where Debian has it; elsewhere PGSYSCONFDIR says.
const SYSTEM_FOLDER_DEFAULT: &str = "/etc/postgresql-common";

/// The parameters of the service `name`: of `file` (or PGSERVICEFILE, or `~/.pg_service.conf`), else of the system's file.
///
/// # Errors
/// No file has it, or its section cannot be read.
pub(super) fn find(
    name: &str,
    file: Option<&str>,
    environment: &Environment,
) -> Result<Parameters, UrlError> {
    let own = match file.or_else(|| environment.variable("PGSERVICEFILE")) {
        Some(file) => Some(PathBuf::from(file)),
        None => environment.home_file(".pg_service.conf"),
    };
    let folder = environment.variable(SYSTEM_FOLDER).unwrap_or(SYSTEM_FOLDER_DEFAULT);
    let system = PathBuf::from(folder).join("pg_service.conf");
    for file in own.into_iter().chain([system]) {
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        if let Some(found) = section(&text, name, &file.to_string_lossy())? {
            return Ok(found);
        }
    }
    Err(UrlError::UnknownService(name.to_owned()))
}

/// The section `[name]`, if the file has one.
fn section(text: &str, name: &str, file: &str) -> Result<Option<Parameters>, UrlError> {
    let mut found: Option<Parameters> = None;
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(header) = line.strip_prefix('[') {
            if found.is_some() {
                break;
            }
            if header.strip_suffix(']') == Some(name) {
                found = Some(Parameters::of(Origin::Service));
            }
            continue;
        }
        let Some(found) = &mut found else { continue };
        let broken = |what: &'static str| UrlError::ServiceLine { file: file.to_owned(), line: at + 1, what };
        let (key, value) = line.split_once('=').ok_or_else(|| broken("lacks its `=`"))?;
        if key == "service" || key == "servicefile" {
            return Err(broken("names another service, which cannot be"));
        }
        // Of a parameter that stands twice libpq takes the first.
        if found.get(key).is_none() {
            found.set(key, value.to_owned()).map_err(|_| broken("names a parameter that is not known"))?;
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# services\n[a]\nhost=one\n\n[b]\nhost=two\n  port=5433  \npassword=hunter2=x\nhost=three\n\n[c]\nhunter2\n[d]\nhunter2=1\n[e]\nservice=a\n";

    fn read(name: &str) -> Result<Option<Parameters>, UrlError> {
        section(FILE, name, "pg_service.conf")
    }

    #[test]
    fn a_section_is_read_and_its_neighbours_are_not() {
        let found = read("b").expect("readable").expect("there");
        assert_eq!(found.get("host"), Some("two"));
        assert_eq!(found.get("port"), Some("5433"));
        assert_eq!(found.get("password"), Some("hunter2=x"));
        assert!(read("x").expect("readable").is_none());
    }

    #[test]
    fn a_broken_line_is_named_by_its_number() {
        for (name, line) in [("c", 12), ("d", 14), ("e", 16)] {
            let Err(error) = read(name) else { panic!("{name} was read") };
            assert!(matches!(&error, UrlError::ServiceLine { line: found, .. } if *found == line), "{error}");
            assert!(!format!("{error:?} {error}").contains("hunter2"));
        }
    }
}
