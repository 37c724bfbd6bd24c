//! What a file means over a schema as it is: the draft that makes it so. What the file does not change stays as it was read, also
//! where files have no words for it.

use std::collections::{HashMap, HashSet, VecDeque};

use super::{
    About, AboutFiles, AttributeInFile, FileFault, FileProblem, LabelInFile, OptionInFile, PATH, SchemaFile,
    StartsWith,
    write::{Tree, written},
};
use crate::{
    annotation::Label,
    attribute::{Attribute, AttributeKind, AttributeScope, Draft, DraftOption},
    id::{AttributeId, OptionId},
    schema::{DraftAttribute, DraftLabel, Schema, SchemaDraft},
};

impl SchemaFile {
    /// The draft that makes `base` what the file says.
    ///
    /// # Errors
    /// All faults that keep it from saying that clearly. What the draft itself lacks, its own faults tell.
    pub fn over(&self, base: &Schema) -> Result<SchemaDraft, Vec<FileFault>> {
        let mut faults = Vec::new();
        let labels = labels(self.labels.as_deref(), base, &mut faults);
        let found = find(&self.attributes, base, &mut faults);
        let mut attributes = Vec::with_capacity(self.attributes.len());
        for ((n, file), old) in self.attributes.iter().enumerate().zip(found) {
            let mut reading = Reading { base, labels: &labels, at: place(n, file), faults: &mut faults };
            attributes.extend(match old {
                Some(old) => reading.existing(file, old),
                None => reading.made(file, format!("new-{}", n + 1)),
            });
        }
        let mut draft = SchemaDraft { name: self.schema.clone(), archived: self.archived, labels, attributes };
        positions(&mut draft, base);
        if faults.is_empty() { Ok(draft) } else { Err(faults) }
    }
}

fn place(n: usize, file: &AttributeInFile) -> String {
    if file.name.is_empty() { format!("attributes › {}", n + 1) } else { format!("attributes › {}", file.name) }
}

/// Labels that are there stay what they are, in the order of the schema; new ones follow.
fn labels(file: Option<&[LabelInFile]>, base: &Schema, faults: &mut Vec<FileFault>) -> Vec<DraftLabel> {
    let as_is = |label: &Label| DraftLabel {
        key: label.id.to_string(),
        name: label.name.clone(),
        color: Some(label.color.clone()),
    };
    let Some(file) = file else { return base.labels.iter().map(as_is).collect() };
    let mut say = |what| faults.push(FileFault { at: "labels".into(), what });
    // Diffgram may have two of one name.
    let mut wanted: HashMap<&str, VecDeque<&LabelInFile>> = HashMap::new();
    for label in file {
        wanted.entry(label.name()).or_default().push_back(label);
    }
    let mut labels = Vec::with_capacity(file.len());
    for known in &base.labels {
        match wanted.get_mut(known.name.as_str()).and_then(VecDeque::pop_front) {
            Some(label) => labels.push(DraftLabel {
                color: Some(match label.color() {
                    Some(color) if !color.eq_ignore_ascii_case(&known.color) => color.to_owned(),
                    _ => known.color.clone(),
                }),
                ..as_is(known)
            }),
            None => say(FileProblem::LabelMissing { name: known.name.clone() }),
        }
    }
    let mut seen: HashSet<&str> = base.labels.iter().map(|label| label.name.as_str()).collect();
    for (n, label) in file.iter().enumerate() {
        let is_left = wanted.get(label.name()).is_some_and(|left| left.iter().any(|one| std::ptr::eq(*one, label)));
        if !is_left {
            continue;
        }
        if !seen.insert(label.name()) {
            faults.push(FileFault { at: format!("labels › {}", label.name()), what: FileProblem::Twice });
            continue;
        }
        labels.push(DraftLabel {
            key: format!("new-{}", n + 1),
            name: label.name().to_owned(),
            color: label.color().map(str::to_owned),
        });
    }
    labels
}

/// The attributes that are meant, by id or by name; `None` for new ones.
fn find<'a>(file: &[AttributeInFile], base: &'a Schema, faults: &mut Vec<FileFault>) -> Vec<Option<&'a Attribute>> {
    let by_id: HashMap<AttributeId, &Attribute> = base.attributes.iter().map(|one| (one.id, one)).collect();
    let claimed: HashSet<AttributeId> = file.iter().filter_map(|one| one.id).collect();
    let (mut ids, mut names) = (HashSet::new(), HashSet::new());
    let mut found = Vec::with_capacity(file.len());
    for (n, one) in file.iter().enumerate() {
        let mut say = |what| faults.push(FileFault { at: place(n, one), what });
        found.push(match one.id {
            Some(id) => {
                if !ids.insert(id) {
                    say(FileProblem::Twice);
                }
                let known = by_id.get(&id).copied();
                if known.is_none() {
                    say(FileProblem::UnknownId { id: id.0 });
                }
                known
            }
            None => {
                if !names.insert(one.name.as_str()) {
                    say(FileProblem::Twice);
                }
                let mut called =
                    base.attributes.iter().filter(|known| known.name == one.name && !claimed.contains(&known.id));
                let known = called.next();
                if called.next().is_some() {
                    say(FileProblem::Ambiguous);
                }
                known
            }
        });
    }
    found
}

/// Attributes keep their places as long as they stand in the same order; new ones come after them. Otherwise as few as needed move.
fn positions(draft: &mut SchemaDraft, base: &Schema) {
    let is_known = |kind: &AttributeKind| !matches!(kind, AttributeKind::Other(_));
    let movable = |one: &&DraftAttribute| one.existing().is_some() && is_known(&one.kind);
    let now: Vec<AttributeId> = draft.attributes.iter().filter(movable).filter_map(DraftAttribute::existing).collect();
    let kept: HashSet<AttributeId> = now.iter().copied().collect();
    let before: Vec<AttributeId> = base.attributes.iter().map(|one| one.id).filter(|id| kept.contains(id)).collect();
    let first_new = draft.attributes.iter().position(|one| one.existing().is_none());
    let news_are_last =
        first_new.is_none_or(|first| draft.attributes[first..].iter().all(|one| one.existing().is_none()));
    if now != before || !news_are_last {
        draft.place();
        return;
    }
    let mut last = draft.attributes.iter().filter(|one| one.existing().is_some()).map(|one| one.position).max();
    for one in draft.attributes.iter_mut().filter(|one| one.existing().is_none()) {
        one.position = last.map_or(0, |last| last.saturating_add(1));
        last = Some(one.position);
    }
}

/// One attribute of a file.
struct Reading<'a> {
    base: &'a Schema,
    labels: &'a [DraftLabel],
    at: String,
    faults: &'a mut Vec<FileFault>,
}

impl Reading<'_> {
    fn say(&mut self, what: FileProblem) {
        self.faults.push(FileFault { at: self.at.clone(), what });
    }

    fn existing(&mut self, file: &AttributeInFile, old: &Attribute) -> Option<DraftAttribute> {
        let labels = &self.base.labels;
        if matches!(old.kind, AttributeKind::Other(_)) {
            let plain = AttributeInFile { id: None, ..file.clone() };
            if ![false, true].iter().any(|ids| written(old, labels, *ids) == plain) {
                self.say(FileProblem::FixedKind);
            }
            return Some(DraftAttribute::from(old));
        }
        let tree = Tree::of(old);
        let (mut draft, options) = self.read(file, old.id.to_string(), Some((old, &tree)))?;
        draft.position = old.position;
        let before = written(old, labels, false);
        if file.about == before.about {
            (draft.scope, draft.labels) = (old.scope, old.labels.iter().map(ToString::to_string).collect());
        } else if draft.scope == AttributeScope::Labels {
            // Labels that only Diffgram knows of stay on it.
            let strange = old.labels.iter().filter(|id| !labels.iter().any(|label| label.id == **id));
            draft.labels.extend(strange.map(ToString::to_string));
        }
        let says_the_same = file.starts_with == before.starts_with
            || matches!(&file.starts_with, Some(StartsWith::Option(by)) if Some(by.id) == old.default_option);
        let meant = self.starts_with(file, &options);
        let fields = &mut draft.fields;
        let stays = says_the_same && file.kind.has_options() == old.kind.has_options();
        match meant {
            // A text where Diffgram looks for an option: it is no path.
            _ if stays && old.default_option.is_none() => fields.default_value.clone_from(&old.default_value),
            Err(path) => self.say(FileProblem::UnknownOption { path }),
            Ok((_, found)) if stays => {
                fields.default_value.clone_from(&old.default_value);
                fields.default_option = found.or_else(|| old.default_option.map(|id| id.to_string()));
            }
            Ok((value, option)) => (fields.default_value, fields.default_option) = (value, option),
        }
        Some(draft)
    }

    fn made(&mut self, file: &AttributeInFile, key: String) -> Option<DraftAttribute> {
        let (mut draft, options) = self.read(file, key, None)?;
        match self.starts_with(file, &options) {
            Ok((value, option)) => (draft.fields.default_value, draft.fields.default_option) = (value, option),
            Err(path) => self.say(FileProblem::UnknownOption { path }),
        }
        Some(draft)
    }

    /// All but the answer it starts with and the place; with its options by their paths.
    fn read(
        &mut self,
        file: &AttributeInFile,
        key: String,
        old: Option<(&Attribute, &Tree<'_>)>,
    ) -> Option<(DraftAttribute, Paths)> {
        if let AttributeKind::Other(word) = &file.kind {
            self.say(FileProblem::UnknownKind { word: word.clone() });
            return None;
        }
        let (scope, labels) = self.about(&file.about);
        let mut options = Options::new(&file.options, old.map(|(_, tree)| tree), &self.at);
        options.walk(&file.options, None, "", 1);
        self.faults.append(&mut options.faults);
        let fields = Draft {
            question: file.question.clone(),
            name: file.name.clone(),
            min: file.min,
            max: file.max,
            default_value: None,
            default_option: None,
            read_only: file.read_only,
            options: options.draft,
        };
        let draft = DraftAttribute { key, kind: file.kind.clone(), scope, labels, position: 0, fields };
        Some((draft, options.paths))
    }

    fn about(&mut self, file: &About) -> (AttributeScope, Vec<String>) {
        let names = match file {
            About::Files(AboutFiles::File) => return (AttributeScope::File, Vec::new()),
            About::Files(AboutFiles::CompoundFile) => return (AttributeScope::CompoundFile, Vec::new()),
            About::Labels(names) => names,
        };
        let mut keys = Vec::with_capacity(names.len());
        for name in names {
            match self.labels.iter().find(|label| label.name == *name) {
                Some(label) => keys.push(label.key.clone()),
                None => self.say(FileProblem::UnknownLabel { name: name.clone() }),
            }
        }
        (AttributeScope::Labels, keys)
    }

    /// The value and the key of the option that it starts with; the path that leads to no option.
    fn starts_with(&self, file: &AttributeInFile, options: &Paths) -> Result<(Option<String>, Option<String>), String> {
        let by_path = |path: &str| match options.by_path.get(path).map(Vec::as_slice) {
            Some([key]) => Ok((None, Some(key.clone()))),
            _ => Err(path.to_owned()),
        };
        match &file.starts_with {
            None => Ok((None, None)),
            Some(StartsWith::Option(by)) => {
                let key = by.id.to_string();
                if options.keys.contains(&key) { Ok((None, Some(key))) } else { Err(key) }
            }
            Some(StartsWith::Text(path)) if file.kind.has_options() => by_path(path),
            Some(StartsWith::Number(path)) if file.kind.has_options() => by_path(&path.to_string()),
            Some(StartsWith::Text(text)) => Ok((Some(text.clone()), None)),
            Some(StartsWith::Number(number)) => Ok((Some(number.to_string()), None)),
        }
    }
}

/// The options of a draft by their paths in the file.
#[derive(Default)]
struct Paths {
    by_path: HashMap<String, Vec<String>>,
    keys: HashSet<String>,
}

/// Reads the options of one attribute.
struct Options<'a> {
    tree: Option<&'a Tree<'a>>,
    at: &'a str,
    /// Those that the file names by id.
    named: HashSet<OptionId>,
    draft: Vec<DraftOption>,
    paths: Paths,
    faults: Vec<FileFault>,
}

impl<'a> Options<'a> {
    fn new(file: &[OptionInFile], tree: Option<&'a Tree<'a>>, at: &'a str) -> Self {
        let mut open: Vec<&OptionInFile> = file.iter().collect();
        let mut named = HashSet::new();
        let mut faults = Vec::new();
        while let Some(option) = open.pop() {
            let (id, name, below) = option.parts();
            if let Some(id) = id {
                let mut say = |what| faults.push(FileFault { at: format!("{at} › options › {name}"), what });
                if !named.insert(id) {
                    say(FileProblem::Twice);
                }
                if tree.is_none_or(|tree| tree.option(id).is_none()) {
                    say(FileProblem::UnknownId { id: id.0 });
                }
            }
            open.extend(below);
        }
        faults.reverse();
        Self { tree, at, named, draft: Vec::new(), paths: Paths::default(), faults }
    }

    /// Options under one, with the key and the path of that; `depth` is how deep they stand.
    fn walk(&mut self, options: &[OptionInFile], parent: Option<&str>, above: &str, depth: usize) {
        if depth > Tree::DEPTH && !options.is_empty() {
            self.faults
                .push(FileFault { at: format!("{} › options › {above}", self.at), what: FileProblem::TooDeep });
            return;
        }
        let parent_id: Option<OptionId> = parent.and_then(|key| key.parse().ok());
        let mut names: HashSet<&str> = HashSet::new();
        for option in options {
            let (id, name, below) = option.parts();
            let path = if parent.is_some() { format!("{above}{PATH}{name}") } else { name.to_owned() };
            let mut say =
                |what| self.faults.push(FileFault { at: format!("{} › options › {path}", self.at), what });
            let known = id.or_else(|| {
                if !names.insert(name) {
                    say(FileProblem::Twice);
                    return None;
                }
                // Under a new option there is nothing yet.
                let tree = self.tree.filter(|_| parent.is_some() == parent_id.is_some())?;
                let mut called = tree.called(parent_id, name).iter().filter(|id| !self.named.contains(*id));
                let known = called.next().copied();
                if called.next().is_some() {
                    say(FileProblem::Ambiguous);
                }
                known
            });
            let old = known.and_then(|id| Some((id, self.tree?, self.tree?.option(id)?)));
            let (key, parent) = match old {
                Some((id, tree, old)) if tree.parent(id) == parent_id && parent.is_some() == parent_id.is_some() => {
                    (id.to_string(), old.parent.map(|id| id.to_string()))
                }
                Some((id, ..)) => (id.to_string(), parent.map(str::to_owned)),
                None => (format!("new-{}", self.draft.len() + 1), parent.map(str::to_owned)),
            };
            self.draft.push(DraftOption { key: key.clone(), name: name.to_owned(), parent });
            self.paths.by_path.entry(path.clone()).or_default().push(key.clone());
            self.paths.keys.insert(key.clone());
            self.walk(below, Some(&key), &path, depth + 1);
        }
    }
}
