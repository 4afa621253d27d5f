//! Transcripts against a real broker: numbers, repeats, the seal, and what live messages miss.

use std::time::Duration;

use async_nats::jetstream::stream::Config;
use baton_common::code::Code;
use baton_common::command::CommandKey;
use baton_common::hash::Mark;
use baton_common::ids::{ChatId, WorkspaceId};
use baton_common::record::{LineKind, Sender, SenderRole};
use baton_common::words::Visibility;
use baton_runtime::nats::{Link, Wanted, ensure_streams};
use baton_runtime::testing::{NatsCluster, NatsServer};
use futures_util::StreamExt as _;
use tokio::time::timeout;

use super::*;

mod stalled;

const PATIENCE: Duration = Duration::from_secs(20);

struct Place {
    workspace: WorkspaceId,
    chat: ChatId,
}

fn place() -> Place {
    Place { workspace: WorkspaceId::new("default"), chat: ChatId::new("cht_1") }
}

async fn streams(link: &Link) {
    let wanted = Wanted { shard: 0, shards: 1, replicas: 1 };
    ensure_streams(&link.jetstream(PATIENCE), wanted).await.unwrap();
}

async fn transcripts(link: &Link) -> Transcripts {
    Transcripts::start(link, 1, CancellationToken::new()).await.unwrap()
}

fn line(sender: &str, client_id: &str) -> Line {
    Line {
        message_id: "".into(),
        from: Sender { id: sender.into(), role: SenderRole::Agent, name: "".into() },
        kind: LineKind::Text,
        text: format!("{sender} says {client_id}"),
        visibility: Visibility::All,
        client_id: Some(client_id.into()),
        key: None,
        event: None,
        seals: false,
    }
}

/// Waits until so many lines are folded.
async fn lines(transcript: &Transcript, n: u64) -> Vec<Heard> {
    let mut folded = transcript.watch();
    let enough = async {
        while transcript.last(Audience::Agents) < n {
            folded.changed().await.unwrap();
        }
    };
    timeout(PATIENCE, enough).await.expect("the lines come");
    transcript.lines(Audience::Agents, 0, usize::MAX)
}

/// Changes whether the stream republishes.
async fn republish(link: &Link, on: bool) {
    let js = link.jetstream(PATIENCE);
    let mut stream = js.get_stream("baton-transcripts-0").await.unwrap();
    let mut config: Config = stream.info().await.unwrap().config.clone();
    config.republish = on.then(|| async_nats::jetstream::stream::Republish {
        source: "baton.transcripts.0.>".into(),
        destination: "baton.lines.0.>".into(),
        headers_only: false,
    });
    js.update_stream(config).await.unwrap();
}

#[tokio::test]
async fn concurrent_writers_at_two_gateways_see_the_same_numbers() {
    let server = NatsServer::start();
    let (first, second) = (server.link().await, server.link().await);
    streams(&first).await;
    let gateways = [transcripts(&first).await, transcripts(&second).await];
    let Place { workspace, chat } = &place();
    let one = gateways[0].open(workspace, chat).await.unwrap();
    let writers = (0..200_usize).map(|i| {
        let gateway = gateways[i % 2].clone();
        let (workspace, chat) = (workspace.clone(), chat.clone());
        tokio::spawn(async move {
            // Every third is said at both gateways.
            let said = line("agent1", &format!("m{}", if i % 3 == 0 { i / 6 * 6 } else { i }));
            gateway.say(&workspace, &chat, said).await.unwrap()
        })
    });
    let writers: Vec<_> = writers.collect();
    let mut said = Vec::new();
    for writer in writers {
        said.push(writer.await.unwrap());
    }
    let two = gateways[1].open(workspace, chat).await.unwrap();
    one.caught_up().await;
    let heard = lines(&one, 1).await;
    assert_eq!(heard, two.lines(Audience::Agents, 0, usize::MAX), "one followed, one loaded");
    let numbers: Vec<_> = heard.iter().map(|heard| heard.number_agents).collect();
    assert_eq!(numbers, (1..=heard.len() as u64).collect::<Vec<_>>());
    for answer in said {
        assert!(heard.contains(&answer), "answers are what readers see");
    }
}

#[tokio::test]
async fn a_line_that_was_never_republished_is_found() {
    let server = NatsServer::start();
    let link = server.link().await;
    streams(&link).await;
    let (reader, writer) = (transcripts(&link).await, transcripts(&link).await);
    let Place { workspace, chat } = &place();
    let read = reader.open(workspace, chat).await.unwrap();
    assert!(read.is_empty());
    republish(&link, false).await;
    let said = writer.say(workspace, chat, line("agent1", "1")).await.unwrap();
    assert_eq!(said.number_agents, 1, "the writer reads its own line back");
    assert_eq!(read.last(Audience::Agents), 0);
    read.caught_up().await;
    assert_eq!(lines(&read, 1).await, [said]);
}

#[tokio::test]
async fn a_sweep_finds_lines_of_many_chats_that_were_never_republished() {
    let server = NatsServer::start();
    let link = server.link().await;
    streams(&link).await;
    let (reader, writer) = (transcripts(&link).await, transcripts(&link).await);
    let workspace = WorkspaceId::new("default");
    let chat = |n: usize| ChatId::new(format!("cht_{n}"));
    let mut held = Vec::new();
    for n in 0..600 {
        held.push(reader.begin(&workspace, &chat(n)).await.unwrap());
    }
    republish(&link, false).await;
    for n in [0, 7, 599] {
        let said = Record::Line(line("agent1", "1"));
        writer.append(&workspace, &chat(n), &said).await.unwrap();
    }
    assert!(reader.0.sweep(0).await, "the broker answered for all");
    let found = |t: &Arc<Transcript>| t.last(Audience::Agents) == 1;
    assert_eq!(held.iter().filter(|transcript| found(transcript)).count(), 3);
    assert!(found(&held[0]) && found(&held[7]) && found(&held[599]));
}

#[tokio::test]
async fn a_chat_that_begins_is_not_read_and_a_repeat_finds_the_first_record() {
    let server = NatsServer::start();
    let (link, watcher) = (server.link().await, server.link().await);
    streams(&link).await;
    let gateways = [transcripts(&link).await, transcripts(&link).await];
    let Place { workspace, chat } = &place();
    let profile =
        |name: &str| Record::Profile(Profile { name: Some(name.to_owned()), ..Profile::default() });
    let mut reads = watcher.client().subscribe("$JS.API.STREAM.MSG.GET.>").await.unwrap();
    let mut pages = watcher.client().subscribe("$JS.API.DIRECT.GET.>").await.unwrap();
    watcher.jetstream(PATIENCE).query_account().await.unwrap();
    let begun = gateways[0].begin(workspace, chat).await.unwrap();
    let stored = gateways[0].append(workspace, chat, &profile("first")).await.unwrap();
    begun.reached(stored).await.unwrap();
    gateways[0].say(workspace, chat, line("customer", "1")).await.unwrap();
    assert_eq!((begun.records(), begun.last(Audience::Customer)), (2, 1));
    watcher.jetstream(PATIENCE).query_account().await.unwrap();
    for reads in [&mut reads, &mut pages] {
        assert!(timeout(Duration::ZERO, reads.next()).await.is_err(), "nothing was read");
    }
    let again = gateways[1].begin(workspace, chat).await.unwrap();
    let stored = gateways[1].append(workspace, chat, &profile("second")).await.unwrap();
    again.reached(stored).await.unwrap();
    assert_eq!((again.records(), again.profile().name.as_deref()), (3, Some("first")));
    assert!(timeout(PATIENCE, reads.next()).await.is_ok(), "what was before is read");
}

#[tokio::test]
async fn a_live_line_shows_the_gap_before_it() {
    let server = NatsServer::start();
    let link = server.link().await;
    streams(&link).await;
    let (reader, writer) = (transcripts(&link).await, transcripts(&link).await);
    let Place { workspace, chat } = &place();
    let read = reader.open(workspace, chat).await.unwrap();
    writer.say(workspace, chat, line("agent1", "1")).await.unwrap();
    republish(&link, false).await;
    writer.say(workspace, chat, line("agent1", "2")).await.unwrap();
    writer.say(workspace, chat, line("agent1", "3")).await.unwrap();
    republish(&link, true).await;
    writer.say(workspace, chat, line("agent1", "4")).await.unwrap();
    let heard = lines(&read, 4).await;
    let own: Vec<_> = heard.iter().map(|heard| heard.line.client_id.clone().unwrap()).collect();
    assert_eq!(own, ["1", "2", "3", "4"]);
}

#[tokio::test]
async fn a_line_said_twice_is_one_line() {
    let server = NatsServer::start();
    let link = server.link().await;
    streams(&link).await;
    let gateways = [transcripts(&link).await, transcripts(&link).await];
    let Place { workspace, chat } = &place();
    let first = gateways[0].say(workspace, chat, line("agent1", "1")).await.unwrap();
    assert!(first.line.message_id.starts_with("msg_"));
    for gateway in &gateways {
        let again = gateway.say(workspace, chat, line("agent1", "1")).await.unwrap();
        assert_eq!(again, first);
    }
    let other = gateways[1].say(workspace, chat, line("agent2", "1")).await.unwrap();
    assert_eq!(other.number_agents, 2, "another sender's id is another line");
}

#[tokio::test]
async fn a_key_with_another_body_is_a_conflict() {
    let server = NatsServer::start();
    let link = server.link().await;
    streams(&link).await;
    let gateways = [transcripts(&link).await, transcripts(&link).await];
    let Place { workspace, chat } = &place();
    let key = |body| Some(CommandKey { id: Mark::of(&["k"]), body: Mark::of(&[body]) });
    let first = Line { key: key("a"), ..line("agent1", "1") };
    let said = gateways[0].say(workspace, chat, first.clone()).await.unwrap();
    assert_eq!(gateways[1].say(workspace, chat, first).await.unwrap(), said);
    let other = Line { key: key("b"), ..line("agent1", "2") };
    let refused = gateways[1].say(workspace, chat, other).await.unwrap_err();
    assert_eq!(refused.code, Code::Conflict);
}

#[tokio::test]
async fn after_the_seal_the_chat_is_closed() {
    let server = NatsServer::start();
    let link = server.link().await;
    streams(&link).await;
    let (leader, gateway) = (transcripts(&link).await, transcripts(&link).await);
    let Place { workspace, chat } = &place();
    let before = gateway.say(workspace, chat, line("agent1", "1")).await.unwrap();
    republish(&link, false).await;
    let held = gateway.open(workspace, chat).await.unwrap();
    let seal = Line { seals: true, ..line("system", "ended") };
    leader.append(workspace, chat, &Record::Line(seal)).await.unwrap();
    // This gateway does not know of the seal yet: its line is stored and does not count.
    let late = gateway.say(workspace, chat, line("agent1", "2")).await.unwrap_err();
    assert_eq!(late.code, Code::ChatClosed);
    assert!(held.sealed());
    assert_eq!(held.last(Audience::Agents), 2);
    let later = gateway.say(workspace, chat, line("agent1", "3")).await.unwrap_err();
    assert_eq!(later.code, Code::ChatClosed);
    let repeat = gateway.say(workspace, chat, line("agent1", "1")).await.unwrap();
    assert_eq!(repeat, before, "what was said before the seal stays said");
}

#[tokio::test]
async fn long_transcripts_load_in_pages_and_without_direct_reads_too() {
    let server = NatsServer::start();
    let link = server.link().await;
    streams(&link).await;
    let writer = transcripts(&link).await;
    let Place { workspace, chat } = &place();
    let other = ChatId::new("cht_2");
    for i in 0..600 {
        let record = Record::Line(line("agent1", &i.to_string()));
        writer.append(workspace, chat, &record).await.unwrap();
        if i % 7 == 0 {
            writer.append(workspace, &other, &record).await.unwrap();
        }
    }
    let read = transcripts(&link).await.open(workspace, chat).await.unwrap();
    assert_eq!(read.last(Audience::Customer), 600);
    let js = link.jetstream(PATIENCE);
    let mut stream = js.get_stream("baton-transcripts-0").await.unwrap();
    let config = Config { allow_direct: false, ..stream.info().await.unwrap().config.clone() };
    js.update_stream(config).await.unwrap();
    let slow = transcripts(&link).await.open(workspace, &other).await.unwrap();
    assert_eq!(slow.last(Audience::Customer), 86);
}

#[tokio::test]
async fn a_restart_of_the_broker_loses_nothing() {
    let mut server = NatsServer::start();
    let (link, other) = (server.link().await, server.link().await);
    streams(&link).await;
    let (reader, writer) = (transcripts(&link).await, transcripts(&other).await);
    let Place { workspace, chat } = &place();
    let read = reader.open(workspace, chat).await.unwrap();
    writer.say(workspace, chat, line("agent1", "1")).await.unwrap();
    server.kill();
    let gone = reader.open(workspace, chat).await.map(|_| ()).unwrap_err();
    assert_eq!(gone.code, Code::Unavailable);
    server.restart();
    for own in ["2", "3"] {
        // The writer may not be connected again yet: it goes on trying.
        writer.append(workspace, chat, &Record::Line(line("agent1", own))).await.unwrap();
    }
    let heard = lines(&read, 3).await;
    assert_eq!(heard, writer.open(workspace, chat).await.unwrap().lines(Audience::Agents, 0, 9));
}

#[tokio::test]
async fn a_transcript_that_nobody_holds_is_forgotten() {
    let server = NatsServer::start();
    let link = server.link().await;
    streams(&link).await;
    let gateway = transcripts(&link).await;
    let Place { workspace, chat } = &place();
    let first = gateway.open(workspace, chat).await.unwrap();
    let second = gateway.open(workspace, chat).await.unwrap();
    assert!(Arc::ptr_eq(&first, &second), "those who read at the same time share it");
    drop(first);
    assert_eq!(gateway.0.held(), 1);
    drop(second);
    assert_eq!(gateway.0.held(), 1, "it was lately used");
    gateway.0.let_go();
    let again = gateway.at_hand(workspace, chat).await.unwrap();
    drop(again);
    gateway.0.let_go();
    assert_eq!(gateway.0.held(), 1, "used since the last turn");
    gateway.0.let_go();
    assert_eq!(gateway.0.held(), 0);
}

#[tokio::test]
async fn without_streams_everything_is_unavailable() {
    let server = NatsServer::start();
    let link = server.link().await;
    let gateway = transcripts(&link).await;
    let Place { workspace, chat } = &place();
    let refused = gateway.open(workspace, chat).await.map(|_| ()).unwrap_err();
    assert_eq!(refused.code, Code::Unavailable);
    streams(&link).await;
    assert!(gateway.open(workspace, chat).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_killed_leader_of_a_replicated_stream_loses_nothing() {
    let mut cluster = NatsCluster::start().await;
    let (link, other) = (cluster.link().await, cluster.link().await);
    let wanted = Wanted { shard: 0, shards: 1, replicas: 3 };
    ensure_streams(&link.jetstream(PATIENCE), wanted).await.unwrap();
    let (reader, writer) = (transcripts(&link).await, transcripts(&other).await);
    let Place { workspace, chat } = &place();
    let read = reader.open(workspace, chat).await.unwrap();
    for i in 0..20 {
        writer.say(workspace, chat, line("agent1", &i.to_string())).await.unwrap();
    }
    let stream = link.jetstream(PATIENCE).get_stream("baton-transcripts-0").await.unwrap();
    let leader = stream.cached_info().cluster.clone().and_then(|cluster| cluster.leader);
    let leader = cluster.node_named(&leader.unwrap()).unwrap();
    let saying = tokio::spawn({
        let (writer, workspace, chat) = (writer.clone(), workspace.clone(), chat.clone());
        async move {
            for i in 20..60 {
                // A repeat is the same line: what was not known to be stored is said again.
                let said = line("agent1", &i.to_string());
                while writer.say(&workspace, &chat, said.clone()).await.is_err() {}
            }
        }
    });
    cluster.kill(leader);
    saying.await.unwrap();
    let heard = lines(&read, 60).await;
    let own: Vec<_> = heard.iter().map(|heard| heard.line.client_id.clone().unwrap()).collect();
    assert_eq!(own, (0..60).map(|i| i.to_string()).collect::<Vec<_>>());
    let loaded = transcripts(&other).await.open(workspace, chat).await.unwrap();
    assert_eq!(loaded.lines(Audience::Agents, 0, 99), heard);
}
