//! The demo as `make demo` runs it, quicker: its people chat and transfer, and everything ends with
//! it.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use baton_client::{Http, until};
use baton_e2e::Metrics;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use tokio::process::Command;

/// A transfer takes some chats, each some seconds.
const PLAYED: Duration = Duration::from_secs(90);
const ENDED: Duration = Duration::from_secs(30);

#[tokio::test]
async fn virtual_people_chat_and_transfer_and_all_ends_with_them() {
    let program = Path::new(env!("CARGO_BIN_EXE_baton-demo"));
    let folder = tempfile::tempdir().unwrap();
    let any = "127.0.0.1:0";
    let mut demo = Command::new(program)
        .arg("--baton")
        .arg(program.with_file_name("baton"))
        .args(["--pace", "0.05", "--every", "8", "--", "--data-dir"])
        .arg(folder.path())
        .args(["--listen", any, "--admin-listen", any, "--nats-listen", any])
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let ready = until("the demo's Baton", PLAYED, async || {
        let text = std::fs::read_to_string(folder.path().join("ready.json")).ok()?;
        serde_json::from_str::<Value>(&text).ok()
    });
    let ready = ready.await.unwrap();
    let (public, admin) = (Http::new(text(&ready["public"])), Http::new(text(&ready["admin"])));
    assert!(public.get("/").await.text.contains("<title>Baton</title>"));
    until("a transfer that was completed, and people who talk", PLAYED, async || {
        let metrics = Metrics::parse(&admin.get("/metrics").await.text);
        let transfers = metrics.sum("transfers_total", &[("result", "completed")]);
        let chats = metrics.sum("chats_total", &[("origin", "new")]);
        (transfers >= 1.0 && chats >= 5.0).then_some(())
    })
    .await
    .unwrap();

    let id = i32::try_from(demo.id().unwrap()).unwrap();
    kill(Pid::from_raw(id), Signal::SIGINT).unwrap();
    let status = tokio::time::timeout(ENDED, demo.wait()).await.unwrap().unwrap();
    assert!(status.success(), "{status}");
    assert!(!folder.path().join("ready.json").exists(), "its Baton ended in order");
}

fn text(value: &Value) -> &str {
    value.as_str().expect("an address is a text")
}
