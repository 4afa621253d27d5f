//! The agents of a workspace by id and by number: numbers sort like the ids, so that the last tie
//! between two agents is the same on either side of the index. The ids are the configuration's,
//! kept there once. What an agent can do is `supply`'s.

use std::sync::Arc;

use baton_common::config::Workspace as Config;
use baton_common::ids::AgentId;

use super::small;

/// See the module.
#[derive(Clone, Debug, Default)]
pub(crate) struct Roster {
    config: Arc<Config>,
    /// By number, the place in the configuration.
    places: Vec<u32>,
    /// The other way round.
    numbers: Vec<u32>,
}

impl Roster {
    /// Of all agents of a configuration.
    pub(crate) fn new(config: &Arc<Config>) -> Self {
        let agents = &config.agents;
        let mut places: Vec<u32> = (0..agents.len()).map(small).collect();
        places.sort_unstable_by_key(|place| agents.get_index(*place as usize).map(|(id, _)| id));
        let mut numbers = vec![0; agents.len()];
        for (number, place) in places.iter().enumerate() {
            numbers[*place as usize] = small(number);
        }
        Self { config: Arc::clone(config), places, numbers }
    }

    pub(crate) fn number(&self, id: &AgentId) -> Option<u32> {
        Some(self.numbers[self.config.agents.get_index_of(id)?])
    }

    pub(crate) fn id(&self, number: u32) -> Option<&AgentId> {
        let place = *self.places.get(number as usize)?;
        self.config.agents.get_index(place as usize).map(|(id, _)| id)
    }

    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// All, in the order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &AgentId> {
        (0..small(self.len())).filter_map(|number| self.id(number))
    }

    /// Bytes on the heap, roughly; the configuration is there without the index.
    #[cfg(feature = "measure")]
    pub(crate) fn bytes(&self) -> usize {
        (self.places.capacity() + self.numbers.capacity()) * size_of::<u32>()
    }
}

#[cfg(test)]
mod tests {
    use baton_common::config::Agent;

    use super::*;

    #[test]
    fn numbers_sort_like_ids() {
        let ids = ["b", "a", "c10", "c9"].map(AgentId::from);
        let agents = ids.iter().map(|id| (id.clone(), Agent::default())).collect();
        let roster = Roster::new(&Arc::new(Config { agents, ..Config::default() }));
        let order: Vec<&str> = roster.iter().map(AgentId::as_str).collect();
        assert_eq!(order, ["a", "b", "c10", "c9"]);
        for id in &ids {
            assert_eq!(roster.id(roster.number(id).unwrap()), Some(id));
        }
        assert_eq!((roster.number(&"x".into()), roster.id(4)), (None, None));
    }
}
