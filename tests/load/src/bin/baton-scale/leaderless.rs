//! Watches the streams during a whole fault: for how long one or another had no leader, also when
//! a broker comes back and the others must elect again. Leaves judging that to the report.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use crate::broker::Eye;
use crate::site::{BROKERS, Site};

/// Between two looks at a stream.
const LOOK: Duration = Duration::from_millis(100);
/// What is shorter may be a late answer; no election without a leader's consent is.
const NOTABLE: Duration = Duration::from_secs(1);

/// From the last look that found a leader to the next.
type Gap = (Instant, Instant);

/// Looks until it is ended.
#[derive(Debug)]
pub(crate) struct Watch {
    stop: Arc<AtomicBool>,
    looks: Vec<JoinHandle<Vec<Gap>>>,
}

impl Watch {
    /// Begins, with all streams led.
    pub(crate) async fn begin(site: &Site) -> anyhow::Result<Self> {
        let mut eyes = Vec::new();
        for broker in 0..BROKERS {
            eyes.push(Eye::open(&[broker], site).await?);
        }
        let stop = Arc::new(AtomicBool::new(false));
        let streams = eyes[0].streams().await?.into_iter();
        let looks = streams.map(|stream| tokio::spawn(look(eyes.clone(), stream, stop.clone())));
        Ok(Self { looks: looks.collect(), stop })
    }

    /// Ends; the longest time during which one stream or another had no leader all along.
    pub(crate) async fn end(self) -> anyhow::Result<Duration> {
        self.stop.store(true, Ordering::Release);
        let mut gaps = Vec::new();
        for look in self.looks {
            gaps.extend(look.await?);
        }
        Ok(longest(gaps))
    }
}

async fn look(eyes: Vec<Eye>, stream: String, stop: Arc<AtomicBool>) -> Vec<Gap> {
    let (mut gaps, mut seen, mut eye) = (Vec::new(), Instant::now(), 0);
    loop {
        let last = stop.load(Ordering::Acquire);
        let found = eyes[eye].leader(&stream).await.is_some();
        if (found || last) && seen.elapsed() >= NOTABLE {
            gaps.push((seen, Instant::now()));
        }
        if last {
            return gaps;
        }
        if found {
            seen = Instant::now();
        } else {
            // That broker may be the one that is gone.
            eye = (eye + 1) % eyes.len();
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Who needs several streams waits for one after another: gaps that overlap are one.
fn longest(mut gaps: Vec<Gap>) -> Duration {
    gaps.sort();
    let mut longest = Duration::ZERO;
    let mut run: Option<Gap> = None;
    for (from, to) in gaps {
        let joined = run.filter(|run| from <= run.1);
        let now = joined.map_or((from, to), |run| (run.0, run.1.max(to)));
        longest = longest.max(now.1 - now.0);
        run = Some(now);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_that_overlap_are_one() {
        let zero = Instant::now();
        let gap =
            |from: u64, to: u64| (zero + Duration::from_secs(from), zero + Duration::from_secs(to));
        assert_eq!(longest(vec![]), Duration::ZERO);
        let gaps = vec![gap(20, 23), gap(4, 9), gap(0, 5), gap(6, 7)];
        assert_eq!(longest(gaps), Duration::from_secs(9));
        assert_eq!(longest(vec![gap(0, 5), gap(6, 13)]), Duration::from_secs(7));
    }
}
