//! Former lists of a workspace's agents: a decision numbers agents by the configuration that held
//! then. The present list is the configuration's own.

use std::collections::VecDeque;

use baton_common::config::Workspace as Config;
use baton_common::ids::AgentId;
use baton_common::limits;
use serde::{Deserialize, Serialize};

/// Lists of agents that hold no more, oldest first.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Rosters {
    lists: VecDeque<Roster>,
    /// Lists up to this version of the configuration were let go of.
    dropped: u64,
}

/// Agents in the order of their ids.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Roster {
    /// It held up to this version of the configuration.
    through: u64,
    agents: Vec<AgentId>,
}

/// The agents as of some version.
pub(crate) enum Named<'a> {
    /// Those of now.
    Now,
    /// Those of then.
    Then(&'a [AgentId]),
    /// Nobody knows any more.
    Unknown,
}

impl Rosters {
    /// Keeps the agents of a configuration that held up to a version, if another has others.
    pub(crate) fn replace(&mut self, through: u64, old: &Config, new: &Config) {
        let same = old.agents.len() == new.agents.len();
        if same && old.agents.keys().all(|agent| new.agents.contains_key(agent)) {
            return;
        }
        let mut agents: Vec<AgentId> = old.agents.keys().cloned().collect();
        agents.sort_unstable();
        self.lists.push_back(Roster { through, agents });
        let ids = |lists: &VecDeque<Roster>| lists.iter().map(|list| list.agents.len()).sum();
        while self.lists.len() > limits::ROSTERS || limits::ROSTER_IDS < ids(&self.lists) {
            let oldest = self.lists.pop_front();
            self.dropped = oldest.map_or(self.dropped, |list| list.through);
        }
    }

    /// The agents as of a version.
    pub(crate) fn of(&self, version: u64) -> Named<'_> {
        if version <= self.dropped {
            return Named::Unknown;
        }
        let then = self.lists.iter().find(|list| version <= list.through);
        then.map_or(Named::Now, |list| Named::Then(&list.agents))
    }
}

#[cfg(test)]
mod tests {
    use baton_common::config::Agent;

    use super::*;

    fn config(agents: &[String]) -> Config {
        let agents = agents.iter().map(|id| (AgentId::new(id), Agent::default())).collect();
        Config { agents, ..Config::default() }
    }

    #[test]
    fn former_agents_are_known_until_too_many_lists_were_there() {
        let list = |n: u64| config(&[format!("b{n}"), format!("a{n}")]);
        let mut rosters = Rosters::default();
        rosters.replace(1, &list(0), &list(0));
        assert!(matches!(rosters.of(1), Named::Now), "nothing has changed");
        let versions = limits::ROSTERS as u64 + 3;
        for version in 1..=versions {
            rosters.replace(version, &list(version), &list(version + 1));
        }
        for version in 1..=versions {
            match rosters.of(version) {
                Named::Then(agents) => {
                    assert_eq!(
                        agents,
                        [format!("a{version}"), format!("b{version}")].map(AgentId::new)
                    );
                    assert!(version > 3);
                }
                Named::Unknown => assert!(version <= 3),
                Named::Now => panic!("version {version} is not the present one"),
            }
        }
        assert!(matches!(rosters.of(versions + 1), Named::Now));
    }
}
