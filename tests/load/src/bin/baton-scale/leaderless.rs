//! Watches the streams, and the group that creates consumers, during a whole fault: for how long
//! one or another had no leader, also when a broker comes back and the others must elect again.
//! Leaves judging that to the report.

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
    /// The longest time during which one group or another had no leader all along: who needs
    /// several waits for one after another.
    pub(crate) fn longest(&self) -> Duration {
        let (mut longest, mut run) = (Duration::ZERO, None::<Gap>);
        for (_, (from, to)) in &self.gaps {
            let joined = run.filter(|run| *from <= run.1);
            let now = joined.map_or((*from, *to), |run| (run.0, run.1.max(*to)));
            longest = longest.max(now.1 - now.0);
            run = Some(now);
        }
        longest
    }

    /// Each gap, in seconds after the fault.
    pub(crate) fn to_json(&self, fault: Instant) -> Value {
        let after = |at: &Instant| at.saturating_duration_since(fault).as_secs_f64();
        let row = |(name, (from, to)): &(String, Gap)| json!([name, after(from), after(to)]);
        self.gaps.iter().map(row).collect()
    }
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
        let longest = |gaps: &[(u64, u64)]| {
            let gaps = gaps.iter().map(|(from, to)| ("a".to_owned(), (at(*from), at(*to))));
            Leaderless { gaps: gaps.collect() }.longest()
        };
        assert_eq!(longest(&[]), Duration::ZERO);
        assert_eq!(longest(&[(0, 5), (4, 9), (6, 7), (20, 23)]), Duration::from_secs(9));
        assert_eq!(longest(&[(0, 5), (6, 13)]), Duration::from_secs(7));
    }
}
