//! Processes are killed, frozen and started again in the middle of everything: nobody is lost,
//! nothing is done twice, waits count in full. Each on one server; a selection on a cluster of
//! three with three replicas.

use std::time::Instant;

use baton_client::{
    Agent, Customer, HEALED, Http, SOON, check_socket_lines, fresh_key, same_lines, transcript,
};
use baton_e2e::{Broker, Kind, Scene, Shop, Stage, check_journal, shape, stored, until};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::crew::Run;

/// A line that is written however long it takes, once.
async fn write_line(http: Http, chat: String, text: String) -> Value {
    let body = json!({"text": text, "client_id": fresh_key()});
    let path = format!("/v1/chats/{chat}/messages");
    http.post_until_known(&path, &fresh_key(), &body, HEALED).await.ok(201)
}

/// A chat from start to close by these two, which shows that the system serves.
async fn serves(shop: &Shop, agent: &Agent) {
    let body = shop.order(json!({"text": "still there?"}));
    let reply = shop.http.post_until_known("/v1/chats", &fresh_key(), &body, HEALED).await;
    assert!(matches!(reply.status, 201 | 202), "{}: {}", reply.status, reply.text);
    let customer = Customer::of_start(&shop.http, reply.json());
    let offer = loop {
        let offer = agent.offer_within(HEALED).await;
        if offer["chat"]["chat_id"] == customer.chat.as_str() {
            break offer;
        }
    };
    agent.insist("offer.accept", json!({"offer_id": offer["offer_id"]})).await.ok();
    agent.insist("chat.leave", json!({"chat_id": customer.chat})).await.ok();
    let fields = json!({"chat_id": customer.chat, "disposition": "solved"});
    agent.insist("wrapup.complete", fields).await.ok();
}

async fn journal_is_sound(stage: &Stage) -> Vec<Value> {
    check_journal(&stored(&stage.broker.jetstream().await).await)
}

/// A chat that runs, one that waits, an invitation that is pending; then the router is killed,
/// people go on, and a new router goes on where the old one stopped.
async fn a_router_dies_in_the_middle(kind: Kind) {
    let mut stage = Stage::start(kind).await;
    let shop = stage.shop(json!({"policies": {"offer_s": 60}})).await;
    let anna = shop.ready("anna").await;
    let customer = shop.customer(json!({"text": "first"})).await;
    anna.take().await;
    let waiting = shop.customer(json!({"queue": "french"})).await;
    let ben = shop.ready("ben").await;
    anna.add_agent(&customer.chat, "ben").await;
    let offer = ben.offer().await;

    stage.kill_routers();
    let late = tokio::spawn(write_line(
        customer.http.clone(),
        customer.chat.clone(),
        "is anybody there".into(),
    ));
    let accept = json!({"offer_id": offer["offer_id"]});
    let accepting = async { ben.insist("offer.accept", accept).await.ok() };
    let (accepted, _) = tokio::join!(accepting, stage.add_router());
    assert_eq!(accepted["chat"]["state"], "active");
    late.await.expect("the line is written");
    anna.insist("chat.leave", json!({"chat_id": customer.chat})).await.ok();
    let bens = |chat: &Value| chat["owner"] == json!({"agent": "ben"}) && chat["hops"] == 1;
    shop.chat_until(&customer.chat, "Ben's ownership", bens).await;
    ben.say(&customer.chat, "I am").await;
    customer
        .socket()
        .expect_event("chat.message", HEALED, |f| f["message"]["text"] == "I am")
        .await;
    assert_eq!(shop.chat(&waiting.chat).await["state"], "queued");
    let lines = transcript(&customer.http, &customer.chat).await;
    let once = |text: &str| lines.iter().filter(|line| line["text"] == text).count();
    assert_eq!((once("first"), once("is anybody there"), once("I am")), (1, 1, 1));
    assert_eq!(once("Welcome to Sales."), 1, "an effect is not repeated");
    check_socket_lines(&customer.socket().history);
    same_lines(&customer.socket().history, &lines);
    ben.insist("chat.leave", json!({"chat_id": customer.chat})).await.ok();
    journal_is_sound(&stage).await;
}

#[tokio::test]
async fn a_router_is_killed_and_started_on_one_server() {
    a_router_dies_in_the_middle(Kind::One).await;
}

#[tokio::test]
async fn a_router_is_killed_and_started_on_three_servers() {
    a_router_dies_in_the_middle(Kind::Three).await;
}

#[tokio::test]
async fn a_router_is_killed_again_and_again_under_load() {
    let mut stage = Stage::start(Kind::One).await;
    let shop = stage.shop(json!({})).await;
    let anna = shop.ready("anna").await;
    for _ in 0..3 {
        let body = shop.order(json!({}));
        let starts = (0..5).map(|_| {
            let (http, body) = (shop.http.clone(), body.clone());
            tokio::spawn(async move {
                http.post_until_known("/v1/chats", &fresh_key(), &body, HEALED).await
            })
        });
        let starts: Vec<_> = starts.collect();
        stage.kill_routers();
        stage.add_router().await;
        for start in starts {
            let reply = start.await.expect("no start panics");
            assert!(matches!(reply.status, 201 | 202), "{}: {}", reply.status, reply.text);
        }
    }
    // Each of the fifteen is there once and gets to Anna, four at a time.
    for _ in 0..15 {
        let offer = anna.offer_within(HEALED).await;
        let chat = offer["chat"]["chat_id"].clone();
        anna.insist("offer.accept", json!({"offer_id": offer["offer_id"]})).await.ok();
        let fields = json!({"chat_id": chat, "disposition": "solved"});
        anna.insist("chat.leave", fields).await.ok();
    }
    let open = shop.lead().get("/v1/chats").await.ok(200);
    assert_eq!(open["chats"], json!([]), "fifteen starts, fifteen chats");
    journal_is_sound(&stage).await;
}

async fn waits_count_in_full(kind: Kind) {
    let mut stage = Stage::start(kind).await;
    stage.add_router().await;
    let shop = stage.shop(json!({})).await;
    stage.kill_routers();
    let began = Instant::now();
    let body = shop.order(json!({"text": "nobody routes me"}));
    let key = fresh_key();
    let started = shop.http.post_keyed("/v1/chats", &key, &body).await.ok(202);
    let answered = began.elapsed().as_secs_f64();
    shape("start_202").check(&started);
    assert!(answered > 1.5, "a router gets two seconds to decide, not {answered}");
    stage.add_router().await;
    let anna = shop.ready("anna").await;
    let offer = anna.offer_within(HEALED).await;
    let upper = began.elapsed().as_secs_f64();
    assert_eq!(offer["chat"]["chat_id"], started["chat_id"]);
    let wait = offer["wait_s"].as_f64().expect("a wait is a number");
    assert!(wait > answered - 0.5, "waited {wait}, but had waited {answered} at the answer");
    assert!(wait < upper + 0.5, "waited {wait} in {upper}");
    anna.accept(&offer).await;
    let labels = [("workspace", "shop"), ("outcome", "accepted")];
    let counted = async || {
        let sum = stage.router_metrics().await.sum("wait_seconds_sum", &labels);
        (sum > 0.0).then_some(sum)
    };
    let sum = until("the wait in the metrics", SOON, counted).await;
    assert!(sum >= wait - 0.01, "the metric says {sum}, the offer {wait}");
    let again = shop.http.post_keyed("/v1/chats", &key, &body).await;
    assert_eq!(again.json()["chat_id"], started["chat_id"], "the same key, the same chat");
    journal_is_sound(&stage).await;
}

#[tokio::test]
async fn wait_is_measured_from_the_start() {
    waits_count_in_full(Kind::One).await;
}

#[tokio::test]
async fn wait_is_measured_from_the_start_on_three_servers() {
    waits_count_in_full(Kind::Three).await;
}

#[tokio::test]
async fn a_start_that_is_refused_later_is_deflected() {
    let mut stage = Stage::start(Kind::One).await;
    let shop = stage.shop(json!({"queues": {"billing": {"closed": true}}})).await;
    stage.kill_routers();
    let body = shop.order(json!({"queue": "billing"}));
    let reply = shop.http.post_keyed("/v1/chats", &fresh_key(), &body).await;
    let customer = Customer::of_start(&shop.http, reply.ok(202));
    stage.add_router().await;
    let path = format!("/v1/chats/{}", customer.chat);
    let refused = async || {
        let reply = customer.http.get(&path).await;
        (reply.status == 200 && reply.json()["state"] == "closed").then(|| reply.json())
    };
    let chat = until("the refusal of the start", HEALED, refused).await;
    assert_eq!(chat["closed"]["reason"], "deflected");
    assert_eq!(chat["closed"]["code"], "queue_closed");
}

/// The server that leads the stream of the workspace's transcripts.
async fn leader_of_lines(stage: &Stage, shop: &Shop) -> usize {
    let workspace = shop.name.bytes();
    let hash = workspace
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let name = format!("baton-transcripts-{}", hash % 8);
    let jetstream = stage.broker.jetstream().await;
    let mut stream = jetstream.get_stream(&name).await.expect("there are eight shards");
    let info = stream.info().await.expect("the cluster answers");
    let leader = info.cluster.as_ref().and_then(|cluster| cluster.leader.clone());
    let Broker::Three(cluster) = &stage.broker else { panic!("one server leads everything") };
    cluster.node_named(&leader.expect("the stream has a leader")).expect("it is one of three")
}

/// Writes one line after the other until told to stop; those that were answered.
async fn write_on(http: Http, chat: String, mut stop: oneshot::Receiver<()>) -> Vec<String> {
    let mut answered = Vec::new();
    while stop.try_recv().is_err() {
        let text = format!("line {}", answered.len());
        write_line(http.clone(), chat.clone(), text.clone()).await;
        answered.push(text);
    }
    answered
}

/// The server that leads the transcripts is killed while a customer writes: text flows again, and
/// every line that was answered is stored, once.
#[tokio::test]
async fn what_was_answered_outlives_the_leader_of_its_stream() {
    let mut stage = Stage::start(Kind::Three).await;
    let shop = stage.shop(json!({})).await;
    let anna = shop.ready("anna").await;
    let customer = shop.customer(json!({})).await;
    anna.take().await;
    let node = leader_of_lines(&stage, &shop).await;
    let (stop, stopped) = oneshot::channel();
    let writing = tokio::spawn(write_on(customer.http.clone(), customer.chat.clone(), stopped));
    customer.socket().line("line 3").await;
    let Broker::Three(cluster) = &mut stage.broker else { panic!("there are three") };
    cluster.kill(node);
    write_line(customer.http.clone(), customer.chat.clone(), "after the fall".into()).await;
    stop.send(()).expect("the writer waits for it");
    let answered = writing.await.expect("every line is answered in the end");
    let lines = transcript(&customer.http, &customer.chat).await;
    for text in answered.iter().map(String::as_str).chain(["after the fall"]) {
        let stored = lines.iter().filter(|line| line["text"] == text).count();
        assert_eq!(stored, 1, "{text} was answered and is stored {stored} times");
    }
    let last = |frame: &Value| frame["message"]["text"] == "after the fall";
    anna.socket.expect_event("chat.message", HEALED, last).await;
    check_socket_lines(&anna.socket.history);
    same_lines(&anna.socket.history, &lines);
}

/// The leading router is stopped in order while starts come: the next one goes on where it ended,
/// and nobody notices.
#[tokio::test]
async fn a_stopped_leader_hands_over_while_starts_come() {
    let mut stage = Stage::start(Kind::One).await;
    let base = stage.base().to_owned();
    let mut run = Run::open(&stage, &base).await;
    run.employ("anna").await;
    run.start().await;
    stage.add_router().await;
    let starts: Vec<_> = (0..10).map(|_| run.starting()).collect();
    let mut leader = stage.routers.remove(0);
    let status = leader.process.stop().await;
    assert!(status.success(), "the stopped router ended with {status}");
    for start in starts {
        let started = start.await.expect("no start panics");
        assert_eq!(started.status, 201, "a router decided it while the customer waited");
    }
    run.start().await;
    run.all_closed().await;
    let report = run.audit(&stage, true).await;
    assert!(report.is_clean(), "{report}");
}

/// The broker goes and comes back (of three servers: one, for good); sockets stay, people go on.
async fn the_broker_is_restarted(kind: Kind) {
    let mut stage = Stage::start(kind).await;
    let shop = stage.shop(json!({})).await;
    let anna = shop.ready("anna").await;
    let customer = shop.customer(json!({})).await;
    anna.take().await;
    match &mut stage.broker {
        Broker::One(server) => server.restart(),
        Broker::Three(cluster) => cluster.kill(0),
    }
    write_line(customer.http.clone(), customer.chat.clone(), "after the fall".into()).await;
    let heard = |frame: &Value| frame["message"]["text"] == "after the fall";
    anna.socket.expect_event("chat.message", HEALED, heard).await;
    customer.socket().expect_event("chat.message", HEALED, heard).await;
    serves(&shop, &anna).await;
    anna.insist("chat.leave", json!({"chat_id": customer.chat})).await.ok();
    let lines = transcript(&customer.http, &customer.chat).await;
    assert_eq!(lines.iter().filter(|line| line["text"] == "after the fall").count(), 1);
    for socket in [customer.socket(), &anna.socket] {
        check_socket_lines(&socket.history);
        same_lines(&socket.history, &lines);
        assert_eq!(socket.history.ended(), None, "sockets stay");
    }
    journal_is_sound(&stage).await;
}

#[tokio::test]
async fn the_only_server_is_killed_and_started() {
    the_broker_is_restarted(Kind::One).await;
}

#[tokio::test]
async fn one_of_three_servers_is_killed() {
    the_broker_is_restarted(Kind::Three).await;
}

#[tokio::test]
async fn all_three_servers_are_killed_and_started() {
    let mut stage = Stage::start(Kind::Three).await;
    let shop = stage.shop(json!({})).await;
    let anna = shop.ready("anna").await;
    stage.broker.restart().await;
    serves(&shop, &anna).await;
    journal_is_sound(&stage).await;
}

#[tokio::test]
async fn a_second_router_beside_does_no_harm() {
    let mut stage = Stage::start(Kind::One).await;
    let shop = stage.shop(json!({})).await;
    let anna = shop.ready("anna").await;
    let customer = shop.customer(json!({})).await;
    anna.take().await;
    stage.add_router().await;
    for _ in 0..3 {
        serves(&shop, &anna).await;
    }
    let chat = shop.chat(&customer.chat).await;
    assert_eq!(chat["owner"], json!({"agent": "anna"}));
    journal_is_sound(&stage).await;
}

async fn a_frozen_leader_writes_nothing_when_it_thaws(kind: Kind) {
    let mut stage = Stage::start(kind).await;
    let shop = stage.shop(json!({})).await;
    let anna = shop.ready("anna").await;
    let customer = shop.customer(json!({})).await;
    anna.take().await;
    stage.routers[0].process.freeze();
    stage.add_router().await;
    serves(&shop, &anna).await;
    stage.routers[0].process.thaw();
    for _ in 0..3 {
        serves(&shop, &anna).await;
    }
    anna.insist("chat.leave", json!({"chat_id": customer.chat})).await.ok();
    let over = |chat: &Value| chat["state"] == "wrapup" || chat["state"] == "closed";
    shop.chat_until(&customer.chat, "the end of the chat", over).await;
    let frames = journal_is_sound(&stage).await;
    let started = frames.iter().filter_map(|frame| frame["events"].as_array()).flatten();
    let started = started.filter(|event| event["e"]["type"] == "chat_started").count();
    assert_eq!(started, 5, "each start has its effect once");
    let lines = transcript(&customer.http, &customer.chat).await;
    let greetings = lines.iter().filter(|line| line["text"] == "Welcome to Sales.").count();
    assert_eq!(greetings, 1);
}

#[tokio::test]
async fn a_frozen_leader_is_fenced_out_on_one_server() {
    a_frozen_leader_writes_nothing_when_it_thaws(Kind::One).await;
}

#[tokio::test]
async fn a_frozen_leader_is_fenced_out_on_three_servers() {
    a_frozen_leader_writes_nothing_when_it_thaws(Kind::Three).await;
}

#[tokio::test]
async fn a_killed_gateway_costs_its_clients_a_reconnect() {
    let mut stage = Stage::start(Kind::One).await;
    let shop = stage.shop(json!({})).await;
    let anna = shop.ready("anna").await;
    let mut customer = shop.customer(json!({"text": "hello"})).await;
    anna.take().await;
    anna.say(&customer.chat, "one").await;
    customer.socket().line("one").await;
    let other = stage.add_gateway().await;
    let base = stage.gateways[other].ready.public.clone();
    stage.kill_gateway(0);
    let customer_token = customer.http.token().expect("a customer has a token").to_owned();
    write_line(Http::new(&base).with_token(&customer_token), customer.chat.clone(), "two".into())
        .await;
    let (anna, welcome) = tokio::join!(anna.reconnect(&base), customer.reconnect(&base));
    assert_eq!(welcome["chats"][0]["state"], "active");
    assert_eq!(anna.welcome["chats"][0]["chat_id"], customer.chat.as_str());
    assert_eq!(anna.welcome["agent"]["status"], "ready", "within the grace");
    for socket in [customer.socket(), &anna.socket] {
        let two = |frame: &Value| frame["message"]["text"] == "two";
        socket.expect_event("chat.message", HEALED, two).await;
    }
    anna.say(&customer.chat, "three").await;
    customer.socket().line("three").await;
    let lines = transcript(&customer.http, &customer.chat).await;
    for socket in [customer.socket(), &anna.socket] {
        check_socket_lines(&socket.history);
        same_lines(&socket.history, &lines);
    }
    let shop = shop.at(&base);
    // The dead gateway's connections end with it: the agent is there by the new one alone.
    assert_eq!(shop.lead().get("/v1/agents/anna").await.ok(200)["connectivity"], "online");
    serves(&shop, &anna).await;
    journal_is_sound(&stage).await;
}

#[tokio::test]
async fn a_gateway_killed_for_good_leaves_its_agents_lost() {
    let mut stage = Stage::start(Kind::One).await;
    let shop = stage.shop(json!({"policies": {"agent_grace_s": 1}})).await;
    let anna = shop.ready("anna").await;
    let customer = shop.caller(json!({})).await;
    anna.take().await;
    let other = stage.add_gateway().await;
    let there = shop.at(&stage.gateways[other].ready.public.clone());
    stage.kill_gateway(0);
    let queued = |chat: &Value| chat["state"] == "queued" || chat["state"] == "offered";
    there.chat_until(&customer.chat, "the return of the chat to its queue", queued).await;
    let ben = there.ready("ben").await;
    assert_eq!(ben.take().await["chat_id"], customer.chat.as_str());
}

#[tokio::test]
async fn a_gateway_comes_back_on_its_address() {
    let mut stage = Stage::start(Kind::One).await;
    let shop = stage.shop(json!({})).await;
    let anna = shop.ready("anna").await;
    let mut customer = shop.customer(json!({})).await;
    anna.take().await;
    stage.restart_gateway(0).await;
    let base = stage.base().to_owned();
    let anna = anna.reconnect(&base).await;
    customer.reconnect(&base).await;
    anna.say(&customer.chat, "we are back").await;
    customer.socket().line("we are back").await;
    check_socket_lines(&customer.socket().history);
    serves(&shop, &anna).await;
}

#[tokio::test]
async fn everything_in_one_process_is_killed_and_started() {
    let mut scene = Scene::open().await;
    let (mut customer, anna) = scene.talk().await;
    anna.say(&customer.chat, "before").await;
    let waiting = scene.caller(json!({"queue": "french"})).await;
    scene.place.restart().await;
    let base = scene.place.ready.public.clone();
    assert_eq!(base, scene.http.base(), "the same address");
    let anna = anna.reconnect(&base).await;
    let welcome = customer.reconnect(&base).await;
    assert_eq!(welcome["chats"][0]["state"], "active");
    anna.say(&customer.chat, "after").await;
    customer.socket().line("after").await;
    let waits = |chat: &Value| chat["state"] == "queued";
    scene.chat_until(&waiting.chat, "the waiting chat", waits).await;
    serves(&scene.shop, &anna).await;
    let lines = transcript(&customer.http, &customer.chat).await;
    let once = |text: &str| lines.iter().filter(|line| line["text"] == text).count();
    assert_eq!((once("before"), once("after"), once("Welcome to Sales.")), (1, 1, 1));
    let client = baton_e2e::jetstream_of(&scene.place.ready.nats).await;
    check_journal(&stored(&client).await);
}
