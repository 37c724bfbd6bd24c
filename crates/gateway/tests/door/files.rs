//! One file with what people and models drew on it, for those in whose sight it is.

use axum::http::StatusCode;
use portal_demo::diffgram::Outage;
use serde_json::{Value, json};

use crate::support::World;

const ANA: &str = "ana@acme.example";

fn file_of(world: &World, email: &str, begins: &str) -> i64 {
    let tasks = world.diffgram.tasks_of(email);
    tasks.into_iter().find(|(_, _, name, _)| name.starts_with(begins)).expect("a file").1
}

#[tokio::test]
async fn a_file_comes_with_truth_predictions_runs_and_my_task() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    let id = file_of(&world, ANA, "astronaut");
    let detail = ana.get(&format!("/api/files/{id}")).await.json();
    assert_eq!((&detail["file"]["id"], &detail["task"]["file"]["id"]), (&json!(id), &json!(id)));
    let drawn = detail["annotations"]["annotations"].as_array().expect("annotations");
    let (predicted, truth): (Vec<&Value>, Vec<&Value>) = drawn.iter().partition(|one| !one["prediction"].is_null());
    assert!(!predicted.is_empty() && !truth.is_empty(), "{} and {}", predicted.len(), truth.len());
    let runs: Vec<&Value> = detail["runs"].as_array().expect("runs").iter().map(|run| &run["id"]).collect();
    assert!(predicted.iter().all(|one| runs.contains(&&one["prediction"]["run"])), "every run has a name");
    let labels: Vec<&Value> = detail["labels"].as_array().expect("labels").iter().map(|label| &label["id"]).collect();
    assert!(drawn.iter().all(|one| labels.contains(&&one["label"])));
}

#[tokio::test]
async fn aut_01_aut_05_files_of_others_and_odd_ids() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    let mine: Vec<i64> = world.diffgram.tasks_of(ANA).into_iter().map(|(_, file, ..)| file).collect();
    for email in ["ben@acme.example", "gus@globex.example"] {
        let theirs =
            world.diffgram.tasks_of(email).into_iter().map(|(_, file, ..)| file).find(|file| !mine.contains(file));
        let hidden = ana.get(&format!("/api/files/{}", theirs.expect("a file"))).await;
        let unknown = ana.get("/api/files/99999999").await;
        assert_eq!((hidden.status, unknown.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
        assert_eq!(hidden.json()["detail"], unknown.json()["detail"]);
    }
    for odd in ["01", "1e3", "-1", "x"] {
        assert_eq!(ana.get(&format!("/api/files/{odd}")).await.status, StatusCode::BAD_REQUEST, "{odd}");
    }
    assert_eq!(world.browser().get(&format!("/api/files/{}", mine[0])).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn aut_01_a_file_is_found_by_the_key_of_the_app_and_hidden_ones_equal_unknown_ones() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    let all = ana.get("/api/files?limit=200").await.json();
    let rows = all["rows"].as_array().expect("files");
    let name = |row: &Value| row["file"]["name"].as_str().expect("a name").to_owned();
    let key = |name: &str| format!("/api/files/key/{}", portal_model::links::encode(name));
    for row in rows {
        let found = ana.get(&key(&name(row))).await.json();
        let ids: Vec<&Value> = found.as_array().expect("files").iter().map(|tile| &tile["file"]["id"]).collect();
        let wanted: Vec<&Value> =
            rows.iter().filter(|other| name(other) == name(row)).map(|row| &row["file"]["id"]).collect();
        assert_eq!(ids.len(), wanted.len(), "{}", name(row));
        assert!(ids.iter().all(|id| wanted.contains(id)), "{}", name(row));
    }
    let mine: Vec<String> = rows.iter().map(name).collect();
    let theirs = world.diffgram.tasks_of("gus@globex.example").into_iter().map(|(_, _, name, _)| name);
    let hidden = theirs.into_iter().find(|name| !mine.contains(name)).expect("a file of others");
    let (hidden, unknown) = (ana.get(&key(&hidden)).await, ana.get(&key("no such key")).await);
    assert_eq!((hidden.status, unknown.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
    assert_eq!(hidden.json()["detail"], unknown.json()["detail"]);
    // A part of a name is no key, and nothing in it is special.
    for odd in ["astronaut", "%", "*", "a\u{301}", "../1", "' OR 1=1 --"] {
        assert_eq!(ana.get(&key(odd)).await.status, StatusCode::NOT_FOUND, "{odd}");
    }
    assert_eq!(world.browser().get(&key(&mine[0])).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn ups_01_with_diffgram_away_the_file_is_there_and_says_what_is_missing() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    let id = file_of(&world, ANA, "astronaut");
    world.diffgram.outage(Outage::Unavailable);
    let detail = ana.get(&format!("/api/files/{id}")).await;
    assert_eq!(detail.status, StatusCode::OK, "{}", detail.text());
    assert_eq!(detail.json()["annotations_unavailable"], true);
    assert_eq!(detail.json()["annotations"]["annotations"], json!([]));
}
