//! One process on a host: start, signal, end, what it printed. Which processes make the system is
//! left to `site`.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail};
use baton_client::until;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// A stop in order takes less: a broker hands its streams over, a gateway drains.
const STOP_LIMIT: Duration = Duration::from_mins(1);
/// Characters of what a process printed last that a failure shows.
const SHOWN: usize = 2_000;

/// A process. The network's end ends it too.
#[derive(Debug)]
pub(crate) struct Process {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts a command; what it prints is added to `<folder>/<name>.log`.
    pub(crate) fn start(name: &str, mut command: Command, folder: &Path) -> anyhow::Result<Self> {
        let log = folder.join(format!("{name}.log"));
        let file = OpenOptions::new().create(true).append(true).open(&log)?;
        command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
        let child = command.spawn().with_context(|| format!("cannot start {name}"))?;
        Ok(Self { name: name.to_owned(), child, log })
    }

    /// Fails when it has ended by itself.
    pub(crate) fn check(&mut self) -> anyhow::Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => bail!("{} ended with {status}: {}", self.name, self.printed()),
        }
    }

    /// SIGKILL, and waits until it is gone.
    pub(crate) fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: Signal) -> anyhow::Result<()> {
        let id = Pid::from_raw(i32::try_from(self.child.id()).context("process ids are small")?);
        kill(id, signal).with_context(|| format!("{} cannot be sent {signal}", self.name))
    }

    /// Asks it to stop with this signal, and waits until it has.
    pub(crate) async fn stop(&mut self, signal: Signal) -> anyhow::Result<()> {
        self.signal(signal)?;
        let child = &mut self.child;
        let ended = async || child.try_wait().ok().flatten();
        until(&format!("the end of {}", self.name), STOP_LIMIT, ended).await?;
        Ok(())
    }

    fn printed(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let skip = text.chars().count().saturating_sub(SHOWN);
        text.chars().skip(skip).collect()
    }
}
