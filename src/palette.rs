//! The palette, `Ctrl K` or `⌘ K`: go anywhere and do anything by typing. Its opener is here; the rest is a part of its own,
//! fetched when it is opened first.

mod found;
mod items;
pub mod keys;
mod window;

use leptos::{ev, prelude::*};

use crate::{app::portal, areas, ui::changing::at_times};

pub use window::Palette;

/// Opens and closes it.
#[component]
pub fn Opener() -> impl IntoView {
    let open = portal().palette_open;
    let listener = window_event_listener(ev::keydown, move |event| {
        if (event.ctrl_key() || event.meta_key())
            && !event.shift_key()
            && !event.alt_key()
            && matches!(event.key().as_str(), "k" | "K")
        {
            event.prevent_default();
            open.update(|open| *open = !*open);
        }
    });
    on_cleanup(move || listener.remove());
    at_times(move || open.get().then(areas::palette))
}
