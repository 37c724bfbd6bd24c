//! Who may read and change schemas, and the way for host apps: refused before anything reaches Diffgram, and safe to send twice.

use axum::http::{Method, StatusCode};
use portal_demo::{
    diffgram::Break,
    people::{ACME, GLOBEX},
};
use portal_model::{
    api::schemas::Applied,
    attribute::{Draft, Fault},
};
use serde_json::{Value, json};

use super::schemas::{alex, asked, attribute, edit, edit_problem, key, put, stored, written};
use crate::support::{Answer, Browser, World};

const DOC: &str = include_str!("../../../../docs/schemas.md");

/// A request of a host app.
async fn by_key(world: &World, key: &str, method: Method, path: &str, body: Option<&Value>) -> Answer {
    let mut host = world.browser();
    let mut request = host.request(method, path).bearer_auth(key).header("if-match", "\"x\"");
    if let Some(body) = body {
        request = request.json(body);
    }
    host.send(request).await
}

async fn patch(browser: &mut Browser, id: i64, body: &Value, idempotency: Option<&str>) -> Answer {
    let mut request = browser.request(Method::PATCH, &format!("/api/attributes/{id}/options")).json(body);
    if let Some(key) = idempotency {
        request = request.header("idempotency-key", key);
    }
    browser.send(request).await
}

/// Every operation, with a body that would do something.
fn operations(world: &World) -> Vec<(Method, &'static str, Option<Value>)> {
    let question = stored(world, 1)["prompt"].clone();
    let draft = json!({"question": question, "name": "changed", "options": []});
    vec![
        (Method::GET, "/api/schemas", None),
        (Method::GET, "/api/schemas/1", None),
        (Method::GET, "/api/schemas/1/attributes/1", None),
        (Method::PUT, "/api/schemas/1/attributes/1", Some(draft)),
        (Method::PATCH, "/api/attributes/1/options", Some(json!({"add": [{"name": "x"}]}))),
    ]
}

#[tokio::test]
async fn aut_03_users_and_reviewers_are_refused_and_nothing_is_sent_upstream() {
    let world = World::start().await;
    let before = (asked(&world), world.diffgram.attributes());
    for (email, status) in [
        (Some("ana@acme.example"), StatusCode::FORBIDDEN),
        (Some("rita@acme.example"), StatusCode::FORBIDDEN),
        (Some("gus@globex.example"), StatusCode::FORBIDDEN),
        (Some("nora@nowhere.example"), StatusCode::FORBIDDEN),
        (None, StatusCode::UNAUTHORIZED),
    ] {
        let mut browser = world.browser();
        if let Some(email) = email {
            browser = browser.signed_in(email).await;
        }
        for (method, path, body) in operations(&world) {
            let request = browser.request(method.clone(), path).header("if-match", "\"x\"");
            let request = if let Some(body) = &body { request.json(body) } else { request };
            let answer = browser.send(request).await;
            assert_eq!(answer.status, status, "{email:?} {method} {path}");
        }
    }
    assert_eq!((asked(&world), world.diffgram.attributes()), before);
}

#[tokio::test]
async fn aut_11_keys_may_do_what_their_scopes_say() {
    let world = World::start().await;
    let (read, write) = (key(&world, ACME, &["schemas:read"]).await, key(&world, ACME, &["schemas:write"]).await);
    let embed = key(&world, ACME, &["embed", "embed:admin"]).await;
    let before = (asked(&world), world.diffgram.attributes());
    for (method, path, body) in operations(&world) {
        let is_read = method == Method::GET;
        for (key, may) in [(&embed, false), (&read, is_read), (&write, !is_read)] {
            if may {
                continue;
            }
            let answer = by_key(&world, key, method.clone(), path, body.as_ref()).await;
            assert_eq!(
                (answer.status, answer.problem().as_str()),
                (StatusCode::FORBIDDEN, "insufficient-scope"),
                "{path}"
            );
        }
        let answer = by_key(&world, "dp_made-up", method.clone(), path, body.as_ref()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!((asked(&world), world.diffgram.attributes()), before, "nothing was sent upstream");

    assert_eq!(by_key(&world, &read, Method::GET, "/api/schemas/1", None).await.status, StatusCode::OK);
    let body = json!({"add": [{"name": "by the shop"}]});
    let answer = by_key(&world, &write, Method::PATCH, "/api/attributes/1/options", Some(&body)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let line = &alex(&world).await.get("/api/audit").await.json()["lines"][0];
    assert_eq!((line["actor"].as_str(), line["by_key"].as_bool()), (Some("Shop"), Some(true)));
}

/// Neither tells whether there is such a schema elsewhere.
#[tokio::test]
async fn aut_13_a_schema_of_another_project_looks_like_none() {
    let world = World::start().await;
    let gwen = world.browser().signed_in("gwen@globex.example").await;
    let foreign_key = key(&world, GLOBEX, &["schemas:read", "schemas:write"]).await;
    let before = world.diffgram.attributes();
    let words =
        |answer: &Answer| (answer.status.as_u16(), answer.json()["detail"].clone(), answer.json()["title"].clone());
    for (there, nowhere) in [("schemas/1", "schemas/999"), ("schemas/1/attributes/1", "schemas/999/attributes/1")] {
        for (method, body) in [(Method::GET, None), (Method::PUT, Some(json!({"question": "q", "name": "n"})))] {
            if method == Method::PUT && !there.contains("attributes") {
                continue;
            }
            let mut answers = Vec::new();
            for path in [there, nowhere] {
                let path = format!("/api/{path}");
                answers.push(by_key(&world, &foreign_key, method.clone(), &path, body.as_ref()).await);
                let request = gwen.request(method.clone(), &path).header("if-match", "\"x\"");
                let request = if let Some(body) = &body { request.json(body) } else { request };
                answers.push(gwen.clone().send(request).await);
            }
            assert_eq!(answers[0].status, StatusCode::NOT_FOUND, "{method} {there}");
            assert!(answers.iter().all(|answer| words(answer) == words(&answers[0])), "{method} {there}");
        }
    }
    // Through the own schema, and by the attribute's id alone.
    assert_eq!(gwen.get("/api/schemas/3/attributes/1").await.status, StatusCode::NOT_FOUND);
    let edits = json!({"add": [{"name": "x"}]});
    let (there, nowhere) =
        (patch(&mut gwen.clone(), 1, &edits, None).await, patch(&mut gwen.clone(), 999, &edits, None).await);
    assert_eq!((there.status, words(&there)), (StatusCode::NOT_FOUND, words(&nowhere)));
    assert_eq!(world.diffgram.attributes(), before);
    // Tries to change leave a line, among those of their own project.
    let lines = gwen.get("/api/audit").await.json();
    assert_eq!(
        (lines["lines"][0]["outcome"].as_str(), lines["lines"][0]["subject"].as_str()),
        (Some("refused"), Some("attribute 999"))
    );
    assert_eq!(alex(&world).await.get("/api/audit").await.json()["lines"], json!([]));

    let list = gwen.get("/api/schemas").await.json();
    assert_eq!(list["schemas"].as_array().unwrap().iter().map(|row| &row["id"]).collect::<Vec<_>>(), [&json!(3)]);
    assert_eq!(gwen.get("/api/schemas/3").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_change_must_say_over_which_state_it_was_thought_up() {
    let world = World::start().await;
    let mut alex = alex(&world).await;
    let body = json!(Draft::from(&attribute(&alex, 1, 1).await.attribute));
    for value in [None, Some(""), Some("*")] {
        let mut request = alex.request(Method::PUT, "/api/schemas/1/attributes/1").json(&body);
        if let Some(value) = value {
            request = request.header("if-match", value);
        }
        let answer = alex.send(request).await;
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (StatusCode::PRECONDITION_REQUIRED, "precondition-required")
        );
    }
    for (path, status) in [
        ("/api/schemas/one/attributes/1", StatusCode::BAD_REQUEST),
        ("/api/schemas/1/attributes/01", StatusCode::BAD_REQUEST),
        ("/api/schemas/2/attributes/1", StatusCode::NOT_FOUND),
    ] {
        let request = alex.request(Method::PUT, path).header("if-match", "\"x\"").json(&body);
        assert_eq!(alex.send(request).await.status, status, "{path}");
    }
    // A field that this version does not know is not passed over in silence.
    let mut odd = body.clone();
    odd["kind"] = json!("radio");
    let request = alex.request(Method::PUT, "/api/schemas/1/attributes/1").header("if-match", "\"x\"").json(&odd);
    assert_eq!(alex.send(request).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn dat_04_a_draft_with_faults_is_refused_with_all_of_them() {
    let world = World::start().await;
    let alex = alex(&world).await;
    let before = (world.diffgram.attributes(), written(&world));
    for (id, change, faults) in [
        (1, json!({"question": " "}), vec![Fault::EmptyQuestion]),
        (1, json!({"name": "two words"}), vec![Fault::NameNotQueryable]),
        (1, json!({"default_option": "77"}), vec![Fault::DefaultMissing]),
        (1, json!({"options": [], "default_option": "1"}), vec![Fault::DefaultMissing]),
        (5, json!({"min": 200}), vec![Fault::BoundsCrossed]),
        (5, json!({"default_value": "many"}), vec![Fault::DefaultOutside]),
        (4, json!({"options": [{"key": "new-1", "name": "x"}]}), vec![Fault::OptionsNotAllowed]),
        (
            3,
            json!({"options": [{"key": "new-1", "name": ""}, {"key": "new-1", "name": "x", "parent": "new-1"}]}),
            vec![
                Fault::EmptyOption { key: "new-1".into() },
                Fault::UnknownKey { key: "new-1".into() },
                Fault::BadParent { key: "new-1".into() },
            ],
        ),
    ] {
        let seen = attribute(&alex, 1, id).await;
        let mut draft = json!(Draft::from(&seen.attribute));
        draft.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let answer = put(&alex, 1, id, &serde_json::from_value(draft).unwrap(), &seen.version).await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (422, "invalid-draft"), "{change}");
        assert_eq!(edit_problem(&answer).faults, faults, "{change}");
    }
    assert_eq!((world.diffgram.attributes(), written(&world)), before);
}

#[tokio::test]
async fn cli_05_edits_of_options_sent_twice_are_made_once() {
    let world = World::start().await;
    let mut alex = alex(&world).await;
    let edits = json!({
        "add": [{"name": "violet"}, {"name": "lilac", "under": "violet"}],
        "rename": [{"option": "sky", "to": "sky blue"}],
        "archive": ["amber"],
    });
    let first = patch(&mut alex, 8, &edits, None).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text());
    let applied: Applied = serde_json::from_slice(&first.body).unwrap();
    assert_eq!(applied.changes.len(), 4);
    let (after, calls) = (world.diffgram.attributes(), written(&world));

    let second = patch(&mut alex, 8, &edits, None).await;
    let second: Applied = serde_json::from_slice(&second.body).unwrap();
    assert_eq!((second.changes.len(), &second.state), (0, &applied.state));
    assert_eq!((world.diffgram.attributes(), written(&world)), (after, calls));

    // With a key of the request: the same answer, also when the attribute changed since.
    let edits = json!({"add": [{"name": "teal", "under": "cool"}]});
    let first = patch(&mut alex, 8, &edits, Some("order-1")).await;
    edit(&alex, 1, 8, |draft| draft.options.retain(|option| option.name != "teal")).await;
    let again = patch(&mut alex, 8, &edits, Some("order-1")).await;
    assert_eq!((first.status, &first.body), (again.status, &again.body));
    let live = attribute(&alex, 1, 8).await.attribute.options.iter().filter(|o| o.name == "teal").count();
    assert_eq!(live, 0, "it was not made again");
    let other = patch(&mut alex, 8, &json!({"add": [{"name": "plum"}]}), Some("order-1")).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY, "another body under the same key");

    // A double click: both at once.
    let edits = json!({"add": [{"name": "plum"}]});
    let (mut one, mut two) = (alex.clone(), alex.clone());
    let (one, two) =
        tokio::join!(patch(&mut one, 8, &edits, Some("order-2")), patch(&mut two, 8, &edits, Some("order-2")));
    assert!([one.status, two.status].contains(&StatusCode::OK));
    assert!([one.status, two.status].iter().all(|s| matches!(s.as_u16(), 200 | 409)), "{} {}", one.status, two.status);
    let (mut one, mut two) = (alex.clone(), alex.clone());
    let edits = json!({"add": [{"name": "peach"}]});
    let (one, two) = tokio::join!(patch(&mut one, 8, &edits, None), patch(&mut two, 8, &edits, None));
    assert_eq!([one.status, two.status], [StatusCode::OK; 2]);
    let options = attribute(&alex, 1, 8).await.attribute.options;
    for name in ["plum", "peach"] {
        assert_eq!(options.iter().filter(|option| option.name == name).count(), 1, "{name}");
    }
}

#[tokio::test]
async fn ups_15_edits_that_broke_off_are_finished_by_sending_them_again() {
    let world = World::start().await;
    let mut alex = alex(&world).await;
    let edits = json!({"add": [{"name": "a"}, {"name": "b"}, {"name": "c"}]});
    for how in [Break::Before, Break::After] {
        world.diffgram.break_writes(Some((0, how)));
        let answer = patch(&mut alex, 2, &edits, Some("order-1")).await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (502, "incomplete"));
    }
    world.diffgram.break_writes(None);
    let answer = patch(&mut alex, 2, &edits, Some("order-1")).await;
    assert_eq!(answer.status, StatusCode::OK, "a failure is not kept: {}", answer.text());
    let names: Vec<String> = attribute(&alex, 1, 2).await.attribute.options.into_iter().map(|o| o.name).collect();
    assert_eq!(names[4..], ["a", "b", "c"]);
}

#[tokio::test]
async fn edits_that_are_unclear_are_refused_with_what_to_do() {
    let world = World::start().await;
    let mut alex = alex(&world).await;
    let before = world.diffgram.attributes();
    let many: Vec<Value> = (0..1001).map(|n| json!({"name": n.to_string()})).collect();
    for (id, edits, status, word) in [
        (8, json!({"rename": [{"option": "mauve", "to": "x"}]}), 422, "there is no option"),
        (8, json!({"add": [{"name": "x", "under": 4711}]}), 422, "there is no option"),
        (8, json!({"add": [{"name": "x"}], "archive": ["x"]}), 422, "twice"),
        (8, json!({"add": many}), 422, "at most 1000"),
        (8, json!({"archive": ["warm"]}), 422, "faults"),
        (4, json!({"add": [{"name": "x"}]}), 422, "faults"),
        (10, json!({"add": [{"name": "x"}]}), 422, "faults"),
        (8, json!({"remove": ["warm"]}), 400, "unknown field"),
        (8, json!("warm"), 400, ""),
    ] {
        let answer = patch(&mut alex, id, &edits, None).await;
        assert_eq!(answer.status.as_u16(), status, "{edits}: {}", answer.text());
        assert!(answer.json()["detail"].as_str().unwrap_or_default().contains(word), "{edits}: {}", answer.text());
    }
    assert_eq!(world.diffgram.attributes(), before);
}

/// The examples of `docs/schemas.md`, sent as they are written there.
#[tokio::test]
async fn the_examples_of_the_documentation_work_as_written() {
    let world = World::start().await;
    let shop = key(&world, ACME, &["schemas:read", "schemas:write"]).await;
    let mut sent = 0;
    for block in DOC.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default()) {
        for command in block.split("curl ").skip(1) {
            let words = |flag: &str| -> Vec<&str> {
                command.split(flag).skip(1).filter_map(|rest| rest.split('\'').nth(1)).collect()
            };
            let url = command.split_whitespace().find(|word| word.contains("$PORTAL")).expect("an address");
            let path = url.trim_matches(['"', '\\']).trim_start_matches("$PORTAL");
            let method =
                command.split("-X ").nth(1).map_or("GET", |rest| rest.split_whitespace().next().expect("a method"));
            let mut host = world.browser();
            let mut request = host.request(method.parse().expect("a method"), path).bearer_auth(&shop);
            for header in words("-H ") {
                let (name, value) = header.split_once(": ").expect("a header");
                let version = || async { by_key(&world, &shop, Method::GET, path, None).await.header("etag") };
                let value = if value == "VERSION" { version().await } else { value.to_owned() };
                request = request.header(name, value);
            }
            if let Some(body) = words("-d ").first() {
                let body: Value = serde_json::from_str(body).expect("JSON");
                request = request.json(&body);
            }
            let answer = host.send(request).await;
            assert_eq!(answer.status, StatusCode::OK, "{command}\n{}", answer.text());
            sent += 1;
        }
    }
    assert!(sent >= 5, "{sent} examples");
}
