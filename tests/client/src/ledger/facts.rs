//! The facts themselves: small, and complete enough to be joined with what is stored.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use serde_json::Value;
use smol_str::SmolStr;

use super::{Mark, small};

/// Who a witness is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// The person asking, with their one chat.
    Customer {
        /// The workspace.
        workspace: String,
        /// The chat.
        chat: String,
    },
    /// A person answering.
    Agent {
        /// The workspace.
        workspace: String,
        /// The token's `sub`.
        id: String,
    },
    /// A person overseeing.
    Supervisor {
        /// The workspace.
        workspace: String,
        /// The token's `sub`.
        id: String,
    },
}

/// The facts at one moment.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Each witness.
    pub people: Vec<PersonFacts>,
    /// Each start of a chat.
    pub starts: Vec<StartFact>,
}

/// What one witness saw.
#[derive(Clone, Debug)]
pub struct PersonFacts {
    /// Who.
    pub who: Who,
    /// Commands in the order of their answers.
    pub commands: Vec<CommandFact>,
    /// Each offer once, in the order seen.
    pub offers: Vec<OfferFact>,
    /// By chat.
    pub chats: BTreeMap<SmolStr, ChatFacts>,
    /// What should not have been.
    pub disorders: Vec<Disorder>,
}

/// A command and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandFact {
    /// `offer.accept`, `chat.leave` …
    pub kind: SmolStr,
    /// What the journal names it by.
    pub key: Mark,
    /// The offer or chat that it names.
    pub about: SmolStr,
    /// How it ended.
    pub answer: Answered,
}

/// How a command or a start ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answered {
    /// It took effect.
    Done,
    /// It was refused with this code.
    Refused(SmolStr),
    /// The session ended before.
    Unknown,
}

/// An offer that was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferFact {
    /// Its id.
    pub offer: SmolStr,
    /// Of which chat.
    pub chat: SmolStr,
}

/// A start of a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartFact {
    /// The workspace.
    pub workspace: String,
    /// What the journal names the start by.
    pub key: Mark,
    /// The chat, if it was answered 201 or 202.
    pub chat: Option<SmolStr>,
    /// 201, 202, a refusal's status, or 0 if it was never known.
    pub status: u16,
    /// A refusal's code.
    pub code: Option<SmolStr>,
    /// Digest of the opening text.
    pub opening: Option<u64>,
}

/// What one witness saw of one chat.
#[derive(Clone, Debug, Default)]
pub struct ChatFacts {
    /// Lines in the order of arrival.
    pub lines: Vec<LineFact>,
    /// Own lines as they were answered, with the text as it was sent.
    pub sent: Vec<LineFact>,
    /// Some owed lines could not be read: gaps prove nothing.
    pub left_out: bool,
    /// The newest copy.
    pub told: Option<Told>,
}

/// A line as somebody saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineFact {
    /// Its number for that audience.
    pub seq: u32,
    /// See [`line_digest`].
    pub digest: u64,
}

/// A chat as last told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The revision: a lower one was ignored.
    pub rev: u64,
    /// Its state.
    pub state: SmolStr,
    /// The owning agent, for agents and supervisors.
    pub owner: Option<SmolStr>,
}

/// Lines of a chat that did not come one by one on a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disorder {
    /// The chat.
    pub chat: SmolStr,
    /// The number that was expected next.
    pub expected: u64,
    /// The one that came.
    pub came: u64,
}

/// Stands for a line's identity and content: message id, sender, kind, text.
pub fn line_digest(message_id: &str, sender: &str, kind: &str, text: &str) -> u64 {
    // The keys of a new default hasher are fixed: both sides of the audit compute alike.
    let mut hasher = DefaultHasher::new();
    (message_id, sender, kind, text).hash(&mut hasher);
    hasher.finish()
}

/// Stands for a text.
pub fn text_digest(text: &str) -> u64 {
    line_digest("", "", "", text)
}

impl LineFact {
    /// A message as an event, an answer or a page has it, with its text or the one it should have.
    pub(super) fn of(message: &Value, text: &str) -> Option<Self> {
        let name = |value: &Value| value.as_str().map(str::to_owned).unwrap_or_default();
        let (id, sender) = (name(&message["message_id"]), name(&message["from"]["id"]));
        let digest = line_digest(&id, &sender, &name(&message["kind"]), text);
        Some(Self { seq: u32::try_from(message["seq"].as_u64()?).ok()?, digest })
    }
}

impl PersonFacts {
    /// Nothing yet.
    pub fn of(who: Who) -> Self {
        Self {
            who,
            commands: Vec::new(),
            offers: Vec::new(),
            chats: BTreeMap::new(),
            disorders: Vec::new(),
        }
    }

    pub(super) fn chat(&mut self, chat: &str) -> &mut ChatFacts {
        if !self.chats.contains_key(chat) {
            self.chats.insert(chat.into(), ChatFacts::default());
        }
        self.chats.get_mut(chat).expect("it was just made")
    }

    pub(super) fn offered(&mut self, offer: &Value) {
        let fact =
            OfferFact { offer: small(&offer["offer_id"]), chat: small(&offer["chat"]["chat_id"]) };
        // Welcomes repeat the pending ones; those are among the newest.
        if !self.offers.iter().rev().take(64).any(|known| *known == fact) {
            self.offers.push(fact);
        }
    }

    pub(super) fn chat_told(&mut self, chat: &Value) {
        let (Some(id), Some(rev)) = (chat["chat_id"].as_str(), chat["rev"].as_u64()) else {
            return;
        };
        let told = Told {
            rev,
            state: small(&chat["state"]),
            owner: chat["owner"]["agent"].as_str().map(SmolStr::new),
        };
        let known = &mut self.chat(id).told;
        if known.as_ref().is_none_or(|known| known.rev <= rev) {
            *known = Some(told);
        }
    }
}

impl Who {
    /// The workspace.
    pub fn workspace(&self) -> &str {
        match self {
            Self::Customer { workspace, .. }
            | Self::Agent { workspace, .. }
            | Self::Supervisor { workspace, .. } => workspace,
        }
    }

    /// Whether it is a customer, who has an own count of lines.
    pub fn is_customer(&self) -> bool {
        matches!(self, Self::Customer { .. })
    }

    /// The agent's id, if it is one.
    pub fn agent(&self) -> Option<&str> {
        match self {
            Self::Agent { id, .. } => Some(id),
            _ => None,
        }
    }
}

impl std::fmt::Display for Who {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Customer { chat, .. } => write!(out, "the customer of {chat}"),
            Self::Agent { id, .. } => write!(out, "agent {id}"),
            Self::Supervisor { id, .. } => write!(out, "supervisor {id}"),
        }
    }
}
