//! Reviewers and admins act on many tasks; admins see everyone's, and look through others' eyes. Nobody else may any of it, and
//! nobody sees more by it than they should.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use portal_demo::{
    diffgram::{Outage, TaskChange},
    people::{ACME, GLOBEX, Person},
};
use serde_json::{Value, json};

use crate::support::{Answer, Browser, Setup, World, eventually};

const ADMIN: &str = "alex@acme.example";
const ANA: &str = "ana@acme.example";
const BEN: &str = "ben@acme.example";
const RITA: &str = "rita@acme.example";
const GUS: &str = "gus@globex.example";
const GWEN: &str = "gwen@globex.example";
/// Of Ana, sent back, with an issue.
const SENT_BACK: i64 = 1_007;

fn user(email: &str) -> i64 {
    Person::by_email(email).expect("somebody").user_id()
}

fn ids(world: &World, email: &str) -> Vec<i64> {
    world.diffgram.tasks_of(email).into_iter().map(|(id, ..)| id).collect()
}

/// A batch, when it is over.
async fn over(browser: &Browser, begun: &Answer) -> Value {
    assert_eq!(begun.status, StatusCode::OK, "{}", begun.text());
    let id = begun.json()["id"].as_str().expect("an id").to_owned();
    let read = async || browser.get(&format!("/api/tasks/assignments/{id}")).await.json();
    eventually("the batch is over", Duration::from_secs(20), async || read().await["over"] == true).await;
    read().await
}

async fn assign(browser: &mut Browser, body: &Value) -> Value {
    let begun = browser.post("/api/tasks/assignments", body).await;
    over(browser, &begun).await
}

#[tokio::test]
async fn aut_01_everyones_list_is_for_admins_and_holds_their_projects_alone() {
    let world = World::start().await;
    let admin = world.browser().signed_in(ADMIN).await;
    let list = admin.get("/api/tasks?tab=all&limit=200&whose=everyone").await.json();
    let name = list["snapshot"].as_str().expect("a name");
    let rest =
        admin.get(&format!("/api/tasks?tab=all&offset=200&limit=200&whose=everyone&snapshot={name}")).await.json();
    let of = |list: &Value| list["rows"].as_array().expect("rows").clone();
    let rows = [of(&list), of(&rest)].concat();
    assert_eq!((&list["total"], &list["counts"]["all"]), (&json!(rows.len()), &json!(rows.len())));
    assert!(rows.iter().all(|row| row["project"] == ACME));
    let seen: Vec<i64> = rows.iter().map(|row| row["id"].as_i64().expect("an id")).collect();
    for email in [ADMIN, ANA, BEN, RITA] {
        assert!(ids(&world, email).iter().all(|id| seen.contains(id)), "{email}");
    }
    let hers = ids(&world, ANA)[0];
    let row = rows.iter().find(|row| row["id"] == hers).expect("Ana's");
    assert_eq!((&row["part"], &row["assignees"]), (&json!("nobody"), &json!(["Ana Lima"])));
    // One by one they open too, with their files; those of the other project do not.
    let file = world.diffgram.tasks_of(ANA)[0].1;
    assert_eq!(admin.get(&format!("/api/tasks/{hers}")).await.status, StatusCode::OK);
    assert_eq!(admin.get(&format!("/api/files/{file}")).await.status, StatusCode::OK);
    assert_eq!(admin.get(&format!("/api/tasks/{}", ids(&world, GUS)[0])).await.status, StatusCode::NOT_FOUND);
    let parts = [("todo", "todo"), ("in_review", "in_review"), ("done", "done")];
    for (tab, count) in parts {
        let of_tab = admin.get(&format!("/api/tasks?tab={tab}&limit=200&whose=everyone")).await.json();
        assert_eq!(of_tab["total"], list["counts"][count], "{tab}");
    }
    for email in [ANA, RITA, GUS] {
        let browser = world.browser().signed_in(email).await;
        for path in ["/api/tasks?whose=everyone", "/api/tasks/ids?whose=everyone&limit=9"] {
            let answer = browser.get(path).await;
            assert_eq!((answer.status, answer.problem().as_str()), (StatusCode::FORBIDDEN, "forbidden"), "{email}");
        }
        let mine = browser.get("/api/tasks?tab=all").await.json();
        assert!(mine["rows"][0].get("assignees").is_none(), "no names of others for {email}");
    }
    // A list of one kind is not handed out as the other.
    let mine = admin.get(&format!("/api/tasks?tab=all&snapshot={name}")).await.json();
    assert_eq!(mine["total"], ids(&world, ADMIN).len());
}

#[tokio::test]
async fn aut_01_filters_counts_and_places_are_about_the_tasks_that_the_list_is_about() {
    let world = World::start().await;
    let hers = ids(&world, ANA)[0];
    for email in [ANA, RITA, GUS] {
        let browser = world.browser().signed_in(email).await;
        for path in ["facets?", "facets?kind=image&", "places?id=1&", "places?"] {
            let answer = browser.get(&format!("/api/tasks/{path}whose=everyone")).await;
            assert_eq!(
                (answer.status, answer.problem().as_str()),
                (StatusCode::FORBIDDEN, "forbidden"),
                "{email} {path}"
            );
            let told = answer.json();
            assert!(told.get("total").is_none() && told.get("counts").is_none(), "{told}");
        }
    }
    let admin = world.browser().signed_in(ADMIN).await;
    let every = async |path: &str| admin.get(&format!("/api/tasks{path}")).await.json();
    let list = every("?tab=all&limit=1&whose=everyone").await;
    let facets = every("/facets?tab=all&whose=everyone").await;
    assert_eq!(facets["total"], list["total"]);
    assert_ne!(every("/facets?tab=all").await["total"], list["total"], "his own are fewer");
    let of = |dimension: &str| {
        let all = facets["facets"].as_array().expect("facets").iter();
        all.filter(|facet| facet["dimension"] == dimension).cloned().collect::<Vec<_>>()
    };
    assert_eq!(of("project").iter().map(|facet| facet["value"].clone()).collect::<Vec<_>>(), [json!(ACME)]);
    for dimension in ["job", "status", "kind"] {
        for facet in of(dimension) {
            let value = facet["value"].as_str().expect("a value");
            let shown = every(&format!("?tab=all&limit=1&whose=everyone&{dimension}={value}")).await;
            assert_eq!(shown["total"], facet["tasks"], "{dimension} {value}");
        }
    }
    // Where a task stands is said of the list that was asked for.
    let name = list["snapshot"].as_str().expect("a name");
    let places = every(&format!("/places?tab=all&whose=everyone&id={hers}&snapshot={name}")).await;
    assert_eq!((&places["known"], &places["places"][0]["belongs"]), (&json!(true), &json!(true)), "{places}");
    assert_eq!(places["counts"], list["counts"]);
    let mine = every(&format!("/places?tab=all&id={hers}&snapshot={name}")).await;
    assert_eq!((&mine["known"], &mine["places"]), (&json!(false), &json!([])), "{mine}");
    // What was sent back stands in everyone's list, too.
    let sent_back = every("?tab=sent_back&limit=200&whose=everyone").await;
    let rows = sent_back["rows"].as_array().expect("rows");
    assert!(!rows.is_empty() && rows.iter().all(|row| row["status"] == "requires_changes"), "{sent_back}");
    assert_eq!(sent_back["counts"]["sent_back"], rows.len());
}

#[tokio::test]
async fn aut_01_what_an_admin_sees_besides_their_own_is_told_whole_and_not_theirs_to_take_or_give_back() {
    let world = World::start().await;
    let mut admin = world.browser().signed_in(ADMIN).await;
    let ana = world.browser().signed_in(ANA).await;
    let detail = |answer: Answer| {
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json()
    };
    // Sent back, with an open issue.
    let hers = detail(ana.get(&format!("/api/tasks/{SENT_BACK}")).await);
    let seen = detail(admin.get(&format!("/api/tasks/{SENT_BACK}")).await);
    assert_eq!(seen["row"]["part"], "nobody");
    assert_eq!(seen["issues"].as_array().map(Vec::len), Some(1));
    assert_eq!((&seen["issues"], &seen["history"]), (&hers["issues"], &hers["history"]));
    assert!(hers["holding"].is_object() && seen["holding"].is_null(), "he does not hold it");
    let claim =
        admin.request(Method::POST, "/api/claims").header("idempotency-key", "c1").json(&json!({"task": SENT_BACK}));
    assert_eq!(admin.send(claim).await.status, StatusCode::NOT_FOUND);
    assert_eq!(admin.delete(&format!("/api/claims/{SENT_BACK}?declined=true")).await.status, StatusCode::NOT_FOUND);
    assert!(!world.diffgram.seen().iter().any(|seen| seen.what.contains("/user/")), "nothing was asked of Diffgram");
}

#[tokio::test]
async fn aut_08_ids_to_select_are_those_of_the_list_in_its_order() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    let list = ana.get("/api/tasks?tab=all&sort=name&limit=200").await.json();
    let name = list["snapshot"].as_str().expect("a name");
    let rows: Vec<i64> =
        list["rows"].as_array().expect("rows").iter().map(|row| row["id"].as_i64().expect("id")).collect();
    let some = ana.get(&format!("/api/tasks/ids?tab=all&sort=name&offset=1&limit=3&snapshot={name}")).await.json();
    assert_eq!((&some["snapshot"], &some["ids"]), (&json!(name), &json!(rows[1..4])));
    let ben = world.browser().signed_in(BEN).await;
    let his = ben.get(&format!("/api/tasks/ids?tab=all&sort=name&limit=1000&snapshot={name}")).await.json();
    assert_ne!(his["snapshot"], json!(name));
    assert_eq!(his["ids"].as_array().map(Vec::len), Some(ids(&world, BEN).len()));
    assert_eq!(ana.get("/api/tasks/ids?limit=0").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_admin_gives_tasks_away_and_undo_puts_back_exactly_what_was_before() {
    let world = World::start().await;
    let mut admin = world.browser().signed_in(ADMIN).await;
    let people = admin.get("/api/people").await.json();
    let names: Vec<&str> =
        people.as_array().expect("people").iter().filter_map(|person| person["name"].as_str()).collect();
    assert!(names.contains(&"Ana Lima") && !names.contains(&"Gus Moreau"), "{names:?}");

    let hers = ids(&world, ANA);
    let two = &hers[..2];
    let foreign = ids(&world, GUS)[0];
    let before = world.diffgram.tasks_of(ANA).len();
    let order = json!({"tasks": [two[0], two[1], foreign, 99_999_999], "add": [user(BEN)], "clear": true});
    let done = assign(&mut admin, &order).await;
    assert_eq!((&done["total"], &done["changed"], &done["failed"]), (&json!(4), &json!(2), &json!(2)), "{done}");
    // Foreign and unknown fail alike.
    let failures = done["failures"].as_array().expect("failures");
    assert!(
        failures.iter().all(|failure| failure["why"] == "not_found" && failure.get("name").is_none()),
        "{failures:?}"
    );
    assert!(ids(&world, BEN).contains(&two[0]) && !ids(&world, ANA).contains(&two[0]));
    // The index knows at once, without a webhook.
    let ben = world.browser().signed_in(BEN).await;
    assert_eq!(ben.get(&format!("/api/tasks/{}", two[0])).await.status, StatusCode::OK);

    let id = done["id"].as_str().expect("an id");
    let undone = admin.post(&format!("/api/tasks/assignments/{id}/undo"), &json!({})).await;
    let undone = over(&admin, &undone).await;
    assert_eq!(
        (&undone["undoes"], &undone["changed"], &undone["failed"]),
        (&json!(true), &json!(2), &json!(0)),
        "{undone}"
    );
    assert_eq!(world.diffgram.tasks_of(ANA).len(), before);
    assert!(!ids(&world, BEN).contains(&two[0]));

    let audit = admin.get("/api/audit").await.json();
    let lines: Vec<&Value> =
        audit["lines"].as_array().expect("lines").iter().filter(|line| line["action"] == "tasks.assign").collect();
    assert_eq!(lines.len(), 2, "{audit}");
    assert!(lines.iter().all(|line| line["project"] == ACME && line["outcome"] == "done"), "{lines:?}");
}

#[tokio::test]
async fn a_reviewer_gives_out_what_they_review_and_nothing_else() {
    let world = World::start().await;
    let mut rita = world.browser().signed_in(RITA).await;
    let list = rita.get("/api/tasks?tab=all&limit=200").await.json();
    let rows = list["rows"].as_array().expect("rows");
    let reviewed = rows.iter().find(|row| row["part"] == "reviewer").expect("one to review")["id"].clone();
    let hers = rows.iter().find(|row| row["part"] == "assignee").map(|row| row["id"].clone());
    let foreign = ids(&world, BEN).into_iter().find(|id| rows.iter().all(|row| row["id"] != *id)).expect("not hers");
    let mut tasks = vec![reviewed, json!(foreign)];
    tasks.extend(hers);
    let done = assign(&mut rita, &json!({"tasks": tasks, "add": [user(ANA)]})).await;
    let why = |id: &Value| {
        let failures = done["failures"].as_array().expect("failures");
        failures.iter().find(|failure| failure["task"] == *id).map(|failure| failure["why"].clone())
    };
    assert_eq!(why(&tasks[0]), None, "{done}");
    assert_eq!(why(&tasks[1]), Some(json!("not_found")));
    if let Some(own) = tasks.get(2) {
        assert_eq!(why(own), Some(json!("not_yours")));
    }
    // Giving the review to somebody else takes the task out of her sight; she may put that back all the same.
    let order = json!({"tasks": [tasks[0]], "relation": "reviewer", "add": [user(BEN)], "clear": true});
    let done = assign(&mut rita, &order).await;
    assert_eq!((&done["changed"], &done["failed"]), (&json!(1), &json!(0)), "{done}");
    assert_eq!(rita.get(&format!("/api/tasks/{}", tasks[0])).await.status, StatusCode::NOT_FOUND);
    let undone =
        rita.post(&format!("/api/tasks/assignments/{}/undo", done["id"].as_str().expect("id")), &json!({})).await;
    assert_eq!(over(&rita, &undone).await["failed"], 0);
    assert_eq!(rita.get(&format!("/api/tasks/{}", tasks[0])).await.status, StatusCode::OK);
}

#[tokio::test]
async fn aut_03_users_may_not_give_tasks_to_people_nor_learn_who_there_is() {
    let world = World::start().await;
    let mut ana = world.browser().signed_in(ANA).await;
    assert_eq!(ana.get("/api/people").await.status, StatusCode::FORBIDDEN);
    let answer = ana.post("/api/tasks/assignments", &json!({"tasks": [ids(&world, ANA)[0]], "add": [user(BEN)]})).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(!world.diffgram.seen().iter().any(|seen| seen.what.contains("user/add")), "nothing was asked of Diffgram");
    // Somebody else's batch is none of theirs.
    let mut admin = world.browser().signed_in(ADMIN).await;
    let done = assign(&mut admin, &json!({"tasks": [ids(&world, ANA)[0]], "add": [user(BEN)]})).await;
    let id = done["id"].as_str().expect("an id");
    let mut gwen = world.browser().signed_in(GWEN).await;
    assert_eq!(gwen.get(&format!("/api/tasks/assignments/{id}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(gwen.post(&format!("/api/tasks/assignments/{id}/undo"), &json!({})).await.status, StatusCode::NOT_FOUND);
    // Nobody who is no member is put on a task: Diffgram would.
    let gus = assign(&mut admin, &json!({"tasks": [ids(&world, ANA)[0]], "add": [user(GUS)]})).await;
    assert_eq!(gus["failures"][0]["why"], "not_a_member");
    for order in [
        json!({"tasks": [], "add": [1]}),
        json!({"tasks": [1]}),
        json!({"tasks": (0..20_001).collect::<Vec<i64>>(), "add": [1]}),
    ] {
        assert_eq!(admin.post("/api/tasks/assignments", &order).await.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn cli_05_the_same_order_is_done_once_and_what_failed_can_be_tried_again() {
    let world = World::start().await;
    let mut admin = world.browser().signed_in(ADMIN).await;
    let task = ids(&world, ANA)[0];
    world.diffgram.outage(Outage::Unavailable);
    let order = json!({"tasks": [task], "add": [user(BEN)]});
    let send = |browser: &Browser| {
        browser.request(Method::POST, "/api/tasks/assignments").header("idempotency-key", "k1").json(&order)
    };
    let first = send(&admin);
    let begun = admin.send(first).await;
    let failed = over(&admin, &begun).await;
    assert_eq!((&failed["changed"], &failed["failures"][0]["why"]), (&json!(0), &json!("diffgram")), "{failed}");
    assert!(failed["failures"][0]["name"].is_string(), "a task of theirs is named");
    world.diffgram.outage(Outage::None);
    let again = send(&admin);
    assert_eq!(admin.send(again).await.json()["id"], failed["id"], "not a second time");
    let retried =
        admin.post(&format!("/api/tasks/assignments/{}/retry", failed["id"].as_str().expect("id")), &json!({})).await;
    let retried = over(&admin, &retried).await;
    assert_eq!((&retried["changed"], &retried["failed"]), (&json!(1), &json!(0)), "{retried}");
    assert!(ids(&world, BEN).contains(&task));
}

async fn look(admin: &mut Browser, project: &str, email: &str) -> StatusCode {
    admin.post("/api/session/see-as", &json!({"project": project, "user": user(email)})).await.status
}

#[tokio::test]
async fn aut_01_an_admin_sees_as_a_member_no_more_than_they_and_changes_nothing() {
    let world = World::start().await;
    let mut ana = world.browser().signed_in(ANA).await;
    let view = ana.post("/api/views", &json!({"name": "Mine", "q": "label:face"})).await;
    assert_eq!(view.status, StatusCode::OK);
    let mut admin = world.browser().signed_in(ADMIN).await;
    assert_eq!(look(&mut admin, ACME, ANA).await, StatusCode::NO_CONTENT);
    let session = admin.get("/api/session").await.json();
    assert_eq!((&session["name"], &session["seen_by"]["name"]), (&json!("Ana Lima"), &json!("Alex Doe")));
    assert_eq!(session["projects"][0]["role"], "user");
    let names =
        |list: Value| list["rows"].as_array().expect("rows").iter().map(|row| row["id"].clone()).collect::<Vec<_>>();
    let all = "/api/tasks?tab=all&sort=name&limit=200";
    assert_eq!(names(admin.get(all).await.json()), names(ana.get(all).await.json()));
    assert_eq!(admin.get("/api/views").await.json(), ana.get("/api/views").await.json());
    // Nothing that she may not.
    for path in ["/api/tasks?whose=everyone", "/api/people", "/api/audit", "/api/schemas"] {
        assert_eq!(admin.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let bens = ids(&world, BEN).into_iter().find(|id| !ids(&world, ANA).contains(id)).expect("not hers");
    assert_eq!(admin.get(&format!("/api/tasks/{bens}")).await.status, StatusCode::NOT_FOUND);
    // No write passes, by hand either; beginning again is one.
    let view = view.json()["id"].as_str().expect("an id").to_owned();
    for (method, path, body) in [
        (Method::POST, "/api/views".to_owned(), json!({"name": "x", "q": ""})),
        (Method::PUT, format!("/api/views/{view}"), json!({"name": "x", "q": ""})),
        (Method::DELETE, format!("/api/views/{view}"), json!({})),
        (Method::POST, "/api/tasks/assignments".to_owned(), json!({"tasks": [bens], "add": [2]})),
        (Method::POST, "/api/session/see-as".to_owned(), json!({"project": ACME, "user": user(BEN)})),
        (Method::POST, "/api/embed-tickets".to_owned(), json!({"host": "shop"})),
    ] {
        let request = admin.request(method.clone(), &path).json(&body);
        let answer = admin.send(request).await;
        assert_eq!((answer.status, answer.problem().as_str()), (StatusCode::FORBIDDEN, "forbidden"), "{method} {path}");
    }
    assert_eq!(
        ana.get("/api/views").await.json().as_array().map(Vec::len),
        admin.get("/api/views").await.json().as_array().map(Vec::len)
    );

    assert_eq!(admin.delete("/api/session/see-as").await.status, StatusCode::NO_CONTENT);
    assert_eq!(admin.get("/api/session").await.json()["name"], "Alex Doe");
    let audit = admin.get("/api/audit").await.json();
    let line = &audit["lines"][0];
    assert_eq!((&line["action"], &line["outcome"]), (&json!("person.see"), &json!("done")), "{audit}");
    assert_eq!(line["subject"], format!("member {}", user(ANA)));
}

/// Everything that the API document has and that is no reading, by method and path with ids put in.
fn writes() -> Vec<(Method, String)> {
    let document: Value = serde_json::from_str(&portal_gateway::openapi::json()).expect("a document");
    let mut writes = Vec::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            let by_session =
                operation["security"].as_array().is_some_and(|all| all.iter().any(|one| one.get("session").is_some()));
            if method == "get" || !by_session {
                continue;
            }
            let path = path.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect::<Vec<_>>();
            writes.push((method.to_uppercase().parse().expect("a method"), path.join("/")));
        }
    }
    writes
}

#[tokio::test]
async fn aut_01_no_write_that_the_api_has_is_possible_through_somebodys_eyes() {
    let world = World::start().await;
    let mut admin = world.browser().signed_in(ADMIN).await;
    assert_eq!(look(&mut admin, ACME, ANA).await, StatusCode::NO_CONTENT);
    // One may stop, and sign out.
    let ends = [(Method::DELETE, "/api/session/see-as".to_owned()), (Method::DELETE, "/api/session".to_owned())];
    let writes: Vec<_> = writes().into_iter().filter(|write| !ends.contains(write)).collect();
    for known in [
        "/api/claims",
        "/api/claims/1",
        "/api/jobs/1/setting",
        "/api/task-views",
        "/api/task-views/1/pin",
        "/api/views",
    ] {
        assert!(writes.iter().any(|(_, path)| path == known), "{known} is a write: {writes:?}");
    }
    for (method, path) in writes {
        let request = admin.request(method.clone(), &path).header("idempotency-key", "k1").header("if-match", "\"1\"");
        let answer = admin.send(request.json(&json!({}))).await;
        assert_eq!((answer.status, answer.problem().as_str()), (StatusCode::FORBIDDEN, "forbidden"), "{method} {path}");
        assert_eq!(answer.json()["title"], "Only looking", "{method} {path}");
    }
    assert_eq!(admin.get("/api/session").await.json()["name"], "Ana Lima", "and she is still looked through");
}

#[tokio::test]
async fn aut_01_seeing_as_somebody_is_for_admins_of_their_project_and_ends() {
    let world = World::start().await;
    for email in [ANA, RITA] {
        let mut browser = world.browser().signed_in(email).await;
        assert_eq!(look(&mut browser, ACME, BEN).await, StatusCode::FORBIDDEN, "{email}");
    }
    let mut admin = world.browser().signed_in(ADMIN).await;
    // A stranger, and somebody of another project, look alike.
    assert_eq!(look(&mut admin, GLOBEX, GUS).await, StatusCode::NOT_FOUND);
    assert_eq!(look(&mut admin, ACME, GUS).await, StatusCode::NOT_FOUND);
    assert_eq!(look(&mut admin, "no-such", ANA).await, StatusCode::NOT_FOUND);
    assert_eq!(look(&mut admin, ACME, ADMIN).await, StatusCode::BAD_REQUEST, "that is themselves");

    // Ben never signed in: what his provider would say of him is not known, and that is told.
    assert_eq!(look(&mut admin, ACME, BEN).await, StatusCode::NO_CONTENT);
    assert_eq!(admin.get("/api/session").await.json()["seen_by"]["known"], false);
    let mut stream = admin.events(None).await;
    assert!(stream.find(Duration::from_secs(5), |event| event.name == "freshness").await.is_some());
    admin.delete("/api/session/see-as").await;
    let said = stream.find(Duration::from_secs(5), |event| event.name == "signed_out").await;
    assert!(said.is_some(), "the stream of his eyes ends with it");

    assert_eq!(look(&mut admin, ACME, BEN).await, StatusCode::NO_CONTENT);
    world.later(Duration::from_secs(3_601));
    assert_eq!(admin.get("/api/session").await.json()["name"], "Alex Doe", "an hour is over");
    assert_eq!(look(&mut admin, ACME, BEN).await, StatusCode::NO_CONTENT);
    assert_eq!(admin.delete("/api/session").await.status, StatusCode::OK);
    let admin = world.browser().signed_in(ADMIN).await;
    assert_eq!(admin.get("/api/session").await.json()["name"], "Alex Doe", "it ended with the session");
    let lines = admin.get("/api/audit").await.json();
    let open = lines["lines"].as_array().expect("lines").iter().filter(|line| line["outcome"] != "done").count();
    assert_eq!(open, 0, "{lines}");
}

#[tokio::test]
async fn news_are_what_happened_to_my_tasks_since_also_over_night() {
    let world = World::with(Setup { sweep: Duration::from_millis(300), ..Setup::default() }).await;
    let ana = world.browser().signed_in(ANA).await;
    let first = ana.get("/api/news").await.json();
    assert_eq!(first["items"], json!([]), "what was before the first visit is no news");
    let after = first["last"].as_i64().expect("a number");
    let task = world.diffgram.tasks_of(ANA).into_iter().find(|(.., status)| status == "available").expect("one").0;
    world.diffgram.change(task, &TaskChange { status: Some("requires_changes".into()), ..TaskChange::default() });
    let (added, _) = world.diffgram.add_task(ACME, "fresh.jpg", ANA);
    let news = async || ana.get(&format!("/api/news?after={after}")).await.json()["items"].clone();
    eventually("both are told", Duration::from_secs(10), async || {
        news().await.as_array().is_some_and(|all| all.len() == 2)
    })
    .await;
    let told = news().await;
    let mut told: Vec<(i64, &str)> = told
        .as_array()
        .expect("items")
        .iter()
        .map(|item| (item["task"].as_i64().expect("id"), item["kind"].as_str().expect("kind")))
        .collect();
    told.sort_unstable();
    let mut expected = vec![(task, "sent_back"), (added, "assigned")];
    expected.sort_unstable();
    assert_eq!(told, expected);
    // Nobody else hears of it, and she does not once it is not hers.
    let ben = world.browser().signed_in(BEN).await;
    assert_eq!(ben.get("/api/news?after=0").await.json()["items"], json!([]));
    world.diffgram.change(task, &TaskChange { assignees: Some(vec![BEN.into()]), ..TaskChange::default() });
    eventually("it is Ben's", Duration::from_secs(10), async || {
        ids(&world, BEN).contains(&task) && news().await.as_array().map(Vec::len) == Some(1)
    })
    .await;
}

#[tokio::test]
async fn cli_02_another_tab_goes_on_where_a_stream_ended() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    let mut first = ana.events(None).await;
    let id =
        first.find(Duration::from_secs(5), |event| event.id.is_some()).await.and_then(|event| event.id).expect("an id");
    drop(first);
    let task = world.diffgram.tasks_of(ANA).into_iter().find(|(.., status)| status == "available").expect("one").0;
    world.diffgram.change(task, &TaskChange { status: Some("in_progress".into()), ..TaskChange::default() });
    eventually("the change is known", Duration::from_secs(10), async || {
        ana.get(&format!("/api/tasks/{task}")).await.json()["row"]["status"] == "in_progress"
    })
    .await;
    let mut second = ana.stream(&format!("/api/events?last_event_id={id}")).await;
    let event = second.find(Duration::from_secs(5), |event| event.name == "task" && event.data["id"] == task).await;
    assert!(event.is_some(), "nothing is missed in between");
}
