//! Whether somebody could serve somebody who waits: questions of existence, for `watch`. Nothing is
//! chosen here.

use baton_common::ids::QueueId;

use super::super::small;
use super::{POLICIES, Space};
use crate::state::AgentState;

/// An agent and the number of an entry that they could serve.
pub(crate) type Idle = (u32, u64);

impl Space {
    /// Reads an agent's row anew as if nothing held offers back; nobody is chosen by it.
    pub(crate) fn put_unheld(&mut self, number: u32, row: &AgentState) {
        let total = self.supply.place(number).total;
        let willing = row.is_willing();
        let free = total.checked_sub(row.used().0).filter(|_| willing);
        let keys = &[0; POLICIES][..self.words.policies().len()];
        self.supply.put(number, willing, free, keys);
    }

    /// A queue by its number.
    pub(crate) fn queue_id(&self, number: u32) -> &QueueId {
        self.words.queue(number).0
    }

    /// The queue that an entry waits in; none: it waits no more.
    pub(crate) fn queue_of(&self, number: u64) -> Option<u32> {
        let placed = self.entries.get(number)?;
        Some(self.demand.class(placed.class).id.queue)
    }

    /// Somebody who could serve an entry; `barred` says who may not.
    pub(crate) fn server(&self, number: u64, barred: &impl Fn(u64) -> Vec<u32>) -> Option<Idle> {
        let placed = self.entries.get(number)?;
        let barred = if placed.guarded { barred(number) } else { Vec::new() };
        let agent = self.supply.first(self.demand.class(placed.class), &barred)?;
        Some((agent, number))
    }

    /// Whether a pair is still one.
    pub(crate) fn is_idle(&self, pair: Idle, barred: &impl Fn(u64) -> Vec<u32>) -> bool {
        let (agent, number) = pair;
        let Some(placed) = self.entries.get(number) else { return false };
        self.supply.can(agent, self.demand.class(placed.class))
            && !(placed.guarded && barred(number).contains(&agent))
    }

    /// All queues with an entry that an agent could serve; with some queues again and again.
    pub(crate) fn idle_for(
        &self,
        agent: u32,
        barred: &impl Fn(u64) -> Vec<u32>,
    ) -> Vec<(u32, Idle)> {
        let classes = (0..small(self.demand.classes())).filter(|class| {
            !self.demand.is_empty(*class) && self.supply.can(agent, self.demand.class(*class))
        });
        let first = |class: u32| {
            let mut line = self.demand.lines[class as usize].iter().map(|key| key.number);
            let number = line.find(|number| {
                let guarded = self.entries.get(*number).is_some_and(|placed| placed.guarded);
                !guarded || !barred(*number).contains(&agent)
            })?;
            Some((self.demand.class(class).id.queue, (agent, number)))
        };
        classes.filter_map(first).collect()
    }

    /// A pair in each of some queues, as far as there is one.
    pub(crate) fn idle_in(
        &self,
        queues: impl Fn(u32) -> bool,
        barred: &impl Fn(u64) -> Vec<u32>,
    ) -> Vec<(u32, Idle)> {
        let mut found: Vec<(u32, Idle)> = Vec::new();
        let mut is_found = vec![false; self.words.queues().count()];
        for class in 0..small(self.demand.classes()) {
            let queue = self.demand.class(class).id.queue;
            if self.demand.is_empty(class) || is_found[queue as usize] || !queues(queue) {
                continue;
            }
            // Whom nobody may serve who is not guarded, nobody may serve who is.
            for number in self.demand.lines[class as usize].iter().map(|key| key.number) {
                if let Some(pair) = self.server(number, barred) {
                    is_found[queue as usize] = true;
                    found.push((queue, pair));
                    break;
                }
                if !self.entries.get(number).is_some_and(|placed| placed.guarded) {
                    break;
                }
            }
        }
        found
    }
}
