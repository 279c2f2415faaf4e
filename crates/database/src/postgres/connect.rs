//! From an address to a session: which server of several, encrypted how, with which password.

use std::error::Error as _;
use std::io;
use std::path::Path;
use std::time::Duration;

use model::text::Shown;
use tokio_postgres::Config;
use tokio_postgres::config::SslNegotiation;

use super::error::{Attempt, PostgresError};
use super::passfile;
use super::session::{Facts, Failure, Link, Session};
use super::tls::{self, SslMode};
use super::url::{Host, PostgresUrl, SOCKET_FOLDERS, Wanted};
use crate::Error;

/// How the session is called in the server's lists, unless the URL says otherwise.
const APPLICATION: &str = "demo-snapshot";

/// Connects, and sets the session up; statements wait for a lock at most `lock_timeout`.
///
/// # Errors
/// The server cannot be reached, refuses the role, or offers no encryption where it is needed.
pub(crate) fn connect(url: &PostgresUrl, lock_timeout: Duration) -> Result<Session, Error> {
    let (first, second) = match url.wanted() {
        Wanted::PreferStandby => (Wanted::Standby, Some(Wanted::Any)),
        wanted => (wanted, None),
    };
    let mut last = None;
    for wanted in [Some(first), second].into_iter().flatten() {
        for host in url.hosts() {
            match to_host(url, host, lock_timeout) {
                Ok(session) if fits(wanted, session.facts()) => return Ok(session),
                Ok(_) => last = Some(unfit(url).into()),
                // As libpq: whoever answers and refuses has decided for all.
                Err(error) if !tries_next(&error) => return Err(error),
                Err(error) => last = Some(error),
            }
        }
    }
    Err(last.unwrap_or_else(|| unfit(url).into()))
}

fn tries_next(error: &Error) -> bool {
    use PostgresError::{ConnectionLost, NotReady, TooManyConnections, Unreachable};
    let Error::Postgres(error) = error else { return false };
    matches!(
        **error,
        Unreachable { .. } | NotReady { .. } | TooManyConnections { .. } | ConnectionLost { .. }
    )
}

fn fits(wanted: Wanted, facts: &Facts) -> bool {
    match wanted {
        Wanted::Any | Wanted::PreferStandby => true,
        Wanted::ReadWrite => !facts.read_only,
        Wanted::ReadOnly => facts.read_only,
        Wanted::Primary => !facts.standby,
        Wanted::Standby => facts.standby,
    }
}

fn unfit(url: &PostgresUrl) -> PostgresError {
    PostgresError::Unreachable {
        place: url.to_string(),
        reason: "no server there is of the kind that `target_session_attrs` asks for".to_owned(),
    }
}

/// A session with one server.
fn to_host(url: &PostgresUrl, host: &Host, lock_timeout: Duration) -> Result<Session, Error> {
    let place = url.to_string();
    let password = Password::of(url, host);
    let mode = if host.is_socket() { SslMode::Disable } else { url.sslmode(host) };
    url.warn_of(mode, host);
    // libpq's order of the two tries that its weaker modes have.
    let tries = match mode {
        SslMode::Allow => vec![SslMode::Disable, SslMode::Require],
        SslMode::Prefer => vec![SslMode::Prefer, SslMode::Disable],
        mode => vec![mode],
    };
    let mut last = None;
    for mode in tries {
        let mut files = url.files();
        if matches!(mode, SslMode::Disable | SslMode::Prefer) {
            files.roots = None;
        }
        let tls = tls::connector(mode, &files, &place)?;
        match Link::open(config(url, host, mode, &password), tls.clone(), url.timeout()) {
            Ok(link) => return Session::new(link, place, lock_timeout, tls),
            Err(failure) => {
                let (retries, is_tls) = (failure.depends_on_encryption(), failure.is_tls());
                let error = failure.told(url, &password);
                if !retries {
                    return Err(error);
                }
                // What the server's rules said without encryption tells more than that it offers none.
                last = last.filter(|_| is_tls).or(Some(error));
            }
        }
    }
    Err(last.unwrap_or_else(|| unfit(url).into()))
}

fn config(url: &PostgresUrl, host: &Host, mode: SslMode, password: &Password) -> Config {
    let mut config = Config::new();
    config.user(url.user()).dbname(url.database()).port(host.port).host(&host.name);
    if let Some(address) = host.address {
        config.hostaddr(address);
    }
    if let Password::Found { password, .. } = password {
        config.password(password);
    }
    config.ssl_mode(match mode {
        // To a socket the driver lets no connector.
        SslMode::Disable if host.name.starts_with('/') => tokio_postgres::config::SslMode::Disable,
        SslMode::Allow | SslMode::Prefer => tokio_postgres::config::SslMode::Prefer,
        _ => tokio_postgres::config::SslMode::Require,
    });
    if mode == SslMode::Disable {
        // Nothing is asked of the server: the connector's stream is taken as it is, and this one's is not encrypted.
        config.ssl_negotiation(SslNegotiation::Direct);
    }
    let name = url.text("application_name").or_else(|| url.text("fallback_application_name"));
    config.application_name(name.unwrap_or(APPLICATION));
    if let Some(options) = url.text("options") {
        config.options(options);
    }
    if let Some(binding) = url.channel_binding() {
        config.channel_binding(binding);
    }
    if let Some(timeout) = url.timeout() {
        config.connect_timeout(timeout);
    }
    keepalives(url, &mut config);
    config
}

fn keepalives(url: &PostgresUrl, config: &mut Config) {
    let seconds = |name| url.number(name).filter(|n| *n > 0).map(|n| Duration::from_secs(n.into()));
    if let Some(on) = url.number("keepalives") {
        config.keepalives(on != 0);
    }
    if let Some(idle) = seconds("keepalives_idle") {
        config.keepalives_idle(idle);
    }
    if let Some(interval) = seconds("keepalives_interval") {
        config.keepalives_interval(interval);
    }
    if let Some(count) = url.number("keepalives_count").filter(|n| *n > 0) {
        config.keepalives_retries(count);
    }
    if let Some(timeout) = url.number("tcp_user_timeout").filter(|n| *n > 0) {
        config.tcp_user_timeout(Duration::from_millis(timeout.into()));
    }
}

impl Failure {
    /// Whether it could go well with encryption, or without: the server's rules refuse, or the handshake fails.
    fn depends_on_encryption(&self) -> bool {
        let Self::Client(error) = self else { return false };
        is_tls(error) || error.code().is_some_and(|code| code.code() == "28000")
    }

    fn is_tls(&self) -> bool {
        matches!(self, Self::Client(error) if is_tls(error))
    }

    /// What it means.
    fn told(self, url: &PostgresUrl, password: &Password) -> Error {
        let place = url.to_string();
        let unreachable = |place, reason| Error::from(PostgresError::Unreachable { place, reason });
        let error = match self {
            Self::Client(error) => error,
            Self::System(error) => return unreachable(place, error.kind().to_string()),
            Self::TimedOut(after) => {
                return unreachable(place, format!("no answer within {} seconds", after.as_secs()));
            }
        };
        let refused = |reason| PostgresError::Authentication {
            place: place.clone(),
            role: url.user().to_owned(),
            reason,
        };
        let source = error.source();
        let io = source.and_then(|source| source.downcast_ref::<io::Error>());
        let told = error.to_string();
        match (error.as_db_error(), io) {
            (Some(db), _) if db.code().code() == "28P01" => refused(password.refused()).into(),
            (Some(db), _) => {
                let attempt = Attempt { place: &place, role: url.user(), database: url.database(), sql: "" };
                match attempt.refused(db) {
                    PostgresError::NoDatabase { place, .. } => {
                        PostgresError::NoDatabase { place, make: url.to_be_made() }.into()
                    }
                    other => other.into(),
                }
            }
            _ if is_tls(&error) => match source {
                Some(source) => tls::handshake_failed(&place, source).into(),
                None => unreachable(place, told),
            },
            (None, Some(io)) => unreachable(place, reason_of(io)),
            _ if source.is_some_and(|source| source.to_string() == "password missing") => {
                refused(password.refused()).into()
            }
            _ => refused(source.map_or(told, |source| Shown(&source.to_string()).to_string())).into(),
        }
    }
}

fn is_tls(error: &tokio_postgres::Error) -> bool {
    error.to_string().contains("TLS")
}

/// What the system said: its own words only where they name no file and no value.
fn reason_of(error: &io::Error) -> String {
    let text = error.to_string();
    match error.kind() {
        _ if text.starts_with("failed to lookup address") => "its host name is not known".to_owned(),
        io::ErrorKind::NotFound => "there is no socket of a server in that folder".to_owned(),
        io::ErrorKind::Other | io::ErrorKind::InvalidInput => Shown(&text).to_string(),
        kind => kind.to_string(),
    }
}

/// The password for one server, and where it was found.
enum Password {
    Found { password: String, place: String },
    None,
}

impl Password {
    fn of(url: &PostgresUrl, host: &Host) -> Self {
        if let Some((password, place)) = url.password() {
            return Self::Found { password: password.to_owned(), place };
        }
        let Some(file) = url.passfile() else { return Self::None };
        Self::in_file(file, url, host).map_or(Self::None, |password| Self::Found {
            password,
            place: format!("`{}`", Shown(&file.to_string_lossy())),
        })
    }

    /// A socket in the usual folder is `localhost` in the file, one elsewhere its folder.
    fn in_file(file: &Path, url: &PostgresUrl, host: &Host) -> Option<String> {
        let is_usual = host.is_socket() && SOCKET_FOLDERS.contains(&host.name.as_str());
        let name = if is_usual { "localhost" } else { &host.name };
        let wanted =
            passfile::Wanted { host: name, port: host.port, database: url.database(), user: url.user() };
        passfile::find(file, wanted)
    }

    fn refused(&self) -> String {
        match self {
            Self::Found { place, .. } => format!("the password from {place} is refused"),
            Self::None => "it asks for a password, and none was found".to_owned(),
        }
    }
}
