//! A real Prometheus with Baton's own rules over routers and gateways that work: every expression
//! of the dashboard and of the rules has data, and totals are exact though the leader is killed
//! again and again.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use baton_client::audit::{self, Series, parse_exposition};
use baton_client::{Agent, Customer, HEALED, Http, Ledger, fresh_key};
use baton_e2e::prometheus::{
    Prometheus, dashboard_expressions, deployed, promtool, without_comparisons,
};
use baton_e2e::{Kind, Shop, Stage};
use serde_json::{Value, json};

/// All that may have no data here; everything else must have some. The one has data only when a
/// series is missing, the other only after an image was made, which is due after ten minutes.
const WITHOUT_DATA: [&str; 2] = ["Time to make an image", "alert BatonNoRouter"];
/// What changes last is exported, scraped and recorded within this: a router looks at images half a
/// minute after its start.
const SEEN: Duration = Duration::from_secs(45);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(500);

/// Three agents with a queue each, so that it is known who is offered what.
struct Floor {
    shop: Shop,
    anna: Agent,
    ben: Agent,
    cleo: Agent,
}

fn workspace() -> Value {
    let queue = |name: &str| json!({"name": name, "skills": [{"skill": name}]});
    let agent = |name: &str| json!({"name": name, "skills": [{"skill": name}]});
    let names = ["anna", "ben", "cleo", "dora", "eva"];
    let with = |part: &dyn Fn(&str) -> Value| {
        names.iter().map(|name| ((*name).to_owned(), part(name))).collect::<Value>()
    };
    let mut patch = json!({
        "skills": with(&|name| json!({"name": name})),
        "queues": with(&queue),
        "agents": with(&agent),
        "policies": {"offer_s": 60, "wrapup_s": 120, "unattended_s": 120},
    });
    patch["queues"]["cleo"]["policies"] = json!({"offer_s": 1});
    patch["queues"]["dora"]["policies"] = json!({"no_agent_wait_s": 1});
    patch["queues"]["shut"] = json!({"name": "Shut", "closed": true});
    patch
}

impl Floor {
    async fn open(stage: &Stage) -> Self {
        let shop = stage.shop(workspace()).await;
        // Cleo works at the other gateway.
        let other = shop.at(&stage.gateways[1].ready.public);
        let (anna, ben) = (shop.ready("anna").await, shop.ready("ben").await);
        let cleo = other.ready("cleo").await;
        Self { shop, anna, ben, cleo }
    }

    async fn start(&self, queue: &str) -> Customer {
        let body = self.shop.order(json!({"queue": queue, "text": "hello"}));
        let reply = self.shop.http.post_until_known("/v1/chats", &fresh_key(), &body, HEALED).await;
        assert!(matches!(reply.status, 201 | 202), "{}: {}", reply.status, reply.text);
        Customer::of_start(&self.shop.http, reply.json())
    }

    /// A customer whom Anna has taken.
    async fn with_anna(&self) -> Customer {
        let customer = self.start("anna").await;
        take(&self.anna, &customer).await;
        customer
    }

    /// Ben takes what Anna passed on, and each finishes.
    async fn passed_on(&self, customer: &Customer) {
        take(&self.ben, customer).await;
        let fields = json!({"chat_id": customer.chat});
        self.anna.insist("chat.leave", fields.clone()).await.ok();
        self.anna.insist("wrapup.complete", fields).await.ok();
        leave(&self.ben, customer).await;
    }

    async fn plain(&self) {
        let customer = self.with_anna().await;
        leave(&self.anna, &customer).await;
    }

    async fn unanswered(&self) {
        let declined = self.start("ben").await;
        let offer = offer_of(&self.ben, &declined).await;
        self.ben.insist("offer.decline", json!({"offer_id": offer["offer_id"]})).await.ok();
        end(&declined).await;
        let expired = self.start("cleo").await;
        let offer = offer_of(&self.cleo, &expired).await;
        let gone = |frame: &Value| frame["offer_id"] == offer["offer_id"];
        self.cleo.socket.expect_event("offer.gone", HEALED, gone).await;
        end(&expired).await;
        self.cleo.insist("agent.status", json!({"status": "ready"})).await.ok();
    }

    async fn to_a_queue(&self) {
        let customer = self.with_anna().await;
        let fields = json!({"chat_id": customer.chat, "queue": "ben"});
        self.anna.insist("chat.add_queue", fields).await.ok();
        self.passed_on(&customer).await;
    }

    async fn blindly(&self) {
        let customer = self.with_anna().await;
        self.transfer(&customer, "ben").await;
        take(&self.ben, &customer).await;
        leave(&self.ben, &customer).await;
        let abandoned = self.with_anna().await;
        self.transfer(&abandoned, "eva").await;
        end(&abandoned).await;
    }

    async fn transfer(&self, customer: &Customer, queue: &str) {
        let fields = json!({"chat_id": customer.chat, "to": {"queue": queue}, "confirm": true});
        self.anna.insist("chat.transfer", fields).await.ok();
        let fields = json!({"chat_id": customer.chat});
        self.anna.insist("wrapup.complete", fields).await.ok();
    }

    /// A consult that is cancelled, an invitation that is declined, one that is refused.
    async fn come_to_nothing(&self) {
        let customer = self.with_anna().await;
        let chat = &customer.chat;
        let add = json!({"chat_id": chat, "queue": "ben"});
        let added = self.anna.insist("chat.add_queue", add).await.ok();
        let cancel = json!({"chat_id": chat, "invite_id": added["invite_id"]});
        self.anna.insist("chat.cancel_invite", cancel).await.ok();
        let add = json!({"chat_id": chat, "agent": "ben"});
        self.anna.insist("chat.add_agent", add).await.ok();
        let offer = loop {
            let offer = offer_of(&self.ben, &customer).await;
            if offer["kind"] == "invite" {
                break offer;
            }
        };
        self.ben.insist("offer.decline", json!({"offer_id": offer["offer_id"]})).await.ok();
        let add = json!({"chat_id": chat, "agent": "dora"});
        self.anna.insist("chat.add_agent", add).await.refused("no_eligible_agent");
        leave(&self.anna, &customer).await;
    }

    async fn nobody_can(&self) {
        let body = self.shop.order(json!({"queue": "shut"}));
        self.shop.http.post("/v1/chats", &body).await.problem("queue_closed");
        let lonely = self.start("dora").await;
        let unattended = |chat: &Value| chat["state"] == "unattended";
        self.shop.chat_until(&lonely.chat, "nobody's chat", unattended).await;
        end(&lonely).await;
    }

    /// One of each.
    async fn round(&self) {
        self.plain().await;
        self.unanswered().await;
        self.to_a_queue().await;
        self.blindly().await;
        self.come_to_nothing().await;
        self.nobody_can().await;
    }
}

async fn offer_of(agent: &Agent, customer: &Customer) -> Value {
    loop {
        let offer = agent.offer_within(HEALED).await;
        if offer["chat"]["chat_id"] == customer.chat.as_str() {
            return offer;
        }
    }
}

async fn take(agent: &Agent, customer: &Customer) {
    let offer = offer_of(agent, customer).await;
    agent.insist("offer.accept", json!({"offer_id": offer["offer_id"]})).await.ok();
}

async fn leave(agent: &Agent, customer: &Customer) {
    let fields = json!({"chat_id": customer.chat});
    agent.insist("chat.leave", fields.clone()).await.ok();
    agent.insist("wrapup.complete", fields).await.ok();
}

async fn end(customer: &Customer) {
    let path = format!("/v1/chats/{}/end", customer.chat);
    customer.http.post_until_known(&path, &fresh_key(), &json!({}), HEALED).await.ok(200);
}

/// Somebody waits and an invitation is pending when the leader dies; people go on at once.
async fn through_a_kill(stage: &mut Stage, floor: &Floor) {
    let waiting = floor.start("eva").await;
    let consulted = floor.with_anna().await;
    let add = json!({"chat_id": consulted.chat, "agent": "ben"});
    floor.anna.insist("chat.add_agent", add).await.ok();
    let leader = stage.leader_of("shop").await;
    stage.routers[leader].process.kill();
    floor.passed_on(&consulted).await;
    floor.round().await;
    end(&waiting).await;
    stage.restart_router(leader).await;
}

#[tokio::test]
async fn every_expression_has_data_and_totals_are_exact_through_three_kills() {
    let mut stage = Stage::start(Kind::One).await;
    stage.add_router().await;
    stage.add_gateway().await;
    let prometheus = Prometheus::start().await;
    let admins = |parts: &[baton_e2e::Part]| -> Vec<String> {
        parts.iter().map(|part| part.ready.admin.clone()).collect()
    };
    prometheus.watch(&admins(&stage.routers), &admins(&stage.gateways)).await;
    let floor = Floor::open(&stage).await;
    floor.round().await;
    for _ in 0..3 {
        through_a_kill(&mut stage, &floor).await;
    }
    expressions_have_data(&prometheus).await;
    totals_equal_the_audits(&stage, &prometheus).await;
    totals_equal_the_leaders(&stage, &prometheus).await;
    several_instances_told_them(&prometheus).await;
}

/// Rules as Prometheus has loaded them, the dashboard as it stands.
async fn expressions_have_data(prometheus: &Prometheus) {
    let dashboard = deployed("grafana/dashboards/baton-overview.json");
    let dashboard = std::fs::read_to_string(dashboard).expect("the dashboard can be read");
    let dashboard: Value = serde_json::from_str(&dashboard).expect("the dashboard is JSON");
    let mut all = dashboard_expressions(&dashboard);
    let panels = all.len();
    for rule in prometheus.rules().await {
        assert_eq!(rule.health, "ok", "{}: {}", rule.name, rule.error);
        let is_alert = rule.kind == "alerting";
        all.push((
            format!("{} {}", if is_alert { "alert" } else { "record" }, rule.name),
            rule.query,
        ));
    }
    assert!(panels > 60 && all.len() > panels + 50, "{panels} of {} expressions", all.len());
    let deadline = Instant::now() + SEEN;
    loop {
        let without = without_data(prometheus, &all).await;
        if without == BTreeSet::from(WITHOUT_DATA) {
            return;
        }
        assert!(Instant::now() < deadline, "these have no data: {without:?}");
        tokio::time::sleep(PAUSE).await;
    }
}

/// The places of expressions that give no number.
async fn without_data<'a>(
    prometheus: &Prometheus,
    all: &'a [(String, String)],
) -> BTreeSet<&'a str> {
    let mut without = BTreeSet::new();
    for (place, expression) in all {
        let expression = without_comparisons(expression);
        let found = prometheus.query(&expression).await;
        let found = found.unwrap_or_else(|error| panic!("{place}: {expression}: {error}"));
        if !found.values().any(|value| value.is_finite()) {
            without.insert(place.as_str());
        }
    }
    without
}

/// What Prometheus has recorded equals, number by number, what the leader has.
async fn totals_equal_the_leaders(stage: &Stage, prometheus: &Prometheus) {
    let deadline = Instant::now() + SEEN;
    loop {
        let recorded = recorded(prometheus).await;
        let exported = exported(stage, &recorded).await;
        let differing = differing(&exported, &recorded);
        if differing.is_empty() {
            assert!(exported.len() > 100, "only {} series", exported.len());
            return;
        }
        assert!(Instant::now() < deadline, "totals differ: {differing:#?}");
        tokio::time::sleep(PAUSE).await;
    }
}

/// And what an independent fold of the journal counts: nothing was lost, nothing counted twice.
async fn totals_equal_the_audits(stage: &Stage, prometheus: &Prometheus) {
    let stored = audit::read(&stage.broker.url()).await.expect("the journal can be read");
    let facts = Ledger::new().facts();
    let report = audit::check(&facts, &stored, &audit::Options { settled: true });
    let counted = report.totals.0.values().filter(|value| **value > 0.0).count();
    assert!(counted > 100, "the audit counted {counted} series only: {report}");
    // What the leader exports is up to half a second old, too.
    let deadline = Instant::now() + SEEN;
    loop {
        let differing = audit::compare(&report.totals, &recorded(prometheus).await);
        if differing.is_empty() {
            return;
        }
        assert!(Instant::now() < deadline, "totals differ: {differing:#?}");
        tokio::time::sleep(PAUSE).await;
    }
}

/// The recorded totals under the names that Baton exports.
async fn recorded(prometheus: &Prometheus) -> BTreeMap<Series, f64> {
    let all = r#"{__name__=~"baton:[a-z_]+"}"#;
    let found = prometheus.query(all).await.expect("recorded series can be asked for");
    let renamed = found.into_iter().map(|(series, value)| {
        let name = series.name.replacen("baton:", "baton_", 1);
        (Series { name, ..series.without(&["job"]) }, value)
    });
    renamed.collect()
}

async fn exported(stage: &Stage, like: &BTreeMap<Series, f64>) -> BTreeMap<Series, f64> {
    let names: BTreeSet<&str> = like.keys().map(|series| series.name.as_str()).collect();
    let leader = &stage.routers[stage.leader_of("shop").await].ready.admin;
    let text = Http::new(leader).get("/metrics").await.text;
    let mut all = parse_exposition(&text);
    all.retain(|series, _| names.contains(series.name.as_str()));
    all
}

/// Series that are not equal in both, with both values.
fn differing(one: &BTreeMap<Series, f64>, other: &BTreeMap<Series, f64>) -> Vec<String> {
    let all: BTreeSet<&Series> = one.keys().chain(other.keys()).collect();
    let differing = all.into_iter().filter_map(|series| {
        let values = (one.get(series), other.get(series));
        let (Some(a), Some(b)) = values else {
            return Some(format!("{series}: {values:?}"));
        };
        ((a - b).abs() > 1e-9).then(|| format!("{series}: {values:?}"))
    });
    differing.collect()
}

/// Else the kills would have shown nothing; and no recorded total ever fell.
async fn several_instances_told_them(prometheus: &Prometheus) {
    let told = "count(count by (instance) (last_over_time(baton_chats_total[10m])))";
    let told = prometheus.query(told).await.expect("it is an expression");
    assert!(told.values().all(|count| *count > 1.5) && !told.is_empty(), "{told:?}");
    let names: BTreeSet<String> = recorded(prometheus).await.into_keys().map(|s| s.name).collect();
    let totals = ["_total", "_bucket", "_count", "_sum"];
    for name in names.iter().filter(|name| totals.iter().any(|end| name.ends_with(end))) {
        let fell = format!("resets({}[10m]) > 0", name.replacen("baton_", "baton:", 1));
        let fell = prometheus.query(&fell).await.expect("it is an expression");
        assert!(fell.is_empty(), "{name} fell: {fell:?}");
    }
}

#[tokio::test]
async fn what_is_exported_is_clean() {
    let mut stage = Stage::start(Kind::One).await;
    stage.add_gateway().await;
    let floor = Floor::open(&stage).await;
    floor.plain().await;
    for part in stage.routers.iter().chain(&stage.gateways) {
        let text = Http::new(&part.ready.admin).get("/metrics").await.text;
        if let Err(said) = promtool(&["check", "metrics"], &text) {
            panic!("promtool about {}: {said}", part.ready.admin);
        }
    }
}
