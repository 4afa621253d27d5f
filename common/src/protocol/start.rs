//! `POST /chats` and the customer's token.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::bounds;
use super::chat::{CustomerCard, Ewt};
use crate::ids::{AgentId, ChatId, QueueId, WorkspaceId, is_short_name};
use crate::quantity::{Priority, SkillLevel};
use crate::rejection::Rejection;
use crate::time::ApiTime;
use crate::words::ChatState;

/// Body of `POST /chats`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StartBody {
    /// `default` unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workspace: Option<WorkspaceId>,
    /// May be missing if the configuration has a `default_queue`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueId>,
    /// Who asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerCard>,
    /// At most 32; strings, numbers, booleans.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<BTreeMap<String, Value>>,
    /// Required beyond the queue's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skills: Option<Vec<SkillLevel>>,
    /// In place of the queue's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// Whom the customer would like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_agent: Option<AgentId>,
    /// The opening line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl StartBody {
    /// The workspace that is meant.
    pub fn workspace(&self) -> WorkspaceId {
        self.workspace.clone().unwrap_or_else(|| WorkspaceId::new("default"))
    }

    /// Everything within its bounds.
    pub fn check(&self) -> Result<(), Rejection> {
        if self.workspace.as_ref().is_some_and(|name| !is_short_name(name.as_str())) {
            return Err(Rejection::invalid(
                "workspace",
                "a workspace is 1 to 32 of a-z, 0-9, _, -",
            ));
        }
        if let Some(queue) = &self.queue {
            bounds::id("queue", queue.as_str())?;
        }
        if let Some(customer) = &self.customer {
            bounds::name("customer.id", customer.id.as_ref())?;
            bounds::name("customer.name", customer.name.as_ref())?;
            bounds::name("customer.email", customer.email.as_ref())?;
        }
        if let Some(attributes) = &self.attributes {
            bounds::attributes("attributes", attributes, false)?;
        }
        bounds::skills("skills", self.skills.as_deref().unwrap_or_default())?;
        bounds::priority("priority", self.priority)?;
        if let Some(agent) = &self.preferred_agent {
            bounds::id("preferred_agent", agent.as_str())?;
        }
        self.text.as_ref().map_or(Ok(()), |text| bounds::text("text", text))
    }
}

/// Answer of `POST /chats`: 201.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Started {
    /// The chat, the customer's way to it, and where it stands.
    #[serde(flatten)]
    pub accepted: Accepted,
    /// Place in the queue, from 1.
    pub position: Option<u32>,
    /// Expected wait.
    pub ewt: Option<Ewt>,
}

/// Answer of `POST /chats` while no router decides: 202.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Accepted {
    /// The chat.
    pub chat_id: ChatId,
    /// Good for this chat alone.
    pub token: String,
    /// Renew it before.
    pub expires_at: ApiTime,
    /// `queued` or already `offered`.
    pub state: ChatState,
    /// Where it waits.
    pub queue: Option<QueueId>,
    /// Number of the last line.
    pub seq: u64,
}

/// Answer of `POST /chats/{id}/token`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Renewed {
    /// The new token.
    pub token: String,
    /// Renew it before.
    pub expires_at: ApiTime,
}
