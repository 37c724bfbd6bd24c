//! Keys that hold on every page.

use leptos::{ev, prelude::*};
use portal_model::api::next::Take;

use crate::{
    app::{Portal, portal},
    areas,
    paths::{self, Page},
    platform,
    ui::changing::at_times,
};

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
            "n" if !event.repeat() && has_next(portal) => areas::take(portal, Take::default()),
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

/// Listens for them; `?` opens their list, which is fetched then.
#[component]
pub fn Keys() -> impl IntoView {
    let open = portal().keys_open;
    go_keys();
    let listener = window_event_listener(ev::keydown, move |event| {
        if event.key() == "?" && !platform::is_typing() {
            open.set(true);
        }
    });
    on_cleanup(move || listener.remove());
    let wanted = Memo::new(move |before: Option<&bool>| before == Some(&true) || open.get());
    at_times(move || wanted.get().then(areas::keys))
}
