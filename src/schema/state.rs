//! The editor of a schema: what was read, what it shall become, what is wrong with that, what is open, and what came between.

use std::sync::Arc;

use leptos::prelude::*;
use portal_model::{
    api::schemas::{Run, SchemaDetail},
    attribute::{AttributeKind, Draft, DraftOption},
    id::SchemaId,
    schema::{DraftAttribute, Place, SchemaChange, SchemaDraft, SchemaFault},
};

use super::{
    history::History,
    keep,
    onto::{Lost, rebase_all, unchanged},
};
use crate::{
    api::Failure,
    app::{Portal, portal},
    paths, platform,
};

/// Drafts with more options are looked through and kept when typing rests, not at every letter.
const SMALL: usize = 2_000;
/// Typing rests after this many milliseconds.
const REST: u32 = 400;

/// What is wrong with a draft, and what it changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checked {
    /// What keeps it from being applied.
    pub faults: Vec<SchemaFault>,
    /// What it changes.
    pub changes: Vec<SchemaChange>,
}

/// What is open beside or over the editor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Panel {
    /// Nothing.
    #[default]
    None,
    /// What the draft changes, and applying it.
    Review,
    /// What the schema was.
    History,
    /// A file, to be made a draft.
    Import,
}

/// What came between.
#[derive(Clone, Debug, Default)]
pub enum Trouble {
    /// Nothing.
    #[default]
    None,
    /// Somebody changed the schema since it was read: this is how it is now.
    Conflict(Arc<SchemaDetail>),
    /// It was not made, and the gateway or the way to it says why.
    Failed(Failure),
}

/// Everything the parts of the editor share.
#[derive(Clone, Copy)]
pub struct Editor {
    pub portal: Portal,
    who: StoredValue<String>,
    /// Which schema.
    pub id: SchemaId,
    /// What was read last.
    pub base: RwSignal<Arc<SchemaDetail>>,
    /// What it shall become. Changed by [`Editor::edit`] alone.
    pub draft: RwSignal<SchemaDraft>,
    /// Grows when things come, go or move, not when they are renamed.
    pub shape: RwSignal<u32>,
    /// Of the draft as it is now, or was a moment ago.
    pub checked: RwSignal<Checked>,
    /// What is open in the middle; follows the address, see [`Editor::open`].
    pub at: RwSignal<Place>,
    /// What is open beside or over it.
    pub panel: RwSignal<Panel>,
    /// What came between.
    pub trouble: RwSignal<Trouble>,
    /// Changes that [`Editor::rebase_onto`] left out.
    pub dropped: RwSignal<Vec<Lost>>,
    /// The option, of the attribute that is open, whose row is wanted.
    pub find: RwSignal<Option<String>>,
    /// The run that is not over. While there is one, nothing is edited.
    pub run: RwSignal<Option<Run>>,
    /// Whether this browser does not keep the draft.
    pub unkept: RwSignal<bool>,
    /// Whether there is something to undo, and to redo.
    pub can: RwSignal<(bool, bool)>,
    /// Sent with a draft, so that sending it twice makes the change once. Another one for each other draft.
    pub once: StoredValue<String>,
    history: StoredValue<History>,
    kept: StoredValue<Option<String>>,
    /// Counts edits, so that a late look knows whether it is still wanted.
    edits: StoredValue<u32>,
    /// Of these, how many are looked through and kept.
    settled: StoredValue<u32>,
}

impl Editor {
    /// Of a schema as it was just read, with the draft that this browser has kept.
    pub fn new(now: Arc<SchemaDetail>) -> Self {
        let portal = portal();
        let who = portal.who();
        let id = now.schema.id;
        let run = now.run.clone();
        let (kept, text) = keep::read(&who, id).unzip();
        let fresh = |now: Arc<SchemaDetail>| (unchanged(&now.plain()), now, Trouble::None);
        let as_read = kept.is_none();
        let (draft, base, trouble) = match kept {
            None => fresh(now),
            Some(kept) => {
                let (base, draft) = keep::unpack(&kept, &now);
                let mine = || rebase_all(&base.plain(), &now.plain(), &draft).0;
                if base.version == now.version {
                    (draft, Arc::new(base), Trouble::None)
                } else if mine().changes(&now.plain()).is_empty() {
                    // What it wanted was made, by whomever.
                    fresh(now)
                } else {
                    (draft, Arc::new(base), Trouble::Conflict(now))
                }
            }
        };
        let editor = Self {
            portal,
            who: StoredValue::new(who),
            id,
            base: RwSignal::new(base),
            draft: RwSignal::new(draft),
            shape: RwSignal::new(0),
            checked: RwSignal::new(Checked::default()),
            at: RwSignal::new(Place::Schema),
            panel: RwSignal::new(Panel::None),
            trouble: RwSignal::new(trouble),
            dropped: RwSignal::new(Vec::new()),
            find: RwSignal::new(None),
            run: RwSignal::new(run),
            unkept: RwSignal::new(false),
            can: RwSignal::new((false, false)),
            once: StoredValue::new(platform::once()),
            history: StoredValue::new(History::default()),
            kept: StoredValue::new(text),
            edits: StoredValue::new(0),
            settled: StoredValue::new(0),
        };
        if matches!(editor.trouble.get_untracked(), Trouble::Conflict(_)) {
            editor.check();
        } else if !as_read {
            // A kept draft that changes nothing any more is forgotten. One that is as it was read needs no look: nothing is
            // changed, and no fault is held against it.
            editor.settle();
        }
        editor
    }

    /// Changes the draft; `field` names the field that is being typed in, so that its letters are one step to undo.
    pub fn edit(self, field: Option<&str>, change: impl FnOnce(&mut SchemaDraft)) {
        if self.is_locked() {
            return;
        }
        if !self.history.with_value(|history| history.continues(field)) {
            self.draft.with_untracked(|draft| self.history.update_value(|history| history.record(draft, field)));
        }
        self.draft.update(change);
        if field.is_none() {
            self.shape.update(|shape| *shape += 1);
        }
        self.changed();
    }

    /// Changes an attribute of the draft; `field` as in [`Editor::edit`], within that attribute.
    pub fn edit_attribute(self, key: &str, field: Option<&str>, change: impl FnOnce(&mut DraftAttribute)) {
        let field = field.map(|field| format!("{key} {field}"));
        self.edit(field.as_deref(), |draft| {
            if let Some(attribute) = draft.attributes.iter_mut().find(|one| one.key == key) {
                change(attribute);
            }
        });
    }

    /// Another draft in place of this one, as one step to undo.
    pub fn replace(self, draft: SchemaDraft) {
        self.rest();
        self.edit(None, |now| *now = draft);
        self.settle();
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

    fn step(self, to: fn(&mut History, &mut SchemaDraft) -> bool) {
        if self.is_locked() {
            return;
        }
        let mut moved = false;
        self.history.update_value(|history| {
            self.draft.maybe_update(|draft| {
                moved = to(history, draft);
                moved
            });
        });
        if moved {
            self.shape.update(|shape| *shape += 1);
            self.changed();
        }
    }

    /// Back to what was read; undo brings the draft back.
    pub fn discard(self) {
        let base = self.base.with_untracked(|base| unchanged(&base.plain()));
        self.dropped.set(Vec::new());
        self.replace(base);
    }

    /// Goes on from the state as it is now with my changes on top; undo brings theirs. What makes no sense any more is left out
    /// and listed in `dropped`.
    pub fn rebase_onto(self, now: impl Into<Arc<SchemaDetail>>) {
        let now = now.into();
        let (mine, lost) = self.mine_on(&now);
        let theirs = unchanged(&now.plain());
        self.go_on(now, mine, &theirs);
        self.dropped.set(lost);
    }

    /// Goes on from the state as it is now without my changes; undo brings them, on top of it.
    pub fn take_theirs(self, now: impl Into<Arc<SchemaDetail>>) {
        let now = now.into();
        let (mine, _) = self.mine_on(&now);
        let theirs = unchanged(&now.plain());
        self.go_on(now, theirs, &mine);
        self.dropped.set(Vec::new());
    }

    fn mine_on(self, now: &SchemaDetail) -> (SchemaDraft, Vec<Lost>) {
        let base = self.base.get_untracked();
        self.draft.with_untracked(|draft| rebase_all(&base.plain(), &now.plain(), draft))
    }

    /// Whether my draft, on top of the state as it is now, leaves nothing to change: an answer may have been lost on its way.
    pub fn is_made(self, now: &SchemaDetail) -> bool {
        self.mine_on(now).0.changes(&now.plain()).is_empty()
    }

    fn go_on(self, now: Arc<SchemaDetail>, draft: SchemaDraft, undone: &SchemaDraft) {
        self.history.set_value(History::default());
        self.history.update_value(|history| history.record(undone, None));
        self.begin_at(now, draft);
    }

    fn begin_at(self, now: Arc<SchemaDetail>, draft: SchemaDraft) {
        self.trouble.set(Trouble::None);
        self.run.set(now.run.clone());
        self.base.set(now);
        self.draft.set(draft);
        self.shape.update(|shape| *shape += 1);
        self.changed();
        self.settle();
    }

    /// Begins anew with a state that was just read: after a run all of the draft is in it.
    pub fn begin(self, now: impl Into<Arc<SchemaDetail>>) {
        let now = now.into();
        self.history.set_value(History::default());
        self.dropped.set(Vec::new());
        let draft = unchanged(&now.plain());
        self.begin_at(now, draft);
    }

    /// Whether nothing can be edited: a run is not over.
    pub fn is_locked(self) -> bool {
        self.run.with_untracked(Option::is_some)
    }

    /// Opens a place, as a step of the browser's history.
    pub fn open(self, place: &Place) {
        self.portal.route.go(&paths::in_schema(self.id, place));
    }

    /// Opens where a fault is.
    pub fn show(self, fault: &SchemaFault) {
        if self.at.with_untracked(|at| *at != fault.at) {
            self.open(&fault.at);
        }
        if let Some(key) = super::words::fault_key(&fault.what) {
            let key = key.to_owned();
            leptos::task::spawn_local(async move {
                // What is opened comes first.
                platform::sleep(0).await;
                let _ = self.find.try_set(Some(key));
            });
        }
    }

    /// Whose draft it is.
    pub fn who(self) -> String {
        self.who.get_value()
    }

    /// After each change of the draft.
    fn changed(self) {
        self.can.set(self.history.with_value(History::can));
        self.once.set_value(platform::once());
        if matches!(self.trouble.get_untracked(), Trouble::Failed(_)) {
            self.trouble.set(Trouble::None);
        }
        self.edits.update_value(|edits| *edits = edits.wrapping_add(1));
        let options: usize = self
            .draft
            .with_untracked(|draft| draft.attributes.iter().map(|attribute| attribute.fields.options.len()).sum());
        if options <= SMALL {
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

    /// Keeps what a large draft has not kept yet: the page may be gone before it rests.
    pub fn keep_now(self) {
        if self.edits.get_value() != self.settled.get_value() {
            self.settle();
        }
    }

    /// Looks the draft through now, and keeps it.
    pub fn settle(self) {
        self.settled.set_value(self.edits.get_value());
        self.check();
        if self.checked.with_untracked(|checked| checked.changes.is_empty()) {
            if let Some(kept) = self.kept.try_update_value(Option::take).flatten() {
                keep::forget(&self.who(), self.id, &kept);
            }
            self.unkept.set(false);
        } else {
            let base = self.base.get_untracked();
            let kept = self.draft.with_untracked(|draft| keep::pack(&base, draft));
            let text = keep::write(&self.who(), self.id, &kept);
            self.unkept.set(text.is_none());
            self.kept.set_value(text);
        }
    }

    fn check(self) {
        let base = self.base.with_untracked(|base| base.plain());
        let checked =
            self.draft.with_untracked(|draft| Checked { faults: draft.faults(&base), changes: draft.changes(&base) });
        if self.checked.with_untracked(|known| *known != checked) {
            self.checked.set(checked);
        }
    }

    /// Opens the review, of the draft as it is now.
    pub fn review(self) {
        self.rest();
        self.settle();
        if self.checked.with_untracked(|checked| checked.faults.is_empty() && !checked.changes.is_empty()) {
            self.panel.set(Panel::Review);
        }
    }
}

/// What a part of the editor shows and changes: one attribute of the draft, as long as it is there.
#[derive(Clone, Copy)]
pub struct Of {
    pub editor: Editor,
    pub key: StoredValue<String>,
}

impl Of {
    /// The attribute with this key.
    pub fn new(editor: Editor, key: String) -> Self {
        Self { editor, key: StoredValue::new(key) }
    }

    /// Reads it, and follows it.
    pub fn with<T>(self, read: impl FnOnce(&DraftAttribute) -> T) -> Option<T> {
        self.editor.draft.with(|draft| self.find(draft).map(read))
    }

    /// Reads it as it is now.
    pub fn with_untracked<T>(self, read: impl FnOnce(&DraftAttribute) -> T) -> Option<T> {
        self.editor.draft.with_untracked(|draft| self.find(draft).map(read))
    }

    fn find(self, draft: &SchemaDraft) -> Option<&DraftAttribute> {
        self.key.with_value(|key| draft.attributes.iter().find(|one| one.key == *key))
    }

    /// The attribute that it was, if it was one.
    pub fn was<T>(self, read: impl FnOnce(&portal_model::attribute::Attribute) -> T) -> Option<T> {
        self.editor.base.with(|base| {
            let id = self.key.with_value(|key| key.parse().ok())?;
            base.attributes.iter().map(|state| &state.attribute).find(|one| one.id == id).map(read)
        })
    }

    /// Its options, followed.
    pub fn options<T>(self, read: impl FnOnce(&[DraftOption]) -> T) -> T {
        self.editor.draft.with(|draft| read(self.find(draft).map_or(&[], |one| &one.fields.options)))
    }

    /// Its options as they are now.
    pub fn options_untracked<T>(self, read: impl FnOnce(&[DraftOption]) -> T) -> T {
        self.editor.draft.with_untracked(|draft| read(self.find(draft).map_or(&[], |one| &one.fields.options)))
    }

    /// Changes its fields; see [`Editor::edit_attribute`].
    pub fn edit(self, field: Option<&str>, change: impl FnOnce(&mut Draft)) {
        self.edit_all(field, |one| change(&mut one.fields));
    }

    /// Changes it, beyond its fields.
    pub fn edit_all(self, field: Option<&str>, change: impl FnOnce(&mut DraftAttribute)) {
        self.editor.edit_attribute(&self.key.get_value(), field, change);
    }

    /// What answers it takes, followed.
    pub fn kind(self) -> AttributeKind {
        self.with(|one| one.kind.clone()).unwrap_or(AttributeKind::Text)
    }

    /// What is wrong with it, followed.
    pub fn fault<T>(self, read: impl Fn(&portal_model::attribute::Fault) -> Option<T>) -> Option<T> {
        self.editor.checked.with(|checked| {
            self.key.with_value(|key| {
                let mine = |fault: &&SchemaFault| matches!(&fault.at, Place::Attribute { key: at } if at == key);
                checked.faults.iter().filter(mine).find_map(|fault| read(&fault.what))
            })
        })
    }
}
