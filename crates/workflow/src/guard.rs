//! The target guard: a database whose name looks like production is not touched unless it is named in full.

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
    let name = path.file_stem().map(|stem| stem.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let suspicious = name.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| {
        matches!(word.trim_end_matches(|c: char| c.is_ascii_digit()), "prod" | "production" | "live")
    });
    let target = Shown(&path.to_string_lossy()).to_string();
    if suspicious && allowed != Some(target.as_str()) { Err(GuardError { target }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_like_production_are_asked_for_in_full() {
        let check = |path: &str, allowed| check(&DatabaseUrl::Sqlite(path.into()), allowed);
        for fine in ["demo.sqlite", "product.db", "alive.db", "prod/demo.db"] {
            assert_eq!(check(fine, None), Ok(()), "{fine}");
        }
        for refused in ["production.sqlite", "app-prod.db", "live.db", "APP_PROD2.db"] {
            assert!(check(refused, None).is_err(), "{refused}");
            assert!(check(refused, Some("production")).is_err(), "{refused}");
            assert_eq!(check(refused, Some(refused)), Ok(()), "{refused}");
        }
    }
}
