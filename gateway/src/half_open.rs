//! Connections that have not proved anything yet, counted by network: S6. Leaves the times they
//! have for it to the server and the socket.

use std::net::IpAddr;
use std::sync::Arc;

use baton_common::limits;
use dashmap::DashMap;

use crate::limiter::of_network;

/// The counts; clones are the same.
#[derive(Clone, Default)]
pub(crate) struct HalfOpen(Arc<DashMap<IpAddr, usize>>);

/// One half-open connection; ends when dropped.
pub(crate) struct Opening {
    counts: HalfOpen,
    network: IpAddr,
}

impl HalfOpen {
    /// Counts one more, unless the address's network has as many as it may.
    pub(crate) fn begin(&self, address: IpAddr) -> Option<Opening> {
        let network = of_network(address);
        let mut count = self.0.entry(network).or_insert(0);
        if *count >= limits::HALF_OPEN {
            return None;
        }
        *count += 1;
        Some(Opening { counts: self.clone(), network })
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        self.counts.0.remove_if_mut(&self.network, |_, count| {
            *count -= 1;
            *count == 0
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s6_half_open_connections_are_bounded_per_address() {
        let counts = HalfOpen::default();
        let address: IpAddr = "203.0.113.7".parse().unwrap();
        let mut held: Vec<_> =
            (0..limits::HALF_OPEN).map(|_| counts.begin(address).unwrap()).collect();
        assert!(counts.begin(address).is_none());
        assert!(counts.begin("::ffff:203.0.113.7".parse().unwrap()).is_none());
        assert!(counts.begin("203.0.113.8".parse().unwrap()).is_some());
        held.pop();
        assert!(counts.begin(address).is_some());
        held.clear();
        assert!(counts.0.is_empty());
    }

    #[test]
    fn s6_the_addresses_of_one_ipv6_network_are_counted_together() {
        let counts = HalfOpen::default();
        let address = |n: usize| format!("2001:db8::{n:x}").parse::<IpAddr>().unwrap();
        let held: Vec<_> =
            (0..limits::HALF_OPEN).map(|n| counts.begin(address(n)).unwrap()).collect();
        assert!(counts.begin(address(limits::HALF_OPEN)).is_none());
        assert!(counts.begin("2001:db8:0:1::1".parse().unwrap()).is_some());
        drop(held);
        assert!(counts.0.is_empty());
    }
}
