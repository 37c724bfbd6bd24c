//! Sessions: cookies, limits, writes from elsewhere.

use std::time::Duration;

use axum::http::{Method, StatusCode, header};
use serde_json::json;

use crate::support::World;

const ANA: &str = "ana@acme.example";

#[tokio::test]
async fn ses_04_idle_and_absolute_limits_end_a_session_and_say_so() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    // Eight hours without any request.
    world.later(Duration::from_secs(8 * 3_600 + 60));
    let answer = ana.get("/api/session").await;
    assert_eq!((answer.status, answer.problem().as_str()), (StatusCode::UNAUTHORIZED, "session-expired"));
    assert_eq!(ana.get("/api/tasks").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn ses_04_a_session_in_use_still_ends_after_a_day() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    for hour in 1..=23 {
        world.later(Duration::from_secs(3_600));
        assert_eq!(ana.get("/api/session").await.status, StatusCode::OK, "hour {hour}");
    }
    world.later(Duration::from_secs(3_700));
    assert_eq!(ana.get("/api/session").await.problem(), "session-expired");
}

#[tokio::test]
async fn ses_05_odd_cookies_are_nobody() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    let (name, value) = ana.cookies.iter().next().map(|(n, v)| (n.clone(), v.clone())).expect("a cookie");
    let mut flipped = value.clone().into_bytes();
    flipped[5] = if flipped[5] == b'A' { b'B' } else { b'A' };
    let odd = [
        value[..value.len() / 2].to_owned(),
        String::from_utf8(flipped).expect("text"),
        "x".repeat(8_000),
        "%00%ff".to_owned(),
        format!("{value}{value}"),
    ];
    for value in odd {
        let mut browser = world.browser();
        browser.cookies.insert(name.clone(), value);
        assert_eq!(browser.get("/api/session").await.status, StatusCode::UNAUTHORIZED);
    }
    let raw = ana.request(Method::GET, "/api/session");
    let not_text = header::HeaderValue::from_bytes(b"portal_session=\xff\xfe").expect("bytes");
    let answer = ana.clone().send(raw.header(header::COOKIE, not_text)).await;
    assert!(answer.status == StatusCode::OK || answer.status == StatusCode::UNAUTHORIZED);
    assert_eq!(ana.get("/api/session").await.status, StatusCode::OK, "the right one still counts");
}

#[tokio::test]
async fn ses_06_heads_without_measure_are_refused() {
    let world = World::start().await;
    let browser = world.browser();
    let request = browser.request(Method::GET, "/api/session").header(header::COOKIE, "a=b; ".repeat(8_000));
    assert_eq!(browser.clone().send(request).await.status, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    assert_eq!(browser.get("/api/session").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn ses_07_two_cookies_of_one_name_are_none() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    let ben = world.browser().signed_in("ben@acme.example").await;
    let pair = |browser: &crate::support::Browser| {
        browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    };
    let request = world.browser().request(Method::GET, "/api/session");
    let answer = world.browser().send(request.header(header::COOKIE, format!("{}; {}", pair(&ana), pair(&ben)))).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn ses_08_ses_10_ses_13_oidc_42_writes_from_elsewhere_change_nothing() {
    let world = World::start().await;
    let mut ana = world.browser().signed_in(ANA).await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("sec-fetch-site", "none"),
        ("origin", "null"),
        ("origin", "https://good.example.evil.com"),
        ("origin", "http://127.0.0.1"),
    ] {
        let mut request = ana.request(Method::DELETE, "/api/session").build().expect("a request");
        request.headers_mut().remove("sec-fetch-site");
        request.headers_mut().insert(name, value.parse().expect("a value"));
        let answer = reqwest::Client::new().execute(request).await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{name}: {value}");
        assert!(answer.headers().get("access-control-allow-origin").is_none());
    }
    let bare = {
        let mut request = ana.request(Method::DELETE, "/api/session").build().expect("a request");
        request.headers_mut().remove("sec-fetch-site");
        reqwest::Client::new().execute(request).await.expect("an answer")
    };
    assert_eq!(bare.status(), StatusCode::FORBIDDEN, "neither header");
    assert_eq!(ana.get("/api/session").await.status, StatusCode::OK, "nothing happened");
    let preflight = ana.request(Method::OPTIONS, "/api/session").header("origin", "https://evil.example");
    let answer = ana.send(preflight.header("access-control-request-method", "DELETE")).await;
    assert!(answer.headers.get("access-control-allow-origin").is_none());
    assert_eq!(ana.get("/api/session/delete").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn ses_09_json_that_does_not_say_so_is_refused() {
    let world = World::start().await;
    let mut browser = world.browser();
    let request = browser
        .request(Method::POST, "/api/signin")
        .header(header::CONTENT_TYPE, "text/plain")
        .body(json!({"return_to": "/"}).to_string());
    let answer = browser.send(request).await;
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type")
    );
}

#[tokio::test]
async fn aut_14_other_methods_are_refused_with_those_that_work() {
    let world = World::start().await;
    let mut ana = world.browser().signed_in(ANA).await;
    for (method, path) in [
        (Method::GET, "/api/signin"),
        (Method::PUT, "/api/session"),
        (Method::DELETE, "/api/tasks"),
        (Method::POST, "/api/tasks/1001"),
    ] {
        let answer = ana.send(ana.request(method.clone(), path)).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
        assert!(!answer.header("allow").is_empty(), "{method} {path}");
    }
    let overridden = ana.request(Method::GET, "/api/session").header("x-http-method-override", "DELETE");
    assert_eq!(ana.send(overridden).await.status, StatusCode::OK);
    assert_eq!(ana.get("/api/session").await.status, StatusCode::OK, "still signed in");
}
