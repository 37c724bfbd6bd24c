//! Answers that are cut or of another shape (UPS-04, UPS-07): a typed error, or less, told; never a panic, never invention.

use portal_diffgram::Error;
use serde_json::{Value, json};

use crate::{
    answers::exam_results,
    calls::{Call, EXAM_RESULTS, GOOD, Outcome},
    server::{Answer, Recording, Server},
};

/// Cuts tried of each answer, at least.
const CUTS: usize = 150;

fn good(name: &'static str) -> Answer {
    if name == EXAM_RESULTS { exam_results() } else { Recording::read(name).answer }
}

#[tokio::test]
async fn ups_04_a_cut_answer_is_an_error_wherever_it_is_cut() {
    for (call, name) in GOOD {
        let whole = good(name);
        let server = Server::start(whole.clone()).await;
        let project = server.project();
        assert!(call.run(&project).await.is_ok(), "{name}");
        let len = whole.body.len();
        // All of the beginning and the end, where envelopes open and close, and every so many bytes between.
        let step = (len / CUTS).max(1);
        for at in (0..len).filter(|at| *at < 40 || len - at <= 40 || at % step == 0) {
            server.answer(Answer { body: whole.body.slice(..at), ..whole.clone() });
            match call.run(&project).await {
                Err(Error::Shape { .. }) => {}
                other => panic!("{name} cut at {at} of {len}: {other:?}"),
            }
        }
    }
}

/// Where a value is, as a JSON pointer, with what it is.
fn places(value: &Value, at: &str, found: &mut Vec<(String, Value)>) {
    if !at.is_empty() {
        found.push((at.to_owned(), value.clone()));
    }
    match value {
        Value::Object(map) => map.iter().for_each(|(key, inner)| places(inner, &format!("{at}/{key}"), found)),
        Value::Array(list) => list.iter().enumerate().for_each(|(n, inner)| places(inner, &format!("{at}/{n}"), found)),
        _ => {}
    }
}

/// Values of other types: one that is close, one that is far.
fn wrong(value: &Value) -> [Value; 2] {
    match value {
        Value::Null => [json!([7]), json!({"odd": 1})],
        Value::Bool(_) => [json!("true"), json!(null)],
        Value::Number(_) => [json!("12"), json!([{}])],
        Value::String(_) => [json!(-1.5e300), json!(null)],
        Value::Array(_) => [json!({"0": {}}), json!("[]")],
        Value::Object(_) => [json!([]), json!(null)],
    }
}

/// The list whose rows are counted, if the call has one: its place in the answer, and how many rows it holds.
fn counted(call: Call, whole: &Value) -> Option<(&'static str, usize)> {
    let at = match call {
        Call::Tasks => "/task_list",
        Call::DatasetFiles => "/file_list",
        Call::Annotations => "/file_serialized/instance_list",
        Call::Frames => "/instance_buffer_dict/2",
        _ => return None,
    };
    Some((at, whole.pointer(at)?.as_array()?.len()))
}

#[tokio::test]
async fn ups_07_a_wrong_type_anywhere_is_an_error_or_a_row_less_that_is_counted() {
    for (call, name) in GOOD {
        let server = Server::start(good(name)).await;
        let project = server.project();
        let before = call.run(&project).await.unwrap();
        let whole: Value = serde_json::from_slice(&good(name).body).unwrap();
        let list = counted(call, &whole);
        let mut all = Vec::new();
        places(&whole, "", &mut all);
        assert!(all.len() >= 4, "{name} is hardly an answer");
        for (at, value) in all {
            for wrong in wrong(&value) {
                let mut body = whole.clone();
                *body.pointer_mut(&at).unwrap() = wrong.clone();
                server.answer(Answer::json(200, body.to_string()));
                let context = || format!("{name} with {wrong} at {at}");
                match call.run(&project).await {
                    Ok(after) => check(&before, &after, list, &at, &context()),
                    Err(Error::Shape { .. }) => {}
                    // A text where the map of refusals is due is a refusal.
                    Err(Error::Refused { status: 200, .. }) if at.starts_with("/log") => {}
                    Err(other) => panic!("{}: {other:?}", context()),
                }
            }
        }
    }
}

/// Rows that were not touched are as before; the one that was is there, or counted.
fn check(before: &Outcome, after: &Outcome, list: Option<(&str, usize)>, at: &str, context: &str) {
    let Some((place, count)) = list else { return };
    let Some(row) = at.strip_prefix(place) else { return };
    let Some(row) = row.strip_prefix('/').and_then(|row| row.split('/').next()?.parse::<usize>().ok()) else { return };
    assert_eq!(after.rows.len() + after.unreadable as usize, count, "{context}: {after:?}");
    let kept: Vec<&String> = before.rows.iter().enumerate().filter(|(n, _)| *n != row).map(|(_, text)| text).collect();
    let mut others: Vec<&String> = after.rows.iter().collect();
    if after.unreadable == 0 {
        others.remove(row);
    }
    assert_eq!(others, kept, "{context}");
}

/// A task that vanishes from this list is taken for archived: a row that cannot be read must not look like that.
#[tokio::test]
async fn ups_07_the_tasks_of_a_file_are_all_read_or_none() {
    let whole = Recording::read("09-tasks/32-project-list-by-file").json();
    for (at, wrong) in [
        ("/task_list/0/id", json!("2")),
        ("/task_list/0/task_assignees", json!(null)),
        ("/task_list/0/task_assignees/0/user_id", json!("3")),
        ("/task_list/0/time_created", json!("yesterday")),
        ("/task_list", json!({"0": {}})),
        ("/task_list", json!(false)),
        ("/task_list", json!(null)),
    ] {
        let mut body = whole.clone();
        *body.pointer_mut(at).unwrap() = wrong.clone();
        let server = Server::start(Answer::json(200, body.to_string())).await;
        match Call::TasksOfFile.run(&server.project()).await {
            Err(Error::Shape { what: "tasks of a file", .. }) => {}
            other => panic!("{wrong} at {at}: {other:?}"),
        }
    }
    // An empty list is an answer.
    let server = Server::start(Recording::read("21-latency/04-list-past-end").answer).await;
    assert!(Call::TasksOfFile.run(&server.project()).await.unwrap().rows.is_empty());
}

/// Without a total, "all read" could not be told from "nothing read", and every task would look gone.
#[tokio::test]
async fn ups_07_marks_without_a_total_or_a_list_are_an_error() {
    let whole: Value = serde_json::from_slice(&exam_results().body).unwrap();
    for (key, wrong) in [
        ("total_count", None),
        ("total_count", Some(json!(null))),
        ("total_count", Some(json!(-1))),
        ("task_list", None),
        ("task_list", Some(json!(null))),
        ("task_list", Some(json!(false))),
    ] {
        let mut body = whole.clone();
        match wrong {
            Some(wrong) => body[key] = wrong,
            None => drop(body.as_object_mut().unwrap().remove(key)),
        }
        let server = Server::start(Answer::json(200, body.to_string())).await;
        match Call::Marks.run(&server.project()).await {
            Err(Error::Shape { what: "task marks", .. }) => {}
            other => panic!("{key}: {other:?}"),
        }
    }
    // A row that cannot be read is missing from the count, so the reading is not taken for whole.
    let mut body = whole;
    body["task_list"][1]["time_updated"] = json!("soon");
    body["total_count"] = json!(3);
    let server = Server::start(Answer::json(200, body.to_string())).await;
    let filter = portal_diffgram::types::TaskFilter::default();
    let page = server.project().marks(&filter, 0, 500).await.unwrap();
    assert_eq!((page.marks.len(), page.total), (2, 3));
}

/// Whoever cannot be read must not look like nobody.
#[tokio::test]
async fn ups_07_unreadable_people_make_a_row_unreadable() {
    let whole = Recording::read("09-tasks/33-project-list-my-jobs").json();
    for (key, wrong) in [
        ("task_assignees", json!(null)),
        ("task_assignees", json!([{"user_id": null}])),
        ("task_reviewers", json!({})),
        ("task_reviewers", json!([3])),
    ] {
        let mut body = whole.clone();
        body["task_list"][1][key] = wrong;
        let server = Server::start(Answer::json(200, body.to_string())).await;
        let outcome = Call::Tasks.run(&server.project()).await.unwrap();
        assert_eq!((outcome.rows.len(), outcome.unreadable), (2, 1), "{key}");
    }
}

/// New keys and new words are nothing to stumble over.
#[tokio::test]
async fn ups_07_keys_of_tomorrow_change_nothing() {
    for (call, name) in GOOD {
        let server = Server::start(good(name)).await;
        let before = call.run(&server.project()).await.unwrap();
        let mut body: Value = serde_json::from_slice(&good(name).body).unwrap();
        add_keys(&mut body);
        server.answer(Answer::json(200, body.to_string()));
        assert_eq!(call.run(&server.project()).await.unwrap(), before, "{name}");
    }
}

fn add_keys(value: &mut Value) {
    match value {
        Value::Object(map) => {
            // Maps with ids or field names for keys are no records.
            for (key, inner) in map.iter_mut().filter(|(key, _)| *key != "error") {
                if key != "instance_buffer_dict" {
                    add_keys(inner);
                }
            }
            map.insert("of_tomorrow".into(), json!({"deep": [1, null, "x"]}));
        }
        Value::Array(list) => list.iter_mut().for_each(add_keys),
        _ => {}
    }
}
