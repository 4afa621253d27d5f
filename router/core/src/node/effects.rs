//! The leader's durable lines until they are stored: their ids, the same for every leader, and
//! up to which frame all are stored. Leaves storing them to the shell, in order within a chat.

use std::collections::BTreeMap;

use baton_common::ids::{ChatId, WorkspaceId};
use baton_common::record::{self, Line};
use baton_common::subjects;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::io::{LineId, LineOut};
use crate::engine::LineEffect;

/// Lines that are not known to be stored.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Effects {
    pending: BTreeMap<LineId, Pending>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Pending {
    workspace: WorkspaceId,
    chat: ChatId,
    line: Line,
}

impl Effects {
    /// Takes the lines of one frame, in the order of their events.
    pub(crate) fn add(&mut self, shard: u16, seq: u64, lines: Vec<LineEffect>) -> Vec<LineOut> {
        let mut added: Vec<LineOut> = Vec::with_capacity(lines.len());
        for effect in lines {
            let event = u32::try_from(effect.event).expect("a frame has few events");
            let nth = match added.last() {
                Some(before) if before.id.event == event => before.id.nth + 1,
                _ => 0,
            };
            let id = LineId { seq, event, nth };
            added.push(identify(shard, id, effect));
        }
        for LineOut { id, workspace, chat, line } in added.iter().cloned() {
            self.pending.insert(id, Pending { workspace, chat, line });
        }
        added
    }

    /// One line is stored.
    pub(crate) fn stored(&mut self, id: LineId) {
        self.pending.remove(&id);
    }

    /// All lines of frames up to `through` are stored.
    pub(crate) fn settle(&mut self, through: u64) {
        self.pending.retain(|id, _| id.seq > through);
    }

    /// The newest frame up to which all lines are stored, given the newest frame.
    pub(crate) fn through(&self, newest: u64) -> u64 {
        self.pending.first_key_value().map_or(newest, |(id, _)| id.seq - 1)
    }

    pub(crate) fn len(&self) -> usize {
        self.pending.len()
    }

    /// All lines that may have to be stored again.
    pub(crate) fn again(&self) -> Vec<LineOut> {
        let line = |(id, pending): (&LineId, &Pending)| LineOut {
            id: *id,
            workspace: pending.workspace.clone(),
            chat: pending.chat.clone(),
            line: pending.line.clone(),
        };
        self.pending.iter().map(line).collect()
    }
}

fn identify(shard: u16, id: LineId, effect: LineEffect) -> LineOut {
    let LineEffect { workspace, chat, mut line, .. } = effect;
    let client_id = format!("fx-{shard}-{}-{}-{}", id.seq, id.event, id.nth);
    let subject = subjects::chat_transcript(shard, &workspace, &chat);
    line.message_id = record::message_id(&subject, &line.from.id, &client_id);
    line.client_id = Some(SmolStr::new(client_id));
    LineOut { id, workspace, chat, line }
}

#[cfg(test)]
mod tests {
    use baton_common::record::{LineKind, Sender, SenderRole};
    use baton_common::words::Visibility;

    use super::*;

    fn effect(event: usize) -> LineEffect {
        let from = Sender { id: "system".into(), role: SenderRole::System, name: "".into() };
        let line = Line {
            message_id: "".into(),
            from,
            kind: LineKind::System,
            text: "x".into(),
            visibility: Visibility::default(),
            client_id: None,
            key: None,
            event: None,
            seals: false,
        };
        LineEffect { event, workspace: "w".into(), chat: "cht_1".into(), line }
    }

    #[test]
    fn ids_name_the_cause_and_are_the_same_again() {
        let lines = || vec![effect(2), effect(2), effect(5)];
        let first = Effects::default().add(3, 17, lines());
        let ids: Vec<_> = first.iter().map(|l| l.line.client_id.clone().unwrap()).collect();
        assert_eq!(ids, ["fx-3-17-2-0", "fx-3-17-2-1", "fx-3-17-5-0"]);
        assert!(first[0].line.message_id.starts_with("msg_"));
        assert_eq!(Effects::default().add(3, 17, lines()), first);
    }

    #[test]
    fn through_is_the_newest_frame_without_open_lines() {
        let mut effects = Effects::default();
        assert_eq!(effects.through(9), 9);
        let first = effects.add(0, 4, vec![effect(0)]);
        effects.add(0, 7, vec![effect(0)]);
        assert_eq!(effects.through(9), 3);
        effects.stored(first[0].id);
        assert_eq!(effects.through(9), 6);
        effects.settle(7);
        assert_eq!((effects.through(9), effects.len()), (9, 0));
    }
}
