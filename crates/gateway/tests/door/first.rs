//! The walk itself: sign in, my tasks, sign out.

use axum::http::StatusCode;
use serde_json::json;

use crate::support::World;

#[tokio::test]
async fn a_person_signs_in_sees_their_tasks_and_signs_out() {
    let world = World::start().await;
    let mut ana = world.browser();
    assert_eq!(ana.get("/api/tasks").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(ana.sign_in("ana@acme.example", "/?tab=done#x").await.json()["return_to"], json!("/?tab=done#x"));
    let list = ana.get("/api/tasks?tab=all&limit=200").await;
    assert_eq!(list.status, StatusCode::OK);
    let mine = world.diffgram.tasks_of("ana@acme.example");
    assert!(!mine.is_empty());
    assert_eq!(list.json()["total"], json!(mine.len()));
    assert_eq!(ana.delete("/api/session").await.status, StatusCode::OK);
    assert_eq!(ana.get("/api/tasks").await.status, StatusCode::UNAUTHORIZED);
}
