//! An agent's own work: status, offers, wrap-up.

use baton_common::command::CommandBody;
use baton_common::protocol::command::{AgentStatus, OfferAnswer, WrapupComplete};
use baton_common::protocol::reply::Reply;

use super::{Order, Replied};
use crate::refusal::Refusal;
use crate::shape;

pub(super) async fn status(order: Order<'_>, command: AgentStatus) -> Result<Replied, Refusal> {
    let AgentStatus { status, reason, after_work } = command;
    let after_work = after_work.unwrap_or_default();
    let answer = order.ask(CommandBody::SetStatus { status, reason, after_work }).await?;
    let agent = answer.agent.ok_or_else(Refusal::unexpected)?;
    let agent = Some(shape::rows::agent(&agent));
    Ok(Replied::plain(Reply { agent, ..Reply::default() }))
}

pub(super) async fn accept(order: Order<'_>, command: OfferAnswer) -> Result<Replied, Refusal> {
    let answer = order.ask(CommandBody::AcceptOffer { offer: command.offer_id }).await?;
    let chat = answer.done.chat.clone().ok_or_else(Refusal::unexpected)?;
    order.with_chat(&chat, answer, Reply::default()).await
}

pub(super) async fn decline(order: Order<'_>, command: OfferAnswer) -> Result<Replied, Refusal> {
    let OfferAnswer { offer_id, reason } = command;
    order.ask(CommandBody::DeclineOffer { offer: offer_id, reason }).await?;
    Ok(Replied::empty())
}

pub(super) async fn complete_wrapup(
    order: Order<'_>,
    command: WrapupComplete,
) -> Result<Replied, Refusal> {
    let WrapupComplete { chat_id, disposition, note } = command;
    let note = order.keep_note(&chat_id, note).await?;
    let ask = CommandBody::CompleteWrapup { chat: chat_id.clone(), disposition, note };
    order.ask_chat(&chat_id, ask).await
}
