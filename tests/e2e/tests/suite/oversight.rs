//! Supervisors in chats: who sees them, what they may say, what becomes of them when lines are
//! cut, agents leave and chats end; statuses that are not an agent's choice; a queue's history.

use baton_client::{
    HEALED, Http, Socket, Supervisor, check_socket_lines, fresh_key, same_lines, transcript,
};
use baton_e2e::{Kind, Scene, Stage, shape, until};
use serde_json::{Value, json};

/// Joins, goes on in another way, or leaves; the chat.
async fn monitor(lead: &Supervisor, chat: &str, mode: &str) -> Value {
    let fields = json!({"chat_id": chat, "mode": mode});
    let chat = lead.socket.ask("chat.monitor", fields).await.ok()["chat"].clone();
    shape("chat").check(&chat);
    chat
}

/// The row of a participant in a copy of a chat.
fn row(chat: &Value, id: &str) -> Option<Value> {
    let rows = chat["participants"].as_array().expect("a chat has participants");
    rows.iter().find(|row| row["id"] == id).cloned()
}

/// How somebody stands in a chat, as this reader's copy has it.
async fn seen_by(http: &Http, chat: &str, id: &str) -> Option<Value> {
    row(&http.get(&format!("/v1/chats/{chat}")).await.ok(200), id)
}

fn line(chat: &str, text: &str, visibility: Option<&str>) -> Value {
    let mut fields = json!({"chat_id": chat, "text": text, "client_id": fresh_key()});
    if let Some(visibility) = visibility {
        fields["visibility"] = visibility.into();
    }
    fields
}

/// Whether any frame that a socket received names somebody.
fn names(socket: &Socket, id: &str) -> bool {
    let quoted = format!("\"{id}\"");
    socket.history.received_from(0).iter().any(|frame| frame.to_string().contains(&quoted))
}

#[tokio::test]
async fn nobody_sees_who_monitors() {
    let scene = Scene::open().await;
    let (customer, anna) = scene.talk().await;
    let lead = scene.supervisor().await;
    let chat = customer.chat.as_str();
    anna.ask("chat.monitor", json!({"chat_id": chat, "mode": "coach"})).await.refused("forbidden");
    let joined = monitor(&lead, chat, "monitor").await;
    let own = row(&joined, "lead").expect("supervisors see all");
    let expected = json!({"id": "lead", "role": "supervisor", "name": "Lead", "state": "connected",
        "mode": "monitor"});
    assert_eq!(own, expected);
    assert_eq!(joined["owner"], json!({"agent": "anna"}), "a supervisor never owns");
    lead.socket.participant("lead", "connected").await;
    // Every line comes at once, whispers too.
    anna.say(chat, "good day").await;
    customer.say("hello there").await;
    anna.whisper(chat, "he is angry").await;
    for text in ["good day", "hello there", "he is angry"] {
        lead.socket.line(text).await;
    }
    // And typing, though nothing of it goes the other way.
    customer.socket().ask("chat.typing", json!({"chat_id": chat})).await.ok();
    lead.socket.event("chat.typing", |frame| frame["chat_id"] == chat).await;
    for (visibility, text) in [(None, "a"), (Some("all"), "b"), (Some("agents"), "c")] {
        lead.socket.ask("chat.send", line(chat, text, visibility)).await.refused("forbidden");
    }
    lead.socket.ask("chat.typing", json!({"chat_id": chat})).await.refused("forbidden");
    monitor(&lead, chat, "off").await;
    lead.socket.participant("lead", "left").await;
    anna.say(chat, "not for the supervisor").await;
    customer.socket().line("not for the supervisor").await;
    assert_eq!(seen_by(&anna.http, chat, "lead").await, None);
    assert_eq!(seen_by(&customer.http, chat, "lead").await, None);
    assert!(!names(&anna.socket, "lead") && !names(customer.socket(), "lead"));
    check_socket_lines(&lead.socket.history);
    assert!(!names(&lead.socket, "not for the supervisor"));
}

#[tokio::test]
async fn a_coach_is_seen_and_heard_by_agents_alone() {
    let scene = Scene::open().await;
    let (customer, anna) = scene.talk().await;
    let (lead, chat) = (scene.supervisor().await, customer.chat.as_str());
    anna.socket.turn();
    monitor(&lead, chat, "coach").await;
    let event = anna.socket.participant("lead", "connected").await;
    assert_eq!(event["participant"]["mode"], "coach");
    let state = anna.socket.chat_state("active").await;
    assert_eq!(row(&state, "lead").expect("agents see a coach")["mode"], "coach");
    for visibility in [None, Some("all")] {
        lead.socket.ask("chat.send", line(chat, "hm", visibility)).await.refused("forbidden");
    }
    let advice = line(chat, "offer a refund", Some("agents"));
    let message = lead.socket.ask("chat.send", advice).await.ok()["message"].clone();
    let from = json!({"id": "lead", "role": "supervisor", "name": "Lead"});
    assert_eq!(message["from"], from);
    anna.socket.line("offer a refund").await;
    lead.socket.ask("chat.typing", json!({"chat_id": chat})).await.ok();
    anna.socket.event("chat.typing", |frame| frame["from"]["id"] == "lead").await;
    // On with the monitoring: for the agent they have left.
    monitor(&lead, chat, "monitor").await;
    anna.socket.participant("lead", "left").await;
    let gone = |frame: &Value| row(frame, "lead").is_none();
    anna.socket.event("chat.state", gone).await;
    lead.socket.event("chat.participant", |f| f["participant"]["mode"] == "monitor").await;
    anna.say(chat, "goodbye").await;
    customer.socket().line("goodbye").await;
    assert!(!names(customer.socket(), "lead"));
    let lines = transcript(&customer.http, chat).await;
    assert!(!format!("{lines:?}").contains("refund"));
}

#[tokio::test]
async fn whoever_barges_in_is_one_of_three() {
    let scene = Scene::open().await;
    let (customer, anna) = scene.talk().await;
    let (lead, chat) = (scene.supervisor().await, customer.chat.as_str());
    monitor(&lead, chat, "coach").await;
    customer.socket().turn();
    monitor(&lead, chat, "barge").await;
    let event = customer.socket().participant("lead", "connected").await;
    assert_eq!(event["participant"]["name"], "Lead");
    let told = customer.socket().told("connected").await;
    let who = &told["message"]["event"]["participant"];
    assert_eq!((&who["id"], &who["role"]), (&json!("lead"), &json!("supervisor")));
    let state = customer.socket().chat_state("active").await;
    shape("customer_chat").check(&{
        let mut copy = state.clone();
        copy.as_object_mut().expect("it is one").remove("type");
        copy
    });
    assert_eq!(row(&state, "lead").expect("everybody sees them")["mode"], "barge");
    lead.socket.ask("chat.send", line(chat, "I am her lead", None)).await.ok();
    lead.socket.ask("chat.send", line(chat, "calm down", Some("agents"))).await.ok();
    customer.socket().line("I am her lead").await;
    anna.socket.line("calm down").await;
    // One more colleague, who leaves: the names of those who stay are agents'.
    let ben = scene.ready("ben").await;
    anna.add_agent(chat, "ben").await;
    ben.take().await;
    ben.leave(chat).await;
    let left = customer.socket().told("left").await;
    assert_eq!(left["message"]["event"]["stays"], json!(["Anna"]));
    customer.socket().turn();
    monitor(&lead, chat, "coach").await;
    let left = customer.socket().told("left").await;
    assert_eq!(left["message"]["text"], "Lead has left.");
    customer.socket().participant("lead", "left").await;
    assert_eq!(seen_by(&customer.http, chat, "lead").await, None, "a coach is not for them");
    assert!(seen_by(&anna.http, chat, "lead").await.is_some());
    let lines = transcript(&customer.http, chat).await;
    assert!(!format!("{lines:?}").contains("calm down"));
    same_lines(&customer.socket().history, &lines);
}

#[tokio::test]
async fn a_supervisor_keeps_no_chat_alive_and_leaves_with_it() {
    let scene = Scene::open().await;
    let (customer, anna) = scene.talk().await;
    let (lead, chat) = (scene.supervisor().await, customer.chat.as_str());
    monitor(&lead, chat, "barge").await;
    let remove = |who: &str| json!({"chat_id": chat, "participant": who});
    lead.socket.ask("chat.remove_participant", remove("lead")).await.refused("invalid");
    anna.ask("chat.remove_participant", remove("lead")).await.refused("invalid");
    lead.socket.ask("chat.remove_participant", remove("anna")).await.refused("would_orphan");
    assert_eq!(anna.leave(chat).await["state"], "wrapup");
    lead.socket.participant("lead", "left").await;
    let state = lead.socket.chat_state("wrapup").await;
    assert_eq!(row(&state, "lead").expect("they were there")["state"], "left");
    lead.socket.told("ended").await;
    customer.socket().told("ended").await;
    let late = json!({"chat_id": chat, "mode": "coach"});
    lead.socket.ask("chat.monitor", late).await.refused("chat_closed");
    let again = scene.supervisor().await;
    assert_eq!(again.welcome["chats"], json!([]));
    same_lines(&customer.socket().history, &transcript(&customer.http, chat).await);
}

#[tokio::test]
async fn a_supervisor_removes_one_of_two_agents_and_ends_a_chat() {
    let scene = Scene::open().await;
    let (customer, anna, ben) = scene.talk_beside_ben().await;
    let (lead, chat) = (scene.supervisor().await, customer.chat.as_str());
    anna.add_agent(chat, "ben").await;
    ben.take().await;
    let remove = json!({"chat_id": chat, "participant": "anna"});
    let left = lead.socket.ask("chat.remove_participant", remove).await.ok()["chat"].clone();
    assert_eq!(left["owner"], json!({"agent": "ben"}));
    customer.socket().participant("anna", "removed").await;
    let path = format!("/v1/chats/{chat}/messages");
    anna.http.get(&path).await.problem("forbidden");
    // Who does not take part may still end it.
    let ended = lead.socket.ask("chat.end", json!({"chat_id": chat})).await.ok()["chat"].clone();
    assert_eq!((&ended["closed"]["by"], &ended["state"]), (&json!("lead"), &json!("wrapup")));
}

#[tokio::test]
async fn a_chat_that_waits_can_be_joined() {
    let scene = Scene::open().await;
    let customer = scene.customer(json!({"text": "anybody?"})).await;
    let (lead, chat) = (scene.supervisor().await, customer.chat.as_str());
    let joined = monitor(&lead, chat, "barge").await;
    assert_eq!((&joined["state"], &joined["position"]), (&json!("queued"), &json!(1)));
    lead.socket.ask("chat.send", line(chat, "a minute, please", None)).await.ok();
    customer.socket().line("a minute, please").await;
    customer.say("thanks").await;
    lead.socket.line("thanks").await;
    assert_eq!(scene.chat(chat).await["state"], "queued", "they do not take it");
    scene.ready("anna").await.take().await;
    lead.socket.participant("anna", "connected").await;
}

#[tokio::test]
async fn a_supervisor_comes_back_to_their_chats() {
    let scene = Scene::with(json!({"policies": {"agent_grace_s": 2}})).await;
    let (customer, anna) = scene.talk().await;
    let (lead, chat) = (scene.supervisor().await, customer.chat.as_str());
    let seq = monitor(&lead, chat, "coach").await["seq"].clone();
    anna.say(chat, "one").await;
    lead.socket.line("one").await;
    let (client_id, token) = (lead.socket.client_id.clone(), scene.token("supervisor", "lead"));
    anna.socket.turn();
    drop(lead);
    anna.socket.participant("lead", "disconnected").await;
    anna.say(chat, "two").await;
    let last = seq.as_u64().expect("a chat has a seq") + 1;
    let resume = json!({chat: last});
    let resumed = Socket::resume(scene.http.base(), &token, &client_id, resume).await;
    let (socket, welcome) = resumed.expect("a supervisor is welcome");
    assert_eq!(welcome["chats"][0]["chat_id"], chat, "joined chats come with the welcome");
    assert_eq!(row(&welcome["chats"][0], "lead").expect("own row")["state"], "connected");
    anna.socket.participant("lead", "connected").await;
    socket.line("two").await;
    anna.say(chat, "three").await;
    socket.line("three").await;
    check_socket_lines(&socket.history);
    // Gone for longer than the agents' grace: out.
    anna.socket.turn();
    drop(socket);
    anna.socket.participant("lead", "lost").await;
    let back = scene.supervisor().await;
    assert_eq!(back.welcome["chats"], json!([]));
    assert_eq!(seen_by(&anna.http, chat, "lead").await.expect("a coach")["state"], "lost");
}

#[tokio::test]
async fn every_tab_of_a_supervisor_follows_and_calls_by_http_count_too() {
    let scene = Scene::with(json!({"policies": {"agent_grace_s": 2}})).await;
    let (customer, anna) = scene.talk().await;
    let (one, two) = (scene.supervisor().await, scene.supervisor().await);
    let chat = customer.chat.as_str();
    monitor(&one, chat, "monitor").await;
    two.socket.participant("lead", "connected").await;
    two.socket.chat_state("active").await;
    anna.say(chat, "to both").await;
    one.socket.line("to both").await;
    two.socket.line("to both").await;
    two.socket.close().await;
    one.socket.close().await;
    let gone = |chat: &Value| row(chat, "lead").is_some_and(|row| row["state"] == "lost");
    scene.chat_until(chat, "the supervisor's loss", gone).await;
    // Without a socket one joins for as long as the grace.
    let body = json!({"type": "chat.monitor", "chat_id": chat, "mode": "barge"});
    let joined = scene.lead().command(&body).await.ok(200)["chat"].clone();
    assert_eq!(row(&joined, "lead").expect("own row")["state"], "disconnected");
    let body = json!({"text": "by post", "client_id": "m-1"});
    let path = format!("/v1/chats/{chat}/messages");
    scene.lead().post(&path, &body).await.ok(201);
    customer.socket().line("by post").await;
    customer.socket().told("lost").await;
}

#[tokio::test]
async fn admins_and_several_supervisors_see_each_other() {
    let scene = Scene::open().await;
    let (customer, anna) = scene.talk().await;
    let (lead, chat) = (scene.supervisor().await, customer.chat.as_str());
    let root = Supervisor::connect(&scene.http, &scene.token("admin", "root")).await;
    monitor(&lead, chat, "monitor").await;
    let joined = monitor(&root, chat, "monitor").await;
    assert_eq!(row(&joined, "root").expect("own row")["role"], "supervisor");
    lead.socket.participant("root", "connected").await;
    assert!(row(&joined, "lead").is_some());
    assert_eq!(seen_by(&anna.http, chat, "root").await, None);
}

#[tokio::test]
async fn how_a_supervisor_is_in_a_chat_counts_at_every_gateway() {
    let mut stage = Stage::start(Kind::One).await;
    let shop = stage.shop(json!({})).await;
    let second = stage.add_gateway().await;
    let there = shop.at(&stage.gateways[second].ready.public);
    let customer = shop.customer(json!({"text": "hello"})).await;
    let (anna, lead) = (there.ready("anna").await, there.supervisor().await);
    anna.take().await;
    let chat = customer.chat.as_str();
    let path = format!("/v1/chats/{chat}/messages");
    let advise = async |text: &str, client: &str| {
        let body = json!({"text": text, "client_id": client, "visibility": "agents"});
        shop.lead().post(&path, &body).await
    };
    // The first gateway has the customer alone, whom nobody tells of a coach.
    monitor(&lead, chat, "monitor").await;
    advise("offer a refund", "m-1").await.problem("forbidden");
    monitor(&lead, chat, "coach").await;
    let said = advise("offer a refund", "m-1").await.ok(201);
    anna.socket.line("offer a refund").await;
    monitor(&lead, chat, "monitor").await;
    advise("and a voucher", "m-2").await.problem("forbidden");
    // What was said while it might be said is answered as it was.
    assert_eq!(advise("offer a refund", "m-1").await.ok(201)["message"], said["message"]);
}

#[tokio::test]
async fn a_killed_gateway_and_a_new_leader_lose_no_supervisor() {
    let mut stage = Stage::start(Kind::One).await;
    let shop = stage.shop(json!({"policies": {"agent_grace_s": 60}})).await;
    let second = stage.add_gateway().await;
    let there = shop.at(&stage.gateways[second].ready.public);
    let (customer, anna) = super::gateways::talk(&shop).await;
    let lead = there.supervisor().await;
    let chat = customer.chat.clone();
    monitor(&lead, &chat, "coach").await;
    let last = lead.socket.chat_state("active").await["seq"].as_u64().expect("a chat has a seq");
    stage.kill_gateway(second);
    anna.say(&chat, "while the gateway is gone").await;
    let (client_id, token) = (lead.socket.client_id.clone(), shop.token("supervisor", "lead"));
    drop(lead);
    let resume = json!({chat.as_str(): last});
    let resumed = Socket::resume(shop.http.base(), &token, &client_id, resume).await;
    let (socket, welcome) = resumed.expect("a supervisor is welcome");
    assert_eq!(welcome["chats"][0]["chat_id"], chat.as_str());
    socket.line("while the gateway is gone").await;
    // Another leader: continuity is lost, and what is joined comes again.
    stage.kill_routers();
    stage.add_router().await;
    let advice = json!({"chat_id": chat, "mode": "barge"});
    let id = fresh_key();
    let barge = async || {
        let answer = socket.ask_as(&id, "chat.monitor", advice.clone()).await;
        (!answer.is_unavailable()).then(|| answer.ok()["chat"].clone())
    };
    let joined = until("a leader that decides", HEALED, barge).await;
    assert_eq!(row(&joined, "lead").expect("own row")["mode"], "barge");
    customer.socket().participant("lead", "connected").await;
    anna.say(&chat, "still here").await;
    socket.line("still here").await;
    customer.socket().line("still here").await;
    check_socket_lines(&socket.history);
}

#[tokio::test]
async fn a_status_is_forced() {
    let scene = Scene::open().await;
    let (anna, lead) = (scene.present("anna").await, scene.supervisor().await);
    let force = async |agent: &str, status: &str, evict: Option<bool>| {
        let fields = json!({"agent": agent, "status": status, "evict": evict});
        lead.socket.ask("agent.force_status", fields).await
    };
    let fields = json!({"agent": "anna", "status": "ready"});
    anna.ask("agent.force_status", fields).await.refused("forbidden");
    force("nobody", "ready", None).await.refused("agent_not_found");
    force("ben", "ready", None).await.refused("conflict");
    let row = force("anna", "ready", None).await.ok()["agent"].clone();
    shape("agent").check(&row);
    assert_eq!((&row["status"], &row["reason"]), (&json!("ready"), &json!("forced")));
    let forced =
        |status: &'static str| move |f: &Value| f["status"] == status && f["reason"] == "forced";
    anna.socket.event("agent.state", forced("ready")).await;
    // Leaving ready takes back what is offered.
    let customer = scene.customer(json!({})).await;
    let offer = anna.offer().await;
    force("anna", "not_ready", None).await.ok();
    let gone = anna.socket.event("offer.gone", |f| f["offer_id"] == offer["offer_id"]).await;
    assert_eq!((&gone["why"], &gone["detail"]), (&json!("revoked"), &json!("agent_not_ready")));
    force("anna", "ready", None).await.ok();
    anna.take().await;
    force("anna", "logged_out", None).await.refused("conflict");
    let ben = scene.ready("ben").await;
    customer.socket().turn();
    let row = force("anna", "logged_out", Some(true)).await.ok()["agent"].clone();
    assert_eq!((&row["status"], &row["load"]["handling"]), (&json!("logged_out"), &json!(0)));
    anna.socket.participant("anna", "lost").await;
    let told = customer.socket().told("lost").await;
    let text = told["message"]["text"].as_str().expect("a line has a text");
    assert!(text.starts_with("Anna is not available any more."), "{text}");
    assert_eq!(ben.take().await["chat_id"], customer.chat.as_str());
    // Logging in again needs no other connection.
    assert_eq!(anna.status("ready").await["status"], "ready");
}

#[tokio::test]
async fn a_queue_tells_its_last_hours() {
    let scene = Scene::open().await;
    let (customer, anna) = scene.talk().await;
    let gone = scene.customer(json!({"queue": "french"})).await;
    gone.end().await;
    let history = async |queue: &str| {
        let all = anna.http.get(&format!("/v1/queues/{queue}/history")).await.ok(200);
        assert_eq!((&all["queue"], &all["step_s"]), (&json!(queue), &json!(300)));
        let steps = all["buckets"].as_array().expect("steps are a list").clone();
        // A test may begin in one step and end in the next.
        let sum = |field: &str| steps.iter().filter_map(|step| step[field].as_u64()).sum::<u64>();
        let fields = ["entered", "accepted", "abandoned", "within_target", "waiting_max"];
        assert!(steps.iter().all(|step| step["from"].is_string()), "{all}");
        fields.map(sum)
    };
    let counted = async || (history("sales").await[..4] == [1, 1, 0, 1]).then_some(());
    until("the accept in the history", HEALED, counted).await;
    assert_eq!(history("french").await[..4], [1, 0, 1, 0]);
    assert!(history("french").await[4] >= 1);
    assert_eq!(history("billing").await, [0; 5]);
    anna.http.get("/v1/queues/nowhere/history").await.problem("queue_not_found");
    customer.http.get("/v1/queues/sales/history").await.problem("forbidden");
}
