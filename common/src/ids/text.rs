//! The text of an id: a short one in three machine words, without an allocation. What an id is of,
//! and how it is written, is left to `ids`.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Ids that are made here fit; names of agents may be longer.
const SHORT: usize = 23;

/// A text that is short nearly always. One text has one form, so forms are compared.
#[derive(Clone)]
pub(super) enum Text {
    /// Filled up with zeros.
    Short(Length, [u8; SHORT]),
    /// Longer than `SHORT`.
    Long(Arc<str>),
}

/// A length of a short text: the other values of its byte tell long texts, and that there is none,
/// without more room.
#[rustfmt::skip]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Length {
    L0, L1, L2, L3, L4, L5, L6, L7, L8, L9, L10, L11,
    L12, L13, L14, L15, L16, L17, L18, L19, L20, L21, L22, L23,
}

const _: () = assert!(size_of::<Text>() == SHORT + 1, "an id takes three words");
const _: () = assert!(size_of::<Option<Text>>() == SHORT + 1, "one that may be missing, too");

impl Length {
    #[rustfmt::skip]
    const ALL: [Self; SHORT + 1] = [
        Self::L0, Self::L1, Self::L2, Self::L3, Self::L4, Self::L5, Self::L6, Self::L7,
        Self::L8, Self::L9, Self::L10, Self::L11, Self::L12, Self::L13, Self::L14, Self::L15,
        Self::L16, Self::L17, Self::L18, Self::L19, Self::L20, Self::L21, Self::L22, Self::L23,
    ];
}

impl Text {
    pub(super) fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        match Length::ALL.get(bytes.len()) {
            Some(length) => {
                let mut short = [0; SHORT];
                short[..bytes.len()].copy_from_slice(bytes);
                Self::Short(*length, short)
            }
            None => Self::Long(text.into()),
        }
    }

    /// A few letters and a number.
    pub(super) fn numbered(prefix: &str, number: u64) -> Self {
        let digits = number.checked_ilog10().map_or(1, |log| log as usize + 1);
        let length = prefix.len() + digits;
        let Some(of) = Length::ALL.get(length) else {
            return Self::new(&format!("{prefix}{number}"));
        };
        let mut short = [0; SHORT];
        short[..prefix.len()].copy_from_slice(prefix.as_bytes());
        let mut left = number;
        for digit in short[prefix.len()..length].iter_mut().rev() {
            *digit = b'0' + u8::try_from(left % 10).expect("it is a digit");
            left /= 10;
        }
        Self::Short(*of, short)
    }

    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Short(..) => std::str::from_utf8(self.as_bytes()).expect("it was made of a text"),
            Self::Long(text) => text,
        }
    }

    /// The beginning, filled up with zeros.
    #[inline]
    pub(super) fn head<const N: usize>(&self) -> [u8; N] {
        const { assert!(N <= SHORT, "a short text is filled up to its own length") };
        let mut head = [0; N];
        match self {
            Self::Short(_, bytes) => head.copy_from_slice(&bytes[..N]),
            Self::Long(text) => head.copy_from_slice(&text.as_bytes()[..N]),
        }
        head
    }

    #[inline]
    pub(super) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Short(length, bytes) => &bytes[..*length as usize],
            Self::Long(text) => text.as_bytes(),
        }
    }
}

/// Three words; the last one overlaps.
#[inline]
fn words(bytes: &[u8; SHORT]) -> [u64; 3] {
    let word = |at: usize| {
        let mut word = [0; 8];
        word.copy_from_slice(&bytes[at..at + 8]);
        u64::from_le_bytes(word)
    };
    [word(0), word(8), word(SHORT - 8)]
}

/// Words whose order is that of the bytes.
#[inline]
fn ordered(bytes: &[u8; SHORT]) -> [u64; 3] {
    words(bytes).map(u64::swap_bytes)
}

/// Three words in one, each bit of which depends on all of theirs: the first two by the halves of
/// a product (as in wyhash), the third as it is, for whoever takes the hash mixes it once more.
#[inline]
fn folded([first, second, third]: [u64; 3]) -> u64 {
    const BESIDE: [u64; 2] = [0xa076_1d64_78bd_642f, 0xe703_7ed1_a0b4_28db];
    let wide = u128::from(first ^ BESIDE[0]) * u128::from(second ^ BESIDE[1]);
    let half = |part: u128| u64::try_from(part & u128::from(u64::MAX)).expect("it was cut");
    half(wide) ^ half(wide >> 64) ^ third
}

/// Few ids are long: what is done with them stands apart, so that the short ones go quickly.
#[cold]
#[inline(never)]
fn equal_as_bytes(one: &Text, other: &Text) -> bool {
    one.as_bytes() == other.as_bytes()
}

#[cold]
#[inline(never)]
fn compare_as_bytes(one: &Text, other: &Text) -> Ordering {
    one.as_bytes().cmp(other.as_bytes())
}

/// A long text by both its ends and its length: what tells one from another is there, and nobody
/// has to be called for it.
#[inline]
fn folded_ends(text: &[u8]) -> u64 {
    let (first, last) = (text.first_chunk(), text.last_chunk());
    let ends = [first, last].map(|end| folded(words(end.expect("it is longer than a short one"))));
    ends[0].rotate_left(32) ^ ends[1] ^ (text.len() as u64)
}

impl Text {
    /// Whether two are equal as far as their words tell: long ones are left open.
    #[inline]
    pub(super) fn is_plainly(&self, other: &Self) -> bool {
        let (Self::Short(length, bytes), Self::Short(other_length, other_bytes)) = (self, other)
        else {
            return false;
        };
        let (one, other) = (words(bytes), words(other_bytes));
        let differ = (one[0] ^ other[0]) | (one[1] ^ other[1]) | (one[2] ^ other[2]);
        differ == 0 && length == other_length
    }
}

impl PartialEq for Text {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Short(..), Self::Short(..)) => self.is_plainly(other),
            _ => equal_as_bytes(self, other),
        }
    }
}

impl Eq for Text {}

impl Ord for Text {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            // The zeros behind a text come before anything; a text may end with some of its own.
            (Self::Short(length, bytes), Self::Short(other_length, other_bytes)) => {
                ordered(bytes).cmp(&ordered(other_bytes)).then(length.cmp(other_length))
            }
            _ => compare_as_bytes(self, other),
        }
    }
}

impl PartialOrd for Text {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for Text {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        // In one piece, so that whoever is written to can stay in a register.
        state.write_u64(match self {
            Self::Short(_, bytes) => folded(words(bytes)),
            Self::Long(text) => folded_ends(text.as_bytes()),
        });
    }
}

#[cfg(test)]
mod tests {
    use std::hash::BuildHasher;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbered_texts_are_their_prefix_and_number() {
        for number in [0, 9, 10, 99, 100, 1_234_567, u64::MAX / 10, u64::MAX] {
            for prefix in ["ent_", "", "a_prefix_of_23_letters_", "a_prefix_of_more_letters"] {
                let text = Text::numbered(prefix, number);
                assert!(text == Text::new(&format!("{prefix}{number}")), "{}", text.as_str());
            }
        }
    }

    proptest! {
        #[test]
        fn texts_stand_and_are_equal_as_their_letters(
            one in "[a\u{0}é]{0,3}[a-c]{0,24}[a\u{0}]{0,2}", other in "[a\u{0}é]{0,3}[a-c]{0,24}",
        ) {
            let texts = [&one, &other].map(|text| Text::new(text));
            prop_assert_eq!(texts[0].as_str(), &one);
            prop_assert_eq!(texts[0].cmp(&texts[1]), one.cmp(&other));
            prop_assert_eq!(texts[0] == texts[1], one == other);
            let hasher = foldhash::fast::FixedState::default();
            let again = Text::new(&one);
            prop_assert!(texts[0] == again);
            prop_assert_eq!(hasher.hash_one(&texts[0]), hasher.hash_one(&again));
        }

        #[test]
        fn neighbours_differ(length in 0..30_usize, at in 0..30_usize) {
            let one = "b".repeat(length);
            let mut other = one.clone();
            other.insert(at.min(length), '\u{0}');
            prop_assert!(Text::new(&one) != Text::new(&other));
            prop_assert_eq!(Text::new(&one).cmp(&Text::new(&other)), one.cmp(&other));
        }
    }
}
