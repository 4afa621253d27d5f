//! What a session asks by HTTP beside its socket: lines that are owed, and a customer's new token.
//! Any gateway will do; each is asked again until it is known.

use std::time::Duration;

use serde_json::Value;
use smol_str::SmolStr;

use super::backoff::Backoff;
use super::lines::Owed;
use crate::Gateways;

/// After so many failures in a row the lines are given up: half a minute and more.
const ATTEMPTS: usize = 16;
const CALL_LIMIT: Duration = Duration::from_secs(5);
const PAGE: u64 = 500;

/// What came of it.
#[derive(Debug)]
pub(super) enum Fetched {
    /// Lines of a chat; whether all of them were read.
    Lines(SmolStr, Vec<Value>, bool),
    /// A customer's new token; none if there is none to be had.
    Token(Option<String>),
}

/// Reads the lines that are owed.
pub(super) async fn lines(gateways: Gateways, token: String, owed: Owed) -> Fetched {
    let Owed { chat, mut after, upto } = owed;
    let mut lines = Vec::new();
    loop {
        let path = format!("/v1/chats/{chat}/messages?after={after}&limit={PAGE}");
        let Some(mut page) = call(&gateways, &token, &path, false).await else {
            return Fetched::Lines(chat, lines, false);
        };
        let last = page["last"].as_u64().unwrap_or_default();
        let upto = upto.unwrap_or(last);
        let messages = match page["messages"].take() {
            Value::Array(messages) => messages,
            _ => Vec::new(),
        };
        let is_empty = messages.is_empty();
        for message in messages {
            let seq = message["seq"].as_u64().unwrap_or_default();
            if seq > after && seq <= upto {
                after = seq;
                lines.push(message);
            }
        }
        if after >= upto || is_empty {
            return Fetched::Lines(chat, lines, after >= upto);
        }
    }
}

/// Renews a customer's token.
pub(super) async fn renewed(gateways: Gateways, token: String, chat: String) -> Fetched {
    let path = format!("/v1/chats/{chat}/token");
    let answer = call(&gateways, &token, &path, true).await;
    let token = answer.and_then(|answer| answer["token"].as_str().map(str::to_owned));
    Fetched::Token(token)
}

/// Calls until there is an answer; none if the answer is a refusal.
async fn call(gateways: &Gateways, token: &str, path: &str, is_post: bool) -> Option<Value> {
    let mut backoff = Backoff::new();
    let mut failed: Option<String> = None;
    for _ in 0..ATTEMPTS {
        if let Some(base) = gateways.next(failed.as_deref()) {
            let url = format!("{base}{path}");
            let http = gateways.http();
            let request = if is_post { http.post(url) } else { http.get(url) };
            let sent = request.bearer_auth(token).timeout(CALL_LIMIT).send().await;
            if let Ok(response) = sent {
                let status = response.status().as_u16();
                if status == 200 {
                    if let Ok(text) = response.text().await
                        && let Ok(body) = serde_json::from_str(&text)
                    {
                        return Some(body);
                    }
                } else if !matches!(status, 429 | 503) {
                    return None;
                }
            }
            failed = Some(base);
        }
        tokio::time::sleep(backoff.pause(None)).await;
    }
    None
}
