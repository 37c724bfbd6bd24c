//! Keys of host apps at the door, the audit for admins, and the API's document against the API.

use axum::http::{Method, StatusCode};
use portal_gateway::{keys, openapi};
use serde_json::Value;

use crate::support::World;

const ALEX: &str = "alex@acme.example";

#[tokio::test]
async fn keys_are_made_listed_changed_over_and_ended_at_the_command_line_and_leave_lines_in_the_audit() {
    let world = World::start().await;
    let run = async |words: &[&str]| {
        #[derive(clap::Parser)]
        struct Line {
            #[command(subcommand)]
            command: keys::command::Command,
        }
        let line = <Line as clap::Parser>::parse_from(["keys"].iter().chain(words));
        keys::command::run(&world.config, line.command, true).await
    };
    let new = ["new", "--name", "<b>Shop</b>", "--project", "acme-vision", "--scope", "schemas:read"];
    let made: Value = serde_json::from_str(&run(&new).await.unwrap()).unwrap();
    let (id, key) = (made["id"].as_str().unwrap(), made["key"].as_str().unwrap());
    assert!(key.starts_with("dp_"));
    let listed = run(&["list"]).await.unwrap();
    assert!(listed.contains(id) && !listed.contains(key), "the key itself is shown once");
    assert!(run(&["new", "--name", "x", "--project", "nowhere", "--scope", "embed"]).await.is_err());
    assert!(run(&["rotate", id]).await.unwrap().contains("dp_"));
    run(&["revoke", id]).await.unwrap();
    assert!(run(&["revoke", id]).await.unwrap_err().to_string().contains("keys list"));

    let lines = world.browser().signed_in(ALEX).await.get("/api/audit").await.json();
    let actions: Vec<&str> = lines["lines"].as_array().unwrap().iter().map(|l| l["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["key.revoke", "key.rotate", "key.new"], "newest first");
    assert_eq!(lines["lines"][2]["subject"], "key <b>Shop</b>");
    assert_eq!(lines["lines"][2]["outcome"], "done");
    assert!(!lines.to_string().contains("dp_"));
}

#[tokio::test]
async fn aut_15_the_audit_is_for_admins_of_the_project() {
    let world = World::start().await;
    for email in ["ana@acme.example", "rita@acme.example", "gus@globex.example", "nora@nowhere.example"] {
        let answer = world.browser().signed_in(email).await.get("/api/audit").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{email}");
        assert_eq!(answer.json()["type"], "forbidden");
    }
    assert_eq!(world.browser().get("/api/audit").await.status, StatusCode::UNAUTHORIZED);
    let alex = world.browser().signed_in(ALEX).await;
    assert_eq!(alex.get("/api/audit?limit=201").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(alex.get("/api/audit?project=globex-lab").await.status, StatusCode::BAD_REQUEST);
}

/// Asked by a stranger, each says that it is there: by 401, or that the body or the id makes no sense.
#[tokio::test]
async fn every_documented_operation_exists() {
    let world = World::start().await;
    let mut stranger = world.browser();
    let document: Value = serde_json::from_str(&openapi::json()).unwrap();
    let mut names = std::collections::BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name.to_owned()), "{name} twice");
            let address = path.split('/').map(|part| if part.starts_with('{') { "1" } else { part });
            let address = address.collect::<Vec<_>>().join("/");
            let method: Method = method.to_uppercase().parse().unwrap();
            let request = stranger.request(method.clone(), &address);
            let answer = stranger.send(request).await;
            assert_ne!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
            assert!(!answer.text().contains("There is no such operation"), "{method} {path}");
        }
    }
    assert!(names.len() >= 10);
}
