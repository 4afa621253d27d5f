//! Refusals on their way out: RFC 9457 over HTTP, `error` on the socket. The one place that maps
//! codes to what a client sees.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use baton_common::code::Code;
use baton_common::protocol::problem::{ErrorBody, Problem};
use baton_common::rejection::Rejection;

use crate::metrics;
use crate::token::TokenError;

/// What refused calls are told to wait unless something better is known.
const RETRY_AFTER_S: f64 = 1.0;

/// A refusal, and when to try again.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refusal {
    /// What is wrong.
    pub(crate) rejection: Rejection,
    retry_after_s: Option<f64>,
}

impl Refusal {
    /// A code and a sentence.
    pub(crate) fn new(code: Code, detail: &str) -> Self {
        Rejection::new(code, detail).into()
    }

    /// `invalid` at a field.
    pub(crate) fn invalid(path: &str, detail: &str) -> Self {
        Rejection::invalid(path, detail).into()
    }

    /// Too many in a short time.
    pub(crate) fn rate_limited(retry_after_s: f64) -> Self {
        let rejection = Rejection::new(Code::RateLimited, "too many in a short time: wait");
        Self { rejection, retry_after_s: Some(retry_after_s) }
    }

    /// A router answered another question than the one that was asked.
    pub(crate) fn unexpected() -> Self {
        Self::new(Code::Internal, "the router answered something else")
    }

    /// No such thing.
    pub(crate) fn not_found() -> Self {
        Self::new(Code::NotFound, "there is no such thing here")
    }

    /// Its code.
    pub(crate) const fn code(&self) -> Code {
        self.rejection.code
    }

    /// What a client sees; counts it.
    pub(crate) fn tell(&self) -> ErrorBody {
        metrics::rejected(self.code());
        ErrorBody::new(&self.rejection, self.retry_after_s)
    }
}

impl From<Rejection> for Refusal {
    fn from(rejection: Rejection) -> Self {
        let waits = matches!(rejection.code, Code::RateLimited | Code::Unavailable);
        Self { rejection, retry_after_s: waits.then_some(RETRY_AFTER_S) }
    }
}

impl From<TokenError> for Refusal {
    fn from(error: TokenError) -> Self {
        Self::new(Code::Unauthenticated, &error.to_string())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        problem(Problem::new(self.tell()), self.retry_after_s)
    }
}

/// A problem, or what has a problem's members beside its own.
pub(crate) fn problem(body: impl serde::Serialize, retry_after_s: Option<f64>) -> Response {
    let value = serde_json::to_value(&body).unwrap_or_default();
    let status = value.get("status").and_then(serde_json::Value::as_u64);
    let status = status
        .and_then(|status| StatusCode::from_u16(u16::try_from(status).ok()?).ok())
        .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, axum::Json(value)).into_response();
    let kind = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    if let Some(seconds) = retry_after_s {
        let whole = HeaderValue::from_str(&format!("{:.0}", seconds.ceil().max(1.0)));
        let whole = whole.expect("digits are a header value");
        response.headers_mut().insert(header::RETRY_AFTER, whole);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_status_and_type() {
        for code in Code::ALL {
            let response = Refusal::new(code, "because").into_response();
            assert_eq!(response.status().as_u16(), code.status());
            let kind = response.headers().get(header::CONTENT_TYPE).unwrap();
            assert_eq!(kind, "application/problem+json");
            let waits = matches!(code, Code::RateLimited | Code::Unavailable);
            assert_eq!(response.headers().contains_key(header::RETRY_AFTER), waits, "{code}");
        }
    }
}
