//! One writer, whatever happens: claims, fences, freezes, hand-overs.

use baton_common::ask::Ask;
use baton_common::event::Event;
use proptest::prelude::*;

use super::world::{Fault, World, connect, end, publish, ready, speak, start};
use crate::node::{Alarm, AppendResult, Clock, Input, Output};

/// Takes the next append of a router and keeps it from the broker.
fn appended(outputs: &[Output]) -> Option<crate::node::Append> {
    outputs.iter().find_map(|output| match output {
        Output::Append(append) => Some(append.clone()),
        _ => None,
    })
}

#[test]
fn nothing_leaves_before_the_acknowledgement() {
    let mut world = World::new();
    let a = world.leader();
    world.ask_for(&[publish()]);
    world.settle(a);
    let before = world.members[a].notices.len();
    // From here on the test is the broker: the append stays unanswered.
    world.ask_for(&[start("cht_1")]);
    let message = world.commands.last().unwrap().clone();
    let node = &mut world.members[a].node;
    let clock = Clock(world.clock + 1);
    let deciding = node.step(clock, Input::Commands { message, pending: 0 });
    let append = appended(&deciding).expect("the decision is appended at once");
    let ask = Ask::Chat { workspace: "w".into(), chat: "cht_1".into() };
    let token = crate::node::AskToken(7);
    let mut meanwhile = node.step(clock, Input::Ask { token, ask });
    meanwhile.extend(node.step(clock, Input::Measure));
    let (seq, attempt) = (append.seq, append.attempt);
    let unknown = Input::Appended { seq, attempt, result: AppendResult::Unknown };
    meanwhile.extend(node.step(Clock(clock.0 + 500), unknown));
    meanwhile.extend(node.step(Clock(clock.0 + 600), Input::Tick));
    for output in deciding.iter().chain(&meanwhile) {
        let early = matches!(
            output,
            Output::Notice { .. } | Output::Reply { .. } | Output::Line(_) | Output::Measured(_)
        );
        assert!(!early, "left before the acknowledgement: {output:?}");
    }
    let committed = Input::Appended { seq, attempt, result: AppendResult::Committed };
    let after = node.step(Clock(clock.0 + 601), committed);
    let kinds: Vec<_> = after.iter().map(kind).collect();
    assert_eq!(kinds, ["notice", "reply", "line", "measured"]);
    assert_eq!(before, 1, "only the configuration's outcome was told before");
}

#[test]
fn an_offer_is_told_only_after_the_acknowledgement() {
    let mut world = World::new();
    let a = world.leader();
    world.ask_for(&[publish(), connect("g", "n1"), ready()]);
    world.settle(a);
    world.ask_for(&[start("cht_1")]);
    let message = world.commands.last().unwrap().clone();
    let node = &mut world.members[a].node;
    let clock = Clock(world.clock + 1);
    let deciding = node.step(clock, Input::Commands { message, pending: 0 });
    assert!(!deciding.iter().any(offers), "the offer left before the acknowledgement");
    let append = appended(&deciding).expect("the decision is appended at once");
    let (seq, attempt) = (append.seq, append.attempt);
    let committed = Input::Appended { seq, attempt, result: AppendResult::Committed };
    assert!(node.step(clock, committed).iter().any(offers), "the offer leaves with it");
}

fn offers(output: &Output) -> bool {
    let Output::Notice { frame, .. } = output else { return false };
    frame.items.iter().any(|item| matches!(item.news, baton_common::notice::News::OfferNew(_)))
}

fn kind(output: &Output) -> &'static str {
    match output {
        Output::Notice { .. } => "notice",
        Output::Reply { .. } => "reply",
        Output::Line(_) => "line",
        Output::Measured(_) => "measured",
        _ => "other",
    }
}

#[test]
fn a_deposed_leader_writes_nothing() {
    let mut world = World::new();
    let a = world.leader();
    world.ask_for(&[publish()]);
    world.settle(a);
    let b = world.router();
    world.run(50);
    world.members[a].frozen_until = world.clock + 4_000;
    world.until("the other leads", |world| world.leads(b));
    world.ask_for(&[start("cht_1")]);
    world.settle(b);
    let frames = world.journal.len();
    // The first one wakes up, believes that it leads, and is asked at once.
    let wakes = world.members[a].frozen_until;
    world.until("it wakes", |world| world.clock >= wakes);
    let told = world.members[a].notices.len();
    world.ask(a, 9, Ask::Queues { workspace: "w".into() });
    world.run(300);
    assert!(!world.leads(a));
    assert!(world.members[a].replies.is_empty(), "it answered from a state that is over");
    assert_eq!(world.members[a].notices.len(), told);
    assert_eq!(world.journal.len(), frames);
    let alarms = &world.members[a].alarms;
    assert!(matches!(alarms[..], [Alarm::Fenced { .. }]), "{alarms:?}");
    assert_eq!(world.members[a].node.totals().fenced, 1, "an operator sees that it tried");
    assert!(world.leads(b), "the deposed one does not claim back");
}

/// Another router writes, and no pulse of it ever arrives.
fn overtaken(world: &World) -> World {
    let mut apart = World::new();
    apart.journal.clone_from(&world.journal);
    apart.clock = world.clock;
    let namesake = apart.router();
    apart.kill(namesake);
    let b = apart.leader();
    apart.settle(b);
    apart
}

#[test]
fn a_leader_that_slept_proves_itself_before_it_answers() {
    let mut world = World::new();
    let a = world.leader();
    world.run(100);
    let frames = world.journal.len();
    world.members[a].frozen_until = world.clock + 1_000;
    world.run(999);
    world.clock += 1;
    world.ask(a, 1, Ask::Queues { workspace: "w".into() });
    assert!(world.members[a].replies.is_empty(), "it does not know yet whether it leads");
    world.run(5);
    assert_eq!(world.members[a].replies.len(), 1);
    assert_eq!(world.journal.len(), frames + 1, "the proof");
    // The same once more, but this time another router took over meanwhile.
    world.journal = overtaken(&world).journal;
    world.members[a].frozen_until = world.clock + 1_000;
    world.run(999);
    world.clock += 1;
    world.ask(a, 2, Ask::Queues { workspace: "w".into() });
    world.run(50);
    assert_eq!(world.members[a].replies.len(), 1, "it answered though another leads");
    assert!(!world.leads(a));
}

#[test]
fn the_fence_deposes_a_leader_that_hears_nothing() {
    let mut world = World::new();
    let a = world.leader();
    let other = overtaken(&world);
    world.journal.clone_from(&other.journal);
    world.ask_for(&[publish()]);
    world.until("it is deposed", |world| !world.leads(a));
    assert_eq!(world.members[a].node.totals().fenced, 1);
    assert_eq!(world.journal, other.journal, "nothing was written");
    // It follows, does not claim for five seconds, and then decides what was asked.
    let deposed_at = world.clock;
    world.until("it leads again", |world| world.leads(a));
    assert!(world.clock >= deposed_at + 5_000);
    world.settle(a);
    let outcomes: usize = world.frames().iter().map(|frame| frame.outcomes.len()).sum();
    assert_eq!(outcomes, 1);
}

#[test]
fn a_follower_takes_over_after_silence_and_goes_on() {
    let mut world = World::new();
    let a = world.leader();
    world.ask_for(&[publish(), start("cht_1")]);
    world.settle(a);
    let b = world.router();
    world.run(1_000);
    assert!(!world.leads(b) && world.leads(a), "nobody claims while the leader pulses");
    world.kill(a);
    let killed = world.clock;
    world.until("the other leads", |world| world.leads(b));
    assert!(world.clock - killed < 1_200, "took {} ms", world.clock - killed);
    assert_eq!(world.members[b].node.totals().failovers, 1);
    world.ask_for(&[start("cht_2")]);
    world.settle(b);
    assert_eq!(world.members[b].node.memory().epoch, 2);
}

#[test]
fn a_planned_stop_hands_over_at_once() {
    let mut world = World::new();
    let a = world.leader();
    let b = world.router();
    world.run(500);
    world.tell(a, Input::StepDown);
    let stopped = world.clock;
    world.until("the other leads", |world| world.leads(b));
    assert!(world.members[a].stopped);
    assert!(world.clock - stopped <= 200, "took {} ms", world.clock - stopped);
    assert_eq!(world.members[b].node.totals().failovers, 0, "that was no failover");
}

#[test]
fn an_unknown_outcome_is_resolved_and_nothing_is_appended_twice() {
    for fault in [
        Fault::LostAnswer,
        Fault::LostRequest,
        Fault::Late(700),
        Fault::Late(20),
        Fault::TakenForRepeat,
    ] {
        let mut world = World::new();
        let a = world.leader();
        world.faults = [fault, fault].into();
        world.ask_for(&[publish()]);
        world.settle(a);
        world.run(1_000);
        assert_eq!(world.journal.len(), 2, "{fault:?}");
        assert_eq!(world.members[a].notices.len(), 1, "{fault:?}");
        assert!(world.leads(a), "{fault:?}");
    }
}

#[test]
fn a_journal_shorter_than_memory_means_rebuilding() {
    let mut world = World::new();
    let a = world.leader();
    world.ask_for(&[publish()]);
    world.settle(a);
    world.ask_for(&[start("cht_1")]);
    world.settle(a);
    // The newest frame is lost with the power; the commands are not.
    world.journal.pop();
    world.tell(a, Input::Detached);
    world.tell(a, Input::Attached);
    world.until("it notices", |world| !world.leads(a));
    assert!(matches!(world.members[a].alarms[..], [Alarm::JournalRewound { seq: 3 }]));
    world.until("it leads again", |world| world.leads(a));
    world.settle(a);
    assert!(world.replay().state.config(&"w".into()).is_some());
    let started = |world: &World| {
        let events = world.frames().into_iter().flat_map(|frame| frame.events);
        events.filter(|timed| matches!(timed.event, Event::ChatStarted { .. })).count()
    };
    assert_eq!(started(&world), 1, "the chat was decided again, in the new history");
}

#[test]
fn a_broken_chain_is_followed_by_nobody() {
    let mut world = World::new();
    let a = world.leader();
    world.ask_for(&[publish()]);
    world.settle(a);
    world.kill(a);
    let altered = String::from_utf8(world.journal[0].payload.clone()).unwrap();
    world.journal[0].payload = altered.replace("rtr_0", "rtr_9").into_bytes();
    let b = world.router();
    world.run(3_000);
    assert_eq!(world.members[b].node.status().role, "halted");
    assert_eq!(world.journal.len(), 2);
}

#[derive(Clone, Debug)]
enum Op {
    Command,
    StartAndEnd,
    Run(u64),
    Fault(Fault),
    Freeze(usize, u64),
    Kill(usize),
    Start,
    StepDown(usize),
    Reconnect(usize),
}

fn op() -> impl Strategy<Value = Op> {
    let fault = prop_oneof![
        Just(Fault::None),
        Just(Fault::LostAnswer),
        Just(Fault::LostRequest),
        (1..3_000_u64).prop_map(Fault::Late),
        Just(Fault::TakenForRepeat),
    ];
    prop_oneof![
        6 => Just(Op::Command),
        2 => Just(Op::StartAndEnd),
        6 => (1..1_500_u64).prop_map(Op::Run),
        1 => (9_000..34_000_u64).prop_map(Op::Run),
        4 => fault.prop_map(Op::Fault),
        2 => (0..6_usize, 1..4_000_u64).prop_map(|(who, time)| Op::Freeze(who, time)),
        1 => (0..6_usize).prop_map(Op::Kill),
        2 => Just(Op::Start),
        1 => (0..6_usize).prop_map(Op::StepDown),
        1 => (0..6_usize).prop_map(Op::Reconnect),
    ]
}

fn happen(world: &mut World, op: &Op, commands: &mut u32) {
    let alive = |world: &World, who: usize| world.members.get(who).is_some_and(|m| m.alive);
    match *op {
        Op::Command => {
            *commands += 1;
            world.ask_for(&[start(&format!("cht_{commands}"))]);
        }
        Op::StartAndEnd => {
            *commands += 3;
            let chat = format!("cht_{commands}");
            world.ask_for(&[start(&chat), speak(&chat), end(&chat)]);
        }
        Op::Run(millis) => world.run(millis),
        Op::Fault(fault) => world.faults.push_back(fault),
        Op::Freeze(who, millis) if alive(world, who) => {
            world.members[who].frozen_until = world.clock + millis;
        }
        Op::Kill(who) if alive(world, who) => world.kill(who),
        Op::Start if world.members.len() < 6 => {
            world.router();
        }
        Op::StepDown(who) if alive(world, who) => world.tell(who, Input::StepDown),
        Op::Reconnect(who) if alive(world, who) => {
            world.tell(who, Input::Detached);
            world.tell(who, Input::Attached);
        }
        _ => {}
    }
}

/// The journal is one chain; terms rise, each has one writer, and every command has one outcome,
/// in the order in which they were asked.
fn check(world: &World) {
    world.replay();
    let frames = world.frames();
    let outcomes: Vec<_> = frames.iter().flat_map(|frame| &frame.outcomes).collect();
    let order: Vec<_> = outcomes.iter().map(|o| (o.frame.n, o.index)).collect();
    let mut once = order.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(order, once, "once each, in order");
    let mut epoch = 0;
    for frame in &frames {
        let elected = frame.events.iter().find_map(|timed| match &timed.event {
            Event::LeaderElected { epoch, .. } => Some(*epoch),
            _ => None,
        });
        epoch += u64::from(elected.is_some());
        assert_eq!(frame.epoch, epoch, "a frame of a term that is not the newest");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn there_is_one_writer_whatever_happens(ops in prop::collection::vec(op(), 1..40)) {
        let mut world = World::new();
        world.router();
        world.router();
        world.ask_for(&[publish()]);
        let mut commands = 0;
        for op in &ops {
            happen(&mut world, op, &mut commands);
        }
        check(&world);
        // Whatever happened: one more router, and everything that was asked is decided.
        world.faults.clear();
        for member in &mut world.members {
            member.frozen_until = 0;
        }
        world.router();
        let last = world.commands.last().unwrap().seq;
        world.until("all is decided", |world| {
            let done = |at: usize| world.leads(at)
                && world.members[at].node.memory().cursor.seq == last;
            (0..world.members.len()).any(done)
        });
        world.run(5_000);
        check(&world);
        let outcomes: usize = world.frames().iter().map(|frame| frame.outcomes.len()).sum();
        prop_assert_eq!(outcomes, commands as usize + 1);
        let leader = (0..world.members.len()).find(|at| world.leads(*at)).unwrap();
        let live = world.members[leader].node.memory();
        let replayed = world.replay();
        prop_assert_eq!(
            serde_json::to_value(live.position()).unwrap(),
            serde_json::to_value(replayed.position()).unwrap()
        );
        prop_assert_eq!(format!("{:?}", live.state), format!("{:?}", replayed.state));
        prop_assert_eq!(format!("{:?}", live.gateways), format!("{:?}", replayed.gateways));
        let mut alarms = world.members.iter().flat_map(|member| &member.alarms);
        let differs = alarms.find(|alarm| matches!(alarm, Alarm::Differs { .. }));
        prop_assert_eq!(differs, None, "all remember the same");
    }
}
