//! Questions of gateways while this router leads: where to send which reply. Leaves the replies
//! to the node. An empty message is another router that asks whether anybody leads.

use std::collections::BTreeMap;

use async_nats::{Client, Message, Subject, Subscriber};
use baton_common::ask::{Ask, Reply};
use baton_common::code::Code;
use baton_common::rejection::Rejection;
use baton_common::subjects;
use baton_common::view::Position;
use baton_core::node::{AskToken, Input};
use bytes::Bytes;
use futures_util::StreamExt as _;

/// Questions that came in and were not answered.
#[derive(Debug)]
pub(crate) struct Asks {
    subscriber: Subscriber,
    reply_to: BTreeMap<AskToken, Subject>,
    next: u64,
}

impl Asks {
    pub(crate) async fn listen(client: &Client, shard: u16) -> anyhow::Result<Self> {
        let subscriber = client.subscribe(subjects::ask(shard)).await?;
        Ok(Self { subscriber, reply_to: BTreeMap::new(), next: 0 })
    }

    /// The next question. Pending for ever while nobody listens.
    pub(crate) async fn next(asks: &mut Option<Self>) -> Message {
        let next = match asks {
            Some(asks) => asks.subscriber.next().await,
            None => None,
        };
        match next {
            Some(message) => message,
            None => std::future::pending().await,
        }
    }

    /// Takes a question in; answers at once what needs no state.
    pub(crate) async fn take_in(&mut self, client: &Client, message: Message) -> Option<Input> {
        let to = message.reply?;
        if message.payload.is_empty() {
            send(client, to, Bytes::new()).await;
            return None;
        }
        match serde_json::from_slice::<Ask>(&message.payload) {
            Ok(ask) => {
                let token = AskToken(self.next);
                self.next += 1;
                self.reply_to.insert(token, to);
                Some(Input::Ask { token, ask })
            }
            Err(error) => {
                let detail = format!("the question could not be decoded: {error}");
                let body = Err(Rejection::new(Code::Invalid, detail));
                let reply = Reply { position: Position::default(), body };
                send(client, to, encode(&reply)).await;
                None
            }
        }
    }

    pub(crate) async fn reply(&mut self, client: &Client, token: AskToken, reply: &Reply) {
        if let Some(to) = self.reply_to.remove(&token) {
            send(client, to, encode(reply)).await;
        }
    }
}

fn encode(reply: &Reply) -> Bytes {
    serde_json::to_vec(reply).expect("replies are plain data").into()
}

async fn send(client: &Client, to: Subject, payload: Bytes) {
    if let Err(error) = client.publish(to, payload).await {
        tracing::debug!(%error, "a reply was not sent");
    }
}
