//! What is said when there is no session.

use std::net::TcpListener;

use insta::assert_snapshot;
use test_support::postgres::{Cluster, TestDatabase};

use crate::{open, refusal};

#[test]
fn postgres_refuses_a_wrong_password_and_says_where_it_came_from() {
    let database = TestDatabase::new();
    let role = database.role("me", "");
    let port = port_of(&database);
    let shown = [(role.as_str(), "ROLE"), (database.name(), "DB"), (port.as_str(), "PORT")];
    assert_snapshot!(refusal(&database.url_as(&role, "hunter2"), &shown), @"
    the server of `postgres://ROLE@127.0.0.1:PORT/DB` does not let the role `ROLE` in: the password from the URL is refused
    help: a password is looked for in the URL, in PGPASSWORD, then in ~/.pgpass or the file that PGPASSFILE names, which has lines `HOST:PORT:DATABASE:USER:PASSWORD` and is readable by its owner only
    ");
    let passfile = tempfile::NamedTempFile::new().expect("a file");
    std::io::Write::write_all(&mut passfile.as_file(), b"*:*:*:*:hunter2\n").expect("written");
    let path = passfile.path().to_str().expect("UTF-8");
    let url = format!("{}?passfile={path}", database.url_as(&role, ""));
    assert_snapshot!(refusal(&url, &[&shown[..], &[(path, "PASSFILE")]].concat()), @"
    the server of `postgres://ROLE@127.0.0.1:PORT/DB` does not let the role `ROLE` in: the password from `PASSFILE` is refused
    help: a password is looked for in the URL, in PGPASSWORD, then in ~/.pgpass or the file that PGPASSFILE names, which has lines `HOST:PORT:DATABASE:USER:PASSWORD` and is readable by its owner only
    ");
    std::io::Seek::rewind(&mut passfile.as_file()).expect("rewound");
    std::io::Write::write_all(&mut passfile.as_file(), format!("*:{port}:*:{role}:{role}\n").as_bytes())
        .expect("written");
    open(&url).map(drop).expect("the password of the file is right");
    let url = format!("{}?passfile=/no/such/file", database.url_as(&role, ""));
    assert_snapshot!(refusal(&url, &shown), @"
    the server of `postgres://ROLE@127.0.0.1:PORT/DB` does not let the role `ROLE` in: it asks for a password, and none was found
    help: a password is looked for in the URL, in PGPASSWORD, then in ~/.pgpass or the file that PGPASSFILE names, which has lines `HOST:PORT:DATABASE:USER:PASSWORD` and is readable by its owner only
    ");
}

#[test]
fn postgres_refuses_a_role_that_may_not_log_in() {
    let database = TestDatabase::new();
    let role = database.role("me", "");
    database.psql(&format!("ALTER ROLE {role} NOLOGIN"));
    let shown = [(role.as_str(), "ROLE"), (database.name(), "DB"), (&port_of(&database), "PORT")];
    assert_snapshot!(refusal(&database.url_of(&role), &shown), @r#"
    the server of `postgres://ROLE@127.0.0.1:PORT/DB` does not admit the role `ROLE`: role "ROLE" is not permitted to log in
    help: check the role's name, that it may log in, and the rules of the server's pg_hba.conf: they count the host, the database and the encryption
    "#);
}

#[test]
fn postgres_refuses_a_role_without_connect() {
    let database = TestDatabase::new();
    let role = database.role("me", "");
    database.psql(&format!("REVOKE CONNECT ON DATABASE {} FROM PUBLIC", database.name()));
    let shown = [(role.as_str(), "ROLE"), (database.name(), "DB"), (&port_of(&database), "PORT")];
    assert_snapshot!(refusal(&database.url_of(&role), &shown), @r#"
    the role `ROLE` has no right to use the database "DB" in `postgres://ROLE@127.0.0.1:PORT/DB`
    help: the owner can give it: GRANT CONNECT ON DATABASE "DB" TO "ROLE"
    "#);
}

#[test]
fn postgres_has_no_such_database() {
    let database = TestDatabase::new();
    let shown = [(port_of(&database), "PORT".to_owned())];
    let shown = [(shown[0].0.as_str(), shown[0].1.as_str())];
    let told = refusal(&Cluster::shared().url("no_such_database"), &shown);
    assert_snapshot!(told, @"
    there is no database at `postgres://postgres@127.0.0.1:PORT/no_such_database`
    help: check the name, or make it: createdb -h 127.0.0.1 -p PORT -U postgres no_such_database
    ");
}

#[test]
fn postgres_takes_no_more_sessions() {
    let database = TestDatabase::new();
    let role = database.role("me", "CONNECTION LIMIT 1");
    let _first = open(&database.url_of(&role)).expect("a session");
    let shown = [(role.as_str(), "ROLE"), (database.name(), "DB"), (&port_of(&database), "PORT")];
    assert_snapshot!(refusal(&database.url_of(&role), &shown), @"
    the server of `postgres://ROLE@127.0.0.1:PORT/DB` takes no further sessions
    help: close some, or raise max_connections or the limit of the role or database
    ");
}

#[test]
fn postgres_nobody_listens_or_nobody_answers() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port().to_string();
    let shown = [(port.as_str(), "PORT")];
    let url = format!("postgres://me:hunter2@127.0.0.1:{port}/demo?connect_timeout=2");
    // It listens and never says a word.
    assert_snapshot!(refusal(&url, &shown), @"
    the server of `postgres://me@127.0.0.1:PORT/demo` cannot be reached: no answer within 2 seconds
    help: check that the server runs and listens there, and the host and port of the URL
    ");
    // Of all ports the one at which nobody listens.
    assert_snapshot!(refusal("postgres://me:hunter2@127.0.0.1:1/demo", &[]), @"
    the server of `postgres://me@127.0.0.1:1/demo` cannot be reached: connection refused
    help: check that the server runs and listens there, and the host and port of the URL
    ");
    assert_snapshot!(refusal("postgres://me:hunter2@no-such-host.invalid/demo", &[]), @"
    the server of `postgres://me@no-such-host.invalid:5432/demo` cannot be reached: its host name is not known
    help: check that the server runs and listens there, and the host and port of the URL
    ");
    assert_snapshot!(refusal("postgres://me:hunter2@/demo?host=/no/such/folder", &[]), @"
    the server of `postgres://me@/demo?host=/no/such/folder` cannot be reached: there is no socket of a server in that folder
    help: check that the server runs and listens there, and the host and port of the URL
    ");
}

#[test]
fn postgres_is_found_among_several_hosts() {
    let database = TestDatabase::new();
    let (before, after) = two_of(&database.url());
    open(&format!("{before}127.0.0.1:1,{after}")).map(drop).expect("the second host answers");
    open(&format!("{before}{after}?target_session_attrs=primary")).map(drop).expect("it is no standby");
    open(&format!("{before}{after}?target_session_attrs=prefer-standby")).map(drop).expect("any will do");
    let shown = [(database.name(), "DB"), (&port_of(&database), "PORT")];
    assert_snapshot!(refusal(&format!("{before}{after}?target_session_attrs=standby"), &shown), @"
    the server of `postgres://postgres@127.0.0.1:PORT/DB` cannot be reached: no server there is of the kind that `target_session_attrs` asks for
    help: check that the server runs and listens there, and the host and port of the URL
    ");
}

/// The URL before its host, and from there on.
fn two_of(url: &str) -> (String, String) {
    let (before, after) = url.split_once('@').expect("a role");
    (format!("{before}@"), after.to_owned())
}

fn port_of(database: &TestDatabase) -> String {
    let url = database.url();
    let (_, after) = url.rsplit_once(':').expect("a port");
    after.split('/').next().expect("a port").to_owned()
}
