//! Whole schemas between people: two admins do not overwrite each other, and whoever is no admin learns nothing.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use portal_demo::people::{ACME, GLOBEX};
use portal_model::{
    api::schemas::{Run, RunState},
    schema::SchemaDraft,
};
use serde_json::{Value, json};

use super::schemas::{alex, asked, edit, key, stored};
use crate::support::{
    Browser, World, eventually,
    schemas::{apply, audited, becomes, draft, halted, option, problem, run, run_of, say},
};

/// So many options more of attribute 12: as many calls.
fn more(draft: &SchemaDraft, count: usize) -> SchemaDraft {
    let mut wanted = draft.clone();
    let options = (0..count).map(|n| option(&format!("new-{n}"), &format!("more {n}"), None));
    wanted.attributes[0].fields.options.extend(options);
    wanted
}

/// Begins with many calls and waits until some are made.
async fn under_way(world: &World, browser: &Browser, wanted: &SchemaDraft, version: &str) -> Run {
    world.diffgram.latency(Duration::from_millis(10));
    let writes = world.diffgram.schema_writes();
    let answer = apply(browser, 2, wanted, version).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
    eventually("it has begun", Duration::from_secs(10), async || world.diffgram.schema_writes() > writes + 2).await;
    run_of(&answer)
}

#[tokio::test]
async fn cli_07_a_draft_over_what_is_not_any_more_is_refused_with_what_is() {
    let world = World::start().await;
    let (one, other) = (alex(&world).await, alex(&world).await);
    let (mut mine, seen) = draft(&one, 2).await;
    mine.attributes[0].fields.question = "Mine?".into();
    edit(&other, 2, 13, |draft| draft.question = "Theirs?".into()).await;
    let writes = world.diffgram.schema_writes();
    let answer = apply(&one, 2, &mine, &seen).await;
    assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (412, "conflict"));
    let now = problem(&answer).now.expect("as it is now");
    assert!(now.attributes.iter().any(|state| state.attribute.question == "Theirs?"));
    assert_eq!(world.diffgram.schema_writes(), writes);
    let mut mine = SchemaDraft::from(&now.plain());
    mine.attributes[0].fields.question = "Mine?".into();
    becomes(&one, 2, &mine, &now.version).await;
    assert_eq!((&stored(&world, 12)["prompt"], &stored(&world, 13)["prompt"]), (&json!("Mine?"), &json!("Theirs?")));
}

#[tokio::test]
async fn cli_07_while_one_plan_is_under_way_no_other_begins_and_it_can_be_stopped() {
    let world = World::start().await;
    let (one, other) = (alex(&world).await, alex(&world).await);
    let (base, seen) = draft(&one, 2).await;
    let wanted = more(&base, 300);
    let begun = under_way(&world, &one, &wanted, &seen).await;
    let answer = apply(&other, 2, &wanted, &seen).await;
    assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (409, "conflict"), "{}", answer.text());
    assert_eq!(problem(&answer).run.expect("the run").id, begun.id);
    assert_eq!(other.get("/api/schemas/2").await.json()["run"]["id"], begun.id);
    assert_eq!(other.get("/api/schemas/2/versions").await.json()["run"]["id"], begun.id);
    // Another schema is another matter.
    let (mut elsewhere, version) = draft(&other, 1).await;
    elsewhere.attributes[1].fields.read_only = true;
    becomes(&other, 1, &elsewhere, &version).await;

    let stopped = run_of(&say(&other, 2, begun.id, "stop").await);
    assert_eq!((stopped.state, stopped.done < 300, stopped.ended.is_some()), (RunState::Stopped, true, true));
    assert_eq!(stopped.left.len(), 1);
    let writes = world.diffgram.schema_writes();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(world.diffgram.schema_writes(), writes, "nothing goes on");
    let line = &audited(&one, "schema.apply").await[1];
    assert_eq!((line["id"].as_i64(), line["outcome"].as_str()), (Some(begun.audit), Some("incomplete")));
    assert_eq!(audited(&one, "schema.stop").await[0]["outcome"], "done");
    assert_eq!(say(&one, 2, begun.id, "resume").await.status, StatusCode::CONFLICT);
    assert_eq!(one.get("/api/schemas/2").await.json()["run"], Value::Null);

    // What was made by then stays, and is not made again.
    world.diffgram.latency(Duration::ZERO);
    let (_, seen) = draft(&one, 2).await;
    becomes(&one, 2, &wanted, &seen).await;
    let names = stored(&world, 12)["attribute_template_list"].as_array().expect("options").len();
    assert_eq!(names, 304);
}

/// What the plan does not speak of is kept as somebody else leaves it meanwhile; what it does speak of is not overwritten.
#[tokio::test]
async fn cli_07_what_another_changes_meanwhile_is_not_overwritten() {
    let world = World::start().await;
    let alex = alex(&world).await;
    let (base, seen) = draft(&alex, 2).await;
    let mut wanted = more(&base, 60);
    wanted.attributes[1].fields.question = "How many flames are there?".into();
    let begun = under_way(&world, &alex, &wanted, &seen).await;
    world.diffgram.edit_attribute(13, &json!({"ordinal": 33}));
    world.diffgram.edit_attribute(14, &json!({"prompt": "Theirs?"}));
    let done = halted(&alex, 2, begun.id).await;
    assert_eq!(done.state, RunState::Done, "{done:?}");
    let now = stored(&world, 13);
    assert_eq!((&now["ordinal"], &now["prompt"]), (&json!(33), &json!("How many flames are there?")));
    assert_eq!(stored(&world, 14)["prompt"], "Theirs?");
    let sources = alex.get("/api/schemas/2/versions").await.json()["versions"].as_array().expect("versions").clone();
    let sources: Vec<_> = sources.iter().map(|v| v["source"].as_str().expect("a word").to_owned()).collect();
    assert_eq!(sources, ["elsewhere", "applied", "found"]);

    // And now the same field.
    let (base, seen) = draft(&alex, 2).await;
    let mut wanted = base.clone();
    let options = (0..60).map(|n| option(&format!("new-{n}"), &format!("still more {n}"), None));
    wanted.attributes[0].fields.options.extend(options);
    let flames = wanted.attributes.iter_mut().find(|attribute| attribute.key == "13").expect("an attribute");
    flames.fields.question = "Mine?".into();
    let begun = under_way(&world, &alex, &wanted, &seen).await;
    world.diffgram.edit_attribute(13, &json!({"prompt": "Theirs, too?"}));
    let paused = halted(&alex, 2, begun.id).await;
    assert_eq!(paused.state, RunState::Paused);
    assert!(paused.reason.as_ref().expect("a reason").contains("its question"), "{paused:?}");
    assert_eq!(stored(&world, 13)["prompt"], "Theirs, too?");
    // It does not help to say it louder.
    assert_eq!(say(&alex, 2, begun.id, "resume").await.status, StatusCode::OK);
    assert_eq!(halted(&alex, 2, begun.id).await.state, RunState::Paused);
    let stopped = run_of(&say(&alex, 2, begun.id, "stop").await);
    assert_eq!((stopped.state, stopped.left.len()), (RunState::Stopped, 1), "{stopped:?}");
}

#[tokio::test]
async fn cli_07_an_attribute_that_another_archives_pauses_the_plan() {
    let world = World::start().await;
    let alex = alex(&world).await;
    let (base, seen) = draft(&alex, 2).await;
    let mut wanted = more(&base, 40);
    wanted.attributes.remove(1);
    let begun = under_way(&world, &alex, &wanted, &seen).await;
    // It was to be archived as it was, not as it is.
    world.diffgram.edit_attribute(13, &json!({"max_value": 12}));
    let paused = halted(&alex, 2, begun.id).await;
    assert_eq!(paused.state, RunState::Paused);
    assert_eq!(stored(&world, 13)["archived"], false);
    assert_eq!(run(&alex, 2, begun.id).await.left.len(), 1);
}

/// Every operation, with a body that would do something.
fn operations() -> Vec<(Method, &'static str, Option<Value>)> {
    let draft = json!({"name": "changed", "labels": [], "attributes": []});
    let wish = json!({"draft": draft, "why": ""});
    vec![
        (Method::POST, "/api/schemas", Some(json!({"project": ACME, "name": "New"}))),
        (Method::GET, "/api/schemas/1", None),
        (Method::PUT, "/api/schemas/1", Some(draft)),
        (Method::POST, "/api/schemas/1/plan", Some(wish.clone())),
        (Method::POST, "/api/schemas/1/apply", Some(wish)),
        (Method::GET, "/api/schemas/1/runs/1", None),
        (Method::POST, "/api/schemas/1/runs/1/resume", None),
        (Method::POST, "/api/schemas/1/runs/1/stop", None),
        (Method::GET, "/api/schemas/1/versions", None),
        (Method::GET, "/api/schemas/1/versions/1", None),
    ]
}

/// A run and versions of the first project's schema, of which nobody else may learn.
async fn world_with_a_run() -> World {
    Box::pin(async {
        let world = World::start().await;
        let alex = alex(&world).await;
        let (mut wanted, seen) = draft(&alex, 1).await;
        wanted.attributes[0].fields.read_only = true;
        assert_eq!(becomes(&alex, 1, &wanted, &seen).await.id, 1);
        world
    })
    .await
}

#[tokio::test]
async fn aut_03_users_and_reviewers_are_refused_whole_schemas() {
    let world = world_with_a_run().await;
    let before = (asked(&world), world.diffgram.attributes(), world.diffgram.schemas());
    for (email, status) in [
        (Some("ana@acme.example"), StatusCode::FORBIDDEN),
        (Some("rita@acme.example"), StatusCode::FORBIDDEN),
        (Some("nora@nowhere.example"), StatusCode::FORBIDDEN),
        (None, StatusCode::UNAUTHORIZED),
    ] {
        let mut browser = world.browser();
        if let Some(email) = email {
            browser = browser.signed_in(email).await;
        }
        for (method, path, body) in operations() {
            let request = browser.request(method.clone(), path).header("if-match", "\"x\"");
            let request = if let Some(body) = &body { request.json(body) } else { request };
            let answer = browser.send(request).await;
            assert_eq!(answer.status, status, "{email:?} {method} {path}");
            assert!(!answer.text().contains("Everyday"), "{path}");
        }
    }
    assert_eq!((asked(&world), world.diffgram.attributes(), world.diffgram.schemas()), before);
}

#[tokio::test]
async fn aut_11_keys_may_do_with_whole_schemas_what_their_scopes_say() {
    let world = world_with_a_run().await;
    let (read, write) = (key(&world, ACME, &["schemas:read"]).await, key(&world, ACME, &["schemas:write"]).await);
    for (method, path, body) in operations() {
        let reads = method == Method::GET || path.ends_with("/plan");
        let refused = if reads { &write } else { &read };
        let mut host = world.browser();
        let request = host.request(method.clone(), path).bearer_auth(refused).header("if-match", "\"x\"");
        let request = if let Some(body) = &body { request.json(body) } else { request };
        let answer = host.send(request).await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (403, "insufficient-scope"), "{method} {path}");
    }
}

#[tokio::test]
async fn aut_13_runs_and_versions_of_another_project_look_like_none() {
    let world = world_with_a_run().await;
    let gwen = world.browser().signed_in("gwen@globex.example").await;
    let foreign = key(&world, GLOBEX, &["schemas:read", "schemas:write"]).await;
    let before = (world.diffgram.attributes(), world.diffgram.schemas());
    let words = |answer: &crate::support::Answer| {
        (answer.status.as_u16(), answer.json()["detail"].clone(), answer.json()["title"].clone())
    };
    for (method, path, body) in operations().into_iter().skip(1) {
        let mut answers = Vec::new();
        for path in [path.to_owned(), path.replacen("/1", "/999", 1)] {
            for by_key in [false, true] {
                let mut request = gwen.request(method.clone(), &path).header("if-match", "\"x\"");
                if by_key {
                    request = world
                        .browser()
                        .request(method.clone(), &path)
                        .bearer_auth(&foreign)
                        .header("if-match", "\"x\"");
                }
                let request = if let Some(body) = &body { request.json(body) } else { request };
                answers.push(gwen.clone().send(request).await);
            }
        }
        assert_eq!(answers[0].status, StatusCode::NOT_FOUND, "{method} {path}: {}", answers[0].text());
        assert!(answers.iter().all(|answer| words(answer) == words(&answers[0])), "{method} {path}");
    }
    let new = gwen.clone().post("/api/schemas", &json!({"project": ACME, "name": "New"})).await;
    let none = gwen.clone().post("/api/schemas", &json!({"project": "nowhere", "name": "New"})).await;
    assert_eq!((new.status, words(&new)), (StatusCode::NOT_FOUND, words(&none)));
    assert_eq!((world.diffgram.attributes(), world.diffgram.schemas()), before);
    assert!(!audited(&gwen, "schema.apply").await.is_empty(), "tries to change leave a line");
    let alex = alex(&world).await;
    assert_eq!(audited(&alex, "schema.apply").await.len(), 1, "among those of their own project");
    // The run of another schema is none of this one.
    assert_eq!(alex.get("/api/schemas/2/runs/1").await.status, StatusCode::NOT_FOUND);
}
