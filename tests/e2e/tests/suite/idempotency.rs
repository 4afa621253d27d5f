//! The same key gives the same answer and has its effect once: over HTTP, over a reconnect, in a
//! crowd, and after a restart of everything that remembers.

use baton_client::{Customer, SOON, Socket, fresh_key};
use baton_e2e::{Kind, Scene, Stage, until};
use serde_json::{Value, json};

#[tokio::test]
async fn three_hundred_starts_with_one_key_are_one_chat() {
    let scene = Scene::open().await;
    let (key, body) = (fresh_key(), scene.order(json!({"text": "hello"})));
    let starts = (0..300).map(|_| {
        let (http, key, body) = (scene.http.clone(), key.clone(), body.clone());
        tokio::spawn(async move {
            let within = baton_client::HEALED;
            http.post_until_known("/v1/chats", &key, &body, within).await
        })
    });
    let mut chats = Vec::new();
    for start in starts.collect::<Vec<_>>() {
        let reply = start.await.expect("no start panics");
        assert!(matches!(reply.status, 201 | 202), "{}: {}", reply.status, reply.text);
        chats.push(reply.json()["chat_id"].to_string());
    }
    chats.sort();
    chats.dedup();
    assert_eq!(chats.len(), 1, "one key, one chat: {chats:?}");
    let listed = scene.lead().get("/v1/chats").await.ok(200);
    assert_eq!(listed["chats"].as_array().map(Vec::len), Some(1), "{listed}");
    let customer = Customer::of_start(
        &scene.http,
        scene.http.post_keyed("/v1/chats", &key, &body).await.ok(201),
    );
    let greeted = async || {
        let lines = baton_client::transcript(&customer.http, &customer.chat).await;
        lines.iter().any(|line| line["kind"] == "auto").then_some(lines)
    };
    let lines = until("the greeting", SOON, greeted).await;
    let texts: Vec<&Value> = lines.iter().map(|line| &line["text"]).collect();
    assert_eq!(texts, ["hello", "Welcome to Sales."], "each once");
    scene.place.counted("chats_total", &[("workspace", "shop")], 1.0).await;
}

#[tokio::test]
async fn a_start_key_is_checked_and_bound_to_its_body() {
    let scene = Scene::open().await;
    let key = fresh_key();
    let body = scene.order(json!({"text": "one"}));
    let first = scene.http.post_keyed("/v1/chats", &key, &body).await.ok(201);
    let again = scene.http.post_keyed("/v1/chats", &key, &body).await.ok(201);
    assert_eq!(first["chat_id"], again["chat_id"]);
    let other = scene.order(json!({"text": "two"}));
    scene.http.post_keyed("/v1/chats", &key, &other).await.problem("conflict");
    scene.http.post_keyed("/v1/chats", "too-short", &body).await.problem("invalid");
    // Only a key makes two starts one chat.
    let (a, b) = (scene.caller(json!({})).await, scene.caller(json!({})).await);
    assert_ne!(a.chat, b.chat);
}

#[tokio::test]
async fn a_command_by_http_is_done_once() {
    let scene = Scene::open().await;
    let (customer, anna, ben) = scene.talk_beside_ben().await;
    let key = fresh_key();
    let add = json!({"type": "chat.add_agent", "chat_id": customer.chat, "agent": "ben"});
    let first = anna.http.command_keyed(&key, &add).await.ok(200);
    let again = anna.http.command_keyed(&key, &add).await.ok(200);
    assert_eq!(first["invite_id"], again["invite_id"]);
    ben.offer().await;
    let other = json!({"type": "chat.add_agent", "chat_id": customer.chat, "agent": "cleo"});
    anna.http.command_keyed(&key, &other).await.problem("conflict");
    // Another person's key is another key.
    let mine = json!({"type": "ping"});
    ben.http.command_keyed(&key, &mine).await.ok(200);
}

#[tokio::test]
async fn a_line_sent_again_after_a_reconnect_is_one_line() {
    let scene = Scene::open().await;
    let (customer, anna) = scene.talk().await;
    let fields = json!({"chat_id": customer.chat, "text": "once", "client_id": "m-1"});
    let first = anna.socket.ask_as("7", "chat.send", fields.clone()).await.ok();
    let token = scene.token("agent", "anna");
    let client_id = anna.socket.client_id.clone();
    let resumed = Socket::resume(scene.http.base(), &token, &client_id, json!({})).await;
    let (socket, _) = resumed.expect("the newer connection is welcome");
    let again = socket.ask_as("7", "chat.send", fields).await.ok();
    assert_eq!(first["message"], again["message"]);
    let other = json!({"chat_id": customer.chat, "text": "twice", "client_id": "m-2"});
    socket.ask_as("7", "chat.send", other).await.refused("conflict");
    // The client's own id of a line works across keys too.
    let by_http = json!({"text": "once", "client_id": "m-1"});
    let path = format!("/v1/chats/{}/messages", customer.chat);
    let third = anna.http.post(&path, &by_http).await.ok(201);
    assert_eq!(third["message_id"], first["message"]["message_id"]);
    let lines = baton_client::transcript(&customer.http, &customer.chat).await;
    assert_eq!(lines.iter().filter(|line| line["text"] == "once").count(), 1);
}

#[tokio::test]
async fn a_recorded_refusal_is_given_again_after_its_reason_is_gone() {
    let scene = Scene::open().await;
    let (customer, anna) = scene.talk().await;
    let key = fresh_key();
    let add = json!({"type": "chat.add_agent", "chat_id": customer.chat, "agent": "ben"});
    anna.http.command_keyed(&key, &add).await.problem("no_eligible_agent");
    let ben = scene.ready("ben").await;
    anna.http.command_keyed(&key, &add).await.problem("no_eligible_agent");
    anna.http.command_keyed(&fresh_key(), &add).await.ok(200);
    ben.offer().await;
}

#[tokio::test]
async fn keys_survive_a_restart() {
    let mut stage = Stage::start(Kind::One).await;
    let shop = stage.shop(json!({})).await;
    let anna = shop.ready("anna").await;
    let (start, body) = (fresh_key(), shop.order(json!({"text": "hello"})));
    let started = shop.http.post_keyed("/v1/chats", &start, &body).await.ok(201);
    let customer = Customer::of_start(&shop.http, started);
    anna.take().await;
    let ben = shop.ready("ben").await;
    let key = fresh_key();
    let add = json!({"type": "chat.add_agent", "chat_id": customer.chat, "agent": "ben"});
    let invite = anna.http.command_keyed(&key, &add).await.ok(200)["invite_id"].clone();
    let offer = ben.offer().await;
    let cancel = json!({"chat_id": customer.chat, "invite_id": invite});
    anna.ask("chat.cancel_invite", cancel).await.ok();
    ben.socket.event("offer.gone", |frame| frame["offer_id"] == offer["offer_id"]).await;

    stage.kill_routers();
    stage.add_router().await;

    let within = baton_client::HEALED;
    let again = anna.http.post_until_known("/v1/commands", &key, &add, within).await.ok(200);
    assert_eq!(again["invite_id"], invite, "the answer of then, though the invitation is over");
    let chat = shop.chat(&customer.chat).await;
    assert!(chat.get("transfer").is_none_or(Value::is_null), "and no effect now: {chat}");
    let again = shop.http.post_keyed("/v1/chats", &start, &body).await.ok(201);
    assert_eq!(again["chat_id"], customer.chat.as_str());
    let other = shop.order(json!({"text": "other"}));
    shop.http.post_keyed("/v1/chats", &start, &other).await.problem("conflict");
    let other = json!({"type": "chat.add_agent", "chat_id": customer.chat, "agent": "cleo"});
    anna.http.command_keyed(&key, &other).await.problem("conflict");
}
