//! The event stream: what is mine, as it happens, and nothing of anybody else's.

use std::time::Duration;

use axum::http::StatusCode;
use portal_demo::diffgram::TaskChange;
use serde_json::json;

use crate::support::World;

const ANA: &str = "ana@acme.example";
const SOON: Duration = Duration::from_secs(5);

fn done() -> TaskChange {
    TaskChange { status: Some("complete".into()), ..TaskChange::default() }
}

/// Diffgram says that a task changed.
async fn hook(world: &World, task: i64) {
    let body = json!({"id": 1, "kind": "task_completed", "task_id": task, "token": world.hook_token});
    let answer = world.browser().post("/webhooks/diffgram/acme-vision", &body).await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn a_stranger_gets_no_stream() {
    let world = World::start().await;
    assert_eq!(world.browser().get("/api/events").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn aut_01_a_change_reaches_whose_it_is_and_nobody_else() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    let (task, ..) = world.diffgram.tasks_of(ANA).swap_remove(0);
    let mut others = Vec::new();
    for email in ["gus@globex.example", "nora@nowhere.example", "una@acme.example"] {
        others.push(world.browser().signed_in(email).await.events(None).await);
    }
    let mut hers = ana.events(None).await;
    world.diffgram.change(task, &done());
    hook(&world, task).await;
    let event = hers.find(SOON, |event| event.name == "task").await.expect("her task");
    assert_eq!((&event.data["id"], &event.data["status"]), (&json!(task), &json!("complete")));
    for other in &mut others {
        let heard = other.find(Duration::from_millis(400), |event| event.name == "task" || event.name == "gone").await;
        assert!(heard.is_none(), "{heard:?}");
    }
}

#[tokio::test]
async fn a_task_that_goes_to_somebody_else_is_gone_for_the_first() {
    let world = World::start().await;
    let (ana, ben) = (world.browser().signed_in(ANA).await, world.browser().signed_in("ben@acme.example").await);
    let (task, ..) = world.diffgram.tasks_of(ANA).swap_remove(0);
    let (mut hers, mut his) = (ana.events(None).await, ben.events(None).await);
    let to_ben = vec!["ben@acme.example".to_owned()];
    world
        .diffgram
        .change(task, &TaskChange { assignees: Some(to_ben), reviewers: Some(Vec::new()), ..TaskChange::default() });
    hook(&world, task).await;
    let gone = hers.find(SOON, |event| event.name == "gone").await.expect("word that it is gone");
    assert_eq!(gone.data, json!({"id": task}), "and nothing more");
    assert_eq!(his.find(SOON, |event| event.name == "task").await.expect("his new task").data["id"], task);
}

#[tokio::test]
async fn cli_02_who_comes_back_hears_what_they_missed() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    let tasks = world.diffgram.tasks_of(ANA);
    let mut first = ana.events(None).await;
    let last = first.find(SOON, |event| event.id.is_some()).await.and_then(|event| event.id).expect("an id");
    drop(first);
    world.diffgram.change(tasks[0].0, &done());
    hook(&world, tasks[0].0).await;
    // Somebody else's stream shows when it has happened.
    let mut watching = ana.events(None).await;
    watching.find(SOON, |event| event.name == "task").await.expect("it happened");
    let mut again = ana.events(Some(&last)).await;
    let missed = again.find(SOON, |event| event.name == "task").await.expect("what was missed");
    assert_eq!(missed.data["id"], tasks[0].0);
    // An id of another life of the gateway: everything is read again.
    let mut stale = ana.events(Some("another-7")).await;
    assert_eq!(stale.next(SOON).await.expect("an event").name, "resync");
}

#[tokio::test]
async fn ses_14_signing_out_ends_the_stream_and_says_so() {
    let world = World::start().await;
    let mut ana = world.browser().signed_in(ANA).await;
    let mut other_tab = ana.events(None).await;
    assert_eq!(ana.delete("/api/session").await.status, StatusCode::OK);
    other_tab.find(SOON, |event| event.name == "signed_out").await.expect("word of it");
    assert!(other_tab.ends(SOON).await);
}
