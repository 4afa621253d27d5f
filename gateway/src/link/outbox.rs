//! Commands of one shard on their way into its stream: one frame in flight; what comes meanwhile
//! is the next frame. A frame is sent until it is known to be stored, always under the same
//! number, and never again after that.

use std::collections::VecDeque;
use std::sync::Arc;

use baton_common::frame::{CommandFrame, FrameId, VERSION};
use baton_common::{limits, subjects};
use serde_json::value::RawValue;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::append::{Append, Appended, append};
use super::lane::Lane;
use super::requests::Requests;
use super::unavailable;
use super::waiting::Waiter;
use baton_common::ids::GatewayId;

/// A command that waits to be framed.
pub(super) struct Spooled {
    pub(super) command: Box<RawValue>,
    pub(super) waiter: Waiter,
    /// When its submitter stops waiting: it is not sent any more after that.
    pub(super) until: Instant,
}

/// Sends what is spooled, until the line stops.
pub(super) async fn run(
    lane: Arc<Lane>,
    mut spool: mpsc::Receiver<Spooled>,
    requests: Requests,
    gateway: GatewayId,
    shutdown: CancellationToken,
) {
    let mut held = VecDeque::new();
    let mut n = 0;
    loop {
        let gathered = tokio::select! {
            biased;
            () = shutdown.cancelled() => return,
            gathered = gather(&mut spool, &mut held) => gathered,
        };
        let Some(batch) = gathered else { return };
        if batch.is_empty() {
            continue;
        }
        n += 1;
        tokio::select! {
            biased;
            () = shutdown.cancelled() => return,
            () = send(&lane, &requests, FrameId { gateway: gateway.clone(), n }, batch) => {}
        }
    }
}

async fn send(lane: &Lane, requests: &Requests, id: FrameId, batch: Vec<Spooled>) {
    let n = id.n;
    let message_id = format!("{}-{n}", id.gateway);
    let (commands, waiters) = batch.into_iter().map(|s| (s.command, s.waiter)).unzip();
    let frame = CommandFrame { v: VERSION, id, commands };
    let payload = serde_json::to_vec(&frame).expect("frames are plain data").into();
    lane.waiting.lock().register(n, waiters);
    let message = Append {
        stream: subjects::commands_stream(lane.shard),
        subject: subjects::commands(lane.shard),
        id: message_id,
        payload,
    };
    match append(requests, &message, None).await {
        Appended::At(_) => {
            lane.waiting.lock().stored(n, Instant::now());
            lane.questions.notify_one();
        }
        Appended::Refused(problem) => {
            tracing::error!(shard = lane.shard, n, problem, "the broker refuses a command frame");
            let why = unavailable("the broker refuses the command; the operator must look");
            lane.waiting.lock().refused(n, &why);
        }
        Appended::Unknown => unreachable!("an append without an end does not give up"),
    }
}

/// The next frame's commands: whatever waits, within the bounds of a frame. None at the end.
async fn gather(
    spool: &mut mpsc::Receiver<Spooled>,
    held: &mut VecDeque<Spooled>,
) -> Option<Vec<Spooled>> {
    if held.is_empty() {
        held.push_back(spool.recv().await?);
    }
    let now = Instant::now();
    let (mut batch, mut bytes) = (Vec::new(), 0);
    while batch.len() < limits::COMMAND_FRAME_COMMANDS {
        let Some(next) = held.pop_front().or_else(|| spool.try_recv().ok()) else {
            break;
        };
        if next.until <= now {
            continue;
        }
        let length = next.command.get().len();
        if bytes + length > limits::COMMAND_FRAME_BYTES && !batch.is_empty() {
            held.push_back(next);
            break;
        }
        bytes += length;
        batch.push(next);
    }
    Some(batch)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::sync::oneshot;

    use super::*;

    fn spooled(bytes: usize, left: Duration) -> Spooled {
        let command = RawValue::from_string(format!("\"{}\"", "x".repeat(bytes))).unwrap();
        let (reply, _) = oneshot::channel();
        let waiter = Waiter { reply, stored: Arc::default() };
        Spooled { command, waiter, until: Instant::now() + left }
    }

    #[tokio::test]
    async fn frames_are_bounded_and_keep_the_order() {
        let (sender, mut spool) = mpsc::channel(10);
        let (big, wait) = (limits::COMMAND_FRAME_BYTES - 6, Duration::from_secs(9));
        for bytes in [1, big, 2, 4 * big, 3] {
            sender.send(spooled(bytes, wait)).await.unwrap();
        }
        drop(sender);
        let (mut held, mut frames) = (VecDeque::new(), Vec::new());
        while let Some(batch) = gather(&mut spool, &mut held).await {
            let lengths = batch.iter().map(|s| s.command.get().len() - 2);
            frames.push(lengths.collect::<Vec<_>>());
        }
        assert_eq!(frames, [vec![1, big], vec![2], vec![4 * big], vec![3]]);
    }

    #[tokio::test]
    async fn what_nobody_waits_for_any_more_is_not_sent() {
        let (sender, mut spool) = mpsc::channel(10);
        sender.send(spooled(1, Duration::ZERO)).await.unwrap();
        sender.send(spooled(2, Duration::from_secs(9))).await.unwrap();
        let batch = gather(&mut spool, &mut VecDeque::new()).await.unwrap();
        assert_eq!(batch.len(), 1);
        assert_eq!(batch[0].command.get().len(), 4);
    }
}
