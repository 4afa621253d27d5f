//! Names, help and kinds of the exported statistics. Which series there are, and their values, is
//! `families`'.

use super::families::Kind;

/// Name, help, kind.
pub(super) type Spec = (&'static str, &'static str, Kind);

pub(super) const CHATS: Spec =
    ("baton_chats_total", "Entries of chats into queues, by how they came.", Kind::Counter);
pub(super) const WAIT: Spec = (
    "baton_wait_seconds",
    "Time from entering a queue to the end of that stay, by how it ended, in seconds.",
    Kind::Histogram,
);
pub(super) const CUSTOMER_WAIT: Spec = (
    "baton_customer_wait_seconds",
    "All waiting of a chat until first accepted, or abandoned, in seconds.",
    Kind::Histogram,
);
pub(super) const WAITING: Spec =
    ("baton_queue_waiting", "Entries waiting or offered in a queue now.", Kind::Gauge);
pub(super) const OLDEST: Spec = (
    "baton_queue_oldest_wait_seconds",
    "Age of the oldest entry of a queue now, in seconds.",
    Kind::Gauge,
);
pub(super) const TARGET: Spec = (
    "baton_service_level_target_seconds",
    "Wait within which a queue's chat counts as accepted in time, in seconds.",
    Kind::Gauge,
);
pub(super) const LEVEL: Spec = (
    "baton_service_level_ratio",
    "Service level since midnight of the workspace, by definition.",
    Kind::Gauge,
);
pub(super) const EWT: Spec = (
    "baton_queue_ewt_seconds",
    "Expected wait of a chat that comes into a queue now, by quantile, in seconds.",
    Kind::Gauge,
);
pub(super) const EWT_COVERAGE: Spec = (
    "baton_ewt_coverage_ratio",
    "Part of recent waits that were within the quantile expected when they began.",
    Kind::Gauge,
);
pub(super) const EWT_LATER: Spec = (
    "baton_ewt_later_coverage_ratio",
    "Part of recent waits whose rest was within the quantile expected at an age.",
    Kind::Gauge,
);
pub(super) const EWT_ERROR: Spec = (
    "baton_ewt_error_seconds",
    "Mean distance of recent waits from the median expected when they began, in seconds.",
    Kind::Gauge,
);
pub(super) const OFFERS: Spec = ("baton_offers_total", "Offers that ended, by how.", Kind::Counter);
pub(super) const TIME_TO_OFFER: Spec = (
    "baton_time_to_offer_seconds",
    "Time from entering a queue to the first offer, in seconds.",
    Kind::Histogram,
);
pub(super) const ACCEPT: Spec =
    ("baton_accept_seconds", "Time from an offer to its acceptance, in seconds.", Kind::Histogram);
pub(super) const HANDLE: Spec = (
    "baton_handle_seconds",
    "Time from an agent's joining a chat to the end of their wrap-up, in seconds.",
    Kind::Histogram,
);
pub(super) const WRAPUP: Spec =
    ("baton_wrapup_seconds", "Wrap-up time, in seconds.", Kind::Histogram);
pub(super) const ABANDONED: Spec = (
    "baton_abandoned_total",
    "Chats whose customer left while waiting, by phase and whether it was short.",
    Kind::Counter,
);
pub(super) const DEFLECTED: Spec =
    ("baton_deflected_total", "Chats that were refused at the start, by reason.", Kind::Counter);
pub(super) const TRANSFERS: Spec =
    ("baton_transfers_total", "Transfers that ended, by kind and result.", Kind::Counter);
pub(super) const AGENTS: Spec = ("baton_agents", "Agents by status and activity now.", Kind::Gauge);
pub(super) const CAPACITY: Spec = (
    "baton_capacity_permille",
    "Capacity of agents who are ready: used by chats and wrap-ups, reserved by offers, free.",
    Kind::Gauge,
);
pub(super) const IDLED: Spec = (
    "baton_idle_while_waiting_seconds_total",
    "Time during which an agent who could serve a waiting chat of a queue had room, in seconds.",
    Kind::Counter,
);
pub(super) const IDLED_BY_FAULT: Spec = (
    "baton_idle_by_fault_seconds_total",
    "The part of the idle time while chats waited that no rule wanted, in seconds: 0.",
    Kind::Counter,
);
pub(super) const AGENT_TIME: Spec =
    ("baton_agent_seconds_total", "Time of all agents by status, in seconds.", Kind::Counter);
pub(super) const AGENT_WORK: Spec = (
    "baton_agent_work_seconds_total",
    "Time of ready agents with at least one chat or wrap-up, in seconds.",
    Kind::Counter,
);
pub(super) const AGENT_CAPACITY: Spec = (
    "baton_agent_capacity_seconds_total",
    "Time of ready agents by capacity, used by chats and wrap-ups or not; 1000 permille: 1 s a s.",
    Kind::Counter,
);
pub(super) const UNATTENDED: Spec =
    ("baton_unattended_chats", "Chats that nobody can take now.", Kind::Gauge);
pub(super) const EVICTED: Spec = (
    "baton_keys_evicted_total",
    "Idempotency keys forgotten before their time because there were too many.",
    Kind::Counter,
);
