//! `baton router` and `baton gateway`: one part beside an existing NATS. Leaves running all of
//! them together to `up`.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::bail;
use baton_runtime::admin::{self, Admin, Registry};
use baton_runtime::nats::{Link, LinkOptions, connect};
use baton_runtime::ready::{Addresses, announce, http};
use baton_runtime::secret::TokenSecret;
use baton_runtime::settings::Settings;
use baton_runtime::{metrics, shutdown};
use tokio_util::sync::CancellationToken;

use crate::doctor;
use crate::parts::{self, Part};

/// Processes of a deployment start in any order; a broker that is absent longer than this is an
/// error that whoever runs the process should see.
const PATIENCE: Duration = Duration::from_secs(30);

/// What both kinds of process have before their part starts.
struct Base {
    signal: CancellationToken,
    registry: Registry,
    admin: Admin,
    admin_shutdown: CancellationToken,
    link: Link,
}

/// Runs a router until a signal.
pub(crate) async fn router(settings: Settings) -> anyhow::Result<ExitCode> {
    let Some(base) = base(&settings, "baton-router").await? else {
        return Ok(ExitCode::SUCCESS);
    };
    let part = tokio::select! {
        biased;
        () = base.signal.cancelled() => return Ok(ExitCode::SUCCESS),
        part = parts::start_router(&base.link, &settings, &base.registry) => part?,
    };
    announce(&addresses(&base, &settings, None))?;
    let (link, monitor) = (base.link.clone(), settings.nats_monitor_url.clone());
    tokio::spawn(async move { doctor::warn_of_broker(&link, monitor.as_deref()).await });
    run(base, part).await
}

/// Runs a gateway until a signal.
pub(crate) async fn gateway(settings: Settings) -> anyhow::Result<ExitCode> {
    let secret = TokenSecret::load(&settings.token_secret_file)?;
    secret.check_use(settings.listen, settings.allow_development_secret)?;
    let Some(base) = base(&settings, "baton-gateway").await? else {
        return Ok(ExitCode::SUCCESS);
    };
    let starting = parts::start_gateway(&base.link, &settings, secret, &base.registry);
    let (part, public) = tokio::select! {
        biased;
        () = base.signal.cancelled() => return Ok(ExitCode::SUCCESS),
        started = starting => started?,
    };
    announce(&addresses(&base, &settings, Some(http(public))))?;
    run(base, part).await
}

/// Nothing when a signal came before the broker was reached.
async fn base(settings: &Settings, name: &str) -> anyhow::Result<Option<Base>> {
    let signal = shutdown::on_signals()?;
    let registry = Registry::new(metrics::install()?);
    let broker = registry.readiness().register("broker", "not reached yet");
    let admin_shutdown = CancellationToken::new();
    let admin = admin::serve(settings.admin_listen, registry.clone(), admin_shutdown.clone());
    let admin = admin.await?;
    let options =
        LinkOptions { url: settings.nats_url.clone(), name: name.into(), patience: PATIENCE };
    let link = tokio::select! {
        biased;
        () = signal.cancelled() => return Ok(None),
        link = connect(options) => link?,
    };
    link.show_in(broker);
    Ok(Some(Base { signal, registry, admin, admin_shutdown, link }))
}

fn addresses(base: &Base, settings: &Settings, public: Option<String>) -> Addresses {
    let admin = Some(http(base.admin.address));
    Addresses { public, admin, nats: Some(settings.nats_url.to_string()) }
}

async fn run(base: Base, mut part: Part) -> anyhow::Result<ExitCode> {
    tokio::select! {
        biased;
        () = base.signal.cancelled() => {}
        how = part.ended() => bail!(how),
    }
    part.stop().await;
    base.admin_shutdown.cancel();
    base.admin.stopped().await;
    Ok(ExitCode::SUCCESS)
}
