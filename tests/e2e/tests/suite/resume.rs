//! Lines reach every reader once and in order, also over reconnects; whispers stay among agents;
//! tokens are renewed.

use std::time::Duration;

use baton_client::{Agent, Socket, check_socket_lines, same_lines, transcript};
use baton_e2e::{Scene, shape};
use serde_json::{Value, json};

#[tokio::test]
async fn whispers_are_never_delivered_to_customers() {
    let scene = Scene::open().await;
    let (mut customer, anna, ben) = scene.talk_beside_ben().await;
    anna.add_agent(&customer.chat, "ben").await;
    ben.take().await;
    let secret = "he is lying, do not refund";
    anna.say(&customer.chat, "one moment").await;
    let whisper = anna.whisper(&customer.chat, secret).await;
    assert_eq!(whisper["visibility"], "agents");
    ben.socket.line(secret).await;
    ben.say(&customer.chat, "hello, Ben here").await;
    customer.socket().line("hello, Ben here").await;
    let by_http = transcript(&customer.http, &customer.chat).await;
    let whispered = json!({"chat_id": customer.chat, "text": "psst", "client_id": "w-1",
        "visibility": "agents"});
    customer.socket().ask("chat.send", whispered).await.refused("forbidden");
    check_socket_lines(&customer.socket().history);
    same_lines(&customer.socket().history, &by_http);
    let seen = format!("{:?}{by_http:?}", customer.socket().history.all());
    assert!(!seen.contains(secret), "the customer got a whisper: {seen}");
    // Not by a resume from the beginning either, nor in the welcome.
    let base = scene.http.base().to_owned();
    let token = customer.http.token().expect("a customer has a token").to_owned();
    customer.vanish();
    let resume = json!({customer.chat.as_str(): 0});
    let (again, welcome) =
        Socket::resume(&base, &token, "another", resume).await.expect("a customer is welcome");
    again.line("hello, Ben here").await;
    check_socket_lines(&again.history);
    same_lines(&again.history, &by_http);
    let seen = format!("{welcome}{:?}", again.history.all());
    assert!(!seen.contains(secret), "the customer got a whisper: {seen}");
    let agents = transcript(&anna.http, &customer.chat).await;
    assert!(agents.iter().any(|line| line["text"] == secret));
    assert_eq!(agents.len(), by_http.len() + 1, "agents have a count of their own");
}

#[tokio::test]
async fn a_resume_gives_what_was_missed_once() {
    let scene = Scene::open().await;
    let (mut customer, anna) = scene.talk().await;
    for n in 0..5 {
        anna.say(&customer.chat, &format!("before {n}")).await;
    }
    customer.socket().line("before 4").await;
    let last = last_seq(customer.socket());
    let (token, client_id) = (
        customer.http.token().expect("it has one").to_owned(),
        customer.socket().client_id.clone(),
    );
    customer.vanish();
    for n in 0..5 {
        anna.say(&customer.chat, &format!("missed {n}")).await;
    }
    let resume = json!({customer.chat.as_str(): last});
    let resumed = Socket::resume(scene.http.base(), &token, &client_id, resume).await;
    let (socket, _) = resumed.expect("a customer is welcome");
    socket.line("missed 4").await;
    anna.say(&customer.chat, "after").await;
    socket.line("after").await;
    let texts: Vec<String> = texts(&socket);
    let expected: Vec<String> =
        (0..5).map(|n| format!("missed {n}")).chain(["after".into()]).collect();
    assert_eq!(texts, expected, "each once, in order");
    check_socket_lines(&socket.history);
    assert_eq!(socket.history.received_from(0)[1]["seq"], last + 1, "no gap at the seam");
}

#[tokio::test]
async fn every_reader_gets_the_same_lines_in_a_crowd_of_writers() {
    let scene = Scene::open().await;
    let (customer, anna, ben) = scene.talk_beside_ben().await;
    anna.add_agent(&customer.chat, "ben").await;
    ben.take().await;
    let agent_writes = async |agent: &Agent| {
        for n in 0..30 {
            agent.say(&customer.chat, &format!("{} {n}", agent.id)).await;
        }
    };
    let customer_writes = async {
        for n in 0..30 {
            customer.say(&format!("customer {n}")).await;
        }
    };
    tokio::join!(agent_writes(&anna), agent_writes(&ben), customer_writes);
    anna.say(&customer.chat, "the last one").await;
    let lines = transcript(&customer.http, &customer.chat).await;
    assert_eq!(lines.iter().filter(|line| line["kind"] == "text").count(), 91);
    for socket in [customer.socket(), &anna.socket, &ben.socket] {
        socket.line("the last one").await;
        check_socket_lines(&socket.history);
        same_lines(&socket.history, &lines);
    }
}

#[tokio::test]
async fn a_line_is_read_page_by_page() {
    let scene = Scene::open().await;
    let (customer, anna) = scene.talk().await;
    for n in 0..7 {
        anna.say(&customer.chat, &format!("{n}")).await;
    }
    let path = format!("/v1/chats/{}/messages?after=2&limit=3", customer.chat);
    let page = customer.http.get(&path).await.ok(200);
    shape("page_of_messages").check(&page);
    let seqs: Vec<u64> = page["messages"]
        .as_array()
        .expect("a page has messages")
        .iter()
        .filter_map(|line| line["seq"].as_u64())
        .collect();
    assert!(!seqs.is_empty() && seqs.len() <= 3 && seqs[0] == 3, "{seqs:?}");
    assert!(page["last"].as_u64().is_some_and(|last| last >= 9), "the chat's last: {page}");
    let beyond = format!("/v1/chats/{}/messages?limit=501", customer.chat);
    customer.http.get(&beyond).await.problem("invalid");
}

#[tokio::test]
async fn a_customers_token_is_renewed_while_the_chat_lives() {
    let scene = Scene::open().await;
    let (customer, _anna) = scene.talk().await;
    let path = format!("/v1/chats/{}/token", customer.chat);
    let renewed = customer.http.post(&path, &json!({})).await.ok(200);
    shape("token").check(&renewed);
    let token = renewed["token"].as_str().expect("it is a text");
    let answer = customer.socket().ask("token.renew", json!({"token": token})).await.ok();
    assert!(answer["expires_at"].is_string(), "{answer}");
    let other = scene.caller(json!({})).await;
    let foreign = other.http.token().expect("a customer has a token");
    let answer = customer.socket().ask("token.renew", json!({"token": foreign})).await;
    answer.refused("forbidden");
    other.http.post(&path, &json!({})).await.problem("forbidden");
}

#[tokio::test]
async fn an_open_socket_is_prolonged_or_closed() {
    let scene = Scene::open().await;
    let life = Duration::from_secs(3);
    let brief = |sub: &str| scene.minter.brief("agent", sub, &scene.name, life);
    let base = scene.http.base();
    let (prolonged, _) = Socket::connect(base, &brief("anna")).await.expect("it is good yet");
    let (left, _) = Socket::connect(base, &brief("ben")).await.expect("it is good yet");
    let token = scene.token("agent", "anna");
    prolonged.ask("token.renew", json!({"token": token})).await.ok();
    let foreign = json!({"token": scene.token("agent", "ben")});
    prolonged.ask("token.renew", foreign).await.refused("forbidden");
    let within = Duration::from_secs(90);
    let bye = left.expect_event("bye", within, |frame| frame["reason"] == "token_expired").await;
    assert!(bye.get("reconnect_in_s").is_none_or(Value::is_null), "{bye}");
    prolonged.ask("ping", json!({})).await.ok();
}

fn last_seq(socket: &Socket) -> u64 {
    let seqs = socket.history.received_from(0);
    let lines = seqs.iter().filter(|frame| frame["type"] == "chat.message");
    lines.filter_map(|frame| frame["seq"].as_u64()).max().expect("there was a line")
}

fn texts(socket: &Socket) -> Vec<String> {
    let frames = socket.history.received_from(0);
    let lines = frames.iter().filter(|frame| frame["type"] == "chat.message");
    lines.filter_map(|frame| frame["message"]["text"].as_str().map(str::to_owned)).collect()
}
