//! The shapes of chats, lines, offers, rows, answers and events, as data. Leaves which of them a
//! frame must have to the parent.

use super::super::shape::{Kind, Member, may, must, never};

pub(in super::super) const EWT: Kind =
    Kind::Object(&[must("p50_s", Kind::Number), must("p90_s", Kind::Number)]);
pub(in super::super) const CHAT_STATE: Kind =
    Kind::Word(&["queued", "offered", "active", "unattended", "wrapup", "closed"]);
pub(in super::super) const TARGET: Kind =
    Kind::OneMember(&[must("agent", Kind::Text), must("queue", Kind::Text)]);
pub(in super::super) const OWNER: Kind = Kind::OneMember(&[
    must("agent", Kind::Text),
    must("queue", Kind::Text),
    must("unattended", Kind::Time),
]);
pub(in super::super) const CLOSED: Kind = Kind::Object(&[
    must("at", Kind::Time),
    must(
        "reason",
        Kind::Word(&[
            "resolved",
            "customer_left",
            "inactivity",
            "abandoned",
            "orphaned",
            "deflected",
        ]),
    ),
    may("code", Kind::Text),
]);
pub(in super::super) const INVITE_STATE: Kind =
    Kind::Word(&["pending", "accepted", "declined", "expired", "cancelled", "queued"]);
pub(in super::super) const INVITE: Kind = Kind::Object(&[
    must("invite_id", Kind::Id("inv_")),
    must("to", TARGET),
    must("by", Kind::Text),
    must("state", INVITE_STATE),
    may("reason", Kind::Text),
    must("at", Kind::Time),
    may("position", Kind::Whole),
    may("ewt", EWT),
]);
pub(in super::super) const AGENTS_PARTICIPANT: Kind = Kind::Object(&[
    must("id", Kind::Text),
    must("role", Kind::Word(&["customer", "agent", "supervisor"])),
    must("name", Kind::Text),
    must(
        "state",
        Kind::Word(&[
            "invited",
            "connected",
            "disconnected",
            "left",
            "removed",
            "lost",
            "wrapup",
            "done",
        ]),
    ),
    may("mode", Kind::Word(&["monitor", "coach", "barge"])),
]);
pub(in super::super) const CUSTOMERS_PARTICIPANT: Kind = Kind::Object(&[
    must("id", Kind::Text),
    must("role", Kind::Word(&["customer", "agent", "supervisor"])),
    must("name", Kind::Text),
    must("state", Kind::Word(&["connected", "disconnected", "left", "removed", "lost"])),
    may("mode", Kind::Word(&["barge"])),
]);
/// A chat as agents see it.
pub(in super::super) const AGENTS_CHAT: Kind = Kind::Object(&[
    must("chat_id", Kind::Id("cht_")),
    must("state", CHAT_STATE),
    may("queue", Kind::Text),
    may("position", Kind::Whole),
    may("ewt", EWT),
    may("owner", OWNER),
    must("customer", Kind::AnyObject),
    must("participants", Kind::List(&AGENTS_PARTICIPANT)),
    may("transfer", Kind::Object(&[must("invites", Kind::List(&INVITE))])),
    must("hops", Kind::Whole),
    must("attributes", Kind::AnyObject),
    may("previous", Kind::Id("cht_")),
    must("opened_at", Kind::Time),
    may("closed", CLOSED),
    must("seq", Kind::Whole),
    must("rev", Kind::Whole),
]);
/// A chat as its customer sees it.
pub(in super::super) const CUSTOMERS_CHAT: Kind = Kind::Object(&[
    must("chat_id", Kind::Id("cht_")),
    must("state", CHAT_STATE),
    may("queue", Kind::Text),
    may("position", Kind::Whole),
    may("ewt", EWT),
    never("owner"),
    never("customer"),
    must("participants", Kind::List(&CUSTOMERS_PARTICIPANT)),
    never("transfer"),
    never("hops"),
    never("attributes"),
    never("previous"),
    must("opened_at", Kind::Time),
    may("closed", CLOSED),
    must("seq", Kind::Whole),
    must("rev", Kind::Whole),
]);
pub(in super::super) const SENDER: Kind = Kind::Object(&[
    must("id", Kind::Text),
    must("role", Kind::Word(&["customer", "agent", "supervisor", "queue", "system"])),
    must("name", Kind::Text),
]);
pub(in super::super) const LINE_KIND: Kind = Kind::Word(&["text", "system", "auto"]);
pub(in super::super) const LINE_EVENT: Kind = Kind::Object(&[
    must("change", Kind::Word(&["connected", "left", "removed", "lost", "ended"])),
    may("participant", SENDER),
    may("stays", Kind::List(&Kind::Text)),
    may("queue", Kind::Text),
    may("reason", Kind::Text),
]);
pub(in super::super) const AGENTS_MESSAGE: Kind =
    Kind::Object(&message(Kind::Word(&["all", "agents"])));
pub(in super::super) const CUSTOMERS_MESSAGE: Kind = Kind::Object(&message(Kind::Word(&["all"])));
pub(in super::super) const AGENTS_PAGE: Kind =
    Kind::Object(&[must("messages", Kind::List(&AGENTS_MESSAGE)), must("last", Kind::Whole)]);
pub(in super::super) const CUSTOMERS_PAGE: Kind =
    Kind::Object(&[must("messages", Kind::List(&CUSTOMERS_MESSAGE)), must("last", Kind::Whole)]);
pub(in super::super) const SKILLS: Kind =
    Kind::List(&Kind::Object(&[must("skill", Kind::Text), must("level", Kind::Whole)]));
/// An offer, whose members beyond these depend on its kind.
pub(in super::super) const OFFER: Kind = Kind::Object(&[
    must("offer_id", Kind::Id("off_")),
    must("kind", Kind::Word(&["queue", "invite"])),
    may("invite_id", Kind::Id("inv_")),
    may("queue", Kind::Text),
    may("origin", Kind::Word(&["new", "transfer", "requeue", "overflow"])),
    may("from_agent", Kind::Text),
    must("chat", AGENTS_CHAT),
    must("skills", SKILLS),
    must("wait_s", Kind::Number),
    must("expires_at", Kind::Time),
    must("expires_in_s", Kind::Number),
    may("note", Kind::Text),
    may("last_lines", Kind::List(&AGENTS_MESSAGE)),
]);
/// An agent's row.
pub(in super::super) const AGENT: Kind = Kind::Object(&[
    must("agent", Kind::Text),
    must("name", Kind::Text),
    must("status", Kind::Word(&["ready", "not_ready", "logged_out"])),
    may("reason", Kind::Text),
    may("next_status", Kind::Word(&["ready", "not_ready", "logged_out"])),
    must("activity", Kind::Word(&["idle", "offered", "handling", "wrapup"])),
    must(
        "load",
        Kind::Object(&[
            must("offered", Kind::Whole),
            must("handling", Kind::Whole),
            must("wrapup", Kind::Whole),
        ]),
    ),
    must("connectivity", Kind::Word(&["online", "grace", "lost"])),
    must("capacity", Kind::Object(&[must("used", Kind::Whole), must("total", Kind::Whole)])),
    must("skills", SKILLS),
    must("since", Kind::Time),
    must("rev", Kind::Whole),
]);
/// A queue's row.
pub(in super::super) const QUEUE: Kind = Kind::Object(&[
    must("queue", Kind::Text),
    must("name", Kind::Text),
    must("waiting", Kind::Whole),
    must("oldest_wait_s", Kind::Number),
    must("eligible_agents", Kind::Whole),
    must("available_agents", Kind::Whole),
    may("ewt", EWT),
    must("open", Kind::Flag),
    must("service_level", Kind::AnyObject),
]);
/// An internal line.
pub(in super::super) const DM: Kind = Kind::Object(&[
    must("dm_id", Kind::Id("dm_")),
    must("seq", Kind::Whole),
    must("from", Kind::Text),
    must("to", Kind::Text),
    must("text", Kind::Text),
    must("at", Kind::Time),
    must("client_id", Kind::Text),
]);
pub(in super::super) const ERROR: Kind =
    Kind::Object(&[must("code", Kind::Text), must("detail", Kind::Text)]);
pub(in super::super) const OFFER_WHY: Kind =
    Kind::Word(&["accepted", "declined", "expired", "revoked"]);
pub(in super::super) const WITHDRAWN: Kind = Kind::Word(&[
    "customer_left",
    "cancelled",
    "agent_lost",
    "agent_not_ready",
    "superseded",
    "removed",
]);

pub(in super::super) const fn message(visibility: Kind) -> [Member; 10] {
    [
        must("message_id", Kind::Id("msg_")),
        must("chat_id", Kind::Id("cht_")),
        must("seq", Kind::Whole),
        must("from", SENDER),
        must("kind", LINE_KIND),
        must("text", Kind::Text),
        must("visibility", visibility),
        must("at", Kind::Time),
        may("client_id", Kind::Text),
        may("event", LINE_EVENT),
    ]
}

/// The answer to `POST /v1/chats`.
pub(in super::super) const STARTED: Kind = Kind::Object(&[
    must("chat_id", Kind::Id("cht_")),
    must("token", Kind::Text),
    must("expires_at", Kind::Time),
    must("state", Kind::Word(&["queued", "offered"])),
    must("queue", Kind::Text),
    must("position", Kind::Whole),
    may("ewt", EWT),
    must("seq", Kind::Whole),
]);
/// A problem document.
pub(in super::super) const PROBLEM: Kind = Kind::Object(&[
    must("type", Kind::Text),
    must("title", Kind::Text),
    must("status", Kind::Whole),
    must("detail", Kind::Text),
    must("code", Kind::Text),
]);
/// The answer to `PUT /v1/config`.
pub(in super::super) const PUBLISHED: Kind = Kind::Object(&[
    must("version", Kind::Whole),
    must(
        "findings",
        Kind::List(&Kind::Object(&[
            must("severity", Kind::Word(&["error", "warning", "info"])),
            must("path", Kind::Text),
            must("code", Kind::Text),
            must("message", Kind::Text),
        ])),
    ),
]);
/// The answer to `chat.add_queue`.
pub(in super::super) const ADDED_QUEUE: Kind = Kind::Object(&[
    must("invite_id", Kind::Id("inv_")),
    must("queue", Kind::Text),
    must("position", Kind::Whole),
    may("ewt", EWT),
    may("warning", Kind::Word(&["no_eligible_agent", "queue_full", "queue_closed"])),
    may("held", Kind::Flag),
]);

pub(in super::super) const OF_A_CHAT: Kind =
    Kind::Object(&[must("chat_id", Kind::Id("cht_")), must("seq", Kind::Whole)]);
pub(in super::super) const CHANGE: Kind =
    Kind::Word(&["invited", "connected", "disconnected", "left", "removed", "lost"]);
pub(in super::super) const AGENTS_CHANGE: Kind = Kind::Object(&[
    must("participant", AGENTS_PARTICIPANT),
    must("change", CHANGE),
    may("reason", Kind::Text),
]);
pub(in super::super) const CUSTOMERS_CHANGE: Kind = Kind::Object(&[
    must("participant", CUSTOMERS_PARTICIPANT),
    must("change", Kind::Word(&["connected", "disconnected", "left", "removed", "lost"])),
    may("reason", Kind::Text),
]);
pub(in super::super) const POSITION: Kind =
    Kind::Object(&[must("position", Kind::Whole), may("ewt", EWT)]);
pub(in super::super) const INVITE_EVENT: Kind = Kind::Object(&[
    must("invite_id", Kind::Id("inv_")),
    must("to", TARGET),
    must("by", Kind::Text),
    must("state", INVITE_STATE),
    may("reason", WITHDRAWN),
]);
pub(in super::super) const GONE: Kind = Kind::Object(&[
    must("offer_id", Kind::Id("off_")),
    must("why", OFFER_WHY),
    may("detail", WITHDRAWN),
]);

pub(in super::super) const WELCOME: Kind = Kind::Object(&[
    must("role", Kind::Word(&["customer", "agent"])),
    must("id", Kind::Text),
    must("workspace", Kind::Text),
    must("heartbeat_s", Kind::Number),
    must("expires_at", Kind::Time),
    must("chats", Kind::List(&Kind::AnyObject)),
    may("agent", AGENT),
    may("offers", Kind::List(&OFFER)),
]);
