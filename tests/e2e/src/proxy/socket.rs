//! A proxy between people and one gateway. It passes HTTP on untouched and sockets frame by
//! frame, and tells some agents a lie (`doubling`).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use baton_client::Line;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};
use tokio_tungstenite::accept_async;
use tokio_tungstenite::tungstenite::Message;

use super::doubling::{Connection, Doubling};

/// The beginning of a request that becomes a socket.
const SOCKET: &[u8] = b"GET /v1/ws";
/// Frames made up for one connection that it has not taken yet.
const LIES: usize = 64;

/// Why a connection ended that was not ended in order.
type Broken = Box<dyn std::error::Error + Send + Sync>;

/// The proxy; it ends with every connection when dropped.
#[derive(Debug)]
pub struct SocketProxy {
    base: String,
    shared: Arc<Shared>,
    accepting: AbortHandle,
}

#[derive(Debug)]
struct Shared {
    gateway: String,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    doubling: Doubling,
    told: BTreeMap<Connection, mpsc::Sender<Value>>,
    next: Connection,
}

impl SocketProxy {
    /// Listens on a free port and passes everything to the gateway at `http://host:port`; one
    /// accept in so many is doubled, by a seeded chance.
    pub async fn start(gateway: &str, one_in: u32, seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port can be taken");
        let base = format!("http://{}", listener.local_addr().expect("it is bound"));
        let doubling = Doubling::new(one_in, seed);
        let inner = Mutex::new(Inner { doubling, told: BTreeMap::new(), next: 0 });
        let shared = Arc::new(Shared { gateway: gateway.to_owned(), inner });
        let accepting = tokio::spawn(accept(listener, shared.clone())).abort_handle();
        Self { base, shared, accepting }
    }

    /// Where people connect to.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Accepts that the gateway answered well.
    pub fn accepts(&self) -> u64 {
        self.shared.lock().doubling.accepts
    }

    /// Accepts of the same offers that the proxy answered well by itself.
    pub fn doubled(&self) -> u64 {
        self.shared.lock().doubling.doubled
    }
}

impl Drop for SocketProxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("nobody panics while holding it")
    }

    /// What the gateway said; the lie that follows from it is on its way when this returns.
    fn heard(&self, connection: Connection, text: &str) {
        let Ok(frame) = serde_json::from_str(text) else { return };
        let mut inner = self.lock();
        if let Some((to, lie)) = inner.doubling.heard(connection, &frame) {
            // Whoever has no room for it is not lied to.
            let _ = inner.told.get(&to).map(|told| told.try_send(lie));
        }
    }

    fn asked(&self, connection: Connection, text: &str) -> Option<Value> {
        let frame = serde_json::from_str(text).ok()?;
        self.lock().doubling.asked(connection, &frame)
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    // Dropped with this task, which ends every connection.
    let mut connections = JoinSet::new();
    while let Ok((caller, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        let shared = shared.clone();
        connections.spawn(async move {
            // A broken connection is what its two ends have to deal with.
            let _ = serve(caller, &shared).await;
        });
    }
}

async fn serve(mut caller: TcpStream, shared: &Shared) -> Result<(), Broken> {
    caller.set_nodelay(true)?;
    if !asks_for_socket(&caller).await? {
        let address = shared.gateway.trim_start_matches("http://");
        let mut gateway = TcpStream::connect(address).await?;
        gateway.set_nodelay(true)?;
        tokio::io::copy_bidirectional(&mut caller, &mut gateway).await?;
        return Ok(());
    }
    let gateway = baton_client::open(&shared.gateway, "/v1/ws", Some(&shared.gateway)).await?;
    let caller = accept_async(caller).await?;
    let (told, lies) = mpsc::channel(LIES);
    let connection = {
        let mut inner = shared.lock();
        inner.next += 1;
        let connection = inner.next;
        inner.told.insert(connection, told);
        connection
    };
    let ended = relay(connection, caller, gateway, lies, shared).await;
    let mut inner = shared.lock();
    inner.told.remove(&connection);
    inner.doubling.gone(connection);
    ended
}

/// Looks at the first bytes without taking them.
async fn asks_for_socket(caller: &TcpStream) -> std::io::Result<bool> {
    let mut head = [0; SOCKET.len()];
    loop {
        caller.readable().await?;
        let count = caller.peek(&mut head).await?;
        if count == 0 || head[..count] != SOCKET[..count] {
            return Ok(false);
        }
        if count == SOCKET.len() {
            return Ok(true);
        }
        tokio::task::yield_now().await;
    }
}

async fn relay(
    connection: Connection,
    caller: Line,
    gateway: Line,
    mut lies: mpsc::Receiver<Value>,
    shared: &Shared,
) -> Result<(), Broken> {
    let (mut to_caller, mut from_caller) = caller.split();
    let (mut to_gateway, mut from_gateway) = gateway.split();
    loop {
        tokio::select! {
            message = from_caller.next() => {
                let Some(message) = message.transpose()? else { return Ok(()) };
                let answer = message.to_text().ok().and_then(|text| shared.asked(connection, text));
                match answer {
                    Some(answer) => to_caller.send(Message::text(answer.to_string())).await?,
                    None => to_gateway.send(message).await?,
                }
            }
            message = from_gateway.next() => {
                let Some(message) = message.transpose()? else { return Ok(()) };
                if let Message::Text(text) = &message {
                    shared.heard(connection, text.as_str());
                }
                to_caller.send(message).await?;
            }
            Some(lie) = lies.recv() => to_caller.send(Message::text(lie.to_string())).await?,
        }
    }
}
