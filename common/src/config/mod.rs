//! A workspace's configuration: one document, the same shape in JSON and TOML.
//!
//! Shapes and defaults are here; what is wrong with a document is `check`'s to say, what it means
//! for routing is the engine's.

pub mod check;
pub mod hours;
pub mod policy;
pub mod text;
pub mod widget;

use foldhash::fast::FixedState;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::ids::{AgentId, QueueId, SkillId, SupervisorId, WorkspaceId};
use crate::quantity::{Permille, Priority, SkillLevel};
pub use policy::{Policies, PolicySet, Seconds};
pub use text::Text;
pub use widget::{FieldKind, FormField, Widget};

/// Rows by id in the order of the document. Looked at several times for each command: the hasher
/// is quick, and the same everywhere.
pub type ById<K, V> = IndexMap<K, V, FixedState>;

/// A workspace.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Workspace {
    /// Its name; the token's counts, a differing one here is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<WorkspaceId>,
    /// Set by the server; may be sent back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// IANA name; UTC unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Origins of pages that may open sockets and start chats, beside the server's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<String>,
    /// Where chats go that name no queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_queue: Option<QueueId>,
    /// For the whole workspace.
    #[serde(default, skip_serializing_if = "PolicySet::is_empty")]
    pub policies: PolicySet,
    /// Abilities.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, Named>))]
    pub skills: ById<SkillId, Named>,
    /// Service lines.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, Queue>))]
    pub queues: ById<QueueId, Queue>,
    /// Which queues an agent serves.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, Vec<ProfileQueue>>))]
    pub profiles: IndexMap<String, Vec<ProfileQueue>>,
    /// Who answers.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, Agent>))]
    pub agents: ById<AgentId, Agent>,
    /// Who oversees: names for the directory; their rights come with their tokens.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, Named>))]
    pub supervisors: IndexMap<String, Named>,
    /// Opening hours by name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, Hours>))]
    pub hours: IndexMap<String, Hours>,
    /// Routing rules; the first that holds applies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// What the widget asks a customer before a chat.
    #[serde(default, skip_serializing_if = "Widget::is_empty")]
    pub widget: Widget,
}

/// Something with a name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// The name; the id where missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A queue.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Queue {
    /// The name; the id where missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Required of agents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<SkillLevel>,
    /// Of its entries unless they bring their own.
    #[serde(default)]
    pub priority: Priority,
    /// Its entries are served as if they had come so much earlier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head_start_s: Option<Seconds>,
    /// What one chat costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<Permille>,
    /// What an agent must have free beyond the weight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spare: Option<Permille>,
    /// Most entries; none: no bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// More than `max_length` for transfers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer_headroom: Option<u32>,
    /// Name of opening hours; none: always open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
    /// Takes no chats now.
    #[serde(default)]
    pub closed: bool,
    /// Where chats go that it does not take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overflow: Option<QueueId>,
    /// Requirements that are lowered or dropped as the wait grows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relaxation: Vec<Relaxation>,
    /// Automated messages.
    #[serde(default, skip_serializing_if = "Messages::is_empty")]
    pub messages: Messages,
    /// In place of the workspace's.
    #[serde(default, skip_serializing_if = "PolicySet::is_empty")]
    pub policies: PolicySet,
}

/// A step of relaxation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Relaxation {
    /// After so long a wait.
    pub after_s: Seconds,
    /// This skill
    pub skill: SkillId,
    /// is required at this level; none: not any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<crate::quantity::Level>,
}

/// Automated messages of a queue.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = QueueMessages))]
#[serde(deny_unknown_fields)]
pub struct Messages {
    /// To a customer who starts a chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub greeting: Option<Text>,
    /// To a customer whose chat is transferred to the queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer: Option<Text>,
    /// To a customer who waits, every so often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<Waiting>,
    /// To a customer who has been silent for half the inactivity time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inactivity: Option<Text>,
    /// To a customer whose chat is refused because the queue is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Text>,
}

impl Messages {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A message that is repeated while a customer waits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = WaitingMessage))]
#[serde(deny_unknown_fields)]
pub struct Waiting {
    /// How often.
    pub every_s: Seconds,
    /// `{position}` and `{ewt}` are filled in.
    pub text: Text,
}

/// A queue in a profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ProfileQueue {
    /// Which.
    pub queue: QueueId,
    /// Lower is served first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<u32>,
    /// Only entries older than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_s: Option<Seconds>,
}

/// An agent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Agent {
    /// The name; the id where missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Abilities.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<SkillLevel>,
    /// What the agent can carry; 1000 unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Permille>,
    /// Which queues; none: every queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
}

/// Opening hours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// Every week.
    #[serde(default)]
    pub weekly: Vec<Weekly>,
    /// On single days, in place of the week's; without times: closed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<HoursException>,
}

/// Hours of some days of the week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Weekly {
    /// `mon` … `sun`.
    pub days: Vec<Day>,
    /// `HH:MM`.
    pub from: String,
    /// `HH:MM`; `24:00` is the end of the day.
    pub to: String,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Day {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

/// Hours of one date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct HoursException {
    /// `YYYY-MM-DD`.
    pub date: String,
    /// `HH:MM`; none: closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// `HH:MM`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// A routing rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// CEL expression.
    #[serde(rename = "if")]
    pub condition: String,
    /// Where the chat goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueId>,
    /// Its priority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// Required beyond the queue's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<SkillLevel>,
}

/// Capacity of an agent and weight of a chat unless configured: four chats.
pub const DEFAULT_CAPACITY: Permille = Permille(1_000);
/// See [`DEFAULT_CAPACITY`].
pub const DEFAULT_WEIGHT: Permille = Permille(250);

impl Queue {
    /// What one chat costs.
    pub fn chat_weight(&self) -> Permille {
        self.weight.unwrap_or(DEFAULT_WEIGHT)
    }
}

impl Agent {
    /// What the agent can carry.
    pub fn total_capacity(&self) -> Permille {
        self.capacity.unwrap_or(DEFAULT_CAPACITY)
    }
}

impl Workspace {
    /// Name of a queue for people.
    pub fn queue_name<'a>(&'a self, queue: &'a QueueId) -> &'a str {
        self.queues.get(queue).and_then(|q| q.name.as_deref()).unwrap_or(queue.as_str())
    }

    /// Name of an agent for people.
    pub fn agent_name<'a>(&'a self, agent: &'a AgentId) -> &'a str {
        self.agents.get(agent).and_then(|a| a.name.as_deref()).unwrap_or(agent.as_str())
    }

    /// A supervisor's name; the id where it is not configured.
    pub fn supervisor_name<'a>(&'a self, supervisor: &'a SupervisorId) -> &'a str {
        let named = self.supervisors.get(supervisor.as_str());
        named.and_then(|s| s.name.as_deref()).unwrap_or(supervisor.as_str())
    }

    /// The policies of the workspace, defaults filled in.
    pub fn workspace_policies(&self) -> Policies {
        Policies::resolve(&self.policies, &PolicySet::default())
    }

    /// The policies of a queue, defaults filled in.
    pub fn queue_policies(&self, queue: &QueueId) -> Policies {
        match self.queues.get(queue) {
            Some(queue) => Policies::resolve(&self.policies, &queue.policies),
            None => self.workspace_policies(),
        }
    }

    /// Whether an agent serves a queue by their profile.
    pub fn serves(&self, agent: &Agent, queue: &QueueId) -> bool {
        match agent.profile.as_ref().and_then(|name| self.profiles.get(name)) {
            Some(queues) => queues.iter().any(|q| q.queue == *queue),
            None => true,
        }
    }
}
