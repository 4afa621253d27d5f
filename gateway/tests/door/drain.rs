//! Connections that are let go: because the gateway stops in order, or because a newer one at
//! another gateway took their place.

use std::time::{Duration, Instant};

use baton_common::command::Person;
use baton_common::limits;
use baton_common::words::Role;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::house::{House, PATIENCE, Socket};
use crate::leader::Leader;

/// A frame that only a router answers.
fn accept(id: usize) -> Value {
    json!({"id": id.to_string(), "type": "offer.accept", "offer_id": format!("off_{id}")})
}

#[tokio::test]
async fn a_stopping_gateway_answers_what_was_asked_before_it_lets_go() {
    let (house, leader) = House::led().await;
    leader.has_chat("cht_1", "agent1").await;
    let mut agents = Vec::new();
    for n in 0..20 {
        let token = house.token(Role::Agent, "agent1");
        agents.push(house.welcomed(&token, &format!("tab-{n}")).await.0);
    }
    // The router is away: the answers need the gateway's questions, which nobody answers yet.
    leader.stop().await;
    for socket in &mut agents {
        socket.send(&accept(1)).await;
    }
    let since = Instant::now();
    house.shutdown.cancel();
    // What was asked is decided late: once everybody's turn to be let go has come.
    while tokio::net::TcpStream::connect(house.public).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let client = house.server.link().await.client().clone();
    let later = Leader::start_from_the_first(client, "cht_1", "agent1").await;
    let mut byes = Vec::new();
    for mut socket in agents {
        byes.push(last_words(&mut socket).await);
    }
    for (answered, bye, code) in byes {
        assert!(answered, "the command was answered before the farewell");
        assert_eq!((&bye["reason"], &code), (&json!("draining"), &json!(1012)));
        let again = bye["reconnect_in_s"].as_f64().unwrap();
        assert!((0.1..=0.5).contains(&again), "{again}");
    }
    house.running.stopped().await;
    let most = Duration::from_millis(limits::DRAIN_TIME.0 + limits::DRAIN_LINGER.0);
    assert!(since.elapsed() < most, "{:?}", since.elapsed());
    drop(later);
}

/// Whether the command was answered, the farewell, and the close code.
async fn last_words(socket: &mut Socket) -> (bool, Value, Value) {
    let (mut answered, mut bye) = (false, Value::Null);
    loop {
        let frame = socket.next().await;
        if let Some(code) = frame.get("close") {
            return (answered, bye, code.clone());
        }
        answered |= frame["re"] == "1" && frame["ok"] == true;
        if frame["type"] == "bye" {
            bye = frame;
        }
    }
}

#[tokio::test]
async fn calls_are_served_while_it_drains_and_sockets_are_refused() {
    let (house, leader) = House::led().await;
    leader.has_chat("cht_1", "agent1").await;
    let mut sockets = Vec::new();
    for n in 0..3 {
        let token = house.token(Role::Agent, "agent1");
        sockets.push(house.welcomed(&token, &format!("tab-{n}")).await.0);
    }
    // A connection that is kept alive across the beginning of the stop.
    let customer = house.customer("cht_1");
    assert_eq!(house.call("GET", "/chats/cht_1", Some(&customer), None).await.0, 200);
    house.shutdown.cancel();
    let request = house.http.get(house.url("/chats/cht_1")).bearer_auth(&customer);
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["connection"], "close");
    let fresh = reqwest::Client::builder().timeout(PATIENCE).build().unwrap();
    let opening = fresh
        .get(house.url("/ws"))
        .header("origin", format!("http://{}", house.public))
        .header("connection", "upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
    let refused = opening.send().await.unwrap();
    assert_eq!(refused.status(), 503);
    assert!(refused.headers().contains_key("retry-after"));
    let problem: Value = refused.json().await.unwrap();
    assert_eq!(problem["detail"], "this gateway stops: try again");
    let started = fresh.post(house.url("/chats")).json(&json!({"text": "hello"})).send().await;
    assert_eq!(started.unwrap().status(), 201, "new connections are served to the end");
    assert!(house.admin.readiness().not_ready().iter().any(|part| part.reason == "draining"));
    house.running.stopped().await;
    assert!(tokio::net::TcpStream::connect(house.public).await.is_err());
}

#[tokio::test]
async fn a_draining_gateway_is_not_ready_at_once() {
    let house = House::empty().await;
    // A connection for which the stop waits.
    let _open = tokio::net::TcpStream::connect(house.public).await.unwrap();
    let reasons = || house.admin.readiness().not_ready();
    assert_eq!(reasons(), []);
    house.shutdown.cancel();
    tokio::task::yield_now().await;
    assert_eq!(reasons().first().map(|part| part.reason.as_str()), Some("draining"));
}

#[tokio::test]
async fn a_call_that_was_begun_is_finished_after_the_listening_has_ended() {
    let (house, _leader) = House::led().await;
    let body = json!({"text": "hello"}).to_string();
    let (half, rest) = body.split_at(5);
    let mut call = tokio::net::TcpStream::connect(house.public).await.unwrap();
    let head = format!(
        "POST /v1/chats HTTP/1.1\r\nhost: gateway\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{half}",
        body.len()
    );
    call.write_all(head.as_bytes()).await.unwrap();
    house.shutdown.cancel();
    while tokio::net::TcpStream::connect(house.public).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    call.write_all(rest.as_bytes()).await.unwrap();
    let mut answer = String::new();
    tokio::time::timeout(PATIENCE, call.read_to_string(&mut answer)).await.unwrap().unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    house.running.stopped().await;
}

#[tokio::test]
async fn farewells_are_spread() {
    let (house, _leader) = House::led().await;
    let mut sockets = Vec::new();
    for n in 0..40 {
        let token = house.token(Role::Agent, "agent1");
        sockets.push(house.welcomed(&token, &format!("tab-{n}")).await.0);
    }
    house.shutdown.cancel();
    let since = Instant::now();
    let ends = sockets.into_iter().map(|mut socket| async move {
        socket.end().await;
        since.elapsed()
    });
    let ends = futures_util::future::join_all(ends).await;
    let (first, last) = (ends.iter().min().unwrap(), ends.iter().max().unwrap());
    assert!(*last > *first + Duration::from_millis(300), "{first:?} to {last:?}");
}

#[tokio::test]
async fn one_that_was_replaced_at_another_gateway_closes() {
    let (house, leader) = House::led().await;
    let (mut older, _) = house.welcomed(&house.token(Role::Agent, "agent1"), "tab").await;
    let (mut other, _) = house.welcomed(&house.token(Role::Agent, "agent2"), "tab").await;
    leader.replace_all(&Person::Agent("agent1".into())).await;
    let (bye, code) = older.end().await;
    let bye = bye.unwrap();
    assert_eq!((&bye["reason"], &code), (&json!("replaced"), &json!(1008)));
    assert!(bye.get("reconnect_in_s").is_none(), "it stays away");
    assert_eq!(other.ask(&json!({"id": "1", "type": "ping"})).await["ok"], true);
}
