//! One task: its picture with what is drawn on it, what is known, and the links that land.

mod around;
mod facts;
mod guide;
mod history;
mod issues;
mod links;
mod marks;

use around::Way;
use leptos::prelude::*;
use portal_model::{
    api::{TaskDetail, path},
    id::TaskId,
    results::ResultView,
};

use crate::{
    api::{self, Failure},
    app::{Portal, portal},
    inbox::Said,
    live, paths, session,
    stage::{FileAnswers, FramesOf, Shown, focus, stage},
    text::{app, t, t_with, task as words},
    ui::{
        links::About,
        notice::{Kind, failed, notice, to_tasks, wait},
        pill::StatusPill,
    },
};

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
pub fn TaskPage(id: Option<TaskId>) -> impl IntoView {
    let portal = portal();
    on_cleanup(move || portal.left());
    let state = RwSignal::new(State::Reading);
    let mut came = None;
    match id {
        Some(id) => match around::taken(id) {
            Some((detail, way)) => {
                came = Some(way);
                live::known(portal, detail.freshness.clone());
                state.set(State::Here(Box::new(detail)));
            }
            None => read(portal, id, state),
        },
        None => state.set(State::Missing { gone: false }),
    }
    // What the stream says of this task.
    Effect::new(move |_| match portal.inbox.said.get() {
        Some(Said::Row(row)) if Some(row.id) == id => {
            let mut tells_more = false;
            state.update(|state| {
                if let State::Here(detail) = state {
                    tells_more = detail.row.status != row.status || detail.row.open_issues != row.open_issues;
                    detail.row = row.clone();
                }
            });
            // Its issues and its history changed, too.
            if tells_more {
                read_more(row.id, state);
            }
        }
        Some(Said::Gone(gone)) if Some(gone) == id => state.set(State::Missing { gone: true }),
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
    move || match what.get() {
        0 => wait(Kind::Inside, t(app::LOADING)),
        1 => state
            .with_untracked(|state| if let State::Here(detail) = state { Some((**detail).clone()) } else { None })
            .map(|detail| view! { <Task first=detail state came/> })
            .into_any(),
        2 => {
            if let Some(view) = id.and_then(|id| guide::gave_back(portal, id, state)) {
                return view;
            }
            let gone = state.with_untracked(|state| matches!(state, State::Missing { gone: true }));
            let title = if gone { words::GONE } else { words::MISSING_TITLE };
            notice(Kind::Inside, t(title), vec![t(words::MISSING_WORDS).to_owned()], vec![to_tasks()])
        }
        _ => {
            let failure = state
                .with_untracked(|state| if let State::Failed(failure) = state { Some(failure.clone()) } else { None });
            let again = move || {
                if let Some(id) = id {
                    read(portal, id, state);
                }
            };
            failed(&failure.unwrap_or(Failure::Offline), again)
        }
    }
}

fn read(portal: Portal, id: TaskId, state: RwSignal<State>) {
    leptos::task::spawn_local(async move {
        let answer = match api::get::<TaskDetail>(&path::task(id)).await {
            Ok(detail) => {
                live::known(portal, detail.freshness.clone());
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

/// Reads what the stream does not tell. The page stays as it is when that fails: the next change asks again.
fn read_more(id: TaskId, state: RwSignal<State>) {
    leptos::task::spawn_local(async move {
        if let Ok(detail) = api::get_fresh::<TaskDetail>(&path::task(id)).await {
            let _ = state.try_update(|state| {
                if let State::Here(known) = state {
                    known.issues = detail.issues;
                    known.history = detail.history;
                    known.row = detail.row;
                }
            });
        }
    });
}

/// The task, once read. `first` is how it was then; `state` how it is.
#[component]
fn Task(first: TaskDetail, state: RwSignal<State>, came: Option<Way>) -> impl IntoView {
    let portal = portal();
    let was = StoredValue::new(first.row.clone());
    let row = Memo::new(move |_| {
        state.with(|state| match state {
            State::Here(detail) => detail.row.clone(),
            _ => was.get_value(),
        })
    });
    let shown = Shown::new(
        first.annotations.annotations.clone(),
        first.annotations.unreadable,
        first.labels.clone(),
        ResultView::default(),
    );
    shown.answers.set(first.answers.clone());
    shown.parts.set_value(first.children.clone());
    let issues = Memo::new(move |_| {
        state.with(|state| if let State::Here(detail) = state { detail.issues.clone() } else { Vec::new() })
    });
    let history = Memo::new(move |_| {
        state.with(|state| if let State::Here(detail) = state { detail.history.clone() } else { Vec::new() })
    });
    let (id, part) = (first.row.id, first.row.part);
    let name = first.row.file.name.clone();
    document().set_title(&format!("{name} · {}", t_with(words::TITLE, &[("id", &first.row.id.to_string())])));
    let focus = paths::focus(|name| portal.route.parameter(name));
    let frames = FramesOf::Task(first.row.id);
    shown.of.set_value(Some(About::Task(Box::new(first.row.clone()), None)));
    let stage = stage(first.row.file.clone(), frames, shown, focus.frame);
    let missing = focus::follow(focus, &first.row.file, frames, shown);
    view! {
        <article class="task">
            <header class="task-head">
                <h1><bdi>{name}</bdi></h1>
                <StatusPill status=Signal::derive(move || { let row = row.read(); (row.status.clone(), row.part) })/>
                <span class="grow"></span>
                <around::Around id came/>
                <a class="btn quietly" href=portal.inbox.view.get_untracked().path()>{t(words::BACK)}</a>
            </header>
            <div class="stage">{stage}</div>
            <aside class="side">
                <links::Links row shown/>
                <focus::Missing missing/>
                <guide::Hold first=first.clone() row state/>
                <guide::Guides first=first.clone()/>
                <issues::Why row issues/>
                <facts::Facts first=first.clone() row/>
                <issues::Issues row issues shown/>
                <FileAnswers shown/>
                <marks::Marks first=first.clone() shown/>
                <history::History history part/>
            </aside>
        </article>
    }
}
