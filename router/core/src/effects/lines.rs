//! Lines that the engine writes into transcripts: greetings, transfers, who came and went.
//!
//! Plain English with an `event` beside it; other languages are the pages' to make from that.

use baton_common::code::Code;
use baton_common::command::Target;
use baton_common::config::{Messages, text};
use baton_common::event::{Departure, EntryAdded, Event, TimedEvent};
use baton_common::ids::{AgentId, QueueId, SupervisorId};
use baton_common::record::{Line, LineEvent, LineKind, Sender, SenderRole};
use baton_common::time::Span;
use baton_common::words::{CloseReason, Connectivity, Mode, Origin, Visibility};
use smol_str::SmolStr;

use crate::engine::LineEffect;
use crate::state::{Chat, State};

/// What a customer who has been silent is told unless the queue says it otherwise.
const STILL_THERE: &str = "Are you still there? This chat will end soon if nobody writes.";

/// Adds the lines of one event, as of right after it; `at` is its place in the decision.
pub(crate) fn lines(state: &State, timed: &TimedEvent, at: usize, all: &mut Vec<LineEffect>) {
    let mut lines = Lines { at, all };
    // Without a chat there is nobody to tell, nor where a queue has nothing to say.
    let _ = lines.add_of(state, &timed.event);
}

/// Where the lines of an event go.
struct Lines<'a> {
    at: usize,
    all: &'a mut Vec<LineEffect>,
}

impl Lines<'_> {
    /// Makes room for so many and no more: a line is long, and most decisions have one or two.
    fn expect(&mut self, lines: usize) {
        self.all.reserve_exact(lines);
    }

    fn add(&mut self, chat: &Chat, line: Line) {
        self.all.push(LineEffect {
            event: self.at,
            workspace: chat.workspace.clone(),
            chat: chat.id.clone(),
            line,
        });
    }

    fn add_of(&mut self, state: &State, event: &Event) -> Option<()> {
        let (chat, line) = match event {
            Event::EntryAdded(added) => {
                let chat = state.chats.get(&added.chat)?;
                let invite = added.invite.as_ref().and_then(|id| chat.invite(id));
                (chat, entered(state, chat, added, invite.map(|invite| &invite.to))?)
            }
            Event::AgentJoined { chat, agent, .. } => {
                let chat = state.chats.get(chat)?;
                (chat, joined(state, chat, agent))
            }
            Event::AgentLeft { chat, agent, how, .. } => {
                let chat = state.chats.get(chat)?;
                (chat, left(state, chat, agent, *how))
            }
            Event::SupervisorJoined { chat, supervisor, mode, was, .. } => {
                let chat = state.chats.get(chat)?;
                (chat, switched(state, chat, supervisor, *was, *mode)?)
            }
            Event::SupervisorLeft { chat, supervisor, mode: Mode::Barge, how } => {
                let chat = state.chats.get(chat)?;
                (chat, stepped_out(state, chat, supervisor, *how))
            }
            Event::InactivityWarned { chat, .. } => {
                let chat = state.chats.get(chat)?;
                (chat, warning(state, chat)?)
            }
            Event::ChatOver { chat, reason, departures, .. } => {
                let chat = state.chats.get(chat)?;
                self.expect(departures.len() + 1);
                for departing in departures {
                    self.add(chat, gone(state, chat, &departing.agent));
                }
                (chat, over(*reason))
            }
            Event::ChatDeflected { chat, queue, code, .. } => {
                let chat = state.chats.get(chat)?;
                let why = queue.as_ref().filter(|_| *code == Code::QueueClosed);
                if let Some(line) = why.and_then(|queue| closed(state, chat, queue)) {
                    self.add(chat, line);
                }
                (chat, over(CloseReason::Deflected))
            }
            Event::WaitTold { chat, entry, position: Some(position), ewt, .. } => {
                let chat = state.chats.get(chat)?;
                let queue = &state.entries.get(entry)?.queue;
                (chat, waiting(state, chat, queue, *position, *ewt)?)
            }
            _ => return None,
        };
        self.expect(1);
        self.add(chat, line);
        Some(())
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
    let text = [who.name.as_str(), " has joined the chat."].concat();
    system(text, LineEvent { participant: Some(who), ..blank("connected") })
}

/// What became of somebody: the word for programs, and the words for people.
fn departure(how: Departure) -> (&'static str, &'static str) {
    match how {
        Departure::Left => ("left", "has left"),
        Departure::Removed => ("removed", "was removed from the chat"),
        Departure::Lost => ("lost", "has lost the connection"),
    }
}

/// Names of the agents who are there.
fn stays(state: &State, chat: &Chat) -> Vec<SmolStr> {
    chat.present().map(|p| name_of(state, chat, &p.agent)).collect()
}

/// A supervisor who begins or ceases to be seen by everybody.
fn switched(
    state: &State,
    chat: &Chat,
    supervisor: &SupervisorId,
    was: Option<Mode>,
    mode: Mode,
) -> Option<Line> {
    match (was, mode) {
        (Some(Mode::Barge), Mode::Barge) => None,
        (_, Mode::Barge) => {
            let who = overseer(state, chat, supervisor);
            let text = [who.name.as_str(), " has joined the chat."].concat();
            Some(system(text, LineEvent { participant: Some(who), ..blank("connected") }))
        }
        (Some(Mode::Barge), _) => Some(stepped_out(state, chat, supervisor, Departure::Left)),
        _ => None,
    }
}

/// Whoever talked to the customer beside a supervisor goes on: nothing more is to be said.
fn stepped_out(state: &State, chat: &Chat, supervisor: &SupervisorId, how: Departure) -> Line {
    let who = overseer(state, chat, supervisor);
    let (change, did) = departure(how);
    let text = format!("{} {did}.", who.name);
    let stays = Some(stays(state, chat));
    system(text, LineEvent { participant: Some(who), stays, ..blank(change) })
}

fn overseer(state: &State, chat: &Chat, supervisor: &SupervisorId) -> Sender {
    let config = state.config(&chat.workspace);
    let name = config.map_or(supervisor.as_str(), |config| config.supervisor_name(supervisor));
    Sender {
        id: SmolStr::new(supervisor.as_str()),
        role: SenderRole::Supervisor,
        name: SmolStr::new(name),
    }
}

fn left(state: &State, chat: &Chat, agent: &AgentId, how: Departure) -> Line {
    let who = sender(state, chat, agent);
    let (change, did) = match departure(how) {
        // Whoever is connected did not lose the connection: a supervisor has put them out.
        (change, _) if how == Departure::Lost && is_online(state, chat, agent) => {
            (change, "is not available any more")
        }
        other => other,
    };
    let stays = stays(state, chat);
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

fn is_online(state: &State, chat: &Chat, agent: &AgentId) -> bool {
    let row = state.agent(&chat.workspace, agent);
    row.is_some_and(|row| row.connectivity == Connectivity::Online)
}

/// Leaves with everybody else.
fn gone(state: &State, chat: &Chat, agent: &AgentId) -> Line {
    let who = sender(state, chat, agent);
    let text = [who.name.as_str(), " has left."].concat();
    let stays = Some(Vec::new());
    system(text, LineEvent { participant: Some(who), stays, ..blank("left") })
}

/// The closing line seals the transcript.
fn over(reason: CloseReason) -> Line {
    let ended = LineEvent { reason: Some(reason), ..blank("ended") };
    let text = match reason {
        CloseReason::Inactivity => "The chat has ended because nobody wrote any more.",
        CloseReason::Orphaned => "The chat has ended because nobody is available.",
        CloseReason::Deflected => "The chat could not be taken.",
        _ => "The chat has ended.",
    };
    Line { seals: true, ..system(text.to_owned(), ended) }
}
