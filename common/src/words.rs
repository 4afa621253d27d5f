//! The closed word lists of the domain: states, outcomes, reasons. Persisted: keep stable.

use serde::{Deserialize, Serialize};

/// Where a chat stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ChatState {
    /// Waits in a queue.
    Queued,
    /// Its entry is offered to an agent.
    Offered,
    /// An agent is connected or in grace.
    Active,
    /// Nobody can take it; a timer runs.
    Unattended,
    /// Over for the customer; an agent's wrap-up runs.
    Wrapup,
    /// Over.
    Closed,
}

/// Why a chat is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum CloseReason {
    /// The last agent left, or an agent or supervisor ended it.
    Resolved,
    /// The customer ended it, or was gone past the grace, while it was active.
    CustomerLeft,
    /// The customer was silent too long.
    Inactivity,
    /// The customer left before an agent was there.
    Abandoned,
    /// Nobody could take it.
    Orphaned,
    /// It was refused at the door.
    Deflected,
}

/// How an entry came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Origin {
    /// The customer started the chat.
    New,
    /// An agent added the queue, or transferred blindly.
    Transfer,
    /// The last agent was lost, or somebody can take it again.
    Requeue,
    /// Another queue passed it on.
    Overflow,
}

/// How an entry ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryOutcome {
    /// An agent accepted it. Metrics call it `accepted`.
    Served,
    /// The customer left while it waited.
    Abandoned,
    /// It was not wanted any more.
    Cancelled,
    /// It went on in another queue.
    Overflowed,
    /// Nobody could take it.
    Expired,
}

/// Why an agent who could serve a chat that waits, and has room, is not asked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdleFor {
    /// The configuration wants it: ramp-up, what must be spare, a delay of the profile.
    Rule,
    /// Nothing wants it: the engine errs.
    Fault,
}

/// How an offer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum OfferOutcome {
    /// The agent took it.
    Accepted,
    /// The agent refused it.
    Declined,
    /// Nobody answered in time.
    Expired,
    /// It was taken back.
    Revoked,
}

/// Why an offer was revoked or an invitation cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Withdrawn {
    /// The customer left.
    CustomerLeft,
    /// It was not wanted any more, or the chat ended.
    Cancelled,
    /// The agent's connection was lost.
    AgentLost,
    /// The agent left `ready`.
    AgentNotReady,
    /// Something newer took its place.
    Superseded,
    /// The person was removed.
    Removed,
}

/// Where an invitation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum InviteState {
    /// Offered to the agent.
    Pending,
    /// Waits in the queue.
    Queued,
    /// Taken.
    Accepted,
    /// Refused by the agent.
    Declined,
    /// Not answered, or nobody could take it.
    Expired,
    /// Taken back.
    Cancelled,
}

impl InviteState {
    /// Whether it can still be answered.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Pending | Self::Queued)
    }
}

/// An agent's chosen status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Status {
    /// Gets chats.
    Ready,
    /// There, but gets none.
    NotReady,
    /// Not there.
    LoggedOut,
}

/// What an agent does, derived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Activity {
    /// Nothing.
    Idle,
    /// Is being offered something.
    Offered,
    /// Talks in a chat.
    Handling,
    /// Finishes a chat's paperwork.
    Wrapup,
}

/// Whether an agent can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Connectivity {
    /// At least one connection.
    Online,
    /// None, but expected back.
    Grace,
    /// None.
    Lost,
}

/// Role of a caller or of a participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Role {
    /// The person asking.
    Customer,
    /// The person answering.
    Agent,
    /// The person overseeing.
    Supervisor,
    /// The person configuring.
    Admin,
}

impl Role {
    /// The name in tokens, answers and labels.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Agent => "agent",
            Self::Supervisor => "supervisor",
            Self::Admin => "admin",
        }
    }
}

/// Where a participant stands in a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ParticipantState {
    /// Has a pending invitation.
    Invited,
    /// There.
    Connected,
    /// Expected back within the grace.
    Disconnected,
    /// Left.
    Left,
    /// Was removed by somebody.
    Removed,
    /// Did not come back within the grace.
    Lost,
    /// Left; the wrap-up runs.
    Wrapup,
    /// Left; the wrap-up is done.
    Done,
}

impl ParticipantState {
    /// Connected, or expected back: such an agent owns the chat.
    pub const fn is_present(self) -> bool {
        matches!(self, Self::Connected | Self::Disconnected)
    }
}

/// What happened to a participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Change {
    /// Has a pending invitation now.
    Invited,
    /// Is there now.
    Connected,
    /// Is expected back.
    Disconnected,
    /// Left.
    Left,
    /// Was removed.
    Removed,
    /// Did not come back.
    Lost,
}

/// Who may read a line.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Visibility {
    /// Everybody in the chat.
    #[default]
    All,
    /// Agents and supervisors: a whisper.
    Agents,
}

/// What an offer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum OfferKind {
    /// An entry of a queue.
    Queue,
    /// An invitation into a chat.
    Invite,
}

/// On which occasion an agent left a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum NoteKind {
    /// Adding somebody, or transferring.
    Handover,
    /// The wrap-up.
    Wrapup,
}

/// Kind of a transfer, as metrics count them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferKind {
    /// "+" for an agent.
    Agent,
    /// "+" for a queue.
    Queue,
    /// Add and leave in one.
    Blind,
}

/// How a transfer ended, as metrics count them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferResult {
    /// The one who added left, and the chat went on.
    Completed,
    /// Taken back.
    Cancelled,
    /// Refused by the agent.
    Declined,
    /// Not answered.
    Expired,
    /// Refused by a rule.
    Refused,
}

/// What a queue does with a chat that nobody is eligible for.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ZeroEligible {
    /// Take it; the initiator of a transfer stays until they confirm.
    #[default]
    HoldWithInitiator,
    /// Take it.
    QueueAnyway,
    /// Refuse it.
    Refuse,
    /// Pass it to the overflow queue.
    OverflowTo,
}

/// What becomes of an agent who did not answer an offer.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum OnNoAnswer {
    /// `not_ready(no_answer)`.
    #[default]
    NotReady,
    /// Nothing.
    StayReady,
}

/// Which of several available agents is chosen.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Selection {
    /// Who had nothing to do for the longest time.
    #[default]
    LongestIdle,
    /// Who carries least.
    LeastLoaded,
    /// Who is best at it.
    MostSkilled,
    /// In turn.
    RoundRobin,
    /// Who had fewest chats today.
    FewestToday,
}

/// Supervisors' ways of joining a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Mode {
    /// Nobody sees it.
    Monitor,
    /// Agents see it.
    Coach,
    /// Everybody sees it.
    Barge,
}

impl Mode {
    /// Whether agents see it.
    pub const fn is_seen_by_agents(self) -> bool {
        matches!(self, Self::Coach | Self::Barge)
    }

    /// Whether the customer sees it.
    pub const fn is_seen_by_customer(self) -> bool {
        matches!(self, Self::Barge)
    }
}
