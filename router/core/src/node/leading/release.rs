//! What leaves the leader, and only after the acknowledgement of the newest frame that it saw:
//! outcomes, news, lines, replies, metrics. Leaves making them to `decide` and to the engine.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use baton_common::ask::{Ask, Reply, ReplyBody};
use baton_common::code::Code;
use baton_common::ids::GatewayId;
use baton_common::limits;
use baton_common::notice::{Notice, NoticeFrame, OutcomeNotice};
use baton_common::rejection::Rejection;
use baton_common::time::Timestamp;

use super::super::base::Base;
use super::super::draft::Held;
use super::super::io::{Alarm, AskToken, Output};
use super::decide::told;
use super::{Goes, Leading};
use crate::asks;

/// A router that led this long is trusted as if it had never been deposed.
const TRUSTED_AFTER: baton_common::time::Span = limits::DEPOSED[1];

impl Leading {
    /// The frame under way is in the journal: what it held leaves.
    pub(super) fn committed(&mut self, base: &mut Base) -> Goes {
        let Some((flight, held)) = self.flight.take() else {
            return Goes::On;
        };
        base.memory.seq = flight.append.seq;
        base.memory.digest = flight.digest;
        self.alarmed = false;
        if base.clock.since(self.since) > TRUSTED_AFTER {
            base.bar.forget();
        }
        if base.clock.since(flight.begun) > limits::ABSENCE {
            self.grant(base);
        }
        let through = base.memory.cursor.seq;
        base.poisonous.retain(|(seq, _)| *seq >= through);
        let resigned = held.resigned;
        self.release(base, held);
        if resigned { self.resigned(base) } else { Goes::On }
    }

    /// Answers a question once everything that the answer saw is acknowledged.
    pub(super) fn asked(&mut self, base: &mut Base, token: AskToken, ask: &Ask) {
        if self.replies_held >= limits::REPLIES_HELD {
            let busy = Rejection::new(Code::Unavailable, "too many questions wait: ask again");
            self.reply(base, token, Err(busy));
            return;
        }
        let now = self.now(base);
        let body = catch_unwind(AssertUnwindSafe(|| body(base, now, ask)));
        let body = body.unwrap_or_else(|_| {
            base.alarm(Alarm::ReadPanicked);
            Err(Rejection::new(Code::Internal, "the question could not be answered"))
        });
        match self.newest_held() {
            Some(held) => {
                held.replies.push((token, body));
                self.replies_held += 1;
            }
            None => self.reply(base, token, body),
        }
    }

    /// Takes the metrics as of now; they are shown once acknowledged, as everything else.
    pub(super) fn measure(&mut self, base: &mut Base) {
        let now = self.now(base);
        let (measure, state) = (base.measure, &base.memory.state);
        let measured = catch_unwind(AssertUnwindSafe(|| measure(state, base.of.shard, now)));
        let Ok(measured) = measured else {
            return base.alarm(Alarm::ReadPanicked);
        };
        match self.newest_held() {
            Some(held) => held.measured = Some(measured),
            None => base.out.push(Output::Measured(measured)),
        }
    }

    /// Where to hold what saw everything decided so far; none when all of it is acknowledged.
    fn newest_held(&mut self) -> Option<&mut Held> {
        match self.drafts.back_mut() {
            Some(draft) => Some(&mut draft.held),
            None => self.flight.as_mut().map(|(_, held)| held),
        }
    }

    fn release(&mut self, base: &mut Base, held: Held) {
        let lines = base.memory.effects.add(base.of.shard, base.memory.seq, held.lines);
        self.notify(base, held.outcomes, held.notices);
        self.replies_held -= held.replies.len();
        for (token, body) in held.replies {
            self.reply(base, token, body);
        }
        base.out.extend(lines.into_iter().map(|line| Output::Line(Box::new(line))));
        base.out.extend(held.measured.map(Output::Measured));
    }

    /// One message a gateway.
    fn notify(
        &mut self,
        base: &mut Base,
        outcomes: Vec<(GatewayId, OutcomeNotice)>,
        notices: Vec<(Option<GatewayId>, Notice)>,
    ) {
        type ForOne = (Vec<OutcomeNotice>, Vec<Notice>);
        let mut frames = BTreeMap::<GatewayId, ForOne>::new();
        for (gateway, outcome) in outcomes {
            frames.entry(gateway).or_default().0.push(outcome);
        }
        for (gateway, notice) in notices {
            let to = gateway.map_or_else(|| self.heard.all(), |gateway| vec![gateway]);
            for gateway in to {
                frames.entry(gateway).or_default().1.push(notice.clone());
            }
        }
        let position = self.position(base);
        for (gateway, (outcomes, items)) in frames {
            let previous = self.heard.tell(base.clock, &gateway, position);
            let shard = base.of.shard;
            let frame = NoticeFrame { shard, position, previous, outcomes, items };
            base.out.push(Output::Notice { gateway, frame });
        }
    }

    fn reply(&self, base: &mut Base, token: AskToken, body: Result<ReplyBody, Rejection>) {
        let reply = Reply { position: self.position(base), body };
        base.out.push(Output::Reply { token, reply });
    }
}

fn body(base: &Base, now: Timestamp, ask: &Ask) -> Result<ReplyBody, Rejection> {
    match ask {
        Ask::Outcome { gateway, n } => Ok(ReplyBody::Outcome(outcomes(base, now, gateway, *n))),
        ask => asks::reply(&base.memory.state, now, ask),
    }
}

/// What became of a command frame; none until all of its commands are decided.
fn outcomes(
    base: &Base,
    now: Timestamp,
    gateway: &GatewayId,
    n: u64,
) -> Option<Vec<OutcomeNotice>> {
    let cursor = &base.memory.cursor;
    let under_way = cursor.frame.as_ref().is_some_and(|frame| frame.gateway == *gateway);
    if under_way && !cursor.whole && cursor.frame.as_ref().is_some_and(|frame| frame.n == n) {
        return None;
    }
    let kept = base.memory.gateways.outcomes(gateway, n)?;
    Some(kept.iter().map(|outcome| told(&base.memory.state, now, outcome)).collect())
}
