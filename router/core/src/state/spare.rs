//! Room that one decision leaves to the next, so that not each has to ask for it anew. It holds
//! nothing that lasts: whoever takes it leaves it empty.

use std::fmt;

/// See the module.
#[derive(Default)]
pub(crate) struct Spare<T>(T);

impl<T: Default> Spare<T> {
    /// What the last decision left.
    pub(crate) fn take(&mut self) -> T {
        std::mem::take(&mut self.0)
    }

    /// Leaves something for the next; it must be as good as new.
    pub(crate) fn leave(&mut self, empty: T) {
        self.0 = empty;
    }
}

impl<T: Default> Clone for Spare<T> {
    /// Another state finds its own room.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl<T> fmt::Debug for Spare<T> {
    /// States that differ in nothing else are the same.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Spare")
    }
}
