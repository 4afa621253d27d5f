//! The leader's side of the journal protocol, as a pure function of inputs and time: restoring,
//! following, claiming, leading. [`Node::step`] takes one input and says what is to be done;
//! [`Node::next_deadline`] says when to call again at the latest.
//!
//! It leaves all input and output to the shell, and every decision about chats to the engine.

mod append;
mod base;
mod claiming;
mod council;
mod draft;
mod effects;
mod following;
mod gateways;
mod guard;
pub mod image;
mod io;
mod leading;
mod memory;
mod pace;
mod resting;
mod role;
#[cfg(test)]
mod tests;
mod witness;

use std::panic::{AssertUnwindSafe, catch_unwind};

use baton_common::event;
use baton_common::ids::RouterId;
use baton_common::limits;
use baton_common::notice::{RouterBeat, RouterPart};

pub use base::Totals;
pub use io::{
    Alarm, Append, AppendResult, AskToken, Clock, CommandsOpened, Input, LineId, LineOut, Looked,
    Output, Restored, Stored,
};
pub use memory::{FoldError, Memory, ShardOf};
pub use role::Status;

use base::Base;
use role::Role;

/// One router's part in one shard.
#[derive(Debug)]
pub struct Node {
    base: Base,
    role: Role,
}

impl Node {
    /// A node that has nothing yet, and what it wants first. `router` must be unique to this
    /// life of the process.
    pub fn new(of: ShardOf, router: RouterId) -> (Self, Vec<Output>) {
        let base = Base::new(of, router);
        (Self { base, role: Role::Restoring }, vec![Output::Restore])
    }

    /// Takes one input at a time. A panic on the way costs the memory, which is rebuilt from the
    /// journal, and no more.
    pub fn step(&mut self, now: Clock, input: Input) -> Vec<Output> {
        let led = matches!(self.role, Role::Leading(_));
        if catch_unwind(AssertUnwindSafe(|| self.take_in(now, input))).is_err() {
            self.role = guard::recover(&mut self.base, led);
        }
        std::mem::take(&mut self.base.out)
    }

    fn take_in(&mut self, now: Clock, input: Input) {
        self.base.gap = now.since(self.base.clock);
        self.base.clock = self.base.clock.max(now);
        match &input {
            Input::Attached => {
                self.base.attached = true;
                self.base.council.listen_anew(self.base.clock);
            }
            Input::Detached if self.base.attached => {
                self.base.attached = false;
                self.base.detached_at = self.base.clock;
            }
            Input::RouterPulse(pulse) if pulse.shard != self.base.of.shard => return,
            Input::RouterBeat(beat) if beat.shard != self.base.of.shard => return,
            Input::RouterBeat(beat) => self.base.council.hear(self.base.clock, beat.clone()),
            Input::Broker { at, .. } => self.base.heard_time(*at),
            _ => {}
        }
        if self.base.gap > limits::ROUTER_SILENCE {
            self.base.council.listen_anew(self.base.clock);
        }
        let role = std::mem::replace(&mut self.role, Role::Stopped);
        self.role = advance(&mut self.base, role, input);
        self.beat();
    }

    /// When to call [`Self::step`] again though nothing else happens.
    pub fn next_deadline(&self) -> Option<Clock> {
        let of_role = match &self.role {
            Role::Following(following) => following.deadline(&self.base),
            Role::Claiming(claiming) => Some(claiming.deadline()),
            Role::Leading(leading) => Some(leading.deadline(&self.base)),
            Role::Restoring
            | Role::Folding { .. }
            | Role::Resting(_)
            | Role::Halted { .. }
            | Role::Stopped => None,
        };
        let beat = self.role.part(&self.base).map(|_| self.base.beat_at);
        of_role.into_iter().chain(beat).min()
    }

    /// Whether more commands can be taken in; while not, hold them back.
    pub fn wants_commands(&self) -> bool {
        matches!(&self.role, Role::Leading(leading) if leading.wants_commands())
    }

    /// For readiness, logs and gauges.
    pub fn status(&self) -> Status {
        self.role.status(&self.base)
    }

    /// Totals since the node was made.
    pub fn totals(&self) -> Totals {
        self.base.totals
    }

    /// What is remembered; while leading, its state runs ahead of the journal.
    pub fn memory(&self) -> &Memory {
        &self.base.memory
    }

    /// Tells the other routers of this one, now and then.
    fn beat(&mut self) {
        let base = &mut self.base;
        if base.clock < base.beat_at {
            return;
        }
        let Some(part) = self.role.part(base) else { return };
        base.beat_at = base.clock.after(limits::ROUTER_BEAT);
        base.council.expire(base.clock);
        tell(base, part);
    }
}

fn tell(base: &mut Base, part: RouterPart) {
    let leads = part == RouterPart::Leads;
    let witness = leads.then(|| base.marks.newest(base.memory.seq)).flatten();
    base.out.push(Output::Beat(RouterBeat {
        router: base.router.clone(),
        shard: base.of.shard,
        part,
        position: base.memory.position(),
        schema: event::SCHEMA,
        leaving: base.leaving,
        witness,
    }));
}

fn advance(base: &mut Base, role: Role, input: Input) -> Role {
    let role = match (role, input) {
        (Role::Stopped, _) => return Role::Stopped,
        (role, Input::StepDown) => {
            base.leaving = true;
            tell(base, role.part(base).unwrap_or(RouterPart::Rests));
            if let Role::Leading(leading) = role { leading.step_down(base) } else { role }
        }
        (role, input) => take(base, role, input),
    };
    // Whoever leads goes on until its last frame is known.
    if !base.leaving || matches!(role, Role::Leading(_) | Role::Stopped) {
        return role;
    }
    base.out.push(Output::Stopped);
    Role::Stopped
}

fn take(base: &mut Base, role: Role, input: Input) -> Role {
    match (role, input) {
        (Role::Restoring, Input::Restored(restored)) => following::restored(base, *restored),
        (Role::Folding { until }, input) => following::folding(base, until, input),
        (Role::Following(following), input) => following.step(base, input),
        (Role::Resting(resting), input) => resting.step(base, input),
        (Role::Claiming(claiming), input) => claiming.step(base, input),
        (Role::Leading(leading), input) => leading.step(base, input),
        (role @ (Role::Restoring | Role::Halted { .. } | Role::Stopped), _) => role,
    }
}
