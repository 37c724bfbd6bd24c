//! `?`: every key there is.

use leptos::{ev, prelude::*};

use crate::{
    app::portal,
    platform,
    text::{Key, keys, t},
};

const KEYS: [(&str, Key); 6] = [
    ("j k ↑ ↓", keys::MOVE),
    ("Enter", keys::OPEN),
    ("o", keys::DIFFGRAM),
    ("/", keys::SEARCH),
    (", .", keys::FRAMES),
    ("?", keys::HELP),
];

/// A dialog with the keys.
#[component]
pub fn KeysDialog() -> impl IntoView {
    let open = portal().keys_open;
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    let listener = window_event_listener(ev::keydown, move |event| {
        if event.key() == "?" && !platform::is_typing() {
            open.set(true);
        }
    });
    on_cleanup(move || listener.remove());
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get()
            && open.get()
            && !dialog.open()
        {
            let _ = dialog.show_modal();
        }
    });
    view! {
        <dialog node_ref=dialog on:close=move |_| open.set(false) aria-labelledby="keys-title">
            <h2 id="keys-title">{t(keys::TITLE)}</h2>
            <dl>
                {KEYS.map(|(key, what)| view! { <dt><kbd>{key}</kbd></dt><dd>{t(what)}</dd> }).into_iter().collect_view()}
            </dl>
            <form method="dialog"><button class="btn">{t(keys::CLOSE)}</button></form>
        </dialog>
    }
}
