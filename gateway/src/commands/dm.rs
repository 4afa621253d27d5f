//! Internal chat: a colleague is asked without touching routing.

use baton_common::code::Code;
use baton_common::command::Person;
use baton_common::ids::AgentId;
use baton_common::limits;
use baton_common::protocol::command::{DmHistory, DmSend};
use baton_common::protocol::reply::{DmPage, Reply};

use super::{Order, Replied};
use crate::refusal::Refusal;
use crate::shape;

pub(super) async fn send(order: Order<'_>, command: DmSend) -> Result<Replied, Refusal> {
    let DmSend { to, text, client_id } = command;
    let (gateway, caller) = (order.gateway, order.caller);
    let to = colleague(order, &to).await?;
    let (workspace, me) = (&caller.workspace, &caller.person);
    let dm = gateway.dms.send(workspace, me, &to, text, client_id, order.key).await?;
    Ok(Replied::plain(Reply { dm: Some(shape::rows::dm(&dm)), ..Reply::default() }))
}

pub(super) async fn history(order: Order<'_>, command: DmHistory) -> Result<Replied, Refusal> {
    let (gateway, caller) = (order.gateway, order.caller);
    let (workspace, me) = (&caller.workspace, &caller.person);
    let (dms, last) = if let Some(to) = command.to {
        let with = colleague(order, &to).await?;
        let limit = command.limit.unwrap_or(limits::PAGE_ROWS_DEFAULT);
        gateway.dms.history(workspace, me, &with, command.after, limit).await?
    } else {
        let latest = gateway.dms.latest(workspace, me).await?;
        let count = latest.len() as u64;
        (latest, count)
    };
    let dms = dms.iter().map(shape::rows::dm).collect();
    let history = Some(DmPage { dms, last });
    Ok(Replied::plain(Reply { history, ..Reply::default() }))
}

/// The agent or supervisor with this id. A supervisor who is not in the configuration can be
/// answered once they have written.
async fn colleague(order: Order<'_>, id: &str) -> Result<Person, Refusal> {
    let (gateway, caller) = (order.gateway, order.caller);
    let workspace = &caller.workspace;
    if caller.sub() == id {
        return Err(Refusal::invalid("to", "to is a colleague, not oneself"));
    }
    let Some(config) = gateway.link.config(workspace).await else {
        let detail = "the directory cannot be reached: try again";
        return Err(Refusal::new(Code::Unavailable, detail));
    };
    let agent = Person::Agent(id.into());
    if config.agents.contains_key(&AgentId::new(id)) {
        return Ok(agent);
    }
    let supervisor = Person::Supervisor(id.into());
    if config.supervisors.contains_key(id) {
        return Ok(supervisor);
    }
    let (_, last) = gateway.dms.history(workspace, &caller.person, &supervisor, None, 1).await?;
    if last > 0 {
        return Ok(supervisor);
    }
    Err(Refusal::new(Code::AgentNotFound, "no agent or supervisor has this id"))
}
