//! Joins deliveries with what was said in their chats. Waits where the broker or the router must
//! be waited for: the next delivery of the connection waits too, so that order is kept.

use std::sync::Arc;
use std::time::Duration;

use baton_common::answer::Welcome;
use baton_common::ask::{Ask, ReplyBody};
use baton_common::code::Code;
use baton_common::ids::{ChatId, WorkspaceId};
use baton_common::notice::Notice;
use baton_common::view::{AgentView, OfferView};

use crate::caller::Caller;
use crate::gateway::{Gateway, Joined};
use crate::news;
use crate::refusal::Refusal;
use crate::registry::Delivery;
use crate::transcript::Transcript;

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
            let transcript = match (known, news::chat_of(&notice).cloned()) {
                (None, Some(chat)) => Some(open(&gateway, &caller.workspace, &chat).await),
                (known, _) => known,
            };
            Prepared::News(notice, transcript)
        }
        Delivery::Watched(view) => {
            let transcript = open(&gateway, &caller.workspace, &view.chat).await;
            Prepared::Watched(Joined { view, transcript })
        }
        Delivery::Resync => resync(&gateway, &caller).await,
        other => Prepared::Other(other),
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
        let turn = gateway.resyncs.acquire().await;
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
