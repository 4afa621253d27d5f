//! One agent and one customer after the other at a running Baton: measures from before the POST
//! is sent until `offer.new` is at the agent's socket, then ends the chat.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use baton_client::Frames;
use serde_json::{Value, json};

use super::System;
use super::reference::BODY_BYTES;

/// The one agent, connected and ready.
pub(crate) struct Bench {
    socket: Frames,
    client: reqwest::Client,
    start_url: String,
    next: u64,
}

impl Bench {
    /// Connects the agent and makes them ready.
    pub(crate) async fn open(system: &System, client: reqwest::Client) -> anyhow::Result<Self> {
        let mut socket = Frames::connect(&system.public, "/v1/ws").await?;
        let hello = json!({"type": "hello", "token": system.agent_token, "client_id": "bench"});
        socket.send(&hello).await?;
        socket.find("welcome", |frame| frame["type"] == "welcome").await?;
        let start_url = format!("{}/v1/chats", system.public);
        let mut bench = Self { socket, client, start_url, next: 0 };
        bench.ask(json!({"type": "agent.status", "status": "ready"})).await?;
        Ok(bench)
    }

    /// One start, measured; afterwards the agent is free again.
    pub(crate) async fn start(&mut self) -> anyhow::Result<Duration> {
        let key = format!("{:032x}", rand::random::<u128>());
        let request = self.client.post(&self.start_url).header("Idempotency-Key", key);
        let request = request.json(&body()).build().context("the request")?;
        let begun = Instant::now();
        let answered = self.client.execute(request);
        let offered = self.socket.find("offer.new", |frame| frame["type"] == "offer.new");
        let (answered, offered) = tokio::join!(answered, offered);
        let answer = answered.context("no answer to the start")?;
        let status = answer.status();
        let answer: Value = answer.json().await.context("the answer to the start")?;
        ensure!(status == 201, "the start was answered {status}: {}", answer["code"]);
        let (came, offer) = offered?;
        let chat = &offer["offer"]["chat"]["chat_id"];
        ensure!(*chat == answer["chat_id"], "the offer is of another chat");
        self.ask(json!({"type": "offer.accept", "offer_id": offer["offer"]["offer_id"]})).await?;
        let left = self.ask(json!({"type": "chat.leave", "chat_id": chat})).await?;
        ensure!(left["chat"]["state"] == "closed", "the chat is not closed: {left}");
        Ok(came.duration_since(begun))
    }

    async fn ask(&mut self, mut command: Value) -> anyhow::Result<Value> {
        self.next += 1;
        let id = self.next.to_string();
        command["id"] = id.as_str().into();
        self.socket.send(&command).await?;
        let kind = command["type"].as_str().unwrap_or_default();
        let (_, answer) = self.socket.find(kind, |frame| frame["re"] == *id).await?;
        Ok(answer)
    }
}

/// A start of about [`BODY_BYTES`].
fn body() -> Value {
    let mut body = json!({
        "queue": "bench",
        "customer": {"name": "A. Customer", "email": "customer@example.org"},
        "attributes": {"page": ""},
    });
    let rest = BODY_BYTES.saturating_sub(body.to_string().len());
    body["attributes"]["page"] = "x".repeat(rest).into();
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_is_as_large_as_a_message_of_the_reference() {
        assert_eq!(body().to_string().len(), BODY_BYTES);
    }
}
