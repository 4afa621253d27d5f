//! Commands that wait for their answers: sent again under the same id while the answer is
//! `unavailable` and after each reconnect. Leaves sending to the task.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use smol_str::SmolStr;
use tokio::sync::oneshot;

use super::backoff::Backoff;
use crate::Refusal;
use crate::ledger::{Answered, CommandFact, Way, Witness, frame_key, small};

/// What answers a command.
pub(super) type Reply = oneshot::Sender<Result<Value, Refusal>>;

/// A command under way.
#[derive(Debug)]
struct Waiting {
    kind: SmolStr,
    fields: Value,
    reply: Option<Reply>,
    way: Way,
    backoff: Backoff,
    /// When it is sent again; none: its answer is waited for.
    again: Option<Instant>,
}

/// All commands of a session that are under way.
#[derive(Debug)]
pub(super) struct Pending {
    owner: Owner,
    next: u64,
    waiting: BTreeMap<u64, Waiting>,
}

/// Who the keys belong to.
#[derive(Clone, Debug, Default)]
pub(super) struct Owner {
    pub(super) workspace: String,
    pub(super) role: String,
    pub(super) sub: String,
    pub(super) client_id: String,
}

/// A command that is done.
pub(super) struct Finished {
    pub(super) kind: SmolStr,
    pub(super) fields: Value,
    pub(super) ok: bool,
}

impl Pending {
    pub(super) fn new() -> Self {
        Self { owner: Owner::default(), next: 1, waiting: BTreeMap::new() }
    }

    pub(super) fn of(&mut self, owner: Owner) {
        self.owner = owner;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Takes a command that was asked for this way; the frame to send.
    pub(super) fn add(
        &mut self,
        kind: &str,
        fields: Value,
        reply: Option<Reply>,
        way: Way,
    ) -> String {
        let id = self.next;
        self.next += 1;
        let backoff = Backoff::new();
        let waiting = Waiting { kind: kind.into(), fields, reply, way, backoff, again: None };
        let frame = frame(id, &waiting);
        self.waiting.insert(id, waiting);
        frame
    }

    /// The connection is new, and was come by this way: all of them once more.
    pub(super) fn all(&mut self, new: &Way) -> Vec<String> {
        self.waiting
            .iter_mut()
            .map(|(id, waiting)| {
                waiting.again = None;
                waiting.way.join(new);
                frame(*id, waiting)
            })
            .collect()
    }

    /// Those that are due again.
    pub(super) fn due(&mut self, now: Instant) -> Vec<String> {
        let due = |waiting: &Waiting| waiting.again.is_some_and(|at| at <= now);
        self.waiting
            .iter_mut()
            .filter(|(_, waiting)| due(waiting))
            .map(|(id, waiting)| {
                waiting.again = None;
                frame(*id, waiting)
            })
            .collect()
    }

    /// When [`Self::due`] has something.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.waiting.values().filter_map(|waiting| waiting.again).min()
    }

    /// An answer came. Gives the command if that was its last word.
    pub(super) fn answered(&mut self, frame: Value, witness: &Witness) -> Option<Finished> {
        let id: u64 = frame["re"].as_str()?.parse().ok()?;
        let waiting = self.waiting.get_mut(&id)?;
        let error = &frame["error"];
        if error["code"] == "unavailable" {
            let asked = error["retry_after_s"].as_f64().map(Duration::from_secs_f64);
            let pause = waiting.backoff.pause(asked);
            waiting.way.rest(pause, asked.is_some());
            waiting.again = Some(Instant::now() + pause);
            return None;
        }
        let waiting = self.waiting.remove(&id)?;
        let ok = frame["ok"] == true;
        let answer = if ok { Answered::Done } else { Answered::Refused(small(&error["code"])) };
        witness.command(self.fact(id, &waiting, answer));
        witness.waited(&waiting.kind, waiting.way.clone());
        if ok && waiting.kind == "chat.send" {
            let text = waiting.fields["text"].as_str().unwrap_or_default();
            let chat = waiting.fields["chat_id"].as_str().unwrap_or_default();
            witness.sent(chat, text, &frame["message"]);
        }
        let Waiting { kind, fields, reply, .. } = waiting;
        if let Some(reply) = reply {
            let told = if ok { Ok(frame) } else { Err(Refusal::of(frame["error"].clone())) };
            // Whoever asked may have stopped waiting.
            let _ = reply.send(told);
        }
        Some(Finished { kind, fields, ok })
    }

    /// There will be no answers any more.
    pub(super) fn abandon(&mut self, why: &str, witness: &Witness) {
        for (id, waiting) in std::mem::take(&mut self.waiting) {
            witness.command(self.fact(id, &waiting, Answered::Unknown));
            witness.waited(&waiting.kind, waiting.way);
            if let Some(reply) = waiting.reply {
                let _ = reply.send(Err(Refusal::gone(why)));
            }
        }
    }

    fn fact(&self, id: u64, waiting: &Waiting, answer: Answered) -> CommandFact {
        let Owner { workspace, role, sub, client_id } = &self.owner;
        let fields = &waiting.fields;
        let about = fields.get("offer_id").or_else(|| fields.get("chat_id"));
        CommandFact {
            kind: waiting.kind.clone(),
            key: frame_key(workspace, role, sub, client_id, &id.to_string()),
            about: about.map(small).unwrap_or_default(),
            answer,
        }
    }
}

fn frame(id: u64, waiting: &Waiting) -> String {
    let mut frame = json!({"id": id.to_string(), "type": waiting.kind.as_str()});
    if let (Some(frame), Some(fields)) = (frame.as_object_mut(), waiting.fields.as_object()) {
        frame.extend(fields.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    frame.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Ledger, Who};

    fn witness() -> (Ledger, Witness) {
        let ledger = Ledger::new();
        let who = Who::Agent { workspace: "w".into(), id: "anna".into() };
        let witness = ledger.witness(who);
        (ledger, witness)
    }

    #[test]
    fn unavailable_is_repeated_under_the_same_id() {
        let (ledger, witness) = witness();
        let mut pending = Pending::new();
        let (reply, mut answer) = oneshot::channel();
        let first =
            pending.add("offer.accept", json!({"offer_id": "off_1"}), Some(reply), Way::at("here"));
        let busy = json!({"re": "1", "ok": false,
            "error": {"code": "unavailable", "detail": "soon", "retry_after_s": 0.0}});
        assert!(pending.answered(busy, &witness).is_none());
        let later = Instant::now() + Duration::from_secs(20);
        assert_eq!(pending.due(later), std::slice::from_ref(&first));
        assert!(pending.due(later).is_empty(), "once each time");
        assert_eq!(pending.all(&Way::at("there")), [first]);
        assert!(ledger.facts().people[0].commands.is_empty());
        pending.answered(json!({"re": "1", "ok": true}), &witness);
        assert!(answer.try_recv().unwrap().is_ok());
        let facts = ledger.facts();
        assert_eq!(facts.people[0].commands[0].answer, Answered::Done);
        assert_eq!(facts.people[0].commands[0].about, "off_1");
        assert_eq!(ledger.waits().count, 1, "one wait, however often it was sent");
    }

    #[test]
    fn what_was_never_answered_is_unknown() {
        let (ledger, witness) = witness();
        let mut pending = Pending::new();
        let (reply, mut answer) = oneshot::channel();
        pending.add("ping", json!({}), Some(reply), Way::at("here"));
        pending.abandon("closed", &witness);
        assert_eq!(answer.try_recv().unwrap().unwrap_err().code, Refusal::GONE);
        assert_eq!(ledger.facts().people[0].commands[0].answer, Answered::Unknown);
    }
}
