//! A real HAProxy with Baton's own configuration, `deploy/haproxy`, in front of gateways of a test:
//! its process, and what it says of the gateways. Only addresses and ports are the test's, as the
//! configuration lets a deployment name them. What people notice is left to the tests.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use baton_runtime::guard::Guard;
use nix::unistd::geteuid;
use tempfile::TempDir;

use crate::until;

/// Its configuration has room for so many gateways.
const SLOTS: usize = 4;
/// Started, it listens within this.
const START_LIMIT: Duration = Duration::from_secs(10);

/// A load balancer of one test; stopped when dropped.
#[derive(Debug)]
pub struct Balancer {
    /// Where people connect, as `http://127.0.0.1:port`.
    pub public: String,
    child: Child,
    _guard: Guard,
    folder: TempDir,
}

impl Balancer {
    /// Starts it before gateways whose public and admin addresses these are; waits until it
    /// listens. Nothing where this machine has no HAProxy: not every one deploys Baton.
    pub async fn start(gateways: &[(&str, &str)]) -> Option<Self> {
        let Some(program) = program() else {
            let told = writeln!(std::io::stderr().lock(), "haproxy is missing: not tested with it");
            told.expect("standard error is open");
            return None;
        };
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let port = free_port();
        let mut command = Command::new(program);
        command.arg("-db").arg("-f").arg(configuration(folder.path()));
        command.env("BATON_PROXY_PORT", port.to_string());
        command.env("BATON_PROXY_SOCKET", folder.path().join("socket"));
        for slot in 0..SLOTS {
            // Nobody listens on port 1: such a slot is down.
            let (public, admin) = gateways.get(slot).copied().unwrap_or(("x:1", "x:1"));
            let name = format!("BATON_GATEWAY_{}", slot + 1);
            command.env(format!("{name}_PORT"), port_of(public));
            command.env(format!("{name}_ADMIN_PORT"), port_of(admin));
            command.env(name, "127.0.0.1");
        }
        let log = File::create(folder.path().join("log")).expect("the folder is new");
        let error = log.try_clone().expect("a file can be shared");
        command.stdin(Stdio::null()).stdout(log).stderr(error);
        let child = command.spawn().expect("the program was found, so it can be started");
        let guard = Guard::over(child.id()).expect("a shell can be started");
        let public = format!("http://127.0.0.1:{port}");
        let started = Self { public, child, _guard: guard, folder };
        let listens = async || (!started.states().is_empty()).then_some(());
        until("the balancer's start", START_LIMIT, listens).await;
        Some(started)
    }

    /// The states of the gateways as it has them: `UP`, `NOLB` (nobody new), `DOWN`.
    fn states(&self) -> Vec<String> {
        let Ok(table) = self.table() else {
            return Vec::new();
        };
        let mut lines = table.lines().map(|line| line.split(',').collect::<Vec<&str>>());
        let head = lines.next().unwrap_or_default();
        let column = head.iter().position(|name| *name == "status").unwrap_or(usize::MAX);
        let servers =
            lines.filter(|row| row.get(1).is_some_and(|name| name.starts_with("gateway")));
        servers.filter_map(|row| row.get(column).map(|state| (*state).to_owned())).collect()
    }

    /// Waits until it has a gateway, by its number in the configuration, in this state.
    pub async fn has(&self, gateway: usize, state: &str) {
        let look = async || {
            self.states().get(gateway - 1).is_some_and(|now| now.starts_with(state)).then_some(())
        };
        until(&format!("gateway{gateway} being {state}"), START_LIMIT, look).await;
    }

    /// Waits until it has told this of a gateway, by its number in the configuration.
    pub async fn tells(&self, gateway: usize, what: &str) {
        let news = format!("gateway{gateway} is {what}");
        let look = async || self.log().contains(&news).then_some(());
        until(&format!("the balancer's news that {news}"), START_LIMIT, look).await;
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    fn table(&self) -> std::io::Result<String> {
        let mut socket = UnixStream::connect(self.folder.path().join("socket"))?;
        socket.write_all(b"show stat\n")?;
        let mut text = String::new();
        socket.read_to_string(&mut text)?;
        Ok(text)
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let _ = writeln!(std::io::stderr().lock(), "--- the balancer printed:\n{}", self.log());
        }
    }
}

/// The deployed file. Who is not root cannot become the user that it names, and need not.
fn configuration(folder: &Path) -> PathBuf {
    let deployed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/haproxy/haproxy.cfg");
    if geteuid().is_root() {
        return deployed;
    }
    let text = std::fs::read_to_string(&deployed).expect("deploy/haproxy/haproxy.cfg can be read");
    let own = |line: &&str| !["user ", "group "].iter().any(|key| line.trim().starts_with(key));
    let lines: Vec<&str> = text.lines().filter(own).collect();
    let copy = folder.join("haproxy.cfg");
    std::fs::write(&copy, lines.join("\n") + "\n").expect("the folder is new");
    copy
}

fn program() -> Option<PathBuf> {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let beside = ["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from);
    let mut files = std::env::split_paths(&paths).chain(beside).map(|path| path.join("haproxy"));
    files.find(|file| file.is_file())
}

fn port_of(address: &str) -> &str {
    address.rsplit(':').next().expect("the last part is always there")
}

/// It cannot be told to take any port and to say which.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
    listener.local_addr().expect("it listens").port()
}
