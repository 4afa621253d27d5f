//! Typing and read marks: from gateway to gateway over core NATS, never stored, lossy.

use std::sync::Arc;

use baton_common::command::Person;
use baton_common::ids::{ChatId, WorkspaceId};
use baton_common::record::Sender;
use baton_common::subjects;
use baton_common::words::Visibility;
use futures_util::StreamExt as _;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use tokio::task::AbortHandle;

use crate::access::{self, Standing};
use crate::gateway::Gateway;
use crate::registry::Delivery;

/// Somebody types or has read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Signal {
    /// In which chat.
    pub(crate) chat: ChatId,
    /// Which of the two.
    pub(crate) kind: SignalKind,
    /// Who; a customer's name is not here.
    pub(crate) from: Sender,
    /// Who, for leaving them out.
    pub(crate) person: Person,
    /// Up to which line.
    pub(crate) upto: Option<SmolStr>,
    /// Who may know: a whisper's id is not for customers.
    pub(crate) visibility: Visibility,
}

/// Kinds of signals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SignalKind {
    /// Types, for the next five seconds.
    Typing,
    /// Has read.
    Read,
}

/// Sends a signal to every gateway that serves somebody of the chat, this one included.
pub(crate) async fn send(gateway: &Gateway, workspace: &WorkspaceId, signal: &Signal) {
    let shard = gateway.link.shard(workspace);
    let subject = subjects::chat_signals(shard, workspace, &signal.chat);
    let payload = serde_json::to_vec(signal).expect("signals are plain data");
    // Lost without a broker: a signal that comes late is worse than none.
    let _ = gateway.nats.publish(subject, payload.into()).await;
}

/// Hands a chat's signals to the people connected here until it is aborted.
pub(crate) fn listen(gateway: &Gateway, workspace: &WorkspaceId, chat: &ChatId) -> AbortHandle {
    let shard = gateway.link.shard(workspace);
    let subject = subjects::chat_signals(shard, workspace, chat);
    let (gateway, workspace, chat) = (gateway.clone(), workspace.clone(), chat.clone());
    let listening = tokio::spawn(async move {
        let Ok(mut messages) = gateway.nats.subscribe(subject).await else {
            return;
        };
        while let Some(message) = messages.next().await {
            if let Ok(signal) = serde_json::from_slice::<Signal>(&message.payload) {
                hand_on(&gateway, &workspace, &chat, &Arc::new(signal));
            }
        }
    });
    listening.abort_handle()
}

fn hand_on(gateway: &Gateway, workspace: &WorkspaceId, chat: &ChatId, signal: &Arc<Signal>) {
    let Some(view) = gateway.chats.live(workspace, chat) else {
        return;
    };
    let delivery = Delivery::Signal(Arc::clone(signal));
    for row in &view.participants {
        let hidden =
            signal.visibility == Visibility::Agents && matches!(row.person, Person::Customer(_));
        let there = access::standing(&view, &row.person) == Standing::Present;
        if there && !hidden && row.person != signal.person {
            gateway.registry.tell(workspace, &row.person, &delivery);
        }
    }
}
