//! Hands what leaders tell to the connections that it is for.

use std::sync::Arc;

use baton_common::notice::{News, Notice, NoticeFrame};
use tokio::sync::mpsc;

use crate::gateway::Gateway;
use crate::link::LinkEvent;
use crate::registry::Delivery;

/// Runs until the line ends.
pub(crate) async fn run(gateway: Gateway, mut events: mpsc::Receiver<LinkEvent>) {
    while let Some(event) = events.recv().await {
        match event {
            LinkEvent::Notice(frame) => tell(&gateway, frame),
            LinkEvent::Lost { shard } => {
                tracing::info!(shard, "continuity with the leader was lost, connections resync");
                gateway.registry.tell_shard(shard, &Delivery::Resync);
            }
        }
    }
}

fn tell(gateway: &Gateway, frame: NoticeFrame) {
    let mut items = frame.items;
    // Stable: what one command caused stays in the contract's order, and so does each thing's
    // own history.
    items.sort_by_key(|notice| place(&notice.news));
    for notice in items {
        if let News::Chat(view) = &notice.news {
            gateway.chats.learn(&Arc::new((**view).clone()));
        }
        if let News::Replaced { connection, .. } = &notice.news {
            for person in &notice.to {
                gateway.registry.replaced(&notice.workspace, person, connection);
            }
            continue;
        }
        let notice = Arc::new(notice);
        let delivery = Delivery::News(Arc::clone(&notice));
        for person in &notice.to {
            gateway.registry.tell(&notice.workspace, person, &delivery);
        }
    }
}

/// The order of events that one commit causes.
const fn place(news: &News) -> u8 {
    match news {
        News::OfferNew(_) | News::OfferGone { .. } => 0,
        News::Participant { .. } => 1,
        News::Invite { .. } => 2,
        News::Chat(_) => 3,
        News::Agent(_) => 4,
        News::Config { .. } => 5,
        News::Replaced { .. } => 6,
    }
}

/// The chat that a notice is about, if its telling needs what was said there.
pub(crate) fn chat_of(notice: &Notice) -> Option<&baton_common::ids::ChatId> {
    match &notice.news {
        News::OfferNew(offer) => Some(&offer.chat.chat),
        News::Participant { chat, .. } | News::Invite { chat, .. } => Some(chat),
        News::Chat(view) => Some(&view.chat),
        News::OfferGone { .. } | News::Agent(_) | News::Config { .. } | News::Replaced { .. } => {
            None
        }
    }
}
