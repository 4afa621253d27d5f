//! Customers and agents in running chats, each with a session, who write lines at a steady rate.
//! When each lost its connection and had a new one is kept; what was said is in the ledger.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use baton_client::{Facts, Gateways, Happening, Http, Ledger, Session, Who, start_chat};
use baton_e2e::Stage;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::{Value, json};
use tokio::time::{interval, sleep, timeout};

use crate::command_line;

pub(super) const WORKSPACE: &str = "crowd";
/// People who arrive, or leave, at the same time.
const AT_ONCE: usize = 32;
/// Everybody is served, and every chat ends, within this.
const LIMIT: Duration = Duration::from_mins(1);
const LOOK: Duration = Duration::from_millis(50);

/// All of them; clones are the same.
#[derive(Clone)]
pub(super) struct Crowd(Arc<Inner>);

struct Inner {
    people: Mutex<Vec<Person>>,
    chats: Mutex<BTreeMap<String, Chat>>,
    counts: Mutex<Counts>,
    ledger: Ledger,
    lead: Http,
}

struct Person {
    session: Session,
    /// The newest welcome after a loss, and how long after it.
    resumed: Option<(Instant, Duration)>,
}

#[derive(Clone, Default)]
struct Chat {
    customer: Option<Session>,
    agent: Option<Session>,
}

/// What was done, and what went wrong.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    pub(super) customers: usize,
    pub(super) agents: usize,
    /// Lines that were answered.
    pub(super) lines: u64,
    /// Refusals that repeating did not heal, by code.
    pub(super) failed: BTreeMap<String, u64>,
}

/// So many agents, who together have just room enough for all customers.
pub(super) fn config(flags: &command_line::Gateways) -> Value {
    let agents = flags.agents.max(1);
    let each = flags.clients.saturating_sub(agents).div_ceil(agents) + 1;
    let weight = (1_000 / each).max(1);
    let agents: serde_json::Map<String, Value> =
        (0..agents).map(|agent| (format!("agent{agent}"), json!({}))).collect();
    json!({
        "workspace": WORKSPACE,
        "default_queue": "bench",
        "policies": {"wrapup_s": 0, "offer_s": 120, "inactivity_s": 3_600},
        "queues": {"bench": {"name": "Bench", "weight": weight}},
        "agents": agents,
        "supervisors": {"lead": {"name": "Lead"}},
    })
}

impl Crowd {
    /// Lets all agents and customers come; each customer talks to an agent when this returns.
    pub(super) async fn gather(
        stage: &Stage,
        flags: &command_line::Gateways,
    ) -> anyhow::Result<Self> {
        let urls = stage.gateways.iter().map(|gateway| gateway.ready.public.clone());
        let gateways = Gateways::new(urls);
        let last = stage.gateways.last().context("there is a gateway")?;
        let lead = stage.minter.token("supervisor", "lead", WORKSPACE);
        let lead = Http::new(&last.ready.public).with_token(&lead);
        let crowd = Self(Arc::new(Inner {
            people: Mutex::default(),
            chats: Mutex::default(),
            counts: Mutex::default(),
            ledger: Ledger::new(),
            lead,
        }));
        let agents = stream::iter(0..flags.agents).map(|number| {
            let token = stage.minter.token("agent", &format!("agent{number}"), WORKSPACE);
            crowd.agent(&gateways, format!("agent{number}"), token)
        });
        agents.buffer_unordered(AT_ONCE).try_collect::<()>().await.context("an agent")?;
        let customers = flags.clients.saturating_sub(flags.agents);
        let customers = stream::iter(0..customers).map(|_| crowd.customer(&gateways));
        customers.buffer_unordered(AT_ONCE).try_collect::<()>().await.context("a customer")?;
        let deadline = Instant::now() + LIMIT;
        while let waiting @ 1.. = crowd.waiting() {
            if Instant::now() >= deadline {
                bail!("{waiting} customers are not served: {:?}", crowd.counts());
            }
            sleep(LOOK).await;
        }
        Ok(crowd)
    }

    /// Lines at a steady rate, by customers and agents in turn, until this is dropped.
    pub(super) async fn talk(self, per_s: u32) {
        let mut ticks = interval(Duration::from_secs(1) / per_s);
        let chats: Vec<(String, Chat)> =
            self.chats().iter().map(|(id, chat)| (id.clone(), chat.clone())).collect();
        for (number, (id, chat)) in chats.iter().cycle().enumerate() {
            ticks.tick().await;
            let round = number / chats.len();
            let by = if round.is_multiple_of(2) { &chat.customer } else { &chat.agent };
            let Some(session) = by.clone() else { continue };
            let (crowd, id) = (self.clone(), id.clone());
            tokio::spawn(async move {
                let fields = json!({"chat_id": id, "text": format!("line {number}")});
                let answer = session.command("chat.send", fields).await;
                crowd.counted("chat.send", answer.map(|_| crowd.counts().lines += 1));
            });
        }
    }

    /// Who is connected to a gateway, by number.
    pub(super) fn connected_to(&self, gateway: &str) -> Vec<usize> {
        let people = self.people();
        let gateway = gateway.trim_end_matches('/');
        let there = people.iter().enumerate().filter(|(_, one)| one.session.gateway() == gateway);
        there.map(|(number, _)| number).collect()
    }

    /// Whether all of these were welcomed again after a moment.
    pub(super) fn all_resumed(&self, numbers: &[usize], since: Instant) -> bool {
        self.resumed(numbers, since).len() == numbers.len()
    }

    /// When each of these was welcomed again after a moment, and how long after its loss.
    pub(super) fn resumed(&self, numbers: &[usize], since: Instant) -> Vec<(Instant, Duration)> {
        let people = self.people();
        let resumed = numbers.iter().filter_map(|number| people[*number].resumed);
        resumed.filter(|(at, _)| *at > since).collect()
    }

    pub(super) fn missing(&self, numbers: &[usize], since: Instant) -> String {
        let missing = numbers.len() - self.resumed(numbers, since).len();
        format!("{missing} of {} people found no other gateway", numbers.len())
    }

    /// Everybody ends their chat and goes; what was counted and seen.
    pub(super) async fn leave(self) -> anyhow::Result<(Counts, Facts)> {
        let chats = std::mem::take(&mut *self.chats());
        let ends = stream::iter(chats).for_each_concurrent(AT_ONCE, async |(id, chat)| {
            let Some(customer) = chat.customer else { return };
            let ended = customer.command("chat.end", json!({"chat_id": id})).await;
            self.counted("chat.end", ended.map(|_| ()));
        });
        timeout(LIMIT, ends).await.context("the chats do not end")?;
        let deadline = Instant::now() + LIMIT;
        loop {
            let reply = self.0.lead.get("/v1/chats").await;
            if reply.status == 200 && reply.json()["chats"] == json!([]) {
                break;
            }
            if Instant::now() >= deadline {
                bail!("chats stay open: {}", reply.text);
            }
            sleep(LOOK).await;
        }
        let people = std::mem::take(&mut *self.people());
        let close = stream::iter(people).for_each_concurrent(AT_ONCE, async |person| {
            person.session.close().await;
        });
        timeout(LIMIT, close).await.context("the sessions do not close")?;
        let mut counts = self.counts().clone();
        counts.failed.retain(|_, count| *count > 0);
        Ok((counts, self.0.ledger.facts()))
    }

    fn waiting(&self) -> usize {
        self.chats().values().filter(|chat| chat.agent.is_none()).count()
    }

    async fn agent(&self, gateways: &Gateways, id: String, token: String) -> anyhow::Result<()> {
        let who = Who::Agent { workspace: WORKSPACE.into(), id };
        let session = Session::open(gateways, who, &token, &self.0.ledger).await?;
        let ready = session.command("agent.status", json!({"status": "ready"})).await;
        ready.context("an agent cannot be ready")?;
        self.counts().agents += 1;
        tokio::spawn(self.clone().attend(session));
        Ok(())
    }

    async fn customer(&self, gateways: &Gateways) -> anyhow::Result<()> {
        let body = json!({"workspace": WORKSPACE, "text": "hello"});
        let started = start_chat(gateways, &body, &self.0.ledger).await?;
        let who = Who::Customer { workspace: WORKSPACE.into(), chat: started.chat.clone() };
        let session = Session::open(gateways, who, &started.token, &self.0.ledger).await?;
        self.chats().entry(started.chat).or_default().customer = Some(session.clone());
        self.counts().customers += 1;
        tokio::spawn(self.clone().attend(session));
        Ok(())
    }

    /// Reads a session: offers are taken, returns are noted.
    async fn attend(self, session: Session) {
        let number = {
            let mut people = self.people();
            people.push(Person { session: session.clone(), resumed: None });
            people.len() - 1
        };
        loop {
            match session.next().await {
                Happening::Event(frame) if frame["type"] == "offer.new" => {
                    let crowd = self.clone();
                    tokio::spawn(crowd.take(session.clone(), frame["offer"].clone()));
                }
                Happening::Resumed { after } => {
                    if let Some(person) = self.people().get_mut(number) {
                        person.resumed = Some((Instant::now(), after));
                    }
                }
                Happening::Ended(_) => return,
                _ => {}
            }
        }
    }

    async fn take(self, session: Session, offer: Value) {
        let fields = json!({"offer_id": offer["offer_id"]});
        let mut taken = session.command("offer.accept", fields.clone()).await;
        while taken.as_ref().is_err_and(|refusal| refusal.code == "rate_limited") {
            sleep(LOOK).await;
            taken = session.command("offer.accept", fields.clone()).await;
        }
        let chat = offer["chat"]["chat_id"].as_str().unwrap_or_default().to_owned();
        let noted = taken.map(|_| self.chats().entry(chat).or_default().agent = Some(session));
        self.counted("offer.accept", noted);
    }

    fn counted(&self, what: &str, done: Result<(), baton_client::Refusal>) {
        if let Err(refusal) = done {
            *self.counts().failed.entry(format!("{what} {}", refusal.code)).or_default() += 1;
        }
    }

    fn people(&self) -> MutexGuard<'_, Vec<Person>> {
        self.0.people.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn chats(&self) -> MutexGuard<'_, BTreeMap<String, Chat>> {
        self.0.chats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
