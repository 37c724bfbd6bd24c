//! `/files/key/{key}`: a file by what the host app calls it. One leads on to its page; several are listed.

use leptos::prelude::*;
use portal_model::api::explorer::{FileTile, path};

use crate::{
    api::{self, Failure},
    app::portal,
    inbox::kind_word,
    paths, session,
    text::{app, file as words, t},
    ui::notice::{Kind, failed, notice, to_tasks, wait},
};

#[derive(Clone, Debug)]
enum State {
    Reading,
    Several(Vec<FileTile>),
    Missing,
    Failed(Failure),
}

/// The page.
#[component]
pub fn KeyPage() -> impl IntoView {
    let portal = portal();
    let address = portal.route.address();
    let key = Memo::new(move |_| address.with(|address| paths::file_key(&address.path).map(str::to_owned)));
    let state = RwSignal::new(State::Reading);
    let again = RwSignal::new(0_u32);
    Effect::new(move |_| {
        again.track();
        let Some(key) = key.get() else { return state.set(State::Missing) };
        state.set(State::Reading);
        leptos::task::spawn_local(async move {
            let answer = api::get::<Vec<FileTile>>(&format!("{}{key}", path::FILE_KEY)).await;
            if key_changed(portal, &key) {
                return;
            }
            let shown = match answer {
                Ok(files) => match files.as_slice() {
                    [only] => {
                        // What is to be shown of it stays.
                        let mut there = address.get_untracked();
                        there.path = paths::file(only.file.id);
                        return portal.route.replace(&there.to_text());
                    }
                    [] => State::Missing,
                    _ => State::Several(files),
                },
                Err(failure) if failure.is_not_found() => State::Missing,
                Err(failure) => {
                    session::ended(portal, &failure);
                    State::Failed(failure)
                }
            };
            let _ = state.try_set(shown);
        });
    });
    move || match state.get() {
        State::Reading => wait(Kind::Inside, t(app::LOADING)),
        State::Several(files) => several(files).into_any(),
        State::Missing => {
            notice(Kind::Inside, t(words::MISSING_TITLE), vec![t(words::MISSING_WORDS).to_owned()], vec![to_tasks()])
        }
        State::Failed(failure) => failed(&failure, move || again.update(|n| *n = n.wrapping_add(1))),
    }
}

/// Whether the address is another one by now.
fn key_changed(portal: crate::app::Portal, key: &str) -> bool {
    portal.route.address().with_untracked(|address| paths::file_key(&address.path) != Some(key))
}

/// Files that are called the same, to choose from.
fn several(files: Vec<FileTile>) -> impl IntoView {
    document().set_title(t(words::SEVERAL));
    view! {
        <h1>{t(words::SEVERAL)}</h1>
        <p class="quiet">{t(words::SEVERAL_WORDS)}</p>
        <ul class="of-key">
            {files.into_iter().map(|tile| view! {
                <li>
                    <a href=paths::file(tile.file.id)><bdi>{tile.file.name.clone()}</bdi></a>
                    <span class="chip">{kind_word(&tile.file.kind)}</span>
                    {tile.dataset.map(|dataset| view! { <span class="chip"><bdi>{dataset.name}</bdi></span> })}
                    <small class="num quiet">{format!("#{}", tile.file.id)}</small>
                </li>
            }).collect_view()}
        </ul>
    }
}
