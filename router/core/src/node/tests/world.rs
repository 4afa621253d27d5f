//! A broker in memory with the journal's fence, and routers around it: appends are lost, delayed
//! or left unanswered as a test says. It checks everything that a router lets out.

use std::collections::VecDeque;

use baton_common::ask::{Ask, Reply};
use baton_common::command::{Actor, Command, CommandBody, CommandKey, StartChat};
use baton_common::config::{Agent, Queue, Workspace};
use baton_common::frame::{CommandFrame, FrameId, JournalFrame, Packed};
use baton_common::hash::Mark;
use baton_common::ids::RouterId;
use baton_common::notice::{GatewayPulse, NoticeFrame, RouterPulse};
use baton_common::time::Timestamp;
use baton_common::view::Position;

use super::super::base::Take;
use super::super::role::Role;
use super::super::{
    Alarm, Append, AppendResult, AskToken, Clock, CommandsOpened, Input, LineOut, Looked, Memory,
    Node, Output, Restored, ShardOf, Stored,
};

pub(super) const OF: ShardOf = ShardOf { shard: 0, shards: 1 };
/// The broker's clock shows this when the world begins.
const DAWN: i64 = 1_767_603_600_000;

/// What befalls one attempt to append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Nothing.
    None,
    /// Stored; the answer is lost.
    LostAnswer,
    /// Not stored.
    LostRequest,
    /// Stored so many milliseconds later; no answer.
    Late(u64),
    /// Stored; the answer says that the message was seen before.
    TakenForRepeat,
}

#[derive(Debug)]
enum Event {
    Input(Input),
    Append(Append),
}

/// A router of the world.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) node: Node,
    pub(super) alive: bool,
    pub(super) frozen_until: u64,
    follow: Option<u64>,
    read: Option<u64>,
    listening: bool,
    pub(super) notices: Vec<NoticeFrame>,
    pub(super) replies: Vec<(AskToken, Reply)>,
    pub(super) lines: Vec<LineOut>,
    pub(super) alarms: Vec<Alarm>,
    pub(super) stopped: bool,
    /// How often it looked at the command stream.
    pub(super) opened: u32,
    /// Its newest heartbeat as a leader.
    pub(super) pulse: Option<RouterPulse>,
}

impl Member {
    /// The journal reaches it no longer.
    pub(super) fn stall(&mut self) {
        self.follow = None;
    }
}

/// Everything there is.
#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) clock: u64,
    pub(super) journal: Vec<Stored>,
    pub(super) commands: Vec<Stored>,
    pub(super) members: Vec<Member>,
    /// Befall the next attempts, in order; then nothing does.
    pub(super) faults: VecDeque<Fault>,
    pub(super) image: Option<Memory>,
    /// Whether lines are stored.
    pub(super) lines_stored: bool,
    /// So many looks at the command stream are answered as if it were empty.
    pub(super) stale_looks: u32,
    numbers: u64,
    transit: Vec<(u64, usize, Event)>,
}

impl World {
    pub(super) fn new() -> Self {
        Self { lines_stored: true, ..Self::default() }
    }

    pub(super) fn broker_time(&self) -> Timestamp {
        Timestamp(DAWN + i64::try_from(self.clock).unwrap())
    }

    /// Starts a router; returns its place.
    pub(super) fn router(&mut self) -> usize {
        self.router_with(crate::engine::take)
    }

    pub(super) fn router_with(&mut self, take: Take) -> usize {
        let place = self.members.len();
        let (mut node, first) = Node::new(OF, RouterId::new(format!("rtr_{place}")));
        node.base.take = take;
        self.members.push(Member {
            node,
            alive: true,
            frozen_until: 0,
            follow: None,
            read: None,
            listening: false,
            notices: Vec::new(),
            replies: Vec::new(),
            lines: Vec::new(),
            alarms: Vec::new(),
            stopped: false,
            opened: 0,
            pulse: None,
        });
        self.perform(place, first);
        place
    }

    /// A router, leading.
    pub(super) fn leader(&mut self) -> usize {
        let place = self.router();
        self.until("it leads", |world| world.leads(place));
        place
    }

    pub(super) fn leads(&self, place: usize) -> bool {
        let member = &self.members[place];
        member.alive && member.node.status().leads.is_some()
    }

    pub(super) fn kill(&mut self, place: usize) {
        self.members[place].alive = false;
        self.members[place].listening = false;
    }

    /// Stores a message of the command stream.
    pub(super) fn store(&mut self, payload: Vec<u8>) -> u64 {
        let seq = self.commands.last().map_or(0, |last| last.seq) + 1;
        self.commands.push(Stored { seq, at: self.broker_time(), payload });
        seq
    }

    /// Stores commands as the next frame of gateway `g`.
    pub(super) fn ask_for(&mut self, commands: &[Command]) -> FrameId {
        self.numbers += 1;
        let id = FrameId { gateway: "g".into(), n: self.numbers };
        self.store(CommandFrame::encode(&id, commands));
        id
    }

    pub(super) fn tell(&mut self, place: usize, input: Input) {
        let clock = Clock(self.clock);
        let outputs = self.members[place].node.step(clock, input);
        self.perform(place, outputs);
    }

    pub(super) fn pulse(&mut self, place: usize, pulse: &GatewayPulse) {
        self.tell(place, Input::GatewayPulse(pulse.clone()));
    }

    pub(super) fn ask(&mut self, place: usize, token: u64, ask: Ask) {
        self.tell(place, Input::Ask { token: AskToken(token), ask });
    }

    /// Lets time pass.
    pub(super) fn run(&mut self, millis: u64) {
        for _ in 0..millis {
            self.clock += 1;
            self.deliver();
            for place in 0..self.members.len() {
                if self.is_awake(place) {
                    self.feed(place);
                }
            }
        }
    }

    pub(super) fn until(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        for _ in 0..120_000 {
            if holds(self) {
                return;
            }
            self.run(1);
        }
        let roles: Vec<_> = self.members.iter().map(|m| (m.alive, m.node.status())).collect();
        let memories: Vec<_> =
            self.members.iter().map(|m| m.node.memory().cursor.clone()).collect();
        let alarms: Vec<_> = self.members.iter().map(|m| &m.alarms).collect();
        let frames = self.journal.len();
        panic!("never: {what}; {roles:?} {memories:?} {alarms:?} {frames} frames");
    }

    /// Until the leader has decided and stored everything.
    pub(super) fn settle(&mut self, place: usize) {
        let last = self.commands.last().map_or(0, |last| last.seq);
        self.until("everything is decided and stored", |world| {
            let memory = &world.members[place].node.memory();
            world.leads(place)
                && memory.cursor.seq >= last
                && (memory.cursor.whole || last == 0)
                && world.idle(place)
        });
    }

    pub(super) fn frames(&self) -> Vec<JournalFrame> {
        self.journal.iter().map(|frame| JournalFrame::decode(&frame.payload).unwrap()).collect()
    }

    /// The fold of the journal from its beginning.
    pub(super) fn replay(&self) -> Memory {
        let mut memory = Memory::default();
        for frame in &self.journal {
            memory.fold(OF, &frame.payload).unwrap();
        }
        memory
    }

    fn idle(&self, place: usize) -> bool {
        let settled = match &self.members[place].node.role {
            Role::Leading(leading) => leading.is_settled(),
            _ => false,
        };
        settled && !self.transit.iter().any(|(_, to, _)| *to == place)
    }

    fn is_awake(&self, place: usize) -> bool {
        self.members[place].alive && self.members[place].frozen_until <= self.clock
    }

    fn deliver(&mut self) {
        let (due, later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.transit).into_iter().partition(|(at, to, event)| {
                // The broker stores whether or not the sender is awake.
                *at <= self.clock
                    && (matches!(event, Event::Append(_))
                        || !self.members[*to].alive
                        || self.is_awake(*to))
            });
        self.transit = later;
        for (_, place, event) in due {
            match event {
                Event::Append(append) => {
                    self.land(&append);
                }
                Event::Input(input) if self.members[place].alive => self.tell(place, input),
                Event::Input(_) => {}
            }
        }
    }

    /// Delivers what a router reads, and the time.
    fn feed(&mut self, place: usize) {
        if let Some(next) = self.members[place].follow
            && let Some(frame) = self.journal.iter().find(|frame| frame.seq >= next).cloned()
        {
            self.members[place].follow = Some(frame.seq + 1);
            self.tell(place, Input::Frame(frame));
        }
        if let Some(next) = self.members[place].read
            && self.members[place].node.wants_commands()
            && let Some(message) = self.commands.iter().find(|m| m.seq >= next).cloned()
        {
            self.members[place].read = Some(message.seq + 1);
            let pending = self.commands.iter().filter(|m| m.seq > message.seq).count() as u64;
            self.tell(place, Input::Commands { message, pending });
        }
        let due = self.members[place].node.next_deadline();
        if due.is_some_and(|at| at.0 <= self.clock) {
            self.tell(place, Input::Tick);
        }
    }

    fn send(&mut self, place: usize, after: u64, input: Input) {
        self.transit.push((self.clock + after, place, Event::Input(input)));
    }

    pub(super) fn perform(&mut self, place: usize, outputs: Vec<Output>) {
        for output in outputs {
            self.perform_one(place, output);
        }
    }

    fn perform_one(&mut self, place: usize, output: Output) {
        let last = self.journal.last().map_or(0, |frame| frame.seq);
        match output {
            Output::Restore => {
                self.members[place].follow = None;
                let restored =
                    Restored { image: self.image.clone(), first: 1, last, at: self.broker_time() };
                self.send(place, 1, Input::Restored(Box::new(restored)));
            }
            Output::Follow { from } => {
                self.members[place].follow = Some(from.saturating_sub(1));
                self.send(place, 1, Input::JournalEnd { from, last });
            }
            Output::Unfollow => self.members[place].follow = None,
            Output::Probe => {
                if !self.members.iter().any(|member| member.alive && member.listening) {
                    self.send(place, 1, Input::NobodyLeads);
                }
            }
            Output::Append(append) => self.append(place, append),
            Output::ReadFrame { seq } => {
                let found = self.journal.iter().find(|frame| frame.seq == seq).cloned();
                let found = found.map_or(Looked::Absent(last), Looked::Found);
                self.send(place, 1, Input::Looked { seq, found });
            }
            Output::OpenCommands { cursor, after } => self.open_commands(place, cursor, after),
            Output::ReadCommands { from } => self.members[place].read = Some(from),
            Output::Led { .. } => self.members[place].listening = true,
            Output::Unled => {
                self.members[place].listening = false;
                self.members[place].read = None;
            }
            Output::Beat(beat) => {
                for other in (0..self.members.len()).filter(|other| *other != place) {
                    self.send(other, 1, Input::RouterBeat(beat.clone()));
                }
            }
            Output::Pulse(pulse) => {
                self.check_position(pulse.position);
                self.members[place].pulse = Some(pulse.clone());
                for other in (0..self.members.len()).filter(|other| *other != place) {
                    self.send(other, 1, Input::RouterPulse(pulse.clone()));
                }
            }
            output => self.let_out(place, output),
        }
    }

    fn let_out(&mut self, place: usize, output: Output) {
        match output {
            Output::Notice { frame, .. } => {
                self.check_position(frame.position);
                self.check_outcomes(&frame);
                self.members[place].notices.push(frame);
            }
            Output::Reply { token, reply } => {
                self.check_position(reply.position);
                self.members[place].replies.push((token, reply));
            }
            Output::Line(line) => {
                let frames = self.frames();
                assert!(frames.len() as u64 >= line.id.seq, "a line before its frame");
                if self.lines_stored {
                    self.send(place, 1, Input::LineStored(line.id));
                }
                self.members[place].lines.push(*line);
            }
            Output::Alarm(alarm) => self.members[place].alarms.push(alarm),
            Output::Stopped => self.members[place].stopped = true,
            _ => {}
        }
    }

    fn append(&mut self, place: usize, append: Append) {
        let (seq, attempt) = (append.seq, append.attempt);
        let result = match self.faults.pop_front().unwrap_or(Fault::None) {
            Fault::None => self.land(&append),
            Fault::LostAnswer => {
                self.land(&append);
                AppendResult::Unknown
            }
            Fault::LostRequest => AppendResult::Unknown,
            Fault::Late(after) => {
                self.transit.push((self.clock + after, place, Event::Append(append)));
                AppendResult::Unknown
            }
            Fault::TakenForRepeat => {
                self.land(&append);
                AppendResult::Unclear
            }
        };
        self.send(place, 1, Input::Appended { seq, attempt, result });
    }

    /// The broker's fence.
    fn land(&mut self, append: &Append) -> AppendResult {
        let last = self.journal.last().map_or(0, |frame| frame.seq);
        if append.seq != last + 1 {
            return AppendResult::Unclear;
        }
        let (at, payload) = (self.broker_time(), append.payload.to_vec());
        self.journal.push(Stored { seq: append.seq, at, payload });
        AppendResult::Committed
    }

    fn open_commands(&mut self, place: usize, cursor: u64, after: u64) {
        self.members[place].opened += 1;
        let at_cursor = self.commands.iter().find(|message| message.seq == cursor);
        let at_cursor = at_cursor.map(|message| message.payload.clone());
        let last = self.commands.last().map_or(0, |last| last.seq);
        let first = self.commands.first().map_or(last + 1, |first| first.seq);
        let at = self.broker_time();
        let mut opened = CommandsOpened { cursor, after, first, last, at_cursor, at };
        if self.stale_looks > 0 {
            self.stale_looks -= 1;
            opened = CommandsOpened { first: 1, last: 0, at_cursor: None, ..opened };
        }
        self.send(place, 1, Input::CommandsOpened(opened));
    }

    /// Whoever speaks of a position has that frame of its own term in the journal.
    fn check_position(&self, position: Position) {
        let frame = position
            .seq
            .checked_sub(1)
            .and_then(|at| self.journal.get(usize::try_from(at).unwrap()));
        let frame = frame.unwrap_or_else(|| panic!("{position:?} is not in the journal"));
        let frame = JournalFrame::decode(&frame.payload).unwrap();
        assert_eq!(frame.epoch, position.epoch, "{position:?} is another's frame");
    }

    /// Whoever tells an outcome has it in that very frame.
    fn check_outcomes(&self, notice: &NoticeFrame) {
        let at = usize::try_from(notice.position.seq - 1).unwrap();
        let frame = JournalFrame::decode(&self.journal[at].payload).unwrap();
        for told in &notice.outcomes {
            let recorded = frame
                .outcomes
                .iter()
                .any(|outcome| (outcome.frame.n, outcome.index) == (told.n, told.index));
            assert!(recorded, "an outcome was told that is not in the frame");
        }
    }
}

/// Publishes a configuration with one queue and one agent.
pub(super) fn publish() -> Command {
    let mut config = Workspace::default();
    let text = Some(baton_common::config::Text::One("hello".into()));
    let messages = baton_common::config::Messages { greeting: text, ..Default::default() };
    config.queues.insert("sales".into(), Queue { messages, ..Queue::default() });
    config.agents.insert("agent1".into(), Agent::default());
    let config = Packed::pack(&serde_json::to_string(&config).unwrap());
    let by = Actor::Admin("root".into());
    command(by, CommandBody::PublishConfig { config, if_match: None })
}

/// Ends a chat, under a key.
pub(super) fn end(chat: &str) -> Command {
    let by = Actor::Customer(chat.into());
    keyed(command(by, CommandBody::EndChat { chat: chat.into() }), &["end", chat])
}

/// Says that the customer spoke, under a key.
pub(super) fn speak(chat: &str) -> Command {
    let by = Actor::Customer(chat.into());
    keyed(command(by, CommandBody::Spoke { chat: chat.into() }), &["speak", chat])
}

fn keyed(command: Command, key: &[&str]) -> Command {
    let key = Some(CommandKey { id: Mark::of(key), body: Mark::of(&["body"]) });
    Command { key, ..command }
}

/// Starts a chat, under a key.
pub(super) fn start(chat: &str) -> Command {
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
    let by = Actor::Customer(chat.into());
    keyed(command(by, CommandBody::StartChat(start)), &["start", chat])
}

/// Connects the agent.
pub(super) fn connect(gateway: &str, connection: &str) -> Command {
    let (gateway, connection) = (gateway.into(), connection.into());
    let by = Actor::Agent("agent1".into());
    command(by, CommandBody::Connected { connection, gateway, client: None, proven: false })
}

/// Makes the agent ready.
pub(super) fn ready() -> Command {
    let status = baton_common::words::Status::Ready;
    let by = Actor::Agent("agent1".into());
    command(by, CommandBody::SetStatus { status, reason: None, after_work: false })
}

fn command(by: Actor, ask: CommandBody) -> Command {
    Command { workspace: "w".into(), by, key: None, ask }
}
