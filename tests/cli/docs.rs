//! The documents: links lead somewhere, commands exist, and the README's transcripts are what its reader will see.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use test_support::{Run, sqlite};

use crate::clone;

/// Noon of 20 November 2026, the day in the README.
const README_DAY: [(&str, &str); 1] = [("SOURCE_DATE_EPOCH", "1795176000")];

#[test]
fn every_relative_link_of_the_documents_leads_somewhere() {
    let mut broken = Vec::new();
    for document in documents() {
        for link in links(&prose(&text_of(&document))) {
            if !link.contains("://") && !link.starts_with("mailto:") && !leads_somewhere(&document, &link) {
                broken.push(format!("{}: {link}", document.display()));
            }
        }
    }
    assert!(broken.is_empty(), "links that lead nowhere:\n{}", broken.join("\n"));
}

#[test]
fn every_command_line_of_the_documents_can_be_typed() {
    let known = commands();
    let mut unknown = Vec::new();
    let mut seen = 0;
    for document in documents() {
        for line in command_lines(&text_of(&document)) {
            seen += 1;
            unknown.extend(
                not_known(&line, &known).map(|what| format!("{}: {line}: {what}", document.display())),
            );
        }
    }
    assert!(seen > 20, "only {seen} command lines were found");
    assert!(unknown.is_empty(), "the command reference knows no such thing:\n{}", unknown.join("\n"));
}

#[test]
fn the_transcripts_of_the_readme_are_what_its_reader_sees() {
    let readme = text_of(&workspace().join("README.md"));
    let sandbox = clone();
    let import = sandbox.run(&["demo-import", "writer"]).expect_code(0);
    assert_shows(&readme, &as_typed(&import));
    let edit = transcript_line(&readme, "$ sqlite3 target/demo.sqlite \"");
    sqlite::execute(&sandbox.path("target/demo.sqlite"), edit.trim_end_matches('"'));
    let export = sandbox.run_with(&["demo-export", "writer"], &README_DAY).expect_code(0);
    assert_shows(&readme, &as_typed(&export));
    let changes = sandbox.read("demo-snapshots/writer/CHANGES.md");
    let entry = changes.split("\n## ").nth(1).expect("an entry for the new version");
    assert_shows(&readme, entry.trim_end());
}

#[test]
fn the_page_on_applications_shows_the_scenarios_that_are_tested() {
    let page = text_of(&workspace().join("docs/applications.md"));
    for folder in ["django", "langgraph"] {
        for engine in ["sqlite", "postgres"] {
            let file = format!("tests/applications/{folder}/scenario-{engine}.yaml");
            let scenario = text_of(&workspace().join(&file));
            // Django's tables are the same on both engines, and so is the rest of its scenario.
            let rest = scenario
                .split_once("select:")
                .filter(|_| folder == "django")
                .map_or(&*scenario, |(_, rest)| rest);
            assert!(page.contains(rest), "docs/applications.md does not show {file}");
        }
    }
    for package in text_of(&workspace().join("tests/applications/requirements.txt")).lines().skip(1) {
        let (name, version) = package.split_once("==").expect("a version");
        let shown = format!("{} {version}", name.split('[').next().unwrap_or_default());
        assert!(page.contains(&shown), "docs/applications.md does not name {shown}");
    }
}

/// Fails unless `document` holds `text`; times differ from run to run.
#[track_caller]
fn assert_shows(document: &str, text: &str) {
    let (document, text) = (without_times(document), without_times(text));
    assert!(document.contains(&text), "README.md does not show this, which is what a run shows:\n{text}");
}

/// What a terminal shows of a run: what it says, then its result.
fn as_typed(run: &Run) -> String {
    let lines = run.stderr.lines().chain(run.stdout.lines()).map(str::trim_end);
    let typed = format!("$ cargo xtask {}", run.args.join(" "));
    std::iter::once(typed.as_str()).chain(lines).collect::<Vec<_>>().join("\n")
}

/// `(12 ms)` and `(1.2 s)` to `(TIME)`.
fn without_times(text: &str) -> String {
    let is_time = |word: &str| {
        let number = word.strip_suffix(" ms").or_else(|| word.strip_suffix(" s"));
        number.is_some_and(|number| {
            !number.is_empty() && number.chars().all(|c| c.is_ascii_digit() || c == '.')
        })
    };
    let mut parts = text.split('(');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push('(');
        match part.split_once(')') {
            Some((word, rest)) if is_time(word) => out.extend(["TIME)", rest]),
            _ => out.push_str(part),
        }
    }
    out
}

/// The rest of the first line of `text` that starts with `start`.
#[track_caller]
fn transcript_line<'a>(text: &'a str, start: &str) -> &'a str {
    text.lines()
        .find_map(|line| line.strip_prefix(start))
        .unwrap_or_else(|| panic!("README.md has no line `{start}…`"))
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the workspace")
}

/// The Markdown files that people write or read: at the top, in `docs` and in the archive.
fn documents() -> Vec<PathBuf> {
    let top = workspace();
    let mut folders = vec![top.clone(), top.join("docs"), top.join("demo-snapshots")];
    let scenarios = std::fs::read_dir(top.join("demo-snapshots")).expect("the archive");
    folders.extend(scenarios.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir()));
    let mut found = BTreeSet::new();
    for folder in folders {
        let entries =
            std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        found.extend(entries.filter(|path| path.extension().is_some_and(|end| end == "md")));
    }
    found.into_iter().collect()
}

#[track_caller]
fn text_of(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.replace("\r\n", "\n")
}

/// The text without fenced blocks and code spans, in which brackets are no links.
fn prose(text: &str) -> String {
    let mut fenced = false;
    let mut out = String::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            out.extend(line.split('`').step_by(2));
            out.push('\n');
        }
    }
    out
}

/// The targets of `[text](target)`.
fn links(prose: &str) -> Vec<String> {
    prose
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'))
        .map(|(link, _)| link.to_owned())
        .collect()
}

fn leads_somewhere(from: &Path, link: &str) -> bool {
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = if path.is_empty() { from.to_owned() } else { from.with_file_name(path) };
    target.exists() && (anchor.is_empty() || headings(&text_of(&target)).contains(anchor))
}

/// The anchors of a document's headings, as code hosts make them.
fn headings(text: &str) -> BTreeSet<String> {
    let mut fenced = false;
    let mut found = BTreeSet::new();
    for line in text.lines() {
        fenced ^= line.starts_with("```");
        if let Some(heading) = line.strip_prefix('#').filter(|_| !fenced) {
            let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
            let plain: String =
                heading.trim_start_matches('#').trim().to_lowercase().chars().filter(kept).collect();
            found.insert(plain.replace(' ', "-"));
        }
    }
    found
}

/// The `cargo xtask …` lines of fenced blocks, one for each command of a line with several.
fn command_lines(text: &str) -> Vec<String> {
    let mut fenced = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if fenced && !line.trim_start().starts_with("Usage:") {
            let lines = line.split("&&").filter_map(|part| part.split_once("cargo xtask "));
            found.extend(lines.map(|(_, rest)| rest.split('`').next().unwrap_or_default().to_owned()));
        }
    }
    found
}

/// Every command and alias of the reference with its section, which names its options.
fn commands() -> BTreeMap<String, String> {
    let reference = text_of(&workspace().join("docs/commands.md"));
    let mut known = BTreeMap::new();
    for section in reference.split("\n## ").skip(1) {
        let name = section.lines().next().unwrap_or_default();
        known.insert(name.to_owned(), section.to_owned());
        let overview = reference.lines().find(|line| line.trim_start().starts_with(&format!("{name} ")));
        if let Some((_, alias)) = overview.and_then(|line| line.split_once("[alias: ")) {
            known.insert(alias.trim_end_matches(']').to_owned(), section.to_owned());
        }
    }
    known
}

/// What the reference does not know of a line such as `demo-import writer --yes`.
fn not_known(line: &str, known: &BTreeMap<String, String>) -> Option<String> {
    let mut words = line.split_whitespace().take_while(|word| !word.starts_with(['#', '|', '>', '&', ';']));
    let command = words.next().unwrap_or_default();
    let Some(section) = known.get(command) else { return Some(format!("no command `{command}`")) };
    let option = words
        .take_while(|word| *word != "--")
        .filter(|word| word.starts_with('-') && *word != "-")
        .find(|option| ![" ", "\n", ","].iter().any(|end| section.contains(&format!("{option}{end}"))));
    option.map(|option| format!("no option `{option}`"))
}

#[test]
fn the_checks_of_this_file_see_what_is_wrong() {
    let here = workspace().join("README.md");
    assert!(leads_somewhere(&here, "docs/guide.md") && leads_somewhere(&here, "#glossary"));
    assert!(!leads_somewhere(&here, "docs/nowhere.md") && !leads_somewhere(&here, "docs/guide.md#nowhere"));
    assert_eq!(links("see [a](b.md) and [c](#d)"), ["b.md", "#d"]);
    let known = commands();
    assert_eq!(not_known("demo-list writer --json", &known), None);
    assert_eq!(not_known("demo-imprt writer", &known), Some("no command `demo-imprt`".to_owned()));
    assert_eq!(not_known("demo-import writer --dryrun", &known), Some("no option `--dryrun`".to_owned()));
    assert_eq!(without_times("done (12 ms), (two) and (1.5 s)."), "done (TIME), (two) and (TIME).");
}
