//! Who is told of what happens in a chat: its supervisors of everything, its agents of what is not
//! a supervisor's secret, its customer of what their copy shows.

use baton_common::command::Person;
use baton_common::ids::{AgentId, ChatId};
use baton_common::words::Mode;

use super::News;
use crate::state::Chat;

/// Beside the agents of a chat: one who has left it, and the customer.
const OTHERS: usize = 2;

/// How far a change is told, each with those before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// To the supervisors in the chat.
    Supervisors,
    /// To the agents as well.
    Agents,
    /// To the customer as well.
    Everybody,
}

impl Reach {
    /// Who sees a supervisor.
    pub(super) const fn of(mode: Mode) -> Self {
        match (mode.is_seen_by_customer(), mode.is_seen_by_agents()) {
            (true, _) => Self::Everybody,
            (false, true) => Self::Agents,
            (false, false) => Self::Supervisors,
        }
    }
}

impl News {
    /// Those who are in a chat, those who were until this decision, and more of its agents.
    pub(super) fn audience<'a>(
        &'a self,
        chat: &'a Chat,
        reach: Reach,
        more: impl IntoIterator<Item = &'a AgentId>,
    ) -> Vec<Person> {
        let mut to = Vec::with_capacity(chat.agents.len() + chat.overseers.len() + OTHERS);
        let agents = reach >= Reach::Agents;
        if agents {
            let there = chat.present().map(|p| &p.agent).chain(more);
            there.for_each(|agent| to.push(Person::Agent(agent.clone())));
        }
        let overseers = chat.overseers.iter().filter(|overseer| overseer.is_present());
        overseers.for_each(|overseer| to.push(Person::Supervisor(overseer.supervisor.clone())));
        let leavers = self.leavers_of(&chat.id);
        to.extend(leavers.filter(|left| agents || !matches!(left, Person::Agent(_))).cloned());
        if to.len() > 1 {
            to.sort_unstable();
            to.dedup();
        }
        if reach == Reach::Everybody {
            to.push(Person::Customer(chat.id.clone()));
        }
        to
    }

    /// Who was in a chat or its wrap-up until this decision.
    fn leavers_of(&self, chat: &ChatId) -> impl Iterator<Item = &Person> {
        let from = self.leavers.partition_point(|(of, _)| of < chat);
        let of_chat = self.leavers[from..].iter().take_while(move |(of, _)| of == chat);
        of_chat.map(|(_, person)| person)
    }
}
