//! The workspace's configuration: read, check, replace. What is wrong with one is
//! `baton_common::config::check`'s to say, what may not be dropped the engine's.

use axum::extract::State;
use axum::response::Response;
use baton_common::ask::{Ask, ReplyBody};
use baton_common::code::Code;
use baton_common::command::{Actor, Command, CommandBody};
use baton_common::config::{Workspace, check as checks};
use baton_common::frame::Packed;
use baton_common::ids::WorkspaceId;
use baton_common::limits;
use baton_common::protocol::config::{Checked, Published};
use baton_common::protocol::problem::Problem;
use baton_common::protocol::read::read;
use baton_common::rejection::Rejection;

use super::call::{ADMINS, Call, ok};
use crate::caller::Caller;
use crate::gateway::Gateway;
use crate::marks::KeySource;
use crate::refusal::Refusal;

/// The configuration that holds.
#[utoipa::path(
    get,
    path = "/v1/config",
    responses(
        (status = 200, body = serde_json::Value),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(crate) async fn get(State(gateway): State<Gateway>, call: Call) -> Result<Response, Refusal> {
    let caller = call.begin(&gateway, &ADMINS)?;
    let query = call.query(&["version"])?;
    let version = query.number("version")?;
    let ask = Ask::Config { workspace: caller.workspace.clone() };
    let reply = gateway.link.ask(&caller.workspace, ask).await?;
    let ReplyBody::Config(current, packed) = reply else {
        return Err(Refusal::unexpected());
    };
    // Earlier versions are not kept at hand yet.
    if version.is_some_and(|version| version != current) {
        return Err(Refusal::not_found());
    }
    let packed = packed.ok_or_else(|| {
        Refusal::new(Code::NotFound, "the workspace has no configuration: PUT one")
    })?;
    let unreadable = |_| Refusal::new(Code::Internal, "the configuration cannot be read");
    let text = packed.unpack().map_err(unreadable)?;
    let mut config: Workspace = read(text.as_bytes())?;
    config.version = Some(current);
    config.workspace = Some(caller.workspace);
    Ok(ok(config))
}

/// Replaces the whole configuration.
#[utoipa::path(
    put,
    path = "/v1/config",
    params(
        ("If-Match" = Option<String>, Header, description = "the version that must be the newest"),
        ("Idempotency-Key" = Option<String>, Header),
    ),
    request_body = serde_json::Value,
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
    let findings = checks::check(&config);
    if !checks::is_ok(&findings) {
        let detail = "the configuration has errors, nothing was published: see findings";
        return Err(Rejection { findings, ..Rejection::new(Code::Invalid, detail) }.into());
    }
    let text = serde_json::to_string(&config).expect("configurations are plain data");
    let packed = Packed::pack(&text);
    if packed.len() > limits::PACKED_CONFIG_BYTES {
        let detail = "compressed, the configuration does not fit a message of the broker";
        return Err(Refusal::new(Code::TooLarge, detail));
    }
    let command = publish(&gateway, &caller, source.as_ref(), packed, if_match, &text);
    let answer = gateway.link.command(command).await?;
    let version = answer.done.version.unwrap_or_default();
    // At hand from here on, also while no router answers.
    gateway.link.config(&caller.workspace).await;
    Ok(ok(Published { version, findings }))
}

/// What is wrong with a configuration.
#[utoipa::path(
    post,
    path = "/v1/config/check",
    request_body = serde_json::Value,
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
    let findings = checks::check(&config);
    Ok(ok(Checked { ok: checks::is_ok(&findings), findings }))
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
