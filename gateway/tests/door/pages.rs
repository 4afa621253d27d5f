//! What a browser gets: the pages with what they may do, and what pages elsewhere may call.

use baton_gateway::token::sign_in_key;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use crate::house::House;

async fn page(house: &House, path: &str) -> (u16, HeaderMap, String) {
    let url = format!("http://{}{path}", house.public);
    let response = house.http.get(url).send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    (status, headers, response.text().await.unwrap())
}

#[tokio::test]
async fn s22_pages_say_what_they_may_do_and_how_long_they_are_kept() {
    let house = House::empty().await;
    let (status, headers, html) = page(&house, "/desk").await;
    assert_eq!(
        (status, &headers["content-type"]),
        (200, &"text/html; charset=utf-8".parse().unwrap())
    );
    let policy = headers["content-security-policy"].to_str().unwrap();
    for rule in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"] {
        assert!(policy.contains(rule) && !policy.contains("unsafe"), "{policy}");
    }
    assert_eq!(headers["x-frame-options"], "DENY");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["cache-control"], "no-cache");
    let script = html.split("src=\"").nth(1).unwrap().split('"').next().unwrap();
    let (status, headers, _) = page(&house, script).await;
    assert_eq!(
        (status, &headers["content-type"]),
        (200, &"text/javascript; charset=utf-8".parse().unwrap())
    );
    assert!(headers["cache-control"].to_str().unwrap().contains("immutable"));
    for missing in
        ["/desk/index.html", "/assets/none.js", "/assets/..%2fdesk/index.html", "/dist/widget.js"]
    {
        let (status, headers, body) = page(&house, missing).await;
        assert_eq!(
            (status, &headers["cache-control"]),
            (404, &"no-store".parse().unwrap()),
            "{missing}"
        );
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap()["code"], "not_found");
    }
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again_and_what_is_sent_is_small() {
    let house = House::empty().await;
    let url = format!("http://{}/widget.js", house.public);
    let plain = house.http.get(&url).send().await.unwrap();
    let etag = plain.headers()["etag"].clone();
    assert_eq!(plain.headers()["cross-origin-resource-policy"], "cross-origin");
    let length = plain.bytes().await.unwrap().len();
    let again = house.http.get(&url).header("if-none-match", etag).send().await.unwrap();
    assert_eq!(
        (again.status().as_u16(), again.headers()["x-content-type-options"].as_bytes()),
        (304, b"nosniff".as_slice())
    );
    let packed = house.http.get(&url).header("accept-encoding", "gzip").send().await.unwrap();
    assert_eq!(packed.headers()["content-encoding"], "gzip");
    assert_eq!(packed.headers()["vary"], "accept-encoding");
    assert!(packed.bytes().await.unwrap().len() * 2 < length);
}

#[tokio::test]
async fn s2_a_page_elsewhere_may_call_what_its_workspace_allows() {
    let (house, _leader) = House::led().await;
    let asked = |origin: &'static str, path: &'static str| {
        let request = house.http.request(reqwest::Method::OPTIONS, house.url(path));
        let request =
            request.header("origin", origin).header("access-control-request-method", "POST");
        async move {
            let response = request.send().await.unwrap();
            (response.status().as_u16(), response.headers().clone())
        }
    };
    let (status, headers) = asked("https://shop.example", "/chats").await;
    assert_eq!(
        (status, headers["access-control-allow-origin"].as_bytes()),
        (204, b"https://shop.example".as_slice())
    );
    let taken = headers["access-control-allow-headers"].to_str().unwrap();
    assert!(taken.contains("idempotency-key") && taken.contains("authorization"));
    assert!(!headers.contains_key("access-control-allow-credentials"));
    for (origin, path) in [
        ("https://evil.example", "/chats"),
        ("null", "/chats"),
        ("https://shop.example", "/config"),
        ("https://shop.example", "/commands"),
        ("https://shop.example", "/sign-in"),
    ] {
        let (status, headers) = asked(origin, path).await;
        assert!(status == 403 || status == 404, "{origin} {path}: {status}");
        assert!(!headers.contains_key("access-control-allow-origin"), "{origin} {path}");
    }
    // What is refused is refused readably, to who may read.
    let start = |origin: &'static str| {
        let request = house.http.post(house.url("/chats")).header("origin", origin);
        request.json(&json!({"queue": 7})).send()
    };
    let refused = start("https://shop.example").await.unwrap();
    assert_eq!(refused.status(), 422);
    assert_eq!(refused.headers()["access-control-allow-origin"], "https://shop.example");
    let refused = start("https://evil.example").await.unwrap();
    assert!(!refused.headers().contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn the_widgets_form_is_public_and_speaks_the_customers_language() {
    let (house, _leader) = House::led().await;
    let (status, form) = house.call("GET", "/widget?language=de", None, None).await;
    assert_eq!(status, 200);
    assert_eq!(form["queues"], json!([{"queue": "billing", "name": "Billing", "open": true}]));
    assert_eq!(form["fields"][0]["label"], "E-Mail-Adresse");
    assert_eq!((&form["open"], &form["fields"][0]["kind"]), (&json!(true), &json!("email")));
    for wrong in ["/widget?colour=red", "/widget?workspace=No%20such"] {
        assert_eq!(house.call("GET", wrong, None, None).await.0, 422, "{wrong}");
    }
}

#[tokio::test]
async fn s15_a_development_server_signs_its_own_people_in_and_another_nobody() {
    let (house, _leader) = House::led().await;
    let (status, ways) = house.call("GET", "/sign-in", None, None).await;
    assert_eq!((status, &ways), (200, &json!({"mode": "token"})), "its secret was chosen");
    let body = json!({"sub": "agent1", "role": "agent"});
    let (status, problem) = house.call("POST", "/sign-in", None, Some(body.clone())).await;
    assert_eq!((status, &problem["code"]), (403, &json!("forbidden")));

    let (house, _leader) = House::for_development().await;
    let key = sign_in_key(&house.secret).unwrap();
    let (_, ways) = house.call("GET", "/sign-in", None, None).await;
    assert_eq!(ways, json!({"mode": "token"}), "a stranger behind a relay says no key");
    let (status, _) = house.call("POST", "/sign-in", Some("0"), Some(body.clone())).await;
    assert_eq!(status, 403);
    let (_, ways) = house.call("GET", "/sign-in", Some(&key), None).await;
    assert_eq!(ways["people"][0], json!({"sub": "agent1", "name": "Agent One", "role": "agent"}));
    let (status, signed) = house.call("POST", "/sign-in", Some(&key), Some(body)).await;
    assert_eq!(status, 200);
    let token = signed["token"].as_str().unwrap();
    let (status, _) = house.call("GET", "/agents", Some(token), None).await;
    assert_ne!(status, 401, "the token is good");
    let (status, _) = house.call("GET", "/agents", Some(&key), None).await;
    assert_eq!(status, 401, "the key is good for nothing else");
    let nobody =
        [json!({"sub": "agent9", "role": "agent"}), json!({"sub": "agent1", "role": "admin"})];
    for nobody in nobody {
        let (status, problem) = house.call("POST", "/sign-in", Some(&key), Some(nobody)).await;
        assert_eq!((status, &problem["code"]), (404, &json!("not_found")));
    }
    let from = |name: &'static str, value: &'static str| {
        let request = house.http.post(house.url("/sign-in")).bearer_auth(&key).header(name, value);
        request.json(&json!({"sub": "agent1", "role": "agent"})).send()
    };
    for (name, value) in [
        ("host", "rebound.example"),
        ("x-forwarded-for", "203.0.113.9"),
        ("origin", "https://shop.example"),
    ] {
        assert_eq!(from(name, value).await.unwrap().status(), 403, "{name}");
    }
}
