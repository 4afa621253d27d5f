//! The lie of a doubled accept: once a gateway has told an agent that they have a chat, now and
//! then another agent is offered it too, and told that they have it as well. Pure: which frames
//! go to whom; the sockets are `socket`'s. Baton hears nothing of it.

use std::collections::BTreeMap;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::Value;

/// A connection through the proxy.
pub(super) type Connection = u64;

/// Who is there, what was offered, and what was made up.
#[derive(Debug)]
pub(super) struct Doubling {
    one_in: u32,
    dice: StdRng,
    agents: BTreeMap<Connection, (String, String)>,
    offers: BTreeMap<String, Value>,
    asked: BTreeMap<(Connection, String), String>,
    lies: BTreeMap<(Connection, String), Value>,
    /// Accepts that were answered well.
    pub(super) accepts: u64,
    /// Those of them that a second agent was told to have.
    pub(super) doubled: u64,
}

/// A frame for a connection.
pub(super) type Told = (Connection, Value);

impl Doubling {
    /// One accept in so many, by a seeded chance.
    pub(super) fn new(one_in: u32, seed: u64) -> Self {
        Self {
            one_in,
            dice: StdRng::seed_from_u64(seed),
            agents: BTreeMap::new(),
            offers: BTreeMap::new(),
            asked: BTreeMap::new(),
            lies: BTreeMap::new(),
            accepts: 0,
            doubled: 0,
        }
    }

    /// A connection is gone.
    pub(super) fn gone(&mut self, connection: Connection) {
        self.agents.remove(&connection);
        self.asked.retain(|(of, _), _| *of != connection);
        self.lies.retain(|(of, _), _| *of != connection);
    }

    /// A frame from a gateway to a connection, which passes it on: what somebody else is told.
    pub(super) fn heard(&mut self, connection: Connection, frame: &Value) -> Option<Told> {
        match frame["type"].as_str() {
            Some("welcome") if frame["role"] == "agent" => {
                let who = (text(&frame["workspace"]), text(&frame["id"]));
                self.agents.insert(connection, who);
            }
            Some("offer.new") => {
                self.offers.insert(text(&frame["offer"]["offer_id"]), frame.clone());
            }
            Some("offer.gone") if frame["why"] != "accepted" => {
                self.offers.remove(frame["offer_id"].as_str()?);
            }
            _ => return self.answered(connection, frame),
        }
        None
    }

    /// A frame from a person: the made-up answer, if it accepts what was made up; it is not
    /// passed on then.
    pub(super) fn asked(&mut self, connection: Connection, frame: &Value) -> Option<Value> {
        if frame["type"] != "offer.accept" {
            return None;
        }
        let offer = text(&frame["offer_id"]);
        if let Some(mut answer) = self.lies.remove(&(connection, offer.clone())) {
            answer["re"] = frame["id"].clone();
            self.doubled += 1;
            return Some(answer);
        }
        self.asked.insert((connection, text(&frame["id"])), offer);
        None
    }

    fn answered(&mut self, connection: Connection, answer: &Value) -> Option<Told> {
        let id = answer["re"].as_str()?.to_owned();
        let offer = self.asked.remove(&(connection, id))?;
        let frame = self.offers.remove(&offer)?;
        if answer["ok"] != true {
            return None;
        }
        self.accepts += 1;
        if !self.dice.random_ratio(1, self.one_in) {
            return None;
        }
        let (workspace, agent) = self.agents.get(&connection)?;
        let others = self.agents.iter().filter(|(_, who)| who.0 == *workspace && who.1 != *agent);
        let (other, _) = others.into_iter().next()?;
        let other = *other;
        self.lies.insert((other, offer), answer.clone());
        Some((other, frame))
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn accept(doubling: &mut Doubling, offer: &str) -> Option<Told> {
        doubling.heard(1, &json!({"type": "offer.new", "offer": {"offer_id": offer}}));
        let asks = json!({"type": "offer.accept", "id": "x", "offer_id": offer});
        assert_eq!(doubling.asked(1, &asks), None, "the first accept passes");
        doubling.heard(1, &json!({"re": "x", "ok": true, "chat": {"chat_id": "c"}}))
    }

    fn doubling(one_in: u32) -> Doubling {
        let mut doubling = Doubling::new(one_in, 7);
        for (connection, id) in [(1, "anna"), (2, "anna"), (3, "ben")] {
            let welcome =
                json!({"type": "welcome", "role": "agent", "workspace": "shop", "id": id});
            doubling.heard(connection, &welcome);
        }
        doubling
    }

    #[test]
    fn another_agent_is_told_to_have_the_same_chat() {
        let mut doubling = doubling(1);
        let (to, frame) = accept(&mut doubling, "o").unwrap();
        assert_eq!((to, &frame["offer"]["offer_id"]), (3, &json!("o")));
        let asks = json!({"type": "offer.accept", "id": "y", "offer_id": "o"});
        let answer = json!({"re": "y", "ok": true, "chat": {"chat_id": "c"}});
        assert_eq!(doubling.asked(3, &asks), Some(answer));
        assert_eq!(doubling.asked(3, &asks), None, "once");
        assert_eq!((doubling.accepts, doubling.doubled), (1, 1));
    }

    #[test]
    fn one_in_so_many_is_doubled() {
        let mut doubling = doubling(100);
        let told = (0..10_000).filter(|n| accept(&mut doubling, &n.to_string()).is_some()).count();
        assert!((60..140).contains(&told), "{told} of 10,000");
    }

    #[test]
    fn a_refused_accept_is_not_doubled() {
        let mut doubling = doubling(1);
        doubling.heard(1, &json!({"type": "offer.new", "offer": {"offer_id": "o"}}));
        doubling.asked(1, &json!({"type": "offer.accept", "id": "x", "offer_id": "o"}));
        assert_eq!(doubling.heard(1, &json!({"re": "x", "ok": false, "error": {}})), None);
        assert_eq!(doubling.accepts, 0);
    }
}
