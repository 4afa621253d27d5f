//! `apply`: folds one event into the state. Total: it never refuses and never decides again.
//!
//! A file a family of events. What follows from an event is other events, made by `decide`,
//! `fire` and `settle`; what people are told of it is `effects`'.

mod agent;
mod chat;
mod entry;
mod offer;
mod participant;
mod presence;
mod queue;
mod supervisor;

use baton_common::event::{Event, TimedEvent};
use baton_common::ids::{QueueId, WorkspaceId};
use baton_common::time::Timestamp;

use crate::state::{Entry, State, Timer};

impl State {
    /// Folds one event. When the last of a moment is folded, the caller has the index read the
    /// rows that were noted.
    pub(crate) fn apply(&mut self, timed: &TimedEvent) {
        self.rev += 1;
        self.last_event = self.last_event.max(timed.at);
        self.learn(timed);
        self.apply_at(timed.at, &timed.event);
        self.note_rows(&timed.event);
    }

    /// From a schema on entries age: those who wait begin to.
    fn schema_raised(&mut self, at: Timestamp, v: u32) {
        let began = self.schema < Entry::AGES && v >= Entry::AGES;
        self.schema = self.schema.max(v);
        if !began {
            return;
        }
        let ages = |entry: &&Entry| {
            let rules = self.rules(&entry.workspace);
            let (steps, starvation) = rules.map(|r| r.ages(&entry.queue)).unwrap_or_default();
            !steps.is_empty() || starvation.is_some()
        };
        let all: Vec<_> = self.entries.values().filter(ages).map(|e| e.id.clone()).collect();
        for entry in all {
            self.timers.set(Timer::Age(entry), at);
        }
        self.lives_began(at);
    }

    fn apply_at(&mut self, at: Timestamp, event: &Event) {
        match event {
            Event::JournalOpened { .. }
            | Event::LeaderResigned { .. }
            | Event::CommandsRewound { .. }
            // Heard by `learn`.
            | Event::EntryQuoted { .. } => {}
            Event::LeaderElected { epoch, .. } => self.epoch = *epoch,
            Event::SchemaRaised { v } => self.schema_raised(at, *v),
            Event::ConfigPublished { .. }
            | Event::AgentChanged { .. }
            | Event::RampUpElapsed { .. } => self.apply_agent(at, event),
            Event::HoursTurned { .. } | Event::QueueIdled { .. } | Event::QueueSwept { .. } => {
                self.apply_queue(at, event);
            }
            Event::ChatStarted { .. }
            | Event::ChatDeflected { .. }
            | Event::ChatTouched { .. }
            | Event::ChatSpoke { .. }
            | Event::InactivityWarned { .. }
            | Event::ChatUnattended { .. }
            | Event::ChatOver { .. }
            | Event::ChatForgotten { .. } => self.apply_chat(at, event),
            Event::EntryAdded { .. }
            | Event::EntryLookedAt { .. }
            | Event::EntryAged { .. }
            | Event::WaitTold { .. }
            | Event::EntrySettled { .. } => self.apply_entry(at, event),
            Event::OfferMade { .. } | Event::OfferMoved { .. } | Event::OfferSettled { .. } => {
                self.apply_offer(at, event);
            }
            Event::InviteMade { .. }
            | Event::InviteSettled { .. }
            | Event::AgentJoined { .. }
            | Event::AgentLeft { .. }
            | Event::WrapupDone { .. }
            | Event::TransferCompleted { .. } => self.apply_participant(at, event),
            Event::SupervisorJoined { .. } | Event::SupervisorLeft { .. } => {
                self.apply_supervisor(event);
            }
            Event::Connected { .. }
            | Event::Disconnected { .. }
            | Event::GatewayLost { .. }
            | Event::CustomerSeen { .. }
            | Event::PersonLost { .. } => self.apply_presence(at, event),
        }
    }

    /// Marks a queue's row as changed.
    fn touch_queue(&mut self, workspace: &WorkspaceId, queue: &QueueId) {
        let rev = self.rev;
        if let Some(queue) =
            self.workspaces.get_mut(workspace).and_then(|w| w.queues.get_mut(queue))
        {
            queue.rev = rev;
        }
    }
}
