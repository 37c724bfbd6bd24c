//! What a person can do everywhere: go anywhere, choose theme and language, sign out. A chunk of its own, with the pages for people
//! who have no place in Diffgram.

use leptos::prelude::*;
use portal_model::api::explorer::{View, path as explorer};

use crate::{
    api,
    app::portal,
    paths::{self, ExplorerView},
    platform,
    session::{SessionState, pages::SignOutButton},
    text::{app, choose, explorer as files, languages, t, words},
};

/// The card below the person's name.
#[component]
pub fn Menu(open: RwSignal<bool>) -> impl IntoView {
    let portal = portal();
    let (name, email) = portal.session.with_untracked(|state| match state {
        SessionState::In(session) => (session.name.clone(), session.email.clone().unwrap_or_default()),
        _ => Default::default(),
    });
    view! {
        <div class="menu-card">
            <p><strong><bdi>{name}</bdi></strong><br/><span class="quiet"><bdi>{email}</bdi></span></p>
            <button type="button" class="btn" on:click=move |_| { open.set(false); portal.palette_open.set(true); }>
                {t(app::GO_ANYWHERE)}<kbd aria-hidden="true">"Ctrl K"</kbd>
            </button>
            <Pinned open/>
            <Theme/>
            <Languages/>
            <SignOutButton/>
        </div>
    }
}

/// Views of files that were put here; nothing until they have come.
#[component]
fn Pinned(open: RwSignal<bool>) -> impl IntoView {
    let views = RwSignal::new(Vec::<View>::new());
    leptos::task::spawn_local(async move {
        // Without them all else works.
        if let Ok(all) = api::get_fresh::<Vec<View>>(explorer::VIEWS).await {
            let _ = views.try_set(all.into_iter().filter(|view| view.pinned).collect());
        }
    });
    let link = move |view: View| {
        let address = paths::at(&ExplorerView::of(&view, &ExplorerView::default()).path());
        view! { <li><a class="nav-link" href=address title=view.q on:click=move |_| open.set(false)><bdi>{view.name}</bdi></a></li> }
    };
    move || {
        let views = views.get();
        (!views.is_empty()).then(|| {
            view! { <nav class="menu-views" aria-label=t(files::VIEWS)><ul>{views.into_iter().map(link).collect_view()}</ul></nav> }
        })
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
