//! A lone server with JetStream, which tests may kill, freeze and start again on the same port
//! and store. Leaves clusters to `cluster`.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use nix::sys::signal::Signal;

use super::process::{Ports, Process, quoted};
use crate::nats::{Link, LinkOptions, connect};

/// A connection to a server that listens is there within this.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server of one test: its port, its store, its process.
#[derive(Debug)]
pub struct NatsServer {
    port: u16,
    monitor: String,
    process: Option<Process>,
    folder: tempfile::TempDir,
}

impl NatsServer {
    /// Starts a server on a free port with an empty store.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let config = write_config(folder.path(), -1);
        let mut process = Process::start(&config);
        let Ports { port, monitor } = process.await_ports(folder.path());
        process.await_listening(loopback(port));
        Self { port, monitor, process: Some(process), folder }
    }

    /// `nats://127.0.0.1:port`.
    pub fn url(&self) -> String {
        format!("nats://{}", loopback(self.port))
    }

    /// A connection to it.
    pub async fn link(&self) -> Link {
        link(&self.url()).await
    }

    /// `http://…` of its monitor; another one after each start.
    pub fn monitor_url(&self) -> &str {
        &self.monitor
    }

    /// Its process id, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.process.as_ref().map(Process::pid)
    }

    /// Its store, for tests that look at or damage raw files.
    pub fn store(&self) -> std::path::PathBuf {
        self.folder.path().join("store")
    }

    /// Kills it (SIGKILL) and waits until it is gone.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// Stops it in order (SIGTERM) and waits until it is gone.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.signal(Signal::SIGTERM);
            process.wait();
        }
    }

    /// Freezes it (SIGSTOP).
    pub fn freeze(&self) {
        self.running().freeze();
    }

    /// Lets it go on after [`Self::freeze`].
    pub fn thaw(&self) {
        self.running().signal(Signal::SIGCONT);
    }

    /// Starts it again on the same port and store; a running one is killed first.
    pub fn restart(&mut self) {
        self.kill();
        let config = write_config(self.folder.path(), i32::from(self.port));
        let mut process = Process::start(&config);
        self.monitor = process.await_ports(self.folder.path()).monitor;
        process.await_listening(loopback(self.port));
        self.process = Some(process);
    }

    fn running(&self) -> &Process {
        self.process.as_ref().expect("the test has not stopped this server")
    }
}

pub(super) const fn loopback(port: u16) -> SocketAddr {
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), port)
}

pub(super) async fn link(url: &str) -> Link {
    let url = url.parse().expect("the server's own URL");
    let options = LinkOptions { url, name: "baton-test".into(), patience: PATIENCE };
    connect(options).await.expect("the test's server can be reached")
}

/// Port -1 takes a free one and tells it in a file of the folder.
fn write_config(folder: &Path, port: i32) -> std::path::PathBuf {
    let config = folder.join("nats.conf");
    let text = format!(
        "listen: \"127.0.0.1:{port}\"\nhttp: \"127.0.0.1:-1\"\nports_file_dir: {}\n\
         jetstream {{ store_dir: {} }}\n",
        quoted(folder),
        quoted(&folder.join("store")),
    );
    fs::write(&config, text).expect("the test's folder can be written");
    config
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_restart_keeps_port_and_store() {
        let mut server = NatsServer::start();
        let url = server.url();
        let js = server.link().await.jetstream(PATIENCE);
        let config =
            async_nats::jetstream::stream::Config { name: "kept".into(), ..Default::default() };
        js.create_stream(config).await.unwrap();
        server.stop();
        assert_eq!(server.pid(), None);
        server.restart();
        assert_eq!(server.url(), url);
        let js = server.link().await.jetstream(PATIENCE);
        js.get_stream("kept").await.unwrap();
    }

    #[test]
    fn nothing_is_left() {
        let server = NatsServer::start();
        let (folder, address) = (server.store(), loopback(server.port));
        drop(server);
        assert!(!folder.exists());
        assert!(std::net::TcpStream::connect(address).is_err());
    }
}
