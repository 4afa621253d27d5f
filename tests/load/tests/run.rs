//! `baton-load` as its users start it, against fresh Batons: exit codes and the files it leaves.
#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn load(out: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_baton-load"));
    command.args(args).arg("--out").arg(out).output().unwrap()
}

fn told(output: &Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    format!("{}\n{}", String::from_utf8_lossy(out), String::from_utf8_lossy(err))
}

fn report(out: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(out.join("report.json")).unwrap()).unwrap()
}

#[test]
fn a_short_smoke_is_clean_though_the_leader_is_killed_and_leaves_both_reports() {
    let out = tempfile::tempdir().unwrap();
    let output = load(out.path(), &["smoke", "--fresh", "--duration", "10", "--rate", "5"]);
    let told = told(&output);
    assert_eq!(output.status.code(), Some(0), "{told}");
    let report = report(out.path());
    assert_eq!(report["verdict"], "met");
    assert_eq!(report["audit"]["state"], "done");
    assert_eq!(report["audit"]["statistics"]["state"], "compared", "{told}");
    assert_eq!(report["errors"], 0, "{told}");
    let checks = report["audit"]["report"]["checks"].as_array().unwrap();
    assert!(checks.len() >= 8 && checks.iter().all(|check| check["broken"] == 0), "{told}");
    assert!(report["marks"].as_array().unwrap().iter().any(|mark| mark["what"] == "kill leader"));
    let seconds = report["seconds"].as_array().unwrap();
    let arrived: u64 = seconds.iter().map(|second| second["arrivals"].as_u64().unwrap()).sum();
    assert_eq!(Some(arrived), report["counts"]["arrived"].as_u64());
    let page = std::fs::read_to_string(out.path().join("report.html")).unwrap();
    assert!(page.contains("<svg") && page.contains("kill leader") && page.contains("everything"));
}

#[test]
fn a_threshold_that_cannot_be_met_is_99() {
    let out = tempfile::tempdir().unwrap();
    let scenario = out.path().join("impossible.toml");
    let text = "name = \"impossible\"\nduration_s = 2\nthresholds = [\"errors <= 0\", \
        \"start_to_offer_p50_ms <= 0.001\"]\narrivals = { per_s = 5, process = \"constant\" }\n\
        agents.count = 2\nchats = { handle_s = 0.5 }\nqueues.sales = {}\n";
    std::fs::write(&scenario, text).unwrap();
    let output = load(out.path(), &[scenario.to_str().unwrap(), "--fresh"]);
    assert_eq!(output.status.code(), Some(99), "{}", told(&output));
    let report = report(out.path());
    assert_eq!(report["verdict"], "missed");
    assert_eq!(report["thresholds"][0]["holds"], true);
    assert_eq!(report["thresholds"][1]["holds"], false);
    // The first of ten planned at even times is at 0.2 s, the tenth at the very end.
    assert_eq!(report["counts"]["chats"], 9);
}

#[test]
fn what_cannot_be_run_is_1_and_says_what_to_do() {
    let out = tempfile::tempdir().unwrap();
    let output = load(out.path(), &["smoek", "--fresh"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(told(&output).contains("one of smoke, steady"), "{}", told(&output));
    let nobody = ["--gateway", "http://127.0.0.1:9", "--token-secret-file", "no-such-file"];
    let output = load(out.path(), &[&["steady"], &nobody[..]].concat());
    assert_eq!(output.status.code(), Some(1));
    assert!(told(&output).contains("the file that the gateways use"), "{}", told(&output));
}

#[tokio::test]
async fn a_running_baton_is_loaded_in_a_workspace_of_its_own() {
    let place = baton_e2e::Place::start().await;
    let data = place.data();
    let secret = data.with_file_name("secret").to_str().unwrap().to_owned();
    let out = tempfile::tempdir().unwrap();
    let scenario = out.path().join("short.toml");
    let text = "name = \"short\"\nduration_s = 2\nthresholds = [\"errors <= 0\"]\n\
        arrivals.per_s = 5\nagents.count = 2\nchats = { handle_s = 0.5 }\nqueues.sales = {}\n";
    std::fs::write(&scenario, text).unwrap();
    let mut args = vec![scenario.to_str().unwrap(), "--gateway", &place.ready.public];
    args.extend(["--token-secret-file", &secret]);
    let output = load(out.path(), &args);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    assert!(told(&output).contains("audit of the clients' view only"), "{}", told(&output));
    assert_eq!(report(out.path())["audit"]["state"], "clients_only");
    args.extend(["--nats-url", &place.ready.nats, "--admin", &place.ready.admin]);
    let output = load(out.path(), &args);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let report = report(out.path());
    assert_eq!(report["audit"]["statistics"]["state"], "compared");
    assert!(report["workspace"].as_str().unwrap().starts_with("load-"));
}
