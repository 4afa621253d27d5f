//! What the clients' own view proves without anything stored: one accept an offer, one content a
//! line, every chat seen over. Everything else is left to the audit of what is stored.

use std::collections::BTreeMap;

use baton_client::audit::{Check, Report, Totals, Violation};
use baton_client::{Answered, Facts, PersonFacts, Who};

/// So many violations of a law are shown; all are counted.
const SHOWN: u64 = 20;

/// Holds what the clients saw against itself.
pub(crate) fn check(facts: &Facts) -> Report {
    let all = [accepted_once(facts), same_lines(facts), seen_over(facts)];
    let mut report =
        Report { checks: Vec::new(), violations: Vec::new(), totals: Totals::default() };
    for findings in all {
        report.checks.push(findings.check);
        report.violations.extend(findings.violations);
    }
    report
}

struct Findings {
    check: Check,
    violations: Vec<Violation>,
}

impl Findings {
    fn of(name: &'static str) -> Self {
        Self { check: Check { name, looked_at: 0, broken: 0 }, violations: Vec::new() }
    }

    fn hold(&mut self, holds: bool, place: &str, what: impl FnOnce() -> String) {
        self.check.looked_at += 1;
        if holds {
            return;
        }
        self.check.broken += 1;
        if self.check.broken <= SHOWN {
            let (check, place) = (self.check.name, place.to_owned());
            self.violations.push(Violation { check, place, what: what() });
        }
    }
}

/// Of all who were told that they have accepted an offer there is one.
fn accepted_once(facts: &Facts) -> Findings {
    let mut findings = Findings::of("one_owner_per_offer");
    let mut winners: BTreeMap<&str, String> = BTreeMap::new();
    for person in &facts.people {
        let accepts = person.commands.iter().filter(|one| one.kind == "offer.accept");
        for accept in accepts.filter(|one| one.answer == Answered::Done) {
            let who = name(person);
            let first = winners.entry(&accept.about).or_insert_with(|| who.clone());
            findings.hold(*first == who, &accept.about, || {
                format!("{first} and {who} were both told that they have it")
            });
        }
    }
    findings
}

/// All readers of one audience see the same line under the same number.
fn same_lines(facts: &Facts) -> Findings {
    let mut findings = Findings::of("lines");
    let mut lines: BTreeMap<(&str, bool, u32), u64> = BTreeMap::new();
    for person in &facts.people {
        let is_customer = matches!(person.who, Who::Customer { .. });
        for (chat, seen) in &person.chats {
            for line in &seen.lines {
                let place = (chat.as_str(), is_customer, line.seq);
                let first = *lines.entry(place).or_insert(line.digest);
                findings.hold(first == line.digest, chat, || {
                    format!("line {} was seen with two contents", line.seq)
                });
            }
        }
        for disorder in &person.disorders {
            findings.hold(false, &disorder.chat, || {
                format!("line {} came where {} was due", disorder.came, disorder.expected)
            });
        }
    }
    findings
}

/// Every customer was told that their chat is over.
fn seen_over(facts: &Facts) -> Findings {
    let mut findings = Findings::of("chats_seen_over");
    for person in &facts.people {
        let Who::Customer { chat, .. } = &person.who else { continue };
        let told = person.chats.get(chat.as_str()).and_then(|seen| seen.told.as_ref());
        let state = told.map_or("nothing", |told| told.state.as_str());
        findings.hold(matches!(state, "wrapup" | "closed"), chat, || {
            format!("its customer was last told {state}")
        });
    }
    findings
}

fn name(person: &PersonFacts) -> String {
    match &person.who {
        Who::Customer { chat, .. } => format!("the customer of {chat}"),
        Who::Agent { id, .. } | Who::Supervisor { id, .. } => id.clone(),
    }
}

#[cfg(test)]
mod tests {
    use baton_client::{ChatFacts, CommandFact, LineFact, Mark};

    use super::*;

    fn agent(id: &str, accepted: Option<&str>, line: Option<LineFact>) -> PersonFacts {
        let who = Who::Agent { workspace: "w".into(), id: id.into() };
        let mut person = PersonFacts::of(who);
        person.commands.extend(accepted.map(|offer| CommandFact {
            kind: "offer.accept".into(),
            key: Mark([0; 16]),
            about: offer.into(),
            answer: Answered::Done,
        }));
        let lines = line.into_iter().collect();
        person.chats.insert("cht_1".into(), ChatFacts { lines, ..ChatFacts::default() });
        person
    }

    fn broken(people: Vec<PersonFacts>) -> Vec<&'static str> {
        let report = check(&Facts { people, starts: Vec::new() });
        report.violations.iter().map(|violation| violation.check).collect()
    }

    #[test]
    fn an_offer_that_two_have_is_found() {
        let line = None;
        assert_eq!(broken(vec![agent("a", Some("off_1"), line), agent("b", None, line)]), [""; 0]);
        let both = vec![agent("a", Some("off_1"), line), agent("b", Some("off_1"), line)];
        assert_eq!(broken(both), ["one_owner_per_offer"]);
    }

    #[test]
    fn a_line_with_two_contents_is_found() {
        let line = |digest| Some(LineFact { seq: 1, digest });
        assert_eq!(broken(vec![agent("a", None, line(5)), agent("b", None, line(5))]), [""; 0]);
        assert_eq!(broken(vec![agent("a", None, line(5)), agent("b", None, line(6))]), ["lines"]);
    }

    #[test]
    fn a_customer_who_was_never_told_the_end_is_found() {
        let who = Who::Customer { workspace: "w".into(), chat: "cht_1".into() };
        assert_eq!(broken(vec![PersonFacts::of(who)]), ["chats_seen_over"]);
    }
}
