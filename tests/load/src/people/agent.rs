//! A virtual agent: logs in, is ready, and hands each offer to a conversation of its own. What
//! happens in a conversation is left to `conversation`.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use baton_client::{Happening, Session, Who};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::conversation::{Conversation, Offer};
use super::desk::Desk;
use super::{agent_id, words};
use crate::meter::{Count, Measure};
use crate::world::{Role, Stage, World};

/// Between two attempts to come back after the server has sent the agent away.
const RETURN: Duration = Duration::from_millis(500);
/// A conversation that is not over so long after everybody should go home is left.
const LAST_WORDS: Duration = Duration::from_secs(15);

/// A virtual agent.
#[derive(Debug)]
pub(crate) struct Agent {
    world: Arc<World>,
    id: String,
    session: Session,
    desk: Arc<Desk>,
    talks: JoinSet<()>,
    offers: HashSet<String>,
    rng: StdRng,
}

impl Agent {
    /// Logs in and is ready.
    pub(crate) async fn log_in(world: &Arc<World>, index: usize) -> anyhow::Result<Self> {
        let id = agent_id(index);
        let number = u64::try_from(index).expect("indices fit 64 bits");
        let session = open(world, &id).await?;
        let agent = Self {
            world: Arc::clone(world),
            id,
            session,
            desk: Arc::default(),
            talks: JoinSet::new(),
            offers: HashSet::new(),
            rng: world.rng(Role::Agent, number),
        };
        let ready = agent.session.command("agent.status", json!({"status": "ready"})).await;
        ready.with_context(|| format!("{} cannot become ready", agent.id))?;
        Ok(agent)
    }

    /// Works until the run closes, then logs out.
    pub(crate) async fn work(mut self) {
        let world = Arc::clone(&self.world);
        loop {
            tokio::select! {
                biased;
                () = world.reached(Stage::Closing) => break,
                Some(_) = self.talks.join_next() => {}
                happening = self.session.next() => self.meet(happening).await,
            }
        }
        self.go_home().await;
    }

    async fn go_home(mut self) {
        let ends = async { while self.talks.join_next().await.is_some() {} };
        if tokio::time::timeout(LAST_WORDS, ends).await.is_err() {
            self.world.meter.error("agent: a conversation did not end", &self.id);
            self.talks.abort_all();
        }
        let _ = self.session.command("agent.status", json!({"status": "logged_out"})).await;
        self.session.close().await;
    }

    async fn meet(&mut self, happening: Happening) {
        let meter = &self.world.meter;
        match happening {
            Happening::Event(event) => self.hear(&event),
            Happening::Lost => meter.count(Count::Lost),
            Happening::Resumed { after } => {
                self.world.resumed(after);
                self.be_ready();
            }
            Happening::Bye(_) => {}
            Happening::Ended(why) => self.come_back(&why).await,
        }
    }

    /// The server has sent this agent away for good, which it must not.
    async fn come_back(&mut self, why: &str) {
        self.world.meter.error("agent: the session ended", why);
        tokio::time::sleep(RETURN).await;
        if let Ok(session) = open(&self.world, &self.id).await {
            self.session = session;
            self.be_ready();
        }
    }

    fn hear(&mut self, event: &Value) {
        match event["type"].as_str().unwrap_or_default() {
            "offer.new" => self.offered(&event["offer"]),
            "offer.gone" => {
                self.offers.remove(event["offer_id"].as_str().unwrap_or_default());
            }
            "chat.state" => self.desk.see(event),
            "chat.message" => self.read(event),
            "agent.state" => self.look(event),
            "welcome" | "resync" => self.catch_up(event),
            _ => {}
        }
    }

    /// Everything as it is now, in place of what was known.
    fn catch_up(&mut self, event: &Value) {
        let rows = |name: &str| event[name].as_array().cloned().unwrap_or_default();
        for chat in rows("chats") {
            self.desk.see(&chat);
        }
        for offer in rows("offers") {
            self.offered(&offer);
        }
        self.look(&event["agent"]);
    }

    fn offered(&mut self, offer: &Value) {
        let Some(offer) = Offer::of(offer) else {
            self.world.meter.error("offer.new: not as the contract has it", &offer.to_string());
            return;
        };
        if !self.offers.insert(offer.id.clone()) || self.world.is_closing() {
            return;
        }
        self.world.meter.count(Count::Offers);
        if let Some(planned) = offer.number.and_then(|number| self.world.board.offered(number)) {
            self.world.meter.since(Measure::StartToOffer, planned);
        }
        let conversation = Conversation {
            world: Arc::clone(&self.world),
            session: self.session.clone(),
            agent: self.id.clone(),
            view: self.desk.sit(&offer.chat, &offer.copy),
            desk: Arc::clone(&self.desk),
            rng: StdRng::seed_from_u64(self.rng.next_u64()),
            chat: offer.chat.clone(),
        };
        self.talks.spawn(conversation.hold(offer));
    }

    /// A line of the customer: how long it took, if this agent was there when it was sent.
    fn read(&self, event: &Value) {
        let message = &event["message"];
        if message["from"]["role"] != "customer" {
            return;
        }
        let sent = words::sent_at(&self.world, message["text"].as_str().unwrap_or_default());
        let since = self.desk.since(event["chat_id"].as_str().unwrap_or_default());
        if let (Some(sent), Some(since)) = (sent, since)
            && sent >= since
        {
            self.world.meter.since(Measure::LineToLine, sent);
        }
    }

    /// Whatever made this agent unready (an offer that ran out, a long loss), back to work.
    fn look(&mut self, row: &Value) {
        if row["status"].as_str().is_some_and(|status| status != "ready") {
            self.be_ready();
        }
    }

    fn be_ready(&mut self) {
        if self.world.is_closing() {
            return;
        }
        let (world, session) = (Arc::clone(&self.world), self.session.clone());
        self.talks.spawn(async move {
            let _ = world.command(&session, "agent.status", json!({"status": "ready"})).await;
        });
    }
}

async fn open(world: &World, id: &str) -> anyhow::Result<Session> {
    let target = &world.target;
    let token = target.minter.token("agent", id, &target.workspace);
    let who = Who::Agent { workspace: target.workspace.clone(), id: id.to_owned() };
    let opened = Session::open(&target.gateways, who, &token, world.control.ledger()).await;
    opened.with_context(|| format!("{id} cannot connect"))
}
