//! The audit over a busy run: two routers and two gateways, transfers, declines, abandonments, cut
//! lines and a killed leader; then the journal is lawful, everybody saw what is stored, and the
//! leader exports what the journal says.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use baton_client::audit::{self, Options, Report};
use baton_client::{Gateways, HEALED, Happening, Http, Ledger, SOON, Session, Who, start_chat};
use baton_e2e::{Kind, Metrics, Shop, Stage, until};
use serde_json::{Value, json};
use tokio::task::JoinSet;

const AGENTS: [&str; 3] = ["anna", "ben", "cleo"];
/// Chats that customers stay in, and chats that they give up at once.
const CHATS: usize = 18;
const ABANDONED: usize = 2;
/// Between two looks at the metrics.
const LOOK: Duration = Duration::from_millis(100);

#[tokio::test]
async fn a_busy_run_with_a_killed_leader_is_clean() {
    let mut stage = Stage::start(Kind::One).await;
    stage.add_router().await;
    stage.add_gateway().await;
    let policies = json!({"wrapup_s": 1, "offer_s": 5});
    let shop = stage.shop(json!({"policies": policies})).await;
    let gateways = Gateways::new(stage.gateways.iter().map(|g| g.ready.public.clone()));
    let ledger = Ledger::new();
    let mut agents = JoinSet::new();
    let mut sessions = Vec::new();
    for id in AGENTS {
        let who = Who::Agent { workspace: shop.name.clone(), id: id.into() };
        let session = Session::open(&gateways, who, &shop.token("agent", id), &ledger).await;
        let session = session.expect("an agent is welcome");
        session.command("agent.status", json!({"status": "ready"})).await.expect("ready");
        agents.spawn(work(session.clone(), id));
        sessions.push(session);
    }
    let overseen = tokio::spawn(oversee(shop.lead()));
    let mut customers = JoinSet::new();
    for number in 0..CHATS + ABANDONED {
        let (gateways, ledger, shop) = (gateways.clone(), ledger.clone(), shop.clone());
        customers.spawn(async move { visit(&gateways, &ledger, &shop, number).await });
    }
    let mut done = 0;
    while let Some(visited) = customers.join_next().await {
        visited.expect("a customer is served");
        done += 1;
        match done {
            4 => kill_leader(&mut stage).await,
            6 => put_out(&shop.lead(), "cleo").await,
            8 => sessions.iter().for_each(Session::cut),
            _ => {}
        }
    }
    let open =
        async || (shop.lead().get("/v1/chats").await.ok(200)["chats"] == json!([])).then_some(());
    until("the end of every chat and wrap-up", HEALED, open).await;
    overseen.abort();
    let ways = overseen.await.expect_err("it goes on until then").is_cancelled();
    assert!(ways, "a supervisor is refused nothing but what is over");
    for session in sessions {
        session.close().await;
    }
    while agents.join_next().await.is_some() {}

    let stored = audit::read(&stage.broker.url()).await.expect("what is stored can be read");
    let report = audit::check(&ledger.facts(), &stored, &Options { settled: true });
    assert!(report.is_clean(), "{report}");
    for check in &report.checks {
        assert!(check.looked_at > 0, "{} looked at nothing: {report}", check.name);
    }
    assert_eq!(ledger.facts().starts.len(), CHATS + ABANDONED);
    for happened in [
        "outcome=\"declined\"",
        "origin=\"transfer\"",
        "kind=\"blind\",result=\"completed\"",
        "phase=\"new\"",
    ] {
        let mut names = report.totals.0.keys().map(ToString::to_string);
        assert!(names.any(|name| name.contains(happened)), "nothing with {happened}: {report}");
    }
    equals_what_is_exported(&stage, &report).await;
}

/// One who looks into whatever chat is open, now in this way, now in that, without a socket.
async fn oversee(lead: Http) {
    for (count, mode) in ["monitor", "coach", "barge", "off", "barge"].iter().cycle().enumerate() {
        let open = lead.get("/v1/chats").await;
        let chats = open.json()["chats"].as_array().cloned().unwrap_or_default();
        if let Some(chat) = chats.get(count % chats.len().max(1)) {
            let ask = json!({"type": "chat.monitor", "chat_id": chat["chat_id"], "mode": mode});
            let told = lead.command(&ask).await;
            let code = told.json()["error"]["code"].clone();
            let over = matches!(code.as_str(), Some("chat_closed" | "not_found" | "unavailable"));
            assert!(told.status == 200 || over, "{mode}: {}", told.text);
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// An agent's chats are for others, and the agent is at work again at once.
async fn put_out(lead: &Http, agent: &str) {
    for (status, evict) in [("logged_out", true), ("ready", false)] {
        let ask = json!({"type": "agent.force_status", "agent": agent, "status": status,
            "evict": evict});
        let done = async || (lead.command(&ask).await.status == 200).then_some(());
        until("a status that is set", HEALED, done).await;
    }
}

/// One who takes what is offered, and passes some of it on.
async fn work(session: Session, id: &'static str) {
    let mut answered = BTreeSet::new();
    let mut count = 0;
    loop {
        let frame = match session.next().await {
            Happening::Event(frame) => frame,
            Happening::Ended(_) => return,
            _ => continue,
        };
        if frame["type"] == "agent.state" && frame["reason"] == "no_answer" {
            let _ = session.command("agent.status", json!({"status": "ready"})).await;
        }
        let listed = frame["offers"].as_array().cloned().unwrap_or_default();
        for offer in listed.into_iter().chain(frame.get("offer").cloned()) {
            let offer_id = offer["offer_id"].as_str().unwrap_or_default().to_owned();
            if answered.insert(offer_id) {
                count += 1;
                answer(&session, id, &offer, count).await;
            }
        }
    }
}

async fn answer(session: &Session, id: &str, offer: &Value, count: usize) {
    let named = json!({"offer_id": offer["offer_id"]});
    // Others can take what Anna declines.
    if id == "anna" && count % 3 == 2 {
        let _ = session.command("offer.decline", named).await;
        return;
    }
    let Ok(accepted) = session.command("offer.accept", named.clone()).await else { return };
    let chat = accepted["chat"]["chat_id"].clone();
    let line = json!({"chat_id": chat, "text": format!("{id} here, number {count}")});
    let _ = session.command("chat.send", line).await;
    let other = if id == "ben" { "cleo" } else { "ben" };
    let passed_on = match count % 4 {
        _ if offer["origin"] != "new" => false,
        1 => {
            let to = json!({"chat_id": chat, "to": {"queue": "billing"}, "confirm": true});
            session.command("chat.transfer", to).await.is_ok()
        }
        2 => {
            let to = json!({"chat_id": chat, "to": {"agent": other}});
            session.command("chat.transfer", to).await.is_ok()
        }
        0 => {
            let whisper = json!({"chat_id": chat, "text": "psst", "visibility": "agents"});
            let _ = session.command("chat.send", whisper).await;
            let add = json!({"chat_id": chat, "agent": other});
            let _ = session.command("chat.add_agent", add).await;
            false
        }
        _ => false,
    };
    if !passed_on {
        let leave = json!({"chat_id": chat, "disposition": "solved"});
        if session.command("chat.leave", leave).await.is_err() {
            let _ = session.command("chat.end", json!({"chat_id": chat})).await;
        }
    }
}

/// One who asks, says something and stays until the end, or gives up.
async fn visit(gateways: &Gateways, ledger: &Ledger, shop: &Shop, number: usize) {
    let gives_up = number >= CHATS;
    let queue = if gives_up { "french" } else { "sales" };
    let body = shop.order(json!({"queue": queue, "text": format!("question {number}")}));
    let started = start_chat(gateways, &body, ledger).await.expect("a start is taken");
    let who = Who::Customer { workspace: shop.name.clone(), chat: started.chat.clone() };
    let session = Session::open(gateways, who, &started.token, ledger).await;
    let session = session.expect("a customer is welcome");
    let line = json!({"chat_id": started.chat, "text": "are you there?"});
    let _ = session.command("chat.send", line).await;
    if gives_up {
        let _ = session.command("chat.end", json!({"chat_id": started.chat})).await;
    }
    let is_over = |chat: &Value| matches!(chat["state"].as_str(), Some("wrapup" | "closed"));
    let over = async {
        loop {
            match session.next().await {
                Happening::Event(frame) => {
                    let listed =
                        frame["chats"].as_array().is_some_and(|all| all.iter().any(is_over));
                    if listed || (frame["type"] == "chat.state" && is_over(&frame)) {
                        return;
                    }
                }
                Happening::Ended(why) => panic!("the customer was sent away: {why}"),
                _ => {}
            }
        }
    };
    let within = HEALED + Duration::from_mins(1);
    tokio::time::timeout(within, over).await.expect("every chat ends");
    session.close().await;
}

/// The leader writes its statistics once a second: they are waited for, and then equal exactly.
async fn equals_what_is_exported(stage: &Stage, report: &Report) {
    let deadline = Instant::now() + SOON;
    loop {
        let exported = audit::parse_exposition(&leader(stage).await.1.text);
        let differences = audit::compare(&report.totals, &exported);
        if differences.is_empty() {
            return;
        }
        assert!(Instant::now() < deadline, "{differences:#?}");
        tokio::time::sleep(LOOK).await;
    }
}

/// Kills the router that leads the workspace's shard, and starts another one.
async fn kill_leader(stage: &mut Stage) {
    let (index, _) = leader(stage).await;
    stage.routers.remove(index).process.kill();
    stage.add_router().await;
}

/// The one router that exports the workspace, and what it exports.
async fn leader(stage: &Stage) -> (usize, Metrics) {
    let look = async || {
        let mut leaders = Vec::new();
        for (index, router) in stage.routers.iter().enumerate() {
            let metrics = Metrics::of(&Http::new(&router.ready.admin)).await;
            let exported = metrics.labels("queue_waiting");
            if exported.iter().any(|labels| labels["workspace"] == "shop") {
                leaders.push((index, metrics));
            }
        }
        (leaders.len() == 1).then(|| leaders.remove(0))
    };
    until("one leader of the workspace in the metrics", HEALED, look).await
}
