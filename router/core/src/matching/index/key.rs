//! Where one stands in a line: a number that never changes as time passes, so that nothing is
//! sorted again. What the number means for an agent is `policy`'s to say.

use baton_common::time::Timestamp;

use crate::state::LineKey;

/// Bits of the rank that hold the time.
pub(crate) const TIME_BITS: u32 = 59;
/// Makes times before 1970 sort, too.
const EPOCH: i64 = 1 << (TIME_BITS - 1);

/// A place in a line: the rank, then the number of an entry or an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key {
    pub(crate) rank: u64,
    pub(crate) number: u64,
}

impl Key {
    /// Of an entry: what has waited beyond all bounds, then priority, then what came first.
    pub(crate) fn of_entry(key: &LineKey) -> Self {
        let least_priority = 9_u64.saturating_sub(u64::from(key.priority.0.0));
        let band = u64::from(key.in_time) << 4 | least_priority;
        let rank = band << TIME_BITS | time(key.due);
        Self { rank, number: key.number }
    }

    /// What outranks any age: starvation and priority. Lower goes first.
    pub(crate) fn band(self) -> u8 {
        u8::try_from(self.rank >> TIME_BITS).expect("five bits are left")
    }

    /// As one number in the same order.
    pub(crate) fn packed(self) -> u128 {
        u128::from(self.rank) << 64 | u128::from(self.number)
    }

    /// Of one number.
    pub(crate) fn unpacked(packed: u128) -> Self {
        let half = |part: u128| u64::try_from(part).expect("it is half of the bits");
        Self { rank: half(packed >> 64), number: half(packed & u128::from(u64::MAX)) }
    }
}

/// The least packed key of a band.
pub(crate) fn band_begins(band: u8) -> u128 {
    u128::from(band) << (64 + TIME_BITS)
}

/// A time as bits that sort like it.
pub(crate) fn time(at: Timestamp) -> u64 {
    let shifted = at.0.saturating_add(EPOCH).clamp(0, 2 * EPOCH - 1);
    u64::try_from(shifted).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::cmp::Reverse;

    use baton_common::quantity::Priority;

    use super::*;

    #[test]
    fn keys_sort_like_the_lines_they_stand_for() {
        let mut lines = Vec::new();
        for in_time in [false, true] {
            for priority in [0, 4, 9] {
                for due in [-EPOCH, -5, 0, 5, 1_767_603_600_000, EPOCH - 1] {
                    for number in [1, 7] {
                        let priority = Reverse(Priority(priority));
                        lines.push(LineKey { in_time, priority, due: Timestamp(due), number });
                    }
                }
            }
        }
        for a in &lines {
            let key = Key::of_entry(a);
            assert_eq!(Key::unpacked(key.packed()), key);
            assert!(key.packed() >= band_begins(key.band()), "{a:?}");
            assert!(key.packed() < band_begins(key.band() + 1), "{a:?}");
            for b in &lines {
                assert_eq!(a.cmp(b), key.cmp(&Key::of_entry(b)), "{a:?} {b:?}");
            }
        }
    }
}
