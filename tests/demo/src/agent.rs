//! A virtual agent: takes offers after a moment, answers what customers write, asks a colleague
//! before passing a chat on, takes breaks, wraps up.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use baton_client::{Happening, Http, Session};
use serde_json::{Value, json};

use crate::office::Office;
use crate::plans::{Plans, chance, one_of};
use crate::topics::{ASK, TO_ANYBODY, place_of};

const ACCEPTS_S: (f64, f64) = (1.5, 6.0);
const READS_S: (f64, f64) = (2.0, 6.0);
const TYPES_S: (f64, f64) = (2.0, 5.0);
const PARTS_S: (f64, f64) = (2.0, 5.0);
const NOTES_S: (f64, f64) = (4.0, 12.0);
/// From a break, a missed offer, a login to being ready.
const BACK_S: (f64, f64) = (20.0, 60.0);
const LOGS_IN_S: (f64, f64) = (0.2, 3.0);
const WORKS_S: (f64, f64) = (180.0, 600.0);
/// Offers that are declined, that nobody sees, and chats that are passed on.
const DECLINES: f64 = 0.05;
const MISSES: f64 = 0.02;
const PASSES_ON: f64 = 0.15;

enum Deed {
    Accept(String),
    Decline(String),
    Type(String, String),
    Say(String, String),
    PassOn(String),
    Leave(String),
    WrapUp(String),
    Ready,
    Break,
}

struct Agent {
    id: String,
    session: Session,
    calls: Http,
    plans: Plans<Deed>,
    /// The last copy of each chat.
    chats: HashMap<String, Value>,
    /// What each chat was about, for the note afterwards.
    about: HashMap<String, &'static str>,
    /// Lines to people who are no part of the play.
    spoken: HashMap<String, usize>,
    /// Chats that a colleague was asked into.
    passing: HashSet<String>,
}

/// Who is signed out comes back after this.
const PAUSE: Duration = Duration::from_secs(5);

/// Works for ever: signs in, and again when the session ends, as each does with its token.
pub(crate) async fn work(office: Arc<Office>, id: String, pace: f64) {
    loop {
        if let Err(error) = shift(&office, &id, pace).await {
            crate::say(&format!("{id} signs in again: {error:#}"));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Works until the session ends.
async fn shift(office: &Office, id: &str, pace: f64) -> anyhow::Result<()> {
    let session = office.session_of(id).await?;
    let calls = office.calls_of(id).await;
    let mut agent = Agent {
        id: id.to_owned(),
        session,
        calls,
        plans: Plans::at_pace(pace),
        chats: HashMap::new(),
        about: HashMap::new(),
        spoken: HashMap::new(),
        passing: HashSet::new(),
    };
    agent.plans.within(LOGS_IN_S, Deed::Ready);
    agent.plans.within(WORKS_S, Deed::Break);
    loop {
        let session = agent.session.clone();
        tokio::select! {
            biased;
            happening = session.next() => match happening {
                Happening::Event(event) => agent.hear(&event),
                Happening::Ended(why) => anyhow::bail!("{why}"),
                Happening::Lost | Happening::Resumed { .. } | Happening::Bye(_) => {}
            },
            deed = agent.plans.next() => agent.act(deed).await,
        }
    }
}

impl Agent {
    fn hear(&mut self, event: &Value) {
        match event["type"].as_str().unwrap_or_default() {
            "offer.new" => self.offered(&event["offer"]),
            "offer.gone" => {
                let gone = text(&event["offer_id"]);
                self.plans.drop_if(
                    |deed| matches!(deed, Deed::Accept(id) | Deed::Decline(id) if *id == gone),
                );
            }
            "chat.state" => self.look(event),
            "chat.message" => self.read(event),
            "chat.invite" => self.answered(event),
            "agent.state" => self.be_back(event),
            "welcome" | "resync" => {
                for chat in event["chats"].as_array().into_iter().flatten() {
                    self.look(chat);
                }
                for offer in event["offers"].as_array().into_iter().flatten() {
                    self.offered(offer);
                }
            }
            _ => {}
        }
    }

    fn offered(&mut self, offer: &Value) {
        let id = text(&offer["offer_id"]);
        if chance(MISSES) {
            return;
        }
        if chance(DECLINES) {
            self.plans.within(ACCEPTS_S, Deed::Decline(id));
        } else {
            self.plans.within(ACCEPTS_S, Deed::Accept(id));
        }
    }

    /// A chat as it is now.
    fn look(&mut self, chat: &Value) {
        let id = text(&chat["chat_id"]);
        match self.own_state(chat) {
            "wrapup" => {
                self.hush(&id);
                if !self.plans.has(|deed| matches!(deed, Deed::WrapUp(one) if *one == id)) {
                    self.plans.within(NOTES_S, Deed::WrapUp(id.clone()));
                }
            }
            "connected" if self.passing.contains(&id) && self.colleagues(chat) > 0 => {
                self.passing.remove(&id);
                self.hush(&id);
                self.plans.within(PARTS_S, Deed::Leave(id.clone()));
            }
            "connected" => {}
            _ => {
                self.hush(&id);
                self.chats.remove(&id);
                self.spoken.remove(&id);
                return;
            }
        }
        self.chats.insert(id, chat.clone());
    }

    /// Nothing more is said there.
    fn hush(&mut self, chat: &str) {
        self.plans.drop_if(|deed| match deed {
            Deed::Type(one, _) | Deed::Say(one, _) | Deed::PassOn(one) | Deed::Leave(one) => {
                one == chat
            }
            _ => false,
        });
    }

    fn own_state<'a>(&self, chat: &'a Value) -> &'a str {
        let rows = chat["participants"].as_array().into_iter().flatten();
        let mut own = rows.filter(|row| row["id"] == self.id.as_str());
        own.next().and_then(|row| row["state"].as_str()).unwrap_or_default()
    }

    fn colleagues(&self, chat: &Value) -> usize {
        let rows = chat["participants"].as_array().into_iter().flatten();
        let there = |row: &&Value| row["role"] == "agent" && row["state"] == "connected";
        rows.filter(there).filter(|row| row["id"] != self.id.as_str()).count()
    }

    /// A customer's line is answered, unless a colleague was asked to.
    fn read(&mut self, event: &Value) {
        let (chat, message) = (text(&event["chat_id"]), &event["message"]);
        if message["from"]["role"] != "customer" || message["kind"] != "text" {
            return;
        }
        if self.passing.contains(&chat) {
            return;
        }
        self.hush(&chat);
        let Some((topic, at)) = place_of(message["text"].as_str().unwrap_or_default()) else {
            let said = self.spoken.entry(chat.clone()).or_default();
            let line = TO_ANYBODY[(*said).min(TO_ANYBODY.len() - 1)];
            *said += 1;
            return self.plans.within(READS_S, Deed::Type(chat, line.to_owned()));
        };
        self.about.insert(chat.clone(), topic.disposition);
        let copy = self.chats.get(&chat);
        let is_first = copy.is_none_or(|copy| copy["hops"] == 0 && self.colleagues(copy) == 0);
        let belongs_elsewhere = topic.belongs.is_some() && at == 2;
        let Some(line) = topic.agent.get(at) else {
            return self.plans.within(PARTS_S, Deed::Leave(chat));
        };
        if is_first && at > 0 && (belongs_elsewhere || chance(PASSES_ON / 2.0)) {
            return self.plans.within(READS_S, Deed::PassOn(chat));
        }
        self.plans.within(READS_S, Deed::Type(chat, (*line).to_owned()));
    }

    /// What became of an invitation: who does not come is not waited for.
    fn answered(&mut self, event: &Value) {
        let chat = text(&event["chat_id"]);
        let is_over = matches!(event["state"].as_str(), Some("declined" | "expired" | "cancelled"));
        if is_over && event["by"] == self.id.as_str() && self.passing.remove(&chat) {
            let line = "Nobody else is free, so let us do it together.".to_owned();
            self.plans.within(READS_S, Deed::Type(chat, line));
        }
    }

    /// Whatever made this agent unready, after a while it is over.
    fn be_back(&mut self, row: &Value) {
        let is_own = row["agent"] == self.id.as_str();
        let is_out = row["status"].as_str().is_some_and(|status| status != "ready");
        if is_own && is_out && !self.plans.has(|deed| matches!(deed, Deed::Ready)) {
            self.plans.within(BACK_S, Deed::Ready);
        }
    }

    async fn act(&mut self, deed: Deed) {
        match deed {
            Deed::Accept(offer) => self.tell("offer.accept", json!({"offer_id": offer})).await,
            Deed::Decline(offer) => self.tell("offer.decline", json!({"offer_id": offer})).await,
            Deed::Type(chat, line) => {
                self.tell("chat.typing", json!({"chat_id": chat})).await;
                self.plans.within(TYPES_S, Deed::Say(chat, line));
            }
            Deed::Say(chat, line) => {
                self.tell("chat.send", json!({"chat_id": chat, "text": line})).await;
            }
            Deed::PassOn(chat) => self.pass_on(chat).await,
            Deed::Leave(chat) => self.tell("chat.leave", json!({"chat_id": chat})).await,
            Deed::WrapUp(chat) => {
                let disposition = self.about.remove(&chat).unwrap_or("solved");
                let note = json!({"chat_id": chat, "disposition": disposition});
                self.tell("wrapup.complete", note).await;
            }
            Deed::Ready => self.tell("agent.status", json!({"status": "ready"})).await,
            Deed::Break => {
                let reason = one_of(&["break", "lunch", "meeting"]);
                let status = json!({"status": "not_ready", "reason": reason, "after_work": true});
                self.tell("agent.status", status).await;
                self.plans.within(WORKS_S, Deed::Break);
            }
        }
    }

    /// What is refused was overtaken by something else, which comes as an event.
    async fn tell(&self, kind: &str, fields: Value) {
        let _ = self.session.command(kind, fields).await;
    }

    /// Asks a colleague and adds them; without one, adds the queue where it belongs and goes.
    async fn pass_on(&mut self, chat: String) {
        self.passing.insert(chat.clone());
        if let Some(colleague) = self.colleague().await {
            self.tell("dm.send", json!({"to": colleague, "text": one_of(&ASK)})).await;
            let note = "Please have a look, you know this better.";
            let fields = json!({"chat_id": chat, "agent": colleague, "note": note});
            if self.session.command("chat.add_agent", fields).await.is_ok() {
                return;
            }
        }
        let queue = self.chats.get(&chat).map_or("sales".to_owned(), |copy| text(&copy["queue"]));
        let queue = if queue == "sales" { "billing".to_owned() } else { queue };
        let fields = json!({"chat_id": chat, "queue": queue, "confirm": true});
        if self.session.command("chat.add_queue", fields).await.is_ok() {
            self.plans.within(PARTS_S, Deed::Leave(chat));
        } else {
            self.passing.remove(&chat);
        }
    }

    /// Somebody who could come at once.
    async fn colleague(&self) -> Option<String> {
        let rows = self.calls.get("/v1/agents").await.json();
        let rows = rows["agents"].as_array().cloned().unwrap_or_default();
        let free: Vec<String> = rows
            .iter()
            .filter(|row| row["agent"] != self.id.as_str() && row["status"] == "ready")
            .filter(|row| row["activity"] == "idle" && row["connectivity"] == "online")
            .map(|row| text(&row["agent"]))
            .collect();
        (!free.is_empty()).then(|| one_of(&free).clone())
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
