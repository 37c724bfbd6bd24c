//! The slim bar of a frame, in place of the navigation: the pages that the host shows, who is signed in, and the way out into a
//! tab. In the colours and under the name of the host (white label).

use leptos::prelude::*;
use portal_model::{
    api::{
        Session,
        embed::{self as model, Brand, EmbedHost},
    },
    embed::View,
};

use crate::{
    api,
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
    let Brand { logo, support, title, welcome, .. } = host.brand;
    // A token may leave fewer than the host shows: only the gateway knows, once somebody is signed in.
    let views = RwSignal::new(host.views);
    leptos::task::spawn_local(async move {
        if let Ok(host) = api::get_fresh::<EmbedHost>(model::HOST).await {
            let _ = views.try_set(host.views);
        }
    });
    let of_lists = StoredValue::new(title.unwrap_or_else(|| t(inbox::TITLE).to_owned()));
    let to_lists = move || portal.inbox.view.read().path();
    let links = move || {
        let is_admin = portal.is_admin();
        let link = |view: View, href: Signal<String>, words: String, wanted: fn(&Page) -> bool| {
            let shown = views.read().contains(&view) && (is_admin || view != View::Schema);
            shown.then(|| {
                let here = move || page.read().as_ref().is_some_and(wanted).then_some("page");
                view! { <a class="nav-link" href=move || href.get() aria-current=here><bdi>{words}</bdi></a> }
                    .into_any()
            })
        };
        let to = |path: &str| Signal::stored(paths::at(path));
        [
            link(View::Inbox, Signal::derive(to_lists), of_lists.get_value(), |page| *page == Page::Inbox),
            link(View::Next, to(paths::NEXT), t(next::TITLE).to_owned(), |page| *page == Page::Next),
            link(View::Explorer, to(paths::EXPLORER), t(explorer::TITLE).to_owned(), |page| *page == Page::Explorer),
            link(View::Schema, to(paths::SCHEMAS), t(schema::TITLE).to_owned(), |page| {
                matches!(page, Page::Schemas | Page::Schema(_))
            }),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
    };
    let support = support.map(|to| {
        let href = if to.starts_with("https://") { to } else { format!("mailto:{to}") };
        view! { <a class="btn quietly" href=href target="_blank" rel="noopener">{t(words::SUPPORT)}</a> }
    });
    let is_list = move || page.get() == Some(Page::Inbox);
    view! {
        <header class="frame-bar" aria-label=brand>
            {logo.map(|logo| view! { <img class="frame-logo" src=logo alt=""/> })}
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
