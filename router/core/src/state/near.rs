//! The deadlines that are near, the next one first: a heap in which each deadline's row knows
//! where it stands, so that one that is cleared is taken out at once and leaves nothing behind.
//! Which deadlines are near is `wheel`'s to say.

use std::cmp::Ordering;

use baton_common::time::Timestamp;

use super::table::Table;
use super::timers::{Prefix, Timer};
use super::wheel::Due;

/// See the module.
#[derive(Clone, Default)]
pub(super) struct Near(Vec<One>);

/// One deadline: its order as far as the prefix tells.
#[derive(Clone, Copy)]
struct One {
    at: Timestamp,
    prefix: Prefix,
    row: u32,
}

type Rows = Table<Timer, Due>;

impl One {
    fn of(rows: &Rows, row: u32) -> Self {
        let (timer, due) = rows.at(row).expect("what is near is set");
        Self { at: due.at, prefix: timer.prefix(), row }
    }

    /// Whether it fires before another.
    #[inline]
    fn is_before(&self, other: &Self, rows: &Rows) -> bool {
        match (self.at, self.prefix).cmp(&(other.at, other.prefix)) {
            Ordering::Less => true,
            Ordering::Greater => false,
            Ordering::Equal => is_before_as_timer(rows, self.row, other.row),
        }
    }
}

/// Long ids may begin alike.
#[cold]
#[inline(never)]
fn is_before_as_timer(rows: &Rows, one: u32, other: u32) -> bool {
    let timer = |row| rows.at(row).map(|(timer, _)| timer);
    timer(one) < timer(other)
}

impl Near {
    /// The row of the next one.
    pub(super) fn first(&self) -> Option<u32> {
        self.0.first().map(|one| one.row)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts in a deadline whose row says when it is.
    pub(super) fn push(&mut self, rows: &mut Rows, row: u32) {
        let one = One::of(rows, row);
        self.0.push(one);
        self.rise(rows, self.0.len() - 1, one);
    }

    /// Takes out the deadline that stands at a place.
    pub(super) fn remove(&mut self, rows: &mut Rows, place: u32) {
        let at = place as usize;
        let last = self.0.pop().expect("a row that is near stands here");
        if at < self.0.len() {
            // It may belong above the gap or below it.
            let above = at.checked_sub(1).map(|left| self.0[left / 2]);
            if above.is_some_and(|above| last.is_before(&above, rows)) {
                self.rise(rows, at, last);
            } else {
                self.sink(rows, at, last);
            }
        }
    }

    /// Puts in many where there are none.
    pub(super) fn fill(&mut self, rows: &mut Rows, new: Vec<u32>) {
        self.0 = new.into_iter().map(|row| One::of(rows, row)).collect();
        for at in (0..self.0.len()).rev() {
            self.sink(rows, at, self.0[at]);
        }
    }

    fn put(&mut self, rows: &mut Rows, at: usize, one: One) {
        self.0[at] = one;
        let due = rows.at_mut(one.row).expect("what is near is set").1;
        due.place = u32::try_from(at).expect("there are fewer than four billion");
    }

    /// Moves the gap at a place up to where this one belongs, and puts it in.
    fn rise(&mut self, rows: &mut Rows, mut at: usize, one: One) {
        while let Some(left) = at.checked_sub(1) {
            let above = self.0[left / 2];
            if !one.is_before(&above, rows) {
                break;
            }
            self.put(rows, at, above);
            at = left / 2;
        }
        self.put(rows, at, one);
    }

    /// Moves the gap at a place down to where this one belongs, and puts it in.
    fn sink(&mut self, rows: &mut Rows, mut at: usize, one: One) {
        while let Some(below) = self.0.get(2 * at + 1) {
            let (mut next, mut first) = (2 * at + 1, *below);
            if let Some(other) = self.0.get(next + 1)
                && other.is_before(&first, rows)
            {
                (next, first) = (next + 1, *other);
            }
            if !first.is_before(&one, rows) {
                break;
            }
            self.put(rows, at, first);
            at = next;
        }
        self.put(rows, at, one);
    }
}
