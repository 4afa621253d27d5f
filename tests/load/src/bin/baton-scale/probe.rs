//! Chats that arrive evenly on every shard and are answered at once: the longest that one of them
//! waited for its offer is what a fault cost. They are clients as all others and in the same
//! ledger, so the audit looks at them too. Leaves realistic talk to the load.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use baton_client::{Gateways, Happening, Ledger, Session, Who, publish, start_chat, until};
use baton_common::hash::shard_of;
use baton_common::ids::WorkspaceId;
use baton_e2e::Minter;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::site::SHARDS;

/// Between two chats of a shard.
const EVERY: Duration = Duration::from_millis(200);
/// More than can be busy, so that nobody waits for want of agents.
const AGENTS: usize = 6;
/// Permille of an agent that a chat takes: fifty at once.
const WEIGHT: u32 = 20;
/// After the last start every chat has been served and ended within this.
const END_LIMIT: Duration = Duration::from_secs(40);
const PUBLISH_LIMIT: Duration = Duration::from_secs(30);

/// What became of one chat.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Course {
    /// When its customer first asked.
    pub(crate) asked: Instant,
    /// When the customer knew that it was started.
    pub(crate) started: Option<Instant>,
    /// When an agent first saw its offer.
    pub(crate) offered: Option<Instant>,
    /// When an agent's command to end it was acknowledged.
    pub(crate) ended: Option<Instant>,
}

/// The longest waits of some time.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Longest {
    /// Chats that were looked at.
    pub(crate) chats: usize,
    /// From asking to the offer.
    pub(crate) unserved: Duration,
    /// From asking to the answer.
    pub(crate) unanswered: Duration,
    /// From a lost connection to the welcome at another.
    pub(crate) resumed: Duration,
    /// Connections that were lost and came back.
    pub(crate) resumes: usize,
}

/// The running probes; clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Probes(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    gateways: Gateways,
    ledger: Ledger,
    stopped: AtomicBool,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    /// By the number of the start.
    courses: Vec<Course>,
    by_chat: BTreeMap<String, usize>,
    /// Offers and ends of chats whose start is not answered yet: they may come first.
    early: BTreeMap<String, (Option<Instant>, Option<Instant>)>,
    resumes: Vec<(Instant, Duration)>,
    refused: Vec<String>,
}

impl Seen {
    fn started(&mut self, number: usize, chat: &str, at: Instant) {
        let early = self.early.remove(chat).unwrap_or_default();
        let course = &mut self.courses[number];
        (course.started, course.offered, course.ended) = (Some(at), early.0, early.1);
        self.by_chat.insert(chat.to_owned(), number);
    }

    fn note(
        &mut self,
        chat: &str,
        change: impl FnOnce(&mut Option<Instant>, &mut Option<Instant>),
    ) {
        if let Some(number) = self.by_chat.get(chat) {
            let course = &mut self.courses[*number];
            change(&mut course.offered, &mut course.ended);
        } else {
            let (offered, ended) = self.early.entry(chat.to_owned()).or_default();
            change(offered, ended);
        }
    }

    fn longest(&self, from: Instant, to: Instant, now: Instant) -> Longest {
        let mut longest = Longest::default();
        let touched = |course: &&Course| {
            course.asked <= to && course.offered.is_none_or(|offered| offered >= from)
        };
        for course in self.courses.iter().filter(touched) {
            longest.chats += 1;
            let since = |end: Option<Instant>| end.unwrap_or(now).duration_since(course.asked);
            longest.unserved = longest.unserved.max(since(course.offered));
            longest.unanswered = longest.unanswered.max(since(course.started));
        }
        let back = self.resumes.iter().filter(|(at, _)| (from..=to).contains(at));
        for (_, after) in back {
            longest.resumes += 1;
            longest.resumed = longest.resumed.max(*after);
        }
        longest
    }
}

impl Probes {
    /// Publishes a workspace for each shard, logs its agents in, and starts the first chats.
    pub(crate) async fn start(
        gateways: &Gateways,
        minter: &Minter,
        ledger: &Ledger,
    ) -> anyhow::Result<Self> {
        let probes = Self(Arc::new(Inner {
            gateways: gateways.clone(),
            ledger: ledger.clone(),
            stopped: AtomicBool::new(false),
            seen: Mutex::default(),
        }));
        for shard in 0..SHARDS {
            let workspace = workspace_on(shard);
            let token = minter.token("admin", "root", &workspace);
            publish(gateways, &token, &document(&workspace), PUBLISH_LIMIT).await?;
            for number in 1..=AGENTS {
                probes.agent(&workspace, &format!("agent{number}"), minter).await?;
            }
            tokio::spawn(probes.clone().customers(workspace));
        }
        Ok(probes)
    }

    /// The longest waits of the chats that were waiting at any time of a span.
    pub(crate) fn longest(&self, from: Instant, to: Instant) -> Longest {
        self.with(|seen| seen.longest(from, to, Instant::now()))
    }

    /// Waits until every chat asked for before `at` has its offer.
    pub(crate) async fn served_until(&self, at: Instant) -> anyhow::Result<()> {
        let served = async || {
            let all = |seen: &mut Seen| {
                let mut before = seen.courses.iter().filter(|course| course.asked <= at);
                before.all(|course| course.offered.is_some())
            };
            self.with(all).then_some(())
        };
        until("an offer for every chat", END_LIMIT, served).await
    }

    /// Asks for no more chats and waits until all have ended; their number.
    pub(crate) async fn stop(&self) -> anyhow::Result<usize> {
        self.0.stopped.store(true, Ordering::Release);
        let ended = async || {
            let all = |seen: &mut Seen| seen.courses.iter().all(|course| course.ended.is_some());
            self.with(all).then_some(())
        };
        until("the end of every probe's chat", END_LIMIT, ended).await?;
        let refused = self.with(|seen| seen.refused.clone());
        anyhow::ensure!(refused.is_empty(), "refused: {}", refused.join("; "));
        Ok(self.with(|seen| seen.courses.len()))
    }

    async fn customers(self, workspace: String) {
        let mut every = tokio::time::interval(EVERY);
        let mut asking = JoinSet::new();
        while !self.0.stopped.load(Ordering::Acquire) {
            every.tick().await;
            asking.spawn(self.clone().customer(workspace.clone()));
            while asking.try_join_next().is_some() {}
        }
        asking.join_all().await;
    }

    async fn customer(self, workspace: String) {
        let asked = Instant::now();
        let course = Course { asked, started: None, offered: None, ended: None };
        let number = self.with(|seen| {
            seen.courses.push(course);
            seen.courses.len() - 1
        });
        let body = json!({"workspace": workspace, "queue": "probe"});
        match start_chat(&self.0.gateways, &body, &self.0.ledger).await {
            Ok(started) => self.with(|seen| seen.started(number, &started.chat, Instant::now())),
            Err(refusal) => self.with(|seen| seen.refused.push(format!("start: {refusal}"))),
        }
    }

    async fn agent(&self, workspace: &str, id: &str, minter: &Minter) -> anyhow::Result<()> {
        let token = minter.token("agent", id, workspace);
        let who = Who::Agent { workspace: workspace.to_owned(), id: id.to_owned() };
        let opened = Session::open(&self.0.gateways, who, &token, &self.0.ledger).await;
        let session = opened.with_context(|| format!("{id} of {workspace} cannot log in"))?;
        session.command("agent.status", json!({"status": "ready"})).await?;
        tokio::spawn(self.clone().work(session));
        Ok(())
    }

    async fn work(self, session: Session) {
        loop {
            match session.next().await {
                Happening::Event(frame) => self.hear(&session, &frame),
                Happening::Resumed { after } => {
                    self.with(|seen| seen.resumes.push((Instant::now(), after)));
                }
                Happening::Lost | Happening::Bye(_) => {}
                Happening::Ended(why) => {
                    return self.with(|seen| seen.refused.push(format!("agent: {why}")));
                }
            }
        }
    }

    fn hear(&self, session: &Session, frame: &Value) {
        match frame["type"].as_str() {
            Some("offer.new") => self.take(session, &frame["offer"]),
            Some("welcome" | "resync") => {
                for offer in frame["offers"].as_array().into_iter().flatten() {
                    self.take(session, offer);
                }
                be_ready(session, &frame["agent"]);
            }
            Some("agent.state") => be_ready(session, frame),
            _ => {}
        }
    }

    fn take(&self, session: &Session, offer: &Value) {
        let at = Instant::now();
        let chat = offer["chat"]["chat_id"].as_str().unwrap_or_default().to_owned();
        let offer = offer["offer_id"].clone();
        self.with(|seen| {
            seen.note(&chat, |offered, _| {
                offered.get_or_insert(at);
            });
        });
        tokio::spawn(self.clone().serve(session.clone(), chat, offer));
    }

    /// What is refused was meanwhile offered to another, who ends it.
    async fn serve(self, session: Session, chat: String, offer: Value) {
        if session.command("offer.accept", json!({"offer_id": offer})).await.is_err() {
            return;
        }
        if session.command("chat.end", json!({"chat_id": chat})).await.is_ok() {
            let at = Instant::now();
            self.with(|seen| {
                seen.note(&chat, |_, ended| {
                    ended.get_or_insert(at);
                });
            });
        }
    }

    fn with<T>(&self, look: impl FnOnce(&mut Seen) -> T) -> T {
        look(&mut self.0.seen.lock().expect("nobody panics while holding it"))
    }
}

/// Who was lost for longer than the grace, or let an offer pass meanwhile, takes work again.
fn be_ready(session: &Session, row: &Value) {
    if row["status"].as_str().is_some_and(|status| status != "ready") {
        let session = session.clone();
        tokio::spawn(
            async move { session.command("agent.status", json!({"status": "ready"})).await },
        );
    }
}

/// A name whose shard is this one.
fn workspace_on(shard: u16) -> String {
    let mut names = (0..).map(|number| format!("probe-{number}"));
    let fits = |name: &String| shard_of(&WorkspaceId::new(name), SHARDS) == shard;
    names.find(fits).expect("names spread over all shards")
}

fn document(workspace: &str) -> Value {
    let agents: serde_json::Map<String, Value> =
        (1..=AGENTS).map(|number| (format!("agent{number}"), json!({"name": "Probe"}))).collect();
    json!({
        "workspace": workspace,
        "default_queue": "probe",
        "policies": {"wrapup_s": 0},
        "queues": {"probe": {"name": "Probe", "weight": WEIGHT}},
        "agents": agents,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(asked: Instant, started: u64, offered: Option<u64>) -> Course {
        let after = |ms: u64| asked + Duration::from_millis(ms);
        let (started, offered) = (Some(after(started)), offered.map(after));
        Course { asked, started, offered, ended: None }
    }

    #[test]
    fn the_longest_wait_is_that_of_a_chat_that_waited_in_the_span() {
        let zero = Instant::now();
        let at = |ms: u64| zero + Duration::from_millis(ms);
        let seen = Seen {
            courses: vec![
                course(at(0), 5, Some(900)),
                course(at(950), 400, Some(700)),
                course(at(1_500), 10, None),
                course(at(5_000), 9, Some(4_000)),
            ],
            resumes: vec![(at(100), Duration::from_secs(9)), (at(1_200), Duration::from_secs(1))],
            ..Seen::default()
        };
        let longest = seen.longest(at(1_000), at(2_000), at(1_800));
        assert_eq!(longest.chats, 2);
        assert_eq!(longest.unserved, Duration::from_millis(700));
        assert_eq!(longest.unanswered, Duration::from_millis(400));
        assert_eq!((longest.resumes, longest.resumed), (1, Duration::from_secs(1)));
        // A chat that nobody was offered yet has waited until now.
        let later = seen.longest(at(1_000), at(2_000), at(4_500));
        assert_eq!(later.unserved, Duration::from_secs(3));
    }

    #[test]
    fn what_an_agent_sees_before_the_answer_counts() {
        let now = Instant::now();
        let asked = Course { asked: now, started: None, offered: None, ended: None };
        let mut seen = Seen { courses: vec![asked], ..Seen::default() };
        seen.note("cht_1", |offered, _| *offered = Some(now));
        seen.started(0, "cht_1", now);
        seen.note("cht_1", |_, ended| *ended = Some(now));
        assert!(seen.courses[0].offered.is_some() && seen.courses[0].ended.is_some());
    }

    #[test]
    fn every_shard_has_a_workspace() {
        for shard in 0..SHARDS {
            assert_eq!(shard_of(&WorkspaceId::new(workspace_on(shard)), SHARDS), shard);
        }
    }
}
