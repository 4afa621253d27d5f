//! The "+", End Chat and its kin: invitations, leaving, transferring, removing, ending. Every
//! rule is the engine's; notes are stored first.

use baton_common::code::Code;
use baton_common::command::{AddQueue, CommandBody};
use baton_common::config::Workspace;
use baton_common::protocol::command::{
    ChatAddAgent, ChatAddQueue, ChatCancelInvite, ChatEnd, ChatLeave, ChatReassign,
    ChatRemoveParticipant, ChatTransfer,
};
use baton_common::protocol::reply::{AddedQueue, Reply};
use baton_common::words::Role;

use super::{Order, Replied};
use crate::refusal::Refusal;
use crate::shape;

pub(super) async fn add_agent(order: Order<'_>, command: ChatAddAgent) -> Result<Replied, Refusal> {
    let ChatAddAgent { chat_id, agent, note } = command;
    let note = order.keep_note(&chat_id, note).await?;
    let answer = order.ask(CommandBody::AddAgent { chat: chat_id, agent, note }).await?;
    let invite_id = Some(answer.done.invite.ok_or_else(Refusal::unexpected)?);
    Ok(Replied::plain(Reply { invite_id, ..Reply::default() }))
}

pub(super) async fn add_queue(order: Order<'_>, command: ChatAddQueue) -> Result<Replied, Refusal> {
    let note = order.keep_note(&command.chat_id, command.note).await?;
    let ask = AddQueue {
        chat: command.chat_id,
        queue: command.queue,
        priority: command.priority,
        skills: command.skills.unwrap_or_default(),
        confirm: command.confirm.unwrap_or_default(),
        note,
    };
    let answer = order.ask(CommandBody::AddQueue(ask)).await?;
    let done = answer.done;
    let (invite, queue) = done.invite.zip(done.queue).ok_or_else(Refusal::unexpected)?;
    let view = answer.chat.as_deref();
    let row = view.and_then(|view| view.invites.iter().find(|row| row.invite == invite));
    let added = AddedQueue {
        queue,
        position: done.position.or(row.and_then(|row| row.position)),
        ewt: row.and_then(|row| row.ewt).map(shape::ewt),
        warning: done.warning,
        held: done.held.then_some(true),
    };
    Ok(Replied::plain(Reply { invite_id: Some(invite), added: Some(added), ..Reply::default() }))
}

pub(super) async fn cancel_invite(
    order: Order<'_>,
    command: ChatCancelInvite,
) -> Result<Replied, Refusal> {
    let ChatCancelInvite { chat_id, invite_id } = command;
    order.ask(CommandBody::CancelInvite { chat: chat_id, invite: invite_id }).await?;
    Ok(Replied::empty())
}

pub(super) async fn leave(order: Order<'_>, command: ChatLeave) -> Result<Replied, Refusal> {
    let ChatLeave { chat_id, blind, confirm, disposition, note } = command;
    let note = order.keep_note(&chat_id, note).await?;
    let ask = CommandBody::Leave {
        chat: chat_id.clone(),
        blind: blind.unwrap_or_default(),
        confirm: confirm.unwrap_or_default(),
        disposition,
        note,
    };
    order.ask_chat(&chat_id, ask).await
}

pub(super) async fn transfer(order: Order<'_>, command: ChatTransfer) -> Result<Replied, Refusal> {
    let ChatTransfer { chat_id, to, confirm, note } = command;
    let note = order.keep_note(&chat_id, note).await?;
    let confirm = confirm.unwrap_or_default();
    let answer =
        order.ask(CommandBody::Transfer { chat: chat_id.clone(), to, confirm, note }).await?;
    let reply = Reply { invite_id: answer.done.invite.clone(), ..Reply::default() };
    order.with_chat(&chat_id, answer, reply).await
}

pub(super) async fn remove_participant(
    order: Order<'_>,
    command: ChatRemoveParticipant,
) -> Result<Replied, Refusal> {
    let ChatRemoveParticipant { chat_id, participant } = command;
    let caller = order.caller;
    if caller.role() == Role::Agent && caller.sub() == participant {
        let detail = "you cannot remove yourself: leave the chat instead";
        return Err(Refusal::invalid("participant", detail));
    }
    let config = order.gateway.link.config(&caller.workspace).await;
    let is_supervisor = |c: &Workspace| c.supervisors.contains_key(participant.as_str());
    if participant.starts_with("cus_") || config.as_deref().is_some_and(is_supervisor) {
        return Err(Refusal::invalid("participant", "only agents are removed"));
    }
    let agent = participant.as_str().into();
    let ask = CommandBody::RemoveParticipant { chat: chat_id.clone(), agent };
    order.ask_chat(&chat_id, ask).await
}

pub(super) async fn reassign(order: Order<'_>, command: ChatReassign) -> Result<Replied, Refusal> {
    let ChatReassign { chat_id, to } = command;
    let ask = CommandBody::Reassign { chat: chat_id.clone(), to };
    order.ask_chat(&chat_id, ask).await
}

pub(super) async fn end(order: Order<'_>, command: ChatEnd) -> Result<Replied, Refusal> {
    let chat = command.chat_id;
    match order.ask_chat(&chat, CommandBody::EndChat { chat: chat.clone() }).await {
        // A customer's own chat that no router knows any more is over in any case.
        Err(refusal) if refusal.code() == Code::NotFound && order.caller.chat().is_some() => {
            Err(Refusal::new(Code::NotFound, "the chat is over and forgotten"))
        }
        ended => ended,
    }
}
