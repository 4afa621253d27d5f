//! Presence: which connections a person has, at which gateways.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::Bound;

use baton_common::command::Person;
use baton_common::hash::Mark;
use baton_common::ids::{ConnectionId, GatewayId, WorkspaceId};
use baton_common::limits;
use baton_common::notice::connection_hash;
use serde::{Deserialize, Serialize};

type Who = (WorkspaceId, Person);

/// All connections of a shard, by person and by gateway.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Kept")]
pub struct Presence {
    people: BTreeMap<Who, BTreeSet<(GatewayId, ConnectionId)>>,
    gateways: BTreeMap<GatewayId, BTreeMap<ConnectionId, Who>>,
    /// The clients' own ids of themselves, where they are known.
    clients: BTreeMap<ConnectionId, Mark>,
    /// In which order they came, as far as that is known; the last one's number is `arrivals`.
    came: BTreeMap<ConnectionId, u64>,
    arrivals: u64,
    /// The latest whose place others took, of people who are there.
    replaced: BTreeMap<Who, VecDeque<ConnectionId>>,
    /// Counted along: a pulse a second asks for it, however many connections there are.
    #[serde(skip)]
    digests: BTreeMap<GatewayId, (u32, u64)>,
}

/// As it is kept in images.
#[derive(Deserialize)]
struct Kept {
    people: BTreeMap<Who, BTreeSet<(GatewayId, ConnectionId)>>,
    gateways: BTreeMap<GatewayId, BTreeMap<ConnectionId, Who>>,
    #[serde(default)]
    clients: BTreeMap<ConnectionId, Mark>,
    #[serde(default)]
    came: BTreeMap<ConnectionId, u64>,
    #[serde(default)]
    arrivals: u64,
    #[serde(default)]
    replaced: BTreeMap<Who, VecDeque<ConnectionId>>,
}

impl From<Kept> for Presence {
    fn from(kept: Kept) -> Self {
        let Kept { people, gateways, clients, came, arrivals, replaced } = kept;
        let digests = BTreeMap::new();
        let mut presence = Self { people, gateways, clients, came, arrivals, replaced, digests };
        for (gateway, connections) in &presence.gateways {
            let digest = connections.keys().fold((0, 0), |(count, xor), connection| {
                (count + 1, xor ^ connection_hash(connection.as_str()))
            });
            presence.digests.insert(gateway.clone(), digest);
        }
        presence
    }
}

impl Presence {
    /// How much there is of everything.
    pub(crate) fn sizes(&self) -> [u64; 4] {
        let sizes = [self.people.len(), self.clients.len(), self.came.len()];
        let [people, clients, came] = sizes.map(|size| size as u64);
        [people, clients, came, self.arrivals]
    }

    pub(crate) fn add(
        &mut self,
        who: Who,
        gateway: &GatewayId,
        connection: &ConnectionId,
        client: Option<Mark>,
    ) {
        if let Some(client) = client {
            self.clients.insert(connection.clone(), client);
        }
        let known = self.gateways.entry(gateway.clone()).or_default();
        if known.insert(connection.clone(), who.clone()).is_none() {
            self.arrivals += 1;
            self.came.insert(connection.clone(), self.arrivals);
            let (count, xor) = self.digests.entry(gateway.clone()).or_default();
            *count += 1;
            *xor ^= connection_hash(connection.as_str());
        }
        self.people.entry(who).or_default().insert((gateway.clone(), connection.clone()));
    }

    pub(crate) fn remove(&mut self, who: &Who, gateway: &GatewayId, connection: &ConnectionId) {
        if let Some(set) = self.people.get_mut(who) {
            set.remove(&(gateway.clone(), connection.clone()));
            if set.is_empty() {
                self.people.remove(who);
                self.replaced.remove(who);
            }
        }
        if let Some(map) = self.gateways.get_mut(gateway)
            && map.remove(connection).is_some()
        {
            self.clients.remove(connection);
            self.came.remove(connection);
            let (count, xor) = self.digests.entry(gateway.clone()).or_default();
            *count -= 1;
            *xor ^= connection_hash(connection.as_str());
            if map.is_empty() {
                self.gateways.remove(gateway);
                self.digests.remove(gateway);
            }
        }
    }

    /// Remembers that another connection of the person took this one's place.
    pub(crate) fn replaced(&mut self, who: Who, connection: &ConnectionId) {
        if !self.people.contains_key(&who) {
            return;
        }
        let replaced = self.replaced.entry(who).or_default();
        if !replaced.contains(connection) {
            replaced.push_back(connection.clone());
        }
        if replaced.len() > limits::PERSON_CONNECTIONS {
            replaced.pop_front();
        }
    }

    /// Whether another connection of the person took this one's place, and the person has not
    /// been away since.
    pub(crate) fn was_replaced(
        &self,
        workspace: &WorkspaceId,
        person: &Person,
        connection: &ConnectionId,
    ) -> bool {
        let replaced = self.replaced.get(&(workspace.clone(), person.clone()));
        replaced.is_some_and(|replaced| replaced.contains(connection))
    }

    /// The place in the order in which connections came; of those of an older image: before all.
    pub(crate) fn came(&self, connection: &ConnectionId) -> u64 {
        self.came.get(connection).copied().unwrap_or_default()
    }

    /// How many connections a person has.
    pub(crate) fn count(&self, workspace: &WorkspaceId, person: &Person) -> usize {
        self.people.get(&(workspace.clone(), person.clone())).map_or(0, BTreeSet::len)
    }

    /// A person's connections.
    pub(crate) fn of_person(
        &self,
        workspace: &WorkspaceId,
        person: &Person,
    ) -> impl Iterator<Item = &(GatewayId, ConnectionId)> {
        self.people.get(&(workspace.clone(), person.clone())).into_iter().flatten()
    }

    /// What stands for the client's own id of itself.
    pub(crate) fn client(&self, connection: &ConnectionId) -> Option<Mark> {
        self.clients.get(connection).copied()
    }

    /// Whether this very connection is known.
    pub(crate) fn has(&self, gateway: &GatewayId, connection: &ConnectionId) -> bool {
        self.who(gateway, connection).is_some()
    }

    pub(crate) fn who(&self, gateway: &GatewayId, connection: &ConnectionId) -> Option<&Who> {
        self.gateways.get(gateway).and_then(|map| map.get(connection))
    }

    /// The connections of a gateway.
    pub(crate) fn of_gateway(
        &self,
        gateway: &GatewayId,
    ) -> impl Iterator<Item = (&ConnectionId, &Who)> {
        self.gateways.get(gateway).into_iter().flatten()
    }

    /// The connections of a gateway after one id and up to another.
    pub(crate) fn in_range(
        &self,
        gateway: &GatewayId,
        (after, upto): (Option<&ConnectionId>, Option<&ConnectionId>),
    ) -> impl Iterator<Item = &ConnectionId> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let to = upto.map_or(Bound::Unbounded, Bound::Included);
        // A range that ends before it begins holds nothing; asked for, it would panic.
        let known = self.gateways.get(gateway).filter(|_| after < upto || upto.is_none());
        known
            .into_iter()
            .flat_map(move |map| map.range::<ConnectionId, _>((from, to)))
            .map(|(connection, _)| connection)
    }

    pub(crate) fn gateways(&self) -> Vec<GatewayId> {
        self.gateways.keys().cloned().collect()
    }

    pub(crate) fn gateways_of(&self, workspace: &WorkspaceId, person: &Person) -> Vec<GatewayId> {
        let mut gateways: Vec<GatewayId> =
            self.of_person(workspace, person).map(|(gateway, _)| gateway.clone()).collect();
        gateways.dedup();
        gateways
    }

    pub(crate) fn digest(&self, gateway: &GatewayId) -> (u32, u64) {
        self.digests.get(gateway).copied().unwrap_or_default()
    }
}
