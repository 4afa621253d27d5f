//! Lines from mouth to ear: order, numbers, resuming, whispers, marks, and what a leader tells.

use baton_common::words::{ChatState, ParticipantState, Role};
use serde_json::{Value, json};

use crate::house::{House, Socket};

const CHAT: &str = "cht_talk";

async fn say(socket: &mut Socket, n: u64, text: &str, visibility: &str) -> Value {
    let frame = json!({"id": format!("{n}"), "type": "chat.send", "chat_id": CHAT, "text": text,
        "client_id": format!("m-{n}"), "visibility": visibility});
    socket.ask(&frame).await
}

#[tokio::test]
async fn lines_reach_everybody_in_order_and_whispers_no_customer() {
    let (house, leader) = House::led().await;
    leader.has_chat(CHAT, "agent1").await;
    let (mut customer, welcome) = house.welcomed(&house.customer(CHAT), "c").await;
    assert_eq!(welcome["chats"][0]["chat_id"], CHAT);
    assert!(welcome["chats"][0].get("owner").is_none());
    let (mut agent, welcome) = house.welcomed(&house.token(Role::Agent, "agent1"), "a").await;
    assert_eq!(welcome["chats"][0]["owner"], json!({"agent": "agent1"}));
    assert_eq!(say(&mut agent, 1, "one", "all").await["message"]["seq"], 1);
    assert_eq!(say(&mut agent, 2, "psst", "agents").await["message"]["seq"], 2);
    assert_eq!(say(&mut agent, 3, "two", "all").await["message"]["seq"], 3);
    for (seq, text) in [(1, "one"), (2, "two")] {
        let line = customer.event("chat.message").await;
        assert_eq!((&line["seq"], &line["message"]["text"]), (&json!(seq), &json!(text)));
        assert_eq!(line["message"]["from"]["name"], "Agent One");
    }
    let whisper = json!({"id": "9", "type": "chat.send", "chat_id": CHAT, "text": "x",
        "client_id": "w", "visibility": "agents"});
    assert_eq!(customer.ask(&whisper).await["error"]["code"], "forbidden");
    let (_, page) = house
        .call("GET", &format!("/chats/{CHAT}/messages"), Some(&house.customer(CHAT)), None)
        .await;
    assert_eq!((&page["last"], page["messages"].as_array().unwrap().len()), (&json!(2), 2));
    assert!(!page.to_string().contains("psst"));
}

#[tokio::test]
async fn the_same_client_id_is_the_same_line() {
    let (house, leader) = House::led().await;
    leader.has_chat(CHAT, "agent1").await;
    let token = house.customer(CHAT);
    let path = format!("/chats/{CHAT}/messages");
    let body = json!({"text": "once", "client_id": "m-1"});
    let post = || house.call("POST", &path, Some(&token), Some(body.clone()));
    let ((first, a), (_, b)) = (post().await, post().await);
    assert_eq!((first, &a["message_id"], &a["seq"]), (201, &b["message_id"], &b["seq"]));
}

#[tokio::test]
async fn a_reconnected_client_gets_what_it_missed_and_nothing_twice() {
    let (house, leader) = House::led().await;
    leader.has_chat(CHAT, "agent1").await;
    let (mut agent, _) = house.welcomed(&house.token(Role::Agent, "agent1"), "a").await;
    for n in 1..=5 {
        say(&mut agent, n, "x", "all").await;
    }
    let resume = json!({CHAT: 2});
    let (mut customer, welcome) = house.resumed(&house.customer(CHAT), "c", &resume).await;
    assert_eq!(welcome["chats"][0]["seq"], 5);
    say(&mut agent, 6, "x", "all").await;
    for seq in 3..=6 {
        assert_eq!(customer.event("chat.message").await["seq"], seq);
    }
    let (mut ahead, _) = house.resumed(&house.customer(CHAT), "d", &json!({CHAT: 50})).await;
    assert_eq!(ahead.event("resync").await["chats"][0]["seq"], 6);
}

#[tokio::test]
async fn s23_hostile_text_comes_back_byte_for_byte() {
    let (house, leader) = House::led().await;
    leader.has_chat(CHAT, "agent1").await;
    let token = house.customer(CHAT);
    let hostile =
        "<script>alert(1)</script><img src=x onerror=alert(1)>\u{202e}\u{0}\r\n\"'&amp;{{7*7}}";
    let path = format!("/chats/{CHAT}/messages");
    let (mut agent, _) = house.welcomed(&house.token(Role::Agent, "agent1"), "a").await;
    let body = json!({"text": hostile, "client_id": "m-1"});
    let (_, said) = house.call("POST", &path, Some(&token), Some(body)).await;
    assert_eq!(said["text"], hostile);
    assert_eq!(agent.event("chat.message").await["message"]["text"], hostile);
    let response = house.http.get(house.url(&path)).bearer_auth(&token).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let page: Value = response.json().await.unwrap();
    assert_eq!(page["messages"][0]["text"], hostile);
}

#[tokio::test]
async fn typing_and_read_marks_reach_the_others() {
    let (house, leader) = House::led().await;
    leader.has_chat(CHAT, "agent1").await;
    let (mut customer, _) = house.welcomed(&house.customer(CHAT), "c").await;
    let (mut agent, _) = house.welcomed(&house.token(Role::Agent, "agent1"), "a").await;
    customer.send(&json!({"type": "chat.typing", "chat_id": CHAT})).await;
    let typing = agent.event("chat.typing").await;
    assert_eq!((&typing["chat_id"], &typing["from"]["role"]), (&json!(CHAT), &json!("customer")));
    let line = say(&mut customer, 1, "x", "all").await;
    let upto = &line["message"]["message_id"];
    agent.send(&json!({"type": "chat.read", "chat_id": CHAT, "upto": upto})).await;
    let read = customer.event("chat.read").await;
    assert_eq!((&read["upto"], &read["from"]["id"]), (upto, &json!("agent1")));
    let unknown = json!({"id": "2", "type": "chat.read", "chat_id": CHAT, "upto": "msg_none"});
    assert_eq!(agent.ask(&unknown).await["error"]["path"], "upto");
}

#[tokio::test]
async fn news_are_told_once_and_who_left_hears_no_more() {
    let (house, leader) = House::led().await;
    let mut view = leader.has_chat(CHAT, "agent1").await;
    let (mut customer, _) = house.welcomed(&house.customer(CHAT), "c").await;
    let (mut agent, _) = house.welcomed(&house.token(Role::Agent, "agent1"), "a").await;
    view.rev = 5;
    view.participants[1].state = ParticipantState::Wrapup;
    view.state = ChatState::Queued;
    leader.change(view.clone()).await;
    let state = agent.event("chat.state").await;
    assert_eq!((&state["rev"], &state["participants"][1]["state"]), (&json!(5), &json!("wrapup")));
    let state = customer.event("chat.state").await;
    assert_eq!(
        (&state["state"], &state["participants"][1]["state"]),
        (&json!("queued"), &json!("left"))
    );
    assert_eq!(say(&mut customer, 1, "still there?", "all").await["ok"], true);
    let forbidden = say(&mut agent, 1, "x", "all").await;
    assert_eq!(forbidden["error"]["code"], "forbidden");
    // A barrier: what was told before the answer to a ping was told.
    agent.send(&json!({"id": "p", "type": "ping"})).await;
    loop {
        let frame = agent.next().await;
        assert_ne!(frame["type"], "chat.message", "who left gets no lines");
        if frame["re"] == "p" {
            break;
        }
    }
}

#[tokio::test]
async fn lost_continuity_is_repaired_by_telling_everything() {
    let (house, leader) = House::led().await;
    let mut view = leader.has_chat(CHAT, "agent1").await;
    let (mut customer, _) = house.welcomed(&house.customer(CHAT), "c").await;
    view.rev = 9;
    view.hops = 1;
    view.state = ChatState::Queued;
    leader.has_chat("cht_else", "agent2").await;
    leader.lose_a_notice().await;
    let resync = customer.event("resync").await;
    assert_eq!(resync["chats"][0]["chat_id"], CHAT);
    assert_eq!(resync["chats"].as_array().unwrap().len(), 1);
    leader.change(view).await;
    assert_eq!(customer.event("chat.state").await["state"], "queued");
}

#[tokio::test]
async fn talk_goes_on_while_no_router_answers() {
    let (house, leader) = House::led().await;
    leader.has_chat(CHAT, "agent1").await;
    let (mut customer, _) = house.welcomed(&house.customer(CHAT), "c").await;
    let (mut agent, _) = house.welcomed(&house.token(Role::Agent, "agent1"), "a").await;
    leader.stop().await;
    let since = std::time::Instant::now();
    assert_eq!(say(&mut customer, 1, "hello?", "all").await["message"]["seq"], 1);
    assert_eq!(agent.event("chat.message").await["message"]["text"], "hello?");
    assert!(since.elapsed() < std::time::Duration::from_secs(2), "{:?}", since.elapsed());
    let end = json!({"id": "9", "type": "chat.end", "chat_id": CHAT});
    let refused = customer.ask(&end).await;
    assert_eq!(refused["error"]["code"], "unavailable");
    assert!(refused["error"]["retry_after_s"].as_f64().unwrap() > 0.0);
}
