//! Resting: a router that is not needed in a shard holds no memory of it and folds nothing. It
//! listens to heartbeats, and reads up when its turn nears, when no leader is heard of, or when
//! too few of those before it follow. Leaves the order of routers to `council`.

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
    /// When enough others followed hot last: those before this one may be there and only rebuild.
    enough: Clock,
}

/// Lets go of everything.
pub(crate) fn rest(base: &mut Base) -> Role {
    base.memory = Memory::default();
    base.out.push(Output::Unfollow);
    Role::Resting(Resting { heard: base.clock, enough: base.clock })
}

impl Resting {
    pub(crate) fn step(mut self, base: &mut Base, input: Input) -> Role {
        let missed = base.gap > limits::ROUTER_SILENCE;
        match input {
            Input::RouterPulse(pulse) if pulse.router != base.router => self.heard = base.clock,
            // Nothing could be heard meanwhile.
            Input::Attached => self = Self { heard: base.clock, enough: base.clock },
            _ if missed => self = Self { heard: base.clock, enough: base.clock },
            _ => {}
        }
        if base.council.may_rest() {
            self.enough = base.clock;
        }
        let lacking = self.heard.min(self.enough);
        let lacks = base.clock.since(lacking) >= limits::REST_SILENCE;
        if base.attached && (base.council.is_wanted() || lacks) {
            return following::restore(base);
        }
        Role::Resting(self)
    }

    /// Whether a leader is there, as far as this router knows.
    pub(crate) fn hears(&self, base: &Base) -> bool {
        base.clock.since(self.heard) <= limits::ROUTER_SILENCE
    }
}
