//! The gateway: HTTP and sockets for customers, agents and supervisors. It stores what is said,
//! asks routers to decide, and tells people what was decided. It holds nothing that matters and
//! leaves every decision about chats to the routers.

mod access;
mod boards;
mod caller;
mod chats;
mod commands;
pub mod dm;
mod drain;
mod gateway;
mod half_open;
mod http;
mod limiter;
pub mod link;
mod marks;
mod metrics;
mod news;
mod oidc;
mod origin;
mod pages;
mod positions;
mod refusal;
mod registry;
pub mod rules;
mod server;
mod shape;
mod signals;
mod socket;
mod start;
#[cfg(test)]
mod testing;
mod throttle;
pub mod token;
pub mod transcript;
mod turns;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use axum::routing::get;
use baton_common::ids::GatewayId;
use baton_common::limits;
use baton_runtime::admin::{ReadyFlag, Registry as Admin, bind};
use baton_runtime::nats::Link as Nats;
use baton_runtime::oidc::Oidc;
use baton_runtime::secret::TokenSecret;
use baton_runtime::settings::TrustedProxies;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::gateway::{Gateway, Parts};

/// What is no longer used is forgotten this often.
const TIDY_EVERY: Duration = Duration::from_secs(30);

/// What a gateway needs.
pub struct Options {
    /// The broker.
    pub nats: Nats,
    /// How many shards the deployment has.
    pub shards: u16,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Signs and checks tokens; the same for all gateways of a deployment.
    pub secret: TokenSecret,
    /// Where readiness and the API's description are shown.
    pub admin: Admin,
    /// Cancelled to stop.
    pub shutdown: CancellationToken,
    /// Whether loopback addresses are not limited, as `baton up` wants it.
    pub loopback_unlimited: bool,
    /// Proxies whose word about a client's address is believed.
    pub trusted_proxies: TrustedProxies,
    /// Where the staff signs in, if not with tokens of the operator's.
    pub oidc: Option<Oidc>,
}

/// A gateway that serves.
#[derive(Debug)]
pub struct RunningGateway {
    /// Where it listens, with the port that was taken.
    pub public: SocketAddr,
    stopped: CancellationToken,
}

impl RunningGateway {
    /// Waits until it has stopped: sockets were told, what was asked is stored.
    pub async fn stopped(&self) {
        self.stopped.cancelled().await;
    }
}

/// Starts a gateway. It serves once this returns, router or not.
pub async fn start(options: Options) -> anyhow::Result<RunningGateway> {
    metrics::describe();
    let listener = bind(options.listen, "listen").await?;
    let public = listener.local_addr().context("the listener has no address")?;
    let ready = options.admin.readiness().register("gateway", "starting");
    let openapi = axum::Json(http::openapi::document());
    let asyncapi = axum::Json(http::asyncapi::document());
    let documents = axum::Router::new()
        .route("/openapi.json", get(|| async { openapi }))
        .route("/asyncapi.json", get(|| async { asyncapi }));
    options.admin.mount(documents);
    let (gateway, line, news) = assemble(&options).await?;
    let background = TaskTracker::new();
    background.spawn(news::run(gateway.clone(), news));
    for shard in 0..options.shards {
        background.spawn(positions::run(gateway.clone(), shard));
        background.spawn(boards::run(gateway.clone(), shard));
    }
    background.spawn(tidy(gateway.clone()));
    background.spawn(drain::run(gateway.clone()));
    background.spawn(show_readiness(gateway.clone(), options.nats.clone(), ready));
    let stopped = CancellationToken::new();
    tokio::spawn(serve(gateway, listener, line, stopped.clone()));
    Ok(RunningGateway { public, stopped })
}

type News = tokio::sync::mpsc::Receiver<link::LinkEvent>;

/// The parts, and what ends the line to the routers once everything else has ended.
async fn assemble(options: &Options) -> anyhow::Result<(Gateway, CancellationToken, News)> {
    let line = CancellationToken::new();
    let registry = Arc::new(registry::Registry::new(options.shards));
    let (digests, announced) = (Arc::clone(&registry), Arc::clone(&registry));
    // Never used before: a restarted gateway is another one.
    let id = GatewayId::new(uuid::Uuid::new_v4().simple().to_string());
    let (link, news) = link::Link::start(
        &options.nats,
        options.shards,
        id,
        Arc::new(move || digests.digests()),
        Arc::new(move |shard| announced.announce(shard)),
        line.clone(),
    )
    .await?;
    let transcripts =
        transcript::Transcripts::start(&options.nats, options.shards, line.clone()).await?;
    let dms = dm::Dms::start(&transcripts);
    let gateway = Gateway::new(Parts {
        link,
        transcripts,
        dms,
        nats: options.nats.client().clone(),
        marks: marks::Marks::new(&options.secret),
        secret: options.secret.clone(),
        registry,
        chats: Arc::default(),
        boards: boards::Boards::new(options.shards),
        rules: rules::Rules::default(),
        limiter: limiter::Limiter::new(options.loopback_unlimited),
        half_open: half_open::HalfOpen::default(),
        proxies: options.trusted_proxies.clone(),
        oidc: options.oidc.clone().map(oidc::Service::of).transpose()?,
        spoke: throttle::Throttle::new(),
        seen: throttle::Throttle::new(),
        resyncs: turns::Turns::new(options.shards, limits::RESYNCS),
        draining: options.shutdown.clone(),
        closing: CancellationToken::new(),
        drain: drain::Window::default(),
        tasks: TaskTracker::new(),
    });
    Ok((gateway, line, news))
}

/// Serves until the stop, then lets everything end in order.
async fn serve(
    gateway: Gateway,
    listener: TcpListener,
    line: CancellationToken,
    stopped: CancellationToken,
) {
    let router = http::router(gateway.clone());
    server::run(gateway.clone(), listener, router).await;
    gateway.tasks.close();
    let linger = Duration::from_millis(limits::DRAIN_LINGER.0);
    if tokio::time::timeout(linger, gateway.tasks.wait()).await.is_err() {
        tracing::warn!(left = gateway.tasks.len(), "some connections did not end in time");
    }
    gateway.link.leave().await;
    line.cancel();
    stopped.cancel();
}

/// Ready while the broker is reached, router or not; not any more once it drains.
async fn show_readiness(gateway: Gateway, nats: Nats, ready: ReadyFlag) {
    let mut state = nats.state();
    loop {
        let now = *state.borrow_and_update();
        if now.connected {
            ready.ready();
        } else {
            ready.not_ready("the broker is not reached");
        }
        tokio::select! {
            () = gateway.draining.cancelled() => {
                ready.not_ready("draining");
                return;
            }
            changed = state.changed() => {
                if changed.is_err() {
                    return;
                }
            }
        }
    }
}

async fn tidy(gateway: Gateway) {
    let mut every = tokio::time::interval(TIDY_EVERY);
    loop {
        tokio::select! {
            () = gateway.closing.cancelled() => return,
            _ = every.tick() => {
                gateway.limiter.tidy();
                gateway.chats.tidy(Instant::now());
            }
        }
    }
}
