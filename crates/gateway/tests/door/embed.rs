//! In a host app: who may frame what, tokens and tickets, and sessions that are bound to a host.

use std::time::Duration;

use axum::http::{Method, StatusCode, header};
use portal_demo::diffgram::TaskChange;
use portal_gateway::keys::{self, Scope, command::Command};
use serde_json::{Value, json};

use crate::support::{Answer, Browser, Stream, World, files::world_read_for};

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
async fn emb_02_pages_for_admins_and_unknown_hosts_are_not_there_in_a_frame_unless_its_host_shows_them() {
    let world = World::start().await;
    let browser = world.browser();
    for path in [
        "/embed/shop/schemas",
        "/embed/shop/schemas/1",
        "/embed/shop/schema/1",
        "/embed/studio/next",
        "/embed/studio/explorer",
        "/embed/studio/tasks/1001",
        "/embed/studio/files/2",
        "/embed/studio/hosts",
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
    for path in ["/embed/studio/schemas", "/embed/studio/schemas/1", "/embed/studio/inbox", "/embed/studio/signed-out"]
    {
        let answer = browser.get(path).await;
        let who = policy(&answer);
        assert_eq!((answer.status, who.as_str()), (StatusCode::OK, "https://studio.example.com"), "{path}");
    }
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
        (Method::PATCH, "/embed/studio/api/attributes/1/options", json!({"add": [{"name": "New"}]})),
    ] {
        let answer = with_key(&world, &embed, method.clone(), path, &body).await;
        let got = (answer.status, answer.problem());
        assert_eq!(got, (StatusCode::FORBIDDEN, "insufficient-scope".into()), "{method} {path}");
    }
    // Nor does somebody inside a frame, whom the key made no admin.
    let mut ana = world.browser();
    let pass = json!({"token": token(&world, &embed, "studio", ANA, "user").await});
    assert_eq!(redeem(&mut ana, "studio", &pass).await.status, StatusCode::NO_CONTENT);
    let answer =
        ana.request(Method::PATCH, "/embed/studio/api/attributes/1/options").json(&json!({"add": [{"name": "New"}]}));
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
        let pass = json!({"token": token(&world, key, "studio", email, role).await});
        redeem(&mut browser, "studio", &pass).await;
        let session = browser.get("/embed/studio/api/session").await.json();
        assert_eq!(session["projects"].as_array().unwrap().len(), 1);
        let may = browser.get("/embed/studio/api/schemas").await.status == StatusCode::OK;
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
    let views = ["inbox", "next", "task", "file", "explorer"];
    assert_eq!(
        host,
        json!({
            "id": "shop", "origin": "http://localhost:9001", "name": "Acme Shop",
            "views": views, "look": {}, "brand": {},
        })
    );
    assert_eq!(browser.get("/embed/crm/api/host").await.json()["name"], "crm");
    for path in ["/api/host", "/embed/nowhere/api/host"] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn emb_20_a_host_has_its_look_and_its_own_name_pictures_and_words() {
    let world = World::start().await;
    let browser = world.browser();
    let host = browser.get("/embed/studio/api/host").await.json();
    assert_eq!(host["views"], json!(["inbox", "schema"]));
    let look = json!({"scheme": "dark", "accent": "#0b6bcb", "radius": 4, "density": "compact", "locale": "de"});
    assert_eq!(host["look"], look);
    let brand = &host["brand"];
    assert_eq!((&brand["name"], &brand["title"]), (&json!("Acme & Sons"), &json!("Work")));
    assert_eq!((&brand["welcome"], &brand["signin"]), (&json!("Hello."), &json!("Sign in.")));

    let logo = browser.get(brand["logo"].as_str().unwrap()).await;
    assert_eq!((logo.status, logo.header("content-type").as_str()), (StatusCode::OK, "image/svg+xml"));
    assert!(logo.text().starts_with("<svg"));
    assert!(logo.header("content-security-policy").starts_with("default-src 'none'; style-src 'unsafe-inline';"));
    assert_eq!(logo.header("x-content-type-options"), "nosniff");
    assert!(logo.header("cache-control").contains("max-age"));
    assert_eq!(browser.get("/embed/studio/api/brand/favicon").await.header("content-type"), "image/x-icon");
    for path in [
        "/embed/studio/api/brand/other",
        "/embed/studio/api/brand/..%2fportal.toml",
        "/embed/shop/api/brand/logo",
        "/embed/nowhere/api/brand/logo",
        "/api/brand/logo",
    ] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }

    let key = key(&world, "acme-vision", &[Scope::Embed]).await;
    for (host, name, contact) in
        [("studio", "Acme & Sons", json!("help@studio.example.com")), ("shop", "Acme Labeling", Value::Null)]
    {
        let mut ana = world.browser();
        redeem(&mut ana, host, &json!({"token": token(&world, &key, host, ANA, "user").await})).await;
        let session = ana.get(&format!("/embed/{host}/api/session")).await.json();
        assert_eq!((&session["brand"], &session["contact"]), (&json!(name), &contact), "{host}");
    }
}

/// Somebody in a frame of a host, by a token for no more than this.
async fn bound(world: &World, key: &str, host: &str, email: &str, more: &Value) -> Browser {
    let mut body = json!({"host": host, "email": email});
    body.as_object_mut().expect("it is one").extend(more.as_object().expect("it is one").clone());
    let answer = mint(world, key, &body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let mut browser = world.browser();
    let pass = json!({"token": answer.json()["token"]});
    assert_eq!(redeem(&mut browser, host, &pass).await.status, StatusCode::NO_CONTENT);
    browser
}

#[tokio::test]
async fn emb_10_a_token_for_some_views_opens_their_operations_and_no_others() {
    let world = World::start().await;
    let key = key(&world, "acme-vision", &[Scope::Embed]).await;
    let (task, file, ..) = world.diffgram.tasks_of(ANA)[0].clone();
    let ana = bound(&world, &key, "shop", ANA, &json!({"views": ["task"]})).await;
    let get = async |path: String| ana.get(&format!("/embed/shop{path}")).await.status;
    for path in [
        "/api/session".to_owned(),
        "/api/host".to_owned(),
        format!("/api/tasks/{task}"),
        format!("/api/files/{file}/media/full"),
    ] {
        assert_eq!(get(path.clone()).await, StatusCode::OK, "{path}");
    }
    for path in [
        "/api/files",
        "/api/files/ids",
        "/api/files/export",
        "/api/files/names",
        "/api/views",
        "/api/task-views",
        "/api/schemas",
        "/api/audit",
        "/api/hosts",
        "/api/reading",
        "/api/jobs",
        "/api/anything",
    ] {
        assert_eq!(get(path.to_owned()).await, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(ana.get("/embed/shop/api/host").await.json()["views"], json!(["task"]), "the frame is told");
    assert_eq!(world.browser().get("/embed/shop/api/host").await.json()["views"].as_array().map(Vec::len), Some(5));
    // A host that shows less than the token's person may see.
    let ana = bound(&world, &key, "studio", ANA, &json!({})).await;
    for path in ["/api/files", "/api/files/names", "/api/claims", "/api/audit", "/api/hosts", "/api/jobs"] {
        assert_eq!(ana.get(&format!("/embed/studio{path}")).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(ana.get("/embed/studio/api/tasks").await.status, StatusCode::OK);
}

#[tokio::test]
async fn emb_10_a_token_for_some_tasks_leaves_nothing_of_the_others() {
    let world = World::start().await;
    let key = key(&world, "acme-vision", &[Scope::Embed]).await;
    let tasks: Vec<(i64, i64)> =
        world.diffgram.tasks_of(ANA).into_iter().map(|(task, file, ..)| (task, file)).collect();
    let (one, file) = tasks[0];
    let other = *tasks.iter().find(|(_, of)| *of != file).expect("she has tasks on two files");
    let foreign = world.diffgram.tasks_of("ben@acme.example");
    let foreign = foreign.iter().find(|(id, ..)| !tasks.iter().any(|(mine, _)| mine == id)).expect("he has his own").0;
    let ana = bound(&world, &key, "shop", ANA, &json!({"tasks": [one, foreign]})).await;
    let get = async |path: String| ana.get(&format!("/embed/shop{path}")).await;

    let list = get("/api/tasks?tab=all&limit=200".into()).await.json();
    assert_eq!(list["total"], json!(1), "{list}");
    assert_eq!(list["rows"].as_array().map(Vec::len), Some(1), "{list}");
    assert_eq!(list["rows"][0]["id"], json!(one));
    let counts: i64 = list["counts"].as_object().unwrap().values().filter_map(Value::as_i64).sum();
    let facets = get("/api/tasks/facets?tab=all".into()).await.json();
    assert_eq!(facets["total"], json!(1), "{facets}");
    assert!(counts <= 2, "all, and the tab that it is in: {list}");
    assert_eq!(get(format!("/api/tasks/{one}")).await.status, StatusCode::OK);
    assert_eq!(get(format!("/api/files/{file}")).await.status, StatusCode::OK);
    assert_eq!(get(format!("/api/files/{file}/media/full")).await.status, StatusCode::OK);
    let files = get("/api/files?q=".into()).await.json();
    assert_eq!(files["total"], json!(1), "{files}");
    assert_eq!(get("/api/files/facets?q=".into()).await.json()["total"], json!(1));

    // A list that was kept for her in another frame is none of this one.
    let wide = bound(&world, &key, "shop", ANA, &json!({})).await;
    let kept = wide.get("/embed/shop/api/tasks?tab=all").await.json();
    assert_eq!(kept["total"], json!(tasks.len()));
    let name = kept["snapshot"].as_str().unwrap();
    assert_eq!(get(format!("/api/tasks?tab=all&snapshot={name}")).await.json()["total"], json!(1));

    // Of all else each answer is as for what does not exist.
    let alike = async |path: &dyn Fn(i64) -> String, id: i64| {
        let (hidden, unknown) = (get(path(id)).await, get(path(9_999_999)).await);
        assert_eq!(hidden.status, StatusCode::NOT_FOUND, "{}", path(id));
        assert_eq!(hidden.json()["detail"], unknown.json()["detail"], "{}", path(id));
    };
    for id in [other.0, foreign] {
        alike(&|id| format!("/api/tasks/{id}"), id).await;
        alike(&|id| format!("/api/tasks/{id}/frames?from=0&to=1"), id).await;
    }
    alike(&|id| format!("/api/files/{id}"), other.1).await;
    alike(&|id| format!("/api/files/{id}/media/full"), other.1).await;
    alike(&|id| format!("/api/files/{id}/media/thumb"), other.1).await;
    for path in ["/api/up-next", "/api/people", "/api/jobs"] {
        assert_eq!(get(path.into()).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let mut taker = ana.clone();
    assert_eq!(taker.post("/embed/shop/api/claims", &json!({})).await.status, StatusCode::NOT_FOUND);

    // One file besides, without a task of hers on it in sight.
    let ana = bound(&world, &key, "shop", ANA, &json!({"files": [other.1]})).await;
    let get = async |path: String| ana.get(&format!("/embed/shop{path}")).await;
    let seen = get(format!("/api/files/{}", other.1)).await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text());
    assert_eq!(get(format!("/api/files/{}/media/full", other.1)).await.status, StatusCode::OK);
    assert_eq!(get(format!("/api/files/{file}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(get(format!("/api/tasks/{}", other.0)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(get("/api/tasks?tab=all".into()).await.json()["total"], json!(0));
    assert_eq!(get("/api/files?q=".into()).await.json()["total"], json!(1));
}

#[tokio::test]
async fn emb_10_ids_leave_less_of_what_admins_and_grants_show_and_open_nothing() {
    let world = world_read_for(&["rita@acme.example", ALEX]).await;
    let admin = key(&world, "acme-vision", &[Scope::Embed, Scope::EmbedAdmin]).await;
    let foreign = world.diffgram.tasks_of("ben@acme.example");
    let alexs = world.diffgram.tasks_of(ALEX);
    let not_his: Vec<_> = foreign.iter().filter(|(id, ..)| !alexs.iter().any(|(his, ..)| his == id)).collect();
    let ((one, file, ..), (other, ..)) = (not_his[0].clone(), not_his[1].clone());
    let alex = bound(&world, &admin, "shop", ALEX, &json!({"role": "admin", "tasks": [one]})).await;
    let status = async |browser: &Browser, path: String| browser.get(&format!("/embed/shop{path}")).await.status;
    let (ok, gone) = (StatusCode::OK, StatusCode::NOT_FOUND);
    assert_eq!(status(&alex, format!("/api/tasks/{one}")).await, ok, "an admin sees every task, so this one");
    assert_eq!(status(&alex, format!("/api/files/{file}")).await, ok);
    assert_eq!(status(&alex, format!("/api/tasks/{other}")).await, gone);
    let all = alex.get("/embed/shop/api/tasks?whose=everyone&tab=all").await.json();
    assert_eq!(all["total"], json!(1), "{all}");

    let ritas: Vec<i64> = world.diffgram.tasks_of("rita@acme.example").into_iter().map(|(_, file, ..)| file).collect();
    let granted: Vec<i64> = world.diffgram.files_in("launches").into_iter().map(|(id, _)| id).collect();
    let granted: Vec<i64> = granted.into_iter().filter(|file| !ritas.contains(file)).collect();
    let (file, other) = (granted[0], granted[1]);
    let rita = bound(&world, &admin, "shop", "rita@acme.example", &json!({"files": [file]})).await;
    assert_eq!(status(&rita, format!("/api/files/{file}")).await, ok, "a grant opens it");
    assert_eq!(status(&rita, format!("/api/files/{file}/media/full")).await, ok);
    assert_eq!(status(&rita, format!("/api/files/{other}")).await, gone);
    let list = rita.get("/embed/shop/api/files?limit=200").await.json();
    assert_eq!((&list["total"], &list["rows"][0]["file"]["id"]), (&json!(1), &json!(file)), "{list}");
    let names = rita.get("/embed/shop/api/files/names").await.json();
    assert_eq!(names["datasets"], json!([]), "what is bound to files hears of no dataset: {names}");
    assert_eq!(rita.get("/embed/shop/api/files/facets").await.json()["total"], json!(1));
    let ids = rita.get("/embed/shop/api/files/ids?limit=200").await;
    assert_eq!(ids.status, ok, "{}", ids.text());
    assert!(!ids.text().contains(&other.to_string()), "{}", ids.text());

    // Una has no grant: an id of a file that she does not see opens nothing.
    let una = bound(&world, &admin, "shop", "una@acme.example", &json!({"files": [file], "tasks": [one]})).await;
    assert_eq!(status(&una, format!("/api/files/{file}")).await, gone);
    assert_eq!(status(&una, format!("/api/tasks/{one}")).await, gone);
    assert_eq!(una.get("/embed/shop/api/files").await.json()["total"], json!(0));
}

#[tokio::test]
async fn emb_10_a_bound_frame_hears_of_its_tasks_only() {
    let world = World::start().await;
    let key = key(&world, "acme-vision", &[Scope::Embed]).await;
    let tasks = world.diffgram.tasks_of(ANA);
    let (mine, other) = (tasks[0].0, tasks[1].0);
    let ana = bound(&world, &key, "shop", ANA, &json!({"tasks": [mine]})).await;
    let mut stream = Stream::new(ana.request(Method::GET, "/embed/shop/api/events").send().await.unwrap());
    stream.find(Duration::from_secs(5), |event| event.name == "freshness").await.expect("it has begun");
    for task in [other, mine] {
        world.diffgram.change(task, &TaskChange { status: Some("complete".into()), ..TaskChange::default() });
        let hook = json!({"id": 1, "kind": "task_completed", "task_id": task, "token": world.hook_token});
        assert_eq!(world.browser().post("/webhooks/diffgram/acme-vision", &hook).await.status, StatusCode::OK);
    }
    let told = stream
        .find(Duration::from_secs(10), |event| ["task", "gone", "other"].contains(&event.name.as_str()))
        .await
        .expect("its own task changed");
    assert_eq!((told.name.as_str(), &told.data["id"]), ("task", &json!(mine)));
    assert!(stream.find(Duration::from_millis(500), |event| event.data["id"] == json!(other)).await.is_none());
}

#[tokio::test]
async fn emb_10_a_token_cannot_ask_for_more_than_host_key_and_sense_give() {
    let world = World::start().await;
    let (embed, admin) =
        (key(&world, "acme-vision", &[Scope::Embed]).await, key(&world, "acme-vision", &[Scope::EmbedAdmin]).await);
    let ask = async |key: &str, body: Value| {
        let answer = mint(&world, key, &body).await;
        (answer.status, answer.json()["detail"].as_str().unwrap_or_default().to_owned())
    };
    let (bad, ok) = (StatusCode::BAD_REQUEST, StatusCode::OK);
    let many: Vec<i64> = (1..=501).collect();
    for (body, words) in [
        (json!({"host": "shop", "email": ANA, "views": ["schema"]}), "does not show the view schema"),
        (json!({"host": "studio", "email": ANA, "views": ["inbox", "explorer"]}), "does not show the view explorer"),
        (json!({"host": "studio", "email": ANA, "views": ["schema"]}), "for admins"),
        (json!({"host": "shop", "email": ANA, "tasks": many}), "501 ids; 500 is the most"),
        (json!({"host": "shop", "email": ANA, "files": many}), "501 ids; 500 is the most"),
        (json!({"host": "shop", "email": ANA, "schemas": many}), "501 ids; 500 is the most"),
        (json!({"host": "shop", "email": ANA, "views": ["everything"]}), ""),
    ] {
        let (status, detail) = ask(&embed, body.clone()).await;
        assert!(status == bad && detail.contains(words), "{words}: {status} {detail}");
    }
    let leaked = json!({"host": "studio", "email": ALEX, "role": "admin", "views": ["schema"]});
    assert_eq!(ask(&embed, leaked.clone()).await.0, StatusCode::FORBIDDEN, "a leaked key makes no admin");
    assert_eq!(ask(&admin, leaked).await.0, ok);
    assert_eq!(
        ask(&embed, json!({"host": "shop", "email": ANA, "tasks": &many[..500], "views": ["task"]})).await.0,
        ok
    );

    let alex = world.browser().signed_in(ALEX).await;
    let lines = alex.get("/api/audit?limit=200").await.json();
    // Of ids only how many: the line stays when the tasks are gone.
    let line = lines["lines"].as_array().unwrap().iter().find(|line| line["action"] == "embed.token").unwrap();
    let detail: Value = serde_json::from_str(line["detail"].as_str().unwrap()).unwrap();
    assert_eq!(detail, json!({"host": "shop", "role": "user", "tasks": 500, "views": ["task"]}));
    let refused = lines["lines"].as_array().unwrap().iter().filter(|line| line["outcome"] == "refused").count();
    assert_eq!(refused, 7, "what was asked for in vain is a line too");
}

#[tokio::test]
async fn emb_10_a_token_for_one_schema_leaves_nothing_of_the_others() {
    let world = World::start().await;
    let admin = key(&world, "acme-vision", &[Scope::EmbedAdmin]).await;
    let alex = world.browser().signed_in(ALEX).await;
    let all = alex.get("/api/schemas").await.json();
    let ids: Vec<i64> = all["schemas"].as_array().unwrap().iter().filter_map(|schema| schema["id"].as_i64()).collect();
    let acme: Value = bound(&world, &admin, "studio", ALEX, &json!({"role": "admin"}))
        .await
        .get("/embed/studio/api/schemas")
        .await
        .json();
    let mine = acme["schemas"][0]["id"].as_i64().unwrap();
    let more = json!({"role": "admin", "views": ["schema"], "schemas": [mine]});
    let mut frame = bound(&world, &admin, "studio", ALEX, &more).await;
    let list = frame.get("/embed/studio/api/schemas").await.json();
    let seen: Vec<i64> =
        list["schemas"].as_array().unwrap().iter().filter_map(|schema| schema["id"].as_i64()).collect();
    assert_eq!(seen, [mine]);
    assert_eq!(frame.get(&format!("/embed/studio/api/schemas/{mine}")).await.status, StatusCode::OK);
    for other in ids.iter().filter(|id| **id != mine) {
        assert_eq!(
            frame.get(&format!("/embed/studio/api/schemas/{other}")).await.status,
            StatusCode::NOT_FOUND,
            "{other}"
        );
    }
    assert!(ids.len() > 1, "there are others");
    assert_eq!(frame.post("/embed/studio/api/schemas", &json!({"name": "New"})).await.status, StatusCode::NOT_FOUND);
    assert_eq!(frame.get("/embed/studio/api/tasks").await.status, StatusCode::NOT_FOUND, "only the view schema");
}

#[tokio::test]
async fn frames_tell_how_they_fare_and_admins_read_it() {
    let world = World::start().await;
    let mut browser = world.browser();
    let report = json!({"element": "1.0.0", "storage": true, "popups": false, "clipboard": true});
    let path = "/embed/shop/api/frame-reports";
    assert_eq!(browser.post(path, &report).await.status, StatusCode::NO_CONTENT);
    let wrong = json!({"storage": false, "clipboard": false, "error": "cookies_blocked"});
    for _ in 0..2 {
        assert_eq!(browser.post(path, &wrong).await.status, StatusCode::NO_CONTENT);
    }
    for bad in [
        json!({"element": "x".repeat(33)}),
        json!({"element": "<b>"}),
        json!({"email": ANA}),
        json!({"error": "anything"}),
        json!([1, 2, 3, 4, 5, 6, 7]),
    ] {
        assert_eq!(browser.post(path, &bad).await.status, StatusCode::BAD_REQUEST, "{bad}");
    }
    let huge = json!({"element": "x".repeat(3_000)});
    assert_eq!(browser.post(path, &huge).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    for path in ["/api/frame-reports", "/embed/nowhere/api/frame-reports"] {
        assert_eq!(browser.post(path, &report).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let _frame = inside(&world, ANA).await;

    let alex = world.browser().signed_in(ALEX).await;
    let rows = alex.get("/api/hosts").await;
    assert_eq!(rows.status, StatusCode::OK, "{}", rows.text());
    let rows = rows.json();
    let row = |id: &str| rows.as_array().unwrap().iter().find(|row| row["host"]["id"] == id).unwrap().clone();
    let shop = row("shop");
    assert_eq!((&shop["report"]["error"], &shop["sessions"]), (&json!("cookies_blocked"), &json!(1)));
    assert_eq!((&shop["errors"][0]["code"], &shop["errors"][0]["count"]), (&json!("cookies_blocked"), &json!(2)));
    assert!(shop["seen"].is_string() && shop["errors"][0]["at"].is_string());
    let crm = row("crm");
    assert_eq!((&crm["seen"], &crm["same_site"], &crm["errors"]), (&Value::Null, &json!(false), &json!([])));

    let ana = world.browser().signed_in(ANA).await;
    assert_eq!(ana.get("/api/hosts").await.status, StatusCode::FORBIDDEN, "for admins");
    assert_eq!(world.browser().get("/api/hosts").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(alex.get("/embed/shop/api/hosts").await.status, StatusCode::NOT_FOUND);

    // A page in a loop fills nothing, and starts no log of its own.
    // The minute may end while it loops, so up to two minutes' worth are sent.
    let mut refused = None;
    for _ in 0..601 {
        let answer = browser.post(path, &wrong).await;
        if answer.status != StatusCode::NO_CONTENT {
            refused = Some((answer.status, answer.problem()));
            break;
        }
    }
    assert_eq!(refused, Some((StatusCode::TOO_MANY_REQUESTS, "rate-limited".to_owned())));
    assert_eq!(browser.post("/embed/crm/api/frame-reports", &wrong).await.status, StatusCode::NO_CONTENT);
    world.later(Duration::from_secs(60));
    assert_eq!(browser.post(path, &wrong).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn the_element_is_for_pages_of_any_origin() {
    let world = World::start().await;
    let browser = world.browser();
    for (path, kind, file) in [
        ("/embed/element.js", "text/javascript; charset=utf-8", "diffgram-portal.js"),
        ("/embed/diffgram-portal.d.ts", "text/plain; charset=utf-8", "diffgram-portal.d.ts"),
    ] {
        let answer = browser.get(path).await;
        assert_eq!((answer.status, answer.header("content-type").as_str()), (StatusCode::OK, kind), "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("cross-origin-resource-policy"), "cross-origin");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("cache-control"), "public, max-age=300");
        let repository = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../embed").join(file);
        assert_eq!(answer.text(), std::fs::read_to_string(repository).unwrap());
        let again = browser.request(Method::GET, path).header("if-none-match", answer.header("etag")).send().await;
        assert_eq!(again.unwrap().status(), StatusCode::NOT_MODIFIED);
        let packed = browser.request(Method::GET, path).header("accept-encoding", "br").send().await.unwrap();
        assert_eq!(packed.headers()["content-encoding"], "br");
        assert_ne!(packed.headers()["etag"], answer.header("etag"));
    }
}
