//! From a schema to its file. Ids are written only where names do not say which is meant, or where they are asked for.

use std::collections::{HashMap, HashSet};

use super::{
    About, AboutFiles, AttributeInFile, LabelInFile, OptionById, OptionInFile, PATH, SchemaFile, StartsWith, WholeLabel,
};
use crate::{
    annotation::Label,
    attribute::{Attribute, AttributeOption, AttributeScope},
    id::{LabelId, OptionId},
    schema::Schema,
};

impl SchemaFile {
    /// The file of a schema; with all ids when `ids`, so that things can be renamed in it.
    #[must_use]
    pub fn of(schema: &Schema, ids: bool) -> Self {
        let label = |label: &Label| {
            LabelInFile::Whole(WholeLabel { name: label.name.clone(), color: Some(label.color.clone()) })
        };
        let mut times: HashMap<&str, u32> = HashMap::new();
        for attribute in &schema.attributes {
            *times.entry(&attribute.name).or_default() += 1;
        }
        let attribute = |attribute: &Attribute| {
            let named = !attribute.name.is_empty() && times.get(attribute.name.as_str()) == Some(&1);
            AttributeInFile { id: (ids || !named).then_some(attribute.id), ..written(attribute, &schema.labels, ids) }
        };
        Self {
            schema: schema.name.clone(),
            archived: schema.archived,
            labels: Some(schema.labels.iter().map(label).collect()),
            attributes: schema.attributes.iter().map(attribute).collect(),
        }
    }
}

/// An attribute without its own id.
pub(super) fn written(attribute: &Attribute, labels: &[Label], ids: bool) -> AttributeInFile {
    let tree = Tree::of(attribute);
    let starts_with = match (attribute.default_option, &attribute.default_value) {
        (Some(id), _) => tree.named(id).map(|path| match path {
            Some(path) => StartsWith::Text(path),
            None => StartsWith::Option(OptionById { id }),
        }),
        (None, Some(text)) => Some(match text.parse::<i64>() {
            Ok(number) if number.to_string() == *text && !attribute.kind.has_options() => StartsWith::Number(number),
            _ => StartsWith::Text(text.clone()),
        }),
        (None, None) => None,
    };
    AttributeInFile {
        id: None,
        name: attribute.name.clone(),
        question: attribute.question.clone(),
        kind: attribute.kind.clone(),
        about: about(attribute.scope, &attribute.labels, labels),
        min: attribute.min,
        max: attribute.max,
        starts_with,
        read_only: attribute.read_only,
        options: tree.under(None, ids),
    }
}

/// Labels that the schema does not have are not written; they stay.
fn about(scope: AttributeScope, worn: &[LabelId], labels: &[Label]) -> About {
    let name = |id: &LabelId| labels.iter().find(|label| label.id == *id).map(|label| label.name.clone());
    match scope {
        AttributeScope::Labels => About::Labels(worn.iter().filter_map(name).collect()),
        AttributeScope::File => About::Files(AboutFiles::File),
        AttributeScope::CompoundFile => About::Files(AboutFiles::CompoundFile),
    }
}

/// The live options as a tree. What stands under nothing live, in a ring, or too deep, is shown at the top.
pub(super) struct Tree<'a> {
    options: HashMap<OptionId, &'a AttributeOption>,
    parents: HashMap<OptionId, Option<OptionId>>,
    children: HashMap<Option<OptionId>, Vec<OptionId>>,
    /// By where it is shown and its name.
    by_name: HashMap<(Option<OptionId>, &'a str), Vec<OptionId>>,
    /// How often each path occurs.
    paths: HashMap<String, u32>,
}

impl<'a> Tree<'a> {
    /// What stands deeper is shown at the top: those who read files give up on so much nesting.
    pub(super) const DEPTH: usize = 40;

    pub(super) fn of(attribute: &'a Attribute) -> Self {
        let live: Vec<&AttributeOption> = attribute.options.iter().filter(|option| !option.archived).collect();
        let options: HashMap<OptionId, &AttributeOption> = live.iter().map(|option| (option.id, *option)).collect();
        // Those that lead to the top; whatever is left when no more do stands in a ring, or under one.
        let mut below: HashMap<OptionId, Vec<OptionId>> = HashMap::new();
        let mut open = Vec::new();
        for option in &live {
            match option.parent.filter(|parent| options.contains_key(parent)) {
                Some(parent) => below.entry(parent).or_default().push(option.id),
                None => open.push((option.id, 1)),
            }
        }
        let mut reached: HashSet<OptionId> = HashSet::new();
        while let Some((id, depth)) = open.pop() {
            if reached.insert(id) && depth < Self::DEPTH {
                open.extend(below.get(&id).into_iter().flatten().map(|child| (*child, depth + 1)));
            }
        }
        let shown = |option: &AttributeOption| {
            option.parent.filter(|parent| reached.contains(&option.id) && options.contains_key(parent))
        };
        let mut tree = Self {
            parents: live.iter().map(|option| (option.id, shown(option))).collect(),
            options,
            children: HashMap::new(),
            by_name: HashMap::new(),
            paths: HashMap::new(),
        };
        for option in &live {
            let parent = tree.parent(option.id);
            tree.children.entry(parent).or_default().push(option.id);
            tree.by_name.entry((parent, option.name.as_str())).or_default().push(option.id);
        }
        for option in &live {
            let path = tree.path(option.id);
            *tree.paths.entry(path).or_default() += 1;
        }
        tree
    }

    /// The live option of an id.
    pub(super) fn option(&self, id: OptionId) -> Option<&'a AttributeOption> {
        self.options.get(&id).copied()
    }

    /// The option it is shown under.
    pub(super) fn parent(&self, id: OptionId) -> Option<OptionId> {
        self.parents.get(&id).copied().flatten()
    }

    /// Those of a name that are shown there.
    pub(super) fn called<'s>(&'s self, parent: Option<OptionId>, name: &'s str) -> &'s [OptionId] {
        self.by_name.get(&(parent, name)).map_or(&[], Vec::as_slice)
    }

    pub(super) fn path(&self, id: OptionId) -> String {
        let mut names = Vec::new();
        let mut at = Some(id);
        while let Some(option) = at.and_then(|id| self.options.get(&id)) {
            names.push(option.name.as_str());
            at = self.parent(option.id);
        }
        names.reverse();
        names.join(PATH)
    }

    /// The path of a live option, if no other has the same.
    pub(super) fn named(&self, id: OptionId) -> Option<Option<String>> {
        self.options.contains_key(&id).then(|| {
            let path = self.path(id);
            (self.paths.get(&path) == Some(&1)).then_some(path)
        })
    }

    /// In the order in which people read them.
    pub(super) fn in_order(&self) -> Vec<OptionId> {
        let mut order = Vec::with_capacity(self.options.len());
        let mut open: Vec<OptionId> = self.children.get(&None).into_iter().flatten().rev().copied().collect();
        while let Some(id) = open.pop() {
            order.push(id);
            open.extend(self.children.get(&Some(id)).into_iter().flatten().rev());
        }
        order
    }

    fn under(&self, parent: Option<OptionId>, ids: bool) -> Vec<OptionInFile> {
        let option = |id: &OptionId| {
            let name = self.options.get(id).map(|option| option.name.clone()).unwrap_or_default();
            let is_named = self.called(parent, &name).len() == 1;
            OptionInFile::new((ids || !is_named).then_some(*id), name, self.under(Some(*id), ids))
        };
        self.children.get(&parent).into_iter().flatten().map(option).collect()
    }
}
