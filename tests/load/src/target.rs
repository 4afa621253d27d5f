//! Which Baton is loaded: where it is reached and how tokens for it are made. Starting one is left
//! to `fresh`.

use baton_client::Gateways;
use baton_e2e::Minter;

/// A running Baton.
#[derive(Clone, Debug)]
pub struct Target {
    /// The gateways' public addresses; may change while the load runs.
    pub gateways: Gateways,
    /// The admin addresses of the routers (of `baton up`: its one), for the exported statistics;
    /// may change while the load runs, may be empty.
    pub admins: Gateways,
    /// The broker, for the audit. Without it only what the clients saw is looked at.
    pub nats_url: Option<String>,
    /// Signs the people's tokens.
    pub minter: Minter,
    /// The workspace of the load; its configuration is published by the run.
    pub workspace: String,
    /// Nothing but this load has ever been in this Baton, so that everything stored is its own.
    pub is_own: bool,
}

/// A fresh name for a workspace in a Baton that has others: `load-` and eight random digits.
pub fn fresh_workspace() -> String {
    format!("load-{:08x}", rand::random::<u32>())
}
