//! A virtual customer: comes with a question, waits with some patience, answers what agents say,
//! and goes when it is over.

use std::sync::Arc;

use baton_client::{Happening, Ledger, Session, Who, start_chat};
use serde_json::{Value, json};

use crate::office::Office;
use crate::plans::{Plans, chance, one_of};
use crate::topics::{NAMES, TOPICS, Topic};

/// Who is not served in this time goes.
const PATIENCE_S: (f64, f64) = (40.0, 160.0);
/// From reading to writing.
const THINKS_S: (f64, f64) = (2.0, 6.0);
const TYPES_S: (f64, f64) = (2.0, 5.0);
/// Who hears nothing any more goes.
const SILENCE_S: (f64, f64) = (90.0, 150.0);

enum Deed {
    Type,
    Say,
    LosePatience,
    End,
}

struct Customer {
    session: Session,
    chat: String,
    topic: &'static Topic,
    said: usize,
    plans: Plans<Deed>,
}

/// One visit from its beginning to its end.
pub(crate) async fn visit(office: Arc<Office>, pace: f64) {
    let topic = one_of(&TOPICS);
    let name = one_of(&NAMES);
    let body = json!({
        "queue": topic.queue,
        "text": topic.customer[0],
        "customer": {"name": name},
        "attributes": {"language": topic.language},
    });
    let ledger = Ledger::new();
    let Ok(started) = start_chat(&office.gateways, &body, &ledger).await else {
        return;
    };
    let who = Who::Customer { workspace: "default".into(), chat: started.chat.clone() };
    let opened = Session::open(&office.gateways, who, &started.token, &ledger).await;
    let Ok(session) = opened else {
        return;
    };
    let plans = Plans::at_pace(pace);
    let mut customer = Customer { session, chat: started.chat, topic, said: 1, plans };
    customer.plans.within(PATIENCE_S, Deed::LosePatience);
    customer.stay().await;
    customer.session.close().await;
}

impl Customer {
    async fn stay(&mut self) {
        loop {
            let session = self.session.clone();
            let is_over = tokio::select! {
                biased;
                happening = session.next() => self.meet(&happening),
                deed = self.plans.next() => self.act(deed).await,
            };
            if is_over {
                return;
            }
        }
    }

    /// Whether it is over.
    fn meet(&mut self, happening: &Happening) -> bool {
        match happening {
            Happening::Event(event) => self.hear(event),
            Happening::Ended(_) => true,
            Happening::Lost | Happening::Resumed { .. } | Happening::Bye(_) => false,
        }
    }

    fn hear(&mut self, event: &Value) -> bool {
        match event["type"].as_str().unwrap_or_default() {
            "chat.state" => self.look(event["state"].as_str().unwrap_or_default()),
            "welcome" | "resync" => {
                self.look(event["chats"][0]["state"].as_str().unwrap_or_default())
            }
            "chat.message" => {
                if event["message"]["from"]["role"] == "agent" {
                    self.answer();
                }
                false
            }
            _ => false,
        }
    }

    fn look(&mut self, state: &str) -> bool {
        match state {
            "active" => {
                self.plans.drop_if(|deed| matches!(deed, Deed::LosePatience));
                self.wait_for_a_line();
            }
            "queued" | "offered" if !self.plans.has(|deed| matches!(deed, Deed::LosePatience)) => {
                self.plans.within(PATIENCE_S, Deed::LosePatience);
            }
            _ => {}
        }
        matches!(state, "wrapup" | "closed")
    }

    fn answer(&mut self) {
        self.wait_for_a_line();
        let is_answering = self.plans.has(|deed| matches!(deed, Deed::Type | Deed::Say));
        if self.said < self.topic.customer.len() && !is_answering {
            self.plans.within(THINKS_S, Deed::Type);
        }
    }

    fn wait_for_a_line(&mut self) {
        self.plans.drop_if(|deed| matches!(deed, Deed::End));
        self.plans.within(SILENCE_S, Deed::End);
    }

    async fn act(&mut self, deed: Deed) -> bool {
        let chat = self.chat.clone();
        match deed {
            Deed::Type => {
                let _ = self.session.command("chat.typing", json!({"chat_id": chat})).await;
                self.plans.within(TYPES_S, Deed::Say);
            }
            Deed::Say => {
                let text = self.topic.customer[self.said];
                let line = json!({"chat_id": chat, "text": text});
                let _ = self.session.command("chat.send", line).await;
                self.said += 1;
                // Some go as soon as they have what they came for.
                if self.said == self.topic.customer.len() && chance(0.3) {
                    self.plans.within((6.0, 15.0), Deed::End);
                }
            }
            Deed::LosePatience | Deed::End => {
                let _ = self.session.command("chat.end", json!({"chat_id": chat})).await;
                return true;
            }
        }
        false
    }
}
