//! One append until it is known to have landed or to be fenced: the same payload, expected
//! sequence and message id are sent again while the outcome is unknown. Leaves what follows from
//! the outcome to the roles.

use std::sync::Arc;

use baton_common::hash::Digest;
use baton_common::limits;
use baton_common::time::{Span, Timestamp};

use super::io::{Append, AppendResult, Clock, Looked, Output, Stored};

/// No answer for so long counts as an unknown outcome; the shell's own limit is far below.
const LOST: Span = Span::seconds(3);

/// The one append that is under way.
#[derive(Debug)]
pub(crate) struct Flight {
    pub(crate) append: Append,
    pub(crate) digest: Digest,
    pub(crate) begun: Clock,
    /// A claim needs the broker's time of its frame: it is read back even when acknowledged.
    read_back: bool,
    /// The journal was said to end before the sequence that we built on.
    shorter: bool,
    phase: Phase,
}

#[derive(Debug)]
enum Phase {
    /// Sent then; no answer yet.
    Sent(Clock),
    /// To be sent again then.
    Waiting(Clock),
    /// The journal is being read at its sequence.
    Reading(Clock),
}

/// What became of an append.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Settled {
    /// Not known yet.
    No,
    /// It is in the journal; the broker's time where it was read back.
    Committed(Option<Timestamp>),
    /// Somebody else's frame is there.
    Fenced,
    /// The journal ends before the sequence that we built on, or begins after ours: what is there
    /// cannot be known any more.
    Rewound,
    /// It will never be stored.
    Refused(String),
}

impl Flight {
    pub(crate) fn begin(
        append: Append,
        clock: Clock,
        read_back: bool,
        out: &mut Vec<Output>,
    ) -> Self {
        let digest = Digest::of(&append.payload);
        out.push(Output::Append(append.clone()));
        Self { append, digest, begun: clock, read_back, shorter: false, phase: Phase::Sent(clock) }
    }

    pub(crate) fn payload(&self) -> &Arc<[u8]> {
        &self.append.payload
    }

    /// The shell's answer to one attempt.
    pub(crate) fn answered(
        &mut self,
        clock: Clock,
        (seq, attempt): (u64, u32),
        result: AppendResult,
        out: &mut Vec<Output>,
    ) -> Settled {
        if seq != self.append.seq {
            return Settled::No;
        }
        match result {
            AppendResult::Committed if self.read_back => self.look(clock, out),
            AppendResult::Committed => return Settled::Committed(None),
            AppendResult::Unclear => self.look(clock, out),
            AppendResult::Refused(problem) => return Settled::Refused(problem),
            // An attempt that was given up may answer after a later one was sent.
            AppendResult::Unknown if attempt == self.append.attempt => self.wait(clock),
            AppendResult::Unknown => {}
        }
        Settled::No
    }

    /// The shell's answer to a look into the journal. That it is shorter counts when it is said
    /// twice in succession: a server that is cut off from the others may say so, or a late answer.
    pub(crate) fn looked(&mut self, clock: Clock, seq: u64, found: Looked) -> Settled {
        if seq != self.append.seq || !matches!(self.phase, Phase::Reading(_)) {
            return Settled::No;
        }
        match found {
            Looked::Found(Stored { at, payload, .. }) => {
                if Digest::of(&payload) == self.digest {
                    return Settled::Committed(Some(at));
                }
                Settled::Fenced
            }
            Looked::Gone => Settled::Rewound,
            Looked::Absent(last) => {
                let shorter = last + 1 < self.append.seq;
                if std::mem::replace(&mut self.shorter, shorter) && shorter {
                    return Settled::Rewound;
                }
                self.wait(clock);
                Settled::No
            }
            Looked::Unknown => {
                self.wait(clock);
                Settled::No
            }
        }
    }

    /// Sends again what is due.
    pub(crate) fn tick(&mut self, clock: Clock, out: &mut Vec<Output>) {
        match self.phase {
            Phase::Waiting(until) if until <= clock => {
                self.append.attempt += 1;
                self.phase = Phase::Sent(clock);
                out.push(Output::Append(self.append.clone()));
            }
            Phase::Sent(at) | Phase::Reading(at) if clock.since(at) >= LOST => self.wait(clock),
            _ => {}
        }
    }

    /// When `tick` has something to do.
    pub(crate) fn deadline(&self) -> Clock {
        match self.phase {
            Phase::Waiting(until) => until,
            Phase::Sent(at) | Phase::Reading(at) => at.after(LOST),
        }
    }

    fn look(&mut self, clock: Clock, out: &mut Vec<Output>) {
        if !matches!(self.phase, Phase::Reading(_)) {
            self.phase = Phase::Reading(clock);
            out.push(Output::ReadFrame { seq: self.append.seq });
        }
    }

    fn wait(&mut self, clock: Clock) {
        let [first, longest] = limits::APPEND_RETRY;
        let doubled = first.0 << self.append.attempt.min(8);
        self.phase = Phase::Waiting(clock.after(Span(doubled.min(longest.0))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flight(read_back: bool) -> (Flight, Vec<Output>) {
        let payload: Arc<[u8]> = Arc::from(&b"ours"[..]);
        let append = Append { seq: 5, attempt: 0, message_id: "m".into(), payload, events: 1 };
        let mut out = Vec::new();
        let flight = Flight::begin(append, Clock(0), read_back, &mut out);
        (flight, out)
    }

    fn found(payload: &[u8]) -> Looked {
        Looked::Found(Stored { seq: 5, at: Timestamp(7), payload: payload.to_vec() })
    }

    #[test]
    fn an_unknown_outcome_is_sent_again_unchanged() {
        let (mut flight, mut out) = flight(false);
        let Output::Append(first) = out.remove(0) else { panic!("an append comes first") };
        assert_eq!(flight.answered(Clock(9), (5, 0), AppendResult::Unknown, &mut out), Settled::No);
        assert_eq!(flight.deadline(), Clock(39));
        flight.tick(Clock(38), &mut out);
        assert!(out.is_empty());
        flight.tick(Clock(39), &mut out);
        let Output::Append(second) = out.remove(0) else { panic!("it is sent again") };
        assert_eq!(second, Append { attempt: 1, ..first });
        // The first attempt's answer may come late; a commit is a commit whoever tells it.
        assert_eq!(
            flight.answered(Clock(40), (5, 0), AppendResult::Unknown, &mut out),
            Settled::No
        );
        assert!(matches!(flight.phase, Phase::Sent(_)));
        let late = flight.answered(Clock(41), (5, 0), AppendResult::Committed, &mut out);
        assert_eq!(late, Settled::Committed(None));
    }

    #[test]
    fn an_unclear_answer_is_settled_by_reading() {
        for (there, expected) in [
            (found(b"ours"), Settled::Committed(Some(Timestamp(7)))),
            (found(b"theirs"), Settled::Fenced),
            (Looked::Absent(3), Settled::No),
            (Looked::Absent(4), Settled::No),
            // It came while the journal was being asked: it may be ours.
            (Looked::Absent(5), Settled::No),
            (Looked::Gone, Settled::Rewound),
            (Looked::Unknown, Settled::No),
        ] {
            let (mut flight, mut out) = flight(false);
            let unclear = AppendResult::Unclear;
            assert_eq!(flight.answered(Clock(1), (5, 0), unclear, &mut out), Settled::No);
            assert!(matches!(out.last(), Some(Output::ReadFrame { seq: 5 })));
            assert_eq!(flight.looked(Clock(2), 5, there), expected);
        }
    }

    #[test]
    fn a_shorter_journal_is_believed_when_it_is_said_twice_in_succession() {
        let settled = |said: &[Looked]| {
            let (mut flight, mut out) = flight(false);
            let mut last = Settled::No;
            for (at, found) in (0..).step_by(1_000).zip(said) {
                assert_eq!(last, Settled::No);
                flight.tick(Clock(at), &mut out);
                flight.answered(Clock(at), (5, 0), AppendResult::Unclear, &mut out);
                last = flight.looked(Clock(at), 5, found.clone());
            }
            last
        };
        assert_eq!(settled(&[Looked::Absent(3), Looked::Absent(3)]), Settled::Rewound);
        let no_answer = [Looked::Absent(3), Looked::Unknown, Looked::Absent(2)];
        assert_eq!(settled(&no_answer), Settled::Rewound, "no answer contradicts nothing");
        let stale = [Looked::Absent(3), Looked::Absent(4), Looked::Absent(3), Looked::Absent(4)];
        assert_eq!(settled(&stale), Settled::No);
    }

    #[test]
    fn a_claim_is_read_back_for_its_time() {
        let (mut flight, mut out) = flight(true);
        let committed = AppendResult::Committed;
        assert_eq!(flight.answered(Clock(1), (5, 0), committed, &mut out), Settled::No);
        assert!(matches!(out.last(), Some(Output::ReadFrame { seq: 5 })));
        let at = Settled::Committed(Some(Timestamp(7)));
        assert_eq!(flight.looked(Clock(2), 5, found(b"ours")), at);
    }

    #[test]
    fn pauses_double_and_stay_bounded() {
        let (mut flight, mut out) = flight(false);
        let mut clock = Clock(0);
        let mut pauses = Vec::new();
        for attempt in 0..6 {
            flight.answered(clock, (5, attempt), AppendResult::Unknown, &mut out);
            pauses.push(flight.deadline().since(clock).0);
            clock = flight.deadline();
            flight.tick(clock, &mut out);
        }
        assert_eq!(pauses, [30, 60, 120, 240, 250, 250]);
    }
}
