//! Random schemas on PostgreSQL, and from one engine to the other.

use std::cell::RefCell;
use std::collections::BTreeMap;

use test_support::postgres::{Interactive, TestDatabase};

use super::content_digest;
use crate::random_schemas::{Case, Databases, Dialect, Lab, SqliteFiles, check, on_cases, quoted, same_text};

/// Databases whose tables come and go, each with a client that stays.
struct Server {
    databases: BTreeMap<&'static str, Database>,
}

struct Database {
    test: TestDatabase,
    client: Interactive,
    /// Whether the client was last heard of at work: then a statement failed, and with it a case.
    is_busy: bool,
}

impl Database {
    fn new() -> Self {
        let test = TestDatabase::new();
        let client = Self::client(&test);
        Self { test, client, is_busy: false }
    }

    /// Checks no foreign key while rows are written.
    fn client(test: &TestDatabase) -> Interactive {
        let mut client = test.client();
        client.send("SET client_min_messages = error; SET session_replication_role = replica");
        client
    }

    fn send(&mut self, sql: &str) -> String {
        if std::mem::replace(&mut self.is_busy, true) {
            self.client = Self::client(&self.test);
        }
        let printed = self.client.send(sql);
        self.is_busy = false;
        printed
    }
}

impl Server {
    fn new() -> Self {
        let names = ["source", "expected", "target", "crossed"];
        Self { databases: names.map(|name| (name, Database::new())).into() }
    }

    fn at(&mut self, url: &str) -> &mut Database {
        let found = self.databases.values_mut().find(|one| one.test.url() == url);
        found.expect("one of ours")
    }
}

impl Databases for Server {
    fn make(&mut self, _: &Lab, name: &str, sql: &str) -> String {
        let one = self.databases.get_mut(name).expect("one of ours");
        one.send(&format!("DROP SCHEMA public CASCADE; CREATE SCHEMA public; BEGIN; {sql} COMMIT"));
        one.test.url()
    }

    fn run(&mut self, url: &str, sql: &str) {
        self.at(url).send(&format!("BEGIN; {sql} COMMIT"));
    }

    fn content(&mut self, case: &Case, url: &str) -> BTreeMap<String, Vec<String>> {
        let client = self.at(url);
        let tables = client.send(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
        );
        let mut content = BTreeMap::new();
        for table in case.tables.iter().filter(|table| tables.lines().any(|name| name == table.name)) {
            let sql = format!("SELECT replace(t::text, E'\\n', '⏎') FROM {} AS t", quoted(&table.name));
            let mut rows: Vec<String> = client.send(&sql).lines().map(str::to_owned).collect();
            rows.sort();
            content.insert(table.name.clone(), rows);
        }
        content
    }

    /// A foreign key can only be made where each row has its parent.
    fn dangling(&mut self, url: &str) -> Vec<String> {
        let sql =
            "SELECT format('BEGIN; ALTER TABLE %1$s DROP CONSTRAINT %2$I; ALTER TABLE %1$s ADD %3$s; ROLLBACK',
              conrelid::regclass, conname, pg_get_constraintdef(oid))
            FROM pg_constraint WHERE contype = 'f'";
        let client = self.at(url);
        let checks: Vec<String> = client.send(sql).lines().map(str::to_owned).collect();
        let all = format!(
            "SET session_replication_role = origin; {}; SET session_replication_role = replica",
            checks.join("; ")
        );
        client.send(&all).lines().map(str::to_owned).collect()
    }
}

/// What the other engine makes of the same rows: the same file; and what it makes of this one.
fn check_crossing(case: &Case, server: &mut Server, lab: &Lab, file: &[u8]) -> Result<(), String> {
    let source = SqliteFiles.make(lab, "sqlite-source", &case.database(Dialect::Sqlite));
    let target = format!("sqlite:{}", lab.path("sqlite-target").display());
    let crossed = server.make(lab, "crossed", "");
    for (url, makes_schema) in [(source, false), (target, true), (crossed, true)] {
        if makes_schema && case.scenario.names_more(&case.tables) {
            continue;
        }
        if makes_schema {
            lab.import(&url, true).map_err(|error| format!("import into {url}: {error}"))?;
        }
        let found = lab.exported(&url).map_err(|error| format!("export from {url}: {error}"))?;
        same_text(&url, &content_digest(file), &content_digest(&found))?;
    }
    Ok(())
}

#[test]
fn scenarios_of_random_schemas_are_what_a_model_says_and_come_back_on_either_engine() {
    let server = RefCell::new(Server::new());
    on_cases(Dialect::Postgres, 10, |case| {
        let mut server = server.borrow_mut();
        let Some((lab, file)) = check(case, &mut *server)? else { return Ok(()) };
        if case.is_shared { check_crossing(case, &mut server, &lab, &file) } else { Ok(()) }
    });
}
