//! Reading many files: it rests when Diffgram asks for it, and a kill in the middle costs no more than what was under way.

use std::time::Duration;

use portal_demo::diffgram::{Options, Outage, StandIn};

use crate::{
    restart::Place,
    support::{Browser, eventually},
};

const RITA: &str = "rita@acme.example";
/// Pictures of Acme beside those that are asked for: 270 with tasks, but for a text, a sound and a compound file, and 24 of
/// customers.
const PICTURES: usize = 291;

fn some_files(more_files: usize) -> Options {
    Options { more_files, more_annotations: more_files * 10, ..Options::default() }
}

/// How often what is drawn on a picture of Acme was asked for, as far back as the stand-in remembers.
fn asked(diffgram: &StandIn) -> usize {
    let seen = diffgram.seen();
    seen.iter().filter(|seen| seen.what.contains("acme") && seen.what.ends_with("annotation/list")).count()
}

async fn all_is_read(rita: &Browser) {
    eventually("all is read", Duration::from_secs(180), async || {
        rita.get("/api/files?limit=1").await.json()["annotations_percent"] == 100
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_9_while_files_are_read_loses_none_and_reads_few_again() {
    let place = Place::with(some_files(600)).await;
    // Each answer takes so long that the kill comes in the middle.
    place.diffgram.latency(Duration::from_millis(5));
    let program = place.start();
    place.answers().await;
    eventually("files are read", Duration::from_secs(60), async || asked(&place.diffgram) > 100).await;
    program.kill();
    place.diffgram.latency(Duration::ZERO);
    assert!(asked(&place.diffgram) < 800, "killed in the middle");
    let _program = place.start();
    place.answers().await;
    let rita = place.browser().signed_in(RITA).await;
    all_is_read(&rita).await;
    let list = rita.get("/api/files?limit=200&q=dataset:bulk-01").await.json();
    assert_eq!(list["total"], 30);
    let rows = list["rows"].as_array().expect("rows");
    let boxes =
        rows.iter().map(|row| row["truths"].as_u64().expect("read") + row["predictions"].as_u64().expect("read"));
    assert!(boxes.sum::<u64>() > 0);
    // Not stored yet were those that waited for a transaction, and the two under way.
    let again = asked(&place.diffgram) - (600 + PICTURES);
    assert!(again <= 70, "{again} were read again");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_diffgram_asks_for_rest_hardly_anything_is_asked_and_then_it_goes_on() {
    let place = Place::with(some_files(600)).await;
    place.diffgram.latency(Duration::from_millis(5));
    let _program = place.start();
    place.answers().await;
    for outage in [Outage::Limited, Outage::Busy] {
        let before = asked(&place.diffgram);
        eventually("files are read", Duration::from_secs(60), async || asked(&place.diffgram) > before + 50).await;
        place.diffgram.outage(outage);
        // What was under way has its answer, and all have heard that they are to rest.
        tokio::time::sleep(Duration::from_millis(500)).await;
        let _ = place.diffgram.load();
        tokio::time::sleep(Duration::from_secs(4)).await;
        let calls = place.diffgram.load().calls;
        place.diffgram.outage(Outage::None);
        // At this pace there would be hundreds. Two projects ask again after each rest of two seconds, some calls twice.
        assert!(calls <= 30, "{outage:?}: {calls} calls in two rests");
    }
    place.diffgram.latency(Duration::ZERO);
    let rita = place.browser().signed_in(RITA).await;
    all_is_read(&rita).await;
    assert_eq!(rita.get("/api/files?limit=1&q=dataset:bulk-20").await.json()["total"], 30);
}
