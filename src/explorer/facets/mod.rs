//! What the files of the query are, counted: a panel beside the grid, a sheet on small screens. A click narrows the query, by its
//! tree; the list and the counts follow.

mod group;
mod histogram;

use leptos::{ev, prelude::*};
use portal_model::{
    api::explorer::{Facet, FileFacets, path},
    file::FileKind,
    links::encode,
    query::{self, FieldName, Query, Quoted},
    task::{Part, TaskStatus},
};

use self::{group::Group, histogram::Histogram};
use super::{Go, quick};
use crate::{
    api,
    app::{Portal, portal},
    inbox::kind_word,
    platform,
    text::{explorer as words, facets as said, keys, t, t_count},
    ui::{dialog, pill::status_words, readers::forget},
};

/// The panel stands beside the grid from this width on, in pixels; below, it is a sheet over it: as in `explorer.css`.
const BESIDE: f64 = 900.0;
/// From this width on it is there without being asked for.
const AT_ONCE: f64 = 1200.0;
/// Whether somebody wants it, in this browser.
const KEPT: &str = "portal.facets";
/// The counts follow when the query rests this long, in milliseconds.
const REST: u32 = 150;

/// Counts of a query, with its text.
type Counted<T> = RwSignal<Option<(String, T)>>;

/// What the panel knows.
#[derive(Clone, Copy)]
pub struct Facets {
    /// Whether it is shown.
    pub open: RwSignal<bool>,
    /// The window is too narrow for a panel beside the grid.
    narrow: RwSignal<bool>,
    counted: Counted<FileFacets>,
    /// Scores of the query without what it says of scores: what a range is chosen from.
    scores: Counted<Vec<u32>>,
}

impl Facets {
    /// Nothing is counted yet.
    pub fn new() -> Self {
        let kept = platform::local_storage().and_then(|storage| storage.get_item(KEPT).ok().flatten());
        let (width, _) = platform::window_size();
        Self {
            open: RwSignal::new(width >= BESIDE && kept.map_or(width >= AT_ONCE, |kept| kept == "open")),
            narrow: RwSignal::new(width < BESIDE),
            counted: RwSignal::new(None),
            scores: RwSignal::new(None),
        }
    }

    /// Shows it or puts it away, also the next time.
    fn set(self, open: bool) {
        self.open.set(open);
        if !self.narrow.get_untracked()
            && let Some(storage) = platform::local_storage()
        {
            let _ = storage.set_item(KEPT, if open { "open" } else { "closed" });
        }
    }

    /// The page is left: what it read here outlives it.
    pub fn left(self) {
        forget(&self.open);
        forget(&self.narrow);
        forget(&self.counted);
        forget(&self.scores);
    }
}

/// What is counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum What {
    Datasets,
    Labels,
    Runs,
    Types,
    Tasks,
    Months,
    /// How this question was answered.
    Answers(String),
}

impl What {
    fn facets(&self, all: &FileFacets) -> Vec<Facet> {
        match self {
            Self::Datasets => all.datasets.clone(),
            Self::Labels => all.labels.clone(),
            Self::Runs => all.runs.clone(),
            Self::Types => all.types.clone(),
            Self::Tasks => all.tasks.clone(),
            Self::Months => all.months.clone(),
            Self::Answers(of) => {
                all.answers.iter().find(|one| one.attribute == *of).map(|one| one.options.clone()).unwrap_or_default()
            }
        }
    }

    fn field(&self) -> Option<FieldName> {
        match self {
            Self::Datasets => Some(FieldName::Dataset),
            Self::Labels => Some(FieldName::Label),
            Self::Runs => Some(FieldName::Run),
            Self::Types => Some(FieldName::Type),
            Self::Tasks | Self::Months | Self::Answers(_) => None,
        }
    }

    /// The condition of one of them, as it is written.
    fn condition(&self, name: &str) -> String {
        match self {
            Self::Datasets => format!("dataset:{}", Quoted(name)),
            Self::Labels => format!("label:{}", Quoted(name)),
            Self::Runs => format!("run:{}", Quoted(name)),
            Self::Types => format!("type:{}", Quoted(name)),
            Self::Tasks => format!("status:{}", Quoted(name)),
            Self::Months => format!("created:{}", Quoted(name)),
            Self::Answers(of) => format!("attribute.{}:{}", Quoted(of), Quoted(name)),
        }
    }

    fn title(&self) -> String {
        match self {
            Self::Datasets => t(said::DATASETS).to_owned(),
            Self::Labels => t(said::LABELS).to_owned(),
            Self::Runs => t(said::RUNS).to_owned(),
            Self::Types => t(said::TYPES).to_owned(),
            Self::Tasks => t(said::TASKS).to_owned(),
            Self::Months => t(said::MONTHS).to_owned(),
            Self::Answers(of) => of.clone(),
        }
    }

    /// What one of them is called.
    fn word(&self, name: &str) -> String {
        match self {
            Self::Types => kind_word(&FileKind::from(name.to_owned())),
            Self::Tasks => status_words(&TaskStatus::from(name.to_owned()), Part::Assignee),
            _ => name.to_owned(),
        }
    }
}

/// The query whose files are counted: the one that is shown, while it can be read.
fn asked(portal: Portal) -> Option<Query> {
    let explorer = portal.explorer();
    explorer.query().filter(|_| explorer.wrong.read().is_none())
}

/// Shows the panel or puts it away.
#[component]
pub fn FacetsButton() -> impl IntoView {
    let facets = portal().explorer().facets;
    view! {
        <button type="button" class="btn facets-button" aria-expanded=move || facets.open.get().to_string() aria-controls="facets"
            on:click=move |_| facets.set(!facets.open.get_untracked())>{t(said::TITLE)}</button>
    }
}

/// The panel, or the sheet.
#[component]
pub fn FacetsPanel(go: Go) -> impl IntoView {
    let portal = portal();
    let explorer = portal.explorer();
    let facets = explorer.facets;
    let resized = window_event_listener(ev::resize, move |_| {
        let narrow = platform::window_size().0 < BESIDE;
        if facets.narrow.get_untracked() != narrow {
            // A sheet over the grid is never opened by a window that became narrower.
            facets.open.set(facets.open.get_untracked() && !narrow);
            facets.narrow.set(narrow);
        }
    });
    on_cleanup(move || resized.remove());
    let question = Memo::new(move |_| {
        // A list that was read again may have other files.
        explorer.stale.track();
        facets.open.get().then(|| asked(portal)).flatten().map(|query| (query, explorer.stale.get()))
    });
    Effect::new(move |_| {
        let Some((query, _)) = question.get() else { return };
        leptos::task::spawn_local(async move {
            platform::sleep(REST).await;
            let is_still = question.try_with_untracked(|now| now.as_ref().is_some_and(|(now, _)| *now == query));
            if is_still == Some(true) {
                count(portal, &query).await;
            }
        });
    });
    move || {
        if facets.narrow.get() {
            view! { <Sheet go/> }.into_any()
        } else {
            let aside = move || {
                facets.open.get().then(|| {
                    view! { <aside class="facets" id="facets" aria-label=t(said::TITLE)><Body go/></aside> }
                })
            };
            aside.into_any()
        }
    }
}

/// Counts what the files of a query are. Without counts all else works.
async fn count(portal: Portal, query: &Query) {
    let facets = portal.explorer().facets;
    let all = quick::scored(query, None, FileFacets::BINS);
    let (asked, apart) = (query.to_string(), all.to_string());
    let of = |q: &str| format!("{}?q={}", path::FILE_FACETS, encode(q));
    let Ok(counted) = api::get_fresh::<FileFacets>(&of(&asked)).await else { return };
    let scores = if apart == asked {
        counted.scores.clone()
    } else {
        api::get_fresh::<FileFacets>(&of(&apart)).await.map(|counted| counted.scores).unwrap_or_default()
    };
    let is_asked = portal.explorer().query_now().is_some_and(|now| now == *query);
    if is_asked {
        let _ = facets.counted.try_set(Some((asked, counted)));
        let _ = facets.scores.try_set(Some((apart, scores)));
    }
}

#[component]
fn Sheet(go: Go) -> impl IntoView {
    let explorer = portal().explorer();
    let facets = explorer.facets;
    let dialog = dialog::follow(move || facets.open.get());
    let found = move || explorer.total.get().map(|total| t_count(said::SHOW_ONE, said::SHOW_OTHER, total));
    view! {
        <dialog
            class="filter-sheet" id="facets" node_ref=dialog aria-labelledby="facets-title" on:close=move |_| facets.open.set(false)
            on:click=move |event| {
                // Beside the sheet.
                if dialog.get_untracked().is_some_and(|dialog| event_target::<web_sys::Element>(&event) == **dialog) {
                    facets.open.set(false);
                }
            }
        >
            {move || facets.open.get().then(|| view! {
                <div class="sheet">
                    <header>
                        <h2 id="facets-title">{t(said::TITLE)}</h2>
                        <button type="button" class="btn quietly" aria-label=t(keys::CLOSE) on:click=move |_| facets.open.set(false)>"×"</button>
                    </header>
                    <div class="sheet-body" tabindex="-1"><Body go/></div>
                    <footer>
                        <button type="button" class="btn primary" on:click=move |_| facets.open.set(false)>{found}</button>
                    </footer>
                </div>
            })}
        </dialog>
    }
}

/// All that is counted; nothing while the query cannot be read.
#[component]
fn Body(go: Go) -> impl IntoView {
    let portal = portal();
    let facets = portal.explorer().facets;
    let is_wrong = Memo::new(move |_| asked(portal).is_none());
    let answers = Memo::new(move |_| {
        facets.counted.with(|counted| {
            let all = counted.iter().flat_map(|(_, counted)| &counted.answers);
            all.map(|one| What::Answers(one.attribute.clone())).collect::<Vec<_>>()
        })
    });
    let none = move || facets.counted.with(|counted| counted.as_ref().is_some_and(|(_, counted)| counted.total == 0));
    move || {
        if is_wrong.get() {
            return view! { <p class="quiet">{t(words::FIX_FIRST)}</p> }.into_any();
        }
        view! {
            {move || none().then(|| view! { <p class="quiet">{t(said::NOTHING)}</p> })}
            <Group what=What::Labels go/>
            <Histogram go/>
            <Group what=What::Datasets go/>
            <Group what=What::Runs go/>
            <Group what=What::Types go/>
            <Group what=What::Tasks go/>
            <For each=move || answers.get() key=What::clone children=move |what| view! { <Group what go/> }/>
            <Group what=What::Months go/>
        }
        .into_any()
    }
}

/// Changes the query that is shown.
fn change(portal: Portal, go: Go, to: impl FnOnce(&Query) -> Query) {
    let explorer = portal.explorer();
    if let Some(query) = explorer.query_now() {
        let q = to(&query).to_string();
        go.run((crate::paths::ExplorerView { q, ..explorer.view.get_untracked() }, false));
    }
}

/// A condition that stands in the query as a text of its own; `None` when the language does not know it.
fn expr(what: &What, name: &str) -> Option<query::Expr> {
    quick::written(&what.condition(name))
}
