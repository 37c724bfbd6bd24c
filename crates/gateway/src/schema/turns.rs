//! One change of a thing at a time: two plans in each other's way would leave what nobody wanted.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use tokio::sync::OwnedMutexGuard;

/// Who changes which attribute, or begins a plan of which schema. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Turns<Id>(Arc<Mutex<HashMap<Id, Weak<tokio::sync::Mutex<()>>>>>);

impl<Id> Default for Turns<Id> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<Id: Eq + Hash> Turns<Id> {
    /// Waits until nobody else in this process changes it. The turn ends when the guard is dropped.
    pub(super) async fn take(&self, id: Id) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            turns.retain(|_, turn| turn.strong_count() > 0);
            let turn = turns.get(&id).and_then(Weak::upgrade).unwrap_or_default();
            turns.insert(id, Arc::downgrade(&turn));
            turn
        };
        turn.lock_owned().await
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use portal_model::id::AttributeId;

    use super::*;

    #[tokio::test]
    async fn cli_07_turns_are_taken_one_after_the_other_and_forgotten() {
        let turns = Turns::default();
        let first = turns.take(AttributeId(1)).await;
        let _other = turns.take(AttributeId(2)).await;
        let second = turns.take(AttributeId(1));
        tokio::pin!(second);
        assert!(tokio::time::timeout(Duration::from_millis(20), &mut second).await.is_err(), "not yet");
        drop(first);
        drop(second.await);
        let _last = turns.take(AttributeId(3)).await;
        assert_eq!(turns.0.lock().unwrap().len(), 2, "only those that are taken");
    }
}
