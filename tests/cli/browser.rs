//! The pages in a headless Chromium: what they show without scripts, what the script adds, and that nothing in the data
//! does anything.

use std::fmt::Write as _;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use row_diff::render::html::{Caps, Html};
use row_diff::render::{Heading, Rendering as _, SideName};
use row_diff::{Side, diff, schema_changes};
use test_support::Sandbox;
use test_support::browser::{Page, View, open};

use crate::clone;
use crate::support::XTASK;

#[path = "../../crates/row-diff/tests/support/pairs.rs"]
mod pairs;

const NARROW: View = View { width: 400, height: 800, dark: false, scripts: true, print: false };

/// A page of the pair with every kind of change, and with data that would like to be markup.
fn nasty_page(sandbox: &Sandbox) -> PathBuf {
    capped_page(sandbox, Caps::default())
}

/// The same with at most so many rows.
fn capped_page(sandbox: &Sandbox, caps: Caps) -> PathBuf {
    use model::RowSource as _;
    let pair = pairs::pairs().into_iter().find(|pair| pair.name == "everything").expect("a pair");
    let (mut base, mut head) = (pair.base, pair.head);
    let (old, new) = (base.definition().clone(), head.definition().clone());
    let schema = schema_changes(&old, &new);
    let side = |name: &str| SideName { name: name.to_owned(), records: None };
    let (mut out, mut rows) = (Vec::new(), Cursor::new(Vec::new()));
    let mut page = Html::new(&mut out, &mut rows, caps);
    page.begin(&Heading {
        scenario: &model::ScenarioName::new("writer").expect("a name"),
        base: &side("before.sql"),
        head: &side("</title><script>alert(1)</script>"),
        base_definition: &old,
        head_definition: &new,
        schema: &schema,
    })
    .expect("begins");
    let (mut here, mut there) = (Cursor::new(vec![]), Cursor::new(vec![]));
    let base = Side { rows: &mut base, scratch: &mut here };
    let head = Side { rows: &mut head, scratch: &mut there };
    let counts = diff(base, head, &mut |change| Ok(page.change(change)?)).expect("compares");
    page.end(&counts).expect("ends");
    sandbox.write("page.html", &out);
    sandbox.path("page.html")
}

#[track_caller]
fn report(sandbox: &Sandbox, args: &[&str]) {
    let run = sandbox.run(args);
    assert_eq!(run.code, Some(0), "{}", run.transcript());
}

/// How many elements a selector finds that are seen.
#[track_caller]
fn seen(page: &mut Page, selector: &str) -> u64 {
    let script =
        format!("[...document.querySelectorAll({selector:?})].filter((e) => e.checkVisibility()).length");
    page.eval(&script).as_u64().expect("a number")
}

#[track_caller]
fn text(page: &mut Page, expression: &str) -> String {
    page.eval(expression).as_str().unwrap_or_else(|| panic!("no text: {expression}")).to_owned()
}

/// Fails if the page is wider than what is seen of it, or anything went wrong in it.
#[track_caller]
fn assert_sound(page: &mut Page, what: &str) {
    assert_eq!(page.problems(), Vec::<String>::new(), "{what}");
    let beyond = page.eval("document.documentElement.scrollWidth - document.documentElement.clientWidth");
    assert_eq!(beyond, 0, "{what} is wider than the window");
}

#[test]
fn everything_is_read_without_scripts_in_any_width_and_colour() {
    let sandbox = Sandbox::empty(XTASK);
    let path = nasty_page(&sandbox);
    let mut page = open(&path, View { scripts: false, ..View::default() });
    let rows = seen(&mut page, ".change");
    assert!(rows > 8, "{rows} rows");
    assert_eq!(seen(&mut page, "#tools, #theme"), 0, "what would do nothing is not shown");
    let all = text(&mut page, "document.body.innerText");
    for shown in [
        "The <em>New</em> Opening",
        "<script>alert(1)</script>",
        "\\u202e",
        "\\u001b[31m",
        "::warning::an added line",
    ] {
        assert!(all.contains(shown), "{shown} is not shown in\n{all}");
    }
    for (width, dark) in [(1280, true), (400, false), (400, true)] {
        page.look(View { width, dark, scripts: false, ..View::default() });
        assert_eq!(seen(&mut page, ".change"), rows);
        assert_sound(&mut page, &format!("{width} pixels, dark: {dark}"));
    }
}

#[test]
fn filters_and_search_narrow_the_rows() {
    let sandbox = Sandbox::empty(XTASK);
    let mut page = open(&nasty_page(&sandbox), View::default());
    let rows = seen(&mut page, ".change");
    let told = "document.getElementById('told').textContent";
    assert_eq!(text(&mut page, told), format!("{rows} of {rows} rows shown"));

    page.eval("document.querySelector('input[value=added]').click()");
    page.eval("document.querySelector('input[value=removed]').click()");
    assert_eq!(seen(&mut page, ".change"), seen(&mut page, ".change.changed"));
    page.eval("document.querySelector('input[value=changed]').click()");
    assert_eq!((seen(&mut page, ".change"), seen(&mut page, "section.table")), (0, 0));
    page.eval("document.querySelectorAll('input[name=operation]').forEach((box) => box.click())");
    assert_eq!(seen(&mut page, ".change"), rows);

    let choose = "const t = document.getElementById('table'); t.value = [...t.options].find((o) => o.text === 'tags').value; \
                  t.dispatchEvent(new Event('input', { bubbles: true })); t.value";
    let number = text(&mut page, choose);
    assert_eq!(seen(&mut page, "section.table"), 1);
    assert_eq!(seen(&mut page, ".change"), seen(&mut page, &format!(".change[data-table='{number}']")));
    page.eval("t.value = ''; t.dispatchEvent(new Event('input', { bubbles: true }))");

    page.press("/");
    page.type_text("OPENING new");
    assert_eq!(seen(&mut page, ".change"), 1, "both words, in any case");
    assert_eq!(text(&mut page, told), format!("1 of {rows} rows shown"));
    // A link to a row that the search hides.
    page.eval("location.hash = document.querySelector('.change[hidden]').id; new Promise((done) => setTimeout(done, 50))");
    assert_eq!(seen(&mut page, ".change"), rows);
    assert_sound(&mut page, "after all this");
}

#[test]
fn tables_beyond_the_cap_are_seen_and_links_lead_to_what_was_hidden() {
    let sandbox = Sandbox::empty(XTASK);
    let all = seen(&mut open(&nasty_page(&sandbox), View::default()), ".change");
    let path = capped_page(&sandbox, Caps { rows: 3, ..Caps::default() });
    let mut page = open(&path, View::default());
    let sections = seen(&mut page, "section.table");
    let empty = page.eval(
        "[...document.querySelectorAll('section.table')].filter((s) => !s.querySelector('.change')).length",
    );
    assert!(empty.as_u64() > Some(0) && sections > 2, "{empty} of {sections}");
    assert_eq!(page.eval("document.querySelectorAll('section.table').length"), sections, "none is hidden");
    let told = "document.getElementById('told').textContent";
    assert_eq!(text(&mut page, told), format!("3 of {all} rows shown; 3 are on this page"));

    // A word that no row has, then a link to a table; and again, where the page already is.
    let search = "const s = document.getElementById('search'); const hide = () => { s.value = 'nowhere'; \
                  s.dispatchEvent(new Event('input', { bubbles: true })); }; 0";
    page.eval(search);
    for _ in 0..2 {
        page.eval("hide()");
        assert_eq!(seen(&mut page, "section.table"), 0);
        page.eval("document.querySelector('.counts a[href^=\"#t\"]').click(); new Promise((done) => setTimeout(done, 50))");
        assert_eq!(seen(&mut page, "section.table"), sections);
    }
    // A table alone, though none of its rows is on the page.
    let choose = "const t = document.getElementById('table'); t.value = t.options[t.options.length - 1].value; \
                  t.dispatchEvent(new Event('input', { bubbles: true })); 0";
    page.eval(choose);
    assert_eq!(
        (seen(&mut page, "section.table"), seen(&mut page, ".change"), seen(&mut page, ".more")),
        (1, 0, 1)
    );
    assert_sound(&mut page, "after all this");
}

#[test]
fn words_of_two_cells_are_no_word() {
    let sandbox = Sandbox::empty(XTASK);
    let mut page = open(&nasty_page(&sandbox), View::default());
    page.press("/");
    page.type_text("scorescore");
    assert_eq!(seen(&mut page, ".change"), 0);
    let joined = "const c = document.querySelector('.change.changed th[scope=row]'); \
                  const s = document.getElementById('search'); \
                  s.value = c.textContent + c.nextElementSibling.textContent.slice(0, 5); \
                  s.dispatchEvent(new Event('input', { bubbles: true })); s.value";
    let joined = text(&mut page, joined);
    assert_eq!(seen(&mut page, ".change"), 0, "{joined}");
}

#[test]
fn tables_are_whole_on_narrow_screens_and_on_paper() {
    let sandbox = clone();
    report(&sandbox, &["demo-report", "general", "--quiet"]);
    let folder = sandbox.path("target/demo-report/general");
    let mut page = open(&folder.join("index.html"), View { width: 500, ..View::default() });
    let lines = "[...document.querySelectorAll('.counts td a')].map((a) => a.getClientRects().length)";
    let lines = page.eval(lines);
    let lines = lines.as_array().expect("numbers");
    assert!(!lines.is_empty() && lines.iter().all(|lines| *lines == 1), "{lines:?}");
    assert_sound(&mut page, "narrow");
    drop(page);
    let version = folder.join("v2_2026-11-20.html");
    let mut page = open(&version, View { width: 700, print: true, ..View::default() });
    assert!(seen(&mut page, ".preview") > 2);
    assert_sound(&mut page, "on paper");
    let cut = "[...document.querySelectorAll('.scroll')].filter((e) => getComputedStyle(e).overflowX !== 'visible').length";
    assert_eq!(page.eval(cut), 0, "paper does not scroll");
}

#[test]
fn the_keyboard_leads_from_row_to_row() {
    let sandbox = Sandbox::empty(XTASK);
    let mut page = open(&nasty_page(&sandbox), View::default());
    let here = "document.activeElement.id";
    let mut went = String::new();
    for key in ["j", "j", "k", "k", "j", "j", "/"] {
        page.press(key);
        let _ = write!(went, "{key}:{} ", text(&mut page, here));
    }
    assert_eq!(went, "j:c1 j:c2 k:c1 k:c1 j:c2 j:c3 /:search ");
    page.type_text("jk/");
    assert_eq!(
        text(&mut page, "document.getElementById('search').value"),
        "jk/",
        "in the search they are letters"
    );
    page.press("Escape");
    assert_eq!(text(&mut page, "document.activeElement.tagName"), "BODY");
    assert_eq!(text(&mut page, "document.getElementById('search').value"), "");
    page.press("k");
    let last = format!("c{}", seen(&mut page, ".change"));
    assert_eq!(text(&mut page, here), last, "from nowhere, back is to the last");
    page.eval("document.getElementById('keys').click(); document.activeElement.blur()");
    page.press("j");
    assert_eq!(text(&mut page, "document.activeElement.tagName"), "BODY", "keys can be turned off");
    page.press("Tab");
    assert_sound(&mut page, "after all this");
}

#[test]
fn nothing_of_the_data_does_anything() {
    let sandbox = Sandbox::empty(XTASK);
    let mut page = open(&nasty_page(&sandbox), View::default());
    assert_eq!(page.eval("document.scripts.length"), 1);
    let foreign = "document.querySelectorAll('img, iframe, object, embed, link, base, [onerror], [onload], [onclick], [style], \
                   a[href]:not([href^=\"#\"])').length";
    assert_eq!(page.eval(foreign), 0);
    assert_eq!(page.problems(), Vec::<String>::new());
    // The policy would stop what got through all the same.
    let attack = "const s = document.createElement('script'); s.textContent = 'window.ran = true'; document.head.append(s); \
                  const d = document.createElement('div'); d.innerHTML = '<img src=\"http://127.0.0.1:9/x\" onerror=\"window.ran = true\">'; \
                  document.body.append(d); new Promise((done) => setTimeout(() => done(String(window.ran)), 100))";
    assert_eq!(text(&mut page, attack), "undefined");
    let refused = page.problems();
    let refusals = refused.iter().filter(|told| told.contains("Content Security Policy")).count();
    assert!(refusals >= 2, "{refused:?}");
}

#[test]
fn colours_follow_the_system_then_the_choice_and_paper_is_light() {
    let sandbox = Sandbox::empty(XTASK);
    let mut page = open(&nasty_page(&sandbox), View::default());
    let ground = "getComputedStyle(document.body).backgroundColor";
    let (light, dark) = ("rgb(255, 255, 255)", "rgb(13, 17, 23)");
    assert_eq!(text(&mut page, ground), light);
    page.look(View { dark: true, ..View::default() });
    assert_eq!(text(&mut page, ground), dark);
    let click = "document.getElementById('theme').click(); document.getElementById('theme').textContent";
    assert_eq!(text(&mut page, click), "Colours: light");
    assert_eq!(text(&mut page, ground), light);
    assert_eq!(text(&mut page, click), "Colours: dark");
    page.look(View::default());
    assert_eq!(text(&mut page, ground), dark);
    page.look(View { print: true, ..View::default() });
    assert_eq!(text(&mut page, ground), light);
    assert_eq!(seen(&mut page, "#tools, #theme, .skip"), 0);
    assert_sound(&mut page, "in print");
}

#[test]
fn every_page_of_a_site_is_sound_and_its_links_lead_somewhere() {
    let sandbox = clone();
    report(&sandbox, &["demo-report", "--quiet"]);
    let pages: Vec<PathBuf> = sandbox
        .tree("target/demo-report")
        .into_keys()
        .filter(|path| path.extension().is_some_and(|end| end == "html"))
        .collect();
    assert!(pages.len() >= 15, "{pages:?}");
    for path in pages {
        let path = sandbox.path("target/demo-report").join(path);
        let what = path.display().to_string();
        let mut page = open(&path, View::default());
        assert_sound(&mut page, &what);
        let links = page.eval("[...document.links].map((link) => link.href)");
        for link in links.as_array().expect("links") {
            let link = link.as_str().expect("a text").strip_prefix("file://").expect("a file").to_owned();
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            assert!(Path::new(file).is_file(), "{what}: {link}");
            assert!(
                anchor.is_empty()
                    || page.eval(&format!("document.getElementById({anchor:?}) !== null")) == true,
                "{link}"
            );
        }
        page.look(NARROW);
        assert_sound(&mut page, &format!("{what}, narrow"));
    }
}

/// The pictures in the documents are of this workspace's own report. `cargo xtask docs --pictures` makes them anew.
#[test]
fn pictures_show_what_the_documents_say() {
    let sandbox = clone();
    report(&sandbox, &["demo-report", "general", "--quiet"]);
    let images = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/images");
    for (picture, page, height) in
        [("report.png", "v2_2026-11-20-changes.html", 900), ("report-scenario.png", "index.html", 860)]
    {
        let path = sandbox.path("target/demo-report/general").join(page);
        let bytes = open(&path, View { height, ..View::default() }).picture();
        assert_eq!(size_of_picture(&bytes), (1280, height));
        assert!(bytes.len() < 200_000, "{picture} has {} bytes", bytes.len());
        let kept = images.join(picture);
        if is_asked_for() {
            std::fs::create_dir_all(&images).expect("a folder");
            #[expect(clippy::disallowed_methods, reason = "a picture in the work tree, which git keeps")]
            std::fs::write(&kept, &bytes).expect("written");
        }
        let kept = std::fs::read(&kept).expect("the picture; `cargo xtask docs --pictures` makes it");
        assert_eq!(size_of_picture(&kept), (1280, height), "make it anew: cargo xtask docs --pictures");
    }
}

#[expect(clippy::disallowed_methods, reason = "`cargo xtask docs --pictures` says so")]
fn is_asked_for() -> bool {
    std::env::var("DEMO_WRITE_PICTURES").is_ok()
}

/// Width and height in the header of a PNG.
#[track_caller]
fn size_of_picture(png: &[u8]) -> (u32, u32) {
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"), "no picture");
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes"));
    (number(16), number(20))
}
