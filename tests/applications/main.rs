//! The databases of well-known applications, which their own code fills, reads and works on: with nothing but a scenario
//! file, what the application sees in a restored database is what it saw in the original, and it goes on from there.
//!
//! Run by `cargo xtask test --applications`, which brings the packages; see `requirements.txt` for their versions.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use test_support::Sandbox;

const XTASK: &str = env!("CARGO_BIN_EXE_xtask");

/// An application, its database and its scenario.
struct Application {
    folder: &'static str,
    /// Tells it its database.
    variable: &'static str,
    /// The script that fills, tells and works.
    script: &'static [&'static str],
    /// What makes an empty database the application's.
    prepare: &'static [&'static str],
    /// What it says of a database that it accepts.
    checks: &'static [&'static [&'static str]],
    scenario: &'static str,
}

const DJANGO: Application = Application {
    folder: "django",
    variable: "LIBRARY_DATABASE",
    script: &["work.py"],
    prepare: &["manage.py", "migrate", "-v0"],
    checks: &[
        &["manage.py", "check"],
        &["manage.py", "migrate", "--check"],
        &["manage.py", "makemigrations", "--check"],
        // Adds what a scenario without all content types and permissions leaves out.
        &["manage.py", "migrate", "-v0"],
    ],
    scenario: "library",
};

const LANGGRAPH: Application = Application {
    folder: "langgraph",
    variable: "CHECKPOINTS",
    script: &["work.py"],
    prepare: &["work.py", "setup"],
    checks: &[],
    scenario: "agent",
};

/// Three databases of one engine: the original, one that the application has prepared, and one that is empty.
struct Databases {
    engine: &'static str,
    original: String,
    prepared: String,
    empty: String,
}

impl Application {
    /// Runs the application's own code on a database, which must succeed; returns what it printed.
    #[track_caller]
    #[expect(clippy::disallowed_methods, reason = "an application runs beside the tool, on its own database")]
    fn run(&self, database: &str, args: &[&str], without_checks: bool) -> String {
        let python = std::env::var_os("DEMO_APPLICATIONS_PYTHON");
        let python = python.expect("the packages are brought by `cargo xtask test --applications`");
        let mut command = Command::new(python);
        command.arg("-B").args(args).current_dir(folder().join(self.folder)).stdin(Stdio::null());
        command.env(self.variable, database).env("PYTHONUTF8", "1");
        if without_checks {
            command.env("LIBRARY_CHECKS", "left out");
        }
        let output = command.output().expect("Python starts");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(
            output.status.success(),
            "{args:?}: {}\n{}{}",
            output.status,
            text(&output.stdout),
            text(&output.stderr)
        );
        text(&output.stdout)
    }

    #[track_caller]
    fn script(&self, database: &str, what: &str) -> String {
        self.run(database, &[self.script, &[what]].concat(), false)
    }

    /// Out of the original, into both others; the application tells the same of all three, and works on in what was restored.
    #[track_caller]
    fn is_restored(&self, databases: &Databases) {
        let sandbox = Sandbox::empty(XTASK);
        let file = folder().join(self.folder).join(format!("scenario-{}.yaml", databases.engine));
        let scenario = std::fs::read_to_string(file).expect("a scenario");
        sandbox.write(&format!("demo-snapshots/{}/scenario.yaml", self.scenario), scenario);
        let Databases { original, prepared, empty, .. } = databases;
        let _ = self.run(original, self.prepare, false);
        let _ = self.script(original, "fill");
        let told = self.script(original, "tell");
        assert!(told.lines().count() > 20, "{told}");
        let _ = sandbox.run(&["demo-export", self.scenario, "--database", original]).expect_code(0);
        assert_eq!(self.script(original, "tell"), told, "the source was only read");

        let _ = self.run(prepared, self.prepare, false);
        // Its own record of migrations has other times: those of the snapshot take their place.
        let import = ["demo-import", self.scenario, "--database"];
        let _ = sandbox.run(&[&import[..], &[prepared, "--yes"]].concat()).expect_code(0);
        let _ = sandbox.run(&[&import[..], &[empty, "--create-schema"]].concat()).expect_code(0);
        for database in [prepared, empty] {
            assert_eq!(self.script(database, "tell"), told);
            for check in self.checks {
                let _ = self.run(database, check, false);
            }
            let unchanged = sandbox.run(&["demo-export", self.scenario, "--database", database]);
            assert!(unchanged.stdout.contains(" is unchanged since v1_"), "{}", unchanged.transcript());
            // `--create-schema` says that it leaves checks and partial indexes out.
            let worked = self.run(database, &[self.script, &["work"]].concat(), database == empty);
            assert!(worked.starts_with("worked on: "), "{worked}");
        }
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/applications")
}

/// Runs `application` on SQLite.
#[track_caller]
fn on_sqlite(application: &Application) {
    let places = Sandbox::empty(XTASK);
    let database = |name: &str| format!("sqlite:{}", places.path(name).display());
    application.is_restored(&Databases {
        engine: "sqlite",
        original: database("original.sqlite"),
        prepared: database("prepared.sqlite"),
        empty: database("empty.sqlite"),
    });
}

#[test]
fn django_works_on_in_a_restored_sqlite_database() {
    on_sqlite(&DJANGO);
}

#[test]
fn langgraph_continues_a_thread_of_a_restored_sqlite_database() {
    on_sqlite(&LANGGRAPH);
}

mod postgres {
    use test_support::postgres::TestDatabase;

    use super::{Application, DJANGO, Databases, LANGGRAPH};

    #[track_caller]
    fn on_postgres(application: &Application) {
        let [original, prepared, empty] = [TestDatabase::new(), TestDatabase::new(), TestDatabase::new()];
        application.is_restored(&Databases {
            engine: "postgres",
            original: original.url(),
            prepared: prepared.url(),
            empty: empty.url(),
        });
    }

    #[test]
    fn django_works_on_in_a_restored_postgres_database() {
        on_postgres(&DJANGO);
    }

    #[test]
    fn langgraph_continues_a_thread_of_a_restored_postgres_database() {
        on_postgres(&LANGGRAPH);
    }
}
