//! `baton up` as a process: started, interrupted, killed, started again. Leaves chats to the
//! end-to-end tests.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use baton_runtime::testing::nats_server_binary;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

const LIMIT: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(20);

/// A `baton up` that has said `ready`; killed when dropped.
struct Up {
    child: Child,
    ready: Value,
}

impl Up {
    fn start(data: &Path) -> Self {
        let mut child = command(data).spawn().expect("baton can be started");
        let out = child.stdout.take().expect("standard output is piped");
        let mut lines = BufReader::new(out).lines().map_while(Result::ok);
        let ready = lines.find_map(|line| {
            let json = line.strip_prefix("ready ")?;
            Some(serde_json::from_str(json).expect("the ready line holds JSON"))
        });
        let ready = ready.expect("baton says that it is ready");
        Self { child, ready }
    }

    fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).expect("process ids fit 32 bits");
        kill(Pid::from_raw(pid), signal).expect("it is this test's own child");
    }

    fn address(&self, of: &str) -> String {
        let url = self.ready[of].as_str().expect("the ready line names it");
        url.split("//").nth(1).expect("it is a URL").to_owned()
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_baton"));
    command.arg("up").arg("--data-dir").arg(data);
    for flag in ["--listen", "--admin-listen", "--nats-listen"] {
        command.args([flag, "127.0.0.1:0"]);
    }
    command.env("BATON_NATS_SERVER", nats_server_binary());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn eventually(what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + LIMIT;
    while !holds() {
        assert!(Instant::now() < deadline, "{what} did not come true in time");
        std::thread::park_timeout(POLL);
    }
}

fn status_of(address: &str, path: &str) -> Option<u16> {
    let mut stream = TcpStream::connect(address).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.split(' ').nth(1)?.parse().ok()
}

fn broker_pid(data: &Path) -> i32 {
    let text = fs::read_to_string(data.join("nats-server.pid")).expect("the broker has left it");
    text.trim().parse().expect("it is a number")
}

#[test]
fn it_serves_stops_and_goes_on_with_the_same_state() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut up = Up::start(&data);
    let file = fs::read_to_string(data.join("ready.json")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&file).unwrap(), up.ready);
    assert_eq!(status_of(&up.address("admin"), "/readyz"), Some(200));
    let secret = fs::read_to_string(data.join("token-secret")).unwrap();
    let (admin, nats) = (up.address("admin"), up.address("nats"));
    up.signal(Signal::SIGINT);
    assert!(up.child.wait().unwrap().success());
    assert!(TcpStream::connect(&nats).is_err() && TcpStream::connect(&admin).is_err());
    assert!(!data.join("ready.json").exists());
    let again = Up::start(&data);
    assert_eq!(status_of(&again.address("admin"), "/readyz"), Some(200));
    assert_eq!(fs::read_to_string(data.join("token-secret")).unwrap(), secret);
}

#[test]
fn killed_it_takes_its_broker_along_and_starts_again() {
    let folder = tempfile::tempdir().unwrap();
    let up = Up::start(folder.path());
    let nats = up.address("nats");
    // Killed with SIGKILL and waited for: before that it may hold its folder's lock.
    drop(up);
    let again = Up::start(folder.path());
    assert_eq!(status_of(&again.address("admin"), "/readyz"), Some(200));
    drop(again);
    eventually("the end of the first broker", || TcpStream::connect(&nats).is_err());
}

#[test]
fn its_broker_is_started_again_when_it_dies() {
    let folder = tempfile::tempdir().unwrap();
    let up = Up::start(folder.path());
    let first = broker_pid(folder.path());
    kill(Pid::from_raw(first), Signal::SIGKILL).unwrap();
    eventually("another broker", || broker_pid(folder.path()) != first);
    let admin = up.address("admin");
    eventually("readiness", || status_of(&admin, "/readyz") == Some(200));
}

#[test]
fn a_second_one_over_the_same_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let first = Up::start(folder.path());
    let output = command(folder.path()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let holder = format!("process {}", first.child.id());
    assert!(!output.status.success() && text.contains(&holder), "{text}");
    assert!(text.contains("--data-dir") && text.trim_end().lines().count() == 1, "{text}");
}
