//! The wait that a customer would have had with patience without end: of one who was served their
//! own, of one who left the time until an agent would have come to them. Holds for one class whose
//! customers any agent can take, in the order of coming; an observer feeds it.

use std::collections::VecDeque;

use baton_common::time::{Span, Timestamp};
use baton_common::words::EntryOutcome;

use crate::watch::{Moment, Seen};

/// Follows those who left until an agent would have come to them.
#[derive(Debug, Default)]
pub struct Potential {
    /// In the order of coming: their number and when they came. Those who left later may have
    /// come earlier, so it is kept sorted.
    gone: VecDeque<(u64, Timestamp)>,
}

impl Potential {
    /// Takes in a moment; returns whose potential wait is known now, with their numbers.
    pub fn hear(&mut self, seen: &Seen<'_>) -> Vec<(u64, Span)> {
        match &seen.moment {
            Moment::Enqueued { .. } => Vec::new(),
            Moment::Settled { who, outcome: EntryOutcome::Served, wait } => {
                let mut known = self.reached(who.number, seen.now);
                known.push((who.number, *wait));
                known
            }
            Moment::Settled { who, wait, .. } => {
                let at = self.gone.partition_point(|(number, _)| *number < who.number);
                self.gone.insert(at, (who.number, seen.now - *wait));
                Vec::new()
            }
            Moment::Freed { .. } => self.reached(u64::MAX, seen.now),
        }
    }

    /// An agent has come to somebody of this number: before that, to all who had come earlier.
    fn reached(&mut self, number: u64, now: Timestamp) -> Vec<(u64, Span)> {
        let earlier = self.gone.partition_point(|(gone, _)| *gone < number);
        self.gone.drain(..earlier).map(|(gone, came)| (gone, now.since(came))).collect()
    }
}
