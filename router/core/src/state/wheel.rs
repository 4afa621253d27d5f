//! All deadlines of a shard: set, cleared and found in constant time, however many there are.
//!
//! They fire by time, and of the same time by the order of `Timer`. Only those of the next
//! fraction of a second are kept in that order (`near`); the others lie in stretches of time,
//! unsorted, until it is their turn. What is due, and what it leads to, is for others to say.

use std::collections::BTreeMap;
use std::fmt;

use baton_common::time::Timestamp;
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Serialize, Serializer};

use super::near::Near;
use super::table::Table;
use super::timers::Timer;

/// A stretch is 128 ms long: a few thousand deadlines of a busy shard.
const STRETCH_BITS: u32 = 7;

/// All deadlines of a shard.
#[derive(Clone, Default, Deserialize)]
#[serde(from = "Kept")]
pub struct Timers {
    rows: Table<Timer, Due>,
    /// How many there are of each kind: what is never set costs nothing to clear.
    kinds: [u32; Timer::KINDS],
    /// By stretch of time, in no order.
    later: BTreeMap<i64, Vec<u32>>,
    /// Of the newest stretch that was begun and all before it; empty only if there is none later.
    near: Near,
    /// The newest stretch that was begun.
    begun: Option<i64>,
}

/// One deadline.
#[derive(Clone, Copy, Debug)]
pub(super) struct Due {
    pub(super) at: Timestamp,
    /// Place within its stretch, or among those that are near.
    pub(super) place: u32,
}

/// As it is kept in images.
#[derive(Deserialize)]
struct Kept {
    due: Vec<(Timestamp, Timer)>,
}

impl From<Kept> for Timers {
    fn from(kept: Kept) -> Self {
        let mut timers = Self::default();
        for (at, timer) in kept.due {
            timers.set(timer, at);
        }
        timers
    }
}

impl Serialize for Timers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut kept = serializer.serialize_struct("Timers", 1)?;
        kept.serialize_field("due", &AllDue(self))?;
        kept.end()
    }
}

struct AllDue<'a>(&'a Timers);

impl Serialize for AllDue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.in_order())
    }
}

impl fmt::Debug for Timers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.in_order()).finish()
    }
}

fn stretch(at: Timestamp) -> i64 {
    at.0 >> STRETCH_BITS
}

impl Timers {
    /// Sets a deadline in place of the one there may be.
    pub(crate) fn set(&mut self, timer: Timer, at: Timestamp) {
        let row = if let Some(row) = self.rows.place(&timer) {
            let due = self.due(row);
            if due.at == at {
                return;
            }
            self.take_out(due);
            row
        } else {
            self.kinds[timer.kind()] += 1;
            self.rows.add(timer, Due { at, place: 0 })
        };
        self.put_in(row, at);
        self.look_ahead();
    }

    /// Forgets a deadline.
    pub(crate) fn clear(&mut self, timer: &Timer) {
        let count = &mut self.kinds[timer.kind()];
        if *count == 0 {
            return;
        }
        if let Some(row) = self.rows.place(timer) {
            *count -= 1;
            self.take_out(self.due(row));
            self.rows.remove_at(row);
            self.look_ahead();
        }
    }

    /// The next one.
    pub(crate) fn next(&self) -> Option<(Timestamp, &Timer)> {
        let row = self.near.first()?;
        self.rows.at(row).map(|(timer, due)| (due.at, timer))
    }

    /// All in order: equal states are written and shown alike.
    fn in_order(&self) -> Vec<(Timestamp, &Timer)> {
        let mut due: Vec<_> = self.rows.iter().map(|(timer, due)| (due.at, timer)).collect();
        due.sort_unstable();
        due
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// When a deadline is.
    pub(crate) fn deadline(&self, timer: &Timer) -> Option<Timestamp> {
        self.rows.get(timer).map(|due| due.at)
    }

    fn due(&self, row: u32) -> Due {
        *self.rows.at(row).expect("stretches hold deadlines that are set").1
    }

    fn due_mut(&mut self, row: u32) -> &mut Due {
        self.rows.at_mut(row).expect("stretches hold deadlines that are set").1
    }

    fn is_near(&self, at: Timestamp) -> bool {
        self.begun.is_some_and(|begun| stretch(at) <= begun)
    }

    fn put_in(&mut self, row: u32, at: Timestamp) {
        if self.is_near(at) {
            self.due_mut(row).at = at;
            self.near.push(&mut self.rows, row);
        } else {
            let stretch = self.later.entry(stretch(at)).or_default();
            let place = u32::try_from(stretch.len()).expect("there are fewer than four billion");
            stretch.push(row);
            *self.due_mut(row) = Due { at, place };
        }
    }

    fn take_out(&mut self, due: Due) {
        if self.is_near(due.at) {
            self.near.remove(&mut self.rows, due.place);
            return;
        }
        let of = stretch(due.at);
        let stretch = self.later.get_mut(&of).expect("a deadline's stretch is there");
        stretch.swap_remove(due.place as usize);
        match stretch.get(due.place as usize).copied() {
            Some(moved) => self.due_mut(moved).place = due.place,
            None if stretch.is_empty() => drop(self.later.remove(&of)),
            None => {}
        }
    }

    /// Begins the next stretch, if nothing is near.
    fn look_ahead(&mut self) {
        if self.near.is_empty()
            && let Some((stretch, rows)) = self.later.pop_first()
        {
            self.begun = Some(stretch);
            self.near.fill(&mut self.rows, rows);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use baton_common::ids::{ChatId, EntryId};
    use proptest::prelude::*;

    use super::*;

    /// Timers as an ordered set has them: obviously right.
    #[derive(Default)]
    struct Ordered {
        due: BTreeSet<(Timestamp, Timer)>,
        at: BTreeMap<Timer, Timestamp>,
    }

    impl Ordered {
        fn set(&mut self, timer: Timer, at: Timestamp) {
            self.clear(&timer);
            self.due.insert((at, timer.clone()));
            self.at.insert(timer, at);
        }

        fn clear(&mut self, timer: &Timer) {
            if let Some(at) = self.at.remove(timer) {
                self.due.remove(&(at, timer.clone()));
            }
        }

        fn next(&self) -> Option<(Timestamp, &Timer)> {
            self.due.first().map(|(at, timer)| (*at, timer))
        }
    }

    fn timer(kind: u8, number: u16) -> Timer {
        let long = format!("cht_the_same_for_very_long_{}", number % 5);
        match kind {
            0 => Timer::OfferExpiry(format!("off_{number}").as_str().into()),
            1 => Timer::AgentGrace("w".into(), format!("a{number}").as_str().into()),
            2 => Timer::Inactivity(ChatId::new(long)),
            3 => Timer::Wrapup(ChatId::new(long), format!("a{number}").as_str().into()),
            4 => Timer::NoAgent(EntryId::new(format!("ent_{number}"))),
            _ => Timer::Forget(ChatId::new(format!("cht_{number}"))),
        }
    }

    proptest! {
        #[test]
        fn timers_fire_in_the_order_of_an_ordered_set(
            steps in prop::collection::vec((0..9_u8, 0..6_u8, 0..40_u16, 0..900_i64), 1..600),
        ) {
            let (mut timers, mut ordered) = (Timers::default(), Ordered::default());
            let mut now = 0;
            for (what, kind, number, ahead) in steps {
                let timer = timer(kind, number);
                match what {
                    0..=4 => {
                        // Some at the same moment, a few far ahead, a few in the past.
                        let ahead = [ahead % 3, ahead, ahead * 99, -ahead, 0][usize::from(what)];
                        let at = Timestamp(now + ahead);
                        timers.set(timer.clone(), at);
                        ordered.set(timer, at);
                    }
                    5 => {
                        timers.clear(&timer);
                        ordered.clear(&timer);
                    }
                    6 => {
                        let text = serde_json::to_string(&timers).unwrap();
                        timers = serde_json::from_str(&text).unwrap();
                    }
                    _ => if let Some((at, first)) = ordered.next().map(|(at, t)| (at, t.clone())) {
                        now = now.max(at.0);
                        timers.clear(&first);
                        ordered.clear(&first);
                    },
                }
                prop_assert_eq!(timers.next(), ordered.next());
                prop_assert_eq!(timers.len(), ordered.at.len());
            }
            while let Some((at, first)) = ordered.next().map(|(at, timer)| (at, timer.clone())) {
                prop_assert_eq!(timers.next(), Some((at, &first)));
                prop_assert_eq!(timers.deadline(&first), Some(at));
                timers.clear(&first);
                ordered.clear(&first);
            }
            prop_assert_eq!(timers.next(), None);
        }
    }

    #[test]
    fn a_timer_set_again_is_due_once() {
        let mut timers = Timers::default();
        let timer = Timer::Unattended("cht_1".into());
        timers.set(timer.clone(), Timestamp(5));
        timers.set(timer.clone(), Timestamp(3));
        assert_eq!(timers.next(), Some((Timestamp(3), &timer)));
        timers.clear(&timer);
        assert_eq!(timers.next(), None);
    }

    #[test]
    fn an_image_of_the_first_layout_is_read() {
        let first = r#"{"due":[[7,{"Forget":"cht_1"}],[9,{"Forget":"cht_2"}]],"at":[]}"#;
        let timers: Timers = serde_json::from_str(first).unwrap();
        assert_eq!(timers.next(), Some((Timestamp(7), &Timer::Forget("cht_1".into()))));
        assert_eq!(timers.len(), 2);
    }
}
