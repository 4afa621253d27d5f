//! A helper process that ends a child when this process is gone, however it went: even after
//! SIGKILL its pipe closes. Leaves the orderly stop of the child to its owner.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

/// Waits for the pipe to close, asks the child to stop, and kills it after ten seconds.
/// A process that has ended and that nobody waits for has an empty command line.
const SCRIPT: &str = r#"runs() {
  kill -0 "$1" 2>/dev/null &&
    { [ ! -e "/proc/$1/cmdline" ] || grep -q . "/proc/$1/cmdline"; }
}
read -r _
kill -TERM "$1" 2>/dev/null
left=100
while [ "$left" -gt 0 ] && runs "$1"; do
  sleep 0.1
  left=$((left - 1))
done
kill -KILL "$1" 2>/dev/null"#;

/// Watches over one child for as long as it lives. Drop it once the child has been waited for.
#[derive(Debug)]
pub struct Guard(Child);

impl Guard {
    /// Starts watching over the process `pid`, a child of this one. The helper is in a process
    /// group of its own, so that a terminal's Ctrl-C does not reach it.
    pub fn over(pid: u32) -> io::Result<Self> {
        let child = Command::new("sh")
            .args(["-c", SCRIPT, "baton-guard"])
            .arg(pid.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        Ok(Self(child))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // Killed before its pipe closes: the child is gone, its number may be another's soon.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sleeper() -> Child {
        Command::new("sleep").arg("60").spawn().unwrap()
    }

    #[test]
    fn the_child_ends_when_the_pipe_closes() {
        let mut child = sleeper();
        let mut guard = Guard::over(child.id()).unwrap();
        drop(guard.0.stdin.take());
        assert!(!child.wait().unwrap().success());
    }

    #[test]
    fn dropping_the_guard_spares_the_child() {
        let mut child = sleeper();
        drop(Guard::over(child.id()).unwrap());
        assert!(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
