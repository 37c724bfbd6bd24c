//! One file with what people drew and what models predicted: what is shown is chosen here, and lives in the address.

mod compare;
mod controls;
mod key;

use leptos::prelude::*;
use portal_model::{
    api::{FileDetail, path},
    id::FileId,
    permalink::TaskLink,
};

use crate::{
    api::{self, Failure},
    app::portal,
    compare::ComparePage,
    inbox::diffgram_link,
    live,
    paths::{self, CompareView},
    session,
    stage::{FileAnswers, FramesOf, MarkList, Shown, focus, stage},
    text::{app, file as words, inbox, t, t_with, task},
    ui::{
        copy_button::CopyButton,
        links::{About, LinksButton, OfFile},
        notice::{Kind, failed, notice, to_tasks, wait},
    },
};

/// What is known of the file.
#[derive(Clone, Debug)]
enum State {
    Reading,
    Here(Box<FileDetail>),
    Missing,
    Failed(Failure),
}

/// What `/files/…` shows.
pub fn page(id: Option<FileId>) -> AnyView {
    let path = portal().route.address().with_untracked(|address| address.path.clone());
    if CompareView::is_at(&path) { view! { <ComparePage/> }.into_any() } else { view! { <FilePage id/> }.into_any() }
}

/// The page of a file.
#[component]
fn FilePage(id: Option<FileId>) -> impl IntoView {
    let portal = portal();
    let is_key = portal.route.address().with_untracked(|address| paths::file_key(&address.path).is_some());
    if id.is_none() && is_key {
        return view! { <key::KeyPage/> }.into_any();
    }
    let state = RwSignal::new(State::Reading);
    let read = move || {
        let Some(id) = id else { return state.set(State::Missing) };
        state.set(State::Reading);
        leptos::task::spawn_local(async move {
            let answer = match api::get::<FileDetail>(&path::file(id)).await {
                Ok(detail) => {
                    live::known(portal, detail.freshness.clone());
                    State::Here(Box::new(detail))
                }
                Err(failure) if failure.is_not_found() => State::Missing,
                Err(failure) => {
                    session::ended(portal, &failure);
                    State::Failed(failure)
                }
            };
            let _ = state.try_set(answer);
        });
    };
    read();
    let shown = move || match state.get() {
        State::Reading => wait(Kind::Inside, t(app::LOADING)),
        State::Here(detail) => view! { <File detail=*detail/> }.into_any(),
        State::Missing => {
            notice(Kind::Inside, t(words::MISSING_TITLE), vec![t(words::MISSING_WORDS).to_owned()], vec![to_tasks()])
        }
        State::Failed(failure) => failed(&failure, read),
    };
    shown.into_any()
}

/// The file, once read.
#[component]
fn File(detail: FileDetail) -> impl IntoView {
    let portal = portal();
    let view = paths::result_view(|name| portal.route.parameter(name));
    let focus = paths::focus(|name| portal.route.parameter(name));
    let (file, task) = (detail.file.clone(), detail.task.clone());
    let annotations = detail.annotations.annotations;
    let shown = Shown::new(annotations, detail.annotations.unreadable, detail.labels, view);
    shown.answers.set(detail.answers);
    shown.runs.set(detail.runs);
    shown.parts.set_value(detail.children);
    document().set_title(&file.name);
    let id = file.id;
    let of = OfFile {
        project: detail.project,
        file: file.clone(),
        dataset: detail.dataset.clone(),
        task: task.as_ref().map(|task| task.id),
        frame: None,
    };
    let about = About::File(Box::new(of));
    shown.of.set_value(Some(about.clone()));
    let missing = focus::follow(focus, &file, FramesOf::File(id), shown);
    let frame = focus.frame;
    let here = Signal::derive(move || {
        let address = paths::file_showing(id, &shown.view.read(), shown.frame.get());
        format!("{}{address}", crate::platform::location().origin().unwrap_or_default())
    });
    let link = task.as_ref().and_then(|task| diffgram_link(portal, task, TaskLink::default()));
    let to_task = task.as_ref().map(|task| paths::task(task.id, None));
    let size = file
        .width
        .zip(file.height)
        .map(|(width, height)| t_with(task::PIXELS, &[("width", &width.to_string()), ("height", &height.to_string())]));
    let dataset = detail.dataset.map(|dataset| dataset.name);
    let unavailable = detail.annotations_unavailable;
    view! {
        <article class="task">
            <header class="task-head">
                <h1><bdi>{file.name.clone()}</bdi></h1>
                {dataset.map(|name| view! { <span class="chip"><bdi>{name}</bdi></span> })}
                {size.map(|size| view! { <span class="chip"><bdi>{size}</bdi></span> })}
                <span class="grow"></span>
                <CopyButton link=here what=file.name.clone()/>
                <LinksButton wide=true name=file.name.clone() about=move || Some(about.clone().at_frame(shown.frame.get_untracked()))/>
                {to_task.map(|address| view! { <a class="btn quietly" href=address>{t(words::TO_TASK)}</a> })}
            </header>
            <div class="stage">{stage(file, FramesOf::File(id), shown, frame)}</div>
            <aside class="side">
                {link.map(|link| view! { <a class="btn primary" href=link target="_blank" rel="noopener">{t(inbox::OPEN)}</a> })}
                <focus::Missing missing/>
                {unavailable.then(|| view! { <p class="note">{t(task::ANNOTATIONS_MISSING)}</p> })}
                <controls::Controls shown file=id/>
                <FileAnswers shown/>
                <section aria-labelledby="list">
                    <h2 id="list">{t(words::LIST)}</h2>
                    <MarkList shown told=true/>
                </section>
            </aside>
        </article>
    }
}
