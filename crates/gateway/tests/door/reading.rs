//! How far Diffgram has been read, for admins.

use axum::http::StatusCode;
use serde_json::Value;

use crate::support::{Setup, World};

const ALEX: &str = "alex@acme.example";

#[tokio::test]
async fn aut_01_admins_see_how_far_their_projects_are_read_and_nobody_else_does() {
    let world = World::with(Setup { files: true, ..Setup::default() }).await;
    let alex = world.browser().signed_in(ALEX).await;
    let mut last = Value::Null;
    for _ in 0..200 {
        last = alex.get("/api/reading").await.json();
        let is_read = |share: &Value| share["read"] == share["total"] && share["total"].as_u64() > Some(0);
        let projects = last["projects"].as_array().expect("projects");
        if projects.iter().all(|one| is_read(&one["tasks"]) && is_read(&one["files"]) && !one["listed"].is_null()) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let projects = last["projects"].as_array().expect("projects");
    assert!(!projects.is_empty());
    for one in projects {
        assert_eq!(one["tasks"]["read"], one["tasks"]["total"], "{last}");
        assert_eq!(one["files"]["read"], one["files"]["total"], "{last}");
        assert_eq!(one["diffgram_up"], true);
        assert!(one["as_of"].is_string() && one["listed"].is_string());
        assert_eq!(one["refused"].as_u64().map(|n| n as usize), one["refused_files"].as_array().map(Vec::len));
    }
    // Only the projects in which they are an admin.
    let ids: Vec<&Value> = projects.iter().map(|one| &one["project"]).collect();
    let theirs = alex.get("/api/session").await.json();
    let all = theirs["projects"].as_array().expect("projects");
    let admin: Vec<&Value> = all.iter().filter(|one| one["role"] == "admin").map(|one| &one["id"]).collect();
    assert_eq!(ids, admin);
    let ana = world.browser().signed_in("ana@acme.example").await;
    assert_eq!(ana.get("/api/reading").await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.browser().get("/api/reading").await.status, StatusCode::UNAUTHORIZED);
}
