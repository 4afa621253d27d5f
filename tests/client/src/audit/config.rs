//! What the audit needs of a workspace's configuration: weights, capacities, one policy.

use std::collections::BTreeMap;
use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use flate2::read::DeflateDecoder;
use serde::Deserialize;
use smol_str::SmolStr;

/// A configuration is at most 4 MiB; the journal is not trusted to say so.
const LARGEST: u64 = 8 * 1024 * 1024;
const DEFAULT_WEIGHT: u64 = 250;
const DEFAULT_CAPACITY: u64 = 1_000;

/// A workspace's configuration.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Config {
    #[serde(default)]
    policies: Policies,
    #[serde(default)]
    queues: BTreeMap<SmolStr, Queue>,
    #[serde(default)]
    agents: BTreeMap<SmolStr, Agent>,
}

#[derive(Debug, Default, Deserialize)]
struct Policies {
    #[serde(default)]
    invite_over_capacity: Option<bool>,
    #[serde(default)]
    assign_over_capacity: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
struct Queue {
    #[serde(default)]
    weight: Option<u64>,
    #[serde(default)]
    policies: Policies,
}

#[derive(Debug, Default, Deserialize)]
struct Agent {
    #[serde(default)]
    capacity: Option<u64>,
}

impl Config {
    /// The document that an event holds: deflate in base64.
    pub(super) fn unpack(packed: &str) -> Result<Self, String> {
        let bytes = STANDARD_NO_PAD.decode(packed).map_err(|error| error.to_string())?;
        let decoder = DeflateDecoder::new(bytes.as_slice()).take(LARGEST);
        serde_json::from_reader(decoder).map_err(|error| error.to_string())
    }

    /// What a chat of this queue costs; none: there is no such queue.
    pub(super) fn weight(&self, queue: &str) -> Option<u64> {
        self.queues.get(queue).map(|queue| queue.weight.unwrap_or(DEFAULT_WEIGHT))
    }

    /// What an agent can carry; none: there is no such agent.
    pub(super) fn capacity(&self, agent: &str) -> Option<u64> {
        self.agents.get(agent).map(|agent| agent.capacity.unwrap_or(DEFAULT_CAPACITY))
    }

    /// Whether invitations into chats of this queue may exceed capacity.
    pub(super) fn invites_over(&self, queue: Option<&SmolStr>) -> bool {
        let own = queue.and_then(|queue| self.queues.get(queue));
        let own = own.and_then(|queue| queue.policies.invite_over_capacity);
        own.or(self.policies.invite_over_capacity).unwrap_or(false)
    }

    /// Whether supervisors may order what exceeds capacity.
    pub(super) fn assigns_over(&self) -> bool {
        self.policies.assign_over_capacity.unwrap_or(false)
    }

    /// The agents' ids.
    pub(super) fn agents(&self) -> impl Iterator<Item = &SmolStr> {
        self.agents.keys()
    }
}
