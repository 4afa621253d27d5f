//! `baton router` whose images are due after a second instead of minutes, for tests that need some
//! while they last. Takes the arguments that a stage gives; everything else is `baton router`'s.

use std::time::Duration;

use anyhow::Context as _;
use baton_common::time::Span;
use baton_router::{Images, Options};
use baton_runtime::admin::{self, Registry};
use baton_runtime::nats::{LinkOptions, connect, replicas_for};
use baton_runtime::ready::{Addresses, announce, http};
use baton_runtime::telemetry::{self, Verbosity};
use baton_runtime::{metrics, shutdown};

/// As the gateways of a stage have it.
const SHARDS: u16 = 8;
/// The broker of a stage runs already.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two looks whether an image is due; one frame suffices.
const LOOK: Duration = Duration::from_secs(1);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    telemetry::init(Verbosity::Server)?;
    let signal = shutdown::on_signals()?;
    let registry = Registry::new(metrics::install()?);
    let listen = flag("--admin-listen")?.parse().context("--admin-listen")?;
    let admin = admin::serve(listen, registry.clone(), signal.clone()).await?;
    let url = flag("--nats-url")?;
    let nats = url.parse().context("--nats-url")?;
    let options = LinkOptions { url: nats, name: "router-with-images".into(), patience: PATIENCE };
    let link = connect(options).await?;
    let replicas = replicas_for(None, &link.client().server_info());
    let often = Span::seconds(1);
    let images =
        Images { frames: 1, least: Span::ZERO, every: often, look: LOOK, ..Images::default() };
    let options =
        Options { link, shards: SHARDS, replicas, images, admin: registry, shutdown: signal };
    let router = baton_router::start(options).await?;
    announce(&Addresses { public: None, admin: Some(http(admin.address)), nats: Some(url) })?;
    router.stopped().await?;
    admin.stopped().await;
    Ok(())
}

fn flag(name: &str) -> anyhow::Result<String> {
    let mut rest = std::env::args().skip_while(|argument| argument != name);
    rest.nth(1).with_context(|| format!("{name} is missing: this is started by a stage"))
}
