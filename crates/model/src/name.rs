//! Names that become folders.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A scenario's name: `[a-z0-9][a-z0-9_-]*`, at most 64 characters, neither `metadata` nor a device name on any system.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ScenarioName(String);

/// Why a name cannot be a scenario's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{shown}` cannot name a scenario: a name has 1 to 64 of a-z, 0-9, `_` and `-`, starts with a letter or digit, and is neither `metadata` nor a device name such as `con`"
)]
pub struct NameError {
    shown: String,
}

impl ScenarioName {
    /// Checks `name`.
    ///
    /// # Errors
    /// The name is empty, too long, holds other characters, or is reserved.
    pub fn new(name: &str) -> Result<Self, NameError> {
        let first = name.bytes().next().is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        let rest =
            name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-');
        if first && rest && name.len() <= 64 && !is_reserved(name) {
            Ok(Self(name.to_owned()))
        } else {
            let shown = name.chars().take(80).collect::<String>();
            Err(NameError { shown: crate::text::Shown(&shown).to_string() })
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_reserved(name: &str) -> bool {
    let numbered = |prefix: &str| {
        name.strip_prefix(prefix).is_some_and(|n| n.len() == 1 && n.bytes().all(|b| b.is_ascii_digit()))
    };
    matches!(name, "metadata" | "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}

impl fmt::Display for ScenarioName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl TryFrom<String> for ScenarioName {
    type Error = NameError;
    fn try_from(name: String) -> Result<Self, NameError> {
        Self::new(&name)
    }
}

impl From<ScenarioName> for String {
    fn from(name: ScenarioName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_could_leave_the_archive_are_refused() {
        for bad in ["", "../x", "a/b", "A", ".a", "-a", "con", "com1", "metadata", "a.", "é", "a b"] {
            assert!(ScenarioName::new(bad).is_err(), "{bad}");
        }
        assert!(ScenarioName::new(&"a".repeat(65)).is_err());
        for good in ["writer", "0", "a-b_c", "com10", "console"] {
            assert!(ScenarioName::new(good).is_ok(), "{good}");
        }
    }
}
