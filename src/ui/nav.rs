//! The navigation: brand, pages, and the person with theme and sign-out.

use leptos::{ev, prelude::*};

use crate::{
    app::portal,
    areas,
    paths::{self, Page},
    session::SessionState,
    text::{Key, app, explorer, inbox, jobs, number, schema, t},
    ui::{
        bell::BellButton,
        changing::{at_times, saying},
    },
};

/// The side bar; a top bar on small screens.
#[component]
pub fn Nav() -> impl IntoView {
    let portal = portal();
    let brand = move || {
        portal
            .session
            .with(|state| if let SessionState::In(session) = state { session.brand.clone() } else { String::new() })
    };
    let page = portal.route.page();
    let here = move |is: fn(&Page) -> bool| {
        Signal::derive(move || page.with(|page| page.as_ref().is_some_and(is)).then_some("page"))
    };
    let todo = move || portal.inbox.todo.get().map(number).unwrap_or_default();
    let count = Some(view! { <small class="num quiet">{saying(todo)}</small> }.into_any());
    view! {
        <nav class="nav" aria-label=t(app::NAVIGATION)>
            <a class="brand" href=paths::INBOX><i aria-hidden="true">{saying(move || initial(&brand()))}</i><span>{saying(brand)}</span></a>
            <div class="nav-links">
                {link(Signal::derive(move || portal.inbox.view.read().path()), here(|page| *page == Page::Inbox), inbox::TITLE, count)}
                {link(portal.files_at.into(), here(|page| *page == Page::Explorer), explorer::TITLE, None)}
                {at_times(move || portal.is_admin().then(|| {
                    let of_schemas = |page: &Page| matches!(page, Page::Schemas | Page::Schema(_));
                    let to = |path: &str| Signal::stored(path.to_owned());
                    [
                        link(to(paths::JOBS), here(|page| *page == Page::Jobs), jobs::TITLE, None),
                        link(to(paths::SCHEMAS), here(of_schemas), schema::TITLE, None),
                    ]
                    .collect_view()
                    .into_any()
                }))}
            </div>
            <span class="grow"></span>
            <BellButton/>
            <UserMenu/>
        </nav>
    }
}

/// A link to a page, which is marked while that page is shown.
fn link(href: Signal<String>, here: Signal<Option<&'static str>>, words: Key, count: Option<AnyView>) -> AnyView {
    view! { <a class="nav-link" href=href aria-current=here>{t(words)}{count}</a> }.into_any()
}

fn initial(name: &str) -> String {
    name.chars().next().map(|c| c.to_uppercase().collect()).unwrap_or_default()
}

fn initials(name: &str) -> String {
    name.split_whitespace().filter_map(|word| word.chars().next()).take(2).flat_map(char::to_uppercase).collect()
}

/// The person; what they can do here is fetched when the menu is opened.
#[component]
fn UserMenu() -> impl IntoView {
    let portal = portal();
    let open = RwSignal::new(false);
    let root = NodeRef::<leptos::html::Div>::new();
    let who = move || {
        portal
            .session
            .with(|state| if let SessionState::In(session) = state { session.name.clone() } else { String::new() })
    };
    // Escape and a click elsewhere close it.
    let keys = window_event_listener(ev::keydown, move |event| {
        if event.key() == "Escape" {
            open.set(false);
        }
    });
    let clicks = window_event_listener(ev::pointerdown, move |event| {
        let inside =
            root.get_untracked().is_some_and(|root| root.contains(Some(&event_target::<web_sys::Node>(&event))));
        if !inside {
            open.set(false);
        }
    });
    on_cleanup(move || {
        keys.remove();
        clicks.remove();
    });
    view! {
        <div class="menu" node_ref=root>
            {at_times(move || open.get().then(|| areas::menu(open)))}
            <button type="button" aria-expanded=Signal::derive(move || open.get().to_string()) on:click=move |_| open.update(|open| *open = !*open)>
                <span class="face" aria-hidden="true">{saying(move || initials(&who()))}</span>
                <span><bdi>{saying(who)}</bdi></span>
            </button>
        </div>
    }
}
