//! The reference's second process: consumes in order, appends with the expected sequence, and
//! publishes a notice once that is acknowledged.

use std::io::{self, Write};

use anyhow::{Context, bail};
use async_nats::jetstream;
use async_nats::jetstream::consumer::DeliverPolicy;
use async_nats::jetstream::consumer::pull::OrderedConfig;
use baton_common::subjects::EXPECTED_LAST_SEQUENCE;
use futures_util::StreamExt;

use super::{connect, headers, parent_gone};
use crate::command_line::Part;

/// Works until whoever started it is gone.
pub(crate) async fn run(part: &Part) -> anyhow::Result<()> {
    tokio::select! {
        worked = work(part) => worked,
        () = parent_gone() => Ok(()),
    }
}

async fn work(part: &Part) -> anyhow::Result<()> {
    let client = connect(part).await?;
    let broker = jetstream::new(client.clone());
    let stream = broker.get_stream(part.stream("commands")).await.context("no commands")?;
    let config = OrderedConfig { deliver_policy: DeliverPolicy::All, ..OrderedConfig::default() };
    let consumer = stream.create_consumer(config).await.context("no consumer")?;
    let mut commands = consumer.messages().await.context("no messages")?;
    writeln!(io::stdout(), "ready").context("nobody reads")?;
    let mut last = 0_u64;
    while let Some(command) = commands.next().await {
        let command = command.context("the consumer broke")?;
        let mut headers = headers(part, "journal");
        headers.insert(EXPECTED_LAST_SEQUENCE, last.to_string().as_str());
        let subject = part.subject("journal");
        let sent = broker.publish_with_headers(subject, headers, command.payload.clone()).await;
        let stored = sent.context("the append was not sent")?.await;
        last = stored.context("the append was refused")?.sequence;
        let notice = part.subject("notice");
        client.publish(notice, command.payload.clone()).await.context("no notice")?;
    }
    bail!("the consumer ended")
}
