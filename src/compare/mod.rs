//! How models do: numbers of one file, and two runs over all files of a query, well enough to swap one for the other.

mod cell;
pub mod chart;
pub mod matrix;
mod says;
mod table;

use std::sync::Arc;

use futures::future::join_all;
use leptos::prelude::*;
use portal_model::{
    api::{
        compare::{Compared, path},
        explorer::{FileNames, RunName, path as files},
    },
    id::ModelRunId,
};

use crate::{
    api::{self, Failure},
    app::portal,
    live,
    paths::{CompareView, ExplorerView},
    session,
    text::{app, compare as words, file, hundredths, t},
    ui::notice::{Kind, failed, notice, wait},
};

/// A share as people read it, or a dash where there is none.
pub fn share(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), hundredths)
}

/// What is known of the two runs.
#[derive(Clone, Default)]
enum State {
    #[default]
    Reading,
    Nothing,
    Here(Vec<Arc<Compared>>),
    Gone,
    Failed(Failure),
}

/// The page.
#[component]
pub fn ComparePage() -> impl IntoView {
    let portal = portal();
    document().set_title(t(words::TITLE));
    let address = portal.route.address();
    let view = RwSignal::new(CompareView::read(|name| portal.route.parameter(name)));
    // On the way to another page the address is that page's already.
    Effect::new(move |_| {
        let now = address.with(|address| {
            CompareView::is_at(&address.path).then(|| CompareView::read(|name| address.parameter(name)))
        });
        if let Some(now) = now.filter(|now| *now != view.get_untracked()) {
            view.set(now);
        }
    });
    let runs = RwSignal::new(None::<Result<Vec<RunName>, Failure>>);
    let read_runs = move || {
        runs.set(None);
        leptos::task::spawn_local(async move {
            let names = api::get_fresh::<FileNames>(files::FILE_NAMES).await;
            if let Err(failure) = &names {
                session::ended(portal, failure);
            }
            let _ = runs.try_set(Some(names.map(|names| names.runs)));
        });
    };
    read_runs();
    move || match runs.get() {
        None => wait(Kind::Inside, t(app::LOADING)),
        Some(Err(failure)) => failed(&failure, read_runs),
        Some(Ok(runs)) if runs.is_empty() => notice(
            Kind::Inside,
            t(words::TITLE),
            vec![t(words::NO_RUNS).to_owned()],
            vec![
                view! { <a class="btn primary" href=ExplorerView::default().path()>{t(words::TO_FILES)}</a> }
                    .into_any(),
            ],
        ),
        Some(Ok(runs)) => view! { <Models runs view/> }.into_any(),
    }
}

/// The choices, and what they come to.
#[component]
fn Models(runs: Vec<RunName>, view: RwSignal<CompareView>) -> impl IntoView {
    let portal = portal();
    // Who names no runs means the first two.
    let (first, second) = (runs.first().map(|run| run.id), runs.get(1).map(|run| run.id));
    let meant = Memo::new(move |_| {
        let view = view.get();
        match (view.a, view.b) {
            (None, None) => CompareView { a: first, b: second, ..view },
            (None, b) => CompareView { a: b, b: None, ..view },
            (a, b) if a == b => CompareView { b: None, ..view },
            _ => view,
        }
    });
    let go = move |change: &dyn Fn(&mut CompareView)| {
        let mut to = meant.get_untracked();
        change(&mut to);
        portal.route.go(&to.path());
    };
    let state = RwSignal::new(State::default());
    let turn = StoredValue::new(0_u32);
    let read = move || {
        let asked = meant.get_untracked();
        let now = turn.get_value() + 1;
        turn.set_value(now);
        leptos::task::spawn_local(async move {
            let answer = compared(&asked).await;
            // Something else was asked meanwhile.
            if turn.try_get_value() != Some(now) {
                return;
            }
            if let State::Failed(failure) = &answer {
                session::ended(portal, failure);
            }
            if let State::Here(both) = &answer
                && let Some(one) = both.first()
            {
                live::known(portal, one.freshness.clone());
            }
            let _ = state.try_set(answer);
        });
    };
    let cell = RwSignal::new(None::<cell::Cell>);
    Effect::new(move |_| {
        meant.track();
        cell.set(None);
        read();
    });
    let options = move |chosen: fn(&CompareView) -> Option<ModelRunId>, none: bool| {
        let list = runs.iter().map(|run| {
            let id = run.id;
            view! { <option value=id.to_string() selected=move || chosen(&meant.read()) == Some(id)>{run.name.clone()}</option> }
                .into_any()
        });
        let nobody = none.then(|| {
            view! { <option value="" selected=move || chosen(&meant.read()).is_none()>{t(words::NONE_RUN)}</option> }.into_any()
        });
        nobody.into_iter().chain(list).collect::<Vec<_>>()
    };
    let (of_a, of_b) = (options(|view| view.a, false), options(|view| view.b, true));
    let run = |event| event_target_value(&event).parse().ok().map(ModelRunId);
    let query = NodeRef::<leptos::html::Input>::new();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let q = query.get_untracked().map(|input| input.value()).unwrap_or_default();
        go(&|view| view.q = q.trim().to_owned());
    };
    let share = move |id: &'static str,
                      name,
                      bounds: (&'static str, &'static str),
                      get: fn(&CompareView) -> u8,
                      set: fn(&mut CompareView, u8)| {
        let shown = RwSignal::new(get(&meant.get_untracked()));
        Effect::new(move |_| shown.set(get(&meant.read())));
        view! {
            <div class="share">
                <label for=id>{t(name)}</label>
                <input
                    id=id type="range" min=bounds.0 max=bounds.1 step="5" prop:value=move || shown.get().to_string()
                    aria-valuetext=move || hundredths(f64::from(shown.get()) / 100.0)
                    on:input=move |event| shown.set(event_target_value(&event).parse().unwrap_or_default())
                    on:change=move |_| { let now = shown.get_untracked(); go(&|view| set(view, now)); }
                />
                <output class="num">{move || hundredths(f64::from(shown.get()) / 100.0)}</output>
            </div>
        }
        .into_any()
    };
    let to_files = move || ExplorerView { q: meant.read().q.clone(), ..ExplorerView::default() }.path();
    view! {
        <article class="of-runs">
            <header class="of-runs-head">
                <h1>{t(words::TITLE)}</h1>
                <a class="btn quietly" href=to_files>{t(words::TO_FILES)}</a>
            </header>
            <div class="of-runs-ask">
                <form class="of-runs-query" role="search" on:submit=submit>
                    <label for="compare-q">{t(words::FILES_OF)}</label>
                    <input id="compare-q" node_ref=query type="text" spellcheck="false" autocomplete="off" placeholder=t(words::ALL_FILES) prop:value=move || meant.read().q.clone()/>
                    <button class="btn">{t(words::APPLY)}</button>
                </form>
                <div><label for="run-a">{t(words::RUN_A)}</label><select id="run-a" on:change=move |event| { let chosen = run(event); go(&|view| view.a = chosen); }>{of_a}</select></div>
                <div><label for="run-b">{t(words::RUN_B)}</label><select id="run-b" on:change=move |event| { let chosen = run(event); go(&|view| view.b = chosen); }>{of_b}</select></div>
                {share("compare-iou", words::OVERLAP, ("30", "95"), |view| view.overlap, |view, to| view.overlap = to)}
                {share("compare-least", file::LEAST, ("0", "100"), |view| view.least, |view, to| view.least = to)}
            </div>
            {move || match state.get() {
                State::Reading => wait(Kind::Inside, t(app::LOADING)),
                State::Nothing => view! { <p class="quiet">{t(words::CHOOSE)}</p> }.into_any(),
                State::Gone => view! { <p class="note" role="alert">{t(words::GONE_RUN)}</p> }.into_any(),
                State::Failed(failure) => failed(&failure, read),
                State::Here(both) => view! { <Numbers both view=meant cell/> }.into_any(),
            }}
        </article>
    }
}

/// Asks for both at once.
async fn compared(view: &CompareView) -> State {
    let asked: Vec<_> = [view.a, view.b]
        .into_iter()
        .flatten()
        .map(|run| format!("{}?{}", path::FILE_COMPARE, view.query(run)))
        .collect();
    if asked.is_empty() {
        return State::Nothing;
    }
    let answers = join_all(asked.iter().map(|url| api::get_fresh::<Compared>(url))).await;
    let mut both = Vec::new();
    for answer in answers {
        match answer {
            Ok(one) => both.push(Arc::new(one)),
            Err(Failure::Problem(said)) if said.kind == portal_model::problem::ProblemType::NotFound => {
                return State::Gone;
            }
            Err(failure) => return State::Failed(failure),
        }
    }
    State::Here(both)
}

/// What the comparison says, first in words.
#[component]
fn Numbers(both: Vec<Arc<Compared>>, view: Memo<CompareView>, cell: RwSignal<Option<cell::Cell>>) -> impl IntoView {
    let lines = both
        .iter()
        .filter(|one| !one.curve.is_empty())
        .map(|one| chart::Line { name: one.run.name.clone(), precisions: one.curve.clone() })
        .collect::<Vec<_>>();
    let matrices = both.iter().map(|one| view! { <section>{cell::confusion(one.clone(), cell)}</section> }.into_any());
    view! {
        {says::summary(&both)}
        {table::table(&both)}
        <p class="quiet">{says::how(view.get_untracked().overlap)}</p>
        <section aria-labelledby="curves">
            <h2 id="curves">{t(words::CURVE)}</h2>
            {if lines.is_empty() {
                view! { <p class="quiet">{t(words::NO_TRUTHS)}</p> }.into_any()
            } else {
                view! { <chart::Chart lines/> }.into_any()
            }}
        </section>
        <div class="matrices">{matrices.collect::<Vec<_>>()}</div>
        <cell::CellFilesOf cell view/>
    }
}
