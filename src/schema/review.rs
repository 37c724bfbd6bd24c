//! The second step before anything is written (EMB-25): what exactly changes, what cannot be taken back, and the button that
//! does it.

use leptos::prelude::*;
use portal_model::attribute::Change;

use super::{
    state::{Editor, Trouble},
    words as say,
};
use crate::{
    text::{schema as w, t, t_count},
    ui::{dialog, notice::request},
};

/// The dialog.
#[component]
pub fn Review(editor: Editor) -> impl IntoView {
    let dialog = dialog::follow(move || editor.reviewing.get());
    view! {
        <dialog
            class="review" node_ref=dialog aria-labelledby="review-title"
            on:close=move |_| editor.reviewing.set(false)
            // What is on its way cannot be called back: the dialog stays until it is known how it went.
            on:cancel=move |event: web_sys::Event| if editor.busy.get_untracked() { event.prevent_default() }
        >
            {move || editor.reviewing.get().then(|| view! { <Inside editor/> })}
        </dialog>
    }
}

/// What the dialog shows while it is open.
#[component]
fn Inside(editor: Editor) -> impl IntoView {
    let changes = editor.checked.with_untracked(|checked| checked.changes.clone());
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let total = count(changes.len());
    let archived = count(changes.iter().filter(|change| matches!(change, Change::OptionArchived { .. })).count());
    let renamed =
        changes.iter().any(|change| matches!(change, Change::OptionRenamed { .. } | Change::OptionMoved { .. }));
    let name = changes.iter().any(|change| matches!(change, Change::Name { .. }));
    let understood = RwSignal::new(archived == 0);
    view! {
        <h2 id="review-title">{t_count(w::REVIEW_ONE, w::REVIEW_OTHER, total)}</h2>
        <div class="review-list" tabindex="0" role="group" aria-labelledby="review-title">{say::changes(&changes)}</div>
        {renamed.then(|| view! { <p class="quiet">{t(w::ANSWERS_STAY)}</p> })}
        {name.then(|| view! { <p class="note">{t(w::QUERIES_BREAK)}</p> })}
        {(archived > 0).then(|| view! {
            <p class="note">{t(w::NO_WAY_BACK)}</p>
            <label class="check">
                <input type="checkbox" prop:checked=understood on:change=move |event| understood.set(event_target_checked(&event))/>
                <span>{t_count(w::UNDERSTOOD_ONE, w::UNDERSTOOD_OTHER, archived)}</span>
            </label>
        })}
        <p class="quiet">{t(w::AT_ONCE)}</p>
        <div role="alert">{move || match editor.trouble.get() {
            Trouble::Failed(failure) => Some(view! { <p class="fault">{failure.words()}" "{t(w::DRAFT_STAYS)}</p> {request(Some(&failure))} }),
            _ => None,
        }}</div>
        <div class="buttons">
            <button type="button" class="btn" disabled=move || editor.busy.get() on:click=move |_| editor.reviewing.set(false)>{t(w::BACK)}</button>
            <button type="button" class="btn primary" disabled=move || editor.busy.get() || !understood.get() on:click=move |_| editor.apply()>
                {move || if editor.busy.get() { t(w::APPLYING).to_owned() } else { t_count(w::APPLY_ONE, w::APPLY_OTHER, total) }}
            </button>
        </div>
    }
}
