//! The target guard: a database on another machine, or one whose name looks like production, is not touched unless it is
//! named in full.

use std::path::Path;

use database::{DatabaseUrl, PostgresUrl};
use model::text::Shown;

/// Why a target is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
#[error("the target `{target}` {why}")]
#[diagnostic(help("if it is meant, name it in full: --allow-target {target}"))]
pub struct GuardError {
    target: String,
    why: &'static str,
}

/// Checks that `url` may be changed; `allowed` is what `--allow-target` named: the path of a file, or `HOST/DATABASE`.
///
/// # Errors
/// A server is not this machine, or a word of the database's or the server's name is prod, production or live; and
/// `allowed` is not exactly the target.
pub(crate) fn check(url: &DatabaseUrl, allowed: Option<&str>) -> Result<(), GuardError> {
    let (target, why) = match url {
        DatabaseUrl::Sqlite(path) => (Shown(&path.to_string_lossy()).to_string(), of_file(path)),
        DatabaseUrl::Postgres(url) => (format!("{}/{}", url.host(), Shown(url.database())), of_server(url)),
    };
    match why {
        Some(why) if allowed != Some(target.as_str()) => Err(GuardError { target, why }),
        _ => Ok(()),
    }
}

const PRODUCTION: &str = "looks like a production database";

fn of_file(path: &Path) -> Option<&'static str> {
    // A link's own name hides what it leads to.
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let mut names = [path, &real].into_iter().filter_map(name);
    names.any(|name| looks_like_production(&name)).then_some(PRODUCTION)
}

fn of_server(url: &PostgresUrl) -> Option<&'static str> {
    if looks_like_production(url.database()) || looks_like_production(&url.host()) {
        return Some(PRODUCTION);
    }
    (!url.is_loopback()).then_some("is on another machine")
}

fn looks_like_production(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
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

    fn of(url: &str, allowed: Option<&str>) -> Option<String> {
        let url = DatabaseUrl::parse(url).expect("a URL");
        check(&url, allowed).err().map(|error| error.to_string())
    }

    #[test]
    fn a_server_on_this_machine_is_fine_unless_its_names_look_like_production() {
        for fine in [
            "postgres://me@localhost/demo",
            "postgres://me@127.0.0.1:6543/product",
            "postgres://me@[::1]/alive",
            "postgres://me@/demo?host=/run/postgresql",
            "postgres://me@localhost,127.0.0.1/demo",
            "postgres://prod@localhost/demo",
        ] {
            assert_eq!(of(fine, None), None, "{fine}");
        }
        for (refused, target) in [
            ("postgres://me@localhost/app_prod", "localhost/app_prod"),
            ("postgres://me@localhost:6543/production", "localhost/production"),
            ("postgres://me@/Live?host=/run/postgresql", "/run/postgresql/Live"),
            ("postgres://me@/demo?host=/sockets/app-prod", "/sockets/app-prod/demo"),
            ("postgres://me@[::1]/prod", "[::1]/prod"),
            ("postgres://me@prod-db.example.org/app", "prod-db.example.org/app"),
        ] {
            let said = format!("the target `{target}` looks like a production database");
            assert_eq!(of(refused, None), Some(said.clone()), "{refused}");
            assert_eq!(of(refused, Some("prod")), Some(said), "{refused}");
            assert_eq!(of(refused, Some(target)), None, "{refused}");
        }
    }

    #[test]
    fn a_server_on_another_machine_is_named_in_full() {
        for (refused, target) in [
            ("postgres://me:hunter2@db.example.org/demo", "db.example.org/demo"),
            ("postgres://me@10.0.0.1:6543/demo", "10.0.0.1/demo"),
            ("postgres://me@localhost,db/demo", "localhost,db/demo"),
            ("postgres://me@localhost/demo?hostaddr=10.0.0.1", "localhost/demo"),
        ] {
            let said = format!("the target `{target}` is on another machine");
            assert_eq!(of(refused, None), Some(said), "{refused}");
            assert_eq!(of(refused, Some(target)), None, "{refused}");
        }
    }

    #[test]
    fn the_refusal_says_what_to_type() {
        let url = DatabaseUrl::parse("postgres://me:hunter2@db.example.org/de%1Bmo").expect("a URL");
        let error = check(&url, None).expect_err("refused");
        let help = miette::Diagnostic::help(&error).map(|help| help.to_string());
        assert_eq!(
            (error.to_string().as_str(), help.as_deref()),
            (
                r"the target `db.example.org/de\u001bmo` is on another machine",
                Some(r"if it is meant, name it in full: --allow-target db.example.org/de\u001bmo")
            )
        );
    }
}
