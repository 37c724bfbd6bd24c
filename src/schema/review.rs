//! What the draft changes, before anything is written.

use leptos::prelude::*;

use super::{
    state::{Editor, Panel},
    words as say,
};
use crate::{
    text::{schema as w, t, t_count},
    ui::dialog,
};

/// The dialog.
#[component]
pub fn Review(editor: Editor) -> impl IntoView {
    let open = move || editor.panel.get() == Panel::Review;
    let dialog = dialog::follow(open);
    let close = move || {
        if editor.panel.get_untracked() == Panel::Review {
            editor.panel.set(Panel::None);
        }
    };
    view! {
        <dialog class="review" node_ref=dialog aria-labelledby="review-title" on:close=move |_| close()>
            {move || open().then(|| {
                let changes = editor.checked.with_untracked(|checked| checked.changes.clone());
                view! {
                    <h2 id="review-title">{t_count(w::REVIEW_ONE, w::REVIEW_OTHER, say::count(&changes))}</h2>
                    <div class="review-list" tabindex="0" role="group" aria-labelledby="review-title">{say::schema_changes(&changes)}</div>
                    <div class="buttons"><button type="button" class="btn" on:click=move |_| close()>{t(w::BACK)}</button></div>
                }
            })}
        </dialog>
    }
}
