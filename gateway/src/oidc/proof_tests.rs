//! ID tokens that prove something, and all the near ones that do not.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use jsonwebtoken::EncodingKey;
use serde_json::json;

use super::*;

const NOW: Timestamp = Timestamp(1_800_000_000_000);
const NOW_S: i64 = 1_800_000_000;

/// A key of a service, private and published.
struct Key {
    private: EncodingKey,
    public: Jwk,
}

fn key(id: &str) -> Key {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let der = pair.to_pkcs8v1().unwrap();
    let private = EncodingKey::from_ec_der(der.as_ref());
    let mut public = Jwk::from_encoding_key(&private, Algorithm::ES256).unwrap();
    public.common.key_id = Some(id.into());
    Key { private, public }
}

fn sound() -> Value {
    json!({"iss": "https://login.example", "aud": "baton", "sub": "anna", "role": "agent",
        "exp": NOW_S + 300, "iat": NOW_S, "nonce": "n"})
}

fn signed(key: &Key, claims: &Value) -> String {
    let header = Header { kid: key.public.common.key_id.clone(), ..Header::new(Algorithm::ES256) };
    jsonwebtoken::encode(&header, claims, &key.private).unwrap()
}

fn proven(keys: &[Jwk], token: &str) -> Result<Map<String, Value>, Unproven> {
    let (issuer, client) = ("https://login.example", "baton");
    claims(keys, token, &Expected { issuer, client, nonce: "n", now: NOW })
}

#[test]
fn a_sound_token_proves_what_it_says() {
    let key = key("a");
    let all = proven(std::slice::from_ref(&key.public), &signed(&key, &sound())).unwrap();
    assert_eq!((&all["sub"], &all["role"]), (&json!("anna"), &json!("agent")));
    let unnamed = jsonwebtoken::encode(&Header::new(Algorithm::ES256), &sound(), &key.private);
    let (unnamed, other) = (unnamed.unwrap(), self::key("b"));
    assert!(proven(&[other.public.clone(), key.public], &unnamed).is_ok());
    assert_eq!(proven(&[other.public], &unnamed), Err(Unproven::UnknownKey));
}

#[test]
fn s12_another_audience_issuer_time_or_question_proves_nothing() {
    let key = key("a");
    for (claim, value) in [
        ("aud", json!("shop")),
        ("aud", json!(["shop"])),
        ("iss", json!("https://login.example.evil")),
        ("exp", json!(NOW_S)),
        ("nbf", json!(NOW_S + 61)),
        ("iat", json!(NOW_S + 61)),
        ("azp", json!("shop")),
        ("nonce", json!("m")),
        ("nonce", json!("")),
    ] {
        let mut claims = sound();
        claims[claim] = value;
        let outcome = proven(std::slice::from_ref(&key.public), &signed(&key, &claims));
        assert!(matches!(outcome, Err(Unproven::Wrong(_))), "{claim}: {outcome:?}");
    }
    for missing in ["aud", "iss", "exp", "nonce"] {
        let mut claims = sound();
        claims.as_object_mut().unwrap().remove(missing);
        assert!(proven(std::slice::from_ref(&key.public), &signed(&key, &claims)).is_err());
    }
}

#[test]
fn s11_only_signatures_of_published_keys_count() {
    let (key, other) = (key("a"), key("b"));
    let keys = std::slice::from_ref(&key.public);
    assert_eq!(proven(keys, &signed(&other, &sound())), Err(Unproven::UnknownKey));
    let posing = Key { private: other.private, public: key.public.clone() };
    assert!(matches!(proven(keys, &signed(&posing, &sound())), Err(Unproven::Wrong(_))));
    // The public key as a shared secret.
    let text = serde_json::to_vec(&key.public).unwrap();
    let shared = EncodingKey::from_secret(&text);
    let header = Header { kid: Some("a".into()), ..Header::new(Algorithm::HS256) };
    let token = jsonwebtoken::encode(&header, &sound(), &shared).unwrap();
    assert!(matches!(proven(keys, &token), Err(Unproven::Wrong(_))));
    // A key that the token brings along.
    let header = Header {
        kid: Some("a".into()),
        jwk: Some(posing.public),
        jku: Some("https://evil.example/keys".into()),
        ..Header::new(Algorithm::ES256)
    };
    let token = jsonwebtoken::encode(&header, &sound(), &posing.private).unwrap();
    assert!(matches!(proven(keys, &token), Err(Unproven::Wrong(_))));
    let unsigned = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm5hIn0.";
    assert!(matches!(proven(keys, unsigned), Err(Unproven::Wrong(_))));
}

#[test]
fn keys_for_encryption_sign_nothing() {
    let mut key = key("a");
    let token = signed(&key, &sound());
    key.public.common.public_key_use = Some(PublicKeyUse::Encryption);
    assert_eq!(proven(&[key.public], &token), Err(Unproven::UnknownKey));
}
