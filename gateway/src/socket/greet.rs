//! From the upgrade to `welcome`: nothing is done for a connection before its first frame has
//! proved who it is. S3.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use baton_common::answer::Welcome;
use baton_common::code::Code;
use baton_common::command::{Command, CommandBody};
use baton_common::config::Workspace;
use baton_common::ids::{ChatId, ConnectionId};
use baton_common::limits;
use baton_common::protocol::event::{Bye, ByeReason, Hello};
use baton_common::words::Role;
use futures_util::StreamExt as _;
use futures_util::stream::SplitStream;
use smol_str::SmolStr;
use tokio::sync::{mpsc, watch};

use super::close::{Ending, ending_of};
use super::frames;
use super::prepare::{self, HoldingsJoined};
use crate::caller::Caller;
use crate::gateway::Gateway;
use crate::half_open::Opening;
use crate::metrics;
use crate::origin::Origin;
use crate::refusal::Refusal;
use crate::registry::{Delivery, Handle};
use crate::token::TokenError;

/// Who cannot be served now comes back after about this long.
const COME_BACK_S: f64 = 1.0;

/// A connection that is about to be welcomed.
pub(crate) struct Greeted {
    pub(crate) caller: Caller,
    pub(crate) client_id: SmolStr,
    pub(crate) resume: BTreeMap<ChatId, u64>,
    pub(crate) holdings: HoldingsJoined,
    pub(crate) registered: Registered,
    /// Where only one connection is allowed, the newest is the one.
    pub(crate) single: bool,
    /// Whether there are others whose place it takes once it has proved to live.
    pub(crate) rivals: bool,
}

/// A place in the registry; dropped, the person's connection is gone, here and for the routers.
pub(crate) struct Registered {
    gateway: Gateway,
    caller: Caller,
    pub(crate) handle: Handle,
    pub(crate) inbox: mpsc::Receiver<Delivery>,
    pub(crate) stop: watch::Receiver<Option<ByeReason>>,
}

/// Waits for `hello` and does what it asks. Once it has said who it is the connection is no longer
/// half open, however long routers take to answer.
pub(crate) async fn greet(
    gateway: &Gateway,
    origin: &Origin,
    opening: Option<Opening>,
    stream: &mut SplitStream<WebSocket>,
) -> Result<Greeted, Ending> {
    let time = Duration::from_millis(limits::HELLO_TIME.0);
    let text = tokio::select! {
        biased;
        () = gateway.draining.cancelled() => return Err(draining().into()),
        first = tokio::time::timeout(time, first_text(stream)) => first.unwrap_or_else(|_| {
            let detail = "the first frame must come within 5 seconds";
            Err(Ending::from(invalid(&Refusal::new(Code::Unauthenticated, detail))))
        })?,
    };
    metrics::frame(metrics::Direction::In);
    let hello = frames::hello(&text).map_err(|rejection| invalid(&rejection.into()))?;
    let caller = gateway.caller(&hello.token).map_err(|error| match error {
        TokenError::Expired => {
            let _ = Refusal::from(error).tell();
            bye(ByeReason::TokenExpired, Some(Code::Unauthenticated), None)
        }
        TokenError::Unknown => invalid(&error.into()),
    })?;
    drop(opening);
    admit(gateway, origin, caller, hello).await.map_err(Ending::from)
}

async fn first_text(stream: &mut SplitStream<WebSocket>) -> Result<String, Ending> {
    loop {
        match stream.next().await {
            Some(Ok(Message::Text(text))) => return Ok(text.as_str().to_owned()),
            Some(Ok(Message::Binary(_))) => return Err(Ending::code(1003)),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            Some(Ok(Message::Close(_))) | None => return Err(Ending::gone()),
            Some(Err(error)) => return Err(ending_of(error)),
        }
    }
}

async fn admit(
    gateway: &Gateway,
    origin: &Origin,
    caller: Caller,
    hello: Hello,
) -> Result<Greeted, Bye> {
    let config = gateway.link.config(&caller.workspace).await;
    may_enter(origin, config.as_deref()).map_err(|refusal| invalid(&refusal))?;
    gateway.known_agent(&caller).await.map_err(|refusal| invalid(&refusal))?;
    let registered = Registered::new(gateway, &caller, &hello.client_id);
    let (welcome, elsewhere) = connect(gateway, &caller, &registered.handle).await?;
    let holdings = prepare::join(gateway, welcome).await.map_err(|refusal| invalid(&refusal))?;
    let single = config.is_some_and(|config| config.workspace_policies().single_connection);
    let connection = &registered.handle.connection;
    let (workspace, person) = (&caller.workspace, &caller.person);
    let rivals = elsewhere || gateway.registry.has_rivals(workspace, person, connection, single);
    let (client_id, resume) = (hello.client_id, hello.resume.unwrap_or_default());
    Ok(Greeted { caller, client_id, resume, holdings, registered, single, rivals })
}

/// Whether a page of this origin may open sockets of the workspace.
fn may_enter(origin: &Origin, config: Option<&Workspace>) -> Result<(), Refusal> {
    match (origin, config) {
        (Origin::Own, _) => Ok(()),
        (_, Some(config)) if origin.is_allowed(&config.origins) => Ok(()),
        (_, Some(_)) => {
            let detail = "pages of this origin may not open sockets of this workspace";
            Err(Refusal::new(Code::Forbidden, detail))
        }
        (_, None) => {
            let detail = "whether pages of this origin may open sockets cannot be told now";
            Err(Refusal::new(Code::Unavailable, detail))
        }
    }
}

/// Tells the router, whose answer is what the person holds and whether the connection has rivals.
async fn connect(
    gateway: &Gateway,
    caller: &Caller,
    handle: &Handle,
) -> Result<(Welcome, bool), Bye> {
    let answer = gateway.link.command(connected(gateway, caller, handle, false)).await;
    let answer = answer.map_err(|rejection| invalid(&rejection.into()))?;
    let welcome = answer.welcome.map(|welcome| *welcome).unwrap_or_default();
    Ok((welcome, answer.done.rivals))
}

/// Says that the connection is there, or that it has `proven` to live.
fn connected(gateway: &Gateway, caller: &Caller, handle: &Handle, proven: bool) -> Command {
    Command {
        workspace: caller.workspace.clone(),
        by: caller.actor.clone(),
        key: None,
        ask: CommandBody::Connected {
            connection: handle.connection.clone(),
            gateway: gateway.link.gateway().clone(),
            client: Some(handle.client),
            proven,
        },
    }
}

impl Registered {
    fn new(gateway: &Gateway, caller: &Caller, client_id: &SmolStr) -> Self {
        let (inbox, deliveries) = mpsc::channel(limits::SOCKET_INBOX);
        let (stop, stopped) = watch::channel(None);
        let connection = ConnectionId::new(format!("con_{}", uuid::Uuid::new_v4().simple()));
        let client = gateway.marks.client(caller, client_id);
        let client_id = client_id.clone();
        let handle = Handle { connection, client_id, client, inbox, stop: Arc::new(stop) };
        gateway.registry.add(&caller.workspace, &caller.person, handle.clone());
        Self {
            gateway: gateway.clone(),
            caller: caller.clone(),
            handle,
            inbox: deliveries,
            stop: stopped,
        }
    }

    /// Takes the place of those that came before, here at once and by the router elsewhere; gives
    /// whether the router has decided it.
    pub(crate) fn take_place(&self, single: bool) -> impl Future<Output = bool> + use<> {
        let (gateway, caller, handle) = (&self.gateway, &self.caller, &self.handle);
        let (workspace, person) = (&caller.workspace, &caller.person);
        gateway.registry.replace(workspace, person, &handle.connection, single);
        let command = connected(gateway, caller, handle, true);
        let link = gateway.link.clone();
        async move { link.command(command).await.is_ok() }
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        let (gateway, caller) = (&self.gateway, &self.caller);
        let connection = self.handle.connection.clone();
        gateway.registry.remove(&caller.workspace, &caller.person, &connection);
        let gateway_id = gateway.link.gateway().clone();
        gateway.report(caller, CommandBody::Disconnected { connection, gateway: gateway_id });
    }
}

/// What a refused `hello` is told.
pub(crate) fn invalid(refusal: &Refusal) -> Bye {
    let code = refusal.tell().code;
    if code == Code::Unavailable {
        return bye(ByeReason::Unavailable, Some(code), Some(come_back()));
    }
    bye(ByeReason::Invalid, Some(code), None)
}

/// What connections of a gateway that stops are told.
pub(crate) fn draining() -> Bye {
    // They are let go one after the other: each may come back at once.
    let soon: f64 = rand::random_range(1.0..5.0);
    bye(ByeReason::Draining, None, Some(soon.round() / 10.0))
}

/// A farewell.
pub(crate) const fn bye(reason: ByeReason, code: Option<Code>, reconnect_in_s: Option<f64>) -> Bye {
    Bye { reason, code, reconnect_in_s }
}

/// Spread out, so that they do not all come back at once.
pub(crate) fn come_back() -> f64 {
    let spread: f64 = rand::random_range(0.5..2.5);
    (COME_BACK_S * spread * 10.0).round() / 10.0
}

/// For the gauge: counted from `welcome` to the end.
pub(crate) struct Counted(Role);

impl Counted {
    pub(crate) fn new(role: Role) -> Self {
        metrics::connected(role);
        Self(role)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        metrics::disconnected(self.0);
    }
}
