//! One agent's desk: chats that share the agent, each getting its part of a pace that depends on
//! how many there are. Whether the agent gets another one is the engine's to say.

use crate::model::{Agents, float};

/// Chats that are worked on at the same time.
#[derive(Debug)]
pub(crate) struct Desk {
    /// How fast each of so many chats is dealt with, from none on.
    paces: Vec<f64>,
    /// Work that each chat has got that was there since the desk was last empty.
    progress: f64,
    /// When `progress` was up to date.
    since: f64,
    /// At which progress a chat will be done, and which chat.
    chats: Vec<(f64, u64)>,
    /// Rises with every change: what was planned before holds no more.
    plan: u64,
}

impl Desk {
    /// An empty desk of one of these agents.
    pub(crate) fn new(agents: &Agents) -> Self {
        let pace = |chats: u64| agents.rate(chats.max(1)) / float(chats.max(1));
        let paces = (0..=agents.slots).map(pace).collect();
        Self { paces, progress: 0.0, since: 0.0, chats: Vec::new(), plan: 0 }
    }

    /// How many chats there are.
    pub(crate) fn len(&self) -> usize {
        self.chats.len()
    }

    /// The number of the present plan.
    pub(crate) fn plan(&self) -> u64 {
        self.plan
    }

    /// A chat begins that would take `work` alone at pace 1.
    pub(crate) fn begin(&mut self, now: f64, chat: u64, work: f64) {
        self.pass(now);
        self.chats.push((self.progress + work, chat));
        assert!(self.len() < self.paces.len(), "the engine gave an agent more than they can carry");
    }

    /// When the next chat is done as things stand; none: there is none.
    pub(crate) fn next(&self) -> Option<f64> {
        let (done_at, _) = self.first()?;
        Some(self.since + (done_at - self.progress).max(0.0) / self.paces[self.len()])
    }

    /// The chat that is done now leaves the desk.
    pub(crate) fn end(&mut self, now: f64) -> Option<u64> {
        self.pass(now);
        let (_, chat) = self.first()?;
        self.chats.retain(|(_, other)| *other != chat);
        Some(chat)
    }

    fn first(&self) -> Option<(f64, u64)> {
        self.chats.iter().copied().min_by(|a, b| a.0.total_cmp(&b.0))
    }

    fn pass(&mut self, now: f64) {
        // From nothing again, so that sums of long runs lose no precision.
        self.progress = match self.len() {
            0 => 0.0,
            chats => self.progress + (now - self.since) * self.paces[chats],
        };
        self.since = now;
        self.plan += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Model;

    fn desk(agents: &str) -> Desk {
        let text = format!(
            "name = 'm'\nabout = ''\n[[class]]\nname = 'a'\nrate = 0.1\n[[agents]]\n{agents}"
        );
        Desk::new(&Model::parse(&text).unwrap().agents[0])
    }

    #[track_caller]
    fn next(desk: &Desk, at: f64) {
        let next = desk.next().unwrap();
        assert!((next - at).abs() < 1e-9, "{next} is not {at}");
    }

    #[test]
    fn a_second_chat_slows_the_first_as_the_rates_say() {
        let mut desk = desk("slots = 2\nrates = [1.0, 1.5]");
        desk.begin(10.0, 1, 1.0);
        next(&desk, 11.0);
        // Half is done; the other half goes at 0.75.
        desk.begin(10.5, 2, 0.3);
        next(&desk, 10.9);
        assert_eq!(desk.end(10.9), Some(2));
        next(&desk, 11.1);
        assert_eq!((desk.end(11.1), desk.len()), (Some(1), 0));
    }

    #[test]
    fn without_rates_chats_do_not_slow_each_other() {
        let mut desk = desk("slots = 2\nspeed = 2.0");
        desk.begin(0.0, 1, 1.0);
        desk.begin(0.25, 2, 1.0);
        next(&desk, 0.5);
        assert_eq!(desk.end(0.5), Some(1));
        next(&desk, 0.75);
    }
}
