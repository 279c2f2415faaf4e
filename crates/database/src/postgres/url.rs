//! Where a PostgreSQL database is: `postgres://user@host:port/database?options`, completed as libpq does it.
//!
//! What the URL leaves open comes from the service that it names, from libpq's variables, then from libpq's defaults. The
//! rule to keep in mind: the password is seen by nobody but the connection.

mod host;
mod parameters;
mod service;
mod uri;

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Once};
use std::time::Duration;

use self::parameters::{Origin, Parameters};
use super::environment::Environment;
use super::error::word;
use super::tls::{Files, SslMode};
use crate::UrlError;

pub(crate) use self::host::{Host, SOCKET_FOLDERS};

/// The address of a PostgreSQL database; holds a password, and shows none.
#[derive(Clone)]
pub struct PostgresUrl {
    parameters: Parameters,
    hosts: Vec<Host>,
    database: String,
    user: String,
    password: Option<(String, Origin)>,
    passfile: Option<PathBuf>,
    place: String,
    /// Whether the weak encryption that was asked for has been told.
    told: Arc<Once>,
}

/// By where it leads and how.
impl PartialEq for PostgresUrl {
    fn eq(&self, other: &Self) -> bool {
        self.place == other.place && self.parameters == other.parameters && self.password == other.password
    }
}

impl Eq for PostgresUrl {}

/// Which kind of server is wanted among several: libpq's `target_session_attrs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Any,
    ReadWrite,
    ReadOnly,
    Primary,
    Standby,
    PreferStandby,
}

impl PostgresUrl {
    /// Reads a URL, and takes what it leaves open from this process's surroundings.
    ///
    /// # Errors
    /// The text, a service file or a variable cannot be read; no part of any of them is repeated.
    pub(crate) fn parse(text: &str) -> Result<Self, UrlError> {
        Self::resolve(text, &Environment::of_process(parameters::variables()))
    }

    fn resolve(text: &str, environment: &Environment) -> Result<Self, UrlError> {
        let mut parameters = uri::parse(text)?;
        let variables = Parameters::of_variables(environment);
        let service = parameters.get("service").or(variables.get("service"));
        if let Some(name) = service {
            let service = service::find(name, parameters.get("servicefile"), environment)?;
            parameters.fill_from(&service);
        }
        parameters.fill_from(&variables);
        let hosts = host::hosts(&parameters)?;
        let user = match parameters.get("user") {
            Some(user) => user.to_owned(),
            None => environment.user.clone().ok_or(UrlError::NoUser)?,
        };
        let database = parameters.get("dbname").unwrap_or(&user).to_owned();
        let place = host::place(&user, &hosts, &database);
        let password = parameters.take("password");
        let passfile = super::passfile::path(parameters.get("passfile"), environment);
        if parameters.get("sslrootcert").is_none()
            && let Some(file) = environment.home_file(".postgresql/root.crt")
        {
            parameters.set("sslrootcert", file.to_string_lossy().into_owned())?;
        }
        let told = Arc::new(Once::new());
        let url = Self { parameters, hosts, database, user, password, passfile, place, told };
        url.check()?;
        Ok(url)
    }

    /// Every parameter is read once, so that a wrong one is told before anything is done.
    fn check(&self) -> Result<(), UrlError> {
        self.named_sslmode()?;
        self.read_wanted()?;
        self.read_timeout()?;
        self.read_files()?;
        self.read_channel_binding()?;
        self.parameters.read("gssencmode", "disable or prefer", |mode| {
            matches!(mode, "disable" | "prefer").then_some(())
        })?;
        for (name, expected) in NUMBERS {
            self.parameters.read(name, expected, |text| text.trim().parse::<u32>().ok())?;
        }
        Ok(())
    }

    /// The servers' names, as they are shown: `localhost`, `[::1]`, `/var/run/postgresql`; several with commas.
    pub fn host(&self) -> String {
        let shown: Vec<String> = self.hosts.iter().map(Host::shown).collect();
        shown.join(",")
    }

    /// The database's name as it is; not safe to show.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// The role that connects; not safe to show.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// What `createdb` is given to make the database: `-h db.example.org -p 6543 -U ana demo`. What it finds by itself is
    /// left out.
    pub(crate) fn to_be_made(&self) -> String {
        let joined =
            |each: &dyn Fn(&Host) -> String| word(&self.hosts.iter().map(each).collect::<Vec<_>>().join(","));
        let mut words = Vec::new();
        if self.parameters.get("host").or(self.parameters.get("hostaddr")).is_some() {
            words.extend(["-h".to_owned(), joined(&|host| host.name.clone())]);
        }
        if self.hosts.iter().any(|host| host.port != host::PORT) {
            words.extend(["-p".to_owned(), joined(&|host| host.port.to_string())]);
        }
        if self.parameters.get("user").is_some() {
            words.extend(["-U".to_owned(), word(&self.user)]);
        }
        words.push(word(&self.database));
        words.join(" ")
    }

    /// Whether every server that it names is on this machine: a socket, `localhost`, 127.0.0.0/8 or ::1.
    pub fn is_loopback(&self) -> bool {
        self.hosts.iter().all(Host::is_loopback)
    }

    /// Whether the URL itself holds the password, which everybody sees who can list processes.
    pub fn has_password_in_text(&self) -> bool {
        matches!(self.password, Some((_, Origin::Url)))
    }

    pub(crate) fn hosts(&self) -> &[Host] {
        &self.hosts
    }

    /// The password that was given, and by what.
    pub(crate) fn password(&self) -> Option<(&str, String)> {
        self.password.as_ref().map(|(password, origin)| (password.as_str(), origin.to_string()))
    }

    pub(crate) fn passfile(&self) -> Option<&PathBuf> {
        self.passfile.as_ref()
    }

    /// A parameter that needs no reading.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.parameters.get(name)
    }

    /// One of [`NUMBERS`].
    pub(crate) fn number(&self, name: &'static str) -> Option<u32> {
        self.parameters.get(name)?.trim().parse().ok()
    }

    /// How the connection to `host` is encrypted. On this machine only if the server insists, since it costs time there and
    /// protects from nobody; elsewhere as well as can be, unless something else was named.
    pub(crate) fn sslmode(&self, host: &Host) -> SslMode {
        let default = if host.is_loopback() { SslMode::Allow } else { SslMode::VerifyFull };
        self.named_sslmode().ok().flatten().unwrap_or(default)
    }

    /// Says once, however often it connects, that what goes to `host` in `mode` can be read or changed on its way.
    pub(crate) fn warn_of(&self, mode: SslMode, host: &Host) {
        if host.is_loopback() || mode == SslMode::VerifyFull {
            return;
        }
        self.told.call_once(|| {
            tracing::warn!(
                "sslmode={} on the way to {}: only verify-full makes sure that nobody reads or changes what is sent",
                mode.name(),
                host.shown()
            );
        });
    }

    pub(crate) fn files(&self) -> Files {
        self.read_files().unwrap_or_default()
    }

    pub(crate) fn wanted(&self) -> Wanted {
        self.read_wanted().ok().flatten().unwrap_or(Wanted::Any)
    }

    /// How long to wait for a server; `None` for ever.
    pub(crate) fn timeout(&self) -> Option<Duration> {
        match self.read_timeout().ok().flatten() {
            None => Some(Duration::from_secs(30)),
            Some(0) => None,
            // As libpq: less than two seconds is taken for two.
            Some(seconds) => Some(Duration::from_secs(seconds.max(2))),
        }
    }

    pub(crate) fn channel_binding(&self) -> Option<tokio_postgres::config::ChannelBinding> {
        self.read_channel_binding().ok().flatten()
    }

    fn named_sslmode(&self) -> Result<Option<SslMode>, UrlError> {
        self.parameters.read(
            "sslmode",
            "one of disable, allow, prefer, require, verify-ca, verify-full",
            SslMode::named,
        )
    }

    fn read_wanted(&self) -> Result<Option<Wanted>, UrlError> {
        let expected = "one of any, read-write, read-only, primary, standby, prefer-standby";
        self.parameters.read("target_session_attrs", expected, |name| {
            Some(match name {
                "any" => Wanted::Any,
                "read-write" => Wanted::ReadWrite,
                "read-only" => Wanted::ReadOnly,
                "primary" => Wanted::Primary,
                "standby" => Wanted::Standby,
                "prefer-standby" => Wanted::PreferStandby,
                _ => return None,
            })
        })
    }

    fn read_timeout(&self) -> Result<Option<u64>, UrlError> {
        self.parameters.read("connect_timeout", "a number of seconds", |text| {
            text.trim().parse::<i64>().ok().map(|seconds| u64::try_from(seconds).unwrap_or(0))
        })
    }

    fn read_files(&self) -> Result<Files, UrlError> {
        let path = |name| self.parameters.get(name).map(PathBuf::from);
        let identity = match (path("sslcert"), path("sslkey")) {
            (Some(certificate), Some(key)) => Some((certificate, key)),
            (None, None) => None,
            _ => {
                return Err(UrlError::PostgresForm(
                    "of `sslcert` and `sslkey` there is only one; both are needed",
                ));
            }
        };
        let roots = path("sslrootcert").filter(|path| path.as_os_str() != "system");
        Ok(Files { roots, identity })
    }

    fn read_channel_binding(&self) -> Result<Option<tokio_postgres::config::ChannelBinding>, UrlError> {
        use tokio_postgres::config::ChannelBinding;
        self.parameters.read("channel_binding", "one of disable, prefer, require", |name| {
            Some(match name {
                "disable" => ChannelBinding::Disable,
                "prefer" => ChannelBinding::Prefer,
                "require" => ChannelBinding::Require,
                _ => return None,
            })
        })
    }
}

/// Parameters that are numbers.
const NUMBERS: [(&str, &str); 5] = [
    ("keepalives", "0 or 1"),
    ("keepalives_idle", "a number of seconds"),
    ("keepalives_interval", "a number of seconds"),
    ("keepalives_count", "a number"),
    ("tcp_user_timeout", "a number of milliseconds"),
];

impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place)
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests;
