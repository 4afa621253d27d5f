//! Transfers beyond the table's rows: the order of accept and End Chat, consult then cancel,
//! would-orphan, hops, policies when nobody is eligible, who is never offered what.

use baton_client::{Agent, Customer, SOON};
use baton_e2e::{Scene, until};
use serde_json::{Value, json};

/// Anna adds `billing` to her chat and Ben has the offer.
async fn offered_to_ben(scene: &Scene) -> (Customer, Agent, Agent, Value) {
    let (customer, anna, ben) = scene.talk_beside_ben().await;
    anna.add_queue(&customer.chat, "billing").await;
    let offer = ben.offer().await;
    (customer, anna, ben, offer)
}

/// Whatever the order: Ben has the chat alone, one hop, the customer was told once of each change.
async fn ben_has_it(scene: &Scene, customer: &Customer) {
    let owned = |chat: &Value| chat["owner"] == json!({"agent": "ben"}) && chat["hops"] == 1;
    let chat = scene.chat_until(&customer.chat, "Ben's ownership", owned).await;
    assert_eq!(chat["state"], "active");
    assert!(chat.get("transfer").is_none_or(Value::is_null), "nothing is left over: {chat}");
    let state_of = |id: &str| {
        let rows = chat["participants"].as_array().expect("a chat has participants");
        let row = rows.iter().find(|row| row["id"] == id).expect("both took part");
        row["state"].clone()
    };
    assert!(["left", "wrapup", "done"].contains(&state_of("anna").as_str().unwrap_or_default()));
    assert_eq!(state_of("ben"), "connected");
    let both = async || {
        let lines = baton_client::transcript(&customer.http, &customer.chat).await;
        let counts = (told(&lines, "connected", "ben"), told(&lines, "left", "anna"));
        (counts.0 > 0 && counts.1 > 0).then_some(counts)
    };
    let counts = until("both lines about the transfer", SOON, both).await;
    assert_eq!(counts, (1, 1), "each is told once");
}

/// How many lines tell this change of this agent.
fn told(lines: &[Value], change: &str, id: &str) -> usize {
    let is = |line: &&Value| {
        line["event"]["change"] == change && line["event"]["participant"]["id"] == id
    };
    lines.iter().filter(is).count()
}

#[tokio::test]
async fn a_queue_transfer_accepted_before_end_chat() {
    let scene = Scene::open().await;
    let (customer, anna, ben, offer) = offered_to_ben(&scene).await;
    ben.accept(&offer).await;
    assert_eq!(anna.leave(&customer.chat).await["state"], "active");
    ben_has_it(&scene, &customer).await;
}

#[tokio::test]
async fn a_queue_transfer_accepted_after_end_chat() {
    let scene = Scene::open().await;
    let (customer, anna, ben, offer) = offered_to_ben(&scene).await;
    assert_eq!(anna.leave(&customer.chat).await["state"], "offered");
    ben.accept(&offer).await;
    ben_has_it(&scene, &customer).await;
}

#[tokio::test]
async fn a_queue_transfer_accepted_while_end_chat_runs() {
    let scene = Scene::open().await;
    for _ in 0..8 {
        let (customer, anna, ben, offer) = offered_to_ben(&scene).await;
        let (left, taken) = tokio::join!(anna.leave(&customer.chat), ben.accept(&offer));
        assert_eq!(taken["state"], "active");
        assert!(matches!(left["state"].as_str(), Some("active" | "offered")), "{left}");
        ben_has_it(&scene, &customer).await;
        ben.leave(&customer.chat).await;
        anna.complete(&customer.chat).await;
        ben.complete(&customer.chat).await;
    }
}

#[tokio::test]
async fn a_consult_that_is_cancelled_counts_as_nothing() {
    let scene = Scene::open().await;
    let (customer, anna, ben, offer) = offered_to_ben(&scene).await;
    let chat = scene.chat(&customer.chat).await;
    let invite = &chat["transfer"]["invites"][0]["invite_id"];
    let fields = json!({"chat_id": customer.chat, "invite_id": invite});
    anna.ask("chat.cancel_invite", fields.clone()).await.ok();
    let gone = ben.socket.event("offer.gone", |f| f["offer_id"] == offer["offer_id"]).await;
    assert_eq!((&gone["why"], &gone["detail"]), (&json!("revoked"), &json!("cancelled")));
    let late = ben.ask("offer.accept", json!({"offer_id": offer["offer_id"]})).await;
    assert_eq!(late.refused("offer_stale")["why"], "revoked");
    // Settled already, by whomever.
    anna.ask("chat.cancel_invite", fields).await.refused("offer_stale");
    let chat = scene.chat(&customer.chat).await;
    assert_eq!(chat["owner"], json!({"agent": "anna"}));
    assert_eq!(chat["hops"], 0);
    let cancelled = [("kind", "queue"), ("result", "cancelled")];
    scene.place.counted("transfers_total", &cancelled, 1.0).await;
    scene.place.counted("abandoned_total", &[("workspace", "shop")], 0.0).await;
}

#[tokio::test]
async fn the_last_agent_may_not_leave_with_only_an_invitation_pending() {
    let scene = Scene::open().await;
    let (customer, anna, ben) = scene.talk_beside_ben().await;
    anna.add_agent(&customer.chat, "ben").await;
    let offer = ben.offer().await;
    let leave = anna.ask("chat.leave", json!({"chat_id": customer.chat})).await;
    leave.refused("would_orphan");
    let chat = scene.chat(&customer.chat).await;
    assert_eq!(chat["owner"], json!({"agent": "anna"}), "a refusal changes nothing");
    ben.accept(&offer).await;
    anna.leave(&customer.chat).await;
    ben_has_it(&scene, &customer).await;
}

#[tokio::test]
async fn the_leaver_of_a_transfer_is_gone() {
    let scene = Scene::open().await;
    let (customer, anna, ben) = scene.talk_beside_ben().await;
    anna.add_agent(&customer.chat, "ben").await;
    ben.take().await;
    anna.leave(&customer.chat).await;
    ben_has_it(&scene, &customer).await;
    let fields = json!({"chat_id": customer.chat, "text": "one more thing", "client_id": "m-1"});
    anna.ask("chat.send", fields).await.refused("forbidden");
    anna.socket.turn();
    ben.say(&customer.chat, "you are with me now").await;
    customer.socket().line("you are with me now").await;
    anna.socket.ask("ping", json!({})).await.ok();
    anna.socket.none("chat.message");
    // Who was connected and not removed may go on reading.
    let lines = baton_client::transcript(&anna.http, &customer.chat).await;
    assert!(lines.iter().any(|line| line["text"] == "you are with me now"));
}

#[tokio::test]
async fn a_blind_transfer_to_a_queue_adds_and_leaves_in_one() {
    let scene = Scene::open().await;
    let (customer, anna, ben) = scene.talk_beside_ben().await;
    customer.say("I have paid twice").await;
    let note = "has paid twice";
    let fields = json!({"chat_id": customer.chat, "to": {"queue": "billing"}, "note": note});
    let answer = anna.ask("chat.transfer", fields).await.ok();
    assert_eq!(answer["chat"]["hops"], 1);
    let offer = ben.offer().await;
    assert_eq!((&offer["queue"], &offer["note"]), (&json!("billing"), &json!(note)));
    let lines = offer["last_lines"].as_array().expect("the last lines come along");
    assert!(lines.iter().any(|line| line["text"] == "I have paid twice"), "{offer}");
    ben.accept(&offer).await;
    ben_has_it(&scene, &customer).await;
    let lines = baton_client::transcript(&customer.http, &customer.chat).await;
    assert!(!lines.iter().any(|line| line["text"] == note), "a note is no line");
    // It stays with the chat for whoever talks there now, and for no customer.
    let chat = scene.chat(&customer.chat).await;
    let kept =
        json!([{"at": chat["notes"][0]["at"], "by": "anna", "kind": "handover", "text": note}]);
    assert_eq!(chat["notes"], kept);
    let copy = customer.http.get(&format!("/v1/chats/{}", customer.chat)).await.ok(200);
    assert!(!copy.to_string().contains(note), "{copy}");
}

#[tokio::test]
async fn hops_have_a_limit_and_refusals_change_nothing() {
    let scene = Scene::with(json!({"policies": {"max_hops": 1, "wrapup_s": 0}})).await;
    let (customer, anna, ben) = scene.talk_beside_ben().await;
    anna.add_agent(&customer.chat, "ben").await;
    ben.take().await;
    anna.leave(&customer.chat).await;
    let add = json!({"chat_id": customer.chat, "agent": "anna"});
    ben.ask("chat.add_agent", add).await.refused("hop_limit");
    let transfer = json!({"chat_id": customer.chat, "to": {"queue": "sales"}});
    ben.ask("chat.transfer", transfer).await.refused("hop_limit");
    let chat = scene.chat(&customer.chat).await;
    assert_eq!((&chat["owner"], &chat["hops"]), (&json!({"agent": "ben"}), &json!(1)));
}

#[tokio::test]
async fn plus_for_an_agent_is_refused_for_named_reasons() {
    let scene = Scene::with(json!({"agents": {"ben": {"capacity": 250}}})).await;
    let (customer, anna) = scene.talk().await;
    let add = async |agent: &str| {
        anna.ask("chat.add_agent", json!({"chat_id": customer.chat, "agent": agent})).await
    };
    add("nobody").await.refused("agent_not_found");
    add("anna").await.refused("already_participant");
    add("ben").await.refused("no_eligible_agent");
    let ben = scene.present("ben").await;
    add("ben").await.refused("no_eligible_agent");
    ben.status("ready").await;
    let busy = scene.caller(json!({"queue": "billing"})).await;
    assert_eq!(ben.take().await["chat_id"], busy.chat.as_str());
    add("ben").await.refused("at_capacity");
    let cleo = scene.ready("cleo").await;
    add("cleo").await.ok();
    add("cleo").await.refused("already_participant");
    cleo.offer().await;
}

#[tokio::test]
async fn one_entry_at_a_time() {
    let scene = Scene::open().await;
    let (customer, anna) = scene.talk().await;
    anna.add_queue(&customer.chat, "billing").await;
    let again = json!({"chat_id": customer.chat, "queue": "sales", "confirm": true});
    anna.ask("chat.add_queue", again).await.refused("conflict");
    let nowhere = json!({"chat_id": customer.chat, "queue": "nowhere"});
    anna.ask("chat.add_queue", nowhere).await.refused("queue_not_found");
}

#[tokio::test]
async fn a_queue_that_nobody_can_serve_holds_the_initiator_until_confirmed() {
    let scene = Scene::open().await;
    let (customer, anna) = scene.talk().await;
    let added = anna.add_queue(&customer.chat, "french").await;
    assert_eq!(added["warning"], "no_eligible_agent");
    assert_eq!(added["held"], true);
    let leave = anna.ask("chat.leave", json!({"chat_id": customer.chat})).await;
    leave.refused("would_orphan");
    let confirmed = json!({"chat_id": customer.chat, "confirm": true});
    let chat = anna.ask("chat.leave", confirmed).await.ok()["chat"].clone();
    assert_eq!((&chat["state"], &chat["queue"]), (&json!("queued"), &json!("french")));
}

#[tokio::test]
async fn the_other_policies_when_nobody_can_serve() {
    let policy = |name: &str| json!({"policies": {"zero_eligible": name}});
    let scene = Scene::with(json!({"queues": {
        "french": policy("refuse"),
        "late": {"name": "Late", "skills": [{"skill": "french"}],
            "policies": {"zero_eligible": "queue_anyway"}},
        "lost": {"name": "Lost", "skills": [{"skill": "french"}], "overflow": "sales",
            "policies": {"zero_eligible": "overflow_to"}},
    }}))
    .await;
    let (customer, anna) = scene.talk().await;
    let add = async |queue: &str| {
        anna.ask("chat.add_queue", json!({"chat_id": customer.chat, "queue": queue})).await
    };
    add("french").await.refused("no_eligible_agent");
    assert_eq!(scene.chat(&customer.chat).await["owner"], json!({"agent": "anna"}));
    let passed = add("lost").await.ok();
    assert_eq!(passed["queue"], "sales", "the overflow is where it went");
    let cancel = json!({"chat_id": customer.chat, "invite_id": passed["invite_id"]});
    anna.ask("chat.cancel_invite", cancel).await.ok();
    let queued = add("late").await.ok();
    assert!(queued.get("held").is_none_or(|held| held == &Value::Bool(false)), "{queued}");
    assert_eq!(anna.leave(&customer.chat).await["queue"], "late");
}

#[tokio::test]
async fn a_customer_who_leaves_during_a_queue_transfer_abandons_what_waits() {
    let scene = Scene::open().await;
    let (first, anna, ben, offer) = offered_to_ben(&scene).await;
    let chat = first.end().await;
    assert_eq!(chat["closed"]["reason"], "customer_left");
    let gone = ben.socket.event("offer.gone", |f| f["offer_id"] == offer["offer_id"]).await;
    assert_eq!(gone["detail"], "customer_left");
    anna.status("not_ready").await;
    ben.status("not_ready").await;
    let second = scene.customer(json!({})).await;
    let cleo = scene.ready("cleo").await;
    cleo.take().await;
    cleo.add_queue(&second.chat, "french").await;
    assert_eq!(second.end().await["closed"]["reason"], "customer_left");
    // Only the one that waited: the other was with Ben already.
    scene.place.counted("abandoned_total", &[("phase", "transfer")], 1.0).await;
}

#[tokio::test]
async fn a_removed_agent_neither_writes_nor_reads() {
    let scene = Scene::open().await;
    let (customer, anna, ben) = scene.talk_beside_ben().await;
    anna.add_agent(&customer.chat, "ben").await;
    ben.take().await;
    let remove = async |who: &str| {
        let fields = json!({"chat_id": customer.chat, "participant": who});
        anna.ask("chat.remove_participant", fields).await
    };
    remove("anna").await.refused("invalid");
    remove("ben").await.ok();
    customer.socket().participant("ben", "removed").await;
    let fields = json!({"chat_id": customer.chat, "text": "but", "client_id": "m-1"});
    ben.ask("chat.send", fields).await.refused("forbidden");
    let path = format!("/v1/chats/{}/messages", customer.chat);
    ben.http.get(&path).await.problem("forbidden");
    assert_eq!(scene.chat(&customer.chat).await["owner"], json!({"agent": "anna"}));
}

#[tokio::test]
async fn the_transfer_message_speaks_the_customers_language() {
    let scene = Scene::open().await;
    let anna = scene.ready("anna").await;
    let customer = scene.customer(json!({"attributes": {"language": "de-AT"}})).await;
    anna.take().await;
    anna.add_queue(&customer.chat, "billing").await;
    customer.socket().line("Wir verbinden Sie mit der Abrechnung.").await;
}
