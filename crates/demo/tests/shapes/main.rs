//! The stand-in against recorded answers of a real Diffgram: the same kind of request gets the same status, and an answer with
//! exactly the same keys and types. It may not be kinder than the real one.
#![cfg(test)]

mod compare;
mod stage;

use std::collections::HashMap;

use portal_demo::{diffgram::Options, people::ACME};
use reqwest::Method;
use serde_json::{Value, json};

use compare::{compare, fullest};
use stage::{
    Hooks, Stage, Who,
    Who::{
        Admin, AdminWithWrongKey, Annotator, Bearer, Forged, Key, Nobody, Outsider, Python, UnknownKey, WrongSecret,
    },
    recording,
};

/// Recordings of refusals and answers, and who asks the stand-in the same.
const SAME: [(Who, &str); 153] = [
    // Alive.
    (Nobody, "01-accounts/01-status"),
    (Nobody, "01-accounts/06-config-is-oauth2-set"),
    // The project.
    (Admin, "02-project/05-project-view"),
    (Key, "03-api-keys/06-use-key-ok"),
    (Admin, "02-project/06-project-view-unknown"),
    (Nobody, "02-project/07-project-view-anonymous"),
    (Python, "02-project/08-project-view-anonymous-python-agent"),
    (Outsider, "02-project/09-project-view-outsider"),
    (WrongSecret, "03-api-keys/07-use-key-wrong-secret"),
    (UnknownKey, "03-api-keys/08-use-key-unknown-id"),
    (Bearer, "03-api-keys/09-use-bearer"),
    (Key, "03-api-keys/10-use-key-other-project"),
    (AdminWithWrongKey, "20-http/22-cookie-and-bad-basic"),
    // Members.
    (Admin, "02-project/16-share-list"),
    (Key, "02-project/16-share-list"),
    (Annotator, "02-project/17-share-list-annotator"),
    // Labels.
    (Admin, "05-labels/12-labels-get"),
    (Annotator, "05-labels/12-labels-get"),
    (Key, "05-labels/12-labels-get"),
    (Outsider, "05-labels/14-labels-get-outsider"),
    (Key, "05-labels/15-labels-get-unknown-schema"),
    (Key, "05-labels/16-labels-get-bad-schema"),
    // Schemas and attributes. The order matters: the last ones write.
    (Admin, "05-labels/03-schema-list"),
    (Key, "05-labels/03-schema-list"),
    (Annotator, "05-labels/04-schema-list-as-annotator"),
    (Admin, "06-attributes/30-template-list"),
    (Key, "06-attributes/31-template-list-viewer"),
    (Annotator, "06-attributes/32-template-list-annotator"),
    (Key, "06-attributes/33-template-list-bad-mode"),
    (Annotator, "06-attributes/17-option-update-annotator"),
    (Outsider, "06-attributes/17-option-update-annotator"),
    (Nobody, "06-attributes/21-option-update-anonymous"),
    (Key, "06-attributes/22-option-update-unknown"),
    (Key, "06-attributes/23-option-new-unknown-group"),
    (Key, "06-attributes/24-option-new-no-name"),
    (Key, "06-attributes/25-option-bad-mode"),
    (Key, "06-attributes/27-group-update-unknown"),
    (Key, "06-attributes/28-group-update-partial"),
    (Admin, "06-attributes/02-group-update-select"),
    (Admin, "06-attributes/03-option-new-select-red"),
    (Key, "06-attributes/04-option-new-select-green"),
    (Key, "06-attributes/05-option-new-select-blue"),
    (Key, "06-attributes/06-group-update-multiple_select"),
    (Key, "06-attributes/07-group-update-radio"),
    (Key, "06-attributes/08-group-update-text"),
    (Key, "06-attributes/09-group-update-slider"),
    (Key, "06-attributes/10-group-update-date"),
    (Key, "06-attributes/11-group-update-time"),
    (Key, "06-attributes/13-group-update-tree"),
    (Key, "06-attributes/14-option-new-tree-child"),
    (Admin, "06-attributes/15-option-update-admin"),
    (Key, "06-attributes/19-option-update-editor-key"),
    (Key, "06-attributes/26-option-archive"),
    (Key, "06-attributes/29-group-update-repair"),
    (Key, "06-attributes/34-group-update-leaves-fields-out"),
    (Key, "06-attributes/35-group-update-repair-slider"),
    (Admin, "06-attributes/30-template-list"),
    (Admin, "05-labels/12-labels-get"),
    // Files.
    (Admin, "07-files/39-file-view"),
    (Key, "07-files/40-file-view-editor-key"),
    (Annotator, "07-files/42-file-view-annotator"),
    (Admin, "07-files/45-file-view-unknown"),
    (Key, "07-files/45-file-view-unknown"),
    (Key, "07-files/65-file-view-video"),
    (Admin, "07-files/46-signed-url"),
    (Key, "07-files/46-signed-url"),
    (Annotator, "07-files/47-signed-url-annotator"),
    (Admin, "07-files/52-instances-of-file"),
    (Key, "07-files/52-instances-of-file"),
    (Annotator, "07-files/54-instances-of-file-annotator"),
    (Key, "07-files/55-instances-of-file-unknown"),
    (Key, "10-instances/27-file-instances"),
    (Key, "10-instances/28-instance-history"),
    (Admin, "10-instances/28-instance-history"),
    (Key, "10-instances/30-video-instance-buffer"),
    // Datasets and their files.
    (Admin, "04-datasets/10-dataset-list"),
    (Key, "04-datasets/10-dataset-list"),
    (Admin, "04-datasets/12-dataset-list-bad-limit"),
    (Annotator, "04-datasets/14-dataset-list-as-annotator"),
    (Key, "07-files/28-file-list-editor-key"),
    (Annotator, "07-files/33-file-list-annotator"),
    (Outsider, "07-files/34-file-list-outsider"),
    (Admin, "07-files/35-file-list-no-metadata"),
    (Admin, "07-files/36-file-list-partial-metadata"),
    (Key, "07-files/37-file-list-unknown-dataset"),
    (Key, "07-files/38-file-list-string-limit"),
    (Admin, "07-files/50-file-exists"),
    (Key, "07-files/50-file-exists"),
    // Model runs.
    (Admin, "07-files/58-model-runs"),
    (Key, "07-files/66-model-runs"),
    // Jobs.
    (Admin, "08-jobs/15-job-list"),
    (Key, "08-jobs/21-job-list-editor-key"),
    (Annotator, "08-jobs/15-job-list"),
    (Outsider, "08-jobs/20-job-list-outsider"),
    (Admin, "08-jobs/22-job-list-no-page"),
    (Admin, "08-jobs/23-job-list-no-project"),
    (Admin, "08-jobs/24-job-list-empty-body"),
    (Admin, "08-jobs/31-job-members"),
    (Key, "08-jobs/31-job-members"),
    // Assigning.
    (Admin, "09-tasks/01-assign"),
    (Admin, "09-tasks/03-assign-reviewer"),
    (Key, "09-tasks/11-assign-editor-key"),
    (Annotator, "09-tasks/04-assign-as-annotator"),
    (Key, "09-tasks/05-assign-unknown-task"),
    (Key, "09-tasks/06-assign-unknown-user"),
    (Key, "09-tasks/07-assign-bad-relation"),
    (Admin, "09-tasks/09-unassign-outsider"),
    (Key, "09-tasks/09-unassign-outsider"),
    // Task lists.
    (Admin, "09-tasks/12-list-admin"),
    (Annotator, "09-tasks/12-list-admin"),
    (Key, "09-tasks/12-list-admin"),
    (Outsider, "09-tasks/18-list-outsider"),
    (Nobody, "09-tasks/19-list-anonymous"),
    (Key, "09-tasks/22-list-status-unknown"),
    (Key, "09-tasks/25-list-no-mode"),
    (Key, "09-tasks/26-list-limit-string"),
    (Key, "09-tasks/27-list-limit-negative"),
    (Admin, "09-tasks/28-list-unknown-job"),
    (Key, "09-tasks/31-project-list-by-job"),
    (Key, "09-tasks/32-project-list-by-file"),
    (Annotator, "09-tasks/33-project-list-my-jobs"),
    (Key, "09-tasks/33-project-list-my-jobs"),
    (Key, "09-tasks/34-project-list-no-filter"),
    (Key, "09-tasks/65-list-bad-date"),
    (Key, "09-tasks/62-list-page-1-of-25"),
    (Key, "21-latency/05-my-jobs-total-count"),
    // A task by its id.
    (Admin, "09-tasks/35-get-admin"),
    (Annotator, "09-tasks/36-get-own-annotator"),
    (Nobody, "09-tasks/43-get-anonymous"),
    (Key, "09-tasks/44-get-admin-key"),
    (Admin, "09-tasks/45-get-unknown"),
    (Admin, "09-tasks/46-get-bad-mode"),
    (Admin, "09-tasks/47-get-string-id"),
    (Forged, "20-http/19-forged-cookie"),
    // Completing and reviewing, refused; what is done is below.
    (Admin, "11-task-states/14-review-bad-action"),
    (Nobody, "11-task-states/18-complete-anonymous"),
    (Admin, "11-task-states/19-complete-unknown"),
    (Key, "11-task-states/20-complete-key"),
    // Issues.
    (Admin, "12-discussions/10-list"),
    (Key, "12-discussions/16-list-editor-key"),
    (Annotator, "12-discussions/11-list-of-task"),
    (Admin, "12-discussions/14-list-unknown-task"),
    (Admin, "12-discussions/17-list-bad-type"),
    (Admin, "12-discussions/18-detail"),
    (Key, "12-discussions/18-detail"),
    (Admin, "12-discussions/19-detail-unknown"),
    (Outsider, "12-discussions/20-detail-cross-project"),
    (Admin, "12-discussions/22-comment-list"),
    (Outsider, "12-discussions/23-comment-list-cross-project"),
    // HTTP.
    (Nobody, "20-http/09-api-unknown-path"),
    (Nobody, "20-http/10-api-unknown-path-post"),
    (Admin, "20-http/12-wrong-method"),
    (Nobody, "20-http/07-spa-any-page"),
];

/// Bodies that are no JSON objects, as they were sent.
const RAW: [&str; 4] =
    ["20-http/13-empty-body", "20-http/14-not-json", "20-http/15-json-array", "20-http/16-json-null"];

#[tokio::test]
async fn answers_have_the_recorded_status_keys_and_types() {
    let stage = Stage::start().await;
    let mut wrong = Vec::new();
    for (who, name) in SAME {
        let found = stage.differences(who, name).await;
        wrong.extend(found.into_iter().map(|what| format!("{name} as {who:?}: {what}")));
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn bodies_that_are_no_objects_are_refused_as_recorded() {
    let stage = Stage::start().await;
    let mut wrong = Vec::new();
    for name in RAW {
        let found = stage.differences(Admin, name).await;
        wrong.extend(found.into_iter().map(|what| format!("{name}: {what}")));
    }
    // The same wherever a body is read.
    let (picture, task, video) = stage.ids;
    for path in [
        format!("/api/v1/project/{ACME}/task/list"),
        "/api/v1/job/1/task/list".to_owned(),
        "/api/v1/job/list".to_owned(),
        "/api/v1/file/view".to_owned(),
        format!("/api/v1/project/{ACME}/model-runs/list"),
        format!("/api/v1/project/{ACME}/task/{task}/user/add"),
        format!("/api/project/{ACME}/file/{picture}/annotation/list"),
        format!("/api/project/{ACME}/video/{video}/instance/buffer/start/0/end/5/list"),
    ] {
        for name in RAW {
            let recorded = recording(name);
            let body = recorded["request"]["body"]["raw"].as_str().unwrap().to_owned();
            let reply = stage.ask(Key, Method::POST, &path, &Value::Null, Some(body)).await;
            let found = reply.differences(&recorded["response"]);
            wrong.extend(found.into_iter().map(|what| format!("{path} like {name}: {what}")));
        }
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

/// Recorded on the task's route; the file's has the same answer.
#[tokio::test]
async fn frames_have_the_recorded_instances() {
    let stage = Stage::start().await;
    let path = format!("/api/project/{ACME}/video/{}/instance/buffer/start/0/end/5/list", stage.ids.2);
    let reply = stage.ask(Key, Method::POST, &path, &Value::Null, Some("{}".into())).await;
    let recorded = recording("10-instances/33-video-task-instance-buffer");
    assert_eq!(reply.differences(&recorded["response"]), Vec::<String>::new());
    let ours: Value = serde_json::from_str(&reply.body).unwrap();
    assert!(fullest(ours["instance_buffer_dict"].as_object().unwrap()).is_some_and(|list| !list[0].is_null()));
}

/// A file of another project, through the own one.
#[tokio::test]
async fn files_of_another_project_are_refused_as_recorded() {
    let stage = Stage::start().await;
    let foreign = stage.diffgram.tasks_of("gus@globex.example")[0].1;
    let path = format!("/api/project/{ACME}/file/{foreign}/get-signed-url");
    let reply = stage.ask(Key, Method::GET, &path, &Value::Null, None).await;
    let recorded = recording("07-files/48-signed-url-cross-project");
    assert_eq!(reply.differences(&recorded["response"]), Vec::<String>::new());

    let path = format!("/api/project/{ACME}/file/{foreign}/annotation/list");
    let reply = stage.ask(Key, Method::POST, &path, &Value::Null, Some("{}".into())).await;
    let recorded = recording("07-files/55-instances-of-file-unknown");
    assert_eq!(reply.differences(&recorded["response"]), Vec::<String>::new());

    let body = json!({"file_id": foreign, "project_string_id": ACME}).to_string();
    let reply = stage.ask(Key, Method::POST, "/api/v1/file/view", &Value::Null, Some(body)).await;
    let recorded = recording("07-files/45-file-view-unknown");
    assert_eq!(reply.differences(&recorded["response"]), Vec::<String>::new());
}

/// Completing, asking for changes and approving, in the recorded order; each sends its webhook twice, the second without a job.
#[tokio::test]
async fn a_task_goes_its_way_with_recorded_answers_and_webhooks() {
    let hooks = Hooks::start().await;
    let target = (hooks.url.clone(), "hook-token".to_owned());
    let mut stage =
        Stage::with(Options { webhooks: HashMap::from([(ACME.to_owned(), target)]), ..Default::default() }).await;
    // One of a job with reviews.
    let (task, ..) = stage.diffgram.add_task(ACME, "astronaut-901.jpg", "ana@acme.example");
    stage.ids.1 = task;
    for (who, name, status) in [
        (Annotator, "11-task-states/09-complete", "in_review"),
        (Admin, "11-task-states/11-review-request-change", "requires_changes"),
        (Admin, "11-task-states/13-review-approve", "complete"),
    ] {
        assert_eq!(stage.differences(who, name).await, Vec::<String>::new(), "{name}");
        let body = json!({"task_id": task, "builder_or_trainer_mode": "builder"}).to_string();
        let reply = stage.ask(Admin, Method::POST, "/api/v1/task", &Value::Null, Some(body)).await;
        let now: Value = serde_json::from_str(&reply.body).unwrap();
        assert_eq!(now["task"]["status"], status, "{name}");
    }
    let came = hooks.wait_for(6).await;
    let recorded = recording("14-actions/90-webhook-received");
    for (agent, hook) in &came {
        assert_eq!(Some(agent.as_str()), recorded["request"]["headers"]["user-agent"].as_str());
        let mut found = Vec::new();
        compare("", &recorded["request"]["body"], hook, &mut found);
        assert_eq!(found, Vec::<String>::new());
        assert_eq!((&hook["token"], &hook["task_id"]), (&json!("hook-token"), &json!(task)));
    }
    for kind in ["task_review_start", "task_request_changes", "task_completed"] {
        let jobs: Vec<&Value> = came.iter().filter(|(_, h)| h["kind"] == kind).map(|(_, h)| &h["job_id"]).collect();
        assert_eq!(jobs, [&json!(1), &Value::Null], "{kind}");
    }
}

/// There is no recording of this; the row is the one of Diffgram's source (`diffgram-api.md` §2.1).
#[tokio::test]
async fn exam_results_have_the_short_row() {
    let stage = Stage::start().await;
    let path = format!("/api/v1/project/{ACME}/task/list");
    let body =
        json!({"all_my_jobs": true, "mode_data": "exam_results", "status": "all", "limit_count": 2, "page_number": 1});
    let reply = stage.ask(Key, Method::POST, &path, &Value::Null, Some(body.to_string())).await;
    let mut recorded = recording("09-tasks/33-project-list-my-jobs")["response"].take();
    recorded["body"]["task_list"] = json!([{
        "id": 1, "status": "complete", "time_updated": "Mon, 23 Nov 2026 23:12:13 GMT", "time_completed": null,
        "review_star_rating_average": null, "gold_standard_missing": null, "assignee_user_id": 3,
    }]);
    assert_eq!(reply.differences(&recorded), Vec::<String>::new());
    let ours: Value = serde_json::from_str(&reply.body).unwrap();
    assert_eq!(ours["task_list"].as_array().unwrap().len(), 2);
    assert!(ours["task_list"][0]["time_updated"].as_str().unwrap().ends_with(" GMT"));
}

/// What `diffgram-api.md` §7 says besides the shapes: no order, full replacement, times that lag behind, nothing checked.
#[tokio::test]
async fn attributes_behave_as_diffgrams_source_says() {
    let stage = Stage::start().await;
    let path = |what: &str| format!("/api/v1/project/{ACME}/attribute{what}");
    let ask = async |what: &str, body: Value| {
        let reply = stage.ask(Key, Method::POST, &path(what), &Value::Null, Some(body.to_string())).await;
        (reply.status.as_u16(), serde_json::from_str::<Value>(&reply.body).unwrap_or_default())
    };
    let one = async |id: i64| {
        let (_, body) =
            ask("/template/list", json!({"mode": "from_project", "group_id": id, "with_labels": true})).await;
        body["attribute_group_list"][0].clone()
    };
    let ids = |group: &Value| -> Vec<i64> {
        group["attribute_template_list"].as_array().unwrap().iter().map(|o| o["id"].as_i64().unwrap()).collect()
    };
    let option = |mode: &str, attribute: Value| json!({"mode": mode, "attribute": attribute});

    // A changed option comes last; an archived one is not listed, keeps its name, and does not come back by an update.
    assert_eq!(ids(&one(1).await), [2, 3, 1]);
    ask("", option("UPDATE", json!({"group_id": 1, "id": 2, "name": "some"}))).await;
    assert_eq!(ids(&one(1).await), [3, 1, 2]);
    ask("", option("ARCHIVE", json!({"group_id": 1, "id": 3}))).await;
    let (_, back) = ask("", option("UPDATE", json!({"group_id": 1, "id": 3, "name": "half"}))).await;
    assert_eq!(back["attribute_template"]["archived"], true);
    assert_eq!(ids(&one(1).await), [1, 2]);

    // The same name twice is taken; a parent left out is lost; one that does not exist is a database error.
    let tree = one(8).await["attribute_template_list"].as_array().unwrap().clone();
    let child = tree.iter().find(|o| !o["parent_id"].is_null()).unwrap();
    let (status, twin) =
        ask("", option("NEW", json!({"group_id": 8, "name": child["name"], "parent_id": child["parent_id"]}))).await;
    assert_eq!((status, &twin["attribute_template"]["parent_id"]), (200, &child["parent_id"]));
    let (_, root) = ask("", option("UPDATE", json!({"group_id": 8, "id": child["id"], "name": "x"}))).await;
    assert_eq!(root["attribute_template"]["parent_id"], Value::Null);
    assert_eq!(ask("", option("NEW", json!({"group_id": 8, "name": "x", "parent_id": 9999}))).await.0, 503);

    // Left out is emptied, but for the labels; the answer carries the time of the change before; the same again moves nothing.
    let before = one(5).await;
    let (_, left_out) =
        ask("/group/update", json!({"group_id": 5, "mode": "UPDATE", "global_type": "file", "kind": "slider"})).await;
    let group = &left_out["group"];
    assert_eq!(
        json!([group["name"], group["prompt"], group["max_value"], group["ordinal"]]),
        json!([null, null, null, 0])
    );
    assert_eq!(group["time_updated"], before["time_updated"]);
    let after = one(5).await;
    assert_ne!(after["time_updated"], before["time_updated"]);
    assert_eq!(after["label_file_list"], before["label_file_list"]);
    ask("/group/update", json!({"group_id": 5, "mode": "UPDATE", "global_type": "file", "kind": "slider"})).await;
    assert_eq!(one(5).await["time_updated"], after["time_updated"]);
    let (status, _) =
        ask("/group/update", json!({"group_id": 5, "mode": "UPDATE", "global_type": "file", "min_value": 1_i64 << 40}))
            .await;
    assert_eq!(status, 503, "four bytes");
    ask("/group/update", json!({"group_id": 5, "mode": "ARCHIVE", "global_type": "file"})).await;
    assert_eq!(one(5).await, Value::Null);

    // Of another project: as if it did not exist (recorded `19-cross-project/08`), but a foreign schema is a crash.
    let (status, refused) =
        ask("/group/update", json!({"group_id": 20, "mode": "UPDATE", "global_type": "file"})).await;
    assert_eq!((status, &refused["log"]["error"]["group"]), (400, &json!("No group found")));
    assert_eq!(one(20).await, Value::Null);
    assert_eq!(ask("/template/list", json!({"mode": "from_project", "schema_id": 3})).await.0, 500);
}
