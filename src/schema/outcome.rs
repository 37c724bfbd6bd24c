//! What becomes of a draft when the attribute is another than the one it was made over: applied, changed by somebody, or half
//! done. Nothing of it is lost in any of these.

use std::sync::Arc;

use leptos::prelude::*;
use portal_model::{
    api::schemas::{Applied, AttributeState},
    attribute::{Change, Draft},
};

use super::{
    history::History,
    rebase::rebase,
    state::{Editor, Trouble},
    tree::arrange,
};

impl Editor {
    /// Goes on from the new state with my changes on top of it, or without them: then undo brings them.
    pub fn resolve(self, now: Arc<AttributeState>, with_mine: bool) {
        let base = self.base.get_untracked();
        let mine = rebase(&base.attribute, &now.attribute, &self.draft.get_untracked());
        let mut theirs = Draft::from(&now.attribute);
        arrange(&mut theirs.options);
        let (draft, other) = if with_mine { (mine.draft, theirs) } else { (theirs, mine.draft) };
        self.history.set_value(History::default());
        self.history.update_value(|history| history.record(other, None));
        self.dropped.set(if with_mine { mine.dropped } else { Vec::new() });
        self.base.set(now);
        self.trouble.set(Trouble::None);
        self.replace(draft);
    }

    /// Only a part was made: the draft goes on from there.
    pub(super) fn go_on(self, now: AttributeState, left: Vec<Change>) {
        let done = self.checked.get_untracked().changes.into_iter().filter(|change| !left.contains(change)).collect();
        self.resolve(Arc::new(now), true);
        self.settle();
        self.trouble.set(Trouble::Incomplete { done, left: self.checked.get_untracked().changes });
    }

    /// Somebody changed the attribute. Where that left nothing of my changes to make, they are made: an answer may have been
    /// lost on its way, and the same sent again.
    pub(super) fn changed_meanwhile(self, now: AttributeState) -> bool {
        let base = self.base.get_untracked();
        let mine = self.draft.with_untracked(|draft| rebase(&base.attribute, &now.attribute, draft).draft);
        let over = mine.changes(&now.attribute).is_empty();
        if over {
            self.resolve(Arc::new(now), false);
            self.history.set_value(History::default());
            self.can.set((false, false));
        } else {
            self.trouble.set(Trouble::Conflict(Arc::new(now)));
        }
        over
    }

    /// It was made: what was read back is the new beginning.
    pub(super) fn made(self, applied: Applied) {
        let mut draft = Draft::from(&applied.state.attribute);
        arrange(&mut draft.options);
        self.history.set_value(History::default());
        self.dropped.set(Vec::new());
        self.trouble.set(Trouble::None);
        self.applied.set(Some((applied.audit, applied.changes)));
        self.base.set(Arc::new(applied.state));
        self.replace(draft);
    }
}
