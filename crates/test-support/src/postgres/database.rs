//! A database of a test's own.

use std::path::Path;
use std::process::Output;
use std::sync::Mutex;

use super::cluster::Cluster;
use super::interactive::Interactive;
use super::{client, random};

/// Copying files takes half the time of writing a log of them. PostgreSQL 14 does nothing else and has no word for it.
const STRATEGY: &str = "\
    SELECT CASE WHEN pg_catalog.current_setting('server_version_num')::int >= 150000 THEN 'STRATEGY file_copy' ELSE '' END \
    AS strategy \\gset";

/// A fresh, empty UTF-8 database; dropped with this value, and its roles with it.
#[derive(Debug)]
pub struct TestDatabase {
    cluster: &'static Cluster,
    name: String,
    roles: Mutex<Vec<String>>,
}

impl TestDatabase {
    /// On the shared cluster, in the locale C.
    #[track_caller]
    pub fn new() -> Self {
        Self::new_with("")
    }

    /// With more options of `CREATE DATABASE`, such as `LC_COLLATE 'de_DE.UTF-8'`.
    #[track_caller]
    pub fn new_with(options: &str) -> Self {
        super::assert_allowed();
        let cluster = Cluster::shared();
        // With the process id alone, two machines that share a server could meet.
        let name = format!("demo_test_{}_{:08x}", std::process::id(), random() >> 32);
        let create = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' {options} :strategy");
        expect(cluster.maintain(&format!("{STRATEGY}\n{create}")));
        Self { cluster, name, roles: Mutex::default() }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// For the role that owns it, who may do everything on the shared cluster.
    pub fn url(&self) -> String {
        self.cluster.url(&self.name)
    }

    /// For another role; with an empty password the URL has none.
    pub fn url_as(&self, role: &str, password: &str) -> String {
        self.cluster.server().url_as(role, password, &self.name)
    }

    /// For a role that [`TestDatabase::role`] made.
    pub fn url_of(&self, role: &str) -> String {
        self.url_as(role, role)
    }

    /// What `psql -X -q -At -v ON_ERROR_STOP=1` prints for these statements. Fails the test at the first error.
    #[track_caller]
    pub fn psql(&self, sql: &str) -> String {
        expect(self.try_psql(sql))
    }

    /// As [`TestDatabase::psql`]; `Err` is what psql said on stderr.
    ///
    /// # Errors
    /// When a statement fails.
    pub fn try_psql(&self, sql: &str) -> Result<String, String> {
        client::psql(self.cluster.binaries(), &self.url(), sql)
    }

    /// As [`TestDatabase::psql`], as a role that [`TestDatabase::role`] made.
    #[track_caller]
    pub fn psql_as(&self, role: &str, sql: &str) -> String {
        expect(client::psql(self.cluster.binaries(), &self.url_of(role), sql))
    }

    /// Loads a file as a user would: `psql -X -v ON_ERROR_STOP=1 -f`.
    pub fn psql_file(&self, path: &Path) -> Output {
        client::psql_file(self.cluster.binaries(), &self.url(), path)
    }

    /// A `psql` that stays open.
    #[track_caller]
    pub fn client(&self) -> Interactive {
        Interactive::start(self.cluster.binaries(), &self.url())
    }

    /// Everything in it, objects, sequences and rows, as a text to compare with what it is later. Unlike `pg_dump` it does
    /// not need a client as new as the server.
    #[track_caller]
    pub fn content(&self) -> String {
        self.psql(include_str!("content.sql"))
    }

    /// What `pg_dump` prints. It refuses a server that is newer than itself: see [`TestDatabase::content`].
    #[track_caller]
    pub fn pg_dump(&self, args: &[&str]) -> String {
        client::pg_dump(self.cluster.binaries(), &self.url(), args)
    }

    /// Makes a role that may log in and nothing else, and tells its name. `attributes` are those of `CREATE ROLE`. Its
    /// password is its name unless they say otherwise.
    #[track_caller]
    pub fn role(&self, suffix: &str, attributes: &str) -> String {
        let name = format!("{}_{suffix}", self.name);
        let password = if attributes.to_uppercase().contains("PASSWORD") {
            String::new()
        } else {
            format!("PASSWORD '{name}'")
        };
        self.psql(&format!("CREATE ROLE {name} LOGIN {password} {attributes}"));
        self.roles.lock().expect("not poisoned").push(name.clone());
        name
    }
}

impl Default for TestDatabase {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        // A failure here must not hide the test's own; the shared cluster is thrown away anyhow.
        let _ = self.cluster.maintain(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        for role in self.roles.get_mut().map(std::mem::take).unwrap_or_default() {
            let _ = self.cluster.maintain(&format!("DROP ROLE IF EXISTS {role}"));
        }
    }
}

#[track_caller]
pub(super) fn expect(printed: Result<String, String>) -> String {
    printed.unwrap_or_else(|said| panic!("psql: {said}"))
}
