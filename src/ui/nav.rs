//! The navigation: brand, pages, and the person with theme and sign-out.

use leptos::{ev, prelude::*};

use crate::{
    app::portal,
    paths::{self, Page},
    platform,
    session::{SessionState, pages::SignOutButton},
    text::{app, choose, explorer, inbox, jobs, languages, number, schema, t, words},
    ui::bell::BellButton,
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
    let todo = move || portal.inbox.todo.get().map(number);
    view! {
        <nav class="nav" aria-label=t(app::NAVIGATION)>
            <a class="brand" href=paths::INBOX><i aria-hidden="true">{move || initial(&brand())}</i><span>{brand}</span></a>
            <div class="nav-links">
                <a class="nav-link" href=move || portal.inbox.view.read().path() aria-current=move || (page.get() == Some(Page::Inbox)).then_some("page")>
                    {t(inbox::TITLE)}<small class="num quiet">{todo}</small>
                </a>
                <a class="nav-link" href=move || portal.files_at.get() aria-current=move || (page.get() == Some(Page::Explorer)).then_some("page")>
                    {t(explorer::TITLE)}
                </a>
                <Show when=move || portal.is_admin()>
                    <a class="nav-link" href=paths::JOBS aria-current=move || (page.get() == Some(Page::Jobs)).then_some("page")>{t(jobs::TITLE)}</a>
                    <a class="nav-link" href=paths::SCHEMAS aria-current=move || matches!(page.get(), Some(Page::Schemas | Page::Schema(_) | Page::Attribute(_))).then_some("page")>{t(schema::TITLE)}</a>
                </Show>
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
            <Show when=move || open.get()>
                <div class="menu-card">
                    <p><strong><bdi>{move || who().0}</bdi></strong><br/><span class="quiet"><bdi>{move || who().1}</bdi></span></p>
                    <button type="button" class="btn" on:click=move |_| { open.set(false); portal.palette_open.set(true); }>
                        {t(app::GO_ANYWHERE)}<kbd aria-hidden="true">"Ctrl K"</kbd>
                    </button>
                    <Theme/>
                    <Languages/>
                    <SignOutButton/>
                </div>
            </Show>
            <button type="button" aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|open| *open = !*open)>
                <span class="face" aria-hidden="true">{move || initials(&who().0)}</span>
                <span><bdi>{move || who().0}</bdi></span>
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
            <button type="button" aria-pressed=move || (chosen.read().as_str() == name).to_string() on:click=move |_| choose(name)>{words}</button>
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
