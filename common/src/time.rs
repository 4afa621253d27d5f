//! Points in time and spans, in whole milliseconds.
//!
//! Nothing here reads a clock: `now` is always handed in. The journal stores numbers; people and
//! the public API see RFC 3339 (`ApiTime`) and fractional seconds.

use std::fmt;
use std::ops::{Add, Sub};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Milliseconds since 1970-01-01T00:00:00Z. Serialised as a number.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// A length of time in milliseconds, never negative. Serialised as a number.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Span(pub u64);

/// A [`Timestamp`] that is written as RFC 3339 UTC with milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ApiTime(pub Timestamp);

impl Timestamp {
    /// The time that passed since `earlier`; zero if `earlier` is later.
    pub fn since(self, earlier: Self) -> Span {
        Span(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// Whole seconds.
    pub const fn seconds(s: u64) -> Self {
        Self(s * 1_000)
    }

    /// Fractional seconds as the API and the configuration write them; negative becomes zero.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub fn from_seconds(s: f64) -> Self {
        // A float cast saturates: below zero becomes zero.
        Self((s * 1_000.0).round() as u64)
    }

    /// As fractional seconds.
    #[allow(clippy::cast_precision_loss, reason = "no span has 2^52 ms")]
    pub fn as_seconds(self) -> f64 {
        self.0 as f64 / 1_000.0
    }

    /// Half of it, rounded down.
    #[must_use]
    pub const fn half(self) -> Self {
        Self(self.0 / 2)
    }
}

impl Add<Span> for Timestamp {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add_unsigned(span.0))
    }
}

impl Sub<Span> for Timestamp {
    type Output = Self;
    fn sub(self, span: Span) -> Self {
        Self(self.0.saturating_sub_unsigned(span.0))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(at) => write!(f, "{at:.3}"),
            Err(_) => write!(f, "{}ms", self.0),
        }
    }
}

impl Serialize for ApiTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ApiTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let at: jiff::Timestamp = text.parse().map_err(D::Error::custom)?;
        Ok(Self(Timestamp(at.as_millisecond())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn api_times_are_rfc_3339_with_milliseconds() {
        let at = ApiTime(Timestamp(1_767_603_600_120));
        let text = serde_json::to_string(&at).unwrap();
        assert_eq!(text, "\"2026-01-05T09:00:00.120Z\"");
        assert_eq!(serde_json::from_str::<ApiTime>(&text).unwrap(), at);
        let whole = serde_json::to_string(&ApiTime(Timestamp(1_767_603_600_000))).unwrap();
        assert_eq!(whole, "\"2026-01-05T09:00:00.000Z\"");
    }

    #[test]
    fn spans_never_go_below_zero() {
        assert_eq!(Timestamp(5).since(Timestamp(9)), Span::ZERO);
        assert_eq!(Timestamp(5) - Span(9), Timestamp(-4));
        assert_eq!(Span::from_seconds(0.25), Span(250));
    }
}
