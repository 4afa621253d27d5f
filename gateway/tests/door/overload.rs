//! A leader that is behind: new chats are refused first, then what nobody waits for is dropped,
//! never what people do.

use std::time::Duration;

use baton_common::command::CommandBody;
use baton_common::limits;
use baton_common::subjects;
use baton_common::words::Role;
use baton_runtime::nats::Link;
use futures_util::StreamExt as _;
use serde_json::{Value, json};

use crate::house::{House, PATIENCE, Socket};
use crate::leader::Leader;

/// Whether a chat can be started while the leader says that it is so far behind.
async fn starts(house: &House, leader: &Leader, lag: u64) -> (u16, Value) {
    leader.lag(lag).await;
    house.call("POST", "/chats", None, Some(json!({"text": "hello"}))).await
}

/// Starts until the answer has this status: the leader's word needs a moment.
async fn starts_with(house: &House, leader: &Leader, lag: u64, status: u16) -> Value {
    let until = async {
        loop {
            let (told, answer) = starts(house, leader, lag).await;
            if told == status {
                return answer;
            }
        }
    };
    tokio::time::timeout(PATIENCE, until).await.expect("the leader's lag is heeded")
}

/// Asks while the leader goes on saying that it is so far behind.
async fn ask(leader: &Leader, lag: u64, socket: &mut Socket, frame: Value) -> Value {
    leader.lag(lag).await;
    socket.ask(&frame).await
}

#[tokio::test]
async fn new_chats_are_refused_first_and_what_runs_goes_on() {
    let (house, leader) = House::led().await;
    leader.has_chat("cht_1", "agent1").await;
    let (mut agent, _) = house.welcomed(&house.token(Role::Agent, "agent1"), "a").await;
    let (_customer, _) = house.welcomed(&house.customer("cht_1"), "c").await;
    let signals = signals(&house.server.link().await).await;
    let behind = limits::COMMAND_LAG + 1;
    let refused = starts_with(&house, &leader, behind, 503).await;
    assert_eq!(refused["code"], "unavailable");
    assert!(refused["retry_after_s"].as_f64().unwrap() > 0.0);
    let typing = json!({"id": "1", "type": "chat.typing", "chat_id": "cht_1"});
    assert_eq!(ask(&leader, behind, &mut agent, typing.clone()).await["ok"], true);
    let mut signals = signals;
    let heard = tokio::time::timeout(PATIENCE, signals.next()).await;
    assert!(heard.unwrap().is_some(), "typing is passed on at first");
    starts_with(&house, &leader, 0, 201).await;
}

#[tokio::test]
async fn then_marks_and_hints_are_dropped_and_never_what_people_do() {
    let (house, leader) = House::led().await;
    leader.has_chat("cht_1", "agent1").await;
    let (mut agent, _) = house.welcomed(&house.token(Role::Agent, "agent1"), "a").await;
    let mut signals = signals(&house.server.link().await).await;
    let behind = limits::COMMAND_LAG_ASIDE + 1;
    starts_with(&house, &leader, behind, 503).await;
    let frames = [
        json!({"id": "1", "type": "chat.typing", "chat_id": "cht_1"}),
        json!({"id": "2", "type": "chat.send", "chat_id": "cht_1", "text": "x", "client_id": "1"}),
        json!({"id": "3", "type": "offer.accept", "offer_id": "off_1"}),
    ];
    for frame in frames {
        let answer = ask(&leader, behind, &mut agent, frame.clone()).await;
        assert_eq!(answer["ok"], true, "{frame}: {answer}");
    }
    let customer = house.customer("cht_1");
    leader.lag(behind).await;
    let (status, _) = house.call("POST", "/chats/cht_1/end", Some(&customer), None).await;
    assert_eq!(status, 200, "ending goes on");
    let commands = leader.commands().await;
    let count = |is: fn(&CommandBody) -> bool| commands.iter().filter(|c| is(&c.ask)).count();
    assert_eq!(count(|ask| matches!(ask, CommandBody::AcceptOffer { .. })), 1);
    assert_eq!(count(|ask| matches!(ask, CommandBody::EndChat { .. })), 1);
    assert_eq!(count(|ask| matches!(ask, CommandBody::Spoke { .. })), 0, "hints are dropped");
    let dropped = tokio::time::timeout(Duration::from_millis(300), signals.next()).await;
    assert!(dropped.is_err(), "typing is dropped");
    // Once the leader has caught up, all of it flows again.
    starts_with(&house, &leader, 0, 201).await;
    let typing = json!({"id": "5", "type": "chat.typing", "chat_id": "cht_1"});
    assert_eq!(ask(&leader, 0, &mut agent, typing).await["ok"], true);
    tokio::time::timeout(PATIENCE, signals.next()).await.unwrap().unwrap();
    let metrics = house.admin.metrics().render();
    for what in ["start", "signal", "hint"] {
        let line = metrics
            .lines()
            .find(|line| line.starts_with(&format!("baton_gateway_shed_total{{what=\"{what}\"}}")));
        let count: f64 = line.unwrap().rsplit(' ').next().unwrap().parse().unwrap();
        assert!(count >= 1.0, "{what}: {count}");
    }
}

#[tokio::test]
async fn s10_marks_are_dropped_for_those_who_may_write_and_refused_to_others() {
    let (house, leader) = House::led().await;
    leader.has_chat("cht_1", "agent1").await;
    let (mut stranger, _) = house.welcomed(&house.token(Role::Agent, "agent2"), "b").await;
    let behind = limits::COMMAND_LAG_ASIDE + 1;
    starts_with(&house, &leader, behind, 503).await;
    for (chat, code) in [("cht_1", "forbidden"), ("cht_unknown", "not_found")] {
        for mark in ["chat.typing", "chat.read"] {
            let frame = json!({"id": format!("{chat}{mark}"), "type": mark, "chat_id": chat});
            let answer = ask(&leader, behind, &mut stranger, frame).await;
            assert_eq!(answer["error"]["code"], code, "{mark} in {chat}: {answer}");
        }
    }
}

async fn signals(link: &Link) -> async_nats::Subscriber {
    let subject = subjects::chat_signals(0, &"default".into(), &"cht_1".into());
    let signals = link.client().subscribe(subject).await.unwrap();
    link.jetstream(PATIENCE).query_account().await.unwrap();
    signals
}
