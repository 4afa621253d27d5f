//! Commands of one shard on their way into its stream: one frame in flight; what comes meanwhile
//! is the next frame. A frame is sent until it is known to be stored, always under the same
//! number, and never again after that.

use std::sync::Arc;

use baton_common::frame::{CommandFrame, FrameId, VERSION};
use baton_common::ids::GatewayId;
use baton_common::subjects;
use baton_runtime::nats::Requests;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::append::{Append, Appended, append};
use super::lane::Lane;
use super::spool::Spooled;
use super::unavailable;

/// Sends what is spooled, until the line stops.
pub(super) async fn run(
    lane: Arc<Lane>,
    requests: Requests,
    gateway: GatewayId,
    shutdown: CancellationToken,
) {
    let mut n = 0;
    let sending = async {
        while let Some(batch) = lane.spool.gather().await {
            if !batch.is_empty() {
                n += 1;
                send(&lane, &requests, FrameId { gateway: gateway.clone(), n }, batch).await;
            }
        }
    };
    tokio::select! {
        biased;
        () = shutdown.cancelled() => {}
        () = sending => {}
    }
    lane.spool.close();
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
