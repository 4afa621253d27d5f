//! A gateway's part towards a real router on a real nats-server: frames of commands out, notices
//! and replies in. Leaves what must hold to the tests.

use std::time::Duration;

use async_nats::Subscriber;
use async_nats::header::HeaderMap;
use async_nats::jetstream::Context;
use baton_common::answer::Answer;
use baton_common::ask::{Ask, Reply, ReplyBody};
use baton_common::command::{Actor, Command, CommandBody, CommandKey, StartChat};
use baton_common::config::{Messages, Queue, Text, Workspace};
use baton_common::frame::{CommandFrame, FrameId, JournalFrame, Packed};
use baton_common::hash::{Digest, Mark};
use baton_common::ids::{ChatId, GatewayId};
use baton_common::notice::{NoticeFrame, OutcomeNotice};
use baton_common::record::Record;
use baton_common::rejection::Rejection;
use baton_common::subjects;
use baton_router::{Images, Options, RunningRouter};
use baton_runtime::admin::Registry;
use baton_runtime::nats::Link;
use baton_runtime::testing::NatsServer;
use futures_util::StreamExt as _;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

/// Nothing here takes longer on a busy machine.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(20);
/// An answer that is lost with the connection is not waited for.
const ANSWER: Duration = Duration::from_secs(1);

/// A router in this process and the switch that stops it.
pub(crate) struct Router {
    running: RunningRouter,
    pub(crate) admin: Registry,
    shutdown: CancellationToken,
}

/// What a router of a test needs.
pub(crate) fn options(link: Link, images: Images, shards: u16) -> Options {
    let metrics = baton_runtime::metrics::install().expect("the only recorder is Baton's");
    let (admin, shutdown) = (Registry::new(metrics), CancellationToken::new());
    Options { link, shards, replicas: 1, images, admin, shutdown }
}

impl Router {
    /// Starts one over its own connection.
    pub(crate) async fn start(server: &NatsServer) -> Self {
        Self::start_with(server, Images::default()).await
    }

    /// Starts one whose images are due when the test says.
    pub(crate) async fn start_with(server: &NatsServer, images: Images) -> Self {
        Self::start_in(server, images, 1).await
    }

    /// Starts one in a deployment of so many shards.
    pub(crate) async fn start_in(server: &NatsServer, images: Images, shards: u16) -> Self {
        let options = options(server.link().await, images, shards);
        let (admin, shutdown) = (options.admin.clone(), options.shutdown.clone());
        let running = baton_router::start(options).await.expect("a router starts");
        let router = Self { running, admin, shutdown };
        router.ready().await;
        router
    }

    /// Waits until the shard is served.
    pub(crate) async fn ready(&self) {
        let admin = &self.admin;
        eventually("the router is ready", async || {
            admin.readiness().not_ready().is_empty().then_some(())
        })
        .await;
    }

    /// Stops it by plan.
    pub(crate) async fn stop(self) {
        self.shutdown.cancel();
        self.running.stopped().await.expect("no shard fails");
    }

    /// Ends its tasks as a kill would.
    pub(crate) fn kill(self) {
        drop(self.running);
    }
}

/// One gateway.
pub(crate) struct Desk {
    pub(crate) link: Link,
    pub(crate) js: Context,
    notices: Subscriber,
    gateway: GatewayId,
    n: u64,
}

impl Desk {
    pub(crate) async fn open(server: &NatsServer, gateway: &str) -> Self {
        let link = server.link().await;
        let gateway = GatewayId::new(gateway);
        let notices = link.client().subscribe(subjects::notices(&gateway)).await;
        let notices = notices.expect("the client is open");
        link.client().flush().await.expect("the server takes the subscription");
        Self { js: link.jetstream(ANSWER), link, notices, gateway, n: 0 }
    }

    /// Stores a frame of commands; returns its number.
    pub(crate) async fn store(&mut self, commands: &[Command]) -> u64 {
        self.n += 1;
        let id = FrameId { gateway: self.gateway.clone(), n: self.n };
        let payload = CommandFrame::encode(&id, commands);
        let mut headers = HeaderMap::new();
        headers.insert(subjects::EXPECTED_STREAM, subjects::commands_stream(0));
        eventually("the frame is stored", async || {
            let (headers, payload) = (headers.clone(), payload.clone());
            let sent = self.js.publish_with_headers(subjects::commands(0), headers, payload.into());
            sent.await.ok()?.await.ok()
        })
        .await;
        self.n
    }

    /// Stores one command and waits for its outcome, by notice.
    pub(crate) async fn command(&mut self, command: Command) -> Result<Answer, Rejection> {
        let n = self.store(&[command]).await;
        loop {
            let notice = self.notice().await;
            let told = notice.outcomes.into_iter().find(|told| told.n == n);
            if let Some(OutcomeNotice { result, .. }) = told {
                return result;
            }
        }
    }

    pub(crate) async fn notice(&mut self) -> NoticeFrame {
        let message = timeout(LIMIT, self.notices.next()).await.expect("a notice comes in time");
        let message = message.expect("the subscription stands");
        serde_json::from_slice(&message.payload).expect("a notice")
    }

    /// Asks the leader, whoever that is, until it answers.
    pub(crate) async fn ask(&self, ask: &Ask) -> Reply {
        let payload = serde_json::to_vec(ask).expect("questions are plain data");
        eventually("the leader answers", async || {
            let sent = self.link.client().request(subjects::ask(0), payload.clone().into());
            let message = timeout(Duration::from_secs(1), sent).await.ok()?.ok()?;
            serde_json::from_slice(&message.payload).ok()
        })
        .await
    }

    /// What became of a frame, once it is decided.
    pub(crate) async fn outcomes(&self, n: u64) -> Vec<OutcomeNotice> {
        let ask = Ask::Outcome { gateway: self.gateway.clone(), n };
        eventually("the frame is decided", async || match self.ask(&ask).await.body {
            Ok(ReplyBody::Outcome(outcomes)) => outcomes,
            _ => None,
        })
        .await
    }

    /// All frames of the journal, with the digest of each.
    pub(crate) async fn journal(&self) -> Vec<(JournalFrame, Digest)> {
        let mut frames = Vec::new();
        for payload in self.stored(&subjects::journal_stream(0)).await {
            let frame = JournalFrame::decode(&payload).expect("a journal frame");
            frames.push((frame, Digest::of(&payload)));
        }
        frames
    }

    /// All lines in a chat's transcript.
    pub(crate) async fn transcript(&self, chat: &str) -> Vec<Record> {
        let subject = subjects::chat_transcript(0, &"w".into(), &ChatId::new(chat));
        let stream = self.js.get_stream(subjects::transcripts_stream(0)).await;
        let stream = stream.expect("the stream is there");
        let mut next = 1;
        let mut records = Vec::new();
        while let Ok(message) = stream.get_first_raw_message_by_subject(&subject, next).await {
            next = message.sequence + 1;
            records.push(serde_json::from_slice(&message.payload).expect("a record"));
        }
        records
    }

    /// Payloads of all messages of a stream.
    pub(crate) async fn stored(&self, stream: &str) -> Vec<Vec<u8>> {
        let mut stream = self.js.get_stream(stream).await.expect("the stream is there");
        let state = stream.info().await.expect("the server answers").state.clone();
        let mut payloads = Vec::new();
        for seq in state.first_sequence..=state.last_sequence {
            let message = stream.get_raw_message(seq).await.expect("nothing is deleted");
            payloads.push(message.payload.to_vec());
        }
        payloads
    }
}

/// Asks again until there is something.
pub(crate) async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + LIMIT;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < deadline, "not in time: {what}");
        tokio::time::sleep(POLL).await;
    }
}

/// Publishes a configuration with one queue that greets.
pub(crate) fn publish() -> Command {
    let greeting = Some(Text::One("hello from sales".into()));
    let messages = Messages { greeting, ..Messages::default() };
    let mut config = Workspace::default();
    config.queues.insert("sales".into(), Queue { messages, ..Queue::default() });
    let text = serde_json::to_string(&config).expect("configurations are plain data");
    let ask = CommandBody::PublishConfig { config: Packed::pack(&text), if_match: None };
    Command { workspace: "w".into(), by: Actor::Admin("root".into()), key: None, ask }
}

/// Starts a chat under a key of its own.
pub(crate) fn start(chat: &str) -> Command {
    let start = StartChat {
        chat: chat.into(),
        queue: Some("sales".into()),
        skills: Vec::new(),
        priority: None,
        preferred_agent: None,
        customer_mark: None,
        previous: None,
        language: None,
        routed: None,
    };
    let key = Some(CommandKey { id: Mark::of(&["start", chat]), body: Mark::of(&["body"]) });
    let (by, ask) = (Actor::Customer(chat.into()), CommandBody::StartChat(start));
    Command { workspace: "w".into(), by, key, ask }
}
