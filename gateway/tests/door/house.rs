//! One gateway with its broker, and the ways in: HTTP, sockets, bare connections.

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use baton_common::ids::ChatId;
use baton_common::time::{Span, Timestamp};
use baton_common::words::Role;
use baton_gateway::token::{Claims, sign, wall_clock};
use baton_gateway::{Options, RunningGateway};
use baton_runtime::admin::Registry;
use baton_runtime::nats::{Wanted, ensure_streams};
use baton_runtime::oidc::Oidc;
use baton_runtime::secret::TokenSecret;
use baton_runtime::settings::TrustedProxies;
use baton_runtime::testing::NatsServer;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use tokio_util::sync::CancellationToken;

use crate::leader::Leader;

/// A secret as operators write one.
const CHOSEN: &str = "a secret for tests, long enough to be one";
/// Longest wait for anything.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A gateway that serves.
pub(crate) struct House {
    pub(crate) server: NatsServer,
    pub(crate) public: SocketAddr,
    pub(crate) admin: Registry,
    pub(crate) secret: TokenSecret,
    pub(crate) shutdown: CancellationToken,
    pub(crate) running: RunningGateway,
    pub(crate) http: reqwest::Client,
}

impl House {
    /// A gateway without any router.
    pub(crate) async fn empty() -> Self {
        Self::with(true, "", secret(CHOSEN)).await
    }

    /// A gateway that limits loopback addresses as all others.
    pub(crate) async fn strict() -> Self {
        Self::with(false, "", secret(CHOSEN)).await
    }

    /// The same behind a proxy on this machine.
    pub(crate) async fn behind_a_proxy() -> Self {
        Self::with(false, "127.0.0.1", secret(CHOSEN)).await
    }

    /// A gateway and a leader.
    pub(crate) async fn led() -> (Self, Leader) {
        let house = Self::with(true, "", secret(CHOSEN)).await;
        let leader = Leader::start(house.server.link().await.client().clone()).await;
        (house, leader)
    }

    /// The same with a secret that `baton up` made.
    pub(crate) async fn for_development() -> (Self, Leader) {
        let folder = tempfile::tempdir().unwrap();
        let made = TokenSecret::load_or_make(&folder.path().join("secret")).unwrap();
        let house = Self::with(true, "", made).await;
        let leader = Leader::start(house.server.link().await.client().clone()).await;
        (house, leader)
    }

    /// A gateway whose staff signs in elsewhere.
    pub(crate) async fn with_oidc(oidc: Oidc) -> Self {
        Self::open(true, "", secret(CHOSEN), Some(oidc)).await
    }

    async fn with(loopback_unlimited: bool, proxies: &str, secret: TokenSecret) -> Self {
        Self::open(loopback_unlimited, proxies, secret, None).await
    }

    async fn open(
        loopback_unlimited: bool,
        proxies: &str,
        secret: TokenSecret,
        oidc: Option<Oidc>,
    ) -> Self {
        let server = NatsServer::start();
        let nats = server.link().await;
        let wanted = Wanted { shard: 0, shards: 1, replicas: 1 };
        ensure_streams(&nats.jetstream(PATIENCE), wanted).await.unwrap();
        let admin = Registry::new(baton_runtime::metrics::install().unwrap());
        let shutdown = CancellationToken::new();
        let running = baton_gateway::start(Options {
            nats,
            shards: 1,
            listen: "127.0.0.1:0".parse().unwrap(),
            secret: secret.clone(),
            admin: admin.clone(),
            shutdown: shutdown.clone(),
            loopback_unlimited,
            trusted_proxies: proxies.parse::<TrustedProxies>().unwrap(),
            oidc,
        })
        .await
        .unwrap();
        let http = reqwest::Client::builder().timeout(PATIENCE).build().unwrap();
        Self { server, public: running.public, admin, secret, shutdown, running, http }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}/v1{path}", self.public)
    }

    /// A token of workspace `default`, good for an hour.
    pub(crate) fn token(&self, role: Role, sub: &str) -> String {
        let exp = wall_clock() + Span::seconds(3_600);
        sign(&self.secret, &Claims::of_person(role, sub, &"default".into(), exp))
    }

    pub(crate) fn token_until(&self, sub: &str, exp: Timestamp) -> String {
        sign(&self.secret, &Claims::of_person(Role::Agent, sub, &"default".into(), exp))
    }

    pub(crate) fn customer(&self, chat: &str) -> String {
        let exp = wall_clock() + Span::seconds(3_600);
        sign(&self.secret, &Claims::of_customer(&ChatId::new(chat), &"default".into(), exp))
    }

    /// A call; the status and the JSON that came back.
    pub(crate) async fn call(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> (u16, Value) {
        let method = method.parse().unwrap();
        let mut request = self.http.request(method, self.url(path));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        (status, response.json().await.unwrap_or_default())
    }

    /// An open socket that has not said anything.
    pub(crate) async fn socket(&self) -> Socket {
        self.socket_from(&format!("http://{}", self.public)).await.unwrap()
    }

    /// The same of a page of this origin.
    pub(crate) async fn socket_from(&self, origin: &str) -> tungstenite::Result<Socket> {
        let stream = TcpSocket::new_v4()?;
        self.socket_on(stream, origin).await
    }

    /// The same on a connection whose client has this much room for what it does not read.
    pub(crate) async fn socket_with_room(&self, bytes: u32) -> Socket {
        let stream = TcpSocket::new_v4().unwrap();
        stream.set_recv_buffer_size(bytes).unwrap();
        self.socket_on(stream, &format!("http://{}", self.public)).await.unwrap()
    }

    async fn socket_on(&self, stream: TcpSocket, origin: &str) -> tungstenite::Result<Socket> {
        let mut request = format!("ws://{}/v1/ws", self.public).into_client_request()?;
        request.headers_mut().insert("origin", origin.parse().unwrap());
        let stream = MaybeTlsStream::Plain(stream.connect(self.public).await?);
        Ok(Socket(tokio_tungstenite::client_async(request, stream).await?.0))
    }

    /// A socket that was welcomed, and its welcome.
    pub(crate) async fn welcomed(&self, token: &str, client_id: &str) -> (Socket, Value) {
        self.resumed(token, client_id, &json!({})).await
    }

    pub(crate) async fn resumed(
        &self,
        token: &str,
        client_id: &str,
        resume: &Value,
    ) -> (Socket, Value) {
        let mut socket = self.socket().await;
        let welcome = socket.hello(token, client_id, resume).await;
        (socket, welcome)
    }
}

fn secret(text: &str) -> TokenSecret {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    TokenSecret::load(&path).unwrap()
}

/// A socket of a client.
pub(crate) struct Socket(pub(crate) WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Says hello and gives the welcome.
    pub(crate) async fn hello(&mut self, token: &str, client_id: &str, resume: &Value) -> Value {
        let hello =
            json!({"type": "hello", "token": token, "client_id": client_id, "resume": resume});
        self.send(&hello).await;
        let welcome = self.next().await;
        assert_eq!(welcome["type"], "welcome", "{welcome}");
        welcome
    }

    pub(crate) async fn send(&mut self, frame: &Value) {
        self.0.send(Message::from(frame.to_string())).await.unwrap();
    }

    /// Sends a frame and gives the answer, passing over events.
    pub(crate) async fn ask(&mut self, frame: &Value) -> Value {
        self.send(frame).await;
        loop {
            let answer = self.next().await;
            if answer.get("re").is_some() {
                return answer;
            }
        }
    }

    /// The next frame; the close frame is `{"close": code}`, the bare end `{"close": null}`.
    pub(crate) async fn next(&mut self) -> Value {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.0.next()).await;
            match message.expect("something comes in time") {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).unwrap(),
                Some(Ok(Message::Close(frame))) => {
                    return json!({"close": frame.map(|frame| u16::from(frame.code))});
                }
                Some(Ok(_)) => {}
                Some(Err(tungstenite::Error::Protocol(_) | tungstenite::Error::Io(_))) | None => {
                    return json!({"close": null});
                }
                Some(Err(error)) => panic!("{error}"),
            }
        }
    }

    /// The next event of this type.
    pub(crate) async fn event(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.next().await;
            assert!(frame.get("close").is_none(), "closed while waiting for {kind}");
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// What comes until the end: the bye, if any, and the close code.
    pub(crate) async fn end(&mut self) -> (Option<Value>, Value) {
        let mut bye = None;
        loop {
            let frame = self.next().await;
            if let Some(code) = frame.get("close") {
                return (bye, code.clone());
            }
            if frame["type"] == "bye" {
                bye = Some(frame);
            }
        }
    }
}
