//! Frames that break the rules, and connections that end.

use std::time::{Duration, Instant};

use baton_common::command::CommandBody;
use baton_common::ids::ConnectionId;
use baton_common::time::Span;
use baton_common::words::Role;
use baton_gateway::token::wall_clock;
use futures_util::SinkExt as _;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio_tungstenite::MaybeTlsStream;
use tokio_tungstenite::tungstenite::Message;

use crate::house::{House, Socket};
use crate::leader::Leader;

/// A masked frame with a zero mask, as a client sends it.
fn frame(opcode: u8, last: bool, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![(u8::from(last) << 7) | opcode];
    match payload.len() {
        n if n < 126 => bytes.push(0x80 | u8::try_from(n).unwrap()),
        n if n < 65_536 => {
            bytes.push(0x80 | 0x7e);
            bytes.extend(u16::try_from(n).unwrap().to_be_bytes());
        }
        n => {
            bytes.push(0x80 | 0x7f);
            bytes.extend((n as u64).to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes.extend(payload);
    bytes
}

async fn raw(socket: &mut Socket, bytes: &[u8]) {
    let MaybeTlsStream::Plain(stream) = socket.0.get_mut() else {
        panic!("tests use plain connections");
    };
    // The peer may have closed before it has read all of it.
    let _ = stream.write_all(bytes).await;
}

#[tokio::test]
async fn s5_broken_frames_close_with_their_code() {
    let (house, _leader) = House::led().await;
    let token = house.token(Role::Agent, "agent1");
    let large = vec![b' '; 64 * 1_024 + 1];
    let parts: Vec<u8> =
        [frame(1, false, &large[..40_000]), frame(0, true, &large[..40_000])].concat();
    let cases: [(&str, Vec<u8>, u16); 7] = [
        ("too large", frame(1, true, &large), 1009),
        ("too large in parts", parts, 1009),
        ("bad UTF-8", frame(1, true, &[b'"', 0xff, 0xfe]), 1007),
        ("unknown opcode", frame(3, true, b"x"), 1002),
        ("unknown control opcode", frame(11, true, b"x"), 1002),
        ("a part without a beginning", frame(0, true, b"x"), 1002),
        ("binary", frame(2, true, b"{}"), 1003),
    ];
    for welcomed in [false, true] {
        for (what, bytes, code) in &cases {
            let mut socket = if welcomed {
                house.welcomed(&token, &what.replace(' ', "-")).await.0
            } else {
                house.socket().await
            };
            raw(&mut socket, bytes).await;
            let (_, close) = socket.end().await;
            assert_eq!(close, json!(code), "{what}, welcomed: {welcomed}");
        }
    }
}

#[tokio::test]
async fn s5_the_largest_frame_is_taken() {
    let (house, _leader) = House::led().await;
    let (mut socket, _) = house.welcomed(&house.token(Role::Agent, "agent1"), "c").await;
    let mut text = json!({"id": "1", "type": "ping", "x": ""}).to_string();
    let room = 64 * 1_024 - text.len();
    text.insert_str(text.len() - 2, &"x".repeat(room));
    assert_eq!(text.len(), 64 * 1_024);
    socket.0.send(Message::from(text)).await.unwrap();
    let answer = socket.next().await;
    assert_eq!((&answer["re"], &answer["error"]["path"]), (&json!("1"), &json!("x")));
}

#[tokio::test]
async fn s9_an_expired_token_closes_within_five_seconds_and_a_renewed_one_does_not() {
    let (house, _leader) = House::led().await;
    let soon = wall_clock() + Span::seconds(3);
    let token = house.token_until("agent1", soon);
    let (mut ends, _) = house.welcomed(&token, "ends").await;
    let (mut stays, _) = house.welcomed(&token, "stays").await;
    let newer = house.token(Role::Agent, "agent1");
    let renew = json!({"id": "1", "type": "token.renew", "token": newer});
    assert_eq!(stays.ask(&renew).await["ok"], true);
    let since = Instant::now();
    let (bye, code) = ends.end().await;
    assert!(since.elapsed() < Duration::from_secs(8));
    let bye = bye.unwrap();
    assert_eq!((&bye["reason"], &code), (&json!("token_expired"), &json!(1008)));
    assert!(bye.get("reconnect_in_s").is_none());
    assert_eq!(stays.ask(&json!({"id": "2", "type": "ping"})).await["ok"], true);
    let other = house.token(Role::Agent, "agent2");
    let renew = json!({"id": "3", "type": "token.renew", "token": other});
    assert_eq!(stays.ask(&renew).await["error"]["code"], "forbidden");
}

#[tokio::test]
async fn the_newer_connection_of_a_client_replaces_the_older() {
    let (house, leader) = House::led().await;
    let token = house.token(Role::Agent, "agent1");
    let (mut older, _) = house.welcomed(&token, "tab").await;
    let (mut other, _) = house.welcomed(&token, "other tab".replace(' ', "-").as_str()).await;
    let (mut newer, _) = house.welcomed(&token, "tab").await;
    // It reads, so it answers the ping.
    assert_eq!(newer.ask(&json!({"id": "0", "type": "ping"})).await["ok"], true);
    let (bye, code) = older.end().await;
    assert_eq!((&bye.unwrap()["reason"], &code), (&json!("replaced"), &json!(1008)));
    for socket in [&mut other, &mut newer] {
        assert_eq!(socket.ask(&json!({"id": "1", "type": "ping"})).await["ok"], true);
    }
    // The engine hears of the newer one before it hears that the older is gone.
    let commands = leader.commands().await;
    let kinds: Vec<_> = commands.iter().map(|command| format!("{:?}", command.ask)).collect();
    let gone = kinds.iter().position(|kind| kind.starts_with("Disconnected"));
    let there = kinds.iter().take(3).filter(|kind| kind.starts_with("Connected")).count();
    assert!(there == 3 && gone.is_none_or(|at| at >= 3), "{kinds:?}");
}

/// The connections of which it was said that they came, or that they have proved to live.
async fn connected(leader: &Leader, proofs: bool) -> Vec<ConnectionId> {
    let commands = leader.commands().await.into_iter();
    let connected = commands.filter_map(|command| match command.ask {
        CommandBody::Connected { connection, proven, .. } if proven == proofs => Some(connection),
        _ => None,
    });
    connected.collect()
}

const fn is_proof(ask: &CommandBody) -> bool {
    matches!(ask, CommandBody::Connected { proven: true, .. })
}

#[tokio::test]
async fn a_connection_that_does_not_prove_to_live_replaces_nobody() {
    let (house, leader) = House::led().await;
    let token = house.token(Role::Agent, "agent1");
    let (mut older, _) = house.welcomed(&token, "tab").await;
    let (mut newer, _) = house.welcomed(&token, "tab").await;
    // What it sends without reading may have been on its way before its welcome.
    newer.0.send(Message::Pong(bytes::Bytes::new())).await.unwrap();
    newer.send(&json!({"id": "1", "type": "offer.accept", "offer_id": "off_1"})).await;
    leader.asked(|ask| matches!(ask, CommandBody::AcceptOffer { .. })).await;
    assert_eq!(older.ask(&json!({"id": "1", "type": "ping"})).await["ok"], true);
    assert_eq!(connected(&leader, true).await, [], "nothing is proved");
    // Now it reads, the ping first: that is answered.
    assert_eq!(newer.next().await["re"], "1");
    let (bye, _) = older.end().await;
    assert_eq!(bye.unwrap()["reason"], "replaced");
    leader.asked(is_proof).await;
    assert_eq!(connected(&leader, true).await, connected(&leader, false).await[1..]);
}

#[tokio::test]
async fn one_with_rivals_elsewhere_says_once_that_it_lives() {
    let (house, leader) = House::led().await;
    leader.knows_rivals().await;
    let (mut socket, _) = house.welcomed(&house.token(Role::Agent, "agent1"), "tab").await;
    assert_eq!(connected(&leader, true).await, []);
    assert_eq!(socket.ask(&json!({"id": "1", "type": "ping"})).await["ok"], true);
    leader.asked(is_proof).await;
    assert_eq!(connected(&leader, true).await, connected(&leader, false).await);
}

#[tokio::test]
async fn a_gateway_that_stops_says_when_to_come_back() {
    let (house, _leader) = House::led().await;
    let (mut socket, _) = house.welcomed(&house.token(Role::Agent, "agent1"), "c").await;
    assert!(house.admin.readiness().not_ready().is_empty());
    house.shutdown.cancel();
    let (bye, code) = socket.end().await;
    let bye = bye.unwrap();
    assert_eq!((&bye["reason"], &code), (&json!("draining"), &json!(1012)));
    assert!(bye["reconnect_in_s"].as_f64().unwrap() > 0.0);
    house.running.stopped().await;
    assert!(!house.admin.readiness().not_ready().is_empty());
    assert!(tokio::net::TcpStream::connect(house.public).await.is_err());
}

/// How many connections were closed because their clients do not read.
fn slow_closed(house: &House) -> u64 {
    let rendered = house.admin.metrics().render();
    let line = rendered.lines().find(|line| line.starts_with("baton_gateway_slow_closed_total "));
    line.and_then(|line| line.rsplit(' ').next()?.parse().ok()).unwrap_or(0)
}

#[tokio::test]
async fn s8_a_client_that_does_not_read_is_closed_and_holds_nobody_up() {
    let (house, leader) = House::led().await;
    leader.has_chat("cht_slow", "agent1").await;
    let customer = house.customer("cht_slow");
    let mut slow = house.socket_with_room(4_096).await;
    slow.hello(&house.token(Role::Agent, "agent1"), "slow", &json!({})).await;
    let (mut reader, _) = house.welcomed(&customer, "reader").await;
    let before = slow_closed(&house);
    let text = "ü".repeat(10_000);
    let since = Instant::now();
    for n in 0.. {
        let body = json!({"text": text, "client_id": format!("m-{n}")});
        let sent = Instant::now();
        let said = house.call("POST", "/chats/cht_slow/messages", Some(&customer), Some(body));
        if said.await.0 == 201 {
            reader.event("chat.message").await;
            assert!(sent.elapsed() < Duration::from_secs(4), "others wait for who does not read");
        }
        if slow_closed(&house) > before {
            break;
        }
        assert!(since.elapsed() < Duration::from_secs(50), "nobody noticed after {n} lines");
    }
    leader.asked(|ask| matches!(ask, CommandBody::Disconnected { .. })).await;
    // It reads in the end, what was on its way, and then why nothing more comes.
    let (bye, code) = slow.end().await;
    let bye = bye.unwrap();
    assert_eq!((&bye["reason"], &code), (&json!("slow"), &json!(1013)));
    assert!(bye["reconnect_in_s"].as_f64().unwrap() > 0.0);
}
