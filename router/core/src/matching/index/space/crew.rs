//! Who could serve an entry, in numbers: the room of the ready agents who can, and which part of
//! other lines is theirs to serve, too. Expected waits are computed from it; nothing is chosen
//! here. Entries and agents are counted by class and group, never one by one.
#![allow(clippy::cast_precision_loss, reason = "room and people stay far below 2^52")]

use std::cmp::Ordering;

use baton_common::config::Workspace as Config;
use baton_common::ids::QueueId;
use baton_common::quantity::SkillLevel;
use baton_common::time::Span;

use super::super::class::Class;
use super::super::small;
use super::Space;
use crate::matching::age;

/// Pairs of a class and a group that are looked at for one answer; beyond, every n-th class stands
/// for its neighbours.
const PAIRS: usize = 10_000;

/// What an entry asks of agents.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seeks<'a> {
    pub(crate) queue: &'a QueueId,
    /// Beyond the queue's.
    pub(crate) skills: &'a [SkillLevel],
    pub(crate) weight: u32,
    pub(crate) age: Span,
}

/// The agents who can serve an entry.
#[derive(Clone, Debug, Default)]
pub(crate) struct Crew {
    /// What they carry together, in whole chats of the entry's weight, in permille.
    pub(crate) room: f64,
    /// Those with room for it now.
    pub(crate) free: usize,
    /// What else they serve, and the entry's own line.
    pub(crate) lines: Vec<SharedLine>,
}

/// Entries of one kind that some of the crew can serve.
#[derive(Clone, Debug)]
pub(crate) struct SharedLine {
    pub(crate) queue: QueueId,
    pub(crate) weight: u32,
    /// Entries of the queue that wait for an offer.
    pub(crate) waiting: usize,
    /// How much of those is of this kind.
    pub(crate) part: f64,
    /// Whether it is the kind that chats are when they come.
    pub(crate) comes: bool,
    /// Parts of the room serving this kind that are the crew's, by whether its agents take it
    /// before, beside or after the entry's queue.
    pub(crate) shares: [f64; 3],
}

/// Room by group, and the rank of the entry's queue there; none: the group cannot.
type Rooms = Vec<Option<(f64, u32)>>;

impl Space {
    /// The crew of an entry; `barred` may not have it. None: nobody has one of the skills.
    pub(crate) fn crew(&self, config: &Config, of: &Seeks<'_>, barred: &[u32]) -> Option<Crew> {
        let needs = self.words.needs(&age::required(config, of.queue, of.skills, of.age))?;
        let (number, begins) = self.step_of(of.queue, of.age);
        let spare = number.map_or(0, |number| self.words.queue(number).1.spare);
        let look = self.supply.look(&self.words, number, begins, &needs);
        let mut rooms: Rooms = vec![None; self.supply.groups().len()];
        let mut room = 0.0;
        for (group, mut count, mut carried) in self.supply.carried_by(&look) {
            for place in barred.iter().map(|agent| self.supply.place(*agent)) {
                if place.willing && place.group as usize == group {
                    count -= 1;
                    carried -= u64::from(place.total);
                }
            }
            let whole = in_whole_chats(count, carried, of.weight, spare);
            let rank = number.and_then(|queue| {
                self.supply.group(small(group)).rank(&self.words, queue, Span(u64::MAX))
            });
            room += whole;
            rooms[group] = Some((whole, rank.unwrap_or(0)));
        }
        let asks = of.weight.saturating_add(spare);
        let is_free = |agent: &&u32| {
            let place = self.supply.place(**agent);
            place.free >= Some(asks) && rooms[place.group as usize].is_some()
        };
        let less = barred.iter().filter(is_free).count();
        let free = self.supply.free(&look, asks).saturating_sub(less);
        let lines = self.lines_of(number, &rooms);
        Some(Crew { room, free, lines })
    }

    /// Lines that some of these groups serve.
    fn lines_of(&self, own: Option<u32>, rooms: &[Option<(f64, u32)>]) -> Vec<SharedLine> {
        let classes = self.demand.classes();
        let every = (classes * self.supply.groups().len() / PAIRS).max(1);
        let mut waiting: Vec<usize> = Vec::new();
        for class in 0..classes {
            let queue = self.demand.class(small(class)).id.queue as usize;
            waiting.resize(waiting.len().max(queue + 1), 0);
            waiting[queue] += self.demand.waiting_in(small(class));
        }
        let mut lines = Vec::new();
        for at in 0..classes {
            let class = self.demand.class(small(at));
            let is_own = Some(class.id.queue) == own;
            let stands_for = if is_own { 1 } else { every };
            let here = self.demand.waiting_in(small(at));
            let comes = class.id.own.is_empty() && class.id.step == 0;
            if at % stands_for != 0 || (here == 0 && !comes) {
                continue;
            }
            let shares = self.shares(class, rooms).map(|share| share * stands_for as f64);
            if shares.iter().sum::<f64>() > 0.0 {
                let all = waiting[class.id.queue as usize];
                lines.push(SharedLine {
                    queue: self.words.queue(class.id.queue).0.clone(),
                    weight: class.id.weight,
                    waiting: all,
                    part: if all > 0 { here as f64 / all as f64 } else { 0.0 },
                    comes,
                    shares,
                });
            }
        }
        lines
    }

    /// Which part of a class's room is in these groups: first, beside and after, see `SharedLine`.
    fn shares(&self, class: &Class, rooms: &[Option<(f64, u32)>]) -> [f64; 3] {
        let mut all = 0.0;
        let mut parts = [0.0; 3];
        for group in class.groups.ones() {
            let carried = self.supply.carried(group) as f64;
            all += carried;
            let Some((_, mine)) = rooms[group].filter(|(room, _)| *room > 0.0) else {
                continue;
            };
            let theirs = self.supply.group(small(group));
            let theirs = theirs.rank(&self.words, class.id.queue, Span(u64::MAX)).unwrap_or(0);
            let at = match theirs.cmp(&mine) {
                Ordering::Less => 0,
                Ordering::Equal => 1,
                Ordering::Greater => 2,
            };
            parts[at] += carried;
        }
        if all > 0.0 { parts.map(|part| part / all) } else { parts }
    }
}

/// Room of so many agents in whole chats of a weight, if they carry about the same.
fn in_whole_chats(agents: u32, carried: u64, weight: u32, spare: u32) -> f64 {
    if agents == 0 {
        return 0.0;
    }
    let each = (carried / u64::from(agents)).saturating_sub(u64::from(spare));
    let chats = each / u64::from(weight.max(1));
    (u64::from(agents) * chats * u64::from(weight.max(1))) as f64
}
