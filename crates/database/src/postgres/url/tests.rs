//! URLs as people write them, and what is shown of them.

use std::io::Write as _;
use std::path::Path;

use insta::assert_snapshot;
use miette::Diagnostic as _;
use proptest::prelude::*;

use super::*;

fn resolve_in(
    text: &str,
    variables: &[(&'static str, &str)],
    home: Option<&Path>,
) -> Result<PostgresUrl, UrlError> {
    PostgresUrl::resolve(text, &Environment::with(variables, home.map(Path::to_path_buf), "os-user"))
}

fn resolve(text: &str) -> Result<PostgresUrl, UrlError> {
    resolve_in(text, &[], None)
}

#[track_caller]
fn shown(text: &str) -> String {
    resolve(text).expect("a URL").to_string()
}

#[test]
fn a_url_is_shown_completed_and_without_its_password() {
    for (text, expected) in [
        ("postgres://me:secret@db.example.org:6543/app", "postgres://me@db.example.org:6543/app"),
        ("postgresql://db/app", "postgres://os-user@db:5432/app"),
        ("postgres://me@db", "postgres://me@db:5432/me"),
        ("postgres://db?user=me&password=secret&dbname=app", "postgres://me@db:5432/app"),
        ("postgres://[::1]:5433/app", "postgres://os-user@[::1]:5433/app"),
        ("postgres://a:1,b:2/app", "postgres://os-user@a:1,b:2/app"),
        ("postgres://a,b:2/app", "postgres://os-user@a:5432,b:2/app"),
        ("postgres://me@%2Fvar%2Frun%2Fpg/app", "postgres://me@/app?host=/var/run/pg"),
        ("postgres://me@/app?host=/var/run/pg&port=5433", "postgres://me@/app?host=/var/run/pg&port=5433"),
        ("postgres://m%40e@db/a%20b%2Fc", "postgres://m%40e@db:5432/a%20b%2Fc"),
        ("postgres://db/a%1b%5B2J%E2%80%AE", "postgres://os-user@db:5432/a%1B%5B2J%E2%80%AE"),
        ("postgres://db/%C3%A4", "postgres://os-user@db:5432/ä"),
    ] {
        assert_eq!(shown(text), expected, "{text}");
        assert_eq!(shown(expected), expected, "read again");
    }
}

#[test]
fn a_missing_database_is_made_by_a_command_that_can_be_typed() {
    for (text, expected) in [
        ("postgres:///app", "app"),
        ("postgres://localhost/app", "-h localhost app"),
        ("postgres://postgres@127.0.0.1:54996/wiki", "-h 127.0.0.1 -p 54996 -U postgres wiki"),
        ("postgres://me:secret@[::1]/app", "-h ::1 -U me app"),
        ("postgres://me@/app?host=/run/pg&port=5433", "-h /run/pg -p 5433 -U me app"),
        ("postgres://a:1,b:2/app", "-h a,b -p 1,2 app"),
        ("postgres:///it's%20%1Bmine", r"'it'\''s \u001bmine'"),
    ] {
        assert_eq!(resolve(text).expect("a URL").to_be_made(), expected, "{text}");
    }
}

#[test]
fn a_url_without_a_host_means_this_machine() {
    let url = resolve("postgres:///app").expect("a URL");
    assert!(url.is_loopback(), "{url}");
}

#[test]
fn this_machine_is_told_from_others() {
    for (text, expected) in [
        ("postgres://localhost/d", true),
        ("postgres://LOCALHOST/d", true),
        ("postgres://127.0.0.1/d", true),
        ("postgres://127.9.9.9/d", true),
        ("postgres://[::1]/d", true),
        ("postgres://[::ffff:127.0.0.1]/d", true),
        ("postgres://%2Ftmp/d", true),
        ("postgres://localhost.example.org/d", false),
        ("postgres://127.0.0.1.example.org/d", false),
        ("postgres://0.0.0.0/d", false),
        ("postgres://10.0.0.1/d", false),
        ("postgres://localhost,db/d", false),
        ("postgres://localhost/d?hostaddr=10.0.0.1", false),
        ("postgres://db/d?hostaddr=127.0.0.1", true),
        ("postgres:///d?host=db", false),
    ] {
        assert_eq!(resolve(text).expect("a URL").is_loopback(), expected, "{text}");
    }
}

#[test]
fn variables_fill_what_the_url_leaves_open() {
    let variables = [
        ("PGHOST", "db"),
        ("PGPORT", "6543"),
        ("PGDATABASE", "app"),
        ("PGUSER", "me"),
        ("PGPASSWORD", "hunter2"),
        ("PGSSLMODE", "require"),
        ("PGAPPNAME", "mine"),
    ];
    let url = resolve_in("postgres://", &variables, None).expect("a URL");
    assert_eq!(url.to_string(), "postgres://me@db:6543/app");
    assert_eq!(url.password(), Some(("hunter2", "PGPASSWORD".to_owned())));
    assert!(!url.has_password_in_text());
    assert_eq!(url.sslmode(&url.hosts()[0]), SslMode::Require);
    let url = resolve_in("postgres://you:x@h:1/d?sslmode=verify-ca", &variables, None).expect("a URL");
    assert_eq!(url.to_string(), "postgres://you@h:1/d");
    assert_eq!(url.password(), Some(("x", "the URL".to_owned())));
    assert!(url.has_password_in_text());
    assert_eq!(url.sslmode(&url.hosts()[0]), SslMode::VerifyCa);
    assert_eq!(url.text("application_name"), Some("mine"));
}

#[test]
fn a_service_stands_between_the_url_and_the_variables() {
    let home = tempfile::tempdir().expect("a folder");
    let mut file = std::fs::File::create_new(home.path().join(".pg_service.conf")).expect("a file");
    write!(file, "[demo]\nhost=service-host\nport=6000\nuser=service-user\npassword=hunter2\n")
        .expect("written");
    let variables =
        [("PGHOST", "variable-host"), ("PGDATABASE", "variable-db"), ("PGSYSCONFDIR", "/no/such")];
    let url = |text, more: &[(&'static str, &str)]| {
        resolve_in(text, &[&variables[..], more].concat(), Some(home.path()))
    };
    let found = url("postgres://me@/?service=demo", &[]).expect("a URL");
    assert_eq!(found.to_string(), "postgres://me@service-host:6000/variable-db");
    assert_eq!(found.password(), Some(("hunter2", "the service file".to_owned())));
    assert_eq!(url("postgres://", &[("PGSERVICE", "demo")]).expect("a URL").user(), "service-user");
    assert_eq!(url("postgres://?service=x", &[]), Err(UrlError::UnknownService("x".to_owned())));
}

#[test]
fn encryption_is_as_good_as_can_be_off_this_machine() {
    for (text, expected) in [
        ("postgres://db/d", SslMode::VerifyFull),
        ("postgres://10.0.0.1/d", SslMode::VerifyFull),
        ("postgres://localhost/d", SslMode::Allow),
        ("postgres://db/d?hostaddr=10.0.0.1", SslMode::VerifyFull),
        ("postgres://db/d?sslmode=disable", SslMode::Disable),
        ("postgres://db/d?ssl=true", SslMode::Require),
        ("postgres://localhost/d?sslmode=verify-full", SslMode::VerifyFull),
    ] {
        let url = resolve(text).expect("a URL");
        assert_eq!(url.sslmode(&url.hosts()[0]), expected, "{text}");
    }
}

#[test]
fn the_authorities_of_the_home_folder_are_used_as_by_libpq() {
    let home = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(home.path().join(".postgresql")).expect("a folder");
    let root = home.path().join(".postgresql/root.crt");
    std::fs::File::create_new(&root).expect("a file");
    let roots = |text| resolve_in(text, &[], Some(home.path())).expect("a URL").files().roots;
    assert_eq!(roots("postgres://db/d"), Some(root));
    assert_eq!(roots("postgres://db/d?sslrootcert=/a.pem"), Some("/a.pem".into()));
    assert_eq!(roots("postgres://db/d?sslrootcert=system"), None);
}

#[track_caller]
fn refused(text: &str) -> String {
    let error = resolve_in(text, &[("PGSYSCONFDIR", "/no/such")], None).expect_err("no URL");
    format!("{error}\nhelp: {}", error.help().map_or_else(String::new, |help| help.to_string()))
}

#[test]
fn what_is_wrong_is_said_without_the_text() {
    assert_snapshot!(refused("postgres:me:hunter2@h/d"), @"
    the PostgreSQL URL cannot be read: `//` has to follow the scheme (it is not shown, since it may hold a password)
    help: write `postgres://USER@HOST:PORT/DATABASE`
    ");
    assert_snapshot!(refused("postgres://me:hunter2@h:x/d"), @"
    `port`, from the URL, is not a number from 1 to 65535 (an IPv6 address stands in brackets)
    help: correct it, or leave it out
    ");
    assert_snapshot!(refused("postgres://me:hun/ter2@h/d"), @"
    the PostgreSQL URL cannot be read: it has an `@` after the host, or more than one; in names, passwords and options write it `%40`, and `/` in a password `%2F` (it is not shown, since it may hold a password)
    help: write `postgres://USER@HOST:PORT/DATABASE`
    ");
    assert_snapshot!(refused("postgres://me:h%unter2@h/d"), @"
    the PostgreSQL URL cannot be read: two hexadecimal digits have to follow a `%`; the sign itself is `%25` (it is not shown, since it may hold a password)
    help: write `postgres://USER@HOST:PORT/DATABASE`
    ");
    assert_snapshot!(refused("postgres://h/d?hunter2"), @"
    the PostgreSQL URL cannot be read: a parameter after `?` lacks its `=` (it is not shown, since it may hold a password)
    help: write `postgres://USER@HOST:PORT/DATABASE`
    ");
    assert_snapshot!(refused("postgres://h/d?password=a&hunter2=b"), @"
    the PostgreSQL URL cannot be read: a parameter is not known, or an `&` in a password is not written `%26` (it is not shown, since it may hold a password)
    help: write `postgres://USER@HOST:PORT/DATABASE`
    ");
    assert_snapshot!(refused("postgres://h/d?pasword=hunter2"), @"
    the PostgreSQL URL has a parameter `pasword`, which is not known here
    help: check its spelling, or leave it out; the parameters are libpq's
    ");
    assert_snapshot!(refused("postgres://h/d?sslmode=hunter2"), @"
    `sslmode`, from the URL, is not one of disable, allow, prefer, require, verify-ca, verify-full
    help: correct it, or leave it out
    ");
    assert_snapshot!(refused("postgres://h/d?target_session_attrs=hunter2"), @"
    `target_session_attrs`, from the URL, is not one of any, read-write, read-only, primary, standby, prefer-standby
    help: correct it, or leave it out
    ");
    assert_snapshot!(refused("postgres://h/d?service=demo"), @"
    no service file has a service `demo`
    help: check its name; services are looked for in PGSERVICEFILE or ~/.pg_service.conf, then in the system's pg_service.conf (PGSYSCONFDIR)
    ");
    assert_snapshot!(refused("postgres://a,b,c:1,2:3/d?port=1,2"), @"
    the PostgreSQL URL cannot be read: the lists of hosts, addresses and ports have not the same length (it is not shown, since it may hold a password)
    help: write `postgres://USER@HOST:PORT/DATABASE`
    ");
    assert_snapshot!(refused("postgres://[::1/d"), @"
    the PostgreSQL URL cannot be read: a `[` before an address lacks its `]` (it is not shown, since it may hold a password)
    help: write `postgres://USER@HOST:PORT/DATABASE`
    ");
    assert_snapshot!(refused("postgres://::1/d"), @"
    `port`, from the URL, is not a number from 1 to 65535 (an IPv6 address stands in brackets)
    help: correct it, or leave it out
    ");
    assert_snapshot!(refused("postgres://h/d%00"), @"
    the PostgreSQL URL cannot be read: it holds a NUL character (it is not shown, since it may hold a password)
    help: write `postgres://USER@HOST:PORT/DATABASE`
    ");
    assert_snapshot!(refused("postgres://h/d%ff"), @"
    the PostgreSQL URL cannot be read: it does not decode to UTF-8 (it is not shown, since it may hold a password)
    help: write `postgres://USER@HOST:PORT/DATABASE`
    ");
    assert_snapshot!(refused("postgres://h/d?sslcert=a"), @"
    the PostgreSQL URL cannot be read: of `sslcert` and `sslkey` there is only one; both are needed (it is not shown, since it may hold a password)
    help: write `postgres://USER@HOST:PORT/DATABASE`
    ");
    assert_snapshot!(refused("postgres://h/d?keepalives_idle=soon"), @"
    `keepalives_idle`, from the URL, is not a number of seconds
    help: correct it, or leave it out
    ");
}

#[test]
fn a_wrong_variable_is_named() {
    let error = resolve_in("postgres://", &[("PGPORT", "hunter2")], None).expect_err("no URL");
    assert_snapshot!(error, @"`port`, from PGPORT, is not a number from 1 to 65535 (an IPv6 address stands in brackets)");
}

proptest! {
    /// Whatever stands around it, what is in the place of the password is never shown.
    #[test]
    fn no_password_is_ever_shown(
        before in "[a-z@:/?#%&=\\[\\],.0-9 é]{0,6}",
        after in "[a-z@:/?#%&=\\[\\],.0-9 é]{0,6}",
        rest in prop_oneof![
            Just("@db:5432/app"), Just("@db"), Just("@/app"), Just("@a:1,b/app?sslmode=disable"), Just("@[::1]/d"),
        ],
        scheme in prop_oneof![Just("postgres://"), Just("postgresql://"), Just("postgres:"), Just("POSTGRES://")],
    ) {
        let text = format!("{scheme}me:{before}hunter2{after}{rest}");
        let told = match resolve(&text) {
            Ok(url) => format!("{url} {url:?} {}", url.host()),
            Err(error) => format!("{error} {error:?} {}", error.help().map_or_else(String::new, |help| help.to_string())),
        };
        prop_assert!(!told.contains("hunter2"), "{text}: {told}");
    }

    /// No text makes it panic, and what is shown can be read again.
    #[test]
    fn what_is_shown_reads_back(user in "\\PC{1,8}", host in "[a-z0-9.-]{1,8}", port in 1_u16.., database in "\\PC{1,8}") {
        let percent = |text: &str| text.bytes().fold(String::new(), |out, byte| format!("{out}%{byte:02X}"));
        let text = format!("postgres://{}@{host}:{port}/{}", percent(&user), percent(&database));
        let url = resolve(&text).expect("a URL");
        prop_assert_eq!(url.database(), &database);
        prop_assert_eq!(url.user(), &user);
        let again = resolve(&url.to_string()).expect("a URL");
        prop_assert_eq!(again.to_string(), url.to_string());
        prop_assert_eq!(again.database(), &database);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
        let _ = resolve(&format!("postgres://{text}"));
    }
}
