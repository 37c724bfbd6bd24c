//! Who sees what: one's own tasks and nothing else, not even as a count.

use std::time::Duration;

use axum::http::StatusCode;
use portal_demo::diffgram::TaskChange;
use serde_json::{Value, json};

use crate::support::{Browser, World, eventually};

const ANA: &str = "ana@acme.example";
const BEN: &str = "ben@acme.example";
const GUS: &str = "gus@globex.example";

async fn ids(browser: &Browser) -> Vec<i64> {
    let list = browser.get("/api/tasks?tab=all&limit=200").await.json();
    let rows = list["rows"].as_array().expect("rows");
    // A row that goes while the list is put together is left out of the rows, and still counted.
    let total = list["total"].as_u64().expect("a total");
    assert!(total <= 200 && rows.len() as u64 <= total, "one window holds them all: {} of {total}", rows.len());
    rows.iter().map(|row| row["id"].as_i64().expect("an id")).collect()
}

#[tokio::test]
async fn aut_01_everybody_lists_exactly_their_own_tasks() {
    let world = World::start().await;
    for email in [ANA, BEN, "rita@acme.example", "alex@acme.example", GUS] {
        let browser = world.browser().signed_in(email).await;
        let (mut seen, mut own) =
            (ids(&browser).await, world.diffgram.tasks_of(email).into_iter().map(|(id, ..)| id).collect::<Vec<_>>());
        seen.sort_unstable();
        own.sort_unstable();
        own.dedup();
        assert_eq!(seen, own, "{email}");
    }
}

#[tokio::test]
async fn aut_01_what_is_not_mine_and_what_is_not_there_look_the_same() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    let mine: Vec<i64> = world.diffgram.tasks_of(ANA).into_iter().map(|(id, ..)| id).collect();
    let my_files: Vec<i64> = world.diffgram.tasks_of(ANA).into_iter().map(|(_, file, ..)| file).collect();
    let without_id = |answer: crate::support::Answer| {
        let mut body = answer.json();
        body["request_id"] = Value::Null;
        (answer.status, body)
    };
    let nothing = without_id(ana.get("/api/tasks/99999999").await);
    let no_frames = without_id(ana.get("/api/tasks/99999999/frames?from=0&to=5").await);
    let no_file = without_id(ana.get("/api/files/99999999/media/thumb").await);
    assert_eq!(nothing.0, StatusCode::NOT_FOUND);
    for email in [BEN, GUS] {
        let (id, file, ..) = world
            .diffgram
            .tasks_of(email)
            .into_iter()
            .find(|(id, file, ..)| !mine.contains(id) && !my_files.contains(file))
            .expect("one that is not hers");
        assert_eq!(without_id(ana.get(&format!("/api/tasks/{id}")).await), nothing, "{email}");
        assert_eq!(without_id(ana.get(&format!("/api/tasks/{id}/frames?from=0&to=5")).await), no_frames);
        for rendition in ["thumb", "full", "video"] {
            assert_eq!(without_id(ana.get(&format!("/api/files/{file}/media/{rendition}")).await), no_file);
        }
    }
}

#[tokio::test]
async fn aut_05_ids_are_read_strictly() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    let asked = world.diffgram.seen().len();
    for odd in ["1e3", "0x10", "01", "-1", "9223372036854775808", "1.0", "%201", "%EF%BC%91", "null", "1%00"] {
        for path in [format!("/api/tasks/{odd}"), format!("/api/files/{odd}/media/thumb")] {
            let answer = ana.get(&path).await;
            assert_eq!(
                (answer.status, answer.problem().as_str()),
                (StatusCode::BAD_REQUEST, "invalid-request"),
                "{path}"
            );
        }
    }
    let later = world.diffgram.seen();
    assert!(later[asked..].iter().all(|seen| !seen.what.contains("file/view")), "nothing was asked upstream");
}

#[tokio::test]
async fn aut_08_counts_and_searches_are_of_my_tasks_only() {
    let world = World::start().await;
    let gus = world.browser().signed_in(GUS).await;
    let own = world.diffgram.tasks_of(GUS);
    let list = gus.get("/api/tasks?tab=all&limit=200").await.json();
    assert_eq!(list["counts"]["all"], own.len());
    for word in ["portraits", "ana", "acme", "admiral", "%25", "_", "1001"] {
        let found = gus.get(&format!("/api/tasks?tab=all&limit=200&q={word}")).await.json();
        let known = own.iter().map(|(id, ..)| *id).collect::<Vec<_>>();
        let rows = found["rows"].as_array().expect("rows");
        assert!(rows.iter().all(|row| known.contains(&row["id"].as_i64().expect("an id"))), "{word}");
        assert_eq!(found["counts"]["all"], rows.len(), "{word}");
    }
}

#[tokio::test]
async fn a_list_kept_for_somebody_else_is_not_handed_out() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    let hers = ana.get("/api/tasks?tab=all&limit=5").await.json();
    let name = hers["snapshot"].as_str().expect("a name").to_owned();
    let ben = world.browser().signed_in(BEN).await;
    let his = ben.get(&format!("/api/tasks?tab=all&limit=200&snapshot={name}")).await.json();
    assert_ne!(his["snapshot"], name.as_str());
    assert_eq!(his["total"], world.diffgram.tasks_of(BEN).len());
}

#[tokio::test]
async fn ses_17_a_task_that_was_taken_away_shuts_its_page_and_its_picture_at_once() {
    let world = World::with(crate::support::Setup { sweep: Duration::from_secs(3_600), ..Default::default() }).await;
    let ana = world.browser().signed_in(ANA).await;
    let (id, file, ..) = world.diffgram.tasks_of(ANA).swap_remove(0);
    assert!(ids(&ana).await.contains(&id));
    // Diffgram tells nobody of this.
    let change = TaskChange { assignees: Some(vec![BEN.into()]), reviewers: Some(Vec::new()), ..TaskChange::default() };
    world.diffgram.change(id, &change);
    assert_eq!(ana.get(&format!("/api/tasks/{id}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ana.get(&format!("/api/files/{file}/media/full")).await.status, StatusCode::NOT_FOUND);
    assert!(!ids(&ana).await.contains(&id), "and having looked, the list knows");
}

#[tokio::test]
async fn an_unassignment_leaves_the_list_within_a_pass() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    let (id, ..) = world.diffgram.tasks_of(ANA).swap_remove(0);
    let change = TaskChange { assignees: Some(vec![BEN.into()]), reviewers: Some(Vec::new()), ..TaskChange::default() };
    world.diffgram.change(id, &change);
    eventually("it is no longer hers", Duration::from_secs(30), async || !ids(&ana).await.contains(&id)).await;
    let ben = world.browser().signed_in(BEN).await;
    assert!(ids(&ben).await.contains(&id));
}

#[tokio::test]
async fn ses_15_the_next_person_in_the_same_browser_gets_nothing_of_the_first() {
    let world = World::start().await;
    let mut browser = world.browser().signed_in(ANA).await;
    let (id, file, name, _) = world.diffgram.tasks_of(ANA).swap_remove(0);
    assert_eq!(browser.get(&format!("/api/files/{file}/media/thumb")).await.status, StatusCode::OK);
    browser.delete("/api/session").await;
    assert_eq!(browser.sign_in(GUS, "/").await.status, StatusCode::OK);
    let list = browser.get("/api/tasks?tab=all&limit=200").await.text();
    assert!(!list.contains(&name) && !list.contains("acme"));
    assert_eq!(browser.get(&format!("/api/tasks/{id}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get(&format!("/api/files/{file}/media/thumb")).await.status, StatusCode::NOT_FOUND);
    assert!(!browser.get("/api/session").await.text().contains("Ana"));
}

#[tokio::test]
async fn aut_12_the_service_key_is_out_of_reach_and_every_request_upstream_is_the_gateways_own() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    let (id, file, ..) = world.diffgram.tasks_of(ANA).swap_remove(0);
    let mut wire = String::new();
    for path in ["/api/session".into(), "/api/tasks?tab=all".into(), format!("/api/tasks/{id}"), "/".into()] {
        let answer = ana.get(&path).await;
        wire.push_str(&answer.text());
        wire.push_str(&format!("{:?}", answer.headers));
    }
    wire.push_str(&format!("{:?}", ana.get(&format!("/api/files/{file}/media/full")).await.headers));
    for keys in world.diffgram.keys.values() {
        assert!(!wire.contains(&keys.client_secret) && !wire.contains(&keys.client_id));
    }
    assert!(!wire.contains("Signature") && !wire.contains("/storage/"), "no signed address");
    assert!(world.diffgram.seen().iter().all(|seen| seen.user_agent.starts_with("diffgram-portal/")));
}

#[tokio::test]
async fn ups_10_dat_06_windows_of_a_list_fit_together_and_refuse_what_makes_no_sense() {
    let world = World::with(crate::support::Setup { more_tasks: 500, ..Default::default() }).await;
    let ana = world.browser().signed_in(ANA).await;
    let first = ana.get("/api/tasks?tab=all&sort=name&limit=200").await.json();
    let (name, total) = (first["snapshot"].as_str().expect("a name"), first["total"].as_u64().expect("a number"));
    let mut seen = Vec::new();
    // A task comes in between: it shifts nothing.
    let _ = world.diffgram.add_task("acme-vision", "aaa-first.jpg", ANA);
    for offset in (0..total).step_by(200) {
        let part =
            ana.get(&format!("/api/tasks?tab=all&sort=name&limit=200&offset={offset}&snapshot={name}")).await.json();
        assert_eq!(part["snapshot"], name);
        seen.extend(part["rows"].as_array().expect("rows").iter().map(|row| row["id"].as_i64()));
    }
    assert_eq!(seen.len() as u64, total);
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len() as u64, total, "none twice");
    for odd in
        ["limit=201", "limit=-1", "tab=mine", "sort=best", "offset=x", "unknown=1", &format!("q={}", "x".repeat(201))]
    {
        let answer = ana.get(&format!("/api/tasks?{odd}")).await;
        assert_eq!((answer.status, answer.problem().as_str()), (StatusCode::BAD_REQUEST, "invalid-request"), "{odd}");
    }
    assert_eq!(ana.get("/api/tasks?offset=4000000000").await.json()["rows"], json!([]));
}
