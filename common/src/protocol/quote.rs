//! What a transfer would do, before it is done: the question and its answer.

use serde::{Deserialize, Serialize};

use super::chat::Ewt;
use super::{bounds, decode};
use crate::code::Code;
use crate::command::Target;
use crate::ids::{ChatId, QueueId};
use crate::rejection::Rejection;
use crate::words::ZeroEligible;

/// Body of `POST /quotes`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AskQuote {
    /// Of this chat.
    pub chat_id: ChatId,
    /// To an agent or a queue.
    pub to: Target,
}

/// What would become of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum QuoteOutcome {
    /// Offered to an agent at once.
    Offered,
    /// It waits in the queue.
    Queued,
    /// It waits, and the initiator should stay.
    Held,
    /// It goes to another queue.
    Overflowed,
    /// Nothing changes.
    Refused,
}

/// What a transfer would do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Quote {
    /// Agents who could serve it if they had room; for an agent 0 or 1.
    pub eligible: u32,
    /// Those who could take it this moment.
    pub available: u32,
    /// Place in line, from 1; null for an agent, and if refused.
    pub position: Option<u32>,
    /// Expected wait there; null while nothing can be said.
    pub ewt: Option<Ewt>,
    /// What the queue does with transfers that nobody could serve; null for an agent.
    pub policy: Option<ZeroEligible>,
    /// What would become of it.
    pub outcome: QuoteOutcome,
    /// What is the matter, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
    /// Where it would go, if not where it was asked to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueId>,
}

impl AskQuote {
    /// Everything within its bounds.
    pub fn check(&self) -> Result<(), Rejection> {
        bounds::id("chat_id", self.chat_id.as_str())?;
        decode::target(&self.to)
    }
}
