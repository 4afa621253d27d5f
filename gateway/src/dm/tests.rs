//! Internal chat against a real broker.

use std::time::Duration;

use baton_runtime::nats::{Link, Wanted, ensure_streams};
use baton_runtime::testing::NatsServer;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::*;

const PATIENCE: Duration = Duration::from_secs(30);

async fn dms(link: &Link) -> Dms {
    let transcripts = Transcripts::start(link, 1, CancellationToken::new()).await.unwrap();
    Dms::start(&transcripts)
}

async fn streams(link: &Link) {
    let wanted = Wanted { shard: 0, shards: 1, replicas: 1 };
    ensure_streams(&link.jetstream(PATIENCE), wanted).await.unwrap();
}

async fn send(dms: &Dms, from: &Person, to: &Person, own: &str) -> Dm {
    let workspace = WorkspaceId::new("default");
    dms.send(&workspace, from, to, format!("text {own}"), own.into(), None).await.unwrap()
}

async fn next(feed: &mut mpsc::Receiver<Dm>) -> Dm {
    timeout(PATIENCE, feed.recv()).await.expect("it comes").expect("the feed goes on")
}

fn people() -> (Person, Person, Person) {
    let lead = Person::Supervisor("lead|one two".into());
    (Person::Agent("agent1".into()), Person::Agent("agent2".into()), lead)
}

#[tokio::test]
async fn a_pair_has_one_count_whoever_writes_and_repeats_are_one() {
    let server = NatsServer::start();
    let link = server.link().await;
    streams(&link).await;
    let dms = dms(&link).await;
    let (a, _, lead) = people();
    let first = send(&dms, &a, &lead, "1").await;
    let second = send(&dms, &lead, &a, "1").await;
    assert_eq!((first.seq, second.seq), (1, 2));
    assert_eq!((&second.from, &second.to), (&lead, &a));
    assert!(second.dm_id.starts_with("dm_") && second.dm_id != first.dm_id);
    assert_eq!(send(&dms, &a, &lead, "1").await, first);
    let workspace = WorkspaceId::new("default");
    let whole = dms.history(&workspace, &lead, &a, None, 10).await.unwrap();
    assert_eq!(whole, (vec![first.clone(), second.clone()], 2));
    let newest = dms.history(&workspace, &lead, &a, None, 1).await.unwrap();
    assert_eq!(newest, (vec![second], 2));
    let from_start = dms.history(&workspace, &lead, &a, Some(0), 1).await.unwrap();
    assert_eq!(from_start, (vec![first], 2));
}

#[tokio::test]
async fn the_latest_of_each_colleague_and_of_nobody_else() {
    let server = NatsServer::start();
    let link = server.link().await;
    streams(&link).await;
    let dms = dms(&link).await;
    let (a, b, lead) = people();
    let workspace = WorkspaceId::new("default");
    assert!(dms.latest(&workspace, &a).await.unwrap().is_empty());
    send(&dms, &a, &lead, "1").await;
    let with_lead = send(&dms, &lead, &a, "2").await;
    let with_b = send(&dms, &b, &a, "3").await;
    send(&dms, &b, &lead, "4").await;
    assert_eq!(dms.latest(&workspace, &a).await.unwrap(), [with_lead, with_b]);
    assert!(dms.latest(&WorkspaceId::new("other"), &a).await.unwrap().is_empty());
}

#[tokio::test]
async fn more_colleagues_than_one_question_takes_are_found() {
    let server = NatsServer::start();
    let link = server.link().await;
    streams(&link).await;
    let dms = dms(&link).await;
    let (a, b, _) = people();
    let js = link.jetstream(PATIENCE);
    for i in 0..1_100 {
        let subject = format!("baton.transcripts.0.dm.default.a-agent1.a-x{i}");
        js.publish(subject, "{}".into()).await.unwrap().await.unwrap();
    }
    let sent = send(&dms, &a, &b, "1").await;
    let latest = dms.latest(&WorkspaceId::new("default"), &a).await.unwrap();
    assert_eq!(latest, [sent], "what cannot be read is nobody's");
}

#[tokio::test]
async fn both_follow_and_a_restart_of_the_broker_loses_nothing() {
    let mut server = NatsServer::start();
    let (link, other) = (server.link().await, server.link().await);
    streams(&link).await;
    let (here, there) = (dms(&link).await, dms(&other).await);
    let (a, b, lead) = people();
    let workspace = WorkspaceId::new("default");
    send(&here, &a, &b, "before").await;
    let mut to_a = here.follow(&workspace, &a).await;
    let mut to_b = there.follow(&workspace, &b).await;
    let first = send(&there, &b, &a, "1").await;
    assert_eq!(next(&mut to_a).await, first);
    assert_eq!(next(&mut to_b).await, first, "the writer's other connections hear it too");
    let new_pair = send(&there, &lead, &a, "2").await;
    assert_eq!(next(&mut to_a).await, new_pair);
    server.kill();
    server.restart();
    let (text, own) = ("text 3".to_owned(), "3".into());
    let send_late = async {
        loop {
            let (text, own): (String, SmolStr) = (text.clone(), SmolStr::clone(&own));
            if let Ok(dm) = there.send(&workspace, &b, &a, text, own, None).await {
                return dm;
            }
        }
    };
    let late = timeout(PATIENCE, send_late).await.unwrap();
    assert_eq!(next(&mut to_a).await, late);
    assert_eq!(next(&mut to_b).await, late);
}

#[tokio::test]
async fn customers_have_no_internal_chat() {
    let server = NatsServer::start();
    let link = server.link().await;
    let dms = dms(&link).await;
    let (a, _, _) = people();
    let customer = Person::Customer("cht_1".into());
    let workspace = WorkspaceId::new("default");
    let sent = dms.send(&workspace, &a, &customer, "x".into(), "1".into(), None).await;
    assert_eq!(sent.unwrap_err().code, Code::Forbidden);
}
