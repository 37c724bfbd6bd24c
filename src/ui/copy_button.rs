//! Copies a link.

use leptos::prelude::*;

use crate::{
    app::portal,
    platform,
    text::{app, t, t_with, task},
};

/// Copies the link that `link` gives when pressed. `what` names it for people who do not see the row.
#[component]
pub fn CopyButton(#[prop(into)] link: Signal<String>, #[prop(into)] what: Signal<String>) -> impl IntoView {
    let portal = portal();
    let copy = move |_| {
        let link = link.get_untracked();
        leptos::task::spawn_local(async move {
            if platform::copy(&link).await {
                portal.say(t(app::COPIED));
            } else {
                portal.say(t_with(app::COPY_FAILED, &[("link", &link)]));
            }
        });
    };
    // What is read begins with what is seen, in every language: people who speak to the page say what they see.
    let name = move || t_with(task::COPY_OF, &[("copy", t(task::COPY)), ("what", &what.read())]);
    view! {
        <button type="button" class="btn" on:click=copy aria-label=name>{t(task::COPY)}</button>
    }
}
