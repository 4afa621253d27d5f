//! Who idles while somebody waits: an obviously right look at all pairs, which every test of the
//! engine compares with what `watch` says, and what is measured of it.

use std::collections::BTreeMap;

use baton_common::command::{Actor, Command, CommandBody, StartChat};
use baton_common::event::{Event, TimedEvent};
use baton_common::frame::{FrameId, Packed};
use baton_common::ids::{AgentId, ChatId, QueueId, WorkspaceId};
use baton_common::time::{Span, Timestamp};
use baton_common::words::{IdleFor, Status};

use crate::engine;
use crate::matching::{age, fit};
use crate::state::{Entry, State};

type Queues = BTreeMap<(WorkspaceId, QueueId), IdleFor>;

/// Asserts that what was recorded, and these events, is what a look at every pair says.
pub(super) fn agree(state: &State, events: &[Event]) {
    let spaces = state.workspaces.iter();
    let open = spaces.flat_map(|(id, space)| {
        let idle = space.stats.idle.iter();
        idle.map(|(queue, (_, why))| ((id.clone(), queue.clone()), *why))
    });
    let mut said: Queues = open.collect();
    for event in events {
        let Event::QueueIdled { workspace, queue, why } = event else { continue };
        let key = (workspace.clone(), queue.clone());
        match why {
            Some(why) => said.insert(key, *why),
            None => said.remove(&key),
        };
    }
    assert_eq!(said, idle(state), "who idles while somebody waits");
}

fn idle(state: &State) -> Queues {
    let mut idle = Queues::new();
    for entry in state.entries.values().filter(|entry| entry.offer.is_none()) {
        let Some(space) = state.workspace(&entry.workspace) else { continue };
        for agent in space.agents.keys() {
            let why = match fit::reason(state, agent, entry) {
                None => IdleFor::Fault,
                Some(_) if could(state, agent, entry) => IdleFor::Rule,
                Some(_) => continue,
            };
            let key = (entry.workspace.clone(), entry.queue.clone());
            let known = idle.entry(key).or_insert(why);
            *known = why.max(*known);
        }
    }
    idle
}

/// Eligible, if the profile held nothing back, and with room for the entry itself.
fn could(state: &State, agent: &AgentId, entry: &Entry) -> bool {
    let rules = state.rules(&entry.workspace).unwrap();
    let config = &rules.config;
    let row = state.agent(&entry.workspace, agent).unwrap();
    let needs = age::required(config, &entry.queue, &entry.skills, entry.age());
    let of = &config.agents[agent];
    age::rank(config, of, &entry.queue, Span(u64::MAX)).is_some()
        && needs.iter().all(|need| rules.level(agent, need) >= Some(need.level))
        && fit::may_have(state, agent, entry)
        && row.is_willing()
        && row.used().0 + entry.weight.0 <= of.total_capacity().0
}

struct Desk {
    state: State,
    now: Timestamp,
    events: Vec<TimedEvent>,
    taken: u64,
}

impl Desk {
    /// A workspace with one agent who is ready.
    fn new(config: &str) -> Self {
        let now = Timestamp(1_767_603_600_000);
        let mut desk = Self { state: State::default(), now, events: Vec::new(), taken: 0 };
        let raised = engine::note(&mut desk.state, now, vec![Event::SchemaRaised { v: 3 }]);
        desk.events.extend(raised.events);
        desk.publish(config);
        let connected = CommandBody::Connected {
            connection: "k1".into(),
            gateway: "g".into(),
            client: None,
            proven: false,
        };
        desk.agent(connected);
        desk.status(Status::Ready);
        desk
    }

    fn publish(&mut self, config: &str) {
        let body = CommandBody::PublishConfig { config: Packed::pack(config), if_match: None };
        self.take(Actor::Admin("root".into()), body);
    }

    fn agent(&mut self, ask: CommandBody) {
        self.take(Actor::Agent("a".into()), ask);
    }

    fn status(&mut self, status: Status) {
        self.agent(CommandBody::SetStatus { status, reason: None, after_work: false });
    }

    fn take(&mut self, by: Actor, ask: CommandBody) {
        self.taken += 1;
        let frame = FrameId { gateway: "g".into(), n: self.taken };
        let command = Command { workspace: "w".into(), by, key: None, ask };
        let decision = engine::take(&mut self.state, self.now, &frame, 0, &command);
        let outcome = decision.outcome.unwrap();
        outcome.result.unwrap();
        self.events.extend(decision.events);
    }

    fn start(&mut self, chat: &str) {
        let start = StartChat {
            chat: ChatId::new(chat),
            queue: Some("q".into()),
            skills: Vec::new(),
            priority: None,
            preferred_agent: None,
            customer_mark: None,
            previous: None,
            language: None,
            routed: None,
        };
        self.take(Actor::Customer(start.chat.clone()), CommandBody::StartChat(start));
    }

    /// Accepts the newest offer.
    fn accept(&mut self) {
        let (workspace, agent) = (WorkspaceId::new("w"), AgentId::new("a"));
        let mut offers = self.state.pending_offers(&workspace, &agent);
        let offer = offers.next().unwrap().id.clone();
        drop(offers);
        self.agent(CommandBody::AcceptOffer { offer });
    }

    fn pass(&mut self, seconds: u64) {
        let end = self.now + Span::seconds(seconds);
        while let Some(at) = self.state.next_deadline().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            let decision = engine::fire_next(&mut self.state, self.now).unwrap();
            self.events.extend(decision.events);
        }
        self.now = end;
    }

    /// All idle time so far, and what of it no rule wanted, in seconds.
    fn idled(&self) -> (u64, u64) {
        let stats = &self.state.workspaces[&WorkspaceId::new("w")].stats;
        let (all, faults) = stats.idled_until(&"q".into(), self.now).all_and_faults();
        (all.0 / 1_000, faults.0 / 1_000)
    }

    fn recorded(&self) -> Vec<Option<IdleFor>> {
        let why = |timed: &TimedEvent| match &timed.event {
            Event::QueueIdled { why, .. } => Some(*why),
            _ => None,
        };
        self.events.iter().filter_map(why).collect()
    }
}

const RULE: [Option<IdleFor>; 2] = [Some(IdleFor::Rule), None];

#[test]
fn nobody_idles_by_default() {
    let mut desk = Desk::new(r#"{"queues":{"q":{}},"agents":{"a":{"capacity":500}}}"#);
    for chat in ["c1", "c2", "c3"] {
        desk.start(chat);
        desk.pass(2);
    }
    desk.accept();
    desk.agent(CommandBody::Leave {
        chat: "c1".into(),
        blind: false,
        confirm: true,
        disposition: None,
        note: None,
    });
    desk.pass(300);
    assert_eq!(desk.idled(), (0, 0));
    assert_eq!(desk.recorded(), []);
}

#[test]
fn who_is_ramped_up_idles_by_rule() {
    let config = r#"{"queues":{"q":{"policies":{"ramp_up_s":7}}},"agents":{"a":{}}}"#;
    let mut desk = Desk::new(config);
    desk.start("c1");
    desk.pass(1);
    desk.start("c2");
    desk.pass(4);
    assert_eq!(desk.idled(), (4, 0), "it counts while it lasts");
    desk.pass(10);
    assert_eq!(desk.idled(), (6, 0));
    assert_eq!(desk.recorded(), RULE);
}

#[test]
fn what_must_be_spare_idles_by_rule() {
    let config = r#"{"queues":{"q":{"spare":700}},"agents":{"a":{}}}"#;
    let mut desk = Desk::new(config);
    desk.start("c1");
    desk.accept();
    desk.start("c2");
    desk.pass(9);
    desk.publish(r#"{"queues":{"q":{"spare":400}},"agents":{"a":{}}}"#);
    desk.pass(3);
    assert_eq!(desk.idled(), (9, 0));
    assert_eq!(desk.recorded(), RULE);
}

#[test]
fn a_delay_of_the_profile_idles_by_rule() {
    let config = r#"{"queues":{"q":{}},"profiles":{"p":[{"queue":"q","delay_s":5}]},
        "agents":{"a":{"profile":"p"}}}"#;
    let mut desk = Desk::new(config);
    desk.start("c1");
    desk.pass(3);
    desk.status(Status::NotReady);
    desk.pass(1);
    desk.status(Status::Ready);
    desk.pass(20);
    assert_eq!(desk.idled(), (4, 0));
    assert_eq!(desk.recorded(), [RULE, RULE].concat());
}

#[test]
fn a_fault_of_matching_is_measured() {
    let mut desk = Desk::new(r#"{"queues":{"q":{}},"agents":{"a":{}}}"#);
    desk.state.index.faulty = true;
    desk.start("c1");
    desk.pass(5);
    desk.start("c2");
    desk.pass(1);
    assert_eq!(desk.idled(), (6, 6), "it rises while the engine errs");
    desk.status(Status::NotReady);
    desk.pass(4);
    assert_eq!(desk.idled(), (6, 6));
    desk.state.index.faulty = false;
    desk.status(Status::Ready);
    desk.pass(4);
    assert_eq!(desk.idled(), (6, 6));
    assert_eq!(desk.recorded(), [Some(IdleFor::Fault), None]);
}

#[test]
fn whoever_takes_over_goes_on_measuring() {
    let config = r#"{"queues":{"q":{"policies":{"ramp_up_s":7}}},"agents":{"a":{}}}"#;
    let mut desk = Desk::new(config);
    desk.start("c1");
    desk.start("c2");
    desk.pass(4);
    // Another router has folded the journal, or read an image of the state.
    let mut folded = State::default();
    for timed in &desk.events {
        engine::fold(&mut folded, timed);
    }
    let image = serde_json::to_value(&folded.workspaces).unwrap();
    assert_eq!(image, serde_json::to_value(&desk.state.workspaces).unwrap());
    desk.state = folded;
    desk.pass(9);
    assert_eq!(desk.idled(), (7, 0));
    assert_eq!(desk.recorded(), RULE);
}
