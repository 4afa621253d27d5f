//! What is no token: S11 (algorithms), S12 (times, audience, type), S13 (customers' tokens).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::*;

const NOW: Timestamp = Timestamp(1_767_603_600_000);

fn secret() -> TokenSecret {
    crate::testing::secret("0123456789abcdef0123456789abcdef")
}

fn claims() -> Value {
    json!({"sub": "agent1", "workspace": "default", "role": "agent", "exp": NOW.0 / 1_000 + 60})
}

fn with(header: &Header, claims: &Value) -> String {
    let key = EncodingKey::from_secret(secret().expose());
    jsonwebtoken::encode(header, claims, &key).unwrap()
}

fn hs256() -> Header {
    Header::new(Algorithm::HS256)
}

fn check(token: &str) -> Result<Claims, TokenError> {
    verify(&secret(), token, NOW)
}

fn changed(name: &str, value: Value) -> String {
    let mut claims = claims();
    claims[name] = value;
    with(&hs256(), &claims)
}

#[test]
fn a_signed_token_is_accepted_until_it_expires() {
    let exp = NOW + Span::seconds(60);
    let claims = Claims::of_person(Role::Agent, "agent1", &"default".into(), exp);
    let token = sign(&secret(), &claims);
    assert_eq!(check(&token), Ok(claims));
    assert_eq!(verify(&secret(), &token, exp), Err(TokenError::Expired));
    let other = crate::testing::secret("another secret, as long as the one");
    assert_eq!(verify(&other, &token, NOW), Err(TokenError::Unknown));
}

#[test]
fn s11_only_hs256_signs() {
    let parts = |header: &Value| {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}", part(header), part(&claims()))
    };
    for alg in ["none", "None", "NONE", ""] {
        let unsigned = parts(&json!({"alg": alg, "typ": "JWT"}));
        assert_eq!(check(&format!("{unsigned}.")), Err(TokenError::Unknown), "{alg}");
    }
    for alg in [Algorithm::HS384, Algorithm::HS512] {
        assert_eq!(check(&with(&Header::new(alg), &claims())), Err(TokenError::Unknown));
    }
    // The secret offered as a public key of another algorithm.
    for alg in ["RS256", "ES256", "EdDSA"] {
        let unsigned = parts(&json!({"alg": alg, "typ": "JWT"}));
        let stolen = with(&hs256(), &claims());
        let signature = stolen.rsplit('.').next().unwrap();
        assert_eq!(check(&format!("{unsigned}.{signature}")), Err(TokenError::Unknown), "{alg}");
    }
}

#[test]
fn s11_keys_named_by_the_token_are_not_looked_at() {
    let mut header = hs256();
    header.jku = Some("https://evil.example/keys".into());
    header.x5u = Some("https://evil.example/cert".into());
    let forged = EncodingKey::from_secret(b"the attacker's own secret");
    let token = jsonwebtoken::encode(&header, &claims(), &forged).unwrap();
    assert_eq!(check(&token), Err(TokenError::Unknown));
}

#[test]
fn s12_times_audience_and_type_are_checked() {
    let second = NOW.0 / 1_000;
    assert_eq!(check(&changed("exp", json!(second - 1))), Err(TokenError::Expired));
    assert_eq!(check(&changed("exp", json!("soon"))), Err(TokenError::Unknown));
    assert!(check(&changed("exp", json!(format!("{second}.5").parse::<f64>().unwrap()))).is_ok());
    assert!(check(&changed("nbf", json!(second + 59))).is_ok());
    assert_eq!(check(&changed("nbf", json!(second + 61))), Err(TokenError::Unknown));
    assert!(check(&changed("aud", json!("baton"))).is_ok());
    assert!(check(&changed("aud", json!(["other", "baton"]))).is_ok());
    assert_eq!(check(&changed("aud", json!("other"))), Err(TokenError::Unknown));
    assert_eq!(check(&changed("aud", json!(["other"]))), Err(TokenError::Unknown));
    let typed = |typ: &str| {
        let mut header = hs256();
        header.typ = Some(typ.into());
        check(&with(&header, &claims()))
    };
    assert!(typed("jwt").is_ok());
    assert_eq!(typed("at+jwt"), Err(TokenError::Unknown));
    let mut eternal = claims();
    eternal.as_object_mut().unwrap().remove("exp");
    assert_eq!(check(&with(&hs256(), &eternal)), Err(TokenError::Unknown));
}

#[test]
fn s13_a_customers_token_is_good_for_its_chat_alone() {
    let chat = ChatId::new("cht_7");
    let exp = NOW + Span::seconds(60);
    let own = Claims::of_customer(&chat, &"default".into(), exp);
    assert_eq!(check(&sign(&secret(), &own)), Ok(own.clone()));
    let others = Claims { chat: Some("cht_8".into()), ..own.clone() };
    assert_eq!(check(&sign(&secret(), &others)), Err(TokenError::Unknown));
    let none = Claims { chat: None, ..own.clone() };
    assert_eq!(check(&sign(&secret(), &none)), Err(TokenError::Unknown));
    let risen = Claims { role: Role::Agent, ..own };
    assert_eq!(check(&sign(&secret(), &risen)), Err(TokenError::Unknown));
}

#[test]
fn names_that_cannot_be_are_refused() {
    for workspace in ["", "a.b", "*", ">", "Default", &"x".repeat(33)] {
        assert_eq!(check(&changed("workspace", json!(workspace))), Err(TokenError::Unknown));
    }
    for sub in ["", "a\nb", &"x".repeat(129)] {
        assert_eq!(check(&changed("sub", json!(sub))), Err(TokenError::Unknown));
    }
    assert_eq!(check(&changed("role", json!("root"))), Err(TokenError::Unknown));
    for text in ["", "x", "a.b", "a.b.c", &"x".repeat(5_000)] {
        assert_eq!(check(text), Err(TokenError::Unknown));
    }
}
