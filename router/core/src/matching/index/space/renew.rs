//! The index after a new configuration: agents are grouped anew and classes ask for something
//! else, but whoever waits stays in line, so that a change costs what there is to be changed.

use std::collections::BTreeMap;

use baton_common::config::Workspace as Config;
use baton_common::time::Span;

use super::super::class::ClassId;
use super::super::key::Key;
use super::super::line::Line;
use super::super::places::Placed;
use super::super::small;
use super::super::vocabulary::Vocabulary;
use super::{NOBODY, STRANGER, Space};
use crate::matching::age;

impl Space {
    /// Takes those who wait from the index of the configuration before; `age` says how old an
    /// entry is. Returns the numbers of entries that have to be read anew: they ask for an agent
    /// who was not known.
    pub(crate) fn take_over(
        &mut self,
        config: &Config,
        mut old: Self,
        age: impl Fn(u64) -> Span,
    ) -> Vec<u64> {
        let mut parted = Vec::new();
        let lines = 0..small(old.demand.classes());
        let classes = lines.map(|at| match old.demand.take(at) {
            Some((id, line)) => self.receive(config, &old.words, (id, line), &age, &mut parted),
            None => NOBODY,
        });
        let classes: Vec<u32> = classes.collect();
        let agents = old.agents.iter().map(|id| self.agent_number(id).unwrap_or(STRANGER));
        let agents: Vec<u32> = agents.collect();
        let mut anew = Vec::new();
        old.entries.change(|number, placed| {
            let preferred = match placed.preferred {
                NOBODY => NOBODY,
                STRANGER => {
                    anew.push(number);
                    STRANGER
                }
                agent => agents[agent as usize],
            };
            Placed { class: classes[placed.class as usize], preferred, ..placed }
        });
        self.entries = old.entries;
        for (number, class) in parted {
            self.entries.change_class(number, class);
        }
        for (agent, of) in old.preferring {
            let agent = agents[agent as usize];
            if agent != STRANGER && !of.is_empty() {
                let all: &mut BTreeMap<_, _> = self.preferring.entry(agent).or_default();
                all.extend(of);
            }
        }
        anew
    }

    /// Lets a line in that stood in another index; returns its class. One in which some are older
    /// than others by the queue's steps of now is parted by their ages, and has no class.
    fn receive(
        &mut self,
        config: &Config,
        words: &Vocabulary,
        (id, line): (ClassId, Line),
        age: &impl Fn(u64) -> Span,
        parted: &mut Vec<(u64, u32)>,
    ) -> u32 {
        let (name, before) = words.queue(id.queue);
        let queue = self.words.queue_number(config, name);
        let id = ClassId { queue, ..id };
        let steps = &self.words.queue(queue).1.steps;
        if let Some(step) = all_in_one(&before.steps, id.step as usize, steps) {
            return self.stand(config, ClassId { step: small(step), ..id }, line);
        }
        let mut parts: BTreeMap<usize, Vec<Key>> = BTreeMap::new();
        for key in line.iter() {
            parts.entry(age::passed(steps, age(key.number))).or_default().push(key);
        }
        for (step, keys) in parts {
            let numbers: Vec<u64> = keys.iter().map(|key| key.number).collect();
            let id = ClassId { step: small(step), ..id.clone() };
            let class = self.stand(config, id, Line::of(keys));
            parted.extend(numbers.into_iter().map(|number| (number, class)));
        }
        NOBODY
    }

    /// Adds a line to a class.
    fn stand(&mut self, config: &Config, id: ClassId, line: Line) -> u32 {
        let class = match self.classes.get(&id) {
            Some(class) => *class,
            None => self.make_class(config, id),
        };
        self.demand.put_line(class, line);
        class
    }
}

/// The step of now in which all are who were in a step before, if it is one.
fn all_in_one(before: &[Span], step: usize, now: &[Span]) -> Option<usize> {
    let youngest = age::passed(now, age::begins(before, step));
    let oldest = match before.get(step) {
        Some(next) => age::passed(now, Span(next.0.saturating_sub(1))),
        None => now.len(),
    };
    (youngest == oldest).then_some(youngest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_stays_whole_if_no_step_of_now_begins_within() {
        let steps = |seconds: &[u64]| seconds.iter().map(|s| Span::seconds(*s)).collect::<Vec<_>>();
        let (before, later) = (steps(&[20]), steps(&[90]));
        assert_eq!(all_in_one(&before, 0, &later), Some(0));
        assert_eq!(all_in_one(&before, 1, &later), None);
        assert_eq!(all_in_one(&later, 0, &before), None);
        assert_eq!(all_in_one(&later, 1, &before), Some(1));
        assert_eq!(all_in_one(&before, 0, &before), Some(0));
        assert_eq!(all_in_one(&before, 1, &before), Some(1));
        assert_eq!(all_in_one(&before, 1, &[]), Some(0));
        assert_eq!(all_in_one(&[], 0, &before), None);
        assert_eq!(all_in_one(&steps(&[20, 90]), 1, &before), Some(1));
    }
}
