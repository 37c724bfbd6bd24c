//! Saved views in the sheet: go there, pin them beside the tabs, change mine.

use leptos::prelude::*;
use portal_model::api::tasks::{TaskView, path};

use super::pins::read_views;
use crate::{
    api,
    app::portal,
    paths::InboxView,
    session,
    text::{filter as words, t, t_with},
};

/// The views, and a way to save what is shown as one.
#[component]
pub fn Views() -> impl IntoView {
    let portal = portal();
    read_views(portal);
    let views = Memo::new(move |_| portal.filters().views.get().unwrap_or_default());
    view! {
        <section class="filter-group" aria-labelledby="views-title">
            <h3 id="views-title">{t(words::VIEWS)}</h3>
            <ul class="saved-views">
                {move || views.get().into_iter().map(|saved| view! { <li><Saved saved/></li> }).collect_view()}
            </ul>
            <button type="button" class="btn" on:click=move |_| portal.filters().saving.set(Some(None))>{t(words::SAVE)}</button>
        </section>
    }
}

#[component]
fn Saved(saved: TaskView) -> impl IntoView {
    let portal = portal();
    let inbox = portal.inbox;
    let view = InboxView::of(&saved, inbox.view.read_untracked().whose);
    let address = view.path();
    let (name, pinned, mine) = (saved.name.clone(), saved.pinned, saved.mine);
    let id = saved.id.clone();
    let pin = move |_| {
        let path = path::task_view_pin(&id);
        leptos::task::spawn_local(async move {
            let answer = api::send::<()>(if pinned { "DELETE" } else { "PUT" }, &path, None::<&()>).await;
            match answer {
                Ok(()) => {
                    inbox.pins.set(true);
                    read_views(portal);
                }
                Err(failure) => {
                    session::ended(portal, &failure);
                    portal.say(failure.words());
                }
            }
        });
    };
    view! {
        <a href=address aria-current=move || (*inbox.view.read() == view).then_some("true") on:click=move |_| inbox.filters_open.set(false)>
            <bdi>{name.clone()}</bdi>
        </a>
        {(!mine).then(|| view! { <small class="quiet">{t(words::GIVEN)}</small> })}
        <button type="button" class="btn quietly" aria-pressed=pinned.to_string() aria-label=t_with(words::PIN, &[("name", &name)])
            title=t_with(words::PIN, &[("name", &name)]) on:click=pin><i aria-hidden="true">{if pinned { "★" } else { "☆" }}</i></button>
        {mine.then(|| view! {
            <button type="button" class="btn quietly" aria-label=t_with(words::CHANGE, &[("name", &name)])
                on:click=move |_| portal.filters().saving.set(Some(Some(saved.clone())))>"⋯"</button>
        })}
    }
}
