//! Laws under random commands: an owner for every open chat, capacity kept, replay equal to what
//! was lived, a snapshot plus tail equal to both.
#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

mod support;

use baton_common::ask::{Ask, ChatsFilter, ReplyBody};
use baton_common::command::{Actor, AddQueue, CommandBody, StartChat, Target};
use baton_common::event::TimedEvent;
use baton_common::frame::Outcome;
use baton_common::ids::{AgentId, ChatId, QueueId};
use baton_common::time::Span;
use baton_common::view::{AgentView, ChatView};
use baton_common::words::{ChatState, Mode, ParticipantState, Status};
use baton_core::engine::{self, Decision};
use baton_core::{State, asks};
use proptest::collection::vec;
use proptest::prelude::*;
use support::{Desk, publish};

const CONFIG: &str = r#"{"policies":{"offer_s":20,"wrapup_s":30,"inactivity_s":300,
    "unattended_s":40,"reopen_s":100,"max_hops":4,"agent_grace_s":15,"customer_grace_s":90},
  "queues":{"q0":{"max_length":3,"overflow":"q2","policies":{"zero_eligible":"queue_anyway"}},
    "q1":{"weight":600,"skills":[{"skill":"s","level":3}],"policies":{"no_agent_wait_s":25}},
    "q2":{"policies":{"max_wait_s":60,"zero_eligible":"refuse"},"priority":4}},
  "agents":{"a0":{"capacity":1000,"skills":[{"skill":"s","level":5}]},"a1":{"capacity":500},
    "a2":{"capacity":750,"skills":[{"skill":"s","level":2}]}}}"#;

/// The same with queues that close and open, and that talk to those who wait.
const OTHER: &str = r#"{"policies":{"offer_s":20,"wrapup_s":30,"inactivity_s":300,
    "unattended_s":40,"reopen_s":100,"max_hops":4,"agent_grace_s":15,"customer_grace_s":90},
  "queues":{"q0":{"max_length":3,"overflow":"q2","hours":"odd","policies":
      {"zero_eligible":"queue_anyway"},"messages":{"waiting":{"every_s":7,"text":"{position}"}}},
    "q1":{"weight":600,"closed":true,"overflow":"q2","policies":{"zero_eligible":"overflow_to"}},
    "q2":{"max_length":4,"policies":{"max_wait_s":60},"hours":"even"}},
  "hours":{"odd":{"weekly":[{"days":["mon"],"from":"09:01","to":"09:03"},
      {"days":["mon"],"from":"09:05","to":"09:09"}]},
    "even":{"weekly":[{"days":["mon"],"from":"00:00","to":"09:06"}]}},
  "agents":{"a0":{"capacity":1000,"skills":[{"skill":"s","level":5}]},"a1":{"capacity":500},
    "a2":{"capacity":750,"skills":[{"skill":"s","level":2}]}}}"#;

/// The same with entries that grow older: relaxation, starvation, profiles that come in later.
const AGING: &str = r#"{"policies":{"offer_s":20,"wrapup_s":30,"inactivity_s":300,
    "unattended_s":40,"reopen_s":100,"max_hops":4,"agent_grace_s":15,"customer_grace_s":90,
    "preferred_s":12},
  "queues":{"q0":{"skills":[{"skill":"s","level":4}],"relaxation":
      [{"after_s":10,"skill":"s","level":2},{"after_s":25,"skill":"s"}],
      "policies":{"starvation_s":20,"ramp_up_s":3,"selection":"most_skilled"}},
    "q1":{"weight":400,"spare":200,"head_start_s":15,"overflow":"q2",
      "policies":{"max_wait_s":35,"starvation_s":30,"selection":"least_loaded"}},
    "q2":{"priority":4,"max_length":4,"transfer_headroom":1,
      "policies":{"selection":"fewest_today","on_no_answer":"stay_ready","no_agent_wait_s":9}}},
  "profiles":{"p":[{"queue":"q0","rank":2},{"queue":"q1","rank":1,"delay_s":8},{"queue":"q2"}]},
  "agents":{"a0":{"profile":"p","skills":[{"skill":"s","level":5}]},"a1":{"capacity":500},
    "a2":{"capacity":750,"skills":[{"skill":"s","level":2}]}}}"#;

#[derive(Clone, Debug)]
enum Step {
    Command(u8, u8, u8, u8, bool),
    Pass(u16),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let command = (0..27_u8, 0..3_u8, 0..5_u8, 0..3_u8, any::<bool>())
        .prop_map(|(what, agent, chat, other, flag)| Step::Command(what, agent, chat, other, flag));
    let pass = (0..40_000_u16).prop_map(Step::Pass);
    vec(prop_oneof![6 => command, 1 => pass], 1..120)
}

/// Everything that reached the journal, in order.
#[derive(Default)]
struct Journal(Vec<(Vec<TimedEvent>, Option<Outcome>)>);

impl Journal {
    fn keep(&mut self, decision: &Decision) {
        self.0.push((decision.events.clone(), decision.outcome.clone()));
    }

    fn replay(&self, mut state: State) -> State {
        for (events, outcome) in &self.0 {
            for event in events {
                engine::fold(&mut state, event);
            }
            if let Some(outcome) = outcome {
                engine::record(&mut state, outcome);
            }
        }
        state
    }
}

fn image(state: &State) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(state, &mut bytes).unwrap();
    bytes
}

fn body(
    desk: &mut Desk,
    what: u8,
    agent: u8,
    chat: u8,
    other: u8,
    flag: bool,
) -> (Actor, CommandBody) {
    let by: Actor = Actor::Agent(AgentId::new(format!("a{agent}")));
    let id = ChatId::new(format!("c{chat}"));
    let target = AgentId::new(format!("a{other}"));
    let queue = QueueId::new(format!("q{other}"));
    let offer = |desk: &Desk| desk.offers(&format!("a{agent}")).first().cloned();
    let customer = Actor::Customer(id.clone());
    let ask = match what {
        0..=2 => {
            // A chat id is used once: later starts take new ones.
            let connection = desk.connection();
            let id = ChatId::new(format!("c{chat}-{connection}"));
            let id = if flag { id } else { ChatId::new(format!("c{chat}")) };
            let start = starting(id, queue, flag.then_some(target));
            return (Actor::Customer(start.chat.clone()), CommandBody::StartChat(start));
        }
        3 => CommandBody::Connected {
            connection: format!("k{agent}{other}").as_str().into(),
            gateway: "g".into(),
            client: flag.then(|| baton_common::hash::Mark::of(&["tab"])),
            proven: chat % 2 == 1,
        },
        4 => CommandBody::Disconnected {
            connection: format!("k{agent}{other}").as_str().into(),
            gateway: "g".into(),
        },
        5 | 6 => CommandBody::SetStatus { status: Status::Ready, reason: None, after_work: false },
        7 => CommandBody::SetStatus {
            status: if flag { Status::NotReady } else { Status::LoggedOut },
            reason: Some("x".into()),
            after_work: other == 1,
        },
        8..=11 => match offer(desk) {
            Some(offer) => CommandBody::AcceptOffer { offer },
            None => CommandBody::AcceptOffer { offer: "off_1".into() },
        },
        12 => match offer(desk) {
            Some(offer) => CommandBody::DeclineOffer { offer, reason: None },
            None => CommandBody::DeclineOffer { offer: "off_2".into(), reason: None },
        },
        18 => return (customer, CommandBody::EndChat { chat: id }),
        20 => {
            let to = if flag { Target::Agent(target) } else { Target::Queue(queue) };
            let any = chats(desk).into_iter().nth(usize::from(chat)).map_or(id, |view| view.chat);
            return (Actor::Supervisor("boss".into()), CommandBody::Reassign { chat: any, to });
        }
        22..=24 => return overseeing(desk, what, (agent, chat, other), flag),
        25 => {
            let status = [Status::Ready, Status::NotReady, Status::LoggedOut][usize::from(other)];
            let ask = CommandBody::ForceStatus { agent: target, status, evict: flag };
            return (Actor::Supervisor("s0".into()), ask);
        }
        21 => {
            let config = [CONFIG, OTHER, AGING][usize::from(other)];
            return (Actor::Admin("root".into()), publish(config));
        }
        _ => {
            let chat = held(desk, agent, id);
            in_chat(what, chat, target, queue, (flag, other))
        }
    };
    (by, ask)
}

/// What supervisors do: join, go on in another way and leave; come and go.
fn overseeing(
    desk: &Desk,
    what: u8,
    (who, chat, how): (u8, u8, u8),
    flag: bool,
) -> (Actor, CommandBody) {
    let by = Actor::Supervisor(format!("s{}", who.min(1)).as_str().into());
    let connection = format!("s{who}{how}").as_str().into();
    let ask = match (what, flag) {
        (22, true) => {
            CommandBody::Connected { connection, gateway: "g".into(), client: None, proven: false }
        }
        (22, false) => CommandBody::Disconnected { connection, gateway: "g".into() },
        _ => {
            let any = chats(desk).into_iter().nth(usize::from(chat)).map(|view| view.chat);
            let chat = any.unwrap_or_else(|| ChatId::new(format!("c{chat}")));
            let modes = [Mode::Monitor, Mode::Coach, Mode::Barge];
            CommandBody::Monitor { chat, mode: flag.then(|| modes[usize::from(how)]) }
        }
    };
    (by, ask)
}

fn starting(chat: ChatId, queue: QueueId, preferred_agent: Option<AgentId>) -> StartChat {
    StartChat {
        chat,
        queue: Some(queue),
        skills: Vec::new(),
        priority: None,
        preferred_agent,
        customer_mark: None,
        previous: None,
        language: None,
        routed: None,
    }
}

/// What an agent does in a chat.
fn in_chat(
    what: u8,
    chat: ChatId,
    target: AgentId,
    queue: QueueId,
    (flag, other): (bool, u8),
) -> CommandBody {
    match what {
        13 => CommandBody::AddAgent { chat, agent: target, note: None },
        14 => CommandBody::AddQueue(AddQueue {
            chat,
            queue,
            priority: None,
            skills: Vec::new(),
            confirm: flag,
            note: None,
        }),
        15 | 16 => CommandBody::Leave {
            chat,
            blind: flag,
            confirm: other == 1,
            disposition: None,
            note: None,
        },
        17 => CommandBody::Transfer {
            chat,
            to: if flag { Target::Agent(target) } else { Target::Queue(queue) },
            confirm: other == 0,
            note: None,
        },
        _ => CommandBody::RemoveParticipant { chat, agent: target },
    }
}

/// A chat the agent is in, if any: random ids would mostly be refused.
fn held(desk: &Desk, agent: u8, other: ChatId) -> ChatId {
    let agent = AgentId::new(format!("a{agent}"));
    let filter = ChatsFilter {
        workspace: Desk::workspace(),
        state: Some(ChatState::Active),
        queue: None,
        agent: Some(agent),
        after: None,
        limit: 10,
    };
    match asks::reply(&desk.state, desk.now, &Ask::Chats(filter)) {
        Ok(ReplyBody::Chats(chats, _)) => chats.first().map_or(other, |chat| chat.chat.clone()),
        _ => other,
    }
}

fn chats(desk: &Desk) -> Vec<ChatView> {
    let filter = ChatsFilter {
        workspace: Desk::workspace(),
        state: None,
        queue: None,
        agent: None,
        after: None,
        limit: 200,
    };
    match asks::reply(&desk.state, desk.now, &Ask::Chats(filter)) {
        Ok(ReplyBody::Chats(chats, _)) => chats,
        other => panic!("{other:?}"),
    }
}

fn agents(desk: &Desk) -> Vec<AgentView> {
    match asks::reply(&desk.state, desk.now, &Ask::Agents { workspace: Desk::workspace() }) {
        Ok(ReplyBody::Agents(agents)) => agents,
        other => panic!("{other:?}"),
    }
}

/// Seen from outside, through the views alone.
fn laws(desk: &Desk) -> Result<(), TestCaseError> {
    for chat in chats(desk) {
        // A supervisor keeps no chat alive and owns none.
        let (overseers, others): (Vec<_>, Vec<_>) =
            chat.participants.iter().skip(1).partition(|p| p.mode.is_some());
        let present = others.iter().any(|p| p.state.is_present());
        let over = chat.closed.is_some();
        prop_assert!(!over || overseers.iter().all(|p| !p.state.is_present()));
        match chat.state {
            ChatState::Closed | ChatState::Wrapup => prop_assert!(chat.closed.is_some()),
            ChatState::Active => prop_assert!(present),
            _ => {
                prop_assert!(!present);
                prop_assert!(chat.owner.is_some(), "{:?} has no owner", chat.chat);
            }
        }
        let live = |p: &&baton_common::view::ParticipantView| p.state == ParticipantState::Invited;
        let invited = chat.participants.iter().filter(live).count();
        prop_assert!(invited <= chat.invites.len());
    }
    for agent in agents(desk) {
        prop_assert!(agent.used <= agent.total, "{} carries too much", agent.agent);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn laws_hold_and_replay_equals_life(steps in steps(), cut in 0..120_usize) {
        let mut desk = Desk::new();
        let mut journal = Journal::default();
        let mut tail = Journal::default();
        let mut snapshot = None;
        journal.keep(&desk.raise_schema());
        let decision = desk.take(Actor::Admin("root".into()), None, publish(CONFIG));
        prop_assert!(decision.outcome.as_ref().unwrap().result.is_ok());
        journal.keep(&decision);
        for (at, step) in steps.into_iter().enumerate() {
            if at == cut {
                snapshot = Some(image(&desk.state));
            }
            let decisions = match step {
                Step::Pass(ms) => desk.pass(Span(u64::from(ms))),
                Step::Command(what, agent, chat, other, flag) => {
                    let (by, ask) = body(&mut desk, what, agent, chat, other, flag);
                    let key = flag.then(|| format!("key{}", what + chat));
                    vec![desk.take(by, key.as_deref(), ask)]
                }
            };
            for decision in &decisions {
                journal.keep(decision);
                if snapshot.is_some() {
                    tail.keep(decision);
                }
            }
            laws(&desk)?;
        }
        let lived = image(&desk.state);
        prop_assert_eq!(&lived, &image(&journal.replay(State::default())));
        if let Some(bytes) = snapshot {
            let restored: State = ciborium::from_reader(bytes.as_slice()).unwrap();
            prop_assert_eq!(&lived, &image(&tail.replay(restored)));
        }
    }

    /// While a router of the release before may follow, nothing is recorded that it does not know.
    #[test]
    fn nothing_new_is_recorded_before_the_schema_is_raised(steps in steps(), from in 0..60_usize) {
        let mut desk = Desk::new();
        let mut journal = Journal::default();
        journal.keep(&desk.take(Actor::Admin("root".into()), None, publish(AGING)));
        for (at, step) in steps.into_iter().enumerate() {
            if at == from {
                journal.keep(&desk.raise_schema());
            }
            let decisions = match step {
                Step::Pass(ms) => desk.pass(Span(u64::from(ms))),
                Step::Command(what, agent, chat, other, flag) => {
                    let (by, ask) = body(&mut desk, what, agent, chat, other, flag);
                    vec![desk.take(by, None, ask)]
                }
            };
            for decision in &decisions {
                let newer = decision.events.iter().find(|timed| timed.event.schema() > 2);
                prop_assert!(at >= from || newer.is_none(), "{newer:?}");
                journal.keep(decision);
            }
        }
        prop_assert_eq!(image(&desk.state), image(&journal.replay(State::default())));
    }

    /// No available agent is left beside a chat they could take: nothing but a step in between
    /// may be needed for an offer.
    #[test]
    fn no_eligible_agent_is_free_while_a_chat_waits(steps in steps()) {
        let mut desk = Desk::new();
        desk.raise_schema();
        desk.take(Actor::Admin("root".into()), None, publish(CONFIG));
        for step in steps {
            match step {
                Step::Pass(ms) => drop(desk.pass(Span(u64::from(ms)))),
                Step::Command(what, agent, chat, other, flag) => {
                    let (by, ask) = body(&mut desk, what, agent, chat, other, flag);
                    desk.take(by, None, ask);
                }
            }
            // Looking at everything anew finds nothing that was overlooked.
            let mut again = desk.state.clone();
            let elected = baton_common::event::Event::LeaderElected {
                epoch: 9,
                router: "r".into(),
                nonce: baton_common::hash::Mark::default(),
            };
            let more = engine::note(&mut again, desk.now, vec![elected]);
            prop_assert_eq!(more.events.len(), 1, "overlooked: {:?}", more.events);
        }
    }
}
