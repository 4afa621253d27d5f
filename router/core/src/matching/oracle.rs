//! The obviously right matching: every pair is looked at, by the plain meaning of the rules. All
//! tests of the engine compare each of its decisions with this one, so they also prove that no
//! pair was left over, and that no entry overtakes one that goes before it.

use std::cmp::Reverse;

use baton_common::ids::AgentId;
use baton_common::time::{Span, Timestamp};
use baton_common::words::Selection;

use super::worklist::Pair;
use super::{age, fit};
use crate::state::{Entry, Rules, State};

/// The next pair to offer, or none: of all there are, whatever has changed.
pub(super) fn next(state: &State, now: Timestamp) -> Option<Pair> {
    let mut first: Option<(_, &Entry)> = None;
    for entry in state.entries.values().filter(|entry| entry.offer.is_none()) {
        let able = able(state, entry).into_iter();
        let Some(order) = able.map(|agent| order(state, now, agent, entry)).min() else { continue };
        if first.as_ref().is_none_or(|(least, _)| order < *least) {
            first = Some((order, entry));
        }
    }
    let (_, entry) = first?;
    let agents = able(state, entry).into_iter();
    let agent = agents.min_by_key(|agent| preference(state, now, agent, entry))?;
    Some(Pair { entry: entry.id.clone(), agent: agent.clone() })
}

/// Order: of entries that differ in nothing but their age, an older one that the agent could have
/// is not overtaken. Eligibility is judged anew for each, whatever made the pair.
pub(super) fn assert_order(state: &State, now: Timestamp, pair: &Pair) {
    let entry = &state.entries[&pair.entry];
    let alike = |entry: &Entry| {
        let asks = asks_for(now, &pair.agent, entry);
        let of = (entry.workspace.clone(), entry.queue.clone(), entry.skills.clone());
        (of, entry.weight, entry.key.in_time, entry.key.priority, asks)
    };
    let older = state.entries.values().filter(|other| {
        let waits = other.offer.is_none() && other.id != entry.id;
        let came = |entry: &Entry| (entry.key.due, entry.key.number);
        waits && came(other) < came(entry) && alike(other) == alike(entry)
    });
    for older in older {
        let reason = fit::reason(state, &pair.agent, older);
        assert!(reason.is_some(), "{} overtakes {} for {}", entry.id, older.id, pair.agent);
    }
}

/// Agents who could have an entry now.
pub(super) fn able<'a>(state: &'a State, entry: &Entry) -> Vec<&'a AgentId> {
    let all = state.workspace(&entry.workspace).into_iter().flat_map(|space| space.agents.keys());
    all.filter(|agent| fit::reason(state, agent, entry).is_none()).collect()
}

fn rules<'a>(state: &'a State, entry: &Entry) -> &'a Rules {
    state.rules(&entry.workspace).expect("entries wait under rules")
}

fn asks_for(now: Timestamp, agent: &AgentId, entry: &Entry) -> bool {
    entry.preferred.as_ref().is_some_and(|(asked, until)| asked == agent && now < *until)
}

/// In which order agents take entries: what starves, priority, who asks for them, the rank of the
/// queue for them, what came first.
fn order(state: &State, now: Timestamp, agent: &AgentId, entry: &Entry) -> impl Ord + use<> {
    let config = &rules(state, entry).config;
    let rank = age::rank(config, &config.agents[agent], &entry.queue, Span(u64::MAX));
    let key = entry.key;
    ((key.in_time, key.priority), !asks_for(now, agent, entry), rank, (key.due, key.number))
}

/// In which order an entry takes agents.
fn preference(state: &State, now: Timestamp, agent: &AgentId, entry: &Entry) -> impl Ord + use<> {
    let rules = rules(state, entry);
    let row = state.agent(&entry.workspace, agent).expect("it is one of them");
    let idle = row.idle_since;
    let works = u64::from(!(row.work.is_empty() && row.offers.is_empty()));
    let policy = match rules.config.queue_policies(&entry.queue).selection {
        Selection::LongestIdle => (Reverse(0), works, idle),
        Selection::LeastLoaded => {
            let total = rules.config.agents[agent].total_capacity().0;
            (Reverse(0), u64::from(row.used().0) * 1_000 / u64::from(total), idle)
        }
        Selection::MostSkilled => {
            let needs = age::required(&rules.config, &entry.queue, &entry.skills, entry.age());
            let levels = needs.iter().filter_map(|need| rules.level(agent, need));
            (Reverse(levels.map(|level| u32::from(level.0)).sum()), works, idle)
        }
        Selection::RoundRobin => (Reverse(0), row.last_offer, Timestamp(0)),
        Selection::FewestToday => (Reverse(0), row.today.count(now), idle),
    };
    (!asks_for(now, agent, entry), policy, agent.clone())
}
