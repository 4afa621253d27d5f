//! A chat from start to end: positions, offers and capacity, wrap-up, inactivity, the reopen
//! window, statuses of agents. Transfers are in `transfers`.

use std::time::Duration;

use baton_client::{SOON, transcript};
use baton_common::time::{ApiTime, Span};
use baton_e2e::{Scene, until};
use serde_json::{Value, json};

#[tokio::test]
async fn a_plain_chat_from_greeting_to_close() {
    let scene = Scene::open().await;
    let anna = scene.ready("anna").await;
    let customer = scene.customer(json!({"text": "my printer is on fire"})).await;
    let chat = anna.take().await;
    assert_eq!(chat["chat_id"], customer.chat.as_str());
    customer.say("hello?").await;
    anna.socket.line("hello?").await;
    anna.say(&customer.chat, "have you tried water").await;
    customer.socket().line("have you tried water").await;
    anna.leave(&customer.chat).await;
    anna.complete(&customer.chat).await;
    customer.socket().chat_state("closed").await;
    customer.socket().told("ended").await;
    let lines = transcript(&customer.http, &customer.chat).await;
    let texts: Vec<&str> = lines.iter().filter_map(|line| line["text"].as_str()).collect();
    assert_eq!(texts[0], "my printer is on fire", "the opening text is line 1");
    assert_eq!(texts[1], "Welcome to Sales.", "the greeting follows");
    let kinds: Vec<&str> = lines.iter().filter_map(|line| line["kind"].as_str()).collect();
    assert_eq!(kinds, ["text", "auto", "system", "text", "text", "system", "system"]);
    let changes: Vec<&Value> =
        lines.iter().filter_map(|line| line.pointer("/event/change")).collect();
    assert_eq!(changes, ["connected", "left", "ended"], "ended comes last of all");
    assert_eq!(transcript(&anna.http, &customer.chat).await, lines, "both read the same");
}

#[tokio::test]
async fn positions_count_from_one_and_move_up() {
    let scene = Scene::open().await;
    let mut first = scene.customer(json!({})).await;
    let second = scene.customer(json!({})).await;
    let third = scene.customer(json!({})).await;
    let positions = [&first, &second, &third].map(|c| c.started["position"].clone());
    assert_eq!(positions, [1, 2, 3]);
    assert!(second.started["ewt"].is_null() || second.started["ewt"].is_object());
    first.end().await;
    let moved = |to: u64| move |frame: &Value| frame["position"] == to;
    second.socket().event("chat.position", moved(1)).await;
    third.socket().event("chat.position", moved(2)).await;
    first.vanish();
    // Higher priority goes first whatever the age.
    let urgent = scene.caller(json!({"priority": 9})).await;
    assert_eq!(urgent.started["position"], 1);
    let chat = second.http.get(&format!("/v1/chats/{}", second.chat)).await.ok(200);
    assert_eq!(chat["position"], 2);
}

#[tokio::test]
async fn capacity_is_reserved_while_an_offer_is_pending() {
    let scene = Scene::with(json!({"agents": {"anna": {"capacity": 250}}})).await;
    let anna = scene.ready("anna").await;
    let first = scene.customer(json!({})).await;
    let offer = anna.offer().await;
    let second = scene.customer(json!({})).await;
    assert_eq!(second.started["state"], "queued", "Anna's only slot is reserved");
    let row = anna.row().await;
    assert_eq!(row["capacity"], json!({"used": 250, "total": 250}));
    assert_eq!((&row["activity"], &row["load"]["offered"]), (&json!("offered"), &json!(1)));
    anna.accept(&offer).await;
    anna.leave(&first.chat).await;
    // The wrap-up holds the slot until it is done.
    assert_eq!(anna.row().await["activity"], "wrapup");
    assert_eq!(scene.chat(&second.chat).await["state"], "queued");
    anna.complete(&first.chat).await;
    assert_eq!(anna.take().await["chat_id"], second.chat.as_str());
}

#[tokio::test]
async fn the_longest_idle_agent_with_the_skills_gets_the_chat() {
    let scene = Scene::open().await;
    let anna = scene.ready("anna").await;
    let cleo = scene.ready("cleo").await;
    let ben = scene.ready("ben").await;
    let first = scene.caller(json!({"queue": "billing"})).await;
    assert_eq!(cleo.take().await["chat_id"], first.chat.as_str(), "Anna lacks billing");
    let strict = json!({"queue": "billing", "skills": [{"skill": "billing", "level": 7}]});
    let second = scene.caller(strict).await;
    assert_eq!(ben.take().await["chat_id"], second.chat.as_str(), "only Ben has level 7");
    let third = scene.caller(json!({})).await;
    assert_eq!(anna.take().await["chat_id"], third.chat.as_str(), "Anna is idle longest");
}

#[tokio::test]
async fn a_wrap_up_ends_by_itself_in_time() {
    let scene = Scene::with(json!({"policies": {"wrapup_s": 1}})).await;
    let (customer, anna) = scene.talk().await;
    anna.leave(&customer.chat).await;
    anna.socket.chat_state("closed").await;
    let fields = json!({"chat_id": customer.chat, "disposition": "late"});
    anna.ask("wrapup.complete", fields).await.refused("conflict");
    assert_eq!(anna.row().await["activity"], "idle");
}

#[tokio::test]
async fn a_disposition_at_the_end_leaves_no_wrap_up() {
    let scene = Scene::open().await;
    let (customer, anna) = scene.talk().await;
    let fields = json!({"chat_id": customer.chat, "disposition": "sold", "note": "two of them"});
    let chat = anna.ask("chat.leave", fields).await.ok()["chat"].clone();
    assert_eq!(chat["state"], "closed");
    assert_eq!(anna.row().await["capacity"]["used"], 0);
    let at = &chat["closed"]["at"];
    let note = json!({"at": at, "by": "anna", "kind": "wrapup", "disposition": "sold"});
    let mut kept = chat["notes"].clone();
    assert_eq!(kept[0].as_object_mut().unwrap().remove("text"), Some(json!("two of them")));
    assert_eq!(kept, json!([note]));
}

fn person<'a>(chat: &'a Value, id: &str) -> &'a Value {
    let rows = chat["participants"].as_array().expect("a chat has participants");
    rows.iter().find(|row| row["id"] == id).expect("they are in it")
}

#[tokio::test]
async fn a_wrap_up_says_when_it_ends_by_itself() {
    let scene = Scene::with(json!({"policies": {"wrapup_s": 45}})).await;
    let (customer, anna) = scene.talk().await;
    anna.leave(&customer.chat).await;
    let chat = scene.chat(&customer.chat).await;
    let at = |value: &Value| serde_json::from_value::<ApiTime>(value.clone()).expect("a time").0;
    assert_eq!(person(&chat, "anna")["state"], "wrapup");
    let until = at(&person(&chat, "anna")["wrapup_until"]);
    assert_eq!(until.since(at(&chat["closed"]["at"])), Span::seconds(45));
    let copy = customer.http.get(&format!("/v1/chats/{}", customer.chat)).await.ok(200);
    assert!(!copy.to_string().contains("wrapup_until"), "{copy}");
    anna.ask("wrapup.complete", json!({"chat_id": customer.chat})).await.ok();
    let chat = scene.chat(&customer.chat).await;
    assert_eq!(person(&chat, "anna")["wrapup_until"], Value::Null);
}

#[tokio::test]
async fn a_wrap_up_outlasts_an_invitation_back() {
    let scene = Scene::with(json!({"policies": {"wrapup_s": 45}})).await;
    let (customer, anna, ben) = scene.talk_beside_ben().await;
    anna.add_agent(&customer.chat, "ben").await;
    ben.take().await;
    anna.leave(&customer.chat).await;
    ben.add_agent(&customer.chat, "anna").await;
    anna.offer().await;
    let chat = scene.chat(&customer.chat).await;
    assert_eq!(person(&chat, "anna")["state"], "wrapup");
    assert_eq!(chat["transfer"]["invites"][0]["to"], json!({"agent": "anna"}));
    let fields = json!({"chat_id": customer.chat, "disposition": "sold", "note": "two of them"});
    let chat = anna.ask("wrapup.complete", fields).await.ok()["chat"].clone();
    assert_eq!(chat["notes"][0]["text"], "two of them");
    assert_eq!(person(&chat, "anna")["state"], "invited");
}

fn inactivity(seconds: u64) -> Value {
    json!({
        "policies": {"inactivity_s": seconds},
        "queues": {"sales": {"messages": {"inactivity": "Are you still there?"}}},
    })
}

#[tokio::test]
async fn a_silent_customer_is_warned_and_then_let_go() {
    let scene = Scene::with(inactivity(2)).await;
    let (customer, anna) = scene.talk().await;
    let line = customer.socket().line("Are you still there?").await;
    assert_eq!(line["message"]["kind"], "auto");
    let state = anna.socket.chat_state("wrapup").await;
    assert_eq!(state["closed"]["reason"], "inactivity");
}

#[tokio::test]
async fn a_line_keeps_a_chat_alive() {
    let scene = Scene::with(inactivity(3)).await;
    let (customer, anna) = scene.talk().await;
    // Three warnings are more than the whole time, with a line after each.
    for round in 0..3 {
        customer.socket().turn();
        customer.socket().line("Are you still there?").await;
        customer.say(&format!("still here {round}")).await;
    }
    assert_eq!(scene.chat(&customer.chat).await["state"], "active");
    anna.socket.none("bye");
}

#[tokio::test]
async fn a_customer_who_never_connects_is_gone_after_the_grace() {
    let scene = Scene::with(json!({"policies": {"customer_grace_s": 1}})).await;
    let caller = scene.caller(json!({})).await;
    let closed = |chat: &Value| chat["state"] == "closed";
    let chat = scene.chat_until(&caller.chat, "the end of an unattended call", closed).await;
    assert_eq!(chat["closed"]["reason"], "abandoned");
}

#[tokio::test]
async fn a_customer_who_calls_counts_as_there() {
    let scene = Scene::with(json!({"policies": {"customer_grace_s": 3}})).await;
    let caller = scene.caller(json!({})).await;
    let path = format!("/v1/chats/{}", caller.chat);
    let began = std::time::Instant::now();
    // Each call renews the grace, so that much more than one grace passes without an end.
    let waited = async || {
        assert_eq!(caller.http.get(&path).await.ok(200)["state"], "queued");
        (began.elapsed() > Duration::from_secs(5)).then_some(())
    };
    until("five seconds of polling", SOON, waited).await;
}

#[tokio::test]
async fn a_returning_customer_is_linked_to_the_chat_before() {
    let scene = Scene::open().await;
    let anna = scene.ready("anna").await;
    let first = scene.caller(json!({"customer": {"id": "c-42"}, "text": "once"})).await;
    anna.take().await;
    anna.leave(&first.chat).await;
    anna.complete(&first.chat).await;
    let same = scene.caller(json!({"customer": {"id": "c-42"}})).await;
    let chat = anna.take().await;
    assert_eq!(chat["previous"], first.chat.as_str(), "the same customer.id");
    let earlier = transcript(&anna.http, &first.chat).await;
    assert_eq!(earlier[0]["text"], "once");
    let by_token = baton_client::Customer::start(&first.http, scene.order(json!({}))).await;
    let linked = scene.chat(&by_token.chat).await;
    assert_eq!(linked["previous"], first.chat.as_str(), "an earlier chat's token");
    assert_ne!(same.chat, by_token.chat);
}

#[tokio::test]
async fn a_status_after_work_waits_for_the_work() {
    let scene = Scene::open().await;
    let (customer, anna) = scene.talk().await;
    let fields = json!({"status": "not_ready", "reason": "lunch", "after_work": true});
    let row = anna.ask("agent.status", fields).await.ok()["agent"].clone();
    assert_eq!((&row["status"], &row["next_status"]), (&json!("ready"), &json!("not_ready")));
    let waiting = scene.caller(json!({})).await;
    assert_eq!(waiting.started["state"], "queued", "no offers any more");
    anna.socket.turn();
    anna.leave(&customer.chat).await;
    anna.complete(&customer.chat).await;
    let lunch = |frame: &Value| frame["status"] == "not_ready" && frame["reason"] == "lunch";
    anna.socket.event("agent.state", lunch).await;
    anna.socket.none("offer.new");
    anna.status("ready").await;
    assert_eq!(anna.offer().await["chat"]["chat_id"], waiting.chat.as_str());
}

#[tokio::test]
async fn leaving_ready_revokes_the_offer() {
    let scene = Scene::open().await;
    let anna = scene.ready("anna").await;
    let customer = scene.customer(json!({})).await;
    let offer = anna.offer().await;
    anna.status("not_ready").await;
    let gone = anna.socket.event("offer.gone", |f| f["offer_id"] == offer["offer_id"]).await;
    assert_eq!((&gone["why"], &gone["detail"]), (&json!("revoked"), &json!("agent_not_ready")));
    customer.socket().chat_state("queued").await;
    let late = anna.ask("offer.accept", json!({"offer_id": offer["offer_id"]})).await;
    let error = late.refused("offer_stale");
    assert_eq!((&error["why"], &error["detail"].is_string()), (&json!("revoked"), &true));
}

#[tokio::test]
async fn a_full_queue_and_a_closed_one_refuse_or_pass_on() {
    let scene = Scene::with(json!({"queues": {
        "sales": {"max_length": 1},
        "billing": {"closed": true},
        "french": {"closed": true, "overflow": "sales"},
    }}))
    .await;
    let starts = async |queue: &str| {
        let body = scene.order(json!({"queue": queue}));
        scene.http.post("/v1/chats", &body).await
    };
    starts("billing").await.problem("queue_closed");
    let passed = starts("french").await.ok(201);
    assert_eq!(passed["queue"], "sales", "a closed queue passes on to its overflow");
    starts("sales").await.problem("queue_full");
    starts("nowhere").await.problem("queue_not_found");
    for reason in ["closed", "full", "unknown"] {
        scene.place.counted("deflected_total", &[("reason", reason)], 1.0).await;
    }
}
