//! A workspace of any size on paper: its configuration, and the engine with a clock moved by hand.
//! Leaves what is asked of it, and measuring, to others.

use baton_common::command::{Actor, Command, CommandBody, CommandKey, StartChat};
use baton_common::event::Event;
use baton_common::frame::{FrameId, Packed};
use baton_common::hash::{Mark, marked_id};
use baton_common::ids::{AgentId, ChatId, OfferId, WorkspaceId};
use baton_common::time::{Span, Timestamp};
use baton_common::words::Status;
use baton_core::State;
use baton_core::engine::{self, Decision};
use serde_json::{Value, json};

use crate::times::Lots;

/// Queues; each chat needs one of these and perhaps a skill.
const QUEUES: u32 = 50;
/// Profiles; each has half of the queues.
const PROFILES: u32 = 20;
/// Skills of one kind of agent.
const SKILLS_HAD: u32 = 3;

/// Chats of a third of the queues need their skill no more after so long.
pub(crate) const RELAXED_S: u32 = 20;

/// A queue takes so many relaxations at most.
const RELAXATIONS: u32 = 32;

/// How much there is of everything.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    pub(crate) waiting: u32,
    pub(crate) agents: u32,
    pub(crate) signatures: u32,
}

/// The engine, its clock, and who is there.
pub(crate) struct Desk {
    pub(crate) size: Size,
    pub(crate) state: State,
    pub(crate) now: Timestamp,
    pub(crate) lots: Lots,
    pub(crate) workspace: WorkspaceId,
    commands: u64,
}

/// An offer as a decision made it.
pub(crate) struct Made {
    pub(crate) offer: OfferId,
    pub(crate) agent: AgentId,
    pub(crate) chat: ChatId,
}

impl Desk {
    /// With a configuration, and nobody there.
    pub(crate) fn new(size: Size) -> Self {
        let mut state = State::default();
        state.keep_index();
        let lots = Lots(u64::from(size.waiting) << 32 | u64::from(size.agents));
        let workspace = WorkspaceId::new("acme");
        let now = Timestamp(1_767_603_600_000);
        let mut desk = Self { size, state, now, lots, workspace, commands: 0 };
        let schema = baton_common::event::SCHEMA;
        engine::note(&mut desk.state, now, vec![Event::SchemaRaised { v: schema }]);
        let publish = desk.publish(RELAXED_S);
        desk.take(&publish);
        desk
    }

    /// The configuration as a command. Chats of a third of the queues need their skill no more
    /// after `relaxed_s`.
    pub(crate) fn publish(&mut self, relaxed_s: u32) -> Command {
        let config = config(self.size, relaxed_s);
        let ask = CommandBody::PublishConfig {
            config: Packed::pack(&config.to_string()),
            if_match: None,
        };
        self.command(Actor::Admin("boss".into()), ask)
    }

    /// A command with a key, as every client sends one.
    pub(crate) fn command(&mut self, by: Actor, ask: CommandBody) -> Command {
        self.commands += 1;
        let (high, low) = (self.lots.next(), self.lots.next());
        let id = Mark((u128::from(high) << 64 | u128::from(low)).to_be_bytes());
        let key = Some(CommandKey { id, body: id });
        Command { workspace: self.workspace.clone(), by, key, ask }
    }

    /// Takes a command as the leader does. By its name a profiler finds it.
    #[inline(never)]
    pub(crate) fn take(&mut self, command: &Command) -> Decision {
        let frame = self.frame();
        taken(engine::take(&mut self.state, self.now, &frame, 0, command), command)
    }

    /// The same, but nobody is told.
    #[inline(never)]
    pub(crate) fn decide(&mut self, command: &Command) -> Decision {
        let frame = self.frame();
        taken(engine::untold::take(&mut self.state, self.now, &frame, 0, command), command)
    }

    fn frame(&self) -> FrameId {
        FrameId { gateway: "gateway".into(), n: self.commands / 100 }
    }

    /// A customer comes, with one of the signatures.
    pub(crate) fn start(&mut self) -> (ChatId, Command) {
        let signature = self.lots.below(self.size.signatures);
        self.start_of(signature)
    }

    /// A customer with this signature comes.
    pub(crate) fn start_of(&mut self, signature: u32) -> (ChatId, Command) {
        let high = u128::from(self.lots.next());
        let mark = Mark((high << 64 | u128::from(self.lots.next())).to_be_bytes());
        let chat: ChatId = marked_id("cht_", mark);
        let (queue, skill) = (signature % QUEUES, signature / QUEUES);
        let text = json!({
            "chat": chat,
            "queue": queue_name(queue),
            "skills": [{ "skill": skill_name(skill) }],
        });
        let start: StartChat = serde_json::from_value(text).expect("it is a start");
        let by = Actor::Customer(chat.clone());
        (chat, self.command(by, CommandBody::StartChat(start)))
    }

    pub(crate) fn connected(&mut self, agent: &AgentId) -> Command {
        let ask = CommandBody::Connected {
            connection: agent.as_str().into(),
            gateway: "gateway".into(),
            client: None,
            proven: false,
        };
        let command = self.command(Actor::Agent(agent.clone()), ask);
        Command { key: None, ..command }
    }

    pub(crate) fn status(&mut self, agent: &AgentId, status: Status) -> Command {
        let ask = CommandBody::SetStatus { status, reason: None, after_work: false };
        self.command(Actor::Agent(agent.clone()), ask)
    }

    pub(crate) fn accept(&mut self, made: &Made) -> Command {
        let ask = CommandBody::AcceptOffer { offer: made.offer.clone() };
        self.command(Actor::Agent(made.agent.clone()), ask)
    }

    pub(crate) fn leave(&mut self, agent: &AgentId, chat: &ChatId) -> Command {
        let ask = CommandBody::Leave {
            chat: chat.clone(),
            blind: false,
            confirm: false,
            disposition: None,
            note: None,
        };
        self.command(Actor::Agent(agent.clone()), ask)
    }

    pub(crate) fn abandon(&mut self, chat: &ChatId) -> Command {
        let ask = CommandBody::EndChat { chat: chat.clone() };
        self.command(Actor::Customer(chat.clone()), ask)
    }

    pub(crate) fn pass(&mut self, span: Span) {
        self.now = self.now + span;
    }
}

fn taken(decision: Decision, command: &Command) -> Decision {
    let result = decision.outcome.as_ref().map(|outcome| &outcome.result);
    assert!(result.is_some_and(Result::is_ok), "{command:?}: {result:?}");
    decision
}

/// Offers that a decision made.
pub(crate) fn offers(decision: &Decision) -> impl Iterator<Item = Made> {
    decision.events.iter().filter_map(|timed| match &timed.event {
        Event::OfferMade { chat, offer, agent, .. } => {
            Some(Made { offer: offer.clone(), agent: agent.clone(), chat: chat.clone() })
        }
        _ => None,
    })
}

pub(crate) fn agent(number: u32) -> AgentId {
    AgentId::new(format!("a{number}"))
}

fn queue_name(number: u32) -> String {
    format!("q{number}")
}

fn skill_name(number: u32) -> String {
    format!("s{number}")
}

/// So many kinds of agents as signatures of chats, each with a few skills and half of the queues;
/// one chat fills an agent.
fn config(size: Size, relaxed_s: u32) -> Value {
    let mut lots = Lots(u64::from(size.signatures));
    let skills = size.signatures.div_ceil(QUEUES);
    let queue = |number: u32| {
        let mut queue = json!({ "weight": 1_000 });
        if number.is_multiple_of(3) {
            let lower = |skill| json!({ "after_s": relaxed_s, "skill": skill_name(skill) });
            let few = skills.min(RELAXATIONS);
            queue["relaxation"] = (0..few).map(|at| (at + number) % skills).map(lower).collect();
        }
        queue
    };
    let profile = |number: u32| {
        let has = |queue: &u32| (queue + number).is_multiple_of(2) || queue % PROFILES == number;
        let queues = (0..QUEUES).filter(has).map(|queue| json!({ "queue": queue_name(queue) }));
        queues.collect::<Value>()
    };
    let kinds: Vec<Value> = (0..size.signatures)
        .map(|kind| {
            let mut has: Vec<u32> = (0..SKILLS_HAD).map(|_| lots.below(skills)).collect();
            has.sort_unstable();
            has.dedup();
            let has: Value = has.into_iter().map(|s| json!({ "skill": skill_name(s) })).collect();
            json!({ "skills": has, "profile": format!("p{}", kind % PROFILES) })
        })
        .collect();
    // Neighbours are alike, so that the document packs well.
    let kind = |number: u32| {
        let kind = u64::from(number) * u64::from(size.signatures) / u64::from(size.agents);
        kinds[usize::try_from(kind).expect("it is below the number of kinds")].clone()
    };
    let named = |count: u32, name: fn(u32) -> String, of: &dyn Fn(u32) -> Value| {
        (0..count).map(|number| (name(number), of(number))).collect::<serde_json::Map<_, _>>()
    };
    json!({
        "policies": {
            "wrapup_s": 0, "customer_grace_s": 864_000, "reopen_s": 10, "inactivity_s": 86_400,
            "zero_eligible": "queue_anyway", "on_no_answer": "stay_ready",
        },
        "skills": named(skills, skill_name, &|_| json!({})),
        "queues": named(QUEUES, queue_name, &queue),
        "profiles": named(PROFILES, |number| format!("p{number}"), &profile),
        "agents": named(size.agents, |number| agent(number).to_string(), &kind),
    })
}

/// Whether a chat still waits.
pub(crate) fn waits(desk: &Desk, chat: &ChatId) -> bool {
    use baton_common::ask::{Ask, ReplyBody};
    use baton_common::words::ChatState;
    let ask = Ask::Chat { workspace: desk.workspace.clone(), chat: chat.clone() };
    let reply = baton_core::asks::reply(&desk.state, desk.now, &ask);
    matches!(reply, Ok(ReplyBody::Chat(chat)) if chat.state == ChatState::Queued)
}
