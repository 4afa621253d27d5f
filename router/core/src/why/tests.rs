//! Reasons agree with the plain meaning of the rules, records are bounded, and what was recorded
//! stays true when the configuration changes. Sentences are in the scenario `why`.

use std::fmt::Write as _;

use baton_common::ask::{Ask, ReplyBody};
use baton_common::command::{Actor, Command, CommandBody, StartChat};
use baton_common::event::Event;
use baton_common::frame::{FrameId, Packed};
use baton_common::ids::{AgentId, ChatId};
use baton_common::limits;
use baton_common::protocol::why::{ChatWhy, Reason};
use baton_common::quantity::{Level, SkillLevel};
use baton_common::time::{Span, Timestamp};
use baton_common::why::{Bar, Why};
use baton_common::words::Status;

use super::count;
use super::nearest::seeks;
use crate::asks;
use crate::engine::{self, Decision};
use crate::matching::{Bars, Index, fit};
use crate::state::{Entry, State};

/// Of every agent, what the index says keeps them from an entry is what the rules say.
pub(crate) fn agree(state: &State, entry: &Entry, bars: &Bars<'_>) {
    let mut fitting: Vec<u32> = bars.fitting().collect();
    fitting.sort_unstable();
    let plain: Vec<_> = (0..bars.agents())
        .map(|number| (number, bars.of(number), fit::reason(state, bars.name(number), entry)))
        .collect();
    for (number, bar, reason) in &plain {
        let fits = fitting.binary_search(number).is_ok();
        let same = match (bar, reason) {
            (Bar::Later, None)
            | (Bar::Excluded(_), Some(fit::Reason::Excluded))
            | (Bar::RampUp, Some(fit::Reason::RampUp))
            | (Bar::NoRoom, Some(fit::Reason::NoRoom))
            | (Bar::NotReady(_) | Bar::LoggedOut, Some(fit::Reason::NotReady))
            | (Bar::Leaving, Some(fit::Reason::Leaving))
            | (Bar::Offline, Some(fit::Reason::Offline)) => fits,
            (Bar::Profile, Some(fit::Reason::Profile)) => !fits,
            (Bar::Skill(Some(at)), Some(fit::Reason::Skill(lacks))) => {
                !fits && bars.required[usize::from(*at)] == *lacks
            }
            _ => false,
        };
        assert!(same, "{}: the index says {bar:?}, the rules say {reason:?}", bars.name(*number));
    }
}

/// The same for all entries that wait.
pub(crate) fn agree_about_all(state: &State) {
    for entry in state.entries.values() {
        let barred = fit::barred(state, entry);
        if let Some(bars) = state.index.bars(state, &entry.workspace, &seeks(entry), barred) {
            agree(state, entry, &bars);
        }
    }
}

/// A shard on paper.
struct Desk {
    state: State,
    now: Timestamp,
    taken: u64,
}

impl Desk {
    fn new(config: &str) -> Self {
        let now = Timestamp(1_767_603_600_000);
        let mut desk = Self { state: State::default(), now, taken: 0 };
        desk.publish(config);
        desk
    }

    fn take(&mut self, by: Actor, ask: CommandBody) -> Decision {
        self.taken += 1;
        let frame = FrameId { gateway: "g".into(), n: self.taken };
        let command = Command { workspace: "w".into(), by, key: None, ask };
        engine::take(&mut self.state, self.now, &frame, 0, &command)
    }

    fn publish(&mut self, config: &str) {
        let body = CommandBody::PublishConfig { config: Packed::pack(config), if_match: None };
        let published = self.take(Actor::Admin("root".into()), body);
        assert_eq!(published.events.len(), 1, "{:?}", published.outcome);
    }

    fn connect(&mut self, agent: &AgentId) {
        let connection = format!("n-{agent}").as_str().into();
        let (gateway, proven) = ("g".into(), false);
        let ask = CommandBody::Connected { connection, gateway, client: None, proven };
        self.take(Actor::Agent(agent.clone()), ask);
    }

    fn status(&mut self, agent: &AgentId, status: Status, reason: Option<&str>) {
        let reason = reason.map(Into::into);
        let ask = CommandBody::SetStatus { status, reason, after_work: false };
        self.take(Actor::Agent(agent.clone()), ask);
    }

    fn ready(&mut self, agent: &str) {
        let agent = AgentId::new(agent);
        self.connect(&agent);
        self.status(&agent, Status::Ready, None);
    }

    /// Starts a chat that asks for French; what its offer recorded.
    fn start(&mut self, chat: &str) -> (Option<Event>, Option<Why>) {
        let french = SkillLevel { skill: "french".into(), level: Level(5) };
        let start = StartChat {
            chat: ChatId::new(chat),
            queue: Some("q".into()),
            skills: vec![french],
            priority: None,
            preferred_agent: None,
            customer_mark: None,
            previous: None,
            language: None,
            routed: None,
        };
        let decision = self.take(Actor::Customer(chat.into()), CommandBody::StartChat(start));
        let made = decision.events.into_iter().map(|timed| timed.event);
        let made = made.filter(|event| matches!(event, Event::OfferMade { .. })).last();
        let why = match &made {
            Some(Event::OfferMade { why, .. }) => why.as_deref().cloned(),
            _ => None,
        };
        (made, why)
    }

    fn why(&self, chat: &str) -> ChatWhy {
        let ask = Ask::ChatWhy { workspace: "w".into(), chat: chat.into() };
        match asks::reply(&self.state, self.now, &ask) {
            Ok(ReplyBody::ChatWhy(why)) => *why,
            other => panic!("{other:?}"),
        }
    }
}

/// `count` agents of whom every `nth` speaks French.
fn many(count: usize, nth: usize) -> String {
    let mut agents = String::new();
    for at in 0..count {
        let skills = if at % nth == 0 { r#"[{"skill":"french","level":7}]"# } else { "[]" };
        let _ = write!(agents, r#"{}"a{at}":{{"skills":{skills}}}"#, if at > 0 { "," } else { "" });
    }
    format!(r#"{{"skills":{{"french":{{}}}},"queues":{{"q":{{}}}},"agents":{{{agents}}}}}"#)
}

fn bytes(event: &Event, why: &Why) -> (usize, usize) {
    let of = |text: &str| text.len();
    (of(&serde_json::to_string(event).unwrap()), of(&serde_json::to_string(why).unwrap()))
}

#[test]
fn few_agents_are_all_recorded_in_a_byte_each() {
    let mut desk = Desk::new(&many(limits::WHY_ALL, 2));
    (0..limits::WHY_ALL).for_each(|at| desk.ready(&format!("a{at}")));
    desk.status(&"a2".into(), Status::NotReady, Some("lunch"));
    let (made, why) = desk.start("c1");
    let (made, why) = (made.unwrap(), why.unwrap());
    assert_eq!(why.others.bars().len(), limits::WHY_ALL - 1);
    let (with, own) = bytes(&made, &why);
    assert!(own <= limits::WHY_ALL + 150, "{own} of {with} bytes: {made:?}");
    let decision = desk.why("c1").decisions.remove(0);
    assert_eq!((decision.text.as_str(), decision.more), ("longest idle of 50", None));
    let of = |reason| decision.candidates.iter().filter(|c| c.because.reason == reason).count();
    assert_eq!((of(Reason::Later), of(Reason::NotReady), of(Reason::Skill)), (49, 1, 50));
}

#[test]
fn of_many_agents_the_nearest_of_some_are_recorded() {
    // Every hundredth speaks French: an arbitrary choice would name none of those.
    let mut desk = Desk::new(&many(20_000, 100));
    (0..20_000).step_by(100).for_each(|at| desk.ready(&format!("a{at}")));
    desk.status(&"a300".into(), Status::NotReady, Some("lunch"));
    let (made, why) = desk.start("c1");
    let (made, why) = (made.unwrap(), why.unwrap());
    assert_eq!(why.of, 20_000);
    assert_eq!(why.others.bars().len(), limits::WHY_SOME);
    assert!(why.others.bars().iter().all(|(_, bar)| *bar == Bar::Later));
    let (with, own) = bytes(&made, &why);
    assert!(own <= 4 * limits::WHY_SOME + 100, "{own} of {with} bytes: {made:?}");
    let decision = desk.why("c1").decisions.remove(0);
    assert_eq!(decision.text, "longest idle of at least 33");
    assert_eq!(decision.more, Some(20_000 - 1 - count(limits::WHY_SOME)));
    assert!(decision.candidates.iter().all(|one| one.agent != decision.chosen));
}

#[test]
fn whoever_is_nearest_to_what_waits_is_named_of_many() {
    let mut desk = Desk::new(&many(20_000, 100));
    for agent in ["a700", "a701", "a900"] {
        desk.ready(agent);
    }
    for agent in ["a700", "a900"] {
        desk.status(&agent.into(), Status::NotReady, Some("lunch"));
    }
    assert_eq!(desk.start("c1").0, None);
    let waiting = desk.why("c1").waiting.unwrap();
    assert_eq!(
        waiting.text,
        "waits for an agent with french at level 5 or more; 2 are logged in, \
         none is ready"
    );
    assert_eq!(waiting.candidates.len(), limits::WHY_NAMED);
    assert_eq!(waiting.more, Some(20_000 - count(limits::WHY_NAMED)));
    let named: Vec<&str> = waiting.candidates[..2].iter().map(|one| one.agent.as_str()).collect();
    assert_eq!(named, ["a700", "a900"]);
}

#[test]
fn a_record_names_the_agents_of_then() {
    let mut desk = Desk::new(&many(4, 1));
    (0..4).for_each(|at| desk.ready(&format!("a{at}")));
    desk.start("c1");
    let before = desk.why("c1").decisions;
    assert_eq!(before[0].candidates.len(), 3);
    let config = many(4, 1)
        .replace(r#""a1":"#, r#""a0b":"#)
        .replace(r#""french","level":7"#, r#""french","level":1"#);
    desk.publish(&config);
    assert_eq!(desk.why("c1").decisions, before, "rules change, records do not");
    // Numbers of now name the agents of now.
    desk.ready("a0b");
    desk.start("c2");
    let waiting = desk.why("c2").waiting.unwrap();
    assert!(waiting.candidates.iter().any(|one| one.agent.as_str() == "a0b"));
}

#[test]
fn a_state_without_an_index_explains_the_same() {
    let mut desk = Desk::new(&many(150, 3));
    (0..60).for_each(|at| desk.ready(&format!("a{at}")));
    desk.now = desk.now + Span::seconds(1);
    desk.start("c1");
    let why = desk.why("c1");
    desk.state.index = Index::default();
    assert_eq!(desk.why("c1"), why);
}

#[test]
fn many_decisions_name_a_bounded_number_of_agents_in_all() {
    let mut desk = Desk::new(&many(limits::WHY_ALL, 1));
    let offers = 40;
    (0..=offers).for_each(|at| desk.ready(&format!("a{at}")));
    desk.start("c1");
    for _ in 0..offers {
        let chat = &desk.state.chats[&ChatId::new("c1")];
        let (agent, offer) = {
            let entry = desk.state.entry_of(chat).unwrap();
            let offer = entry.offer.clone().unwrap();
            (desk.state.offers[&offer].agent.clone(), offer)
        };
        desk.take(Actor::Agent(agent), CommandBody::DeclineOffer { offer, reason: None });
    }
    let decisions = desk.why("c1").decisions;
    assert_eq!(decisions.len(), offers + 1);
    let named: usize = decisions.iter().map(|one| one.candidates.len()).sum();
    assert_eq!(named, limits::WHY_CANDIDATES);
    for decision in &decisions {
        let all = decision.candidates.len() + decision.more.unwrap_or(0) as usize;
        assert_eq!(all, limits::WHY_ALL - 1);
    }
    assert_eq!(decisions[offers].more, None, "of the newest everybody is named");
}
