//! The configuration that a model leads to, as an admin would publish it. What the model leaves
//! open and theory demands is set here: no wrap-up, nobody too silent, nothing remembered.

use baton_common::config::{Agent, DEFAULT_WEIGHT, Named, PolicySet, Queue, Seconds, Workspace};
use baton_common::ids::{AgentId, QueueId, SkillId};
use baton_common::quantity::Permille;
use baton_common::time::Span;

use super::{Agents, Class, Model};

/// A time that no run comes to an end of.
const EVER: Seconds = Seconds(Span::seconds(300_000_000));
const AT_ONCE: Seconds = Seconds(Span::ZERO);

/// Agents are numbered through all kinds of them.
pub(crate) fn configuration(model: &Model) -> Workspace {
    let agents = model.agents.iter().flat_map(|kind| (0..kind.count).map(|_| agent(kind)));
    let agents = agents.enumerate().map(|(at, agent)| (agent_id(at), agent));
    let queues = model.classes.iter().map(|class| (queue_of(class), class.queue.clone()));
    let mut workspace = Workspace {
        policies: policies(&model.policies),
        queues: queues.collect(),
        agents: agents.collect(),
        ..Workspace::default()
    };
    for (name, queues) in &model.profiles {
        workspace.profiles.insert(name.clone(), queues.clone());
    }
    for skill in skills(model) {
        workspace.skills.insert(skill, Named::default());
    }
    workspace
}

/// A class has a queue of its name.
pub(crate) fn queue_of(class: &Class) -> QueueId {
    QueueId::new(&class.name)
}

/// The agent of this number.
pub(crate) fn agent_id(number: usize) -> AgentId {
    // As long as each other, so that their order as text is their order as numbers.
    AgentId::new(format!("a{number:06}"))
}

fn agent(kind: &Agents) -> Agent {
    let slots = u32::try_from(kind.slots).unwrap_or(u32::MAX);
    let room = Permille(DEFAULT_WEIGHT.0.saturating_mul(slots));
    Agent { capacity: kind.config.capacity.or(Some(room)), ..kind.config.clone() }
}

/// The model's, and for what it leaves open what theory demands.
fn policies(given: &PolicySet) -> PolicySet {
    let mut policies = given.clone();
    policies.wrapup_s.get_or_insert(AT_ONCE);
    policies.inactivity_s.get_or_insert(EVER);
    policies.reopen_s.get_or_insert(AT_ONCE);
    policies.customer_grace_s.get_or_insert(EVER);
    policies
}

fn skills(model: &Model) -> Vec<SkillId> {
    let required =
        model.classes.iter().flat_map(|Class { queue: Queue { skills, .. }, .. }| skills);
    let had = model.agents.iter().flat_map(|kind| &kind.config.skills);
    required.chain(had).map(|need| need.skill.clone()).collect()
}
