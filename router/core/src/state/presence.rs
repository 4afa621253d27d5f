//! Presence: which connections a person has, at which gateways.

use std::collections::{BTreeMap, BTreeSet};

use baton_common::command::Person;
use baton_common::ids::{ConnectionId, GatewayId, WorkspaceId};
use baton_common::notice::connection_hash;
use serde::{Deserialize, Serialize};

type Who = (WorkspaceId, Person);

/// All connections of a shard, by person and by gateway.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Presence {
    people: BTreeMap<Who, BTreeSet<(GatewayId, ConnectionId)>>,
    gateways: BTreeMap<GatewayId, BTreeMap<ConnectionId, Who>>,
}

impl Presence {
    pub(crate) fn add(&mut self, who: Who, gateway: &GatewayId, connection: &ConnectionId) {
        self.gateways.entry(gateway.clone()).or_default().insert(connection.clone(), who.clone());
        self.people.entry(who).or_default().insert((gateway.clone(), connection.clone()));
    }

    pub(crate) fn remove(&mut self, who: &Who, gateway: &GatewayId, connection: &ConnectionId) {
        if let Some(set) = self.people.get_mut(who) {
            set.remove(&(gateway.clone(), connection.clone()));
            if set.is_empty() {
                self.people.remove(who);
            }
        }
        if let Some(map) = self.gateways.get_mut(gateway) {
            map.remove(connection);
            if map.is_empty() {
                self.gateways.remove(gateway);
            }
        }
    }

    /// How many connections a person has.
    pub(crate) fn count(&self, workspace: &WorkspaceId, person: &Person) -> usize {
        self.people.get(&(workspace.clone(), person.clone())).map_or(0, BTreeSet::len)
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

    pub(crate) fn gateways(&self) -> Vec<GatewayId> {
        self.gateways.keys().cloned().collect()
    }

    pub(crate) fn gateways_of(&self, workspace: &WorkspaceId, person: &Person) -> Vec<GatewayId> {
        let who = (workspace.clone(), person.clone());
        let mut gateways: Vec<GatewayId> =
            self.people.get(&who).into_iter().flatten().map(|(g, _)| g.clone()).collect();
        gateways.dedup();
        gateways
    }

    pub(crate) fn digest(&self, gateway: &GatewayId) -> (u32, u64) {
        self.of_gateway(gateway).fold((0, 0), |(count, xor), (connection, _)| {
            (count + 1, xor ^ connection_hash(connection.as_str()))
        })
    }
}
