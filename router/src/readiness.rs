//! Which shards of a router are served, as one flag of its process: ready when all are. Leaves
//! judging a shard to its node.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use baton_runtime::admin::ReadyFlag;

/// Shards named for one reason; the rest are counted.
const NAMED: usize = 8;

/// Shards that are not served, and why; clones are the same.
#[derive(Clone, Debug)]
pub(crate) struct Readiness {
    flag: ReadyFlag,
    waiting: Arc<Mutex<BTreeMap<u16, String>>>,
}

impl Readiness {
    /// Nothing is served yet.
    pub(crate) fn new(flag: ReadyFlag, shards: u16) -> Self {
        let waiting = (0..shards).map(|shard| (shard, "starting".to_owned())).collect();
        Self { flag, waiting: Arc::new(Mutex::new(waiting)) }
    }

    /// A shard is served, or not and why.
    pub(crate) fn set(&self, shard: u16, not_ready: Option<String>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = waiting.get(&shard) != not_ready.as_ref();
        if !changed {
            return;
        }
        match not_ready {
            None => waiting.remove(&shard),
            Some(why) => waiting.insert(shard, why),
        };
        if waiting.is_empty() { self.flag.ready() } else { self.flag.not_ready(&told(&waiting)) }
    }
}

/// All shards that wait, those of one reason together.
fn told(waiting: &BTreeMap<u16, String>) -> String {
    let mut by_reason = BTreeMap::<&str, Vec<u16>>::new();
    for (shard, why) in waiting {
        by_reason.entry(why).or_default().push(*shard);
    }
    let mut reasons: Vec<_> = by_reason.into_iter().collect();
    reasons.sort_by_key(|(_, shards)| shards[0]);
    let told = reasons.into_iter().map(|(why, shards)| format!("{}: {why}", named(&shards)));
    told.collect::<Vec<_>>().join("; ")
}

fn named(shards: &[u16]) -> String {
    let names: Vec<_> = shards.iter().take(NAMED).map(ToString::to_string).collect();
    let names = names.join(", ");
    match shards.len() {
        1 => format!("shard {names}"),
        count if count > NAMED => format!("shards {names} and {} more", count - NAMED),
        _ => format!("shards {names}"),
    }
}

#[cfg(test)]
mod tests {
    use baton_runtime::admin::Readiness as Process;

    use super::*;

    #[test]
    fn every_shard_that_waits_is_told_with_its_reason() {
        let process = Process::default();
        let readiness = Readiness::new(process.register("router", "starting"), 12);
        let reason = || process.not_ready().first().map(|one| one.reason.clone());
        readiness.set(0, Some("claiming".into()));
        let expected = "shard 0: claiming; shards 1, 2, 3, 4, 5, 6, 7, 8 and 3 more: starting";
        assert_eq!(reason().as_deref(), Some(expected));
        for shard in [0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11] {
            readiness.set(shard, None);
        }
        assert_eq!(reason().as_deref(), Some("shard 3: starting"));
        readiness.set(5, Some("restoring".into()));
        assert_eq!(reason().as_deref(), Some("shard 3: starting; shard 5: restoring"));
        readiness.set(5, None);
        readiness.set(3, None);
        assert_eq!(reason(), None);
        readiness.set(11, Some("no leader is heard".into()));
        assert_eq!(reason().as_deref(), Some("shard 11: no leader is heard"));
    }
}
