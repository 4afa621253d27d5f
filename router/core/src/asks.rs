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

use crate::state::{Chat, State};
use crate::view;

/// Answers a question. `Ask::Outcome` is the node's to answer.
pub fn reply(state: &State, now: Timestamp, ask: &Ask) -> Result<ReplyBody, Rejection> {
    match ask {
        Ask::Chat { workspace, chat } => {
            let chat = state.chats.get(chat).filter(|chat| chat.workspace == *workspace);
            let chat = chat.ok_or_else(|| not_found("there is no such chat"))?;
            Ok(ReplyBody::Chat(Box::new(view::chat(state, chat))))
        }
        Ask::Chats(filter) => Ok(chats(state, filter)),
        Ask::Positions { workspace, chats } => Ok(positions(state, workspace, chats)),
        Ask::Queues { workspace } => {
            let config = state.config(workspace).ok_or_else(|| unconfigured(workspace))?;
            let rows = config.queues.keys().filter_map(|id| view::queue(state, now, workspace, id));
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
            let text = state.config(workspace).map(|config| {
                serde_json::to_string(config.as_ref()).expect("configurations are plain data")
            });
            Ok(ReplyBody::Config(version, text.map(|text| Packed::pack(&text))))
        }
        Ask::Origins { after } => Ok(origins(state, after.as_deref())),
        Ask::Outcome { .. } => Ok(ReplyBody::Outcome(None)),
    }
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
    match person {
        Person::Customer(id) => {
            let chat = state.chats.get(id).filter(|chat| chat.workspace == *workspace);
            let chats = chat.map(|chat| view::chat(state, chat)).into_iter().collect();
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
                chats: held.into_iter().map(|chat| view::chat(state, chat)).collect(),
                agent: view::agent(state, workspace, id),
                offers: offers.filter_map(|offer| view::offer(state, now, offer)).collect(),
            }
        }
        Person::Supervisor(_) => Welcome::default(),
    }
}

fn positions(state: &State, workspace: &WorkspaceId, chats: &[ChatId]) -> ReplyBody {
    let place = |id: &ChatId| {
        let chat = state.chats.get(id).filter(|chat| chat.workspace == *workspace)?;
        let shown = view::chat(state, chat);
        Some((id.clone(), shown.position?, shown.ewt))
    };
    ReplyBody::Positions(chats.iter().filter_map(place).collect())
}

fn chats(state: &State, filter: &ChatsFilter) -> ReplyBody {
    let mut rows: Vec<&Chat> =
        state.chats.values().filter(|chat| fits(state, chat, filter)).collect();
    rows.sort_by_key(|chat| (chat.opened_at, &chat.id));
    let limit = (filter.limit as usize).clamp(1, limits::PAGE_ROWS);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|chat| cursor(chat));
    ReplyBody::Chats(rows.into_iter().map(|chat| view::chat(state, chat)).collect(), next)
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
