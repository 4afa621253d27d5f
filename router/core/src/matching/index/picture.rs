//! What an index holds, whatever way it came to hold it. Only for tests: two indexes are compared,
//! and the parts of one with each other.

use std::collections::{BTreeMap, BTreeSet};

use baton_common::ids::{AgentId, WorkspaceId};
use baton_common::quantity::SkillLevel;
use baton_common::time::Timestamp;

use super::class::ClassId;
use super::demand::Demand;
use super::heads::{Heads, NONE};
use super::key::Key;
use super::line::Line;
use super::space::Space;
use super::supply::{Group, Place};
use super::{Index, small};

/// An agent: what the group has, the place, the keys.
type Agent = (Group, Place, Vec<u64>);
/// An entry: its rank, its class in words, whom it asks for.
type Entry = (u64, (String, Vec<SkillLevel>, u32, u32), Option<AgentId>);

/// See the module.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Picture {
    pub(super) agents: BTreeMap<AgentId, Agent>,
    pub(super) entries: BTreeMap<u64, Entry>,
    pub(super) preferring: BTreeSet<(AgentId, Key, Timestamp)>,
    /// Lines of entries: what they are of, and who stands in them.
    pub(super) lines: BTreeMap<String, Vec<Key>>,
}

impl Index {
    /// Asserts that this index is as good as another that was made anew.
    pub(crate) fn assert_is(&self, fresh: &Self, now: Timestamp) {
        let of = |index: &Self| -> BTreeMap<WorkspaceId, Picture> {
            let spaces = index.spaces.iter().flat_map(|all| all.iter());
            spaces.map(|(id, space)| (id.clone(), space.picture(now))).collect()
        };
        assert_eq!(of(self), of(fresh), "the index, and made anew");
        for (id, space) in self.spaces.iter().flat_map(|all| all.iter()) {
            space.assert_supply();
            space.assert_guards(fresh.space(id).expect("both know the same workspaces"));
        }
    }
}

impl Space {
    fn picture(&self, now: Timestamp) -> Picture {
        let mut all = Picture::default();
        for (number, id) in self.agents.iter().enumerate() {
            let place = self.supply.place(small(number));
            let group = self.supply.group(place.group).clone();
            let keys = self.supply.keys(small(number)).collect();
            all.agents.insert(id.clone(), (group, Place { group: 0, ..place }, keys));
        }
        for (number, placed) in self.entries.iter() {
            let asks = self.agents.id(placed.preferred).cloned();
            let class = self.name_of(&self.demand.class(placed.class).id);
            all.entries.insert(number, (placed.rank, class, asks));
        }
        for (agent, of) in &self.preferring {
            let id = self.agent_id(*agent);
            let live = of.iter().filter(|(_, until)| now < **until);
            all.preferring.extend(live.map(|(key, until)| (id.clone(), *key, *until)));
        }
        self.demand_lines(&mut all.lines);
        all
    }

    fn name_of(&self, id: &ClassId) -> (String, Vec<SkillLevel>, u32, u32) {
        (self.words.queue(id.queue).0.to_string(), id.own.to_vec(), id.weight, id.step)
    }

    fn demand_lines(&self, lines: &mut BTreeMap<String, Vec<Key>>) {
        let Demand { classes, lines: all, rooms, slots, .. } = &self.demand;
        for (at, (class, line)) in classes.iter().zip(all).enumerate() {
            let Some(class) = class else { continue };
            let (_, heads) = rooms.iter().find(|(room, _)| *room == class.room).unwrap();
            assert_head(heads, slots.of(at), line);
            if !line.is_empty() {
                lines.insert(format!("{:?}", self.name_of(&class.id)), line.iter().collect());
            }
        }
    }

    /// Asserts that every free agent stands where the place says; which steps of room there are
    /// depends on what was asked for before.
    fn assert_supply(&self) {
        for (policy, by_room) in self.supply.lines.iter().enumerate() {
            for (step, of) in by_room.iter().enumerate() {
                let mut stand: BTreeMap<u32, BTreeSet<Key>> = BTreeMap::new();
                for number in 0..small(self.agents.len()) {
                    let place = self.supply.place(number);
                    let fits = self.supply.rooms.iter().filter(|room| Some(**room) <= place.free);
                    if fits.count() == step + 1 {
                        let rank = self.supply.keys(number).nth(policy).unwrap();
                        let key = Key { rank, number: u64::from(number) };
                        stand.entry(place.group).or_default().insert(key);
                    }
                }
                for (group, line) in of.of.iter().enumerate() {
                    assert_head(&of.heads, group, line);
                    let stand = stand.remove(&small(group)).unwrap_or_default();
                    assert!(line.iter().eq(stand), "line {group} of policy {policy}");
                }
                assert!(stand.is_empty(), "{stand:?} stand nowhere");
            }
        }
    }

    /// An entry whose guard is missing would be offered to whom it must not; one too many only
    /// costs a look.
    fn assert_guards(&self, fresh: &Self) {
        for (number, placed) in fresh.entries.iter() {
            let here = self.entries.get(number).expect("both know the same entries");
            assert!(!placed.guarded || here.guarded, "entry {number} is guarded");
        }
    }
}

/// Asserts that a head is what its line says.
pub(super) fn assert_head(heads: &Heads, at: usize, line: &Line) {
    let first = line.first().map_or(NONE, Key::packed);
    assert_eq!(heads.get(at), first, "the head of line {at}");
}
