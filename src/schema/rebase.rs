//! Two changed the same attribute: what was, what is, what I wanted; and my changes on top of what is. Pure.

use std::collections::{HashMap, HashSet};

use portal_model::attribute::{Attribute, Draft, DraftOption};

use super::tree::arrange;

/// My changes on top of the new state.
#[derive(Clone, Debug, PartialEq)]
pub struct Rebased {
    /// What it shall become.
    pub draft: Draft,
    /// What of my changes makes no sense any more.
    pub dropped: Vec<Dropped>,
}

/// A change of mine that makes no sense any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dropped {
    /// The option is archived now: it can be neither renamed nor moved.
    Gone(String),
    /// The place for this option is gone: it stands at the top.
    Unplaced(String),
    /// The option to start with is gone.
    Default,
}

/// Mine where I changed something, else theirs.
fn pick<T: Clone + PartialEq>(was: &T, mine: &T, now: &T) -> T {
    if mine == was { now.clone() } else { mine.clone() }
}

fn by_key(draft: &Draft) -> HashMap<&str, &DraftOption> {
    draft.options.iter().map(|option| (option.key.as_str(), option)).collect()
}

/// My draft of `base`, as a draft of `theirs`. What others changed stays, unless I changed the same. An option that I wanted to
/// add and that is there now, by the same name at the same place, is not added twice: so a broken run goes on where it stopped.
pub fn rebase(base: &Attribute, theirs: &Attribute, mine: &Draft) -> Rebased {
    let (before, now) = (Draft::from(base), Draft::from(theirs));
    let (was, is, wanted) = (by_key(&before), by_key(&now), by_key(mine));
    let mut dropped = Vec::new();

    let i_archived = |key: &str| was.contains_key(key) && !wanted.contains_key(key);
    let mut options: Vec<DraftOption> = now
        .options
        .iter()
        .filter(|option| !i_archived(&option.key))
        .map(|option| match (was.get(option.key.as_str()), wanted.get(option.key.as_str())) {
            (Some(old), Some(new)) => DraftOption {
                key: option.key.clone(),
                name: pick(&old.name, &new.name, &option.name),
                parent: pick(&old.parent, &new.parent, &option.parent),
            },
            _ => option.clone(),
        })
        .collect();

    let theirs_new = now.options.iter().filter(|option| !was.contains_key(option.key.as_str()));
    let theirs_new: HashMap<(&str, Option<&str>), &str> =
        theirs_new.map(|option| ((option.name.trim(), option.parent.as_deref()), option.key.as_str())).collect();
    let mut twins: HashMap<&str, String> = HashMap::new();
    for option in &mine.options {
        if let Some(old) = was.get(option.key.as_str()) {
            if !is.contains_key(option.key.as_str()) && *old != option {
                dropped.push(Dropped::Gone(old.name.clone()));
            }
            continue;
        }
        let parent = option.parent.as_ref().map(|parent| twins.get(parent.as_str()).unwrap_or(parent).clone());
        match theirs_new.get(&(option.name.trim(), parent.as_deref())) {
            Some(twin) => drop(twins.insert(&option.key, (*twin).to_owned())),
            None => options.push(DraftOption { key: option.key.clone(), name: option.name.clone(), parent }),
        }
    }
    for option in &mut options {
        if let Some(twin) = option.parent.as_deref().and_then(|parent| twins.get(parent)) {
            option.parent = Some(twin.clone());
        }
    }
    place_all(&mut options, &is, &mut dropped);

    let default = pick(&before.default_option, &mine.default_option, &now.default_option);
    let default = default.map(|key| twins.get(key.as_str()).cloned().unwrap_or(key));
    let there = |key: &String| {
        options.iter().any(|option| option.key == *key) || now.default_option.as_ref() == Some(key) && !i_archived(key)
    };
    let default_option = default.clone().filter(there);
    if default_option != default {
        dropped.push(Dropped::Default);
    }
    arrange(&mut options);
    let draft = Draft {
        question: pick(&before.question, &mine.question, &now.question),
        name: pick(&before.name, &mine.name, &now.name),
        min: pick(&before.min, &mine.min, &now.min),
        max: pick(&before.max, &mine.max, &now.max),
        default_value: pick(&before.default_value, &mine.default_value, &now.default_value),
        default_option,
        read_only: pick(&before.read_only, &mine.read_only, &now.read_only),
        options,
    };
    Rebased { draft, dropped }
}

/// No option stands under a missing one because of my changes, and none under itself because two moved at once.
fn place_all(options: &mut [DraftOption], is: &HashMap<&str, &DraftOption>, dropped: &mut Vec<Dropped>) {
    let keys: HashSet<String> = options.iter().map(|option| option.key.clone()).collect();
    for option in options.iter_mut() {
        let missing = option.parent.as_ref().is_some_and(|parent| {
            !keys.contains(parent) && {
                // An orphan of theirs stays one: it is not for this edit to change.
                let theirs = is.get(option.key.as_str()).and_then(|theirs| theirs.parent.as_ref());
                theirs != Some(parent) || is.contains_key(parent.as_str())
            }
        });
        if missing {
            dropped.push(Dropped::Unplaced(option.name.clone()));
            option.parent = None;
        }
    }
    // Their moves and mine can close a circle that neither has alone: first mine give way, then what is left stands at the top.
    for last in [false, true] {
        let circling = circling(options);
        for option in options.iter_mut().filter(|option| circling.contains(&option.key)) {
            let theirs = is.get(option.key.as_str()).and_then(|theirs| theirs.parent.clone());
            let parent = if last { None } else { theirs.filter(|parent| keys.contains(parent)) };
            if option.parent != parent {
                dropped.push(Dropped::Unplaced(option.name.clone()));
                option.parent = parent;
            }
        }
    }
}

/// Those from which no way leads to the top.
fn circling(options: &[DraftOption]) -> HashSet<String> {
    let mut sorted = options.to_vec();
    arrange(&mut sorted);
    let mut above: HashSet<&str> = HashSet::new();
    let all: HashSet<&str> = sorted.iter().map(|option| option.key.as_str()).collect();
    let mut circling = HashSet::new();
    for option in &sorted {
        let parent = option.parent.as_deref().filter(|parent| all.contains(parent));
        if parent.is_none_or(|parent| above.contains(parent)) {
            above.insert(&option.key);
        } else {
            circling.insert(option.key.clone());
        }
    }
    circling
}

/// What a line of the comparison is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The question.
    Question,
    /// Its name in queries.
    Name,
    /// A slider's smallest answer.
    Min,
    /// A slider's largest answer.
    Max,
    /// The answer it starts with.
    Default,
    /// Whether annotators may change it.
    ReadOnly,
    /// An option, by a name it has or had.
    Option(String),
}

/// One thing that somebody changed. `None`: not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub what: What,
    /// As I read it.
    pub was: Option<String>,
    /// As it is.
    pub now: Option<String>,
    /// As I wanted it.
    pub mine: Option<String>,
    /// Whether both changed it, and not to the same.
    pub clashes: bool,
}

/// Whether somebody changed it; if so, whether both did, and not to the same.
pub fn changed<T: PartialEq>(was: &T, now: &T, mine: &T) -> Option<bool> {
    (was != now || was != mine).then(|| was != now && was != mine && now != mine)
}

/// Everything that I or somebody else changed, the question first.
pub fn compare(base: &Attribute, theirs: &Attribute, mine: &Draft) -> Vec<Line> {
    let (before, now) = (Draft::from(base), Draft::from(theirs));
    let mut lines = Vec::new();
    let mut line = |what: What, of: &dyn Fn(&Draft) -> Option<String>| {
        let (was, now, mine) = (of(&before), of(&now), of(mine));
        if let Some(clashes) = changed(&was, &now, &mine) {
            lines.push(Line { what, was, now, mine, clashes });
        }
    };
    line(What::Question, &|draft| Some(draft.question.clone()));
    line(What::Name, &|draft| Some(draft.name.clone()));
    line(What::Min, &|draft| draft.min.map(|n| n.to_string()));
    line(What::Max, &|draft| draft.max.map(|n| n.to_string()));
    line(What::Default, &default_words);
    line(What::ReadOnly, &|draft| draft.read_only.then(|| "✓".to_owned()));
    let all = [&before, &now, mine].map(by_key);
    let mut seen = HashSet::new();
    for option in before.options.iter().chain(&now.options).chain(&mine.options) {
        let key = option.key.as_str();
        if !seen.insert(key) {
            continue;
        }
        // A parent's name is shown, and its change is a line of its own.
        let [was, is, wanted] = all.each_ref().map(|draft| draft.get(key).copied());
        if let Some(clashes) = changed(&was, &is, &wanted) {
            let [was, now, mine] = all.each_ref().map(|draft| draft.get(key).map(|option| words(option, draft)));
            lines.push(Line { what: What::Option(option.name.clone()), was, now, mine, clashes });
        }
    }
    lines
}

fn words(option: &DraftOption, all: &HashMap<&str, &DraftOption>) -> String {
    match option.parent.as_deref().and_then(|parent| all.get(parent)) {
        Some(parent) => format!("{} › {}", parent.name, option.name),
        None => option.name.clone(),
    }
}

/// The answer a draft starts with.
pub fn default_words(draft: &Draft) -> Option<String> {
    match &draft.default_option {
        Some(key) => draft.options.iter().find(|option| option.key == *key).map(|option| option.name.clone()),
        None => draft.default_value.clone().filter(|value| !value.is_empty()),
    }
}

#[cfg(test)]
#[path = "rebase_tests.rs"]
mod tests;
