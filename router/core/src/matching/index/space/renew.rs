//! The index after a new configuration: agents are grouped anew and classes ask for something
//! else, but whoever waits stays in line, so that a change costs what there is to be changed.

use std::collections::BTreeMap;

use baton_common::config::Workspace as Config;

use super::super::class::ClassId;
use super::super::places::Placed;
use super::super::small;
use super::{NOBODY, STRANGER, Space};

impl Space {
    /// Takes those who wait from the index of the configuration before. Returns the numbers of
    /// entries that have to be read anew: their queue has other steps now, or they ask for an
    /// agent who was not known.
    pub(crate) fn take_over(&mut self, config: &Config, mut old: Self) -> Vec<u64> {
        let mut anew = Vec::new();
        let mut classes = vec![NOBODY; old.demand.classes()];
        for (at, stands_for) in classes.iter_mut().enumerate() {
            let Some((id, line)) = old.demand.take(small(at)) else { continue };
            let (name, before) = old.words.queue(id.queue);
            let queue = self.words.queue_number(config, name);
            if before.steps == self.words.queue(queue).1.steps {
                *stands_for = self.make_class(config, ClassId { queue, ..id });
                self.demand.put_line(*stands_for, line);
            } else {
                anew.extend(line.iter().map(|key| key.number));
            }
        }
        for number in &anew {
            old.entries.remove(*number);
        }
        let agents = old.agents.iter().map(|id| self.agent_number(id).unwrap_or(STRANGER));
        let agents: Vec<u32> = agents.collect();
        old.entries.change(|number, placed| {
            let class = classes[placed.class as usize];
            let preferred = match placed.preferred {
                NOBODY => NOBODY,
                STRANGER => {
                    anew.push(number);
                    STRANGER
                }
                agent => agents[agent as usize],
            };
            Placed { class, preferred, ..placed }
        });
        self.entries = old.entries;
        for (agent, mut of) in old.preferring {
            of.retain(|key, _| self.entries.get(key.number).is_some());
            let agent = agents[agent as usize];
            if agent != STRANGER && !of.is_empty() {
                let all: &mut BTreeMap<_, _> = self.preferring.entry(agent).or_default();
                all.extend(of);
            }
        }
        anew
    }
}
