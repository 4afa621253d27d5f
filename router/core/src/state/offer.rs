//! An offer: a reservation of one agent's room for one entry or invitation.

use std::sync::Arc;

use baton_common::event::{Assigned, OfferOf};
use baton_common::ids::{AgentId, ChatId, OfferId, QueueId, WorkspaceId};
use baton_common::quantity::Permille;
use baton_common::time::{Span, Timestamp};
use baton_common::why::Why;
use baton_common::words::{OfferOutcome, Withdrawn};
use serde::{Deserialize, Serialize};

/// An offer, pending or remembered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Offer {
    pub(crate) id: OfferId,
    pub(crate) workspace: WorkspaceId,
    pub(crate) chat: ChatId,
    pub(crate) agent: AgentId,
    pub(crate) of: OfferOf,
    pub(crate) weight: Permille,
    pub(crate) made_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    /// How long the entry had waited when it was made.
    pub(crate) wait: Span,
    /// The queue under which it is counted.
    pub(crate) queue: Option<QueueId>,
    /// Why to this agent; none where a person chose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) why: Option<Arc<Why>>,
    /// By whose order.
    #[serde(default)]
    pub(crate) assigned: Option<Assigned>,
    /// None: pending.
    pub(crate) outcome: Option<(OfferOutcome, Option<Withdrawn>)>,
}

impl Offer {
    pub(crate) fn is_pending(&self) -> bool {
        self.outcome.is_none()
    }
}
