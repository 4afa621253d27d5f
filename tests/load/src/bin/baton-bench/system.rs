//! What measurements on a stage share: its kind, its facts, its workspace.

use std::time::Duration;

use baton_client::Gateways;
use baton_e2e::{Kind, Stage};
use baton_load::machine::{self, Facts, Measured};
use serde_json::Value;

use crate::command_line::Replicas;

/// A workspace is published within this.
const PUBLISHED: Duration = Duration::from_mins(1);

/// The stage for a flag.
pub(crate) fn kind(replicas: Replicas) -> Kind {
    match replicas {
        Replicas::One => Kind::One,
        Replicas::Three => Kind::ThreeSynced,
    }
}

/// Where and on what a stage was measured; it must still run.
pub(crate) async fn facts(stage: &Stage) -> Facts {
    let (nats, monitors) = (Some(stage.broker.url()), stage.broker.monitor_urls());
    machine::facts(&Measured { baton: machine::program(), nats, monitors }).await
}

/// Publishes a workspace; waits for the router that takes it.
pub(crate) async fn publish(stage: &Stage, workspace: &str, config: &Value) -> anyhow::Result<()> {
    let gateways = Gateways::new([stage.base().to_owned()]);
    let token = stage.minter.token("admin", "root", workspace);
    baton_client::publish(&gateways, &token, config, PUBLISHED).await
}
