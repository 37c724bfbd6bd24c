//! Sign-ins that must not succeed, and what they leave behind: nothing.

use axum::http::{Method, StatusCode, header};
use portal_demo::{diffgram::TaskChange, provider::Fault};
use serde_json::json;

use crate::support::{Answer, Browser, Setup, World, eventually};

const ANA: &str = "ana@acme.example";

/// Refused in the one shape, and nobody is signed in.
async fn refused(browser: &Browser, answer: &Answer, status: StatusCode, problem: &str) {
    assert_eq!((answer.status, answer.problem().as_str()), (status, problem), "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(browser.get("/api/session").await.status, StatusCode::UNAUTHORIZED);
}

/// How often the token endpoint was asked.
fn redeemed(world: &World) -> usize {
    world.provider.seen().iter().filter(|seen| seen.what == "POST /token").count()
}

/// A fault of the next ID token, played.
async fn with_fault(world: &World, fault: Fault) -> (Browser, Answer) {
    let mut browser = world.browser();
    world.provider.fault(fault);
    let answer = browser.sign_in(ANA, "/").await;
    (browser, answer)
}

#[tokio::test]
async fn oidc_01_a_code_without_its_state_is_never_redeemed() {
    let world = World::start().await;
    let mut browser = world.browser();
    let started = browser.start("/").await;
    let back = browser.decide(&started, ANA).await;
    for state in ["", "invented"] {
        let body = json!({"code": back["code"], "state": state, "iss": back["iss"], "verifier": started.verifier});
        let answer = browser.clone().post("/api/session", &body).await;
        refused(&browser, &answer, StatusCode::BAD_REQUEST, "signin-state").await;
    }
    let body = json!({"code": back["code"], "iss": back["iss"], "verifier": started.verifier});
    assert_eq!(browser.clone().post("/api/session", &body).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(redeemed(&world), 0);
}

#[tokio::test]
async fn oidc_02_an_answer_started_in_another_browser_signs_nobody_in_and_leaves_who_is_signed_in() {
    let world = World::start().await;
    let mut mallory = world.browser();
    let started = mallory.start("/").await;
    let back = mallory.decide(&started, "ben@acme.example").await;
    let mut victim = world.browser().signed_in(ANA).await;
    let before = redeemed(&world);
    let answer = victim.finish(&started, &back).await;
    assert_eq!((answer.status, answer.problem().as_str()), (StatusCode::BAD_REQUEST, "signin-state"));
    assert_eq!(redeemed(&world), before);
    assert_eq!(victim.get("/api/session").await.json()["name"], "Ana Lima");
}

#[tokio::test]
async fn a_code_is_good_once() {
    let world = World::start().await;
    let mut browser = world.browser();
    let started = browser.start("/").await;
    let back = browser.decide(&started, ANA).await;
    let mut twin = browser.clone();
    assert_eq!(browser.finish(&started, &back).await.status, StatusCode::OK);
    let again = twin.finish(&started, &back).await;
    refused(&twin, &again, StatusCode::UNAUTHORIZED, "signin-rejected").await;
}

#[tokio::test]
async fn oidc_07_oidc_09_the_verifier_is_sent_and_a_wrong_one_redeems_nothing() {
    let world = World::start().await;
    let mut browser = world.browser();
    let mut started = browser.start("/").await;
    let back = browser.decide(&started, ANA).await;
    let right = std::mem::replace(&mut started.verifier, "x".repeat(43));
    let answer = browser.finish(&started, &back).await;
    refused(&browser, &answer, StatusCode::UNAUTHORIZED, "signin-rejected").await;
    let sent = world.provider.seen().into_iter().rfind(|seen| seen.what == "POST /token").expect("a redemption");
    assert_eq!(sent.parameters["code_verifier"], "x".repeat(43));
    assert!(
        world
            .provider
            .seen()
            .iter()
            .all(|seen| seen.what == "POST /token" || !seen.parameters.values().any(|v| *v == right))
    );
}

#[tokio::test]
async fn oidc_06_the_nonce_of_another_sign_in_is_refused() {
    let world = World::start().await;
    let (browser, answer) = with_fault(&world, Fault::WrongNonce).await;
    refused(&browser, &answer, StatusCode::UNAUTHORIZED, "signin-rejected").await;
}

#[tokio::test]
async fn oidc_11_an_answer_that_hides_its_issuer_is_refused() {
    let world = World::start().await;
    for fault in [Fault::NoIss, Fault::WrongIss] {
        let (browser, answer) = with_fault(&world, fault).await;
        refused(&browser, &answer, StatusCode::BAD_REQUEST, "signin-state").await;
    }
    assert_eq!(redeemed(&world), 0);
}

#[tokio::test]
async fn oidc_12_a_provider_that_calls_itself_otherwise_is_not_used() {
    // Not asked before, so that nothing is remembered.
    let world = World::with(Setup { wait: false, ..Setup::default() }).await;
    world.provider.fault(Fault::WrongIssuer);
    let mut browser = world.browser();
    let answer = browser.post("/api/signin", &json!({"return_to": "/"})).await;
    refused(&browser, &answer, StatusCode::BAD_GATEWAY, "provider-unavailable").await;
}

#[tokio::test]
async fn oidc_14_an_unsigned_id_token_and_one_signed_with_a_shared_secret_are_refused() {
    let world = World::start().await;
    for fault in [Fault::AlgNone, Fault::Hs256] {
        let (browser, answer) = with_fault(&world, fault).await;
        refused(&browser, &answer, StatusCode::UNAUTHORIZED, "signin-rejected").await;
    }
}

#[tokio::test]
async fn oidc_15_oidc_16_unknown_keys_are_looked_up_rarely_and_refused() {
    let world = World::start().await;
    for _ in 0..5 {
        let (browser, answer) = with_fault(&world, Fault::UnknownKid).await;
        refused(&browser, &answer, StatusCode::UNAUTHORIZED, "signin-rejected").await;
    }
    let looked_up = world.provider.seen().iter().filter(|seen| seen.what == "GET /jwks").count();
    assert!((1..=2).contains(&looked_up), "{looked_up}");
}

#[tokio::test]
async fn oidc_18_a_key_that_comes_with_the_token_is_ignored() {
    let world = World::start().await;
    let (browser, answer) = with_fault(&world, Fault::OwnKey).await;
    refused(&browser, &answer, StatusCode::UNAUTHORIZED, "signin-rejected").await;
}

#[tokio::test]
async fn oidc_21_a_server_clock_that_is_wrong_is_named() {
    let world = World::start().await;
    world.slow(std::time::Duration::from_secs(600));
    let mut browser = world.browser();
    let answer = browser.sign_in(ANA, "/").await;
    refused(&browser, &answer, StatusCode::UNAUTHORIZED, "clock-skew").await;
    assert!(answer.text().contains("server clock"));
}

#[tokio::test]
async fn oidc_22_tokens_of_the_future_and_expired_ones_are_refused() {
    let world = World::start().await;
    for fault in [Fault::FutureIat, Fault::FutureNbf, Fault::Expired] {
        let (browser, answer) = with_fault(&world, fault).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{fault:?}");
        assert_eq!(browser.get("/api/session").await.status, StatusCode::UNAUTHORIZED, "{fault:?}");
    }
}

#[tokio::test]
async fn oidc_23_oidc_24_oidc_25_tokens_for_or_from_others_are_refused() {
    let world = World::start().await;
    for fault in [Fault::ForeignAudience, Fault::TwoAudiences, Fault::ForeignIssuer] {
        let (browser, answer) = with_fault(&world, fault).await;
        refused(&browser, &answer, StatusCode::UNAUTHORIZED, "signin-rejected").await;
    }
}

#[tokio::test]
async fn oidc_28_only_paths_of_this_origin_are_come_back_to() {
    let world = World::start().await;
    for evil in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "\\\\evil",
        "/\t/evil.example",
        "/\n/evil.example",
        "evil",
        "",
        " //evil.example",
    ] {
        let answer = world.browser().sign_in(ANA, evil).await;
        assert_eq!(answer.json()["return_to"], "/", "{evil:?}");
    }
}

#[tokio::test]
async fn oidc_29_the_whole_address_survives() {
    let world = World::start().await;
    let address = format!("/tasks/1001?frame=7&note={}#part", "%C3%A4%20b".repeat(190));
    assert!(address.len() > 1_900);
    assert_eq!(world.browser().sign_in(ANA, &address).await.json()["return_to"], address);
}

#[tokio::test]
async fn oidc_30_a_session_that_was_there_before_does_not_live_on() {
    let world = World::start().await;
    let mut browser = world.browser().signed_in(ANA).await;
    let planted = browser.cookies.clone();
    assert_eq!(browser.sign_in("ben@acme.example", "/").await.status, StatusCode::OK);
    assert_ne!(browser.cookies, planted);
    let mut thief = world.browser();
    thief.cookies = planted;
    assert_eq!(thief.get("/api/session").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(browser.get("/api/session").await.json()["name"], "Ben Okafor");
}

#[tokio::test]
async fn oidc_31_an_address_the_provider_does_not_vouch_for_finds_nobody() {
    let world = World::start().await;
    let una = world.browser().signed_in("una@acme.example").await;
    // She and Ana have a task together; once Ana sees it, Una would, too.
    let (task, _) = world.diffgram.add_task("acme-vision", "theirs.jpg", ANA);
    let both = vec![ANA.to_owned(), "una@acme.example".to_owned()];
    world.diffgram.change(task, &TaskChange { assignees: Some(both), ..TaskChange::default() });
    let ana = world.browser().signed_in(ANA).await;
    eventually("Ana sees it", std::time::Duration::from_secs(20), async || {
        let seen = ana.get(&format!("/api/tasks/{task}")).await;
        seen.status == StatusCode::OK && seen.text().contains("Una Vo")
    })
    .await;
    assert_eq!(una.get(&format!("/api/tasks/{task}")).await.status, StatusCode::NOT_FOUND);
    let session = una.get("/api/session").await.json();
    assert_eq!((&session["account"], &session["projects"]), (&json!("email_unverified"), &json!([])));
    assert_eq!(una.get("/api/tasks?tab=all").await.json()["total"], 0);
}

#[tokio::test]
async fn somebody_diffgram_does_not_know_is_told_so() {
    let world = World::start().await;
    let nora = world.browser().signed_in("nora@nowhere.example").await;
    assert_eq!(nora.get("/api/session").await.json()["account"], "unknown");
    let list = nora.get("/api/tasks?tab=all").await.json();
    assert_eq!((&list["total"], &list["counts"]["all"]), (&json!(0), &json!(0)));
}

#[tokio::test]
async fn oidc_36_a_provider_that_answers_with_a_page_or_without_end_is_not_available() {
    let world = World::start().await;
    for fault in [Fault::HtmlToken, Fault::HugeToken] {
        let (browser, answer) = with_fault(&world, fault).await;
        refused(&browser, &answer, StatusCode::BAD_GATEWAY, "provider-unavailable").await;
    }
}

#[tokio::test]
async fn oidc_37_a_token_endpoint_that_redirects_is_not_followed() {
    let world = World::start().await;
    let (browser, answer) = with_fault(&world, Fault::RedirectToken).await;
    refused(&browser, &answer, StatusCode::BAD_GATEWAY, "provider-unavailable").await;
}

#[tokio::test]
async fn oidc_41_signing_out_ends_the_session_here_even_when_the_provider_is_away() {
    let world = World::start().await;
    let mut browser = world.browser().signed_in(ANA).await;
    let kept = browser.clone();
    world.provider.fault(Fault::Down);
    assert_eq!(browser.delete("/api/session").await.status, StatusCode::OK);
    assert!(browser.cookies.is_empty());
    assert_eq!(kept.get("/api/session").await.status, StatusCode::UNAUTHORIZED, "also for a copy of the cookie");
}

#[tokio::test]
async fn oidc_48_with_the_provider_down_sessions_live_on_and_signing_in_says_why_not() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    world.provider.fault(Fault::Down);
    assert_eq!(ana.get("/api/tasks").await.status, StatusCode::OK);
    let fresh = World::with(Setup { wait: false, ..Setup::default() }).await;
    fresh.provider.fault(Fault::Down);
    let mut stranger = fresh.browser();
    let answer = stranger.post("/api/signin", &json!({"return_to": "/"})).await;
    refused(&stranger, &answer, StatusCode::BAD_GATEWAY, "provider-unavailable").await;
    fresh.provider.fault(Fault::None);
    assert_eq!(stranger.sign_in(ANA, "/").await.status, StatusCode::OK, "and works once it is back");
}

#[tokio::test]
async fn requests_with_unknown_fields_or_of_another_shape_are_refused() {
    let world = World::start().await;
    let mut browser = world.browser();
    for body in [json!({"return_to": "/", "extra": 1}), json!({}), json!([]), json!({"return_to": 7})] {
        let answer = browser.post("/api/signin", &body).await;
        assert_eq!((answer.status, answer.problem().as_str()), (StatusCode::BAD_REQUEST, "invalid-request"), "{body}");
    }
    let huge = json!({"return_to": "/".repeat(100_000)});
    assert_eq!(browser.post("/api/signin", &huge).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn prx_01_the_redirect_uri_comes_from_the_configuration_whatever_the_host_header_says() {
    let world = World::start().await;
    let mut browser = world.browser();
    let request = browser
        .request(Method::POST, "/api/signin")
        .header("x-forwarded-host", "evil.example")
        .header("x-forwarded-proto", "https")
        .header("forwarded", "host=evil.example;proto=https")
        .header(header::HOST, "evil.example")
        .json(&json!({"return_to": "/"}));
    let answer = browser.send(request).await;
    assert_eq!(answer.json()["redirect_uri"], format!("{}/signin/callback", world.url), "{}", answer.text());
}
