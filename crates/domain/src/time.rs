//! Points in time.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A point in time, written as RFC 3339 in UTC with exactly six fractional digits, so that its text sorts like the time
/// it stands for (the store relies on that).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, TS)]
#[ts(export, type = "string")]
pub struct Timestamp(jiff::Timestamp);

impl Timestamp {
    /// The current time of the system clock, which may be set back: order by sequence where order matters.
    #[must_use]
    pub fn now() -> Self {
        Self::from_microseconds(jiff::Timestamp::now().as_microsecond())
    }

    /// Microseconds since 1970-01-01T00:00:00Z; out of range saturates.
    #[must_use]
    pub fn from_microseconds(microseconds: i64) -> Self {
        Self(jiff::Timestamp::from_microsecond(microseconds).unwrap_or(jiff::Timestamp::MAX))
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn as_microseconds(self) -> i64 {
        self.0.as_microsecond()
    }
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.6}", self.0)
    }
}

impl std::str::FromStr for Timestamp {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_has_six_fractional_digits_and_comes_back() {
        let time = Timestamp::from_microseconds(1_700_000_000_000_000);
        assert_eq!(time.to_string(), "2023-11-14T22:13:20.000000Z");
        assert_eq!(time.to_string().parse::<Timestamp>().ok(), Some(time));
    }
}
