//! What the list says when there is nothing in it: why, and what to do. When search and filters leave nothing: which of them to
//! take away, and how much that would show.

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
    session::{SessionState, pages::contact},
    text::{Key, filter as words, inbox as folders, t, t_count, t_with},
};

/// Nothing to show.
#[component]
pub fn Empty(go: Go) -> impl IntoView {
    let portal = portal();
    let inbox = portal.inbox;
    // While a list is being read, some are filtered out and some have not come: the reading is said first.
    let reading =
        move || portal.freshness.with(|freshness| freshness.as_ref().is_some_and(|freshness| !freshness.complete));
    let is_filtered = Memo::new(move |_| inbox.view.with(|view| !view.is_plain()) && !reading());
    move || {
        if is_filtered.get() { view! { <LeftOut go/> }.into_any() } else { view! { <Plain go/> }.into_any() }
    }
}

/// Where to go on from an empty folder, and what that is called with how many tasks there are.
const WAYS: [(Tab, Key, Key); 4] = [
    (Tab::Todo, folders::SEE_TODO_ONE, folders::SEE_TODO_OTHER),
    (Tab::InReview, folders::SEE_REVIEW_ONE, folders::SEE_REVIEW_OTHER),
    (Tab::Done, folders::SEE_DONE_ONE, folders::SEE_DONE_OTHER),
    (Tab::All, folders::SEE_ALL_ONE, folders::SEE_ALL_OTHER),
];

/// Nothing, and no filter is the reason.
#[component]
fn Plain(go: Go) -> impl IntoView {
    let portal = portal();
    let inbox = portal.inbox;
    move || {
        let view = inbox.view.get();
        let counts = inbox.counts.get().unwrap_or_default();
        let reading = portal.freshness.with(|freshness| freshness.as_ref().filter(|f| !f.complete).map(|f| f.percent));
        let (title, said) = match (view.tab, reading) {
            (_, Some(percent)) => {
                let said = t_with(folders::NONE_READING_WORDS, &[("percent", &percent.to_string())]);
                (folders::NONE_READING_TITLE, said)
            }
            (_, None) if counts.all == 0 => (folders::NONE_TITLE, t(folders::NONE_WORDS).to_owned()),
            // All that was theirs to do waits for others.
            (Tab::Todo, None) if counts.in_review > 0 => {
                let said = t_count(folders::TODO_WAITS_ONE, folders::TODO_WAITS_OTHER, counts.in_review);
                (folders::TODO_TITLE, said)
            }
            (Tab::Todo, None) => (folders::TODO_TITLE, t(folders::TODO_WORDS).to_owned()),
            (Tab::SentBack, None) => (folders::SENT_BACK_TITLE, t(folders::SENT_BACK_WORDS).to_owned()),
            (Tab::InReview, None) => (folders::IN_REVIEW_TITLE, t(folders::IN_REVIEW_WORDS).to_owned()),
            (Tab::Done, None) => (folders::DONE_TITLE, t(folders::DONE_WORDS).to_owned()),
            (Tab::All, None) => (folders::NONE_TITLE, t(folders::NONE_WORDS).to_owned()),
        };
        let ways = WAYS.into_iter().filter_map(|(tab, one, other)| {
            let count = count_of(&counts, tab);
            (tab != view.tab && count > 0).then(|| {
                let to = InboxView { tab, ..view.clone() };
                view! { <li><button type="button" class="btn" on:click=move |_| go.run((to.clone(), false))>{t_count(one, other, count)}</button></li> }
            })
        });
        // Nobody gave them anything: whom to ask.
        let ask = (counts.all == 0 && reading.is_none()).then(|| {
            portal.session.with(|state| match state {
                SessionState::In(session) => contact(session),
                _ => None,
            })
        });
        view! {
            <div class="empty">
                <h2>{t(title)}</h2>
                <p>{said}</p>
                <ul class="ways">{ways.collect_view()}</ul>
                {ask.flatten()}
            </div>
        }
    }
}

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
fn LeftOut(go: Go) -> impl IntoView {
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
        go.run((InboxView { q: String::new(), filter: Default::default(), ..view }, false));
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
