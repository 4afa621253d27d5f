//! The audit's own idea of a shard: folded from the events by the words of the domain, without a
//! line of the engine's. Which laws it must keep is `laws`'; what is counted is `totals`'.

mod chats;
mod people;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use smol_str::SmolStr;

pub(super) use people::Agent;

use super::config::Config;
use super::shapes::{Event, How, Of, Target};
use super::totals::Counts;

/// A shard, as of some event.
#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) spaces: BTreeMap<SmolStr, Space>,
    pub(super) chats: HashMap<SmolStr, Chat>,
    /// Live ones.
    pub(super) entries: HashMap<SmolStr, Entry>,
    /// All that ever were.
    pub(super) offers: HashMap<SmolStr, Offer>,
    /// What remains to be known of every chat, forgotten ones too.
    pub(super) tales: HashMap<SmolStr, Tale>,
    /// Entries are numbered in the order of their making.
    made: u64,
}

/// A workspace.
#[derive(Debug, Default)]
pub(super) struct Space {
    pub(super) config: Option<Config>,
    pub(super) version: u64,
    pub(super) agents: BTreeMap<SmolStr, Agent>,
    pub(super) counts: Counts,
}

/// A chat that is not forgotten.
#[derive(Debug, Default)]
pub(super) struct Chat {
    pub(super) workspace: SmolStr,
    /// Started, and no entry yet: both come in one commit.
    pub(super) fresh: bool,
    pub(super) over: bool,
    pub(super) unattended: bool,
    /// Who is in it, and since when.
    pub(super) agents: BTreeMap<SmolStr, i64>,
    /// Supervisors who are in it, and in which way: they own nothing.
    pub(super) overseers: BTreeMap<SmolStr, SmolStr>,
    /// Live entries; at most one, but for the moment of an overflow.
    pub(super) entries: Vec<SmolStr>,
    pub(super) invites: BTreeMap<SmolStr, Invite>,
    /// The queue of the newest entry that was accepted.
    pub(super) served_by: Option<SmolStr>,
    /// Queue and weight of the newest entry.
    pub(super) last: Option<(SmolStr, u64)>,
    /// An accepted offer whose agent has not joined yet.
    pub(super) accepted: Option<(SmolStr, u64)>,
    /// All stays in queues until now, in milliseconds.
    pub(super) waited: u64,
}

/// An invitation.
#[derive(Debug)]
pub(super) struct Invite {
    pub(super) to: Target,
    by: SmolStr,
    counted: bool,
}

/// A live entry.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) chat: SmolStr,
    pub(super) workspace: SmolStr,
    pub(super) queue: SmolStr,
    pub(super) weight: u64,
    pub(super) enqueued_at: i64,
    pub(super) class: super::order::Class,
    pub(super) key: super::order::Key,
    /// Who is not offered it: excluded, or asked before.
    pub(super) never: BTreeSet<SmolStr>,
    /// Who is not until they connect again.
    pub(super) away: BTreeSet<SmolStr>,
    pub(super) preferred: Option<(SmolStr, i64)>,
    pub(super) invite: Option<SmolStr>,
    pub(super) offer: Option<SmolStr>,
    pub(super) accepted_by: Option<SmolStr>,
    was_offered: bool,
}

/// An offer.
#[derive(Debug)]
pub(super) struct Offer {
    pub(super) chat: SmolStr,
    pub(super) workspace: SmolStr,
    pub(super) agent: SmolStr,
    pub(super) of: Of,
    pub(super) weight: u64,
    pub(super) outcome: Option<How>,
    made_at: i64,
    queue: Option<SmolStr>,
}

/// What remains to be known of a chat.
#[derive(Clone, Debug, Default)]
pub(super) struct Tale {
    pub(super) started: u32,
    pub(super) deflected: u32,
    pub(super) over: bool,
    /// How many wrap-ups of it run.
    pub(super) wrapups: u32,
    pub(super) joined: u32,
    pub(super) left: u32,
}

impl World {
    /// Folds one event.
    pub(super) fn apply(&mut self, at: i64, event: &Event) {
        match event {
            Event::ConfigPublished { workspace, version, config } => {
                self.configured(at, workspace, *version, config);
            }
            Event::QueueIdled { workspace, queue, why } => {
                self.counts(workspace).idled(at, queue, why.as_deref());
            }
            Event::ChatStarted { .. }
            | Event::ChatDeflected { .. }
            | Event::ChatUnattended { .. }
            | Event::ChatOver { .. }
            | Event::ChatForgotten { .. }
            | Event::EntryAdded(_)
            | Event::EntrySettled { .. }
            | Event::InviteMade { .. }
            | Event::InviteSettled { .. }
            | Event::TransferCompleted { .. } => self.apply_chat(at, event),
            Event::OfferMade { .. } | Event::OfferMoved { .. } | Event::OfferSettled { .. } => {
                self.apply_offer(at, event);
            }
            Event::AgentJoined { .. }
            | Event::AgentLeft { .. }
            | Event::SupervisorJoined { .. }
            | Event::SupervisorLeft { .. }
            | Event::WrapupDone { .. }
            | Event::AgentChanged { .. }
            | Event::Connected { .. }
            | Event::Disconnected { .. }
            | Event::PersonLost { .. } => self.apply_people(at, event),
            Event::JournalOpened {}
            | Event::LeaderElected { .. }
            | Event::CommandsRewound {}
            | Event::Other => {}
        }
    }

    /// An agent's row.
    pub(super) fn agent(&self, workspace: &str, agent: &str) -> Option<&Agent> {
        self.spaces.get(workspace)?.agents.get(agent)
    }

    fn agent_mut(&mut self, workspace: &str, agent: &str) -> Option<&mut Agent> {
        self.spaces.get_mut(workspace)?.agents.get_mut(agent)
    }

    /// The configuration of a workspace.
    pub(super) fn config(&self, workspace: &str) -> Option<&Config> {
        self.spaces.get(workspace)?.config.as_ref()
    }

    fn counts(&mut self, workspace: &SmolStr) -> &mut Counts {
        &mut self.spaces.entry(workspace.clone()).or_default().counts
    }

    fn configured(&mut self, at: i64, workspace: &SmolStr, version: u64, packed: &str) {
        let space = self.spaces.entry(workspace.clone()).or_default();
        space.version = version;
        let Ok(config) = Config::unpack(packed) else { return };
        let mut agents = std::mem::take(&mut space.agents);
        for agent in agents.values_mut() {
            agent.clock(at, &mut space.counts);
        }
        for id in config.agents() {
            let mut agent = agents.remove(id).unwrap_or_default();
            agent.capacity = config.capacity(id).unwrap_or_default();
            space.agents.insert(id.clone(), agent);
        }
        space.config = Some(config);
    }

    fn apply_offer(&mut self, at: i64, event: &Event) {
        match event {
            Event::OfferMade { chat, offer, agent, of, weight, .. } => {
                let Some(row) = self.chats.get(chat) else { return };
                let (workspace, mut queue) = (row.workspace.clone(), row.served_by.clone());
                if let Of::Entry(entry) = of
                    && let Some(entry) = self.entries.get_mut(entry)
                {
                    entry.offer = Some(offer.clone());
                    queue = Some(entry.queue.clone());
                    let first = !std::mem::replace(&mut entry.was_offered, true);
                    let wait = span(entry.enqueued_at, at);
                    if first {
                        self.counts(&workspace).time_to_offer.add(wait);
                    }
                }
                if let Some(agent) = self.agent_mut(&workspace, agent) {
                    agent.offers.insert(offer.clone(), *weight);
                }
                let made = Offer {
                    chat: chat.clone(),
                    workspace,
                    agent: agent.clone(),
                    of: of.clone(),
                    weight: *weight,
                    outcome: None,
                    made_at: at,
                    queue,
                };
                self.offers.insert(offer.clone(), made);
            }
            Event::OfferMoved { offer, entry, .. } => {
                if let Some(offer) = self.offers.get_mut(offer) {
                    offer.of = Of::Entry(entry.clone());
                }
                if let Some(entry) = self.entries.get_mut(entry) {
                    entry.offer = Some(offer.clone());
                    entry.was_offered = true;
                }
            }
            Event::OfferSettled { offer, outcome, .. } => self.offer_settled(at, offer, *outcome),
            _ => {}
        }
    }

    fn offer_settled(&mut self, at: i64, id: &SmolStr, outcome: How) {
        let Some(offer) = self.offers.get_mut(id) else { return };
        offer.outcome = Some(outcome);
        let (workspace, agent, of) =
            (offer.workspace.clone(), offer.agent.clone(), offer.of.clone());
        let (chat, weight, queue) = (offer.chat.clone(), offer.weight, offer.queue.clone());
        let made_at = offer.made_at;
        if let Of::Entry(entry) = &of
            && let Some(entry) = self.entries.get_mut(entry)
        {
            entry.offer = None;
            if outcome == How::Accepted {
                entry.accepted_by = Some(agent.clone());
            } else {
                entry.never.insert(agent.clone());
            }
        }
        if outcome == How::Accepted
            && let Some(chat) = self.chats.get_mut(&chat)
        {
            chat.accepted = Some((agent.clone(), weight));
        }
        if let Some(agent) = self.agent_mut(&workspace, &agent) {
            agent.offers.remove(id);
        }
        self.counts(&workspace).offer(queue, outcome, span(made_at, at));
    }
}

/// Milliseconds from one time to a later one.
pub(super) fn span(from: i64, to: i64) -> u64 {
    u64::try_from(to.saturating_sub(from)).unwrap_or(0)
}
