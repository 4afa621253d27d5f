//! One nats-server process of a test. Leaves its configuration to `server` and `cluster`.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{Id, WaitPidFlag, waitid};
use nix::unistd::Pid;

use crate::guard::Guard;

/// A server on a busy machine starts within this.
const START_LIMIT: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(10);

/// Where a server listens.
#[derive(Debug)]
pub(super) struct Ports {
    /// For clients.
    pub(super) port: u16,
    /// `http://…` of its monitor.
    pub(super) monitor: String,
}

/// A running server; killed when dropped, and by its guard should the test process be killed.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    _guard: Guard,
}

impl Process {
    /// Starts a server on a configuration file; its log goes beside it.
    pub(super) fn start(config: &Path) -> Self {
        let log = File::options().create(true).append(true).open(config.with_extension("log"));
        let log = log.expect("the test's folder can be written");
        let child = Command::new(nats_server_binary())
            .arg("-c")
            .arg(config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("nats-server can be started; set BATON_NATS_SERVER");
        let guard = Guard::over(child.id()).expect("a shell can be started");
        Self { child, _guard: guard }
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(super) fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).expect("process ids fit 32 bits");
        kill(Pid::from_raw(pid), signal).expect("the server is this test's own child");
    }

    /// Stops it where it is (SIGSTOP), all of it: on a busy machine some of its threads go on for a
    /// while after the signal.
    pub(super) fn freeze(&self) {
        self.signal(Signal::SIGSTOP);
        let pid = i32::try_from(self.child.id()).expect("process ids fit 32 bits");
        waitid(Id::Pid(Pid::from_raw(pid)), WaitPidFlag::WSTOPPED).expect("it stands still");
    }

    pub(super) fn wait(&mut self) {
        self.child.wait().expect("the server is this test's own child");
    }

    /// Whether it has ended by itself.
    fn ended(&mut self) -> bool {
        self.child.try_wait().expect("the server is this test's own child").is_some()
    }

    /// Reads where it listens from the file that the server writes once it does.
    pub(super) fn await_ports(&mut self, folder: &Path) -> Ports {
        let file = folder.join(format!("nats-server_{}.ports", self.pid()));
        self.await_some("its ports file", || Ports::of(&fs::read_to_string(&file).ok()?))
    }

    /// Waits until the server takes connections.
    pub(super) fn await_listening(&mut self, address: SocketAddr) {
        self.await_some("its port", || std::net::TcpStream::connect(address).ok());
    }

    fn await_some<T>(&mut self, what: &str, look: impl Fn() -> Option<T>) -> T {
        let deadline = Instant::now() + START_LIMIT;
        loop {
            if let Some(found) = look() {
                return found;
            }
            assert!(!self.ended(), "nats-server ended by itself; see its log");
            assert!(Instant::now() < deadline, "nats-server has not shown {what} in time");
            std::thread::park_timeout(POLL);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A path as the server's configuration wants it.
pub(super) fn quoted(path: &Path) -> String {
    format!("\"{}\"", path.display())
}

impl Ports {
    fn of(text: &str) -> Option<Self> {
        let ports: serde_json::Value = serde_json::from_str(text).ok()?;
        let port = ports["nats"][0].as_str()?.rsplit(':').next()?.parse().ok()?;
        Some(Self { port, monitor: ports["monitoring"][0].as_str()?.to_owned() })
    }
}

/// `BATON_NATS_SERVER`, else `.tools/nats-server` of this workspace, else the one on `PATH`.
pub fn nats_server_binary() -> PathBuf {
    if let Some(named) = std::env::var_os("BATON_NATS_SERVER") {
        return named.into();
    }
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let fetched = workspace.join(".tools/nats-server");
    if fetched.is_file() { fetched } else { "nats-server".into() }
}
