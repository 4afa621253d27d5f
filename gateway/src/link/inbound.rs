//! Takes what leaders say to this gateway: notices with outcomes and news, and pulses. Leaves
//! the repair of losses to `resync`, and what news mean for sockets to the sockets.

use std::sync::Arc;

use async_nats::{Message, Subscriber};
use baton_common::notice::{News, NoticeFrame, RouterPulse};
use futures_util::StreamExt as _;
use tokio::sync::mpsc;

use super::origins::Origins;
use super::{Inner, LinkEvent};

/// Hears the leaders until the line stops.
pub(super) async fn run(
    inner: Arc<Inner>,
    mut notices: Subscriber,
    mut pulses: Subscriber,
    events: mpsc::Sender<LinkEvent>,
) {
    loop {
        tokio::select! {
            biased;
            () = inner.shutdown.cancelled() => return,
            pulse = pulses.next() => match pulse {
                Some(pulse) => hear_pulse(&inner, &pulse),
                None => return,
            },
            notice = notices.next() => match notice {
                Some(notice) => hear_notice(&inner, &notice, &events).await,
                None => return,
            },
        }
    }
}

fn hear_pulse(inner: &Inner, message: &Message) {
    let pulse: RouterPulse = match serde_json::from_slice(&message.payload) {
        Ok(pulse) => pulse,
        Err(error) => {
            tracing::error!(%error, "a router's pulse cannot be decoded");
            return;
        }
    };
    let Some(lane) = inner.lanes.get(usize::from(pulse.shard)) else {
        return;
    };
    let mine = pulse.noticed.iter().find(|(gateway, _)| *gateway == inner.gateway);
    lane.pulse(pulse.position, mine.map(|(_, position)| *position), pulse.command_lag);
}

async fn hear_notice(inner: &Arc<Inner>, message: &Message, events: &mpsc::Sender<LinkEvent>) {
    let mut notice: NoticeFrame = match serde_json::from_slice(&message.payload) {
        Ok(notice) => notice,
        Err(error) => {
            // The next notice's `previous` will not fit: the loss is found and repaired.
            tracing::error!(%error, "a router's notice cannot be decoded");
            return;
        }
    };
    let Some(lane) = inner.lanes.get(usize::from(notice.shard)) else {
        return;
    };
    if !lane.notice(notice.position, notice.previous) {
        return;
    }
    if !notice.outcomes.is_empty() {
        let mut waiting = lane.waiting.lock();
        for outcome in notice.outcomes.drain(..) {
            waiting.settle(outcome);
        }
    }
    for item in &notice.items {
        if let News::Config { version } = item.news {
            inner.configs.renew(Arc::clone(inner), item.workspace.clone(), version);
            Origins::renew(inner, notice.shard);
        }
    }
    if !notice.items.is_empty() {
        // Nobody listens any more when the gateway stops.
        let _ = events.send(LinkEvent::Notice(notice)).await;
    }
}
