//! Three agents with a queue each, so that it is known who is offered what, and every way in which
//! a chat can go. Everybody has a session that feeds one ledger; what comes of it is left to the
//! test.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use baton_client::{Facts, Gateways, HEALED, Happening, Ledger, Session, Who, start_chat};
use baton_e2e::{Shop, Stage, until};
use serde_json::{Value, json};
use tokio::time::timeout;

/// The floor of one test.
pub(super) struct Floor {
    shop: Shop,
    gateways: Gateways,
    ledger: Ledger,
    pub(super) anna: Worker,
    ben: Worker,
    cleo: Worker,
    /// Closed with the floor.
    customers: Mutex<Vec<Session>>,
}

/// An agent.
pub(super) struct Worker {
    session: Session,
    /// Offers that were seen, and of them those that nobody has looked for yet.
    offers: Mutex<(BTreeSet<String>, Vec<Value>)>,
}

/// A customer.
pub(super) struct Visitor {
    session: Session,
    chat: String,
}

fn workspace() -> Value {
    let queue = |name: &str| json!({"name": name, "skills": [{"skill": name}]});
    let agent = |name: &str| json!({"name": name, "skills": [{"skill": name}]});
    let names = ["anna", "ben", "cleo", "dora", "eva"];
    let with = |part: &dyn Fn(&str) -> Value| {
        names.iter().map(|name| ((*name).to_owned(), part(name))).collect::<Value>()
    };
    let mut patch = json!({
        "skills": with(&|name| json!({"name": name})),
        "queues": with(&queue),
        "agents": with(&agent),
        "policies": {"offer_s": 60, "wrapup_s": 120, "unattended_s": 120},
    });
    patch["queues"]["cleo"]["policies"] = json!({"offer_s": 1});
    patch["queues"]["dora"]["policies"] = json!({"no_agent_wait_s": 1});
    patch["queues"]["shut"] = json!({"name": "Shut", "closed": true});
    patch
}

impl Floor {
    /// Publishes the workspace; the agents come and take work.
    pub(super) async fn open(stage: &Stage) -> Self {
        let shop = stage.shop(workspace()).await;
        let urls = stage.gateways.iter().map(|gateway| gateway.ready.public.clone());
        let (gateways, ledger) = (Gateways::new(urls), Ledger::new());
        let anna = Worker::come(&shop, &gateways, &ledger, "anna").await;
        let ben = Worker::come(&shop, &gateways, &ledger, "ben").await;
        let cleo = Worker::come(&shop, &gateways, &ledger, "cleo").await;
        Self { shop, gateways, ledger, anna, ben, cleo, customers: Mutex::default() }
    }

    /// Waits for the end of every chat; everybody goes. What they saw.
    pub(super) async fn close(self) -> Facts {
        let lead = self.shop.lead();
        let over =
            async || (lead.get("/v1/chats").await.ok(200)["chats"] == json!([])).then_some(());
        until("the end of every chat", HEALED, over).await;
        let agents = [self.anna, self.ben, self.cleo].map(|worker| worker.session);
        let customers = self.customers.into_inner().unwrap_or_else(PoisonError::into_inner);
        for session in customers.into_iter().chain(agents) {
            session.close().await;
        }
        self.ledger.facts()
    }

    /// A customer who waits in a queue and has said something.
    pub(super) async fn start(&self, queue: &str) -> Visitor {
        let body = self.shop.order(json!({"queue": queue, "text": "hello"}));
        let started = start_chat(&self.gateways, &body, &self.ledger).await;
        let started = started.expect("a start is taken");
        let who = Who::Customer { workspace: self.shop.name.clone(), chat: started.chat.clone() };
        let session = Session::open(&self.gateways, who, &started.token, &self.ledger).await;
        let session = session.expect("a customer is welcome");
        self.customers.lock().unwrap_or_else(PoisonError::into_inner).push(session.clone());
        let visitor = Visitor { session, chat: started.chat };
        visitor.tell("chat.send", json!({"text": "is anybody there?"})).await;
        visitor
    }

    /// A customer whom Anna has taken.
    pub(super) async fn with_anna(&self) -> Visitor {
        let customer = self.start("anna").await;
        self.anna.take(&customer).await;
        customer
    }

    /// Anna asks Ben to join.
    pub(super) async fn invite_ben(&self, customer: &Visitor) {
        self.anna.tell("chat.add_agent", customer.with(json!({"agent": "ben"}))).await;
    }

    /// Ben takes what Anna passed on, and each finishes.
    pub(super) async fn passed_on(&self, customer: &Visitor) {
        self.ben.take(customer).await;
        self.anna.leave(customer).await;
        self.ben.leave(customer).await;
    }

    pub(super) async fn plain(&self) {
        let customer = self.with_anna().await;
        self.anna.leave(&customer).await;
    }

    async fn unanswered(&self) {
        let declined = self.start("ben").await;
        let offer = self.ben.offer(&declined, "").await;
        self.ben.tell("offer.decline", json!({"offer_id": offer["offer_id"]})).await;
        declined.end().await;
        let expired = self.start("cleo").await;
        let offer = self.cleo.offer(&expired, "").await;
        let gone =
            |frame: &Value| frame["type"] == "offer.gone" && frame["offer_id"] == offer["offer_id"];
        self.cleo.hear("the offer's end", gone).await;
        expired.end().await;
        self.cleo.tell("agent.status", json!({"status": "ready"})).await;
    }

    async fn to_a_queue(&self) {
        let customer = self.with_anna().await;
        self.anna.tell("chat.add_queue", customer.with(json!({"queue": "ben"}))).await;
        self.passed_on(&customer).await;
    }

    async fn blindly(&self) {
        let customer = self.with_anna().await;
        self.transfer(&customer, "ben").await;
        self.ben.take(&customer).await;
        self.ben.leave(&customer).await;
        let abandoned = self.with_anna().await;
        self.transfer(&abandoned, "eva").await;
        abandoned.end().await;
    }

    async fn transfer(&self, customer: &Visitor, queue: &str) {
        let to = json!({"to": {"queue": queue}, "confirm": true});
        self.anna.tell("chat.transfer", customer.with(to)).await;
        self.anna.tell("wrapup.complete", customer.with(json!({}))).await;
    }

    /// A consult that is cancelled, an invitation that is declined, one that is refused.
    async fn come_to_nothing(&self) {
        let customer = self.with_anna().await;
        let added = self.anna.tell("chat.add_queue", customer.with(json!({"queue": "ben"}))).await;
        let cancel = customer.with(json!({"invite_id": added["invite_id"]}));
        self.anna.tell("chat.cancel_invite", cancel).await;
        self.invite_ben(&customer).await;
        let offer = self.ben.offer(&customer, "invite").await;
        self.ben.tell("offer.decline", json!({"offer_id": offer["offer_id"]})).await;
        let absent = customer.with(json!({"agent": "dora"}));
        let refused = self.anna.session.command("chat.add_agent", absent).await;
        assert_eq!(refused.expect_err("dora is not there").code, "no_eligible_agent");
        self.anna.leave(&customer).await;
    }

    async fn nobody_can(&self) {
        let body = self.shop.order(json!({"queue": "shut"}));
        let refused = start_chat(&self.gateways, &body, &self.ledger).await;
        assert_eq!(refused.expect_err("it is shut").code, "queue_closed");
        let lonely = self.start("dora").await;
        let unattended = |chat: &Value| chat["state"] == "unattended";
        self.shop.chat_until(&lonely.chat, "nobody's chat", unattended).await;
        lonely.end().await;
    }

    /// One of each.
    pub(super) async fn round(&self) {
        self.plain().await;
        self.unanswered().await;
        self.to_a_queue().await;
        self.blindly().await;
        self.come_to_nothing().await;
        self.nobody_can().await;
    }
}

impl Worker {
    async fn come(shop: &Shop, gateways: &Gateways, ledger: &Ledger, id: &str) -> Self {
        let who = Who::Agent { workspace: shop.name.clone(), id: id.to_owned() };
        let session = Session::open(gateways, who, &shop.token("agent", id), ledger).await;
        let session = session.expect("an agent is welcome");
        let worker = Self { session, offers: Mutex::default() };
        worker.tell("agent.status", json!({"status": "ready"})).await;
        worker
    }

    /// Does something that must work.
    async fn tell(&self, kind: &str, fields: Value) -> Value {
        let done = self.session.command(kind, fields).await;
        done.unwrap_or_else(|refusal| panic!("{kind}: {refusal}"))
    }

    async fn take(&self, customer: &Visitor) {
        let offer = self.offer(customer, "").await;
        self.tell("offer.accept", json!({"offer_id": offer["offer_id"]})).await;
    }

    /// The end of the agent's part.
    async fn leave(&self, customer: &Visitor) {
        self.tell("chat.leave", customer.with(json!({}))).await;
        self.tell("wrapup.complete", customer.with(json!({}))).await;
    }

    /// Waits for an offer of this customer, of a kind if it is named, that was not given before.
    async fn offer(&self, customer: &Visitor, kind: &str) -> Value {
        let fits = |offer: &Value| {
            let is_of = offer["chat"]["chat_id"] == customer.chat.as_str();
            is_of && (kind.is_empty() || offer["kind"] == kind)
        };
        let find = || {
            let mut offers = self.offers.lock().unwrap_or_else(PoisonError::into_inner);
            let place = offers.1.iter().position(fits)?;
            Some(offers.1.remove(place))
        };
        loop {
            if let Some(offer) = find() {
                return offer;
            }
            self.hear("an offer", |_| true).await;
        }
    }

    /// Waits for an event; offers are put aside.
    async fn hear(&self, what: &str, fits: impl Fn(&Value) -> bool) {
        let heard = async {
            loop {
                match self.session.next().await {
                    Happening::Event(frame) => {
                        self.put_aside(&frame);
                        if fits(&frame) {
                            return;
                        }
                    }
                    Happening::Ended(why) => panic!("the agent was sent away: {why}"),
                    _ => {}
                }
            }
        };
        timeout(HEALED, heard).await.unwrap_or_else(|_| panic!("{what} did not come"));
    }

    /// After a welcome or a resync an offer may be in their list alone.
    fn put_aside(&self, frame: &Value) {
        let listed = frame["offers"].as_array().into_iter().flatten();
        let mut offers = self.offers.lock().unwrap_or_else(PoisonError::into_inner);
        for offer in listed.chain(frame.get("offer")) {
            if offers.0.insert(offer["offer_id"].to_string()) {
                offers.1.push(offer.clone());
            }
        }
    }
}

impl Visitor {
    /// Fields of a command about this chat.
    fn with(&self, mut fields: Value) -> Value {
        fields["chat_id"] = json!(self.chat);
        fields
    }

    async fn tell(&self, kind: &str, fields: Value) {
        let done = self.session.command(kind, self.with(fields)).await;
        done.unwrap_or_else(|refusal| panic!("{kind}: {refusal}"));
    }

    /// The customer has had enough.
    pub(super) async fn end(&self) {
        self.tell("chat.end", json!({})).await;
    }
}
