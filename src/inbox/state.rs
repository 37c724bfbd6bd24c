//! What "My tasks" knows. Lives at the root, so that back returns to the same rows and the same place.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

use leptos::prelude::*;
use portal_model::{
    api::{
        TabCounts, TaskList, TaskSort, Whose, path,
        tasks::{TaskPlaces, path as tasks_path},
    },
    id::TaskId,
    task::TaskRow,
};

use super::select::Picked;
use crate::{
    api::{self, Failure},
    app::Portal,
    live,
    paths::InboxView,
    platform, session,
    ui::{density::Density, readers::forget, window::Window},
};

/// Rows of one request.
const PAGE: u32 = 100;
/// A row that leaves the folder is shown fading this long, in milliseconds.
const FADE: u32 = 900;
/// What changes mean for the list is asked for at most this often, in milliseconds.
const LOOK_REST: u32 = 400;
/// When more tasks than this changed meanwhile, the list is read again instead.
const LOOKED_AT: usize = 200;
/// Rows of the request that reads a list again around what is in sight, and how many of them come before it: more than a screen
/// shows, so that nothing in sight goes.
const AROUND: u32 = 200;
const BEFORE: u32 = 60;

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
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one at a time")]
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
    /// Height of the list's opening, in pixels.
    pub room: RwSignal<f64>,
    /// How high rows are.
    pub density: RwSignal<Density>,
    /// Counts up when rows must be asked for again.
    pub stale: RwSignal<u32>,
    /// Whether there are pinned views.
    pub pins: RwSignal<bool>,
    /// Whether the filters are open.
    pub filters_open: RwSignal<bool>,
    /// What is selected, and what is done with it.
    pub picked: Picked,
    slots: StoredValue<HashMap<u32, ArcRwSignal<Slot>>>,
    places: StoredValue<HashMap<TaskId, u32>>,
    asked: StoredValue<HashSet<u32>>,
    snapshot: StoredValue<Option<String>>,
    /// Answers to older questions are thrown away.
    generation: StoredValue<u32>,
    /// Tasks that changed: what that means for the list is asked for in a moment.
    changed: StoredValue<HashSet<TaskId>>,
    looking: StoredValue<bool>,
    /// Those behind [`Self::fresh`].
    came: StoredValue<HashSet<TaskId>>,
    opened: StoredValue<bool>,
}

/// What is to stay where it is while a list is read again.
#[derive(Clone, Copy, Debug)]
struct Anchor {
    /// The topmost row in sight that stays.
    task: Option<TaskId>,
    /// Where it stood.
    index: u32,
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
            room: RwSignal::new(800.0),
            density: RwSignal::new(Density::kept()),
            stale: RwSignal::default(),
            pins: RwSignal::default(),
            filters_open: RwSignal::default(),
            picked: Picked::default(),
            slots: StoredValue::default(),
            places: StoredValue::default(),
            asked: StoredValue::default(),
            snapshot: StoredValue::default(),
            generation: StoredValue::default(),
            changed: StoredValue::default(),
            looking: StoredValue::default(),
            came: StoredValue::default(),
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
        self.load(portal, None);
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
        forget(&self.room);
        forget(&self.density);
        forget(&self.stale);
        forget(&self.pins);
        forget(&self.filters_open);
        self.picked.left();
    }

    /// Reads what is shown again. What is in sight stays where it is, wherever its rows stand now.
    pub fn read_again(self, portal: Portal) {
        if self.opened.get_value() {
            self.load(portal, self.anchor());
        }
    }

    /// Shows what came meanwhile.
    pub fn show_new(self, portal: Portal) {
        self.came.update_value(HashSet::clear);
        self.fresh.set(0);
        if self.view.with_untracked(|view| view.sort == TaskSort::Newest) {
            self.scroll.set(0.0);
        }
        self.read_again(portal);
    }

    /// The list as it is seen, now.
    pub fn window(self) -> Window {
        Window {
            total: self.total.get().unwrap_or(0),
            row: self.density.get().row(),
            view: self.room.get(),
            offset: self.scroll.get(),
        }
    }

    /// Moves the keyboard to a row and shows it, in the middle when it was out of sight.
    pub fn jump(self, index: u32) {
        let window = untrack(|| self.window());
        let index = index.min(window.total.saturating_sub(1));
        self.selected.set(Some(index));
        if window.reveal(index).is_some() {
            let middle = (f64::from(index) + 0.5) * window.row - window.view / 2.0;
            self.scroll.set(middle.min(window.height() - window.view).max(0.0).round());
        }
    }

    /// Rows of another height, with the same one on top.
    pub fn set_density(self, density: Density) {
        let window = untrack(|| self.window());
        density.keep();
        self.density.set(density);
        self.scroll.set((window.offset / window.row * density.row()).round());
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

    /// What must stay in place; nothing at the top, where new rows may push.
    fn anchor(self) -> Option<Anchor> {
        let window = untrack(|| self.window());
        if window.offset < window.row {
            return None;
        }
        let seen = window.drawn().skip_while(|index| *index < window.first());
        let stays = |index: u32| {
            let slot = self.slots.with_value(|slots| slots.get(&index).cloned())?;
            let task = slot.with_untracked(|slot| slot.row.as_ref().filter(|_| !slot.leaving).map(|row| row.id))?;
            Some(Anchor { task: Some(task), index })
        };
        Some(seen.filter_map(stays).next().unwrap_or(Anchor { task: None, index: window.first() }))
    }

    /// Where a task stands in the list, from 0, as far as its rows have come.
    pub fn place(self, id: TaskId) -> Option<u32> {
        self.places.with_value(|places| places.get(&id).copied())
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

    /// A new list, from the top or around what is in sight. What is shown stays until the answer is there.
    fn load(self, portal: Portal, anchor: Option<Anchor>) {
        let generation = self.generation.with_value(|generation| generation + 1);
        self.generation.set_value(generation);
        let query = self.view.with_untracked(|view| view.query(platform::zone));
        // From the top it is asked as `init.js` asks.
        let window = match anchor {
            None => format!("offset=0&limit={PAGE}"),
            Some(Anchor { task, index }) => {
                let task = task.map(|task| format!("&anchor={task}")).unwrap_or_default();
                format!("offset={}&limit={AROUND}{task}", index.saturating_sub(BEFORE))
            }
        };
        let url = format!("{}?{query}&{window}", path::TASKS);
        leptos::task::spawn_local(async move {
            let answer = api::get::<TaskList>(&url).await;
            if self.generation.try_get_value() != Some(generation) {
                return;
            }
            match answer {
                Ok(list) => self.replace(portal, anchor, list),
                Err(failure) => {
                    session::ended(portal, &failure);
                    self.failure.set(Some(failure));
                }
            }
        });
    }

    fn replace(self, portal: Portal, anchor: Option<Anchor>, list: TaskList) {
        self.snapshot.set_value(Some(list.snapshot.clone()));
        let (first, end) = (list.offset, list.offset + u32::try_from(list.rows.len()).unwrap_or(0));
        // Only pages that came whole.
        let whole = |page: &u32| page * PAGE >= first && ((page + 1) * PAGE <= end || end >= list.total);
        self.asked.set_value((first / PAGE..=end / PAGE).filter(whole).collect());
        self.places.update_value(HashMap::clear);
        let selected = self.selected.get_untracked();
        let selected_task = selected.and_then(|index| self.row(index)).map(|row| row.id);
        // Rows outside may be other tasks now: they are asked for again when they are seen.
        let others: Vec<ArcRwSignal<Slot>> = self.slots.with_value(|slots| {
            slots.iter().filter(|(index, _)| !(first..end).contains(index)).map(|(_, slot)| slot.clone()).collect()
        });
        for slot in others {
            if slot.with_untracked(|slot| slot.row.is_some()) {
                slot.set(Slot::default());
            }
        }
        // What came above the place in sight was not seen yet.
        if anchor.is_none() {
            self.came.update_value(HashSet::clear);
            self.fresh.set(0);
        }
        self.failure.set(None);
        self.counted(list.counts);
        if list.has_pins && !self.pins.get_untracked() {
            self.pins.set(true);
        }
        // The stream may have said meanwhile that all is read, of which this list is older.
        let is_late = !list.freshness.complete
            && portal.freshness.with_untracked(|known| known.as_ref().is_some_and(|known| known.complete));
        portal.freshness.set(Some(list.freshness.clone()));
        let total = list.total;
        self.fill(first, list.rows);
        // The canvas first: a place that it does not have yet cannot be scrolled to.
        self.total.set(Some(total));
        let moved = anchor.zip(list.anchor).map_or(0, |(anchor, now)| i64::from(now) - i64::from(anchor.index));
        if moved != 0 {
            let row = self.density.get_untracked().row();
            #[expect(clippy::cast_precision_loss, reason = "rows are far fewer")]
            self.scroll.update(|scroll| *scroll = (*scroll + moved as f64 * row).max(0.0));
        }
        if let Some(index) = selected {
            let known = selected_task.and_then(|id| self.places.with_value(|places| places.get(&id).copied()));
            let shifted = u32::try_from((i64::from(index) + moved).max(0)).unwrap_or(u32::MAX);
            let now = known.unwrap_or_else(|| shifted.min(total.saturating_sub(1)));
            if now != index {
                self.selected.set(Some(now));
            }
        }
        self.stale.update(|stale| *stale = stale.wrapping_add(1));
        if is_late {
            self.load(portal, anchor);
        } else if total > 0 && first >= total {
            // The list became shorter than the place that was in sight.
            self.load(portal, Some(Anchor { task: None, index: total - 1 }));
        }
    }

    fn fetch(self, portal: Portal, page: u32) {
        let generation = self.generation.get_value();
        let snapshot = self.snapshot.get_value();
        let query = self.view.with_untracked(|view| view.query(platform::zone));
        let query =
            format!("{query}&offset={}&limit={PAGE}&snapshot={}", page * PAGE, snapshot.as_deref().unwrap_or_default());
        leptos::task::spawn_local(async move {
            let answer = api::get_fresh::<TaskList>(&format!("{}?{query}", path::TASKS)).await;
            if self.generation.try_get_value() != Some(generation) {
                return;
            }
            match answer {
                Ok(list) if Some(&list.snapshot) == snapshot.as_ref() => self.fill(list.offset, list.rows),
                // The snapshot lived long enough: go on with a new one.
                Ok(_) => self.load(portal, self.anchor()),
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

    fn fill(self, first: u32, rows: Vec<TaskRow>) {
        for (index, row) in (first..).zip(rows) {
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
        let (everyone, stays) = self.view.with_untracked(|view| {
            // What the row itself tells shows at once; whether filters still let it through, only the gateway knows.
            (view.whose == Whose::Everyone, !view.is_plain() || view.tab.shows(&row.status, row.part))
        });
        // Folders of everyone's list are not those of my part in a task.
        if everyone {
            return self.other(portal);
        }
        let id = row.id;
        if let Some(index) = self.places.with_value(|places| places.get(&id).copied()) {
            self.slot(index).update(|slot| {
                slot.leaving = !stays;
                slot.changes += 1;
                slot.row = Some(row);
            });
            if !stays {
                return self.after_fade(portal);
            }
        }
        self.look(portal, Some(id));
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
            self.look(portal, Some(id));
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
        if self.view.with_untracked(|view| view.is_plain() && view.whose == Whose::Mine) {
            self.todo.set(Some(counts.todo));
        }
        self.counts.set(Some(counts));
    }

    /// Asks what changes mean for the list, and for the counts: in a moment, for all that changed until then.
    fn look(self, portal: Portal, id: Option<TaskId>) {
        self.changed.update_value(|changed| changed.extend(id));
        if self.looking.get_value() {
            return;
        }
        self.looking.set_value(true);
        leptos::task::spawn_local(async move {
            platform::sleep(LOOK_REST).await;
            self.looking.set_value(false);
            let mut ids = HashSet::new();
            self.changed.update_value(|changed| ids = std::mem::take(changed));
            if ids.len() > LOOKED_AT {
                return self.read_again(portal);
            }
            let view = self.view.get_untracked();
            let snapshot = self.snapshot.get_value().unwrap_or_default();
            let ids = ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
            let query = view.query(platform::zone);
            let url = format!("{}?{query}&snapshot={snapshot}&id={ids}", tasks_path::TASK_PLACES);
            let answer = api::get_fresh::<TaskPlaces>(&url).await;
            // Of another list, this would be an answer to a question that nobody asked.
            let is_same = self.view.with_untracked(|shown| *shown == view)
                && self.snapshot.with_value(|now| now.as_deref().unwrap_or_default() == snapshot);
            match answer {
                Ok(said) if is_same => self.placed(portal, said),
                Ok(_) => self.look(portal, None),
                // The next change asks again.
                Err(_) => {}
            }
        });
    }

    fn placed(self, portal: Portal, said: TaskPlaces) {
        self.counted(said.counts);
        live::known(portal, said.freshness);
        if !said.known {
            return self.read_again(portal);
        }
        let (mut some_left, mut some_came) = (false, false);
        for place in said.places {
            match (place.row, place.belongs) {
                (Some(_), false) => {
                    some_left = true;
                    if let Some(index) = self.places.with_value(|places| places.get(&place.id).copied()) {
                        self.slot(index).update(|slot| slot.leaving = true);
                    }
                }
                (None, true) => {
                    some_came = true;
                    self.came.update_value(|came| came.extend([place.id]));
                }
                _ => {}
            }
        }
        // At the top what came simply appears; further down it waits behind a button, so that nothing jumps.
        let is_at_the_top = untrack(|| self.window()).offset < self.density.get_untracked().row();
        if some_left || some_came && is_at_the_top {
            self.after_fade(portal);
        }
        if is_at_the_top {
            return;
        }
        let came = self.came.with_value(|came| u32::try_from(came.len()).unwrap_or(u32::MAX));
        if self.fresh.get_untracked() != came {
            self.fresh.set(came);
        }
    }
}
