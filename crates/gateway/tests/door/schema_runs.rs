//! Whole schemas at the door: planned, applied call after call, read back; what nobody touched stays as it was, byte for byte; and
//! every state can be looked up and brought back.

use axum::http::{Method, StatusCode};
use portal_model::{
    api::schemas::{History, Review, RunState, SchemaList, VersionDetail, VersionSource, Warning, Wish},
    attribute::{AttributeKind, AttributeScope, Change, Draft, Fault},
    schema::{DraftLabel, Place, SchemaChange, SchemaDraft, SchemaFault},
};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRng, TestRunner},
};
use serde_json::{Value, json};

use super::schemas::{alex, edit, stored};
use crate::support::{
    Browser, World,
    schemas::{
        apply, audited, becomes, create, detail, draft, halted, nothing_is_doubled, option, others, plain, problem,
        question, run_of,
    },
};

fn label(key: &str, name: &str) -> DraftLabel {
    DraftLabel { key: key.into(), name: name.into(), color: Some("#e03131".into()) }
}

/// Two labels and a question of every kind, one of them a tree of twelve levels.
pub fn every_kind(draft: &mut SchemaDraft) {
    draft.labels.extend([label("new-car", "car"), label("new-bus", "bus")]);
    for kind in AttributeKind::KNOWN {
        let name = kind.as_str().to_owned();
        let options: &[&str] = if kind.has_options() { &["red", "green"] } else { &[] };
        let mut one = question(&format!("new-{name}"), &name, kind.clone(), &["new-car", "new-bus"], options);
        match kind {
            AttributeKind::Slider => (one.fields.min, one.fields.max) = (Some(1), Some(9)),
            AttributeKind::Radio => one.fields.default_option = Some("new-green".into()),
            AttributeKind::Text => one.fields.default_value = Some("none".into()),
            AttributeKind::Date => (one.scope, one.labels) = (AttributeScope::File, Vec::new()),
            AttributeKind::Time => (one.scope, one.labels) = (AttributeScope::CompoundFile, Vec::new()),
            AttributeKind::Tree => {
                for level in 0..12 {
                    let above = if level == 0 { "new-red".to_owned() } else { format!("new-{}", level - 1) };
                    one.fields.options.push(option(&format!("new-{level}"), &format!("level {level}"), Some(&above)));
                }
            }
            _ => {}
        }
        draft.attributes.push(one);
    }
    draft.place();
}

async fn review(browser: &Browser, id: i64, draft: &SchemaDraft) -> Review {
    let wish = Wish { draft: draft.clone(), why: String::new() };
    let request = browser.request(Method::POST, &format!("/api/schemas/{id}/plan")).json(&wish);
    let answer = browser.clone().send(request).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    serde_json::from_slice(&answer.body).expect("a review")
}

async fn history(browser: &Browser, id: i64) -> History {
    serde_json::from_slice(&browser.get(&format!("/api/schemas/{id}/versions")).await.body).expect("a history")
}

async fn version(browser: &Browser, id: i64, path: &str) -> VersionDetail {
    let answer = browser.get(&format!("/api/schemas/{id}/versions/{path}")).await;
    serde_json::from_slice(&answer.body).unwrap_or_else(|_| panic!("a version: {}", answer.text()))
}

#[tokio::test]
async fn a_schema_of_every_kind_is_made_changed_and_brought_back() {
    let world = World::start().await;
    let alex = alex(&world).await;
    let before = others(&world, 4);
    let id = create(&alex, " Roads ").await;
    assert_eq!(audited(&alex, "schema.create").await[0]["outcome"], "done");

    let (mut wanted, seen) = draft(&alex, id).await;
    assert_eq!(wanted.name, "Roads");
    every_kind(&mut wanted);
    let planned = review(&alex, id, &wanted).await;
    assert_eq!((planned.version.as_str(), planned.changes.len()), (seen.as_str(), 10));
    assert!(planned.warnings.contains(&Warning::NewAttributes { count: 8, left: 10 }), "{:?}", planned.warnings);
    assert_eq!(world.diffgram.schemas()[3]["labels"], json!([]), "planning changes nothing");

    let first = becomes(&alex, id, &wanted, &seen).await;
    assert_eq!((first.number, first.done, first.calls), (2, planned.calls, planned.calls));
    nothing_is_doubled(&world.diffgram, id);
    let car = &world.diffgram.schemas()[3]["labels"][0];
    assert_eq!(car["colour"], json!({"hex": "#e03131", "rgba": {"r": 224, "g": 49, "b": 49, "a": 1}}));
    let line = &audited(&alex, "schema.apply").await[0];
    assert_eq!((line["outcome"].as_str(), line["id"].as_i64()), (Some("done"), Some(first.audit)));

    // Renamed, another kind, other labels, options moved and archived, a question gone.
    let (made, seen) = draft(&alex, id).await;
    let mut wanted = made.clone();
    wanted.name = "Roads and rails".into();
    let find = |draft: &SchemaDraft, name: &str| draft.attributes.iter().position(|a| a.fields.name == name).unwrap();
    let select = find(&wanted, "select");
    wanted.attributes[select].kind = AttributeKind::Radio;
    wanted.attributes[select].labels.truncate(1);
    wanted.attributes[select].fields.options.remove(0);
    let tree = find(&wanted, "tree");
    let below = wanted.attributes[tree].fields.options.iter().position(|o| o.name == "level 5").unwrap();
    wanted.attributes[tree].fields.options[below].parent = None;
    let text = find(&wanted, "text");
    wanted.attributes.remove(text);
    let second = becomes(&alex, id, &wanted, &seen).await;
    assert_eq!(second.number, 3);

    // And back: what was archived is made anew.
    let versions = history(&alex, id).await.versions;
    let told: Vec<_> = versions.iter().map(|v| (v.number, v.source, v.by.as_deref(), v.why.as_str())).collect();
    let applied = VersionSource::Applied;
    assert_eq!(
        told,
        [
            (3, applied, Some("Alex Doe"), "a test"),
            (2, applied, Some("Alex Doe"), "a test"),
            (1, applied, Some("Alex Doe"), "")
        ]
    );
    assert_eq!(versions[0].changes as usize, version(&alex, id, "3").await.changes.len());
    assert_eq!(version(&alex, id, "3?against=1").await.changes.len(), 10, "two labels, seven questions, a name");
    let then = version(&alex, id, "2").await;
    let (_, seen) = draft(&alex, id).await;
    becomes(&alex, id, &then.restore, &seen).await;
    assert_eq!(plain(&draft(&alex, id).await.0), plain(&made));
    assert_eq!(alex.get(&format!("/api/schemas/{id}/versions/99")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(others(&world, 4), before, "nothing else was touched");
}

/// Archived, it is in no list of Diffgram: the portal remembers it, and brings it back.
#[tokio::test]
async fn a_schema_is_archived_and_brought_back() {
    let world = World::start().await;
    let alex = alex(&world).await;
    let archived = async |id: i64| {
        let list: SchemaList = serde_json::from_slice(&alex.get("/api/schemas").await.body).expect("a list");
        list.schemas.into_iter().find(|row| row.id.0 == id).map(|row| (row.name, row.archived))
    };
    let (mut wanted, seen) = draft(&alex, 2).await;
    (wanted.archived, wanted.name) = (true, "Old launches".into());
    becomes(&alex, 2, &wanted, &seen).await;
    assert_eq!(archived(2).await, Some(("Old launches".into(), true)));
    assert_eq!(world.diffgram.schemas()[1]["archived"], true);

    let (mut wanted, seen) = draft(&alex, 2).await;
    assert!(wanted.archived);
    wanted.archived = false;
    becomes(&alex, 2, &wanted, &seen).await;
    assert_eq!(archived(2).await, Some(("Old launches".into(), false)));

    // Names: empty, of another, of an archived one.
    for (name, fault) in [(" ", Fault::EmptyName), ("Old launches", Fault::DuplicateName)] {
        let body = json!({"project": portal_demo::people::ACME, "name": name});
        let answer = alex.clone().post("/api/schemas", &body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text());
        assert_eq!(problem(&answer).faults, [SchemaFault { at: Place::Schema, what: fault }]);
    }
    let (mut wanted, seen) = draft(&alex, 2).await;
    wanted.name = "Everyday scenes".into();
    let answer = apply(&alex, 2, &wanted, &seen).await;
    assert_eq!(problem(&answer).faults, [SchemaFault { at: Place::Schema, what: Fault::DuplicateName }]);
}

/// What was changed in Diffgram itself, and by the older doors, is in the history, too.
#[tokio::test]
async fn every_way_of_changing_leaves_a_version() {
    let world = World::start().await;
    let alex = alex(&world).await;
    assert!(history(&alex, 1).await.versions.is_empty());
    edit(&alex, 1, 1, |draft| draft.question = "How much is hidden, really?".into()).await;
    world.diffgram.edit_attribute(2, &json!({"prompt": "Changed over there?"}));
    let request = alex.request(Method::PATCH, "/api/attributes/3/options").json(&json!({"add": [{"name": "maybe"}]}));
    assert_eq!(alex.clone().send(request).await.status, StatusCode::OK);
    world.diffgram.edit_attribute(2, &json!({"prompt": "And again?"}));
    let (mut wanted, seen) = draft(&alex, 1).await;
    wanted.attributes[0].fields.read_only = true;
    becomes(&alex, 1, &wanted, &seen).await;
    let versions: Vec<_> = history(&alex, 1).await.versions.iter().map(|v| (v.source, v.changes)).collect();
    use VersionSource::{Applied, Elsewhere, Found};
    assert_eq!(versions, [(Applied, 1), (Elsewhere, 1), (Applied, 1), (Elsewhere, 1), (Applied, 1), (Found, 0)]);
    let over_there = version(&alex, 1, "3").await;
    assert!(matches!(&over_there.changes[..], [SchemaChange::AttributeChanged { changes, .. }]
        if matches!(&changes[..], [Change::Question { to, .. }] if to == "Changed over there?")));

    // A draft of what is there already makes no call, and no version.
    let (same, seen) = draft(&alex, 1).await;
    let writes = world.diffgram.schema_writes();
    becomes(&alex, 1, &same, &seen).await;
    assert_eq!((history(&alex, 1).await.versions.len(), world.diffgram.schema_writes()), (6, writes));
}

#[tokio::test]
async fn for_scripts_there_is_one_call_that_waits() {
    let world = World::start().await;
    let alex = alex(&world).await;
    let put = async |draft: &SchemaDraft, version: Option<&str>| {
        let mut request = alex.request(Method::PUT, "/api/schemas/2").json(draft);
        if let Some(version) = version {
            request = request.header("if-match", version);
        }
        alex.clone().send(request).await
    };
    let (mut wanted, seen) = draft(&alex, 2).await;
    wanted.attributes[0].fields.options.push(option("new-1", "storm", None));
    assert_eq!(put(&wanted, None).await.status, StatusCode::PRECONDITION_REQUIRED);
    let answer = put(&wanted, Some(&seen)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let now = detail(&alex, 2).await;
    assert_eq!((answer.header("etag"), answer.json()), (now.version.clone(), serde_json::to_value(&now).unwrap()));
    assert_eq!(plain(&SchemaDraft::from(&now.plain())), plain(&wanted));
    // Once more, as if that answer had got lost: it is true already.
    let writes = world.diffgram.schema_writes();
    assert_eq!(put(&wanted, Some(&seen)).await.status, StatusCode::OK);
    assert_eq!(world.diffgram.schema_writes(), writes);
    wanted.name = "Lift-offs".into();
    assert_eq!(put(&wanted, Some(&seen)).await.status, StatusCode::PRECONDITION_FAILED);

    wanted = SchemaDraft::from(&now.plain());
    wanted.attributes[0].fields.question.clear();
    let answer = put(&wanted, Some(&now.version)).await;
    let key = now.attributes[0].attribute.id.to_string();
    assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (422, "invalid-draft"));
    assert_eq!(problem(&answer).faults, [SchemaFault { at: Place::Attribute { key }, what: Fault::EmptyQuestion }]);
}

#[tokio::test]
async fn dat_03_a_schema_with_fifty_thousand_options_is_planned_and_changed() {
    let world = World::start().await;
    let alex = alex(&world).await;
    world.diffgram.grow_attribute(12, 50_000);
    let (mut wanted, seen) = draft(&alex, 2).await;
    let options = &mut wanted.attributes[0].fields.options;
    options[40_000].name = "renamed".into();
    options.push(option("new-1", "one more", None));
    assert_eq!(review(&alex, 2, &wanted).await.calls, 2);
    becomes(&alex, 2, &wanted, &seen).await;
}

/// Sent twice with the same key, it is applied once.
#[tokio::test]
async fn cli_05_a_draft_sent_twice_is_applied_once() {
    let world = World::start().await;
    let alex = alex(&world).await;
    let (mut wanted, seen) = draft(&alex, 2).await;
    wanted.attributes[0].fields.options.push(option("new-1", "storm", None));
    let mut runs = Vec::new();
    for _ in 0..2 {
        let wish = Wish { draft: wanted.clone(), why: String::new() };
        let request = alex.request(Method::POST, "/api/schemas/2/apply").header("if-match", &seen);
        let answer = alex.clone().send(request.header("idempotency-key", "k").json(&wish)).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
        runs.push(run_of(&answer).id);
        halted(&alex, 2, runs[0]).await;
    }
    assert_eq!(runs[0], runs[1]);
    nothing_is_doubled(&world.diffgram, 2);
}

#[derive(Clone, Debug)]
enum Edit {
    Rename(String),
    Label(String),
    Attribute(usize, String),
    Gone(prop::sample::Index),
    Kind(prop::sample::Index, usize),
    About(prop::sample::Index, prop::sample::Index),
    Place(prop::sample::Index, i64),
    Question(prop::sample::Index, String),
    ReadOnly(prop::sample::Index),
    Add(prop::sample::Index, String, Option<prop::sample::Index>),
    RenameOption(prop::sample::Index, prop::sample::Index, String),
    Move(prop::sample::Index, prop::sample::Index, prop::sample::Index),
    Archive(prop::sample::Index, prop::sample::Index),
}

fn edits() -> impl Strategy<Value = Edit> {
    let name = || "[a-z]{3,7}";
    let any = any::<prop::sample::Index>;
    prop_oneof![
        1 => "[A-Za-z é]{3,9}".prop_map(Edit::Rename),
        1 => name().prop_map(Edit::Label),
        2 => (0..8_usize, name()).prop_map(|(kind, name)| Edit::Attribute(kind, name)),
        1 => any().prop_map(Edit::Gone),
        1 => (any(), 0..8_usize).prop_map(|(which, kind)| Edit::Kind(which, kind)),
        2 => (any(), any()).prop_map(|(which, label)| Edit::About(which, label)),
        1 => (any(), 0..40_i64).prop_map(|(which, place)| Edit::Place(which, place)),
        2 => (any(), "\\PC{1,12}").prop_map(|(which, text)| Edit::Question(which, text)),
        1 => any().prop_map(Edit::ReadOnly),
        4 => (any(), name(), prop::option::of(any())).prop_map(|(which, name, under)| Edit::Add(which, name, under)),
        3 => (any(), any(), name()).prop_map(|(which, option, name)| Edit::RenameOption(which, option, name)),
        2 => (any(), any(), any()).prop_map(|(which, option, under)| Edit::Move(which, option, under)),
        2 => (any(), any()).prop_map(|(which, option)| Edit::Archive(which, option)),
    ]
}

fn make(draft: &mut SchemaDraft, n: usize, edit: &Edit) {
    let pick = |draft: &SchemaDraft, which: &prop::sample::Index| which.index(draft.attributes.len());
    let count = |draft: &SchemaDraft, at: usize| draft.attributes[at].fields.options.len();
    match edit {
        Edit::Rename(name) => name.trim().clone_into(&mut draft.name),
        Edit::Label(name) => draft.labels.push(label(&format!("new-{n}"), name)),
        Edit::Attribute(kind, name) => {
            let kind = AttributeKind::KNOWN[*kind].clone();
            let options: &[&str] = if kind.has_options() { &["one", "two", "three"] } else { &[] };
            let about = draft.labels[n % draft.labels.len()].key.clone();
            let mut new = question(&format!("new-{n}"), &format!("{name}_{n}"), kind.clone(), &[&about], options);
            if kind == AttributeKind::Slider {
                (new.fields.min, new.fields.max) = (Some(0), Some(5));
            }
            draft.attributes.push(new);
            draft.place();
        }
        Edit::Gone(which) if draft.attributes.len() > 3 => {
            let at = pick(draft, which);
            if !matches!(draft.attributes[at].kind, AttributeKind::Other(_)) {
                draft.attributes.remove(at);
            }
        }
        Edit::Kind(which, kind) => {
            let at = pick(draft, which);
            let kind = AttributeKind::KNOWN[*kind].clone();
            if draft.attributes[at].kind.has_options() == kind.has_options() && kind != AttributeKind::Slider {
                if kind != AttributeKind::Tree {
                    draft.attributes[at].fields.options.iter_mut().for_each(|option| option.parent = None);
                }
                draft.attributes[at].kind = kind;
            }
        }
        Edit::About(which, label) => {
            let (at, key) = (pick(draft, which), label.get(&draft.labels).key.clone());
            let one = &mut draft.attributes[at];
            one.scope = AttributeScope::Labels;
            if !one.labels.contains(&key) {
                one.labels.push(key);
            } else if one.labels.len() > 1 {
                one.labels.retain(|label| *label != key);
            }
        }
        Edit::Place(which, place) => {
            let at = pick(draft, which);
            draft.attributes[at].position = *place;
        }
        Edit::Question(which, text) => {
            let at = pick(draft, which);
            draft.attributes[at].fields.question.clone_from(text);
        }
        Edit::ReadOnly(which) => {
            let at = pick(draft, which);
            draft.attributes[at].fields.read_only ^= true;
        }
        Edit::Add(which, name, under) => {
            let at = pick(draft, which);
            let one = &mut draft.attributes[at];
            let tree = one.kind == AttributeKind::Tree && !one.fields.options.is_empty();
            let under = under.filter(|_| tree).map(|under| under.get(&one.fields.options).key.clone());
            if one.kind.has_options() {
                one.fields.options.push(option(&format!("new-o{n}"), name, under.as_deref()));
            }
        }
        Edit::RenameOption(which, option, name) if count(draft, pick(draft, which)) > 0 => {
            let at = pick(draft, which);
            let option = option.index(count(draft, at));
            draft.attributes[at].fields.options[option].name.clone_from(name);
        }
        Edit::Move(which, option, under) if count(draft, pick(draft, which)) > 1 => {
            let at = pick(draft, which);
            let option = option.index(count(draft, at));
            // Under an earlier one: no circles.
            if draft.attributes[at].kind == AttributeKind::Tree && option > 0 {
                let above = draft.attributes[at].fields.options[under.index(option)].key.clone();
                draft.attributes[at].fields.options[option].parent = Some(above);
            }
        }
        Edit::Archive(which, option) if count(draft, pick(draft, which)) > 1 => {
            let at = pick(draft, which);
            let Draft { options, default_option, .. } = &mut draft.attributes[at].fields;
            let gone = options.remove(option.index(options.len())).key;
            options.iter_mut().filter(|o| o.parent.as_ref() == Some(&gone)).for_each(|option| option.parent = None);
            if default_option.as_ref() == Some(&gone) {
                *default_option = None;
            }
        }
        _ => {}
    }
}

/// Diffgram's columns that a change moves.
fn columns(change: &Change) -> &'static [&'static str] {
    match change {
        Change::Question { .. } => &["prompt"],
        Change::Name { .. } => &["name"],
        Change::Bounds { .. } => &["min_value", "max_value"],
        Change::Kind { .. } => &["kind"],
        Change::Scope { .. } => &["is_global", "global_type"],
        Change::Labels { .. } => &["label_file_list"],
        Change::Position { .. } => &["ordinal"],
        Change::Default { .. } => &["default_value", "default_id"],
        Change::ReadOnly { .. } => &["is_read_only"],
        Change::OptionAdded { .. }
        | Change::OptionRenamed { .. }
        | Change::OptionMoved { .. }
        | Change::OptionArchived { .. } => &["attribute_template_list"],
    }
}

/// Everything that the changes do not name is as it was, options too.
pub fn untouched(before: &[Value], after: &[Value], changes: &[SchemaChange], context: &str) {
    for was in before {
        let is = after.iter().find(|is| is["id"] == was["id"]).expect("nothing goes");
        let change = changes.iter().find(|change| match change {
            SchemaChange::AttributeChanged { id, .. } | SchemaChange::AttributeArchived { id, .. } => was["id"] == id.0,
            _ => false,
        });
        let moved: Vec<&str> = match change {
            None => {
                assert_eq!(was, is, "{context}");
                continue;
            }
            Some(SchemaChange::AttributeChanged { changes, .. }) => changes.iter().flat_map(columns).copied().collect(),
            Some(_) => vec!["archived", "label_file_list"],
        };
        for (key, value) in was.as_object().expect("an object") {
            assert!(
                moved.contains(&key.as_str()) || key == "time_updated" || is[key] == *value,
                "{context}: {key} of {} was {value}, is {}",
                was["id"],
                is[key]
            );
        }
        let named: Vec<i64> = match change {
            Some(SchemaChange::AttributeChanged { changes, .. }) => changes.iter().filter_map(option_of).collect(),
            _ => Vec::new(),
        };
        let options = |value: &Value| value["attribute_template_list"].as_array().expect("options").clone();
        let new = options(is);
        for option in options(was).iter().filter(|option| !named.contains(&option["id"].as_i64().expect("an id"))) {
            assert!(new.contains(option), "{context}: {option}");
        }
    }
}

fn option_of(change: &Change) -> Option<i64> {
    match change {
        Change::OptionRenamed { id, .. } | Change::OptionMoved { id, .. } | Change::OptionArchived { id, .. } => {
            Some(id.0)
        }
        _ => None,
    }
}

#[tokio::test]
async fn random_edits_come_true_and_nothing_else_moves() {
    let world = World::start().await;
    let alex = alex(&world).await;
    world.diffgram.limit_attributes(10_000, std::time::Duration::from_secs(3600));
    let rng = TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let edits = (1_i64..=2, proptest::collection::vec(edits(), 1..9));
    let (mut applied, mut calls) = (0, 0);
    for round in 0..60 {
        let (id, edits) = edits.new_tree(&mut runner).expect("a case").current();
        let (base, seen) = draft(&alex, id).await;
        let mut wanted = base;
        for (n, edit) in edits.iter().enumerate() {
            make(&mut wanted, round * 100 + n, edit);
        }
        let now = detail(&alex, id).await.plain();
        let (before, schemas) = (world.diffgram.attributes(), world.diffgram.schemas());
        let context = format!("round {round}, schema {id}: {edits:?}");
        let faults = wanted.faults(&now);
        if !faults.is_empty() {
            let answer = apply(&alex, id, &wanted, &seen).await;
            assert_eq!(problem(&answer).faults, faults, "{context}: {}", answer.text());
            assert_eq!((world.diffgram.attributes(), world.diffgram.schemas()), (before, schemas), "{context}");
            continue;
        }
        let changes = wanted.changes(&now);
        assert_eq!(review(&alex, id, &wanted).await.changes, changes, "{context}");
        let writes = world.diffgram.schema_writes();
        let run = becomes(&alex, id, &wanted, &seen).await;
        assert_eq!(run.state, RunState::Done);
        let made = world.diffgram.schema_writes() - writes;
        assert_eq!(made, run.calls as usize, "{context}");
        untouched(&before, &world.diffgram.attributes(), &changes, &context);
        for (was, is) in schemas.iter().zip(world.diffgram.schemas()).filter(|(was, _)| was["id"] != id) {
            assert_eq!(*was, is, "{context}");
        }
        applied += usize::from(!changes.is_empty());
        calls += made;
    }
    assert!(applied >= 30 && calls >= 150, "{applied} drafts changed something, by {calls} calls");
    // The kind that this version does not know, after all that.
    let geo = stored(&world, 10);
    assert_eq!((&geo["kind"], &geo["is_global"], &geo["archived"]), (&json!("geo"), &Value::Null, &json!(false)));
}
