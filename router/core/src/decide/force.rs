//! A supervisor sets an agent's status. With `evict` the agent's chats go on without them, as if
//! their connection had been lost.

use baton_common::answer::Done;
use baton_common::code::Code;
use baton_common::event::Event;
use baton_common::ids::AgentId;
use baton_common::rejection::Rejection;
use baton_common::words::{Connectivity, Status, Withdrawn};

use super::monitor::supervisor;
use super::presence::evict;
use super::status::revoke_offers;
use super::transfer::known_agent;
use super::{Asked, Draft, Verdict};
use crate::state::agent::WorkKind;

/// The reason of a status that was not the agent's choice.
const FORCED: &str = "forced";

pub(super) fn force(
    mut draft: Draft<'_>,
    ask: &Asked<'_>,
    agent: &AgentId,
    status: Status,
    out: bool,
) -> Verdict {
    supervisor(ask)?;
    if out && status == Status::Ready {
        let detail = "an agent who stays ready would get their chats again: choose another status";
        return Err(Rejection::invalid("evict", detail).into());
    }
    known_agent(ask, agent)?;
    let row = ask.state.agent(ask.workspace, agent).expect("known_agent found it");
    if row.connectivity != Connectivity::Online {
        let detail = format!("{agent} is offline: a status is set while they are connected");
        return Err(Rejection::new(Code::Conflict, detail).into());
    }
    let talks = row.count(WorkKind::Handling);
    if status == Status::LoggedOut && talks > 0 && !out {
        let detail = format!(
            "{agent} has open chats ({talks}): give `evict` to have others take them, or choose \
             not_ready"
        );
        return Err(Rejection::new(Code::Conflict, detail).into());
    }
    if row.status == Status::Ready && status != Status::Ready {
        revoke_offers(&mut draft, ask.workspace, agent, Withdrawn::AgentNotReady, None);
    }
    if out {
        evict(&mut draft, ask.workspace, agent);
    }
    let as_it_is = row.status == status && row.reason.as_deref() == Some(FORCED);
    if !as_it_is || row.next_status.is_some() {
        draft.push(Event::AgentChanged {
            workspace: ask.workspace.clone(),
            agent: agent.clone(),
            status,
            reason: Some(FORCED.into()),
            next_status: None,
            next_reason: None,
        });
    }
    draft.done(Done { agent: Some(agent.clone()), ..Done::default() })
}
