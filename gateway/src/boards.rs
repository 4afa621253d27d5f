//! Live boards: while anybody here watches, the leader is asked once a second, and every watcher
//! is told. Which rows are new to a connection is the connection's to say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use baton_common::ask::{Ask, ReplyBody};
use baton_common::code::Code;
use baton_common::hash;
use baton_common::ids::{ChatId, ConnectionId, WorkspaceId};
use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::gateway::Gateway;
use crate::registry::{Delivery, Handle};

/// The contract's "at most once a second".
const EVERY: Duration = Duration::from_secs(1);

/// What can be watched.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Topic {
    /// All queues.
    Queues,
    /// All agents.
    Agents,
    /// One chat.
    Chat(ChatId),
}

impl Topic {
    /// Reads a topic's name; bounds were checked before.
    pub(crate) fn of(text: &str) -> Self {
        match text.strip_prefix("chat:") {
            Some(chat) => Self::Chat(chat.into()),
            None if text == "agents" => Self::Agents,
            None => Self::Queues,
        }
    }
}

type Watched = BTreeMap<(WorkspaceId, Topic), BTreeMap<ConnectionId, Handle>>;

/// Who watches what; clones are the same.
#[derive(Clone)]
pub(crate) struct Boards(Arc<Inner>);

struct Inner {
    watched: Mutex<Watched>,
    /// By shard.
    changed: Vec<Notify>,
}

impl Boards {
    pub(crate) fn new(shards: u16) -> Self {
        let changed = (0..shards).map(|_| Notify::new()).collect();
        Self(Arc::new(Inner { watched: Mutex::default(), changed }))
    }

    /// Begins watching; the rows come at once.
    pub(crate) fn watch(&self, workspace: &WorkspaceId, topics: Vec<Topic>, handle: &Handle) {
        let mut watched = self.0.watched.lock();
        for topic in topics {
            let watchers = watched.entry((workspace.clone(), topic)).or_default();
            watchers.insert(handle.connection.clone(), handle.clone());
        }
        drop(watched);
        self.changed(hash::shard_of(workspace, self.shards())).notify_one();
    }

    /// Ends watching.
    pub(crate) fn unwatch(
        &self,
        workspace: &WorkspaceId,
        topics: &[Topic],
        connection: &ConnectionId,
    ) {
        let mut watched = self.0.watched.lock();
        for topic in topics {
            let key = (workspace.clone(), topic.clone());
            if let Some(watchers) = watched.get_mut(&key) {
                watchers.remove(connection);
                if watchers.is_empty() {
                    watched.remove(&key);
                }
            }
        }
    }

    fn topics(&self, shard: u16) -> BTreeSet<(WorkspaceId, Topic)> {
        let watched = self.0.watched.lock();
        let here = |key: &&(WorkspaceId, Topic)| hash::shard_of(&key.0, self.shards()) == shard;
        watched.keys().filter(here).cloned().collect()
    }

    fn changed(&self, shard: u16) -> &Notify {
        &self.0.changed[usize::from(shard)]
    }

    fn shards(&self) -> u16 {
        u16::try_from(self.0.changed.len()).expect("there is one for each shard")
    }

    fn tell(&self, key: &(WorkspaceId, Topic), delivery: &Delivery) {
        let watchers: Vec<_> = self
            .0
            .watched
            .lock()
            .get(key)
            .map(|w| w.values().cloned().collect())
            .unwrap_or_default();
        for handle in watchers {
            handle.tell(delivery.clone());
        }
    }
}

/// Runs for one shard until the gateway drains: one that nobody leads delays no other.
pub(crate) async fn run(gateway: Gateway, shard: u16) {
    let changed = gateway.boards.changed(shard);
    loop {
        let topics = gateway.boards.topics(shard);
        if topics.is_empty() {
            tokio::select! {
                () = gateway.closing.cancelled() => return,
                () = changed.notified() => continue,
            }
        }
        for key in topics {
            if let Some(delivery) = ask(&gateway, &key).await {
                gateway.boards.tell(&key, &delivery);
            }
        }
        // A new watcher is not kept waiting; a crowd of them asks no more often than others.
        tokio::select! {
            () = gateway.closing.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
            () = changed.notified() => {
                tokio::time::sleep(EVERY / 20).await;
            }
        }
    }
}

async fn ask(gateway: &Gateway, (workspace, topic): &(WorkspaceId, Topic)) -> Option<Delivery> {
    let ws = workspace.clone();
    let question = match topic {
        Topic::Queues => Ask::Queues { workspace: ws },
        Topic::Agents => Ask::Agents { workspace: ws },
        Topic::Chat(chat) => Ask::Chat { workspace: ws, chat: chat.clone() },
    };
    match gateway.link.ask(workspace, question).await {
        Ok(ReplyBody::Queues(rows)) => Some(Delivery::Queues(Arc::new(rows))),
        Ok(ReplyBody::Agents(rows)) => Some(Delivery::Agents(Arc::new(rows))),
        Ok(ReplyBody::Chat(view)) => Some(Delivery::Watched(Arc::from(view))),
        Ok(_) => None,
        Err(rejection) => {
            if rejection.code == Code::NotFound {
                // Forgotten since: nothing will change any more.
                gateway.boards.0.watched.lock().remove(&(workspace.clone(), topic.clone()));
            }
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_read_as_they_are_written() {
        assert_eq!(Topic::of("queues"), Topic::Queues);
        assert_eq!(Topic::of("agents"), Topic::Agents);
        assert_eq!(Topic::of("chat:cht_1"), Topic::Chat("cht_1".into()));
    }
}
