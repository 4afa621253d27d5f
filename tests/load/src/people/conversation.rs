//! One chat of a virtual agent, from its offer to the end of the wrap-up: accept or decline, talk,
//! pass it on or end it. Reading events is left to `agent`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use baton_client::{Session, fresh_key};
use rand::rngs::StdRng;
use rand::{Rng, RngExt as _};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::{sleep, timeout, timeout_at};

use super::desk::Desk;
use super::view::View;
use super::{agent_id, words};
use crate::board::NUMBER;
use crate::meter::Count;
use crate::world::{Stage, World};

/// An agent who added somebody waits so long for them before ending the chat alone.
const COMPANY: Duration = Duration::from_secs(25);
/// What was answered shows in the chat's copy within this.
const SHOWN: Duration = Duration::from_secs(10);

/// An offer, as far as an agent looks at it.
#[derive(Debug)]
pub(super) struct Offer {
    pub(super) id: String,
    pub(super) chat: String,
    pub(super) copy: Value,
    /// Of the start.
    pub(super) number: Option<u64>,
}

impl Offer {
    pub(super) fn of(offer: &Value) -> Option<Self> {
        let copy = offer["chat"].clone();
        Some(Self {
            id: offer["offer_id"].as_str()?.to_owned(),
            chat: copy["chat_id"].as_str()?.to_owned(),
            number: copy["attributes"][NUMBER].as_u64(),
            copy,
        })
    }
}

/// A chat in an agent's hands.
#[derive(Debug)]
pub(super) struct Conversation {
    pub(super) world: Arc<World>,
    pub(super) session: Session,
    pub(super) agent: String,
    pub(super) view: watch::Receiver<View>,
    pub(super) desk: Arc<Desk>,
    pub(super) rng: StdRng,
    pub(super) chat: String,
}

impl Conversation {
    /// From the offer on.
    pub(super) async fn hold(mut self, offer: Offer) {
        let agents = self.world.plan.agents;
        let pause = agents.accept_s.draw(&mut self.rng);
        if !pause.is_zero() {
            sleep(pause).await;
        }
        if self.rng.random_bool(agents.declines) {
            let fields = json!({"offer_id": offer.id});
            if self.command("offer.decline", fields).await.is_some() {
                self.world.meter.count(Count::Declined);
            }
            return;
        }
        if !self.accept(&offer).await {
            return;
        }
        self.talk().await;
        self.part().await;
        self.wrap_up().await;
    }

    async fn accept(&mut self, offer: &Offer) -> bool {
        if let Some(number) = offer.number {
            self.world.board.accepts(number, Instant::now());
        }
        let answer = self.command("offer.accept", json!({"offer_id": offer.id})).await;
        match (&answer, offer.number) {
            (Some(_), _) => {
                self.world.meter.count(Count::Accepted);
                self.desk.joined(&self.chat);
            }
            (None, Some(number)) => self.world.board.missed(number),
            (None, None) => {}
        }
        answer.is_some()
    }

    /// Says the lines at random times until the chat has been handled or is over.
    async fn talk(&mut self) {
        let chats = self.world.plan.chats;
        let (begun, whole) = (tokio::time::Instant::now(), chats.handle_s.draw(&mut self.rng));
        for at in moments(chats.agent_lines, whole, &mut self.rng) {
            if !self.stays_until(begun + at).await {
                return;
            }
            self.say().await;
        }
        self.stays_until(begun + whole).await;
    }

    async fn say(&self) {
        let text = words::line(&self.world, Instant::now());
        let fields = json!({"chat_id": self.chat, "text": text, "client_id": fresh_key()});
        if self.command("chat.send", fields).await.is_some() {
            self.world.meter.count(Count::Lines);
        }
    }

    /// Waits; whether the agent is still in the chat and may go on.
    async fn stays_until(&mut self, until: tokio::time::Instant) -> bool {
        let agent = self.agent.clone();
        let world = Arc::clone(&self.world);
        let gone = self.view.wait_for(|view| view.is_over() || !view.has(&agent));
        tokio::select! {
            biased;
            gone = timeout_at(until, gone) => gone.is_err(),
            () = world.reached(Stage::Closing) => false,
        }
    }

    /// Ends this agent's part: passes the chat on, or ends it by leaving.
    async fn part(&mut self) {
        if !self.is_here() {
            return;
        }
        let transfers = self.world.plan.transfers;
        let hops = self.view.borrow().hops;
        let passes_on = hops < transfers.max && self.rng.random_bool(transfers.share);
        if passes_on && !self.world.is_closing() && self.pass_on().await {
            self.world.meter.count(Count::Transfers);
            return;
        }
        if self.is_here() {
            self.leave().await;
        }
    }

    /// Whether the chat was passed on and this agent is out of it.
    async fn pass_on(&mut self) -> bool {
        let transfers = self.world.plan.transfers;
        let kinds = [transfers.to_agent, transfers.to_queue, transfers.blind];
        match draw(&kinds, &mut self.rng) {
            0 => self.add_agent_then_leave().await,
            1 => self.add_queue_then_leave().await,
            _ => self.blindly().await,
        }
    }

    async fn add_agent_then_leave(&mut self) -> bool {
        let fields = json!({"chat_id": self.chat, "agent": self.colleague()});
        let Some(answer) = self.command("chat.add_agent", fields).await else {
            return false;
        };
        let invite = answer["invite_id"].as_str().unwrap_or_default().to_owned();
        let agent = self.agent.clone();
        // The copy that shows the invitation may come after the answer.
        let shown = self.view.wait_for(|view| view.is_pending(&invite) || view.has_other(&agent));
        let _ = timeout(SHOWN, shown).await;
        let settled = self.view.wait_for(|view| view.is_over() || !view.is_pending(&invite));
        let _ = timeout(COMPANY, settled).await;
        let has_company = self.view.borrow().has_other(&agent);
        if !has_company {
            let fields = json!({"chat_id": self.chat, "invite_id": invite});
            let _ = self.world.command(&self.session, "chat.cancel_invite", fields).await;
            return false;
        }
        self.is_here() && self.leave().await
    }

    async fn add_queue_then_leave(&mut self) -> bool {
        let fields = json!({"chat_id": self.chat, "queue": self.queue(), "confirm": true});
        if self.command("chat.add_queue", fields).await.is_none() {
            return false;
        }
        if self.rng.random_bool(0.5) {
            let agent = self.agent.clone();
            let company = self.view.wait_for(|view| view.is_over() || view.has_other(&agent));
            let _ = timeout(COMPANY, company).await;
        }
        self.is_here() && self.leave().await
    }

    async fn blindly(&mut self) -> bool {
        let to = if self.rng.random_bool(0.5) {
            json!({"agent": self.colleague()})
        } else {
            json!({"queue": self.queue()})
        };
        let fields = json!({"chat_id": self.chat, "to": to, "confirm": true});
        self.command("chat.transfer", fields).await.is_some()
    }

    async fn leave(&self) -> bool {
        self.command("chat.leave", json!({"chat_id": self.chat, "confirm": true})).await.is_some()
    }

    /// The wrap-up, if one runs.
    async fn wrap_up(&mut self) {
        let Some(wrapup) = self.world.plan.agents.wrapup_s else {
            return;
        };
        let agent = self.agent.clone();
        let out = self.view.wait_for(|view| !view.has(&agent));
        if timeout(SHOWN, out).await.is_err() || !self.view.borrow().wraps_up(&agent) {
            return;
        }
        sleep(wrapup.draw(&mut self.rng)).await;
        if self.view.borrow().wraps_up(&agent) {
            self.command("wrapup.complete", json!({"chat_id": self.chat})).await;
        }
    }

    fn is_here(&self) -> bool {
        let view = self.view.borrow();
        view.has(&self.agent) && !view.is_over()
    }

    fn colleague(&mut self) -> String {
        agent_id(self.rng.random_range(0..self.world.plan.agents.count))
    }

    fn queue(&mut self) -> String {
        let queues = &self.world.plan.queues;
        let chosen = self.rng.random_range(0..queues.len());
        queues.keys().nth(chosen).expect("the draw is below the count").clone()
    }

    /// A command; the chat's copy in its answer is looked at before anything else happens.
    async fn command(&self, kind: &str, fields: Value) -> Option<Value> {
        let answer = self.world.command(&self.session, kind, fields).await.ok()?;
        if answer["chat"].is_object() {
            self.desk.see(&answer["chat"]);
        }
        Some(answer)
    }
}

/// Which of these weights.
pub(super) fn draw(weights: &[u32], rng: &mut impl Rng) -> usize {
    let mut rest = rng.random_range(0..weights.iter().sum::<u32>());
    let falls = |weight: &u32| {
        let is_here = rest < *weight;
        rest = rest.saturating_sub(*weight);
        is_here
    };
    weights.iter().position(falls).expect("the draw is below the sum")
}

/// So many random moments within a time, ascending.
pub(super) fn moments(count: u32, whole: Duration, rng: &mut impl Rng) -> Vec<Duration> {
    let mut moments: Vec<Duration> =
        (0..count).map(|_| whole.mul_f64(rng.random_range(0.0..1.0))).collect();
    moments.sort();
    moments
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;

    #[test]
    fn draws_follow_the_weights() {
        let mut rng = StdRng::seed_from_u64(1);
        let mut drawn = [0; 3];
        (0..3_000).for_each(|_| drawn[draw(&[1, 0, 2], &mut rng)] += 1);
        assert_eq!(drawn[1], 0);
        assert!((900..1_100).contains(&drawn[0]), "{drawn:?}");
    }

    #[test]
    fn moments_are_ascending_and_within() {
        let mut rng = StdRng::seed_from_u64(1);
        let moments = moments(5, Duration::from_secs(3), &mut rng);
        assert_eq!(moments.len(), 5);
        assert!(moments.is_sorted() && moments[4] < Duration::from_secs(3));
    }
}
