//! The navigation: brand, pages, and the person with theme and sign-out.

use leptos::{ev, prelude::*};

use crate::{
    app::portal,
    paths::{self, Page},
    platform,
    session::{SessionState, pages::SignOutButton},
    text::{app, choose, explorer, inbox, jobs, languages, number, schema, t, words},
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
    view! {
        <nav class="nav" aria-label=t(app::NAVIGATION)>
            <a class="brand" href=paths::INBOX><i aria-hidden="true">{saying(move || initial(&brand()))}</i><span>{saying(brand)}</span></a>
            <div class="nav-links">
                <a class="nav-link" href=Signal::derive(move || portal.inbox.view.read().path()) aria-current=here(|page| *page == Page::Inbox)>
                    {t(inbox::TITLE)}<small class="num quiet">{saying(todo)}</small>
                </a>
                <a class="nav-link" href=portal.files_at aria-current=here(|page| *page == Page::Explorer)>
                    {t(explorer::TITLE)}
                </a>
                {at_times(move || portal.is_admin().then(|| view! {
                    <a class="nav-link" href=paths::JOBS aria-current=here(|page| *page == Page::Jobs)>{t(jobs::TITLE)}</a>
                    <a class="nav-link" href=paths::SCHEMAS aria-current=here(|page| matches!(page, Page::Schemas | Page::Schema(_) | Page::Attribute(_)))>{t(schema::TITLE)}</a>
                }.into_any()))}
            </div>
            <span class="grow"></span>
            <BellButton/>
            <UserMenu/>
        </nav>
    }
}

fn initial(name: &str) -> String {
    name.chars().next().map(|c| c.to_uppercase().collect()).unwrap_or_default()
}

fn initials(name: &str) -> String {
    name.split_whitespace().filter_map(|word| word.chars().next()).take(2).flat_map(char::to_uppercase).collect()
}

/// The person: name, theme, sign out.
#[component]
fn UserMenu() -> impl IntoView {
    let portal = portal();
    let open = RwSignal::new(false);
    let root = NodeRef::<leptos::html::Div>::new();
    let who = move || {
        portal.session.with(|state| match state {
            SessionState::In(session) => (session.name.clone(), session.email.clone().unwrap_or_default()),
            _ => Default::default(),
        })
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
            {at_times(move || open.get().then(|| view! {
                <div class="menu-card">
                    <p><strong><bdi>{who().0}</bdi></strong><br/><span class="quiet"><bdi>{who().1}</bdi></span></p>
                    <button type="button" class="btn" on:click=move |_| { open.set(false); portal.palette_open.set(true); }>
                        {t(app::GO_ANYWHERE)}<kbd aria-hidden="true">"Ctrl K"</kbd>
                    </button>
                    <Theme/>
                    <Languages/>
                    <SignOutButton/>
                </div>
            }.into_any()))}
            <button type="button" aria-expanded=Signal::derive(move || open.get().to_string()) on:click=move |_| open.update(|open| *open = !*open)>
                <span class="face" aria-hidden="true">{saying(move || initials(&who().0))}</span>
                <span><bdi>{saying(move || who().0)}</bdi></span>
            </button>
        </div>
    }
}

const THEME: &str = "portal.theme";

/// Light, dark, or as the system says. Kept in this browser where it allows that.
#[component]
fn Theme() -> impl IntoView {
    let stored =
        platform::local_storage().and_then(|storage| storage.get_item(THEME).ok().flatten()).unwrap_or_default();
    let chosen = RwSignal::new(stored);
    let choose = move |name: &'static str| {
        chosen.set(name.to_owned());
        if let Some(storage) = platform::local_storage() {
            let _ = if name.is_empty() { storage.remove_item(THEME) } else { storage.set_item(THEME, name) };
        }
        if let Some(root) = document().document_element() {
            let _ = if name.is_empty() {
                root.remove_attribute("data-theme")
            } else {
                root.set_attribute("data-theme", name)
            };
        }
    };
    let button = move |name: &'static str, words: &'static str| {
        view! {
            <button type="button" aria-pressed=Signal::derive(move || (chosen.read().as_str() == name).to_string()) on:click=move |_| choose(name)>{words}</button>
        }
    };
    view! {
        <div class="seg" role="group" aria-label=t(app::THEME)>
            {button("", t(app::THEME_SYSTEM))}{button("light", t(app::THEME_LIGHT))}{button("dark", t(app::THEME_DARK))}
        </div>
    }
}

/// The languages by their own names, where there is more than one.
#[component]
fn Languages() -> impl IntoView {
    let languages = languages();
    (languages.len() > 1).then(|| {
        view! {
            <label class="languages">
                <span class="quiet">{t(words::LANGUAGE)}</span>
                <select on:change=move |event| choose(&event_target_value(&event))>
                    {languages.into_iter().map(|language| view! {
                        <option value=language.code.clone() lang=language.code selected=language.here>{language.name}</option>
                    }).collect_view()}
                </select>
            </label>
        }
    })
}
