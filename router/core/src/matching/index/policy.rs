//! Policies: in which order agents who can take an entry are chosen. Each is a key on the agent's
//! side; where it says the same of two, the longest idle goes first, and then the agent's id.

use baton_common::quantity::Permille;
use baton_common::time::Timestamp;
use baton_common::words::Selection;

use super::key;
use crate::state::AgentState;

/// Bits of the time in keys that begin with a number.
const IDLE_BITS: u32 = 43;

/// An agent's place in a policy's order, lower first. The last tie is the agent's id.
pub(crate) fn order(policy: Selection, row: &AgentState, total: Permille, now: Timestamp) -> u64 {
    let idle = || u64::try_from(row.idle_since.0).unwrap_or(0).min((1 << IDLE_BITS) - 1);
    let first = |number: u64| number.min((1 << (64 - IDLE_BITS)) - 1) << IDLE_BITS | idle();
    match policy {
        // Skills are summed up by group.
        Selection::LongestIdle | Selection::MostSkilled => {
            // Whoever has something to do is not idle at all.
            let works = !(row.work.is_empty() && row.offers.is_empty());
            u64::from(works) << key::TIME_BITS | key::time(row.idle_since)
        }
        Selection::LeastLoaded => first(share(row.used(), total)),
        Selection::RoundRobin => row.last_offer,
        Selection::FewestToday => first(row.today.count(now)),
    }
}

/// How much of what an agent can carry is in use, in thousandths, rounded down.
pub(crate) fn share(used: Permille, total: Permille) -> u64 {
    (u64::from(used.0) * 1_000).checked_div(u64::from(total.0)).unwrap_or(u64::MAX)
}
