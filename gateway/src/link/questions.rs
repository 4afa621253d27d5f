//! Asks a shard's leader: what became of a frame whose notice did not come, and whatever else a
//! caller wants to know. One question about outcomes at a time, so that a dead leader is not
//! buried under them.

use std::sync::Arc;
use std::time::Duration;

use baton_common::ask::{Ask, Reply, ReplyBody};
use baton_common::code::Code;
use baton_common::ids::GatewayId;
use baton_common::rejection::Rejection;
use baton_common::subjects;
use baton_runtime::nats::{NoReply, Request, Requests};
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use super::lane::Lane;
use super::unavailable;

/// A leader answers a question about an outcome within this, or is not one any more.
const OUTCOME_WAIT: Duration = Duration::from_millis(250);
/// A leader answers any other question within this: it waits for an append at most.
const ATTEMPT_WAIT: Duration = Duration::from_millis(500);
/// First pause after nobody answered.
const FIRST_PAUSE: Duration = Duration::from_millis(25);
/// Longest pause after nobody answered: far below the time that a fail-over takes.
const LONGEST_PAUSE: Duration = Duration::from_millis(250);

/// Asks about stored frames whose outcomes did not come, until the line stops.
pub(super) async fn run(
    lane: Arc<Lane>,
    requests: Requests,
    gateway: GatewayId,
    shutdown: CancellationToken,
) {
    let asking = async {
        let mut pause = FIRST_PAUSE;
        loop {
            let next = lane.waiting.lock().next_question();
            let Some((n, at)) = next else {
                lane.questions.notified().await;
                continue;
            };
            if Instant::now() < at {
                // Its outcome may come meanwhile, or another frame be due before it.
                tokio::select! {
                    () = sleep_until(at) => {}
                    () = lane.questions.notified() => {}
                }
                continue;
            }
            if ask_outcome(&lane, &requests, &gateway, n).await {
                pause = FIRST_PAUSE;
            } else {
                sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    };
    tokio::select! {
        () = shutdown.cancelled() => {}
        () = asking => {}
    }
}

/// One question about one frame; false if nobody answered.
async fn ask_outcome(lane: &Lane, requests: &Requests, gateway: &GatewayId, n: u64) -> bool {
    let ask = Ask::Outcome { gateway: gateway.clone(), n };
    let reply = once(lane, requests, &encode(&ask), OUTCOME_WAIT).await;
    let answered = reply.is_ok();
    let mut waiting = lane.waiting.lock();
    if let Ok(Ok(ReplyBody::Outcome(Some(outcomes)))) = reply {
        for outcome in outcomes {
            waiting.settle(outcome);
        }
    }
    if answered {
        // No effect on a frame that is settled.
        waiting.undecided(n, Instant::now());
    }
    answered
}

/// Asks until a leader replies or `patience` is over.
pub(super) async fn ask(
    lane: &Lane,
    requests: &Requests,
    ask: &Ask,
    patience: Duration,
) -> Result<ReplyBody, Rejection> {
    let until = Instant::now() + patience;
    let payload = encode(ask);
    let mut pause = FIRST_PAUSE;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        match once(lane, requests, &payload, ATTEMPT_WAIT.min(left)).await {
            Ok(body) => return body,
            Err(NoReply::TooLarge) => {
                return Err(Rejection::new(Code::TooLarge, "ask for fewer things at a time"));
            }
            Err(_) => {}
        }
        if Instant::now() + pause >= until {
            return Err(unavailable("no router answers; try again"));
        }
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

fn encode(ask: &Ask) -> Vec<u8> {
    serde_json::to_vec(ask).expect("questions are plain data")
}

async fn once(
    lane: &Lane,
    requests: &Requests,
    payload: &[u8],
    wait: Duration,
) -> Result<Result<ReplyBody, Rejection>, NoReply> {
    let request = Request::new(subjects::ask(lane.shard), payload.to_vec());
    let reply = requests.call(request, wait).await?;
    match serde_json::from_slice::<Reply>(&reply.payload) {
        // A deposed leader does not know better; the new one will answer.
        Ok(reply) if reply.position.epoch < lane.epoch() => Err(NoReply::TimedOut),
        Ok(reply) => Ok(reply.body),
        Err(error) => {
            tracing::error!(shard = lane.shard, %error, "a router's reply cannot be decoded");
            Ok(Err(Rejection::new(Code::Internal, "a router's reply cannot be understood")))
        }
    }
}
