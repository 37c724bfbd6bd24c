//! A short word that goes away by itself, read out too.

use leptos::prelude::*;

use crate::app::portal;

/// Where it appears.
#[component]
pub fn Toast() -> impl IntoView {
    let toast = portal().toast;
    view! {
        <div role="status" aria-live="polite">
            {move || toast.get().map(|words| view! { <div class="toast">{words}</div> })}
        </div>
    }
}
