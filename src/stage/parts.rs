//! A compound file: its parts as a strip, one of them open below, with what is drawn on it.

use leptos::prelude::*;
use portal_model::{
    api::{FileDetail, Media, path},
    file::{FileKind, FileSummary},
    id::FileId,
};

use super::{FramesOf, NoPreview, Shown, stage};
use crate::{
    api,
    inbox::kind_word,
    paths,
    text::{app, t, task as words},
};

/// How far the part that is open has come.
#[derive(Clone)]
enum Open {
    Reading,
    Here(Box<FileSummary>),
    Failed(&'static str),
}

/// A compound file.
#[component]
pub fn PartsStage(shown: Shown) -> impl IntoView {
    let parts = shown.parts.get_value();
    let Some(first) = parts.first().cloned() else {
        return view! { <div class="nothing"><strong>{t(words::PARTS_NONE)}</strong></div> }.into_any();
    };
    // What was answered on the whole stays, whichever part is open.
    let of_whole = shown.answers.get_untracked();
    let chosen = RwSignal::new(first.id);
    let open = RwSignal::new(Open::Reading);
    Effect::new(move |_| {
        let id = chosen.get();
        let of_whole = of_whole.clone();
        open.set(Open::Reading);
        leptos::task::spawn_local(async move {
            let answer = api::get_fresh::<FileDetail>(&path::file(id)).await;
            // Another one was chosen meanwhile.
            if chosen.try_get_untracked() != Some(id) {
                return;
            }
            match answer {
                Ok(detail) => {
                    shown.pinned.set(None);
                    shown.pointed.set(None);
                    shown.frame.set(None);
                    shown.excerpts.set(Default::default());
                    shown.labels.set(detail.labels);
                    shown.runs.set(detail.runs);
                    shown.unreadable.set(detail.annotations.unreadable);
                    shown.annotations.set(detail.annotations.annotations);
                    shown.answers.set(of_whole.into_iter().chain(detail.answers).collect());
                    open.set(Open::Here(Box::new(detail.file)));
                }
                Err(failure) => open.set(Open::Failed(failure.words())),
            }
        });
    });
    view! {
        <div class="parts-stage">
            <ul class="parts" aria-label=t(words::PARTS)>
                {parts.into_iter().map(|part| view! { <li><Part part chosen/></li> }.into_any()).collect::<Vec<_>>()}
            </ul>
            <div class="part">
                {move || match open.get() {
                    Open::Reading => view! { <p class="nothing quiet" role="status">{t(app::LOADING)}</p> }.into_any(),
                    // One step is shown: a compound file within another could hold itself.
                    Open::Here(file) if file.kind == FileKind::Compound => {
                        view! { <NoPreview kind=file.kind/> }.into_any()
                    }
                    Open::Here(file) => {
                        let id = file.id;
                        stage(*file, FramesOf::File(id), shown, None)
                    }
                    Open::Failed(why) => view! { <p class="nothing" role="alert">{why}</p> }.into_any(),
                }}
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Part(part: FileSummary, chosen: RwSignal<FileId>) -> impl IntoView {
    let id = part.id;
    let picture = part.has_thumb.then(|| {
        view! { <img src=paths::at(&path::media(id, Media::Thumb)) alt="" width="44" height="32" decoding="async"/> }
    });
    let kind = kind_word(&part.kind);
    view! {
        <button type="button" aria-pressed=move || (chosen.get() == id).to_string() on:click=move |_| chosen.set(id)>
            {picture}<span><bdi>{part.name}</bdi><small>{kind}</small></span>
        </button>
    }
}
