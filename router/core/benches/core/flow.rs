//! The whole path: commands and timers through decide, apply, effects and notices, as the leader
//! calls them. Leaves printing to `main`.

use std::collections::VecDeque;

use baton_common::command::Command;
use baton_common::ids::{AgentId, ChatId};
use baton_common::time::Span;
use baton_common::words::Status;
use baton_core::engine::{self, Decision};

use crate::desk::{self, Desk, Made, Size, offers};
use crate::times::Times;

/// One of so many chats is abandoned while it waits.
const ABANDONED: u32 = 20;
/// Chats that come in a millisecond: a shard that is asked for all that it can do.
const COMING: u32 = 20;

/// So many commands are measured one way, as many the other, and so on.
pub(crate) const BLOCK: u32 = 5_000;

/// What a run took, one way.
#[derive(Default)]
pub(crate) struct Load {
    pub(crate) commands: Times,
    pub(crate) timers: Times,
}

/// What a run took.
#[derive(Default)]
pub(crate) struct Run {
    /// Decided and applied, nobody told.
    pub(crate) untold: Load,
    /// With lines of transcripts and notices.
    pub(crate) told: Load,
    taken: u32,
    /// Bytes of the whole process when all were there.
    pub(crate) memory: Option<u64>,
}

impl Run {
    fn tells(&self) -> bool {
        (self.taken / BLOCK).is_multiple_of(2)
    }

    /// Measures a command.
    fn take(&mut self, desk: &mut Desk, command: &Command) -> Decision {
        let tells = self.tells();
        self.taken += 1;
        if tells {
            self.told.commands.measure(|| desk.take(command))
        } else {
            self.untold.commands.measure(|| desk.decide(command))
        }
    }

    /// Measures the next due timer.
    fn fire(&mut self, desk: &mut Desk) -> Option<Decision> {
        if desk.state.next_deadline().is_none_or(|at| at > desk.now) {
            return None;
        }
        if self.tells() {
            self.told.timers.measure(|| engine::fire_next(&mut desk.state, desk.now))
        } else {
            let timers = &mut self.untold.timers;
            timers.measure(|| engine::untold::fire_next(&mut desk.state, desk.now))
        }
    }
}

/// Somebody works on each chat for a while.
struct Work {
    agent: AgentId,
    chat: ChatId,
}

/// More customers than agents can serve: a whole life of `chats` chats while `size.waiting` wait.
pub(crate) fn overload(size: Size, chats: u32) -> Run {
    let mut desk = Desk::new(size);
    let mut run = Run::default();
    let mut busy = VecDeque::new();
    for number in 0..size.agents {
        let agent = desk::agent(number);
        let connected = desk.connected(&agent);
        desk.take(&connected);
        let ready = desk.status(&agent, Status::Ready);
        desk.take(&ready);
    }
    let mut line = Vec::new();
    // Until as many wait as should, whoever is served beside that.
    while line.len() < size.waiting as usize {
        let (chat, start) = desk.start();
        let decision = desk.take(&start);
        match offers(&decision).next() {
            Some(made) => busy.push_back(accept(&mut desk, &made)),
            None => line.push(chat),
        }
        if line.len().is_multiple_of(COMING as usize) {
            desk.pass(Span(1));
            settle(&mut desk, &mut busy);
        }
    }
    // A kind of agent that nobody asked for may be idle: the others go on.
    run.memory = crate::times::memory();
    for number in 0..chats {
        desk.pass(Span(u64::from(number.is_multiple_of(COMING))));
        let Some(Work { agent, chat }) = busy.pop_front() else { break };
        let leave = desk.leave(&agent, &chat);
        let decision = run.take(&mut desk, &leave);
        for made in offers(&decision) {
            let command = desk.accept(&made);
            run.take(&mut desk, &command);
            busy.push_back(Work { agent: made.agent, chat: made.chat });
        }
        let extra = u32::from(number.is_multiple_of(ABANDONED));
        for _ in 0..=extra {
            let (chat, start) = desk.start();
            let decision = run.take(&mut desk, &start);
            match offers(&decision).next() {
                Some(made) => busy.push_back(accept(&mut desk, &made)),
                None => line.push(chat),
            }
        }
        if extra > 0 {
            abandon_one(&mut desk, &mut run, &mut line);
        }
        while let Some(decision) = run.fire(&mut desk) {
            for made in offers(&decision) {
                busy.push_back(accept(&mut desk, &made));
            }
        }
    }
    run
}

/// Agents are free: each chat is offered as it comes, and as many end.
pub(crate) fn underload(size: Size, chats: u32) -> Run {
    let mut desk = Desk::new(size);
    let mut run = Run::default();
    for number in 0..size.agents {
        let agent = desk::agent(number);
        let connected = desk.connected(&agent);
        desk.take(&connected);
        let ready = desk.status(&agent, Status::Ready);
        desk.take(&ready);
    }
    run.memory = crate::times::memory();
    let mut busy = VecDeque::new();
    for number in 0..chats {
        desk.pass(Span(u64::from(number.is_multiple_of(COMING))));
        let (_, start) = desk.start();
        let decision = run.take(&mut desk, &start);
        for made in offers(&decision) {
            let command = desk.accept(&made);
            run.take(&mut desk, &command);
            busy.push_back(Work { agent: made.agent, chat: made.chat });
        }
        if busy.len() > size.agents as usize / 2 {
            let Work { agent, chat } = busy.pop_front().expect("there are many");
            let leave = desk.leave(&agent, &chat);
            run.take(&mut desk, &leave);
        }
        while run.fire(&mut desk).is_some() {}
    }
    run
}

fn accept(desk: &mut Desk, made: &Made) -> Work {
    let command = desk.accept(made);
    desk.take(&command);
    Work { agent: made.agent.clone(), chat: made.chat.clone() }
}

fn settle(desk: &mut Desk, busy: &mut VecDeque<Work>) {
    while let Some(decision) = engine::fire_next(&mut desk.state, desk.now) {
        for made in offers(&decision) {
            busy.push_back(accept(desk, &made));
        }
    }
}

/// Some customer who waits goes away.
fn abandon_one(desk: &mut Desk, run: &mut Run, line: &mut Vec<ChatId>) {
    // Some of those remembered were served meanwhile.
    for _ in 0..64 {
        let at = desk.lots.below(u32::try_from(line.len()).expect("it is a size"));
        let chat = line.swap_remove(at as usize);
        if desk::waits(desk, &chat) {
            let abandon = desk.abandon(&chat);
            run.take(desk, &abandon);
            return;
        }
    }
}
