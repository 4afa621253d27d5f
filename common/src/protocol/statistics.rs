//! What an agent's time went into and what became of their offers. Of queues the metrics tell.

use serde::{Deserialize, Serialize};

use crate::ids::AgentId;
use crate::time::ApiTime;

/// `GET /agents/{id}/statistics`: since the agent is configured, as of now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgentStatistics {
    /// Who.
    pub agent: AgentId,
    /// As of then.
    pub at: ApiTime,
    /// Chats accepted since midnight of the workspace.
    pub accepted_today: u64,
    /// Offers that ended, by how.
    pub offers: OfferCounts,
    /// Seconds ready.
    pub ready_s: f64,
    /// Seconds not ready.
    pub not_ready_s: f64,
    /// Seconds logged out.
    pub logged_out_s: f64,
    /// Of the seconds ready: with at least one chat or wrap-up.
    pub work_s: f64,
    /// The work as a part of the time ready.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub occupancy: Option<f64>,
    /// What chats and wrap-ups took, as a part of what could be carried while ready.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub capacity_occupancy: Option<f64>,
    /// Chats that the agent is done with.
    pub handled: u64,
    /// Their time from joining to the end of the wrap-up, together.
    pub handle_s: f64,
    /// The wrap-ups in it.
    pub wrapup_s: f64,
}

/// Offers by how they ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfferCounts {
    /// The agent took them.
    pub accepted: u64,
    /// The agent refused them.
    pub declined: u64,
    /// Nobody answered in time.
    pub expired: u64,
    /// They were taken back.
    pub revoked: u64,
}
