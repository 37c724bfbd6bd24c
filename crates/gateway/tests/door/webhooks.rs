//! Webhooks are hints: with the right token they make the gateway read; nothing in them is believed.

use std::time::Duration;

use axum::http::{Method, StatusCode, header};
use futures::StreamExt;
use portal_demo::diffgram::TaskChange;
use serde_json::{Value, json};

use crate::support::{Answer, Setup, World, eventually};

const ANA: &str = "ana@acme.example";
const PATH: &str = "/webhooks/diffgram/acme-vision";

fn body(world: &World, task: i64, kind: &str) -> Value {
    json!({"id": 1, "kind": kind, "task_id": task, "token": world.hook_token})
}

async fn send(world: &World, path: &str, body: &Value) -> Answer {
    let mut diffgram = world.browser();
    // Diffgram is no browser: it says nothing of where it comes from.
    let mut request = diffgram.request(Method::POST, path).json(body).build().expect("a request");
    request.headers_mut().remove("sec-fetch-site");
    let request = reqwest::RequestBuilder::from_parts(reqwest::Client::new(), request);
    diffgram.send(request).await
}

/// A world in which only webhooks tell of changes.
async fn quiet() -> World {
    World::with(Setup { sweep: Duration::from_secs(3_600), ..Setup::default() }).await
}

async fn status_of(world: &World, browser: &crate::support::Browser, task: i64) -> Value {
    let list = browser.get("/api/tasks?tab=all&limit=200").await.json();
    let _ = world;
    let rows = list["rows"].as_array().cloned().unwrap_or_default();
    rows.into_iter().find(|row| row["id"] == task).map(|row| row["status"].clone()).unwrap_or_default()
}

fn complete() -> TaskChange {
    TaskChange { status: Some("complete".into()), ..TaskChange::default() }
}

#[tokio::test]
async fn whk_08_the_right_token_is_answered_with_exactly_200_and_the_task_is_read() {
    let world = quiet().await;
    let ana = world.browser().signed_in(ANA).await;
    let (task, ..) = world.diffgram.tasks_of(ANA).swap_remove(0);
    world.diffgram.change(task, &complete());
    assert_ne!(status_of(&world, &ana, task).await, "complete");
    let answer = send(&world, PATH, &body(&world, task, "task_completed")).await;
    assert_eq!(answer.status, StatusCode::OK);
    eventually("the list knows", Duration::from_secs(5), async || status_of(&world, &ana, task).await == "complete")
        .await;
}

#[tokio::test]
async fn whk_08_a_wrong_token_reads_nothing() {
    let world = quiet().await;
    let (task, ..) = world.diffgram.tasks_of(ANA).swap_remove(0);
    // What the first reading still asks is none of this.
    let mut asked = 0;
    while world.diffgram.seen().len() != asked {
        asked = world.diffgram.seen().len();
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
    for token in [json!("wrong"), json!(""), Value::Null, json!(7), json!([world.hook_token])] {
        let mut hook = body(&world, task, "task_completed");
        hook["token"] = token;
        let answer = send(&world, PATH, &hook).await;
        assert!(
            answer.status == StatusCode::UNAUTHORIZED || answer.status == StatusCode::BAD_REQUEST,
            "{}",
            answer.status
        );
        assert!(!answer.text().contains(&world.hook_token));
    }
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(world.diffgram.seen().len(), asked, "nothing was read");
}

#[tokio::test]
async fn whk_04_doubled_and_out_of_order_the_end_is_what_diffgram_says() {
    let world = quiet().await;
    let ana = world.browser().signed_in(ANA).await;
    let (task, ..) = world.diffgram.tasks_of(ANA).swap_remove(0);
    world.diffgram.change(task, &complete());
    for kind in ["task_completed", "task_created", "task_created", "task_in_progress", "task_completed"] {
        assert_eq!(send(&world, PATH, &body(&world, task, kind)).await.status, StatusCode::OK);
    }
    eventually("the list knows", Duration::from_secs(8), async || status_of(&world, &ana, task).await == "complete")
        .await;
}

#[tokio::test]
async fn whk_06_bodies_without_measure_or_sense_are_refused() {
    let world = World::start().await;
    let mut sender = world.browser();
    let raw =
        |body: Vec<u8>| sender.request(Method::POST, PATH).header(header::CONTENT_TYPE, "application/json").body(body);
    let (huge, not_json, not_text, a_list) =
        (raw(vec![b'x'; 1 << 20]), raw(b"<xml/>".to_vec()), raw(vec![0xff, 0xfe, 0x7b]), raw(b"[]".to_vec()));
    assert_eq!(sender.send(huge).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    for odd in [not_json, not_text, a_list] {
        assert_eq!(sender.send(odd).await.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn whk_09_a_lost_webhook_is_made_good_by_the_next_pass() {
    let world = World::with(Setup { sweep: Duration::from_millis(400), ..Setup::default() }).await;
    let ana = world.browser().signed_in(ANA).await;
    let (task, ..) = world.diffgram.tasks_of(ANA).swap_remove(0);
    world.diffgram.drop_webhooks(true);
    world.diffgram.change(task, &complete());
    eventually("a pass found it", Duration::from_secs(10), async || status_of(&world, &ana, task).await == "complete")
        .await;
}

#[tokio::test]
async fn whk_13_a_flood_is_shed_and_people_are_served() {
    let world = quiet().await;
    let ana = world.browser().signed_in(ANA).await;
    let (task, ..) = world.diffgram.tasks_of(ANA).swap_remove(0);
    let asked = world.diffgram.seen().len();
    let began = std::time::Instant::now();
    let hook = body(&world, task, "task_updated");
    // No more at once than a machine lets wait for a connection, or the kernel sheds the flood before the gateway does.
    let flood = futures::stream::iter((0..400).map(|_| send(&world, PATH, &hook))).buffer_unordered(100);
    let flood = flood.collect::<Vec<_>>();
    let (answers, list) = tokio::join!(flood, ana.get("/api/tasks"));
    assert_eq!(list.status, StatusCode::OK);
    assert!(
        answers.iter().all(|answer| answer.status == StatusCode::OK || answer.status == StatusCode::TOO_MANY_REQUESTS)
    );
    tokio::time::sleep(Duration::from_millis(900)).await;
    let seen = world.diffgram.seen().split_off(asked);
    // On a busy machine the flood lasts, and each quarter of a second of it may be read.
    let most = usize::try_from(20 + began.elapsed().as_secs() * 4).expect("not for ever");
    assert!(seen.len() < most, "hints of one task are read together: {} of {most}", seen.len());
}

#[tokio::test]
async fn whk_15_unknown_projects_are_refused_and_unknown_events_ignored() {
    let world = quiet().await;
    assert_eq!(
        send(&world, "/webhooks/diffgram/nobodys", &body(&world, 1, "task_completed")).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(send(&world, PATH, &body(&world, 1001, "a_kind_of_tomorrow")).await.status, StatusCode::OK);
    assert_eq!(
        send(&world, PATH, &json!({"kind": "input_file_uploaded", "token": world.hook_token})).await.status,
        StatusCode::OK
    );
}
