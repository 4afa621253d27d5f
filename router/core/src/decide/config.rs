//! Publishing a configuration: one command, one event.

use baton_common::answer::Done;
use baton_common::code::Code;
use baton_common::command::Actor;
use baton_common::config::Workspace as Config;
use baton_common::config::check::errors;
use baton_common::event::Event;
use baton_common::frame::Packed;
use baton_common::limits;
use baton_common::rejection::Rejection;
use smol_str::SmolStr;

use super::{Asked, Draft, Verdict, hours};
use crate::state::{Chat, WorkspaceState};

pub(super) fn publish(
    mut draft: Draft<'_>,
    ask: &Asked<'_>,
    packed: &Packed,
    if_match: Option<u64>,
) -> Verdict {
    let by: SmolStr = match ask.by {
        Actor::Admin(id) => SmolStr::new(id.as_str()),
        Actor::Gateway(_) => SmolStr::new_static("baton"),
        _ => return Err(Rejection::new(Code::Forbidden, "this needs role admin").into()),
    };
    let config = decode(packed)?;
    let current = ask.state.workspace(ask.workspace).map_or(0, |space| space.version);
    if let Some(expected) = if_match.filter(|expected| *expected != current) {
        let detail = format!("version {expected} is not the newest, {current} is: read it first");
        return Err(Rejection::new(Code::Conflict, detail).into());
    }
    if config.workspace.as_ref().is_some_and(|name| name != ask.workspace) {
        let detail = format!("the token is for workspace `{}`", ask.workspace);
        return Err(Rejection::invalid("workspace", detail).into());
    }
    // The gateway has told the administrator of everything; here only errors count.
    let mut findings = errors(&config);
    findings.truncate(limits::RECORDED_FINDINGS);
    if !findings.is_empty() {
        let refusal = Rejection::new(Code::Invalid, "the configuration has errors: see findings");
        return Err(Rejection { findings, ..refusal }.into());
    }
    if let Some(space) = ask.state.workspace(ask.workspace) {
        nothing_dropped(ask, space, &config)?;
    }
    let version = current + 1;
    draft.push(Event::ConfigPublished {
        workspace: ask.workspace.clone(),
        version,
        by,
        config: packed.clone(),
    });
    hours::published(&mut draft, ask.workspace, &config);
    draft.done(Done { version: Some(version), ..Done::default() })
}

fn decode(packed: &Packed) -> Result<Config, Rejection> {
    if packed.len() > limits::PACKED_CONFIG_BYTES {
        let detail = "the configuration is too large even when compressed: split the workspace";
        return Err(Rejection::new(Code::TooLarge, detail));
    }
    let text = packed.unpack().map_err(|e| Rejection::new(Code::Invalid, e.to_string()))?;
    serde_json::from_str(&text).map_err(|e| Rejection::new(Code::Invalid, e.to_string()))
}

/// Queues and agents with open chats must stay.
fn nothing_dropped(
    ask: &Asked<'_>,
    space: &WorkspaceState,
    config: &Config,
) -> Result<(), Rejection> {
    let busy_agent = space
        .agents
        .iter()
        .filter(|(id, row)| !config.agents.contains_key(*id) && is_busy(row))
        .map(|(id, _)| id)
        .min()
        .map(|id| format!("agent `{id}`"));
    // Most publications drop no queue: no chat is looked at then.
    let drops = space.queues.keys().any(|queue| !config.queues.contains_key(queue));
    let open = |chat: &&Chat| chat.workspace == *ask.workspace && !chat.is_over();
    let chats = drops.then(|| ask.state.chats.values()).into_iter().flatten();
    let busy_queue = chats
        .filter(open)
        .flat_map(|chat| {
            let last = chat.last.as_ref().map(|last| &last.queue);
            last.into_iter().chain(chat.served_by.as_ref())
        })
        .filter(|queue| !config.queues.contains_key(*queue))
        .min()
        .map(|queue| format!("queue `{queue}`"));
    match busy_agent.or(busy_queue) {
        Some(what) => Err(Rejection::new(
            Code::Conflict,
            format!("{what} has open chats: keep it until they are over"),
        )),
        None => Ok(()),
    }
}

fn is_busy(row: &crate::state::AgentState) -> bool {
    !row.work.is_empty() || !row.offers.is_empty()
}
