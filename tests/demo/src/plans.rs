//! What somebody means to do, and when: people take their time.

use std::time::Duration;

use rand::RngExt as _;
use tokio::time::{Instant, sleep_until};

/// For who has nothing to do but wait.
const LONG: Duration = Duration::from_hours(24);

/// Deeds by time.
#[derive(Debug)]
pub(crate) struct Plans<Deed> {
    deeds: Vec<(Instant, Deed)>,
    /// Everything takes so much of its time.
    pace: f64,
}

impl<Deed> Plans<Deed> {
    pub(crate) fn at_pace(pace: f64) -> Self {
        Self { deeds: Vec::new(), pace }
    }

    /// Some time between so many seconds.
    pub(crate) fn within(&mut self, seconds: (f64, f64), deed: Deed) {
        let wait = rand::rng().random_range(seconds.0..seconds.1) * self.pace;
        self.deeds.push((Instant::now() + Duration::from_secs_f64(wait), deed));
    }

    /// Not any more.
    pub(crate) fn drop_if(&mut self, is_over: impl Fn(&Deed) -> bool) {
        self.deeds.retain(|(_, deed)| !is_over(deed));
    }

    pub(crate) fn has(&self, is_it: impl Fn(&Deed) -> bool) -> bool {
        self.deeds.iter().any(|(_, deed)| is_it(deed))
    }

    /// The next, once its time has come. Nothing is lost if it is not waited for.
    pub(crate) async fn next(&mut self) -> Deed {
        loop {
            let first = (0..self.deeds.len()).min_by_key(|at| self.deeds[*at].0);
            let Some(first) = first else {
                tokio::time::sleep(LONG).await;
                continue;
            };
            sleep_until(self.deeds[first].0).await;
            return self.deeds.swap_remove(first).1;
        }
    }
}

/// Whether something happens that happens so often.
pub(crate) fn chance(share: f64) -> bool {
    rand::rng().random_bool(share)
}

/// One of them.
pub(crate) fn one_of<T>(all: &[T]) -> &T {
    &all[rand::rng().random_range(0..all.len())]
}
