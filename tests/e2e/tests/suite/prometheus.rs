//! A real Prometheus with Baton's own rules over routers and gateways that work: every expression
//! of the dashboard and of the rules has data, and totals are exact though the leader is killed
//! again and again while images of its state are made.

mod floor;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::time::{Duration, Instant};

use baton_client::audit::{self, Report, Series, parse_exposition};
use baton_client::{Facts, Http};
use baton_e2e::prometheus::{Prometheus, dashboard_expressions, data_of, deployed, promtool};
use baton_e2e::{Kind, Stage};
use serde_json::Value;

use floor::Floor;

/// What changes last is exported, scraped and recorded within this.
const SEEN: Duration = Duration::from_secs(45);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(500);
/// Chats that customers could start: eight a round, of which there are four, and two a kill.
const CHATS: usize = 4 * 8 + 3 * 2;

/// Somebody waits and an invitation is pending when the leader dies; people go on at once.
async fn through_a_kill(stage: &mut Stage, floor: &Floor) {
    let waiting = floor.start("eva").await;
    let consulted = floor.with_anna().await;
    floor.invite_ben(&consulted).await;
    let leader = stage.leader_of("shop").await;
    stage.routers[leader].process.kill();
    floor.passed_on(&consulted).await;
    floor.round().await;
    waiting.end().await;
    stage.restart_router(leader).await;
}

#[tokio::test]
async fn every_expression_has_data_and_totals_are_exact_through_three_kills() {
    let mut stage = Stage::bare(Kind::One).await;
    stage.router_program = Some(env!("CARGO_BIN_EXE_router-with-images").into());
    stage.limits_us = false;
    for _ in 0..2 {
        stage.add_gateway().await;
        stage.add_router().await;
    }
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
    let facts = floor.close().await;
    totals_equal_the_audits(&stage, &prometheus, &facts).await;
    totals_equal_the_leaders(&stage, &prometheus).await;
    several_instances_told_them(&prometheus).await;
    images_were_made(&prometheus).await;
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
        if without.is_empty() {
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
        let expression = data_of(expression);
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

/// And what an independent fold of the journal counts, which everybody's own record agrees with:
/// nothing was lost, nothing counted twice.
async fn totals_equal_the_audits(stage: &Stage, prometheus: &Prometheus, facts: &Facts) {
    let stored = audit::read(&stage.broker.url()).await.expect("the journal can be read");
    let report = audit::check(facts, &stored, &audit::Options { settled: true });
    assert!(report.is_clean(), "{report}");
    for check in &report.checks {
        assert!(check.looked_at > 0, "{} looked at nothing: {report}", check.name);
    }
    // What the leader exports is up to half a second old, too.
    let deadline = Instant::now() + SEEN;
    let recorded = loop {
        let recorded = recorded(prometheus).await;
        let differing = audit::compare(&report.totals, &recorded);
        if differing.is_empty() {
            break recorded;
        }
        assert!(Instant::now() < deadline, "totals differ: {differing:#?}");
        tokio::time::sleep(PAUSE).await;
    };
    compared_enough(facts, &report, &recorded);
}

/// Series by series, and the chats by a third count: the customers' own.
fn compared_enough(facts: &Facts, report: &Report, recorded: &BTreeMap<Series, f64>) {
    let counted = report.totals.0.values().filter(|value| **value > 0.0).count();
    assert!(counted > 100, "the audit counted {counted} series only: {report}");
    let started = facts.starts.iter().filter(|start| matches!(start.status, 201 | 202)).count();
    assert_eq!(started, CHATS, "the chats of four rounds and three kills");
    let new = |(series, _): &(&Series, &f64)| {
        series.name == "baton_chats_total" && series.labels["origin"] == "new"
    };
    let seen: f64 = recorded.iter().filter(new).map(|(_, value)| value).sum();
    let expected = f64::from(u32::try_from(CHATS).expect("it is small"));
    assert!((seen - expected).abs() < 1e-9, "Prometheus knows of {seen} chats, not {CHATS}");
    let said = format!("compared {counted} series other than zero, and {CHATS} chats");
    // A closed standard error is no failure.
    let _ = writeln!(std::io::stderr(), "{said}");
}

/// Else the short settings would have shown nothing.
async fn images_were_made(prometheus: &Prometheus) {
    let made = "sum(max_over_time(baton_images_kept_total[10m]))";
    let made = prometheus.query(made).await.expect("it is an expression");
    assert!(made.values().all(|count| *count > 2.5) && !made.is_empty(), "images: {made:?}");
}

/// These rise while nothing happens: no two looks at them are the same.
const RUNNING: [&str; 2] = ["baton:agent_seconds_total", "baton:agent_capacity_seconds_total"];

/// The recorded totals under the names that Baton exports, as far as they stand still.
async fn recorded(prometheus: &Prometheus) -> BTreeMap<Series, f64> {
    let all = r#"{__name__=~"baton:[a-z_]+"}"#;
    let found = prometheus.query(all).await.expect("recorded series can be asked for");
    let still = found.into_iter().filter(|(series, _)| !RUNNING.contains(&series.name.as_str()));
    let renamed = still.map(|(series, value)| {
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
