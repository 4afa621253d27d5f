//! Agents who take every offer at once and end the chat, customers who only start one, and the
//! audit of all they saw. For tests that care about the system's laws and not about the people.

use baton_client::audit::{self, Options, Report};
use baton_client::{Gateways, HEALED, Happening, Ledger, Session, Started, Who, start_chat};
use baton_e2e::proxy::NatsProxy;
use baton_e2e::{Kind, Shop, Stage, until};
use serde_json::json;
use tokio::task::{JoinHandle, JoinSet};

/// A run: its people, what they saw, and where they connect.
pub(crate) struct Run {
    /// Its workspace.
    pub(crate) shop: Shop,
    /// Where its people connect.
    pub(crate) gateways: Gateways,
    /// What they saw.
    pub(crate) ledger: Ledger,
    agents: JoinSet<()>,
}

impl Run {
    /// The usual workspace without wrap-up, and its people at this gateway.
    pub(crate) async fn open(stage: &Stage, base: &str) -> Self {
        let patch = json!({"policies": {"wrapup_s": 0, "offer_s": 120}});
        let shop = stage.shop(patch).await;
        let gateways = Gateways::new([base.to_owned()]);
        Self { shop, gateways, ledger: Ledger::new(), agents: JoinSet::new() }
    }

    /// The same with its people at a gateway that reaches the broker through a proxy, and Anna at
    /// work.
    pub(crate) async fn behind_proxy() -> (Stage, NatsProxy, Self) {
        let mut stage = Stage::start(Kind::One).await;
        let proxy = NatsProxy::start(&stage.broker.url()).await;
        let gateway = stage.add_gateway_at(proxy.url()).await;
        let mut run = Self::open(&stage, &stage.gateways[gateway].ready.public).await;
        run.employ("anna").await;
        (stage, proxy, run)
    }

    /// An agent who takes every offer at once and ends the chat.
    pub(crate) async fn employ(&mut self, id: &str) {
        let who = Who::Agent { workspace: self.shop.name.clone(), id: id.to_owned() };
        let token = self.shop.token("agent", id);
        let session = Session::open(&self.gateways, who, &token, &self.ledger).await;
        let session = session.expect("an agent is welcome");
        let ready = session.command("agent.status", json!({"status": "ready"})).await;
        ready.expect("an agent may be ready");
        self.agents.spawn(work(session));
    }

    /// Starts a chat.
    pub(crate) async fn start(&self) -> Started {
        self.starting().await.expect("no start panics")
    }

    /// Begins to start a chat.
    pub(crate) fn starting(&self) -> JoinHandle<Started> {
        let (gateways, ledger) = (self.gateways.clone(), self.ledger.clone());
        let body = self.shop.order(json!({}));
        tokio::spawn(async move {
            let started = start_chat(&gateways, &body, &ledger).await;
            started.expect("a chat can be started")
        })
    }

    /// Waits until no chat is open.
    pub(crate) async fn all_closed(&self) {
        let lead = self.shop.lead();
        let none = async || {
            let reply = lead.get("/v1/chats").await;
            (reply.status == 200 && reply.json()["chats"] == json!([])).then_some(())
        };
        until("the end of all chats", HEALED, none).await;
    }

    /// Sends the agents away and looks at everything.
    pub(crate) async fn audit(mut self, stage: &Stage, settled: bool) -> Report {
        self.agents.shutdown().await;
        let stored = audit::read(&stage.broker.url()).await.expect("the broker can be read");
        audit::check(&self.ledger.facts(), &stored, &Options { settled })
    }
}

async fn work(session: Session) {
    loop {
        match session.next().await {
            Happening::Event(frame) if frame["type"] == "offer.new" => {
                let fields = json!({"offer_id": frame["offer"]["offer_id"]});
                if session.command("offer.accept", fields).await.is_err() {
                    continue;
                }
                let chat = json!({"chat_id": frame["offer"]["chat"]["chat_id"]});
                // Whoever was only told to have the chat is refused here.
                let _ = session.command("chat.leave", chat).await;
            }
            Happening::Ended(_) => return,
            _ => {}
        }
    }
}
