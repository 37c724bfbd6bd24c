//! Dialogs that open and close by a signal.

use leptos::{html::Dialog, prelude::*};

/// Keeps a modal dialog open as long as `open` says so.
pub fn follow(open: impl Fn() -> bool + 'static) -> NodeRef<Dialog> {
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        let Some(element) = dialog.get() else { return };
        match (open(), element.open()) {
            (true, false) => drop(element.show_modal()),
            (false, true) => element.close(),
            _ => {}
        }
    });
    dialog
}
