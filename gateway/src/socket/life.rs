//! How long a connection lives: heartbeats and the token's time. Pure; the caller has the clocks.

use std::time::{Duration, Instant};

use baton_common::limits;
use baton_common::time::Timestamp;

const HEARTBEAT: Duration = Duration::from_millis(limits::HEARTBEAT.0);
/// A peer is gone after so many unanswered pings.
const MISSED: u32 = 2;

/// What pings carry. Only a pong that brings it back was sent after a ping: anything else may have
/// been on its way before.
pub(crate) const PING: &[u8] = b"alive";

/// Whether the peer is to prove that it lives, so that its connection takes the place of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// There are no others, or it is done.
    Needless,
    /// The next answered ping is the proof.
    Awaited,
    /// It was given and is being acted on.
    Given,
}

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// Send a ping.
    Ping,
    /// The peer is gone.
    Gone,
    /// The token's time is over.
    Expired,
}

/// The clocks of one connection.
pub(crate) struct Life {
    expires_at: Timestamp,
    next_ping: Instant,
    unanswered: u32,
}

impl Life {
    pub(crate) fn new(now: Instant, expires_at: Timestamp) -> Self {
        Self { expires_at, next_ping: now + HEARTBEAT, unanswered: 0 }
    }

    /// The peer was heard of.
    pub(crate) const fn heard(&mut self) {
        self.unanswered = 0;
    }

    /// The token was renewed.
    pub(crate) const fn prolong(&mut self, expires_at: Timestamp) {
        self.expires_at = expires_at;
    }

    /// What is due, if anything.
    pub(crate) fn due(&mut self, now: Instant, wall: Timestamp) -> Option<Due> {
        if wall >= self.expires_at {
            return Some(Due::Expired);
        }
        if now < self.next_ping {
            return None;
        }
        if self.unanswered >= MISSED {
            return Some(Due::Gone);
        }
        self.unanswered += 1;
        self.next_ping = now + HEARTBEAT;
        Some(Due::Ping)
    }

    /// When to ask again.
    pub(crate) fn deadline(&self, now: Instant, wall: Timestamp) -> Instant {
        let left = Duration::from_millis(self.expires_at.since(wall).0);
        // Wall clocks can be set: look at them at every heartbeat at least.
        self.next_ping.min(now + left.min(HEARTBEAT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WALL: Timestamp = Timestamp(1_000_000);

    fn life() -> (Life, Instant) {
        let now = Instant::now();
        (Life::new(now, WALL + baton_common::time::Span::seconds(3_600)), now)
    }

    #[test]
    fn s9_a_silent_peer_is_gone_after_two_pings() {
        let (mut life, start) = life();
        let mut due = |heartbeats: u32| life.due(start + HEARTBEAT * heartbeats, WALL);
        assert_eq!(due(0), None);
        assert_eq!(due(1), Some(Due::Ping));
        assert_eq!(due(2), Some(Due::Ping));
        assert_eq!(due(3), Some(Due::Gone));
    }

    #[test]
    fn any_sign_of_life_counts() {
        let (mut life, start) = life();
        for heartbeats in 1..20 {
            assert_eq!(life.due(start + HEARTBEAT * heartbeats, WALL), Some(Due::Ping));
            life.heard();
        }
    }

    #[test]
    fn s9_an_expired_token_ends_it_and_a_renewed_one_does_not() {
        let now = Instant::now();
        let mut life = Life::new(now, WALL + baton_common::time::Span::seconds(3));
        assert_eq!(life.deadline(now, WALL), now + Duration::from_secs(3));
        let later = Timestamp(WALL.0 + 3_000);
        assert_eq!(life.due(now, later), Some(Due::Expired));
        life.prolong(later + baton_common::time::Span::seconds(60));
        assert_eq!(life.due(now, later), None);
    }
}
