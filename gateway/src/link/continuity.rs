//! Whether anything that a shard's leader said to this gateway was lost. Pure: time is handed in.
//! Leaves the repair to `resync`.

use std::time::Duration;

use baton_common::view::Position;
use tokio::time::Instant;

/// A pulse may overtake the notice it tells of by so much.
const GRACE: Duration = Duration::from_millis(300);
/// A pulse says how far behind the leader is for so long: three of them.
const LAG_HOLDS: Duration = Duration::from_secs(1);

/// What was heard of one shard's leaders.
#[derive(Debug, Default)]
pub(super) struct Continuity {
    /// The newest leader's term; 0 before any was heard of.
    epoch: u64,
    /// The newest notice that came.
    seen: Position,
    /// A notice that was sent and has not come, and since when that is known.
    owed: Option<(Position, Instant)>,
    /// Commands that the leader has not decided, and when it said so.
    lag: Option<(u64, Instant)>,
}

/// What a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// The next one.
    InOrder,
    /// Older than what was seen: to be ignored.
    Stale,
    /// New, but something before it was lost, or another leader speaks.
    AfterLoss,
}

impl Continuity {
    /// The newest leader's term that was heard of.
    pub(super) const fn epoch(&self) -> u64 {
        self.epoch
    }

    /// A notice came. `previous` is the notice before it by the same leader, default for its
    /// first one.
    pub(super) fn notice(&mut self, position: Position, previous: Position) -> Heard {
        if position < self.seen || position.epoch < self.epoch {
            return Heard::Stale;
        }
        let other_leader = position.epoch > self.epoch && self.epoch > 0;
        let expected =
            if position.epoch > self.seen.epoch { Position::default() } else { self.seen };
        self.epoch = position.epoch;
        self.seen = position;
        if self.owed.is_some_and(|(owed, _)| owed <= position) {
            self.owed = None;
        }
        if other_leader || previous != expected { Heard::AfterLoss } else { Heard::InOrder }
    }

    /// A leader's pulse came: its position, the newest notice it sent here (if any), its lag.
    /// True if something was lost.
    pub(super) fn pulse(
        &mut self,
        position: Position,
        noticed: Option<Position>,
        lag: u64,
        now: Instant,
    ) -> bool {
        if position.epoch < self.epoch {
            return false;
        }
        let other_leader = position.epoch > self.epoch && self.epoch > 0;
        self.epoch = position.epoch;
        self.lag = Some((lag, now));
        let overdue = self.is_overdue(noticed, now);
        if overdue && let Some(noticed) = noticed {
            // Counted as seen, so that one loss is found once.
            self.seen = noticed;
            self.owed = None;
        }
        other_leader || overdue
    }

    fn is_overdue(&mut self, noticed: Option<Position>, now: Instant) -> bool {
        let Some(noticed) = noticed.filter(|noticed| *noticed > self.seen) else {
            return false;
        };
        let (owed, since) = *self.owed.get_or_insert((noticed, now));
        owed > self.seen && now >= since + GRACE
    }

    /// How many commands the leader has not decided, if that is known.
    pub(super) fn lag(&self, now: Instant) -> Option<u64> {
        self.lag.and_then(|(lag, at)| (now < at + LAG_HOLDS).then_some(lag))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Position = Position { epoch: 0, seq: 0 };

    fn at(epoch: u64, seq: u64) -> Position {
        Position { epoch, seq }
    }

    #[test]
    fn a_chain_is_in_order_and_a_hole_is_found() {
        let mut shard = Continuity::default();
        assert_eq!(shard.notice(at(1, 5), START), Heard::InOrder);
        assert_eq!(shard.notice(at(1, 9), at(1, 5)), Heard::InOrder);
        assert_eq!(shard.notice(at(1, 12), at(1, 11)), Heard::AfterLoss);
        assert_eq!(shard.notice(at(1, 13), at(1, 12)), Heard::InOrder);
        assert_eq!(shard.notice(at(1, 12), at(1, 11)), Heard::Stale);
    }

    #[test]
    fn the_first_notice_that_names_one_before_it_shows_a_loss() {
        let mut shard = Continuity::default();
        assert_eq!(shard.notice(at(1, 9), at(1, 5)), Heard::AfterLoss);
    }

    #[test]
    fn a_leader_breaks_the_chain_at_the_same_position_to_call_for_an_announcement() {
        let mut shard = Continuity::default();
        shard.notice(at(1, 5), START);
        assert_eq!(shard.notice(at(1, 5), START), Heard::AfterLoss);
        assert_eq!(shard.notice(at(1, 6), at(1, 5)), Heard::InOrder);
    }

    #[test]
    fn another_leader_is_a_loss_once_and_its_chain_begins_anew() {
        let now = Instant::now();
        let mut shard = Continuity::default();
        shard.notice(at(1, 5), START);
        assert!(shard.pulse(at(2, 8), None, 0, now));
        assert!(!shard.pulse(at(2, 8), None, 0, now));
        assert!(!shard.pulse(at(1, 7), None, 0, now), "a deposed leader is not listened to");
        assert_eq!(shard.notice(at(1, 9), at(1, 5)), Heard::Stale);
        assert_eq!(shard.notice(at(2, 9), START), Heard::InOrder);
        assert_eq!(shard.notice(at(3, 10), START), Heard::AfterLoss);
    }

    #[test]
    fn the_first_leader_that_is_heard_of_is_no_loss() {
        let mut shard = Continuity::default();
        assert!(!shard.pulse(at(7, 90), None, 0, Instant::now()));
        assert_eq!(shard.notice(at(7, 91), START), Heard::InOrder);
    }

    #[test]
    fn a_notice_that_a_pulse_tells_of_is_missed_after_a_grace_once() {
        let now = Instant::now();
        let mut shard = Continuity::default();
        shard.notice(at(1, 5), START);
        assert!(!shard.pulse(at(1, 8), Some(at(1, 8)), 0, now));
        assert!(!shard.pulse(at(1, 8), Some(at(1, 8)), 0, now + GRACE / 2));
        assert!(shard.pulse(at(1, 8), Some(at(1, 8)), 0, now + GRACE));
        assert!(!shard.pulse(at(1, 8), Some(at(1, 8)), 0, now + 3 * GRACE));
        assert_eq!(shard.notice(at(1, 9), at(1, 8)), Heard::InOrder);
    }

    #[test]
    fn a_notice_that_comes_late_within_the_grace_is_no_loss() {
        let now = Instant::now();
        let mut shard = Continuity::default();
        shard.notice(at(1, 5), START);
        assert!(!shard.pulse(at(1, 8), Some(at(1, 8)), 0, now));
        assert_eq!(shard.notice(at(1, 8), at(1, 5)), Heard::InOrder);
        assert!(!shard.pulse(at(1, 9), Some(at(1, 9)), 0, now + 2 * GRACE), "owed anew");
    }

    #[test]
    fn lag_is_known_while_pulses_come() {
        let now = Instant::now();
        let mut shard = Continuity::default();
        assert_eq!(shard.lag(now), None);
        shard.pulse(at(1, 1), None, 12, now);
        assert_eq!(shard.lag(now), Some(12));
        assert_eq!(shard.lag(now + LAG_HOLDS), None);
    }
}
