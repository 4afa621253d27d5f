//! Which peers are proxies of one's own, and the address of the client behind them (S21). Leaves
//! finding the header to the HTTP server.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use serde::Deserialize;

/// Networks whose word about a client's address is believed; none by default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct TrustedProxies(Vec<IpNet>);

/// A text that is no list of networks.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no address or network: write 10.0.0.7 or 10.0.0.0/24, several with commas")]
pub struct BadNetwork(String);

impl TrustedProxies {
    /// Whether this address is a proxy's.
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address.to_canonical()))
    }

    /// Who called: the peer, or, when that is a proxy, whom it names. `forwarded` are the values
    /// of `X-Forwarded-For` in their order. Read from the end, since a proxy adds there: what
    /// stands before the first untrusted address is the client's own invention.
    pub fn client<'a>(
        &self,
        peer: IpAddr,
        forwarded: impl DoubleEndedIterator<Item = &'a str>,
    ) -> IpAddr {
        let mut client = peer.to_canonical();
        for named in forwarded.rev().flat_map(|value| value.rsplit(',')) {
            let Some(named) = self.trusts(client).then(|| named.trim().parse().ok()).flatten()
            else {
                return client;
            };
            client = IpAddr::to_canonical(&named);
        }
        client
    }
}

impl FromStr for TrustedProxies {
    type Err = BadNetwork;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let network = |part: &str| {
            let lone = part.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical()));
            part.parse().or(lone).map_err(|_| BadNetwork(part.to_owned()))
        };
        Ok(Self(parts.map(network).collect::<Result<_, _>>()?))
    }
}

impl TryFrom<String> for TrustedProxies {
    type Error = BadNetwork;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl fmt::Display for TrustedProxies {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let networks: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        formatter.write_str(&networks.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &[&str]) -> String {
        let proxies: TrustedProxies = "10.0.0.0/24, 192.0.2.9".parse().unwrap();
        proxies.client(peer.parse().unwrap(), forwarded.iter().copied()).to_string()
    }

    #[test]
    fn s21_only_a_trusted_peer_is_believed() {
        assert_eq!(client("10.0.0.7", &["203.0.113.5"]), "203.0.113.5");
        assert_eq!(client("192.0.2.9", &["203.0.113.5"]), "203.0.113.5");
        assert_eq!(client("::ffff:10.0.0.7", &["203.0.113.5"]), "203.0.113.5");
        assert_eq!(client("10.0.1.7", &["203.0.113.5"]), "10.0.1.7");
        let nobody = TrustedProxies::default();
        let peer = "127.0.0.1".parse().unwrap();
        assert_eq!(nobody.client(peer, ["203.0.113.5"].into_iter()), peer);
    }

    #[test]
    fn s21_what_a_client_invents_before_its_own_address_is_not_believed() {
        assert_eq!(client("10.0.0.7", &["198.51.100.1, 203.0.113.5"]), "203.0.113.5");
        assert_eq!(client("10.0.0.7", &["198.51.100.1", "203.0.113.5"]), "203.0.113.5");
        let chain = ["198.51.100.1, 203.0.113.5", "10.0.0.8"];
        assert_eq!(client("10.0.0.7", &chain), "203.0.113.5");
        assert_eq!(client("10.0.0.7", &["198.51.100.1, 203.0.113.5, 10.0.0.8"]), "203.0.113.5");
    }

    #[test]
    fn s21_without_a_readable_address_it_is_the_proxy() {
        for forwarded in [vec![], vec![""], vec!["unknown"], vec!["203.0.113.5, _hidden"]] {
            assert_eq!(client("10.0.0.7", &forwarded), "10.0.0.7", "{forwarded:?}");
        }
    }

    #[test]
    fn a_bad_network_is_named() {
        let error = "10.0.0.0/24,proxy".parse::<TrustedProxies>().unwrap_err().to_string();
        assert!(error.starts_with("`proxy` is no address"), "{error}");
        let read: TrustedProxies = "10.0.0.0/24,::1".parse().unwrap();
        assert_eq!(read.to_string(), "10.0.0.0/24,::1/128");
    }
}
