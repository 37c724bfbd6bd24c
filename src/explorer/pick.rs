//! Selecting files: by click, with Shift, by keyboard, all of the query. Kept by the files' ids, so that a list that changes changes
//! nothing of it; another query selects nothing.

use std::collections::BTreeSet;

use leptos::{ev, prelude::*};
use portal_model::{
    api::explorer::{FileIds, path},
    embed::MAX_SELECTED,
    id::FileId,
    links::Go as Link,
};
use wasm_bindgen::JsCast;

use super::{
    beside::Pane,
    export::{Export, Which},
};
use crate::{
    api::{self, Failure},
    app::{Portal, portal},
    paths, platform, session,
    text::{pick as said, t, t_count, t_with},
    ui::readers::forget,
};

/// More links at once help nobody.
const LINKS: u32 = 1_000;

/// Which files are selected.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chosen {
    /// All of the query, but for [`Self::ids`]; else these alone.
    pub all: bool,
    /// Files.
    pub ids: BTreeSet<FileId>,
}

impl Chosen {
    fn has(&self, id: FileId) -> bool {
        self.ids.contains(&id) != self.all
    }

    fn toggle(&mut self, id: FileId) {
        if !self.ids.remove(&id) {
            self.ids.insert(id);
        }
    }

    fn add(&mut self, ids: impl IntoIterator<Item = FileId>) {
        for id in ids {
            if !self.has(id) {
                self.toggle(id);
            }
        }
    }

    /// How many, of so many that the query finds.
    fn count(&self, total: u32) -> u32 {
        let named = u32::try_from(self.ids.len()).unwrap_or(u32::MAX);
        if self.all { total.saturating_sub(named) } else { named }
    }
}

/// What is selected.
#[derive(Clone, Copy, Default)]
pub struct Picked {
    /// The files.
    pub chosen: RwSignal<Chosen>,
    /// Where a range begins.
    anchor: StoredValue<Option<u32>>,
}

impl Picked {
    /// Whether anything is selected.
    fn any(self, total: Option<u32>) -> bool {
        self.chosen.with(|chosen| chosen.count(total.unwrap_or(0)) > 0)
    }

    /// Whether a tile reads as selected: it is, or the keyboard is at it while nothing is.
    pub fn shows(self, index: u32, id: Option<FileId>, at: RwSignal<Option<u32>>) -> bool {
        self.chosen.with(|chosen| {
            if *chosen == Chosen::default() { at.get() == Some(index) } else { id.is_some_and(|id| chosen.has(id)) }
        })
    }

    /// Lets go of everything.
    pub fn clear(self) {
        self.anchor.set_value(None);
        if self.chosen.with_untracked(|chosen| *chosen != Chosen::default()) {
            self.chosen.set(Chosen::default());
        }
    }

    /// The page is left: what it read here outlives it.
    pub fn left(self) {
        forget(&self.chosen);
    }
}

/// Selects a file, or lets go of it.
fn toggle(portal: Portal, index: u32) {
    let explorer = portal.explorer();
    if let Some(loaded) = explorer.file(index) {
        explorer.picked.anchor.set_value(Some(index));
        explorer.picked.chosen.update(|chosen| chosen.toggle(loaded.tile.file.id));
    }
}

/// Selects the files between two places, both included, also those that have not come.
fn range(portal: Portal, from: u32, to: u32) {
    let explorer = portal.explorer();
    let (first, last) = (from.min(to), from.max(to));
    let here: Option<Vec<FileId>> =
        (first..=last).map(|index| explorer.file(index).map(|loaded| loaded.tile.file.id)).collect();
    if let Some(ids) = here {
        return explorer.picked.chosen.update(|chosen| chosen.add(ids));
    }
    leptos::task::spawn_local(async move {
        match ids(portal, first, last - first + 1).await {
            Ok(ids) => {
                let _ = explorer.picked.chosen.try_update(|chosen| chosen.add(ids));
            }
            Err(failure) => {
                session::ended(portal, &failure);
                portal.say(failure.words());
            }
        }
    });
}

/// Ids of files of the list, from a place on.
async fn ids(portal: Portal, offset: u32, limit: u32) -> Result<Vec<FileId>, Failure> {
    let Some((q, snapshot)) = portal.explorer().list() else { return Ok(Vec::new()) };
    let url = format!("{}?{}", path::FILE_IDS, paths::files_query(&q, offset, limit, snapshot.as_deref()));
    Ok(api::get_fresh::<FileIds>(&url).await?.ids)
}

/// A click on a tile or a row, which may select: files are selected in the first list alone.
pub fn clicked(portal: Portal, pane: Pane, index: u32, event: &web_sys::MouseEvent) {
    let explorer = pane.explorer;
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let on = |what: &str| target.as_ref().is_some_and(|target| target.closest(what).ok().flatten().is_some());
    explorer.selected.set(Some(index));
    if !pane.is_first {
        return;
    }
    // With Ctrl a link opens in a new tab, as everywhere; with Shift a window is nobody's wish here.
    let held = event.ctrl_key() || event.meta_key();
    let selects = on(".pick") || (event.shift_key() && !on("button")) || (held && !on("a, button"));
    if !selects {
        return;
    }
    match explorer.picked.anchor.get_value() {
        Some(anchor) if event.shift_key() => {
            range(portal, anchor, index);
            if !on(".pick") {
                event.prevent_default();
            }
        }
        _ if event.shift_key() && !on(".pick") => {
            event.prevent_default();
            toggle(portal, index);
        }
        _ => toggle(portal, index),
    }
}

/// Keys: `x` selects, Shift with a key that moves selects on the way, Ctrl or ⌘ with `a` all of the query, Escape nothing.
pub fn keys(portal: Portal) {
    let explorer = portal.explorer();
    let picked = explorer.picked;
    let listener = window_event_listener(ev::keydown, move |event| {
        if platform::is_typing() || platform::is_asking() || event.default_prevented() || event.alt_key() {
            return;
        }
        let held = event.ctrl_key() || event.meta_key();
        let total = explorer.total.get_untracked().unwrap_or(0);
        match event.key().as_str() {
            "a" | "A" if held && total > 0 => picked.chosen.set(Chosen { all: true, ids: BTreeSet::new() }),
            _ if held => return,
            "x" => match explorer.selected.get_untracked() {
                Some(index) => toggle(portal, index),
                None => return,
            },
            "Escape" if untrack(|| picked.any(Some(total))) => picked.clear(),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || listener.remove());
}

/// The keyboard moved with Shift: what lies between is selected.
pub fn extended(portal: Portal, from: u32, to: u32) {
    let picked = portal.explorer().picked;
    let anchor = picked.anchor.get_value().unwrap_or(from);
    picked.anchor.set_value(Some(anchor));
    range(portal, anchor, to);
}

/// The box by which a file is selected: there when the pointer or the keyboard is at it, on touch screens, and when anything is
/// selected.
#[component]
pub fn Pick(id: FileId, name: String) -> impl IntoView {
    let chosen = portal().explorer().picked.chosen;
    on_cleanup(move || {
        // Tiles come and go by the thousand.
        if id.0 % 64 == 0 {
            forget(&chosen);
        }
    });
    view! {
        <input
            type="checkbox" class="pick" tabindex="-1" aria-label=t_with(said::SELECT, &[("name", &name)])
            prop:checked=move || chosen.with(|chosen| chosen.has(id))
        />
    }
}

/// What can be done with the files that are selected.
#[component]
pub fn PickedBar(export: Export) -> impl IntoView {
    let portal = portal();
    let explorer = portal.explorer();
    let picked = explorer.picked;
    let total = move || explorer.total.get().unwrap_or(0);
    let count = Memo::new(move |_| picked.chosen.with(|chosen| chosen.count(total())));
    // Whoever is around a frame hears of it (`embed::watch`).
    if paths::is_embedded() {
        Effect::new(move |_| {
            let ids = picked.chosen.with(|chosen| {
                let ids = chosen.ids.iter().filter(|_| !chosen.all).take(MAX_SELECTED);
                ids.map(ToString::to_string).collect::<Vec<_>>().join(",")
            });
            platform::tell(platform::PICKED, &format!("{} {ids}", count.get()));
        });
    }
    let any = Memo::new(move |_| count.get() > 0);
    let words =
        move || if any.get() { t_count(said::SELECTED_ONE, said::SELECTED_OTHER, count.get()) } else { String::new() };
    let copy = move |_| {
        leptos::task::spawn_local(async move {
            let chosen = picked.chosen.get_untracked();
            let ids = if chosen.all {
                match ids(portal, 0, explorer.total.get_untracked().unwrap_or(0).max(1)).await {
                    Ok(all) => all.into_iter().filter(|id| chosen.has(*id)).collect(),
                    Err(failure) => {
                        session::ended(portal, &failure);
                        return portal.say(failure.words());
                    }
                }
            } else {
                chosen.ids.into_iter().collect::<Vec<_>>()
            };
            let origin = platform::location().origin().unwrap_or_default();
            let links: Vec<String> = ids.iter().map(|id| format!("{origin}{}", Link::File(*id).path())).collect();
            let n = u32::try_from(links.len()).unwrap_or(u32::MAX);
            if platform::copy(&links.join("\n")).await {
                portal.say(t_count(said::COPIED_ONE, said::COPIED_OTHER, n));
            } else {
                portal.say(t(said::NOT_COPIED));
            }
        });
    };
    let too_many = move || count.get() > LINKS;
    view! {
        <p class="sr" role="status">{words}</p>
        <Show when=move || any.get()>
            <div class="picked" role="region" aria-label=t(said::TITLE)>
                <strong class="num">{words}</strong>
                {move || picked.chosen.with(|chosen| chosen.all.then(|| view! {
                    <span class="quiet">{t(if chosen.ids.is_empty() { said::ALL } else { said::ALL_BUT })}</span>
                }))}
                <span class="grow"></span>
                <button type="button" class="btn" disabled=too_many title=move || too_many().then(|| t(said::TOO_MANY)) on:click=copy>{t(said::COPY)}</button>
                <button type="button" class="btn primary" on:click=move |_| export.open.set(Some(Which::Chosen(picked.chosen.get_untracked())))>{t(said::EXPORT)}</button>
                <button type="button" class="btn quietly" aria-label=t(said::CLEAR) title=t(said::CLEAR) on:click=move |_| picked.clear()>"×"</button>
            </div>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_a_query_is_selected_without_its_ids_and_some_let_go_of() {
        let mut chosen = Chosen::default();
        chosen.toggle(FileId(3));
        chosen.add([FileId(3), FileId(4)]);
        assert_eq!((chosen.count(10), chosen.has(FileId(4)), chosen.has(FileId(5))), (2, true, false));
        let mut all = Chosen { all: true, ids: BTreeSet::new() };
        assert_eq!(all.count(10), 10);
        all.toggle(FileId(4));
        assert_eq!((all.count(10), all.has(FileId(4)), all.has(FileId(5))), (9, false, true));
        all.add([FileId(4)]);
        assert_eq!(all, Chosen { all: true, ids: BTreeSet::new() });
    }
}
