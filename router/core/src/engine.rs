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
    take_and(state, now, (frame, index), command, true)
}

/// See `take`; tells people of it unless that is not asked for.
fn take_and(
    state: &mut State,
    now: Timestamp,
    (frame, index): (&FrameId, u32),
    command: &Command,
    tells: bool,
) -> Decision {
    let start = matches!(command.ask, CommandBody::StartChat(_));
    let known = command.key.as_ref().map_or(Recall::New, |key| state.memory.recall(key));
    let (did, result, key) = match known {
        Recall::Same(result) => (Did::default(), *result, None),
        Recall::OtherBody => (Did::default(), Err(other_body()), None),
        Recall::New => {
            let (did, result) = execute(state, now, command, tells);
            (did, result, command.key)
        }
    };
    let chat = chat_of(&command.ask).or(result.as_ref().ok().and_then(|done| done.chat.as_ref()));
    let refused_transfer = transfer_kind(&command.ask).filter(|_| {
        // Refused by a rule, not for a slip; and a repeat is not refused a second time.
        let by_rule = result.as_ref().is_err_and(|refusal| refusal.code.status() == 409);
        by_rule && (key.is_some() || command.key.is_none())
    });
    let chat = chat.cloned();
    let outcome = Some(Outcome {
        frame: frame.clone(),
        index,
        at: now,
        key,
        start,
        workspace: Some(command.workspace.clone()),
        chat,
        connected: connected(command),
        refused_transfer,
        result,
    });
    let Did { events, lines, notices } = did;
    let decision = Decision { events, outcome, lines, notices };
    if let Some(outcome) = &decision.outcome {
        record(state, outcome);
    }
    decision
}

/// A decision but for the outcome: little to hand on.
#[derive(Default)]
struct Did {
    events: Vec<TimedEvent>,
    lines: Vec<LineEffect>,
    notices: Vec<Notice>,
}

impl From<Did> for Decision {
    fn from(Did { events, lines, notices }: Did) -> Self {
        Self { events, outcome: None, lines, notices }
    }
}

/// Decides a command of the leader's own housekeeping: no key, no outcome.
pub fn housekeep(state: &mut State, now: Timestamp, command: &Command) -> Decision {
    execute(state, now, command, true).0.into()
}

/// Records events of the leader itself (election, resignation, rewinding) and what follows.
pub fn note(state: &mut State, now: Timestamp, events: Vec<Event>) -> Decision {
    state.keep_index();
    run(state, now, events, |_| Vec::new(), true).into()
}

fn execute(
    state: &mut State,
    now: Timestamp,
    command: &Command,
    tells: bool,
) -> (Did, Result<Done, Rejection>) {
    state.keep_index();
    match decide::decide(state, now, command) {
        Ok((events, done)) => {
            let did = run(state, now, events, |_| Vec::new(), tells);
            (did, Ok(placed(state, command, done)))
        }
        Err(refusal) => {
            let did = run(state, now, refusal.events, |_| Vec::new(), tells);
            (did, Err(refusal.rejection))
        }
    }
}

/// What a start and a "+" for a queue answer of the line, remembered: a repeat is told the same.
fn placed(state: &State, command: &Command, mut done: Done) -> Done {
    if !matches!(command.ask, CommandBody::StartChat(_) | CommandBody::AddQueue(_)) {
        return done;
    }
    let chat = done.chat.as_ref().and_then(|id| state.chats.get(id));
    let Some(entry) = chat.and_then(|chat| state.entry_of(chat)) else { return done };
    (done.position, done.offered) = (view::position(state, entry), entry.offer.is_some());
    done
}

/// The next due timer or slice of wide work; none: nothing is due at `now`.
pub fn fire_next(state: &mut State, now: Timestamp) -> Option<Decision> {
    fire_next_and(state, now, true)
}

fn fire_next_and(state: &mut State, now: Timestamp, tells: bool) -> Option<Decision> {
    let (_, timer) = state.timers.next().filter(|(at, _)| *at <= now)?;
    let timer = timer.clone();
    state.keep_index();
    let events = fire::fire(state, now, &timer);
    let mut left = if matches!(timer, Timer::Age(_)) { fire::TOGETHER } else { 0 };
    let also = |state: &State| {
        let events = fire::together(state, now).filter(|_| left > 0);
        left = if events.is_some() { left - 1 } else { 0 };
        events.unwrap_or_default()
    };
    let did = run(state, now, events, also, tells);
    // A timer without an event to end it would be due for ever.
    let still_due = state.timers.deadline(&timer).is_some_and(|at| at <= now);
    let drains = matches!(timer, Timer::GatewayDrain(_) | Timer::Sweep(..));
    assert!(!still_due || drains, "timer {timer:?} did not end");
    Some(did.into())
}

fn run(
    state: &mut State,
    now: Timestamp,
    events: Vec<Event>,
    also: impl FnMut(&State) -> Vec<Event>,
    tells: bool,
) -> Did {
    let mut lines = Vec::new();
    let mut news: Box<News> = state.spare_news.take().unwrap_or_default();
    let mut at = 0;
    let events = settle::run(state, now, events, also, |state, timed| {
        if tells {
            effects::lines(state, timed, at, &mut lines);
            news.hear(state, timed);
            at += 1;
        }
    });
    let notices = if tells { news.tell(state, now) } else { Vec::new() };
    state.spare_news.leave(Some(news));
    Did { events, lines, notices }
}

/// Replays one event; returns the lines it put into transcripts.
pub fn fold(state: &mut State, timed: &TimedEvent) -> Vec<LineEffect> {
    state.apply(timed);
    state.read_rows();
    let mut lines = Vec::new();
    effects::lines(state, timed, 0, &mut lines);
    lines
}

/// Deciding without telling anybody, to measure what each takes.
#[cfg(any(test, feature = "measure"))]
pub mod untold {
    use super::{Command, Decision, FrameId, State, Timestamp};

    /// As `take`, without lines and notices.
    pub fn take(
        state: &mut State,
        now: Timestamp,
        frame: &FrameId,
        index: u32,
        command: &Command,
    ) -> Decision {
        super::take_and(state, now, (frame, index), command, false)
    }

    /// As `fire_next`, without lines and notices.
    #[cfg(feature = "measure")]
    pub fn fire_next(state: &mut State, now: Timestamp) -> Option<Decision> {
        super::fire_next_and(state, now, false)
    }
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
        | CommandBody::Monitor { chat, .. }
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

#[cfg(test)]
mod tests {
    use baton_common::command::{Actor, CommandKey};
    use baton_common::frame::Packed;
    use baton_common::hash::Mark;
    use baton_common::words::Status;

    use super::*;

    /// A workspace with an agent who gets a chat and accepts it twice; the customer ends it.
    fn commands() -> Vec<Command> {
        let publish = CommandBody::PublishConfig {
            config: Packed::pack(r#"{"queues":{"q":{}},"agents":{"a":{"name":"Ann"},"b":{}}}"#),
            if_match: None,
        };
        let connected = CommandBody::Connected {
            connection: "c".into(),
            gateway: "g".into(),
            client: None,
            proven: false,
        };
        let status = |status| CommandBody::SetStatus { status, reason: None, after_work: false };
        let start = r#"{"chat":"cht_1","queue":"q","skills":[]}"#;
        let start = CommandBody::StartChat(serde_json::from_str(start).unwrap());
        let accept = CommandBody::AcceptOffer { offer: State::offer_id(2) };
        let end = CommandBody::EndChat { chat: "cht_1".into() };
        let (agent, customer) = (Actor::Agent("a".into()), Actor::Customer("cht_1".into()));
        let all = [
            (Actor::Admin("root".into()), publish),
            (agent.clone(), connected),
            (agent.clone(), status(Status::Ready)),
            (customer.clone(), start),
            (agent.clone(), accept.clone()),
            (agent, accept),
            (customer, end),
        ];
        let keyed = |(at, (by, ask)): (u8, (Actor, CommandBody))| {
            let id = Mark([at; 16]);
            Command { workspace: "w".into(), by, key: Some(CommandKey { id, body: id }), ask }
        };
        (0..).zip(all).map(keyed).collect()
    }

    #[test]
    fn what_is_told_changes_nothing() {
        let (mut told, mut untold) = (State::default(), State::default());
        let (mut lines, mut notices) = (0, 0);
        for (n, command) in (0..).zip(commands()) {
            let (now, frame) = (Timestamp(1_767_603_600_000), FrameId { gateway: "g".into(), n });
            let one = take(&mut told, now, &frame, 0, &command);
            let other = untold::take(&mut untold, now, &frame, 0, &command);
            assert_eq!(one.events, other.events);
            assert_eq!(one.outcome, other.outcome);
            assert_eq!(format!("{told:?}"), format!("{untold:?}"));
            assert_eq!((other.lines.len(), other.notices.len()), (0, 0));
            (lines, notices) = (lines + one.lines.len(), notices + one.notices.len());
        }
        assert!(lines > 2 && notices > 5, "{lines} lines and {notices} notices are told");
    }
}
