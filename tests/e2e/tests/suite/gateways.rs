//! Several gateways: one is drained, frozen, held for dead; people change from one to another;
//! the broker elects under them. Nobody's request fails for good and no line is lost or doubled.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use async_nats::jetstream::stream::Config;
use baton_client::{
    Agent, Customer, Gateways, HEALED, Happening, Http, Ledger, Session, Socket, Who,
    check_socket_lines, fresh_key, same_lines, start_chat, transcript,
};
use baton_e2e::{Broker, Kind, Shop, Stage, check_journal, stored, until};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

/// A stored line is with everybody within this, whatever happened to its republished copy.
const SHOWN_AGAIN: Duration = Duration::from_secs(10);
/// Between two things that a busy person does.
const PACE: Duration = Duration::from_millis(20);

/// A line that is written however long it takes, once.
async fn write_line(http: &Http, chat: &str, text: &str) {
    let body = json!({"text": text, "client_id": fresh_key()});
    let path = format!("/v1/chats/{chat}/messages");
    http.post_until_known(&path, &fresh_key(), &body, HEALED).await.ok(201);
}

/// The same person at another gateway.
fn at(http: &Http, base: &str) -> Http {
    Http::new(base).with_token(http.token().expect("people have tokens"))
}

/// Two gateways; the address of the second.
async fn two(kind: Kind) -> (Stage, Shop, String) {
    let mut stage = Stage::start(kind).await;
    let shop = stage.shop(json!({"policies": {"offer_s": 60}})).await;
    let second = stage.add_gateway().await;
    let base = stage.gateways[second].ready.public.clone();
    (stage, shop, base)
}

pub(crate) async fn talk(shop: &Shop) -> (Customer, Agent) {
    let anna = shop.ready("anna").await;
    let customer = shop.customer(json!({"text": "hello"})).await;
    anna.take().await;
    (customer, anna)
}

/// How an agent stands with the routers, asked by the second gateway.
pub(crate) async fn is(there: &Shop, agent: &str, connectivity: &str) {
    let lead = there.lead();
    let look = async || {
        let reply = lead.get(&format!("/v1/agents/{agent}")).await;
        (reply.status == 200 && reply.json()["connectivity"] == connectivity).then_some(())
    };
    until(&format!("{agent} being {connectivity}"), HEALED, look).await;
}

#[tokio::test]
async fn a_gateway_that_was_only_frozen_has_everybody_back() {
    let (stage, shop, base) = two(Kind::One).await;
    let there = shop.at(&base);
    let (customer, anna) = talk(&shop).await;
    stage.gateways[0].process.freeze();
    is(&there, "anna", "grace").await;
    write_line(&at(&customer.http, &base), &customer.chat, "while you were away").await;
    stage.gateways[0].process.thaw();
    is(&there, "anna", "online").await;
    for socket in [customer.socket(), &anna.socket] {
        let missed = |frame: &Value| frame["message"]["text"] == "while you were away";
        socket.expect_event("chat.message", HEALED, missed).await;
    }
    anna.say(&customer.chat, "back again").await;
    customer.socket().line("back again").await;
    let late = there.caller(json!({})).await;
    let offer = anna.offer_within(HEALED).await;
    assert_eq!(offer["chat"]["chat_id"], late.chat.as_str(), "she takes work as before");
    let lines = transcript(&customer.http, &customer.chat).await;
    for socket in [customer.socket(), &anna.socket] {
        assert_eq!(socket.history.ended(), None, "sockets stay");
        check_socket_lines(&socket.history);
        same_lines(&socket.history, &lines);
    }
    let chat = there.chat(&customer.chat).await;
    assert_eq!((&chat["state"], &chat["owner"]), (&json!("active"), &json!({"agent": "anna"})));
    check_journal(&stored(&stage.broker.jetstream().await).await);
}

#[tokio::test]
async fn a_client_that_comes_back_elsewhere_replaces_its_older_connection() {
    let (stage, shop, base) = two(Kind::One).await;
    let there = shop.at(&base);
    let (customer, anna) = talk(&shop).await;
    let token = shop.token("agent", "anna");
    let client_id = anna.socket.client_id.clone();
    let newer = Socket::resume(&base, &token, &client_id, json!({})).await;
    let (newer, _) = newer.expect("the newer connection is welcome");
    anna.socket.event("bye", |frame| frame["reason"] == "replaced").await;
    assert_eq!(anna.socket.ended().await.code, Some(1008));
    // Now the newer one's gateway hangs, and she comes back at the first.
    let frozen = &stage.gateways[1].process;
    frozen.freeze();
    let newest = Socket::resume(shop.http.base(), &token, &client_id, json!({})).await;
    let (newest, welcome) = newest.expect("the newest connection is welcome");
    assert_eq!(welcome["chats"][0]["chat_id"], customer.chat.as_str());
    frozen.thaw();
    newer.expect_event("bye", HEALED, |frame| frame["reason"] == "replaced").await;
    customer.say("whoever you are").await;
    newest.line("whoever you are").await;
    is(&there, "anna", "online").await;
    assert_eq!(newest.history.ended(), None, "the newest stays");
}

#[tokio::test]
async fn where_one_connection_is_allowed_it_is_the_newest_at_any_gateway() {
    let mut stage = Stage::start(Kind::One).await;
    let shop = stage.shop(json!({"policies": {"single_connection": true}})).await;
    let second = stage.add_gateway().await;
    let there = shop.at(&stage.gateways[second].ready.public);
    let first = shop.ready("anna").await;
    let second = there.present("anna").await;
    let bye = first.socket.event("bye", |frame| frame["reason"] == "replaced").await;
    assert!(bye.get("reconnect_in_s").is_none_or(Value::is_null), "without it: stay away");
    assert_eq!(second.row().await["status"], "ready", "the agent never went away");
    let third = shop.present("anna").await;
    second.socket.event("bye", |frame| frame["reason"] == "replaced").await;
    assert_eq!(third.row().await["connectivity"], "online");
}

#[tokio::test]
async fn a_line_whose_republished_copy_is_lost_is_shown_within_ten_seconds() {
    let (stage, shop, base) = two(Kind::One).await;
    let (customer, anna) = talk(&shop).await;
    let js = stage.broker.jetstream().await;
    for shard in 0..8 {
        let Ok(mut stream) = js.get_stream(format!("baton-transcripts-{shard}")).await else {
            continue;
        };
        let config = stream.info().await.expect("the stream is there").config.clone();
        js.update_stream(Config { republish: None, ..config }).await.expect("it can be changed");
    }
    write_line(&at(&customer.http, &base), &customer.chat, "swallowed").await;
    let since = Instant::now();
    for socket in [customer.socket(), &anna.socket] {
        let swallowed = |frame: &Value| frame["message"]["text"] == "swallowed";
        let left = SHOWN_AGAIN.saturating_sub(since.elapsed());
        socket.expect_event("chat.message", left, swallowed).await;
    }
    let lines = transcript(&customer.http, &customer.chat).await;
    same_lines(&customer.socket().history, &lines);
}

/// What one session went through.
#[derive(Default)]
struct Went {
    /// The lines it was told, by chat.
    lines: BTreeMap<String, Vec<String>>,
    /// Farewells, each with its reason.
    byes: Vec<String>,
    /// Connections that ended without a farewell.
    unannounced: usize,
    resumed: Vec<Duration>,
}

/// Reads a session to its end and takes every offer.
fn read(session: Session) -> JoinHandle<Went> {
    tokio::spawn(async move {
        let (mut went, mut bye) = (Went::default(), false);
        loop {
            match session.next().await {
                Happening::Event(frame) => hear(&session, &mut went, &frame),
                Happening::Bye(frame) => {
                    bye = true;
                    went.byes.push(frame["reason"].as_str().unwrap_or_default().to_owned());
                }
                Happening::Lost => went.unannounced += usize::from(!std::mem::take(&mut bye)),
                Happening::Resumed { after } => went.resumed.push(after),
                Happening::Ended(_) => return went,
            }
        }
    })
}

fn hear(session: &Session, went: &mut Went, frame: &Value) {
    if frame["type"] == "chat.message" && frame["message"]["kind"] == "text" {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (chat, line) = (text(&frame["chat_id"]), text(&frame["message"]["text"]));
        went.lines.entry(chat).or_default().push(line);
    }
    let listed = frame["offers"].as_array().cloned().unwrap_or_default();
    for offer in listed.iter().chain(frame.get("offer")) {
        let (session, fields) = (session.clone(), json!({"offer_id": offer["offer_id"]}));
        tokio::spawn(async move { session.command("offer.accept", fields).await });
    }
}

/// Writes lines and asks for commands until told to stop; what it said. Nothing may fail.
fn busy(
    session: Session,
    chat: String,
    who: &str,
    stop: Arc<AtomicBool>,
) -> JoinHandle<Vec<String>> {
    let (who, is_agent) = (who.to_owned(), who.starts_with('a'));
    tokio::spawn(async move {
        let mut said = Vec::new();
        while !stop.load(Ordering::Relaxed) {
            let text = format!("{who} {}", said.len());
            let fields = json!({"chat_id": chat, "text": text});
            session.command("chat.send", fields).await.expect("no line fails");
            said.push(text);
            if is_agent {
                let ready = json!({"status": "ready"});
                session.command("agent.status", ready).await.expect("no command fails");
            }
            tokio::time::sleep(PACE).await;
        }
        said
    })
}

/// Somebody with a session that resumes, and what they are told.
struct Somebody {
    session: Session,
    reader: JoinHandle<Went>,
}

impl Somebody {
    async fn open(gateways: &Gateways, who: Who, token: &str, ledger: &Ledger) -> Self {
        let session = Session::open(gateways, who, token, ledger).await.expect("welcome");
        Self { reader: read(session.clone()), session }
    }

    async fn went(self) -> Went {
        self.session.close().await;
        self.reader.await.expect("the session is read to its end")
    }
}

async fn agent(shop: &Shop, id: &str, gateways: &Gateways, ledger: &Ledger) -> Somebody {
    let who = Who::Agent { workspace: shop.name.clone(), id: id.to_owned() };
    let agent = Somebody::open(gateways, who, &shop.token("agent", id), ledger).await;
    let ready = json!({"status": "ready"});
    agent.session.command("agent.status", ready).await.expect("it can be chosen");
    agent
}

#[tokio::test]
async fn a_drained_gateway_fails_nobody() {
    let (mut stage, shop, base) = two(Kind::One).await;
    let gateways = Gateways::new([shop.http.base().to_owned()]);
    let (ledger, stop) = (Ledger::new(), Arc::new(AtomicBool::new(false)));
    let mut people = BTreeMap::new();
    for id in ["anna", "ben", "cleo"] {
        people.insert(id.to_owned(), agent(&shop, id, &gateways, &ledger).await);
    }
    let (mut speakers, mut owners) = (Vec::new(), BTreeMap::new());
    for _ in 0..6 {
        let started = start_chat(&gateways, &shop.order(json!({})), &ledger).await.expect("known");
        let who = Who::Customer { workspace: shop.name.clone(), chat: started.chat.clone() };
        let customer = Somebody::open(&gateways, who, &started.token, &ledger).await;
        let here = |chat: &Value| chat["owner"]["agent"].is_string();
        let chat = shop.chat_until(&started.chat, "an agent in the chat", here).await;
        let owner = chat["owner"]["agent"].as_str().expect("it is one").to_owned();
        for (name, session) in [("agent", &people[&owner].session), ("customer", &customer.session)]
        {
            let said = busy(session.clone(), started.chat.clone(), name, Arc::clone(&stop));
            speakers.push((started.chat.clone(), said));
        }
        owners.insert(started.chat.clone(), owner);
        people.insert(started.chat, customer);
    }
    gateways.set([shop.http.base().to_owned(), base.clone()]);
    let status = stage.gateways[0].process.stop().await;
    assert!(status.success(), "it ends in order: {status}");
    let moved = async || people.values().all(|one| one.session.gateway() == base).then_some(());
    until("everybody being at the other gateway", HEALED, moved).await;
    stop.store(true, Ordering::Relaxed);
    let mut said: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (chat, speaker) in speakers {
        said.entry(chat).or_default().extend(speaker.await.expect("nothing failed"));
    }
    for lines in said.values_mut() {
        lines.sort();
    }
    for (id, somebody) in people {
        let went = somebody.went().await;
        assert_eq!(went.byes, ["draining"], "{id} is told once, why");
        assert_eq!((went.unannounced, went.resumed.len()), (0, 1), "{id}");
        let theirs = said.iter().filter(|(chat, _)| **chat == id || owners[*chat] == id);
        for (chat, lines) in theirs {
            let mut heard = went.lines.get(chat).cloned().unwrap_or_default();
            heard.sort();
            assert_eq!(heard, *lines, "each line once, for {id} in {chat}");
        }
    }
}

/// Kills the server that leads a shard's command stream.
async fn kill_command_leader(stage: &mut Stage) {
    let js = stage.broker.jetstream().await;
    let mut leader = None;
    for shard in 0..8 {
        let stream = js.get_stream(format!("baton-commands-{shard}")).await;
        let info = stream.map(|stream| stream.cached_info().clone());
        if let Some(info) = info.ok().filter(|info| info.state.last_sequence > 0) {
            leader = info.cluster.and_then(|cluster| cluster.leader);
        }
    }
    let leader = leader.expect("a command stream in use has a leader");
    let Broker::Three(cluster) = &mut stage.broker else { panic!("there is one server only") };
    let node = cluster.node_named(&leader).expect("it is one of the three");
    cluster.kill(node);
}

#[tokio::test]
async fn people_go_on_while_the_broker_elects() {
    let mut stage = Stage::start(Kind::Three).await;
    let shop = stage.shop(json!({"policies": {"offer_s": 60}})).await;
    let (customer, anna) = talk(&shop).await;
    let second = shop.customer(json!({})).await;
    let offer = anna.offer().await;
    assert_eq!(offer["chat"]["chat_id"], second.chat.as_str());
    kill_command_leader(&mut stage).await;
    let (key, body) = (fresh_key(), shop.order(json!({"text": "in the middle of it"})));
    let accept = json!({"offer_id": offer["offer_id"]});
    let (started, (), accepted) = tokio::join!(
        shop.http.post_until_known("/v1/chats", &key, &body, HEALED),
        write_line(&customer.http, &customer.chat, "are you there"),
        async { anna.insist("offer.accept", accept).await.ok() },
    );
    assert!(matches!(started.status, 201 | 202), "{}: {}", started.status, started.text);
    assert_eq!(accepted["chat"]["state"], "active");
    let third = Customer::of_start(&shop.http, started.json());
    let again = shop.http.post_until_known("/v1/chats", &key, &body, HEALED).await;
    assert_eq!(again.json()["chat_id"], third.chat.as_str(), "the same key, the same chat");
    let offer = anna.offer_within(HEALED).await;
    assert_eq!(offer["chat"]["chat_id"], third.chat.as_str());
    anna.insist("offer.accept", json!({"offer_id": offer["offer_id"]})).await.ok();
    for (http, chat, text) in [
        (&customer.http, &customer.chat, "are you there"),
        (&third.http, &third.chat, "in the middle of it"),
    ] {
        let lines = transcript(http, chat).await;
        assert_eq!(lines.iter().filter(|line| line["text"] == text).count(), 1, "{text}");
    }
    for socket in [customer.socket(), second.socket(), &anna.socket] {
        assert_eq!(socket.history.ended(), None, "sockets stay");
        check_socket_lines(&socket.history);
    }
    let open = shop.lead().get("/v1/chats").await.ok(200);
    assert_eq!(open["chats"].as_array().map(Vec::len), Some(3), "three starts, three chats");
    check_journal(&stored(&stage.broker.jetstream().await).await);
}
