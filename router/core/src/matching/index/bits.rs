//! Bitmaps with a summary: a search passes over what is empty without looking at it.

/// A bitmap; what was never set is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bits {
    words: Vec<u64>,
    /// A bit for each word that is not zero.
    some: Vec<u64>,
}

impl Bits {
    /// Of these words.
    pub(crate) fn of(words: Vec<u64>) -> Self {
        let some = words.chunks(64).map(|chunk| {
            let bits = chunk.iter().enumerate();
            bits.fold(0, |some, (at, word)| some | u64::from(*word != 0) << at)
        });
        Self { some: some.collect(), words }
    }

    pub(crate) fn set(&mut self, at: usize, is: bool) {
        let (word, bit) = (at / 64, 1 << (at % 64));
        if self.words.len() <= word {
            if !is {
                return;
            }
            self.words.resize(word + 1, 0);
            self.some.resize(word / 64 + 1, 0);
        }
        if is {
            self.words[word] |= bit;
        } else {
            self.words[word] &= !bit;
        }
        let some = 1 << (word % 64);
        if self.words[word] == 0 {
            self.some[word / 64] &= !some;
        } else {
            self.some[word / 64] |= some;
        }
    }

    pub(crate) fn has(&self, at: usize) -> bool {
        self.word(at / 64) >> (at % 64) & 1 == 1
    }

    pub(crate) fn word(&self, at: usize) -> u64 {
        self.words.get(at).copied().unwrap_or(0)
    }

    /// Which of 64 words are not zero.
    pub(crate) fn some(&self, at: usize) -> u64 {
        self.some.get(at).copied().unwrap_or(0)
    }

    /// What is set, ascending.
    pub(crate) fn ones(&self) -> impl Iterator<Item = usize> {
        self.words.iter().enumerate().flat_map(|(at, word)| ones(*word).map(move |b| at * 64 + b))
    }

    pub(crate) fn words(&self) -> &[u64] {
        &self.words
    }
}

/// The set bits of a word, ascending.
pub(crate) fn ones(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        (word != 0).then(|| {
            let at = word.trailing_zeros() as usize;
            word &= word - 1;
            at
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_follows_the_words() {
        let mut bits = Bits::default();
        bits.set(4_097, true);
        bits.set(3, true);
        assert_eq!(bits.ones().collect::<Vec<_>>(), [3, 4_097]);
        assert_eq!((bits.some(0), bits.some(1)), (1, 1));
        assert_eq!(Bits::of(bits.words().to_vec()), bits);
        bits.set(3, false);
        bits.set(9_999, false);
        assert!(bits.has(4_097) && !bits.has(3) && !bits.has(9_999));
        assert_eq!(bits.some(0), 0);
    }
}
