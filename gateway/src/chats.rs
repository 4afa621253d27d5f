//! The newest known views of chats: kept fresh by notices while somebody connected here takes
//! part, and for a while after they were last asked for.
//!
//! A cache: the leader's answer is the truth, and a newer `rev` always wins.

use std::sync::Arc;
use std::time::{Duration, Instant};

use baton_common::command::Person;
use baton_common::ids::{ChatId, WorkspaceId};
use baton_common::limits;
use baton_common::view::ChatView;
use baton_common::words::ChatState;
use dashmap::DashMap;
use tokio::task::AbortHandle;

/// Views that nobody holds are kept so long, to serve readers while no router answers.
const KEPT: Duration = Duration::from_mins(10);

type Key = (WorkspaceId, ChatId);

/// The cache.
#[derive(Default)]
pub(crate) struct Chats(DashMap<Key, Cached>);

struct Cached {
    view: Arc<ChatView>,
    holders: usize,
    seen: Instant,
    listening: Option<AbortHandle>,
}

/// Keeps a chat in the cache; dropped, it lets go.
pub(crate) struct Held {
    chats: Arc<Chats>,
    key: Key,
    first: bool,
}

impl Held {
    /// Whether nobody held the chat before.
    pub(crate) const fn is_first(&self) -> bool {
        self.first
    }
}

impl Chats {
    /// Takes in a view; gives the newest there is.
    pub(crate) fn learn(&self, view: &Arc<ChatView>) -> Arc<ChatView> {
        let key = (view.workspace.clone(), view.chat.clone());
        let mut cached = self.0.entry(key).or_insert_with(|| Cached::new(view));
        cached.seen = Instant::now();
        // Positions change without a new revision: the later answer counts.
        if view.rev >= cached.view.rev {
            cached.view = Arc::clone(view);
        }
        Arc::clone(&cached.view)
    }

    /// The newest view, however old.
    pub(crate) fn newest(&self, workspace: &WorkspaceId, chat: &ChatId) -> Option<Arc<ChatView>> {
        self.0.get(&(workspace.clone(), chat.clone())).map(|cached| Arc::clone(&cached.view))
    }

    /// The newest view if notices keep it fresh.
    pub(crate) fn live(&self, workspace: &WorkspaceId, chat: &ChatId) -> Option<Arc<ChatView>> {
        let cached = self.0.get(&(workspace.clone(), chat.clone()))?;
        (cached.holders > 0).then(|| Arc::clone(&cached.view))
    }

    /// Keeps a chat for as long as the result lives.
    pub(crate) fn hold(chats: &Arc<Self>, view: &Arc<ChatView>) -> Held {
        chats.learn(view);
        let key = (view.workspace.clone(), view.chat.clone());
        let mut cached = chats.0.entry(key.clone()).or_insert_with(|| Cached::new(view));
        cached.holders += 1;
        let first = cached.holders == 1;
        drop(cached);
        Held { chats: Arc::clone(chats), key, first }
    }

    /// Ends `listening` when the last holder lets go.
    pub(crate) fn attach(&self, held: &Held, listening: AbortHandle) {
        if let Some(mut cached) = self.0.get_mut(&held.key) {
            if let Some(before) = cached.listening.replace(listening) {
                before.abort();
            }
        } else {
            listening.abort();
        }
    }

    /// Chats whose customer waits, by workspace; `is_here` says whose customer is connected.
    pub(crate) fn waiting(
        &self,
        is_here: impl Fn(&WorkspaceId, &Person) -> bool,
    ) -> Vec<(WorkspaceId, ChatId)> {
        let mut waiting = Vec::new();
        for entry in &self.0 {
            let (workspace, chat) = entry.key();
            let state = entry.value().view.state;
            if entry.value().holders > 0
                && matches!(state, ChatState::Queued | ChatState::Offered)
                && is_here(workspace, &Person::Customer(chat.clone()))
            {
                waiting.push((workspace.clone(), chat.clone()));
            }
        }
        waiting
    }

    /// Forgets what nobody holds and nobody asked for lately.
    pub(crate) fn tidy(&self, now: Instant) {
        let age = |cached: &Cached| now.saturating_duration_since(cached.seen);
        let unheld = self.0.iter().filter(|cached| cached.holders == 0);
        let mut ages: Vec<Duration> = unheld.map(|cached| age(&cached)).collect();
        let surplus = ages.len() > limits::RECENT_CHATS;
        // The youngest stay where there are too many.
        let bound = if surplus { *ages.select_nth_unstable(limits::RECENT_CHATS).1 } else { KEPT };
        let bound = bound.min(KEPT);
        self.0.retain(|_, cached| cached.holders > 0 || age(cached) < bound);
    }

    fn release(&self, key: &Key) {
        if let Some(mut cached) = self.0.get_mut(key) {
            cached.holders = cached.holders.saturating_sub(1);
            if cached.holders == 0
                && let Some(listening) = cached.listening.take()
            {
                listening.abort();
            }
        }
    }
}

impl Cached {
    fn new(view: &Arc<ChatView>) -> Self {
        Self { view: Arc::clone(view), holders: 0, seen: Instant::now(), listening: None }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.chats.release(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::samples;

    fn view(rev: u64) -> Arc<ChatView> {
        Arc::new(ChatView { rev, ..samples::chat("cht_1") })
    }

    #[test]
    fn an_older_view_never_replaces_a_newer() {
        let chats = Chats::default();
        assert_eq!(chats.learn(&view(5)).rev, 5);
        assert_eq!(chats.learn(&view(4)).rev, 5);
        assert_eq!(chats.learn(&view(6)).rev, 6);
    }

    #[test]
    fn only_held_views_are_live() {
        let chats = Arc::new(Chats::default());
        let (workspace, chat) = ("default".into(), "cht_1".into());
        chats.learn(&view(1));
        assert!(chats.live(&workspace, &chat).is_none());
        let (a, b) = (Chats::hold(&chats, &view(1)), Chats::hold(&chats, &view(1)));
        assert!(a.is_first() && !b.is_first());
        drop(a);
        assert!(chats.live(&workspace, &chat).is_some());
        drop(b);
        assert!(chats.live(&workspace, &chat).is_none());
        assert!(chats.newest(&workspace, &chat).is_some());
        chats.tidy(Instant::now() + KEPT);
        assert!(chats.newest(&workspace, &chat).is_none());
    }

    #[test]
    fn the_youngest_of_too_many_stay_however_many_are_held() {
        let chats = Arc::new(Chats::default());
        let (workspace, start) = (WorkspaceId::new("default"), Instant::now());
        let view = |n: usize| Arc::new(samples::chat(&format!("cht_{n}")));
        let many = limits::RECENT_CHATS;
        let _held: Vec<_> = (0..many).map(|n| Chats::hold(&chats, &view(n))).collect();
        for n in many..2 * many + 2 {
            chats.learn(&view(n));
            let seen = start + Duration::from_micros(n as u64);
            chats.0.get_mut(&(workspace.clone(), view(n).chat.clone())).unwrap().seen = seen;
        }
        chats.tidy(start + Duration::from_secs(1));
        let is_there = |n: usize| chats.newest(&workspace, &view(n).chat).is_some();
        assert_eq!(chats.0.len(), 2 * many);
        assert!(is_there(0) && !is_there(many) && !is_there(many + 1) && is_there(many + 2));
    }

    #[test]
    fn customers_who_wait_here_are_listed() {
        let chats = Arc::new(Chats::default());
        let _held = Chats::hold(&chats, &view(1));
        assert_eq!(chats.waiting(|_, _| true).len(), 1);
        assert_eq!(chats.waiting(|_, _| false).len(), 0);
    }
}
