//! Drafts kept in this browser: over a reload, a crash, the end of a session. Each under the person whose draft it is, so that
//! the next one at the same browser does not meet it (SES-15).

use portal_model::{api::schemas::AttributeState, attribute::Draft, id::AttributeId};
use serde::{Deserialize, Serialize};

use crate::platform;

/// A draft and the state it is a draft of.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Kept {
    /// The attribute as it was read.
    pub state: AttributeState,
    /// What it shall become.
    pub draft: Draft,
}

fn place(who: &str, id: AttributeId) -> String {
    format!("portal.draft.{id}.{who}")
}

/// The draft of this person, and the text it was kept as; `None` when there is none that can be read.
pub fn read(who: &str, id: AttributeId) -> Option<(Kept, String)> {
    let text = platform::local_storage()?.get_item(&place(who, id)).ok().flatten()?;
    let kept: Kept = serde_json::from_str(&text).ok()?;
    (kept.state.attribute.id == id).then_some((kept, text))
}

/// Whether there is a draft of this person.
pub fn is_kept(who: &str, id: AttributeId) -> bool {
    platform::local_storage().is_some_and(|storage| storage.get_item(&place(who, id)).ok().flatten().is_some())
}

/// Keeps a draft; the text that was kept, `None` where the browser refuses.
pub fn write(who: &str, kept: &Kept) -> Option<String> {
    let text = serde_json::to_string(kept).ok()?;
    platform::local_storage()?.set_item(&place(who, kept.state.attribute.id), &text).ok()?;
    Some(text)
}

/// Forgets a draft, if it is still the one that was kept: another window may have kept its own since.
pub fn forget(who: &str, id: AttributeId, kept: &str) {
    let Some(storage) = platform::local_storage() else { return };
    let place = place(who, id);
    if storage.get_item(&place).ok().flatten().as_deref() == Some(kept) {
        // What cannot be removed is met again as a draft that changes nothing.
        let _ = storage.remove_item(&place);
    }
}
