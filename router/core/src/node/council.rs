//! The routers of a shard as their heartbeats tell of them, and the order among them: who is to
//! lead, who follows hot, whose turn it is to claim. Every router comes to the same order by
//! itself once it hears the same ones. Leaves what follows from the order to the roles; a wrong
//! order costs a claim, never correctness.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use baton_common::event;
use baton_common::hash::Mark;
use baton_common::ids::RouterId;
use baton_common::limits;
use baton_common::notice::{RouterBeat, RouterPart};
use baton_common::time::Span;

use super::io::Clock;
use super::memory::ShardOf;

/// After listening for two heartbeats and a little, every router that is there was heard of.
const KNOWN_AFTER: Span = Span(2 * limits::ROUTER_BEAT.0 + limits::ROUTER_BEAT.0 / 4);

/// All routers of a shard that are heard of, this one among them.
#[derive(Debug)]
pub(crate) struct Council {
    of: ShardOf,
    me: RouterId,
    others: BTreeMap<RouterId, Member>,
    /// Who is to lead comes first.
    order: Vec<RouterId>,
    /// Nobody could be heard before.
    listens_since: Clock,
    /// When anybody was heard last.
    heard: Clock,
    /// When a router came or went last.
    changed: Clock,
}

#[derive(Debug)]
struct Member {
    at: Clock,
    beat: RouterBeat,
}

/// What a router must have to be handed the shard.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fit {
    /// The journal at least up to here.
    pub(crate) seq: u64,
    /// Knowledge of this schema.
    pub(crate) schema: u32,
}

impl Council {
    pub(crate) fn new(of: ShardOf, me: RouterId) -> Self {
        let start = Clock::default();
        Self {
            of,
            others: BTreeMap::new(),
            order: vec![me.clone()],
            me,
            listens_since: start,
            heard: start,
            changed: start,
        }
    }

    /// A router was heard.
    pub(crate) fn hear(&mut self, clock: Clock, beat: RouterBeat) {
        if beat.router == self.me {
            return;
        }
        self.heard = clock;
        let router = beat.router.clone();
        let came_or_went = if beat.leaving {
            self.others.remove(&router).is_some()
        } else {
            self.others.insert(router, Member { at: clock, beat }).is_none()
        };
        if came_or_went {
            self.rank(clock);
        }
    }

    /// Lets go of those who fell silent.
    pub(crate) fn expire(&mut self, clock: Clock) {
        let before = self.others.len();
        self.others.retain(|_, member| clock.since(member.at) <= limits::ROUTER_GONE);
        if self.others.len() != before {
            self.rank(clock);
        }
    }

    /// Nobody could be heard until now: silence counts from here.
    pub(crate) fn listen_anew(&mut self, clock: Clock) {
        self.listens_since = clock;
        self.changed = clock;
        self.others.values_mut().for_each(|member| member.at = clock);
    }

    /// Whether everybody who is there must have been heard of by now.
    pub(crate) fn is_known(&self, clock: Clock) -> bool {
        clock.since(self.listens_since) >= KNOWN_AFTER
    }

    /// Whether this router can hear, has heard others, and all of them are gone.
    pub(crate) fn is_left_alone(&self) -> bool {
        self.others.is_empty() && self.heard > self.listens_since
    }

    /// Since when nobody came or went.
    pub(crate) fn stable_since(&self) -> Clock {
        self.changed
    }

    /// All routers; who is to lead comes first.
    #[cfg(test)]
    pub(crate) fn order(&self) -> &[RouterId] {
        &self.order
    }

    /// Who is to lead.
    pub(crate) fn first(&self) -> &RouterId {
        self.order.first().expect("this router is in its own order")
    }

    /// How many of those who could lead, the one who is to be replaced aside, come before this
    /// router.
    pub(crate) fn turn(&self, replaced: Option<&RouterId>) -> u64 {
        let before = self.before_me().filter(|router| Some(*router) != replaced);
        before.filter(|router| self.follows(router)).count() as u64
    }

    /// Whether this router has a place among those who lead or follow hot.
    pub(crate) fn is_wanted(&self) -> bool {
        self.before_me().count() <= limits::HOT_FOLLOWERS
    }

    /// Whether enough others follow hot, so that this one may rest.
    pub(crate) fn may_rest(&self) -> bool {
        let hot = self.before_me().filter(|router| self.follows(router)).count();
        !self.is_wanted() && hot >= limits::HOT_FOLLOWERS
    }

    /// The first in the order who could lead at once.
    pub(crate) fn heir(&self, fit: Fit) -> Option<&RouterId> {
        self.order.iter().find(|router| self.is_fit(router, fit))
    }

    /// Whether a router follows and has what it needs to lead at once.
    pub(crate) fn is_fit(&self, router: &RouterId, fit: Fit) -> bool {
        self.others.get(router).is_some_and(|Member { beat, .. }| {
            beat.part == RouterPart::Follows
                && beat.position.seq >= fit.seq
                && beat.schema >= fit.schema
        })
    }

    /// The newest schema that every router knows.
    pub(crate) fn schema(&self) -> u32 {
        let known = self.others.values().map(|member| member.beat.schema);
        known.min().unwrap_or(event::SCHEMA).min(event::SCHEMA)
    }

    fn before_me(&self) -> impl Iterator<Item = &RouterId> {
        self.order.iter().take_while(|router| **router != self.me)
    }

    fn follows(&self, router: &RouterId) -> bool {
        self.others.get(router).is_some_and(|member| member.beat.part == RouterPart::Follows)
    }

    fn rank(&mut self, clock: Clock) {
        self.changed = clock;
        let mut routers: Vec<RouterId> = self.others.keys().cloned().collect();
        routers.push(self.me.clone());
        self.order = order(self.of, routers);
    }
}

/// Rendezvous hashing with an even share: each shard falls to the router with the highest weight
/// for it that has room, the others follow by weight. With many shards the loads differ by one at
/// most; plain rendezvous would leave one router in nine without any of eight shards.
fn order(of: ShardOf, mut routers: Vec<RouterId>) -> Vec<RouterId> {
    routers.sort();
    let count = u16::try_from(routers.len()).unwrap_or(u16::MAX);
    let (share, mut larger) = (of.shards / count, of.shards % count);
    let mut loads = vec![0_u16; routers.len()];
    let mut first = 0;
    for shard in 0..=of.shard {
        let has_room = |at: &usize| loads[*at] < share || (loads[*at] == share && larger > 0);
        let places = (0..routers.len()).filter(has_room);
        let heaviest = places.max_by_key(|at| weight(&routers[*at], shard));
        first = heaviest.expect("shares add up to all shards");
        larger -= u16::from(loads[first] == share);
        loads[first] += 1;
    }
    let first = routers.remove(first);
    routers.sort_by_cached_key(|router| Reverse(weight(router, of.shard)));
    routers.insert(0, first);
    routers
}

fn weight(router: &RouterId, shard: u16) -> Mark {
    Mark::of(&["router", router.as_str(), &shard.to_string()])
}

#[cfg(test)]
mod tests {
    use baton_common::view::Position;
    use proptest::prelude::*;

    use super::*;

    fn routers(count: usize) -> Vec<RouterId> {
        (0..count).map(|at| RouterId::new(format!("rtr_{at}"))).collect()
    }

    fn beat(router: &RouterId, part: RouterPart, seq: u64) -> RouterBeat {
        let position = Position { epoch: 1, seq };
        let router = router.clone();
        let (schema, leaving, witness) = (event::SCHEMA, false, None);
        RouterBeat { router, shard: 0, part, position, schema, leaving, witness }
    }

    /// The council as the router at this place of the order sees it.
    fn council(place: usize, count: usize) -> Council {
        let of = ShardOf { shard: 0, shards: 1 };
        let all = order(of, routers(count));
        let mut council = Council::new(of, all[place].clone());
        for other in &all {
            council.hear(Clock(10), beat(other, RouterPart::Follows, 5));
        }
        council
    }

    proptest! {
        #[test]
        fn shards_are_shared_evenly(shards in 1..64_u16, count in 1..9_usize) {
            let all = routers(count);
            let mut loads = BTreeMap::<RouterId, u16>::new();
            for shard in 0..shards {
                let of = ShardOf { shard, shards };
                let ranked = order(of, all.clone());
                let mut backwards = all.clone();
                backwards.reverse();
                prop_assert_eq!(&ranked, &order(of, backwards), "everybody sees the same");
                *loads.entry(ranked[0].clone()).or_default() += 1;
            }
            let count = u16::try_from(count).unwrap();
            for router in &all {
                let load = loads.get(router).copied().unwrap_or(0);
                prop_assert!(load == shards / count || load == shards.div_ceil(count), "{loads:?}");
            }
        }
    }

    #[test]
    fn eight_shards_fall_to_three_routers_by_name_and_not_by_place() {
        let lead = |shard| order(ShardOf { shard, shards: 8 }, routers(3)).remove(0);
        let first: Vec<_> = (0..8).map(lead).collect();
        assert!((0..7).any(|at| first[at] == first[at + 1]), "dealt in turn: {first:?}");
    }

    #[test]
    fn a_turn_counts_those_before_who_could_lead() {
        let turns: Vec<_> = (0..4).map(|place| council(place, 4).turn(None)).collect();
        assert_eq!(turns, [0, 1, 2, 3]);
        let mut last = council(3, 4);
        let order = last.order.clone();
        assert_eq!(last.turn(Some(&order[0])), 2, "who is replaced is not waited for");
        last.hear(Clock(11), beat(&order[1], RouterPart::Rebuilds, 0));
        assert_eq!(last.turn(Some(&order[0])), 1, "nor who could not lead");
        last.hear(
            Clock(12),
            RouterBeat { leaving: true, ..beat(&order[2], RouterPart::Follows, 5) },
        );
        assert_eq!(last.turn(Some(&order[0])), 0);
    }

    #[test]
    fn the_fourth_may_rest_while_two_before_it_follow() {
        let mut last = council(3, 4);
        let order = last.order.clone();
        assert!(last.may_rest() && !last.is_wanted());
        assert!(!council(2, 4).may_rest(), "the third follows");
        last.hear(Clock(11), beat(&order[0], RouterPart::Leads, 5));
        assert!(last.may_rest());
        last.hear(Clock(12), beat(&order[1], RouterPart::Rebuilds, 0));
        assert!(!last.may_rest() && !last.is_wanted(), "one follower is too few");
        let later = Clock(11 + limits::ROUTER_GONE.0);
        last.expire(later);
        assert!(last.is_wanted(), "one is gone: {:?}", last.order);
        assert_eq!(last.stable_since(), later);
    }

    #[test]
    fn an_heir_follows_has_the_journal_and_knows_the_schema() {
        let mut council = council(0, 3);
        let order = council.order.clone();
        let fit = Fit { seq: 5, schema: event::SCHEMA };
        assert_eq!(council.heir(fit), Some(&order[1]));
        council.hear(Clock(11), beat(&order[1], RouterPart::Follows, 4));
        assert_eq!(council.heir(fit), Some(&order[2]));
        let old = RouterBeat { schema: 1, ..beat(&order[2], RouterPart::Follows, 9) };
        council.hear(Clock(11), old);
        assert_eq!((council.heir(fit), council.schema()), (None, 1));
        council.hear(Clock(12), beat(&order[1], RouterPart::Rests, 9));
        assert_eq!(council.heir(fit), None);
    }
}
