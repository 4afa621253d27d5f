//! Routers that compare what they remember.

use baton_common::notice::Witness;
use baton_common::time::Timestamp;

use super::super::Memory;
use super::super::witness::{EVERY, Marks};
use super::routers::{role, world_of};
use super::world::{World, connect, end, publish, ready, speak, start};
use crate::node::Alarm;
use crate::state::Presence;

/// Chats that come and go until a frame was compared; returns how many have begun.
fn busy(world: &mut World, leader: usize, from: usize) -> usize {
    let frames = world.journal.len() as u64 + 5 * EVERY;
    let mut begun = from;
    while (world.journal.len() as u64) < frames {
        let chat = |n: usize| format!("cht_{n}");
        begun += 1;
        world.ask_for(&[start(&chat(begun)), speak(&chat(begun))]);
        if begun.is_multiple_of(3) {
            world.ask_for(&[end(&chat(begun - 1)), connect("g", &format!("con_{begun}"))]);
        }
        world.run(40);
    }
    world.settle(leader);
    world.run(500);
    begun
}

fn differing(world: &World, place: usize) -> usize {
    let differs = |alarm: &&Alarm| matches!(alarm, Alarm::Differs { .. });
    world.members[place].alarms.iter().filter(differs).count()
}

#[test]
fn routers_that_remember_the_same_say_so_and_others_rebuild() {
    let (mut world, leader) = world_of(3);
    world.ask_for(&[publish(), connect("g", "con_0"), ready()]);
    let mut begun = 0;
    for _ in 0..5 {
        begun = busy(&mut world, leader, begun);
    }
    let newest = |world: &World, place: usize| {
        let base = &world.members[place].node.base;
        base.marks.newest(base.memory.seq)
    };
    let told: Vec<_> = (0..3).map(|place| newest(&world, place)).collect();
    assert!(told[0].is_some_and(|told| told.seq >= 5 * EVERY), "{told:?}");
    assert!(told.iter().all(|one| *one == told[0]), "{told:?}");
    assert!((0..3).all(|place| world.members[place].alarms.is_empty()));
    // One of them forgets a deadline that all others know.
    let wrong = (0..3).find(|place| *place != leader).unwrap();
    let state = &mut world.members[wrong].node.base.memory.state;
    let (_, timer) = state.timers.next().unwrap();
    let timer = timer.clone();
    state.timers.clear(&timer);
    begun = busy(&mut world, leader, begun);
    let alarms: Vec<_> = (0..3).map(|place| differing(&world, place)).collect();
    assert_eq!((alarms[wrong], alarms.iter().sum::<usize>()), (1, 1));
    let state = format!("{:?}", world.members[wrong].node.memory().state);
    assert_eq!(state, format!("{:?}", world.replay().state), "it was rebuilt");
    // It may be the leader who is wrong: everybody says so once, and follows on.
    world.members[leader].node.base.memory.state.presence = Presence::default();
    for _ in 0..3 {
        begun = busy(&mut world, leader, begun);
    }
    for place in (0..3).filter(|place| *place != leader) {
        assert_eq!(differing(&world, place), 1);
        assert_eq!(role(&world, place), "following");
    }
}

#[test]
fn a_mark_of_another_layout_or_of_a_frame_that_is_not_known_tells_nothing() {
    let mut marks = Marks::default();
    let mut memory = Memory::default();
    marks.take(EVERY + 1, &memory);
    assert_eq!(marks.newest(u64::MAX), None);
    marks.take(EVERY, &memory);
    assert_eq!(marks.newest(EVERY - 1), None);
    let told = marks.newest(EVERY).unwrap();
    assert!(!marks.differ(&told));
    assert!(marks.differ(&Witness { mark: told.mark + 1, ..told }));
    assert!(!marks.differ(&Witness { mark: told.mark + 1, layout: told.layout + 1, ..told }));
    assert!(!marks.differ(&Witness { mark: told.mark + 1, seq: told.seq + 1, ..told }));
    memory.state.last_event = Timestamp(1);
    let mut others = Marks::default();
    others.take(EVERY, &memory);
    assert!(marks.differ(&others.newest(EVERY).unwrap()));
}
