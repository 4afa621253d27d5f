//! What supervisors do: taking part in a chat in their ways, and setting an agent's status.

use baton_common::command::CommandBody;
use baton_common::protocol::command::{AgentForceStatus, ChatMonitor};
use baton_common::protocol::reply::Reply;

use super::{Order, Replied};
use crate::refusal::Refusal;
use crate::shape;

pub(super) async fn monitor(order: Order<'_>, command: ChatMonitor) -> Result<Replied, Refusal> {
    let ChatMonitor { chat_id, mode } = command;
    let ask = CommandBody::Monitor { chat: chat_id.clone(), mode: mode.mode() };
    order.ask_chat(&chat_id, ask).await
}

pub(super) async fn force_status(
    order: Order<'_>,
    command: AgentForceStatus,
) -> Result<Replied, Refusal> {
    let AgentForceStatus { agent, status, evict } = command;
    let evict = evict.unwrap_or_default();
    let answer = order.ask(CommandBody::ForceStatus { agent, status, evict }).await?;
    let agent = answer.agent.ok_or_else(Refusal::unexpected)?;
    let agent = Some(shape::rows::agent(&agent));
    Ok(Replied::plain(Reply { agent, ..Reply::default() }))
}
