//! The HTTP side of the contract: calls, answers with their shape, refusals as problem documents.
//! Leaves what an answer means to the scenes.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use super::contract::PROBLEM;
use super::differs::{Checked, Differs, same, short};
use super::shape::{Kind, check};
use crate::calls;

/// A call that takes longer has hung: a command is answered within 5 s, known or not.
const CALL_LIMIT: Duration = Duration::from_secs(15);

/// A caller of one address, with or without a token.
#[derive(Clone)]
pub(super) struct Http {
    base: String,
    client: reqwest::Client,
    token: Option<String>,
}

/// What came back.
pub(super) struct Reply {
    call: String,
    status: u16,
    content_type: String,
    text: String,
}

impl Http {
    /// A caller without a token.
    pub(super) fn new(base: &str) -> Checked<Self> {
        let client = calls::client(CALL_LIMIT);
        let client = client.map_err(|error| {
            Differs::new("an HTTP client", format!("it cannot be made: {error}"))
        })?;
        Ok(Self { base: base.trim_end_matches('/').to_owned(), client, token: None })
    }

    /// The same caller with a token.
    pub(super) fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// `http://host:port`.
    pub(super) fn base(&self) -> &str {
        &self.base
    }

    /// GET.
    pub(super) async fn get(&self, path: &str) -> Checked<Reply> {
        send(self.request(Method::GET, path)).await
    }

    /// POST, with a key that makes repeats harmless.
    pub(super) async fn post(&self, path: &str, key: &str, body: &Value) -> Checked<Reply> {
        let request = self.request(Method::POST, path).header("Idempotency-Key", key);
        send(request.json(body)).await
    }

    /// POST without a body.
    pub(super) async fn post_empty(&self, path: &str) -> Checked<Reply> {
        send(self.request(Method::POST, path)).await
    }

    /// PUT.
    pub(super) async fn put(&self, path: &str, body: &Value) -> Checked<Reply> {
        send(self.request(Method::PUT, path).json(body)).await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.header(AUTHORIZATION, format!("Bearer {token}")),
            None => request,
        }
    }
}

impl Reply {
    /// The JSON of an answer with this status and shape.
    pub(super) fn ok(&self, status: u16, shape: &Kind) -> Checked<Value> {
        let value = self.json(status)?;
        check(&value, shape, "answer").map_err(|differs| differs.within(&self.call))?;
        Ok(value)
    }

    /// The text of an answer with status 200.
    pub(super) fn text(self) -> Checked<String> {
        self.demand(200)?;
        Ok(self.text)
    }

    /// A refusal with this status and code, as a problem document.
    pub(super) fn refused(&self, status: u16, code: &str) -> Checked<()> {
        let problem = self.json(status)?;
        let found = || {
            if !self.content_type.starts_with("application/problem+json") {
                let came = format!("the content type is {:?}", self.content_type);
                return Err(Differs::new("a problem document", came));
            }
            check(&problem, &PROBLEM, "problem")?;
            same(&problem, "/code", code)?;
            same(&problem, "/status", status)?;
            same(&problem, "/type", format!("urn:baton:{code}"))
        };
        found().map_err(|differs: Differs| differs.within(&self.call))
    }

    fn json(&self, status: u16) -> Checked<Value> {
        self.demand(status)?;
        serde_json::from_str(&self.text).map_err(|error| {
            Differs::new(format!("JSON from {}", self.call), format!("it is none: {error}"))
        })
    }

    fn demand(&self, status: u16) -> Checked<()> {
        if self.status == status {
            return Ok(());
        }
        let body = serde_json::from_str(&self.text).unwrap_or_else(|_| Value::from(&*self.text));
        let came = format!("{} came: {}", self.status, short(&body));
        Err(Differs::new(format!("status {status} from {}", self.call), came))
    }
}

async fn send(request: RequestBuilder) -> Checked<Reply> {
    let lost = |error: reqwest::Error| {
        let error = anyhow::Error::from(error);
        Differs::new("an answer", format!("there is none: {error:#}"))
    };
    let (client, request) = request.build_split();
    let request = request.map_err(lost)?;
    let call = format!("{} {}", request.method(), request.url().path());
    let response = client.execute(request).await.map_err(lost)?;
    let status = response.status().as_u16();
    let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let content_type = content_type.unwrap_or_default().to_owned();
    let text = response.text().await.map_err(lost)?;
    Ok(Reply { call, status, content_type, text })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn reply(status: u16, content_type: &str, body: &Value) -> Reply {
        Reply {
            call: "POST /v1/x".into(),
            status,
            content_type: content_type.into(),
            text: body.to_string(),
        }
    }

    #[test]
    fn a_refusal_must_be_a_problem_document() {
        let body = json!({"type": "urn:baton:forbidden", "title": "Forbidden", "status": 403,
            "detail": "it is another's chat", "code": "forbidden"});
        let problem = "application/problem+json";
        reply(403, problem, &body).refused(403, "forbidden").unwrap();
        assert!(reply(403, "application/json", &body).refused(403, "forbidden").is_err());
        assert!(reply(403, problem, &body).refused(403, "conflict").is_err());
    }

    #[test]
    fn a_wrong_status_shows_the_body() {
        let body = json!({"code": "unavailable"});
        let differs = reply(503, "", &body).ok(200, &Kind::AnyObject).unwrap_err().to_string();
        let said = "expected status 200 from POST /v1/x, but 503 came";
        assert!(differs.starts_with(said) && differs.contains("unavailable"), "{differs}");
    }
}
