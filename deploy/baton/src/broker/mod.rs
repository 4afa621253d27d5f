//! The nats-server that `baton up` runs beside itself. It owns finding, starting, watching and
//! stopping it; it leaves streams and every other broker to the rest.

mod binary;
mod config;
mod process;
mod stale;
mod supervise;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::data_dir::DataDir;
use config::Plan;
pub(crate) use config::monitor_of;
use process::Server;

/// Attempts at a free port: another process may take it before the server does.
const PORT_ATTEMPTS: usize = 3;

/// A running, supervised nats-server.
#[derive(Debug)]
pub(crate) struct Broker {
    address: SocketAddr,
    stop: CancellationToken,
    failure: watch::Receiver<Option<String>>,
    supervisor: JoinHandle<()>,
}

/// Why there is no broker. One line that says what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BrokerError {
    #[error(
        "there is no nats-server: run `make up`, which fetches one, or install 2.14.5 or newer \
         and name it in BATON_NATS_SERVER"
    )]
    NoBinary,
    #[error("{path} is no working nats-server: {problem}; {REPLACE}")]
    BadBinary { path: PathBuf, problem: String },
    #[error("{path}: {source}; {REPLACE}")]
    OldBinary { path: PathBuf, source: baton_runtime::nats::FactError },
    #[error(
        "cannot start the broker on {0}: the address is in use; stop what listens there, or \
         choose another with --nats-listen"
    )]
    PortTaken(SocketAddr),
    #[error("cannot start the broker on {address}: {source}; choose another with --nats-listen")]
    BadAddress { address: SocketAddr, source: io::Error },
    #[error(
        "the broker of `baton up` has no passwords and cannot listen on {0}, which others may \
         reach: give --nats-listen an address of 127.0.0.1"
    )]
    NotLoopback(SocketAddr),
    #[error("the broker has no room on the disk of {0}: free some space and start again")]
    DiskFull(PathBuf),
    #[error("cannot prepare the broker's folder {path}: {source}; check its permissions")]
    Folder { path: PathBuf, source: io::Error },
    #[error("the broker does not start: {problem}; its log is {log}")]
    NoStart { problem: String, log: PathBuf },
    #[error(
        "an earlier broker (process {0}) holds the data folder and does not stop: end it with \
         `kill -9 {0}`"
    )]
    Stale(i32),
}

const REPLACE: &str = "run `make up`, which fetches one, or name another in BATON_NATS_SERVER";

impl Broker {
    /// Finds a nats-server, starts it over the data folder, and waits until it answers.
    pub(crate) async fn start(data: &DataDir, listen: SocketAddr) -> Result<Self, BrokerError> {
        if !listen.ip().is_loopback() {
            return Err(BrokerError::NotLoopback(listen));
        }
        Self::start_with(binary::find().await?, data, listen).await
    }

    async fn start_with(
        binary: PathBuf,
        data: &DataDir,
        listen: SocketAddr,
    ) -> Result<Self, BrokerError> {
        stale::stop_earlier(data.path()).await?;
        let (plan, server) = start_first(data, binary, listen).await?;
        let address = plan.listen;
        let stop = CancellationToken::new();
        let (sender, failure) = watch::channel(None);
        let supervisor = tokio::spawn(supervise::run(plan, server, stop.clone(), sender));
        Ok(Self { address, stop, failure, supervisor })
    }

    /// Where it listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until the supervisor has given up; the text says why and what to do.
    pub(crate) async fn failed(&self) -> String {
        let mut failure = self.failure.clone();
        match failure.wait_for(Option::is_some).await {
            Ok(reason) => reason.clone().unwrap_or_default(),
            Err(_) => "the broker's supervisor ended by itself; start again".to_owned(),
        }
    }

    /// Stops it in order, or by force after a limit.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.supervisor.await {
            tracing::error!(%error, "the broker's supervisor failed");
        }
    }
}

/// The first start: with port 0 a port that was free may be gone a moment later.
async fn start_first(
    data: &DataDir,
    binary: PathBuf,
    listen: SocketAddr,
) -> Result<(Plan, Server), BrokerError> {
    let mut attempt = 1;
    loop {
        let plan = Plan::new(data.path(), binary.clone(), listen)?;
        match Server::start(&plan).await {
            Ok(server) => return Ok((plan, server)),
            Err(BrokerError::PortTaken(_)) if listen.port() == 0 && attempt < PORT_ATTEMPTS => {
                attempt += 1;
            }
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use baton_runtime::testing::nats_server_binary;
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;

    use super::*;

    const ANY: &str = "127.0.0.1:0";

    fn data() -> (tempfile::TempDir, DataDir) {
        let folder = tempfile::tempdir().unwrap();
        let data = DataDir::open(&folder.path().join("data")).unwrap();
        (folder, data)
    }

    async fn start(data: &DataDir, listen: SocketAddr) -> Result<Broker, BrokerError> {
        Broker::start_with(nats_server_binary(), data, listen).await
    }

    async fn link(broker: &Broker) -> baton_runtime::nats::Link {
        let options = baton_runtime::nats::LinkOptions {
            url: baton_runtime::settings::NatsUrl::of_server(broker.address()),
            name: "test".into(),
            patience: Duration::ZERO,
        };
        baton_runtime::nats::connect(options).await.unwrap()
    }

    #[tokio::test]
    async fn a_started_broker_answers_and_a_stopped_one_is_gone() {
        let (_folder, data) = data();
        let broker = start(&data, ANY.parse().unwrap()).await.unwrap();
        link(&broker).await;
        let address = broker.address();
        broker.stop().await;
        assert!(std::net::TcpStream::connect(address).is_err());
    }

    #[tokio::test]
    async fn a_broker_that_dies_is_started_again_at_its_address() {
        let (_folder, data) = data();
        let broker = start(&data, ANY.parse().unwrap()).await.unwrap();
        let link = link(&broker).await;
        let mut state = link.state();
        state.wait_for(|state| state.connected).await.unwrap();
        let pid = stale::earlier(data.path()).unwrap();
        kill(Pid::from_raw(pid), Signal::SIGKILL).unwrap();
        let again = state.wait_for(|state| state.connects == 2);
        tokio::time::timeout(Duration::from_secs(20), again).await.unwrap().unwrap();
        broker.stop().await;
    }

    #[tokio::test]
    async fn a_broker_left_over_is_stopped_before_the_next() {
        let (_folder, data) = data();
        let plan = Plan::new(data.path(), nats_server_binary(), ANY.parse().unwrap()).unwrap();
        let left_over = Server::start(&plan).await.unwrap();
        let pid = stale::earlier(data.path()).unwrap();
        let broker = start(&data, plan.listen).await.unwrap();
        assert_ne!(stale::earlier(data.path()), Some(pid));
        broker.stop().await;
        left_over.stop().await;
    }

    #[tokio::test]
    async fn a_taken_port_is_one_line_with_address_and_flag() {
        let (_folder, data) = data();
        let other = std::net::TcpListener::bind(ANY).unwrap();
        let address = other.local_addr().unwrap();
        let error = start(&data, address).await.unwrap_err().to_string();
        assert!(error.contains(&address.to_string()), "{error}");
        assert!(error.contains("--nats-listen"), "{error}");
    }
}
