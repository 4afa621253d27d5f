//! A model: who comes, who answers, how long things take, and what theory says of it. One TOML
//! file; times and rates are in units of one mean handle time, the unit of the theory. Running it
//! is left to `world`, what is wrong with it to `check`.

mod check;
mod workspace;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Context as _;
use baton_common::config::{Agent, PolicySet, ProfileQueue, Queue};
use serde::Deserialize;

pub use crate::shape::Shape;
pub(crate) use workspace::{agent_id, configuration, queue_of};

/// A model.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Its name in tables.
    pub name: String,
    /// What it is, and where its reference comes from.
    pub about: String,
    /// Another seed draws other people.
    #[serde(default = "one")]
    pub seed: u64,
    /// Virtual seconds of one unit of time. The engine counts milliseconds, so a long unit keeps
    /// its rounding far below what is measured.
    #[serde(default = "thousand")]
    pub unit_s: f64,
    /// How long it is run.
    #[serde(default)]
    pub run: Lengths,
    /// Policies of the workspace; times in them are virtual seconds.
    #[serde(default)]
    pub policies: PolicySet,
    /// Which agents serve which queues; a queue has its class's name.
    #[serde(default)]
    pub profiles: BTreeMap<String, Vec<ProfileQueue>>,
    /// Who comes.
    #[serde(rename = "class")]
    pub classes: Vec<Class>,
    /// Who answers.
    pub agents: Vec<Agents>,
    /// What theory says.
    #[serde(default, rename = "expect")]
    pub expected: Vec<Expected>,
    /// It is run for what customers are told of their waits, in place of the waits themselves.
    pub told: Option<Told>,
}

/// Customers of one kind; each class has a queue of its own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// Its name, and its queue's.
    pub name: String,
    /// Arrivals in a unit of time.
    pub rate: f64,
    /// Squared coefficient of variation of the times between arrivals: 1 is Poisson, 0 regular.
    #[serde(default = "unit")]
    pub arrivals_scv: f64,
    /// How long a chat takes with an agent who has no other and works at speed 1.
    #[serde(default)]
    pub handle: Shape,
    /// A customer who waits longer leaves; none: nobody does.
    pub patience: Option<Shape>,
    /// Its queue, as in a configuration; times in it are virtual seconds.
    #[serde(default)]
    pub queue: Queue,
}

/// Agents who are alike.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agents {
    /// Their name, for what is expected of them.
    #[serde(default = "all")]
    pub name: String,
    /// How many.
    #[serde(default = "one")]
    pub count: u64,
    /// Most chats at once, of the default weight.
    #[serde(default = "one")]
    pub slots: u64,
    /// Chats ended in a unit of time by an agent who has one.
    #[serde(default = "unit")]
    pub speed: f64,
    /// With one chat, two, …: how fast all of them together are dealt with, beside `speed`.
    /// Unless given, each chat is dealt with as if it were alone.
    #[serde(default)]
    pub rates: Vec<f64>,
    /// Skills, profile and capacity, as in a configuration.
    #[serde(default)]
    pub config: Agent,
}

/// How long a model is run.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lengths {
    /// Arrivals in a batch.
    pub batch: u64,
    /// Batches before which nothing is concluded; the first one of all only warms up.
    pub least: usize,
    /// Batches after which no more are tried.
    pub most: usize,
    /// It is run until each interval's half is below this share of its reference.
    pub half_width: f64,
    /// Servers of a plain line with the same customers, which serves as a control: see `twin`.
    pub twin: Option<u64>,
}

/// What customers are told of their wait is held against the wait that comes.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Told {
    /// For so many arrivals; a tenth of them only warms up.
    pub arrivals: u64,
    /// The most that the mean squared error may be, in parts of the published estimate's, where
    /// there is one.
    pub most_error: f64,
    /// How far the share who waited no longer than the median may be from a half.
    pub off_p50: f64,
    /// The same of the ninth decile, and nine tenths.
    pub off_p90: f64,
}

/// One figure of theory.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Of what.
    pub what: What,
    /// Of the customers of one class; none: of all.
    pub class: Option<String>,
    /// Of the agents of one name; none: of all.
    pub agents: Option<String>,
    /// The bound of a time, for those figures that have one.
    pub time: Option<f64>,
    /// What theory says; none: it is measured all the same.
    pub value: Option<f64>,
    /// Half of the 95 % interval of a `value` that was simulated itself.
    #[serde(default)]
    pub error: f64,
}

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Mean wait of all, whether served or not.
    Wait,
    /// Mean wait of those who were served.
    WaitServed,
    /// The share who wait at all.
    Waits,
    /// The share who leave without having been served.
    Abandons,
    /// The share whose wait ends within `time`, whether served or not.
    Within,
    /// The share who are served within `time`.
    ServedWithin,
    /// The share of time in which agents have something to do; with several chats, chats at once.
    Busy,
}

impl Model {
    /// From a file, checked.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text = fs::read_to_string(path)
            .with_context(|| format!("cannot read {}: name a model's file", path.display()))?;
        Self::parse(&text).with_context(|| format!("the model {}", path.display()))
    }

    /// From its text, checked.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let mut model: Self = toml::from_str(text)?;
        if model.expected.is_empty() && model.told.is_none() {
            model.expected = model.classes.iter().flat_map(unknown).collect();
        }
        check::check(&model)?;
        Ok(model)
    }

    /// Arrivals of all classes in a unit of time.
    pub fn rate(&self) -> f64 {
        self.classes.iter().map(|class| class.rate).sum()
    }

    /// Most chats of all agents at once.
    pub fn slots(&self) -> u64 {
        self.agents.iter().map(|agents| agents.count * agents.slots).sum()
    }

    /// Work that comes in a unit of time, beside what the agents can do of it at most.
    pub fn load(&self) -> f64 {
        let work: f64 = self.classes.iter().map(|class| class.rate * class.handle.mean).sum();
        let most = |agents: &Agents| float(agents.count) * agents.rate(agents.slots);
        work / self.agents.iter().map(most).sum::<f64>()
    }
}

impl Agents {
    /// How fast one of them deals with all of `chats` together.
    pub(crate) fn rate(&self, chats: u64) -> f64 {
        let at = usize::try_from(chats).ok().and_then(|chats| chats.checked_sub(1));
        let known = at.and_then(|at| self.rates.get(at)).copied();
        self.speed * known.unwrap_or_else(|| float(chats))
    }
}

impl Default for Lengths {
    fn default() -> Self {
        Self { batch: 50_000, least: 40, most: 400, half_width: 0.01, twin: None }
    }
}

impl Default for Told {
    fn default() -> Self {
        Self { arrivals: 200_000, most_error: 1.1, off_p50: 0.03, off_p90: 0.02 }
    }
}

/// What a model that expects nothing is measured for.
fn unknown(class: &Class) -> Vec<Expected> {
    let mut all = vec![What::Waits, What::Wait];
    all.extend(class.patience.map(|_| What::Abandons));
    let expected = |what| Expected {
        what,
        class: Some(class.name.clone()),
        agents: None,
        time: None,
        value: None,
        error: 0.0,
    };
    all.into_iter().map(expected).collect()
}

#[allow(clippy::cast_precision_loss, reason = "no model counts to 2^52")]
pub(crate) fn float(count: u64) -> f64 {
    count as f64
}

fn one() -> u64 {
    1
}

fn unit() -> f64 {
    1.0
}

fn thousand() -> f64 {
    1_000.0
}

fn all() -> String {
    "all".to_owned()
}
