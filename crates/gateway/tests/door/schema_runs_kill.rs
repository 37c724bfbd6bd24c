//! The program itself, killed again and again while a plan is on its way: the next start goes on, and nothing is lost or doubled.

use std::time::Duration;

use axum::http::StatusCode;
use portal_demo::diffgram::Options;
use portal_model::{
    api::schemas::RunState,
    attribute::AttributeKind,
    schema::{DraftLabel, SchemaDraft},
};

use super::{schema_runs::untouched, schemas::ALEX};
use crate::{
    restart::Place,
    support::{
        eventually,
        schemas::{apply, audited, detail, draft, nothing_is_doubled, option, plain, question, run, run_of},
    },
};

const KILLS: usize = 200;

/// About so many calls of every kind.
fn much(base: &SchemaDraft, calls: usize) -> SchemaDraft {
    let mut wanted = base.clone();
    wanted.name = "Everyday scenes, again and again".into();
    for n in 0..calls / 20 {
        let name = format!("label {n}");
        wanted.labels.push(DraftLabel { key: format!("new-l{n}"), name, color: Some("#2f9e44".into()) });
        let kind = AttributeKind::KNOWN[n % 3].clone();
        let about = format!("new-l{n}");
        let mut new = question(&format!("new-a{n}"), &format!("asked_{n}"), kind, &[&about], &[]);
        let options = (0..12).map(|o| option(&format!("new-{o}"), &format!("answer {o}"), None));
        new.fields.options.extend(options);
        new.fields.default_option = Some("new-3".into());
        wanted.attributes.push(new);
    }
    let tree = wanted.attributes.iter_mut().find(|attribute| attribute.kind == AttributeKind::Tree).expect("a tree");
    for one in &mut tree.fields.options {
        one.name.push_str(", changed");
    }
    let mut above = None;
    for n in 0..calls / 10 {
        let key = format!("new-{n}");
        tree.fields.options.push(option(&key, &format!("leaf {n}"), above.as_deref()));
        above = (n % 12 != 11).then_some(key);
    }
    let radio = wanted.attributes.iter_mut().find(|attribute| attribute.kind == AttributeKind::Radio).expect("a radio");
    radio.fields.options.truncate(1);
    radio.labels.truncate(1);
    wanted.attributes.retain(|attribute| attribute.fields.name != "background");
    wanted.place();
    wanted
}

#[tokio::test(flavor = "multi_thread")]
async fn ups_15_killed_two_hundred_times_a_plan_comes_to_its_end_and_nothing_is_doubled() {
    let place = Place::with(Options::default()).await;
    place.diffgram.limit_attributes(10_000, Duration::from_secs(24 * 3600));
    let mut program = place.start();
    place.answers().await;
    eventually("members are read", Duration::from_secs(60), async || place.is_read().await).await;
    let alex = place.browser().signed_in(ALEX).await;
    let now = detail(&alex, 1).await.plain();
    let (base, seen) = draft(&alex, 1).await;
    let wanted = much(&base, 900);
    let calls = wanted.plan(&now).len();
    let (attributes, writes) = (place.diffgram.attributes(), place.diffgram.schema_writes());
    let made = || place.diffgram.schema_writes() - writes;

    place.diffgram.latency(Duration::from_millis(2));
    let answer = apply(&alex, 1, &wanted, &seen).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
    let begun = run_of(&answer);
    let mut stopped_at = std::collections::BTreeSet::new();
    for kill in 0..KILLS {
        // Anywhere: before it goes on, while it looks what was made, between two calls, and in the middle of one.
        let before = made();
        let late = rand::random_range(0..4) > 0;
        if late {
            eventually("it goes on", Duration::from_secs(20), async || made() > before).await;
        }
        tokio::time::sleep(Duration::from_micros(rand::random_range(0..12_000))).await;
        program.kill();
        stopped_at.insert(made());
        assert!(made() < calls, "it was over before the {kill}th kill: {calls} calls are too few");
        program = place.start();
    }
    place.diffgram.latency(Duration::ZERO);
    place.answers().await;
    eventually("it comes to its end", Duration::from_secs(60), async || {
        run(&alex, 1, begun.id).await.state == RunState::Done
    })
    .await;
    assert!(stopped_at.len() > KILLS / 4, "killed at {} places", stopped_at.len());
    assert_eq!(made(), calls, "each call once");
    assert_eq!(plain(&draft(&alex, 1).await.0), plain(&wanted));
    nothing_is_doubled(&place.diffgram, 1);
    untouched(&attributes, &place.diffgram.attributes(), &wanted.changes(&now), "after all");
    let lines = audited(&alex, "schema.apply").await;
    let told: Vec<_> = lines.iter().map(|line| (line["id"].as_i64(), line["outcome"].as_str())).collect();
    assert_eq!(told, [(Some(begun.audit), Some("done"))]);
    drop(program);
}
