//! The engine's door: one command or one due timer in, everything it did out.
//!
//! `take` and `fire_next` decide and apply; `fold` and `record` replay what was decided before.

use baton_common::answer::{Answer, Done};
use baton_common::command::{Command, CommandBody, Person};
use baton_common::event::{Event, TimedEvent};
use baton_common::frame::{FrameId, Outcome};
use baton_common::ids::{ChatId, WorkspaceId};
use baton_common::notice::Notice;
use baton_common::record::Line;
use baton_common::rejection::Rejection;
use baton_common::time::Timestamp;
use baton_common::words::{TransferKind, TransferResult};

use crate::effects::{self, News};
use crate::ewt::Teller;
use crate::state::memory::{Recall, other_body};
use crate::state::{State, Timer};
use crate::{asks, decide, fire, settle, view};

/// Everything one command or one due timer did; already applied to the state it was given.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    /// What happened, in order.
    pub events: Vec<TimedEvent>,
    /// What became of the command; none for timers and the leader's own housekeeping.
    pub outcome: Option<Outcome>,
    /// Lines for transcripts: stored by the shell after the commit.
    pub lines: Vec<LineEffect>,
    /// What people are told after the commit.
    pub notices: Vec<Notice>,
}

/// A line that an event puts into a chat's transcript. Its ids are the shell's to give: they name
/// the place of the event in the journal.
#[derive(Clone, Debug, PartialEq)]
pub struct LineEffect {
    /// Index of the event in its decision.
    pub event: usize,
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// Which chat.
    pub chat: ChatId,
    /// The line; `message_id` and `client_id` are still empty.
    pub line: Line,
}

/// Takes a command of the stream: once for each key.
pub fn take(
    state: &mut State,
    now: Timestamp,
    frame: &FrameId,
    index: u32,
    command: &Command,
) -> Decision {
    let start = matches!(command.ask, CommandBody::StartChat(_));
    let known = command.key.as_ref().map_or(Recall::New, |key| state.memory.recall(key));
    let (mut decision, result, key) = match known {
        Recall::Same(result) => (Decision::default(), *result, None),
        Recall::OtherBody => (Decision::default(), Err(other_body()), None),
        Recall::New => {
            let (decision, result) = execute(state, now, command);
            (decision, result, command.key)
        }
    };
    let chat = chat_of(&command.ask).or(result.as_ref().ok().and_then(|done| done.chat.as_ref()));
    let outcome = Outcome {
        frame: frame.clone(),
        index,
        at: now,
        key,
        start,
        workspace: Some(command.workspace.clone()),
        chat: chat.cloned(),
        connected: connected(command),
        refused_transfer: transfer_kind(&command.ask).filter(|_| {
            // Refused by a rule, not for a slip; and a repeat is not refused a second time.
            let by_rule = result.as_ref().is_err_and(|refusal| refusal.code.status() == 409);
            by_rule && (key.is_some() || command.key.is_none())
        }),
        result,
    };
    record(state, &outcome);
    decision.outcome = Some(outcome);
    decision
}

/// Decides a command of the leader's own housekeeping: no key, no outcome.
pub fn housekeep(state: &mut State, now: Timestamp, command: &Command) -> Decision {
    execute(state, now, command).0
}

/// Records events of the leader itself (election, resignation, rewinding) and what follows.
pub fn note(state: &mut State, now: Timestamp, events: Vec<Event>) -> Decision {
    state.keep_index();
    run(state, now, events, |_| Vec::new())
}

fn execute(
    state: &mut State,
    now: Timestamp,
    command: &Command,
) -> (Decision, Result<Done, Rejection>) {
    state.keep_index();
    match decide::decide(state, now, command) {
        Ok((events, done)) => {
            let decision = run(state, now, events, |_| Vec::new());
            let done = placed(state, command, done);
            (decision, Ok(done))
        }
        Err(refusal) => (run(state, now, refusal.events, |_| Vec::new()), Err(refusal.rejection)),
    }
}

/// What a start and a "+" for a queue answer of the line, remembered: a repeat is told the same.
fn placed(state: &State, command: &Command, done: Done) -> Done {
    if !matches!(command.ask, CommandBody::StartChat(_) | CommandBody::AddQueue(_)) {
        return done;
    }
    let chat = done.chat.as_ref().and_then(|id| state.chats.get(id));
    let Some(entry) = chat.and_then(|chat| state.entry_of(chat)) else { return done };
    Done { position: view::position(state, entry), offered: entry.offer.is_some(), ..done }
}

/// The next due timer or slice of wide work; none: nothing is due at `now`.
pub fn fire_next(state: &mut State, now: Timestamp) -> Option<Decision> {
    let (_, timer) = state.timers.next().filter(|(at, _)| *at <= now)?;
    let timer = timer.clone();
    state.keep_index();
    let events = fire::fire(state, now, &timer);
    let mut left = if matches!(timer, Timer::Age(_)) { fire::TOGETHER } else { 0 };
    let decision = run(state, now, events, |state| {
        let events = fire::together(state, now).filter(|_| left > 0);
        left = if events.is_some() { left - 1 } else { 0 };
        events.unwrap_or_default()
    });
    // A timer without an event to end it would be due for ever.
    let still_due = state.timers.deadline(&timer).is_some_and(|at| at <= now);
    let drains = matches!(timer, Timer::GatewayDrain(_) | Timer::Sweep(..));
    assert!(!still_due || drains, "timer {timer:?} did not end");
    Some(decision)
}

fn run(
    state: &mut State,
    now: Timestamp,
    events: Vec<Event>,
    also: impl FnMut(&State) -> Vec<Event>,
) -> Decision {
    let mut lines = Vec::new();
    let mut news: News = state.spare_news.take();
    let mut at = 0;
    let events = settle::run(state, now, events, also, |state, timed| {
        let new = effects::lines(state, timed, at);
        lines.reserve_exact(new.len());
        lines.extend(new);
        news.hear(state, timed);
        at += 1;
    });
    let notices = news.tell(state, now);
    state.spare_news.leave(news);
    Decision { events, outcome: None, lines, notices }
}

/// Replays one event; returns the lines it put into transcripts.
pub fn fold(state: &mut State, timed: &TimedEvent) -> Vec<LineEffect> {
    state.apply(timed);
    state.read_rows();
    effects::lines(state, timed, 0)
}

/// Remembers one outcome; `take` has done it already.
pub fn record(state: &mut State, outcome: &Outcome) {
    let is_open = |id: &&ChatId| state.chats.get(*id).is_some_and(|chat| !chat.is_over());
    let open = outcome.chat.as_ref().filter(is_open).cloned();
    state.memory.record(outcome, open.as_ref());
    let workspace = outcome.workspace.as_ref().and_then(|id| state.workspaces.get_mut(id));
    if let (Some(kind), Some(workspace)) = (outcome.refused_transfer, workspace) {
        workspace.stats.transfer(kind, TransferResult::Refused);
    }
}

/// The person behind a connection that the command announces.
fn connected(command: &Command) -> Option<Person> {
    match command.ask {
        CommandBody::Connected { proven: false, .. } => command.by.person(),
        _ => None,
    }
}

fn transfer_kind(body: &CommandBody) -> Option<TransferKind> {
    match body {
        CommandBody::AddAgent { .. } => Some(TransferKind::Agent),
        CommandBody::AddQueue(_) => Some(TransferKind::Queue),
        CommandBody::Transfer { .. } => Some(TransferKind::Blind),
        _ => None,
    }
}

/// The chat a command names.
fn chat_of(body: &CommandBody) -> Option<&ChatId> {
    match body {
        CommandBody::StartChat(start) => Some(&start.chat),
        CommandBody::AddQueue(add) => Some(&add.chat),
        CommandBody::EndChat { chat }
        | CommandBody::TouchChat { chat }
        | CommandBody::Spoke { chat }
        | CommandBody::CustomerSeen { chat }
        | CommandBody::AddAgent { chat, .. }
        | CommandBody::CancelInvite { chat, .. }
        | CommandBody::Leave { chat, .. }
        | CommandBody::Transfer { chat, .. }
        | CommandBody::RemoveParticipant { chat, .. }
        | CommandBody::Reassign { chat, .. }
        | CommandBody::CompleteWrapup { chat, .. } => Some(chat),
        _ => None,
    }
}

/// Joins the views of now to what a command did. For a connection that it announced the answer
/// holds all that the person has.
pub fn answer(state: &State, now: Timestamp, outcome: &Outcome) -> Result<Answer, Rejection> {
    let done = outcome.result.clone()?;
    let chat = done.chat.as_ref().and_then(|id| state.chats.get(id));
    let workspace = outcome.workspace.as_ref();
    let agent = workspace.zip(done.agent.as_ref()).and_then(|(w, id)| view::agent(state, w, id));
    let welcome = workspace
        .zip(outcome.connected.as_ref())
        .map(|(workspace, person)| asks::welcome(state, now, workspace, person));
    Ok(Answer {
        chat: chat.map(|chat| Box::new(Teller::new(state, now).chat(chat))),
        agent: agent.map(Box::new),
        welcome: welcome.map(Box::new),
        done,
    })
}
