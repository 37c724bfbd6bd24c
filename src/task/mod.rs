//! One task: its picture with what is drawn on it, what is known, and the links that land.

mod draw;
mod facts;
mod links;
mod marks;
mod stage;
mod video;

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use portal_model::{
    annotation::{Annotation, Label},
    api::{TaskDetail, path},
    file::FileKind,
    id::TaskId,
    permalink::TaskLink,
};

use crate::{
    api::{self, Failure},
    app::{Portal, portal},
    inbox::Said,
    paths, session,
    text::{app, inbox as inbox_words, problem, t, t_with, task as words},
    ui::pill::StatusPill,
};

/// What the stage and the side share.
#[derive(Clone, Copy)]
pub struct Shown {
    /// What is drawn right now: of the picture, or of the frame.
    pub annotations: RwSignal<Vec<Annotation>>,
    /// Labels of those.
    pub labels: RwSignal<Vec<Label>>,
    /// Whether predictions are drawn too.
    pub predictions: RwSignal<bool>,
    /// Which one is pointed at.
    pub pointed: RwSignal<Option<usize>>,
    /// The frame in sight, for videos.
    pub frame: RwSignal<Option<u32>>,
    /// How many could not be read.
    pub unreadable: RwSignal<u32>,
}

/// What is known of the task.
#[derive(Clone, Debug)]
enum State {
    Reading,
    Here(Box<TaskDetail>),
    Missing { gone: bool },
    Failed(Failure),
}

/// The page.
#[component]
pub fn TaskPage() -> impl IntoView {
    let portal = portal();
    let params = use_params_map();
    let state = RwSignal::new(State::Reading);
    let id = Memo::new(move |_| params.read().get("id").and_then(|text| text.parse::<TaskId>().ok()));
    Effect::new(move |_| {
        state.set(State::Reading);
        match id.get() {
            Some(id) => read(portal, id, state),
            None => state.set(State::Missing { gone: false }),
        }
    });
    // What the stream says of this task.
    Effect::new(move |_| match portal.inbox.said.get() {
        Some(Said::Row(row)) if Some(row.id) == id.get_untracked() => state.update(|state| {
            if let State::Here(detail) = state {
                detail.row = row;
            }
        }),
        Some(Said::Gone(gone)) if Some(gone) == id.get_untracked() => state.set(State::Missing { gone: true }),
        _ => {}
    });
    // The parts of the page are made once a task; only what changes follows the state.
    let what = Memo::new(move |_| {
        state.with(|state| match state {
            State::Reading => 0,
            State::Here(_) => 1,
            State::Missing { .. } => 2,
            State::Failed(_) => 3,
        })
    });
    move || {
        match what.get() {
        0 => view! { <div class="plain"><h1 class="sr">{t(app::LOADING)}</h1><p class="quiet" role="status">{t(app::LOADING)}</p></div> }.into_any(),
        1 => state
            .with_untracked(|state| if let State::Here(detail) = state { Some((**detail).clone()) } else { None })
            .map(|detail| view! { <Task first=detail state/> })
            .into_any(),
        2 => {
            let gone = state.with_untracked(|state| matches!(state, State::Missing { gone: true }));
            let title = if gone { words::GONE } else { words::MISSING_TITLE };
            view! {
                <div class="plain"><h1>{t(title)}</h1><p>{t(words::MISSING_WORDS)}</p>
                    <p><a class="btn primary" href=paths::INBOX>{t(app::TO_TASKS)}</a></p></div>
            }
            .into_any()
        }
        _ => {
            let failure = state.with_untracked(|state| if let State::Failed(failure) = state { failure.clone() } else { Failure::Offline });
            let request = failure.request_id().map(|id| t_with(problem::REQUEST, &[("id", id)]));
            let again = move |_| if let Some(id) = id.get_untracked() { read(portal, id, state) };
            view! {
                <div class="plain" role="alert"><h1>{failure.words()}</h1>
                    <p><button type="button" class="btn primary" on:click=again>{t(app::TRY_AGAIN)}</button></p>
                    {request.map(|request| view! { <p class="quiet">{request}</p> })}</div>
            }
            .into_any()
        }
    }
    }
}

fn read(portal: Portal, id: TaskId, state: RwSignal<State>) {
    leptos::task::spawn_local(async move {
        let answer = match api::get_fresh::<TaskDetail>(&path::task(id)).await {
            Ok(detail) => {
                portal.freshness.set(Some(detail.freshness.clone()));
                State::Here(Box::new(detail))
            }
            Err(failure) if failure.is_not_found() => State::Missing { gone: false },
            Err(failure) => {
                session::ended(portal, &failure);
                State::Failed(failure)
            }
        };
        let _ = state.try_set(answer);
    });
}

/// The task, once read. `first` is how it was then; `state` how it is.
#[component]
fn Task(first: TaskDetail, state: RwSignal<State>) -> impl IntoView {
    let portal = portal();
    let was = StoredValue::new(first.row.clone());
    let row = Memo::new(move |_| {
        state.with(|state| match state {
            State::Here(detail) => detail.row.clone(),
            _ => was.get_value(),
        })
    });
    let shown = Shown {
        annotations: RwSignal::new(first.annotations.annotations.clone()),
        labels: RwSignal::new(first.labels.clone()),
        predictions: RwSignal::new(true),
        pointed: RwSignal::new(None),
        frame: RwSignal::new(None),
        unreadable: RwSignal::new(first.annotations.unreadable),
    };
    let name = first.row.file.name.clone();
    document().set_title(&format!("{name} · {}", t_with(words::TITLE, &[("id", &first.row.id.to_string())])));
    let wanted = use_query_map().with_untracked(|query| query.get("frame")).and_then(|text| text.parse::<u32>().ok());
    let stage = match first.row.file.kind {
        FileKind::Video => view! { <video::VideoStage row=first.row.clone() shown wanted/> }.into_any(),
        FileKind::Image => view! { <stage::PictureStage file=first.row.file.clone() shown/> }.into_any(),
        _ => view! { <stage::NoPreview/> }.into_any(),
    };
    let open = move || crate::inbox::diffgram_link(portal, &row.read(), TaskLink::default());
    view! {
        <article class="task">
            <header class="task-head">
                <h1><bdi>{name}</bdi></h1>
                <StatusPill status=Signal::derive(move || { let row = row.read(); (row.status.clone(), row.part) })/>
                <span class="grow"></span>
                <a class="btn quietly" href=portal.inbox.view.get_untracked().path()>{t(words::BACK)}</a>
            </header>
            <div class="stage">{stage}</div>
            <aside class="side">
                {move || open().map(|link| view! { <a class="btn primary" href=link target="_blank" rel="noopener">{t(inbox_words::OPEN)}</a> })}
                <facts::Facts first=first.clone() row/>
                <marks::Marks first=first.clone() shown/>
                <links::Links row shown/>
            </aside>
        </article>
    }
}
