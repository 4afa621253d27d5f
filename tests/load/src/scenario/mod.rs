//! What a run does, as a TOML file says it: who comes, who answers, what breaks, what must hold.
//! Unknown keys are refused and values checked with a sentence. Doing it is left to `run`.

mod check;
mod distribution;
mod fault;
mod threshold;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};

pub use distribution::Seconds;
pub use fault::{Deed, Fault, Thing};
pub(crate) use threshold::QUANTILES;
pub use threshold::{Op, Threshold};

/// The scenarios that come with the binary, by name.
const BUILT_IN: [(&str, &str); 4] = [
    ("smoke", include_str!("../../scenarios/smoke.toml")),
    ("steady", include_str!("../../scenarios/steady.toml")),
    ("transfers", include_str!("../../scenarios/transfers.toml")),
    ("failover", include_str!("../../scenarios/failover.toml")),
];

/// A whole run.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its name, shown in the report.
    pub name: String,
    /// What it is for, one sentence.
    #[serde(default)]
    pub about: String,
    /// The same seed gives the same arrivals and the same drawn times.
    #[serde(default = "one")]
    pub seed: u64,
    /// Customers arrive for so long.
    pub duration_s: f64,
    /// Latencies of customers planned in these first seconds are not counted.
    #[serde(default)]
    pub warm_up_s: f64,
    /// After the last arrival the chats have so long to end by themselves.
    #[serde(default = "sixty")]
    pub drain_s: f64,
    /// What `--fresh` starts.
    #[serde(default)]
    pub baton: Baton,
    /// When customers come.
    pub arrivals: Arrivals,
    /// Who answers.
    pub agents: Agents,
    /// What happens in a chat.
    pub chats: Chats,
    /// Which chats are passed on, and how.
    #[serde(default)]
    pub transfers: Transfers,
    /// The queues, each with its share of the customers.
    pub queues: BTreeMap<String, Queue>,
    /// The workspace's `policies`, as the contract has them.
    #[serde(default)]
    pub policies: BTreeMap<String, serde_json::Value>,
    /// What must hold, `name <= number` or `name >= number`; that the audit is clean always must.
    #[serde(default)]
    pub thresholds: Vec<Threshold>,
    /// What breaks, by time; only with `--fresh`.
    #[serde(default, rename = "fault")]
    pub faults: Vec<Fault>,
}

/// A fresh Baton.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Baton {
    /// Router processes.
    pub routers: usize,
    /// Gateway processes.
    pub gateways: usize,
    /// Nodes of the broker: 1, or a cluster of 3 with three replicas.
    pub broker: usize,
}

/// When customers come: an open loop, whoever waits.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Arrivals {
    /// How many a second.
    pub per_s: f64,
    /// How they are spread.
    #[serde(default)]
    pub process: Process,
}

/// How arrivals are spread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Process {
    /// Independent of each other, as people are.
    #[default]
    Poisson,
    /// Evenly.
    Constant,
}

/// Who answers.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Agents {
    /// How many.
    pub count: usize,
    /// Chats that one can have at once.
    #[serde(default = "four")]
    pub chats: u32,
    /// From the offer to the accept.
    #[serde(default = "at_once")]
    pub accept_s: Seconds,
    /// The share of offers that are declined.
    #[serde(default)]
    pub declines: f64,
    /// After a chat; without it there is no wrap-up.
    #[serde(default)]
    pub wrapup_s: Option<Seconds>,
}

/// What happens in a chat.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Chats {
    /// From the accept until the agent is done with it.
    pub handle_s: Seconds,
    /// Lines that the agent says in that time.
    #[serde(default = "two")]
    pub agent_lines: u32,
    /// Lines that the customer says while an agent is there.
    #[serde(default = "two")]
    pub customer_lines: u32,
    /// A customer who is not served within this leaves.
    #[serde(default = "five_minutes")]
    pub patience_s: Seconds,
    /// The share of customers who end the chat themselves.
    #[serde(default)]
    pub customer_ends: f64,
}

/// Which chats are passed on.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Transfers {
    /// The share of an agent's chats that are passed on at their end.
    pub share: f64,
    /// A chat is passed on at most so often.
    pub max: u64,
    /// Weight of "+" for an agent, then leaving.
    pub to_agent: u32,
    /// Weight of "+" for a queue, then leaving.
    pub to_queue: u32,
    /// Weight of leaving blindly, to a queue or an agent.
    pub blind: u32,
}

/// A queue of the run.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Queue {
    /// Its share of the customers, beside the others'.
    #[serde(default = "one_share")]
    pub share: u32,
    /// The share of the agents who serve it; all unless given.
    #[serde(default = "all")]
    pub agents: f64,
    /// The contract's `priority`.
    #[serde(default)]
    pub priority: u32,
}

/// What the command line changes.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `arrivals.per_s`
    pub rate: Option<f64>,
    /// `duration_s`
    pub duration_s: Option<f64>,
    /// `agents.count`
    pub agents: Option<usize>,
    /// `seed`
    pub seed: Option<u64>,
}

impl Scenario {
    /// A scenario that comes with the binary, or a file.
    pub fn load(name: &str) -> anyhow::Result<Self> {
        if let Some((_, text)) = BUILT_IN.iter().find(|(built_in, _)| *built_in == name) {
            return Self::parse(text).with_context(|| format!("the scenario {name}"));
        }
        if !Path::new(name).exists() {
            let names: Vec<&str> = BUILT_IN.iter().map(|(name, _)| *name).collect();
            bail!(
                "there is no scenario or file {name}: name a file or one of {}",
                names.join(", ")
            );
        }
        let text = std::fs::read_to_string(name).with_context(|| format!("cannot read {name}"))?;
        Self::parse(&text).with_context(|| format!("the scenario {name}"))
    }

    /// From its text, checked.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let scenario: Self = toml::from_str(text)?;
        check::check(&scenario)?;
        Ok(scenario)
    }

    /// With what the command line says, checked again.
    pub fn with(mut self, changes: &Overrides) -> anyhow::Result<Self> {
        self.arrivals.per_s = changes.rate.unwrap_or(self.arrivals.per_s);
        self.duration_s = changes.duration_s.unwrap_or(self.duration_s);
        self.agents.count = changes.agents.unwrap_or(self.agents.count);
        self.seed = changes.seed.unwrap_or(self.seed);
        if changes.duration_s.is_some() {
            // A shorter run leaves out what would break after its end.
            self.faults.retain(|fault| fault.at_s < self.duration_s);
            self.warm_up_s = self.warm_up_s.min(self.duration_s / 2.0);
        }
        check::check(&self)?;
        Ok(self)
    }
}

impl Default for Baton {
    fn default() -> Self {
        Self { routers: 1, gateways: 1, broker: 1 }
    }
}

impl Default for Transfers {
    fn default() -> Self {
        Self { share: 0.0, max: 3, to_agent: 1, to_queue: 1, blind: 1 }
    }
}

fn one() -> u64 {
    1
}

fn two() -> u32 {
    2
}

fn four() -> u32 {
    4
}

fn one_share() -> u32 {
    1
}

fn all() -> f64 {
    1.0
}

fn sixty() -> f64 {
    60.0
}

fn at_once() -> Seconds {
    Seconds::Constant(0.0)
}

fn five_minutes() -> Seconds {
    Seconds::Constant(300.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_scenarios_are_sound_and_named_as_they_are_called() {
        for (name, text) in BUILT_IN {
            let scenario = Scenario::parse(text).unwrap();
            assert_eq!(scenario.name, name);
            assert!(!scenario.about.is_empty() && !scenario.thresholds.is_empty(), "{name}");
        }
        assert!(!Scenario::load("failover").unwrap().faults.is_empty());
    }

    #[test]
    fn a_name_that_is_nothing_says_what_there_is() {
        let error = Scenario::load("smoek").unwrap_err().to_string();
        assert!(error.contains("smoke, steady, transfers, failover"), "{error}");
    }

    #[test]
    fn the_command_line_changes_a_scenario_and_is_checked_too() {
        let smoke = Scenario::load("smoke").unwrap();
        let changes = Overrides { rate: Some(7.0), agents: Some(3), ..Overrides::default() };
        let changed = smoke.clone().with(&changes).unwrap();
        assert!((changed.arrivals.per_s - 7.0).abs() < f64::EPSILON);
        assert_eq!((changed.agents.count, changed.seed), (3, smoke.seed));
        let short = Overrides { duration_s: Some(8.0), ..Overrides::default() };
        assert_eq!(smoke.clone().with(&short).unwrap().faults.len(), 1);
        let wrong = Overrides { duration_s: Some(0.0), ..Overrides::default() };
        assert!(smoke.with(&wrong).unwrap_err().to_string().contains("duration_s"));
    }
}
