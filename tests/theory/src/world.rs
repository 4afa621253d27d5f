//! The world around the engine, in virtual time: customers come and lose patience, agents accept
//! at once what they are offered and end chats when they are done. Whom anybody gets is the
//! engine's alone. Counting is left to `ledger`.

use std::collections::{HashMap, VecDeque};

use anyhow::Context as _;
use baton_common::command::{Actor, CommandBody, StartChat};
use baton_common::event::{Event, OfferOf, TimedEvent};
use baton_common::ids::{AgentId, ChatId, EntryId, OfferId, QueueId};
use baton_common::notice::{News, Notice};
use baton_common::time::Timestamp;
use baton_common::words::EntryOutcome;
use baton_core::engine::Decision;
use rand::rngs::StdRng;

use crate::calendar::{Calendar, Due};
use crate::desk::Desk;
use crate::ledger::{Batch, Ledger, Waited};
use crate::model::{Model, Shape, agent_id, configuration, queue_of};
use crate::shape::stream;
use crate::shard::Shard;
use crate::watch::{Moment, Seen, Who};

/// A model that runs. `watch` is told every moment: see [`crate::watch`].
pub struct World<'m, W> {
    model: &'m Model,
    time: f64,
    shard: Shard,
    calendar: Calendar,
    sources: Vec<Source>,
    chats: HashMap<ChatId, Chat>,
    /// By the number of the agent; with the place of their kind in the model.
    desks: Vec<(usize, Desk)>,
    offered: VecDeque<(AgentId, OfferId)>,
    ledger: Ledger<'m>,
    watch: W,
}

/// Where the customers of a class come from.
struct Source {
    queue: QueueId,
    between: Shape,
    arrivals: StdRng,
    handles: StdRng,
    patiences: StdRng,
}

struct Chat {
    number: u64,
    class: usize,
    batch: u64,
    work: f64,
    /// The live entry, and when it came into the line.
    entry: Option<(EntryId, Timestamp)>,
    /// Whose desk it is on, and since when.
    desk: Option<(usize, f64)>,
}

impl<'m, W: FnMut(&Seen<'_>)> World<'m, W> {
    /// The configuration is published, agents come and are ready, the first customers are on
    /// their way.
    pub fn new(model: &'m Model, watch: W) -> anyhow::Result<Self> {
        let mut shard = Shard::new(model.unit_s);
        shard.publish(&configuration(model)).context("the model's configuration")?;
        let kinds = model.agents.iter().enumerate();
        let desks: Vec<(usize, Desk)> = kinds
            .flat_map(|(at, kind)| (0..kind.count).map(move |_| (at, Desk::new(kind))))
            .collect();
        for number in 0..desks.len() {
            shard.welcome(&agent_id(number))?;
        }
        let mut world = Self {
            model,
            time: 0.0,
            shard,
            calendar: Calendar::default(),
            sources: (0..).zip(&model.classes).map(|(at, _)| Source::new(model, at)).collect(),
            chats: HashMap::new(),
            desks,
            offered: VecDeque::new(),
            ledger: Ledger::new(model),
            watch,
        };
        for class in 0..world.sources.len() {
            world.plan_arrival(class);
        }
        Ok(world)
    }

    /// The next thing that happens, and all that the engine and the agents make of it.
    pub fn step(&mut self) -> anyhow::Result<()> {
        let next = self.calendar.first().context("nobody comes any more")?;
        if let Some((time, decision)) = self.shard.fire(next) {
            // What follows from a timer is planned from its time, perhaps before what is next now.
            // The engine's time is rounded down: the world's never goes back.
            self.time = self.time.max(time);
            return self.follow(&decision);
        }
        let (time, due) = self.calendar.next().expect("it has a first");
        self.time = time;
        self.shard.pass(time);
        match due {
            Due::Arrival(class) => self.arrive(class),
            Due::Done { agent, plan } if self.desks[agent].1.plan() == plan => self.finish(agent),
            Due::Done { .. } => Ok(()),
            Due::Patience(number) => self.lose_patience(number),
        }
    }

    /// Complete batches, without the first, which only warms up.
    pub fn batches(&self) -> &[Batch] {
        self.ledger.closed()
    }

    /// How many customers came.
    pub fn arrivals(&self) -> u64 {
        self.ledger.arrivals()
    }

    /// How many commands the engine took.
    pub fn commands(&self) -> u64 {
        self.shard.commands()
    }

    fn plan_arrival(&mut self, class: usize) {
        let source = &mut self.sources[class];
        let between = source.between.draw(&mut source.arrivals);
        self.calendar.plan(self.time + between, Due::Arrival(class));
    }

    fn arrive(&mut self, class: usize) -> anyhow::Result<()> {
        self.plan_arrival(class);
        let number = self.arrivals();
        let source = &mut self.sources[class];
        let of = &self.model.classes[class];
        let work = of.handle.draw(&mut source.handles);
        let patience = of.patience.map(|shape| shape.draw(&mut source.patiences));
        let start = StartChat {
            chat: chat_id(number),
            queue: Some(source.queue.clone()),
            skills: Vec::new(),
            priority: None,
            preferred_agent: None,
            customer_mark: None,
            previous: None,
            language: None,
            routed: None,
        };
        let batch = self.ledger.arrived(class, self.time, work);
        let chat = Chat { number, class, batch, work, entry: None, desk: None };
        self.chats.insert(start.chat.clone(), chat);
        if let Some(patience) = patience {
            self.calendar.plan(self.time + patience, Due::Patience(number));
        }
        self.ask(Actor::Customer(start.chat.clone()), CommandBody::StartChat(start))
    }

    fn lose_patience(&mut self, number: u64) -> anyhow::Result<()> {
        let id = chat_id(number);
        if self.chats.get(&id).is_none_or(|chat| chat.desk.is_some()) {
            return Ok(());
        }
        self.ask(Actor::Customer(id.clone()), CommandBody::EndChat { chat: id.clone() })?;
        let chat = self.chats.remove(&id).expect("it was there");
        self.ledger.ended(chat.batch, None);
        Ok(())
    }

    /// An agent ends the chat that is done.
    fn finish(&mut self, agent: usize) -> anyhow::Result<()> {
        let number = self.desks[agent].1.end(self.time).expect("a chat was done");
        let id = chat_id(number);
        let chat = self.chats.remove(&id).expect("a chat on a desk is known");
        let (kind, left) = (self.desks[agent].0, self.desks[agent].1.len());
        let (_, since) = chat.desk.expect("it was on a desk");
        self.ledger.ended(chat.batch, Some((kind, self.time - since)));
        let leave = CommandBody::Leave {
            chat: id,
            blind: false,
            confirm: false,
            disposition: None,
            note: None,
        };
        self.ask(Actor::Agent(agent_id(agent)), leave)?;
        self.plan_done(agent);
        if self.desks[agent].1.len() == left {
            (self.watch)(&self.shard.seen(Moment::Freed { agent }));
        }
        Ok(())
    }

    fn plan_done(&mut self, agent: usize) {
        let desk = &self.desks[agent].1;
        if let Some(at) = desk.next() {
            self.calendar.plan(at, Due::Done { agent, plan: desk.plan() });
        }
    }

    fn ask(&mut self, by: Actor, ask: CommandBody) -> anyhow::Result<()> {
        let decision = self.shard.take(by, ask)?;
        self.follow(&decision)
    }

    /// What a decision did, and what agents answer to it.
    fn follow(&mut self, decision: &Decision) -> anyhow::Result<()> {
        self.hear(decision);
        while let Some((agent, offer)) = self.offered.pop_front() {
            let accepted =
                self.shard.take(Actor::Agent(agent), CommandBody::AcceptOffer { offer })?;
            self.hear(&accepted);
        }
        Ok(())
    }

    fn hear(&mut self, decision: &Decision) {
        for TimedEvent { at, event } in &decision.events {
            match event {
                Event::EntryAdded(added) => {
                    let (chat, entry) = (&added.chat, &added.entry);
                    let is_of = |made: &OfferOf| matches!(made, OfferOf::Entry(of) if of == entry);
                    let offered = decision.events.iter().any(
                        |timed| matches!(&timed.event, Event::OfferMade { of, .. } if is_of(of)),
                    );
                    self.enqueued(chat, entry, *at, offered);
                }
                Event::EntrySettled { chat, entry, outcome, .. } => {
                    self.settled(chat, entry, *outcome, *at);
                }
                Event::AgentJoined { chat, agent, .. } => self.joined(chat, agent),
                _ => {}
            }
        }
        // Agents know of offers what they are told, as everybody outside does.
        for Notice { news, .. } in &decision.notices {
            if let News::OfferNew(offer) = news {
                self.offered.push_back((offer.agent.clone(), offer.offer.clone()));
            }
        }
    }

    fn enqueued(&mut self, id: &ChatId, entry: &EntryId, at: Timestamp, offered: bool) {
        let Some(chat) = self.chats.get_mut(id) else { return };
        chat.entry = Some((entry.clone(), at));
        let who = Who { number: chat.number, class: chat.class, chat: id, entry };
        let moment = Moment::Enqueued { who, offered };
        (self.watch)(&self.shard.seen(moment));
    }

    fn settled(&mut self, id: &ChatId, entry: &EntryId, outcome: EntryOutcome, at: Timestamp) {
        let Some(chat) = self.chats.get_mut(id) else { return };
        let Some((_, since)) = chat.entry.take_if(|(known, _)| known == entry) else { return };
        let wait = at.since(since);
        let who = Who { number: chat.number, class: chat.class, chat: id, entry };
        let seen = Waited {
            class: chat.class,
            wait: self.shard.units(wait),
            served: outcome == EntryOutcome::Served,
        };
        self.ledger.waited(chat.batch, &seen);
        (self.watch)(&self.shard.seen(Moment::Settled { who, outcome, wait }));
    }

    fn joined(&mut self, id: &ChatId, agent: &AgentId) {
        let number = agent_number(agent);
        let Some(chat) = self.chats.get_mut(id) else { return };
        chat.desk = Some((number, self.time));
        self.desks[number].1.begin(self.time, chat.number, chat.work);
        self.plan_done(number);
    }
}

impl Source {
    fn new(model: &Model, class: u64) -> Self {
        let of = &model.classes[usize::try_from(class).expect("classes are few")];
        let rng = |purpose| stream(model.seed, purpose, class);
        Self {
            queue: queue_of(of),
            between: Shape { mean: 1.0 / of.rate, scv: of.arrivals_scv },
            arrivals: rng("arrivals"),
            handles: rng("handles"),
            patiences: rng("patiences"),
        }
    }
}

fn chat_id(number: u64) -> ChatId {
    ChatId::new(format!("cht_{number}"))
}

fn agent_number(agent: &AgentId) -> usize {
    agent.as_str()[1..].parse().expect("agents are numbered")
}
