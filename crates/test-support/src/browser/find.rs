//! Where Chromium is.

use std::path::{Path, PathBuf};

/// What to do on a machine where there is none.
pub const INSTRUCTIONS: &str = "\
Chromium or Chrome was not found; any one of these helps:
  Debian:            apt-get install chromium
  Fedora:            dnf install chromium
  macOS:             brew install --cask chromium
  another program:   DEMO_TEST_BROWSER=<path of chromium or chrome>
  without it:        cargo xtask test --without-browser";

const NAMES: [&str; 6] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "headless_shell"];

const PLACES: [&str; 4] = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/usr/lib/chromium/chromium",
    "/opt/google/chrome/chrome",
];

/// The program that `DEMO_TEST_BROWSER` names, else the first of the usual names in `PATH` and the usual places.
///
/// # Errors
/// There is none, or not where it was named: what to do.
pub fn find() -> Result<PathBuf, String> {
    if let Some(named) = variable("DEMO_TEST_BROWSER") {
        let path = PathBuf::from(&named);
        let is_there = path.is_absolute() && path.is_file();
        return if is_there {
            Ok(path)
        } else {
            Err(format!("DEMO_TEST_BROWSER={named}: no such file\n{INSTRUCTIONS}"))
        };
    }
    let path = variable("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let program = |name: &str| format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let named = NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(program(name))));
    let usual = PLACES.iter().map(|place| Path::new(place).to_owned());
    named.chain(usual).find(|path| path.is_file()).ok_or_else(|| INSTRUCTIONS.to_owned())
}

/// A variable of the environment that is set to something.
#[expect(clippy::disallowed_methods, reason = "tests are told by their environment which browser to use")]
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
