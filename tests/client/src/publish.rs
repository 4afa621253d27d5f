//! Publishing a workspace so that it is known to be published: at any gateway, until a router has
//! taken it. What is in the document is left to the caller.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use serde_json::Value;

use crate::Gateways;

const CALL_LIMIT: Duration = Duration::from_secs(10);
const REPEAT: Duration = Duration::from_millis(100);

/// `PUT /v1/config`, repeated while the answer is `unavailable` or none. A refusal is the error at
/// once, with the gateway's words.
pub async fn publish(
    gateways: &Gateways,
    token: &str,
    document: &Value,
    within: Duration,
) -> anyhow::Result<()> {
    let deadline = Instant::now() + within;
    loop {
        let why = match put(gateways, token, document).await {
            Ok((200, _)) => return Ok(()),
            Ok((503, text)) => text,
            Ok((status, text)) => bail!("the workspace was refused, {status}: {text}"),
            Err(error) => format!("{error:#}"),
        };
        if Instant::now() >= deadline {
            bail!("the workspace could not be published: {why}: is a router running?");
        }
        tokio::time::sleep(REPEAT).await;
    }
}

async fn put(gateways: &Gateways, token: &str, body: &Value) -> anyhow::Result<(u16, String)> {
    let url = format!("{}/v1/config", gateways.next(None).context("there is no gateway")?);
    let call = gateways.http().put(url).bearer_auth(token).timeout(CALL_LIMIT).json(body);
    let answer = call.send().await?;
    Ok((answer.status().as_u16(), answer.text().await?))
}
