//! What to do next: what is offered to whom, taking it, giving it back, and what admins say of jobs.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use axum::http::{Method, StatusCode};
use portal_demo::diffgram::TaskChange;
use portal_gateway::{
    claims::Found,
    session::person::{Membership, Person, PersonId, SessionKey},
};
use portal_model::{
    api::next::{Nothing, Take},
    id::{ProjectId, UserId},
    person::Role,
};
use serde_json::{Value, json};

use crate::support::{Answer, Browser, Setup, World, eventually};

const ANA: &str = "ana@acme.example";
const BEN: &str = "ben@acme.example";
const RITA: &str = "rita@acme.example";
const ALEX: &str = "alex@acme.example";
const GUS: &str = "gus@globex.example";
/// The job that Ana, Ben and Rita draw from.
const MUSEUM: i64 = 5;
/// The job that only a grant opens, to customer North: Ana.
const SURVEY: i64 = 6;
/// The job that is not launched.
const NIGHT_SKY: i64 = 9;
const SOON: Duration = Duration::from_secs(10);

fn key() -> String {
    format!("k-{}", rand_text())
}

fn rand_text() -> String {
    portal_gateway::random_token()
}

async fn take_with(browser: &mut Browser, key: &str, body: &Value) -> Answer {
    let request = browser.request(Method::POST, "/api/claims").header("idempotency-key", key).json(body);
    browser.send(request).await
}

async fn take(browser: &mut Browser, body: &Value) -> Value {
    let answer = take_with(browser, &key(), body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

async fn up_next(browser: &Browser) -> Value {
    let answer = browser.get("/api/up-next?tz=Europe/Berlin").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

fn job(standing: &Value, id: i64) -> Value {
    let jobs = standing["jobs"].as_array().expect("jobs");
    jobs.iter().find(|row| row["job"]["id"] == id).cloned().unwrap_or_default()
}

fn status(word: &str) -> TaskChange {
    TaskChange { status: Some(word.into()), ..TaskChange::default() }
}

/// Everything that somebody has is done, so that what is offered next is new.
fn finish_all(world: &World, email: &str) {
    for (task, ..) in world.diffgram.tasks_of(email) {
        world.diffgram.change(task, &status("complete"));
    }
}

async fn nothing_left(browser: &Browser) {
    eventually("nothing is theirs to do", SOON, async || {
        let standing = up_next(browser).await;
        standing["mine"] == 0
    })
    .await;
}

#[tokio::test]
async fn what_is_offered_is_of_jobs_that_hold_the_person_or_that_a_grant_opens() {
    let world = World::start().await;
    let [ana, ben, alex, gus] = [
        world.browser().signed_in(ANA).await,
        world.browser().signed_in(BEN).await,
        world.browser().signed_in(ALEX).await,
        world.browser().signed_in(GUS).await,
    ];
    let (hers, his) = (up_next(&ana).await, up_next(&ben).await);
    let museum = job(&hers, MUSEUM)["available"].as_u64().expect("a number");
    assert!(museum > 5);
    assert_eq!(job(&his, MUSEUM)["available"], museum, "the same tasks are offered to both");
    assert!(job(&hers, SURVEY)["available"].as_u64().expect("a number") > 5, "the grant");
    assert_eq!(job(&his, SURVEY)["available"], 0, "he has tasks in it, and may take none");
    assert_eq!(hers["available"], museum + job(&hers, SURVEY)["available"].as_u64().unwrap_or_default());
    assert_eq!((hers["zone"].as_str(), hers["contact"].as_str()), (Some("Europe/Berlin"), None));
    // Not a number of what others could take, and no name of a job that is not theirs.
    for other in [&alex, &gus] {
        let standing = up_next(other).await;
        assert_eq!(standing["available"], 0);
        assert!(!standing.to_string().contains("Night sky"), "{standing}");
    }
    assert!(!up_next(&gus).await.to_string().contains("Museum"));
    assert!(!his.to_string().contains("Night sky"), "he is not on that one");
}

#[tokio::test]
async fn aut_01_what_somebody_may_not_take_looks_like_what_is_not_there() {
    let world = World::start().await;
    let (task, _) = world.diffgram.add_open_task(SURVEY, "only-for-north.jpg");
    let ana = world.browser().signed_in(ANA).await;
    eventually("it is offered to her", SOON, async || {
        take_with(&mut ana.clone(), &key(), &json!({"task": 99_999_999})).await.status == StatusCode::NOT_FOUND
            && job(&up_next(&ana).await, SURVEY)["available"].as_u64() > Some(5)
    })
    .await;
    let plain = |answer: Answer| {
        let mut body = answer.json();
        body["request_id"] = Value::Null;
        (answer.status, body)
    };
    let mut ben = world.browser().signed_in(BEN).await;
    let unknown = plain(take_with(&mut ben, &key(), &json!({"task": 99_999_999})).await);
    assert_eq!(unknown.0, StatusCode::NOT_FOUND);
    assert_eq!(plain(take_with(&mut ben, &key(), &json!({"task": task})).await), unknown);
    let hers = world.diffgram.tasks_of(ANA).swap_remove(0).0;
    assert_eq!(plain(take_with(&mut ben, &key(), &json!({"task": hers})).await), unknown);
    assert_eq!(
        plain(ben.delete(&format!("/api/claims/{hers}")).await),
        plain(ben.delete("/api/claims/99999999").await)
    );
    assert_eq!(world.diffgram.task(task).expect("a task").1, [""; 0]);
    eventually("she can have it", SOON, async || {
        take_with(&mut ana.clone(), &key(), &json!({"task": task})).await.status == StatusCode::OK
    })
    .await;
    assert_eq!(world.diffgram.task(task).expect("a task").1, [ANA]);
    assert_eq!(
        ana.get(&format!("/api/tasks/{task}")).await.json()["guide"][0]["text"],
        "For North: mark the bright ones."
    );
    let _ = ana.get("/").await;
}

#[tokio::test]
async fn ones_own_come_first_then_what_nobody_has_the_oldest_first() {
    let world = World::start().await;
    let mut ana = world.browser().signed_in(ANA).await;
    let tasks = world.diffgram.tasks_of(ANA);
    let first_of = |word: &str| tasks.iter().filter(|(.., status)| status == word).map(|(id, ..)| *id).min();
    for (word, how) in [("requires_changes", "sent_back"), ("in_progress", "in_progress"), ("available", "assigned")] {
        let taken = take(&mut ana, &json!({})).await;
        assert_eq!(taken["how"], how);
        let own: Vec<i64> = tasks.iter().filter(|(.., status)| status == word).map(|(id, ..)| *id).collect();
        assert!(own.contains(&taken["task"]["id"].as_i64().expect("an id")), "{word}");
        // What she would do next is done, all of it.
        for id in own {
            world.diffgram.change(id, &status("complete"));
        }
        eventually("that is known", SOON, async || {
            let rows = ana.get("/api/tasks?tab=done&limit=200").await.json();
            let done: BTreeSet<i64> =
                rows["rows"].as_array().expect("rows").iter().filter_map(|r| r["id"].as_i64()).collect();
            tasks.iter().filter(|(.., status)| status == word).all(|(id, ..)| done.contains(id))
        })
        .await;
    }
    assert!(first_of("requires_changes").is_some());
    nothing_left(&ana).await;
    let before = up_next(&ana).await;
    assert!(before["today"].as_u64() > Some(20), "what was completed today counts: {}", before["today"]);
    let taken = take(&mut ana, &json!({"job": MUSEUM})).await;
    assert_eq!((&taken["how"], &taken["task"]["job"]["id"]), (&json!("taken"), &json!(MUSEUM)));
    let id = taken["task"]["id"].as_i64().expect("an id");
    assert_eq!(world.diffgram.task(id).expect("a task"), ("available".to_owned(), vec![ANA]));
    // It is hers now: in her list, and what comes next until she has done it.
    assert_eq!(take(&mut ana, &json!({"job": MUSEUM})).await["task"]["id"], id);
    assert!(ana.get("/api/tasks?limit=200").await.text().contains(&format!("\"id\":{id},")));
    let after = up_next(&ana).await;
    assert_eq!(after["available"].as_u64().map(|n| n + 1), before["available"].as_u64());
    assert_eq!(after["mine"], 1);
}

#[tokio::test]
async fn who_comes_onto_a_job_or_leaves_it_is_offered_its_tasks_or_not() {
    let world = World::with(Setup { small_things: Duration::from_secs(1), ..Setup::default() }).await;
    let (alex, ben) = (world.browser().signed_in(ALEX).await, world.browser().signed_in(BEN).await);
    assert_eq!(
        (up_next(&alex).await["available"].as_u64(), job(&up_next(&ben).await, MUSEUM)["available"] == 0),
        (Some(0), false)
    );
    world.diffgram.put_on_job(MUSEUM, &[ALEX]);
    eventually("he is on it now", SOON, async || up_next(&alex).await["available"].as_u64() > Some(5)).await;
    assert_eq!(up_next(&ben).await["available"], 0);
}

/// Somebody of a crowd that the job is open to.
fn one_of_many(n: i64) -> Person {
    Person {
        id: PersonId(format!("p-{n}")),
        session: SessionKey(format!("s-{n}")),
        name: format!("Person {n}"),
        email: None,
        memberships: vec![Membership {
            project: ProjectId("acme-vision".into()),
            user: UserId(100 + n),
            role: Role::User,
        }],
        claims: BTreeMap::from([("customer".to_owned(), vec!["north".to_owned()])]),
        only: Default::default(),
        seen_by: None,
    }
}

#[tokio::test]
async fn two_hundred_at_once_get_two_hundred_different_tasks() {
    const MANY: usize = 200;
    let world = World::with(Setup { sweep: Duration::from_secs(3_600), wait: false, ..Setup::default() }).await;
    for n in 0..MANY {
        let _ = world.diffgram.add_open_task(SURVEY, &format!("many-{n:03}.jpg"));
    }
    world.wait_until_read().await;
    let all = (0..MANY as i64).map(|n| {
        let app = world.app.clone();
        tokio::spawn(async move {
            let scope = app.policy.scope(&one_of_many(n));
            (100 + n, app.claims.take(&scope, Take::default()).await.expect("a task"))
        })
    });
    let mut taken = BTreeMap::new();
    for one in all.collect::<Vec<_>>() {
        let (user, found) = one.await.expect("an end");
        let Found::Task(task, _) = found else { panic!("nothing for {user}") };
        assert!(taken.insert(task.id, user).is_none(), "{} twice", task.id);
    }
    assert_eq!(taken.len(), MANY);
    let adds = world.diffgram.seen().iter().filter(|seen| seen.what.ends_with("/user/add")).count();
    assert_eq!(adds, MANY, "nobody was assigned in vain");
}

#[tokio::test]
async fn cli_05_the_same_key_takes_one_task_and_no_get_takes_any() {
    let world = World::start().await;
    let mut rita = world.browser().signed_in(RITA).await;
    let key = key();
    let body = json!({"job": MUSEUM});
    let first = take_with(&mut rita, &key, &body).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text());
    assert_eq!(first.json()["how"], "taken");
    for _ in 0..3 {
        assert_eq!(take_with(&mut rita, &key, &body).await.json(), first.json());
    }
    assert_eq!(take_with(&mut rita, &key, &json!({})).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(rita.post("/api/claims", &body).await.status, StatusCode::BAD_REQUEST, "without a key");
    let both = json!({"job": MUSEUM, "task": 1});
    assert_eq!(take_with(&mut rita, &self::key(), &both).await.status, StatusCode::BAD_REQUEST);
    // Neither a GET, nor a HEAD, nor another site takes one.
    let adds = || world.diffgram.seen().iter().filter(|seen| seen.what.ends_with("/user/add")).count();
    assert_eq!(adds(), 1);
    for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::PUT] {
        let request = rita.request(method.clone(), "/api/claims").header("idempotency-key", "x");
        assert_eq!(rita.send(request).await.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
    let elsewhere = rita
        .request(Method::POST, "/api/claims")
        .header("idempotency-key", "y")
        .header("sec-fetch-site", "cross-site")
        .json(&body);
    // The first header of that name is the page's own: the browser would send only one.
    let elsewhere = elsewhere.build().map(|mut request| {
        request.headers_mut().insert("sec-fetch-site", "cross-site".parse().expect("a header"));
        request
    });
    let answer = reqwest::Client::new().execute(elsewhere.expect("a request")).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    assert_eq!(adds(), 1);
}

#[tokio::test]
async fn who_was_first_in_diffgrams_own_page_keeps_it_and_we_take_the_next() {
    let world = World::with(Setup { sweep: Duration::from_secs(3_600), ..Setup::default() }).await;
    let mut rita = world.browser().signed_in(RITA).await;
    world.diffgram.rival(BEN, true);
    let taken = take(&mut rita, &json!({"job": MUSEUM})).await;
    let id = taken["task"]["id"].as_i64().expect("an id");
    assert_eq!(world.diffgram.task(id).expect("a task").1, [RITA]);
    let his = world.diffgram.tasks_of(BEN);
    let contested = his.iter().map(|(task, ..)| *task).filter(|task| *task < id).max().expect("the one before");
    assert_eq!(world.diffgram.task(contested).expect("a task").1, [BEN], "hers was taken off again");
    let lists = rita.get("/api/tasks?tab=all&limit=200").await.text();
    assert!(!lists.contains(&format!("\"id\":{contested},")));

    // When we were first, both stand on it, and it is hers.
    world.diffgram.change(id, &status("complete"));
    let _ = rita.get(&format!("/api/tasks/{id}")).await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    let _ = rita.get(&format!("/api/tasks/{id}")).await;
    world.diffgram.rival(BEN, false);
    let taken = take(&mut rita, &json!({"job": MUSEUM})).await;
    let id = taken["task"]["id"].as_i64().expect("an id");
    assert_eq!(world.diffgram.task(id).expect("a task").1, [RITA, BEN]);
}

#[tokio::test]
async fn a_taken_task_that_goes_to_somebody_else_at_diffgram_leaves_the_list() {
    let world = World::start().await;
    let mut rita = world.browser().signed_in(RITA).await;
    let mut stream = rita.events(None).await;
    let id = take(&mut rita, &json!({"job": MUSEUM})).await["task"]["id"].as_i64().expect("an id");
    stream.find(SOON, |event| event.name == "task" && event.data["id"] == id).await.expect("it appears by itself");
    let to_ben = TaskChange { assignees: Some(vec![BEN.into()]), ..TaskChange::default() };
    world.diffgram.change(id, &to_ben);
    stream.find(SOON, |event| event.name == "gone" && event.data["id"] == id).await.expect("and goes");
    assert_eq!(rita.get(&format!("/api/tasks/{id}")).await.status, StatusCode::NOT_FOUND);
    // Nothing is left of the claim: he can be given it and she cannot give it back.
    assert_eq!(rita.delete(&format!("/api/claims/{id}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.app.claims.expire().await.expect("looked"), 0);
    assert_eq!(world.diffgram.task(id).expect("a task").1, [BEN]);
}

#[tokio::test]
async fn what_is_given_back_is_offered_again_but_not_to_whom_it_is_not_for() {
    let world = World::start().await;
    let (mut rita, mut ben) = (world.browser().signed_in(RITA).await, world.browser().signed_in(BEN).await);
    let id = take(&mut rita, &json!({"job": MUSEUM})).await["task"]["id"].as_i64().expect("an id");
    let detail = rita.get(&format!("/api/tasks/{id}")).await.json();
    assert_eq!(detail["holding"], json!({"give_back": "possible"}));
    // She had begun: Diffgram never makes it available again, the portal does.
    world.diffgram.change(id, &status("in_progress"));
    let offered = job(&up_next(&ben).await, MUSEUM)["available"].as_u64().expect("a number");
    let answer = rita.delete(&format!("/api/claims/{id}?declined=true")).await;
    assert_eq!((answer.status, answer.json()), (StatusCode::OK, json!({"task": id, "declined": true})));
    assert_eq!(world.diffgram.task(id).expect("a task"), ("in_progress".to_owned(), Vec::new()));
    assert_eq!(rita.get(&format!("/api/tasks/{id}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(job(&up_next(&ben).await, MUSEUM)["available"], offered + 1);
    assert_eq!(job(&up_next(&rita).await, MUSEUM)["available"], offered, "not to her");
    // Undone: exactly this one, and then it is offered to her again when she gives it back plainly.
    assert_eq!(take(&mut rita, &json!({"task": id})).await["task"]["id"], id);
    assert_eq!(rita.delete(&format!("/api/claims/{id}")).await.status, StatusCode::OK);
    assert_eq!(job(&up_next(&rita).await, MUSEUM)["available"], offered + 1);
    // The oldest of what is left: he gets it, in progress as it is.
    finish_all(&world, BEN);
    nothing_left(&ben).await;
    assert_eq!(take(&mut ben, &json!({"task": id})).await["how"], "taken");
    assert_eq!(world.diffgram.task(id).expect("a task").1, [BEN]);
}

#[tokio::test]
async fn what_was_assigned_or_is_handed_over_is_not_given_back() {
    let world = World::start().await;
    let mut ben = world.browser().signed_in(BEN).await;
    let of = |words: &[&str], museum: bool| {
        let coins = |name: &str| name.starts_with("coins") == museum;
        let mut his = world.diffgram.tasks_of(BEN).into_iter();
        his.find(|(_, _, name, status)| words.contains(&status.as_str()) && coins(name)).expect("one").0
    };
    let refused = |answer: Answer| (answer.status, answer.json()["title"].as_str().unwrap_or_default().to_owned());
    let (assigned, drawn_from, over) = (
        of(&["available"], false),
        of(&["available", "in_progress", "requires_changes"], true),
        of(&["in_review"], false),
    );
    assert_eq!(
        refused(ben.delete(&format!("/api/claims/{assigned}")).await),
        (StatusCode::CONFLICT, "It was assigned".into())
    );
    assert_eq!(refused(ben.delete(&format!("/api/claims/{over}")).await), (StatusCode::CONFLICT, "Handed over".into()));
    assert_eq!(ben.get(&format!("/api/tasks/{assigned}")).await.json()["holding"]["give_back"], "assigned");
    assert_eq!(
        ben.delete(&format!("/api/claims/{drawn_from}")).await.status,
        StatusCode::OK,
        "he could take that one himself"
    );
    for odd in ["x", "0", "-1", "1?declined=maybe", "1?other=1"] {
        assert_eq!(ben.delete(&format!("/api/claims/{odd}")).await.status, StatusCode::BAD_REQUEST, "{odd}");
    }
    // A reviewer does not hold what they review.
    let mut rita = world.browser().signed_in(RITA).await;
    assert_eq!(rita.get(&format!("/api/tasks/{over}")).await.json()["holding"], Value::Null);
    assert_eq!(rita.delete(&format!("/api/claims/{over}")).await.status, StatusCode::CONFLICT);
}

async fn museum_of(alex: &Browser) -> Value {
    let jobs = alex.get("/api/jobs").await.json();
    jobs["jobs"].as_array().expect("jobs").iter().find(|row| row["job"]["id"] == MUSEUM).cloned().expect("the job")
}

async fn put(browser: &mut Browser, job: i64, version: &str, body: &Value) -> Answer {
    let request =
        browser.request(Method::PUT, &format!("/api/jobs/{job}/setting")).header("if-match", version).json(body);
    browser.send(request).await
}

#[tokio::test]
async fn what_is_taken_and_left_alone_goes_back_when_its_time_is_over() {
    let world = World::start().await;
    let mut alex = world.browser().signed_in(ALEX).await;
    let version = museum_of(&alex).await["version"].as_str().expect("a version").to_owned();
    assert_eq!(put(&mut alex, MUSEUM, &version, &json!({"claim_hours": 2})).await.status, StatusCode::OK);
    let (mut rita, mut ben) = (world.browser().signed_in(RITA).await, world.browser().signed_in(BEN).await);
    let idle = take(&mut rita, &json!({"job": MUSEUM})).await["task"]["id"].as_i64().expect("an id");
    finish_all(&world, BEN);
    nothing_left(&ben).await;
    let busy = take(&mut ben, &json!({"job": MUSEUM})).await["task"]["id"].as_i64().expect("an id");
    let expires = rita.get(&format!("/api/tasks/{idle}")).await.json()["holding"]["expires"].clone();
    assert!(expires.is_string(), "{expires}");
    world.later(Duration::from_secs(3_600));
    assert_eq!(world.app.claims.expire().await.expect("looked"), 0, "not yet");
    world.diffgram.change(busy, &status("in_progress"));
    world.later(Duration::from_secs(3_700));
    assert_eq!(world.app.claims.expire().await.expect("looked"), 1);
    assert_eq!(world.diffgram.task(idle).expect("a task").1, [""; 0]);
    assert_eq!(world.diffgram.task(busy).expect("a task").1, [BEN], "he had begun");
    let line = alex.get("/api/audit?limit=5").await.json()["lines"][0].clone();
    assert_eq!(
        (&line["action"], &line["actor"], &line["outcome"]),
        (&json!("claim.expire"), &json!("command line"), &json!("done"))
    );
    // He goes on for two hours after what he did, and not for ever.
    world.later(Duration::from_secs(7_300));
    assert_eq!(world.app.claims.expire().await.expect("looked"), 1);
    assert_eq!(world.diffgram.task(busy).expect("a task").1, [""; 0]);
}

#[tokio::test]
async fn new_idle_hours_hold_for_what_is_taken_already() {
    let world = World::start().await;
    let (mut rita, mut alex) = (world.browser().signed_in(RITA).await, world.browser().signed_in(ALEX).await);
    let id = take(&mut rita, &json!({"job": MUSEUM})).await["task"]["id"].as_i64().expect("an id");
    let expires =
        async |rita: &Browser| rita.get(&format!("/api/tasks/{id}")).await.json()["holding"]["expires"].clone();
    assert_eq!(expires(&rita).await, Value::Null);
    for (hours, ends) in [(json!(5), true), (json!(null), false), (json!(1), true)] {
        let version = museum_of(&alex).await["version"].as_str().expect("a version").to_owned();
        assert_eq!(put(&mut alex, MUSEUM, &version, &json!({"claim_hours": hours})).await.status, StatusCode::OK);
        assert_eq!(expires(&rita).await.is_string(), ends, "{hours}");
    }
    world.later(Duration::from_secs(3_700));
    assert_eq!(world.app.claims.expire().await.expect("looked"), 1);
    assert_eq!(world.diffgram.task(id).expect("a task").1, [""; 0]);
}

#[tokio::test]
async fn when_there_is_nothing_it_says_why() {
    let world = World::start().await;
    let (mut ana, mut alex) = (world.browser().signed_in(ANA).await, world.browser().signed_in(ALEX).await);
    let why = async |browser: &mut Browser, body: Value| take(browser, &body).await["nothing"].clone();
    finish_all(&world, ALEX);
    nothing_left(&alex).await;
    assert_eq!(why(&mut alex, json!({})).await, "done");
    assert_eq!(up_next(&alex).await["nothing"], "done");
    assert_eq!(why(&mut ana, json!({"job": NIGHT_SKY})).await, "elsewhere");
    assert_eq!(why(&mut ana, json!({"job": 8})).await, "elsewhere", "and of a job of others nothing else");

    // Ana has nothing but her jobs, and the grant's tasks are gone.
    finish_all(&world, ANA);
    finish_all(&world, BEN);
    let open: Vec<i64> = (1_001..1_301)
        .filter(|id| {
            world.diffgram.task(*id).is_some_and(|(status, people)| status == "available" && people.is_empty())
        })
        .collect();
    for id in open {
        world.diffgram.change(id, &status("complete"));
    }
    // Only somebody else has something left in a job that is open to her.
    let (held, _) = world.diffgram.add_open_task(SURVEY, "held.jpg");
    world.diffgram.change(held, &TaskChange { assignees: Some(vec![BEN.into()]), ..TaskChange::default() });
    nothing_left(&ana).await;
    eventually("others hold the rest", SOON, async || up_next(&ana).await["nothing"] == "held").await;
    let told = take(&mut ana, &json!({})).await;
    assert_eq!(told, json!({"task": null, "how": null, "nothing": "held"}), "and nothing about whose or how much");
    world.diffgram.change(held, &status("complete"));
    let waiting = world.diffgram.tasks_of(ANA).swap_remove(0).0;
    world.diffgram.change(waiting, &status("in_review"));
    eventually("hers waits for review", SOON, async || up_next(&ana).await["nothing"] == "in_review").await;
    world.diffgram.change(waiting, &status("complete"));
    eventually("a job is not launched", SOON, async || up_next(&ana).await["nothing"] == "not_launched").await;
    let mut gus = world.browser().signed_in(GUS).await;
    finish_all(&world, GUS);
    nothing_left(&gus).await;
    assert_eq!(why(&mut gus, json!({})).await, "done");
    let stranger = world.app.policy.scope(&Person { claims: BTreeMap::new(), ..one_of_many(1) });
    assert_eq!(world.app.claims.nothing(&stranger, None).await.expect("a reason"), Nothing::NoJob);

    let (last, _) = world.diffgram.add_open_task(SURVEY, "not-for-her.jpg");
    eventually("one is offered", SOON, async || up_next(&ana).await["available"] == 1).await;
    assert_eq!(take(&mut ana, &json!({})).await["task"]["id"], last);
    assert_eq!(ana.delete(&format!("/api/claims/{last}?declined=true")).await.status, StatusCode::OK);
    assert_eq!(why(&mut ana, json!({})).await, "declined");
}

#[tokio::test]
async fn while_diffgram_is_being_read_or_away_nobody_is_told_that_all_is_done() {
    use portal_demo::diffgram::Outage;
    let world = World::with(Setup { outage: Outage::Unavailable, wait: false, ..Setup::default() }).await;
    let stranger = world.app.policy.scope(&one_of_many(1));
    assert_eq!(world.app.claims.nothing(&stranger, None).await.expect("a reason"), Nothing::Reading);
    world.diffgram.outage(Outage::None);
    world.wait_until_read().await;
    let mut rita = world.browser().signed_in(RITA).await;
    world.diffgram.outage(Outage::Unavailable);
    let key = key();
    let answer = take_with(&mut rita, &key, &json!({"job": MUSEUM})).await;
    assert_eq!((answer.status, answer.problem().as_str()), (StatusCode::BAD_GATEWAY, "diffgram-unavailable"));
    world.diffgram.outage(Outage::None);
    let again = take_with(&mut rita, &key, &json!({"job": MUSEUM})).await;
    assert_eq!(again.status, StatusCode::OK, "the same key can be tried again: {}", again.text());
}

#[tokio::test]
async fn admins_say_how_until_when_and_for_how_long() {
    let world = World::start().await;
    let mut alex = world.browser().signed_in(ALEX).await;
    let (ana, ben) = (world.browser().signed_in(ANA).await, world.browser().signed_in(BEN).await);
    let museum = museum_of(&alex).await;
    assert_eq!(
        (&museum["status"], &museum["people"], &museum["project_name"]),
        (&json!("active"), &json!(3), &json!("Acme Vision"))
    );
    let jobs = alex.get("/api/jobs").await.text();
    assert!(jobs.contains("Night sky") && !jobs.contains("Last year") && !jobs.contains("Line inspection"), "{jobs}");
    let version = museum["version"].as_str().expect("a version").to_owned();
    let due = "2030-01-02T15:00:00.000000Z";
    let wanted = json!({"guide": "  Draw around\r\nthe coin. <b>Not</b> its shadow. ", "due": "2030-01-02T16:00:00+01:00", "claim_hours": 24});
    let mut stream = ben.events(None).await;
    let done = put(&mut alex, MUSEUM, &version, &wanted).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    let kept = json!({"guide": "Draw around\nthe coin. <b>Not</b> its shadow.", "due": due, "claim_hours": 24});
    assert_eq!(
        (&done.json()["setting"], done.header("etag")),
        (&kept, done.json()["version"].as_str().unwrap_or_default().to_owned())
    );
    stream
        .find(SOON, |event| event.name == "task" && event.data["due"] == due)
        .await
        .expect("rows change by themselves");
    let task =
        world.diffgram.tasks_of(ANA).into_iter().find(|(_, _, name, _)| name.starts_with("coins")).expect("one").0;
    let detail = ana.get(&format!("/api/tasks/{task}")).await.json();
    assert_eq!(
        (&detail["row"]["due"], &detail["guide"]),
        (&json!(due), &json!([{"from": "job", "text": kept["guide"]}]))
    );
    assert_eq!(job(&up_next(&ana).await, MUSEUM)["due"], due);
    assert_eq!(up_next(&ana).await["jobs"][0]["job"]["id"], MUSEUM, "what is due comes first");
    // A task that is made later is due as well.
    let (new, _) = world.diffgram.add_open_task(MUSEUM, "coins-late.jpg");
    world.diffgram.change(new, &TaskChange { assignees: Some(vec![ANA.into()]), ..TaskChange::default() });
    eventually("the new one is due", SOON, async || {
        ana.get(&format!("/api/tasks/{new}")).await.json()["row"]["due"] == due
    })
    .await;

    // By what was read before it cannot be changed; nor without saying so, nor into nonsense, nor by others.
    assert_eq!(put(&mut alex, MUSEUM, &version, &json!({})).await.status, StatusCode::PRECONDITION_FAILED);
    let now = done.header("etag");
    assert_eq!(put(&mut alex, MUSEUM, "*", &json!({})).await.status, StatusCode::PRECONDITION_REQUIRED);
    for odd in [
        json!({"claim_hours": 0}),
        json!({"claim_hours": 9_000}),
        json!({"due": "soon"}),
        json!({"guide": "x".repeat(10_001)}),
        json!({"other": 1}),
    ] {
        assert_eq!(put(&mut alex, MUSEUM, &now, &odd).await.status, StatusCode::BAD_REQUEST, "{odd}");
    }
    assert_eq!(put(&mut alex, 8, &now, &json!({})).await.status, StatusCode::NOT_FOUND, "of another project");
    assert_eq!(put(&mut alex, 999, &now, &json!({})).await.status, StatusCode::NOT_FOUND);
    let mut ana = ana;
    assert_eq!(put(&mut ana, MUSEUM, &now, &json!({})).await.status, StatusCode::FORBIDDEN);
    assert_eq!(ana.get("/api/jobs").await.status, StatusCode::FORBIDDEN);
    let lines = alex.get("/api/audit?limit=10").await.json();
    let outcomes: Vec<&Value> = lines["lines"].as_array().expect("lines").iter().map(|line| &line["outcome"]).collect();
    assert_eq!(outcomes, [&json!("refused"), &json!("done")]);
    // And taken back.
    assert_eq!(put(&mut alex, MUSEUM, &now, &json!({})).await.status, StatusCode::OK);
    let detail = ana.get(&format!("/api/tasks/{task}")).await.json();
    assert_eq!((&detail["row"]["due"], &detail["guide"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    for odd in ["tz=Middle-earth/Shire", "tz=%2B99:99", "zone=UTC", "tz=..%2F..%2Fetc%2Fpasswd"] {
        let answer = ana.get(&format!("/api/up-next?{odd}")).await;
        assert_eq!((answer.status, answer.problem().as_str()), (StatusCode::BAD_REQUEST, "invalid-request"), "{odd}");
    }
    assert_eq!(ana.get("/api/up-next?tz=%2B05:30").await.json()["zone"], "+05:30");
    assert_eq!(world.browser().get("/api/up-next").await.status, StatusCode::UNAUTHORIZED);
}
