//! An offer as its agent sees it.

use serde::{Deserialize, Serialize};

use super::chat::Chat;
use super::message::Message;
use crate::ids::{AgentId, InviteId, OfferId, QueueId, SupervisorId};
use crate::quantity::SkillLevel;
use crate::time::ApiTime;
use crate::words::{OfferKind, Origin};

/// An offer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Offer {
    /// Which.
    pub offer_id: OfferId,
    /// Of an entry or an invitation.
    pub kind: OfferKind,
    /// The invitation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invite_id: Option<InviteId>,
    /// The entry's queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueId>,
    /// How the entry came to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// Who transfers or invites.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_agent: Option<AgentId>,
    /// The agents' copy.
    pub chat: Chat,
    /// What the entry requires.
    pub skills: Vec<SkillLevel>,
    /// How long the entry waited.
    pub wait_s: f64,
    /// When it expires.
    pub expires_at: ApiTime,
    /// The same, without anybody's clock.
    pub expires_in_s: f64,
    /// The transfer's note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The supervisor who gave it to the agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned_by: Option<SupervisorId>,
    /// The agent has no room for it, and was given it all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over_capacity: Option<bool>,
    /// The last lines of a chat that is transferred.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_lines: Option<Vec<Message>>,
}
