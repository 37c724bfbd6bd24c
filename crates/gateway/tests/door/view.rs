//! The explorer page's doors: counts and exports show nothing that is out of sight, and views reach those they are for.

use std::{collections::BTreeSet, time::Duration};

use axum::http::{Method, StatusCode};
use portal_gateway::keys::{Scope, command::Command};
use serde_json::{Value, json};

use crate::support::{
    Answer, Browser, World, eventually,
    files::{due, encoded, world_read_for},
};

const ANA: &str = "ana@acme.example";
const BEN: &str = "ben@acme.example";
const GUS: &str = "gus@globex.example";
const RITA: &str = "rita@acme.example";
const ALEX: &str = "alex@acme.example";
const NORTH: &str = "cust-north-portraits";
const SOUTH: &str = "cust-south-portraits";
const FORMATS: [&str; 4] = ["csv", "jsonl", "coco", "ids"];

/// What these people may see has been read, annotations too.
async fn world() -> World {
    world_read_for(&[ANA, BEN]).await
}

async fn export(browser: &Browser, q: &str, format: &str) -> Answer {
    browser.get(&format!("/api/files/export?format={format}&q={}", encoded(q))).await
}

async fn chosen(browser: &mut Browser, order: Value) -> Answer {
    browser.post("/api/files/export", &order).await
}

fn ids(answer: &Answer) -> Vec<i64> {
    answer.text().lines().map(|line| line.parse().expect("an id")).collect()
}

async fn key(world: &World, project: &str, scopes: &[Scope]) -> String {
    let new = Command::New { name: "Shop".into(), project: project.into(), scopes: scopes.to_vec(), days: None };
    let made = portal_gateway::keys::command::run(&world.config, new, true).await.expect("a key");
    let made: Value = serde_json::from_str(&made).expect("JSON");
    made["key"].as_str().expect("a key").to_owned()
}

async fn by_key(world: &World, key: &str, method: Method, path: &str, body: Option<&Value>) -> Answer {
    let mut host = world.browser();
    let mut request = host.request(method, path).bearer_auth(key);
    if let Some(body) = body {
        request = request.json(body);
    }
    host.send(request).await
}

#[tokio::test]
async fn aut_01_aut_08_exports_and_counts_hold_what_the_person_sees_and_nothing_else() {
    let world = world().await;
    for (email, datasets, hidden) in [(ANA, [NORTH], "south"), (BEN, [SOUTH], "north")] {
        let mut browser = world.browser().signed_in(email).await;
        let due = due(&world, email, &datasets);
        let all = export(&browser, "", "ids").await;
        assert_eq!(ids(&all).into_iter().collect::<BTreeSet<_>>(), due, "{email}");
        assert_eq!(all.header("x-portal-files"), due.len().to_string());
        let counted = browser.get("/api/files/facets").await;
        assert_eq!(counted.json()["total"], due.len());
        assert!(!counted.text().contains(hidden), "{email}: {}", counted.text());
        for format in FORMATS {
            let text = export(&browser, "", format).await.text();
            assert!(!text.contains(&format!("{hidden}-")), "{email} {format}");
            // Asked for by name it is as if it were not there.
            let asked = export(&browser, &format!("dataset:cust-{hidden}-portraits"), format).await;
            assert_eq!(
                asked.body,
                export(&browser, "name:nothing-is-called-so", format).await.body,
                "{email} {format}"
            );
        }
        // Named by its id: the same.
        let theirs = world.diffgram.files_in(&format!("cust-{hidden}-portraits"))[0].0;
        let mine = *due.first().expect("a file");
        let order = json!({"q": "", "format": "ids", "ids": [theirs, mine]});
        assert_eq!(ids(&chosen(&mut browser, order).await), [mine]);
        let but = json!({"q": "", "format": "ids", "ids": [mine], "but": true});
        let rest: BTreeSet<i64> = ids(&chosen(&mut browser, but).await).into_iter().collect();
        assert_eq!(rest, due.iter().copied().filter(|id| *id != mine).collect());
    }
    // Without rights: as a query that finds nothing.
    let ana = world.browser().signed_in(ANA).await;
    for email in ["una@acme.example", "nora@nowhere.example"] {
        let browser = world.browser().signed_in(email).await;
        for format in FORMATS {
            let (nobodys, nothing) =
                (export(&browser, "", format).await, export(&ana, "name:nothing-is-called-so", format).await);
            assert_eq!((nobodys.status, &nobodys.body), (StatusCode::OK, &nothing.body), "{email} {format}");
            assert_eq!(nobodys.header("x-portal-files"), "0");
        }
        let nothing = ana.get("/api/files/facets?q=name:nothing-is-called-so").await;
        assert_eq!(browser.get("/api/files/facets").await.json(), nothing.json(), "{email}");
    }
    let nobody = world.browser();
    assert_eq!(export(&nobody, "", "csv").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(nobody.get("/api/files/ids?limit=5").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn exports_are_whole_in_the_order_of_the_query_and_leave_a_line_in_the_audit() {
    let world = world().await;
    let mut ana = world.browser().signed_in(ANA).await;
    let q = format!("dataset:{NORTH} sort:-name");
    let list = ana.get(&format!("/api/files?limit=200&q={}", encoded(&q))).await.json();
    let rows = list["rows"].as_array().expect("rows");
    let expected: Vec<i64> = rows.iter().map(|row| row["file"]["id"].as_i64().expect("an id")).collect();
    assert!(expected.len() > 5);
    assert_eq!(ids(&export(&ana, &q, "ids").await), expected);
    let named = ana.get(&format!("/api/files/ids?limit=3&offset=2&q={}", encoded(&q))).await.json();
    assert_eq!(named["ids"], json!(expected[2..5]));

    let csv = export(&ana, &q, "csv").await;
    assert_eq!(csv.text().lines().count(), expected.len() + 1);
    let disposition = csv.header("content-disposition");
    assert!(
        disposition.starts_with("attachment; filename=\"files-20") && disposition.ends_with(".csv\""),
        "{disposition}"
    );
    assert_eq!(
        (csv.header("content-type").as_str(), csv.header("cache-control").as_str()),
        ("text/csv; charset=utf-8; header=present", "no-store")
    );

    let lines = export(&ana, &q, "jsonl").await.text();
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let coco = export(&ana, &q, "coco").await.json();
    let (people, models) =
        (coco["annotations"].as_array().expect("people's"), coco["predictions"].as_array().expect("models'"));
    // COCO is about pictures.
    let pictures: Vec<&Value> = rows.iter().filter(|row| row["file"]["kind"] == "image").collect();
    let counted = |what: &str| pictures.iter().map(|row| row[what].as_u64().unwrap_or(0)).sum::<u64>();
    assert_eq!((people.len() as u64, models.len() as u64), (counted("truths"), counted("predictions")));
    assert!(!people.is_empty() && !models.is_empty());
    // What is drawn on the frames of a clip is counted, not listed.
    let drawn: usize = lines.iter().filter_map(|line| line["annotations"].as_array()).map(Vec::len).sum();
    assert!(lines.iter().all(|line| line["annotations"].is_array() != (line["type"] == "video")));
    assert_eq!(drawn, people.len() + models.len());
    let categories: BTreeSet<i64> =
        coco["categories"].as_array().expect("categories").iter().filter_map(|one| one["id"].as_i64()).collect();
    for one in people.iter().chain(models) {
        assert!(expected.contains(&one["image_id"].as_i64().expect("a picture")));
        assert!(categories.contains(&one["category_id"].as_i64().expect("a category")));
        assert_eq!(one["bbox"].as_array().map(Vec::len), Some(4));
    }
    assert!(models.iter().all(|one| one["score"].is_number()) && people.iter().all(|one| one["score"].is_null()));

    for bad in ["/api/files/export?format=xml", "/api/files/export?q=lable:x", "/api/files/export?nonsense=1"] {
        assert_eq!(ana.get(bad).await.status, StatusCode::BAD_REQUEST, "{bad}");
    }
    assert_eq!(chosen(&mut ana, json!({"q": "", "format": "csv", "more": 1})).await.status, StatusCode::BAD_REQUEST);
    let admin = world.browser().signed_in(ALEX).await;
    eventually("the audit knows", Duration::from_secs(10), async || {
        let lines = admin.get("/api/audit").await.json();
        let of_export = |line: &&Value| line["action"] == "files.export" && line["outcome"] == "done";
        let found: Vec<&Value> =
            lines["lines"].as_array().or(lines.as_array()).expect("lines").iter().filter(of_export).collect();
        found.len() >= 4
            && found.iter().all(|line| line["detail"].as_str().is_some_and(|detail| detail.contains(NORTH)))
    })
    .await;
}

#[tokio::test]
async fn exports_hold_what_is_marked_in_texts_and_sounds_as_well() {
    let world = world().await;
    let ana = world.browser().signed_in(ANA).await;
    let all = export(&ana, "", "jsonl").await.text();
    let all: Vec<Value> = all.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    for kind in ["image", "text", "audio"] {
        let drawn =
            |line: &&Value| line["people_drew"].as_u64().unwrap_or(0) + line["models_predicted"].as_u64().unwrap_or(0);
        let some: Vec<&Value> = all.iter().filter(|line| line["type"] == kind).filter(|line| drawn(line) > 0).collect();
        assert!(!some.is_empty(), "a marked {kind}");
        for line in some {
            assert_eq!(line["annotations"].as_array().map(|all| all.len() as u64), Some(drawn(&line)), "{line}");
        }
    }
}

#[tokio::test]
async fn a_view_keeps_how_it_shows_and_its_link_lands_so() {
    let world = World::start().await;
    let (mut ana, mut ben) = (world.browser().signed_in(ANA).await, world.browser().signed_in(BEN).await);
    let look = json!({"size": "table", "score": 60, "no_predictions": true});
    let made = ana.post("/api/views", &json!({"name": "Mine", "q": "label:face sort:name", "look": look})).await.json();
    assert_eq!((&made["look"], &made["pinned"]), (&look, &json!(false)));
    let id = made["id"].as_str().expect("an id");
    let led = ana.get(&format!("/go/view/{id}")).await;
    assert_eq!(led.header("location"), "/explorer?q=label%3Aface%20sort%3Aname&size=table&score=60&predictions=off");
    for bad in [json!({"size": "huge"}), json!({"score": 101}), json!({"colour": 1})] {
        let view = json!({"name": "x", "q": "", "look": bad});
        assert_eq!(ana.post("/api/views", &view).await.status, StatusCode::BAD_REQUEST, "{bad}");
    }
    // In the menu: hers, and those for everybody; Ben's stay his.
    let pin = format!("/api/views/{id}/pin");
    let put = ben.request(Method::PUT, &pin);
    assert_eq!(ben.send(put).await.status, StatusCode::NOT_FOUND);
    let put = ana.request(Method::PUT, &pin);
    assert_eq!(ana.send(put).await.status, StatusCode::NO_CONTENT);
    let shared = ana.get("/api/views").await.json()[0]["id"].as_str().expect("an id").to_owned();
    let put = ana.request(Method::PUT, &format!("/api/views/{shared}/pin"));
    assert_eq!(ana.send(put).await.status, StatusCode::NO_CONTENT);
    let pinned = |views: Value| views.as_array().expect("views").iter().filter(|view| view["pinned"] == true).count();
    assert_eq!(pinned(ana.get("/api/views").await.json()), 2);
    assert_eq!(pinned(ben.get("/api/views").await.json()), 0);
    assert_eq!(ana.delete(&pin).await.status, StatusCode::NO_CONTENT);
    assert_eq!(pinned(ana.get("/api/views").await.json()), 1);
}

#[tokio::test]
async fn aut_11_a_host_app_gives_views_to_roles_of_its_project_with_the_scope_for_it() {
    let world = World::start().await;
    let write = key(&world, "acme-vision", &[Scope::ViewsWrite]).await;
    let other = key(&world, "acme-vision", &[Scope::SchemasWrite, Scope::Embed]).await;
    let view =
        json!({"name": "Unsure faces", "q": "label:face score<0.6", "look": {"size": "l"}, "roles": ["reviewer"]});
    let path = "/api/query-views/unsure-faces";
    assert_eq!(by_key(&world, &other, Method::PUT, path, Some(&view)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(by_key(&world, "dp_nonsense", Method::PUT, path, Some(&view)).await.status, StatusCode::UNAUTHORIZED);
    let made = by_key(&world, &write, Method::PUT, path, Some(&view)).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text());
    let made = made.json();
    assert_eq!(
        (&made["id"], &made["name"], &made["roles"]),
        (&json!("unsure-faces"), &json!("Unsure faces"), &json!(["reviewer"]))
    );
    let link = made["link"].as_str().expect("a link").to_owned();
    // A session is no key.
    let mut rita = world.browser().signed_in(RITA).await;
    let put = rita.request(Method::PUT, path).json(&view);
    assert_eq!(rita.send(put).await.status, StatusCode::UNAUTHORIZED);

    let sees = async |email: &str| {
        let browser = world.browser().signed_in(email).await;
        let views = browser.get("/api/views").await.text();
        let led = browser.get(&format!("/go/view/{link}")).await;
        (views.contains("Unsure faces"), led.header("location").starts_with("/explorer?q=label%3Aface"))
    };
    assert_eq!(sees(RITA).await, (true, true));
    for email in [ANA, GUS, "nora@nowhere.example"] {
        assert_eq!(sees(email).await, (false, false), "{email}");
    }
    // Written over, for all of the project; its link stays.
    let for_all = json!({"name": "Unsure faces", "q": "label:face"});
    let again = by_key(&world, &write, Method::PUT, path, Some(&for_all)).await.json();
    assert_eq!(again["link"], link);
    assert_eq!(sees(ANA).await, (true, true));
    assert_eq!(sees(GUS).await, (false, false), "another project");
    let listed = by_key(&world, &write, Method::GET, "/api/query-views", None).await.json();
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
    let globex = key(&world, "globex-lab", &[Scope::ViewsWrite]).await;
    assert_eq!(by_key(&world, &globex, Method::GET, "/api/query-views", None).await.json(), json!([]));
    assert_eq!(by_key(&world, &globex, Method::DELETE, path, None).await.status, StatusCode::NOT_FOUND);

    for (id, bad) in [
        ("Upper", &for_all),
        ("x", &json!({"name": "", "q": ""})),
        ("x", &json!({"name": "x", "q": "lable:x"})),
        ("x", &json!({"name": "x", "q": "", "roles": ["king"]})),
    ] {
        let answer = by_key(&world, &write, Method::PUT, &format!("/api/query-views/{id}"), Some(bad)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{id} {bad}");
    }
    assert_eq!(by_key(&world, &write, Method::DELETE, path, None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(sees(RITA).await, (false, false));
    let admin = world.browser().signed_in(ALEX).await;
    let audit = admin.get("/api/audit").await.text();
    assert!(audit.contains("view.give") && audit.contains("view.take") && audit.contains("view unsure-faces"));
}
