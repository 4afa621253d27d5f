//! When which key is to be forgotten: by time, and of the same time by the key.
//!
//! Keys live for one of a few fixed times and time only grows, so they come in order nearly always:
//! each lifetime has a queue of its own, in which a new key belongs near the end.

use std::collections::VecDeque;
use std::fmt;

use baton_common::hash::Mark;
use baton_common::time::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Keys of one allocation, at most: coming into the middle moves no more.
const BLOCK: usize = if cfg!(test) { 4 } else { 1_024 };

/// In order; blocks hold somebody.
#[derive(Clone, Default)]
struct Queue(VecDeque<VecDeque<(Timestamp, Mark)>>);

/// Keys by the time of forgetting.
#[derive(Clone, Default)]
pub(super) struct Forget {
    /// Those of an image: of all lifetimes.
    read: Queue,
    starts: Queue,
    others: Queue,
    len: usize,
}

impl Forget {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// A key that is not in yet; those of starts live for a time of their own.
    pub(super) fn push(&mut self, at: Timestamp, key: Mark, start: bool) {
        let queue = if start { &mut self.starts } else { &mut self.others };
        queue.push(at, key);
        self.len += 1;
    }

    /// A key whose time has come.
    pub(super) fn due(&mut self, now: Timestamp) -> Option<Mark> {
        let queues = [&mut self.read, &mut self.starts, &mut self.others];
        let key = queues.into_iter().find_map(|queue| queue.pop_if(|at| at <= now))?;
        self.len -= 1;
        Some(key)
    }

    /// Takes out the first one in order.
    pub(super) fn pop_first(&mut self) -> Option<Mark> {
        let queues = [&mut self.read, &mut self.starts, &mut self.others];
        let firsts = queues.into_iter().filter_map(|queue| {
            let first = *queue.iter().next()?;
            Some((first, queue))
        });
        let (_, queue) = firsts.min_by_key(|(first, _)| *first)?;
        self.len -= 1;
        queue.pop_if(|_| true)
    }
}

impl Queue {
    fn push(&mut self, at: Timestamp, key: Mark) {
        let new = (at, key);
        let last = self.0.back().and_then(VecDeque::back);
        if last.is_none_or(|last| *last < new) {
            if self.0.back().is_none_or(|block| block.len() >= BLOCK) {
                self.0.push_back(VecDeque::with_capacity(BLOCK));
            }
            self.0.back_mut().expect("there is one now").push_back(new);
            return;
        }
        let after = |block: &VecDeque<_>| block.front().is_some_and(|first| *first > new);
        // Mostly among the newest.
        let newest = self.0.len() - 1;
        let place = if after(&self.0[newest]) {
            self.0.partition_point(|block| !after(block)).saturating_sub(1)
        } else {
            newest
        };
        if self.0[place].len() >= BLOCK {
            let mut rest = VecDeque::with_capacity(BLOCK);
            rest.extend(self.0[place].drain(BLOCK / 2..));
            self.0.insert(place + 1, rest);
        }
        let place = place + usize::from(self.0.get(place + 1).is_some_and(|next| !after(next)));
        let block = &mut self.0[place];
        block.insert(block.partition_point(|known| *known < new), new);
    }

    fn iter(&self) -> impl Iterator<Item = &(Timestamp, Mark)> {
        self.0.iter().flatten()
    }

    /// Takes out the one at the front, if it is its time.
    fn pop_if(&mut self, wanted: impl Fn(Timestamp) -> bool) -> Option<Mark> {
        let block = self.0.front_mut()?;
        let _ = block.front().filter(|(at, _)| wanted(*at))?;
        let (_, key) = block.pop_front()?;
        if block.is_empty() {
            self.0.pop_front();
        }
        Some(key)
    }
}

impl Forget {
    /// All in order: equal states are written and shown alike.
    fn in_order(&self) -> Vec<(Timestamp, Mark)> {
        let queues = [&self.read, &self.starts, &self.others];
        let mut all: Vec<_> = queues.into_iter().flat_map(Queue::iter).copied().collect();
        all.sort_unstable();
        all
    }
}

impl fmt::Debug for Forget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.in_order()).finish()
    }
}

impl Serialize for Forget {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.in_order())
    }
}

impl<'de> Deserialize<'de> for Forget {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut all: Vec<(Timestamp, Mark)> = Vec::deserialize(deserializer)?;
        all.sort_unstable();
        let mut forget = Self { len: all.len(), ..Self::default() };
        for (at, key) in all {
            forget.read.push(at, key);
        }
        Ok(forget)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn keys_are_forgotten_in_the_order_of_an_ordered_set(
            steps in prop::collection::vec((0..8_u8, 0..30_i64, any::<u8>()), 1..300),
        ) {
            let (mut forget, mut ordered) = (Forget::default(), BTreeSet::new());
            for (number, (what, ahead, part)) in (0..).zip(steps) {
                // Time goes on, and steps back at times.
                let now = Timestamp(number / 4 + ahead / 25 * ahead);
                let mut key = [0; 16];
                key[0] = part;
                key[1..9].copy_from_slice(&i64::to_be_bytes(number));
                match what {
                    0..=3 => {
                        let at = Timestamp(now.0 + if what == 0 { 40 } else { 10 });
                        forget.push(at, Mark(key), what == 0);
                        ordered.insert((at, Mark(key)));
                    }
                    4 => prop_assert_eq!(forget.pop_first(), ordered.pop_first().map(|one| one.1)),
                    5 => {
                        let gone: BTreeSet<Mark> =
                            std::iter::from_fn(|| forget.due(now)).collect();
                        let due = ordered.iter().filter(|(at, _)| *at <= now);
                        prop_assert_eq!(gone, due.map(|(_, key)| *key).collect());
                        ordered.retain(|(at, _)| *at > now);
                    }
                    _ => {
                        let text = serde_json::to_string(&forget).unwrap();
                        prop_assert_eq!(&text, &serde_json::to_string(&ordered).unwrap());
                        forget = serde_json::from_str(&text).unwrap();
                    }
                }
                prop_assert_eq!(forget.len(), ordered.len());
            }
        }
    }
}
