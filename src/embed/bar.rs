//! The slim bar of a frame, in place of the navigation: back to the list, who is signed in, and the way out into a tab.

use leptos::prelude::*;
use portal_model::api::Session;

use crate::{
    app::portal,
    paths::{self, Page},
    session::{SessionState, pages::SignOutButton},
    text::{embed as words, inbox, t},
};

/// The bar.
#[component]
pub fn Bar() -> impl IntoView {
    let portal = portal();
    let address = portal.route.address();
    let page = portal.route.page();
    let of_session = move |what: fn(&Session) -> &String| {
        portal
            .session
            .with(|state| if let SessionState::In(session) = state { what(session).clone() } else { String::new() })
    };
    let name = move || of_session(|session| &session.name);
    // The page around has a header too: this one says whose it is.
    let brand = move || of_session(|session| &session.brand);
    let is_list = move || page.get() == Some(Page::Inbox);
    let outside = move || paths::outside(&address.read().to_text());
    view! {
        <header class="frame-bar" aria-label=brand>
            <a class="nav-link" href=move || portal.inbox.view.read().path() aria-current=move || is_list().then_some("page")>{t(inbox::TITLE)}</a>
            <span class="grow"></span>
            <span class="who"><bdi>{name}</bdi></span>
            <a class="btn quietly" href=outside target="_blank" rel="noopener" title=t(words::IN_A_TAB)><span class="label">{t(words::IN_A_TAB)}</span><i aria-hidden="true">"↗"</i></a>
            <SignOutButton/>
        </header>
    }
}
