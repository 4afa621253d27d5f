//! Why a chat went where it went, and what it waits for.

use baton_common::command::Target;
use baton_common::event::OfferOf;
use baton_common::ids::{AgentId, WorkspaceId};
use baton_common::limits;
use baton_common::protocol::why::{Candidate, ChatWhy, Decision, Waiting};
use baton_common::time::{ApiTime, Timestamp};
use baton_common::why::{Bar, Why};
use smol_str::SmolStr;

use super::nearest::{nearest, seeks};
use super::roster::Named;
use super::{Of, because, count, ordered, text};
use crate::matching::{Index, Seeks, fit, with_index};
use crate::state::chat::LastEntry;
use crate::state::{Chat, Entry, Invite, Offer, Phase, State, Timer};

/// A chat's decisions, and what it waits for now.
pub(crate) fn chat(state: &State, now: Timestamp, chat: &Chat) -> ChatWhy {
    let offers = || chat.offers.iter().filter_map(|id| state.offers.get(id));
    with_index(state, |index| {
        let mut decisions: Vec<Decision> =
            offers().filter_map(|offer| decision(state, index, chat, offer)).collect();
        bound(&mut decisions);
        ChatWhy { chat_id: chat.id.clone(), waiting: waiting(state, index, now, chat), decisions }
    })
}

/// Names fewer agents of older decisions where there would be too many in all.
fn bound(decisions: &mut [Decision]) {
    let mut left = limits::WHY_CANDIDATES;
    for decision in decisions.iter_mut().rev() {
        let out = decision.candidates.len().saturating_sub(left);
        left -= decision.candidates.len() - out;
        if out > 0 {
            decision.candidates.truncate(decision.candidates.len() - out);
            let more = decision.more.unwrap_or(0).saturating_add(count(out));
            decision.more = Some(more);
        }
    }
}

fn waiting(state: &State, index: &Index, now: Timestamp, chat: &Chat) -> Option<Waiting> {
    match (state.entry_of(chat), &chat.phase) {
        (Some(entry), _) => of_entry(state, index, entry),
        (None, Phase::Unattended(until)) => {
            let last = chat.last.as_ref()?;
            of_unattended(state, index, now, (chat, last), *until)
        }
        _ => None,
    }
}

fn of_entry(state: &State, index: &Index, entry: &Entry) -> Option<Waiting> {
    let seeks = seeks(entry);
    let bars = index.bars(state, &entry.workspace, &seeks, fit::barred(state, entry))?;
    let offer = entry.offer.as_ref().and_then(|id| state.offers.get(id));
    let offered = offer.and_then(|offer| bars.number(&offer.agent));
    let of = Of::entry(state, entry);
    let (tally, candidates, more) = nearest(state, &entry.workspace, &bars, of, offered);
    let text = match offer {
        Some(offer) => format!("is being offered to {} until {}", offer.agent, offer.expires_at),
        None => text::waits(&entry.queue, &bars.required, &tally),
    };
    let aging = state.timers.deadline(&Timer::Age(entry.id.clone()));
    Some(Waiting {
        queue: entry.queue.clone(),
        since: ApiTime(entry.enqueued_at),
        text,
        others_at: aging.map(ApiTime),
        candidates,
        more,
    })
}

fn of_unattended(
    state: &State,
    index: &Index,
    now: Timestamp,
    (chat, last): (&Chat, &LastEntry),
    until: Timestamp,
) -> Option<Waiting> {
    let (workspace, queue, skills) = (&chat.workspace, &last.queue, last.skills.as_slice());
    let of = Of { chat, entry: None };
    let age = now.since(last.routed_at);
    let seeks = Seeks { queue, skills, weight: last.weight.0, age };
    let bars = index.bars(state, workspace, &seeks, last.excluded.iter())?;
    let (tally, candidates, more) = nearest(state, workspace, &bars, Some(of), None);
    let waits = text::waits(queue, &bars.required, &tally);
    Some(Waiting {
        queue: queue.clone(),
        since: ApiTime(last.routed_at),
        text: format!("{waits}; unattended until {until}"),
        others_at: None,
        candidates,
        more,
    })
}

/// The decision that an offer of an entry was.
fn decision(state: &State, index: &Index, chat: &Chat, offer: &Offer) -> Option<Decision> {
    let OfferOf::Entry(entry) = &offer.of else { return None };
    let (mut candidates, mut more) = (Vec::new(), None);
    let assigned_by = offer.assigned.as_ref().map(|assigned| assigned.by.clone());
    let config = state.config(&offer.workspace);
    let assigned_by_name = assigned_by.as_ref().map(|supervisor| {
        let name = config.map_or(supervisor.as_str(), |config| config.supervisor_name(supervisor));
        SmolStr::new(name)
    });
    let transferred_by = transferrer(chat, offer).cloned();
    let mut text = match (&assigned_by, &transferred_by) {
        (Some(supervisor), _) => format!("assigned by {supervisor}"),
        (None, Some(agent)) => format!("transferred by {agent}"),
        (None, None) => "chosen by a release that recorded no reasons".to_owned(),
    };
    if let Some(why) = &offer.why {
        (candidates, more) = others(state, index, &offer.workspace, why);
        let bars = why.others.bars();
        let able = count(bars.iter().filter(|(_, bar)| *bar == Bar::Later).count()) + 1;
        let is_all = count(bars.len()) + 1 == why.of;
        text = text::chosen(why.by, why.asked, able, is_all);
    }
    Some(Decision {
        at: ApiTime(offer.made_at),
        offer_id: offer.id.clone(),
        entry_id: entry.clone(),
        queue: offer.queue.clone()?,
        chosen: offer.agent.clone(),
        policy: offer.why.as_ref().map(|why| why.by),
        text,
        outcome: offer.outcome.map(|(outcome, _)| outcome),
        transferred_by,
        assigned_by,
        assigned_by_name,
        candidates,
        more,
    })
}

/// Who handed the chat to just this agent, where no policy chose.
fn transferrer<'a>(chat: &'a Chat, offer: &Offer) -> Option<&'a AgentId> {
    if offer.why.is_some() || offer.assigned.is_some() {
        return None;
    }
    let theirs = |invite: &&Invite| {
        invite.at <= offer.made_at && invite.to == Target::Agent(offer.agent.clone())
    };
    chat.invites.iter().rev().find(theirs).map(|invite| &invite.by)
}

/// Those who were not chosen, as far as it is known who they are.
fn others(
    state: &State,
    index: &Index,
    workspace: &WorkspaceId,
    why: &Why,
) -> (Vec<Candidate>, Option<u32>) {
    let named = state.workspace(workspace).map_or(Named::Unknown, |w| w.rosters.of(why.version));
    let name = |number: u32| -> Option<&AgentId> {
        match named {
            Named::Now => index.agent_name(workspace, number),
            Named::Then(agents) => agents.get(number as usize),
            Named::Unknown => None,
        }
    };
    let candidate = |(number, bar): (u32, Bar)| {
        let said = match bar {
            Bar::NotReady(Some(at)) => why.said.get(usize::from(at)).cloned(),
            _ => None,
        };
        Some(Candidate { agent: name(number)?.clone(), because: because(bar, &why.skills, said) })
    };
    let candidates: Vec<Candidate> = why.others.bars().into_iter().filter_map(candidate).collect();
    ordered(candidates, why.of.saturating_sub(1))
}
