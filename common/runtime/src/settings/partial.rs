//! One layer of settings, each of which may be missing. Leaves the order of the layers and the
//! defaults to the parent.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use serde::Deserialize;

use super::{NatsUrl, SettingsError, TrustedProxies};

/// Every setting by its name in the file; flags have dashes, variables `BATON_` and capitals.
pub const KEYS: [&str; 14] = [
    "listen",
    "admin_listen",
    "nats_listen",
    "nats_url",
    "nats_monitor_url",
    "data_dir",
    "token_secret_file",
    "allow_development_secret",
    "workspace_file",
    "shards",
    "replicas",
    "trusted_proxies",
    "oidc_file",
    "limit_loopback",
];

/// Settings as one source gives them: flags, environment or file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Partial {
    /// See [`super::Settings::listen`].
    pub listen: Option<SocketAddr>,
    /// See [`super::Settings::admin_listen`].
    pub admin_listen: Option<SocketAddr>,
    /// See [`super::Settings::nats_listen`].
    pub nats_listen: Option<SocketAddr>,
    /// See [`super::Settings::nats_url`].
    pub nats_url: Option<NatsUrl>,
    /// See [`super::Settings::nats_monitor_url`].
    pub nats_monitor_url: Option<String>,
    /// See [`super::Settings::data_dir`].
    pub data_dir: Option<PathBuf>,
    /// See [`super::Settings::token_secret_file`].
    pub token_secret_file: Option<PathBuf>,
    /// See [`super::Settings::allow_development_secret`].
    pub allow_development_secret: Option<bool>,
    /// See [`super::Settings::workspace_file`].
    pub workspace_file: Option<PathBuf>,
    /// See [`super::Settings::shards`].
    pub shards: Option<u16>,
    /// See [`super::Settings::replicas`].
    pub replicas: Option<u8>,
    /// See [`super::Settings::trusted_proxies`].
    pub trusted_proxies: Option<TrustedProxies>,
    /// See [`super::Settings::oidc_file`].
    pub oidc_file: Option<PathBuf>,
    /// See [`super::Settings::limit_loopback`].
    pub limit_loopback: Option<bool>,
}

impl Partial {
    /// This layer, completed by a weaker one.
    #[must_use]
    pub fn or(self, weaker: Self) -> Self {
        Self {
            listen: self.listen.or(weaker.listen),
            admin_listen: self.admin_listen.or(weaker.admin_listen),
            nats_listen: self.nats_listen.or(weaker.nats_listen),
            nats_url: self.nats_url.or(weaker.nats_url),
            nats_monitor_url: self.nats_monitor_url.or(weaker.nats_monitor_url),
            data_dir: self.data_dir.or(weaker.data_dir),
            token_secret_file: self.token_secret_file.or(weaker.token_secret_file),
            allow_development_secret: self
                .allow_development_secret
                .or(weaker.allow_development_secret),
            workspace_file: self.workspace_file.or(weaker.workspace_file),
            shards: self.shards.or(weaker.shards),
            replicas: self.replicas.or(weaker.replicas),
            trusted_proxies: self.trusted_proxies.or(weaker.trusted_proxies),
            oidc_file: self.oidc_file.or(weaker.oidc_file),
            limit_loopback: self.limit_loopback.or(weaker.limit_loopback),
        }
    }

    /// Sets one of [`KEYS`] from text; `origin` names the place it came from in the error.
    /// Returns false when the key is none of them.
    pub(super) fn set(
        &mut self,
        key: &str,
        value: &str,
        origin: &str,
    ) -> Result<bool, SettingsError> {
        match key {
            "listen" => self.listen = Some(address(origin, value)?),
            "admin_listen" => self.admin_listen = Some(address(origin, value)?),
            "nats_listen" => self.nats_listen = Some(address(origin, value)?),
            "nats_url" => self.nats_url = Some(url(origin, value)?),
            "nats_monitor_url" => self.nats_monitor_url = Some(value.into()),
            "data_dir" => self.data_dir = Some(value.into()),
            "token_secret_file" => self.token_secret_file = Some(value.into()),
            "allow_development_secret" => {
                self.allow_development_secret = Some(choice(origin, value)?);
            }
            "workspace_file" => self.workspace_file = Some(value.into()),
            "shards" => self.shards = Some(number(origin, value)?),
            "replicas" => self.replicas = Some(number(origin, value)?),
            "trusted_proxies" => self.trusted_proxies = Some(networks(origin, value)?),
            "oidc_file" => self.oidc_file = Some(value.into()),
            "limit_loopback" => self.limit_loopback = Some(yes_or_no(origin, value)?),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

fn address(origin: &str, value: &str) -> Result<SocketAddr, SettingsError> {
    parse(origin, value, "an address", "write it as 127.0.0.1:7080; port 0 takes a free one")
}

fn choice(origin: &str, value: &str) -> Result<bool, SettingsError> {
    parse(origin, value, "a yes or no", "write true or false")
}

fn number<T: FromStr>(origin: &str, value: &str) -> Result<T, SettingsError> {
    parse(origin, value, "a number that fits", "write a small whole number, like 1")
}

fn networks(origin: &str, value: &str) -> Result<TrustedProxies, SettingsError> {
    parse(origin, value, "a list of networks", "write it as 10.0.0.7,10.0.1.0/24")
}

fn yes_or_no(origin: &str, value: &str) -> Result<bool, SettingsError> {
    parse(origin, value, "yes or no", "write true or false")
}

fn url(origin: &str, value: &str) -> Result<NatsUrl, SettingsError> {
    // The value may hold a password: the error does not repeat it.
    value.parse().map_err(|_| SettingsError::BadValue {
        origin: origin.into(),
        value: "…".into(),
        expected: "a NATS URL",
        advice: "write it as nats://127.0.0.1:4222, several separated by commas",
    })
}

fn parse<T: FromStr>(
    origin: &str,
    value: &str,
    expected: &'static str,
    advice: &'static str,
) -> Result<T, SettingsError> {
    value.parse().map_err(|_| SettingsError::BadValue {
        origin: origin.into(),
        value: value.into(),
        expected,
        advice,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_can_be_set_from_text() {
        let mut partial = Partial::default();
        for key in KEYS {
            let value = match key {
                "shards" | "replicas" => "3",
                "nats_url" => "nats://a:1,nats://b:2",
                "trusted_proxies" => "10.0.0.0/24",
                "allow_development_secret" | "limit_loopback" => "true",
                _ => "127.0.0.1:9",
            };
            assert!(partial.set(key, value, key).unwrap(), "{key}");
        }
        assert_eq!(partial.clone().or(Partial::default()), partial);
        assert_eq!(Partial::default().or(partial.clone()), partial);
        assert!(!partial.set("colour", "red", "x").unwrap());
    }

    #[test]
    fn a_bad_value_names_its_origin_and_an_example() {
        let error = Partial::default().set("listen", "7080", "BATON_LISTEN").unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("BATON_LISTEN is `7080`, which is not an address"), "{text}");
        assert!(text.contains("127.0.0.1:7080"), "{text}");
    }
}
