//! What the people of a run share: the plan, where Baton is, the meter, and how far the run is. It
//! leaves what they do with it to `people`.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use baton_client::{Refusal, Session};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::Value;
use tokio::sync::watch;

use crate::board::Board;
use crate::meter::{Count, Measure, Meter};
use crate::{Control, Scenario, Target};

/// Of one run.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) plan: Scenario,
    pub(crate) target: Target,
    pub(crate) control: Control,
    pub(crate) meter: Meter,
    pub(crate) board: Board,
    created: Instant,
    began: OnceLock<Instant>,
    stage: watch::Sender<Stage>,
}

/// What people may still do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// Everything.
    Living,
    /// Customers who are still there end their chats now.
    Hurrying,
    /// Everybody goes home.
    Closing,
}

/// Keeps the draws of customers and of agents apart.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Role {
    Customer = 1,
    Agent = 2,
}

impl World {
    pub(crate) fn new(plan: Scenario, target: Target, control: Control) -> Self {
        Self {
            plan,
            target,
            control,
            meter: Meter::default(),
            board: Board::default(),
            created: Instant::now(),
            began: OnceLock::new(),
            stage: watch::Sender::new(Stage::Living),
        }
    }

    /// The load begins at a moment; its warm-up too.
    pub(crate) fn begin(&self, at: Instant) {
        self.began.set(at).expect("a run begins once");
        self.meter.begin(at + Duration::from_secs_f64(self.plan.warm_up_s));
        self.control.begin(at);
    }

    /// The first second of the load; before it the moment at which logging in began.
    pub(crate) fn began(&self) -> Instant {
        *self.began.get().unwrap_or(&self.created)
    }

    /// The draws of one person: the same in each run of the same seed.
    pub(crate) fn rng(&self, role: Role, number: u64) -> StdRng {
        let mixed = (role as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ number.rotate_left(20);
        StdRng::seed_from_u64(self.plan.seed ^ mixed)
    }

    /// How long after the first second a moment is, in microseconds.
    pub(crate) fn offset_us(&self, at: Instant) -> u64 {
        let after = at.saturating_duration_since(self.began()).as_micros();
        u64::try_from(after).expect("no run lasts centuries")
    }

    /// A connection is back, so long after it was lost.
    pub(crate) fn resumed(&self, after: Duration) {
        self.meter.count(Count::Resumed);
        let lost = Instant::now().checked_sub(after).unwrap_or(self.began());
        self.meter.took(Measure::Resume, lost, after);
    }

    pub(crate) fn enter(&self, stage: Stage) {
        self.stage.send_replace(stage);
    }

    pub(crate) fn stage(&self) -> watch::Receiver<Stage> {
        self.stage.subscribe()
    }

    pub(crate) fn is_closing(&self) -> bool {
        *self.stage.borrow() == Stage::Closing
    }

    /// Waits until a stage is reached.
    pub(crate) async fn reached(&self, stage: Stage) {
        // The sender lives in `self`, so waiting ends by the value alone.
        let _ = self.stage.subscribe().wait_for(|now| *now >= stage).await;
    }

    /// Sends a command. A refusal that a race explains is counted, any other is an error.
    pub(crate) async fn command(
        &self,
        session: &Session,
        kind: &str,
        fields: Value,
    ) -> Result<Value, Refusal> {
        let answer = session.command(kind, fields).await;
        if let Err(refusal) = &answer {
            if is_race(kind, &refusal.code) || (self.is_closing() && refusal.code == Refusal::GONE)
            {
                self.meter.count(Count::Races);
            } else {
                self.meter.error(&format!("{kind}: {}", refusal.code), &refusal.detail);
            }
        }
        answer
    }
}

/// Refusals that two people who act at once cause without anything being wrong.
fn is_race(kind: &str, code: &str) -> bool {
    let expected: &[&str] = match kind {
        "offer.accept" | "offer.decline" => &["offer_stale", "chat_closed"],
        "chat.send" | "chat.leave" => &["chat_closed", "forbidden", "would_orphan"],
        "chat.end" => &["chat_closed"],
        "chat.add_agent" => &[
            "chat_closed",
            "no_eligible_agent",
            "at_capacity",
            "already_participant",
            "conflict",
            "forbidden",
            "hop_limit",
        ],
        "chat.add_queue" | "chat.transfer" => &[
            "chat_closed",
            "no_eligible_agent",
            "at_capacity",
            "already_participant",
            "queue_full",
            "conflict",
            "forbidden",
            "hop_limit",
        ],
        "chat.cancel_invite" => &["offer_stale", "chat_closed", "forbidden"],
        "wrapup.complete" => &["conflict", "chat_closed"],
        _ => &[],
    };
    expected.contains(&code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_race_explains_is_no_error_and_what_it_does_not_is() {
        assert!(is_race("offer.accept", "offer_stale"));
        assert!(!is_race("offer.accept", "internal"));
        assert!(!is_race("agent.status", "conflict"));
        assert!(!is_race("chat.send", Refusal::GONE));
    }
}
