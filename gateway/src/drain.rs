//! A planned stop: sockets are let go one after the other, so that other gateways welcome them at
//! ease; calls go on being served until the last socket's turn, and what was begun is finished.
//! Leaves saying farewell to the sockets and the order of the stop to `serve`.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use baton_common::limits;

use crate::gateway::Gateway;

/// A stop with connections takes at least so long: balancers notice that it is not ready.
const LEAST: Duration = Duration::from_secs(1);

/// The time over which sockets are let go, fixed when the first asks.
#[derive(Default)]
pub(crate) struct Window(OnceLock<Duration>);

impl Window {
    /// The time for so many connections.
    fn of(&self, connections: usize) -> Duration {
        *self.0.get_or_init(|| spread(connections))
    }
}

/// How long letting go of so many sockets takes.
fn spread(connections: usize) -> Duration {
    let most = Duration::from_millis(limits::DRAIN_TIME.0);
    let needed = connections.div_ceil(limits::DRAIN_RATE);
    let seconds = u64::try_from(needed).map_or(most, Duration::from_secs);
    seconds.clamp(LEAST, most)
}

/// When one of this gateway's sockets is to be let go.
pub(crate) fn turn(gateway: &Gateway) -> Instant {
    let window = gateway.drain.of(gateway.registry.connections());
    Instant::now() + window.mul_f64(rand::random_range(0.0..1.0))
}

/// Ends the listening once the gateway has drained.
pub(crate) async fn run(gateway: Gateway) {
    gateway.draining.cancelled().await;
    if !gateway.tasks.is_empty() {
        let connections = gateway.registry.connections();
        tracing::info!(connections, "the gateway drains");
        tokio::time::sleep(gateway.drain.of(connections)).await;
    }
    gateway.closing.cancel();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_grows_with_the_connections_up_to_a_limit() {
        assert_eq!(spread(0), LEAST);
        assert_eq!(spread(limits::DRAIN_RATE * 3), Duration::from_secs(3));
        assert_eq!(spread(usize::MAX), Duration::from_millis(limits::DRAIN_TIME.0));
        let window = Window::default();
        assert_eq!(window.of(limits::DRAIN_RATE * 3), window.of(1), "fixed when first asked for");
    }
}
