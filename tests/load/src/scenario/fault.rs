//! What breaks at which second. Breaking it is left to `fresh`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One fault.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Seconds after the first arrivals.
    pub at_s: f64,
    /// What is done.
    #[serde(rename = "do")]
    pub deed: Deed,
    /// To what.
    pub what: Thing,
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// SIGKILL.
    Kill,
    /// SIGSTOP.
    Freeze,
    /// SIGCONT, to all that are frozen of that kind.
    Thaw,
    /// Starts again all that were killed or drained of that kind; kills and starts one if none was.
    Restart,
    /// SIGTERM: an orderly stop.
    Drain,
}

/// To what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Thing {
    /// The router that leads.
    Leader,
    /// A router that does not lead, if there is one.
    Router,
    /// The gateway that has run longest.
    Gateway,
    /// The broker; of three nodes the one that leads the journal.
    Broker,
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let deed = match self.deed {
            Deed::Kill => "kill",
            Deed::Freeze => "freeze",
            Deed::Thaw => "thaw",
            Deed::Restart => "restart",
            Deed::Drain => "drain",
        };
        let what = match self.what {
            Thing::Leader => "leader",
            Thing::Router => "router",
            Thing::Gateway => "gateway",
            Thing::Broker => "broker",
        };
        write!(out, "{deed} {what}")
    }
}
