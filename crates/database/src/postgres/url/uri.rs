//! The text of a connection URI, as libpq reads it, to parameters.
//!
//! The rule to keep in mind: the text may hold a password anywhere that somebody forgot to encode a character, so no part
//! of it is repeated, and an `@` that libpq would take for a part of the host or database is refused.

use super::parameters::Parameters;
use crate::UrlError;

/// Reads `postgres://user:password@host:port/database?name=value&…`.
///
/// # Errors
/// It is not of that form, or names a parameter that is not known.
pub(super) fn parse(text: &str) -> Result<Parameters, UrlError> {
    let rest = text.split_once(':').and_then(|(_, rest)| rest.strip_prefix("//"));
    let rest = rest.ok_or(UrlError::PostgresForm("`//` has to follow the scheme"))?;
    let mut found = Parameters::default();
    let head = rest.find('/').unwrap_or(rest.len());
    let rest = match rest[..head].split_once('@') {
        Some((credentials, _)) => {
            let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
            found.set("user", decoded(user)?)?;
            found.set("password", decoded(password)?)?;
            &rest[credentials.len() + 1..]
        }
        None => rest,
    };
    if rest.contains('@') {
        return Err(UrlError::PostgresForm(
            "it has an `@` after the host, or more than one; in names, passwords and options write it `%40`, and `/` in a password `%2F`",
        ));
    }
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (hosts, database) = place.split_once('/').unwrap_or((place, ""));
    read_hosts(hosts, &mut found)?;
    found.set("dbname", decoded(database)?)?;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) =
            pair.split_once('=').ok_or(UrlError::PostgresForm("a parameter after `?` lacks its `=`"))?;
        match (decoded(name)?.as_str(), decoded(value)?) {
            // As JDBC writes it; libpq takes it too.
            ("ssl", value) if value == "true" => found.set("sslmode", "require".to_owned())?,
            // What stands between is then maybe a part of the password.
            (name, value) if found.get("password").is_some() => {
                found.set(name, value).map_err(|_| UrlError::PostgresForm(UNKNOWN_AFTER_PASSWORD))?;
            }
            (name, value) => found.set(name, value)?,
        }
    }
    Ok(found)
}

const UNKNOWN_AFTER_PASSWORD: &str = "a parameter is not known, or an `&` in a password is not written `%26`";

/// `host:port,[::1]:port`.
fn read_hosts(text: &str, found: &mut Parameters) -> Result<(), UrlError> {
    let (mut hosts, mut ports) = (Vec::new(), Vec::new());
    for one in text.split(',') {
        let (host, port) = match one.strip_prefix('[') {
            Some(rest) => {
                let (host, after) = rest
                    .split_once(']')
                    .ok_or(UrlError::PostgresForm("a `[` before an address lacks its `]`"))?;
                let port = match after {
                    "" => "",
                    after => after
                        .strip_prefix(':')
                        .ok_or(UrlError::PostgresForm("only `:PORT` can follow the `]` of an address"))?,
                };
                (host, port)
            }
            None => one.split_once(':').unwrap_or((one, "")),
        };
        hosts.push(decoded(host)?);
        ports.push(decoded(port)?);
    }
    let given = |all: &[String]| all.iter().any(|one| !one.is_empty());
    if given(&hosts) {
        found.set("host", hosts.join(","))?;
    }
    if given(&ports) {
        found.set("port", ports.join(","))?;
    }
    Ok(())
}

/// Without percent signs.
fn decoded(text: &str) -> Result<String, UrlError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |at: usize| rest.get(at).and_then(|b| char::from(*b).to_digit(16));
        let (Some(high), Some(low)) = (digit(0), digit(1)) else {
            return Err(UrlError::PostgresForm(
                "two hexadecimal digits have to follow a `%`; the sign itself is `%25`",
            ));
        };
        bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
        rest = &rest[2..];
    }
    if bytes.contains(&0) {
        return Err(UrlError::PostgresForm("it holds a NUL character"));
    }
    String::from_utf8(bytes).map_err(|_| UrlError::PostgresForm("it does not decode to UTF-8"))
}
