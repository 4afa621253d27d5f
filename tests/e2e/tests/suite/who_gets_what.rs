//! The contract's table "Who gets what", row by row: each command, its answer, and the events of
//! everybody concerned, in the contract's order.

use baton_client::Agent;
use baton_e2e::Scene;
use serde_json::{Value, json};

/// Begins a turn for everybody, so that expectations look at what follows only.
fn turn(customer: &baton_client::Customer, agents: &[&Agent]) {
    customer.socket().turn();
    for agent in agents {
        agent.socket.turn();
    }
}

fn invite_is(state: &'static str, id: &str) -> impl Fn(&Value) -> bool {
    move |frame| frame["invite_id"] == id && frame["state"] == state
}

async fn offer_gone(agent: &Agent, offer: &Value, why: &str) -> Value {
    let fits = |frame: &Value| frame["offer_id"] == offer["offer_id"] && frame["why"] == why;
    agent.socket.event("offer.gone", fits).await
}

#[tokio::test]
async fn a_start_is_offered_and_the_customer_sees_it() {
    let scene = Scene::open().await;
    let customer = scene.customer(json!({})).await;
    assert_eq!(customer.started["state"], "queued");
    assert_eq!(customer.started["position"], 1);
    let anna = scene.ready("anna").await;
    let offer = anna.offer().await;
    assert_eq!(offer["chat"]["chat_id"], customer.chat.as_str());
    assert_eq!((&offer["kind"], &offer["origin"]), (&json!("queue"), &json!("new")));
    let state = customer.socket().chat_state("offered").await;
    assert_eq!(state["queue"], "sales");
    // Somebody free at once: the answer may already say so.
    let second = scene.caller(json!({})).await;
    assert!(matches!(second.started["state"].as_str(), Some("queued" | "offered")));
    assert_eq!(anna.offer().await["chat"]["chat_id"], second.chat.as_str());
}

#[tokio::test]
async fn an_accept_connects_the_agent() {
    let scene = Scene::open().await;
    let anna = scene.ready("anna").await;
    let customer = scene.customer(json!({})).await;
    let offer = anna.offer().await;
    turn(&customer, &[&anna]);
    let chat = anna.accept(&offer).await;
    assert_eq!(chat["state"], "active");
    assert_eq!(chat["owner"], json!({"agent": "anna"}));
    offer_gone(&anna, &offer, "accepted").await;
    for socket in [customer.socket(), &anna.socket] {
        socket.participant("anna", "connected").await;
        socket.chat_state("active").await;
    }
    anna.socket.in_order(&["offer.gone", "chat.participant", "chat.state"]);
    customer.socket().in_order(&["chat.participant", "chat.state"]);
}

#[tokio::test]
async fn a_decline_puts_the_chat_back_for_the_next_agent() {
    let scene = Scene::open().await;
    let anna = scene.ready("anna").await;
    let customer = scene.customer(json!({})).await;
    let offer = anna.offer().await;
    turn(&customer, &[&anna]);
    anna.decline(&offer).await;
    offer_gone(&anna, &offer, "declined").await;
    customer.socket().chat_state("queued").await;
    assert_eq!(anna.row().await["status"], "ready", "a decline costs no status");
    let ben = scene.ready("ben").await;
    assert_eq!(ben.offer().await["chat"]["chat_id"], customer.chat.as_str());
    anna.socket.none("offer.new");
}

#[tokio::test]
async fn an_expired_offer_puts_the_chat_back_and_the_agent_aside() {
    let scene = Scene::with(json!({"policies": {"offer_s": 3}})).await;
    let anna = scene.ready("anna").await;
    let customer = scene.customer(json!({})).await;
    let offer = anna.offer().await;
    turn(&customer, &[&anna]);
    offer_gone(&anna, &offer, "expired").await;
    let aside = |frame: &Value| frame["status"] == "not_ready" && frame["reason"] == "no_answer";
    anna.socket.event("agent.state", aside).await;
    customer.socket().chat_state("queued").await;
    let ben = scene.ready("ben").await;
    assert_eq!(ben.take().await["chat_id"], customer.chat.as_str());
}

#[tokio::test]
async fn an_added_agent_is_invited() {
    let scene = Scene::open().await;
    let (customer, anna, ben) = scene.talk_beside_ben().await;
    turn(&customer, &[&anna, &ben]);
    let invite = anna.add_agent(&customer.chat, "ben").await;
    let offer = ben.offer().await;
    assert_eq!(offer["kind"], "invite");
    assert_eq!(offer["invite_id"], invite.as_str());
    assert_eq!(offer["from_agent"], "anna");
    assert_eq!(offer["wait_s"].as_f64(), Some(0.0));
    assert!(offer.get("queue").is_none_or(Value::is_null), "an invitation has no queue");
    anna.socket.participant("ben", "invited").await;
    anna.socket.event("chat.invite", invite_is("pending", &invite)).await;
    let state = anna.socket.chat_state("active").await;
    assert_eq!(state["transfer"]["invites"][0]["invite_id"], invite.as_str());
    anna.socket.in_order(&["chat.participant", "chat.invite", "chat.state"]);
}

#[tokio::test]
async fn an_invited_agent_who_accepts_joins_everybody() {
    let scene = Scene::open().await;
    let (customer, anna, ben) = scene.talk_beside_ben().await;
    let invite = anna.add_agent(&customer.chat, "ben").await;
    let offer = ben.offer().await;
    turn(&customer, &[&anna, &ben]);
    let chat = ben.accept(&offer).await;
    assert_eq!(chat["state"], "active");
    offer_gone(&ben, &offer, "accepted").await;
    let both = |frame: &Value| {
        let there = |id: &str| {
            let rows = frame["participants"].as_array().expect("a chat has participants");
            rows.iter().any(|row| row["id"] == id && row["state"] == "connected")
        };
        there("anna") && there("ben")
    };
    for socket in [customer.socket(), &anna.socket, &ben.socket] {
        socket.participant("ben", "connected").await;
        socket.event("chat.state", both).await;
    }
    for agent in [&anna, &ben] {
        agent.socket.event("chat.invite", invite_is("accepted", &invite)).await;
        agent.socket.in_order(&["chat.participant", "chat.invite", "chat.state"]);
    }
    customer.socket().none("chat.invite");
}

/// B is asked and does not come: A is told, C is not.
async fn invitation_that_fails(scene: &Scene, state: &'static str, why: &'static str) {
    let (customer, anna, ben) = scene.talk_beside_ben().await;
    turn(&customer, &[&anna, &ben]);
    let invite = anna.add_agent(&customer.chat, "ben").await;
    let offer = ben.offer().await;
    match state {
        "declined" => ben.decline(&offer).await,
        "cancelled" => {
            let fields = json!({"chat_id": customer.chat, "invite_id": invite});
            anna.ask("chat.cancel_invite", fields).await.ok();
        }
        _ => {}
    }
    offer_gone(&ben, &offer, why).await;
    anna.socket.event("chat.invite", invite_is(state, &invite)).await;
    let settled = |frame: &Value| {
        frame["state"] == "active" && frame.get("transfer").is_none_or(Value::is_null)
    };
    anna.socket.event("chat.state", settled).await;
    anna.leave(&customer.chat).await;
    customer.socket().chat_state("wrapup").await;
    // The end alone: that everybody left, then the state.
    let mut seen = customer.socket().kinds();
    seen.dedup();
    assert_eq!(seen, ["chat.participant", "chat.state"], "the customer sees only the end");
    for change in ["invited", "connected", "removed"] {
        let parts = customer.socket().all("chat.participant");
        assert!(!parts.iter().any(|frame| frame["change"] == change), "{parts:?}");
    }
}

#[tokio::test]
async fn a_declined_invitation_is_told_to_the_inviter_alone() {
    invitation_that_fails(&Scene::open().await, "declined", "declined").await;
}

#[tokio::test]
async fn an_expired_invitation_is_told_to_the_inviter_alone() {
    let scene = Scene::with(json!({"policies": {"offer_s": 3}})).await;
    invitation_that_fails(&scene, "expired", "expired").await;
}

#[tokio::test]
async fn a_cancelled_invitation_is_told_to_both_agents_alone() {
    invitation_that_fails(&Scene::open().await, "cancelled", "revoked").await;
}

#[tokio::test]
async fn leaving_to_a_colleague_completes_the_transfer() {
    let scene = Scene::open().await;
    let (customer, anna, ben) = scene.talk_beside_ben().await;
    anna.add_agent(&customer.chat, "ben").await;
    ben.take().await;
    customer.socket().participant("ben", "connected").await;
    turn(&customer, &[&anna, &ben]);
    let chat = anna.leave(&customer.chat).await;
    assert_eq!(chat["state"], "active");
    assert_eq!(chat["owner"], json!({"agent": "ben"}));
    assert_eq!(chat["hops"], 1);
    for socket in [customer.socket(), &anna.socket, &ben.socket] {
        socket.participant("anna", "left").await;
        // Ben's coming is told by a state of its own, which may come after the turn began.
        let after = |frame: &Value| frame["rev"].as_u64() >= chat["rev"].as_u64();
        assert_eq!(socket.event("chat.state", after).await["state"], "active");
        socket.in_order(&["chat.participant", "chat.state"]);
    }
    assert_eq!(anna.row().await["load"]["wrapup"], 1, "the leaver has a wrap-up");
}

#[tokio::test]
async fn an_added_queue_offers_the_chat_there_while_the_agent_stays() {
    let scene = Scene::open().await;
    let (customer, anna, ben) = scene.talk_beside_ben().await;
    turn(&customer, &[&anna, &ben]);
    let added = anna.add_queue(&customer.chat, "billing").await;
    assert_eq!(added["queue"], "billing");
    let invite = added["invite_id"].as_str().expect("an invitation has an id");
    anna.socket.event("chat.invite", invite_is("queued", invite)).await;
    anna.socket.chat_state("active").await;
    anna.socket.in_order(&["chat.invite", "chat.state"]);
    let text = "You are being transferred to Billing.";
    for socket in [customer.socket(), &anna.socket] {
        let line = socket.line(text).await;
        assert_eq!(line["message"]["kind"], "auto");
        assert_eq!(line["message"]["from"]["id"], "billing");
    }
    let offer = ben.offer().await;
    assert_eq!((&offer["kind"], &offer["origin"]), (&json!("queue"), &json!("transfer")));
    assert_eq!(offer["queue"], "billing");
    assert_eq!(offer["from_agent"], "anna");
    // Anna stays: Ben's accept is that of an invitation.
    turn(&customer, &[&anna, &ben]);
    assert_eq!(ben.accept(&offer).await["state"], "active");
    offer_gone(&ben, &offer, "accepted").await;
    for socket in [customer.socket(), &anna.socket, &ben.socket] {
        socket.participant("ben", "connected").await;
        socket.chat_state("active").await;
    }
    for agent in [&anna, &ben] {
        agent.socket.event("chat.invite", invite_is("accepted", invite)).await;
    }
}

#[tokio::test]
async fn leaving_to_a_queue_lets_the_chat_wait_there() {
    let scene = Scene::with(json!({"agents": {"ben": {"capacity": 250}}})).await;
    let (customer, anna) = scene.talk().await;
    // Ben could serve it and has no room.
    let ben = scene.ready("ben").await;
    scene.caller(json!({"queue": "billing"})).await;
    ben.take().await;
    anna.add_queue(&customer.chat, "billing").await;
    turn(&customer, &[&anna, &ben]);
    let chat = anna.leave(&customer.chat).await;
    assert!(matches!(chat["state"].as_str(), Some("queued" | "offered")), "{chat}");
    assert_eq!(chat["owner"], json!({"queue": "billing"}));
    anna.socket.participant("anna", "left").await;
    anna.socket.event("chat.state", |frame| frame["state"] != "active").await;
    customer.socket().participant("anna", "left").await;
    let state = customer.socket().event("chat.state", |frame| frame["state"] == "queued").await;
    assert_eq!((&state["queue"], &state["position"]), (&json!("billing"), &json!(1)));
    // Anna was there when the entry was made: it is never hers.
    let cleo = scene.ready("cleo").await;
    assert_eq!(cleo.take().await["chat_id"], customer.chat.as_str());
    anna.socket.none("offer.new");
}

#[tokio::test]
async fn a_blind_transfer_to_an_agent_makes_the_invitation_an_entry() {
    let scene = Scene::open().await;
    let (customer, anna, ben) = scene.talk_beside_ben().await;
    turn(&customer, &[&anna, &ben]);
    let fields = json!({"chat_id": customer.chat, "to": {"agent": "ben"}});
    let answer = anna.ask("chat.transfer", fields).await.ok();
    assert_eq!(answer["chat"]["state"], "offered");
    assert!(answer["invite_id"].is_string(), "{answer}");
    assert_eq!(answer["chat"]["hops"], 1);
    let offer = ben.offer().await;
    customer.socket().participant("anna", "left").await;
    assert_eq!(customer.socket().chat_state("offered").await["queue"], "sales");
    // It fails: the chat waits in its queue, for Anna too.
    ben.decline(&offer).await;
    let again = anna.offer().await;
    assert_eq!(again["chat"]["chat_id"], customer.chat.as_str());
    assert_eq!(again["queue"], "sales");
}

#[tokio::test]
async fn a_blind_leave_makes_the_pending_invitation_an_entry() {
    let scene = Scene::open().await;
    let (customer, anna, ben) = scene.talk_beside_ben().await;
    anna.add_agent(&customer.chat, "ben").await;
    let offer = ben.offer().await;
    turn(&customer, &[&anna, &ben]);
    let fields = json!({"chat_id": customer.chat, "blind": true});
    let chat = anna.ask("chat.leave", fields).await.ok()["chat"].clone();
    assert_eq!(chat["state"], "offered");
    customer.socket().participant("anna", "left").await;
    customer.socket().chat_state("offered").await;
    assert_eq!(ben.accept(&offer).await["owner"], json!({"agent": "ben"}));
    customer.socket().participant("ben", "connected").await;
}

#[tokio::test]
async fn the_last_agent_who_leaves_ends_the_chat_and_wraps_up() {
    let scene = Scene::open().await;
    let (customer, anna) = scene.talk().await;
    turn(&customer, &[&anna]);
    let chat = anna.leave(&customer.chat).await;
    assert_eq!(chat["state"], "wrapup");
    assert_eq!(chat["closed"]["reason"], "resolved");
    for socket in [customer.socket(), &anna.socket] {
        socket.participant("anna", "left").await;
        let state = socket.chat_state("wrapup").await;
        assert!(state.get("owner").is_none_or(Value::is_null), "nobody owns what is over");
        socket.in_order(&["chat.participant", "chat.state"]);
    }
    turn(&customer, &[&anna]);
    assert_eq!(anna.complete(&customer.chat).await["state"], "closed");
    for socket in [customer.socket(), &anna.socket] {
        socket.chat_state("closed").await;
    }
}

#[tokio::test]
async fn an_end_by_one_of_two_agents_ends_it_for_everybody() {
    let scene = Scene::open().await;
    let (customer, anna, ben) = scene.talk_beside_ben().await;
    anna.add_agent(&customer.chat, "ben").await;
    ben.take().await;
    turn(&customer, &[&anna, &ben]);
    let answer = anna.ask("chat.end", json!({"chat_id": customer.chat})).await.ok();
    assert_eq!(answer["chat"]["state"], "wrapup");
    assert_eq!(answer["chat"]["closed"]["reason"], "resolved");
    for socket in [customer.socket(), &anna.socket, &ben.socket] {
        socket.participant("anna", "left").await;
        socket.participant("ben", "left").await;
        socket.chat_state("wrapup").await;
    }
    assert_eq!(ben.complete(&customer.chat).await["state"], "wrapup", "Anna's still runs");
    assert_eq!(anna.complete(&customer.chat).await["state"], "closed");
    customer.socket().chat_state("closed").await;
}

#[tokio::test]
async fn a_customer_who_ends_while_waiting_abandons() {
    let scene = Scene::open().await;
    let anna = scene.ready("anna").await;
    let customer = scene.customer(json!({})).await;
    let offer = anna.offer().await;
    turn(&customer, &[&anna]);
    let chat = customer.end().await;
    assert_eq!(chat["state"], "closed");
    assert_eq!(chat["closed"]["reason"], "abandoned");
    let gone = offer_gone(&anna, &offer, "revoked").await;
    assert_eq!(gone["detail"], "customer_left");
    customer.socket().chat_state("closed").await;
    assert_eq!(anna.row().await["status"], "ready", "a revoked offer costs nothing");
}

#[tokio::test]
async fn a_customer_who_ends_while_talking_leaves() {
    let scene = Scene::open().await;
    let (customer, anna, ben) = scene.talk_beside_ben().await;
    let invite = anna.add_agent(&customer.chat, "ben").await;
    let offer = ben.offer().await;
    turn(&customer, &[&anna, &ben]);
    let chat = customer.end().await;
    assert_eq!(chat["state"], "wrapup");
    assert_eq!(chat["closed"]["reason"], "customer_left");
    assert_eq!(offer_gone(&ben, &offer, "revoked").await["detail"], "customer_left");
    let cancelled = anna.socket.event("chat.invite", invite_is("cancelled", &invite)).await;
    assert_eq!(cancelled["reason"], "customer_left");
    anna.socket.chat_state("wrapup").await;
}

#[tokio::test]
async fn an_agent_whose_line_is_cut_may_come_back_within_the_grace() {
    let scene = Scene::open().await;
    let (customer, anna) = scene.talk().await;
    let second = scene.caller(json!({})).await;
    let offer = anna.offer().await;
    assert_eq!(offer["chat"]["chat_id"], second.chat.as_str());
    customer.socket().turn();
    let anna = cut_and_return(&scene, &customer, anna).await;
    customer.socket().participant("anna", "connected").await;
    let chats = anna.welcome["chats"].as_array().expect("a welcome lists chats");
    assert_eq!(chats.len(), 1, "the chat is still Anna's: {}", anna.welcome);
    assert_eq!(anna.row().await["status"], "ready", "within the grace the status is as it was");
    // The offer was revoked when the last connection went; ready again, Anna gets it anew.
    assert_eq!(anna.offer().await["chat"]["chat_id"], second.chat.as_str());
}

async fn cut_and_return(scene: &Scene, customer: &baton_client::Customer, anna: Agent) -> Agent {
    drop(anna.socket);
    customer.socket().participant("anna", "disconnected").await;
    let there = |frame: &Value| {
        let rows = frame["participants"].as_array().expect("a chat has participants");
        rows.iter().any(|row| row["id"] == "anna" && row["state"] == "disconnected")
    };
    customer.socket().event("chat.state", there).await;
    scene.present("anna").await
}

#[tokio::test]
async fn an_agent_who_does_not_come_back_loses_the_chat_to_the_queue() {
    let scene = Scene::with(json!({"policies": {"agent_grace_s": 1}})).await;
    let (customer, anna) = scene.talk().await;
    customer.socket().turn();
    drop(anna.socket);
    customer.socket().participant("anna", "disconnected").await;
    customer.socket().participant("anna", "lost").await;
    let state = customer.socket().chat_state("queued").await;
    assert_eq!((&state["queue"], &state["position"]), (&json!("sales"), &json!(1)));
    let row = scene.lead().get("/v1/agents/anna").await.ok(200);
    assert_eq!((&row["status"], &row["reason"]), (&json!("logged_out"), &json!("lost")));
    let ben = scene.ready("ben").await;
    let offer = ben.offer().await;
    assert_eq!(offer["origin"], "requeue");
    assert_eq!(ben.accept(&offer).await["chat_id"], customer.chat.as_str());
}
