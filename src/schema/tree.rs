//! What an editor does with a draft's options: add, nest, move, archive, bring back. Pure. After each the options stand so that
//! an option is followed by those under it.

use std::collections::{HashMap, HashSet};

use portal_model::{
    attribute::{Attribute, Draft, DraftOption},
    id::OptionId,
};

/// Puts each option behind the one it stands under; options of the same place keep their order. One whose place is missing
/// stands at the top; what stands under itself comes last, untouched.
pub fn arrange(options: &mut Vec<DraftOption>) {
    let at: HashMap<&str, usize> = options.iter().enumerate().map(|(i, option)| (option.key.as_str(), i)).collect();
    let mut under: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut stack = Vec::new();
    for (i, option) in options.iter().enumerate() {
        match option.parent.as_deref().and_then(|parent| at.get(parent)) {
            Some(parent) => under.entry(*parent).or_default().push(i),
            None => stack.push(i),
        }
    }
    stack.reverse();
    let mut order = Vec::with_capacity(options.len());
    let mut placed = vec![false; options.len()];
    while let Some(i) = stack.pop() {
        order.push(i);
        placed[i] = true;
        stack.extend(under.get(&i).into_iter().flatten().rev());
    }
    order.extend((0..options.len()).filter(|i| !placed[*i]));
    let mut taken: Vec<Option<DraftOption>> = std::mem::take(options).into_iter().map(Some).collect();
    options.extend(order.into_iter().filter_map(|i| taken[i].take()));
}

/// How many options each of the arranged options stands under.
pub fn depths(options: &[DraftOption]) -> Vec<u16> {
    let mut known: HashMap<&str, u16> = HashMap::with_capacity(options.len());
    options
        .iter()
        .map(|option| {
            let above = option.parent.as_deref().and_then(|parent| known.get(parent));
            let depth = above.map_or(0, |depth| depth.saturating_add(1));
            known.insert(&option.key, depth);
            depth
        })
        .collect()
}

/// The option and all that stand under it, by key.
pub fn subtree(options: &[DraftOption], key: &str) -> HashSet<String> {
    let mut found = HashSet::from([key.to_owned()]);
    // Arranged: whoever stands under somebody comes later.
    for option in options {
        if option.parent.as_ref().is_some_and(|parent| found.contains(parent)) {
            found.insert(option.key.clone());
        }
    }
    found
}

/// The options by key.
pub fn by_key(options: &[DraftOption]) -> HashMap<&str, &DraftOption> {
    options.iter().map(|option| (option.key.as_str(), option)).collect()
}

/// The names from the top down to the option: `Warm › Red`.
pub fn path(options: &HashMap<&str, &DraftOption>, key: &str) -> String {
    let mut names = Vec::new();
    let mut seen = HashSet::new();
    let mut next = options.get(key);
    while let Some(option) = next.filter(|option| seen.insert(option.key.as_str())) {
        names.push(option.name.as_str());
        next = option.parent.as_deref().and_then(|parent| options.get(parent));
    }
    names.reverse();
    names.join(" › ")
}

/// The option above it at the same place: the one that [`indent`] would put it under.
fn sibling_above(options: &[DraftOption], i: usize) -> Option<&str> {
    options[..i].iter().rev().find(|other| other.parent == options[i].parent).map(|other| other.key.as_str())
}

/// Puts an option under the one above it. `false`: there is none.
pub fn indent(draft: &mut Draft, key: &str) -> bool {
    let Some(i) = place(draft, key) else { return false };
    let Some(above) = sibling_above(&draft.options, i).map(str::to_owned) else { return false };
    draft.options[i].parent = Some(above);
    arrange(&mut draft.options);
    true
}

/// Puts an option beside the one it stands under. `false`: it stands at the top.
pub fn outdent(draft: &mut Draft, key: &str) -> bool {
    let Some(i) = place(draft, key) else { return false };
    let Some(parent) = draft.options[i].parent.clone().and_then(|parent| place(draft, &parent)) else { return false };
    draft.options[i].parent = draft.options[parent].parent.clone();
    arrange(&mut draft.options);
    true
}

/// Puts an option under another, or at the top. `false`: it would stand under itself, or stands there already.
pub fn move_under(draft: &mut Draft, key: &str, under: Option<&str>) -> bool {
    let Some(i) = place(draft, key) else { return false };
    let stands = draft.options[i].parent.as_deref() == under;
    if stands
        || under.is_some_and(|under| subtree(&draft.options, key).contains(under) || place(draft, under).is_none())
    {
        return false;
    }
    draft.options[i].parent = under.map(str::to_owned);
    arrange(&mut draft.options);
    true
}

/// Takes an option out, with all that stand under it. How many that were.
pub fn archive(draft: &mut Draft, key: &str) -> usize {
    let gone = subtree(&draft.options, key);
    let before = draft.options.len();
    draft.options.retain(|option| !gone.contains(&option.key));
    if draft.default_option.as_ref().is_some_and(|default| gone.contains(default)) {
        draft.default_option = None;
    }
    before - draft.options.len()
}

/// Brings back an option that the draft would archive, with those it stands under.
pub fn restore(draft: &mut Draft, base: &Attribute, id: OptionId) {
    let live: HashMap<OptionId, _> =
        base.options.iter().filter(|option| !option.archived).map(|option| (option.id, option)).collect();
    let mut next = Some(id);
    let mut back = Vec::new();
    while let Some(option) = next.and_then(|id| live.get(&id)) {
        let key = option.id.to_string();
        if place(draft, &key).is_some() || back.iter().any(|known: &DraftOption| known.key == key) {
            break;
        }
        let parent = option.parent.map(|parent| parent.to_string());
        back.push(DraftOption { key, name: option.name.clone(), parent });
        next = option.parent;
    }
    draft.options.extend(back);
    arrange(&mut draft.options);
}

/// Adds an option; its key.
pub fn add(draft: &mut Draft, name: &str, under: Option<&str>) -> String {
    let key = format!("new-{}", next_new(&draft.options));
    let parent = under.filter(|under| place(draft, under).is_some()).map(str::to_owned);
    draft.options.push(DraftOption { key: key.clone(), name: name.trim().to_owned(), parent });
    arrange(&mut draft.options);
    key
}

/// How many options have the name of an older one beside them, but for case and blanks.
pub fn doubles(options: &[DraftOption]) -> usize {
    let mut names = HashSet::with_capacity(options.len());
    options.iter().filter(|option| !names.insert((option.parent.as_deref(), option.name.trim().to_lowercase()))).count()
}

/// Of those that have the same name beside each other the oldest stays; what stands under the others moves to it, and they go.
/// What then stands beside each other is merged too. How many went.
pub fn merge(draft: &mut Draft) -> usize {
    let before = draft.options.len();
    // The oldest first: existing ones by id, then new ones as they came.
    let age = |option: &DraftOption| option.existing().map_or(i64::MAX, |id| id.0);
    loop {
        let mut oldest: HashMap<(Option<String>, String), (i64, String)> = HashMap::new();
        for option in &draft.options {
            let place = (option.parent.clone(), option.name.trim().to_lowercase());
            match oldest.get(&place) {
                Some((known, _)) if *known <= age(option) => {}
                _ => drop(oldest.insert(place, (age(option), option.key.clone()))),
            }
        }
        let mut into: HashMap<String, String> = HashMap::new();
        for option in &draft.options {
            let place = (option.parent.clone(), option.name.trim().to_lowercase());
            if let Some((_, kept)) = oldest.get(&place).filter(|(_, kept)| *kept != option.key) {
                into.insert(option.key.clone(), kept.clone());
            }
        }
        if into.is_empty() {
            break;
        }
        draft.options.retain(|option| !into.contains_key(&option.key));
        for key in draft.options.iter_mut().map(|option| &mut option.parent).chain([&mut draft.default_option]) {
            if let Some(kept) = key.as_ref().and_then(|key| into.get(key)) {
                *key = Some(kept.clone());
            }
        }
    }
    arrange(&mut draft.options);
    before - draft.options.len()
}

fn place(draft: &Draft, key: &str) -> Option<usize> {
    draft.options.iter().position(|option| option.key == key)
}

/// The number of the next new option.
pub fn next_new(options: &[DraftOption]) -> u64 {
    let numbers = options.iter().filter_map(|option| option.key.strip_prefix("new-")?.parse::<u64>().ok());
    numbers.max().unwrap_or(0).saturating_add(1)
}

#[cfg(test)]
#[path = "tree_tests.rs"]
pub mod tests;
