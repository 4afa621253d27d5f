//! What a leader does for the other routers: it hands the shard over when it stops, or when the
//! routers have been the same for long and another one is to lead; and it raises the schema once
//! all of them know it. Leaves the order of routers to `council`.

use baton_common::event::Event;
use baton_common::ids::RouterId;
use baton_common::limits;

use super::super::base::Base;
use super::super::following::Following;
use super::super::io::Output;
use super::super::role::Role;
use super::{Goes, Leading};

/// A follower has caught up if it had, when it was heard of last, what was acknowledged so many
/// pulses ago: a second, for heartbeats are that old at most.
const TRAIL: usize = (limits::ROUTER_GONE.0 / limits::ROUTER_PULSE.0) as usize;

impl Leading {
    /// Gives the shard up for good, to whoever is the best to go on.
    pub(in super::super) fn step_down(mut self: Box<Self>, base: &mut Base) -> Role {
        if !self.resigning {
            let heir = base.council.heir(base.fit(self.caught_up_at())).cloned();
            self.resign(base, heir);
        }
        self.finish(base)
    }

    /// Looks after the other routers, once a pulse.
    pub(super) fn tend(&mut self, base: &mut Base) {
        if self.resigning {
            return;
        }
        self.raise_schema(base);
        self.rebalance(base);
        if self.trail.len() == TRAIL {
            self.trail.pop_front();
        }
        self.trail.push_back(base.memory.seq);
    }

    /// The frame in which this leader resigned is in the journal: nothing was decided after it,
    /// so the memory is the journal's fold and it follows with it, unless it stops.
    pub(super) fn resigned(&mut self, base: &mut Base) -> Goes {
        assert!(self.drafts.is_empty(), "nothing is decided after resigning");
        base.out.push(Output::Unled);
        base.out.push(Output::Follow { from: base.memory.seq + 1 });
        Goes::To(Role::Following(Following::after_news(base.clock)))
    }

    /// The last frame of this term says so, and nothing is decided after it.
    fn resign(&mut self, base: &mut Base, to: Option<RouterId>) {
        let epoch = self.epoch;
        self.own(base, Event::LeaderResigned { epoch, to });
        self.open(base).held.resigned = true;
        self.resigning = true;
    }

    fn rebalance(&mut self, base: &mut Base) {
        let first = base.council.first().clone();
        if !self.is_calm(base) || first == base.router {
            return;
        }
        if base.council.is_fit(&first, base.fit(self.caught_up_at())) {
            self.resign(base, Some(first));
        }
    }

    /// A router that is not heard for a moment may be an older one that only lost its broker: a
    /// raise would stop it for good.
    fn raise_schema(&mut self, base: &mut Base) {
        let v = base.council.schema();
        if v > base.memory.schema() && self.is_calm(base) {
            self.own(base, Event::SchemaRaised { v });
        }
    }

    /// Whether this leader can hear, and nobody has come or gone for long.
    fn is_calm(&self, base: &Base) -> bool {
        let since = base.council.stable_since().max(self.since);
        base.attached && base.clock.since(since) >= limits::REBALANCE_AFTER
    }

    fn caught_up_at(&self) -> u64 {
        self.trail.front().copied().unwrap_or(0)
    }
}
