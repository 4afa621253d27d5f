//! Signing in at a service elsewhere: the way there, the code that comes back, and everything that
//! does not let anybody in.

use baton_common::time::Span;
use baton_common::words::Role;
use baton_gateway::token::{verify, wall_clock};
use baton_runtime::oidc::Oidc;
use serde_json::{Value, json};

use crate::house::House;
use crate::issuer::Issuer;

const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters";
const NONCE: &str = "a-nonce-of-twenty-two-characters";

async fn open(more: &str) -> (House, Issuer) {
    let issuer = Issuer::start().await;
    let text = format!("issuer = \"{}\"\nclient_id = \"baton\"\n{more}", issuer.url);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("oidc.toml");
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    (House::with_oidc(Oidc::load(&path).unwrap()).await, issuer)
}

/// Who somebody is, as a service says it.
fn is(sub: &str, role: &str) -> Value {
    json!({"sub": sub, "role": role, "nonce": NONCE})
}

async fn redeem(house: &House, code: &str) -> (u16, Value) {
    let body = json!({"code": code, "code_verifier": VERIFIER, "nonce": NONCE,
        "redirect_uri": "https://baton.example/desk"});
    house.call("POST", "/sign-in/code", None, Some(body)).await
}

#[tokio::test]
async fn a_code_becomes_a_token() {
    let (house, issuer) = open("scopes = [\"openid\", \"profile\"]\nsession_s = 3600").await;
    let (_, way) = house.call("GET", "/sign-in", None, None).await;
    let expected = json!({"mode": "oidc", "issuer": issuer.url, "client_id": "baton",
        "authorize": format!("{}/authorize", issuer.url), "scope": "openid profile"});
    assert_eq!(way, expected);
    let (status, signed) = redeem(&house, &issuer.code(VERIFIER, is("lead", "supervisor"))).await;
    assert_eq!(status, 200, "{signed}");
    let token = signed["token"].as_str().unwrap();
    let claims = verify(&house.secret, token, wall_clock()).unwrap();
    assert_eq!((claims.sub.as_str(), claims.role), ("lead", Role::Supervisor));
    let (until, now) = (claims.exp.timestamp(), wall_clock());
    assert!(until > now + Span::seconds(3_590) && until <= now + Span::seconds(3_600));
    let (form, login) = issuer.asked();
    assert_eq!(form["redirect_uri"], "https://baton.example/desk");
    assert_eq!((login, form.get("client_secret")), (None, None), "a public client");
}

#[tokio::test]
async fn a_client_with_a_secret_shows_it() {
    let (house, issuer) = open("client_secret = \"a b:c\"").await;
    redeem(&house, &issuer.code(VERIFIER, is("lead", "supervisor"))).await;
    // `baton:a+b%3Ac`, encoded as in a form.
    assert_eq!(issuer.asked().1.unwrap(), "Basic YmF0b246YStiJTNBYw==");
}

#[tokio::test]
async fn s12_what_the_service_does_not_vouch_for_lets_nobody_in() {
    let (house, issuer) = open("").await;
    let code = issuer.code(VERIFIER, is("lead", "supervisor"));
    assert_eq!(redeem(&house, &code).await.0, 200);
    for (code, status) in [
        (code.clone(), 401),
        (issuer.code("of somebody else, as long as the verifier must be", is("l", "admin")), 401),
        (issuer.code(VERIFIER, json!({"sub": "l", "role": "admin", "nonce": "another"})), 401),
        (
            issuer.code(VERIFIER, json!({"sub": "l", "role": "admin", "nonce": NONCE, "aud": "x"})),
            401,
        ),
        (issuer.code(VERIFIER, is("lead", "customer")), 403),
        (issuer.code(VERIFIER, is("Lead Two", "supervisor")), 403),
        (String::new(), 422),
    ] {
        let (told, problem) = redeem(&house, &code).await;
        assert_eq!(told, status, "{problem}");
        assert!(problem["token"].is_null());
    }
    let path = "/sign-in/code";
    let short = json!({"code": "c", "code_verifier": "short", "nonce": NONCE, "redirect_uri": "x"});
    assert_eq!(house.call("POST", path, None, Some(short)).await.1["path"], "code_verifier");
    let elsewhere = House::empty().await;
    assert_eq!(redeem(&elsewhere, "c").await.0, 404);
    assert_eq!(elsewhere.call("GET", "/sign-in", None, None).await.1, json!({"mode": "token"}));
}

#[tokio::test]
async fn s14_keys_change_and_the_service_may_be_away() {
    let (house, issuer) = open("").await;
    let admit = async || redeem(&house, &issuer.code(VERIFIER, is("lead", "supervisor"))).await.0;
    assert_eq!(admit().await, 200);
    issuer.turn_key();
    assert_eq!(admit().await, 200, "its new key is read");
    let before = house.token(Role::Supervisor, "lead");
    issuer.stop();
    // Who is in stays in, and where to go is still known.
    assert_eq!(house.call("GET", "/chats", Some(&before), None).await.0, 503, "there is no router");
    assert_eq!(house.call("GET", "/sign-in", None, None).await.1["mode"], "oidc");
    let (status, problem) = redeem(&house, "any").await;
    assert_eq!((status, &problem["code"]), (503, &json!("unavailable")));
}
