//! Resting: a router that is not needed in a shard holds no memory of it and folds nothing. It
//! listens to heartbeats, and reads up when its turn nears or when no leader is heard of. Leaves
//! the order of routers to `council`.

use baton_common::limits;

use super::base::Base;
use super::following;
use super::io::{Clock, Input, Output};
use super::memory::Memory;
use super::role::Role;

/// Rests.
#[derive(Debug)]
pub(crate) struct Resting {
    /// When a leader was heard of last.
    heard: Clock,
}

/// Lets go of everything.
pub(crate) fn rest(base: &mut Base) -> Role {
    base.memory = Memory::default();
    base.out.push(Output::Unfollow);
    Role::Resting(Resting { heard: base.clock })
}

impl Resting {
    pub(crate) fn step(mut self, base: &mut Base, input: Input) -> Role {
        let missed = base.gap > limits::ROUTER_SILENCE;
        match input {
            Input::RouterPulse(pulse) if pulse.router != base.router => self.heard = base.clock,
            // Nothing could be heard meanwhile.
            Input::Attached => self.heard = base.clock,
            _ if missed => self.heard = base.clock,
            _ => {}
        }
        let alone = base.clock.since(self.heard) >= limits::REST_SILENCE;
        if base.attached && (base.council.is_wanted() || alone) {
            return following::restore(base);
        }
        Role::Resting(self)
    }

    /// Whether a leader is there, as far as this router knows.
    pub(crate) fn hears(&self, base: &Base) -> bool {
        base.clock.since(self.heard) <= limits::ROUTER_SILENCE
    }
}
