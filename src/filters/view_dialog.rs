//! The dialog that names, renames, changes and deletes saved views.

use leptos::{ev, prelude::*};
use portal_model::api::tasks::{NewTaskView, TaskView, path};

use super::pins::read_views;
use super::{called, dimension_word};
use crate::{
    api::{self, Failure},
    app::{Portal, portal},
    paths::InboxView,
    text::{Key, filter as words, t},
    ui::dialog,
};

/// The names of views are at most so long, in characters.
const LONGEST: usize = 80;

/// What can go wrong in it.
#[derive(Clone, Debug, PartialEq)]
enum Wrong {
    Name,
    Failed(Failure),
}

/// The dialog.
#[component]
pub fn ViewDialog() -> impl IntoView {
    let saving = portal().filters().saving;
    // A page that was left with the dialog open comes back without it.
    saving.set(None);
    let dialog = dialog::follow(move || saving.read().is_some());
    view! {
        <dialog class="save-dialog" node_ref=dialog on:close=move |_| saving.set(None) aria-labelledby="save-title">
            {move || saving.get().map(|about| view! { <Form about/> })}
        </dialog>
    }
}

/// What a view filters by, in words.
fn in_words(portal: Portal, view: &InboxView) -> String {
    let mut parts: Vec<String> = view
        .filter
        .iter()
        .map(|(dimension, value)| format!("{}: {}", dimension_word(dimension), called(portal, dimension, value).0))
        .collect();
    if !view.q.is_empty() {
        parts.insert(0, format!("“{}”", view.q));
    }
    if parts.is_empty() { t(words::NO_FILTERS).to_owned() } else { parts.join(" · ") }
}

#[component]
fn Form(about: Option<TaskView>) -> impl IntoView {
    let portal = portal();
    let saving = portal.filters().saving;
    let shown = portal.inbox.view.get_untracked();
    let name = RwSignal::new(about.as_ref().map(|view| view.name.clone()).unwrap_or_default());
    let keeps = about.as_ref().map(|view| InboxView::of(view, shown.whose));
    let is_other = keeps.as_ref().is_some_and(|keeps| *keeps != shown);
    // Renaming keeps what it filters by, and the names that this had.
    let (kept, use_shown) = (StoredValue::new(about.clone()), RwSignal::new(about.is_none()));
    let (busy, wrong) = (RwSignal::new(false), RwSignal::new(None::<Wrong>));
    let id = StoredValue::new(about.as_ref().map(|view| view.id.clone()));
    // Ends well with a word, or says in the dialog why not.
    let end = move |answer: Result<(), Failure>, said: Key| {
        let _ = busy.try_set(false);
        match answer {
            Ok(()) => {
                read_views(portal);
                portal.say(t(said));
                let _ = saving.try_set(None);
            }
            Err(failure) => {
                crate::session::ended(portal, &failure);
                let _ = wrong.try_set(Some(Wrong::Failed(failure)));
            }
        }
    };
    let of_shown = StoredValue::new(shown.clone());
    let save = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let name = name.get_untracked().trim().to_owned();
        if name.is_empty() || name.chars().count() > LONGEST {
            return wrong.set(Some(Wrong::Name));
        }
        let new = match kept.get_value().filter(|_| !use_shown.get_untracked()) {
            Some(TaskView { tab, q, sort, filter, .. }) => NewTaskView { name, tab, q, sort, filter },
            None => of_shown.with_value(|shown| {
                untrack(|| shown.named(name, |dimension, value| called(portal, dimension, value).0))
            }),
        };
        busy.set(true);
        leptos::task::spawn_local(async move {
            let answer = match id.get_value() {
                Some(id) => api::send::<TaskView>("PUT", &path::task_view(&id), Some(&new)).await,
                None => api::send::<TaskView>("POST", path::TASK_VIEWS, Some(&new)).await,
            };
            end(answer.map(drop), words::SAVED);
        });
    };
    let delete = move |_| {
        let Some(id) = id.get_value() else { return };
        busy.set(true);
        leptos::task::spawn_local(async move {
            let answer = api::send::<()>("DELETE", &path::task_view(&id), None::<&()>).await;
            end(answer, words::DELETED);
        });
    };
    let is_new = about.is_none();
    view! {
        <form on:submit=save novalidate>
            <h2 id="save-title">{t(if is_new { words::SAVE_TITLE } else { words::CHANGE_TITLE })}</h2>
            <label for="save-name">{t(words::NAME)}</label>
            <input
                id="save-name" type="text" maxlength="80" autocomplete="off" autofocus prop:value=move || name.get() aria-describedby="save-wrong"
                aria-invalid=move || (*wrong.read() == Some(Wrong::Name)).then_some("true")
                on:input=move |event| { name.set(event_target_value(&event)); wrong.set(None); }
            />
            <p class="quiet"><bdi>{move || {
                let view = keeps.clone().filter(|_| !use_shown.get()).unwrap_or_else(|| of_shown.get_value());
                in_words(portal, &view)
            }}</bdi></p>
            {is_other.then(|| view! {
                <button type="button" class="btn" disabled=move || use_shown.get() title=move || use_shown.get().then(|| t(words::USES_SHOWN))
                    on:click=move |_| use_shown.set(true)>{t(words::USE_SHOWN)}</button>
            })}
            <p class="note" id="save-wrong" role="alert" hidden=move || wrong.read().is_none()>{move || wrong.get().map(|wrong| match wrong {
                Wrong::Name => t(words::NAME_MISSING),
                Wrong::Failed(failure) => failure.words(),
            })}</p>
            <div class="save-ways">
                {(!is_new).then(|| view! {
                    <button type="button" class="btn bad" disabled=move || busy.get() on:click=delete>{t(words::DELETE)}</button>
                })}
                <span class="grow"></span>
                <button type="button" class="btn" on:click=move |_| saving.set(None)>{t(words::CANCEL)}</button>
                <button type="submit" class="btn primary" disabled=move || busy.get()>{t(words::STORE)}</button>
            </div>
        </form>
    }
}
