//! One change of an attribute at a time: two plans in each other's way would leave what nobody wanted.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use portal_model::id::AttributeId;
use tokio::sync::OwnedMutexGuard;

/// Who changes which attribute. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Turns(Arc<Mutex<HashMap<AttributeId, Weak<tokio::sync::Mutex<()>>>>>);

impl Turns {
    /// Waits until nobody else in this process changes the attribute. The turn ends when the guard is dropped.
    pub(super) async fn take(&self, attribute: AttributeId) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            turns.retain(|_, turn| turn.strong_count() > 0);
            let turn = turns.get(&attribute).and_then(Weak::upgrade).unwrap_or_default();
            turns.insert(attribute, Arc::downgrade(&turn));
            turn
        };
        turn.lock_owned().await
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

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
