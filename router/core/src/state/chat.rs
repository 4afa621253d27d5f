//! A chat: who is in it, where it waits, who was invited, how it ended.

use std::collections::BTreeSet;

use baton_common::code::Code;
use baton_common::command::{Person, Target};
use baton_common::hash::Mark;
use baton_common::ids::{
    AgentId, ChatId, CustomerId, EntryId, InviteId, NoteId, OfferId, QueueId, WorkspaceId,
};
use baton_common::limits;
use baton_common::quantity::{Permille, Priority, SkillLevel};
use baton_common::time::{Span, Timestamp};
use baton_common::words::{ChatState, CloseReason, InviteState, ParticipantState, Withdrawn};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::{Entry, Overseer, State};

/// One conversation with one customer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Chat {
    pub(crate) id: ChatId,
    pub(crate) workspace: WorkspaceId,
    pub(crate) customer: CustomerId,
    pub(crate) customer_mark: Option<Mark>,
    pub(crate) previous: Option<ChatId>,
    pub(crate) followed_by: Vec<ChatId>,
    pub(crate) language: Option<SmolStr>,
    pub(crate) opened_at: Timestamp,
    pub(crate) rev: u64,
    pub(crate) phase: Phase,
    /// The customer had a socket and has none now.
    pub(crate) customer_away: bool,
    /// Agents who are or were in it, in order of their (newest) joining.
    pub(crate) agents: Vec<Participant>,
    /// Supervisors who are or were in it, in order of their (newest) joining.
    #[serde(default)]
    pub(crate) overseers: Vec<Overseer>,
    pub(crate) entry: Option<EntryId>,
    pub(crate) invites: Vec<Invite>,
    pub(crate) offers: Vec<OfferId>,
    /// Queue of the newest served entry.
    pub(crate) served_by: Option<QueueId>,
    /// What the newest entry asked for: a requeue asks for it again.
    pub(crate) last: Option<LastEntry>,
    pub(crate) customer_wait: Span,
    pub(crate) hops: u32,
    /// Agent to target of the newest transfers, for the cool-down.
    pub(crate) paths: Vec<(AgentId, Target, Timestamp)>,
    pub(crate) warned: bool,
    /// How wrap-ups ended that left an outcome or a note, oldest first.
    #[serde(default)]
    pub(crate) outcomes: Vec<Outcome>,
}

/// What an agent wrote at the end of their part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    pub(crate) at: Timestamp,
    pub(crate) by: AgentId,
    pub(crate) disposition: Option<SmolStr>,
    pub(crate) note: Option<NoteId>,
}

/// Whether a chat is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// It has an agent, or waits in a queue.
    Open,
    /// Nobody can take it; a deadline runs.
    Unattended(Timestamp),
    /// Over for the customer.
    Over(Ending),
}

/// How a chat ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    pub(crate) at: Timestamp,
    pub(crate) reason: CloseReason,
    pub(crate) by: Option<Person>,
    pub(crate) code: Option<Code>,
    pub(crate) forget_at: Timestamp,
}

/// An agent's part in a chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    pub(crate) agent: AgentId,
    /// `Connected` while in the chat, also during the grace.
    pub(crate) state: ParticipantState,
    pub(crate) joined_at: Timestamp,
    /// Somebody else put them out: they may not read on.
    pub(crate) removed: bool,
}

/// What an entry asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastEntry {
    pub(crate) queue: QueueId,
    pub(crate) priority: Priority,
    pub(crate) skills: Vec<SkillLevel>,
    pub(crate) weight: Permille,
    pub(crate) routed_at: Timestamp,
    /// Who had declined it when it expired.
    pub(crate) excluded: BTreeSet<AgentId>,
}

/// An added agent or queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invite {
    pub(crate) id: InviteId,
    pub(crate) to: Target,
    pub(crate) by: AgentId,
    pub(crate) state: InviteState,
    pub(crate) reason: Option<Withdrawn>,
    pub(crate) at: Timestamp,
    pub(crate) note: Option<NoteId>,
    /// Leaving needs no `confirm`.
    pub(crate) confirmed: bool,
    /// Counted as a transfer: the inviter has left.
    pub(crate) counted: bool,
}

impl Chat {
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Over(_))
    }

    /// Agents in the chat, in order of joining.
    pub(crate) fn present(&self) -> impl Iterator<Item = &Participant> {
        self.agents.iter().filter(|p| p.state.is_present())
    }

    pub(crate) fn is_present(&self, agent: &AgentId) -> bool {
        self.present().any(|p| p.agent == *agent)
    }

    pub(crate) fn participant(&self, agent: &AgentId) -> Option<&Participant> {
        self.agents.iter().find(|p| p.agent == *agent)
    }

    pub(crate) fn participant_mut(&mut self, agent: &AgentId) -> Option<&mut Participant> {
        self.agents.iter_mut().find(|p| p.agent == *agent)
    }

    /// Whether an agent may read it: was in it, and was not removed.
    pub(crate) fn may_read(&self, agent: &AgentId) -> bool {
        self.participant(agent).is_some_and(|p| !p.removed)
    }

    pub(crate) fn invite(&self, id: &InviteId) -> Option<&Invite> {
        self.invites.iter().find(|i| i.id == *id)
    }

    pub(crate) fn invite_mut(&mut self, id: &InviteId) -> Option<&mut Invite> {
        self.invites.iter_mut().find(|i| i.id == *id)
    }

    pub(crate) fn live_invites(&self) -> impl Iterator<Item = &Invite> {
        self.invites.iter().filter(|i| i.state.is_live())
    }

    /// Whether an agent's own invitation waits for an answer.
    pub(crate) fn is_invited(&self, agent: &AgentId) -> bool {
        self.live_invites().any(|i| matches!(&i.to, Target::Agent(to) if to == agent))
    }

    pub(crate) fn has_wrapup(&self) -> bool {
        self.agents.iter().any(|p| p.state == ParticipantState::Wrapup)
    }

    /// Where it stands, with its live entry.
    pub(crate) fn state(&self, entry: Option<&Entry>) -> ChatState {
        match self.phase {
            Phase::Over(_) if self.has_wrapup() => ChatState::Wrapup,
            Phase::Over(_) => ChatState::Closed,
            _ if self.present().next().is_some() => ChatState::Active,
            Phase::Unattended(_) => ChatState::Unattended,
            Phase::Open => match entry {
                Some(entry) if entry.offer.is_some() => ChatState::Offered,
                _ => ChatState::Queued,
            },
        }
    }

    /// Keeps what an agent wrote at the end; of many the newest.
    pub(crate) fn concluded(&mut self, outcome: Outcome) {
        self.outcomes.push(outcome);
        let surplus = self.outcomes.len().saturating_sub(limits::CHAT_NOTES);
        self.outcomes.drain(..surplus);
    }

    /// Drops the oldest settled invitations beyond the bound.
    pub(crate) fn bound_invites(&mut self) {
        while self.invites.len() > limits::CHAT_HISTORY {
            match self.invites.iter().position(|i| !i.state.is_live()) {
                Some(at) => drop(self.invites.remove(at)),
                None => return,
            }
        }
    }
}

impl State {
    /// Where a chat stands: derived, never stored.
    pub(crate) fn chat_state(&self, chat: &Chat) -> ChatState {
        chat.state(self.entry_of(chat))
    }
}
