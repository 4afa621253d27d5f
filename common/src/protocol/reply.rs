//! Answers to commands.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::chat::{Chat, Ewt};
use super::dm::Dm;
use super::message::Message;
use super::problem::ErrorBody;
use super::rows::AgentRow;
use crate::code::Code;
use crate::ids::{InviteId, QueueId};
use crate::time::ApiTime;

/// An answer on the socket.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnswerFrame {
    /// The command's id.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub re: Option<SmolStr>,
    /// Whether it took effect.
    pub ok: bool,
    /// If so, what there is to tell.
    #[serde(flatten)]
    pub reply: Option<Reply>,
    /// If not, why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorBody>,
}

impl AnswerFrame {
    /// It took effect.
    pub const fn done(re: Option<SmolStr>, reply: Reply) -> Self {
        Self { re, ok: true, reply: Some(reply), error: None }
    }

    /// It did not.
    pub const fn refused(re: Option<SmolStr>, error: ErrorBody) -> Self {
        Self { re, ok: false, reply: None, error: Some(error) }
    }
}

/// What an answer tells; which fields there are depends on the command.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[allow(missing_docs)]
pub struct Reply {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat: Option<Chat>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Message>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invite_id: Option<InviteId>,
    #[serde(flatten)]
    pub added: Option<AddedQueue>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dm: Option<Dm>,
    #[serde(flatten)]
    pub history: Option<DmPage>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<ApiTime>,
}

/// What `chat.add_queue` tells beside the invitation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AddedQueue {
    /// Where it went.
    pub queue: QueueId,
    /// Place there.
    pub position: Option<u32>,
    /// Expected wait there.
    pub ewt: Option<Ewt>,
    /// What is wrong with that queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<Code>,
    /// Leaving will need `confirm`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<bool>,
}

/// A page of internal chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DmPage {
    /// Ascending.
    pub dms: Vec<Dm>,
    /// The pair's last number; the number of lines told where there is no pair.
    pub last: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rejection::Rejection;

    #[test]
    fn answers_are_flat() {
        let reply = Reply { invite_id: Some("inv_1".into()), ..Reply::default() };
        let json = serde_json::to_string(&AnswerFrame::done(Some("1".into()), reply)).unwrap();
        assert_eq!(json, r#"{"re":"1","ok":true,"invite_id":"inv_1"}"#);
        let error = ErrorBody::new(&Rejection::new(Code::Conflict, "no"), None);
        let json = serde_json::to_string(&AnswerFrame::refused(None, error)).unwrap();
        let expected = r#"{"re":null,"ok":false,"error":{"code":"conflict","detail":"no"}}"#;
        assert_eq!(json, expected);
    }
}
