//! Delivers a stream's messages in order from a sequence on, until it is dropped: the consumer is
//! made anew whenever it fails. Leaves restarting after a reconnect to the node, which asks for a
//! new feed then.

use std::time::Duration;

use anyhow::Context as _;
use async_nats::jetstream::Context;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, pull};
use baton_core::node::Stored;
use futures_util::StreamExt as _;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::task::AbortOnDropHandle;

use crate::broker::timestamp;

/// Messages that were read and not taken in: a few frames of the largest size fit memory.
const READ_AHEAD: usize = 64;
/// Pause before a consumer is made again.
const PAUSE: Duration = Duration::from_millis(100);

/// The broker says so often that it is there while it has nothing to deliver.
const HEARTBEAT: Duration = Duration::from_millis(500);
/// One request for messages holds so long; the next follows by itself.
const EXPIRES: Duration = Duration::from_secs(30);
/// The broker forgets a consumer that nobody reads after so long.
const INACTIVE: Duration = Duration::from_secs(10);

/// A message, and how many were stored after it when it was delivered.
pub(crate) type Delivered = (Stored, u64);

/// A running feed.
#[derive(Debug)]
pub(crate) struct Feed {
    messages: mpsc::Receiver<Delivered>,
    _task: AbortOnDropHandle<()>,
}

impl Feed {
    /// Starts delivering `stream` from sequence `from` on.
    pub(crate) fn start(jetstream: &Context, stream: String, from: u64) -> Self {
        let (sender, messages) = mpsc::channel(READ_AHEAD);
        let task = tokio::spawn(deliver(jetstream.clone(), stream, from.max(1), sender));
        Self { messages, _task: AbortOnDropHandle::new(task) }
    }

    /// The next message, for a thread of its own that waits at most so long.
    pub(crate) fn blocking_next(
        &mut self,
        runtime: &Handle,
        patience: Duration,
    ) -> anyhow::Result<Stored> {
        let next = runtime.block_on(async { timeout(patience, self.messages.recv()).await });
        let next = next.with_context(|| format!("nothing was delivered for {patience:?}"))?;
        next.map(|(stored, _)| stored).context("delivering has ended")
    }

    /// The next message. Pending for ever when there is no feed.
    pub(crate) async fn next(feed: &mut Option<Self>) -> Delivered {
        match feed {
            Some(feed) => feed.messages.recv().await.expect("a feed delivers until it is dropped"),
            None => std::future::pending().await,
        }
    }
}

async fn deliver(
    jetstream: Context,
    stream: String,
    mut next: u64,
    sender: mpsc::Sender<Delivered>,
) {
    while !sender.is_closed() {
        if let Err(error) = consume(&jetstream, &stream, &mut next, &sender).await {
            tracing::debug!(stream, next, %error, "reading again");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Reads with a short-lived consumer that keeps no acknowledgements. The library's ordered
/// consumer would notice the death of the server that held it only after half a minute; this one
/// is missed after two heartbeats, and its own count shows a message lost on the way.
async fn consume(
    jetstream: &Context,
    stream: &str,
    next: &mut u64,
    sender: &mpsc::Sender<Delivered>,
) -> anyhow::Result<()> {
    let config = pull::Config {
        deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: *next },
        ack_policy: AckPolicy::None,
        inactive_threshold: INACTIVE,
        memory_storage: true,
        num_replicas: 1,
        ..pull::Config::default()
    };
    let stream = jetstream.get_stream_no_info(stream).await?;
    let consumer = stream.create_consumer(config).await?;
    let mut messages = consumer.stream().heartbeat(HEARTBEAT).expires(EXPIRES).messages().await?;
    let mut delivered = 0;
    while let Some(message) = messages.next().await {
        let message = message?;
        let info = message.info().map_err(|error| anyhow::anyhow!(error))?;
        delivered += 1;
        anyhow::ensure!(info.consumer_sequence == delivered, "a message was lost on the way");
        let (seq, at, pending) = (info.stream_sequence, timestamp(info.published), info.pending);
        let stored = Stored { seq, at, payload: message.payload.to_vec() };
        if sender.send((stored, pending)).await.is_err() {
            return Ok(());
        }
        *next = seq + 1;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_does_not_wait_for_ever() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let patience = Duration::from_millis(20);
        let (sender, messages) = mpsc::channel(READ_AHEAD);
        let task = AbortOnDropHandle::new(runtime.spawn(std::future::pending()));
        let mut feed = Feed { messages, _task: task };
        let stored = Stored { seq: 1, at: baton_common::time::Timestamp(0), payload: Vec::new() };
        sender.try_send((stored.clone(), 0)).unwrap();
        assert_eq!(feed.blocking_next(runtime.handle(), patience).unwrap(), stored);
        let error = feed.blocking_next(runtime.handle(), patience).unwrap_err();
        assert!(error.to_string().starts_with("nothing was delivered"), "{error:#}");
        drop(sender);
        let error = feed.blocking_next(runtime.handle(), patience).unwrap_err();
        assert_eq!(error.to_string(), "delivering has ended");
    }
}
