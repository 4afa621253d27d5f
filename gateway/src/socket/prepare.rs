//! Joins deliveries with what was said in their chats. Waits where the broker or the router must
//! be waited for: the next delivery of the connection waits too, so that order is kept.

use std::sync::Arc;
use std::time::Duration;

use baton_common::answer::Welcome;
use baton_common::ask::{Ask, ReplyBody};
use baton_common::code::Code;
use baton_common::ids::{ChatId, WorkspaceId};
use baton_common::notice::{News, Notice};
use baton_common::view::{AgentView, OfferView};

use crate::caller::Caller;
use crate::gateway::{Gateway, Joined};
use crate::news;
use crate::refusal::Refusal;
use crate::registry::Delivery;
use crate::shape;
use crate::transcript::{Audience, Transcript};

/// What cannot be had is asked for again after this.
const AGAIN: Duration = Duration::from_millis(500);

/// A delivery with all it needs.
pub(crate) enum Prepared {
    /// News, and the transcript of its chat.
    News(Arc<Notice>, Option<Arc<Transcript>>),
    /// A chat that is watched.
    Watched(Joined),
    /// Everything once more.
    Resync(Box<HoldingsJoined>),
    /// As it came.
    Other(Delivery),
    /// The person holds nothing any more: the connection ends.
    Refused(Refusal),
}

/// What a person holds, joined.
pub(crate) struct HoldingsJoined {
    pub(crate) chats: Vec<Joined>,
    pub(crate) agent: Option<AgentView>,
    pub(crate) offers: Vec<(OfferView, Arc<Transcript>)>,
}

/// Prepares one delivery; `known`: the transcript of its chat, if it is at hand.
pub(crate) async fn prepare(
    gateway: Gateway,
    caller: Caller,
    delivery: Delivery,
    known: Option<Arc<Transcript>>,
) -> Prepared {
    match delivery {
        Delivery::News(notice) => {
            let transcript = transcript_of(&gateway, &notice, known).await;
            if let (News::Chat(view), Some(transcript)) = (&notice.news, &transcript)
                && caller.audience() == Audience::Agents
            {
                transcript.look_for(&view.notes).await;
            }
            Prepared::News(notice, transcript)
        }
        Delivery::Watched(view) => {
            let transcript = open(&gateway, &caller.workspace, &view.chat).await;
            transcript.look_for(&view.notes).await;
            Prepared::Watched(Joined { view, transcript })
        }
        Delivery::Resync => resync(&gateway, &caller).await,
        other => Prepared::Other(other),
    }
}

/// The transcript of the chat that a notice is about, if its telling needs what was said there.
async fn transcript_of(
    gateway: &Gateway,
    notice: &Notice,
    known: Option<Arc<Transcript>>,
) -> Option<Arc<Transcript>> {
    let (workspace, chat) = (&notice.workspace, news::chat_of(notice)?);
    // A note and the last lines come with what is handed over, and were stored by another gateway
    // a moment ago: what is at hand may not have them.
    if let News::OfferNew(offer) = &notice.news {
        let handed_over = shape::offer::is_handed_over(offer);
        return Some(gateway.transcripts.for_offer(workspace, chat, handed_over).await);
    }
    match known {
        Some(known) => Some(known),
        None => Some(open(gateway, workspace, chat).await),
    }
}

async fn open(gateway: &Gateway, workspace: &WorkspaceId, chat: &ChatId) -> Arc<Transcript> {
    loop {
        if let Ok(transcript) = gateway.transcripts.at_hand(workspace, chat).await {
            return transcript;
        }
        tokio::time::sleep(AGAIN).await;
    }
}

async fn resync(gateway: &Gateway, caller: &Caller) -> Prepared {
    let (workspace, person) = (&caller.workspace, &caller.person);
    loop {
        let turn = gateway.resyncs.take(gateway.link.shard(workspace)).await;
        let ask = Ask::Welcome { workspace: workspace.clone(), person: person.clone() };
        let refusal = match gateway.link.ask(workspace, ask).await {
            Ok(ReplyBody::Welcome(welcome)) => match join(gateway, *welcome).await {
                Ok(holdings) => return Prepared::Resync(Box::new(holdings)),
                Err(refusal) => refusal,
            },
            Ok(_) => Refusal::unexpected(),
            Err(rejection) => rejection.into(),
        };
        drop(turn);
        if refusal.code() != Code::Unavailable {
            return Prepared::Refused(refusal);
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// Joins what a person holds.
pub(crate) async fn join(gateway: &Gateway, welcome: Welcome) -> Result<HoldingsJoined, Refusal> {
    let mut holdings =
        HoldingsJoined { chats: Vec::new(), agent: welcome.agent, offers: Vec::new() };
    for view in welcome.chats {
        let view = gateway.chats.learn(&Arc::new(view));
        holdings.chats.push(gateway.join(view).await?);
    }
    for offer in welcome.offers {
        let chat = &offer.chat;
        let transcript = gateway.transcripts.open(&chat.workspace, &chat.chat).await?;
        holdings.offers.push((offer, transcript));
    }
    Ok(holdings)
}

#[cfg(test)]
#[path = "prepare_tests.rs"]
mod tests;
