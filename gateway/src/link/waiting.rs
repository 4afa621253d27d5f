//! Who waits for the outcome of which command, and which frame to ask about next. Pure: time is
//! handed in, replies are given to the waiters' own channels.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use baton_common::notice::OutcomeNotice;
use baton_common::rejection::Rejection;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::Submitted;

/// A notice comes with the commit; without one for so long after the append, ask.
const FIRST_QUESTION: Duration = Duration::from_millis(300);
/// Longest pause between two questions about one frame.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// One who submitted a command.
pub(super) struct Waiter {
    pub(super) reply: oneshot::Sender<Submitted>,
    /// Set when the broker has acknowledged the frame.
    pub(super) stored: Arc<AtomicBool>,
}

/// The frames that somebody waits for: bounded, since every waiter gives up in time.
#[derive(Default)]
pub(super) struct Waiting {
    frames: BTreeMap<u64, Frame>,
}

struct Frame {
    waiters: Vec<Option<Waiter>>,
    /// None until it is stored: the frame is not asked about before.
    ask_at: Option<Instant>,
    pause: Duration,
}

impl Waiting {
    /// Before the frame is sent: its outcome may come before its acknowledgement.
    pub(super) fn register(&mut self, n: u64, waiters: Vec<Waiter>) {
        let waiters = waiters.into_iter().map(Some).collect();
        self.frames.insert(n, Frame { waiters, ask_at: None, pause: FIRST_QUESTION });
    }

    /// The broker has the frame.
    pub(super) fn stored(&mut self, n: u64, now: Instant) {
        let Some(frame) = self.frames.get_mut(&n) else {
            return;
        };
        frame.ask_at = Some(now + FIRST_QUESTION);
        for waiter in frame.waiters.iter().flatten() {
            waiter.stored.store(true, Ordering::Release);
        }
    }

    /// The broker will never have the frame.
    pub(super) fn refused(&mut self, n: u64, why: &Rejection) {
        let Some(frame) = self.frames.remove(&n) else {
            return;
        };
        for waiter in frame.waiters.into_iter().flatten() {
            let _ = waiter.reply.send(Submitted::Refused(why.clone()));
        }
    }

    /// A command of a frame was decided.
    pub(super) fn settle(&mut self, outcome: OutcomeNotice) {
        let OutcomeNotice { n, index, result } = outcome;
        let Some(frame) = self.frames.get_mut(&n) else {
            return;
        };
        let waiter = usize::try_from(index).ok().and_then(|index| frame.waiters.get_mut(index));
        if let Some(waiter) = waiter.and_then(Option::take) {
            let _ = waiter.reply.send(Submitted::Decided(result));
        }
        if frame.waiters.iter().all(Option::is_none) {
            self.frames.remove(&n);
        }
    }

    /// The leader did not know, or did not say: ask again later.
    pub(super) fn undecided(&mut self, n: u64, now: Instant) {
        if let Some(frame) = self.frames.get_mut(&n) {
            frame.pause = (frame.pause * 2).min(LONGEST_PAUSE);
            frame.ask_at = Some(now + frame.pause);
        }
    }

    /// The frame to ask about next and when; frames that nobody waits for any more are let go.
    pub(super) fn next_question(&mut self) -> Option<(u64, Instant)> {
        self.frames.retain(|_, frame| {
            let is_open = |w: &Option<Waiter>| w.as_ref().is_some_and(|w| !w.reply.is_closed());
            frame.ask_at.is_none() || frame.waiters.iter().any(is_open)
        });
        let asked = self.frames.iter().filter_map(|(n, frame)| Some((*n, frame.ask_at?)));
        asked.min_by_key(|(_, at)| *at)
    }
}

#[cfg(test)]
mod tests {
    use baton_common::answer::Answer;

    use super::*;

    fn waiter() -> (Waiter, oneshot::Receiver<Submitted>) {
        let (reply, receiver) = oneshot::channel();
        (Waiter { reply, stored: Arc::default() }, receiver)
    }

    fn outcome(n: u64, index: u32) -> OutcomeNotice {
        OutcomeNotice { n, index, result: Ok(Answer::default()) }
    }

    #[test]
    fn an_outcome_that_overtakes_the_acknowledgement_is_not_lost() {
        let (first, mut reply) = waiter();
        let mut waiting = Waiting::default();
        waiting.register(1, vec![first]);
        waiting.settle(outcome(1, 0));
        waiting.stored(1, Instant::now());
        assert!(matches!(reply.try_recv(), Ok(Submitted::Decided(Ok(_)))));
        assert_eq!(waiting.next_question(), None);
    }

    #[test]
    fn a_frame_is_asked_about_only_once_stored_and_less_and_less_often() {
        let (first, _reply) = waiter();
        let now = Instant::now();
        let mut waiting = Waiting::default();
        waiting.register(1, vec![first]);
        assert_eq!(waiting.next_question(), None);
        waiting.stored(1, now);
        assert_eq!(waiting.next_question(), Some((1, now + FIRST_QUESTION)));
        waiting.undecided(1, now);
        assert_eq!(waiting.next_question(), Some((1, now + 2 * FIRST_QUESTION)));
    }

    #[test]
    fn nobody_asks_for_those_who_gave_up() {
        let ((first, gone), (second, mut stays)) = (waiter(), waiter());
        let now = Instant::now();
        let mut waiting = Waiting::default();
        waiting.register(1, vec![first]);
        waiting.register(2, vec![second]);
        waiting.stored(1, now);
        waiting.stored(2, now);
        drop(gone);
        assert_eq!(waiting.next_question().map(|(n, _)| n), Some(2));
        waiting.settle(outcome(2, 7));
        assert!(stays.try_recv().is_err(), "an index that is not there settles nobody");
        waiting.refused(2, &super::super::unavailable("full"));
        assert!(matches!(stays.try_recv(), Ok(Submitted::Refused(_))));
    }
}
