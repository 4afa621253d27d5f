//! A stage for tests of the line: a real broker, one gateway's line, and the means to play the
//! leader of its only shard.

use std::sync::atomic::{AtomicU64, Ordering};

use async_nats::{Client, Message, Subscriber};
use baton_common::ask::Reply;
use baton_common::command::{Actor, CommandBody, Person};
use baton_common::frame::{CommandFrame, FrameId};
use baton_common::notice::{Notice, OutcomeNotice, RouterPulse};
use baton_common::view::Position;
use baton_common::words::Status;
use baton_runtime::nats::{Wanted, ensure_streams};
use baton_runtime::testing::NatsServer;
use futures_util::StreamExt as _;
use tokio::time::timeout;

use super::*;

pub(super) const PATIENCE: Duration = Duration::from_secs(20);
pub(super) const SHORT: Duration = Duration::from_millis(700);

/// One gateway's line, and the means to play the leader of its only shard.
pub(super) struct Stage {
    pub(super) server: NatsServer,
    pub(super) link: Link,
    pub(super) events: mpsc::Receiver<LinkEvent>,
    pub(super) leader: Client,
    pub(super) commands: Subscriber,
    pub(super) questions: Option<Subscriber>,
    pub(super) seq: AtomicU64,
    pub(super) previous: Position,
}

pub(super) async fn stage() -> Stage {
    let server = NatsServer::start();
    let (connection, leader) = (server.link().await, server.link().await);
    let wanted = Wanted { shard: 0, shards: 1, replicas: 1 };
    ensure_streams(&leader.jetstream(PATIENCE), wanted).await.unwrap();
    let leader = leader.client().clone();
    let commands = subscribe(&leader, &subjects::commands(0)).await;
    let digest = ConnectionDigest { shard: 0, count: 7, xor: 1 };
    let presence = Presence {
        workspace: WorkspaceId::new("default"),
        person: Person::Agent("agent1".into()),
        connection: "c1".into(),
        client: None,
    };
    let (link, events) = Link::start(
        &connection,
        1,
        GatewayId::new("g1"),
        Arc::new(move || vec![digest]),
        Arc::new(move |_| vec![presence.clone()]),
        CancellationToken::new(),
    )
    .await
    .unwrap();
    // The server knows of the line's subscriptions once it has answered what was sent after them.
    connection.jetstream(PATIENCE).query_account().await.unwrap();
    let (questions, seq, previous) = (None, AtomicU64::new(0), Position::default());
    Stage { server, link, events, leader, commands, questions, seq, previous }
}

/// Subscribes, and waits for an answer to what is sent after it: the server knows of it then.
pub(super) async fn subscribe(client: &Client, subject: &str) -> Subscriber {
    let subscriber = client.subscribe(subject.to_owned()).await.unwrap();
    async_nats::jetstream::new(client.clone()).query_account().await.unwrap();
    subscriber
}

pub(super) fn command(reason: &str) -> Command {
    Command {
        workspace: WorkspaceId::new("default"),
        by: Actor::Agent("agent1".into()),
        key: None,
        ask: CommandBody::SetStatus {
            status: Status::Ready,
            reason: Some(reason.into()),
            after_work: false,
        },
    }
}

/// An answer that can be told from others.
pub(super) fn answer(version: u64) -> Answer {
    let mut answer = Answer::default();
    answer.done.version = Some(version);
    answer
}

pub(super) fn outcome(n: u64, index: u32) -> OutcomeNotice {
    OutcomeNotice { n, index, result: Ok(answer(n * 1_000 + u64::from(index))) }
}

pub(super) fn decode(message: &Message) -> (FrameId, Vec<Command>) {
    let frame = CommandFrame::decode(&message.payload).unwrap();
    let commands = frame.commands.iter().map(|raw| serde_json::from_str(raw.get()).unwrap());
    (frame.id, commands.collect())
}

impl Stage {
    pub(super) async fn command_frame(&mut self) -> (FrameId, Vec<Command>) {
        decode(&timeout(PATIENCE, self.commands.next()).await.expect("a frame comes").unwrap())
    }

    pub(super) async fn notice(&mut self, outcomes: Vec<OutcomeNotice>, items: Vec<Notice>) {
        let seq = self.seq.fetch_add(1, Ordering::Relaxed) + 1;
        let position = Position { epoch: 1, seq };
        let previous = std::mem::replace(&mut self.previous, position);
        let frame = NoticeFrame { shard: 0, position, previous, outcomes, items };
        self.publish(&subjects::notice(0, self.link.gateway()), &frame).await;
    }

    pub(super) async fn publish(&self, subject: &str, what: &impl serde::Serialize) {
        let payload = serde_json::to_vec(what).unwrap().into();
        self.leader.publish(subject.to_owned(), payload).await.unwrap();
        self.leader.flush().await.unwrap();
    }

    pub(super) async fn pulse(&self, epoch: u64, noticed: Position) {
        let pulse = RouterPulse {
            router: "r1".into(),
            shard: 0,
            position: Position { epoch, seq: noticed.seq },
            command_lag: 0,
            noticed: vec![(self.link.gateway().clone(), noticed)],
        };
        self.publish(&subjects::router_pulse(0), &pulse).await;
    }

    pub(super) async fn listen(&mut self) {
        self.questions = Some(subscribe(&self.leader, &subjects::ask(0)).await);
    }

    /// Replies to the next question that this is an answer to.
    pub(super) async fn reply(&mut self, body: ReplyBody) -> Ask {
        let questions = self.questions.as_mut().expect("the test listens");
        loop {
            let question = timeout(PATIENCE, questions.next()).await.expect("a question").unwrap();
            let ask: Ask = serde_json::from_slice(&question.payload).unwrap();
            if answers(&body, &ask) {
                let reply = Reply { position: Position { epoch: 1, seq: 0 }, body: Ok(body) };
                self.publish(&question.reply.unwrap(), &reply).await;
                return ask;
            }
        }
    }

    pub(super) async fn event(&mut self) -> LinkEvent {
        timeout(PATIENCE, self.events.recv()).await.expect("an event comes").unwrap()
    }

    /// Takes the announcement that a loss leads to, and the event after it.
    pub(super) async fn repaired(&mut self) {
        let (id, commands) = self.command_frame().await;
        let [Command { by, ask: CommandBody::Announce { connections, .. }, .. }] = &commands[..]
        else {
            panic!("not an announcement: {commands:?}")
        };
        assert_eq!(*by, Actor::Gateway("g1".into()));
        assert_eq!(connections.len(), 1);
        self.notice(vec![outcome(id.n, 0)], vec![]).await;
        assert_eq!(self.event().await, LinkEvent::Lost { shard: 0 });
    }

    pub(super) fn submit(
        &self,
        reason: &str,
        wait: Duration,
    ) -> tokio::task::JoinHandle<Submitted> {
        let (link, command) = (self.link.clone(), command(reason));
        tokio::spawn(async move { link.submit(command, wait).await })
    }

    /// The first notice of a leader of another term.
    pub(super) async fn publish_as(&self, epoch: u64, n: u64) {
        let position = Position { epoch, seq: 90 };
        let outcomes = vec![outcome(n, 0)];
        let previous = Position::default();
        let frame = NoticeFrame { shard: 0, position, previous, outcomes, items: vec![] };
        self.publish(&subjects::notice(0, self.link.gateway()), &frame).await;
    }
}

fn answers(body: &ReplyBody, ask: &Ask) -> bool {
    matches!(
        (body, ask),
        (ReplyBody::Outcome(_), Ask::Outcome { .. }) | (ReplyBody::Config(..), Ask::Config { .. })
    )
}
