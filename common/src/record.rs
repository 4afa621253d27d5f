//! What a transcript holds: who the customer is, what was said, notes. Persisted: keep stable.
//!
//! A chat's subject is an append-only log; its fold (lines, numbers, seal) is the gateways'.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use smol_str::SmolStr;

use crate::hash::Mark;
use crate::ids::NoteId;
use crate::words::{Role, Visibility};

/// One message of a chat's or a pair's subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Record {
    /// Who the customer is; a chat's first record.
    Profile(Profile),
    /// Something said.
    Line(Line),
    /// The contact panel: merged into the attributes, `null` removes.
    Attributes {
        /// Id of the agent.
        by: SmolStr,
        /// Name → value.
        set: BTreeMap<String, Value>,
        /// The request, once: repeats are dropped.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<Mark>,
    },
    /// A note of a transfer or a wrap-up.
    Note {
        /// What commands and views name it by.
        note: NoteId,
        /// Id of the agent.
        by: SmolStr,
        /// The text.
        text: String,
    },
}

/// Who the customer is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// The caller's own id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// E-mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Attributes: strings, numbers, booleans.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, Value>,
    /// Mark of the start's body: the same key with another body is a `conflict`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Mark>,
}

/// Who said it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sender {
    /// Participant id, queue id, or `system`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: SmolStr,
    /// Their role.
    pub role: SenderRole,
    /// Their name at that time; empty for customers (the profile has it) and the system.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub name: SmolStr,
}

/// Roles of senders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum SenderRole {
    /// The customer.
    Customer,
    /// An agent.
    Agent,
    /// A supervisor or admin.
    Supervisor,
    /// A queue's automated message.
    Queue,
    /// Baton.
    System,
}

impl From<Role> for SenderRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Customer => Self::Customer,
            Role::Agent => Self::Agent,
            Role::Supervisor | Role::Admin => Self::Supervisor,
        }
    }
}

/// What kind of line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum LineKind {
    /// Written by a person.
    Text,
    /// Told by Baton.
    System,
    /// A queue's automated message.
    Auto,
}

/// Something said. Its time is the broker's time of storing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// `msg_…`.
    pub message_id: SmolStr,
    /// By whom.
    pub from: Sender,
    /// Which kind.
    pub kind: LineKind,
    /// What.
    pub text: String,
    /// For whom.
    #[serde(default)]
    pub visibility: Visibility,
    /// The sender's own id: repeats of (sender, client id) are the same line. The leader's lines
    /// have the id of their effect here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<SmolStr>,
    /// The request's key and body, if it had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<crate::command::CommandKey>,
    /// What a system line tells, for programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<LineEvent>,
    /// The last line: what follows does not count.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub seals: bool,
}

/// What a system line tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LineEvent {
    /// `connected`, `left`, `removed`, `lost` or `ended`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub change: SmolStr,
    /// Who.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participant: Option<Sender>,
    /// Names of agents who are still there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<String>>))]
    pub stays: Option<Vec<SmolStr>>,
    /// Where the chat now waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub queue: Option<SmolStr>,
    /// Why it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<crate::words::CloseReason>,
}

/// The id of a line: the same for every repeat.
pub fn message_id(subject: &str, sender: &str, client_id: &str) -> SmolStr {
    SmolStr::new(format!("msg_{}", Mark::of(&["line", subject, sender, client_id]).id_text()))
}
