//! What "My tasks" knows. Lives at the root, so that back returns to the same rows and the same place.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

use leptos::prelude::*;
use portal_model::{
    api::{TabCounts, TaskList, Whose, path},
    id::TaskId,
    task::{Tab, TaskRow},
};

use super::select::Picked;
use crate::{
    api::{self, Failure},
    app::Portal,
    paths::InboxView,
    platform, session,
    ui::readers::forget,
};

/// Rows of one request.
const PAGE: u32 = 100;
/// A row that leaves the folder is shown fading this long, in milliseconds.
const FADE: u32 = 900;
/// Counts are asked for at most this often, in milliseconds.
const COUNT_REST: u32 = 400;

/// One place in the list. Empty until its row has come.
#[derive(Clone, Debug, Default)]
pub struct Slot {
    /// The task.
    pub row: Option<TaskRow>,
    /// It does not belong into this folder any more and is about to go.
    pub leaving: bool,
    /// How often it changed while shown.
    pub changes: u32,
}

/// What the stream said last.
#[expect(clippy::large_enum_variant, reason = "there is one at a time")]
#[derive(Clone, Debug)]
pub enum Said {
    /// A task of mine, as it is now.
    Row(TaskRow),
    /// A task that left my sight.
    Gone(TaskId),
}

/// What "My tasks" knows.
#[derive(Clone, Copy)]
pub struct InboxState {
    /// What is shown.
    pub view: RwSignal<InboxView>,
    /// How many rows there are; `None` before the first answer.
    pub total: RwSignal<Option<u32>>,
    /// How many each folder holds.
    pub counts: RwSignal<Option<TabCounts>>,
    /// How many wait for me, whatever is searched for.
    pub todo: RwSignal<Option<u32>>,
    /// Why the last question had no answer.
    pub failure: RwSignal<Option<Failure>>,
    /// The row that the keyboard is at.
    pub selected: RwSignal<Option<u32>>,
    /// Tasks that came and are not shown yet.
    pub fresh: RwSignal<u32>,
    /// What the stream said last.
    pub said: RwSignal<Option<Said>>,
    /// How far the list is scrolled, in pixels.
    pub scroll: RwSignal<f64>,
    /// What is selected, and what is done with it.
    pub picked: Picked,
    slots: StoredValue<HashMap<u32, ArcRwSignal<Slot>>>,
    places: StoredValue<HashMap<TaskId, u32>>,
    asked: StoredValue<HashSet<u32>>,
    snapshot: StoredValue<Option<String>>,
    /// Answers to older questions are thrown away.
    generation: StoredValue<u32>,
    counting: StoredValue<bool>,
    opened: StoredValue<bool>,
}

impl InboxState {
    /// Nothing is known yet.
    pub fn new() -> Self {
        Self {
            view: RwSignal::default(),
            total: RwSignal::default(),
            counts: RwSignal::default(),
            todo: RwSignal::default(),
            failure: RwSignal::default(),
            selected: RwSignal::default(),
            fresh: RwSignal::default(),
            said: RwSignal::default(),
            scroll: RwSignal::default(),
            picked: Picked::default(),
            slots: StoredValue::default(),
            places: StoredValue::default(),
            asked: StoredValue::default(),
            snapshot: StoredValue::default(),
            generation: StoredValue::default(),
            counting: StoredValue::default(),
            opened: StoredValue::default(),
        }
    }

    /// Shows something, unless it is shown already.
    pub fn open(self, portal: Portal, view: InboxView) {
        let same = self.opened.get_value() && self.view.with_untracked(|shown| *shown == view);
        if same {
            return;
        }
        self.opened.set_value(true);
        self.view.set(view);
        self.selected.set(None);
        self.scroll.set(0.0);
        self.load(portal, 0);
    }

    /// The page is left: what it read here outlives it.
    pub fn left(self) {
        forget(&self.view);
        forget(&self.total);
        forget(&self.counts);
        forget(&self.failure);
        forget(&self.selected);
        forget(&self.fresh);
        forget(&self.scroll);
    }

    /// Reads what is shown again, keeping the place.
    pub fn read_again(self, portal: Portal) {
        if self.opened.get_value() {
            self.load(portal, self.page_in_sight());
        }
    }

    /// Shows what came meanwhile.
    pub fn show_new(self, portal: Portal) {
        self.scroll.set(0.0);
        self.load(portal, 0);
    }

    /// The slot of a row.
    pub fn slot(self, index: u32) -> ArcRwSignal<Slot> {
        if let Some(slot) = self.slots.with_value(|slots| slots.get(&index).cloned()) {
            return slot;
        }
        let slot = ArcRwSignal::new(Slot::default());
        self.slots.update_value(|slots| drop(slots.insert(index, slot.clone())));
        slot
    }

    /// The task at a row, if it has come.
    pub fn row(self, index: u32) -> Option<TaskRow> {
        self.slots.with_value(|slots| slots.get(&index).and_then(|slot| slot.with_untracked(|slot| slot.row.clone())))
    }

    fn page_in_sight(self) -> u32 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "scroll offsets are small and positive"
        )]
        let first = (self.scroll.get_untracked() / super::list::ROW).max(0.0) as u32;
        first / PAGE
    }

    /// Asks for rows that are about to be seen.
    pub fn ensure(self, portal: Portal, rows: Range<u32>) {
        if self.snapshot.with_value(Option::is_none) || rows.is_empty() {
            return;
        }
        for page in rows.start / PAGE..=(rows.end - 1) / PAGE {
            let mut is_new = false;
            self.asked.update_value(|asked| is_new = asked.insert(page));
            if is_new {
                self.fetch(portal, page);
            }
        }
    }

    /// A new list, beginning with a page of it. What is shown stays until the answer is there.
    fn load(self, portal: Portal, page: u32) {
        let generation = self.generation.with_value(|generation| generation + 1);
        self.generation.set_value(generation);
        let url = format!("{}?{}", path::TASKS, self.view.with_untracked(|view| view.query(page * PAGE, PAGE, None)));
        leptos::task::spawn_local(async move {
            let answer = api::get::<TaskList>(&url).await;
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

    fn replace(self, portal: Portal, page: u32, list: TaskList) {
        self.snapshot.set_value(Some(list.snapshot.clone()));
        self.asked.set_value(HashSet::from([page]));
        self.places.update_value(HashMap::clear);
        let (first, end) = (page * PAGE, page * PAGE + u32::try_from(list.rows.len()).unwrap_or(0));
        // Rows of other pages may be other tasks now: they are asked for again when they are seen.
        let others: Vec<ArcRwSignal<Slot>> = self.slots.with_value(|slots| {
            slots.iter().filter(|(index, _)| !(first..end).contains(index)).map(|(_, slot)| slot.clone()).collect()
        });
        for slot in others {
            slot.set(Slot::default());
        }
        self.fresh.set(0);
        self.failure.set(None);
        self.counted(list.counts);
        // The stream may have said meanwhile that all is read, of which this list is older.
        let is_late = !list.freshness.complete
            && portal.freshness.with_untracked(|known| known.as_ref().is_some_and(|known| known.complete));
        portal.freshness.set(Some(list.freshness.clone()));
        let total = list.total;
        self.fill(page, list.rows);
        self.total.set(Some(total));
        if is_late {
            self.load(portal, page);
        }
        // The list may have become shorter than the place that was in sight.
        if total > 0 && page > 0 && first >= total {
            self.load(portal, (total - 1) / PAGE);
        }
    }

    fn fetch(self, portal: Portal, page: u32) {
        let generation = self.generation.get_value();
        let snapshot = self.snapshot.get_value();
        let query = self.view.with_untracked(|view| view.query(page * PAGE, PAGE, snapshot.as_deref()));
        leptos::task::spawn_local(async move {
            let answer = api::get_fresh::<TaskList>(&format!("{}?{query}", path::TASKS)).await;
            if self.generation.try_get_value() != Some(generation) {
                return;
            }
            match answer {
                Ok(list) if Some(&list.snapshot) == snapshot.as_ref() => self.fill(page, list.rows),
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

    fn fill(self, page: u32, rows: Vec<TaskRow>) {
        for (index, row) in (page * PAGE..).zip(rows) {
            self.places.update_value(|places| {
                let _ = places.insert(row.id, index);
            });
            let slot = self.slot(index);
            if slot.with_untracked(|slot| slot.leaving || slot.row.as_ref() != Some(&row)) {
                slot.set(Slot { row: Some(row), ..Slot::default() });
            }
        }
    }

    /// The stream says that a task of mine is new or changed.
    pub fn changed(self, portal: Portal, row: TaskRow) {
        let _ = self.said.try_set(Some(Said::Row(row.clone())));
        if !self.opened.get_value() {
            return;
        }
        let view = self.view.get_untracked();
        if view.whose == Whose::Everyone {
            return self.after_fade(portal);
        }
        let tab = Tab::of(&row.status, row.part);
        let belongs = tab.is_some() && (view.tab == Tab::All || tab == Some(view.tab));
        match self.places.with_value(|places| places.get(&row.id).copied()) {
            Some(index) => {
                self.slot(index).update(|slot| {
                    slot.leaving = !belongs;
                    slot.changes += 1;
                    slot.row = Some(row);
                });
                if belongs { self.recount(portal) } else { self.after_fade(portal) }
            }
            // At the top it simply appears; further down it waits behind a button, so that nothing jumps.
            None if belongs && self.scroll.get_untracked() < super::list::ROW => self.after_fade(portal),
            None => {
                if belongs && view.q.is_empty() {
                    self.fresh.update(|fresh| *fresh += 1);
                }
                self.recount(portal);
            }
        }
    }

    /// The stream says that a task left my sight.
    pub fn gone(self, portal: Portal, id: TaskId) {
        let _ = self.said.try_set(Some(Said::Gone(id)));
        if self.view.with_untracked(|view| view.whose == Whose::Everyone) {
            return self.other(portal);
        }
        self.picked.gone(portal, id);
        if let Some(index) = self.places.with_value(|places| places.get(&id).copied()) {
            self.slot(index).update(|slot| slot.leaving = true);
            self.after_fade(portal);
        } else if self.opened.get_value() {
            self.recount(portal);
        }
    }

    /// The stream says that something happened to a task of somebody else.
    pub fn other(self, portal: Portal) {
        if self.opened.get_value() && self.view.with_untracked(|view| view.whose == Whose::Everyone) {
            self.after_fade(portal);
        }
    }

    /// The list's name at the gateway: what its rows are cut from.
    pub fn snapshot(self) -> Option<String> {
        self.snapshot.get_value()
    }

    /// Reads again once what leaves has faded; a crowd of changes causes one reading.
    fn after_fade(self, portal: Portal) {
        let generation = self.generation.get_value();
        leptos::task::spawn_local(async move {
            platform::sleep(FADE).await;
            if self.generation.try_get_value() == Some(generation) {
                self.read_again(portal);
            }
        });
    }

    fn counted(self, counts: TabCounts) {
        // What waits for me is in my own list.
        if self.view.with_untracked(|view| view.q.is_empty() && view.whose == Whose::Mine) {
            self.todo.set(Some(counts.todo));
        }
        self.counts.set(Some(counts));
    }

    /// Asks for the counts alone.
    fn recount(self, portal: Portal) {
        if self.counting.get_value() {
            return;
        }
        self.counting.set_value(true);
        leptos::task::spawn_local(async move {
            platform::sleep(COUNT_REST).await;
            self.counting.set_value(false);
            let snapshot = self.snapshot.get_value();
            let view = self.view.get_untracked();
            let answer =
                api::get_fresh::<TaskList>(&format!("{}?{}", path::TASKS, view.query(0, 1, snapshot.as_deref()))).await;
            if let Ok(list) = answer
                && self.view.with_untracked(|shown| *shown == view)
            {
                self.counted(list.counts);
                portal.freshness.set(Some(list.freshness));
            }
        });
    }
}
