//! The service level of a day: counts since midnight of the workspace's time zone.

use baton_common::time::{Span, Timestamp};
use baton_common::view::ServiceLevelView;
use baton_common::words::EntryOutcome;
use serde::{Deserialize, Serialize};

/// Counts of one day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    midnight: Timestamp,
    accepted_in_target: u64,
    accepted: u64,
    abandoned_in_target: u64,
    abandoned: u64,
    removed: u64,
}

impl Day {
    /// Counts the end of an entry; a new day begins from nothing.
    pub(crate) fn add(
        &mut self,
        midnight: Timestamp,
        target: Span,
        wait: Span,
        outcome: EntryOutcome,
    ) {
        if midnight != self.midnight {
            *self = Self { midnight, ..Self::default() };
        }
        let in_target = u64::from(wait <= target);
        self.removed += 1;
        match outcome {
            EntryOutcome::Served => {
                self.accepted += 1;
                self.accepted_in_target += in_target;
            }
            EntryOutcome::Abandoned => {
                self.abandoned += 1;
                self.abandoned_in_target += in_target;
            }
            _ => {}
        }
    }

    /// The counts, as long as it is still that day.
    pub(crate) fn view(&self, midnight: Timestamp, target: Span) -> ServiceLevelView {
        let empty = Self::default();
        let day = if midnight == self.midnight { self } else { &empty };
        ServiceLevelView {
            target,
            since: midnight,
            accepted_in_target: day.accepted_in_target,
            accepted: day.accepted,
            abandoned_in_target: day.abandoned_in_target,
            abandoned: day.abandoned,
            removed: day.removed,
        }
    }
}

/// The last midnight in a time zone (UTC where it is unknown). Zones are compiled in, so that
/// every router computes alike.
pub(crate) fn midnight(now: Timestamp, zone: Option<&str>) -> Timestamp {
    let zone =
        zone.and_then(|name| jiff::tz::TimeZone::get(name).ok()).unwrap_or(jiff::tz::TimeZone::UTC);
    jiff::Timestamp::from_millisecond(now.0)
        .ok()
        .and_then(|at| at.to_zoned(zone).start_of_day().ok())
        .map_or(now, |midnight| Timestamp(midnight.timestamp().as_millisecond()))
}

/// The midnight that ends the day of `now` in a time zone, as [`midnight`].
pub(crate) fn next_midnight(now: Timestamp, zone: Option<&str>) -> Timestamp {
    let zone =
        zone.and_then(|name| jiff::tz::TimeZone::get(name).ok()).unwrap_or(jiff::tz::TimeZone::UTC);
    jiff::Timestamp::from_millisecond(now.0)
        .ok()
        .and_then(|at| at.to_zoned(zone).tomorrow().ok()?.start_of_day().ok())
        .map_or(now, |midnight| Timestamp(midnight.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn midnight_is_the_zones() {
        // 2026-01-05T09:00:00Z is 10:00 in Berlin.
        let now = Timestamp(1_767_603_600_000);
        let utc = Timestamp(1_767_571_200_000);
        assert_eq!(midnight(now, None), utc);
        assert_eq!(midnight(now, Some("Europe/Berlin")), utc - Span::seconds(3_600));
        assert_eq!(midnight(now, Some("No/Such")), utc);
        assert_eq!(next_midnight(now, None), utc + Span::seconds(86_400));
        // The day on which summer time begins has 23 hours.
        let summer = Timestamp(1_774_742_400_000);
        assert_eq!(summer.to_string(), "2026-03-29T00:00:00.000Z");
        assert_eq!(next_midnight(summer, Some("Europe/Berlin")), summer + Span::seconds(79_200));
    }

    #[test]
    fn a_new_day_counts_from_nothing() {
        let mut day = Day::default();
        day.add(Timestamp(0), Span(10), Span(5), EntryOutcome::Served);
        day.add(Timestamp(1), Span(10), Span(15), EntryOutcome::Abandoned);
        let view = day.view(Timestamp(1), Span(10));
        assert_eq!((view.accepted, view.abandoned, view.abandoned_in_target), (0, 1, 0));
        assert_eq!(day.view(Timestamp(2), Span(10)).removed, 0);
    }
}
