//! The router against a real nats-server: the journal protocol over the wire, restarts with and
//! without a plan, a second router, a broker that restarts. Leaves images to `images` and
//! several routers to `many`.

mod images;
mod many;
mod support;

use async_nats::header::HeaderMap;
use baton_common::ask::{Ask, ReplyBody};
use baton_common::event::{Event, TimedEvent};
use baton_common::frame::{JournalFrame, VERSION};
use baton_common::hash::{Digest, Mark};
use baton_common::record::Record;
use baton_common::subjects;
use baton_router::Images;
use baton_runtime::testing::NatsServer;

use support::{Desk, Router, eventually, options, publish, start};

/// The journal is one chain with rising terms, and each command took effect once.
fn check(journal: &[(JournalFrame, Digest)]) {
    let mut before = (0, Digest::default());
    let mut outcomes = Vec::new();
    for (frame, digest) in journal {
        assert_eq!(frame.previous, before.1, "a frame does not continue the one before");
        assert!(frame.epoch >= before.0, "a frame of an older term");
        before = (frame.epoch, *digest);
        outcomes.extend(frame.outcomes.iter().map(|o| (o.frame.clone(), o.index)));
    }
    let count = outcomes.len();
    outcomes.sort();
    outcomes.dedup();
    assert_eq!(outcomes.len(), count, "a command was decided twice");
}

fn chats(journal: &[(JournalFrame, Digest)]) -> usize {
    let events = journal.iter().flat_map(|(frame, _)| &frame.events);
    events.filter(|timed| matches!(timed.event, Event::ChatStarted { .. })).count()
}

#[tokio::test]
async fn a_command_is_decided_recorded_and_told() {
    let server = NatsServer::start();
    let router = Router::start(&server).await;
    let mut desk = Desk::open(&server, "g").await;
    assert_eq!(desk.command(publish()).await.unwrap().done.version, Some(1));
    let answer = desk.command(start("cht_1")).await.unwrap();
    assert_eq!(answer.chat.unwrap().chat.as_str(), "cht_1");
    let ask = Ask::Chat { workspace: "w".into(), chat: "cht_1".into() };
    let reply = desk.ask(&ask).await;
    assert!(matches!(reply.body, Ok(ReplyBody::Chat(_))));
    let greeting = eventually("the greeting is stored", async || {
        desk.transcript("cht_1").await.into_iter().next()
    })
    .await;
    let Record::Line(line) = greeting else { panic!("{greeting:?}") };
    assert_eq!(line.text, "hello from sales");
    assert!(line.client_id.is_some_and(|id| id.starts_with("fx-0-")));
    let series = "baton_chats_total{workspace=\"w\",queue=\"sales\",origin=\"new\"} 1";
    eventually("the chat is counted", async || {
        router.admin.metrics().render().contains(series).then_some(())
    })
    .await;
    let text = router.admin.metrics().render();
    for name in [
        "baton_shard_leader{shard=\"0\"} 1",
        "baton_decision_seconds_bucket",
        "baton_journal_append_seconds_bucket",
        "baton_journal_batch_events_bucket",
    ] {
        assert!(text.contains(name), "{name} is missing in\n{text}");
    }
    check(&desk.journal().await);
    router.stop().await;
}

#[tokio::test]
async fn the_fence_stops_a_leader_that_was_overtaken() {
    let server = NatsServer::start();
    let router = Router::start(&server).await;
    let mut desk = Desk::open(&server, "g").await;
    desk.command(publish()).await.unwrap();
    let journal = desk.journal().await;
    let (last, digest) = journal.last().unwrap();
    let seq = journal.len() as u64;
    // Another router takes the next place in the journal, and is never heard of.
    let nonce = Mark::of(&["another"]);
    let event = Event::LeaderElected { epoch: 2, router: "rtr_another".into(), nonce };
    let stolen = JournalFrame {
        v: VERSION,
        epoch: 2,
        previous: *digest,
        commands_through: last.commands_through.clone(),
        effects_through: last.effects_through,
        outcomes: Vec::new(),
        places: Vec::new(),
        events: vec![TimedEvent { at: last.events[0].at, event }],
    };
    let mut headers = HeaderMap::new();
    headers.insert(subjects::EXPECTED_LAST_SEQUENCE, seq.to_string());
    let sent = desk.js.publish_with_headers(subjects::journal(0), headers, stolen.encode().into());
    assert_eq!(sent.await.unwrap().await.unwrap().sequence, seq + 1);
    // The command is decided once: not by the leader that was overtaken, but by the next one.
    let n = desk.store(&[start("cht_1")]).await;
    let outcomes = desk.outcomes(n).await;
    assert!(outcomes[0].result.is_ok());
    let journal = desk.journal().await;
    check(&journal);
    assert_eq!(chats(&journal), 1);
    let decided = journal.iter().find(|(frame, _)| frame.outcomes.iter().any(|o| o.frame.n == n));
    assert_eq!(decided.unwrap().0.epoch, 3, "the term that was overtaken wrote");
    router.stop().await;
}

#[tokio::test]
async fn a_second_router_follows_and_takes_over() {
    let server = NatsServer::start();
    let first = Router::start(&server).await;
    let mut desk = Desk::open(&server, "g").await;
    desk.command(publish()).await.unwrap();
    let second = Router::start(&server).await;
    for chat in 0..20 {
        desk.command(start(&format!("cht_a{chat}"))).await.unwrap();
    }
    let terms = desk.journal().await.last().unwrap().0.epoch;
    assert_eq!(terms, 1, "the second one is harmless");
    first.stop().await;
    for chat in 0..20 {
        desk.command(start(&format!("cht_b{chat}"))).await.unwrap();
    }
    second.ready().await;
    let journal = desk.journal().await;
    check(&journal);
    assert_eq!((chats(&journal), journal.last().unwrap().0.epoch), (40, 2));
    second.stop().await;
}

#[tokio::test]
async fn a_killed_router_goes_on_where_it_was() {
    let server = NatsServer::start();
    let mut desk = Desk::open(&server, "g").await;
    let router = Router::start(&server).await;
    desk.command(publish()).await.unwrap();
    let n = desk.store(&[start("cht_1"), start("cht_2")]).await;
    desk.outcomes(n).await;
    router.kill();
    // Asked for while nobody runs.
    let absent = desk.store(&[start("cht_3"), start("cht_1")]).await;
    let router = Router::start(&server).await;
    let outcomes = desk.outcomes(absent).await;
    let told: Vec<_> = outcomes.iter().map(|told| told.result.as_ref().unwrap()).collect();
    let named = |at: usize| told[at].chat.as_ref().unwrap().chat.to_string();
    assert_eq!((named(0), named(1)), ("cht_3".to_owned(), "cht_1".to_owned()));
    assert_eq!(desk.outcomes(n).await.len(), 2, "what was told before is still known");
    let journal = desk.journal().await;
    check(&journal);
    assert_eq!(chats(&journal), 3, "the same key started nothing new");
    eventually("each chat is greeted", async || {
        let mut greeted = 0;
        for chat in ["cht_1", "cht_2", "cht_3"] {
            greeted += usize::from(!desk.transcript(chat).await.is_empty());
        }
        (greeted == 3).then_some(())
    })
    .await;
    router.stop().await;
}

#[tokio::test]
async fn a_broker_that_restarts_is_used_again() {
    let mut server = NatsServer::start();
    let mut desk = Desk::open(&server, "g").await;
    let router = Router::start(&server).await;
    desk.command(publish()).await.unwrap();
    for round in 0..3 {
        server.restart();
        let n = desk.store(&[start(&format!("cht_{round}"))]).await;
        assert!(desk.outcomes(n).await[0].result.is_ok());
    }
    let journal = desk.journal().await;
    check(&journal);
    assert_eq!(chats(&journal), 3);
    router.stop().await;
}

/// Otherwise an operator who waits for readiness takes the only other router away.
#[tokio::test]
async fn a_router_that_makes_sure_of_the_streams_is_not_ready() {
    let server = NatsServer::start();
    let options = options(server.link().await, Images::default(), 1);
    let (admin, shutdown) = (options.admin.clone(), options.shutdown.clone());
    server.freeze();
    let starting = tokio::spawn(baton_router::start(options));
    eventually("the router says that it starts", async || {
        let waiting = admin.readiness().not_ready();
        waiting.iter().any(|part| part.name == "router").then_some(())
    })
    .await;
    assert!(!starting.is_finished(), "a frozen broker has no streams");
    server.thaw();
    let running = starting.await.unwrap().unwrap();
    shutdown.cancel();
    running.stopped().await.unwrap();
}
