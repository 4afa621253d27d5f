//! The language of scenarios: short words for people and for what they ask.

use baton_common::command::{Actor, AddQueue, CommandBody, Routed, StartChat, Target};
use baton_common::hash::Mark;
use baton_common::ids::{ChatId, OfferId};
use baton_common::quantity::{Level, Priority, SkillLevel};
use baton_common::words::{Mode, Status};

use crate::support::Desk;

/// `word=value` options and bare words of a command line.
pub(crate) struct Words<'a>(pub(crate) Vec<&'a str>);

impl<'a> Words<'a> {
    pub(crate) fn option(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find_map(|w| w.strip_prefix(name)?.strip_prefix('='))
    }

    pub(crate) fn has(&self, word: &str) -> bool {
        self.0.contains(&word)
    }

    pub(crate) fn after(&self, word: &str) -> &'a str {
        let at = self.0.iter().position(|w| *w == word);
        at.and_then(|at| self.0.get(at + 1)).unwrap_or_else(|| panic!("no word after {word}"))
    }

    fn skills(&self, name: &str) -> Vec<SkillLevel> {
        self.option(name).map_or_else(Vec::new, |list| {
            let one = |text: &str| {
                let (skill, level) = text.split_once(':').unwrap_or((text, "1"));
                SkillLevel { skill: skill.into(), level: Level(level.parse().unwrap()) }
            };
            list.split(',').map(one).collect()
        })
    }

    fn priority(&self, name: &str) -> Option<Priority> {
        self.option(name).map(|p| Priority(p.parse().unwrap()))
    }

    /// `rule=17 rule_queue=q1 rule_priority=5 rule_skills=french:5`: what the rules said.
    fn routed(&self) -> Option<Routed> {
        self.option("rule").map(|version| Routed {
            version: version.parse().unwrap(),
            rule: 0,
            queue: self.option("rule_queue").map(Into::into),
            priority: self.priority("rule_priority"),
            skills: self.skills("rule_skills"),
        })
    }
}

/// Who speaks in a scenario: `a…` agents, `c…` customers of the chat of that name, `boss`.
pub(crate) fn actor(name: &str) -> Actor {
    match name.chars().next() {
        Some('a') => Actor::Agent(name.into()),
        Some('c') => Actor::Customer(name.into()),
        _ => Actor::Supervisor(name.into()),
    }
}

/// Reads a line such as `a1 adds a2 to c1`.
pub(crate) fn command(desk: &mut Desk, who: &str, words: &Words<'_>) -> CommandBody {
    let chat = |name: &str| ChatId::new(name);
    let own = || chat(who);
    match words.0[0] {
        "starts" => CommandBody::StartChat(StartChat {
            chat: own(),
            queue: words.0.get(1).filter(|w| !w.contains('=')).map(|q| (*q).into()),
            skills: words.skills("skills"),
            priority: words.priority("priority"),
            preferred_agent: words.option("prefers").map(Into::into),
            customer_mark: words.option("customer").map(|c| Mark::of(&[c])),
            previous: words.option("previous").map(chat),
            language: words.option("language").map(Into::into),
            routed: words.routed(),
        }),
        "connects" => {
            let connection = words.0.get(1).map(|n| (*n).to_owned());
            let connection = connection.unwrap_or_else(|| desk.connection()).as_str().into();
            let client = words.option("client").map(|client| Mark::of(&[client]));
            let proven = words.has("proven");
            CommandBody::Connected { connection, gateway: gateway(words), client, proven }
        }
        "disconnects" => {
            CommandBody::Disconnected { connection: words.0[1].into(), gateway: gateway(words) }
        }
        "ready" => status(Status::Ready, words),
        "not_ready" => status(Status::NotReady, words),
        "logs_out" => status(Status::LoggedOut, words),
        "forces" => CommandBody::ForceStatus {
            agent: words.0[1].into(),
            status: status_of(words.0[2]),
            evict: words.has("evict"),
        },
        "accepts" => CommandBody::AcceptOffer { offer: offer(desk, who, words) },
        "declines" => CommandBody::DeclineOffer { offer: offer(desk, who, words), reason: None },
        _ => chat_command(who, words),
    }
}

/// What somebody does in or to a chat.
fn chat_command(who: &str, words: &Words<'_>) -> CommandBody {
    let chat = |name: &str| ChatId::new(name);
    let own = || chat(who);
    match words.0[0] {
        "adds" if words.0[1] == "queue" => CommandBody::AddQueue(AddQueue {
            chat: chat(words.after("to")),
            queue: words.0[2].into(),
            priority: words.priority("priority"),
            skills: words.skills("skills"),
            confirm: words.has("confirm"),
            note: None,
        }),
        "adds" => CommandBody::AddAgent {
            chat: chat(words.after("to")),
            agent: words.0[1].into(),
            note: words.option("note").map(Into::into),
        },
        "cancels" => {
            CommandBody::CancelInvite { chat: chat(words.after("in")), invite: words.0[1].into() }
        }
        "leaves" => CommandBody::Leave {
            chat: chat(words.0[1]),
            blind: words.has("blind"),
            confirm: words.has("confirm"),
            disposition: words.option("disposition").map(Into::into),
            note: None,
        },
        "transfers" => CommandBody::Transfer {
            chat: chat(words.0[1]),
            to: match words.0[3] {
                "queue" => Target::Queue(words.0[4].into()),
                agent => Target::Agent(agent.into()),
            },
            confirm: words.has("confirm"),
            note: None,
        },
        "removes" => CommandBody::RemoveParticipant {
            agent: words.0[1].into(),
            chat: chat(words.after("from")),
        },
        "assigns" => CommandBody::Reassign {
            chat: chat(words.0[1]),
            to: match words.0[3] {
                "queue" => Target::Queue(words.0[4].into()),
                agent => Target::Agent(agent.into()),
            },
        },
        "monitors" => CommandBody::Monitor { chat: chat(words.0[1]), mode: mode_of(words.0[2]) },
        "ends" => CommandBody::EndChat { chat: words.0.get(1).map_or_else(own, |c| chat(c)) },
        "wraps" => CommandBody::CompleteWrapup {
            chat: chat(words.0[1]),
            disposition: words.option("disposition").map(Into::into),
            note: None,
        },
        "speaks" => CommandBody::Spoke { chat: words.0.get(1).map_or_else(own, |c| chat(c)) },
        "seen" => CommandBody::CustomerSeen { chat: own() },
        "touches" => CommandBody::TouchChat { chat: chat(words.0[1]) },
        other => panic!("what is `{who} {other}`?"),
    }
}

fn gateway(words: &Words<'_>) -> baton_common::ids::GatewayId {
    words.option("gateway").unwrap_or("g").into()
}

fn status(status: Status, words: &Words<'_>) -> CommandBody {
    CommandBody::SetStatus {
        status,
        reason: words.option("reason").map(Into::into),
        after_work: words.has("after_work"),
    }
}

fn status_of(word: &str) -> Status {
    serde_json::from_value(word.into()).unwrap()
}

fn mode_of(word: &str) -> Option<Mode> {
    (word != "off").then(|| serde_json::from_value(word.into()).unwrap())
}

fn offer(desk: &Desk, who: &str, words: &Words<'_>) -> OfferId {
    match words.0.get(1) {
        Some(id) => (*id).into(),
        None => desk.offers(who).first().cloned().unwrap_or_else(|| "off_none".into()),
    }
}
