//! The time rule: the broker's time of each command, timers due by then first, later ones once
//! everything asked is decided, and time for people after an absence.

use baton_common::event::Event;
use baton_common::time::Timestamp;

use super::world::{World, connect, publish, start};
use crate::node::Input;

fn events(world: &World) -> Vec<(Timestamp, Event)> {
    let events = world.frames().into_iter().flat_map(|frame| frame.events);
    events.map(|timed| (timed.at, timed.event)).collect()
}

fn at_of(world: &World, wanted: impl Fn(&Event) -> bool) -> Option<Timestamp> {
    events(world).into_iter().find(|(_, event)| wanted(event)).map(|(at, _)| at)
}

#[test]
fn a_wait_that_began_while_no_router_ran_counts_in_full() {
    let mut world = World::new();
    let a = world.leader();
    world.ask_for(&[publish()]);
    world.settle(a);
    world.kill(a);
    world.run(3_000);
    world.ask_for(&[start("cht_1")]);
    let stored = world.commands.last().unwrap().at;
    world.run(20_000);
    let b = world.leader();
    world.settle(b);
    let started = at_of(&world, |event| matches!(event, Event::ChatStarted { .. }));
    assert_eq!(started, Some(stored), "a chat begins when it was asked for");
}

#[test]
fn event_times_never_go_back() {
    let mut world = World::new();
    let a = world.leader();
    world.ask_for(&[publish(), connect("g", "con_1")]);
    for chat in 0..20 {
        world.ask_for(&[start(&format!("cht_{chat}"))]);
        world.run(37);
    }
    world.settle(a);
    world.run(9_000);
    assert!(events(&world).is_sorted_by_key(|(at, _)| *at));
}

#[test]
fn idle_timers_wait_until_the_commands_are_known() {
    let mut world = World::new();
    let a = world.leader();
    world.ask_for(&[publish(), start("cht_1")]);
    world.settle(a);
    let over =
        |world: &World| at_of(world, |event| matches!(event, Event::ChatOver { .. })).is_some();
    // The customer is never heard of: the grace of 60 s ends the chat, but not while nobody
    // knows what was asked meanwhile.
    world.run(50_000);
    world.tell(a, Input::Detached);
    world.run(20_000);
    assert!(!over(&world));
    world.tell(a, Input::Attached);
    world.run(9_000);
    assert!(!over(&world), "after an absence people get ten seconds");
    world.run(2_000);
    assert!(over(&world));
}

#[test]
fn overdue_timers_wait_for_people_after_a_take_over() {
    let mut world = World::new();
    let a = world.leader();
    world.ask_for(&[publish(), start("cht_1")]);
    world.settle(a);
    world.kill(a);
    world.run(100_000);
    let b = world.leader();
    let led = world.clock;
    world.until("the customer is given up", |world| {
        at_of(world, |event| matches!(event, Event::ChatOver { .. })).is_some()
    });
    let waited = world.clock - led;
    assert!((9_000..=11_000).contains(&waited), "waited {waited} ms");
    assert!(world.leads(b));
}
