//! The engine behind its own door, with a clock that is moved by hand: commands as a stream would
//! bring them, timers as a leader would fire them. What people do is left to `world`.

use anyhow::{Context as _, bail};
use baton_common::command::{Actor, Command, CommandBody};
use baton_common::config::Workspace;
use baton_common::event::{Event, SCHEMA};
use baton_common::frame::{FrameId, Packed};
use baton_common::ids::{AgentId, ConnectionId, GatewayId, SupervisorId, WorkspaceId};
use baton_common::rejection::Rejection;
use baton_common::time::{Span, Timestamp};
use baton_common::words::Status;
use baton_core::State;
use baton_core::engine::{self, Decision};

use crate::watch::{Moment, Seen};

/// Monday 2026-01-05, nine o'clock: a run begins within a day and ends before the year 9999.
const START: Timestamp = Timestamp(1_767_603_600_000);

/// One shard that leads itself.
pub(crate) struct Shard {
    state: State,
    now: Timestamp,
    unit_ms: f64,
    frame: FrameId,
    workspace: WorkspaceId,
}

impl Shard {
    /// With a unit of so many seconds, and nothing in it.
    pub(crate) fn new(unit_s: f64) -> Self {
        let mut state = State::default();
        // What every release in service knows by now may be recorded.
        let raised = Event::SchemaRaised { v: SCHEMA };
        engine::note(&mut state, START, vec![raised]);
        Self {
            state,
            now: START,
            unit_ms: unit_s * 1_000.0,
            frame: FrameId { gateway: GatewayId::new("theory"), n: 0 },
            workspace: WorkspaceId::new("theory"),
        }
    }

    /// A moment, as it is told to observers.
    pub(crate) fn seen<'a>(&'a self, moment: Moment<'a>) -> Seen<'a> {
        let Self { state, workspace, .. } = self;
        Seen { state, now: self.now, workspace, moment }
    }

    /// How many commands were taken.
    pub(crate) fn commands(&self) -> u64 {
        self.frame.n
    }

    /// A span of the engine in units.
    #[allow(clippy::cast_precision_loss, reason = "waits stay below 2^52 milliseconds")]
    pub(crate) fn units(&self, span: Span) -> f64 {
        span.0 as f64 / self.unit_ms
    }

    /// Fires the next timer that is due at or before `time`, at its own time, which is returned in
    /// units; none: nothing is due.
    pub(crate) fn fire(&mut self, time: f64) -> Option<(f64, Decision)> {
        let until = self.at(time);
        let at = self.state.next_deadline().filter(|at| *at <= until)?;
        self.now = self.now.max(at);
        let decision = engine::fire_next(&mut self.state, self.now)?;
        Some((self.units(self.now.since(START)), decision))
    }

    /// The clock stands at `time` now.
    pub(crate) fn pass(&mut self, time: f64) {
        self.now = self.at(time);
    }

    /// Takes a command now. Nobody here asks for what is refused.
    pub(crate) fn take(&mut self, by: Actor, ask: CommandBody) -> anyhow::Result<Decision> {
        self.frame.n += 1;
        let command = Command { workspace: self.workspace.clone(), by, key: None, ask };
        let decision = engine::take(&mut self.state, self.now, &self.frame, 0, &command);
        match decision.outcome.as_ref().and_then(|outcome| outcome.result.as_ref().err()) {
            Some(refusal) => bail!("the engine refused {}", told(&command.ask, refusal)),
            None => Ok(decision),
        }
    }

    /// Publishes a configuration, as an admin does.
    pub(crate) fn publish(&mut self, configuration: &Workspace) -> anyhow::Result<()> {
        let text = serde_json::to_string(configuration).context("a configuration as JSON")?;
        let ask = CommandBody::PublishConfig { config: Packed::pack(&text), if_match: None };
        self.take(Actor::Admin(SupervisorId::new("admin")), ask).map(drop)
    }

    /// An agent comes and is ready.
    pub(crate) fn welcome(&mut self, agent: &AgentId) -> anyhow::Result<()> {
        let by = Actor::Agent(agent.clone());
        let connected = CommandBody::Connected {
            connection: ConnectionId::new(format!("of-{agent}")),
            gateway: self.frame.gateway.clone(),
            client: None,
            proven: false,
        };
        self.take(by.clone(), connected)?;
        let ready =
            CommandBody::SetStatus { status: Status::Ready, reason: None, after_work: false };
        self.take(by, ready).map(drop)
    }

    /// The engine's clock never goes back, so a time is rounded down.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "times are >= 0")]
    fn at(&self, time: f64) -> Timestamp {
        START + Span((time * self.unit_ms) as u64)
    }
}

/// What was refused and why; a configuration's findings in place of the whole of it.
fn told(ask: &CommandBody, refusal: &Rejection) -> String {
    let findings =
        refusal.findings.iter().map(|found| format!("{}: {}", found.path, found.message));
    let why = findings.fold(refusal.detail.to_string(), |all, one| all + "; " + &one);
    match ask {
        CommandBody::PublishConfig { .. } => why,
        _ => format!("{ask:?}: {why}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_is_an_error_that_says_why() {
        let mut shard = Shard::new(1_000.0);
        let refused = shard.welcome(&AgentId::new("a1")).unwrap_err().to_string();
        assert!(refused.contains("the engine refused Connected"), "{refused}");
    }

    #[test]
    fn the_clock_stands_where_it_was_moved_to() {
        let mut shard = Shard::new(1_000.0);
        assert!(shard.fire(1.5).is_none());
        shard.pass(1.5);
        assert_eq!(shard.now, START + Span::seconds(1_500));
        assert!((shard.units(Span::seconds(1_500)) - 1.5).abs() < 1e-12);
    }
}
