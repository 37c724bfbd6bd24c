//! The list of keys: a chunk with the palette, fetched when it is opened first.

use leptos::prelude::*;

use crate::{
    app::portal,
    text::{Key, keys, t},
};

/// What keys do, by what they are for.
const KEYS: [(Key, &[(&str, Key)]); 4] = [
    (
        keys::IN_LISTS,
        &[
            ("j k ↑ ↓", keys::MOVE),
            ("Home End", keys::ENDS),
            ("Enter", keys::OPEN),
            ("n", keys::NEXT),
            ("o", keys::DIFFGRAM),
            ("c, C", keys::COPY),
            ("/", keys::SEARCH),
            ("f", keys::FILTERS),
        ],
    ),
    (
        keys::SELECTING,
        &[
            ("x", keys::SELECT),
            ("Shift j, Shift k", keys::SELECT_MORE),
            ("Ctrl A, ⌘ A", keys::SELECT_ALL),
            ("Esc", keys::SELECT_NONE),
        ],
    ),
    (
        keys::ON_A_TASK,
        &[("[ ]", keys::NEIGHBOURS), ("n", keys::NEXT), (", .", keys::FRAMES), ("m, Shift m", keys::MISTAKES)],
    ),
    (keys::ANYWHERE, &[("Ctrl K, ⌘ K", keys::PALETTE), ("g i, g e", keys::GO), ("?", keys::HELP)]),
];

/// A dialog with the keys.
#[component]
pub fn KeysDialog() -> impl IntoView {
    let open = portal().keys_open;
    let dialog = NodeRef::<leptos::html::Dialog>::new();
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
            {KEYS.map(|(group, keys)| view! {
                <h3 class="quiet">{t(group)}</h3>
                <dl>{keys.iter().map(|(key, what)| view! { <dt><kbd>{*key}</kbd></dt><dd>{t(*what)}</dd> }).collect_view()}</dl>
            }).into_iter().collect_view()}
            <form method="dialog"><button class="btn">{t(keys::CLOSE)}</button></form>
        </dialog>
    }
}
