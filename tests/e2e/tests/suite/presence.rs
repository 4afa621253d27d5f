//! Who is there: several tabs, grace and loss, a customer who goes, connections that replace each
//! other, statuses that follow.

use baton_client::{Agent, Socket};
use baton_e2e::Scene;
use serde_json::{Value, json};

#[tokio::test]
async fn connecting_is_logging_in_and_out_again_by_choice() {
    let scene = Scene::open().await;
    let row = scene.lead().get("/v1/agents/anna").await.ok(200);
    assert_eq!(row["status"], "logged_out");
    let anna = scene.present("anna").await;
    let agent = &anna.welcome["agent"];
    assert_eq!((&agent["status"], &agent["reason"]), (&json!("not_ready"), &json!("login")));
    assert_eq!(agent["connectivity"], "online");
    assert_eq!(anna.status("ready").await["status"], "ready");
    assert_eq!(anna.status("logged_out").await["status"], "logged_out");
    let again = scene.present("anna").await;
    assert_eq!(again.welcome["agent"]["status"], "not_ready");
}

#[tokio::test]
async fn tabs_share_one_agent() {
    let scene = Scene::open().await;
    let (customer, anna) = scene.talk().await;
    let second = scene.present("anna").await;
    assert_eq!(second.welcome["agent"]["status"], "ready", "the first tab's status");
    assert_eq!(second.welcome["chats"][0]["chat_id"], customer.chat.as_str());
    anna.say(&customer.chat, "from the first tab").await;
    second.socket.line("from the first tab").await;
    anna.socket.line("from the first tab").await;
    // One tab goes: the agent is still there, and the customer sees nothing.
    customer.socket().turn();
    anna.socket.close().await;
    second.say(&customer.chat, "from the second tab").await;
    customer.socket().line("from the second tab").await;
    customer.socket().none("chat.participant");
    let offer_to = scene.caller(json!({})).await;
    assert_eq!(second.take().await["chat_id"], offer_to.chat.as_str());
}

#[tokio::test]
async fn an_offer_is_taken_once_by_two_tabs() {
    let scene = Scene::open().await;
    let first = scene.ready("anna").await;
    let second = scene.present("anna").await;
    scene.caller(json!({})).await;
    let (offer, same) = tokio::join!(first.offer(), second.offer());
    assert_eq!(offer["offer_id"], same["offer_id"]);
    let (one, other) = tokio::join!(first.accept(&offer), second.accept(&offer));
    assert_eq!(one["chat_id"], other["chat_id"], "again by the same agent: the same");
    for tab in [&first, &second] {
        tab.socket.event("offer.gone", |frame| frame["why"] == "accepted").await;
    }
    assert_eq!(first.row().await["load"]["handling"], 1);
}

#[tokio::test]
async fn a_single_connection_policy_replaces_the_older_one() {
    let scene = Scene::with(json!({"policies": {"single_connection": true}})).await;
    let first = scene.ready("anna").await;
    let second = scene.present("anna").await;
    let bye = first.socket.event("bye", |frame| frame["reason"] == "replaced").await;
    assert!(bye.get("reconnect_in_s").is_none_or(Value::is_null), "without it: stay away");
    assert_eq!(first.socket.ended().await.code, Some(1008));
    assert_eq!(second.row().await["status"], "ready", "the agent never went away");
}

#[tokio::test]
async fn the_same_client_id_replaces_the_older_connection() {
    let scene = Scene::open().await;
    let anna = scene.ready("anna").await;
    let token = scene.token("agent", "anna");
    let client_id = anna.socket.client_id.clone();
    let newer = Socket::resume(scene.http.base(), &token, &client_id, json!({})).await;
    // Held: only a connection that shows itself alive takes the place of another.
    let _newer = newer.expect("the newer connection is welcome");
    anna.socket.event("bye", |frame| frame["reason"] == "replaced").await;
}

#[tokio::test]
async fn a_lost_agent_gets_the_chat_again_only_after_coming_back() {
    let scene = Scene::with(json!({"policies": {"agent_grace_s": 1}})).await;
    let (customer, anna) = scene.talk().await;
    drop(anna.socket);
    customer.socket().chat_state("queued").await;
    let anna = scene.ready("anna").await;
    let offer = anna.offer().await;
    assert_eq!(offer["chat"]["chat_id"], customer.chat.as_str());
    assert_eq!(anna.accept(&offer).await["state"], "active");
}

#[tokio::test]
async fn a_colleague_keeps_the_chat_of_a_lost_agent() {
    let scene = Scene::with(json!({"policies": {"agent_grace_s": 1}})).await;
    let (customer, anna, ben) = scene.talk_beside_ben().await;
    anna.add_agent(&customer.chat, "ben").await;
    ben.take().await;
    drop(anna.socket);
    ben.socket.participant("anna", "lost").await;
    customer.socket().participant("anna", "lost").await;
    let chat = scene.chat(&customer.chat).await;
    assert_eq!((&chat["state"], &chat["owner"]), (&json!("active"), &json!({"agent": "ben"})));
}

#[tokio::test]
async fn a_customer_whose_line_is_cut_may_come_back() {
    let scene = Scene::open().await;
    let (mut customer, anna) = scene.talk().await;
    let id = customer_id(&anna, &customer.chat).await;
    anna.socket.turn();
    customer.vanish();
    anna.socket.participant(&id, "disconnected").await;
    let welcome = customer.connect().await;
    assert_eq!(welcome["chats"][0]["state"], "active");
    anna.socket.participant(&id, "connected").await;
}

#[tokio::test]
async fn a_customer_gone_past_the_grace_has_left() {
    let scene = Scene::with(json!({"policies": {"customer_grace_s": 3}})).await;
    let (mut customer, anna) = scene.talk().await;
    anna.socket.turn();
    customer.vanish();
    let state = anna.socket.chat_state("wrapup").await;
    assert_eq!(state["closed"]["reason"], "customer_left");
}

#[tokio::test]
async fn a_chat_that_nobody_can_take_is_unattended_and_then_orphaned() {
    let policies = json!({"no_agent_wait_s": 3, "unattended_s": 1});
    let scene = Scene::with(json!({"policies": policies})).await;
    let customer = scene.customer(json!({"queue": "french"})).await;
    customer.socket().chat_state("unattended").await;
    let state = customer.socket().chat_state("closed").await;
    assert_eq!(state["closed"]["reason"], "orphaned");
}

#[tokio::test]
async fn a_chat_that_nobody_can_take_overflows() {
    let scene = Scene::with(json!({
        "policies": {"no_agent_wait_s": 1},
        "queues": {"french": {"overflow": "sales"}},
    }))
    .await;
    let customer = scene.customer(json!({"queue": "french"})).await;
    let anna = scene.ready("anna").await;
    let offer = anna.offer().await;
    assert_eq!(offer["chat"]["chat_id"], customer.chat.as_str());
    assert_eq!((&offer["queue"], &offer["origin"]), (&json!("sales"), &json!("overflow")));
}

#[tokio::test]
async fn a_gateway_that_stops_says_so_and_asks_back() {
    let mut scene = Scene::open().await;
    let anna = scene.ready("anna").await;
    scene.place.process.signal(nix::sys::signal::Signal::SIGTERM);
    let bye = anna.socket.event("bye", |frame| frame["reason"] == "draining").await;
    assert!(bye["reconnect_in_s"].is_number(), "{bye}");
    assert_eq!(anna.socket.ended().await.code, Some(1012));
    scene.place.process.stop().await;
}

async fn customer_id(agent: &Agent, chat: &str) -> String {
    let chat = agent.http.get(&format!("/v1/chats/{chat}")).await.ok(200);
    let rows = chat["participants"].as_array().expect("a chat has participants");
    let row = rows.iter().find(|row| row["role"] == "customer").expect("one is the customer");
    row["id"].as_str().expect("it has an id").to_owned()
}
