//! Several routers as processes: what readiness says of a broker that is away, and who goes on when
//! the leader is killed, frozen or stopped. Times are printed; what is asserted is what happens.

#![allow(clippy::print_stdout, reason = "figures are for people, who see them with --no-capture")]

use std::time::{Duration, Instant};

use baton_client::{Agent, Customer, HEALED, Http, SOON, fresh_key};
use baton_e2e::{Broker, Kind, Metrics, Shop, Stage, check_journal, stored, until};
use serde_json::json;

const LEADER: &str = "shard_leader";
const FENCED: &str = "fenced_appends_total";
/// FNV-1a of the workspace's name, by the eight shards that `baton router` makes.
const SHARD: &str = "1";
/// A router that asks its broker every two seconds and hears nothing for five is not ready.
const BROKER_SILENCE: Duration = Duration::from_secs(7);

async fn readiness(stage: &Stage, router: usize) -> u16 {
    Http::new(&stage.routers[router].ready.admin).get("/readyz").await.status
}

/// Until every router is ready, or none is.
async fn all_are(stage: &Stage, status: u16, within: Duration) -> Duration {
    let begun = Instant::now();
    for router in 0..stage.routers.len() {
        let is = async || (readiness(stage, router).await == status).then_some(());
        until(&format!("router {router} is {status}"), within, is).await;
    }
    begun.elapsed()
}

fn server(stage: &mut Stage) -> &mut baton_runtime::testing::NatsServer {
    let Broker::One(server) = &mut stage.broker else { panic!("one server was asked for") };
    server
}

#[tokio::test]
async fn routers_without_their_broker_are_not_ready() {
    let mut stage = Stage::start(Kind::One).await;
    stage.add_router().await;
    all_are(&stage, 200, HEALED).await;
    server(&mut stage).stop();
    let took = all_are(&stage, 503, SOON).await;
    println!("broker stopped: not ready after {took:?}");
    let said = Http::new(&stage.routers[0].ready.admin).get("/readyz").await.text;
    assert!(said.contains("NATS"), "{said}");
    server(&mut stage).restart();
    all_are(&stage, 200, HEALED).await;
    // One that is there and says nothing.
    server(&mut stage).freeze();
    let took = all_are(&stage, 503, BROKER_SILENCE + SOON).await;
    println!("broker frozen: not ready after {took:?}");
    server(&mut stage).thaw();
    all_are(&stage, 200, HEALED).await;
}

async fn metrics(stage: &Stage, router: usize) -> Metrics {
    Metrics::of(&Http::new(&stage.routers[router].ready.admin)).await
}

/// The one of these routers that leads the shop's shard.
async fn leader(stage: &Stage, asked: &[usize]) -> usize {
    until("somebody leads", HEALED, async || {
        for router in asked {
            if metrics(stage, *router).await.sum(LEADER, &[("shard", SHARD)]) > 0.5 {
                return Some(*router);
            }
        }
        None
    })
    .await
}

/// From now until a chat that is started now is offered; the chat is then brought to its end.
async fn assigned(shop: &Shop, agent: &Agent) -> Duration {
    let begun = Instant::now();
    let body = shop.order(json!({"text": "hello"}));
    let reply = shop.http.post_until_known("/v1/chats", &fresh_key(), &body, HEALED).await;
    let customer = Customer::of_start(&shop.http, reply.json());
    let offer = agent.offer_within(HEALED).await;
    let took = begun.elapsed();
    assert_eq!(offer["chat"]["chat_id"], customer.chat.as_str());
    agent.insist("offer.accept", json!({"offer_id": offer["offer_id"]})).await.ok();
    agent.insist("chat.leave", json!({"chat_id": customer.chat})).await.ok();
    let fields = json!({"chat_id": customer.chat, "disposition": "solved"});
    agent.insist("wrapup.complete", fields).await.ok();
    took
}

#[tokio::test]
async fn the_next_router_goes_on_on_one_server() {
    the_next_router_goes_on(Kind::One).await;
}

#[tokio::test]
async fn the_next_router_goes_on_on_three_servers() {
    the_next_router_goes_on(Kind::Three).await;
}

/// The leader is frozen and wakes, the one after it is killed, the one after that stops by plan.
async fn the_next_router_goes_on(kind: Kind) {
    let mut stage = Stage::start(kind).await;
    stage.add_router().await;
    stage.add_router().await;
    let shop = stage.shop(json!({})).await;
    let anna = shop.ready("anna").await;
    assigned(&shop, &anna).await;
    all_are(&stage, 200, HEALED).await;

    let first = leader(&stage, &[0, 1, 2]).await;
    stage.routers[first].process.freeze();
    let took = assigned(&shop, &anna).await;
    println!("leader frozen: next assignment after {took:?}");
    let others: Vec<_> = (0..3).filter(|router| *router != first).collect();
    let second = leader(&stage, &others).await;
    stage.routers[first].process.thaw();
    let fenced = async || (metrics(&stage, first).await.sum(FENCED, &[]) > 0.5).then_some(());
    until("the one that slept is refused", HEALED, fenced).await;
    all_are(&stage, 200, HEALED).await;
    assert_eq!(leader(&stage, &[0, 1, 2]).await, second, "and does not claim the shard back");
    assigned(&shop, &anna).await;

    stage.routers[second].process.kill();
    let took = assigned(&shop, &anna).await;
    println!("leader killed: next assignment after {took:?}");
    let left: Vec<_> = (0..3).filter(|router| *router != second).collect();
    let third = leader(&stage, &left).await;
    assert_ne!(third, first, "the deposed one comes last");

    stage.routers[third].process.signal(nix::sys::signal::Signal::SIGTERM);
    let took = assigned(&shop, &anna).await;
    println!("leader stopped: next assignment after {took:?}");
    assert!(stage.routers[third].process.exited(HEALED).await.success());
    check_journal(&stored(&stage.broker.jetstream().await).await);
}
