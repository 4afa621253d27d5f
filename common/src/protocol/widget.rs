//! `/widget`: what the customer's widget shows before a chat.

use serde::{Deserialize, Serialize};

use crate::config::FieldKind;
use crate::ids::QueueId;

/// The form, in the customer's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Form {
    /// Whether a chat that is started now would be taken, where the queue is not chosen here.
    pub open: bool,
    /// Queues to choose from; none: nothing is asked.
    pub queues: Vec<FormQueue>,
    /// Questions in their order.
    pub fields: Vec<Question>,
}

/// A queue to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FormQueue {
    /// Goes into `queue`.
    pub queue: QueueId,
    /// For people.
    pub name: String,
    /// Whether it, or where it overflows to, takes chats now.
    pub open: bool,
}

/// A question of the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Question {
    /// `name` and `email` go into `customer`, every other one into `attributes`.
    pub name: String,
    /// For people.
    pub label: String,
    /// What is answered.
    pub kind: FieldKind,
    /// Without an answer there is no chat.
    pub required: bool,
    /// The answers of a choice.
    pub options: Vec<String>,
}
