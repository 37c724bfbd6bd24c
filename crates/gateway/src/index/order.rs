//! Readings overlap: a page of rows is asked for, a door asks for one of these tasks, and the page comes in last. What was asked
//! for later is what counts, or somebody would see again what was just taken from them. So every reading is begun here before
//! its question leaves, and what is stored from it gives way to what another one, begun later, has stored meanwhile.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use portal_model::id::{DatasetId, FileId, TaskId};

use super::Index;

/// What two readings can both tell of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Fact {
    /// A task, or that it is gone.
    Task(TaskId),
    /// Whether a file is in a dataset.
    Listed(DatasetId, FileId),
}

/// The readings of an index.
#[derive(Debug, Default)]
pub(super) struct Order {
    last: u64,
    /// Those whose answers are not stored yet.
    open: BTreeSet<u64>,
    /// The reading that each fact was stored from, as long as one that began before it is open.
    stored: HashMap<Fact, u64>,
}

/// A question to Diffgram that is about to leave, and the only way to store the answer. Over when it is dropped.
#[derive(Debug)]
pub(crate) struct Reading<'a> {
    pub(super) index: &'a Index,
    order: Arc<Mutex<Order>>,
    number: u64,
}

impl Index {
    /// Begins a reading; to be called before Diffgram is asked.
    pub(crate) fn reading(&self) -> Reading<'_> {
        let order = Arc::clone(&self.order);
        let number = {
            let mut order = lock(&order);
            order.last += 1;
            let number = order.last;
            order.open.insert(number);
            number
        };
        Reading { index: self, order, number }
    }
}

impl Reading<'_> {
    /// Whether what this reading says of the fact is to be stored: none that began later has stored it already. To be asked
    /// while the write lock is held, so that nobody stores it in between.
    pub(super) fn settles(&self, fact: Fact) -> bool {
        let mut order = lock(&self.order);
        if order.stored.get(&fact).is_some_and(|by| *by > self.number) {
            return false;
        }
        // Alone, it cannot be overtaken.
        if order.open.first().is_some_and(|first| *first < self.number) {
            order.stored.insert(fact, self.number);
        }
        true
    }
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        let mut order = lock(&self.order);
        order.open.remove(&self.number);
        match order.open.first().copied() {
            None => order.stored = HashMap::new(),
            Some(first) => order.stored.retain(|_, by| *by > first),
        }
    }
}

fn lock(order: &Mutex<Order>) -> MutexGuard<'_, Order> {
    order.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    const TASK: Fact = Fact::Task(TaskId(1));

    #[tokio::test]
    async fn what_was_asked_for_later_counts_and_nothing_is_kept_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let index = Index::new(Store::open(&folder.path().join("portal.db")).await.unwrap());
        let page = index.reading();
        let door = index.reading();
        assert!(door.settles(TASK) && door.settles(TASK), "it may say it twice");
        assert!(!page.settles(TASK), "the page began before");
        assert!(page.settles(Fact::Task(TaskId(2))));
        drop(door);
        assert!(!page.settles(TASK), "also when the later one is over");
        let later = index.reading();
        assert!(later.settles(TASK));
        drop(page);
        assert_eq!(lock(&index.order).stored.len(), 0, "none is open that began before");
        assert!(index.reading().settles(TASK));
    }
}
