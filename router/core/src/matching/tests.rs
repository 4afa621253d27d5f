//! The index against the oracle: random workloads with every rule in use. The oracle is asked
//! inside `Worklist::next` at each decision; here the index is compared with one made anew.

use baton_common::command::{Actor, AddQueue, Command, CommandBody, StartChat, Target};
use baton_common::event::Event;
use baton_common::frame::{FrameId, Packed};
use baton_common::ids::{AgentId, ChatId, QueueId, WorkspaceId};
use baton_common::quantity::{Level, Priority, SkillLevel};
use baton_common::time::{Span, Timestamp};
use baton_common::words::Status;
use proptest::collection::vec;
use proptest::prelude::*;

use super::Index;
use crate::engine;
use crate::state::State;

/// Two configurations that differ in everything that the index is made of.
const CONFIGS: [&str; 2] = [
    r#"{"policies":{"offer_s":9,"wrapup_s":6,"unattended_s":15,"agent_grace_s":8,"preferred_s":12,
        "reopen_s":30,"customer_grace_s":200},
      "skills":{"a":{},"b":{}},
      "queues":{
        "q0":{"weight":300,"skills":[{"skill":"a","level":2}],
          "policies":{"selection":"least_loaded"},
          "relaxation":[{"after_s":10,"skill":"a","level":1},{"after_s":25,"skill":"a"}]},
        "q1":{"weight":400,"spare":200,"head_start_s":15,"skills":[{"skill":"b","level":2}],
          "policies":{"selection":"most_skilled","on_no_answer":"stay_ready"}},
        "q2":{"priority":3,"policies":{"selection":"round_robin","starvation_s":20,"ramp_up_s":2,
          "max_wait_s":50}},
        "q3":{"policies":{"selection":"fewest_today","starvation_s":6,"on_no_answer":"stay_ready"},
          "overflow":"q2","skills":[{"skill":"a","level":1},{"skill":"b","level":1}],
          "relaxation":[{"after_s":5,"skill":"b"}]}},
      "profiles":{"p0":[{"queue":"q0","rank":1},{"queue":"q1","rank":2,"delay_s":8},
          {"queue":"q2","rank":2}],
        "p1":[{"queue":"q3"},{"queue":"q2","rank":0,"delay_s":12}]},
      "agents":{"a0":{"profile":"p0","skills":[{"skill":"a","level":5},{"skill":"b","level":3}]},
        "a1":{"profile":"p1","skills":[{"skill":"a","level":2}],"capacity":800},
        "a2":{"skills":[{"skill":"b","level":6},{"skill":"a","level":2}]},
        "a3":{"skills":[{"skill":"b","level":6},{"skill":"a","level":2}],"capacity":2000},
        "a4":{"capacity":600}}}"#,
    r#"{"time_zone":"Europe/Berlin","policies":{"offer_s":9,"wrapup_s":0,"preferred_s":30,
        "selection":"fewest_today","starvation_s":45,"reopen_s":30,"customer_grace_s":200},
      "queues":{
        "q3":{"policies":{"selection":"most_skilled"},"skills":[{"skill":"b","level":1}]},
        "q1":{"weight":300,"relaxation":[{"after_s":3,"skill":"a"}]},
        "q0":{"skills":[{"skill":"a","level":3}],"relaxation":[{"after_s":7,"skill":"a","level":1}],
          "policies":{"max_wait_s":60}},
        "q2":{"priority":3,"spare":100,"policies":{"ramp_up_s":1}}},
      "profiles":{"p0":[{"queue":"q2","rank":1},{"queue":"q1","rank":1},{"queue":"q0","rank":0}]},
      "agents":{"a3":{"skills":[{"skill":"a","level":9}]},"a1":{"capacity":900},
        "a2":{"profile":"p0","skills":[{"skill":"c","level":1},{"skill":"a","level":3}]},
        "a0":{"skills":[{"skill":"a","level":3},{"skill":"b","level":9}]},"a4":{"profile":"p0"}}}"#,
];

#[derive(Clone, Debug)]
enum Step {
    Act { what: u8, agent: u8, chat: u8, queue: u8, flag: bool },
    Pass(u32),
    Publish(usize),
    Raise,
    Elect,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let act = (0..24_u8, 0..5_u8, 0..12_u8, 0..4_u8, any::<bool>())
        .prop_map(|(what, agent, chat, queue, flag)| Step::Act { what, agent, chat, queue, flag });
    let pass = prop_oneof![
        9 => (0..9_000_u32).prop_map(Step::Pass),
        1 => (0..72_000_000_u32).prop_map(Step::Pass),
    ];
    let publish = (0..CONFIGS.len()).prop_map(Step::Publish);
    let step = prop_oneof![
        40 => act,
        9 => pass,
        2 => publish,
        1 => Just(Step::Raise),
        1 => Just(Step::Elect),
    ];
    vec(step, 20..160)
}

struct Desk {
    state: State,
    now: Timestamp,
    taken: u64,
}

impl Desk {
    fn new() -> Self {
        // Monday 2026-01-05, nine o'clock.
        let now = Timestamp(1_767_603_600_000);
        let mut desk = Self { state: State::default(), now, taken: 0 };
        desk.publish(0);
        for agent in 0..4 {
            desk.act(18, agent, 0, 0, false);
            desk.act(19, agent, 0, 0, false);
        }
        desk
    }

    fn publish(&mut self, at: usize) {
        let body = CommandBody::PublishConfig { config: Packed::pack(CONFIGS[at]), if_match: None };
        self.take(Actor::Admin("root".into()), body);
    }

    fn take(&mut self, by: Actor, ask: CommandBody) {
        self.taken += 1;
        let frame = FrameId { gateway: "g".into(), n: self.taken };
        let command = Command { workspace: WorkspaceId::new("w"), by, key: None, ask };
        engine::take(&mut self.state, self.now, &frame, 0, &command);
        self.check();
    }

    fn note(&mut self, event: Event) {
        engine::note(&mut self.state, self.now, vec![event]);
        self.check();
    }

    fn pass(&mut self, ms: u32) {
        let end = self.now + Span(u64::from(ms));
        while let Some(at) = self.state.next_deadline().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            engine::fire_next(&mut self.state, self.now);
            self.check();
        }
        self.now = end;
    }

    /// The index is the one that would be made anew, and its parts agree with each other.
    fn check(&self) {
        self.state.index.assert_is(&Index::of(&self.state), self.state.last_event);
        crate::why::tests::agree_about_all(&self.state);
    }

    /// A chat the agent is in, or any.
    fn held(&self, agent: u8, any: u8) -> ChatId {
        let row = self.state.agent(&"w".into(), &AgentId::new(format!("a{agent}")));
        let work = row.and_then(|row| row.work.iter().next().map(|(chat, _)| chat.clone()));
        work.unwrap_or_else(|| ChatId::new(format!("c{any}")))
    }

    fn start(&mut self, agent: u8, chat: u8, queue: u8, flag: bool) {
        let skill = |skill: &str, level| SkillLevel { skill: skill.into(), level: Level(level) };
        let start = StartChat {
            chat: ChatId::new(format!("c{chat}-{}", self.taken)),
            queue: Some(QueueId::new(format!("q{queue}"))),
            skills: match chat {
                0 | 1 => vec![skill("a", 1 + agent)],
                2 => vec![skill("b", 2)],
                3 => vec![skill("none", 1)],
                _ => Vec::new(),
            },
            priority: (chat > 9).then_some(Priority(agent)),
            preferred_agent: flag.then(|| AgentId::new(format!("a{agent}"))),
            customer_mark: None,
            previous: None,
            language: None,
            routed: None,
        };
        self.take(Actor::Customer(start.chat.clone()), CommandBody::StartChat(start));
    }

    fn act(&mut self, what: u8, agent: u8, chat: u8, queue: u8, flag: bool) {
        let id = AgentId::new(format!("a{agent}"));
        let other = AgentId::new(format!("a{}", (agent + 1 + queue) % 5));
        let to = QueueId::new(format!("q{queue}"));
        let offer =
            self.state.pending_offers(&"w".into(), &id).next().map(|offer| offer.id.clone());
        let ask = match what {
            0..=6 => return self.start(agent, chat, queue, flag),
            7..=11 => match offer {
                Some(offer) => CommandBody::AcceptOffer { offer },
                None => return,
            },
            12 => match offer {
                Some(offer) => CommandBody::DeclineOffer { offer, reason: None },
                None => return,
            },
            13 => CommandBody::AddAgent { chat: self.held(agent, chat), agent: other, note: None },
            14 => CommandBody::AddQueue(AddQueue {
                chat: self.held(agent, chat),
                queue: to,
                priority: None,
                skills: Vec::new(),
                confirm: true,
                note: None,
            }),
            15 | 16 => CommandBody::Leave {
                chat: self.held(agent, chat),
                blind: flag,
                confirm: true,
                disposition: None,
                note: None,
            },
            17 => CommandBody::Transfer {
                chat: self.held(agent, chat),
                to: if flag { Target::Agent(other) } else { Target::Queue(to) },
                confirm: true,
                note: None,
            },
            18 => CommandBody::Connected {
                connection: format!("k{agent}{queue}").as_str().into(),
                gateway: "g".into(),
                client: None,
                proven: false,
            },
            19 | 20 => {
                CommandBody::SetStatus { status: Status::Ready, reason: None, after_work: false }
            }
            21 => CommandBody::SetStatus {
                status: if flag { Status::NotReady } else { Status::LoggedOut },
                reason: Some("x".into()),
                after_work: chat.is_multiple_of(2),
            },
            22 => CommandBody::Disconnected {
                connection: format!("k{agent}{queue}").as_str().into(),
                gateway: "g".into(),
            },
            _ => {
                let chat = self.held(agent, chat);
                return self.take(Actor::Customer(chat.clone()), CommandBody::EndChat { chat });
            }
        };
        self.take(Actor::Agent(id), ask);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 48,
        failure_persistence: None,
        max_shrink_iters: 4_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_index_finds_what_a_scan_finds(steps in steps(), raised in 0..4_u8) {
        let mut desk = Desk::new();
        if raised > 0 {
            // Only then do entries age.
            desk.note(Event::SchemaRaised { v: 3 });
        }
        for step in steps {
            match step {
                Step::Pass(ms) => desk.pass(ms),
                Step::Publish(at) => desk.publish(at),
                Step::Raise => desk.note(Event::SchemaRaised { v: 3 }),
                Step::Elect => {
                    let nonce = baton_common::hash::Mark::default();
                    desk.note(Event::LeaderElected { epoch: 9, router: "r".into(), nonce });
                }
                Step::Act { what, agent, chat, queue, flag } => {
                    desk.act(what, agent, chat, queue, flag);
                }
            }
        }
    }
}
