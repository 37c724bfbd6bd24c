//! Selecting tasks: by click, with Shift, by keyboard, all of them. Kept by the tasks' ids, so that a list that changes changes
//! nothing of it. What can be done with them is a part of its own ([`super::bulk`]).

use std::collections::BTreeSet;

use leptos::{ev, prelude::*, reactive::graph::Source};
use portal_model::{api::Whose, id::TaskId};
use wasm_bindgen::JsCast;

use super::Go;
use crate::{
    app::{Portal, portal},
    areas,
    paths::InboxView,
    platform, session,
    text::{Key, inbox as words, t, t_count, t_with},
    ui::{
        changing::{at_times, saying},
        readers::forget,
    },
};

/// What is selected.
#[derive(Clone, Copy, Default)]
pub struct Picked {
    /// The tasks.
    pub ids: RwSignal<BTreeSet<TaskId>>,
    /// Names the batch under way, or the last one, while it is shown.
    pub batch: RwSignal<Option<String>>,
    /// Where a range begins.
    anchor: StoredValue<Option<u32>>,
    /// How many went while nobody was told yet.
    went: StoredValue<u32>,
}

/// Where the batch under way is remembered, so that a reload finds it.
const BATCH: &str = "portal.batch";
/// Tasks that go one after the other are told of together, in milliseconds.
const TOGETHER: u32 = 700;

impl Picked {
    /// Whether a row reads as selected: it is, or the keyboard is at it while nothing is.
    pub fn shows(self, index: u32, id: Option<TaskId>, at: RwSignal<Option<u32>>) -> bool {
        self.ids
            .with(|ids| if ids.is_empty() { at.get() == Some(index) } else { id.is_some_and(|id| ids.contains(&id)) })
    }

    /// Selects a task, or lets go of it.
    fn toggle(self, index: u32, id: TaskId) {
        self.anchor.set_value(Some(index));
        self.ids.update(|ids| {
            if !ids.remove(&id) {
                ids.insert(id);
            }
        });
    }

    /// Lets go of everything.
    pub fn clear(self) {
        self.anchor.set_value(None);
        if self.ids.with_untracked(|ids| !ids.is_empty()) {
            self.ids.set(BTreeSet::new());
        }
    }

    /// The page is left: what it read here outlives it.
    pub fn left(self) {
        forget(&self.ids);
        // Nobody else reads it; told to, the bar would ask for the batch once more.
        self.batch.clear_subscribers();
    }

    /// A task left my sight: it is not selected any more, and that is said.
    pub fn gone(self, portal: Portal, id: TaskId) {
        if self.ids.try_with_untracked(|ids| ids.contains(&id)) != Some(true) {
            return;
        }
        self.ids.update(|ids| {
            ids.remove(&id);
        });
        self.went.update_value(|went| *went += 1);
        if self.went.get_value() == 1 {
            leptos::task::spawn_local(async move {
                platform::sleep(TOGETHER).await;
                let went = self.went.get_value();
                self.went.set_value(0);
                portal.say(t_count(words::WENT_ONE, words::WENT_OTHER, went));
            });
        }
    }

    /// Shows a batch, also after a reload; `None` ends that.
    pub fn show(self, id: Option<String>) {
        if let Some(storage) = platform::session_storage() {
            let _ = match &id {
                Some(id) => storage.set_item(BATCH, id),
                None => storage.remove_item(BATCH),
            };
        }
        self.batch.set(id);
    }
}

/// Selects the rows between two, both included, also those that have not come.
fn range(portal: Portal, from: u32, to: u32, instead: bool) {
    let inbox = portal.inbox;
    let (first, last) = (from.min(to), from.max(to));
    let add = move |new: Vec<TaskId>| {
        inbox.picked.ids.update(|ids| {
            if instead {
                ids.clear();
            }
            ids.extend(new);
        });
    };
    let here: Option<Vec<TaskId>> = (first..=last).map(|index| inbox.row(index).map(|row| row.id)).collect();
    if let Some(ids) = here {
        return add(ids);
    }
    leptos::task::spawn_local(async move {
        match areas::ids_between(portal, (first, last)).await {
            Ok(ids) => add(ids),
            Err(failure) => {
                session::ended(portal, &failure);
                portal.say(failure.words());
            }
        }
    });
}

/// A click on a row that selects; `false` for all others.
pub fn clicked(portal: Portal, index: u32, event: &web_sys::MouseEvent) -> bool {
    let inbox = portal.inbox;
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let on = |what: &str| target.as_ref().is_some_and(|target| target.closest(what).ok().flatten().is_some());
    let on_box = on(".pick");
    // With Ctrl a link opens in a new tab, as everywhere.
    let selects = on_box || ((event.shift_key() || event.ctrl_key() || event.meta_key()) && !on("a, button"));
    let Some(row) = inbox.row(index).filter(|_| selects) else { return false };
    inbox.selected.set(Some(index));
    match inbox.picked.anchor.get_value() {
        Some(anchor) if event.shift_key() => range(portal, anchor, index, false),
        _ => inbox.picked.toggle(index, row.id),
    }
    true
}

/// Keys: `x` selects, Shift with a key that moves selects on the way, Ctrl or ⌘ with `a` all, Escape nothing.
pub fn keys(portal: Portal) {
    let inbox = portal.inbox;
    let listener = window_event_listener(ev::keydown, move |event| {
        if platform::is_typing() || platform::is_asking() || event.default_prevented() || event.alt_key() {
            return;
        }
        let (key, held) = (event.key(), event.ctrl_key() || event.meta_key());
        let total = inbox.total.get_untracked().unwrap_or(0);
        let here = inbox.selected.get_untracked();
        let step: Option<i8> = match key.as_str() {
            "J" | "ArrowDown" if event.shift_key() => Some(1),
            "K" | "ArrowUp" if event.shift_key() => Some(-1),
            _ => None,
        };
        match (key.as_str(), step) {
            ("a" | "A", _) if held && total > 0 => {
                inbox.picked.anchor.set_value(Some(0));
                range(portal, 0, total - 1, true);
            }
            _ if held => return,
            ("x", _) => {
                let Some((index, row)) = here.and_then(|index| Some((index, inbox.row(index)?))) else { return };
                inbox.picked.toggle(index, row.id);
            }
            ("Escape", _) if inbox.picked.ids.with_untracked(|ids| !ids.is_empty()) => inbox.picked.clear(),
            (_, Some(step)) if total > 0 => {
                let from = here.unwrap_or(0);
                let to = from.saturating_add_signed(step.into()).min(total - 1);
                let anchor = inbox.picked.anchor.get_value().unwrap_or(from);
                inbox.picked.anchor.set_value(Some(anchor));
                inbox.selected.set(Some(to));
                if let Some(offset) = untrack(|| inbox.window()).reveal(to) {
                    inbox.scroll.set(offset);
                }
                range(portal, anchor, to, false);
            }
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || listener.remove());
}

/// The box by which a row is selected: there when the pointer or the keyboard is at the row, on touch screens, and when anything is
/// selected.
#[component]
pub fn Pick(id: TaskId, index: u32, name: String) -> impl IntoView {
    let picked = portal().inbox.picked;
    view! {
        <input
            type="checkbox" class="pick" tabindex="-1" id=format!("pick-{index}") aria-label=t_with(words::SELECT, &[("name", &name)])
            prop:checked=move || picked.ids.with(|ids| ids.contains(&id))
        />
    }
}

/// Mine, or everyone's: for admins.
#[component]
pub fn WhoseSwitch(go: Go) -> impl IntoView {
    let portal = portal();
    let inbox = portal.inbox;
    let button = move |whose: Whose, words: Key| {
        view! {
            <button type="button" aria-pressed=Signal::derive(move || (inbox.view.read().whose == whose).to_string())
                on:click=move |_| go.run((InboxView { whose, ..inbox.view.get_untracked() }, false))>{t(words)}</button>
        }
    };
    at_times(move || {
        portal.is_admin().then(|| {
            view! {
                <div class="seg whose" role="group" aria-label=t(words::WHOSE)>
                    {button(Whose::Mine, words::MINE)}{button(Whose::Everyone, words::EVERYONE)}
                </div>
            }
            .into_any()
        })
    })
}

/// How many are selected, for those who hear the page, and what can be done with them.
#[component]
pub fn Chosen() -> impl IntoView {
    let picked = portal().inbox.picked;
    if picked.batch.with_untracked(Option::is_none)
        && let Some(id) = platform::session_storage().and_then(|storage| storage.get_item(BATCH).ok().flatten())
    {
        picked.batch.set(Some(id));
    }
    let count = Memo::new(move |_| picked.ids.with(|ids| u32::try_from(ids.len()).unwrap_or(u32::MAX)));
    let any = Memo::new(move |_| count.get() > 0);
    let shown = Memo::new(move |_| any.get() || picked.batch.read().is_some());
    // The boxes of all rows show while anything is selected.
    Effect::new(move |_| {
        if let Some(list) = document().get_element_by_id("tasks") {
            let _ = list.class_list().toggle_with_force("picking", any.get());
        }
    });
    view! {
        <p class="sr" role="status">{saying(move || if any.get() { t_count(words::SELECTED_ONE, words::SELECTED_OTHER, count.get()) } else { String::new() })}</p>
        {at_times(move || shown.get().then(areas::bulk))}
    }
}
