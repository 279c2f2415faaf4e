//! libpq's connection parameters: which there are, and where they come from when a URL is silent.

use std::collections::BTreeMap;
use std::fmt;

use crate::UrlError;
use crate::postgres::environment::Environment;

/// What is known: the name, and the variable that gives it where nothing else does.
const KNOWN: [(&str, Option<&str>); 26] = [
    ("host", Some("PGHOST")),
    ("hostaddr", Some("PGHOSTADDR")),
    ("port", Some("PGPORT")),
    ("dbname", Some("PGDATABASE")),
    ("user", Some("PGUSER")),
    ("password", Some("PGPASSWORD")),
    ("passfile", Some("PGPASSFILE")),
    ("service", Some("PGSERVICE")),
    ("servicefile", Some("PGSERVICEFILE")),
    ("sslmode", Some("PGSSLMODE")),
    ("sslrootcert", Some("PGSSLROOTCERT")),
    ("sslcert", Some("PGSSLCERT")),
    ("sslkey", Some("PGSSLKEY")),
    ("channel_binding", Some("PGCHANNELBINDING")),
    ("connect_timeout", Some("PGCONNECT_TIMEOUT")),
    ("application_name", Some("PGAPPNAME")),
    ("fallback_application_name", None),
    ("options", Some("PGOPTIONS")),
    ("target_session_attrs", Some("PGTARGETSESSIONATTRS")),
    ("keepalives", None),
    ("keepalives_idle", None),
    ("keepalives_interval", None),
    ("keepalives_count", None),
    ("tcp_user_timeout", None),
    // Taken and without a meaning here: sessions always speak UTF-8, and there is no GSS encryption to prefer.
    ("client_encoding", None),
    ("gssencmode", None),
];

/// Where service files are looked for besides the home folder.
pub(crate) const SYSTEM_FOLDER: &str = "PGSYSCONFDIR";

/// The variables that matter.
pub(crate) fn variables() -> impl Iterator<Item = &'static str> {
    KNOWN.iter().filter_map(|(_, variable)| *variable).chain([SYSTEM_FOLDER])
}

/// Where a parameter was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Origin {
    /// The URL itself.
    #[default]
    Url,
    /// The section of a service file.
    Service,
    /// A variable.
    Variable(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Url => "the URL",
            Self::Service => "the service file",
            Self::Variable(name) => name,
        })
    }
}

/// Parameters by name. Holds a password: no Debug.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Parameters {
    origin: Origin,
    found: BTreeMap<&'static str, (String, Origin)>,
}

impl Parameters {
    /// None yet; those that are set come from `origin`.
    pub(super) fn of(origin: Origin) -> Self {
        Self { origin, found: BTreeMap::new() }
    }

    /// Those that variables give.
    pub(super) fn of_variables(environment: &Environment) -> Self {
        let found = KNOWN.iter().filter_map(|(name, variable)| {
            let variable = (*variable)?;
            Some((*name, (environment.variable(variable)?.to_owned(), Origin::Variable(variable))))
        });
        Self { origin: Origin::Url, found: found.collect() }
    }

    /// Sets one; an empty value says nothing.
    ///
    /// # Errors
    /// No such parameter is known.
    pub(super) fn set(&mut self, name: &str, value: String) -> Result<(), UrlError> {
        let Some((known, _)) = KNOWN.iter().find(|(known, _)| *known == name) else {
            return Err(UrlError::UnknownParameter(name.to_owned()));
        };
        if !value.is_empty() {
            self.found.insert(known, (value, self.origin));
        }
        Ok(())
    }

    /// Takes from `others` what is not set here.
    pub(super) fn fill_from(&mut self, others: &Self) {
        for (name, value) in &others.found {
            self.found.entry(name).or_insert_with(|| value.clone());
        }
    }

    /// One that is set.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.found.get(name).map(|(value, _)| value.as_str())
    }

    /// Takes one out, with its origin.
    pub(super) fn take(&mut self, name: &str) -> Option<(String, Origin)> {
        self.found.remove(name)
    }

    /// What `read` makes of a parameter; `None` if it is not set.
    ///
    /// # Errors
    /// `read` makes nothing of it: it is not `expected`.
    pub(super) fn read<T>(
        &self,
        name: &'static str,
        expected: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, UrlError> {
        let Some((value, origin)) = self.found.get(name) else { return Ok(None) };
        match read(value) {
            Some(value) => Ok(Some(value)),
            None => Err(UrlError::BadParameter { name, place: origin.to_string(), expected }),
        }
    }
}
