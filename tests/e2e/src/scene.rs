//! What most tests begin with: `baton up` with one workspace, and a chat that runs. The processes
//! are `place`'s, the people `shop`'s.

use std::ops::Deref;

use baton_client::{Agent, Customer};
use serde_json::{Value, json};

use crate::place::Place;
use crate::shop::Shop;

/// One Baton with one workspace; acts as that workspace.
#[derive(Debug)]
pub struct Scene {
    /// The process.
    pub place: Place,
    /// The workspace.
    pub shop: Shop,
}

impl Deref for Scene {
    type Target = Shop;

    fn deref(&self) -> &Shop {
        &self.shop
    }
}

impl Scene {
    /// Baton with the usual workspace.
    pub async fn open() -> Self {
        Self::with(json!({})).await
    }

    /// Baton with the usual workspace, changed by a merge patch.
    pub async fn with(patch: Value) -> Self {
        let place = Place::start().await;
        let shop = place.shop("shop", patch).await;
        Self { place, shop }
    }

    /// A customer and Anna talk in `sales`.
    pub async fn talk(&self) -> (Customer, Agent) {
        let anna = self.ready("anna").await;
        let customer = self.customer(json!({"customer": {"name": "A. Customer"}})).await;
        let chat = anna.take().await;
        assert_eq!(chat["chat_id"], customer.chat.as_str());
        // Everybody has heard of it, so that what a test does next begins a new turn.
        customer.socket().chat_state("active").await;
        customer.socket().told("connected").await;
        anna.socket.chat_state("active").await;
        (customer, anna)
    }

    /// The same with Ben ready too, who has no part in it yet.
    pub async fn talk_beside_ben(&self) -> (Customer, Agent, Agent) {
        let (customer, anna) = self.talk().await;
        let ben = self.ready("ben").await;
        (customer, anna, ben)
    }
}
