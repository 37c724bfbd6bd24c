//! What "Files" knows. Lives at the root, so that back returns to the same tiles and the same place.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
    sync::Arc,
};

use leptos::prelude::*;
use portal_model::{
    annotation::Label,
    api::explorer::{FileList, FileNames, FileTile, View, path},
    query::{self, Query, SyntaxError},
};

use super::{facets::Facets, layout::Cells, pick::Picked, quick, view_dialog::Editing};
use crate::{
    api::{self, Failure},
    app::Portal,
    live,
    paths::{ExplorerView, files_query},
    platform, session,
    ui::readers::forget,
};

/// Files of one request.
const PAGE: u32 = 60;
/// So many pages are kept; those farthest away go first, and are asked for again when they are seen again.
const PAGES: usize = 40;
/// While the first reading goes on, the list is read again so often, in milliseconds.
const READING: u32 = 4_000;

/// A file that has come, with the labels of what is drawn on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    /// The file.
    pub tile: FileTile,
    /// Labels of all files that came with it.
    pub labels: Arc<Vec<Label>>,
}

/// One place in the grid. Empty until its file has come.
pub type Slot = ArcRwSignal<Option<Arc<Loaded>>>;

/// What "Files" knows.
#[derive(Clone, Copy)]
pub struct ExplorerState {
    /// What is shown.
    pub view: RwSignal<ExplorerView>,
    /// What stands in the query's field.
    pub typed: RwSignal<String>,
    /// What is wrong with it, and of which text.
    pub wrong: RwSignal<Option<(String, SyntaxError)>>,
    /// How many files there are; `None` before the first answer.
    pub total: RwSignal<Option<u32>>,
    /// How much of what is drawn on the files has been read, in percent.
    pub annotated: RwSignal<u8>,
    /// Why the last question had no answer.
    pub failure: RwSignal<Option<Failure>>,
    /// The tile that the keyboard is at.
    pub selected: RwSignal<Option<u32>>,
    /// How far the grid is scrolled, in pixels.
    pub scroll: RwSignal<f64>,
    /// Width and height of the grid's opening, in pixels; nothing before it was measured.
    pub room: RwSignal<(f64, f64)>,
    /// Counts up when pages must be asked for again.
    pub stale: RwSignal<u32>,
    /// What files can be asked by.
    pub names: RwSignal<FileNames>,
    /// Saved views; `None` before they have come.
    pub views: RwSignal<Option<Vec<View>>>,
    /// What the dialog of views is about, while it is open.
    pub editing: RwSignal<Option<Editing>>,
    /// What the files are, counted.
    pub facets: Facets,
    /// What is selected.
    pub picked: Picked,
    slots: StoredValue<HashMap<u32, Slot>>,
    asked: StoredValue<HashSet<u32>>,
    snapshot: StoredValue<Option<String>>,
    /// The query of the list: the last one that could be read.
    listed: StoredValue<Option<String>>,
    /// The query that the field sent on its way into the address.
    sent: StoredValue<Option<String>>,
    /// Answers to older questions are thrown away.
    generation: StoredValue<u32>,
    /// Whether the page is shown.
    pub on_screen: StoredValue<bool>,
}

impl ExplorerState {
    /// Nothing is known yet.
    pub fn new() -> Self {
        Self {
            view: RwSignal::default(),
            typed: RwSignal::default(),
            wrong: RwSignal::default(),
            total: RwSignal::default(),
            annotated: RwSignal::new(100),
            failure: RwSignal::default(),
            selected: RwSignal::default(),
            scroll: RwSignal::default(),
            room: RwSignal::default(),
            stale: RwSignal::default(),
            names: RwSignal::default(),
            views: RwSignal::default(),
            editing: RwSignal::default(),
            facets: Facets::new(),
            picked: Picked::default(),
            slots: StoredValue::default(),
            asked: StoredValue::default(),
            snapshot: StoredValue::default(),
            listed: StoredValue::default(),
            sent: StoredValue::default(),
            generation: StoredValue::default(),
            on_screen: StoredValue::default(),
        }
    }

    /// Shows something, unless it is shown already.
    pub fn open(self, portal: Portal, view: ExplorerView) {
        let q = view.q.clone();
        if self.view.with_untracked(|shown| *shown != view) {
            self.view.set(view);
        }
        // What somebody types goes on while the address follows it; any other change of the address is written into the field.
        let mut sent = None;
        self.sent.update_value(|on_its_way| sent = on_its_way.take());
        if sent.as_ref() != Some(&q) && self.typed.with_untracked(|typed| typed.trim() != q) {
            self.typed.set(q.clone());
        }
        match query::parse(&q) {
            Ok(_) => {
                self.wrong.set(None);
                if self.listed.with_value(|listed| listed.as_ref() != Some(&q)) {
                    self.listed.set_value(Some(q));
                    self.selected.set(None);
                    self.picked.clear();
                    self.scroll.set(0.0);
                    self.forget();
                    self.load(portal, 0);
                }
            }
            Err(error) => self.wrong.set(Some((q, error))),
        }
    }

    /// The page is left: what it read here outlives it.
    pub fn left(self) {
        self.on_screen.set_value(false);
        forget(&self.view);
        forget(&self.typed);
        forget(&self.wrong);
        forget(&self.total);
        forget(&self.annotated);
        forget(&self.failure);
        forget(&self.selected);
        forget(&self.scroll);
        forget(&self.room);
        forget(&self.stale);
        forget(&self.names);
        forget(&self.views);
        forget(&self.editing);
        self.facets.left();
        self.picked.left();
    }

    /// The query of the address, when it can be read.
    pub fn query(self) -> Option<Query> {
        self.view.with(|view| query::parse(&view.q).ok())
    }

    /// The same, for who does not follow it; `None` also when the page is gone.
    pub fn query_now(self) -> Option<Query> {
        let q = self.view.try_with_untracked(|view| view.q.clone())?;
        query::parse(&q).ok()
    }

    /// Whether what was found depends on annotations that have not all been read.
    pub fn is_a_lower_bound(self) -> bool {
        self.annotated.get() < 100 && self.query().is_some_and(|query| quick::asks_for_annotations(&query))
    }

    /// Says that the field sends this query into the address.
    pub fn sends(self, q: String) {
        self.sent.set_value(Some(q));
    }

    /// Where tiles are, for now.
    pub fn cells(self) -> Cells {
        let size = self.view.read().size;
        Cells::new(self.total.get().unwrap_or(0), size, self.room.get())
    }

    /// Reads what is shown again, keeping the place.
    pub fn read_again(self, portal: Portal) {
        if self.listed.with_value(Option::is_some) {
            let first = untrack(|| self.cells().first(self.scroll.get()));
            self.load(portal, first / PAGE);
        }
    }

    /// The slot of a tile.
    pub fn slot(self, index: u32) -> Slot {
        if let Some(slot) = self.slots.with_value(|slots| slots.get(&index).cloned()) {
            return slot;
        }
        let slot = Slot::new(None);
        self.slots.update_value(|slots| drop(slots.insert(index, slot.clone())));
        slot
    }

    /// The file at a place, if it has come.
    pub fn file(self, index: u32) -> Option<Arc<Loaded>> {
        self.slots.with_value(|slots| slots.get(&index).and_then(|slot| slot.get_untracked()))
    }

    /// The query of the list that is shown, with the list's name.
    pub fn list(self) -> Option<(String, Option<String>)> {
        self.listed.get_value().map(|q| (q, self.snapshot.get_value()))
    }

    /// Asks for tiles that are about to be seen.
    pub fn ensure(self, portal: Portal, tiles: Range<u32>) {
        if self.snapshot.with_value(Option::is_none) || tiles.is_empty() {
            return;
        }
        for page in tiles.start / PAGE..=(tiles.end - 1) / PAGE {
            let mut is_new = false;
            self.asked.update_value(|asked| is_new = asked.insert(page));
            if is_new {
                self.fetch(portal, page);
            }
        }
    }

    /// Another query: nothing that is known is of it.
    fn forget(self) {
        self.snapshot.set_value(None);
        let all: Vec<Slot> = self.slots.with_value(|slots| slots.values().cloned().collect());
        for slot in all {
            slot.set(None);
        }
    }

    /// A new list, beginning with a page of it. What is shown stays until the answer is there.
    fn load(self, portal: Portal, page: u32) {
        let generation = self.generation.with_value(|generation| generation.wrapping_add(1));
        self.generation.set_value(generation);
        let q = self.listed.get_value().unwrap_or_default();
        let url = format!("{}?{}", path::FILES, files_query(&q, page * PAGE, PAGE, None));
        leptos::task::spawn_local(async move {
            let answer = api::get::<FileList>(&url).await;
            if self.generation.try_get_value() != Some(generation) {
                return;
            }
            match answer {
                Ok(list) => self.replace(portal, page, list),
                Err(failure) => {
                    session::ended(portal, &failure);
                    self.failure.set(Some(failure));
                }
            }
        });
    }

    fn replace(self, portal: Portal, page: u32, list: FileList) {
        self.snapshot.set_value(Some(list.snapshot.clone()));
        self.asked.set_value(HashSet::from([page]));
        self.failure.set(None);
        live::known(portal, list.freshness.clone());
        let (total, still_reading) = (list.total, list.annotations_percent < 100 || !list.freshness.complete);
        self.annotated.set(list.annotations_percent);
        self.fill(page, list);
        self.total.set(Some(total));
        // Tiles of other pages stay until theirs come again.
        self.stale.update(|stale| *stale = stale.wrapping_add(1));
        // The list may have become shorter than the place that was in sight.
        if total > 0 && page > 0 && page * PAGE >= total {
            self.load(portal, (total - 1) / PAGE);
        } else if still_reading {
            self.follow(portal);
        }
    }

    /// The first reading goes on: looks again in a moment, as long as somebody looks.
    fn follow(self, portal: Portal) {
        let generation = self.generation.get_value();
        leptos::task::spawn_local(async move {
            platform::sleep(READING).await;
            if self.generation.try_get_value() == Some(generation) && self.on_screen.get_value() {
                self.read_again(portal);
            }
        });
    }

    fn fetch(self, portal: Portal, page: u32) {
        let generation = self.generation.get_value();
        let (snapshot, q) = (self.snapshot.get_value(), self.listed.get_value().unwrap_or_default());
        let url = format!("{}?{}", path::FILES, files_query(&q, page * PAGE, PAGE, snapshot.as_deref()));
        leptos::task::spawn_local(async move {
            let answer = api::get_fresh::<FileList>(&url).await;
            if self.generation.try_get_value() != Some(generation) {
                return;
            }
            match answer {
                Ok(list) if Some(&list.snapshot) == snapshot.as_ref() => {
                    self.failure.set(None);
                    self.fill(page, list);
                }
                // The snapshot lived long enough: go on with a new one.
                Ok(list) => self.replace(portal, page, list),
                Err(failure) => {
                    session::ended(portal, &failure);
                    // Asked again when it is seen again.
                    self.asked.update_value(|asked| {
                        let _ = asked.remove(&page);
                    });
                    self.failure.set(Some(failure));
                }
            }
        });
    }

    fn fill(self, page: u32, list: FileList) {
        let labels = Arc::new(list.labels);
        for (index, tile) in (page * PAGE..).zip(list.rows) {
            let slot = self.slot(index);
            let loaded = Loaded { tile, labels: labels.clone() };
            if slot.with_untracked(|slot| slot.as_deref() != Some(&loaded)) {
                slot.set(Some(Arc::new(loaded)));
            }
        }
        self.drop_far(page);
    }

    /// Lets go of the pages farthest from this one, when there are too many.
    fn drop_far(self, page: u32) {
        let mut gone = Vec::new();
        self.asked.update_value(|asked| {
            while asked.len() > PAGES {
                let Some(far) = asked.iter().copied().max_by_key(|other| other.abs_diff(page)) else { break };
                asked.remove(&far);
                gone.push(far);
            }
        });
        if !gone.is_empty() {
            self.slots.update_value(|slots| slots.retain(|index, _| !gone.contains(&(index / PAGE))));
        }
    }
}
