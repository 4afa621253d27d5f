//! What a chat's state and its transcript say at this moment, cut for one audience, as the pure
//! session takes it.

use std::sync::Arc;

use super::feed::ChatNow;
use super::prepare::HoldingsJoined;
use super::session::HoldingsNow;
use super::telling::Said;
use crate::gateway::Joined;
use crate::shape;
use crate::transcript::{Audience, Transcript};

pub(super) fn chat_now(joined: &Joined, audience: Audience) -> ChatNow {
    ChatNow {
        view: Arc::clone(&joined.view),
        dossier: joined.dossier(audience),
        last: joined.transcript.last(audience),
        removed: false,
    }
}

pub(super) fn said(transcript: &Transcript, audience: Audience) -> Said {
    Said { profile: transcript.profile(), last: transcript.last(audience) }
}

pub(super) fn holdings_now(holdings: &HoldingsJoined, audience: Audience) -> HoldingsNow {
    let offers = holdings.offers.iter();
    HoldingsNow {
        chats: holdings.chats.iter().map(|joined| chat_now(joined, audience)).collect(),
        agent: holdings.agent.as_ref().map(shape::rows::agent),
        offers: offers.map(|(view, transcript)| shape::offer::offer(view, transcript)).collect(),
    }
}
