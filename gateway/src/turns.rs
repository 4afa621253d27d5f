//! Whose turn it is to ask a leader: so many at the same time of each shard, so that a shard
//! whose leader is dead keeps nobody of another waiting. Leaves what is asked to the askers.

use tokio::sync::{Semaphore, SemaphorePermit};

/// The turns of every shard.
pub(crate) struct Turns(Vec<Semaphore>);

impl Turns {
    /// So many at the same time for each of the shards.
    pub(crate) fn new(shards: u16, each: usize) -> Self {
        Self((0..shards.max(1)).map(|_| Semaphore::new(each)).collect())
    }

    /// Waits for a turn at a shard, which lasts until it is dropped.
    pub(crate) async fn take(&self, shard: u16) -> SemaphorePermit<'_> {
        let turns = self.0[usize::from(shard)].acquire();
        turns.await.expect("the semaphores are never closed")
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn a_shard_whose_turns_are_all_taken_keeps_no_other_waiting() {
        let turns = Turns::new(2, 2);
        let mut taken = vec![turns.take(0).await, turns.take(0).await];
        assert!(turns.take(0).now_or_never().is_none());
        assert!(turns.take(1).now_or_never().is_some());
        taken.pop();
        assert!(turns.take(0).now_or_never().is_some());
    }
}
