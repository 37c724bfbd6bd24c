//! My tasks, narrowed down: filters, facets, places in a list, and saved views; for whom, and what nobody else learns of it.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Browser, World};

const ANA: &str = "ana@acme.example";
const BEN: &str = "ben@acme.example";
const GUS: &str = "gus@globex.example";
const RITA: &str = "rita@acme.example";

async fn get(browser: &Browser, path: &str) -> Value {
    let answer = browser.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
    answer.json()
}

fn rows(list: &Value) -> &Vec<Value> {
    list["rows"].as_array().expect("rows")
}

fn ids(list: &Value) -> BTreeSet<i64> {
    rows(list).iter().map(|row| row["id"].as_i64().expect("an id")).collect()
}

/// The values of one dimension, with their counts.
fn facet(facets: &Value, dimension: &str) -> Vec<(String, u64)> {
    let all = facets["facets"].as_array().expect("facets").iter();
    all.filter(|facet| facet["dimension"] == dimension)
        .map(|facet| (facet["value"].as_str().expect("a value").to_owned(), facet["tasks"].as_u64().expect("a count")))
        .collect()
}

#[tokio::test]
async fn aut_08_each_count_is_what_its_filter_shows_and_knows_only_my_tasks() {
    let world = World::start().await;
    for email in [ANA, BEN, RITA, GUS] {
        let somebody = world.browser().signed_in(email).await;
        let all = get(&somebody, "/api/tasks?tab=all&limit=200").await;
        let facets = get(&somebody, "/api/tasks/facets?tab=all").await;
        assert_eq!(facets["total"], all["total"], "{email}");
        for (dimension, at) in
            [("job", "/job/id"), ("dataset", "/dataset/id"), ("kind", "/file/kind"), ("project", "/project")]
        {
            let mine: BTreeSet<String> = rows(&all)
                .iter()
                .filter_map(|row| row.pointer(at).filter(|value| !value.is_null()))
                .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
                .collect();
            let told: BTreeSet<String> = facet(&facets, dimension).into_iter().map(|(value, _)| value).collect();
            assert_eq!(told, mine, "{email} {dimension}");
        }
        for dimension in ["project", "job", "dataset", "kind", "status", "due", "age", "issues"] {
            for (value, tasks) in facet(&facets, dimension) {
                let found = get(&somebody, &format!("/api/tasks?tab=all&limit=1&{dimension}={value}")).await;
                assert_eq!(found["total"], tasks, "{email} {dimension}={value}");
                assert_eq!(found["counts"]["all"], tasks, "tabs count by the same filters");
            }
        }
    }
}

#[tokio::test]
async fn aut_08_a_filter_by_what_is_hidden_looks_like_one_by_what_is_unknown() {
    let world = World::start().await;
    let (ana, gus) = (world.browser().signed_in(ANA).await, world.browser().signed_in(GUS).await);
    let hidden = get(&ana, "/api/tasks?tab=all").await;
    let job = &rows(&hidden)[0]["job"];
    let (id, name) = (job["id"].as_i64().expect("an id"), job["name"].as_str().expect("a name"));
    let same = async |path: &str, id: i64, unknown: i64| {
        let clean = |mut answer: Value| {
            answer.as_object_mut().expect("an object").remove("snapshot");
            answer
        };
        let hidden = clean(get(&gus, &path.replace("ID", &id.to_string())).await);
        assert_eq!(hidden, clean(get(&gus, &path.replace("ID", &unknown.to_string())).await), "{path}");
        assert!(!hidden.to_string().contains(name), "{path}");
    };
    same("/api/tasks?tab=all&job=ID", id, 987_654).await;
    same("/api/tasks/facets?tab=all&job=ID", id, 987_654).await;
    let task = *ids(&hidden).first().expect("a task");
    same("/api/tasks?tab=all&id=ID", task, 987_654).await;
    same("/api/tasks/places?tab=all&id=ID", task, 987_654).await;
    // Nor does somebody else's snapshot say where their tasks stand.
    let path = format!("/api/tasks/places?tab=all&id={task}&snapshot={}", hidden["snapshot"].as_str().expect("a name"));
    let (hers, his) = (get(&ana, &path).await, get(&gus, &path).await);
    assert_eq!((hers["known"].as_bool(), his["known"].as_bool()), (Some(true), Some(false)));
    assert_eq!(his["places"], json!([]));
}

#[tokio::test]
async fn a_change_of_a_filtered_list_is_told_as_it_is() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    let list = get(&ana, "/api/tasks?tab=todo&status=available&sort=name&limit=200").await;
    assert!(rows(&list).iter().all(|row| ["available", "created"].iter().any(|word| row["status"] == *word)));
    let (first, last) = (&rows(&list)[0], rows(&list).last().expect("a row"));
    let asked = format!(
        "/api/tasks/places?tab=todo&status=available&sort=name&snapshot={}",
        list["snapshot"].as_str().expect("a name")
    );
    let places = get(&ana, &format!("{asked}&id={},{}", first["id"], last["id"])).await;
    let end = rows(&list).len() - 1;
    assert_eq!(
        places["places"],
        json!([{"id": first["id"], "row": 0, "belongs": true}, {"id": last["id"], "row": end, "belongs": true}])
    );
    // One that is elsewhere in the tab stands nowhere in this list.
    let all = get(&ana, "/api/tasks?tab=all&limit=200").await;
    let here = ids(&list);
    let other = ids(&all).into_iter().find(|id| !here.contains(id)).expect("another task");
    assert_eq!(get(&ana, &format!("{asked}&id={other}")).await["places"], json!([]));
    let unknown = get(&ana, &format!("/api/tasks/places?tab=todo&id={}&snapshot=nonsense", first["id"])).await;
    assert_eq!((unknown["known"].as_bool(), unknown["places"][0]["row"].is_null()), (Some(false), true));
    assert_eq!(unknown["counts"], get(&ana, "/api/tasks?tab=todo").await["counts"]);
}

#[tokio::test]
async fn a_row_is_found_by_its_task_wherever_it_stands_now() {
    let world = World::with(crate::support::Setup { more_tasks: 300, ..Default::default() }).await;
    let ana = world.browser().signed_in(ANA).await;
    let list = get(&ana, "/api/tasks?tab=all&sort=name&offset=150&limit=1").await;
    let task = rows(&list)[0]["id"].as_i64().expect("an id");
    let around = get(&ana, &format!("/api/tasks?tab=all&sort=name&limit=200&offset=0&anchor={task}")).await;
    assert_eq!((around["anchor"].as_u64(), around["offset"].as_u64()), (Some(150), Some(90)));
    assert_eq!(rows(&around)[60]["id"], task);
    let back = get(&ana, &format!("/api/tasks?tab=all&sort=-name&limit=200&anchor={task}")).await;
    assert_eq!(back["anchor"].as_u64(), around["total"].as_u64().map(|total| total - 151), "the other way round");
    let gone = get(&ana, "/api/tasks?tab=all&sort=name&limit=2&offset=7&anchor=987654").await;
    assert_eq!((gone["offset"].as_u64(), gone["anchor"].is_null()), (Some(7), true));
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_with_a_sentence() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    let many = (1..=201).map(|id| id.to_string()).collect::<Vec<_>>().join(",");
    for (bad, says) in [
        ("job=x".to_owned(), "job is ids with commas"),
        ("job=1;2".to_owned(), "job is ids with commas"),
        ("due=soon".to_owned(), "due is overdue, today, week or none"),
        ("issues=closed".to_owned(), "issues is open"),
        ("sort=up".to_owned(), "sort"),
        ("tz=Nowhere".to_owned(), "Europe/Berlin"),
        ("id=a".to_owned(), "id is at most 200 ids"),
        (format!("id={many}"), "id is at most 200 ids"),
        ("jobs=1".to_owned(), "jobs"),
    ] {
        for path in ["/api/tasks", "/api/tasks/facets", "/api/tasks/places"] {
            let answer = ana.get(&format!("{path}?{bad}")).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path} {bad}");
            assert!(answer.json()["detail"].as_str().expect("words").contains(says), "{bad}: {}", answer.text());
        }
    }
    assert_eq!(ana.get("/api/tasks?due=today&tz=%2B02:00").await.status, StatusCode::OK);
}

async fn send(who: &mut Browser, method: Method, path: &str, body: &Value) -> StatusCode {
    let request = who.request(method, path).json(body);
    who.send(request).await.status
}

#[tokio::test]
async fn aut_07_views_of_tasks_are_words_only_and_mine_are_mine() {
    let world = World::start().await;
    let (mut ana, mut ben, mut rita) = (
        world.browser().signed_in(ANA).await,
        world.browser().signed_in(BEN).await,
        world.browser().signed_in(RITA).await,
    );
    // What the configuration opens to a claim is there for whoever has it, and for nobody else.
    assert_eq!(get(&ana, "/api/task-views").await, json!([]));
    let shared = get(&rita, "/api/task-views").await[0].clone();
    assert_eq!((shared["name"].as_str(), shared["mine"].as_bool()), (Some("Reviews, oldest first"), Some(false)));
    let of_all = format!("/api/task-views/{}", shared["id"].as_str().expect("an id"));

    let view = json!({
        "name": " <b>Late</b> ", "tab": "all", "q": "coins", "sort": "-due",
        "filter": [{"dimension": "job", "value": "303", "name": "Street"}, {"dimension": "due", "value": "overdue"}],
    });
    let made = ana.post("/api/task-views", &view).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text());
    let made = made.json();
    assert_eq!((made["name"].as_str(), made["filter"][0]["name"].as_str()), (Some("<b>Late</b>"), Some("Street")));
    assert_eq!(get(&ana, "/api/task-views").await, json!([made]));
    assert_eq!(get(&ben, "/api/task-views").await, json!([]), "Ben learns nothing of it");
    let path = format!("/api/task-views/{}", made["id"].as_str().expect("an id"));

    // Others' and the configuration's look like none at all.
    assert_eq!(send(&mut ana, Method::PUT, "/api/task-views/0190aaaa", &view).await, StatusCode::NOT_FOUND);
    for (who, path) in [(&mut ben, &path), (&mut ana, &of_all), (&mut rita, &of_all)] {
        assert_eq!(send(who, Method::PUT, path, &view).await, StatusCode::NOT_FOUND);
        assert_eq!(send(who, Method::DELETE, path, &json!(null)).await, StatusCode::NOT_FOUND);
    }
    for (who, path) in [(&mut ben, &path), (&mut ana, &of_all)] {
        assert_eq!(send(who, Method::PUT, &format!("{path}/pin"), &json!(null)).await, StatusCode::NOT_FOUND);
    }
    // Each pins for themselves, twice without harm; also what the configuration gives.
    for path in [&path, &path] {
        assert_eq!(send(&mut ana, Method::PUT, &format!("{path}/pin"), &json!(null)).await, StatusCode::NO_CONTENT);
    }
    for (who, path) in [(&mut ana, &path), (&mut rita, &of_all)] {
        assert_eq!(send(who, Method::PUT, &format!("{path}/pin"), &json!(null)).await, StatusCode::NO_CONTENT);
        assert_eq!(get(who, "/api/task-views").await[0]["pinned"], true);
        assert_eq!(get(who, "/api/tasks?limit=1").await["has_pins"], true, "so the page asks for them");
    }
    let renamed = json!({"name": "Later", "filter": []});
    assert_eq!(send(&mut ana, Method::PUT, &path, &renamed).await, StatusCode::OK);
    let list = get(&ana, "/api/task-views").await;
    assert_eq!((list[0]["name"].as_str(), list[0]["pinned"].as_bool()), (Some("Later"), Some(true)));
    assert_eq!(send(&mut ana, Method::DELETE, &format!("{path}/pin"), &json!(null)).await, StatusCode::NO_CONTENT);
    assert_eq!(get(&ana, "/api/task-views").await[0]["pinned"], false);
    assert!(get(&ana, "/api/tasks?limit=1").await["has_pins"].is_null());
    assert_eq!(send(&mut ana, Method::DELETE, &path, &json!(null)).await, StatusCode::NO_CONTENT);
    assert_eq!(get(&ana, "/api/task-views").await, json!([]));

    for bad in [
        json!({"name": ""}),
        json!({"name": "x".repeat(81)}),
        json!({"name": "x", "filter": [{"dimension": "job", "value": "x"}]}),
        json!({"name": "x", "filter": [{"dimension": "colour", "value": "1"}]}),
        json!({"name": "x", "tab": "mine"}),
        json!({"name": "x", "who": "ben"}),
    ] {
        assert_eq!(ana.post("/api/task-views", &bad).await.status, StatusCode::BAD_REQUEST, "{bad}");
    }
    for n in 1..=50 {
        assert_eq!(ana.post("/api/task-views", &json!({"name": format!("{n}")})).await.status, StatusCode::OK);
    }
    assert_eq!(ana.post("/api/task-views", &json!({"name": "51"})).await.status, StatusCode::CONFLICT);
}
