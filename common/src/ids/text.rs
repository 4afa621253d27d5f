//! The text of an id: a short one in three machine words, without an allocation. What an id is of,
//! and how it is written, is left to `ids`.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::num::NonZeroU8;
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

/// A length plus one: the zero that is left tells a long text without more room.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Length(NonZeroU8);

const _: () = assert!(size_of::<Text>() == SHORT + 1, "an id takes three words");

impl Text {
    pub(super) fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let plus_one = u8::try_from(bytes.len() + 1).ok().and_then(NonZeroU8::new);
        match plus_one.filter(|_| bytes.len() <= SHORT) {
            Some(plus_one) => {
                let mut short = [0; SHORT];
                short[..bytes.len()].copy_from_slice(bytes);
                Self::Short(Length(plus_one), short)
            }
            None => Self::Long(text.into()),
        }
    }

    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Short(..) => std::str::from_utf8(self.as_bytes()).expect("it was made of a text"),
            Self::Long(text) => text,
        }
    }

    #[inline]
    pub(super) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Short(length, bytes) => &bytes[..usize::from(length.0.get()) - 1],
            Self::Long(text) => text.as_bytes(),
        }
    }
}

/// Three words whose order is that of the bytes; the last one overlaps.
#[inline]
fn words(bytes: &[u8; SHORT]) -> [u64; 3] {
    let word = |at: usize| {
        let mut word = [0; 8];
        word.copy_from_slice(&bytes[at..at + 8]);
        u64::from_be_bytes(word)
    };
    [word(0), word(8), word(SHORT - 8)]
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

#[cold]
#[inline(never)]
fn hash_bytes<H: Hasher>(text: &str, state: &mut H) {
    text.hash(state);
}

impl PartialEq for Text {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Short(length, bytes), Self::Short(other_length, other_bytes)) => {
                bytes == other_bytes && length == other_length
            }
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
                words(bytes).cmp(&words(other_bytes)).then(length.cmp(other_length))
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
        match self {
            Self::Short(_, bytes) => {
                let [first, second, third] = words(bytes);
                state.write_u64(first);
                state.write_u64(second);
                state.write_u64(third);
            }
            Self::Long(text) => hash_bytes(text, state),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasher, RandomState};

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn texts_stand_and_are_equal_as_their_letters(
            one in "[a\u{0}é]{0,3}[a-c]{0,24}[a\u{0}]{0,2}", other in "[a\u{0}é]{0,3}[a-c]{0,24}",
        ) {
            let texts = [&one, &other].map(|text| Text::new(text));
            prop_assert_eq!(texts[0].as_str(), &one);
            prop_assert_eq!(texts[0].cmp(&texts[1]), one.cmp(&other));
            prop_assert_eq!(texts[0] == texts[1], one == other);
            let hasher = RandomState::new();
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
