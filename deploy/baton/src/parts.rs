//! The router and the gateway as parts of this process: the only place that calls their crates.
//! Leaves the order of starting and stopping to `up` and `alone`.

use std::net::SocketAddr;
use std::time::Duration;

use baton_runtime::admin::Registry;
use baton_runtime::nats::Link;
use baton_runtime::oidc::Oidc;
use baton_runtime::secret::TokenSecret;
use baton_runtime::settings::Settings;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::DropGuard;

/// Longer than a gateway drains and a router takes to hand over.
const STOP_LIMIT: Duration = Duration::from_secs(30);

/// A running part. It ends by itself only when something is wrong. Dropped, it is asked to stop.
#[derive(Debug)]
pub(crate) struct Part {
    name: &'static str,
    shutdown: DropGuard,
    task: JoinHandle<anyhow::Result<()>>,
    ended: bool,
}

impl Part {
    /// Waits until it has ended by itself.
    pub(crate) async fn ended(&mut self) -> String {
        let how = match (&mut self.task).await {
            Ok(Ok(())) => "ended by itself".to_owned(),
            Ok(Err(error)) => format!("failed: {error:#}"),
            Err(error) => format!("failed: {error}"),
        };
        self.ended = true;
        format!("the {} {how}; see the log, then start again", self.name)
    }

    /// Asks it to stop and waits until it has: a gateway drains, a router hands over.
    pub(crate) async fn stop(self) {
        if self.ended {
            return;
        }
        self.shutdown.disarm().cancel();
        let Ok(stopped) = timeout(STOP_LIMIT, self.task).await else {
            return tracing::warn!(part = self.name, "the part does not stop in time and is left");
        };
        if let Err(error) = stopped.map_err(anyhow::Error::from).flatten() {
            tracing::error!(part = self.name, %error, "the part failed while it stopped");
        }
    }
}

/// Starts a router over all shards.
pub(crate) async fn start_router(
    link: &Link,
    settings: &Settings,
    registry: &Registry,
) -> anyhow::Result<Part> {
    let token = tokio_util::sync::CancellationToken::new();
    let shutdown = token.clone().drop_guard();
    let running = baton_router::start(baton_router::Options {
        link: link.clone(),
        shards: settings.shards,
        replicas: baton_runtime::nats::replicas_for(
            settings.replicas,
            &link.client().server_info(),
        ),
        images: baton_router::Images::default(),
        admin: registry.clone(),
        shutdown: token,
    })
    .await?;
    Ok(Part { name: "router", shutdown, task: tokio::spawn(running.stopped()), ended: false })
}

/// Starts a gateway; also returns its public address.
pub(crate) async fn start_gateway(
    link: &Link,
    settings: &Settings,
    secret: TokenSecret,
    registry: &Registry,
) -> anyhow::Result<(Part, SocketAddr)> {
    let token = tokio_util::sync::CancellationToken::new();
    let shutdown = token.clone().drop_guard();
    let oidc = settings.oidc_file.as_deref().map(Oidc::load).transpose()?;
    let running = baton_gateway::start(baton_gateway::Options {
        nats: link.clone(),
        shards: settings.shards,
        listen: settings.listen,
        secret,
        admin: registry.clone(),
        shutdown: token,
        loopback_unlimited: !settings.limit_loopback,
        trusted_proxies: settings.trusted_proxies.clone(),
        oidc,
    })
    .await?;
    let public = running.public;
    let task = tokio::spawn(async move {
        running.stopped().await;
        Ok(())
    });
    let part = Part { name: "gateway", shutdown, task, ended: false };
    Ok((part, public))
}
