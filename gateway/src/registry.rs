//! Who is connected here: handles to the tasks of sockets, by person. Also what the routers are
//! told of them: digests and announcements.
//!
//! No guard of the map lives over an await: every method is plain.

use std::collections::BTreeMap;
use std::sync::Arc;

use baton_common::command::{Person, Presence};
use baton_common::hash::{Mark, shard_of};
use baton_common::ids::{ConnectionId, WorkspaceId};
use baton_common::limits;
use baton_common::notice::{ConnectionDigest, Notice, connection_hash};
use baton_common::protocol::event::ByeReason;
use baton_common::view::{AgentView, ChatView, Ewt, QueueView};
use dashmap::DashMap;
use parking_lot::Mutex;
use smol_str::SmolStr;
use tokio::sync::{mpsc, watch};

use crate::signals::Signal;

/// Something for one connection.
#[derive(Clone)]
pub(crate) enum Delivery {
    /// What a leader tells.
    News(Arc<Notice>),
    /// Continuity was lost: ask for everything.
    Resync,
    /// Somebody types or has read.
    Signal(Arc<Signal>),
    /// The customer's place in line.
    Position(u32, Option<Ewt>),
    /// Rows of the board of queues.
    Queues(Arc<Vec<QueueView>>),
    /// Rows of the board of agents.
    Agents(Arc<Vec<AgentView>>),
    /// A chat that is watched.
    Watched(Arc<ChatView>),
}

/// The way to one connection's task.
#[derive(Clone)]
pub(crate) struct Handle {
    /// Which connection.
    pub(crate) connection: ConnectionId,
    /// The client's own id of itself.
    pub(crate) client_id: SmolStr,
    /// Stands for it, for the routers.
    pub(crate) client: Mark,
    /// Where deliveries go; full means slow.
    pub(crate) inbox: mpsc::Sender<Delivery>,
    /// Set once: the connection shall close.
    pub(crate) stop: Arc<watch::Sender<Option<ByeReason>>>,
}

impl Handle {
    /// Hands something over; a connection that cannot take it is closed.
    pub(crate) fn tell(&self, delivery: Delivery) {
        if matches!(self.inbox.try_send(delivery), Err(mpsc::error::TrySendError::Full(_))) {
            self.stop(ByeReason::Slow);
        }
    }

    /// Asks the connection to close; the first reason counts.
    pub(crate) fn stop(&self, reason: ByeReason) {
        self.stop.send_if_modified(|stop| {
            let first = stop.is_none();
            stop.get_or_insert(reason);
            first
        });
    }
}

type Key = (WorkspaceId, Person);

/// All connections of this gateway.
pub(crate) struct Registry {
    shards: u16,
    people: DashMap<Key, Vec<Handle>>,
    digests: Mutex<BTreeMap<u16, ConnectionDigest>>,
}

impl Registry {
    pub(crate) fn new(shards: u16) -> Self {
        Self { shards, people: DashMap::new(), digests: Mutex::default() }
    }

    /// Adds a connection; from here on it is told everything.
    pub(crate) fn add(&self, workspace: &WorkspaceId, person: &Person, handle: Handle) {
        self.count(workspace, &handle.connection, true);
        self.people.entry((workspace.clone(), person.clone())).or_default().push(handle);
    }

    /// Takes a connection out.
    pub(crate) fn remove(
        &self,
        workspace: &WorkspaceId,
        person: &Person,
        connection: &ConnectionId,
    ) {
        let key = (workspace.clone(), person.clone());
        let mut removed = false;
        self.people.remove_if_mut(&key, |_, handles| {
            let before = handles.len();
            handles.retain(|handle| handle.connection != *connection);
            removed = handles.len() < before;
            handles.is_empty()
        });
        if removed {
            self.count(workspace, connection, false);
        }
    }

    /// Closes the connections that a newer one takes the place of.
    pub(crate) fn replace(
        &self,
        workspace: &WorkspaceId,
        person: &Person,
        newer: &ConnectionId,
        single: bool,
    ) {
        if let Some(handles) = self.people.get(&(workspace.clone(), person.clone())) {
            rivals(&handles, newer, single).for_each(|older| older.stop(ByeReason::Replaced));
        }
    }

    /// Whether a newer connection would take the place of any.
    pub(crate) fn has_rivals(
        &self,
        workspace: &WorkspaceId,
        person: &Person,
        newer: &ConnectionId,
        single: bool,
    ) -> bool {
        let handles = self.people.get(&(workspace.clone(), person.clone()));
        handles.is_some_and(|handles| rivals(&handles, newer, single).next().is_some())
    }

    /// A newer connection at another gateway took this one's place.
    pub(crate) fn replaced(
        &self,
        workspace: &WorkspaceId,
        person: &Person,
        connection: &ConnectionId,
    ) {
        let handles = self.people.get(&(workspace.clone(), person.clone()));
        let older = handles
            .as_ref()
            .and_then(|handles| handles.iter().find(|handle| handle.connection == *connection));
        if let Some(older) = older {
            older.stop(ByeReason::Replaced);
        }
    }

    /// How many connections there are.
    pub(crate) fn connections(&self) -> usize {
        self.digests.lock().values().map(|digest| digest.count as usize).sum()
    }

    /// Tells every connection of a person.
    pub(crate) fn tell(&self, workspace: &WorkspaceId, person: &Person, delivery: &Delivery) {
        if let Some(handles) = self.people.get(&(workspace.clone(), person.clone())) {
            for handle in handles.iter() {
                handle.tell(delivery.clone());
            }
        }
    }

    /// Whether a person has a connection here.
    pub(crate) fn has(&self, workspace: &WorkspaceId, person: &Person) -> bool {
        self.people.contains_key(&(workspace.clone(), person.clone()))
    }

    /// Tells every connection that belongs to a shard.
    pub(crate) fn tell_shard(&self, shard: u16, delivery: &Delivery) {
        for entry in &self.people {
            if shard_of(&entry.key().0, self.shards) == shard {
                for handle in entry.value() {
                    handle.tell(delivery.clone());
                }
            }
        }
    }

    /// Counts and digests, for the pulse.
    pub(crate) fn digests(&self) -> Vec<ConnectionDigest> {
        self.digests.lock().values().copied().collect()
    }

    /// All connections that belong to a shard.
    pub(crate) fn announce(&self, shard: u16) -> Vec<Presence> {
        let mut all = Vec::new();
        for entry in &self.people {
            let (workspace, person) = entry.key();
            if shard_of(workspace, self.shards) != shard {
                continue;
            }
            // One that was replaced is about to close: announced, it would look like a newer one.
            let stays = |handle: &&Handle| *handle.stop.borrow() != Some(ByeReason::Replaced);
            all.extend(entry.value().iter().filter(stays).map(|handle| Presence {
                workspace: workspace.clone(),
                person: person.clone(),
                connection: handle.connection.clone(),
                client: Some(handle.client),
            }));
        }
        all
    }

    fn count(&self, workspace: &WorkspaceId, connection: &ConnectionId, there: bool) {
        let shard = shard_of(workspace, self.shards);
        let mut digests = self.digests.lock();
        let empty = ConnectionDigest { shard, count: 0, xor: 0 };
        let digest = digests.entry(shard).or_insert(empty);
        digest.xor ^= connection_hash(connection.as_str());
        digest.count =
            if there { digest.count.saturating_add(1) } else { digest.count.saturating_sub(1) };
    }
}

/// The older connections that a newer one takes the place of: those with its client id, all where
/// only one is allowed, the oldest where there are too many.
fn rivals<'a>(
    handles: &'a [Handle],
    newer: &ConnectionId,
    single: bool,
) -> impl Iterator<Item = &'a Handle> {
    let newer = handles.iter().position(|handle| handle.connection == *newer);
    let client_id = newer.map(|at| &handles[at].client_id);
    let surplus = handles.len().saturating_sub(limits::PERSON_CONNECTIONS);
    let older = handles.iter().enumerate().take(newer.unwrap_or(0));
    older
        .filter(move |(place, older)| {
            single || Some(&older.client_id) == client_id || *place < surplus
        })
        .map(|(_, older)| older)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handle(
        connection: &str,
        client: &str,
        room: usize,
    ) -> (Handle, mpsc::Receiver<Delivery>, watch::Receiver<Option<ByeReason>>) {
        let (inbox, deliveries) = mpsc::channel(room);
        let (stop, stopped) = watch::channel(None);
        let (connection, client_id) = (connection.into(), client.into());
        let client = Mark::of(&[client]);
        (Handle { connection, client_id, client, inbox, stop: Arc::new(stop) }, deliveries, stopped)
    }

    fn ids() -> (WorkspaceId, Person) {
        ("default".into(), Person::Agent("agent1".into()))
    }

    #[test]
    fn digests_follow_the_connections() {
        let (registry, (workspace, person)) = (Registry::new(1), ids());
        for connection in ["a", "b"] {
            registry.add(&workspace, &person, handle(connection, connection, 1).0);
        }
        let xor = connection_hash("a") ^ connection_hash("b");
        assert_eq!(registry.digests(), [ConnectionDigest { shard: 0, count: 2, xor }]);
        assert_eq!(registry.announce(0).len(), 2);
        registry.remove(&workspace, &person, &"a".into());
        registry.remove(&workspace, &person, &"a".into());
        let xor = connection_hash("b");
        assert_eq!(registry.digests(), [ConnectionDigest { shard: 0, count: 1, xor }]);
        registry.remove(&workspace, &person, &"b".into());
        assert!(!registry.has(&workspace, &person));
        assert_eq!(registry.digests(), [ConnectionDigest { shard: 0, count: 0, xor: 0 }]);
    }

    #[test]
    fn a_newer_connection_replaces_those_of_its_client() {
        let (registry, (workspace, person)) = (Registry::new(1), ids());
        let (tab, _inbox, tab_stop) = handle("a", "tab", 1);
        let (other, _inbox, other_stop) = handle("b", "other", 1);
        let (newer, _inbox, newer_stop) = handle("c", "tab", 1);
        for handle in [tab, other, newer] {
            registry.add(&workspace, &person, handle);
        }
        let has_rivals = |id: &str| registry.has_rivals(&workspace, &person, &id.into(), false);
        assert!(has_rivals("c") && !has_rivals("a") && !has_rivals("b") && !has_rivals("d"));
        assert_eq!(*tab_stop.borrow(), None, "having them closes nobody");
        registry.replace(&workspace, &person, &"c".into(), false);
        assert_eq!(*tab_stop.borrow(), Some(ByeReason::Replaced));
        assert_eq!((*other_stop.borrow(), *newer_stop.borrow()), (None, None));
        registry.replace(&workspace, &person, &"c".into(), true);
        assert_eq!(*other_stop.borrow(), Some(ByeReason::Replaced));
        assert_eq!(*newer_stop.borrow(), None);
    }

    #[test]
    fn a_connection_that_was_replaced_elsewhere_closes_and_is_announced_no_more() {
        let (registry, (workspace, person)) = (Registry::new(1), ids());
        let (older, _inbox, stop) = handle("a", "tab", 1);
        let (other, _inbox, stays) = handle("b", "other", 1);
        for handle in [older, other] {
            registry.add(&workspace, &person, handle);
        }
        registry.replaced(&workspace, &person, &"a".into());
        registry.replaced(&workspace, &person, &"c".into());
        assert_eq!((*stop.borrow(), *stays.borrow()), (Some(ByeReason::Replaced), None));
        let announced = registry.announce(0);
        assert_eq!(announced.len(), 1);
        assert_eq!(announced[0].connection, "b".into());
    }

    #[test]
    fn s8_a_connection_that_takes_nothing_is_closed() {
        let (registry, (workspace, person)) = (Registry::new(1), ids());
        let (slow, _inbox, stop) = handle("a", "a", 1);
        registry.add(&workspace, &person, slow);
        registry.tell(&workspace, &person, &Delivery::Resync);
        assert_eq!(*stop.borrow(), None);
        registry.tell(&workspace, &person, &Delivery::Resync);
        assert_eq!(*stop.borrow(), Some(ByeReason::Slow));
    }
}
