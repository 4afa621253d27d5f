//! What the customer's widget asks before a chat: queues to choose from, and fields.
//!
//! What is filled in goes where `POST /chats` has it: `name` and `email` to the customer, every
//! other field to the chat's attributes, where rules and agents see it.

use serde::{Deserialize, Serialize};

use super::Text;
use crate::ids::QueueId;

/// The form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Widget {
    /// Queues that a customer may choose, in this order; none: nothing is asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub queues: Vec<QueueId>,
    /// What is asked, in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FormField>,
}

/// One question of the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FormField {
    /// `name`, `email`, or the attribute that it becomes.
    pub name: String,
    /// The question.
    pub label: Text,
    /// What is answered.
    #[serde(default, skip_serializing_if = "FieldKind::is_text")]
    pub kind: FieldKind,
    /// Without an answer there is no chat.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// The answers of a choice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
}

/// What is answered to a question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// A line.
    #[default]
    Text,
    /// An e-mail address.
    Email,
    /// One of the options.
    Choice,
    /// Some lines.
    Long,
}

impl FieldKind {
    /// Whether it is what it is unless said.
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
    pub fn is_text(&self) -> bool {
        *self == Self::Text
    }
}

impl Widget {
    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
