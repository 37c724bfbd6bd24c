//! Readers of signals that outlive them. The framework's signals (`reactive_graph` 0.2) keep a record of every effect that ever
//! read them, of those that are gone too: a page that is opened again and again, or a row among a hundred thousand that is drawn
//! and let go, would leave some bytes behind each time, and a little more work for each change.

use leptos::{prelude::*, reactive::graph::Source};

/// Forgets the readers that are gone. Those that still read run once more, and are noted again as they do.
pub fn forget(signal: &(impl Notify + Source)) {
    signal.notify();
    signal.clear_subscribers();
}
