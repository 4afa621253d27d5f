//! Agents who take every offer at once and end the chat, and the customers' starts that keep them
//! busy: the trickle under which routers are lost. What they saw is in a log with times.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context;
use baton_client::Frames;
use baton_common::hash;
use baton_common::ids::WorkspaceId;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval, sleep};

/// Between repeats of what was refused for now only.
const REPEAT: Duration = Duration::from_millis(50);
/// Commands of one agent that wait to be repeated; more wait for their turn.
const REPEATS: usize = 64;
/// A start that takes longer has hung; it is repeated.
const CALL_LIMIT: Duration = Duration::from_secs(10);

/// What was seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log(Arc<Mutex<Seen>>);

/// The content of a log, in the order of time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// Starts: the moment before the first attempt.
    pub(crate) asked: Vec<(Instant, String)>,
    /// Offers at an agent's socket.
    pub(crate) offered: Vec<(Instant, String)>,
    /// Agents who lost the thread and were told everything anew.
    pub(crate) resyncs: u64,
    /// Refusals by what was asked and the code, and failed calls.
    pub(crate) refused: BTreeMap<String, u64>,
}

impl Log {
    /// What was seen since the last call; the counts stay.
    pub(crate) fn take(&self) -> Seen {
        let mut seen = self.lock();
        let (refused, resyncs) = (seen.refused.clone(), seen.resyncs);
        std::mem::replace(&mut *seen, Seen { resyncs, refused, ..Seen::default() })
    }

    /// Looks at it.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&Seen) -> T) -> T {
        look(&self.lock())
    }

    fn refused(&self, what: &str, code: &str) {
        *self.lock().refused.entry(format!("{what} {code}")).or_default() += 1;
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    /// From each start asked from `from` until `until` to its first offer, where there is one.
    pub(crate) fn waits(&self, from: Instant, until: Instant) -> Vec<(Instant, Duration)> {
        let mut first = BTreeMap::new();
        for (at, chat) in &self.offered {
            first.entry(chat.as_str()).or_insert(*at);
        }
        let asked = self.asked.iter().filter(|(at, _)| (from..until).contains(at));
        let waits = asked.filter_map(|(at, chat)| {
            let offered = first.get(chat.as_str())?;
            Some((*offered, offered.duration_since(*at)))
        });
        waits.collect()
    }
}

/// Connects an agent, who is ready when this returns, works until the task is dropped, and comes
/// back whenever a connection is lost.
pub(crate) async fn employ(
    base: &str,
    token: &str,
    log: Log,
) -> anyhow::Result<tokio::task::JoinHandle<()>> {
    let mut socket = connect(base, token, &log).await?;
    let (base, token) = (base.to_owned(), token.to_owned());
    Ok(tokio::spawn(async move {
        loop {
            let Err(error) = work(socket, &log).await;
            log.refused("agent's socket", &format!("{error:#}"));
            socket = loop {
                sleep(REPEAT).await;
                match connect(&base, &token, &log).await {
                    Ok(socket) => break socket,
                    Err(error) => log.refused("agent's return", &format!("{error:#}")),
                }
            };
        }
    }))
}

async fn connect(base: &str, token: &str, log: &Log) -> anyhow::Result<Frames> {
    let mut socket = Frames::connect(base, "/v1/ws").await?;
    socket.send(&json!({"type": "hello", "token": token, "client_id": "bench"})).await?;
    let (at, welcome) = socket.find("welcome", |frame| frame["type"] == "welcome").await?;
    for offer in welcome["offers"].as_array().into_iter().flatten() {
        take(&mut socket, log, at, offer).await?;
    }
    socket.send(&json!({"type": "agent.status", "status": "ready", "id": "ready"})).await?;
    Ok(socket)
}

async fn work(mut socket: Frames, log: &Log) -> anyhow::Result<Infallible> {
    let (again, mut repeats) = mpsc::channel::<Value>(REPEATS);
    loop {
        let (at, frame) = tokio::select! {
            biased;
            Some(command) = repeats.recv() => {
                socket.send(&command).await?;
                continue;
            }
            frame = socket.next() => frame?,
        };
        match frame["type"].as_str() {
            Some("offer.new") => take(&mut socket, log, at, &frame["offer"]).await?,
            // In place of what this agent was told before: offers may be in its list alone.
            Some("resync") => {
                log.lock().resyncs += 1;
                for offer in frame["offers"].as_array().into_iter().flatten() {
                    take(&mut socket, log, at, offer).await?;
                }
            }
            _ => {}
        }
        if !frame["ok"].is_null() {
            let id = frame["re"].as_str().unwrap_or("unreadable");
            follow(&mut socket, &again, log, id, &frame).await?;
        }
    }
}

async fn take(socket: &mut Frames, log: &Log, at: Instant, offer: &Value) -> anyhow::Result<()> {
    log.lock().offered.push((at, text(&offer["chat"]["chat_id"])));
    socket.send(&command(&format!("offer.accept:{}", text(&offer["offer_id"])))).await
}

/// What follows an answer: a chat that was taken is left, what was refused for now is repeated.
async fn follow(
    socket: &mut Frames,
    again: &mpsc::Sender<Value>,
    log: &Log,
    id: &str,
    answer: &Value,
) -> anyhow::Result<()> {
    let kind = id.split(':').next().unwrap_or_default();
    if answer["ok"] == true {
        if kind == "offer.accept" {
            let id = format!("chat.leave:{}", text(&answer["chat"]["chat_id"]));
            socket.send(&command(&id)).await?;
        }
        return Ok(());
    }
    let code = text(&answer["error"]["code"]);
    log.refused(kind, &code);
    if matches!(code.as_str(), "unavailable" | "rate_limited") {
        let (again, command) = (again.clone(), command(id));
        tokio::spawn(async move {
            sleep(REPEAT).await;
            again.send(command).await
        });
    }
    Ok(())
}

/// The id of a command's frame says what it asks, so that a repeat is made from it.
fn command(id: &str) -> Value {
    let (kind, subject) = id.split_once(':').unwrap_or((id, ""));
    let field = if kind == "offer.accept" { "offer_id" } else { "chat_id" };
    json!({"type": kind, "id": id, field: subject})
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Starts a chat every so often, for as long as it is awaited; open loop.
pub(crate) async fn trickle(
    base: &str,
    workspace: &str,
    every: Duration,
    log: &Log,
) -> anyhow::Result<Infallible> {
    let client = reqwest::Client::builder().timeout(CALL_LIMIT).no_proxy().tcp_nodelay(true);
    let client = client.build().context("an HTTP client")?;
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    loop {
        ticks.tick().await;
        let url = format!("{base}/v1/chats");
        tokio::spawn(start(client.clone(), url, workspace.to_owned(), log.clone()));
    }
}

async fn start(client: reqwest::Client, url: String, workspace: String, log: Log) {
    let key = format!("{:032x}", rand::random::<u128>());
    let chat = hash::chat_id(&WorkspaceId::new(&workspace), &key).to_string();
    let body = json!({"workspace": workspace});
    log.lock().asked.push((Instant::now(), chat));
    loop {
        let request = client.post(&url).header("Idempotency-Key", &key).json(&body);
        match request.send().await {
            Ok(answer) if answer.status().is_success() => return,
            Ok(answer) => log.refused("start", answer.status().as_str()),
            Err(error) => log.refused("start", if error.is_timeout() { "late" } else { "failed" }),
        }
        sleep(REPEAT).await;
    }
}
