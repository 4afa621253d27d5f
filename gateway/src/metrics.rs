//! The gateway's metrics: names, help and labels. Labels are closed word lists.

use baton_common::code::Code;
use baton_common::words::Role;
use metrics::{Unit, counter, describe_counter, describe_gauge, gauge};

const CONNECTIONS: &str = "baton_gateway_connections";
const FRAMES: &str = "baton_gateway_frames_total";
const REJECTIONS: &str = "baton_gateway_rejections_total";
const RULE_FAILURES: &str = "baton_rule_failures_total";
const SHED: &str = "baton_gateway_shed_total";
const SLOW_CLOSED: &str = "baton_gateway_slow_closed_total";

/// Which way a frame went.
#[derive(Clone, Copy)]
pub(crate) enum Direction {
    /// From a client.
    In,
    /// To a client.
    Out,
}

/// What is refused or dropped while routers are behind.
#[derive(Clone, Copy)]
pub(crate) enum Shed {
    /// A new chat, refused.
    Start,
    /// A typing or read mark, dropped.
    Signal,
    /// Word for the engine that somebody spoke or was seen, dropped.
    Hint,
}

impl Shed {
    const ALL: [Self; 3] = [Self::Start, Self::Signal, Self::Hint];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Signal => "signal",
            Self::Hint => "hint",
        }
    }
}

/// Describes them all, and shows those that count at zero.
pub(crate) fn describe() {
    describe_gauge!(CONNECTIONS, Unit::Count, "Open sockets of this gateway, by role");
    describe_counter!(FRAMES, Unit::Count, "Text frames of sockets, by direction");
    describe_counter!(REJECTIONS, Unit::Count, "Refused calls, commands and sockets, by code");
    describe_counter!(
        SLOW_CLOSED,
        Unit::Count,
        "Sockets closed because their client read too slowly"
    );
    describe_counter!(
        RULE_FAILURES,
        Unit::Count,
        "Rules that could not be told at the start of a chat and were passed over, by rule and why"
    );
    describe_counter!(SHED, Unit::Count, "Refused or dropped while routers are behind, by what");
    for what in Shed::ALL {
        counter!(SHED, "what" => what.as_str()).absolute(0);
    }
    // Shown from the start, so that a rise from nothing is seen as a rise.
    counter!(SLOW_CLOSED).absolute(0);
    for direction in ["in", "out"] {
        counter!(FRAMES, "direction" => direction).absolute(0);
    }
    for code in [Code::Unavailable, Code::Internal] {
        counter!(REJECTIONS, "code" => code.as_str()).absolute(0);
    }
    for role in [Role::Customer, Role::Agent, Role::Supervisor, Role::Admin] {
        gauge!(CONNECTIONS, "role" => role.as_str()).set(0.0);
    }
}

/// A socket was welcomed.
pub(crate) fn connected(role: Role) {
    gauge!(CONNECTIONS, "role" => role.as_str()).increment(1.0);
}

/// A welcomed socket is gone.
pub(crate) fn disconnected(role: Role) {
    gauge!(CONNECTIONS, "role" => role.as_str()).decrement(1.0);
}

/// A frame went.
pub(crate) fn frame(direction: Direction) {
    let direction = match direction {
        Direction::In => "in",
        Direction::Out => "out",
    };
    counter!(FRAMES, "direction" => direction).increment(1);
}

/// Something was refused.
pub(crate) fn rejected(code: Code) {
    counter!(REJECTIONS, "code" => code.as_str()).increment(1);
}

/// Something was refused or dropped because routers are behind.
pub(crate) fn shed(what: Shed) {
    counter!(SHED, "what" => what.as_str()).increment(1);
}

/// A rule could not be told. `rule` is its place, or `other` where many are counted already.
pub(crate) fn rule_failed(workspace: &str, rule: &str, why: &'static str) {
    let (workspace, rule) = (workspace.to_owned(), rule.to_owned());
    counter!(RULE_FAILURES, "workspace" => workspace, "rule" => rule, "why" => why).increment(1);
}

/// A slow socket was closed.
pub(crate) fn slow_closed() {
    counter!(SLOW_CLOSED).increment(1);
}
