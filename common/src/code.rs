//! The codes of refusals: one list for HTTP, socket, journal and metrics.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why something was refused. Persisted in the journal: keep stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Code {
    /// Malformed or out of bounds.
    Invalid,
    /// No token, or not one that is accepted.
    Unauthenticated,
    /// Known, but not allowed.
    Forbidden,
    /// No such thing.
    NotFound,
    /// No such queue.
    QueueNotFound,
    /// No such agent.
    AgentNotFound,
    /// The chat is over.
    ChatClosed,
    /// The queue holds as many chats as it may.
    QueueFull,
    /// The queue takes no chats now.
    QueueClosed,
    /// Nobody could ever take it.
    NoEligibleAgent,
    /// The offer or invitation is settled already.
    OfferStale,
    /// The chat would have no owner.
    WouldOrphan,
    /// The chat was transferred as often as is allowed.
    HopLimit,
    /// The person is in the chat, or invited to it.
    AlreadyParticipant,
    /// The agent has no room.
    AtCapacity,
    /// It does not fit what is there now.
    Conflict,
    /// Larger than is taken.
    TooLarge,
    /// Too many in a short time.
    RateLimited,
    /// Not now; nothing was lost.
    Unavailable,
    /// A fault of Baton's own.
    Internal,
}

impl Code {
    /// Every code, in the contract's order.
    pub const ALL: [Self; 20] = [
        Self::Invalid,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::QueueNotFound,
        Self::AgentNotFound,
        Self::ChatClosed,
        Self::QueueFull,
        Self::QueueClosed,
        Self::NoEligibleAgent,
        Self::OfferStale,
        Self::WouldOrphan,
        Self::HopLimit,
        Self::AlreadyParticipant,
        Self::AtCapacity,
        Self::Conflict,
        Self::TooLarge,
        Self::RateLimited,
        Self::Unavailable,
        Self::Internal,
    ];

    /// The name that the API and the metrics use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::QueueNotFound => "queue_not_found",
            Self::AgentNotFound => "agent_not_found",
            Self::ChatClosed => "chat_closed",
            Self::QueueFull => "queue_full",
            Self::QueueClosed => "queue_closed",
            Self::NoEligibleAgent => "no_eligible_agent",
            Self::OfferStale => "offer_stale",
            Self::WouldOrphan => "would_orphan",
            Self::HopLimit => "hop_limit",
            Self::AlreadyParticipant => "already_participant",
            Self::AtCapacity => "at_capacity",
            Self::Conflict => "conflict",
            Self::TooLarge => "too_large",
            Self::RateLimited => "rate_limited",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }

    /// The HTTP status that goes with it.
    pub const fn status(self) -> u16 {
        match self {
            Self::Invalid => 422,
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::NotFound | Self::QueueNotFound | Self::AgentNotFound => 404,
            Self::TooLarge => 413,
            Self::RateLimited => 429,
            Self::Unavailable => 503,
            Self::Internal => 500,
            _ => 409,
        }
    }

    /// Whether a refusal with this code is remembered under the command's key.
    pub const fn is_recorded(self) -> bool {
        !matches!(
            self,
            Self::Unauthenticated
                | Self::RateLimited
                | Self::TooLarge
                | Self::Invalid
                | Self::Unavailable
                | Self::Internal
        )
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_agree_with_their_serialised_form() {
        for code in Code::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }
}
