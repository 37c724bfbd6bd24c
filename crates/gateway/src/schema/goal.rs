//! What a plan makes of a schema as it is now: what the plan changes becomes as wanted, all else stays as others left it.

use std::collections::{HashMap, HashSet};

use portal_model::{
    attribute::{Attribute, AttributeKind, AttributeOption, Draft, DraftOption},
    id::{AttributeId, LabelId, OptionId},
    schema::{DraftAttribute, Schema, SchemaChange, SchemaDraft},
};

/// What a plan does not change stays as it is now.
fn pick<T: PartialEq + Clone>(base: Option<&T>, wanted: &T, now: &T) -> T {
    if base == Some(wanted) { now.clone() } else { wanted.clone() }
}

/// Whether somebody else changed what the plan changes, to something else.
fn crossed<T: PartialEq>(base: &T, wanted: &T, now: &T) -> bool {
    wanted != base && now != base && now != wanted
}

fn set(labels: &[String]) -> HashSet<&String> {
    labels.iter().collect()
}

fn by_key(options: &[DraftOption]) -> HashMap<&str, &DraftOption> {
    options.iter().map(|option| (option.key.as_str(), option)).collect()
}

/// What an attribute becomes. `base` is what the plan was made over, if it was there; `wanted` names what was made by its ids.
pub(super) fn of_attribute(base: Option<&Attribute>, wanted: &DraftAttribute, now: &Attribute) -> DraftAttribute {
    let base = base.map(DraftAttribute::from);
    let base = base.as_ref();
    let now = DraftAttribute::from(now);
    let labels = if base.is_some_and(|base| set(&base.labels) == set(&wanted.labels)) {
        now.labels.clone()
    } else {
        wanted.labels.clone()
    };
    let (was, want, is) = (base.map(|base| &base.fields), &wanted.fields, &now.fields);
    DraftAttribute {
        key: now.key.clone(),
        kind: pick(base.map(|base| &base.kind), &wanted.kind, &now.kind),
        scope: pick(base.map(|base| &base.scope), &wanted.scope, &now.scope),
        labels,
        position: pick(base.map(|base| &base.position), &wanted.position, &now.position),
        fields: Draft {
            question: pick(was.map(|was| &was.question), &want.question, &is.question),
            name: pick(was.map(|was| &was.name), &want.name, &is.name),
            min: pick(was.map(|was| &was.min), &want.min, &is.min),
            max: pick(was.map(|was| &was.max), &want.max, &is.max),
            default_value: pick(was.map(|was| &was.default_value), &want.default_value, &is.default_value),
            default_option: pick(was.map(|was| &was.default_option), &want.default_option, &is.default_option),
            read_only: pick(was.map(|was| &was.read_only), &want.read_only, &is.read_only),
            options: options(was.map_or(&[][..], |was| &was.options), &want.options, &is.options),
        },
    }
}

fn options(base: &[DraftOption], wanted: &[DraftOption], now: &[DraftOption]) -> Vec<DraftOption> {
    let (was, want) = (by_key(base), by_key(wanted));
    let mut options = Vec::with_capacity(wanted.len());
    for is in now {
        let key = is.key.as_str();
        match (was.get(key), want.get(key)) {
            (was, Some(want)) => options.push(DraftOption {
                key: is.key.clone(),
                name: pick(was.map(|was| &was.name), &want.name, &is.name),
                parent: pick(was.map(|was| &was.parent), &want.parent, &is.parent),
            }),
            (Some(_), None) => {}
            // Somebody else's.
            (None, None) => options.push(is.clone()),
        }
    }
    let live = by_key(now);
    let missing = wanted.iter().filter(|want| !live.contains_key(want.key.as_str()));
    // What somebody archived and the plan does not touch stays archived.
    options.extend(missing.filter(|want| was.get(want.key.as_str()) != Some(want)).cloned());
    options
}

/// What a schema becomes.
pub(super) fn of_schema(base: &Schema, wanted: &SchemaDraft, now: &Schema) -> SchemaDraft {
    let was: HashMap<AttributeId, &Attribute> = base.attributes.iter().map(|a| (a.id, a)).collect();
    let want: HashMap<AttributeId, &DraftAttribute> =
        wanted.attributes.iter().filter_map(|a| Some((a.existing()?, a))).collect();
    let live: HashSet<AttributeId> = now.attributes.iter().map(|a| a.id).collect();
    let labels: HashSet<LabelId> = now.labels.iter().map(|label| label.id).collect();
    let mut goal = SchemaDraft {
        name: pick(Some(&base.name), &wanted.name, &now.name),
        archived: pick(Some(&base.archived), &wanted.archived, &now.archived),
        ..SchemaDraft::from(now)
    };
    let lost = wanted.labels.iter().filter(|label| label.existing().is_none_or(|id| !labels.contains(&id)));
    goal.labels.extend(lost.cloned());
    let kept = now.attributes.iter().filter_map(|is| match (was.get(&is.id), want.get(&is.id)) {
        (was, Some(want)) => Some(of_attribute(was.copied(), want, is)),
        (Some(_), None) => None,
        (None, None) => Some(DraftAttribute::from(is)),
    });
    goal.attributes = kept.collect();
    let missing = wanted.attributes.iter().filter(|want| want.existing().is_none_or(|id| !live.contains(&id)));
    let untouched = |want: &DraftAttribute| {
        let was = want.existing().and_then(|id| was.get(&id));
        was.is_some_and(|was| DraftAttribute::from(*was) == *want)
    };
    goal.attributes.extend(missing.filter(|want| !untouched(want)).cloned());
    goal
}

/// What is not yet true of a plan.
pub(super) fn left(base: &Schema, wanted: &SchemaDraft, now: &Schema) -> Vec<SchemaChange> {
    of_schema(base, wanted, now).changes(now)
}

/// What somebody else changed of that which the plan changes, in words; `None` when the plan overwrites nothing of theirs.
pub(super) fn conflict(base: &Attribute, wanted: &DraftAttribute, now: &Attribute) -> Option<&'static str> {
    let (base, now) = (DraftAttribute::from(base), DraftAttribute::from(now));
    let (was, want, is) = (&base.fields, &wanted.fields, &now.fields);
    let labels = crossed(&set(&base.labels), &set(&wanted.labels), &set(&now.labels));
    let fields = [
        (crossed(&was.question, &want.question, &is.question), "its question"),
        (crossed(&was.name, &want.name, &is.name), "its name"),
        (crossed(&base.kind, &wanted.kind, &now.kind), "its kind"),
        (crossed(&base.scope, &wanted.scope, &now.scope), "what it is asked about"),
        (labels, "its labels"),
        (crossed(&base.position, &wanted.position, &now.position), "its place"),
        (crossed(&was.min, &want.min, &is.min) || crossed(&was.max, &want.max, &is.max), "its bounds"),
        (
            crossed(&was.default_value, &want.default_value, &is.default_value)
                || crossed(&was.default_option, &want.default_option, &is.default_option),
            "what it starts with",
        ),
        (crossed(&was.read_only, &want.read_only, &is.read_only), "whether it can be changed"),
    ];
    if let Some((_, what)) = fields.into_iter().find(|(crossed, _)| *crossed) {
        return Some(what);
    }
    let (want, is) = (by_key(&want.options), by_key(&is.options));
    let crossed = was.options.iter().any(|was| match (want.get(was.key.as_str()), is.get(was.key.as_str())) {
        (None, Some(is)) => was != *is,
        (Some(want), None) => was != *want,
        (Some(want), Some(is)) => {
            crossed(&was.name, &want.name, &is.name) || crossed(&was.parent, &want.parent, &is.parent)
        }
        (None, None) => false,
    });
    crossed.then_some("one of its options")
}

/// The schema that a draft describes, with what it does not speak of as it is now.
pub(super) fn described(wanted: &SchemaDraft, now: &Schema) -> Schema {
    let attribute = |want: &DraftAttribute| {
        let option = |option: &DraftOption| {
            let parent = option.parent.as_deref().and_then(|key| key.parse().ok());
            Some(AttributeOption { id: option.existing()?, name: option.name.clone(), parent, archived: false })
        };
        let Draft { question, name, min, max, default_value, default_option, read_only, options } = &want.fields;
        Some(Attribute {
            id: want.existing()?,
            question: question.clone(),
            name: name.clone(),
            kind: want.kind.clone(),
            scope: want.scope,
            labels: want.labels.iter().filter_map(|key| key.parse().ok()).collect(),
            min: *min,
            max: *max,
            default_value: default_value.clone(),
            default_option: default_option.as_deref().and_then(|key| key.parse().ok()),
            read_only: *read_only,
            position: want.position,
            options: options.iter().filter_map(option).collect(),
        })
    };
    let mut attributes: Vec<Attribute> = wanted.attributes.iter().filter_map(attribute).collect();
    attributes.sort_by_key(|attribute| (attribute.position, attribute.id));
    let named: HashSet<LabelId> = wanted.labels.iter().filter_map(portal_model::schema::DraftLabel::existing).collect();
    Schema {
        id: now.id,
        name: wanted.name.clone(),
        archived: wanted.archived,
        labels: now.labels.iter().filter(|label| named.contains(&label.id)).cloned().collect(),
        attributes,
    }
}

/// Live options that neither the plan's base nor an earlier step knows, by where they stand and what they are called, the oldest
/// last: if a step was to make such a one, it did.
pub(super) fn found(
    base: Option<&Attribute>,
    made: &HashSet<OptionId>,
    now: &Attribute,
) -> HashMap<(Option<OptionId>, String), Vec<OptionId>> {
    let known: HashSet<OptionId> = base.into_iter().flat_map(|base| &base.options).map(|option| option.id).collect();
    let mut found: HashMap<_, Vec<OptionId>> = HashMap::new();
    let live = now.options.iter().filter(|option| !option.archived);
    for option in live.rev().filter(|option| !known.contains(&option.id) && !made.contains(&option.id)) {
        found.entry((option.parent, option.name.clone())).or_default().push(option.id);
    }
    found
}

/// Whether an attribute is as `group/new` makes it: nothing is asked by it yet.
pub(super) fn is_empty(attribute: &Attribute) -> bool {
    let Attribute { question, name, kind, options, .. } = attribute;
    let is_nothing = matches!(kind, AttributeKind::Other(word) if word.is_empty());
    question.is_empty() && name.is_empty() && is_nothing && options.is_empty()
}

#[cfg(test)]
mod tests {
    use portal_model::{
        annotation::Label,
        attribute::{AttributeScope, Change},
        id::SchemaId,
    };

    use super::*;

    fn option(id: i64, name: &str) -> AttributeOption {
        AttributeOption { id: OptionId(id), name: name.into(), parent: None, archived: false }
    }

    fn attribute(id: i64) -> Attribute {
        Attribute {
            id: AttributeId(id),
            question: "Which?".into(),
            name: format!("which_{id}"),
            kind: AttributeKind::Select,
            scope: AttributeScope::Labels,
            labels: vec![LabelId(900)],
            min: None,
            max: None,
            default_value: None,
            default_option: None,
            read_only: false,
            position: id,
            options: vec![option(10 * id, "red"), option(10 * id + 1, "green")],
        }
    }

    fn schema() -> Schema {
        Schema {
            id: SchemaId(1),
            name: "Road".into(),
            archived: false,
            labels: vec![Label { id: LabelId(900), name: "car".into(), color: "#e03131".into() }],
            attributes: vec![attribute(1), attribute(2)],
        }
    }

    #[test]
    fn cli_07_what_the_plan_does_not_change_stays_as_others_left_it() {
        let base = schema();
        let mut wanted = SchemaDraft::from(&base);
        wanted.attributes[0].fields.question = "Mine?".into();
        wanted.attributes[0].fields.options[0].name = "crimson".into();
        let mut now = base.clone();
        now.name = "Roads".into();
        now.attributes[0].read_only = true;
        now.attributes[0].options.remove(1);
        now.attributes[0].options.push(option(77, "theirs"));
        now.attributes.remove(1);
        now.attributes.push(attribute(3));
        assert_eq!(conflict(&base.attributes[0], &wanted.attributes[0], &now.attributes[0]), None);
        let left = left(&base, &wanted, &now);
        let [SchemaChange::AttributeChanged { id: AttributeId(1), changes, .. }] = &left[..] else {
            panic!("{left:?}")
        };
        assert!(
            matches!(&changes[..], [Change::Question { .. }, Change::OptionRenamed { id: OptionId(10), .. }]),
            "{changes:?}"
        );

        now.attributes[0].question = "Mine?".into();
        now.attributes[0].options[0].name = "crimson".into();
        assert_eq!(of_schema(&base, &wanted, &now).changes(&now), []);
        // What the plan alone would have made of it.
        let mut alone = base.clone();
        (alone.attributes[0].question, alone.attributes[0].options[0].name) = ("Mine?".into(), "crimson".into());
        assert_eq!(described(&wanted, &now), alone);
    }

    #[test]
    fn cli_07_what_both_change_is_a_conflict() {
        type Edit = fn(&mut Attribute);
        let cases: [(&str, Edit, Edit); 5] = [
            ("its question", |a| a.question = "Mine?".into(), |a| a.question = "Theirs?".into()),
            ("its labels", |a| a.labels.clear(), |a| a.labels.push(LabelId(901))),
            ("one of its options", |a| a.options[0].name = "mine".into(), |a| a.options[0].name = "theirs".into()),
            ("one of its options", |a| a.options[0].name = "mine".into(), |a| drop(a.options.remove(0))),
            ("one of its options", |a| drop(a.options.remove(0)), |a| a.options[0].name = "theirs".into()),
        ];
        let base = attribute(1);
        for (what, mine, theirs) in cases {
            let (mut wanted, mut now) = (base.clone(), base.clone());
            mine(&mut wanted);
            theirs(&mut now);
            let wanted_too = DraftAttribute::from(&wanted);
            assert_eq!(conflict(&base, &wanted_too, &now), Some(what));
            assert_eq!(conflict(&base, &wanted_too, &wanted), None, "it is true already");
            assert_eq!(conflict(&base, &wanted_too, &base), None, "nobody else did anything");
        }
    }

    #[test]
    fn ups_15_only_what_nobody_knew_is_found() {
        let base = attribute(1);
        let mut now = base.clone();
        now.options.extend([option(50, "red"), option(51, "blue"), option(52, "blue"), option(53, "blue")]);
        let mut found = found(Some(&base), &HashSet::from([OptionId(52)]), &now);
        assert_eq!(found.remove(&(None, "red".into())), Some(vec![OptionId(50)]));
        assert_eq!(found.remove(&(None, "blue".into())), Some(vec![OptionId(53), OptionId(51)]));
        assert!(found.is_empty());
    }
}
