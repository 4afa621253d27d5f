//! A gateway that is taken for dead although it lives: its pulses do not reach the routers, while
//! its people's sockets, their commands and all that they are told do. Gateways that are really
//! gone, or hang, are in `gateways`.

use baton_client::{HEALED, check_socket_lines, same_lines, transcript};
use baton_e2e::proxy::NatsProxy;
use baton_e2e::{Kind, Shop, Stage, check_journal, stored};
use serde_json::{Value, json};

use crate::gateways::{is, talk};

/// Two gateways, the second behind a proxy: the workspace there, and as all others see it.
async fn two(patch: Value) -> (Stage, NatsProxy, Shop, Shop) {
    let mut stage = Stage::start(Kind::One).await;
    let proxy = NatsProxy::start(&stage.broker.url()).await;
    let gateway = stage.add_gateway_at(proxy.url()).await;
    let elsewhere = stage.shop(patch).await;
    let shop = elsewhere.at(&stage.gateways[gateway].ready.public);
    (stage, proxy, shop, elsewhere)
}

/// Who is connected to a chat, as the routers have it.
fn connected(chat: &Value) -> usize {
    let rows = chat["participants"].as_array().map_or(&[][..], Vec::as_slice);
    rows.iter().filter(|row| row["state"] == "connected").count()
}

#[tokio::test]
async fn whoever_was_taken_for_dead_is_back_with_every_chat() {
    let (stage, proxy, shop, elsewhere) = two(json!({"policies": {"offer_s": 60}})).await;
    let (customer, anna) = talk(&shop).await;
    proxy.mute(true);
    is(&elsewhere, "anna", "grace").await;
    let away = |chat: &Value| connected(chat) == 0;
    elsewhere.chat_until(&customer.chat, "everybody being away", away).await;
    assert!(proxy.muted() > 0, "it fell silent by itself");
    // Those who are held for dead talk on, and nobody new is sent to them.
    customer.say("are you there?").await;
    anna.socket.line("are you there?").await;
    anna.say(&customer.chat, "where else").await;
    customer.socket().line("where else").await;
    let late = elsewhere.caller(json!({})).await;
    assert_eq!(elsewhere.chat(&late.chat).await["state"], "queued");

    proxy.mute(false);
    is(&elsewhere, "anna", "online").await;
    let offer = anna.offer_within(HEALED).await;
    assert_eq!(offer["chat"]["chat_id"], late.chat.as_str(), "she takes work as before");
    anna.accept(&offer).await;
    let back = |chat: &Value| connected(chat) == 2;
    let chat = elsewhere.chat_until(&customer.chat, "everybody being back", back).await;
    assert_eq!((&chat["state"], &chat["owner"]), (&json!("active"), &json!({"agent": "anna"})));
    assert_eq!(elsewhere.chat(&late.chat).await["owner"], json!({"agent": "anna"}));
    let lines = transcript(&customer.http, &customer.chat).await;
    for socket in [customer.socket(), &anna.socket] {
        assert_eq!(socket.history.ended(), None, "sockets stay");
        check_socket_lines(&socket.history);
        same_lines(&socket.history, &lines);
    }
    check_journal(&stored(&stage.broker.jetstream().await).await);
}

/// Both connections live, and nobody can say of either that its client has left it: the engine lets
/// both be, until the person comes once more.
#[tokio::test]
async fn a_false_death_lets_a_second_connection_in_until_the_next_one_comes() {
    let policy = json!({"policies": {"single_connection": true}});
    let (stage, proxy, shop, elsewhere) = two(policy).await;
    let (customer, anna) = talk(&shop).await;
    proxy.mute(true);
    is(&elsewhere, "anna", "grace").await;
    let second = elsewhere.present("anna").await;
    assert_eq!(second.welcome["chats"][0]["chat_id"], customer.chat.as_str());
    is(&elsewhere, "anna", "online").await;

    proxy.mute(false);
    let back = |chat: &Value| connected(chat) == 2;
    elsewhere.chat_until(&customer.chat, "everybody being back", back).await;
    customer.say("whichever you are").await;
    for one in [&anna, &second] {
        one.socket.line("whichever you are").await;
        assert_eq!(one.socket.history.ended(), None, "who lives is not sent away");
        let row = one.row().await;
        assert_eq!((&row["connectivity"], &row["status"]), (&json!("online"), &json!("ready")));
    }

    let third = elsewhere.present("anna").await;
    for one in [&anna, &second] {
        one.socket.event("bye", |frame| frame["reason"] == "replaced").await;
    }
    customer.say("one of you").await;
    third.socket.line("one of you").await;
    let chat = elsewhere.chat(&customer.chat).await;
    assert_eq!((&chat["state"], &chat["owner"]), (&json!("active"), &json!({"agent": "anna"})));
    check_journal(&stored(&stage.broker.jetstream().await).await);
}
