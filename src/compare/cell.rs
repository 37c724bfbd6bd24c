//! Which class a run took for which, and the files behind each number.

use std::sync::Arc;

use leptos::prelude::*;
use portal_model::{
    api::{
        Media, ModelRun,
        compare::{CellFile, CellFiles, Compared, path},
        path as api_path,
    },
    id::ModelRunId,
};

use super::{matrix::matrix, says::class_name};
use crate::{
    api::{self, Failure},
    app::portal,
    paths::{self, CompareView},
    session,
    text::{app, compare as words, number, t, t_count, t_with},
    ui::notice::{Kind, failed, wait},
};

/// One number of a matrix; classes by name, `None` is nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    run: ModelRun,
    is: Option<String>,
    taken_for: Option<String>,
}

impl Cell {
    fn name(class: Option<&String>) -> String {
        class.map_or_else(|| t(words::NOTHING).to_owned(), |name| class_name(name))
    }

    fn title(&self) -> String {
        let (is, taken_for) = (Self::name(self.is.as_ref()), Self::name(self.taken_for.as_ref()));
        t_with(words::CELL, &[("run", &self.run.name), ("is", &is), ("taken_for", &taken_for)])
    }
}

/// The matrix of a run, whose numbers open their files.
pub fn confusion(one: Arc<Compared>, chosen: RwSignal<Option<Cell>>) -> AnyView {
    let title = t_with(words::CONFUSION_OF, &[("run", &one.run.name)]);
    let names: Vec<String> = one.classes.iter().map(|class| class_name(&class.name)).collect();
    let of = one.clone();
    let open = move |row: usize, column: usize, n: u32| {
        let class = |at: usize| of.classes.get(at).map(|class| class.name.clone());
        let cell = Cell { run: of.run.clone(), is: class(row), taken_for: class(column) };
        let (is, taken_for) = (Cell::name(cell.is.as_ref()), Cell::name(cell.taken_for.as_ref()));
        let words = t_with(words::OPEN_CELL, &[("n", &number(n)), ("is", &is), ("taken_for", &taken_for)]);
        let own = cell.clone();
        let pressed = move || (chosen.read().as_ref() == Some(&own)).to_string();
        view! { <button type="button" class="cell" aria-label=words aria-pressed=pressed on:click=move |_| chosen.set(Some(cell.clone()))>{number(n)}</button> }
            .into_any()
    };
    let table = if one.confusion.is_empty() {
        view! { <p class="quiet">{t(words::TOO_MANY_CLASSES)}</p> }.into_any()
    } else {
        view! { {matrix(title.clone(), &names, &one.confusion, open)}<p class="quiet">{t(words::HINT)}</p> }.into_any()
    };
    view! { <h2><bdi>{title}</bdi></h2>{table} }.into_any()
}

#[derive(Clone)]
enum State {
    Reading,
    Here(CellFiles),
    Failed(Failure),
}

/// The files behind the number that was chosen.
#[component]
pub fn CellFilesOf(cell: RwSignal<Option<Cell>>, view: Memo<CompareView>) -> impl IntoView {
    let portal = portal();
    let state = RwSignal::new(State::Reading);
    let read = move || {
        let Some(asked) = cell.get_untracked() else { return };
        state.set(State::Reading);
        let query = view.get_untracked().cell_query(asked.run.id, asked.is.as_deref(), asked.taken_for.as_deref());
        leptos::task::spawn_local(async move {
            let answer = match api::get_fresh::<CellFiles>(&format!("{}?{query}", path::FILE_COMPARE_CELL)).await {
                Ok(files) => State::Here(files),
                Err(failure) => {
                    session::ended(portal, &failure);
                    State::Failed(failure)
                }
            };
            // Another number was chosen meanwhile.
            if cell.try_get_untracked().flatten().as_ref() == Some(&asked) {
                let _ = state.try_set(answer);
            }
        });
    };
    let head = NodeRef::<leptos::html::H2>::new();
    Effect::new(move |_| {
        if cell.read().is_some() {
            read();
            if let Some(head) = head.get() {
                head.scroll_into_view();
                let _ = head.focus();
            }
        }
    });
    let run = move || cell.read().as_ref().map(|cell| cell.run.id);
    move || {
        cell.get().map(|chosen| {
            view! {
                <section class="cell-files" aria-labelledby="cell-head">
                    <div class="cell-head">
                        <h2 id="cell-head" node_ref=head tabindex="-1"><bdi>{chosen.title()}</bdi></h2>
                        <button type="button" class="btn" on:click=move |_| cell.set(None)>{t(words::CLOSE)}</button>
                    </div>
                    {move || match (state.get(), run()) {
                        (State::Here(found), Some(run)) => list(found, run, &view.get_untracked()),
                        (State::Failed(failure), _) => failed(&failure, read),
                        _ => wait(Kind::Part, t(app::LOADING)),
                    }}
                </section>
            }
        })
    }
}

fn list(found: CellFiles, run: ModelRunId, view: &CompareView) -> AnyView {
    let more = found.more;
    let tiles = found.files.into_iter().map(|CellFile { file, times }| {
        let picture = file.has_thumb.then(|| {
            view! { <img src=paths::at(&api_path::media(file.id, Media::Thumb)) alt="" width="120" height="90" loading="lazy" decoding="async"/> }
        });
        let times = (times > 1).then(|| view! { <small>{t_with(words::TIMES, &[("n", &number(times))])}</small> });
        view! { <li><a href=view.file(file.id, run)>{picture}<bdi>{file.name}</bdi>{times}</a></li> }.into_any()
    });
    view! {
        <ul class="of-cell">{tiles.collect::<Vec<_>>()}</ul>
        {(more > 0).then(|| view! { <p class="quiet">{t_count(words::MORE_FILES_ONE, words::MORE_FILES_OTHER, more)}</p> })}
    }
    .into_any()
}
