//! Whole schemas: read, wished for, applied, and compared without ids.

use std::{collections::HashMap, time::Duration};

use axum::http::{Method, StatusCode};
use portal_model::{
    api::schemas::{Run, RunState, SchemaDetail, SchemaProblem, Wish},
    attribute::{AttributeKind, AttributeScope, Draft, DraftOption},
    schema::{DraftAttribute, SchemaDraft},
};
use serde_json::{Value, json};

use super::{Answer, Browser, World, eventually};

/// A schema as the portal reads it now.
pub async fn detail(browser: &Browser, id: i64) -> SchemaDetail {
    let answer = browser.get(&format!("/api/schemas/{id}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let detail: SchemaDetail = serde_json::from_slice(&answer.body).expect("a schema");
    assert_eq!(answer.header("etag"), detail.version);
    detail
}

/// Its draft, unchanged.
pub async fn draft(browser: &Browser, id: i64) -> (SchemaDraft, String) {
    let detail = detail(browser, id).await;
    (SchemaDraft::from(&detail.plain()), detail.version)
}

/// Wants a schema to become this.
pub async fn apply(browser: &Browser, id: i64, draft: &SchemaDraft, version: &str) -> Answer {
    let wish = Wish { draft: draft.clone(), why: "a test".into() };
    let request = browser.request(Method::POST, &format!("/api/schemas/{id}/apply")).header("if-match", version);
    browser.clone().send(request.json(&wish)).await
}

/// The run of an answer.
pub fn run_of(answer: &Answer) -> Run {
    serde_json::from_slice(&answer.body).unwrap_or_else(|_| panic!("a run: {}", answer.text()))
}

/// What a refusal says.
pub fn problem(answer: &Answer) -> SchemaProblem {
    serde_json::from_value(answer.json()["edit"].clone()).expect("how the schema stands")
}

/// How far a run is.
pub async fn run(browser: &Browser, id: i64, run: i64) -> Run {
    run_of(&browser.get(&format!("/api/schemas/{id}/runs/{run}")).await)
}

/// Waits until a run halts.
pub async fn halted(browser: &Browser, id: i64, number: i64) -> Run {
    eventually("the run halts", Duration::from_secs(60), async || {
        run(browser, id, number).await.state != RunState::Running
    })
    .await;
    run(browser, id, number).await
}

/// Goes on with a run, or stops it.
pub async fn say(browser: &Browser, id: i64, run: i64, word: &str) -> Answer {
    browser.clone().post(&format!("/api/schemas/{id}/runs/{run}/{word}"), &json!({})).await
}

/// Applies a draft and expects that to end well.
pub async fn becomes(browser: &Browser, id: i64, wanted: &SchemaDraft, version: &str) -> Run {
    let answer = apply(browser, id, wanted, version).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
    let run = halted(browser, id, run_of(&answer).id).await;
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert_eq!(plain(&draft(browser, id).await.0), plain(wanted));
    run
}

/// A new schema; its id.
pub async fn create(browser: &Browser, name: &str) -> i64 {
    let body = json!({"project": portal_demo::people::ACME, "name": name});
    let answer = browser.clone().post("/api/schemas", &body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.json()["schema"]["id"].as_i64().expect("an id")
}

/// An option in a draft.
pub fn option(key: &str, name: &str, parent: Option<&str>) -> DraftOption {
    DraftOption { key: key.into(), name: name.into(), parent: parent.map(str::to_owned) }
}

/// An attribute of labels in a draft.
pub fn question(key: &str, name: &str, kind: AttributeKind, labels: &[&str], options: &[&str]) -> DraftAttribute {
    DraftAttribute {
        key: key.into(),
        kind,
        scope: AttributeScope::Labels,
        labels: labels.iter().map(|key| (*key).to_owned()).collect(),
        position: 0,
        fields: Draft {
            question: format!("{name}?"),
            name: name.into(),
            options: options.iter().map(|name| option(&format!("new-{name}"), name, None)).collect(),
            ..Draft::empty()
        },
    }
}

/// A draft without ids and order: everything by its name.
pub fn plain(draft: &SchemaDraft) -> Value {
    let label = |key: &String| {
        let found = draft.labels.iter().find(|label| label.key == *key);
        found.map_or_else(|| key.clone(), |label| label.name.clone())
    };
    let attribute = |attribute: &DraftAttribute| {
        let options = &attribute.fields.options;
        let known: HashMap<&str, &DraftOption> = options.iter().map(|o| (o.key.as_str(), o)).collect();
        let find = |key: &str| known.get(key);
        let path = |key: &str| {
            let (mut path, mut at) = (Vec::new(), find(key));
            while let Some(option) = at {
                path.push(option.name.clone());
                at = option.parent.as_deref().and_then(find);
            }
            path.reverse();
            path.join(" / ")
        };
        let mut paths: Vec<String> = options.iter().map(|option| path(&option.key)).collect();
        paths.sort();
        let mut labels: Vec<String> = attribute.labels.iter().map(label).collect();
        labels.sort();
        let Draft { question, name, min, max, default_value, default_option, read_only, .. } = &attribute.fields;
        let starts_with = default_option.as_deref().map(path);
        json!([
            name,
            question,
            attribute.kind,
            attribute.scope,
            labels,
            attribute.position,
            min,
            max,
            default_value,
            starts_with,
            read_only,
            paths
        ])
    };
    let mut attributes: Vec<Value> = draft.attributes.iter().map(attribute).collect();
    attributes.sort_by_key(ToString::to_string);
    let mut labels: Vec<&str> = draft.labels.iter().map(|label| label.name.as_str()).collect();
    labels.sort_unstable();
    json!([draft.name, draft.archived, labels, attributes])
}

/// Nothing of a schema was made twice, and nothing was left behind empty: archived things count, too.
pub fn nothing_is_doubled(diffgram: &portal_demo::diffgram::StandIn, schema: i64) {
    fn unique<T: Ord + std::fmt::Debug>(mut all: Vec<T>) {
        all.sort();
        let count = all.len();
        let text = format!("{all:?}");
        all.dedup();
        assert_eq!(all.len(), count, "{text}");
    }
    let all = diffgram.schemas();
    let labels =
        all.iter().find(|row| row["id"] == schema).expect("a schema")["labels"].as_array().expect("labels").clone();
    unique(labels.iter().map(|label| label["name"].to_string()).collect());
    let attributes: Vec<Value> = diffgram.attributes().into_iter().filter(|row| row["schema"] == schema).collect();
    unique(attributes.iter().map(|row| row["name"].to_string()).collect());
    for row in attributes {
        assert!(row["kind"].is_string(), "left empty: {row}");
        let options = row["attribute_template_list"].as_array().expect("options");
        unique(options.iter().map(|o| format!("{} {}", o["parent_id"], o["name"])).collect());
    }
}

/// What the audit says of an action, the newest first.
pub async fn audited(browser: &Browser, action: &str) -> Vec<Value> {
    let lines = browser.get("/api/audit?limit=200").await.json()["lines"].as_array().expect("lines").clone();
    lines.into_iter().filter(|line| line["action"] == action).collect()
}

/// All attributes of a world but one schema's.
pub fn others(world: &World, schema: i64) -> Vec<Value> {
    world.diffgram.attributes().into_iter().filter(|row| row["schema"] != schema).collect()
}
