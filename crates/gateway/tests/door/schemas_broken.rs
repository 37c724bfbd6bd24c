//! Changes that break off in the middle: what was done is told, the rest is made by sending the same again, and nothing is made
//! twice.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use portal_demo::diffgram::{Break, Outage};
use portal_model::attribute::{Change, Draft};
use serde_json::{Value, json};

use super::schemas::{alex, attribute, edit_problem, new, put, stored, written};
use crate::support::{World, eventually};

/// Names of an attribute's live options with the name they stand under.
fn options(world: &World, id: i64) -> Vec<(String, String)> {
    let all = stored(world, id)["attribute_template_list"].as_array().expect("options").clone();
    let name = |id: &Value| {
        let found = all.iter().find(|option| option["id"] == *id);
        found.map_or_else(String::new, |option| option["name"].as_str().expect("a name").to_owned())
    };
    let live = all.iter().filter(|option| option["archived"] == false);
    let mut names: Vec<_> = live.map(|o| (name(&o["id"]), name(&o["parent_id"]))).collect();
    names.sort();
    names
}

/// Five calls: two new options, one under the other; a rename; an archive; and the attribute, whose default is new.
fn draft(base: &Draft, round: usize) -> Draft {
    let mut draft = base.clone();
    let gone = draft.options.iter().position(|o| o.name.starts_with("extra") || o.name == "grey").expect("one to go");
    draft.options.remove(gone);
    draft.options[0].name = format!("warm {round}");
    draft.options.push(new("new-1", &format!("extra {round}"), None));
    draft.options.push(new("new-2", &format!("below {round}"), Some("new-1")));
    draft.question = format!("Which colour, {round}?");
    draft.default_option = Some("new-2".into());
    draft
}

#[tokio::test]
async fn ups_15_broken_anywhere_it_tells_how_it_stands_and_goes_on_without_doing_anything_twice() {
    let world = World::start().await;
    let alex = alex(&world).await;
    let mut round = 0;
    let mut broken_off = 0;
    for how in [Break::Before, Break::After] {
        for after in 0.. {
            round += 1;
            let seen = attribute(&alex, 1, 8).await;
            // What the last round made must go with what stands under it.
            let mut base = Draft::from(&seen.attribute);
            base.options.retain(|option| !option.name.starts_with("below"));
            base.default_option = None;
            let wanted = draft(&base, round);
            let calls = wanted.plan(&seen.attribute).len();
            if after == calls {
                break;
            }
            let others: Vec<Value> = world.diffgram.attributes().into_iter().filter(|v| v["id"] != 8).collect();

            world.diffgram.break_writes(Some((after, how)));
            let answer = put(&alex, 1, 8, &wanted, &seen.version).await;
            let context = format!("round {round}: {how:?} after {after} of {calls}: {}", answer.text());
            let last_was_made = how == Break::After && after + 1 == calls;
            world.diffgram.break_writes(None);
            if last_was_made {
                assert_eq!(answer.status, StatusCode::OK, "{context}");
            } else {
                assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (502, "incomplete"), "{context}");
                broken_off += 1;
                let told = edit_problem(&answer);
                let state = told.state.expect("how it stands");
                assert_eq!(attribute(&alex, 1, 8).await, *state, "{context}");
                assert!(!told.left.is_empty() && told.left.len() < calls + 2, "{context}");
                let nothing = how == Break::Before && after == 0;
                assert_eq!(state.version == seen.version, nothing, "{context}");

                // The old version is not the state any more; the told one is.
                if !nothing {
                    assert_eq!(put(&alex, 1, 8, &wanted, &seen.version).await.status, StatusCode::PRECONDITION_FAILED);
                }
                let before = written(&world);
                let answer = put(&alex, 1, 8, &wanted, &state.version).await;
                assert_eq!(answer.status, StatusCode::OK, "{context}: {}", answer.text());
                let made = written(&world) - before;
                let done = after + usize::from(how == Break::After);
                assert_eq!(made, calls - done, "only what was left, {context}");
            }
            let names = options(&world, 8);
            let count = |name: &str| names.iter().filter(|(n, _)| n == name).count();
            for name in ["extra", "below", "warm"] {
                assert_eq!(count(&format!("{name} {round}")), 1, "{names:?} {context}");
            }
            assert!(names.contains(&(format!("below {round}"), format!("extra {round}"))), "{names:?} {context}");
            assert_eq!(stored(&world, 8)["prompt"], format!("Which colour, {round}?"));
            let now: Vec<Value> = world.diffgram.attributes().into_iter().filter(|v| v["id"] != 8).collect();
            assert_eq!(now, others, "{context}");
        }
    }

    // The audit has every try, each completed.
    let lines = alex.get("/api/audit?limit=200").await.json();
    let outcomes: Vec<&str> =
        lines["lines"].as_array().unwrap().iter().map(|line| line["outcome"].as_str().unwrap()).collect();
    let count = |word: &str| outcomes.iter().filter(|outcome| **outcome == word).count();
    assert!(broken_off >= 9, "{outcomes:?}");
    // The first try of all changed nothing. The last break of all lost only an answer.
    assert_eq!((count("incomplete"), count("refused")), (broken_off - 1, 1), "{outcomes:?}");
    assert_eq!((count("done"), count("open")), (broken_off + 1, 0), "{outcomes:?}");
}

#[tokio::test]
async fn ups_15_while_diffgram_is_away_nothing_is_begun() {
    let world = World::start().await;
    let alex = alex(&world).await;
    let seen = attribute(&alex, 1, 1).await;
    let before = world.diffgram.attributes();
    let wanted = Draft { question: "Anybody there?".into(), ..Draft::from(&seen.attribute) };
    for outage in [Outage::Unavailable, Outage::Refuse, Outage::Html, Outage::Garbage] {
        world.diffgram.outage(outage);
        for path in ["/api/schemas", "/api/schemas/1", "/api/schemas/1/attributes/1"] {
            let answer = alex.get(path).await;
            assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (502, "diffgram-unavailable"), "{path}");
        }
        let answer = put(&alex, 1, 1, &wanted, &seen.version).await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (502, "diffgram-unavailable"), "{outage:?}");
    }
    world.diffgram.outage(Outage::None);
    assert_eq!(world.diffgram.attributes(), before);
    assert_eq!(put(&alex, 1, 1, &wanted, &seen.version).await.status, StatusCode::OK);
}

/// A closed tab does not leave half a change behind.
#[tokio::test]
async fn ups_15_a_change_goes_to_its_end_when_nobody_waits_any_more() {
    let world = World::start().await;
    let alex = alex(&world).await;
    let seen = attribute(&alex, 1, 2).await;
    let mut wanted = Draft::from(&seen.attribute);
    wanted.options.extend((0..80).map(|n| new(&format!("new-{n}"), &format!("more {n}"), None)));
    let before = written(&world);
    let request =
        alex.request(Method::PUT, "/api/schemas/1/attributes/2").header("if-match", seen.version).json(&wanted);
    let gone = tokio::spawn(request.send());
    eventually("it has begun", Duration::from_secs(5), async || written(&world) > before + 2).await;
    gone.abort();
    let line = alex.get("/api/audit").await.json()["lines"][0].clone();
    assert_eq!(
        (line["outcome"].as_str(), line["subject"].as_str()),
        (Some("open"), Some("attribute 2")),
        "before the end"
    );
    let meant: Value = serde_json::from_str(line["detail"].as_str().unwrap()).unwrap();
    assert_eq!((&meant["attribute"], &meant["calls_in_all"]), (&json!("wears"), &json!(80)));
    assert_eq!(
        meant["changes"][79],
        json!({"change": "option_added", "key": "new-79", "name": "more 79", "under": null})
    );
    let begun = written(&world) - before;
    assert!(begun < 80, "it was still under way");
    eventually("all of it is made", Duration::from_secs(20), async || options(&world, 2).len() == 84).await;
    eventually("the audit says so", Duration::from_secs(5), async || {
        alex.get("/api/audit").await.json()["lines"][0]["outcome"] == "done"
    })
    .await;
}

/// Somebody at Diffgram archives an option between the reading and the calls: no call fails, and yet it is not all true.
#[tokio::test]
async fn cli_07_what_another_does_meanwhile_is_told() {
    let world = World::start().await;
    let alex = alex(&world).await;
    let seen = attribute(&alex, 1, 2).await;
    let mut wanted = Draft::from(&seen.attribute);
    wanted.options.extend((0..60).map(|n| new(&format!("new-{n}"), &format!("more {n}"), None)));
    let before = written(&world);
    let change = put(&alex, 1, 2, &wanted, &seen.version);
    let meanwhile = async {
        eventually("it has begun", Duration::from_secs(5), async || written(&world) > before + 2).await;
        world.diffgram.edit_attribute(2, &json!({"ordinal": 55, "prompt": "Changed meanwhile?"}));
    };
    let (answer, ()) = tokio::join!(change, meanwhile);
    assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (502, "incomplete"), "{}", answer.text());
    let told = edit_problem(&answer);
    let question = Change::Question { from: "Changed meanwhile?".into(), to: seen.attribute.question.clone() };
    assert_eq!(told.left, [question]);
    assert_eq!(told.state.unwrap().attribute.position, 55);
    assert_eq!(stored(&world, 2)["prompt"], "Changed meanwhile?", "it was not overwritten");
}
