//! A headless Chromium for tests of pages: one process for a test program, a tab of its own for each page.
//!
//! `DEMO_TEST_BROWSER` names the program, else it is looked for. The rule, as with PostgreSQL: a test that needs it has
//! `browser` in its name or module, so that it can be left out by name; nothing here ever skips, it panics.

mod devtools;
mod find;

pub use devtools::{Page, View};
pub use find::{INSTRUCTIONS, find};

use std::sync::{Mutex, MutexGuard, PoisonError};

use devtools::Browser;

static BROWSER: Mutex<Option<Browser>> = Mutex::new(None);

/// Opens a page: `address` is a file's path. Other tests wait until it is dropped.
#[track_caller]
pub fn open(address: &std::path::Path, view: View) -> Page {
    assert_allowed();
    let mut browser = BROWSER.lock().unwrap_or_else(PoisonError::into_inner);
    browser.get_or_insert_with(|| Browser::start(&find().unwrap_or_else(|why| panic!("{why}"))));
    Page::open(Shared(browser), address, view)
}

/// The one browser, while a test has it.
struct Shared(MutexGuard<'static, Option<Browser>>);

impl Shared {
    fn browser(&mut self) -> &mut Browser {
        self.0.as_mut().expect("started by `open`")
    }
}

#[track_caller]
fn assert_allowed() {
    assert!(
        find::variable("DEMO_WITHOUT_BROWSER").is_none(),
        "DEMO_WITHOUT_BROWSER is set, but this test needs a browser: it must be left out by `--skip browser`"
    );
    let thread = std::thread::current();
    // With one test thread libtest runs tests on `main`.
    if let Some(name) = thread.name().filter(|&name| name != "main") {
        assert!(
            name.contains("browser"),
            "the test `{name}` needs a browser: put it into a module whose name has `browser` in it, so that \
             `cargo xtask test --without-browser` leaves it out"
        );
    }
}
