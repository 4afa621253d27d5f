//! Preparing against a real broker with leaders of the tests' own.

use std::time::Duration;

use baton_common::ask::Reply;
use baton_common::command::{Actor, Person};
use baton_common::hash::shard_of;
use baton_common::time::{Span, Timestamp};
use baton_common::view::Position;
use baton_common::{limits, subjects};
use baton_runtime::admin::Registry as Admin;
use baton_runtime::nats::{Wanted, ensure_streams};
use baton_runtime::testing::NatsServer;
use futures_util::StreamExt as _;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::Options;

const PATIENCE: Duration = Duration::from_secs(20);

/// A gateway of two shards that nobody leads.
async fn gateway(server: &NatsServer) -> Gateway {
    let nats = server.link().await;
    for shard in 0..2 {
        let wanted = Wanted { shard, shards: 2, replicas: 1 };
        ensure_streams(&nats.jetstream(PATIENCE), wanted).await.unwrap();
    }
    let options = Options {
        nats,
        shards: 2,
        listen: "127.0.0.1:0".parse().unwrap(),
        secret: crate::testing::secret("a secret for tests, long enough to be one"),
        admin: Admin::new(baton_runtime::metrics::install().unwrap()),
        shutdown: CancellationToken::new(),
        loopback_unlimited: true,
        trusted_proxies: "".parse().unwrap(),
        oidc: None,
    };
    crate::assemble(&options).await.unwrap().0
}

/// Leads a shard in which nobody holds anything.
async fn lead(server: &NatsServer, shard: u16) {
    let link = server.link().await;
    let mut questions = link.client().subscribe(subjects::ask(shard)).await.unwrap();
    link.jetstream(PATIENCE).query_account().await.unwrap();
    tokio::spawn(async move {
        while let Some(question) = questions.next().await {
            let body = Ok(ReplyBody::Welcome(Box::default()));
            let reply = Reply { position: Position { epoch: 1, seq: 1 }, body };
            let payload = serde_json::to_vec(&reply).unwrap().into();
            link.client().publish(question.reply.unwrap(), payload).await.unwrap();
        }
    });
}

/// An agent of some workspace of a shard.
fn caller(shard: u16) -> Caller {
    let names = (0..).map(|n| WorkspaceId::new(format!("workspace{n}")));
    let workspace = names.into_iter().find(|name| shard_of(name, 2) == shard).unwrap();
    let (actor, person) = (Actor::Agent("agent1".into()), Person::Agent("agent1".into()));
    Caller { workspace, actor, person, expires_at: Timestamp(0) + Span::seconds(60) }
}

#[tokio::test]
async fn a_shard_without_a_leader_delays_no_resync_of_another() {
    let server = NatsServer::start();
    let gateway = gateway(&server).await;
    lead(&server, 1).await;
    let mut taken = Vec::new();
    for _ in 0..limits::RESYNCS {
        taken.push(gateway.resyncs.take(0).await);
    }
    let resync = prepare(gateway.clone(), caller(1), Delivery::Resync, None);
    let prepared = tokio::time::timeout(PATIENCE, resync).await;
    assert!(matches!(prepared.expect("it has its turn"), Prepared::Resync(_)));
}
