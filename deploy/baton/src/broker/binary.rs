//! Finds a nats-server that works and is new enough. Leaves fetching one to `make`.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use baton_runtime::nats::check_version;
use tokio::process::Command;
use tokio::time::timeout;

use super::BrokerError;

/// A program that does not tell its version in this time is broken.
const VERSION_LIMIT: Duration = Duration::from_secs(10);

/// `BATON_NATS_SERVER`, else `.tools/nats-server` of the working folder, else the one on `PATH`.
pub(super) async fn find() -> Result<PathBuf, BrokerError> {
    let named = env::var_os("BATON_NATS_SERVER").filter(|path| !path.is_empty());
    let fetched = Path::new(".tools/nats-server");
    let path = choose(named.as_deref(), fetched, env::var_os("PATH").as_deref());
    let path = path.ok_or(BrokerError::NoBinary)?;
    check(&path).await?;
    Ok(path)
}

fn choose(named: Option<&OsStr>, fetched: &Path, path: Option<&OsStr>) -> Option<PathBuf> {
    if let Some(named) = named {
        return Some(named.into());
    }
    if fetched.is_file() {
        return Some(fetched.into());
    }
    let folders = env::split_paths(path?);
    folders.map(|folder| folder.join("nats-server")).find(|candidate| candidate.is_file())
}

/// Asks the program for its version.
async fn check(path: &Path) -> Result<(), BrokerError> {
    let bad = |problem: String| BrokerError::BadBinary { path: path.into(), problem };
    let asked =
        Command::new(path).arg("--version").stdin(Stdio::null()).kill_on_drop(true).output();
    let output = match timeout(VERSION_LIMIT, asked).await {
        Ok(Ok(output)) => output,
        Ok(Err(error)) => return Err(bad(error.to_string())),
        Err(_) => return Err(bad("it does not tell its version".into())),
    };
    let text = String::from_utf8_lossy(&output.stdout);
    let version = text.strip_prefix("nats-server:").map(str::trim);
    let version = version.ok_or_else(|| bad("it does not tell its version".into()))?;
    check_version(version).map_err(|source| BrokerError::OldBinary { path: path.into(), source })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn program(folder: &Path, script: &str) -> PathBuf {
        let path = folder.join("nats-server");
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    #[test]
    fn the_named_one_comes_first_then_the_fetched_then_the_path() {
        let folder = tempfile::tempdir().unwrap();
        let installed = program(folder.path(), "");
        let path = Some(folder.path().as_os_str());
        let absent = Path::new("/nowhere/nats-server");
        let named = OsStr::new("/named");
        assert_eq!(choose(Some(named), &installed, path), Some("/named".into()));
        assert_eq!(choose(None, &installed, None), Some(installed.clone()));
        assert_eq!(choose(None, absent, path), Some(installed));
        assert_eq!(choose(None, absent, Some(OsStr::new("/nowhere"))), None);
    }

    #[tokio::test]
    async fn an_old_one_is_named_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = program(folder.path(), "echo 'nats-server: v2.9.10'");
        let error = check(&path).await.unwrap_err().to_string();
        assert!(error.contains("2.9.10 is too old") && error.contains("make up"), "{error}");
    }

    #[tokio::test]
    async fn a_broken_one_is_named_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = program(folder.path(), "echo hello");
        let error = check(&path).await.unwrap_err().to_string();
        assert!(error.contains(&path.display().to_string()), "{error}");
        let error = check(Path::new("/nowhere/nats-server")).await.unwrap_err().to_string();
        assert!(error.contains("/nowhere/nats-server") && error.contains("BATON_NATS_SERVER"));
    }
}
