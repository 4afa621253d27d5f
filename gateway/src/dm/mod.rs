//! Internal chat between agents and supervisors: one subject a pair, the same log as a chat's.
//! Leaves who may write to whom to the callers.
//!
//! A message is a `Line` whose event names the person it is for: subjects show supervisors as
//! marks only.

mod follow;
#[cfg(test)]
mod tests;

use baton_common::code::Code;
use baton_common::command::{CommandKey, Person};
use baton_common::hash::Mark;
use baton_common::ids::WorkspaceId;
use baton_common::limits;
use baton_common::record::{Line, LineEvent, LineKind, Sender, SenderRole};
use baton_common::rejection::Rejection;
use baton_common::subjects::person_token;
use baton_common::time::Timestamp;
use baton_common::words::Visibility;
use futures_util::StreamExt as _;
use futures_util::stream;
use smol_str::SmolStr;
use tokio::sync::mpsc;

use crate::transcript::{Audience, Heard, Pairs, Transcripts};

/// Pairs that are read at the same time.
const READS: usize = 8;
/// What the event of an internal message is called.
const SENT: &str = "sent";

/// One internal message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dm {
    /// `dm_…`.
    pub dm_id: SmolStr,
    /// Place in the pair's count.
    pub seq: u64,
    /// Who wrote it.
    pub from: Person,
    /// To whom.
    pub to: Person,
    /// What.
    pub text: String,
    /// When the broker stored it.
    pub at: Timestamp,
    /// The writer's own id of it.
    pub client_id: SmolStr,
}

/// Internal chats; clones share them.
#[derive(Clone)]
pub struct Dms(Pairs);

impl Dms {
    /// Uses the connection and the sweeps of the transcripts.
    pub fn start(transcripts: &Transcripts) -> Self {
        Self(transcripts.pairs())
    }

    /// Says something to a colleague, once for each (sender, `client_id`). The same key with
    /// another body is a `conflict`.
    pub async fn send(
        &self,
        workspace: &WorkspaceId,
        from: &Person,
        to: &Person,
        text: String,
        client_id: SmolStr,
        key: Option<CommandKey>,
    ) -> Result<Dm, Rejection> {
        let subject = self.0.subject(workspace, from, to);
        let line = Line {
            message_id: dm_id(&subject, from, &client_id),
            from: sender(from)?,
            kind: LineKind::Text,
            text,
            visibility: Visibility::Agents,
            client_id: Some(client_id),
            key,
            event: Some(sent_to(to)?),
            seals: false,
        };
        let heard = self.0.say(workspace, from, to, line).await?;
        dm(&heard).ok_or_else(unreadable)
    }

    /// A page of a pair, ascending: after a number, or the newest; and the pair's last number.
    pub async fn history(
        &self,
        workspace: &WorkspaceId,
        me: &Person,
        with: &Person,
        after: Option<u64>,
        limit: usize,
    ) -> Result<(Vec<Dm>, u64), Rejection> {
        let log = self.0.open(workspace, me, with).await?;
        let last = log.last(Audience::Agents);
        let newest = || last.saturating_sub(u64::try_from(limit).unwrap_or(u64::MAX));
        let page = log.lines(Audience::Agents, after.unwrap_or_else(newest), limit);
        Ok((page.iter().filter_map(dm).collect(), last))
    }

    /// The last message with each colleague, oldest first; of a page's worth of colleagues.
    pub async fn latest(&self, workspace: &WorkspaceId, me: &Person) -> Result<Vec<Dm>, Rejection> {
        let circle = self.0.circle_of(workspace, me);
        let mut newest = circle.newest().await?;
        newest.drain(..newest.len().saturating_sub(limits::PAGE_ROWS));
        let circle = &circle;
        let logs: Vec<_> = stream::iter(newest)
            .map(|stirred| async move { circle.log(&stirred).await })
            .buffered(READS)
            .collect()
            .await;
        let mut latest = Vec::with_capacity(logs.len());
        for log in logs {
            let log = log?;
            let last = log.last(Audience::Agents);
            let line = log.lines(Audience::Agents, last.saturating_sub(1), 1);
            latest.extend(line.iter().filter_map(dm));
        }
        Ok(latest)
    }

    /// Everything that is said to or by a person once this has returned, each once and each
    /// pair's in order; ends when the receiver is dropped. While the broker does not answer, what
    /// is said is told from when it does.
    pub async fn follow(&self, workspace: &WorkspaceId, me: &Person) -> mpsc::Receiver<Dm> {
        follow::start(&self.0, workspace, me).await
    }
}

/// The message that a line of a pair's log is; none for a line that names nobody it is for.
fn dm(heard: &Heard) -> Option<Dm> {
    let Line { message_id, from, text, client_id, event, .. } = heard.line.as_ref();
    Some(Dm {
        dm_id: message_id.clone(),
        seq: heard.number_agents,
        from: person(from)?,
        to: person(event.as_ref()?.participant.as_ref()?)?,
        text: text.clone(),
        at: heard.at,
        client_id: client_id.clone()?,
    })
}

fn dm_id(subject: &str, from: &Person, client_id: &str) -> SmolStr {
    let mark = Mark::of(&["dm", subject, &person_token(from), client_id]);
    SmolStr::new(format!("dm_{}", mark.id_text()))
}

fn sent_to(to: &Person) -> Result<LineEvent, Rejection> {
    let participant = Some(sender(to)?);
    Ok(LineEvent { change: SENT.into(), participant, stays: None, queue: None, reason: None })
}

fn sender(person: &Person) -> Result<Sender, Rejection> {
    let (id, role) = match person {
        Person::Agent(id) => (id.as_str(), SenderRole::Agent),
        Person::Supervisor(id) => (id.as_str(), SenderRole::Supervisor),
        Person::Customer(_) => {
            let detail = "internal chat is for agents and supervisors";
            return Err(Rejection::new(Code::Forbidden, detail));
        }
    };
    Ok(Sender { id: id.into(), role, name: SmolStr::default() })
}

fn person(sender: &Sender) -> Option<Person> {
    match sender.role {
        SenderRole::Agent => Some(Person::Agent(sender.id.as_str().into())),
        SenderRole::Supervisor => Some(Person::Supervisor(sender.id.as_str().into())),
        SenderRole::Customer | SenderRole::Queue | SenderRole::System => None,
    }
}

fn unreadable() -> Rejection {
    Rejection::new(Code::Internal, "the stored message cannot be understood")
}
