//! A refusal as the API shows it: one body for the socket's `error`, and RFC 9457 around it.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::code::Code;
use crate::config::check::Finding;
use crate::ids::AgentId;
use crate::rejection::Rejection;
use crate::words::OfferOutcome;

/// `error` of a socket answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorBody {
    /// The code.
    pub code: Code,
    /// For people; of a revoked offer the word that says why.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub detail: SmolStr,
    /// `invalid`: the field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub path: Option<SmolStr>,
    /// `offer_stale`: how the offer ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<OfferOutcome>,
    /// `offer_stale`: the agent who won.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<AgentId>,
    /// `rate_limited`, `unavailable`: when to try again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<f64>,
    /// `invalid` configuration: what the check found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
}

/// A refusal over HTTP: `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `urn:baton:<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The code in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// Code, detail and what goes with them.
    #[serde(flatten)]
    pub error: ErrorBody,
}

impl ErrorBody {
    /// What a client sees of a refusal.
    pub fn new(rejection: &Rejection, retry_after_s: Option<f64>) -> Self {
        let revoked = rejection.why == Some(OfferOutcome::Revoked);
        let word = rejection.withdrawn.filter(|_| revoked).and_then(word);
        Self {
            code: rejection.code,
            detail: word.unwrap_or_else(|| rejection.detail.clone()),
            path: rejection.path.clone().filter(|path| !path.is_empty()),
            why: rejection.why,
            by: rejection.by.clone(),
            retry_after_s,
            findings: rejection.findings.clone(),
        }
    }
}

fn word(withdrawn: crate::words::Withdrawn) -> Option<SmolStr> {
    let value = serde_json::to_value(withdrawn).ok()?;
    value.as_str().map(SmolStr::new)
}

impl Problem {
    /// Wraps a refusal.
    pub fn new(error: ErrorBody) -> Self {
        let code = error.code;
        Self {
            kind: format!("urn:baton:{code}"),
            title: code.as_str().replace('_', " "),
            status: code.status(),
            error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Withdrawn;

    #[test]
    fn a_problem_is_flat() {
        let error = ErrorBody::new(&Rejection::invalid("text", "text is missing"), None);
        let json = serde_json::to_value(Problem::new(error)).unwrap();
        let expected = serde_json::json!({
            "type": "urn:baton:invalid", "title": "invalid", "status": 422,
            "code": "invalid", "detail": "text is missing", "path": "text",
        });
        assert_eq!(json, expected);
    }

    #[test]
    fn a_stale_offer_tells_as_its_event_did() {
        let rejection = Rejection {
            why: Some(OfferOutcome::Revoked),
            withdrawn: Some(Withdrawn::CustomerLeft),
            ..Rejection::new(Code::OfferStale, "the customer left")
        };
        assert_eq!(ErrorBody::new(&rejection, None).detail, "customer_left");
        let expired = Rejection { why: Some(OfferOutcome::Expired), withdrawn: None, ..rejection };
        assert_eq!(ErrorBody::new(&expired, None).detail, "the customer left");
    }
}
