//! Starting a chat.

use baton_common::answer::Done;
use baton_common::code::Code;
use baton_common::command::{Routed, StartChat};
use baton_common::config::policy::StartField;
use baton_common::event::Event;
use baton_common::hash;
use baton_common::ids::{AgentId, ChatId, QueueId};
use baton_common::quantity::SkillLevel;
use baton_common::rejection::Rejection;
use baton_common::words::{CloseReason, Origin};

use super::door::{Knock, knock};
use super::draft::NewEntry;
use super::{Asked, Draft, Refusal, Verdict};
use crate::state::chat::Ending;
use crate::state::{Phase, Rules};

pub(super) fn start(mut draft: Draft<'_>, ask: &Asked<'_>, start: &StartChat) -> Verdict {
    let Some(rules) = ask.state.rules(ask.workspace) else {
        let detail = format!(
            "workspace `{}` has no configuration: an admin publishes one with PUT /v1/config",
            ask.workspace
        );
        return Err(Rejection::new(Code::QueueNotFound, detail).into());
    };
    if let Some(chat) = ask.state.chats.get(&start.chat) {
        return match &chat.phase {
            Phase::Over(Ending { code: Some(code), .. }) => {
                let detail = "this start was refused before: use a new key";
                Err(Rejection::new(*code, detail).into())
            }
            _ => draft.done_chat(&chat.id),
        };
    }
    let routed = routed(rules, start);
    let skills = skills(start, routed);
    match admit(ask, rules, start, routed, &skills) {
        Ok(queue) => {
            let previous = previous(ask, start);
            let preferred = preferred(&draft, ask, start, &queue, previous.as_ref());
            let grace = ask.state.policies_of_queue(ask.workspace, &queue).customer_grace;
            draft.push(Event::ChatStarted {
                workspace: ask.workspace.clone(),
                chat: start.chat.clone(),
                customer: hash::customer_id(&start.chat),
                customer_mark: start.customer_mark,
                previous,
                language: start.language.clone(),
                grace_until: draft.now + grace,
            });
            let now = draft.now;
            draft.entry(
                &start.chat,
                ask.workspace,
                NewEntry {
                    priority: routed.and_then(|routed| routed.priority).or(start.priority),
                    skills: &skills,
                    preferred,
                    ..NewEntry::new(&queue, Origin::New, now)
                },
            );
            let chat = Some(start.chat.clone());
            draft.done(Done { chat, queue: Some(queue), ..Done::default() })
        }
        Err(rejection) => Err(Box::new(deflect(draft, ask, rules, start, rejection))),
    }
}

/// What a rule said, unless it named a queue that has gone since: the rule has then, too.
fn routed<'a>(rules: &Rules, start: &'a StartChat) -> Option<&'a Routed> {
    let exists = |queue: &QueueId| rules.config.queues.contains_key(queue);
    start.routed.as_ref().filter(|routed| routed.queue.as_ref().is_none_or(exists))
}

/// What the start and the rule require together, the higher level counts.
fn skills(start: &StartChat, routed: Option<&Routed>) -> Vec<SkillLevel> {
    let mut all = start.skills.clone();
    for need in routed.into_iter().flat_map(|routed| &routed.skills) {
        match all.iter_mut().find(|have| have.skill == need.skill) {
            Some(have) => have.level = have.level.max(need.level),
            None => all.push(need.clone()),
        }
    }
    all
}

/// Where it wants to go: the rule's word counts most.
fn wanted<'a>(
    rules: &'a Rules,
    start: &'a StartChat,
    routed: Option<&'a Routed>,
) -> Option<&'a QueueId> {
    let led = routed.and_then(|routed| routed.queue.as_ref());
    led.or(start.queue.as_ref()).or(rules.config.default_queue.as_ref())
}

/// Which queue takes it.
fn admit(
    ask: &Asked<'_>,
    rules: &Rules,
    start: &StartChat,
    routed: Option<&Routed>,
    skills: &[SkillLevel],
) -> Result<QueueId, Rejection> {
    let Some(queue) = wanted(rules, start, routed) else {
        let detail = "name a queue: the configuration has no default_queue";
        return Err(Rejection::new(Code::QueueNotFound, detail));
    };
    if !rules.config.queues.contains_key(queue) {
        let detail = format!("there is no queue `{queue}`");
        return Err(Rejection::new(Code::QueueNotFound, detail));
    }
    if let Some(agent) = &start.preferred_agent
        && !rules.config.agents.contains_key(agent)
    {
        return Err(Rejection::new(Code::AgentNotFound, format!("there is no agent `{agent}`")));
    }
    start_fields(rules, start)?;
    knock(ask.state, ask.workspace, queue, skills, &[], Knock::New).map(|in_| in_.queue)
}

fn start_fields(rules: &Rules, start: &StartChat) -> Result<(), Rejection> {
    let allowed = &rules.policies(None).start_fields;
    let used = [
        (StartField::Skills, "skills", !start.skills.is_empty()),
        (StartField::Priority, "priority", start.priority.is_some()),
        (StartField::PreferredAgent, "preferred_agent", start.preferred_agent.is_some()),
    ];
    match used.into_iter().find(|(field, _, used)| *used && !allowed.contains(field)) {
        Some((_, name, _)) => Err(Rejection::new(
            Code::Forbidden,
            format!("this workspace does not take `{name}` from customers: leave it out"),
        )),
        None => Ok(()),
    }
}

/// The closed chat that this one continues.
fn previous(ask: &Asked<'_>, start: &StartChat) -> Option<ChatId> {
    let space = ask.state.workspace(ask.workspace)?;
    let by_mark = || start.customer_mark.and_then(|mark| space.customers.get(&mark));
    let id = start.previous.as_ref().or_else(by_mark)?;
    let chat = ask.state.chats.get(id).filter(|chat| chat.workspace == *ask.workspace)?;
    match &chat.phase {
        Phase::Over(end) if end.reason != CloseReason::Deflected => Some(id.clone()),
        _ => None,
    }
}

fn preferred(
    draft: &Draft<'_>,
    ask: &Asked<'_>,
    start: &StartChat,
    queue: &QueueId,
    previous: Option<&ChatId>,
) -> Option<(AgentId, baton_common::time::Timestamp)> {
    let last_agent = || {
        let chat = ask.state.chats.get(previous?)?;
        chat.agents.last().map(|p| p.agent.clone())
    };
    let agent = start.preferred_agent.clone().or_else(last_agent)?;
    let span = ask.state.policies_of_queue(ask.workspace, queue).preferred;
    Some((agent, draft.now + span))
}

/// Records the refusal: the customer may hold a token already (202).
fn deflect(
    mut draft: Draft<'_>,
    ask: &Asked<'_>,
    rules: &Rules,
    start: &StartChat,
    rejection: Rejection,
) -> Refusal {
    let reopen = rules.policies(None).reopen;
    draft.push(Event::ChatDeflected {
        workspace: ask.workspace.clone(),
        chat: start.chat.clone(),
        customer: hash::customer_id(&start.chat),
        queue: wanted(rules, start, routed(rules, start)).cloned(),
        code: rejection.code,
        forget_at: draft.now + reopen,
        language: start.language.clone(),
    });
    Refusal { rejection, events: draft.events }
}
