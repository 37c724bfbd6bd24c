//! What becomes of a question when its answers are of another kind, what a new one begins with, and the name that queries call it
//! by. Pure.

use std::collections::HashMap;

use portal_model::{
    attribute::{Attribute, AttributeKind, AttributeScope, Draft, DraftOption},
    schema::{DraftAttribute, SchemaDraft},
};

use super::tree::arrange;

/// The bounds that a new slider begins with.
const BOUNDS: (i64, i64) = (0, 10);
/// Suggested names are no longer, in characters.
const LONGEST: usize = 40;

/// Gives the question another kind. What the kind has no place for goes; what `base` had and the kind has a place for again comes
/// back.
pub fn change(one: &mut DraftAttribute, to: AttributeKind, base: Option<&Attribute>) {
    let was_tree = one.kind == AttributeKind::Tree;
    let fields = &mut one.fields;
    if to.has_options() {
        if !one.kind.has_options() && fields.options.is_empty() {
            fields.options = base.map(|base| Draft::from(base).options).unwrap_or_default();
        }
        if to == AttributeKind::Tree && !was_tree {
            nest(&mut fields.options, base);
        } else if to != AttributeKind::Tree {
            for option in &mut fields.options {
                option.parent = None;
            }
        }
        arrange(&mut fields.options);
    } else {
        fields.options.clear();
    }
    if fields.default_option.as_ref().is_some_and(|key| !fields.options.iter().any(|option| option.key == *key)) {
        fields.default_option = None;
    }
    if to == AttributeKind::Slider {
        let (min, max) = (base.and_then(|base| base.min), base.and_then(|base| base.max));
        fields.min = fields.min.or(min).or(Some(BOUNDS.0));
        fields.max = fields.max.or(max).or(Some(BOUNDS.1));
    } else {
        // As they were: of another kind they mean nothing, and changing them is a change.
        (fields.min, fields.max) = base.map_or((None, None), |base| (base.min, base.max));
    }
    let keeps = match &to {
        AttributeKind::Text => true,
        kind => *kind == one.kind && !kind.has_options(),
    };
    if !keeps {
        let same = base.filter(|base| base.kind == to);
        fields.default_value = same.and_then(|base| base.default_value.clone());
    }
    one.kind = to;
}

/// Puts those options back where they stood that stand nowhere.
fn nest(options: &mut [DraftOption], base: Option<&Attribute>) {
    let Some(base) = base.filter(|base| base.kind == AttributeKind::Tree) else { return };
    let stood: HashMap<String, Option<String>> = base
        .options
        .iter()
        .map(|option| (option.id.to_string(), option.parent.map(|parent| parent.to_string())))
        .collect();
    for option in options.iter_mut().filter(|option| option.parent.is_none()) {
        option.parent = stood.get(&option.key).cloned().flatten();
    }
    let there: Vec<String> = options.iter().map(|option| option.key.clone()).collect();
    for option in options.iter_mut() {
        option.parent = option.parent.take().filter(|parent| there.contains(parent));
    }
}

/// A new question at the end; its key.
pub fn add(draft: &mut SchemaDraft, kind: AttributeKind) -> String {
    let key = new_key(draft);
    let slider = kind == AttributeKind::Slider;
    let fields = Draft { min: slider.then_some(BOUNDS.0), max: slider.then_some(BOUNDS.1), ..Draft::empty() };
    // Where there is one label it is meant; of several somebody must choose.
    let labels = if let [only] = &draft.labels[..] { vec![only.key.clone()] } else { Vec::new() };
    let scope = if draft.labels.is_empty() { AttributeScope::File } else { AttributeScope::Labels };
    let position = end(draft);
    draft.attributes.push(DraftAttribute { key: key.clone(), kind, scope, labels, position, fields });
    key
}

/// The same question again at the end, with options of its own; its key.
pub fn duplicate(draft: &mut SchemaDraft, key: &str) -> Option<String> {
    let mut twin = draft.attributes.iter().find(|one| one.key == key)?.clone();
    twin.key = new_key(draft);
    twin.position = end(draft);
    twin.fields.name = free_name(draft, &twin.fields.name, None);
    let new: HashMap<String, String> = twin
        .fields
        .options
        .iter()
        .enumerate()
        .map(|(n, option)| (option.key.clone(), format!("new-{}", n + 1)))
        .collect();
    for option in &mut twin.fields.options {
        if let Some(key) = new.get(&option.key) {
            option.key.clone_from(key);
        }
        option.parent = option.parent.as_ref().and_then(|parent| new.get(parent)).cloned();
    }
    twin.fields.default_option = twin.fields.default_option.as_ref().and_then(|key| new.get(key)).cloned();
    let key = twin.key.clone();
    draft.attributes.push(twin);
    Some(key)
}

/// Moves a question to stand before or behind another. `false`: it stands there.
pub fn move_beside(draft: &mut SchemaDraft, key: &str, other: &str, behind: bool) -> bool {
    let at = |draft: &SchemaDraft, key: &str| draft.attributes.iter().position(|one| one.key == key);
    let (Some(from), Some(_)) = (at(draft, key), at(draft, other)) else { return false };
    if key == other {
        return false;
    }
    let one = draft.attributes.remove(from);
    let to = at(draft, other).map_or(draft.attributes.len(), |to| to + usize::from(behind));
    draft.attributes.insert(to, one);
    if to == from {
        return false;
    }
    draft.place();
    true
}

/// Moves a question one place up or down. `false`: it is the first, or the last.
pub fn step(draft: &mut SchemaDraft, key: &str, down: bool) -> bool {
    let Some(from) = draft.attributes.iter().position(|one| one.key == key) else { return false };
    let to = if down { from + 1 } else { from.wrapping_sub(1) };
    let Some(other) = draft.attributes.get(to).map(|one| one.key.clone()) else { return false };
    move_beside(draft, key, &other, down)
}

/// A question that the draft would archive is kept after all, where it stood.
pub fn keep(draft: &mut SchemaDraft, base: &Attribute) {
    let mut one = DraftAttribute::from(base);
    if draft.attributes.iter().any(|known| known.key == one.key) {
        return;
    }
    arrange(&mut one.fields.options);
    let to = draft.attributes.iter().position(|other| other.position > one.position);
    draft.attributes.insert(to.unwrap_or(draft.attributes.len()), one);
}

/// Behind the last.
fn end(draft: &SchemaDraft) -> i64 {
    draft.attributes.iter().map(|one| one.position).max().map_or(0, |last| last.saturating_add(1))
}

/// A key that no label and no attribute of the draft has.
pub fn new_key(draft: &SchemaDraft) -> String {
    let keys = draft.attributes.iter().map(|one| &one.key).chain(draft.labels.iter().map(|label| &label.key));
    let numbers = keys.filter_map(|key| key.strip_prefix("new-")?.parse::<u64>().ok());
    format!("new-{}", numbers.max().unwrap_or(0).saturating_add(1))
}

/// The name that a question suggests: what queries can say, and no other question of the draft is called.
pub fn suggest(draft: &SchemaDraft, key: &str, folded: &str) -> String {
    let mut name = String::new();
    for c in folded.chars() {
        if c.is_ascii_alphanumeric() {
            name.push(c.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('_') && c != '\'' && c != '’' {
            name.push('_');
        }
        if name.len() >= LONGEST {
            break;
        }
    }
    let name = name.trim_end_matches('_');
    if name.is_empty() {
        return String::new();
    }
    let name = if name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name.to_owned() };
    free_name(draft, &name, Some(key))
}

/// The name, or with a number behind it where another question has it.
fn free_name(draft: &SchemaDraft, name: &str, key: Option<&str>) -> String {
    let taken = |name: &str| {
        let other = |one: &&DraftAttribute| Some(one.key.as_str()) != key;
        draft.attributes.iter().filter(other).any(|one| one.fields.name.eq_ignore_ascii_case(name))
    };
    let numbered = (2_u32..).map(|n| format!("{name}_{n}"));
    std::iter::once(name.to_owned()).chain(numbered).find(|name| !taken(name)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            onto::{tests::schema, unchanged},
            tree::tests::attribute,
        },
        *,
    };

    #[test]
    fn what_a_kind_has_no_place_for_goes_and_comes_back_with_the_kind() {
        let base = attribute(&[(1, "a", None), (2, "b", Some(1))]);
        let mut one = DraftAttribute::from(&base);
        one.fields.default_option = Some("2".into());
        change(&mut one, AttributeKind::Select, Some(&base));
        assert!(one.fields.options.iter().all(|option| option.parent.is_none()));
        assert_eq!(one.fields.default_option.as_deref(), Some("2"));
        change(&mut one, AttributeKind::Slider, Some(&base));
        assert_eq!((one.fields.min, one.fields.max), (Some(0), Some(10)));
        assert!(one.fields.options.is_empty() && one.fields.default_option.is_none());
        one.fields.default_value = Some("4".into());
        change(&mut one, AttributeKind::Date, Some(&base));
        assert_eq!((one.fields.min, one.fields.default_value.clone()), (None, None));
        change(&mut one, AttributeKind::Tree, Some(&base));
        assert_eq!(one, DraftAttribute::from(&base), "all of it is back");
    }

    #[test]
    fn each_kind_changes_to_each_without_a_fault_of_its_own() {
        let base = attribute(&[(1, "a", None), (2, "b", Some(1))]);
        for from in AttributeKind::KNOWN {
            for to in AttributeKind::KNOWN {
                let mut one = DraftAttribute::from(&base);
                change(&mut one, from.clone(), Some(&base));
                change(&mut one, to.clone(), Some(&base));
                assert_eq!(one.faults(Some(&base)), [], "{from:?} to {to:?}");
            }
        }
    }

    #[test]
    fn questions_come_move_and_are_doubled() {
        let base = schema();
        let mut draft = unchanged(&base);
        assert_eq!(add(&mut draft, AttributeKind::Slider), "new-1");
        assert_eq!(draft.attributes[3].position, 4);
        let twin = duplicate(&mut draft, "1").expect("it is there");
        let copy = draft.attributes.last().expect("the twin");
        assert_eq!((twin.as_str(), copy.fields.name.as_str()), ("new-2", "one_2"));
        assert_eq!(copy.fields.options[1].parent.as_deref(), Some("new-1"));
        assert!(step(&mut draft, "new-2", false) && step(&mut draft, "1", true));
        assert!(!step(&mut draft, "2", false), "the first");
        let order: Vec<_> = draft.attributes.iter().map(|one| one.key.as_str()).collect();
        assert_eq!(order, ["2", "1", "3", "new-2", "new-1"]);
        assert!(draft.attributes.is_sorted_by_key(|one| one.position));
        assert!(!move_beside(&mut draft, "1", "2", true), "it stands there");
        assert!(move_beside(&mut draft, "new-1", "2", false));
        assert_eq!(draft.attributes[0].key, "new-1");
        let gone = draft.attributes.remove(2);
        keep(&mut draft, &base.attributes[0]);
        assert_eq!(draft.attributes.iter().filter(|one| one.key == gone.key).count(), 1);
    }

    #[test]
    fn a_question_suggests_a_name_that_queries_can_say() {
        let draft = unchanged(&schema());
        assert_eq!(suggest(&draft, "new-1", "is the visor open?"), "is_the_visor_open");
        assert_eq!(suggest(&draft, "new-1", "2nd sign, isn't it"), "_2nd_sign_isnt_it");
        assert_eq!(suggest(&draft, "new-1", "one"), "one_2");
        assert_eq!(suggest(&draft, "1", "one"), "one");
        assert_eq!(suggest(&draft, "new-1", "¿…?"), "");
        assert!(suggest(&draft, "new-1", &"long ".repeat(30)).len() <= LONGEST);
    }
}
