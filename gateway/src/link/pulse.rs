//! This gateway's heartbeat, with a digest of its connections: a leader that knows of others
//! calls for an announcement.

use std::sync::Arc;
use std::time::Duration;

use baton_common::notice::GatewayPulse;
use baton_common::{limits, subjects};
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::Inner;
use super::lane::duration;

/// A stopping gateway waits no longer for a broker that does not take its last words.
const FLUSH_WAIT: Duration = Duration::from_secs(1);

/// Beats until the gateway leaves.
pub(super) async fn run(inner: Arc<Inner>) {
    let mut beat = interval(duration(limits::GATEWAY_PULSE));
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = inner.shutdown.cancelled() => return,
            () = inner.left.cancelled() => return,
            _ = beat.tick() => {}
        }
        if inner.requests.connected() {
            publish(&inner, false).await;
        }
    }
}

/// The last beat of a planned stop; then what is queued in the client is sent.
pub(super) async fn leave(inner: &Inner) {
    inner.left.cancel();
    let last = async {
        publish(inner, true).await;
        inner.requests.client().flush().await
    };
    if !matches!(timeout(FLUSH_WAIT, last).await, Ok(Ok(()))) {
        tracing::warn!("the broker did not take the last pulse; routers will miss this gateway");
    }
}

async fn publish(inner: &Inner, leaving: bool) {
    let connections = (inner.digests)();
    let pulse = GatewayPulse { gateway: inner.gateway.clone(), connections, leaving };
    let payload = serde_json::to_vec(&pulse).expect("pulses are plain data");
    let sent = inner.requests.client().publish(subjects::GATEWAY_PULSE, payload.into()).await;
    if let Err(error) = sent {
        tracing::warn!(%error, "a pulse could not be sent");
    }
}
