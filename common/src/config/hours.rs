//! When opening hours are open, and when they open or close next.
//!
//! Open is what the clock on the wall says: a moment is open if the local time that it has in the
//! workspace's time zone lies within a row of its local date, from `from` on and before `to`. So
//! a time that a change of the clocks skips counts as reached when it is skipped, and one that
//! comes twice counts both times. Zones are compiled in: every router computes alike, whatever
//! its machine knows. What is wrong with hours is `check`'s to say; a row that cannot be read
//! never opens.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{ToSpan as _, Zoned};

use super::Hours;
use crate::time::{Span, Timestamp};

/// Days that are searched for the next turn; if there is none, it is looked for again then.
const SEARCHED_DAYS: i64 = 14;
/// Minutes of a day.
const DAY: i16 = 24 * 60;

/// Opening hours in their time zone.
#[derive(Clone, Debug)]
pub struct Calendar {
    zone: TimeZone,
    /// By day of the week from Monday: from a minute of the day until before another.
    weekly: [Vec<Open>; 7],
    /// In place of the week's; empty: closed.
    exceptions: BTreeMap<Date, Vec<Open>>,
}

/// From a minute of the day until before another.
type Open = (i16, i16);

/// A time zone by its IANA name; UTC where there is none or it is unknown.
pub fn zone(name: Option<&str>) -> TimeZone {
    let known = name.and_then(|name| TimeZoneDatabase::bundled().get(name).ok());
    known.unwrap_or(TimeZone::UTC)
}

impl Calendar {
    /// Reads hours of a workspace in this time zone.
    pub fn of(hours: &Hours, zone: TimeZone) -> Self {
        let mut weekly: [Vec<Open>; 7] = std::array::from_fn(|_| Vec::new());
        for row in &hours.weekly {
            let open = open(&row.from, &row.to);
            for day in &row.days {
                weekly[*day as usize].extend(open);
            }
        }
        let mut exceptions = BTreeMap::<Date, Vec<Open>>::new();
        for row in &hours.exceptions {
            if let Ok(date) = row.date.parse() {
                let times = row.from.as_deref().zip(row.to.as_deref());
                let open = times.and_then(|(from, to)| open(from, to));
                exceptions.entry(date).or_default().extend(open);
            }
        }
        Self { zone, weekly, exceptions }
    }

    /// Whether they are open at a moment.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.local(at).is_some_and(|local| {
            let minute = i16::from(local.hour()) * 60 + i16::from(local.minute());
            self.rows(local.date()).iter().any(|(from, to)| (*from..*to).contains(&minute))
        })
    }

    /// The first moment after this one at which they open or close. If that is long from now, an
    /// earlier one, at which nothing changes, to look again. None: there is no such time.
    pub fn next_turn(&self, after: Timestamp) -> Option<Timestamp> {
        let local = self.local(after)?;
        let is_open = self.is_open(after);
        let mut moments: Vec<Timestamp> = (0..=SEARCHED_DAYS)
            .filter_map(|days| local.date().checked_add(days.days()).ok())
            .flat_map(|date| self.moments(date))
            .chain(self.clock_changes(after))
            .filter(|at| *at > after)
            .collect();
        moments.sort_unstable();
        let again = after + Span::seconds(SEARCHED_DAYS.unsigned_abs() * 24 * 3_600);
        let turn = moments.into_iter().find(|at| self.is_open(*at) != is_open);
        Some(turn.map_or(again, |turn| turn.min(again)))
    }

    fn local(&self, at: Timestamp) -> Option<Zoned> {
        let at = jiff::Timestamp::from_millisecond(at.0).ok()?;
        Some(at.to_zoned(self.zone.clone()))
    }

    fn rows(&self, date: Date) -> &[Open] {
        let of_week =
            || &self.weekly[usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())];
        self.exceptions.get(&date).unwrap_or_else(of_week)
    }

    /// When the clock shows the beginning of a date or an end of one of its rows.
    fn moments(&self, date: Date) -> Vec<Timestamp> {
        let minutes = self.rows(date).iter().flat_map(|(from, to)| [*from, *to]).chain([0]);
        minutes.flat_map(|minute| self.shown(date, minute)).collect()
    }

    /// When the clock shows a minute of a date: once, twice where clocks are set back, or never.
    fn shown(&self, date: Date, minute: i16) -> Vec<Timestamp> {
        let Ok(local) = date.at(0, 0, 0, 0).checked_add(i64::from(minute).minutes()) else {
            return Vec::new();
        };
        let ambiguous = self.zone.to_ambiguous_timestamp(local);
        let both = [ambiguous.earlier(), ambiguous.later()];
        both.into_iter().flatten().map(|at| Timestamp(at.as_millisecond())).collect()
    }

    /// When the clocks are changed in the time that is searched.
    fn clock_changes(&self, after: Timestamp) -> Vec<Timestamp> {
        let Ok(from) = jiff::Timestamp::from_millisecond(after.0) else {
            return Vec::new();
        };
        let until = after + Span::seconds((SEARCHED_DAYS.unsigned_abs() + 1) * 24 * 3_600);
        self.zone
            .following(from)
            .map(|change| Timestamp(change.timestamp().as_millisecond()))
            .take_while(|at| *at <= until)
            .collect()
    }
}

/// The stretch that two times of a day bound, if both can be read and it is not empty.
fn open(from: &str, to: &str) -> Option<Open> {
    let open = (minute(from)?, minute(to)?);
    (open.0 < open.1).then_some(open)
}

/// `HH:MM` as minutes from midnight; 24:00 is the end of the day.
pub(super) fn minute(text: &str) -> Option<i16> {
    let (hours, minutes) = text.split_once(':')?;
    let two = |part: &str| -> Option<i16> {
        let digits = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| part.parse().ok()).flatten()
    };
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    let at = hours * 60 + minutes;
    (minutes < 60 && at <= DAY).then_some(at)
}

#[cfg(test)]
#[path = "hours_tests.rs"]
mod tests;
