//! The command line: names, help, and how flags become settings. Leaves defaults to the settings
//! of the runtime, so that flags, environment and file have the same ones.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;

use baton_runtime::settings::{NatsUrl, Partial, TrustedProxies};
use clap::{Args, Parser, Subcommand, ValueEnum};

/// Routes customer chats to agents.
#[derive(Debug, Parser)]
#[command(name = "baton", version, about)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run everything on this machine: broker, router and gateway, with a demo workspace.
    Up(UpFlags),
    /// Run a router beside an existing NATS.
    Router(RouterFlags),
    /// Run a gateway beside an existing NATS.
    Gateway(GatewayFlags),
    /// Work on a workspace's configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print a token, signed with the token secret, for development and tests.
    Token(TokenFlags),
    /// Drive a running Baton as customers and agents would, and check it against its contract.
    Tour(TourFlags),
    /// Examine broker and machine, and say what to do.
    Doctor(DoctorFlags),
    /// Explain what a chat waits for and where it went, or why an agent gets nothing.
    Why(WhyFlags),
}

/// `baton config …`.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Check workspaces' configurations; exits 1 if one has errors.
    Check {
        /// TOML files, JSON where the name ends in .json, and folders of such files.
        #[arg(required = true, value_name = "FILE|FOLDER")]
        paths: Vec<PathBuf>,
        /// Let warnings fail too.
        #[arg(long)]
        strict: bool,
    },
}

/// Where settings come from beside flags and `BATON_*` variables.
#[derive(Debug, Args)]
pub(crate) struct Source {
    /// A TOML file with settings; flags and environment win over it.
    #[arg(long, value_name = "FILE", env = "BATON_CONFIG")]
    pub(crate) config: Option<PathBuf>,
}

/// Files of a process.
#[derive(Debug, Args)]
pub(crate) struct Files {
    /// Folder of everything that is kept on disk [default: .baton].
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// File with the key of tokens [default: token-secret in the data folder].
    #[arg(long, value_name = "FILE")]
    token_secret_file: Option<PathBuf>,
}

/// The broker and how its streams are divided.
#[derive(Debug, Args)]
pub(crate) struct Broker {
    /// NATS servers, separated by commas [default: nats://127.0.0.1:7422].
    #[arg(long, value_name = "URL")]
    nats_url: Option<NatsUrl>,
    /// Number of shards, fixed when the streams are made [default: 8].
    #[arg(long)]
    shards: Option<u16>,
    /// Replicas of new streams [default: 3 on a cluster, else 1].
    #[arg(long)]
    replicas: Option<u8>,
}

/// `baton up`.
#[derive(Debug, Args)]
pub(crate) struct UpFlags {
    #[command(flatten)]
    pub(crate) source: Source,
    #[command(flatten)]
    files: Files,
    /// Use a token secret made for development even where other machines can reach it.
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    allow_development_secret: Option<bool>,
    /// Public address; port 0 takes a free one [default: 127.0.0.1:7080].
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Address of health and metrics [default: 127.0.0.1:7081].
    #[arg(long, value_name = "ADDRESS")]
    admin_listen: Option<SocketAddr>,
    /// Address of the broker that is started [default: 127.0.0.1:7422].
    #[arg(long, value_name = "ADDRESS")]
    nats_listen: Option<SocketAddr>,
    /// Configuration to publish while the workspace has none [default: a demo].
    #[arg(long, value_name = "FILE")]
    workspace_file: Option<PathBuf>,
    /// Number of shards, fixed at the first start [default: 1].
    #[arg(long)]
    shards: Option<u16>,
    /// The OpenID Connect service where the staff signs in, described in a file [default: they
    /// bring tokens].
    #[arg(long, value_name = "FILE")]
    oidc_file: Option<PathBuf>,
    /// Whether clients on this machine are limited like all others [default: false].
    #[arg(long, value_name = "BOOL")]
    limit_loopback: Option<bool>,
}

/// `baton router`.
#[derive(Debug, Args)]
pub(crate) struct RouterFlags {
    #[command(flatten)]
    pub(crate) source: Source,
    /// Taken as by the other processes; a router keeps nothing on its disk.
    #[command(flatten)]
    files: Files,
    #[command(flatten)]
    broker: Broker,
    /// The NATS servers' monitor ports, as http://127.0.0.1:8222, separated by commas: asked at
    /// the start whether what is acknowledged survives the loss of power.
    #[arg(long, value_name = "URL")]
    nats_monitor_url: Option<String>,
    /// Address of health and metrics [default: 127.0.0.1:7082].
    #[arg(long, value_name = "ADDRESS")]
    admin_listen: Option<SocketAddr>,
}

/// `baton gateway`.
#[derive(Debug, Args)]
pub(crate) struct GatewayFlags {
    #[command(flatten)]
    pub(crate) source: Source,
    #[command(flatten)]
    files: Files,
    #[command(flatten)]
    broker: Broker,
    /// Use a token secret made for development even where other machines can reach it.
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    allow_development_secret: Option<bool>,
    /// Public address; port 0 takes a free one [default: 127.0.0.1:7080].
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Address of health and metrics [default: 127.0.0.1:7081].
    #[arg(long, value_name = "ADDRESS")]
    admin_listen: Option<SocketAddr>,
    /// Addresses or networks of proxies in front of it, separated by commas: their
    /// X-Forwarded-For is believed [default: nobody's].
    #[arg(long, value_name = "NETWORK")]
    trusted_proxies: Option<TrustedProxies>,
    /// The OpenID Connect service where the staff signs in, described in a file [default: they
    /// bring tokens].
    #[arg(long, value_name = "FILE")]
    oidc_file: Option<PathBuf>,
    /// Whether clients on this machine are limited like all others [default: true].
    #[arg(long, value_name = "BOOL")]
    limit_loopback: Option<bool>,
}

/// `baton token`.
#[derive(Debug, Args)]
pub(crate) struct TokenFlags {
    #[command(flatten)]
    pub(crate) source: Source,
    #[command(flatten)]
    files: Files,
    #[command(flatten)]
    pub(crate) grant: Grant,
}

/// What a token grants.
#[derive(Debug, Args)]
pub(crate) struct Grant {
    /// What its bearer may do.
    #[arg(long)]
    pub(crate) role: Role,
    /// Who its bearer is: an agent's id, or any name for supervisors and admins.
    #[arg(long)]
    pub(crate) sub: String,
    /// The workspace.
    #[arg(long, default_value = "default")]
    pub(crate) workspace: String,
    /// Seconds for which it is good.
    #[arg(long, default_value_t = 43_200)]
    pub(crate) ttl_s: u32,
}

/// Roles that a token can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    /// Answers chats.
    Agent,
    /// Oversees.
    Supervisor,
    /// Configures.
    Admin,
}

/// `baton tour`.
#[derive(Debug, Args)]
pub(crate) struct TourFlags {
    #[command(flatten)]
    pub(crate) source: Source,
    #[command(flatten)]
    files: Files,
    /// Public address, as http://127.0.0.1:7080 [default: that of the `baton up` in the data
    /// folder].
    #[arg(long, value_name = "URL")]
    pub(crate) public: Option<String>,
    /// Address of the router's metrics, as http://127.0.0.1:7081 [default: as above].
    #[arg(long, value_name = "URL")]
    pub(crate) admin: Option<String>,
}

/// `baton doctor`.
#[derive(Debug, Args)]
pub(crate) struct DoctorFlags {
    #[command(flatten)]
    pub(crate) source: Source,
    #[command(flatten)]
    files: Files,
    /// NATS servers [default: those of the `baton up` in the data folder, else port 7422].
    #[arg(long, value_name = "URL")]
    nats_url: Option<NatsUrl>,
    /// The servers' monitor ports, as http://127.0.0.1:8222, separated by commas; found by itself
    /// for `baton up`.
    #[arg(long, value_name = "URL")]
    nats_monitor_url: Option<String>,
}

/// `baton why`.
#[derive(Debug, Args)]
pub(crate) struct WhyFlags {
    #[command(flatten)]
    pub(crate) source: Source,
    #[command(flatten)]
    files: Files,
    /// The chat.
    #[arg(required_unless_present = "agent", conflicts_with = "agent")]
    pub(crate) chat: Option<String>,
    /// The agent, in place of a chat.
    #[arg(long, value_name = "ID")]
    pub(crate) agent: Option<String>,
    /// The workspace.
    #[arg(long, default_value = "default")]
    pub(crate) workspace: String,
    /// Public address of a gateway, as http://127.0.0.1:7080 [default: that of the `baton up` in
    /// the data folder].
    #[arg(long, value_name = "URL")]
    pub(crate) public: Option<String>,
}

impl UpFlags {
    /// As a layer of settings.
    pub(crate) fn partial(&self) -> Partial {
        Partial {
            listen: self.listen,
            admin_listen: self.admin_listen,
            allow_development_secret: self.allow_development_secret,
            nats_listen: self.nats_listen,
            workspace_file: self.workspace_file.clone(),
            shards: self.shards,
            oidc_file: self.oidc_file.clone(),
            limit_loopback: self.limit_loopback,
            ..self.files.partial()
        }
    }
}

impl RouterFlags {
    /// As a layer of settings.
    pub(crate) fn partial(&self) -> Partial {
        let flags = Partial {
            admin_listen: self.admin_listen,
            nats_monitor_url: self.nats_monitor_url.clone(),
            ..self.broker.partial()
        };
        flags.or(self.files.partial())
    }
}

impl GatewayFlags {
    /// As a layer of settings.
    pub(crate) fn partial(&self) -> Partial {
        let flags = Partial {
            listen: self.listen,
            admin_listen: self.admin_listen,
            allow_development_secret: self.allow_development_secret,
            trusted_proxies: self.trusted_proxies.clone(),
            oidc_file: self.oidc_file.clone(),
            limit_loopback: self.limit_loopback,
            ..self.broker.partial()
        };
        flags.or(self.files.partial())
    }
}

impl TokenFlags {
    /// As a layer of settings.
    pub(crate) fn partial(&self) -> Partial {
        self.files.partial()
    }
}

impl TourFlags {
    /// As a layer of settings.
    pub(crate) fn partial(&self) -> Partial {
        self.files.partial()
    }
}

impl WhyFlags {
    /// As a layer of settings.
    pub(crate) fn partial(&self) -> Partial {
        self.files.partial()
    }
}

impl DoctorFlags {
    /// As a layer of settings.
    pub(crate) fn partial(&self) -> Partial {
        Partial {
            nats_url: self.nats_url.clone(),
            nats_monitor_url: self.nats_monitor_url.clone(),
            ..self.files.partial()
        }
    }
}

impl Files {
    fn partial(&self) -> Partial {
        Partial {
            data_dir: self.data_dir.clone(),
            token_secret_file: self.token_secret_file.clone(),
            ..Partial::default()
        }
    }
}

impl Broker {
    fn partial(&self) -> Partial {
        Partial {
            nats_url: self.nats_url.clone(),
            shards: self.shards,
            replicas: self.replicas,
            ..Partial::default()
        }
    }
}

/// Prints a line on standard output; a closed pipe is the reader's business.
pub(crate) fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

/// Prints an error with its causes as one line on standard error.
pub(crate) fn complain(error: &anyhow::Error) {
    let _ = writeln!(io::stderr(), "baton: {}", one_line(error));
}

/// A cause that its effect has told of already is not told again.
fn one_line(error: &anyhow::Error) -> String {
    let mut line = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if line.is_empty() {
            line = cause;
        } else if !line.contains(&cause) {
            line = format!("{line}: {cause}");
        }
    }
    line.replace(char::is_control, " ")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn flags_become_settings() {
        let cli = Cli::parse_from(["baton", "gateway", "--shards", "2", "--data-dir", "/d"]);
        let Command::Gateway(flags) = cli.command else { panic!("gateway was asked for") };
        let partial = flags.partial();
        assert_eq!(partial.shards, Some(2));
        assert_eq!(partial.data_dir, Some("/d".into()));
    }

    #[test]
    fn an_error_is_one_line_that_repeats_nothing() {
        let error = anyhow::anyhow!("disk\nfull").context("cannot write").context("cannot start");
        assert_eq!(one_line(&error), "cannot start: cannot write: disk full");
        let error = anyhow::anyhow!("in use").context("cannot listen: in use; choose another");
        assert_eq!(one_line(&error), "cannot listen: in use; choose another");
    }

    #[test]
    fn s28_no_flag_takes_a_secret() {
        let all = Cli::command();
        let flags = all.get_subcommands().flat_map(clap::Command::get_arguments);
        let names: Vec<&str> = flags.filter_map(clap::Arg::get_long).collect();
        // A yes or no, and the name of a file, tell nothing.
        let harmless = |name: &str| name.ends_with("-file") || name.starts_with("allow-");
        let secret = |name: &&&str| name.contains("secret") && !harmless(name);
        assert_eq!(names.iter().find(secret), None);
        assert!(names.contains(&"token-secret-file"));
    }
}
