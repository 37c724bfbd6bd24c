//! Diffgram falls ill, at the start and later: reading goes on, marked with its age, and recovers by itself.

use std::time::Duration;

use axum::http::StatusCode;
use portal_demo::diffgram::Outage;

use crate::support::{Setup, World, eventually};

const ANA: &str = "ana@acme.example";

#[tokio::test]
async fn ups_01_down_at_the_start_the_portal_says_so_and_catches_up() {
    let world = World::with(Setup {
        outage: Outage::Refuse,
        wait: false,
        sweep: Duration::from_millis(300),
        ..Setup::default()
    })
    .await;
    let ana = world.browser().signed_in(ANA).await;
    assert_eq!(ana.get("/api/session").await.json()["account"], "not_read_yet");
    assert_eq!(world.browser().get("/healthz").await.status, StatusCode::OK);
    world.diffgram.outage(Outage::None);
    world.wait_until_read().await;
    assert_eq!(ana.get("/api/session").await.json()["account"], "known");
    assert_eq!(ana.get("/api/tasks?tab=all").await.json()["total"], world.diffgram.tasks_of(ANA).len());
}

#[tokio::test]
async fn ups_01_ups_02_ups_03_down_later_lists_go_on_with_their_age() {
    for outage in [Outage::Refuse, Outage::Unavailable, Outage::Html] {
        let world = World::start().await;
        let ana = world.browser().signed_in(ANA).await;
        let total = ana.get("/api/tasks?tab=all").await.json()["total"].clone();
        let (id, file, ..) = world.diffgram.tasks_of(ANA).swap_remove(0);
        world.diffgram.outage(outage);
        eventually("the list says that Diffgram is away", Duration::from_secs(20), async || {
            ana.get("/api/tasks?tab=all").await.json()["freshness"]["diffgram_up"] == false
        })
        .await;
        let list = ana.get("/api/tasks?tab=all").await.json();
        assert_eq!(list["total"], total, "{outage:?}: nothing is taken for gone");
        assert!(list["freshness"]["as_of"].is_string());
        // A page: what is known, marked; a picture that was never fetched: a sentence. Never a page of Diffgram's.
        for path in [format!("/api/tasks/{id}"), format!("/api/files/{file}/media/full")] {
            let answer = ana.get(&path).await;
            assert!(!answer.text().contains("<h1>"), "{outage:?} {path}");
            if answer.status != StatusCode::OK {
                assert_eq!(answer.status, StatusCode::BAD_GATEWAY, "{outage:?} {path}");
                assert_eq!(answer.problem(), "diffgram-unavailable");
            }
        }
        world.diffgram.outage(Outage::None);
        eventually("all is well again", Duration::from_secs(30), async || {
            ana.get("/api/tasks?tab=all").await.json()["freshness"]["diffgram_up"] == true
        })
        .await;
        assert_eq!(ana.get(&format!("/api/tasks/{id}")).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn ups_04_broken_answers_take_nothing_away_and_age_what_is_known() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    world.diffgram.outage(Outage::Garbage);
    let asked = world.diffgram.seen().len();
    eventually("it was read in vain", Duration::from_secs(20), async || world.diffgram.seen().len() > asked + 3).await;
    let before = ana.get("/api/tasks?tab=all").await.json();
    eventually("and again", Duration::from_secs(20), async || world.diffgram.seen().len() > asked + 6).await;
    let list = ana.get("/api/tasks?tab=all").await.json();
    assert_eq!(list["total"], world.diffgram.tasks_of(ANA).len());
    assert_eq!(list["freshness"]["as_of"], before["freshness"]["as_of"], "no later than what was read");
    world.diffgram.outage(Outage::None);
    eventually("read again", Duration::from_secs(20), async || {
        ana.get("/api/tasks?tab=all").await.json()["freshness"]["as_of"] != list["freshness"]["as_of"]
    })
    .await;
}

#[tokio::test]
async fn ups_05_a_slow_diffgram_makes_nobody_wait_for_a_list() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    world.diffgram.outage(Outage::Slow);
    let asked = tokio::time::timeout(Duration::from_secs(3), ana.get("/api/tasks?tab=all")).await;
    assert_eq!(asked.expect("in time").status, StatusCode::OK);
}
