//! A shard's leader as tests need it: knows one workspace and the chats it is told of, welcomes
//! everybody, and says yes to every command.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_nats::Client;
use baton_common::answer::{Answer, Done, Welcome};
use baton_common::ask::{Ask, Reply, ReplyBody};
use baton_common::code::Code;
use baton_common::command::{Actor, Command, CommandBody, Person};
use baton_common::frame::{CommandFrame, Packed};
use baton_common::ids::{ChatId, GatewayId};
use baton_common::notice::{News, Notice, NoticeFrame, OutcomeNotice, RouterPulse};
use baton_common::rejection::Rejection;
use baton_common::subjects;
use baton_common::time::{Span, Timestamp};
use baton_common::view::{ChatView, OfferView, Owner, ParticipantView, Position};
use baton_common::words::{ChatState, ParticipantState};
use futures_util::StreamExt as _;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use crate::house::PATIENCE;

const CONFIG: &str = r#"{"origins":["https://shop.example"],"default_queue":"billing",
    "queues":{"billing":{"name":"Billing"}},
    "agents":{"agent1":{"name":"Agent One"},"agent2":{"name":"Agent Two"}},
    "supervisors":{"lead1":{"name":"Lead One"}},
    "widget":{"queues":["billing"],"fields":[{"name":"email","kind":"email","required":true,
        "label":{"en":"E-mail","de":"E-Mail-Adresse"}}]}}"#;

/// The played leader.
#[derive(Clone)]
pub(crate) struct Leader(Arc<Inner>);

struct Inner {
    client: Client,
    state: Mutex<State>,
    gone: CancellationToken,
}

#[derive(Default)]
struct State {
    chats: BTreeMap<ChatId, ChatView>,
    gateway: Option<GatewayId>,
    commands: Vec<Command>,
    rivals: bool,
    silent: Option<fn(&Ask) -> bool>,
    seq: u64,
    noticed: Position,
}

impl Leader {
    /// Listens to questions and commands of shard 0.
    pub(crate) async fn start(client: Client) -> Self {
        let questions = client.subscribe(subjects::ask(0)).await.unwrap();
        let commands = client.subscribe(subjects::commands(0)).await.unwrap();
        // The server knows of both once it has answered what was sent after them.
        async_nats::jetstream::new(client.clone()).query_account().await.unwrap();
        let gone = CancellationToken::new();
        let inner = Inner { client, state: Mutex::default(), gone: gone.clone() };
        let leader = Self(Arc::new(inner));
        let (answering, deciding) = (leader.clone(), leader.clone());
        let (until, and_until) = (gone.clone(), gone);
        tokio::spawn(until.run_until_cancelled_owned(answering.answer_all(questions)));
        tokio::spawn(and_until.run_until_cancelled_owned(deciding.decide_all(commands)));
        leader
    }

    /// Another one that knows this chat: it decides what is stored already, and listens.
    pub(crate) async fn start_from_the_first(client: Client, chat: &str, agent: &str) -> Self {
        let leader = Self::start(client.clone()).await;
        leader.has_chat(chat, agent).await;
        let stream =
            async_nats::jetstream::new(client).get_stream("baton-commands-0").await.unwrap();
        let last = stream.cached_info().state.last_sequence;
        for seq in stream.cached_info().state.first_sequence..=last {
            let stored = stream.get_raw_message(seq).await.unwrap();
            leader.decide_frame(&stored.payload).await;
        }
        leader
    }

    /// Answers and decides nothing any more.
    pub(crate) async fn stop(&self) {
        self.0.gone.cancel();
        // The subscriptions end with their tasks; a question must find nobody.
        let nobody = async {
            let ask = subjects::ask(0);
            while self.0.client.request(ask.clone(), "{}".into()).await.is_ok() {}
        };
        nobody.await;
    }

    /// An active chat of workspace `default` with this agent.
    pub(crate) async fn has_chat(&self, chat: &str, agent: &str) -> ChatView {
        let person = |person, name: &str| ParticipantView {
            person,
            name: name.into(),
            state: ParticipantState::Connected,
            mode: None,
            removed: false,
            wrapup_until: None,
        };
        let view = ChatView {
            chat: chat.into(),
            workspace: "default".into(),
            rev: 1,
            state: ChatState::Active,
            queue: Some("billing".into()),
            position: None,
            ewt: None,
            owner: Some(Owner::Agent(agent.into())),
            customer: baton_common::hash::customer_id(&chat.into()),
            participants: vec![
                person(Person::Customer(chat.into()), ""),
                person(Person::Agent(agent.into()), "Agent One"),
            ],
            invites: Vec::new(),
            notes: Vec::new(),
            hops: 0,
            previous: None,
            followed_by: Vec::new(),
            opened_at: Timestamp(1_767_603_600_000),
            closed: None,
            token_until: None,
            spoke_every: Span::seconds(60),
        };
        self.0.state.lock().await.chats.insert(chat.into(), view.clone());
        view
    }

    /// Changes a chat and tells its participants.
    pub(crate) async fn change(&self, view: ChatView) {
        let to = view.participants.iter().map(|row| row.person.clone()).collect();
        self.0.state.lock().await.chats.insert(view.chat.clone(), view.clone());
        let news = News::Chat(Box::new(view));
        self.tell(Vec::new(), vec![Notice { workspace: "default".into(), to, news }]).await;
    }

    /// Makes an agent an offer.
    pub(crate) async fn offer(&self, offer: OfferView) {
        let to = vec![Person::Agent(offer.agent.clone())];
        let news = News::OfferNew(Box::new(offer));
        self.tell(Vec::new(), vec![Notice { workspace: "default".into(), to, news }]).await;
    }

    /// Does not answer these questions any more.
    pub(crate) async fn stays_silent(&self, about: Option<fn(&Ask) -> bool>) {
        self.0.state.lock().await.silent = about;
    }

    /// Says how many commands it has not decided, once.
    pub(crate) async fn lag(&self, commands: u64) {
        let state = self.0.state.lock().await;
        let pulse = RouterPulse {
            router: "r1".into(),
            shard: 0,
            position: Position { epoch: 1, seq: state.seq },
            command_lag: commands,
            noticed: Vec::new(),
        };
        let payload = serde_json::to_vec(&pulse).unwrap();
        self.0.client.publish(subjects::router_pulse(0), payload.into()).await.unwrap();
        self.0.client.flush().await.unwrap();
    }

    /// Tells the gateway that a newer connection at another one took this person's place.
    pub(crate) async fn replace_all(&self, person: &Person) {
        let commands = self.commands().await;
        let theirs = commands.iter().filter(|command| command.by.person().as_ref() == Some(person));
        let items = theirs.filter_map(|command| match &command.ask {
            CommandBody::Connected { connection, gateway, proven: false, .. } => {
                let (gateway, connection) = (gateway.clone(), connection.clone());
                let (workspace, to) = ("default".into(), vec![person.clone()]);
                Some(Notice { workspace, to, news: News::Replaced { gateway, connection } })
            }
            _ => None,
        });
        self.tell(Vec::new(), items.collect()).await;
    }

    /// Every command so far.
    pub(crate) async fn commands(&self) -> Vec<Command> {
        self.0.state.lock().await.commands.clone()
    }

    /// Waits until it was asked for this.
    pub(crate) async fn asked(&self, is: impl Fn(&CommandBody) -> bool) {
        let asked = async {
            while !self.commands().await.iter().any(|command| is(&command.ask)) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(PATIENCE, asked).await.expect("it is asked in time");
    }

    /// Everybody who connects has an older connection elsewhere.
    pub(crate) async fn knows_rivals(&self) {
        self.0.state.lock().await.rivals = true;
    }

    /// Breaks the chain of notices: the gateway has to ask for everything.
    pub(crate) async fn lose_a_notice(&self) {
        self.0.state.lock().await.noticed.seq += 7;
        self.tell(Vec::new(), Vec::new()).await;
    }

    async fn answer_all(self, mut questions: async_nats::Subscriber) {
        while let Some(message) = questions.next().await {
            let ask: Ask = serde_json::from_slice(&message.payload).unwrap();
            if self.0.state.lock().await.silent.is_some_and(|silent| silent(&ask)) {
                continue;
            }
            let body = self.answer(ask).await;
            let reply = Reply { position: Position { epoch: 1, seq: 1 }, body };
            let payload = serde_json::to_vec(&reply).unwrap();
            self.0.client.publish(message.reply.unwrap(), payload.into()).await.unwrap();
        }
    }

    async fn answer(&self, ask: Ask) -> Result<ReplyBody, Rejection> {
        let state = self.0.state.lock().await;
        let known = |workspace: &str| workspace == "default";
        Ok(match ask {
            Ask::Config { workspace } if known(workspace.as_str()) => {
                ReplyBody::Config(1, Some(Packed::pack(CONFIG)))
            }
            Ask::Config { .. } => ReplyBody::Config(0, None),
            Ask::ConfigVersions { .. } => ReplyBody::ConfigVersions(Vec::new()),
            Ask::ConfigVersion { .. } => {
                return Err(Rejection::new(Code::NotFound, "this version is not kept at hand"));
            }
            Ask::Chat { workspace, chat } => match state.chats.get(&chat) {
                Some(view) if known(workspace.as_str()) => ReplyBody::Chat(Box::new(view.clone())),
                _ => return Err(Rejection::new(Code::NotFound, "there is no such chat")),
            },
            Ask::Chats(_) => ReplyBody::Chats(state.chats.values().cloned().collect(), None),
            Ask::Positions { .. } => ReplyBody::Positions(Vec::new()),
            Ask::Queues { .. } => ReplyBody::Queues(Vec::new()),
            Ask::Agents { .. } => ReplyBody::Agents(Vec::new()),
            Ask::Welcome { person, .. } => ReplyBody::Welcome(Box::new(state.welcome(&person))),
            Ask::Origins { .. } => ReplyBody::Origins(vec!["https://shop.example".into()], false),
            Ask::ChatWhy { .. } | Ask::AgentWhy { .. } | Ask::AgentStatistics { .. } => {
                return Err(Rejection::new(Code::NotFound, "nothing is explained here"));
            }
            Ask::QueueHistory { .. } => {
                return Err(Rejection::new(Code::QueueNotFound, "there is no such queue"));
            }
            Ask::Quote { .. } => {
                return Err(Rejection::new(Code::NotFound, "there is no such chat"));
            }
            Ask::Outcome { .. } => ReplyBody::Outcome(None),
        })
    }

    async fn decide_all(self, mut frames: async_nats::Subscriber) {
        while let Some(message) = frames.next().await {
            self.decide_frame(&message.payload).await;
        }
    }

    async fn decide_frame(&self, payload: &[u8]) {
        let frame = CommandFrame::decode(payload).unwrap();
        let mut outcomes = Vec::new();
        for (index, command) in (0..).zip(&frame.commands) {
            let command: Command = serde_json::from_str(command.get()).unwrap();
            let mut state = self.0.state.lock().await;
            state.gateway = Some(frame.id.gateway.clone());
            let result = Ok(state.decide(&command));
            state.commands.push(command);
            outcomes.push(OutcomeNotice { n: frame.id.n, index, result });
        }
        self.tell(outcomes, Vec::new()).await;
    }

    async fn tell(&self, outcomes: Vec<OutcomeNotice>, items: Vec<Notice>) {
        let mut state = self.0.state.lock().await;
        let Some(gateway) = state.gateway.clone() else {
            return;
        };
        state.seq += 100;
        let position = Position { epoch: 1, seq: state.seq };
        let previous = std::mem::replace(&mut state.noticed, position);
        let frame = NoticeFrame { shard: 0, position, previous, outcomes, items };
        let payload = serde_json::to_vec(&frame).unwrap();
        self.0.client.publish(subjects::notice(0, &gateway), payload.into()).await.unwrap();
    }
}

impl State {
    fn welcome(&self, person: &Person) -> Welcome {
        let theirs = |view: &&ChatView| view.participants.iter().any(|row| row.person == *person);
        Welcome {
            chats: self.chats.values().filter(theirs).cloned().collect(),
            ..Welcome::default()
        }
    }

    fn decide(&mut self, command: &Command) -> Answer {
        let mut answer = Answer::default();
        match (&command.ask, command.by.person()) {
            (CommandBody::Connected { proven: false, .. }, Some(person)) => {
                answer.done.rivals = self.rivals;
                answer.welcome = Some(Box::new(self.welcome(&person)));
            }
            (CommandBody::EndChat { chat } | CommandBody::TouchChat { chat }, _) => {
                answer.chat = self.chats.get(chat).cloned().map(Box::new);
            }
            (CommandBody::AcceptOffer { .. }, _) => {
                answer.chat = self.chats.values().next().cloned().map(Box::new);
                answer.done.chat = self.chats.keys().next().cloned();
            }
            (CommandBody::StartChat(start), _) => {
                answer.done = Done { chat: Some(start.chat.clone()), ..Done::default() };
            }
            _ => {}
        }
        if let (Actor::Customer(_), CommandBody::EndChat { chat }) = (&command.by, &command.ask) {
            answer.done.chat = Some(chat.clone());
        }
        answer
    }
}
