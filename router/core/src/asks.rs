//! Questions of gateways, answered from the state.

use std::collections::BTreeSet;

use baton_common::answer::Welcome;
use baton_common::ask::{Ask, ChatCursor, ChatsFilter, ReplyBody};
use baton_common::code::Code;
use baton_common::command::Person;
use baton_common::frame::Packed;
use baton_common::ids::{ChatId, QueueId, WorkspaceId};
use baton_common::limits;
use baton_common::rejection::Rejection;
use baton_common::time::Timestamp;
use baton_common::words::ChatState;

use crate::decide;
use crate::ewt::Teller;
use crate::state::{Chat, State};
use crate::{view, why};

/// Answers a question. `Ask::Outcome` is the node's to answer.
pub fn reply(state: &State, now: Timestamp, ask: &Ask) -> Result<ReplyBody, Rejection> {
    match ask {
        Ask::Chat { workspace, chat } => {
            let chat = state.chats.get(chat).filter(|chat| chat.workspace == *workspace);
            let chat = chat.ok_or_else(|| not_found("there is no such chat"))?;
            Ok(ReplyBody::Chat(Box::new(Teller::new(state, now).chat(chat))))
        }
        Ask::Chats(filter) => Ok(chats(state, now, filter)),
        Ask::Positions { workspace, chats } => Ok(positions(state, now, workspace, chats)),
        Ask::Queues { workspace } => {
            let config = state.config(workspace).ok_or_else(|| unconfigured(workspace))?;
            let mut teller = Teller::new(state, now);
            let row = |id| view::queue(state, now, &mut teller, workspace, id);
            let rows = config.queues.keys().filter_map(row);
            Ok(ReplyBody::Queues(rows.collect()))
        }
        Ask::Agents { workspace } => {
            let config = state.config(workspace).ok_or_else(|| unconfigured(workspace))?;
            let rows = config.agents.keys().filter_map(|id| view::agent(state, workspace, id));
            Ok(ReplyBody::Agents(rows.collect()))
        }
        Ask::Welcome { workspace, person } => {
            Ok(ReplyBody::Welcome(Box::new(welcome(state, now, workspace, person))))
        }
        Ask::Config { workspace } => {
            let version = state.workspace(workspace).map_or(0, |space| space.version);
            Ok(ReplyBody::Config(version, document(state, workspace, version)))
        }
        Ask::ConfigVersion { workspace, version } => {
            let document = document(state, workspace, *version).ok_or_else(|| {
                not_found("this version is not kept at hand: GET /v1/config/versions lists those")
            })?;
            Ok(ReplyBody::Config(*version, Some(document)))
        }
        Ask::ConfigVersions { workspace } => {
            let space = state.workspace(workspace).ok_or_else(|| unconfigured(workspace))?;
            Ok(ReplyBody::ConfigVersions(space.history.newest_first().cloned().collect()))
        }
        Ask::ChatWhy { workspace, chat } => {
            let chat = state.chats.get(chat).filter(|chat| chat.workspace == *workspace);
            let chat = chat.ok_or_else(|| not_found("there is no such chat"))?;
            Ok(ReplyBody::ChatWhy(Box::new(why::chat(state, now, chat))))
        }
        Ask::AgentWhy { workspace, agent } => {
            let why = why::agent(state, workspace, agent);
            let missing = || Rejection::new(Code::AgentNotFound, "there is no such agent");
            Ok(ReplyBody::AgentWhy(Box::new(why.ok_or_else(missing)?)))
        }
        Ask::AgentStatistics { workspace, agent } => {
            let statistics = view::statistics(state, now, workspace, agent);
            let missing = || Rejection::new(Code::AgentNotFound, "there is no such agent");
            Ok(ReplyBody::AgentStatistics(Box::new(statistics.ok_or_else(missing)?)))
        }
        Ask::QueueHistory { workspace, queue } => {
            let history = view::history(state, now, workspace, queue);
            let missing = || Rejection::new(Code::QueueNotFound, "there is no such queue");
            Ok(ReplyBody::QueueHistory(Box::new(history.ok_or_else(missing)?)))
        }
        Ask::Quote { workspace, by, chat, to } => {
            let quote = decide::quote(state, now, (workspace, by), chat, to)?;
            Ok(ReplyBody::Quote(Box::new(quote)))
        }
        Ask::Origins { after } => Ok(origins(state, after.as_deref())),
        Ask::Outcome { .. } => Ok(ReplyBody::Outcome(None)),
    }
}

/// A configuration as it was published. The newest is known also where an image of an earlier
/// release has no history.
fn document(state: &State, workspace: &WorkspaceId, version: u64) -> Option<Packed> {
    let space = state.workspace(workspace)?;
    let kept = space.history.document(version).cloned();
    let current = space.rules.as_ref().filter(|_| space.version == version);
    kept.or_else(|| {
        let config = current?.config.as_ref();
        let text = serde_json::to_string(config).expect("configurations are plain data");
        Some(Packed::pack(&text))
    })
}

/// Origins after one, of all workspaces.
fn origins(state: &State, after: Option<&str>) -> ReplyBody {
    let configs = state.workspaces.values().filter_map(|space| space.rules.as_ref());
    let all: BTreeSet<&str> =
        configs.flat_map(|rules| &rules.config.origins).map(String::as_str).collect();
    let mut left = all.into_iter().filter(|origin| after.is_none_or(|after| *origin > after));
    let (mut page, mut bytes) = (Vec::new(), 0);
    for origin in left.by_ref() {
        bytes += origin.len();
        page.push(origin.to_owned());
        if bytes >= limits::ORIGINS_BYTES {
            break;
        }
    }
    ReplyBody::Origins(page, left.next().is_some())
}

fn not_found(what: &str) -> Rejection {
    Rejection::new(Code::NotFound, what)
}

fn unconfigured(workspace: &WorkspaceId) -> Rejection {
    let detail = format!(
        "workspace `{workspace}` has no configuration: an admin publishes one with PUT /v1/config"
    );
    Rejection::new(Code::NotFound, detail)
}

/// What a person holds.
pub(crate) fn welcome(
    state: &State,
    now: Timestamp,
    workspace: &WorkspaceId,
    person: &Person,
) -> Welcome {
    let mut teller = Teller::new(state, now);
    match person {
        Person::Customer(id) => {
            let chat = state.chats.get(id).filter(|chat| chat.workspace == *workspace);
            let chats = chat.map(|chat| teller.chat(chat)).into_iter().collect();
            Welcome { chats, ..Welcome::default() }
        }
        Person::Agent(id) => {
            let row = state.agent(workspace, id);
            let mut held: Vec<&Chat> = row
                .into_iter()
                .flat_map(|row| row.work.keys())
                .filter_map(|id| state.chats.get(id))
                .collect();
            held.sort_by_key(|chat| (chat.opened_at, &chat.id));
            let offers = state.pending_offers(workspace, id);
            Welcome {
                chats: held.into_iter().map(|chat| teller.chat(chat)).collect(),
                agent: view::agent(state, workspace, id),
                offers: offers.filter_map(|offer| view::offer(state, now, offer)).collect(),
            }
        }
        Person::Supervisor(id) => {
            let space = state.workspace(workspace);
            let joined = space.and_then(|space| space.overseen.get(id)).into_iter().flatten();
            let mut held: Vec<&Chat> = joined.filter_map(|id| state.chats.get(id)).collect();
            held.sort_by_key(|chat| (chat.opened_at, &chat.id));
            let chats = held.into_iter().map(|chat| teller.chat(chat)).collect();
            Welcome { chats, ..Welcome::default() }
        }
    }
}

fn positions(
    state: &State,
    now: Timestamp,
    workspace: &WorkspaceId,
    chats: &[ChatId],
) -> ReplyBody {
    let mut teller = Teller::new(state, now);
    let place = |id: &ChatId| {
        let chat = state.chats.get(id).filter(|chat| chat.workspace == *workspace)?;
        let entry = view::waiting(state, chat)?;
        Some((id.clone(), view::position(state, entry)?, teller.entry(entry)))
    };
    ReplyBody::Positions(chats.iter().filter_map(place).collect())
}

fn chats(state: &State, now: Timestamp, filter: &ChatsFilter) -> ReplyBody {
    let mut rows: Vec<&Chat> =
        state.chats.values().filter(|chat| fits(state, chat, filter)).collect();
    rows.sort_by_key(|chat| (chat.opened_at, &chat.id));
    let limit = (filter.limit as usize).clamp(1, limits::PAGE_ROWS);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|chat| cursor(chat));
    let mut teller = Teller::new(state, now);
    ReplyBody::Chats(rows.into_iter().map(|chat| teller.chat(chat)).collect(), next)
}

fn cursor(chat: &Chat) -> ChatCursor {
    ChatCursor { opened_at: chat.opened_at, chat: chat.id.clone() }
}

fn fits(state: &State, chat: &Chat, filter: &ChatsFilter) -> bool {
    let stands = state.chat_state(chat);
    let in_queue = |queue: &QueueId| {
        let live = state.entry_of(chat).is_some_and(|entry| entry.queue == *queue);
        live || chat.served_by.as_ref() == Some(queue)
    };
    chat.workspace == filter.workspace
        && filter.state.map_or(stands != ChatState::Closed, |wanted| stands == wanted)
        && filter.queue.as_ref().is_none_or(in_queue)
        && filter.agent.as_ref().is_none_or(|agent| chat.is_present(agent))
        && filter.after.as_ref().is_none_or(|after| cursor(chat) > *after)
}
