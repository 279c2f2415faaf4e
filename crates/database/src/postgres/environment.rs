//! What libpq takes from a process's surroundings: variables, the home folder, the user's name. The crate's one home of
//! the environment; everything else is handed what was found.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// The surroundings of a connection. Holds a password: no Debug.
#[derive(Clone, Default)]
pub(crate) struct Environment {
    variables: BTreeMap<&'static str, String>,
    /// Where `.pgpass`, `.pg_service.conf` and `.postgresql` are.
    pub(crate) home: Option<PathBuf>,
    /// The name under which the process runs.
    pub(crate) user: Option<String>,
}

impl Environment {
    /// That of this process; of its variables only those of `names`.
    #[expect(
        clippy::disallowed_methods,
        reason = "libpq's own variables are read here, and nowhere else in the crate"
    )]
    pub(crate) fn of_process(names: impl Iterator<Item = &'static str>) -> Self {
        let variables = names.filter_map(|name| Some((name, std::env::var(name).ok()?))).collect();
        Self { variables, home: std::env::home_dir(), user: whoami::username().ok() }
    }

    /// A variable; an empty one is as good as none.
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// A file of the home folder that stands there.
    pub(crate) fn home_file(&self, name: &str) -> Option<PathBuf> {
        self.home.as_ref().map(|home| home.join(name)).filter(|path| path.exists())
    }

    #[cfg(test)]
    pub(crate) fn with(variables: &[(&'static str, &str)], home: Option<PathBuf>, user: &str) -> Self {
        let variables = variables.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Self { variables, home, user: Some(user.to_owned()) }
    }
}
