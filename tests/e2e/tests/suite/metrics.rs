//! After a scripted run the totals on the admin port equal what was done.

use std::collections::BTreeMap;

use baton_e2e::{Metrics, Scene, shape};
use serde_json::json;

fn equal(metrics: &Metrics, name: &str, expected: f64) {
    let found = metrics.sum(name, &[]);
    assert!((found - expected).abs() < 1e-9, "{name}: {found}, expected {expected}");
}

#[tokio::test]
async fn totals_equal_what_was_done() {
    let scene = Scene::with(json!({"policies": {"offer_s": 2}})).await;
    scripted_run(&scene).await;
    let check = async |name: &str, labels: &[(&str, &str)], expected: f64| {
        let mut all = vec![("workspace", "shop")];
        all.extend(labels);
        scene.place.counted(name, &all, expected).await;
    };
    check("abandoned_total", &[("phase", "new"), ("short", "true")], 1.0).await;
    check("chats_total", &[("origin", "new")], 4.0).await;
    check("chats_total", &[("origin", "transfer"), ("queue", "billing")], 1.0).await;
    check("wait_seconds_count", &[("outcome", "accepted"), ("queue", "sales")], 3.0).await;
    check("wait_seconds_count", &[("outcome", "accepted"), ("queue", "billing")], 1.0).await;
    check("wait_seconds_count", &[("outcome", "abandoned")], 1.0).await;
    check("customer_wait_seconds_count", &[("outcome", "accepted")], 3.0).await;
    check("customer_wait_seconds_count", &[("outcome", "abandoned")], 1.0).await;
    check("offers_total", &[("outcome", "accepted")], 5.0).await;
    check("offers_total", &[("outcome", "declined")], 1.0).await;
    check("offers_total", &[("outcome", "expired")], 1.0).await;
    check("offers_total", &[("outcome", "revoked")], 1.0).await;
    check("transfers_total", &[("kind", "agent"), ("result", "completed")], 1.0).await;
    check("transfers_total", &[("kind", "queue"), ("result", "completed")], 1.0).await;
    check("handle_seconds_count", &[], 5.0).await;
    check("wrapup_seconds_count", &[], 5.0).await;
    check("queue_waiting", &[("queue", "sales")], 0.0).await;
    check("unattended_chats", &[], 0.0).await;
    check("deflected_total", &[("reason", "unknown"), ("queue", "")], 1.0).await;
    let place = &scene.place;
    place.counted("gateway_connections", &[("role", "agent")], 0.0).await;
    let metrics = place.metrics().await;
    equal(&metrics, "shard_leader", 1.0);
    equal(&metrics, "failovers_total", 0.0);
    equal(&metrics, "fenced_appends_total", 0.0);
    equal(&metrics, "idle_while_waiting_seconds_total", 0.0);
    equal(&metrics, "idle_by_fault_seconds_total", 0.0);
    let (worked, ready) = (
        metrics.sum("agent_work_seconds_total", &[]),
        metrics.sum("agent_seconds_total", &[("status", "ready")]),
    );
    assert!(0.0 < worked && worked < ready, "{worked} s of work in {ready} s");
    described(&metrics);
}

/// Four chats: two plain, one that an agent and a queue get in turn, one abandoned; and one that
/// is refused.
async fn scripted_run(scene: &Scene) {
    let anna = scene.ready("anna").await;
    let plain = scene.customer(json!({})).await;
    let offer = anna.offer().await;
    anna.decline(&offer).await;
    let ben = scene.ready("ben").await;
    ben.take().await;
    ben.leave(&plain.chat).await;
    ben.complete(&plain.chat).await;
    // Ben was idle last, so Anna lets the next one expire and Ben takes it.
    let second = scene.customer(json!({})).await;
    anna.offer().await;
    ben.take().await;
    ben.leave(&second.chat).await;
    ben.complete(&second.chat).await;
    ben.status("not_ready").await;
    anna.status("ready").await;
    let third = scene.customer(json!({})).await;
    anna.take().await;
    ben.status("ready").await;
    anna.add_agent(&third.chat, "ben").await;
    ben.take().await;
    anna.leave(&third.chat).await;
    anna.complete(&third.chat).await;
    let cleo = scene.ready("cleo").await;
    anna.status("not_ready").await;
    ben.add_queue(&third.chat, "billing").await;
    cleo.take().await;
    ben.leave(&third.chat).await;
    ben.complete(&third.chat).await;
    cleo.leave(&third.chat).await;
    cleo.complete(&third.chat).await;
    ben.status("not_ready").await;
    let fourth = scene.customer(json!({})).await;
    cleo.offer().await;
    fourth.end().await;
    fourth.socket().chat_state("closed").await;
    let nowhere = scene.order(json!({"queue": "nowhere"}));
    scene.http.post("/v1/chats", &nowhere).await.problem("queue_not_found");
    // Told while somebody is there to serve; of a queue of nobody nothing is claimed.
    let metrics = scene.place.metrics().await;
    assert!(metrics.has_help("queue_ewt_seconds"), "the expected wait has no help text");
    for quantile in ["0.5", "0.9"] {
        let of = |set: &BTreeMap<String, String>| {
            set.get("queue").is_some_and(|queue| queue == "sales")
                && set.get("quantile").is_some_and(|of| of == quantile)
        };
        assert!(metrics.labels("queue_ewt_seconds").iter().any(of), "no wait expected in sales");
    }
    for agent in [anna, ben, cleo] {
        agent.socket.close().await;
    }
}

/// The contract: each name with exactly its labels (those of histograms beside `le`).
const CONTRACT: [(&str, &[&str]); 37] = [
    ("chats_total", &["origin", "queue", "workspace"]),
    ("wait_seconds_count", &["outcome", "queue", "workspace"]),
    ("customer_wait_seconds_count", &["outcome", "queue", "workspace"]),
    ("queue_waiting", &["queue", "workspace"]),
    ("queue_oldest_wait_seconds", &["queue", "workspace"]),
    ("service_level_ratio", &["definition", "queue", "workspace"]),
    ("service_level_target_seconds", &["queue", "workspace"]),
    ("offers_total", &["outcome", "queue", "workspace"]),
    ("time_to_offer_seconds_count", &["workspace"]),
    ("accept_seconds_count", &["workspace"]),
    ("handle_seconds_count", &["queue", "workspace"]),
    ("wrapup_seconds_count", &["queue", "workspace"]),
    ("abandoned_total", &["phase", "queue", "short", "workspace"]),
    ("deflected_total", &["queue", "reason", "workspace"]),
    ("transfers_total", &["kind", "result", "workspace"]),
    ("agents", &["activity", "status", "workspace"]),
    ("capacity_permille", &["state", "workspace"]),
    ("unattended_chats", &["workspace"]),
    ("idle_while_waiting_seconds_total", &["queue", "workspace"]),
    ("idle_by_fault_seconds_total", &["queue", "workspace"]),
    ("agent_seconds_total", &["status", "workspace"]),
    ("agent_work_seconds_total", &["workspace"]),
    ("agent_capacity_seconds_total", &["state", "workspace"]),
    ("keys_evicted_total", &["shard"]),
    ("decision_seconds_count", &[]),
    ("journal_append_seconds_count", &[]),
    ("journal_batch_events_count", &[]),
    ("shard_leader", &["shard"]),
    ("shard_epoch", &["shard"]),
    ("shard_ready", &["shard"]),
    ("shard_command_lag", &["shard"]),
    ("failovers_total", &[]),
    ("fenced_appends_total", &[]),
    ("gateway_connections", &["role"]),
    ("gateway_frames_total", &["direction"]),
    ("gateway_rejections_total", &["code"]),
    ("gateway_slow_closed_total", &[]),
];

/// The values that each label may have.
const VALUES: [(&str, &str); 10] = [
    ("origin", "new transfer requeue overflow"),
    ("definition", "answered offered excl_short removed"),
    ("phase", "new transfer"),
    ("short", "true false"),
    ("reason", "closed full no_agent unknown"),
    ("kind", "agent queue blind"),
    ("result", "completed cancelled declined expired refused"),
    ("state", "used reserved free"),
    ("role", "customer agent supervisor admin"),
    ("direction", "in out"),
];

/// Each exported name of the contract has a help text, its labels, and values of their lists.
fn described(metrics: &Metrics) {
    for (name, labels) in CONTRACT {
        let family = name.strip_suffix("_count").unwrap_or(name);
        assert!(metrics.has_help(family), "{family} has no help text");
        let sets = metrics.labels(name);
        assert!(!sets.is_empty(), "{name} is absent");
        for set in &sets {
            assert!(set.keys().eq(labels), "{name}: {set:?}, expected {labels:?}");
            for (label, values) in VALUES {
                let value = set.get(label).map_or("", String::as_str);
                let known = values.split(' ').any(|known| known == value);
                assert!(known || value.is_empty(), "{name}: {label}={value}");
            }
        }
    }
    for (name, values) in [
        ("wait_seconds_count", "accepted abandoned cancelled overflowed expired"),
        ("customer_wait_seconds_count", "accepted abandoned"),
        ("offers_total", "accepted declined expired revoked"),
    ] {
        for set in metrics.labels(name) {
            assert!(values.split(' ').any(|known| known == set["outcome"]), "{name}: {set:?}");
        }
    }
}

#[tokio::test]
async fn statistics_are_the_same_after_a_restart() {
    let mut scene = Scene::open().await;
    let (customer, anna) = scene.talk().await;
    anna.leave(&customer.chat).await;
    anna.complete(&customer.chat).await;
    scene.place.counted("wrapup_seconds_count", &[], 1.0).await;
    let before = scene.place.metrics().await;
    scene.place.restart().await;
    let names = [
        "chats_total",
        "wait_seconds_count",
        "wait_seconds_sum",
        "customer_wait_seconds_sum",
        "offers_total",
        "handle_seconds_count",
        "handle_seconds_sum",
        "wrapup_seconds_count",
        "agent_work_seconds_total",
    ];
    let tells = async || {
        let after = scene.place.metrics().await;
        (!after.labels("agents").is_empty()).then_some(after)
    };
    let after = baton_e2e::until("a leader's statistics", baton_client::HEALED, tells).await;
    for name in names {
        equal(&after, name, before.sum(name, &[]));
    }
    equal(&after, "chats_total", 1.0);
    let told = scene.lead().get("/v1/agents/anna/statistics").await.ok(200);
    shape("agent_statistics").check(&told);
    let offers = json!({"accepted": 1, "declined": 0, "expired": 0, "revoked": 0});
    assert_eq!((&told["offers"], &told["handled"]), (&offers, &json!(1)), "{told}");
    assert_eq!(told["accepted_today"], 1);
    let number = |name: &str| told[name].as_f64().expect("it is a number");
    assert!(number("work_s") <= number("ready_s") && number("ready_s") > 0.0, "{told}");
    let (worked, handled) = (after.sum("agent_work_seconds_total", &[]), number("handle_s"));
    assert!((number("work_s") - worked).abs() < 1e-9, "{worked} s of work in {told}");
    assert!((handled - after.sum("handle_seconds_sum", &[])).abs() < 1e-9, "{told}");
    anna.http.get("/v1/agents/anna/statistics").await.problem("forbidden");
    scene.lead().get("/v1/agents/nobody/statistics").await.problem("agent_not_found");
}
