//! What must hold before a process may be sent work, each thing by its name. Leaves judging to
//! the parts that register, and HTTP to the parent.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;

/// All that a process waits for; clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Readiness(Arc<Mutex<Reasons>>);

/// By name: why not, or nothing when ready.
type Reasons = BTreeMap<String, Option<String>>;

/// Something that is not ready, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotReady {
    /// What.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// Lets the owner of one thing say whether it is ready; clones are the same flag.
#[derive(Clone, Debug)]
pub struct ReadyFlag {
    name: String,
    readiness: Readiness,
}

impl Readiness {
    /// Registers something that is not ready yet, for the given reason.
    pub fn register(&self, name: &str, reason: &str) -> ReadyFlag {
        let flag = ReadyFlag { name: name.to_owned(), readiness: self.clone() };
        flag.not_ready(reason);
        flag
    }

    /// Everything that is not ready, by name; empty when the process would serve.
    pub fn not_ready(&self) -> Vec<NotReady> {
        let reasons = self.reasons();
        let waiting = reasons.iter().filter_map(|(name, reason)| {
            reason.clone().map(|reason| NotReady { name: name.clone(), reason })
        });
        waiting.collect()
    }

    fn reasons(&self) -> MutexGuard<'_, Reasons> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ReadyFlag {
    /// It is ready.
    pub fn ready(&self) {
        self.set(None);
    }

    /// It is not, and why.
    pub fn not_ready(&self, reason: &str) {
        self.set(Some(reason.to_owned()));
    }

    /// It is no longer asked for.
    pub fn withdraw(self) {
        self.readiness.reasons().remove(&self.name);
    }

    fn set(&self, reason: Option<String>) {
        self.readiness.reasons().insert(self.name.clone(), reason);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_must_be_ready() {
        let readiness = Readiness::default();
        assert!(readiness.not_ready().is_empty());
        let broker = readiness.register("broker", "not reached");
        let shard = readiness.register("shard 0", "replaying");
        broker.ready();
        let names = |list: Vec<NotReady>| list.into_iter().map(|n| n.name).collect::<Vec<_>>();
        assert_eq!(names(readiness.not_ready()), ["shard 0"]);
        broker.not_ready("lost");
        assert_eq!(names(readiness.not_ready()), ["broker", "shard 0"]);
        broker.withdraw();
        shard.ready();
        assert!(readiness.not_ready().is_empty());
    }
}
