//! What a server, a role or an address is to blame for: each its own clear error, and no password anywhere.

use insta::assert_snapshot;
use test_support::sqlite;

use super::{ALL_RIGHTS, DAY, empty, imported};
use crate::clone;

#[test]
fn a_password_that_is_wrong_or_missing() {
    let demo = empty();
    let role = demo.role("");
    let url = demo.db.url_as(&role, "");
    let home = demo.sandbox.path("home");
    let home = home.to_str().expect("a path");
    let run = |password: &str| {
        demo.sandbox
            .run_with(&["data-stats", "--database", &url], &[("PGPASSWORD", password), ("HOME", home)])
    };
    let wrong = run("hunter2").expect_code(4);
    assert!(!wrong.stderr.contains("hunter2"));
    assert_snapshot!(demo.redacted(&wrong.stderr), @"
    error: the server of `postgres://demo_ana@[SERVER]/demo` does not let the role `demo_ana` in: the password from PGPASSWORD is refused
       help: a password is looked for in the URL, in PGPASSWORD, then in ~/.pgpass or the file that PGPASSFILE names, which has lines `HOST:PORT:DATABASE:USER:PASSWORD` and is readable by its owner only
    ");
    demo.assert_troubleshooting_shows(&wrong);
    let missing = run("").expect_code(4);
    assert_snapshot!(demo.redacted(&missing.stderr), @"
    error: the server of `postgres://demo_ana@[SERVER]/demo` does not let the role `demo_ana` in: it asks for a password, and none was found
       help: a password is looked for in the URL, in PGPASSWORD, then in ~/.pgpass or the file that PGPASSFILE names, which has lines `HOST:PORT:DATABASE:USER:PASSWORD` and is readable by its owner only
    ");
    demo.assert_troubleshooting_shows(&missing);
}

#[cfg(unix)]
#[test]
fn a_password_file_that_others_can_read_is_not_used() {
    use std::os::unix::fs::PermissionsExt as _;
    let demo = empty();
    let role = demo.role("");
    let url = demo.db.url_as(&role, "");
    demo.sandbox.write("home/.pgpass", format!("*:*:*:*:{role}\n"));
    let (home, file) = (demo.sandbox.path("home"), demo.sandbox.path("home/.pgpass"));
    let run = |mode: u32| {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).expect("permissions set");
        demo.sandbox
            .run_with(&["data-stats", "--database", &url], &[("HOME", home.to_str().expect("a path"))])
    };
    assert_snapshot!(demo.redacted(&run(0o644).expect_code(4).stderr), @"
    warning: the password file `home/.pgpass` is not used: others can read it; make it yours alone with chmod 600
    error: the server of `postgres://demo_ana@[SERVER]/demo` does not let the role `demo_ana` in: it asks for a password, and none was found
       help: a password is looked for in the URL, in PGPASSWORD, then in ~/.pgpass or the file that PGPASSFILE names, which has lines `HOST:PORT:DATABASE:USER:PASSWORD` and is readable by its owner only
    ");
    let _ = run(0o600).expect_code(0);
}

#[test]
fn a_password_in_the_url_is_warned_of_where_others_see_it() {
    let demo = imported();
    let url = demo.db.url();
    let typed = demo.sandbox.run(&["demo-export", "writer", "--quiet", "--database", &url]).expect_code(0);
    assert_snapshot!(typed.stderr, @"warning: others can see a password on the command line: put it into ~/.pgpass or PGPASSWORD");
    let from_variable = demo.run(&["demo-export", "writer", "--quiet"]).expect_code(0);
    assert_eq!(from_variable.stderr, "");
    for run in [typed, from_variable] {
        let _ = demo.redacted(&run.stdout);
    }
}

#[test]
fn a_database_or_a_server_that_is_not_there() {
    let demo = empty();
    let nowhere = demo.db.url().replace(demo.db.name(), "nowhere");
    let nowhere = demo.run_at(&nowhere, &["demo-import", "writer"]).expect_code(4);
    demo.assert_troubleshooting_shows(&nowhere);
    assert_snapshot!(demo.shown(&nowhere), @"
    $ cargo xtask demo-import writer
    -- stderr
    error: there is no database at `postgres://postgres@[SERVER]/nowhere`
       help: check the name, or make it: createdb -h [HOST] -U postgres nowhere
    -- exit 4
    ");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    let closed =
        demo.run_at(&format!("postgres://ana:hunter2@127.0.0.1:{port}/demo"), &["demo-import", "writer"]);
    let shown = closed.transcript().replace(&port.to_string(), "[PORT]");
    assert!(!shown.contains("hunter2"));
    assert_snapshot!(shown, @"
    $ cargo xtask demo-import writer
    -- stderr
    error: the server of `postgres://ana@127.0.0.1:[PORT]/demo` cannot be reached: connection refused
       help: check that the server runs and listens there, and the host and port of the URL
    -- exit 4
    ");
}

#[test]
fn rights_that_are_missing_are_named_with_their_grants() {
    let demo = imported();
    let role = demo.role("");
    let export = demo.run_as(&role, &["demo-export", "writer"]).expect_code(4);
    assert_snapshot!(demo.shown(&export), @r#"
    $ cargo xtask demo-export writer
    -- stderr
    error: the role `demo_ana` has no right to use the table "public"."chat_sessions" in `postgres://demo_ana@[SERVER]/demo`
       help: the owner can give it: GRANT SELECT ON TABLE "public"."chat_sessions" TO "demo_ana"
    -- exit 4
    "#);
    demo.assert_troubleshooting_shows(&export);
    let import = demo.run_as(&role, &["demo-import", "writer"]).expect_code(4);
    assert_snapshot!(demo.shown(&import), @r#"
    $ cargo xtask demo-import writer
    -- stderr
    error: the role `demo_ana` has no right to use the table "public"."chat_sessions" in `postgres://demo_ana@[SERVER]/demo`
       help: the owner can give it: GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE "public"."chat_sessions" TO "demo_ana"
    -- exit 4
    "#);
    demo.assert_troubleshooting_shows(&import);
    demo.db.psql(&format!("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"));
    let _ = demo.run_as(&role, &["demo-export", "writer"]).expect_code(0);
    let _ = demo.run_as(&role, &["data-stats"]).expect_code(0);
    demo.db.psql(&format!("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC", demo.db.name()));
    assert_snapshot!(demo.shows_as(&role, &["demo-import", "writer", "--dry-run"]), @r#"
    $ cargo xtask demo-import writer --dry-run
    -- stderr
    error: the role `demo_ana` has no right to make temporary tables in `postgres://demo_ana@[SERVER]/demo`
       help: the owner can give it: GRANT TEMPORARY ON DATABASE "demo" TO "demo_ana"
    -- exit 4
    "#);
}

#[test]
fn a_database_in_use_is_waited_for_as_long_as_asked() {
    let demo = imported();
    demo.db.psql("UPDATE todos SET title = 'x' WHERE id = 105");
    let mut other = demo.db.client();
    other.send("BEGIN; UPDATE todos SET title = 'y' WHERE id = 106;");
    let _ = demo.run(&["demo-export", "writer", "--output", "-"]).expect_code(0);
    let _ = demo.run(&["demo-import", "writer", "--dry-run"]).expect_code(0);
    let refused = demo.run(&["demo-import", "writer", "--yes", "--lock-timeout", "0"]).expect_code(4);
    assert_snapshot!(demo.shown(&refused), @"
    $ cargo xtask demo-import writer --yes --lock-timeout 0
    -- stderr
    error: the database `postgres://postgres@[SERVER]/demo` is in use: another session holds a lock for longer than was to be waited (the table `todos`)
       help: nothing was changed; close the program that is using it, or wait, then run the command again (`demo-import --lock-timeout` waits longer)
    -- exit 4
    ");
    demo.assert_troubleshooting_shows(&refused);
    other.send("ROLLBACK;");
    let _ = demo.run(&["demo-import", "writer", "--yes", "--lock-timeout", "0"]).expect_code(0);
}

#[test]
fn a_target_that_looks_like_production_is_named_in_full() {
    let sandbox = clone();
    let args = ["demo-import", "writer", "--database", "postgres://ana@127.0.0.1:1/app_prod"];
    assert_snapshot!(sandbox.run(&args).transcript(), @"
    $ cargo xtask demo-import writer --database postgres://ana@127.0.0.1:1/app_prod
    -- stderr
    error: the target `127.0.0.1/app_prod` looks like a production database
       help: if it is meant, name it in full: --allow-target 127.0.0.1/app_prod
    -- exit 2
    ");
    let other = sandbox.run(&[&args[..], &["--allow-target", "app_prod"]].concat()).expect_code(2);
    assert!(other.stderr.contains("looks like a production database"), "{}", other.transcript());
    let allowed =
        sandbox.run(&[&args[..], &["--allow-target", "127.0.0.1/app_prod"]].concat()).expect_code(4);
    assert_snapshot!(allowed.stderr, @"
    error: the server of `postgres://ana@127.0.0.1:1/app_prod` cannot be reached: connection refused
       help: check that the server runs and listens there, and the host and port of the URL
    ");
    for command in ["db-migrate", "demo-seed writer"] {
        let typed: Vec<&str> = command.split(' ').chain(["--database", args[3]]).collect();
        let _ = sandbox.run(&typed).expect_code(2);
    }
}

#[test]
fn a_malformed_url_is_refused_and_its_password_is_not_repeated() {
    let sandbox = clone();
    let urls = [
        "postgres:ana:hunter2@localhost/demo",
        "postgres://ana:hunter2@localhost@demo",
        "postgres://ana:hunter2/@localhost/demo",
        "postgres://ana:hunter2%zz@localhost/demo",
        "postgres://ana:hunter2@[::1/demo",
        "postgres://ana:hunter2@localhost:port/demo",
        "postgres://ana:hunter2@localhost/demo?hunter2",
        "postgres://ana:x@localhost/demo?hunter2=y",
        "postgres://localhost/demo?sslmod=require",
        "postgres://localhost/demo?sslmode=always",
        "postgres:///?service=nowhere",
    ];
    let said = urls.map(|url| {
        let run = sandbox.run(&["data-stats", "-vv", "--database", url]).expect_code(2);
        assert!(!run.stderr.contains("hunter2"), "{}", run.transcript());
        assert_eq!(run.stdout, "");
        format!("{url}\n{}", run.stderr)
    });
    assert_snapshot!(said.join("\n"), @"
    postgres:ana:hunter2@localhost/demo
    error: the PostgreSQL URL cannot be read: `//` has to follow the scheme (it is not shown, since it may hold a password)
       help: write `postgres://USER@HOST:PORT/DATABASE`

    postgres://ana:hunter2@localhost@demo
    error: the PostgreSQL URL cannot be read: it has an `@` after the host, or more than one; in names, passwords and options write it `%40`, and `/` in a password `%2F` (it is not shown, since it may hold a password)
       help: write `postgres://USER@HOST:PORT/DATABASE`

    postgres://ana:hunter2/@localhost/demo
    error: the PostgreSQL URL cannot be read: it has an `@` after the host, or more than one; in names, passwords and options write it `%40`, and `/` in a password `%2F` (it is not shown, since it may hold a password)
       help: write `postgres://USER@HOST:PORT/DATABASE`

    postgres://ana:hunter2%zz@localhost/demo
    error: the PostgreSQL URL cannot be read: two hexadecimal digits have to follow a `%`; the sign itself is `%25` (it is not shown, since it may hold a password)
       help: write `postgres://USER@HOST:PORT/DATABASE`

    postgres://ana:hunter2@[::1/demo
    error: the PostgreSQL URL cannot be read: a `[` before an address lacks its `]` (it is not shown, since it may hold a password)
       help: write `postgres://USER@HOST:PORT/DATABASE`

    postgres://ana:hunter2@localhost:port/demo
    error: `port`, from the URL, is not a number from 1 to 65535 (an IPv6 address stands in brackets)
       help: correct it, or leave it out

    postgres://ana:hunter2@localhost/demo?hunter2
    error: the PostgreSQL URL cannot be read: a parameter after `?` lacks its `=` (it is not shown, since it may hold a password)
       help: write `postgres://USER@HOST:PORT/DATABASE`

    postgres://ana:x@localhost/demo?hunter2=y
    error: the PostgreSQL URL cannot be read: a parameter is not known, or an `&` in a password is not written `%26` (it is not shown, since it may hold a password)
       help: write `postgres://USER@HOST:PORT/DATABASE`

    postgres://localhost/demo?sslmod=require
    error: the PostgreSQL URL has a parameter `sslmod`, which is not known here
       help: check its spelling, or leave it out; the parameters are libpq's

    postgres://localhost/demo?sslmode=always
    error: `sslmode`, from the URL, is not one of disable, allow, prefer, require, verify-ca, verify-full
       help: correct it, or leave it out

    postgres:///?service=nowhere
    error: no service file has a service `nowhere`
       help: check its name; services are looked for in PGSERVICEFILE or ~/.pg_service.conf, then in the system's pg_service.conf (PGSYSCONFDIR)
    ");
}

#[test]
fn rows_that_a_policy_hides_and_triggers_of_another_owner() {
    let demo = imported();
    let role = demo.role(ALL_RIGHTS);
    demo.db.psql(&format!(
        "ALTER TABLE todos ENABLE ROW LEVEL SECURITY;
        CREATE POLICY some_rows ON todos TO {role} USING (id <> 105) WITH CHECK (true)"
    ));
    let export = demo.run_as(&role, &["demo-export", "writer"]).expect_code(4);
    assert_snapshot!(demo.shown(&export), @"
    $ cargo xtask demo-export writer
    -- stderr
    error: row-level security of the table `todos` hides rows from the role `demo_ana` in `postgres://demo_ana@[SERVER]/demo`
       help: use the table's owner (without FORCE ROW LEVEL SECURITY) or a role with BYPASSRLS: a part of the rows is never taken for all of them
    -- exit 4
    ");
    demo.assert_troubleshooting_shows(&export);
    assert_snapshot!(demo.shows_as(&role, &["demo-import", "writer"]), @"
    $ cargo xtask demo-import writer
    -- stderr
    error: the target refuses todos: id 105: the unique constraint `todos_pkey` of `todos` is violated (row-level security hides rows of this table from demo_ana)
       help: compare the target's constraints with those of the database that was exported; nothing was changed
    -- exit 3
    ");
    demo.db.psql("ALTER TABLE todos DISABLE ROW LEVEL SECURITY; CREATE TABLE logs (n int);
        CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO logs VALUES (1); RETURN new; END';
        CREATE TRIGGER shout BEFORE UPDATE ON todos FOR EACH ROW EXECUTE FUNCTION shout();
        UPDATE todos SET title = 'x' WHERE id = 105");
    let import = demo.run_as(&role, &["demo-import", "writer", "--yes"]).expect_code(3);
    assert_snapshot!(demo.redacted(&import.stderr), @"
    error: triggers of the target would fire, and this role, which does not own their tables, cannot switch them off:
             shout on todos
       help: import as the owner of those tables, or with `--triggers on`; nothing was changed
    ");
    demo.assert_troubleshooting_shows(&import);
    let firing = demo.run(&["demo-import", "writer", "--yes", "--triggers", "on"]).expect_code(3);
    assert_snapshot!(demo.redacted(&firing.stderr), @r#"
    losing 1 row of the demo that people added or edited, as --yes says:
      todos id 105 (edited)
    error: the target refuses todos: id 105: relation "logs" does not exist
       help: compare the target's constraints with those of the database that was exported; nothing was changed
    "#);
    demo.assert_troubleshooting_shows(&firing);
    let _ = demo.run(&["demo-import", "writer", "--yes"]).expect_code(0);
    demo.db.psql("ALTER FUNCTION shout SET search_path = public; UPDATE todos SET title = 'x' WHERE id = 105; DELETE FROM logs");
    let fired = demo.run(&["demo-import", "writer", "--yes", "--triggers", "on"]).expect_code(0);
    assert!(
        fired.stderr.contains("Triggers of the target added rows: logs (1 row)."),
        "{}",
        fired.transcript()
    );
}

#[test]
fn a_session_that_is_read_only() {
    let demo = imported();
    let role = demo.role(ALL_RIGHTS);
    demo.db.psql(&format!("ALTER ROLE {role} SET default_transaction_read_only = on"));
    let _ = demo.run_as(&role, &["demo-export", "writer"]).expect_code(0);
    assert_snapshot!(demo.shows_as(&role, &["demo-import", "writer"]), @"
    $ cargo xtask demo-import writer
    -- stderr
    error: the database `postgres://demo_ana@[SERVER]/demo` cannot be written: the session is read-only
       help: connect to the primary server (`target_session_attrs=read-write` finds it among several hosts), or turn off default_transaction_read_only for this role
    -- exit 4
    ");
}

#[test]
fn a_circle_of_tables_that_is_checked_at_once() {
    let demo = empty();
    demo.sandbox
        .write("demo-snapshots/library/scenario.yaml", "scenario: library\nselect: { authors: all }\n");
    sqlite::execute(
        &demo.sandbox.path("app.db"),
        "CREATE TABLE authors (id INTEGER PRIMARY KEY, book INTEGER NOT NULL REFERENCES books (id));
         CREATE TABLE books (id INTEGER PRIMARY KEY, author INTEGER NOT NULL REFERENCES authors (id));
         BEGIN; PRAGMA defer_foreign_keys = on; INSERT INTO authors VALUES (1, 2); INSERT INTO books VALUES (2, 1); COMMIT",
    );
    let export = ["demo-export", "library", "--database", "sqlite:app.db"];
    let _ = demo.sandbox.run_with(&export, &[DAY]).expect_code(0);
    demo.db.psql(
        "CREATE TABLE authors (id BIGINT PRIMARY KEY, book BIGINT NOT NULL);
         CREATE TABLE books (id BIGINT PRIMARY KEY, author BIGINT NOT NULL REFERENCES authors (id));
         ALTER TABLE authors ADD FOREIGN KEY (book) REFERENCES books (id)",
    );
    let role = demo.role(ALL_RIGHTS);
    let import = demo.run_as(&role, &["demo-import", "library"]).expect_code(3);
    assert_snapshot!(demo.redacted(&import.stderr), @"
    error: rows of the snapshot refer to each other in a circle, foreign keys of the target are checked at once, and this role, which does not own their tables, cannot put that off:
             authors.book -> books, books.author -> authors
       help: import as the owner of those tables, or make one foreign key of each circle DEFERRABLE; nothing was changed
    ");
    demo.assert_troubleshooting_shows(&import);
    let dry = demo.run_as(&role, &["demo-import", "library", "--dry-run"]).expect_code(3);
    assert_eq!(dry.stderr, import.stderr);
    assert_eq!(demo.db.psql("SELECT count(*) FROM authors").trim(), "0");
    let export = demo.run(&["demo-export", "library"]).expect_code(3);
    assert_snapshot!(demo.redacted(&export.stderr), @"
    error: the tables refer to each other in a circle that no row can start: authors.book -> books, books.author -> authors
       help: let one of these references be NULL in all its columns, none of them in a key that identifies rows: then its rows are written with NULL and set afterwards; or make it DEFERRABLE: then it is checked at the end
    ");
    demo.assert_troubleshooting_shows(&export);
    demo.db.psql("ALTER TABLE authors ALTER CONSTRAINT authors_book_fkey DEFERRABLE");
    let _ = demo.run_as(&role, &["demo-import", "library"]).expect_code(0);
    let export = demo.run(&["demo-export", "library"]).expect_code(0);
    assert!(export.stdout.contains("is unchanged since"), "{}", export.transcript());
}
