//! What a transfer would do, before it is done: the same rules, asked without deciding anything.
//! For an agent it is their "+" or transfer, for a supervisor the reassignment.

use baton_common::command::{Actor, Target};
use baton_common::ids::{AgentId, ChatId, QueueId, WorkspaceId};
use baton_common::protocol::chat::Ewt;
use baton_common::protocol::quote::{Quote, QuoteOutcome};
use baton_common::rejection::Rejection;
use baton_common::time::Timestamp;

use super::door::{Knock, eligible_count, knock};
use super::transfer::{known_agent, known_queue, may_hop, may_invite, no_live_entry};
use super::{Asked, Draft, closed, member, reassign};
use crate::ewt::{Teller, last_place};
use crate::state::{Chat, State};

/// Answers, or refuses the question itself: no such chat or target, or not the asker's to ask.
pub(crate) fn quote(
    state: &State,
    now: Timestamp,
    (workspace, by): (&WorkspaceId, &Actor),
    chat: &ChatId,
    to: &Target,
) -> Result<Quote, Rejection> {
    let ask = Asked { state, workspace, by };
    let chat = ask.chat(chat)?;
    match to {
        Target::Agent(agent) => known_agent(&ask, agent)?,
        Target::Queue(queue) => known_queue(&ask, queue)?,
    }
    if let Actor::Agent(agent) = by {
        member(chat, agent)?;
    } else if chat.is_over() {
        return Err(closed());
    }
    Ok(match to {
        Target::Agent(agent) => to_agent(&ask, now, chat, agent, to),
        Target::Queue(queue) => to_queue(&ask, now, chat, queue, to),
    })
}

/// What rules about the chat itself say, whoever would take it.
fn may_move(ask: &Asked<'_>, now: Timestamp, chat: &Chat, to: &Target) -> Result<(), Rejection> {
    match ask.by {
        Actor::Agent(agent) => may_hop(&Draft::new(ask.state, now), ask, chat, agent, to),
        // A supervisor's word is above these.
        _ => Ok(()),
    }
}

fn to_agent(ask: &Asked<'_>, now: Timestamp, chat: &Chat, target: &AgentId, to: &Target) -> Quote {
    let row = ask.state.agent(ask.workspace, target);
    let weight = chat.last.as_ref().map(|last| last.weight.0).unwrap_or_default();
    let total = crate::matching::capacity(ask.state, ask.workspace, target).0;
    let eligible =
        row.is_some_and(crate::state::AgentState::is_willing) && !chat.is_present(target);
    let available = eligible && row.is_some_and(|row| row.used().0 + weight <= total);
    let room = || match ask.by {
        Actor::Agent(_) => may_invite(ask, chat, target).map(|_| ()),
        _ => reassign::room(ask, chat, target).map(|_| ()),
    };
    let result = may_move(ask, now, chat, to).and_then(|()| room());
    Quote {
        eligible: u32::from(eligible),
        available: u32::from(available),
        position: None,
        ewt: None,
        policy: None,
        outcome: if result.is_ok() { QuoteOutcome::Offered } else { QuoteOutcome::Refused },
        code: result.err().map(|rejection| rejection.code),
        queue: None,
    }
}

fn to_queue(ask: &Asked<'_>, now: Timestamp, chat: &Chat, queue: &QueueId, to: &Target) -> Quote {
    let (state, workspace) = (ask.state, ask.workspace);
    let present: Vec<AgentId> = chat.present().map(|p| p.agent.clone()).collect();
    let free_of_others = || match ask.by {
        Actor::Agent(_) => no_live_entry(chat),
        _ => Ok(()),
    };
    let admitted = may_move(ask, now, chat, to)
        .and_then(|()| free_of_others())
        .and_then(|()| knock(state, workspace, queue, &[], &present, Knock::Transfer));
    let at = admitted.as_ref().map_or(queue, |admitted| &admitted.queue);
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let mut teller = Teller::new(state, now);
    let asked = Quote {
        eligible: count(eligible_count(state, workspace, at, &[], &present)),
        available: count(teller.available(workspace, at, &present)),
        position: None,
        ewt: None,
        policy: Some(state.policies_of_queue(workspace, queue).zero_eligible),
        outcome: QuoteOutcome::Refused,
        code: None,
        queue: None,
    };
    let admitted = match &admitted {
        Ok(admitted) => admitted,
        Err(rejection) => return Quote { code: Some(rejection.code), ..asked },
    };
    let ewt = teller.arrival(workspace, at, present);
    let position = place(state, workspace, at, now);
    let is_free = asked.available > 0 && position == 1;
    // Also of a queue of whose waits nothing is known yet.
    let at_once = is_free.then_some(Ewt { p50_s: 0.0, p90_s: 0.0 });
    let told = ewt.map(|ewt| Ewt { p50_s: ewt.p50.as_seconds(), p90_s: ewt.p90.as_seconds() });
    let outcome = if admitted.held {
        QuoteOutcome::Held
    } else if at != queue {
        QuoteOutcome::Overflowed
    } else if is_free {
        QuoteOutcome::Offered
    } else {
        QuoteOutcome::Queued
    };
    Quote {
        position: Some(position),
        ewt: told.or(at_once),
        outcome,
        code: admitted.warning,
        queue: (at != queue).then(|| at.clone()),
        ..asked
    }
}

/// Where somebody would stand who came into a queue now, from 1.
fn place(state: &State, workspace: &WorkspaceId, queue: &QueueId, now: Timestamp) -> u32 {
    let row = state.config(workspace).and_then(|config| config.queues.get(queue));
    let line = state.workspace(workspace).and_then(|space| space.queues.get(queue));
    let before = row.zip(line).map_or(0, |(row, line)| line.line.before(&last_place(row, now)));
    u32::try_from(before + 1).unwrap_or(u32::MAX)
}
