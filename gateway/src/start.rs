//! Starting a chat: who the customer is and the opening text are stored first, then the router is
//! asked. Leaves tokens, origins and rates to the door.

use std::sync::Arc;
use std::time::{Duration, Instant};

use baton_common::answer::Answer;
use baton_common::code::Code;
use baton_common::command::{Actor, Command, CommandBody, CommandKey, Routed, StartChat};
use baton_common::hash::{self, Mark};
use baton_common::ids::{ChatId, QueueId, WorkspaceId};
use baton_common::limits;
use baton_common::protocol::start::{Accepted, StartBody, Started};
use baton_common::record::{Line, LineKind, Profile, Record, Sender, SenderRole};
use baton_common::rejection::Rejection;
use baton_common::time::{ApiTime, Timestamp};
use baton_common::view::ChatView;
use baton_common::words::{ChatState, Visibility};
use smol_str::SmolStr;

use crate::gateway::Gateway;
use crate::link::Submitted;
use crate::marks;
use crate::metrics::{self, Shed};
use crate::refusal::Refusal;
use crate::shape;
use crate::token::{self, Claims};
use crate::transcript::{Audience, Transcript};

/// Stands as the opening line's client id; it has spaces, so it is no client's.
pub(crate) const OPENING: &str = "the opening line";
/// Longest language tag that is looked at.
const LANGUAGE_CHARS: usize = 35;
/// However long the preparations took, a router gets this long.
const LEAST_WAIT: Duration = Duration::from_millis(250);

/// A start that passed the door.
pub(crate) struct Start {
    pub(crate) workspace: WorkspaceId,
    pub(crate) body: StartBody,
    /// The idempotency key, checked.
    pub(crate) key: Option<String>,
    /// The chat whose token came along.
    pub(crate) previous: Option<ChatId>,
    /// When the call came: the answer is due two seconds later.
    pub(crate) since: Instant,
}

/// How a start was answered.
pub(crate) enum StartedAs {
    /// A router decided: 201.
    Decided(Started),
    /// It is stored: 202.
    Stored(Accepted),
}

/// Starts a chat.
pub(crate) async fn start(gateway: &Gateway, start: Start) -> Result<StartedAs, Refusal> {
    let workspace = &start.workspace;
    if gateway.link.overloaded(workspace) {
        metrics::shed(Shed::Start);
        return Err(Refusal::new(Code::Unavailable, "too much is waiting: try again soon"));
    }
    let body = gateway.marks.body(&start.body);
    let key = start.key.as_ref().map(|key| marks::start_key(workspace, key, body));
    let chat = match &start.key {
        Some(key) => hash::chat_id(workspace, key),
        None => hash::chat_id(workspace, &random_key()),
    };
    let (transcript, routed) =
        tokio::join!(store(gateway, &start, &chat, body), route(gateway, &start));
    let transcript = transcript?;
    let led = routed.as_ref().and_then(|routed| routed.queue.clone());
    let command = command(gateway, &start, &chat, key, routed);
    let left = Duration::from_millis(limits::START_WAIT.0).saturating_sub(start.since.elapsed());
    match gateway.link.submit(command, left.max(LEAST_WAIT)).await {
        Submitted::Decided(Ok(answer)) => {
            Ok(StartedAs::Decided(decided(gateway, &start, &chat, &answer, &transcript)))
        }
        Submitted::Decided(Err(rejection)) | Submitted::Refused(rejection) => {
            let queue = led.or_else(|| start.body.queue.clone());
            Err(in_its_words(gateway, &start, queue, rejection).into())
        }
        Submitted::Stored => {
            let config = gateway.link.cached_config(workspace);
            let default = config.and_then(|config| config.default_queue.clone());
            let queue = led.or_else(|| start.body.queue.clone()).or(default);
            let seq = transcript.last(Audience::Customer);
            Ok(StartedAs::Stored(accepted(gateway, &start, &chat, ChatState::Queued, queue, seq)))
        }
    }
}

/// A closed queue may have words of its own for those whom it does not take.
fn in_its_words(
    gateway: &Gateway,
    start: &Start,
    queue: Option<QueueId>,
    rejection: Rejection,
) -> Rejection {
    let config = gateway.link.cached_config(&start.workspace);
    let Some(config) = config.filter(|_| rejection.code == Code::QueueClosed) else {
        return rejection;
    };
    let queue = queue.or_else(|| config.default_queue.clone());
    let queue = queue.and_then(|queue| config.queues.get(&queue));
    match queue.and_then(|queue| queue.messages.closed.as_ref()) {
        Some(text) => {
            let detail = text.in_language(language(&start.body).as_deref()).into();
            Rejection { detail, ..rejection }
        }
        None => rejection,
    }
}

/// What the workspace's rules say; nothing as long as no router has told which they are.
async fn route(gateway: &Gateway, start: &Start) -> Option<Routed> {
    let config = gateway.link.config(&start.workspace).await?;
    gateway.rules.route(&start.workspace, &config, &start.body)
}

/// 128 bits that nobody guesses.
fn random_key() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

/// Stores who the customer is and what they opened with, once.
async fn store(
    gateway: &Gateway,
    start: &Start,
    chat: &ChatId,
    body: Mark,
) -> Result<Arc<Transcript>, Refusal> {
    let workspace = &start.workspace;
    let transcript = gateway.transcripts.begin(workspace, chat).await?;
    // What is known here to be there is not stored again. Otherwise it is, unread: the first
    // record counts, and whether this is the first is known once it was reached.
    if transcript.is_empty() {
        let profile = Record::Profile(profile(&start.body, body));
        let stored = gateway.transcripts.append(workspace, chat, &profile).await?;
        transcript.reached(stored).await?;
    }
    let repeated = transcript.records() > 1;
    if start.key.is_some() {
        // Another start may have been first: its record counts.
        if transcript.profile().body.is_some_and(|stored| stored != body) {
            let detail = "this key has started a chat with another body: take a new key";
            return Err(Refusal::new(Code::Conflict, detail));
        }
    }
    if let Some(text) = &start.body.text {
        match gateway.transcripts.say(workspace, chat, opening(chat, text)).await {
            Err(rejection) if repeated && rejection.code == Code::ChatClosed => {}
            said => {
                said?;
            }
        }
    }
    Ok(transcript)
}

fn profile(body: &StartBody, mark: Mark) -> Profile {
    let customer = body.customer.clone().unwrap_or_default();
    Profile {
        id: customer.id,
        name: customer.name,
        email: customer.email,
        attributes: body.attributes.clone().unwrap_or_default(),
        body: Some(mark),
    }
}

fn opening(chat: &ChatId, text: &str) -> Line {
    let id = SmolStr::new(hash::customer_id(chat).as_str());
    Line {
        message_id: SmolStr::default(),
        from: Sender { id, role: SenderRole::Customer, name: SmolStr::default() },
        kind: LineKind::Text,
        text: text.to_owned(),
        visibility: Visibility::All,
        client_id: Some(SmolStr::new(OPENING)),
        key: None,
        event: None,
        seals: false,
    }
}

fn command(
    gateway: &Gateway,
    start: &Start,
    chat: &ChatId,
    key: Option<CommandKey>,
    routed: Option<Routed>,
) -> Command {
    let body = &start.body;
    let customer = body.customer.as_ref().and_then(|customer| customer.id.as_deref());
    let ask = StartChat {
        chat: chat.clone(),
        queue: body.queue.clone(),
        skills: body.skills.clone().unwrap_or_default(),
        priority: body.priority,
        preferred_agent: body.preferred_agent.clone(),
        customer_mark: customer.map(|id| gateway.marks.customer(&start.workspace, id)),
        previous: start.previous.clone(),
        language: language(body),
        routed,
    };
    Command {
        workspace: start.workspace.clone(),
        by: Actor::Customer(chat.clone()),
        key,
        ask: CommandBody::StartChat(ask),
    }
}

/// `attributes.language`, if it is a language tag.
fn language(body: &StartBody) -> Option<SmolStr> {
    let tag = body.attributes.as_ref()?.get("language")?.as_str()?;
    let is_tag = (1..=LANGUAGE_CHARS).contains(&tag.len())
        && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    is_tag.then(|| SmolStr::new(tag))
}

fn decided(
    gateway: &Gateway,
    start: &Start,
    chat: &ChatId,
    answer: &Answer,
    transcript: &Transcript,
) -> Started {
    let seq = transcript.last(Audience::Customer);
    let view: Option<&ChatView> = answer.chat.as_deref();
    // A repeat of a start whose chat is forgotten: it was, and is over.
    let state = match (view, answer.done.offered) {
        (None, _) => ChatState::Closed,
        (Some(_), true) => ChatState::Offered,
        (Some(_), false) => ChatState::Queued,
    };
    let queue = answer.done.queue.clone().or_else(|| view.and_then(|view| view.queue.clone()));
    Started {
        accepted: accepted(gateway, start, chat, state, queue, seq),
        position: answer.done.position,
        ewt: view.and_then(|view| view.ewt).map(shape::ewt),
    }
}

fn accepted(
    gateway: &Gateway,
    start: &Start,
    chat: &ChatId,
    state: ChatState,
    queue: Option<QueueId>,
    seq: u64,
) -> Accepted {
    let (token, expires_at) = customer_token(gateway, &start.workspace, chat);
    let expires_at = ApiTime(expires_at);
    Accepted { chat_id: chat.clone(), token, expires_at, state, queue, seq }
}

/// A new token of a chat's customer, and when it expires.
pub(crate) fn customer_token(
    gateway: &Gateway,
    workspace: &WorkspaceId,
    chat: &ChatId,
) -> (String, Timestamp) {
    let claims = Claims::of_customer(chat, workspace, token::wall_clock() + limits::CUSTOMER_TOKEN);
    (token::sign(&gateway.secret, &claims), claims.exp.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_a_short_tag() {
        let tagged = |tag: &str| {
            let attributes = [("language".to_owned(), tag.into())].into();
            language(&StartBody { attributes: Some(attributes), ..StartBody::default() })
        };
        assert_eq!(tagged("de-AT").as_deref(), Some("de-AT"));
        assert_eq!(tagged("my name is Bob"), None);
        assert_eq!(tagged(""), None);
        assert_eq!(language(&StartBody::default()), None);
    }

    #[test]
    fn the_opening_lines_id_is_no_clients() {
        assert!(!baton_common::protocol::bounds::is_key(OPENING));
    }

    #[test]
    fn s13_chat_ids_without_a_key_are_random() {
        assert_ne!(random_key(), random_key());
        assert!(random_key().len() >= limits::START_KEY_CHARS);
    }
}
