//! Several routers of a shard: who claims when, who rests, who is barred, what a sleeper does.

use baton_common::ids::RouterId;
use baton_common::limits;
use baton_common::time::Timestamp;

use super::super::base::Bar;
use super::super::claiming;
use super::world::{Fault, OF, World, publish, start};
use crate::node::{Alarm, AppendResult, Clock, Input, Looked, Node, Output, Restored, Stored};

/// The world's routers in the order in which they are to lead, as the first one alive sees it.
pub(super) fn order(world: &World) -> Vec<usize> {
    let seer = world.members.iter().find(|member| member.alive).unwrap();
    let place = |router: &RouterId| router.as_str()["rtr_".len()..].parse().unwrap();
    seer.node.base.council.order().iter().map(place).collect()
}

/// A world with so many routers that know each other; returns the leader's place.
pub(super) fn world_of(routers: usize) -> (World, usize) {
    let mut world = World::new();
    let leader = world.leader();
    for _ in 1..routers {
        world.router();
    }
    world.run(1_000);
    assert_eq!(order(&world).len(), routers, "all know each other");
    (world, leader)
}

pub(super) fn role(world: &World, place: usize) -> &'static str {
    world.members[place].node.status().role
}

/// Until somebody but `before` leads; who, and how long it took.
fn until_another_leads(world: &mut World, before: usize) -> (usize, u64) {
    let since = world.clock;
    let leads = |world: &World| {
        (0..world.members.len()).find(|place| *place != before && world.leads(*place))
    };
    world.until("another one leads", |world| leads(world).is_some());
    (leads(world).unwrap(), world.clock - since)
}

fn terms(world: &World) -> u64 {
    world.frames().last().unwrap().epoch
}

#[test]
fn whoever_is_first_in_line_claims_first() {
    let (mut world, leader) = world_of(3);
    let line: Vec<_> = order(&world).into_iter().filter(|place| *place != leader).collect();
    world.kill(leader);
    let (next, took) = until_another_leads(&mut world, leader);
    assert_eq!((next, terms(&world)), (line[0], 2));
    assert!(took <= limits::ROUTER_PROBE.0 + 10, "took {took} ms");
    // The first in line dies with the leader: the next one waits for it a moment, not longer.
    let (mut world, leader) = world_of(3);
    world.kill(leader);
    world.kill(line[0]);
    let (next, took) = until_another_leads(&mut world, leader);
    assert_eq!((next, terms(&world)), (line[1], 2));
    let step = limits::CLAIM_STEP.0;
    let wanted = step..=limits::ROUTER_PROBE.0 + step + 10;
    assert!(wanted.contains(&took), "took {took} ms");
}

#[test]
fn a_frozen_leader_is_followed_by_the_first_in_line_after_silence() {
    let (mut world, leader) = world_of(3);
    let first = order(&world).into_iter().find(|place| *place != leader).unwrap();
    world.members[leader].frozen_until = world.clock + 60_000;
    let (next, took) = until_another_leads(&mut world, leader);
    assert_eq!((next, terms(&world)), (first, 2));
    assert!(took <= limits::ROUTER_SILENCE.0 + 10, "took {took} ms");
}

#[test]
fn of_two_claims_at_once_one_holds() {
    let (mut world, leader) = world_of(3);
    world.ask_for(&[publish()]);
    world.settle(leader);
    world.run(10);
    world.kill(leader);
    let others: Vec<_> = (0..3).filter(|place| *place != leader).collect();
    for place in &others {
        let node = &mut world.members[*place].node;
        node.role = claiming::claim(&mut node.base);
        let outputs = std::mem::take(&mut node.base.out);
        world.perform(*place, outputs);
    }
    world.run(20);
    let leading: Vec<_> = others.iter().filter(|place| world.leads(**place)).collect();
    assert_eq!((leading.len(), terms(&world)), (1, 2));
    let loser = *others.iter().find(|place| !world.leads(**place)).unwrap();
    assert_eq!(role(&world, loser), "following");
    assert!(world.members[loser].node.status().not_ready.is_none(), "who lost is not barred");
    assert_eq!(world.members[loser].node.totals().fenced, 0, "it wrote nothing as a leader");
}

#[test]
fn a_router_that_was_beaten_waits_for_the_frame_that_was_faster() {
    let (mut node, _) = Node::new(OF, "rtr_0".into());
    let restored = Restored { image: None, first: 1, last: 0, at: Timestamp(0) };
    let mut clock = 1;
    let mut outputs = node.step(Clock(clock), Input::Restored(Box::new(restored)));
    let mut claims = |node: &mut Node, clock| {
        outputs.extend(node.step(Clock(clock), Input::Tick));
        outputs.drain(..).any(|output| matches!(output, Output::Append(_)))
    };
    while !claims(&mut node, clock) {
        clock += 1;
    }
    let unclear = AppendResult::Unclear;
    node.step(Clock(clock), Input::Appended { seq: 1, attempt: 0, result: unclear });
    let theirs = Stored { seq: 1, at: Timestamp(0), payload: b"theirs".to_vec() };
    let later = clock + limits::ROUTER_SILENCE.0;
    let looked = node.step(Clock(clock), Input::Looked { seq: 1, found: Looked::Found(theirs) });
    assert!(matches!(looked[0], Output::Follow { from: 1 }), "{looked:?}");
    while clock < later {
        assert!(!claims(&mut node, clock), "the frame is on its way to this router");
        clock += 1;
    }
}

#[test]
fn whoever_is_barred_goes_on_when_the_leader_resigned() {
    let (mut world, leader) = world_of(2);
    let barred = 1 - leader;
    let base = &mut world.members[barred].node.base;
    base.bar.raise(base.clock);
    world.run(limits::ROUTER_BEAT.0 + 10);
    world.tell(leader, Input::StepDown);
    let (next, took) = until_another_leads(&mut world, leader);
    assert_eq!(next, barred);
    assert!(took <= 2 * limits::HEIR_TIME.0 + 20, "took {took} ms");
}

#[test]
fn the_fourth_router_rests_and_wakes_when_it_is_needed() {
    let (mut world, leader) = world_of(4);
    world.ask_for(&[publish(), start("cht_1")]);
    world.settle(leader);
    world.run(limits::REST_AFTER.0 + 1_500);
    let last = order(&world)[3];
    let rests: Vec<_> = (0..4).filter(|place| role(&world, *place) == "resting").collect();
    let expected = if last == leader { Vec::new() } else { vec![last] };
    assert_eq!(rests, expected);
    assert_ne!(last, leader, "the names were chosen so that a follower comes last");
    let memory = world.members[last].node.memory();
    assert_eq!((memory.position().seq, memory.state().config(&"w".into()).is_some()), (0, false));
    // One of the three is gone: the fourth follows in its place.
    let gone = order(&world).into_iter().find(|place| *place != leader).unwrap();
    world.kill(gone);
    world.until("the fourth follows", |world| role(world, last) == "following");
    assert!(world.members[last].node.memory().state().config(&"w".into()).is_some());
    // All others are: it leads, and knows everything.
    for place in (0..4).filter(|place| *place != last && *place != gone) {
        world.kill(place);
    }
    world.until("the fourth leads", |world| world.leads(last));
    world.settle(last);
}

#[test]
fn resting_routers_wake_when_all_others_die_at_once() {
    let (mut world, _) = world_of(5);
    world.ask_for(&[publish()]);
    world.run(limits::REST_AFTER.0 + 1_500);
    let rests: Vec<_> = (0..5).filter(|place| role(&world, *place) == "resting").collect();
    assert!(!rests.is_empty(), "with five routers at least one rests");
    let killed = world.clock;
    for place in (0..5).filter(|place| !rests.contains(place)) {
        world.kill(place);
    }
    world.until("one of them leads", |world| rests.iter().any(|place| world.leads(*place)));
    let took = world.clock - killed;
    assert!(took <= limits::ROUTER_GONE.0 + limits::ROUTER_SILENCE.0, "took {took} ms");
}

#[test]
fn a_resting_router_wakes_when_the_others_are_there_and_cannot_lead() {
    let (mut world, leader) = world_of(5);
    world.run(limits::REST_AFTER.0 + 1_500);
    let last = *order(&world).last().unwrap();
    assert_eq!(role(&world, last), "resting");
    for place in (0..5).filter(|place| *place != last) {
        let base = &mut world.members[place].node.base;
        (0..4).for_each(|_| base.bar.raise_firmly(base.clock));
    }
    world.kill(leader);
    let (next, took) = until_another_leads(&mut world, leader);
    assert_eq!(next, last, "the others may not claim");
    assert!(took <= limits::REST_SILENCE.0 + limits::ROUTER_SILENCE.0, "took {took} ms");
}

#[test]
fn a_resting_router_wakes_when_those_before_it_only_rebuild() {
    let (mut world, leader) = world_of(4);
    world.run(limits::REST_AFTER.0 + 1_500);
    let last = *order(&world).last().unwrap();
    assert_eq!(role(&world, last), "resting");
    let bar = |world: &mut World, times: u32| {
        for place in (0..4).filter(|place| *place != last && *place != leader) {
            let base = &mut world.members[place].node.base;
            base.bar = Bar::new(base.clock);
            (0..times).for_each(|_| base.bar.raise_firmly(base.clock));
            base.bar.until = if times == 0 { base.clock } else { base.bar.until };
        }
    };
    // For a moment nobody could replace the leader: that is not worth reading up.
    bar(&mut world, 1);
    world.run(limits::REST_SILENCE.0 - 500);
    bar(&mut world, 0);
    world.run(limits::REST_SILENCE.0);
    assert_eq!(role(&world, last), "resting");
    bar(&mut world, 3);
    let since = world.clock;
    world.until("the fourth follows", |world| role(world, last) == "following");
    let took = world.clock - since;
    assert!(took <= limits::REST_SILENCE.0 + 2 * limits::ROUTER_BEAT.0 + 10, "took {took} ms");
    while world.clock < since + limits::DEPOSED[0].0 * 4 {
        world.run(1);
        assert_eq!(role(&world, last), "following", "it does not rest as long as it is needed");
    }
    world.until("the fourth rests again", |world| role(world, last) == "resting");
    assert!(world.clock >= since + limits::DEPOSED[0].0 * 4 + limits::REST_AFTER.0);
    assert!(world.leads(leader), "the leader was there all the time");
}

#[test]
fn a_bar_holds_no_router_that_is_left_alone() {
    let (mut world, leader) = world_of(2);
    let barred = 1 - leader;
    let base = &mut world.members[barred].node.base;
    base.bar.raise(base.clock);
    world.run(2 * limits::ROUTER_BEAT.0);
    world.kill(leader);
    let (next, took) = until_another_leads(&mut world, leader);
    assert_eq!(next, barred);
    assert!(took <= limits::ROUTER_GONE.0 + 2 * limits::ROUTER_BEAT.0 + 10, "took {took} ms");
    // One that failed waits in any case.
    let (mut world, leader) = world_of(2);
    let base = &mut world.members[1 - leader].node.base;
    base.bar.raise_firmly(base.clock);
    world.run(2 * limits::ROUTER_BEAT.0);
    world.kill(leader);
    let (_, took) = until_another_leads(&mut world, leader);
    assert!(took >= limits::DEPOSED[0].0 - 2 * limits::ROUTER_BEAT.0 - 10, "took {took} ms");
}

#[test]
fn a_bar_grows_only_while_others_get_on() {
    let second = |s: u64| Clock(s * 1_000);
    let mut bar = Bar::new(Clock(0));
    assert_eq!(bar.over(Clock(7)), Clock(0), "nothing bars a router that was never deposed");
    bar.raise(second(100));
    assert_eq!(bar.over(second(102)), second(105));
    bar.raise(second(106));
    assert_eq!(bar.until, second(116));
    assert_eq!(bar.over(second(106)), second(111), "at least five seconds");
    assert_eq!(bar.over(second(110)), Clock(111_300), "who is not barred claims before");
    assert_eq!(bar.over(second(115)), second(116), "the leader is heard: all of it");
    bar.raise_firmly(second(120));
    assert_eq!(bar.over(second(120)), second(140), "a router that failed waits in any case");
    bar.raise(second(201));
    assert_eq!(bar.until, second(206), "after a minute without it is as at first");
}

#[test]
fn a_follower_that_slept_listens_before_it_claims() {
    let (mut world, leader) = world_of(2);
    let sleeper = 1 - leader;
    let node = &mut world.members[sleeper].node;
    let waking = Clock(world.clock + 10_000);
    let mut outputs = node.step(waking, Input::Tick);
    outputs.extend(node.step(Clock(waking.0 + 100), Input::Tick));
    let claimed = outputs.iter().any(|output| matches!(output, Output::Append(_)));
    assert!(!claimed, "the journal was idle: the claim would have deposed a healthy leader");
}

#[test]
fn the_command_stream_is_looked_at_while_the_claim_is_under_way() {
    let mut world = World::new();
    world.ask_for(&[publish()]);
    let leader = world.leader();
    assert_eq!(world.members[leader].opened, 1);
    assert!(world.members[leader].node.wants_commands(), "it reads as soon as it leads");
    world.settle(leader);
    // A claim that takes long: what was seen at its beginning is not believed any more.
    world.kill(leader);
    let next = world.router();
    world.faults = [Fault::LostRequest; 4].into();
    world.until("it leads", |world| world.leads(next));
    assert_eq!(world.members[next].opened, 2);
}

#[test]
fn readiness_names_a_broker_that_cannot_be_reached() {
    let (mut world, leader) = world_of(2);
    let not_ready = |world: &World, place: usize| world.members[place].node.status().not_ready;
    for place in [leader, 1 - leader] {
        assert_eq!(not_ready(&world, place), None);
        world.tell(place, Input::Detached);
        assert_eq!(not_ready(&world, place).as_deref(), Some("not connected to NATS"));
        world.tell(place, Input::Attached);
        world.run(50);
        assert_eq!(not_ready(&world, place), None);
    }
    world.members[leader].node.base.clock = Clock(world.clock + limits::BROKER_SILENCE.0 + 1);
    let frozen = world.members[leader].node.base.broker_silence();
    assert!(frozen > limits::BROKER_SILENCE);
    assert_eq!(not_ready(&world, leader).as_deref(), Some("NATS does not answer"));
}

#[test]
fn a_later_pulse_makes_a_leader_ask_the_journal() {
    let (mut world, leader) = world_of(2);
    let frames = world.journal.len();
    let node = &world.members[leader].node;
    let mut pulse = world.members[leader].pulse.clone().unwrap();
    pulse.router = "rtr_liar".into();
    pulse.position.epoch = node.memory().position().epoch + 7;
    world.tell(leader, Input::RouterPulse(pulse));
    world.run(5);
    assert!(world.leads(leader), "nothing but the journal deposes a leader");
    assert_eq!(world.journal.len(), frames + 1, "the proof");
    assert!(!world.members[leader].alarms.iter().any(|a| matches!(a, Alarm::Fenced { .. })));
}

#[test]
fn a_leader_whose_append_is_stuck_falls_silent() {
    let (mut world, leader) = world_of(2);
    let follower = 1 - leader;
    world.faults = std::iter::repeat_n(Fault::LostRequest, 120).collect();
    world.ask_for(&[publish()]);
    world.run(limits::APPEND_UNKNOWN.0 - 1_000);
    world.members[leader].pulse = None;
    world.run(2 * limits::ROUTER_PULSE.0);
    assert!(world.members[leader].pulse.is_some(), "it goes on trying, and says so");
    world.run(1_000);
    world.members[leader].pulse = None;
    world.run(limits::ROUTER_GONE.0 + limits::ROUTER_BEAT.0);
    assert!(world.members[leader].pulse.is_none());
    assert_eq!(world.members[follower].node.base.council.order().len(), 1, "nobody counts on it");
    let stuck = |alarm: &Alarm| matches!(alarm, Alarm::AppendUnknown { .. });
    assert!(world.members[leader].alarms.iter().any(stuck));
    world.faults.clear();
    let leads = |world: &World| world.leads(follower) || world.leads(leader);
    world.until("one of them leads on", leads);
    let next = if world.leads(follower) { follower } else { leader };
    world.settle(next);
}
