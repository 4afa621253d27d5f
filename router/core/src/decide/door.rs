//! The door of a queue: who may come in, where else a chat goes, and who could serve it.

use baton_common::code::Code;
use baton_common::ids::{AgentId, QueueId, WorkspaceId};
use baton_common::limits;
use baton_common::quantity::SkillLevel;
use baton_common::rejection::Rejection;
use baton_common::words::ZeroEligible;

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

/// Whether a new chat or a transfer knocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Knock {
    New,
    Transfer,
}

/// How many agents could serve an entry if they had room.
pub(crate) fn eligible_count(
    state: &State,
    workspace: &WorkspaceId,
    queue: &QueueId,
    skills: &[SkillLevel],
    excluded: &[AgentId],
) -> usize {
    let Some(space) = state.workspace(workspace) else {
        return 0;
    };
    let Some(rules) = &space.rules else { return 0 };
    let needs = rules.required(queue, skills);
    let fits = |agent: &AgentId| {
        rules.serves(agent, queue) && rules.has_skills(agent, &needs) && !excluded.contains(agent)
    };
    space.agents.iter().filter(|(agent, row)| row.is_willing() && fits(agent)).count()
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
    let mut at = queue.clone();
    let mut first = None;
    for _ in 0..limits::OVERFLOW_CHAIN {
        let trouble = trouble(state, workspace, &at, skills, excluded, kind);
        let Some(trouble) = trouble else {
            return Ok(Admitted { queue: at, warning: None, held: false });
        };
        match policy(state, workspace, &at, trouble, kind) {
            Answer::In { held } => {
                let warning = (kind == Knock::Transfer).then_some(trouble.code());
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

enum Answer {
    In { held: bool },
    Out,
    Next(QueueId),
}

fn policy(
    state: &State,
    workspace: &WorkspaceId,
    queue: &QueueId,
    trouble: Trouble,
    kind: Knock,
) -> Answer {
    let policy = state.policies_of_queue(workspace, queue).zero_eligible;
    let overflow = state
        .rules(workspace)
        .and_then(|rules| rules.config.queues.get(queue))
        .and_then(|queue| queue.overflow.clone());
    match (kind, trouble, policy, overflow) {
        (Knock::New, Trouble::Closed | Trouble::Full, _, Some(next))
        | (_, _, ZeroEligible::OverflowTo, Some(next)) => Answer::Next(next),
        (Knock::New, Trouble::Closed | Trouble::Full, _, None)
        | (_, _, ZeroEligible::Refuse, _) => Answer::Out,
        (Knock::Transfer, _, ZeroEligible::HoldWithInitiator, _) => Answer::In { held: true },
        _ => Answer::In { held: false },
    }
}

/// What stands against one more entry in a queue.
fn trouble(
    state: &State,
    workspace: &WorkspaceId,
    queue: &QueueId,
    skills: &[SkillLevel],
    excluded: &[AgentId],
    kind: Knock,
) -> Option<Trouble> {
    let config = state.rules(workspace)?.config.queues.get(queue)?;
    let length = state.workspace(workspace)?.queues.get(queue).map_or(0, |q| q.line.len());
    let room = config.max_length.map(|most| match kind {
        Knock::New => most,
        Knock::Transfer => most.saturating_add(config.transfer_headroom.unwrap_or(0)),
    });
    if config.closed {
        Some(Trouble::Closed)
    } else if room.is_some_and(|room| length >= room as usize) {
        Some(Trouble::Full)
    } else if eligible_count(state, workspace, queue, skills, excluded) == 0 {
        Some(Trouble::NobodyEligible)
    } else {
        None
    }
}

/// Why the initiator of a transfer should stay with it now; none: may leave.
pub(crate) fn held(state: &State, entry: &crate::state::Entry) -> Option<Rejection> {
    let policies = state.policies_of_queue(&entry.workspace, &entry.queue);
    if policies.zero_eligible != ZeroEligible::HoldWithInitiator {
        return None;
    }
    let config = state.rules(&entry.workspace)?.config.queues.get(&entry.queue)?;
    let line = &state.workspace(&entry.workspace)?.queues.get(&entry.queue)?.line;
    let place = line.keys().position(|key| *key == entry.key).map_or(0, |at| at + 1);
    let room = config.max_length.map(|m| m.saturating_add(config.transfer_headroom.unwrap_or(0)));
    let excluded: Vec<AgentId> = entry.excluded.iter().cloned().collect();
    let trouble = if config.closed {
        Trouble::Closed
    } else if room.is_some_and(|room| place > room as usize) {
        Trouble::Full
    } else if eligible_count(state, &entry.workspace, &entry.queue, &entry.skills, &excluded) == 0 {
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
