//! Edits as a host app sends them, laid over an attribute as it is. Sent twice they come out the same (CLI-05): what is there is
//! not added again, and what is renamed or archived stays so.

use std::collections::{HashMap, HashSet};

use portal_model::{
    api::schemas::{OptionEdits, OptionName},
    attribute::{Attribute, Draft, DraftOption},
};

/// Why edits do not say clearly what is meant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unclear {
    /// Too many at once.
    #[error("these are {0} edits; send at most {most} at once", most = OptionEdits::MOST)]
    TooMany(usize),
    /// More than one option has the name.
    #[error("several options are called {0:?}; name the one that is meant by its id")]
    Ambiguous(String),
    /// There is no such option.
    #[error("there is no option {0}; read the attribute and look at its options")]
    Unknown(String),
    /// The result would depend on how often the edits are sent.
    #[error("{0:?} is named twice in these edits; send them one after the other, or name options by their ids")]
    Twice(String),
}

/// The options of a draft, by name.
#[derive(Debug, Default)]
struct Names(HashMap<String, Vec<String>>);

impl Names {
    fn of(draft: &Draft) -> Self {
        let mut names = Self::default();
        for option in &draft.options {
            names.add(&option.name, &option.key);
        }
        names
    }

    fn add(&mut self, name: &str, key: &str) {
        self.0.entry(name.to_owned()).or_default().push(key.to_owned());
    }

    /// The key of the one option with this name, if there is one.
    fn key(&self, name: &str) -> Result<Option<String>, Unclear> {
        match self.0.get(name).map(Vec::as_slice) {
            None | Some([]) => Ok(None),
            Some([one]) => Ok(Some(one.clone())),
            Some(_) => Err(Unclear::Ambiguous(name.to_owned())),
        }
    }

    /// The key of an option that is named either way.
    fn find(&self, option: &OptionName, keys: &HashSet<String>) -> Result<Option<String>, Unclear> {
        match option {
            OptionName::Id(id) => Ok(Some(id.to_string()).filter(|key| keys.contains(key))),
            OptionName::Name(name) => self.key(name),
        }
    }
}

fn words(option: &OptionName) -> String {
    match option {
        OptionName::Id(id) => id.to_string(),
        OptionName::Name(name) => format!("{name:?}"),
    }
}

/// What the attribute becomes by these edits.
///
/// # Errors
/// [`Unclear`].
pub(super) fn merge(edits: &OptionEdits, base: &Attribute) -> Result<Draft, Unclear> {
    let OptionEdits { add, rename, archive } = edits;
    let count = add.len() + rename.len() + archive.len();
    if count > OptionEdits::MOST {
        return Err(Unclear::TooMany(count));
    }
    contradictions(edits)?;
    let mut draft = Draft::from(base);
    let keys = |draft: &Draft| -> HashSet<String> { draft.options.iter().map(|option| option.key.clone()).collect() };
    let (names, live) = (Names::of(&draft), keys(&draft));
    let added: HashSet<&str> = add.iter().map(|option| option.name.as_str()).collect();

    let mut renames: HashMap<String, &str> = HashMap::new();
    for wanted in rename {
        let by_name = match &wanted.option {
            OptionName::Name(name) => Some(name.as_str()),
            OptionName::Id(_) => None,
        };
        let target_lives = names.0.contains_key(&wanted.to);
        match names.find(&wanted.option, &live)? {
            // Renamed by an earlier try, and the old name was given to a new one since.
            Some(_) if target_lives && by_name.is_some_and(|name| added.contains(name)) => {}
            Some(key) => {
                renames.insert(key, &wanted.to);
            }
            None if target_lives && by_name.is_some() => {}
            None => return Err(Unclear::Unknown(words(&wanted.option))),
        }
    }
    let mut gone: HashSet<String> = HashSet::new();
    for option in archive {
        // Not there: archived before, for all that Diffgram tells.
        gone.extend(names.find(option, &live)?);
    }
    draft.options.retain(|option| !gone.contains(&option.key));
    for option in &mut draft.options {
        if let Some(to) = renames.get(&option.key) {
            (*to).clone_into(&mut option.name);
        }
    }

    let (mut names, mut live) = (Names::of(&draft), keys(&draft));
    let mut places: HashSet<(Option<String>, String)> =
        draft.options.iter().map(|option| (option.parent.clone(), option.name.clone())).collect();
    for (n, wanted) in add.iter().enumerate() {
        let parent = match &wanted.under {
            None => None,
            Some(under) => Some(names.find(under, &live)?.ok_or_else(|| Unclear::Unknown(words(under)))?),
        };
        if !places.insert((parent.clone(), wanted.name.clone())) {
            continue;
        }
        let key = format!("new-{}", n + 1);
        names.add(&wanted.name, &key);
        live.insert(key.clone());
        draft.options.push(DraftOption { key, name: wanted.name.clone(), parent });
    }
    Ok(draft)
}

/// Names whose meaning would change from the first sending to the second.
fn contradictions(edits: &OptionEdits) -> Result<(), Unclear> {
    fn name(option: &OptionName) -> Option<&str> {
        match option {
            OptionName::Name(name) => Some(name),
            OptionName::Id(_) => None,
        }
    }
    let added: HashSet<&str> = edits.add.iter().map(|option| option.name.as_str()).collect();
    let mut sources: HashSet<&str> = HashSet::new();
    for source in edits.rename.iter().filter_map(|wanted| name(&wanted.option)) {
        if !sources.insert(source) {
            return Err(Unclear::Twice(source.to_owned()));
        }
    }
    let chained = edits.rename.iter().map(|wanted| wanted.to.as_str()).find(|to| sources.contains(to));
    let mut archived = edits.archive.iter().filter_map(name);
    match chained.or_else(|| archived.find(|name| added.contains(name) || sources.contains(name))) {
        Some(name) => Err(Unclear::Twice(name.to_owned())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use portal_model::{
        attribute::{AttributeKind, AttributeOption, AttributeScope},
        id::{AttributeId, OptionId},
    };
    use serde_json::json;

    use super::*;

    fn colours() -> Attribute {
        let option = |(id, name, parent): (i64, &str, Option<i64>)| AttributeOption {
            id: OptionId(id),
            name: name.into(),
            parent: parent.map(OptionId),
            archived: false,
        };
        let options =
            [(1, "warm", None), (2, "cool", None), (3, "red", Some(1)), (4, "other", Some(1)), (5, "other", Some(2))];
        Attribute {
            id: AttributeId(8),
            question: "Which colour?".into(),
            name: "colour".into(),
            kind: AttributeKind::Tree,
            scope: AttributeScope::Labels,
            labels: Vec::new(),
            min: None,
            max: None,
            default_value: None,
            default_option: None,
            read_only: false,
            position: 0,
            options: options.map(option).into(),
        }
    }

    /// What is there after the edits: name and parent's name.
    fn after(base: &Attribute, edits: serde_json::Value) -> Result<Vec<(String, Option<String>)>, Unclear> {
        let draft = merge(&serde_json::from_value(edits).unwrap(), base)?;
        let name = |key: &String| draft.options.iter().find(|o| o.key == *key).map(|o| o.name.clone());
        Ok(draft.options.iter().map(|o| (o.name.clone(), o.parent.as_ref().and_then(name))).collect())
    }

    /// The attribute as the edits leave it.
    fn applied(base: &Attribute, edits: serde_json::Value) -> Attribute {
        let draft = merge(&serde_json::from_value(edits).unwrap(), base).unwrap();
        let id = |key: &str| {
            OptionId(key.strip_prefix("new-").map_or_else(|| key.parse().unwrap(), |n| 100 + n.parse::<i64>().unwrap()))
        };
        let options = draft.options.iter().map(|o| AttributeOption {
            id: id(&o.key),
            name: o.name.clone(),
            parent: o.parent.as_deref().map(id),
            archived: false,
        });
        Attribute { options: options.collect(), ..base.clone() }
    }

    #[test]
    fn cli_05_the_same_edits_twice_are_the_same_edits_once() {
        for edits in [
            json!({"add": [{"name": "blue", "under": "cool"}, {"name": "navy", "under": "blue"}, {"name": "grey"}]}),
            json!({"rename": [{"option": "red", "to": "crimson"}], "archive": [4, "cool"]}),
            json!({"rename": [{"option": 3, "to": "crimson"}, {"option": 4, "to": "red"}]}),
            json!({"rename": [{"option": "red", "to": "crimson"}], "add": [{"name": "red", "under": "warm"}]}),
            json!({"add": [{"name": "red", "under": 1}, {"name": "blue", "under": 2}, {"name": "blue", "under": 2}]}),
        ] {
            let once = applied(&colours(), edits.clone());
            assert_eq!(applied(&once, edits.clone()).options, once.options, "{edits}");
            assert_ne!(once.options, colours().options, "{edits}");
        }
    }

    #[test]
    fn options_are_added_where_they_were_wanted() {
        let now = after(&colours(), json!({"add": [{"name": "other"}, {"name": "red", "under": "cool"}]})).unwrap();
        assert_eq!(now[5..], [("other".into(), None), ("red".into(), Some("cool".into()))]);
    }

    #[test]
    fn what_is_unclear_is_refused_with_what_to_do() {
        let refused = |edits| after(&colours(), edits).unwrap_err();
        assert_eq!(refused(json!({"archive": ["other"]})), Unclear::Ambiguous("other".into()));
        assert_eq!(refused(json!({"rename": [{"option": "blue", "to": "navy"}]})), Unclear::Unknown("\"blue\"".into()));
        assert_eq!(refused(json!({"rename": [{"option": 77, "to": "red"}]})), Unclear::Unknown("77".into()));
        assert_eq!(refused(json!({"add": [{"name": "x", "under": 77}]})), Unclear::Unknown("77".into()));
        let swapped = json!({"rename": [{"option": "warm", "to": "cool"}, {"option": "cool", "to": "warm"}]});
        assert!(matches!(refused(swapped), Unclear::Twice(_)));
        assert_eq!(refused(json!({"add": [{"name": "red"}], "archive": ["red"]})), Unclear::Twice("red".into()));
        let many: Vec<_> = (0..1001).map(|n| json!({"name": n.to_string()})).collect();
        assert_eq!(refused(json!({"add": many})), Unclear::TooMany(1001));
        assert!(refused(json!({"archive": ["other"]})).to_string().contains("by its id"));
    }
}
