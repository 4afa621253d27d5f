//! What follows from events without anybody asking: a status that waited for the work to end,
//! a chat that somebody can take again, and offers.

use baton_common::event::{Event, OfferOf, TimedEvent};
use baton_common::ids::WorkspaceId;
use baton_common::time::Timestamp;
use baton_common::words::Origin;

use crate::decide::Draft;
use crate::matching::{self, Changed};
use crate::state::State;

/// The next consequence, or nothing: the caller applies it and asks again.
pub(crate) fn settle(state: &State, now: Timestamp, changed: &Changed) -> Vec<Event> {
    let mut draft = Draft::new(state, now);
    next_status(&mut draft, changed);
    if draft.events.is_empty() {
        attend(&mut draft, changed);
    }
    if draft.events.is_empty()
        && let Some(pair) = matching::next(state, now, changed)
    {
        let entry = &state.entries[&pair.entry];
        let live = state.policies_of_queue(&entry.workspace, &entry.queue).offer;
        let of = OfferOf::Entry(pair.entry.clone());
        draft.offer(&entry.chat, &pair.agent, of, entry.weight, live);
    }
    draft.events
}

/// `next_status` takes effect when the work has ended.
fn next_status(draft: &mut Draft<'_>, changed: &Changed) {
    let state = draft.state;
    for (workspace, agent) in changed.agents(state) {
        let Some(row) = state.agent(workspace, agent).filter(|row| row.work.is_empty()) else {
            continue;
        };
        if let Some((status, reason)) = &row.next_status {
            draft.push(Event::AgentChanged {
                workspace: workspace.clone(),
                agent: agent.clone(),
                status: *status,
                reason: reason.clone(),
                next_status: None,
                next_reason: None,
            });
        }
    }
}

/// Unattended chats wait in their queue again as soon as somebody can take them.
fn attend(draft: &mut Draft<'_>, changed: &Changed) {
    let (state, now) = (draft.state, draft.now);
    let mut done = std::collections::BTreeSet::new();
    for (workspace, agent) in changed.agents(state) {
        let Some(space) = state.workspace(workspace) else {
            continue;
        };
        for id in space.unattended.iter().filter(|id| !done.contains(*id)).collect::<Vec<_>>() {
            let last = state.chats.get(id).and_then(|chat| chat.last.as_ref());
            if last.is_some_and(|last| matching::can_take(state, now, workspace, agent, last)) {
                requeue(draft, workspace, id);
                done.insert(id.clone());
            }
        }
    }
}

fn requeue(draft: &mut Draft<'_>, workspace: &WorkspaceId, chat: &baton_common::ids::ChatId) {
    let Some(last) = draft.state.chats.get(chat).and_then(|chat| chat.last.as_ref()) else {
        return;
    };
    let new = crate::decide::NewEntry {
        priority: Some(last.priority),
        skills: &last.skills,
        excluded: last.excluded.iter().cloned().collect(),
        ..crate::decide::NewEntry::new(&last.queue, Origin::Requeue, last.routed_at)
    };
    draft.entry(chat, workspace, new);
}

/// Applies events and all their consequences; returns everything that happened, in order.
pub(crate) fn run(
    state: &mut State,
    now: Timestamp,
    events: Vec<Event>,
    mut told: impl FnMut(&State, &TimedEvent),
) -> Vec<TimedEvent> {
    let mut all = Vec::new();
    let mut round = events;
    let mut changed = Changed::default();
    loop {
        let from = all.len();
        for event in round {
            let timed = TimedEvent { at: now, event };
            state.apply(&timed);
            crate::laws::check(state, &timed);
            told(state, &timed);
            all.push(timed);
        }
        changed.extend(Changed::by(state, &all[from..]));
        round = settle(state, now, &changed);
        if round.is_empty() {
            return all;
        }
    }
}
