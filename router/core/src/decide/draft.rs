//! A draft: the events a decision collects, with ids for what they make.

use std::sync::Arc;

use baton_common::answer::Done;
use baton_common::config::Queue;
use baton_common::event::{Assigned, EntryAdded, Event, OfferOf};
use baton_common::ids::{AgentId, ChatId, EntryId, InviteId, NoteId, OfferId, QueueId};
use baton_common::limits;
use baton_common::quantity::{Permille, Priority, SkillLevel};
use baton_common::time::{Span, Timestamp};
use baton_common::why::Why;
use baton_common::words::{InviteState, OfferOutcome, Origin, Withdrawn};

use super::Verdict;
use crate::matching::age;
use crate::state::{Chat, Entry, State};

/// Events in the making.
pub(crate) struct Draft<'a> {
    pub(crate) state: &'a State,
    pub(crate) now: Timestamp,
    pub(crate) events: Vec<Event>,
    made: u64,
}

/// What a new entry asks for.
pub(crate) struct NewEntry<'a> {
    pub(crate) queue: &'a QueueId,
    pub(crate) origin: Origin,
    pub(crate) priority: Option<Priority>,
    pub(crate) skills: &'a [SkillLevel],
    pub(crate) routed_at: Timestamp,
    pub(crate) excluded: Vec<AgentId>,
    pub(crate) away: Vec<AgentId>,
    pub(crate) preferred: Option<(AgentId, Timestamp)>,
    pub(crate) by: Option<&'a AgentId>,
    pub(crate) invite: Option<InviteId>,
    pub(crate) note: Option<&'a NoteId>,
}

impl<'a> NewEntry<'a> {
    /// An entry with nothing special.
    pub(crate) fn new(queue: &'a QueueId, origin: Origin, routed_at: Timestamp) -> Self {
        Self {
            queue,
            origin,
            priority: None,
            skills: &[],
            routed_at,
            excluded: Vec::new(),
            away: Vec::new(),
            preferred: None,
            by: None,
            invite: None,
            note: None,
        }
    }
}

impl<'a> Draft<'a> {
    pub(crate) fn new(state: &'a State, now: Timestamp) -> Self {
        Self { state, now, events: Vec::new(), made: state.made }
    }

    pub(crate) fn push(&mut self, event: Event) {
        self.events.push(event);
    }

    /// The verdict: these events, this answer.
    #[expect(clippy::unnecessary_wraps, reason = "a decision ends with it, as with a refusal")]
    pub(crate) fn done(self, done: Done) -> Verdict {
        Ok((self.events, done))
    }

    /// The verdict: these events, and the chat for an answer.
    pub(crate) fn done_chat(self, chat: &ChatId) -> Verdict {
        self.done(Done { chat: Some(chat.clone()), ..Done::default() })
    }

    /// A number for the next thing made. `apply` counts along.
    fn make(&mut self) -> u64 {
        self.made += 1;
        self.made
    }

    pub(crate) fn invite(
        &mut self,
        chat: &Chat,
        to: baton_common::command::Target,
        by: &AgentId,
        state: InviteState,
        note: Option<&NoteId>,
        confirmed: bool,
    ) -> InviteId {
        let invite = State::invite_id(self.make());
        self.push(Event::InviteMade {
            chat: chat.id.clone(),
            invite: invite.clone(),
            to,
            by: by.clone(),
            state,
            note: note.cloned(),
            confirmed,
        });
        invite
    }

    pub(crate) fn settle_invite(
        &mut self,
        chat: &ChatId,
        invite: &InviteId,
        state: InviteState,
        reason: Option<Withdrawn>,
    ) {
        self.push(Event::InviteSettled {
            chat: chat.clone(),
            invite: invite.clone(),
            state,
            reason,
        });
    }

    pub(crate) fn offer(
        &mut self,
        chat: &ChatId,
        agent: &AgentId,
        of: OfferOf,
        weight: Permille,
        live: Span,
    ) -> OfferId {
        let offer = State::offer_id(self.make());
        self.push(Event::OfferMade {
            chat: chat.clone(),
            offer: offer.clone(),
            agent: agent.clone(),
            of,
            weight,
            expires_at: self.now + live,
            why: None,
            assigned: None,
        });
        offer
    }

    /// By whose order the offer that was made last goes to its agent.
    pub(crate) fn by_order(&mut self, order: Assigned) {
        if let Some(Event::OfferMade { assigned, .. }) = self.events.last_mut() {
            *assigned = Some(order);
        }
    }

    /// Why the offer that was made last goes to its agent.
    pub(crate) fn because(&mut self, reasons: Option<Arc<Why>>) {
        if let Some(Event::OfferMade { why, .. }) = self.events.last_mut() {
            *why = reasons;
        }
    }

    pub(crate) fn settle_offer(
        &mut self,
        chat: &ChatId,
        offer: &OfferId,
        outcome: OfferOutcome,
        why: Option<Withdrawn>,
    ) {
        self.push(Event::OfferSettled { chat: chat.clone(), offer: offer.clone(), outcome, why });
    }

    /// Adds an entry. The queue's rules give what the entry does not say.
    pub(crate) fn entry(
        &mut self,
        chat: &ChatId,
        workspace: &baton_common::ids::WorkspaceId,
        new: NewEntry<'_>,
    ) -> EntryId {
        let entry = State::entry_id(self.make());
        let rules = self.state.rules(workspace).expect("queues are known from rules");
        let queue = rules.config.queues.get(new.queue);
        let policies = rules.policies(Some(new.queue));
        let ages = (rules.steps(new.queue), policies.starvation);
        let age_at = next_age(self.state, ages, new.routed_at, self.now);
        let tell_at = queue.and_then(|queue| next_telling(self.state, queue, self.now));
        self.push(Event::EntryAdded(Box::new(EntryAdded {
            chat: chat.clone(),
            entry: entry.clone(),
            queue: new.queue.clone(),
            origin: new.origin,
            priority: new.priority.or(queue.map(|q| q.priority)).unwrap_or_default(),
            skills: new.skills.to_vec(),
            weight: queue.map(Queue::chat_weight).unwrap_or_default(),
            routed_at: new.routed_at,
            excluded: new.excluded,
            away: new.away,
            preferred: new.preferred,
            by: new.by.cloned(),
            invite: new.invite,
            note: new.note.cloned(),
            max_wait_at: policies.max_wait.map(|span| self.now + span),
            no_agent_at: policies.no_agent_wait.map(|span| self.now + span),
            age_at,
            tell_at,
        })));
        entry
    }
}

/// When whoever waits in a queue is told next how it stands.
pub(crate) fn tell_at(
    state: &State,
    workspace: &baton_common::ids::WorkspaceId,
    queue: &QueueId,
    now: Timestamp,
) -> Option<Timestamp> {
    next_telling(state, state.rules(workspace)?.config.queues.get(queue)?, now)
}

fn next_telling(state: &State, queue: &Queue, now: Timestamp) -> Option<Timestamp> {
    let waiting = queue.messages.waiting.as_ref().filter(|_| state.schema >= State::HOURS)?;
    Some(now + waiting.every_s.0.max(limits::TELL_EVERY))
}

/// When an entry that was routed then reaches the next age at which something changes for it.
pub(crate) fn age_at(
    state: &State,
    workspace: &baton_common::ids::WorkspaceId,
    queue: &QueueId,
    routed_at: Timestamp,
    now: Timestamp,
) -> Option<Timestamp> {
    next_age(state, state.rules(workspace)?.ages(queue), routed_at, now)
}

fn next_age(
    state: &State,
    (steps, starvation): (&[Span], Option<Span>),
    routed_at: Timestamp,
    now: Timestamp,
) -> Option<Timestamp> {
    let next = || age::next_at(steps, starvation, routed_at, now);
    if state.schema >= Entry::AGES { next() } else { None }
}
