//! The dialog that names, renames and deletes views.

use leptos::{ev, prelude::*};
use portal_model::api::explorer::{NewView, View, path};

use super::views::read_views;
use crate::{
    api::{self, Failure},
    app::{Portal, portal},
    paths::{ExplorerView, TileSize},
    text::{Key, explorer as words, hundredths, t, t_with},
    ui::dialog,
};

/// What the dialog is about.
#[derive(Clone, Debug, PartialEq)]
pub enum Editing {
    /// The query that is shown gets a name.
    New,
    /// A view of mine changes.
    Mine(View),
}

/// What the dialog is about, while it is open.
pub fn editing(portal: Portal) -> RwSignal<Option<Editing>> {
    portal.explorer().editing
}

/// The names of views are at most so long, in characters.
const LONGEST: usize = 80;

/// What can go wrong in it.
#[derive(Clone, Debug, PartialEq)]
enum Wrong {
    Name,
    Failed(Failure),
}

/// How a view shows its files, in words.
fn looks(view: &ExplorerView) -> String {
    let size = t(match view.size {
        TileSize::Small => words::SIZE_S,
        TileSize::Medium => words::SIZE_M,
        TileSize::Large => words::SIZE_L,
        TileSize::Table => words::SIZE_TABLE,
    });
    let predictions = if view.predictions {
        t_with(words::VIEW_FROM, &[("score", &hundredths(f64::from(view.least) / 100.0))])
    } else {
        t(words::VIEW_NO_PREDICTIONS).to_owned()
    };
    format!("{}: {size} · {predictions}", t(words::VIEW_LOOK))
}

/// The dialog.
#[component]
pub fn ViewDialog() -> impl IntoView {
    let portal = portal();
    let editing = editing(portal);
    // A page that was left with the dialog open comes back without it.
    editing.set(None);
    let dialog = dialog::follow(move || editing.read().is_some());
    view! {
        <dialog class="view-dialog" node_ref=dialog on:close=move |_| editing.set(None) aria-labelledby="view-title">
            {move || editing.get().map(|about| view! { <Form about/> })}
        </dialog>
    }
}

#[component]
fn Form(about: Editing) -> impl IntoView {
    let portal = portal();
    let editing = editing(portal);
    let shown = portal.explorer().view.get_untracked();
    let mine = match &about {
        Editing::New => None,
        Editing::Mine(view) => Some(view.clone()),
    };
    let name = RwSignal::new(mine.as_ref().map(|view| view.name.clone()).unwrap_or_default());
    // The whole of what is shown is saved: the query, and how its files are shown.
    let saved = RwSignal::new(mine.as_ref().map_or_else(|| shown.clone(), |view| ExplorerView::of(view, &shown)));
    let (busy, wrong) = (RwSignal::new(false), RwSignal::new(None::<Wrong>));
    let id = StoredValue::new(mine.as_ref().map(|view| view.id.clone()));
    // Ends well with a word, or says in the dialog why not.
    let end = move |answer: Result<(), Failure>, said: Key| {
        let _ = busy.try_set(false);
        match answer {
            Ok(()) => {
                read_views(portal);
                portal.say(t(said));
                let _ = editing.try_set(None);
            }
            Err(failure) => {
                crate::session::ended(portal, &failure);
                let _ = wrong.try_set(Some(Wrong::Failed(failure)));
            }
        }
    };
    let save = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let shows = saved.get_untracked();
        let view = NewView { name: name.get_untracked().trim().to_owned(), look: shows.look(), q: shows.q };
        if view.name.is_empty() || view.name.chars().count() > LONGEST {
            return wrong.set(Some(Wrong::Name));
        }
        busy.set(true);
        leptos::task::spawn_local(async move {
            let answer = match id.get_value() {
                Some(id) => api::send::<View>("PUT", &path::view(&id), Some(&view)).await,
                None => api::send::<View>("POST", path::VIEWS, Some(&view)).await,
            };
            end(answer.map(drop), words::SAVED);
        });
    };
    let delete = move |_| {
        let Some(id) = id.get_value() else { return };
        busy.set(true);
        leptos::task::spawn_local(async move {
            let answer = api::send::<()>("DELETE", &path::view(&id), None::<&()>).await;
            end(answer, words::DELETED);
        });
    };
    let title = if mine.is_some() { words::CHANGE_TITLE } else { words::SAVE_TITLE };
    let other = mine.as_ref().is_some_and(|view| ExplorerView::of(view, &shown) != shown).then_some(shown);
    view! {
        <form on:submit=save novalidate>
            <h2 id="view-title">{t(title)}</h2>
            <label for="view-name">{t(words::NAME)}</label>
            <input
                id="view-name" type="text" maxlength="80" autocomplete="off" autofocus prop:value=move || name.get() aria-describedby="view-wrong"
                aria-invalid=move || (*wrong.read() == Some(Wrong::Name)).then_some("true")
                on:input=move |event| { name.set(event_target_value(&event)); wrong.set(None); }
            />
            <p class="quiet">{t(words::VIEW_QUERY)}": "<code dir="ltr">{move || {
                let q = saved.with(|saved| saved.q.clone());
                if q.is_empty() { t(words::VIEW_ALL).to_owned() } else { q }
            }}</code></p>
            <p class="quiet">{move || saved.with(looks)}</p>
            {other.map(|shown| {
                let used = { let shown = shown.clone(); move || *saved.read() == shown };
                view! { <button type="button" class="btn" disabled=used on:click=move |_| saved.set(shown.clone())>{t(words::USE_QUERY)}</button> }
            })}
            <p class="note" id="view-wrong" role="alert" hidden=move || wrong.read().is_none()>{move || wrong.get().map(|wrong| match wrong {
                Wrong::Name => t(words::NAME_MISSING),
                Wrong::Failed(failure) => failure.words(),
            })}</p>
            <div class="dialog-ways">
                {mine.is_some().then(|| view! {
                    <button type="button" class="btn bad" disabled=move || busy.get() on:click=delete>{t(words::DELETE)}</button>
                })}
                <span class="grow"></span>
                <button type="button" class="btn" on:click=move |_| editing.set(None)>{t(words::CANCEL)}</button>
                <button type="submit" class="btn primary" disabled=move || busy.get()>{t(words::STORE)}</button>
            </div>
        </form>
    }
}
