//! The line against a real broker and a leader of the tests' own: outcomes, losses, repairs.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;

use async_nats::Message;
use async_nats::jetstream::consumer::DeliverPolicy;
use async_nats::jetstream::consumer::pull::OrderedConfig;
use baton_common::ask::Reply;
use baton_common::command::CommandBody;
use baton_common::frame::{FrameId, Packed};
use baton_common::notice::{GatewayPulse, News, Notice};
use baton_common::view::Position;
use futures_util::StreamExt as _;
use tokio::time::timeout;

use super::stage::*;
use super::*;

#[tokio::test]
async fn a_notice_brings_the_outcome() {
    let mut stage = stage().await;
    for n in 1..=2 {
        let submitted = stage.submit("x", PATIENCE);
        let (id, commands) = stage.command_frame().await;
        assert_eq!(id, FrameId { gateway: "g1".into(), n });
        assert_eq!(commands, [command("x")]);
        stage.notice(vec![outcome(n, 0)], vec![]).await;
        assert_eq!(submitted.await.unwrap(), Submitted::Decided(Ok(answer(n * 1_000))));
    }
}

#[tokio::test]
async fn without_a_notice_the_leader_is_asked_until_it_knows() {
    let mut stage = stage().await;
    let submitted = stage.submit("x", PATIENCE);
    let (id, _) = stage.command_frame().await;
    // Nobody listens for a while.
    tokio::task::yield_now().await;
    stage.listen().await;
    let asked = Ask::Outcome { gateway: "g1".into(), n: id.n };
    for known in [None, Some(vec![outcome(id.n, 0)])] {
        assert_eq!(stage.reply(ReplyBody::Outcome(known)).await, asked);
    }
    assert_eq!(submitted.await.unwrap(), Submitted::Decided(Ok(answer(1_000))));
}

#[tokio::test]
async fn without_a_router_a_command_is_stored_and_sent_once() {
    let mut stage = stage().await;
    assert_eq!(stage.submit("x", SHORT).await.unwrap(), Submitted::Stored);
    let workspace = WorkspaceId::new("default");
    let refused = stage.link.ask(&workspace, Ask::Queues { workspace: workspace.clone() }).await;
    assert_eq!(refused.unwrap_err().code, Code::Unavailable);
    stage.command_frame().await;
    let again = timeout(SHORT, stage.commands.next()).await;
    assert!(again.is_err(), "an acknowledged frame is never sent again");
}

#[tokio::test]
async fn frozen_and_thawed_the_broker_stores_each_frame_once_under_its_number() {
    let mut stage = stage().await;
    stage.server.freeze();
    let submitted: Vec<_> = (0..50).map(|i| stage.submit(&i.to_string(), SHORT)).collect();
    for submitted in submitted {
        // The signal takes a moment: the broker may have stored a frame before it froze.
        match submitted.await.unwrap() {
            Submitted::Refused(why) => assert_eq!(why.code, Code::Unavailable),
            Submitted::Stored => {}
            Submitted::Decided(result) => panic!("nobody decided: {result:?}"),
        }
    }
    let late = stage.submit("late", PATIENCE);
    stage.server.thaw();
    let mut frames: BTreeMap<u64, Vec<Command>> = BTreeMap::new();
    while !frames.values().flatten().any(|c| *c == command("late")) {
        let (id, commands) = stage.command_frame().await;
        let before = frames.insert(id.n, commands.clone());
        assert!(before.is_none_or(|before| before == commands), "one payload for one number");
    }
    let (n, _) = frames.last_key_value().unwrap();
    stage.notice(vec![outcome(*n, 0)], vec![]).await;
    assert!(matches!(late.await.unwrap(), Submitted::Decided(Ok(_))));
    let js = async_nats::jetstream::new(stage.leader.clone());
    let mut stream = js.get_stream("baton-commands-0").await.unwrap();
    assert_eq!(stream.info().await.unwrap().state.messages, frames.len() as u64);
}

#[tokio::test]
async fn the_end_of_a_connection_is_stored_after_an_election_that_others_gave_up_on() {
    let mut stage = stage().await;
    let gone = Command {
        ask: CommandBody::Disconnected { connection: "c1".into(), gateway: "g1".into() },
        ..command("x")
    };
    stage.server.freeze();
    // Nothing that comes later is stored before the first.
    let first = stage.submit("first", 4 * SHORT);
    tokio::task::yield_now().await;
    while !stage.link.0.lanes[0].spool.is_empty() {
        tokio::task::yield_now().await;
    }
    let (link, report) = (stage.link.clone(), gone.clone());
    let reported = tokio::spawn(async move { link.report(report).await });
    let second = stage.submit("second", 4 * SHORT);
    for given_up in [first, second] {
        let given_up = given_up.await.unwrap();
        assert!(matches!(given_up, Submitted::Refused(_)), "{given_up:?}");
    }
    stage.server.thaw();
    let js = async_nats::jetstream::new(stage.leader.clone());
    let stream = js.get_stream("baton-commands-0").await.unwrap();
    let from_first = OrderedConfig { deliver_policy: DeliverPolicy::All, ..Default::default() };
    let mut frames = stream.create_consumer(from_first).await.unwrap().messages().await.unwrap();
    let (id, stored) = loop {
        let message = timeout(PATIENCE, frames.next()).await.expect("it is stored").unwrap();
        let (id, commands) = decode(&message.unwrap().message);
        if commands != [command("first")] {
            break (id, commands);
        }
    };
    assert_eq!(stored[0], gone, "it is next, before the announcement");
    assert!(!stored.contains(&command("second")), "nobody waits for this any more");
    stage.notice(vec![outcome(id.n, 0)], vec![]).await;
    timeout(PATIENCE, reported).await.unwrap().unwrap();
}

#[tokio::test]
async fn so_many_reports_wait_and_no_more() {
    let stage = stage().await;
    let lane = &stage.link.0.lanes[0];
    let _all = lane.reports.try_acquire_many(u32::try_from(limits::REPORTS).unwrap()).unwrap();
    let reported = stage.link.report(command("x"));
    timeout(SHORT, reported).await.expect("the digests tell of it");
}

#[tokio::test]
async fn what_comes_while_a_frame_is_in_flight_is_the_next_frame() {
    let stage = stage().await;
    let submitted: Vec<_> = (0..2_000).map(|i| stage.submit(&i.to_string(), PATIENCE)).collect();
    let js = async_nats::jetstream::new(stage.leader.clone());
    let stream = js.get_stream("baton-commands-0").await.unwrap();
    let from_first = OrderedConfig { deliver_policy: DeliverPolicy::All, ..Default::default() };
    let consumer = stream.create_consumer(from_first).await.unwrap();
    let mut frames = consumer.messages().await.unwrap();
    let (mut stage, mut total, mut n) = (stage, 0, 0);
    while total < 2_000 {
        let message = timeout(PATIENCE, frames.next()).await.unwrap().unwrap().unwrap();
        let (id, commands) = decode(&message.message);
        n += 1;
        assert_eq!(id.n, n, "numbers count from 1 without holes");
        assert!(commands.len() <= limits::COMMAND_FRAME_COMMANDS);
        total += commands.len();
        let each = 0..u32::try_from(commands.len()).unwrap();
        stage.notice(each.map(|index| outcome(n, index)).collect(), vec![]).await;
    }
    for submitted in submitted {
        assert!(matches!(submitted.await.unwrap(), Submitted::Decided(Ok(_))));
    }
    assert!(n < 200, "{n} frames: commands share them");
}

#[tokio::test]
async fn a_gap_is_announced_and_told_once() {
    let mut stage = stage().await;
    let news = |version| Notice {
        workspace: WorkspaceId::new("default"),
        to: vec![],
        news: News::Config { version },
    };
    stage.notice(vec![], vec![news(1)]).await;
    assert!(matches!(stage.event().await, LinkEvent::Notice(_)));
    stage.previous = Position { epoch: 1, seq: 77 };
    stage.seq = AtomicU64::new(80);
    stage.notice(vec![], vec![]).await;
    stage.repaired().await;
    stage.notice(vec![], vec![news(2)]).await;
    assert!(matches!(stage.event().await, LinkEvent::Notice(_)), "the chain goes on");
    assert!(timeout(SHORT, stage.events.recv()).await.is_err());
}

#[tokio::test]
async fn a_notice_that_a_pulse_tells_of_and_another_leader_are_losses() {
    let mut stage = stage().await;
    stage.notice(vec![], vec![]).await;
    let missed = Position { epoch: 1, seq: 5 };
    let beat = Duration::from_millis(limits::ROUTER_PULSE.0);
    let mut announced = None;
    while announced.is_none() {
        stage.pulse(1, missed).await;
        announced = timeout(beat, stage.commands.next()).await.ok();
    }
    let (id, _) = decode(&announced.flatten().unwrap());
    (stage.previous, stage.seq) = (missed, AtomicU64::new(5));
    stage.notice(vec![outcome(id.n, 0)], vec![]).await;
    assert_eq!(stage.event().await, LinkEvent::Lost { shard: 0 });
    stage.pulse(2, Position::default()).await;
    let (id, _) = stage.command_frame().await;
    stage.publish_as(2, id.n).await;
    assert_eq!(stage.event().await, LinkEvent::Lost { shard: 0 });
}

#[tokio::test]
async fn a_restart_of_the_broker_is_a_loss_of_every_shard() {
    let mut stage = stage().await;
    assert!(stage.link.broker_connected());
    stage.server.kill();
    stage.server.restart();
    let lost = async { while stage.event().await != (LinkEvent::Lost { shard: 0 }) {} };
    timeout(PATIENCE, lost).await.unwrap();
    assert!(stage.link.broker_connected());
}

/// Asks for the configuration, which the played leader then has.
async fn config(stage: &mut Stage, version: u64, origin: &str) {
    let (link, workspace) = (stage.link.clone(), WorkspaceId::new("default"));
    let text = format!("{{\"origins\":[\"{origin}\"],\"queues\":{{}}}}");
    let body = ReplyBody::Config(version, Some(Packed::pack(&text)));
    let mut read = tokio::spawn(async move {
        loop {
            if let Some(config) = link.config(&workspace).await {
                return config;
            }
        }
    });
    let config = loop {
        tokio::select! {
            config = &mut read => break config.unwrap(),
            _ = stage.reply(body.clone()) => {}
        }
    };
    assert_eq!(config.version, Some(version));
}

#[tokio::test]
async fn a_configuration_is_read_once_and_again_on_news() {
    let mut stage = stage().await;
    let workspace = WorkspaceId::new("default");
    assert_eq!(stage.link.config(&workspace).await, None, "nobody answers");
    stage.listen().await;
    config(&mut stage, 3, "https://a.example").await;
    assert_eq!(stage.link.config(&workspace).await.unwrap().version, Some(3), "at hand");
    let news = News::Config { version: 4 };
    stage.notice(vec![], vec![Notice { workspace: workspace.clone(), to: vec![], news }]).await;
    config_renewed(&mut stage, 4).await;
}

#[tokio::test]
async fn a_version_that_was_published_here_is_at_hand_before_its_news() {
    let mut stage = stage().await;
    let workspace = WorkspaceId::new("default");
    stage.listen().await;
    config(&mut stage, 3, "https://a.example").await;
    // At hand already: nobody is asked.
    stage.link.reach_config(&workspace, 3).await;
    let (link, document) = (stage.link.clone(), Packed::pack("{\"origins\":[],\"queues\":{}}"));
    let reached = tokio::spawn(async move { link.reach_config(&workspace, 4).await });
    stage.reply(ReplyBody::Config(4, Some(document))).await;
    timeout(PATIENCE, reached).await.unwrap().unwrap();
    let workspace = WorkspaceId::new("default");
    assert_eq!(stage.link.cached_config(&workspace).unwrap().version, Some(4));
}

#[tokio::test]
async fn a_configuration_that_many_wait_for_is_read_by_few() {
    let mut stage = stage().await;
    stage.listen().await;
    let link = stage.link.clone();
    let one = |_| {
        let link = link.clone();
        tokio::spawn(async move { link.config(&WorkspaceId::new("default")).await })
    };
    let mut all = futures_util::future::join_all((0..100).map(one));
    let (mut asked, document) = (0, Packed::pack("{\"origins\":[],\"queues\":{}}"));
    let read = loop {
        tokio::select! {
            read = &mut all => break read,
            _ = stage.reply(ReplyBody::Config(3, Some(document.clone()))) => asked += 1,
        }
    };
    let read: Vec<_> = read.into_iter().filter_map(Result::unwrap).collect();
    assert!(!read.is_empty() && read.iter().all(|config| config.version == Some(3)));
    assert!(asked <= configs::READS, "read {asked} times");
}

#[tokio::test]
async fn a_loss_is_told_at_once_and_configurations_are_read_again_beside_that() {
    let mut stage = stage().await;
    stage.listen().await;
    config(&mut stage, 3, "https://a.example").await;
    stage.notice(vec![], vec![]).await;
    stage.previous = Position { epoch: 1, seq: 77 };
    stage.seq = AtomicU64::new(80);
    stage.notice(vec![], vec![]).await;
    let (id, _) = stage.command_frame().await;
    stage.notice(vec![outcome(id.n, 0)], vec![]).await;
    // Nobody answers about the configuration: whoever waited for it would wait for ever.
    let told = timeout(PATIENCE, stage.events.recv()).await.expect("it is told at once");
    assert_eq!(told, Some(LinkEvent::Lost { shard: 0 }));
    let questions = stage.questions.as_mut().unwrap();
    let unanswered = async {
        let mut left = 5;
        while left > 0 {
            let question = questions.next().await.unwrap();
            let ask: Ask = serde_json::from_slice(&question.payload).unwrap();
            left -= usize::from(matches!(ask, Ask::Config { .. }));
        }
    };
    timeout(PATIENCE, unanswered).await.expect("it is asked again and again");
    config_renewed(&mut stage, 4).await;
}

/// Answers the question about the configuration, and waits until the gateway has it.
async fn config_renewed(stage: &mut Stage, version: u64) {
    let document = Packed::pack("{\"origins\":[],\"queues\":{}}");
    stage.reply(ReplyBody::Config(version, Some(document))).await;
    let (link, workspace) = (stage.link.clone(), WorkspaceId::new("default"));
    let renewed = async {
        while link.cached_config(&workspace).unwrap().version != Some(version) {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, renewed).await.unwrap();
}

/// Answers every question about origins, one origin a page.
async fn tell_origins(
    leader: async_nats::Client,
    mut questions: async_nats::Subscriber,
    origins: Arc<parking_lot::Mutex<Vec<String>>>,
) {
    while let Some(question) = questions.next().await {
        let Ok(Ask::Origins { after }) = serde_json::from_slice(&question.payload) else {
            continue;
        };
        let left: Vec<String> = {
            let all = origins.lock();
            all.iter().filter(|o| after.as_ref().is_none_or(|after| *o > after)).cloned().collect()
        };
        let page = left.iter().take(1).cloned().collect();
        let body = Ok(ReplyBody::Origins(page, left.len() > 1));
        let reply = Reply { position: Position { epoch: 1, seq: 0 }, body };
        let payload = serde_json::to_vec(&reply).unwrap().into();
        leader.publish(question.reply.unwrap(), payload).await.unwrap();
    }
}

#[tokio::test]
async fn origins_of_all_workspaces_are_known_in_pages_and_again_on_news() {
    let mut stage = stage().await;
    let untold = stage.link.any_origin("https://a.example").await.unwrap_err();
    assert_eq!(untold.code, Code::Unavailable, "nobody answers");
    let origins: Vec<_> = ["a", "b"].iter().map(|o| format!("https://{o}.example")).collect();
    let origins = Arc::new(parking_lot::Mutex::new(origins));
    stage.listen().await;
    let questions = stage.questions.take().unwrap();
    tokio::spawn(tell_origins(stage.leader.clone(), questions, Arc::clone(&origins)));
    let known = async |stage: &Stage, origin: &str| {
        while stage.link.any_origin(origin).await != Ok(true) {
            tokio::time::sleep(SHORT / 10).await;
        }
    };
    for origin in ["https://b.example", "https://a.example"] {
        timeout(PATIENCE, known(&stage, origin)).await.unwrap();
    }
    assert_eq!(stage.link.any_origin("https://evil.example").await, Ok(false));
    *origins.lock() = vec!["https://c.example".to_owned()];
    let (workspace, news) = (WorkspaceId::new("other"), News::Config { version: 1 });
    stage.notice(vec![], vec![Notice { workspace, to: vec![], news }]).await;
    timeout(PATIENCE, known(&stage, "https://c.example")).await.unwrap();
    assert_eq!(stage.link.any_origin("https://a.example").await, Ok(false), "it was taken back");
}

#[tokio::test]
async fn the_gateway_beats_and_says_that_it_leaves() {
    let stage = stage().await;
    let mut beats = subscribe(&stage.leader, subjects::GATEWAY_PULSE).await;
    let leaving = |beat: &Message| {
        let pulse: GatewayPulse = serde_json::from_slice(&beat.payload).unwrap();
        assert_eq!((pulse.gateway.as_str(), pulse.connections[0].count), ("g1", 7));
        pulse.leaving
    };
    assert!(!leaving(&timeout(PATIENCE, beats.next()).await.unwrap().unwrap()));
    stage.link.leave().await;
    let mut last = false;
    while !last {
        last = leaving(&timeout(PATIENCE, beats.next()).await.unwrap().unwrap());
    }
    let after = timeout(2 * lane::duration(limits::GATEWAY_PULSE), beats.next()).await;
    assert!(after.is_err(), "nothing beats after the last");
}
