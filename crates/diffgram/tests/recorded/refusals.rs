//! Recorded failures, as typed errors: what a caller does next differs. None of them is tried again.

use std::time::Duration;

use portal_diffgram::Error;

use crate::{
    calls::{Call, GOOD},
    server::{Answer, CLIENT_ID, Recording, SECRET, Server},
};

/// What a failure has to become; a short form of [`Error`] that can be compared.
#[derive(Debug, PartialEq)]
enum Becomes {
    Forbidden(u16),
    Server(u16),
    Refused(u16, Vec<(String, String)>),
    NotJson(u16),
    Redirect,
    RateLimited(Option<u64>),
    Busy(u16, Option<u64>),
    Other(String),
}

fn short(error: Error) -> Becomes {
    let seconds = |wait: Option<Duration>| wait.map(|wait| wait.as_secs());
    match error {
        Error::Forbidden { status } => Becomes::Forbidden(status),
        Error::Server { status } => Becomes::Server(status),
        Error::Refused { status, fields } => Becomes::Refused(status, fields),
        Error::NotJson { status } => Becomes::NotJson(status),
        Error::Redirect => Becomes::Redirect,
        Error::RateLimited { retry_after } => Becomes::RateLimited(seconds(retry_after)),
        Error::Busy { status, retry_after } => Becomes::Busy(status, seconds(retry_after)),
        other => Becomes::Other(format!("{other:?}")),
    }
}

fn refused(fields: &[(&str, &str)]) -> Becomes {
    Becomes::Refused(400, fields.iter().map(|(field, why)| ((*field).to_owned(), (*why).to_owned())).collect())
}

/// Calls once, and asks that it was once.
async fn once(call: Call, answer: Answer) -> Error {
    let server = Server::start(answer).await;
    let error = call.run(&server.project()).await.unwrap_err();
    assert_eq!(server.seen().len(), 1, "{error:?} was tried again");
    error
}

#[tokio::test]
async fn recorded_failures_become_typed_errors() {
    use Becomes::{Forbidden, NotJson, RateLimited, Redirect, Server as Sick};
    for (call, name, becomes) in [
        (Call::Issues, "12-discussions/15-list-viewer", Forbidden(403)),
        (Call::IssuesOfTask, "12-discussions/17-list-bad-type", refused(&[("task_id", "Must be an int")])),
        (Call::IssuePlaces, "12-discussions/19-detail-unknown", Sick(500)),
        (
            Call::IssuePlaces,
            "12-discussions/20-detail-cross-project",
            refused(&[("project_id", "Wrong project ID provided.")]),
        ),
        // A wrong secret, an unknown key, another project, an unknown project: one answer, on purpose of nobody.
        (Call::View, "03-api-keys/07-use-key-wrong-secret", Forbidden(403)),
        (Call::View, "03-api-keys/08-use-key-unknown-id", Forbidden(403)),
        (Call::View, "03-api-keys/09-use-bearer", Forbidden(403)),
        (Call::View, "03-api-keys/10-use-key-other-project", Forbidden(403)),
        (Call::View, "02-project/06-project-view-unknown", Forbidden(403)),
        (Call::View, "02-project/07-project-view-anonymous", Forbidden(401)),
        (Call::View, "02-project/08-project-view-anonymous-python-agent", Forbidden(403)),
        (Call::View, "02-project/09-project-view-outsider", Forbidden(403)),
        (Call::Members, "02-project/17-share-list-annotator", Forbidden(403)),
        (Call::Labels, "05-labels/14-labels-get-outsider", Forbidden(403)),
        (
            Call::Labels,
            "05-labels/15-labels-get-unknown-schema",
            refused(&[("project", "Schema does not exist or does not belong to this project")]),
        ),
        (Call::Labels, "05-labels/16-labels-get-bad-schema", Sick(503)),
        (Call::Labels, "22-production-server/09-database-error", Sick(500)),
        (Call::Schemas, "05-labels/04-schema-list-as-annotator", Forbidden(403)),
        (
            Call::NewSchema,
            "05-labels/02-schema-new-duplicate",
            refused(&[("schema_exists", "Label Schema \"Road schema\" already exists.")]),
        ),
        (Call::NewLabel, "05-labels/09-label-new-unknown-schema", Sick(500)),
        (Call::NewLabel, "05-labels/10-label-new-no-name", refused(&[("name", "Missing name")])),
        (Call::NewLabel, "05-labels/11-label-new-as-annotator", Forbidden(403)),
        (Call::Attributes, "06-attributes/32-template-list-annotator", Forbidden(403)),
        (Call::Attributes, "06-attributes/33-template-list-bad-mode", refused(&[("mode", "Invalid mode")])),
        (Call::WriteOption, "06-attributes/17-option-update-annotator", Forbidden(403)),
        (Call::WriteOption, "06-attributes/20-option-update-viewer-key", Forbidden(403)),
        (Call::WriteOption, "06-attributes/21-option-update-anonymous", Forbidden(401)),
        (Call::WriteOption, "06-attributes/22-option-update-unknown", refused(&[("attribute", "No attribute found")])),
        (
            Call::AddOption,
            "06-attributes/23-option-new-unknown-group",
            refused(&[("group", "Invalid group (Does not match project or bad id).")]),
        ),
        (Call::AddOption, "06-attributes/24-option-new-no-name", refused(&[("name", "Missing name")])),
        (Call::AddOption, "06-attributes/25-option-bad-mode", Sick(500)),
        (
            Call::WriteAttribute,
            "06-attributes/28-group-update-partial",
            refused(&[("global_type", "Missing global_type")]),
        ),
        (Call::Datasets, "04-datasets/12-dataset-list-bad-limit", refused(&[("limit", "Must be an int")])),
        (Call::Datasets, "04-datasets/14-dataset-list-as-annotator", Forbidden(403)),
        (Call::DatasetFiles, "07-files/33-file-list-annotator", Forbidden(403)),
        (Call::DatasetFiles, "07-files/34-file-list-outsider", Forbidden(403)),
        // Bare texts, labelled as JSON.
        (Call::DatasetFiles, "07-files/35-file-list-no-metadata", Becomes::Refused(400, Vec::new())),
        (Call::DatasetFiles, "07-files/37-file-list-unknown-dataset", Becomes::Refused(400, Vec::new())),
        (Call::DatasetFiles, "07-files/36-file-list-partial-metadata", Sick(500)),
        (Call::DatasetFiles, "07-files/38-file-list-string-limit", Sick(500)),
        (Call::File, "07-files/42-file-view-annotator", Forbidden(403)),
        (Call::File, "07-files/45-file-view-unknown", Sick(500)),
        (Call::Urls, "07-files/47-signed-url-annotator", Forbidden(403)),
        (
            Call::Urls,
            "07-files/48-signed-url-cross-project",
            refused(&[("file_id", "File does not belong to project")]),
        ),
        (Call::Annotations, "07-files/54-instances-of-file-annotator", Forbidden(403)),
        (
            Call::Annotations,
            "07-files/55-instances-of-file-unknown",
            refused(&[("", " File not in valid project directory.")]),
        ),
        (
            Call::Versions,
            "10-instances/29-instance-history-cross-project",
            refused(&[("project_missmatch", "Instance does not belong to the project.")]),
        ),
        (Call::Jobs, "08-jobs/18-job-list-annotator2", Forbidden(403)),
        (Call::Jobs, "08-jobs/20-job-list-outsider", Forbidden(403)),
        (Call::Jobs, "08-jobs/22-job-list-no-page", Sick(500)),
        (Call::Jobs, "08-jobs/23-job-list-no-project", Forbidden(403)),
        (Call::Jobs, "08-jobs/24-job-list-empty-body", refused(&[("metadata", "Missing metadata")])),
        (Call::Assign, "09-tasks/04-assign-as-annotator", Forbidden(403)),
        (Call::Assign, "09-tasks/05-assign-unknown-task", Sick(500)),
        (Call::Assign, "09-tasks/06-assign-unknown-user", Sick(500)),
        (
            Call::Assign,
            "09-tasks/07-assign-bad-relation",
            refused(&[("valid_values_list", "friend not in ['reviewer', 'assignee']")]),
        ),
        (Call::Tasks, "09-tasks/18-list-outsider", Forbidden(403)),
        (Call::Tasks, "09-tasks/19-list-anonymous", Forbidden(401)),
        (Call::Tasks, "09-tasks/25-list-no-mode", refused(&[("mode_data", "Missing mode_data")])),
        (Call::Marks, "09-tasks/26-list-limit-string", refused(&[("limit_count", "Must be an int")])),
        (Call::Tasks, "09-tasks/27-list-limit-negative", Sick(503)),
        (Call::Tasks, "09-tasks/28-list-unknown-job", Forbidden(403)),
        (
            Call::TasksOfFile,
            "09-tasks/34-project-list-no-filter",
            refused(&[("file_id", "Please Provide a file ID"), ("job_id", "Please Provide a job ID")]),
        ),
        (Call::Marks, "09-tasks/65-list-bad-date", Sick(500)),
        (Call::Runs, "20-http/13-empty-body", refused(&[("input", "Expecting json in request")])),
        (Call::Frames, "20-http/15-json-array", refused(&[("input", "Expecting dict")])),
        (Call::Tasks, "20-http/07-spa-any-page", NotJson(200)),
        // "Not found.", labelled as JSON.
        (Call::View, "20-http/09-api-unknown-path", Becomes::Refused(405, Vec::new())),
        (Call::Runs, "20-http/10-api-unknown-path-post", Becomes::Refused(405, Vec::new())),
        (Call::View, "22-production-server/06-unknown-api-get", Sick(500)),
        (Call::View, "22-production-server/01-plain-http", Redirect),
        (Call::Tasks, "22-production-server/04-get-task-2", RateLimited(Some(1))),
    ] {
        let error = once(call, Recording::read(name).answer).await;
        assert_eq!(short(error), becomes, "{name}");
    }
}

#[tokio::test]
async fn only_what_ails_diffgram_itself_is_an_outage() {
    for (name, outage) in [
        ("22-production-server/01-plain-http", true),
        ("20-http/07-spa-any-page", true),
        ("22-production-server/04-get-task-2", true),
        // One request's fault, though the dispatcher says that the service is away.
        ("09-tasks/27-list-limit-negative", false),
        ("05-labels/16-labels-get-bad-schema", false),
        ("07-files/45-file-view-unknown", false),
        ("03-api-keys/07-use-key-wrong-secret", false),
        ("09-tasks/25-list-no-mode", false),
    ] {
        assert_eq!(once(Call::Tasks, Recording::read(name).answer).await.is_outage(), outage, "{name}");
    }
}

/// UPS-02.
#[tokio::test]
async fn ups_02_a_500_page_is_diffgrams_fault_and_its_text_stays_out() {
    for (call, _) in GOOD {
        let answer = Answer::page(500, "<h1>Traceback</h1> psycopg2.OperationalError at 10.0.0.7");
        let error = once(call, answer).await;
        let words = format!("{error} {error:?}");
        assert!(!words.contains("Traceback") && !words.contains("10.0.0.7"), "{words}");
        assert_eq!(short(error), Becomes::Server(500), "{call:?}");
    }
}

/// UPS-03: a login page, or the single-page app, in place of JSON.
#[tokio::test]
async fn ups_03_a_page_in_place_of_json_is_recognized() {
    for (call, _) in GOOD {
        let page = "<!doctype html><title>Log in</title><form action=/login><input name=password></form>";
        assert_eq!(short(once(call, Answer::page(200, page)).await), Becomes::NotJson(200), "{call:?}");
        // Even when the page would parse.
        assert_eq!(short(once(call, Answer::page(200, "{}")).await), Becomes::NotJson(200), "{call:?}");
        // Labelled as JSON, which it is not.
        let error = once(call, Answer::json(200, page)).await;
        match error {
            Error::Shape { .. } => {}
            other => panic!("{call:?}: {other:?}"),
        }
    }
}

/// UPS-08: status 200, and `log.error` has something to say; `log.success` says nothing.
#[tokio::test]
async fn ups_08_a_refusal_with_status_200_is_a_refusal() {
    for (call, name) in GOOD.into_iter().filter(|(_, name)| *name != crate::calls::EXAM_RESULTS) {
        let mut body = Recording::read(name).json();
        // A bare list has no place for a log.
        if !body.is_object() {
            continue;
        }
        let info = body["log"]["info"].clone();
        for success in [true, false] {
            body["log"] =
                serde_json::json!({"error": {"task": "Is locked", "count": 3}, "info": {}, "success": success});
            let error = once(call, Answer::json(200, body.to_string())).await;
            let mut fields = match error {
                Error::Refused { status: 200, fields } => fields,
                other => panic!("{name}: {other:?}"),
            };
            fields.sort();
            assert_eq!(fields, [("count".into(), "3".into()), ("task".into(), "Is locked".into())], "{name}");
        }
        // Nothing wrong, and `success` false: recorded so for work that was done.
        body["log"] = serde_json::json!({"error": {}, "info": info, "success": false});
        let server = Server::start(Answer::json(200, body.to_string())).await;
        call.run(&server.project()).await.unwrap_or_else(|why| panic!("{name}: {why:?}"));
    }
}

/// A message beside good data is no refusal.
#[tokio::test]
async fn a_message_with_status_200_is_not_a_refusal() {
    let mut body = Recording::read("03-api-keys/06-use-key-ok").json();
    body["message"] = serde_json::json!("Welcome");
    let server = Server::start(Answer::json(200, body.to_string())).await;
    assert_eq!(server.project().view().await.unwrap().name, "Rec Demo");
}

#[tokio::test]
async fn no_error_and_no_client_tells_the_key() {
    let server = Server::start(Recording::read("03-api-keys/07-use-key-wrong-secret").answer).await;
    let project = server.project();
    let error = project.view().await.unwrap_err();
    let words = format!("{error} {error:?} {project:?} {:?}", server.client());
    assert!(!words.contains(SECRET) && !words.contains("s3cret"), "{words}");
    // The id of a key is no secret, but no text for people has it.
    assert!(!error.to_string().contains(CLIENT_ID));
}

/// Nor is a bare list, however many are in it.
#[tokio::test]
async fn a_bare_list_is_not_a_refusal() {
    let one = Recording::read("05-labels/03-schema-list").json()[0].clone();
    for count in 0..6 {
        let list = vec![one.clone(); count];
        let server = Server::start(Answer::json(200, serde_json::json!(list).to_string())).await;
        assert_eq!(server.project().schemas().await.unwrap().len(), count);
    }
}
