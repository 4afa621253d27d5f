//! `decide`: what a command leads to, or why it is refused. Reads the state, changes nothing.
//!
//! A file a command family. A verdict holds only what the command itself does; what follows from
//! it (offers, a status that was waiting for the work to end) is `settle`'s.

mod config;
mod door;
mod draft;
mod force;
mod hours;
mod leave;
mod monitor;
mod offer;
mod over;
mod overflow;
mod presence;
mod quote;
mod reassign;
mod start;
mod status;
mod sweep;
mod transfer;
mod wrapup;

use baton_common::answer::Done;
use baton_common::code::Code;
use baton_common::command::{Actor, Command, CommandBody};
use baton_common::event::Event;
use baton_common::ids::{AgentId, ChatId, WorkspaceId};
use baton_common::rejection::Rejection;
use baton_common::time::Timestamp;

pub(crate) use door::{eligible_count, is_anybody_eligible};
pub(crate) use draft::{Draft, NewEntry, age_at, tell_at};
pub(crate) use hours::due as hours_due;
pub(crate) use offer::expire as expire_offer;
pub(crate) use over::{End, over};
pub(crate) use overflow::{unattended, waited_too_long};
use presence::Place;
pub(crate) use presence::{disconnect, lose};
pub(crate) use quote::quote;
pub(crate) use sweep::sweep;

use crate::state::{Chat, State};

/// What a command leads to.
pub(crate) type Verdict = Result<(Vec<Event>, Done), Box<Refusal>>;

/// A refusal, and the events that record it (a deflected start).
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) rejection: Rejection,
    pub(crate) events: Vec<Event>,
}

impl From<Rejection> for Box<Refusal> {
    fn from(rejection: Rejection) -> Self {
        Box::new(Refusal { rejection, events: Vec::new() })
    }
}

/// Decides a command at a time.
pub(crate) fn decide(state: &State, now: Timestamp, command: &Command) -> Verdict {
    let draft = Draft::new(state, now);
    let ask = Asked { state, workspace: &command.workspace, by: &command.by };
    match &command.ask {
        CommandBody::StartChat(start) => start::start(draft, &ask, start),
        CommandBody::EndChat { chat } => leave::end(draft, &ask, chat),
        CommandBody::TouchChat { chat } => leave::touch(draft, &ask, chat),
        CommandBody::Spoke { chat } => leave::spoke(draft, &ask, chat),
        CommandBody::CustomerSeen { chat } => presence::seen(draft, &ask, chat),
        CommandBody::SetStatus { status, reason, after_work } => {
            status::set(draft, &ask, *status, reason.as_ref(), *after_work)
        }
        CommandBody::AcceptOffer { offer } => offer::accept(draft, &ask, offer),
        CommandBody::DeclineOffer { offer, .. } => offer::decline(draft, &ask, offer),
        CommandBody::AddAgent { chat, agent, note } => {
            transfer::add_agent(draft, &ask, chat, agent, note.as_ref())
        }
        CommandBody::AddQueue(add) => transfer::add_queue(draft, &ask, add),
        CommandBody::CancelInvite { chat, invite } => transfer::cancel(draft, &ask, chat, invite),
        CommandBody::Leave { chat, blind, confirm, disposition, note } => {
            let how = leave::How { blind: *blind, confirm: *confirm };
            leave::leave(draft, &ask, chat, &how, disposition.as_ref(), note.as_ref())
        }
        CommandBody::Transfer { chat, to, confirm, note } => {
            transfer::transfer(draft, &ask, chat, to, *confirm, note.as_ref())
        }
        CommandBody::RemoveParticipant { chat, agent } => leave::remove(draft, &ask, chat, agent),
        CommandBody::Reassign { chat, to } => reassign::reassign(draft, &ask, chat, to),
        CommandBody::Monitor { chat, mode } => monitor::monitor(draft, &ask, chat, *mode),
        CommandBody::ForceStatus { agent, status, evict } => {
            force::force(draft, &ask, agent, *status, *evict)
        }
        CommandBody::CompleteWrapup { chat, disposition, note } => {
            wrapup::complete(draft, &ask, chat, disposition.as_ref(), note.as_ref())
        }
        CommandBody::PublishConfig { config, if_match } => {
            config::publish(draft, &ask, config, *if_match)
        }
        CommandBody::Connected { connection, gateway, proven: true, .. } => {
            presence::proven(draft, &ask, gateway, connection)
        }
        CommandBody::Connected { connection, gateway, client, proven: false } => {
            let at = Place { gateway, connection, client: *client };
            presence::connected(draft, &ask, &at)
        }
        CommandBody::Disconnected { connection, gateway } => {
            presence::disconnected(draft, gateway, connection)
        }
        CommandBody::Announce { gateway, connections, after, upto } => {
            let range = (after.as_ref(), upto.as_ref());
            presence::announce(draft, gateway, connections, range)
        }
        CommandBody::GatewayLost { gateway } => presence::gateway_lost(draft, gateway),
    }
}

/// Who asks, and where.
pub(crate) struct Asked<'a> {
    pub(crate) state: &'a State,
    pub(crate) workspace: &'a WorkspaceId,
    pub(crate) by: &'a Actor,
}

impl<'a> Asked<'a> {
    /// A chat of this workspace.
    pub(crate) fn chat(&self, id: &ChatId) -> Result<&'a Chat, Rejection> {
        self.state
            .chats
            .get(id)
            .filter(|chat| chat.workspace == *self.workspace)
            .ok_or_else(|| Rejection::new(Code::NotFound, "there is no such chat"))
    }

    /// The agent who asks; configured.
    pub(crate) fn agent(&self) -> Result<&'a AgentId, Rejection> {
        match self.by {
            Actor::Agent(agent) if self.state.agent(self.workspace, agent).is_some() => Ok(agent),
            Actor::Agent(agent) => Err(Rejection::new(
                Code::AgentNotFound,
                format!("agent `{agent}` is not in the configuration: add it there"),
            )),
            _ => Err(Rejection::new(Code::Forbidden, "this needs role agent")),
        }
    }

    /// The asking agent, who must be in this open chat.
    pub(crate) fn agent_in(&self, chat: &Chat) -> Result<&'a AgentId, Rejection> {
        let agent = self.agent()?;
        member(chat, agent)?;
        Ok(agent)
    }
}

/// Whether an agent may act in a chat: connected to it, and it is not over.
pub(crate) fn member(chat: &Chat, agent: &AgentId) -> Result<(), Rejection> {
    if !chat.may_read(agent) {
        return Err(Rejection::new(Code::Forbidden, "you are not in this chat"));
    }
    if chat.is_over() {
        return Err(closed());
    }
    if !chat.is_present(agent) {
        return Err(Rejection::new(Code::Forbidden, "you have left this chat"));
    }
    Ok(())
}

pub(crate) fn closed() -> Rejection {
    Rejection::new(Code::ChatClosed, "the chat is over: start a new one")
}
