//! How deliveries become events of one connection: cut for its reader, in order, nothing older
//! than what was told. The second half of the pure session.

use baton_common::ids::ChatId;
use baton_common::notice::News;
use baton_common::protocol::event::Event;
use baton_common::record::Profile;
use baton_common::view::{AgentView, Ewt, QueueView};
use baton_common::words::Change as ParticipantChange;

use super::feed::ChatNow;
use super::session::{Output, Session, send};
use crate::boards::Topic;
use crate::caller::Reader;
use crate::shape;
use crate::signals::{Signal, SignalKind};

/// What an event of a chat needs of what was said there.
pub(crate) struct Said {
    pub(crate) profile: Profile,
    /// Number of the last line for the reader.
    pub(crate) last: u64,
}

impl Session {
    /// News of a leader, but offers and whole chats, which need more.
    pub(crate) fn news(&mut self, news: &News, said: Option<&Said>) -> Vec<Output> {
        match news {
            News::OfferGone { offer, why, detail, .. } => {
                self.offer_ended(offer);
                let (offer_id, why, detail) = (offer.clone(), *why, *detail);
                vec![send(&Event::OfferGone { offer_id, why, detail })]
            }
            News::Participant { chat, participant, change } => {
                let reader = self.caller().reader();
                let seq = self.seq(chat, said);
                let profile = said.map(|said| said.profile.clone()).unwrap_or_default();
                let row = shape::chat::participant(participant, &profile, reader);
                let hidden = reader == Reader::Customer && *change == ParticipantChange::Invited;
                let Some(participant) = row.filter(|_| !hidden) else {
                    return Vec::new();
                };
                let (chat_id, change) = (chat.clone(), *change);
                let reason = None;
                vec![send(&Event::ChatParticipant { chat_id, seq, participant, change, reason })]
            }
            News::Invite { chat, invite } if self.caller().reader() != Reader::Customer => {
                let (chat_id, seq) = (chat.clone(), self.seq(chat, said));
                let invite = shape::chat::invite(invite);
                vec![send(&Event::ChatInvite { chat_id, seq, invite })]
            }
            News::Agent(view) => self.agent(view, false).into_iter().collect(),
            News::Invite { .. }
            | News::OfferNew(_)
            | News::Chat(_)
            | News::Config { .. }
            | News::Replaced { .. } => Vec::new(),
        }
    }

    /// A chat changed, or a watched one was looked at.
    pub(crate) fn chat(&mut self, now: &ChatNow, watched: bool) -> Vec<Output> {
        let topic = Topic::Chat(now.view.chat.clone());
        let again = watched && self.again.remove(&topic);
        let (chat, change) = self.feed.state(now, again);
        let mut out = Vec::new();
        out.extend(chat.map(|chat| send(&Event::ChatState(Box::new(chat)))));
        out.extend(change.map(Output::Change));
        out
    }

    /// Somebody types or has read.
    pub(crate) fn signal(&self, signal: &Signal, said: Option<&Said>) -> Option<Output> {
        if !self.feed.is_live(&signal.chat) || signal.person == self.caller().person {
            return None;
        }
        let profile = said.map(|said| said.profile.clone()).unwrap_or_default();
        let from = shape::line::sender(&signal.from, &profile);
        let (chat_id, seq) = (signal.chat.clone(), self.seq(&signal.chat, said));
        let upto = signal.upto.clone();
        Some(send(&match signal.kind {
            SignalKind::Typing => Event::ChatTyping { chat_id, seq, from, upto },
            SignalKind::Read => Event::ChatRead { chat_id, seq, from, upto },
        }))
    }

    /// The customer's place in line.
    pub(crate) fn position(
        &mut self,
        position: u32,
        ewt: Option<Ewt>,
        last: u64,
    ) -> Option<Output> {
        let chat_id = self.caller().chat()?.clone();
        let ewt = ewt.map(shape::ewt);
        let seq = self.feed.seq(&chat_id, last);
        let new = self.feed.position(&chat_id, position, ewt);
        new.then(|| send(&Event::ChatPosition { chat_id, seq, position, ewt }))
    }

    /// Rows of the board of agents: those that this connection does not know.
    pub(crate) fn agents(&mut self, rows: &[AgentView]) -> Vec<Output> {
        let again = self.again.remove(&Topic::Agents);
        rows.iter().filter_map(|row| self.agent(row, again)).collect()
    }

    /// Rows of the board of queues: those that this connection does not know.
    pub(crate) fn queues(&mut self, rows: &[QueueView]) -> Vec<Output> {
        let again = self.again.remove(&Topic::Queues);
        let mut out = Vec::new();
        for row in rows {
            let told = self.queues.get(&row.queue).copied();
            if told.is_none_or(|told| row.rev > told || (again && row.rev == told)) {
                self.queues.insert(row.queue.clone(), row.rev);
                out.push(send(&Event::QueueState(Box::new(shape::rows::queue(row)))));
            }
        }
        out
    }

    fn agent(&mut self, row: &AgentView, again: bool) -> Option<Output> {
        let told = self.agents.get(&row.agent).copied();
        if told.is_some_and(|told| row.rev < told || (row.rev == told && !again)) {
            return None;
        }
        self.agents.insert(row.agent.clone(), row.rev);
        Some(send(&Event::AgentState(Box::new(shape::rows::agent(row)))))
    }

    fn seq(&self, chat: &ChatId, said: Option<&Said>) -> u64 {
        self.feed.seq(chat, said.map_or(0, |said| said.last))
    }
}
