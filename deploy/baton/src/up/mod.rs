//! `baton up`: everything on this machine, started in order and stopped in the opposite order.
//! Leaves each part's own work to the part, and a deployment of many machines to `alone`.

mod publish;
mod welcome;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::bail;
use baton_common::config::Workspace;
use baton_gateway::token::sign_in_key;
use baton_runtime::admin::{self, Admin, Registry};
use baton_runtime::nats::{Link, LinkOptions, Wanted, connect, ensure_snapshots, ensure_streams};
use baton_runtime::ready::{Addresses, announce, http, write_file};
use baton_runtime::secret::TokenSecret;
use baton_runtime::settings::{NatsUrl, Settings};
use baton_runtime::{metrics, shutdown};
use tokio_util::sync::CancellationToken;

use crate::broker::Broker;
use crate::data_dir::DataDir;
use crate::parts::{self, Part};

/// The configuration that is published unless another is named.
pub(crate) const DEMO_WORKSPACE: &str = include_str!("../../../demo/workspace.toml");

/// The broker answered a moment ago.
const PATIENCE: Duration = Duration::from_secs(10);
/// Requests that make streams take longer than appends.
const REQUEST_LIMIT: Duration = Duration::from_secs(5);

/// What there is before the broker starts.
struct Up {
    settings: Settings,
    data: DataDir,
    secret: TokenSecret,
    workspace: Workspace,
    registry: Registry,
    admin: Admin,
    signal: CancellationToken,
}

/// The parts that run so far.
#[derive(Default)]
struct Running {
    router: Option<Part>,
    gateway: Option<Part>,
}

/// Runs everything until a signal, or until a part fails.
pub(crate) async fn run(settings: Settings) -> anyhow::Result<ExitCode> {
    let admin_shutdown = CancellationToken::new();
    let up = prepare(settings, admin_shutdown.clone()).await?;
    let broker = tokio::select! {
        biased;
        () = up.signal.cancelled() => return Ok(ExitCode::SUCCESS),
        broker = Broker::start(&up.data, up.settings.nats_listen) => broker?,
    };
    let outcome = serve(&up, &broker).await;
    up.data.forget_ready();
    broker.stop().await;
    admin_shutdown.cancel();
    up.admin.stopped().await;
    outcome.map(|()| ExitCode::SUCCESS)
}

/// Everything that can be refused before a process is started: folder, files, addresses.
async fn prepare(settings: Settings, admin_shutdown: CancellationToken) -> anyhow::Result<Up> {
    let signal = shutdown::on_signals()?;
    let workspace = publish::read(settings.workspace_file.as_deref())?;
    let data = DataDir::open(&settings.data_dir)?;
    data.forget_ready();
    let secret = TokenSecret::load_or_make(&settings.token_secret_file)?;
    secret.check_use(settings.listen, settings.allow_development_secret)?;
    drop(admin::bind(settings.listen, "listen").await?);
    let registry = Registry::new(metrics::install()?);
    let admin = admin::serve(settings.admin_listen, registry.clone(), admin_shutdown).await?;
    Ok(Up { settings, data, secret, workspace, registry, admin, signal })
}

/// Starts the parts over a running broker, watches them, and stops what runs of them.
async fn serve(up: &Up, broker: &Broker) -> anyhow::Result<()> {
    let mut running = Running::default();
    let outcome = tokio::select! {
        biased;
        () = up.signal.cancelled() => Ok(()),
        reason = broker.failed() => Err(anyhow::Error::msg(reason)),
        outcome = start_and_watch(up, broker, &mut running) => outcome,
    };
    running.stop().await;
    outcome
}

/// Returns only with an error: a part has ended.
async fn start_and_watch(up: &Up, broker: &Broker, running: &mut Running) -> anyhow::Result<()> {
    let starting = up.registry.readiness().register("start", "not finished");
    let link = reach(up, broker).await?;
    let router = parts::start_router(&link, &up.settings, &up.registry).await?;
    running.router = Some(router);
    let secret = up.secret.clone();
    let gateway = parts::start_gateway(&link, &up.settings, secret, &up.registry);
    let (gateway, public) = gateway.await?;
    running.gateway = Some(gateway);
    publish::publish(public, &up.secret, &up.workspace).await?;
    let addresses = Addresses {
        public: Some(http(public)),
        admin: Some(http(up.admin.address)),
        nats: Some(NatsUrl::of_server(broker.address()).to_string()),
    };
    starting.ready();
    let sign_in = sign_in_key(&up.secret);
    welcome::show(&addresses, &up.settings, sign_in.as_deref());
    write_file(&addresses, &up.data.ready_file())?;
    announce(&addresses)?;
    bail!(running.ended().await)
}

/// Connects to the broker and makes what streams are missing.
async fn reach(up: &Up, broker: &Broker) -> anyhow::Result<Link> {
    let options = LinkOptions {
        url: NatsUrl::of_server(broker.address()),
        name: "baton-up".into(),
        patience: PATIENCE,
    };
    let link = connect(options).await?;
    link.show_in(up.registry.readiness().register("broker", "not reached yet"));
    let jetstream = link.jetstream(REQUEST_LIMIT);
    let shards = up.settings.shards;
    for shard in 0..shards {
        ensure_streams(&jetstream, Wanted { shard, shards, replicas: 1 }).await?;
    }
    ensure_snapshots(&jetstream, 1).await?;
    Ok(link)
}

impl Running {
    /// Waits until either part has ended by itself.
    async fn ended(&mut self) -> String {
        let (Some(router), Some(gateway)) = (&mut self.router, &mut self.gateway) else {
            return "a part is missing".to_owned();
        };
        tokio::select! {
            biased;
            how = router.ended() => how,
            how = gateway.ended() => how,
        }
    }

    /// Gateway first: what it has accepted still reaches the router.
    async fn stop(self) {
        if let Some(gateway) = self.gateway {
            gateway.stop().await;
        }
        if let Some(router) = self.router {
            router.stop().await;
        }
    }
}
