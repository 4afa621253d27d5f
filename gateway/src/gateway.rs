//! What the parts of one gateway share, and the few questions that several of them ask.
//!
//! Nothing here matters beyond this process: another gateway can serve any client.

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;
use std::time::{Duration, Instant};

use baton_common::ask::{Ask, ReplyBody};
use baton_common::code::Code;
use baton_common::command::{Command, CommandBody, Person};
use baton_common::config::{Policies, PolicySet};
use baton_common::ids::{AgentId, ChatId, WorkspaceId, is_short_name};
use baton_common::protocol::chat::Chat;
use baton_common::view::ChatView;
use baton_common::words::Role;
use baton_runtime::secret::TokenSecret;
use baton_runtime::settings::TrustedProxies;
use smol_str::SmolStr;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::access;
use crate::boards::Boards;
use crate::caller::Caller;
use crate::chats::{Chats, Held};
use crate::dm::Dms;
use crate::drain::Window;
use crate::half_open::HalfOpen;
use crate::limiter::Limiter;
use crate::link::Link;
use crate::marks::Marks;
use crate::oidc;
use crate::refusal::Refusal;
use crate::registry::Registry;
use crate::rules::Rules;
use crate::shape;
use crate::throttle::Throttle;
use crate::token;
use crate::transcript::{Audience, Dossier, Transcript, Transcripts};
use crate::turns::Turns;

/// A customer without a socket is reported as seen four times in a grace: three may be lost.
const SEEN_IN_GRACE: u32 = 4;
/// What is told to the engine on the side may take so long, and is lost then.
const ASIDE_WAIT: Duration = Duration::from_secs(2);
/// How many later chats are asked whether a reader of them may read an earlier one.
const FOLLOWED: usize = 8;

/// Handle to everything; clones share it.
#[derive(Clone)]
pub(crate) struct Gateway(Arc<Parts>);

/// The parts.
pub(crate) struct Parts {
    pub(crate) link: Link,
    pub(crate) transcripts: Transcripts,
    pub(crate) dms: Dms,
    pub(crate) nats: async_nats::Client,
    pub(crate) secret: TokenSecret,
    pub(crate) marks: Marks,
    pub(crate) registry: Arc<Registry>,
    pub(crate) chats: Arc<Chats>,
    pub(crate) boards: Boards,
    pub(crate) rules: Rules,
    pub(crate) limiter: Limiter,
    pub(crate) half_open: HalfOpen,
    pub(crate) proxies: TrustedProxies,
    pub(crate) oidc: Option<oidc::Service>,
    pub(crate) spoke: Throttle<(ChatId, SmolStr)>,
    pub(crate) seen: Throttle<ChatId>,
    /// Who may ask for everything once more at the same time: a new leader is not flooded.
    pub(crate) resyncs: Turns,
    /// Cancelled when the gateway stops: no socket is opened any more, and all are let go.
    pub(crate) draining: CancellationToken,
    /// Cancelled when it has drained: nobody is served any more.
    pub(crate) closing: CancellationToken,
    pub(crate) drain: Window,
    /// The tasks of sockets and HTTP connections, waited for at the end.
    pub(crate) tasks: TaskTracker,
}

impl Deref for Gateway {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// A chat's state joined with what was said in it.
#[derive(Clone)]
pub(crate) struct Joined {
    pub(crate) view: Arc<ChatView>,
    pub(crate) transcript: Arc<Transcript>,
}

impl Joined {
    /// The copy that a caller reads.
    pub(crate) fn chat(&self, caller: &Caller) -> Chat {
        let seq = self.transcript.last(caller.audience());
        let dossier = self.dossier(caller.audience());
        shape::chat::chat(&self.view, &dossier, seq, (caller.reader(), &caller.person))
    }

    /// What an audience is told beside the lines.
    pub(crate) fn dossier(&self, audience: Audience) -> Dossier {
        let notes = match audience {
            Audience::Customer => &[],
            Audience::Agents => self.view.notes.as_slice(),
        };
        self.transcript.dossier(notes)
    }
}

/// Whether the last that a chat's lines tell of an agent is that they were removed.
pub(crate) fn was_removed(transcript: &Transcript, agent: &str) -> bool {
    let all = usize::try_from(transcript.last(Audience::Agents)).unwrap_or(usize::MAX);
    let lines = transcript.lines(Audience::Agents, 0, all);
    let mut events = lines.iter().rev().filter_map(|heard| heard.line.event.as_ref());
    let last = events.find(|event| event.participant.as_ref().is_some_and(|who| who.id == agent));
    last.is_some_and(|event| event.change == "removed")
}

impl Gateway {
    pub(crate) fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// The person whose token this is.
    pub(crate) fn caller(&self, text: &str) -> Result<Caller, token::TokenError> {
        let claims = token::verify(&self.secret, text, token::wall_clock())?;
        Caller::of(&claims).ok_or(token::TokenError::Unknown)
    }

    /// An agent must be in the configuration. While nobody knows it, the token is believed.
    pub(crate) async fn known_agent(&self, caller: &Caller) -> Result<(), Refusal> {
        if caller.role() != Role::Agent {
            return Ok(());
        }
        let agent = AgentId::new(caller.sub());
        let known = is_short_name(agent.as_str())
            && match self.link.config(&caller.workspace).await {
                Some(config) => config.agents.contains_key(&agent),
                None => true,
            };
        if known {
            Ok(())
        } else {
            let detail = "your token's sub is no agent of this workspace";
            Err(Refusal::new(Code::AgentNotFound, detail))
        }
    }

    /// A chat as the leader has it; while no leader answers, as it was last seen here.
    pub(crate) async fn view(
        &self,
        workspace: &WorkspaceId,
        chat: &ChatId,
    ) -> Result<Arc<ChatView>, Refusal> {
        let ask = Ask::Chat { workspace: workspace.clone(), chat: chat.clone() };
        match self.link.ask(workspace, ask).await {
            Ok(ReplyBody::Chat(view)) => Ok(self.chats.learn(&Arc::from(view))),
            Ok(_) => Err(Refusal::unexpected()),
            Err(rejection) if rejection.code == Code::Unavailable => {
                self.chats.newest(workspace, chat).ok_or_else(|| rejection.into())
            }
            Err(rejection) => Err(rejection.into()),
        }
    }

    /// A chat as it is known here if that is kept fresh, so that talk needs no router. How a
    /// supervisor is in it may be told to no other gateway than theirs: the leader is asked.
    pub(crate) async fn view_for_talk(
        &self,
        caller: &Caller,
        chat: &ChatId,
    ) -> Result<Arc<ChatView>, Refusal> {
        let oversees = matches!(caller.person, Person::Supervisor(_));
        match self.chats.live(&caller.workspace, chat).filter(|_| !oversees) {
            Some(view) => Ok(view),
            None => self.view(&caller.workspace, chat).await,
        }
    }

    /// A chat that the caller may read.
    pub(crate) async fn readable(
        &self,
        caller: &Caller,
        chat: &ChatId,
    ) -> Result<Arc<ChatView>, Refusal> {
        access::own_chat(caller, chat)?;
        let view = self.view(&caller.workspace, chat).await?;
        if self.reads(caller, &view).await? || self.reads_later_chat(caller, &view).await {
            Ok(view)
        } else {
            Err(access::not_in_it().into())
        }
    }

    async fn reads(&self, caller: &Caller, view: &ChatView) -> Result<bool, Refusal> {
        if !access::may_read(caller, view) {
            return Ok(false);
        }
        if !access::may_be_removed(view, &caller.person) {
            return Ok(true);
        }
        let transcript = self.transcripts.open(&view.workspace, &view.chat).await?;
        Ok(!was_removed(&transcript, &caller.sub()))
    }

    /// Whether an agent may read a chat that follows this one: then they may read this one too.
    async fn reads_later_chat(&self, caller: &Caller, view: &ChatView) -> bool {
        if caller.role() != Role::Agent {
            return false;
        }
        let mut later = view.followed_by.clone();
        for at in 0..FOLLOWED {
            let Some(chat) = later.get(at).cloned() else {
                return false;
            };
            let Ok(view) = self.view(&caller.workspace, &chat).await else {
                continue;
            };
            if self.reads(caller, &view).await.unwrap_or(false) {
                return true;
            }
            later.extend(view.followed_by.iter().cloned());
        }
        false
    }

    /// Joins a chat's state with what was said.
    pub(crate) async fn join(&self, view: Arc<ChatView>) -> Result<Joined, Refusal> {
        let transcript = self.transcripts.open(&view.workspace, &view.chat).await?;
        Ok(Joined { view, transcript })
    }

    /// The same for what was just decided or told: its lines need not be newer than what is here.
    pub(crate) async fn join_at_hand(&self, view: Arc<ChatView>) -> Result<Joined, Refusal> {
        let transcript = self.transcripts.at_hand(&view.workspace, &view.chat).await?;
        transcript.look_for(&view.notes).await;
        Ok(Joined { view, transcript })
    }

    /// Keeps a chat fresh and its signals flowing for as long as the result lives.
    pub(crate) fn hold(&self, view: &Arc<ChatView>) -> Held {
        let held = Chats::hold(&self.chats, view);
        if held.is_first() {
            let listening = crate::signals::listen(self, &view.workspace, &view.chat);
            self.chats.attach(&held, listening);
        }
        held
    }

    /// Tells the engine something in passing: without answer, and lost if it cannot be stored.
    pub(crate) fn aside(&self, caller: &Caller, ask: CommandBody) {
        let workspace = caller.workspace.clone();
        let command = Command { workspace, by: caller.actor.clone(), key: None, ask };
        let link = self.link.clone();
        self.tasks.spawn(async move { link.submit(command, ASIDE_WAIT).await });
    }

    /// Tells the engine what it is to hear of, also while the broker elects.
    pub(crate) fn report(&self, caller: &Caller, ask: CommandBody) {
        let workspace = caller.workspace.clone();
        let command = Command { workspace, by: caller.actor.clone(), key: None, ask };
        let link = self.link.clone();
        self.tasks.spawn(async move { link.report(command).await });
    }

    /// Whether the engine may be told what it can do without for a while.
    pub(crate) fn may_hint(&self, workspace: &WorkspaceId) -> bool {
        let sheds = self.link.sheds(workspace);
        if sheds {
            crate::metrics::shed(crate::metrics::Shed::Hint);
        }
        !sheds
    }

    /// A customer was heard of by HTTP.
    pub(crate) fn customer_seen(&self, caller: &Caller) {
        let Some(chat) = caller.chat() else {
            return;
        };
        let every = self.customer_grace(&caller.workspace, chat) / SEEN_IN_GRACE;
        if self.may_hint(&caller.workspace) && self.seen.turn(chat.clone(), every, Instant::now()) {
            self.aside(caller, CommandBody::CustomerSeen { chat: chat.clone() });
        }
    }

    /// How long the customer of a chat is expected back, as far as that is known here.
    fn customer_grace(&self, workspace: &WorkspaceId, chat: &ChatId) -> Duration {
        let view = self.chats.newest(workspace, chat);
        let queue = view.and_then(|view| view.queue.clone());
        let grace = match (self.link.cached_config(workspace), queue) {
            (Some(config), Some(queue)) => config.queue_policies(&queue).customer_grace,
            (Some(config), None) => config.workspace_policies().customer_grace,
            (None, _) => {
                Policies::resolve(&PolicySet::default(), &PolicySet::default()).customer_grace
            }
        };
        Duration::from_millis(grace.0)
    }

    /// Counts a call against its address.
    pub(crate) fn limit_call(&self, address: IpAddr) -> Result<(), Refusal> {
        self.limiter.call(address)
    }
}
