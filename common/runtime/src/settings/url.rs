//! The addresses of NATS servers, which may carry a password and therefore never print one.
//! Leaves connecting to `crate::nats`.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

use async_nats::ServerAddr;
use serde::Deserialize;

/// One or more NATS servers, `nats://host:port` separated by commas.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct NatsUrl(Vec<ServerAddr>);

impl NatsUrl {
    /// The URL of a server at an address, without credentials.
    pub fn of_server(address: SocketAddr) -> Self {
        let server = format!("nats://{address}").parse().expect("an address is a valid authority");
        Self(vec![server])
    }

    /// The servers, at least one.
    pub fn servers(&self) -> &[ServerAddr] {
        &self.0
    }
}

impl FromStr for NatsUrl {
    type Err = std::io::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let servers: Result<Vec<_>, _> =
            text.split(',').map(|server| server.trim().parse::<ServerAddr>()).collect();
        let servers = servers?;
        if servers.iter().any(|server| server.host().is_empty()) {
            return Err(std::io::ErrorKind::InvalidInput.into());
        }
        Ok(Self(servers))
    }
}

impl TryFrom<String> for NatsUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map_err(|_| "not a NATS URL, write it as nats://127.0.0.1:4222".to_owned())
    }
}

impl fmt::Display for NatsUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, server) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(formatter, "{comma}{}://{}:{}", server.scheme(), server.host(), server.port())?;
        }
        Ok(())
    }
}

impl fmt::Debug for NatsUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_printed() {
        let url: NatsUrl = "nats://user:hunter2@a:4222, b:4223".parse().unwrap();
        assert_eq!(url.to_string(), "nats://a:4222,nats://b:4223");
        assert_eq!(format!("{url:?}"), url.to_string());
        assert_eq!(url.servers().len(), 2);
    }

    #[test]
    fn nonsense_is_refused() {
        assert!("".parse::<NatsUrl>().is_err());
        assert!("http://[".parse::<NatsUrl>().is_err());
    }
}
