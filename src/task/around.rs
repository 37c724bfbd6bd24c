//! The tasks before and after this one, in the list one came from.

use std::cell::RefCell;

use leptos::{ev, prelude::*};
use portal_model::{
    api::{TaskDetail, path},
    id::TaskId,
};

use crate::{
    api,
    app::{Portal, portal},
    paths, platform,
    text::{Key, number, t, t_with, task as words},
};

/// Rows that have not come yet are waited for in steps of so many milliseconds, and so often.
const REST: u32 = 50;
const RESTS: u32 = 100;

/// A way through the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// To the task before.
    Back,
    /// To the task after.
    On,
}

thread_local! {
    /// A task that was read before its page is shown, so that the one page stays until the other is whole; and which button was
    /// pressed for it.
    static READY: RefCell<Option<(TaskDetail, Way)>> = const { RefCell::new(None) };
}

/// The task, when it was read already; once.
pub fn taken(id: TaskId) -> Option<(TaskDetail, Way)> {
    READY.take().filter(|(detail, _)| detail.row.id == id)
}

/// Where the page's task stands in the list. It may leave the list while the page is open: then the next one took its place.
#[derive(Clone, Copy)]
struct Place {
    id: TaskId,
    /// As it was when the page came.
    was: Option<u32>,
}

impl Place {
    /// The row in that direction, or why there is none.
    fn to(self, portal: Portal, way: Way) -> Result<u32, Key> {
        let total = portal.inbox.total.get_untracked().unwrap_or(0);
        let here = portal.inbox.place(self.id);
        let at = here.or(self.was).ok_or(words::PLACE_NONE)?;
        match way {
            Way::Back => at.checked_sub(1).ok_or(words::PLACE_FIRST),
            Way::On => Some(if here.is_some() { at + 1 } else { at }).filter(|at| *at < total).ok_or(words::PLACE_LAST),
        }
    }
}

/// Goes there; the page that is shown stays until the other one has been read.
fn go(portal: Portal, place: Place, way: Way) {
    let index = match place.to(portal, way) {
        Ok(index) => index,
        Err(why) => return portal.say(t(why)),
    };
    let inbox = portal.inbox;
    inbox.ensure(portal, index..index + 1);
    leptos::task::spawn_local(async move {
        let mut row = inbox.row(index);
        for _ in 0..RESTS {
            if row.is_some() {
                break;
            }
            platform::sleep(REST).await;
            row = inbox.row(index);
        }
        let Some(row) = row else { return };
        if let Ok(detail) = api::get_fresh::<TaskDetail>(&path::task(row.id)).await {
            READY.set(Some((detail, way)));
        }
        // Somebody went elsewhere meanwhile.
        if paths::page(&portal.route.address().get_untracked().path) != Some(paths::Page::Task(Some(place.id))) {
            return;
        }
        inbox.jump(index);
        // In place of this one: back leads to the list, at that row.
        portal.route.replace(&paths::task(row.id, None));
    });
}

/// Two buttons and the place between them.
#[component]
pub fn Around(id: TaskId, came: Option<Way>) -> impl IntoView {
    let portal = portal();
    let place = Place { id, was: portal.inbox.place(id) };
    let listener = window_event_listener(ev::keydown, move |event| {
        // On many keyboards brackets need AltGr, which browsers report as Ctrl and Alt.
        let modified = event.meta_key() || (event.ctrl_key() != event.alt_key());
        if platform::is_typing() || platform::is_asking() || modified || event.default_prevented() {
            return;
        }
        match event.key().as_str() {
            "[" => go(portal, place, Way::Back),
            "]" => go(portal, place, Way::On),
            _ => {}
        }
    });
    on_cleanup(move || listener.remove());
    let said = place.was.map(|at| {
        let all = portal.inbox.total.get_untracked().unwrap_or(0);
        t_with(words::PLACE, &[("n", &number(at + 1)), ("all", &number(all))])
    });
    let button = move |way: Way, name: Key, sign: &'static str, key: &'static str| {
        let element = NodeRef::<leptos::html::Button>::new();
        // Whoever pressed it goes on pressing it.
        Effect::new(move |_| {
            if came == Some(way)
                && let Some(element) = element.get()
            {
                let _ = element.focus();
            }
        });
        let why = place.to(portal, way).err();
        let title = why.map_or_else(|| format!("{} ({key})", t(name)), |why| t(why).to_owned());
        view! {
            <button type="button" class="btn quietly" node_ref=element aria-label=t(name) title=title
                aria-keyshortcuts=key aria-disabled=why.map(|_| "true") on:click=move |_| go(portal, place, way)>{sign}</button>
        }
        .into_any()
    };
    view! {
        <div class="around">
            {button(Way::Back, words::PREVIOUS, "‹", "[")}
            {said.map(|said| view! { <span class="num quiet">{said}</span> })}
            {button(Way::On, words::NEXT, "›", "]")}
        </div>
    }
}
