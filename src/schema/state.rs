//! The editor of one attribute: what was read, what it shall become, what is wrong with that, and how applying it went.

use std::sync::Arc;

use leptos::prelude::*;
use portal_model::{
    api::schemas::{AttributeState, path},
    attribute::{Change, Draft, Fault},
    id::SchemaId,
    problem::ProblemType,
};

use super::{
    apply,
    history::History,
    keep::{self, Kept},
    rebase::{Dropped, rebase},
    tree::arrange,
};
use crate::{
    api::Failure,
    app::{Portal, portal},
    platform,
};

/// Drafts with more options are looked through and kept when typing rests, not at every letter.
const SMALL: usize = 2_000;
/// Typing rests after this many milliseconds.
const REST: u32 = 400;

/// What is wrong with a draft, and what it changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checked {
    /// What keeps it from being applied.
    pub faults: Vec<Fault>,
    /// What it changes.
    pub changes: Vec<Change>,
}

/// What came between.
#[derive(Clone, Debug, Default)]
pub enum Trouble {
    /// Nothing.
    #[default]
    None,
    /// Somebody changed the attribute since it was read: this is how it is now.
    Conflict(Arc<AttributeState>),
    /// Only a part was made: what was, and what is left.
    Incomplete {
        /// Made.
        done: Vec<Change>,
        /// Still to be made.
        left: Vec<Change>,
    },
    /// It was not made, and the gateway or the way to it says why.
    Failed(Failure),
}

/// Everything the parts of the editor share.
#[derive(Clone, Copy)]
pub struct Editor {
    pub(super) portal: Portal,
    pub(super) schema: SchemaId,
    who: StoredValue<String>,
    /// What was read last.
    pub base: RwSignal<Arc<AttributeState>>,
    /// What it shall become. Changed by [`Editor::edit`] alone.
    pub draft: RwSignal<Draft>,
    /// Grows when options come, go or move, not when they are renamed.
    pub shape: RwSignal<u32>,
    /// Of the draft as it is now, or was a moment ago.
    pub checked: RwSignal<Checked>,
    /// What came between.
    pub trouble: RwSignal<Trouble>,
    /// Changes that a rebase left out.
    pub dropped: RwSignal<Vec<Dropped>>,
    /// The option whose row is wanted.
    pub find: RwSignal<Option<String>>,
    /// Whether the review is open.
    pub reviewing: RwSignal<bool>,
    /// Whether a change is on its way to Diffgram.
    pub busy: RwSignal<bool>,
    /// The last change that was applied: its line in the audit, and what it changed.
    pub applied: RwSignal<Option<(i64, Vec<Change>)>>,
    /// Whether this browser does not keep the draft.
    pub unkept: RwSignal<bool>,
    /// Whether there is something to undo, and to redo.
    pub can: RwSignal<(bool, bool)>,
    pub(super) history: StoredValue<History>,
    kept: StoredValue<Option<String>>,
    /// Counts edits, so that a late look knows whether it is still wanted.
    edits: StoredValue<u32>,
    /// Sent with a draft, so that sending it twice makes the change once.
    pub(super) once: StoredValue<String>,
}

impl Editor {
    /// Of an attribute as it was just read, with the draft that this browser has kept.
    pub fn new(schema: SchemaId, now: AttributeState) -> Self {
        let portal = portal();
        let who = portal.who();
        let id = now.attribute.id;
        let now = Arc::new(now);
        let (kept, text) = keep::read(&who, id).unzip();
        let (base, mut draft, trouble) = match kept {
            Some(kept) if kept.state.version == now.version => (now, kept.draft, Trouble::None),
            Some(kept) if !nothing_left(&kept, &now) => (Arc::new(kept.state), kept.draft, Trouble::Conflict(now)),
            _ => (now.clone(), Draft::from(&now.attribute), Trouble::None),
        };
        arrange(&mut draft.options);
        let editor = Self {
            portal,
            schema,
            who: StoredValue::new(who),
            base: RwSignal::new(base),
            draft: RwSignal::new(draft),
            shape: RwSignal::new(0),
            checked: RwSignal::new(Checked::default()),
            trouble: RwSignal::new(trouble),
            dropped: RwSignal::new(Vec::new()),
            find: RwSignal::new(None),
            reviewing: RwSignal::new(false),
            busy: RwSignal::new(false),
            applied: RwSignal::new(None),
            unkept: RwSignal::new(false),
            can: RwSignal::new((false, false)),
            history: StoredValue::new(History::default()),
            kept: StoredValue::new(text),
            edits: StoredValue::new(0),
            once: StoredValue::new(apply::once()),
        };
        editor.check();
        if !matches!(editor.trouble.get_untracked(), Trouble::Conflict(_)) {
            // A kept draft that changes nothing any more is forgotten.
            editor.settle();
        }
        editor
    }

    /// Changes the draft; `field` names the field that is being typed in, so that its letters are one step to undo.
    pub fn edit(self, field: Option<&str>, change: impl FnOnce(&mut Draft)) {
        let more_of_the_same = self.history.with_value(|history| history.continues(field));
        let before = (!more_of_the_same).then(|| self.draft.get_untracked());
        self.draft.update(change);
        if let Some(before) = before {
            self.history.update_value(|history| history.record(before, field));
        }
        if field.is_none() {
            self.shape.update(|shape| *shape += 1);
        }
        self.changed();
    }

    /// Typing in a field is over.
    pub fn rest(self) {
        self.history.update_value(History::rest);
    }

    /// Takes the last step back.
    pub fn undo(self) {
        self.step(History::undo);
    }

    /// Makes the step again that was taken back.
    pub fn redo(self) {
        self.step(History::redo);
    }

    fn step(self, to: fn(&mut History, Draft) -> Option<Draft>) {
        let now = self.draft.get_untracked();
        let there = self.history.try_update_value(|history| to(history, now)).flatten();
        if let Some(draft) = there {
            self.replace(draft);
        }
    }

    /// Back to what was read; undo brings the draft back.
    pub fn discard(self) {
        let base = self.base.get_untracked();
        self.edit(None, |draft| {
            *draft = Draft::from(&base.attribute);
            arrange(&mut draft.options);
        });
        self.dropped.set(Vec::new());
    }

    /// Whose draft it is.
    pub(super) fn who(self) -> String {
        self.who.get_value()
    }

    /// The text that this browser keeps.
    pub(super) fn kept(self) -> Option<String> {
        self.kept.get_value()
    }

    pub(super) fn replace(self, draft: Draft) {
        self.draft.set(draft);
        self.shape.update(|shape| *shape += 1);
        self.changed();
    }

    /// After each change of the draft.
    fn changed(self) {
        self.can.set(self.history.with_value(History::can));
        self.once.set_value(apply::once());
        if matches!(self.trouble.get_untracked(), Trouble::Failed(_)) {
            self.trouble.set(Trouble::None);
        }
        self.edits.update_value(|edits| *edits = edits.wrapping_add(1));
        if self.draft.with_untracked(|draft| draft.options.len()) <= SMALL {
            self.settle();
            return;
        }
        let this = self.edits.get_value();
        leptos::task::spawn_local(async move {
            platform::sleep(REST).await;
            if self.edits.try_get_value() == Some(this) {
                self.settle();
            }
        });
    }

    /// Looks the draft through now, and keeps it.
    pub fn settle(self) {
        self.check();
        let base = self.base.get_untracked();
        let id = base.attribute.id;
        if self.checked.with_untracked(|checked| checked.changes.is_empty()) {
            if let Some(kept) = self.kept.try_update_value(Option::take).flatten() {
                keep::forget(&self.who(), id, &kept);
            }
            self.unkept.set(false);
        } else {
            let kept = Kept { state: (*base).clone(), draft: self.draft.get_untracked() };
            let text = keep::write(&self.who(), &kept);
            self.unkept.set(text.is_none());
            self.kept.set_value(text);
        }
    }

    fn check(self) {
        let base = self.base.get_untracked();
        let checked = self.draft.with_untracked(|draft| Checked {
            faults: draft.faults(&base.attribute),
            changes: draft.changes(&base.attribute),
        });
        if self.checked.with_untracked(|known| *known != checked) {
            self.checked.set(checked);
        }
    }

    /// Opens the review, of the draft as it is now.
    pub fn review(self) {
        self.rest();
        self.settle();
        if self.checked.with_untracked(|checked| checked.faults.is_empty() && !checked.changes.is_empty()) {
            self.applied.set(None);
            self.reviewing.set(true);
        }
    }

    /// Applies the draft, unless it is on its way.
    pub fn apply(self) {
        apply::apply(self);
    }

    /// The address of this attribute in the API.
    pub(super) fn url(self) -> String {
        path::attribute(self.schema, self.base.with_untracked(|base| base.attribute.id))
    }
}

/// Whether a kept draft changes nothing any more: what it wanted was made, by whomever.
fn nothing_left(kept: &Kept, now: &AttributeState) -> bool {
    rebase(&kept.state.attribute, &now.attribute, &kept.draft).draft.changes(&now.attribute).is_empty()
}

/// Whether a problem is about the state having changed.
pub(super) fn is_conflict(failure: &Failure) -> bool {
    matches!(failure, Failure::Problem(problem) if problem.kind == ProblemType::Conflict)
}
