//! Turns of readings that nobody waits for: two at once for a project, and none while Diffgram asks for rest. What somebody
//! waits for, at the door or after a hint, does not queue behind them.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::{Semaphore, SemaphorePermit};

/// More at once buys nothing, and people's own calls wait in the same queue (`sync-evidence.md` §3).
pub(super) const AT_ONCE: usize = 2;
/// No rest is longer, whatever Diffgram asks for.
pub(super) const MAX_REST: Duration = Duration::from_secs(60);

/// The turns of one project.
#[derive(Debug)]
pub(super) struct Turns {
    places: Semaphore,
    rest_until: Mutex<Option<Instant>>,
}

impl Default for Turns {
    fn default() -> Self {
        Self { places: Semaphore::new(AT_ONCE), rest_until: Mutex::default() }
    }
}

impl Turns {
    /// Waits for a turn; it lasts as long as what this gives is held. `None` never comes: nobody closes the queue.
    pub(super) async fn wait(&self) -> Option<SemaphorePermit<'_>> {
        let turn = self.places.acquire().await.ok()?;
        // Another reading may be told to rest while this one rests.
        while let Some(rest) = self.left() {
            tokio::time::sleep(rest).await;
        }
        Some(turn)
    }

    /// Diffgram asks for rest.
    pub(super) fn rest(&self, how_long: Duration) {
        let until = Instant::now() + how_long.min(MAX_REST);
        let mut rest_until = self.rest_until.lock().unwrap_or_else(PoisonError::into_inner);
        *rest_until = rest_until.max(Some(until));
    }

    fn left(&self) -> Option<Duration> {
        let until = (*self.rest_until.lock().unwrap_or_else(PoisonError::into_inner))?;
        until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn two_have_a_turn_at_once_and_a_third_waits() {
        let turns = Turns::default();
        let (one, two) = (turns.wait().await, turns.wait().await);
        assert!(futures::poll!(Box::pin(turns.wait())).is_pending());
        drop((one, two));
        assert!(futures::poll!(Box::pin(turns.wait())).is_ready());
    }

    #[tokio::test]
    async fn nobody_has_a_turn_while_diffgram_rests_and_a_shorter_rest_does_not_end_a_longer_one() {
        let turns = Turns::default();
        turns.rest(Duration::from_secs(3600));
        turns.rest(Duration::ZERO);
        assert!(futures::poll!(Box::pin(turns.wait())).is_pending());
        assert!(turns.left().is_some_and(|left| left <= MAX_REST && left > Duration::from_secs(50)));
    }
}
