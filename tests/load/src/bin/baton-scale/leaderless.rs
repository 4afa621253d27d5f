//! Watches the streams, and the group that creates consumers, during a whole fault: for how long
//! one or another had no leader, also when a broker comes back and the others must elect again.
//! Leaves judging that to the report.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::broker::Eye;
use crate::site::{BROKERS, Site};

/// Between two looks at a stream.
const LOOK: Duration = Duration::from_millis(100);
/// What is shorter may be a late answer; no election without a leader's consent is.
const NOTABLE: Duration = Duration::from_secs(1);

/// From the last look that found a leader to the next.
type Gap = (Instant, Instant);

/// What has a leader.
#[derive(Clone, Debug)]
enum Group {
    Stream(String),
    /// Of the whole cluster: without it no consumer is made.
    Meta,
}

/// When which group had no leader.
#[derive(Clone, Debug, Default)]
pub(crate) struct Leaderless {
    gaps: Vec<(String, Gap)>,
}

/// Looks until it is ended.
#[derive(Debug)]
pub(crate) struct Watch {
    stop: Arc<AtomicBool>,
    looks: Vec<JoinHandle<Leaderless>>,
}

impl Watch {
    /// Begins, with all streams led.
    pub(crate) async fn begin(site: &Site) -> anyhow::Result<Self> {
        let mut eyes = Vec::new();
        for broker in 0..BROKERS {
            eyes.push(Eye::open(&[broker], site).await?);
        }
        let stop = Arc::new(AtomicBool::new(false));
        let groups = eyes[0].streams().await?.into_iter().map(Group::Stream).chain([Group::Meta]);
        let looks = groups.map(|group| tokio::spawn(look(eyes.clone(), group, stop.clone())));
        Ok(Self { looks: looks.collect(), stop })
    }

    /// Ends, and tells.
    pub(crate) async fn end(self) -> anyhow::Result<Leaderless> {
        self.stop.store(true, Ordering::Release);
        let mut all = Leaderless::default();
        for look in self.looks {
            all.gaps.extend(look.await?.gaps);
        }
        all.gaps.sort_by_key(|(_, gap)| *gap);
        Ok(all)
    }
}

impl Leaderless {
    /// The longest time during which one group or another that somebody needs had no leader: the
    /// streams of one shard, and what all shards share.
    pub(crate) fn longest(&self) -> Duration {
        let shards: BTreeSet<Option<u16>> = self.gaps.iter().map(|(name, _)| shard(name)).collect();
        let of = |wanted: Option<u16>| {
            let needed = self.gaps.iter().filter(move |(name, _)| {
                let own = shard(name);
                own.is_none() || own == wanted
            });
            longest_run(needed.map(|(_, gap)| *gap))
        };
        shards.into_iter().map(of).max().unwrap_or_default()
    }

    /// Each gap, in seconds after the fault.
    pub(crate) fn to_json(&self, fault: Instant) -> Value {
        let after = |at: &Instant| at.saturating_duration_since(fault).as_secs_f64();
        let row = |(name, (from, to)): &(String, Gap)| json!([name, after(from), after(to)]);
        self.gaps.iter().map(row).collect()
    }
}

/// The shard that a stream belongs to.
fn shard(name: &str) -> Option<u16> {
    name.rsplit_once('-')?.1.parse().ok()
}

/// Who needs several waits for one after another: gaps that overlap are one. They come in order.
fn longest_run(gaps: impl Iterator<Item = Gap>) -> Duration {
    let (mut longest, mut run) = (Duration::ZERO, None::<Gap>);
    for (from, to) in gaps {
        let joined = run.filter(|run| from <= run.1);
        let now = joined.map_or((from, to), |run| (run.0, run.1.max(to)));
        longest = longest.max(now.1 - now.0);
        run = Some(now);
    }
    longest
}

impl Group {
    fn name(&self) -> &str {
        match self {
            Self::Stream(name) => name,
            Self::Meta => "meta",
        }
    }

    async fn is_led(&self, eye: &Eye) -> bool {
        match self {
            Self::Stream(name) => eye.leader(name).await.is_some(),
            Self::Meta => eye.has_meta_leader().await,
        }
    }
}

async fn look(eyes: Vec<Eye>, group: Group, stop: Arc<AtomicBool>) -> Leaderless {
    let (mut found, mut seen, mut eye) = (Leaderless::default(), Instant::now(), 0);
    loop {
        let last = stop.load(Ordering::Acquire);
        let is_led = group.is_led(&eyes[eye]).await;
        if (is_led || last) && seen.elapsed() >= NOTABLE {
            found.gaps.push((group.name().to_owned(), (seen, Instant::now())));
        }
        if last {
            return found;
        }
        if is_led {
            seen = Instant::now();
        } else {
            // That broker may be the one that is gone.
            eye = (eye + 1) % eyes.len();
        }
        tokio::time::sleep(LOOK).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_that_overlap_are_one() {
        let zero = Instant::now();
        let at = |second: u64| zero + Duration::from_secs(second);
        let longest = |gaps: &[(&str, u64, u64)]| {
            let gap =
                |(name, from, to): &(&str, u64, u64)| ((*name).to_owned(), (at(*from), at(*to)));
            Leaderless { gaps: gaps.iter().map(gap).collect() }.longest().as_secs()
        };
        assert_eq!(longest(&[]), 0);
        let (commands, journal) = ("baton-commands-0", "baton-journal-0");
        assert_eq!(longest(&[(journal, 0, 5), (commands, 4, 9), (journal, 6, 7)]), 9);
        assert_eq!(longest(&[(journal, 0, 5), (journal, 6, 13)]), 7, "nobody waited in between");
        assert_eq!(longest(&[(journal, 0, 5), ("baton-journal-1", 4, 9)]), 5, "another's");
        assert_eq!(longest(&[(journal, 0, 5), ("meta", 4, 9)]), 9, "everybody's");
    }
}
