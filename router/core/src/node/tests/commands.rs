//! Commands in order, once, and none that stops the others; lines until they are stored; answers
//! for gateways that missed them.

use baton_common::ask::{Ask, ReplyBody};
use baton_common::code::Code;
use baton_common::command::{Command, CommandBody};
use baton_common::event::Event;
use baton_common::frame::{CommandFrame, FrameId, Outcome};
use baton_common::notice::{ConnectionDigest, GatewayPulse, connection_hash};
use baton_common::time::Timestamp;
use baton_common::view::Position;

use super::world::{Fault, World, connect, end, publish, speak, start};
use crate::State;
use crate::engine::{self, Decision};
use crate::node::Alarm;

fn outcomes(world: &World) -> Vec<Outcome> {
    world.frames().into_iter().flat_map(|frame| frame.outcomes).collect()
}

fn chats(world: &World) -> Vec<String> {
    let events = world.frames().into_iter().flat_map(|frame| frame.events);
    let started = events.filter_map(|timed| match timed.event {
        Event::ChatStarted { chat, .. } => Some(chat.to_string()),
        _ => None,
    });
    started.collect()
}

/// Fails on one chat's start, half way through.
fn poisoned(
    state: &mut State,
    now: Timestamp,
    frame: &FrameId,
    index: u32,
    command: &Command,
) -> Decision {
    let decision = engine::take(state, now, frame, index, command);
    let poison = matches!(&command.ask, CommandBody::StartChat(start)
        if start.chat.as_str() == "cht_poison");
    assert!(!poison, "this test's engine fails here");
    decision
}

#[test]
fn a_poisonous_command_is_set_aside() {
    let mut world = World::new();
    let a = world.router_with(poisoned);
    world.ask_for(&[publish()]);
    world.until("it leads", |world| world.leads(a));
    world.settle(a);
    world.ask_for(&[start("cht_1"), start("cht_poison"), start("cht_2")]);
    world.ask_for(&[start("cht_3")]);
    let last = world.commands.last().unwrap().seq;
    world.until("all is decided", |world| {
        world.leads(a) && world.members[a].node.memory().cursor.seq == last
    });
    world.settle(a);
    assert_eq!(chats(&world), ["cht_1", "cht_2", "cht_3"]);
    let results: Vec<_> =
        outcomes(&world).into_iter().map(|o| o.result.err().map(|r| r.code)).collect();
    assert_eq!(results, [None, None, Some(Code::Internal), None, None]);
    assert_eq!(world.members[a].alarms, [Alarm::Poisonous { seq: 2, index: 1 }]);
    assert_eq!(world.members[a].node.totals().poisonous, 1);
    let live = format!("{:?}", world.members[a].node.memory().state);
    assert_eq!(live, format!("{:?}", world.replay().state), "nothing of it is left");
}

#[test]
fn what_cannot_be_decoded_harms_nobody() {
    let mut world = World::new();
    let a = world.leader();
    world.ask_for(&[publish()]);
    world.store(b"no frame at all".to_vec());
    let id = FrameId { gateway: "h".into(), n: 1 };
    let mut frame = CommandFrame::decode(&CommandFrame::encode(&id, &[start("cht_1")])).unwrap();
    let odd = serde_json::value::to_raw_value(&serde_json::json!({"ask": 1})).unwrap();
    frame.commands.insert(0, odd);
    world.store(serde_json::to_vec(&frame).unwrap());
    world.settle(a);
    let codes: Vec<_> =
        outcomes(&world).into_iter().map(|o| o.result.err().map(|r| r.code)).collect();
    assert_eq!(codes, [None, Some(Code::Internal), None]);
    assert_eq!(chats(&world), ["cht_1"]);
    assert_eq!(world.members[a].node.totals().undecodable, 2);
}

#[test]
fn a_frame_stored_twice_takes_effect_once() {
    let mut world = World::new();
    let a = world.leader();
    world.ask_for(&[publish()]);
    world.ask_for(&[start("cht_1")]);
    let again = world.commands.last().unwrap().payload.clone();
    world.store(again.clone());
    world.settle(a);
    world.kill(a);
    let b = world.leader();
    world.store(again);
    world.settle(b);
    assert_eq!(outcomes(&world).len(), 2);
}

#[test]
fn a_rewound_command_stream_is_noticed() {
    let mut world = World::new();
    let a = world.leader();
    world.ask_for(&[publish()]);
    world.ask_for(&[start("cht_1")]);
    world.settle(a);
    world.kill(a);
    // The stream is lost; another frame stands where the cursor points.
    world.commands.clear();
    world.ask_for(&[start("cht_2")]);
    world.ask_for(&[start("cht_3")]);
    world.ask_for(&[start("cht_4")]);
    let b = world.leader();
    world.settle(b);
    assert_eq!(world.members[b].alarms, [Alarm::CommandsRewound { first: 1 }]);
    assert_eq!(chats(&world), ["cht_1", "cht_2", "cht_3", "cht_4"]);
    let rewound = |timed: &baton_common::event::TimedEvent| {
        matches!(timed.event, Event::CommandsRewound { first: 1 })
    };
    assert!(world.frames().iter().any(|frame| frame.events.iter().any(rewound)));
}

#[test]
fn a_shorter_command_stream_is_noticed_and_a_purged_one_is_not() {
    for purge in [false, true] {
        let mut world = World::new();
        let a = world.leader();
        for chat in ["cht_1", "cht_2"] {
            world.ask_for(&[publish()]);
            world.ask_for(&[start(chat)]);
        }
        world.settle(a);
        world.kill(a);
        if purge {
            world.commands.drain(..3);
            world.ask_for(&[start("cht_3")]);
        } else {
            world.commands.truncate(2);
        }
        let b = world.leader();
        world.settle(b);
        assert_eq!(world.members[b].alarms.is_empty(), purge);
        assert_eq!(chats(&world).len(), if purge { 3 } else { 2 });
    }
}

#[test]
fn lines_are_sent_again_until_they_are_stored() {
    let mut world = World::new();
    world.lines_stored = false;
    let a = world.leader();
    world.ask_for(&[publish(), start("cht_1")]);
    world.settle(a);
    let first = world.members[a].lines.clone();
    assert_eq!(first.len(), 1, "the greeting");
    world.kill(a);
    world.lines_stored = true;
    let b = world.leader();
    world.run(10);
    assert_eq!(world.members[b].lines, first, "the same line by the same id");
    world.ask_for(&[start("cht_2")]);
    world.settle(b);
    world.ask_for(&[start("cht_3")]);
    world.settle(b);
    let through = world.frames().last().unwrap().effects_through;
    assert_eq!(through, world.journal.len() as u64 - 1);
    world.kill(b);
    let c = world.leader();
    world.run(10);
    assert!(world.members[c].lines.len() <= 1, "what is known to be stored is not sent again");
}

#[test]
fn outcomes_can_be_asked_for_after_a_restart() {
    let mut world = World::new();
    let a = world.leader();
    world.ask_for(&[publish()]);
    let frame = world.ask_for(&[start("cht_1"), start("cht_2")]);
    world.settle(a);
    world.kill(a);
    let b = world.leader();
    world.run(10);
    let ask = |n| Ask::Outcome { gateway: frame.gateway.clone(), n };
    world.ask(b, 1, ask(frame.n));
    world.ask(b, 2, ask(frame.n + 1));
    world.run(10);
    let bodies: Vec<_> =
        world.members[b].replies.iter().map(|(_, reply)| reply.body.clone().unwrap()).collect();
    let ReplyBody::Outcome(Some(told)) = &bodies[0] else { panic!("{bodies:?}") };
    assert_eq!(told.len(), 2);
    let chat = told[1].result.as_ref().unwrap().chat.as_ref().unwrap();
    assert_eq!(chat.chat.as_str(), "cht_2");
    assert_eq!(bodies[1], ReplyBody::Outcome(None));
}

#[test]
fn an_image_and_the_rest_of_the_journal_are_as_good_as_all_of_it() {
    let mut world = World::new();
    let a = world.leader();
    world.ask_for(&[publish(), start("cht_1")]);
    world.settle(a);
    let bytes = crate::node::image::encode(0, &world.replay(), || {});
    world.image = Some(crate::node::image::decode(0, &bytes, || {}).unwrap());
    world.ask_for(&[start("cht_2")]);
    world.settle(a);
    world.kill(a);
    let b = world.leader();
    world.settle(b);
    let state = format!("{:?}", world.members[b].node.memory().state);
    assert_eq!(state, format!("{:?}", world.replay().state));
}

#[test]
fn replay_keeps_the_order_of_the_decisions() {
    let mut world = World::new();
    let a = world.leader();
    world.ask_for(&[publish()]);
    world.settle(a);
    // The first append takes a while: what comes meanwhile shares the next frame.
    world.faults = [Fault::LostRequest].into();
    world.ask_for(&[start("cht_1")]);
    world.run(5);
    world.ask_for(&[speak("cht_1")]);
    world.run(5);
    world.ask_for(&[end("cht_1")]);
    world.settle(a);
    assert_eq!(world.frames().last().unwrap().outcomes.len(), 2);
    let live = format!("{:?}", world.members[a].node.memory().state);
    assert_eq!(live, format!("{:?}", world.replay().state));
}

#[test]
fn a_gateway_with_other_connections_is_called() {
    let mut world = World::new();
    let a = world.leader();
    world.ask_for(&[publish(), connect("g", "con_1")]);
    world.settle(a);
    let pulse = |connections: &[&str]| GatewayPulse {
        gateway: "g".into(),
        connections: vec![ConnectionDigest {
            shard: 0,
            count: u32::try_from(connections.len()).unwrap(),
            xor: connections.iter().fold(0, |xor, one| xor ^ connection_hash(one)),
        }],
        leaving: false,
    };
    for _ in 0..3 {
        world.pulse(a, &pulse(&["con_1"]));
    }
    let before = world.members[a].notices.len();
    world.pulse(a, &pulse(&["con_1", "con_2"]));
    assert_eq!(world.members[a].notices.len(), before);
    world.pulse(a, &pulse(&["con_1", "con_2"]));
    let call = world.members[a].notices.last().unwrap();
    assert_eq!(world.members[a].notices.len(), before + 1);
    assert_eq!(call.previous, Position::default(), "the chain is broken");
}

#[test]
fn a_silent_gateway_is_lost_and_a_leaving_one_at_once() {
    let lost = |world: &World| {
        let events = world.frames().into_iter().flat_map(|frame| frame.events);
        events.filter(|timed| matches!(timed.event, Event::GatewayLost { .. })).count()
    };
    let mut world = World::new();
    let a = world.leader();
    world.ask_for(&[publish(), connect("g", "con_1")]);
    world.settle(a);
    world.run(4_000);
    assert_eq!(lost(&world), 0);
    world.run(1_500);
    assert_eq!(lost(&world), 1);
    world.ask_for(&[connect("g", "con_2")]);
    world.settle(a);
    let leaving = GatewayPulse { gateway: "g".into(), connections: Vec::new(), leaving: true };
    world.pulse(a, &leaving);
    world.run(20);
    assert_eq!(lost(&world), 2);
    world.pulse(a, &leaving);
    world.run(20);
    assert_eq!(lost(&world), 2, "there is nothing left to lose");
}
