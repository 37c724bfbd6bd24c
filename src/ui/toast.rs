//! A short word that goes away by itself, read out too.

use leptos::prelude::*;

use super::changing::at_times;
use crate::app::portal;

/// Where it appears.
#[component]
pub fn Toast() -> impl IntoView {
    let toast = portal().toast;
    view! {
        <div role="status" aria-live="polite">
            {at_times(move || toast.get().map(|words| view! { <div class="toast">{words}</div> }.into_any()))}
        </div>
    }
}
