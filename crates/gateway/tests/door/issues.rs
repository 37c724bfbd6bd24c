//! Issues: those on my task, its file and its annotations, sanitised; nothing of anybody else's.

use std::time::Duration;

use axum::http::StatusCode;
use portal_demo::diffgram::{NewIssue, Outage};
use serde_json::{Value, json};

use crate::support::{Browser, World};

const ANA: &str = "ana@acme.example";
const BEN: &str = "ben@acme.example";
const SOON: Duration = Duration::from_secs(5);

/// Of Ana, with issues that try things.
const HOSTILE: i64 = 1_002;
/// Of Ana, sent back.
const SENT_BACK: i64 = 1_007;
/// Of Ben.
const BENS: i64 = 1_011;

async fn issues(browser: &Browser, task: i64) -> Vec<Value> {
    let detail = browser.get(&format!("/api/tasks/{task}")).await;
    assert_eq!(detail.status, StatusCode::OK, "{}", detail.text());
    detail.json()["issues"].as_array().expect("issues").clone()
}

fn titles(issues: &[Value]) -> Vec<&str> {
    issues.iter().map(|issue| issue["title"].as_str().expect("a title")).collect()
}

#[tokio::test]
async fn a_task_has_the_issues_on_it_its_file_and_its_annotations() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    let sent_back = issues(&ana, SENT_BACK).await;
    assert_eq!(titles(&sent_back), ["Boxes are too wide"]);
    assert_eq!(sent_back[0]["author"], "Rita Berg");
    assert_eq!((&sent_back[0]["open"], &sent_back[0]["about"]), (&json!(true), &json!("task")));
    let hostile = issues(&ana, HOSTILE).await;
    assert_eq!(titles(&hostile), ["Twice in this dataset", "<img src=x onerror=alert(1)>"], "newest first");
    // By a program.
    assert_eq!((&hostile[0]["author"], &hostile[0]["about"]), (&Value::Null, &json!("file")));
    let closed = issues(&ana, 1_003).await;
    assert_eq!((titles(&closed), &closed[0]["open"]), (vec!["Wrong class"], &json!(false)));
    let annotation = issues(&ana, 1_004).await;
    let file = ana.get("/api/tasks/1004").await.json()["row"]["file"]["id"].as_i64().expect("a file");
    assert_eq!(annotation[0]["about"], json!({"annotation": {"id": file * 1000}}));
    assert_eq!(issues(&ana, 1_010).await[0]["frame"], 48);
    assert_eq!(
        issues(&ana, 1_001).await,
        [] as [Value; 0],
        "what is on the whole job, or of another project, is not on it"
    );
    // The list says how many.
    let list = ana.get("/api/tasks?tab=all&limit=200").await.json();
    let open = |id: i64| {
        list["rows"].as_array().expect("rows").iter().find(|row| row["id"] == id).expect("a row")["open_issues"].clone()
    };
    assert_eq!([open(SENT_BACK), open(HOSTILE), open(1_004)], [json!(1), json!(2), json!(1)]);
    assert_eq!([open(1_001), open(1_003)], [Value::Null, Value::Null]);
}

#[tokio::test]
async fn comments_come_when_they_are_asked_for() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    let id = issues(&ana, SENT_BACK).await[0]["id"].clone();
    let detail = ana.get(&format!("/api/tasks/{SENT_BACK}/issues/{id}")).await.json();
    let comments = detail["comments"].as_array().expect("comments");
    assert_eq!((&comments[0]["author"], comments.len()), (&json!("Ana Lima"), 2));
    assert!(comments[0]["edited"].is_string() && comments[1]["edited"].is_null());
    let said = comments[1]["content"].as_str().expect("HTML");
    assert!(
        said.contains("href=\"https://docs.example.com/boxes?a=1&amp;b=2\"") && said.contains("noopener"),
        "{said}"
    );
}

#[tokio::test]
async fn inj_02_html_in_issues_is_sanitised_on_the_gateway() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    let all = issues(&ana, HOSTILE).await;
    let hostile = all.iter().find(|issue| issue["title"] != "Twice in this dataset").expect("the hostile one");
    let says = hostile["description"].as_str().expect("HTML");
    assert!(says.starts_with("<p>Is this <i>one</i> person or two?</p>[the left door]"), "{says}");
    let detail = ana.get(&format!("/api/tasks/{HOSTILE}/issues/{}", hostile["id"])).await.json();
    let comment = &detail["comments"][0];
    assert_eq!(comment["author"], Value::Null);
    assert!(
        comment["content"].as_str().expect("HTML").starts_with("<p>Checked by a program: <code>2 &lt; 3</code></p>")
    );
    for html in [says, comment["content"].as_str().expect("HTML")] {
        for bad in ["<script", "<img", "<svg", "<style", "style=", "onclick", "javascript:", "evil.example"] {
            assert!(!html.contains(bad), "{bad} in {html}");
        }
    }
}

#[tokio::test]
async fn aut_01_issues_of_other_tasks_and_projects_are_not_there() {
    let world = World::start().await;
    let (ana, ben) = (world.browser().signed_in(ANA).await, world.browser().signed_in(BEN).await);
    let (hers, his) = (issues(&ana, SENT_BACK).await[0]["id"].clone(), issues(&ben, BENS).await[0]["id"].clone());
    let without_id = |answer: crate::support::Answer| {
        let mut body = answer.json();
        body["request_id"] = Value::Null;
        (answer.status, body)
    };
    let nothing = without_id(ana.get(&format!("/api/tasks/{SENT_BACK}/issues/99999")).await);
    assert_eq!(nothing.0, StatusCode::NOT_FOUND);
    // His, through her task; hers, through another task of hers; and one of the other project that names a task of hers.
    for path in [format!("{SENT_BACK}/issues/{his}"), format!("1001/issues/{hers}"), "1001/issues/9".to_owned()] {
        assert_eq!(without_id(ana.get(&format!("/api/tasks/{path}")).await), nothing, "{path}");
    }
    // Through his task: as if the task did not exist.
    let no_task = without_id(ana.get("/api/tasks/99999/issues/1").await);
    assert_eq!(without_id(ana.get(&format!("/api/tasks/{BENS}/issues/{his}")).await), no_task);
    for odd in ["01", "x", "-1"] {
        let answer = ana.get(&format!("/api/tasks/{SENT_BACK}/issues/{odd}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{odd}");
    }
    assert_eq!(
        world.browser().get(&format!("/api/tasks/{SENT_BACK}/issues/{hers}")).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_new_issue_is_seen_at_the_door_and_told_to_whose_task_it_is() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    let mut hers = ana.events(None).await;
    let mut his = world.browser().signed_in(BEN).await.events(None).await;
    let new = NewIssue { task: 1_001, title: "New".into(), description: "<p>Look.</p>".into() };
    let id = world.diffgram.open_issue(&new);
    assert_eq!(titles(&issues(&ana, 1_001).await), ["New"]);
    let told = hers.find(SOON, |event| event.name == "task" && event.data["id"] == 1_001).await.expect("an event");
    assert_eq!(told.data["open_issues"], 1);
    assert!(his.find(Duration::from_millis(300), |event| event.data["id"] == 1_001).await.is_none());
    world.diffgram.close_issue(id);
    tokio::time::sleep(Duration::from_millis(3_100)).await;
    assert_eq!(issues(&ana, 1_001).await[0]["open"], false);
    let told = hers.find(SOON, |event| event.name == "task" && event.data["id"] == 1_001).await.expect("an event");
    assert_eq!(told.data["open_issues"], Value::Null);
}

#[tokio::test]
async fn ups_01_with_diffgram_away_known_issues_stay_and_comments_say_why_not() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    let id = issues(&ana, SENT_BACK).await[0]["id"].clone();
    world.diffgram.outage(Outage::Unavailable);
    assert_eq!(titles(&issues(&ana, SENT_BACK).await), ["Boxes are too wide"]);
    let answer = ana.get(&format!("/api/tasks/{SENT_BACK}/issues/{id}")).await;
    assert_eq!(answer.status, StatusCode::BAD_GATEWAY, "{}", answer.text());
}
