//! S21: whom a call counts against when it comes through a proxy.

use baton_common::limits;
use baton_common::words::Role;

use crate::house::House;

/// The status of a call that says to come from an address.
async fn call(house: &House, token: &str, from: &str) -> u16 {
    let call = house.http.get(house.url("/config?x=1")).bearer_auth(token);
    call.header("x-forwarded-for", from).send().await.unwrap().status().as_u16()
}

/// Calls until the address is told to wait.
async fn runs_dry(house: &House, token: &str, from: &str) -> bool {
    for _ in 0..limits::ADDRESS_RATE.1 * 4 {
        if call(house, token, from).await == 429 {
            return true;
        }
    }
    false
}

/// Whether a client has more left than what time has given back since its burst was used.
async fn has_a_burst(house: &House, token: &str, forwarded: &str) -> bool {
    for _ in 0..limits::ADDRESS_RATE.1 / 4 {
        if call(house, token, forwarded).await == 429 {
            return false;
        }
    }
    true
}

#[tokio::test]
async fn s21_behind_a_trusted_proxy_each_client_has_its_own_limits() {
    let house = House::behind_a_proxy().await;
    let token = house.token(Role::Admin, "root");
    assert!(runs_dry(&house, &token, "203.0.113.5").await);
    assert_ne!(call(&house, &token, "203.0.113.6").await, 429, "another client is served");
    // What the client wrote before its own address does not make it another one.
    assert!(!has_a_burst(&house, &token, "203.0.113.6, 203.0.113.5").await);
}

#[tokio::test]
async fn s21_nobody_else_is_believed() {
    let house = House::strict().await;
    let token = house.token(Role::Admin, "root");
    assert!(runs_dry(&house, &token, "203.0.113.5").await);
    // It is the same peer.
    assert!(!has_a_burst(&house, &token, "203.0.113.6").await);
}
