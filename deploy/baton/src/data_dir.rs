//! The data folder of `baton up`: made, locked against a second `baton`, with room on its disk.
//! Leaves what is inside to those who put it there.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use nix::sys::statvfs::statvfs;

/// Less room than this and the broker would soon refuse writes.
pub(crate) const LEAST_FREE_BYTES: u64 = 64 * 1024 * 1024;

/// A locked data folder. The lock ends with the process, however it ends.
#[derive(Debug)]
pub(crate) struct DataDir {
    path: PathBuf,
    _lock: File,
}

/// Why the data folder cannot be used. One line that says what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DataDirError {
    #[error("cannot use the data folder {path}: {source}; choose another with --data-dir")]
    Unusable { path: PathBuf, source: io::Error },
    #[error(
        "the data folder {path} is in use by another baton (process {holder}): stop it, or \
         choose another folder with --data-dir"
    )]
    Locked { path: PathBuf, holder: String },
    #[error(
        "the disk of {path} is full: {free_mib} MiB free, Baton needs {} MiB; free some space, \
         or choose another disk with --data-dir", LEAST_FREE_BYTES / 1024 / 1024
    )]
    Full { path: PathBuf, free_mib: u64 },
}

impl DataDir {
    /// Makes the folder where there is none, and locks it.
    pub(crate) fn open(path: &Path) -> Result<Self, DataDirError> {
        let unusable = |source| DataDirError::Unusable { path: path.into(), source };
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(unusable)?;
        let path = path.canonicalize().map_err(unusable)?;
        let unusable = |source| DataDirError::Unusable { path: path.clone(), source };
        let mut lock = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path.join("lock"))
            .map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = lock.read_to_string(&mut holder);
                let holder = holder.trim().to_owned();
                return Err(DataDirError::Locked { path, holder });
            }
            Err(TryLockError::Error(source)) => return Err(unusable(source)),
        }
        check_room(&path)?;
        sign(&mut lock).map_err(unusable)?;
        Ok(Self { path, _lock: lock })
    }

    /// Its absolute path.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Where the addresses are written once all is ready.
    pub(crate) fn ready_file(&self) -> PathBuf {
        self.path.join("ready.json")
    }

    /// Forgets the addresses of an earlier run, or of this one when it ends.
    pub(crate) fn forget_ready(&self) {
        let _ = fs::remove_file(self.ready_file());
    }
}

/// Bytes that this process may still write on the disk of `path`.
#[allow(clippy::useless_conversion, reason = "the count has 32 bits on macOS")]
pub(crate) fn free_bytes(path: &Path) -> io::Result<u64> {
    let disk = statvfs(path)?;
    Ok(u64::from(disk.blocks_available()).saturating_mul(disk.fragment_size()))
}

fn check_room(path: &Path) -> Result<(), DataDirError> {
    let free =
        free_bytes(path).map_err(|source| DataDirError::Unusable { path: path.into(), source })?;
    if free < LEAST_FREE_BYTES {
        return Err(DataDirError::Full { path: path.into(), free_mib: free / 1024 / 1024 });
    }
    Ok(())
}

/// Leaves the process id for whoever finds the folder locked.
fn sign(lock: &mut File) -> io::Result<()> {
    lock.rewind()?;
    lock.set_len(0)?;
    writeln!(lock, "{}", std::process::id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_baton_is_told_of_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        let first = DataDir::open(&path).unwrap();
        let error = DataDir::open(&path).unwrap_err().to_string();
        let holder = format!("process {}", std::process::id());
        assert!(error.contains(&holder) && error.contains("--data-dir"), "{error}");
        drop(first);
        DataDir::open(&path).unwrap();
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let error = DataDir::open(&file.join("data")).unwrap_err().to_string();
        assert!(error.contains("file/data") && error.contains("--data-dir"), "{error}");
    }

    #[test]
    fn a_full_disk_is_one_line_with_what_to_do() {
        let error = DataDirError::Full { path: "/d".into(), free_mib: 3 }.to_string();
        assert!(error.contains("3 MiB free, Baton needs 64 MiB"), "{error}");
        assert!(free_bytes(Path::new("/")).unwrap() > 0);
    }
}
