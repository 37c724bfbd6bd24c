//! What a task's page shows besides pictures: texts, sounds, compound files, answers, and what became of it.

use std::time::Duration;

use axum::http::{Method, StatusCode, header};
use portal_demo::diffgram::TaskChange;
use serde_json::{Value, json};

use crate::support::{Browser, World, eventually};

const ANA: &str = "ana@acme.example";
const BEN: &str = "ben@acme.example";

async fn task_of(browser: &Browser, world: &World, name: &str) -> Value {
    let (id, ..) = world.diffgram.tasks_of(ANA).into_iter().find(|(_, _, known, _)| known == name).expect("a task");
    let answer = browser.get(&format!("/api/tasks/{id}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

#[tokio::test]
async fn inj_05_a_text_is_plain_text_and_nothing_else() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    let detail = task_of(&ana, &world, "field-notes.txt").await;
    let file = detail["row"]["file"]["id"].as_i64().expect("a file");
    let text = ana.get(&format!("/api/files/{file}/media/text")).await;
    assert_eq!((text.status, text.header("content-type").as_str()), (StatusCode::OK, "text/plain; charset=utf-8"));
    assert_eq!(text.header("x-content-type-options"), "nosniff");
    assert!(text.header("content-security-policy").contains("sandbox"));
    assert!(text.header("cache-control").contains("private") && text.header("x-portal-cut").is_empty());
    assert!(text.text().contains("<b>Not markup</b>, only text: 3 < 4") && text.text().contains("وصلت سارة"));
    // The words, by which annotations say where they are.
    let words = ana.get(&format!("/api/files/{file}/media/tokens")).await.json();
    let drawn = detail["annotations"]["annotations"].as_array().expect("annotations");
    let spans: Vec<&Value> = drawn.iter().map(|one| &one["geometry"]["words"]).collect();
    assert_eq!((spans.len(), detail["annotations"]["unreadable"].as_u64()), (5, Some(0)));
    let word = |at: &Value| words[usize::try_from(at.as_u64().expect("a place")).expect("small")].clone();
    assert_eq!((word(&spans[0]["first"]), word(&spans[0]["last"])), (json!("Eileen"), json!("Collins")));
    assert_eq!(
        (word(&spans[3]["first"]), word(&spans[3]["last"])),
        (json!("Jörg"), json!("Müller")),
        "drawn backwards"
    );
    // A picture is no text, and a text no picture.
    let picture = world.diffgram.tasks_of(ANA)[0].1;
    for path in [format!("{picture}/media/text"), format!("{picture}/media/tokens"), format!("{file}/media/audio")] {
        assert_eq!(ana.get(&format!("/api/files/{path}")).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let full = ana.get(&format!("/api/files/{file}/media/full")).await;
    assert_eq!(full.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn prx_09_sounds_seek_by_ranges_and_have_their_stretches() {
    let world = World::start().await;
    let mut ana = world.browser().signed_in(ANA).await;
    let detail = task_of(&ana, &world, "street-corner.wav").await;
    let first = &detail["annotations"]["annotations"][0]["geometry"]["stretch"];
    assert_eq!(*first, json!({"start": 0.4, "end": 2.1}));
    let path = format!("/api/files/{}/media/audio", detail["row"]["file"]["id"]);
    let whole = ana.get(&path).await;
    assert_eq!((whole.status, whole.header("content-type").as_str()), (StatusCode::OK, "audio/wav"));
    assert_eq!(whole.header("accept-ranges"), "bytes");
    let part = ana.send(ana.request(Method::GET, &path).header(header::RANGE, "bytes=1000-1999")).await;
    assert_eq!((part.status, part.body.as_ref()), (StatusCode::PARTIAL_CONTENT, &whole.body[1_000..2_000]));
    assert_eq!(part.header("content-range"), format!("bytes 1000-1999/{}", whole.body.len()));
    let past = ana.send(ana.request(Method::GET, &path).header(header::RANGE, "bytes=9999999-")).await;
    assert_eq!(past.status, StatusCode::RANGE_NOT_SATISFIABLE);
}

#[tokio::test]
async fn aut_01_parts_of_a_compound_file_are_seen_by_who_sees_the_whole() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    let ben = world.browser().signed_in(BEN).await;
    let rita = world.browser().signed_in("rita@acme.example").await;
    // Not before somebody looked at the whole, and then only for who may.
    assert_eq!(ana.get("/api/files/910002").await.status, StatusCode::NOT_FOUND);
    let detail = task_of(&ana, &world, "site-visit").await;
    let task = detail["row"]["id"].as_i64().expect("an id");
    let parts = detail["children"].as_array().expect("parts");
    let names: Vec<&str> = parts.iter().map(|part| part["name"].as_str().expect("a name")).collect();
    assert_eq!(names, ["site-visit-launch.jpg", "site-visit-notes.txt", "site-visit-sound.wav"], "in their order");
    for part in parts {
        let id = part["id"].as_i64().expect("an id");
        let one = ana.get(&format!("/api/files/{id}")).await;
        assert_eq!(one.status, StatusCode::OK, "{}", one.text());
        assert_eq!(one.json()["task"]["id"], task, "through her task on the whole");
        for other in [&ben, &rita] {
            assert_eq!(other.get(&format!("/api/files/{id}")).await.status, StatusCode::NOT_FOUND);
            for rendition in ["thumb", "full", "text", "tokens", "audio"] {
                let answer = other.get(&format!("/api/files/{id}/media/{rendition}")).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{rendition}");
            }
        }
    }
    let kinds = [("full", "image/jpeg"), ("text", "text/plain; charset=utf-8"), ("audio", "audio/wav")];
    for (part, (rendition, kind)) in parts.iter().zip(kinds) {
        let answer = ana.get(&format!("/api/files/{}/media/{rendition}", part["id"])).await;
        assert_eq!((answer.status, answer.header("content-type").as_str()), (StatusCode::OK, kind));
    }
    // When the whole is not hers any more, its parts are not either, at once.
    world.diffgram.change(task, &TaskChange { assignees: Some(vec![BEN.into()]), ..TaskChange::default() });
    tokio::time::sleep(Duration::from_millis(3_100)).await;
    assert_eq!(ana.get(&format!("/api/files/{}/media/full", parts[0]["id"])).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ana.get(&format!("/api/files/{}", parts[1]["id"])).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ben.get(&format!("/api/files/{}", parts[1]["id"])).await.status, StatusCode::OK);
}

#[tokio::test]
async fn answers_are_in_the_words_of_the_schema() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    let detail = task_of(&ana, &world, "site-visit").await;
    let said = |answer: &Value| answer["values"][0]["said"].clone();
    let whole = &detail["answers"][0];
    assert_eq!(whole["annotation"], Value::Null);
    let of_file = whole["answers"].as_array().expect("answers");
    assert_eq!((&of_file[0]["question"], said(&of_file[0])), (&json!("Reviewed on"), json!("2026-11-20")));
    assert_eq!((&of_file[1]["question"], said(&of_file[1])), (&json!("At what time was it taken?"), json!("14:30")));
    assert_eq!(of_file[2]["question"], Value::Null, "a question that is in no schema");
    assert_eq!(of_file[2]["values"], json!([{"gone": {"id": 77, "name": "perhaps"}}]));

    let (id, ..) = world.diffgram.tasks_of(ANA)[0];
    let _ = ana.get(&format!("/api/tasks/{id}")).await;
    let answered = 1_254;
    let detail = ana.get(&format!("/api/tasks/{answered}")).await.json();
    let of_box = detail["answers"].as_array().expect("answers").iter().find(|one| !one["annotation"].is_null());
    let of_box = of_box.expect("answers on an annotation")["answers"].as_array().expect("answers");
    let values: Vec<&Value> = of_box.iter().map(|answer| &answer["values"]).collect();
    assert_eq!(of_box[0]["question"], "How much of it is hidden?");
    assert_eq!(*values[0], json!([{"gone": {"id": 4, "name": "most of it"}}]), "archived since");
    assert_eq!(*values[1], json!([{"option": "glasses"}, {"option": "hat"}]));
    assert_eq!(*values[3], json!([{"said": "Behind <b>a pane</b> of glass"}]));
    assert_eq!(*values[4], json!([{"said": "70"}]));
    assert_eq!(*values[5], json!([{"option": "warm › red › dark red"}]));
}

#[tokio::test]
async fn frames_of_clips_have_their_answers_too() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    let (task, ..) =
        world.diffgram.tasks_of(ANA).into_iter().find(|(_, _, name, _)| name.ends_with(".mp4")).expect("a clip");
    let frames = ana.get(&format!("/api/tasks/{task}/frames?from=0&to=5")).await.json();
    let answer = &frames["answers"][0]["answers"][0];
    assert_eq!(answer["question"], "How sharp is it?");
    assert_eq!(answer["values"], json!([{"said": "40"}]));
    assert_eq!(frames["answers"][0]["annotation"], frames["frames"][0]["set"]["annotations"][0]["id"]);
}

#[tokio::test]
async fn what_became_of_a_task_is_noted_while_the_portal_watches() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    let (task, ..) =
        world.diffgram.tasks_of(ANA).into_iter().find(|(.., status)| status == "available").expect("a task");
    let history = async || ana.get(&format!("/api/tasks/{task}")).await.json()["history"].clone();
    assert_eq!(history().await, json!([]), "nothing was seen yet");
    for status in ["in_progress", "complete"] {
        world.diffgram.change(task, &TaskChange { status: Some(status.into()), ..TaskChange::default() });
        eventually("the change is seen", Duration::from_secs(10), async || {
            ana.get(&format!("/api/tasks/{task}")).await.json()["row"]["status"] == status
        })
        .await;
    }
    let seen = history().await;
    let words: Vec<&str> = seen.as_array().expect("moments").iter().filter_map(|one| one["status"].as_str()).collect();
    assert_eq!(words, ["available", "in_progress", "complete"]);
    let ben = world.browser().signed_in(BEN).await;
    assert_eq!(ben.get(&format!("/api/tasks/{task}")).await.status, StatusCode::NOT_FOUND);
}
