//! Queues' lives as people meet them: closed by hours, talking to those who wait, closing with
//! chats in them; and a supervisor who gives a chat to somebody else.

use std::time::{SystemTime, UNIX_EPOCH};

use baton_client::HEALED;
use baton_common::time::{Span, Timestamp};
use baton_e2e::{Scene, merge, until};
use serde_json::{Value, json};

/// Every day, all day, but today and its neighbours.
fn closed_today() -> Value {
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970");
    let now =
        Timestamp(i64::try_from(since.as_millis()).expect("it is before the year 292 million"));
    let day = Span::seconds(24 * 3_600);
    let date = |at: Timestamp| json!({"date": at.to_string()[..10]});
    json!({"weekly": [{"days": days, "from": "00:00", "to": "24:00"}],
        "exceptions": [date(now - day), date(now), date(now + day)]})
}

async fn row(scene: &Scene, queue: &str) -> Value {
    scene.lead().get(&format!("/v1/queues/{queue}")).await.ok(200)
}

/// Publishes the newest configuration with changes.
async fn change(scene: &Scene, patch: Value) {
    let mut config = scene.admin().get("/v1/config").await.ok(200);
    merge(&mut config, patch);
    scene.admin().put("/v1/config", &config).await.ok(200);
}

#[tokio::test]
async fn a_closed_queue_says_so_in_its_own_words() {
    let scene = Scene::with(json!({
        "hours": {"office": closed_today()},
        "queues": {"sales": {"hours": "office", "messages":
            {"closed": {"en": "We are back tomorrow.", "de": "Morgen sind wir wieder da."}}}},
    }))
    .await;
    assert_eq!(row(&scene, "sales").await["open"], false);
    let start = scene.order(json!({"attributes": {"language": "de-AT"}}));
    let refused = scene.http.post("/v1/chats", &start).await.problem("queue_closed");
    assert_eq!(refused["detail"], "Morgen sind wir wieder da.");
    scene.place.counted("deflected_total", &[("queue", "sales"), ("reason", "closed")], 1.0).await;
    let lead = scene.supervisor().await;
    lead.socket.ask("watch", json!({"topics": ["queues"]})).await.ok();
    lead.socket.event("queue.state", |f| f["queue"] == "sales" && f["open"] == false).await;
    change(&scene, json!({"hours": {"office": {"exceptions": null}}})).await;
    // Who watches is told without anybody doing anything.
    lead.socket.event("queue.state", |f| f["queue"] == "sales" && f["open"] == true).await;
    scene.http.post("/v1/chats", &start).await.ok(201);
}

#[tokio::test]
async fn whoever_waits_is_told_how_it_stands() {
    let waiting = json!({"every_s": 1, "text": {"en": "You are number {position}.",
        "de": "Sie sind Nummer {position}."}});
    let scene = Scene::with(json!({"queues": {"sales": {"messages": {"waiting": waiting}}}})).await;
    let first = scene.customer(json!({})).await;
    let second = scene.customer(json!({"attributes": {"language": "de"}})).await;
    let line = first.socket().line("You are number 1.").await["message"].clone();
    assert_eq!((&line["kind"], &line["from"]["role"]), (&json!("auto"), &json!("queue")));
    second.socket().line("Sie sind Nummer 2.").await;
    first.end().await;
    second.socket().line("Sie sind Nummer 1.").await;
}

#[tokio::test]
async fn a_queue_that_closes_passes_its_chats_on() {
    let scene = Scene::with(json!({"queues": {"sales": {"overflow": "french"}}})).await;
    let customer = scene.customer(json!({})).await;
    assert_eq!(customer.started["queue"], "sales");
    change(&scene, json!({"queues": {"sales": {"closed": true}}})).await;
    let moved = scene.chat_until(&customer.chat, "its overflow", |c| c["queue"] == "french").await;
    assert_eq!((&moved["state"], &moved["position"]), (&json!("queued"), &json!(1)));
    let settled = async || (row(&scene, "sales").await["waiting"] == 0).then_some(());
    until("an empty line", HEALED, settled).await;
}

#[tokio::test]
async fn a_supervisor_gives_a_chat_to_another_agent() {
    let scene = Scene::with(json!({"agents": {"ben": {"capacity": 200}}})).await;
    let (customer, anna, ben) = scene.talk_beside_ben().await;
    let lead = scene.supervisor().await;
    let to_ben = json!({"chat_id": customer.chat, "to": {"agent": "ben"}});
    anna.ask("chat.reassign", to_ben.clone()).await.refused("forbidden");
    lead.socket.ask("chat.reassign", to_ben.clone()).await.refused("at_capacity");
    change(&scene, json!({"policies": {"assign_over_capacity": true}})).await;
    let chat = lead.socket.ask("chat.reassign", to_ben).await.ok()["chat"].clone();
    assert_eq!((&chat["state"], &chat["hops"]), (&json!("offered"), &json!(1)));
    let offer = ben.offer().await;
    assert_eq!((&offer["assigned_by"], &offer["over_capacity"]), (&json!("lead"), &json!(true)));
    customer.socket().participant("anna", "removed").await;
    let path = format!("/v1/chats/{}/messages", customer.chat);
    anna.http.get(&path).await.problem("forbidden");
    ben.accept(&offer).await;
    let row = scene.lead().get("/v1/agents/ben").await.ok(200);
    assert_eq!(row["capacity"], json!({"used": 250, "total": 200}));
    // And by HTTP to a queue.
    let to_queue = json!({"type": "chat.reassign", "chat_id": customer.chat,
        "to": {"queue": "billing"}});
    let chat = scene.lead().command(&to_queue).await.ok(200)["chat"].clone();
    assert_eq!((&chat["queue"], &chat["hops"]), (&json!("billing"), &json!(2)));
}
