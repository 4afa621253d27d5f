//! Before a connection has proved anything: origins, first frames, compression, headers, rates.

use std::time::{Duration, Instant};

use baton_common::ask::Ask;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::house::{House, PATIENCE};

const KEYS: &str = "connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
    sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// The head of the answer to a bare upgrade request.
async fn upgrade(house: &House, headers: &str) -> String {
    let host = house.public;
    exchange(house, &format!("GET /v1/ws HTTP/1.1\r\nhost: {host}\r\n{KEYS}{headers}\r\n")).await
}

async fn exchange(house: &House, request: &str) -> String {
    let mut stream = TcpStream::connect(house.public).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let mut byte = [0];
        match tokio::time::timeout(PATIENCE, stream.read(&mut byte)).await.unwrap() {
            Ok(1) => head.push(byte[0]),
            _ => break,
        }
    }
    String::from_utf8(head).unwrap().to_lowercase()
}

#[tokio::test]
async fn s2_only_listed_origins_are_upgraded() {
    let (house, _leader) = House::led().await;
    let own = format!("origin: http://{}\r\n", house.public);
    for good in [own.as_str(), "origin: https://shop.example\r\n"] {
        let head = upgrade(&house, good).await;
        assert!(head.starts_with("http/1.1 101"), "{good}: {head}");
    }
    for bad in [
        "",
        "origin: null\r\n",
        "origin: https://evil.example\r\n",
        "origin: https://shop.example.evil.example\r\n",
        "origin: https://evilshop.example\r\n",
        "origin: http://shop.example\r\n",
    ] {
        let head = upgrade(&house, bad).await;
        assert!(head.starts_with("http/1.1 403"), "{bad}: {head}");
    }
}

#[tokio::test]
async fn s4_nothing_is_compressed() {
    let house = House::empty().await;
    let headers = format!(
        "origin: http://{}\r\nsec-websocket-extensions: permessage-deflate\r\n",
        house.public
    );
    let head = upgrade(&house, &headers).await;
    assert!(head.starts_with("http/1.1 101"), "{head}");
    assert!(!head.contains("extensions") && !head.contains("content-encoding"), "{head}");
}

#[tokio::test]
async fn s3_nothing_is_done_before_hello() {
    let (house, leader) = House::led().await;
    let mut silent = house.socket().await;
    let since = Instant::now();
    let mut eager = house.socket().await;
    eager.send(&json!({"id": "1", "type": "ping"})).await;
    let (bye, code) = eager.end().await;
    let bye = bye.unwrap();
    assert_eq!(
        (&bye["reason"], &bye["code"], &code),
        (&json!("invalid"), &json!("invalid"), &json!(1008))
    );
    assert!(bye.get("reconnect_in_s").is_none());
    let (bye, code) = silent.end().await;
    assert_eq!((&bye.unwrap()["code"], &code), (&json!("unauthenticated"), &json!(1008)));
    let waited = since.elapsed();
    assert!(
        waited >= Duration::from_millis(4_500) && waited < Duration::from_secs(8),
        "{waited:?}"
    );
    assert!(leader.commands().await.is_empty());
}

#[tokio::test]
async fn s12_a_hello_without_a_good_token_is_told_why() {
    let (house, _leader) = House::led().await;
    let expired = house.token_until("agent1", baton_gateway::token::wall_clock());
    let unknown = house.token(baton_common::words::Role::Agent, "nobody");
    for (token, reason, code) in [
        ("x.y.z", "invalid", "unauthenticated"),
        (expired.as_str(), "token_expired", "unauthenticated"),
        (unknown.as_str(), "invalid", "agent_not_found"),
    ] {
        let mut socket = house.socket().await;
        socket.send(&json!({"type": "hello", "token": token, "client_id": "c"})).await;
        let (bye, close) = socket.end().await;
        let bye = bye.unwrap();
        assert_eq!((&bye["reason"], &bye["code"]), (&json!(reason), &json!(code)));
        assert_eq!(close, 1008);
    }
}

#[tokio::test]
async fn without_a_router_a_hello_is_told_to_come_back() {
    let house = House::empty().await;
    let mut socket = house.socket().await;
    let token = house.token(baton_common::words::Role::Agent, "agent1");
    socket.send(&json!({"type": "hello", "token": token, "client_id": "c"})).await;
    let (bye, code) = socket.end().await;
    let bye = bye.unwrap();
    assert_eq!((&bye["reason"], &code), (&json!("unavailable"), &json!(1013)));
    assert!(bye["reconnect_in_s"].as_f64().unwrap() > 0.0);
}

#[tokio::test]
async fn s6_headers_are_bounded_in_number_and_size() {
    let house = House::empty().await;
    let request = |headers: &str| format!("GET /v1/queues HTTP/1.1\r\nhost: x\r\n{headers}\r\n");
    let many: String = (0..100).map(|n| format!("x-{n}: 1\r\n")).collect();
    assert!(exchange(&house, &request(&many)).await.starts_with("http/1.1 431"));
    let large = format!("x-large: {}\r\n", "x".repeat(32 * 1_024));
    assert!(exchange(&house, &request(&large)).await.starts_with("http/1.1 431"));
    assert!(exchange(&house, &request("")).await.starts_with("http/1.1 401"));
}

#[tokio::test]
async fn s6_a_request_that_drips_is_cut_off() {
    let house = House::empty().await;
    let mut stream = TcpStream::connect(house.public).await.unwrap();
    stream.write_all(b"GET /v1/queues HTTP/1.1\r\nhost: x\r\n").await.unwrap();
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut rest)).await;
    assert!(ended.is_ok(), "the connection is still open");
    assert!(!rest.starts_with(b"HTTP/1.1 2"));
}

#[tokio::test]
async fn s6_half_open_connections_are_bounded_per_address() {
    let house = House::strict().await;
    let mut held = Vec::new();
    for _ in 0..baton_common::limits::HALF_OPEN {
        held.push(TcpStream::connect(house.public).await.unwrap());
    }
    let mut refused = false;
    for _ in 0..20 {
        let mut one_more = TcpStream::connect(house.public).await.unwrap();
        let mut byte = [0];
        let read = tokio::time::timeout(Duration::from_millis(250), one_more.read(&mut byte)).await;
        if matches!(read, Ok(Ok(0) | Err(_))) {
            refused = true;
            break;
        }
        held.push(one_more);
    }
    assert!(refused, "{} idle connections of one address are open", held.len());
    drop(held);
    let token = house.token(baton_common::words::Role::Agent, "agent1");
    let served = async {
        loop {
            let call = house.http.get(house.url("/config")).bearer_auth(&token).send().await;
            if call.is_ok_and(|response| response.status() == 403) {
                return;
            }
        }
    };
    tokio::time::timeout(PATIENCE, served).await.expect("the address is served again");
}

#[tokio::test]
async fn s6_who_has_proved_who_they_are_is_not_half_open() {
    // Nobody leads: every hello waits for seconds.
    let house = House::strict().await;
    let token = house.token(baton_common::words::Role::Agent, "agent1");
    let mut held = Vec::new();
    for n in 0..baton_common::limits::HALF_OPEN {
        let mut socket = house.socket().await;
        let client_id = format!("c-{n}");
        let hello = json!({"type": "hello", "token": token, "client_id": client_id});
        socket.send(&hello).await;
        held.push(socket);
    }
    let own = format!("http://{}", house.public);
    let opened = async {
        while house.socket_from(&own).await.is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let opened = tokio::time::timeout(Duration::from_secs(5), opened).await;
    opened.expect("another one is let in while the others wait");
}

#[tokio::test]
async fn s2_a_page_that_cannot_be_judged_is_told_to_come_back() {
    let (house, leader) = House::led().await;
    leader.stays_silent(Some(|ask| matches!(ask, Ask::Config { .. }))).await;
    let token = house.token(baton_common::words::Role::Agent, "agent1");
    let listed = "https://shop.example";
    let mut page = house.socket_from(listed).await.unwrap();
    page.send(&json!({"type": "hello", "token": token, "client_id": "c"})).await;
    let bye = page.next().await;
    assert_eq!((&bye["type"], &bye["reason"]), (&json!("bye"), &json!("unavailable")));
    assert_eq!(page.end().await.1, json!(1013));
    assert!(bye["reconnect_in_s"].as_f64().unwrap() > 0.0);
    assert!(leader.commands().await.is_empty(), "nothing was done for it");
    // Baton's own pages need no list.
    house.welcomed(&token, "own").await;
    leader.stays_silent(None).await;
    let mut page = house.socket_from(listed).await.unwrap();
    page.hello(&token, "c", &json!({})).await;
}

#[tokio::test]
async fn s7_an_address_that_asks_too_often_is_told_to_wait() {
    let house = House::strict().await;
    let token = house.token(baton_common::words::Role::Admin, "root");
    let mut limited = None;
    for _ in 0..baton_common::limits::ADDRESS_RATE.1 * 4 {
        let call = house.http.get(house.url("/config?x=1")).bearer_auth(&token);
        let response = call.send().await.unwrap();
        if response.status() == 429 {
            limited = Some(response);
            break;
        }
    }
    let response = limited.expect("the bucket runs dry");
    assert!(response.headers().contains_key("retry-after"));
    let problem: serde_json::Value = response.json().await.unwrap();
    assert_eq!(problem["code"], "rate_limited");
    assert!(problem["retry_after_s"].as_f64().unwrap() > 0.0);
}
