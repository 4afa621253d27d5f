//! Room for records that wait to be stored: bounded in number and bytes, so that a broker that
//! elects costs memory only up to a limit. Leaves storing to `broker`.

use std::sync::atomic::{AtomicUsize, Ordering};

use baton_common::limits;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout_at};

/// What waits, and whose turn it is to be stored.
pub(super) struct Room {
    records: AtomicUsize,
    bytes: AtomicUsize,
    turns: Semaphore,
}

/// A record's place; given back when dropped.
pub(super) struct Seat<'a> {
    room: &'a Room,
    bytes: usize,
}

/// Too much waits already.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Full;

impl Room {
    pub(super) fn new() -> Self {
        let turns = Semaphore::new(limits::RECORDS_IN_FLIGHT);
        Self { records: AtomicUsize::new(0), bytes: AtomicUsize::new(0), turns }
    }

    /// Takes a place for a record of so many bytes.
    pub(super) fn enter(&self, bytes: usize) -> Result<Seat<'_>, Full> {
        let records = self.records.fetch_add(1, Ordering::Relaxed) + 1;
        let waiting = self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let seat = Seat { room: self, bytes };
        if records > limits::SPOOL_RECORDS || waiting > limits::SPOOL_BYTES {
            return Err(Full);
        }
        Ok(seat)
    }
}

impl Seat<'_> {
    /// Waits for its turn; none if that does not come in time.
    pub(super) async fn turn(&self, until: Instant) -> Option<SemaphorePermit<'_>> {
        timeout_at(until, self.room.turns.acquire()).await.ok()?.ok()
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        self.room.records.fetch_sub(1, Ordering::Relaxed);
        self.room.bytes.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn records_and_bytes_that_wait_are_bounded() {
        let room = Room::new();
        let half = limits::SPOOL_BYTES / 2;
        let mut seats = vec![room.enter(half).unwrap(), room.enter(half).unwrap()];
        assert!(matches!(room.enter(1), Err(Full)));
        seats.pop();
        while seats.len() < limits::SPOOL_RECORDS {
            seats.push(room.enter(1).unwrap());
        }
        assert!(matches!(room.enter(1), Err(Full)));
        drop(seats);
        assert_eq!(room.bytes.load(Ordering::Relaxed), 0);
        assert_eq!(room.records.load(Ordering::Relaxed), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_is_waited_for_within_the_time() {
        let room = Room::new();
        let (all, one) = (room.enter(1).unwrap(), room.enter(1).unwrap());
        let soon = Instant::now() + Duration::from_secs(1);
        let mut turns = Vec::new();
        for _ in 0..limits::RECORDS_IN_FLIGHT {
            turns.push(all.turn(soon).await.unwrap());
        }
        assert!(one.turn(soon).await.is_none());
        turns.pop();
        assert!(one.turn(soon + Duration::from_secs(1)).await.is_some());
    }
}
