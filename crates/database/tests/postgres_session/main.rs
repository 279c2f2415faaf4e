//! The way to a PostgreSQL server: who is let in, how the connection is encrypted, and what is said when there is none.

mod encryption;
mod refusals;

use demo_snapshot_database::{DatabaseUrl, Error, Target, TargetOptions};
use miette::Diagnostic as _;

/// Connects as an import does.
fn open(url: &str) -> Result<Box<dyn Target>, Error> {
    demo_snapshot_database::open_target(&DatabaseUrl::parse(url).expect("a URL"), &TargetOptions::default())
}

/// The error and its help; `shown` gives what differs from run to run a fixed name.
#[track_caller]
fn refusal(url: &str, shown: &[(&str, &str)]) -> String {
    let error = open(url).err().expect("refused");
    let help = error.help().map_or_else(String::new, |help| help.to_string());
    let told = format!("{error}\nhelp: {help}");
    assert!(!format!("{told}{error:?}").contains("hunter2"), "{error:?}");
    shown.iter().fold(told, |told, (from, to)| told.replace(from, to))
}
