//! What stands around every answer.

use axum::http::{Method, StatusCode};

use crate::support::World;

#[tokio::test]
async fn inj_14_every_page_forbids_inline_scripts_foreign_hosts_and_frames() {
    let world = World::start().await;
    for path in ["/", "/tasks/1001", "/signin/callback?code=a", "/nowhere", "/signed-out"] {
        let answer = world.browser().get(path).await;
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'") && !policy.contains('*'),
            "{policy}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
}

#[tokio::test]
async fn nothing_of_the_api_is_kept_and_every_answer_has_its_id() {
    let world = World::start().await;
    let ana = world.browser().signed_in("ana@acme.example").await;
    for path in ["/api/session", "/api/tasks", "/api/tasks/99999999", "/api/nothing"] {
        let answer = ana.get(path).await;
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert!(!answer.header("x-request-id").is_empty());
        assert!(answer.header("server").is_empty() && answer.header("access-control-allow-origin").is_empty());
        if answer.status.is_client_error() {
            assert_eq!(answer.json()["request_id"], answer.header("x-request-id"));
        }
    }
}

#[tokio::test]
async fn inj_11_ids_of_requests_are_plain_words_or_ours() {
    let world = World::start().await;
    let browser = world.browser();
    let asked = |id: &str| browser.request(Method::GET, "/api/session").header("x-request-id", id);
    assert_eq!(browser.clone().send(asked("abcdef-12345")).await.header("x-request-id"), "abcdef-12345");
    for odd in ["a", "<script>alert(1)</script>", "x y z x y z", &"a".repeat(200)] {
        assert_ne!(browser.clone().send(asked(odd)).await.header("x-request-id"), odd);
    }
}

#[tokio::test]
async fn inj_17_a_deep_link_shows_nothing_of_the_task_to_a_stranger() {
    let world = World::start().await;
    let (id, _, name, _) = world.diffgram.tasks_of("ana@acme.example").swap_remove(0);
    let answer = world.browser().get(&format!("/tasks/{id}")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(!answer.text().contains(&name));
}

#[tokio::test]
async fn gwf_14_health_says_no_more_than_health() {
    let world = World::start().await;
    for path in ["/healthz", "/readyz"] {
        let text = world.browser().get(path).await.text();
        for secret in ["acme", "globex", "127.0.0.1", "token", "/"] {
            assert!(!text.contains(secret), "{path}: {text}");
        }
    }
    assert_eq!(
        world.browser().get("/metrics").await.header("content-type"),
        "text/html; charset=utf-8",
        "the page, not metrics"
    );
}
