//! The order of a connection's commands: one after the other, as they came. Talk, which needs no
//! router, may pass a command that waits for one. Pure.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use baton_common::limits;
use baton_common::protocol::command::ClientCommand;

/// A decision takes milliseconds; who waits longer waits for a router to come back.
const OVERDUE: Duration = Duration::from_millis(300);

/// What a command needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    /// The broker alone.
    Talk,
    /// A router.
    Act,
}

/// The lane of a command.
pub(crate) const fn lane(command: &ClientCommand) -> Lane {
    use ClientCommand as C;
    match command {
        C::ChatSend(_)
        | C::ChatTyping(_)
        | C::ChatRead(_)
        | C::DmSend(_)
        | C::DmHistory(_)
        | C::TokenRenew(_)
        | C::Ping(_)
        | C::Watch(_)
        | C::Unwatch(_) => Lane::Talk,
        _ => Lane::Act,
    }
}

/// Commands that wait and run.
pub(crate) struct Lanes<J> {
    waiting: VecDeque<(Lane, J)>,
    running: Vec<(u64, Lane, Instant)>,
    tickets: u64,
}

impl<J> Lanes<J> {
    pub(crate) const fn new() -> Self {
        Self { waiting: VecDeque::new(), running: Vec::new(), tickets: 0 }
    }

    /// Whether no more can wait.
    pub(crate) fn is_full(&self) -> bool {
        self.waiting.len() >= limits::SOCKET_COMMANDS
    }

    /// Takes a command in.
    pub(crate) fn push(&mut self, lane: Lane, job: J) {
        self.waiting.push_back((lane, job));
    }

    /// A command whose turn it is.
    pub(crate) fn start(&mut self, now: Instant) -> Option<(u64, J)> {
        let at = if self.running.is_empty() {
            0
        } else if self.only_overdue_acts(now) {
            self.waiting.iter().position(|(lane, _)| *lane == Lane::Talk)?
        } else {
            return None;
        };
        let (lane, job) = self.waiting.remove(at)?;
        self.tickets += 1;
        self.running.push((self.tickets, lane, now));
        Some((self.tickets, job))
    }

    /// A command was answered.
    pub(crate) fn done(&mut self, ticket: u64) {
        self.running.retain(|(running, ..)| *running != ticket);
    }

    /// When waiting talk may pass.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        let talk = self.waiting.iter().any(|(lane, _)| *lane == Lane::Talk);
        let acts = self.running.iter().all(|(_, lane, _)| *lane == Lane::Act);
        let newest = self.running.iter().map(|(.., since)| *since).max()?;
        (talk && acts).then(|| newest + OVERDUE)
    }

    fn only_overdue_acts(&self, now: Instant) -> bool {
        self.running.iter().all(|(_, lane, since)| {
            *lane == Lane::Act && now.saturating_duration_since(*since) >= OVERDUE
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_run_one_after_the_other() {
        let (mut lanes, now) = (Lanes::new(), Instant::now());
        lanes.push(Lane::Act, "accept");
        lanes.push(Lane::Talk, "send");
        let (ticket, job) = lanes.start(now).unwrap();
        assert_eq!((job, lanes.start(now)), ("accept", None));
        lanes.done(ticket);
        assert_eq!(lanes.start(now).unwrap().1, "send");
    }

    #[test]
    fn talk_passes_a_command_that_waits_for_a_router() {
        let (mut lanes, now) = (Lanes::new(), Instant::now());
        for (lane, job) in [(Lane::Act, "leave"), (Lane::Act, "status"), (Lane::Talk, "send")] {
            lanes.push(lane, job);
        }
        lanes.start(now).unwrap();
        assert_eq!(lanes.start(now), None);
        let later = lanes.deadline().unwrap();
        let (ticket, job) = lanes.start(later).unwrap();
        assert_eq!(job, "send");
        assert_eq!(lanes.start(later), None, "the other command keeps its place");
        lanes.done(ticket);
        assert_eq!(lanes.deadline(), None);
    }

    #[test]
    fn waiting_is_bounded() {
        let mut lanes = Lanes::new();
        for job in 0..limits::SOCKET_COMMANDS {
            assert!(!lanes.is_full());
            lanes.push(Lane::Talk, job);
        }
        assert!(lanes.is_full());
    }
}
