//! A typed refusal: a code, a sentence for people, and what the contract adds beside them.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::code::Code;
use crate::config::check::Finding;
use crate::ids::AgentId;
use crate::words::{OfferOutcome, Withdrawn};

/// Why a command was refused. Persisted in the journal: keep stable. Never holds texts or tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct Rejection {
    /// The code of the contract.
    pub code: Code,
    /// What is wrong and what to do, for people.
    pub detail: SmolStr,
    /// `invalid`: the field that is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<SmolStr>,
    /// `offer_stale`: how the offer ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<OfferOutcome>,
    /// `offer_stale`: why it was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Withdrawn>,
    /// `offer_stale`: who has the chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<AgentId>,
    /// `invalid` configuration: what the check found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
}

impl Rejection {
    /// A refusal with a sentence and nothing else.
    pub fn new(code: Code, detail: impl AsRef<str>) -> Self {
        Self {
            code,
            detail: SmolStr::new(detail),
            path: None,
            why: None,
            withdrawn: None,
            by: None,
            findings: Vec::new(),
        }
    }

    /// `invalid` at a field.
    pub fn invalid(path: impl AsRef<str>, detail: impl AsRef<str>) -> Self {
        Self { path: Some(SmolStr::new(path)), ..Self::new(Code::Invalid, detail) }
    }
}
