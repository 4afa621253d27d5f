//! Talking: lines are stored and then come to everybody by the transcript; typing and read marks
//! are passed on. Needs no router while the chat is known here.

use std::sync::Arc;
use std::time::{Duration, Instant};

use baton_common::code::Code;
use baton_common::command::CommandBody;
use baton_common::protocol::command::{ChatMark, ChatSend};
use baton_common::protocol::message::Message;
use baton_common::protocol::reply::Reply;
use baton_common::record::{Line, LineKind, Sender};
use baton_common::view::ChatView;
use baton_common::words::{Role, Visibility};
use smol_str::SmolStr;

use super::{Order, Replied};
use crate::access;
use crate::metrics::{self, Shed};
use crate::refusal::Refusal;
use crate::shape;
use crate::signals::{self, Signal, SignalKind};
use crate::transcript::{Audience, Heard, Transcript};

/// How many of the newest lines are looked through for the one that was read.
const READ_WITHIN: u64 = 500;

pub(super) async fn send(order: Order<'_>, command: ChatSend) -> Result<Replied, Refusal> {
    let (gateway, caller) = (order.gateway, order.caller);
    let visibility = command.visibility.unwrap_or_default();
    if visibility == Visibility::Agents && caller.role() == Role::Customer {
        return Err(Refusal::new(Code::Forbidden, "customers write to all"));
    }
    let view = gateway.view_for_talk(caller, &command.chat_id).await?;
    let may =
        access::may_write(caller, &view).and_then(|()| access::may_say(caller, &view, visibility));
    let message = match may {
        Ok(()) => {
            gateway.limiter.line(&view.chat, &caller.sub())?;
            let heard = say(order, &view, &command, visibility).await?;
            told(order, &view, &heard).await?
        }
        // What was said while one was there, and might, is answered as it was.
        Err(rejection) => match said_before(order, &view, &command.client_id).await {
            Some(message) => message,
            None => return Err(rejection.into()),
        },
    };
    Ok(Replied::plain(Reply { message: Some(message), ..Reply::default() }))
}

async fn say(
    order: Order<'_>,
    view: &Arc<ChatView>,
    command: &ChatSend,
    visibility: Visibility,
) -> Result<Heard, Refusal> {
    let line = Line {
        message_id: SmolStr::default(),
        from: sender(order, view),
        kind: LineKind::Text,
        text: command.text.clone(),
        visibility,
        client_id: Some(command.client_id.clone()),
        key: order.key,
        event: None,
        seals: false,
    };
    let (gateway, caller) = (order.gateway, order.caller);
    let heard = gateway.transcripts.say(&caller.workspace, &view.chat, line).await?;
    let every = Duration::from_millis(view.spoke_every.0);
    let key = (view.chat.clone(), caller.sub());
    if visibility == Visibility::All
        && gateway.may_hint(&caller.workspace)
        && gateway.spoke.turn(key, every, Instant::now())
    {
        gateway.aside(caller, CommandBody::Spoke { chat: view.chat.clone() });
    }
    Ok(heard)
}

async fn told(order: Order<'_>, view: &ChatView, heard: &Heard) -> Result<Message, Refusal> {
    let transcript = order.gateway.transcripts.at_hand(&view.workspace, &view.chat).await?;
    let profile = transcript.profile();
    shape::line::message(&view.chat, heard, &profile, order.caller.audience())
        .ok_or_else(Refusal::unexpected)
}

async fn said_before(order: Order<'_>, view: &ChatView, client_id: &str) -> Option<Message> {
    if access::standing(view, &order.caller.person) == access::Standing::Stranger {
        return None;
    }
    let transcript = order.gateway.transcripts.open(&view.workspace, &view.chat).await.ok()?;
    let sub = order.caller.sub();
    let audience = order.caller.audience();
    let all = usize::try_from(transcript.last(audience)).ok()?;
    let lines = transcript.lines(audience, 0, all);
    let heard = lines.iter().rev().find(|heard| {
        heard.line.from.id == sub && heard.line.client_id.as_deref() == Some(client_id)
    })?;
    shape::line::message(&view.chat, heard, &transcript.profile(), audience)
}

/// The caller as a sender; a customer's name stays in the profile.
fn sender(order: Order<'_>, view: &ChatView) -> Sender {
    let row = view.participants.iter().find(|row| row.person == order.caller.person);
    let name = row.map(|row| row.name.clone()).unwrap_or_default();
    Sender { id: order.caller.sub(), role: order.caller.role().into(), name }
}

pub(super) async fn typing(order: Order<'_>, command: ChatMark) -> Result<Replied, Refusal> {
    signal(order, command, SignalKind::Typing).await
}

pub(super) async fn read(order: Order<'_>, command: ChatMark) -> Result<Replied, Refusal> {
    signal(order, command, SignalKind::Read).await
}

async fn signal(order: Order<'_>, command: ChatMark, kind: SignalKind) -> Result<Replied, Refusal> {
    let (gateway, caller) = (order.gateway, order.caller);
    let view = gateway.view_for_talk(caller, &command.chat_id).await?;
    access::may_write(caller, &view)?;
    let seen_by = access::signal_visibility(caller, &view)?;
    if gateway.link.sheds(&caller.workspace) {
        metrics::shed(Shed::Signal);
        return Ok(Replied::empty());
    }
    let visibility = match &command.upto {
        Some(upto) => visibility_of(order, &view, upto).await?.max(seen_by),
        None => seen_by,
    };
    let signal = Signal {
        chat: view.chat.clone(),
        kind,
        from: sender(order, &view),
        person: caller.person.clone(),
        upto: command.upto,
        visibility,
    };
    signals::send(gateway, &caller.workspace, &signal).await;
    Ok(Replied::empty())
}

/// For whom the line is that was read; it must be one that the reader may know of.
async fn visibility_of(
    order: Order<'_>,
    view: &ChatView,
    upto: &str,
) -> Result<Visibility, Refusal> {
    let (transcripts, audience) = (&order.gateway.transcripts, order.caller.audience());
    let at_hand = transcripts.at_hand(&view.workspace, &view.chat).await?;
    if let Some(visibility) = line_visibility(&at_hand, audience, upto) {
        return Ok(visibility);
    }
    // It may be newer than what is known here.
    let whole = transcripts.open(&view.workspace, &view.chat).await?;
    line_visibility(&whole, audience, upto)
        .ok_or_else(|| Refusal::invalid("upto", "no line of this chat's newest 500 has this id"))
}

fn line_visibility(transcript: &Transcript, audience: Audience, id: &str) -> Option<Visibility> {
    let after = transcript.last(audience).saturating_sub(READ_WITHIN);
    let lines = transcript.lines(audience, after, usize::try_from(READ_WITHIN).unwrap_or(0));
    lines.iter().find(|heard| heard.line.message_id == id).map(|heard| heard.line.visibility)
}
