//! The door of a queue: who may come in, where else a chat goes, and who could serve it.

use std::collections::BTreeMap;

use baton_common::code::Code;
use baton_common::ids::{AgentId, QueueId, WorkspaceId};
use baton_common::limits;
use baton_common::quantity::SkillLevel;
use baton_common::rejection::Rejection;
use baton_common::words::ZeroEligible;

use crate::matching;
use crate::state::State;

/// Where a chat may go.
#[derive(Debug)]
pub(crate) struct Admitted {
    pub(crate) queue: QueueId,
    /// What is the matter with that queue, if anything.
    pub(crate) warning: Option<Code>,
    /// The initiator should stay.
    pub(crate) held: bool,
}

/// What is the matter with a queue for one more chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    Closed,
    Full,
    NobodyEligible,
}

impl Trouble {
    fn code(self) -> Code {
        match self {
            Self::Closed => Code::QueueClosed,
            Self::Full => Code::QueueFull,
            Self::NobodyEligible => Code::NoEligibleAgent,
        }
    }

    fn rejection(self, queue: &QueueId) -> Rejection {
        let detail = match self {
            Self::Closed => format!("queue `{queue}` is closed: try again later or another queue"),
            Self::Full => format!("queue `{queue}` is full: try again later or another queue"),
            Self::NobodyEligible => {
                format!("nobody who could serve queue `{queue}` is ready: try another queue")
            }
        };
        Rejection::new(self.code(), detail)
    }
}

/// Who knocks: a new chat, a transfer, or an entry that has to leave another queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Knock {
    New,
    Transfer,
    Overflow,
}

/// How many agents could serve an entry if they had room.
pub(crate) fn eligible_count(
    state: &State,
    workspace: &WorkspaceId,
    queue: &QueueId,
    skills: &[SkillLevel],
    excluded: &[AgentId],
) -> usize {
    matching::eligible_count(state, workspace, (queue, skills), excluded, usize::MAX)
}

/// Whether anybody could.
pub(crate) fn is_anybody_eligible(
    state: &State,
    workspace: &WorkspaceId,
    queue: &QueueId,
    skills: &[SkillLevel],
    excluded: &[AgentId],
) -> bool {
    matching::eligible_count(state, workspace, (queue, skills), excluded, 1) > 0
}

/// Lets a chat in: at this queue, or at one it overflows to.
pub(crate) fn knock(
    state: &State,
    workspace: &WorkspaceId,
    queue: &QueueId,
    skills: &[SkillLevel],
    excluded: &[AgentId],
    kind: Knock,
) -> Result<Admitted, Rejection> {
    let placed = &Placed::default();
    Door { state, workspace, skills, excluded, kind, placed }.knock(queue)
}

/// Where an entry that has to leave its queue goes on: to the overflow queue, or on from there.
/// None: nowhere.
pub(crate) fn onward(
    state: &State,
    workspace: &WorkspaceId,
    queue: &QueueId,
    skills: &[SkillLevel],
    excluded: &[AgentId],
    placed: &Placed,
) -> Option<QueueId> {
    let next = state.rules(workspace)?.config.queues.get(queue)?.overflow.as_ref()?;
    let door = Door { state, workspace, skills, excluded, kind: Knock::Overflow, placed };
    door.knock(next).ok().map(|admitted| admitted.queue)
}

/// Entries that the decision in the making has put into queues, beside those of the state.
pub(crate) type Placed = BTreeMap<QueueId, usize>;

/// Who knocks.
struct Door<'a> {
    state: &'a State,
    workspace: &'a WorkspaceId,
    skills: &'a [SkillLevel],
    excluded: &'a [AgentId],
    kind: Knock,
    placed: &'a Placed,
}

enum Answer {
    In { held: bool },
    Out,
    Next(QueueId),
}

impl Door<'_> {
    fn knock(&self, queue: &QueueId) -> Result<Admitted, Rejection> {
        let mut at = queue.clone();
        let mut first = None;
        for _ in 0..limits::OVERFLOW_CHAIN {
            let Some(trouble) = self.trouble(&at) else {
                return Ok(Admitted { queue: at, warning: None, held: false });
            };
            match self.policy(&at, trouble) {
                Answer::In { held } => {
                    let warning = (self.kind == Knock::Transfer).then_some(trouble.code());
                    return Ok(Admitted { queue: at, warning, held });
                }
                Answer::Out => return Err(first.unwrap_or_else(|| trouble.rejection(&at))),
                Answer::Next(next) => {
                    first.get_or_insert_with(|| trouble.rejection(&at));
                    at = next;
                }
            }
        }
        Err(first.unwrap_or_else(|| Trouble::Full.rejection(queue)))
    }

    fn policy(&self, queue: &QueueId, trouble: Trouble) -> Answer {
        let policy = self.state.policies_of_queue(self.workspace, queue).zero_eligible;
        let overflow = self
            .state
            .rules(self.workspace)
            .and_then(|rules| rules.config.queues.get(queue))
            .and_then(|queue| queue.overflow.clone());
        // A transfer may be queued all the same; whoever comes alone finds a closed or full door.
        let shut = self.kind != Knock::Transfer && trouble != Trouble::NobodyEligible;
        match (policy, overflow) {
            (_, Some(next)) if shut => Answer::Next(next),
            (ZeroEligible::OverflowTo, Some(next)) => Answer::Next(next),
            (_, None) if shut => Answer::Out,
            (ZeroEligible::Refuse, _) => Answer::Out,
            (ZeroEligible::HoldWithInitiator, _) if self.kind == Knock::Transfer => {
                Answer::In { held: true }
            }
            _ => Answer::In { held: false },
        }
    }

    /// What stands against one more entry in a queue.
    fn trouble(&self, queue: &QueueId) -> Option<Trouble> {
        let config = self.state.rules(self.workspace)?.config.queues.get(queue)?;
        let space = self.state.workspace(self.workspace)?;
        let length = space.queues.get(queue).map_or(0, |q| q.line.len());
        let length = length + self.placed.get(queue).copied().unwrap_or_default();
        let room = config.max_length.map(|most| match self.kind {
            Knock::New | Knock::Overflow => most,
            Knock::Transfer => most.saturating_add(config.transfer_headroom.unwrap_or(0)),
        });
        if !space.is_open(config) {
            Some(Trouble::Closed)
        } else if room.is_some_and(|room| length >= room as usize) {
            Some(Trouble::Full)
        } else if !is_anybody_eligible(
            self.state,
            self.workspace,
            queue,
            self.skills,
            self.excluded,
        ) {
            Some(Trouble::NobodyEligible)
        } else {
            None
        }
    }
}

/// Why the initiator of a transfer should stay with it now; none: may leave.
pub(crate) fn held(state: &State, entry: &crate::state::Entry) -> Option<Rejection> {
    let policies = state.policies_of_queue(&entry.workspace, &entry.queue);
    if policies.zero_eligible != ZeroEligible::HoldWithInitiator {
        return None;
    }
    let config = state.rules(&entry.workspace)?.config.queues.get(&entry.queue)?;
    let space = state.workspace(&entry.workspace)?;
    let line = &space.queues.get(&entry.queue)?.line;
    let place = line.before(&entry.key) + 1;
    let room = config.max_length.map(|m| m.saturating_add(config.transfer_headroom.unwrap_or(0)));
    let excluded: Vec<AgentId> = entry.excluded.iter().cloned().collect();
    let trouble = if !space.is_open(config) {
        Trouble::Closed
    } else if room.is_some_and(|room| place > room as usize) {
        Trouble::Full
    } else if !is_anybody_eligible(state, &entry.workspace, &entry.queue, &entry.skills, &excluded)
    {
        Trouble::NobodyEligible
    } else {
        return None;
    };
    let why = trouble.rejection(&entry.queue).detail;
    Some(Rejection::new(
        Code::WouldOrphan,
        format!("{why}; stay with the customer, or leave with confirm"),
    ))
}
