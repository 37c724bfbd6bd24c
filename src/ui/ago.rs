//! A time, as long ago; the exact one on hover.

use leptos::prelude::*;
use portal_model::time::Timestamp;

use super::changing::saying;
use crate::{app::portal, platform};

/// "2 hr. ago", kept current.
#[component]
pub fn Ago(#[prop(into)] time: Signal<Timestamp>) -> impl IntoView {
    let now = portal().now;
    view! {
        <time dir="auto" datetime=Signal::derive(move || time.get().0) title=Signal::derive(move || platform::exact(&time.read()))>
            {saying(move || platform::ago(&time.read(), now.get()))}
        </time>
    }
}
