//! The site: three brokers, two routers, up to four gateways and the proxy, each on a host of its
//! own, started from the very configuration files that a deployment uses. Leaves what is broken
//! when to `faults`, and whether all is well to `health`.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use nix::sys::signal::Signal;
use tempfile::TempDir;

use crate::health;
use crate::net::{Host, Net};
use crate::process::Process;

/// Brokers of the site.
pub(crate) const BROKERS: usize = 3;
/// Routers of the site.
pub(crate) const ROUTERS: usize = 2;
/// Gateways that run all the time; one more comes and goes.
pub(crate) const GATEWAYS: usize = 3;
/// Shards of the deployment: more than one, so that routers share them.
pub(crate) const SHARDS: u16 = 2;
/// The proxy's public port.
const PROXY_PORT: u16 = 8080;
/// A start takes a second or two; a loaded machine is granted more.
const START_LIMIT: Duration = Duration::from_secs(40);
/// The checkout that this was compiled in: the deployment files are read from there.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// One part of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// A broker, from 0.
    Broker(usize),
    /// A router, from 0.
    Router(usize),
    /// A gateway, from 0; the last one is the spare.
    Gateway(usize),
    /// The load balancer.
    Proxy,
}

/// The programs that run.
#[derive(Clone, Debug)]
pub(crate) struct Programs {
    /// `baton`.
    pub(crate) baton: PathBuf,
    /// `nats-server`.
    pub(crate) nats: PathBuf,
}

/// The running site. Dropped, all of it is ended and removed.
#[derive(Debug)]
pub(crate) struct Site {
    programs: Programs,
    processes: Vec<(Part, Process)>,
    /// The text of the token secret.
    pub(crate) secret: String,
    net: Net,
    folder: TempDir,
}

impl Part {
    /// All parts but the spare gateway, in the order in which they start.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let brokers = (0..BROKERS).map(Self::Broker);
        let gateways = (0..GATEWAYS).map(Self::Gateway);
        brokers.chain((0..ROUTERS).map(Self::Router)).chain(gateways).chain([Self::Proxy])
    }

    /// `nats1`, `router1`, `gateway1`, `proxy`.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Broker(index) => format!("nats{}", index + 1),
            Self::Router(index) => format!("router{}", index + 1),
            Self::Gateway(index) => format!("gateway{}", index + 1),
            Self::Proxy => "proxy".into(),
        }
    }

    fn host(self) -> Host {
        let number = |first: u8, index: usize| first + u8::try_from(index).unwrap_or(u8::MAX);
        Host(match self {
            Self::Broker(index) => number(11, index),
            Self::Router(index) => number(21, index),
            Self::Gateway(index) => number(31, index),
            Self::Proxy => 41,
        })
    }
}

impl Site {
    /// Makes the hosts; nothing runs yet.
    pub(crate) fn build(programs: Programs) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("baton-scale-").tempdir()?;
        let secret = format!("{}{}", baton_client::fresh_key(), baton_client::fresh_key());
        let mut options = fs::OpenOptions::new();
        let file = options.write(true).create_new(true).mode(0o600);
        file.open(folder.path().join("token-secret"))?.write_all(secret.as_bytes())?;
        let mut net = Net::new()?;
        for part in Part::all().chain([Part::Gateway(GATEWAYS)]) {
            net.add(part.host())?;
        }
        Ok(Self { programs, processes: Vec::new(), secret, net, folder })
    }

    /// Starts every part and waits until all is well.
    pub(crate) async fn start(&mut self) -> anyhow::Result<()> {
        for part in Part::all() {
            self.launch(part)?;
        }
        health::whole(self).await
    }

    /// Starts a part that does not run, in the folder that it had; does not wait.
    pub(crate) fn launch(&mut self, part: Part) -> anyhow::Result<()> {
        self.processes.retain(|(other, _)| *other != part);
        let process = Process::start(&part.name(), self.command(part)?, self.folder.path())?;
        self.processes.push((part, process));
        Ok(())
    }

    /// Starts a part and waits until it would serve.
    pub(crate) async fn restart(&mut self, part: Part) -> anyhow::Result<()> {
        self.launch(part)?;
        health::serves(self, part, START_LIMIT).await
    }

    /// The process of a part that runs.
    pub(crate) fn process(&mut self, part: Part) -> anyhow::Result<&mut Process> {
        let found = self.processes.iter_mut().find(|(other, _)| *other == part);
        Ok(&mut found.with_context(|| format!("{} does not run", part.name()))?.1)
    }

    /// Ends a part as its operator would: a broker hands over first, the others drain.
    pub(crate) async fn stop(&mut self, part: Part) -> anyhow::Result<()> {
        // The broker's own signal for handing over: `nats-server --signal ldm`.
        let broker = matches!(part, Part::Broker(_));
        let signal = if broker { Signal::SIGUSR2 } else { Signal::SIGTERM };
        self.process(part)?.stop(signal).await?;
        self.processes.retain(|(other, _)| *other != part);
        Ok(())
    }

    /// Cuts a part's host off.
    pub(crate) fn cut(&self, part: Part) -> anyhow::Result<()> {
        self.net.cut(part.host())
    }

    /// Connects it again.
    pub(crate) fn join(&self, part: Part) -> anyhow::Result<()> {
        self.net.join(part.host())
    }

    /// Parts that have been started and not stopped, and still run.
    pub(crate) fn running(&mut self) -> anyhow::Result<Vec<Part>> {
        for (_, process) in &mut self.processes {
            process.check()?;
        }
        Ok(self.processes.iter().map(|(part, _)| *part).collect())
    }

    /// Where people reach the site: the proxy.
    pub(crate) fn public(&self) -> String {
        format!("http://{}:{PROXY_PORT}", self.address(Part::Proxy))
    }

    /// A gateway's own public address, past the proxy.
    pub(crate) fn direct(&self, gateway: usize) -> String {
        format!("http://{}:7080", self.address(Part::Gateway(gateway)))
    }

    /// A router's or gateway's admin address.
    pub(crate) fn admin(&self, part: Part) -> String {
        let port = if matches!(part, Part::Router(_)) { 7082 } else { 7081 };
        format!("http://{}:{port}", self.address(part))
    }

    /// A broker's client address.
    pub(crate) fn broker(&self, index: usize) -> String {
        format!("nats://{}:4222", self.address(Part::Broker(index)))
    }

    /// All brokers', separated by commas.
    pub(crate) fn brokers(&self) -> String {
        (0..BROKERS).map(|index| self.broker(index)).collect::<Vec<_>>().join(",")
    }

    /// The proxy's socket for questions.
    pub(crate) fn proxy_socket(&self) -> PathBuf {
        self.folder.path().join("proxy.sock")
    }

    /// Keeps the folder with what the processes printed; where it is.
    pub(crate) fn keep_folder(&mut self) -> PathBuf {
        self.folder.disable_cleanup(true);
        self.folder.path().to_owned()
    }

    fn address(&self, part: Part) -> String {
        self.net.address(part.host()).to_string()
    }

    fn command(&self, part: Part) -> anyhow::Result<std::process::Command> {
        match part {
            Part::Broker(index) => self.broker_command(index),
            Part::Router(_) | Part::Gateway(_) => Ok(self.baton_command(part)),
            Part::Proxy => self.proxy_command(),
        }
    }

    fn broker_command(&self, index: usize) -> anyhow::Result<std::process::Command> {
        let part = Part::Broker(index);
        let mut command = self.net.command(part.host(), &self.programs.nats);
        command.arg("-c").arg(deployed("deploy/nats/nats-server.conf")?);
        command.env("NATS_NAME", part.name()).env("NATS_HOST", self.address(part));
        for other in 0..BROKERS {
            let route = format!("nats://{}:6222", self.address(Part::Broker(other)));
            command.env(format!("NATS_ROUTE_{}", other + 1), route);
        }
        command.env("NATS_STORE", self.folder.path().join(part.name()));
        Ok(command)
    }

    fn baton_command(&self, part: Part) -> std::process::Command {
        let mut command = self.net.command(part.host(), &self.programs.baton);
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("BATON_")) {
                command.env_remove(name);
            }
        }
        let address = self.address(part);
        let shards = SHARDS.to_string();
        let router = matches!(part, Part::Router(_));
        command.arg(if router { "router" } else { "gateway" });
        command.args(["--nats-url", &self.brokers(), "--shards", &shards]);
        command.arg("--data-dir").arg(self.folder.path().join(part.name()));
        if router {
            command.args(["--admin-listen", &format!("{address}:7082")]);
        } else {
            command.args(["--listen", &format!("{address}:7080")]);
            command.args(["--admin-listen", &format!("{address}:7081")]);
            command.args(["--trusted-proxies", &self.address(Part::Proxy)]);
            command.arg("--token-secret-file").arg(self.folder.path().join("token-secret"));
        }
        command
    }

    fn proxy_command(&self) -> anyhow::Result<std::process::Command> {
        let mut command = self.net.command(Part::Proxy.host(), Path::new("haproxy"));
        command.arg("-db").arg("-f").arg(deployed("deploy/haproxy/haproxy.cfg")?);
        command.env("BATON_PROXY_PORT", PROXY_PORT.to_string());
        command.env("BATON_PROXY_SOCKET", self.proxy_socket());
        for gateway in 0..=GATEWAYS {
            let name = format!("BATON_GATEWAY_{}", gateway + 1);
            command.env(name, self.address(Part::Gateway(gateway)));
        }
        Ok(command)
    }
}

/// A file of the deployment.
fn deployed(name: &str) -> anyhow::Result<PathBuf> {
    let path = Path::new(ROOT).join(name);
    ensure!(path.is_file(), "{} is missing: run this from a checkout", path.display());
    Ok(path)
}
