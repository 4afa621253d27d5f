//! One welcomed connection as a state machine: what comes in, what goes out. Pure: time, lines
//! and answers are handed in; frames and wishes are handed out.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Instant;

use baton_common::code::Code;
use baton_common::ids::{AgentId, ChatId, OfferId, QueueId};
use baton_common::limits;
use baton_common::protocol::command::ClientCommand;
use baton_common::protocol::decode::decode;
use baton_common::protocol::dm::Dm;
use baton_common::protocol::event::{Bye, ByeReason, Event, Holdings, Welcome};
use baton_common::protocol::message::Message;
use baton_common::protocol::offer::Offer;
use baton_common::protocol::reply::{AnswerFrame, Reply};
use baton_common::protocol::rows::AgentRow;
use baton_common::time::{ApiTime, Timestamp};
use baton_common::words::Role;
use serde_json::Value;
use smol_str::SmolStr;

use super::feed::{Change, ChatNow, Feed};
use super::frames;
use super::lanes::{Lanes, lane};
use super::life::{self, Due, Life, Proof};
use crate::access;
use crate::boards::Topic;
use crate::caller::Caller;
use crate::marks::KeySource;
use crate::refusal::Refusal;

/// What the task is to do.
#[derive(Debug)]
pub(crate) enum Output {
    /// Send this text frame.
    Send(String),
    /// Do this command and come back with [`Session::answered`].
    Run(Box<Run>),
    /// Follow, or no longer follow, a chat's lines.
    Change(Change),
    /// Begin watching.
    Watch(Vec<Topic>),
    /// End watching.
    Unwatch(Vec<Topic>),
    /// Send a ping.
    Ping,
    /// The peer lives: take the place of its older connections, come back with
    /// [`Session::took_place`].
    TakePlace,
    /// Say bye and close.
    Close(Bye),
    /// The peer is gone: drop the connection.
    Gone,
}

/// A command to do.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) ticket: u64,
    pub(crate) command: ClientCommand,
    pub(crate) source: Option<KeySource>,
}

/// What a person holds, as of this moment.
#[derive(Default)]
pub(crate) struct HoldingsNow {
    pub(crate) chats: Vec<ChatNow>,
    pub(crate) agent: Option<AgentRow>,
    pub(crate) offers: Vec<Offer>,
}

/// How a command ended.
pub(crate) enum Answered {
    /// As it stands.
    Plain(Reply),
    /// With a chat.
    Chat(Box<ChatNow>, Reply),
    /// The token was renewed.
    Renewed(Timestamp),
    /// Refused.
    Refused(Refusal),
}

struct Job {
    id: Option<SmolStr>,
    command: ClientCommand,
}

/// The machine.
pub(crate) struct Session {
    caller: Caller,
    client_id: String,
    pub(super) feed: Feed,
    lanes: Lanes<Job>,
    running: HashMap<u64, (Option<SmolStr>, bool)>,
    life: Life,
    proof: Proof,
    offers: HashSet<OfferId>,
    pub(super) agents: HashMap<AgentId, u64>,
    pub(super) queues: HashMap<QueueId, u64>,
    watched: HashSet<String>,
    /// Topics of which everything is to be told once more.
    pub(super) again: HashSet<Topic>,
}

impl Session {
    /// A connection that was welcomed, and what it is told first.
    pub(crate) fn welcome(
        now: Instant,
        caller: Caller,
        client_id: &str,
        holdings: &HoldingsNow,
        resume: &BTreeMap<ChatId, u64>,
    ) -> (Self, Vec<Output>) {
        let mut session = Self {
            client_id: client_id.to_owned(),
            feed: Feed::new(caller.person.clone()),
            lanes: Lanes::new(),
            running: HashMap::new(),
            life: Life::new(now, caller.expires_at),
            proof: Proof::Needless,
            offers: HashSet::new(),
            agents: HashMap::new(),
            queues: HashMap::new(),
            watched: HashSet::new(),
            again: HashSet::new(),
            caller,
        };
        let (told, mut out) = session.hold(holdings);
        let welcome = Welcome {
            role: session.caller.role(),
            id: session.caller.sub(),
            workspace: session.caller.workspace.clone(),
            heartbeat_s: limits::HEARTBEAT.0 / 1_000,
            expires_at: ApiTime(session.caller.expires_at),
            holdings: told,
        };
        out.insert(0, send(&Event::Welcome(Box::new(welcome))));
        let mut too_far = false;
        for chat in &holdings.chats {
            if let Some(has) = resume.get(&chat.view.chat) {
                too_far |= session.feed.resume(chat, *has);
                if session.feed.cursor(&chat.view.chat).is_some() {
                    out.push(Output::Change(Change::Follow(chat.view.chat.clone())));
                }
            }
        }
        if too_far {
            out.extend(session.resync(holdings));
        }
        (session, out)
    }

    /// Who it is.
    pub(crate) const fn caller(&self) -> &Caller {
        &self.caller
    }

    /// After which line a chat's lines are owed.
    pub(crate) fn cursor(&self, chat: &ChatId) -> Option<u64> {
        self.feed.cursor(chat)
    }

    /// Continuity was lost: everything once more.
    pub(crate) fn resync(&mut self, holdings: &HoldingsNow) -> Vec<Output> {
        let kept: HashSet<_> = holdings.chats.iter().map(|now| now.view.chat.clone()).collect();
        let (told, changes) = self.hold(holdings);
        let mut out = vec![send(&Event::Resync(Box::new(told)))];
        out.extend(changes);
        // What is not there is over or no longer theirs.
        let gone = self.feed.let_go(|chat| kept.contains(chat));
        out.extend(gone.into_iter().map(Output::Change));
        out
    }

    fn hold(&mut self, holdings: &HoldingsNow) -> (Holdings, Vec<Output>) {
        let mut out = Vec::new();
        let mut chats = Vec::with_capacity(holdings.chats.len());
        for now in &holdings.chats {
            let (chat, change) = self.feed.hold(now);
            chats.push(chat);
            out.extend(change.map(Output::Change));
        }
        if let Some(agent) = &holdings.agent {
            self.agents.insert(agent.agent.clone(), agent.rev);
        }
        let is_agent = self.caller.role() == Role::Agent;
        let offers = is_agent.then(|| holdings.offers.clone());
        (Holdings { chats, agent: holdings.agent.clone(), offers }, out)
    }

    /// A text frame came; `rate`: whether it is within the connection's bucket.
    pub(crate) fn text(
        &mut self,
        now: Instant,
        text: &str,
        rate: Result<(), Refusal>,
    ) -> Vec<Output> {
        self.life.heard();
        let incoming = match frames::command(text) {
            Ok(incoming) => incoming,
            Err(unreadable) => {
                let refusal = rate.err().unwrap_or_else(|| (*unreadable.rejection).into());
                return vec![answer_refused(unreadable.id, &refusal)];
            }
        };
        let quiet = incoming.id.is_none() && is_signal(&incoming.kind);
        let id = incoming.id.clone();
        match self.take(incoming, rate) {
            Ok(job) => {
                self.lanes.push(lane(&job.command), job);
                self.start(now)
            }
            Err(_) if quiet => Vec::new(),
            Err(refusal) => vec![answer_refused(id, &refusal)],
        }
    }

    /// Role, rate, room, fields: in the contract's order.
    fn take(&self, incoming: frames::Incoming, rate: Result<(), Refusal>) -> Result<Job, Refusal> {
        let role = self.caller.role();
        if !access::role_may(role, &incoming.kind) {
            return Err(forbidden(role));
        }
        rate?;
        if self.lanes.is_full() {
            return Err(Refusal::rate_limited(1.0));
        }
        let command = decode(&incoming.kind, Value::Object(incoming.fields))?;
        if let ClientCommand::Watch(watch) = &command {
            self.may_watch(&watch.topics)?;
        }
        Ok(Job { id: incoming.id, command })
    }

    fn may_watch(&self, topics: &[String]) -> Result<(), Refusal> {
        let role = self.caller.role();
        if role == Role::Agent && topics.iter().any(|topic| topic.starts_with("chat:")) {
            return Err(forbidden(role));
        }
        let new = topics.iter().filter(|topic| !self.watched.contains(*topic)).count();
        if self.watched.len() + new > limits::WATCHED_TOPICS {
            return Err(Refusal::invalid("topics", "too many are watched: unwatch some"));
        }
        Ok(())
    }

    /// Commands whose turn it is.
    fn start(&mut self, now: Instant) -> Vec<Output> {
        let mut out = Vec::new();
        while let Some((ticket, job)) = self.lanes.start(now) {
            match job.command {
                ClientCommand::Watch(watch) => {
                    self.lanes.done(ticket);
                    out.push(answer(job.id, Reply::default()));
                    out.push(Output::Watch(self.watch(watch.topics)));
                }
                ClientCommand::Unwatch(watch) => {
                    self.lanes.done(ticket);
                    watch.topics.iter().for_each(|topic| {
                        self.watched.remove(topic);
                    });
                    out.push(answer(job.id, Reply::default()));
                    let topics = watch.topics.iter().map(|topic| Topic::of(topic));
                    out.push(Output::Unwatch(topics.collect()));
                }
                command => {
                    let quiet = job.id.is_none()
                        && matches!(
                            command,
                            ClientCommand::ChatTyping(_) | ClientCommand::ChatRead(_)
                        );
                    let source = job.id.as_ref().map(|id| KeySource::Frame {
                        client: self.client_id.clone(),
                        id: id.to_string(),
                    });
                    self.running.insert(ticket, (job.id, quiet));
                    out.push(Output::Run(Box::new(Run { ticket, command, source })));
                }
            }
        }
        out
    }

    fn watch(&mut self, topics: Vec<String>) -> Vec<Topic> {
        let read: Vec<_> = topics.iter().map(|topic| Topic::of(topic)).collect();
        self.watched.extend(topics);
        self.again.extend(read.iter().cloned());
        read
    }

    /// A command ended.
    pub(crate) fn answered(
        &mut self,
        now: Instant,
        ticket: u64,
        answered: Answered,
    ) -> Vec<Output> {
        self.lanes.done(ticket);
        let (id, quiet) = self.running.remove(&ticket).unwrap_or_default();
        let mut out = Vec::new();
        match answered {
            _ if quiet => {}
            Answered::Plain(reply) => out.push(answer(id, reply)),
            Answered::Renewed(expires_at) => {
                self.caller.expires_at = expires_at;
                self.life.prolong(expires_at);
                let expires_at = Some(ApiTime(expires_at));
                out.push(answer(id, Reply { expires_at, ..Reply::default() }));
            }
            Answered::Chat(chat, reply) => {
                let (chat, change) = self.feed.tell(&chat);
                out.push(answer(id, Reply { chat: Some(chat), ..reply }));
                out.extend(change.map(Output::Change));
            }
            Answered::Refused(refusal) => out.push(answer_refused(id, &refusal)),
        }
        out.extend(self.start(now));
        out
    }

    /// Lines after the cursor.
    pub(crate) fn lines(&mut self, chat: &ChatId, lines: Vec<Message>) -> Vec<String> {
        let told = self.feed.lines(chat, lines);
        let event = |message: Message| {
            let (chat_id, seq) = (chat.clone(), message.seq);
            encode(&Event::ChatMessage { chat_id, seq, message })
        };
        told.into_iter().map(event).collect()
    }

    /// All lines there are were told.
    pub(crate) fn caught_up(&mut self, chat: &ChatId, sealed: bool) -> Option<Change> {
        self.feed.caught_up(chat, sealed)
    }

    /// An offer was made.
    pub(crate) fn offer(&mut self, offer: Offer) -> Option<Output> {
        let new = self.offers.insert(offer.offer_id.clone());
        new.then(|| send(&Event::OfferNew { offer: Box::new(offer) }))
    }

    /// An offer ended.
    pub(crate) fn offer_ended(&mut self, offer: &OfferId) {
        self.offers.remove(offer);
    }

    /// Something was said by or to a colleague.
    pub(crate) fn dm(dm: Dm) -> Output {
        send(&Event::DmMessage { dm })
    }

    /// A ping was heard.
    pub(crate) const fn heard(&mut self) {
        self.life.heard();
    }

    /// There are others whose place this connection takes: once its peer has proved to live, for
    /// this may be a leftover of which the peer knows nothing, come through late.
    pub(crate) fn has_rivals(&mut self) -> Output {
        self.proof = Proof::Awaited;
        Output::Ping
    }

    /// A pong came.
    pub(crate) fn pong(&mut self, payload: &[u8]) -> Vec<Output> {
        self.life.heard();
        if self.proof != Proof::Awaited || payload != life::PING {
            return Vec::new();
        }
        self.proof = Proof::Given;
        vec![Output::TakePlace]
    }

    /// Whether the places were taken; if not, the next answered ping is a proof as good.
    pub(crate) const fn took_place(&mut self, taken: bool) {
        self.proof = if taken { Proof::Needless } else { Proof::Awaited };
    }

    /// Time passed.
    pub(crate) fn tick(&mut self, now: Instant, wall: Timestamp) -> Vec<Output> {
        match self.life.due(now, wall) {
            Some(Due::Ping) => vec![Output::Ping],
            Some(Due::Gone) => vec![Output::Gone],
            Some(Due::Expired) => {
                let (reason, code) = (ByeReason::TokenExpired, Some(Code::Unauthenticated));
                vec![Output::Close(Bye { reason, code, reconnect_in_s: None })]
            }
            None => self.start(now),
        }
    }

    /// When to call [`Self::tick`] at the latest.
    pub(crate) fn deadline(&self, now: Instant, wall: Timestamp) -> Instant {
        let life = self.life.deadline(now, wall);
        self.lanes.deadline().map_or(life, |lanes| lanes.min(life))
    }
}

/// An event as a frame to send.
pub(crate) fn send(event: &Event) -> Output {
    Output::Send(encode(event))
}

fn encode(event: &Event) -> String {
    serde_json::to_string(event).expect("events are plain data")
}

fn answer(id: Option<SmolStr>, reply: Reply) -> Output {
    let frame = AnswerFrame::done(id, reply);
    Output::Send(serde_json::to_string(&frame).expect("answers are plain data"))
}

fn answer_refused(id: Option<SmolStr>, refusal: &Refusal) -> Output {
    let frame = AnswerFrame::refused(id, refusal.tell());
    Output::Send(serde_json::to_string(&frame).expect("answers are plain data"))
}

fn is_signal(kind: &str) -> bool {
    matches!(kind, "chat.typing" | "chat.read")
}

fn forbidden(role: Role) -> Refusal {
    let detail = format!("the role {} may not do this", role.as_str());
    Refusal::new(Code::Forbidden, &detail)
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
