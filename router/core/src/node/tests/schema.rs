//! Releases mix: new kinds of events wait until every router knows them, and a router that meets
//! one that it does not know stops following.

use baton_common::event::{Event, SCHEMA, TimedEvent};
use baton_common::frame::JournalFrame;
use baton_common::hash::Digest;
use baton_common::limits;
use baton_common::notice::{RouterBeat, RouterPart};
use baton_common::view::Position;

use super::world::{World, publish, start};
use crate::node::{Input, Stored};

fn raised(world: &World) -> Vec<u32> {
    let events = world.frames().into_iter().flat_map(|frame| frame.events);
    let raised = events.filter_map(|timed| match timed.event {
        Event::SchemaRaised { v } => Some(v),
        _ => None,
    });
    raised.collect()
}

/// A router of the release before says that it is there.
fn old_router_beats(world: &mut World, place: usize) {
    let beat = RouterBeat {
        router: "rtr_old".into(),
        shard: 0,
        part: RouterPart::Follows,
        position: Position::default(),
        schema: 1,
        leaving: false,
        witness: None,
    };
    world.tell(place, Input::RouterBeat(beat));
}

#[test]
fn a_new_journal_begins_with_the_newest_schema() {
    let mut world = World::new();
    world.leader();
    world.run(3_000);
    assert_eq!(raised(&world), [SCHEMA]);
    assert_eq!(world.frames()[0].events.len(), 3, "in its first frame");
}

#[test]
fn the_schema_is_raised_when_every_router_knows_it() {
    let mut world = World::new();
    let a = world.router();
    old_router_beats(&mut world, a);
    world.until("it leads", |world| world.leads(a));
    world.ask_for(&[publish()]);
    for _ in 0..20 {
        old_router_beats(&mut world, a);
        world.run(limits::ROUTER_BEAT.0);
    }
    assert_eq!(raised(&world), [0_u32; 0], "a router that does not know it is there");
    assert_eq!(world.members[a].node.memory().schema(), 1);
    // The old one is gone, and nothing that is asked meanwhile waits.
    let frames = world.journal.len();
    let chats = usize::try_from(2 * limits::REBALANCE_AFTER.0 / limits::ROUTER_BEAT.0).unwrap();
    for chat in 0..chats {
        world.ask_for(&[start(&format!("cht_{chat}"))]);
        world.run(limits::ROUTER_BEAT.0);
        let decided: usize = world.frames().iter().map(|frame| frame.outcomes.len()).sum();
        assert_eq!(decided, chat + 2, "decided in time");
    }
    assert!(world.journal.len() > frames);
    assert_eq!(raised(&world), [SCHEMA]);
    world.run(3_000);
    assert_eq!(raised(&world), [SCHEMA], "once");
}

#[test]
fn a_router_that_is_away_for_a_while_is_not_left_behind() {
    let mut world = World::new();
    let a = world.router();
    old_router_beats(&mut world, a);
    world.until("it leads", |world| world.leads(a));
    // The old one's broker is gone, and then this one's too: nobody can be heard.
    world.run(limits::REBALANCE_AFTER.0 / 2);
    world.tell(a, Input::Detached);
    world.run(2 * limits::REBALANCE_AFTER.0);
    assert_eq!(raised(&world), [0_u32; 0], "it may be there and not be heard");
    world.tell(a, Input::Attached);
    old_router_beats(&mut world, a);
    world.run(500);
    assert_eq!(raised(&world), [0_u32; 0]);
}

/// Appends a frame as somebody else's who may write anything.
fn append(world: &mut World, events: Vec<Event>, alter: impl Fn(String) -> String) {
    let last = world.journal.last().unwrap().clone();
    let before = JournalFrame::decode(&last.payload).unwrap();
    let timed = |event| TimedEvent { at: before.events[0].at, event };
    let frame = JournalFrame {
        previous: Digest::of(&last.payload),
        outcomes: Vec::new(),
        places: Vec::new(),
        events: events.into_iter().map(timed).collect(),
        ..before.clone()
    };
    let payload = alter(String::from_utf8(frame.encode()).unwrap()).into_bytes();
    world.journal.push(Stored { seq: last.seq + 1, at: world.broker_time(), payload });
}

fn halts(world: &mut World, place: usize, sentence: &str) {
    world.run(50);
    let status = world.members[place].node.status();
    assert_eq!(status.role, "halted");
    let problem = status.not_ready.unwrap();
    assert!(problem.contains(sentence) && problem.contains("update"), "{problem}");
    let frames = world.journal.len();
    world.run(5_000);
    assert_eq!(world.journal.len(), frames, "it never claims");
}

#[test]
fn a_schema_that_is_not_known_stops_a_router() {
    let mut world = World::new();
    let a = world.leader();
    let b = world.router();
    world.run(500);
    world.kill(a);
    append(&mut world, vec![Event::SchemaRaised { v: SCHEMA + 1 }], |text| text);
    halts(&mut world, b, &format!("schema {}", SCHEMA + 1));
}

#[test]
fn a_kind_that_is_not_known_stops_a_router() {
    let mut world = World::new();
    let a = world.leader();
    let b = world.router();
    world.run(500);
    world.kill(a);
    let event = Event::ChatTouched { chat: "cht_1".into() };
    append(&mut world, vec![event], |text| text.replace("chat_touched", "chat_teleported"));
    halts(&mut world, b, "`chat_teleported`");
}
