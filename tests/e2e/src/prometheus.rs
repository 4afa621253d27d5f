//! A real Prometheus over Baton's own configuration and rules: its process, its targets, what it
//! answers. Only the addresses and the intervals differ from `deploy/prometheus`. What the answers
//! should be is left to the tests.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use baton_client::Http;
use baton_client::audit::Series;
use baton_runtime::guard::Guard;
use serde_json::Value;
use tempfile::TempDir;

use crate::until;

/// Started, it reads its configuration and listens within this.
const START_LIMIT: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(20);
/// Scrapes and evaluations, instead of every 15 s.
const INTERVAL: &str = "interval: 1s";

/// A Prometheus of one test; stopped when dropped.
#[derive(Debug)]
pub struct Prometheus {
    http: Http,
    child: Child,
    _guard: Guard,
    folder: TempDir,
}

/// A rule as Prometheus has understood it.
#[derive(Clone, Debug)]
pub struct Rule {
    /// `alerting` or `recording`.
    pub kind: String,
    /// Of the alert or of the recorded series.
    pub name: String,
    /// Its expression.
    pub query: String,
    /// `ok`, `err` or `unknown`.
    pub health: String,
    /// Why its last evaluation failed, else empty.
    pub error: String,
}

impl Prometheus {
    /// Starts on a free port with Baton's configuration; watches nobody yet.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let deployed = deployed("prometheus");
        for name in ["baton.rules.yml", "baton.alerts.yml"] {
            let copied = fs::copy(deployed.join(name), folder.path().join(name));
            copied.unwrap_or_else(|error| panic!("{name}: {error}"));
        }
        let config = fs::read_to_string(deployed.join("prometheus.yml"));
        let config = config.expect("deploy/prometheus/prometheus.yml can be read");
        let quick = config.replace("interval: 15s", INTERVAL);
        assert_ne!(quick, config, "prometheus.yml names its intervals otherwise");
        write(&folder.path().join("prometheus.yml"), &quick);
        fs::create_dir(folder.path().join("targets")).expect("the folder is new");
        targets(folder.path(), &[], &[]);
        let (child, log) = spawn(folder.path());
        let guard = Guard::over(child.id()).expect("a shell can be started");
        let http = Http::new("http://127.0.0.1:0");
        let mut started = Self { http, child, _guard: guard, folder };
        started.http = Http::new(&started.listening(&log).await);
        let ready = async || {
            let reply = started.http.get("/-/ready").await;
            (reply.status == 200).then_some(())
        };
        until("Prometheus' readiness", START_LIMIT, ready).await;
        started
    }

    /// Watches these admin addresses from now on; waits until it has scraped each.
    pub async fn watch(&self, routers: &[String], gateways: &[String]) {
        targets(self.folder.path(), routers, gateways);
        let expected = routers.len() + gateways.len();
        let seen = async || {
            let up = self.query(r#"up{job=~"baton-.*"}"#).await.ok()?;
            let all_up = up.len() == expected && up.values().all(|value| *value > 0.5);
            all_up.then_some(())
        };
        until("a scrape of every target", START_LIMIT, seen).await;
    }

    /// Evaluates an expression now; the error is Prometheus' own.
    pub async fn query(&self, expression: &str) -> Result<BTreeMap<Series, f64>, String> {
        let path = format!("/api/v1/query?query={}", encoded(expression));
        let answer = self.http.get(&path).await.json();
        if answer["status"] != "success" {
            return Err(answer["error"].to_string());
        }
        let result = &answer["data"]["result"];
        if answer["data"]["resultType"] == "scalar" {
            return Ok([(Series::new("", &[]), number(&result[1]))].into());
        }
        let rows = result.as_array().ok_or("the result is no list")?;
        Ok(rows.iter().map(|row| (series(&row["metric"]), number(&row["value"][1]))).collect())
    }

    /// The rules that it has loaded.
    pub async fn rules(&self) -> Vec<Rule> {
        let answer = self.http.get("/api/v1/rules").await.ok(200);
        let groups = answer["data"]["groups"].as_array().expect("rules come in groups").clone();
        let rules = groups
            .iter()
            .flat_map(|group| group["rules"].as_array().expect("a group has rules").clone());
        rules.map(|rule| Rule::of(&rule)).collect()
    }

    /// Where it listens, which only its log tells.
    async fn listening(&mut self, log: &Path) -> String {
        let deadline = Instant::now() + START_LIMIT;
        loop {
            let printed = fs::read_to_string(log).unwrap_or_default();
            let line = printed.lines().find(|line| line.contains("msg=\"Listening on\""));
            if let Some((_, address)) = line.and_then(|line| line.split_once("address=")) {
                return format!("http://{}", address.trim());
            }
            let ended = self.child.try_wait().expect("it is this test's own child");
            assert!(ended.is_none(), "prometheus ended ({ended:?}): {printed}");
            assert!(Instant::now() < deadline, "prometheus does not listen: {printed}");
            tokio::time::sleep(POLL).await;
        }
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        // Its data goes with it, so there is nothing to close in order.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Rule {
    fn of(rule: &Value) -> Self {
        let text = |name: &str| rule[name].as_str().unwrap_or_default().to_owned();
        Self {
            kind: text("type"),
            name: text("name"),
            query: text("query"),
            health: text("health"),
            error: text("lastError"),
        }
    }
}

/// Every expression of a dashboard with where it stands: panels, variables, annotations. The
/// workspace and the queue are any, intervals are a minute.
pub fn dashboard_expressions(dashboard: &Value) -> Vec<(String, String)> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut found = Vec::new();
    for panel in list(&dashboard["panels"]) {
        for target in list(&panel["targets"]) {
            found.push((text(&panel["title"]), text(&target["expr"])));
        }
    }
    for variable in list(&dashboard["templating"]["list"]) {
        let query = text(&variable["query"]["query"]);
        // label_values(metric, label) lists what the metric has.
        if let Some(inner) = query.strip_prefix("label_values(") {
            let metric = inner.rsplit_once(',').map_or(inner, |(metric, _)| metric);
            found.push((format!("variable {}", text(&variable["name"])), metric.to_owned()));
        }
    }
    for annotation in list(&dashboard["annotations"]["list"]) {
        found
            .push((format!("annotation {}", text(&annotation["name"])), text(&annotation["expr"])));
    }
    let put = |expression: String| {
        let filled = expression.replace("$__rate_interval", "1m");
        filled.replace("$workspace", ".*").replace("$queue", ".*")
    };
    found.into_iter().map(|(place, expression)| (place, put(expression))).collect()
}

/// The same expression as one that has data where what it looks at has: comparisons tell 0 or 1
/// instead of leaving series out, and of what must not be absent the series themselves are asked
/// for. Comparisons stand between blanks, label matchers do not.
pub fn data_of(expression: &str) -> String {
    let mut all = expression.replace('\n', " ").replace("absent(", "(");
    for comparison in [" == ", " != ", " >= ", " <= ", " > ", " < "] {
        all = all.replace(comparison, &format!("{comparison}bool "));
    }
    all
}

/// Runs promtool on an input; what it says if it does not agree.
pub fn promtool(args: &[&str], input: &str) -> Result<(), String> {
    let mut child = Command::new(program("promtool"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program was found, so it can be started");
    let mut stdin = child.stdin.take().expect("it was asked for");
    stdin.write_all(input.as_bytes()).expect("promtool reads all of its input");
    drop(stdin);
    let output = child.wait_with_output().expect("it is this test's own child");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    if output.status.success() && said.is_empty() { Ok(()) } else { Err(said) }
}

/// A folder or file of `deploy/`.
pub fn deployed(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy").join(path)
}

fn spawn(folder: &Path) -> (Child, PathBuf) {
    let log = folder.join("prometheus.log");
    let file = File::create(&log).expect("the test's folder can be written");
    let child = Command::new(program("prometheus"))
        .args(["--config.file=prometheus.yml", "--storage.tsdb.path=data"])
        .arg("--web.listen-address=127.0.0.1:0")
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(file)
        .spawn()
        .expect("the program was found, so it can be started");
    (child, log)
}

/// Those that the setup fetched, else those of the PATH.
fn program(name: &str) -> PathBuf {
    let fetched = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools").join(name);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places = std::env::split_paths(&path).map(|folder| folder.join(name));
    let found = fetched.canonicalize().ok().or_else(|| places.find(|place| place.is_file()));
    found.unwrap_or_else(|| panic!("{name} is missing: run deploy/tools/setup-test"))
}

/// Replaces the files at once, as Prometheus wants it.
fn targets(folder: &Path, routers: &[String], gateways: &[String]) {
    for (name, addresses) in [("routers", routers), ("gateways", gateways)] {
        let hosts: Vec<&str> =
            addresses.iter().map(|address| address.trim_start_matches("http://")).collect();
        let text = serde_json::json!([{ "targets": hosts }]).to_string();
        let file = folder.join("targets").join(format!("{name}.yml"));
        let new = folder.join(format!("{name}.new"));
        write(&new, &text);
        fs::rename(new, file).expect("both are in the test's folder");
    }
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).expect("the test's folder can be written");
}

fn series(metric: &Value) -> Series {
    let mut series = Series::new("", &[]);
    for (label, value) in metric.as_object().into_iter().flatten() {
        let value = value.as_str().unwrap_or_default().to_owned();
        if label == "__name__" {
            series.name = value;
        } else {
            series.labels.insert(label.clone(), value);
        }
    }
    series
}

fn number(value: &Value) -> f64 {
    value.as_str().and_then(|text| text.parse().ok()).unwrap_or(f64::NAN)
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("writing to a string cannot fail");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn comparisons_become_values_and_matchers_stay() {
        let found = data_of("a{x=~\"y|z\",w!=\"v\"} > 3 * b\nand on (q) c == 0");
        assert_eq!(found, "a{x=~\"y|z\",w!=\"v\"} > bool 3 * b and on (q) c == bool 0");
        assert_eq!(data_of("a >= 1"), "a >= bool 1");
        assert_eq!(data_of("absent(a{x=\"y\"})"), "(a{x=\"y\"})");
    }

    #[test]
    fn expressions_are_found_wherever_they_stand() {
        let dashboard = json!({
            "panels": [{"title": "Waits", "targets": [
                {"expr": "a{q=~\"$queue\"}[$__rate_interval]"}]}],
            "templating": {"list": [
                {"name": "queue", "query": {"query": "label_values(b{w=~\"$workspace\"}, queue)"}},
                {"name": "datasource", "query": "prometheus"}]},
            "annotations": {"list": [{"name": "Failovers", "expr": "c > 0"}]},
        });
        let found = dashboard_expressions(&dashboard);
        let expressions: Vec<&str> =
            found.iter().map(|(_, expression)| expression.as_str()).collect();
        assert_eq!(expressions, ["a{q=~\".*\"}[1m]", "b{w=~\".*\"}", "c > 0"]);
    }

    #[test]
    fn every_alert_has_a_rule_test() {
        let read = |name| fs::read_to_string(deployed("prometheus").join(name)).unwrap();
        let (alerts, tests) = (read("baton.alerts.yml"), read("baton.rules.test.yml"));
        let names = alerts.lines().filter_map(|line| line.trim().strip_prefix("- alert: "));
        let names: Vec<&str> = names.collect();
        assert!(names.len() > 15, "{names:?}");
        let untested =
            names.iter().filter(|name| !tests.contains(&format!("alertname=\"{name}\"")));
        let untested: Vec<_> = untested.collect();
        assert!(untested.is_empty(), "without a test: {untested:?}");
        for part in ["summary:", "description:", "runbook:", "labels: {severity:"] {
            assert_eq!(alerts.matches(part).count(), names.len(), "each alert has one {part}");
        }
    }
}
