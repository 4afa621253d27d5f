//! Streams that are others than they were, and answers that only say so.

use baton_common::command::{Command, CommandBody};
use baton_common::config::{Messages, Queue, Text, Workspace};
use baton_common::frame::{CommandFrame, FrameId, Packed};
use baton_common::hash::Digest;
use baton_common::limits;

use super::routers::{role, world_of};
use super::world::{Fault, World, publish, start};
use crate::node::{Alarm, Input};

/// Both streams lose their ends, and another leader makes the journal so long again.
fn rewind(world: &mut World, frames: usize, until: usize) {
    let mut apart = World::new();
    apart.journal = world.journal[..frames].to_vec();
    apart.commands.clone_from(&world.commands);
    apart.commands.pop();
    apart.clock = world.clock;
    for _ in 0..3 {
        let namesake = apart.router();
        apart.kill(namesake);
    }
    let leader = apart.leader();
    apart.settle(leader);
    while apart.journal.len() < until {
        let id = FrameId { gateway: "h".into(), n: apart.journal.len() as u64 };
        apart.store(CommandFrame::encode(&id, &[publish()]));
        apart.settle(leader);
    }
    assert_eq!(apart.journal.len(), until);
    (world.journal, world.commands) = (apart.journal, apart.commands);
}

/// A leader that is dead, a follower that is not, and a few frames.
fn bereaved() -> (World, usize) {
    let (mut world, leader) = world_of(2);
    for chat in ["cht_1", "cht_2", "cht_3"] {
        world.ask_for(&[publish(), start(chat)]);
        world.settle(leader);
    }
    world.run(10);
    let follower = 1 - leader;
    assert_eq!(world.members[follower].node.memory().seq, world.journal.len() as u64);
    world.kill(leader);
    (world, follower)
}

fn rewound(world: &World, place: usize) -> usize {
    let alarms = &world.members[place].alarms;
    assert!(alarms.iter().all(|alarm| matches!(alarm, Alarm::JournalRewound { .. })), "{alarms:?}");
    alarms.len()
}

#[test]
fn a_journal_that_was_rewound_and_has_grown_again_is_followed_anew() {
    let (mut world, follower) = bereaved();
    let frames = world.journal.len();
    rewind(&mut world, 2, frames + 2);
    world.run(5);
    assert_eq!(rewound(&world, follower), 1);
    world.until("it leads", |world| world.leads(follower));
    world.settle(follower);
    assert_eq!(rewound(&world, follower), 1);
    let state = format!("{:?}", world.members[follower].node.memory().state);
    assert_eq!(state, format!("{:?}", world.replay().state));
    // Once more, later: it is not held against the journal that it was rewound before.
    world.run(limits::ROUTER_SILENCE.0);
    let node = &world.members[follower].node;
    assert_eq!((node.base.broken, node.status().role), (None, "leading"));
}

#[test]
fn a_journal_that_has_grown_to_the_same_length_is_noticed() {
    let (mut world, follower) = bereaved();
    world.tell(follower, Input::Detached);
    let frames = world.journal.len();
    rewind(&mut world, 2, frames);
    world.tell(follower, Input::Attached);
    world.until("it leads", |world| world.leads(follower));
    world.settle(follower);
    assert_eq!(rewound(&world, follower), 1);
    assert_eq!(world.replay().position().seq, frames as u64 + 1, "its claim continues the chain");
}

#[test]
fn a_shorter_end_is_asked_for_once_more() {
    let (mut world, leader) = world_of(2);
    world.ask_for(&[publish()]);
    world.settle(leader);
    world.run(10);
    let follower = 1 - leader;
    let from = world.members[follower].node.memory().seq + 1;
    let shorter = || Input::JournalEnd { from, last: from - 2 };
    for _ in 0..3 {
        world.tell(follower, shorter());
        world.run(10);
        assert_eq!((rewound(&world, follower), role(&world, follower)), (0, "following"));
    }
    world.tell(follower, shorter());
    world.tell(follower, shorter());
    assert_eq!((rewound(&world, follower), role(&world, follower)), (1, "restoring"));
}

#[test]
fn a_command_stream_that_only_seems_to_be_another_is_read_on() {
    for stale in [1, 2, 5] {
        let mut world = World::new();
        let a = world.leader();
        world.ask_for(&[publish()]);
        world.ask_for(&[start("cht_1")]);
        world.settle(a);
        world.kill(a);
        world.ask_for(&[start("cht_2")]);
        world.stale_looks = stale;
        // The claim is stored, its proof is not before a while.
        world.faults = [Fault::None, Fault::LostRequest, Fault::LostRequest].into();
        let b = world.leader();
        for _ in 1..stale {
            world.tell(b, Input::Detached);
            world.tell(b, Input::Attached);
            world.run(2);
        }
        assert_eq!(world.stale_looks, 0);
        world.settle(b);
        assert!(world.members[b].alarms.is_empty(), "{:?}", world.members[b].alarms);
        let outcomes: usize = world.frames().iter().map(|frame| frame.outcomes.len()).sum();
        assert_eq!(outcomes, 3);
    }
}

/// Publishes a configuration that takes so much room that some fill a journal frame.
fn publish_large(n: u32) -> Command {
    let mut config = Workspace::default();
    for at in 0..120_u32 {
        let digest = Digest::of(&[n, at].map(u32::to_be_bytes).concat());
        let text = format!("{digest:?}").chars().filter(char::is_ascii_alphanumeric).collect();
        let messages = Messages { greeting: Some(Text::One(text)), ..Messages::default() };
        let queue = Queue { messages, ..Queue::default() };
        config.queues.insert(format!("q{at}").as_str().into(), queue);
    }
    let config = Packed::pack(&serde_json::to_string(&config).unwrap());
    let ask = CommandBody::PublishConfig { config, if_match: None };
    Command { ask, ..publish() }
}

#[test]
fn a_frame_that_was_taken_in_part_is_gone_on_with_wherever_it_stands() {
    let mut world = World::new();
    let a = world.leader();
    world.ask_for(&[publish()]);
    world.settle(a);
    // The frame's first part is stored; the second never is.
    let commands: Vec<_> = (0..80).map(publish_large).collect();
    world.faults = std::iter::once(Fault::None).chain([Fault::LostRequest; 9]).collect();
    let frame = world.ask_for(&commands);
    world.run(50);
    world.kill(a);
    world.faults.clear();
    let through = world.frames().last().unwrap().commands_through.clone();
    assert!(through.index > 0 && !through.whole, "a part: {through:?}");
    // The stream's end is lost. The frame is sent again, twice, after those of another gateway.
    let again = world.commands.pop().unwrap().payload;
    world.commands.clear();
    for n in 1..=2 {
        let id = FrameId { gateway: "h".into(), n };
        world.store(CommandFrame::encode(&id, &[publish()]));
    }
    world.store(again.clone());
    world.store(again);
    let b = world.leader();
    world.settle(b);
    assert_eq!(world.members[b].alarms, [Alarm::CommandsRewound { first: 1 }]);
    let outcomes = world.frames().into_iter().flat_map(|frame| frame.outcomes);
    let of_frame = outcomes.filter(|outcome| outcome.frame == frame);
    let (order, done): (Vec<_>, Vec<_>) =
        of_frame.map(|outcome| (outcome.index as usize, outcome.result.is_ok())).unzip();
    assert_eq!(order, (0..commands.len()).collect::<Vec<_>>(), "each once, in order");
    assert!(done.iter().all(|done| *done));
}
