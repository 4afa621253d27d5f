//! What happens to many at once, as the longest single step: mass log-in and log-out, timers that
//! are due together, a configuration change under load. Leaves printing to `main`.

use baton_common::command::{Actor, CommandBody};
use baton_common::time::Span;
use baton_common::words::Status;
use baton_core::engine;

use crate::desk::{self, Desk, RELAXED_S, Size};
use crate::times::Times;

/// What one kind of crowd took.
pub(crate) struct Stall {
    pub(crate) what: &'static str,
    pub(crate) times: Times,
}

/// All of them, one after the other, with the same line.
pub(crate) fn all(size: Size) -> Vec<Stall> {
    let mut stalls = Vec::new();
    let mut stall = |what, times| stalls.push(Stall { what, times });
    let mut desk = Desk::new(size);
    // Everybody comes in the same millisecond: what ages does so at once.
    let mut times = Times::default();
    for _ in 0..size.waiting {
        let (_, start) = desk.start();
        times.measure(|| desk.take(&start));
    }
    stall("all chats start at once", times);
    desk.pass(Span::seconds(RELAXED_S.into()));
    stall("relaxation of a third of the line is due at once", due(&mut desk));
    stall("all agents log in: each is offered a chat", log_in(&mut desk));
    desk.pass(Span::seconds(20));
    stall("all offers expire at once", due(&mut desk));
    let mut times = Times::default();
    let publish = desk.publish(90);
    times.measure(|| desk.take(&publish));
    stall("a configuration with other ages is published", times);
    stall("what is due then", due(&mut desk));
    stall("all agents log out", log_out(&mut desk));
    let ask = CommandBody::GatewayLost { gateway: "gateway".into() };
    let mut times = Times::default();
    let lost = desk.command(Actor::Gateway("gateway".into()), ask);
    times.measure(|| engine::housekeep(&mut desk.state, desk.now, &lost));
    stall("the gateway of all agents is lost", times);
    stall("its connections end, slice by slice", due(&mut desk));
    stalls
}

/// Fires all that is due.
fn due(desk: &mut Desk) -> Times {
    let mut times = Times::default();
    loop {
        if desk.state.next_deadline().is_none_or(|at| at > desk.now) {
            return times;
        }
        times.measure(|| engine::fire_next(&mut desk.state, desk.now));
    }
}

fn log_in(desk: &mut Desk) -> Times {
    let mut times = Times::default();
    for number in 0..desk.size.agents {
        let agent = desk::agent(number);
        let connected = desk.connected(&agent);
        times.measure(|| desk.take(&connected));
        let ready = desk.status(&agent, Status::Ready);
        times.measure(|| desk.take(&ready));
    }
    times
}

fn log_out(desk: &mut Desk) -> Times {
    let mut times = Times::default();
    for number in 0..desk.size.agents {
        let agent = desk::agent(number);
        let out = desk.status(&agent, Status::LoggedOut);
        times.measure(|| desk.take(&out));
    }
    times
}
