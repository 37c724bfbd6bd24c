//! `/go/…`: links that land, for those who may see what they lead to.

use std::time::Duration;

use axum::http::{Method, StatusCode, header};
use portal_demo::diffgram::TaskChange;

use crate::support::{Answer, Browser, Setup, World, eventually};

const ANA: &str = "ana@acme.example";
const BEN: &str = "ben@acme.example";
const RITA: &str = "rita@acme.example";
const GUS: &str = "gus@globex.example";

/// Where an answer leads; empty when nowhere.
fn led(answer: &Answer) -> String {
    let to = answer.header("location");
    assert_eq!(answer.status == StatusCode::SEE_OTHER, !to.is_empty(), "{}", answer.status);
    assert_eq!(answer.header("cache-control"), "no-store");
    to
}

/// A task of the person whose file's name ends so: task, file.
fn task(world: &World, email: &str, ending: &str) -> (i64, i64) {
    let found = world.diffgram.tasks_of(email).into_iter().find(|(_, _, name, _)| name.ends_with(ending));
    let (task, file, ..) = found.expect("such a task");
    (task, file)
}

async fn go(browser: &Browser, link: &str) -> String {
    led(&browser.get(&format!("/go/{link}")).await)
}

#[tokio::test]
async fn tasks_and_frames_lead_to_diffgram_and_the_rest_to_the_page_in_focus() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    let diffgram = &world.diffgram.url;
    let (id, file) = task(&world, ANA, ".jpg");
    let (clip, video) = task(&world, ANA, ".mp4");
    assert_eq!(go(&ana, &format!("task/{id}")).await, format!("{diffgram}/task/{id}"));
    assert_eq!(go(&ana, &format!("task/{id}?in=portal")).await, format!("/tasks/{id}"));
    assert_eq!(go(&ana, &format!("task/{clip}/frame/3")).await, format!("{diffgram}/task/{clip}?frame=3"));
    assert_eq!(go(&ana, &format!("task/{clip}?frame=3")).await, format!("{diffgram}/task/{clip}?frame=3"));
    assert_eq!(go(&ana, &format!("task/{clip}/frame/3?in=portal")).await, format!("/tasks/{clip}?frame=3"));
    // Above the last frame Diffgram shows nothing; and a picture has none.
    assert_eq!(go(&ana, &format!("task/{clip}/frame/4000000000")).await, format!("{diffgram}/task/{clip}?frame=95"));
    assert_eq!(go(&ana, &format!("task/{id}/frame/3")).await, format!("{diffgram}/task/{id}"));
    assert_eq!(go(&ana, &format!("file/{file}")).await, format!("/files/{file}"));
    assert_eq!(go(&ana, &format!("file/{video}?frame=7")).await, format!("/files/{video}?frame=7"));
    assert_eq!(
        go(&ana, &format!("file/{video}?frame=7&to=diffgram")).await,
        format!("{diffgram}/studio/annotate/acme-vision?file={video}&frame=7")
    );
    assert_eq!(go(&ana, &format!("attribute/9?task={id}")).await, format!("/tasks/{id}?attribute=9"));
    assert_eq!(go(&ana, &format!("attribute/9?task={id}&to=diffgram")).await, format!("{diffgram}/task/{id}"));
    assert_eq!(go(&ana, "next").await, "/next");
    assert_eq!(go(&ana, "next?job=5").await, "/next?job=5");
    let answer = ana.get(&format!("/go/task/{id}")).await;
    assert_eq!(answer.header("referrer-policy"), "no-referrer", "Diffgram is not told where one came from");
}

#[tokio::test]
async fn an_annotation_is_followed_through_its_changing_ids() {
    let world = World::with(Setup { files: true, ..Setup::default() }).await;
    let ana = world.browser().signed_in(ANA).await;
    let (id, file) = task(&world, ANA, ".jpg");
    let root = file * 1000;
    let found = format!("/tasks/{id}?annotation={root}");
    // Whether it was read before or not: Diffgram knows its versions.
    assert_eq!(go(&ana, &format!("annotation/{root}")).await, found);
    let second = world.diffgram.edit_annotation(root).expect("an annotation");
    let third = world.diffgram.edit_annotation(second).expect("an annotation");
    eventually("the last edit is read", Duration::from_secs(30), async || {
        go(&ana, &format!("annotation/{root}")).await == format!("/tasks/{id}?annotation={third}")
    })
    .await;
    for older in [second, third] {
        assert_eq!(go(&ana, &format!("annotation/{older}")).await, format!("/tasks/{id}?annotation={third}"));
    }
    assert_eq!(
        go(&ana, &format!("annotation/{root}?to=diffgram")).await,
        format!("{}/task/{id}", world.diffgram.url),
        "the task: Diffgram selects nothing"
    );
    // Of a clip: its file is told.
    let (clip, video) = task(&world, ANA, ".mp4");
    assert_eq!(
        go(&ana, &format!("annotation/77?file={video}&frame=9")).await,
        format!("/tasks/{clip}?frame=9&annotation=77")
    );
}

#[tokio::test]
async fn aut_01_what_is_not_mine_and_what_is_not_there_look_the_same_behind_links() {
    let world = World::with(Setup { files: true, ..Setup::default() }).await;
    let gus = world.browser().signed_in(GUS).await;
    let (id, file) = task(&world, ANA, ".jpg");
    let plain = |answer: Answer| (answer.status, answer.header("location"), answer.text());
    let nothing = plain(gus.get("/go/task/99999999").await);
    assert_eq!(nothing.0, StatusCode::NOT_FOUND);
    for link in [
        format!("task/{id}"),
        format!("task/{id}/frame/1"),
        format!("task/{id}?in=portal"),
        format!("file/{file}"),
        format!("file/{file}?to=diffgram"),
        format!("annotation/{}", file * 1000),
        format!("annotation/1?file={file}"),
        format!("attribute/1?task={id}"),
        "attribute/1".to_owned(),
        "issue/1".to_owned(),
        "key/portraits-2026".to_owned(),
        "key/Portraits".to_owned(),
        "view/no-such-view".to_owned(),
    ] {
        assert_eq!(plain(gus.get(&format!("/go/{link}")).await), nothing, "{link}");
    }
    // Nor is Diffgram asked for an annotation in a project that is not theirs.
    assert!(!world.diffgram.seen().iter().any(|seen| seen.what.contains("acme-vision/instance")));
}

#[tokio::test]
async fn a_task_that_was_mine_is_said_to_be_gone_to_me_alone() {
    let world = World::with(Setup { sweep: Duration::from_secs(3_600), ..Setup::default() }).await;
    let ana = world.browser().signed_in(ANA).await;
    let gus = world.browser().signed_in(GUS).await;
    let (id, file) = task(&world, ANA, ".jpg");
    assert!(!go(&ana, &format!("task/{id}")).await.is_empty());
    // Nobody tells of this: the link looks again.
    let given = TaskChange { assignees: Some(vec![BEN.into()]), reviewers: Some(Vec::new()), ..TaskChange::default() };
    world.diffgram.change(id, &given);
    tokio::time::sleep(Duration::from_secs(4)).await;
    for link in [format!("task/{id}"), format!("file/{file}")] {
        assert_eq!(ana.get(&format!("/go/{link}")).await.status, StatusCode::GONE, "{link}");
        assert_eq!(gus.get(&format!("/go/{link}")).await.status, StatusCode::NOT_FOUND, "{link}");
    }
    // Archived: gone for him who has it now, and still for her who had it.
    let ben = world.browser().signed_in(BEN).await;
    assert!(!go(&ben, &format!("task/{id}")).await.is_empty());
    world.diffgram.change(id, &TaskChange { status: Some("archived".into()), ..TaskChange::default() });
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert_eq!(ben.get(&format!("/go/task/{id}")).await.status, StatusCode::GONE);
    assert_eq!(ana.get(&format!("/go/task/{id}")).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn inj_17_a_stranger_gets_the_page_that_signs_them_in_and_nothing_of_the_task() {
    let world = World::start().await;
    let (id, _, name, _) = world.diffgram.tasks_of(ANA).swap_remove(0);
    for link in [format!("/go/task/{id}"), "/go/task/99999999".to_owned(), "/go/key/portraits-2026".to_owned()] {
        let answer = world.browser().get(&link).await;
        assert_eq!((answer.status, answer.header("location").as_str()), (StatusCode::OK, ""), "{link}");
        assert!(!answer.text().contains(&name));
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    // The address survives the sign-in.
    let mut browser = world.browser();
    let back = browser.sign_in(ANA, &format!("/go/task/{id}?frame=3")).await.json();
    assert_eq!(back["return_to"], format!("/go/task/{id}?frame=3"));
}

#[tokio::test]
async fn aut_14_looking_ahead_looks_at_nothing() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    let (id, _) = task(&world, ANA, ".jpg");
    let link = format!("/go/task/{id}");
    let asked = world.diffgram.seen().len();
    let ahead = |name: &str, value: &str| ana.request(Method::GET, &link).header(name, value);
    for request in [
        ana.request(Method::HEAD, &link),
        ana.request(Method::HEAD, "/go/next"),
        ahead("sec-purpose", "prefetch;prerender"),
        ahead("purpose", "prefetch"),
        ahead("x-moz", "prefetch"),
    ] {
        let answer = ana.clone().send(request).await;
        assert_eq!((answer.status, led(&answer).as_str()), (StatusCode::NO_CONTENT, ""));
    }
    let of_its_file = |seen: &portal_demo::diffgram::Seen| seen.what.contains("task/list");
    let before = world.diffgram.seen()[asked..].iter().filter(|seen| of_its_file(seen)).count();
    assert!(before <= 4, "what keeps up by itself, and nothing for the links: {before}");
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
        let answer = ana.clone().send(ana.request(method.clone(), &link)).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert!(answer.header("allow").contains("GET"));
    }
}

#[tokio::test]
async fn oidc_28_inj_11_no_link_leads_off_the_configured_hosts() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    let (id, file) = task(&world, ANA, ".jpg");
    let diffgram = format!("{}/", world.diffgram.url);
    let evil = ["//evil.example", "https://evil.example", "\\\\evil.example", "/\\evil.example", "javascript:alert(1)"];
    let mut links: Vec<String> = Vec::new();
    for evil in evil {
        for encoded in [portal_model::links::encode(evil), evil.replace('\\', "%5c").replace(' ', "%20")] {
            links.push(format!("task/{id}?to={encoded}"));
            links.push(format!("task/{id}?in={encoded}&redirect={encoded}&return_to={encoded}"));
            links.push(format!("file/{file}?to=diffgram&file={encoded}"));
            links.push(format!("key/{encoded}"));
            links.push(format!("view/{encoded}"));
            links.push(format!("task/{encoded}"));
            links.push(format!("next?job={encoded}"));
            links.push(encoded);
        }
    }
    for odd in [
        "task/1%0d%0aLocation:%20https://evil.example",
        "task/%EF%BC%91",
        "task/99999999999999999999999",
        "task/1%00",
        "go/task/1",
        "..%2f..%2fevil",
        "%2e%2e/%2e%2e//evil.example",
        "task/1/frame/%2f%2fevil",
        "key/%0d%0aSet-Cookie:a=b",
        "key/%ff%fe",
        "%2f%2fevil.example/%2e%2e",
        "key/%E2%80%AEgpj.exe",
    ] {
        links.push(odd.to_owned());
    }
    for link in links {
        // Ten hops, as a browser would follow them: each stays here, or ends at Diffgram.
        let mut next = format!("/go/{link}");
        for _ in 0..10 {
            let answer = ana.get(&next).await;
            let to = answer.header("location");
            assert!(answer.header("set-cookie").is_empty(), "{link}");
            if to.is_empty() || to.starts_with(&diffgram) {
                break;
            }
            assert!(to.starts_with('/') && !to.starts_with("//") && !to.contains('\\'), "{link}: {to}");
            assert!(to.bytes().all(|b| b.is_ascii_graphic()), "{link}: {to}");
            next = to;
        }
    }
    let answer = ana.get("/go/task/1%0d%0aLocation:%20https://evil.example").await;
    assert_eq!((answer.status, led(&answer).as_str()), (StatusCode::BAD_REQUEST, ""));
}

#[tokio::test]
async fn aut_05_ids_in_links_are_read_strictly_before_anything_is_asked() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    for odd in ["1e3", "0x10", "01", "-1", "9223372036854775808", "1.0", "%201", "%EF%BC%91", "null", "1%00"] {
        for kind in ["task", "annotation", "file", "issue", "attribute"] {
            let answer = ana.get(&format!("/go/{kind}/{odd}")).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{kind} {odd}");
        }
    }
    assert!(!world.diffgram.seen().iter().any(|seen| seen.what.contains("/instance/")), "nothing was asked upstream");
}

#[tokio::test]
async fn a_key_of_the_host_app_leads_to_what_it_names() {
    let world = World::with(Setup { files: true, ..Setup::default() }).await;
    let ana = world.browser().signed_in(ANA).await;
    let rita = world.browser().signed_in(RITA).await;
    // Hers by a grant, which is read with the datasets.
    eventually("her customer's dataset is read", Duration::from_secs(30), async || {
        go(&ana, "key/cust-north-portraits").await == "/explorer?q=dataset%3Acust-north-portraits"
    })
    .await;
    assert_eq!(ana.get("/go/key/cust-south-portraits").await.status, StatusCode::NOT_FOUND, "AUT-01");
    eventually("all datasets are read", Duration::from_secs(30), async || {
        go(&rita, "key/cust-south-portraits").await.starts_with("/explorer?q=dataset")
    })
    .await;
    // A dataset that only her tasks come from, and a job: her tasks of it.
    assert_eq!(go(&ana, "key/portraits-2026").await, "/?tab=all&q=portraits-2026");
    assert_eq!(go(&ana, "key/Portraits").await, "/?tab=all&q=Portraits");
    // A name that one task has; one that several have.
    let names: Vec<String> = world.diffgram.tasks_of(ANA).into_iter().map(|(_, _, name, _)| name).collect();
    let once = names.iter().find(|name| names.iter().filter(|other| other == name).count() == 1).expect("a name");
    let (id, ..) = world.diffgram.tasks_of(ANA).into_iter().find(|(_, _, name, _)| name == once).expect("it");
    let link = format!("key/{}", portal_model::links::encode(once));
    assert_eq!(go(&ana, &link).await, format!("{}/task/{id}", world.diffgram.url));
    assert_eq!(ana.get("/go/key/PORTRAITS-2026").await.status, StatusCode::NOT_FOUND, "exactly so");
    assert_eq!(ana.get("/go/key/portraits%25").await.status, StatusCode::NOT_FOUND, "no pattern");
}

#[tokio::test]
async fn attributes_and_views_lead_where_they_are() {
    let world = World::start().await;
    let alex = world.browser().signed_in("alex@acme.example").await;
    let id = world.diffgram.attributes()[0]["id"].as_i64().expect("an id");
    let to = go(&alex, &format!("attribute/{id}")).await;
    assert!(to.starts_with("/schemas/") && to.ends_with(&format!("/attributes/{id}")), "{to}");
    let there = go(&alex, &format!("attribute/{id}?to=diffgram")).await;
    assert!(there.starts_with(&format!("{}/project/acme-vision/labels?schema_id=", world.diffgram.url)), "{there}");
    let ana = world.browser().signed_in(ANA).await;
    assert_eq!(ana.get(&format!("/go/attribute/{id}")).await.status, StatusCode::NOT_FOUND, "schemas are for admins");
    let views = ana.get("/api/views").await.json();
    let view = views[0]["id"].as_str().expect("an id");
    assert_eq!(go(&ana, &format!("view/{view}")).await, "/explorer?q=score%3E%3D0.8%20sort%3A-score");
}

#[tokio::test]
async fn with_single_sign_on_links_go_through_the_page_that_signs_in_first() {
    let world = World::with(Setup { sign_on: true, ..Setup::default() }).await;
    let ana = world.browser().signed_in(ANA).await;
    let (id, _) = task(&world, ANA, ".jpg");
    eventually("Diffgram said how it signs people in", Duration::from_secs(10), async || {
        ana.get("/api/session").await.json()["diffgram_login"].is_string()
    })
    .await;
    let login = ana.get("/api/session").await.json()["diffgram_login"].as_str().expect("an address").to_owned();
    assert!(login.starts_with(&world.diffgram.url), "{login}");
    let to = go(&ana, &format!("task/{id}")).await;
    let link = portal_model::links::encode(&format!("{}/task/{id}", world.diffgram.url));
    assert_eq!(to, format!("/open?to={link}"));
    let answer = ana.get(&to).await;
    assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin-allow-popups", "it closes what it opens");
    assert_eq!(ana.get("/").await.header("cross-origin-opener-policy"), "same-origin");
    assert!(answer.headers.get(header::CONTENT_SECURITY_POLICY).is_some());
}
