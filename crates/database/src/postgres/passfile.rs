//! `~/.pgpass`: passwords by host, port, database and role.
//!
//! Format: <https://www.postgresql.org/docs/current/libpq-pgpass.html>. No line is ever repeated.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use model::text::Shown;

use super::environment::Environment;

/// No file of passwords is larger.
const LIMIT: u64 = 1024 * 1024;

/// Whose password is wanted.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// As the URL has it: a name, an address, or the folder of a socket.
    pub(super) host: &'a str,
    /// The port.
    pub(super) port: u16,
    /// The database.
    pub(super) database: &'a str,
    /// The role.
    pub(super) user: &'a str,
}

/// The file that is asked: `named`, or the one of the home folder.
pub(super) fn path(named: Option<&str>, environment: &Environment) -> Option<PathBuf> {
    match named {
        Some(named) => Some(PathBuf::from(named)),
        None if cfg!(windows) => {
            environment.home.as_ref().map(|home| home.join(r"AppData\Roaming\postgresql\pgpass.conf"))
        }
        None => environment.home.as_ref().map(|home| home.join(".pgpass")),
    }
}

/// The password that the first fitting line has. A file that others can read is not used, and that is said.
pub(super) fn find(file: &Path, wanted: Wanted<'_>) -> Option<String> {
    let found = std::fs::metadata(file).ok()?;
    let shown = file.to_string_lossy();
    if !found.is_file() {
        tracing::warn!("the password file `{}` is not used: it is no regular file", Shown(&shown));
        return None;
    }
    if readable_by_others(&found) {
        tracing::warn!(
            "the password file `{}` is not used: others can read it; make it yours alone with chmod 600",
            Shown(&shown)
        );
        return None;
    }
    let mut text = String::new();
    File::open(file).ok()?.take(LIMIT).read_to_string(&mut text).ok()?;
    text.lines().find_map(|line| password_of(line, wanted))
}

#[cfg(unix)]
fn readable_by_others(file: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.permissions().mode() & 0o077 != 0
}

/// Elsewhere the folder protects it.
#[cfg(not(unix))]
fn readable_by_others(_file: &std::fs::Metadata) -> bool {
    false
}

/// The password of `host:port:database:user:password`, if the line is for `wanted`.
fn password_of(line: &str, wanted: Wanted<'_>) -> Option<String> {
    if line.starts_with('#') {
        return None;
    }
    let mut rest = line;
    let port = wanted.port.to_string();
    for value in [wanted.host, &port, wanted.database, wanted.user] {
        let (field, after) = next_field(rest)?;
        if field != value && !rest.starts_with("*:") {
            return None;
        }
        rest = after;
    }
    Some(unescaped(rest))
}

/// The text before the next bare `:`, unescaped, and what follows it.
fn next_field(text: &str) -> Option<(String, &str)> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b':' => return Some((unescaped(&text[..at]), &text[at + 1..])),
            _ => {}
        }
    }
    None
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        out.push(if c == '\\' { characters.next().unwrap_or(c) } else { c });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const WANTED: Wanted<'static> = Wanted { host: "db", port: 5432, database: "app", user: "me" };

    #[test]
    fn a_line_fits_by_each_of_its_fields() {
        for (line, expected) in [
            ("db:5432:app:me:secret", Some("secret")),
            ("*:*:*:*:secret", Some("secret")),
            ("db:5432:app:you:secret", None),
            ("other:5432:app:me:secret", None),
            ("db:5432:*:me:a\\:b\\\\c", Some("a:b\\c")),
            ("db:5432:app:me:", Some("")),
            ("#db:5432:app:me:secret", None),
            ("db:5432:app", None),
            ("", None),
        ] {
            assert_eq!(password_of(line, WANTED).as_deref(), expected, "{line}");
        }
        let odd = Wanted { host: "::1", database: "a\\b", ..WANTED };
        assert_eq!(password_of("\\:\\:1:5432:a\\\\b:me:secret", odd).as_deref(), Some("secret"));
        let star = Wanted { user: "*", ..WANTED };
        assert_eq!(password_of("db:5432:app:\\*:secret", star).as_deref(), Some("secret"));
        assert_eq!(password_of("db:5432:app:\\*:secret", WANTED), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_is_not_used() {
        use std::io::Write as _;
        use std::os::unix::fs::PermissionsExt as _;
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        writeln!(file, "# mine\nother:*:*:*:no\ndb:*:*:me:secret\n*:*:*:*:late").expect("written");
        assert_eq!(find(file.path(), WANTED).as_deref(), Some("secret"));
        for mode in [0o640, 0o604, 0o660] {
            file.as_file().set_permissions(std::fs::Permissions::from_mode(mode)).expect("set");
            assert_eq!(find(file.path(), WANTED), None, "{mode:o}");
        }
        assert_eq!(find(Path::new("/"), WANTED), None);
        assert_eq!(find(Path::new("/no/such/file"), WANTED), None);
    }
}
