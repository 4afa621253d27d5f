//! Why an agent gets nothing now.

use baton_common::ids::{AgentId, OfferId, QueueId, WorkspaceId};
use baton_common::limits::{WHY_ENTRIES, WHY_QUEUES};
use baton_common::protocol::why::{AgentWhy, Because, QueueWhy, Reason};
use baton_common::time::Span;
use baton_common::words::{Connectivity, Status};

use super::nearest::seeks;
use super::{Of, because_now, text};
use crate::matching::{Index, Seeks, capacity, fit, with_index};
use crate::state::{AgentState, Entry, State};

/// None: there is no such agent.
pub(crate) fn agent(state: &State, workspace: &WorkspaceId, agent: &AgentId) -> Option<AgentWhy> {
    let row = state.agent(workspace, agent)?;
    let config = state.config(workspace)?;
    let named = config.queues.keys().take(WHY_QUEUES);
    let queues: Vec<QueueWhy> = with_index(state, |index| {
        named.clone().filter_map(|id| queue(state, index, workspace, agent, id)).collect()
    });
    let more = config.queues.len() - queues.len();
    Some(AgentWhy {
        agent: agent.clone(),
        text: sentence(state, workspace, agent, row, &queues),
        queues,
        more: u32::try_from(more).ok().filter(|more| *more > 0),
    })
}

/// Why nothing of a queue: the first who waits, or else a chat that came now.
fn queue(
    state: &State,
    index: &Index,
    workspace: &WorkspaceId,
    agent: &AgentId,
    id: &QueueId,
) -> Option<QueueWhy> {
    let line = state.workspace(workspace)?.queues.get(id).map(|queue| &queue.line);
    let first = line.and_then(|line| {
        let entries = line.ids().take(WHY_ENTRIES).filter_map(|id| state.entries.get(&id));
        entries.into_iter().find(|entry| entry.offer.is_none())
    });
    let because = match first {
        Some(entry) => of_entry(state, index, entry, agent)?,
        None => of_nobody(state, index, workspace, agent, id)?,
    };
    let waiting = line.map_or(0, |line| u32::try_from(line.len()).unwrap_or(u32::MAX));
    let text = match because.reason {
        Reason::NobodyWaits if waiting > 0 => "all who wait are being offered".to_owned(),
        _ => text::reason(&because),
    };
    Some(QueueWhy { queue: id.clone(), waiting, text, because })
}

fn of_entry(state: &State, index: &Index, entry: &Entry, agent: &AgentId) -> Option<Because> {
    let barred = fit::barred(state, entry);
    let bars = index.bars(state, &entry.workspace, &seeks(entry), barred)?;
    Some(because_now(state, &entry.workspace, &bars, Of::entry(state, entry), bars.number(agent)?))
}

fn of_nobody(
    state: &State,
    index: &Index,
    workspace: &WorkspaceId,
    agent: &AgentId,
    id: &QueueId,
) -> Option<Because> {
    let weight = state.config(workspace)?.queues.get(id)?.chat_weight().0;
    let seeks = Seeks { queue: id, skills: &[], weight, age: Span::ZERO };
    let bars = index.bars(state, workspace, &seeks, std::iter::empty())?;
    let because = because_now(state, workspace, &bars, None, bars.number(agent)?);
    let reason = match because.reason {
        Reason::Later => Reason::NobodyWaits,
        other => other,
    };
    Some(Because { reason, ..because })
}

fn sentence(
    state: &State,
    workspace: &WorkspaceId,
    agent: &AgentId,
    row: &AgentState,
    queues: &[QueueWhy],
) -> String {
    let waits: u32 = queues.iter().map(|queue| queue.waiting).sum();
    let has = |reason| queues.iter().any(|queue| queue.because.reason == reason);
    let offered = queues.iter().any(|q| q.waiting > 0 && q.because.reason == Reason::NobodyWaits);
    let blocked = queues.iter().any(|q| q.waiting > 0 && q.because.reason == Reason::NoRoom);
    let full = blocked || (has(Reason::NoRoom) && !has(Reason::Later) && !has(Reason::NobodyWaits));
    let used = || {
        let total = capacity(state, workspace, agent);
        format!("{} of {} permille in use", row.used().0, total.0)
    };
    match (row.status, &row.reason) {
        (Status::LoggedOut, _) => format!("{agent} is logged out"),
        (Status::NotReady, Some(reason)) => format!("{agent} is not ready ({reason})"),
        (Status::NotReady, None) => format!("{agent} is not ready"),
        (Status::Ready, _) if row.next_status.is_some() => {
            format!("{agent} gets nothing new: the status changes when the work ends")
        }
        (Status::Ready, _) if row.connectivity != Connectivity::Online => {
            format!("{agent} has no connection")
        }
        (Status::Ready, _) if !row.offers.is_empty() => {
            let offers: Vec<&str> = row.offers.keys().map(OfferId::as_str).collect();
            format!("{agent} is being offered something: {}", offers.join(", "))
        }
        (Status::Ready, _) if row.ramp_until.is_some() => {
            format!("{agent} was offered something a moment ago, and pauses")
        }
        _ if full => format!("{agent} has no room: {}", used()),
        _ if offered => format!("{agent} is ready, and all who wait for them are being offered"),
        _ if waits > 0 => format!("{agent} is ready, but nobody who waits is for them"),
        _ if has(Reason::NobodyWaits) => format!("{agent} is ready, and nobody waits"),
        _ => format!("{agent} is ready, but no queue is for them"),
    }
}
