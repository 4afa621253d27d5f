//! An agent: status, work and reachability, three axes that are never one.

use baton_common::ids::{ChatId, OfferId};
use baton_common::quantity::Permille;
use baton_common::time::{Span, Timestamp};
use baton_common::words::{Activity, Connectivity, Status};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::few::Few;
use crate::stats::{Tally, day};

/// One configured agent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AgentState {
    pub(crate) status: Status,
    pub(crate) reason: Option<SmolStr>,
    pub(crate) next_status: Option<(Status, Option<SmolStr>)>,
    pub(crate) since: Timestamp,
    /// When the agent last had work or became ready: the longest idle is chosen.
    pub(crate) idle_since: Timestamp,
    pub(crate) connectivity: Connectivity,
    /// No offers before then.
    pub(crate) ramp_until: Option<Timestamp>,
    pub(crate) offers: Few<OfferId, Permille>,
    pub(crate) work: Few<ChatId, Work>,
    /// Number of the newest offer to the agent; 0: never had one.
    #[serde(default)]
    pub(crate) last_offer: u64,
    #[serde(default)]
    pub(crate) today: Today,
    #[serde(default)]
    pub(crate) tally: Tally,
    pub(crate) rev: u64,
}

/// Chats that an agent accepted on one day of the workspace's time zone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Today {
    /// The midnight that ends the day.
    until: Timestamp,
    accepted: u32,
}

impl Today {
    /// Counts one more.
    pub(crate) fn accept(&mut self, at: Timestamp, time_zone: Option<&str>) {
        if at >= self.until {
            *self = Self { until: day::next_midnight(at, time_zone), accepted: 0 };
        }
        self.accepted += 1;
    }

    /// How many, as of now.
    pub(crate) fn count(&self, now: Timestamp) -> u64 {
        self.ends(now).map_or(0, |_| u64::from(self.accepted))
    }

    /// When the count ends, if there is one.
    pub(crate) fn ends(&self, now: Timestamp) -> Option<Timestamp> {
        (now < self.until).then_some(self.until)
    }
}

/// What an agent has to do with one chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    pub(crate) kind: WorkKind,
    pub(crate) weight: Permille,
    pub(crate) since: Timestamp,
    /// In a wrap-up: how long the talk before it was.
    pub(crate) talked: Span,
}

/// Talking, or finishing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WorkKind {
    /// In the chat.
    Handling,
    /// In its wrap-up.
    Wrapup,
}

impl Default for AgentState {
    fn default() -> Self {
        Self {
            status: Status::LoggedOut,
            reason: None,
            next_status: None,
            since: Timestamp::default(),
            idle_since: Timestamp::default(),
            connectivity: Connectivity::Lost,
            ramp_until: None,
            offers: Few::default(),
            work: Few::default(),
            last_offer: 0,
            today: Today::default(),
            tally: Tally::default(),
            rev: 0,
        }
    }
}

impl AgentState {
    /// What offers, chats and wrap-ups take.
    pub(crate) fn used(&self) -> Permille {
        let offers = self.offers.values().map(|w| w.0).sum::<u32>();
        Permille(offers + self.work.values().map(|w| w.weight.0).sum::<u32>())
    }

    pub(crate) fn reserved(&self) -> Permille {
        Permille(self.offers.values().map(|w| w.0).sum())
    }

    pub(crate) fn count(&self, kind: WorkKind) -> usize {
        self.work.values().filter(|w| w.kind == kind).count()
    }

    pub(crate) fn activity(&self) -> Activity {
        if self.count(WorkKind::Handling) > 0 {
            Activity::Handling
        } else if self.count(WorkKind::Wrapup) > 0 {
            Activity::Wrapup
        } else if self.offers.is_empty() {
            Activity::Idle
        } else {
            Activity::Offered
        }
    }

    /// Ready for something new, whatever the room: online, ready, and not about to leave.
    pub(crate) fn is_willing(&self) -> bool {
        self.status == Status::Ready
            && self.next_status.is_none()
            && self.connectivity == Connectivity::Online
    }
}
