//! A shard on paper: the engine and a clock that is moved by hand.

use baton_common::command::{Actor, Command, CommandBody, CommandKey};
use baton_common::event::{Event, SCHEMA};
use baton_common::frame::{FrameId, Packed};
use baton_common::hash::Mark;
use baton_common::ids::{AgentId, OfferId, WorkspaceId};
use baton_common::time::{Span, Timestamp};
use baton_core::engine::{self, Decision};
use baton_core::{State, asks};

/// The engine with a clock.
pub(crate) struct Desk {
    pub(crate) state: State,
    pub(crate) now: Timestamp,
    frame: u64,
    connections: u64,
}

impl Desk {
    pub(crate) fn new() -> Self {
        // Monday 2026-01-05, nine o'clock.
        let now = Timestamp(1_767_603_600_000);
        Self { state: State::default(), now, frame: 0, connections: 0 }
    }

    /// From here on the journal may hold all that this release knows.
    pub(crate) fn raise_schema(&mut self) -> Decision {
        let raised = Event::SchemaRaised { v: SCHEMA };
        engine::note(&mut self.state, self.now, vec![raised])
    }

    pub(crate) fn workspace() -> WorkspaceId {
        WorkspaceId::new("w")
    }

    /// Takes a command as the stream would bring it.
    pub(crate) fn take(&mut self, by: Actor, key: Option<&str>, ask: CommandBody) -> Decision {
        self.frame += 1;
        let frame = FrameId { gateway: "g".into(), n: self.frame };
        let body = Mark::of(&[&serde_json::to_string(&ask).unwrap()]);
        let key = key.map(|key| CommandKey { id: Mark::of(&[key]), body });
        let command = Command { workspace: Self::workspace(), by, key, ask };
        engine::take(&mut self.state, self.now, &frame, 0, &command)
    }

    /// Moves the clock and fires what is due on the way.
    pub(crate) fn pass(&mut self, span: Span) -> Vec<Decision> {
        let end = self.now + span;
        let mut fired = Vec::new();
        while let Some(at) = self.state.next_deadline().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            fired.extend(engine::fire_next(&mut self.state, self.now));
        }
        self.now = end;
        fired
    }

    pub(crate) fn connection(&mut self) -> String {
        self.connections += 1;
        format!("n{}", self.connections)
    }

    /// Pending offers of an agent.
    pub(crate) fn offers(&self, agent: &str) -> Vec<OfferId> {
        let ask = baton_common::ask::Ask::Welcome {
            workspace: Self::workspace(),
            person: baton_common::command::Person::Agent(AgentId::new(agent)),
        };
        match asks::reply(&self.state, self.now, &ask) {
            Ok(baton_common::ask::ReplyBody::Welcome(welcome)) => {
                welcome.offers.into_iter().map(|offer| offer.offer).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// A configuration from JSON, published by an admin.
pub(crate) fn publish(json: &str) -> CommandBody {
    CommandBody::PublishConfig { config: Packed::pack(json), if_match: None }
}
