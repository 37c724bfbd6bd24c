//! `?`: every key there is.

use leptos::{ev, prelude::*};
use portal_model::api::next::Take;

use crate::{
    app::{Portal, portal},
    next,
    paths::{self, Page},
    platform,
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
    (keys::ON_A_TASK, &[("[ ]", keys::NEIGHBOURS), ("n", keys::NEXT), (", .", keys::FRAMES)]),
    (keys::ANYWHERE, &[("Ctrl K, ⌘ K", keys::PALETTE), ("g i, g e", keys::GO), ("?", keys::HELP)]),
];

/// The second key of two counts this long, in milliseconds.
const PAIR: f64 = 1_200.0;

/// `g i` and `g e` go to my tasks and to the files, as they were left.
fn go_keys() {
    let portal = portal();
    let begun = StoredValue::new(0.0);
    let listener = window_event_listener(ev::keydown, move |event| {
        let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
        if platform::is_typing() || platform::is_asking() || modified {
            return;
        }
        let paired = platform::now() - begun.get_value() < PAIR;
        begun.set_value(if event.key() == "g" { platform::now() } else { 0.0 });
        match event.key().as_str() {
            // Elsewhere it could take somebody away from what they are at.
            "n" if !event.repeat() && has_next(portal) => next::take(portal, Take::default()),
            "i" if paired => portal.route.go(&portal.inbox.view.read_untracked().path()),
            "e" if paired => portal.route.go(&portal.files_at.read_untracked()),
            _ => {}
        }
    });
    on_cleanup(move || listener.remove());
}

/// Whether the page that is shown has the button.
fn has_next(portal: Portal) -> bool {
    let page = portal.route.address().with_untracked(|address| paths::page(&address.path));
    matches!(page, Some(Page::Inbox | Page::Task(_) | Page::Next))
}

/// A dialog with the keys.
#[component]
pub fn KeysDialog() -> impl IntoView {
    let open = portal().keys_open;
    go_keys();
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
            {KEYS.map(|(group, keys)| view! {
                <h3 class="quiet">{t(group)}</h3>
                <dl>{keys.iter().map(|(key, what)| view! { <dt><kbd>{*key}</kbd></dt><dd>{t(*what)}</dd> }).collect_view()}</dl>
            }).into_iter().collect_view()}
            <form method="dialog"><button class="btn">{t(keys::CLOSE)}</button></form>
        </dialog>
    }
}
