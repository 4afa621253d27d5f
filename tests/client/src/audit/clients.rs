//! What the clients saw against what is stored: starts, accepts, answers, lines.

use std::collections::{BTreeSet, HashMap};

use smol_str::SmolStr;

use super::Options;
use super::findings::{Findings, Law};
use super::fold::Told;
use super::outcomes::is_forgotten;
use super::shapes::How;
use super::transcripts::Transcript;
use super::world::{Offer, Tale};
use crate::ledger::{
    Answered, ChatFacts, CommandFact, Facts, Mark, OfferFact, PersonFacts, StartFact,
};

/// Commands that the router decides: each that is answered ok has an outcome in the journal.
const DECIDED: [&str; 14] = [
    "agent.status",
    "offer.accept",
    "offer.decline",
    "chat.add_agent",
    "chat.add_queue",
    "chat.cancel_invite",
    "chat.leave",
    "chat.transfer",
    "chat.remove_participant",
    "chat.end",
    "wrapup.complete",
    "chat.monitor",
    "agent.force_status",
    "chat.reassign",
];

/// All shards together: names of chats, offers and keys are found wherever they are.
pub(super) struct Everything<'a> {
    pub(super) shards: &'a [Told],
    pub(super) transcripts: &'a [HashMap<SmolStr, Transcript>],
}

impl Everything<'_> {
    fn tale(&self, chat: &str) -> Option<&Tale> {
        self.shards.iter().find_map(|shard| shard.world.tales.get(chat))
    }

    fn outcome(&self, key: &Mark) -> Option<&Result<(), SmolStr>> {
        self.shards.iter().find_map(|shard| shard.outcomes.by_key.get(key))
    }

    fn transcript(&self, chat: &str) -> Option<&Transcript> {
        self.transcripts.iter().find_map(|chats| chats.get(chat))
    }

    /// Offers are numbered in each shard: only the workspace tells which is meant.
    fn offer(&self, workspace: &str, offer: &str) -> Option<&Offer> {
        let all = self.shards.iter().filter_map(|shard| shard.world.offers.get(offer));
        all.into_iter().find(|offer| offer.workspace == workspace)
    }
}

/// Joins facts and stores.
pub(super) fn join(facts: &Facts, all: &Everything<'_>, opts: Options, findings: &mut Findings) {
    for fact in &facts.starts {
        start(fact, all, opts, findings);
    }
    for person in &facts.people {
        for command in &person.commands {
            answered(person, command, all, findings);
            if command.kind == "offer.accept" {
                accepted(person, command, all, findings);
            }
        }
        for seen in &person.offers {
            offered(person, seen, all, findings);
        }
        for (chat, seen) in &person.chats {
            lines(person, chat, seen, all, findings);
        }
        for disorder in &person.disorders {
            let what = format!("line {} came where {} was due", disorder.came, disorder.expected);
            let place = format!("{} in {}", person.who, disorder.chat);
            findings.broken(Law::Lines, &place, what);
        }
    }
    for shard in all.shards {
        for (chat, tale) in &shard.world.tales {
            sealed(chat, tale, all.transcript(chat), opts, findings);
        }
    }
}

/// Who was told that their chat is started finds it in the journal, once.
fn start(fact: &StartFact, all: &Everything<'_>, opts: Options, findings: &mut Findings) {
    same_answer(&fact.key, &start_answer(fact), &"a start", all, findings);
    let Some(chat) = &fact.chat else { return };
    let tale = all.tale(chat).cloned().unwrap_or_default();
    let (started, deflected) = (tale.started, tale.deflected);
    // Stored and not decided yet: it is in the command stream, and the journal will have it.
    let undecided = fact.status == 202 && !opts.settled && started + deflected == 0;
    let kept = match fact.status {
        201 => started == 1 && deflected == 0,
        _ => started + deflected == 1 || undecided,
    };
    findings.hold(Law::AcceptedChatsKept, kept, chat, || {
        format!(
            "answered {}, the journal has {started} starts, {deflected} deflections",
            fact.status
        )
    });
    if let Some(opening) = fact.opening {
        let stored = all.transcript(chat).and_then(|transcript| transcript.opening);
        findings.hold(Law::Lines, stored == Some(opening), chat, || {
            "its opening text is not its first line".to_owned()
        });
    }
}

fn start_answer(fact: &StartFact) -> Answered {
    match (&fact.code, fact.status) {
        (Some(code), _) => Answered::Refused(code.clone()),
        (None, 201) => Answered::Done,
        // 202 says that it is stored; what was decided later is told otherwise.
        (None, _) => Answered::Unknown,
    }
}

fn answered(
    person: &PersonFacts,
    fact: &CommandFact,
    all: &Everything<'_>,
    findings: &mut Findings,
) {
    if DECIDED.contains(&fact.kind.as_str()) {
        let place = format!("{} of {}", fact.kind, person.who);
        same_answer(&fact.key, &fact.answer, &place, all, findings);
    }
}

/// An answer is what the journal says, and nothing is answered ok that is not there.
fn same_answer(
    key: &Mark,
    answer: &Answered,
    place: &impl std::fmt::Display,
    all: &Everything<'_>,
    findings: &mut Findings,
) {
    let recorded = all.outcome(key);
    let agrees = match (answer, recorded) {
        // A gateway refuses some things by itself: no token, no such chat, too often.
        (Answered::Unknown, _) | (Answered::Refused(_), None) => true,
        // Such a refusal says nothing of an earlier attempt whose answer was lost.
        (Answered::Refused(code), _) if is_forgotten(code) => true,
        (Answered::Done, Some(recorded)) => recorded.is_ok(),
        (Answered::Done, None) => false,
        (Answered::Refused(code), Some(recorded)) => recorded.as_ref().err() == Some(code),
    };
    findings.hold(Law::EffectOnce, agrees, place, || {
        format!("answered {answer:?}, the journal says {recorded:?} under {key}")
    });
}

/// An offer that was seen is in the journal, of that chat and for that agent: nothing leaves before
/// it is committed.
fn offered(person: &PersonFacts, seen: &OfferFact, all: &Everything<'_>, findings: &mut Findings) {
    let Some(agent) = person.who.agent() else { return };
    let stored = all.offer(person.who.workspace(), &seen.offer);
    let same = stored.is_some_and(|offer| offer.agent == agent && offer.chat == seen.chat);
    findings.hold(Law::OneOwnerPerOffer, same, &person.who, || {
        let stored = stored.map(|offer| (&offer.agent, &offer.chat));
        format!("was offered {} of {}, the journal says {stored:?}", seen.offer, seen.chat)
    });
}

/// Whoever was told that they have the chat has it, and nobody else.
fn accepted(
    person: &PersonFacts,
    fact: &CommandFact,
    all: &Everything<'_>,
    findings: &mut Findings,
) {
    let Some(agent) = person.who.agent() else { return };
    let offer = all.offer(person.who.workspace(), &fact.about);
    let has = offer.is_some_and(|o| o.agent == agent && o.outcome == Some(How::Accepted));
    let holds = match &fact.answer {
        Answered::Done => has,
        Answered::Refused(code) => !has || is_forgotten(code),
        Answered::Unknown => return,
    };
    findings.hold(Law::OneOwnerPerOffer, holds, &person.who, || {
        let stored = offer.map(|offer| (&offer.agent, offer.outcome));
        format!("{}: accept answered {:?}, the journal says {stored:?}", fact.about, fact.answer)
    });
}

/// What was seen is what is stored, number by number, without a gap.
fn lines(
    person: &PersonFacts,
    chat: &str,
    seen: &ChatFacts,
    all: &Everything<'_>,
    findings: &mut Findings,
) {
    let is_customer = person.who.is_customer();
    let transcript = all.transcript(chat);
    let place = format!("{} in {chat}", person.who);
    for line in seen.lines.iter().chain(&seen.sent) {
        let stored = transcript.and_then(|transcript| transcript.line(line.seq, is_customer));
        findings.hold(Law::Lines, stored == Some(line.digest), &place, || match stored {
            None => format!("line {} was seen and is not stored", line.seq),
            Some(_) => format!("line {} was seen with another content than stored", line.seq),
        });
    }
    let numbers: BTreeSet<u32> = seen.lines.iter().map(|line| line.seq).collect();
    if let (Some(first), Some(last), false) = (numbers.first(), numbers.last(), seen.left_out) {
        let from = if is_customer { 1 } else { *first };
        let missing = (from..*last).find(|seq| !numbers.contains(seq));
        findings.hold(Law::Lines, missing.is_none(), &place, || {
            format!("line {} never came, {last} did", missing.unwrap_or_default())
        });
    }
}

/// A chat that is over is sealed, and its system lines tell who came and went, each once.
fn sealed(
    chat: &SmolStr,
    tale: &Tale,
    transcript: Option<&Transcript>,
    opts: Options,
    findings: &mut Findings,
) {
    let is_sealed = transcript.is_some_and(|transcript| transcript.sealed);
    if opts.settled && tale.over {
        findings.hold(Law::Lines, is_sealed, chat, || "it is over, its lines go on".to_owned());
    }
    if let Some(transcript) = transcript.filter(|_| is_sealed) {
        let told = (transcript.connected, transcript.left);
        let same = told == (tale.joined, tale.left);
        // Lines are read after the journal: while it runs they may know more.
        let holds = if tale.over { same } else { !opts.settled };
        findings.hold(Law::Lines, holds, chat, || {
            let (joined, left) = (tale.joined, tale.left);
            format!("lines tell of {told:?} who came and went, the journal of {:?}", (joined, left))
        });
    }
}
