//! Drafts kept in this browser: over a reload, a crash, the end of a session. Each under the person whose draft it is, so that
//! the next one at the same browser does not meet it (SES-15). Only what differs from the schema is kept, as it was and as it
//! shall be: a browser keeps some megabytes, and a schema may have more.

use std::collections::{HashMap, HashSet};

use portal_model::{
    api::schemas::{AttributeState, SchemaDetail},
    attribute::{Attribute, AttributeOption, Draft, DraftOption},
    id::{AttributeId, SchemaId},
    schema::{DraftAttribute, DraftLabel, SchemaDraft},
};
use serde::{Deserialize, Serialize};

use super::{onto::unchanged, tree::arrange};
use crate::platform;

/// A draft as the difference to the state it is a draft of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// Names that state.
    pub version: String,
    /// The schema's name, as it was and shall be, where they differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<(String, String)>,
    /// Whether it shall be archived, where that differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    archived: Option<bool>,
    /// New labels, and changed ones.
    labels: Vec<DraftLabel>,
    /// Attributes that change or go, as they were; of their options those that change or go.
    was: Vec<DraftAttribute>,
    /// Attributes that change or come, as they shall be; of their options those that change or come.
    shall: Vec<DraftAttribute>,
    /// The keys of all attributes, by place.
    order: Vec<String>,
}

fn options_by_key(options: &[DraftOption]) -> HashMap<&str, &DraftOption> {
    options.iter().map(|option| (option.key.as_str(), option)).collect()
}

/// The same without the options that `other` has too.
fn pruned(one: &DraftAttribute, other: &DraftAttribute) -> DraftAttribute {
    let there = options_by_key(&other.fields.options);
    let differs = |option: &&DraftOption| there.get(option.key.as_str()) != Some(option);
    let mut pruned = bare(one);
    pruned.fields.options = one.fields.options.iter().filter(differs).cloned().collect();
    pruned
}

/// The same without its options.
fn bare(one: &DraftAttribute) -> DraftAttribute {
    let fields = Draft {
        question: one.fields.question.clone(),
        name: one.fields.name.clone(),
        min: one.fields.min,
        max: one.fields.max,
        default_value: one.fields.default_value.clone(),
        default_option: one.fields.default_option.clone(),
        read_only: one.fields.read_only,
        options: Vec::new(),
    };
    DraftAttribute {
        key: one.key.clone(),
        kind: one.kind.clone(),
        scope: one.scope,
        labels: one.labels.clone(),
        position: one.position,
        fields,
    }
}

/// What of a draft is not as in `base`.
pub fn pack(base: &SchemaDetail, draft: &SchemaDraft) -> Kept {
    let before = SchemaDraft::from(&base.plain());
    let old: HashMap<&str, &DraftAttribute> = before.attributes.iter().map(|one| (one.key.as_str(), one)).collect();
    let kept_keys: HashSet<&str> = draft.attributes.iter().map(|one| one.key.as_str()).collect();
    let labels: HashMap<&str, &DraftLabel> = before.labels.iter().map(|one| (one.key.as_str(), one)).collect();
    let (mut was, mut shall) = (Vec::new(), Vec::new());
    for one in &draft.attributes {
        let Some(old) = old.get(one.key.as_str()) else {
            shall.push(one.clone());
            continue;
        };
        let (then, now) = (pruned(old, one), pruned(one, old));
        if then != now {
            was.push(then);
            shall.push(now);
        }
    }
    was.extend(before.attributes.iter().filter(|one| !kept_keys.contains(one.key.as_str())).map(bare));
    Kept {
        version: base.version.clone(),
        name: (draft.name != before.name).then(|| (before.name.clone(), draft.name.clone())),
        archived: (draft.archived != before.archived).then_some(draft.archived),
        labels: draft.labels.iter().filter(|one| labels.get(one.key.as_str()) != Some(one)).cloned().collect(),
        was,
        shall,
        order: draft.attributes.iter().map(|one| one.key.clone()).collect(),
    }
}

/// The state that it was a draft of, as far as it matters, and the draft. Where the schema is another by now, what the draft does
/// not touch counts as it is.
pub fn unpack(kept: &Kept, now: &SchemaDetail) -> (SchemaDetail, SchemaDraft) {
    let base = if kept.version == now.version { now.clone() } else { set_back(kept, now) };
    let mut draft = unchanged(&base.plain());
    if let Some((_, name)) = &kept.name {
        draft.name.clone_from(name);
    }
    draft.archived = kept.archived.unwrap_or(draft.archived);
    for label in &kept.labels {
        match draft.labels.iter_mut().find(|known| known.key == label.key) {
            Some(known) => *known = label.clone(),
            None => draft.labels.push(label.clone()),
        }
    }
    let shall: HashMap<&str, &DraftAttribute> = kept.shall.iter().map(|one| (one.key.as_str(), one)).collect();
    let was: HashMap<&str, &DraftAttribute> = kept.was.iter().map(|one| (one.key.as_str(), one)).collect();
    draft.attributes.retain(|one| !was.contains_key(one.key.as_str()) || shall.contains_key(one.key.as_str()));
    for one in &kept.shall {
        match draft.attributes.iter_mut().find(|known| known.key == one.key) {
            Some(known) => {
                let mut options = std::mem::take(&mut known.fields.options);
                let changed = options_by_key(&one.fields.options);
                let touched: HashSet<&str> = was
                    .get(one.key.as_str())
                    .iter()
                    .flat_map(|was| &was.fields.options)
                    .map(|option| option.key.as_str())
                    .collect();
                // Gone, unless it only changes.
                options.retain(|option| {
                    !touched.contains(option.key.as_str()) || changed.contains_key(option.key.as_str())
                });
                let mut there = HashSet::new();
                for option in &mut options {
                    there.insert(option.key.clone());
                    if let Some(shall) = changed.get(option.key.as_str()) {
                        *option = (*shall).clone();
                    }
                }
                options.extend(one.fields.options.iter().filter(|option| !there.contains(&option.key)).cloned());
                *known = bare(one);
                known.fields.options = options;
                arrange(&mut known.fields.options);
            }
            None => draft.attributes.push(one.clone()),
        }
    }
    let places: HashMap<&str, usize> = kept.order.iter().enumerate().map(|(n, key)| (key.as_str(), n)).collect();
    draft.attributes.sort_by_key(|one| places.get(one.key.as_str()).copied().unwrap_or(usize::MAX));
    (base, draft)
}

/// The schema with what the draft touches as it was.
fn set_back(kept: &Kept, now: &SchemaDetail) -> SchemaDetail {
    let mut base = SchemaDetail { version: kept.version.clone(), ..now.clone() };
    if let Some((name, _)) = &kept.name {
        base.schema.name.clone_from(name);
    }
    if let Some(archived) = kept.archived {
        base.schema.archived = !archived;
    }
    came_since(kept, &mut base);
    for one in &kept.was {
        let Some(id) = one.existing() else { continue };
        match base.attributes.iter_mut().find(|state| state.attribute.id == id) {
            Some(state) => old(one, &mut state.attribute),
            None => {
                let mut attribute = blank(one, id);
                old(one, &mut attribute);
                base.attributes.push(AttributeState { attribute, version: String::new() });
            }
        }
    }
    base
}

/// What has the name of something new in the draft came since: a draft does not make what it has. So a run that stands still
/// half way is met as what it is, and nothing of it is made twice.
fn came_since(kept: &Kept, base: &mut SchemaDetail) {
    let same = |one: &str, other: &str| one.trim() == other.trim();
    let new = |label: &&DraftLabel| label.existing().is_none();
    base.labels.retain(|there| !kept.labels.iter().filter(new).any(|label| same(&label.name, &there.name)));
    base.attributes.retain(|there| {
        let there = &there.attribute;
        let mut new = kept.shall.iter().filter(|one| one.existing().is_none());
        let was = kept.was.iter().any(|one| one.existing() == Some(there.id));
        was || !new.any(|one| one.kind == there.kind && same(&one.fields.name, &there.name))
    });
    for one in &kept.shall {
        let Some(state) = base.attributes.iter_mut().find(|state| one.existing() == Some(state.attribute.id)) else {
            continue;
        };
        let options = &mut state.attribute.options;
        let mut twins: HashMap<&str, String> = HashMap::new();
        let live: HashMap<(String, Option<String>), String> = options
            .iter()
            .filter(|there| !there.archived)
            .map(|there| {
                let place = (there.name.trim().to_owned(), there.parent.map(|id| id.to_string()));
                (place, there.id.to_string())
            })
            .collect();
        for option in one.fields.options.iter().filter(|option| option.existing().is_none()) {
            let parent = option.parent.as_ref().map(|key| twins.get(key.as_str()).unwrap_or(key).clone());
            if let Some(twin) = live.get(&(option.name.trim().to_owned(), parent)) {
                twins.insert(&option.key, twin.clone());
            }
        }
        let gone: HashSet<String> = twins.into_values().collect();
        options.retain(|there| !gone.contains(&there.id.to_string()));
    }
}

fn blank(one: &DraftAttribute, id: AttributeId) -> Attribute {
    Attribute {
        id,
        question: String::new(),
        name: String::new(),
        kind: one.kind.clone(),
        scope: one.scope,
        labels: Vec::new(),
        min: None,
        max: None,
        default_value: None,
        default_option: None,
        read_only: false,
        position: one.position,
        options: Vec::new(),
    }
}

fn old(one: &DraftAttribute, attribute: &mut Attribute) {
    let fields = &one.fields;
    attribute.question.clone_from(&fields.question);
    attribute.name.clone_from(&fields.name);
    attribute.kind = one.kind.clone();
    attribute.scope = one.scope;
    attribute.labels = one.labels.iter().filter_map(|key| key.parse().ok()).collect();
    (attribute.min, attribute.max) = (fields.min, fields.max);
    attribute.default_value.clone_from(&fields.default_value);
    attribute.default_option = fields.default_option.as_ref().and_then(|key| key.parse().ok());
    attribute.read_only = fields.read_only;
    attribute.position = one.position;
    for option in &fields.options {
        let Some(id) = option.existing() else { continue };
        let parent = option.parent.as_ref().and_then(|key| key.parse().ok());
        let then = AttributeOption { id, name: option.name.clone(), parent, archived: false };
        match attribute.options.iter_mut().find(|known| known.id == id) {
            Some(known) => *known = then,
            None => attribute.options.push(then),
        }
    }
}

fn place(who: &str, id: SchemaId) -> String {
    format!("portal.schema.{id}.{who}")
}

/// The draft of this person, and the text it was kept as; `None` when there is none that can be read.
pub fn read(who: &str, id: SchemaId) -> Option<(Kept, String)> {
    let text = platform::local_storage()?.get_item(&place(who, id)).ok().flatten()?;
    Some((serde_json::from_str(&text).ok()?, text))
}

/// Whether there is a draft of this person.
pub fn is_kept(who: &str, id: SchemaId) -> bool {
    platform::local_storage().is_some_and(|storage| storage.get_item(&place(who, id)).ok().flatten().is_some())
}

/// Keeps a draft; the text that was kept, `None` where the browser refuses.
pub fn write(who: &str, id: SchemaId, kept: &Kept) -> Option<String> {
    let text = serde_json::to_string(kept).ok()?;
    platform::local_storage()?.set_item(&place(who, id), &text).ok()?;
    Some(text)
}

/// Forgets a draft, if it is still the one that was kept: another window may have kept its own since.
pub fn forget(who: &str, id: SchemaId, kept: &str) {
    let Some(storage) = platform::local_storage() else { return };
    let place = place(who, id);
    if storage.get_item(&place).ok().flatten().as_deref() == Some(kept) {
        // What cannot be removed is met again as a draft that changes nothing.
        let _ = storage.remove_item(&place);
    }
}

#[cfg(test)]
mod tests {
    use portal_model::{
        api::schemas::SchemaRow,
        id::{OptionId, ProjectId},
    };

    use super::{
        super::{
            onto::{rebase_all, tests::schema},
            tree,
        },
        *,
    };

    fn detail() -> SchemaDetail {
        let schema = schema();
        SchemaDetail {
            schema: SchemaRow {
                id: schema.id,
                name: schema.name,
                is_default: false,
                archived: false,
                project: ProjectId("demo".into()),
                project_name: "Demo".into(),
            },
            labels: schema.labels,
            attributes: schema
                .attributes
                .into_iter()
                .map(|attribute| AttributeState { attribute, version: "a".into() })
                .collect(),
            unreadable: 0,
            version: "one".into(),
            run: None,
        }
    }

    fn edited(base: &SchemaDetail) -> SchemaDraft {
        let mut draft = unchanged(&base.plain());
        draft.name = "Mine".into();
        draft.labels.push(DraftLabel { key: "new-1".into(), name: "bus".into(), color: None });
        draft.attributes[0].fields.options[0].name = "renamed".into();
        tree::archive(&mut draft.attributes[0].fields, "11");
        tree::add(&mut draft.attributes[0].fields, "added", Some("10"));
        draft.attributes[1].labels.push("new-1".into());
        draft.attributes.remove(2);
        let mut new = draft.attributes[0].clone();
        new.key = "new-1".into();
        new.fields.options.clear();
        draft.attributes.insert(0, new);
        draft
    }

    #[test]
    fn a_kept_draft_comes_back_as_it_was() {
        let base = detail();
        let draft = edited(&base);
        let kept = pack(&base, &draft);
        let again: Kept = serde_json::from_str(&serde_json::to_string(&kept).expect("json")).expect("json");
        assert_eq!(unpack(&again, &base), (base, draft));
    }

    #[test]
    fn what_a_run_has_made_by_now_is_not_wanted_again() {
        let base = detail();
        let mut draft = unchanged(&base.plain());
        tree::add(&mut draft.attributes[0].fields, "one more", Some("10"));
        tree::add(&mut draft.attributes[0].fields, "and another", None);
        let kept = pack(&base, &draft);
        let made = |detail: &mut SchemaDetail, id, name: &str, parent| {
            let option = AttributeOption { id: OptionId(id), name: name.into(), parent, archived: false };
            detail.attributes[0].attribute.options.push(option);
        };
        let mut now = SchemaDetail { version: "two".into(), ..base };
        made(&mut now, 99, "one more", Some(OptionId(10)));
        let (before, mine) = unpack(&kept, &now);
        let (left, lost) = rebase_all(&before.plain(), &now.plain(), &mine);
        assert_eq!((left.changes(&now.plain()).len(), lost.len()), (1, 0), "only the other one is left");
        assert_eq!(left.faults(&now.plain()), []);
        made(&mut now, 100, "and another", None);
        let (before, mine) = unpack(&kept, &now);
        let (left, _) = rebase_all(&before.plain(), &now.plain(), &mine);
        assert_eq!(left.changes(&now.plain()), [], "all of it is there");
    }

    #[test]
    fn dat_03_a_small_change_of_much_is_small() {
        let mut base = detail();
        base.attributes[0].attribute.options = (1..=50_000)
            .map(|n| AttributeOption { id: OptionId(n), name: format!("option {n}"), parent: None, archived: false })
            .collect();
        let mut draft = unchanged(&base.plain());
        draft.attributes[0].fields.options[4_321].name = "other".into();
        let text = serde_json::to_string(&pack(&base, &draft)).expect("json");
        assert!(text.len() < 1_500, "{}", text.len());
        assert_eq!(unpack(&serde_json::from_str(&text).expect("json"), &base).1, draft);
    }

    #[test]
    fn cli_07_over_a_schema_that_is_another_by_now_it_wants_the_same() {
        let base = detail();
        let mut draft = edited(&base);
        draft.attributes[2].fields.question = "Mine?".into();
        let kept = pack(&base, &draft);
        let mut now = SchemaDetail { version: "two".into(), ..base.clone() };
        now.attributes[0].attribute.options[0].name = "theirs".into();
        now.attributes[0].attribute.read_only = true;
        let (then, again) = unpack(&kept, &now);
        assert_eq!(then.attributes[0].attribute.options[0].name, "a", "what I touched is as I read it");
        assert_eq!(then.version, "one");
        let mine = rebase_all(&base.plain(), &now.plain(), &draft);
        assert_eq!(rebase_all(&then.plain(), &now.plain(), &again), mine);
    }
}
