//! `demo-report`

use std::collections::BTreeMap;
use std::path::PathBuf;

use insta::assert_snapshot;
use test_support::Sandbox;

use crate::clone;
use crate::support::{XTASK, assert_unchanged, redacted, refused, state};

/// The files of the report by their paths in it.
fn pages(sandbox: &Sandbox) -> BTreeMap<String, Vec<u8>> {
    let folder = sandbox.path("target/demo-report");
    let name = |path: PathBuf| {
        let path = path.strip_prefix(&folder).unwrap_or(&path).display().to_string();
        path.replace('\\', "/")
    };
    sandbox.tree("target/demo-report").into_iter().map(|(path, bytes)| (name(path), bytes)).collect()
}

#[track_caller]
fn report(sandbox: &Sandbox, args: &[&str]) {
    let run = sandbox.run(args);
    assert_eq!(run.code, Some(0), "{}", run.transcript());
}

#[test]
fn a_report_is_a_folder_of_pages() {
    let sandbox = clone();
    let run = sandbox.run(&["demo-report"]).expect_code(0);
    assert_snapshot!(run.transcript(), @"
    $ cargo xtask demo-report
    target/demo-report/index.html
    -- stderr
    Wrote 15 pages on 6 scenarios ([TIME]). Open the file above in a browser.
    -- exit 0
    ");
    let files: Vec<String> = pages(&sandbox).into_keys().collect();
    assert_snapshot!(files.join("\n"), @"
    agent/index.html
    agent/v1_2026-11-20.html
    astrology/index.html
    astrology/v1_2026-11-20.html
    demo-report.json
    developer/index.html
    developer/v1_2026-11-20.html
    general/index.html
    general/v1_2026-11-20.html
    general/v2_2026-11-20-changes.html
    general/v2_2026-11-20.html
    index.html
    memory/index.html
    memory/v1_2026-11-20.html
    writer/index.html
    writer/v1_2026-11-20.html
    ");
    let list = sandbox.read("target/demo-report/demo-report.json");
    for file in &files {
        assert!(list.contains(&format!("\"{file}\"")), "{file} is not listed");
    }
}

#[test]
fn the_report_of_one_scenario_is_json_when_a_program_asks() {
    let sandbox = clone();
    let run = sandbox.run(&["demo-report", "general", "--output", "site", "--json"]).expect_code(0);
    assert_snapshot!(run.transcript(), @r#"
    $ cargo xtask demo-report general --output site --json
    {
      "first_page": "site/index.html",
      "output": "site",
      "pages": 5,
      "scenarios": [
        {
          "scenario": "general",
          "versions": 2
        }
      ]
    }
    -- exit 0
    "#);
}

#[test]
fn the_same_archive_makes_the_same_bytes() {
    let sandbox = clone();
    let made = |day: &str| {
        let variables = [("SOURCE_DATE_EPOCH", day), ("TZ", "Asia/Tokyo")];
        let run = sandbox.run_with(&["demo-report", "-q"], &variables);
        assert_eq!(run.code, Some(0), "{}", run.transcript());
        pages(&sandbox)
    };
    assert!(made("1795176000") == made("0"), "pages differ from run to run");
}

#[test]
fn what_a_scenario_and_a_version_hold_is_told() {
    let sandbox = clone();
    report(&sandbox, &["demo-report", "general", "-q"]);
    let main = |page: &str| {
        let page = sandbox.read(&format!("target/demo-report/{page}"));
        let main =
            page.split("<main").nth(1).and_then(|rest| rest.split("</main>").next()).expect("a main part");
        let mut text = format!("<main{main}");
        for tag in [
            "<h1",
            "<h2",
            "<p",
            "<tr",
            "<section",
            "<svg",
            "<g>",
            "<path",
            "<rect",
            "<text",
            "<circle",
            "<polyline",
            "<li",
        ] {
            text = text.replace(tag, &format!("\n{tag}"));
        }
        redacted(&text)
    };
    assert_snapshot!("page_of_the_site", main("index.html"));
    assert_snapshot!("page_of_a_scenario", main("general/index.html"));
    let version = main("general/v2_2026-11-20.html");
    let first: Vec<&str> = version.lines().take(24).collect();
    assert_snapshot!("page_of_a_version", first.join("\n"));
}

#[test]
fn a_comparison_is_such_a_page_by_itself() {
    let sandbox = clone();
    report(&sandbox, &["demo-report", "general", "-q"]);
    let run = sandbox.run(&["demo-diff", "general", "v1", "v2", "--format", "html", "--output", "page.html"]);
    assert_eq!(run.code, Some(1), "{}", run.transcript());
    let main = |page: String| page.split("<main").nth(1).expect("a main part").to_owned();
    let (page, site) =
        (sandbox.read("page.html"), sandbox.read("target/demo-report/general/v2_2026-11-20-changes.html"));
    assert!(!page.contains("../index.html") && site.contains("../index.html"));
    assert!(main(page) == main(site), "both tell the same");
}

#[test]
fn a_report_takes_the_place_of_an_earlier_one_and_of_nothing_else() {
    let sandbox = clone();
    report(&sandbox, &["demo-report", "-q"]);
    let all = pages(&sandbox).len();
    report(&sandbox, &["demo-report", "writer", "-q"]);
    assert!(pages(&sandbox).len() < all, "pages of the report before are gone");

    let folder = ["demo-report", "--output", "target/demo-report"];
    sandbox.write("target/demo-report/writer/notes.txt", "mine");
    assert_snapshot!(refused(&sandbox, &folder), @"
    $ cargo xtask demo-report --output target/demo-report
    -- stderr
    error: `target/demo-report` holds `writer/notes.txt`, which is not part of a report
       help: name another folder: --output DIR; a report replaces nothing but an earlier report
    -- exit 2
    ");
    sandbox.write("mine/notes.txt", "mine");
    assert_snapshot!(refused(&sandbox, &["demo-report", "--output", "mine"]), @"
    $ cargo xtask demo-report --output mine
    -- stderr
    error: `mine` holds `notes.txt`, which is not part of a report
       help: name another folder: --output DIR; a report replaces nothing but an earlier report
    -- exit 2
    ");
    assert_snapshot!(refused(&sandbox, &["demo-report", "--output", "mine/notes.txt"]), @"
    $ cargo xtask demo-report --output mine/notes.txt
    -- stderr
    error: `mine/notes.txt` is not a folder
       help: name a folder, or a name that is free: --output DIR
    -- exit 2
    ");
    assert_snapshot!(refused(&sandbox, &["demo-report", "--output", "demo-snapshots/site"]), @"
    $ cargo xtask demo-report --output demo-snapshots/site
    -- stderr
    error: `demo-snapshots/site` is inside the archive, where only versions belong
       help: name a folder elsewhere: --output DIR
    -- exit 2
    ");
    assert_snapshot!(refused(&sandbox, &["demo-report", "--output", "demo-snapshots"]), @"
    $ cargo xtask demo-report --output demo-snapshots
    -- stderr
    error: `demo-snapshots` is inside the archive, where only versions belong
       help: name a folder elsewhere: --output DIR
    -- exit 2
    ");
    // An empty folder is nobody's.
    std::fs::create_dir(sandbox.path("empty")).expect("a folder");
    report(&sandbox, &["demo-report", "-q", "--output", "empty"]);
    assert_eq!(sandbox.tree("empty").len(), all);
}

#[test]
fn a_version_that_cannot_be_read_leaves_the_report_as_it_was() {
    let sandbox = clone();
    report(&sandbox, &["demo-report", "-q"]);
    let file = "demo-snapshots/writer/writer_v1_2026-11-20.sql";
    let text = sandbox.read(file).replacen('\'', "''", 1);
    sandbox.write(file, text);
    let before = state(&sandbox);
    let run = sandbox.run(&["demo-report"]).expect_code(3);
    assert!(run.stderr.contains("writer_v1_2026-11-20.sql"), "{}", run.transcript());
    assert_unchanged(&before, &sandbox);
}

#[test]
fn an_archive_without_scenarios_has_a_report_that_says_so() {
    let sandbox = Sandbox::empty(XTASK);
    assert_snapshot!(sandbox.run(&["demo-report"]).transcript(), @"
    $ cargo xtask demo-report
    target/demo-report/index.html
    -- stderr
    Wrote 1 page on 0 scenarios ([TIME]). Open the file above in a browser.
    -- exit 0
    ");
    assert!(sandbox.read("target/demo-report/index.html").contains("There are no scenarios yet."));
}
