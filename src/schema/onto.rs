//! Two changed the same schema: my changes on top of what is. Pure. Of one attribute see `rebase.rs`.

use std::collections::{HashMap, HashSet};

use portal_model::{
    attribute::{Attribute, Draft},
    id::AttributeId,
    schema::{DraftAttribute, Schema, SchemaDraft},
};

use super::{
    rebase::{Dropped, rebase},
    tree::arrange,
};

/// A change of mine that makes no sense any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lost {
    /// The attribute of this question is archived now.
    Attribute(String),
    /// Something within the attribute of this question.
    Within(String, Dropped),
}

/// Mine where I changed something, else theirs.
fn pick<T: Clone + PartialEq>(was: &T, mine: &T, now: &T) -> T {
    if mine == was { now.clone() } else { mine.clone() }
}

/// A draft that changes nothing, its options in the order in which they are shown.
pub fn unchanged(schema: &Schema) -> SchemaDraft {
    let mut draft = SchemaDraft::from(schema);
    for attribute in &mut draft.attributes {
        arrange(&mut attribute.fields.options);
    }
    draft
}

/// My draft of `base`, as a draft of `now`, and what of it is lost. What others changed stays, unless I changed the same. A label
/// or an attribute that I wanted to add and that is there now, by the same name, is not added twice.
pub fn rebase_all(base: &Schema, now: &Schema, mine: &SchemaDraft) -> (SchemaDraft, Vec<Lost>) {
    let mut lost = Vec::new();
    let mut draft = SchemaDraft::from(now);
    draft.name = pick(&base.name, &mine.name, &now.name);
    draft.archived = pick(&base.archived, &mine.archived, &now.archived);

    let known: HashSet<String> = base.labels.iter().map(|label| label.id.to_string()).collect();
    let named: HashMap<String, String> =
        now.labels.iter().map(|label| (label.name.trim().to_lowercase(), label.id.to_string())).collect();
    let mut labels: HashMap<&str, String> = HashMap::new();
    for label in mine.labels.iter().filter(|label| !known.contains(&label.key)) {
        match named.get(&label.name.trim().to_lowercase()) {
            Some(twin) => drop(labels.insert(&label.key, twin.clone())),
            None => draft.labels.push(label.clone()),
        }
    }
    let label = |key: &String| labels.get(key.as_str()).unwrap_or(key).clone();

    let before: HashMap<AttributeId, &Attribute> = base.attributes.iter().map(|one| (one.id, one)).collect();
    let there: HashMap<AttributeId, &Attribute> = now.attributes.iter().map(|one| (one.id, one)).collect();
    let wanted: HashSet<&str> = mine.attributes.iter().map(|one| one.key.as_str()).collect();
    draft.attributes.retain(|one| {
        let i_archived =
            one.existing().is_some_and(|id| before.contains_key(&id)) && !wanted.contains(one.key.as_str());
        !i_archived
    });
    for one in &mine.attributes {
        let old = one.existing().and_then(|id| before.get(&id)).copied();
        let is = match old {
            Some(old) => there.get(&old.id).copied(),
            None => twin(now, &before, one),
        };
        match (old, is) {
            (Some(old), None) => {
                if *one != shown(old) {
                    lost.push(Lost::Attribute(old.question.clone()));
                }
            }
            (None, None) => {
                draft.attributes.push(DraftAttribute { labels: one.labels.iter().map(label).collect(), ..one.clone() });
            }
            (old, Some(is)) => {
                let merged = merge(old, is, one, &label, &mut lost);
                if let Some(place) = draft.attributes.iter_mut().find(|known| known.key == merged.key) {
                    *place = merged;
                }
            }
        }
    }
    // By place, as they are read; those of the same place as they stand.
    draft.attributes.sort_by_key(|one| one.position);
    for attribute in &mut draft.attributes {
        arrange(&mut attribute.fields.options);
    }
    (draft, lost)
}

/// The attribute that changes nothing, as the editor shows it.
fn shown(old: &Attribute) -> DraftAttribute {
    let mut same = DraftAttribute::from(old);
    arrange(&mut same.fields.options);
    same
}

/// One that came since and has the name of mine: an answer may have been lost on its way.
fn twin<'a>(
    now: &'a Schema,
    before: &HashMap<AttributeId, &Attribute>,
    mine: &DraftAttribute,
) -> Option<&'a Attribute> {
    let name = mine.fields.name.trim();
    now.attributes.iter().find(|one| !before.contains_key(&one.id) && one.name == name && one.kind == mine.kind)
}

fn merge(
    old: Option<&Attribute>,
    is: &Attribute,
    mine: &DraftAttribute,
    label: &impl Fn(&String) -> String,
    lost: &mut Vec<Lost>,
) -> DraftAttribute {
    let now = DraftAttribute::from(is);
    let nothing = Attribute { options: Vec::new(), labels: Vec::new(), ..is.clone() };
    let was = DraftAttribute::from(old.unwrap_or(&nothing));
    let rebased = rebase(old.unwrap_or(&nothing), is, &mine.fields);
    lost.extend(rebased.dropped.into_iter().map(|what| Lost::Within(is.question.clone(), what)));
    // Labels one by one: what I put on and took off, on top of what they did.
    let mut labels = now.labels.clone();
    labels.retain(|key| !was.labels.contains(key) || mine.labels.contains(key));
    for key in mine.labels.iter().filter(|key| !was.labels.contains(key)).map(label) {
        if !labels.contains(&key) {
            labels.push(key);
        }
    }
    let fields = match old {
        Some(_) => rebased.draft,
        // Nothing of it was there when I wrote it: all of mine counts.
        None => Draft {
            options: rebased.draft.options,
            default_option: rebased.draft.default_option,
            ..mine.fields.clone()
        },
    };
    DraftAttribute {
        key: now.key,
        kind: pick(&was.kind, &mine.kind, &now.kind),
        scope: pick(&was.scope, &mine.scope, &now.scope),
        labels,
        position: pick(&was.position, &mine.position, &now.position),
        fields,
    }
}

#[cfg(test)]
#[path = "onto_tests.rs"]
pub(super) mod tests;
