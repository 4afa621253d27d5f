//! The leader's side of the journal protocol, as a pure function of inputs and time: restoring,
//! following, claiming, leading. [`Node::step`] takes one input and says what is to be done;
//! [`Node::next_deadline`] says when to call again at the latest.
//!
//! It leaves all input and output to the shell, and every decision about chats to the engine.

mod append;
mod base;
mod draft;
mod effects;
mod following;
mod gateways;
pub mod image;
mod io;
mod leading;
mod memory;
mod pace;
mod role;
#[cfg(test)]
mod tests;

use baton_common::ids::RouterId;

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

    /// Takes one input at a time.
    pub fn step(&mut self, now: Clock, input: Input) -> Vec<Output> {
        self.base.gap = now.since(self.base.clock);
        self.base.clock = self.base.clock.max(now);
        match &input {
            Input::Attached => self.base.attached = true,
            Input::Detached if self.base.attached => {
                self.base.attached = false;
                self.base.detached_at = self.base.clock;
            }
            Input::RouterPulse(pulse) if pulse.shard != self.base.of.shard => return Vec::new(),
            _ => {}
        }
        let role = std::mem::replace(&mut self.role, Role::Stopped);
        self.role = advance(&mut self.base, role, input);
        std::mem::take(&mut self.base.out)
    }

    /// When to call [`Self::step`] again though nothing else happens.
    pub fn next_deadline(&self) -> Option<Clock> {
        match &self.role {
            Role::Following(following) => following.deadline(&self.base),
            Role::Claiming(claiming) => Some(claiming.deadline()),
            Role::Leading(leading) => Some(leading.deadline(&self.base)),
            Role::Restoring | Role::Folding { .. } | Role::Halted { .. } | Role::Stopped => None,
        }
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
}

fn advance(base: &mut Base, role: Role, input: Input) -> Role {
    if let Input::StepDown = input {
        return step_down(base, role);
    }
    match (role, input) {
        (Role::Restoring, Input::Restored(restored)) => following::restored(base, *restored),
        (Role::Folding { until }, input) => following::folding(base, until, input),
        (Role::Following(following), input) => following.step(base, input),
        (Role::Claiming(claiming), input) => claiming.step(base, input),
        (Role::Leading(leading), input) => leading.step(base, input),
        (role @ (Role::Restoring | Role::Halted { .. } | Role::Stopped), _) => role,
    }
}

fn step_down(base: &mut Base, role: Role) -> Role {
    if let Role::Leading(leading) = role {
        return leading.step_down(base);
    }
    base.out.push(Output::Stopped);
    Role::Stopped
}
