//! Two lists side by side, each with its own query and count, scrolled together or apart: the same query with two runs, for instance.

use leptos::{context::Provider, html, prelude::*};

use super::{ExplorerState, Go, grid::Grid, wrong};
use crate::{
    app::{Portal, portal},
    paths::{self, ExplorerView, Page},
    text::{beside as words, explorer as shared, t},
};

/// Which list the components below show.
#[derive(Clone, Copy)]
pub struct Pane {
    /// What is known of it.
    pub explorer: ExplorerState,
    /// The first, whose query is the page's: files are selected there.
    pub is_first: bool,
}

impl Pane {
    /// The one that is shown here; the page's own where nobody says otherwise.
    pub fn here() -> Self {
        use_context().unwrap_or_else(|| Self { explorer: portal().explorer(), is_first: true })
    }

    /// The id of a tile's element.
    pub fn id(self, index: u32) -> String {
        format!("{}-{index}", if self.is_first { "tile" } else { "beside" })
    }
}

/// The second list, and how both are scrolled.
#[derive(Clone, Copy)]
pub struct Beside {
    second: ExplorerState,
    /// Whether both are scrolled at once.
    together: RwSignal<bool>,
    /// Whether the hand is at the first: the other follows.
    leads: StoredValue<bool>,
}

impl Beside {
    /// For the page that is being shown.
    pub fn new(portal: Portal) -> Self {
        let beside =
            Self { second: ExplorerState::new(), together: RwSignal::new(true), leads: StoredValue::new(true) };
        let (first, second) = (portal.explorer(), beside.second);
        second.on_screen.set_value(true);
        let address = portal.route.address();
        Effect::new(move |_| {
            let view = address.with(|address| {
                let here = paths::page(&address.path) == Some(Page::Explorer);
                here.then(|| ExplorerView::read(|name| address.parameter(name)))
            });
            if let Some(view) = view
                && let Some(q) = view.beside.clone()
            {
                second.open(portal, ExplorerView { q, beside: None, ..view });
            }
        });
        Effect::new(move |before: Option<u32>| {
            let again = portal.again.get();
            if before.is_some() {
                second.read_again(portal);
            }
            again
        });
        beside.follows(first, second, true);
        beside.follows(second, first, false);
        beside
    }

    /// The other goes where this one is scrolled, while the hand is at this one.
    fn follows(self, this: ExplorerState, other: ExplorerState, is_first: bool) {
        Effect::new(move |_| {
            let at = this.scroll.get();
            if !self.together.get() || self.leads.get_value() != is_first {
                return;
            }
            let end = untrack(|| {
                let cells = other.cells();
                (cells.height() - cells.view).max(0.0)
            });
            let at = at.min(end);
            if (other.scroll.get_untracked() - at).abs() >= 1.0 {
                other.scroll.set(at);
            }
        });
    }
}

/// A second list, or one again.
#[component]
pub fn BesideButton(go: Go) -> impl IntoView {
    let explorer = portal().explorer();
    let is_on = move || explorer.view.read().beside.is_some();
    let toggle = move |_| {
        let view = explorer.view.get_untracked();
        let beside = if view.beside.is_some() { None } else { Some(view.q.clone()) };
        go.run((ExplorerView { beside, ..view }, false));
    };
    view! { <button type="button" class="btn facets-button" aria-pressed=move || is_on().to_string() on:click=toggle>{t(words::TITLE)}</button> }
}

/// What stands above the first list while there are two.
#[component]
pub fn FirstHead(beside: Beside) -> impl IntoView {
    let explorer = portal().explorer();
    let is_on = Memo::new(move |_| explorer.view.read().beside.is_some());
    let q = move || {
        let q = explorer.view.read().q.clone();
        if q.is_empty() { t(shared::VIEW_ALL).to_owned() } else { q }
    };
    move || {
        is_on.get().then(|| {
            view! {
                <div class="pane-head">
                    <code dir="ltr">{q}</code>
                    <span class="grow"></span>
                    <label class="check">
                        <input type="checkbox" prop:checked=move || beside.together.get() on:change=move |event| beside.together.set(event_target_checked(&event))/>
                        {t(words::TOGETHER)}
                    </label>
                </div>
            }
        })
    }
}

/// Says that the hand is at the first list.
pub fn leads(beside: Beside, is_first: bool) {
    beside.leads.set_value(is_first);
}

/// The second list.
#[component]
pub fn Second(beside: Beside, go: Go) -> impl IntoView {
    let portal = portal();
    let first = portal.explorer();
    let second = beside.second;
    let is_on = Memo::new(move |_| first.view.read().beside.is_some());
    // What is changed here is the second query; all else is of both.
    let go_here = Go::new(move |(view, replace): (ExplorerView, bool)| {
        go.run((ExplorerView { beside: Some(view.q), ..first.view.get_untracked() }, replace));
    });
    let close = move |_| go.run((ExplorerView { beside: None, ..first.view.get_untracked() }, false));
    let some = Memo::new(move |_| second.total.get().map(|total| total > 0));
    let field = NodeRef::<html::Input>::new();
    let write = move |_| {
        let Some(field) = field.get_untracked() else { return };
        let q = field.value().trim().to_owned();
        go_here.run((ExplorerView { q, ..first.view.get_untracked() }, false));
    };
    let wrong = move || second.wrong.get().map(|(_, error)| wrong::said(&error.expected));
    move || {
        is_on.get().then(|| {
            view! {
                <section class="list second" aria-label=t(words::SECOND) on:pointerenter=move |_| leads(beside, false) on:focusin=move |_| leads(beside, false)>
                    <div class="pane-head">
                        <label class="sr" for="beside-query">{t(words::QUERY)}</label>
                        <input
                            id="beside-query" type="text" inputmode="search" autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="4000"
                            node_ref=field prop:value=move || second.typed.get() on:change=write
                            aria-invalid=move || second.wrong.read().is_some().then_some("true") aria-describedby="beside-wrong"
                        />
                        <span class="found" role="status">{move || super::found(portal, second)}</span>
                        <button type="button" class="btn quietly" aria-label=t(words::CLOSE) title=t(words::CLOSE) on:click=close>"×"</button>
                        <p id="beside-wrong" role="alert">{wrong}</p>
                    </div>
                    <Provider value=Pane { explorer: second, is_first: false }>
                        {move || match some.get() {
                            Some(true) => view! { <Grid go=go_here/> }.into_any(),
                            Some(false) => view! { <p class="pane-none quiet">{t(shared::NOTHING_TITLE)}</p> }.into_any(),
                            None => ().into_any(),
                        }}
                    </Provider>
                </section>
            }
        })
    }
}
