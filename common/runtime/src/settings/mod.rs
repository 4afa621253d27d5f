//! The settings of a process: flags before environment before file before default. Leaves the
//! command line itself to the binary, which fills a [`Partial`] from its flags.

mod environment;
mod file;
mod partial;
mod proxies;
mod url;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

pub use environment::{OTHER_VARIABLES, environment};
pub use file::read_file;
pub use partial::{KEYS, Partial};
pub use proxies::{BadNetwork, TrustedProxies};
pub use url::NatsUrl;

/// Where the NATS server of `baton up` listens, and where the parts look for one by default.
const DEFAULT_NATS_PORT: u16 = 7422;
/// Shards of a deployment made of separate processes.
const DEFAULT_SHARDS: u16 = 8;

/// Which process asks: the defaults differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Process {
    /// `baton up`: router, gateway and broker together.
    Up,
    /// `baton router`.
    Router,
    /// `baton gateway`.
    Gateway,
}

/// All settings of a process, resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Public address of the gateway.
    pub listen: SocketAddr,
    /// Address of health, readiness and metrics.
    pub admin_listen: SocketAddr,
    /// Where the broker that `baton up` supervises listens.
    pub nats_listen: SocketAddr,
    /// The NATS servers to connect to.
    pub nats_url: NatsUrl,
    /// Whether `nats_url` was set by anyone, or is the default.
    pub nats_url_given: bool,
    /// The monitor port of a NATS server, which tells whether it is safe against power loss.
    pub nats_monitor_url: Option<String>,
    /// Everything that `baton up` keeps on disk.
    pub data_dir: PathBuf,
    /// The file whose trimmed text is the HS256 key.
    pub token_secret_file: PathBuf,
    /// Whether a secret that was made for development may be used where others can reach it.
    pub allow_development_secret: bool,
    /// The configuration that `baton up` publishes while the workspace has none.
    pub workspace_file: Option<PathBuf>,
    /// Number of shards of the deployment, fixed at its creation.
    pub shards: u16,
    /// Replicas of the streams; `None` follows the broker: 3 on a cluster, else 1.
    pub replicas: Option<u8>,
    /// Proxies in front of the gateway, whose `X-Forwarded-For` is believed.
    pub trusted_proxies: TrustedProxies,
    /// The service where the staff signs in; without one they bring tokens.
    pub oidc_file: Option<PathBuf>,
    /// Whether addresses of this machine are limited like all others; `baton up` does not unless
    /// told to.
    pub limit_loopback: bool,
}

/// Why settings could not be resolved. Every message says what to change.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file is missing or cannot be read.
    #[error("cannot read the settings file {path}: {source}; check the path given to --config")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is no TOML, or a value has the wrong type.
    #[error("{path}: {problem}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong and where.
        problem: String,
    },
    /// The file has a key that no process knows.
    #[error("{path}: unknown key `{key}`; known keys: {known}")]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// The key.
        key: String,
        /// All known keys.
        known: String,
    },
    /// A variable that no process knows.
    #[error("{name} is not a setting; unset it, or correct it: {known}")]
    UnknownVariable {
        /// The variable.
        name: String,
        /// All known variables.
        known: String,
    },
    /// A value does not fit its setting.
    #[error("{origin} is `{value}`, which is not {expected}; {advice}")]
    BadValue {
        /// The variable, flag or key.
        origin: String,
        /// What was given.
        value: String,
        /// What it should have been.
        expected: &'static str,
        /// An example, or the range.
        advice: &'static str,
    },
}

impl Settings {
    /// Resolves the settings of `process`. `layers` come strongest first: flags, environment,
    /// file. Fails when a number is out of its range.
    pub fn resolve(process: Process, layers: Vec<Partial>) -> Result<Self, SettingsError> {
        let merged = layers.into_iter().fold(Partial::default(), Partial::or);
        let data_dir = merged.data_dir.unwrap_or_else(|| PathBuf::from(".baton"));
        let secret = merged.token_secret_file;
        let settings = Self {
            listen: merged.listen.unwrap_or_else(|| loopback(7080)),
            admin_listen: merged.admin_listen.unwrap_or_else(|| default_admin(process)),
            nats_listen: merged.nats_listen.unwrap_or_else(|| loopback(DEFAULT_NATS_PORT)),
            nats_url_given: merged.nats_url.is_some(),
            nats_url: merged.nats_url.unwrap_or_else(default_url),
            nats_monitor_url: merged.nats_monitor_url,
            allow_development_secret: merged.allow_development_secret.unwrap_or(false),
            token_secret_file: secret.unwrap_or_else(|| data_dir.join("token-secret")),
            data_dir,
            workspace_file: merged.workspace_file,
            shards: merged.shards.unwrap_or(default_shards(process)),
            replicas: merged.replicas,
            trusted_proxies: merged.trusted_proxies.unwrap_or_default(),
            oidc_file: merged.oidc_file,
            limit_loopback: merged.limit_loopback.unwrap_or(process != Process::Up),
        };
        settings.check()
    }

    /// Resolves from the process environment and an optional file, below the given flags.
    pub fn load(
        process: Process,
        flags: Partial,
        config: Option<&Path>,
    ) -> Result<Self, SettingsError> {
        let environment = environment(std::env::vars_os())?;
        let file = config.map(read_file).transpose()?.unwrap_or_default();
        Self::resolve(process, vec![flags, environment, file])
    }

    fn check(self) -> Result<Self, SettingsError> {
        if !(1..=MAX_SHARDS).contains(&self.shards) {
            return Err(SettingsError::BadValue {
                origin: "shards".into(),
                value: self.shards.to_string(),
                expected: "a number of shards",
                advice: "give 1 to 1024",
            });
        }
        if self.replicas.is_some_and(|replicas| ![1, 3, 5].contains(&replicas)) {
            return Err(SettingsError::BadValue {
                origin: "replicas".into(),
                value: self.replicas.unwrap_or_default().to_string(),
                expected: "a number of stream replicas",
                advice: "give 1, 3 or 5",
            });
        }
        Ok(self)
    }
}

/// More shards than this only cost the broker Raft groups; one takes any workspace of real size.
const MAX_SHARDS: u16 = 1024;

const fn loopback(port: u16) -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)
}

const fn default_admin(process: Process) -> SocketAddr {
    match process {
        Process::Up | Process::Gateway => loopback(7081),
        Process::Router => loopback(7082),
    }
}

const fn default_shards(process: Process) -> u16 {
    match process {
        Process::Up => 1,
        Process::Router | Process::Gateway => DEFAULT_SHARDS,
    }
}

fn default_url() -> NatsUrl {
    NatsUrl::of_server(loopback(DEFAULT_NATS_PORT))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listening(address: &str) -> Partial {
        Partial { listen: Some(address.parse().unwrap()), ..Partial::default() }
    }

    #[test]
    fn defaults_are_those_of_the_contract() {
        let up = Settings::resolve(Process::Up, vec![]).unwrap();
        assert_eq!(up.listen, loopback(7080));
        assert_eq!(up.admin_listen, loopback(7081));
        assert_eq!(up.nats_listen, loopback(7422));
        assert_eq!(up.token_secret_file, Path::new(".baton/token-secret"));
        assert_eq!((up.shards, up.replicas), (1, None));
        let router = Settings::resolve(Process::Router, vec![]).unwrap();
        assert_eq!(router.admin_listen, loopback(7082));
        assert_eq!(router.shards, 8);
    }

    #[test]
    fn the_first_layer_that_has_a_setting_wins() {
        let file = Partial { shards: Some(4), ..listening("127.0.0.1:3") };
        let layers = vec![listening("127.0.0.1:1"), listening("127.0.0.1:2"), file];
        let settings = Settings::resolve(Process::Gateway, layers).unwrap();
        assert_eq!(settings.listen, loopback(1));
        assert_eq!(settings.shards, 4);
    }

    #[test]
    fn the_secret_follows_the_data_dir_unless_given() {
        let moved = Partial { data_dir: Some("/srv/baton".into()), ..Partial::default() };
        let settings = Settings::resolve(Process::Up, vec![moved.clone()]).unwrap();
        assert_eq!(settings.token_secret_file, Path::new("/srv/baton/token-secret"));
        let given = Partial { token_secret_file: Some("/run/s".into()), ..moved };
        let settings = Settings::resolve(Process::Up, vec![given]).unwrap();
        assert_eq!(settings.token_secret_file, Path::new("/run/s"));
    }

    #[test]
    fn numbers_out_of_range_are_refused_with_advice() {
        let none = Partial { shards: Some(0), ..Partial::default() };
        let error = Settings::resolve(Process::Up, vec![none]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "shards is `0`, which is not a number of shards; give 1 to 1024"
        );
        let two = Partial { replicas: Some(2), ..Partial::default() };
        assert!(Settings::resolve(Process::Up, vec![two]).is_err());
    }
}
