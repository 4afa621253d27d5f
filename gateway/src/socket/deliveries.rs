//! Deliveries of one connection: each is joined with what it needs, in turn, and then told. Leaves
//! the joining to `prepare`, and what is told of it to the session.

use std::sync::Arc;

use baton_common::notice::News;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesOrdered;

use super::connection::{Connection, Flow};
use super::greet;
use super::now::{chat_now, holdings_now, said};
use super::prepare::{self, HoldingsJoined, Prepared};
use crate::gateway::Joined;
use crate::news;
use crate::registry::Delivery;
use crate::shape;
use crate::transcript::Transcript;

/// Deliveries that are prepared at the same time.
const PREPARING: usize = 64;

/// What is on its way to a connection's session, in the order in which it came.
#[derive(Default)]
pub(super) struct Deliveries {
    preparing: FuturesOrdered<BoxFuture<'static, Prepared>>,
    resync: Resync,
}

/// Whether everything is being asked for once more. Losses that come meanwhile are one: a leader
/// that is long in coming finds one question of each connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Resync {
    #[default]
    Idle,
    Asking,
    /// Something was lost since, so the answer may be too old.
    AskingAgain,
}

impl Resync {
    /// Continuity was lost; whether to ask now.
    fn lost(&mut self) -> bool {
        let idle = *self == Self::Idle;
        *self = if idle { Self::Asking } else { Self::AskingAgain };
        idle
    }

    /// The answer is there; whether to ask once more.
    fn answered(&mut self) -> bool {
        let again = *self == Self::AskingAgain;
        *self = if again { Self::Asking } else { Self::Idle };
        again
    }
}

impl Deliveries {
    /// Whether another one can be prepared.
    pub(super) fn has_room(&self) -> bool {
        self.preparing.len() < PREPARING
    }

    /// The preparations, for who waits for the next to be told.
    pub(super) const fn preparing(&mut self) -> &mut FuturesOrdered<BoxFuture<'static, Prepared>> {
        &mut self.preparing
    }
}

impl Connection {
    /// Something came for this connection.
    pub(super) fn deliver(&mut self, delivery: Delivery) {
        if !matches!(delivery, Delivery::Resync) || self.deliveries.resync.lost() {
            self.prepare(delivery);
        }
    }

    /// Has a delivery joined with what it needs; what is followed here is at hand.
    fn prepare(&mut self, delivery: Delivery) {
        let known = match &delivery {
            Delivery::News(notice) => {
                news::chat_of(notice).and_then(|chat| self.followed.get(chat))
            }
            _ => None,
        };
        let known = known.map(|followed| Arc::clone(&followed.transcript));
        let (gateway, caller) = (self.gateway.clone(), self.session.caller().clone());
        let prepared = prepare::prepare(gateway, caller, delivery, known);
        self.deliveries.preparing.push_back(Box::pin(prepared));
    }

    /// Tells what was prepared.
    pub(super) fn prepared(&mut self, prepared: Prepared) -> Flow {
        let outputs = match prepared {
            Prepared::News(notice, transcript) => return self.news(&notice.news, transcript),
            Prepared::Watched(joined) => {
                let now = chat_now(&joined, self.audience);
                self.session.chat(&now, true)
            }
            Prepared::Resync(holdings) => return self.resync(&holdings),
            Prepared::Refused(refusal) => return Flow::Break(greet::invalid(&refusal).into()),
            Prepared::Other(Delivery::Signal(signal)) => {
                let followed = self.followed.get(&signal.chat);
                let said = followed.map(|followed| said(&followed.transcript, self.audience));
                self.session.signal(&signal, said.as_ref()).into_iter().collect()
            }
            Prepared::Other(Delivery::Position(position, ewt)) => {
                self.session.position(position, ewt, 0).into_iter().collect()
            }
            Prepared::Other(Delivery::Queues(rows)) => self.session.queues(&rows),
            Prepared::Other(Delivery::Agents(rows)) => self.session.agents(&rows),
            Prepared::Other(_) => Vec::new(),
        };
        self.perform(outputs)
    }

    fn resync(&mut self, holdings: &HoldingsJoined) -> Flow {
        if self.deliveries.resync.answered() {
            self.prepare(Delivery::Resync);
        }
        for joined in &holdings.chats {
            self.flush(&joined.view.chat)?;
        }
        self.put_at_hand(&holdings.chats);
        let now = holdings_now(holdings, self.audience);
        let outputs = self.session.resync(&now);
        self.perform(outputs)
    }

    fn news(&mut self, news: &News, transcript: Option<Arc<Transcript>>) -> Flow {
        let outputs = match (news, transcript) {
            (News::OfferNew(view), Some(transcript)) => {
                let offer = shape::offer::offer(view, &transcript);
                self.session.offer(offer).into_iter().collect()
            }
            (News::Chat(view), Some(transcript)) => {
                let view = self.gateway.chats.learn(&Arc::new((**view).clone()));
                let joined = Joined { view, transcript };
                self.flush(&joined.view.chat)?;
                let now = chat_now(&joined, self.audience);
                self.put_at_hand(std::slice::from_ref(&joined));
                self.session.chat(&now, false)
            }
            (news, transcript) => {
                let said = transcript.map(|transcript| said(&transcript, self.audience));
                self.session.news(news, said.as_ref())
            }
        };
        self.perform(outputs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_while_everything_is_asked_for_are_one() {
        let mut resync = Resync::default();
        assert!(resync.lost());
        assert!(!resync.lost() && !resync.lost() && !resync.lost());
        assert!(resync.answered(), "what was lost meanwhile is asked for once");
        assert!(!resync.answered());
        assert!(resync.lost(), "and a later loss anew");
        assert!(!resync.answered());
    }
}
