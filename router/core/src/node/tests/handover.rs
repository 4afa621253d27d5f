//! Handing over by plan: to a named router in one append, and to the one that is to lead after
//! half a minute without changes.

use baton_common::event::Event;
use baton_common::limits;

use super::routers::{order, world_of};
use super::world::{Fault, World, publish, start};
use crate::node::Input;

fn resignations(world: &World) -> Vec<Option<String>> {
    let events = world.frames().into_iter().flat_map(|frame| frame.events);
    let to = events.filter_map(|timed| match timed.event {
        Event::LeaderResigned { to, .. } => Some(to.map(|to| to.to_string())),
        _ => None,
    });
    to.collect()
}

fn to(place: usize) -> [Option<String>; 1] {
    [Some(format!("rtr_{place}"))]
}

#[test]
fn a_planned_stop_names_the_next_and_that_one_leads_at_once() {
    let (mut world, leader) = world_of(3);
    world.ask_for(&[publish()]);
    world.settle(leader);
    world.run(200);
    let heir = order(&world).into_iter().find(|place| *place != leader).unwrap();
    world.ask_for(&[start("cht_1")]);
    world.tell(leader, Input::StepDown);
    let stopped = world.clock;
    world.until("the heir leads", |world| world.leads(heir));
    assert!(world.clock - stopped <= 10, "took {} ms", world.clock - stopped);
    assert_eq!(resignations(&world), to(heir));
    assert!(world.members[leader].stopped);
    world.settle(heir);
    world.run(2_000);
    assert!(world.leads(heir) && world.frames().last().unwrap().epoch == 2, "nobody else claims");
}

#[test]
fn nobody_is_named_who_has_not_caught_up() {
    let (mut world, leader) = world_of(2);
    world.members[1 - leader].stall();
    for chat in 0..20 {
        world.ask_for(&[start(&format!("cht_{chat}"))]);
        world.run(100);
    }
    world.tell(leader, Input::StepDown);
    world.run(20);
    assert_eq!(resignations(&world), [None]);
}

#[test]
fn an_heir_that_died_is_not_waited_for_long() {
    let (mut world, leader) = world_of(3);
    let line: Vec<_> = order(&world).into_iter().filter(|place| *place != leader).collect();
    world.tell(leader, Input::StepDown);
    world.kill(line[0]);
    let stopped = world.clock;
    world.until("the other leads", |world| world.leads(line[1]));
    let took = world.clock - stopped;
    assert!(took >= limits::HEIR_TIME.0, "took {took} ms: the heir was not waited for");
    assert!(took <= limits::HEIR_TIME.0 + limits::CLAIM_STEP.0 + 20, "took {took} ms");
    assert_eq!(resignations(&world), to(line[0]));
}

/// A world whose leader is not the one that is to lead, from when on nothing changed.
fn misplaced() -> (World, usize, usize) {
    let mut world = World::new();
    // The very first name comes before all that follow.
    let gone = world.leader();
    world.kill(gone);
    let leader = world.leader();
    loop {
        world.router();
        world.run(300);
        let first = order(&world)[0];
        if first != leader {
            return (world, leader, first);
        }
        assert!(world.members.len() < 9, "some name comes before the leader's");
    }
}

#[test]
fn the_shard_moves_to_the_first_after_half_a_minute_and_not_before() {
    let (mut world, leader, first) = misplaced();
    world.ask_for(&[publish()]);
    world.run(limits::REBALANCE_AFTER.0 - 400);
    assert!(world.leads(leader), "before half a minute has passed");
    world.ask_for(&[start("cht_1")]);
    world.until("the first one leads", |world| world.leads(first));
    assert_eq!(resignations(&world), to(first));
    world.ask_for(&[start("cht_2")]);
    world.settle(first);
    world.run(limits::REBALANCE_AFTER.0 + 2_000);
    assert!(world.leads(first), "it stays where it is to be");
    assert_eq!(world.members[first].node.totals().failovers, 0, "that was no failover");
    // The one that handed over follows with the memory it had, which is the journal's fold.
    let node = &world.members[leader].node;
    assert_eq!(node.status().role, "following");
    let replayed = world.replay();
    assert_eq!(format!("{:?}", node.memory().state), format!("{:?}", replayed.state));
    assert_eq!(node.memory().position(), replayed.position());
    // And it can lead again.
    world.kill(first);
    world.until("another one leads", |world| {
        (0..world.members.len()).any(|place| place != first && world.leads(place))
    });
}

#[test]
fn a_leader_that_sleeps_while_it_hands_over_adds_nothing() {
    let (mut world, leader, first) = misplaced();
    world.run(limits::REBALANCE_AFTER.0 - 400);
    world.faults = [Fault::LostAnswer].into();
    world.until("it resigns", |world| !resignations(world).is_empty());
    world.members[leader].frozen_until = world.clock + 2_000;
    world.run(1_000);
    world.tell(leader, Input::Attached);
    world.run(3_000);
    assert!(world.leads(first));
    assert_eq!(world.members[leader].node.status().role, "following");
    assert_eq!(world.members[leader].node.memory().position(), world.replay().position());
}

#[test]
fn a_router_that_comes_puts_the_move_off() {
    let (mut world, leader, first) = misplaced();
    world.run(limits::REBALANCE_AFTER.0 - 10_000);
    let came = world.router();
    world.run(limits::REBALANCE_AFTER.0 - 1_000);
    assert!(world.leads(leader), "the routers changed less than half a minute ago");
    let wanted = order(&world)[0];
    assert!(wanted == first || wanted == came);
    world.until("the first one leads", |world| world.leads(wanted));
}

#[test]
fn the_shard_stays_while_the_first_has_not_caught_up() {
    let (mut world, leader, first) = misplaced();
    world.ask_for(&[publish()]);
    world.settle(leader);
    world.run(100);
    world.members[first].stall();
    for chat in 0..80 {
        world.ask_for(&[start(&format!("cht_{chat}"))]);
        world.run(500);
    }
    assert!(world.leads(leader), "the first one is far behind");
}
