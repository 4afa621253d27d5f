//! How far behind a leader says that it is: in commands, whatever frames they came in.

use baton_common::limits;

use super::world::{Fault, World, publish, speak};

const PER_FRAME: u64 = 500;

/// Commands that are stored and not decided.
fn waiting(world: &World, leader: usize) -> u64 {
    let cursor = &world.members[leader].node.memory().cursor;
    let frames = world.commands.len() as u64 - 1;
    let begun = (cursor.seq - 1).saturating_sub(1);
    let decided = begun * PER_FRAME + if cursor.seq > 1 { u64::from(cursor.index) } else { 0 };
    frames * PER_FRAME - decided
}

#[test]
fn a_leader_counts_the_commands_of_frames_that_wait() {
    let mut world = World::new();
    let a = world.leader();
    world.ask_for(&[publish()]);
    world.settle(a);
    assert_eq!(world.members[a].pulse.as_ref().unwrap().command_lag, 0);
    // Nothing is acknowledged: drafts fill, then what is delivered, the rest stays in the stream.
    world.faults = vec![Fault::LostRequest; 1_000].into();
    let frames = 2 * limits::COMMAND_MESSAGES;
    for _ in 0..frames {
        world.ask_for(&vec![speak("cht_none"); usize::try_from(PER_FRAME).unwrap()]);
    }
    world.run(1_000);
    let told = world.members[a].pulse.as_ref().unwrap().command_lag;
    let waiting = waiting(&world, a);
    assert!(told.abs_diff(waiting) < waiting / 50, "{told} were told, {waiting} wait");
    assert!(told > limits::COMMAND_LAG, "gateways refuse new chats at {told}");
    world.faults.clear();
    world.settle(a);
    world.run(limits::ROUTER_PULSE.0);
    assert_eq!(world.members[a].pulse.as_ref().unwrap().command_lag, 0);
}
