//! Places in line: asked for all customers who wait here at once, every five seconds.

use std::collections::BTreeMap;
use std::time::Duration;

use baton_common::ask::{Ask, ReplyBody};
use baton_common::command::Person;
use baton_common::ids::{ChatId, WorkspaceId};
use baton_common::limits;

use crate::gateway::Gateway;
use crate::registry::Delivery;

/// Chats of one question: its reply stays far below the broker's message limit.
const BATCH: usize = 1_000;

/// Runs for one shard until the gateway has drained: one that nobody leads delays no other.
pub(crate) async fn run(gateway: Gateway, shard: u16) {
    let mut every = tokio::time::interval(Duration::from_millis(limits::POSITION_EVERY.0));
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = gateway.closing.cancelled() => return,
            _ = every.tick() => ask_all(&gateway, shard).await,
        }
    }
}

async fn ask_all(gateway: &Gateway, shard: u16) {
    let mut waiting: BTreeMap<WorkspaceId, Vec<ChatId>> = BTreeMap::new();
    let here = |ws: &WorkspaceId, person: &Person| {
        gateway.link.shard(ws) == shard && gateway.registry.has(ws, person)
    };
    for (workspace, chat) in gateway.chats.waiting(here) {
        waiting.entry(workspace).or_default().push(chat);
    }
    for (workspace, chats) in waiting {
        for batch in chats.chunks(BATCH) {
            ask(gateway, &workspace, batch.to_vec()).await;
        }
    }
}

async fn ask(gateway: &Gateway, workspace: &WorkspaceId, chats: Vec<ChatId>) {
    let question = Ask::Positions { workspace: workspace.clone(), chats };
    // Without a router there is nothing new to tell.
    if let Ok(ReplyBody::Positions(places)) = gateway.link.ask(workspace, question).await {
        for (chat, position, ewt) in places {
            let delivery = Delivery::Position(position, ewt);
            gateway.registry.tell(workspace, &Person::Customer(chat), &delivery);
        }
    }
}
