//! Who calls: a verified person of one workspace. Leaves checking tokens to `token`.

use baton_common::command::{Actor, Person};
use baton_common::hash::customer_id;
use baton_common::ids::{ChatId, WorkspaceId};
use baton_common::time::Timestamp;
use baton_common::words::{Mode, Role};
use smol_str::SmolStr;

use crate::token::Claims;
use crate::transcript::Audience;

/// A verified caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    /// Of which workspace.
    pub(crate) workspace: WorkspaceId,
    /// Who, for the engine; never a gateway.
    pub(crate) actor: Actor,
    /// Who, for connections and notices.
    pub(crate) person: Person,
    /// When the token expires.
    pub(crate) expires_at: Timestamp,
}

impl Caller {
    /// The person that verified claims speak of.
    pub(crate) fn of(claims: &Claims) -> Option<Self> {
        let sub = claims.sub.as_str();
        let actor = match (claims.role, &claims.chat) {
            (Role::Customer, Some(chat)) => Actor::Customer(chat.clone()),
            (Role::Agent, None) => Actor::Agent(sub.into()),
            (Role::Supervisor, None) => Actor::Supervisor(sub.into()),
            (Role::Admin, None) => Actor::Admin(sub.into()),
            _ => return None,
        };
        let person = actor.person()?;
        let expires_at = claims.exp.timestamp();
        Some(Self { workspace: claims.workspace.clone(), actor, person, expires_at })
    }

    /// As what.
    pub(crate) fn role(&self) -> Role {
        match &self.actor {
            Actor::Customer(_) => Role::Customer,
            Actor::Agent(_) => Role::Agent,
            Actor::Supervisor(_) => Role::Supervisor,
            Actor::Admin(_) | Actor::Gateway(_) => Role::Admin,
        }
    }

    /// The token's `sub`, which is also the person's id as a participant.
    pub(crate) fn sub(&self) -> SmolStr {
        person_id(&self.person)
    }

    /// A customer's one chat.
    pub(crate) fn chat(&self) -> Option<&ChatId> {
        match &self.actor {
            Actor::Customer(chat) => Some(chat),
            _ => None,
        }
    }

    /// Whose copy of a chat this caller reads.
    pub(crate) fn reader(&self) -> Reader {
        Reader::of(&self.person)
    }

    /// Whose count of lines this caller reads.
    pub(crate) fn audience(&self) -> Audience {
        audience(&self.person)
    }
}

/// Whose copy of a chat somebody reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    /// A customer: what happens among agents is not in it.
    Customer,
    /// An agent: supervisors whom nobody is to see are not in it.
    Agent,
    /// A supervisor: everything.
    Supervisor,
}

impl Reader {
    /// What a person reads.
    pub(crate) const fn of(person: &Person) -> Self {
        match person {
            Person::Customer(_) => Self::Customer,
            Person::Agent(_) => Self::Agent,
            Person::Supervisor(_) => Self::Supervisor,
        }
    }

    /// Whether a supervisor who is in a chat in this way is in the copy.
    pub(crate) const fn sees(self, mode: Mode) -> bool {
        match self {
            Self::Customer => mode.is_seen_by_customer(),
            Self::Agent => mode.is_seen_by_agents(),
            Self::Supervisor => true,
        }
    }
}

/// A person's id as a participant.
pub(crate) fn person_id(person: &Person) -> SmolStr {
    match person {
        Person::Customer(chat) => SmolStr::new(customer_id(chat).as_str()),
        Person::Agent(id) => SmolStr::new(id.as_str()),
        Person::Supervisor(id) => SmolStr::new(id.as_str()),
    }
}

/// Whose count of lines a person reads.
pub(crate) fn audience(person: &Person) -> Audience {
    match person {
        Person::Customer(_) => Audience::Customer,
        Person::Agent(_) | Person::Supervisor(_) => Audience::Agents,
    }
}
