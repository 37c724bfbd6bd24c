//! Until when something should be done; the exact time on hover.

use leptos::prelude::*;
use portal_model::time::Timestamp;

use crate::{
    app::portal,
    platform,
    text::{next as words, t_with},
};

/// "due in 2 days", kept current; marked when it is over.
#[component]
pub fn Due(at: Timestamp) -> impl IntoView {
    let now = portal().now;
    let exact = platform::exact(&at);
    let time = at.0.clone();
    let due = move || platform::until(&at, now.get());
    let late = {
        let due = due.clone();
        move || due().1
    };
    view! {
        <time class="due" class:late=late datetime=time title=exact>
            {move || { let (when, late) = due(); t_with(if late { words::WAS_DUE } else { words::DUE }, &[("when", &when)]) }}
        </time>
    }
}
