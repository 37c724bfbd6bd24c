//! What happened to my tasks: given to me, sent back to me. The gateway notes it; this browser remembers, per person, what was
//! there at the first visit, and what was seen.

use leptos::{ev, prelude::*};
use portal_model::api::acting::{News, NewsItem, NewsKind, path};
use serde::{Deserialize, Serialize};

use crate::{
    api,
    app::{Portal, portal},
    paths, platform,
    text::{Key, news as words, t, t_with},
    ui::ago::Ago,
};

/// A crowd of events causes one question, this long after the first, in milliseconds.
const TOGETHER: u32 = 900;
/// A word about something new goes away after this, in milliseconds.
const SHOWN: u32 = 8_000;
/// Words about new things at once at the most.
const WORDS: usize = 3;
/// How many were seen one by one is remembered up to this.
const REMEMBERED: usize = 200;

/// What this browser remembers of somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Memory {
    /// The last thing before the first visit.
    first: i64,
    /// Everything up to here was seen.
    seen: i64,
    /// What was seen besides.
    also: Vec<i64>,
}

impl Memory {
    fn has_seen(&self, id: i64) -> bool {
        id <= self.seen || self.also.contains(&id)
    }

    fn see(&mut self, id: i64) {
        if !self.has_seen(id) {
            self.also.push(id);
        }
        if self.also.len() > REMEMBERED {
            self.also.remove(0);
        }
    }

    fn see_all(&mut self, last: i64) {
        self.seen = self.seen.max(last);
        self.also.clear();
    }
}

/// What the list knows.
#[derive(Clone, Copy)]
struct Known {
    portal: Portal,
    memory: RwSignal<Option<Memory>>,
    items: RwSignal<Vec<NewsItem>>,
    /// The greatest number that was told of; nothing is before the first answer.
    told: StoredValue<Option<i64>>,
    toasts: RwSignal<Vec<NewsItem>>,
    asking: StoredValue<bool>,
}

/// The list, when it is open, and words about what happens meanwhile.
#[component]
pub fn NewsList() -> impl IntoView {
    let portal = portal();
    let key = format!("portal.news.{}", portal.who());
    let kept = platform::local_storage()
        .and_then(|storage| storage.get_item(&key).ok().flatten())
        .and_then(|text| serde_json::from_str(&text).ok());
    let known = Known {
        portal,
        memory: RwSignal::new(kept),
        items: RwSignal::default(),
        told: StoredValue::default(),
        toasts: RwSignal::default(),
        asking: StoredValue::default(),
    };
    Effect::new(move |_| {
        if let (Some(memory), Some(storage)) = (known.memory.get(), platform::local_storage()) {
            let _ = storage.set_item(&key, &serde_json::to_string(&memory).unwrap_or_default());
        }
    });
    Effect::new(move |_| {
        let unseen = known.memory.with(|memory| {
            let seen = |item: &&NewsItem| memory.as_ref().is_none_or(|memory| memory.has_seen(item.id));
            known.items.with(|items| items.iter().filter(|item| !seen(item)).count())
        });
        portal.news.unseen.set(u32::try_from(unseen).unwrap_or(u32::MAX));
    });
    // At once, when the stream says something, and when everything is read again.
    Effect::new(move |_| {
        portal.inbox.said.track();
        portal.again.track();
        known.ask();
    });
    let open = portal.news.open;
    let escape = window_event_listener(ev::keydown, move |event| {
        if event.key() == "Escape" && open.get_untracked() {
            open.set(false);
        }
    });
    let elsewhere = window_event_listener(ev::pointerdown, move |event| {
        use wasm_bindgen::JsCast;
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if target.is_none_or(|target| target.closest(".bell").ok().flatten().is_none()) {
            open.set(false);
        }
    });
    on_cleanup(move || {
        escape.remove();
        elsewhere.remove();
    });
    view! {
        <Show when=move || open.get()>
            <div class="news" role="group" aria-label=t(words::TITLE)>
                <div class="news-head">
                    <strong>{t(words::TITLE)}</strong>
                    <button type="button" class="btn quietly" disabled=move || portal.news.unseen.get() == 0 on:click=move |_| known.see_all()>{t(words::SEE_ALL)}</button>
                </div>
                {move || known.items.with(Vec::is_empty).then(|| view! { <p class="quiet">{t(words::NONE)}</p> })}
                <ul tabindex="0" aria-label=t(words::LIST)>
                    {move || known.items.get().into_iter().map(|item| view! { <Item known item/> }).collect_view()}
                </ul>
            </div>
        </Show>
        <div class="news-words" role="status" aria-live="polite">
            {move || known.toasts.get().into_iter().map(|item| {
                let id = item.id;
                view! {
                    <a class="news-word" href=paths::task(item.task, None) on:click=move |_| known.see(id)>
                        <strong>{t(kind(item.kind))}</strong><bdi>{item.name}</bdi>
                    </a>
                }
            }).collect_view()}
        </div>
    }
}

/// What happened, in words.
fn kind(kind: NewsKind) -> Key {
    match kind {
        NewsKind::Assigned => words::ASSIGNED,
        NewsKind::SentBack => words::SENT_BACK,
    }
}

#[component]
fn Item(known: Known, item: NewsItem) -> impl IntoView {
    let id = item.id;
    let unseen = move || known.memory.with(|memory| memory.as_ref().is_some_and(|memory| !memory.has_seen(id)));
    let said = t_with(words::IN_JOB, &[("job", &item.job)]);
    view! {
        <li class:unseen=unseen>
            <a href=paths::task(item.task, None) on:click=move |_| { known.see(id); known.portal.news.open.set(false); }>
                <span class="news-what">{t(kind(item.kind))}{move || unseen().then(|| view! { <span class="sr">{t(words::UNSEEN)}</span> })}</span>
                <span class="news-name"><bdi>{item.name}</bdi></span>
                <span class="quiet">{said}" · "<Ago time=Signal::stored(item.at)/></span>
            </a>
        </li>
    }
}

impl Known {
    /// Asks what happened, a moment later.
    fn ask(self) {
        if self.asking.get_value() {
            return;
        }
        self.asking.set_value(true);
        leptos::task::spawn_local(async move {
            platform::sleep(if self.told.try_get_value().flatten().is_none() { 0 } else { TOGETHER }).await;
            // Who left meanwhile is told nothing any more.
            if self.asking.try_set_value(false).is_some() {
                return;
            }
            let first = self.memory.with_untracked(|memory| memory.as_ref().map(|memory| memory.first));
            let url = first.map_or_else(|| path::NEWS.to_owned(), |first| format!("{}?after={first}", path::NEWS));
            // Without an answer the next event asks again.
            if let Ok(news) = api::get_fresh::<News>(&url).await
                && self.told.try_get_value().is_some()
            {
                self.heard(news);
            }
        });
    }

    fn heard(self, news: News) {
        if self.memory.with_untracked(Option::is_none) {
            // What was before the first visit is no news.
            self.memory.set(Some(Memory { first: news.last, seen: news.last, also: Vec::new() }));
        }
        let told = self.told.get_value();
        self.told.set_value(Some(news.last));
        if let Some(told) = told {
            let fresh: Vec<NewsItem> = news.items.iter().filter(|item| item.id > told).take(WORDS).cloned().collect();
            if !fresh.is_empty() {
                self.toast(fresh);
            }
        }
        self.items.set(news.items);
    }

    fn toast(self, fresh: Vec<NewsItem>) {
        let ids: Vec<i64> = fresh.iter().map(|item| item.id).collect();
        self.toasts.update(|toasts| toasts.extend(fresh));
        leptos::task::spawn_local(async move {
            platform::sleep(SHOWN).await;
            let _ = self.toasts.try_update(|toasts| toasts.retain(|item| !ids.contains(&item.id)));
        });
    }

    fn see(self, id: i64) {
        self.memory.update(|memory| memory.iter_mut().for_each(|memory| memory.see(id)));
        self.toasts.update(|toasts| toasts.retain(|item| item.id != id));
    }

    fn see_all(self) {
        let last = self.told.get_value().unwrap_or_default();
        self.memory.update(|memory| memory.iter_mut().for_each(|memory| memory.see_all(last)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_stays_seen_one_by_one_or_all_at_once() {
        let mut memory = Memory { first: 5, seen: 5, also: Vec::new() };
        assert!(memory.has_seen(5) && !memory.has_seen(6));
        memory.see(8);
        assert!(memory.has_seen(8) && !memory.has_seen(7));
        memory.see_all(9);
        assert!((6..=9).all(|id| memory.has_seen(id)) && !memory.has_seen(10));
        for id in 10..10 + 2 * i64::try_from(REMEMBERED).unwrap() {
            memory.see(id);
        }
        assert_eq!(memory.also.len(), REMEMBERED);
    }
}
