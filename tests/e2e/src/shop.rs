//! A workspace of a test: its document, its people. Which processes serve it is left to `place`
//! and `stage`.

use baton_client::{Agent, Customer, Gateways, HEALED, Http, Supervisor, publish};
use serde_json::{Value, json};

use crate::tokens::Minter;
use crate::until;

/// A published workspace.
#[derive(Clone, Debug)]
pub struct Shop {
    /// Its name.
    pub name: String,
    /// A caller without a token of the gateway used.
    pub http: Http,
    /// Signs its tokens.
    pub minter: Minter,
}

/// The usual document: `sales` for everybody, `billing` for Ben and Cleo, three agents who can
/// take four chats each, a supervisor.
pub fn document(name: &str) -> Value {
    json!({
        "workspace": name,
        "default_queue": "sales",
        "skills": {"billing": {"name": "Billing"}, "french": {"name": "French"}},
        "queues": {
            "sales": {"name": "Sales", "messages": {"greeting": "Welcome to Sales."}},
            "billing": {"name": "Billing", "skills": [{"skill": "billing", "level": 3}],
                "messages": {
                    "greeting": "Welcome to Billing.",
                    "transfer": {"en": "You are being transferred to Billing.",
                        "de": "Wir verbinden Sie mit der Abrechnung."}}},
            "french": {"name": "French", "skills": [{"skill": "french", "level": 5}]}
        },
        "agents": {
            "anna": {"name": "Anna"},
            "ben": {"name": "Ben", "skills": [{"skill": "billing", "level": 8}]},
            "cleo": {"name": "Cleo", "skills": [{"skill": "billing", "level": 5}]}
        },
        "supervisors": {"lead": {"name": "Lead"}}
    })
}

/// Merges a patch into a document: objects deeply, `null` removes, anything else replaces.
pub fn merge(target: &mut Value, patch: Value) {
    let Value::Object(members) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let object = target.as_object_mut().expect("it was just made one");
    for (name, value) in members {
        if value.is_null() {
            object.remove(&name);
        } else {
            merge(object.entry(name).or_insert(Value::Null), value);
        }
    }
}

impl Shop {
    /// Publishes the usual document, changed by a merge patch, at a gateway.
    pub async fn open(base: &str, minter: &Minter, name: &str, patch: Value) -> Self {
        let mut config = document(name);
        merge(&mut config, patch);
        let shop = Self { name: name.to_owned(), http: Http::new(base), minter: minter.clone() };
        let gateways = Gateways::new([base.to_owned()]);
        let published = publish(&gateways, &shop.token("admin", "root"), &config, HEALED).await;
        published.unwrap_or_else(|refused| panic!("{refused}"));
        shop
    }

    /// The same workspace at another gateway.
    #[must_use]
    pub fn at(&self, base: &str) -> Self {
        Self { http: Http::new(base), ..self.clone() }
    }

    /// A token for this workspace.
    pub fn token(&self, role: &str, sub: &str) -> String {
        self.minter.token(role, sub, &self.name)
    }

    /// A caller as an agent.
    pub fn as_agent(&self, id: &str) -> Http {
        self.http.with_token(&self.token("agent", id))
    }

    /// A caller as the supervisor.
    pub fn lead(&self) -> Http {
        self.http.with_token(&self.token("supervisor", "lead"))
    }

    /// A caller as an admin.
    pub fn admin(&self) -> Http {
        self.http.with_token(&self.token("admin", "root"))
    }

    /// An agent who takes work.
    pub async fn ready(&self, id: &str) -> Agent {
        Agent::ready(&self.http, id, &self.token("agent", id)).await
    }

    /// An agent who is connected and takes none.
    pub async fn present(&self, id: &str) -> Agent {
        Agent::connect(&self.http, id, &self.token("agent", id)).await
    }

    /// The supervisor, connected.
    pub async fn supervisor(&self) -> Supervisor {
        Supervisor::connect(&self.http, &self.token("supervisor", "lead")).await
    }

    /// The body of a start in this workspace.
    pub fn order(&self, fields: Value) -> Value {
        let mut body = json!({"workspace": self.name});
        merge(&mut body, fields);
        body
    }

    /// A customer whose chat was started and who is connected.
    pub async fn customer(&self, fields: Value) -> Customer {
        Customer::arrive(&self.http, self.order(fields)).await
    }

    /// A customer whose chat was started, without a socket.
    pub async fn caller(&self, fields: Value) -> Customer {
        Customer::start(&self.http, self.order(fields)).await
    }

    /// A chat as an agent or supervisor sees it.
    pub async fn chat(&self, id: &str) -> Value {
        self.lead().get(&format!("/v1/chats/{id}")).await.ok(200)
    }

    /// Waits until a chat, as a supervisor sees it, fits.
    pub async fn chat_until(&self, id: &str, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let lead = self.lead();
        let look = async || {
            let reply = lead.get(&format!("/v1/chats/{id}")).await;
            let chat = (reply.status == 200).then(|| reply.json())?;
            fits(&chat).then_some(chat)
        };
        until(what, HEALED, look).await
    }
}
