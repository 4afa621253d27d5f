//! Starting a chat so that it is known whether it was started: one key, any gateway, until there
//! is an answer. What happens in the chat is a session's.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::ledger::{Ledger, StartFact, Way, Who, small, start_key, text_digest};
use crate::session::Backoff;
use crate::{Gateways, Refusal, fresh_key};

/// A gateway answers a start within some seconds.
const CALL_LIMIT: Duration = Duration::from_secs(8);
/// What is not known after this will not be.
const KNOWN_LIMIT: Duration = Duration::from_mins(2);

/// A chat that a customer started.
#[derive(Clone, Debug)]
pub struct Started {
    /// The chat.
    pub chat: String,
    /// The customer's token.
    pub token: String,
    /// The whole answer.
    pub answer: Value,
    /// 201, or 202 if no router had decided yet.
    pub status: u16,
    /// From the first attempt to the answer.
    pub took: Duration,
}

/// `POST /v1/chats` with a fresh key, repeated with the same key while the answer is `unavailable`
/// or none; recorded in the ledger. A refusal is final for this key; its code is
/// [`Refusal::GONE`] if there was no answer in two minutes.
pub async fn start_chat(
    gateways: &Gateways,
    body: &Value,
    ledger: &Ledger,
) -> Result<Started, Refusal> {
    let (key, began) = (fresh_key(), Instant::now());
    let workspace = body["workspace"].as_str().unwrap_or("default").to_owned();
    let mut fact = StartFact {
        key: start_key(&workspace, &key),
        workspace,
        chat: None,
        status: 0,
        code: None,
        opening: body["text"].as_str().map(text_digest),
    };
    let mut way = Way::begin();
    let known = post(gateways, &key, body, &mut way).await;
    let (status, answer) = known.unwrap_or((0, Value::Null));
    fact.status = status;
    let started = match status {
        201 | 202 => {
            fact.chat = Some(small(&answer["chat_id"]));
            let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
            let (chat, token) = (text("chat_id"), text("token"));
            Ok(Started { chat, token, answer, status, took: began.elapsed() })
        }
        0 => Err(Refusal::gone("no gateway answered the start")),
        _ => {
            fact.code = Some(small(&answer["code"]));
            Err(Refusal::of(answer))
        }
    };
    let chat = fact.chat.clone().unwrap_or_default().into();
    ledger.waited(Who::Customer { workspace: fact.workspace.clone(), chat }, "start", way);
    ledger.start(fact);
    started
}

async fn post(gateways: &Gateways, key: &str, body: &Value, way: &mut Way) -> Option<(u16, Value)> {
    let mut backoff = Backoff::new();
    let mut failed: Option<String> = None;
    while way.elapsed() < KNOWN_LIMIT {
        let mut asked = None;
        if let Some(base) = gateways.next(failed.as_deref()) {
            way.by(&base);
            let request = gateways.http().post(format!("{base}/v1/chats")).json(body);
            let sent = request.header("Idempotency-Key", key).timeout(CALL_LIMIT).send().await;
            if let Ok((status, answer)) = read(sent).await {
                if status != 503 {
                    return Some((status, answer));
                }
                asked = answer["retry_after_s"].as_f64().map(Duration::from_secs_f64);
            }
            failed = Some(base);
        }
        let pause = backoff.pause(asked);
        way.rest(pause, asked.is_some());
        tokio::time::sleep(pause).await;
    }
    None
}

async fn read(
    sent: Result<reqwest::Response, reqwest::Error>,
) -> Result<(u16, Value), reqwest::Error> {
    let response = sent?;
    let status = response.status().as_u16();
    Ok((status, response.json().await?))
}
