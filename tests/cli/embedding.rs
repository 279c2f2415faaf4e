//! `examples/embedding`: a workspace of its own whose program has all commands, built for real and run. It shares what is
//! compiled with this workspace, so that only the tool's own crates are built a second time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use insta::assert_snapshot;
use test_support::{Sandbox, sqlite};

use crate::support::{EPOCH, XTASK, assert_unchanged, state};

/// The example's program, built as its users build it: by the alias `cargo xtask`.
static SHOP_XTASK: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(XTASK).parent().expect("a profile's folder");
    let (profile, target) = (folder.file_name().expect("a name"), folder.parent().expect("a target folder"));
    #[expect(clippy::disallowed_methods, reason = "cargo, on a workspace of ours")]
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(example()).stdin(Stdio::null());
    // What cargo says of this package would be news to build scripts: they would run again, here and there by turns.
    let is_own = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in std::env::vars_os().filter(|(name, _)| is_own(&name.to_string_lossy())) {
        cargo.env_remove(name);
    }
    cargo.env("CARGO_TARGET_DIR", target.join("embedding")).env("CARGO_BUILD_BUILD_DIR", target);
    if profile == "release" {
        cargo.args(["run", "--release", "--package", "xtask", "--locked", "--", "--version"]);
    } else {
        cargo.args(["--locked", "xtask", "--version"]);
    }
    let output = cargo.output().expect("cargo starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.starts_with("cargo xtask "), "{said}{}", String::from_utf8_lossy(&output.stderr));
    target.join("embedding").join(profile).join(format!("xtask{}", std::env::consts::EXE_SUFFIX))
});

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/embedding")
}

/// The example as it is cloned: its archive, no database.
fn shop() -> Sandbox {
    let program = SHOP_XTASK.to_str().expect("a path that is text");
    Sandbox::with_archive(program, &example().join("demo-snapshots"))
}

#[test]
fn another_workspace_has_all_commands_with_its_own_schema_and_archive() {
    let shop = shop();
    let run = |args: &[&str]| shop.run_with(args, &EPOCH).expect_code(0).transcript();
    let mut told = vec![
        run(&["schema"]),
        run(&["db-migrate"]),
        run(&["demo-seed", "spring"]),
        run(&["demo-export", "spring"]),
        run(&["demo-regenerate", "--check"]),
    ];
    let sent = "UPDATE orders SET status = 'sent' WHERE id = 2";
    sqlite::execute(&shop.path("target/demo.sqlite"), sent);
    told.push(run(&["demo-export", "spring"]));
    told.push(run(&["db-migrate", "--fresh"]));
    told.push(run(&["demo-import", "spring"]));
    told.push(run(&["demo-verify"]));
    told.push(run(&["data-check"]));
    assert_snapshot!(told.join("\n\n"));
}

#[test]
fn a_first_import_makes_the_embedding_programs_own_database() {
    let shop = shop();
    let before = state(&shop);
    assert_snapshot!(shop.run(&["demo-import", "spring", "--quiet"]).transcript());
    std::fs::remove_file(shop.path("target/demo.sqlite")).expect("the database");
    assert_unchanged(&before, &shop);
}

#[test]
fn help_and_errors_are_the_embedding_programs_own() {
    let shop = shop();
    assert_snapshot!(shop.run(&["demo-import", "--help"]).transcript());
    assert_snapshot!(shop.run(&["demo-imprt", "spring"]).transcript(), @r"
        $ cargo xtask demo-imprt spring
        -- stderr
        error: unrecognized subcommand 'demo-imprt'

          tip: a similar subcommand exists: 'demo-import'

        Usage: cargo xtask [OPTIONS] <COMMAND>

        For more information, try '--help'.
        -- exit 2
        ");
    assert_snapshot!(shop.run(&["demo-import", "writer"]).transcript(), @r"
        $ cargo xtask demo-import writer
        -- stderr
        error: there is no scenario `writer`
           help: scenarios here: spring
        -- exit 2
        ");
}

mod postgres {
    use test_support::postgres::TestDatabase;

    #[test]
    fn the_embedding_programs_schema_is_made_there() {
        let (shop, database) = (super::shop(), TestDatabase::new());
        let url = database.url();
        let _ = shop.run(&["demo-import", "spring", "--database", &url]).expect_code(0);
        let exported = shop.run(&["demo-export", "spring", "--database", &url]).expect_code(0);
        assert!(
            exported.stdout.starts_with("spring is unchanged since v1_2026-11-20"),
            "{}",
            exported.stdout
        );
        let id = "INSERT INTO orders (customer_id, placed_at, status) VALUES (1, '2026-05-01', 'open') RETURNING id";
        assert_eq!(database.psql(id).lines().next(), Some("5"));
    }
}

/// What the example's program is made of is what this workspace was tested with, and is compiled once.
#[test]
fn the_example_has_this_workspaces_versions_of_everything() {
    let packages = |path: &Path| -> BTreeSet<String> {
        let text = std::fs::read_to_string(path).expect("a lock file").replace("\r\n", "\n");
        let mut blocks: Vec<String> = text.split("[[package]]\n").skip(1).map(versioned).collect();
        blocks.retain(|name| !name.starts_with("xtask "));
        blocks.into_iter().collect()
    };
    let ours = packages(&example().join("../../Cargo.lock"));
    let theirs = packages(&example().join("Cargo.lock"));
    assert!(theirs.len() > 100, "{theirs:?}");
    let strange: Vec<&String> = theirs.difference(&ours).collect();
    assert!(
        strange.is_empty(),
        "other versions than in Cargo.lock (CONTRIBUTING.md says how to mend it): {strange:?}"
    );
}

/// `name 1.2.3` of a block of a lock file.
fn versioned(block: &str) -> String {
    let value = |key: &str| block.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default();
    format!("{} {}", value("name = ").trim_matches('"'), value("version = ").trim_matches('"'))
}

/// The files of the example that its reader does not write: what commands write, and what is said of the example itself.
const NOT_SHOWN: [&str; 4] =
    ["Cargo.lock", "README.md", "demo-snapshots/metadata/", "demo-snapshots/spring/"];

/// How the page names the dependency that the example has by its path in this repository.
const DEPENDENCY: [&str; 2] = [
    "demo-snapshot-cli = { git = \"https://git.example.org/demo-snapshots.git\" }",
    "demo-snapshot-cli = { path = \"../../../crates/cli\" }",
];

#[test]
fn the_guide_to_embedding_shows_the_examples_files() {
    let read = |path: PathBuf| std::fs::read_to_string(path).expect("a file").replace("\r\n", "\n");
    let guide = read(example().join("../../docs/embedding.md"));
    let shown = shown_files(&guide);
    for (path, text) in &shown {
        assert_eq!(text.replace(DEPENDENCY[0], DEPENDENCY[1]), read(example().join(path)), "{path}");
    }
    let is_left_out = |path: &str| {
        let is_authored = Path::new(path).extension().is_some_and(|end| end == "yaml");
        !is_authored && NOT_SHOWN.iter().any(|start| path.starts_with(start))
    };
    let mut files = BTreeSet::new();
    files_in(&example(), "", &mut files);
    files.retain(|path| !is_left_out(path));
    assert_eq!(
        files,
        shown.keys().cloned().collect(),
        "the files of the example, and those that the page shows"
    );
    let main = &shown["xtask/src/main.rs"];
    let lines = main.lines().filter(|line| !line.is_empty() && !line.starts_with("//!")).count();
    assert!(lines <= 10, "{lines} lines, not ten");
}

/// The blocks below a line that ends with a file's name, by that name.
fn shown_files(page: &str) -> BTreeMap<String, String> {
    let named = page.split("`:\n\n```").zip(page.split("`:\n\n```").skip(1));
    named
        .map(|(before, block)| {
            let path = before.rsplit('`').next().expect("a name").to_owned();
            let (_, text) = block.split_once('\n').expect("a language");
            (path, text.split_once("```").expect("an end").0.to_owned())
        })
        .collect()
}

fn files_in(folder: &Path, below: &str, files: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = format!("{below}{}", entry.file_name().to_str().expect("a name"));
        // A target folder is not the example's.
        if entry.file_type().expect("a kind").is_dir() {
            if name != "target" {
                files_in(&entry.path(), &format!("{name}/"), files);
            }
        } else {
            files.insert(name);
        }
    }
}
