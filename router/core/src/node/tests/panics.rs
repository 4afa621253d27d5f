//! A step that panics, wherever: the router rebuilds from the journal and goes on, a command that
//! was being decided is refused, and a question that cannot be answered deposes nobody.

use baton_common::code::Code;
use baton_common::command::{Command, CommandBody};
use baton_common::event::{Event, SCHEMA, TimedEvent};
use baton_common::frame::FrameId;
use baton_common::ids::ChatId;
use baton_common::limits;
use baton_common::notice::{RouterBeat, RouterPart};
use baton_common::time::{Span, Timestamp};
use baton_common::view::Position;

use super::world::{World, publish, start};
use crate::State;
use crate::engine::{self, Decision};
use crate::node::{Alarm, Input};
use crate::state::Timer;

fn started(command: &Command) -> Option<&ChatId> {
    match &command.ask {
        CommandBody::StartChat(start) => Some(&start.chat),
        _ => None,
    }
}

/// Decides well; what comes of one chat's start cannot be put into any frame.
fn unfit(
    state: &mut State,
    now: Timestamp,
    frame: &FrameId,
    index: u32,
    command: &Command,
) -> Decision {
    let mut decision = engine::take(state, now, frame, index, command);
    if started(command).is_some_and(|chat| chat.as_str() == "cht_poison") {
        decision.events.push(TimedEvent { at: now, event: Event::SchemaRaised { v: SCHEMA } });
    }
    decision
}

/// Leaves a timer behind that nothing ends.
fn haunted(
    state: &mut State,
    now: Timestamp,
    frame: &FrameId,
    index: u32,
    command: &Command,
) -> Decision {
    let decision = engine::take(state, now, frame, index, command);
    if started(command).is_some() {
        state.timers.set(Timer::MaxWait("ent_none".into()), now + Span(500));
    }
    decision
}

fn results(world: &World) -> Vec<Option<Code>> {
    let outcomes = world.frames().into_iter().flat_map(|frame| frame.outcomes);
    outcomes.map(|outcome| outcome.result.err().map(|rejection| rejection.code)).collect()
}

/// Events of the newest schema are not to be recorded while such a router is there.
fn an_old_router_beats(world: &mut World, place: usize) {
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
fn a_command_whose_decision_cannot_be_recorded_is_refused() {
    let mut world = World::new();
    let a = world.router_with(unfit);
    an_old_router_beats(&mut world, a);
    world.ask_for(&[publish()]);
    world.until("it leads", |world| world.leads(a));
    world.settle(a);
    world.ask_for(&[start("cht_1"), start("cht_poison"), start("cht_2")]);
    let last = world.commands.last().unwrap().seq;
    world.until("all is decided", |world| {
        world.leads(a) && world.members[a].node.memory().cursor.seq == last
    });
    world.settle(a);
    assert_eq!(world.members[a].alarms, [Alarm::Poisonous { seq: 2, index: 1 }]);
    assert_eq!(results(&world), [None, None, Some(Code::Internal), None]);
    let live = format!("{:?}", world.members[a].node.memory().state);
    assert_eq!(live, format!("{:?}", world.replay().state), "nothing of it is left");
}

#[test]
fn a_step_that_panics_costs_a_rebuild_and_some_patience() {
    let mut world = World::new();
    let a = world.router_with(haunted);
    world.ask_for(&[publish(), start("cht_1")]);
    world.until("it leads", |world| world.leads(a));
    world.settle(a);
    world.until("the timer fires", |world| !world.leads(a));
    assert_eq!(world.members[a].alarms, [Alarm::Panicked]);
    assert!(world.members[a].node.status().not_ready.is_some());
    let failed = world.clock;
    world.until("it leads again", |world| world.leads(a));
    assert!(world.clock - failed >= limits::DEPOSED[0].0, "others are given time to take over");
    world.settle(a);
    let live = format!("{:?}", world.members[a].node.memory().state);
    assert_eq!(live, format!("{:?}", world.replay().state));
    assert_eq!(world.members[a].alarms, [Alarm::Panicked], "the journal knows no such timer");
}

#[test]
fn a_router_that_panics_while_it_leaves_has_left() {
    let mut world = World::new();
    let a = world.router_with(unfit);
    an_old_router_beats(&mut world, a);
    world.ask_for(&[publish()]);
    world.until("it leads", |world| world.leads(a));
    world.settle(a);
    world.members[a].node.base.leaving = true;
    world.ask_for(&[start("cht_poison")]);
    world.until("it has stopped", |world| world.members[a].stopped);
    assert_eq!(world.members[a].alarms, [Alarm::Poisonous { seq: 2, index: 0 }]);
}

#[test]
fn metrics_that_cannot_be_taken_depose_nobody() {
    let mut world = World::new();
    let a = world.leader();
    world.members[a].node.base.measure = |_, _, _| panic!("this test's metrics fail");
    world.tell(a, Input::Measure);
    assert_eq!(world.members[a].alarms, [Alarm::ReadPanicked]);
    let epoch = world.members[a].node.status().leads;
    world.ask_for(&[publish(), start("cht_1")]);
    world.settle(a);
    assert_eq!(results(&world), [None, None]);
    assert_eq!(world.members[a].node.status().leads, epoch, "it leads the same term");
}
