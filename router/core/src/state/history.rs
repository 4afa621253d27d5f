//! The newest configurations that a workspace had, so that an administrator can look at one and
//! go back to it. Older ones are in the journal.

use std::collections::VecDeque;

use baton_common::ask::ConfigVersion;
use baton_common::frame::Packed;
use baton_common::limits;
use serde::{Deserialize, Serialize};

/// A configuration that was published.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Past {
    pub(crate) which: ConfigVersion,
    pub(crate) document: Packed,
}

/// The newest ones, oldest first.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct History(VecDeque<Past>);

impl History {
    /// Adds the newest, and forgets what is too much beside it.
    pub(crate) fn push(&mut self, which: ConfigVersion, document: Packed) {
        self.0.push_back(Past { which, document });
        let bytes =
            |kept: &VecDeque<Past>| kept.iter().map(|kept| kept.document.len()).sum::<usize>();
        while self.0.len() > 1
            && (self.0.len() > limits::CONFIG_VERSIONS
                || bytes(&self.0) > limits::CONFIG_HISTORY_BYTES)
        {
            self.0.pop_front();
        }
    }

    /// All that are kept, newest first.
    pub(crate) fn newest_first(&self) -> impl Iterator<Item = &ConfigVersion> {
        self.0.iter().rev().map(|kept| &kept.which)
    }

    /// The document of a version.
    pub(crate) fn document(&self, version: u64) -> Option<&Packed> {
        let kept = self.0.iter().find(|kept| kept.which.version == version)?;
        Some(&kept.document)
    }
}

#[cfg(test)]
mod tests {
    use baton_common::time::Timestamp;

    use super::*;

    fn version(version: u64) -> ConfigVersion {
        ConfigVersion { version, at: Timestamp(0), by: "root".into() }
    }

    fn versions(history: &History) -> Vec<u64> {
        history.newest_first().map(|kept| kept.version).collect()
    }

    #[test]
    fn the_newest_are_kept_up_to_a_number() {
        let mut history = History::default();
        let many = limits::CONFIG_VERSIONS as u64 + 3;
        (1..=many).for_each(|n| history.push(version(n), Packed::pack(&n.to_string())));
        let expected: Vec<u64> = (4..=many).rev().collect();
        assert_eq!(versions(&history), expected);
        assert_eq!(history.document(4).unwrap().unpack().unwrap(), "4");
        assert!(history.document(3).is_none());
    }

    #[test]
    fn large_ones_are_fewer_and_the_newest_always_stays() {
        let large = |size: usize| {
            // Packed documents are text to their readers; its length is what counts here.
            serde_json::from_value::<Packed>("A".repeat(size).into()).unwrap()
        };
        let mut history = History::default();
        (1..=3).for_each(|n| history.push(version(n), large(limits::CONFIG_HISTORY_BYTES / 2)));
        assert_eq!(versions(&history), [3, 2]);
        history.push(version(4), large(2 * limits::CONFIG_HISTORY_BYTES));
        assert_eq!(versions(&history), [4]);
    }
}
