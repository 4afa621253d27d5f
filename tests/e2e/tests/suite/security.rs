//! Lines of the security list that need the whole system, by their numbers: rights from outside
//! (S10), customers' tokens (S13), order of steps (S16), whole or nothing (S17), nobody booked
//! twice (S18), calls and bodies (S20), nothing personal or secret where it must not be (S28).

use std::collections::BTreeSet;

use baton_client::{Agent, Customer, Http, Reply, fresh_key};
use baton_e2e::{Scene, jetstream_of, stored};
use reqwest::Method;
use serde_json::{Value, json};

/// Commands of an agent in a chat: nobody else may.
fn agents_commands(chat: &str, invite: &Value) -> Vec<Value> {
    let with = |kind: &str, fields: Value| {
        let mut body = json!({"type": kind, "chat_id": chat});
        baton_e2e::merge(&mut body, fields);
        body
    };
    vec![
        with("chat.add_agent", json!({"agent": "cleo"})),
        with("chat.add_queue", json!({"queue": "billing"})),
        with("chat.cancel_invite", json!({"invite_id": invite})),
        with("chat.leave", json!({})),
        with("chat.transfer", json!({"to": {"queue": "billing"}})),
        with("chat.update", json!({"attributes": {"a": 1}})),
        with("wrapup.complete", json!({})),
    ]
}

/// Commands in a chat that other roles have too.
fn shared_commands(chat: &str) -> Vec<Value> {
    vec![
        json!({"type": "chat.send", "chat_id": chat, "text": "x", "client_id": "m"}),
        json!({"type": "chat.typing", "chat_id": chat}),
        json!({"type": "chat.read", "chat_id": chat, "upto": "msg_none"}),
        json!({"type": "chat.end", "chat_id": chat}),
        json!({"type": "chat.remove_participant", "chat_id": chat, "participant": "anna"}),
    ]
}

async fn refused(http: &Http, commands: &[Value], code: &str) {
    for command in commands {
        let reply = http.command(command).await;
        assert_eq!(reply.json()["code"], code, "{command} → {}", reply.text);
        reply.problem(code);
    }
}

#[tokio::test]
async fn s10_nobody_acts_beyond_role_workspace_and_membership() {
    let scene = Scene::open().await;
    let other = scene.place.shop("other", json!({})).await;
    let (customer, anna, _ben) = scene.talk_beside_ben().await;
    let invite = anna.add_queue(&customer.chat, "french").await["invite_id"].clone();
    let stranger = scene.caller(json!({"queue": "french"})).await;
    let foreigner = other.caller(json!({})).await;
    let before = scene.chat(&customer.chat).await;
    let (own, shared) = (agents_commands(&customer.chat, &invite), shared_commands(&customer.chat));
    // By role.
    let admin = scene.admin();
    for http in [&customer.http, &scene.lead(), &admin] {
        refused(http, &own, "forbidden").await;
    }
    // By membership.
    for http in [&scene.as_agent("ben"), &stranger.http, &foreigner.http] {
        refused(http, &own, "forbidden").await;
        refused(http, &shared, "forbidden").await;
    }
    // By workspace.
    refused(&other.as_agent("anna"), &own, "not_found").await;
    refused(&other.as_agent("ben"), &shared, "not_found").await;
    refused(&other.lead(), &shared[3..], "not_found").await;
    // What belongs to agents whatever the chat.
    let personal = [
        json!({"type": "agent.status", "status": "ready"}),
        json!({"type": "offer.accept", "offer_id": "off_none"}),
        json!({"type": "offer.decline", "offer_id": "off_none"}),
    ];
    for http in [&customer.http, &scene.lead(), &admin] {
        refused(http, &personal, "forbidden").await;
    }
    let dm = [json!({"type": "dm.send", "to": "ben", "text": "x", "client_id": "d"})];
    refused(&customer.http, &dm, "forbidden").await;
    s10_reads(&scene, &customer).await;
    assert_eq!(scene.chat(&customer.chat).await, before, "nothing changed");
}

async fn s10_reads(scene: &Scene, customer: &Customer) {
    for path in ["/v1/agents", "/v1/queues", "/v1/agents/anna", "/v1/chats", "/v1/config"] {
        customer.http.get(path).await.problem("forbidden");
        scene.http.get(path).await.problem("unauthenticated");
    }
    for http in [scene.as_agent("anna"), scene.lead()] {
        http.get("/v1/config").await.problem("forbidden");
        http.put("/v1/config", &json!({})).await.problem("forbidden");
    }
    let token = format!("/v1/chats/{}/token", customer.chat);
    scene.as_agent("anna").post(&token, &json!({})).await.problem("forbidden");
}

#[tokio::test]
async fn s13_customers_tokens_and_chat_ids_cannot_be_guessed() {
    let scene = Scene::open().await;
    let mut ids = BTreeSet::new();
    for _ in 0..20 {
        let caller = scene.caller(json!({})).await;
        let id = caller.chat.strip_prefix("cht_").expect("the prefix is fixed").to_owned();
        assert!(id.len() >= 16, "{id} is short");
        ids.insert(id);
    }
    let heads: BTreeSet<&str> = ids.iter().map(|id| &id[..6]).collect();
    let tails: BTreeSet<&str> = ids.iter().map(|id| &id[id.len() - 6..]).collect();
    assert_eq!((ids.len(), heads.len(), tails.len()), (20, 20, 20), "ids count up: {ids:?}");
    let caller = scene.caller(json!({})).await;
    let token = caller.http.token().expect("a customer has a token").to_owned();
    let path = format!("/v1/chats/{}", caller.chat);
    let parts = token.len();
    for place in [1, parts / 2, parts - 3] {
        let mut bytes = token.clone().into_bytes();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(bytes).expect("it stays ASCII");
        scene.http.with_token(&forged).get(&path).await.problem("unauthenticated");
    }
    // A signed staff token cannot pose as a customer, nor one without a chat.
    let posing = scene.minter.token("customer", &caller.chat, &scene.name);
    let reply = scene.http.with_token(&posing).get(&path).await;
    assert!(matches!(reply.status, 401 | 403), "{}: {}", reply.status, reply.text);
}

#[tokio::test]
async fn s16_no_step_out_of_order() {
    let scene = Scene::open().await;
    let (customer, anna, ben) = scene.talk_beside_ben().await;
    let chat = json!({"chat_id": customer.chat});
    anna.ask("wrapup.complete", chat.clone()).await.refused("conflict");
    ben.ask("wrapup.complete", chat.clone()).await.refused("forbidden");
    let send = json!({"chat_id": customer.chat, "text": "hm", "client_id": "m-1"});
    ben.ask("chat.send", send.clone()).await.refused("forbidden");
    let waiting = scene.caller(json!({})).await;
    // Ben has nothing to do, so it is his.
    let offer = ben.offer().await;
    anna.ask("offer.accept", json!({"offer_id": offer["offer_id"]})).await.refused("forbidden");
    let early = json!({"chat_id": waiting.chat, "text": "hm", "client_id": "m-1"});
    ben.ask("chat.send", early).await.refused("forbidden");
    anna.leave(&customer.chat).await;
    for kind in ["chat.leave", "chat.end"] {
        anna.ask(kind, chat.clone()).await.refused("chat_closed");
    }
    anna.ask("chat.send", send.clone()).await.refused("chat_closed");
    customer.socket().ask("chat.send", send).await.refused("chat_closed");
    let add = json!({"chat_id": customer.chat, "queue": "billing"});
    anna.ask("chat.add_queue", add).await.refused("chat_closed");
    anna.complete(&customer.chat).await;
    anna.ask("wrapup.complete", chat).await.refused("conflict");
}

#[tokio::test]
async fn s17_a_refusal_leaves_nothing_behind() {
    let scene = Scene::with(json!({"queues": {"french": {
        "policies": {"zero_eligible": "refuse"}}}}))
    .await;
    let (customer, anna) = scene.talk().await;
    let before = scene.chat(&customer.chat).await;
    let lines = baton_client::transcript(&anna.http, &customer.chat).await;
    let to_french = json!({"chat_id": customer.chat, "to": {"queue": "french"}, "note": "psst"});
    anna.ask("chat.transfer", to_french).await.refused("no_eligible_agent");
    let to_ben = json!({"chat_id": customer.chat, "to": {"agent": "ben"}, "note": "psst"});
    anna.ask("chat.transfer", to_ben).await.refused("no_eligible_agent");
    let skills = json!([{"skill": "billing", "level": 11}]);
    let add = json!({"chat_id": customer.chat, "queue": "billing", "skills": skills});
    anna.ask("chat.add_queue", add).await.refused("invalid");
    assert_eq!(scene.chat(&customer.chat).await, before);
    assert_eq!(baton_client::transcript(&anna.http, &customer.chat).await, lines);
    assert_eq!(anna.row().await["capacity"]["used"], 250, "one chat's weight");
}

#[tokio::test]
async fn s18_nobody_is_booked_twice() {
    let capacity = json!({"capacity": 500});
    let scene = Scene::with(json!({"agents": {"anna": capacity, "ben": capacity,
        "cleo": capacity}}))
    .await;
    let agents = [scene.ready("anna").await, scene.ready("ben").await, scene.ready("cleo").await];
    let starts = (0..40).map(|_| {
        let (http, body) = (scene.http.clone(), scene.order(json!({})));
        tokio::spawn(async move { Customer::start(&http, body).await.chat })
    });
    for start in starts.collect::<Vec<_>>() {
        start.await.expect("no start fails");
    }
    let (a, b, c) = tokio::join!(work(&agents[0]), work(&agents[1]), work(&agents[2]));
    let served: Vec<String> = [a, b, c].concat();
    let distinct: BTreeSet<&String> = served.iter().collect();
    assert_eq!(served.len(), distinct.len(), "a chat was served by two");
    assert!(served.len() >= 12, "{} served", served.len());
}

/// Takes six chats, two at a time at most, and looks at the own row all along.
async fn work(agent: &Agent) -> Vec<String> {
    let mut served = Vec::new();
    for _ in 0..6 {
        let chat = agent.take().await;
        let row = agent.row().await;
        let used = row["capacity"]["used"].as_u64().expect("it is a number");
        assert!(used <= 500, "{} carries {used}: {row}", agent.id);
        let load = ["offered", "handling", "wrapup"].map(|kind| row["load"][kind].as_u64());
        assert!(load.into_iter().flatten().sum::<u64>() <= 2, "{row}");
        let id = chat["chat_id"].as_str().expect("a chat has an id").to_owned();
        let fields = json!({"chat_id": id, "disposition": "solved"});
        agent.ask("chat.leave", fields).await.ok();
        served.push(id);
    }
    served
}

#[tokio::test]
async fn s20_only_listed_calls_and_bounded_bodies() {
    let scene = Scene::open().await;
    for method in [Method::PATCH, Method::DELETE, Method::PUT] {
        let call = scene.admin().request(method, "/v1/queues");
        Reply::to(call).await.problem("not_found");
    }
    for path in ["/v1/", "/v2/chats", "/v1/chats/../config", "/v1/chats/%2e%2e/config"] {
        let status = scene.admin().get(path).await.status;
        assert!(matches!(status, 404 | 200), "{path}: {status}");
    }
    let deep = |levels: usize| {
        format!(r#"{{"workspace":"shop","skills":{}{}}}"#, "[".repeat(levels), "]".repeat(levels))
    };
    for levels in [20, 200, 20_000] {
        let request = scene.http.request(Method::POST, "/v1/chats");
        let request = request.header("Content-Type", "application/json").body(deep(levels));
        Reply::to(request).await.problem("invalid");
    }
    let unknown = scene.order(json!({"is_admin": true}));
    scene.http.post("/v1/chats", &unknown).await.problem("invalid");
    let large = scene.order(json!({"text": "x".repeat(66_000)}));
    scene.http.post("/v1/chats", &large).await.problem("too_large");
}

#[tokio::test]
async fn s28_canaries_are_found_nowhere_they_must_not_be() {
    let mut scene = Scene::open().await;
    let run = canary_run(&scene).await;
    let metrics = scene.place.metrics().await.text;
    let messages = stored(&jetstream_of(&scene.place.ready.nats).await).await;
    scene.place.process.stop().await;
    let logs = scene.place.logs();
    assert!(!logs.is_empty(), "there is nothing to search");
    for canary in &run.everywhere {
        assert!(!logs.contains(canary), "{canary} is in a log: {}", around(&logs, canary));
        assert!(!metrics.contains(canary), "{canary} is in a metric");
        for message in &messages {
            let (stream, subject) = (&message.stream, &message.subject);
            assert!(!subject.contains(canary), "{canary} is in the subject {subject}");
            assert!(!message.headers.contains(canary), "{canary}: {stream}: {}", message.headers);
            let personal = run.personal.contains(canary) && stream.starts_with("baton-transcripts");
            let payload = String::from_utf8_lossy(&message.payload);
            assert!(personal || !payload.contains(canary), "{canary} in {stream}: {payload}");
        }
    }
    let transcripts = messages.iter().filter(|one| one.stream.starts_with("baton-transcripts"));
    let said: String =
        transcripts.map(|one| String::from_utf8_lossy(&one.payload).into_owned()).collect();
    for canary in &run.personal {
        assert!(said.contains(canary), "{canary} should be in a transcript: the search is blind");
    }
}

/// What was planted.
struct Canaries {
    /// All of them.
    everywhere: Vec<String>,
    /// Those that belong into transcripts alone.
    personal: Vec<String>,
}

async fn canary_run(scene: &Scene) -> Canaries {
    let canary = |name: &str| format!("canary{name}{}", &fresh_key()[..12]);
    let names = ["id", "name", "mail", "attr", "text", "line", "note", "reply", "dm", "panel"];
    let made: Vec<String> = names.iter().map(|name| canary(name)).collect();
    let [id, name, mail, attribute, text, line, note, reply, dm, panel] =
        made.clone().try_into().expect("there are ten");
    let order = scene.order(json!({
        "customer": {"id": id, "name": name, "email": format!("{mail}@example.org")},
        "attributes": {"secret": attribute}, "text": text,
    }));
    let key = canary("startkey") + &fresh_key();
    let anna = scene.ready("anna").await;
    let ben = scene.ready("ben").await;
    let started = scene.http.post_keyed("/v1/chats", &key, &order).await.ok(201);
    let mut customer = Customer::of_start(&scene.http, started);
    customer.connect().await;
    anna.take().await;
    customer.say(&line).await;
    anna.say(&customer.chat, &reply).await;
    let fields = json!({"chat_id": customer.chat, "attributes": {"panel": panel}});
    anna.ask("chat.update", fields).await.ok();
    let fields = json!({"to": "ben", "text": dm, "client_id": "d-1"});
    anna.ask("dm.send", fields).await.ok();
    let fields = json!({"chat_id": customer.chat, "agent": "ben", "note": note});
    anna.ask("chat.add_agent", fields).await.ok();
    assert_eq!(ben.take().await["chat_id"], customer.chat.as_str());
    anna.leave(&customer.chat).await;
    // Refusals must not quote what was sent either.
    let bad = json!({"chat_id": customer.chat, "text": line, "client_id": "a b"});
    customer.socket().ask("chat.send", bad).await.refused("invalid");
    let secret = scene.place.data().parent().expect("it is in a folder").join("secret");
    let secret = std::fs::read_to_string(secret).expect("the test wrote it");
    let tokens = [&customer.http, &anna.http].map(|http| http.token().unwrap_or_default());
    let mut everywhere = made.clone();
    everywhere.extend([key, secret]);
    everywhere.extend(tokens.map(str::to_owned));
    Canaries { everywhere, personal: made }
}

fn around(text: &str, canary: &str) -> String {
    let line = text.lines().find(|line| line.contains(canary));
    line.unwrap_or_default().to_owned()
}
