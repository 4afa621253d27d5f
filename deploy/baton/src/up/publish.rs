//! Publishes the configuration that `baton up` brings, once, through the public API like any
//! administrator. Leaves a workspace that has a configuration untouched.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use baton_common::config::Workspace;
use baton_common::config::check::Severity;
use baton_gateway::rules::check;
use baton_runtime::secret::TokenSecret;
use reqwest::{Client, Response, StatusCode};
use tokio::time::{Instant, sleep};

use crate::cli::{Grant, Role};
use crate::{calls, config_check, token};

/// The router needs a moment to lead its shard, longer after an unclean end.
const PATIENCE: Duration = Duration::from_mins(1);
const REQUEST_LIMIT: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(50);
/// Good for as long as publishing may take.
const TOKEN_TTL_S: u32 = 300;

/// Reads and checks the file, or the demo where none is named.
pub(super) fn read(file: Option<&Path>) -> anyhow::Result<Workspace> {
    let workspace = match file {
        Some(file) => config_check::read(file)?,
        None => config_check::parse(super::DEMO_WORKSPACE).context("the demo workspace")?,
    };
    let findings = check(&workspace);
    if let Some(error) = findings.iter().find(|finding| finding.severity == Severity::Error) {
        let file = file.map_or_else(|| "the demo".into(), |file| file.display().to_string());
        bail!("cannot publish {file}: {}", config_check::line(error));
    }
    Ok(workspace)
}

/// Publishes unless the workspace has a configuration, waiting until the gateway can answer.
pub(super) async fn publish(
    public: SocketAddr,
    secret: &TokenSecret,
    workspace: &Workspace,
) -> anyhow::Result<()> {
    let name = workspace.workspace.as_ref().map_or("default", |name| name.as_str());
    let grant = Grant {
        role: Role::Admin,
        sub: "baton-up".into(),
        workspace: name.into(),
        ttl_s: TOKEN_TTL_S,
    };
    let api = Api {
        client: calls::client(REQUEST_LIMIT)?,
        url: format!("http://{}/v1/config", reachable(public)),
        token: token::sign(secret, &grant)?,
    };
    if api.has_configuration().await? {
        return Ok(());
    }
    api.put(workspace).await?;
    tracing::info!(workspace = name, "published the workspace's first configuration");
    Ok(())
}

/// The configuration's address, and the right to use it.
struct Api {
    client: Client,
    url: String,
    token: String,
}

impl Api {
    async fn has_configuration(&self) -> anyhow::Result<bool> {
        let response = self.ask(|| self.client.get(&self.url)).await?;
        match response.status() {
            StatusCode::OK => Ok(true),
            StatusCode::NOT_FOUND => Ok(false),
            _ => refusal(response).await.map(|()| true),
        }
    }

    /// A conflict means that somebody else has just published, which is as good.
    async fn put(&self, workspace: &Workspace) -> anyhow::Result<()> {
        let response = self.ask(|| self.client.put(&self.url).json(workspace)).await?;
        match response.status() {
            StatusCode::CONFLICT => Ok(()),
            status if status.is_success() => Ok(()),
            _ => refusal(response).await,
        }
    }

    /// Repeats a request until it is answered with anything but "not now".
    async fn ask(&self, request: impl Fn() -> reqwest::RequestBuilder) -> anyhow::Result<Response> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let response = request().bearer_auth(&self.token).send().await;
            let late = Instant::now() >= deadline;
            match response {
                Ok(response) if !is_transient(response.status()) => return Ok(response),
                Ok(response) if late => bail!(
                    "the gateway answers {} to the workspace's configuration; see the log",
                    response.status()
                ),
                Err(error) if late => {
                    return Err(error).context("the gateway does not answer; see the log");
                }
                _ => sleep(POLL).await,
            }
        }
    }
}

fn is_transient(status: StatusCode) -> bool {
    matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS)
}

async fn refusal(response: Response) -> anyhow::Result<()> {
    let status = response.status();
    let body = response.text().await.unwrap_or_default();
    bail!("the gateway refuses the workspace's configuration ({status}): {body}")
}

/// A server that listens everywhere is reached on this machine's own address.
fn reachable(address: SocketAddr) -> SocketAddr {
    let own = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(own, address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_with_errors_is_refused_before_anything_starts() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("w.toml");
        std::fs::write(&file, "default_queue = \"none\"\n[queues.sales]\n[agents.a]\n").unwrap();
        let error = read(Some(&file)).unwrap_err().to_string();
        assert!(error.contains("w.toml: error: default_queue"), "{error}");
        assert!(read(None).is_ok());
    }

    #[test]
    fn an_address_that_listens_everywhere_is_reached_here() {
        let everywhere = "0.0.0.0:80".parse().unwrap();
        assert_eq!(reachable(everywhere), "127.0.0.1:80".parse().unwrap());
        let one = "10.0.0.1:80".parse().unwrap();
        assert_eq!(reachable(one), one);
    }
}
