//! What the list says when search and filters leave nothing: which of them to take away, and how much that would show.

use leptos::prelude::*;
use portal_model::{
    api::tasks::{TaskPlaces, path},
    task::Tab,
};

use super::dimension_word;
use crate::{
    api,
    app::portal,
    inbox::{Go, count_of},
    paths::InboxView,
    platform,
    text::{filter as words, t, t_count, t_with},
};

/// A way on, and how many tasks it shows.
#[derive(Clone, Debug, PartialEq)]
struct Way {
    words: String,
    to: InboxView,
    tasks: u32,
}

/// The ways from a view: without its search, without each of its filters, and the same in all folders.
fn ways(view: &InboxView) -> Vec<(String, InboxView)> {
    let mut ways = Vec::new();
    if !view.q.is_empty() {
        let words = t_with(words::WITHOUT_SEARCH, &[("q", &view.q)]);
        ways.push((words, InboxView { q: String::new(), ..view.clone() }));
    }
    for (dimension, _) in super::DIMENSIONS {
        if view.filter.of(dimension).next().is_some() {
            let words = t_with(words::WITHOUT, &[("what", dimension_word(dimension))]);
            ways.push((words, InboxView { filter: view.filter.without(dimension), ..view.clone() }));
        }
    }
    if view.tab != Tab::All {
        ways.push((t(words::IN_ALL).to_owned(), InboxView { tab: Tab::All, ..view.clone() }));
    }
    ways
}

/// Nothing is left.
#[component]
pub fn LeftOut(go: Go) -> impl IntoView {
    let inbox = portal().inbox;
    let found = RwSignal::new(None::<Vec<Way>>);
    let shown = Memo::new(move |_| inbox.view.get());
    Effect::new(move |_| {
        let view = shown.get();
        found.set(None);
        leptos::task::spawn_local(async move {
            let mut some = Vec::new();
            for (words, to) in ways(&view) {
                let url = format!("{}?{}", path::TASK_PLACES, to.query(platform::zone));
                if let Ok(said) = api::get_fresh::<TaskPlaces>(&url).await {
                    let tasks = count_of(&said.counts, to.tab);
                    some.push(Way { words, to, tasks });
                }
            }
            some.retain(|way| way.tasks > 0);
            some.sort_by_key(|way| std::cmp::Reverse(way.tasks));
            if shown.try_get_untracked().as_ref() == Some(&view) {
                let _ = found.try_set(Some(some));
            }
        });
    });
    let all = move |_| {
        let view = inbox.view.get_untracked();
        go.run((InboxView { tab: view.tab, sort: view.sort, ..InboxView::default() }, false));
    };
    view! {
        <div class="empty">
            <h2><bdi>{move || {
                let view = shown.get();
                if view.filter.is_empty() { t_with(words::SEARCH_TITLE, &[("q", &view.q)]) } else { t(words::EMPTY_TITLE).to_owned() }
            }}</bdi></h2>
            <p>{move || match &*found.read() {
                None => t(words::EMPTY_LOOKING),
                Some(ways) if ways.is_empty() => t(words::EMPTY_NOWHERE),
                Some(_) => t(words::EMPTY_WORDS),
            }}</p>
            <ul class="ways">
                {move || found.get().into_iter().flatten().map(|way| {
                    let to = way.to;
                    view! {
                        <li><button type="button" class="btn" on:click=move |_| go.run((to.clone(), false))>
                            <bdi>{way.words}</bdi><small class="num">{t_count(words::TASKS_ONE, words::TASKS_OTHER, way.tasks)}</small>
                        </button></li>
                    }
                }).collect_view()}
            </ul>
            <button type="button" class="btn quietly" on:click=all>{move || t(if shown.read().filter.is_empty() { words::CLEAR_SEARCH } else { words::CLEAR_ALL })}</button>
        </div>
    }
}
