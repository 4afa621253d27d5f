//! The directory: rows of agents and queues.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::chat::Ewt;
use crate::ids::{AgentId, QueueId};
use crate::quantity::{Permille, SkillLevel};
use crate::time::ApiTime;
use crate::words::{Activity, Connectivity, Status};

/// An agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgentRow {
    /// Who.
    pub agent: AgentId,
    /// Name.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub name: SmolStr,
    /// Chosen status.
    pub status: Status,
    /// Its reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub reason: Option<SmolStr>,
    /// What it becomes when the work ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_status: Option<Status>,
    /// Derived.
    pub activity: Activity,
    /// What the agent has to do.
    pub load: Load,
    /// Reachability.
    pub connectivity: Connectivity,
    /// In permille.
    pub capacity: Capacity,
    /// Configured.
    pub skills: Vec<SkillLevel>,
    /// Last change of `status`.
    pub since: ApiTime,
    /// Rises with every change.
    pub rev: u64,
}

/// Counts of what an agent has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Load {
    /// Pending offers.
    pub offered: u32,
    /// Chats.
    pub handling: u32,
    /// Wrap-ups.
    pub wrapup: u32,
}

/// What an agent carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Capacity {
    /// Offers, chats and wrap-ups.
    pub used: Permille,
    /// All there is.
    pub total: Permille,
}

/// A queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueueRow {
    /// Which.
    pub queue: QueueId,
    /// Name.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub name: SmolStr,
    /// Entries waiting or offered.
    pub waiting: u32,
    /// Age of the oldest.
    pub oldest_wait_s: f64,
    /// Could take a chat if they had room.
    pub eligible_agents: u32,
    /// Could take one this moment.
    pub available_agents: u32,
    /// Expected wait of a chat that came now.
    pub ewt: Option<Ewt>,
    /// Takes new chats.
    pub open: bool,
    /// Since midnight.
    pub service_level: ServiceLevel,
    /// Rises with every change.
    pub rev: u64,
}

/// The four service levels; null without data.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServiceLevel {
    /// The target.
    pub target_s: f64,
    /// Counted from here.
    pub since: ApiTime,
    /// Accepted in time of all accepted.
    pub answered: Option<f64>,
    /// Accepted in time of accepted and abandoned.
    pub offered: Option<f64>,
    /// The same without those abandoned in time.
    pub excl_short: Option<f64>,
    /// Accepted or abandoned in time of all that ended.
    pub removed: Option<f64>,
}
