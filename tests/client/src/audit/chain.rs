//! The journal as a chain of frames under rising epochs: nobody but the elected leader wrote, and
//! nothing is missing, altered or out of order.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::Message;
use super::findings::{Findings, Law};
use super::shapes::{Cursor, Event, Frame};

/// What the next frame must follow.
#[derive(Debug)]
pub(super) struct Chain {
    seq: u64,
    previous: String,
    /// The newest election.
    epoch: u64,
    cursor: Cursor,
    at: i64,
}

impl Chain {
    /// Before the first frame.
    pub(super) fn new() -> Self {
        Self { seq: 0, previous: "0".repeat(64), epoch: 0, cursor: Cursor::default(), at: i64::MIN }
    }

    /// The next message of the stream, decoded or not.
    pub(super) fn link(&mut self, message: &Message, place: &str, findings: &mut Findings) {
        let expected = self.seq + 1;
        findings.hold(Law::Chain, message.seq == expected, &place, || {
            format!("sequence {expected} is missing, {} follows", message.seq)
        });
        self.seq = message.seq;
    }

    /// The frame in it.
    pub(super) fn frame(
        &mut self,
        frame: &Frame,
        payload: &[u8],
        place: &str,
        findings: &mut Findings,
    ) {
        let law = Law::Chain;
        findings.hold(law, frame.previous == self.previous.as_str(), &place, || {
            format!("it follows {}, the frame before is {}", frame.previous, self.previous)
        });
        self.previous = hex(&Sha256::digest(payload));
        for timed in &frame.events {
            match timed.e {
                Event::LeaderElected { epoch } => {
                    findings.hold(law, epoch > self.epoch, &place, || {
                        format!("epoch {epoch} is elected after {}", self.epoch)
                    });
                    self.epoch = self.epoch.max(epoch);
                }
                // The commands were found to be others: reading began anew.
                Event::CommandsRewound {} => self.cursor = Cursor::default(),
                _ => {}
            }
        }
        // A frame of an epoch that was never elected, or of one that a newer election deposed.
        findings.hold(law, frame.epoch == self.epoch, &place, || {
            format!("it is of epoch {}, the newest elected is {}", frame.epoch, self.epoch)
        });
        findings.hold(law, frame.commands_through >= self.cursor, &place, || {
            format!("the cursor falls from {:?} to {:?}", self.cursor, frame.commands_through)
        });
        self.cursor = frame.commands_through;
    }

    /// The time of the next event.
    pub(super) fn time(&mut self, at: i64, place: &str, findings: &mut Findings) {
        findings.hold(Law::Time, at >= self.at, &place, || {
            format!("an event of {at} ms after one of {} ms", self.at)
        });
        self.at = self.at.max(at);
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
