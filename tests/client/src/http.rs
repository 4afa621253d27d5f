//! The HTTP side of the contract: calls, answers, problems. It leaves what they mean to the tests.

use std::time::{Duration, Instant};

use reqwest::header::{AUTHORIZATION, HeaderMap};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

/// A call that takes longer has hung: the server answers everything within some seconds.
const CALL_LIMIT: Duration = Duration::from_secs(20);
/// Between repeats of a call that may succeed later.
const REPEAT: Duration = Duration::from_millis(100);

/// A caller: where to, and with which token.
#[derive(Clone, Debug)]
pub struct Http {
    base: String,
    client: reqwest::Client,
    token: Option<String>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub text: String,
    call: String,
}

impl Http {
    /// A caller without a token of a public or admin address (`http://host:port`).
    pub fn new(base: &str) -> Self {
        let client = reqwest::Client::builder()
            .timeout(CALL_LIMIT)
            .no_proxy()
            .build()
            .expect("a client without TLS can always be made");
        Self { base: base.trim_end_matches('/').to_owned(), client, token: None }
    }

    /// The same with a token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// `http://host:port`.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The token that it calls with.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// A request to a path (`/v1/…`) with the token, for the test to add to.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.header(AUTHORIZATION, format!("Bearer {token}")),
            None => request,
        }
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Reply {
        send(self.request(Method::GET, path)).await
    }

    /// POST without a key.
    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        send(self.request(Method::POST, path).json(body)).await
    }

    /// POST with an `Idempotency-Key`.
    pub async fn post_keyed(&self, path: &str, key: &str, body: &Value) -> Reply {
        send(self.keyed(path, key, body)).await
    }

    /// PUT.
    pub async fn put(&self, path: &str, body: &Value) -> Reply {
        send(self.request(Method::PUT, path).json(body)).await
    }

    /// POST with a key, repeated as the contract says while the answer is `unavailable` or none.
    pub async fn post_until_known(
        &self,
        path: &str,
        key: &str,
        body: &Value,
        within: Duration,
    ) -> Reply {
        let deadline = Instant::now() + within;
        loop {
            let outcome = try_send(self.keyed(path, key, body)).await;
            match outcome {
                Ok(reply) if reply.status != 503 => return reply,
                other if Instant::now() >= deadline => {
                    panic!("POST {path} never got through: {other:?}")
                }
                _ => tokio::time::sleep(REPEAT).await,
            }
        }
    }

    /// One socket command by HTTP.
    pub async fn command(&self, body: &Value) -> Reply {
        self.post("/v1/commands", body).await
    }

    /// One socket command by HTTP with a key.
    pub async fn command_keyed(&self, key: &str, body: &Value) -> Reply {
        self.post_keyed("/v1/commands", key, body).await
    }

    fn keyed(&self, path: &str, key: &str, body: &Value) -> RequestBuilder {
        self.request(Method::POST, path).header("Idempotency-Key", key).json(body)
    }
}

impl Reply {
    /// Sends a request; fails the test if there is no answer at all.
    pub async fn to(request: RequestBuilder) -> Self {
        send(request).await
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|error| panic!("{}: no JSON ({error}): {}", self.call, self.text))
    }

    /// The body of an answer with this status.
    pub fn ok(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}: {}", self.call, self.text);
        self.json()
    }

    /// The problem with this code, checked against the contract's form.
    pub fn problem(&self, code: &str) -> Value {
        let context = format!("{} → {}: {}", self.call, self.status, self.text);
        let kind = self.headers.get("content-type").and_then(|value| value.to_str().ok());
        assert!(
            kind.is_some_and(|kind| kind.starts_with("application/problem+json")),
            "not a problem document ({kind:?}): {context}"
        );
        let problem = self.json();
        assert_eq!(problem["code"], code, "{context}");
        assert_eq!(self.status, status_of(code), "{context}");
        assert_eq!(problem["status"], self.status, "{context}");
        assert_eq!(problem["type"], format!("urn:baton:{code}"), "{context}");
        for field in ["title", "detail"] {
            let text = problem[field].as_str();
            assert!(text.is_some_and(|text| !text.is_empty()), "{field} is missing: {context}");
        }
        if matches!(code, "rate_limited" | "unavailable") {
            assert!(problem["retry_after_s"].is_number(), "no retry_after_s: {context}");
        }
        problem
    }
}

/// The status that the contract gives a code.
pub fn status_of(code: &str) -> u16 {
    match code {
        "invalid" => 422,
        "unauthenticated" => 401,
        "forbidden" => 403,
        "not_found" | "queue_not_found" | "agent_not_found" => 404,
        "chat_closed"
        | "queue_full"
        | "queue_closed"
        | "no_eligible_agent"
        | "offer_stale"
        | "would_orphan"
        | "hop_limit"
        | "already_participant"
        | "at_capacity"
        | "conflict" => 409,
        "too_large" => 413,
        "rate_limited" => 429,
        "unavailable" => 503,
        "internal" => 500,
        other => panic!("the contract has no code {other}"),
    }
}

async fn send(request: RequestBuilder) -> Reply {
    try_send(request).await.expect("the server answers")
}

async fn try_send(request: RequestBuilder) -> Result<Reply, reqwest::Error> {
    let (client, request) = request.build_split();
    let request = request?;
    let call = format!("{} {}", request.method(), request.url().path());
    let response = client.execute(request).await?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await?;
    Ok(Reply { status, headers, text, call })
}
