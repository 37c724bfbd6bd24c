//! Undo and redo: drafts as they were. Pure.

use portal_model::attribute::Draft;

/// So many steps are kept.
const STEPS: usize = 200;
/// So many options are kept over all steps: a draft of 50,000 options is some megabytes.
const OPTIONS: usize = 500_000;

/// What was, and what was taken back.
#[derive(Clone, Debug, Default)]
pub struct History {
    past: Vec<Draft>,
    future: Vec<Draft>,
    /// The field that is being typed in: its letters are one step.
    typing: Option<String>,
}

impl History {
    /// Whether an edit belongs to the step before it: letters in the same field.
    pub fn continues(&self, field: Option<&str>) -> bool {
        field.is_some() && self.typing.as_deref() == field
    }

    /// An edit was made; `before` is the draft as it was.
    pub fn record(&mut self, before: Draft, field: Option<&str>) {
        self.future.clear();
        self.typing = field.map(str::to_owned);
        self.past.push(before);
        let mut options: usize = self.past.iter().map(|draft| draft.options.len()).sum();
        while self.past.len() > STEPS || (options > OPTIONS && self.past.len() > 1) {
            options -= self.past.remove(0).options.len();
        }
    }

    /// Typing in a field is over: what comes next is a step of its own.
    pub fn rest(&mut self) {
        self.typing = None;
    }

    /// The draft before the last step; `now` can be had again by [`History::redo`].
    pub fn undo(&mut self, now: Draft) -> Option<Draft> {
        let before = self.past.pop()?;
        self.typing = None;
        self.future.push(now);
        Some(before)
    }

    /// The draft that was taken back last.
    pub fn redo(&mut self, now: Draft) -> Option<Draft> {
        let after = self.future.pop()?;
        self.typing = None;
        self.past.push(now);
        Some(after)
    }

    /// Whether there is something to undo, and to redo.
    pub fn can(&self) -> (bool, bool) {
        (!self.past.is_empty(), !self.future.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use portal_model::attribute::DraftOption;

    use super::*;

    fn draft(question: &str, options: usize) -> Draft {
        let option = |n| DraftOption { key: format!("new-{n}"), name: format!("o{n}"), parent: None };
        Draft {
            question: question.into(),
            name: "n".into(),
            min: None,
            max: None,
            default_value: None,
            default_option: None,
            read_only: false,
            options: (0..options).map(option).collect(),
        }
    }

    #[test]
    fn letters_in_one_field_are_one_step() {
        let mut history = History::default();
        assert!(!history.continues(Some("question")));
        history.record(draft("", 0), Some("question"));
        assert!(history.continues(Some("question")));
        assert!(!history.continues(Some("name")) && !history.continues(None));
        history.rest();
        assert!(!history.continues(Some("question")));
    }

    #[test]
    fn what_was_undone_can_be_had_again_until_something_new_is_done() {
        let mut history = History::default();
        history.record(draft("a", 0), None);
        history.record(draft("b", 0), None);
        assert_eq!(history.undo(draft("c", 0)), Some(draft("b", 0)));
        assert_eq!(history.undo(draft("b", 0)), Some(draft("a", 0)));
        assert_eq!(history.undo(draft("a", 0)), None);
        assert_eq!(history.can(), (false, true));
        assert_eq!(history.redo(draft("a", 0)), Some(draft("b", 0)));
        history.record(draft("b", 0), None);
        assert_eq!(history.can(), (true, false), "a new step ends what was undone");
    }

    #[test]
    fn dat_03_large_drafts_do_not_fill_the_memory() {
        let mut history = History::default();
        for _ in 0..30 {
            history.record(draft("", 50_000), None);
        }
        assert_eq!(history.past.len(), OPTIONS / 50_000);
        history.record(draft("", 600_000), None);
        assert_eq!(history.past.len(), 1, "the last step can always be undone");
    }
}
