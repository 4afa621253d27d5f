//! One layer of settings, each of which may be missing. Leaves the order of the layers and the
//! defaults to the parent.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use serde::Deserialize;

use super::{NatsUrl, SettingsError};

/// Every setting by its name in the file; flags have dashes, variables `BATON_` and capitals.
pub const KEYS: [&str; 9] = [
    "listen",
    "admin_listen",
    "nats_listen",
    "nats_url",
    "data_dir",
    "token_secret_file",
    "workspace_file",
    "shards",
    "replicas",
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
    /// See [`super::Settings::data_dir`].
    pub data_dir: Option<PathBuf>,
    /// See [`super::Settings::token_secret_file`].
    pub token_secret_file: Option<PathBuf>,
    /// See [`super::Settings::workspace_file`].
    pub workspace_file: Option<PathBuf>,
    /// See [`super::Settings::shards`].
    pub shards: Option<u16>,
    /// See [`super::Settings::replicas`].
    pub replicas: Option<u8>,
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
            data_dir: self.data_dir.or(weaker.data_dir),
            token_secret_file: self.token_secret_file.or(weaker.token_secret_file),
            workspace_file: self.workspace_file.or(weaker.workspace_file),
            shards: self.shards.or(weaker.shards),
            replicas: self.replicas.or(weaker.replicas),
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
            "data_dir" => self.data_dir = Some(value.into()),
            "token_secret_file" => self.token_secret_file = Some(value.into()),
            "workspace_file" => self.workspace_file = Some(value.into()),
            "shards" => self.shards = Some(number(origin, value)?),
            "replicas" => self.replicas = Some(number(origin, value)?),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

fn address(origin: &str, value: &str) -> Result<SocketAddr, SettingsError> {
    parse(origin, value, "an address", "write it as 127.0.0.1:7080; port 0 takes a free one")
}

fn number<T: FromStr>(origin: &str, value: &str) -> Result<T, SettingsError> {
    parse(origin, value, "a number that fits", "write a small whole number, like 1")
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
