//! `postgres://user:password@host:port/database?options`, taken apart as far as tests need it.

/// A server's address and who connects.
#[derive(Clone, Debug)]
pub(super) struct Server {
    pub(super) user: String,
    pub(super) password: String,
    /// `host:port`
    pub(super) host: String,
    /// The database to connect to when making another.
    pub(super) database: String,
    /// With its question mark.
    options: String,
}

impl Server {
    /// On this machine.
    pub(super) fn local(port: u16, password: String) -> Self {
        Self {
            user: "postgres".to_owned(),
            password,
            host: format!("127.0.0.1:{port}"),
            database: "postgres".to_owned(),
            options: String::new(),
        }
    }

    /// What `DEMO_TEST_POSTGRES` says; `None` where it is no such URL.
    pub(super) fn parse(url: &str) -> Option<Self> {
        let rest = url.strip_prefix("postgres://").or_else(|| url.strip_prefix("postgresql://"))?;
        let (rest, options) = rest.split_at(rest.find('?').unwrap_or(rest.len()));
        let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
        let (who, host) = authority.rsplit_once('@')?;
        let (user, password) = who.split_once(':').unwrap_or((who, ""));
        let database = if database.is_empty() { "postgres" } else { database };
        Some(Self {
            user: user.to_owned(),
            password: password.to_owned(),
            host: host.to_owned(),
            database: database.to_owned(),
            options: options.to_owned(),
        })
    }

    /// A database on it.
    pub(super) fn url(&self, database: &str) -> String {
        self.url_as(&self.user, &self.password, database)
    }

    /// A database on it for somebody else.
    pub(super) fn url_as(&self, user: &str, password: &str, database: &str) -> String {
        let separator = if password.is_empty() { "" } else { ":" };
        format!("postgres://{user}{separator}{password}@{}/{database}{}", self.host, self.options)
    }
}

#[cfg(test)]
mod tests {
    use super::Server;

    #[test]
    fn another_database_is_named_in_the_same_url() {
        let check = |url: &str| Server::parse(url).expect("a URL").url("app");
        assert_eq!(check("postgres://me:a%40b@db:5433/postgres"), "postgres://me:a%40b@db:5433/app");
        assert_eq!(check("postgresql://me@db?sslmode=disable"), "postgres://me@db/app?sslmode=disable");
        assert_eq!(check("postgres://me@[::1]:5/x"), "postgres://me@[::1]:5/app");
        assert!(Server::parse("postgres://db/x").is_none(), "a user is needed");
        assert!(Server::parse("sqlite:x").is_none());
    }
}
