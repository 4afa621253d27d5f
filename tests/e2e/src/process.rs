//! One process of Baton: start, wait for its ready line, signal, stop, and read what it printed.
//! It leaves which processes make a system to `place` and `stage`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use baton_runtime::guard::Guard;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{Id, WaitPidFlag, waitid};
use nix::unistd::Pid;
use serde_json::Value;

use crate::until;

/// A start that takes longer has failed.
const START_LIMIT: Duration = Duration::from_secs(40);
/// A stop in order takes less.
const STOP_LIMIT: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(10);
/// What the processes log unless `BATON_LOG` says otherwise: everything in tests, and what does
/// not slow a measurement where release binaries are measured.
const LOG: &str = if cfg!(debug_assertions) { "trace" } else { "info" };
/// Characters of a process's output that a failure shows.
const SHOWN: usize = 4_000;

/// A process; stopped when dropped, and by its guard should the test itself be killed.
#[derive(Debug)]
pub struct Process {
    child: Child,
    out: PathBuf,
    err: PathBuf,
    _guard: Guard,
}

/// Where a process serves, as its ready line tells.
#[derive(Clone, Debug, Default)]
pub struct Ready {
    /// Public address.
    pub public: String,
    /// Admin address.
    pub admin: String,
    /// The broker's URL.
    pub nats: String,
}

impl Process {
    /// Starts `baton` with these arguments; what it prints goes to files of the folder.
    pub fn start(folder: &Path, args: &[&str]) -> Self {
        Self::start_program(&program(), folder, args)
    }

    /// Starts another program that tells its readiness as `baton` does.
    pub fn start_program(program: &Path, folder: &Path, args: &[&str]) -> Self {
        let count = fs::read_dir(folder).expect("the test's folder can be read").count();
        let name = format!("{count:03}-{}", args.first().expect("a command is named"));
        let (out, err) = (folder.join(format!("{name}.out")), folder.join(format!("{name}.err")));
        let child = command(program, args)
            .stdout(File::create(&out).expect("the test's folder can be written"))
            .stderr(File::create(&err).expect("the test's folder can be written"))
            .spawn()
            .expect("the program was found, so it can be started");
        let guard = Guard::over(child.id()).expect("a shell can be started");
        Self { child, out, err, _guard: guard }
    }

    /// Waits for the ready line.
    pub async fn ready(&mut self) -> Ready {
        let deadline = Instant::now() + START_LIMIT;
        loop {
            let printed = fs::read_to_string(&self.out).unwrap_or_default();
            let mut complete = printed.split_inclusive('\n').filter(|line| line.ends_with('\n'));
            if let Some(object) = complete.find_map(|line| line.strip_prefix("ready ")) {
                return Ready::of(object);
            }
            let ended = self.child.try_wait().expect("it is this test's own child");
            assert!(ended.is_none(), "baton ended ({ended:?}): {}", self.printed());
            assert!(Instant::now() < deadline, "baton is not ready: {}", self.printed());
            tokio::time::sleep(POLL).await;
        }
    }

    /// The process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Whether it runs.
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().expect("it is this test's own child").is_none()
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        kill(pid(self.pid()), signal).expect("it is this test's own child");
    }

    /// SIGKILL, and waits until it is gone.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        self.child.wait().expect("it is this test's own child");
    }

    /// SIGSTOP, and waits until all of it stands still: on a busy machine some of its threads go
    /// on for a while after the signal.
    pub fn freeze(&self) {
        self.signal(Signal::SIGSTOP);
        waitid(Id::Pid(pid(self.pid())), WaitPidFlag::WSTOPPED).expect("it stands still");
    }

    /// SIGCONT.
    pub fn thaw(&self) {
        self.signal(Signal::SIGCONT);
    }

    /// SIGTERM, and waits until it is gone.
    pub async fn stop(&mut self) -> ExitStatus {
        if self.runs() {
            self.signal(Signal::SIGTERM);
        }
        self.exited(STOP_LIMIT).await
    }

    /// Waits until it ends by itself.
    pub async fn exited(&mut self, within: Duration) -> ExitStatus {
        let child = &mut self.child;
        let look = async || child.try_wait().expect("it is this test's own child");
        until("the process's end", within, look).await
    }

    /// The end of what it printed.
    pub fn printed(&self) -> String {
        let text = [&self.out, &self.err].map(|path| fs::read_to_string(path).unwrap_or_default());
        let text = text.join("\n");
        let skip = text.chars().count().saturating_sub(SHOWN);
        text.chars().skip(skip).collect()
    }

    /// The processes that it started and that still run.
    pub fn children(&self) -> Vec<u32> {
        let of = self.pid().to_string();
        let Ok(processes) = fs::read_dir("/proc") else {
            return Vec::new();
        };
        let ids = processes.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        ids.filter(|id: &u32| parent(*id).as_deref() == Some(of.as_str())).collect()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // A frozen process does not hear SIGTERM.
        let _ = kill(pid(self.pid()), Signal::SIGCONT);
        let _ = kill(pid(self.pid()), Signal::SIGTERM);
        let deadline = Instant::now() + STOP_LIMIT;
        while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < deadline {
            std::thread::park_timeout(POLL);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let printed = self.printed();
            let _ = std::io::Write::write_fmt(
                &mut std::io::stderr(),
                format_args!("--- {} printed last:\n{printed}\n", self.out.display()),
            );
        }
    }
}

impl Ready {
    /// From the object of a ready line or file.
    pub fn of(object: &str) -> Self {
        let object: Value = serde_json::from_str(object).expect("the ready line holds an object");
        let text = |name: &str| object[name].as_str().unwrap_or_default().to_owned();
        Self { public: text("public"), admin: text("admin"), nats: text("nats") }
    }
}

/// Runs a command of `baton` that ends by itself: its status, its output, its errors.
pub fn ended(args: &[&str]) -> (ExitStatus, String, String) {
    let output =
        command(&program(), args).output().expect("the program was found, so it can be started");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it prints UTF-8");
    (output.status, text(output.stdout), text(output.stderr))
}

/// Waits until a process that is no child of this one is gone.
pub async fn wait_gone(id: u32) {
    let gone = async || kill(pid(id), None).is_err().then_some(());
    until(&format!("the end of process {id}"), STOP_LIMIT, gone).await;
}

fn command(program: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("BATON_")) {
            command.env_remove(name);
        }
    }
    command.env("BATON_NATS_SERVER", nats_server());
    command.env("BATON_LOG", std::env::var_os("BATON_LOG").unwrap_or_else(|| LOG.into()));
    command
}

/// `BATON_PROGRAM`, else the program that cargo built beside this one: in the same folder for a
/// binary, in the folder above for a test.
fn program() -> PathBuf {
    if let Some(named) = std::env::var_os("BATON_PROGRAM") {
        return named.into();
    }
    let own = std::env::current_exe().expect("a running program has a path");
    let folders = own.ancestors().skip(1).take(2).map(|folder| folder.join("baton"));
    let mut built: Vec<PathBuf> = folders.collect();
    let place = built.iter().position(|file| file.is_file()).unwrap_or(built.len() - 1);
    let built = built.swap_remove(place);
    assert!(
        built.is_file(),
        "{} is missing: run `cargo build -p baton` first (`make test` does)",
        built.display()
    );
    built
}

fn nats_server() -> PathBuf {
    if let Some(named) = std::env::var_os("BATON_NATS_SERVER") {
        return named.into();
    }
    let fetched = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools/nats-server");
    fetched.canonicalize().unwrap_or_else(|_| "nats-server".into())
}

fn pid(id: u32) -> Pid {
    Pid::from_raw(i32::try_from(id).expect("process ids fit 32 bits"))
}

fn parent(id: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The command's name is in brackets and may hold blanks: state and parent follow it.
    stat.rsplit(')').next()?.split_whitespace().nth(1).map(str::to_owned)
}
