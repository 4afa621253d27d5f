//! One line in order of keys. Coming last, leaving first and leaving from the middle are
//! near-constant, coming into the middle is logarithmic. Leaves what a key means to `key`.

use std::collections::{BTreeSet, VecDeque};

use super::key::Key;

/// A place whose owner has left is marked so until it comes to an end of the line.
const GONE: u64 = 1 << 63;

/// See the module.
#[derive(Clone, Debug, Default)]
#[repr(align(64))]
pub(crate) struct Line {
    /// Those who came in order, with marked gaps; the first is never a gap.
    run: VecDeque<Key>,
    gone: usize,
    /// Those who came before somebody who stood already.
    odd: BTreeSet<Key>,
}

fn bare(key: Key) -> Key {
    Key { number: key.number & !GONE, ..key }
}

impl Line {
    /// Of keys in order.
    pub(crate) fn of(keys: Vec<Key>) -> Self {
        Self { run: keys.into(), ..Self::default() }
    }

    /// Lets those of another line in, all in order.
    pub(crate) fn join(&mut self, other: &Self) {
        let (mut these, mut those) = (self.iter().peekable(), other.iter().peekable());
        let mut run = VecDeque::with_capacity(self.len() + other.len());
        loop {
            let is_this = match (these.peek(), those.peek()) {
                (Some(this), Some(that)) => this < that,
                (this, None) => this.is_some(),
                (None, Some(_)) => false,
            };
            let next = if is_this { these.next() } else { those.next() };
            let Some(key) = next else { break };
            run.push_back(key);
        }
        drop((these, those));
        *self = Self { run, ..Self::default() };
    }

    pub(crate) fn add(&mut self, key: Key) {
        if self.run.back().is_none_or(|last| bare(*last) < key) {
            self.run.push_back(key);
        } else {
            self.odd.insert(key);
        }
    }

    pub(crate) fn remove(&mut self, key: Key) {
        if !self.odd.is_empty() && self.odd.remove(&key) {
            return;
        }
        let at = self.place_of(key);
        let Some(stands) = self.run.get_mut(at).filter(|stands| **stands == key) else { return };
        stands.number |= GONE;
        self.gone += 1;
        while self.run.front().is_some_and(|first| first.number & GONE != 0) {
            self.run.pop_front();
            self.gone -= 1;
        }
        // More than half have left: closing the ranks costs each place one move.
        if self.gone > 32 && self.gone > self.run.len() / 2 {
            self.run.retain(|stands| stands.number & GONE == 0);
            self.gone = 0;
        }
        if self.run.capacity() > 64 && self.run.len() < self.run.capacity() / 8 {
            self.run.shrink_to(self.run.len() * 2);
        }
    }

    /// Where a key stands in the run, or would stand. Mostly people come at an even rate: then the
    /// time says about where, and only the way from there is searched.
    fn place_of(&self, key: Key) -> usize {
        let (Some(first), Some(last)) = (self.run.front(), self.run.back()) else { return 0 };
        if key <= *first {
            return 0;
        }
        let before = |at: usize| self.run.get(at).is_some_and(|other| bare(*other) < key);
        let len = self.run.len();
        let (span, since) = (last.rank - first.rank, key.rank.saturating_sub(first.rank));
        let guess = u128::from(since.min(span)) * (len as u128 - 1) / u128::from(span.max(1));
        let guess = usize::try_from(guess).expect("it is a place in the run");
        // Twice as far each time, until it lies between two places.
        let (mut low, mut high) = (guess, guess);
        let mut step = 1;
        if before(guess) {
            while high < len && before(high) {
                (low, high, step) = (high + 1, high + step, step * 2);
            }
        } else {
            while low > 0 && !before(low - 1) {
                (high, low, step) = (low - 1, low.saturating_sub(step), step * 2);
            }
        }
        high = high.min(len);
        while low < high {
            let middle = low.midpoint(high);
            if before(middle) { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// All in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Key> {
        let mut run = self.run.iter().copied().filter(|key| key.number & GONE == 0).peekable();
        let mut odd = self.odd.iter().copied().peekable();
        std::iter::from_fn(move || match (run.peek(), odd.peek()) {
            (Some(a), Some(b)) if b < a => odd.next(),
            (Some(_), _) => run.next(),
            (None, _) => odd.next(),
        })
    }

    pub(crate) fn first(&self) -> Option<Key> {
        match (self.run.front(), self.odd.first()) {
            (Some(a), Some(b)) => Some(*a.min(b)),
            (a, b) => a.or(b).copied(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.run.len() - self.gone + self.odd.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.run.is_empty() && self.odd.is_empty()
    }

    /// Bytes on the heap, roughly.
    #[cfg(feature = "measure")]
    pub(crate) fn bytes(&self) -> usize {
        // A B-tree's nodes are two thirds full.
        self.run.capacity() * size_of::<Key>() + self.odd.len() * size_of::<Key>() * 3 / 2
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_line_is_an_ordered_set(steps in vec((any::<bool>(), 0..40_u64), 1..400)) {
            let mut line = Line::default();
            let mut plain = BTreeSet::new();
            for (comes, number) in steps {
                let key = Key { rank: number / 3, number };
                if comes && plain.insert(key) {
                    line.add(key);
                } else if !comes {
                    plain.remove(&key);
                    line.remove(key);
                }
                prop_assert_eq!(line.first(), plain.first().copied());
                prop_assert_eq!(line.len(), plain.len());
                prop_assert_eq!(line.is_empty(), plain.is_empty());
            }
            prop_assert!(line.iter().eq(plain.iter().copied()));
        }

        #[test]
        fn two_lines_become_one_in_order(
            one in vec(0..200_u64, 0..60),
            two in vec(200..400_u64, 0..60),
            gone in vec(0..400_u64, 0..60),
        ) {
            let key = |number: &u64| Key { rank: *number % 7, number: *number };
            let mut lines = [&one, &two].map(|numbers| {
                let keys: BTreeSet<Key> = numbers.iter().map(key).collect();
                Line::of(keys.into_iter().collect())
            });
            for line in &mut lines {
                gone.iter().map(key).for_each(|key| line.remove(key));
            }
            let [mut all, other] = lines;
            all.join(&other);
            let numbers = one.iter().chain(&two).filter(|number| !gone.contains(number));
            let plain: BTreeSet<Key> = numbers.map(key).collect();
            prop_assert_eq!(all.first(), plain.first().copied());
            prop_assert_eq!(all.len(), plain.len());
            prop_assert!(all.iter().eq(plain.iter().copied()));
        }
    }
}
