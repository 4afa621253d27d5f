//! Commands of clients, the same whether they come by socket or by HTTP: one place, one file a
//! family. Roles and bounds are checked at the door; membership here where texts are concerned,
//! and by the engine in everything it decides.

mod dm;
mod oversight;
mod panel;
mod talk;
mod transfer;
mod work;

use std::sync::Arc;

use baton_common::answer::Answer;
use baton_common::code::Code;
use baton_common::command::{Command, CommandBody, CommandKey};
use baton_common::hash::{Mark, marked_id};
use baton_common::ids::{ChatId, NoteId};
use baton_common::protocol::command::{ChatSend, ClientCommand, TokenRenew};
use baton_common::protocol::message::Message;
use baton_common::protocol::reply::Reply;
use baton_common::record::Record;
use baton_common::time::ApiTime;

use crate::access::{self, Standing};
use crate::caller::Caller;
use crate::gateway::{Gateway, Joined};
use crate::marks::KeySource;
use crate::refusal::Refusal;

/// What a command answers.
pub(crate) enum Replied {
    /// As it stands.
    Plain(Box<Reply>),
    /// With a chat, which is shaped when it is told, so that it is never older than what was told
    /// before.
    Chat(Joined, Box<Reply>),
    /// The connection lives on until the new token expires.
    Renewed(Caller),
}

impl Replied {
    fn plain(reply: Reply) -> Self {
        Self::Plain(Box::new(reply))
    }

    fn empty() -> Self {
        Self::plain(Reply::default())
    }
}

/// One command of one caller, on its way.
#[derive(Clone, Copy)]
struct Order<'a> {
    gateway: &'a Gateway,
    caller: &'a Caller,
    key: Option<CommandKey>,
}

/// Does what a client asks.
pub(crate) async fn execute(
    gateway: &Gateway,
    caller: &Caller,
    source: Option<&KeySource>,
    command: ClientCommand,
) -> Result<Replied, Refusal> {
    use ClientCommand as C;
    gateway.known_agent(caller).await?;
    if let Some(chat) = command.chat() {
        access::own_chat(caller, chat)?;
    }
    let key = source.map(|source| gateway.marks.command_key(caller, source, &command));
    let order = Order { gateway, caller, key };
    match command {
        C::AgentStatus(c) => work::status(order, c).await,
        C::OfferAccept(c) => work::accept(order, c).await,
        C::OfferDecline(c) => work::decline(order, c).await,
        C::WrapupComplete(c) => work::complete_wrapup(order, c).await,
        C::ChatSend(c) => talk::send(order, c).await,
        C::ChatTyping(c) => talk::typing(order, c).await,
        C::ChatRead(c) => talk::read(order, c).await,
        C::ChatAddAgent(c) => transfer::add_agent(order, c).await,
        C::ChatAddQueue(c) => transfer::add_queue(order, c).await,
        C::ChatCancelInvite(c) => transfer::cancel_invite(order, c).await,
        C::ChatLeave(c) => transfer::leave(order, c).await,
        C::ChatTransfer(c) => transfer::transfer(order, c).await,
        C::ChatRemoveParticipant(c) => transfer::remove_participant(order, c).await,
        C::ChatReassign(c) => transfer::reassign(order, c).await,
        C::ChatMonitor(c) => oversight::monitor(order, c).await,
        C::AgentForceStatus(c) => oversight::force_status(order, c).await,
        C::ChatEnd(c) => transfer::end(order, c).await,
        C::ChatUpdate(c) => panel::update(order, c).await,
        C::DmSend(c) => dm::send(order, c).await,
        C::DmHistory(c) => dm::history(order, c).await,
        C::TokenRenew(c) => renew(order, &c),
        C::Ping(_) => Ok(Replied::empty()),
        C::Watch(_) | C::Unwatch(_) => {
            Err(Refusal::invalid("type", "watching needs a socket: use GET for a single look"))
        }
    }
}

/// Says something in a chat; the same by HTTP and socket.
pub(crate) async fn say(
    gateway: &Gateway,
    caller: &Caller,
    source: Option<&KeySource>,
    command: ChatSend,
) -> Result<Message, Refusal> {
    let command = ClientCommand::ChatSend(command);
    match execute(gateway, caller, source, command).await? {
        Replied::Plain(reply) => reply.message.ok_or_else(Refusal::unexpected),
        Replied::Chat(..) | Replied::Renewed(_) => Err(Refusal::unexpected()),
    }
}

fn renew(order: Order<'_>, command: &TokenRenew) -> Result<Replied, Refusal> {
    let newer = order.gateway.caller(&command.token)?;
    let same = newer.actor == order.caller.actor && newer.workspace == order.caller.workspace;
    if same {
        return Ok(Replied::Renewed(newer));
    }
    let detail = "the token is another person's, role's, workspace's or chat's";
    Err(Refusal::new(Code::Forbidden, detail))
}

impl Replied {
    /// The reply of a renewed token.
    pub(crate) fn renewed(caller: &Caller) -> Reply {
        Reply { expires_at: Some(ApiTime(caller.expires_at)), ..Reply::default() }
    }
}

impl Order<'_> {
    /// Asks the engine.
    async fn ask(&self, ask: CommandBody) -> Result<Answer, Refusal> {
        let workspace = self.caller.workspace.clone();
        let by = self.caller.actor.clone();
        let command = Command { workspace, by, key: self.key, ask };
        Ok(self.gateway.link.command(command).await?)
    }

    /// Asks the engine something that is answered with the chat.
    async fn ask_chat(&self, chat: &ChatId, ask: CommandBody) -> Result<Replied, Refusal> {
        let answer = self.ask(ask).await?;
        self.with_chat(chat, answer, Reply::default()).await
    }

    /// Joins the chat of an answer; a repeat may answer about a chat that must be asked for.
    async fn with_chat(
        &self,
        chat: &ChatId,
        answer: Answer,
        reply: Reply,
    ) -> Result<Replied, Refusal> {
        let view = match answer.chat {
            Some(view) => self.gateway.chats.learn(&Arc::from(view)),
            None => self.gateway.view(&self.caller.workspace, chat).await?,
        };
        Ok(Replied::Chat(self.gateway.join_at_hand(view).await?, Box::new(reply)))
    }

    /// Stores a note in the chat's transcript and gives the id that commands name it by. One
    /// who is not in the chat gets the id alone: the engine refuses them, or knows the key.
    async fn keep_note(
        &self,
        chat: &ChatId,
        note: Option<String>,
    ) -> Result<Option<NoteId>, Refusal> {
        let Some(text) = note.filter(|note| !note.is_empty()) else {
            return Ok(None);
        };
        let mark = match self.key {
            Some(key) => Mark::of(&["note", &key.id.id_text()]),
            None => Mark::of(&["note", &uuid::Uuid::new_v4().simple().to_string()]),
        };
        let note: NoteId = marked_id("not_", mark);
        let (gateway, caller) = (self.gateway, self.caller);
        let view = gateway.view_for_talk(caller, chat).await?;
        if access::standing(&view, &caller.person) != Standing::Stranger {
            let by = caller.sub();
            let record = Record::Note { note: note.clone(), by, text };
            gateway.transcripts.append(&caller.workspace, chat, &record).await?;
        }
        Ok(Some(note))
    }
}
