//! Token buckets: per connection, per person in a chat, per address, per workspace.
//!
//! Leaves which call spends from which bucket to the doors.

use std::net::IpAddr;
use std::num::NonZeroU32;

use baton_common::ids::{ChatId, WorkspaceId};
use baton_common::limits;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use smol_str::SmolStr;

use crate::refusal::Refusal;

/// The shared buckets of a gateway.
pub(crate) struct Limiter {
    clock: DefaultClock,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    address_starts: DefaultKeyedRateLimiter<IpAddr>,
    workspace_starts: DefaultKeyedRateLimiter<WorkspaceId>,
    chats: DefaultKeyedRateLimiter<(ChatId, SmolStr)>,
    loopback_unlimited: bool,
}

/// The bucket of one connection.
pub(crate) struct ConnectionBucket(DefaultDirectRateLimiter);

fn quota((per_second, burst): (u32, u32)) -> Quota {
    let positive = |n: u32| NonZeroU32::new(n).expect("rates are positive constants");
    Quota::per_second(positive(per_second)).allow_burst(positive(burst))
}

impl Limiter {
    pub(crate) fn new(loopback_unlimited: bool) -> Self {
        Self {
            clock: DefaultClock::default(),
            addresses: RateLimiter::keyed(quota(limits::ADDRESS_RATE)),
            address_starts: RateLimiter::keyed(quota(limits::ADDRESS_START_RATE)),
            workspace_starts: RateLimiter::keyed(quota(limits::WORKSPACE_START_RATE)),
            chats: RateLimiter::keyed(quota(limits::CHAT_RATE)),
            loopback_unlimited,
        }
    }

    /// Whether this address is not limited.
    pub(crate) fn is_exempt(&self, address: IpAddr) -> bool {
        self.loopback_unlimited && address.to_canonical().is_loopback()
    }

    /// A call, or an attempt to open a socket.
    pub(crate) fn call(&self, address: IpAddr) -> Result<(), Refusal> {
        if self.is_exempt(address) {
            return Ok(());
        }
        self.check(self.addresses.check_key(&of_network(address)))
    }

    /// A start, by its address.
    pub(crate) fn start_from(&self, address: IpAddr) -> Result<(), Refusal> {
        if self.is_exempt(address) {
            return Ok(());
        }
        self.check(self.address_starts.check_key(&of_network(address)))
    }

    /// A start, by its workspace.
    pub(crate) fn start_in(&self, workspace: &WorkspaceId) -> Result<(), Refusal> {
        self.check(self.workspace_starts.check_key(workspace))
    }

    /// A line of a person in a chat.
    pub(crate) fn line(&self, chat: &ChatId, sender: &SmolStr) -> Result<(), Refusal> {
        self.check(self.chats.check_key(&(chat.clone(), sender.clone())))
    }

    /// Forgets buckets that are full again: what is kept is bounded by what was used lately.
    pub(crate) fn tidy(&self) {
        self.addresses.retain_recent();
        self.address_starts.retain_recent();
        self.workspace_starts.retain_recent();
        self.chats.retain_recent();
    }

    fn check<T>(
        &self,
        state: Result<T, governor::NotUntil<governor::clock::QuantaInstant>>,
    ) -> Result<(), Refusal> {
        match state {
            Ok(_) => Ok(()),
            Err(until) => {
                let wait = until.wait_time_from(self.clock.now());
                Err(Refusal::rate_limited(wait.as_secs_f64()))
            }
        }
    }
}

impl ConnectionBucket {
    pub(crate) fn new() -> Self {
        Self(RateLimiter::direct(quota(limits::CONNECTION_RATE)))
    }

    /// A frame.
    pub(crate) fn frame(&self) -> Result<(), Refusal> {
        self.0.check().map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            Refusal::rate_limited(wait.as_secs_f64())
        })
    }
}

/// Of an IPv6 address only the network counts: a customer has a whole /64 to choose from.
pub(crate) fn of_network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.into(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            std::net::Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use baton_common::code::Code;

    use super::*;

    fn spend(mut one: impl FnMut() -> Result<(), Refusal>, burst: u32) -> Refusal {
        (0..=burst * 2).find_map(|_| one().err()).expect("a bucket runs dry")
    }

    #[test]
    fn s7_every_bucket_runs_dry_and_says_when_to_come_back() {
        let limiter = Limiter::new(false);
        let address: IpAddr = "203.0.113.7".parse().unwrap();
        let connection = ConnectionBucket::new();
        let (chat, sender) = (ChatId::new("cht_1"), SmolStr::new("agent1"));
        let refusals = [
            spend(|| limiter.call(address), limits::ADDRESS_RATE.1),
            spend(|| limiter.start_from(address), limits::ADDRESS_START_RATE.1),
            spend(|| limiter.start_in(&"w".into()), limits::WORKSPACE_START_RATE.1),
            spend(|| limiter.line(&chat, &sender), limits::CHAT_RATE.1),
            spend(|| connection.frame(), limits::CONNECTION_RATE.1),
        ];
        for refusal in refusals {
            assert_eq!(refusal.code(), Code::RateLimited);
            assert!(refusal.tell().retry_after_s.unwrap() > 0.0);
        }
        assert!(limiter.call("203.0.113.8".parse().unwrap()).is_ok());
        assert!(limiter.start_in(&"v".into()).is_ok());
    }

    #[test]
    fn s7_loopback_is_exempt_only_where_asked() {
        let loopback: IpAddr = "127.0.0.1".parse().unwrap();
        assert!(Limiter::new(true).is_exempt(loopback));
        assert!(Limiter::new(true).is_exempt("::1".parse().unwrap()));
        assert!(!Limiter::new(false).is_exempt(loopback));
        assert!(!Limiter::new(true).is_exempt("203.0.113.7".parse().unwrap()));
    }

    #[test]
    fn s7_neighbours_in_a_network_share_a_bucket() {
        let address = |text: &str| of_network(text.parse().unwrap());
        assert_eq!(address("2001:db8::1"), address("2001:db8::ffff:1"));
        assert_ne!(address("2001:db8::1"), address("2001:db8:0:1::1"));
        assert_eq!(address("::ffff:203.0.113.7"), address("203.0.113.7"));
    }
}
