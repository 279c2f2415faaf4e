//! The target guard: a database whose name looks like production is not touched unless it is named in full.

use std::path::Path;

use database::DatabaseUrl;
use model::text::Shown;

/// Why a target is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
#[error("the target `{target}` looks like a production database")]
#[diagnostic(help("if it is meant, name it in full: --allow-target {target}"))]
pub struct GuardError {
    target: String,
}

/// Checks that `url` may be changed; `allowed` is what `--allow-target` named.
///
/// # Errors
/// A word of the database's name is prod, production or live, and `allowed` is not exactly the target.
pub(crate) fn check(url: &DatabaseUrl, allowed: Option<&str>) -> Result<(), GuardError> {
    let DatabaseUrl::Sqlite(path) = url;
    // A link's own name hides what it leads to.
    let real = path.canonicalize().unwrap_or_else(|_| path.clone());
    let suspicious = [path, &real].into_iter().any(|path| looks_like_production(path));
    let target = Shown(&path.to_string_lossy()).to_string();
    if suspicious && allowed != Some(target.as_str()) { Err(GuardError { target }) } else { Ok(()) }
}

fn looks_like_production(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    name.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| {
        matches!(
            word.trim_end_matches(|c: char| c.is_ascii_digit()),
            "prod" | "proddb" | "production" | "live"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_link_to_production_is_production() {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::File::create_new(dir.path().join("production.db")).expect("a file");
        let link = dir.path().join("x.db");
        std::os::unix::fs::symlink("production.db", &link).expect("a link");
        assert!(check(&DatabaseUrl::Sqlite(link), None).is_err());
    }

    #[test]
    fn names_that_look_like_production_are_asked_for_in_full() {
        let check = |path: &str, allowed| check(&DatabaseUrl::Sqlite(path.into()), allowed);
        for fine in ["demo.sqlite", "product.db", "alive.db", "prod/demo.db"] {
            assert_eq!(check(fine, None), Ok(()), "{fine}");
        }
        for refused in
            ["production.sqlite", "app-prod.db", "live.db", "APP_PROD2.db", "app.prod", "proddb.sqlite"]
        {
            assert!(check(refused, None).is_err(), "{refused}");
            assert!(check(refused, Some("production")).is_err(), "{refused}");
            assert_eq!(check(refused, Some(refused)), Ok(()), "{refused}");
        }
    }
}
