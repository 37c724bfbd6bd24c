//! In a host app: who may frame what, tokens and tickets, and sessions that are bound to a host.

use std::time::Duration;

use axum::http::{Method, StatusCode, header};
use portal_gateway::keys::{self, Scope, command::Command};
use serde_json::{Value, json};

use crate::support::{Answer, Browser, Stream, World};

const ANA: &str = "ana@acme.example";
const ALEX: &str = "alex@acme.example";

/// A key, made as an operator makes it.
async fn key(world: &World, project: &str, scopes: &[Scope]) -> String {
    let new = Command::New { name: "Shop".into(), project: project.into(), scopes: scopes.to_vec(), days: None };
    let made: Value =
        serde_json::from_str(&keys::command::run(&world.config, new, true).await.expect("what was asked for"))
            .expect("what was asked for");
    made["key"].as_str().expect("what was asked for").to_owned()
}

/// What the backend of a host app does: no cookie, no `Sec-Fetch-Site`.
async fn with_key(world: &World, key: &str, method: Method, path: &str, body: &Value) -> Answer {
    let mut backend = world.browser();
    let mut request = backend.request(method, path).json(body).build().expect("what was asked for");
    request.headers_mut().remove("sec-fetch-site");
    request.headers_mut().insert(header::AUTHORIZATION, format!("Bearer {key}").parse().expect("what was asked for"));
    let client = reqwest::Client::new();
    backend.send(reqwest::RequestBuilder::from_parts(client, request)).await
}

async fn mint(world: &World, key: &str, body: &Value) -> Answer {
    with_key(world, key, Method::POST, "/api/embed-tokens", body).await
}

async fn token(world: &World, key: &str, host: &str, email: &str, role: &str) -> String {
    let answer = mint(world, key, &json!({"host": host, "email": email, "role": role})).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(answer.json()["expires_in"], json!(60));
    answer.json()["token"].as_str().expect("what was asked for").to_owned()
}

async fn redeem(browser: &mut Browser, host: &str, pass: &Value) -> Answer {
    browser.post(&format!("/embed/{host}/api/session"), pass).await
}

/// Somebody inside the frame of the shop, by token.
async fn inside(world: &World, email: &str) -> Browser {
    let key = key(world, "acme-vision", &[Scope::Embed]).await;
    let token = token(world, &key, "shop", email, "reviewer").await;
    let mut browser = world.browser();
    assert_eq!(redeem(&mut browser, "shop", &json!({"token": token})).await.status, StatusCode::NO_CONTENT);
    browser
}

fn policy(answer: &Answer) -> String {
    let policy = answer.header("content-security-policy");
    policy.split("frame-ancestors ").nth(1).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn emb_01_each_page_may_be_framed_by_exactly_its_host_or_by_nobody() {
    let world = World::start().await;
    let browser = world.browser();
    for path in [
        "/embed/shop",
        "/embed/shop/",
        "/embed/shop/inbox?tab=all",
        "/embed/shop/tasks/1001",
        "/embed/shop/files/2",
        "/embed/shop/signed-out",
    ] {
        let answer = browser.get(path).await;
        assert_eq!((answer.status, policy(&answer).as_str()), (StatusCode::OK, "http://localhost:9001"), "{path}");
        assert!(answer.header("x-frame-options").is_empty(), "{path}");
        assert!(answer.header("content-security-policy").contains("script-src 'self' 'wasm-unsafe-eval'"), "{path}");
    }
    assert_eq!(policy(&browser.get("/embed/crm/inbox").await), "https://crm.example.com");
    for path in [
        "/",
        "/tasks/1001",
        "/inbox",
        "/signin/callback",
        "/embed/shop/signin",
        "/embed/shop/api/session",
        "/api/session",
    ] {
        assert_eq!(policy(&browser.get(path).await), "'none'", "{path}");
    }
}

#[tokio::test]
async fn emb_02_pages_for_admins_and_unknown_hosts_are_not_there_in_a_frame() {
    let world = World::start().await;
    let browser = world.browser();
    for path in [
        "/embed/shop/schemas",
        "/embed/shop/schema/1",
        "/embed/shop/admin",
        "/embed/shop/audit",
        "/embed/shop/signin/callback",
        "/embed/shop/embed/shop/inbox",
        "/embed/shop//inbox",
        "/embed/shop/healthz",
        "/embed/shop/webhooks/diffgram/acme-vision",
        "/embed/nowhere/inbox",
        "/embed/nowhere",
        "/embed/Shop/inbox",
        "/embed/%73hop/inbox",
        "/embed/",
    ] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(policy(&answer), "'none'", "{path}");
    }
    let (unknown, known) = (browser.get("/embed/nowhere/inbox").await, browser.get("/embed/shop/admin").await);
    assert_eq!(unknown.text(), known.text(), "unknown and not for frames look alike");
}

#[tokio::test]
async fn a_token_of_the_hosts_backend_signs_its_person_in_within_the_frame_and_nowhere_else() {
    let world = World::start().await;
    let ana = inside(&world, ANA).await;
    let session = ana.get("/embed/shop/api/session").await;
    assert_eq!(session.status, StatusCode::OK, "{}", session.text());
    assert_eq!((&session.json()["name"], &session.json()["account"]), (&json!("Ana Lima"), &json!("known")));
    let list = ana.get("/embed/shop/api/tasks?tab=all&limit=200").await.json();
    assert_eq!(list["total"], json!(world.diffgram.tasks_of(ANA).len()), "her own scope");
    let file = world.diffgram.tasks_of(ANA)[0].1;
    let thumb = ana.get(&format!("/embed/shop/api/files/{file}/media/full")).await;
    assert_eq!(thumb.status, StatusCode::OK, "no header is needed, as pictures can send none");
    for path in ["/api/session", "/api/tasks", "/embed/crm/api/session", "/embed/crm/api/tasks"] {
        assert_eq!(ana.get(path).await.status, StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test]
async fn ses_02_the_cookie_of_a_frame_is_partitioned_and_goes_as_it_came() {
    let world = World::start().await;
    let key = key(&world, "acme-vision", &[Scope::Embed]).await;
    let mut browser = world.browser();
    let pass = json!({"token": token(&world, &key, "shop", ANA, "user").await});
    let set = redeem(&mut browser, "shop", &pass).await.header("set-cookie");
    assert!(
        set.starts_with("portal-embed-shop=")
            && set.ends_with("; Path=/; HttpOnly; SameSite=None; Secure; Partitioned"),
        "{set}"
    );
    let stream = browser.clone();
    let over = browser.delete("/embed/shop/api/session").await;
    assert!(over.header("set-cookie").contains("SameSite=None; Secure; Partitioned; Max-Age=0"));
    assert_eq!(over.json()["end_session_url"], Value::Null, "a frame goes to no provider");
    assert_eq!(stream.get("/embed/shop/api/session").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn ses_03_two_hosts_and_the_top_level_are_three_places() {
    let world = World::start().await;
    let key = key(&world, "acme-vision", &[Scope::Embed]).await;
    // One browser that sends all its cookies everywhere, as no browser does.
    let mut browser = world.browser().signed_in("rita@acme.example").await;
    for (host, email) in [("shop", ANA), ("crm", "ben@acme.example")] {
        let pass = json!({"token": token(&world, &key, host, email, "user").await});
        assert_eq!(redeem(&mut browser, host, &pass).await.status, StatusCode::NO_CONTENT);
    }
    let name = async |path: &str| browser.get(path).await.json()["name"].as_str().unwrap_or_default().to_owned();
    assert_eq!(name("/api/session").await, "Rita Berg");
    assert_eq!(name("/embed/shop/api/session").await, "Ana Lima");
    assert_eq!(name("/embed/crm/api/session").await, "Ben Okafor");

    // The value of one place under the name of another is nobody.
    let (top, shop) = (browser.cookies["portal"].clone(), browser.cookies["portal-embed-shop"].clone());
    let mut swapped = world.browser();
    swapped.cookies.insert("portal".into(), shop.clone());
    swapped.cookies.insert("portal-embed-shop".into(), top);
    swapped.cookies.insert("portal-embed-crm".into(), shop);
    for path in ["/api/session", "/embed/shop/api/session", "/embed/crm/api/session"] {
        assert_eq!(swapped.get(path).await.status, StatusCode::UNAUTHORIZED, "{path}");
        swapped.delete(path).await;
    }
    assert_eq!(name("/embed/shop/api/session").await, "Ana Lima", "nor does it sign anybody out");
    let mut only_shop = browser.clone();
    only_shop.delete("/embed/shop/api/session").await;
    assert_eq!(name("/embed/shop/api/session").await, "");
    assert_eq!(name("/embed/crm/api/session").await, "Ben Okafor");
    assert_eq!(name("/api/session").await, "Rita Berg");
}

#[tokio::test]
async fn emb_10_a_pass_is_good_once_for_a_minute_in_one_host_as_what_it_is() {
    let world = World::start().await;
    let key = key(&world, "acme-vision", &[Scope::Embed]).await;
    let refused = async |host: &str, pass: Value, why: &str| {
        let mut browser = world.browser();
        let answer = redeem(&mut browser, host, &pass).await;
        assert_eq!((answer.status, answer.problem().as_str()), (StatusCode::UNAUTHORIZED, "signin-rejected"), "{why}");
        assert!(answer.header("set-cookie").is_empty() && browser.cookies.is_empty(), "{why}");
        answer.json()["detail"].clone()
    };
    let used = token(&world, &key, "shop", ANA, "user").await;
    redeem(&mut world.browser(), "shop", &json!({"token": used})).await;
    let elsewhere = token(&world, &key, "shop", ANA, "user").await;
    let kind = token(&world, &key, "shop", ANA, "user").await;
    let words = [
        refused("shop", json!({"token": used}), "used").await,
        refused("crm", json!({"token": elsewhere}), "another host").await,
        refused("shop", json!({"token": elsewhere}), "tried at another host").await,
        refused("shop", json!({"ticket": kind}), "no ticket").await,
        refused("shop", json!({"token": "x".repeat(5_000)}), "made up").await,
        refused("shop", json!({"token": ""}), "empty").await,
    ];
    let late = token(&world, &key, "shop", ANA, "user").await;
    world.later(Duration::from_secs(61));
    assert_eq!(refused("shop", json!({"token": late}), "too old").await, words[0]);
    assert!(words.iter().all(|said| *said == words[0]), "alike, whatever the reason: {words:?}");
    for odd in [json!({}), json!({"token": "a", "ticket": "b"}), json!({"code": "x"}), json!([])] {
        assert_eq!(redeem(&mut world.browser(), "shop", &odd).await.status, StatusCode::BAD_REQUEST, "{odd}");
    }
}

#[tokio::test]
async fn emb_10_a_key_mints_for_its_scope_its_project_and_known_hosts_only() {
    let world = World::start().await;
    let embed = key(&world, "acme-vision", &[Scope::Embed]).await;
    let schemas = key(&world, "acme-vision", &[Scope::SchemasWrite]).await;
    let asked = async |key: &str, host: &str, email: &str, role: &str| {
        let answer = mint(&world, key, &json!({"host": host, "email": email, "role": role})).await;
        (answer.status, answer.problem())
    };
    let insufficient = (StatusCode::FORBIDDEN, "insufficient-scope".to_owned());
    assert_eq!(asked(&schemas, "shop", ANA, "user").await, insufficient, "AUT-11: a key for something else");
    assert_eq!(asked(&embed, "shop", ALEX, "admin").await, insufficient, "an admin takes embed:admin");
    assert_eq!(asked(&embed, "nowhere", ANA, "user").await.0, StatusCode::BAD_REQUEST);
    for stranger in
        ["gus@globex.example", "nora@nowhere.example", "nobody", "", "ana@acme.example\u{0}", "аna@acme.example"]
    {
        assert_eq!(
            asked(&embed, "shop", stranger, "user").await,
            (StatusCode::NOT_FOUND, "not-found".into()),
            "{stranger:?}"
        );
    }
    assert_eq!(asked(&embed, "shop", "ANA@Acme.Example", "user").await.0, StatusCode::OK, "addresses fold");
    assert_eq!(asked("dp_wrong", "shop", ANA, "user").await.0, StatusCode::UNAUTHORIZED);
    // A signed-in admin is no key.
    let mut alex = world.browser().signed_in(ALEX).await;
    let body = json!({"host": "shop", "email": ANA});
    assert_eq!(alex.post("/api/embed-tokens", &body).await.status, StatusCode::UNAUTHORIZED);

    let lines = alex.get("/api/audit").await.json();
    let mine: Vec<&Value> =
        lines["lines"].as_array().unwrap().iter().filter(|line| line["action"] == "embed.token").collect();
    assert_eq!(mine.iter().filter(|line| line["outcome"] == "done").count(), 1);
    assert_eq!(
        mine.iter().filter(|line| line["outcome"] == "refused").count(),
        9,
        "refusals of a known key are lines too"
    );
    assert!(mine.iter().all(|line| line["by_key"] == true && !line.to_string().contains('@')), "ids only: {mine:?}");
}

#[tokio::test]
async fn aut_11_a_key_for_frames_neither_reads_nor_changes_attributes() {
    let world = World::start().await;
    let embed = key(&world, "acme-vision", &[Scope::Embed, Scope::EmbedAdmin]).await;
    for (method, path, body) in [
        (Method::PATCH, "/api/attributes/1/options", json!({"add": [{"name": "New"}]})),
        (Method::GET, "/api/schemas", json!({})),
        (Method::PATCH, "/embed/shop/api/attributes/1/options", json!({"add": [{"name": "New"}]})),
    ] {
        let answer = with_key(&world, &embed, method.clone(), path, &body).await;
        let got = (answer.status, answer.problem());
        assert_eq!(got, (StatusCode::FORBIDDEN, "insufficient-scope".into()), "{method} {path}");
    }
    // Nor does somebody inside a frame, whom the key made no admin.
    let mut ana = inside(&world, ANA).await;
    let answer =
        ana.request(Method::PATCH, "/embed/shop/api/attributes/1/options").json(&json!({"add": [{"name": "New"}]}));
    let answer = ana.send(answer).await;
    assert_eq!((answer.status, answer.problem().as_str()), (StatusCode::FORBIDDEN, "forbidden"));
}

#[tokio::test]
async fn emb_10_a_frame_gives_the_least_of_person_key_and_what_was_asked() {
    let world = World::start().await;
    let (embed, admin) =
        (key(&world, "acme-vision", &[Scope::Embed]).await, key(&world, "acme-vision", &[Scope::EmbedAdmin]).await);
    // The provider brought them here once, so that their roles are known.
    for email in [ALEX, "rita@acme.example"] {
        world.browser().signed_in(email).await;
    }
    let role = async |key: &str, email: &str, role: &str| {
        let mut browser = world.browser();
        let pass = json!({"token": token(&world, key, "shop", email, role).await});
        redeem(&mut browser, "shop", &pass).await;
        let session = browser.get("/embed/shop/api/session").await.json();
        assert_eq!(session["projects"].as_array().unwrap().len(), 1);
        let may = browser.get("/embed/shop/api/audit").await.status == StatusCode::OK;
        (session["projects"][0]["role"].as_str().unwrap().to_owned(), may)
    };
    assert_eq!(role(&embed, ALEX, "user").await, ("user".into(), false), "a leaked key makes no admin");
    assert_eq!(role(&embed, ALEX, "reviewer").await, ("reviewer".into(), false));
    assert_eq!(role(&admin, ALEX, "admin").await, ("admin".into(), true));
    assert_eq!(role(&admin, ANA, "admin").await, ("user".into(), false), "nobody is more than themselves");
    assert_eq!(role(&embed, "rita@acme.example", "reviewer").await.0, "reviewer");
    assert_eq!(role(&embed, "una@acme.example", "reviewer").await.0, "user", "whom no provider vouched for is a user");
}

#[tokio::test]
async fn a_ticket_of_the_window_signs_the_same_person_in_within_the_frame() {
    let world = World::start().await;
    let mut window = world.browser().signed_in(ALEX).await;
    let answer = window.post("/api/embed-tickets", &json!({"host": "shop"})).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let ticket = answer.json()["ticket"].as_str().unwrap().to_owned();
    let mut frame = world.browser();
    assert_eq!(redeem(&mut frame, "shop", &json!({"ticket": ticket})).await.status, StatusCode::NO_CONTENT);
    let session = frame.get("/embed/shop/api/session").await.json();
    assert_eq!(session["name"], json!("Alex Doe"));
    assert_eq!(session["projects"][0]["role"], json!("reviewer"), "nobody is an admin in a frame by a ticket");
    assert_eq!(redeem(&mut frame, "shop", &json!({"ticket": ticket})).await.status, StatusCode::UNAUTHORIZED, "once");

    assert_eq!(window.post("/api/embed-tickets", &json!({"host": "nowhere"})).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        world.browser().post("/api/embed-tickets", &json!({"host": "shop"})).await.status,
        StatusCode::UNAUTHORIZED
    );
    // From a frame nobody gets further: not to another host, not to the top level, not to the provider.
    for (path, body) in [
        ("/embed/shop/api/embed-tickets", json!({"host": "crm"})),
        ("/embed/shop/api/embed-tokens", json!({"host": "crm", "email": ANA})),
        ("/embed/shop/api/signin", json!({"return_to": "/"})),
    ] {
        assert_eq!(frame.post(path, &body).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(frame.post("/api/embed-tickets", &json!({"host": "crm"})).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn ses_08_writes_in_a_frame_come_from_the_frame() {
    let world = World::start().await;
    let ana = inside(&world, ANA).await;
    for site in ["cross-site", "same-site", "none"] {
        let mut request = ana.request(Method::DELETE, "/embed/shop/api/session").build().unwrap();
        request.headers_mut().insert("sec-fetch-site", site.parse().unwrap());
        assert_eq!(reqwest::Client::new().execute(request).await.unwrap().status(), StatusCode::FORBIDDEN, "{site}");
    }
    assert_eq!(ana.get("/embed/shop/api/session").await.status, StatusCode::OK, "nothing happened");
}

#[tokio::test]
async fn ses_04_a_session_in_a_frame_ends_as_others_do_and_its_stream_with_it() {
    let world = World::start().await;
    let mut ana = inside(&world, ANA).await;
    let mut stream = Stream::new(ana.request(Method::GET, "/embed/shop/api/events").send().await.unwrap());
    let other = ana.clone();
    ana.delete("/embed/shop/api/session").await;
    assert!(stream.find(Duration::from_secs(5), |event| event.name == "signed_out").await.is_some());
    assert_eq!(other.get("/embed/shop/api/tasks").await.status, StatusCode::UNAUTHORIZED);

    let idle = inside(&world, ANA).await;
    world.later(Duration::from_secs(8 * 3_600 + 60));
    assert_eq!(idle.get("/embed/shop/api/session").await.problem(), "session-expired");
}

#[tokio::test]
async fn the_window_stays_tied_to_its_frame_and_other_pages_to_nobody() {
    let world = World::start().await;
    let opener = async |path: &str| world.browser().get(path).await.header("cross-origin-opener-policy");
    for path in ["/embed/shop/signin", "/signin/callback?code=a"] {
        assert_eq!(opener(path).await, "unsafe-none", "{path}");
    }
    for path in ["/", "/tasks/1", "/embed/shop/inbox", "/embed/nowhere/signin", "/signed-out", "/api/session"] {
        assert_eq!(opener(path).await, "same-origin", "{path}");
    }
}

#[tokio::test]
async fn the_frame_is_told_which_app_is_around_it() {
    let world = World::start().await;
    let browser = world.browser();
    let host = browser.get("/embed/shop/api/host").await.json();
    assert_eq!(host, json!({"id": "shop", "origin": "http://localhost:9001", "name": "Acme Shop"}));
    assert_eq!(browser.get("/embed/crm/api/host").await.json()["name"], "crm");
    for path in ["/api/host", "/embed/nowhere/api/host"] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
