//! Three servers in one cluster, each of which tests may kill and start again. Leaves lone
//! servers to `server`.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use super::process::{Process, quoted};
use super::server::{link, loopback};
use crate::nats::Link;

/// Three nodes tolerate the loss of one.
const NODES: usize = 3;
/// The cluster's own leader is elected within this.
const ELECTION_LIMIT: Duration = Duration::from_mins(1);
const POLL: Duration = Duration::from_millis(100);

/// When servers write what they have acknowledged to the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiskSync {
    /// As the server does by itself: every two minutes.
    ByDefault,
    /// Before each acknowledgement, as in production.
    Always,
}

/// A cluster of one test.
#[derive(Debug)]
pub struct NatsCluster {
    nodes: Vec<Node>,
    folder: tempfile::TempDir,
}

#[derive(Debug)]
struct Node {
    port: u16,
    monitor: String,
    config: PathBuf,
    process: Option<Process>,
}

impl NatsCluster {
    /// Starts three servers and waits until JetStream answers.
    pub async fn start() -> Self {
        Self::start_with(DiskSync::ByDefault).await
    }

    /// The same with servers that sync so.
    pub async fn start_with(sync: DiskSync) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let nodes = write_configs(folder.path(), sync);
        let mut cluster = Self { nodes, folder };
        for index in 0..NODES {
            cluster.restart(index);
        }
        cluster.await_jetstream().await;
        cluster
    }

    /// The URLs of all nodes, separated by commas.
    pub fn url(&self) -> String {
        let urls = self.nodes.iter().map(|node| format!("nats://{}", loopback(node.port)));
        urls.collect::<Vec<_>>().join(",")
    }

    /// `http://…` of each node's monitor; another one after each start.
    pub fn monitor_urls(&self) -> Vec<String> {
        self.nodes.iter().map(|node| node.monitor.clone()).collect()
    }

    /// The process ids of the nodes that run, in order.
    pub fn pids(&self) -> Vec<u32> {
        self.nodes.iter().filter_map(|node| Some(node.process.as_ref()?.pid())).collect()
    }

    /// A connection to the cluster.
    pub async fn link(&self) -> Link {
        link(&self.url()).await
    }

    /// The node (0 to 2) with this server name, as a stream's information names its leader.
    pub fn node_named(&self, name: &str) -> Option<usize> {
        (0..NODES).find(|index| node_name(*index) == name)
    }

    /// Kills a node (SIGKILL) and waits until it is gone.
    pub fn kill(&mut self, node: usize) {
        self.nodes[node].process = None;
    }

    /// Stops a node in order (SIGTERM) and waits until it is gone.
    pub fn stop(&mut self, node: usize) {
        if let Some(mut process) = self.nodes[node].process.take() {
            process.signal(Signal::SIGTERM);
            process.wait();
        }
    }

    /// Freezes a node (SIGSTOP).
    pub fn freeze(&self, node: usize) {
        self.running(node).freeze();
    }

    /// Lets a node go on after [`Self::freeze`].
    pub fn thaw(&self, node: usize) {
        self.running(node).signal(Signal::SIGCONT);
    }

    /// Starts a node again on its port and store; a running one is killed first.
    pub fn restart(&mut self, node: usize) {
        self.kill(node);
        let node = &mut self.nodes[node];
        let mut process = Process::start(&node.config);
        node.monitor = process.await_ports(self.folder.path()).monitor;
        process.await_listening(loopback(node.port));
        node.process = Some(process);
    }

    /// Waits until the cluster has a leader that answers for JetStream.
    pub async fn await_jetstream(&self) {
        let link = self.link().await;
        let jetstream = link.jetstream(Duration::from_secs(1));
        let deadline = Instant::now() + ELECTION_LIMIT;
        while jetstream.query_account().await.is_err() {
            assert!(Instant::now() < deadline, "the cluster has elected no leader in time");
            tokio::time::sleep(POLL).await;
        }
    }

    fn running(&self, node: usize) -> &Process {
        self.nodes[node].process.as_ref().expect("the test has not stopped this node")
    }
}

fn node_name(index: usize) -> String {
    format!("node{}", index + 1)
}

fn write_configs(folder: &Path, sync: DiskSync) -> Vec<Node> {
    let ports = free_ports(2 * NODES);
    let (clients, routes) = ports.split_at(NODES);
    let all: Vec<String> =
        routes.iter().map(|port| format!("\"nats://{}\"", loopback(*port))).collect();
    let sync = match sync {
        DiskSync::ByDefault => "",
        DiskSync::Always => ", sync_interval: always",
    };
    let node = |index: usize| {
        let name = node_name(index);
        let config = folder.join(format!("{name}.conf"));
        let text = format!(
            "server_name: {name}\nlisten: \"{}\"\nhttp: \"127.0.0.1:-1\"\n\
             ports_file_dir: {}\njetstream {{ store_dir: {}{sync} }}\n\
             cluster {{ name: baton, listen: \"{}\", routes: [{}] }}\n",
            loopback(clients[index]),
            quoted(folder),
            quoted(&folder.join(&name)),
            loopback(routes[index]),
            all.join(", "),
        );
        fs::write(&config, text).expect("the test's folder can be written");
        Node { port: clients[index], monitor: String::new(), config, process: None }
    };
    (0..NODES).map(node).collect()
}

/// Ports that are free now. Held together, so that they differ, then let go.
fn free_ports(count: usize) -> Vec<u16> {
    let listen = |_| TcpListener::bind(loopback(0)).expect("a free port can be taken");
    let listeners: Vec<TcpListener> = (0..count).map(listen).collect();
    let port = |listener: &TcpListener| listener.local_addr().expect("it is bound").port();
    listeners.iter().map(port).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nats::{Wanted, ensure_streams, replicas_for};

    #[tokio::test]
    async fn streams_are_replicated_and_survive_a_node() {
        let mut cluster = NatsCluster::start().await;
        let link = cluster.link().await;
        let replicas = replicas_for(None, &link.client().server_info());
        assert_eq!(replicas, 3);
        let jetstream = link.jetstream(Duration::from_secs(5));
        let wanted = Wanted { shard: 0, shards: 1, replicas };
        ensure_streams(&jetstream, wanted).await.unwrap();
        let journal = jetstream.get_stream("baton-journal-0").await.unwrap();
        let leader = journal.cached_info().cluster.clone().and_then(|cluster| cluster.leader);
        let leader = cluster.node_named(&leader.unwrap()).unwrap();
        cluster.kill(leader);
        ensure_streams(&jetstream, wanted).await.unwrap();
    }
}
