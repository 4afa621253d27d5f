//! A journal frame in the making and what must wait for its acknowledgement. Leaves filling it to
//! the leader and appending it to `append`.

use std::io;

use baton_common::ask::ReplyBody;
use baton_common::event::TimedEvent;
use baton_common::frame::{Cursor, JournalFrame, Outcome, VERSION};
use baton_common::hash::Digest;
use baton_common::ids::GatewayId;
use baton_common::limits;
use baton_common::notice::{Notice, OutcomeNotice};
use baton_common::rejection::Rejection;
use serde::Serialize;

use super::io::AskToken;
use crate::engine::LineEffect;
use crate::stats::Family;

/// A frame that is not sealed yet.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    events: Vec<TimedEvent>,
    outcomes: Vec<Outcome>,
    places: Vec<u32>,
    bytes: usize,
    through: Cursor,
    pub(crate) held: Held,
}

/// What leaves once the frame is acknowledged, and never before.
#[derive(Debug, Default)]
pub(crate) struct Held {
    pub(crate) outcomes: Vec<(GatewayId, OutcomeNotice)>,
    /// For one gateway, or for all that are heard of.
    pub(crate) notices: Vec<(Option<GatewayId>, Notice)>,
    pub(crate) lines: Vec<LineEffect>,
    pub(crate) replies: Vec<(AskToken, Result<ReplyBody, Rejection>)>,
    pub(crate) measured: Option<Vec<Family>>,
    pub(crate) resigned: bool,
}

/// What a frame says beside its own content.
pub(crate) struct Seal {
    pub(crate) epoch: u64,
    pub(crate) previous: Digest,
    pub(crate) effects_through: u64,
}

impl Draft {
    /// An empty frame after this much of the command stream.
    pub(crate) fn new(through: Cursor) -> Self {
        Self { through, ..Self::default() }
    }

    /// Whether one command's events and outcome fit: they never split, and an oversize one goes
    /// alone.
    pub(crate) fn fits(&self, events: &[TimedEvent], outcome: Option<&Outcome>) -> bool {
        let empty = self.events.is_empty() && self.outcomes.is_empty();
        empty
            || (self.events.len() + events.len() <= limits::JOURNAL_FRAME_EVENTS
                && self.outcomes.len() < limits::JOURNAL_FRAME_EVENTS
                && self.bytes + size(&(events, outcome)) <= limits::JOURNAL_FRAME_BYTES)
    }

    /// Adds one command's or timer's events; returns the place of the first.
    pub(crate) fn add(
        &mut self,
        through: &Cursor,
        events: Vec<TimedEvent>,
        outcome: Option<Outcome>,
    ) -> usize {
        let place = self.events.len();
        self.bytes += size(&(&events, &outcome));
        self.events.extend(events);
        if let Some(outcome) = outcome {
            self.outcomes.push(outcome);
            let place = u32::try_from(self.events.len()).expect("a frame has few events");
            self.places.push(place);
        }
        self.through = through.clone();
        place
    }

    /// The payload, how many events it carries, and what is held until it is acknowledged.
    pub(crate) fn seal(self, seal: &Seal) -> (Vec<u8>, usize, Held) {
        let frame = JournalFrame {
            v: VERSION,
            epoch: seal.epoch,
            previous: seal.previous,
            commands_through: self.through,
            effects_through: seal.effects_through,
            outcomes: self.outcomes,
            places: self.places,
            events: self.events,
        };
        (frame.encode(), frame.events.len(), self.held)
    }
}

/// Bytes of a value as JSON.
fn size(value: &impl Serialize) -> usize {
    struct Count(usize);
    impl io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    serde_json::to_writer(&mut count, value).expect("counting plain data succeeds");
    count.0
}

#[cfg(test)]
mod tests {
    use baton_common::event::Event;
    use baton_common::time::Timestamp;

    use super::*;

    fn events(count: usize) -> Vec<TimedEvent> {
        let event = Event::LeaderResigned { epoch: 1, to: None };
        vec![TimedEvent { at: Timestamp(0), event }; count]
    }

    #[test]
    fn a_frame_takes_so_many_events_and_bytes_and_no_more() {
        let mut draft = Draft::default();
        draft.add(&Cursor::default(), events(limits::JOURNAL_FRAME_EVENTS - 5), None);
        assert!(draft.fits(&events(5), None));
        assert!(!draft.fits(&events(6), None));
        assert!(Draft::default().fits(&events(limits::JOURNAL_FRAME_EVENTS * 2), None));
    }

    #[test]
    fn sizes_are_those_of_the_encoding() {
        let some = events(7);
        assert_eq!(size(&some), serde_json::to_vec(&some).unwrap().len());
    }
}
