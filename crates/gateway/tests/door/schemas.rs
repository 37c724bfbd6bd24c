//! Schemas at the door: read truly, changed exactly, and everything else left as it is, byte for byte.

use axum::http::{Method, StatusCode};
use portal_demo::people::ACME;
use portal_gateway::keys;
use portal_model::{
    api::schemas::{Applied, AttributeState, EditProblem, SchemaDetail, SchemaList},
    attribute::{Attribute, AttributeKind, AttributeScope, Draft, DraftOption, Fault},
    id::AttributeId,
};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRng, TestRunner},
};
use serde_json::{Value, json};

use crate::support::{Answer, Browser, World};

pub const ALEX: &str = "alex@acme.example";

/// An admin of the first project.
pub async fn alex(world: &World) -> Browser {
    world.browser().signed_in(ALEX).await
}

pub async fn attribute(browser: &Browser, schema: i64, id: i64) -> AttributeState {
    let answer = browser.get(&format!("/api/schemas/{schema}/attributes/{id}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    serde_json::from_slice(&answer.body).expect("an attribute")
}

pub async fn put(browser: &Browser, schema: i64, id: i64, draft: &Draft, version: &str) -> Answer {
    let request = browser
        .request(Method::PUT, &format!("/api/schemas/{schema}/attributes/{id}"))
        .header("if-match", version)
        .json(draft);
    browser.clone().send(request).await
}

/// Reads it, changes it, and expects that to be made.
pub async fn edit(browser: &Browser, schema: i64, id: i64, change: impl FnOnce(&mut Draft)) -> Applied {
    let before = attribute(browser, schema, id).await;
    let mut draft = Draft::from(&before.attribute);
    change(&mut draft);
    let answer = put(browser, schema, id, &draft, &before.version).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let applied: Applied = serde_json::from_slice(&answer.body).expect("applied");
    assert_eq!(answer.header("etag"), applied.state.version);
    assert_eq!(attribute(browser, schema, id).await, applied.state, "what is answered is what is read");
    applied
}

pub fn edit_problem(answer: &Answer) -> EditProblem {
    serde_json::from_value(answer.json()["edit"].clone()).expect("how the edit stands")
}

/// An attribute as Diffgram stores it.
pub fn stored(world: &World, id: i64) -> Value {
    world.diffgram.attributes().into_iter().find(|value| value["id"] == id).expect("an attribute")
}

/// Requests about schemas that Diffgram saw.
pub fn asked(world: &World) -> Vec<String> {
    let about = |what: &String| ["/attribute", "/labels"].iter().any(|word| what.contains(word));
    world.diffgram.seen().into_iter().map(|seen| seen.what).filter(about).collect()
}

/// Those that write.
pub fn written(world: &World) -> usize {
    asked(world).iter().filter(|what| !what.contains("/list") && !what.contains("/labels")).count()
}

pub fn new(key: &str, name: &str, parent: Option<&str>) -> DraftOption {
    DraftOption { key: key.into(), name: name.into(), parent: parent.map(str::to_owned) }
}

/// A key of a project with these scopes.
pub async fn key(world: &World, project: &str, scopes: &[&str]) -> String {
    #[derive(clap::Parser)]
    struct Line {
        #[command(subcommand)]
        command: keys::command::Command,
    }
    let mut words = vec!["keys", "new", "--name", "Shop", "--project", project];
    words.extend(scopes.iter().flat_map(|scope| ["--scope", scope]));
    let line = <Line as clap::Parser>::parse_from(words);
    let made = keys::command::run(&world.config, line.command, true).await.expect("a key");
    let made: Value = serde_json::from_str(&made).expect("JSON");
    made["key"].as_str().expect("the key").to_owned()
}

#[tokio::test]
async fn schemas_are_listed_and_read_as_diffgram_has_them() {
    let world = World::start().await;
    let alex = alex(&world).await;
    let list: SchemaList = serde_json::from_slice(&alex.get("/api/schemas").await.body).expect("a list");
    let rows: Vec<_> = list.schemas.iter().map(|row| (row.id.0, row.name.as_str(), row.is_default)).collect();
    assert_eq!(rows, [(1, "Everyday scenes", true), (2, "Launches", false)], "none of the other project");
    assert!(list.schemas.iter().all(|row| row.project.0 == ACME && row.project_name == "Acme Vision"));

    let mut kinds = Vec::new();
    for (schema, labels) in [(1, 8), (2, 3)] {
        let answer = alex.get(&format!("/api/schemas/{schema}")).await;
        let detail: SchemaDetail = serde_json::from_slice(&answer.body).expect("a schema");
        assert_eq!((detail.labels.len(), detail.unreadable), (labels, 0));
        assert!(detail.attributes.is_sorted_by_key(|state| state.attribute.position));
        for state in &detail.attributes {
            assert_same(&state.attribute, &stored(&world, state.attribute.id.0));
            let alone = alex.get(&format!("/api/schemas/{schema}/attributes/{}", state.attribute.id)).await;
            assert_eq!(alone.header("etag"), state.version);
            assert_eq!(serde_json::from_slice::<AttributeState>(&alone.body).expect("an attribute"), *state);
            kinds.push(state.attribute.kind.clone());
        }
    }
    assert!(AttributeKind::KNOWN.iter().all(|kind| kinds.contains(kind)), "{kinds:?}");
    assert!(kinds.contains(&AttributeKind::Other("geo".into())));
}

fn assert_same(ours: &Attribute, raw: &Value) {
    let number = |key: &str| raw[key].as_i64();
    assert_eq!(
        (ours.question.as_str(), ours.name.as_str()),
        (raw["prompt"].as_str().expect("text"), raw["name"].as_str().expect("text"))
    );
    assert_eq!(ours.kind.as_str(), raw["kind"]);
    assert_eq!((ours.min, ours.max), (number("min_value"), number("max_value")));
    assert_eq!(json!([ours.default_value, ours.default_option]), json!([raw["default_value"], raw["default_id"]]));
    assert_eq!((ours.read_only, ours.position), (raw["is_read_only"] == true, number("ordinal").expect("a place")));
    assert_eq!(json!(ours.labels), raw["label_file_list"]);
    let scope = match (raw["is_global"] == true, raw["global_type"] == "file") {
        (false, _) => AttributeScope::Labels,
        (true, true) => AttributeScope::File,
        (true, false) => AttributeScope::CompoundFile,
    };
    assert_eq!(ours.scope, scope);
    let mut options: Vec<_> = ours.options.iter().map(|o| json!([o.id, o.name, o.parent])).collect();
    options.sort_by_key(|option| option[0].as_i64());
    let raw: Vec<_> =
        raw["attribute_template_list"].as_array().expect("options").iter().filter(|o| o["archived"] == false).collect();
    assert_eq!(options, raw.iter().map(|o| json!([o["id"], o["name"], o["parent_id"]])).collect::<Vec<_>>());
}

#[tokio::test]
async fn inj_02_names_that_try_things_are_text() {
    let world = World::start().await;
    let alex = alex(&world).await;
    let answer = alex.get("/api/schemas/1").await;
    assert_eq!(
        (answer.header("content-type").as_str(), answer.header("x-content-type-options").as_str()),
        ("application/json", "nosniff")
    );
    let detail: SchemaDetail = serde_json::from_slice(&answer.body).unwrap();
    let tries = |id| &detail.attributes.iter().find(|state| state.attribute.id == AttributeId(id)).unwrap().attribute;
    assert_eq!(tries(9).question, "<img src=x onerror=alert(1)>");
    assert_eq!(tries(9).options[0].name, "<script>alert(1)</script>");
    assert_eq!(tries(11).question, "ما لون الخلفية؟");

    // And come through unchanged when they are written.
    let name = "'); DROP TABLE attribute; -- \u{202e}<b>&amp;\" \\ \u{1f680}";
    edit(&alex, 1, 9, |draft| draft.options.push(new("new-1", name, None))).await;
    let options = stored(&world, 9)["attribute_template_list"].clone();
    assert_eq!(options.as_array().unwrap().last().unwrap()["name"], name);
}

/// Each kind of change by itself: these columns of the one attribute move, and nothing else anywhere.
#[tokio::test]
async fn each_change_lands_and_everything_else_stays_byte_for_byte() {
    type Edit = fn(&mut Draft);
    let edits: [(&str, i64, &[&str], Edit); 15] = [
        ("question", 1, &["prompt"], |d| d.question = "How much can be seen?".into()),
        ("name", 2, &["name"], |d| d.name = "worn".into()),
        ("question of a text", 4, &["prompt"], |d| d.question = "Remarks?".into()),
        ("default of a text", 4, &["default_value"], |d| d.default_value = Some("nothing to say".into())),
        ("no default", 4, &["default_value"], |d| d.default_value = None),
        ("bounds and default", 5, &["min_value", "max_value", "default_value"], |d| {
            (d.min, d.max, d.default_value) = (Some(1), Some(5), Some("3".into()));
        }),
        ("question of a date", 6, &["prompt"], |d| d.question = "Last reviewed".into()),
        ("read only, of a time", 7, &["is_read_only"], |d| d.read_only = true),
        ("no more read only", 11, &["is_read_only"], |d| d.read_only = false),
        ("a new option, and it is the default", 3, &["default_id", "attribute_template_list"], |d| {
            d.options.push(new("new-1", "maybe", None));
            d.default_option = Some("new-1".into());
        }),
        ("an option renamed", 3, &["attribute_template_list"], |d| d.options[0].name = "certainly".into()),
        ("an option archived", 2, &["attribute_template_list"], |d| drop(d.options.remove(1))),
        ("a branch grows in a tree", 8, &["attribute_template_list"], |d| {
            d.options.push(new("new-9", "violet", None));
            d.options.push(new("new-10", "lilac", Some("new-9")));
        }),
        ("a name that another branch has too", 8, &["attribute_template_list"], |d| {
            let under = d.options.iter().find(|o| o.name == "cool").unwrap().key.clone();
            d.options.push(new("new-1", "amber", Some(&under)));
        }),
        ("an option moves in a tree", 8, &["attribute_template_list"], |d| {
            let to = d.options.iter().find(|o| o.name == "cool").unwrap().key.clone();
            d.options.iter_mut().find(|o| o.name == "orange").unwrap().parent = Some(to);
        }),
    ];
    let world = World::start().await;
    let alex = alex(&world).await;
    for (what, id, columns, change) in edits {
        let before = world.diffgram.attributes();
        let wanted = attribute(&alex, 1, id).await.attribute;
        let mut draft = Draft::from(&wanted);
        change(&mut draft);
        let expected = draft.changes(&wanted);
        let applied = edit(&alex, 1, id, change).await;
        assert!(!expected.is_empty() && applied.changes == expected, "{what}: {:?}", applied.changes);
        for (before, after) in before.iter().zip(world.diffgram.attributes()) {
            for (key, value) in before.as_object().unwrap() {
                let may_move = before["id"] == id && (columns.contains(&key.as_str()) || key == "time_updated");
                assert!(
                    may_move || after[key] == *value,
                    "{what}: {key} of {} was {value}, is {}",
                    before["id"],
                    after[key]
                );
            }
        }
        // What was not touched in the list of options is there as it was.
        let (old, new) = (before.iter().find(|v| v["id"] == id).unwrap().clone(), stored(&world, id));
        let options = |value: &Value| value["attribute_template_list"].as_array().unwrap().clone();
        let same = options(&old).iter().filter(|option| options(&new).contains(option)).count();
        assert!(same + 1 >= options(&old).len(), "{what}");
    }
    assert_eq!(stored(&world, 3)["default_id"], stored(&world, 3)["attribute_template_list"][3]["id"]);
}

#[tokio::test]
async fn a_draft_of_what_is_there_already_makes_no_call() {
    let world = World::start().await;
    let alex = alex(&world).await;
    let (before, calls) = (world.diffgram.attributes(), written(&world));
    let applied = edit(&alex, 1, 8, |_| {}).await;
    assert!(applied.changes.is_empty());
    assert_eq!((world.diffgram.attributes(), written(&world)), (before, calls));
}

#[tokio::test]
async fn cli_07_two_editors_do_not_overwrite_each_other() {
    let world = World::start().await;
    let (one, other) = (alex(&world).await, alex(&world).await);
    let seen = attribute(&one, 1, 1).await;
    let mut mine = Draft::from(&seen.attribute);
    mine.question = "Mine?".into();
    edit(&other, 1, 1, |draft| draft.question = "Theirs?".into()).await;
    let answer = put(&one, 1, 1, &mine, &seen.version).await;
    assert_eq!((answer.status, answer.problem().as_str()), (StatusCode::PRECONDITION_FAILED, "conflict"));
    let now = edit_problem(&answer).state.expect("as it is now");
    assert_eq!((now.attribute.question.as_str(), now.version == seen.version), ("Theirs?", false));
    assert_eq!(stored(&world, 1)["prompt"], "Theirs?");
    // Decided again, over what is there now.
    assert_eq!(put(&one, 1, 1, &mine, &now.version).await.status, StatusCode::OK);

    // And once more, as if that answer had got lost: it is true already.
    let again = put(&one, 1, 1, &mine, &now.version).await;
    assert_eq!((again.status, again.json()["changes"].clone()), (StatusCode::OK, json!([])));

    // At the same time: one of them, whole; the other is told.
    let seen = attribute(&one, 1, 1).await;
    let draft = |name: &str| Draft { question: name.into(), ..Draft::from(&seen.attribute) };
    let (a, b) = (draft("A?"), draft("B?"));
    let (a, b) = tokio::join!(put(&one, 1, 1, &a, &seen.version), put(&other, 1, 1, &b, &seen.version));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);

    // Somebody changes it in Diffgram itself: an option more is a change, too.
    let seen = attribute(&one, 1, 1).await;
    world.diffgram.grow_attribute(1, 1);
    let calls = written(&world);
    assert_eq!(put(&one, 1, 1, &draft("C?"), &seen.version).await.status, StatusCode::PRECONDITION_FAILED);
    world.diffgram.edit_attribute(2, &json!({"ordinal": 77}));
    assert_eq!(written(&world), calls, "nothing was written");
}

#[tokio::test]
async fn ups_13_a_kind_of_tomorrow_is_shown_never_edited_and_never_dropped() {
    let world = World::start().await;
    let alex = alex(&world).await;
    let before = stored(&world, 10);
    let geo = attribute(&alex, 1, 10).await;
    assert_eq!(geo.attribute.kind, AttributeKind::Other("geo".into()));
    let draft = Draft { question: "Where?".into(), ..Draft::from(&geo.attribute) };
    let answer = put(&alex, 1, 10, &draft, &geo.version).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(edit_problem(&answer).faults, [Fault::UnknownKind]);
    edit(&alex, 1, 9, |draft| draft.question = "A neighbour".into()).await;
    assert_eq!(stored(&world, 10), before);
}

/// Random edits of random attributes: what is read back is what was wanted, and no other attribute moves.
#[tokio::test]
async fn any_draft_that_is_taken_becomes_true_and_touches_nothing_else() {
    let world = World::start().await;
    let alex = alex(&world).await;
    let rng = TestRng::deterministic_rng(Config::default().rng_algorithm);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let edits = (prop::sample::select(vec![1_i64, 2, 3, 4, 5, 7, 8, 9, 11]), proptest::collection::vec(edits(), 1..6));
    let mut changed = 0;
    for _ in 0..24 {
        let (id, edits) = edits.new_tree(&mut runner).expect("a case").current();
        let seen = attribute(&alex, 1, id).await;
        let mut draft = Draft::from(&seen.attribute);
        for (n, edit) in edits.iter().enumerate() {
            make(&mut draft, &seen.attribute, n, edit);
        }
        let before = world.diffgram.attributes();
        let answer = put(&alex, 1, id, &draft, &seen.version).await;
        let faults = draft.faults(&seen.attribute);
        if !faults.is_empty() {
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{edits:?}");
            assert_eq!(edit_problem(&answer).faults, faults);
            assert_eq!(world.diffgram.attributes(), before);
            continue;
        }
        assert_eq!(answer.status, StatusCode::OK, "{id} {edits:?}: {}", answer.text());
        let read = attribute(&alex, 1, id).await.attribute;
        assert_eq!(plain(&Draft::from(&read)), plain(&draft), "{id} {edits:?}");
        for (old, new) in before.iter().zip(world.diffgram.attributes()).filter(|(old, _)| old["id"] != id) {
            assert_eq!(*old, new, "{id} {edits:?}");
        }
        changed += usize::from(!draft.changes(&seen.attribute).is_empty());
    }
    assert!(changed >= 9, "{changed} cases changed something");
}

#[derive(Clone, Debug)]
enum Edit {
    Question(String),
    ReadOnly(bool),
    Bounds(i64, i64),
    Default(prop::sample::Index),
    Add(String, Option<prop::sample::Index>),
    Rename(prop::sample::Index, String),
    Move(prop::sample::Index, prop::sample::Index),
    Archive(prop::sample::Index),
}

fn edits() -> impl Strategy<Value = Edit> {
    let name = || "[a-zé]{1,5}";
    prop_oneof![
        "\\PC{1,12}".prop_map(Edit::Question),
        any::<bool>().prop_map(Edit::ReadOnly),
        (0_i64..50, 50_i64..200).prop_map(|(min, max)| Edit::Bounds(min, max)),
        any::<prop::sample::Index>().prop_map(Edit::Default),
        (name(), any::<Option<prop::sample::Index>>()).prop_map(|(name, under)| Edit::Add(name, under)),
        (any::<prop::sample::Index>(), name()).prop_map(|(which, name)| Edit::Rename(which, name)),
        any::<(prop::sample::Index, prop::sample::Index)>().prop_map(|(which, under)| Edit::Move(which, under)),
        any::<prop::sample::Index>().prop_map(Edit::Archive),
    ]
}

fn make(draft: &mut Draft, base: &Attribute, n: usize, edit: &Edit) {
    let tree = base.kind == AttributeKind::Tree;
    let some = !draft.options.is_empty();
    match edit {
        Edit::Question(text) => draft.question.clone_from(text),
        Edit::ReadOnly(yes) => draft.read_only = *yes,
        Edit::Bounds(min, max) if base.kind == AttributeKind::Slider => {
            (draft.min, draft.max, draft.default_value) = (Some(*min), Some(*max), Some(min.to_string()));
        }
        Edit::Default(which) if some => draft.default_option = Some(which.get(&draft.options).key.clone()),
        Edit::Add(name, under) if base.kind.has_options() => {
            let parent = under.filter(|_| tree && some).map(|under| under.get(&draft.options).key.clone());
            draft.options.push(DraftOption { key: format!("new-{n}"), name: name.clone(), parent });
        }
        Edit::Rename(which, name) if some => {
            let which = which.index(draft.options.len());
            draft.options[which].name.clone_from(name);
        }
        Edit::Move(which, under) if some && tree => {
            // Under an earlier one: no circles.
            let which = which.index(draft.options.len());
            draft.options[which].parent = (which > 0).then(|| draft.options[under.index(which)].key.clone());
        }
        Edit::Archive(which) if some => {
            let gone = draft.options.remove(which.index(draft.options.len())).key;
            draft.options.retain(|option| option.parent.as_ref() != Some(&gone));
            draft.default_option = draft.default_option.take().filter(|key| *key != gone);
        }
        _ => {}
    }
}

/// A draft without ids and order: each option by its path of names.
fn plain(draft: &Draft) -> Value {
    let find = |key: &str| draft.options.iter().find(|option| option.key == key);
    let path = |key: &str| {
        let mut path = Vec::new();
        let mut at = find(key);
        while let Some(option) = at {
            path.push(option.name.clone());
            at = option.parent.as_deref().and_then(find);
        }
        path.reverse();
        path.join(" / ")
    };
    let mut options: Vec<String> = draft.options.iter().map(|option| path(&option.key)).collect();
    options.sort();
    let Draft { question, name, min, max, default_value, default_option, read_only, .. } = draft;
    json!([question, name, min, max, default_value, default_option.as_deref().map(path), read_only, options])
}

#[tokio::test]
async fn dat_03_an_attribute_with_fifty_thousand_options_is_read_and_changed() {
    let world = World::start().await;
    let alex = alex(&world).await;
    world.diffgram.grow_attribute(1, 50_000);
    let seen = attribute(&alex, 1, 1).await;
    let mut draft = Draft::from(&seen.attribute);
    draft.options[40_000].name = "renamed".into();
    draft.options.push(new("new-1", "one more", None));
    let answer = put(&alex, 1, 1, &draft, &seen.version).await;
    let applied: Applied = serde_json::from_slice(&answer.body).expect("applied");
    assert_eq!((applied.changes.len(), applied.state.attribute.options.len()), (2, 50_004));
    let renamed = seen.attribute.options[40_000].id;
    assert!(applied.state.attribute.options.iter().any(|option| option.id == renamed && option.name == "renamed"));
}
