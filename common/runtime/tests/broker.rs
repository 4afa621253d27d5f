//! The NATS helpers against a real server: streams, refusals, and what answers to appends mean.
//! Leaves the journal protocol itself to the router's tests.

use std::time::Duration;

use async_nats::header::HeaderMap;
use async_nats::jetstream::Context;
use async_nats::jetstream::stream::{Config, DiscardPolicy};
use baton_common::subjects;
use baton_runtime::nats::{
    AppendOutcome, Conflict, Wanted, append_outcome, ensure_snapshots, ensure_streams,
};
use baton_runtime::testing::NatsServer;

const ONE: Wanted = Wanted { shard: 0, shards: 1, replicas: 1 };

async fn jetstream(server: &NatsServer) -> Context {
    server.link().await.jetstream(Duration::from_millis(500))
}

async fn append(jetstream: &Context, id: &str, expected: u64) -> AppendOutcome {
    let mut headers = HeaderMap::new();
    headers.insert("Nats-Msg-Id", id);
    headers.insert(subjects::EXPECTED_LAST_SEQUENCE, expected.to_string());
    headers.insert(subjects::EXPECTED_STREAM, subjects::journal_stream(0));
    let sent = jetstream.publish_with_headers(subjects::journal(0), headers, "x".into()).await;
    match sent {
        Ok(ack) => append_outcome(ack.await),
        Err(error) => append_outcome(Err(error)),
    }
}

#[tokio::test]
async fn streams_are_made_once_and_checked_later() {
    let server = NatsServer::start();
    let jetstream = jetstream(&server).await;
    let (first, second) =
        tokio::join!(ensure_streams(&jetstream, ONE), ensure_streams(&jetstream, ONE));
    first.unwrap();
    second.unwrap();
    ensure_streams(&jetstream, ONE).await.unwrap();
    ensure_snapshots(&jetstream, 1).await.unwrap();
    ensure_snapshots(&jetstream, 1).await.unwrap();
    let journal = jetstream.get_stream("baton-journal-0").await.unwrap();
    let config = &journal.cached_info().config;
    assert!(config.deny_delete && !config.allow_direct);
    assert_eq!(config.discard, DiscardPolicy::New);
    assert_eq!(config.duplicate_window, Duration::from_mins(2));
}

#[tokio::test]
async fn a_differing_stream_is_named_with_its_setting() {
    let server = NatsServer::start();
    let jetstream = jetstream(&server).await;
    let foreign = Config {
        name: "baton-commands-0".into(),
        subjects: vec!["baton.commands.0".into()],
        ..Config::default()
    };
    jetstream.create_stream(foreign).await.unwrap();
    let error = ensure_streams(&jetstream, ONE).await.unwrap_err().to_string();
    assert!(error.contains("baton-commands-0 has discard = Old"), "{error}");
}

#[tokio::test]
async fn another_shard_count_is_refused_with_the_right_one() {
    let server = NatsServer::start();
    let jetstream = jetstream(&server).await;
    ensure_streams(&jetstream, Wanted { shards: 8, ..ONE }).await.unwrap();
    let error = ensure_streams(&jetstream, ONE).await.unwrap_err().to_string();
    assert!(error.contains("created for 8 shards") && error.contains("--shards 8"), "{error}");
}

#[tokio::test]
async fn more_replicas_than_servers_are_refused_at_once() {
    let server = NatsServer::start();
    let jetstream = jetstream(&server).await;
    let error = ensure_streams(&jetstream, Wanted { replicas: 3, ..ONE }).await.unwrap_err();
    assert!(error.to_string().contains("baton-journal-0"), "{error}");
}

#[tokio::test]
async fn appends_are_fenced_by_the_expected_sequence() {
    let server = NatsServer::start();
    let jetstream = jetstream(&server).await;
    ensure_streams(&jetstream, ONE).await.unwrap();
    assert_eq!(append(&jetstream, "a", 0).await, AppendOutcome::Committed(1));
    assert_eq!(append(&jetstream, "b", 1).await, AppendOutcome::Committed(2));
    let conflict = append(&jetstream, "c", 1).await;
    assert_eq!(conflict, AppendOutcome::Conflict(Conflict::WrongLastSequence));
    assert_eq!(append(&jetstream, "b", 2).await, AppendOutcome::Duplicate(2));
}

#[tokio::test]
async fn silence_is_unknown() {
    let mut server = NatsServer::start();
    let jetstream = jetstream(&server).await;
    assert!(matches!(append(&jetstream, "a", 0).await, AppendOutcome::Unknown(_)));
    ensure_streams(&jetstream, ONE).await.unwrap();
    server.freeze();
    assert!(matches!(append(&jetstream, "a", 0).await, AppendOutcome::Unknown(_)));
    server.thaw();
    server.kill();
    assert!(matches!(append(&jetstream, "a", 0).await, AppendOutcome::Unknown(_)));
}
