//! Several routers against a real nats-server: how they hand over, how long it takes, and how
//! eight shards are shared. The times are printed; what is asserted is the order of things.

#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]
#![allow(clippy::print_stdout, reason = "figures are for people, who see them with --no-capture")]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use baton_common::event::Event;
use baton_common::frame::JournalFrame;
use baton_common::ids::RouterId;
use baton_common::notice::{RouterBeat, RouterPart};
use baton_common::subjects;
use baton_router::Images;
use baton_runtime::testing::NatsServer;
use futures_util::StreamExt as _;
use tokio::time::Instant;

use crate::support::{Desk, LIMIT, Router, eventually, publish, start};

const ROUNDS: usize = 12;

/// What happened to leaders, in the journal's order.
#[derive(Debug, PartialEq, Eq)]
enum Turn {
    Elected(RouterId),
    Resigned(Option<RouterId>),
}

fn turns(frames: impl IntoIterator<Item = JournalFrame>) -> Vec<Turn> {
    let events = frames.into_iter().flat_map(|frame| frame.events);
    let turn = |event| match event {
        Event::LeaderElected { router, .. } => Some(Turn::Elected(router)),
        Event::LeaderResigned { to, .. } => Some(Turn::Resigned(to)),
        _ => None,
    };
    events.filter_map(|timed| turn(timed.event)).collect()
}

async fn journal(desk: &Desk) -> Vec<JournalFrame> {
    desk.journal().await.into_iter().map(|(frame, _)| frame).collect()
}

/// Waits until a router follows that is not among those `known`, and the leader knows.
async fn a_new_follower(desk: &Desk, known: &mut BTreeSet<RouterId>) {
    let mut beats = desk.link.client().subscribe(subjects::router_beat(0)).await.unwrap();
    let until = Instant::now() + LIMIT;
    loop {
        let message = tokio::time::timeout_at(until, beats.next()).await.expect("one follows");
        let beat: RouterBeat = serde_json::from_slice(&message.unwrap().payload).unwrap();
        // The second of its heartbeats as a follower: the leader has taken the first one in.
        if beat.part == RouterPart::Follows && known.contains(&beat.router) {
            return;
        }
        if beat.part == RouterPart::Follows || beat.part == RouterPart::Leads {
            known.insert(beat.router);
        }
    }
}

fn show(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |share: usize| times[(times.len() - 1) * share / 100];
    println!("{what}: p50 {:?}, p90 {:?}, max {:?}", at(50), at(90), at(100));
}

/// The time from the end of the leader to the next decision, over several leaders.
async fn takeovers(end: impl AsyncFn(Router)) -> (Vec<Duration>, Vec<Turn>) {
    let server = NatsServer::start();
    let mut leader = Router::start(&server).await;
    let mut desk = Desk::open(&server, "g").await;
    desk.command(publish()).await.unwrap();
    let mut times = Vec::new();
    for round in 0..ROUNDS {
        let next = Router::start(&server).await;
        let mut known = BTreeSet::new();
        a_new_follower(&desk, &mut known).await;
        let begun = Instant::now();
        let ended = end(std::mem::replace(&mut leader, next));
        let answered = desk.command(start(&format!("cht_{round}")));
        let ((), answer) = tokio::join!(ended, async {
            let answer = answered.await;
            times.push(begun.elapsed());
            answer
        });
        answer.unwrap();
    }
    let turns = turns(journal(&desk).await);
    leader.stop().await;
    (times, turns)
}

#[tokio::test]
async fn a_planned_stop_hands_over_to_the_named_router() {
    let (times, turns) = takeovers(async |leader| leader.stop().await).await;
    show("planned stop to next decision", times);
    assert_eq!(turns.len(), 1 + 2 * ROUNDS, "one resigns and one claims, each time: {turns:?}");
    for pair in turns[1..].chunks(2) {
        let [Turn::Resigned(Some(heir)), Turn::Elected(next)] = pair else {
            panic!("not a hand-over: {pair:?}")
        };
        assert_eq!(heir, next, "somebody else claimed");
    }
}

#[tokio::test]
async fn a_leader_that_dies_is_followed_by_the_next() {
    let (times, turns) = takeovers(async |leader| leader.kill()).await;
    show("death to next decision", times);
    assert_eq!(turns.len(), 1 + ROUNDS, "one claim for each death: {turns:?}");
    assert!(turns.iter().all(|turn| matches!(turn, Turn::Elected(_))));
}

/// Who leads each shard, as the journals have it.
async fn leaders(desk: &Desk, shards: u16) -> BTreeMap<u16, RouterId> {
    let mut leaders = BTreeMap::new();
    for shard in 0..shards {
        let stored = desk.stored(&subjects::journal_stream(shard)).await;
        let frames = stored.iter().map(|payload| JournalFrame::decode(payload).unwrap());
        if let Some(Turn::Elected(router)) = turns(frames).pop() {
            leaders.insert(shard, router);
        }
    }
    leaders
}

#[tokio::test]
async fn eight_shards_are_shared_by_three_routers() {
    const SHARDS: u16 = 8;
    let server = NatsServer::start();
    let mut routers = Vec::new();
    for _ in 0..3 {
        routers.push(Router::start_in(&server, Images::default(), SHARDS).await);
    }
    let desk = Desk::open(&server, "g").await;
    let before = leaders(&desk, SHARDS).await;
    assert_eq!(before.len(), usize::from(SHARDS), "every shard is led");
    let shared = async || {
        let leaders = leaders(&desk, SHARDS).await;
        let mut loads = BTreeMap::<&RouterId, usize>::new();
        for router in leaders.values() {
            *loads.entry(router).or_default() += 1;
        }
        let mut loads: Vec<_> = loads.into_values().collect();
        loads.sort_unstable();
        (loads == [2, 3, 3]).then_some(())
    };
    let settled = Instant::now() + 2 * LIMIT;
    while shared().await.is_none() {
        assert!(Instant::now() < settled, "not shared: {:?}", leaders(&desk, SHARDS).await);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    // One stops: its shards are led by the others at once.
    routers.pop().unwrap().stop().await;
    eventually("all are led", async || {
        let leaders = leaders(&desk, SHARDS).await;
        let routers: BTreeSet<_> = leaders.values().collect();
        (leaders.len() == usize::from(SHARDS) && routers.len() == 2).then_some(())
    })
    .await;
    for router in routers {
        router.stop().await;
    }
}
