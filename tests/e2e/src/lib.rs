//! What the end-to-end tests share: Baton's processes, brokers, workspaces, tokens, and looking
//! into metrics, streams and logs. The protocol's client is `baton-client`; the tests are in
//! `tests/suite`, one file a topic.

mod balancer;
mod metrics;
mod place;
mod process;
pub mod prometheus;
pub mod proxy;
mod scene;
mod shape;
mod shop;
mod stage;
mod streams;
mod tokens;

pub use balancer::Balancer;
pub use metrics::Metrics;
pub use place::Place;
pub use process::{Process, Ready, ended, wait_gone};
pub use scene::Scene;
pub use shape::{Shape, shape};
pub use shop::{Shop, document, merge};
pub use stage::{Broker, Kind, Part, Stage};
pub use streams::{Stored, check_journal, jetstream_of, stored, stored_in};
pub use tokens::Minter;

use std::time::Duration;

/// Waits until a look finds something; fails naming what was looked for.
pub async fn until<T>(what: &str, within: Duration, look: impl AsyncFnMut() -> Option<T>) -> T {
    let found = baton_client::until(what, within, look).await;
    found.unwrap_or_else(|late| panic!("{late}"))
}
