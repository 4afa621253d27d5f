//! Lines that the engine writes into transcripts: greetings, transfers, who came and went.
//!
//! Plain English with an `event` beside it; other languages are the pages' to make from that.

use baton_common::code::Code;
use baton_common::command::Target;
use baton_common::config::{Messages, text};
use baton_common::event::{Departing, Departure, EntryAdded, Event, TimedEvent};
use baton_common::ids::{AgentId, ChatId, QueueId};
use baton_common::record::{Line, LineEvent, LineKind, Sender, SenderRole};
use baton_common::time::Span;
use baton_common::words::{CloseReason, Origin, Visibility};
use smol_str::SmolStr;

use crate::engine::LineEffect;
use crate::state::{Chat, State};

/// What a customer who has been silent is told unless the queue says it otherwise.
const STILL_THERE: &str = "Are you still there? This chat will end soon if nobody writes.";

/// The lines of one event, as of right after it.
pub(crate) fn lines(state: &State, timed: &TimedEvent, at: usize) -> Vec<LineEffect> {
    let Some((chat, lines)) = lines_of(state, &timed.event) else {
        return Vec::new();
    };
    lines
        .into_iter()
        .map(|line| LineEffect {
            event: at,
            workspace: chat.workspace.clone(),
            chat: chat.id.clone(),
            line,
        })
        .collect()
}

fn lines_of<'a>(state: &'a State, event: &Event) -> Option<(&'a Chat, Vec<Line>)> {
    match event {
        Event::EntryAdded(added) => {
            let chat = state.chats.get(&added.chat)?;
            let invite = added.invite.as_ref().and_then(|id| chat.invite(id));
            let line = entered(state, chat, added, invite.map(|invite| &invite.to))?;
            Some((chat, vec![line]))
        }
        Event::AgentJoined { chat, agent, .. } => {
            let chat = state.chats.get(chat)?;
            Some((chat, vec![joined(state, chat, agent)]))
        }
        Event::AgentLeft { chat, agent, how, .. } => {
            let chat = state.chats.get(chat)?;
            Some((chat, vec![left(state, chat, agent, *how)]))
        }
        Event::InactivityWarned { chat, .. } => {
            let chat = state.chats.get(chat)?;
            Some((chat, vec![warning(state, chat)?]))
        }
        Event::ChatOver { chat, reason, departures, .. } => {
            Some(over(state, chat, *reason, departures)?)
        }
        Event::ChatDeflected { chat, queue, code, .. } => {
            let (chat, mut lines) = over(state, chat, CloseReason::Deflected, &[])?;
            let why = queue.as_ref().filter(|_| *code == Code::QueueClosed);
            lines.splice(0..0, why.and_then(|queue| closed(state, chat, queue)));
            Some((chat, lines))
        }
        Event::WaitTold { chat, entry, position: Some(position), ewt, .. } => {
            let chat = state.chats.get(chat)?;
            let queue = &state.entries.get(entry)?.queue;
            Some((chat, vec![waiting(state, chat, queue, *position, *ewt)?]))
        }
        _ => None,
    }
}

/// Greeting of the first queue, or the automated message of a queue the chat is transferred to.
fn entered(
    state: &State,
    chat: &Chat,
    added: &EntryAdded,
    invited: Option<&Target>,
) -> Option<Line> {
    let queue = &added.queue;
    let messages = messages(state, chat, queue)?;
    let text = match (added.origin, invited) {
        (Origin::New, _) => messages.greeting.as_ref(),
        (Origin::Transfer, Some(Target::Queue(_))) => messages.transfer.as_ref(),
        _ => None,
    }?;
    Some(auto(state, chat, queue, text.in_language(chat.language.as_deref())))
}

fn messages<'a>(state: &'a State, chat: &Chat, queue: &QueueId) -> Option<&'a Messages> {
    let config = state.config(&chat.workspace)?;
    config.queues.get(queue).map(|queue| &queue.messages)
}

fn warning(state: &State, chat: &Chat) -> Option<Line> {
    let queue = chat.served_by.as_ref()?;
    let text = messages(state, chat, queue)
        .and_then(|messages| messages.inactivity.as_ref())
        .map_or(STILL_THERE, |text| text.in_language(chat.language.as_deref()));
    Some(auto(state, chat, queue, text))
}

/// How it stands, for a customer who waits.
fn waiting(
    state: &State,
    chat: &Chat,
    queue: &QueueId,
    position: u32,
    ewt: Option<Span>,
) -> Option<Line> {
    let waiting = messages(state, chat, queue)?.waiting.as_ref()?;
    let text = waiting.text.in_language(chat.language.as_deref());
    let (position, ewt) = (position.to_string(), text::wait(ewt));
    let filled = text::fill_in(text, &[("position", &position), ("ewt", &ewt)]);
    Some(auto(state, chat, queue, &filled))
}

/// Why a closed queue does not take a chat, in its own words.
fn closed(state: &State, chat: &Chat, queue: &QueueId) -> Option<Line> {
    let text = messages(state, chat, queue)?.closed.as_ref()?;
    Some(auto(state, chat, queue, text.in_language(chat.language.as_deref())))
}

fn auto(state: &State, chat: &Chat, queue: &QueueId, text: &str) -> Line {
    let name = state.config(&chat.workspace).map_or(queue.as_str(), |c| c.queue_name(queue));
    let from = Sender {
        id: SmolStr::new(queue.as_str()),
        role: SenderRole::Queue,
        name: SmolStr::new(name),
    };
    line(from, LineKind::Auto, text.to_owned(), None)
}

fn line(from: Sender, kind: LineKind, text: String, event: Option<LineEvent>) -> Line {
    Line {
        message_id: SmolStr::default(),
        from,
        kind,
        text,
        visibility: Visibility::All,
        client_id: None,
        key: None,
        event,
        seals: false,
    }
}

fn system(text: String, event: LineEvent) -> Line {
    let from = Sender {
        id: SmolStr::new_static("system"),
        role: SenderRole::System,
        name: SmolStr::default(),
    };
    line(from, LineKind::System, text, Some(event))
}

fn name_of(state: &State, chat: &Chat, agent: &AgentId) -> SmolStr {
    let config = state.config(&chat.workspace);
    SmolStr::new(config.map_or(agent.as_str(), |config| config.agent_name(agent)))
}

fn sender(state: &State, chat: &Chat, agent: &AgentId) -> Sender {
    Sender {
        id: SmolStr::new(agent.as_str()),
        role: SenderRole::Agent,
        name: name_of(state, chat, agent),
    }
}

fn blank(change: &'static str) -> LineEvent {
    LineEvent {
        change: SmolStr::new_static(change),
        participant: None,
        stays: None,
        queue: None,
        reason: None,
    }
}

fn joined(state: &State, chat: &Chat, agent: &AgentId) -> Line {
    let who = sender(state, chat, agent);
    let text = format!("{} has joined the chat.", who.name);
    system(text, LineEvent { participant: Some(who), ..blank("connected") })
}

fn left(state: &State, chat: &Chat, agent: &AgentId, how: Departure) -> Line {
    let who = sender(state, chat, agent);
    let (change, did) = match how {
        Departure::Left => ("left", "has left"),
        Departure::Removed => ("removed", "was removed from the chat"),
        Departure::Lost => ("lost", "has lost the connection"),
    };
    let stays: Vec<SmolStr> = chat.present().map(|p| name_of(state, chat, &p.agent)).collect();
    let waits = state.entry_of(chat).filter(|_| stays.is_empty()).map(|entry| &entry.queue);
    let then = match waits {
        _ if !stays.is_empty() => format!(" You are now talking to {}.", stays.join(" and ")),
        Some(queue) => {
            let config = state.config(&chat.workspace);
            let name = config.map_or(queue.as_str(), |config| config.queue_name(queue));
            format!(" You are now waiting for {name}.")
        }
        None => String::new(),
    };
    let event = LineEvent {
        participant: Some(who.clone()),
        stays: Some(stays),
        queue: waits.map(|queue| SmolStr::new(queue.as_str())),
        ..blank(change)
    };
    system(format!("{} {did}.{then}", who.name), event)
}

/// Everybody leaves, and the closing line seals the transcript.
fn over<'a>(
    state: &'a State,
    chat: &ChatId,
    reason: CloseReason,
    departures: &[Departing],
) -> Option<(&'a Chat, Vec<Line>)> {
    let chat = state.chats.get(chat)?;
    let mut lines: Vec<Line> = departures
        .iter()
        .map(|departing| {
            let who = sender(state, chat, &departing.agent);
            let text = format!("{} has left.", who.name);
            let stays = Some(Vec::new());
            system(text, LineEvent { participant: Some(who), stays, ..blank("left") })
        })
        .collect();
    let ended = LineEvent { reason: Some(reason), ..blank("ended") };
    let text = match reason {
        CloseReason::Inactivity => "The chat has ended because nobody wrote any more.",
        CloseReason::Orphaned => "The chat has ended because nobody is available.",
        CloseReason::Deflected => "The chat could not be taken.",
        _ => "The chat has ended.",
    };
    lines.push(Line { seals: true, ..system(text.to_owned(), ended) });
    Some((chat, lines))
}
