//! Real nats-servers for tests: random port, own folder, ended by their own process id, nothing
//! left. Leaves deliberate network faults to the harness that needs them.

mod cluster;
mod process;
mod server;

pub use cluster::{DiskSync, NatsCluster};
pub use process::nats_server_binary;
pub use server::NatsServer;
