//! `v2_2026-11-20`: the number identifies a version, the date is a label.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A version of a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Version {
    /// Counts from 1; never used twice in a scenario.
    pub number: u32,
    /// The day (UTC) on which it was written.
    pub date: Date,
}

/// Why a text is not a version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{shown}` is not a version: expected one such as `v2` or `v2_2026-11-20`")]
pub struct VersionError {
    shown: String,
}

impl Version {
    /// Reads `v2_2026-11-20`.
    ///
    /// # Errors
    /// The text is spelled otherwise, the number is 0, or the date does not exist.
    pub fn parse(text: &str) -> Result<Self, VersionError> {
        match Self::parse_label(text)? {
            (number, Some(date)) => Ok(Self { number, date }),
            (_, None) => Err(VersionError::of(text)),
        }
    }

    /// Reads `v2` or `v2_2026-11-20`: the number, and the date if it was said.
    ///
    /// # Errors
    /// The text is spelled otherwise, the number is 0, or the date does not exist.
    pub fn parse_label(text: &str) -> Result<(u32, Option<Date>), VersionError> {
        let fail = || VersionError::of(text);
        let rest = text.strip_prefix('v').ok_or_else(fail)?;
        let (number, date) = match rest.split_once('_') {
            Some((number, date)) => (number, Some(date)),
            None => (rest, None),
        };
        let plain =
            !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) && !number.starts_with('0');
        let number: u32 = if plain { number.parse().map_err(|_| fail())? } else { return Err(fail()) };
        let date = date.map(parse_date).transpose().map_err(|()| fail())?;
        Ok((number, date))
    }
}

fn parse_date(text: &str) -> Result<Date, ()> {
    if !crate::canonical::is_canonical(crate::LogicalType::Date, text) {
        return Err(());
    }
    text.parse().map_err(|_| ())
}

impl VersionError {
    fn of(text: &str) -> Self {
        let cut: String = text.chars().take(80).collect();
        Self { shown: crate::text::Shown(&cut).to_string() }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("v{}_{}", self.number, self.date))
    }
}

impl TryFrom<String> for Version {
    type Error = VersionError;
    fn try_from(text: String) -> Result<Self, VersionError> {
        Self::parse(&text)
    }
}

impl From<Version> for String {
    fn from(version: Version) -> Self {
        version.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_read_as_they_are_shown() {
        let version = Version::parse("v12_2026-11-20").expect("a version");
        assert_eq!(version.to_string(), "v12_2026-11-20");
        assert_eq!(Version::parse_label("v3").expect("a label"), (3, None));
        for bad in
            ["", "v", "v0", "v01", "2", "v2_", "v2_2026-2-3", "v2_2026-02-30", "v-1", "v99999999999", "V1"]
        {
            assert!(Version::parse_label(bad).is_err(), "{bad}");
        }
    }
}
