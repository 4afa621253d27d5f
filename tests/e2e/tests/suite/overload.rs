//! A shard whose leader is behind: new chats are refused first, while lines are written and chats
//! end; once it has caught up, chats are started again. How a leader counts what waits is left to
//! the router's own tests, and what else a gateway drops to the gateway's.

use std::time::Duration;

use baton_client::{HEALED, Http, fresh_key};
use baton_common::command::{Actor, Command, CommandBody};
use baton_common::frame::{CommandFrame, FrameId};
use baton_common::{hash, limits, subjects};
use baton_e2e::proxy::NatsProxy;
use baton_e2e::{Kind, Metrics, Shop, Stage, check_journal, stored, until};
use serde_json::json;

/// Deployments have so many shards unless told otherwise.
const SHARDS: u16 = 8;
/// Frames that another gateway stores at once, each full.
const FRAMES: u64 = 60;
/// Each way; an append there and back still comes within the time it has.
const DELAY: Duration = Duration::from_millis(200);

/// Stores commands that do no harm, as a busy gateway would.
async fn flood(stage: &Stage, shop: &Shop) {
    let shard = hash::shard_of(&shop.name.as_str().into(), SHARDS);
    let chat = "cht_none";
    let hint = Command {
        workspace: shop.name.as_str().into(),
        by: Actor::Customer(chat.into()),
        key: None,
        ask: CommandBody::Spoke { chat: chat.into() },
    };
    let commands = vec![hint; limits::COMMAND_FRAME_COMMANDS];
    let jetstream = stage.broker.jetstream().await;
    for n in 1..=FRAMES {
        let id = FrameId { gateway: "gtw_busy".into(), n };
        let frame = CommandFrame::encode(&id, &commands);
        let sent = jetstream.publish(subjects::commands(shard), frame.into()).await;
        sent.expect("the client is open").await.expect("the frame is stored");
    }
}

#[tokio::test]
async fn new_chats_are_refused_while_the_leader_is_behind_and_what_runs_goes_on() {
    let mut stage = Stage::without_router(Kind::One).await;
    let proxy = NatsProxy::start(&stage.broker.url()).await;
    let router = stage.add_router_at(proxy.url()).await;
    let router = Http::new(&stage.routers[router].ready.admin);
    let shop = stage.shop(json!({})).await;
    let anna = shop.ready("anna").await;
    let customer = shop.customer(json!({"text": "first"})).await;
    anna.take().await;

    proxy.weather(|weather| weather.delay = DELAY);
    flood(&stage, &shop).await;
    let lag = async || Metrics::of(&router).await.sum("shard_command_lag", &[]);
    let behind = f64::from(u32::try_from(limits::COMMAND_LAG).unwrap());
    until("a leader that is behind", HEALED, async || (lag().await > behind).then_some(())).await;
    let refused = async || {
        let body = shop.order(json!({"text": "let me in"}));
        let reply = shop.http.post_keyed("/v1/chats", &fresh_key(), &body).await;
        (reply.status == 503).then(|| reply.problem("unavailable"))
    };
    let refused = until("the refusal of a start", HEALED, refused).await;
    assert_eq!(refused["detail"], "too much is waiting: try again soon");

    let path = format!("/v1/chats/{}/messages", customer.chat);
    let line = json!({"text": "still here", "client_id": fresh_key()});
    customer.http.post_keyed(&path, &fresh_key(), &line).await.ok(201);
    let path = format!("/v1/chats/{}/end", customer.chat);
    let ended = customer.http.post_until_known(&path, &fresh_key(), &json!({}), HEALED).await;
    ended.ok(200);

    proxy.weather(|weather| weather.delay = Duration::ZERO);
    let body = shop.order(json!({"text": "and now?"}));
    let reply = shop.http.post_until_known("/v1/chats", &fresh_key(), &body, HEALED).await;
    assert!(matches!(reply.status, 201 | 202), "{}: {}", reply.status, reply.text);
    until("a leader that has caught up", HEALED, async || (lag().await < 1.0).then_some(())).await;
    let gateway = Metrics::of(&Http::new(&stage.gateways[0].ready.admin)).await;
    assert!(gateway.sum("gateway_shed_total", &[("what", "start")]) >= 1.0);
    check_journal(&stored(&stage.broker.jetstream().await).await);
}
