//! The one place where the time is read, so that one setting fixes every date that is written.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// Where "now" comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// The system's clock.
    System,
    /// A fixed moment: `SOURCE_DATE_EPOCH`.
    Fixed(Timestamp),
}

/// Why a text cannot fix the clock.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
#[error("SOURCE_DATE_EPOCH is `{}`, which is no number of seconds within the years 1970 to 9999", model::text::Shown(.0))]
#[diagnostic(help("set it to a whole number, such as the output of `git log -1 --format=%ct`, or unset it"))]
pub struct ClockError(String);

impl Clock {
    /// The clock that the value of `SOURCE_DATE_EPOCH` asks for; unset and empty mean the same.
    ///
    /// # Errors
    /// The value is not a number of seconds within the years 1970 to 9999.
    pub fn from_source_date_epoch(value: Option<&str>) -> Result<Self, ClockError> {
        let Some(text) = value.filter(|text| !text.is_empty()) else { return Ok(Self::System) };
        let fail = || ClockError(text.chars().take(40).collect());
        let seconds: i64 = text.parse().map_err(|_| fail())?;
        let moment = Timestamp::from_second(seconds).map_err(|_| fail())?;
        if seconds >= 0 { Ok(Self::Fixed(moment)) } else { Err(fail()) }
    }

    /// The moment, to the second.
    #[expect(clippy::disallowed_methods, reason = "the one home of the clock")]
    pub fn now(self) -> Timestamp {
        match self {
            Self::System => {
                Timestamp::from_second(Timestamp::now().as_second()).unwrap_or(Timestamp::UNIX_EPOCH)
            }
            Self::Fixed(moment) => moment,
        }
    }

    /// The day in UTC.
    pub fn today(self) -> Date {
        self.now().to_zoned(TimeZone::UTC).date()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_date_epoch_fixes_the_day() {
        let clock = Clock::from_source_date_epoch(Some("1763600000")).expect("a clock");
        assert_eq!(
            (clock.now().to_string(), clock.today().to_string()),
            ("2025-11-20T00:53:20Z".into(), "2025-11-20".into())
        );
        assert_eq!(Clock::from_source_date_epoch(None), Ok(Clock::System));
        assert_eq!(Clock::from_source_date_epoch(Some("")), Ok(Clock::System));
    }

    #[test]
    fn anything_but_seconds_is_refused() {
        for bad in ["today", "-1", "1e9", "99999999999999"] {
            assert!(Clock::from_source_date_epoch(Some(bad)).is_err(), "{bad}");
        }
        let error = Clock::from_source_date_epoch(Some("today")).expect_err("refused");
        assert_eq!(
            error.to_string(),
            "SOURCE_DATE_EPOCH is `today`, which is no number of seconds within the years 1970 to 9999"
        );
    }
}
