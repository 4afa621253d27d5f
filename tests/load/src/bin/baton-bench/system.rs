//! What measurements on a stage share: its kind, its workspace, its journals.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use async_nats::jetstream;
use async_nats::jetstream::consumer::{DeliverPolicy, pull::OrderedConfig};
use baton_client::Http;
use baton_e2e::{Kind, Stage, Stored};
use futures_util::{StreamExt as _, TryStreamExt as _};
use serde_json::Value;

use crate::command_line::Replicas;

/// A workspace is published within this.
const PUBLISHED: Duration = Duration::from_mins(1);
const REPEAT: Duration = Duration::from_millis(100);

/// The stage for a flag.
pub(crate) fn kind(replicas: Replicas) -> Kind {
    match replicas {
        Replicas::One => Kind::One,
        Replicas::Three => Kind::Three,
    }
}

/// Publishes a workspace; waits for the router that takes it.
pub(crate) async fn publish(stage: &Stage, workspace: &str, config: &Value) -> anyhow::Result<()> {
    let admin = Http::new(stage.base()).with_token(&stage.minter.token("admin", "root", workspace));
    let deadline = Instant::now() + PUBLISHED;
    loop {
        let reply = admin.put("/v1/config", config).await;
        match reply.status {
            200 => return Ok(()),
            503 if Instant::now() < deadline => tokio::time::sleep(REPEAT).await,
            status => bail!("the workspace is not published: {status}: {}", reply.text),
        }
    }
}

/// All frames of all journals, read in order.
pub(crate) async fn journals(broker: &jetstream::Context) -> anyhow::Result<Vec<Stored>> {
    let names: Vec<String> = broker.stream_names().try_collect().await.context("the streams")?;
    let mut all = Vec::new();
    for name in names.into_iter().filter(|name| name.starts_with("baton-journal-")) {
        let read = journal(broker, &name, &mut all).await;
        read.with_context(|| format!("{name} cannot be read"))?;
    }
    Ok(all)
}

async fn journal(
    broker: &jetstream::Context,
    name: &str,
    into: &mut Vec<Stored>,
) -> anyhow::Result<()> {
    let stream = broker.get_stream(name).await?;
    let last = stream.cached_info().state.last_sequence;
    if last == 0 {
        return Ok(());
    }
    let config = OrderedConfig { deliver_policy: DeliverPolicy::All, ..OrderedConfig::default() };
    let mut messages = stream.create_consumer(config).await?.messages().await?;
    while let Some(message) = messages.next().await {
        let message = message?;
        let sequence = message.info().map_err(|error| anyhow::anyhow!(error))?.stream_sequence;
        into.push(Stored {
            stream: name.to_owned(),
            subject: message.subject.to_string(),
            headers: String::new(),
            payload: message.payload.to_vec(),
        });
        if sequence >= last {
            return Ok(());
        }
    }
    bail!("the consumer ended")
}
