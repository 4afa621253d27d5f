//! Repairs lost continuity with one shard's leader: announces this gateway's connections again,
//! reads configurations again, then says `Lost`, so that the sockets' people are asked for.

use std::sync::Arc;
use std::time::Duration;

use baton_common::command::{Actor, Command, CommandBody};
use baton_common::ids::WorkspaceId;
use baton_runtime::nats::LinkState;
use tokio::sync::{mpsc, watch};
use tokio::time::sleep;

use super::lane::Lane;
use super::{Inner, Link, LinkEvent, Submitted};

/// The leader has the connections within this, or `Lost` is said without.
const ANNOUNCE_WAIT: Duration = Duration::from_secs(2);
/// Losses closer together than this are repaired together.
const SPACING: Duration = Duration::from_millis(500);
/// The workspace of commands that are about a gateway and not about anybody's work.
const NO_WORKSPACE: &str = "-";

/// Repairs one shard's losses until the line stops.
pub(super) async fn run(inner: Arc<Inner>, lane: Arc<Lane>, events: mpsc::Sender<LinkEvent>) {
    let repairs = async {
        loop {
            lane.loss().await;
            if inner.left.is_cancelled() {
                // Announced now, its connections would come back.
                return;
            }
            announce(&inner, &lane).await;
            inner.configs.renew_all(&inner, lane.shard).await;
            if events.send(LinkEvent::Lost { shard: lane.shard }).await.is_err() {
                return;
            }
            sleep(SPACING).await;
        }
    };
    tokio::select! {
        () = inner.shutdown.cancelled() => {}
        () = repairs => {}
    }
}

async fn announce(inner: &Arc<Inner>, lane: &Lane) {
    let gateway = inner.gateway.clone();
    let connections = (inner.announce)(lane.shard);
    let command = Command {
        workspace: WorkspaceId::new(NO_WORKSPACE),
        by: Actor::Gateway(gateway.clone()),
        key: None,
        ask: CommandBody::Announce { gateway, connections },
    };
    let submitted = Link(Arc::clone(inner)).submit_to(lane, &command, ANNOUNCE_WAIT).await;
    if !matches!(submitted, Submitted::Decided(Ok(_))) {
        // The digests in the pulses will not agree: the leader will call for it again.
        tracing::warn!(shard = lane.shard, "the connections could not be announced");
    }
}

/// A connection that was established anew, or a subscription that dropped messages, may have
/// cost notices of every shard.
pub(super) async fn watch_connection(inner: Arc<Inner>, mut state: watch::Receiver<LinkState>) {
    let mut before = *state.borrow_and_update();
    loop {
        tokio::select! {
            () = inner.shutdown.cancelled() => return,
            changed = state.changed() => if changed.is_err() { return },
        }
        let now = *state.borrow_and_update();
        if now.connects > before.connects || now.slow_consumers > before.slow_consumers {
            for lane in &inner.lanes {
                lane.lose("the connection to the broker was interrupted");
            }
        }
        before = now;
    }
}
