//! Says a line once: looks whether it was said, appends it, and answers from the fold, so that
//! the answer is what every reader sees. Leaves who may say what to the callers.

use std::sync::Arc;

use baton_common::code::Code;
use baton_common::record::{Line, Record, message_id};
use baton_common::rejection::Rejection;

use super::broker::{BrokerError, Place};
use super::library::{Library, Need};
use super::{Heard, Transcript};
use crate::link::unavailable;

impl Library {
    /// See [`super::Transcripts::say`].
    pub(super) async fn say(
        self: &Arc<Self>,
        place: Place,
        mut line: Line,
    ) -> Result<(Arc<Transcript>, Heard), Rejection> {
        let transcript = self.hold(place, Need::Loaded).await.map_err(|e| rejection(&e))?;
        if let Some(heard) = transcript.said(&line, None)? {
            return Ok((transcript, heard));
        }
        if line.message_id.is_empty() {
            let client_id = line.client_id.clone();
            let own = client_id.unwrap_or_else(|| uuid::Uuid::new_v4().simple().to_string().into());
            line.message_id = message_id(&transcript.place.subject, &line.from.id, &own);
        }
        let record = Record::Line(line);
        let seq = self.append(&transcript.place, &record).await?;
        transcript.reach(seq).await.map_err(|e| rejection(&e))?;
        let Record::Line(line) = record else { unreachable!("it was made a line above") };
        match transcript.said(&line, Some(seq))? {
            Some(heard) => Ok((transcript, heard)),
            // Folded and found nowhere: it came after the seal, or was purged at once.
            None => Err(chat_closed()),
        }
    }

    /// Stores a record.
    pub(super) async fn append(&self, place: &Place, record: &Record) -> Result<u64, Rejection> {
        let payload = serde_json::to_vec(record).expect("records are plain data");
        self.broker.append(place, payload).await.map_err(|e| rejection(&e))
    }
}

impl Transcript {
    /// The line that counts for this one, if it was said.
    fn said(&self, line: &Line, stored_at: Option<u64>) -> Result<Option<Heard>, Rejection> {
        let fold = self.fold.lock();
        let found = fold.find(line, stored_at);
        match (&found, line.key) {
            (Some(heard), Some(key))
                if heard.line.key.is_some_and(|k| k.id == key.id && k.body != key.body) =>
            {
                let detail = "the key was used for another text; take a new key";
                Err(Rejection::new(Code::Conflict, detail))
            }
            (None, _) if fold.sealed() => Err(chat_closed()),
            _ => Ok(found),
        }
    }
}

fn chat_closed() -> Rejection {
    Rejection::new(Code::ChatClosed, "the chat is over; start a new one")
}

pub(crate) fn rejection(error: &BrokerError) -> Rejection {
    tracing::debug!(%error, "the broker could not be asked about a transcript");
    if *error == BrokerError::Full {
        return unavailable("too much waits to be stored; try again later with the same key");
    }
    unavailable("the broker did not answer in time; try again with the same key")
}
