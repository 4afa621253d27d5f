//! Follows all internal chats of one person. Live messages say that a pair has something new;
//! what it is comes from the pair's log, so that numbers fit and repeats are dropped. Whatever
//! live messages did not show is found by looking at each pair's newest record.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_nats::Subscriber;
use baton_common::command::Person;
use baton_common::ids::WorkspaceId;
use futures_util::StreamExt as _;
use futures_util::stream::{SelectAll, select_all};
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::{Dm, dm};
use crate::transcript::{Circle, Pairs, Stirred, Transcript};

/// Messages that wait for one reader; more wait in the log.
const BACKLOG: usize = 64;
/// A pair's log is kept at hand for so long after it was last needed.
const KEEP: Duration = Duration::from_mins(1);

/// What one reader was told.
struct Follower {
    circle: Circle,
    reader: mpsc::Sender<Dm>,
    /// Whether each pair's newest record is in `told`: a pair that is not has said nothing yet.
    noted: bool,
    /// The newest record of each pair that the reader has, or had no claim to.
    told: HashMap<String, u64>,
    logs: HashMap<String, (Arc<Transcript>, Instant)>,
}

/// Whether the broker answered for everything that is to be told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    All,
    NotAll,
}

/// The reader is gone.
struct Gone;

/// Subscribes, notes what is there, and tells what comes after.
pub(super) async fn start(
    pairs: &Pairs,
    workspace: &WorkspaceId,
    me: &Person,
) -> mpsc::Receiver<Dm> {
    let (reader, receiver) = mpsc::channel(BACKLOG);
    // Without: the client is closed, and the process about to end.
    if let Ok((circle, live)) = pairs.circle(workspace, me).await {
        let mut follower =
            Follower { circle, reader, noted: false, told: HashMap::new(), logs: HashMap::new() };
        follower.note().await;
        tokio::spawn(follower.run(select_all(live)));
    }
    receiver
}

impl Follower {
    async fn run(mut self, mut live: SelectAll<Subscriber>) {
        let mut state = self.circle.state();
        let shutdown = self.circle.shutdown();
        let first = if self.noted { Circle::LOOK_EVERY } else { Circle::LOOK_AGAIN };
        let mut look = interval_at(Instant::now() + first, Circle::LOOK_EVERY);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let reader = self.reader.clone();
        loop {
            let went_on = tokio::select! {
                biased;
                () = shutdown.cancelled() => return,
                () = reader.closed() => return,
                message = live.next() => match message.as_ref() {
                    Some(message) => self.hear(Stirred::live(message)).await,
                    None => return,
                },
                changed = state.changed() => match changed {
                    Ok(()) => self.look().await,
                    Err(_) => return,
                },
                _ = look.tick() => self.look().await,
            };
            match went_on {
                Ok(Told::All) => {}
                Ok(Told::NotAll) => look.reset_after(Circle::LOOK_AGAIN),
                Err(Gone) => return,
            }
        }
    }

    /// Notes what is there, so that only what comes after it is told.
    async fn note(&mut self) -> Told {
        let Ok(newest) = self.circle.newest().await else {
            return Told::NotAll;
        };
        for stirred in newest {
            self.told.entry(stirred.subject).or_insert(stirred.seq);
        }
        self.noted = true;
        Told::All
    }

    async fn hear(&mut self, stirred: Option<Stirred>) -> Result<Told, Gone> {
        match stirred {
            Some(stirred) => self.tell(&stirred).await,
            None => Ok(Told::All),
        }
    }

    /// Compares each pair's newest record with what was told.
    async fn look(&mut self) -> Result<Told, Gone> {
        self.logs.retain(|_, (_, used)| used.elapsed() < KEEP);
        if !self.noted {
            return Ok(self.note().await);
        }
        let Ok(newest) = self.circle.newest().await else {
            return Ok(Told::NotAll);
        };
        let mut told = Told::All;
        for stirred in newest {
            if self.tell(&stirred).await? == Told::NotAll {
                told = Told::NotAll;
            }
        }
        Ok(told)
    }

    /// Tells what a pair has said since.
    async fn tell(&mut self, stirred: &Stirred) -> Result<Told, Gone> {
        let unknown = if self.noted { 0 } else { stirred.previous };
        let told = self.told.get(&stirred.subject).copied().unwrap_or(unknown);
        if told >= stirred.seq {
            return Ok(Told::All);
        }
        let Ok(log) = self.circle.log(stirred).await else {
            return Ok(Told::NotAll);
        };
        let (lines, last) = log.stored_after(told);
        for line in lines.iter().filter_map(dm) {
            self.reader.send(line).await.map_err(|_| Gone)?;
        }
        self.told.insert(stirred.subject.clone(), last);
        self.logs.insert(stirred.subject.clone(), (log, Instant::now()));
        Ok(Told::All)
    }
}
