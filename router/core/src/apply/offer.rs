//! Events of offers: a slot is reserved while one is pending.

use baton_common::event::{Event, OfferOf};
use baton_common::ids::OfferId;
use baton_common::limits;
use baton_common::time::{Span, Timestamp};
use baton_common::words::{OfferOutcome, Withdrawn};

use crate::state::{Offer, State, Timer};

impl State {
    pub(super) fn apply_offer(&mut self, at: Timestamp, event: &Event) {
        match event {
            Event::OfferMade { .. } => {
                self.made += 1;
                self.offer_made(at, event);
            }
            Event::OfferMoved { offer, entry, .. } => {
                if let Some(moved) = self.offers.get_mut(offer) {
                    moved.of = OfferOf::Entry(entry.clone());
                }
                if let Some(entry) = self.entries.get_mut(entry) {
                    entry.offer = Some(offer.clone());
                    entry.was_offered = true;
                }
            }
            Event::OfferSettled { offer, outcome, why, .. } => {
                self.offer_settled(at, offer, *outcome, *why);
            }
            _ => unreachable!("apply hands offers' events here"),
        }
    }

    fn offer_made(&mut self, at: Timestamp, event: &Event) {
        let Event::OfferMade { chat, offer, agent, of, weight, expires_at, why, assigned } = event
        else {
            return;
        };
        let Some(touched) = self.touched(chat) else {
            return;
        };
        touched.offers.push(offer.clone());
        let too_many = touched.offers.len() > limits::CHAT_HISTORY;
        let (workspace, mut queue) = (touched.workspace.clone(), touched.served_by.clone());
        let mut wait = Span::ZERO;
        let mut first = None;
        if let OfferOf::Entry(id) = of
            && let Some(entry) = self.entries.get_mut(id)
        {
            entry.offer = Some(offer.clone());
            wait = at.since(entry.enqueued_at);
            queue = Some(entry.queue.clone());
            first = (!entry.was_offered).then_some(wait);
            entry.was_offered = true;
        }
        let ramp_up = queue
            .as_ref()
            .map_or(Span::ZERO, |queue| self.policies_of_queue(&workspace, queue).ramp_up);
        let made = Offer {
            id: offer.clone(),
            workspace: workspace.clone(),
            chat: chat.clone(),
            agent: agent.clone(),
            of: of.clone(),
            weight: *weight,
            made_at: at,
            expires_at: *expires_at,
            wait,
            queue: queue.clone(),
            why: why.clone(),
            assigned: assigned.clone(),
            outcome: None,
        };
        self.offers.insert(offer.clone(), made);
        self.timers.set(Timer::OfferExpiry(offer.clone()), *expires_at);
        let rev = self.rev;
        if let Some(space) = self.workspaces.get_mut(&workspace) {
            if let Some(wait) = first {
                space.stats.time_to_offer.add(wait);
            }
            if let Some(queue) = queue.as_ref().and_then(|queue| space.queues.get_mut(queue)) {
                queue.rev = rev;
            }
            if let Some(agent) = space.touched_agent(agent, rev) {
                agent.offers.insert(offer.clone(), *weight);
                agent.last_offer = self.made;
                if ramp_up > Span::ZERO {
                    agent.ramp_until = Some(at + ramp_up);
                }
            }
        }
        if ramp_up > Span::ZERO {
            self.timers.set(Timer::RampUp(workspace.clone(), agent.clone()), at + ramp_up);
        }
        if too_many {
            self.bound_offers(chat);
        }
    }

    fn offer_settled(
        &mut self,
        at: Timestamp,
        id: &OfferId,
        outcome: OfferOutcome,
        why: Option<Withdrawn>,
    ) {
        self.timers.clear(&Timer::OfferExpiry(id.clone()));
        let Some(offer) = self.offers.get_mut(id) else {
            return;
        };
        offer.outcome = Some((outcome, why));
        let rev = self.rev;
        if let OfferOf::Entry(entry) = &offer.of
            && let Some(entry) = self.entries.get_mut(entry)
        {
            entry.offer = None;
            if outcome == OfferOutcome::Declined {
                entry.excluded.insert(offer.agent.clone());
            }
        }
        if let Some(space) = self.workspaces.get_mut(&offer.workspace) {
            space.stats.offer(offer.queue.as_ref(), outcome);
            if outcome == OfferOutcome::Accepted {
                space.stats.accept.add(at.since(offer.made_at));
            }
            let zone = space.rules.as_ref().and_then(|rules| rules.config.time_zone.as_deref());
            if let Some(queue) = offer.queue.as_ref().and_then(|id| space.queues.get_mut(id)) {
                queue.rev = rev;
            }
            if let Some(agent) = space.agents.get_mut(&offer.agent) {
                agent.rev = rev;
                space.agents_rev = rev;
                agent.offers.remove(id);
                agent.tally.offer(outcome);
                if outcome == OfferOutcome::Accepted {
                    agent.today.accept(at, zone);
                }
                if outcome == OfferOutcome::Expired {
                    agent.idle_since = at;
                }
            }
        }
        if let Some(chat) = self.chats.get_mut(&offer.chat) {
            chat.rev = rev;
        }
    }

    /// Drops the oldest settled offers of a chat beyond the bound.
    fn bound_offers(&mut self, chat: &baton_common::ids::ChatId) {
        let Some(chat) = self.chats.get_mut(chat) else {
            return;
        };
        while chat.offers.len() > limits::CHAT_HISTORY {
            let offers = &self.offers;
            let settled = |id: &OfferId| offers.get(id).is_none_or(|o| !o.is_pending());
            let Some(at) = chat.offers.iter().position(settled) else {
                return;
            };
            let dropped = chat.offers.remove(at);
            self.offers.remove(&dropped);
        }
    }
}
