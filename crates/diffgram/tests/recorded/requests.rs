//! Our requests are the recorded ones: method, path, query and body; and each carries who we are.

use base64::{Engine, engine::general_purpose::STANDARD};
use portal_diffgram::{
    Relation,
    types::{Day, TaskFilter},
};
use portal_model::id::{DatasetId, FileId, TaskId, UserId};
use serde_json::{Value, json};

use crate::{
    answers::exam_results,
    calls::Call,
    server::{CLIENT_ID, Recording, SECRET, Seen, Server},
};

/// Keys whose value is ours to choose, as long as it is there and of the recorded type.
const FREE: [&str; 4] = ["mode_data", "limit", "file_view_mode", "regen_url"];

/// Our request asks for the recorded thing: same method, path and query, and every recorded key of the body.
fn assert_same(seen: &Seen, recording: &Recording) {
    let name = recording.name;
    assert_eq!(seen.method.as_str(), recording.method, "{name}");
    assert_eq!(seen.uri.path(), recording.path, "{name}");
    let query: serde_json::Map<String, Value> =
        url::form_urlencoded::parse(seen.uri.query().unwrap_or_default().as_bytes())
            .map(|(key, value)| (key.into_owned(), value.parse::<i64>().map_or_else(|_| json!(value), |n| json!(n))))
            .collect();
    assert_eq!(Value::Object(query), recording.query, "{name}");
    if recording.method == "POST" {
        assert_holds(&seen.json(), &recording.body, name);
        assert_eq!(seen.header("content-type"), Some("application/json"), "{name}");
    } else {
        assert!(seen.body.is_empty(), "{name}");
    }
}

fn assert_holds(ours: &Value, recorded: &Value, place: &str) {
    match recorded {
        Value::Object(keys) => {
            assert!(ours.is_object(), "{place}: {ours}");
            for (key, value) in keys {
                let inner = &ours[key];
                let place = format!("{place}.{key}");
                if FREE.contains(&key.as_str()) {
                    assert_eq!(std::mem::discriminant(inner), std::mem::discriminant(value), "{place}");
                    assert_ne!(*inner, json!(""), "{place}");
                } else {
                    assert_holds(inner, value, &place);
                }
            }
        }
        value => assert_eq!(ours, value, "{place}"),
    }
}

async fn asked(call: Call, recording: &'static str) -> (Seen, Recording) {
    let recording = Recording::read(recording);
    let server = Server::start(recording.answer.clone()).await;
    call.run(&server.project()).await.unwrap_or_else(|why| panic!("{}: {why:?}", recording.name));
    let mut seen = server.seen();
    assert_eq!(seen.len(), 1, "{}", recording.name);
    (seen.remove(0), recording)
}

#[tokio::test]
async fn requests_are_the_recorded_ones() {
    for (call, name) in [
        (Call::View, "03-api-keys/06-use-key-ok"),
        (Call::Members, "02-project/16-share-list"),
        (Call::Jobs, "08-jobs/21-job-list-editor-key"),
        (Call::JobPeople, "08-jobs/31-job-members"),
        (Call::Tasks, "09-tasks/33-project-list-my-jobs"),
        (Call::TasksOfFile, "09-tasks/32-project-list-by-file"),
        (Call::File, "07-files/40-file-view-editor-key"),
        (Call::Urls, "07-files/46-signed-url"),
        (Call::Annotations, "07-files/52-instances-of-file"),
        (Call::Datasets, "04-datasets/10-dataset-list"),
        (Call::DatasetFiles, "07-files/28-file-list-editor-key"),
        (Call::MissingFiles, "07-files/50-file-exists"),
        (Call::Labels, "05-labels/12-labels-get"),
        (Call::Runs, "07-files/66-model-runs"),
        (Call::Versions, "10-instances/28-instance-history"),
        (Call::Assign, "09-tasks/01-assign"),
        (Call::Unassign, "09-tasks/09-unassign-outsider"),
        (Call::Schemas, "05-labels/03-schema-list"),
        (Call::NewSchema, "05-labels/01-schema-new"),
        (Call::NewAttribute, "06-attributes/01-group-new-select"),
        (Call::Attributes, "06-attributes/30-template-list"),
        (Call::WriteAttribute, "06-attributes/35-group-update-repair-slider"),
        (Call::AddOption, "06-attributes/14-option-new-tree-child"),
        (Call::WriteOption, "06-attributes/15-option-update-admin"),
        (Call::ArchiveOption, "06-attributes/26-option-archive"),
        (Call::Issues, "12-discussions/16-list-editor-key"),
        (Call::IssuesOfTask, "12-discussions/11-list-of-task"),
        (Call::IssuePlaces, "12-discussions/18-detail"),
        (Call::Comments, "12-discussions/22-comment-list"),
    ] {
        let (seen, recording) = asked(call, name).await;
        assert_same(&seen, &recording);
    }
}

#[tokio::test]
async fn frames_are_asked_for_on_the_recorded_path_without_a_dataset() {
    let (seen, recording) = asked(Call::Frames, "10-instances/30-video-instance-buffer").await;
    assert_eq!((seen.method.as_str(), seen.uri.path()), ("POST", recording.path.as_str()));
    // The recorded `directory_id` is not needed; an empty body would be refused (`20-http/13`).
    assert_eq!(seen.json(), json!({}));
}

/// Not recorded by itself: the recorded list, for one attribute instead of a schema.
#[tokio::test]
async fn one_attribute_is_asked_for_as_the_recorded_list_is() {
    let (seen, recording) = asked(Call::Attribute, "06-attributes/30-template-list").await;
    assert_eq!((seen.method.as_str(), seen.uri.path()), ("POST", recording.path.as_str()));
    let mut body = recording.body;
    body.as_object_mut().unwrap().remove("schema_id");
    body["group_id"] = json!(3);
    assert_eq!(seen.json(), body);
}

/// As recorded, but for the colour: it has all that Diffgram's pages need, not hue alone.
#[tokio::test]
async fn a_label_is_made_as_recorded_with_a_colour_that_can_be_drawn() {
    let (seen, recording) = asked(Call::NewLabel, "05-labels/05-label-new-car").await;
    assert_eq!((seen.method.as_str(), seen.uri.path()), ("POST", recording.path.as_str()));
    let body = seen.json();
    assert_eq!((&body["name"], &body["schema_id"]), (&recording.body["name"], &recording.body["schema_id"]));
    assert_eq!(body["colour"], json!({"hex": "#FF0000", "rgba": {"r": 255, "g": 0, "b": 0, "a": 1}}));
}

/// Not recorded; from Diffgram's source (`label_schema_update.py`, `attribute_template_group_update.py`).
#[tokio::test]
async fn schemas_are_written_and_attributes_archived_with_all_that_is_required() {
    let (seen, _) = asked(Call::WriteSchema, "05-labels/01-schema-new").await;
    assert_eq!((seen.method.as_str(), seen.uri.path()), ("PATCH", "/api/v1/project/rec-demo/labels-schema/3/update"));
    assert_eq!(seen.json(), json!({"name": "Road schema", "archived": false}));
    let (seen, recording) = asked(Call::ArchiveAttribute, "06-attributes/02-group-update-select").await;
    assert_eq!((seen.method.as_str(), seen.uri.path()), ("POST", recording.path.as_str()));
    assert_eq!(seen.json(), json!({"group_id": 1, "mode": "ARCHIVE", "global_type": "file"}));
}

#[tokio::test]
async fn every_request_says_who_we_are_and_that_it_came_by_https() {
    let basic = format!("Basic {}", STANDARD.encode(format!("{CLIENT_ID}:{SECRET}")));
    for (call, name) in crate::calls::GOOD {
        if name == crate::calls::EXAM_RESULTS {
            continue;
        }
        let (seen, _) = asked(call, name).await;
        assert_eq!(seen.header("authorization"), Some(basic.as_str()), "{name}");
        assert_eq!(seen.header("x-forwarded-proto"), Some("https"), "{name}");
        let agent = seen.header("user-agent").unwrap_or_default();
        // `02-project/08`: an agent that begins with "python" is refused in another way.
        assert!(agent.starts_with("diffgram-portal/"), "{name}: {agent}");
        assert_eq!(seen.header("x-forwarded-for"), None, "{name}");
        assert_eq!(seen.header("cookie"), None, "{name}");
    }
}

#[tokio::test]
async fn nothing_of_an_answer_comes_back_with_the_next_request() {
    // Real answers set a session cookie, which would win or lose against the key as Diffgram pleases (`20-http/22`).
    let recording = Recording::read("07-files/39-file-view");
    assert!(recording.answer.headers.iter().any(|(name, _)| name == "set-cookie"));
    let server = Server::start(recording.answer).await;
    let project = server.project();
    project.file(FileId(5)).await.unwrap();
    project.file(FileId(5)).await.unwrap();
    assert!(server.seen().iter().all(|seen| seen.header("cookie").is_none()));
}

#[tokio::test]
async fn status_is_asked_without_the_key() {
    let recording = Recording::read("22-production-server/02-behind-tls-proxy");
    let server = Server::start(recording.answer.clone()).await;
    server.client().status().await.unwrap();
    let seen = server.seen().remove(0);
    assert_same(&seen, &recording);
    assert_eq!(seen.header("authorization"), None);
    assert_eq!(seen.header("x-forwarded-proto"), Some("https"));
}

#[tokio::test]
async fn calls_for_a_person_carry_their_address_only() {
    let server = Server::start(Recording::read("03-api-keys/06-use-key-ok").answer).await;
    let project = server.project();
    for (address, text) in [("192.0.2.7", "192.0.2.7"), ("2001:db8::7", "2001:db8::7")] {
        project.for_address(Some(address.parse().unwrap())).view().await.unwrap();
        assert_eq!(server.seen()[0].header("x-forwarded-for"), Some(text));
    }
    project.for_address(None).view().await.unwrap();
    assert_eq!(server.seen()[0].header("x-forwarded-for"), None);
}

#[tokio::test]
async fn task_lists_always_say_what_they_want() {
    let server = Server::start(exam_results()).await;
    let project = server.project();
    let filter = TaskFilter { changed_since: Some(Day("2026-11-23".into())), archived: false };
    project.marks(&filter, 3, 500).await.unwrap();
    let body = server.seen()[0].json();
    assert_eq!(
        body,
        json!({
            "all_my_jobs": true, "mode_data": "exam_results", "page_number": 3, "limit_count": 500, "status": "all",
            "date_from": "2026-11-23",
        })
    );
    // A limit of 0 would mean all tasks of the install's largest project (`diffgram-api.md` §2.1).
    project.tasks(&TaskFilter { changed_since: None, archived: true }, 0, 0).await.unwrap();
    let body = server.seen()[0].json();
    assert_eq!((&body["limit_count"], &body["status"]), (&json!(1), &json!("archived")));
    assert_ne!(body["mode_data"], json!("exam_results"));
    assert_eq!(body.get("date_from"), None);
}

#[tokio::test]
async fn reviewers_are_added_as_recorded() {
    let recording = Recording::read("09-tasks/03-assign-reviewer");
    let server = Server::start(recording.answer.clone()).await;
    server.project().assign(TaskId(5), &[UserId(2)], Relation::Reviewer).await.unwrap();
    assert_same(&server.seen()[0], &recording);
}

#[tokio::test]
async fn job_pages_count_from_one_and_frames_stop_at_a_thousand() {
    let server = Server::start(Recording::read("08-jobs/15-job-list").answer).await;
    let project = server.project();
    for (asked, sent) in [(0, 1), (1, 1), (7, 7)] {
        project.jobs(asked).await.unwrap();
        let body = server.seen()[0].json();
        assert_eq!((&body["metadata"]["page_number"], &body["metadata"]["limit"]), (&json!(sent), &json!(50)));
    }
    server.answer(Recording::read("10-instances/30-video-instance-buffer").answer);
    project.frame_annotations(FileId(17), 100, 90_000).await.unwrap();
    let seen = server.seen();
    assert_eq!(seen[0].uri.path(), "/api/project/rec-demo/video/17/instance/buffer/start/100/end/1100/list");
}

#[tokio::test]
async fn listings_ask_for_base_fields_page_by_page_and_a_dataset_is_named_when_asked_in() {
    let server = Server::start(Recording::read("07-files/28-file-list-editor-key").answer).await;
    let project = server.project();
    project.dataset_files(DatasetId(3), 0, 90_000).await.unwrap();
    let asked = &server.seen()[0].json()["metadata"];
    assert_eq!((&asked["page"], &asked["limit"], &asked["file_view_mode"]), (&json!(1), &json!(1000), &json!("base")));
    assert_eq!(asked["regen_url"], json!(false), "no addresses are signed for nothing");
    server.answer(Recording::read("07-files/50-file-exists").answer);
    project.missing_files(&[FileId(5)], Some(DatasetId(3))).await.unwrap();
    assert_eq!(server.seen()[0].json(), json!({"file_id_list": [5], "directory_id": 3}));
}
