//! Everything that one connection sent and received, in order, and waiting for what is to come.
//! It leaves the meaning of frames to those who look.

use std::fmt::Write as _;
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::watch;
use tokio::time::timeout_at;

/// More frames than any test causes; a connection with more has gone wild.
const FRAMES: usize = 200_000;
/// Frames that a failure shows.
const SHOWN: usize = 40;
/// Characters of a frame that a failure shows.
const SHOWN_CHARS: usize = 600;

/// One frame.
#[derive(Clone, Debug)]
pub struct Heard {
    /// When.
    pub at: Instant,
    /// Whether this side sent it.
    pub sent: bool,
    /// What.
    pub frame: Value,
}

/// How a connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// The close frame's code, if there was one.
    pub code: Option<u16>,
    /// Its reason, or the transport's error.
    pub reason: String,
}

/// Why a frame was not found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    /// It did not come in time.
    #[error("did not come in time")]
    Late,
    /// The connection ended first.
    #[error("did not come before the connection ended: {0:?}")]
    Ended(End),
}

/// The frames of one connection.
#[derive(Debug)]
pub struct History {
    began: Instant,
    inner: Mutex<Inner>,
    changed: watch::Sender<usize>,
}

#[derive(Debug, Default)]
struct Inner {
    frames: Vec<Heard>,
    end: Option<End>,
}

impl Default for History {
    fn default() -> Self {
        Self { began: Instant::now(), inner: Mutex::default(), changed: watch::Sender::new(0) }
    }
}

impl History {
    pub(crate) fn push(&self, sent: bool, at: Instant, frame: Value) {
        let mut inner = self.lock();
        assert!(inner.frames.len() < FRAMES, "a connection had more than {FRAMES} frames");
        inner.frames.push(Heard { at, sent, frame });
        drop(inner);
        self.changed.send_modify(|count| *count += 1);
    }

    pub(crate) fn end(&self, end: End) {
        self.lock().end.get_or_insert(end);
        self.changed.send_modify(|count| *count += 1);
    }

    /// How many frames there are: a place to look from later.
    pub fn len(&self) -> usize {
        self.lock().frames.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How the connection ended, if it has.
    pub fn ended(&self) -> Option<End> {
        self.lock().end.clone()
    }

    /// All frames.
    pub fn all(&self) -> Vec<Heard> {
        self.lock().frames.clone()
    }

    /// What was received from a place on.
    pub fn received_from(&self, from: usize) -> Vec<Value> {
        let inner = self.lock();
        let heard = inner.frames.iter().skip(from).filter(|heard| !heard.sent);
        heard.map(|heard| heard.frame.clone()).collect()
    }

    /// The first received frame from a place on that fits, now or within a time.
    pub async fn find(
        &self,
        from: usize,
        within: Duration,
        fits: impl Fn(&Value) -> bool,
    ) -> Result<Value, Missing> {
        let deadline = tokio::time::Instant::now() + within;
        let mut changed = self.changed.subscribe();
        let mut next = from;
        loop {
            changed.mark_unchanged();
            let (found, end) = self.look(&mut next, &fits);
            if let Some(frame) = found {
                return Ok(frame);
            }
            if let Some(end) = end {
                return Err(Missing::Ended(end));
            }
            if timeout_at(deadline, changed.changed()).await.is_err() {
                return Err(Missing::Late);
            }
        }
    }

    /// Waits for the connection's end.
    pub async fn wait_end(&self, within: Duration) -> Option<End> {
        match self.find(usize::MAX, within, |_| false).await {
            Err(Missing::Ended(end)) => Some(end),
            _ => None,
        }
    }

    /// The newest frames, for a failure's message.
    pub fn recent(&self) -> String {
        let inner = self.lock();
        let skip = inner.frames.len().saturating_sub(SHOWN);
        let mut text = format!("the last frames ({skip} earlier ones left out):\n");
        for heard in inner.frames.iter().skip(skip) {
            let after = heard.at.duration_since(self.began).as_secs_f64();
            let arrow = if heard.sent { "→" } else { "←" };
            let frame: String = heard.frame.to_string().chars().take(SHOWN_CHARS).collect();
            let _ = writeln!(text, "  {after:8.3} {arrow} {frame}");
        }
        let _ = write!(text, "  end: {:?}", inner.end);
        text
    }

    fn look(
        &self,
        next: &mut usize,
        fits: &impl Fn(&Value) -> bool,
    ) -> (Option<Value>, Option<End>) {
        let inner = self.lock();
        let new = inner.frames.get(*next..).unwrap_or_default();
        let found = new.iter().find(|heard| !heard.sent && fits(&heard.frame));
        let found = found.map(|heard| heard.frame.clone());
        *next = (*next).max(inner.frames.len());
        (found, inner.end.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("nobody panics while holding it")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SHORT: Duration = Duration::from_millis(20);

    #[tokio::test]
    async fn what_was_there_and_what_comes_are_found_and_what_was_sent_is_not() {
        let history = History::default();
        history.push(true, Instant::now(), json!({"type": "a"}));
        let is_a = |frame: &Value| frame["type"] == "a";
        assert_eq!(history.find(0, SHORT, is_a).await, Err(Missing::Late));
        let late = history.find(0, Duration::from_secs(5), is_a);
        let push = async { history.push(false, Instant::now(), json!({"type": "a", "n": 1})) };
        let (found, ()) = tokio::join!(late, push);
        assert_eq!(found.unwrap()["n"], 1);
        assert_eq!(history.find(2, SHORT, is_a).await, Err(Missing::Late));
        history.end(End { code: Some(1012), reason: String::new() });
        assert!(matches!(history.find(2, SHORT, is_a).await, Err(Missing::Ended(_))));
        assert_eq!(history.wait_end(SHORT).await.unwrap().code, Some(1012));
    }
}
