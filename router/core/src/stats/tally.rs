//! What an agent's time went into, in whole milliseconds: a projection of the journal as all
//! statistics. Time runs in no state, so it is counted up to each event that changes what the
//! agent does, and up to now where it is asked for.

use baton_common::quantity::Permille;
use baton_common::time::{Span, Timestamp};
use baton_common::words::{OfferOutcome, Status};
use serde::{Deserialize, Serialize};

use crate::state::AgentState;

/// See the module.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Up to when the times are counted; zero: not yet.
    upto: Timestamp,
    /// What the agent can carry under the rules of now.
    #[serde(skip)]
    pub(crate) capacity: Permille,
    pub(crate) logged_out: Span,
    pub(crate) not_ready: Span,
    pub(crate) ready: Span,
    /// Of the time ready: with a chat or a wrap-up.
    pub(crate) worked: Span,
    /// Of the time ready: what chats and wrap-ups took, and what could have been taken, in permille
    /// times milliseconds.
    pub(crate) carried: u64,
    pub(crate) could_carry: u64,
    /// Offers that ended, see `how`.
    pub(crate) offers: [u64; 4],
    /// Chats that are done with, their time and the wrap-ups in it.
    pub(crate) handled: u64,
    pub(crate) handle: Span,
    pub(crate) wrapup: Span,
}

/// The place of an outcome.
const fn how(outcome: OfferOutcome) -> usize {
    match outcome {
        OfferOutcome::Accepted => 0,
        OfferOutcome::Declined => 1,
        OfferOutcome::Expired => 2,
        OfferOutcome::Revoked => 3,
    }
}

impl Tally {
    /// Of somebody who is configured now.
    pub(crate) fn from(at: Timestamp) -> Self {
        Self { upto: at, ..Self::default() }
    }

    /// An offer to the agent ended.
    pub(crate) fn offer(&mut self, outcome: OfferOutcome) {
        self.offers[how(outcome)] += 1;
    }

    /// How many offers ended so.
    pub(crate) fn offers(&self, outcome: OfferOutcome) -> u64 {
        self.offers[how(outcome)]
    }

    /// A chat is done with.
    pub(crate) fn handled(&mut self, time: Span, wrapup: Span) {
        self.handled += 1;
        self.handle.0 += time.0;
        self.wrapup.0 += wrapup.0;
    }

    /// Adds what somebody else did.
    pub(crate) fn add(&mut self, other: &Self) {
        let spans = [
            (&mut self.logged_out, other.logged_out),
            (&mut self.not_ready, other.not_ready),
            (&mut self.ready, other.ready),
            (&mut self.worked, other.worked),
            (&mut self.handle, other.handle),
            (&mut self.wrapup, other.wrapup),
        ];
        for (sum, span) in spans {
            sum.0 += span.0;
        }
        self.carried += other.carried;
        self.could_carry += other.could_carry;
        self.handled += other.handled;
        self.offers.iter_mut().zip(other.offers).for_each(|(sum, count)| *sum += count);
    }

    /// Time passes while nothing changes.
    fn pass(&mut self, at: Timestamp, status: Status, work: Option<u64>) {
        let since = self.upto;
        self.upto = at.max(since);
        if since == Timestamp::default() {
            return;
        }
        let span = at.since(since);
        match status {
            Status::LoggedOut => self.logged_out.0 += span.0,
            Status::NotReady => self.not_ready.0 += span.0,
            Status::Ready => {
                self.ready.0 += span.0;
                self.could_carry += span.0 * u64::from(self.capacity.0);
                if let Some(weight) = work {
                    self.worked.0 += span.0;
                    self.carried += span.0 * weight;
                }
            }
        }
    }
}

impl AgentState {
    /// Counts the time until now, before anything changes.
    pub(crate) fn clock(&mut self, at: Timestamp) {
        let (status, work) = (self.status, self.work_weight());
        self.tally.pass(at, status, work);
    }

    /// The tally as of now.
    pub(crate) fn tally_at(&self, now: Timestamp) -> Tally {
        let mut tally = self.tally.clone();
        tally.pass(now, self.status, self.work_weight());
        tally
    }

    /// What chats and wrap-ups take; none: there are none.
    fn work_weight(&self) -> Option<u64> {
        let weights = self.work.values().map(|work| u64::from(work.weight.0));
        (!self.work.is_empty()).then(|| weights.sum())
    }
}

#[cfg(test)]
mod tests {
    use baton_common::ids::ChatId;

    use super::*;
    use crate::state::agent::{Work, WorkKind};

    #[test]
    fn time_is_counted_by_what_the_agent_did_in_it() {
        let mut row = AgentState { tally: Tally::from(Timestamp(1_000)), ..AgentState::default() };
        row.tally.capacity = Permille(1_000);
        row.clock(Timestamp(3_000));
        row.status = Status::Ready;
        row.clock(Timestamp(6_000));
        let work = Work {
            kind: WorkKind::Handling,
            weight: Permille(250),
            since: Timestamp(6_000),
            talked: Span::ZERO,
        };
        row.work.insert(ChatId::new("cht_1"), work);
        row.clock(Timestamp(10_000));
        row.status = Status::NotReady;
        let tally = row.tally_at(Timestamp(15_000));
        let times = (tally.logged_out, tally.ready, tally.worked, tally.not_ready);
        assert_eq!(times, (Span(2_000), Span(7_000), Span(4_000), Span(5_000)));
        assert_eq!((tally.carried, tally.could_carry), (1_000_000, 7_000_000));
        let mut sum = tally.clone();
        sum.add(&tally);
        assert_eq!((sum.ready, sum.carried), (Span(14_000), 2_000_000));
    }
}
