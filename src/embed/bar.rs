//! The slim bar of a frame, in place of the navigation: back to the list, who is signed in, and the way out into a tab.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::{
    app::portal,
    paths,
    session::{SessionState, pages::SignOutButton},
    text::{embed as words, inbox, t},
};

/// The bar.
#[component]
pub fn Bar() -> impl IntoView {
    let portal = portal();
    let location = use_location();
    let name = move || {
        portal
            .session
            .with(|state| if let SessionState::In(session) = state { session.name.clone() } else { String::new() })
    };
    let is_list = move || location.pathname.with(|path| *path == paths::inbox());
    let outside = move || {
        let search = location.search.get();
        let mark = if search.is_empty() { "" } else { "?" };
        paths::outside(&format!("{}{mark}{search}", location.pathname.get()))
    };
    view! {
        <header class="frame-bar">
            <a class="nav-link" href=move || portal.inbox.view.read().path() aria-current=move || is_list().then_some("page")>{t(inbox::TITLE)}</a>
            <span class="grow"></span>
            <span class="who"><bdi>{name}</bdi></span>
            <a class="btn quietly" href=outside target="_blank" rel="noopener" title=t(words::IN_A_TAB)><span class="label">{t(words::IN_A_TAB)}</span><i aria-hidden="true">"↗"</i></a>
            <SignOutButton/>
        </header>
    }
}
