//! All deadlines of a shard: set, cleared and found in constant time, however many there are.
//!
//! They fire by time, and of the same time by the order of `Timer`. Only those of the next
//! fraction of a second are kept in that order; the others lie in stretches of time, unsorted,
//! until it is their turn. What is due, and what it leads to, is for others to say.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use baton_common::time::Timestamp;
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Serialize, Serializer};

use super::table::Table;
use super::timers::{Prefix, Timer};

/// A stretch is 128 ms long: a few thousand deadlines of a busy shard.
const STRETCH_BITS: u32 = 7;
/// The place within a stretch of a deadline that is in none.
const NEAR: u32 = u32::MAX;
/// So many deadlines that were cleared may lie among those that are near.
const SLACK: usize = 256;

/// All deadlines of a shard.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "Kept")]
pub struct Timers {
    rows: Table<Timer, Due>,
    /// How many there are of each kind: what is never set costs nothing to clear.
    kinds: [u32; Timer::KINDS],
    /// By stretch of time, in no order.
    later: BTreeMap<i64, Vec<u32>>,
    /// Of the newest stretch that was begun and all before it; some may have been cleared.
    near: BinaryHeap<Reverse<Near>>,
    /// The newest stretch that was begun.
    begun: Option<i64>,
    /// The very next ones, in exact order: all whose time and prefix are not above `edge`.
    front: BTreeSet<(Timestamp, Timer)>,
    edge: Option<(Timestamp, Prefix)>,
}

/// One deadline.
#[derive(Clone, Copy, Debug)]
struct Due {
    at: Timestamp,
    /// Place within its stretch.
    place: u32,
}

/// One that is near: its order as far as the prefix tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Near {
    at: Timestamp,
    prefix: Prefix,
    row: u32,
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
        let mut due: Vec<_> = self.0.rows.iter().map(|(timer, due)| (due.at, timer)).collect();
        due.sort_unstable();
        serializer.collect_seq(due)
    }
}

fn stretch(at: Timestamp) -> i64 {
    at.0 >> STRETCH_BITS
}

impl Timers {
    /// Sets a deadline in place of the one there may be.
    pub(crate) fn set(&mut self, timer: Timer, at: Timestamp) {
        let row = if let Some(row) = self.rows.place(&timer) {
            self.take_out(row);
            row
        } else {
            self.kinds[timer.kind()] += 1;
            self.rows.add(timer, Due { at, place: NEAR })
        };
        self.put_in(row, at);
        self.look_ahead();
    }

    /// Forgets a deadline.
    pub(crate) fn clear(&mut self, timer: &Timer) {
        if self.kinds[timer.kind()] == 0 {
            return;
        }
        if let Some(row) = self.rows.place(timer) {
            self.kinds[timer.kind()] -= 1;
            self.take_out(row);
            self.rows.remove_at(row);
            self.look_ahead();
        }
    }

    /// The next one.
    pub(crate) fn next(&self) -> Option<(Timestamp, &Timer)> {
        self.front.first().map(|(at, timer)| (*at, timer))
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// When a deadline is.
    pub(crate) fn deadline(&self, timer: &Timer) -> Option<Timestamp> {
        self.rows.get(timer).map(|due| due.at)
    }

    fn row(&self, row: u32) -> (&Timer, Due) {
        let (timer, due) = self.rows.at(row).expect("stretches hold deadlines that are set");
        (timer, *due)
    }

    fn put_in(&mut self, row: u32, at: Timestamp) {
        let (timer, _) = self.row(row);
        let mut place = NEAR;
        if self.begun.is_none_or(|begun| stretch(at) > begun) {
            let stretch = self.later.entry(stretch(at)).or_default();
            place = u32::try_from(stretch.len()).expect("there are fewer than four billion");
            stretch.push(row);
        } else {
            let prefix = timer.prefix();
            if self.edge.is_some_and(|edge| (at, prefix) <= edge) {
                let timer = timer.clone();
                self.front.insert((at, timer));
            } else {
                self.near.push(Reverse(Near { at, prefix, row }));
            }
        }
        *self.rows.at_mut(row).expect("it was there above").1 = Due { at, place };
    }

    fn take_out(&mut self, row: u32) {
        let (timer, due) = self.row(row);
        if due.place == NEAR {
            if self.edge.is_some_and(|edge| (due.at, timer.prefix()) <= edge) {
                let timer = timer.clone();
                self.front.remove(&(due.at, timer));
            }
            return;
        }
        let of = stretch(due.at);
        let stretch = self.later.get_mut(&of).expect("a deadline's stretch is there");
        stretch.swap_remove(due.place as usize);
        match stretch.get(due.place as usize).copied() {
            Some(moved) => {
                let moved = self.rows.at_mut(moved).expect("stretches hold what is set");
                moved.1.place = due.place;
            }
            None if stretch.is_empty() => drop(self.later.remove(&of)),
            None => {}
        }
    }

    /// Fills the front, if it is empty.
    fn look_ahead(&mut self) {
        if self.near.len() > 2 * self.rows.len() + SLACK {
            let rows = &self.rows;
            self.near.retain(|Reverse(near)| is_set(rows, near));
        }
        while self.front.is_empty() {
            self.edge = None;
            if self.near.is_empty() && !self.begin_stretch() {
                return;
            }
            self.fill_front();
        }
    }

    /// Takes those with the least time and prefix out of those that are near.
    fn fill_front(&mut self) {
        while let Some(Reverse(near)) = self.near.peek().copied() {
            if self.edge.is_some_and(|edge| (near.at, near.prefix) != edge) {
                return;
            }
            self.near.pop();
            if is_set(&self.rows, &near) {
                let (timer, due) = self.row(near.row);
                let timer = timer.clone();
                self.edge = Some((due.at, near.prefix));
                self.front.insert((due.at, timer));
            }
        }
    }

    fn begin_stretch(&mut self) -> bool {
        let Some((stretch, rows)) = self.later.pop_first() else { return false };
        self.begun = Some(stretch);
        let mut near = Vec::with_capacity(rows.len());
        for row in rows {
            let (timer, due) = self.rows.at_mut(row).expect("stretches hold what is set");
            due.place = NEAR;
            near.push(Reverse(Near { at: due.at, prefix: timer.prefix(), row }));
        }
        self.near = BinaryHeap::from(near);
        true
    }
}

/// Whether it is still to fire, and near: its row may have been cleared, set for later or given
/// to another deadline.
fn is_set(rows: &Table<Timer, Due>, near: &Near) -> bool {
    rows.at(near.row).is_some_and(|(timer, due)| {
        due.place == NEAR && due.at == near.at && timer.prefix() == near.prefix
    })
}

#[cfg(test)]
mod tests {
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
    fn what_is_cleared_again_and_again_leaves_nothing_behind() {
        let mut timers = Timers::default();
        timers.set(Timer::Unattended("cht_0".into()), Timestamp(0));
        for n in 0..10_000 {
            let timer = Timer::Unattended("cht_1".into());
            timers.set(timer.clone(), Timestamp(n % 100));
            timers.clear(&timer);
        }
        assert!(timers.near.len() <= 2 * SLACK, "{}", timers.near.len());
    }

    #[test]
    fn an_image_of_the_first_layout_is_read() {
        let first = r#"{"due":[[7,{"Forget":"cht_1"}],[9,{"Forget":"cht_2"}]],"at":[]}"#;
        let timers: Timers = serde_json::from_str(first).unwrap();
        assert_eq!(timers.next(), Some((Timestamp(7), &Timer::Forget("cht_1".into()))));
        assert_eq!(timers.len(), 2);
    }
}
