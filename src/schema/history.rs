//! Undo and redo: drafts as they were. Pure. What a step leaves alone is kept once, so that a letter in one question does not
//! cost the options of all.

use std::{collections::HashMap, sync::Arc};

use portal_model::schema::{DraftAttribute, DraftLabel, SchemaDraft};

/// So many steps are kept.
const STEPS: usize = 200;
/// So many options are kept over all steps: a question of 50,000 options is some megabytes.
const OPTIONS: usize = 500_000;

/// A draft whose parts are shared with those before and after it.
#[derive(Clone, Debug)]
struct Snap {
    name: String,
    archived: bool,
    labels: Arc<Vec<DraftLabel>>,
    attributes: Vec<Arc<DraftAttribute>>,
}

impl Snap {
    /// `known` gives the parts that are the same.
    fn of(draft: &SchemaDraft, known: Option<&Self>) -> Self {
        let by_key: HashMap<&str, &Arc<DraftAttribute>> =
            known.iter().flat_map(|known| &known.attributes).map(|one| (one.key.as_str(), one)).collect();
        let attribute = |one: &DraftAttribute| match by_key.get(one.key.as_str()) {
            Some(known) if ***known == *one => (*known).clone(),
            _ => Arc::new(one.clone()),
        };
        Self {
            name: draft.name.clone(),
            archived: draft.archived,
            labels: match known {
                Some(known) if *known.labels == draft.labels => known.labels.clone(),
                _ => Arc::new(draft.labels.clone()),
            },
            attributes: draft.attributes.iter().map(attribute).collect(),
        }
    }

    /// How many options it holds that `other` does not.
    fn weight(&self, other: Option<&Self>) -> usize {
        let shared = |one: &&Arc<DraftAttribute>| {
            other.is_some_and(|other| other.attributes.iter().any(|known| Arc::ptr_eq(known, one)))
        };
        self.attributes.iter().filter(|one| !shared(one)).map(|one| one.fields.options.len()).sum()
    }

    /// Makes the draft what this was; `now` is the draft as it is, whose parts stay where they are the same.
    fn restore(&self, draft: &mut SchemaDraft, now: &Self) {
        draft.name.clone_from(&self.name);
        draft.archived = self.archived;
        draft.labels = (*self.labels).clone();
        let mut there: HashMap<String, (&Arc<DraftAttribute>, DraftAttribute)> = std::mem::take(&mut draft.attributes)
            .into_iter()
            .zip(&now.attributes)
            .map(|(one, snap)| (one.key.clone(), (snap, one)))
            .collect();
        draft.attributes = self
            .attributes
            .iter()
            .map(|wanted| match there.remove(&wanted.key) {
                Some((snap, one)) if Arc::ptr_eq(snap, wanted) => one,
                _ => (**wanted).clone(),
            })
            .collect();
    }
}

/// What was, and what was taken back.
#[derive(Clone, Debug, Default)]
pub struct History {
    past: Vec<Snap>,
    future: Vec<Snap>,
    /// How many options each step of the past holds besides those of the step before.
    weights: Vec<usize>,
    /// The field that is being typed in: its letters are one step.
    typing: Option<String>,
}

impl History {
    /// Whether an edit belongs to the step before it: letters in the same field.
    pub fn continues(&self, field: Option<&str>) -> bool {
        field.is_some() && self.typing.as_deref() == field
    }

    /// An edit is about to be made; `before` is the draft as it is.
    pub fn record(&mut self, before: &SchemaDraft, field: Option<&str>) {
        self.future.clear();
        self.typing = field.map(str::to_owned);
        let last = self.past.last();
        let snap = Snap::of(before, last);
        self.weights.push(snap.weight(last));
        self.past.push(snap);
        let mut options: usize = self.weights.iter().sum();
        while self.past.len() > STEPS || (options > OPTIONS && self.past.len() > 1) {
            options -= self.weights.remove(0);
            self.past.remove(0);
        }
    }

    /// Typing in a field is over: what comes next is a step of its own.
    pub fn rest(&mut self) {
        self.typing = None;
    }

    /// Makes the draft what it was before the last step. `false`: there is none.
    pub fn undo(&mut self, draft: &mut SchemaDraft) -> bool {
        let Some(before) = self.past.pop() else { return false };
        self.weights.pop();
        self.typing = None;
        let now = Snap::of(draft, Some(&before));
        before.restore(draft, &now);
        self.future.push(now);
        true
    }

    /// Makes the step again that was taken back last. `false`: there is none.
    pub fn redo(&mut self, draft: &mut SchemaDraft) -> bool {
        let Some(after) = self.future.pop() else { return false };
        self.typing = None;
        let now = Snap::of(draft, Some(&after));
        after.restore(draft, &now);
        self.weights.push(now.weight(self.past.last()));
        self.past.push(now);
        true
    }

    /// Whether there is something to undo, and to redo.
    pub fn can(&self) -> (bool, bool) {
        (!self.past.is_empty(), !self.future.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use portal_model::attribute::{AttributeKind, AttributeScope, Draft, DraftOption};

    use super::*;

    fn attribute(key: &str, options: usize) -> DraftAttribute {
        let option = |n| DraftOption { key: format!("new-{n}"), name: format!("o{n}"), parent: None };
        DraftAttribute {
            key: key.into(),
            kind: AttributeKind::Select,
            scope: AttributeScope::File,
            labels: Vec::new(),
            position: 0,
            fields: Draft { options: (0..options).map(option).collect(), ..Draft::empty() },
        }
    }

    fn draft(name: &str, options: usize) -> SchemaDraft {
        let attributes = vec![attribute("1", 1), attribute("2", options)];
        SchemaDraft { name: name.into(), archived: false, labels: Vec::new(), attributes }
    }

    #[test]
    fn letters_in_one_field_are_one_step() {
        let mut history = History::default();
        assert!(!history.continues(Some("question")));
        history.record(&draft("", 0), Some("question"));
        assert!(history.continues(Some("question")));
        assert!(!history.continues(Some("name")) && !history.continues(None));
        history.rest();
        assert!(!history.continues(Some("question")));
    }

    #[test]
    fn what_was_undone_can_be_had_again_until_something_new_is_done() {
        let mut history = History::default();
        let mut now = draft("a", 3);
        history.record(&now, None);
        now.name = "b".into();
        history.record(&now, None);
        now.attributes.remove(0);
        now.attributes[0].fields.options.pop();
        let last = now.clone();
        assert!(history.undo(&mut now));
        assert_eq!(now, draft("b", 3));
        assert!(history.undo(&mut now));
        assert_eq!(now, draft("a", 3));
        assert!(!history.undo(&mut now));
        assert_eq!(history.can(), (false, true));
        assert!(history.redo(&mut now) && history.redo(&mut now));
        assert_eq!(now, last);
        assert!(history.undo(&mut now));
        history.record(&now, None);
        assert_eq!(history.can(), (true, false), "a new step ends what was undone");
    }

    #[test]
    fn dat_03_a_step_costs_only_what_it_changes() {
        let mut history = History::default();
        let mut now = draft("", 50_000);
        for n in 0..100 {
            history.record(&now, None);
            now.attributes[0].fields.question = format!("q{n}");
        }
        assert_eq!(history.past.len(), 100);
        assert!(history.past.iter().all(|snap| Arc::ptr_eq(&snap.attributes[1], &history.past[0].attributes[1])));
        for n in 0..30 {
            history.record(&now, None);
            now.attributes[1].fields.question = format!("q{n}");
        }
        assert!(history.weights.iter().sum::<usize>() <= OPTIONS);
        now.attributes[1] = attribute("2", 600_000);
        history.record(&now, None);
        assert_eq!(history.past.len(), 1, "the last step can always be undone");
    }
}
