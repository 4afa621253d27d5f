//! A proxy between routers or gateways and one NATS server. Besides the weather of its lines it
//! can take the fence out of the appends to journals, send command frames twice, and keep a
//! gateway's pulses to itself, so that a gateway that lives is taken for dead.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::AsyncReadExt as _;
use tokio::net::tcp::OwnedReadHalf;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinHandle};

use super::line::{Feed, Line, Passage, Way, Weather};
use super::operations::{Malformed, Operation, Operations, Publication};

const FENCE: &str = "Nats-Expected-Last-Sequence";
const MESSAGE_ID: &str = "Nats-Msg-Id";
const JOURNALS: &str = "baton.journal.";
const COMMANDS: &str = "baton.commands.";
/// Pulses have no headers: this is how each begins.
const PULSE: &[u8] = b"PUB baton.pulse.gateway ";
const READ_BYTES: usize = 64 * 1024;

/// The proxy; it ends with every connection when dropped.
#[derive(Debug)]
pub struct NatsProxy {
    url: String,
    weather: watch::Sender<Weather>,
    mischief: Arc<Mischief>,
    accepting: AbortHandle,
}

#[derive(Debug, Default)]
struct Mischief {
    unfences: AtomicBool,
    unfenced: AtomicU64,
    repeats: AtomicBool,
    repeated: AtomicU64,
    held: AtomicU64,
    /// Ids of the messages that came while the way up was held.
    waiting: Mutex<BTreeSet<String>>,
    sent_again: AtomicU64,
    mutes: AtomicBool,
    muted: AtomicU64,
    /// Pieces on their way up.
    up: Arc<AtomicU64>,
    down: Arc<AtomicU64>,
}

impl NatsProxy {
    /// Listens on a free port and passes everything to the server at `nats://host:port`.
    pub async fn start(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port can be taken");
        let address = listener.local_addr().expect("it is bound");
        let server = server.trim_start_matches("nats://").to_owned();
        let (weather, seen) = watch::channel(Weather::default());
        let mischief = Arc::new(Mischief::default());
        let accepting = tokio::spawn(accept(listener, server, seen, mischief.clone()));
        let (url, accepting) = (format!("nats://{address}"), accepting.abort_handle());
        Self { url, weather, mischief, accepting }
    }

    /// Where to connect to.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Changes what its lines are like.
    pub fn weather(&self, change: impl FnOnce(&mut Weather)) {
        self.weather.send_modify(change);
    }

    /// From now on appends to journals carry no expected sequence.
    pub fn unfence(&self) {
        self.mischief.unfences.store(true, Ordering::Relaxed);
    }

    /// How many appends lost their fence.
    pub fn unfenced(&self) -> u64 {
        self.mischief.unfenced.load(Ordering::Relaxed)
    }

    /// From now on each command frame is sent twice, the second time without its message id.
    pub fn repeat_commands(&self) {
        self.mischief.repeats.store(true, Ordering::Relaxed);
    }

    /// How many command frames were sent twice.
    pub fn repeated(&self) -> u64 {
        self.mischief.repeated.load(Ordering::Relaxed)
    }

    /// How many messages came once more while the way up was held: their senders have waited for
    /// an acknowledgement in vain.
    pub fn sent_again(&self) -> u64 {
        self.mischief.sent_again.load(Ordering::Relaxed)
    }

    /// From now on gateways' pulses do not pass, or pass again.
    pub fn mute(&self, mutes: bool) {
        self.mischief.mutes.store(mutes, Ordering::Relaxed);
    }

    /// How many pulses did not pass.
    pub fn muted(&self) -> u64 {
        self.mischief.muted.load(Ordering::Relaxed)
    }

    /// Whether everything that came from callers has been handed to the server.
    pub fn is_through(&self) -> bool {
        self.mischief.up.load(Ordering::Relaxed) == 0
    }

    /// How many appends to journals came while the way up was held: they wait here.
    pub fn held_appends(&self) -> u64 {
        self.mischief.held.load(Ordering::Relaxed)
    }
}

impl Drop for NatsProxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Mischief {
    /// Whether an operation is a pulse that does not pass.
    fn mutes(&self, operation: &[u8]) -> bool {
        let mutes = self.mutes.load(Ordering::Relaxed) && operation.starts_with(PULSE);
        self.muted.fetch_add(u64::from(mutes), Ordering::Relaxed);
        mutes
    }

    /// What is sent in place of a publication.
    fn changed(&self, mut publication: Publication, is_held: bool) -> Vec<u8> {
        if publication.subject().starts_with(JOURNALS) {
            self.held.fetch_add(u64::from(is_held), Ordering::Relaxed);
            if self.unfences.load(Ordering::Relaxed) && publication.remove(FENCE) {
                self.unfenced.fetch_add(1, Ordering::Relaxed);
            }
        }
        if is_held && let Some(id) = publication.header(MESSAGE_ID) {
            let mut waiting = self.waiting.lock().expect("nobody panics while holding it");
            let again = !waiting.insert(id.to_owned());
            self.sent_again.fetch_add(u64::from(again), Ordering::Relaxed);
        }
        let mut bytes = publication.bytes();
        let commands = publication.subject().starts_with(COMMANDS);
        if commands && self.repeats.load(Ordering::Relaxed) {
            publication.remove(MESSAGE_ID);
            // Whoever waits for the answer is answered by the first.
            publication.addresses.truncate(1);
            bytes.extend(publication.bytes());
            self.repeated.fetch_add(1, Ordering::Relaxed);
        }
        bytes
    }
}

async fn accept(
    listener: TcpListener,
    server: String,
    weather: watch::Receiver<Weather>,
    mischief: Arc<Mischief>,
) {
    // Dropped with this task, which ends every connection.
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((caller, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        if weather.borrow().cut {
            continue;
        }
        let (server, weather, mischief) = (server.clone(), weather.clone(), mischief.clone());
        connections.spawn(async move {
            if let Ok(server) = TcpStream::connect(&server).await {
                connect(caller, server, weather, mischief).await;
            }
        });
    }
}

/// Passes both ways until one side ends or the line is cut.
async fn connect(
    caller: TcpStream,
    server: TcpStream,
    weather: watch::Receiver<Weather>,
    mischief: Arc<Mischief>,
) {
    for stream in [&caller, &server] {
        let _ = stream.set_nodelay(true);
    }
    let (from_caller, to_caller) = caller.into_split();
    let (from_server, to_server) = server.into_split();
    let (up, up_line) = Line::new(weather.clone(), Way::Up, mischief.up.clone());
    let (down, down_line) = Line::new(weather.clone(), Way::Down, mischief.down.clone());
    let lines = [tokio::spawn(up_line.run(to_server)), tokio::spawn(down_line.run(to_caller))];
    let lines = lines.map(Ended);
    let mut cut = weather.clone();
    tokio::select! {
        () = relay_up(from_caller, &up, &weather, &mischief) => {}
        () = relay_down(from_server, &down) => {}
        _ = cut.wait_for(|weather| weather.cut) => {}
    }
    drop(lines);
}

/// Ends a task when dropped.
struct Ended(JoinHandle<()>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn relay_up(
    mut from: OwnedReadHalf,
    into: &Feed,
    weather: &watch::Receiver<Weather>,
    mischief: &Mischief,
) {
    let mut operations = Operations::default();
    let mut buffer = vec![0; READ_BYTES];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        operations.feed(&buffer[..count]);
        let is_held = weather.borrow().up == Passage::Held;
        let bytes = complete(&mut operations, mischief, is_held);
        let bytes = bytes.expect("routers and gateways speak the protocol of NATS");
        if into.send(bytes).await.is_none() {
            return;
        }
    }
}

fn complete(
    operations: &mut Operations,
    mischief: &Mischief,
    is_held: bool,
) -> Result<Vec<u8>, Malformed> {
    let mut bytes = Vec::new();
    while let Some(operation) = operations.next()? {
        match operation {
            Operation::Publication(one) => bytes.extend(mischief.changed(one, is_held)),
            Operation::Other(other) if mischief.mutes(&other) => {}
            Operation::Other(other) => bytes.extend(other),
        }
    }
    Ok(bytes)
}

async fn relay_down(mut from: OwnedReadHalf, into: &Feed) {
    let mut buffer = vec![0; READ_BYTES];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        if into.send(buffer[..count].to_vec()).await.is_none() {
            return;
        }
    }
}
