//! Plans that break off anywhere: they halt, say why, go on where they were, and nothing is made twice.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use portal_demo::diffgram::{Break, Outage};
use portal_model::{api::schemas::RunState, schema::SchemaDraft};
use serde_json::json;

use super::{
    schema_runs::{every_kind, untouched},
    schemas::{alex, stored},
};
use crate::support::{
    Browser, World, eventually,
    schemas::{
        apply, audited, becomes, create, detail, draft, halted, nothing_is_doubled, option, others, plain, problem,
        question, run, run_of, say,
    },
};

/// A schema with something of each to be changed.
async fn some(alex: &Browser, name: &str) -> i64 {
    let id = create(alex, name).await;
    let (mut first, seen) = draft(alex, id).await;
    first.labels.push(portal_model::schema::DraftLabel { key: "new-0".into(), name: "car".into(), color: None });
    for name in ["kept", "gone", "asked"] {
        let options = &["one", "two", "three"];
        let kind = portal_model::attribute::AttributeKind::Tree;
        first.attributes.push(question(&format!("new-{name}"), name, kind, &["new-0"], options));
    }
    first.place();
    becomes(alex, id, &first, &seen).await;
    id
}

/// Every step there is, some of them leaning on others: fourteen calls.
fn all_steps(base: &SchemaDraft, name: &str) -> SchemaDraft {
    let mut wanted = base.clone();
    wanted.name = format!("{name}, changed");
    wanted.labels.push(portal_model::schema::DraftLabel {
        key: "new-bus".into(),
        name: "bus".into(),
        color: Some("#2f9e44".into()),
    });
    wanted.attributes.retain(|attribute| attribute.fields.name != "gone");
    let asked = wanted.attributes.iter_mut().find(|attribute| attribute.fields.name == "asked").expect("one");
    asked.labels.push("new-bus".into());
    asked.fields.question = "Which of them?".into();
    asked.fields.options.remove(2);
    asked.fields.options[0].name = "first".into();
    asked.fields.options.push(option("new-a", "four", None));
    asked.fields.options.push(option("new-b", "five", Some("new-a")));
    // One that takes the name of one that is renamed.
    asked.fields.options.push(option("new-c", "one", None));
    asked.fields.default_option = Some("new-b".into());
    let kind = portal_model::attribute::AttributeKind::Select;
    let mut new = question("new-x", "more", kind, &["new-bus"], &["yes", "no"]);
    new.fields.default_option = Some("new-no".into());
    wanted.attributes.push(new);
    wanted.place();
    wanted
}

#[tokio::test]
async fn ups_15_broken_at_any_call_a_plan_goes_on_and_does_nothing_twice() {
    let world = World::start().await;
    let alex = alex(&world).await;
    world.diffgram.limit_attributes(10_000, Duration::from_secs(3600));
    let mut rounds = 0;
    for how in [Break::Before, Break::After] {
        for after in 0.. {
            rounds += 1;
            let name = format!("Round {rounds}");
            let id = some(&alex, &name).await;
            let (base, seen) = draft(&alex, id).await;
            let now = detail(&alex, id).await.plain();
            let wanted = all_steps(&base, &name);
            let calls = wanted.plan(&now).len();
            assert!(calls >= 12, "{calls}");
            if after == calls {
                break;
            }
            let (before, elsewhere) = (world.diffgram.attributes(), others(&world, id));
            let writes = world.diffgram.schema_writes();

            world.diffgram.break_writes(Some((after, how)));
            let answer = apply(&alex, id, &wanted, &seen).await;
            let begun = run_of(&answer);
            let halt = halted(&alex, id, begun.id).await;
            world.diffgram.break_writes(None);
            let context = format!("{how:?} after {after} of {calls}: {halt:?}");
            // Every answer after that is lost, and looked up: then a plan ends all the same.
            let expected = if how == Break::After { RunState::Done } else { RunState::Paused };
            assert_eq!(halt.state, expected, "{context}");
            if halt.state == RunState::Paused {
                assert_eq!((halt.done as usize, halt.ended.as_ref()), (after, None), "{context}");
                assert!(halt.reason.is_some() && !halt.left.is_empty(), "{context}");
                assert_eq!(detail(&alex, id).await.run.expect("it is not over").id, halt.id);
                assert_eq!(say(&alex, id, halt.id, "resume").await.status, StatusCode::OK);
                let end = halted(&alex, id, halt.id).await;
                assert_eq!((end.state, end.left.len()), (RunState::Done, 0), "{context}: {end:?}");
            }
            assert_eq!(world.diffgram.schema_writes() - writes, calls, "{context}");
            assert_eq!(plain(&draft(&alex, id).await.0), plain(&wanted), "{context}");
            nothing_is_doubled(&world.diffgram, id);
            untouched(&before, &world.diffgram.attributes(), &wanted.changes(&now), &context);
            assert_eq!(others(&world, id), elsewhere, "{context}");
        }
    }
    let lines = audited(&alex, "schema.apply").await;
    assert!(lines.len() >= 50 && lines.iter().all(|line| line["outcome"] == "done"), "each ended, each once");
}

#[tokio::test]
async fn ups_15_while_diffgram_is_away_a_plan_waits_for_somebody() {
    let world = World::start().await;
    let alex = alex(&world).await;
    for outage in [Outage::Unavailable, Outage::Refuse, Outage::Html, Outage::Garbage] {
        let (base, seen) = draft(&alex, 2).await;
        let mut wanted = base.clone();
        let options = (0..40).map(|n| option(&format!("new-{n}"), &format!("{outage:?} {n}"), None));
        wanted.attributes[0].fields.options.extend(options);
        world.diffgram.latency(Duration::from_millis(5));
        let writes = world.diffgram.schema_writes();
        let begun = run_of(&apply(&alex, 2, &wanted, &seen).await);
        eventually("it has begun", Duration::from_secs(5), async || world.diffgram.schema_writes() > writes + 3).await;
        world.diffgram.outage(outage);
        let paused = halted(&alex, 2, begun.id).await;
        assert_eq!(paused.state, RunState::Paused, "{outage:?} {paused:?}");
        assert!(paused.done < 40 && paused.left.len() == 1, "{outage:?} {paused:?}");
        // How far it is can be read, and it can be stopped, without Diffgram.
        assert_eq!(run(&alex, 2, begun.id).await, paused);
        assert_eq!(alex.get("/api/schemas/2/versions").await.json()["run"]["state"], "paused");
        assert_eq!(say(&alex, 2, begun.id, "resume").await.status, StatusCode::OK);
        assert_eq!(halted(&alex, 2, begun.id).await.state, RunState::Paused, "{outage:?}");
        world.diffgram.outage(Outage::None);
        world.diffgram.latency(Duration::ZERO);
        say(&alex, 2, begun.id, "resume").await;
        assert_eq!(halted(&alex, 2, begun.id).await.state, RunState::Done, "{outage:?}");
        assert_eq!(world.diffgram.schema_writes() - writes, 40, "{outage:?}");
        nothing_is_doubled(&world.diffgram, 2);
    }
}

#[tokio::test]
async fn for_scripts_a_plan_that_breaks_off_is_incomplete_and_names_its_run() {
    let world = World::start().await;
    let alex = alex(&world).await;
    let (mut wanted, seen) = draft(&alex, 2).await;
    wanted.attributes[0].fields.options.push(option("new-1", "storm", None));
    wanted.attributes[0].fields.options.push(option("new-2", "hail", None));
    world.diffgram.break_writes(Some((1, Break::Before)));
    let request = alex.request(Method::PUT, "/api/schemas/2").header("if-match", &seen).json(&wanted);
    let answer = alex.clone().send(request).await;
    assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (502, "incomplete"), "{}", answer.text());
    let halt = problem(&answer).run.expect("the run");
    assert_eq!((halt.state, halt.done, halt.calls), (RunState::Paused, 1, 2));
    world.diffgram.break_writes(None);
    say(&alex, 2, halt.id, "resume").await;
    assert_eq!(halted(&alex, 2, halt.id).await.state, RunState::Done);
    nothing_is_doubled(&world.diffgram, 2);
}

/// Diffgram makes ten attributes a day: what is over that waits, and goes on by itself.
#[tokio::test]
async fn ups_11_what_is_over_the_daily_limit_waits_and_goes_on_by_itself() {
    let world = World::start().await;
    let alex = alex(&world).await;
    world.diffgram.limit_attributes(10, Duration::from_secs(4));
    let id = create(&alex, "Many").await;
    let (mut wanted, seen) = draft(&alex, id).await;
    every_kind(&mut wanted);
    for n in 0..4 {
        let kind = portal_model::attribute::AttributeKind::Text;
        wanted.attributes.push(question(&format!("new-{n}"), &format!("more_{n}"), kind, &["new-car"], &[]));
    }
    wanted.place();
    let begun = run_of(&apply(&alex, id, &wanted, &seen).await);
    let waiting = halted(&alex, id, begun.id).await;
    assert_eq!(waiting.state, RunState::Waiting, "{waiting:?}");
    assert!(waiting.until.is_some() && waiting.ended.is_none(), "{waiting:?}");
    assert_eq!(waiting.left.len(), 2, "two questions: {waiting:?}");
    eventually("it goes on", Duration::from_secs(15), async || run(&alex, id, begun.id).await.state == RunState::Done)
        .await;
    assert_eq!(plain(&draft(&alex, id).await.0), plain(&wanted));
    nothing_is_doubled(&world.diffgram, id);
}

/// A call that Diffgram understands and does not want is not tried again and again.
#[tokio::test]
async fn what_diffgram_refuses_pauses_the_plan_at_once() {
    let world = World::start().await;
    let alex = alex(&world).await;
    let (mut wanted, seen) = draft(&alex, 2).await;
    // PostgreSQL's INTEGER has four bytes.
    wanted.attributes[1].fields.max = Some(1 << 40);
    let begun = run_of(&apply(&alex, 2, &wanted, &seen).await);
    let paused = halted(&alex, 2, begun.id).await;
    assert_eq!((paused.state, paused.left.len()), (RunState::Paused, 1), "{paused:?}");
    let stopped = run_of(&say(&alex, 2, begun.id, "stop").await);
    assert_eq!(stopped.state, RunState::Stopped);
    assert_eq!(audited(&alex, "schema.apply").await[0]["outcome"], "refused", "nothing was changed");
    assert_eq!(stored(&world, 13)["max_value"], json!(9));
}
