//! The workspace's configuration: read, check, replace, and what it was before. What is wrong with
//! one is `rules::check`'s to say, what may not be dropped the engine's.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use baton_common::ask::{Ask, ReplyBody};
use baton_common::code::Code;
use baton_common::command::{Actor, Command, CommandBody};
use baton_common::config::Workspace;
use baton_common::config::check::{Finding, is_ok};
use baton_common::frame::Packed;
use baton_common::ids::WorkspaceId;
use baton_common::limits;
use baton_common::protocol::config::{Checked, Published, VersionRow, Versions};
use baton_common::protocol::problem::Problem;
use baton_common::protocol::read::read;
use baton_common::rejection::Rejection;
use baton_common::time::ApiTime;
use tokio::sync::Semaphore;

use super::call::{ADMINS, Call, ok};
use crate::caller::Caller;
use crate::gateway::Gateway;
use crate::marks::KeySource;
use crate::refusal::Refusal;
use crate::rules;

/// The largest ones are checked for seconds, on a thread of their own: one at a time, so that
/// people are served meanwhile.
static CHECKS: Semaphore = Semaphore::const_new(1);

/// The configuration that holds, or an earlier one.
#[utoipa::path(
    get,
    path = "/v1/config",
    params(("version" = Option<u64>, Query, description = "the newest unless given")),
    responses(
        (status = 200, body = Workspace),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(crate) async fn get(State(gateway): State<Gateway>, call: Call) -> Result<Response, Refusal> {
    let caller = call.begin(&gateway, &ADMINS)?;
    let query = call.query(&["version"])?;
    let version = query.number("version")?;
    let workspace = caller.workspace.clone();
    let ask = match version {
        Some(version) => Ask::ConfigVersion { workspace, version },
        None => Ask::Config { workspace },
    };
    let reply = gateway.link.ask(&caller.workspace, ask).await?;
    let ReplyBody::Config(version, packed) = reply else {
        return Err(Refusal::unexpected());
    };
    let packed = packed.ok_or_else(|| {
        Refusal::new(Code::NotFound, "the workspace has no configuration: PUT one")
    })?;
    let unreadable = |_| Refusal::new(Code::Internal, "the configuration cannot be read");
    let text = packed.unpack().map_err(unreadable)?;
    let mut config: Workspace = read(text.as_bytes())?;
    config.version = Some(version);
    config.workspace = Some(caller.workspace);
    Ok(ok(config))
}

/// Which configurations there were.
#[utoipa::path(
    get,
    path = "/v1/config/versions",
    params(
        ("limit" = Option<u64>, Query, description = "50 unless given, at most 200"),
        ("cursor" = Option<String>, Query),
    ),
    responses(
        (status = 200, body = Versions),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(crate) async fn versions(
    State(gateway): State<Gateway>,
    call: Call,
) -> Result<Response, Refusal> {
    let caller = call.begin(&gateway, &ADMINS)?;
    let query = call.query(&["limit", "cursor"])?;
    let limit = query.limit(limits::PAGE_ROWS, limits::PAGE_ROWS_DEFAULT)?;
    let before = query.number("cursor")?;
    let ask = Ask::ConfigVersions { workspace: caller.workspace.clone() };
    let reply = gateway.link.ask(&caller.workspace, ask).await?;
    let ReplyBody::ConfigVersions(kept) = reply else {
        return Err(Refusal::unexpected());
    };
    let earlier = kept.into_iter().filter(|kept| before.is_none_or(|before| kept.version < before));
    let mut versions: Vec<VersionRow> = earlier
        .map(|kept| VersionRow {
            version: kept.version,
            at: ApiTime(kept.at),
            by: kept.by.to_string(),
        })
        .collect();
    let more = versions.len() > limit;
    versions.truncate(limit);
    let next = versions.last().filter(|_| more).map(|last| last.version.to_string());
    Ok(ok(Versions { versions, next }))
}

/// Replaces the whole configuration.
#[utoipa::path(
    put,
    path = "/v1/config",
    params(
        ("If-Match" = Option<String>, Header, description = "the version that must be the newest"),
        ("Idempotency-Key" = Option<String>, Header),
    ),
    request_body = Workspace,
    responses(
        (status = 200, body = Published),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(crate) async fn put(State(gateway): State<Gateway>, call: Call) -> Result<Response, Refusal> {
    let caller = call.begin(&gateway, &ADMINS)?;
    let source = call.key_source();
    let if_match = call.header("if-match").and_then(|text| text.map(version).transpose());
    let bytes = call.bytes(limits::CONFIG_BYTES).await?;
    let config = read_config(&caller.workspace, &bytes)?;
    let (source, if_match) = (source?, if_match?);
    let config = Arc::new(config);
    let findings = findings(&config).await?;
    if !is_ok(&findings) {
        let detail = "the configuration has errors, nothing was published: see findings";
        return Err(Rejection { findings, ..Rejection::new(Code::Invalid, detail) }.into());
    }
    let text = serde_json::to_string(config.as_ref()).expect("configurations are plain data");
    let packed = Packed::pack(&text);
    if packed.len() > limits::PACKED_CONFIG_BYTES {
        let detail = "compressed, the configuration does not fit a message of the broker";
        return Err(Refusal::new(Code::TooLarge, detail));
    }
    let command = publish(&gateway, &caller, source.as_ref(), packed, if_match, &text);
    let answer = gateway.link.command(command).await?;
    let version = answer.done.version.unwrap_or_default();
    // At hand from here on, also while no router answers: whoever was answered and starts a chat
    // is routed by it.
    gateway.link.reach_config(&caller.workspace, version).await;
    Ok(ok(Published { version, findings }))
}

/// What is wrong with a configuration.
#[utoipa::path(
    post,
    path = "/v1/config/check",
    request_body = Workspace,
    responses(
        (status = 200, body = Checked),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(crate) async fn check(State(gateway): State<Gateway>, call: Call) -> Result<Response, Refusal> {
    let caller = call.begin(&gateway, &ADMINS)?;
    let bytes = call.bytes(limits::CONFIG_BYTES).await?;
    let config = read_config(&caller.workspace, &bytes)?;
    let findings = findings(&Arc::new(config)).await?;
    Ok(ok(Checked { ok: is_ok(&findings), findings }))
}

/// What is wrong with a configuration, found on a thread of its own.
async fn findings(config: &Arc<Workspace>) -> Result<Vec<Finding>, Refusal> {
    let _turn = CHECKS.acquire().await.map_err(|_| Refusal::unexpected())?;
    let config = Arc::clone(config);
    let checked = tokio::task::spawn_blocking(move || rules::check(&config)).await;
    checked.map_err(|_| Refusal::new(Code::Internal, "the check has failed"))
}

fn publish(
    gateway: &Gateway,
    caller: &Caller,
    source: Option<&KeySource>,
    config: Packed,
    if_match: Option<u64>,
    text: &str,
) -> Command {
    let key = source.map(|source| gateway.marks.command_key(caller, source, &(text, if_match)));
    Command {
        workspace: caller.workspace.clone(),
        by: Actor::Admin(caller.sub().as_str().into()),
        key,
        ask: CommandBody::PublishConfig { config, if_match },
    }
}

/// The document without what the server adds to it.
fn read_config(workspace: &WorkspaceId, bytes: &[u8]) -> Result<Workspace, Refusal> {
    let mut config: Workspace = read(bytes)?;
    if config.workspace.as_ref().is_some_and(|named| named != workspace) {
        let detail = "the token is another workspace's: leave `workspace` out or correct it";
        return Err(Refusal::invalid("workspace", detail));
    }
    (config.workspace, config.version) = (None, None);
    Ok(config)
}

/// A version as `If-Match` has it: plain, or quoted as an entity tag.
fn version(text: &str) -> Result<u64, Refusal> {
    let bare = text.trim().trim_matches('"');
    bare.parse().map_err(|_| Refusal::invalid("If-Match", "a version is a whole number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_adds_may_be_sent_back() {
        let json = br#"{"workspace":"a","version":7,"queues":{},"agents":{}}"#;
        let config = read_config(&"a".into(), json).unwrap();
        assert_eq!((config.workspace, config.version), (None, None));
        let refusal = read_config(&"b".into(), json).unwrap_err();
        assert_eq!(refusal.rejection.path.as_deref(), Some("workspace"));
    }

    #[test]
    fn wrong_shapes_name_their_path() {
        let json = br#"{"queues":{"a":{"weight":"heavy"}},"agents":{}}"#;
        let refusal = read_config(&"a".into(), json).unwrap_err();
        assert_eq!(refusal.rejection.path.as_deref(), Some("queues.a.weight"));
    }

    #[test]
    fn versions_are_read_plain_and_quoted() {
        assert_eq!(version("7").unwrap(), 7);
        assert_eq!(version("\"7\"").unwrap(), 7);
        assert!(version("*").is_err());
    }
}
