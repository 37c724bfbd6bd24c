//! The slim bar of a frame, in place of the navigation: the pages that the host shows, who is signed in, and the way out into a
//! tab. In the colours and under the name of the host (white label).

use leptos::prelude::*;
use portal_model::{
    api::{
        Session,
        embed::{Brand, EmbedHost},
    },
    embed::View,
};

use crate::{
    app::portal,
    paths::{self, Page},
    session::{SessionState, pages::SignOutButton},
    text::{embed as words, explorer, inbox, next, schema, t},
};

/// The bar.
#[component]
pub fn Bar(host: EmbedHost) -> impl IntoView {
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
    let outside = move || paths::outside(&address.read().to_text());
    let shows = |view| host.views.contains(&view);
    let Brand { logo, support, title, welcome, .. } = host.brand;
    let of_lists = title.unwrap_or_else(|| t(inbox::TITLE).to_owned());
    let here = move |wanted: fn(&Page) -> bool| move || page.read().as_ref().is_some_and(wanted).then_some("page");
    let link = move |href: String, words: String, wanted: fn(&Page) -> bool| {
        view! { <a class="nav-link" href=href aria-current=here(wanted)><bdi>{words}</bdi></a> }.into_any()
    };
    let mut links = Vec::new();
    if shows(View::Inbox) {
        let to = move || portal.inbox.view.read().path();
        let current = here(|page| *page == Page::Inbox);
        links.push(view! { <a class="nav-link" href=to aria-current=current><bdi>{of_lists}</bdi></a> }.into_any());
    }
    if shows(View::Next) {
        links.push(link(paths::at(paths::NEXT), t(next::TITLE).to_owned(), |page| *page == Page::Next));
    }
    if shows(View::Explorer) {
        links.push(link(paths::at(paths::EXPLORER), t(explorer::TITLE).to_owned(), |page| *page == Page::Explorer));
    }
    if shows(View::Schema) {
        let to = paths::at(paths::SCHEMAS);
        links.push(link(to, t(schema::TITLE).to_owned(), |page| matches!(page, Page::Schemas | Page::Schema(_))));
    }
    let support = support.map(|to| {
        let href = if to.starts_with("https://") { to } else { format!("mailto:{to}") };
        view! { <a class="btn quietly" href=href target="_blank" rel="noopener">{t(words::SUPPORT)}</a> }
    });
    let is_list = move || page.get() == Some(Page::Inbox);
    view! {
        <header class="frame-bar" aria-label=brand>
            {logo.map(|logo| view! { <img class="frame-logo" src=paths::at(&logo) alt=""/> })}
            {links}
            <span class="grow"></span>
            {support}
            <span class="who"><bdi>{name}</bdi></span>
            <a class="btn quietly" href=outside target="_blank" rel="noopener" title=t(words::IN_A_TAB)><span class="label">{t(words::IN_A_TAB)}</span><i aria-hidden="true">"↗"</i></a>
            <SignOutButton/>
            {welcome.map(|words| view! { <p class="welcome" hidden=move || !is_list()><bdi>{words}</bdi></p> })}
        </header>
    }
}
