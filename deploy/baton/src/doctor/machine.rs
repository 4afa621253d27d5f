//! Room on the disk and file descriptors of this machine. Leaves the clock to `broker`, since
//! only a comparison says anything about it.

use std::path::Path;

use nix::sys::resource::{Resource, getrlimit};

use super::{Finding, fail, ok, warn};
use crate::data_dir::{LEAST_FREE_BYTES, free_bytes};

/// Journals grow: less room than this lasts days, not months.
const GOOD_FREE_BYTES: u64 = 2 * 1024 * 1024 * 1024;
/// Each connection takes one; below this a gateway is small.
const GOOD_DESCRIPTORS: u64 = 10_240;
/// Broker connections, listeners and files alone.
const LEAST_DESCRIPTORS: u64 = 256;

/// Looks at the machine that the command runs on.
pub(super) fn examine(data_dir: &Path) -> Vec<Finding> {
    vec![disk(data_dir), descriptors()]
}

fn disk(data_dir: &Path) -> Finding {
    let there = data_dir.ancestors().find(|path| path.exists()).unwrap_or(Path::new("."));
    let free = match free_bytes(there) {
        Ok(free) => free,
        Err(error) => return warn("disk", format!("free space is unknown: {error}")),
    };
    let told = format!("{} MiB free for {}", free / 1024 / 1024, data_dir.display());
    match free {
        free if free < LEAST_FREE_BYTES => fail("disk", format!("{told}: free some space now")),
        free if free < GOOD_FREE_BYTES => warn("disk", format!("{told}: free some space soon")),
        _ => ok("disk", told),
    }
}

fn descriptors() -> Finding {
    match getrlimit(Resource::RLIMIT_NOFILE) {
        Ok((soft, hard)) => graded_descriptors(soft, hard),
        Err(error) => warn("file descriptors", format!("the limit is unknown: {error}")),
    }
}

fn graded_descriptors(soft: u64, hard: u64) -> Finding {
    let subject = "file descriptors";
    let told = format!("{soft} at most (up to {hard} allowed)");
    match soft {
        soft if soft < LEAST_DESCRIPTORS => {
            fail(subject, format!("{told}: run `ulimit -n 65536` first"))
        }
        soft if soft < GOOD_DESCRIPTORS => {
            warn(subject, format!("{told}: run `ulimit -n 65536` before a gateway of many clients"))
        }
        _ => ok(subject, told),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Grade;
    use super::*;

    #[test]
    fn descriptors_are_graded() {
        assert_eq!(graded_descriptors(100, 100).grade, Grade::Fail);
        assert_eq!(graded_descriptors(1_024, 4_096).grade, Grade::Warn);
        assert_eq!(graded_descriptors(65_536, 65_536).grade, Grade::Ok);
    }

    #[test]
    fn the_disk_of_a_folder_to_come_is_its_parents() {
        let folder = tempfile::tempdir().unwrap();
        let finding = disk(&folder.path().join("not/yet"));
        assert!(finding.text.contains("MiB free"), "{finding:?}");
    }
}
