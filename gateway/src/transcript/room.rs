//! Room for records that wait to be stored: bounded in number and bytes, so that a broker that
//! elects costs memory only up to a limit. A stream has its own turns and a part of the room, so
//! that one that elects keeps nobody of another waiting. Leaves storing to `broker`.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use baton_common::limits;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout_at};

/// What waits for each stream, and whose turn it is to be stored.
pub(super) struct Room {
    whole: Load,
    streams: HashMap<String, Stream>,
}

struct Stream {
    load: Load,
    turns: Semaphore,
}

/// Records and bytes that wait.
#[derive(Default)]
struct Load {
    records: AtomicUsize,
    bytes: AtomicUsize,
}

/// A record's place; given back when dropped.
pub(super) struct Seat<'a> {
    room: &'a Room,
    stream: &'a Stream,
    bytes: usize,
}

/// Too much waits already.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Full;

impl Room {
    /// Room for these streams and no others.
    pub(super) fn new(streams: impl IntoIterator<Item = String>) -> Self {
        let stream =
            || Stream { load: Load::default(), turns: Semaphore::new(limits::RECORDS_IN_FLIGHT) };
        let streams = streams.into_iter().map(|name| (name, stream())).collect();
        Self { whole: Load::default(), streams }
    }

    /// Takes a place for a record of so many bytes.
    pub(super) fn enter(&self, stream: &str, bytes: usize) -> Result<Seat<'_>, Full> {
        let stream = self.streams.get(stream).expect("records are of the deployment's streams");
        self.whole.add(bytes);
        stream.load.add(bytes);
        let seat = Seat { room: self, stream, bytes };
        let part = self.streams.len().min(limits::SPOOL_PARTS);
        if self.whole.fits(1) && stream.load.fits(part) { Ok(seat) } else { Err(Full) }
    }
}

impl Load {
    fn add(&self, bytes: usize) {
        self.records.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    fn remove(&self, bytes: usize) {
        self.records.fetch_sub(1, Ordering::Relaxed);
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Whether it is no more than one in `part` of all that may wait.
    fn fits(&self, part: usize) -> bool {
        self.records.load(Ordering::Relaxed) <= limits::SPOOL_RECORDS / part
            && self.bytes.load(Ordering::Relaxed) <= limits::SPOOL_BYTES / part
    }
}

impl Seat<'_> {
    /// Waits for its turn; none if that does not come in time.
    pub(super) async fn turn(&self, until: Instant) -> Option<SemaphorePermit<'_>> {
        timeout_at(until, self.stream.turns.acquire()).await.ok()?.ok()
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        self.room.whole.remove(self.bytes);
        self.stream.load.remove(self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn room(streams: &[&str]) -> Room {
        Room::new(streams.iter().map(|&name| name.to_owned()))
    }

    #[test]
    fn records_and_bytes_that_wait_are_bounded() {
        let room = room(&["a"]);
        let half = limits::SPOOL_BYTES / 2;
        let mut seats = vec![room.enter("a", half).unwrap(), room.enter("a", half).unwrap()];
        assert!(matches!(room.enter("a", 1), Err(Full)));
        seats.pop();
        while seats.len() < limits::SPOOL_RECORDS {
            seats.push(room.enter("a", 1).unwrap());
        }
        assert!(matches!(room.enter("a", 1), Err(Full)));
        drop(seats);
        for load in [&room.whole, &room.streams["a"].load] {
            assert_eq!(load.bytes.load(Ordering::Relaxed), 0);
            assert_eq!(load.records.load(Ordering::Relaxed), 0);
        }
    }

    #[test]
    fn streams_that_elect_leave_room_for_the_others() {
        let room = room(&["a", "b", "c", "d", "e"]);
        let part = limits::SPOOL_BYTES / limits::SPOOL_PARTS;
        let mut seats = Vec::new();
        for stream in ["a", "b", "c"] {
            seats.push(room.enter(stream, part).unwrap());
            assert!(matches!(room.enter(stream, 1), Err(Full)));
        }
        seats.push(room.enter("d", part / 2).unwrap());
        seats.push(room.enter("e", part / 2).unwrap());
        assert!(matches!(room.enter("e", 1), Err(Full)), "the whole is bounded too");
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_is_waited_for_within_the_time_and_by_its_own_stream_alone() {
        let room = room(&["a", "b"]);
        let (all, one) = (room.enter("a", 1).unwrap(), room.enter("a", 1).unwrap());
        let soon = Instant::now() + Duration::from_secs(1);
        let mut turns = Vec::new();
        for _ in 0..limits::RECORDS_IN_FLIGHT {
            turns.push(all.turn(soon).await.unwrap());
        }
        let other = room.enter("b", 1).unwrap();
        assert!(other.turn(soon).await.is_some(), "another stream's turns are its own");
        assert!(one.turn(soon).await.is_none());
        turns.pop();
        assert!(one.turn(soon + Duration::from_secs(1)).await.is_some());
    }
}
