//! Does what the session of a connection wants: sends, runs commands, follows, watches. Leaves
//! what is wanted to the session, and the following itself to `following`.

use axum::extract::ws::Message;
use futures_util::future::BoxFuture;

use super::close::Ending;
use super::connection::{Connection, Flow, slow};
use super::feed::Change;
use super::life;
use super::now::chat_now;
use super::outbox;
use super::session::{Answered, Output, Run};
use crate::boards::Topic;
use crate::commands::{self, Replied};
use crate::gateway::Joined;
use crate::metrics;
use crate::refusal::Refusal;

/// A command that runs, by its ticket.
pub(super) type Job = BoxFuture<'static, (u64, Result<Replied, Refusal>)>;

impl Connection {
    /// Does what the session wants.
    pub(super) fn perform(&mut self, outputs: Vec<Output>) -> Flow {
        for output in outputs {
            match output {
                Output::Send(text) => self.send(text)?,
                Output::Run(run) => self.run(*run),
                Output::Change(Change::Follow(chat)) => self.follow(&chat)?,
                Output::Change(Change::Unfollow(chat)) => self.unfollow(&chat),
                Output::Watch(topics) => self.watch(topics),
                Output::Unwatch(topics) => self.unwatch(&topics),
                Output::Ping => {
                    let ping = Message::Ping(bytes::Bytes::from_static(life::PING));
                    if self.outbox.push(ping).is_err() {
                        return slow();
                    }
                }
                Output::TakePlace => {
                    self.taking.push(Box::pin(self.registered.take_place(self.single)));
                }
                Output::Close(bye) => return Flow::Break(bye.into()),
                Output::Gone => return Flow::Break(Ending::gone()),
            }
        }
        self.at_hand.clear();
        Flow::Continue(())
    }

    /// A command has ended.
    pub(super) fn answered(&mut self, ticket: u64, result: Result<Replied, Refusal>) -> Flow {
        let answered = match result {
            Ok(Replied::Plain(reply)) => Answered::Plain(*reply),
            Ok(Replied::Renewed(caller)) => Answered::Renewed(caller.expires_at),
            Ok(Replied::Chat(joined, reply)) => {
                // Something newer may have been told since the router answered.
                let view = self.gateway.chats.learn(&joined.view);
                let joined = Joined { view, ..joined };
                self.flush(&joined.view.chat)?;
                let now = chat_now(&joined, self.audience);
                self.put_at_hand(std::slice::from_ref(&joined));
                Answered::Chat(Box::new(now), *reply)
            }
            Err(refusal) => Answered::Refused(refusal),
        };
        let outputs = self.session.answered(std::time::Instant::now(), ticket, answered);
        self.perform(outputs)
    }

    pub(super) fn send(&self, text: String) -> Flow {
        metrics::frame(metrics::Direction::Out);
        match self.outbox.push(Message::from(text)) {
            Ok(()) => Flow::Continue(()),
            Err(outbox::Slow) => slow(),
        }
    }

    pub(super) fn put_at_hand(&mut self, chats: &[Joined]) {
        for joined in chats {
            self.at_hand.insert(joined.view.chat.clone(), joined.clone());
        }
    }

    fn run(&self, run: Run) {
        let (gateway, caller) = (self.gateway.clone(), self.session.caller().clone());
        self.jobs.push(Box::pin(async move {
            let source = run.source.as_ref();
            let done = commands::execute(&gateway, &caller, source, run.command);
            (run.ticket, done.await)
        }));
    }

    fn watch(&mut self, topics: Vec<Topic>) {
        let workspace = &self.session.caller().workspace;
        self.topics.extend(topics.iter().cloned());
        self.gateway.boards.watch(workspace, topics, &self.registered.handle);
    }

    fn unwatch(&mut self, topics: &[Topic]) {
        let connection = &self.registered.handle.connection;
        let workspace = &self.session.caller().workspace;
        self.gateway.boards.unwatch(workspace, topics, connection);
        self.topics.retain(|topic| !topics.contains(topic));
    }
}
